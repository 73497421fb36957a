//! The state of legs: what tells that a leg is dead or without a carrier, and what does not.

use super::copy::KernelCopy;
use super::copy_tests::{
    ALL_UP, GONE, LOWER_UP, RUNNING, UP, addr, dump, flags, gone, infos, ip, legs, link, nexthop,
    prefix, route, rule, tell, there, what, world,
};
use super::decide::decide;
use super::decide4::world::flow;
use super::types::{Family, Link, Netconf, Route, Verdict, What, kind, leg_flag};

const LINKDOWN: u8 = leg_flag::LINKDOWN;

fn told(mut route: Route, flags: u8) -> What {
    for leg in route.info.legs.as_mut_slice() {
        leg.flags = flags;
    }
    What::Route(route)
}

fn ignore(family: Family, index: i32, ignore: bool) -> What {
    What::Netconf(Netconf {
        family,
        index,
        forwarding: None,
        ignore_linkdown: Some(ignore),
    })
}

/// Whether a packet goes there, or why that is not known.
fn goes(c: &mut KernelCopy, to: &str) -> Result<bool, &'static str> {
    if c.rules4.is_empty() {
        for (pref, table) in [(0, 255), (32766, 254), (32767, 253)] {
            tell(c, What::Rule(rule(pref, table)));
        }
    }
    match decide(c, &flow(to)) {
        Verdict::Reachable(_) => Ok(true),
        Verdict::Unreachable(_) => Ok(false),
        Verdict::Unknown(why) => Err(why),
    }
}

#[test]
fn what_the_link_is_told_to_be_again_counts() {
    let mut c = world();
    // they came while a carrier was gone that was back before that was told
    tell(&mut c, told(route("50.0.0.0/8", 0, &[(3, "")]), LINKDOWN));
    tell(&mut c, told(route("2001:50::/32", 0, &[(3, "")]), LINKDOWN));
    let e = tell(&mut c, link(3, ALL_UP));
    assert_eq!(e.prefixes.len(), 2);
    assert!(e.links.is_empty());
    for to in ["50.0.0.0/8", "2001:50::/32"] {
        assert_eq!(flags(&c, to), [(3, 0)], "{to}");
    }
    // and the other way round
    tell(&mut c, link(3, UP));
    for to in ["51.0.0.0/8", "2001:51::/32"] {
        tell(&mut c, what(to, &[(3, "")]));
    }
    tell(&mut c, nexthop(1, Some((3, "10.0.0.2")), &[]));
    tell(&mut c, link(3, UP));
    for to in ["51.0.0.0/8", "2001:51::/32"] {
        assert_eq!(flags(&c, to), [(3, LINKDOWN)], "{to}");
    }
    assert!(c.nexthops.is_empty());
}

#[test]
fn a_name_or_a_master_tells_nothing_of_the_carrier() {
    let with = |change: fn(&mut Link)| {
        let What::Link(mut new) = link(3, UP) else {
            unreachable!()
        };
        change(&mut new);
        What::Link(new)
    };
    let by_v6 = || {
        let mut c = world();
        tell(&mut c, link(3, UP));
        tell(&mut c, what("50.0.0.0/8", &[(3, "fe80::2")]));
        c
    };
    for change in [
        (|l| l.master = 7) as fn(&mut Link),
        |l| l.name.bytes[0] = b'x',
        |l| l.flags |= libc::IFF_PROMISC as u32,
    ] {
        let mut c = by_v6();
        tell(&mut c, with(change));
        assert_eq!(flags(&c, "50.0.0.0/8"), [(3, 0)]);
    }
    let unsure = |c: &KernelCopy| {
        let [info] = &infos(c, "50.0.0.0/8")[..] else {
            panic!()
        };
        c.carrier_unsure4(&info.legs.as_slice()[0])
    };
    // its group does
    let mut c = by_v6();
    tell(&mut c, with(|l| l.group = 7));
    assert_eq!(flags(&c, "50.0.0.0/8"), [(3, LINKDOWN)]);
    assert!(!unsure(&c));
    // nothing new may be either
    let mut c = by_v6();
    tell(&mut c, link(3, UP));
    assert_eq!(flags(&c, "50.0.0.0/8"), [(3, LINKDOWN)]);
    assert!(unsure(&c));
    assert_eq!(goes(&mut c, "50.0.0.1"), Ok(true));
    tell(&mut c, ignore(Family::V4, 3, true));
    let why = "whether a leg was told of its carrier";
    assert_eq!(goes(&mut c, "50.0.0.1"), Err(why));
    tell(&mut c, link(3, ALL_UP));
    tell(&mut c, link(3, UP));
    assert_eq!(flags(&c, "50.0.0.0/8"), [(3, LINKDOWN)]);
    assert!(!unsure(&c));
}

