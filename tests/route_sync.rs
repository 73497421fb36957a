//! Reading the kernel's tables: while they change at full speed, when the queue overflows, when a
//! route is too large for a dump, as nobody in particular, and with others who tell lies.
//!
//! `RELWS_ROUTE_RESYNCS` says how often the tables are read under churn, for each family, and
//! `RELWS_ROUTE_ROUTES` how many routes they have. The long run, with so few routes that it ends within
//! the hour:
//!
//!     CARGO_PROFILE_DEV_OPT_LEVEL=2 RELWS_ROUTE_RESYNCS=10000 RELWS_ROUTE_ROUTES=4000 \
//!         cargo test --test route_sync churn
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod route;

use route::dump::{difference, of_kernel};
use route::flow::{Answer, Flow};
use route::model::{LONG, Model};
use route::op::{Device, Leg, Op, Route, UNICAST, UNREACHABLE, Verb, v6};
use route::rng::{Rng, seed};
use route::socket::Nl;
use route::wire::Msg;
use route::{env, kernel, space};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    space::run(&[
        ("churn_ipv4", || churn(false, come_or_go)),
        ("churn_ipv6", || churn(true, come_or_go)),
        ("churn_by_replacing_ipv4", || churn(false, replace)),
        ("churn_that_makes_twins", || churn_of(true, twin, true)),
        ("a_few_changes_meanwhile", few),
        ("doubts_are_settled_when_the_changes_are_over", doubts),
        ("full_queue_ipv4", || full_queue(false)),
        ("full_queue_ipv6", || full_queue(true)),
        ("overflow_of_a_small_queue", overflow),
        ("large_route_ipv4", || large(false)),
        ("large_route_ipv6", || large(true)),
    ])
}

/// Two links, and nothing more.
fn network(nl: &mut Nl) {
    let link_local = |index: u16| IpAddr::from(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, index, 1));
    let addr = |index, ip, len| Op::Addr {
        add: true,
        index,
        ip,
        len,
        peer: None,
    };
    for op in [
        Op::Create(10, Device::Veth(11)),
        Op::Up(1, true),
        Op::Up(11, true),
        Op::Up(10, true),
        addr(10, Ipv4Addr::new(10, 10, 0, 1).into(), 16),
        addr(10, v6(10, 0, 1), 64),
        addr(10, link_local(10), 64),
    ] {
        op.apply(nl).unwrap();
    }
}

/// One of many destinations.
fn route(v6: bool, high: u8, n: u32) -> Route {
    let dst: (IpAddr, u8) = if v6 {
        let bits = (0xfd00_u128 + u128::from(high)) << 112 | u128::from(n) << 64;
        (Ipv6Addr::from_bits(bits).into(), 64)
    } else {
        (
            Ipv4Addr::from_bits(u32::from(high) << 24 | n << 4).into(),
            28,
        )
    };
    Route {
        table: 254,
        dst,
        src: None,
        tos: 0,
        metric: 0,
        kind: UNICAST,
        prefsrc: None,
        legs: vec![Leg {
            index: 10,
            gateway: Some(gateway(v6, 2)),
            ..Leg::default()
        }],
        nexthop: 0,
        pref: 0,
    }
}

fn gateway(v6: bool, n: u16) -> IpAddr {
    if v6 {
        Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 10, n).into()
    } else {
        Ipv4Addr::from_bits(0x0a0a_0000 + u32::from(n)).into()
    }
}

fn all(nl: &mut Nl, verb: Verb, routes: impl Iterator<Item = Route>) {
    let done = nl.batch(routes.map(|r| r.message(verb)).collect());
    assert!(done.iter().all(Result::is_ok), "{verb:?}");
}

const RUN: u32 = 0;
const PAUSE: u32 = 1;
const PAUSED: u32 = 2;
const END: u32 = 3;

/// How one of the routes is changed, given whether it was changed an odd number of times.
type Change = fn(bool, u32, bool) -> Msg;

fn come_or_go(v6: bool, n: u32, odd: bool) -> Msg {
    route(v6, 0x20, n).message(if odd { Verb::Delete } else { Verb::Add })
}

fn replace(v6: bool, n: u32, odd: bool) -> Msg {
    let mut r = route(v6, 0x20, n);
    r.legs[0].gateway = Some(gateway(v6, if odd { 2 } else { 3 }));
    r.message(Verb::Replace)
}

/// How many routes there are while all is read; half of them change.
fn routes() -> u32 {
    env("RELWS_ROUTE_ROUTES", 40_000) as u32
}

/// Half of the prefixes have two routes all the time, which are sometimes the same; the other half one or two.
fn twin(_: bool, n: u32, odd: bool) -> Msg {
    let by = |index| device_route(n, index);
    match (n % 2, odd) {
        (0, false) => by(11).message(Verb::Replace),
        (0, true) => by(10).message(Verb::Replace),
        (_, false) => by(11).message(Verb::Delete),
        (_, true) => by(11).message(Verb::Append),
    }
}

