//! What the kernel does without saying so (routing.md 4): once the message that goes with it has been
//! taken in, the copy is what a fresh dump says, and was not read again to be so.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod route;

use route::case::{Case, add, addr, ip, leg, nexthop, route, with_nexthop};
use route::dump::of_kernel;
use route::flow::{Answer, Flow};
use route::op::*;
use route::space;
use route::wire::Msg;
use std::os::fd::AsRawFd;
use std::process::ExitCode;

fn main() -> ExitCode {
    space::run(&[
        ("link_down_and_up", link_down),
        ("carrier_lost_and_back", carrier),
        ("last_ipv4_address_deleted", last_address),
        ("ipv4_prefsrc_deleted", prefsrc4),
        ("ipv6_prefsrc_deleted", prefsrc6),
        ("link_deleted", link_deleted),
        ("nexthop_deleted", nexthop_deleted),
        ("nexthop_replaced", || nexthop_replaced("1")),
        ("nexthop_replaced_without_news", || nexthop_replaced("0")),
        ("link_down_with_nexthops", nexthop_link_down),
        ("device_of_a_rule_renamed", renamed),
        ("route_replaced", replaced),
        ("ipv6_leg_added_and_deleted", legs6),
        ("ignore_linkdown_switched", ignore_linkdown),
        ("forwarding_switched", forwarding),
        ("ipv6_switched_off", ipv6_off),
        ("everything_flushed", flushed),
        ("bridge_port_and_master", master),
        ("moved_to_another_namespace", moved),
    ])
}

fn link_down() {
    let mut c = Case::new(&[]);
    assert!(c.goes("192.0.2.9"));
    c.changes(Op::Up(10, false));
    let (down, default) = (Flow::to(ip("192.0.2.9")), Flow::to(ip("100.64.0.9")));
    // what has no route of its own takes the default
    assert_eq!(c.model.copy(&down), c.model.copy(&default));
    c.changes(Op::Up(10, true));
    c.changes(add("192.0.2.0/24", &[leg(10, "10.0.0.2")]));
    c.changes(Op::Up(12, false));
    assert!(!c.goes("100.64.0.9"));
    c.changes(Op::Up(10, false));
    assert!(!c.goes("198.51.100.9"));
    c.changes(Op::Up(1, false));
    c.changes(Op::Up(1, true));
}

fn carrier() {
    let mut c = Case::new(&[]);
    c.changes(Op::Up(11, false));
    // a route without a carrier is used all the same
    assert!(c.goes("192.0.2.9"));
    c.changes(Op::Up(11, true));
    c.changes(Op::Up(13, false));
    c.changes(Op::Up(12, false));
    c.changes(Op::Up(12, true));
    c.changes(add("0.0.0.0/0", &[leg(12, "10.2.0.2")]));
    c.changes(Op::Up(13, true));
}

fn last_address() {
    let mut c = Case::new(&[
        addr(true, 10, "10.9.0.1", 24),
        addr(true, 10, "10.0.0.7", 24),
    ]);
    c.changes(addr(false, 10, "10.9.0.1", 24));
    assert!(c.goes("203.0.113.9"));
    // the first takes the one of its own network along
    c.changes(addr(false, 10, "10.0.0.1", 24));
    c.changes(addr(true, 10, "10.0.0.1", 24));
    c.changes(add("192.0.2.0/24", &[leg(10, "10.0.0.2")]));
    c.changes(addr(false, 12, "10.2.0.1", 24));
    assert!(!c.goes("100.64.0.9"));
    c.changes(addr(false, 10, "10.0.0.1", 24));
    assert!(!c.goes("198.51.100.9"));
}

fn prefsrc4() {
    let mut r = route("100.64.0.0/24", &[leg(10, "10.0.0.2")]);
    r.prefsrc = Some(ip("10.9.0.1"));
    let mut other = r.clone();
    other.dst.0 = ip("100.65.0.0");
    other.table = 100;
    let mut c = Case::new(&[
        addr(true, 12, "10.9.0.1", 32),
        Op::Route(Verb::Add, r),
        Op::Route(Verb::Add, other),
    ]);
    c.changes(addr(false, 12, "10.9.0.1", 32));
    c.changes(addr(true, 12, "10.9.0.1", 32));
}

