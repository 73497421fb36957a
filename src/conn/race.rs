//! Carries out what [`crate::cao::race`] decides: sockets, callbacks and timers of the attempts to
//! connect a client.
//!
//! Each attempt has a connection object of its own in the table, a *racer*, which no callback is
//! about. The program's connection shows the socket of the latest racer meanwhile, and gets that of
//! the winner. A loser goes on for a while after the race, so that what becomes of it is known.

use super::life::{Event, Lifecycle};
use super::races::Races;
use super::wsi::Wsi;
use super::{client, close, dispatch, drive, reason, survey, timeout};
use crate::cao::attempt::{Attempt, Outcome, Path};
use crate::cao::order::Candidate;
use crate::cao::race::{Race, Step};
use crate::conn::conns::Conns;
use crate::sys::memory::Mark;
use crate::sys::net::Io;
use crate::sys::{clock, tcp};
use core::fmt::Write;
use core::net::{IpAddr, SocketAddr};
use core::ptr::without_provenance;
use socket2::SockAddr;
use std::rc::Rc;

/// How many attempts an error text names.
const NAMED: usize = 8;

/// The race of a client that connects.
pub(super) struct Running {
    race: Race,
    id: u64,
    /// When it began, microseconds.
    #[cfg(all(feature = "LWS_WITH_CAO", feature = "LWS_WITH_SYS_SMD"))]
    began: i64,
    partition: u64,
    /// What is known of the way to each address.
    ways: Vec<Path>,
    /// The DNS servers that gave the addresses of IPv6 and of IPv4.
    servers: [Option<IpAddr>; 2],
    /// The attempts under way, by the tokens of their racers.
    racers: Vec<(SocketAddr, u64)>,
    /// Those that ended.
    over: Vec<Rc<Attempt>>,
    started: usize,
}

/// What a racer has besides its socket.
pub(crate) struct Racer {
    /// The token of the client that it races for.
    client: u64,
    pub(super) attempt: Attempt,
    /// The race is over without it.
    lost: bool,
}

impl Running {
    pub(super) fn new(
        conns: &Conns,
        deadline: Option<i64>,
        partition: u64,
        prefers_six: bool,
    ) -> Self {
        let races = conns.races();
        Self {
            race: Race::new(races.settings.get(), prefers_six, deadline),
            id: Races::next(&races.races),
            #[cfg(all(feature = "LWS_WITH_CAO", feature = "LWS_WITH_SYS_SMD"))]
            began: clock::now_us(),
            partition,
            ways: Vec::new(),
            servers: [None; 2],
            racers: Vec::new(),
            over: Vec::new(),
            started: 0,
        }
    }

    fn way(&self, dest: SocketAddr) -> Path {
        let known = self.ways.iter().find(|w| w.dest == dest);
        let [six, four] = self.servers;
        Path {
            partition: self.partition,
            dns: if is_six(dest) { six } else { four },
            ..known.copied().unwrap_or(Path::to(dest))
        }
    }

    /// How many attempts have begun.
    #[cfg(all(feature = "LWS_WITH_CAO", feature = "LWS_WITH_SYS_SMD"))]
    fn started(&self) -> usize {
        self.started
    }

    /// What was tried and how it ended, for an error text.
    fn told(&self, now: i64) -> String {
        let mut text = String::new();
        let mut count = 0usize;
        let mut add = |what: core::fmt::Arguments<'_>| {
            count += 1;
            if count <= NAMED {
                // Writing to a String cannot fail.
                let _ = write!(text, "{}{what}", if count == 1 { "" } else { ", " });
            }
        };
        for a in &self.over {
            add(format_args!("{}", a.describe()));
        }
        for c in self.race.skipped() {
            add(format_args!("{} no route", c.dest));
        }
        for (dest, started) in self.race.under_way() {
            let ms = now.saturating_sub(started) / 1000;
            add(format_args!("{dest} no answer after {ms} ms"));
        }
        if count > NAMED {
            let _ = write!(text, " and {} more", count - NAMED);
        }
        text
    }
}