/// One of many destinations, reached without a gateway.
fn device_route(n: u32, index: u32) -> Route {
    let mut r = route(true, 0x20, n);
    r.legs = vec![Leg {
        index,
        ..Leg::default()
    }];
    r
}

/// Changes half of the routes, so many that what a dump got wrong is not soon mended, until told to end:
/// as fast as the library can take it (what was read after an overflow proves nothing), or slowly enough
/// that each is not in doubt in each pass.
fn flip(v6: bool, change: Change, slowly: bool, what: &AtomicU32) {
    let queues = space::listening_netlink();
    let mut nl = Nl::open();
    let mut odd = vec![false; routes() as usize / 2];
    let mut rng = Rng::new(seed());
    loop {
        match what.load(Ordering::Acquire) {
            END => return,
            PAUSE => what.store(PAUSED, Ordering::Release),
            PAUSED => std::thread::sleep(Duration::from_micros(100)),
            _ if queues.iter().any(|fd| space::queued(*fd) > 10) => std::thread::yield_now(),
            _ => {
                flip_some(&mut nl, &mut odd, &mut rng, &|n, odd| change(v6, n, odd));
                if slowly {
                    std::thread::sleep(Duration::from_millis(2));
                }
            }
        }
    }
}

fn flip_some(nl: &mut Nl, odd: &mut [bool], rng: &mut Rng, change: &dyn Fn(u32, bool) -> Msg) {
    let mut some = Vec::new();
    for _ in 0..32 {
        let at = rng.below(odd.len());
        some.push(change(at as u32, odd[at]));
        odd[at] = !odd[at];
    }
    assert!(nl.batch(some).iter().all(Result::is_ok));
}

/// Ends the changes, also when something is wrong: somebody waits for their end.
struct End<'a>(&'a AtomicU32);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(END, Ordering::Release);
    }
}

fn churn(v6: bool, change: Change) {
    churn_of(v6, change, false);
}

fn churn_of(v6: bool, change: Change, twins: bool) {
    let mut nl = Nl::open();
    network(&mut nl);
    for octet in [0x10, 0x30] {
        let still = (0..routes() / 4).map(|n| route(v6, octet, n));
        all(&mut nl, Verb::Add, still);
    }
    if twins {
        let many = || 0..routes() / 2;
        all(&mut nl, Verb::Add, many().map(|n| device_route(n, 10)));
        all(&mut nl, Verb::Append, many().map(|n| device_route(n, 11)));
    }
    let model = Model::new();
    model.sync();
    let what = AtomicU32::new(RUN);
    let wanted = env("RELWS_ROUTE_RESYNCS", 10);
    let (mut checked, mut wrong, mut again, mut tries) = (0, 0, 0, 0);
    std::thread::scope(|s| {
        let _end = End(&what);
        s.spawn(|| flip(v6, change, twins, &what));
        while checked < wanted {
            tries += 1;
            assert!(tries < wanted * 3 + 10, "it is read again and again");
            what.store(RUN, Ordering::Release);
            // the churn is at full speed when the reading begins
            let begin = Instant::now();
            model.until(|_| begin.elapsed() > Duration::from_millis(5));
            model.resync();
            let synced = model.until(Model::synced);
            let resyncs = model.stats().resyncs;
            what.store(PAUSE, Ordering::Release);
            while what.load(Ordering::Acquire) != PAUSED {
                model.service();
            }
            assert!(synced, "never whole under churn: {:?}", model.stats());
            model.sync();
            if model.stats().resyncs != resyncs {
                // An overflow meanwhile: what is seen now was read in peace.
                again += 1;
                continue;
            }
            checked += 1;
            if let Some(lines) = difference(&of_kernel(&mut nl), &model.routes()) {
                println!("{lines}\n  {:?}", model.stats());
                wrong += 1;
            }
        }
    });
    println!(
        "{checked} checked, {wrong} wrong, {again} read again; {:?}",
        model.stats()
    );
    assert_eq!(wrong, 0);
}

