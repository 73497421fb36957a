//! Sockets that listen.
//!
//! - [`open`]: the sockets of the network;
//! - [`unix`]: unix sockets and their files;
//! - [`wait`]: vhosts whose address is not there yet.

mod open;
mod unix;
pub(crate) mod wait;

use super::dispatch::{again, update_interest, watch};
use super::error::Error;
use super::life::Lifecycle;
use super::vhost::Vhost;
use super::wsi::{Role, Wsi};
use super::{adopt, sharing, timeout};
use crate::conn::conns::Conns;
use crate::log::{log_err, log_warn};
use crate::sys::memory::Mark;
use crate::sys::net::Io;
use core::cell::{Cell, RefCell};
use core::ptr::null_mut;
use socket2::{SockAddr, Socket};
use std::io;
use std::os::fd::AsRawFd;
use std::rc::Rc;

/// How many connections wait to be accepted, as the kernel limits it.
const BACKLOG: i32 = 4096;
/// How many are accepted in one pass, so that others have their turn.
const AT_ONCE: usize = 32;
/// How long to leave them waiting when accepting them fails, microseconds.
const PAUSE_US: i64 = 100_000;

/// What a vhost that listens does at the moment.
#[derive(Default)]
pub(crate) struct Listening {
    /// Its listening sockets.
    tokens: RefCell<Vec<u64>>,
    file: RefCell<Option<unix::File>>,
    /// It has no socket, because the address or the interface is not there.
    waits: Cell<bool>,
    /// The last try to listen failed for another reason.
    failed: Cell<bool>,
    /// Accepting has failed, which was logged, and has not worked since.
    stalled: Cell<bool>,
    /// Another vhost at the same place accepts for it.
    pub(super) shares: Cell<bool>,
}

impl Listening {
    /// Whether it listens at all.
    fn somewhere(&self, conns: &Conns) -> bool {
        self.tokens
            .borrow()
            .iter()
            .any(|t| conns.table.get(*t).is_some())
    }

    /// Whether it has the sockets of its place, or is to have them.
    pub(super) fn owns(&self, conns: &Conns) -> bool {
        !self.shares.get() && (self.waits.get() || self.somewhere(conns))
    }

    /// Gives what it listens with to another vhost at the same place.
    pub(super) fn hand_to(&self, conns: &Conns, heir: &Rc<Vhost>) {
        let to = &heir.listening;
        to.shares.set(false);
        to.file.replace(self.file.take());
        to.waits.set(self.waits.take());
        to.failed.set(self.failed.take());
        let tokens = self.tokens.take();
        for wsi in tokens.iter().filter_map(|t| conns.table.get(*t)) {
            wsi.vhost.move_to(heir);
            if let Some(first) = heir.protocols().first() {
                wsi.protocol.set(*first);
            }
        }
        to.tokens.replace(tokens);
        let looks = to.waits.get() && !wait::is_told(conns, heir);
        if looks {
            wait::later(conns);
        }
    }
}

/// Starts to listen, or to wait for the address.
pub(crate) fn open(conns: &Conns, vhost: &Rc<Vhost>) -> Result<(), Error> {
    let Some(l) = &vhost.set.listen else {
        return Ok(());
    };
    if vhost.protocols().is_empty() {
        return Err(Error::NoProtocol);
    }
    if sharing::join(conns, vhost)? {
        return Ok(());
    }
    if l.unix {
        let (socket, file) = unix::open(l)?;
        vhost.listening.file.replace(file);
        return take_up(conns, vhost, socket);
    }
    let sockets = open::all(vhost, l)?;
    if sockets.is_empty() {
        let name = l.iface.as_deref().unwrap_or(c"").to_string_lossy();
        if l.must_bind {
            return Err(Error::NoPlace(name.into_owned()));
        }
        log_warn!(
            vhost.log,
            "vhost {:?}: iface: there is no {name} yet; listens when it comes",
            vhost.name()
        );
        vhost.listening.waits.set(true);
        if !wait::is_told(conns, vhost) {
            wait::later(conns);
        }
    }
    for socket in sockets {
        take_up(conns, vhost, socket)?;
    }
    Ok(())
}

/// Accepts from a socket that listens.
fn take_up(conns: &Conns, vhost: &Rc<Vhost>, socket: Socket) -> Result<(), Error> {
    let Some(protocol) = vhost.protocols().first().copied() else {
        return Err(Error::NoProtocol);
    };
    let port = open::port_of(&socket);
    let mark = Mark::now();
    let io = Some(Io::Socket(socket));
    let wsi = Wsi::new(conns, vhost, protocol, Lifecycle::listening(), io);
    let wsi = conns.table.insert(wsi, mark).ok_or(Error::NoListener)?;
    vhost.listening.tokens.borrow_mut().push(wsi.token.get());
    if let Err(e) = watch(conns, &wsi) {
        super::close::now(conns, &wsi);
        return Err(Error::Watch(e));
    }
    if let Some(port) = port {
        vhost.listen_port.set(i32::from(port));
    }
    Ok(())
}

