//! What the library decides about random flows in random networks is what the kernel decides.
//!
//! `RELWS_ROUTE_DECISIONS` says how many decisions of IPv4 are compared, and half as many of IPv6;
//! `RELWS_ROUTE_SEED` repeats a run. The long run:
//!
//!     CARGO_PROFILE_DEV_OPT_LEVEL=2 RELWS_ROUTE_DECISIONS=10000000 cargo test --test route_decide random
//!
//! A mistake is shown with the commands that make a small network in which it happens.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod route;

use relws::capi::route::LWS_ROUTE_COPY_ONLY;
use route::flow::{Answer, Flow};
use route::generate::{Net, Shape};
use route::model::{Decision, Model};
use route::op::Op;
use route::real::{self, connect};
use route::rng::{Rng, seed};
use route::{env, kernel, shrink, space};
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    space::run(&[
        ("the_generator_asks_for_everything", varied),
        ("random_ipv4", || random(false)),
        ("random_ipv6", || random(true)),
        ("random_sockets_ipv4", || sockets(false)),
        ("random_sockets_ipv6", || sockets(true)),
    ])
}

fn shape(rng: &mut Rng, v6: bool) -> Shape {
    let large = rng.chance(30);
    Shape {
        v6,
        routes: if large {
            rng.between(500, 600)
        } else {
            rng.between(20, 200)
        },
        rules: match rng.below(10) {
            0..2 => 0,
            2..4 => rng.between(1, 5),
            _ => 25,
        },
        nexthops: rng.between(0, 16),
        sources: v6 && rng.chance(50),
        deletions: rng.chance(50),
    }
}

/// The tests compare something only if the kernel's answers are of all kinds.
fn varied() {
    let mut rng = Rng::new(1);
    for v6 in [false, true] {
        let mut seen = BTreeMap::new();
        let mut done = 0;
        let mut refused = 0;
        for n in 0..20 {
            space::fresh();
            let mut net = Net::new(n, shape(&mut rng, v6));
            net.build();
            done += net.log.len();
            refused += net.refused;
            let flows: Vec<Flow> = (0..500).map(|_| net.random_flow()).collect();
            for answer in kernel::ask_all(&mut net.nl, &flows) {
                let class = match answer {
                    Answer::Fails(errno) => format!("errno {errno}"),
                    Answer::Goes { kind, hops } => {
                        format!("type {kind} gateway {}", hops[0].gateway.is_some())
                    }
                    Answer::Unknown => unreachable!(),
                };
                *seen.entry(class).or_insert(0) += 1;
            }
        }
        println!("{seen:?}, {done} operations, {refused} refused");
        for errno in [
            libc::EINVAL,
            libc::EHOSTUNREACH,
            libc::EACCES,
            libc::ENETUNREACH,
        ] {
            assert!(seen[&format!("errno {errno}")] > 100, "{errno}");
        }
        for class in [
            "type 1 gateway true",
            "type 1 gateway false",
            "type 2 gateway false",
        ] {
            assert!(seen[class] > 300, "{class}");
        }
    }
}

/// Does the library still say something else when all that was under way has arrived?
fn differs(model: &Model, nl: &mut route::socket::Nl, flow: &Flow) -> Option<(Answer, Answer)> {
    for wait in [0, 5, 50, 500, 1500] {
        std::thread::sleep(Duration::from_millis(wait));
        model.service();
        let (copy, asked) = (model.copy(flow), kernel::ask(nl, flow));
        if copy.agrees(&asked) {
            return None;
        }
        let kernel = real::truth(nl, flow, asked);
        if copy.agrees(&kernel) {
            return None;
        }
        if wait == 1500 {
            return Some((copy, kernel));
        }
    }
    None
}

