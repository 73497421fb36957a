//! What messages do to the copy.

use super::copy::{Effect, KernelCopy};
use super::types::{
    Addr, Family, IfName, Leg, Legs, Link, Message, Neigh, Netconf, Nexthop, Prefix, Route,
    RouteInfo, Rule, What, kind, leg_flag,
};
use core::net::IpAddr;

pub(super) const REPLACE: u16 = 0x100;
pub(super) const CREATE: u16 = 0x400;
pub(super) const APPEND: u16 = 0x800;
pub(super) const UP: u32 = 1;
pub(super) const RUNNING: u32 = 0x40;
pub(super) const LOWER_UP: u32 = 0x1_0000;
pub(super) const ALL_UP: u32 = UP | RUNNING | LOWER_UP;
pub(super) const GONE: u8 = leg_flag::DEAD | leg_flag::LINKDOWN;

pub(super) fn say(
    copy: &mut KernelCopy,
    what: What,
    flags: u16,
    gone: bool,
    from_dump: bool,
) -> Effect {
    let m = Message {
        kind: 0,
        flags,
        seq: 0,
        port: 0,
        gone,
        what,
    };
    copy.apply(&m, from_dump)
}

pub(super) fn tell(copy: &mut KernelCopy, what: What) -> Effect {
    say(copy, what, CREATE, false, false)
}

pub(super) fn gone(copy: &mut KernelCopy, what: What) -> Effect {
    say(copy, what, 0, true, false)
}

pub(super) fn dump(copy: &mut KernelCopy, what: What) {
    assert_eq!(say(copy, what, 2, false, true), Effect::default());
}

pub(super) fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

pub(super) fn prefix(text: &str) -> Prefix {
    let (address, len) = text.split_once('/').unwrap();
    Prefix::new(ip(address), len.parse().unwrap()).unwrap()
}

pub(super) fn link(index: u32, flags: u32) -> What {
    What::Link(Link {
        index,
        flags,
        name: IfName::default(),
        master: 0,
        group: 0,
        vrf: false,
    })
}

pub(super) fn addr(index: u32, text: &str) -> What {
    let at = prefix(text);
    let local = ip(text.split('/').next().unwrap());
    What::Addr(Addr {
        index,
        local,
        peer: local,
        prefix_len: at.len,
        scope: 0,
        flags: 0,
    })
}

/// Each way: an interface, and a gateway or nothing.
pub(super) fn legs(ways: &[(u32, &str)]) -> Legs {
    let leg = |(index, gateway): &(u32, &str)| Leg {
        index: *index,
        gateway: gateway.parse().ok(),
        weight: 1,
        ..Leg::default()
    };
    Legs::from_vec(ways.iter().map(leg).collect())
}

pub(super) fn route(to: &str, metric: u32, ways: &[(u32, &str)]) -> Route {
    Route {
        table: 254,
        dst: prefix(to),
        info: RouteInfo {
            kind: kind::UNICAST,
            scope: 0,
            protocol: 3,
            tos: 0,
            pref: 0,
            flags: 0,
            metric,
            nexthop_id: 0,
            prefsrc: None,
            source: None,
            legs: legs(ways),
        },
        expires: 0,
    }
}

pub(super) fn what(to: &str, ways: &[(u32, &str)]) -> What {
    What::Route(route(to, 0, ways))
}

pub(super) fn by_object(to: &str, id: u32) -> What {
    let mut r = route(to, 0, &[]);
    r.info.nexthop_id = id;
    What::Route(r)
}

pub(super) fn infos(copy: &KernelCopy, to: &str) -> Vec<RouteInfo> {
    let aliases = copy.tables.exact(254, prefix(to)).into_iter().flatten();
    aliases.map(|(_, info)| info.clone()).collect()
}

pub(super) fn there(copy: &KernelCopy, to: &str) -> bool {
    !infos(copy, to).is_empty()
}

/// Interface and flags of each leg of the first route.
pub(super) fn flags(copy: &KernelCopy, to: &str) -> Vec<(u32, u8)> {
    let legs = infos(copy, to)
        .first()
        .map(|info| info.legs.clone())
        .unwrap();
    legs.as_slice()
        .iter()
        .map(|leg| (leg.index, leg.flags))
        .collect()
}

