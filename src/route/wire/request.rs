//! Requests, in the form that the kernel's strict checking wants
//! (`NETLINK_GET_STRICT_CHK`): whole headers, all but what is asked for 0.

use super::super::types::{Family, Flow};
use super::number::{self, link as ifla, route as rta};
use core::net::IpAddr;

/// What there is to dump.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Dump {
    Links,
    Addrs(Family),
    Rules(Family),
    Nexthops,
    Netconf(Family),
    /// Those of all families (`AF_UNSPEC`): only this one says when it had to stop early.
    Routes,
    RoutesOf(Family),
    Neighs(Family),
}

/// Asks for all there is of `what`.
pub(crate) fn dump_request(what: Dump, seq: u32) -> Vec<u8> {
    const FLAGS: u16 = (libc::NLM_F_REQUEST | libc::NLM_F_DUMP) as u16;
    match what {
        Dump::Links => {
            let mut r = Request::new(number::GET_LINK, FLAGS, seq, &[0; 16]);
            r.put(ifla::EXT_MASK, &ifla::SKIP_STATS.to_ne_bytes());
            r.finish()
        }
        Dump::Addrs(family) => {
            Request::new(number::GET_ADDR, FLAGS, seq, &head::<8>(family)).finish()
        }
        Dump::Rules(family) => {
            Request::new(number::GET_RULE, FLAGS, seq, &head::<12>(family)).finish()
        }
        Dump::Nexthops => Request::new(number::GET_NEXTHOP, FLAGS, seq, &[0; 8]).finish(),
        // One byte, and what fills it up: without that, the kernel finds it too short.
        Dump::Netconf(family) => {
            Request::new(number::GET_NETCONF, FLAGS, seq, &head::<4>(family)).finish()
        }
        Dump::Routes => Request::new(number::GET_ROUTE, FLAGS, seq, &[0; 12]).finish(),
        Dump::RoutesOf(family) => {
            Request::new(number::GET_ROUTE, FLAGS, seq, &head::<12>(family)).finish()
        }
        Dump::Neighs(family) => {
            Request::new(number::GET_NEIGH, FLAGS, seq, &head::<12>(family)).finish()
        }
    }
}

/// Asks the kernel where it would send a packet of `flow`; with `fib_match` for the route itself,
/// as it is in the table.
pub(crate) fn route_request(flow: &Flow, fib_match: bool, seq: u32) -> Vec<u8> {
    /// The DS field without the two bits for congestion, which no route looks at.
    const DSCP: u8 = 0xfc;
    let family = Family::of(flow.dst);
    let src = flow.src.filter(|src| Family::of(*src) == family);
    let mut flags = 0;
    // IPv6 always says the table, and does not know the flag.
    if family == Family::V4 {
        flags |= rta::LOOKUP_TABLE;
    }
    if fib_match {
        flags |= rta::FIB_MATCH;
    }
    let [f0, f1, f2, f3] = flags.to_ne_bytes();
    let src_len = src.map_or(0, |_| family.bits());
    let head = [
        number_of(family),
        family.bits(),
        src_len,
        flow.tos & DSCP,
        0,
        0,
        0,
        0,
        f0,
        f1,
        f2,
        f3,
    ];
    let mut r = Request::new(number::GET_ROUTE, libc::NLM_F_REQUEST as u16, seq, &head);
    r.put_address(rta::DST, flow.dst);
    if let Some(src) = src {
        r.put_address(rta::SRC, src);
    }
    if flow.oif != 0 {
        r.put(rta::OIF, &flow.oif.to_ne_bytes());
    }
    if flow.mark != 0 {
        r.put(rta::MARK, &flow.mark.to_ne_bytes());
    }
    r.put(rta::UID, &flow.uid().to_ne_bytes());
    if flow.protocol != 0 {
        r.put(rta::IP_PROTO, &[flow.protocol]);
    }
    if flow.sport != 0 {
        r.put(rta::SPORT, &flow.sport.to_be_bytes());
    }
    if flow.dport != 0 {
        r.put(rta::DPORT, &flow.dport.to_be_bytes());
    }
    r.finish()
}

/// A request with one small answer: the loopback interface. The kernel fills the blocks of a dump
/// only as far as it has seen this socket read.
pub(crate) fn prime_request(seq: u32) -> Vec<u8> {
    let mut head = [0; 16];
    let (_, index) = head.split_at_mut(4);
    if let Some(index) = index.first_chunk_mut() {
        *index = 1u32.to_ne_bytes();
    }
    let mut r = Request::new(number::GET_LINK, libc::NLM_F_REQUEST as u16, seq, &head);
    r.put(ifla::EXT_MASK, &ifla::SKIP_STATS.to_ne_bytes());
    r.finish()
}

/// Asks for nothing but an answer, which comes behind all that was announced before.
pub(crate) fn fence_request(seq: u32) -> Vec<u8> {
    const FLAGS: u16 = (libc::NLM_F_REQUEST | libc::NLM_F_ACK) as u16;
    Request::new(number::NOOP, FLAGS, seq, &[]).finish()
}

/// A header that says nothing but the family, which comes first in all of them.
fn head<const N: usize>(family: Family) -> [u8; N] {
    let mut head = [0; N];
    if let Some(first) = head.first_mut() {
        *first = number_of(family);
    }
    head
}

fn number_of(family: Family) -> u8 {
    match family {
        Family::V4 => libc::AF_INET as u8,
        Family::V6 => libc::AF_INET6 as u8,
    }
}

/// A message that is being written.
pub(super) struct Request {
    bytes: Vec<u8>,
}

impl Request {
    pub(super) fn new(kind: u16, flags: u16, seq: u32, head: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(128);
        // The length comes last.
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&kind.to_ne_bytes());
        bytes.extend_from_slice(&flags.to_ne_bytes());
        bytes.extend_from_slice(&seq.to_ne_bytes());
        // The port of whoever asks: the kernel knows it.
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(head);
        Self { bytes }
    }

    /// Adds an attribute. It is small: an address at most.
    pub(super) fn put(&mut self, kind: u16, data: &[u8]) {
        let len = u16::try_from(data.len().saturating_add(4)).unwrap_or(u16::MAX);
        self.bytes.extend_from_slice(&len.to_ne_bytes());
        self.bytes.extend_from_slice(&kind.to_ne_bytes());
        self.bytes.extend_from_slice(data);
        self.bytes.resize(super::attr::padded(self.bytes.len()), 0);
    }

    fn put_address(&mut self, kind: u16, ip: IpAddr) {
        match ip {
            IpAddr::V4(ip) => self.put(kind, &ip.octets()),
            IpAddr::V6(ip) => self.put(kind, &ip.octets()),
        }
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        let len = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        if let Some(place) = self.bytes.first_chunk_mut() {
            *place = len.to_ne_bytes();
        }
        self.bytes
    }
}
