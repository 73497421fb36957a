//! Culling, table by table, against a kernel of which each answer is given.

use super::*;
use crate::route::again::PATIENCE_US;
use crate::route::decide::decide;
use crate::route::decide4::world::{World, flow, to};
use crate::route::types::{Prefix, Route, kind, leg_flag, table_id};

const SETTLE_US: i64 = 20_000;
const CLOSES: Policy = Policy {
    settle_us: SETTLE_US,
    stays: false,
    takeover: false,
};
const TELLS: Policy = Policy {
    stays: true,
    ..CLOSES
};

/// A host with the interfaces 2 and 3 (10.2.0.1 and 10.3.0.1), a far network behind a gateway on 2,
/// and what it has watched.
struct Bench {
    w: World,
    cull: Cull,
    us: i64,
    policy: Policy,
    asked: usize,
}

const FAR: &str = "10.7.0.9";

fn far_route() -> Route {
    to("10.7.0.0/24").via(2, "10.2.0.9")
}

fn other_way() -> Route {
    to("0.0.0.0/0").via(3, "10.3.0.9")
}

fn connection(dst: &str) -> Flow {
    Flow {
        src: Some("10.2.0.1".parse().unwrap()),
        ..flow(dst)
    }
}

impl Bench {
    fn new(policy: Policy) -> Self {
        let mut b = Self {
            w: World::new(),
            cull: Cull::default(),
            us: 1_000_000,
            policy,
            asked: 0,
        };
        b.w.route(far_route());
        b
    }

    /// With one connection, of token 1.
    fn with(policy: Policy, flow: Flow) -> Self {
        let mut b = Self::new(policy);
        b.watch(1, flow);
        b
    }

    fn watch(&mut self, token: u64, flow: Flow) {
        let questions = self.cull.watch(token, flow, false, Some(&self.w.0));
        assert_eq!(questions, []);
    }

    fn remove(&mut self, route: &Route) {
        assert!(self.w.0.tables.remove(route).removed);
        self.touch(route.dst);
    }

    fn add(&mut self, route: Route) {
        let dst = route.dst;
        self.w.route(route);
        self.touch(dst);
    }

    fn touch(&mut self, dst: Prefix) {
        let mut touched = Touched::default();
        touched.prefix(dst);
        self.cull.changed(touched);
    }

    fn link(&mut self, index: u32) {
        let mut touched = Touched::default();
        touched.link(index);
        self.cull.changed(touched);
    }

    /// One pass of the loop, `after` microseconds, in which this kernel is asked.
    fn pass(
        &mut self,
        after: i64,
        kernel: impl Fn(&KernelCopy, &Flow) -> Option<Verdict>,
    ) -> Vec<Action> {
        self.us += after;
        self.cull.begin_pass();
        let now = Now {
            view: View {
                all: &self.w.0,
                routes: Some(&self.w.0),
            },
            us: self.us,
            policy: self.policy,
        };
        loop {
            let mut questions = self.cull.step(now);
            if questions.is_empty() {
                break;
            }
            while !questions.is_empty() {
                self.asked += questions.len();
                let mut next = Vec::new();
                for q in &questions {
                    let answer = kernel(&self.w.0, &q.flow);
                    next.extend(self.cull.answered(now, q, answer.as_ref()));
                }
                questions = next;
            }
        }
        let mut actions = Vec::new();
        while let Some(action) = self.cull.take() {
            actions.push(action);
        }
        actions
    }

    /// Passes whenever one is due, for as long as this.
    fn passes(
        &mut self,
        us: i64,
        kernel: impl Fn(&KernelCopy, &Flow) -> Option<Verdict>,
    ) -> Vec<Action> {
        let end = self.us + us;
        let mut all = self.pass(0, &kernel);
        while let Some(at) = self.cull.deadline(self.us).filter(|at| *at <= end) {
            all.extend(self.pass((at - self.us).max(1), &kernel));
        }
        self.us = end;
        all
    }
}

/// A kernel that does what the copy says.
fn agrees(copy: &KernelCopy, flow: &Flow) -> Option<Verdict> {
    Some(decide(copy, flow))
}

/// One that has the way of [`far_route`] for everything, and every address for its own.
fn vetoes(_: &KernelCopy, flow: &Flow) -> Option<Verdict> {
    let route = far_route();
    let home = flow.src.is_none();
    Some(Verdict::Reachable(crate::route::types::Path {
        kind: if home { kind::LOCAL } else { kind::UNICAST },
        table: table_id::MAIN,
        prefix: route.dst,
        metric: 0,
        info: None,
        legs: route.info.legs,
        prefsrc: None,
    }))
}