/// Whether a client has addresses by now, which it races for.
#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
pub(super) fn has_begun(wsi: &Wsi) -> bool {
    with(wsi, |_| ()).is_some()
}

fn with<R>(wsi: &Wsi, f: impl FnOnce(&mut Running) -> R) -> Option<R> {
    client::with(wsi, |s| s.race.as_mut().map(f)).flatten()
}

fn is_six(dest: SocketAddr) -> bool {
    dest.ip().to_canonical().is_ipv6()
}

/// Addresses have come: of each family that is there, all there are. `alone`: it is one, and there
/// will be no other.
pub(super) fn answers(conns: &Conns, wsi: &Rc<Wsi>, named: &client::Named, alone: bool) {
    with(wsi, |r| {
        for (known, said) in r.servers.iter_mut().zip(named.servers) {
            *known = said.or(*known);
        }
    });
    for (six, list) in [(true, &named.six), (false, &named.four)] {
        if let Some(list) = list {
            answer(conns, wsi, six, list, alone);
        }
    }
}

fn answer(conns: &Conns, wsi: &Rc<Wsi>, six: bool, addresses: &[SocketAddr], alone: bool) {
    let now = clock::now_us();
    let partition = with(wsi, |r| r.partition).unwrap_or(0);
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut ways = Vec::new();
    for dest in addresses.iter().take(crate::cao::race::MOST_ADDRESSES) {
        let (c, way) = if alone {
            (Candidate::new(*dest), None)
        } else {
            let (c, way) = survey::look(conns, wsi, *dest, partition);
            (c, Some(way))
        };
        candidates.push(c);
        ways.extend(way);
    }
    {
        let mut paths = conns.races().paths.borrow_mut();
        for (c, way) in candidates.iter_mut().zip(&ways) {
            c.standing = paths.standing(way, now);
        }
    }
    let policy = conns.races().policy();
    with(wsi, |r| {
        // They may come again.
        r.ways.retain(|w| is_six(w.dest) != six);
        r.ways.extend(ways);
        r.race.answer(&policy, now, six, &candidates);
    });
}

/// Does what the race says, until that is to wait. Returns what came of it; `None`: the client has
/// closed, or is connected by now.
pub(super) fn go(conns: &Conns, wsi: &Rc<Wsi>) -> Option<Event> {
    loop {
        let step = with(wsi, |r| r.race.next(clock::now_us()))?;
        match step {
            Step::Wait(until) => return Some(Event::Racing { until }),
            Step::Start(dest) => {
                if let Some(event) = start(conns, wsi, dest) {
                    return Some(event);
                }
            }
            Step::Drop(dest) => {
                if let Some(racer) = racer_of(conns, wsi, dest) {
                    drop_racer(conns, &racer, Outcome::LostRace);
                }
            }
            Step::Won(dest) => return won(conns, wsi, dest),
            Step::Lost => {
                count(conns, wsi, None);
                let told = with(wsi, |r| r.told(clock::now_us()))?;
                client::add_note(wsi, &told);
                return Some(Event::Unreachable);
            }
        }
    }
}

/// A race has ended: it is counted, and told of if the program wants that.
#[cfg(feature = "LWS_WITH_CAO")]
fn count(conns: &Conns, wsi: &Wsi, winner: Option<&Attempt>) {
    {
        let mut paths = conns.races().paths.borrow_mut();
        let c = &mut paths.counters;
        c.races = c.races.saturating_add(1);
        let which = if winner.is_some() {
            &mut c.won
        } else {
            &mut c.lost
        };
        *which = which.saturating_add(1);
    }
    #[cfg(feature = "LWS_WITH_SYS_SMD")]
    if conns.races().announce.get() {
        tell(conns, wsi, winner);
    }
    #[cfg(not(feature = "LWS_WITH_SYS_SMD"))]
    let _ = wsi;
}

#[cfg(not(feature = "LWS_WITH_CAO"))]
fn count(_conns: &Conns, _wsi: &Wsi, _winner: Option<&Attempt>) {}

