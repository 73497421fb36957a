//! Each trap of routing.md 5, in networks made by hand. The answers are those of Linux 6.18 to the
//! same questions.

use super::super::decide::decide;
use super::super::types::*;
use super::world::*;

const LINKDOWN: u8 = leg_flag::LINKDOWN;
const DEAD: u8 = leg_flag::DEAD;

fn flagged(index: u32, gateway: &str, flags: u8) -> Leg {
    Leg {
        flags,
        ..leg(index, gateway)
    }
}

#[test]
fn longest_prefix() {
    let mut w = World::new();
    assert_eq!(w.get("20.0.0.1"), "ENETUNREACH");
    w.route(to("20.0.0.0/8").via(2, "10.2.0.8"));
    w.route(to("0.0.0.0/0").via(2, "10.2.0.7"));
    w.route(to("20.0.0.0/24").via(3, "10.3.0.9"));
    assert_eq!(w.get("20.0.0.1"), "10.3.0.9 dev 3");
    assert_eq!(w.get("20.0.1.1"), "10.2.0.8 dev 2");
    assert_eq!(w.get("21.0.0.1"), "10.2.0.7 dev 2");
    assert_eq!(w.get("10.3.0.5"), "dev 3");
}

#[test]
fn what_belongs_to_the_host_goes_to_the_loopback() {
    let w = World::new();
    for dst in ["10.2.0.1", "10.3.0.1", "127.0.0.1", "127.1.2.3", "0.0.0.0"] {
        assert_eq!(w.get(dst), "local dev 1", "{dst}");
    }
    assert_eq!(w.ask(&out_of(2, "10.2.0.1")), "local dev 1");
    // A socket bound elsewhere looks for it on the link.
    assert_eq!(w.ask(&out_of(3, "10.2.0.1")), "dev 3");
    assert_eq!(w.ask(&out_of(3, "0.0.0.0")), "local dev 1");
    assert_eq!(w.get("::ffff:10.2.0.1"), "local dev 1");
    assert_eq!(w.ask(&from("::", "::ffff:10.2.0.1")), "local dev 1");
    assert_eq!(w.ask(&from("2001:db8::1", "10.2.0.1")), "EAFNOSUPPORT");
}

#[test]
fn errors_of_routes() {
    let mut w = World::new();
    w.route(to("0.0.0.0/0").via(2, "10.2.0.7"));
    for (second, kind, errno) in [
        (1, kind::BLACKHOLE, "EINVAL"),
        (2, kind::UNREACHABLE, "EHOSTUNREACH"),
        (3, kind::PROHIBIT, "EACCES"),
    ] {
        w.route(to(&format!("20.{second}.0.0/16")).kind(kind));
        assert_eq!(w.get(&format!("20.{second}.0.1")), errno);
        assert_eq!(w.ask(&out_of(3, &format!("20.{second}.0.1"))), "dev 3");
    }
}

#[test]
fn throw_goes_on_with_the_next_rule() {
    let mut w = World::new();
    w.route(to("0.0.0.0/0").via(2, "10.2.0.7"));
    w.route(to("20.0.0.0/8").kind(kind::THROW).table(100));
    w.route(to("0.0.0.0/0").via(3, "10.3.0.7").table(100));
    w.rule(rule(10, 100));
    assert_eq!(w.get("20.0.0.1"), "10.2.0.7 dev 2");
    assert_eq!(w.get("21.0.0.1"), "10.3.0.7 dev 3");
    w.route(to("20.0.0.0/16").kind(kind::THROW));
    assert_eq!(w.get("20.0.0.1"), "ENETUNREACH");
}

#[test]
fn throw_before_the_first_rule_leads_to_table_default() {
    let mut w = World::new();
    w.route(to("20.0.0.0/8").kind(kind::THROW));
    w.route(to("21.0.0.0/8").kind(kind::UNREACHABLE));
    w.route(to("20.0.0.0/8").via(2, "").table(table_id::DEFAULT));
    w.route(to("21.0.0.0/8").via(2, "").table(table_id::DEFAULT));
    w.route(to("22.0.0.0/8").via(2, "").table(table_id::DEFAULT));
    assert_eq!(w.get("20.0.0.1"), "dev 2");
    assert_eq!(w.get("21.0.0.1"), "EHOSTUNREACH");
    assert_eq!(w.get("22.0.0.1"), "dev 2");
}

