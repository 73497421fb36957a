//! What routes have in common, kept once however many routes have it.
#![forbid(unsafe_code)]

use core::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};
use std::collections::HashMap;
use std::hash::RandomState;

use super::types::{Family, Legs, RouteInfo, leg_flag};

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

/// What follows the interface, not the route.
pub(super) const FOLLOWS_LINK: u8 = leg_flag::DEAD | leg_flag::LINKDOWN;

/// Flags of a message that say nothing lasting of a route: `RTNH_F_DEAD`, `_OFFLOAD`, `_LINKDOWN`,
/// `_TRAP`; `RTM_F_NOTIFY`, `_OFFLOAD`, `_TRAP`, `_OFFLOAD_FAILED`.
const PASSING: u32 = 1 | 8 | 16 | 64 | 0x100 | 0x4000 | 0x8000 | 0x2000_0000;

/// Brings an info into the form the tables keep: the state of an interface is said by the legs
/// only, and nothing is said that tells two equal routes apart.
pub(super) fn settle(info: &mut RouteInfo) {
    let [common, ..] = info.flags.to_le_bytes();
    info.flags &= !PASSING;
    let legs = info.legs.as_mut_slice();
    if let [leg] = legs {
        leg.flags |= common;
        info.flags &= !u32::from(leg_flag::ONLINK);
    }
    for leg in legs {
        leg.flags &= FOLLOWS_LINK | leg_flag::ONLINK;
    }
}

/// Whether two infos are one route's, whatever happens to its interfaces. A nexthop object stands
/// for kind and legs.
pub(super) fn same(a: &RouteInfo, b: &RouteInfo) -> bool {
    let head = (a.kind == b.kind || a.nexthop_id != 0)
        && a.metric == b.metric
        && a.tos == b.tos
        && a.protocol == b.protocol
        && a.scope == b.scope
        && a.pref == b.pref
        && a.flags == b.flags
        && a.nexthop_id == b.nexthop_id
        && a.prefsrc == b.prefsrc
        && a.source == b.source;
    head && (a.nexthop_id != 0 || same_legs(a, b))
}

/// The same ways out in the same order, whatever happens to interfaces.
pub(super) fn same_legs(a: &RouteInfo, b: &RouteInfo) -> bool {
    let (a, b) = (a.legs.as_slice(), b.legs.as_slice());
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| {
            a.index == b.index
                && a.gateway == b.gateway
                && a.weight == b.weight
                && (a.flags ^ b.flags) & !FOLLOWS_LINK == 0
                && a.encap == b.encap
        })
}

/// Whether the same happened to their interfaces: the kernel does not tell all routes at once.
fn same_state(a: &RouteInfo, b: &RouteInfo) -> bool {
    let legs = a.legs.as_slice().iter().zip(b.legs.as_slice());
    a.nexthop_id != 0 || legs.into_iter().all(|(a, b)| a.flags == b.flags)
}

/// Hashes what [`same`] compares.
fn digest(state: &RandomState, family: Family, info: &RouteInfo) -> u64 {
    let mut h = state.build_hasher();
    family.hash(&mut h);
    (
        if info.nexthop_id == 0 { info.kind } else { 0 },
        info.scope,
        info.protocol,
        info.tos,
        info.pref,
        info.flags,
        info.metric,
        info.nexthop_id,
        info.prefsrc,
        info.source,
    )
        .hash(&mut h);
    if info.nexthop_id == 0 {
        for leg in info.legs.as_slice() {
            (
                leg.index,
                leg.gateway,
                leg.weight,
                leg.flags & !FOLLOWS_LINK,
                leg.encap,
            )
                .hash(&mut h);
        }
    }
    h.finish()
}

/// The keys are hashes already.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
}

struct Slot {
    info: RouteInfo,
    family: Family,
    digest: u64,
    /// How many routes have it; 0: the slot is free.
    refs: u32,
    /// The next one with the same digest, or the next free one.
    next: Option<u32>,
}