fn prefsrc6() {
    let mut r = route("2001:db8:d::/48", &[leg(10, "fe80::2")]);
    r.prefsrc = Some(ip("2001:db8:9::1"));
    let mut other = r.clone();
    other.dst.0 = ip("2001:db8:e::");
    other.table = 100;
    let mut c = Case::new(&[
        addr(true, 10, "2001:db8:9::1", 128),
        Op::Route(Verb::Add, r.clone()),
        Op::Route(Verb::Add, other),
    ]);
    let asks = |c: &Case| c.model.routes().iter().any(|l| l.prefsrc == r.prefsrc);
    assert!(asks(&c));
    c.changes(addr(false, 10, "2001:db8:9::1", 128));
    assert!(!asks(&c));
}

fn link_deleted() {
    let mut c = Case::new(&[Op::Create(20, Device::Macvlan(12)), Op::Up(20, true)]);
    c.changes(addr(true, 20, "10.9.0.1", 24));
    c.changes(add("100.64.0.0/24", &[leg(20, "10.9.0.2")]));
    c.changes(add(
        "100.65.0.0/24",
        &[leg(20, "10.9.0.2"), leg(10, "10.0.0.2")],
    ));
    c.changes(addr(true, 20, "2001:db8:9::1", 64));
    c.changes(add("2001:db8:d::/48", &[leg(20, "2001:db8:9::2")]));
    c.changes(Op::Destroy(20));
    // with what is on it
    c.then(Op::Create(20, Device::Macvlan(12)));
    c.then(Op::Up(20, true));
    c.changes(addr(true, 20, "10.9.0.1", 24));
    // a route with a leg on it goes whole
    assert!(c.goes("198.51.100.9"));
    c.changes(Op::Destroy(12));
    assert!(!c.goes("198.51.100.9"));
}

/// Objects alone and in a group, with routes of both families.
fn nexthops() -> Vec<Op> {
    let group = Nexthop {
        id: 5,
        group: vec![(1, 1), (2, 3)],
        ..Nexthop::default()
    };
    let group6 = Nexthop {
        id: 6,
        group: vec![(3, 1), (4, 1)],
        ..Nexthop::default()
    };
    let object = |n| Op::Nexthop(Verb::Add, n);
    vec![
        object(nexthop(1, 10, "10.0.0.2")),
        object(nexthop(2, 12, "10.2.0.2")),
        object(nexthop(3, 10, "fe80::2")),
        object(nexthop(4, 12, "fe80::2")),
        object(group),
        object(group6),
        with_nexthop("100.64.0.0/24", 1),
        with_nexthop("100.65.0.0/24", 5),
        // IPv4 by way of IPv6
        with_nexthop("10.9.0.0/24", 3),
        with_nexthop("2001:db8:d::/48", 3),
        with_nexthop("2001:db8:e::/48", 6),
    ]
}

fn nexthop_deleted() {
    let mut c = Case::new(&nexthops());
    let gone = |id| Op::Nexthop(Verb::Delete, nexthop(id, 10, ""));
    c.changes(gone(1));
    c.changes(gone(3));
    c.changes(gone(6));
    c.changes(gone(2));
    c.then(gone(4));
}

fn nexthop_replaced(compat: &'static str) {
    let mut ops = vec![Op::Sysctl("ipv4/nexthop_compat_mode".into(), compat)];
    ops.extend(nexthops());
    let mut c = Case::new(&ops);
    let with = |n| Op::Nexthop(Verb::Replace, n);
    let out = |c: &Case, dst: &str| c.model.copy(&Flow::to(ip(dst)));
    let before = ["100.64.0.9", "2001:db8:d::9"].map(|d| out(&c, d));
    c.then(with(nexthop(1, 12, "10.2.0.3")));
    c.then(with(nexthop(3, 12, "fe80::3")));
    let after = ["100.64.0.9", "2001:db8:d::9"].map(|d| out(&c, d));
    assert_ne!(before[0], after[0]);
    assert_ne!(before[1], after[1]);
    c.then(with(Nexthop {
        id: 5,
        group: vec![(2, 1)],
        ..Nexthop::default()
    }));
    c.then(with(Nexthop {
        id: 1,
        blackhole: true,
        ..Nexthop::default()
    }));
    assert_eq!(out(&c, "100.64.0.9"), Answer::Fails(libc::EINVAL));
    c.then(with(nexthop(1, 10, "10.0.0.2")));
    assert_eq!(out(&c, "100.64.0.9"), before[0]);
    c.then(Op::Up(10, false));
    c.then(Op::Up(12, false));
}

