//! Messages with random contents, written by netlink-packet-route.

use super::super::messages;
use super::build::Rng;
use super::reference;
use core::net::IpAddr;
use netlink_packet_core::{DefaultNla, NetlinkHeader, NetlinkMessage, NetlinkPayload};
use netlink_packet_route::address::{
    AddressAttribute, AddressFlags, AddressHeaderFlags, AddressMessage,
};
use netlink_packet_route::link::{InfoKind, LinkAttribute, LinkFlags, LinkInfo, LinkMessage};
use netlink_packet_route::neighbour::{NeighbourAttribute, NeighbourFlags, NeighbourMessage};
use netlink_packet_route::route::{
    RouteAttribute, RouteFlags, RouteLwEnCapType, RouteLwTunnelEncap, RouteMessage, RouteNextHop,
    RouteNextHopFlags, RouteVia,
};
use netlink_packet_route::rule::{
    RuleAttribute, RuleFlags, RuleMessage, RulePortRange, RuleUidRange,
};
use netlink_packet_route::{AddressFamily, IpProtocol, RouteNetlinkMessage as Known};

fn ip(rng: &mut Rng, v4: bool) -> IpAddr {
    let [a, b] = [rng.next(), rng.next()];
    if v4 {
        IpAddr::from((a as u32).to_ne_bytes())
    } else {
        IpAddr::from(((u128::from(a) << 64) | u128::from(b)).to_ne_bytes())
    }
}

/// How long an address may be, with the ends likely.
fn len(rng: &mut Rng, v4: bool) -> u8 {
    let most = if v4 { 32 } else { 128 };
    match rng.below(4) {
        0 => 0,
        1 => most,
        _ => rng.below(usize::from(most) + 1) as u8,
    }
}

/// `AF_INET` or `AF_INET6`, seldom another.
fn family(rng: &mut Rng) -> (AddressFamily, bool) {
    let v4 = rng.yes();
    let family = match (rng.below(20), v4) {
        (0, _) => AddressFamily::from(128),
        (_, true) => AddressFamily::Inet,
        (_, false) => AddressFamily::Inet6,
    };
    (family, v4)
}

/// An interface's name, of each length.
fn name(rng: &mut Rng) -> String {
    let len = rng.below(16);
    (0..len)
        .map(|_| char::from(b'a' + rng.byte() % 26))
        .collect()
}

/// An attribute that nobody knows.
fn unknown(rng: &mut Rng) -> DefaultNla {
    let data = (0..rng.below(9)).map(|_| rng.byte()).collect();
    DefaultNla::new(200 + u16::from(rng.byte()), data)
}

/// Some of `all`, in any order.
fn some<T>(rng: &mut Rng, all: Vec<T>) -> Vec<T> {
    let most = rng.below(8);
    let mut all: Vec<T> = all.into_iter().filter(|_| rng.below(8) < most).collect();
    rng.shuffle(&mut all);
    all
}

fn link(rng: &mut Rng) -> LinkMessage {
    let mut m = LinkMessage::default();
    if rng.below(10) == 0 {
        m.header.interface_family = AddressFamily::Bridge;
        return m;
    }
    m.header.index = rng.number();
    m.header.flags = LinkFlags::from_bits_retain(rng.number());
    let kinds = [
        InfoKind::Vrf,
        InfoKind::Veth,
        InfoKind::Other("vrfx".into()),
    ];
    let kind = kinds[rng.below(3)].clone();
    let all = vec![
        LinkAttribute::IfName(name(rng)),
        LinkAttribute::Controller(rng.number()),
        LinkAttribute::Group(rng.number()),
        LinkAttribute::Mtu(rng.number()),
        LinkAttribute::LinkInfo(vec![LinkInfo::Kind(kind)]),
        LinkAttribute::Other(unknown(rng)),
    ];
    m.attributes = some(rng, all);
    m
}

fn addr(rng: &mut Rng) -> AddressMessage {
    let (family, v4) = family(rng);
    let mut m = AddressMessage::default();
    m.header.family = family;
    m.header.prefix_len = len(rng, v4);
    m.header.flags = AddressHeaderFlags::from_bits_retain(rng.byte());
    m.header.scope = rng.byte().into();
    m.header.index = rng.number();
    let all = vec![
        AddressAttribute::Address(ip(rng, v4)),
        AddressAttribute::Local(ip(rng, v4)),
        AddressAttribute::Flags(AddressFlags::from_bits_retain(rng.number())),
        AddressAttribute::Label(name(rng)),
        AddressAttribute::RoutePriority(rng.number()),
        AddressAttribute::Other(unknown(rng)),
    ];
    m.attributes = some(rng, all);
    m
}

