//! What the kernel says, read here and by the crate.

use super::super::super::types::{
    Family, Flow, IfName, Message, Nexthop, Ports, Prefix, Rule, What, kind,
};
use super::super::{Dump, prime_request, route_request};
use super::build::Build;
use super::kernel::{Kernel, addresses, in_own_network, links, nexthop, routes4, routes6, rule};

#[test]
fn the_kernels_messages_read_as_the_crate_reads_them() {
    let (_, module) = module_path!().split_once("::").unwrap();
    in_own_network(&format!("{module}::in_a_network"));
}

#[test]
#[ignore = "run by the_kernels_messages_read_as_the_crate_reads_them, in a network of its own"]
fn in_a_network() {
    let mut k = Kernel::new();
    let prime = k.exchange(&prime_request(0));
    assert!(matches!(&prime[..], [Message { what: What::Link(lo), .. }] if lo.index == 1));
    let v0 = links(&mut k);
    addresses(&mut k, v0);
    nexthops(&mut k, v0);
    routes4(&mut k, v0);
    routes6(&mut k, v0);
    rules(&mut k);
    netconf(&mut k, v0);
    questions(&mut k, v0);
    dumps(&mut k);
    k.heard();
    goes(&mut k, v0);
    println!("compared: {:?}", k.compared);
    for kind in [16, 17, 20, 21, 24, 25, 28, 29, 32, 33, 2, 3] {
        assert!(k.compared.contains_key(&kind), "{kind}");
    }
}

fn nexthops(k: &mut Kernel, v0: u32) {
    // one more than fits into a byte
    let heavy: u16 = if k.is_new() { 300 } else { 200 };
    let member = |id: u32, weight: u16| {
        let [low, high] = (weight - 1).to_le_bytes();
        [&id.to_ne_bytes()[..], &[low, high, 0, 0]].concat()
    };
    k.must("gateway", nexthop(2, 1).u32(5, v0).ip(6, "10.1.0.2"));
    k.must("device", nexthop(10, 2).u32(5, v0));
    k.must("blackhole", nexthop(2, 3).put(4, &[]));
    k.must("gateway", nexthop(2, 5).u32(5, v0).ip(6, "10.1.0.3"));
    let members = [member(1, 2), member(5, heavy)].concat();
    k.must("group", nexthop(0, 4).put(2, &members));
    println!(
        "fdb: errno {}",
        k.ask(nexthop(2, 6).put(11, &[]).ip(6, "192.0.2.1"))
    );
    let announced = only(k.heard(), |what| match what {
        What::Nexthop(n) => Some(n),
        _ => None,
    });
    let dumped = only(k.dump(Dump::Nexthops), |what| match what {
        What::Nexthop(n) => Some(n),
        _ => None,
    });
    for n in &dumped {
        assert!(announced.contains(n), "{n:?}");
    }
    let get = |id: u32| -> &Nexthop { dumped.iter().find(|n| n.id == id).unwrap() };
    assert_eq!(get(1).leg.gateway, Some("10.1.0.2".parse().unwrap()));
    assert_eq!((get(1).leg.index, get(1).family), (v0, Some(Family::V4)));
    assert_eq!((get(2).leg.index, get(2).family), (v0, Some(Family::V6)));
    assert_eq!(get(2).leg.gateway, None);
    assert!(get(3).blackhole && !get(1).blackhole);
    assert_eq!(
        (&get(4).group, get(4).family),
        (&vec![(1, 2), (5, heavy)], None)
    );
    assert!(dumped.iter().all(|n| n.fdb == (n.id == 6)));
}

/// What `pick` wants of the messages.
fn only<T>(all: Vec<Message>, pick: impl Fn(What) -> Option<T>) -> Vec<T> {
    all.into_iter().filter_map(|m| pick(m.what)).collect()
}

fn plain(family: Family, pref: u32) -> Rule {
    Rule {
        pref,
        table: 254,
        ..Rule::to_table(family)
    }
}

fn name(text: &str) -> IfName {
    let mut name = IfName::default();
    name.bytes[..text.len()].copy_from_slice(text.as_bytes());
    name
}

