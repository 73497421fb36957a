//! IPv6: which route of a table the kernel takes, and by which of its legs.
//!
//! A prefix has routes for all sources and, under it, for certain sources. Such a group of routes
//! is a [`Node`] here; the kernel looks for the first node and, when no route of it can be used,
//! climbs to wider ones.
#![forbid(unsafe_code)]

use core::net::{IpAddr, Ipv6Addr};

use super::copy::KernelCopy;
use super::decide::No;
use super::table::{Aliases, InfoId, Matches};
use super::types::{Family, Leg, Legs, Link, Prefix, RouteInfo, kind, leg_flag};

/// `NUD_FAILED`: nobody answers at this address.
const NUD_FAILED: u16 = 0x20;
/// `ICMPV6_ROUTER_PREF_*`.
const PREF_HIGH: u8 = 1;
const PREF_LOW: u8 = 3;
/// Longer than a prefix can be.
const BEYOND: u8 = 129;

/// What a table is looked into for.
#[derive(Clone, Copy)]
pub(super) struct Key<'a> {
    pub(super) copy: &'a KernelCopy,
    pub(super) dst: Ipv6Addr,
    /// `::` when it is not settled.
    pub(super) src: Ipv6Addr,
    /// Only by this interface; 0: by any.
    pub(super) oif: u32,
}

/// The route that serves a flow.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) table: u32,
    pub(super) prefix: Prefix,
    pub(super) id: InfoId,
    pub(super) info: &'a RouteInfo,
    /// What its legs were held to.
    care: Care,
}

/// How a gateway that does not answer is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Care {
    /// A router does not mind.
    Router,
    /// A host looks for a better one.
    Answers,
    /// There was no better one.
    Resigned,
}

/// The route of this table. None when there is none that can be used.
pub(super) fn look_up<'a>(key: &Key<'a>, table: u32) -> Result<Option<Found<'a>>, No> {
    let mut before = None;
    for nth in 0.. {
        let start = Climb::new(key, table, nth);
        let sure = start.sure;
        let found = climb(key, start)?;
        if before.is_some_and(|before| before != place(&found)) {
            return Err(No::Unknown(
                "whether the kernel sees routes for this source",
            ));
        }
        if sure {
            return unmixed(key, table, found);
        }
        before = Some(place(&found));
    }
    Ok(None)
}

/// What was found, unless the kernel comes by a prefix before that it may have other routes to.
fn unmixed<'a>(
    key: &Key<'a>,
    table: u32,
    found: Option<Found<'a>>,
) -> Result<Option<Found<'a>>, No> {
    let last = match &found {
        Some(found) if found.care != Care::Resigned => found.prefix.len,
        _ => 0,
    };
    if key.copy.mixed_from(table, IpAddr::V6(key.dst), last) {
        return Err(No::Unknown("routes among the legs of another one"));
    }
    if key.copy.lapsed_from(table, IpAddr::V6(key.dst), last) {
        return Err(No::Unknown("the lifetime of a route is over"));
    }
    Ok(found)
}

/// What tells one find from another.
fn place(found: &Option<Found<'_>>) -> Option<(InfoId, Prefix, Care)> {
    found
        .as_ref()
        .map(|found| (found.id, found.prefix, found.care))
}

fn climb<'a>(key: &Key<'a>, start: Climb<'a>) -> Result<Option<Found<'a>>, No> {
    if start.here.is_none() {
        return Ok(None);
    }
    if key.copy.forwards(Family::V6, 0) {
        return first(key, start, Care::Router);
    }
    match first(key, start.clone(), Care::Answers)? {
        None => first(key, start, Care::Resigned),
        found => Ok(found),
    }
}

fn first<'a>(key: &Key<'a>, climb: Climb<'a>, care: Care) -> Result<Option<Found<'a>>, No> {
    let table = climb.table;
    for node in climb {
        if let Some((id, info)) = node.choose(key, care)? {
            return Ok(Some(Found {
                table,
                prefix: node.prefix,
                id,
                info,
                care,
            }));
        }
    }
    Ok(None)
}

/// Routes to one prefix for one set of sources, in the kernel's order.
struct Node<'a> {
    prefix: Prefix,
    /// Length of the prefix that sources have; 0 for all sources.
    source: u8,
    aliases: Aliases<'a>,
}

