//! Datagrams.

use super::dispatch::again;
use super::life::{Event, Lifecycle};
use super::vhost::Vhost;
use super::wsi::{Role, Wsi};
use super::{adopt, close, drive, lookup, reason};
use crate::abi::adopt::lws_udp;
use crate::conn::conns::Conns;
use crate::log::{log_err, log_info, log_warn};
use crate::sys::memory::Mark;
use crate::sys::net::{self, Io};
use crate::sys::policy::Policy;
use crate::sys::protocol::Protocol;
use crate::sys::resolve::Unresolved;
use crate::sys::sa46;
use core::cell::Cell;
use core::ffi::c_void;
use socket2::{Domain, Socket, Type};
use std::ffi::CString;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;

/// The longest datagram: its length has 16 bits.
const LONGEST: usize = 65_535;

/// What a datagram socket has beside other connections.
pub(crate) struct Udp {
    /// What the program sees of its peer.
    pub(crate) known: Cell<lws_udp>,
    /// Whether a datagram was cut.
    cut: Cell<bool>,
}

impl Udp {
    fn new(peer: Option<SocketAddr>) -> Box<Self> {
        Box::new(Self {
            known: Cell::new(lws_udp {
                sa46: peer.map_or_else(sa46::none, sa46::from_std),
                sa46_pending: sa46::none(),
                connected: u8::from(peer.is_some()),
            }),
            cut: Cell::new(false),
        })
    }

    /// Notes whom the last datagram was from.
    fn know(&self, from: SocketAddr) {
        let mut known = self.known.get();
        known.sa46 = sa46::from_std(from);
        self.known.set(known);
    }

    /// Notes that a datagram was cut. Returns whether it was the first one.
    fn cuts(&self) -> bool {
        !self.cut.replace(true)
    }
}

/// What the program asked for.
pub(crate) struct Wanted {
    pub(crate) vhost: Rc<Vhost>,
    pub(crate) protocol: Protocol,
    /// `None`: any address.
    pub(crate) address: Option<CString>,
    pub(crate) port: u16,
    /// Bind to the address, rather than connect to it.
    pub(crate) bind: bool,
    pub(crate) broadcast: bool,
    /// Whole packets of the interface.
    pub(crate) packet: bool,
    pub(crate) interface: Option<CString>,
    pub(crate) parent: u64,
    pub(crate) opaque: *mut c_void,
    pub(crate) policy: Policy,
}

/// Makes a connection of a new socket. `None` when that fails, which is logged.
pub(crate) fn open(conns: &Conns, mut w: Wanted) -> Option<Rc<Wsi>> {
    let any = SocketAddr::from((Ipv4Addr::UNSPECIFIED, w.port));
    let address = match &w.address {
        None => Some(any),
        Some(text) => net::parse(text, w.port).and_then(|a| a.as_socket()),
    };
    let first = w.vhost.protocols().first().copied().unwrap_or(w.protocol);
    let mark = Mark::now();
    let wsi = Wsi::new(
        conns,
        &w.vhost,
        first,
        Lifecycle::new(Role::Udp, false),
        None,
    );
    wsi.opaque.set(w.opaque);
    wsi.policy.set(w.policy.or(wsi.policy.get()));
    wsi.udp.get_or_init(|| Udp::new(None));
    let wsi = conns.table.insert(wsi, mark)?;
    adopt::set_parent(conns, &wsi, w.parent);
    let begun = match address {
        Some(a) => start(conns, &wsi, &w, &a),
        None => {
            let name = w.address.take().unwrap_or_default();
            let begun = lookup::start(conns, wsi.token.get(), name, w.port);
            let limit_us = i64::from(w.vhost.set.connect_timeout_secs) * 1_000_000;
            drive::step(conns, &wsi, Event::Looking { limit_us });
            wsi.pending_udp.replace(Some(Box::new(w)));
            begun
        }
    };
    match begun {
        Ok(()) => (!close::lacking(conns, &wsi, mark) && !wsi.is_closed()).then_some(wsi),
        Err(e) => {
            log_err!(wsi.log(), "lws_create_adopt_udp: {e}");
            close::silently(conns, &wsi);
            None
        }
    }
}

/// Notes whom an adopted socket is connected to, if it is.
pub(super) fn learn_peer(wsi: &Wsi) {
    let peer = wsi
        .io()
        .and_then(|io| io.socket()?.peer_addr().ok()?.as_socket());
    wsi.udp.get_or_init(|| Udp::new(peer));
}