fn u16s(a: u16, b: u16) -> Vec<u8> {
    [a.to_ne_bytes(), b.to_ne_bytes()].concat()
}

fn prefix(ip: &str, len: u8) -> Option<Prefix> {
    Prefix::new(ip.parse().unwrap(), len)
}

/// A rule with every selector, and what shall be read of it.
fn selectors(k: &mut Kernel) -> Rule {
    let all = rule([2, 24, 8, 0x10, 0, 0, 0, 1], 2)
        .ip(1, "192.0.2.0")
        .ip(2, "10.0.0.0")
        .put(3, b"v0\0")
        .u32(6, 100)
        .u32(10, 5)
        .u32(13, 3)
        .u32(14, 8)
        .u32(15, 1000)
        .u32(16, 0xff)
        .put(17, b"none0\0")
        // there is no other user in there
        .put(20, &[0; 8])
        .put(22, &[6])
        .put(23, &u16s(10, 20))
        .put(24, &u16s(80, 90));
    k.must("selectors", all);
    Rule {
        table: 1000,
        src: prefix("10.0.0.0", 8),
        dst: prefix("192.0.2.0", 24),
        invert: true,
        // FIB_RULE_INVERT, and no such interface to go out of
        flags: 2 | 16,
        mark: 5,
        mark_mask: 0xff,
        iif: name("v0"),
        oif: name("none0"),
        tos: 0x10,
        uid: Some((0, 0)),
        protocol: 6,
        sport: Some(Ports {
            from: 10,
            to: 20,
            mask: 0xffff,
        }),
        dport: Some(Ports {
            from: 80,
            to: 90,
            mask: 0xffff,
        }),
        suppress_len: Some(8),
        suppress_group: Some(3),
        ..plain(Family::V4, 100)
    }
}

/// The selectors of newer kernels.
fn newer(k: &mut Kernel) -> Vec<Rule> {
    let masks = rule([2, 0, 0, 0, 254, 0, 0, 1], 0)
        .u32(6, 101)
        .put(25, &[8])
        .put(30, &[0x38])
        .put(23, &u16s(0x1200, 0x1200))
        .put(28, &0xff00u16.to_ne_bytes())
        .put(24, &u16s(0x34, 0x34))
        .put(29, &0xffu16.to_ne_bytes());
    k.must("masks", masks);
    let dscp = rule([10, 0, 0, 0, 254, 0, 0, 1], 0)
        .u32(6, 102)
        .put(25, &[46]);
    k.must("dscp", dscp);
    let label = rule([10, 0, 0, 0, 254, 0, 0, 1], 0).u32(6, 103);
    let label = label.put(26, &[0, 1, 2, 3]).put(27, &[0, 0xf, 0xff, 0xff]);
    k.must("flow label", label);
    let from_to = |n, mask| {
        Some(Ports {
            from: n,
            to: n,
            mask,
        })
    };
    vec![
        Rule {
            dscp: Some((8, 0x38)),
            sport: from_to(0x1200, 0xff00),
            dport: from_to(0x34, 0xff),
            ..plain(Family::V4, 101)
        },
        Rule {
            dscp: Some((46, 0x3f)),
            ..plain(Family::V6, 102)
        },
        Rule {
            unknown: true,
            ..plain(Family::V6, 103)
        },
    ]
}

