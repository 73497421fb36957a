//! The routing tables: for each family and table, which routes there are to a prefix,
//! in the order in which the kernel tries them.
//!
//! A prefix mostly has one route, kept as the number of its info in the trie itself.
//! Where there are several (aliases), the trie has the number of a list.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

use core::cell::{Cell, RefCell};
use core::mem::take;
use core::net::IpAddr;

pub(crate) use super::aliases::Aliases;
use super::aliases::{Ids, LIST, Lists};
use super::alike::settle;
use super::answers4::Answers;
use super::bulk::{self, Bulk};
pub(crate) use super::infos::InfoId;
use super::infos::Infos;
use super::order::{self, Place};
use super::tally::{Tally, Which};
use super::trie::Trie;
use super::types::{Family, Prefix, Route, RouteInfo};

/// Applying a change would take longer than a pass of the loop may. All tables are read again instead,
/// in steps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct TooMany;

/// How many infos one message may have looked through. A message about an interface does so up to
/// ten times.
pub(super) const MOST_SCANNED: usize = if cfg!(test) { 2_000 } else { 1 << 16 };
/// This many infos can be looked at in the time that one insertion of a route takes.
const SLOTS_A_ROUTE: usize = 16;
/// This many routes to one prefix can be moved in that time.
const ALIASES_A_ROUTE: usize = 64;
/// How many routes one message may take out.
pub(super) const MOST_REMOVED: usize = if cfg!(test) { 2_000 } else { 1 << 14 };
/// Tables with no more routes than this are always searched from end to end.
const SMALL: usize = if cfg!(test) { 50 } else { 2048 };
/// How many prefixes may be visited to find the routes that one message concerns.
pub(super) const MOST_WALKED: usize = if cfg!(test) { 5_000 } else { 1 << 16 };

/// What a message did to the tables.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Change {
    /// A route or a leg of one came.
    pub(crate) added: bool,
    /// A route or a leg of one went.
    pub(crate) removed: bool,
    /// The state of its interfaces changed.
    pub(crate) updated: bool,
    /// A route that came or went has a gateway.
    pub(crate) gateway: bool,
}

impl Change {
    /// Anything at all.
    pub(crate) fn any(self) -> bool {
        self.added || self.removed || self.updated
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self {
            added: self.added || other.added,
            removed: self.removed || other.removed,
            updated: self.updated || other.updated,
            gateway: self.gateway || other.gateway,
        }
    }
}

/// Goes through the prefixes that hold an address, the longest first.
#[derive(Clone)]
pub(crate) struct Matches<'a> {
    tables: &'a Tables,
    trie: Option<&'a Trie>,
    /// The address and the longest length that is left.
    ip: IpAddr,
    len: Option<u8>,
}

impl<'a> Matches<'a> {
    /// What `next()` gives, with the length in place of the prefix: a decision passes it on from
    /// hand to hand, and a prefix is costly to copy.
    pub(super) fn next_len(&mut self) -> Option<(u8, Aliases<'a>)> {
        let (len, value) = self.trie?.longest(self.ip, self.len?)?;
        self.len = len.checked_sub(1);
        Some((len, self.tables.aliases(value)))
    }
}

impl<'a> Iterator for Matches<'a> {
    type Item = (Prefix, Aliases<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (len, aliases) = self.next_len()?;
        Some((Prefix::new(self.ip, len)?, aliases))
    }
}

/// The tables of one family, by id.
type ById = Vec<(u32, Trie)>;

/// All routing tables.
#[derive(Default)]
pub(crate) struct Tables {
    v4: ById,
    v6: ById,
    len4: usize,
    len6: usize,
    infos: Infos,
    lists: Lists,
    /// How much was looked at and changed since the tables were made: routes, infos, prefixes.
    work: Cell<u64>,
    /// Room for the one route of a prefix while it is looked at as a list.
    room: Vec<InfoId>,
    /// What follows from the tables, as long as they stay as they are.
    pub(super) answers4: RefCell<Answers>,
}

impl Tables {
    /// How many routes there are; one with many legs is one.
    pub(crate) fn len(&self, family: Family) -> usize {
        match family {
            Family::V4 => self.len4,
            Family::V6 => self.len6,
        }
    }

    fn family(&self, family: Family) -> &ById {
        match family {
            Family::V4 => &self.v4,
            Family::V6 => &self.v6,
        }
    }

    fn family_mut(&mut self, family: Family) -> (&mut ById, &mut usize) {
        match family {
            Family::V4 => (&mut self.v4, &mut self.len4),
            Family::V6 => (&mut self.v6, &mut self.len6),
        }
    }