pub(super) fn world() -> KernelCopy {
    let mut c = KernelCopy::new();
    for index in [1, 3, 5] {
        tell(&mut c, link(index, ALL_UP));
    }
    for (index, text) in [
        (3, "10.0.0.1/24"),
        (5, "10.0.1.1/24"),
        (3, "2001:db8::1/64"),
    ] {
        tell(&mut c, addr(index, text));
    }
    for (to, ways) in [
        ("20.0.0.0/8", &[(3, "10.0.0.2")][..]),
        ("21.0.0.0/8", &[(3, "")]),
        ("22.0.0.0/8", &[(3, "10.0.0.2"), (5, "10.0.1.2")]),
        ("23.0.0.0/8", &[(3, "10.0.0.2"), (3, "10.0.0.3")]),
        ("25.0.0.0/8", &[]),
        ("30.0.0.0/8", &[(5, "")]),
        ("2001:20::/32", &[(3, "2001:db8::2")]),
        ("2001:22::/32", &[(3, "2001:db8::2"), (5, "2001:db8:1::2")]),
        ("2001:23::/32", &[(3, "2001:db8::2"), (3, "2001:db8::3")]),
        ("2001:30::/32", &[(5, "")]),
    ] {
        assert!(tell(&mut c, what(to, ways)).route_added);
    }
    let mut host = route("28.0.0.0/8", 0, &[(3, "")]);
    host.info.scope = 254;
    tell(&mut c, What::Route(host));
    c
}

#[test]
fn what_is_said_again_is_no_news() {
    let mut c = world();
    assert_eq!(
        tell(&mut c, what("20.0.0.0/8", &[(3, "10.0.0.2")])),
        Effect::default()
    );
    assert_eq!(tell(&mut c, addr(3, "10.0.0.1/24")), Effect::default());
    assert_eq!(tell(&mut c, link(3, ALL_UP)), Effect::default());
    let ways = [(5, "2001:db8:1::2"), (3, "2001:db8::2")];
    assert!(!tell(&mut c, what("2001:22::/32", &ways)).route_added);
    let conf = Netconf {
        family: Family::V4,
        index: 3,
        forwarding: Some(true),
        ignore_linkdown: None,
    };
    assert!(tell(&mut c, What::Netconf(conf)).everything);
    assert_eq!(tell(&mut c, What::Netconf(conf)), Effect::default());
}

#[test]
fn effects_say_what_happened() {
    let mut c = world();
    let e = tell(&mut c, what("99.0.0.0/8", &[(3, "10.0.0.2")]));
    assert!(e.route_added && e.gateway_changed && !e.route_removed && !e.everything);
    assert_eq!(e.prefixes, [(254, prefix("99.0.0.0/8"))]);
    let e = gone(&mut c, what("99.0.0.0/8", &[(3, "10.0.0.2")]));
    assert!(e.route_removed && e.gateway_changed && !e.route_added);
    assert_eq!(
        gone(&mut c, what("99.0.0.0/8", &[(3, "10.0.0.2")])),
        Effect::default()
    );
    let e = tell(&mut c, what("99.0.0.0/8", &[(3, "")]));
    assert!(e.route_added && !e.gateway_changed);
    assert!(tell(&mut c, addr(5, "10.9.9.9/32")).addr_added);
    let e = gone(&mut c, addr(5, "10.9.9.9/32"));
    assert_eq!(
        (e.addrs.as_slice(), e.route_removed),
        (&[ip("10.9.9.9")][..], false)
    );
    // a state that routing does not ask for
    assert_eq!(tell(&mut c, link(3, ALL_UP | 0x100)), Effect::default());
    let e = tell(&mut c, link(3, 0x1002));
    assert_eq!(
        (e.links.as_slice(), e.route_removed, e.gateway_changed),
        (&[3][..], true, true)
    );
}

