//! Connections that the program opens. [`super::life`] decides when to look, to race and to give up,
//! [`super::race`] races for an internet peer; the socket of a unix peer is connected here. What a
//! client's socket is like before it connects is in [`super::outgoing`].

use super::conmon::Conmon;
use super::life::{Event, Lifecycle};
use super::race::{self, Running};
use super::vhost::Vhost;
use super::wsi::{Phase, Role, Wsi};
use super::{close, drive, lookup, outgoing, reason, survey};
use crate::abi::conmon::lws_conmon_dns_disposition as Disposition;
use crate::conn::conns::Conns;
use crate::log::{Log, log_err, log_info};
use crate::sys::clock;
use crate::sys::memory::Mark;
use crate::sys::net::{self, Io, Marks};
use crate::sys::policy::Policy;
use crate::sys::protocol::Protocol;
use crate::sys::resolve::Unresolved;
use core::ffi::c_void;
use core::ptr::without_provenance;
use socket2::{Domain, SockAddr, Socket};
use std::ffi::CString;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

/// What a client needs until it is connected.
pub(crate) struct Search {
    /// The peer as the program named it, until it is looked up.
    peer: Option<(CString, u16)>,
    pub(super) race: Option<Running>,
    /// What it asks the proxy for that it is connected to first.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(super) tunnel: Option<Rc<super::tunnel::Tunnel>>,
    /// Whose history is used and made.
    pub(super) partition: u64,
    origin: Origin,
    /// How it is secured; `None`: it is plain.
    #[cfg(feature = "LWS_WITH_TLS")]
    tls: Option<Rc<super::secure::Wanted>>,
    /// Why the last attempt failed, for CLIENT_CONNECTION_ERROR.
    last_error: String,
}

/// Where a client comes from.
#[derive(Clone, Default)]
pub(crate) struct Origin {
    /// The local address or interface.
    pub(crate) iface: Option<CString>,
    pub(crate) marks: Marks,
}

/// What the program asked for.
pub(crate) struct Wanted {
    pub(crate) vhost: Rc<Vhost>,
    pub(crate) protocol: Protocol,
    pub(crate) address: CString,
    pub(crate) port: u16,
    pub(crate) origin: Origin,
    /// What can be read is read before anything is written.
    pub(crate) reads_first: bool,
    /// The program wants to know all addresses of the peer.
    pub(crate) keeps_addresses: bool,
    /// The check of an idle connection wakes a suspended system.
    pub(crate) wakes: bool,
    pub(crate) user: *mut c_void,
    pub(crate) opaque: *mut c_void,
    pub(crate) policy: Policy,
    #[cfg(feature = "LWS_WITH_TLS")]
    pub(crate) tls: Option<Rc<super::secure::Wanted>>,
    pub(crate) parent: u64,
    /// What it is to ask for, in HTTP or WebSocket.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(crate) goal: Option<super::redirect::Wanted>,
    /// It is to speak HTTP.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(crate) http: Option<super::h1_client::Wanted>,
    /// It is to speak WebSocket.
    #[cfg(feature = "LWS_ROLE_WS")]
    pub(crate) ws: Option<super::ws_client::Wanted>,
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
    wsi.policy.set(w.policy.or(wsi.policy.get()));
    #[cfg(feature = "LWS_ROLE_H1")]
    if let Some(wanted) = w.goal {
        super::redirect::prepare(&wsi, wanted, w.origin.clone());
    }
    #[cfg(feature = "LWS_ROLE_H1")]
    if let Some(wanted) = w.http {
        super::h1_client::prepare(&wsi, wanted);
    }
    #[cfg(feature = "LWS_ROLE_WS")]
    if let Some(wanted) = w.ws {
        super::ws_client::prepare(&wsi, wanted);
    }
    let named = w.keeps_addresses.then_some(w.address.as_c_str());
    // It is new, so it has none.
    let _ = wsi.conmon.set(Box::new(Conmon::new(named)));
    seek(
        &wsi,
        (w.address, w.port),
        w.origin,
        #[cfg(feature = "LWS_WITH_TLS")]
        w.tls,
    );
    let limit_us = i64::from(w.vhost.set.connect_timeout_secs) * 1_000_000;
    let wsi = conns.table.insert(wsi, mark)?;
    made(&wsi);
    super::adopt::set_parent(conns, &wsi, w.parent);
    drive::step(conns, &wsi, Event::Connect { limit_us });
    if mark.failed() && wsi.phase() == Phase::Connecting {
        close::silently(conns, &wsi);
    }
    (!close::lacking(conns, &wsi, mark) && !wsi.is_closed()).then_some(wsi)
}

