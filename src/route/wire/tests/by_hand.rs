//! Bytes written by hand: kinds that the crate does not have, and what is malformed.

use super::super::super::types::{Family, Flow, Leg, Legs, Message, Netconf, Nexthop, What};
use super::super::{Dump, Malformed, dump_request, messages, prime_request, route_request};
use super::build::{Build, leg};

fn one(bytes: &[u8]) -> Result<Message, Malformed> {
    let mut all = messages(bytes);
    let first = all.next().unwrap();
    assert_eq!(all.next(), None);
    first
}

fn what(bytes: &[u8]) -> What {
    one(bytes).unwrap().what
}

/// `struct nhmsg`.
fn nexthop(kind: u16, family: u8, flags: u32) -> Build {
    let [a, b, c, d] = flags.to_ne_bytes();
    Build::message(kind, 0, &[family, 0, 4, 0, a, b, c, d])
}

fn single(id: u32, family: Option<Family>) -> Nexthop {
    Nexthop {
        id,
        family,
        leg: Leg {
            weight: 1,
            ..Leg::default()
        },
        blackhole: false,
        fdb: false,
        group: Vec::new(),
    }
}

#[test]
fn nexthops() {
    let mut want = single(5, Some(Family::V6));
    want.leg.index = 3;
    want.leg.gateway = Some("fe80::1".parse().unwrap());
    want.leg.flags = 4;
    let bytes = nexthop(104, 10, 4).u32(1, 5).u32(5, 3).ip(6, "fe80::1");
    let got = one(&bytes.finish()).unwrap();
    assert_eq!(got.what, What::Nexthop(want));
    assert!(!got.gone);

    let mut want = single(6, Some(Family::V4));
    want.blackhole = true;
    let got = one(&nexthop(105, 2, 0).put(4, &[]).u32(1, 6).finish()).unwrap();
    assert_eq!(got.what, What::Nexthop(want));
    assert!(got.gone);

    let mut want = single(7, Some(Family::V4));
    want.fdb = true;
    want.leg.encap = true;
    let bytes = nexthop(104, 2, 0).u32(1, 7).put(11, &[]).put(8, &[1]);
    assert_eq!(what(&bytes.finish()), What::Nexthop(want));
}

#[test]
fn nexthop_groups() {
    let mut want = single(8, None);
    want.group = vec![(1, 1), (0x0102_0304, 256), (3, 0x1235), (4, u16::MAX)];
    let member = |id: u32, low, high| {
        let mut bytes = id.to_ne_bytes().to_vec();
        bytes.extend([low, high, 0, 0]);
        bytes
    };
    let members = [
        member(1, 0, 0),
        member(0x0102_0304, 255, 0),
        member(3, 0x34, 0x12),
        member(4, 255, 255),
    ];
    let bytes = nexthop(104, 0, 0)
        .u32(1, 8)
        .put(2, &members.concat())
        .put(3, &[0, 0]);
    assert_eq!(what(&bytes.finish()), What::Nexthop(want));

    let cut = nexthop(104, 0, 0).u32(1, 8).put(2, &[0; 9]).finish();
    assert_eq!(one(&cut), Err(Malformed("group length")));
}

#[test]
fn nexthops_that_cannot_be() {
    let no_id = nexthop(104, 2, 0).u32(5, 3).finish();
    assert_eq!(one(&no_id), Err(Malformed("nexthop without id")));
    let no_family = nexthop(104, 0, 0).u32(1, 1).ip(6, "10.0.0.1").finish();
    assert_eq!(one(&no_family), Err(Malformed("gateway without family")));
    let other = nexthop(104, 2, 0).u32(1, 1).ip(6, "fe80::1").finish();
    assert_eq!(one(&other), Err(Malformed("address length")));
    assert_eq!(what(&nexthop(104, 7, 0).u32(1, 1).finish()), What::Other);
}

#[test]
fn netconf() {
    let all = Build::message(80, 0, &[2, 0, 0, 0])
        .u32(1, u32::MAX)
        .u32(2, 1)
        .u32(3, 0)
        .u32(6, 0);
    let mut want = Netconf {
        family: Family::V4,
        index: -1,
        forwarding: Some(true),
        ignore_linkdown: Some(false),
    };
    let got = one(&all.finish()).unwrap();
    assert_eq!((got.what, got.gone), (What::Netconf(want), false));

    want.family = Family::V6;
    want.index = 2;
    want.forwarding = None;
    want.ignore_linkdown = Some(true);
    let some = Build::message(81, 0, &[10, 0, 0, 0]).u32(6, 1).u32(1, 2);
    let got = one(&some.finish()).unwrap();
    assert_eq!((got.what, got.gone), (What::Netconf(want), true));

    let mpls = Build::message(80, 0, &[28, 0, 0, 0]).u32(1, 2).finish();
    assert_eq!(what(&mpls), What::Other);
    let none = Build::message(80, 0, &[2, 0, 0, 0]).u32(2, 1).finish();
    assert_eq!(one(&none), Err(Malformed("netconf without interface")));
    let short = Build::message(80, 0, &[2]).finish();
    assert_eq!(one(&short), Err(Malformed("header cut")));
}

