//! The time of a sync: everything is dumped while the kernel goes on announcing changes
//! (docs/routing.md, "How it works").
//!
//! A block of a dump is read after the notifications that were sent before it was made, but its
//! content may be older than some of them. So a notification beats what a dump says of the same
//! thing. A dump that was requested after a notification includes it: each pass over the routes
//! forgets the notifications before it.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

use core::net::IpAddr;
use std::collections::{HashMap, HashSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::addrs;
use super::alike::{same, settle};
use super::bulk::{self, Bulk};
use super::copy::{KernelCopy, may_be_gateway};
use super::copy_rules::alike;
use super::cover::Cover;
use super::order::{Place, merges, same_way, without};
use super::sync::Wanting;
use super::table::Tables;
use super::twins::Telling;
use super::types::{Family, Leg, Link, Prefix, Route, RouteInfo, Rule, What};

/// A route that was announced to come or to go.
struct Alias {
    info: RouteInfo,
    there: bool,
    /// Behind those that are as good.
    appended: bool,
    /// There was none that is the same when it came: what was announced says how many there are.
    sole: bool,
}

/// What was announced of the routes to one prefix.
#[derive(Default)]
struct Announced {
    aliases: Vec<Alias>,
    /// A route was announced to replace one that is not known.
    replaced: Vec<RouteInfo>,
    /// IPv6 routes whose legs have gateways, and all of whose legs were announced.
    groups: Vec<RouteInfo>,
    /// Legs of such that were announced to go.
    legs: Vec<(RouteInfo, Leg)>,
    /// The number of other IPv6 routes may have changed: some came or went, not only replacements.
    counts: bool,
    /// How many of them the dump has told of.
    told: usize,
}

/// Whether the kernel has two routes to a prefix in the same place of its order.
fn rivals(family: Family, a: &RouteInfo, b: &RouteInfo) -> bool {
    match family {
        Family::V4 => (a.tos, a.metric) == (b.tos, b.metric),
        Family::V6 => (a.source, a.metric) == (b.source, b.metric),
    }
}

impl Announced {
    fn note(&mut self, info: &RouteInfo, there: bool, appended: bool, sole: bool) {
        self.aliases.retain(|alias| !same(&alias.info, info));
        self.aliases.push(Alias {
            info: info.clone(),
            there,
            appended,
            sole,
        });
    }

    fn known(&self, info: &RouteInfo) -> Option<&Alias> {
        self.aliases.iter().find(|alias| same(&alias.info, info))
    }

    /// Whether what the dump tells of a known IPv6 route may be of another one that is the same.
    fn may_be_twin(&self, known: &Alias) -> bool {
        // To replace changes how many there are of each, but not how many there are.
        !known.sole && (self.counts || self.told > 0)
    }

    fn appended(&self, family: Family, info: &RouteInfo) -> usize {
        let mine =
            |alias: &&Alias| alias.there && alias.appended && rivals(family, &alias.info, info);
        self.aliases.iter().filter(mine).count()
    }
}

/// What was announced while a dump is read.
#[derive(Default)]
pub(super) struct Window {
    pub(super) links: FxHashSet<u32>,
    pub(super) addrs: HashSet<addrs::Key>,
    pub(super) nexthops: FxHashSet<u32>,
    pub(super) netconf: FxHashSet<(Family, i32)>,
    pub(super) neighs: HashSet<(u32, IpAddr)>,
    rules: Vec<Rule>,
    /// The kernel was asked for routes.
    asked: bool,
    pub(super) pass: Pass,
    telling: Telling,
    /// Prefixes of IPv4 that were in doubt in each pass so far.
    doubts: Option<HashSet<(u32, Prefix)>>,
    /// What dumps of IPv6 left out, and where they were in doubt.
    pub(super) cover: Cover,
    /// Prefixes of IPv6 there of which something was announced.
    open: HashSet<(u32, Prefix)>,
}

/// What was announced in one pass over the routes.
#[derive(Default)]
pub(super) struct Pass {
    routes: HashMap<(u32, Prefix), Announced>,
    /// Interfaces that were taken down, whose last IPv4 address went, that were deleted: their
    /// routes went with them.
    pub(super) down: FxHashSet<u32>,
    pub(super) bare: FxHashSet<u32>,
    pub(super) gone: FxHashSet<u32>,
    /// Interfaces that came up, or got or lost their carrier.
    pub(super) changed: FxHashSet<u32>,
    pub(super) nexthops_gone: FxHashSet<u32>,
    /// IPv6 addresses that are no preferred sources any more.
    pub(super) prefsrc: HashSet<IpAddr>,
    /// Where an entry was not listened to that may be true, or what was announced not understood.
    doubtful: HashSet<(u32, Prefix)>,
}

impl Window {
    /// How many bytes it has in large pieces. What is counted by interface or address is no larger
    /// than the copy of these.
    pub(super) fn bulk(&self) -> usize {
        bulk::sum(&[
            self.addrs.bulk(),
            self.nexthops.bulk(),
            self.neighs.bulk(),
            self.rules.bulk(),
            self.doubts.bulk(),
            self.cover.bulk(),
            self.open.bulk(),
            self.pass.routes.bulk(),
            self.pass.prefsrc.bulk(),
            self.pass.doubtful.bulk(),
        ])
    }

    pub(super) fn rule(&mut self, rule: &Rule) {
        self.rules.push(rule.clone());
    }

    /// Notes a route that is announced, and says where it goes.
    pub(super) fn announced(&mut self, tables: &Tables, route: &Route, mut place: Place) -> Place {
        let sure = self.is_sure(route.table, route.dst);
        self.cover.changed(route);
        let mut info = route.info.clone();
        settle(&mut info);
        let family = route.dst.family();
        let touched = self
            .pass
            .routes
            .entry((route.table, route.dst))
            .or_default();
        let replaces = place == Place::Replace;
        let unclear = replaces && !note_victim(touched, tables, route, &info) && !sure;
        if unclear {
            // It is not the one that the copy would take, and was before it, or is gone as well.
            place = Place::First;
        }
        if family == Family::V6 && merges(&info) {
            touched.legs.retain(|(old, _)| !rivals(family, old, &info));
            touched.groups.push(info);
        } else {
            // The kernel takes no second one, but in place of another.
            let sole = !replaces;
            touched.counts |= sole;
            touched.note(&info, true, place == Place::Last, sole);
        }
        if unclear {
            self.doubt(route);
        }
        place
    }

    /// Whether an earlier pass has told of all routes to this prefix: since then the copy has them.
    fn is_sure(&self, table: u32, prefix: Prefix) -> bool {
        let told = |doubts: &HashSet<_>| !doubts.contains(&(table, prefix));
        match prefix.family() {
            Family::V4 => self.doubts.as_ref().is_some_and(told),
            Family::V6 => self.cover.has_told() && !self.cover.lacks(table, prefix),
        }
    }

    /// What is known of the routes to this prefix may be wrong: the next pass tells.
    fn doubt(&mut self, route: &Route) {
        self.pass.doubtful.insert((route.table, route.dst));
        self.cover.doubt(route);
    }

    /// Notes a route that is announced to be gone.
    pub(super) fn deleted(&mut self, route: &Route) {
        self.cover.changed(route);
        let mut info = route.info.clone();
        settle(&mut info);
        let family = route.dst.family();
        let touched = self
            .pass
            .routes
            .entry((route.table, route.dst))
            .or_default();
        if family == Family::V4 || !merges(&info) {
            let sole = touched.known(&info).is_some_and(|alias| alias.sole);
            touched.counts = true;
            touched.note(&info, false, false, sole);
        } else if !touched
            .groups
            .iter()
            .any(|group| rivals(family, group, &info))
        {
            for leg in info.legs.as_slice() {
                touched.legs.push((info.clone(), *leg));
            }
        }
    }
}

/// Which route another one takes the place of: the first, if the dump has told of it. Says whether
/// it may be the first of the copy.
fn note_victim(touched: &mut Announced, tables: &Tables, route: &Route, info: &RouteInfo) -> bool {
    let family = route.dst.family();
    let aliases = tables.exact(route.table, route.dst);
    let there = aliases.into_iter().flatten().map(|(_, there)| there);
    let mut rivals = there.filter(|there| rivals(family, there, info));
    let alike = |there: &&RouteInfo| family == Family::V4 || merges(there) == merges(info);
    match rivals.find(alike) {
        Some(victim) if same(victim, info) => (),
        Some(victim) if family == Family::V6 && merges(victim) => (),
        Some(victim) if touched.appended_first(victim) => {
            touched.replaced.push(info.clone());
            return false;
        }
        Some(victim) => touched.note(&victim.clone(), false, false, false),
        None => touched.replaced.push(info.clone()),
    }
    true
}

impl Announced {
    /// The dump has told of nothing before this one.
    fn appended_first(&self, info: &RouteInfo) -> bool {
        let is = |alias: &Alias| alias.there && alias.appended && same(&alias.info, info);
        self.aliases.iter().any(is)
    }

    /// What a dump's entry is worth: its place, or nothing. Takes away the legs that are gone.
    fn judge(
        &mut self,
        family: Family,
        info: &mut RouteInfo,
        doubtful: &mut bool,
    ) -> Option<Place> {
        if family == Family::V6 && merges(info) {
            if self.groups.iter().any(|group| rivals(family, group, info)) {
                return None;
            }
            self.subtract(family, info)?;
        } else if let Some(known) = self.known(info) {
            *doubtful |= family == Family::V6 && self.may_be_twin(known);
            self.told = self.told.saturating_add(1);
            self.replaced.retain(|by| !same(by, info));
            return None;
        } else {
            self.told = self.told.saturating_add(1);
        }
        let mut all = self.replaced.iter().enumerate();
        if let Some((at, by)) = all.find(|(_, by)| rivals(family, by, info)) {
            // It is the one that was replaced if nothing else happened there, or another one. IPv6
            // takes one of its kind, if there is one.
            let of_a_kind = family == Family::V4 || merges(by) == merges(info);
            let mut here = self
                .aliases
                .iter()
                .filter(|a| rivals(family, &a.info, info));
            let alone =
                here.next().is_some_and(|a| a.there && same(&a.info, by)) && here.next().is_none();
            *doubtful |= !(of_a_kind && alone);
            if of_a_kind {
                self.replaced.remove(at);
            }
            return None;
        }
        Some(Place::Before(self.appended(family, info)))
    }

    fn subtract(&self, family: Family, info: &mut RouteInfo) -> Option<()> {
        let mine = self.legs.iter().filter(|(of, _)| rivals(family, of, info));
        let gone: Vec<Leg> = mine.map(|(_, leg)| *leg).collect();
        let hit = |leg: &Leg| gone.iter().any(|gone| same_way(gone, leg));
        if info.legs.as_slice().iter().any(hit) {
            *info = without(info, &gone)?;
        }
        Some(())
    }
}

impl Pass {
    /// What a dump's entry is worth, and takes away what is gone.
    fn judge(
        &mut self,
        links: &FxHashMap<u32, Link>,
        route: &mut Route,
        doubtful: &mut bool,
    ) -> Option<Place> {
        let (family, info) = (route.dst.family(), &mut route.info);
        let place = match self.routes.get_mut(&(route.table, route.dst)) {
            Some(touched) => touched.judge(family, info, doubtful)?,
            None => Place::Before(0),
        };
        self.survives(links, family, info, doubtful)
            .then_some(place)
    }

    /// What is left of a dump's route after what happened to interfaces meanwhile.
    fn survives(
        &self,
        links: &FxHashMap<u32, Link>,
        family: Family,
        info: &mut RouteInfo,
        doubtful: &mut bool,
    ) -> bool {
        if info.nexthop_id != 0 {
            return !self.nexthops_gone.contains(&info.nexthop_id);
        }
        if family == Family::V6 && info.prefsrc.is_some_and(|ip| self.prefsrc.contains(&ip)) {
            info.prefsrc = None;
        }
        if self.down.is_empty() && self.bare.is_empty() && self.changed.is_empty() {
            return true;
        }
        let within = super::infer::stays_in_host(family, info);
        let died = |leg: &Leg| match family {
            Family::V4 => {
                self.bare.contains(&leg.index) || !within && self.down.contains(&leg.index)
            }
            Family::V6 => self.down.contains(&leg.index),
        };
        let legs = info.legs.as_slice();
        if family == Family::V4 && legs.iter().any(|leg| self.gone.contains(&leg.index)) {
            return false;
        }
        if !legs.is_empty() && legs.iter().all(died) {
            // Several may have died one after the other and not together.
            *doubtful |= legs.len() > 1;
            return false;
        }
        let on_gone: Vec<Leg> = legs
            .iter()
            .filter(|leg| self.gone.contains(&leg.index))
            .cloned()
            .collect();
        if !on_gone.is_empty() {
            match without(info, &on_gone) {
                Some(left) => *info = left,
                None => return false,
            }
        }
        for leg in info.legs.as_mut_slice() {
            let touched = self.down.contains(&leg.index) || self.changed.contains(&leg.index);
            if touched {
                if let Some(link) = links.get(&leg.index) {
                    let bare = self.bare.contains(&leg.index);
                    super::infer::follow_link(family, within, link, bare, leg);
                }
            }
        }
        true
    }
}

impl KernelCopy {
    /// From here on everything is read from the kernel: the copy starts empty.
    pub(crate) fn begin_window(&mut self) {
        self.clear();
        // It is seen anew.
        self.history.mixed6 = HashSet::new();
        self.history.legs6 = HashSet::new();
        self.history.skipped6 = false;
        self.history.doubtful.clear();
        self.history.gaps.clear();
        self.window = Some(Box::default());
    }

    /// The kernel is about to be asked for its routes, once more perhaps.
    pub(crate) fn begin_pass(&mut self) {
        let Some(window) = &mut self.window else {
            return;
        };
        // It knows of what was announced, and in which order.
        if core::mem::replace(&mut window.asked, true) {
            let unsure = window.doubts.iter().flatten().chain(&window.open);
            for (table, prefix) in unsure.chain(&window.pass.doubtful) {
                self.tables.forget(*table, *prefix);
            }
        } else {
            self.messages = self.messages.saturating_add(self.tables.work());
            self.tables = Tables::default();
        }
        window.pass = Pass::default();
        window.telling = Telling::default();
        window.cover.begin_pass();
    }

    /// A block of a dump follows.
    pub(crate) fn begin_block(&mut self) {
        if let Some(window) = &mut self.window {
            window.telling.begin_block();
            window.cover.begin_block();
        }
    }

    pub(crate) fn end_block(&mut self) {
        if let Some(window) = &mut self.window {
            window.cover.end_block();
        }
    }

    /// A pass over the routes of IPv6, or of both families, has ended.
    pub(crate) fn end_pass(&mut self, both: bool) {
        let Some(window) = &mut self.window else {
            return;
        };
        window.cover.end_pass();
        let (mut doubts, doubts6): (HashSet<_>, HashSet<_>) =
            core::mem::take(&mut window.pass.doubtful)
                .into_iter()
                .partition(|(_, prefix)| prefix.family() == Family::V4);
        let announced6 = window.pass.routes.keys();
        let announced6 = announced6.filter(|(_, prefix)| prefix.family() == Family::V6);
        window.open.extend(doubts6.iter().chain(announced6));
        let cover = &window.cover;
        window
            .open
            .retain(|(table, prefix)| cover.lacks(*table, *prefix));
        if both {
            if let Some(before) = &window.doubts {
                doubts.retain(|key| before.contains(key));
            }
            window.doubts = Some(doubts);
        }
    }

    /// What another pass would tell more of.
    pub(crate) fn wanting(&self) -> Wanting {
        let Some(window) = &self.window else {
            return Wanting::Nothing;
        };
        if window.doubts.as_ref().is_some_and(|d| !d.is_empty()) {
            Wanting::Both
        } else if window.cover.left().is_empty() {
            Wanting::Nothing
        } else {
            Wanting::V6
        }
    }

    /// All was read.
    pub(crate) fn end_window(&mut self) {
        if let Some(window) = self.window.take() {
            let doubts = window.doubts.iter().flatten();
            self.history.doubtful = doubts.map(|(_, prefix)| *prefix).collect();
            self.history.gaps = window.cover.left().to_vec();
        }
        // Where the default rules are missing somebody has changed them.
        if self.rules4.len() != 3 {
            self.history.split4 = true;
        }
        self.tables.forget_answers();
    }

    /// Takes an entry of a dump, unless something was announced of the same thing.
    pub(super) fn dumped(&mut self, what: &What) {
        let window = self.window.get_or_insert_default();
        match what {
            What::Link(link) if !window.links.contains(&link.index) => {
                self.links.insert(link.index, link.clone());
            }
            What::Addr(addr) if !window.addrs.contains(&addrs::key(addr)) => {
                self.addrs.add(addr);
            }
            What::Rule(rule) if !window.rules.iter().any(|r| alike(r, rule)) => {
                self.dumped_rule(rule);
            }
            What::Nexthop(nexthop) if !window.nexthops.contains(&nexthop.id) => {
                self.nexthops.insert(nexthop.id, nexthop.clone());
            }
            What::Netconf(conf) if !window.netconf.contains(&(conf.family, conf.index)) => {
                self.merge_conf(conf);
            }
            What::Neigh(neigh) if may_be_gateway(neigh) => {
                let key = (neigh.index, neigh.address);
                if !window.neighs.contains(&key) {
                    self.neighs.insert(key, *neigh);
                }
            }
            What::Route(route) => self.dumped_route(route),
            _ => (),
        }
    }

    /// A dump that is asked for again tells of everything again.
    fn dumped_rule(&mut self, rule: &Rule) {
        let rules = match rule.family {
            Family::V4 => &self.rules4,
            Family::V6 => &self.rules6,
        };
        if !rules.iter().any(|r| alike(r, rule)) {
            self.insert_rule(rule);
        }
    }

    fn dumped_route(&mut self, route: &Route) {
        let mut route = self.resolved(route).unwrap_or_else(|| route.clone());
        settle(&mut route.info);
        let family = route.dst.family();
        let Some(window) = &mut self.window else {
            return;
        };
        let legs = route.info.legs.as_slice().len();
        if family == Family::V6 && route.info.nexthop_id == 0 && legs > 1 {
            self.history.legs6.insert((route.table, route.dst));
        }
        window.cover.told(&route);
        let mut doubtful = false;
        let place = window.pass.judge(&self.links, &mut route, &mut doubtful);
        let mut place = place;
        if place.is_some() && family == Family::V6 && !merges(&route.info) {
            let changed = window.cover.any_change(route.table);
            let others = window.telling.tell(&route, changed);
            doubtful |= others.is_none();
            place = others.map(Place::Twin);
        }
        if doubtful {
            window.doubt(&route);
        }
        let Some(place) = place else { return };
        self.tables.place(&route, place);
        self.follow_lifetime(&route);
    }
}
