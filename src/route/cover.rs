//! Which part of the IPv6 routes dumps have told of.
//!
//! The kernel goes on with a dump where it was by counting the prefixes before: if one of these went
//! meanwhile, a prefix is left out. But within a block it goes from each prefix to the next. So where
//! a block ends and something before was changed, there is a gap up to where the next block begins;
//! another pass over the routes, whose blocks end elsewhere, is what closes it.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

use core::net::IpAddr;
use std::collections::HashMap;

use super::bulk::{self, Bulk};
use super::types::{Family, Prefix, Route};
use crate::util::sort::sort;

/// A place in the kernel's walk through its tables: it comes by a prefix before all longer ones in
/// it, for those routes that are for certain sources, and after them for the others.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Spot {
    table: u32,
    address: u128,
    leaving: bool,
    rank: u8,
}

impl Spot {
    fn new(table: u32, prefix: Prefix, leaving: bool) -> Option<Self> {
        let bits = |ip| match ip {
            IpAddr::V4(_) => None,
            IpAddr::V6(ip) => Some(ip.to_bits()),
        };
        let (address, rank) = if leaving {
            (prefix.last(), Family::V6.bits().saturating_sub(prefix.len))
        } else {
            (prefix.address, prefix.len)
        };
        Some(Self {
            table,
            address: bits(address)?,
            leaving,
            rank,
        })
    }

    /// Where an IPv6 route is.
    fn of(route: &Route) -> Option<Self> {
        Self::new(route.table, route.dst, route.info.source.is_none())
    }

    fn start(table: u32) -> Self {
        Self {
            table,
            address: 0,
            leaving: false,
            rank: 0,
        }
    }

    fn end(table: u32) -> Self {
        Self {
            table,
            address: u128::MAX,
            leaving: true,
            rank: u8::MAX,
        }
    }
}

/// From one place to another, both included.
pub(super) type Gap = (Spot, Spot);

/// The first place of each table where something changed.
#[derive(Default)]
struct Changes {
    first: HashMap<u32, Spot>,
    anywhere: bool,
}

impl Changes {
    fn before(&self, spot: Spot) -> bool {
        self.anywhere || self.first.get(&spot.table).is_some_and(|f| *f <= spot)
    }

    fn within(&self, table: u32) -> bool {
        self.anywhere || self.first.contains_key(&table)
    }
}

#[derive(Default)]
pub(super) struct Cover {
    /// What all passes so far have left out.
    left: Option<Vec<Gap>>,
    /// What this one does.
    gaps: Vec<Gap>,
    /// The last place of the block before, and of this one so far.
    last: Option<Spot>,
    here: Option<Spot>,
    /// Changes read since the last block, and between that and the one before: the kernel makes a block
    /// while it gives out the one before.
    now: Changes,
    before: Changes,
}

impl Cover {
    pub(super) fn bulk(&self) -> usize {
        bulk::sum(&[self.left.bulk(), self.gaps.bulk()])
    }

    pub(super) fn begin_pass(&mut self) {
        self.gaps.clear();
        (self.last, self.here) = (None, None);
    }

    /// A route was announced to come or to go.
    pub(super) fn changed(&mut self, route: &Route) {
        if let Some(spot) = Spot::of(route) {
            let first = self.now.first.entry(spot.table).or_insert(spot);
            *first = spot.min(*first);
        }
    }

    /// Routes may have gone unannounced.
    pub(super) fn shaken(&mut self) {
        self.now.anywhere = true;
    }

    pub(super) fn begin_block(&mut self) {
        self.last = self.here.take().or(self.last);
    }

    /// The block tells of this route.
    pub(super) fn told(&mut self, route: &Route) {
        let Some(spot) = Spot::of(route) else { return };
        match (self.here, self.last) {
            // Not the order that all this relies on.
            (Some(here), _) if here.table == spot.table && spot < here => {
                let table = spot.table;
                self.gaps.push((Spot::start(table), Spot::end(table)));
            }
            (None, Some(last)) => self.goes_on(last, Some(spot)),
            _ => (),
        }
        self.here = Some(spot);
    }

