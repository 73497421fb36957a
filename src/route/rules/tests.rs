//! Rules, each selector and action by itself, and walks over several.

use core::slice::from_ref;

use super::super::decide4::world::*;
use super::super::types::*;
use super::action;

/// A world in which table 100 leads to eth3 and table main to eth2.
fn two_ways(rules: &[Rule]) -> World {
    let mut w = World::new();
    w.route(to("0.0.0.0/0").via(2, "10.2.0.7"));
    w.route(to("0.0.0.0/0").via(3, "10.3.0.7").table(100));
    for rule in rules {
        w.rule(rule.clone());
    }
    w
}

/// Whether a flow goes by a rule; and with `not` it is the other way round.
fn follows(rule: &Rule, flow: &Flow) -> bool {
    let way = |invert| {
        let rule = Rule {
            invert,
            ..rule.clone()
        };
        match two_ways(&[rule]).ask(flow).as_str() {
            "10.3.0.7 dev 3" => true,
            "10.2.0.7 dev 2" => false,
            other => panic!("{other}"),
        }
    };
    assert_ne!(way(false), way(true));
    way(false)
}

const DST: &str = "20.0.0.1";

#[test]
fn mark() {
    let marked = |mark| Flow { mark, ..flow(DST) };
    let some = Rule {
        mark: 0x12,
        mark_mask: 0xf2,
        ..rule(10, 100)
    };
    assert!(follows(&some, &marked(0x12)));
    assert!(follows(&some, &marked(0xf1f)));
    assert!(!follows(&some, &marked(0x10)));
    assert!(!follows(&some, &marked(0)));
    let none = Rule {
        mark: 0,
        mark_mask: 0xff,
        ..rule(10, 100)
    };
    assert!(follows(&none, &marked(0x100)));
    assert!(!follows(&none, &marked(1)));
}

#[test]
fn addresses() {
    let dst = Rule {
        dst: Some(prefix("20.0.0.0/24")),
        ..rule(10, 100)
    };
    assert!(follows(&dst, &flow(DST)));
    assert!(!follows(&dst, &flow("20.0.1.1")));
    let src = Rule {
        src: Some(prefix("10.2.0.0/24")),
        ..rule(10, 100)
    };
    assert!(follows(&src, &from("10.2.0.1", DST)));
    assert!(!follows(&src, &from("10.3.0.1", DST)));
    assert!(!follows(&src, &flow(DST)));
    // A source that is not settled is 0.0.0.0.
    let low = Rule {
        src: Some(prefix("0.0.0.0/4")),
        ..rule(10, 100)
    };
    assert!(follows(&low, &flow(DST)));
}

#[test]
fn interfaces() {
    let by = |iif: &str, oif: &str| Rule {
        iif: name(iif),
        oif: name(oif),
        ..rule(10, 100)
    };
    assert!(follows(&by("lo", ""), &flow(DST)));
    assert!(!follows(&by("eth2", ""), &flow(DST)));
    assert!(!follows(&by("", "eth3"), &flow(DST)));
    assert!(!follows(&by("", "gone"), &flow(DST)));
    let w = two_ways(&[by("", "eth3")]);
    assert_eq!(w.ask(&out_of(3, DST)), "10.3.0.7 dev 3");
    assert_eq!(w.ask(&out_of(2, DST)), "10.2.0.7 dev 2");
    let mut w = two_ways(&[by("", "eth3")]);
    w.route(to("0.0.0.0/0").via(3, "10.3.0.8").metric(1));
    w.link(3, "renamed", 1);
    assert_eq!(w.ask(&out_of(3, DST)), "10.3.0.8 dev 3");
}

