//! Networks made by hand, and questions about them in the words of `ip route get`.

use core::net::IpAddr;

use super::super::copy::KernelCopy;
use super::super::decide::decide;
use super::super::types::*;

/// `eth2` (10.2.0.1/24, group 2) and `eth3` (10.3.0.1/24, group 3) besides `lo`, with the routes that
/// the kernel makes for them, and no rule but its own three.
pub(in super::super) struct World(pub(in super::super) KernelCopy);

pub(in super::super) fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

pub(in super::super) fn prefix(text: &str) -> Prefix {
    let (address, len) = text.split_once('/').unwrap_or((text, "32"));
    Prefix::new(ip(address), len.parse().unwrap()).unwrap()
}

pub(in super::super) fn name(text: &str) -> IfName {
    let mut bytes = [0; 16];
    bytes[..text.len()].copy_from_slice(text.as_bytes());
    IfName { bytes }
}

pub(in super::super) fn leg(index: u32, gateway: &str) -> Leg {
    Leg {
        index,
        gateway: (!gateway.is_empty()).then(|| ip(gateway)),
        weight: 1,
        ..Leg::default()
    }
}

/// A unicast route of table main.
pub(in super::super) fn to(dst: &str) -> Route {
    Route {
        table: table_id::MAIN,
        dst: prefix(dst),
        info: RouteInfo {
            kind: kind::UNICAST,
            scope: 0,
            protocol: 3,
            tos: 0,
            pref: 0,
            flags: 0,
            metric: 0,
            nexthop_id: 0,
            prefsrc: None,
            source: None,
            legs: Legs::None,
        },
        expires: 0,
    }
}

impl Route {
    pub(in super::super) fn leg(mut self, leg: Leg) -> Self {
        let mut legs = self.info.legs.as_slice().to_vec();
        legs.push(leg);
        self.info.legs = Legs::from_vec(legs);
        self
    }

    pub(in super::super) fn via(self, index: u32, gateway: &str) -> Self {
        self.leg(leg(index, gateway))
    }

    pub(in super::super) fn kind(mut self, kind: u8) -> Self {
        self.info.kind = kind;
        self
    }

    pub(in super::super) fn table(mut self, table: u32) -> Self {
        self.table = table;
        self
    }

    pub(in super::super) fn metric(mut self, metric: u32) -> Self {
        self.info.metric = metric;
        self
    }

    pub(in super::super) fn tos(mut self, tos: u8) -> Self {
        self.info.tos = tos;
        self
    }

    pub(in super::super) fn object(mut self, id: u32) -> Self {
        self.info.nexthop_id = id;
        self
    }
}

/// A rule that leads to a table and wants nothing.
pub(in super::super) fn rule(pref: u32, table: u32) -> Rule {
    Rule {
        pref,
        table,
        ..Rule::to_table(Family::V4)
    }
}

pub(in super::super) fn flow(dst: &str) -> Flow {
    Flow {
        dst: ip(dst),
        src: None,
        oif: 0,
        mark: 0,
        tos: 0,
        uid: Some(0),
        protocol: libc::IPPROTO_TCP as u8,
        sport: 0,
        dport: 0,
    }
}

const UP: u32 = 1;
const CARRIER: u32 = 1 << 16;

impl World {
    pub(in super::super) fn new() -> Self {
        let mut w = Self(KernelCopy::new());
        for (pref, table) in [(0, 255), (32766, 254), (32767, 253)] {
            w.rule(rule(pref, table));
        }
        w.link(1, "lo", UP | CARRIER | libc::IFF_LOOPBACK as u32);
        w.addr(1, "127.0.0.1", 8);
        w.route(own("127.0.0.0/8", 1));
        w.route(own("127.0.0.1", 1));
        for n in [2u32, 3] {
            w.link(n, &format!("eth{n}"), UP | CARRIER);
            w.addr(n, &format!("10.{n}.0.1"), 24);
            w.route(own(&format!("10.{n}.0.1"), n));
            w.route(to(&format!("10.{n}.0.0/24")).via(n, ""));
        }
        w
    }

    fn hear(&mut self, kind: u16, what: What) {
        let message = Message {
            kind,
            // NLM_F_CREATE | NLM_F_APPEND: what comes later is looked at later.
            flags: 0xc00,
            seq: 0,
            port: 0,
            gone: false,
            what,
        };
        self.0.apply(&message, true);
    }

