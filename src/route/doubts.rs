//! What only the kernel knows: past events that decide what it does and that no dump shows, and routes
//! that may be missing here.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

use core::net::IpAddr;
use std::collections::HashSet;

use rustc_hash::FxHashSet;

use super::copy::{ALL, KernelCopy};
use super::cover;
use super::infer::by_v6;
use super::types::{Family, Leg, Link, Prefix, Route, RouteInfo, leg_flag};

/// With fewer prefixes in a set than this, each is compared; with more, each length is looked up.
const FEW: usize = 64;

/// Past events that decide what the kernel does, and that no dump shows.
#[derive(Default)]
pub(crate) struct History {
    /// There is or was an IPv4 rule beside the default ones: from the first one on, the kernel keeps
    /// tables local and main in two tries.
    pub(crate) split4: bool,
    /// Prefixes with IPv6 routes among the legs of another one, see [`KernelCopy::mixed_from`].
    pub(super) mixed6: HashSet<(u32, Prefix)>,
    /// Prefixes that a dump told an IPv6 route with several legs to.
    pub(super) legs6: HashSet<(u32, Prefix)>,
    /// Each of `legs6` may be such a prefix: a dump has left out routes ([`super::omitted`]), and
    /// it is not known to which.
    pub(super) skipped6: bool,
    /// Prefixes whose routes changed so often while all was read that some may be missing.
    pub(super) doubtful: HashSet<Prefix>,
    /// Between which places of the kernel's IPv6 tables some may be missing.
    pub(super) gaps: Vec<cover::Gap>,
    /// Interfaces that have had `ignore_routes_with_linkdown` set for IPv6. The kernel shows their
    /// legs as DEAD while the setting is on, also when they only have no carrier.
    pub(super) ignored6: FxHashSet<u32>,
    /// The same for IPv4; -1 stands for all interfaces.
    pub(super) ignored4: FxHashSet<i32>,
    /// Interfaces without a carrier whose IPv4 legs with IPv6 gateways are marked LINKDOWN here, but
    /// perhaps not in the kernel: the message that would mark them has the same words as others.
    pub(super) unsure4: FxHashSet<u32>,
}

impl History {
    /// Whether the kernel may have IPv6 routes to this prefix among the legs of another one.
    pub(super) fn mixed6(&self, table: u32, prefix: Prefix) -> bool {
        let key = (table, prefix);
        self.mixed6.contains(&key) || self.skipped6 && self.legs6.contains(&key)
    }

    /// A number is not used again soon, and then for another interface.
    pub(super) fn link_gone(&mut self, index: u32) {
        self.ignored6.remove(&index);
        self.unsure4.remove(&index);
        if let Ok(index) = i32::try_from(index) {
            self.ignored4.remove(&index);
        }
    }
}

impl KernelCopy {
    /// Notes a prefix that has a multipath route and others of the same metric.
    pub(super) fn note_mixed(&mut self, route: &Route) {
        if route.dst.family() == Family::V4 {
            return;
        }
        let Some(aliases) = self.tables.exact(route.table, route.dst) else {
            return;
        };
        let rival = |info: &&RouteInfo| {
            (info.metric, info.source) == (route.info.metric, route.info.source)
        };
        let rivals = || aliases.iter().map(|(_, info)| info).filter(rival);
        let many = |info: &RouteInfo| info.nexthop_id == 0 && info.legs.as_slice().len() > 1;
        if rivals().nth(1).is_some() && rivals().any(many) {
            self.history.mixed6.insert((route.table, route.dst));
        }
    }

    /// Whether IPv6 legs on this interface that are shown as DEAD may only have no carrier.
    pub(crate) fn ignored_linkdown(&self, index: u32) -> bool {
        self.history.ignored6.contains(&index)
    }

    /// Whether an IPv4 leg among several that is DEAD here may only have no carrier in the kernel: a
    /// dump showed it while `ignore_routes_with_linkdown` was set and the interface had no address.
    pub(crate) fn maybe_alive4(&self, leg: &Leg) -> bool {
        let was = |index| self.history.ignored4.contains(&index);
        leg.flags & leg_flag::DEAD != 0
            && !self.addrs.has_v4(leg.index)
            && self.links.get(&leg.index).is_some_and(Link::up)
            && (was(ALL) || i32::try_from(leg.index).is_ok_and(was))
    }

    /// Whether only the kernel knows if an IPv4 leg is without a carrier.
    pub(crate) fn carrier_unsure4(&self, leg: &Leg) -> bool {
        leg.flags & leg_flag::LINKDOWN != 0
            && by_v6(leg)
            && self.history.unsure4.contains(&leg.index)
    }

    /// Whether only the kernel knows which IPv6 routes serve `dst`. A multipath route and others of
    /// the same metric have been at one prefix: in the kernel's list the others may stand among the
    /// legs. Then dumps leave them out ([`super::omitted`]), and they stay when their interface goes
    /// down.
    ///
    /// All prefixes of `shortest` and more bits that hold `dst` count, also those without a route
    /// here: the one that a dump left out may be the only one.
    pub(super) fn mixed_from(&self, table: u32, dst: IpAddr, shortest: u8) -> bool {
        let among = |mixed: &HashSet<(u32, Prefix)>| {
            if mixed.len() < FEW {
                return mixed
                    .iter()
                    .any(|(t, p)| *t == table && p.len >= shortest && p.contains(dst));
            }
            (shortest..=Family::V6.bits())
                .filter_map(|len| Prefix::new(dst, len))
                .any(|prefix| mixed.contains(&(table, prefix)))
        };
        among(&self.history.mixed6) || self.history.skipped6 && among(&self.history.legs6)
    }

    /// Whether the lifetime of a route is over to a prefix that holds `dst`, of `shortest` and more
    /// bits: the kernel does not use it, or knows of a longer lifetime.
    pub(super) fn lapsed_from(&self, table: u32, dst: IpAddr, shortest: u8) -> bool {
        self.lifetimes.any()
            && (shortest..=Family::V6.bits())
                .filter_map(|len| Prefix::new(dst, len))
                .any(|prefix| self.lifetimes.lapsed((table, prefix)))
    }

    /// Whether routes to this address may be missing, of whichever table.
    pub(super) fn doubts(&self, ip: IpAddr) -> bool {
        let gaps = &self.history.gaps;
        if !gaps.is_empty() && ip.is_ipv6() && cover::misses(gaps, ip) {
            return true;
        }
        let doubtful = &self.history.doubtful;
        if doubtful.len() < FEW {
            return doubtful.iter().any(|prefix| prefix.contains(ip));
        }
        (0..=Family::of(ip).bits())
            .filter_map(|len| Prefix::new(ip, len))
            .any(|prefix| doubtful.contains(&prefix))
    }

    /// Whether routes to any address may be missing.
    #[inline]
    pub(super) fn lacks_some(&self) -> bool {
        !self.history.gaps.is_empty() || !self.history.doubtful.is_empty()
    }

    #[cfg(test)]
    pub(super) fn mixed(&self, table: u32, prefix: Prefix) -> bool {
        self.history.mixed6(table, prefix)
    }
}
