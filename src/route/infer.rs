//! What the kernel does to routes without a word when interfaces, addresses and
//! nexthop objects come and go (routing.md sections 4 and 8.3).
#![forbid(unsafe_code)]

use core::net::{IpAddr, Ipv6Addr};

use rustc_hash::FxHashMap;

use super::copy::{Copy, Effect, MANY};
use super::infos::FOLLOWS_LINK;
use super::order::{set_flags, without};
use super::types::{
    Addr, Family, Leg, Legs, Link, Nexthop, Prefix, Route, RouteInfo, kind, leg_flag, table_id,
};

/// `IFF_RUNNING`: it has a carrier, and whoever guards the port (802.1X) has opened it.
const RUNNING: u32 = libc::IFF_RUNNING as u32;
/// `RT_SCOPE_HOST`: IPv4 routes that stay in the host do not mind the state of an interface.
const SCOPE_HOST: u8 = 254;
/// `RTPROT_KERNEL`.
const RTPROT_KERNEL: u8 = 2;

/// What IPv4 takes for a carrier.
fn carrier4(link: &Link) -> bool {
    link.carrier() || link.flags & RUNNING != 0
}

/// What IPv6 takes for a link that can be used.
fn ready6(link: &Link) -> bool {
    link.up() && link.flags & RUNNING != 0
}

/// Whether the route's own legs, not a nexthop object's, use the interface.
fn uses(info: &RouteInfo, index: u32) -> bool {
    info.nexthop_id == 0 && info.legs.as_slice().iter().any(|leg| leg.index == index)
}

fn all_dead(info: &RouteInfo) -> bool {
    info.legs
        .as_slice()
        .iter()
        .all(|leg| leg.flags & leg_flag::DEAD != 0)
}

/// Sets and clears the flags of the legs that use the interface; says whether that changed one.
fn mark(info: &mut RouteInfo, index: u32, set: u8, clear: u8) -> bool {
    let mut changed = false;
    for leg in info.legs.as_mut_slice() {
        if leg.index == index {
            changed |= set_flags(leg, (leg.flags & FOLLOWS_LINK & !clear) | set);
        }
    }
    changed
}

/// IPv6 routes that stay in the host mind no carrier.
fn minds_carrier6(info: &RouteInfo) -> bool {
    !matches!(info.kind, kind::LOCAL | kind::ANYCAST)
}

impl Copy {
    pub(super) fn link(&mut self, new: &Link, effect: &mut Effect) {
        let index = new.index;
        if let Some(window) = &mut self.window {
            window.links.insert(index);
        }
        let Some(old) = self.links.insert(index, new.clone()) else {
            effect.links.push(index);
            // Nothing of it is known, so nothing of it can be dead. But a dump may tell of what it was.
            if self.window.is_some() {
                self.link_state(new, effect);
            }
            return;
        };
        let names = old.name != new.name || old.group != new.group || old.vrf != new.vrf;
        let state =
            old.up() != new.up() || carrier4(&old) != carrier4(new) || ready6(&old) != ready6(new);
        if names || state || old.master != new.master {
            effect.links.push(index);
        }
        if old.up() && !new.up() {
            self.went_down(index, effect);
        } else if new.up() {
            self.came_up(&old, new, effect);
        }
    }

    /// Brings everything into the state of an interface whose last state is not known.
    fn link_state(&mut self, link: &Link, effect: &mut Effect) {
        if !link.up() {
            self.went_down(link.index, effect);
            return;
        }
        if let Some(window) = &mut self.window {
            window.pass.changed.insert(link.index);
        }
        self.carrier4(link.index, carrier4(link), effect);
        self.carrier6(link.index, ready6(link), effect);
    }

    fn came_up(&mut self, old: &Link, new: &Link, effect: &mut Effect) {
        let index = new.index;
        if let Some(window) = &mut self.window {
            window.pass.changed.insert(index);
        }
        if !old.up() {
            self.revive4(new, effect);
        } else if carrier4(old) != carrier4(new) {
            self.carrier4(index, carrier4(new), effect);
        }
        if ready6(old) != ready6(new) {
            self.carrier6(index, ready6(new), effect);
        }
    }

    /// Legs of IPv4 routes with several live again once the interface is up and has an address.
    fn revive4(&mut self, link: &Link, effect: &mut Effect) {
        let clear = if carrier4(link) {
            FOLLOWS_LINK
        } else {
            leg_flag::DEAD
        };
        self.update(Family::V4, effect, |info| {
            uses(info, link.index) && mark(info, link.index, 0, clear)
        });
    }

    fn carrier4(&mut self, index: u32, carrier: bool, effect: &mut Effect) {
        self.update(Family::V4, effect, |info| {
            uses(info, index)
                && info.scope != SCOPE_HOST
                && if carrier {
                    mark(info, index, 0, leg_flag::LINKDOWN)
                } else {
                    mark(info, index, leg_flag::LINKDOWN, 0)
                }
        });
        if !carrier {
            self.nexthops_of(index, effect);
        }
    }