    /// What the block tells of this route is not to be relied on.
    pub(super) fn doubt(&mut self, route: &Route) {
        self.gaps.extend(Spot::of(route).map(|spot| (spot, spot)));
    }

    pub(super) fn end_block(&mut self) {
        self.before = core::mem::take(&mut self.now);
    }

    /// All blocks of a dump were read.
    pub(super) fn end_pass(&mut self) {
        if let (None, Some(last)) = (self.here, self.last) {
            self.goes_on(last, None);
        }
        let gaps = merged(core::mem::take(&mut self.gaps));
        self.left = Some(match self.left.take() {
            None => gaps,
            Some(left) => common(&left, &gaps),
        });
    }

    /// A block ends with `last`, and the next one begins with this, or has nothing.
    fn goes_on(&mut self, last: Spot, next: Option<Spot>) {
        if !self.now.before(last) && !self.before.before(last) {
            return;
        }
        match next.filter(|next| next.table == last.table) {
            None => self.gaps.push((last, Spot::end(last.table))),
            Some(next) if next > last || next == last && !last.leaving => {
                self.gaps.push((last, next));
            }
            // It tells of the last one once more.
            Some(_) => (),
        }
    }

    /// Whether anything changed in a table between this block and the one before. Then the kernel
    /// may tell once more of the prefix that the one before ended with.
    pub(super) fn any_change(&self, table: u32) -> bool {
        self.now.within(table) || self.before.within(table)
    }

    /// Whether there was a pass.
    pub(super) fn has_told(&self) -> bool {
        self.left.is_some()
    }

    /// Whether no pass so far has told for sure of the routes to a prefix.
    pub(super) fn lacks(&self, table: u32, prefix: Prefix) -> bool {
        let spots = [false, true].map(|leaving| Spot::new(table, prefix, leaving));
        spots.into_iter().flatten().any(|s| holds(self.left(), s))
    }

    /// What no pass has told of.
    pub(super) fn left(&self) -> &[Gap] {
        self.left.as_deref().unwrap_or_default()
    }
}

/// What lies in gaps of both; each are in order, and apart.
fn common(a: &[Gap], b: &[Gap]) -> Vec<Gap> {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let mut both = Vec::new();
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        let (from, to) = (x.0.max(y.0), x.1.min(y.1));
        if from <= to {
            both.push((from, to));
        }
        if x.1 < y.1 {
            a.next();
        } else {
            b.next();
        }
    }
    both
}

/// Whether a place lies in one of the gaps, which are in order, and apart.
fn holds(gaps: &[Gap], spot: Spot) -> bool {
    let at = gaps.partition_point(|(_, to)| *to < spot);
    gaps.get(at).is_some_and(|(from, _)| *from <= spot)
}

/// In order, those that overlap as one.
fn merged(mut gaps: Vec<Gap>) -> Vec<Gap> {
    sort(&mut gaps);
    gaps.dedup_by(|next, gap| {
        let overlap = next.0 <= gap.1;
        if overlap {
            gap.1 = gap.1.max(next.1);
        }
        overlap
    });
    gaps
}

