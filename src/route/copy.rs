//! All the kernel says of the network, kept up to date by its notifications and by
//! what follows from them without being said ([`super::infer`]).
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

use core::net::IpAddr;
use std::collections::HashSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::addrs::{self, Addrs};
use super::bulk::{self, Bulk};
use super::cover;
use super::infer::by_v6;
use super::infos::{same, settle};
use super::lifetimes::{Due, Lifetimes};
use super::order::Place;
use super::table::{Aliases, Change, Tables};
use super::types::{
    Addr, Family, Leg, Link, Message, Neigh, Netconf, Nexthop, Prefix, Route, RouteInfo, Rule,
    What, kind, leg_flag, table_id,
};
use super::window::Window;

/// `NETCONFA_IFINDEX_ALL`.
const ALL: i32 = -1;
/// More changes than this are a change of everything.
pub(super) const MANY: usize = 256;
/// With fewer prefixes in a set than this, each is compared; with more, each length is looked up.
const FEW: usize = 64;
/// As many rules a fresh kernel has.
const USUAL_RULES4: usize = 3;
const USUAL_RULES6: usize = 2;
/// Three interfaces have no more of them, and take memory for them once.
const USUAL_CONFS: usize = 7;

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

/// What a message changed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Effect {
    /// Where routes came, went or have other interfaces: table and prefix.
    pub(crate) prefixes: Vec<(u32, Prefix)>,
    /// The interfaces that came, went, or are in another state.
    pub(crate) links: Vec<u32>,
    /// The addresses that the host has no more.
    pub(crate) addrs: Vec<IpAddr>,
    /// Every decision may be another one.
    pub(crate) everything: bool,
    /// The copy did not follow: that would have taken longer than a pass of the loop may. All is to
    /// be read again.
    pub(crate) read_again: bool,
    pub(crate) route_added: bool,
    pub(crate) route_removed: bool,
    /// A route with a gateway came or went.
    pub(crate) gateway_changed: bool,
    pub(crate) addr_added: bool,
}

impl Effect {
    /// Notes what happened to the routes to a prefix.
    pub(super) fn route(&mut self, table: u32, prefix: Prefix, change: Change) {
        self.route_added |= change.added;
        self.route_removed |= change.removed;
        self.gateway_changed |= change.gateway;
        if change.any() {
            self.prefix(table, prefix);
        }
    }

    pub(super) fn prefix(&mut self, table: u32, prefix: Prefix) {
        if self.prefixes.len() < MANY {
            self.prefixes.push((table, prefix));
        } else {
            self.everything = true;
        }
    }
}

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

/// The state of the network.
#[derive(Default)]
pub(crate) struct KernelCopy {
    /// By index.
    pub(crate) links: FxHashMap<u32, Link>,
    pub(super) addrs: Addrs,
    /// In the order in which they are asked.
    pub(crate) rules4: Vec<Rule>,
    pub(crate) rules6: Vec<Rule>,
    pub(crate) tables: Tables,
    /// By id.
    pub(crate) nexthops: FxHashMap<u32, Nexthop>,
    /// Those that may be a gateway.
    pub(crate) neighs: FxHashMap<(u32, IpAddr), Neigh>,
    /// By interface; -1 is for all of them, -2 for new ones.
    pub(crate) netconf: FxHashMap<(Family, i32), Netconf>,
    pub(crate) history: History,
    /// The interface that went down last, until a route comes. Addresses that go meanwhile are those
    /// that it takes along.
    pub(super) falling: Option<u32>,
    /// Port and sequence number of the request that last changed a nexthop object. The kernel then
    /// repeats the routes that use the object, with the same two numbers: these are not replaced.
    object_by: Option<(u32, u32)>,
    /// While all is read.
    pub(super) window: Option<Box<Window>>,
    /// How many messages were followed, and the work in tables that are not there any more.
    pub(super) messages: u64,
    /// The routes that end by themselves.
    pub(super) lifetimes: Lifetimes,
    /// When what is applied was read, microseconds of the monotonic clock.
    pub(super) now_us: i64,
}

