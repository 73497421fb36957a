//! Each trap of routing.md 5 for IPv6, in networks made by hand. The answers are those of Linux 6.18
//! to the same questions.

use super::super::copy::KernelCopy;
use super::super::decide4::world::{flow, leg, prefix, rule, to};
use super::super::types::*;
use super::decide6;
use core::net::IpAddr;

const UP: u32 = 1;
/// `IFF_RUNNING`, `IFF_LOWER_UP`.
const CARRIER: u32 = 0x40 | 1 << 16;
const FAILED: u16 = 0x20;
const STALE: u16 = 0x04;
/// `IFA_F_OPTIMISTIC`, `IFA_F_TENTATIVE`.
const OPTIMISTIC: u32 = 0x04;
const TENTATIVE: u32 = 0x40;

fn addr(index: u32, text: &str, flags: u32) -> Addr {
    let ip: IpAddr = text.parse().unwrap();
    Addr {
        index,
        local: ip,
        peer: ip,
        prefix_len: 64,
        scope: 0,
        flags,
    }
}

/// `eth2`, `eth3` and `eth4` (2001:db8:2::1/64 and so on, groups 2 to 4) besides `lo`, on a host.
struct World(KernelCopy);

impl World {
    fn new() -> Self {
        let mut w = Self(KernelCopy::new());
        w.link(1, UP | CARRIER | libc::IFF_LOOPBACK as u32);
        w.forwards(false);
        for (pref, table) in [(0, 255), (32766, 254)] {
            w.rule(rule(pref, table));
        }
        w.address(1, "::1");
        for n in 2..=4 {
            w.link(n, UP | CARRIER);
            w.address(n, &format!("2001:db8:{n}::1"));
            w.route(to(&format!("2001:db8:{n}::/64")).via(n, "").metric(256));
            w.route(to("ff00::/8").via(n, "").kind(kind::MULTICAST).table(255));
        }
        w
    }

    fn hear(&mut self, kind: u16, gone: bool, what: What) {
        let message = Message {
            kind,
            // NLM_F_CREATE | NLM_F_APPEND
            flags: 0xc00,
            seq: 0,
            port: 0,
            gone,
            what,
        };
        self.0.apply(&message, false);
    }

    fn link(&mut self, index: u32, flags: u32) {
        let mut name = IfName::default();
        name.bytes[..4].copy_from_slice(b"eth0");
        name.bytes[3] += index as u8;
        let link = Link {
            index,
            flags,
            name,
            master: 0,
            group: index,
            vrf: false,
        };
        self.hear(16, false, What::Link(link));
    }

    fn netconf(&mut self, index: i32, forwarding: Option<bool>, ignore_linkdown: Option<bool>) {
        let conf = Netconf {
            family: Family::V6,
            index,
            forwarding,
            ignore_linkdown,
        };
        self.hear(80, false, What::Netconf(conf));
    }

    fn forwards(&mut self, on: bool) {
        self.netconf(-1, Some(on), None);
    }

    fn ignores_linkdown(&mut self, index: i32, on: bool) {
        self.netconf(index, None, Some(on));
    }

    fn address(&mut self, index: u32, text: &str) {
        self.address_with(index, text, 0x80);
        let own = to(&format!("{text}/128")).via(index, "");
        self.route(own.kind(kind::LOCAL).table(255));
    }

    fn address_with(&mut self, index: u32, text: &str, flags: u32) {
        self.hear(20, false, What::Addr(addr(index, text, flags)));
    }

    fn no_address(&mut self, index: u32, text: &str) {
        self.hear(21, true, What::Addr(addr(index, text, 0x80)));
    }

    fn neigh(&mut self, index: u32, address: &str, state: u16) {
        let neigh = Neigh {
            index,
            address: address.parse().unwrap(),
            state,
            flags: 0,
        };
        self.hear(28, false, What::Neigh(neigh));
    }

    fn route(&mut self, route: Route) {
        self.hear(24, false, What::Route(route));
    }

    fn delete(&mut self, route: Route) {
        self.hear(25, true, What::Route(route));
    }

    fn rule(&mut self, rule: Rule) {
        let family = Family::V6;
        self.hear(32, false, What::Rule(Rule { family, ..rule }));
    }