#[cfg(all(feature = "LWS_WITH_CAO", feature = "LWS_WITH_SYS_SMD"))]
fn tell(conns: &Conns, wsi: &Wsi, winner: Option<&Attempt>) {
    let Some((id, began, tried)) = with(wsi, |r| (r.id, r.began, r.started())) else {
        return;
    };
    let won = winner.map_or("null".into(), |a| format!("\"{}\"", a.path.dest));
    let us = clock::now_us().saturating_sub(began);
    let text =
        format!("{{\"type\":\"race\",\"race\":{id},\"won\":{won},\"tried\":{tried},\"us\":{us}}}");
    conns.publish(crate::abi::smd::LWSSMDCL_NETWORK as u32, &text);
}

/// Goes on with a race in which something has happened.
pub(super) fn go_on(conns: &Conns, wsi: &Rc<Wsi>) {
    if let Some(event) = go(conns, wsi) {
        drive::step(conns, wsi, event);
    }
}

fn racer_of(conns: &Conns, wsi: &Wsi, dest: SocketAddr) -> Option<Rc<Wsi>> {
    let token = with(wsi, |r| {
        r.racers.iter().find(|(d, _)| *d == dest).map(|(_, t)| *t)
    })??;
    conns.table.get(token)
}

/// Begins an attempt. Returns an event if there is nothing more to try.
fn start(conns: &Conns, wsi: &Rc<Wsi>, dest: SocketAddr) -> Option<Event> {
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
        outcome: Outcome::Pending,
        errno: 0,
        won: false,
        rtt_us: 0,
        rttvar_us: 0,
        retransmits: 0,
    };
    let address = client::scoped(SockAddr::from(dest), client::iface(wsi).as_deref());
    let socket = match client::open(wsi, &address) {
        Ok(s) => s,
        Err(why) => {
            client::note(wsi, why);
            attempt.outcome = Outcome::NoRoute;
            ended(conns, wsi, &attempt);
            return None;
        }
    };
    races.paths.borrow_mut().begun(&way, now);
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
    if refused {
        client::note(wsi, "refused by CONNECTING".into());
        abandon(conns, wsi, Outcome::Cancelled);
        return Some(Event::Unreachable);
    }
    let io = racer.io()?;
    match io.socket()?.connect(&address) {
        // As when the peer is this host.
        Ok(()) => {
            with(wsi, |r| r.race.connected(dest));
        }
        Err(e) if client::is_pending(&e) => {
            survey::settle(conns, &racer);
            dispatch::update_interest(conns, &racer);
            let limit = i64::from(wsi.vhost.set.timeout_secs) * 1_000_000;
            timeout::set(conns, &racer, 0, limit);
            conns.watch_route(&racer);
        }
        Err(e) => {
            client::note(wsi, client::errno_text(&e));
            let errno = e.raw_os_error().unwrap_or(0);
            fail(conns, &racer, Outcome::of_errno(errno, false), errno);
        }
    }
    None
}