    pub(in super::super) fn link(&mut self, index: u32, text: &str, flags: u32) {
        let link = Link {
            index,
            flags,
            name: name(text),
            master: 0,
            group: index,
            vrf: false,
        };
        self.hear(16, What::Link(link));
        self.ignore_linkdown(index, false);
    }

    pub(in super::super) fn ignore_linkdown(&mut self, index: u32, ignore: bool) {
        let netconf = Netconf {
            family: Family::V4,
            index: i32::try_from(index).unwrap(),
            forwarding: Some(false),
            ignore_linkdown: Some(ignore),
        };
        self.hear(80, What::Netconf(netconf));
    }

    pub(in super::super) fn addr(&mut self, index: u32, local: &str, prefix_len: u8) {
        let addr = Addr {
            index,
            local: ip(local),
            peer: ip(local),
            prefix_len,
            scope: 0,
            flags: 0x80,
        };
        self.hear(20, What::Addr(addr));
    }

    /// An address goes.
    pub(in super::super) fn forget_addr(&mut self, index: u32, local: &str, prefix_len: u8) {
        let addr = Addr {
            index,
            local: ip(local),
            peer: ip(local),
            prefix_len,
            scope: 0,
            flags: 0x80,
        };
        self.0.forget_addr(&addr);
    }

    pub(in super::super) fn route(&mut self, route: Route) {
        self.hear(24, What::Route(route));
    }

    pub(in super::super) fn rule(&mut self, rule: Rule) {
        self.hear(32, What::Rule(rule));
        self.0.rules4.sort_by_key(|rule| rule.pref);
    }

    pub(in super::super) fn object(&mut self, id: u32, leg: Option<Leg>, group: &[(u32, u16)]) {
        let nexthop = Nexthop {
            id,
            family: group.is_empty().then_some(Family::V4),
            blackhole: leg.is_none() && group.is_empty(),
            leg: leg.unwrap_or_default(),
            fdb: false,
            group: group.to_vec(),
        };
        self.hear(104, What::Nexthop(nexthop));
    }

    pub(in super::super) fn get(&self, dst: &str) -> String {
        self.ask(&flow(dst))
    }

    /// In short: `via` what and by which interface, what is not unicast named, or the errno.
    pub(in super::super) fn ask(&self, flow: &Flow) -> String {
        let path = match decide(&self.0, flow) {
            Verdict::Unknown(why) => return format!("unknown: {why}"),
            Verdict::Unreachable(errno) => return named(errno),
            Verdict::Reachable(path) => path,
        };
        let legs: Vec<String> = path.legs.as_slice().iter().map(shown).collect();
        let what = match path.kind {
            kind::UNICAST => "",
            kind::LOCAL => "local ",
            kind::BROADCAST => "broadcast ",
            kind::MULTICAST => "multicast ",
            other => panic!("type {other}"),
        };
        format!("{what}{}", legs.join(", "))
    }
}

/// A route of table local.
pub(in super::super) fn own(dst: &str, index: u32) -> Route {
    to(dst)
        .via(index, "")
        .kind(kind::LOCAL)
        .table(table_id::LOCAL)
}

fn shown(leg: &Leg) -> String {
    match leg.gateway {
        Some(gateway) => format!("{gateway} dev {}", leg.index),
        None => format!("dev {}", leg.index),
    }
}

fn named(errno: i32) -> String {
    match errno {
        libc::EINVAL => "EINVAL".into(),
        libc::EACCES => "EACCES".into(),
        libc::ENODEV => "ENODEV".into(),
        libc::ENETUNREACH => "ENETUNREACH".into(),
        libc::EHOSTUNREACH => "EHOSTUNREACH".into(),
        libc::EAFNOSUPPORT => "EAFNOSUPPORT".into(),
        other => format!("errno {other}"),
    }
}

/// Where a flow comes from.
pub(in super::super) fn from(src: &str, dst: &str) -> Flow {
    Flow {
        src: Some(ip(src)),
        ..flow(dst)
    }
}

/// A flow of a socket that is bound to an interface.
pub(in super::super) fn out_of(oif: u32, dst: &str) -> Flow {
    Flow { oif, ..flow(dst) }
}
