//! How long a decision takes, printed:
//!
//!     cargo test --release --lib route::decide4::bench -- --ignored --nocapture

use core::hint::black_box;
use core::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

use super::super::decide::decide;
use super::super::types::*;
use super::world::*;

/// Numbers that look random and are the same each time.
fn random(n: u32) -> u32 {
    let n = (n ^ (n >> 16)).wrapping_mul(0x45d9_f3b5);
    let n = (n ^ (n >> 13)).wrapping_mul(0xc2b2_ae35);
    n ^ (n >> 16)
}

/// Somewhere from 16.0.0.0 to 79.255.255.255.
fn address(n: u32) -> IpAddr {
    IpAddr::V4(Ipv4Addr::from_bits((random(n) & 0x3fff_ffff) + 0x1000_0000))
}

fn with_routes(count: u32) -> World {
    const LENGTHS: [u8; 14] = [24, 24, 24, 24, 24, 24, 22, 23, 20, 21, 16, 19, 18, 32];
    let mut w = World::new();
    w.route(to("0.0.0.0/0").via(2, "10.2.0.7"));
    for (n, len) in (0..count).zip(LENGTHS.into_iter().cycle()) {
        let gateway = Ipv4Addr::new(10, 2, 1, (n % 200) as u8);
        let mut route = to("0.0.0.0/0").via(2 + n % 2, &gateway.to_string());
        route.dst = Prefix::new(address(n), len).unwrap();
        w.route(route);
    }
    w
}

fn measure(what: &str, w: &World, flow: Flow) {
    let mut flow = flow;
    let mut once = |many: u32| {
        let start = Instant::now();
        for n in 0..many {
            flow.dst = address(n + 0x1000_0000);
            black_box(decide(&w.0, &flow));
        }
        start.elapsed().as_nanos() / u128::from(many)
    };
    // What is asked often is kept; the first answers are not what this is about.
    once(4_000_000);
    let best = (0..5).map(|_| once(1_000_000)).min().unwrap();
    println!("{what}: {best} ns");
}

#[test]
#[ignore = "a benchmark"]
fn decisions() {
    for count in [10_000, 100_000, 1_000_000] {
        let mut w = with_routes(count);
        measure(&format!("{count} routes"), &w, flow("0.0.0.0"));
        let bound = from("10.3.0.1", "0.0.0.0");
        measure(&format!("{count} routes, source given"), &w, bound);
        for n in 0..22 {
            let mut rule = rule(100 + n, 1000 + n);
            match n % 4 {
                0 => (rule.mark, rule.mark_mask) = (n + 1, u32::MAX),
                1 => rule.src = Some(prefix("10.8.0.0/16")),
                2 => rule.uid = Some((1000, 2000)),
                _ => rule.suppress_len = Some(0),
            }
            w.rule(rule);
        }
        measure(&format!("{count} routes, 25 rules"), &w, flow("0.0.0.0"));
    }
}
