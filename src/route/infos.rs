//! What routes have in common, kept once however many routes have it.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

use core::hash::{BuildHasher, Hasher};
use core::mem::replace;
use core::net::{IpAddr, Ipv4Addr};

use foldhash::{SharedSeed, fast::SeedableRandomState};
use std::hash::RandomState;

use super::alike::{digest, same, same_state};
use super::bulk::{self, Bulk};
use super::places::{Place, Places};
use super::tally::{Tally, Which};
use super::types::{Family, Legs, Prefix, RouteInfo};

/// Names a [`RouteInfo`] of the tables, for as long as a route has it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct InfoId(u32);

impl InfoId {
    pub(super) fn new(number: u32) -> Option<Self> {
        (number < Self::LIMIT).then_some(Self(number))
    }

    pub(super) fn number(self) -> u32 {
        self.0
    }

    /// The high bit belongs to the trie.
    pub(super) const LIMIT: u32 = 1 << 31;

    fn at(self) -> usize {
        self.0 as usize
    }
}

const NOWHERE: Prefix = Prefix {
    address: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
    len: 0,
};

/// In place of the number of a slot: none.
const NONE: u32 = u32::MAX;

/// A host with one or two interfaces has no more infos than this: they are allocated at once.
const USUAL: usize = 16;

struct Slot {
    info: RouteInfo,
    family: Family,
    digest: u32,
    /// How many routes have it; 0: the slot is free.
    refs: u32,
    /// The next one in its chain, or the next free one.
    next: u32,
}

/// All infos: a hash table whose chains go through the slots.
pub(super) struct Infos {
    slots: Vec<Slot>,
    free: u32,
    /// Where each chain begins: those with the same last bits of the digest are in one. As many as
    /// there is room for slots, a power of two.
    chains: Vec<u32>,
    state: SeedableRandomState,
    tally: Tally,
    /// By slot, once the tables are large.
    places: Option<Vec<Places>>,
    /// Where the routes are that take part in infos and release them now.
    here: Place,
}

impl Default for Infos {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            free: NONE,
            chains: Vec::new(),
            // The kernel's randomness, and not just that of addresses.
            state: SeedableRandomState::with_seed(
                RandomState::new().build_hasher().finish(),
                SharedSeed::global_random(),
            ),
            tally: Tally::default(),
            places: None,
            here: (0, NOWHERE),
        }
    }
}

/// Where the chain of a digest begins.
fn chain(chains: &mut [u32], digest: u32) -> Option<&mut u32> {
    let bits = chains.len().checked_sub(1)?;
    chains.get_mut(digest as usize & bits)
}

impl Infos {
    pub(super) fn get(&self, id: InfoId) -> Option<&RouteInfo> {
        let slot = self.slots.get(id.at())?;
        (slot.refs != 0).then_some(&slot.info)
    }

