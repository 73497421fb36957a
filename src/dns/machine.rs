//! The resolver without sockets and clock. What goes in: names, packets, what became of sockets,
//! and the time. What comes out: [`Act`]s for the sockets, [`Told`] for those who wait, and the
//! time of the next look.

use super::cache::{self, Cache, Fact, Want, What};
use super::conf::{Conf, Flag};
use super::dice::{Dice, Fill};
use super::flight::{Act, Launch, Net};
use super::found::{Found, Status};
use super::hash::ByBytes;
use super::hosts::Hosts;
use super::job::{Job, State, Waiter};
use super::name::{BadName, Name};
use super::names::{self, Plan};
use super::pool::{Pool, Token};
use super::servers::{Id, Servers};
use super::timers::Timers;
use super::wire::reply::MAX_CHAIN;
use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;

/// How long those who wait for a name wait for its other family (RFC 8305 section 3).
pub(crate) const GRACE_US: i64 = 50_000;
/// The longest time between two packets for one question.
const LONGEST_WAIT_US: i64 = 5_000_000;
/// How long a server may still answer what another one has answered.
const LINGER_US: i64 = 2_000_000;
/// How long a connection is kept without questions (RFC 7766 section 6.2.3).
const IDLE_US: i64 = 10_000_000;
/// How many packets one question has under way.
const MAX_FLIGHTS: usize = 4;
/// Memory for what is known, bytes.
pub(crate) const BUDGET: usize = 4 * 1024 * 1024;

/// What can be set.
#[derive(Clone, Copy)]
pub(crate) struct Settings {
    /// IPv6 addresses are asked for.
    pub(crate) v6: bool,
    /// Answers past their time are given while new ones are asked for (RFC 8767).
    pub(crate) optimistic: bool,
    /// There is a way to the IPv6 internet, as far as is known.
    pub(crate) way6: bool,
}

/// What there is for one who waits.
pub(crate) struct Told {
    pub(crate) waiter: Token,
    pub(crate) found: Rc<Found>,
    /// Nothing comes after it.
    pub(crate) last: bool,
}

/// What became of a question at once.
pub(crate) enum Asked {
    /// It is known. With a job, more comes for one who watches.
    Known(Rc<Found>, Option<Token>),
    /// The waiter is told later.
    Later(Token),
}

/// How often things happened.
#[derive(Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) asked: u64,
    /// Joined others who waited for the same name.
    pub(crate) shared: u64,
    /// Names that had to be asked for.
    pub(crate) jobs: u64,
    pub(crate) failed: u64,
    pub(crate) hedged: u64,
    pub(crate) over_tcp: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    Job(Token),
    Idle(Token),
    Linger,
}

pub(crate) struct Machine {
    pub(crate) conf: Conf,
    pub(crate) hosts: Hosts,
    pub(crate) servers: Servers,
    pub(crate) cache: Cache,
    pub(crate) settings: Settings,
    pub(crate) counts: Counts,
    pub(super) net: Net,
    pub(super) jobs: Pool<Box<Job>>,
    /// The names under way: those with search domains, and those that are asked for as they are.
    by_name: [ByBytes; 2],
    timers: Timers<Timer>,
    pub(super) dice: Dice,
    told: VecDeque<Told>,
    /// There is a timer for packets that linger.
    lingers: bool,
}

impl Machine {
    pub(crate) fn new(settings: Settings, fill: Fill) -> Self {
        Self {
            conf: Conf::default(),
            hosts: Hosts::default(),
            servers: Servers::default(),
            cache: Cache::new(BUDGET),
            settings,
            counts: Counts::default(),
            net: Net::default(),
            jobs: Pool::default(),
            by_name: Default::default(),
            timers: Timers::new(),
            dice: Dice::new(fill),
            told: VecDeque::new(),
            lingers: false,
        }
    }

    // ---- what it works by

    /// Takes what the file says now. What was learned of another network does not hold in this one.
    pub(crate) fn configure(&mut self, conf: Conf) {
        let mut servers = conf.servers.clone();
        if servers.is_empty() {
            // resolv.conf(5): the one on this machine.
            servers.push(SocketAddr::from((Ipv4Addr::LOCALHOST, 53)));
        }
        let dice = &mut self.dice;
        self.servers.follow_file(&servers, &mut || dice.u64());
        self.conf = conf;
        self.cache.forget(true);
    }

