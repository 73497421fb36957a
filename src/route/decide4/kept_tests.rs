//! Answers that are kept are the ones that would be worked out now, whatever was changed meanwhile.

use core::net::{IpAddr, Ipv4Addr};

use super::super::copy::KernelCopy;
use super::super::decide::{decide, kept};
use super::super::types::*;
use super::world::*;
use super::{Question, decide4};

/// The same numbers each time.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(n)) as u32
    }

    fn of<T: Clone>(&mut self, some: &[T]) -> T {
        some[self.below(some.len() as u32) as usize].clone()
    }

    /// Somewhere in a few chunks, not far from where prefixes end.
    fn address(&mut self) -> u32 {
        let first = self.of(&[
            0x1400_0000,
            0x1401_0000,
            0x1402_0000,
            0x1502_0000,
            0x0a02_0000,
        ]);
        let ends = self.below(64) << self.of(&[0, 4, 8, 10]);
        first | ((ends + self.below(3)) & 0xffff)
    }
}

fn announced(copy: &mut KernelCopy, what: What, gone: bool, flags: u16) {
    let kind = match (&what, gone) {
        (What::Link(_), false) => 16,
        (What::Link(_), true) => 17,
        (What::Addr(_), false) => 20,
        (What::Addr(_), true) => 21,
        (What::Route(_), false) => 24,
        (What::Route(_), true) => 25,
        (What::Netconf(_), _) => 80,
        (_, false) => 104,
        (_, true) => 105,
    };
    let message = Message {
        kind,
        flags,
        seq: 0,
        port: 0,
        gone,
        what,
    };
    copy.apply(&message, false);
}

fn some_route(r: &mut Random) -> Route {
    const LENGTHS: [u8; 22] = [
        0, 7, 8, 9, 14, 16, 17, 17, 18, 18, 19, 20, 22, 23, 24, 24, 25, 26, 28, 30, 31, 32,
    ];
    let dst = Ipv4Addr::from_bits(r.address());
    let mut route = to("0.0.0.0/0");
    route.dst = Prefix::new(IpAddr::V4(dst), r.of(&LENGTHS)).unwrap();
    route.table = r.of(&[
        table_id::MAIN,
        table_id::MAIN,
        table_id::MAIN,
        table_id::LOCAL,
        table_id::DEFAULT,
        77,
    ]);
    route.info.metric = r.of(&[0, 0, 5]);
    route.info.prefsrc = r.of(&[None, None, None, Some(ip("127.0.0.1"))]);
    route.info.tos = r.of(&[0, 0, 0, 0x10]);
    let kinds = [
        kind::UNICAST,
        kind::UNICAST,
        kind::UNICAST,
        kind::LOCAL,
        kind::UNREACHABLE,
        kind::BLACKHOLE,
        kind::THROW,
    ];
    route.info.kind = r.of(&kinds);
    let n = r.of(&[2, 3]);
    let gateway = format!("10.{n}.0.{}", 2 + r.below(5));
    match route.info.kind {
        kind::UNICAST => match r.below(6) {
            0 => route.via(2, "10.2.0.9").via(3, "10.3.0.9"),
            1 => route.object(1 + r.below(2)),
            // as the kernel tells it, whether the object was told of or not
            2 => route.via(n, &gateway).object(1 + r.below(2)),
            _ => route.via(n, &gateway),
        },
        kind::LOCAL => route.via(n, ""),
        _ => route,
    }
}

fn object(id: u32, n: u32, last: u32) -> What {
    What::Nexthop(Nexthop {
        id,
        family: Some(Family::V4),
        leg: leg(n, &format!("10.{n}.0.{last}")),
        blackhole: false,
        fdb: false,
        group: Vec::new(),
    })
}

fn link(n: u32, flags: u32) -> What {
    What::Link(Link {
        index: n,
        flags,
        name: name(&format!("eth{n}")),
        master: 0,
        group: n,
        vrf: false,
    })
}

