//! IPv4: which route the kernel finds, and by which of its legs it goes.
#![forbid(unsafe_code)]

use core::cmp::Ordering;
use core::iter::{self, Peekable};
use core::net::{IpAddr, Ipv4Addr};

use super::copy::KernelCopy;
use super::decide::{No, errno_of};
use super::rules::{self, Step};
use super::table::{Aliases, InfoId, Matches};
use super::types::{Family, Flow, Leg, Legs, Prefix, RouteInfo, kind, leg_flag, table_id};

/// What a table is searched for.
#[derive(Clone, Copy)]
pub(super) struct Key<'a> {
    pub(super) copy: &'a KernelCopy,
    pub(super) dst: Ipv4Addr,
    /// Only by this interface; 0: by any.
    pub(super) oif: u32,
    /// The part of the DS field that routes are chosen by.
    pub(super) tos: u8,
}

/// The route that serves a flow.
pub(super) struct Found<'a> {
    pub(super) table: u32,
    /// The length of its prefix.
    pub(super) len: u8,
    pub(super) id: InfoId,
    pub(super) info: &'a RouteInfo,
    /// The first leg that may be used.
    pub(super) leg: &'a Leg,
    /// All routes to the prefix.
    aliases: Aliases<'a>,
}

impl Found<'_> {
    pub(super) fn prefix(&self, key: &Key<'_>) -> Prefix {
        key.prefix(self.len)
    }
}

impl Key<'_> {
    /// The destination's prefix of this length.
    fn prefix(&self, len: u8) -> Prefix {
        let any = u32::MAX.checked_shr(u32::from(len)).unwrap_or(0);
        Prefix {
            address: IpAddr::V4(Ipv4Addr::from_bits(self.dst.to_bits() & !any)),
            len,
        }
    }
}

/// By the tables that the rules lead to.
pub(super) fn find<'a>(key: &Key<'a>, flow: &Flow) -> Result<Found<'a>, No> {
    let tables = &key.copy.tables;
    if split(key.copy) {
        return by_rules(key, flow);
    }
    // The copy cannot see whether the kernel had other rules earlier. That matters only where both tables
    // have a route.
    let dst = IpAddr::V4(key.dst);
    if tables.matches(table_id::LOCAL, dst).next_len().is_none() {
        let main = look_up(key, one(key, table_id::MAIN))?;
        return main.map_or_else(|| by_default(key), Ok);
    }
    agree(united(key), by_rules(key, flow))
}

/// Whether tables local and main are two tries. Until somebody adds the first rule, the kernel keeps
/// both in one.
pub(super) fn split(copy: &KernelCopy) -> bool {
    copy.history.split4 || copy.rules4.len() != OWN_RULES
}

/// How many rules the kernel starts with.
const OWN_RULES: usize = 3;

fn agree<'a>(united: Result<Found<'a>, No>, split: Result<Found<'a>, No>) -> Result<Found<'a>, No> {
    let same = match (&united, &split) {
        (Ok(a), Ok(b)) => (a.table, a.len, a.id) == (b.table, b.len, b.id),
        (Err(a), Err(b)) => a == b,
        _ => false,
    };
    if same {
        split
    } else {
        Err(No::Unknown("local and main are one trie or two"))
    }
}

fn united<'a>(key: &Key<'a>) -> Result<Found<'a>, No> {
    let found = look_up(key, Both::new(key))?;
    found.map_or_else(|| by_default(key), Ok)
}

fn by_default<'a>(key: &Key<'a>) -> Result<Found<'a>, No> {
    look_up(key, one(key, table_id::DEFAULT))?.ok_or(No::Errno(libc::ENETUNREACH))
}

fn by_rules<'a>(key: &Key<'a>, flow: &Flow) -> Result<Found<'a>, No> {
    for step in rules::steps(key.copy, flow) {
        let rule = match step {
            Step::Table(rule) => rule,
            Step::Reject(errno) => return Err(No::Errno(errno)),
            Step::Unknown(why) => return Err(No::Unknown(why)),
        };
        if let Some(found) = look_up(key, one(key, rule.table))? {
            let first = found.info.legs.as_slice().first();
            match rules::suppressed(rule, key.copy, &found.prefix(key), first) {
                Some(true) => {}
                Some(false) => return Ok(found),
                None => return Err(No::Unknown(rules::GROUP_UNSURE)),
            }
        }
    }
    Err(No::Errno(libc::ENETUNREACH))
}