#[test]
fn ds_field() {
    let with = |tos| Flow { tos, ..flow(DST) };
    let tos = Rule {
        tos: 0x10,
        ..rule(10, 100)
    };
    assert!(follows(&tos, &with(0x10)));
    assert!(follows(&tos, &with(0xf3)));
    assert!(!follows(&tos, &with(0x14)));
    let dscp = Rule {
        dscp: Some((4, 0x3f)),
        ..rule(10, 100)
    };
    assert!(follows(&dscp, &with(0x11)));
    assert!(!follows(&dscp, &with(0xf0)));
    let zero = Rule {
        dscp: Some((0, 0x3f)),
        ..rule(10, 100)
    };
    assert!(follows(&zero, &with(3)));
    assert!(!follows(&zero, &with(4)));
    let masked = Rule {
        dscp: Some((4, 0x0c)),
        ..rule(10, 100)
    };
    assert!(follows(&masked, &with(0xd0)));
    assert!(!follows(&masked, &with(0x30)));
}

#[test]
fn user() {
    let users = Rule {
        uid: Some((1000, 1001)),
        ..rule(10, 100)
    };
    for (uid, expected) in [(999, false), (1000, true), (1001, true), (1002, false)] {
        assert_eq!(
            follows(
                &users,
                &Flow {
                    uid: Some(uid),
                    ..flow(DST)
                }
            ),
            expected
        );
    }
}

#[test]
fn protocol_and_ports() {
    let udp = Rule {
        protocol: 17,
        ..rule(10, 100)
    };
    let with = |protocol| Flow {
        protocol,
        ..flow(DST)
    };
    assert!(follows(&udp, &with(17)));
    assert!(!follows(&udp, &with(6)));
    // Not told is UDP for the kernel.
    assert!(follows(&udp, &with(0)));
    let range = |from, to, mask| Some(Ports { from, to, mask });
    let to_port = |dport| Flow { dport, ..flow(DST) };
    let from_port = |sport| Flow { sport, ..flow(DST) };
    let dport = |ports| Rule {
        dport: ports,
        ..rule(10, 100)
    };
    for (port, expected) in [(79, false), (80, true), (90, true), (91, false), (0, false)] {
        assert_eq!(follows(&dport(range(80, 90, 0)), &to_port(port)), expected);
        assert_eq!(
            follows(&dport(range(80, 90, 0xffff)), &to_port(port)),
            expected
        );
    }
    assert!(follows(&dport(range(80, 80, 0xffff)), &to_port(80)));
    assert!(!follows(&dport(range(80, 80, 0xffff)), &to_port(81)));
    assert!(follows(&dport(range(0x80, 0x80, 0xfff0)), &to_port(0x8f)));
    assert!(!follows(&dport(range(0x80, 0x80, 0xfff0)), &to_port(0x90)));
    let sport = Rule {
        sport: range(53, 53, 0xffff),
        ..rule(10, 100)
    };
    assert!(follows(&sport, &from_port(53)));
    assert!(!follows(&sport, &from_port(54)));
}

#[test]
fn vrf_rules_are_not_for_flows_outside() {
    let vrf = Rule {
        l3mdev: true,
        ..rule(10, 100)
    };
    assert!(!follows(&vrf, &flow(DST)));
}

#[test]
fn unknown_selectors_matter_only_where_the_rule_would_do_something() {
    let odd = Rule {
        unknown: true,
        ..rule(10, 100)
    };
    assert!(two_ways(from_ref(&odd)).get(DST).starts_with("unknown"));
    let other_mark = Rule {
        mark: 1,
        mark_mask: 1,
        ..odd.clone()
    };
    assert_eq!(two_ways(from_ref(&other_mark)).get(DST), "10.2.0.7 dev 2");
    let inverted = Rule {
        invert: true,
        ..other_mark
    };
    assert_eq!(two_ways(&[inverted]).get(DST), "10.3.0.7 dev 3");
    let nop = Rule {
        action: action::NOP,
        ..odd.clone()
    };
    assert_eq!(two_ways(&[nop]).get(DST), "10.2.0.7 dev 2");
    // What comes before it decides.
    let w = two_ways(&[odd]);
    assert_eq!(w.get("10.2.0.1"), "local dev 1");
}