/// One that does not answer.
fn mute(_: &KernelCopy, _: &Flow) -> Option<Verdict> {
    None
}

/// Something that ends a connection, what the connection is, and why it ends.
type Case = (&'static str, fn(&mut Bench), Flow, Reason);

fn cases() -> Vec<Case> {
    let bound = Flow {
        oif: 2,
        ..connection(FAR)
    };
    vec![
        (
            "no route",
            |b| b.remove(&far_route()),
            connection(FAR),
            Reason::NoRoute,
        ),
        (
            "another way",
            |b| {
                b.add(other_way());
                b.remove(&far_route());
            },
            connection(FAR),
            Reason::RouteChanged,
        ),
        (
            "interface down",
            |b| {
                b.w.link(2, "eth2", 0);
                b.link(2);
            },
            bound,
            Reason::InterfaceGone,
        ),
        (
            "address gone",
            |b| {
                let own = "10.2.0.1".parse().unwrap();
                b.w.forget_addr(2, "10.2.0.1", 24);
                let local = crate::route::decide4::world::own("10.2.0.1", 2);
                assert!(b.w.0.tables.remove(&local).removed);
                let mut touched = Touched::default();
                touched.addr(own);
                b.cull.changed(touched);
            },
            connection(FAR),
            Reason::SourceGone,
        ),
    ]
}

#[test]
fn what_ends_a_connection_does_so_after_the_settle_time() {
    for (what, change, flow, why) in cases() {
        let mut b = Bench::with(CLOSES, flow);
        change(&mut b);
        // at first it is a suspect
        assert_eq!(b.pass(0, agrees), [], "{what}");
        assert_eq!(b.cull.counts().candidates, 1, "{what}");
        assert_eq!(b.cull.deadline(b.us), Some(b.us + SETTLE_US), "{what}");
        assert_eq!(b.pass(SETTLE_US - 1, agrees), [], "{what}");
        let ended = [Action::Ended(1, flow, why)];
        let confirmed = |copy: &KernelCopy, flow: &Flow| match why {
            // the copy only knows of the link what it was told
            Reason::InterfaceGone => Some(Verdict::Unreachable(libc::ENETUNREACH)),
            _ => agrees(copy, flow),
        };
        assert_eq!(b.pass(1, confirmed), ended, "{what}");
        assert_eq!(b.asked, 1, "{what}: the kernel is asked before");
        assert_eq!(b.cull.deadline(b.us), None, "{what}");
        assert_eq!(b.cull.counts().refused, 0, "{what}");
    }
}

#[test]
fn nothing_ends_that_the_kernel_vetoes() {
    for (what, change, flow, _) in cases() {
        let mut b = Bench::with(CLOSES, flow);
        change(&mut b);
        // it announces a change before it makes it, so it is asked for a while
        let early = b.passes(SETTLE_US + PATIENCE_US - 1000, vetoes);
        assert_eq!(early, [], "{what}");
        let asked = b.asked;
        assert!((5..30).contains(&asked), "{what}: {asked}");
        // then the copy is in doubt
        let late = b.passes(PATIENCE_US, vetoes);
        assert_eq!(late, [Action::Doubt(flow)], "{what}");
        let counts = b.cull.counts();
        assert_eq!((counts.candidates, counts.refused), (1, 1), "{what}");
        assert_eq!(b.cull.deadline(b.us), None, "{what}");
        // and it is watched as before
        assert_eq!(b.cull.flow(1), Some(flow), "{what}");
    }
}

#[test]
fn nothing_ends_while_the_kernel_does_not_answer() {
    for (what, change, flow, why) in cases() {
        let mut b = Bench::with(CLOSES, flow);
        change(&mut b);
        assert_eq!(b.passes(10_000_000, mute), [], "{what}");
        // now and then it is asked again
        assert!((50..=200).contains(&b.asked), "{what}: {}", b.asked);
        assert_eq!(b.cull.counts().refused, 0, "{what}");
        let confirmed = |_: &KernelCopy, _: &Flow| Some(Verdict::Unreachable(libc::ENETUNREACH));
        let ended = b.passes(PAUSE_US + SETTLE_US, confirmed);
        assert_eq!(ended, [Action::Ended(1, flow, why)], "{what}");
    }
}

#[test]
fn what_comes_back_in_time_was_never_gone() {
    let mut b = Bench::with(CLOSES, connection(FAR));
    for _ in 0..3 {
        b.remove(&far_route());
        assert_eq!(b.pass(0, agrees), []);
        b.add(far_route());
        // nobody need look at the prefix: it is judged again all the same
        assert_eq!(b.passes(SETTLE_US, agrees), []);
    }
    assert_eq!(b.cull.counts().candidates, 3);
    assert_eq!(b.asked, 0);
    assert_eq!(b.cull.deadline(b.us), None);
    // with no time to settle it is asked about in the same pass
    let mut b = Bench::with(
        Policy {
            settle_us: 0,
            ..CLOSES
        },
        connection(FAR),
    );
    b.remove(&far_route());
    let ended = Action::Ended(1, connection(FAR), Reason::NoRoute);
    assert_eq!(b.pass(0, agrees), [ended]);
}

#[test]
fn a_better_route_takes_a_connection_over_and_may_go_again() {
    let mut b = Bench::with(CLOSES, connection(FAR));
    let better = to("10.7.0.9/32").via(3, "10.3.0.9");
    b.add(better.clone());
    assert_eq!(b.passes(SETTLE_US, agrees), []);
    // the old one goes: it is on the better one
    b.remove(&far_route());
    assert_eq!(b.passes(SETTLE_US, agrees), []);
    b.add(far_route());
    assert_eq!(b.passes(SETTLE_US, agrees), []);
    // the better one goes: it was on the old one before
    b.remove(&better);
    assert_eq!(b.passes(SETTLE_US, agrees), []);
    assert_eq!(b.cull.counts().candidates, 0);
    b.remove(&far_route());
    let ended = Action::Ended(1, connection(FAR), Reason::NoRoute);
    assert_eq!(b.passes(SETTLE_US, agrees), [ended]);
}

#[test]
fn a_better_route_ends_a_connection_where_that_is_wanted() {
    let better = to("10.7.0.9/32").via(3, "10.3.0.9");
    let strict = |policy| Policy {
        takeover: true,
        ..policy
    };
    let mut b = Bench::with(strict(CLOSES), connection(FAR));
    // By the same interface, or worse: its packets do not leave elsewhere.
    b.add(to("10.7.0.9/32").via(2, "10.2.0.8"));
    b.add(other_way());
    assert_eq!(b.passes(SETTLE_US, agrees), []);
    b.remove(&to("10.7.0.9/32").via(2, "10.2.0.8"));
    assert_eq!(b.passes(SETTLE_US, agrees), []);
    // Before that is wanted, it takes over and goes again.
    b.policy = CLOSES;
    b.add(better.clone());
    assert_eq!(b.passes(SETTLE_US, agrees), []);
    b.policy = strict(CLOSES);
    b.remove(&better);
    assert_eq!(b.passes(SETTLE_US, agrees), []);
    // Only for a moment.
    b.add(better.clone());
    assert_eq!(b.pass(SETTLE_US - 1, agrees), []);
    b.remove(&better);
    assert_eq!(b.passes(SETTLE_US, agrees), []);
    b.add(better.clone());
    let ended = Action::Ended(1, connection(FAR), Reason::TakenOver);
    assert_eq!(b.passes(SETTLE_US, agrees), core::slice::from_ref(&ended));
    // One that begins on the better way is where it should be.
    b.watch(2, connection(FAR));
    assert_eq!(b.passes(SETTLE_US, agrees), []);

    // It is told of, stays, and works again when the better route goes.
    let mut b = Bench::with(strict(TELLS), connection(FAR));
    b.add(better.clone());
    assert_eq!(b.passes(SETTLE_US, agrees), [ended]);
    b.remove(&better);
    assert_eq!(b.passes(SETTLE_US, agrees), [Action::Revived(1)]);

    // The kernel goes on by its own way, whatever the copy says.
    let mut b = Bench::with(strict(CLOSES), connection(FAR));
    b.add(better);
    let before = Bench::new(CLOSES).w.0;
    let old = move |_: &KernelCopy, flow: &Flow| Some(decide(&before, flow));
    assert_eq!(b.passes(SETTLE_US, old), []);
}

#[test]
fn one_that_stays_is_told_of_once_until_it_works_again() {
    let mut b = Bench::with(TELLS, connection(FAR));
    for _ in 0..2 {
        b.remove(&far_route());
        let ended = Action::Ended(1, connection(FAR), Reason::NoRoute);
        assert_eq!(b.passes(SETTLE_US, agrees), [ended]);
        b.touch(far_route().dst);
        assert_eq!(b.passes(10 * SETTLE_US, agrees), []);
        b.add(far_route());
        assert_eq!(b.passes(SETTLE_US, agrees), [Action::Revived(1)]);
    }
    // whoever is told of anew
    b.remove(&far_route());
    assert_eq!(b.passes(SETTLE_US, agrees).len(), 1);
    b.cull.anew(false);
    b.touch(far_route().dst);
    assert_eq!(b.passes(SETTLE_US, agrees).len(), 1);
}

#[test]
fn whoever_is_forgotten_or_watched_anew_is_no_suspect() {
    let mut b = Bench::with(CLOSES, connection(FAR));
    b.remove(&far_route());
    assert_eq!(b.pass(0, agrees), []);
    b.cull.forget(1);
    assert_eq!((b.cull.len(), b.cull.deadline(b.us)), (0, None));
    assert_eq!(b.passes(SETTLE_US, agrees), []);
    // with another peer
    b.add(far_route());
    b.watch(1, connection(FAR));
    b.watch(1, connection("10.2.0.7"));
    assert_eq!(b.cull.len(), 1);
    b.remove(&far_route());
    assert_eq!(b.passes(SETTLE_US, agrees), []);
    // all suspicion is forgotten, and what changed
    b.add(far_route());
    b.watch(1, connection(FAR));
    b.remove(&far_route());
    b.pass(0, agrees);
    b.touch(far_route().dst);
    b.cull.acquit();
    assert_eq!(b.cull.deadline(b.us), None);
    assert_eq!(b.passes(SETTLE_US, agrees), []);
}

#[test]
fn an_answer_about_one_that_is_gone_is_nothing() {
    let mut b = Bench::with(CLOSES, connection(FAR));
    b.remove(&far_route());
    b.pass(0, agrees);
    b.cull.begin_pass();
    b.us += SETTLE_US;
    let now = Now {
        view: View {
            all: &b.w.0,
            routes: Some(&b.w.0),
        },
        us: b.us,
        policy: b.policy,
    };
    let questions = b.cull.step(now);
    assert_eq!(questions.len(), 1);
    assert!(questions[0].is_of_lost_route());
    b.cull.forget(1);
    let gone = Verdict::Unreachable(libc::ENETUNREACH);
    assert_eq!(b.cull.answered(now, &questions[0], Some(&gone)), None);
    assert_eq!(b.cull.take(), None);
}

/// An address may be announced after a connection has begun with it: that ends with it all the same.
#[test]
fn a_source_that_is_announced_later_counts_when_it_goes() {
    let foreign = Flow {
        src: Some("10.5.0.1".parse().unwrap()),
        ..flow(FAR)
    };
    let home = || crate::route::decide4::world::own("10.5.0.1", 2);
    let changed = |b: &mut Bench| {
        let mut touched = Touched::default();
        touched.home(home().dst);
        b.cull.changed(touched);
    };
    let mut b = Bench::with(CLOSES, foreign);
    b.w.addr(2, "10.5.0.1", 32);
    b.w.route(home());
    changed(&mut b);
    assert_eq!(b.passes(SETTLE_US, agrees), []);
    assert_eq!(b.cull.counts().candidates, 0);
    b.w.forget_addr(2, "10.5.0.1", 32);
    assert!(b.w.0.tables.remove(&home()).removed);
    changed(&mut b);
    let ended = Action::Ended(1, foreign, Reason::SourceGone);
    assert_eq!(b.passes(SETTLE_US, agrees), [ended]);
}

/// What the copy does not know is asked, and asked once more a little later.
#[test]
fn where_only_the_kernel_knows_it_is_asked_again() {
    let mut b = Bench::new(CLOSES);
    let questions = b.cull.watch(1, connection(FAR), false, None);
    // whether its source is ours, and its way
    assert_eq!(questions.len(), 2);
    for q in &questions {
        let answer = agrees(&b.w.0, &q.flow);
        let now = Now {
            view: View {
                all: &b.w.0,
                routes: None,
            },
            us: b.us,
            policy: b.policy,
        };
        assert_eq!(b.cull.answered(now, q, answer.as_ref()), None);
    }
    let legs = |flags| {
        let mut route = far_route().via(3, "10.3.0.9");
        route.info.legs.as_mut_slice()[0].flags = flags;
        route
    };
    // several ways: the kernel tells which
    b.remove(&far_route());
    b.add(legs(0));
    let first = |_: &KernelCopy, flow: &Flow| vetoes(&KernelCopy::new(), flow);
    b.cull.anew(true);
    assert_eq!(b.pass(0, first), []);
    // once for each of the two changes
    assert_eq!(b.asked, 2);
    assert!(b.cull.deadline(b.us).is_some());
    assert_eq!(b.cull.counts().candidates, 0);
    // that one dies
    b.add(legs(leg_flag::DEAD));
    assert_eq!(b.pass(0, first), []);
    assert_eq!(b.cull.counts().candidates, 1);
}

#[test]
fn many_are_looked_at_in_steps_and_ended_in_smaller_ones() {
    let mut b = Bench::new(CLOSES);
    let many = 5 * LOOKS as u64;
    for token in 1..=many {
        b.watch(token, connection(FAR));
    }
    b.remove(&far_route());
    // and a change of everything
    let mut touched = Touched::default();
    touched.everything();
    b.cull.changed(touched);
    let mut passes = 0;
    while b.cull.counts().candidates < many {
        let before = b.cull.counts().candidates;
        assert_eq!(b.pass(1, agrees), []);
        let looked = b.cull.counts().candidates - before;
        assert!(looked <= LOOKS as u64 && passes <= 2 * many, "{looked}");
        // there is more to do at once
        passes += 1;
        assert!(b.cull.deadline(b.us).is_some());
    }
    assert!(passes >= 5, "{passes}");
    let mut ended = 0;
    b.us += SETTLE_US;
    while ended < many as usize {
        let some = b.pass(1, agrees);
        assert!(some.len() <= ENDS, "{}", some.len());
        ended += some.len();
        passes += 1;
        assert!(passes < many, "{ended}");
    }
    assert_eq!(b.passes(SETTLE_US, agrees), []);
}

#[test]
fn changes_that_wait_are_not_lost() {
    let mut b = Bench::new(CLOSES);
    let mut all = Vec::new();
    for n in 0..20u8 {
        let route = to(&format!("10.{}.0.0/16", 100 + n)).via(2, "10.2.0.9");
        b.w.route(route.clone());
        b.watch(n.into(), connection(&format!("10.{}.0.1", 100 + n)));
        all.push(route);
    }
    // nobody looks meanwhile
    for route in &all {
        b.remove(route);
    }
    let mut ended = 0;
    for _ in 0..100 {
        ended += b.passes(SETTLE_US, agrees).len();
    }
    assert_eq!(ended, 20);
}

/// Whatever happens, in whatever order: a kernel that has a way for everything ends nobody, and of one
/// that agrees nobody is ended whom it has the old way for.
#[test]
fn nobody_is_ended_in_vain() {
    let mut dice = 12345u32;
    let mut roll = |n: u32| {
        dice ^= dice << 13;
        dice ^= dice >> 17;
        dice ^= dice << 5;
        dice % n
    };
    let peers = [FAR, "10.2.0.7", "10.9.0.1", "10.7.0.77"];
    let routes = [far_route(), other_way(), to("10.7.0.77/32").via(3, "")];
    for vetoed in [true, false] {
        let mut b = Bench::new(CLOSES);
        let (mut tokens, mut ends) = (0u64, 0);
        for _ in 0..4000 {
            match roll(6) {
                0 => {
                    tokens += 1;
                    b.watch(tokens, connection(peers[roll(4) as usize]));
                }
                1 => b
                    .cull
                    .forget(u64::from(roll(50)) + tokens.saturating_sub(50)),
                2 => {
                    let route = routes[roll(3) as usize].clone();
                    b.add(route);
                }
                3 => {
                    let route = &routes[roll(3) as usize];
                    if b.w.0.tables.remove(route).removed {
                        b.touch(route.dst);
                    }
                }
                4 => b.link(2 + roll(2)),
                _ => {
                    let after = i64::from(roll(40_000));
                    let actions = if vetoed {
                        b.pass(after, |copy, flow| match decide(copy, flow) {
                            // by the way that it has
                            Verdict::Reachable(path) => Some(Verdict::Reachable(path)),
                            _ => vetoes(copy, flow),
                        })
                    } else {
                        b.pass(after, agrees)
                    };
                    for action in &actions {
                        let Action::Ended(token, flow, why) = action else {
                            continue;
                        };
                        ends += 1;
                        let verdict = decide(&b.w.0, flow);
                        match why {
                            Reason::NoRoute => assert!(
                                !vetoed && matches!(verdict, Verdict::Unreachable(_)),
                                "{flow:?}"
                            ),
                            Reason::RouteChanged => {
                                assert!(matches!(verdict, Verdict::Reachable(_)));
                            }
                            other => panic!("{other:?}"),
                        }
                        b.cull.forget(*token);
                    }
                }
            }
        }
        // nobody is left a suspect for ever
        b.passes(1_000_000, agrees);
        assert_eq!(b.cull.deadline(b.us), None);
        assert!(vetoed || ends > 50, "{ends}");
    }
}
