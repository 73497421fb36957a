//! Connections that the program opens: the addresses of the peer, one after
//! the other, within one time for all of them.

use super::dispatch::{update_interest, want_write};
use super::vhost::Vhost;
use super::wsi::{Phase, Role, Wsi};
use super::{close, lookup, reason, timeout};
use crate::abi::retry::lws_retry_bo;
use crate::context::Context;
use crate::log::{Cx, log_err, log_info};
use crate::sys::net::{self, Io, Marks};
use crate::sys::protocol::Protocol;
use crate::sys::resolve::Unresolved;
use core::ffi::c_void;
use core::ptr::without_provenance;
use socket2::{Domain, SockAddr, Socket, TcpKeepalive, Type};
use std::collections::VecDeque;
use std::ffi::CString;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

/// What a client still has to try.
pub(crate) struct Attempt {
    addresses: VecDeque<SockAddr>,
    /// The local address or interface to come from.
    iface: Option<CString>,
    marks: Marks,
    last_error: String,
    /// The address being tried.
    pub(crate) trying: Option<core::net::SocketAddr>,
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
    pub(crate) log: Option<Cx>,
}

/// Begins to connect. `made` is told of the connection before any callback. `None`: it failed at
/// once, and its protocol was not told why, because the caller is.
pub(crate) fn connect(cx: &Context, w: Wanted, made: &dyn Fn(&Rc<Wsi>)) -> Option<Rc<Wsi>> {
    let wsi = Wsi::new(cx, &w.vhost, w.protocol, Role::Raw, true, None);
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
    wsi.attempt.replace(Some(Box::new(Attempt {
        trying: None,
        addresses: VecDeque::new(),
        iface: w.iface,
        marks: w.marks,
        last_error: String::new(),
    })));
    let wsi = cx.conns.insert(wsi);
    made(&wsi);
    super::adopt::set_parent(cx, &wsi, w.parent);
    let begun = wsi.ensure_user() && {
        wsi.bound.set(true);
        wsi.tell(reason::RAW_SKT_BIND_PROTOCOL) == 0
    };
    if !begun || wsi.is_closed() {
        close::silently(cx, &wsi);
        return None;
    }
    let limit = i64::from(w.vhost.set.connect_timeout_secs) * 1_000_000;
    let mut there = false;
    match net::parse(&w.address, w.port) {
        Some(address) => {
            if let Some(a) = wsi.attempt.borrow_mut().as_mut() {
                a.addresses.push_back(address);
            }
            let begun = try_next(cx, &wsi);
            there = begun == Begun::Connected;
            if begun == Begun::Failed {
                let why = wsi.attempt.take().map(|a| a.last_error).unwrap_or_default();
                log_info!(wsi.log(), "lws_client_connect_via_info: {why}");
                close::silently(cx, &wsi);
                return None;
            }
        }
        None => {
            if let Err(e) = lookup::start(cx, wsi.token.get(), w.address, w.port) {
                log_err!(
                    wsi.log(),
                    "lws_client_connect_via_info: cannot look up address: {e}"
                );
                close::silently(cx, &wsi);
                return None;
            }
        }
    }
    wsi.phase.set(Phase::Connecting);
    if there {
        established(cx, &wsi);
        return (!wsi.is_closed()).then_some(wsi);
    }
    update_interest(cx, &wsi);
    timeout::set(cx, &wsi, timeout::CONNECTING, limit);
    Some(wsi)
}

/// The peer's addresses have come, or there are none.
pub(super) fn resolved(cx: &Context, wsi: &Rc<Wsi>, answer: Result<Vec<SocketAddr>, Unresolved>) {
    if wsi.phase.get() != Phase::Connecting {
        return;
    }
    if wsi.role == Role::Udp {
        return super::udp::resolved(cx, wsi, answer);
    }
    match answer {
        Ok(addresses) => {
            if let Some(a) = wsi.attempt.borrow_mut().as_mut() {
                let usable = |a: &SocketAddr| a.is_ipv4() || wsi.vhost.set.ipv6;
                a.addresses
                    .extend(addresses.into_iter().filter(usable).map(SockAddr::from));
                a.last_error = "no address of IPv4, and IPv6 is disabled".into();
            }
            advance(cx, wsi);
        }
        Err(Unresolved::NoName) => close::failed(cx, wsi, "DNS NXDOMAIN"),
        Err(Unresolved::Failed(why)) => close::failed(cx, wsi, &format!("DNS: {why}")),
    }
}

/// The address being tried has an answer.
pub(super) fn progress(cx: &Context, wsi: &Rc<Wsi>) {
    let Some(io) = wsi.io() else { return };
    let error = match io.socket().map(Socket::take_error) {
        Some(Ok(error)) => error,
        Some(Err(e)) => Some(e),
        None => None,
    };
    drop(io);
    match error {
        None => established(cx, wsi),
        Some(e) => {
            note(wsi, &e);
            advance(cx, wsi);
        }
    }
}

/// The address being tried has had its time.
pub(super) fn next_address(cx: &Context, wsi: &Rc<Wsi>) {
    note(wsi, &std::io::Error::from_raw_os_error(libc::ETIMEDOUT));
    advance(cx, wsi);
}

