//! One race: which address is tried when, until one is connected (RFC 8305,
//! draft-ietf-happy-happyeyeballs-v3).
//!
//! A machine without sockets and clock. It is told of answers and of what became of attempts, and
//! [`Race::next`] says what to do, again and again until that is to wait. All times are microseconds
//! of one clock.

use super::order::{self, Candidate};
use super::policy::Policy;
use core::net::SocketAddr;

/// Attempts never begin closer together than this (RFC 8305 section 5), microseconds.
pub(crate) const MIN_GAP_US: i64 = 10_000;
/// How many addresses a race takes; further ones are not tried.
pub(crate) const MOST_ADDRESSES: usize = 256;
/// After so many attempts the delay grows.
const CONSTANT: usize = 8;

/// What a race goes by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Settings {
    /// Connection Attempt Delay where nothing is known of how long a handshake takes.
    pub(crate) delay_us: i64,
    /// The least and the longest delay that follows from what is known.
    pub(crate) min_delay_us: i64,
    pub(crate) max_delay_us: i64,
    /// Resolution Delay: how long addresses of one family wait for the preferred one's.
    pub(crate) resolution_us: i64,
    /// How many attempts are under way at most; for another one the oldest is given up.
    pub(crate) in_flight: usize,
    /// How long a loser may go on after the race, so that it is known what becomes of it; 0: not at
    /// all.
    pub(crate) fallout_us: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            delay_us: order::PATIENCE_US,
            min_delay_us: 100_000,
            max_delay_us: 2_000_000,
            resolution_us: 50_000,
            in_flight: 8,
            fallout_us: 2_000_000,
        }
    }
}

/// What to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    /// Begin to connect to this address.
    Start(SocketAddr),
    /// Give this attempt up.
    Drop(SocketAddr),
    /// This one is the connection; the race is over.
    Won(SocketAddr),
    /// No address is left, and none will come; the race is over.
    Lost,
    /// Nothing until this time, or until something happens.
    Wait(Option<i64>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Waiting,
    Running {
        since: i64,
        /// Its transport is connected, and TLS is being agreed on.
        secures: bool,
    },
    /// Still running, to be given up.
    Doomed,
    /// It ended without a connection.
    Over,
    /// Not tried: there is no way there.
    Skipped,
}

/// What has become of the question for the addresses of a family.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Answer {
    Pending,
    Here,
}

pub(crate) struct Race {
    set: Settings,
    /// In the order in which they are tried, those that were tried included.
    list: Vec<Candidate>,
    /// The state of each, by the same index.
    states: Vec<State>,
    /// What was asked of IPv6 and of IPv4.
    v6: Answer,
    v4: Answer,
    prefers_v6: bool,
    /// From when on nobody waits for the preferred family's addresses any more.
    resolved_at: Option<i64>,
    last_start: Option<i64>,
    /// When the next attempt is due if nothing else happens.
    due: i64,
    started: usize,
    deadline: Option<i64>,
    winner: Option<SocketAddr>,
    over: bool,
}

impl Race {
    /// A race that waits for the addresses of both families. `deadline`: when it has to be over, by
    /// which every address gets its turn.
    pub(crate) fn new(set: Settings, prefers_v6: bool, deadline: Option<i64>) -> Self {
        Self {
            set,
            list: Vec::new(),
            states: Vec::new(),
            v6: Answer::Pending,
            v4: Answer::Pending,
            prefers_v6,
            resolved_at: None,
            last_start: None,
            due: 0,
            started: 0,
            deadline,
            winner: None,
            over: false,
        }
    }

    /// The addresses of one family, all there are; none if there are none. Answers may come again:
    /// addresses that are gone from them and were not tried yet are not tried.
    pub(crate) fn answer(&mut self, policy: &Policy, now: i64, v6: bool, addresses: &[Candidate]) {
        *(if v6 { &mut self.v6 } else { &mut self.v4 }) = Answer::Here;
        if self.over || self.winner.is_some() {
            return;
        }
        let stays = |c: &Candidate, state: &State| {
            c.is_v6() != v6
                || *state != State::Waiting
                || addresses.iter().any(|a| a.dest == c.dest)
        };
        let mut all: Vec<(Candidate, State)> = self
            .list
            .iter()
            .zip(&self.states)
            .filter(|(c, s)| stays(c, s))
            .map(|(c, s)| (*c, *s))
            .collect();
        for c in addresses {
            if all.len() < MOST_ADDRESSES && !all.iter().any(|(a, _)| a.dest == c.dest) {
                all.push((*c, State::Waiting));
            }
        }
        self.place(policy, all);
        if !self.list.is_empty() && self.resolved_at.is_none() {
            self.resolved_at = Some(now.saturating_add(self.set.resolution_us));
        }
    }

