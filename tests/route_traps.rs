//! The traps of routing.md 3.3 and 5, one by one: the library answers as the kernel's look-up does,
//! and as real sockets find it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod route;

use route::case::{Case, add, addr, ip, leg, route};
use route::flow::{Answer, Flow};
use route::kernel;
use route::op::*;
use route::real::connect;
use route::space;
use std::process::ExitCode;

fn main() -> ExitCode {
    space::run(&[
        ("local_and_main_are_one_until_they_are_two", one_trie),
        ("ipv6_source_specific_hides_the_plain_one", source_hides),
        ("ipv6_source_specific_after_deletions", source_deleted),
        ("ipv6_legs_after_a_late_switch", late_switch),
        ("a_device_without_a_route", device_only),
        ("a_source_that_is_not_ours", foreign_source),
        ("errors_of_routes_and_rules", errors),
        ("suppression_leaves_errors", suppression),
        ("dscp_then_metric_then_first", order4),
        ("equal_ipv4_defaults_and_a_dead_gateway", equal_defaults),
        ("ipv6_host_looks_for_a_gateway_that_answers", backtrack),
        ("ipv6_bound_to_address_and_device", both6),
        ("a_route_without_a_carrier", no_carrier),
        ("ipv4_by_way_of_ipv6", via6),
        ("goto_invert_and_the_end_of_the_rules", walk),
    ])
}

const ENETUNREACH: Answer = Answer::Fails(libc::ENETUNREACH);

impl Case {
    /// All three agree: the copy (or it does not know), the library, and a look-up of the kernel.
    fn ask(&mut self, flow: &Flow) -> Answer {
        self.model.service();
        let truth = kernel::ask(&mut self.nl, flow);
        let copy = self.model.copy(flow);
        assert!(copy.agrees(&truth), "{flow}: copy {copy}, kernel {truth}");
        let answer = self.model.decide(flow, 0).answer;
        assert!(answer.agrees(&truth), "{flow}: {answer}, kernel {truth}");
        assert_ne!(answer, Answer::Unknown);
        truth
    }

    /// As `ask`, and the copy knows by itself.
    fn known(&mut self, flow: &Flow) -> Answer {
        let truth = self.ask(flow);
        assert_ne!(self.model.copy(flow), Answer::Unknown, "{flow}");
        truth
    }

    /// As `known`, and a socket that is set up so finds the same.
    fn real(&mut self, flow: &Flow) -> Answer {
        let truth = self.known(flow);
        let socket = connect(flow).unwrap();
        match &truth {
            Answer::Fails(errno) => assert_eq!(socket, Err(*errno), "{flow}"),
            _ => assert!(socket.is_ok(), "{flow}: {socket:?}"),
        }
        truth
    }

    fn apply(&mut self, op: Op) {
        op.apply(&mut self.nl)
            .unwrap_or_else(|e| panic!("{op}: {e}"));
    }
}

fn to(text: &str) -> Flow {
    Flow::to(ip(text))
}

fn by(answer: &Answer) -> u32 {
    match answer {
        Answer::Goes { hops, .. } => hops[0].index,
        other => panic!("{other}"),
    }
}

fn rule(v6: bool, pref: u32) -> Rule {
    Rule {
        v6,
        pref,
        action: 1,
        table: 100,
        ..Rule::default()
    }
}

fn one_trie() {
    let loopback = to("127.1.2.3");
    let local = |a: &Answer| matches!(a, Answer::Goes { kind: 2, .. });
    let mut c = Case::unsure(&[add("127.1.2.0/24", &[leg(10, "10.0.0.2")])]);
    assert!(!local(&c.ask(&loopback)));
    let unrelated = Rule {
        mark: Some((7, 7)),
        ..rule(false, 100)
    };
    c.apply(Op::Rule(true, unrelated.clone()));
    assert!(local(&c.known(&loopback)));
    c.apply(Op::Rule(false, unrelated));
    // the copy was there
    assert!(local(&c.known(&loopback)));
    // and if it was not, it does not guess
    c.renew();
    assert!(local(&c.ask(&loopback)));
    // what does not depend on it is known all the same
    c.real(&to("192.0.2.9"));
    c.real(&to("127.5.0.1"));
}

