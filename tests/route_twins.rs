//! IPv6 routes that are the same in all: to replace a route by one that is there already makes two of
//! it. The copy has as many as the kernel, also after everything was read again, and when one goes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod route;

use route::case::{Case, ip, leg, nexthop, route, with_nexthop};
use route::dump::{difference, of_kernel};
use route::op::*;
use route::space;
use std::process::ExitCode;

fn main() -> ExitCode {
    space::run(&[
        ("twins_by_device", || twins(&by_device)),
        ("twins_that_are_errors", || twins(&errors)),
        ("twins_by_nexthop_object", || twins(&by_object)),
    ])
}

const TO: &str = "2001:db8:d::/48";

/// What was there first, and what takes its place.
type Pair = [Route; 2];

fn by_device() -> (Vec<Op>, Pair) {
    let way = |index| route(TO, &[leg(index, "")]);
    (Vec::new(), [way(10), way(12)])
}

fn errors() -> (Vec<Op>, Pair) {
    let mut error = route(TO, &[]);
    error.kind = UNREACHABLE;
    (Vec::new(), [route(TO, &[leg(10, "")]), error])
}

fn by_object() -> (Vec<Op>, Pair) {
    let object = |id, index| Op::Nexthop(Verb::Add, nexthop(id, index, "fe80::2"));
    let through = |id| {
        let Op::Route(_, route) = with_nexthop(TO, id) else {
            unreachable!()
        };
        route
    };
    (vec![object(1, 10), object(2, 12)], [through(1), through(2)])
}

fn same(c: &mut Case, when: &str) {
    c.model.service();
    if let Some(lines) = difference(&of_kernel(&mut c.nl), &c.model.routes()) {
        panic!("{when}:\n{lines}");
    }
    c.same(when);
}

fn count(c: &mut Case) -> usize {
    let all = of_kernel(&mut c.nl);
    let here = |r: &&route::dump::Listed| r.dst == route(TO, &[]).dst;
    all.iter().filter(here).count()
}

fn twins(which: &dyn Fn() -> (Vec<Op>, Pair)) {
    for read in [false, true] {
        space::fresh();
        let (first, [one, two]) = which();
        let mut c = Case::unsure(&first);
        if two.nexthop != 0 {
            // The kernel keeps ways that it has found with the object, also by a route that went, and finds
            // none there then, for a while and on some processors.
            c.flows.retain(|flow| flow.dst != ip("2001:db8:d::9"));
        }
        for (verb, route) in [
            (Verb::Add, &one),
            (Verb::Append, &two),
            (Verb::Replace, &two),
        ] {
            c.then(Op::Route(verb, route.clone()));
        }
        assert_eq!(count(&mut c), 2);
        for n in [2, 1, 0] {
            if read {
                c.model.resync();
                c.model.sync();
                c.resyncs = c.model.stats().resyncs;
            }
            assert_eq!(count(&mut c), n);
            same(&mut c, &format!("{n} of them, read again: {read}"));
            if n > 0 {
                c.then(Op::Route(Verb::Delete, two.clone()));
            }
        }
    }
}
