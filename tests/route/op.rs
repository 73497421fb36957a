//! What can be done to a network: as netlink messages, and as the `ip` command that does the same.

use super::socket::Nl;
use super::wire::*;
use std::net::{IpAddr, Ipv6Addr};

pub const UNICAST: u8 = 1;
pub const LOCAL: u8 = 2;
pub const BLACKHOLE: u8 = 6;
pub const UNREACHABLE: u8 = 7;
pub const PROHIBIT: u8 = 8;
pub const THROW: u8 = 9;

/// `NUD_*`
pub const REACHABLE: u16 = 2;
pub const FAILED: u16 = 0x20;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Device {
    /// With a peer: its index.
    Veth(u32),
    Bridge,
    /// On another: its index.
    Macvlan(u32),
    Ifb,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leg {
    pub index: u32,
    pub gateway: Option<IpAddr>,
    pub weight: u8,
    pub onlink: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    pub table: u32,
    pub dst: (IpAddr, u8),
    pub src: Option<(IpAddr, u8)>,
    pub tos: u8,
    pub metric: u32,
    pub kind: u8,
    pub prefsrc: Option<IpAddr>,
    pub legs: Vec<Leg>,
    pub nexthop: u32,
    /// Of an IPv6 router: 0 medium, 1 high, 3 low.
    pub pref: u8,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    pub v6: bool,
    pub pref: u32,
    /// `FR_ACT_*`
    pub action: u8,
    pub table: u32,
    pub goto: u32,
    pub not: bool,
    pub src: Option<(IpAddr, u8)>,
    pub dst: Option<(IpAddr, u8)>,
    pub mark: Option<(u32, u32)>,
    pub iif: Option<String>,
    pub oif: Option<String>,
    pub tos: u8,
    pub dscp: Option<u8>,
    pub uid: Option<(u32, u32)>,
    pub protocol: u8,
    pub sport: Option<(u16, u16)>,
    pub dport: Option<(u16, u16)>,
    pub suppress_len: Option<u32>,
    pub suppress_group: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nexthop {
    pub id: u32,
    pub v6: bool,
    pub index: u32,
    pub gateway: Option<IpAddr>,
    pub blackhole: bool,
    pub group: Vec<(u32, u8)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verb {
    Add,
    Append,
    Prepend,
    Replace,
    Delete,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Op {
    Create(u32, Device),
    Destroy(u32),
    Up(u32, bool),
    Master(u32, u32),
    Group(u32, u32),
    Rename(u32, String),
    Addr {
        add: bool,
        index: u32,
        ip: IpAddr,
        len: u8,
        peer: Option<IpAddr>,
    },
    Route(Verb, Route),
    Rule(bool, Rule),
    Nexthop(Verb, Nexthop),
    /// The state is `NUD_*`; 0 takes it away.
    Neigh(u32, IpAddr, u16),
    /// A file under /proc/sys/net.
    Sysctl(String, &'static str),
}

/// How interfaces are called.
pub fn name(index: u32) -> String {
    match index {
        1 => "lo".into(),
        _ => format!("d{index}"),
    }
}

pub fn bytes(ip: IpAddr) -> Vec<u8> {
    match ip {
        IpAddr::V4(a) => a.octets().to_vec(),
        IpAddr::V6(a) => a.octets().to_vec(),
    }
}

pub fn family(ip: IpAddr) -> u8 {
    (if ip.is_ipv4() {
        libc::AF_INET
    } else {
        libc::AF_INET6
    }) as u8
}

pub fn zstr(text: &str) -> Vec<u8> {
    let mut b = text.as_bytes().to_vec();
    b.push(0);
    b
}

impl Op {
    /// Does it, and tells the errno when it fails.
    pub fn apply(&self, nl: &mut Nl) -> Result<(), i32> {
        match self {
            Self::Sysctl(file, value) => {
                super::space::sysctl(file, value).map_err(|e| e.raw_os_error().unwrap_or(-1))
            }
            Self::Neigh(index, ip, FAILED) => {
                // The kernel tells of a failure only if there was something to fail.
                nl.run(Self::Neigh(*index, *ip, REACHABLE).message())?;
                nl.run(self.message())
            }
            other => nl.run(other.message()),
        }
    }

    /// # Panics
    ///
    /// For a sysctl, which is no message.
    pub fn message(&self) -> Msg {
        match self {
            Self::Create(index, device) => create(*index, *device),
            Self::Destroy(index) => Msg::new(17, 0, &link_header(*index, 0, 0)),
            Self::Up(index, up) => Msg::new(16, 0, &link_header(*index, u32::from(*up), 1)),
            Self::Master(index, master) => {
                let mut m = Msg::new(16, 0, &link_header(*index, 0, 0));
                m.attr_u32(10, *master);
                m
            }
            Self::Group(index, group) => {
                let mut m = Msg::new(16, 0, &link_header(*index, 0, 0));
                m.attr_u32(27, *group);
                m
            }
            Self::Rename(index, name) => {
                let mut m = Msg::new(16, 0, &link_header(*index, 0, 0));
                m.attr(3, &zstr(name));
                m
            }
            Self::Addr {
                add,
                index,
                ip,
                len,
                peer,
            } => address(*add, *index, *ip, *len, *peer),
            Self::Route(verb, route) => route.message(*verb),
            Self::Rule(add, rule) => rule.message(*add),
            Self::Nexthop(verb, nexthop) => nexthop.message(*verb),
            Self::Neigh(index, ip, state) => {
                let mut h = vec![family(*ip), 0, 0, 0];
                h.extend(index.to_ne_bytes());
                h.extend(state.to_ne_bytes());
                h.extend([0, 0]);
                let mut m = match state {
                    0 => Msg::new(29, 0, &h),
                    _ => Msg::new(28, NLM_F_CREATE | NLM_F_REPLACE, &h),
                };
                m.attr(1, &bytes(*ip));
                // a valid one needs to know where
                if state & 0xde != 0 {
                    m.attr(2, &[2, 0, 0, 0, 0, 9]);
                }
                m
            }
            Self::Sysctl(..) => panic!("no message"),
        }
    }
}

pub fn link_header(index: u32, flags: u32, change: u32) -> Vec<u8> {
    let mut h = vec![0; 4];
    for n in [index, flags, change] {
        h.extend(n.to_ne_bytes());
    }
    h
}

fn create(index: u32, device: Device) -> Msg {
    let mut m = Msg::new(16, NLM_F_CREATE | NLM_F_EXCL, &link_header(index, 0, 0));
    m.attr(3, &zstr(&name(index)));
    if let Device::Macvlan(on) = device {
        m.attr_u32(5, on);
    }
    m.nest(18, |m| match device {
        Device::Bridge => m.attr(1, b"bridge"),
        Device::Ifb => m.attr(1, b"ifb"),
        Device::Macvlan(_) => {
            m.attr(1, b"macvlan");
            m.nest(2, |m| m.attr_u32(1, 4));
        }
        Device::Veth(peer) => {
            m.attr(1, b"veth");
            m.nest(2, |m| {
                m.nest(1, |m| {
                    m.bytes.extend(link_header(peer, 0, 0));
                    m.attr(3, &zstr(&name(peer)));
                });
            });
        }
    });
    m
}

fn address(add: bool, index: u32, ip: IpAddr, len: u8, peer: Option<IpAddr>) -> Msg {
    // no duplicate address detection
    let mut h = vec![family(ip), len, if ip.is_ipv6() { 2 } else { 0 }, 0];
    h.extend(index.to_ne_bytes());
    let mut m = if add {
        Msg::new(20, NLM_F_CREATE | NLM_F_EXCL, &h)
    } else {
        Msg::new(21, 0, &h)
    };
    m.attr(2, &bytes(ip));
    m.attr(1, &bytes(peer.unwrap_or(ip)));
    m
}

impl Verb {
    fn flags(self) -> u16 {
        match self {
            Self::Add => NLM_F_CREATE | NLM_F_EXCL,
            Self::Append => NLM_F_CREATE | NLM_F_APPEND,
            Self::Prepend => NLM_F_CREATE,
            Self::Replace => NLM_F_CREATE | NLM_F_REPLACE,
            Self::Delete => 0,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Append => "append",
            Self::Prepend => "prepend",
            Self::Replace => "replace",
            Self::Delete => "del",
        }
    }
}

impl Route {
    fn scope(&self, verb: Verb) -> u8 {
        if self.dst.0.is_ipv6() {
            return 0;
        }
        match self.kind {
            _ if verb == Verb::Delete => 255,
            LOCAL => 254,
            UNICAST if self.nexthop == 0 && self.legs.iter().all(|l| l.gateway.is_none()) => 253,
            _ => 0,
        }
    }

    pub fn message(&self, verb: Verb) -> Msg {
        let onlink = self.legs.len() == 1 && self.legs[0].onlink;
        let mut h = vec![
            family(self.dst.0),
            self.dst.1,
            self.src.map_or(0, |s| s.1),
            self.tos,
            if self.table < 256 {
                self.table as u8
            } else {
                0
            },
            // whoever did it: the boot
            3,
            self.scope(verb),
            self.kind,
        ];
        h.extend((if onlink { 4u32 } else { 0 }).to_ne_bytes());
        let kind = if verb == Verb::Delete { 25 } else { 24 };
        let mut m = Msg::new(kind, verb.flags(), &h);
        if self.dst.1 > 0 {
            m.attr(1, &bytes(self.dst.0));
        }
        if let Some((src, _)) = self.src {
            m.attr(2, &bytes(src));
        }
        m.attr_u32(15, self.table);
        if self.metric != 0 {
            m.attr_u32(6, self.metric);
        }
        if let Some(prefsrc) = self.prefsrc {
            m.attr(7, &bytes(prefsrc));
        }
        if self.nexthop != 0 {
            m.attr_u32(30, self.nexthop);
        }
        if self.pref != 0 {
            m.attr(20, &[self.pref]);
        }
        let gateway = |m: &mut Msg, leg: &Leg| match leg.gateway {
            Some(gw) if gw.is_ipv4() == self.dst.0.is_ipv4() => m.attr(5, &bytes(gw)),
            Some(gw) => {
                let mut via = u16::from(family(gw)).to_ne_bytes().to_vec();
                via.extend(bytes(gw));
                m.attr(18, &via);
            }
            None => {}
        };
        match &self.legs[..] {
            [] => {}
            [leg] => {
                gateway(&mut m, leg);
                if leg.index != 0 {
                    m.attr_u32(4, leg.index);
                }
            }
            legs => m.nest(9, |m| {
                for leg in legs {
                    let flags = if leg.onlink { 4 } else { 0 };
                    let hops = leg.weight.saturating_sub(1);
                    m.rtnexthop(flags, hops, leg.index, |m| gateway(m, leg));
                }
            }),
        }
        m
    }
}

impl Rule {
    pub fn message(&self, add: bool) -> Msg {
        let len = |p: Option<(IpAddr, u8)>| p.map_or(0, |p| p.1);
        let mut h = vec![
            if self.v6 {
                libc::AF_INET6
            } else {
                libc::AF_INET
            } as u8,
            len(self.dst),
            len(self.src),
            self.tos,
            if self.table < 256 {
                self.table as u8
            } else {
                0
            },
            0,
            0,
            self.action,
        ];
        h.extend((if self.not { 2u32 } else { 0 }).to_ne_bytes());
        let mut m = if add {
            Msg::new(32, NLM_F_CREATE | NLM_F_EXCL, &h)
        } else {
            Msg::new(33, 0, &h)
        };
        m.attr_u32(6, self.pref);
        if self.table >= 256 {
            m.attr_u32(15, self.table);
        }
        for (kind, prefix) in [(1, self.dst), (2, self.src)] {
            if let Some((ip, _)) = prefix {
                m.attr(kind, &bytes(ip));
            }
        }
        for (kind, name) in [(3, &self.iif), (17, &self.oif)] {
            if let Some(name) = name {
                m.attr(kind, &zstr(name));
            }
        }
        if self.action == 2 {
            m.attr_u32(4, self.goto);
        }
        if let Some((mark, mask)) = self.mark {
            m.attr_u32(10, mark);
            m.attr_u32(16, mask);
        }
        if let Some(dscp) = self.dscp {
            m.attr(25, &[dscp]);
        }
        if let Some((from, to)) = self.uid {
            m.attr(20, &[from.to_ne_bytes(), to.to_ne_bytes()].concat());
        }
        if self.protocol != 0 {
            m.attr(22, &[self.protocol]);
        }
        for (kind, ports) in [(23, self.sport), (24, self.dport)] {
            if let Some((from, to)) = ports {
                m.attr(kind, &[from.to_ne_bytes(), to.to_ne_bytes()].concat());
            }
        }
        if let Some(len) = self.suppress_len {
            m.attr_u32(14, len);
        }
        if let Some(group) = self.suppress_group {
            m.attr_u32(13, group);
        }
        m
    }
}

impl Nexthop {
    pub fn message(&self, verb: Verb) -> Msg {
        let family = match (self.group.is_empty(), self.v6) {
            (false, _) => 0,
            (true, true) => libc::AF_INET6,
            (true, false) => libc::AF_INET,
        } as u8;
        let header = [family, 0, 3, 0, 0, 0, 0, 0];
        if verb == Verb::Delete {
            let mut m = Msg::new(105, 0, &[0; 8]);
            m.attr_u32(1, self.id);
            return m;
        }
        let mut m = Msg::new(104, verb.flags(), &header);
        m.attr_u32(1, self.id);
        if !self.group.is_empty() {
            let mut members = Vec::new();
            for (id, weight) in &self.group {
                members.extend(id.to_ne_bytes());
                members.extend([weight - 1, 0, 0, 0]);
            }
            m.attr(2, &members);
            return m;
        }
        if self.blackhole {
            m.attr(4, &[]);
            return m;
        }
        m.attr_u32(5, self.index);
        if let Some(gw) = self.gateway {
            m.attr(6, &bytes(gw));
        }
        m
    }
}

/// `2001:db8:a:b::c`
pub fn v6(a: u16, b: u16, c: u16) -> IpAddr {
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, a, b, 0, 0, 0, c))
}