fn source_hides() {
    let mut specific = route("2001:db8:d::/48", &[leg(12, "fe80::2")]);
    specific.src = Some((ip("2001:db8:2::"), 64));
    let mut c = Case::unsure(&[
        add("2001:db8:d::/48", &[leg(10, "fe80::2")]),
        Op::Route(Verb::Add, specific.clone()),
    ]);
    let flow = |src: &str| Flow {
        src: Some(ip(src)),
        ..to("2001:db8:d::9")
    };
    assert_eq!(by(&c.real(&flow("2001:db8:2::1"))), 12);
    c.real(&flow("2001:db8:0::1"));
    c.known(&to("2001:db8:d::9"));
    // alone, and nothing shorter to fall back to
    let default = route("::/0", &[leg(12, "fe80::2")]);
    c.apply(Op::Route(Verb::Delete, default));
    c.renew();
    c.real(&flow("2001:db8:2::1"));
    c.real(&flow("2001:db8:0::1"));
    specific.dst = (ip("2001:db8:e::"), 48);
    c.apply(Op::Route(Verb::Add, specific));
    let mut other = flow("2001:db8:0::1");
    other.dst = ip("2001:db8:e::9");
    assert_eq!(c.real(&other), ENETUNREACH);
}

fn source_deleted() {
    let plain = route("2001:db8:d::/48", &[leg(10, "fe80::2")]);
    let mut specific = route("2001:db8:d::/48", &[leg(12, "fe80::2")]);
    specific.src = Some((ip("2001:db8:2::"), 64));
    let flow = |dst: &str, src: &str| Flow {
        src: Some(ip(src)),
        ..to(dst)
    };
    for live in [false, true] {
        space::fresh();
        let mut c = Case::unsure(&[
            Op::Route(Verb::Add, plain.clone()),
            Op::Route(Verb::Add, specific.clone()),
            add("2001:db8:d:1::/64", &[leg(10, "fe80::3")]),
            add("2001:db8:d:2::/64", &[leg(10, "fe80::4")]),
        ]);
        c.apply(Op::Route(Verb::Delete, plain.clone()));
        if !live {
            c.renew();
        }
        for dst in ["2001:db8:d::9", "2001:db8:d:1::9", "2001:db8:d:3::9"] {
            for src in ["2001:db8:2::1", "2001:db8:0::1"] {
                c.ask(&flow(dst, src));
            }
            c.ask(&to(dst));
        }
        // elsewhere nothing is in doubt
        c.known(&to("2001:db8:a::9"));
    }
}

fn late_switch() {
    let mut c = Case::unsure(&[]);
    c.changes(Op::Up(11, false));
    c.apply(Op::Sysctl(
        "ipv6/conf/d10/ignore_routes_with_linkdown".into(),
        "1",
    ));
    for live in [true, false] {
        if !live {
            c.renew();
        }
        for port in 1..200 {
            let mut flow = to("2001:db8:b::9");
            flow.dport = port;
            c.ask(&flow);
        }
    }
}