#[test]
fn ipv6_legs_live_again_with_the_carrier_not_with_the_interface() {
    let mut c = world();
    tell(&mut c, link(3, 0));
    // before its carrier is asked for the first time it looks as if it was running
    tell(&mut c, link(3, UP | RUNNING));
    assert_eq!(flags(&c, "2001:22::/32"), [(3, GONE), (5, 0)]);
    tell(&mut c, link(3, UP | RUNNING));
    tell(&mut c, link(3, UP));
    assert_eq!(flags(&c, "2001:22::/32"), [(3, GONE), (5, 0)]);
    tell(&mut c, link(3, UP | LOWER_UP));
    assert_eq!(flags(&c, "2001:22::/32"), [(3, GONE), (5, 0)]);
    tell(&mut c, link(3, ALL_UP));
    assert_eq!(flags(&c, "2001:22::/32"), [(3, 0), (5, 0)]);
}

#[test]
fn routes_that_are_alike_have_legs_in_different_states() {
    for (to, like, gateways) in [
        ("50.0.0.0/8", "51.0.0.0/8", ["fe80::2", "fe80::3"]),
        (
            "2001:50::/32",
            "2001:51::/32",
            ["2001:db8::2", "2001:db8:1::2"],
        ),
    ] {
        let ways = [(3, gateways[0]), (5, gateways[1])];
        let mut c = world();
        tell(&mut c, what(to, &ways));
        tell(&mut c, link(3, 0));
        tell(&mut c, link(3, UP));
        let before = flags(&c, to);
        assert_ne!(before, [(3, 0), (5, 0)]);
        tell(&mut c, what(like, &ways));
        assert_eq!(flags(&c, to), before);
        assert_eq!(flags(&c, like), [(3, 0), (5, 0)]);
        // said again of one of them
        tell(&mut c, told(route(to, 0, &ways), 0));
        tell(&mut c, told(route(like, 0, &ways), LINKDOWN));
        assert_eq!(flags(&c, to), [(3, 0), (5, 0)]);
        assert_eq!(flags(&c, like), [(3, LINKDOWN), (5, LINKDOWN)]);
    }
}

#[test]
fn a_leg_that_is_ignored_only_seems_dead() {
    let mut c = world();
    tell(&mut c, link(3, UP));
    gone(&mut c, addr(3, "10.0.0.1/24"));
    for family in [Family::V4, Family::V6] {
        tell(&mut c, ignore(family, 3, true));
    }
    let one = [(3, "fe80::9")];
    let two = [(3, "fe80::9"), (5, "fe80::9")];
    tell(&mut c, told(route("50.0.0.0/8", 0, &one), GONE));
    tell(&mut c, told(route("51.0.0.0/8", 0, &two), GONE));
    tell(&mut c, told(route("2001:51::/32", 0, &two), GONE));
    for to in ["50.0.0.0/8", "51.0.0.0/8", "2001:51::/32"] {
        assert_eq!(flags(&c, to)[0], (3, LINKDOWN), "{to}");
    }
    // what died before is dead
    let old = [(3, "10.0.0.2"), (5, "10.0.1.2")];
    assert_eq!(flags(&c, "22.0.0.0/8")[0], (3, GONE));
    tell(&mut c, told(route("52.0.0.0/8", 0, &old), GONE));
    assert_eq!(flags(&c, "52.0.0.0/8")[0], (3, GONE));
    tell(&mut c, link(3, 0));
    tell(&mut c, link(3, UP));
    let old = [(3, "2001:db8::2"), (5, "2001:db8:1::2"), (5, "2001:db8::3")];
    tell(&mut c, told(route("2001:22::/32", 0, &old), GONE));
    assert_eq!(flags(&c, "2001:22::/32")[0], (3, GONE));
    // a carrier that comes back does not revive it, and one that goes changes nothing
    tell(&mut c, addr(3, "10.0.0.1/24"));
    gone(&mut c, addr(3, "10.0.0.1/24"));
    tell(&mut c, link(3, ALL_UP));
    assert_eq!(flags(&c, "22.0.0.0/8")[0], (3, leg_flag::DEAD));
    tell(&mut c, link(3, UP));
    assert_eq!(flags(&c, "22.0.0.0/8")[0], (3, leg_flag::DEAD));
}

#[test]
fn what_a_dump_says_is_dead_may_have_no_carrier() {
    let mut c = KernelCopy::new();
    c.begin_window();
    dump(&mut c, ignore(Family::V4, -1, true));
    for index in [3, 5] {
        dump(&mut c, link(index, UP));
    }
    dump(&mut c, addr(5, "10.0.1.1/24"));
    let two = [(3, "fe80::9"), (5, "fe80::9")];
    dump(&mut c, told(route("50.0.0.0/8", 0, &two), GONE));
    dump(&mut c, told(route("51.0.0.0/8", 0, &two[..1]), GONE));
    dump(&mut c, ignore(Family::V6, 3, true));
    dump(&mut c, told(route("2001:50::/32", 0, &two), GONE));
    c.end_window();
    // of IPv6 what is dead there is taken for that or not, see `Key::dead`
    assert_eq!(flags(&c, "2001:50::/32")[0], (3, GONE));
    assert_eq!(flags(&c, "50.0.0.0/8"), [(3, GONE), (5, LINKDOWN)]);
    assert_eq!(flags(&c, "51.0.0.0/8"), [(3, LINKDOWN)]);
    let maybe = |c: &KernelCopy| {
        let infos = infos(c, "50.0.0.0/8");
        let legs = infos[0].legs.as_slice();
        [c.maybe_alive4(&legs[0]), c.maybe_alive4(&legs[1])]
    };
    tell(&mut c, link(3, ALL_UP));
    assert_eq!(maybe(&c), [true, false]);
    let why = "whether a leg is dead or without a carrier";
    assert_eq!(goes(&mut c, "50.0.0.1"), Err(why));
    tell(&mut c, addr(3, "10.0.0.1/24"));
    assert_eq!(flags(&c, "50.0.0.0/8"), [(3, 0), (5, LINKDOWN)]);
    assert_eq!(maybe(&c), [false, false]);
    // whether the last leg of an IPv6 route has died the kernel says
    dump(&mut c, told(route("2001:50::/32", 0, &two), GONE));
    tell(&mut c, link(5, 0));
    assert_eq!(flags(&c, "2001:50::/32"), [(3, GONE), (5, GONE)]);
    gone(&mut c, what("2001:50::/32", &two));
    assert!(!there(&c, "2001:50::/32"));
}