/// The routes to one prefix that are replaced all the time are in doubt in each pass over the table: there may
/// be two that are the same. That is told, and when it is over they are read once more by themselves.
fn doubts() {
    let mut nl = Nl::open();
    network(&mut nl);
    let by = |index| device_route(0, index);
    // dumped before
    all(
        &mut nl,
        Verb::Add,
        (0..10_000).map(|n| route(true, 0x10, n)),
    );
    all(&mut nl, Verb::Add, std::iter::once(by(10)));
    all(&mut nl, Verb::Append, std::iter::once(by(11)));
    let model = Model::new();
    model.sync();
    let (here, there) = (host(&by(10), 1), host(&route(true, 0x10, 7), 1));
    let turns = AtomicU32::new(0);
    std::thread::scope(|s| {
        let _end = End(&turns);
        s.spawn(|| {
            let (mut nl, queues) = (Nl::open(), space::listening_netlink());
            while turns.load(Ordering::Acquire) == RUN {
                if queues.iter().all(|fd| space::queued(*fd) < 10) {
                    all(&mut nl, Verb::Replace, [by(11), by(10)].into_iter());
                }
            }
        });
        // unless there is a pass in which nothing is replaced
        let open = (0..300).any(|_| {
            model.resync();
            // all is read, but perhaps for these
            assert!(model.until(|m| m.copy(&Flow::to(there)) != Answer::Unknown));
            !model.synced()
        });
        let copy = model.copy(&Flow::to(here));
        assert!(open, "{:?}", model.stats());
        assert_eq!(copy, Answer::Unknown);
    });
    let resyncs = model.stats().resyncs;
    model.sync();
    assert!(model.stats().resyncs > resyncs);
    assert_eq!(difference(&of_kernel(&mut nl), &model.routes()), None);
    assert_ne!(model.copy(&Flow::to(here)), Answer::Unknown);
}

/// Announcements come so fast that half of the queue is never free, in which the kernel would not go
/// on with a dump on the same socket.
fn full_queue(v6: bool) {
    let mut nl = Nl::open();
    network(&mut nl);
    all(&mut nl, Verb::Add, (0..2000).map(|n| route(v6, 0x10, n)));
    let model = Model::new();
    model.sync();
    // what is read at once is little of it
    resize_queues(2 << 20);
    let queues = space::listening_netlink();
    let mut odd = vec![false; 500];
    let mut rng = Rng::new(seed());
    let mut fill = || {
        while queues.iter().all(|fd| space::queued(*fd) < 60) {
            flip_some(&mut nl, &mut odd, &mut rng, &|n, odd| {
                come_or_go(v6, n, odd)
            });
        }
    };
    fill();
    model.resync();
    let mut services = 0;
    while !model.synced() {
        services += 1;
        assert!(services < 5000, "it does not end: {:?}", model.stats());
        fill();
        model.service();
    }
    assert_eq!(model.stats().overflows, 0);
    model.sync();
    assert_eq!(difference(&of_kernel(&mut nl), &model.routes()), None);
}

fn resize_queues(bytes: i32) {
    for fd in space::listening_netlink() {
        // SAFETY: the library's socket is open, and is not closed by this.
        let fd = unsafe { std::os::fd::BorrowedFd::borrow_raw(fd) };
        assert_eq!(
            space::set_option(&fd, libc::SOL_SOCKET, libc::SO_RCVBUF, bytes / 2),
            0
        );
    }
}

/// While all is read there is always something that wakes the loop.
fn reads_on(model: &Model) {
    let wakes = || space::listening_netlink().into_iter().any(space::readable);
    assert!(model.synced() || wakes(), "{:?}", model.stats());
}

/// However many changes are announced while all is read, the next block of the dump is read by itself, and
/// not when something else happens.
fn few() {
    let mut nl = Nl::open();
    network(&mut nl);
    // more blocks than are read at once
    all(
        &mut nl,
        Verb::Add,
        (0..60_000).map(|n| route(false, 0x10, n)),
    );
    let model = Model::new();
    model.sync();
    for changes in 0..4 {
        model.resync();
        for n in 0..changes {
            all(&mut nl, Verb::Add, std::iter::once(route(false, 0x20, n)));
        }
        assert!(model.until(|model| {
            reads_on(model);
            model.synced()
        }));
        all(
            &mut nl,
            Verb::Delete,
            (0..changes).map(|n| route(false, 0x20, n)),
        );
        model.sync();
    }
}