    /// Takes what the hosts file says now.
    pub(crate) fn set_hosts(&mut self, hosts: Hosts) {
        self.hosts = hosts;
    }

    /// The network has changed: what failed may work.
    pub(crate) fn network_changed(&mut self) {
        self.servers.wake();
        self.cache.forget(false);
    }

    pub(crate) fn add_server(&mut self, server: SocketAddr) -> bool {
        let dice = &mut self.dice;
        let new = self.servers.add(server, &mut || dice.u64());
        if new {
            self.cache.forget(false);
        }
        new
    }

    // ---- questions

    /// Looks at what is known of a name that would be asked for as it is. Costs no memory.
    pub(crate) fn peek(&mut self, now: i64, text: &[u8]) -> Option<&mut cache::Entry> {
        let mut wire = super::name::Wire::new();
        wire.text(text).ok()?;
        let dots = text.iter().filter(|c| **c == b'.').count();
        let direct = dots >= self.conf.options.ndots || self.conf.search.is_empty();
        if !direct || text.contains(&b'\\') {
            return None;
        }
        let v6 = self.v6();
        if self.hosts.get(wire.wire()).is_some() {
            return None;
        }
        let entry = self.cache.get(wire.wire())?;
        let fresh = |f: Option<&Fact>| f.is_some_and(|f| f.is_fresh(now));
        let whole = fresh(entry.fact(Want::A)) && (!v6 || fresh(entry.fact(Want::Aaaa)));
        let any = [Want::A, Want::Aaaa]
            .iter()
            .any(|w| entry.fact(*w).is_some_and(|f| !f.addresses().is_empty()));
        (whole && any).then_some(entry)
    }

    pub(crate) fn v6(&self) -> bool {
        self.settings.v6 && !self.conf.options.has(Flag::NoAaaa)
    }

    /// Somebody asks for a name.
    pub(crate) fn ask(&mut self, now: i64, text: &[u8], waiter: Waiter) -> Result<Asked, BadName> {
        let (name, absolute) = names::read(text)?;
        self.counts.asked = self.counts.asked.saturating_add(1);
        let names = match names::plan(&name, absolute, &self.conf, self.v6()) {
            Plan::Known(all) => return Ok(Asked::Known(Rc::new(Found::known(all)), None)),
            Plan::None => return Ok(Asked::Known(Rc::new(Found::known(Vec::new())), None)),
            Plan::Ask(names) => names,
        };
        if let Some(all) = self.hosts.get(name.wire()) {
            let mut all = all.to_vec();
            if !self.settings.v6 {
                all.retain(IpAddr::is_ipv4);
            }
            super::found::sort(&mut all, self.settings.way6);
            return Ok(Asked::Known(Rc::new(Found::known(all)), None));
        }
        // Without domains to search, the dot at the end makes no other question of it.
        let absolute = absolute || matches!(names.as_slice(), [only] if *only == name);
        if let Some(token) = self.under_way_as(absolute).get(name.wire()).copied() {
            self.counts.shared = self.counts.shared.saturating_add(1);
            return Ok(self.join(now, token, waiter));
        }
        let options = self.conf.options;
        let limit = options
            .timeout
            .saturating_mul(options.attempts)
            .clamp(1, 30);
        let deadline = now.saturating_add(limit.saturating_mul(1_000_000));
        let Some(mut job) = Job::new((name, absolute), names, self.v6(), deadline) else {
            return Ok(Asked::Known(Rc::new(Found::known(Vec::new())), None));
        };
        if waiter.services {
            job.half(Want::Https).state = State::Asking;
        }
        if let Some(found) = self.look(now, &mut job) {
            self.cache.counts.hits = self.cache.counts.hits.saturating_add(1);
            // One who watches hears of the services later.
            let more = waiter.watches && !job.half(Want::Https).is_settled();
            let token = more.then(|| {
                job.waiters.push(waiter.after_a_part());
                self.begin(now, job)
            });
            return Ok(Asked::Known(Rc::new(found), token));
        }
        self.cache.counts.misses = self.cache.counts.misses.saturating_add(1);
        let stale = self.stale(now, &job);
        job.refresh = stale.is_some();
        if stale.is_none() || waiter.watches {
            job.waiters.push(waiter);
        }
        let token = self.begin(now, job);
        Ok(match stale {
            Some(found) => Asked::Known(Rc::new(found), waiter.watches.then_some(token)),
            None => Asked::Later(token),
        })
    }

