//! The tables against a naive list, and their order, sharing and walks.

use super::places::FEW_PLACES;
use super::table::{Change, MOST_REMOVED, MOST_SCANNED, MOST_WALKED, Tables, TooMany};
use super::tally::Which;
use super::types::{Family, Leg, Legs, Prefix, Route, RouteInfo, kind};
use core::net::IpAddr;

const REPLACE: u16 = 0x100;
const CREATE: u16 = 0x400;
const APPEND: u16 = 0x800;

/// Spares nothing.
fn no(_: u32, _: Prefix) -> bool {
    false
}

fn prefix(text: &str) -> Prefix {
    let (address, len) = text.split_once('/').unwrap();
    Prefix::new(address.parse().unwrap(), len.parse().unwrap()).unwrap()
}

fn leg(index: u32, gateway: &str) -> Leg {
    Leg {
        index,
        gateway: gateway.parse().ok(),
        weight: 1,
        ..Leg::default()
    }
}

fn info(metric: u32, tos: u8, legs: Vec<Leg>) -> RouteInfo {
    RouteInfo {
        kind: kind::UNICAST,
        scope: 0,
        protocol: 3,
        tos,
        pref: 0,
        flags: 0,
        metric,
        nexthop_id: 0,
        prefsrc: None,
        source: None,
        legs: Legs::from_vec(legs),
    }
}

fn route(to: &str, metric: u32, tos: u8, legs: Vec<Leg>) -> Route {
    Route {
        table: 254,
        dst: prefix(to),
        info: info(metric, tos, legs),
        expires: 0,
    }
}

/// The last number of the gateways, or the interface, of each leg of each route to a prefix.
fn ways(tables: &Tables, to: &str) -> Vec<Vec<u32>> {
    let aliases = tables.exact(254, prefix(to)).into_iter().flatten();
    let number = |leg: &Leg| match leg.gateway {
        Some(IpAddr::V4(a)) => u32::from(a.octets()[3]),
        Some(IpAddr::V6(a)) => u32::from(a.octets()[15]),
        None => 100 + leg.index,
    };
    let legs = |info: &RouteInfo| info.legs.as_slice().iter().map(number).collect();
    aliases.map(|(_, info)| legs(info)).collect()
}

#[test]
fn ipv4_routes_have_the_kernels_order() {
    let mut t = Tables::default();
    let to = "50.0.0.0/8";
    // As seen in a kernel: see what `ip route show` printed after the same commands.
    for (gateway, metric, tos, flags) in [
        ("10.0.0.2", 0, 0, CREATE),
        ("10.0.0.3", 0, 0, CREATE | APPEND),
        ("10.0.0.4", 0, 0, CREATE),
        ("10.0.0.5", 7, 0, CREATE),
        ("10.0.0.6", 0, 0x10, CREATE),
        ("10.0.0.7", 0, 0x08, CREATE),
    ] {
        assert!(
            t.add(&route(to, metric, tos, vec![leg(3, gateway)]), flags)
                .added
        );
    }
    assert_eq!(ways(&t, to), [[6], [7], [4], [2], [3], [5]]);
    let other = route(to, 0, 0, vec![leg(3, "10.0.0.9")]);
    let change = t.add(&other, REPLACE);
    assert!(change.added && change.removed && change.gateway);
    assert_eq!(ways(&t, to), [[6], [7], [9], [2], [3], [5]]);
    // the same again
    assert_eq!(t.add(&other, CREATE), Change::default());
    // as a type
    let mut blackhole = route(to, 7, 0, vec![]);
    blackhole.info.kind = kind::BLACKHOLE;
    t.add(&blackhole, REPLACE);
    assert_eq!(
        t.exact(254, prefix(to))
            .unwrap()
            .iter()
            .last()
            .unwrap()
            .1
            .kind,
        kind::BLACKHOLE
    );
    // only what is described goes, whatever its interface does
    let mut gone = route(to, 0, 0, vec![leg(3, "10.0.0.2")]);
    gone.info.legs.as_mut_slice()[0].flags = 17;
    gone.info.flags = 17;
    assert!(t.remove(&gone).removed);
    assert_eq!(t.remove(&gone), Change::default());
    assert_eq!(ways(&t, to), [vec![6], vec![7], vec![9], vec![3], vec![]]);
    assert_eq!(t.len(Family::V4), 5);
}