fn nexthop_link_down() {
    let mut c = Case::new(&nexthops());
    c.changes(Op::Up(11, false));
    c.changes(Op::Up(10, false));
    c.changes(Op::Up(10, true));
    c.changes(Op::Destroy(12));
}

fn renamed() {
    let rule = |v6, pref| {
        Op::Rule(
            true,
            Rule {
                v6,
                pref,
                action: 7,
                oif: Some("d10".into()),
                ..Rule::default()
            },
        )
    };
    let mut c = Case::new(&[rule(false, 100), rule(true, 100)]);
    // IPv4 takes a destination to be on the link where it finds nothing
    let bound = Flow {
        oif: 10,
        ..Flow::to(ip("2001:db8:c::9"))
    };
    assert_eq!(c.model.copy(&bound), Answer::Fails(libc::ENETUNREACH));
    c.then(Op::Up(10, false));
    c.then(Op::Rename(10, "other".into()));
    c.then(Op::Up(10, true));
    c.changes(add("2001:db8:c::/48", &[leg(10, "")]));
    assert_ne!(c.model.copy(&bound), Answer::Fails(libc::ENETUNREACH));
    c.then(Op::Up(12, false));
    c.then(Op::Rename(12, "d10".into()));
    c.then(Op::Up(12, true));
    c.then(Op::Destroy(12));
}

fn replaced() {
    let mut c = Case::new(&[]);
    let with = |r: &Route| Op::Route(Verb::Replace, r.clone());
    let mut r = route("192.0.2.0/24", &[leg(12, "10.2.0.2")]);
    c.changes(with(&r));
    r.legs.clear();
    for kind in [BLACKHOLE, PROHIBIT, UNREACHABLE, THROW] {
        r.kind = kind;
        c.changes(with(&r));
    }
    let mut r = route("2001:db8:a::/48", &[leg(12, "fe80::2")]);
    c.changes(with(&r));
    r.kind = PROHIBIT;
    r.legs.clear();
    c.changes(with(&r));
    assert_eq!(
        c.model.copy(&Flow::to(ip("2001:db8:a::9"))),
        Answer::Fails(libc::EACCES)
    );
    // several of one metric: the first is replaced
    let one = route("203.0.113.0/24", &[leg(12, "10.2.0.2")]);
    c.changes(Op::Route(Verb::Append, one.clone()));
    c.changes(Op::Route(
        Verb::Append,
        route("203.0.113.0/24", &[leg(12, "10.2.0.3")]),
    ));
    c.changes(with(&route("203.0.113.0/24", &[leg(10, "10.0.0.3")])));
    c.changes(Op::Route(Verb::Delete, one));
    // all legs of IPv6 at once
    c.changes(with(&route("2001:db8:b::/48", &[leg(10, "fe80::9")])));
    c.changes(Op::Route(
        Verb::Append,
        route("2001:db8:b::/48", &[leg(12, "fe80::9")]),
    ));
    c.changes(with(&route(
        "2001:db8:b::/48",
        &[leg(10, "fe80::8"), leg(12, "fe80::7")],
    )));
}

fn legs6() {
    let mut c = Case::new(&[]);
    let one =
        |verb, index, gateway| Op::Route(verb, route("2001:db8:b::/48", &[leg(index, gateway)]));
    c.changes(one(Verb::Append, 10, "fe80::3"));
    c.changes(one(Verb::Append, 12, "fe80::4"));
    c.changes(one(Verb::Delete, 10, "fe80::2"));
    c.changes(one(Verb::Delete, 12, "fe80::2"));
    c.changes(one(Verb::Delete, 10, "fe80::3"));
    c.changes(one(Verb::Delete, 12, "fe80::4"));
    assert!(c.goes("2001:db8:b::9"));
    c.changes(add("2001:db8:a:0::/64", &[leg(10, "fe80::3")]));
    c.changes(Op::Route(Verb::Delete, route("2001:db8:a:0::/64", &[])));
}

fn ignore_linkdown() {
    let mut c = Case::new(&[]);
    let set = |which: &str, value| {
        let file = format!("{which}/ignore_routes_with_linkdown");
        Op::Sysctl(file, value)
    };
    c.changes(Op::Up(11, false));
    let four = Flow::to(ip("192.0.2.9"));
    let used = c.model.copy(&four);
    // among several legs the kernel goes on with what it chose before
    c.knows = false;
    c.then(set("ipv4/conf/d10", "1"));
    assert_ne!(c.model.copy(&four), used);
    // also for a copy that was read while they were ignored
    c.renew();
    c.same("read again");
    c.then(set("ipv4/conf/d10", "0"));
    assert_eq!(c.model.copy(&four), used);
    c.then(set("ipv4/conf/all", "1"));
    c.then(set("ipv4/conf/all", "0"));
    // IPv6 goes on with a dead leg of several (routing.md 3.3), so single ones are asked for
    c.flows.retain(|f| f.dst != ip("2001:db8:b::9"));
    c.then(set("ipv6/conf/d10", "1"));
    c.renew();
    c.same("read again");
    c.then(set("ipv6/conf/d10", "0"));
    c.changes(Op::Up(11, true));
}