    /// Puts the addresses in order, with what has become of each.
    fn place(&mut self, policy: &Policy, all: Vec<(Candidate, State)>) {
        self.list = all.iter().map(|(c, _)| *c).collect();
        order::arrange(policy, &mut self.list);
        let state = |c: &Candidate| {
            let found = all.iter().find(|(a, _)| a.dest == c.dest);
            found.map_or(State::Waiting, |(_, state)| *state)
        };
        self.states = self.list.iter().map(state).collect();
        self.skip();
    }

    /// Leaves out what cannot be reached, as long as there is anything else.
    fn skip(&mut self) {
        let some = self
            .list
            .iter()
            .zip(&self.states)
            .any(|(c, s)| c.unreachable.is_none() || *s == State::Over);
        for (c, s) in self.list.iter().zip(&mut self.states) {
            *s = match (*s, c.unreachable.is_some() && some) {
                (State::Waiting, true) => State::Skipped,
                (State::Skipped, false) => State::Waiting,
                (other, _) => other,
            };
        }
    }

    /// The network has changed: what `look` says of each address counts from now on. Attempts whose
    /// way is gone are given up, and addresses that had none before are tried after all.
    #[cfg(any(test, feature = "LWS_WITH_NETLINK"))]
    pub(crate) fn changed(&mut self, policy: &Policy, now: i64, look: impl Fn(&mut Candidate)) {
        if self.over || self.winner.is_some() {
            return;
        }
        let mut all: Vec<(Candidate, State)> = Vec::with_capacity(self.list.len());
        for (c, s) in self.list.iter().zip(&self.states) {
            let (mut c, mut s) = (*c, *s);
            look(&mut c);
            if c.unreachable.is_some() && matches!(s, State::Running { .. }) {
                s = State::Doomed;
                self.due = now;
            }
            all.push((c, s));
        }
        self.place(policy, all);
    }

    fn state(&mut self, dest: SocketAddr) -> Option<&mut State> {
        let at = self.list.iter().position(|c| c.dest == dest)?;
        self.states.get_mut(at)
    }

    /// The transport of an attempt is connected. It has not won before TLS is agreed on too, for which
    /// it gets as much time before the next attempt begins.
    #[cfg(any(test, feature = "LWS_WITH_TLS"))]
    pub(crate) fn secures(&mut self, now: i64, dest: SocketAddr) {
        let Some(at) = self.list.iter().position(|c| c.dest == dest) else {
            return;
        };
        let (Some(c), Some(State::Running { secures, .. })) =
            (self.list.get(at), self.states.get_mut(at))
        else {
            return;
        };
        *secures = true;
        // Nobody waits for one that has failed before.
        if !c.standing.suspect {
            let more = self.bounded(c.secured_us(), now);
            self.due = self.due.max(now.saturating_add(more));
        }
    }

    /// An attempt has succeeded.
    pub(crate) fn connected(&mut self, dest: SocketAddr) {
        if self.winner.is_some() || self.over {
            return;
        }
        if let Some(s @ (State::Running { .. } | State::Doomed)) = self.state(dest) {
            *s = State::Over;
            self.winner = Some(dest);
        }
    }

    /// An attempt has failed: the next one begins at once.
    pub(crate) fn failed(&mut self, now: i64, dest: SocketAddr) {
        if let Some(s @ (State::Running { .. } | State::Doomed)) = self.state(dest) {
            *s = State::Over;
            self.due = self.due.min(now);
        }
    }

    /// Says what to do now.
    pub(crate) fn next(&mut self, now: i64) -> Step {
        if self.over {
            return Step::Wait(None);
        }
        if let Some(dest) = self.winner {
            self.over = true;
            return Step::Won(dest);
        }
        if let Some(dest) = self.doomed() {
            return Step::Drop(dest);
        }
        let running = self.running();
        let Some(at) = self.waiting(running) else {
            let pending = self.v6 == Answer::Pending || self.v4 == Answer::Pending;
            self.over = running == 0 && !pending;
            return if self.over {
                Step::Lost
            } else {
                Step::Wait(None)
            };
        };
        let mut when = self.due;
        if self.started == 0 {
            when = if self.is_resolved() {
                now
            } else {
                self.resolved_at.unwrap_or(now)
            };
        } else if running == 0 || self.probes(at) {
            when = now;
        } else if let (true, Some(last)) = (self.hopeless(), self.last_start) {
            when = when.min(last.saturating_add(self.set.min_delay_us));
        }
        if let Some(last) = self.last_start {
            when = when.max(last.saturating_add(MIN_GAP_US));
        }
        if now < when {
            return Step::Wait(Some(when));
        }
        if running >= self.set.in_flight {
            if let Some(dest) = self.oldest() {
                return Step::Drop(dest);
            }
        }
        self.start(at, now)
    }