fn rules(k: &mut Kernel) {
    let mut want = vec![selectors(k)];
    if k.is_new() {
        want.extend(newer(k));
    }
    let goto = rule([2, 0, 0, 0, 0, 0, 0, 2], 0).u32(6, 104).u32(4, 32766);
    k.must("goto", goto.u32(10, 9));
    want.push(Rule {
        action: 2,
        // as the kernel says it for what leads to no table
        table: 0,
        goto: 32766,
        mark: 9,
        mark_mask: u32::MAX,
        ..plain(Family::V4, 104)
    });
    let tunnel = rule([2, 0, 0, 0, 254, 0, 0, 1], 0).u32(6, 105);
    k.must("tunnel", tunnel.put(12, &[0, 0, 0, 0, 0, 0, 0, 9]));
    want.push(Rule {
        unknown: true,
        ..plain(Family::V4, 105)
    });
    let error = rule([10, 32, 0, 0, 0, 0, 0, 6], 0).ip(1, "2001:db9::");
    k.must("blackhole", error.u32(6, 106));
    want.push(Rule {
        action: 6,
        table: 0,
        dst: prefix("2001:db9::", 32),
        ..plain(Family::V6, 106)
    });
    let l3mdev = rule([2, 0, 0, 0, 0, 0, 0, 1], 0).u32(6, 107).put(19, &[1]);
    if k.ask(l3mdev) == 0 {
        want.push(Rule {
            table: 0,
            l3mdev: true,
            ..plain(Family::V4, 107)
        });
    }
    let pick = |what| match what {
        What::Rule(r) => Some(r),
        _ => None,
    };
    let announced = only(k.heard(), pick);
    let mut dumped = only(k.dump(Dump::Rules(Family::V4)), pick);
    dumped.extend(only(k.dump(Dump::Rules(Family::V6)), pick));
    for rule in want {
        let seen = dumped.iter().find(|r| r.pref == rule.pref);
        assert_eq!(seen, Some(&rule));
        assert!(announced.contains(&rule));
    }
}

fn netconf(k: &mut Kernel, v0: u32) {
    let pick = |what| match what {
        What::Netconf(n) => Some(n),
        _ => None,
    };
    k.heard();
    for (name, family) in [("ipv4", Family::V4), ("ipv6", Family::V6)] {
        let dir = format!("/proc/sys/net/{name}/conf/v0");
        let dumped = |k: &mut Kernel| {
            let all = only(k.dump(Dump::Netconf(family)), pick);
            assert!(all.iter().any(|n| n.index == -1) && all.iter().any(|n| n.index == -2));
            assert!(all.iter().all(|n| n.family == family));
            all.into_iter().find(|n| n.index == v0 as i32).unwrap()
        };
        let before = dumped(k);
        assert_eq!(before.forwarding, Some(false));
        assert_eq!(before.ignore_linkdown, Some(false));
        std::fs::write(format!("{dir}/forwarding"), "1").unwrap();
        std::fs::write(format!("{dir}/ignore_routes_with_linkdown"), "1").unwrap();
        let after = dumped(k);
        assert_eq!(after.forwarding, Some(true));
        assert_eq!(after.ignore_linkdown, Some(true));
        let announced = only(k.heard(), pick);
        let has = |f: fn(&super::super::super::types::Netconf) -> Option<bool>| {
            let mut of = announced
                .iter()
                .filter(|n| n.family == family && n.index == v0 as i32);
            of.any(|n| f(n) == Some(true))
        };
        assert!(has(|n| n.forwarding) && has(|n| n.ignore_linkdown));
    }
}

fn flow(dst: &str) -> Flow {
    Flow {
        dst: dst.parse().unwrap(),
        src: None,
        oif: 0,
        mark: 0,
        tos: 0,
        uid: Some(0),
        protocol: 17,
        sport: 1000,
        dport: 2000,
    }
}

/// What the kernel answers: a route or an errno.
fn answer(k: &mut Kernel, flow: &Flow, fib_match: bool) -> What {
    let mut all = k.exchange(&route_request(flow, fib_match, 0));
    assert_eq!(all.len(), 1);
    all.remove(0).what
}

