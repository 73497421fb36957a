//! Nexthop objects: routes lead where their object does, and go when it goes.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

use rustc_hash::{FxHashMap, FxHashSet};

use super::alike::FOLLOWS_LINK;
use super::copy::{Effect, KernelCopy};
use super::tally::Which;
use super::types::{Family, Leg, Legs, Nexthop, RouteInfo, kind, leg_flag};

impl KernelCopy {
    pub(super) fn nexthop(&mut self, nexthop: &Nexthop, effect: &mut Effect) {
        if let Some(window) = &mut self.window {
            window.nexthops.insert(nexthop.id);
        }
        let old = self.nexthops.insert(nexthop.id, nexthop.clone());
        if old.as_ref() != Some(nexthop) {
            self.follow_nexthops(effect);
        }
    }

    pub(super) fn nexthop_gone(&mut self, id: u32, effect: &mut Effect) {
        self.nexthops_gone(vec![id], effect);
    }

    /// These go, with the groups that have no other member, and the routes by all of them.
    fn nexthops_gone(&mut self, mut ids: Vec<u32>, effect: &mut Effect) {
        let mut gone = FxHashSet::default();
        while !ids.is_empty() {
            for id in ids.drain(..) {
                if let Some(window) = &mut self.window {
                    window.nexthops.insert(id);
                    window.pass.nexthops_gone.insert(id);
                }
                self.nexthops.remove(&id);
                gone.insert(id);
            }
            // One walk for all: an interface may take thousands of objects along.
            for (other, nexthop) in &mut self.nexthops {
                let before = nexthop.group.len();
                nexthop.group.retain(|(member, _)| !gone.contains(member));
                if before != 0 && nexthop.group.is_empty() {
                    ids.push(*other);
                }
            }
        }
        for family in [Family::V4, Family::V6] {
            self.remove(family, Which::Objects, effect, |info| {
                gone.contains(&info.nexthop_id)
            });
        }
        self.follow_nexthops(effect);
    }

    /// Those that use the interface are gone.
    pub(super) fn nexthops_of(&mut self, index: u32, effect: &mut Effect) {
        let on = |nexthop: &&Nexthop| {
            nexthop.group.is_empty() && !nexthop.blackhole && nexthop.leg.index == index
        };
        let ids: Vec<u32> = self.nexthops.values().filter(on).map(|n| n.id).collect();
        if !ids.is_empty() {
            self.nexthops_gone(ids, effect);
        }
    }

    fn follow_nexthops(&mut self, effect: &mut Effect) {
        let nexthops = core::mem::take(&mut self.nexthops);
        for family in [Family::V4, Family::V6] {
            self.update(family, Which::Objects, effect, |info| {
                resolve(&nexthops, family, info)
            });
        }
        self.nexthops = nexthops;
    }
}

/// Gives a route the legs, and the kind, that its nexthop object has now. Says whether they are
/// others.
pub(super) fn resolve(
    nexthops: &FxHashMap<u32, Nexthop>,
    family: Family,
    info: &mut RouteInfo,
) -> bool {
    let Some(nexthop) = nexthops
        .get(&info.nexthop_id)
        .filter(|_| info.nexthop_id != 0)
    else {
        return false;
    };
    let (legs, blackhole) = legs_of(nexthops, family, nexthop);
    let kind = match (blackhole, info.kind) {
        (true, _) => kind::BLACKHOLE,
        (false, kind::BLACKHOLE) => kind::UNICAST,
        (false, other) => other,
    };
    let changed = legs != info.legs || kind != info.kind;
    info.legs = legs;
    info.kind = kind;
    changed
}

/// The legs of a nexthop object, and whether it throws everything away.
fn legs_of(nexthops: &FxHashMap<u32, Nexthop>, family: Family, nexthop: &Nexthop) -> (Legs, bool) {
    if nexthop.blackhole {
        return (Legs::None, true);
    }
    if nexthop.group.is_empty() {
        return (Legs::One(plain(&nexthop.leg, 1)), false);
    }
    let members = nexthop.group.iter();
    let found = members.filter_map(|(id, weight)| Some((nexthops.get(id)?, *weight)));
    let blackhole = found.clone().any(|(member, _)| member.blackhole);
    let legs = found
        .map(|(member, weight)| plain(&member.leg, weight))
        .collect();
    let mut legs = Legs::from_vec(legs);
    // Of a group with one member only IPv6 tells the weight.
    if let (Legs::One(leg), Family::V4) = (&mut legs, family) {
        leg.weight = 1;
    }
    (if blackhole { Legs::None } else { legs }, blackhole)
}

fn plain(leg: &Leg, weight: u16) -> Leg {
    Leg {
        weight,
        flags: leg.flags & (FOLLOWS_LINK | leg_flag::ONLINK),
        ..*leg
    }
}
