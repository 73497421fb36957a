//! The copy follows the kernel: through thousands of random operations on links, addresses, routes,
//! rules and nexthop objects, and through overflows, it is what a fresh dump says, and decides as
//! the kernel does.
//!
//! `RELWS_ROUTE_OPERATIONS` says how many, over both families; `RELWS_ROUTE_SEED` repeats a run.
//! The long run:
//!
//!     CARGO_PROFILE_DEV_OPT_LEVEL=2 RELWS_ROUTE_OPERATIONS=100000 cargo test --test route_live random
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod route;

use route::dump::{Listed, difference, hidden, of_kernel, sort};
use route::flow::Flow;
use route::generate::{Net, Shape};
use route::model::Model;
use route::op::{Op, Route, UNREACHABLE, Verb};
use route::rng::{Rng, seed};
use route::socket::Nl;
use route::{env, kernel, shrink, space};
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    space::run(&[
        ("random_operations_ipv4", || random(false)),
        ("random_operations_ipv6", || random(true)),
    ])
}

fn random(v6: bool) {
    let seed = seed();
    let amount = env("RELWS_ROUTE_OPERATIONS", 10_000) as usize / 2;
    let each = (amount / 10).clamp(1000, 5000);
    println!("seed {seed}: {amount} operations, {each} in each network");
    let mut rng = Rng::new(seed);
    let mut tally = Tally::default();
    while tally.operations < amount {
        space::fresh();
        let shape = Shape {
            v6,
            routes: rng.between(20, 300),
            rules: rng.of(&[0, 5, 25]),
            nexthops: rng.between(0, 16),
            sources: v6 && rng.chance(30),
            deletions: true,
        };
        live(Net::new(rng.next(), shape), each, &mut tally);
    }
    println!("{tally:?}");
}

#[derive(Default, Debug)]
struct Tally {
    operations: usize,
    checks: usize,
    decisions: usize,
    unknown: u64,
    late: usize,
    overflows: u64,
    resyncs: u64,
    /// How often each kind of operation was done.
    kinds: BTreeMap<String, usize>,
}

/// A network whose life the copy follows from the first link on.
fn live(mut net: Net, operations: usize, tally: &mut Tally) {
    let model = Model::new();
    model.sync();
    net.build();
    let mut lost = Vec::new();
    let mut expected = model.stats().resyncs;
    for n in 1..=operations {
        while {
            let op = net.random_op();
            !net.apply(op)
        } {}
        tally.operations += 1;
        let kind = net.log.last().unwrap().kind();
        *tally.kinds.entry(kind).or_default() += 1;
        if n % 10 == 0 {
            let flows: Vec<Flow> = (0..20).map(|_| net.random_flow()).collect();
            tally.checks += 1;
            tally.decisions += flows.len();
            check(&mut net, &model, &flows, &lost, tally);
        }
        if n % 1000 == 500 {
            let flows: Vec<Flow> = (0..20).map(|_| net.random_flow()).collect();
            overflow(&mut net, &model, &flows, &mut lost);
            expected = model.stats().resyncs;
            tally.overflows += 1;
        }
        assert_eq!(
            model.stats().resyncs,
            expected,
            "read again without need after {n} operations, the last {}",
            net.log.last().unwrap()
        );
    }
    let stats = model.stats();
    assert_eq!(stats.malformed, 0);
    tally.unknown += stats.unknown;
    tally.resyncs += stats.resyncs;
}

/// How copy and kernel differ just now. Of the `lost` routes no dump told when everything was read
/// again; the kernel may dump them by now.
fn differs(nl: &mut Nl, model: &Model, flows: &[Flow], lost: &[Listed]) -> Option<String> {
    // takes in what the kernel has said
    model.service();
    let copy = model.routes();
    let mut kernel = of_kernel(nl);
    leave_out(&mut kernel, &copy, lost);
    kernel.extend(hidden(&kernel, &copy));
    sort(&mut kernel);
    if let Some(lines) = difference(&kernel, &copy) {
        return Some(lines);
    }
    let truth = kernel::ask_all(nl, flows);
    for (flow, truth) in flows.iter().zip(truth) {
        let copy = model.copy(flow);
        if !copy.agrees(&truth) {
            return Some(format!("  copy {copy}, kernel {truth}:\n    {flow}"));
        }
    }
    None
}

/// Takes the lost routes from the kernel's, as far as the copy does not have as many.
fn leave_out(kernel: &mut Vec<Listed>, copy: &[Listed], lost: &[Listed]) {
    for route in lost {
        let mut spare = copy.iter().filter(|c| c.is(route)).count();
        kernel.retain(|k| {
            let counts = k.is(route);
            let keep = !counts || spare > 0;
            spare = spare.saturating_sub(usize::from(counts));
            keep
        });
    }
}

