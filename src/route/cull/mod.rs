//! Which connections routing has ended: the decision, without a socket and without a clock.
//!
//! A connection is watched with the flow of its packets and the way they are estimated to take. It
//! has ended when its local address or the interface it is bound to is gone, when the kernel has no
//! route for it any more, or when the route it used was removed and another interface or gateway
//! takes its place. A better or a worse route that appears beside its own does not end it, unless
//! [`Policy::takeover`] says so.
//!
//! [`Cull`] hears of changes and of the time, looks at connections by a [`View`] of the copy, and
//! says what to ask the kernel ([`Cull::step`]) and what to do ([`Cull::take`]). Whoever drives it
//! ([`super::monitor`]) asks, hands the answers back ([`Cull::answered`]) and does it. A connection
//! that looks ended is a suspect for the settle time; then it is judged again, and nothing is ended
//! that the kernel does not confirm.
#![forbid(unsafe_code)]

mod judge;
mod round;
#[cfg(test)]
mod tests;

use super::again::{Again, Objection};
use super::copy::KernelCopy;
use super::touched::Touched;
use super::types::{Flow, Verdict};
use core::net::IpAddr;
use judge::{Answer, Entry, State, home_question, is_home, judge, verdict, way};
use round::Rounds;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, VecDeque};

/// Why routing ended a connection; the numbers are C's (`enum lws_route_cull_reasons`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reason {
    NoRoute = 1,
    SourceGone = 2,
    InterfaceGone = 3,
    RouteChanged = 4,
    TakenOver = 5,
}

impl Reason {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NoRoute => "no route to its peer is left",
            Self::SourceGone => "its local address is gone",
            Self::InterfaceGone => "the interface it is bound to is gone",
            Self::RouteChanged => "its route was removed, another way is taken now",
            Self::TakenOver => "a better route leads through another interface",
        }
    }
}

/// How connections are treated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Policy {
    /// How long a connection has to look ended before it is, microseconds.
    pub(crate) settle_us: i64,
    /// They are only told of, and stay.
    pub(crate) stays: bool,
    /// A better route that leads through another interface ends them, too.
    pub(crate) takeover: bool,
}

/// What connections are judged by.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    /// Its interfaces and addresses are all there are.
    pub(crate) all: &'a KernelCopy,
    /// The same, if its routes are all there are, too.
    pub(crate) routes: Option<&'a KernelCopy>,
}

/// By what, when and how connections are judged.
#[derive(Clone, Copy)]
pub(crate) struct Now<'a> {
    pub(crate) view: View<'a>,
    /// Microseconds of the monotonic clock.
    pub(crate) us: i64,
    pub(crate) policy: Policy,
}

/// Peer and token of a connection.
pub(super) type Key = (IpAddr, u64);

/// What the kernel is to be asked, for [`Cull::answered`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Question {
    pub(crate) flow: Flow,
    key: Key,
    about: About,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum About {
    /// Whether the source of a new connection is an address of this host.
    Home,
    /// Which way a new connection takes.
    Way,
    /// How it stands with a connection that a change may concern.
    Look,
    /// The same, because only the kernel knew the last time.
    Again,
    /// How it stands with a suspect whose time is over. What it looked like first.
    Suspect(Reason),
    /// Whether it has ended for this reason. What it looked like first, too.
    Confirm { first: Reason, why: Reason },
}

impl Question {
    /// Whether `connect()` can answer: only that there is no route is to be confirmed.
    pub(crate) fn is_of_lost_route(&self) -> bool {
        let why = Reason::NoRoute;
        matches!(self.about, About::Confirm { why: w, .. } if w == why)
    }
}

/// What is to be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Action {
    /// Routing has ended this connection, watched with this flow.
    Ended(u64, Flow, Reason),
    /// One that was told of as ended before works again.
    Revived(u64),
    /// The copy and the kernel differ about this.
    Doubt(Flow),
}

/// What has happened so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Counts {
    /// Connections that looked ended and did not before.
    pub(crate) candidates: u64,
    /// Those that the kernel had a way for, whatever the copy says.
    pub(crate) refused: u64,
}

