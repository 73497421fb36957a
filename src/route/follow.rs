//! What follows from a change for connections: asks the kernel what [`super::cull`] wants to know, and
//! does what it says.
#![forbid(unsafe_code)]

use super::copy::KernelCopy;
use super::cull::{Action, Now, Policy, Question, Reason, View};
use super::feed::Feed;
use super::monitor::{CullMode, Inner, Monitor, Settings};
use super::oracle::Oracle;
use super::types::{Flow, Verdict};
use crate::sys::clock;

impl Settings {
    fn policy(&self) -> Policy {
        Policy {
            takeover: self.takeover,
            settle_us: self.settle_us,
            stays: self.cull == CullMode::Notify,
        }
    }
}

fn moment<'a>(
    feed: &'a Feed,
    routes: Option<&'a KernelCopy>,
    us: i64,
    settings: &Settings,
) -> Now<'a> {
    Now {
        view: View {
            all: &feed.copy,
            routes,
        },
        us,
        policy: settings.policy(),
    }
}

/// What the kernel says to all questions.
fn answers(
    oracle: &mut Oracle,
    routes: Option<&KernelCopy>,
    questions: &[Question],
) -> Vec<Option<Verdict>> {
    if let [one] = questions {
        return vec![oracle.ask(&one.flow)];
    }
    let mut answers = match routes {
        Some(copy) => {
            let lost = |q: &'_ Question| q.is_of_lost_route();
            let flows = questions.iter().map(|q| Some(&q.flow).filter(|_| lost(q)));
            oracle.unreachable(copy, &flows.collect::<Vec<_>>())
        }
        None => vec![None; questions.len()],
    };
    let open = answers.iter().zip(questions).filter(|(a, _)| a.is_none());
    let open: Vec<Flow> = open.map(|(_, q)| q.flow).collect();
    let mut given = oracle.ask_all(&open).into_iter();
    for answer in answers.iter_mut().filter(|answer| answer.is_none()) {
        *answer = given.next().flatten();
    }
    answers
}

/// Asks, and hands the answers back, until nothing more is to be asked.
fn ask_all(inner: &mut Inner, mut questions: Vec<Question>, us: i64) {
    while !questions.is_empty() {
        let routes = inner.feed.whole_copy();
        let answers = answers(&mut inner.oracle, routes, &questions);
        let now = moment(&inner.feed, routes, us, &inner.settings);
        let all = questions.iter().zip(&answers);
        let cull = &mut inner.cull;
        questions = all
            .filter_map(|(q, answer)| cull.answered(now, q, answer.as_ref()))
            .collect();
    }
}

impl Monitor {
    /// Tells whoever stands above what has changed, sends messages, and looks at the connections that
    /// it can concern.
    pub(super) fn follow(&self) {
        let Some(conns) = self.conns() else { return };
        if self.goes_on.take() {
            conns.routes_known();
        }
        self.tell();
        let places = core::mem::take(&mut self.inner.borrow_mut().feed.places);
        if places {
            conns.addresses_changed();
        }
        let changed = !self.inner.borrow().feed.touched.nothing();
        if changed {
            conns.routing_changed();
        }
        // Sockets that the program may have connected are known by their peers before all others.
        if !self.look_at_all() {
            self.later.arm(self, 0, 0);
            return;
        }
        {
            let inner = &mut *self.inner.borrow_mut();
            if !inner.feed.syncing() && !inner.feed.touched.nothing() {
                let touched = core::mem::take(&mut inner.feed.touched);
                inner.cull.changed(touched);
            }
        }
        self.cull();
    }

    /// Looks at connections for as long as one pass of the loop may, and ends those that have ended.
    pub(super) fn cull(&self) {
        let now = clock::now_us();
        {
            let inner = &mut *self.inner.borrow_mut();
            // At the end of a dump all are looked at.
            if inner.feed.syncing() || inner.settings.cull == CullMode::Off {
                inner.cull.acquit();
                return;
            }
            inner.cull.begin_pass();
            loop {
                let feed = &inner.feed;
                let at = moment(feed, feed.whole_copy(), now, &inner.settings);
                let questions = inner.cull.step(at);
                if questions.is_empty() {
                    break;
                }
                ask_all(inner, questions, now);
            }
        }
        loop {
            let next = self.inner.borrow_mut().cull.take();
            match next {
                Some(action) => self.carry_out(action),
                None => break,
            }
        }
        let next = self.inner.borrow().cull.deadline(now);
        if let Some(at) = next {
            self.cull_at_latest(at);
        }
    }

    /// Sees to it that connections are looked at then, or before.
    fn cull_at_latest(&self, at: i64) {
        if self.settles.get().is_none_or(|armed| at < armed) {
            self.settles.set(Some(at));
            let us = at.saturating_sub(clock::now_us());
            self.settle.arm(self, 0, us);
        }
    }

    fn carry_out(&self, action: Action) {
        let Some(conns) = self.conns() else { return };
        match action {
            Action::Doubt(flow) => self.doubt_of(flow),
            Action::Revived(token) => conns.set_ended(token, None),
            Action::Ended(token, flow, why) => self.end(token, &flow, why),
        }
    }

    fn end(&self, token: u64, flow: &Flow, why: Reason) {
        let Some(conns) = self.conns() else { return };
        // A callback before may have changed it, or how connections are treated.
        let same = self.inner.borrow().cull.flow(token) == Some(*flow);
        let settings = self.settings();
        if !same || settings.cull == CullMode::Off || !conns.is_open(token) {
            return;
        }
        // The program may have changed its socket since.
        if !conns.is_still(token, flow) {
            self.watch(token);
            return;
        }
        self.inner.borrow_mut().culls += 1;
        conns.set_ended(token, Some(why));
        if let Some(notify) = settings.notify {
            conns.notify(token, notify, why);
        }
        if self.settings().cull == CullMode::Close && conns.is_open(token) {
            conns.close(token, why);
        }
    }

    // ---- who is watched

    /// Watches a connection that has a peer, from now on; again when its socket is another one.
    pub(crate) fn watch(&self, token: u64) {
        self.watch_since(token, false);
    }

    /// As [`Self::watch`]; `before`: it may have been there before what is not judged yet.
    pub(super) fn watch_since(&self, token: u64, before: bool) {
        let Some(conns) = self.conns() else { return };
        self.inner.borrow_mut().cull.forget(token);
        conns.set_ended(token, None);
        if self.is_refused() {
            return;
        }
        let Some(flow) = conns.flow(token) else {
            return;
        };
        // By what holds now: the way of before a change would look like one that is gone.
        self.outdate();
        self.catch_up();
        let inner = &mut *self.inner.borrow_mut();
        let had = before && flow.src.is_some_and(|src| inner.feed.touched.took(src));
        let copy = inner.feed.fresh_copy();
        let questions = inner.cull.watch(token, flow, had, copy);
        ask_all(inner, questions, clock::now_us());
    }

    /// Forgets a connection.
    pub(crate) fn forget(&self, token: u64) {
        self.tighten(token);
        self.inner.borrow_mut().cull.forget(token);
    }
}