#[test]
fn an_interface_that_goes_down_takes_its_routes() {
    let mut c = world();
    tell(&mut c, link(3, 0));
    for to in [
        "20.0.0.0/8",
        "21.0.0.0/8",
        "23.0.0.0/8",
        "2001:20::/32",
        "2001:23::/32",
    ] {
        assert!(!there(&c, to), "{to}");
    }
    for to in ["25.0.0.0/8", "28.0.0.0/8", "30.0.0.0/8", "2001:30::/32"] {
        assert!(there(&c, to), "{to}");
    }
    assert_eq!(flags(&c, "22.0.0.0/8"), [(3, GONE), (5, 0)]);
    assert_eq!(flags(&c, "2001:22::/32"), [(3, GONE), (5, 0)]);
    // up without carrier: IPv4 lives again, IPv6 does not yet
    tell(&mut c, link(3, UP));
    assert_eq!(flags(&c, "22.0.0.0/8"), [(3, leg_flag::LINKDOWN), (5, 0)]);
    assert_eq!(flags(&c, "2001:22::/32"), [(3, GONE), (5, 0)]);
    // a carrier, and at last running
    tell(&mut c, link(3, UP | LOWER_UP));
    assert_eq!(flags(&c, "22.0.0.0/8"), [(3, 0), (5, 0)]);
    assert_eq!(flags(&c, "2001:22::/32"), [(3, GONE), (5, 0)]);
    tell(&mut c, link(3, ALL_UP));
    assert_eq!(flags(&c, "2001:22::/32"), [(3, 0), (5, 0)]);
    // the second leg's interface after the first one's
    tell(&mut c, link(3, 0));
    tell(&mut c, link(5, 0));
    assert!(!there(&c, "22.0.0.0/8") && !there(&c, "2001:22::/32"));
}

#[test]
fn a_carrier_is_a_flag() {
    let mut c = world();
    let mut own = route("2001:db8::1/128", 0, &[(3, "")]);
    own.info.kind = kind::LOCAL;
    tell(&mut c, What::Route(own));
    tell(&mut c, link(3, UP));
    for to in ["20.0.0.0/8", "21.0.0.0/8", "2001:20::/32"] {
        assert_eq!(flags(&c, to), [(3, leg_flag::LINKDOWN)], "{to}");
    }
    // what stays in the host minds nothing
    for to in ["28.0.0.0/8", "2001:db8::1/128"] {
        assert_eq!(flags(&c, to), [(3, 0)], "{to}");
    }
    let leg = Leg {
        index: 3,
        flags: leg_flag::LINKDOWN,
        ..Leg::default()
    };
    assert!(c.usable(Family::V4, &leg));
    let conf = |index| {
        What::Netconf(Netconf {
            family: Family::V4,
            index,
            forwarding: None,
            ignore_linkdown: Some(true),
        })
    };
    tell(&mut c, conf(-1));
    assert!(!c.usable(Family::V4, &leg) && c.usable(Family::V6, &leg));
    tell(&mut c, link(3, ALL_UP));
    assert_eq!(flags(&c, "20.0.0.0/8"), [(3, 0)]);
    assert_eq!(flags(&c, "2001:20::/32"), [(3, 0)]);
}

#[test]
fn the_last_address_takes_the_routes_of_its_interface() {
    let mut c = world();
    tell(&mut c, addr(3, "10.0.0.9/24"));
    gone(&mut c, addr(3, "10.0.0.1/24"));
    assert!(there(&c, "20.0.0.0/8"));
    gone(&mut c, addr(3, "10.0.0.9/24"));
    for to in ["20.0.0.0/8", "21.0.0.0/8", "23.0.0.0/8", "28.0.0.0/8"] {
        assert!(!there(&c, to), "{to}");
    }
    assert!(there(&c, "2001:20::/32"));
    assert_eq!(flags(&c, "22.0.0.0/8"), [(3, GONE), (5, 0)]);
    tell(&mut c, addr(3, "10.0.0.1/24"));
    assert_eq!(flags(&c, "22.0.0.0/8"), [(3, 0), (5, 0)]);
}