fn questions(k: &mut Kernel, v0: u32) {
    for (dst, len, gateway) in [
        ("10.50.0.9", 24, "10.1.0.2"),
        ("10.50.3.9", 24, "fe80::9"),
        ("2001:db8:52::9", 48, "2001:db8:1::2"),
    ] {
        for fib_match in [false, true] {
            let answer = answer(k, &flow(dst), fib_match);
            let What::Route(route) = answer else {
                panic!("{dst}: {answer:?}");
            };
            let ip = dst.parse().unwrap();
            let whole = Family::of(ip).bits();
            let len = if fib_match { len } else { whole };
            assert_eq!(Some(route.dst), Prefix::new(ip, len));
            assert_eq!((route.table, route.info.kind), (254, kind::UNICAST));
            let legs = route.info.legs.as_slice();
            assert_eq!(legs[0].gateway, Some(gateway.parse().unwrap()));
            assert_eq!((legs[0].index, legs.len()), (v0, 1));
        }
    }
    for (dst, errno) in [
        ("10.50.6.9", libc::EINVAL),
        ("10.50.7.9", libc::EHOSTUNREACH),
        ("10.50.8.9", libc::EACCES),
    ] {
        assert_eq!(answer(k, &flow(dst), false), What::Error(errno));
    }
    // each part of a flow is understood, though it may lead nowhere
    let all = Flow {
        src: Some("10.1.0.1".parse().unwrap()),
        oif: v0,
        mark: 3,
        tos: 0x11,
        uid: Some(4),
        protocol: 6,
        ..flow("10.50.0.9")
    };
    let What::Route(route) = answer(k, &all, false) else {
        panic!();
    };
    // the one for this DS field has no gateway
    assert_eq!(route.info.legs.as_slice()[0].gateway, None);
    assert_eq!(
        (route.info.source, route.info.tos),
        (prefix("10.1.0.1", 32), 0x10)
    );
    let all = Flow {
        dst: "2001:db8:50::9".parse().unwrap(),
        src: Some("2001:db8:1::1".parse().unwrap()),
        ..all
    };
    assert!(matches!(answer(k, &all, false), What::Route(_)));
}

fn dumps(k: &mut Kernel) {
    let mut all = Vec::new();
    for family in [Family::V4, Family::V6] {
        for dump in [Dump::Addrs, Dump::RoutesOf, Dump::Neighs] {
            let dumped = k.dump(dump(family));
            assert!(!dumped.is_empty(), "{family:?}");
            all.extend(dumped);
        }
    }
    let routes = |all: &[Message]| {
        all.iter()
            .filter(|m| matches!(m.what, What::Route(_)))
            .count()
    };
    let everything = k.dump(Dump::Routes);
    assert_eq!(routes(&everything), routes(&all));
    assert!(all.iter().chain(&everything).all(|m| m.what != What::Other));
}

/// All goes with the interface, or is taken away.
fn goes(k: &mut Kernel, v0: u32) {
    let index = v0.to_ne_bytes();
    let take = |kind, head: &[u8]| Build::message(kind, 5, head);
    let route = take(25, &[2, 24, 0, 0, 254, 0, 255, 0, 0, 0, 0, 0]);
    k.must("route", route.put(1, &[10, 50, 7, 0]));
    k.must(
        "rule",
        take(33, &[2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).u32(6, 104),
    );
    let [a, b, c, d] = index;
    k.must(
        "address",
        take(21, &[2, 32, 0, 0, a, b, c, d]).ip(2, "10.2.0.1"),
    );
    let neigh = take(29, &[2, 0, 0, 0, a, b, c, d, 0, 0, 0, 0]);
    k.must("neighbour", neigh.ip(1, "10.1.0.2"));
    k.must("nexthop", take(105, &[0; 8]).u32(1, 3));
    k.must(
        "link",
        take(17, &[0, 0, 0, 0, a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0]),
    );
    let heard = k.heard();
    let gone: Vec<&What> = heard.iter().filter(|m| m.gone).map(|m| &m.what).collect();
    let has = |f: fn(&What) -> bool| gone.iter().any(|what| f(what));
    assert!(has(
        |w| matches!(w, What::Route(r) if r.info.kind == kind::UNREACHABLE)
    ));
    assert!(has(|w| matches!(w, What::Rule(r) if r.pref == 104)));
    assert!(has(|w| matches!(w, What::Addr(a) if a.peer != a.local)));
    assert!(has(|w| matches!(w, What::Neigh(_))));
    assert!(has(|w| matches!(w, What::Nexthop(n) if n.id == 3)));
    assert!(has(
        |w| matches!(w, What::Netconf(n) if n.family == Family::V4)
    ));
    // the far end went, too; its bridge said that a port left, which is no link that goes
    let links = gone.iter().filter(|w| matches!(w, What::Link(_))).count();
    assert_eq!(links, 2);
    assert!(heard.iter().any(|m| m.kind == 17 && m.what == What::Other));
}