#[test]
fn a_leg_alone_takes_nothing_along_from_others() {
    let mut c = world();
    let mut first = route("2001:50::/32", 0, &[(3, "fe80::3")]);
    first.info.flags = leg_flag::ONLINK.into();
    tell(&mut c, What::Route(first.clone()));
    let mut both = route("2001:50::/32", 0, &[(5, "fe80::5"), (3, "fe80::3")]);
    both.info.legs.as_mut_slice()[1].flags = leg_flag::ONLINK;
    tell(&mut c, What::Route(both));
    gone(&mut c, What::Route(first));
    let [left] = &infos(&c, "2001:50::/32")[..] else {
        panic!()
    };
    assert_eq!(left.flags, 0);
    assert_eq!(flags(&c, "2001:50::/32"), [(5, 0)]);
}

#[test]
fn objects_keep_what_routes_lose() {
    let mut c = world();
    let mut own = route("2001:db8::1/128", 0, &[(3, "")]);
    own.info.kind = kind::LOCAL;
    own.table = 255;
    tell(&mut c, What::Route(own));
    tell(&mut c, nexthop(1, Some((5, "fe80::5")), &[]));
    tell(&mut c, nexthop(10, None, &[(1, 4)]));
    for to in ["50.0.0.0/8", "2001:50::/32"] {
        let mut by = route(to, 0, &[]);
        by.info.nexthop_id = 10;
        by.info.prefsrc = Some(ip("2001:db8::1"));
        tell(&mut c, What::Route(by));
    }
    gone(&mut c, addr(3, "2001:db8::1/64"));
    let [by] = &infos(&c, "2001:50::/32")[..] else {
        panic!()
    };
    assert_eq!(by.prefsrc, Some(ip("2001:db8::1")));
    // a group of one has a weight, for IPv6
    assert_eq!(by.legs.as_slice()[0].weight, 4);
    let [by] = &infos(&c, "50.0.0.0/8")[..] else {
        panic!()
    };
    assert_eq!(by.legs.as_slice()[0].weight, 1);
}

#[test]
fn a_route_among_the_legs_of_another_goes_when_the_kernel_says_so() {
    let with_one = || {
        let mut c = world();
        // one metric, and no gateway: it stays by itself
        tell(&mut c, what("2001:22::/32", &[(3, "")]));
        assert!(c.mixed(254, prefix("2001:22::/32")));
        c
    };
    let alone = |c: &KernelCopy| {
        let infos = infos(c, "2001:22::/32");
        infos.iter().any(|info| info.legs == legs(&[(3, "")]))
    };
    let mut c = with_one();
    tell(&mut c, link(3, 0));
    assert!(alone(&c) && !there(&c, "2001:20::/32"));
    gone(&mut c, what("2001:22::/32", &[(3, "")]));
    assert!(!alone(&c));
    // nothing is left of an interface that was deleted
    let mut c = with_one();
    gone(&mut c, link(3, 0));
    assert!(!alone(&c));
}

#[test]
fn an_address_may_go_before_it_was_told_of() {
    let mut with = route("2001:99::/32", 0, &[(5, "")]);
    with.info.prefsrc = Some(ip("2001:db8::7"));
    let wanted = |c: &KernelCopy| infos(c, "2001:99::/32")[0].prefsrc;
    let mut c = world();
    tell(&mut c, What::Route(with.clone()));
    gone(&mut c, addr(3, "2001:db8::7/64"));
    assert_eq!(wanted(&c), None);
    // not with the interface
    let mut c = world();
    tell(&mut c, What::Route(with));
    tell(&mut c, link(3, 0));
    gone(&mut c, addr(3, "2001:db8::7/64"));
    assert_eq!(wanted(&c), Some(ip("2001:db8::7")));
    // it came when the interface was down
    tell(&mut c, what("2001:98::/32", &[(5, "")]));
    gone(&mut c, addr(3, "2001:db8::7/64"));
    assert_eq!(wanted(&c), None);
}