#[test]
fn ends_and_errors() {
    let error = |code: i32| Build::message(2, 0, &code.to_ne_bytes());
    assert_eq!(what(&error(0).finish()), What::Error(0));
    // the request that failed follows
    let mut unreachable = error(-libc::ENETUNREACH);
    unreachable.0.extend([0; 16]);
    let unreachable = unreachable.put(1, b"no such route\0").finish();
    assert_eq!(what(&unreachable), What::Error(libc::ENETUNREACH));
    assert_eq!(one(&error(5).finish()), Err(Malformed("errno")));
    assert_eq!(one(&error(i32::MIN).finish()), Err(Malformed("errno")));
    let cut = Build::message(2, 0, &[0, 0]).finish();
    assert_eq!(one(&cut), Err(Malformed("header cut")));

    let done = |code: i32| Build::message(3, 2, &code.to_ne_bytes());
    assert_eq!(what(&done(0).finish()), What::Done(0));
    let explained = done(-libc::EMSGSIZE).put(1, b"too long\0").finish();
    assert_eq!(what(&explained), What::Done(libc::EMSGSIZE));
    assert_eq!(one(&done(1).finish()), Err(Malformed("errno")));
    assert_eq!(what(&Build::message(3, 2, &[]).finish()), What::Done(0));
    let cut = Build::message(3, 2, &[0]).finish();
    assert_eq!(one(&cut), Err(Malformed("header cut")));
}

#[test]
fn kinds_that_do_not_matter() {
    for kind in [
        0,
        1,
        4,
        15,
        18,
        19,
        22,
        26,
        68,
        72,
        88,
        96,
        112,
        116,
        u16::MAX,
    ] {
        assert_eq!(what(&Build::message(kind, 0, &[]).finish()), What::Other);
    }
    // a port leaves its bridge: the interface stays
    let mut port = [0; 16];
    port[0] = libc::AF_BRIDGE as u8;
    assert_eq!(what(&Build::message(17, 0, &port).finish()), What::Other);
    // features change, an access point was found: no name, and no word of the master
    for (attr, value) in [(44, 2), (11, 0x8b19)] {
        let link = Build::message(16, 0, &[0; 16]).u32(attr, value);
        assert_eq!(what(&link.finish()), What::Other, "{attr}");
    }
}

/// `struct rtmsg` of IPv4 with nothing in it.
const V4: [u8; 12] = [2, 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0];

fn legs(route: Build) -> Result<Legs, Malformed> {
    match one(&route.finish())?.what {
        What::Route(route) => Ok(route.info.legs),
        other => panic!("{other:?}"),
    }
}

#[test]
fn legs_of_a_route() {
    let route = || Build::message(24, 0, &V4);
    assert_eq!(legs(route()), Ok(Legs::None));
    let wrapped = route().u32(4, 2).put(22, &[]);
    let mut want = Leg {
        index: 2,
        weight: 1,
        encap: true,
        ..Leg::default()
    };
    assert_eq!(legs(wrapped), Ok(Legs::One(want)));

    let gateway = Build(Vec::new()).ip(5, "10.0.0.1");
    let mut via = vec![10, 0];
    via.extend(super::build::octets("fe80::1"));
    let via = Build(Vec::new()).put(18, &via).put(22, &[]);
    let many = [
        leg(3, 0, 1, gateway),
        leg(4, 255, 16, via),
        leg(5, 1, 0, Build(Vec::new())),
    ];
    let got = legs(route().put(9, &many.concat())).unwrap();
    want.encap = false;
    want.index = 3;
    want.flags = 1;
    want.gateway = Some("10.0.0.1".parse().unwrap());
    assert_eq!(got.as_slice()[0], want);
    want.encap = true;
    want.index = 4;
    want.flags = 16;
    want.weight = 256;
    want.gateway = Some("fe80::1".parse().unwrap());
    assert_eq!(got.as_slice()[1], want);
    assert_eq!((got.as_slice()[2].index, got.as_slice()[2].weight), (5, 2));
    assert_eq!(got.as_slice().len(), 3);
    assert_eq!(legs(route().put(9, &many[1])), Ok(Legs::One(want)));
    assert_eq!(legs(route().put(9, &[])), Ok(Legs::None));
}