fn forwarding() {
    let mut c = Case::new(&[]);
    // a gateway that does not answer counts for hosts, not for routers
    c.then(Op::Neigh(10, ip("fe80::2"), 0x20));
    let flow = Flow::to(ip("2001:db8:a::9"));
    let host = c.model.copy(&flow);
    // anycast addresses come
    c.changes(Op::Sysctl("ipv6/conf/all/forwarding".into(), "1"));
    assert_ne!(c.model.copy(&flow), host);
    c.changes(Op::Sysctl("ipv6/conf/all/forwarding".into(), "0"));
    assert_eq!(c.model.copy(&flow), host);
    c.then(Op::Sysctl("ipv4/ip_forward".into(), "1"));
    c.then(Op::Neigh(10, ip("fe80::2"), 0));
    assert_ne!(c.model.copy(&flow), host);
}

fn ipv6_off() {
    let mut c = Case::new(&[]);
    c.changes(Op::Sysctl("ipv6/conf/d10/disable_ipv6".into(), "1"));
    c.changes(Op::Sysctl("ipv6/conf/d10/disable_ipv6".into(), "0"));
    c.changes(Op::Sysctl("ipv6/conf/all/disable_ipv6".into(), "1"));
    assert!(!c.goes("2001:db8:b::9"));
}

fn flushed() {
    let rule = |v6, pref, table| Rule {
        v6,
        pref,
        action: 1,
        table,
        mark: Some((1, 1)),
        ..Rule::default()
    };
    let mut c = Case::new(&[]);
    let rules: Vec<Rule> = (0..10)
        .map(|n| rule(n % 2 == 0, 100 + n, 100 + n % 3))
        .collect();
    for r in &rules {
        c.then(Op::Rule(true, r.clone()));
    }
    for n in 0..20 {
        for dst in [format!("100.64.{n}.0/24"), format!("2001:db8:d:{n}::/64")] {
            let gateway = if n % 2 == 0 { leg(10, "") } else { leg(12, "") };
            let mut r = route(&dst, &[gateway]);
            r.table = 100 + n % 3;
            c.changes(Op::Route(Verb::Add, r));
        }
    }
    for r in rules {
        c.then(Op::Rule(false, r));
    }
    for n in 0..20 {
        for dst in [format!("100.64.{n}.0/24"), format!("2001:db8:d:{n}::/64")] {
            let mut r = route(&dst, &[]);
            r.table = 100 + n % 3;
            c.changes(Op::Route(Verb::Delete, r));
        }
    }
}

fn master() {
    let mut c = Case::new(&[Op::Create(21, Device::Bridge), Op::Up(21, true)]);
    c.changes(addr(true, 21, "10.9.0.1", 24));
    c.changes(addr(true, 21, "2001:db8:9::1", 64));
    c.changes(add("100.64.0.0/24", &[leg(21, "10.9.0.2")]));
    c.then(Op::Master(13, 21));
    c.then(Op::Master(13, 0));
    c.then(Op::Master(13, 21));
    c.changes(Op::Destroy(12));
    c.changes(Op::Destroy(21));
}

fn moved() {
    let mut c = Case::new(&[]);
    let (here, there) = {
        let here = std::fs::File::open("/proc/thread-self/ns/net").unwrap();
        space::fresh();
        (
            here,
            std::fs::File::open("/proc/thread-self/ns/net").unwrap(),
        )
    };
    // SAFETY: the descriptor is that of a namespace.
    let back = unsafe { libc::setns(here.as_raw_fd(), libc::CLONE_NEWNET) };
    assert_eq!(back, 0);
    let mut m = Msg::new(16, 0, &link_header(10, 0, 0));
    m.attr_u32(28, there.as_raw_fd() as u32);
    c.nl.run(m).unwrap();
    c.same("moved");
    assert_ne!(of_kernel(&mut c.nl), c.kernel);
    assert!(c.goes("100.64.0.9"));
}