fn device_only() {
    let mut c = Case::new(&[]);
    for dst in [
        "192.0.2.9",
        "100.64.0.9",
        "198.51.100.9",
        "10.2.0.9",
        "8.8.8.8",
    ] {
        for oif in [10, 12] {
            c.real(&Flow { oif, ..to(dst) });
        }
    }
    let mut reject = route("100.64.0.0/24", &[]);
    for kind in [BLACKHOLE, UNREACHABLE, PROHIBIT, THROW] {
        reject.kind = kind;
        c.apply(Op::Route(Verb::Replace, reject.clone()));
        let bound = Flow {
            oif: 10,
            ..to("100.64.0.9")
        };
        assert_eq!(by(&c.known(&bound)), 10);
    }
    // IPv6 assumes nothing
    let bound = Flow {
        oif: 10,
        ..to("3fff::9")
    };
    assert_eq!(c.real(&bound), ENETUNREACH);
    // nor does IPv4 on what is down or has no addresses
    c.apply(Op::Up(10, false));
    let bound = Flow {
        oif: 10,
        ..to("8.8.8.8")
    };
    assert!(matches!(c.real(&bound), Answer::Fails(_)));
    c.apply(Op::Up(10, true));
    c.apply(addr(false, 10, "10.0.0.1", 24));
    c.known(&bound);
    c.apply(Op::Create(21, Device::Bridge));
    c.apply(Op::Up(21, true));
    c.known(&Flow {
        oif: 21,
        ..to("8.8.8.8")
    });
    c.apply(Op::Destroy(21));
    c.known(&Flow {
        oif: 21,
        ..to("8.8.8.8")
    });
}

fn foreign_source() {
    let mut c = Case::new(&[]);
    let flow = |dst: &str, src: &str| Flow {
        src: Some(ip(src)),
        ..to(dst)
    };
    assert_eq!(c.real(&flow("192.0.2.9", "10.7.0.1")), ENETUNREACH);
    assert_eq!(by(&c.real(&flow("192.0.2.9", "10.2.0.1"))), 10);
    c.apply(addr(true, 12, "10.7.0.1", 32));
    assert_eq!(by(&c.real(&flow("192.0.2.9", "10.7.0.1"))), 10);
    c.apply(addr(false, 12, "10.7.0.1", 32));
    assert_eq!(c.real(&flow("192.0.2.9", "10.7.0.1")), ENETUNREACH);
    // any address of a local route is ours
    let mut any = route("10.7.0.0/24", &[leg(1, "")]);
    any.kind = LOCAL;
    any.table = 255;
    c.apply(Op::Route(Verb::Add, any));
    assert_eq!(by(&c.real(&flow("192.0.2.9", "10.7.0.77"))), 10);
    // IPv6 does not look
    assert_eq!(by(&c.real(&flow("2001:db8:a::9", "2001:db8:7::1"))), 10);
    // multicast, broadcast and zero are nobody's
    for src in ["224.0.0.1", "255.255.255.255", "0.0.0.7"] {
        c.ask(&flow("192.0.2.9", src));
    }
}

fn errors() {
    let mut c = Case::new(&[]);
    for (kind, errno) in [
        (BLACKHOLE, libc::EINVAL),
        (UNREACHABLE, libc::EHOSTUNREACH),
        (PROHIBIT, libc::EACCES),
        (THROW, libc::ENETUNREACH),
    ] {
        for dst in ["100.64.0.0/24", "2001:db8:d::/48"] {
            let mut r = route(dst, &[]);
            r.kind = kind;
            c.apply(Op::Route(Verb::Replace, r));
        }
        assert_eq!(c.real(&to("100.64.0.9")), Answer::Fails(errno));
        let six = c.known(&to("2001:db8:d::9"));
        assert_eq!(six, Answer::Fails(errno));
    }
    for (action, errno) in [(6, libc::EINVAL), (7, libc::ENETUNREACH), (8, libc::EACCES)] {
        for (v6, dst) in [(false, "192.0.2.9"), (true, "2001:db8:a::9")] {
            let r = Rule {
                action,
                table: 0,
                mark: Some((action.into(), 0xff)),
                ..rule(v6, 100 + u32::from(action))
            };
            c.apply(Op::Rule(true, r));
            let flow = Flow {
                mark: action.into(),
                ..to(dst)
            };
            assert_eq!(c.known(&flow), Answer::Fails(errno));
            c.real(&Flow { mark: 77, ..flow });
        }
    }
}

