//! Requests that change an interface: its addresses, its routes, whether it is up.

use super::number::{self, addr as ifa, link as ifla, route as rta};
use super::request::Request;
use core::net::Ipv4Addr;

const ADD: u16 =
    (libc::NLM_F_REQUEST | libc::NLM_F_ACK | libc::NLM_F_CREATE | libc::NLM_F_REPLACE) as u16;
const TAKE: u16 = (libc::NLM_F_REQUEST | libc::NLM_F_ACK) as u16;
/// `RTPROT_DHCP`.
const BY_DHCP: u8 = 16;
/// `RTNH_F_ONLINK`: the gateway is on the link although no prefix of the interface has it.
const ON_LINK: u32 = 4;
/// `RT_TABLE_MAIN`.
const MAIN: u8 = 254;

/// An IPv4 address of an interface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Address {
    pub(crate) index: u32,
    pub(crate) ip: Ipv4Addr,
    pub(crate) bits: u8,
    pub(crate) broadcast: Ipv4Addr,
    /// How long it is valid, seconds; none for ever. The kernel removes it then.
    pub(crate) valid_s: Option<u32>,
}

/// An IPv4 route over an interface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Way {
    pub(crate) index: u32,
    pub(crate) to: Ipv4Addr,
    pub(crate) bits: u8,
    /// Without one the destination is on the link.
    pub(crate) via: Option<Ipv4Addr>,
    /// The gateway is in no prefix of the interface.
    pub(crate) on_link: bool,
    pub(crate) source: Ipv4Addr,
    pub(crate) metric: u32,
}

fn address(kind: u16, flags: u16, a: &Address, seq: u32) -> Request {
    let [i0, i1, i2, i3] = a.index.to_ne_bytes();
    let head = [libc::AF_INET as u8, a.bits, 0, 0, i0, i1, i2, i3];
    let mut r = Request::new(kind, flags, seq, &head);
    r.put(ifa::LOCAL, &a.ip.octets());
    r.put(ifa::ADDRESS, &a.ip.octets());
    r
}

/// Gives an interface an address, or a longer life to one that it has: for the kernel that is not
/// the loss of the old one.
pub(crate) fn add_address(a: &Address, seq: u32) -> Vec<u8> {
    let mut r = address(number::NEW_ADDR, ADD, a, seq);
    if a.bits < 31 {
        r.put(ifa::BROADCAST, &a.broadcast.octets());
    }
    // struct ifa_cacheinfo: preferred, valid; when it was made and changed the kernel fills in.
    let life = a.valid_s.unwrap_or(u32::MAX).to_ne_bytes();
    let mut info = [0u8; 16];
    for (place, byte) in info.iter_mut().zip(life.iter().chain(&life)) {
        *place = *byte;
    }
    r.put(ifa::CACHEINFO, &info);
    r.finish()
}

/// Takes an address from an interface.
pub(crate) fn take_address(a: &Address, seq: u32) -> Vec<u8> {
    address(number::DEL_ADDR, TAKE, a, seq).finish()
}

fn way(kind: u16, flags: u16, w: &Way, seq: u32) -> Vec<u8> {
    let scope = if w.via.is_some() {
        libc::RT_SCOPE_UNIVERSE
    } else {
        libc::RT_SCOPE_LINK
    };
    let [f0, f1, f2, f3] = if w.on_link { ON_LINK } else { 0 }.to_ne_bytes();
    let head = [
        libc::AF_INET as u8,
        w.bits,
        0,
        0,
        MAIN,
        BY_DHCP,
        scope,
        libc::RTN_UNICAST,
        f0,
        f1,
        f2,
        f3,
    ];
    let mut r = Request::new(kind, flags, seq, &head);
    if w.bits > 0 {
        r.put(rta::DST, &w.to.octets());
    }
    if let Some(via) = w.via {
        r.put(rta::GATEWAY, &via.octets());
    }
    r.put(rta::OIF, &w.index.to_ne_bytes());
    r.put(rta::PREFSRC, &w.source.octets());
    r.put(rta::PRIORITY, &w.metric.to_ne_bytes());
    r.finish()
}

/// Adds a route, or replaces the one to the same destination with the same metric.
pub(crate) fn add_way(w: &Way, seq: u32) -> Vec<u8> {
    way(number::NEW_ROUTE, ADD, w, seq)
}

/// Removes a route.
pub(crate) fn take_way(w: &Way, seq: u32) -> Vec<u8> {
    way(number::DEL_ROUTE, TAKE, w, seq)
}

/// Switches an interface on.
pub(crate) fn switch_on(index: u32, seq: u32) -> Vec<u8> {
    link(index, libc::IFF_UP as u32, seq).finish()
}

/// Sets the MTU of an interface, bytes.
pub(crate) fn set_mtu(index: u32, mtu: u32, seq: u32) -> Vec<u8> {
    let mut r = link(index, 0, seq);
    r.put(ifla::MTU, &mtu.to_ne_bytes());
    r.finish()
}

/// A change of the flags `set`, to 1, of an interface.
fn link(index: u32, set: u32, seq: u32) -> Request {
    // struct ifinfomsg: family, padding, type, index, flags, which of them change.
    let mut head = [0u8; 16];
    let parts = [0, index, set, set].map(u32::to_ne_bytes);
    for (place, byte) in head.iter_mut().zip(parts.iter().flatten()) {
        *place = *byte;
    }
    Request::new(number::NEW_LINK, TAKE, seq, &head)
}

/// What the kernel answered to the request with this number: 0, or an errno; none where `datagram`
/// has no answer to it.
pub(crate) fn answer(datagram: &[u8], seq: u32) -> Option<i32> {
    let mut rest = datagram;
    while let Some((head, _)) = rest.split_first_chunk::<16>() {
        let [l0, l1, l2, l3, k0, k1, _, _, s0, s1, s2, s3, ..] = *head;
        let len = usize::try_from(u32::from_ne_bytes([l0, l1, l2, l3])).ok()?;
        let message = rest.get(..len)?;
        if u16::from_ne_bytes([k0, k1]) == number::ERROR
            && u32::from_ne_bytes([s0, s1, s2, s3]) == seq
        {
            let code = message.get(16..20)?.first_chunk::<4>()?;
            return Some(i32::from_ne_bytes(*code).checked_neg().unwrap_or(i32::MAX));
        }
        rest = rest.get(super::padded(len).max(16)..)?;
    }
    None
}
