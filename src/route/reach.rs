//! Many destinations that look unreachable, asked of the kernel by `connect()`.
//!
//! When a default route goes, each connection that used it wants an answer of the kernel's. A UDP socket
//! that connects, which sends nothing, is told at once where there is no route; a request
//! (`RTM_GETROUTE`) takes three times as long. Where it is told anything else, there is the request.
#![forbid(unsafe_code)]

use super::copy::KernelCopy;
use super::types::{Flow, Rule, Verdict};
use core::net::{IpAddr, SocketAddr};
use rustc_hash::FxHashMap;
use socket2::{Domain, Protocol, Socket, Type};

/// Fewer than this are asked about one by one: a socket has to be made first.
const FEW: usize = 16;
/// At most this many sources get a socket each.
const SOURCES: usize = 64;

/// The verdict for each flow whose destination `connect()` says is unreachable, `None` for all
/// others.
pub(super) fn unreachable(copy: &KernelCopy, flows: &[Option<&Flow>]) -> Vec<Option<Verdict>> {
    if flows.iter().flatten().count() < FEW {
        return vec![None; flows.len()];
    }
    let plain = [
        rules_see_no_more(&copy.rules4),
        rules_see_no_more(&copy.rules6),
    ];
    let mut sockets: FxHashMap<IpAddr, Option<Socket>> = FxHashMap::default();
    let mut ask = |flow: &Flow| {
        let [plain4, plain6] = plain;
        let src = flow.src.filter(|_| stands_for(flow))?;
        if !(if src.is_ipv4() { plain4 } else { plain6 }) {
            return None;
        }
        if sockets.len() >= SOURCES && !sockets.contains_key(&src) {
            return None;
        }
        let socket = sockets.entry(src).or_insert_with(|| bound(src));
        refused(socket.as_ref()?, flow)
    };
    flows.iter().map(|flow| flow.and_then(&mut ask)).collect()
}

/// Whether a socket that has only the flow's source gets the same verdict as the flow's socket.
fn stands_for(flow: &Flow) -> bool {
    let scoped = matches!(flow.dst, IpAddr::V6(dst) if dst.is_unicast_link_local());
    flow.oif == 0
        && flow.mark == 0
        && flow.tos == 0
        && !scoped
        && flow
            .src
            .is_some_and(|src| src.is_ipv4() == flow.dst.is_ipv4())
}

/// Whether rules look at nothing in which the flows and our socket may differ.
fn rules_see_no_more(rules: &[Rule]) -> bool {
    rules.iter().all(|rule| {
        rule.protocol == 0
            && rule.sport.is_none()
            && rule.dport.is_none()
            && rule.uid.is_none()
            && !rule.unknown
    })
}

fn bound(src: IpAddr) -> Option<Socket> {
    let domain = if src.is_ipv4() {
        Domain::IPV4
    } else {
        Domain::IPV6
    };
    let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP)).ok()?;
    socket.bind(&SocketAddr::new(src, 0).into()).ok()?;
    Some(socket)
}

/// Discard (RFC 863): a port has to be named, and nothing is sent to it.
const ANY_PORT: u16 = 9;

fn refused(socket: &Socket, flow: &Flow) -> Option<Verdict> {
    let to = SocketAddr::new(flow.dst, ANY_PORT);
    let errno = socket.connect(&to.into()).err()?.raw_os_error()?;
    [libc::ENETUNREACH, libc::EHOSTUNREACH]
        .contains(&errno)
        .then_some(Verdict::Unreachable(errno))
}