fn suppression() {
    let mut c = Case::new(&[]);
    for (v6, dst) in [(false, "100.64.0.9"), (true, "2001:db8:d::9")] {
        let suppress = Rule {
            table: 254,
            suppress_len: Some(0),
            ..rule(v6, 100)
        };
        let (net, other) = match v6 {
            false => ("0.0.0.0/0", leg(10, "10.0.0.7")),
            true => ("::/0", leg(10, "fe80::7")),
        };
        let mut second = route(net, &[other]);
        second.table = 100;
        c.apply(Op::Route(Verb::Add, second));
        c.apply(Op::Rule(true, suppress));
        c.apply(Op::Rule(true, rule(v6, 101)));
        // the default of main is thrown away, the one of table 100 taken
        assert_eq!(by(&c.real(&to(dst))), 10);
        let mut error = route(net, &[]);
        error.kind = PROHIBIT;
        c.apply(Op::Route(Verb::Replace, error));
        let errors = c.known(&to(dst));
        if !v6 {
            assert_eq!(errors, Answer::Fails(libc::EACCES));
        }
    }
}

fn order4() {
    let with = |verb, gateway: &str, tos, metric| {
        let mut r = route("100.64.0.0/24", &[leg(10, gateway)]);
        r.tos = tos;
        r.metric = metric;
        Op::Route(verb, r)
    };
    let mut c = Case::new(&[
        with(Verb::Add, "10.0.0.3", 0, 50),
        with(Verb::Add, "10.0.0.4", 0x08, 100),
        with(Verb::Add, "10.0.0.5", 0, 10),
        with(Verb::Append, "10.0.0.6", 0, 10),
        with(Verb::Prepend, "10.0.0.7", 0x08, 100),
        with(Verb::Add, "10.0.0.8", 0x10, 0),
    ]);
    for renewed in [false, true] {
        if renewed {
            c.renew();
        }
        // of the flow's, only the bits of the old TOS count: 0x28 is 0x08
        for (tos, gateway) in [
            (0, "10.0.0.5"),
            (0x08, "10.0.0.7"),
            (0x28, "10.0.0.7"),
            (0x10, "10.0.0.8"),
            (0x04, "10.0.0.5"),
        ] {
            let flow = Flow {
                tos,
                ..to("100.64.0.9")
            };
            let Answer::Goes { hops, .. } = c.real(&flow) else {
                panic!("no way");
            };
            assert_eq!(hops[0].gateway, Some(ip(gateway)), "tos {tos:#x}");
        }
    }
}

fn equal_defaults() {
    let mut c = Case::unsure(&[Op::Route(
        Verb::Append,
        route("0.0.0.0/0", &[leg(10, "10.0.0.2")]),
    )]);
    let flow = to("100.64.0.9");
    c.ask(&flow);
    c.apply(Op::Neigh(12, ip("10.2.0.2"), 0x20));
    for _ in 0..20 {
        c.ask(&flow);
    }
    c.renew();
    c.ask(&flow);
    c.apply(Op::Neigh(10, ip("10.0.0.2"), 0x20));
    c.apply(Op::Neigh(12, ip("10.2.0.2"), 2));
    for _ in 0..20 {
        c.ask(&flow);
    }
}

fn backtrack() {
    let mut c = Case::new(&[]);
    let flow = to("2001:db8:a::9");
    assert_eq!(by(&c.real(&flow)), 10);
    c.apply(Op::Neigh(10, ip("fe80::2"), 0x20));
    assert_eq!(by(&c.known(&flow)), 12);
    c.apply(Op::Neigh(12, ip("fe80::2"), 0x20));
    assert_eq!(by(&c.known(&flow)), 10);
    c.apply(Op::Neigh(12, ip("fe80::2"), 2));
    assert_eq!(by(&c.known(&flow)), 12);
    c.renew();
    assert_eq!(by(&c.known(&flow)), 12);
    c.apply(Op::Sysctl("ipv6/conf/all/forwarding".into(), "1"));
    assert_eq!(by(&c.known(&flow)), 10);
    c.renew();
    assert_eq!(by(&c.known(&flow)), 10);
}

