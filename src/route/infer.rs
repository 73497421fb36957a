//! What the kernel does to routes without a message when interfaces and addresses come and go
//! (docs/routing.md, "What is not in rtnetlink(7)").
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

use core::net::{IpAddr, Ipv6Addr};

use super::alike::FOLLOWS_LINK;
use super::copy::{Effect, KernelCopy, MANY};
use super::order::{set_flags, without};
use super::table::TooMany;
use super::tally::Which;
use super::types::{Addr, Family, Leg, Link, Prefix, Route, RouteInfo, kind, leg_flag, table_id};

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
    link.up() && link.carrier() && !idle6(link)
}

/// What IPv6 takes for a link that cannot be used. A link that is neither has just lost its carrier,
/// or its carrier has not been looked at yet: another message follows.
fn idle6(link: &Link) -> bool {
    link.flags & RUNNING == 0
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

/// Sets flags of the legs that use the interface and are not dead.
fn mark_living(info: &mut RouteInfo, index: u32, set: u8) -> bool {
    let mut changed = false;
    for leg in info.legs.as_mut_slice() {
        if leg.index == index && leg.flags & leg_flag::DEAD == 0 {
            changed |= set_flags(leg, set);
        }
    }
    changed
}

/// Whether the message is about the name, the master, or PROMISC and ALLMULTI: then the kernel does
/// nothing to routes.
fn of_something_else(old: &Link, new: &Link) -> bool {
    const LISTENS: u32 = (libc::IFF_PROMISC | libc::IFF_ALLMULTI) as u32;
    old.name != new.name || old.master != new.master || (old.flags ^ new.flags) & LISTENS != 0
}

/// Whether an IPv4 route has a leg on the interface whose flags may not follow the carrier yet: for
/// legs with IPv6 gateways the kernel does not look at the carrier when the route is added.
fn lags(info: &RouteInfo, index: u32) -> bool {
    let late = |leg: &Leg| leg.index == index && by_v6(leg) && leg.flags & FOLLOWS_LINK == 0;
    info.nexthop_id == 0 && info.legs.as_slice().iter().any(late)
}

/// Whether the gateway is an IPv6 one.
pub(super) fn by_v6(leg: &Leg) -> bool {
    leg.gateway.is_some_and(|gateway| gateway.is_ipv6())
}

/// IPv6 routes that stay in the host mind no carrier.
fn minds_carrier6(info: &RouteInfo) -> bool {
    !matches!(info.kind, kind::LOCAL | kind::ANYCAST)
}

impl KernelCopy {
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
        } else if new.up() && !old.up() {
            self.came_up(new, effect);
        } else if new.up() && !of_something_else(&old, new) {
            self.told_again(&old, new, effect);
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
        self.follow_carrier(link, effect);
    }

    fn came_up(&mut self, new: &Link, effect: &mut Effect) {
        if let Some(window) = &mut self.window {
            window.pass.changed.insert(new.index);
        }
        self.revive4(new, effect);
        if ready6(new) {
            self.carrier6(new.index, true, effect);
        }
    }

    /// With this message the kernel brings all legs into the state of the interface, even when the
    /// message says nothing new. A short loss of the carrier may produce no message of its own, but
    /// routes that were added meanwhile saw no carrier.
    fn told_again(&mut self, old: &Link, new: &Link, effect: &mut Effect) {
        let index = new.index;
        if let Some(window) = &mut self.window {
            window.pass.changed.insert(index);
        }
        if carrier4(new) || old != new {
            self.history.unsure4.remove(&index);
        } else if self.window.is_some() || self.lags(index) {
            // Or it is of what does not concern routes: a macvlan on it, its MTU.
            self.history.unsure4.insert(index);
        }
        self.follow_carrier(new, effect);
    }

    /// Whether an IPv4 route lags; true also where there are too many routes to tell.
    fn lags(&self, index: u32) -> bool {
        let some = self
            .tables
            .any_info(Family::V4, Which::Link(index), |info| lags(info, index));
        some != Ok(false)
    }

    fn follow_carrier(&mut self, link: &Link, effect: &mut Effect) {
        self.carrier4(link.index, carrier4(link), effect);
        if ready6(link) || idle6(link) {
            self.carrier6(link.index, ready6(link), effect);
        }
    }

    /// Legs of IPv4 routes with several live again once the interface is up and has an address.
    fn revive4(&mut self, link: &Link, effect: &mut Effect) {
        let clear = if carrier4(link) {
            FOLLOWS_LINK
        } else {
            leg_flag::DEAD
        };
        let on = Which::Link(link.index);
        self.update(Family::V4, on, effect, |info| {
            mark(info, link.index, 0, clear)
        });
    }

    fn carrier4(&mut self, index: u32, carrier: bool, effect: &mut Effect) {
        self.update(Family::V4, Which::Link(index), effect, |info| {
            info.scope != SCOPE_HOST
                && if carrier {
                    mark(info, index, 0, leg_flag::LINKDOWN)
                } else {
                    mark_living(info, index, leg_flag::LINKDOWN)
                }
        });
        if !carrier {
            self.nexthops_of(index, effect);
        }
    }

    fn carrier6(&mut self, index: u32, ready: bool, effect: &mut Effect) {
        self.update(Family::V6, Which::Link(index), effect, |info| {
            minds_carrier6(info)
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
        self.falling = Some(index);
        self.history.unsure4.remove(&index);
        self.kill4(index, effect, |info| info.scope != SCOPE_HOST);
        self.kill6(index, effect);
        self.nexthops_of(index, effect);
    }

    /// The interface's legs of these IPv4 routes die, and with the last leg the route.
    fn kill4(&mut self, index: u32, effect: &mut Effect, which: impl Fn(&RouteInfo) -> bool) {
        let on = Which::Link(index);
        self.update(Family::V4, on, effect, |info| {
            info.legs.as_slice().len() > 1 && which(info) && mark(info, index, FOLLOWS_LINK, 0)
        });
        let alone = |info: &RouteInfo| info.legs.as_slice().len() == 1 && which(info);
        self.remove(Family::V4, on, effect, |info| alone(info) || all_dead(info));
    }

    fn kill6(&mut self, index: u32, effect: &mut Effect) {
        let on = Which::Link(index);
        self.update(Family::V6, on, effect, |info| {
            info.legs.as_slice().len() > 1 && mark(info, index, FOLLOWS_LINK, 0)
        });
        // Among legs of others a route may escape the kernel, and legs that are said to be dead may only
        // be ignored; it tells of the routes that go.
        let ignored = self.history.ignored6.clone();
        let sure = |leg: &Leg| leg.index == index || !ignored.contains(&leg.index);
        let wanted = |info: &RouteInfo| {
            let legs = info.legs.as_slice();
            legs.len() == 1 || all_dead(info) && legs.iter().all(sure)
        };
        self.take_out(Family::V6, on, true, effect, wanted);
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
        self.history.link_gone(index);
        // One leg there takes an IPv4 route along; IPv6 goes on without.
        let which = Which::Link(index);
        self.remove(Family::V4, which, effect, |_| true);
        self.remove(Family::V6, which, effect, |info| {
            info.legs.as_slice().len() == 1
        });
        self.update(Family::V6, which, effect, |info| {
            let on = |leg: &&Leg| leg.index == index;
            let gone: Vec<Leg> = info.legs.as_slice().iter().filter(on).cloned().collect();
            without(info, &gone).map(|left| *info = left).is_some()
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
        if addr.local.is_ipv4() {
            if let Some(link) = self
                .links
                .get(&addr.index)
                .filter(|link| link.up())
                .cloned()
            {
                self.revive4(&link, effect);
            }
        }
    }

    /// The host has one address less. `told`: it was told to come.
    pub(super) fn addr_went(&mut self, addr: &Addr, told: bool, effect: &mut Effect) {
        match addr.local {
            IpAddr::V4(_) if !self.addrs.has_v4(addr.index) => {
                if let Some(window) = &mut self.window {
                    window.pass.bare.insert(addr.index);
                }
                // Even what stays in the host goes, for the kernel takes IPv4 off the interface.
                self.kill4(addr.index, effect, |_| true);
            }
            IpAddr::V4(_) => (),
            IpAddr::V6(_) => self.prefsrc_went(addr, told, effect),
        }
    }

    /// IPv6 routes lose a preferred source that is no address of the host any more, if it was
    /// taken away by itself: then its `local` route is still there. When the kernel takes IPv6
    /// off the interface, that goes first, and nothing happens to preferred sources.
    ///
    /// The kernel tells of a new address, and makes its `local` route, a little later than it can be
    /// used, or never if it is taken away first.
    fn prefsrc_went(&mut self, addr: &Addr, told: bool, effect: &mut Effect) {
        let ip = addr.local;
        let itself = Prefix {
            address: ip,
            len: 128,
        };
        let is_own = |info: &RouteInfo| {
            info.kind == kind::LOCAL && info.legs.as_slice().iter().any(|l| l.index == addr.index)
        };
        let aliases = self.tables.exact(table_id::LOCAL, itself);
        let alone = if told {
            aliases.is_some_and(|aliases| aliases.iter().any(|(_, info)| is_own(info)))
        } else {
            self.falling != Some(addr.index)
        };
        if !alone || self.addrs.homes(ip).next().is_some() {
            return;
        }
        if let Some(window) = &mut self.window {
            window.pass.prefsrc.insert(ip);
        }
        // A route by a nexthop object keeps it.
        self.update(Family::V6, Which::PrefSource(ip), effect, |info| {
            info.prefsrc = None;
            true
        });
    }

    pub(super) fn update(
        &mut self,
        family: Family,
        which: Which,
        effect: &mut Effect,
        f: impl FnMut(&mut RouteInfo) -> bool,
    ) {
        match self.tables.update_infos(family, which, MANY, f) {
            Ok(Some(places)) => {
                for (table, prefix) in places {
                    effect.prefix(table, prefix);
                }
            }
            Ok(None) => effect.everything = true,
            Err(TooMany) => effect.read_again = true,
        }
    }

    pub(super) fn remove(
        &mut self,
        family: Family,
        which: Which,
        effect: &mut Effect,
        f: impl FnMut(&RouteInfo) -> bool,
    ) {
        self.take_out(family, which, false, effect, f);
    }

    fn take_out(
        &mut self,
        family: Family,
        which: Which,
        spare_mixed: bool,
        effect: &mut Effect,
        f: impl FnMut(&RouteInfo) -> bool,
    ) {
        let mut gone = Vec::new();
        let history = &self.history;
        let spared = |table, prefix| spare_mixed && history.mixed6(table, prefix);
        let done = self
            .tables
            .remove_where(family, which, f, spared, |table, prefix| {
                if gone.len() <= MANY {
                    gone.push((table, prefix));
                }
            });
        let Ok(change) = done else {
            effect.read_again = true;
            return;
        };
        effect.route_removed |= change.removed;
        effect.gateway_changed |= change.gateway;
        for (table, prefix) in gone {
            effect.prefix(table, prefix);
        }
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
            Family::V6 if idle6(link) => leg.flags & leg_flag::DEAD | leg_flag::LINKDOWN,
            Family::V6 => leg.flags & FOLLOWS_LINK,
        }
    };
    if !within {
        set_flags(leg, flags);
    }
}

impl KernelCopy {
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
