//! The order of the routes to one prefix, and which of them a message means: what the
//! kernel does with its own lists (`fib_table_insert()`, `fib6_add_rt2node()`),
//! as seen in what it announces and dumps.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

use core::cmp::Ordering;

use super::alike::{FOLLOWS_LINK, same};
use super::infos::{InfoId, Infos};
use super::table::Change;
use super::types::{Family, Leg, Legs, RouteInfo};

const REPLACE: u16 = libc::NLM_F_REPLACE as u16;
const APPEND: u16 = libc::NLM_F_APPEND as u16;

/// Where a route goes among those that the kernel holds for equally good.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    First,
    Last,
    /// In place of the first one.
    Replace,
    /// Before the last n: a dump shows it, and n others were appended while the dump ran.
    Before(usize),
    /// Behind n that are the same, which the dump shows as well (IPv6).
    Twin(usize),
    /// Where it is: the kernel repeats the route because its nexthop object was replaced.
    Again,
}

impl Place {
    pub(super) fn from_flags(flags: u16) -> Self {
        if flags & REPLACE != 0 {
            Self::Replace
        } else if flags & APPEND != 0 {
            Self::Last
        } else {
            Self::First
        }
    }
}

fn has_gateway(info: &RouteInfo) -> bool {
    info.nexthop_id != 0 || info.legs.as_slice().iter().any(|leg| leg.gateway.is_some())
}

fn added(info: &RouteInfo) -> Change {
    Change {
        added: true,
        gateway: has_gateway(info),
        ..Change::default()
    }
}

fn removed(info: Option<&RouteInfo>) -> Change {
    Change {
        removed: true,
        gateway: info.is_some_and(has_gateway),
        ..Change::default()
    }
}

/// Which of the list, being in order, are equal: from the first to behind the last.
fn equals(
    infos: &Infos,
    ids: &[InfoId],
    compare: impl Fn(&RouteInfo) -> Ordering,
) -> (usize, usize) {
    let is = |id: &InfoId, least| infos.get(*id).is_some_and(|info| compare(info) < least);
    let start = ids.partition_point(|id| is(id, Ordering::Equal));
    let end = ids.partition_point(|id| is(id, Ordering::Greater));
    (start, end)
}

/// The place in the list of one that is the same.
fn find(infos: &Infos, ids: &[InfoId], info: &RouteInfo) -> Option<usize> {
    find_behind(infos, ids, info, 0)
}

/// The place in the list of one that is the same, behind so many others that are.
fn find_behind(infos: &Infos, ids: &[InfoId], info: &RouteInfo, others: usize) -> Option<usize> {
    let is = |id: &InfoId| infos.get(*id).is_some_and(|old| same(old, info));
    let mut all = ids.iter().enumerate().filter(|(_, id)| is(id));
    all.nth(others).map(|(at, _)| at)
}

/// A route that is there is announced again: the state of its interfaces may be another, but not
/// that of routes like it.
fn again(
    infos: &mut Infos,
    ids: &mut [InfoId],
    family: Family,
    at: usize,
    info: RouteInfo,
) -> Change {
    let place = ids.get_mut(at);
    let place = place.filter(|id| infos.get(**id).is_some_and(|old| *old != info));
    let updated = place.is_some();
    if let Some(place) = place {
        if let Some(new) = infos.take(family, info) {
            infos.release(core::mem::replace(place, new));
        }
    }
    Change {
        updated,
        ..Change::default()
    }
}

fn insert(
    infos: &mut Infos,
    ids: &mut Vec<InfoId>,
    family: Family,
    at: usize,
    info: RouteInfo,
) -> Change {
    let change = added(&info);
    match infos.take(family, info) {
        Some(id) => {
            ids.insert(at.min(ids.len()), id);
            change
        }
        None => Change::default(),
    }
}

fn replace(
    infos: &mut Infos,
    ids: &mut [InfoId],
    family: Family,
    at: usize,
    info: RouteInfo,
) -> Change {
    let Some(place) = ids.get_mut(at) else {
        return Change::default();
    };
    let old = *place;
    if infos.get(old).is_some_and(|old| same(old, &info)) {
        return again(infos, ids, family, at, info);
    }
    let change = added(&info).and(removed(infos.get(old)));
    let Some(new) = infos.take(family, info) else {
        return Change::default();
    };
    *place = new;
    infos.release(old);
    change
}

