//! One attempt: its socket, from the start of connecting to what becomes of it.

use super::record::{ended, keep, measure};
use super::{abandon, go_on, with};
use crate::cao::attempt::{Attempt, Outcome};
use crate::cao::order::PATIENCE_US;
use crate::conn::life::{Event, Lifecycle};
use crate::conn::races::Races;
use crate::conn::{
    Conns, Wsi, client, close, dispatch, outgoing, reason, survey, timeout, transport,
};
use crate::sys::clock;
use crate::sys::memory::Mark;
use crate::sys::net::Io;
use core::net::SocketAddr;
use core::ptr::without_provenance;
use socket2::SockAddr;
use std::rc::Rc;

/// What a racer has besides its socket.
pub(crate) struct Racer {
    /// The token of the client that it races for.
    client: u64,
    pub(in crate::conn) attempt: Attempt,
    /// The race is over without it.
    pub(super) lost: bool,
    /// How it is to be secured, until that begins.
    #[cfg(feature = "LWS_WITH_TLS")]
    pub(super) tls: Option<Rc<crate::conn::secure::Wanted>>,
    /// When its transport was connected and TLS began, microseconds; 0: it has not.
    pub(super) up: i64,
}

/// Begins an attempt. Returns an event if there is nothing more to try.
pub(super) fn start(conns: &Conns, wsi: &Rc<Wsi>, dest: SocketAddr) -> Option<Event> {
    let now = clock::now_us();
    let races = conns.races();
    let (race, way) = with(wsi, |r| {
        r.started += 1;
        (r.id, r.way(dest))
    })?;
    let mut attempt = Attempt {
        id: Races::next(&races.attempts),
        race,
        path: way,
        started: now,
        took_us: 0,
        tls_us: 0,
        outcome: Outcome::Pending,
        errno: 0,
        won: false,
        rtt_us: 0,
        rttvar_us: 0,
        retransmits: 0,
    };
    let address = outgoing::scoped(SockAddr::from(dest), client::iface(wsi).as_deref());
    let socket = match outgoing::open(wsi, &address) {
        Ok(s) => s,
        Err(why) => {
            client::note(wsi, why.to_string());
            attempt.outcome = Outcome::NoRoute;
            ended(conns, wsi, &attempt);
            return None;
        }
    };
    let life = Lifecycle::racing();
    let mark = Mark::now();
    let racer = Wsi::new(
        conns,
        &wsi.vhost,
        wsi.protocol.get(),
        life,
        Some(Io::Socket(socket)),
    );
    racer.log.set(wsi.log());
    racer.racer.replace(Some(Box::new(Racer {
        client: wsi.token.get(),
        attempt,
        lost: false,
        #[cfg(feature = "LWS_WITH_TLS")]
        tls: client::tls_of_attempt(wsi),
        up: 0,
    })));
    let Some(racer) = conns.table.insert(racer, mark) else {
        attempt.outcome = Outcome::Failed;
        attempt.errno = libc::ENOMEM;
        client::note(wsi, format!("conn fail: {}", libc::ENOMEM));
        ended(conns, wsi, &attempt);
        return None;
    };
    let under_way = &conns.races().under_way;
    under_way.set(under_way.get().saturating_add(1));
    with(wsi, |r| r.racers.push((dest, racer.token.get())));
    wsi.set_io(racer.io());
    let fd = without_provenance(usize::try_from(racer.fd()).unwrap_or(0));
    if let Some(conmon) = wsi.conmon.get() {
        conmon.tries(dest);
    }
    let refused = wsi.call(reason::CONNECTING, fd, 0) != 0;
    if racer.is_closed() || wsi.is_closed() {
        return None;
    }
    // The program may have said whose history it is.
    if let Some(r) = racer.racer.borrow_mut().as_mut() {
        belongs(wsi, &mut r.attempt);
        races.paths.borrow_mut().begun(&r.attempt.path, now);
    }
    if refused {
        client::note(wsi, "refused by CONNECTING".into());
        abandon(conns, wsi, Outcome::Cancelled);
        return Some(Event::Unreachable);
    }
    let io = racer.io()?;
    match io.socket()?.connect(&address) {
        // As when the peer is this host.
        Ok(()) => reached(conns, &racer),
        Err(e) if outgoing::is_pending(&e) => {
            survey::settle(conns, &racer);
            dispatch::update_interest(conns, &racer);
            let limit = i64::from(wsi.vhost.set.timeout_secs) * 1_000_000;
            timeout::set(conns, &racer, 0, limit);
            conns.watch_route(&racer);
        }
        Err(e) => {
            client::note(wsi, outgoing::errno_text(&e));
            let errno = e.raw_os_error().unwrap_or(0);
            fail(conns, &racer, Outcome::of_errno(errno, false), errno);
        }
    }
    None
}

