//! Random networks: links, addresses, routes, rules, nexthop objects, neighbours, and what happens
//! to them.

use super::op::*;
use super::rng::Rng;
use super::socket::Nl;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Interfaces with addresses and routes; those from 10 to 16 are one end of a pair, whose other end
/// is the next number.
pub const LINKS: [u32; 7] = [10, 12, 14, 16, 20, 21, 22];
const PAIRS: [u32; 4] = [10, 12, 14, 16];
pub const TABLES: [u32; 5] = [254, 100, 101, 253, 300];
pub const MARKS: [u32; 5] = [0, 1, 2, 0x10, 0x101];
pub const TOS: [u8; 6] = [0, 0x10, 0x28, 0xb8, 0x08, 0x04];

/// What kind of network.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub v6: bool,
    pub routes: usize,
    pub rules: usize,
    pub nexthops: usize,
    /// IPv6 routes that are for some sources only.
    pub sources: bool,
    /// Routes, addresses and links go again.
    pub deletions: bool,
}

/// A network that grows by random operations.
pub struct Net {
    pub rng: Rng,
    pub shape: Shape,
    pub nl: Nl,
    /// What was done, and worked.
    pub log: Vec<Op>,
    pub addrs: Vec<(u32, IpAddr, u8, Option<IpAddr>)>,
    pub routes: Vec<Route>,
    pub rules: Vec<Rule>,
    pub nexthops: Vec<Nexthop>,
    pub users: bool,
    pub refused: usize,
}

impl Net {
    /// An empty one, in the namespace of the thread.
    pub fn new(seed: u64, shape: Shape) -> Self {
        Self {
            rng: Rng::new(seed),
            shape,
            nl: Nl::open(),
            log: Vec::new(),
            addrs: Vec::new(),
            routes: Vec::new(),
            rules: Vec::new(),
            nexthops: Vec::new(),
            users: super::space::many_users(),
            refused: 0,
        }
    }

    pub fn apply(&mut self, op: Op) -> bool {
        if op.apply(&mut self.nl).is_err() {
            self.refused += 1;
            // what cannot be taken away is not there any more
            match &op {
                Op::Addr { add: false, .. } | Op::Route(Verb::Delete, _) => self.note(&op),
                Op::Rule(false, _) | Op::Nexthop(Verb::Delete, _) => self.note(&op),
                _ => {}
            }
            return false;
        }
        self.note(&op);
        self.log.push(op);
        true
    }

    fn note(&mut self, op: &Op) {
        match op {
            Op::Addr {
                add: true,
                index,
                ip,
                len,
                peer,
            } => self.addrs.push((*index, *ip, *len, *peer)),
            Op::Addr { ip, .. } => self.addrs.retain(|a| a.1 != *ip),
            Op::Route(Verb::Delete, r) => self.routes.retain(|x| x != r),
            Op::Route(_, r) => self.routes.push(r.clone()),
            Op::Rule(true, r) => self.rules.push(r.clone()),
            Op::Rule(false, r) => self.rules.retain(|x| x != r),
            Op::Nexthop(Verb::Delete, n) => self.nexthops.retain(|x| x.id != n.id),
            Op::Nexthop(_, n) => {
                self.nexthops.retain(|x| x.id != n.id);
                self.nexthops.push(n.clone());
            }
            _ => {}
        }
    }

    /// Links that are up, with addresses.
    pub fn links(&mut self) {
        for index in PAIRS {
            self.apply(Op::Create(index, Device::Veth(index + 1)));
        }
        self.apply(Op::Create(20, Device::Macvlan(10)));
        self.apply(Op::Create(21, Device::Bridge));
        self.apply(Op::Create(22, Device::Ifb));
        self.apply(Op::Up(1, true));
        for index in PAIRS {
            self.apply(Op::Up(index + 1, true));
        }
        for index in LINKS {
            self.apply(Op::Up(index, true));
            if self.rng.chance(30) {
                let group = self.rng.between(1, 3) as u32;
                self.apply(Op::Group(index, group));
            }
        }
        for index in LINKS {
            self.link_addresses(index);
        }
        if self.rng.chance(40) {
            let op = self.random_address(1);
            self.apply(op);
        }
    }