fn both6() {
    let c = Case::new(&[]);
    for dst in ["2001:db8:a::9", "2001:db8:b::9", "2001:db8:2::9", "3fff::9"] {
        for src in ["2001:db8:0::1", "2001:db8:2::1"] {
            for oif in [1, 10, 12] {
                let flow = Flow {
                    src: Some(ip(src)),
                    oif,
                    ..to(dst)
                };
                let copy = c.model.copy(&flow);
                let answer = c.model.decide(&flow, 0).answer;
                let socket = connect(&flow).unwrap();
                for said in [copy, answer] {
                    match said {
                        Answer::Unknown => {}
                        Answer::Fails(errno) => assert_eq!(socket, Err(errno), "{flow}"),
                        Answer::Goes { .. } => {
                            assert_eq!(by(&said), oif, "{flow}");
                            assert!(socket.is_ok(), "{flow}: {socket:?}");
                        }
                    }
                }
            }
        }
    }
}

fn no_carrier() {
    let mut c = Case::new(&[]);
    c.changes(Op::Up(11, false));
    let (four, six) = (to("192.0.2.9"), to("2001:db8:a::9"));
    assert_eq!(by(&c.real(&four)), 10);
    assert_eq!(by(&c.known(&six)), 10);
    for (family, flow) in [("ipv4", &four), ("ipv6", &six)] {
        let set = |value| {
            let file = format!("{family}/conf/d10/ignore_routes_with_linkdown");
            Op::Sysctl(file, value)
        };
        c.apply(set("1"));
        assert_eq!(by(&c.known(flow)), 12);
        c.apply(set("0"));
        assert_eq!(by(&c.known(flow)), 10);
    }
}

fn via6() {
    let mut c = Case::new(&[
        add("100.64.0.0/24", &[leg(10, "fe80::2")]),
        add("100.65.0.0/24", &[leg(10, "fe80::2"), leg(12, "10.2.0.2")]),
    ]);
    let Answer::Goes { hops, .. } = c.real(&to("100.64.0.9")) else {
        panic!("no way");
    };
    assert_eq!(hops[0].gateway, Some(ip("fe80::2")));
    for port in 1..50 {
        let mut flow = to("100.65.0.9");
        flow.dport = port;
        c.known(&flow);
    }
    c.apply(Op::Up(12, false));
    assert_eq!(by(&c.real(&to("100.65.0.9"))), 10);
}

fn walk() {
    let mut c = Case::new(&[]);
    for (v6, dst) in [(false, "192.0.2.9"), (true, "2001:db8:a::9")] {
        let jump = Rule {
            action: 2,
            goto: 200,
            mark: Some((1, 1)),
            ..rule(v6, 100)
        };
        let stop = Rule {
            action: 8,
            ..rule(v6, 150)
        };
        c.apply(Op::Rule(true, jump.clone()));
        c.apply(Op::Rule(true, stop));
        let marked = Flow { mark: 1, ..to(dst) };
        // nothing to jump to: as if it were not there
        assert_eq!(c.known(&marked), Answer::Fails(libc::EACCES));
        let target = Rule {
            not: true,
            mark: Some((2, 2)),
            table: 254,
            ..rule(v6, 200)
        };
        c.apply(Op::Rule(true, target.clone()));
        assert_eq!(by(&c.known(&marked)), 10);
        assert_eq!(c.known(&to(dst)), Answer::Fails(libc::EACCES));
        c.apply(Op::Rule(false, target));
        assert_eq!(c.known(&marked), Answer::Fails(libc::EACCES));
        c.apply(Op::Rule(false, jump));
        c.renew();
        assert_eq!(c.known(&marked), Answer::Fails(libc::EACCES));
    }
    for v6 in [false, true] {
        for (pref, table) in [(32_766, 254), (32_767, 253)] {
            let r = Rule {
                table,
                ..rule(v6, pref)
            };
            // IPv6 has no table `default`
            let _ = Op::Rule(false, r).apply(&mut c.nl);
        }
    }
    c.ask(&to("198.51.100.9"));
    c.ask(&to("2001:db8:b::9"));
}
