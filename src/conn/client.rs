//! Connections that the program opens. [`super::life`] decides when to look, to try and to give up;
//! here is how.
//!
//! The peer's addresses are tried one after the other. That is all in [`next_attempt`], with the
//! machine of [`super::attempts`] that says which address is next and for how long: what tries them
//! in another way takes the place of these two.

use super::attempts::{Attempts, Next};
use super::life::{Event, Lifecycle};
use super::vhost::Vhost;
use super::wsi::{Phase, Role, Wsi};
use super::{close, drive, lookup, reason};
use crate::abi::retry::lws_retry_bo;
use crate::conn::conns::Conns;
use crate::log::{Log, log_err, log_info};
use crate::sys::clock;
use crate::sys::memory::Mark;
use crate::sys::net::{self, Io, Marks};
use crate::sys::protocol::Protocol;
use crate::sys::resolve::Unresolved;
use core::ffi::{CStr, c_void};
use core::ptr::without_provenance;
use socket2::{Domain, SockAddr, Socket, TcpKeepalive, Type};
use std::ffi::CString;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

/// What a client needs until it is connected.
pub(crate) struct Search {
    /// The peer as the program named it, until it is looked up.
    peer: Option<(CString, u16)>,
    attempts: Attempts<SockAddr>,
    /// The local address or interface to come from.
    iface: Option<CString>,
    marks: Marks,
    /// Why the last attempt failed, for CLIENT_CONNECTION_ERROR.
    last_error: String,
    /// The address being tried.
    pub(crate) trying: Option<SocketAddr>,
}

/// What the program asked for.
pub(crate) struct Wanted {
    pub(crate) vhost: Rc<Vhost>,
    pub(crate) protocol: Protocol,
    pub(crate) address: CString,
    pub(crate) port: u16,
    pub(crate) iface: Option<CString>,
    pub(crate) marks: Marks,
    /// What can be read is read before anything is written.
    pub(crate) reads_first: bool,
    /// The check of an idle connection wakes a suspended system.
    pub(crate) wakes: bool,
    pub(crate) user: *mut c_void,
    pub(crate) opaque: *mut c_void,
    pub(crate) policy: *const lws_retry_bo,
    pub(crate) parent: u64,
    /// Where its lines are logged, if not where its vhost's are.
    pub(crate) log: Option<Log>,
}

/// Begins to connect. `made` is told of the connection before any callback. `None`: it failed at
/// once, and its protocol was not told why, because the caller is.
pub(crate) fn connect(conns: &Conns, w: Wanted, made: &dyn Fn(&Rc<Wsi>)) -> Option<Rc<Wsi>> {
    let life = Lifecycle::new(Role::Raw, true);
    let mark = Mark::now();
    let wsi = Wsi::new(conns, &w.vhost, w.protocol, life, None);
    wsi.user.set(w.user);
    wsi.opaque.set(w.opaque);
    wsi.reads_first.set(w.reads_first);
    wsi.wakes.set(w.wakes);
    if let Some(log) = w.log {
        wsi.log.set(log);
    }
    if !w.policy.is_null() {
        wsi.policy.set(w.policy);
    }
    let set = &w.vhost.set;
    wsi.search.replace(Some(Box::new(Search {
        peer: Some((w.address, w.port)),
        attempts: Attempts::new(i64::from(set.timeout_secs) * 1_000_000),
        iface: w.iface,
        marks: w.marks,
        last_error: String::new(),
        trying: None,
    })));
    let limit_us = i64::from(set.connect_timeout_secs) * 1_000_000;
    let wsi = conns.table.insert(wsi, mark)?;
    made(&wsi);
    super::adopt::set_parent(conns, &wsi, w.parent);
    drive::step(conns, &wsi, Event::Connect { limit_us });
    if mark.failed() && wsi.phase() == Phase::Connecting {
        close::silently(conns, &wsi);
    }
    (!close::lacking(conns, &wsi, mark) && !wsi.is_closed()).then_some(wsi)
}

/// Begins to look for the peer: a numeric address is tried at once.
pub(super) fn find(conns: &Conns, wsi: &Rc<Wsi>) -> Option<Event> {
    let (address, port) = with(wsi, |s| s.peer.take())??;
    match net::parse(&address, port) {
        Some(numeric) => with(wsi, |s| s.attempts.add([numeric])),
        None if address.to_bytes().starts_with(b"+") => {
            note(
                wsi,
                format!("bad argument: address: {address:?} is no path of a unix socket"),
            );
            return Some(Event::Unreachable);
        }
        None => {
            let limit_us = i64::from(wsi.vhost.set.connect_timeout_secs) * 1_000_000;
            return Some(match lookup::start(conns, wsi.token.get(), address, port) {
                Ok(()) => Event::Looking { limit_us },
                Err(e) => {
                    note(wsi, format!("cannot look up address: {e}"));
                    Event::Unreachable
                }
            });
        }
    };
    next_attempt(conns, wsi)
}

