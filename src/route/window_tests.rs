//! What the window of a dump makes of messages.

use super::copy::KernelCopy;
use super::copy_tests::{
    ALL_UP, APPEND, CREATE, GONE, REPLACE, UP, addr, by_object, dump, flags, gone, infos, ip, legs,
    link, nexthop, route, rule, say, tell, there, what, world,
};
use super::decide::decide;
use super::sync::Wanting;
use super::types::{Family, RouteInfo, Verdict, What, leg_flag};
use core::net::IpAddr;

/// A window in which something is announced before, and something after the dump's entries.
fn window(
    before: impl Fn(&mut KernelCopy),
    entries: &[What],
    after: impl Fn(&mut KernelCopy),
) -> KernelCopy {
    let mut c = KernelCopy::new();
    c.begin_window();
    for index in [3, 5] {
        dump(&mut c, link(index, ALL_UP));
    }
    dump(&mut c, addr(3, "10.0.0.1/24"));
    c.begin_pass();
    before(&mut c);
    for entry in entries {
        dump(&mut c, entry.clone());
    }
    after(&mut c);
    c
}

fn nothing(_: &mut KernelCopy) {}

fn gateways(c: &KernelCopy, to: &str) -> Vec<u8> {
    let last = |info: &RouteInfo| match info.legs.as_slice().first().and_then(|leg| leg.gateway) {
        Some(IpAddr::V4(a)) => a.octets()[3],
        Some(IpAddr::V6(a)) => a.octets()[15],
        None => 0,
    };
    infos(c, to).iter().map(last).collect()
}

#[test]
fn what_was_announced_beats_the_dump() {
    let to = "50.0.0.0/8";
    let x = |n: u8| what(to, &[(3, &format!("10.0.0.{n}"))]);
    // a ghost
    let c = window(|c| drop(gone(c, x(2))), &[x(2), x(3)], nothing);
    assert_eq!(gateways(&c, to), [3]);
    // dumped first, then announced
    let c = window(nothing, &[x(2), x(3)], |c| drop(tell(c, x(2))));
    assert_eq!(gateways(&c, to), [2, 3]);
    // prepended and appended around what the dump tells
    let c = window(
        |c| {
            tell(c, x(9));
            say(c, x(8), CREATE | APPEND, false, false);
            say(c, x(7), CREATE | APPEND, false, false);
        },
        &[x(2), x(3)],
        nothing,
    );
    assert_eq!(gateways(&c, to), [9, 2, 3, 8, 7]);
    // the dump is asked for again: nothing is there twice
    let c = window(nothing, &[x(2), x(3), x(2), x(3)], nothing);
    assert_eq!(gateways(&c, to), [2, 3]);
}

/// Whether something is open after a pass.
fn doubtful(c: &mut KernelCopy) -> bool {
    c.end_pass(true);
    c.wanting() != Wanting::Nothing
}

#[test]
fn doubt_is_of_prefixes_and_the_kernel_knows() {
    let (to, other) = ("50.0.0.0/8", "60.0.0.0/8");
    let unsure = |c: &KernelCopy, dst: &str| {
        let flow = crate::route::decide4::world::flow(dst);
        matches!(decide(c, &flow), Verdict::Unknown(_))
    };
    let replaced_twice = |c: &mut KernelCopy, to: &str| {
        let by = |n: u8| what(to, &[(3, &format!("10.0.0.{n}"))]);
        say(c, by(9), REPLACE, false, false);
        say(c, by(8), REPLACE, false, false);
    };
    let entry = |to: &str| what(to, &[(3, "10.0.0.2")]);
    let mut c = window(
        |c| replaced_twice(c, to),
        &[entry(to), entry(other)],
        nothing,
    );
    assert!(doubtful(&mut c));
    // another one in the next pass: neither is left
    let mut both = window(|c| replaced_twice(c, to), &[entry(to)], nothing);
    assert!(doubtful(&mut both));
    both.begin_pass();
    replaced_twice(&mut both, other);
    dump(&mut both, entry(other));
    assert!(!doubtful(&mut both));
    both.end_window();
    assert!(!unsure(&both, "50.0.0.1") && !unsure(&both, "60.0.0.1"));
    // for good
    c.end_window();
    assert!(unsure(&c, "50.0.0.1") && !unsure(&c, "60.0.0.1"));
    c.begin_window();
    c.end_window();
    assert!(!unsure(&c, "50.0.0.1"));
}