#[test]
fn order_of_routes_to_one_prefix() {
    let mut w = World::new();
    let route = || to("20.0.0.0/8");
    let ask = |w: &World, tos| {
        w.ask(&Flow {
            tos,
            ..flow("20.0.0.1")
        })
    };
    w.route(route().via(2, "10.2.0.5").metric(5));
    w.route(route().via(2, "10.2.0.3").metric(1));
    w.route(route().via(2, "10.2.0.2").metric(1));
    w.route(route().via(3, "10.3.0.9").metric(9).tos(0x10));
    w.route(route().via(3, "10.3.0.8").metric(0).tos(0xb8));
    assert_eq!(ask(&w, 0), "10.2.0.3 dev 2");
    assert_eq!(ask(&w, 0x10), "10.3.0.9 dev 3");
    // Routes know three bits of it only, and one for more is never found.
    assert_eq!(ask(&w, 0xb0), "10.3.0.9 dev 3");
    assert_eq!(ask(&w, 0xb8), "10.2.0.3 dev 2");
    assert_eq!(ask(&w, 0x13), "10.3.0.9 dev 3");
}

#[test]
fn the_source_must_be_ours() {
    let mut w = World::new();
    w.route(to("0.0.0.0/0").via(2, "10.2.0.7"));
    assert_eq!(w.ask(&from("10.3.0.1", "20.0.0.1")), "10.2.0.7 dev 2");
    assert_eq!(w.ask(&from("0.0.0.0", "20.0.0.1")), "10.2.0.7 dev 2");
    assert_eq!(w.ask(&from("10.3.0.2", "20.0.0.1")), "ENETUNREACH");
    assert_eq!(w.ask(&from("10.3.0.2", "0.0.0.0")), "ENETUNREACH");
    assert_eq!(w.ask(&from("224.0.0.1", "20.0.0.1")), "EINVAL");
    assert_eq!(w.ask(&from("255.255.255.255", "20.0.0.1")), "EINVAL");
    let bound = Flow {
        oif: 2,
        ..from("10.3.0.2", "20.0.0.1")
    };
    assert_eq!(w.ask(&bound), "ENETUNREACH");
    // by a route of table local only
    w.route(own("30.0.0.0/8", 1));
    assert_eq!(w.ask(&from("30.0.0.1", "20.0.0.1")), "10.2.0.7 dev 2");
    assert_eq!(w.ask(&from("127.5.5.5", "10.2.0.1")), "local dev 1");
    assert_eq!(
        w.ask(&from("127.0.0.1", "20.0.0.1")),
        "unknown: route_localnet"
    );
    w.route(to("40.0.0.0/8").via(2, "").kind(kind::LOCAL).table(100));
    assert_eq!(w.ask(&from("40.0.0.1", "20.0.0.1")), "ENETUNREACH");
}

#[test]
fn a_bound_socket_without_a_route_finds_its_neighbours() {
    let mut w = World::new();
    assert_eq!(w.ask(&out_of(3, "20.0.0.1")), "dev 3");
    w.route(to("20.0.0.0/8").via(2, "10.2.0.7"));
    assert_eq!(w.ask(&out_of(3, "20.0.0.1")), "dev 3");
    assert_eq!(w.ask(&out_of(2, "20.0.0.1")), "10.2.0.7 dev 2");
    w.route(to("0.0.0.0/0").via(3, "10.3.0.7"));
    assert_eq!(w.ask(&out_of(3, "20.0.0.1")), "10.3.0.7 dev 3");
    assert_eq!(w.ask(&out_of(9, "20.0.0.1")), "ENODEV");
    w.link(3, "eth3", 0);
    assert_eq!(w.ask(&out_of(3, "21.0.0.1")), "ENETUNREACH");
    w.link(3, "eth3", 1);
    assert_eq!(w.ask(&out_of(3, "21.0.0.1")), "10.3.0.7 dev 3");
    w.0.netconf.remove(&(Family::V4, 3));
    assert_eq!(w.ask(&out_of(3, "21.0.0.1")), "ENETUNREACH");
}

