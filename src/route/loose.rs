//! Sockets whose peer the program can change without telling: by `connect()` with a descriptor that
//! it has. Those are UDP sockets, and TCP sockets that were adopted before they had a peer.
//!
//! They are looked at before a change is judged, when something is asked about them, and in the pass
//! after the program asked for a descriptor, which it may do in order to connect. The way that a
//! socket took before it was looked at is not known.
#![forbid(unsafe_code)]

use super::monitor::{CullMode, Monitor};
use crate::sys::clock;
use core::ops::Bound;
use std::collections::BTreeMap;

/// A connection whose descriptor was asked for more often than this is looked at every [`PAUSE_US`]
/// only.
const OFTEN: u32 = 16;
const PAUSE_US: i64 = 100_000;
/// How many are looked at in one pass of the loop: each takes two system calls.
const AT_ONCE: usize = if cfg!(test) { 3 } else { 2048 };

/// How often one was looked at because its descriptor was asked for.
#[derive(Default)]
struct Looks {
    count: u32,
    /// When that was last, microseconds.
    last: i64,
}

/// By token.
#[derive(Default)]
pub(super) struct Loose {
    all: BTreeMap<u64, Looks>,
    /// Those to be looked at in the next pass.
    soon: Vec<u64>,
    /// The last one that was looked at for the change that is to be judged.
    reached: Option<u64>,
}

impl Loose {
    /// The descriptor of one was asked for. Returns whether it is the first to be looked at in the
    /// next pass.
    fn given(&mut self, token: u64, now: i64) -> bool {
        let looks = self.all.entry(token).or_default();
        if looks.count >= OFTEN && now.saturating_sub(looks.last) < PAUSE_US {
            return false;
        }
        looks.count = looks.count.saturating_add(1);
        looks.last = now;
        let first = self.soon.is_empty();
        if self.soon.last() != Some(&token) && self.soon.try_reserve(1).is_ok() {
            self.soon.push(token);
        }
        first
    }

    /// The next ones to be looked at for a change, and whether they are the last.
    fn next_ones(&mut self) -> (Vec<u64>, bool) {
        let from = self.reached.map_or(Bound::Unbounded, Bound::Excluded);
        let rest = self.all.range((from, Bound::Unbounded));
        let some: Vec<u64> = rest.map(|(token, _)| *token).take(AT_ONCE).collect();
        let done = some.len() < AT_ONCE;
        self.reached = some.last().copied().filter(|_| !done);
        (some, done)
    }
}

impl Monitor {
    /// The program has the descriptor of a connection, and may connect it.
    pub(crate) fn loosen(&self, token: u64) {
        if self.conns().is_some_and(|conns| conns.may_move(token)) {
            self.loose.borrow_mut().all.entry(token).or_default();
        }
    }

    /// The program asks for the descriptor of a connection, perhaps to connect it now.
    pub(crate) fn given(&self, token: u64) {
        if !self.conns().is_some_and(|conns| conns.may_move(token)) {
            return;
        }
        let first = self.loose.borrow_mut().given(token, clock::now_us());
        if first {
            self.later.arm(self, 0, 0);
        }
    }

    /// The peer of a connection cannot become another one any more.
    pub(super) fn tighten(&self, token: u64) {
        self.loose.borrow_mut().all.remove(&token);
    }

    /// Looks at those whose descriptors were asked for.
    pub(super) fn look_soon(&self) {
        let soon = core::mem::take(&mut self.loose.borrow_mut().soon);
        for token in soon {
            self.look(token);
        }
    }

    /// Looks at all of them before a change is judged, so many in each pass of the loop. Returns
    /// whether that is done.
    pub(super) fn look_at_all(&self) -> bool {
        {
            let inner = self.inner.borrow();
            let feed = &inner.feed;
            if inner.settings.cull == CullMode::Off || feed.syncing() || feed.touched.nothing() {
                self.loose.borrow_mut().reached = None;
                return true;
            }
        }
        let (some, done) = self.loose.borrow_mut().next_ones();
        for token in some {
            self.look(token);
        }
        done
    }

    /// Watches a connection by the peer it has now, if that is another one than before.
    pub(crate) fn look(&self, token: u64) {
        let Some(conns) = self.conns() else { return };
        let flow = self.inner.borrow().cull.flow(token);
        if conns.may_move(token) && conns.has_moved(token, flow.as_ref()) {
            conns.moved(token);
            self.watch_since(token, true);
        }
        if !conns.may_move(token) {
            self.tighten(token);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_looked_at_in_steps() {
        let mut loose = Loose::default();
        assert_eq!(loose.next_ones(), (vec![], true));
        for token in 1..=7 {
            loose.all.entry(token).or_default();
        }
        assert_eq!(loose.next_ones(), (vec![1, 2, 3], false));
        // whoever comes or goes meanwhile
        loose.all.remove(&3);
        loose.all.remove(&5);
        assert_eq!(loose.next_ones(), (vec![4, 6, 7], false));
        assert_eq!(loose.next_ones(), (vec![], true));
        assert_eq!(loose.next_ones(), (vec![1, 2, 4], false));
    }

    #[test]
    fn a_descriptor_that_is_asked_for_all_the_time_is_looked_at_now_and_then() {
        let mut loose = Loose::default();
        let mut looked = 0;
        for now in (0..1_000_000).step_by(1000) {
            loose.given(7, now);
            looked += core::mem::take(&mut loose.soon).len();
        }
        assert!((20..=30).contains(&looked), "{looked}");
    }
}