#[test]
fn ipv6_replaces_one_of_its_kind() {
    let to = "2001:50::/32";
    let by = |c: &mut KernelCopy| drop(say(c, what(to, &[(5, "")]), REPLACE, false, false));
    let mut c = window(
        by,
        &[what(to, &[(3, "2001:db8::2")]), what(to, &[(3, "")])],
        nothing,
    );
    // which of them it was is not to be seen
    assert!(doubtful(&mut c));
    c.end_window();
    let flow = crate::route::decide4::world::flow("2001:50::1");
    assert!(matches!(decide(&c, &flow), Verdict::Unknown(_)));
    let mut c = window(by, &[what(to, &[(3, "")])], nothing);
    assert!(!doubtful(&mut c));
    assert_eq!(gateways(&c, to), [0]);
}

#[test]
fn gaps_in_dumps_of_ipv6_are_open() {
    let at = |n: u8| what(&format!("2001:db8:{n}::/48"), &[(3, "")]);
    let mut c = window(nothing, &[], nothing);
    for (block, change) in [([1, 2], 1), ([4, 5], 4)] {
        c.begin_block();
        for n in block {
            dump(&mut c, at(n));
        }
        c.end_block();
        gone(&mut c, at(change));
    }
    c.end_pass(false);
    assert_eq!(c.wanting(), Wanting::V6);
    c.end_window();
    // it is not whole
    assert!(c.lacks_some());
    let unsure = |dst: &str| {
        let flow = crate::route::decide4::world::flow(dst);
        matches!(decide(&c, &flow), Verdict::Unknown(_))
    };
    assert!(unsure("2001:db8:3::1") && !unsure("2001:db8:8::1") && !unsure("10.0.0.9"));
}

#[test]
fn ipv6_routes_may_be_there_twice() {
    let to = "2001:50::/32";
    let [x, y] = [3, 5].map(|index| what(to, &[(index, "")]));
    let slice = core::slice::from_ref;
    let by = |c: &KernelCopy| -> Vec<u32> {
        let index = |info: &RouteInfo| info.legs.as_slice().first().map_or(0, |leg| leg.index);
        infos(c, to).iter().map(index).collect()
    };
    let replace = |c: &mut KernelCopy| drop(say(c, y.clone(), REPLACE, false, false));
    let block = |c: &mut KernelCopy, entries: &[&What]| {
        c.begin_block();
        for entry in entries {
            dump(c, (*entry).clone());
        }
        c.end_block();
    };
    // each pass tells of both; one goes
    let mut c = window(nothing, &[y.clone(), y.clone()], nothing);
    assert!(!doubtful(&mut c));
    c.begin_pass();
    block(&mut c, &[&y, &y]);
    assert!(!doubtful(&mut c));
    assert_eq!(by(&c), [5, 5]);
    c.end_window();
    gone(&mut c, y.clone());
    assert_eq!(by(&c), [5]);
    // one goes, and what the dump tells of then may be the other one: the next pass knows
    let mut c = window(|c| drop(gone(c, y.clone())), slice(&y), nothing);
    assert!(doubtful(&mut c));
    c.begin_pass();
    block(&mut c, &[&y]);
    assert!(!doubtful(&mut c));
    assert_eq!(by(&c), [5]);
    // one took the place of what the dump has not told of, and there was one before
    let mut c = window(replace, &[x.clone(), y.clone()], nothing);
    assert!(doubtful(&mut c));
    c.begin_pass();
    block(&mut c, &[&y, &y]);
    assert!(!doubtful(&mut c));
    assert_eq!(by(&c), [5, 5]);
    // it is the only one: to replace makes no more of them
    let mut c = window(replace, core::slice::from_ref(&y), nothing);
    assert!(!doubtful(&mut c));
    // the kernel takes no second one that is added
    let again = |c: &mut KernelCopy| {
        gone(c, y.clone());
        tell(c, y.clone());
    };
    let mut c = window(again, core::slice::from_ref(&y), nothing);
    assert!(!doubtful(&mut c));
    assert_eq!(by(&c), [5]);
    // a block that begins with what the one before ended with
    for (changed, open) in [(false, vec![5, 5]), (true, vec![5])] {
        let mut c = window(nothing, &[], nothing);
        block(&mut c, &[&y]);
        if changed {
            tell(&mut c, what("2001:51::/32", &[(3, "")]));
        }
        block(&mut c, &[&y]);
        assert_eq!((doubtful(&mut c), by(&c)), (changed, open));
    }
}