/// A gateway, of either family.
fn gateway(rng: &mut Rng, v4: bool) -> RouteAttribute {
    let other = rng.yes();
    match rng.yes() {
        true => RouteAttribute::Gateway(ip(rng, v4).into()),
        false => RouteAttribute::Via(RouteVia::from(ip(rng, other))),
    }
}

fn wrapper(rng: &mut Rng) -> Vec<RouteAttribute> {
    if rng.below(8) != 0 {
        return Vec::new();
    }
    let inner = RouteLwTunnelEncap::Other(unknown(rng));
    vec![
        RouteAttribute::Encap(vec![inner]),
        RouteAttribute::EncapType(RouteLwEnCapType::Other(77)),
    ]
}

fn hop(rng: &mut Rng, v4: bool) -> RouteNextHop {
    let mut hop = RouteNextHop::default();
    hop.flags = RouteNextHopFlags::from_bits_retain(rng.byte());
    hop.hops = rng.byte();
    hop.interface_index = rng.number();
    if rng.below(4) != 0 {
        hop.attributes.push(gateway(rng, v4));
    }
    hop.attributes.extend(wrapper(rng));
    hop
}

fn route(rng: &mut Rng) -> RouteMessage {
    let (family, v4) = family(rng);
    let mut m = RouteMessage::default();
    m.header.address_family = family;
    m.header.destination_prefix_length = len(rng, v4);
    m.header.source_prefix_length = if rng.yes() { 0 } else { len(rng, v4) };
    m.header.tos = rng.byte();
    m.header.table = rng.byte();
    m.header.protocol = rng.byte().into();
    m.header.scope = rng.byte().into();
    // 5 has an attribute of its own length
    m.header.kind = (rng.byte() % 5).into();
    m.header.flags = RouteFlags::from_bits_retain(rng.number());
    let mut all = vec![
        RouteAttribute::Destination(ip(rng, v4).into()),
        RouteAttribute::Source(ip(rng, v4).into()),
        RouteAttribute::Oif(rng.number()),
        RouteAttribute::Priority(rng.number()),
        RouteAttribute::PrefSource(ip(rng, v4).into()),
        RouteAttribute::Table(rng.number()),
        RouteAttribute::Preference(rng.byte().into()),
        RouteAttribute::NhId(rng.number()),
        RouteAttribute::Mark(rng.number()),
        RouteAttribute::Uid(rng.number()),
        RouteAttribute::Other(unknown(rng)),
    ];
    match rng.below(4) {
        0 => {
            let n = rng.below(6);
            let hops = (0..n).map(|_| hop(rng, v4)).collect();
            all.push(RouteAttribute::MultiPath(hops));
        }
        1 => (),
        _ => {
            all.push(gateway(rng, v4));
            all.extend(wrapper(rng));
        }
    }
    m.attributes = some(rng, all);
    m
}

fn rule(rng: &mut Rng) -> RuleMessage {
    let (family, v4) = family(rng);
    let mut m = RuleMessage::default();
    m.header.family = family;
    m.header.dst_len = len(rng, v4);
    m.header.src_len = len(rng, v4);
    m.header.tos = rng.byte();
    m.header.table = rng.byte();
    m.header.action = rng.byte().into();
    m.header.flags = RuleFlags::from_bits_retain(rng.number());
    let port = |rng: &mut Rng| RulePortRange {
        start: rng.number() as u16,
        end: rng.number() as u16,
    };
    let mask = |rng: &mut Rng| (rng.next() as u16).to_ne_bytes().to_vec();
    let mut all = vec![
        RuleAttribute::Destination(ip(rng, v4)),
        RuleAttribute::Source(ip(rng, v4)),
        RuleAttribute::Iifname(name(rng)),
        RuleAttribute::Oifname(name(rng)),
        RuleAttribute::Goto(rng.number()),
        RuleAttribute::Priority(rng.number()),
        RuleAttribute::FwMark(rng.number()),
        RuleAttribute::FwMask(rng.number()),
        RuleAttribute::SuppressIfGroup(rng.number()),
        RuleAttribute::SuppressPrefixLen(rng.number()),
        RuleAttribute::Table(rng.number()),
        RuleAttribute::L3MDev(rng.yes()),
        RuleAttribute::UidRange(RuleUidRange {
            start: rng.number(),
            end: rng.number(),
        }),
        RuleAttribute::Protocol(rng.byte().into()),
        RuleAttribute::IpProtocol(IpProtocol::from(rng.byte())),
        RuleAttribute::SourcePortRange(port(rng)),
        RuleAttribute::DestinationPortRange(port(rng)),
        RuleAttribute::Other(DefaultNla::new(25, vec![rng.byte()])),
        RuleAttribute::Other(DefaultNla::new(28, mask(rng))),
        RuleAttribute::Other(DefaultNla::new(29, mask(rng))),
        RuleAttribute::Other(DefaultNla::new(30, vec![rng.byte()])),
    ];
    if rng.below(8) == 0 {
        all.push(RuleAttribute::TunId(rng.next()));
        all.push(RuleAttribute::Other(unknown(rng)));
    }
    m.attributes = some(rng, all);
    m
}

