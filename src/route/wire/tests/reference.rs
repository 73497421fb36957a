//! The same messages as netlink-packet-route reads them.

use super::super::super::types::{
    Addr, Family, IfName, Leg, Legs, Link, Neigh, Ports, Prefix, Route, RouteInfo, Rule, What,
};
use core::net::IpAddr;
use netlink_packet_core::{NetlinkMessage, NetlinkPayload};
use netlink_packet_route::RouteNetlinkMessage as Known;
use netlink_packet_route::address::{AddressAttribute, AddressMessage};
use netlink_packet_route::link::{InfoKind, LinkAttribute, LinkInfo, LinkMessage};
use netlink_packet_route::neighbour::{NeighbourAddress, NeighbourAttribute, NeighbourMessage};
use netlink_packet_route::route::{
    RouteAddress, RouteAttribute, RouteMessage, RouteNextHop, RouteVia,
};
use netlink_packet_route::rule::{RuleAttribute, RuleMessage};

/// What the crate reads in one message; `None` for the kinds that it does not have.
pub(super) fn read(bytes: &[u8]) -> Option<What> {
    let kind = u16::from_ne_bytes([bytes[4], bytes[5]]);
    if (80..=82).contains(&kind) || (104..=106).contains(&kind) {
        return None;
    }
    let message = NetlinkMessage::<Known>::deserialize(bytes)
        .unwrap_or_else(|e| panic!("the crate cannot read {bytes:02x?}: {e:?}"));
    Some(match message.payload {
        NetlinkPayload::Error(e) => What::Error(e.code.map_or(0, |c| -c.get())),
        NetlinkPayload::Done(d) => What::Done(-d.code),
        NetlinkPayload::InnerMessage(Known::NewLink(m) | Known::DelLink(m)) => link(&m),
        NetlinkPayload::InnerMessage(Known::NewAddress(m) | Known::DelAddress(m)) => addr(&m),
        NetlinkPayload::InnerMessage(Known::NewRoute(m) | Known::DelRoute(m)) => route(&m),
        NetlinkPayload::InnerMessage(Known::NewRule(m) | Known::DelRule(m)) => rule(&m),
        NetlinkPayload::InnerMessage(Known::NewNeighbour(m) | Known::DelNeighbour(m)) => neigh(&m),
        _ => What::Other,
    })
}

fn family(number: u8) -> Option<Family> {
    match number {
        2 => Some(Family::V4),
        10 => Some(Family::V6),
        _ => None,
    }
}

fn name(text: &str) -> IfName {
    let mut name = IfName::default();
    name.bytes[..text.len()].copy_from_slice(text.as_bytes());
    name
}

/// The last of the attributes that `pick` wants.
fn last<A, T>(attributes: &[A], pick: impl Fn(&A) -> Option<T>) -> Option<T> {
    attributes.iter().filter_map(pick).last()
}

macro_rules! last {
    ($all:expr, $which:path) => {
        last(&$all, |a| match a {
            $which(v) => Some(v.clone()),
            _ => None,
        })
    };
}

fn link(m: &LinkMessage) -> What {
    if u8::from(m.header.interface_family) != 0 {
        return What::Other;
    }
    let of_event =
        |a: &LinkAttribute| matches!(a, LinkAttribute::Event(_) | LinkAttribute::Wireless(_));
    if m.attributes.iter().any(of_event) {
        return What::Other;
    }
    let info = last!(m.attributes, LinkAttribute::LinkInfo);
    let kind = last!(info.unwrap_or_default(), LinkInfo::Kind);
    What::Link(Link {
        index: m.header.index,
        flags: m.header.flags.bits(),
        name: last!(m.attributes, LinkAttribute::IfName).map_or(IfName::default(), |n| name(&n)),
        master: last!(m.attributes, LinkAttribute::Controller).unwrap_or(0),
        group: last!(m.attributes, LinkAttribute::Group).unwrap_or(0),
        vrf: kind == Some(InfoKind::Vrf),
    })
}

