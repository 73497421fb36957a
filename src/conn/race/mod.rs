//! Carries out what [`crate::cao::race`] decides: sockets, callbacks and timers of the attempts to
//! connect a client.
//!
//! Each attempt has a connection object of its own in the table, a *racer*, which no callback is
//! about. The program's connection shows the socket of the latest racer meanwhile, and gets that of
//! the winner. A loser goes on for a while after the race, so that what becomes of it is known.

mod racer;
mod record;
#[cfg(feature = "LWS_WITH_TLS")]
mod secured;

pub(crate) use racer::Racer;
#[cfg(feature = "LWS_WITH_TLS")]
pub(super) use racer::has_lost;
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) use racer::{cut_off, shown, trying};
pub(super) use racer::{out_of_time, progress, unwatched};

use racer::{belongs, drop_racer, racer_of, start, taken};
use record::{count, keep, measure};

use super::Conns;
use super::life::Event;
use super::races::Races;
use super::wsi::Wsi;
use super::{client, close, dispatch, drive, survey, timeout};
use crate::cao::attempt::{Attempt, Outcome, Path};
use crate::cao::order::Candidate;
use crate::cao::race::{Race, Step};
use crate::sys::clock;
use core::fmt::Write;
use core::net::{IpAddr, SocketAddr};
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
        for (dest, started, secures) in self.race.under_way() {
            let ms = now.saturating_sub(started) / 1000;
            let of = if secures { "TLS " } else { "" };
            add(format_args!("{dest} no {of}answer after {ms} ms"));
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

/// Goes on with a race in which something has happened.
pub(super) fn go_on(conns: &Conns, wsi: &Rc<Wsi>) {
    if let Some(event) = go(conns, wsi) {
        drive::step(conns, wsi, event);
    }
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

/// An attempt has won: its socket is the connection's from now on.
fn won(conns: &Conns, wsi: &Rc<Wsi>, dest: SocketAddr) -> Option<Event> {
    let now = clock::now_us();
    let racer = racer_of(conns, wsi, dest)?;
    let taken = taken(conns, &racer)?;
    let mut attempt = taken.attempt;
    attempt.outcome = Outcome::Connected;
    attempt.won = true;
    measure(&racer, &mut attempt, taken.up);
    survey::from_socket(conns, &racer, &mut attempt.path);
    belongs(wsi, &mut attempt);
    with(wsi, |r| r.racers.retain(|(d, _)| *d != dest));
    count(conns, wsi, Some(&attempt));
    let kept = keep(conns, &attempt);
    if let Some(conmon) = wsi.conmon.get() {
        conmon.tried(dest, &attempt);
    }
    // Before the callbacks of an external poll loop: they find it where it is.
    dispatch::stop_watching(conns, &racer);
    wsi.set_io(None);
    conns.table.hand_over(&racer, wsi);
    wsi.session.replace(racer.session.take());
    close::now(conns, &racer);
    wsi.attempts.borrow_mut().insert(0, kept);
    lose(conns, wsi, now);
    (!wsi.is_closed()).then_some(Event::Connected)
}

/// The other attempts of a race that is won go on for a while, or end now.
fn lose(conns: &Conns, wsi: &Rc<Wsi>, now: i64) {
    let fallout = conns.races().settings.get().fallout_us;
    let racers = with(wsi, |r| core::mem::take(&mut r.racers)).unwrap_or_default();
    for (_, token) in racers {
        let Some(racer) = conns.table.get(token) else {
            continue;
        };
        let Some((path, started, up)) = racer.racer.borrow_mut().as_mut().map(|r| {
            r.lost = true;
            belongs(wsi, &mut r.attempt);
            (r.attempt.path, r.attempt.started, r.up)
        }) else {
            continue;
        };
        let elapsed = now.saturating_sub(if up != 0 { up } else { started });
        conns
            .races()
            .paths
            .borrow_mut()
            .overdue(&path, up != 0, elapsed, now);
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

/// Whether an attempt of a client waits for TLS.
pub(super) fn is_securing(wsi: &Wsi) -> bool {
    with(wsi, |r| r.race.under_way().any(|(_, _, secures)| secures)).unwrap_or(false)
}

/// What was tried, for the error text of a client that is out of time.
pub(super) fn told(wsi: &Wsi) -> String {
    with(wsi, |r| r.told(clock::now_us())).unwrap_or_default()
}