    fn object(&mut self, id: u32, leg: Option<Leg>, group: &[(u32, u16)]) {
        let nexthop = Nexthop {
            id,
            family: group.is_empty().then_some(Family::V6),
            blackhole: leg.is_none() && group.is_empty(),
            leg: leg.unwrap_or_default(),
            fdb: false,
            group: group.to_vec(),
        };
        self.hear(104, false, What::Nexthop(nexthop));
    }

    fn ask(&self, flow: &Flow) -> String {
        let IpAddr::V6(dst) = flow.dst else { panic!() };
        let path = match decide6(&self.0, flow, dst) {
            Verdict::Unknown(why) => return format!("unknown: {why}"),
            Verdict::Unreachable(errno) => {
                return match errno {
                    libc::EINVAL => "EINVAL",
                    libc::EACCES => "EACCES",
                    libc::EHOSTUNREACH => "EHOSTUNREACH",
                    libc::ENETUNREACH => "ENETUNREACH",
                    libc::EAFNOSUPPORT => "EAFNOSUPPORT",
                    libc::EADDRNOTAVAIL => "EADDRNOTAVAIL",
                    _ => panic!("errno {errno}"),
                }
                .to_string();
            }
            Verdict::Reachable(path) => path,
        };
        let shown = |leg: &Leg| match leg.gateway {
            Some(gateway) => format!("{gateway} dev {}", leg.index),
            None => format!("dev {}", leg.index),
        };
        let legs: Vec<String> = path.legs.as_slice().iter().map(shown).collect();
        let what = match path.kind {
            kind::UNICAST => "",
            kind::LOCAL => "local ",
            kind::ANYCAST => "anycast ",
            kind::MULTICAST => "multicast ",
            other => panic!("type {other}"),
        };
        format!("{what}{}", legs.join(", "))
    }

    fn get(&self, dst: &str) -> String {
        self.ask(&flow(dst))
    }

    fn from(&self, src: &str, dst: &str) -> String {
        self.ask(&from(src, dst))
    }

    fn out_of(&self, oif: u32, dst: &str) -> String {
        self.ask(&Flow { oif, ..flow(dst) })
    }
}

fn from(src: &str, dst: &str) -> Flow {
    Flow {
        src: Some(src.parse().unwrap()),
        ..flow(dst)
    }
}

fn of(source: &str, mut route: Route) -> Route {
    route.info.source = Some(prefix(source));
    route
}

fn pref(pref: u8, mut route: Route) -> Route {
    route.info.pref = pref;
    route
}

const D: &str = "2001:db8:a:9::1";

#[test]
fn what_is_the_hosts_own() {
    let mut w = World::new();
    w.route(
        to("2001:db8:2::/128")
            .via(2, "")
            .kind(kind::ANYCAST)
            .table(255),
    );
    assert_eq!(w.get("2001:db8:2::1"), "local dev 1");
    assert_eq!(w.get("2001:db8:2::"), "anycast dev 1");
    assert_eq!(w.get("::"), "local dev 1");
    assert_eq!(w.get("2001:db8:2::9"), "dev 2");
    // Bound, it must be the interface that has the address.
    assert_eq!(w.out_of(2, "2001:db8:2::1"), "local dev 1");
    assert_eq!(w.out_of(1, "2001:db8:2::1"), "ENETUNREACH");
    assert_eq!(w.out_of(3, "2001:db8:2::1"), "ENETUNREACH");
    assert_eq!(w.from("::ffff:10.0.0.1", D), "EAFNOSUPPORT");
}

#[test]
fn addresses_of_one_link_need_one() {
    let mut w = World::new();
    w.route(to("fe80::/64").via(2, "").metric(256));
    w.route(to("fe80::/64").via(3, "").metric(256));
    assert_eq!(w.get("fe80::9"), "EINVAL");
    assert_eq!(w.out_of(3, "fe80::9"), "dev 3");
    assert_eq!(w.out_of(4, "fe80::9"), "ENETUNREACH");
    let udp = |dst: &str, oif| {
        let protocol = libc::IPPROTO_UDP as u8;
        w.ask(&Flow {
            protocol,
            oif,
            ..flow(dst)
        })
    };
    assert_eq!(udp("ff02::1", 0), "EINVAL");
    assert_eq!(udp("ff11::1", 0), "EINVAL");
    assert_eq!(udp("ff02::1", 3), "multicast dev 3");
    assert_eq!(udp("ff05::1", 0), "multicast dev 2");
    assert_eq!(w.get("ff05::1"), "ENETUNREACH");
}