#[test]
fn what_fills_up_a_leg_is_not_read() {
    let mut two = leg(3, 0, 0, Build(vec![5, 0, 22, 0, 1]));
    two.extend([0xff; 3]);
    two.extend(leg(4, 0, 0, Build(Vec::new())));
    let got = legs(Build::message(24, 0, &V4).put(9, &two)).unwrap();
    let seen: Vec<_> = got.as_slice().iter().map(|l| (l.index, l.encap)).collect();
    assert_eq!(seen, [(3, true), (4, false)]);
}

#[test]
fn vrfs() {
    for (name, vrf) in [
        (&b"vrf\0"[..], true),
        (b"vrf", true),
        (b"vrf1", false),
        (b"", false),
    ] {
        let info = |b: Build| b.put(2, &[1]).put(1, name);
        let bytes = Build::message(16, 0, &[0; 16]).nest(18 | 0x8000, info);
        match what(&bytes.finish()) {
            What::Link(link) => assert_eq!(link.vrf, vrf),
            other => panic!("{other:?}"),
        }
    }
}

/// 4,000 of them, which is about what fits into an attribute.
#[test]
fn many_legs() {
    let many: Vec<u8> = (0..4000)
        .flat_map(|n| leg(n + 1, 0, 0, Build(Vec::new()).ip(5, "10.0.0.1")))
        .collect();
    let got = legs(Build::message(24, 0, &V4).put(9, &many)).unwrap();
    assert_eq!(got.as_slice().len(), 4000);
    let indices = got.as_slice().iter().map(|leg| leg.index);
    assert!(indices.eq(1..=4000));
}

#[test]
fn legs_that_cannot_be() {
    let route = |legs: &[u8]| self::legs(Build::message(24, 0, &V4).put(9, legs));
    for len in [0, 7, 9, 200] {
        let mut bytes = leg(1, 0, 0, Build(Vec::new()));
        bytes[0] = len;
        assert_eq!(route(&bytes), Err(Malformed("leg length")), "{len}");
    }
    let gateway = leg(1, 0, 0, Build(Vec::new()).put(5, &[1, 2, 3]));
    assert_eq!(route(&gateway), Err(Malformed("address length")));
    let cut = leg(1, 0, 0, Build(vec![9, 0, 5, 0]));
    assert_eq!(route(&cut), Err(Malformed("attribute length")));
    for (via, wrong) in [
        (&[2, 0, 1, 2, 3][..], "address length"),
        (&[2], "header cut"),
        (&[17, 0, 1, 2, 3, 4], "family of a gateway"),
        (&[2, 1, 1, 2, 3, 4], "family of a gateway"),
    ] {
        let via = Build(Vec::new()).put(18, via);
        assert_eq!(route(&leg(1, 0, 0, via)), Err(Malformed(wrong)));
    }
}