    /// One who waited does not any more. Without anybody the name is not asked for any longer.
    pub(crate) fn cancel(&mut self, now: i64, token: Token, waiter: Token) {
        let Some(job) = self.jobs.get_mut(token) else {
            return;
        };
        let before = job.waiters.len();
        job.waiters.retain(|w| w.token != waiter);
        if before > 0 && job.waiters.is_empty() && !job.refresh {
            self.remove(now, token);
        }
    }

    /// Adds one who waits to a name under way.
    fn join(&mut self, now: i64, token: Token, waiter: Waiter) -> Asked {
        let known = self
            .jobs
            .get(token)
            .filter(|job| job.is_settled())
            .map(|job| Rc::new(self.found(now, job)));
        let Some(job) = self.jobs.get_mut(token) else {
            return Asked::Later(token);
        };
        // Only the services are to come.
        if let Some(found) = known {
            let more = waiter.watches && waiter.services;
            if more {
                job.waiters.push(waiter.after_a_part());
            }
            return Asked::Known(found, more.then_some(token));
        }
        job.waiters.push(waiter);
        if waiter.early && job.has_addresses() {
            self.tell_part(now, token, true);
        }
        let Some(job) = self.jobs.get_mut(token) else {
            return Asked::Later(token);
        };
        // It has one family's answer, and the other one's may take long.
        if job.has_addresses() && job.grace_us.is_none() {
            job.grace_us = Some(now.saturating_add(GRACE_US));
        }
        if waiter.services && matches!(job.half(Want::Https).state, State::Off) {
            job.half(Want::Https).state = State::Asking;
            self.send(now, token, Want::Https);
        }
        self.retime(token);
        Asked::Later(token)
    }

    /// Takes from the cache what there is, name after name. Returns what it comes to, if all of it
    /// is there.
    fn look(&mut self, now: i64, job: &mut Job) -> Option<Found> {
        loop {
            let name = job.name();
            for half in job.halves.iter_mut().filter(|h| !h.is_settled()) {
                let entry = self.cache.get(name.wire());
                let fact = entry
                    .and_then(|e| e.fact(half.want))
                    .filter(|f| f.is_fresh(now));
                if let Some(fact) = fact {
                    half.state = State::Done(fact.clone());
                }
            }
            if !job.is_settled() {
                return None;
            }
            let found = self.found(now, job);
            if found.status == Status::Found || !self.goes_on(job, &found) {
                return Some(found);
            }
        }
    }

    /// After a name without addresses: whether there is another to be asked for.
    fn goes_on(&self, job: &mut Job, found: &Found) -> bool {
        job.failed |= found.status == Status::Failed;
        job.next_name()
    }

    fn found(&self, now: i64, job: &Job) -> Found {
        let [a, aaaa, https] = &job.halves;
        let mut found = Found::of(
            [a.fact(), aaaa.fact(), https.fact()],
            now,
            self.settings.way6,
        );
        if found.status == Status::None && job.failed {
            found.status = Status::Failed;
        }
        found.partial = !job.is_settled();
        found
    }

    /// An answer past its time, when that is wanted.
    fn stale(&mut self, now: i64, job: &Job) -> Option<Found> {
        if !self.settings.optimistic {
            return None;
        }
        let name = job.name();
        let entry = self.cache.peek(name.wire())?;
        let usable = |f: &&Fact| f.is_fresh(now) || cache::may_be_stale(f, now);
        let fact = |want| entry.fact(want).filter(usable);
        let found = Found::of(
            [fact(Want::A), fact(Want::Aaaa), None],
            now,
            self.settings.way6,
        );
        if found.addresses.is_empty() {
            return None;
        }
        self.cache.counts.stale = self.cache.counts.stale.saturating_add(1);
        Some(found)
    }

    // ---- a name under way