fn addr(m: &AddressMessage) -> What {
    let Some(family) = family(m.header.family.into()) else {
        return What::Other;
    };
    let peer = last!(m.attributes, AddressAttribute::Address);
    let local = last!(m.attributes, AddressAttribute::Local).or(peer);
    let local = local.unwrap_or(family.unspecified());
    What::Addr(Addr {
        index: m.header.index,
        local,
        peer: peer.unwrap_or(local),
        prefix_len: m.header.prefix_len,
        scope: m.header.scope.into(),
        flags: last!(m.attributes, AddressAttribute::Flags)
            .map_or(m.header.flags.bits().into(), |f| f.bits()),
    })
}

fn ip(address: RouteAddress) -> IpAddr {
    match address {
        RouteAddress::Inet(ip) => ip.into(),
        RouteAddress::Inet6(ip) => ip.into(),
        other => panic!("{other:?}"),
    }
}

/// The gateway among attributes, and whether there is a wrapper.
fn gateway(attributes: &[RouteAttribute]) -> (Option<IpAddr>, bool) {
    let gateway = last(attributes, |a| match a {
        RouteAttribute::Gateway(g) => Some(ip(g.clone())),
        RouteAttribute::Via(RouteVia::Inet(g)) => Some((*g).into()),
        RouteAttribute::Via(RouteVia::Inet6(g)) => Some((*g).into()),
        _ => None,
    });
    let encap = |a: &RouteAttribute| matches!(a, RouteAttribute::Encap(_));
    (gateway, attributes.iter().any(encap))
}

fn leg(hop: &RouteNextHop) -> Leg {
    let (gateway, encap) = gateway(&hop.attributes);
    Leg {
        index: hop.interface_index,
        gateway,
        weight: u16::from(hop.hops) + 1,
        flags: hop.flags.bits(),
        encap,
    }
}

fn route(m: &RouteMessage) -> What {
    let Some(family) = family(m.header.address_family.into()) else {
        return What::Other;
    };
    let all = &m.attributes;
    let prefix = |ip: Option<RouteAddress>, len| {
        Prefix::new(ip.map_or(family.unspecified(), self::ip), len).unwrap()
    };
    let source_len = m.header.source_prefix_length;
    let source = prefix(last!(all, RouteAttribute::Source), source_len);
    let dst = last!(all, RouteAttribute::Destination);
    let index = last!(all, RouteAttribute::Oif).unwrap_or(0);
    let (gateway, encap) = gateway(all);
    let legs = match last!(all, RouteAttribute::MultiPath) {
        Some(hops) => Legs::from_vec(hops.iter().map(leg).collect()),
        None if index == 0 && gateway.is_none() => Legs::None,
        None => Legs::One(Leg {
            index,
            gateway,
            weight: 1,
            flags: (m.header.flags.bits() & 0xff) as u8,
            encap,
        }),
    };
    What::Route(Route {
        table: last!(all, RouteAttribute::Table).unwrap_or(m.header.table.into()),
        dst: prefix(dst, m.header.destination_prefix_length),
        info: RouteInfo {
            kind: m.header.kind.into(),
            scope: m.header.scope.into(),
            protocol: m.header.protocol.into(),
            tos: m.header.tos,
            pref: last!(all, RouteAttribute::Preference).map_or(0, u8::from),
            flags: m.header.flags.bits(),
            metric: last!(all, RouteAttribute::Priority).unwrap_or(0),
            nexthop_id: last!(all, RouteAttribute::NhId).unwrap_or(0),
            prefsrc: last!(all, RouteAttribute::PrefSource).map(ip),
            source: (source_len != 0).then_some(source),
            legs,
        },
        expires: last!(all, RouteAttribute::CacheInfo).map_or(0, |c| c.expires as i32),
    })
}