    /// How many different ones there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.slots.iter().filter(|slot| slot.refs != 0).count()
    }

    /// How many bytes it has in large pieces.
    pub(super) fn bulk(&self) -> usize {
        bulk::sum(&[
            self.slots.bulk(),
            self.chains.bulk(),
            self.places.bulk(),
            self.tally.bulk(),
        ])
    }

    #[cfg(test)]
    pub(super) fn mem_size(&self) -> usize {
        let legs = self.slots.iter().filter(|slot| slot.refs != 0);
        let legs: usize = legs
            .map(|slot| match slot.info.legs.as_slice() {
                [_] => 0,
                legs => size_of_val(legs),
            })
            .fold(0, usize::saturating_add);
        let slots = self.slots.capacity().saturating_mul(size_of::<Slot>());
        let chains = self.chains.capacity().saturating_mul(4);
        let places = self.places.iter().flatten().map(|places| match places {
            Places::Few(places) => places.capacity(),
            _ => 0,
        });
        let places = places.fold(0, usize::saturating_add);
        let places = places.saturating_mul(size_of::<Place>());
        let lists = self.places.as_ref().map_or(0, Vec::capacity);
        let lists = lists.saturating_mul(size_of::<Places>());
        let places = places.saturating_add(lists);
        let all = legs.saturating_add(slots).saturating_add(chains);
        all.saturating_add(places)
    }

    fn lookup(&self, digest: u32, family: Family, info: &RouteInfo) -> Option<InfoId> {
        let bits = self.chains.len().checked_sub(1)?;
        let mut number = *self.chains.get(digest as usize & bits)?;
        while let Some(slot) = self.slots.get(number as usize) {
            let alike = slot.digest == digest && slot.family == family;
            if alike && same(&slot.info, info) && same_state(&slot.info, info) {
                return Some(InfoId(number));
            }
            number = slot.next;
        }
        None
    }

    /// Adds a user to the info that is the same as this one, which is added if there is none. `None`
    /// when there are too many.
    pub(super) fn take(&mut self, family: Family, info: RouteInfo) -> Option<InfoId> {
        let digest = digest(&self.state, family, &info);
        if let Some(id) = self.lookup(digest, family, &info) {
            let slot = self.slots.get_mut(id.at())?;
            let refs = slot.refs.checked_add(1)?;
            if info.nexthop_id == 0 {
                self.tally.routes_come(family, &info, 1);
            } else {
                // Its object may have other legs now.
                self.tally.goes(family, &slot.info, slot.refs);
                self.tally.comes(family, &info, refs);
            }
            (slot.refs, slot.info) = (refs, info);
            self.comes_to(id, self.here);
            return Some(id);
        }
        let number = match self.free {
            NONE => u32::try_from(self.slots.len()).ok()?,
            free => free,
        };
        let id = InfoId::new(number)?;
        self.tally.comes(family, &info, 1);
        let slot = Slot {
            info,
            family,
            digest,
            refs: 1,
            next: NONE,
        };
        match self.slots.get_mut(id.at()) {
            Some(old) => self.free = replace(old, slot).next,
            None => {
                self.make_room();
                self.slots.push(slot);
            }
        }
        self.link(number);
        self.comes_to(id, self.here);
        Some(id)
    }

    /// Room for one more, when no slot is free.
    fn make_room(&mut self) {
        let taken = self.slots.len();
        if taken < self.chains.len() {
            return;
        }
        let room = taken.saturating_mul(2).max(USUAL);
        self.slots.reserve_exact(room.saturating_sub(taken));
        self.chains = vec![NONE; room];
        for (number, slot) in (0u32..).zip(&mut self.slots) {
            if let Some(first) = chain(&mut self.chains, slot.digest) {
                slot.next = replace(first, number);
            }
        }
    }

    /// Takes a user away; the last one takes the info along.
    pub(super) fn release(&mut self, id: InfoId) {
        let Some(slot) = self.slots.get_mut(id.at()) else {
            return;
        };
        if slot.refs > 1 {
            slot.refs = slot.refs.saturating_sub(1);
            let here = self.here;
            self.tally.routes_go(slot.family, &slot.info, 1);
            if let Some(places) = self.places_mut(id) {
                places.remove(here);
            }
        } else if slot.refs == 1 {
            self.discard(id);
        }
    }

    fn places_mut(&mut self, id: InfoId) -> Option<&mut Places> {
        self.places.as_mut()?.get_mut(id.at())
    }

    /// A route to this prefix has an info.
    pub(super) fn comes_to(&mut self, id: InfoId, place: Place) {
        let Some(all) = &mut self.places else {
            return;
        };
        if all.len() <= id.at() {
            all.resize_with(self.slots.len(), || Places::Few(Vec::new()));
        }
        if let Some(places) = all.get_mut(id.at()) {
            places.add(place);
        }
    }

    /// Whether it is noted where few routes of an info are.
    pub(super) fn tracks(&self) -> bool {
        self.places.is_some()
    }

    /// From now on it is noted. [`Self::comes_to`] is to tell of all routes there are.
    pub(super) fn track(&mut self) {
        self.places = Some(Vec::new());
    }

    fn discard(&mut self, id: InfoId) {
        if let Some(places) = self.places_mut(id) {
            *places = Places::Few(Vec::new());
        }
        self.unlink(id.0);
        if let Some(slot) = self.slots.get_mut(id.at()) {
            self.tally.goes(slot.family, &slot.info, slot.refs);
            slot.refs = 0;
            slot.info.legs = Legs::None;
            slot.next = replace(&mut self.free, id.0);
        }
    }

    /// Puts a slot into the chain of its digest.
    fn link(&mut self, number: u32) {
        if let Some(slot) = self.slots.get_mut(number as usize) {
            if let Some(first) = chain(&mut self.chains, slot.digest) {
                slot.next = replace(first, number);
            }
        }
    }

    fn unlink(&mut self, number: u32) {
        let Some(slot) = self.slots.get(number as usize) else {
            return;
        };
        let after = slot.next;
        let Some(first) = chain(&mut self.chains, slot.digest) else {
            return;
        };
        if *first == number {
            *first = after;
            return;
        }
        let mut at = *first;
        while let Some(slot) = self.slots.get_mut(at as usize) {
            if slot.next == number {
                slot.next = after;
                return;
            }
            at = slot.next;
        }
    }

    /// What can be said of all infos without a scan.
    pub(super) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// From here on it is routes to this prefix that come and go.
    pub(super) fn work_at(&mut self, table: u32, prefix: Prefix) {
        self.here = (table, prefix);
    }

    /// Where all routes of an info are; one may come twice. `None` where only a walk can tell.
    pub(super) fn places(&self, id: InfoId) -> Option<&[Place]> {
        self.places.as_ref()?.get(id.at())?.as_slice()
    }

    /// How many slots a scan of all infos looks at.
    pub(super) fn slots(&self) -> usize {
        self.slots.len()
    }

    /// Those of a family that fit and that `f` wants, and how many routes have one of them.
    pub(super) fn select(
        &self,
        family: Family,
        which: Which,
        mut f: impl FnMut(&RouteInfo) -> bool,
    ) -> (Vec<InfoId>, usize) {
        let mut ids = Vec::new();
        let mut routes = 0usize;
        if !self.tally.may_fit(which) {
            return (ids, routes);
        }
        for (number, slot) in (0u32..).zip(&self.slots) {
            let mine = slot.refs != 0 && slot.family == family;
            if mine && which.fits(&slot.info) && f(&slot.info) {
                ids.push(InfoId(number));
                routes = routes.saturating_add(slot.refs as usize);
            }
        }
        (ids, routes)
    }

    pub(super) fn any(&self, family: Family, which: Which, f: impl Fn(&RouteInfo) -> bool) -> bool {
        let mine = |slot: &&Slot| slot.refs != 0 && slot.family == family;
        let mut fitting = self.slots.iter().filter(mine).map(|slot| &slot.info);
        self.tally.may_fit(which) && fitting.any(|info| which.fits(info) && f(info))
    }

    /// Lets `f` change infos of a family that fit; it says whether it did. Returns those it changed,
    /// and how many routes have them.
    pub(super) fn update(
        &mut self,
        family: Family,
        which: Which,
        mut f: impl FnMut(&mut RouteInfo) -> bool,
    ) -> (Vec<InfoId>, usize) {
        let mut ids = Vec::new();
        let mut routes = 0usize;
        let mut moved = Vec::new();
        if !self.tally.may_fit(which) {
            return (ids, routes);
        }
        for (number, slot) in (0u32..).zip(&mut self.slots) {
            if slot.refs == 0 || slot.family != family || !which.fits(&slot.info) {
                continue;
            }
            self.tally.goes(family, &slot.info, slot.refs);
            let changed = f(&mut slot.info);
            self.tally.comes(family, &slot.info, slot.refs);
            if !changed {
                continue;
            }
            ids.push(InfoId(number));
            routes = routes.saturating_add(slot.refs as usize);
            let new = digest(&self.state, family, &slot.info);
            if new != slot.digest {
                moved.push((number, new));
            }
        }
        for (number, new) in moved {
            self.unlink(number);
            if let Some(slot) = self.slots.get_mut(number as usize) {
                slot.digest = new;
            }
            self.link(number);
        }
        (ids, routes)
    }
}