#[test]
fn errors() {
    let mut w = World::new();
    assert_eq!(w.get(D), "ENETUNREACH");
    for (n, kind, errno) in [
        (1, kind::BLACKHOLE, "EINVAL"),
        (2, kind::UNREACHABLE, "EHOSTUNREACH"),
        (3, kind::PROHIBIT, "EACCES"),
        (4, kind::THROW, "ENETUNREACH"),
    ] {
        w.route(to(&format!("2001:db8:e{n}::/48")).via(1, "").kind(kind));
        assert_eq!(w.get(&format!("2001:db8:e{n}::1")), errno);
        // It belongs to the loopback; and nothing is assumed to be on the link.
        assert_eq!(w.out_of(2, &format!("2001:db8:e{n}::1")), "ENETUNREACH");
        w.rule(Rule {
            action: [6, 7, 8, 3][n - 1],
            dst: Some(prefix(&format!("2001:db8:f{n}::/48"))),
            ..rule(5, 0)
        });
    }
    assert_eq!(w.get("2001:db8:f1::1"), "EINVAL");
    assert_eq!(w.get("2001:db8:f2::1"), "ENETUNREACH");
    assert_eq!(w.get("2001:db8:f3::1"), "EACCES");
}

#[test]
fn throw_and_nothing_found_go_on_with_the_next_rule() {
    let mut w = World::new();
    w.route(to("::/0").via(2, ""));
    w.rule(rule(10, 100));
    w.route(
        to("2001:db8:a::/48")
            .via(1, "")
            .kind(kind::THROW)
            .table(100),
    );
    w.route(to("2001:db8::/32").via(3, "").table(100));
    assert_eq!(w.get(D), "dev 2");
    assert_eq!(w.get("2001:db8:b::1"), "dev 3");
    assert_eq!(w.get("2001::1"), "dev 2");
}

#[test]
fn a_host_avoids_gateways_that_do_not_answer() {
    let mut w = World::new();
    w.route(to("2001:db8:a::/48").via(2, "2001:db8:2::2"));
    w.route(to("2001:db8::/32").via(3, "2001:db8:3::2"));
    let long = "2001:db8:2::2 dev 2";
    assert_eq!(w.get(D), long);
    w.neigh(2, "2001:db8:2::2", FAILED);
    assert_eq!(w.get(D), "2001:db8:3::2 dev 3");
    w.neigh(3, "2001:db8:3::2", FAILED);
    assert_eq!(w.get(D), long);
    w.neigh(3, "2001:db8:3::2", STALE);
    w.forwards(true);
    assert_eq!(w.get(D), long);
}

#[test]
fn metric_then_preference_then_order() {
    let mut w = World::new();
    let a = |gateway: &str, metric| {
        let index = u32::from(gateway.as_bytes()[9] - b'0');
        to("2001:db8:a::/48").via(index, gateway).metric(metric)
    };
    w.route(pref(1, a("2001:db8:3::2", 40)));
    w.route(pref(1, a("2001:db8:4::2", 30)));
    w.route(pref(3, a("2001:db8:2::3", 20)));
    w.route(a("2001:db8:2::2", 10));
    assert_eq!(w.get(D), "2001:db8:2::2 dev 2");
    // Behind the lowest metric there is but preference, and order by metric.
    w.neigh(2, "2001:db8:2::2", FAILED);
    assert_eq!(w.get(D), "2001:db8:4::2 dev 4");
    w.neigh(4, "2001:db8:4::2", FAILED);
    assert_eq!(w.get(D), "2001:db8:3::2 dev 3");
    w.neigh(3, "2001:db8:3::2", FAILED);
    assert_eq!(w.get(D), "2001:db8:2::3 dev 2");
    // Of the same metric the first, if it is not less preferred.
    let mut w = World::new();
    w.route(to("2001:db8:a::/48").via(2, ""));
    w.route(to("2001:db8:a::/48").via(3, ""));
    assert_eq!(w.get(D), "dev 2");
    w.route(pref(1, to("2001:db8:a::/48").via(4, "")));
    assert_eq!(w.get(D), "dev 4");
}

#[test]
fn bound_to_an_interface() {
    let mut w = World::new();
    w.route(to("2001:db8:a::/48").via(2, "2001:db8:2::2"));
    w.route(to("::/0").via(3, "2001:db8:3::2"));
    assert_eq!(w.out_of(2, D), "2001:db8:2::2 dev 2");
    assert_eq!(w.out_of(3, D), "2001:db8:3::2 dev 3");
    assert_eq!(w.out_of(4, D), "ENETUNREACH");
    let both = Flow {
        oif: 3,
        ..from("2001:db8:2::1", D)
    };
    assert_eq!(w.ask(&both), "2001:db8:3::2 dev 3");
}