/// Whether the host has this address because a route of table local says so (AnyIP, 127.0.0.0/8).
pub(super) fn routed_to_us<'a>(copy: &'a KernelCopy, ip: Ipv4Addr) -> Result<Option<&'a Leg>, No> {
    let key = Key {
        copy,
        dst: ip,
        oif: 0,
        tos: 0,
    };
    let ours = |found: Result<Option<Found<'a>>, No>| match found {
        Ok(found) => Ok(found.filter(|f| f.info.kind == kind::LOCAL)),
        Err(No::Errno(_)) => Ok(None),
        Err(unknown) => Err(unknown),
    };
    let alone = ours(look_up(&key, one(&key, table_id::LOCAL)))?;
    if split(copy) {
        return Ok(alone.map(|found| found.leg));
    }
    let united = ours(look_up(&key, Both::new(&key)))?;
    if united.as_ref().map(|found| found.id) == alone.as_ref().map(|found| found.id) {
        Ok(alone.map(|found| found.leg))
    } else {
        Err(No::Unknown("local and main are one trie or two"))
    }
}

/// A prefix that holds the destination: the table it is of, its length, and its routes.
type Match<'a> = (u32, u8, Aliases<'a>);

fn one<'a>(key: &Key<'a>, table: u32) -> impl Iterator<Item = Match<'a>> + use<'a> {
    let mut matches = key.copy.tables.matches(table, IpAddr::V4(key.dst));
    iter::from_fn(move || {
        let (len, aliases) = matches.next_len()?;
        Some((table, len, aliases))
    })
}

/// Tables local and main as one trie: the longest prefix first, of the same length the one of local.
struct Both<'a> {
    local: Peekable<Matches<'a>>,
    main: Peekable<Matches<'a>>,
}

impl<'a> Both<'a> {
    fn new(key: &Key<'a>) -> Self {
        let dst = IpAddr::V4(key.dst);
        Self {
            local: key.copy.tables.matches(table_id::LOCAL, dst).peekable(),
            main: key.copy.tables.matches(table_id::MAIN, dst).peekable(),
        }
    }
}

impl<'a> Iterator for Both<'a> {
    type Item = Match<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let local = self.local.peek().map(|(prefix, _)| prefix.len);
        let main = self.main.peek().map(|(prefix, _)| prefix.len);
        let (table, from) = match local.cmp(&main) {
            Ordering::Less => (table_id::MAIN, &mut self.main),
            _ => (table_id::LOCAL, &mut self.local),
        };
        from.next()
            .map(|(prefix, aliases)| (table, prefix.len, aliases))
    }
}

/// The first route that can be used. `None` when there is none, or when the first is `throw`.
fn look_up<'a>(
    key: &Key<'a>,
    matches: impl Iterator<Item = Match<'a>>,
) -> Result<Option<Found<'a>>, No> {
    let mut leaf_left = None;
    for (table, len, aliases) in matches {
        if leaf_left.is_some_and(|left| left == key.prefix(len).address) {
            continue;
        }
        for (id, info) in aliases {
            if info.tos != 0 && info.tos != key.tos {
                continue;
            }
            if info.kind == kind::THROW {
                return Ok(None);
            }
            if let Some(errno) = errno_of(info.kind) {
                return Err(No::Errno(errno));
            }
            if let Some(leg) = first_good(key, info)? {
                return Ok(Some(Found {
                    table,
                    len,
                    id,
                    info,
                    leg,
                    aliases,
                }));
            }
            // A nexthop object without a usable leg makes the kernel leave this leaf of its trie: all
            // routes whose prefixes begin at the same address.
            if info.nexthop_id != 0 {
                leaf_left = Some(key.prefix(len).address);
                break;
            }
        }
    }
    Ok(None)
}