    fn begin(&mut self, now: i64, mut job: Job) -> Token {
        self.counts.jobs = self.counts.jobs.saturating_add(1);
        if self.conf.options.has(Flag::Rotate) {
            job.start = self.servers.turn();
        }
        let (name, absolute) = job.key.clone();
        let token = self.jobs.add(Box::new(job));
        self.under_way_as(absolute).insert(name.shared(), token);
        self.start(now, token);
        token
    }

    /// Asks for the name that the job is at.
    fn start(&mut self, now: i64, token: Token) {
        let single = self.conf.options.has(Flag::SingleRequest);
        for want in [Want::Aaaa, Want::A, Want::Https] {
            let Some(job) = self.jobs.get_mut(token) else {
                return;
            };
            let half = job.half(want);
            if !matches!(half.state, State::Asking) {
                continue;
            }
            if single && want == Want::Aaaa {
                half.state = State::Waiting;
                half.next_us = i64::MAX;
                continue;
            }
            self.send(now, token, want);
        }
        self.settle(now, token);
    }

    /// Asks the next server, if there is one.
    fn send(&mut self, now: i64, token: Token, want: Want) {
        let Some(job) = self.jobs.get_mut(token) else {
            return;
        };
        let start = job.start;
        let half = job.half(want);
        let mut server = self.servers.pick([&half.refused, &half.tried], start);
        if server.is_none() && !half.tried.is_empty() {
            half.tried.clear();
            half.rounds = half.rounds.saturating_add(1);
            server = self.servers.pick([&half.refused, &[]], start);
        }
        let Some(server) = server else {
            if half.flights.is_empty() {
                self.give_up(now, token, want);
            } else {
                half.next_us = i64::MAX;
            }
            return;
        };
        half.tried.push(server);
        let others = self
            .servers
            .pick([&half.refused, &half.tried], start)
            .is_some();
        let first = half.flights.is_empty() && half.rounds == 0;
        let rounds = half.rounds.min(8);
        if let Some(s) = self.servers.get(server) {
            let wait = if others { s.hedge_us() } else { s.again_us() };
            let wait = wait.checked_shl(rounds).unwrap_or(LONGEST_WAIT_US);
            half.next_us = now.saturating_add(wait.min(LONGEST_WAIT_US));
        }
        if !first {
            self.counts.hedged = self.counts.hedged.saturating_add(1);
        }
        // One that was odd over UDP may be itself over TCP.
        let tcp = half.odd == Some(server);
        self.launch(now, token, want, server, tcp, false);
        if first {
            if let Some(resting) = self.servers.probe(now, server) {
                self.launch(now, token, want, resting, false, false);
            }
        }
    }

    /// Sends a packet to a server.
    fn launch(&mut self, now: i64, token: Token, want: Want, server: Id, tcp: bool, again: bool) {
        let tcp = tcp || self.conf.options.has(Flag::UseVc);
        let reopen = self.conf.options.has(Flag::Reopen);
        let Some(job) = self.jobs.get_mut(token) else {
            return;
        };
        let Some(s) = self.servers.get(server) else {
            return;
        };
        s.counts.sent = s.counts.sent.saturating_add(1);
        if tcp {
            s.counts.tcp = s.counts.tcp.saturating_add(1);
            self.counts.over_tcp = self.counts.over_tcp.saturating_add(1);
        }
        let half = job.half(want);
        let flight = self.net.launch(
            now,
            Launch {
                job: token,
                want,
                server,
                to: s.address,
                name: half.name.clone(),
                mix_case: s.keeps_case(now),
                edns: s.edns(now),
                ad: self.conf.options.has(Flag::TrustAd),
                tcp,
                again,
                alone: reopen,
            },
            &mut self.dice,
        );
        half.flights.push(flight);
        if half.flights.len() > MAX_FLIGHTS {
            let oldest = half.flights.remove(0);
            self.land(now, oldest);
        }
    }

    /// The server can answer no more than it has: the same question by TCP, without EDNS, or with
    /// its new cookie.
    pub(super) fn ask_again(
        &mut self,
        now: i64,
        token: Token,
        want: Want,
        server: Id,
        tcp: bool,
        cookie: bool,
    ) {
        self.launch(now, token, want, server, tcp, cookie);
        if let (Some(job), Some(s)) = (self.jobs.get_mut(token), self.servers.get(server)) {
            job.half(want).next_us = now.saturating_add(s.again_us());
        }
        self.retime(token);
    }