    fn carrier6(&mut self, index: u32, ready: bool, effect: &mut Effect) {
        self.update(Family::V6, effect, |info| {
            uses(info, index)
                && minds_carrier6(info)
                && if ready {
                    mark(info, index, 0, FOLLOWS_LINK)
                } else {
                    mark(info, index, leg_flag::LINKDOWN, 0)
                }
        });
    }

    fn went_down(&mut self, index: u32, effect: &mut Effect) {
        if let Some(window) = &mut self.window {
            window.pass.down.insert(index);
        }
        self.kill4(index, effect, |info| info.scope != SCOPE_HOST);
        self.kill6(index, effect);
        self.nexthops_of(index, effect);
    }

    /// The interface's legs of these IPv4 routes die, and with the last leg the route.
    fn kill4(&mut self, index: u32, effect: &mut Effect, which: impl Fn(&RouteInfo) -> bool) {
        self.update(Family::V4, effect, |info| {
            info.legs.as_slice().len() > 1
                && uses(info, index)
                && which(info)
                && mark(info, index, FOLLOWS_LINK, 0)
        });
        let alone = |info: &RouteInfo| info.legs.as_slice().len() == 1 && which(info);
        self.remove(Family::V4, effect, |info| {
            uses(info, index) && (alone(info) || all_dead(info))
        });
    }

    fn kill6(&mut self, index: u32, effect: &mut Effect) {
        self.update(Family::V6, effect, |info| {
            info.legs.as_slice().len() > 1
                && uses(info, index)
                && mark(info, index, FOLLOWS_LINK, 0)
        });
        self.remove(Family::V6, effect, |info| {
            uses(info, index) && (info.legs.as_slice().len() == 1 || all_dead(info))
        });
    }

    pub(super) fn link_gone(&mut self, index: u32, effect: &mut Effect) {
        if let Some(window) = &mut self.window {
            window.links.insert(index);
            window.pass.gone.insert(index);
        }
        if self.links.remove(&index).is_some() {
            effect.links.push(index);
        }
        self.went_down(index, effect);
        // One leg there takes an IPv4 route along; IPv6 goes on without.
        self.remove(Family::V4, effect, |info| uses(info, index));
        self.update(Family::V6, effect, |info| {
            let on = |leg: &&Leg| leg.index == index;
            let gone: Vec<Leg> = info.legs.as_slice().iter().filter(on).cloned().collect();
            let left = if uses(info, index) {
                without(info, &gone)
            } else {
                None
            };
            left.map(|left| *info = left).is_some()
        });
        for key in self.addrs.on(index) {
            self.addrs.remove(&key);
            if self.addrs.homes(key.1).next().is_none() {
                effect.addrs.push(key.1);
            }
        }
        self.neighs.retain(|key, _| key.0 != index);
        if let Ok(index) = i32::try_from(index) {
            self.netconf.retain(|key, _| key.1 != index);
        }
    }

    /// The host has one more address.
    pub(super) fn addr_came(&mut self, addr: &Addr, effect: &mut Effect) {
        if addr.local.is_ipv4()
            && let Some(link) = self
                .links
                .get(&addr.index)
                .filter(|link| link.up())
                .cloned()
        {
            self.revive4(&link, effect);
        }
    }

    /// The host has one address less.
    pub(super) fn addr_went(&mut self, addr: &Addr, effect: &mut Effect) {
        match addr.local {
            IpAddr::V4(_) if !self.addrs.has_v4(addr.index) => {
                if let Some(window) = &mut self.window {
                    window.pass.bare.insert(addr.index);
                }
                // Even what stays in the host goes, for the kernel takes IPv4 off the interface.
                self.kill4(addr.index, effect, |_| true);
            }
            IpAddr::V4(_) => (),
            IpAddr::V6(_) => self.prefsrc_went(addr, effect),
        }
    }

    /// IPv6 routes lose a preferred source that is no address of the host any more, if it was
    /// taken away by itself: then its `local` route is still there. When the kernel takes IPv6
    /// off the interface, that goes first, and nothing happens to preferred sources.
    fn prefsrc_went(&mut self, addr: &Addr, effect: &mut Effect) {
        let ip = addr.local;
        let itself = Prefix {
            address: ip,
            len: 128,
        };
        let is_own = |info: &RouteInfo| {
            info.kind == kind::LOCAL && info.legs.as_slice().iter().any(|l| l.index == addr.index)
        };
        let alone = self
            .tables
            .exact(table_id::LOCAL, itself)
            .is_some_and(|aliases| aliases.iter().any(|(_, info)| is_own(info)));
        if !alone || self.addrs.homes(ip).next().is_some() {
            return;
        }
        if let Some(window) = &mut self.window {
            window.pass.prefsrc.insert(ip);
        }
        self.update(Family::V6, effect, |info| {
            let wanted = info.prefsrc == Some(ip);
            if wanted {
                info.prefsrc = None;
            }
            wanted
        });
    }