/// A burst of 100,000 routes into a queue of the kernel's default size while nobody reads: what is
/// answered then, and while the tables are read again, is never from before.
fn overflow() {
    let mut nl = Nl::open();
    network(&mut nl);
    let changing: Vec<Route> = (0..200).map(|n| route(false, 0x20, n)).collect();
    all(&mut nl, Verb::Add, changing.iter().cloned());
    let flows: Vec<Flow> = changing
        .iter()
        .map(|r| {
            Flow::to(match r.dst.0 {
                IpAddr::V4(a) => Ipv4Addr::from_bits(a.to_bits() + 5).into(),
                other => other,
            })
        })
        .collect();
    let model = Model::new();
    model.sync();
    for serviced in [false, true] {
        for verb in [Verb::Add, Verb::Delete] {
            resize_queues(212_992);
            let before = model.stats().overflows;
            all(&mut nl, verb, (0..100_000).map(|n| route(false, 0x10, n)));
            // last, so that nothing of it fits into the queue
            let other = if verb == Verb::Add {
                Verb::Delete
            } else {
                Verb::Add
            };
            all(&mut nl, other, changing.iter().cloned());
            if serviced {
                model.service();
            }
            truthful(&mut nl, &model, &flows);
            let begin = Instant::now();
            while !(model.synced() && model.stats().overflows > before) {
                assert!(begin.elapsed() < LONG, "{:?}", model.stats());
                model.service();
                reads_on(&model);
                truthful(&mut nl, &model, &flows[..10]);
            }
            truthful(&mut nl, &model, &flows);
            if let Some(lines) = difference(&of_kernel(&mut nl), &model.routes()) {
                panic!("after an overflow:\n{lines}");
            }
        }
    }
    // whole again: no more questions to the kernel
    let asked = model.stats().asked;
    truthful(&mut nl, &model, &flows);
    assert_eq!(model.stats().asked, asked);
}

/// With and without the kernel's help, no answer is wrong; with it, there is one.
fn truthful(nl: &mut Nl, model: &Model, flows: &[Flow]) {
    for (flow, truth) in flows.iter().zip(kernel::ask_all(nl, flows)) {
        let (copy, answer) = (model.copy(flow), model.decide(flow, 0).answer);
        assert!(copy.agrees(&truth), "{flow}: {copy}, kernel {truth}");
        assert_ne!(answer, Answer::Unknown, "{flow}");
        assert!(answer.agrees(&truth), "{flow}: {answer}, kernel {truth}");
    }
}

/// More ways out than a block of a dump has room for.
fn large_route(v6: bool) -> Route {
    let legs: u16 = if v6 { 1800 } else { 4000 };
    let mut r = route(v6, 0x40, 0);
    r.legs = (0..legs)
        .map(|n| Leg {
            index: 10,
            gateway: Some(gateway(v6, 10 + n)),
            weight: 1,
            onlink: false,
        })
        .collect();
    r
}

fn host(r: &Route, n: u8) -> IpAddr {
    match r.dst.0 {
        IpAddr::V4(a) => Ipv4Addr::from_bits(a.to_bits() + u32::from(n)).into(),
        IpAddr::V6(a) => Ipv6Addr::from_bits(a.to_bits() + u128::from(n)).into(),
    }
}

/// Services until nothing has come for a while.
fn rest(model: &Model) {
    let mut before = (0, 0);
    loop {
        let begin = Instant::now();
        model.until(|_| begin.elapsed() > Duration::from_millis(300));
        let stats = model.stats();
        let now = (stats.messages, stats.resyncs);
        if now == before {
            return;
        }
        before = now;
    }
}

fn large(v6: bool) {
    let mut nl = Nl::open();
    network(&mut nl);
    let big = large_route(v6);
    let mut later = route(v6, 0x50, 0);
    later.table = 300;
    let small = route(v6, 0x50, 1);
    let flows: Vec<Flow> = [&big, &small, &later]
        .iter()
        .flat_map(|r| (1..6).map(|n| Flow::to(host(r, n))))
        .collect();
    let live = Model::new();
    live.sync();
    all(&mut nl, Verb::Add, [small, later].into_iter());

    // announced in one piece
    all(&mut nl, Verb::Add, std::iter::once(big.clone()));
    truthful(&mut nl, &live, &flows);
    assert!(live.synced());
    let listed = live.routes();
    let listed = listed.iter().find(|r| r.dst == big.dst).unwrap();
    assert_eq!(listed.hops.len(), big.legs.len());
    let decision = live.decide(&flows[0], 0);
    assert!(!decision.from_kernel);

    // missing in the dump, and everything after it
    let late = Model::new();
    rest(&late);
    live.resync();
    rest(&live);
    for model in [&late, &live] {
        assert!(!model.synced(), "{:?}", model.stats());
        truthful(&mut nl, model, &flows);
        for flow in &flows {
            assert_eq!(model.copy(flow), Answer::Unknown);
            assert!(model.decide(flow, 0).from_kernel);
        }
    }

    // as soon as it can be read, it is, when somebody asks for that
    all(&mut nl, Verb::Delete, std::iter::once(big));
    for model in [&late, &live] {
        truthful(&mut nl, model, &flows);
        model.resync();
        model.sync();
        truthful(&mut nl, model, &flows);
        assert_eq!(difference(&of_kernel(&mut nl), &model.routes()), None);
    }
    let mut reject = route(v6, 0x50, 1);
    reject.kind = UNREACHABLE;
    reject.legs.clear();
    all(&mut nl, Verb::Replace, std::iter::once(reject));
    truthful(&mut nl, &late, &flows);
}