#[test]
fn what_is_in_doubt_is_read_in_the_order_of_the_dump() {
    // announced before routes were asked for
    let to = "50.0.0.0/8";
    let x = |n: u8| what(to, &[(3, &format!("10.0.0.{n}"))]);
    let append = |c: &mut KernelCopy, n| drop(say(c, x(n), CREATE | APPEND, false, false));
    let mut c = KernelCopy::new();
    c.begin_window();
    append(&mut c, 4);
    c.begin_pass();
    for n in [2, 3, 4] {
        dump(&mut c, x(n));
    }
    assert_eq!(gateways(&c, to), [2, 3, 4]);
    // appended behind one that went before the dump told of it, then replaced
    let change = |c: &mut KernelCopy| {
        append(c, 4);
        gone(c, x(2));
        say(c, x(5), REPLACE, false, false);
    };
    let mut c = window(change, &[x(5)], nothing);
    assert!(doubtful(&mut c));
    c.begin_pass();
    dump(&mut c, x(5));
    assert!(!doubtful(&mut c));
    assert_eq!(gateways(&c, to), [5]);
    // in a later pass the copy has them all
    let mut c = window(nothing, &[x(2)], nothing);
    assert!(!doubtful(&mut c));
    c.begin_pass();
    change(&mut c);
    assert_eq!(gateways(&c, to), [5]);
}

#[test]
fn an_object_that_is_replaced_does_not_replace_routes() {
    let to = "2001:50::/32";
    let object = |id, gateway| nexthop(id, Some((3, gateway)), &[]);
    let ids =
        |c: &KernelCopy| -> Vec<u32> { infos(c, to).iter().map(|info| info.nexthop_id).collect() };
    let request = |c: &mut KernelCopy, what: What, seq| {
        let m = super::types::Message {
            kind: 0,
            flags: REPLACE,
            seq,
            port: 7,
            gone: false,
            what,
        };
        c.apply(&m, false);
    };
    let mut c = world();
    for id in [1, 2] {
        request(&mut c, object(id, "fe80::2"), 1);
        tell(&mut c, by_object(to, id));
    }
    // what its users are told with it
    request(&mut c, object(2, "fe80::3"), 2);
    request(&mut c, by_object(to, 2), 2);
    assert_eq!(ids(&c), [1, 2]);
    // another request
    request(&mut c, by_object(to, 2), 3);
    assert_eq!(ids(&c), [2, 2]);
    // while all is read, the dump tells where it is
    let told = |c: &mut KernelCopy| {
        request(c, object(2, "fe80::3"), 2);
        request(c, by_object(to, 2), 2);
    };
    let mut c = window(told, &[by_object(to, 1), by_object(to, 2)], nothing);
    assert!(!doubtful(&mut c));
    assert_eq!(ids(&c), [1, 2]);
}

#[test]
fn a_replaced_route_does_not_come_back() {
    let to = "50.0.0.0/8";
    let x = |n: u8| what(to, &[(3, &format!("10.0.0.{n}"))]);
    let replace = |c: &mut KernelCopy| drop(say(c, x(9), REPLACE, false, false));
    // the block with the old one is older, or it has the new one already
    let mut c = window(replace, &[x(2), x(3)], nothing);
    assert_eq!(gateways(&c, to), [9, 3]);
    assert!(!doubtful(&mut c));
    let c = window(replace, &[x(9), x(3)], nothing);
    assert_eq!(gateways(&c, to), [9, 3]);
    // the dump told of it before
    let c = window(nothing, &[x(2), x(3)], replace);
    assert_eq!(gateways(&c, to), [9, 3]);
    let c = window(nothing, &[x(9), x(3)], replace);
    assert_eq!(gateways(&c, to), [9, 3]);
    // too much for one pass; the next one is right
    let mut c = window(
        |c| {
            replace(c);
            gone(c, x(8));
        },
        &[x(3)],
        nothing,
    );
    assert!(doubtful(&mut c));
    c.begin_pass();
    dump(&mut c, x(9));
    dump(&mut c, x(3));
    assert!(!doubtful(&mut c));
    assert_eq!(gateways(&c, to), [9, 3]);
    // it was replaced and is gone: what is told of may be another one
    let mut c = window(
        |c| {
            replace(c);
            gone(c, x(9));
        },
        &[x(3)],
        nothing,
    );
    assert!(doubtful(&mut c));
    // an appended one is not what was replaced
    let c = window(
        |c| {
            say(c, x(4), CREATE | APPEND, false, false);
            replace(c);
        },
        &[x(2), x(3), x(4)],
        nothing,
    );
    assert_eq!(gateways(&c, to), [9, 3, 4]);
}