#[test]
fn special_destinations() {
    let mut w = World::new();
    assert_eq!(w.get("224.0.0.5"), "ENETUNREACH");
    assert_eq!(w.ask(&out_of(2, "224.0.0.5")), "multicast dev 2");
    assert_eq!(w.ask(&out_of(2, "232.0.0.5")), "multicast dev 2");
    assert_eq!(w.ask(&out_of(2, "255.255.255.255")), "broadcast dev 2");
    // Out of the interface that has the source.
    assert_eq!(w.ask(&from("10.3.0.1", "232.0.0.5")), "multicast dev 3");
    assert_eq!(
        w.ask(&from("10.3.0.1", "255.255.255.255")),
        "broadcast dev 3"
    );
    assert_eq!(w.ask(&from("10.3.0.9", "232.0.0.5")), "ENETUNREACH");
    w.route(to("0.0.0.0/0").via(2, "10.2.0.7"));
    assert_eq!(w.get("224.0.0.5"), "multicast dev 2");
    assert_eq!(w.ask(&out_of(3, "224.0.0.5")), "multicast dev 3");
    assert_eq!(w.get("255.255.255.255"), "broadcast dev 2");
    assert_eq!(w.get("0.1.2.3"), "10.2.0.7 dev 2");
    assert_eq!(w.get("240.0.0.1"), "10.2.0.7 dev 2");
    w.route(to("234.0.0.0/8").via(3, "10.3.0.8"));
    assert_eq!(w.get("234.0.0.1"), "multicast 10.3.0.8 dev 3");
    // On the link, whatever the routes say.
    w.route(to("224.0.0.0/8").via(3, "10.3.0.8"));
    assert_eq!(w.ask(&out_of(3, "224.0.1.5")), "multicast 10.3.0.8 dev 3");
    assert_eq!(w.ask(&out_of(3, "224.0.0.5")), "multicast dev 3");
    let broadcast = to("10.3.0.255").via(3, "").kind(kind::BROADCAST);
    w.route(broadcast.table(table_id::LOCAL));
    assert_eq!(w.get("10.3.0.255"), "broadcast dev 3");
    // IGMP does not ask for a route.
    let igmp = Flow {
        protocol: libc::IPPROTO_IGMP as u8,
        ..out_of(3, "234.0.0.1")
    };
    assert_eq!(w.ask(&igmp), "multicast dev 3");
    w.addr(2, "10.3.0.1", 32);
    assert!(w.ask(&from("10.3.0.1", "232.0.0.5")).starts_with("unknown"));
    assert_eq!(w.ask(&from("10.3.0.1", "20.0.0.5")), "10.2.0.7 dev 2");
}

#[test]
fn dead_legs() {
    let mut w = World::new();
    w.route(to("20.0.0.0/8").via(2, "10.2.0.7"));
    w.route(to("20.0.0.0/16").leg(flagged(3, "10.3.0.7", DEAD)));
    assert_eq!(w.get("20.0.0.1"), "10.2.0.7 dev 2");
    w.route(to("20.0.0.0/16").via(3, "10.3.0.8").metric(7));
    assert_eq!(w.get("20.0.0.1"), "10.3.0.8 dev 3");
    let several = to("21.0.0.0/8")
        .leg(flagged(2, "10.2.0.6", DEAD))
        .via(2, "10.2.0.7")
        .via(3, "10.3.0.7");
    w.route(several);
    assert_eq!(w.get("21.0.0.1"), "10.2.0.7 dev 2, 10.3.0.7 dev 3");
}

#[test]
fn a_leg_that_seems_dead_because_its_interface_is_ignored() {
    let mut w = World::new();
    w.route(to("20.0.0.0/16").leg(flagged(3, "10.3.0.7", DEAD | LINKDOWN)));
    assert_eq!(w.get("20.0.0.1"), "10.3.0.7 dev 3");
    w.ignore_linkdown(3, true);
    assert_eq!(w.get("20.0.0.1"), "ENETUNREACH");
}

#[test]
fn no_carrier() {
    let mut w = World::new();
    w.route(to("20.0.0.0/8").via(2, "10.2.0.7"));
    w.route(to("20.0.0.0/16").leg(flagged(3, "10.3.0.7", LINKDOWN)));
    assert_eq!(w.get("20.0.0.1"), "10.3.0.7 dev 3");
    w.route(
        to("21.0.0.0/8")
            .via(2, "10.2.0.7")
            .leg(flagged(3, "10.3.0.7", LINKDOWN)),
    );
    assert_eq!(w.get("21.0.0.1"), "10.2.0.7 dev 2, 10.3.0.7 dev 3");
    w.ignore_linkdown(3, true);
    assert_eq!(w.get("20.0.0.1"), "10.2.0.7 dev 2");
    // weighed before or after the setting changed?
    assert!(w.get("21.0.0.1").starts_with("unknown"));
    assert_eq!(w.ask(&out_of(2, "21.0.0.1")), "10.2.0.7 dev 2");
    w.ignore_linkdown(3, false);
    assert_eq!(w.get("20.0.0.1"), "10.3.0.7 dev 3");
}