    fn link_addresses(&mut self, index: u32) {
        if self.rng.chance(85) {
            for _ in 0..self.rng.between(1, 3) {
                let op = self.random_address(index);
                self.apply(op);
            }
        }
        let fe80 = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, index as u16, 1);
        self.apply(Op::Addr {
            add: true,
            index,
            ip: fe80.into(),
            len: 64,
            peer: None,
        });
    }

    pub fn random_address(&mut self, index: u32) -> Op {
        let rng = &mut self.rng;
        let (ip, len, peer): (IpAddr, u8, Option<IpAddr>);
        if self.shape.v6 {
            ip = v6(index as u16, rng.below(2) as u16, rng.between(1, 2) as u16);
            len = rng.of(&[64, 64, 64, 48, 112, 127, 128]);
            peer = None;
        } else {
            let third = rng.below(3) as u8;
            let at = |last| IpAddr::V4(Ipv4Addr::new(10, index as u8, third, last));
            ip = at(rng.between(1, 2) as u8);
            len = rng.of(&[24, 24, 24, 16, 28, 30, 31, 32]);
            peer = (len == 32 && rng.chance(50)).then(|| at(9));
        }
        Op::Addr {
            add: true,
            index,
            ip,
            len,
            peer,
        }
    }

    /// An address of the networks, mostly one that something is known about.
    pub fn random_ip(&mut self) -> IpAddr {
        let rng = &mut self.rng;
        let near = LINKS[rng.below(LINKS.len())];
        if self.shape.v6 {
            let a = match rng.below(4) {
                0 => near as u16,
                1 => rng.below(65536) as u16,
                _ => rng.below(6) as u16,
            };
            let b = rng.below(4) as u16;
            let mut ip = Ipv6Addr::new(0x2001, 0xdb8, a, b, 0, 0, 0, 0).to_bits();
            match rng.below(4) {
                0 => ip |= u128::from(rng.next()),
                _ => ip |= rng.below(12) as u128,
            }
            if rng.chance(5) {
                ip = ip & (u128::MAX >> 8) | (0xfd << 120);
            }
            return Ipv6Addr::from_bits(ip).into();
        }
        let last = match rng.below(3) {
            0 => rng.below(256) as u8,
            _ => rng.below(12) as u8,
        };
        let [b, c] = [rng.below(5) as u8, rng.below(4) as u8];
        let ip = match rng.below(12) {
            0..4 => [10, near as u8, c, last],
            4..9 => [10, b, c, last],
            9 => [172, 16 + b, c, last],
            10 => [127, c, b, last],
            _ => (rng.next() as u32 | 0x0100_0000).to_be_bytes(),
        };
        Ipv4Addr::from(ip).into()
    }

    pub fn random_prefix(&mut self) -> (IpAddr, u8) {
        let ip = self.random_ip();
        if self.shape.v6 {
            let len = self.rng.of(&[
                0, 16, 32, 40, 44, 47, 48, 56, 62, 63, 64, 64, 96, 112, 124, 126, 127, 128, 128,
            ]);
            return (mask(ip, len), len);
        }
        let len = self.rng.of(&[
            0, 0, 1, 8, 12, 14, 16, 16, 20, 22, 23, 24, 24, 24, 26, 28, 29, 30, 31, 32, 32,
        ]);
        (mask(ip, len), len)
    }

    fn random_leg(&mut self, v6_gateway: bool) -> Leg {
        let index = self.rng.of(&LINKS);
        // Not an address of the host: when that goes, the kernel keeps in mind that it was one.
        let last = self.rng.between(3, 12) as u16;
        let gateway = match self.rng.below(10) {
            0..2 => None,
            _ if !self.shape.v6 && !v6_gateway => {
                let third = self.rng.below(3) as u8;
                Some(Ipv4Addr::new(10, index as u8, third, last as u8).into())
            }
            2..6 => Some(v6(index as u16, self.rng.below(2) as u16, last)),
            _ => {
                let link = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, index as u16, last);
                Some(link.into())
            }
        };
        Leg {
            index,
            gateway,
            weight: self.rng.between(1, 4) as u8,
            onlink: gateway.is_some() && self.rng.chance(40),
        }
    }

    pub fn random_route(&mut self) -> Route {
        let dst = match self.rng.below(10) {
            // what is there already, for metrics, DSCP and legs
            0..4 if !self.routes.is_empty() => {
                let at = self.rng.below(self.routes.len());
                self.routes[at].dst
            }
            _ => self.random_prefix(),
        };
        let mut route = Route {
            table: self.rng.of(&[254, 254, 254, 100, 100, 101, 253, 300]),
            dst,
            src: None,
            tos: 0,
            metric: self.rng.of(&[0, 0, 0, 10, 20, 100, 1024]),
            kind: UNICAST,
            prefsrc: None,
            legs: Vec::new(),
            nexthop: 0,
            pref: 0,
        };
        if !self.shape.v6 && self.rng.chance(20) {
            route.tos = self.rng.of(&TOS);
        }
        // The same for routes that the kernel would merge: of several it shows one.
        if self.shape.v6 {
            route.pref = match route.metric {
                20 => 1,
                100 => 3,
                _ => 0,
            };
        }
        if self.shape.sources && self.rng.chance(25) {
            route.src = Some(self.random_prefix());
        }
        match self.rng.below(100) {
            0..4 => route.kind = BLACKHOLE,
            4..8 => route.kind = UNREACHABLE,
            8..12 => route.kind = PROHIBIT,
            12..18 => route.kind = THROW,
            18..20 => {
                route.kind = LOCAL;
                route.table = 255;
                // not so much that nothing else is ever asked
                let len = if self.shape.v6 { 64 } else { 24 };
                if route.dst.1 < len {
                    route.dst = (mask(self.random_ip(), len), len);
                }
                route.legs.push(Leg {
                    index: 1,
                    ..Leg::default()
                });
            }
            20..30 if !self.nexthops.is_empty() && route.src.is_none() => {
                let at = self.rng.below(self.nexthops.len());
                route.nexthop = self.nexthops[at].id;
            }
            30..45 => {
                for _ in 0..self.rng.between(2, 4) {
                    let other = self.rng.chance(10);
                    let leg = self.random_leg(other);
                    route.legs.push(leg);
                }
            }
            _ => {
                let other = self.rng.chance(8);
                let leg = self.random_leg(other);
                route.legs.push(leg);
            }
        }
        // as above
        let merged = self.shape.v6 && route.legs.iter().any(|l| l.gateway.is_some());
        if route.kind == UNICAST && !merged && self.rng.chance(10) {
            route.prefsrc = self.own_address();
        }
        route
    }

    pub fn own_address(&mut self) -> Option<IpAddr> {
        let v6 = self.shape.v6;
        let own: Vec<IpAddr> = self
            .addrs
            .iter()
            .map(|a| a.1)
            .filter(|a| a.is_ipv6() == v6 && !link_local(*a))
            .collect();
        (!own.is_empty()).then(|| self.rng.of(&own))
    }

    pub fn random_nexthop(&mut self) -> Nexthop {
        let id = self.rng.between(1, 20) as u32;
        let single: Vec<u32> = self
            .nexthops
            .iter()
            .filter(|n| n.group.is_empty() && !n.blackhole && n.id != id)
            .map(|n| n.id)
            .collect();
        let mut nexthop = Nexthop {
            id,
            v6: self.shape.v6 || self.rng.chance(15),
            ..Nexthop::default()
        };
        match self.rng.below(10) {
            0..3 if single.len() > 2 => {
                for _ in 0..self.rng.between(1, 3) {
                    let member = self.rng.of(&single);
                    if nexthop.group.iter().all(|m| m.0 != member) {
                        let weight = self.rng.between(1, 5) as u8;
                        nexthop.group.push((member, weight));
                    }
                }
            }
            3 => nexthop.blackhole = true,
            _ => {
                let leg = self.random_leg(nexthop.v6);
                nexthop.index = leg.index;
                nexthop.gateway = leg.gateway;
            }
        }
        nexthop
    }

    pub fn random_rule(&mut self) -> Rule {
        let mut rule = Rule {
            v6: self.shape.v6,
            pref: self.rng.between(1, 32_760) as u32,
            action: 1,
            table: self.rng.of(&TABLES),
            ..Rule::default()
        };
        match self.rng.below(20) {
            0..3 => {
                rule.action = 2;
                rule.goto = rule.pref + 1 + self.rng.below(8000) as u32;
                let later: Vec<u32> = self.rules.iter().map(|r| r.pref).collect();
                let at = self.rng.below(later.len().max(1));
                if let Some(target) = later.get(at).filter(|t| **t > rule.pref) {
                    rule.goto = *target;
                }
            }
            3 => rule.action = 3,
            4 => rule.action = 6,
            5 => rule.action = 7,
            6 => rule.action = 8,
            _ => {}
        }
        // an action that is final needs a narrow selector, or nothing else is ever seen
        let least = if rule.action >= 6 { 2 } else { 1 };
        for _ in 0..self.rng.between(least, 3) {
            self.select(&mut rule);
        }
        if rule.action == 1 && self.rng.chance(20) {
            rule.suppress_len = Some(self.rng.of(&[0, 8, 16, 24, 32, 64]));
        }
        if rule.action == 1 && self.rng.chance(10) {
            rule.suppress_group = Some(self.rng.below(4) as u32);
        }
        rule.not = self.rng.chance(if rule.action >= 6 { 2 } else { 12 });
        rule
    }

    fn select(&mut self, rule: &mut Rule) {
        match self.rng.below(11) {
            0 => {
                rule.src = match self.own_address() {
                    Some(ip) if self.rng.chance(60) => {
                        let len = self.rng.of(&[16, 24, 32]);
                        let len = if ip.is_ipv6() { len * 4 } else { len };
                        Some((mask(ip, len), len))
                    }
                    _ => Some(self.random_prefix()),
                };
            }
            1 => rule.dst = Some(self.random_prefix()),
            2 => {
                rule.mark = Some((
                    self.rng.of(&MARKS[1..]),
                    self.rng.of(&[0xffff_ffff, 0xff, 3]),
                ))
            }
            3 => {
                let index = self.rng.of(&LINKS);
                rule.oif = Some(name(index));
            }
            4 => {
                let index = self.rng.of(&[1, 1, 10, 12]);
                rule.iif = Some(name(index));
            }
            5 if rule.dscp.is_none() => rule.tos = self.rng.of(&TOS[1..]),
            6 if rule.tos == 0 => rule.dscp = Some(self.rng.of(&TOS) >> 2),
            7 if self.users => rule.uid = Some(self.rng.of(&[(0, 0), (1000, 1001), (1, 65535)])),
            8 => rule.protocol = self.rng.of(&[6, 17, 17, 1]),
            9 => rule.dport = Some(self.rng.of(&[(53, 53), (1, 1024), (443, 8080)])),
            10 => rule.sport = Some(self.rng.of(&[(53, 53), (1024, 65534), (4000, 4001)])),
            _ => {}
        }
    }
}

pub fn link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(a) => a.is_link_local(),
        IpAddr::V6(a) => a.is_unicast_link_local(),
    }
}

pub fn mask(ip: IpAddr, len: u8) -> IpAddr {
    match ip {
        IpAddr::V4(a) => {
            let host = u32::MAX.checked_shr(len.into()).unwrap_or(0);
            Ipv4Addr::from_bits(a.to_bits() & !host).into()
        }
        IpAddr::V6(a) => {
            let host = u128::MAX.checked_shr(len.into()).unwrap_or(0);
            Ipv6Addr::from_bits(a.to_bits() & !host).into()
        }
    }
}