/// Whether a route to this address may be in one of the gaps.
pub(super) fn misses(gaps: &[Gap], ip: IpAddr) -> bool {
    let mut tables: Vec<u32> = gaps.iter().map(|(from, _)| from.table).collect();
    tables.dedup();
    tables.iter().any(|table| {
        let prefixes = (0..=Family::V6.bits()).filter_map(|len| Prefix::new(ip, len));
        let spots =
            prefixes.flat_map(|p| [true, false].map(|leaving| Spot::new(*table, p, leaving)));
        spots.flatten().any(|spot| holds(gaps, spot))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::decide4::world::{prefix, to};

    fn at(n: u16) -> Route {
        to(&format!("2001:db8:{n:x}::/48")).via(2, "fe80::2")
    }

    fn block(cover: &mut Cover, routes: &[u16]) {
        cover.begin_block();
        for n in routes {
            cover.told(&at(*n));
        }
        cover.end_block();
    }

    /// A pass of two blocks; before the second is read, these are announced.
    fn pass(cover: &mut Cover, first: &[u16], changes: &[u16], second: &[u16]) -> usize {
        cover.begin_pass();
        block(cover, first);
        for n in changes {
            cover.changed(&at(*n));
        }
        cover.begin_block();
        for n in second {
            cover.told(&at(*n));
        }
        cover.end_pass();
        cover.end_block();
        cover.left().len()
    }

    #[test]
    fn a_block_goes_on_unless_something_before_it_changed() {
        let quiet = |changes: &[u16]| pass(&mut Cover::default(), &[1, 2], changes, &[4, 5]);
        assert_eq!(quiet(&[]), 0);
        assert_eq!(quiet(&[3, 4, 9]), 0);
        for change in [0, 1, 2] {
            assert_eq!(quiet(&[9, change]), 1);
        }
        // told of once more: nothing can have been left out
        let again = |next| pass(&mut Cover::default(), &[1, 2], &[1], &[next, 5]);
        assert_eq!((again(2), again(1), again(3)), (0, 0, 1));
        // nothing more, though there may have been
        assert_eq!(pass(&mut Cover::default(), &[1, 2], &[1], &[]), 1);
        assert_eq!(pass(&mut Cover::default(), &[1, 2], &[], &[]), 0);
        // the kernel makes a block while the one before is read
        let mut cover = Cover::default();
        cover.begin_pass();
        cover.changed(&at(1));
        block(&mut cover, &[1, 2]);
        block(&mut cover, &[4]);
        block(&mut cover, &[6]);
        cover.end_pass();
        assert_eq!(cover.left().len(), 1);
        // a device went
        let mut cover = Cover::default();
        block(&mut cover, &[1, 2]);
        cover.shaken();
        block(&mut cover, &[4]);
        cover.end_pass();
        assert_eq!(cover.left().len(), 1);
    }

    #[test]
    fn another_pass_closes_gaps() {
        let mut cover = Cover::default();
        assert_eq!(pass(&mut cover, &[1, 2], &[1], &[4, 5]), 1);
        // at the same place
        assert_eq!(pass(&mut cover, &[1, 2, 3], &[1], &[4, 5]), 1);
        let seen = |cover: &Cover, n: u16| !misses(cover.left(), at(n).dst.address);
        // a route to both of 2 and 3 would come between them and 4
        assert_eq!(
            [2, 3, 4, 8].map(|n| seen(&cover, n)),
            [false, false, false, true]
        );
        assert_eq!(pass(&mut cover, &[1], &[1], &[2, 3, 4, 5]), 0);
        assert!(seen(&cover, 3));
        // what is in doubt is not told of
        let mut cover = Cover::default();
        cover.begin_pass();
        block(&mut cover, &[1, 2, 3]);
        cover.doubt(&at(2));
        cover.end_pass();
        assert_eq!([1, 2, 3].map(|n| seen(&cover, n)), [true, false, true]);
        assert_eq!(pass(&mut cover, &[1, 2, 3], &[], &[4]), 0);
    }

    #[test]
    fn prefixes_follow_those_within_and_sources_go_before() {
        let spot = |to: &Route| Spot::of(to).unwrap();
        let from = |mut to: Route| {
            to.info.source = Some(prefix("2001:db8:9::/48"));
            to
        };
        let order = [
            from(to("2001:db8::/32")),
            from(to("2001:db8:1::/48")),
            to("2001:db8:1:1::/64"),
            to("2001:db8:1::/48"),
            to("2001:db8:ffff:ffff::/64"),
            to("2001:db8:ffff::/48"),
            to("2001:db8::/32"),
            to("::/0"),
        ];
        assert!(order.iter().map(spot).is_sorted());
        assert_eq!(Spot::of(&to("10.0.0.0/8")), None);
        // another order is not relied on
        let mut cover = Cover::default();
        cover.begin_pass();
        block(&mut cover, &[2, 1]);
        cover.end_pass();
        assert!(misses(cover.left(), at(7).dst.address));
    }
}