#[test]
fn several_legs() {
    let mut w = World::new();
    let route = to("20.0.0.0/8").via(2, "10.2.0.6").via(2, "10.2.0.7");
    w.route(route.via(3, "10.3.0.7"));
    let all = "10.2.0.6 dev 2, 10.2.0.7 dev 2, 10.3.0.7 dev 3";
    assert_eq!(w.get("20.0.0.1"), all);
    // Bound, always the first one there.
    assert_eq!(w.ask(&out_of(2, "20.0.0.1")), "10.2.0.6 dev 2");
    assert_eq!(w.ask(&out_of(3, "20.0.0.1")), "10.3.0.7 dev 3");
    w.route(to("30.0.0.0/8").via(2, "fe80::1"));
    assert_eq!(w.get("30.0.0.1"), "fe80::1 dev 2");
}

#[test]
fn nexthop_objects() {
    let mut w = World::new();
    w.object(1, Some(leg(2, "10.2.0.7")), &[]);
    w.object(2, Some(leg(3, "10.3.0.7")), &[]);
    w.object(3, None, &[]);
    w.object(4, None, &[(1, 1), (2, 4)]);
    w.object(5, None, &[(3, 1)]);
    for id in 1..6 {
        w.route(to(&format!("2{id}.0.0.0/8")).object(id));
    }
    assert_eq!(w.get("21.0.0.1"), "10.2.0.7 dev 2");
    assert_eq!(w.ask(&out_of(3, "21.0.0.1")), "dev 3");
    assert_eq!(w.get("23.0.0.1"), "EINVAL");
    assert_eq!(w.get("24.0.0.1"), "10.2.0.7 dev 2, 10.3.0.7 dev 3");
    assert_eq!(w.ask(&out_of(3, "24.0.0.1")), "10.3.0.7 dev 3");
    assert_eq!(w.get("25.0.0.1"), "EINVAL");
}

#[test]
fn a_nexthop_object_without_a_way_hides_shorter_prefixes_of_its_address() {
    let mut w = World::new();
    w.object(1, Some(leg(2, "10.2.0.7")), &[]);
    w.route(to("20.0.0.0/24").object(1));
    w.route(to("20.0.0.0/24").via(3, "10.3.0.7").metric(5));
    w.route(to("20.0.0.0/8").via(3, "10.3.0.8"));
    w.route(to("0.0.0.0/0").via(3, "10.3.0.9"));
    assert_eq!(w.ask(&out_of(3, "20.0.0.1")), "10.3.0.9 dev 3");
    assert_eq!(w.ask(&out_of(3, "20.0.1.1")), "10.3.0.8 dev 3");
    // a leg of its own does not
    w.route(to("30.0.0.0/24").via(2, "10.2.0.7"));
    w.route(to("30.0.0.0/8").via(3, "10.3.0.8"));
    assert_eq!(w.ask(&out_of(3, "30.0.0.1")), "10.3.0.8 dev 3");
}

#[test]
fn default_routes_that_are_alike_depend_on_their_gateways() {
    let mut w = World::new();
    let all = || to("0.0.0.0/0");
    w.route(all().via(2, "10.2.0.7").metric(5));
    w.route(all().via(3, "10.3.0.7").metric(6));
    assert_eq!(w.get("20.0.0.1"), "10.2.0.7 dev 2");
    w.route(all().via(3, "10.3.0.8").metric(5));
    assert!(w.get("20.0.0.1").starts_with("unknown"));
    assert_eq!(w.ask(&out_of(2, "20.0.0.1")), "10.2.0.7 dev 2");
    let mut w = World::new();
    w.route(all().via(2, "10.2.0.7"));
    w.route(all().via(3, "10.3.0.7").tos(0x10));
    assert_eq!(w.get("20.0.0.1"), "10.2.0.7 dev 2");
    // for this one, two routes come into question
    let tos = Flow {
        tos: 0x10,
        ..flow("20.0.0.1")
    };
    assert!(w.ask(&tos).starts_with("unknown"));
    let mut w = World::new();
    w.route(all().leg(flagged(2, "10.2.0.7", DEAD)));
    w.route(all().via(3, "10.3.0.7"));
    assert_eq!(w.get("20.0.0.1"), "10.3.0.7 dev 3");
    // No gateway, no choice.
    w.route(all().via(2, ""));
    assert_eq!(w.get("20.0.0.1"), "10.3.0.7 dev 3");
}

