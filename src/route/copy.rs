//! All the kernel says of the network, kept up to date by its notifications and by
//! what follows from them without being said ([`super::infer`]).
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

use core::net::IpAddr;

use rustc_hash::FxHashMap;

use super::addrs::{self, Addrs};
use super::alike::{same, settle};
use super::bulk::{self, Bulk};
pub(crate) use super::doubts::History;
use super::lifetimes::{Due, Lifetimes};
use super::order::Place;
use super::table::{Aliases, Change, Tables};
use super::types::{
    Addr, Family, Leg, Link, Message, Neigh, Netconf, Nexthop, Prefix, Route, RouteInfo, Rule,
    What, kind, leg_flag, table_id,
};
use super::window::Window;

/// `NETCONFA_IFINDEX_ALL`.
pub(super) const ALL: i32 = -1;
/// More changes than this are a change of everything.
pub(super) const MANY: usize = 256;
/// Three interfaces have no more of them, and take memory for them once.
const USUAL_CONFS: usize = 7;

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

    #[cfg(test)]
    pub(super) fn forget_addr(&mut self, addr: &Addr) {
        assert!(self.addrs.remove(&addrs::key(addr)));
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