fn random(v6: bool) {
    let seed = seed();
    let amount = env("RELWS_ROUTE_DECISIONS", 133_000) / if v6 { 2 } else { 1 };
    let each = (amount / 1000).clamp(1000, 10_000);
    println!("seed {seed}: {amount} decisions, {each} in each network");
    let mut rng = Rng::new(seed);
    let mut tally = Tally::default();
    while tally.asked < amount {
        space::fresh();
        let shape = shape(&mut rng, v6);
        let mut net = Net::new(rng.next(), shape);
        net.build();
        let model = Model::new();
        model.sync();
        compare(&mut net, &model, each as usize, &mut tally);
    }
    println!("{tally:?}");
    assert_eq!(tally.wrong, 0);
    // what depends on history is rare
    // Of IPv6 the kernel itself has to be asked more often.
    let share = if v6 { 8 } else { 20 };
    assert!(tally.unknown * share < tally.asked);
}

#[derive(Default, Debug)]
struct Tally {
    networks: u64,
    asked: u64,
    unknown: u64,
    wrong: u64,
    late: u64,
}

fn compare(net: &mut Net, model: &Model, count: usize, tally: &mut Tally) {
    tally.networks += 1;
    let mut left = count;
    while left > 0 {
        let some = left.min(64);
        left -= some;
        let flows: Vec<Flow> = (0..some).map(|_| net.random_flow()).collect();
        let answers = kernel::ask_all(&mut net.nl, &flows);
        for (flow, truth) in flows.iter().zip(answers) {
            tally.asked += 1;
            // a second look is a socket's, which cannot be like every flow; tests/route_unbound.rs
            let unbound = flow.dst.is_ipv6() && flow.src.is_none();
            let any_port = flow.sport == 0 && net.rules.iter().any(|r| r.sport.is_some());
            if unbound
                && matches!(truth, Answer::Fails(_))
                && (any_port || flow.protocol != libc::IPPROTO_UDP as u8)
            {
                continue;
            }
            let decision = model.decide(flow, LWS_ROUTE_COPY_ONLY);
            if decision.answer == Answer::Unknown {
                tally.unknown += 1;
                // among equal routes the kernel takes another with each question, and a neighbour may
                // fail or be forgotten just now
                let mut ask = || (0..8).map(|_| kernel::ask(&mut net.nl, flow)).collect();
                let mut truths: Vec<Answer> = ask();
                let asked = model.decide(flow, 0);
                // the copy knows by now if the neighbour it depended on has changed
                tally.late += u64::from(!asked.from_kernel);
                truths.extend::<Vec<Answer>>(ask());
                assert!(asked.answer != Answer::Unknown || unbound);
                let right = truths.iter().any(|truth| asked.answer.agrees(truth))
                    || asked
                        .answer
                        .agrees(&real::truth(&mut net.nl, flow, truth.clone()));
                assert!(right, "{flow}: {asked:?}, {truth}");
                continue;
            }
            if decision.answer.agrees(&truth) {
                if tally.asked % 8 == 0 {
                    same_route(net, flow, &decision);
                }
                continue;
            }
            match differs(model, &mut net.nl, flow) {
                None => tally.late += 1,
                Some((copy, truth)) => {
                    tally.wrong += 1;
                    explain(net, flow, &copy, &truth);
                    assert!(tally.wrong < env("RELWS_ROUTE_MISTAKES", 3), "{tally:?}");
                    return;
                }
            }
        }
    }
}

/// It has taken the very route that the kernel has, where the kernel says which.
fn same_route(net: &mut Net, flow: &Flow, decision: &Decision) {
    let assumed = decision.table == 0;
    if assumed || !matches!(decision.answer, Answer::Goes { .. }) {
        return;
    }
    if let Some(found) = kernel::matched(&mut net.nl, flow) {
        // IPv6 routes that share a nexthop object are mixed up in what the kernel tells here
        if flow.dst.is_ipv6() && found.nexthop != 0 {
            return;
        }
        // while local and main are one, what is found is said to be of main
        let one = |table| if table == 255 { 254 } else { table };
        let said = (one(decision.table), decision.prefix, decision.metric);
        let kernel = (one(found.table), Some(found.dst), found.metric);
        assert_eq!(
            said,
            kernel,
            "{flow}\n{}",
            shrink::commands(&net.log, Some(flow))
        );
    }
}