/// Notes whom to look for: the peer, or a proxy on the way there.
pub(super) fn seek(
    wsi: &Wsi,
    peer: (CString, u16),
    origin: Origin,
    #[cfg(feature = "LWS_WITH_TLS")] tls: Option<Rc<super::secure::Wanted>>,
) {
    #[cfg(feature = "LWS_ROLE_H1")]
    let tunnel = super::tunnel::Tunnel::to(wsi, &peer.0, peer.1).map(Rc::new);
    #[cfg(feature = "LWS_ROLE_H1")]
    let peer = match tunnel.as_ref().map(|t| t.proxy()) {
        // It has no NUL, as it was one text.
        Some((address, port)) => (CString::new(address).unwrap_or_default(), port),
        None => peer,
    };
    wsi.search.replace(Some(Box::new(Search {
        peer: Some(peer),
        race: None,
        #[cfg(feature = "LWS_ROLE_H1")]
        tunnel,
        partition: 0,
        origin,
        #[cfg(feature = "LWS_WITH_TLS")]
        tls,
        last_error: String::new(),
    })));
}

/// Begins to look for the peer: a numeric address is tried at once.
pub(super) fn find(conns: &Conns, wsi: &Rc<Wsi>) -> Option<Event> {
    let (address, port) = with(wsi, |s| s.peer.take())??;
    match net::parse(&address, port) {
        Some(numeric) => match numeric.as_socket() {
            Some(ip) => {
                let named = Named::whole(vec![ip]);
                answered(wsi, &named);
                take_in(conns, wsi, &named);
                race::go(conns, wsi)
            }
            None => local(conns, wsi, &numeric),
        },
        None if address.to_bytes().starts_with(b"+") => {
            note(
                wsi,
                format!("bad argument: address: {address:?} is no path of a unix socket"),
            );
            Some(Event::Unreachable)
        }
        None => {
            let limit_us = i64::from(wsi.vhost.set.connect_timeout_secs) * 1_000_000;
            if let Some(conmon) = wsi.conmon.get() {
                conmon.asks(clock::now_us());
            }
            Some(match lookup::start(conns, wsi.token.get(), address, port) {
                Ok(()) => Event::Looking { limit_us },
                Err(e) => {
                    note(wsi, format!("cannot look up address: {e}"));
                    Event::Unreachable
                }
            })
        }
    }
}

/// The addresses of a name, by family. `None`: that family's are not known yet.
pub(super) struct Named {
    pub(super) six: Option<Vec<SocketAddr>>,
    pub(super) four: Option<Vec<SocketAddr>>,
    /// The DNS servers that said so, of IPv6 addresses and of IPv4 addresses.
    pub(super) servers: [Option<IpAddr>; 2],
}

impl Named {
    /// All addresses that there are, by nobody in particular.
    pub(super) fn whole(addresses: Vec<SocketAddr>) -> Self {
        let is_six = |a: &SocketAddr| a.ip().to_canonical().is_ipv6();
        let (six, four) = addresses.into_iter().partition(is_six);
        Self {
            six: Some(six),
            four: Some(four),
            servers: [None; 2],
        }
    }

    fn all(&self) -> impl Iterator<Item = &SocketAddr> {
        [&self.six, &self.four].into_iter().flatten().flatten()
    }
}

/// Notes what came of looking the name up.
fn answered(wsi: &Wsi, named: &Named) {
    if let Some(conmon) = wsi.conmon.get() {
        let all: Vec<SocketAddr> = named.all().copied().collect();
        conmon.answered(clock::now_us(), Disposition::LWSCONMON_DNS_OK, &all);
    }
}

/// The race gets addresses. With the first ones it begins.
fn take_in(conns: &Conns, wsi: &Rc<Wsi>, named: &Named) {
    if with(wsi, |s| s.race.is_none()) == Some(true) {
        let whole = named.six.is_some() && named.four.is_some();
        // With everything there it does not matter.
        let prefers_six = whole || (wsi.vhost.set.ipv6 && survey::prefers_six(conns));
        let partition = with(wsi, |s| s.partition).unwrap_or(0);
        let running = Running::new(conns, wsi.life.deadline(), partition, prefers_six);
        with(wsi, |s| s.race = Some(running));
        // With nothing to choose from, the attempt itself shows all there is to know.
        let alone = whole && named.all().nth(1).is_none();
        return race::answers(conns, wsi, named, alone);
    }
    race::answers(conns, wsi, named, false);
}

/// The peer's addresses have come, those of one family at least.
pub(super) fn found(conns: &Conns, wsi: &Rc<Wsi>, mut named: Named) {
    if wsi.phase() != Phase::Connecting {
        return;
    }
    answered(wsi, &named);
    if !wsi.vhost.set.ipv6 {
        for list in [&mut named.six, &mut named.four].into_iter().flatten() {
            list.retain(SocketAddr::is_ipv4);
        }
        if named.six.is_some() && named.four.as_ref().is_some_and(Vec::is_empty) {
            note(wsi, "no address of IPv4, and IPv6 is disabled".into());
        }
    }
    take_in(conns, wsi, &named);
    race::go_on(conns, wsi);
}