#[test]
fn routes_for_a_source_hide_those_for_all() {
    let mut w = World::new();
    w.route(to("::/0").via(4, ""));
    w.route(to("2001:db8:a::/48").via(3, ""));
    w.route(of(
        "2001:db8:2::/64",
        to("2001:db8:a::/48").via(2, "2001:db8:2::2"),
    ));
    assert_eq!(w.from("2001:db8:2::1", D), "2001:db8:2::2 dev 2");
    assert_eq!(w.from("2001:db8:3::1", D), "dev 4");
    assert_eq!(w.get(D), "dev 4");
    // Not from one who climbs there.
    w.neigh(2, "2001:db8:2::2", FAILED);
    assert_eq!(w.from("2001:db8:2::1", D), "dev 3");
    w.route(to("2001:db8:a:9::/64").via(2, "2001:db8:2::2"));
    assert_eq!(w.from("2001:db8:3::1", D), "dev 3");
    // The longest source first, then shorter ones.
    w.route(of(
        "2001:db8:2::1/128",
        to("2001:db8:b::/48").via(2, "2001:db8:2::2"),
    ));
    w.route(of("2001:db8::/32", to("2001:db8:b::/48").via(3, "")));
    assert_eq!(w.from("2001:db8:2::1", "2001:db8:b::1"), "dev 3");
    w.neigh(2, "2001:db8:2::2", STALE);
    assert_eq!(
        w.from("2001:db8:2::1", "2001:db8:b::1"),
        "2001:db8:2::2 dev 2"
    );
}

#[test]
fn a_default_route_is_not_hidden() {
    let mut w = World::new();
    w.route(to("::/0").via(4, ""));
    w.route(of("2001:db8:2::/64", to("::/0").via(2, "")));
    assert_eq!(w.from("2001:db8:2::1", D), "dev 2");
    assert_eq!(w.from("2001:db8:3::1", D), "dev 4");
    assert_eq!(w.get(D), "dev 4");
}

#[test]
fn the_kernel_may_lose_routes_for_a_source() {
    let mut w = World::new();
    let plain = to("2001:db8:a::/48").via(3, "");
    w.route(to("::/0").via(4, ""));
    w.route(of("2001:db8:2::/64", to("2001:db8:a::/48").via(2, "")));
    assert_eq!(w.from("2001:db8:2::1", D), "dev 2");
    // Who tries to add the route for the source again hides it; nobody is told.
    w.route(to("2001:db8:a:1::/64").via(3, ""));
    let unsure = "unknown: whether the kernel sees routes for this source";
    assert_eq!(w.from("2001:db8:2::1", D), unsure);
    w.route(plain.clone());
    assert_eq!(w.from("2001:db8:2::1", D), "dev 2");
    w.delete(plain);
    assert_eq!(w.from("2001:db8:2::1", D), unsure);
    // Others are not concerned, and nobody is when there is no longer prefix.
    assert_eq!(w.from("2001:db8:3::1", D), "dev 4");
    w.delete(to("2001:db8:a:1::/64").via(3, ""));
    assert_eq!(w.from("2001:db8:2::1", D), "dev 2");
}

#[test]
fn without_a_source_the_kernel_takes_one() {
    let mut w = World::new();
    w.route(of("2001:db8:2::/64", to("::/0").via(2, "")));
    assert_eq!(w.get(D), "unknown: which source address the kernel takes");
    assert_eq!(w.from("2001:db8:3::1", D), "ENETUNREACH");
    let mut w = World::new();
    w.route(of("2001:db8:77::/64", to("::/0").via(2, "")));
    assert_eq!(w.get(D), "ENETUNREACH");
    // A rule for sources wants one.
    w.rule(Rule {
        src: Some(prefix("2001:db8:2::/64")),
        ..rule(10, 100)
    });
    w.route(to("::/0").via(3, "").table(100));
    assert_eq!(w.from("2001:db8:2::1", D), "dev 3");
    assert_eq!(w.get(D), "unknown: which source address the kernel takes");
    // Whichever it takes.
    let mut w = World::new();
    w.route(to("2001:db8:a::/48").kind(kind::PROHIBIT).via(1, ""));
    w.route(of("2001:db8::/32", to("2001:db8:a::/48").via(2, "")));
    assert_eq!(w.get(D), "unknown: which source address the kernel takes");
    w.route(of("::1/128", to("2001:db8:a::/48").via(2, "")));
    assert_eq!(w.get(D), "dev 2");
}