    /// A server cannot answer the question; another one may.
    pub(super) fn refused(&mut self, now: i64, token: Token, want: Want, server: Id) {
        let Some(job) = self.jobs.get_mut(token) else {
            return;
        };
        let start = job.start;
        let half = job.half(want);
        if !matches!(half.state, State::Asking) {
            return;
        }
        if !half.refused.contains(&server) {
            half.refused.push(server);
        }
        // Not when another one is being waited for, whose time will come.
        let waiting = half.flights.iter().any(|f| {
            let f = self.net.flights.get(*f);
            f.is_some_and(|f| !half.refused.contains(&f.server))
        });
        let untried = self
            .servers
            .pick([&half.refused, &half.tried], start)
            .is_some();
        if untried || !waiting {
            self.send(now, token, want);
        }
        self.settle(now, token);
    }

    /// No server can answer the question.
    fn give_up(&mut self, now: i64, token: Token, want: Want) {
        let Some(job) = self.jobs.get(token) else {
            return;
        };
        let times = self
            .cache
            .failures(job.name().wire(), want, now)
            .saturating_add(1);
        self.done(
            now,
            token,
            want,
            Fact::new(What::Failed(times), None, now),
            None,
        );
    }

    /// The question has its answer, by a packet or not.
    pub(super) fn done(
        &mut self,
        now: i64,
        token: Token,
        want: Want,
        fact: Fact,
        by: Option<Token>,
    ) {
        let Some(job) = self.jobs.get_mut(token) else {
            return;
        };
        let name = job.name();
        let keep = match self.cache.peek(name.wire()).and_then(|e| e.fact(want)) {
            // A failure does not displace what may still be given.
            Some(old) if self.settings.optimistic && matches!(fact.what, What::Failed(_)) => {
                !cache::may_be_stale(old, now)
            }
            _ => true,
        };
        if keep {
            self.cache.put(&name, want, fact.clone());
        }
        let half = job.half(want);
        half.state = State::Done(fact);
        let flights = core::mem::take(&mut half.flights);
        let winner = by.and_then(|f| self.net.flights.get(f)).map(|f| f.server);
        for flight in flights {
            let Some(f) = self.net.flights.get(flight) else {
                continue;
            };
            let (server, sent, tcp) = (f.server, f.sent_us, f.tcp);
            let waited = now.saturating_sub(sent);
            let missed = Some(flight) != by && winner.is_some_and(|w| w != server);
            let mut lingers = false;
            if let Some(s) = self.servers.get(server) {
                // Who was overtaken, and who let the whole time pass.
                if (missed && waited >= s.hedge_us())
                    || (winner.is_none() && waited >= s.again_us())
                {
                    lingers = s.failed(now, sent) && !tcp;
                } else {
                    // It was tried, and may be back.
                    lingers = missed && s.failures > 0 && !tcp;
                }
            }
            if lingers {
                self.net.linger(now, flight);
                self.linger_until(now.saturating_add(LINGER_US));
            } else {
                self.land(now, flight);
            }
        }
    }

    /// Forgets a packet; a connection without any is closed after a while.
    pub(super) fn land(&mut self, now: i64, flight: Token) {
        let Some(f) = self.net.land(now, flight) else {
            return;
        };
        if let Some(s) = self.net.socks.get(f.sock) {
            if s.idle_us == Some(now) {
                self.timers
                    .insert(now.saturating_add(IDLE_US), Timer::Idle(f.sock));
            }
        }
    }

    /// The records are another name's.
    pub(super) fn elsewhere(
        &mut self,
        now: i64,
        token: Token,
        want: Want,
        to: Name,
        ttl: u32,
        server: Id,
    ) {
        let Some(job) = self.jobs.get_mut(token) else {
            return;
        };
        let half = job.half(want);
        half.ttl = half.ttl.min(ttl);
        half.hops = half.hops.saturating_add(1);
        if half.hops > MAX_CHAIN || half.name == to {
            return self.refused(now, token, want, server);
        }
        half.state = State::Elsewhere(to);
        half.next_us = now.saturating_add(GRACE_US);
        for flight in core::mem::take(&mut half.flights) {
            self.land(now, flight);
        }
        self.settle(now, token);
    }