#[test]
fn flags_of_a_leg_follow_without_another_route() {
    let mut t = Tables::default();
    let mut r = route("50.0.0.0/8", 0, 0, vec![leg(3, "10.0.0.2")]);
    t.add(&r, CREATE);
    r.info.flags = 16;
    r.info.legs.as_mut_slice()[0].flags = 16;
    let change = t.add(&r, CREATE);
    assert!(change.updated && !change.added && !change.removed);
    let aliases = t.exact(254, r.dst).unwrap();
    assert_eq!(
        aliases.iter().next().unwrap().1.legs.as_slice()[0].flags,
        16
    );
    assert_eq!(aliases.iter().count(), 1);
}

#[test]
fn ipv6_legs_gather_and_leave() {
    let mut t = Tables::default();
    let to = "2001:db8:f::/48";
    let gateways = |all: &[&str]| all.iter().map(|g| leg(3, g)).collect::<Vec<_>>();
    t.add(&route(to, 1024, 0, gateways(&["2001:db8::2"])), CREATE);
    // what is announced begins with the new leg
    t.add(
        &route(to, 1024, 0, gateways(&["2001:db8::3", "2001:db8::2"])),
        CREATE | APPEND,
    );
    t.add(&route(to, 1024, 0, vec![leg(4, "")]), CREATE | APPEND);
    t.add(&route(to, 5, 0, gateways(&["2001:db8::7"])), CREATE);
    assert_eq!(ways(&t, to), [vec![7], vec![2, 3], vec![104]]);
    assert_eq!(t.len(Family::V6), 3);
    // one leg goes, whoever put it there
    let mut gone = route(to, 1024, 0, gateways(&["2001:db8::2"]));
    gone.info.protocol = 77;
    assert!(t.remove(&gone).removed);
    assert_eq!(ways(&t, to), [vec![7], vec![3], vec![104]]);
    // a route without gateway takes the place of its like, and so does the other kind
    t.add(&route(to, 1024, 0, vec![leg(5, "")]), REPLACE);
    assert_eq!(ways(&t, to), [vec![7], vec![3], vec![105]]);
    t.add(
        &route(to, 1024, 0, gateways(&["2001:db8::8", "2001:db8::9"])),
        REPLACE,
    );
    assert_eq!(ways(&t, to), [vec![7], vec![8, 9], vec![105]]);
    // no like: the first one
    t.add(&route(to, 5, 0, vec![leg(6, "")]), REPLACE);
    assert_eq!(ways(&t, to), [vec![106], vec![8, 9], vec![105]]);
    assert!(
        t.remove(&route(
            to,
            1024,
            0,
            gateways(&["2001:db8::8", "2001:db8::9"])
        ))
        .removed
    );
    assert!(t.remove(&route(to, 1024, 0, vec![leg(5, "")])).removed);
    assert_eq!(
        t.remove(&route(to, 1024, 0, vec![leg(5, "")])),
        Change::default()
    );
    assert!(t.remove(&route(to, 5, 0, vec![leg(6, "")])).removed);
    assert_eq!((t.len(Family::V6), t.table_ids(Family::V6).count()), (0, 0));
}