/// Routing has ended the attempt: the next address may do better.
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) fn cut_off(cx: &Context, wsi: &Rc<Wsi>, why: &str) {
    if let Some(a) = wsi.attempt.borrow_mut().as_mut() {
        a.last_error = format!("conn fail: {why}");
    }
    advance(cx, wsi);
}

/// Gives the address being tried its share of the time, if there are others.
fn limit_attempt(cx: &Context, wsi: &Wsi) {
    let left = wsi
        .attempt
        .borrow()
        .as_ref()
        .map_or(0, |a| a.addresses.len());
    let set = &wsi.vhost.set;
    let share = i64::from(set.connect_timeout_secs) * 1_000_000
        / i64::try_from(left).unwrap_or(i64::MAX).saturating_add(1);
    let us = share.min(i64::from(set.timeout_secs) * 1_000_000);
    timeout::set_attempt(cx, wsi, (left > 0).then_some(us));
}

/// Tries the next address, or gives up.
fn advance(cx: &Context, wsi: &Rc<Wsi>) {
    match try_next(cx, wsi) {
        Begun::Pending => {
            limit_attempt(cx, wsi);
            return update_interest(cx, wsi);
        }
        Begun::Connected => return established(cx, wsi),
        Begun::Failed => {}
    }
    let why = wsi.attempt.take().map(|a| a.last_error).unwrap_or_default();
    close::failed(cx, wsi, &why);
}

fn note(wsi: &Wsi, e: &std::io::Error) {
    if let Some(a) = wsi.attempt.borrow_mut().as_mut() {
        a.last_error = match e.raw_os_error() {
            Some(errno) => format!("conn fail: {errno}"),
            None => format!("conn fail: {e}"),
        };
    }
}

/// How an attempt began.
#[derive(PartialEq)]
enum Begun {
    /// The kernel will tell.
    Pending,
    /// It is there already, as unix sockets are.
    Connected,
    /// No address is left.
    Failed,
}

/// Starts to connect to the next address that can be tried.
fn try_next(cx: &Context, wsi: &Rc<Wsi>) -> Begun {
    loop {
        super::dispatch::stop_watching(cx, wsi);
        cx.forget_route(wsi);
        cx.conns.set_io(wsi, None);
        let next = match wsi.attempt.borrow_mut().as_mut() {
            Some(a) => a
                .addresses
                .pop_front()
                .map(|address| (address, a.iface.clone(), a.marks)),
            None => None,
        };
        let Some((address, iface, marks)) = next else {
            return Begun::Failed;
        };
        let socket = match open(wsi, &address, iface.as_deref(), marks) {
            Ok(s) => s,
            Err(e) => {
                note(wsi, &e);
                continue;
            }
        };
        cx.conns.set_io(wsi, Some(Io::Socket(socket)));
        let fd = without_provenance(usize::try_from(wsi.fd()).unwrap_or(0));
        if wsi.call(reason::CONNECTING, fd, 0) != 0 {
            if let Some(a) = wsi.attempt.borrow_mut().as_mut() {
                a.addresses.clear();
                a.last_error = "refused by CONNECTING".into();
            }
            return Begun::Failed;
        }
        let Some(io) = wsi.io() else {
            return Begun::Failed;
        };
        let Some(socket) = io.socket() else {
            return Begun::Failed;
        };
        if let Some(a) = wsi.attempt.borrow_mut().as_mut() {
            a.trying = address.as_socket();
        }
        let begun = match socket.connect(&address) {
            Ok(()) => Begun::Connected,
            // Interrupted, it goes on by itself as well.
            Err(e)
                if e.raw_os_error() == Some(libc::EINPROGRESS)
                    || e.kind() == std::io::ErrorKind::Interrupted =>
            {
                Begun::Pending
            }
            Err(e) => {
                note(wsi, &e);
                continue;
            }
        };
        cx.watch_route(wsi);
        return begun;
    }
}

fn open(
    wsi: &Wsi,
    address: &SockAddr,
    iface: Option<&core::ffi::CStr>,
    marks: Marks,
) -> std::io::Result<Socket> {
    let socket = net::socket(address.domain(), Type::STREAM)?;
    wsi.vhost.bind_device(&socket, address.domain())?;
    tune(wsi, &socket, address.domain())?;
    marks.apply(&socket, address.domain())?;
    if let Some(name) = iface {
        if address.domain() != Domain::UNIX {
            let v6 = address.domain() == Domain::IPV6;
            let local = net::parse(name, 0)
                .filter(|a| a.domain() == address.domain())
                .or_else(|| net::of_interface(name, v6, 0));
            match local {
                Some(local) => socket.bind(&local)?,
                None => return Err(std::io::Error::from_raw_os_error(libc::EADDRNOTAVAIL)),
            }
        }
    }
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
    }
    Ok(())
}

fn established(cx: &Context, wsi: &Rc<Wsi>) {
    wsi.attempt.take();
    timeout::clear(wsi);
    timeout::set_attempt(cx, wsi, None);
    wsi.phase.set(Phase::Open);
    update_interest(cx, wsi);
    let told = || {
        wsi.up.set(true);
        wsi.tell(reason::RAW_CONNECTED)
    };
    if wsi.announce() != 0 || (!wsi.is_closed() && told() != 0) {
        return close::after_output(cx, wsi);
    }
    if !wsi.is_closed() {
        // The program may have bound or marked its socket.
        cx.watch_route(wsi);
        want_write(cx, wsi);
    }
}
