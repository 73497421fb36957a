//! Descriptors that become connections: accepted, or given by the program.

use super::dispatch::{queue_early, update_interest, want_write};
use super::vhost::Vhost;
use super::wsi::{Phase, Role, Wsi};
use super::{client, close, reason};
use crate::context::Context;
use crate::sys::net::Io;
use crate::sys::protocol::Protocol;
use core::ffi::c_void;
use core::sync::atomic::Ordering;
use std::rc::Rc;

/// What to make a connection from.
pub(crate) struct Given {
    pub(crate) vhost: Rc<Vhost>,
    pub(crate) protocol: Protocol,
    pub(crate) role: Role,
    pub(crate) io: Io,
    pub(crate) parent: u64,
    pub(crate) opaque: *mut c_void,
    /// What was received from it before.
    pub(crate) early: Vec<u8>,
}

/// Makes a connection of a descriptor and tells its protocol. `None` when that refuses; the
/// descriptor is closed then.
pub(crate) fn adopt(cx: &Context, g: Given) -> Option<Rc<Wsi>> {
    // It is the first protocol's until it is bound to its own.
    let first = g.vhost.protocols().first().copied().unwrap_or(g.protocol);
    let wsi = Wsi::new(cx, &g.vhost, first, g.role, false, Some(g.io));
    wsi.opaque.set(g.opaque);
    wsi.early.replace(g.early);
    if g.role == Role::Udp {
        super::udp::learn_peer(&wsi);
    }
    let wsi = cx.conns.insert(wsi);
    set_parent(cx, &wsi, g.parent);
    // The program has the descriptor already, also of what was accepted: it was asked about it.
    wsi.shown.store(true, Ordering::Relaxed);
    cx.loosen_route(&wsi);
    begin(cx, &wsi, g.protocol).then_some(wsi)
}

/// Opens a connection that has its descriptor, with the callbacks that belong to that.
pub(super) fn begin(cx: &Context, wsi: &Rc<Wsi>, protocol: Protocol) -> bool {
    wsi.phase.set(Phase::Open);
    if let Some(io) = wsi.io() {
        if wsi.role == Role::Raw {
            if let Some(socket) = io.socket() {
                if let Ok(local) = socket.local_addr() {
                    // A socket that cannot be tuned works all the same.
                    let _ = client::tune(wsi, socket, local.domain());
                }
            }
        }
    }
    let adopted = match wsi.role {
        Role::File => reason::RAW_ADOPT_FILE,
        _ => reason::RAW_ADOPT,
    };
    let steps = [
        &|| wsi.announce() == 0,
        &|| {
            wsi.protocol.set(protocol);
            wsi.ensure_user()
        },
        &|| {
            wsi.bound.set(wsi.role != Role::File);
            wsi.role == Role::File || wsi.tell(reason::RAW_SKT_BIND_PROTOCOL) == 0
        },
        &|| {
            wsi.up.set(true);
            wsi.tell(adopted) == 0
        },
    ] as [&dyn Fn() -> bool; 4];
    for step in steps {
        if wsi.is_closed() {
            return false;
        }
        if !step() {
            close::now(cx, wsi);
            return false;
        }
    }
    if wsi.is_closed() {
        return false;
    }
    // Now that the program may have bound or marked its socket.
    cx.watch_route(wsi);
    wsi.late.set(wsi.role == Role::Raw && is_connecting(wsi));
    if wsi.late.get() {
        cx.loosen_route(wsi);
    }
    update_interest(cx, wsi);
    if wsi.wants_write.get() {
        want_write(cx, wsi);
    }
    queue_early(cx, wsi);
    true
}

/// Makes a connection the child of another: it closes with it. One that is closing has no more
/// children: it would be called about their ends after its own.
pub(super) fn set_parent(cx: &Context, wsi: &Wsi, parent: u64) {
    if let Some(p) = cx.conns.get(parent).filter(|p| !p.is_closed()) {
        wsi.parent.set(parent);
        p.children.borrow_mut().push(wsi.token.get());
    }
}

/// Whether a socket that was adopted has no peer yet.
fn is_connecting(wsi: &Wsi) -> bool {
    let peer = wsi.io().and_then(|io| Some(io.socket()?.peer_addr()));
    matches!(peer, Some(Err(e)) if e.raw_os_error() == Some(libc::ENOTCONN))
}
