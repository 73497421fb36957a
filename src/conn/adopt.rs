//! Descriptors that become connections: accepted, or given by the program.

use super::driver::Driver;
use super::life::{Event, Lifecycle};
use super::vhost::Vhost;
use super::wsi::{Role, Wsi};
use super::{close, drive, outgoing, transport};
use crate::conn::conns::Conns;
use crate::sys::memory::Mark;
use crate::sys::net::Io;
use crate::sys::protocol::Protocol;
use core::ffi::c_void;
use core::sync::atomic::Ordering;
use std::rc::Rc;

/// How long a peer that was accepted may take to secure the connection, microseconds.
const HANDSHAKE_US: i64 = 10_000_000;

/// What to make a connection from.
pub(crate) struct Given {
    pub(crate) vhost: Rc<Vhost>,
    pub(crate) protocol: Protocol,
    pub(crate) role: Role,
    pub(crate) io: Io,
    pub(crate) parent: u64,
    pub(crate) opaque: *mut c_void,
    /// What it speaks.
    pub(crate) driver: &'static dyn Driver,
    /// What was received from it before.
    pub(crate) early: Vec<u8>,
    /// It is secured, if its vhost is.
    #[cfg(feature = "LWS_WITH_TLS")]
    pub(crate) secure: bool,
}

/// Makes a connection of a descriptor and tells its protocol. `None` when that refuses; the
/// descriptor is closed then.
pub(crate) fn adopt(conns: &Conns, g: Given) -> Option<Rc<Wsi>> {
    let mark = Mark::now();
    // It is the first protocol's until it is bound to its own.
    let first = g.vhost.protocols().first().copied().unwrap_or(g.protocol);
    let wsi = Wsi::new(
        conns,
        &g.vhost,
        first,
        Lifecycle::new(g.role, false),
        Some(g.io),
    );
    wsi.opaque.set(g.opaque);
    wsi.held.replace(g.early);
    wsi.set_driver(g.driver);
    if g.role == Role::Udp {
        super::udp::learn_peer(&wsi);
    }
    let wsi = conns.table.insert(wsi, mark)?;
    set_parent(conns, &wsi, g.parent);
    // The program has the descriptor already, also of what was accepted: it was asked about it.
    wsi.shown.store(true, Ordering::Relaxed);
    conns.loosen_route(&wsi);
    #[cfg(feature = "LWS_WITH_TLS")]
    if g.secure && g.role == Role::Raw && !super::secure::accept(conns, &wsi) {
        close::now(conns, &wsi);
        return None;
    }
    let begun = begin(conns, &wsi, g.protocol);
    (begun && !close::lacking(conns, &wsi, mark)).then_some(wsi)
}

/// Opens a connection that has its descriptor, with the callbacks that belong to that.
pub(super) fn begin(conns: &Conns, wsi: &Rc<Wsi>, protocol: Protocol) -> bool {
    if let Some(io) = wsi.io() {
        if wsi.role() == Role::Raw {
            if let Some(socket) = io.socket() {
                if let Ok(local) = socket.local_addr() {
                    // A socket that cannot be tuned works all the same.
                    let _ = outgoing::tune(wsi, socket, local.domain());
                }
            }
        }
    }
    if transport::is_secured(wsi) {
        wsi.life.secure(HANDSHAKE_US);
    }
    drive::step_to(conns, wsi, Event::Adopt, protocol);
    !wsi.is_closed()
}

/// Makes a connection the child of another: it closes with it. One that is closing has no more
/// children: it would be called about their ends after its own.
pub(super) fn set_parent(conns: &Conns, wsi: &Wsi, parent: u64) {
    if let Some(p) = conns.table.get(parent).filter(|p| !p.is_closed()) {
        let mut children = p.children.borrow_mut();
        // Without memory the new one closes: its maker sees that an allocation failed.
        if children.try_reserve(1).is_ok() {
            wsi.parent.set(parent);
            children.push(wsi.token.get());
        }
    }
}
