//! IPv6 routes that the kernel has twice: to replace a route by one that is there as well makes two
//! that are equal in everything.
//!
//! Each pass over the routes shows every route once more, and after a change between two blocks of a
//! dump the second may repeat the prefix that the first ended with. So only repetitions within one
//! pass, and without such a change, count as two routes.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

use super::alike::same;
use super::types::{Prefix, Route, RouteInfo};

/// What a dump tells of one prefix in one go.
#[derive(Default)]
pub(super) struct Telling {
    of: Option<(u32, Prefix)>,
    /// In this block, and in the blocks before.
    here: Vec<RouteInfo>,
    before: Vec<RouteInfo>,
}

impl Telling {
    /// Another block begins, perhaps with more of the same prefix.
    pub(super) fn begin_block(&mut self) {
        if self.before.is_empty() {
            core::mem::swap(&mut self.before, &mut self.here);
        } else {
            self.before.append(&mut self.here);
        }
    }

    /// How many that are the same come before this one; `None` if that is not to be known.
    /// `changed`: something was, so that the block may begin with what was told of before.
    pub(super) fn tell(&mut self, route: &Route, changed: bool) -> Option<usize> {
        let of = (route.table, route.dst);
        if self.of != Some(of) {
            self.of = Some(of);
            self.here.clear();
            self.before.clear();
        }
        let count = |told: &[RouteInfo]| told.iter().filter(|t| same(t, &route.info)).count();
        let (here, before) = (count(&self.here), count(&self.before));
        if self.here.is_empty() {
            // Mostly there is one, or one of each interface.
            self.here.reserve_exact(2);
        }
        self.here.push(route.info.clone());
        match (before, changed) {
            (0, _) => Some(here),
            (_, false) => Some(here.saturating_add(before)),
            (_, true) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::decide4::world::to;

    #[test]
    fn only_what_is_told_of_in_one_go_is_there_twice() {
        let [a, b] = ["2001:db8:a::/48", "2001:db8:b::/48"].map(|p| to(p).via(2, ""));
        let other = to("2001:db8:a::/48").via(3, "");
        let mut t = Telling::default();
        let told: Vec<_> = [&a, &other, &a, &other, &b, &a]
            .iter()
            .map(|route| t.tell(route, false).unwrap())
            .collect();
        assert_eq!(told, [0, 0, 1, 1, 0, 0]);
        // goes on in the next block, and the one after that
        t.begin_block();
        assert_eq!(t.tell(&a, false), Some(1));
        t.begin_block();
        assert_eq!(t.tell(&a, false), Some(2));
        // or begins again
        t.begin_block();
        assert_eq!((t.tell(&a, true), t.tell(&other, true)), (None, Some(0)));
        assert_eq!(t.tell(&b, true), Some(0));
    }
}