#[test]
fn interfaces_and_addresses_touch_their_routes() {
    let to = "50.0.0.0/8";
    let one = what(to, &[(3, "10.0.0.2")]);
    let two = what("51.0.0.0/8", &[(3, "10.0.0.2"), (5, "10.0.1.2")]);
    let six = what("2001:50::/32", &[(3, "")]);
    let all = [one.clone(), two.clone(), six.clone()];
    let down = |c: &mut KernelCopy| drop(tell(c, link(3, 0)));
    let c = window(down, &all, nothing);
    assert!(!there(&c, to) && !there(&c, "2001:50::/32"));
    assert_eq!(flags(&c, "51.0.0.0/8"), [(3, GONE), (5, 0)]);
    // up again: what is there now was announced
    let again = |c: &mut KernelCopy| {
        down(c);
        tell(c, link(3, ALL_UP));
        tell(c, one.clone());
    };
    let c = window(again, &all, nothing);
    assert!(there(&c, to) && !there(&c, "2001:50::/32"));
    assert_eq!(flags(&c, "51.0.0.0/8"), [(3, 0), (5, 0)]);
    // the carrier; the last address; the interface itself
    let c = window(|c| drop(tell(c, link(3, UP))), &all, nothing);
    assert_eq!(flags(&c, to), [(3, leg_flag::LINKDOWN)]);
    let c = window(|c| drop(gone(c, addr(3, "10.0.0.1/24"))), &all, nothing);
    assert!(!there(&c, to) && there(&c, "2001:50::/32"));
    let c = window(|c| drop(gone(c, link(3, 0))), &all, nothing);
    assert!(!there(&c, to) && !there(&c, "51.0.0.0/8") && !there(&c, "2001:50::/32"));
    assert!(!c.links.contains_key(&3));
}

#[test]
fn only_the_leg_that_went_is_missing() {
    let to = "2001:50::/32";
    let ways = [(3, "2001:db8::2"), (3, "2001:db8::3"), (5, "2001:db8:1::4")];
    let whole = what(to, &ways);
    let leg = |c: &mut KernelCopy| drop(gone(c, what(to, &ways[..1])));
    for c in [
        window(leg, core::slice::from_ref(&whole), nothing),
        window(nothing, core::slice::from_ref(&whole), leg),
    ] {
        assert_eq!(
            infos(&c, to).first().unwrap().legs.as_slice(),
            legs(&ways[1..]).as_slice()
        );
    }
    // announced as a whole
    let c = window(
        |c| drop(tell(c, what(to, &ways[1..]))),
        core::slice::from_ref(&whole),
        nothing,
    );
    assert_eq!(infos(&c, to).first().unwrap().legs.as_slice().len(), 2);
    // a second pass finds what the first one missed
    let mut c = window(nothing, &[], nothing);
    c.begin_pass();
    dump(&mut c, what(to, &ways));
    assert_eq!(infos(&c, to).first().unwrap().legs.as_slice().len(), 3);
}

#[test]
fn a_window_starts_empty_and_forgets_what_is_not_there() {
    let mut c = world();
    c.begin_window();
    assert_eq!(
        c.tables.len(Family::V4) + c.tables.len(Family::V6) + c.links.len(),
        0
    );
    tell(&mut c, link(3, 0));
    dump(&mut c, link(3, ALL_UP));
    gone(&mut c, link(5, 0));
    dump(&mut c, link(5, ALL_UP));
    gone(&mut c, addr(3, "10.0.0.1/24"));
    dump(&mut c, addr(3, "10.0.0.1/24"));
    gone(&mut c, What::Rule(rule(100, 7)));
    dump(&mut c, What::Rule(rule(100, 7)));
    gone(&mut c, nexthop(1, None, &[]));
    dump(&mut c, nexthop(1, Some((3, "10.0.0.2")), &[]));
    c.end_window();
    assert!(!c.links.get(&3).unwrap().up() && !c.links.contains_key(&5));
    assert!(!c.local_address(ip("10.0.0.1")) && c.rules4.is_empty() && c.nexthops.is_empty());
}

#[test]
fn nonsense_does_no_harm() {
    let mut c = world();
    tell(&mut c, link(0, u32::MAX));
    tell(&mut c, link(u32::MAX, 0));
    gone(&mut c, link(u32::MAX, 0));
    let mut odd = route("0.0.0.0/0", u32::MAX, &[(u32::MAX, ""), (0, "::1")]);
    odd.info.nexthop_id = u32::MAX;
    odd.info.kind = 255;
    odd.info.flags = u32::MAX;
    tell(&mut c, What::Route(odd.clone()));
    gone(&mut c, What::Route(odd));
    // a group that is its own member
    tell(&mut c, nexthop(9, None, &[(9, u16::MAX), (9, 0)]));
    tell(&mut c, by_object("40.0.0.0/8", 9));
    gone(&mut c, nexthop(9, None, &[]));
    assert!(!there(&c, "40.0.0.0/8"));
    dump(&mut c, what("77.0.0.0/8", &[(0, "")]));
}