/// Shows the mistake in the smallest network that has it.
fn explain(net: &Net, flow: &Flow, copy: &Answer, truth: &Answer) {
    println!("\nWRONG: copy {copy}, kernel {truth}; {:?}", net.shape);
    let wrong = |ops: &[Op]| {
        let mut nl = shrink::replay(ops);
        let model = Model::new();
        model.sync();
        let (copy, kernel) = (model.copy(flow), kernel::ask(&mut nl, flow));
        let kernel = real::truth(&mut nl, flow, kernel);
        // another mistake is another matter
        let same = match (truth, &kernel) {
            (Answer::Goes { kind, .. }, Answer::Goes { kind: now, .. }) => kind == now,
            (before, now) => before == now,
        };
        same && !copy.agrees(&kernel)
    };
    if !wrong(&net.log) {
        println!("  not in a network that is made again:\n    {flow}");
        println!("{}", shrink::commands(&net.log, Some(flow)));
        return;
    }
    let small = shrink::shrink(net.log.clone(), wrong);
    println!("{}", shrink::commands(&small, Some(flow)));
    let mut nl = shrink::replay(&small);
    let model = Model::new();
    model.sync();
    let (copy, truth) = (model.copy(flow), kernel::ask(&mut nl, flow));
    println!("  copy {copy}, kernel {truth}");
}

/// Random flows in random networks, asked by real sockets.
fn sockets(v6: bool) {
    let seed = seed();
    let amount = env("RELWS_ROUTE_SOCKETS", 4000);
    println!("seed {seed}");
    let mut rng = Rng::new(seed);
    let (mut asked, mut failed, mut unknown) = (0, 0, 0);
    while asked < amount {
        space::fresh();
        let mut net = Net::new(
            rng.next(),
            Shape {
                v6,
                routes: rng.between(50, 200),
                rules: rng.of(&[0, 10, 25]),
                nexthops: 8,
                sources: v6 && rng.chance(50),
                deletions: !v6,
            },
        );
        net.build();
        let model = Model::new();
        model.sync();
        for _ in 0..200 {
            let mut flow = net.random_flow();
            flow.uid = 0;
            flow.protocol = libc::IPPROTO_UDP as u8;
            flow.dport = flow.dport.max(1);
            // a socket with an address has a port as well
            flow.sport = flow.sport.max(4001);
            if flow.src.is_none() {
                flow.src = net.own_address();
            }
            if rng.chance(30) {
                flow.oif = rng.of(&[10, 12, 14, 16, 20]);
            }
            let found = kernel::ask(&mut net.nl, &flow);
            let Some(src) = flow.src else {
                continue;
            };
            // a socket needs leave to broadcast, and one bound to such an address has no source
            let sender = kernel::ask(&mut net.nl, &Flow::to(src));
            if [&found, &sender]
                .iter()
                .any(|a| matches!(a, Answer::Goes { kind: 3 | 5, .. }))
            {
                continue;
            }
            let Some(socket) = connect(&flow) else {
                continue;
            };
            asked += 1;
            failed += u64::from(socket.is_err());
            let agrees = match model.copy(&flow) {
                Answer::Unknown => {
                    unknown += 1;
                    true
                }
                Answer::Fails(errno) => socket == Err(errno),
                Answer::Goes { .. } => socket.is_ok(),
            };
            assert!(
                agrees,
                "{flow}: copy {}, socket {socket:?}, kernel {found}, {:?}\n{}",
                model.copy(&flow),
                net.shape,
                shrink::commands(&net.log, Some(&flow))
            );
        }
    }
    println!("{asked} sockets, {failed} failed, {unknown} not known");
    assert!(failed * 20 > asked);
}
