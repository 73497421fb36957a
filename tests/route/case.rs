//! A small network with a copy that follows it, and questions about it.

use super::dump::{Listed, difference, of_kernel, without_nexthops};
use super::flow::{Answer, Flow};
use super::kernel;
use super::model::Model;
use super::op::*;
use super::real;
use super::socket::Nl;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// Two links with addresses of both families, a copy, and questions.
pub struct Case {
    pub nl: Nl,
    pub model: Model,
    pub flows: Vec<Flow>,
    pub kernel: Vec<Listed>,
    pub resyncs: u64,
    /// `nexthop_compat_mode` is off: a dump does not show where nexthop objects lead.
    pub shy: bool,
    /// The copy answers every question by itself.
    pub knows: bool,
}

pub fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

pub fn addr(add: bool, index: u32, text: &str, len: u8) -> Op {
    Op::Addr {
        add,
        index,
        ip: ip(text),
        len,
        peer: None,
    }
}

pub fn leg(index: u32, gateway: &str) -> Leg {
    Leg {
        index,
        gateway: (!gateway.is_empty()).then(|| ip(gateway)),
        weight: 1,
        onlink: false,
    }
}

pub fn route(dst: &str, legs: &[Leg]) -> Route {
    let (address, len) = dst.split_once('/').unwrap();
    Route {
        table: 254,
        dst: (ip(address), len.parse().unwrap()),
        src: None,
        tos: 0,
        metric: 0,
        kind: UNICAST,
        prefsrc: None,
        legs: legs.to_vec(),
        nexthop: 0,
        pref: 0,
    }
}

pub fn with_nexthop(dst: &str, id: u32) -> Op {
    let mut r = route(dst, &[]);
    r.nexthop = id;
    Op::Route(Verb::Add, r)
}

pub fn add(dst: &str, legs: &[Leg]) -> Op {
    Op::Route(Verb::Add, route(dst, legs))
}

pub fn nexthop(id: u32, index: u32, gateway: &str) -> Nexthop {
    let gateway = (!gateway.is_empty()).then(|| ip(gateway));
    Nexthop {
        id,
        v6: gateway.is_some_and(|g| g.is_ipv6()),
        index,
        gateway,
        ..Nexthop::default()
    }
}

impl Case {
    pub fn new(more: &[Op]) -> Self {
        let mut case = Self::unsure(more);
        case.knows = true;
        case.same("at first");
        case
    }

    /// As `new`, where the copy cannot know all.
    pub fn unsure(more: &[Op]) -> Self {
        let mut nl = Nl::open();
        for index in [10, 12] {
            let n = index - 10;
            for op in [
                Op::Create(index, Device::Veth(index + 1)),
                Op::Up(1, true),
                Op::Up(index + 1, true),
                Op::Up(index, true),
                addr(true, index, &format!("10.{n}.0.1"), 24),
                addr(true, index, &format!("2001:db8:{n}::1"), 64),
                addr(true, index, &format!("fe80::{n}:1"), 64),
            ] {
                op.apply(&mut nl).unwrap();
            }
        }
        let two = [leg(10, "10.0.0.2"), leg(12, "10.2.0.2")];
        let two6 = [leg(10, "fe80::2"), leg(12, "fe80::2")];
        for op in [
            add("192.0.2.0/24", &two[..1]),
            add("198.51.100.0/24", &two),
            add("203.0.113.0/24", &[leg(10, "")]),
            add("0.0.0.0/0", &two[1..]),
            add("2001:db8:a::/48", &two6[..1]),
            add("2001:db8:b::/48", &two6),
            add("2001:db8:c::/48", &[leg(10, "")]),
            add("::/0", &two6[1..]),
        ] {
            op.apply(&mut nl).unwrap();
        }
        for op in more {
            op.apply(&mut nl).unwrap_or_else(|e| panic!("{op}: {e}"));
        }
        let model = Model::new();
        model.sync();
        let mut case = Self {
            flows: questions(),
            kernel: of_kernel(&mut nl),
            resyncs: model.stats().resyncs,
            knows: false,
            shy: more.contains(&Op::Sysctl("ipv4/nexthop_compat_mode".into(), "0")),
            nl,
            model,
        };
        case.same("at first");
        case
    }

