//! Whom a change may concern, one after the other: there may be more than one pass of the loop can
//! look at.

use super::Key;
use super::judge::Entry;
use crate::route::touched::Touched;
use core::ops::Bound;
use std::collections::{BTreeMap, VecDeque};

/// More changes than this that wait to be looked at are a change of everything.
const MOST: usize = 8;

/// One change, and how far it was followed.
struct Round {
    touched: Touched,
    /// Everybody is to be looked at, or everybody whose interface or address it is about.
    everybody: bool,
    /// Which of its prefixes is next.
    prefix: usize,
    /// The last one that was looked at of everybody, or in the prefix.
    last: Option<Key>,
}

#[derive(Default)]
pub(super) struct Rounds {
    all: VecDeque<Round>,
}

impl Rounds {
    pub(super) fn begin(&mut self, mut touched: Touched) {
        if self.all.len() >= MOST {
            // Who was looked at in one of these may be concerned by the others.
            for round in core::mem::take(&mut self.all) {
                touched.merge(&round.touched);
            }
            touched.everything();
        }
        // Mostly there is one.
        self.all.reserve_exact(1);
        self.all.push_back(Round {
            everybody: touched.all() || touched.by_place(),
            touched,
            prefix: 0,
            last: None,
        });
    }

    pub(super) fn any(&self) -> bool {
        !self.all.is_empty()
    }

    /// The next connection to look at. Each one that is passed by counts in `looks`, which says how
    /// many there may be.
    pub(super) fn next(&mut self, all: &BTreeMap<Key, Entry>, looks: &mut usize) -> Option<Key> {
        while let Some(round) = self.all.front_mut() {
            match round.next(all, looks) {
                Some(key) => return Some(key),
                None if *looks == 0 => return None,
                None => drop(self.all.pop_front()),
            }
        }
        // Idle contexts are small.
        self.all = VecDeque::new();
        None
    }
}

impl Round {
    fn next(&mut self, all: &BTreeMap<Key, Entry>, looks: &mut usize) -> Option<Key> {
        if self.everybody {
            let from = self.last.map_or(Bound::Unbounded, Bound::Excluded);
            for (key, e) in all.range((from, Bound::Unbounded)) {
                let left = looks.checked_sub(1)?;
                *looks = left;
                self.last = Some(*key);
                if self.touched.all() || concerned(e, &self.touched) {
                    return Some(*key);
                }
            }
            self.everybody = false;
            self.last = None;
        }
        if self.touched.all() {
            return None;
        }
        while let Some(p) = self.touched.prefixes().get(self.prefix) {
            *looks = looks.checked_sub(1)?;
            let from = self
                .last
                .map_or(Bound::Included((p.address, 0)), Bound::Excluded);
            let to = Bound::Included((p.last(), u64::MAX));
            if let Some((key, _)) = all.range((from, to)).next() {
                self.last = Some(*key);
                return Some(*key);
            }
            self.prefix = self.prefix.saturating_add(1);
            self.last = None;
        }
        None
    }
}

/// Whether a connection is where something has changed, or nobody knows where it is.
fn concerned(e: &Entry, touched: &Touched) -> bool {
    e.told
        || touched.at(e.flow.oif)
        || e.way.as_ref().is_none_or(|w| touched.at(w.index))
        || e.flow.src.is_some_and(|ip| touched.took(ip))
}