fn take_out(infos: &mut Infos, ids: &mut Vec<InfoId>, at: usize) -> Change {
    if at >= ids.len() {
        return Change::default();
    }
    let id = ids.remove(at);
    let change = removed(infos.get(id));
    infos.release(id);
    change
}

/// Takes out those whose infos are among these, which are in order.
pub(super) fn remove_these(infos: &mut Infos, ids: &mut Vec<InfoId>, these: &[InfoId]) -> Change {
    let mut change = Change::default();
    ids.retain(|id| {
        let out = these.binary_search(id).is_ok();
        if out {
            change = change.and(removed(infos.get(*id)));
            infos.release(*id);
        }
        !out
    });
    change
}

/// IPv4: the higher DS field first, then the lower metric, then as they came.
fn order4(a: &RouteInfo, b: &RouteInfo) -> Ordering {
    b.tos.cmp(&a.tos).then(a.metric.cmp(&b.metric))
}

pub(super) fn add4(
    infos: &mut Infos,
    ids: &mut Vec<InfoId>,
    info: RouteInfo,
    place: Place,
) -> Change {
    let v4 = Family::V4;
    let (start, end) = equals(infos, ids, |old| order4(old, &info));
    let there = ids
        .get(start..end)
        .and_then(|equal| find(infos, equal, &info));
    if let Some(at) = there {
        return again(infos, ids, v4, start.saturating_add(at), info);
    }
    match place {
        Place::Replace if start < end => replace(infos, ids, v4, start, info),
        Place::Last | Place::Twin(_) => insert(infos, ids, v4, end, info),
        Place::Before(n) => insert(infos, ids, v4, end.saturating_sub(n).max(start), info),
        Place::First | Place::Replace | Place::Again => insert(infos, ids, v4, start, info),
    }
}

pub(super) fn remove4(infos: &mut Infos, ids: &mut Vec<InfoId>, info: &RouteInfo) -> Change {
    match find(infos, ids, info) {
        Some(at) => take_out(infos, ids, at),
        None => Change::default(),
    }
}

/// Whether legs of other routes like this one come to be one route with it: IPv6 does so
/// if they have gateways.
pub(super) fn merges(info: &RouteInfo) -> bool {
    let legs = info.legs.as_slice();
    info.nexthop_id == 0 && !legs.is_empty() && legs.iter().all(|leg| leg.gateway.is_some())
}

/// `RTPROT_RA`: the kernel never makes one route of those that routers announce.
const RTPROT_RA: u8 = 9;

/// The same way out, whatever the weight.
pub(super) fn same_way(a: &Leg, b: &Leg) -> bool {
    a.index == b.index && a.gateway == b.gateway
}

fn all_among(legs: &[Leg], among: &[Leg]) -> bool {
    legs.iter()
        .all(|leg| among.iter().any(|other| same_way(leg, other)))
}

/// What is announced of a route that gets more legs begins with the new ones; they are the last in
/// the kernel's list.
///
/// `keep` legs that are not told of: a dump may miss some.
fn merged(old: &RouteInfo, new: &RouteInfo, keep: bool) -> RouteInfo {
    let (was, is) = (old.legs.as_slice(), new.legs.as_slice());
    let fresh = |leg: &Leg| {
        let new = is.iter().find(|new| same_way(leg, new));
        new.cloned().or_else(|| keep.then_some(*leg))
    };
    let mut legs: Vec<Leg> = was.iter().filter_map(fresh).collect();
    legs.extend(
        is.iter()
            .filter(|leg| !was.iter().any(|old| same_way(leg, old)))
            .cloned(),
    );
    RouteInfo {
        legs: Legs::from_vec(legs),
        ..old.clone()
    }
}

/// IPv6: those for certain sources first, then the lower metric, then as they came.
fn order6(a: &RouteInfo, b: &RouteInfo) -> Ordering {
    let plain = a.source.is_none().cmp(&b.source.is_none());
    plain
        .then(a.source.cmp(&b.source))
        .then(a.metric.cmp(&b.metric))
}