/// As `differs`, but what is on its way (the kernel tells of carriers when it finds time) may come.
fn settled(
    nl: &mut Nl,
    model: &Model,
    flows: &[Flow],
    lost: &[Listed],
    waits: &[u64],
) -> Option<String> {
    let mut last = differs(nl, model, flows, lost)?;
    for wait in waits {
        std::thread::sleep(Duration::from_millis(*wait));
        last = differs(nl, model, flows, lost)?;
    }
    Some(last)
}

fn check(net: &mut Net, model: &Model, flows: &[Flow], lost: &[Listed], tally: &mut Tally) {
    if differs(&mut net.nl, model, flows, lost).is_none() {
        return;
    }
    let Some(lines) = settled(&mut net.nl, model, flows, lost, &[10, 200, 1500]) else {
        tally.late += 1;
        return;
    };
    println!("\nDIVERGED after {} operations:\n{lines}", net.log.len());
    println!("{:?} {:?}", model.stats(), net.shape);
    let kind = kind_of(&lines);
    let flow = |ops: &[Op]| again(ops, flows).filter(|l| kind_of(l) == kind);
    if flow(&net.log).is_none() {
        let tail = &net.log[net.log.len().saturating_sub(40)..];
        println!(
            "not when done again; the last:\n{}",
            shrink::commands(tail, None)
        );
    } else {
        let small = shrink::shrink(net.log.clone(), |ops| flow(ops).is_some());
        println!("{}", shrink::commands(&small, None));
        println!("{}", flow(&small).unwrap_or_default());
    }
    panic!("diverged");
}

/// What differs: a decision, which routes there are, or only what is told of them.
fn kind_of(lines: &str) -> &'static str {
    let routes = |whose: &str| {
        let of = lines.lines().filter(|l| l.trim_start().starts_with(whose));
        let bare = of.map(|l| {
            let route = l.split(": ").nth(1).unwrap_or("");
            route
                .split(" flags ")
                .next()
                .unwrap_or("")
                .trim()
                .to_string()
        });
        let mut all: Vec<String> = bare.collect();
        all.sort();
        all
    };
    if !lines.contains(" only the ") {
        "decision"
    } else if routes("only the kernel") == routes("only the copy") {
        "flags"
    } else {
        "routes"
    }
}

/// Lets a new copy follow the same operations.
fn again(ops: &[Op], flows: &[Flow]) -> Option<String> {
    space::fresh();
    let mut nl = Nl::open();
    let model = Model::new();
    model.sync();
    for op in ops {
        let _ = op.apply(&mut nl);
        model.service();
    }
    settled(&mut nl, &model, flows, &[], &[10, 1300])
}

/// More than the library's queue holds, while nobody reads it.
fn overflow(net: &mut Net, model: &Model, flows: &[Flow], lost: &mut Vec<Listed>) {
    model.service();
    let kernel = of_kernel(&mut net.nl);
    lost.extend(hidden(&kernel, &model.routes()));
    let queues = space::listening_netlink();
    assert!(!queues.is_empty());
    for fd in &queues {
        // SAFETY: the library's socket is open, and is not closed by this.
        let fd = unsafe { std::os::fd::BorrowedFd::borrow_raw(*fd) };
        space::set_option(&fd, libc::SOL_SOCKET, libc::SO_RCVBUF, 32 * 1024);
    }
    let route = |n: u32| Route {
        table: 400,
        dst: (std::net::Ipv4Addr::from_bits(0x0b00_0000 + n).into(), 32),
        src: None,
        tos: 0,
        metric: 0,
        kind: UNREACHABLE,
        prefsrc: None,
        legs: Vec::new(),
        nexthop: 0,
        pref: 0,
    };
    // The kernel is asked but once; who has no source of IPv6 may look twice.
    let plain = |f: &&Flow| f.src.is_some() || f.dst.is_ipv4();
    let asked: Vec<Flow> = flows.iter().filter(plain).cloned().collect();
    for verb in [Verb::Add, Verb::Delete] {
        let before = model.stats().overflows;
        let burst = (0..2000).map(|n| route(n).message(verb)).collect();
        let done = net.nl.batch(burst);
        assert!(done.iter().all(Result::is_ok));
        // whatever it answers now is not from before
        for (flow, truth) in asked.iter().zip(kernel::ask_all(&mut net.nl, &asked)) {
            let answer = model.decide(flow, 0).answer;
            assert!(answer.agrees(&truth), "{flow}: {answer}, kernel {truth}");
        }
        assert!(model.until(|m| m.stats().overflows > before && m.synced()));
        if let Some(lines) = settled(&mut net.nl, model, flows, lost, &[10, 200, 1500]) {
            panic!("after an overflow:\n{lines}");
        }
    }
    for fd in queues {
        // SAFETY: as above.
        let fd = unsafe { std::os::fd::BorrowedFd::borrow_raw(fd) };
        space::set_option(&fd, libc::SOL_SOCKET, libc::SO_RCVBUF, 4 << 20);
    }
}
