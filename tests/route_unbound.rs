//! What an IPv6 socket without an address gets is what the library answers about a flow without a
//! source: the kernel may look for a route twice, of which a request (`RTM_GETROUTE`) is one.
//!
//! `RELWS_ROUTE_SOCKETS` says how many sockets of random networks are compared, `RELWS_ROUTE_SEED`
//! repeats a run.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod route;

use relws::capi::route::{LWS_ROUTE_ASK_KERNEL, LWS_ROUTE_COPY_ONLY};
use route::case::{Case, ip, leg, route as route_to};
use route::flow::{Answer, Flow};
use route::generate::{Net, Shape, TABLES, mask};
use route::model::Model;
use route::op::{LOCAL, Op, Rule, Verb};
use route::real::{self, connect};
use route::rng::{Rng, seed};
use route::{env, kernel, shrink, space};
use std::net::Ipv6Addr;
use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    space::run(&[
        ("the_second_look", second_look),
        ("rules_for_ports", ports),
        ("a_device_beside_a_source", device_and_source),
        ("random_sockets_without_an_address", random),
    ])
}

/// A default route that is for one address of the host only.
fn for_one(from: &str, out: u32) -> Op {
    let mut specific = route_to("::/0", &[leg(out, "fe80::2")]);
    specific.src = Some((ip(from), 64));
    specific.metric = 10;
    Op::Route(Verb::Add, specific)
}

/// As [`Case::new`] makes it, without its default route.
fn without_default(more: &[Op]) -> Case {
    let mut ops = vec![Op::Route(
        Verb::Delete,
        route_to("::/0", &[leg(12, "fe80::2")]),
    )];
    ops.extend_from_slice(more);
    Case::unsure(&ops)
}

fn second_look() {
    let mut c = without_default(&[for_one("2001:db8:2::", 12)]);
    let flow = Flow::to(ip("3fff::9"));
    let request = kernel::ask(&mut c.nl, &flow);
    assert_eq!(request, Answer::Fails(libc::ENETUNREACH));
    let mut found = 0;
    // the other address is liked better, or not, by how it is like the destination
    for dst in [
        "3fff::9",
        "2001:db8:3::9",
        "2001:db8:1::9",
        "2001:db8:8000::9",
    ] {
        let flow = Flow::to(ip(dst));
        let socket = connect(&flow).unwrap();
        for flags in [0, LWS_ROUTE_ASK_KERNEL] {
            let mine = c.model.decide(&flow, flags);
            match socket {
                Ok(src) => {
                    assert_eq!(mine.prefsrc, Some(src), "{flow}: {mine:?}");
                    assert!(
                        matches!(mine.answer, Answer::Goes { .. }),
                        "{flow}: {mine:?}"
                    );
                    found += 1;
                }
                Err(errno) => assert_eq!(mine.answer, Answer::Fails(errno), "{flow}"),
            }
        }
    }
    assert!(found > 0);
    // whichever it takes
    let from_all: Vec<Op> = ["2001:db8::", "2001:db8:2::", "fe80::", "::"]
        .map(|from| for_one(from, 12))
        .into();
    drop(c);
    space::fresh();
    let c = without_default(&from_all);
    assert!(matches!(c.model.copy(&flow), Answer::Goes { .. }));
    assert!(connect(&flow).unwrap().is_ok());
}

/// A socket that stands in for another one has a port of its own, and goes another way by that.
fn ports() {
    let mut other = route_to("::/0", &[leg(10, "fe80::2")]);
    other.table = 100;
    let rule = Rule {
        v6: true,
        pref: 100,
        action: 1,
        table: 100,
        sport: Some((1024, 65534)),
        ..Rule::default()
    };
    let c = without_default(&[
        for_one("2001:db8:2::", 12),
        Op::Route(Verb::Add, other),
        Op::Rule(true, rule),
    ]);
    let flow = Flow {
        sport: 53,
        ..Flow::to(ip("2001:db8:3::9"))
    };
    assert_eq!(connect(&flow), Some(Ok(ip("2001:db8:2::1"))));
    for flags in [0, LWS_ROUTE_ASK_KERNEL, LWS_ROUTE_COPY_ONLY] {
        match c.model.decide(&flow, flags).answer {
            Answer::Unknown => {}
            Answer::Goes { hops, .. } => assert_eq!(hops[0].index, 12, "{flags}"),
            Answer::Fails(errno) => panic!("{flags}: errno {errno}"),
        }
    }
}

/// In a request an interface beside a source is but a wish: the library asks so that it is not.
fn device_and_source() {
    let c = without_default(&[for_one("2001:db8:2::", 12)]);
    for (src, oif) in [
        ("2001:db8:2::1", 12),
        ("2001:db8:2::1", 10),
        ("2001:db8::1", 12),
    ] {
        let flow = Flow {
            src: Some(ip(src)),
            oif,
            ..Flow::to(ip("3fff::9"))
        };
        let mine = c.model.decide(&flow, LWS_ROUTE_ASK_KERNEL).answer;
        match connect(&flow).unwrap() {
            Err(errno) => assert_eq!(mine, Answer::Fails(errno), "{flow}"),
            Ok(_) => match mine {
                Answer::Goes { hops, .. } => assert_eq!(hops[0].index, oif, "{flow}"),
                other => panic!("{flow}: {other}"),
            },
        }
    }
}

