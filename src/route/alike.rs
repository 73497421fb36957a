//! Which of two routes are the same one, whatever happens to their interfaces.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

use core::hash::{BuildHasher, Hasher};
use core::net::IpAddr;

use foldhash::fast::SeedableRandomState;

use super::types::{Family, RouteInfo, leg_flag};

/// Flags of a leg that follow the state of its interface.
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
pub(super) fn same_state(a: &RouteInfo, b: &RouteInfo) -> bool {
    let legs = a.legs.as_slice().iter().zip(b.legs.as_slice());
    a.nexthop_id != 0 || legs.into_iter().all(|(a, b)| a.flags == b.flags)
}

/// Hashes what [`same`] compares. Every route that is read comes here: so numbers are put together
/// before they are hashed, and the hash is one that is quick for numbers. Its key is random.
pub(super) fn digest(state: &SeedableRandomState, family: Family, info: &RouteInfo) -> u32 {
    let mut h = state.build_hasher();
    let object = info.nexthop_id;
    let kind = if object == 0 { info.kind } else { 0 };
    h.write_u64(u64::from_le_bytes([
        family as u8,
        kind,
        info.scope,
        info.protocol,
        info.tos,
        info.pref,
        u8::from(info.prefsrc.is_some()),
        info.source.map_or(u8::MAX, |source| source.len),
    ]));
    h.write_u64(both(info.flags, info.metric));
    let ends = info.prefsrc.into_iter();
    for address in ends.chain(info.source.map(|source| source.address)) {
        add(&mut h, address);
    }
    h.write_u64(object.into());
    if object == 0 {
        for leg in info.legs.as_slice() {
            let flags = leg.flags & !FOLLOWS_LINK;
            let [w0, w1] = leg.weight.to_le_bytes();
            let rest = u32::from_le_bytes([w0, w1, flags, u8::from(leg.encap)]);
            h.write_u64(both(leg.index, rest));
            if let Some(gateway) = leg.gateway {
                add(&mut h, gateway);
            }
        }
    }
    // 32 bits are enough: there are never 2^32 chains.
    h.finish() as u32
}

fn both(a: u32, b: u32) -> u64 {
    u64::from(a) << 32 | u64::from(b)
}

fn add(h: &mut impl Hasher, address: IpAddr) {
    match address {
        IpAddr::V4(ip) => h.write_u64(ip.to_bits().into()),
        IpAddr::V6(ip) => h.write_u128(ip.to_bits()),
    }
}
