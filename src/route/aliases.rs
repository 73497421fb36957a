//! Routes to one prefix: a single one, or a list of several (aliases).
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

use core::mem::take;

use super::infos::{InfoId, Infos};
use super::types::RouteInfo;

/// Flag in a trie's value: the other bits are the number of a list.
pub(super) const LIST: u32 = InfoId::LIMIT;

/// The lists of prefixes with more than one route.
#[derive(Default)]
pub(super) struct Lists {
    pub(super) lists: Vec<Vec<InfoId>>,
    pub(super) free: Vec<u32>,
}

impl Lists {
    pub(super) fn get(&self, value: u32) -> &[InfoId] {
        let at = (value & !LIST) as usize;
        self.lists.get(at).map_or(&[], Vec::as_slice)
    }

    /// Leaves the list empty, but not free.
    pub(super) fn take(&mut self, value: u32) -> Vec<InfoId> {
        let at = (value & !LIST) as usize;
        self.lists.get_mut(at).map(take).unwrap_or_default()
    }

    pub(super) fn put(&mut self, value: u32, ids: Vec<InfoId>) {
        if let Some(list) = self.lists.get_mut((value & !LIST) as usize) {
            *list = ids;
        }
    }

    pub(super) fn new_list(&mut self, ids: Vec<InfoId>) -> Option<u32> {
        let number = match self.free.pop() {
            Some(number) => number,
            None => {
                let number = u32::try_from(self.lists.len()).ok()?;
                if self.lists.is_empty() {
                    // A usual host has this many: its multicast and link-local prefixes have a route for each interface.
                    self.lists.reserve_exact(2);
                }
                self.lists.push(Vec::new());
                number
            }
        };
        let value = InfoId::new(number)?.number() | LIST;
        self.put(value, ids);
        Some(value)
    }

    pub(super) fn free(&mut self, value: u32) {
        self.put(value, Vec::new());
        self.free.push(value & !LIST);
    }

    #[cfg(test)]
    pub(super) fn mem_size(&self) -> usize {
        let each = self.lists.iter().map(|list| list.capacity());
        let ids = each.fold(0, usize::saturating_add).saturating_mul(4);
        let lists = self.lists.capacity().saturating_mul(24);
        let free = self.free.capacity().saturating_mul(4);
        ids.saturating_add(lists).saturating_add(free)
    }
}

/// The routes to one prefix, in the kernel's order.
#[derive(Clone, Copy)]
pub(crate) struct Aliases<'a> {
    pub(super) infos: &'a Infos,
    pub(super) ids: Ids<'a>,
}

#[derive(Clone, Copy)]
pub(super) enum Ids<'a> {
    One(InfoId),
    Many(&'a [InfoId]),
}

impl<'a> Aliases<'a> {
    /// The routes' infos and their names.
    pub(crate) fn iter(&self) -> AliasIter<'a> {
        AliasIter {
            aliases: *self,
            at: 0,
        }
    }

    fn get(&self, at: usize) -> Option<InfoId> {
        match self.ids {
            Ids::One(id) => (at == 0).then_some(id),
            Ids::Many(ids) => ids.get(at).copied(),
        }
    }
}

impl<'a> IntoIterator for Aliases<'a> {
    type Item = (InfoId, &'a RouteInfo);
    type IntoIter = AliasIter<'a>;

    fn into_iter(self) -> AliasIter<'a> {
        self.iter()
    }
}

/// Goes through [`Aliases`].
pub(crate) struct AliasIter<'a> {
    aliases: Aliases<'a>,
    at: usize,
}

impl<'a> Iterator for AliasIter<'a> {
    type Item = (InfoId, &'a RouteInfo);

    fn next(&mut self) -> Option<Self::Item> {
        let id = self.aliases.get(self.at)?;
        self.at = self.at.saturating_add(1);
        Some((id, self.aliases.infos.get(id)?))
    }
}