/// Random networks with routes and rules for certain sources.
fn random() {
    let seed = seed();
    let amount = env("RELWS_ROUTE_SOCKETS", 4000);
    println!("seed {seed}");
    let mut rng = Rng::new(seed);
    let mut tally = Unbound::default();
    while tally.asked < amount {
        space::fresh();
        let mut net = Net::new(
            rng.next(),
            Shape {
                v6: true,
                routes: rng.of(&[0, 10, 60, 150]),
                rules: rng.of(&[0, 2, 10, 25]),
                nexthops: rng.of(&[0, 8]),
                sources: rng.chance(80),
                deletions: rng.chance(30),
            },
        );
        net.build();
        ask_for_sources(&mut net, &mut rng);
        // where rules look at these, nobody can put every question to the kernel
        let (ports, tcp) = (rng.chance(15), rng.chance(20));
        for rule in net.rules.clone() {
            if !ports && rule.sport.is_some() || tcp && rule.protocol != 0 {
                net.apply(Op::Rule(false, rule));
            }
        }
        if rng.chance(20) {
            lose_addresses(&mut net, &mut rng);
        }
        let model = Model::new();
        model.sync();
        for _ in 0..200 {
            let mut flow = net.random_flow();
            flow.src = None;
            // where rules look at the port, it is one that is known
            flow.sport = if ports { 4001 } else { 0 };
            flow.dport = flow.dport.max(1);
            flow.uid = if net.users { rng.of(&[0, 0, 1000]) } else { 0 };
            flow.protocol = if tcp { 6 } else { 17 };
            let mut wrong = None;
            for wait in [0, 5, 50, 500, 1500] {
                std::thread::sleep(Duration::from_millis(wait));
                wrong = tally.compare(&mut net, &model, &flow);
                if wrong.is_none() {
                    break;
                }
            }
            if let Some(wrong) = wrong {
                let how = shrink::commands(&net.log, Some(&flow));
                panic!("{flow}: {wrong}, {:?}\n{how}", net.shape);
            }
            tally.asked += 1;
        }
    }
    println!("{tally:?}");
    assert!(tally.second * 50 > tally.asked);
    assert!(tally.no_address > 0);
    assert!(tally.copy_unknown * 2 < tally.asked);
    assert!(tally.unknown * 10 < tally.asked);
}

/// Routes and rules for addresses that the host has.
fn ask_for_sources(net: &mut Net, rng: &mut Rng) {
    for _ in 0..rng.below(20) {
        let Some(own) = net.own_address() else { return };
        let len = rng.of(&[32, 48, 64, 127, 128]);
        let from = Some((mask(own, len), len));
        if rng.chance(30) {
            net.apply(Op::Rule(
                true,
                Rule {
                    v6: true,
                    pref: rng.between(1, 32_760) as u32,
                    action: rng.of(&[1, 1, 1, 7, 8]),
                    table: rng.of(&TABLES),
                    src: from,
                    ..Rule::default()
                },
            ));
            continue;
        }
        let mut route = net.random_route();
        route.dst = if rng.chance(40) {
            (Ipv6Addr::UNSPECIFIED.into(), 0)
        } else {
            net.random_prefix()
        };
        if route.nexthop == 0 && route.kind != LOCAL {
            route.src = from;
        }
        net.apply(Op::Route(Verb::Add, route));
    }
}

/// Some interfaces have no address any more, or none has.
fn lose_addresses(net: &mut Net, rng: &mut Rng) {
    let all = rng.chance(30);
    for (index, ip, len, peer) in net.addrs.clone() {
        if all || rng.chance(50) {
            net.apply(Op::Addr {
                add: false,
                index,
                ip,
                len,
                peer,
            });
        }
    }
    if all {
        net.apply(Op::Up(1, false));
    }
}

#[derive(Default, Debug)]
struct Unbound {
    asked: u64,
    /// The kernel looked a second time, and found something.
    second: u64,
    /// The host had no address to go with.
    no_address: u64,
    copy_unknown: u64,
    unknown: u64,
}

impl Unbound {
    /// How the library is wrong, if it is.
    fn compare(&mut self, net: &mut Net, model: &Model, flow: &Flow) -> Option<String> {
        let socket = connect(flow)?;
        let first = kernel::ask(&mut net.nl, flow);
        let goes = matches!(first, Answer::Goes { .. });
        self.second += u64::from(socket.is_ok() && !goes);
        self.no_address += u64::from(socket == Err(libc::EADDRNOTAVAIL));
        // among equal routes the kernel takes another with each question
        let truths: Vec<Answer> = (0..8)
            .map(|_| {
                let asked = kernel::ask(&mut net.nl, flow);
                real::truth(&mut net.nl, flow, asked)
            })
            .collect();
        model.service();
        for flags in [LWS_ROUTE_COPY_ONLY, LWS_ROUTE_ASK_KERNEL, 0] {
            let mine = model.decide(flow, flags);
            if mine.answer == Answer::Unknown {
                self.copy_unknown += u64::from(flags == LWS_ROUTE_COPY_ONLY);
                self.unknown += u64::from(flags == 0);
                continue;
            }
            let right = match (&socket, &mine.answer) {
                // an interface beside a source is but a wish in a request
                (Ok(_), Answer::Goes { kind, hops }) if flow.oif != 0 && !goes => {
                    *kind == 2 || hops.iter().all(|h| h.index == flow.oif)
                }
                _ => truths.iter().any(|truth| mine.answer.agrees(truth)),
            };
            if !right {
                return Some(format!(
                    "flags {flags}: {mine:?}, socket {socket:?}, kernel {first}"
                ));
            }
        }
        None
    }
}