#[test]
fn local_and_main_are_one_trie_until_the_first_rule() {
    let mut w = World::new();
    w.route(to("127.4.0.0/16").via(2, "10.2.0.7"));
    assert!(w.get("127.4.0.1").starts_with("unknown"));
    assert!(w.ask(&from("127.4.0.1", "10.2.0.1")).starts_with("unknown"));
    // The longer prefix is that of table local, or both say the same.
    assert_eq!(w.get("127.0.0.1"), "local dev 1");
    assert_eq!(w.get("127.5.0.1"), "local dev 1");
    w.rule(Rule {
        mark: 1,
        mark_mask: u32::MAX,
        ..rule(10, 100)
    });
    assert_eq!(w.get("127.4.0.1"), "local dev 1");
    assert_eq!(w.ask(&from("127.4.0.1", "10.2.0.1")), "local dev 1");
}

#[test]
fn a_rule_that_is_missing_has_been_there() {
    let mut w = World::new();
    w.route(to("127.4.0.0/16").via(2, "10.2.0.7"));
    w.route(to("20.0.0.0/8").via(2, "").table(table_id::DEFAULT));
    assert_eq!(w.get("20.0.0.1"), "dev 2");
    w.0.rules4.pop();
    assert_eq!(w.get("127.4.0.1"), "local dev 1");
    assert_eq!(w.get("20.0.0.1"), "ENETUNREACH");
}

#[test]
fn what_a_path_says() {
    let mut w = World::new();
    let mut route = to("20.0.0.0/8").via(2, "10.2.0.7").metric(7);
    route.info.prefsrc = Some(ip("10.3.0.1"));
    w.route(route);
    let path = |flow: &Flow| match decide(&w.0, flow) {
        Verdict::Reachable(path) => path,
        other => panic!("{other:?}"),
    };
    let found = path(&flow("20.1.2.3"));
    assert_eq!((found.table, found.metric), (table_id::MAIN, 7));
    assert_eq!(found.prefix, prefix("20.0.0.0/8"));
    assert_eq!(found.prefsrc, Some(ip("10.3.0.1")));
    let info = w.0.tables.info(found.info.unwrap()).unwrap();
    assert_eq!(info.metric, 7);
    for flow in [
        out_of(3, "20.1.2.3"),
        out_of(2, "255.255.255.255"),
        flow("0.0.0.0"),
    ] {
        let assumed = path(&flow);
        assert_eq!((assumed.table, assumed.info), (0, None));
        assert_eq!(assumed.prefix, prefix(&flow.dst.to_string()));
    }
    // Whatever the routes say.
    let mut w = w;
    w.route(to("0.0.0.0/0").via(2, "10.2.0.7"));
    match decide(&w.0, &out_of(2, "255.255.255.255")) {
        Verdict::Reachable(path) => assert_eq!(path.info, None),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_the_copy_does_not_follow_is_unknown() {
    let mut w = World::new();
    w.route(to("0.0.0.0/0").via(2, "10.2.0.7"));
    w.route(to("20.0.0.0/8").via(2, "10.3.0.1"));
    assert!(w.get("20.0.0.1").starts_with("unknown"));
    w.route(to("21.0.0.0/8").leg(flagged(2, "10.3.0.1", leg_flag::ONLINK)));
    assert_eq!(w.get("21.0.0.1"), "10.3.0.1 dev 2");
    w.route(to("22.0.0.0/8").object(77));
    assert!(w.get("22.0.0.1").starts_with("unknown"));
    let vrf = Link {
        vrf: true,
        ..w.0.links[&3].clone()
    };
    w.0.links.insert(3, vrf);
    assert!(w.ask(&out_of(3, "23.0.0.1")).starts_with("unknown"));
    assert!(w.get("10.3.0.1").starts_with("unknown"));
    let port = Link {
        master: 3,
        ..w.0.links[&2].clone()
    };
    w.0.links.insert(2, port);
    assert!(w.ask(&out_of(2, "23.0.0.1")).starts_with("unknown"));
    assert_eq!(w.get("23.0.0.1"), "10.2.0.7 dev 2");
    // Multicast gets its source before the rules are asked.
    let mut w = World::new();
    assert_eq!(w.ask(&out_of(2, "232.0.0.1")), "multicast dev 2");
    w.rule(Rule {
        src: Some(prefix("10.2.0.1")),
        ..rule(10, 100)
    });
    assert!(w.ask(&out_of(2, "232.0.0.1")).starts_with("unknown"));
    let known = Flow {
        oif: 2,
        ..from("10.2.0.1", "232.0.0.1")
    };
    assert_eq!(w.ask(&known), "multicast dev 2");
}