/// The addresses for a name have come, or there are none.
pub(super) fn resolved(conns: &Conns, wsi: &Rc<Wsi>, answer: Result<Vec<SocketAddr>, Unresolved>) {
    let Some(w) = wsi.pending_udp.take() else {
        return;
    };
    let why = match answer {
        Ok(addresses) => {
            let mut why = String::from("DNS NXDOMAIN");
            let usable = |a: &SocketAddr| a.is_ipv4() || w.vhost.set.ipv6;
            for a in addresses.into_iter().filter(usable) {
                match start(conns, wsi, &w, &a) {
                    Ok(()) => return,
                    Err(e) => why = e.to_string(),
                }
            }
            why
        }
        Err(Unresolved::NoName) => "DNS NXDOMAIN".into(),
        Err(Unresolved::Failed(why)) => format!("DNS: {why}"),
    };
    // The protocol that was asked for hears why, and that this is the end.
    wsi.protocol.set(w.protocol);
    wsi.life.was_announced();
    close::failed(conns, wsi, &why);
}

fn start(conns: &Conns, wsi: &Rc<Wsi>, w: &Wanted, address: &SocketAddr) -> io::Result<()> {
    if w.packet {
        let name = w.interface.as_deref().unwrap_or(c"");
        conns
            .table
            .set_io(wsi, Some(Io::Socket(net::packet_socket(name)?)));
        adopt::begin(conns, wsi, w.protocol);
        return Ok(());
    }
    let socket: Socket = net::socket(Domain::for_address(*address), Type::DGRAM)?;
    if w.broadcast {
        socket.set_broadcast(true)?;
    }
    match &w.interface {
        Some(name) => socket.bind_device(Some(name.to_bytes()))?,
        None => w
            .vhost
            .bind_device(&socket, Domain::for_address(*address))
            .map_err(|e| w.vhost.device_failed(&e))?,
    }
    if w.bind {
        socket.set_reuse_address(true)?;
        socket.bind(&(*address).into())?;
    } else {
        socket.connect(&(*address).into())?;
        if let Some(udp) = wsi.udp.get() {
            udp.known.set(lws_udp {
                sa46: sa46::from_std(*address),
                sa46_pending: sa46::none(),
                connected: 1,
            });
        }
    }
    conns.table.set_io(wsi, Some(Io::Socket(socket)));
    adopt::begin(conns, wsi, w.protocol);
    Ok(())
}

/// Receives one datagram, which may be empty. What is longer than the protocol's
/// `rx_buffer_size`, or without that the context's buffer, is cut, which is logged once for a
/// connection.
pub(super) fn receive(conns: &Conns, wsi: &Rc<Wsi>) {
    let Some(io) = wsi.io() else { return };
    let size = wsi.protocol.get().rx_buffer_size().min(LONGEST);
    let Some(mut buffer) = conns.table.take_buffer_of(size) else {
        log_err!(wsi.log(), "no memory to receive {size} bytes");
        return close::now(conns, wsi);
    };
    let limit = if size == 0 { buffer.len() } else { size };
    let result = io.read_from(buffer.get_mut(..limit).unwrap_or(&mut []));
    drop(io);
    match result {
        Ok((whole, from)) => {
            if let (Some(udp), Some(from)) = (wsi.udp.get(), from) {
                udp.know(from);
            }
            if whole > limit && wsi.udp.get().is_some_and(|u| u.cuts()) {
                log_warn!(
                    wsi.log(),
                    "a datagram of {whole} bytes is cut to {limit}: see rx_buffer_size"
                );
            }
            let n = whole.min(limit);
            if wsi.call(reason::RAW_RX, buffer.as_ptr().cast(), n) < 0 {
                close::now(conns, wsi);
            }
        }
        Err(e) if again(&e) => {}
        Err(e) => {
            log_info!(wsi.log(), "a datagram socket closes: {e}");
            close::now(conns, wsi);
        }
    }
    conns.table.give_buffer(buffer);
}

/// Sends one datagram: to the peer, or, on a socket that is only bound, to the sender of the last one
/// received. Where the kernel has no room it is dropped, as the network may do. An ICMP error about an
/// earlier datagram is an error of this call.
pub(super) fn send(wsi: &Wsi, io: &Io, bytes: &[u8]) -> io::Result<()> {
    match send_once(wsi, io, bytes) {
        Ok(_) => Ok(()),
        Err(e) if again(&e) => Ok(()),
        Err(e) => Err(e),
    }
}

fn send_once(wsi: &Wsi, io: &Io, bytes: &[u8]) -> io::Result<usize> {
    match wsi.udp.get().map(|u| u.known.get()) {
        Some(u) if u.connected == 0 => match sa46::to_std(&u.sa46) {
            Some(to) => io.write_to(bytes, &to),
            None => Err(io::ErrorKind::NotConnected.into()),
        },
        _ => io.write(bytes),
    }
}