#[test]
fn actions() {
    for (action, errno) in [
        (6, "EINVAL"),
        (action::UNREACHABLE, "ENETUNREACH"),
        (action::PROHIBIT, "EACCES"),
    ] {
        let rule = Rule {
            action,
            ..rule(10, 0)
        };
        let w = two_ways(&[rule]);
        assert_eq!(w.get(DST), errno);
        assert_eq!(w.get("10.2.0.1"), "local dev 1");
        assert_eq!(w.ask(&out_of(3, DST)), "dev 3");
    }
    let nop = Rule {
        action: action::NOP,
        ..rule(10, 0)
    };
    // A table that is not there is one that is empty.
    let w = two_ways(&[nop, rule(11, 12345), rule(20, 100)]);
    assert_eq!(w.get(DST), "10.3.0.7 dev 3");
}

#[test]
fn goto() {
    let jump = |pref, goto| Rule {
        action: action::GOTO,
        goto,
        ..rule(pref, 0)
    };
    let stop = Rule {
        action: 6,
        ..rule(15, 0)
    };
    assert_eq!(two_ways(from_ref(&stop)).get(DST), "EINVAL");
    let w = two_ways(&[jump(10, 20), stop.clone(), rule(20, 100)]);
    assert_eq!(w.get(DST), "10.3.0.7 dev 3");
    // The first of those at the target; it must want the flow itself.
    let marked = Rule {
        mark: 1,
        mark_mask: 1,
        ..rule(20, 12345)
    };
    let w = two_ways(&[jump(10, 20), stop.clone(), marked, rule(20, 100)]);
    assert_eq!(w.get(DST), "10.3.0.7 dev 3");
    // Nothing there: on with the next.
    assert_eq!(two_ways(&[jump(10, 30), stop.clone()]).get(DST), "EINVAL");
    // What leads back is no rule of a kernel; it must not lead round in circles.
    assert_eq!(
        two_ways(&[jump(10, 10), jump(12, 10), stop]).get(DST),
        "EINVAL"
    );
}

#[test]
fn suppressed_results() {
    let short = |len| Rule {
        suppress_len: Some(len),
        ..rule(10, 100)
    };
    let mut w = two_ways(&[short(0)]);
    assert_eq!(w.get(DST), "10.2.0.7 dev 2");
    w.route(to("20.0.0.0/8").via(3, "10.3.0.8").table(100));
    assert_eq!(w.get(DST), "10.3.0.8 dev 3");
    w.rule(Rule {
        pref: 5,
        ..short(8)
    });
    assert_eq!(w.get(DST), "10.3.0.8 dev 3");
    let mut w = two_ways(&[short(16)]);
    w.route(to("20.0.0.0/8").via(3, "10.3.0.8").table(100));
    assert_eq!(w.get(DST), "10.2.0.7 dev 2");
    // Errors are never suppressed.
    w.route(to("21.0.0.0/8").kind(kind::UNREACHABLE).table(100));
    assert_eq!(w.get("21.0.0.1"), "EHOSTUNREACH");
    let group = |group| Rule {
        suppress_group: Some(group),
        ..rule(10, 100)
    };
    assert_eq!(two_ways(&[group(3)]).get(DST), "10.2.0.7 dev 2");
    assert_eq!(two_ways(&[group(2)]).get(DST), "10.3.0.7 dev 3");
    // The first leg's, even if it is dead.
    let mut w = two_ways(&[group(2)]);
    let dead = Leg {
        flags: leg_flag::DEAD,
        ..leg(2, "10.2.0.8")
    };
    w.route(to("20.0.0.0/8").leg(dead).via(3, "10.3.0.8").table(100));
    assert_eq!(w.get(DST), "10.2.0.7 dev 2");
    // The kernel does not tell that the group of an interface that is down is another.
    w.link(2, "eth2", 0);
    let unsure = "unknown: the group of an interface that is down";
    assert_eq!(w.get(DST), unsure);
}