#[test]
fn without_an_address_nobody_connects() {
    let mut w = World::new();
    w.route(to("2001:db8:a::/48").via(5, ""));
    w.link(5, UP | CARRIER);
    assert_eq!(w.get(D), "unknown: an interface without an address");
    assert_eq!(w.from("2001:db8:2::1", D), "dev 5");
    w.route(to("fe80::/64").via(5, ""));
    assert_eq!(w.out_of(5, "fe80::9"), "EADDRNOTAVAIL");
    w.address_with(5, "fe80::5", TENTATIVE);
    assert_eq!(w.out_of(5, "fe80::9"), "EADDRNOTAVAIL");
    w.address_with(5, "fe80::5", TENTATIVE | OPTIMISTIC);
    assert_eq!(w.out_of(5, "fe80::9"), "dev 5");
    w.address_with(5, "fe80::5", 0x80);
    assert_eq!(w.get(D), "dev 5");
    for (n, text) in [(1, "::1"), (2, "2001:db8:2::1"), (3, "2001:db8:3::1")] {
        w.no_address(n, text);
        assert_eq!(w.get("3fff::1"), "ENETUNREACH");
    }
    w.no_address(4, "2001:db8:4::1");
    w.no_address(5, "fe80::5");
    // Another route that uses the object may ask for an address, and the kernel goes by that.
    w.object(9, Some(leg(4, "")), &[]);
    w.route(to("3ffe::/16").via(4, "").object(9));
    assert_eq!(w.get("3ffe::1"), "unknown: an interface without an address");
    assert_eq!(w.get(D), "EADDRNOTAVAIL");
    assert_eq!(w.get("3fff::1"), "EADDRNOTAVAIL");
}

#[test]
fn several_legs() {
    let mut w = World::new();
    let gateways = ["2001:db8:2::2", "2001:db8:3::2", "2001:db8:4::2"];
    let many = to("2001:db8:a::/48").via(2, gateways[0]);
    w.route(many.via(3, gateways[1]).via(4, gateways[2]));
    let [a, b, c] = gateways.map(|g| format!("{g} dev {}", &g[9..10]));
    assert_eq!(w.get(D), format!("{a}, {b}, {c}"));
    assert_eq!(w.out_of(3, D), b);
    w.neigh(2, gateways[0], FAILED);
    assert_eq!(w.get(D), format!("{b}, {c}"));
    assert_eq!(w.out_of(2, D), a);
    w.forwards(true);
    assert_eq!(w.get(D), format!("{a}, {b}, {c}"));
    w.forwards(false);
    w.link(3, 0);
    assert_eq!(w.get(D), c);
    w.link(4, UP);
    assert_eq!(w.get(D), c);
    w.route(to("2001:db8::/32").via(2, ""));
    w.ignores_linkdown(4, true);
    assert_eq!(w.get(D), "dev 2");
    // Which of the legs are preferred less is not said.
    w.link(4, UP | CARRIER);
    w.neigh(2, gateways[0], STALE);
    w.route(pref(1, to("2001:db8:a::/48").via(2, "")));
    assert_eq!(w.get(D), "unknown: preferences of the legs of one route");
}

#[test]
fn a_dead_leg() {
    for ignored in [false, true] {
        let mut w = World::new();
        let many = to("2001:db8:a::/48").via(2, "2001:db8:2::2");
        w.route(many.via(3, "2001:db8:3::2"));
        if ignored {
            w.ignores_linkdown(3, true);
            w.ignores_linkdown(3, false);
        }
        w.link(3, 0);
        w.link(3, UP);
        assert_eq!(w.out_of(2, D), "2001:db8:2::2 dev 2");
        // Said of a leg that is ignored, too.
        let unsure = "unknown: ignore_routes_with_linkdown was changed";
        let found = if ignored { unsure } else { "ENETUNREACH" };
        assert_eq!(w.out_of(3, D), found);
    }
}