pub(super) fn add6(
    infos: &mut Infos,
    ids: &mut Vec<InfoId>,
    info: RouteInfo,
    place: Place,
) -> Change {
    let v6 = Family::V6;
    let (start, end) = equals(infos, ids, |old| order6(old, &info));
    let equal = || start..end;
    let of = |at: &usize| ids.get(*at).and_then(|id| infos.get(*id));
    let groups = merges(&info);
    if place == Place::Replace {
        let alike = |at: &usize| of(at).is_some_and(|old| merges(old) == groups);
        let victim = equal().find(alike).or_else(|| equal().next());
        return match victim {
            Some(at) => replace(infos, ids, v6, at, info),
            None => insert(infos, ids, v6, end, info),
        };
    }
    let others = match place {
        Place::Twin(others) => others,
        _ => 0,
    };
    let there = ids
        .get(start..end)
        .and_then(|equal| find_behind(infos, equal, &info, others));
    if let Some(at) = there {
        return again(infos, ids, v6, start.saturating_add(at), info);
    }
    let dumped = matches!(place, Place::Before(_));
    let group = equal().find(|at| {
        groups && of(at).is_some_and(|old| merges(old) && (dumped || holds(old, &info)))
    });
    let new = group.and_then(|at| Some((at, merged(of(&at)?, &info, dumped))));
    match new {
        Some((at, new)) => replace(infos, ids, v6, at, new),
        None => insert(infos, ids, v6, end, info),
    }
}

/// Whether what is announced is this route with more legs.
fn holds(old: &RouteInfo, new: &RouteInfo) -> bool {
    let many = new.legs.as_slice().len() > 1;
    all_among(old.legs.as_slice(), new.legs.as_slice())
        && (many || old.protocol != RTPROT_RA || new.protocol != RTPROT_RA)
}

pub(super) fn remove6(infos: &mut Infos, ids: &mut Vec<InfoId>, info: RouteInfo) -> Change {
    let gone = info.legs.as_slice();
    let mine = |old: &RouteInfo| old.metric == info.metric && old.source == info.source;
    let exactly = find(infos, ids, &info);
    if let Some(at) = exactly {
        return take_out(infos, ids, at);
    }
    // Its preferred source may have vanished without a word, and legs of one route may come from
    // different hands.
    let at = ids.iter().position(|id| {
        infos.get(*id).is_some_and(|old| {
            mine(old)
                && (old.kind == info.kind || old.nexthop_id != 0)
                && merges(old) == merges(&info)
                && old.nexthop_id == info.nexthop_id
                && (old.nexthop_id != 0 || all_among(gone, old.legs.as_slice()))
        })
    });
    let Some((at, old)) = at.and_then(|at| Some((at, infos.get(*ids.get(at)?)?))) else {
        return Change::default();
    };
    match without(old, gone) {
        None => take_out(infos, ids, at),
        Some(rest) => {
            let change = removed(Some(old));
            replace(infos, ids, Family::V6, at, rest);
            change
        }
    }
}

/// A route without some of its legs; `None` when none is left.
pub(super) fn without(old: &RouteInfo, gone: &[Leg]) -> Option<RouteInfo> {
    let legs = old.legs.as_slice().iter();
    let left = legs.filter(|leg| !gone.iter().any(|gone| same_way(gone, leg)));
    let mut legs: Vec<Leg> = left.cloned().collect();
    if old.nexthop_id != 0 || legs.is_empty() {
        return None;
    }
    if let [leg] = legs.as_mut_slice() {
        // What the kernel says of a route with one leg has no weight.
        leg.weight = 1;
    }
    Some(RouteInfo {
        legs: Legs::from_vec(legs),
        ..old.clone()
    })
}

/// Sets the flags of a leg that follow its interface; says whether that changed it.
pub(super) fn set_flags(leg: &mut Leg, flags: u8) -> bool {
    let new = leg.flags & !FOLLOWS_LINK | flags;
    let changed = new != leg.flags;
    leg.flags = new;
    changed
}