    /// Asks for the name that the records are said to be of.
    fn follow(&mut self, now: i64, token: Token, want: Want) {
        let Some(job) = self.jobs.get_mut(token) else {
            return;
        };
        let half = job.half(want);
        let State::Elsewhere(to) = core::mem::replace(&mut half.state, State::Asking) else {
            return;
        };
        half.name = to.clone();
        half.tried.clear();
        half.rounds = 0;
        let ttl = half.ttl;
        let known = self.cache.peek(to.wire()).and_then(|e| e.fact(want));
        if let Some(fact) = known.filter(|f| f.is_fresh(now)) {
            let mut fact = fact.clone();
            let until = now.saturating_add(i64::from(ttl).saturating_mul(1_000_000));
            fact.until_us = fact.until_us.min(until);
            return self.done(now, token, want, fact, None);
        }
        self.send(now, token, want);
    }

    /// Looks at what the state of the questions comes to.
    pub(super) fn settle(&mut self, now: i64, token: Token) {
        for want in [Want::A, Want::Aaaa] {
            self.unpark(now, token, want);
        }
        let Some(job) = self.jobs.get_mut(token) else {
            return;
        };
        if job.is_settled() {
            return self.settled(now, token);
        }
        if job.has_addresses() && job.waiters.iter().any(|w| w.early && !w.heard) {
            self.tell_part(now, token, true);
        }
        let Some(job) = self.jobs.get_mut(token) else {
            return;
        };
        if job.has_addresses() && job.grace_us.is_none() && job.waiters.iter().any(|w| !w.heard) {
            job.grace_us = Some(now.saturating_add(GRACE_US));
        }
        self.retime(token);
    }

    /// A question that waits for the other one's answer.
    fn unpark(&mut self, now: i64, token: Token, want: Want) {
        let Some(job) = self.jobs.get_mut(token) else {
            return;
        };
        let Some(other) = job.other(want) else { return };
        let (settled, has) = (other.is_settled(), other.has_addresses());
        let open = settled || other.hops > 0;
        match job.half(want).state {
            State::Waiting if settled => {
                job.half(want).state = State::Asking;
                self.send(now, token, want);
            }
            // The server follows such chains, and said all there is.
            State::Elsewhere(_) if has => {
                self.done(now, token, want, Fact::new(What::NoData, None, now), None);
            }
            State::Elsewhere(_) if open => self.follow(now, token, want),
            _ => (),
        }
    }

    /// All about the addresses of the name is known.
    fn settled(&mut self, now: i64, token: Token) {
        let Some(mut job) = self.jobs.lend(token) else {
            return;
        };
        let mut found = self.found(now, &job);
        let mut known = true;
        let mut last = Vec::new();
        job.halves
            .iter()
            .for_each(|h| last.extend_from_slice(&h.flights));
        if found.addresses.is_empty() && self.goes_on(&mut job, &found) {
            last.into_iter().for_each(|f| self.land(now, f));
            job.grace_us = None;
            match self.look(now, &mut job) {
                Some(f) => found = f,
                None => known = false,
            }
        }
        self.jobs.restore(token, job);
        if known {
            self.finish(now, token, found);
        } else {
            self.start(now, token);
        }
    }

    fn finish(&mut self, now: i64, token: Token, found: Found) {
        let Some(job) = self.jobs.get_mut(token) else {
            return;
        };
        if found.status == Status::Failed {
            self.counts.failed = self.counts.failed.saturating_add(1);
        }
        let found = Rc::new(found);
        let open = !job.half(Want::Https).is_settled();
        let mut waiters = core::mem::take(&mut job.waiters);
        waiters.retain_mut(|w| {
            let stays = open && w.watches && w.services;
            if !stays || !w.heard {
                self.told.push_back(Told {
                    waiter: w.token,
                    found: Rc::clone(&found),
                    last: !stays,
                });
            }
            w.heard = true;
            stays
        });
        if waiters.is_empty() {
            return self.remove(now, token);
        }
        job.waiters = waiters;
        self.retime(token);
    }