fn first_good<'a>(key: &Key<'a>, info: &'a RouteInfo) -> Result<Option<&'a Leg>, No> {
    let legs = info.legs.as_slice();
    if legs.is_empty() && info.nexthop_id != 0 {
        return Err(No::Unknown("a nexthop object is not known"));
    }
    let unsure = |leg: &Leg| {
        key.copy.carrier_unsure4(leg)
            && key.copy.ignores_linkdown(Family::V4, leg.index)
            && (key.oif == 0 || key.oif == leg.index)
    };
    for leg in legs {
        if unsure(leg) {
            return Err(No::Unknown("whether a leg was told of its carrier"));
        }
        if good(key, leg) {
            return Ok(Some(leg));
        }
        if legs.len() > 1 && info.nexthop_id == 0 && key.copy.maybe_alive4(leg) {
            return Err(No::Unknown("whether a leg is dead or without a carrier"));
        }
    }
    Ok(None)
}

fn good(key: &Key<'_>, leg: &Leg) -> bool {
    leg.flags & leg_flag::DEAD == 0
        && (leg.flags & leg_flag::LINKDOWN == 0
            || !key.copy.ignores_linkdown(Family::V4, leg.index))
        && (key.oif == 0 || key.oif == leg.index)
}

/// The legs that the flow may go by.
pub(super) fn ways(key: &Key<'_>, found: &Found<'_>) -> Result<Legs, No> {
    // A flow bound to an interface always takes the first leg that leaves by it.
    if key.oif != 0 {
        return Ok(Legs::One(*found.leg));
    }
    match found.info.legs.as_slice() {
        [_] if decided_by_neighbours(key, found) => Err(No::Unknown(
            "several default routes, and which gateways answer",
        )),
        [_] => Ok(Legs::One(*found.leg)),
        // A group chooses among all of its members.
        legs if found.info.nexthop_id != 0 => Ok(Legs::Many(legs.into())),
        legs => live(key, legs),
    }
}

/// Those of several legs that are not dead.
fn live(key: &Key<'_>, legs: &[Leg]) -> Result<Legs, No> {
    let copy = key.copy;
    // The kernel weighs the legs when one goes up or down, not when the setting changes.
    let stale = |leg: &Leg| {
        leg.flags & leg_flag::LINKDOWN != 0
            && copy.ignores_linkdown(Family::V4, leg.index)
            && copy.links.get(&leg.index).is_some_and(|link| link.up())
    };
    if legs.iter().any(stale) {
        return Err(No::Unknown("ignore_routes_with_linkdown with several legs"));
    }
    if legs.iter().any(|leg| copy.maybe_alive4(leg)) {
        return Err(No::Unknown("whether a leg is dead or without a carrier"));
    }
    let live = legs.iter().filter(|leg| good(key, leg));
    Ok(Legs::from_vec(live.cloned().collect()))
}

/// Of several default routes with the same metric the kernel takes one whose gateway answers, and
/// remembers its choice.
fn decided_by_neighbours(key: &Key<'_>, found: &Found<'_>) -> bool {
    if found.len != 0 || found.info.kind != kind::UNICAST {
        return false;
    }
    let mut last = (found.info.metric, 0);
    let mut first: Option<&Leg> = None;
    for (id, info) in found.aliases {
        if info.tos != 0 && info.tos != key.tos {
            continue;
        }
        if info.metric > last.0 && info.tos == last.1 {
            if last.1 != 0 {
                continue;
            }
            break;
        }
        let legs = info.legs.as_slice();
        if info.nexthop_id == 0 && legs.iter().all(|leg| leg.flags & leg_flag::DEAD != 0) {
            continue;
        }
        last = (info.metric, info.tos);
        if info.scope != found.info.scope || info.kind != kind::UNICAST {
            continue;
        }
        let Some(leg) = legs.first().filter(|leg| leg.gateway.is_some()) else {
            continue;
        };
        match first {
            None if id != found.id => return false,
            None => first = Some(leg),
            Some(first) if (first.index, first.gateway) != (leg.index, leg.gateway) => {
                return true;
            }
            Some(_) => {}
        }
    }
    false
}
