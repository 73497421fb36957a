//! A whole random network at once, and the things that happen to one.

use super::generate::{LINKS, Net};
use super::op::{Nexthop, Op, Rule, UNICAST, Verb};

impl Net {
    /// All of it: routes, rules, and then some of what makes deciding hard.
    pub fn build(&mut self) {
        self.links();
        self.settings();
        for _ in 0..self.shape.nexthops {
            let op = Op::Nexthop(Verb::Add, self.random_nexthop());
            self.apply(op);
        }
        let mut tries = 0;
        while self.routes.len() < self.shape.routes && tries < self.shape.routes * 3 {
            tries += 1;
            let route = self.random_route();
            let verb = self
                .rng
                .of(&[Verb::Add, Verb::Add, Verb::Append, Verb::Prepend]);
            let verb = match self.shape.deletions && self.rng.chance(5) {
                true => Verb::Replace,
                false => verb,
            };
            self.apply(Op::Route(verb, route));
        }
        for _ in 0..self.shape.rules {
            let rule = self.random_rule();
            self.apply(Op::Rule(true, rule));
        }
        if self.shape.rules > 0 && self.rng.chance(15) {
            self.move_local_rule();
        }
        self.neighbours(20);
        self.trouble();
    }

    fn settings(&mut self) {
        let family = if self.shape.v6 { "ipv6" } else { "ipv4" };
        if self.shape.v6 && self.rng.chance(50) {
            self.apply(Op::Sysctl("ipv6/conf/all/forwarding".into(), "1"));
        }
        for index in [0].iter().chain(&LINKS) {
            if self.rng.chance(25) {
                let which = match index {
                    0 => "all".into(),
                    i => super::op::name(*i),
                };
                let file = format!("{family}/conf/{which}/ignore_routes_with_linkdown");
                self.apply(Op::Sysctl(file, "1"));
            }
        }
    }

    /// Addresses of the host are looked up later than usual.
    fn move_local_rule(&mut self) {
        let local = Rule {
            v6: self.shape.v6,
            pref: 0,
            action: 1,
            table: 255,
            ..Rule::default()
        };
        let later = Rule {
            pref: self.rng.between(1, 32_765) as u32,
            ..local.clone()
        };
        self.apply(Op::Rule(true, later));
        self.apply(Op::Rule(false, local));
    }

    /// Gateways that answer, and gateways that do not.
    pub fn neighbours(&mut self, count: usize) {
        let gateways: Vec<_> = self
            .routes
            .iter()
            .filter(|r| r.kind == UNICAST)
            .flat_map(|r| &r.legs)
            .filter_map(|l| Some((l.index, l.gateway?)))
            .collect();
        if gateways.is_empty() {
            return;
        }
        for _ in 0..count {
            let (index, ip) = self.rng.of(&gateways);
            // failed, or reachable
            let state = self.rng.of(&[0x20, 0x20, 2, 0x80]);
            self.apply(Op::Neigh(index, ip, state));
        }
    }

    /// Cables are pulled, links go down, addresses and routes go.
    fn trouble(&mut self) {
        for pair in [11, 13, 15, 17] {
            if self.rng.chance(20) {
                self.apply(Op::Up(pair, false));
            }
        }
        if !self.shape.deletions && self.shape.v6 {
            return;
        }
        for index in LINKS {
            if self.rng.chance(10) {
                self.apply(Op::Up(index, false));
                if self.rng.chance(40) {
                    self.apply(Op::Up(index, true));
                }
            }
        }
        if !self.shape.deletions {
            return;
        }
        for _ in 0..self.rng.below(30) {
            let op = self.random_removal();
            self.apply(op);
        }
    }

    fn random_removal(&mut self) -> Op {
        match self.rng.below(10) {
            0 if !self.addrs.is_empty() => {
                let at = self.rng.below(self.addrs.len());
                let (index, ip, len, peer) = self.addrs[at];
                Op::Addr {
                    add: false,
                    index,
                    ip,
                    len,
                    peer,
                }
            }
            1 if !self.nexthops.is_empty() => {
                let at = self.rng.below(self.nexthops.len());
                Op::Nexthop(Verb::Delete, self.nexthops[at].clone())
            }
            2 if !self.rules.is_empty() => {
                let at = self.rng.below(self.rules.len());
                Op::Rule(false, self.rules[at].clone())
            }
            _ if !self.routes.is_empty() => {
                let at = self.rng.below(self.routes.len());
                Op::Route(Verb::Delete, self.routes[at].clone())
            }
            _ => Op::Up(1, true),
        }
    }

    /// One step in the life of a network.
    pub fn random_op(&mut self) -> Op {
        let link = self.rng.of(&LINKS);
        match self.rng.below(100) {
            0..40 => {
                let verb = self.rng.of(&[
                    Verb::Add,
                    Verb::Add,
                    Verb::Append,
                    Verb::Prepend,
                    Verb::Replace,
                ]);
                Op::Route(verb, self.random_route())
            }
            40..62 => self.random_removal(),
            62..68 => Op::Rule(true, self.random_rule()),
            68..72 => {
                let verb = self.rng.of(&[Verb::Add, Verb::Replace, Verb::Replace]);
                Op::Nexthop(verb, self.random_nexthop())
            }
            72..78 => self.random_address(link),
            78..82 => Op::Up(self.rng.of(&[11, 13, 15, 17]), self.rng.chance(60)),
            82..87 => Op::Up(link, self.rng.chance(70)),
            87..89 => self.random_link(),
            89..90 => Op::Group(link, self.rng.below(4) as u32),
            90..92 => self.random_setting(),
            92..94 => self.random_neighbour(),
            _ => self.random_removal(),
        }
    }

    /// Links come and go: the last of the list are few, so that they do.
    fn random_link(&mut self) -> Op {
        let on = self.rng.of(&[10, 12]);
        match self.rng.below(6) {
            0 => Op::Destroy(self.rng.of(&[20, 21, 22, 16])),
            1 => Op::Create(20, super::op::Device::Macvlan(on)),
            2 => Op::Create(21, super::op::Device::Bridge),
            3 => Op::Create(22, super::op::Device::Ifb),
            4 => Op::Create(16, super::op::Device::Veth(17)),
            _ => Op::Master(15, if self.rng.chance(50) { 21 } else { 0 }),
        }
    }

    fn random_setting(&mut self) -> Op {
        let family = if self.shape.v6 { "ipv6" } else { "ipv4" };
        let which = match self.rng.below(5) {
            0 => "all".into(),
            _ => super::op::name(self.rng.of(&LINKS)),
        };
        let name = if self.rng.chance(70) {
            "ignore_routes_with_linkdown"
        } else {
            "forwarding"
        };
        Op::Sysctl(
            format!("{family}/conf/{which}/{name}"),
            self.rng.of(&["0", "1"]),
        )
    }

    fn random_neighbour(&mut self) -> Op {
        let legs: Vec<_> = self
            .routes
            .iter()
            .flat_map(|r| &r.legs)
            .filter_map(|l| Some((l.index, l.gateway?)))
            .collect();
        if legs.is_empty() {
            return Op::Up(1, true);
        }
        let (index, ip) = self.rng.of(&legs);
        Op::Neigh(index, ip, self.rng.of(&[0, 0x20, 0x20, 2]))
    }

    /// The nexthop objects that a route names, for who writes a network by hand.
    pub fn nexthop(&mut self, nexthop: Nexthop) -> bool {
        self.apply(Op::Nexthop(Verb::Replace, nexthop))
    }
}