#[test]
fn routes_that_the_kernel_forgets() {
    let unsure = "unknown: routes among the legs of another one";
    let mut w = World::new();
    let a = |index: u32| to("2001:db8:a::/48").via(index, &format!("2001:db8:{index}::2"));
    let legs = a(2).via(3, "2001:db8:3::2");
    w.route(legs.clone());
    w.route(to("2001:db8::/32").via(4, ""));
    w.route(to("2001:db8:a:9::/64").via(4, ""));
    w.route(to("2001:db8:a::/48").via(4, ""));
    assert_eq!(w.get("2001:db8:a:1::1"), unsure);
    assert_eq!(w.get(D), "dev 4");
    assert_eq!(w.out_of(3, D), unsure);
    assert_eq!(w.get("2001:db8:b::1"), "dev 4");
    assert_eq!(w.from("2001:db8:2::1", "2001:db8:a:1::1"), unsure);
    // What it has forgotten may still be there alone.
    w.delete(legs);
    w.delete(to("2001:db8:a::/48").via(4, ""));
    assert_eq!(w.get("2001:db8:a:1::1"), unsure);
    // A host that resigns has come by.
    w.neigh(4, "2001:db8:4::2", FAILED);
    w.route(to("2001:db8:a:7::/64").via(4, "2001:db8:4::2"));
    w.delete(to("2001:db8::/32").via(4, ""));
    assert_eq!(w.get("2001:db8:a:7::1"), unsure);
    w.forwards(true);
    assert_eq!(w.get("2001:db8:a:7::1"), "2001:db8:4::2 dev 4");
    // Others are not concerned, however many there are.
    for n in 0..100 {
        let at = to(&format!("2001:db8:c:{n:x}::/64"));
        w.route(at.clone().via(2, "2001:db8:2::2").via(3, "2001:db8:3::2"));
        w.route(at.via(4, ""));
    }
    assert_eq!(w.get("2001:db8:a:7::1"), "2001:db8:4::2 dev 4");
    assert_eq!(w.get("2001:db8:a:1::1"), unsure);
    assert_eq!(w.get("2001:db8:c:5::1"), unsure);
    assert_eq!(w.get("2001:db8:b::1"), "ENETUNREACH");
}

#[test]
fn nexthop_objects() {
    let mut w = World::new();
    w.object(1, Some(leg(2, "2001:db8:2::2")), &[]);
    w.object(2, Some(leg(3, "2001:db8:3::2")), &[]);
    w.object(3, None, &[]);
    w.object(10, None, &[(1, 1), (2, 3)]);
    w.route(to("2001:db8:a::/48").object(10));
    w.route(to("2001:db8:b::/48").via(2, "").metric(5));
    w.route(to("2001:db8:b::/48").object(3).metric(5));
    let both = "2001:db8:2::2 dev 2, 2001:db8:3::2 dev 3";
    assert_eq!(w.get(D), both);
    // A group does not keep to the interface, once one member goes out there.
    assert_eq!(w.out_of(3, D), both);
    assert_eq!(w.out_of(4, D), "ENETUNREACH");
    assert_eq!(w.get("2001:db8:b::1"), "EINVAL");
    assert_eq!(w.out_of(2, "2001:db8:b::1"), "EINVAL");
    w.route(to("2001:db8::/32").via(4, ""));
    w.neigh(2, "2001:db8:2::2", FAILED);
    assert_eq!(w.get(D), both);
    w.neigh(3, "2001:db8:3::2", FAILED);
    assert_eq!(w.get(D), "dev 4");
}

#[test]
fn rules_that_suppress() {
    let mut w = World::new();
    w.rule(Rule {
        suppress_len: Some(32),
        ..rule(10, 100)
    });
    w.rule(Rule {
        suppress_group: Some(2),
        ..rule(11, 101)
    });
    w.route(to("::/0").via(4, ""));
    w.route(to("2001:db8::/32").via(3, "").table(100));
    assert_eq!(w.get(D), "dev 4");
    w.route(to("2001:db8::/33").via(3, "").table(100));
    assert_eq!(w.get(D), "dev 3");
    // An error stays.
    w.route(
        to("2001:db9::/16")
            .via(1, "")
            .kind(kind::PROHIBIT)
            .table(100),
    );
    assert_eq!(w.get("2001:db9::1"), "EACCES");
    w.route(to("2002:a::/48").via(2, "").table(101));
    assert_eq!(w.get("2002:a::1"), "dev 4");
    let many = to("2002:b::/48").table(101).via(2, "2001:db8:2::2");
    w.route(many.via(3, "2001:db8:3::2"));
    assert_eq!(
        w.get("2002:b::1"),
        "unknown: a rule suppresses some legs of a route"
    );
}