fn neigh(rng: &mut Rng) -> NeighbourMessage {
    let (family, v4) = family(rng);
    let mut m = NeighbourMessage::default();
    m.header.family = family;
    m.header.ifindex = rng.number();
    m.header.state = (rng.next() as u16).into();
    m.header.flags = NeighbourFlags::from_bits_retain(rng.byte());
    let more = vec![
        NeighbourAttribute::LinkLayerAddress((0..6).map(|_| rng.byte()).collect()),
        NeighbourAttribute::Probes(rng.number()),
        NeighbourAttribute::Other(unknown(rng)),
    ];
    m.attributes = some(rng, more);
    let at = rng.below(m.attributes.len() + 1);
    let dst = NeighbourAttribute::Destination(ip(rng, v4).into());
    m.attributes.insert(at, dst);
    m
}

/// One message, and whether it takes away.
pub(super) fn message(rng: &mut Rng) -> (NetlinkMessage<Known>, bool) {
    let gone = rng.yes();
    let message = match (rng.below(5), gone) {
        (0, false) => Known::NewLink(link(rng)),
        (0, true) => Known::DelLink(link(rng)),
        (1, false) => Known::NewAddress(addr(rng)),
        (1, true) => Known::DelAddress(addr(rng)),
        (2, false) => Known::NewRoute(route(rng)),
        (2, true) => Known::DelRoute(route(rng)),
        (3, false) => Known::NewRule(rule(rng)),
        (3, true) => Known::DelRule(rule(rng)),
        (_, false) => Known::NewNeighbour(neigh(rng)),
        (_, true) => Known::DelNeighbour(neigh(rng)),
    };
    let mut header = NetlinkHeader::default();
    header.flags = rng.next() as u16;
    header.sequence_number = rng.number();
    header.port_number = rng.number();
    let mut message = NetlinkMessage::new(header, NetlinkPayload::InnerMessage(message));
    message.finalize();
    (message, gone)
}

pub(super) fn bytes(message: &NetlinkMessage<Known>) -> Vec<u8> {
    let mut bytes = vec![0; message.buffer_len()];
    message.serialize(&mut bytes);
    bytes
}

#[test]
fn random_messages_read_as_the_crate_reads_them() {
    let mut rng = Rng::announced("random messages");
    for _ in 0..20_000 {
        let all: Vec<_> = (0..rng.below(6)).map(|_| message(&mut rng)).collect();
        let mut datagram = Vec::new();
        for (m, _) in &all {
            datagram.extend(bytes(m));
            // what the kernel puts between messages
            datagram.resize(datagram.len().next_multiple_of(4), 0);
        }
        let mut seen = messages(&datagram);
        for (m, gone) in &all {
            let bytes = bytes(m);
            let got = seen.next().unwrap().unwrap();
            assert_eq!(got.kind, m.header.message_type);
            assert_eq!(got.flags, m.header.flags);
            assert_eq!(got.seq, m.header.sequence_number);
            assert_eq!(got.port, m.header.port_number);
            assert_eq!(got.gone, *gone);
            assert_eq!(Some(got.what), reference::read(&bytes), "{m:?}");
        }
        assert_eq!(seen.next(), None);
    }
}