    /// The tables that have routes, in order.
    pub(crate) fn table_ids(&self, family: Family) -> impl Iterator<Item = u32> + Clone {
        self.family(family).iter().map(|(id, _)| *id)
    }

    /// How many different infos there are.
    #[cfg(test)]
    pub(super) fn kinds_of_infos(&self) -> usize {
        self.infos.len()
    }

    /// How many bytes all of it has in large pieces.
    pub(super) fn bulk(&self) -> usize {
        let tries = self.v4.iter().chain(&self.v6);
        let tries = tries.fold(0usize, |sum, (_, trie)| sum.saturating_add(trie.mem_size()));
        bulk::sum(&[
            tries,
            self.v4.bulk(),
            self.v6.bulk(),
            self.infos.bulk(),
            self.lists.lists.bulk(),
            self.lists.free.bulk(),
        ])
    }

    /// How many bytes all of it takes.
    #[cfg(test)]
    pub(super) fn mem_size(&self) -> usize {
        let tries = self.v4.iter().chain(&self.v6);
        let tries = tries.map(|(_, trie)| trie.mem_size().saturating_add(8));
        let tries = tries.fold(0, usize::saturating_add);
        let rest = self.infos.mem_size().saturating_add(self.lists.mem_size());
        let answers = self.answers4.borrow().mem_size();
        tries.saturating_add(rest).saturating_add(answers)
    }

    /// What a route is; `None` when it is gone.
    #[cfg(test)]
    pub(crate) fn info(&self, id: InfoId) -> Option<&RouteInfo> {
        self.infos.get(id)
    }

    #[inline(always)]
    fn trie(&self, family: Family, table: u32) -> Option<&Trie> {
        let tries = self.family(family);
        let at = tries.binary_search_by_key(&table, |(id, _)| *id).ok()?;
        tries.get(at).map(|(_, trie)| trie)
    }