#[test]
fn routes_of_routers_stay_apart() {
    let mut t = Tables::default();
    for gateway in ["fe80::1", "fe80::2"] {
        let mut r = route("::/0", 1024, 0, vec![leg(3, gateway)]);
        r.info.protocol = 9;
        t.add(&r, CREATE);
    }
    assert_eq!(ways(&t, "::/0"), [[1], [2]]);
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

fn some_prefix(dice: &mut Dice, family: Family) -> Prefix {
    let len = match dice.roll(4) {
        0 => 0,
        1 => family.bits(),
        _ => dice.roll(u64::from(family.bits()) + 1) as u8,
    };
    Prefix::new(some_address(dice, family), len).unwrap()
}

fn some_address(dice: &mut Dice, family: Family) -> IpAddr {
    // Few different ones, so that they nest.
    let (high, low) = (dice.roll(4) as u32, dice.roll(8) as u32);
    match family {
        Family::V4 => IpAddr::from((high << 30 | low).to_be_bytes()),
        Family::V6 => IpAddr::from((u128::from(high) << 126 | u128::from(low)).to_be_bytes()),
    }
}

#[test]
fn the_longest_prefixes_come_first_as_in_a_naive_list() {
    let mut dice = Dice(42);
    for family in [Family::V4, Family::V6] {
        let mut t = Tables::default();
        let mut list: Vec<(u32, Prefix, u32)> = Vec::new();
        for _ in 0..20_000 {
            let table = dice.roll(3) as u32;
            let dst = some_prefix(&mut dice, family);
            let metric = dice.roll(3) as u32;
            let r = Route {
                table,
                dst,
                info: info(metric, 0, vec![leg(1 + metric, "")]),
                expires: 0,
            };
            let entry = (table, dst, metric);
            if dice.roll(2) == 0 {
                assert_eq!(t.add(&r, CREATE).added, !list.contains(&entry));
                if !list.contains(&entry) {
                    list.push(entry);
                }
            } else {
                assert_eq!(t.remove(&r).removed, list.contains(&entry));
                list.retain(|e| *e != entry);
            }
            assert_eq!(t.len(family), list.len());
            let ip = some_address(&mut dice, family);
            let mut found = Vec::new();
            for (p, aliases) in t.matches(table, ip) {
                found.extend(aliases.iter().map(|(_, info)| (table, p, info.metric)));
            }
            let holds = |e: &&(u32, Prefix, u32)| e.0 == table && e.1.contains(ip);
            let mut naive: Vec<_> = list.iter().filter(holds).copied().collect();
            naive.sort_by_key(|e| (core::cmp::Reverse(e.1.len), e.2));
            assert_eq!(found, naive);
        }
        let all: Vec<_> = list.clone();
        for (table, dst, metric) in all {
            t.remove(&Route {
                table,
                dst,
                info: info(metric, 0, vec![leg(1 + metric, "")]),
                expires: 0,
            });
        }
        assert_eq!((t.len(family), t.kinds_of_infos()), (0, 0));
    }
}

#[test]
fn alike_routes_share_and_the_last_one_takes_it_along() {
    let mut t = Tables::default();
    for n in 0..1000u32 {
        let mut r = route("10.0.0.0/24", n % 2, 0, vec![leg(3, "10.0.0.2")]);
        r.dst = Prefix::new(IpAddr::from((n << 8).to_be_bytes()), 24).unwrap();
        t.add(&r, CREATE);
    }
    assert_eq!((t.len(Family::V4), t.kinds_of_infos()), (1000, 2));
    let mut removed = 0;
    let on = Which::Link(3);
    t.remove_where(
        Family::V4,
        on,
        |info| info.metric == 1,
        no,
        |table, p| {
            assert_eq!((table, p.len), (254, 24));
            removed += 1;
        },
    )
    .unwrap();
    assert_eq!(
        (removed, t.len(Family::V4), t.kinds_of_infos()),
        (500, 500, 1)
    );
    // of the other family
    t.remove_where(Family::V6, on, |_| true, no, |_, _| panic!())
        .unwrap();
    // nothing like that
    let one = |info: &RouteInfo| info.metric == 1;
    t.remove_where(Family::V4, on, one, no, |_, _| panic!())
        .unwrap();
    let other = Which::Link(4);
    t.remove_where(Family::V4, other, |_| panic!(), no, |_, _| panic!())
        .unwrap();
    // what is changed is shared still, and found under its new name; what followed from it is forgotten
    let dst = core::net::Ipv4Addr::new(20, 0, 0, 1);
    let answers = &t.answers4;
    while answers.borrow_mut().missed(dst, 0).is_none() {}
    let answer = super::types::Verdict::Unreachable(1);
    answers.borrow_mut().keep(dst, vec![(0, answer)]);
    assert!(answers.borrow().has(dst));
    let changed = t.update_infos(Family::V4, on, 10, |info| {
        info.prefsrc = Some("10.0.0.1".parse().unwrap());
        true
    });
    assert_eq!(changed, Ok(None));
    assert!(!t.answers4.borrow().has(dst));
    let mut r = route("0.0.0.0/24", 0, 0, vec![leg(3, "10.0.0.2")]);
    assert_eq!(t.remove(&r), Change::default());
    r.info.prefsrc = Some("10.0.0.1".parse().unwrap());
    assert!(t.remove(&r).removed);
    r.dst = prefix("99.0.0.0/8");
    t.add(&r, CREATE);
    assert_eq!(t.kinds_of_infos(), 1);
    t.remove_where(Family::V4, on, |_| true, no, |_, _| ())
        .unwrap();
    assert_eq!((t.len(Family::V4), t.kinds_of_infos()), (0, 0));
}

#[test]
fn removal_leaves_the_other_routes_of_a_prefix() {
    let mut t = Tables::default();
    for index in 1..=4 {
        t.add(
            &route("10.0.0.0/8", 0, 0, vec![leg(index, "")]),
            CREATE | APPEND,
        );
    }
    let out = |info: &RouteInfo| info.legs.as_slice()[0].index % 2 == 0;
    let mut told = 0;
    for index in 1..=4 {
        t.remove_where(Family::V4, Which::Link(index), out, no, |_, _| told += 1)
            .unwrap();
    }
    assert_eq!(
        (told, ways(&t, "10.0.0.0/8")),
        (2, vec![vec![101], vec![103]])
    );
    t.remove_where(Family::V4, Which::Link(1), |_| true, no, |_, _| ())
        .unwrap();
    assert_eq!(ways(&t, "10.0.0.0/8"), [[103]]);
    t.add(&route("10.0.0.0/8", 0, 0, vec![leg(9, "")]), CREATE);
    assert_eq!(ways(&t, "10.0.0.0/8"), [[109], [103]]);
}

#[test]
fn a_walk_goes_on_while_routes_come_and_go() {
    let mut t = Tables::default();
    for n in 0..200u32 {
        let dst = Prefix::new(
            IpAddr::from((n << 24 | n).to_be_bytes()),
            8 + (n % 25) as u8,
        );
        t.add(
            &Route {
                table: 7,
                dst: dst.unwrap(),
                info: info(0, 0, vec![leg(1, "")]),
                expires: 0,
            },
            CREATE,
        );
    }
    let mut at = None;
    let mut seen = Vec::new();
    while let Some((p, _)) = t.next(Family::V4, 7, at) {
        seen.push(p);
        // what was shown goes, and something before it comes
        t.remove(&Route {
            table: 7,
            dst: p,
            info: info(0, 0, vec![leg(1, "")]),
            expires: 0,
        });
        let early = Route {
            table: 7,
            dst: prefix("0.0.0.0/0"),
            info: info(0, 0, vec![]),
            expires: 0,
        };
        t.add(&early, CREATE);
        at = Some(p);
    }
    assert_eq!(seen.len(), 200);
    assert!(seen.is_sorted());
    assert_eq!(t.len(Family::V4), 1);
}

#[test]
fn a_route_takes_little_memory() {
    let mut dice = Dice(1);
    let mut t = Tables::default();
    while t.len(Family::V4) < 300_000 {
        // As in the Internet's table: most are 24 bits long, few shorter than 16.
        let len = [24, 24, 24, 24, 24, 23, 22, 22, 21, 20, 19, 16][dice.roll(12) as usize];
        let address = IpAddr::from((dice.roll(0xdfff_ffff) as u32).to_be_bytes());
        let dst = Prefix::new(address, len).unwrap();
        let legs = vec![leg(3, &format!("10.0.0.{}", dice.roll(200)))];
        let info = info(0, 0, legs);
        t.add(
            &Route {
                table: 254,
                dst,
                info,
                expires: 0,
            },
            CREATE,
        );
    }
    let each = t.mem_size() / t.len(Family::V4);
    assert!(each <= 64, "{each} bytes");
}

/// So many routes to prefixes of 32 bits, each with a metric of its own where they are `apart`.
fn many(count: usize, apart: bool, index: u32) -> Tables {
    let mut t = Tables::default();
    for n in 0..u32::try_from(count).unwrap() {
        let metric = if apart { n } else { 0 };
        let mut r = route("10.0.0.0/32", metric, 0, vec![leg(index, "10.0.0.2")]);
        r.dst = Prefix::new(IpAddr::from((0x0a00_0000 + n).to_be_bytes()), 32).unwrap();
        t.add(&r, CREATE);
    }
    t
}

#[test]
fn what_takes_too_long_for_one_pass_is_refused_and_changes_nothing() {
    let on = Which::Link(3);
    let all = |t: &mut Tables| t.remove_where(Family::V4, on, |_| true, no, |_, _| ());
    // too many routes
    assert!(all(&mut many(MOST_REMOVED, false, 3)).unwrap().removed);
    let mut t = many(MOST_REMOVED + 1, false, 3);
    assert_eq!(all(&mut t), Err(TooMany));
    assert_eq!(t.len(Family::V4), MOST_REMOVED + 1);
    // too many infos to look through
    let mut t = many(MOST_SCANNED + 1, true, 3);
    assert_eq!(all(&mut t), Err(TooMany));
    let looked = core::cell::Cell::new(0);
    let look = |_: &RouteInfo| {
        looked.set(looked.get() + 1);
        false
    };
    assert_eq!(t.any_info(Family::V4, on, look), Err(TooMany));
    assert_eq!(t.update_infos(Family::V4, on, 9, |_| true), Err(TooMany));
    // but not when it is about what none of them has
    let other = Which::Link(4);
    assert_eq!(t.any_info(Family::V4, other, look), Ok(false));
    assert_eq!(looked.get(), 0);
    // a few are found without a walk
    let mut t = many(MOST_WALKED, false, 4);
    let one = route("11.0.0.0/8", 0, 0, vec![leg(3, "")]);
    t.add(&one, CREATE);
    assert!(all(&mut t).unwrap().removed);
    assert_eq!(t.len(Family::V4), MOST_WALKED);
    // more of one kind take too long a way
    for n in 0..=u8::try_from(FEW_PLACES).unwrap() {
        let mut r = one.clone();
        r.dst = Prefix::new(IpAddr::from([11, n, 0, 0]), 16).unwrap();
        t.add(&r, CREATE);
    }
    assert_eq!(all(&mut t), Err(TooMany));
    // then nobody knows where a changed one is
    let dead = |info: &mut RouteInfo| {
        info.legs.as_mut_slice()[0].flags |= 1;
        true
    };
    assert_eq!(t.update_infos(Family::V4, on, 9, dead), Ok(None));
}

#[test]
fn what_is_said_of_all_routes_follows_each() {
    let mut t = Tables::default();
    let gateway: IpAddr = "fe80::2".parse().unwrap();
    let mut two = route(
        "2001:db8::/32",
        0,
        0,
        vec![leg(3, "fe80::2"), leg(4, "fe80::3")],
    );
    t.add(&two, CREATE);
    let mut sourced = route("2001:db8::/32", 1, 0, vec![leg(5, "")]);
    sourced.info.source = Some(prefix("2001:db8:1::/48"));
    t.add(&sourced, CREATE);
    two.dst = prefix("2001:db8:9::/48");
    t.add(&two, CREATE);
    let says = |t: &Tables| {
        let tally = t.tally();
        let fits = [3, 4, 5].map(|index| tally.may_fit(Which::Link(index)));
        let (entries, gateway) = (tally.entries6(), tally.has_gateway(3, gateway));
        (entries, gateway, tally.has_sourced6(), fits)
    };
    assert_eq!(says(&t), (5, true, true, [true; 3]));
    // a leg goes, of both routes
    let fewer = |info: &mut RouteInfo| {
        info.legs = Legs::from_vec(info.legs.as_slice()[1..].to_vec());
        true
    };
    t.update_infos(Family::V6, Which::Link(3), 9, fewer)
        .unwrap();
    assert_eq!(says(&t), (3, false, true, [false, true, true]));
    t.remove(&sourced);
    assert_eq!(says(&t), (2, false, false, [false, true, false]));
    for dst in ["2001:db8::/32", "2001:db8:9::/48"] {
        t.forget(254, prefix(dst));
    }
    assert_eq!(says(&t), (0, false, false, [false; 3]));
}

#[test]
fn where_few_routes_of_a_kind_are_is_known() {
    let mut t = Tables::default();
    let to = |dst: &str, metric| route(dst, metric, 0, vec![leg(3, "")]);
    let on = Which::Link(3);
    let places = |t: &mut Tables| {
        let changed = t
            .update_infos(Family::V4, on, 99, |_| true)
            .unwrap()
            .unwrap();
        let mut all: Vec<String> = changed
            .iter()
            .map(|(_, p)| format!("{}/{}", p.address, p.len))
            .collect();
        all.sort();
        all
    };
    // walking by these would take too long
    for n in 0..u32::try_from(MOST_WALKED).unwrap() {
        let mut r = route("10.0.0.0/32", 0, 0, vec![leg(4, "")]);
        r.dst = Prefix::new(IpAddr::from((0x0900_0000 + n).to_be_bytes()), 32).unwrap();
        t.add(&r, CREATE);
    }
    t.add(&to("10.0.0.0/8", 0), CREATE);
    t.add(&to("10.1.0.0/16", 0), CREATE);
    t.add(&to("10.1.0.0/16", 9), CREATE);
    assert_eq!(places(&mut t), ["10.0.0.0/8", "10.1.0.0/16"]);
    t.remove(&to("10.1.0.0/16", 0));
    assert_eq!(places(&mut t), ["10.0.0.0/8", "10.1.0.0/16"]);
    t.remove(&to("10.0.0.0/8", 0));
    assert_eq!(places(&mut t), ["10.1.0.0/16"]);
    t.forget(254, prefix("10.1.0.0/16"));
    assert_eq!(places(&mut t), [""; 0]);
}