/// An attempt belongs to the history that its client's race does now.
pub(super) fn belongs(client: &Wsi, attempt: &mut Attempt) {
    if let Some(partition) = with(client, |r| r.partition) {
        attempt.path.partition = partition;
    }
}

/// The transport of an attempt is connected.
fn reached(conns: &Conns, racer: &Rc<Wsi>) {
    #[cfg(feature = "LWS_WITH_TLS")]
    if super::secured::begin(conns, racer) {
        return;
    }
    match (is_of(conns, racer), facts(racer)) {
        (Some(client), Some((_, dest, _))) => {
            with(&client, |r| r.race.connected(dest));
        }
        _ => drop_racer(conns, racer, Outcome::Connected),
    }
}

/// The client that an attempt is for, as long as their race goes on.
pub(super) fn is_of(conns: &Conns, racer: &Wsi) -> Option<Rc<Wsi>> {
    let (client, _, lost) = facts(racer)?;
    conns.table.get(client).filter(|_| !lost)
}

/// A racer's socket says something.
pub(in crate::conn) fn progress(conns: &Conns, racer: &Rc<Wsi>) {
    #[cfg(feature = "LWS_WITH_TLS")]
    if transport::is_secured(racer) {
        let client = is_of(conns, racer);
        super::secured::go_on(conns, racer);
        if let Some(client) = client {
            go_on(conns, &client);
        }
        return;
    }
    let Some(io) = racer.io() else { return };
    let error = match io.socket().map(socket2::Socket::take_error) {
        Some(Ok(error)) => error,
        Some(Err(e)) => Some(e),
        None => None,
    };
    drop(io);
    let client = is_of(conns, racer);
    match error {
        None => reached(conns, racer),
        Some(e) => {
            if let Some(client) = &client {
                client::note(client, outgoing::errno_text(&e));
            }
            let errno = e.raw_os_error().unwrap_or(0);
            fail(conns, racer, Outcome::of_errno(errno, true), errno);
        }
    }
    if let Some(client) = client {
        go_on(conns, &client);
    }
}

/// Whether the race is over without this attempt.
#[cfg(feature = "LWS_WITH_TLS")]
pub(in crate::conn) fn has_lost(racer: &Wsi) -> bool {
    facts(racer).is_some_and(|(_, _, lost)| lost)
}

fn facts(racer: &Wsi) -> Option<(u64, SocketAddr, bool)> {
    let r = racer.racer.borrow();
    r.as_ref().map(|r| (r.client, r.attempt.path.dest, r.lost))
}

/// The address that a racer tries.
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) fn trying(racer: &Wsi) -> Option<SocketAddr> {
    facts(racer).map(|(_, dest, _)| dest)
}

/// The program's connection that a racer races for; others stand for themselves.
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) fn shown(conns: &Conns, wsi: &Rc<Wsi>) -> Rc<Wsi> {
    let client = facts(wsi).and_then(|(client, _, _)| conns.table.get(client));
    client.unwrap_or_else(|| Rc::clone(wsi))
}

