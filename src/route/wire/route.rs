//! Routes (`struct rtmsg`, `struct rtnexthop`), nexthop objects
//! (`struct nhmsg`).

use super::super::types::{Family, Leg, Legs, Nexthop, Route, RouteInfo, What};
use super::Malformed;
use super::attr::{Attr, Attrs, family_of, padded, prefix, take};
use super::number::{nexthop as nha, route as rta};

/// The `RTNH_F_*` that share a number with `RTM_F_*`.
fn leg_flags(flags: u32) -> u8 {
    let [low, ..] = flags.to_le_bytes();
    low
}

pub(super) fn route(body: &[u8]) -> Result<What, Malformed> {
    let (head, rest) = take::<12>(body)?;
    let [
        family,
        dst_len,
        src_len,
        tos,
        table,
        protocol,
        scope,
        kind,
        flags @ ..,
    ] = *head;
    let Some(family) = family_of(family) else {
        return Ok(What::Other);
    };
    let flags = u32::from_ne_bytes(flags);
    let mut table = u32::from(table);
    let (mut dst, mut src, mut prefsrc) = (None, None, None);
    let (mut metric, mut pref, mut nexthop_id) = (0, 0, 0);
    let (mut many, mut expires) = (None, 0);
    let mut leg = Leg {
        weight: 1,
        flags: leg_flags(flags),
        ..Leg::default()
    };
    let mut attrs = Attrs::new(rest);
    while let Some(a) = attrs.next()? {
        match a.kind {
            rta::DST => dst = Some(a.address(family)?),
            rta::SRC => src = Some(a.address(family)?),
            rta::OIF => leg.index = a.u32()?,
            rta::PRIORITY => metric = a.u32()?,
            rta::PREFSRC => prefsrc = Some(a.address(family)?),
            rta::MULTIPATH => many = Some(a.data),
            rta::TABLE => table = a.u32()?,
            rta::PREF => pref = a.u8()?,
            rta::NH_ID => nexthop_id = a.u32()?,
            rta::CACHEINFO => expires = lifetime(&a)?,
            _ => of_leg(&mut leg, &a, family)?,
        }
    }
    let source = prefix(family, src, src_len)?;
    let legs = match many {
        Some(many) => legs(many, family)?,
        None if leg.index != 0 || leg.gateway.is_some() => Legs::One(leg),
        None => Legs::None,
    };
    Ok(What::Route(Route {
        table,
        dst: prefix(family, dst, dst_len)?,
        info: RouteInfo {
            kind,
            scope,
            protocol,
            tos,
            pref,
            flags,
            metric,
            nexthop_id,
            prefsrc,
            source: (src_len != 0).then_some(source),
            legs,
        },
        expires,
    }))
}

/// The `rta_expires` of a `struct rta_cacheinfo`.
fn lifetime(a: &Attr<'_>) -> Result<i32, Malformed> {
    let ([_, _, _, _, _, _, _, _, expires @ ..], _) = take::<12>(a.data)?;
    Ok(i32::from_ne_bytes(*expires))
}

/// What a route with one leg says of it, and each leg of a route with many.
fn of_leg(leg: &mut Leg, a: &Attr<'_>, family: Family) -> Result<(), Malformed> {
    match a.kind {
        rta::GATEWAY => leg.gateway = Some(a.address(family)?),
        rta::VIA => leg.gateway = Some(a.via()?),
        rta::ENCAP => leg.encap = true,
        _ => (),
    }
    Ok(())
}

/// The legs in an `RTA_MULTIPATH`.
fn legs(mut bytes: &[u8], family: Family) -> Result<Legs, Malformed> {
    let mut legs = Vec::new();
    while let Some((leg, rest)) = next_leg(bytes, family)? {
        // Most have a gateway, IPv4.
        if legs.is_empty() {
            legs.reserve_exact((bytes.len() / 16).saturating_add(1));
        }
        legs.push(leg);
        bytes = rest;
    }
    Ok(Legs::from_vec(legs))
}

fn next_leg(bytes: &[u8], family: Family) -> Result<Option<(Leg, &[u8])>, Malformed> {
    let Some((head, _)) = bytes.split_first_chunk::<8>() else {
        return Ok(None);
    };
    let [l0, l1, flags, hops, index @ ..] = *head;
    let len = usize::from(u16::from_ne_bytes([l0, l1]));
    let nested = bytes.get(8..len).ok_or(Malformed("leg length"))?;
    let mut leg = Leg {
        index: u32::from_ne_bytes(index),
        weight: u16::from(hops).saturating_add(1),
        flags,
        ..Leg::default()
    };
    let mut attrs = Attrs::new(nested);
    while let Some(a) = attrs.next()? {
        of_leg(&mut leg, &a, family)?;
    }
    Ok(Some((leg, bytes.get(padded(len)..).unwrap_or(&[]))))
}

pub(super) fn nexthop(body: &[u8]) -> Result<What, Malformed> {
    let (head, rest) = take::<8>(body)?;
    let [family, _scope, _protocol, _, flags @ ..] = *head;
    let known = family_of(family);
    if known.is_none() && i32::from(family) != libc::AF_UNSPEC {
        return Ok(What::Other);
    }
    let mut id = None;
    let mut nexthop = Nexthop {
        id: 0,
        family: known,
        leg: Leg {
            weight: 1,
            flags: leg_flags(u32::from_ne_bytes(flags)),
            ..Leg::default()
        },
        blackhole: false,
        fdb: false,
        group: Vec::new(),
    };
    let mut attrs = Attrs::new(rest);
    while let Some(a) = attrs.next()? {
        match a.kind {
            nha::ID => id = Some(a.u32()?),
            nha::GROUP => nexthop.group = group(a.data)?,
            nha::BLACKHOLE => nexthop.blackhole = true,
            nha::OIF => nexthop.leg.index = a.u32()?,
            nha::GATEWAY => {
                let family = known.ok_or(Malformed("gateway without family"))?;
                nexthop.leg.gateway = Some(a.address(family)?);
            }
            nha::ENCAP => nexthop.leg.encap = true,
            nha::FDB => nexthop.fdb = true,
            _ => (),
        }
    }
    nexthop.id = id.ok_or(Malformed("nexthop without id"))?;
    Ok(What::Nexthop(nexthop))
}

/// An array of `struct nexthop_grp`: ids and weights.
fn group(bytes: &[u8]) -> Result<Vec<(u32, u16)>, Malformed> {
    let members = bytes.chunks_exact(8);
    if !members.remainder().is_empty() {
        return Err(Malformed("group length"));
    }
    let member = |m: &[u8]| match *m {
        [a, b, c, d, low, high, ..] => {
            let weight = u16::from_le_bytes([low, high]).saturating_add(1);
            Some((u32::from_ne_bytes([a, b, c, d]), weight))
        }
        _ => None,
    };
    Ok(members.filter_map(member).collect())
}