/// The look-up is over: all of the peer's addresses, or there are none.
pub(super) fn resolved(conns: &Conns, wsi: &Rc<Wsi>, answer: Result<Vec<SocketAddr>, Unresolved>) {
    if wsi.phase() != Phase::Connecting {
        return;
    }
    if wsi.role() == Role::Udp {
        return super::udp::resolved(conns, wsi, answer);
    }
    let (what, why) = match answer {
        Ok(addresses) => return found(conns, wsi, Named::whole(addresses)),
        Err(Unresolved::NoName) => (Disposition::LWSCONMON_DNS_NO_RESULT, "DNS NXDOMAIN".into()),
        Err(Unresolved::Failed(why)) => (
            Disposition::LWSCONMON_DNS_SERVER_UNREACHABLE,
            format!("DNS: {why}"),
        ),
    };
    if let Some(conmon) = wsi.conmon.get() {
        conmon.answered(clock::now_us(), what, &[]);
    }
    close::failed(conns, wsi, &why);
}

/// The unix socket of a client says something.
pub(super) fn progress(conns: &Conns, wsi: &Rc<Wsi>) {
    let Some(io) = wsi.io() else { return };
    let error = match io.socket().map(Socket::take_error) {
        Some(Ok(error)) => error,
        Some(Err(e)) => Some(e),
        None => None,
    };
    drop(io);
    if let Some(conmon) = wsi.conmon.get() {
        conmon.ends(clock::now_us());
    }
    match error {
        None => drive::step(conns, wsi, Event::Connected),
        Some(e) => {
            note(wsi, outgoing::errno_text(&e));
            drive::step(conns, wsi, Event::Unreachable);
        }
    }
}

/// The socket is connected: nothing more is looked for. One of a unix peer is secured now, if it is to
/// be; an attempt was, before it won. False: that cannot be.
pub(super) fn connected(conns: &Conns, wsi: &Rc<Wsi>) -> bool {
    lookup::leave(conns, wsi.token.get());
    #[cfg(feature = "LWS_WITH_TLS")]
    if let Some(wanted) = tls(wsi).filter(|_| !super::transport::is_secured(wsi)) {
        return match super::secure::connect(conns, wsi, wsi, &wanted) {
            Ok(()) => {
                super::secure::limit(conns, wsi);
                true
            }
            Err(why) => {
                note(wsi, why.to_string());
                false
            }
        };
    }
    established(wsi);
    true
}

/// How an attempt is to be secured: that to a proxy is not.
#[cfg(feature = "LWS_WITH_TLS")]
pub(super) fn tls_of_attempt(wsi: &Wsi) -> Option<Rc<super::secure::Wanted>> {
    #[cfg(feature = "LWS_ROLE_H1")]
    if super::tunnel::is_needed(wsi) {
        return None;
    }
    tls(wsi)
}

/// How it is to be secured.
#[cfg(feature = "LWS_WITH_TLS")]
pub(super) fn tls(wsi: &Wsi) -> Option<Rc<super::secure::Wanted>> {
    with(wsi, |s| s.tls.clone()).flatten()
}

/// Nothing can fail any more.
pub(super) fn established(wsi: &Wsi) {
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

pub(super) fn with<R>(wsi: &Wsi, f: impl FnOnce(&mut Search) -> R) -> Option<R> {
    wsi.search.borrow_mut().as_deref_mut().map(f)
}

/// Notes why an attempt failed.
pub(super) fn note(wsi: &Wsi, why: String) {
    with(wsi, |s| s.last_error = why);
}

/// Adds to that what was tried.
pub(super) fn add_note(wsi: &Wsi, tried: &str) {
    if !tried.is_empty() {
        with(wsi, |s| {
            s.last_error.push_str(": ");
            s.last_error.push_str(tried);
        });
    }
}

/// The local address or interface that the program wants it to come from.
pub(super) fn iface(wsi: &Wsi) -> Option<CString> {
    with(wsi, |s| s.origin.iface.clone()).flatten()
}

/// Where it comes from.
pub(super) fn origin(wsi: &Wsi) -> Origin {
    with(wsi, |s| s.origin.clone()).unwrap_or_default()
}

/// Connects to a unix socket. Returns what came of it; `None` when a callback has closed the client.
fn local(conns: &Conns, wsi: &Rc<Wsi>, address: &SockAddr) -> Option<Event> {
    let socket = match outgoing::open(wsi, address) {
        Ok(s) => s,
        Err(why) => {
            note(wsi, why.to_string());
            return Some(Event::Unreachable);
        }
    };
    conns.table.set_io(wsi, Some(Io::Socket(socket)));
    let fd = without_provenance(usize::try_from(wsi.fd()).unwrap_or(0));
    if wsi.call(reason::CONNECTING, fd, 0) != 0 {
        note(wsi, "refused by CONNECTING".into());
        return (!wsi.is_closed()).then_some(Event::Unreachable);
    }
    let io = wsi.io()?;
    let conmon = wsi.conmon.get();
    if let Some(conmon) = conmon {
        conmon.begins(clock::now_us());
    }
    let connected = io.socket()?.connect(address);
    if connected
        .as_ref()
        .err()
        .is_none_or(|e| !outgoing::is_pending(e))
    {
        if let Some(conmon) = conmon {
            conmon.ends(clock::now_us());
        }
    }
    match connected {
        Ok(()) => Some(Event::Connected),
        Err(e) if outgoing::is_pending(&e) => Some(Event::Trying),
        Err(e) => {
            note(wsi, outgoing::errno_text(&e));
            Some(Event::Unreachable)
        }
    }
}