    #[inline(always)]
    fn aliases(&self, value: u32) -> Aliases<'_> {
        let ids = match InfoId::new(value) {
            Some(id) => Ids::One(id),
            None => Ids::Many(self.lists.get(value)),
        };
        Aliases {
            infos: &self.infos,
            ids,
        }
    }

    /// Every prefix of a table that holds the address, the longest first.
    pub(crate) fn matches(&self, table: u32, dst: IpAddr) -> Matches<'_> {
        let family = Family::of(dst);
        Matches {
            tables: self,
            trie: self.trie(family, table),
            ip: dst,
            len: Some(family.bits()),
        }
    }

    /// Drops the kept IPv4 answers. To be called when something beside the tables changes that answers
    /// depend on.
    pub(super) fn forget_answers(&mut self) {
        self.answers4.get_mut().forget_all();
    }

    /// Where IPv4 prefixes that lie within this one begin and end (the first address after it), in no
    /// order. `None` when there are more than `most`.
    pub(super) fn ends_within(&self, table: u32, within: Prefix, most: usize) -> Option<Vec<u32>> {
        let mut ends = Vec::new();
        if let Some(trie) = self.trie(Family::V4, table) {
            trie.each_within(within, |first, after| {
                ends.extend([first, after]);
                ends.len() <= most
            });
        }
        (ends.len() <= most).then_some(ends)
    }

    /// The routes to just this prefix.
    pub(crate) fn exact(&self, table: u32, prefix: Prefix) -> Option<Aliases<'_>> {
        let value = self.trie(prefix.family(), table)?.get(prefix)?;
        Some(self.aliases(value))
    }

    /// The prefix after this one, or the first, in the order of address, then length. Routes may
    /// come and go between two calls.
    pub(crate) fn next(
        &self,
        family: Family,
        table: u32,
        after: Option<Prefix>,
    ) -> Option<(Prefix, Aliases<'_>)> {
        let trie = self.trie(family, table)?;
        let (prefix, value) = match after {
            Some(prefix) => trie.after(prefix)?,
            None => trie.first()?,
        };
        Some((prefix, self.aliases(value)))
    }

    /// Puts in what an `RTM_NEWROUTE` with these flags in its header says.
    #[cfg(test)]
    pub(super) fn add(&mut self, route: &Route, nl_flags: u16) -> Change {
        self.place(route, Place::from_flags(nl_flags))
    }

    /// Puts in a route at its place among those to the same prefix.
    pub(super) fn place(&mut self, route: &Route, place: Place) -> Change {
        let mut info = route.info.clone();
        settle(&mut info);
        let family = route.dst.family();
        if info.nexthop_id != 0 {
            // What the message says of the nexthop object holds for all routes that use it.
            self.answers4.get_mut().forget_all();
        }
        self.edit(route.table, route.dst, |infos, ids| match family {
            Family::V4 => order::add4(infos, ids, info, place),
            Family::V6 => order::add6(infos, ids, info, place),
        })
    }

    /// Takes out the route that an `RTM_DELROUTE` describes, and no other.
    pub(crate) fn remove(&mut self, route: &Route) -> Change {
        let mut info = route.info.clone();
        settle(&mut info);
        let family = route.dst.family();
        self.edit(route.table, route.dst, |infos, ids| match family {
            Family::V4 => order::remove4(infos, ids, &info),
            Family::V6 => order::remove6(infos, ids, info),
        })
    }

    /// Takes out all routes to just this prefix.
    pub(super) fn forget(&mut self, table: u32, prefix: Prefix) {
        self.edit(table, prefix, |infos, ids| {
            for id in ids.drain(..) {
                infos.release(id);
            }
            Change::default()
        });
    }

    /// Gives `f` the routes to a prefix as a list that it may change, and stores the result.
    fn edit(
        &mut self,
        table: u32,
        prefix: Prefix,
        f: impl FnOnce(&mut Infos, &mut Vec<InfoId>) -> Change,
    ) -> Change {
        let family = prefix.family();
        self.answers4.get_mut().forget(prefix);
        let tries = match family {
            Family::V4 => &mut self.v4,
            Family::V6 => &mut self.v6,
        };
        let found = tries.binary_search_by_key(&table, |(id, _)| *id);
        let old = found.ok().and_then(|at| tries.get(at)?.1.get(prefix));
        let mut ids = match old.map(|value| (value, InfoId::new(value))) {
            None => take(&mut self.room),
            Some((_, Some(id))) => {
                let mut ids = take(&mut self.room);
                ids.push(id);
                ids
            }
            Some((value, None)) => self.lists.take(value),
        };
        let before = ids.len();
        self.worked((before / ALIASES_A_ROUTE).saturating_add(1));
        self.infos.work_at(table, prefix);
        let change = f(&mut self.infos, &mut ids);
        let len = match family {
            Family::V4 => &mut self.len4,
            Family::V6 => &mut self.len6,
        };
        *len = len.saturating_add(ids.len()).saturating_sub(before);
        let new = self.kept(old, ids);
        if new != old {
            self.store(table, prefix, new);
        }
        if !self.infos.tracks() && self.len4.saturating_add(self.len6) > SMALL {
            self.track();
        }
        change
    }

    /// From now on the places of infos with few routes are recorded.
    fn track(&mut self) {
        self.infos.track();
        for (table, trie) in self.v4.iter().chain(&self.v6) {
            trie.each(|prefix, value| {
                let place = (*table, prefix);
                match InfoId::new(value) {
                    Some(id) => self.infos.comes_to(id, place),
                    None => {
                        for id in self.lists.get(value) {
                            self.infos.comes_to(*id, place);
                        }
                    }
                }
                true
            });
        }
    }

    /// The trie's value for this list of routes, where the value `old` was.
    fn kept(&mut self, old: Option<u32>, mut ids: Vec<InfoId>) -> Option<u32> {
        let old = old.filter(|value| value & LIST != 0);
        match (ids.as_slice(), old) {
            ([], _) | ([_], _) => {
                let one = ids.pop().map(InfoId::number);
                if let Some(list) = old {
                    self.lists.free(list);
                }
                self.room = ids;
                one
            }
            (_, Some(list)) => {
                self.lists.put(list, ids);
                old
            }
            (_, None) => self.lists.new_list(ids),
        }
    }

    fn store(&mut self, table: u32, prefix: Prefix, value: Option<u32>) {
        let (tries, _) = self.family_mut(prefix.family());
        let found = tries.binary_search_by_key(&table, |(id, _)| *id);
        match (found, value) {
            (Ok(at), Some(value)) => {
                if let Some((_, trie)) = tries.get_mut(at) {
                    trie.set(prefix, value);
                }
            }
            (Err(at), Some(value)) => {
                let mut trie = Trie::new(prefix.family());
                trie.set(prefix, value);
                // Mostly there are two; more room would be wasted for each.
                tries.reserve_exact(if tries.is_empty() { 2 } else { 1 });
                tries.insert(at, (table, trie));
            }
            (Ok(at), None) => {
                if let Some((_, trie)) = tries.get_mut(at) {
                    trie.remove(prefix);
                    if trie.is_empty() {
                        tries.remove(at);
                    }
                }
            }
            (Err(_), None) => (),
        }
    }

    /// How much was looked at and changed since the tables were made: routes, infos, prefixes. What
    /// one pass of the loop may do is limited by this.
    pub(super) fn work(&self) -> u64 {
        self.work.get()
    }

    fn worked(&self, more: usize) {
        let more = u64::try_from(more).unwrap_or(u64::MAX);
        self.work.set(self.work.get().saturating_add(more));
    }

    /// What can be said of all routes without a scan.
    pub(super) fn tally(&self) -> &Tally {
        self.infos.tally()
    }

    /// Takes out all routes whose info fits and `f` wants, telling `removed` of each, but none of
    /// prefixes that are `spared`. Fails, and changes nothing, when that takes longer than a pass of
    /// the loop may.
    pub(super) fn remove_where(
        &mut self,
        family: Family,
        which: Which,
        f: impl FnMut(&RouteInfo) -> bool,
        spared: impl Fn(u32, Prefix) -> bool,
        mut removed: impl FnMut(u32, Prefix),
    ) -> Result<Change, TooMany> {
        self.check_scan(which)?;
        let (wanted, routes) = self.infos.select(family, which, f);
        let mut all = Change::default();
        if wanted.is_empty() {
            return Ok(all);
        }
        if routes > MOST_REMOVED {
            return Err(TooMany);
        }
        for (table, prefix) in self.users(family, &wanted, routes)? {
            if spared(table, prefix) {
                continue;
            }
            all = all.and(self.edit(table, prefix, |infos, ids| {
                order::remove_these(infos, ids, &wanted)
            }));
            removed(table, prefix);
        }
        Ok(all)
    }

    /// Whether any route of a family satisfies `f`.
    pub(super) fn any_info(
        &self,
        family: Family,
        which: Which,
        f: impl Fn(&RouteInfo) -> bool,
    ) -> Result<bool, TooMany> {
        self.check_scan(which)?;
        Ok(self.infos.any(family, which, f))
    }

    fn check_scan(&self, which: Which) -> Result<(), TooMany> {
        let scans = self.tally().may_fit(which);
        if scans && self.infos.slots() > MOST_SCANNED {
            return Err(TooMany);
        }
        if scans {
            self.worked(self.infos.slots() / SLOTS_A_ROUTE);
        }
        Ok(())
    }

    /// Where the `routes` routes are that have one of these infos, which are in order.
    fn users(
        &self,
        family: Family,
        infos: &[InfoId],
        routes: usize,
    ) -> Result<Vec<(u32, Prefix)>, TooMany> {
        let (mut found, mut left) = (Vec::new(), routes);
        let mut strewn = Vec::new();
        for id in infos {
            match self.infos.places(*id) {
                Some(places) => {
                    found.extend(places);
                    left = left.saturating_sub(places.len());
                }
                None => strewn.push(*id),
            }
        }
        found.sort_unstable();
        found.dedup();
        if left == 0 {
            return Ok(found);
        }
        let known = found.len();
        let has = |id: &InfoId| strewn.binary_search(id).is_ok();
        let mut walk = MOST_WALKED;
        for (table, trie) in self.family(family) {
            trie.each(|prefix, value| {
                let here = match InfoId::new(value) {
                    Some(id) => usize::from(has(&id)),
                    None => self.lists.get(value).iter().filter(|id| has(id)).count(),
                };
                let place = (*table, prefix);
                let new = || {
                    found
                        .get(..known)
                        .is_none_or(|all| all.binary_search(&place).is_err())
                };
                if here != 0 && new() {
                    found.push(place);
                }
                left = left.saturating_sub(here);
                walk = walk.saturating_sub(1);
                left != 0 && walk != 0
            });
            if left == 0 {
                break;
            }
            if walk == 0 {
                return Err(TooMany);
            }
        }
        self.worked(MOST_WALKED.saturating_sub(walk));
        Ok(found)
    }

    /// Lets `f` change what the routes of a family have in common, wherever that fits and it says
    /// that it did: legs, preferred sources. Returns where the changed routes are, or `None` when
    /// they are more than `most` or take too long to find.
    pub(super) fn update_infos(
        &mut self,
        family: Family,
        which: Which,
        most: usize,
        f: impl FnMut(&mut RouteInfo) -> bool,
    ) -> Result<Option<Vec<(u32, Prefix)>>, TooMany> {
        self.check_scan(which)?;
        let (ids, routes) = self.infos.update(family, which, f);
        if ids.is_empty() {
            return Ok(Some(Vec::new()));
        }
        self.answers4.get_mut().forget_all();
        if routes > most {
            return Ok(None);
        }
        Ok(self.users(family, &ids, routes).ok())
    }
}