/// The nodes that hold a flow, in the order in which the kernel comes by.
#[derive(Clone)]
struct Climb<'a> {
    table: u32,
    src: Ipv6Addr,
    matches: Matches<'a>,
    here: Option<(Prefix, Aliases<'a>)>,
    /// The next node has routes for sources of a shorter prefix than this; 0: it is the next prefix.
    below: u8,
    /// It is certain that the kernel begins here.
    sure: bool,
}

impl<'a> Climb<'a> {
    /// Begins where the kernel finds the flow first. The kernel may skip prefixes that only have
    /// routes for certain sources; candidate `nth` assumes that it skips the first `nth` of them.
    fn new(key: &Key<'a>, table: u32, nth: usize) -> Self {
        let mut climb = Self {
            table,
            src: key.src,
            matches: key.copy.tables.matches(table, IpAddr::V6(key.dst)),
            here: None,
            below: 1,
            sure: true,
        };
        let mut unseen = 0usize;
        for (prefix, aliases) in climb.matches.by_ref() {
            if !aliases.iter().any(|(_, info)| info.source.is_some()) {
                climb.here = Some((prefix, aliases));
                break;
            }
            let matching = longest_source(aliases, key.src, BEYOND).is_some();
            // Routes for all sources do not count beside others, except those to everywhere.
            if !matching && prefix.len != 0 {
                continue;
            }
            climb.sure = !matching || is_sure(key.copy, table, prefix, aliases);
            if !climb.sure && unseen < nth {
                unseen = unseen.saturating_add(1);
                climb.sure = true;
                continue;
            }
            climb.here = Some((prefix, aliases));
            climb.below = if matching { BEYOND } else { 1 };
            break;
        }
        climb
    }
}

impl<'a> Iterator for Climb<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        let (prefix, aliases) = if self.below == 0 {
            self.below = BEYOND;
            self.here = self.matches.next();
            self.here?
        } else {
            self.here?
        };
        self.below = longest_source(aliases, self.src, self.below).unwrap_or(0);
        Some(Node {
            prefix,
            source: self.below,
            aliases,
        })
    }
}

/// The longest source prefix that holds `src` and is shorter than `below`.
fn longest_source(aliases: Aliases<'_>, src: Ipv6Addr, below: u8) -> Option<u8> {
    let sources = aliases.iter().filter_map(|(_, info)| info.source);
    let holding = sources.filter(|s| s.len < below && s.contains(IpAddr::V6(src)));
    holding.map(|s| s.len).max()
}

/// Whether the kernel surely sees a prefix by its routes for certain sources. Without one for all
/// sources it may take it for one of the longer prefixes in it: after one was deleted, or after
/// somebody tried to add one that was there, which nobody is told.
fn is_sure(copy: &KernelCopy, table: u32, prefix: Prefix, aliases: Aliases<'_>) -> bool {
    prefix.len == 0
        || aliases.iter().any(|(_, info)| info.source.is_none())
        || !has_longer(copy, table, prefix)
}

fn has_longer(copy: &KernelCopy, table: u32, prefix: Prefix) -> bool {
    let next = copy.tables.next(Family::V6, table, Some(prefix));
    next.is_some_and(|(next, _)| prefix.contains(next.address))
}

impl<'a> Node<'a> {
    fn routes(&self, src: Ipv6Addr) -> impl Iterator<Item = (InfoId, &'a RouteInfo)> + use<'a> {
        let len = self.source;
        self.aliases
            .iter()
            .filter(move |(_, info)| match info.source {
                Some(source) => source.len == len && source.contains(IpAddr::V6(src)),
                None => len == 0,
            })
    }

    /// The lowest metric first, in it the router's preference, then the order. If nothing of the
    /// lowest metric can be used, the other metrics do not count.
    fn choose(&self, key: &Key<'a>, care: Care) -> Result<Option<(InfoId, &'a RouteInfo)>, No> {
        let mut best: Option<(Rank, InfoId, &RouteInfo)> = None;
        let mut lowest = None;
        let mut best_is_lowest = false;
        for (id, info) in self.routes(key.src) {
            let is_lowest = info.metric == *lowest.get_or_insert(info.metric);
            if best_is_lowest && !is_lowest {
                break;
            }
            // A nexthop object that throws away asks for no interface, and ends the search.
            if info.nexthop_id != 0 && info.kind == kind::BLACKHOLE {
                return Ok(Some((id, info)));
            }
            let Some(rank) = key.rank(info, care)? else {
                continue;
            };
            if best.is_none_or(|(old, ..)| old.most < rank.least) {
                best = Some((rank, id, info));
                best_is_lowest = is_lowest;
            } else if best.is_some_and(|(old, ..)| old.least < rank.most) {
                return Err(No::Unknown("preferences of the legs of one route"));
            }
        }
        Ok(best.map(|(_, id, info)| (id, info)))
    }
}

/// How much a router is preferred: between these. Of several legs the kernel tells the preference
/// of the first one only.
#[derive(Clone, Copy)]
struct Rank {
    least: u8,
    most: u8,
}

impl Rank {
    const LOW: u8 = 1;
    const HIGH: u8 = 3;

