//! IPv6 routes that end by themselves (`RTA_EXPIRES`; those of router advertisements, RFC 4861).
//!
//! When its lifetime is over the kernel does not use a route any more, but it announces the end only
//! when it cleans up, up to 30 s later (`net.ipv6.route.gc_interval`). And a router that advertises
//! the route again makes it last longer without a message. So when the time that was told is over
//! the route has lapsed: the copy does not know about its prefix any more, and the kernel is asked.
//! A moment later the kernel is asked for the route itself, whether it lasts longer.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

use std::collections::{BTreeSet, HashMap};

use super::alike::same;
use super::bulk::Bulk;
use super::types::{Prefix, Route, RouteInfo};

/// The kernel tells lifetimes in `USER_HZ`, rounded down.
const TICK_US: i64 = 10_000;
/// How long after the earliest end of a route it has surely ended, microseconds: the tick that was
/// rounded off, and one for the time that the message took.
const SURE_US: i64 = 3 * TICK_US;
/// How many lifetimes may be followed. What is told of more is as if they never ended before the
/// kernel says so.
const MOST: usize = 1 << 16;

/// Table and destination.
pub(super) type Place = (u32, Prefix);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    /// It lasts until then at least, microseconds.
    Runs(i64),
    /// Its time is over, and then the kernel is asked whether that is so.
    Lapsed(i64),
    /// Its time is over, and the kernel did not say that it is not.
    Unsure,
    /// The kernel does not use it any more.
    Over,
}

struct Life {
    info: RouteInfo,
    stage: Stage,
}

/// What is to be done about a route whose time has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Due {
    /// It may have ended: whom it concerns is to be looked at.
    Lapsed(Place),
    /// The kernel is to be asked whether it lasts longer.
    Ask(Place, RouteInfo),
}

/// The lifetimes of all routes that have one.
#[derive(Default)]
pub(super) struct Lifetimes {
    of: HashMap<Place, Vec<Life>>,
    /// When something is to be done about which.
    due: BTreeSet<(i64, Place)>,
    count: usize,
}

impl Life {
    fn due(&self) -> Option<i64> {
        match self.stage {
            Stage::Runs(at) | Stage::Lapsed(at) => Some(at),
            Stage::Unsure | Stage::Over => None,
        }
    }
}

impl Lifetimes {
    pub(super) fn bulk(&self) -> usize {
        self.of.bulk()
    }

    /// A route is told of, in the form of the tables.
    pub(super) fn told(&mut self, route: &Route, now_us: i64) {
        let place = (route.table, route.dst);
        self.prune(place, |info| !same(info, &route.info));
        if route.expires == 0 || self.count >= MOST {
            return;
        }
        let left_us = i64::from(route.expires).saturating_mul(TICK_US);
        let at = now_us.saturating_add(left_us.max(0));
        self.count = self.count.saturating_add(1);
        self.of.entry(place).or_default().push(Life {
            info: route.info.clone(),
            stage: Stage::Runs(at),
        });
        self.due.insert((at, place));
    }

    /// Routes to this prefix may have gone: only those that it `holds` have a lifetime any more.
    pub(super) fn prune(&mut self, place: Place, holds: impl Fn(&RouteInfo) -> bool) {
        let Some(lives) = self.of.get_mut(&place) else {
            return;
        };
        let before = lives.len();
        lives.retain(|life| holds(&life.info));
        let gone = before.saturating_sub(lives.len());
        self.count = self.count.saturating_sub(gone);
        if lives.is_empty() {
            self.of.remove(&place);
        }
    }

    /// Where something is to be done next and when, microseconds. It may turn out to be nothing.
    pub(super) fn first(&self) -> Option<(i64, Place)> {
        self.due.first().copied()
    }

    /// When that is.
    pub(super) fn next(&self) -> Option<i64> {
        self.first().map(|(at, _)| at)
    }

    /// What is to be done about one place whose time has come. `None`: nothing more now.
    pub(super) fn take(
        &mut self,
        now_us: i64,
        holds: impl Fn(&RouteInfo) -> bool,
    ) -> Option<Vec<Due>> {
        let (at, place) = *self.due.first()?;
        if at > now_us {
            return None;
        }
        self.due.pop_first();
        // Routes may go without a message of their own.
        self.prune(place, holds);
        let mut all = Vec::new();
        for life in self.of.get_mut(&place).into_iter().flatten() {
            match life.stage {
                Stage::Runs(at) if at <= now_us => {
                    let sure = now_us.saturating_add(SURE_US);
                    life.stage = Stage::Lapsed(sure);
                    self.due.insert((sure, place));
                    all.push(Due::Lapsed(place));
                }
                Stage::Lapsed(at) if at <= now_us => {
                    life.stage = Stage::Unsure;
                    all.push(Due::Ask(place, life.info.clone()));
                }
                _ => {}
            }
        }
        Some(all)
    }