/// A racer's socket says something.
pub(super) fn progress(conns: &Conns, racer: &Rc<Wsi>) {
    let Some(io) = racer.io() else { return };
    let error = match io.socket().map(socket2::Socket::take_error) {
        Some(Ok(error)) => error,
        Some(Err(e)) => Some(e),
        None => None,
    };
    drop(io);
    let Some((client, dest, lost)) = facts(racer) else {
        return;
    };
    let client = conns.table.get(client).filter(|_| !lost);
    match (error, client) {
        (None, Some(client)) => {
            with(&client, |r| r.race.connected(dest));
            go_on(conns, &client);
        }
        (None, None) => drop_racer(conns, racer, Outcome::Connected),
        (Some(e), client) => {
            if let Some(client) = &client {
                client::note(client, client::errno_text(&e));
            }
            let errno = e.raw_os_error().unwrap_or(0);
            fail(conns, racer, Outcome::of_errno(errno, true), errno);
            if let Some(client) = client {
                go_on(conns, &client);
            }
        }
    }
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
pub(super) fn unwatched(conns: &Conns, racer: &Rc<Wsi>, why: &str) {
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
pub(super) fn out_of_time(conns: &Conns, racer: &Rc<Wsi>) {
    match facts(racer) {
        Some((client, _, false)) => {
            let client = conns.table.get(client);
            if let Some(client) = &client {
                client::note(client, format!("conn fail: {}", libc::ETIMEDOUT));
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
fn fail(conns: &Conns, racer: &Rc<Wsi>, outcome: Outcome, errno: i32) {
    if let Some(r) = racer.racer.borrow_mut().as_mut() {
        r.attempt.errno = errno;
    }
    drop_racer(conns, racer, outcome);
}

/// Takes what makes a connection a racer.
fn taken(conns: &Conns, racer: &Wsi) -> Option<Box<Racer>> {
    let taken = racer.racer.take()?;
    let under_way = &conns.races().under_way;
    under_way.set(under_way.get().saturating_sub(1));
    Some(taken)
}

/// Routing has changed: races look again at the ways to all their addresses.
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) fn network_changed(conns: &Conns) {
    if conns
        .races_so_far()
        .is_none_or(|races| races.under_way.get() == 0)
    {
        return;
    }
    for wsi in conns.table.all() {
        let Some((known, partition)) = with(&wsi, |r| (r.ways.clone(), r.partition)) else {
            continue;
        };
        let looked: Vec<_> = known
            .iter()
            .map(|way| survey::look(conns, &wsi, way.dest, partition))
            .collect();
        let now = clock::now_us();
        let policy = conns.races().policy();
        with(&wsi, |r| {
            r.ways = looked.iter().map(|(_, way)| *way).collect();
            r.race.changed(&policy, now, |c| {
                if let Some((found, _)) = looked.iter().find(|(f, _)| f.dest == c.dest) {
                    *c = Candidate {
                        standing: c.standing,
                        ..*found
                    };
                }
            });
        });
        go_on(conns, &wsi);
    }
}

/// An attempt ends without becoming the connection.
fn drop_racer(conns: &Conns, racer: &Rc<Wsi>, outcome: Outcome) {
    let Some(taken) = taken(conns, racer) else {
        return;
    };
    let mut attempt = taken.attempt;
    attempt.outcome = outcome;
    measure(racer, &mut attempt);
    let fd = racer.fd();
    close::now(conns, racer);
    if let Some(client) = conns.table.get(taken.client) {
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

/// Notes an attempt that has ended, in the history and with its client.
fn ended(conns: &Conns, client: &Wsi, attempt: &Attempt) {
    let mut attempt = *attempt;
    let now = clock::now_us();
    if attempt.took_us == 0 {
        attempt.took_us = took(&attempt, now);
    }
    let kept = keep(conns, &attempt);
    let dest = attempt.path.dest;
    if let Some(conmon) = client.conmon.get().filter(|_| !is_won(client)) {
        conmon.tried(dest, attempt.took_us);
    }
    with(client, |r| {
        r.racers.retain(|(d, _)| *d != dest);
        r.race.failed(now, dest);
        r.over.push(Rc::clone(&kept));
    });
    client.attempts.borrow_mut().push(kept);
}

/// Whether one of its attempts has become the connection.
fn is_won(client: &Wsi) -> bool {
    client.attempts.borrow().first().is_some_and(|a| a.won)
}

fn keep(conns: &Conns, attempt: &Attempt) -> Rc<Attempt> {
    let attempt = Rc::new(*attempt);
    let mut paths = conns.races().paths.borrow_mut();
    paths.ended(&attempt, clock::now_us());
    attempt
}

fn took(attempt: &Attempt, now: i64) -> u32 {
    u32::try_from(now.saturating_sub(attempt.started)).unwrap_or(u32::MAX)
}

/// What the kernel and the clock say of an attempt.
fn measure(racer: &Wsi, attempt: &mut Attempt) {
    attempt.took_us = took(attempt, clock::now_us());
    if let Some(m) = racer.io().and_then(|io| Some(tcp::measured(io.socket()?))) {
        // Before there is an answer the kernel only assumes something.
        if attempt.outcome == Outcome::Connected {
            attempt.rtt_us = m.rtt_us;
            attempt.rttvar_us = m.rttvar_us;
        }
        attempt.retransmits = m.retransmits;
    }
}

/// An attempt has won: its socket is the connection's from now on.
fn won(conns: &Conns, wsi: &Rc<Wsi>, dest: SocketAddr) -> Option<Event> {
    let now = clock::now_us();
    let racer = racer_of(conns, wsi, dest)?;
    let taken = taken(conns, &racer)?;
    let mut attempt = taken.attempt;
    attempt.outcome = Outcome::Connected;
    attempt.won = true;
    measure(&racer, &mut attempt);
    survey::from_socket(conns, &racer, &mut attempt.path);
    with(wsi, |r| r.racers.retain(|(d, _)| *d != dest));
    count(conns, wsi, Some(&attempt));
    let kept = keep(conns, &attempt);
    if let Some(conmon) = wsi.conmon.get() {
        conmon.tried(dest, attempt.took_us);
    }
    // Before the callbacks of an external poll loop: they find it where it is.
    dispatch::stop_watching(conns, &racer);
    wsi.set_io(None);
    conns.table.hand_over(&racer, wsi);
    close::now(conns, &racer);
    wsi.attempts.borrow_mut().insert(0, kept);
    lose(conns, wsi, now);
    (!wsi.is_closed()).then_some(Event::Connected)
}

/// The attempt that has won is of no use: its TLS handshake has failed.
pub(super) fn not_secured(conns: &Conns, wsi: &Wsi) {
    let winner = wsi.attempts.borrow().first().map(|a| **a);
    if let Some(winner) = winner.filter(|a| a.won) {
        let kept = keep(
            conns,
            &Attempt {
                outcome: Outcome::TlsFailed,
                ..winner
            },
        );
        if let Some(first) = wsi.attempts.borrow_mut().first_mut() {
            *first = kept;
        }
    }
}

/// The other attempts of a race that is won go on for a while, or end now.
fn lose(conns: &Conns, wsi: &Rc<Wsi>, now: i64) {
    let fallout = conns.races().settings.get().fallout_us;
    let racers = with(wsi, |r| core::mem::take(&mut r.racers)).unwrap_or_default();
    for (_, token) in racers {
        let Some(racer) = conns.table.get(token) else {
            continue;
        };
        let Some((path, started)) = racer.racer.borrow_mut().as_mut().map(|r| {
            r.lost = true;
            (r.attempt.path, r.attempt.started)
        }) else {
            continue;
        };
        let elapsed = now.saturating_sub(started);
        conns
            .races()
            .paths
            .borrow_mut()
            .overdue(&path, elapsed, now);
        if fallout > 0 {
            timeout::set(conns, &racer, 0, fallout);
        } else {
            drop_racer(conns, &racer, Outcome::LostRace);
        }
    }
}

/// The client ends without a connection: so do its attempts.
pub(super) fn abandon(conns: &Conns, wsi: &Rc<Wsi>, outcome: Outcome) {
    let racers = with(wsi, |r| core::mem::take(&mut r.racers)).unwrap_or_default();
    for (_, token) in racers {
        if let Some(racer) = conns.table.get(token) {
            drop_racer(conns, &racer, outcome);
        }
    }
}

/// Keeps the history of a client's destination apart. Returns false for what is no client that
/// connects.
#[cfg(feature = "LWS_WITH_CAO")]
pub(crate) fn set_partition(wsi: &Wsi, partition: u64) -> bool {
    let found = client::with(wsi, |s| {
        s.partition = partition;
        if let Some(r) = &mut s.race {
            r.partition = partition;
            for way in &mut r.ways {
                way.partition = partition;
            }
        }
    });
    found.is_some()
}

/// What was tried, for the error text of a client that is out of time.
pub(super) fn told(wsi: &Wsi) -> String {
    with(wsi, |r| r.told(clock::now_us())).unwrap_or_default()
}