/// All infos.
#[derive(Default)]
pub(super) struct Infos {
    slots: Vec<Slot>,
    free: Option<u32>,
    by_digest: HashMap<u64, u32, BuildHasherDefault<AsIs>>,
    state: RandomState,
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
        // An entry of the map and its control byte.
        let map = self.by_digest.capacity().saturating_mul(17);
        legs.saturating_add(slots).saturating_add(map)
    }

    fn lookup(&self, digest: u64, family: Family, info: &RouteInfo) -> Option<InfoId> {
        let mut next = self.by_digest.get(&digest).copied();
        while let Some(number) = next {
            let slot = self.slots.get(number as usize)?;
            if slot.family == family && same(&slot.info, info) && same_state(&slot.info, info) {
                return Some(InfoId(number));
            }
            next = slot.next;
        }
        None
    }

    /// Takes part in the info that is the same as this one. `None` when there are too many.
    pub(super) fn take(&mut self, family: Family, info: RouteInfo) -> Option<InfoId> {
        let digest = digest(&self.state, family, &info);
        if let Some(id) = self.lookup(digest, family, &info) {
            let slot = self.slots.get_mut(id.at())?;
            slot.refs = slot.refs.checked_add(1)?;
            slot.info = info;
            return Some(id);
        }
        let mut slot = Slot {
            info,
            family,
            digest,
            refs: 1,
            next: None,
        };
        let number = match self.free {
            Some(number) => number,
            None => u32::try_from(self.slots.len()).ok()?,
        };
        let id = InfoId::new(number)?;
        slot.next = self.by_digest.insert(digest, number);
        match self.slots.get_mut(id.at()) {
            Some(old) => {
                self.free = old.next;
                *old = slot;
            }
            None => self.slots.push(slot),
        }
        Some(id)
    }

    /// One route less has it.
    pub(super) fn release(&mut self, id: InfoId) {
        let Some(slot) = self.slots.get_mut(id.at()) else {
            return;
        };
        if slot.refs > 1 {
            slot.refs -= 1;
        } else if slot.refs == 1 {
            self.discard(id);
        }
    }

    fn discard(&mut self, id: InfoId) {
        let Some(slot) = self.slots.get_mut(id.at()) else {
            return;
        };
        slot.refs = 0;
        slot.info.legs = Legs::None;
        let (digest, after) = (slot.digest, slot.next);
        slot.next = self.free;
        self.free = Some(id.0);
        self.unlink(digest, id.0, after);
    }

    fn unlink(&mut self, digest: u64, number: u32, after: Option<u32>) {
        let Some(head) = self.by_digest.get_mut(&digest) else {
            return;
        };
        if *head == number {
            match after {
                Some(after) => *head = after,
                None => {
                    self.by_digest.remove(&digest);
                }
            }
            return;
        }
        let mut at = *head;
        while let Some(slot) = self.slots.get_mut(at as usize) {
            match slot.next {
                Some(next) if next == number => {
                    slot.next = after;
                    return;
                }
                Some(next) => at = next,
                None => return,
            }
        }
    }

    /// Those of a family that `f` wants, and how many routes have one of them.
    pub(super) fn select(
        &self,
        family: Family,
        mut f: impl FnMut(&RouteInfo) -> bool,
    ) -> (Vec<InfoId>, usize) {
        let mut ids = Vec::new();
        let mut routes = 0usize;
        for (number, slot) in (0u32..).zip(&self.slots) {
            if slot.refs != 0 && slot.family == family && f(&slot.info) {
                ids.push(InfoId(number));
                routes = routes.saturating_add(slot.refs as usize);
            }
        }
        (ids, routes)
    }

    pub(super) fn any(&self, family: Family, f: impl Fn(&RouteInfo) -> bool) -> bool {
        let mine = |slot: &&Slot| slot.refs != 0 && slot.family == family;
        self.slots.iter().filter(mine).any(|slot| f(&slot.info))
    }

    /// Lets `f` change infos of a family; it says whether it did. Returns those it changed, and how
    /// many routes have them.
    pub(super) fn update(
        &mut self,
        family: Family,
        mut f: impl FnMut(&mut RouteInfo) -> bool,
    ) -> (Vec<InfoId>, usize) {
        let mut ids = Vec::new();
        let mut routes = 0usize;
        let mut moved = Vec::new();
        for (number, slot) in (0u32..).zip(&mut self.slots) {
            if slot.refs == 0 || slot.family != family || !f(&mut slot.info) {
                continue;
            }
            ids.push(InfoId(number));
            routes = routes.saturating_add(slot.refs as usize);
            let new = digest(&self.state, family, &slot.info);
            if new != slot.digest {
                moved.push((number, slot.digest, new));
            }
        }
        for (number, old, new) in moved {
            self.rekey(number, old, new);
        }
        (ids, routes)
    }

    fn rekey(&mut self, number: u32, old: u64, new: u64) {
        let Some(slot) = self.slots.get(number as usize) else {
            return;
        };
        self.unlink(old, number, slot.next);
        let next = self.by_digest.insert(new, number);
        if let Some(slot) = self.slots.get_mut(number as usize) {
            slot.digest = new;
            slot.next = next;
        }
    }
}