    /// Tells those who have not heard yet what has come so far; with `early`, only those who wanted to
    /// hear at once.
    fn tell_part(&mut self, now: i64, token: Token, early: bool) {
        let Some(mut job) = self.jobs.lend(token) else {
            return;
        };
        if !early {
            job.grace_us = None;
        }
        if job.has_addresses() {
            let found = Rc::new(self.found(now, &job));
            job.waiters.retain_mut(|w| {
                if early && !w.early {
                    return true;
                }
                if !w.heard {
                    self.told.push_back(Told {
                        waiter: w.token,
                        found: Rc::clone(&found),
                        last: !w.watches,
                    });
                }
                w.heard = true;
                w.watches
            });
        }
        self.jobs.restore(token, job);
    }

    fn remove(&mut self, now: i64, token: Token) {
        let Some(job) = self.jobs.remove(token) else {
            return;
        };
        for half in &job.halves {
            half.flights.iter().for_each(|f| self.land(now, *f));
        }
        self.timers.remove(job.due_us, Timer::Job(token));
        let (name, absolute) = &job.key;
        self.under_way_as(*absolute).remove(name.wire());
    }

    fn under_way_as(&mut self, absolute: bool) -> &mut ByBytes {
        let [searched, exact] = &mut self.by_name;
        if absolute { exact } else { searched }
    }

    // ---- time

    /// Sets the job's timer to when it is to be looked at next.
    fn retime(&mut self, token: Token) {
        let Some(job) = self.jobs.get_mut(token) else {
            return;
        };
        let due = job.next_us();
        if due != job.due_us {
            self.timers.remove(job.due_us, Timer::Job(token));
            job.due_us = due;
            self.timers.insert(due, Timer::Job(token));
        }
    }

    /// When there is something to do next.
    pub(crate) fn next_us(&self) -> Option<i64> {
        self.timers.first().map(|(at, _)| at)
    }

    /// Does what is due, `most` things at most.
    pub(crate) fn tick(&mut self, now: i64, most: usize) {
        for _ in 0..most {
            let Some((at, timer)) = self.timers.first() else {
                return;
            };
            if at > now {
                return;
            }
            self.timers.pop_first();
            match timer {
                Timer::Job(token) => self.due(now, token),
                Timer::Idle(sock) => self.idle(now, sock),
                Timer::Linger => {
                    self.lingers = false;
                    if let Some(next) = self.net.end_lingering(now, LINGER_US) {
                        self.linger_until(next);
                    }
                }
            }
        }
    }

    fn linger_until(&mut self, us: i64) {
        if !core::mem::replace(&mut self.lingers, true) {
            self.timers.insert(us, Timer::Linger);
        }
    }

    fn idle(&mut self, now: i64, sock: Token) {
        let since = self.net.socks.get(sock).and_then(|s| s.idle_us);
        if since.is_some_and(|since| now.saturating_sub(since) >= IDLE_US) {
            self.net.close(sock);
        }
    }

    fn due(&mut self, now: i64, token: Token) {
        let Some(job) = self.jobs.get_mut(token) else {
            return;
        };
        job.due_us = i64::MAX;
        let over = now >= job.deadline_us;
        if job.grace_us.is_some_and(|us| us <= now) {
            self.tell_part(now, token, false);
        }
        for want in [Want::Aaaa, Want::A, Want::Https] {
            let Some(job) = self.jobs.get_mut(token) else {
                return;
            };
            let half = job.half(want);
            if half.is_settled() || (!over && half.next_us > now) {
                continue;
            }
            match half.state {
                _ if over => self.give_up(now, token, want),
                State::Elsewhere(_) => self.follow(now, token, want),
                State::Asking => self.send(now, token, want),
                _ => (),
            }
        }
        self.settle(now, token);
    }

    // ---- what comes out

    pub(crate) fn next_act(&mut self) -> Option<Act> {
        self.net.acts.pop_front()
    }

    pub(crate) fn next_told(&mut self) -> Option<Told> {
        self.told.pop_front()
    }

    /// Tells one who waits what it comes to, in its turn.
    pub(crate) fn tell(&mut self, waiter: Token, found: Rc<Found>, last: bool) {
        self.told.push_back(Told {
            waiter,
            found,
            last,
        });
    }

    pub(crate) fn is_busy(&self) -> bool {
        !self.net.acts.is_empty() || !self.told.is_empty()
    }

    /// Names under way.
    pub(crate) fn under_way(&self) -> usize {
        self.jobs.len()
    }
}
