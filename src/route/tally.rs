//! What can be said of all routes without looking at each: counts that follow every info.
//!
//! A neighbour that fails, an interface that goes down or a look-up without a result asks whether
//! any route is concerned. With a million different infos a scan for the answer takes longer than
//! a pass of the loop may.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

use core::hash::Hash;
use core::net::IpAddr;

use rustc_hash::FxHashMap;

use super::bulk::{self, Bulk};
use super::types::{Family, RouteInfo};

/// Which infos an operation is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which {
    /// Those with a leg of their own, not a nexthop object's, through this interface.
    Link(u32),
    /// Those that use a nexthop object.
    Objects,
    /// Those without a nexthop object whose preferred source is this IPv6 address.
    PrefSource(IpAddr),
}

impl Which {
    pub(super) fn fits(self, info: &RouteInfo) -> bool {
        match self {
            Self::Link(index) => {
                info.nexthop_id == 0 && info.legs.as_slice().iter().any(|leg| leg.index == index)
            }
            Self::Objects => info.nexthop_id != 0,
            Self::PrefSource(ip) => info.nexthop_id == 0 && info.prefsrc == Some(ip),
        }
    }
}

/// How many entries the kernel's own list has for one IPv6 route: one for each leg.
pub(super) fn entries6(info: &RouteInfo) -> usize {
    match info.nexthop_id {
        0 => info.legs.as_slice().len().max(1),
        _ => 1,
    }
}

#[derive(Default)]
pub(super) struct Tally {
    /// Entries of all IPv6 routes, see [`entries6`].
    entries6: usize,
    /// IPv6 infos for certain sources only.
    sourced6: usize,
    objects: usize,
    /// Legs by interface, of infos without a nexthop object.
    links: FxHashMap<u32, u32>,
    /// Legs by interface and gateway.
    gateways: FxHashMap<(u32, IpAddr), u32>,
    /// IPv6 infos with a preferred source.
    prefsrcs6: usize,
}

impl Tally {
    pub(super) fn bulk(&self) -> usize {
        bulk::sum(&[self.links.bulk(), self.gateways.bulk()])
    }
}

fn more<K: Eq + Hash>(counts: &mut FxHashMap<K, u32>, key: K) {
    let n = counts.entry(key).or_default();
    *n = n.saturating_add(1);
}

fn fewer<K: Eq + Hash>(counts: &mut FxHashMap<K, u32>, key: &K) {
    if let Some(n) = counts.get_mut(key) {
        *n = n.saturating_sub(1);
        if *n == 0 {
            counts.remove(key);
        }
    }
}

impl Tally {
    /// An info comes, of so many routes.
    pub(super) fn comes(&mut self, family: Family, info: &RouteInfo, routes: u32) {
        for leg in info.legs.as_slice() {
            if info.nexthop_id == 0 {
                more(&mut self.links, leg.index);
            }
            if let Some(gateway) = leg.gateway {
                more(&mut self.gateways, (leg.index, gateway));
            }
        }
        let (sourced, object) = (is_sourced6(family, info), info.nexthop_id != 0);
        let prefsrc = family == Family::V6 && info.prefsrc.is_some();
        self.prefsrcs6 = self.prefsrcs6.saturating_add(prefsrc.into());
        self.sourced6 = self.sourced6.saturating_add(sourced.into());
        self.objects = self.objects.saturating_add(object.into());
        self.routes_come(family, info, routes);
    }

    /// An info goes, and so many routes with it.
    pub(super) fn goes(&mut self, family: Family, info: &RouteInfo, routes: u32) {
        for leg in info.legs.as_slice() {
            if info.nexthop_id == 0 {
                fewer(&mut self.links, &leg.index);
            }
            if let Some(gateway) = leg.gateway {
                fewer(&mut self.gateways, &(leg.index, gateway));
            }
        }
        let (sourced, object) = (is_sourced6(family, info), info.nexthop_id != 0);
        let prefsrc = family == Family::V6 && info.prefsrc.is_some();
        self.prefsrcs6 = self.prefsrcs6.saturating_sub(prefsrc.into());
        self.sourced6 = self.sourced6.saturating_sub(sourced.into());
        self.objects = self.objects.saturating_sub(object.into());
        self.routes_go(family, info, routes);
    }

    /// So many more routes have an info that is there.
    pub(super) fn routes_come(&mut self, family: Family, info: &RouteInfo, routes: u32) {
        let entries = entries_of(family, info, routes);
        self.entries6 = self.entries6.saturating_add(entries);
    }

    /// So many routes fewer have an info that stays.
    pub(super) fn routes_go(&mut self, family: Family, info: &RouteInfo, routes: u32) {
        let entries = entries_of(family, info, routes);
        self.entries6 = self.entries6.saturating_sub(entries);
    }

    /// False: no info fits.
    pub(super) fn may_fit(&self, which: Which) -> bool {
        match which {
            Which::Link(index) => self.links.contains_key(&index),
            Which::Objects => self.objects != 0,
            Which::PrefSource(_) => self.prefsrcs6 != 0,
        }
    }

    /// Whether a route leads through this gateway on this interface.
    pub(super) fn has_gateway(&self, index: u32, gateway: IpAddr) -> bool {
        self.gateways.contains_key(&(index, gateway))
    }

    /// Whether an IPv6 route is for certain sources only.
    pub(super) fn has_sourced6(&self) -> bool {
        self.sourced6 != 0
    }

    /// How many entries the kernel's list of IPv6 routes has, if these are all its routes.
    pub(super) fn entries6(&self) -> usize {
        self.entries6
    }
}

fn is_sourced6(family: Family, info: &RouteInfo) -> bool {
    family == Family::V6 && info.source.is_some()
}

fn entries_of(family: Family, info: &RouteInfo, routes: u32) -> usize {
    match family {
        Family::V4 => 0,
        Family::V6 => entries6(info).saturating_mul(routes as usize),
    }
}