    /// What the kernel said when it was asked for a route that has lapsed: `lasts`, in its ticks;
    /// `None`: it does not use the route.
    pub(super) fn asked(
        &mut self,
        place: Place,
        info: &RouteInfo,
        lasts: Option<i32>,
        now_us: i64,
    ) {
        let lives = self.of.get_mut(&place).into_iter().flatten();
        for life in lives.filter(|life| same(&life.info, info)) {
            life.stage = match lasts {
                None => Stage::Over,
                // With 0 it ends within a tick.
                Some(ticks) => {
                    let left_us = i64::from(ticks.max(1)).saturating_mul(TICK_US);
                    Stage::Runs(now_us.saturating_add(left_us))
                }
            };
            if let Some(at) = life.due() {
                self.due.insert((at, place));
            }
        }
    }

    /// Whether a route to this prefix may have ended.
    pub(super) fn lapsed(&self, place: Place) -> bool {
        let lives = self.of.get(&place).into_iter().flatten();
        lives
            .into_iter()
            .any(|life| !matches!(life.stage, Stage::Runs(_)))
    }

    /// Whether there may be such a route.
    pub(super) fn any(&self) -> bool {
        !self.of.is_empty()
    }

    /// Whether the kernel does not use this route any more, its lifetime being over. `None`: that is
    /// not known.
    pub(super) fn is_over(&self, place: Place, info: &RouteInfo) -> Option<bool> {
        let mut lives = self.of.get(&place).into_iter().flatten();
        let life = lives.find(|life| same(&life.info, info));
        match life.map(|life| life.stage) {
            None | Some(Stage::Runs(_)) => Some(false),
            Some(Stage::Lapsed(_) | Stage::Unsure) => None,
            Some(Stage::Over) => Some(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::decide4::world::to;

    fn route(expires: i32) -> Route {
        Route {
            expires,
            ..to("2001:db8::/32").via(2, "fe80::2")
        }
    }

    fn place() -> Place {
        (254, route(0).dst)
    }

    fn take(l: &mut Lifetimes, now: i64) -> Vec<Due> {
        let mut all = Vec::new();
        while let Some(mut some) = l.take(now, |_| true) {
            all.append(&mut some);
        }
        all
    }

    #[test]
    fn a_route_lapses_when_its_time_is_over_and_is_asked_for_when_that_is_sure() {
        let (mut l, info) = (Lifetimes::default(), route(0).info);
        l.told(&route(200), 1_000);
        assert_eq!(l.next(), Some(2_001_000));
        assert_eq!(take(&mut l, 2_000_999), []);
        assert!(!l.lapsed(place()));
        assert_eq!(take(&mut l, 2_001_000), [Due::Lapsed(place())]);
        assert!(l.lapsed(place()) && l.is_over(place(), &info).is_none());
        assert_eq!(take(&mut l, 2_030_999), []);
        assert_eq!(take(&mut l, 2_031_000), [Due::Ask(place(), info.clone())]);
        l.asked(place(), &info, None, 2_031_000);
        assert!(l.lapsed(place()));
        assert_eq!(l.is_over(place(), &info), Some(true));
        // until the kernel cleans up
        assert_eq!(l.next(), None);
        l.prune(place(), |_| false);
        assert!(!l.lapsed(place()) && !l.any());
    }

    #[test]
    fn a_route_that_was_advertised_again_goes_on() {
        let (mut l, info) = (Lifetimes::default(), route(0).info);
        l.told(&route(1), 0);
        for (ticks, lasts_us) in [(180_000, 1_800_000_000), (0, 10_000)] {
            let now = l.next().unwrap();
            assert_eq!(take(&mut l, now).len(), 1);
            let now = l.next().unwrap();
            assert_eq!(take(&mut l, now).len(), 1);
            l.asked(place(), &info, Some(ticks), now);
            assert!(!l.lapsed(place()));
            assert_eq!(l.next(), Some(now + lasts_us));
        }
        // by a message
        l.told(&route(500), 0);
        assert_eq!(take(&mut l, 4_999_999), []);
        l.told(&route(0), 4_999_999);
        assert_eq!(take(&mut l, i64::MAX), []);
        assert!(!l.any());
    }

    #[test]
    fn a_dump_may_tell_of_what_is_over() {
        let mut l = Lifetimes::default();
        l.told(&route(-300), 7_000);
        assert_eq!(take(&mut l, 7_000), [Due::Lapsed(place())]);
    }

    #[test]
    fn what_went_without_a_message_does_nothing() {
        let mut l = Lifetimes::default();
        l.told(&route(1), 0);
        assert_eq!(l.take(10_000, |_| false), Some(Vec::new()));
        assert!(!l.any() && l.count == 0);
        assert_eq!(l.next(), None);
    }

    #[test]
    fn others_of_the_prefix_have_a_life_of_their_own() {
        let mut l = Lifetimes::default();
        let other = Route {
            expires: 5,
            ..to("2001:db8::/32").via(3, "fe80::3")
        };
        l.told(&route(1), 0);
        l.told(&other, 0);
        assert_eq!(take(&mut l, 10_000).len(), 1);
        l.prune(place(), |info| !same(info, &route(0).info));
        assert!(!l.lapsed(place()) && l.any());
        assert_eq!(take(&mut l, 50_000), [Due::Lapsed(place())]);
    }
}
