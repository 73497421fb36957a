//! What is told of a route, in the form the tables keep.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

use super::alike::{same_legs, settle};
use super::copy::KernelCopy;
use super::objects::resolve;
use super::order::same_way;
use super::tally::Which;
use super::types::{Family, Leg, Link, Route, RouteInfo, leg_flag};

const BOTH: u8 = leg_flag::DEAD | leg_flag::LINKDOWN;

impl KernelCopy {
    /// A route in the form of the tables, where that is another one: with the legs of its nexthop
    /// object, or without the death of legs that only seem dead.
    pub(super) fn resolved(&self, told: &Route) -> Option<Route> {
        let by_object = told.info.nexthop_id != 0;
        let common = told.info.flags.to_le_bytes()[0];
        let lies = |leg: &Leg| (leg.flags | common) & BOTH == BOTH;
        if !by_object && !told.info.legs.as_slice().iter().any(lies) {
            return None;
        }
        let mut route = told.clone();
        settle(&mut route.info);
        if by_object {
            resolve(&self.nexthops, route.dst.family(), &mut route.info);
        }
        let settled = route.clone();
        for leg in route.info.legs.as_mut_slice() {
            if leg.flags & BOTH == BOTH && self.seems_dead(&settled, leg) {
                leg.flags &= !leg_flag::DEAD;
            }
        }
        Some(route)
    }

    /// Whether a leg is said to be dead only because its interface has no carrier and is ignored for
    /// that, which may change while the leg stays.
    fn seems_dead(&self, route: &Route, leg: &Leg) -> bool {
        let family = route.dst.family();
        let alone = route.info.legs.as_slice().len() == 1;
        if family == Family::V4 && alone {
            // It would not be there.
            return true;
        }
        if !self.links.get(&leg.index).is_some_and(Link::up) {
            return false;
        }
        match family {
            Family::V4 if self.addrs.has_v4(leg.index) => true,
            // What a dump tells may have died before.
            _ if self.window.is_some() => false,
            Family::V4 => self.ignores_linkdown(family, leg.index) && !self.died4(&route.info, leg),
            Family::V6 => self.ignores_linkdown(family, leg.index) && !self.died6(route, leg),
        }
    }

    /// Whether such a leg of such an IPv4 route is dead: the kernel keeps what routes have in common
    /// once.
    fn died4(&self, info: &RouteInfo, leg: &Leg) -> bool {
        let dead = |old: &RouteInfo| same_legs(old, info) && has_dead(old, leg);
        // With too many routes to tell it counts as alive: then only the kernel's answer ends it.
        let some = self
            .tables
            .any_info(Family::V4, Which::Link(leg.index), dead);
        some == Ok(true)
    }

    /// Whether the leg was there before, and is dead: the interface has come up without a carrier.
    fn died6(&self, route: &Route, leg: &Leg) -> bool {
        let aliases = self.tables.exact(route.table, route.dst);
        aliases.into_iter().flatten().any(|(_, old)| {
            (old.metric, old.source) == (route.info.metric, route.info.source)
                && old.nexthop_id == 0
                && has_dead(old, leg)
        })
    }
}

fn has_dead(info: &RouteInfo, leg: &Leg) -> bool {
    let legs = info.legs.as_slice();
    legs.iter()
        .any(|old| same_way(old, leg) && old.flags & leg_flag::DEAD != 0)
}
