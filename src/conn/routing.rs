//! What a connection's socket says of where its packets go.
#![forbid(unsafe_code)]

use super::wsi::{Phase, Role};
use super::{Wsi, race};
use crate::route::conns::concerns_routing;
use crate::route::types::Flow;
use crate::sys::net;
use core::net::{IpAddr, SocketAddr};
use core::sync::atomic::Ordering;

/// The flow of a connection's packets; `None` for what routing does not concern: files, unix
/// sockets, the loopback, what is not connected.
pub(crate) fn flow_of(wsi: &Wsi) -> Option<Flow> {
    if !matches!(wsi.role(), Role::Raw | Role::Udp) {
        return None;
    }
    let io = wsi.io()?;
    let trying = race::trying(wsi);
    let facts = net::path_facts(io.socket()?, trying, concerns_routing)?;
    let src = facts.local.ip().to_canonical();
    // A transparent socket's source need not be the host's, which no question can say.
    let foreign = facts.transparent && src.is_ipv4();
    Some(Flow {
        dst: facts.peer.ip().to_canonical(),
        src: Some(src).filter(|ip| !ip.is_unspecified() && !foreign),
        oif: match facts.options.device {
            0 => facts.scope,
            device => device,
        },
        mark: facts.options.mark,
        tos: facts.options.tos,
        uid: Some(facts.uid),
        protocol: facts.protocol,
        sport: facts.local.port(),
        dport: facts.peer.port(),
    })
}

/// Whether a connection's packets are still those of `flow`: the program may have changed its socket.
/// Asks no more than that needs, because it is asked of all that a change ends.
/// `external`: the program waits for descriptors itself.
pub(crate) fn is_still(wsi: &Wsi, flow: &Flow, external: bool) -> bool {
    let settled = wsi.phase() != Phase::Racing && flow.src.is_some();
    let shown = wsi.shown.load(Ordering::Relaxed) || external;
    if settled && !shown {
        return true;
    }
    let tcp = i32::from(flow.protocol) == libc::IPPROTO_TCP;
    let scoped = matches!(flow.dst, IpAddr::V6(a) if a.is_unicast_link_local());
    let known = settled && (tcp || !scoped);
    let io = wsi.io();
    let Some(socket) = io.as_ref().and_then(|io| io.socket()).filter(|_| known) else {
        return flow_of(wsi).as_ref() == Some(flow);
    };
    // A TCP socket that is connected stays with its peer and its address.
    if !tcp && !has_ends(wsi, flow) {
        return false;
    }
    let now = net::path_options(socket, flow.dst);
    let device_is = now.device == flow.oif || now.device == 0 && scoped;
    device_is && (now.mark, now.tos) == (flow.mark, flow.tos)
}

/// Whether a socket is connected from and to where `flow` goes.
fn has_ends(wsi: &Wsi, flow: &Flow) -> bool {
    ends(wsi).is_some_and(|(local, peer)| {
        (peer.ip().to_canonical(), peer.port(), local.port()) == (flow.dst, flow.dport, flow.sport)
            && flow.src.is_none_or(|src| src == local.ip().to_canonical())
    })
}

/// A socket's own address and its peer's, if that is one that routing concerns.
fn ends(wsi: &Wsi) -> Option<(SocketAddr, SocketAddr)> {
    let io = wsi.io()?;
    let socket = io.socket()?;
    let peer = socket.peer_addr().ok()?.as_socket()?;
    let local = socket.local_addr().ok()?.as_socket()?;
    concerns_routing(peer.ip()).then_some((local, peer))
}

/// Whether the program can give a connection another peer without telling: a UDP socket, or a TCP
/// socket that was adopted before it had one.
pub(crate) fn may_move(wsi: &Wsi) -> bool {
    (wsi.role() == Role::Udp || wsi.life.is_late()) && !wsi.is_closed()
}

/// Whether a connection's peer is another one than that of `flow`, or with `None`, whether it has one.
pub(crate) fn has_moved(wsi: &Wsi, flow: Option<&Flow>) -> bool {
    match flow {
        Some(flow) => !has_ends(wsi, flow),
        None => ends(wsi).is_some(),
    }
}

/// The new peer of a connection has been noted.
pub(crate) fn moved(wsi: &Wsi) {
    if wsi.role() == Role::Raw {
        wsi.life.set_late(false);
    }
}