    pub fn differs(&mut self) -> Option<String> {
        self.model.service();
        let (mut kernel, mut copy) = (of_kernel(&mut self.nl), self.model.routes());
        if self.shy {
            without_nexthops(&mut kernel);
            without_nexthops(&mut copy);
        }
        if let Some(lines) = difference(&kernel, &copy) {
            return Some(lines);
        }
        let truth = kernel::ask_all(&mut self.nl, &self.flows);
        self.flows.iter().zip(truth).find_map(|(flow, truth)| {
            let copy = self.model.copy(flow);
            // which source address IPv6 tries where it has none is the kernel's affair
            let may = !self.knows || flow.dst.is_ipv6() && flow.src.is_none();
            let known = copy != Answer::Unknown || may;
            let known = known
                && (copy.agrees(&truth)
                    || copy.agrees(&real::truth(&mut self.nl, flow, truth.clone())));
            (!known).then(|| format!("  copy {copy}, kernel {truth}: {flow}"))
        })
    }

    pub fn same(&mut self, when: &str) {
        // the kernel tells of carriers when it finds time, within a second
        let end = Instant::now() + Duration::from_secs(10);
        while let Some(lines) = self.differs() {
            assert!(Instant::now() < end, "{when}:\n{lines}");
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(
            self.model.stats().resyncs,
            self.resyncs,
            "{when}: read again"
        );
    }

    /// Does it. The copy has to follow.
    pub fn then(&mut self, op: Op) {
        let done = op.apply(&mut self.nl);
        done.unwrap_or_else(|e| panic!("{op}: {e}"));
        self.same(&op.to_string());
    }

    /// As `then`, with a change that a dump of the routes shows.
    pub fn changes(&mut self, op: Op) {
        let what = op.to_string();
        self.then(op);
        let end = Instant::now() + Duration::from_secs(10);
        while of_kernel(&mut self.nl) == self.kernel {
            assert!(Instant::now() < end, "{what} changed nothing");
            std::thread::sleep(Duration::from_millis(20));
        }
        self.same(&what);
        self.kernel = of_kernel(&mut self.nl);
    }

    /// Its copy forgets all, also what it has seen happen.
    pub fn renew(&mut self) {
        self.model = Model::new();
        self.model.sync();
        self.resyncs = self.model.stats().resyncs;
    }

    pub fn goes(&self, dst: &str) -> bool {
        matches!(self.model.copy(&Flow::to(ip(dst))), Answer::Goes { .. })
    }
}

/// To each of the networks, from everywhere.
pub fn questions() -> Vec<Flow> {
    let four = [
        "192.0.2.9",
        "198.51.100.9",
        "203.0.113.9",
        "100.64.0.9",
        "100.65.0.9",
        "10.0.0.1",
        "10.0.0.9",
        "10.2.0.9",
        "10.9.0.9",
    ];
    let six = [
        "2001:db8:a::9",
        "2001:db8:b::9",
        "2001:db8:c::9",
        "2001:db8:d::9",
        "2001:db8:e::9",
        "2001:db8:0::1",
        "2001:db8:0::9",
        "2001:db8:2::9",
        "3fff::9",
    ];
    let mut all = Vec::new();
    for text in four.iter().chain(&six) {
        let flow = Flow::to(ip(text));
        let sources = match flow.dst {
            IpAddr::V4(_) => ["10.0.0.1", "10.2.0.1", "10.9.0.1"],
            IpAddr::V6(_) => ["2001:db8:0::1", "2001:db8:2::1", "2001:db8:9::1"],
        };
        all.push(flow);
        all.extend(sources.map(|s| Flow {
            src: Some(ip(s)),
            ..flow
        }));
        all.extend([1, 10, 12].map(|oif| Flow { oif, ..flow }));
        all.extend([1, 2].map(|mark| Flow { mark, ..flow }));
    }
    all
}