/// Something happens.
fn change(copy: &mut KernelCopy, r: &mut Random, there: &mut Vec<Route>) {
    const UP: u32 = 1 | 1 << 16;
    let n = r.of(&[2, 3]);
    match r.below(80) {
        0 => announced(copy, link(n, r.of(&[UP, UP, 1, 0])), false, 0),
        1 => {
            let address = format!("10.{n}.0.{}", 1 + r.below(2));
            let address = ip(&address);
            let addr = Addr {
                index: n,
                local: address,
                peer: address,
                prefix_len: 24,
                scope: 0,
                flags: 0x80,
            };
            announced(copy, What::Addr(addr), r.below(3) == 0, 0);
        }
        2 => {
            let conf = Netconf {
                family: Family::V4,
                index: n as i32,
                forwarding: None,
                ignore_linkdown: Some(r.below(2) == 0),
            };
            announced(copy, What::Netconf(conf), false, 0);
        }
        3 => announced(
            copy,
            object(1 + r.below(2), n, 2 + r.below(3)),
            r.below(3) == 0,
            0,
        ),
        _ if there.len() > 300 || (!there.is_empty() && r.below(3) == 0) => {
            let at = r.below(there.len() as u32) as usize;
            let route = there.swap_remove(at);
            announced(copy, What::Route(route), true, 0);
        }
        _ => {
            let route = some_route(r);
            // NLM_F_CREATE with NLM_F_APPEND, NLM_F_REPLACE or NLM_F_EXCL
            let flags = r.of(&[0xc00, 0x500, 0x600]);
            there.push(route.clone());
            announced(copy, What::Route(route), false, flags);
        }
    }
}

/// What there is to say of a destination, and what is kept.
fn compare(copy: &KernelCopy, r: &mut Random, step: u32) -> bool {
    let dst = Ipv4Addr::from_bits(r.address());
    let flow = Flow {
        src: r.of(&[
            None,
            None,
            Some(ip("10.2.0.1")),
            Some(ip("127.0.0.1")),
            Some(ip("9.9.9.9")),
        ]),
        oif: r.of(&[0, 0, 0, 0, 0, 0, 2]),
        tos: r.of(&[0, 0, 0, 0x10]),
        ..Flow::to(IpAddr::V4(dst))
    };
    let src = match flow.src {
        Some(IpAddr::V4(src)) => Some(src),
        _ => None,
    };
    let question = Question {
        copy,
        flow: &flow,
        dst,
        src,
    };
    let now: Verdict = question.path().into();
    assert_eq!(decide(copy, &flow), now, "step {step}: {flow:?}");
    if let Some(known) = kept(copy, &flow) {
        assert_eq!(*known, now, "step {step}: {flow:?}");
    }
    copy.tables.answers4.borrow().has(dst)
}

fn compare_all(routes: u32, steps: u32) {
    let mut w = World::new();
    for n in 0..routes {
        let mut route = to("0.0.0.0/0").via(2, "10.2.0.9");
        route.dst =
            Prefix::new(IpAddr::V4(Ipv4Addr::from_bits(0x3000_0000 + (n << 8))), 24).unwrap();
        w.route(route);
    }
    let (mut r, mut there, mut kept) = (Random(7), Vec::new(), 0);
    for step in 0..steps {
        change(&mut w.0, &mut r, &mut there);
        for _ in 0..160 {
            kept += u32::from(compare(&w.0, &mut r, step));
        }
    }
    // Otherwise nothing was compared.
    assert!(kept > steps * 20, "{kept}");
}

#[test]
fn what_is_kept_is_what_follows_from_all_there_is() {
    compare_all(0, 2000);
}

#[test]
fn so_it_is_with_many_routes() {
    compare_all(super::super::answers4::MANY_ROUTES as u32 + 50, 500);
}

/// 256 prefixes of 24 bits: more ranges than are looked through as they are.
#[test]
fn a_chunk_full_of_prefixes() {
    let mut w = World::new();
    for n in 0..256u32 {
        let mut route = to("0.0.0.0/0").via(2, &format!("10.2.0.{}", 2 + n % 7));
        route.dst =
            Prefix::new(IpAddr::V4(Ipv4Addr::from_bits(0x1400_0000 + (n << 8))), 24).unwrap();
        w.route(route);
    }
    let asked = |low: u32| {
        let dst = Ipv4Addr::from_bits(0x1400_0000 + low);
        decide4(&w.0, &Flow::to(IpAddr::V4(dst)), dst)
    };
    let before: Vec<_> = (0..0x1_0000).step_by(51).map(asked).collect();
    let kept = &w.0.tables.answers4;
    assert!(kept.borrow().has(Ipv4Addr::new(20, 0, 0, 0)));
    for (low, before) in (0..0x1_0000).step_by(51).zip(before) {
        assert_eq!(asked(low), before, "{low:x}");
    }
    for (low, gateway) in [
        (0, 2),
        (0xff, 2),
        (0x100, 3),
        (0xfeff, 4),
        (0xff00, 5),
        (0xffff, 5),
    ] {
        let Verdict::Reachable(path) = asked(low) else {
            panic!("{low:x}")
        };
        assert_eq!(path.legs, Legs::One(leg(2, &format!("10.2.0.{gateway}"))));
    }
}