/// The peer's addresses have come, or there are none.
pub(super) fn resolved(conns: &Conns, wsi: &Rc<Wsi>, answer: Result<Vec<SocketAddr>, Unresolved>) {
    if wsi.phase() != Phase::Connecting {
        return;
    }
    if wsi.role() == Role::Udp {
        return super::udp::resolved(conns, wsi, answer);
    }
    match answer {
        Ok(addresses) => {
            let usable = |a: &SocketAddr| a.is_ipv4() || wsi.vhost.set.ipv6;
            let addresses = addresses.into_iter().filter(usable).map(SockAddr::from);
            with(wsi, |s| s.attempts.add(addresses));
            note(wsi, "no address of IPv4, and IPv6 is disabled".into());
            go_on(conns, wsi);
        }
        Err(Unresolved::NoName) => close::failed(conns, wsi, "DNS NXDOMAIN"),
        Err(Unresolved::Failed(why)) => close::failed(conns, wsi, &format!("DNS: {why}")),
    }
}

/// The address being tried has an answer.
pub(super) fn progress(conns: &Conns, wsi: &Rc<Wsi>) {
    let Some(io) = wsi.io() else { return };
    let error = match io.socket().map(Socket::take_error) {
        Some(Ok(error)) => error,
        Some(Err(e)) => Some(e),
        None => None,
    };
    drop(io);
    match error {
        None => drive::step(conns, wsi, Event::Connected),
        Some(e) => {
            note(wsi, errno_text(&e));
            go_on(conns, wsi);
        }
    }
}

/// The address being tried has had its time.
pub(super) fn next_address(conns: &Conns, wsi: &Rc<Wsi>) -> Option<Event> {
    note(
        wsi,
        errno_text(&io::Error::from_raw_os_error(libc::ETIMEDOUT)),
    );
    next_attempt(conns, wsi)
}

/// Routing has ended the attempt: the next address may do better.
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) fn cut_off(conns: &Conns, wsi: &Rc<Wsi>, why: &str) {
    note(wsi, format!("conn fail: {why}"));
    go_on(conns, wsi);
}

/// The last attempt has failed, or there was none.
fn go_on(conns: &Conns, wsi: &Rc<Wsi>) {
    if let Some(event) = next_attempt(conns, wsi) {
        drive::step(conns, wsi, event);
    }
}

/// The transport is connected: nothing more is looked for.
pub(super) fn connected(wsi: &Wsi) {
    wsi.search.take();
}

/// Why there is no connection.
pub(super) fn last_error(wsi: &Wsi) -> String {
    with(wsi, |s| core::mem::take(&mut s.last_error)).unwrap_or_default()
}

/// Forgets a client that could not even begin.
pub(super) fn withdraw(conns: &Conns, wsi: &Rc<Wsi>) {
    let why = last_error(wsi);
    let of_arguments = ["bad argument", "iface", "bind_iface"];
    if of_arguments.iter().any(|of| why.starts_with(of)) {
        log_err!(wsi.log(), "lws_client_connect_via_info: {why}");
    } else {
        log_info!(wsi.log(), "lws_client_connect_via_info: {why}");
    }
    close::silently(conns, wsi);
}

/// Whether a client gets a WRITEABLE callback that it has not asked for, after RAW_CONNECTED: lws
/// makes one for TCP.
pub(super) fn is_told_to_write(wsi: &Wsi) -> bool {
    let local = |io: Rc<Io>| io.socket()?.local_addr().ok();
    wsi.life.is_client()
        && wsi
            .io()
            .and_then(local)
            .is_some_and(|a| a.domain() != Domain::UNIX)
}

fn with<R>(wsi: &Wsi, f: impl FnOnce(&mut Search) -> R) -> Option<R> {
    wsi.search.borrow_mut().as_deref_mut().map(f)
}

fn note(wsi: &Wsi, why: String) {
    with(wsi, |s| s.last_error = why);
}

fn errno_text(e: &io::Error) -> String {
    match e.raw_os_error() {
        Some(errno) => format!("conn fail: {errno}"),
        None => format!("conn fail: {e}"),
    }
}