    fn update(
        &mut self,
        family: Family,
        effect: &mut Effect,
        f: impl FnMut(&mut RouteInfo) -> bool,
    ) {
        match self.tables.update_infos(family, MANY, f) {
            Some(places) => {
                for (table, prefix) in places {
                    effect.prefix(table, prefix);
                }
            }
            None => effect.everything = true,
        }
    }

    fn remove(&mut self, family: Family, effect: &mut Effect, f: impl FnMut(&RouteInfo) -> bool) {
        let mut gone = Vec::new();
        let change = self.tables.remove_where(family, f, |table, prefix| {
            if gone.len() <= MANY || family == Family::V6 {
                gone.push((table, prefix));
            }
        });
        effect.route_removed |= change.removed;
        effect.gateway_changed |= change.gateway;
        for (table, prefix) in gone {
            if family == Family::V6 {
                self.note_sources(table, prefix);
            }
            effect.prefix(table, prefix);
        }
    }
}

/// Nexthop objects.
impl Copy {
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
        let mut gone = vec![id];
        while let Some(id) = gone.pop() {
            if let Some(window) = &mut self.window {
                window.nexthops.insert(id);
                window.pass.nexthops_gone.insert(id);
            }
            self.nexthops.remove(&id);
            for family in [Family::V4, Family::V6] {
                self.remove(family, effect, |info| info.nexthop_id == id);
            }
            for (other, group) in &mut self.nexthops {
                let before = group.group.len();
                group.group.retain(|(member, _)| *member != id);
                if before != 0 && group.group.is_empty() {
                    gone.push(*other);
                }
            }
        }
        self.follow_nexthops(effect);
    }

    /// Those that use the interface are gone.
    fn nexthops_of(&mut self, index: u32, effect: &mut Effect) {
        let on = |nexthop: &&Nexthop| {
            nexthop.group.is_empty() && !nexthop.blackhole && nexthop.leg.index == index
        };
        let ids: Vec<u32> = self.nexthops.values().filter(on).map(|n| n.id).collect();
        for id in ids {
            self.nexthop_gone(id, effect);
        }
    }

    fn follow_nexthops(&mut self, effect: &mut Effect) {
        let nexthops = core::mem::take(&mut self.nexthops);
        for family in [Family::V4, Family::V6] {
            self.update(family, effect, |info| resolve(&nexthops, info));
        }
        self.nexthops = nexthops;
    }
}

/// Gives a route the legs, and the kind, that its nexthop object has now. Says whether they are
/// others.
pub(super) fn resolve(nexthops: &FxHashMap<u32, Nexthop>, info: &mut RouteInfo) -> bool {
    let Some(nexthop) = nexthops
        .get(&info.nexthop_id)
        .filter(|_| info.nexthop_id != 0)
    else {
        return false;
    };
    let (legs, blackhole) = legs_of(nexthops, nexthop);
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
fn legs_of(nexthops: &FxHashMap<u32, Nexthop>, nexthop: &Nexthop) -> (Legs, bool) {
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
    if let (Legs::One(leg), false) = (&mut legs, blackhole) {
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

/// What does not mind the state of its interface.
pub(super) fn stays_in_host(family: Family, info: &RouteInfo) -> bool {
    match family {
        Family::V4 => info.scope == SCOPE_HOST,
        Family::V6 => !minds_carrier6(info),
    }
}

/// Brings a leg that a dump told of into the state its interface is in by now. `bare`: its last IPv4
/// address went meanwhile.
pub(super) fn follow_link(family: Family, within: bool, link: &Link, bare: bool, leg: &mut Leg) {
    let flags = if !link.up() {
        FOLLOWS_LINK
    } else {
        match family {
            Family::V4 if bare => FOLLOWS_LINK,
            Family::V4 if carrier4(link) => 0,
            Family::V6 if ready6(link) => 0,
            Family::V4 => leg_flag::LINKDOWN,
            Family::V6 => leg.flags & leg_flag::DEAD | leg_flag::LINKDOWN,
        }
    };
    if !within {
        set_flags(leg, flags);
    }
}

impl Copy {
    /// When the kernel takes IPv6 off an interface that stays up (`disable_ipv6`, or an MTU too small
    /// for it), it takes away the multicast route too, and says that.
    pub(super) fn follow_v6(&mut self, route: &Route, gone: bool, effect: &mut Effect) {
        let info = &route.info;
        let multicast = Prefix {
            address: IpAddr::V6(Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0)),
            len: 8,
        };
        let [leg] = info.legs.as_slice() else { return };
        if route.dst != multicast
            || route.table != table_id::LOCAL
            || (info.kind, info.protocol) != (kind::MULTICAST, RTPROT_KERNEL)
        {
            return;
        }
        let index = leg.index;
        if gone {
            self.kill6(index, effect);
        } else if self.links.get(&index).is_some_and(ready6) {
            self.carrier6(index, true, effect);
        }
    }
}