#[test]
fn a_deleted_interface_takes_what_it_has() {
    let mut c = world();
    let e = gone(&mut c, link(3, 0));
    assert!(!there(&c, "22.0.0.0/8") && !there(&c, "28.0.0.0/8") && there(&c, "30.0.0.0/8"));
    assert_eq!(flags(&c, "2001:22::/32"), [(5, 0)]);
    assert_eq!(e.addrs.len(), 2);
    assert!(!c.local_address(ip("10.0.0.1")) && c.local_address(ip("10.0.1.1")));
}

#[test]
fn a_preferred_source_vanishes_with_the_address_itself() {
    let own = |c: &mut KernelCopy| {
        let mut own = route("2001:db8::1/128", 0, &[(3, "")]);
        own.info.kind = kind::LOCAL;
        own.table = 255;
        tell(c, What::Route(own.clone()));
        own
    };
    let wanted = |c: &KernelCopy| infos(c, "2001:99::/32").first().unwrap().prefsrc;
    let mut with = route("2001:99::/32", 0, &[(5, "")]);
    with.info.prefsrc = Some(ip("2001:db8::1"));
    let mut c = world();
    own(&mut c);
    tell(&mut c, What::Route(with.clone()));
    // elsewhere as well
    tell(&mut c, addr(5, "2001:db8::1/64"));
    gone(&mut c, addr(5, "2001:db8::1/64"));
    assert_eq!(wanted(&c), Some(ip("2001:db8::1")));
    let e = gone(&mut c, addr(3, "2001:db8::1/64"));
    assert_eq!(wanted(&c), None);
    assert_eq!(e.prefixes, [(254, prefix("2001:99::/32"))]);
    // not when IPv6 leaves the interface: then its local route went before
    let mut c = world();
    let own = own(&mut c);
    tell(&mut c, What::Route(with));
    gone(&mut c, What::Route(own));
    gone(&mut c, addr(3, "2001:db8::1/64"));
    assert_eq!(wanted(&c), Some(ip("2001:db8::1")));
}

#[test]
fn ipv6_leaves_an_interface_with_its_multicast_route() {
    let mut c = world();
    let mut all = route("ff00::/8", 256, &[(3, "")]);
    all.info.kind = kind::MULTICAST;
    all.info.protocol = 2;
    all.table = 255;
    tell(&mut c, What::Route(all.clone()));
    // somebody's own doing
    let m = |port, gone| Message {
        kind: 0,
        flags: 0,
        seq: 0,
        port,
        gone,
        what: What::Route(all.clone()),
    };
    c.apply(&m(77, true), false);
    assert_eq!(flags(&c, "2001:22::/32"), [(3, 0), (5, 0)]);
    c.apply(&m(0, false), false);
    c.apply(&m(0, true), false);
    assert_eq!(flags(&c, "2001:22::/32"), [(3, GONE), (5, 0)]);
    c.apply(&m(0, false), false);
    assert_eq!(flags(&c, "2001:22::/32"), [(3, 0), (5, 0)]);
}

pub(super) fn nexthop(id: u32, way: Option<(u32, &str)>, group: &[(u32, u16)]) -> What {
    What::Nexthop(Nexthop {
        id,
        family: way.map(|_| Family::V4),
        leg: way.map_or(Leg::default(), |way| legs(&[way]).as_slice()[0]),
        blackhole: way.is_none() && group.is_empty(),
        fdb: false,
        group: group.to_vec(),
    })
}

