//! What routing asks of connections, and tells whoever stands above.
#![forbid(unsafe_code)]

use super::cull::Reason;
use super::types::Flow;
use crate::sys::callbacks::RouteNotify;
use core::net::IpAddr;

/// The connections of a context, by token, and what the context does when routing has news. Nothing
/// of routing is borrowed when one of these is called, and each may call routing.
pub(crate) trait Connections {
    /// The flow of a connection's packets; `None` for what routing does not concern: files, unix
    /// sockets, the loopback, what is not connected, what is not there.
    fn flow(&self, token: u64) -> Option<Flow>;

    /// Whether a connection is there and not closed.
    fn is_open(&self, token: u64) -> bool;

    /// Whether a connection's packets are still those of `flow`: the program may have changed its
    /// socket. It is asked of all that a change ends, and takes no longer than it has to.
    fn is_still(&self, token: u64, flow: &Flow) -> bool;

    /// Whether the program can give a connection another peer, by a descriptor that it has, and
    /// nobody is told.
    fn may_move(&self, token: u64) -> bool;

    /// Whether the peer of a connection is another one than that of `flow`, or with `None`, whether
    /// it has one by now.
    fn has_moved(&self, token: u64, flow: Option<&Flow>) -> bool;

    /// The new peer of a connection has been noted.
    fn moved(&self, token: u64);

    /// Routing has ended a connection, for its own log and for whoever asks; `None`: it works.
    fn set_ended(&self, token: u64, why: Option<Reason>);

    /// Tells the program of a connection that routing has ended.
    fn notify(&self, token: u64, notify: RouteNotify, why: Reason);

    /// Closes a connection as its role does.
    fn close(&self, token: u64, why: Reason);

    /// The first copy has been read, or there will be none.
    fn routes_known(&self);

    /// Addresses or interfaces of the host are other ones.
    fn addresses_changed(&self);

    /// Routes, rules, addresses or interfaces are other ones.
    fn routing_changed(&self);
}

/// Whether packets to a peer leave by what can change.
pub(crate) fn concerns_routing(peer: IpAddr) -> bool {
    let ip = peer.to_canonical();
    !(ip.is_loopback() || ip.is_unspecified() || ip.is_multicast())
}