    /// Whether attempts may begin: the preferred family's addresses are there, or there is nothing to
    /// wait for.
    fn is_resolved(&self) -> bool {
        let preferred = if self.prefers_v6 { self.v6 } else { self.v4 };
        preferred == Answer::Here
    }

    fn start(&mut self, at: usize, now: i64) -> Step {
        let probe = self.probes(at);
        let (Some(c), Some(state)) = (self.list.get(at), self.states.get_mut(at)) else {
            return Step::Wait(None);
        };
        let c = *c;
        *state = State::Running {
            since: now,
            secures: false,
        };
        self.started = self.started.saturating_add(1);
        self.last_start = Some(now);
        // A probe is beside the others, whose turns stay as they are.
        if !probe {
            self.due = now.saturating_add(self.delay(&c, now));
        }
        Step::Start(c.dest)
    }

    /// How long after this attempt the next one begins.
    fn delay(&self, c: &Candidate, now: i64) -> i64 {
        self.bounded(c.expected_us(), now)
    }

    /// How long to wait for what is expected to take so long: as long as there is time for all.
    fn bounded(&self, expected_us: Option<i64>, now: i64) -> i64 {
        let mut delay = match expected_us {
            Some(us) => us.clamp(self.set.min_delay_us, self.set.max_delay_us),
            None => self.set.delay_us,
        };
        for _ in CONSTANT..self.started.min(64) {
            delay = delay.saturating_add(delay / 2).min(self.set.max_delay_us);
        }
        if let Some(deadline) = self.deadline {
            let waiting = self.states.iter().filter(|s| **s == State::Waiting);
            let shares = i64::try_from(waiting.count())
                .unwrap_or(i64::MAX)
                .saturating_add(1);
            delay = delay.min(deadline.saturating_sub(now) / shares);
        }
        delay.max(MIN_GAP_US)
    }

    /// Whether this one is only tried to learn whether it works again.
    fn probes(&self, at: usize) -> bool {
        self.started == 1
            && self.list.get(at).is_some_and(|c| c.standing.probe)
            && self.running() > 0
    }

    /// Whether everything under way has failed before: there is no progress to wait for.
    fn hopeless(&self) -> bool {
        let mut running = self.list.iter().zip(&self.states);
        running.all(|(c, s)| !matches!(s, State::Running { .. }) || c.standing.suspect)
    }

    /// Which one is next, by its index.
    fn waiting(&self, running: usize) -> Option<usize> {
        let probe = |c: &Candidate| self.started == 1 && running > 0 && c.standing.probe;
        let mut waiting = self
            .list
            .iter()
            .zip(&self.states)
            .enumerate()
            .filter(|(_, (_, s))| **s == State::Waiting);
        let first = waiting.next()?;
        if probe(first.1.0) {
            return Some(first.0);
        }
        let other = waiting.find(|(_, (c, _))| probe(c));
        Some(other.map_or(first.0, |(at, _)| at))
    }

    pub(crate) fn running(&self) -> usize {
        let running = |s: &&State| matches!(s, State::Running { .. });
        self.states.iter().filter(running).count()
    }

    fn doomed(&mut self) -> Option<SocketAddr> {
        let at = self.states.iter().position(|s| *s == State::Doomed)?;
        self.give_up(at)
    }

    fn oldest(&mut self) -> Option<SocketAddr> {
        let since = |s: &State| match s {
            State::Running { since, .. } => Some(*since),
            _ => None,
        };
        let (at, _) = self
            .states
            .iter()
            .enumerate()
            .filter_map(|(at, s)| Some((at, since(s)?)))
            .min_by_key(|(_, since)| *since)?;
        self.give_up(at)
    }

    fn give_up(&mut self, at: usize) -> Option<SocketAddr> {
        *self.states.get_mut(at)? = State::Over;
        Some(self.list.get(at)?.dest)
    }

    /// Those under way, when each began, and whether it waits for TLS.
    pub(crate) fn under_way(&self) -> impl Iterator<Item = (SocketAddr, i64, bool)> {
        let all = self.list.iter().zip(&self.states);
        all.filter_map(|(c, s)| match s {
            State::Running { since, secures } => Some((c.dest, *since, *secures)),
            _ => None,
        })
    }

    /// Those that were left out because there is no way there, and why.
    pub(crate) fn skipped(&self) -> impl Iterator<Item = &Candidate> {
        let all = self.list.iter().zip(&self.states);
        all.filter(|(_, s)| **s == State::Skipped).map(|(c, _)| c)
    }
}

#[cfg(test)]
#[path = "race_tests.rs"]
mod tests;