#[test]
fn routes_follow_their_nexthop_objects() {
    let mut c = world();
    tell(&mut c, nexthop(1, Some((3, "10.0.0.2")), &[]));
    tell(&mut c, nexthop(2, Some((5, "10.0.1.2")), &[]));
    tell(&mut c, nexthop(3, None, &[]));
    tell(&mut c, nexthop(10, None, &[(1, 1), (2, 3)]));
    for (to, id) in [
        ("40.0.0.0/8", 1),
        ("41.0.0.0/8", 10),
        ("42.0.0.0/8", 3),
        ("2001:40::/32", 1),
    ] {
        tell(&mut c, by_object(to, id));
    }
    assert_eq!(flags(&c, "41.0.0.0/8"), [(3, 0), (5, 0)]);
    assert_eq!(
        infos(&c, "42.0.0.0/8").first().unwrap().kind,
        kind::BLACKHOLE
    );
    let e = tell(&mut c, nexthop(1, Some((5, "10.0.1.7")), &[]));
    assert_eq!(flags(&c, "40.0.0.0/8"), [(5, 0)]);
    assert_eq!(e.prefixes.len(), 3);
    tell(&mut c, nexthop(1, Some((3, "10.0.0.2")), &[]));
    // without a carrier its objects go, and with them their routes and places in groups
    tell(&mut c, link(3, UP));
    assert!(!there(&c, "40.0.0.0/8") && !there(&c, "2001:40::/32"));
    assert_eq!(flags(&c, "41.0.0.0/8"), [(5, 0)]);
    gone(&mut c, nexthop(2, None, &[]));
    assert!(!there(&c, "41.0.0.0/8") && there(&c, "42.0.0.0/8"));
    assert_eq!(c.nexthops.keys().copied().collect::<Vec<_>>(), [3]);
}

pub(super) fn rule(pref: u32, table: u32) -> Rule {
    Rule {
        pref,
        table,
        ..Rule::to_table(Family::V4)
    }
}

#[test]
fn a_rule_of_ones_own_is_remembered() {
    let defaults = [(0, 255), (32766, 254), (32767, 253)];
    let fill = |c: &mut KernelCopy, more: Option<Rule>| {
        c.begin_window();
        for r in defaults
            .iter()
            .map(|(pref, table)| rule(*pref, *table))
            .chain(more)
        {
            dump(c, What::Rule(r));
        }
        c.end_window();
    };
    let mut c = KernelCopy::new();
    fill(&mut c, None);
    assert!(!c.history.split4);
    let e = tell(&mut c, What::Rule(rule(100, 7)));
    assert!(e.everything && c.history.split4);
    tell(&mut c, What::Rule(rule(100, 8)));
    let order = |c: &KernelCopy| {
        c.rules4
            .iter()
            .map(|r| (r.pref, r.table))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        order(&c),
        [(0, 255), (100, 7), (100, 8), (32766, 254), (32767, 253)]
    );
    let mut detached = rule(100, 7);
    detached.flags = 8;
    gone(&mut c, What::Rule(detached));
    gone(&mut c, What::Rule(rule(100, 8)));
    fill(&mut c, None);
    assert!(c.history.split4);
    assert_eq!(order(&c).len(), 3);
    // seen in a dump only, or missing there
    let mut c = KernelCopy::new();
    fill(&mut c, Some(rule(100, 7)));
    assert!(c.history.split4);
    let mut c = KernelCopy::new();
    c.begin_window();
    dump(&mut c, What::Rule(rule(0, 255)));
    c.end_window();
    assert!(c.history.split4);
    // and that of a default one that went
    let mut c = KernelCopy::new();
    fill(&mut c, None);
    gone(&mut c, What::Rule(rule(32767, 253)));
    assert!(c.history.split4);
}

#[test]
fn only_a_gateway_that_fails_concerns_everybody() {
    let mut c = world();
    let neigh = |at: &str, state| {
        What::Neigh(Neigh {
            index: 3,
            address: ip(at),
            state,
            flags: 0,
        })
    };
    assert!(!tell(&mut c, neigh("10.0.0.77", 0x20)).everything);
    assert!(tell(&mut c, neigh("10.0.0.2", 0x20)).everything);
    assert!(tell(&mut c, neigh("10.0.0.2", 0x02)).everything);
    assert!(!tell(&mut c, neigh("10.0.0.2", 0x04)).everything);
    assert!(gone(&mut c, neigh("10.0.0.2", 0x04)).everything);
    // nobody's gateway
    for group in ["224.0.0.22", "ff02::16"] {
        tell(&mut c, neigh(group, 0x40));
        dump(&mut c, neigh(group, 0x40));
    }
    assert_eq!(c.neighs.len(), 1);
}

#[test]
fn mixtures_are_remembered() {
    let mut c = world();
    let at = prefix("2001:22::/32");
    assert!(!c.mixed(254, at));
    tell(&mut c, what("2001:22::/32", &[(5, "")]));
    assert!(c.mixed(254, at));
}