/// Gives up the attempt under way and begins one with the next address that can be tried. Returns
/// what came of it; `None` when a callback has closed the connection.
fn next_attempt(conns: &Conns, wsi: &Rc<Wsi>) -> Option<Event> {
    loop {
        // Before the callbacks of an external poll loop: they cannot have it watched again.
        drive::step(conns, wsi, Event::Abandoned);
        super::dispatch::stop_watching(conns, wsi);
        conns.forget_route(wsi);
        conns.table.set_io(wsi, None);
        if wsi.is_closed() {
            return None;
        }
        let deadline = wsi.life.deadline();
        let next = with(wsi, |s| s.attempts.next(clock::now_us(), deadline)).flatten();
        let Some(Next { address, until }) = next else {
            return Some(Event::Unreachable);
        };
        let (iface, marks) = with(wsi, |s| (s.iface.clone(), s.marks))?;
        let address = scoped(address, iface.as_deref());
        let socket = match open(wsi, &address, iface.as_deref(), marks) {
            Ok(s) => s,
            Err(why) => {
                note(wsi, why);
                continue;
            }
        };
        conns.table.set_io(wsi, Some(Io::Socket(socket)));
        let fd = without_provenance(usize::try_from(wsi.fd()).unwrap_or(0));
        if wsi.call(reason::CONNECTING, fd, 0) != 0 {
            with(wsi, |s| s.attempts.clear());
            note(wsi, "refused by CONNECTING".into());
            return (!wsi.is_closed()).then_some(Event::Unreachable);
        }
        let io = wsi.io()?;
        let socket = io.socket()?;
        with(wsi, |s| s.trying = address.as_socket());
        let event = match socket.connect(&address) {
            Ok(()) => Event::Connected,
            // Interrupted, it goes on by itself as well.
            Err(e)
                if e.raw_os_error() == Some(libc::EINPROGRESS)
                    || e.kind() == io::ErrorKind::Interrupted =>
            {
                Event::Trying { until }
            }
            Err(e) => {
                note(wsi, errno_text(&e));
                continue;
            }
        };
        conns.watch_route(wsi);
        return Some(event);
    }
}

/// A link-local address is one of an interface: where none is given, that is the one to come from.
fn scoped(address: SockAddr, iface: Option<&CStr>) -> SockAddr {
    let Some(SocketAddr::V6(mut v6)) = address.as_socket() else {
        return address;
    };
    if v6.scope_id() == 0 && v6.ip().is_unicast_link_local() {
        v6.set_scope_id(
            iface
                .and_then(|name| net::index_of(name.to_str().ok()?))
                .unwrap_or(0),
        );
    }
    v6.into()
}

fn link_local(address: &SockAddr) -> bool {
    address
        .as_socket_ipv6()
        .is_some_and(|a| a.ip().is_unicast_link_local())
}

/// A socket for an attempt, or what is wrong.
fn open(
    wsi: &Wsi,
    address: &SockAddr,
    iface: Option<&CStr>,
    marks: Marks,
) -> Result<Socket, String> {
    let domain = address.domain();
    let errno = |e: io::Error| errno_text(&e);
    let socket = net::socket(domain, Type::STREAM).map_err(errno)?;
    let vhost = &wsi.vhost;
    vhost
        .bind_device(&socket, domain)
        .map_err(|e| vhost.device_failed(&e).to_string())?;
    tune(wsi, &socket, domain).map_err(errno)?;
    marks.apply(&socket, domain).map_err(errno)?;
    let Some(name) = iface.filter(|_| domain != Domain::UNIX) else {
        return Ok(socket);
    };
    let shown = name.to_string_lossy();
    let local = net::parse(name, 0)
        .filter(|a| a.domain() == domain)
        .or_else(|| {
            if link_local(address) {
                net::link_local_of(name)
            } else {
                net::of_interface(name, domain == Domain::IPV6, 0)
            }
        });
    let Some(local) = local else {
        let family = if domain == Domain::IPV6 {
            "IPv6"
        } else {
            "IPv4"
        };
        return Err(format!(
            "iface {shown}: no such interface or {family} address"
        ));
    };
    socket
        .bind(&local)
        .map_err(|e| format!("iface {shown}: {e}"))?;
    Ok(socket)
}

/// What every stream socket of a vhost has.
pub(super) fn tune(wsi: &Wsi, socket: &Socket, domain: Domain) -> std::io::Result<()> {
    if domain == Domain::UNIX {
        return Ok(());
    }
    socket.set_tcp_nodelay(true)?;
    let ka = wsi.vhost.set.keep_alive;
    if ka.time != 0 {
        let mut k = TcpKeepalive::new()
            .with_time(Duration::from_secs(ka.time))
            .with_interval(Duration::from_secs(ka.interval));
        if ka.probes != 0 {
            k = k.with_retries(ka.probes);
        }
        socket.set_tcp_keepalive(&k)?;
        // Probes are not sent while output is not acknowledged.
        let dead = ka
            .time
            .saturating_add(ka.interval.saturating_mul(u64::from(ka.probes)));
        socket.set_tcp_user_timeout(Some(Duration::from_secs(dead)))?;
    }
    Ok(())
}