/// How long until the kernel is asked again when it did not answer, microseconds.
const PAUSE_US: i64 = 100_000;
/// How many connections are looked at in one pass of the loop. A question to the kernel counts as
/// many as are looked at meanwhile.
pub(super) const LOOKS: usize = if cfg!(test) { 64 } else { 1 << 15 };
pub(super) const QUESTION: usize = 16;
/// How many are ended in one pass: each calls the program.
pub(super) const ENDS: usize = if cfg!(test) { 8 } else { 512 };

/// The watched connections, and what is to be found out about them.
#[derive(Default)]
pub(crate) struct Cull {
    all: BTreeMap<Key, Entry>,
    peers: FxHashMap<u64, IpAddr>,
    /// What changed, as far as not everybody it may concern was looked at.
    rounds: Rounds,
    /// Those that look ended, by when they are to be judged: with what they looked like first.
    suspects: BTreeMap<(i64, Key), Reason>,
    /// Those that work as the kernel says.
    again: Again<Key>,
    actions: VecDeque<Action>,
    counts: Counts,
    /// What is left to do in this pass, see [`LOOKS`], [`ENDS`].
    looks: usize,
    ends: usize,
}

impl Cull {
    // ---- who is watched

    /// Watches a connection from now on, by what holds now: with `copy`, all the kernel has, if it
    /// is known. `had`: the host has had its source. Returns what to ask.
    pub(crate) fn watch(
        &mut self,
        token: u64,
        flow: Flow,
        had: bool,
        copy: Option<&KernelCopy>,
    ) -> Vec<Question> {
        self.forget(token);
        let key = (flow.dst, token);
        let mut entry = Entry::new(flow);
        let mut questions = Vec::new();
        let mut ask = |flow, about| questions.push(Question { flow, key, about });
        match (flow.src, copy) {
            (None, _) => entry.own_source = Some(false),
            (Some(_), _) if had => entry.own_source = Some(true),
            (Some(src), Some(copy)) => entry.own_source = Some(copy.local_address(src)),
            (Some(src), None) => ask(home_question(&flow, src), About::Home),
        }
        match verdict(copy, &flow, None) {
            None => ask(flow, About::Way),
            Some(Some(Verdict::Reachable(path))) => match way(&path, None) {
                None => ask(flow, About::Way),
                Some(way) => entry.way = way,
            },
            Some(_) => {}
        }
        if self.peers.try_reserve(1).is_err() {
            // Not watched: whoever opens the connection looks whether memory has failed.
            return Vec::new();
        }
        self.peers.insert(token, flow.dst);
        self.all.insert(key, entry);
        questions
    }

    /// Forgets a connection.
    pub(crate) fn forget(&mut self, token: u64) {
        let Some(peer) = self.peers.remove(&token) else {
            return;
        };
        let key = (peer, token);
        if let Some(entry) = self.all.remove(&key) {
            if let Some(due) = entry.due {
                self.suspects.remove(&(due, key));
            }
        }
    }