/// Each of these has a length that its kind cannot have.
#[test]
fn attributes_of_the_wrong_length() {
    let link = [0; 16];
    let addr = [2, 24, 0, 0, 1, 0, 0, 0];
    let rule = [2, 0, 0, 0, 254, 0, 0, 1, 0, 0, 0, 0];
    let neigh = [10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
    let number = "number length";
    let address = "address length";
    let heads: [(u16, &[u8], &[u16], &str); 10] = [
        (16, &link, &[10, 27], number),
        (20, &addr, &[8], number),
        (20, &addr, &[1, 2], address),
        (24, &V4, &[4, 6, 15, 20, 30], number),
        (24, &V4, &[1, 2, 5, 7], address),
        (
            32,
            &rule,
            &[4, 6, 10, 13, 14, 15, 16, 19, 20, 22, 23, 24, 25, 28, 29, 30],
            number,
        ),
        (32, &rule, &[1, 2], address),
        (28, &neigh, &[1], address),
        (104, &[2, 0, 0, 0, 0, 0, 0, 0], &[1, 5], number),
        (80, &[2, 0, 0, 0], &[1, 2, 6], number),
    ];
    for (kind, head, attributes, wrong) in heads {
        for attribute in attributes {
            for len in [0, 3, 5, 17] {
                let bytes = Build::message(kind, 0, head).put(*attribute, &vec![0; len]);
                let got = one(&bytes.finish());
                assert_eq!(got, Err(Malformed(wrong)), "{kind} {attribute} {len}");
            }
        }
    }
    for (kind, head, attribute) in [(16, &link[..], 3), (32, &rule, 3), (32, &rule, 17)] {
        let long = Build::message(kind, 0, head).put(attribute, &[b'x'; 16]);
        assert_eq!(one(&long.finish()), Err(Malformed("name length")));
        let fits = Build::message(kind, 0, head).put(attribute, b"fifteen-letters\0");
        assert!(one(&fits.finish()).is_ok());
    }
}

#[test]
fn prefixes_longer_than_an_address() {
    for (kind, head, at) in [
        (20, &mut [2, 33, 0, 0, 1, 0, 0, 0][..], 1),
        (24, &mut V4.clone(), 1),
        (24, &mut V4.clone(), 2),
        (32, &mut V4.clone(), 1),
        (32, &mut V4.clone(), 2),
    ] {
        head[at] = 33;
        let got = one(&Build::message(kind, 0, head).finish());
        assert_eq!(got, Err(Malformed("prefix length")), "{kind} {at}");
        head[at] = 32;
        assert!(one(&Build::message(kind, 0, head).finish()).is_ok());
    }
}

#[test]
fn messages_that_are_cut() {
    let whole = Build::message(24, 0, &V4).u32(4, 2).finish();
    for n in 1..whole.len() {
        assert!(one(&whole[..n]).is_err(), "{n}");
    }
    for len in [0u32, 15, 37, u32::MAX] {
        let mut bytes = whole.clone();
        bytes[..4].copy_from_slice(&len.to_ne_bytes());
        assert_eq!(one(&bytes), Err(Malformed("message length")), "{len}");
    }
    // nothing is read behind what is malformed
    let wrong = Build::message(24, 0, &V4).put(4, &[]).finish();
    let twice = [wrong, whole].concat();
    let mut all = messages(&twice);
    assert!(all.next().unwrap().is_err());
    assert_eq!(all.next(), None);
    assert_eq!(messages(&[]).next(), None);
}

#[test]
fn what_fills_up_is_not_read() {
    // 17 bytes, then 3, then another
    let mut bytes = Build::message(1, 0, &[9]).finish();
    bytes.extend([0xff; 3]);
    bytes.extend(Build::message(3, 0, &[]).finish());
    let all: Vec<What> = messages(&bytes).map(|m| m.unwrap().what).collect();
    assert_eq!(all, [What::Other, What::Done(0)]);
    // what is no whole attribute
    let mut route = Build::message(24, 0, &V4);
    route.0.extend([4, 0, 4]);
    assert_eq!(legs(route), Ok(Legs::None));
    // the bits that say "nested" and "network byte order"
    let marked = Build::message(24, 0, &V4).u32(4 | 0xc000, 2);
    assert_eq!(legs(marked).unwrap().as_slice()[0].index, 2);
}

#[test]
fn requests_are_whole() {
    for (dump, kind, len, family) in [
        (Dump::Links, 18, 40, 0),
        (Dump::Addrs(Family::V4), 22, 24, 2),
        (Dump::Rules(Family::V6), 34, 28, 10),
        (Dump::Nexthops, 106, 24, 0),
        (Dump::Netconf(Family::V6), 82, 20, 10),
        (Dump::Routes, 26, 28, 0),
        (Dump::RoutesOf(Family::V4), 26, 28, 2),
        (Dump::Neighs(Family::V6), 30, 28, 10),
    ] {
        let r = dump_request(dump, 0x0102_0304);
        assert_eq!(r.len(), len, "{dump:?}");
        assert_eq!(r[..4], (len as u32).to_ne_bytes());
        assert_eq!(r[4..6], u16::to_ne_bytes(kind));
        assert_eq!(r[6..8], 0x301u16.to_ne_bytes());
        assert_eq!(r[8..12], 0x0102_0304u32.to_ne_bytes());
        assert_eq!(r[12..16], [0; 4]);
        assert_eq!(r[16], family);
        assert!(r[17..len.min(32)].iter().all(|b| *b == 0));
    }
    let r = prime_request(1);
    assert_eq!((r.len(), r[4], r[20]), (40, 18, 1));
}

#[test]
fn a_question_says_all_of_its_flow() {
    let flow = Flow {
        dst: "10.0.0.1".parse().unwrap(),
        src: Some("10.0.0.2".parse().unwrap()),
        oif: 3,
        mark: 4,
        tos: 0xb9,
        uid: Some(5),
        protocol: 6,
        sport: 0x0708,
        dport: 0x090a,
    };
    let want = Build::message(26, 1, &[2, 32, 32, 0xb8, 0, 0, 0, 0, 0, 0x30, 0, 0])
        .ip(1, "10.0.0.1")
        .ip(2, "10.0.0.2")
        .u32(4, 3)
        .u32(16, 4)
        .u32(25, 5)
        .put(27, &[6])
        .put(28, &[7, 8])
        .put(29, &[9, 10]);
    let mut want = want.finish();
    // the kernel knows the port
    want[12..16].fill(0);
    assert_eq!(route_request(&flow, true, 7), want);

    let flow = Flow {
        dst: "2001:db8::1".parse().unwrap(),
        src: None,
        oif: 0,
        mark: 0,
        tos: 0,
        uid: Some(0),
        protocol: 0,
        sport: 0,
        dport: 0,
    };
    let want = Build::message(26, 1, &[10, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let mut want = want.ip(1, "2001:db8::1").u32(25, 0).finish();
    want[12..16].fill(0);
    assert_eq!(route_request(&flow, false, 7), want);
}