impl KernelCopy {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Forgets everything but history.
    pub(crate) fn clear(&mut self) {
        let history = core::mem::take(&mut self.history);
        let (messages, now_us) = (self.work(), self.now_us);
        *self = Self {
            history,
            messages,
            now_us,
            ..Self::default()
        };
        // Dumps say it.
        self.history.unsure4.clear();
    }

    /// How many bytes it has in large pieces.
    pub(super) fn bulk(&self) -> usize {
        let history = &self.history;
        bulk::sum(&[
            self.links.bulk(),
            self.addrs.bulk(),
            self.rules4.bulk(),
            self.rules6.bulk(),
            self.tables.bulk(),
            self.nexthops.bulk(),
            self.neighs.bulk(),
            self.netconf.bulk(),
            history.mixed6.bulk(),
            history.legs6.bulk(),
            history.doubtful.bulk(),
            history.gaps.bulk(),
            self.window.as_ref().map_or(0, |window| window.bulk()),
            self.lifetimes.bulk(),
        ])
    }

    /// How much was done to follow messages so far, in routes put in.
    pub(super) fn work(&self) -> u64 {
        self.messages.saturating_add(self.tables.work())
    }

    /// All addresses of the host.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = &Addr> {
        self.addrs.iter()
    }

    /// The IPv6 addresses that the kernel may take for a socket without one.
    pub(crate) fn sources(&self) -> impl Iterator<Item = core::net::Ipv6Addr> {
        self.addrs.iter().filter_map(addrs::usable_source)
    }

    /// Whether there are such.
    pub(crate) fn has_sources(&self) -> bool {
        self.addrs.has_sources()
    }

    /// Whether an interface has such.
    pub(crate) fn has_source(&self, index: u32) -> bool {
        self.addrs.has_source(index)
    }

    /// The interfaces that have this address; one may come twice.
    pub(crate) fn homes(&self, ip: IpAddr) -> impl Iterator<Item = u32> {
        self.addrs.homes(ip)
    }

    /// Whether the host takes this address for its own: it has it, or a `local` route says so.
    pub(crate) fn local_address(&self, ip: IpAddr) -> bool {
        if self.addrs.homes(ip).next().is_some() {
            return true;
        }
        let mut matches = self.tables.matches(table_id::LOCAL, ip);
        let first = matches
            .next()
            .and_then(|(_, aliases)| aliases.iter().next());
        first.is_some_and(|(_, info)| info.kind == kind::LOCAL)
    }

    fn netconf_of(&self, family: Family, index: i32) -> Option<&Netconf> {
        self.netconf.get(&(family, index))
    }

    /// Whether routes through this interface count for nothing while it has no carrier.
    pub(crate) fn ignores_linkdown(&self, family: Family, index: u32) -> bool {
        let says = |index| {
            self.netconf_of(family, index)
                .is_some_and(|conf| conf.ignore_linkdown == Some(true))
        };
        i32::try_from(index).is_ok_and(says) || (family == Family::V4 && says(ALL))
    }

    /// Whether packets that come in at this interface are forwarded; 0: whether the host
    /// forwards at all.
    pub(crate) fn forwards(&self, family: Family, index: u32) -> bool {
        let index = if index == 0 {
            Some(ALL)
        } else {
            i32::try_from(index).ok()
        };
        index
            .and_then(|index| self.netconf_of(family, index))
            .is_some_and(|conf| conf.forwarding == Some(true))
    }

    /// The ways out of a route; those of the nexthop object it uses, if it uses one.
    pub(crate) fn legs<'a>(&self, info: &'a RouteInfo) -> &'a [Leg] {
        // They follow the object, see `infer`.
        info.legs.as_slice()
    }

    /// Whether packets can be sent that way as far as the interface goes.
    pub(crate) fn usable(&self, family: Family, leg: &Leg) -> bool {
        let no_carrier = leg.flags & leg_flag::LINKDOWN != 0;
        leg.flags & leg_flag::DEAD == 0 && !(no_carrier && self.ignores_linkdown(family, leg.index))
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

    /// Whether routes to any address may be missing.
    #[inline]
    pub(super) fn doubts_some(&self) -> bool {
        !self.history.gaps.is_empty() || !self.history.doubtful.is_empty()
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

    /// Whether routes may be missing that changed while all was read.
    pub(super) fn lacks_some(&self) -> bool {
        !self.history.gaps.is_empty() || !self.history.doubtful.is_empty()
    }

    #[cfg(test)]
    pub(super) fn forget_addr(&mut self, addr: &Addr) {
        assert!(self.addrs.remove(&addrs::key(addr)));
    }

    #[cfg(test)]
    pub(super) fn mixed(&self, table: u32, prefix: Prefix) -> bool {
        self.history.mixed6(table, prefix)
    }

    /// Follows a message. For entries of a dump the effect is empty: when the dump has ended,
    /// everything counts as changed.
    pub(crate) fn apply(&mut self, m: &Message, from_dump: bool) -> Effect {
        let mut effect = Effect::default();
        self.messages = self.messages.saturating_add(1);
        match m.what {
            // The tables themselves forget the answers under a route's prefix; the copy does not
            // decide IPv4 by neighbours.
            What::Route(_) | What::Neigh(_) | What::Done(_) | What::Error(_) | What::Other => (),
            What::Link(_) | What::Addr(_) | What::Rule(_) | What::Nexthop(_) | What::Netconf(_) => {
                self.tables.forget_answers();
            }
        }
        if from_dump {
            self.dumped(&m.what);
            return effect;
        }
        if let (What::Link(_) | What::Nexthop(_), Some(window)) = (&m.what, &mut self.window) {
            // Routes may go with it without a message (`skip_notify_on_dev_down`).
            window.cover.shaken();
        }
        let e = &mut effect;
        match (&m.what, m.gone) {
            (What::Link(link), false) => self.link(link, e),
            (What::Link(link), true) => self.link_gone(link.index, e),
            (What::Addr(addr), false) => self.addr(addr, e),
            (What::Addr(addr), true) => self.addr_gone(addr, e),
            (What::Route(route), false) => self.route(route, m, e),
            (What::Route(route), true) => self.route_gone(route, m, e),
            (What::Rule(rule), false) => self.rule(rule, e),
            (What::Rule(rule), true) => self.rule_gone(rule, e),
            (What::Nexthop(nexthop), false) => {
                self.object_by = Some((m.port, m.seq));
                self.nexthop(nexthop, e);
            }
            (What::Nexthop(nexthop), true) => self.nexthop_gone(nexthop.id, e),
            (What::Netconf(conf), gone) => self.conf(conf, gone, e),
            (What::Neigh(neigh), gone) => self.neigh(neigh, gone, e),
            (What::Done(_) | What::Error(_) | What::Other, _) => (),
        }
        effect
    }

    fn route(&mut self, route: &Route, m: &Message, effect: &mut Effect) {
        self.falling = None;
        let resolved = self.resolved(route);
        let route = resolved.as_ref().unwrap_or(route);
        let mut place = self.place_of(route, m);
        if place == Place::Again {
            if self.window.is_some() && !self.holds(route) {
                // A dump tells where it is.
                return;
            }
        } else if let Some(window) = &mut self.window {
            place = window.announced(&self.tables, route, place);
        }
        let change = self.tables.place(route, place);
        effect.route(route.table, route.dst, change);
        self.prune_lifetimes(route.table, route.dst);
        self.follow_lifetime(route);
        self.note_mixed(route);
        if m.port == 0 {
            self.follow_v6(route, false, effect);
        }
    }

    /// Notes when a route that was told of ends by itself.
    pub(super) fn follow_lifetime(&mut self, told: &Route) {
        if told.expires != 0 || self.lifetimes.any() {
            let mut route = told.clone();
            settle(&mut route.info);
            self.lifetimes.told(&route, self.now_us);
        }
    }

    /// What is to be done about routes whose lifetime is over, of one prefix. `None`: nothing more.
    pub(super) fn take_lapsed(&mut self) -> Option<Vec<Due>> {
        let (_, (table, prefix)) = self.lifetimes.first()?;
        let there = self.tables.exact(table, prefix);
        self.lifetimes
            .take(self.now_us, |info| is_among(there, info))
    }

    /// Routes to this prefix may have gone, and their lifetimes with them.
    fn prune_lifetimes(&mut self, table: u32, prefix: Prefix) {
        if self.lifetimes.any() {
            let there = self.tables.exact(table, prefix);
            let holds = |info: &RouteInfo| is_among(there, info);
            self.lifetimes.prune((table, prefix), holds);
        }
    }

    /// Whether there is a route that is the same.
    fn holds(&self, route: &Route) -> bool {
        is_among(self.tables.exact(route.table, route.dst), &route.info)
    }

    /// Where a route that is announced goes.
    fn place_of(&self, route: &Route, m: &Message) -> Place {
        match Place::from_flags(m.flags) {
            Place::Replace
                if route.info.nexthop_id != 0 && self.object_by == Some((m.port, m.seq)) =>
            {
                Place::Again
            }
            place => place,
        }
    }

    fn route_gone(&mut self, route: &Route, m: &Message, effect: &mut Effect) {
        if let Some(window) = &mut self.window {
            window.deleted(route);
        }
        let change = self.tables.remove(route);
        effect.route(route.table, route.dst, change);
        self.prune_lifetimes(route.table, route.dst);
        // Not when somebody asked the kernel for it.
        if m.port == 0 {
            self.follow_v6(route, true, effect);
        }
    }

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

    fn rules(&mut self, family: Family) -> &mut Vec<Rule> {
        match family {
            Family::V4 => &mut self.rules4,
            Family::V6 => &mut self.rules6,
        }
    }

    fn rule(&mut self, rule: &Rule, effect: &mut Effect) {
        if let Some(window) = &mut self.window {
            window.rule(rule);
        }
        // Two alike may be there, but not because a dump told of the same one.
        let known = self.window.is_some() && self.rules(rule.family).iter().any(|r| alike(r, rule));
        if !known {
            self.insert_rule(rule);
        }
        effect.everything = true;
    }

    pub(super) fn insert_rule(&mut self, rule: &Rule) {
        self.history.split4 |= rule.family == Family::V4 && !is_default4(rule);
        let rules = self.rules(rule.family);
        if rules.is_empty() {
            rules.reserve_exact(match rule.family {
                Family::V4 => USUAL_RULES4,
                Family::V6 => USUAL_RULES6,
            });
        }
        let at = rules.partition_point(|r| r.pref <= rule.pref);
        rules.insert(at, rule.clone());
    }

    fn rule_gone(&mut self, rule: &Rule, effect: &mut Effect) {
        if let Some(window) = &mut self.window {
            window.rule(rule);
        }
        // Taking away a default one splits them too.
        self.history.split4 |= rule.family == Family::V4;
        let rules = self.rules(rule.family);
        if let Some(at) = rules.iter().position(|r| alike(r, rule)) {
            rules.remove(at);
            effect.everything = true;
        }
    }

    fn conf(&mut self, conf: &Netconf, gone: bool, effect: &mut Effect) {
        let key = (conf.family, conf.index);
        if let Some(window) = &mut self.window {
            window.netconf.insert(key);
        }
        effect.everything |= if gone {
            self.netconf.remove(&key).is_some()
        } else {
            self.merge_conf(conf)
        };
    }

    /// A message may tell of one setting alone.
    pub(super) fn merge_conf(&mut self, conf: &Netconf) -> bool {
        if conf.ignore_linkdown == Some(true) {
            match (conf.family, u32::try_from(conf.index)) {
                (Family::V4, _) => drop(self.history.ignored4.insert(conf.index)),
                (Family::V6, Ok(index)) => drop(self.history.ignored6.insert(index)),
                (Family::V6, Err(_)) => (),
            }
        }
        if self.netconf.is_empty() {
            self.netconf.reserve(USUAL_CONFS);
        }
        let new = self
            .netconf
            .entry((conf.family, conf.index))
            .or_insert(Netconf {
                forwarding: None,
                ignore_linkdown: None,
                ..*conf
            });
        let old = *new;
        new.forwarding = conf.forwarding.or(old.forwarding);
        new.ignore_linkdown = conf.ignore_linkdown.or(old.ignore_linkdown);
        *new != old
    }

    fn neigh(&mut self, neigh: &Neigh, gone: bool, effect: &mut Effect) {
        if !may_be_gateway(neigh) {
            return;
        }
        let key = (neigh.index, neigh.address);
        if let Some(window) = &mut self.window {
            window.neighs.insert(key);
        }
        let old = if gone {
            self.neighs.remove(&key)
        } else {
            self.neighs.insert(key, *neigh)
        };
        let new = (!gone).then_some(*neigh);
        if health(old) != health(new) && self.is_gateway(neigh) {
            effect.everything = true;
        }
    }
}

/// Whether one of these routes is the same.
fn is_among(aliases: Option<Aliases<'_>>, info: &RouteInfo) -> bool {
    let mut all = aliases.into_iter().flatten();
    all.any(|(_, old)| same(old, info))
}

/// Whether a route can lead through this neighbour. The groups that the host listens to are in the
/// kernel's table as well, several for each interface.
pub(super) fn may_be_gateway(neigh: &Neigh) -> bool {
    !neigh.address.is_multicast()
}

/// How the kernel judges a gateway by its neighbour entry: none, failed, under way, valid.
fn health(neigh: Option<Neigh>) -> u8 {
    /// `NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | NUD_PROBE | NUD_STALE | NUD_DELAY`.
    const VALID: u16 = 0x80 | 0x40 | 0x02 | 0x10 | 0x04 | 0x08;
    const FAILED: u16 = 0x20;
    match neigh {
        None => 0,
        Some(n) if n.state & VALID != 0 => 3,
        Some(n) if n.state & FAILED != 0 => 1,
        Some(_) => 2,
    }
}

/// The same rule, whatever became of the interfaces and rules it names.
pub(super) fn alike(a: &Rule, b: &Rule) -> bool {
    a.pref == b.pref
        && Rule {
            flags: 0,
            ..a.clone()
        } == Rule {
            flags: 0,
            ..b.clone()
        }
}

/// One of the three rules that a fresh kernel has.
pub(super) fn is_default4(rule: &Rule) -> bool {
    let there = matches!(
        (rule.pref, rule.table),
        (0, table_id::LOCAL) | (32766, table_id::MAIN) | (32767, table_id::DEFAULT)
    );
    there
        && rule.action == Rule::TO_TABLE
        && !rule.invert
        && rule.src.is_none()
        && rule.dst.is_none()
        && (rule.mark, rule.mark_mask) == (0, 0)
        && rule.iif.is_empty()
        && rule.oif.is_empty()
        && (rule.tos, rule.protocol) == (0, 0)
        && rule.dscp.is_none()
        && rule.uid.is_none()
        && rule.sport.is_none()
        && rule.dport.is_none()
        && rule.suppress_len.is_none()
        && rule.suppress_group.is_none()
        && !rule.l3mdev
        && !rule.unknown
}

impl KernelCopy {
    /// Whether a route leads through this neighbour.
    fn is_gateway(&self, neigh: &Neigh) -> bool {
        self.tables.tally().has_gateway(neigh.index, neigh.address)
    }

    fn addr(&mut self, addr: &Addr, effect: &mut Effect) {
        if let Some(window) = &mut self.window {
            window.addrs.insert(addrs::key(addr));
        }
        if self.addrs.add(addr) {
            effect.addr_added = true;
            self.addr_came(addr, effect);
        }
    }

    fn addr_gone(&mut self, addr: &Addr, effect: &mut Effect) {
        let key = addrs::key(addr);
        if let Some(window) = &mut self.window {
            window.addrs.insert(key);
        }
        let was_there = self.addrs.remove(&key);
        if was_there && self.addrs.homes(addr.local).next().is_none() {
            effect.addrs.push(addr.local);
        }
        let told = was_there || self.window.is_some();
        if told || addr.local.is_ipv6() {
            self.addr_went(addr, told, effect);
        }
    }
}