/// The socket that listens with this family.
fn of_family(conns: &Conns, vhost: &Vhost, v6: bool) -> Option<Rc<Wsi>> {
    let tokens = vhost.listening.tokens.borrow();
    let mut all = tokens.iter().filter_map(|t| conns.table.get(*t));
    all.find(|w| {
        let local = w.io().and_then(|io| io.socket()?.local_addr().ok());
        local.is_some_and(|a| a.is_ipv6() == v6)
    })
}

/// A socket that listened has closed.
pub(super) fn closed(wsi: &Wsi) {
    let listening = &wsi.vhost.listening;
    let mut tokens = listening.tokens.borrow_mut();
    tokens.retain(|t| *t != wsi.token.get());
    drop(tokens);
    if let Some(file) = listening.file.take() {
        file.done(wsi.vhost.log);
    }
}

/// Takes in those who wait.
pub(super) fn accept(conns: &Conns, wsi: &Rc<Wsi>) {
    let mut last = None;
    for _ in 0..AT_ONCE {
        let Some(io) = wsi.io() else { return };
        let Some(listener) = io.socket() else { return };
        let (socket, peer) = match listener.accept() {
            Ok(accepted) => accepted,
            Err(e) if again(&e) => return,
            Err(e) if is_of_peer(&e) => {
                last = Some(e);
                continue;
            }
            Err(e) => return stalled(conns, wsi, &e),
        };
        drop(io);
        last = None;
        wsi.vhost.listening.stalled.set(false);
        conns.table.starved.set(false);
        take_in(conns, wsi, socket, &peer);
        if wsi.is_closed() {
            return;
        }
        if conns.table.starved.take() {
            return pause(conns, wsi);
        }
    }
    if let Some(e) = last {
        stalled(conns, wsi, &e);
    }
}

/// Whether it is the error of one who waited, and has gone again: the next one may be fine. See
/// accept(2).
fn is_of_peer(e: &io::Error) -> bool {
    matches!(
        e.raw_os_error(),
        Some(
            libc::ECONNABORTED
                | libc::EPROTO
                | libc::ENOPROTOOPT
                | libc::ENETDOWN
                | libc::ENETUNREACH
                | libc::ENONET
                | libc::EHOSTDOWN
                | libc::EHOSTUNREACH
                | libc::EOPNOTSUPP
        )
    )
}

/// Nobody can be accepted: no descriptors, no memory, a filter of system calls. The listener stays
/// ready, so the loop would try again and again.
fn stalled(conns: &Conns, wsi: &Wsi, e: &io::Error) {
    if !wsi.vhost.listening.stalled.replace(true) {
        log_warn!(wsi.log(), "cannot accept a connection: {e}; trying again");
    }
    pause(conns, wsi);
}

/// Leaves who waits alone for a moment.
pub(super) fn pause(conns: &Conns, wsi: &Wsi) {
    wsi.life.pause(1);
    update_interest(conns, wsi);
    timeout::set_timer(conns, wsi, Some(PAUSE_US));
}

/// Takes up accepting again.
pub(super) fn resume(conns: &Conns, wsi: &Rc<Wsi>) {
    wsi.life.resume(1);
    update_interest(conns, wsi);
}

fn take_in(conns: &Conns, wsi: &Rc<Wsi>, socket: Socket, peer: &SockAddr) {
    let vhost = &wsi.vhost;
    if let Err(e) = socket.set_nonblocking(true) {
        log_err!(wsi.log(), "cannot use an accepted connection: {e}");
        return;
    }
    let Some(first) = vhost.protocols().first().copied() else {
        return;
    };
    let refused = first.filter(&**wsi, peer, socket.as_raw_fd()) != 0;
    if refused || wsi.is_closed() || vhost.gone.get() {
        return;
    }
    let named = vhost
        .set
        .listen
        .as_ref()
        .and_then(|l| l.accept_protocol.as_deref());
    let protocol = match named {
        Some(name) => vhost.protocol(name),
        None => vhost.default_protocol(),
    };
    let Some(protocol) = protocol else { return };
    adopt::adopt(
        conns,
        adopt::Given {
            vhost: Rc::clone(vhost),
            protocol,
            role: Role::Raw,
            io: Io::Socket(socket),
            parent: 0,
            opaque: null_mut(),
            driver: vhost.set.speaks,
            early: Vec::new(),
            #[cfg(feature = "LWS_WITH_TLS")]
            secure: true,
        },
    );
}