/// The kernel refuses to watch the socket of an attempt.
pub(in crate::conn) fn unwatched(conns: &Conns, racer: &Rc<Wsi>, why: &str) {
    let Some((client, _, lost)) = facts(racer) else {
        return;
    };
    let client = conns.table.get(client).filter(|_| !lost);
    fail(conns, racer, Outcome::Failed, 0);
    if let Some(client) = client {
        client::note(&client, why.into());
        go_on(conns, &client);
    }
}

/// Routing says that the packets of an attempt cannot leave any more.
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) fn cut_off(conns: &Conns, racer: &Rc<Wsi>, why: &str) {
    let Some((client, _, lost)) = facts(racer) else {
        return;
    };
    let client = conns.table.get(client).filter(|_| !lost);
    if let Some(client) = &client {
        client::note(client, format!("conn fail: {why}"));
    }
    fail(conns, racer, Outcome::RouteGone, 0);
    if let Some(client) = client {
        go_on(conns, &client);
    }
}

/// The time of an attempt is over: what it had for itself, or as a loser.
pub(in crate::conn) fn out_of_time(conns: &Conns, racer: &Rc<Wsi>) {
    match facts(racer) {
        Some((client, _, false)) => {
            let client = conns.table.get(client);
            if let Some(client) = &client {
                let why = match transport::is_secured(racer) {
                    true => "Timed out waiting SSL".into(),
                    false => format!("conn fail: {}", libc::ETIMEDOUT),
                };
                client::note(client, why);
            }
            fail(conns, racer, Outcome::TimedOut, libc::ETIMEDOUT);
            if let Some(client) = client {
                go_on(conns, &client);
            }
        }
        _ => drop_racer(conns, racer, Outcome::LostRace),
    }
}

/// An attempt has failed.
pub(super) fn fail(conns: &Conns, racer: &Rc<Wsi>, outcome: Outcome, errno: i32) {
    if let Some(r) = racer.racer.borrow_mut().as_mut() {
        r.attempt.errno = errno;
    }
    drop_racer(conns, racer, outcome);
}

/// Takes what makes a connection a racer.
pub(super) fn taken(conns: &Conns, racer: &Wsi) -> Option<Box<Racer>> {
    let taken = racer.racer.take()?;
    let under_way = &conns.races().under_way;
    under_way.set(under_way.get().saturating_sub(1));
    Some(taken)
}

/// An attempt ends without becoming the connection.
pub(super) fn drop_racer(conns: &Conns, racer: &Rc<Wsi>, outcome: Outcome) {
    let Some(taken) = taken(conns, racer) else {
        return;
    };
    let mut attempt = taken.attempt;
    attempt.outcome = outcome;
    measure(racer, &mut attempt, taken.up);
    let stalled = match outcome {
        Outcome::TimedOut => taken.up != 0,
        Outcome::LostRace => i64::from(attempt.tls_us) >= PATIENCE_US,
        _ => false,
    };
    if stalled {
        // The peer is there, and says nothing to TLS.
        attempt.outcome = Outcome::TlsFailed;
    }
    let fd = racer.fd();
    close::now(conns, racer);
    if let Some(client) = conns.table.get(taken.client) {
        belongs(&client, &mut attempt);
        if client.fd() == fd {
            show_another(conns, &client);
        }
        ended(conns, &client, &attempt);
    } else {
        keep(conns, &attempt);
    }
}

/// The client shows the socket of another attempt, or none.
fn show_another(conns: &Conns, client: &Wsi) {
    let last = with(client, |r| {
        let live = r.racers.iter().rev();
        live.filter_map(|(_, token)| conns.table.get(*token))
            .find(|w| !w.is_closed())
    });
    client.set_io(last.flatten().and_then(|w| w.io()));
}

pub(super) fn racer_of(conns: &Conns, wsi: &Wsi, dest: SocketAddr) -> Option<Rc<Wsi>> {
    let token = with(wsi, |r| {
        r.racers.iter().find(|(d, _)| *d == dest).map(|(_, t)| *t)
    })??;
    conns.table.get(token)
}