/// An attribute of a rule that the crate has no name for.
fn other(attributes: &[RuleAttribute], wanted: u16) -> Option<u16> {
    use netlink_packet_core::Nla;
    last(attributes, |a| match a {
        RuleAttribute::Other(nla) if nla.kind() == wanted => {
            let mut value = vec![0; nla.value_len()];
            nla.emit_value(&mut value);
            Some(match value[..] {
                [a] => a.into(),
                [a, b] => u16::from_ne_bytes([a, b]),
                _ => panic!("{value:?}"),
            })
        }
        _ => None,
    })
}

fn rule(m: &RuleMessage) -> What {
    let Some(family) = family(m.header.family.into()) else {
        return What::Other;
    };
    let all = &m.attributes;
    let prefix = |ip: Option<IpAddr>, len| {
        let prefix = Prefix::new(ip.unwrap_or(family.unspecified()), len).unwrap();
        (len != 0).then_some(prefix)
    };
    let ports = |range: netlink_packet_route::rule::RulePortRange, mask: u16| Ports {
        from: range.start,
        to: range.end,
        mask: other(all, mask).unwrap_or(0xffff),
    };
    let mark = last!(all, RuleAttribute::FwMark);
    let all_of_it = if mark.is_some() { u32::MAX } else { 0 };
    What::Rule(Rule {
        family,
        pref: last!(all, RuleAttribute::Priority).unwrap_or(0),
        action: m.header.action.into(),
        table: last!(all, RuleAttribute::Table).unwrap_or(m.header.table.into()),
        src: prefix(last!(all, RuleAttribute::Source), m.header.src_len),
        dst: prefix(last!(all, RuleAttribute::Destination), m.header.dst_len),
        invert: m.header.flags.bits() & 2 != 0,
        flags: m.header.flags.bits(),
        mark: mark.unwrap_or(0),
        mark_mask: last!(all, RuleAttribute::FwMask).unwrap_or(all_of_it),
        iif: last!(all, RuleAttribute::Iifname).map_or(IfName::default(), |n| name(&n)),
        oif: last!(all, RuleAttribute::Oifname).map_or(IfName::default(), |n| name(&n)),
        tos: m.header.tos,
        dscp: other(all, 25).map(|d| (d as u8, other(all, 30).unwrap_or(0x3f) as u8)),
        uid: last!(all, RuleAttribute::UidRange).map(|u| (u.start, u.end)),
        protocol: last!(all, RuleAttribute::IpProtocol).map_or(0, u8::from),
        sport: last!(all, RuleAttribute::SourcePortRange).map(|p| ports(p, 28)),
        dport: last!(all, RuleAttribute::DestinationPortRange).map(|p| ports(p, 29)),
        suppress_len: last!(all, RuleAttribute::SuppressPrefixLen).filter(|n| *n != u32::MAX),
        suppress_group: last!(all, RuleAttribute::SuppressIfGroup).filter(|n| *n != u32::MAX),
        goto: last!(all, RuleAttribute::Goto).unwrap_or(0),
        l3mdev: last!(all, RuleAttribute::L3MDev).unwrap_or(false),
        unknown: all.iter().any(|a| match a {
            RuleAttribute::TunId(_) => true,
            RuleAttribute::Other(nla) => {
                use netlink_packet_core::Nla;
                !matches!(nla.kind(), 18 | 25 | 28..=30)
            }
            _ => false,
        }),
    })
}

fn neigh(m: &NeighbourMessage) -> What {
    if family(m.header.family.into()).is_none() {
        return What::Other;
    }
    let address = match last!(m.attributes, NeighbourAttribute::Destination) {
        Some(NeighbourAddress::Inet(ip)) => ip.into(),
        Some(NeighbourAddress::Inet6(ip)) => ip.into(),
        other => panic!("{other:?}"),
    };
    What::Neigh(Neigh {
        index: m.header.ifindex,
        address,
        state: m.header.state.into(),
        flags: m.header.flags.bits(),
    })
}