#[cfg(test)]
mod tests {
    use super::super::decide4::world::to;
    use super::*;

    /// Takes part in those with these metrics.
    fn take(infos: &mut Infos, metrics: core::ops::Range<u32>) -> Vec<InfoId> {
        let mut info = to("10.0.0.0/8").via(2, "10.0.0.2").info;
        let mut one = |metric| {
            info.metric = metric;
            infos.take(Family::V4, info.clone()).unwrap()
        };
        metrics.map(&mut one).collect()
    }

    #[test]
    fn what_is_alike_is_kept_once_and_what_goes_makes_room() {
        let mut infos = Infos::default();
        let ids = take(&mut infos, 0..1000);
        assert_eq!(take(&mut infos, 0..1000), ids);
        assert_eq!((infos.len(), infos.slots.len()), (1000, 1000));
        for id in ids.iter().chain(ids.iter().step_by(2)) {
            infos.release(*id);
        }
        assert_eq!(infos.len(), 500);
        for (metric, id) in (0..1000).zip(&ids) {
            let there = infos.get(*id).map(|info| info.metric);
            assert_eq!(there, (metric % 2 == 1).then_some(metric));
        }
        take(&mut infos, 1000..1500);
        assert_eq!((infos.len(), infos.slots.len()), (1000, 1000));
        // those that stayed are still found
        take(&mut infos, 0..1000);
        assert_eq!(infos.len(), 1500);
    }

    #[test]
    fn what_is_changed_is_found_by_what_it_is_now() {
        let mut infos = Infos::default();
        let ids = take(&mut infos, 0..100);
        let (changed, routes) = infos.update(Family::V4, Which::Link(2), |info| {
            info.metric += 1000;
            true
        });
        assert_eq!((changed, routes), (ids.clone(), 100));
        assert_eq!(take(&mut infos, 1000..1100), ids);
        take(&mut infos, 0..100);
        assert_eq!(infos.len(), 200);
    }
}