    /// The flow a connection is watched with.
    pub(crate) fn flow(&self, token: u64) -> Option<Flow> {
        let peer = *self.peers.get(&token)?;
        self.all.get(&(peer, token)).map(|e| e.flow)
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// The flow of some connection, for each number another one's.
    pub(crate) fn sample(&self, number: u64) -> Option<Flow> {
        let count = u64::try_from(self.all.len()).ok().filter(|n| *n != 0)?;
        let at = usize::try_from(number.checked_rem(count)?).ok()?;
        self.all.values().nth(at).map(|e| e.flow)
    }

    pub(crate) fn counts(&self) -> Counts {
        self.counts
    }

    // ---- what happens

    /// Something has changed: whom it may concern is to be looked at.
    pub(crate) fn changed(&mut self, touched: Touched) {
        self.rounds.begin(touched);
    }

    /// Forgets all suspicion, and what changed. Everybody is looked at when it is known again how
    /// things are.
    pub(crate) fn acquit(&mut self) {
        self.rounds = Rounds::default();
        for ((_, key), _) in core::mem::take(&mut self.suspects) {
            if let Some(e) = self.all.get_mut(&key) {
                e.clear();
                e.due = None;
            }
        }
    }

    /// From now on others are told of, or closed: whoever was told of before counts anew. `ways`:
    /// which way each took was not followed, and is learnt.
    pub(crate) fn anew(&mut self, ways: bool) {
        for e in self.all.values_mut() {
            e.told = false;
            if ways {
                e.way = None;
                e.before.clear();
            }
        }
    }

    /// A pass of the loop begins, in which so much is done.
    pub(crate) fn begin_pass(&mut self) {
        (self.looks, self.ends) = (LOOKS, ENDS);
    }

    /// Looks at the next connections, and returns what to ask about them; after the answers it is to
    /// be called again. Nothing: there is no more to do in this pass.
    pub(crate) fn step(&mut self, now: Now<'_>) -> Vec<Question> {
        let mut questions = Vec::new();
        self.look(now, &mut questions);
        if questions.is_empty() {
            self.look_again(now, &mut questions);
        }
        if questions.is_empty() {
            self.judge_suspects(now, &mut questions);
        }
        self.looks = self
            .looks
            .saturating_sub(questions.len().saturating_mul(QUESTION));
        questions
    }

    /// Those that a change may concern.
    fn look(&mut self, now: Now<'_>, ask: &mut Vec<Question>) {
        while self.looks > ask.len().saturating_mul(QUESTION) {
            let looks = &mut self.looks;
            let Some(key) = self.rounds.next(&self.all, looks) else {
                return;
            };
            self.judge_one(now, key, About::Look, None, ask);
        }
    }

    /// Those that work as the kernel says, once more.
    fn look_again(&mut self, now: Now<'_>, ask: &mut Vec<Question>) {
        while self.looks > ask.len().saturating_mul(QUESTION) {
            let Some(key) = self.again.take(now.us) else {
                return;
            };
            self.looks = self.looks.saturating_sub(1);
            let Some(e) = self.all.get_mut(&key) else {
                continue;
            };
            if let Some(due) = e.again.filter(|due| *due > now.us) {
                self.again.put_back(key, due);
                continue;
            }
            e.again = None;
            self.judge_one(now, key, About::Again, None, ask);
        }
    }

    /// Those that have looked ended for long enough.
    fn judge_suspects(&mut self, now: Now<'_>, ask: &mut Vec<Question>) {
        while self.ends > ask.len() && self.looks > ask.len().saturating_mul(QUESTION) {
            let Some((&(due, key), &first)) = self.suspects.first_key_value() else {
                return;
            };
            if due > now.us {
                return;
            }
            self.suspects.pop_first();
            self.looks = self.looks.saturating_sub(1);
            let Some(e) = self.all.get_mut(&key) else {
                continue;
            };
            e.due = None;
            if e.suspect == Some(now.us) {
                // Nothing has changed since it became one just now.
                self.confirm(key, first, first, ask);
            } else if e.suspect.is_some() {
                let about = About::Suspect(first);
                self.judge_one(now, key, about, None, ask);
            }
        }
    }

    /// The kernel's answer to a question; `None`: it did not answer. Returns what to ask next.
    pub(crate) fn answered(
        &mut self,
        now: Now<'_>,
        question: &Question,
        answer: Option<&Verdict>,
    ) -> Option<Question> {
        let key = question.key;
        let e = self.all.get_mut(&key)?;
        let mut next = Vec::new();
        match question.about {
            About::Home => e.own_source = answer.map(is_home),
            About::Way => {
                // Of several ways the copy knows all, and the kernel the one it takes.
                if let Some(Some(Verdict::Reachable(path))) =
                    verdict(now.view.routes, &e.flow, Some(answer))
                {
                    e.way = way(&path, Some(answer)).flatten();
                }
            }
            About::Look | About::Again | About::Suspect(_) => {
                let answer = Some(answer);
                self.judge_one(now, key, question.about, answer, &mut next);
            }
            About::Confirm { first, why } => self.decide(key, first, why, answer, now),
        }
        next.pop()
    }

    /// Judges a connection by the copy and, as far as it was asked, the kernel.
    fn judge_one(
        &mut self,
        now: Now<'_>,
        key: Key,
        about: About,
        answer: Answer<'_>,
        ask: &mut Vec<Question>,
    ) {
        let Some(e) = self.all.get_mut(&key) else {
            return;
        };
        let state = judge(now, e, answer);
        match (state, about) {
            (State::Ask, _) => ask.push(Question {
                flow: e.flow,
                key,
                about,
            }),
            (State::Ended(why), About::Suspect(first)) => self.confirm(key, first, why, ask),
            (State::Ended(why), _) => self.accuse(key, why, now),
            (State::Works, About::Look) => {
                let told = core::mem::take(&mut e.told);
                if answer.is_some() {
                    self.again.put(key, &mut e.again, now.us);
                }
                self.clear(key);
                if told {
                    self.actions.push_back(Action::Revived(key.1));
                }
            }
            (State::Works, About::Suspect(_)) => self.clear(key),
            (State::Unknown, About::Suspect(first)) => {
                self.put_off(key, first, later(now));
            }
            (State::Works | State::Unknown, _) => {}
        }
    }

    /// It looks ended.
    fn accuse(&mut self, key: Key, why: Reason, now: Now<'_>) {
        let Some(e) = self.all.get_mut(&key) else {
            return;
        };
        if e.suspect.is_some() || e.told {
            return;
        }
        e.suspect = Some(now.us);
        self.counts.candidates = self.counts.candidates.saturating_add(1);
        if e.due.is_none() {
            self.put_off(key, why, now.us.saturating_add(now.policy.settle_us));
        }
    }

    /// It does not look ended any more, or that is settled.
    fn clear(&mut self, key: Key) {
        if let Some(e) = self.all.get_mut(&key) {
            e.clear();
            if let Some(due) = e.due.take() {
                self.suspects.remove(&(due, key));
            }
        }
    }

    /// It is judged, or asked about, then.
    fn put_off(&mut self, key: Key, first: Reason, until: i64) {
        if let Some(e) = self.all.get_mut(&key) {
            e.due = Some(until);
            self.suspects.insert((until, key), first);
        }
    }

    /// It still looks ended when it has had its time: has the kernel asked whether it is.
    fn confirm(&mut self, key: Key, first: Reason, why: Reason, ask: &mut Vec<Question>) {
        let Some(e) = self.all.get(&key) else {
            return;
        };
        let flow = match (why, e.flow.src) {
            (Reason::SourceGone, Some(src)) => home_question(&e.flow, src),
            _ => e.flow,
        };
        ask.push(Question {
            flow,
            key,
            about: About::Confirm { first, why },
        });
    }

    /// Decides about a connection that looks ended: only if the kernel agrees is it.
    fn decide(
        &mut self,
        key: Key,
        first: Reason,
        why: Reason,
        answer: Option<&Verdict>,
        now: Now<'_>,
    ) {
        let Some(e) = self.all.get_mut(&key) else {
            return;
        };
        let Some(answer) = answer else {
            self.put_off(key, first, later(now));
            return;
        };
        if e.confirms(why, answer) {
            let flow = e.flow;
            e.told = now.policy.stays;
            self.clear(key);
            self.ends = self.ends.saturating_sub(1);
            self.actions.push_back(Action::Ended(key.1, flow, why));
            return;
        }
        let objection = Objection::raise(e.objection, now.us);
        if let Some(Objection { again, .. }) = objection {
            e.objection = objection;
            self.put_off(key, first, again);
        } else {
            let flow = e.flow;
            self.clear(key);
            self.counts.refused = self.counts.refused.saturating_add(1);
            self.actions.push_back(Action::Doubt(flow));
        }
    }

    // ---- what follows

    /// What is to be done next.
    pub(crate) fn take(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// When to go on, microseconds of the monotonic clock; `None`: when something changes.
    pub(crate) fn deadline(&self, now: i64) -> Option<i64> {
        if self.rounds.any() {
            return Some(now);
        }
        let suspect = self.suspects.first_key_value().map(|((due, _), _)| *due);
        match (suspect, self.again.next()) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }
}

/// When to ask again where the kernel did not answer.
fn later(now: Now<'_>) -> i64 {
    now.us.saturating_add(now.policy.settle_us.max(PAUSE_US))
}