    fn of(info: &RouteInfo) -> u8 {
        match info.pref {
            PREF_HIGH => Self::HIGH,
            PREF_LOW => Self::LOW,
            _ => 2,
        }
    }
}

/// Whether a leg can be used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    No,
    /// It depends on what was first: its interface lost the carrier, or a setting was changed.
    Maybe,
    Yes,
}

impl Key<'_> {
    /// None when no leg can be used.
    fn rank(&self, info: &RouteInfo, care: Care) -> Result<Option<Rank>, No> {
        if info.nexthop_id != 0 && !self.copy.nexthops.contains_key(&info.nexthop_id) {
            return Err(No::Unknown("a nexthop object is not known"));
        }
        let told = Rank::of(info);
        let mut rank = Rank {
            least: told,
            most: told,
        };
        let (mut some, mut maybe) = (false, false);
        for (at, leg) in info.legs.as_slice().iter().enumerate() {
            let fit = self.fit(leg, care);
            maybe |= fit == Fit::Maybe;
            some |= fit == Fit::Yes;
            if info.nexthop_id != 0 {
                continue;
            }
            if at == 0 && fit != Fit::Yes {
                rank.least = Rank::LOW;
            }
            if at != 0 && fit != Fit::No {
                rank.most = Rank::HIGH;
            }
        }
        match (some, maybe) {
            (true, _) => Ok(Some(rank)),
            (false, false) => Ok(None),
            (false, true) => Err(No::Unknown("ignore_routes_with_linkdown was changed")),
        }
    }

    fn fit(&self, leg: &Leg, care: Care) -> Fit {
        if !self.serves(leg, care) {
            return Fit::No;
        }
        let down = leg.flags & (leg_flag::DEAD | leg_flag::LINKDOWN);
        if down == 0 {
            Fit::Yes
        } else if self.copy.ignores_linkdown(Family::V6, leg.index) {
            Fit::No
        } else if down & leg_flag::DEAD == 0 {
            Fit::Yes
        } else {
            Fit::Maybe
        }
    }

    /// Whether the flow may go this way, as far as a carrier does not matter.
    fn serves(&self, leg: &Leg, care: Care) -> bool {
        (self.oif == 0 || self.oif == leg.index)
            && !self.dead(leg)
            && (care != Care::Answers || !self.failed(leg))
    }

    /// Whether the leg is surely dead. The kernel also says that of one whose interface has no
    /// carrier and is ignored for that.
    fn dead(&self, leg: &Leg) -> bool {
        let up = || self.copy.links.get(&leg.index).is_some_and(Link::up);
        leg.flags & leg_flag::DEAD != 0 && !(up() && self.copy.ignored_linkdown(leg.index))
    }

    fn failed(&self, leg: &Leg) -> bool {
        leg.gateway.is_some_and(|gateway| {
            let neigh = self.copy.neighs.get(&(leg.index, gateway));
            neigh.is_some_and(|neigh| neigh.state & NUD_FAILED != 0)
        })
    }
}

impl Found<'_> {
    /// The legs that the flow may go by.
    pub(super) fn legs(&self, key: &Key<'_>) -> Legs {
        match &self.info.legs {
            // Among several legs the kernel chooses by shares it made out when the last carrier came or
            // went, whether it ignores carriers now or not.
            Legs::Many(legs) if self.info.nexthop_id == 0 => {
                let serving = legs.iter().filter(|leg| key.serves(leg, self.care));
                Legs::from_vec(serving.cloned().collect())
            }
            // A group of nexthops chooses among all of its members, by whatever interface.
            legs => legs.clone(),
        }
    }
}
