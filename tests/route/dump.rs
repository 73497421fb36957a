//! All routes, as the kernel lists them now and as the library keeps them, in one form.

use super::kernel::{address, via};
use super::op::name;
use super::socket::Nl;
use super::wire::{attrs, u16_at, u32_at};
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// `RTNH_F_DEAD`, `_ONLINK`, `_LINKDOWN`.
const DEAD: u32 = 1;
const LINKDOWN: u32 = 16;
const FLAGS: u32 = DEAD | 4 | LINKDOWN;

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Listed {
    pub v6: bool,
    pub table: u32,
    pub dst: (IpAddr, u8),
    pub src: Option<(IpAddr, u8)>,
    pub tos: u8,
    pub metric: u32,
    pub kind: u8,
    pub scope: u8,
    pub protocol: u8,
    pub pref: u8,
    pub flags: u32,
    pub nexthop: u32,
    pub prefsrc: Option<IpAddr>,
    /// Interface, gateway, weight.
    pub hops: Vec<(u32, Option<IpAddr>, u32)>,
}

impl Listed {
    /// What is not compared is made equal: the order of the legs of IPv6, which the kernel derives
    /// from which came first.
    pub fn settle(mut self) -> Self {
        if self.v6 {
            self.hops.sort();
        }
        // Errors go nowhere, whatever interface the kernel names.
        if matches!(self.kind, 6..=9) {
            self.hops.clear();
        }
        // A leg without a carrier is said to be dead as long as such are ignored.
        if self.flags & LINKDOWN != 0 {
            self.flags &= !DEAD;
        }
        // Several ways out have flags of their own.
        self.flags &= if self.hops.len() == 1 { FLAGS } else { 0 };
        if self.may_not_know() {
            self.flags &= !LINKDOWN;
        }
        self
    }

    /// The kernel does not look for a carrier when an IPv4 route by an IPv6 gateway comes, but when it
    /// tells of the interface next: not of that a macvlan came or went on it (10, 12) or that a bridge
    /// has another address (21), which looks the same (docs/routing.md).
    fn may_not_know(&self) -> bool {
        let on = |hop: &(u32, Option<IpAddr>, u32)| {
            matches!(hop.0, 10 | 12 | 21) && hop.1.is_some_and(|gateway| gateway.is_ipv6())
        };
        !self.v6 && self.hops.iter().any(on)
    }

    /// Whether it is the same route, whatever happened to its interface.
    pub fn is(&self, other: &Self) -> bool {
        Self {
            flags: 0,
            ..self.clone()
        } == Self {
            flags: 0,
            ..other.clone()
        }
    }

    /// Whether it is among the legs of this IPv6 route in the kernel's list: dumps forget it then.
    fn hides_in(&self, other: &Self) -> bool {
        let list = |r: &Self| (r.table, r.dst, r.src, r.metric);
        self.v6 && other.v6 && other.hops.len() > 1 && list(self) == list(other)
    }

    /// How /proc/net/ipv6_route shows it: a line for each leg. Of a nexthop object it shows the first
    /// leg, which may be any here.
    fn lines(&self) -> Vec<String> {
        let prefix = |(ip, len): (IpAddr, u8)| match ip {
            IpAddr::V6(a) => format!("{:032x} {len:02x}", a.to_bits()),
            IpAddr::V4(_) => String::new(),
        };
        let none = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
        let head = format!(
            "{} {}",
            prefix(self.dst),
            prefix(self.src.unwrap_or((none, 0)))
        );
        let line = |index: u32, gateway: Option<IpAddr>| {
            let gateway = prefix((gateway.unwrap_or(none), 0));
            let gateway = gateway.split(' ').next().unwrap().to_string();
            format!("{head} {gateway} {:08x} {}", self.metric, name(index))
        };
        match &self.hops[..] {
            [] => vec![line(1, None)],
            hops => hops.iter().map(|hop| line(hop.0, hop.1)).collect(),
        }
    }
}

impl Display for Listed {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        write!(f, "type {} {}/{}", self.kind, self.dst.0, self.dst.1)?;
        if let Some((ip, len)) = self.src {
            write!(f, " from {ip}/{len}")?;
        }
        write!(f, " table {} metric {}", self.table, self.metric)?;
        write!(f, " tos {:#x} scope {}", self.tos, self.scope)?;
        write!(f, " proto {} pref {}", self.protocol, self.pref)?;
        write!(f, " flags {:#x} nhid {}", self.flags, self.nexthop)?;
        if let Some(src) = self.prefsrc {
            write!(f, " src {src}")?;
        }
        for (index, gw, weight) in &self.hops {
            match gw {
                Some(gw) => write!(f, " [{} via {gw} x{weight}]", name(*index))?,
                None => write!(f, " [{} x{weight}]", name(*index))?,
            }
        }
        Ok(())
    }
}

fn legs(mut b: &[u8]) -> Vec<(u32, Option<IpAddr>, u32)> {
    let mut all = Vec::new();
    while b.len() >= 8 {
        let len = u16_at(b, 0) as usize;
        let mut gw = None;
        for (kind, value) in attrs(&b[8..len]) {
            match kind {
                5 => gw = address(value),
                18 => gw = via(value),
                _ => {}
            }
        }
        all.push((u32_at(b, 4), gw, u32::from(b[3]) + 1));
        b = &b[len.next_multiple_of(4).min(b.len())..];
    }
    all
}

pub fn parse(body: &[u8]) -> Listed {
    let v6 = i32::from(body[0]) == libc::AF_INET6;
    let none: IpAddr = if v6 {
        Ipv6Addr::UNSPECIFIED.into()
    } else {
        Ipv4Addr::UNSPECIFIED.into()
    };
    let mut r = Listed {
        v6,
        table: body[4].into(),
        dst: (none, body[1]),
        src: (body[2] > 0).then_some((none, body[2])),
        tos: body[3],
        metric: 0,
        kind: body[7],
        scope: body[6],
        protocol: body[5],
        pref: 0,
        flags: u32_at(body, 8),
        nexthop: 0,
        prefsrc: None,
        hops: Vec::new(),
    };
    let (mut index, mut gw) = (0, None);
    for (kind, value) in attrs(&body[12..]) {
        match kind {
            1 => r.dst.0 = address(value).unwrap(),
            2 => r.src = Some((address(value).unwrap(), body[2])),
            4 => index = u32_at(value, 0),
            5 => gw = address(value),
            6 => r.metric = u32_at(value, 0),
            7 => r.prefsrc = address(value),
            9 => r.hops = legs(value),
            15 => r.table = u32_at(value, 0),
            18 => gw = via(value),
            20 => r.pref = value[0],
            30 => r.nexthop = u32_at(value, 0),
            _ => {}
        }
    }
    if index != 0 || gw.is_some() {
        r.hops.push((index, gw, 1));
    }
    r.settle()
}

/// What the kernel has, family by family, each asked for alone. Routes of one destination stay in
/// the kernel's order.
pub fn of_kernel(nl: &mut Nl) -> Vec<Listed> {
    let mut all = Vec::new();
    for family in [libc::AF_INET, libc::AF_INET6] {
        let mut header = [0; 12];
        header[0] = family as u8;
        let (bodies, errno) = nl.dump(26, &header);
        assert_eq!(errno, 0, "own dump");
        all.extend(bodies.iter().map(|b| parse(b)));
    }
    sort(&mut all);
    all
}

/// The routes of the copy that the kernel does not dump though it has them: it shows them in the list
/// that is a file.
pub fn hidden(kernel: &[Listed], copy: &[Listed]) -> Vec<Listed> {
    let absent = |r: &&Listed| kernel.iter().any(|k| r.hides_in(k)) && !kernel.contains(r);
    let absent: Vec<Listed> = copy.iter().filter(absent).cloned().collect();
    if absent.is_empty() {
        return absent;
    }
    let mut left = listed_in_file();
    for route in kernel.iter().filter(|r| r.v6) {
        take(&mut left, route);
    }
    absent.into_iter().filter(|r| take(&mut left, r)).collect()
}

fn listed_in_file() -> BTreeMap<String, i32> {
    let mut lines = BTreeMap::new();
    let file = std::fs::read_to_string("/proc/thread-self/net/ipv6_route").unwrap();
    for line in file.lines() {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        // not how often it is used, and flags
        let line = [&words[..6], &words[9..]].concat().join(" ");
        *lines.entry(line).or_default() += 1;
    }
    lines
}

/// Takes the lines of a route, if all are there.
fn take(left: &mut BTreeMap<String, i32>, route: &Listed) -> bool {
    let mut lines = route.lines();
    lines.retain(|line| left.get(line).is_some_and(|n| *n > 0));
    if route.nexthop != 0 {
        lines.truncate(1);
    }
    let all = if route.nexthop != 0 {
        1
    } else {
        route.hops.len().max(1)
    };
    for line in &lines {
        *left.get_mut(line).unwrap() -= 1;
    }
    lines.len() == all
}

/// Leaves out where routes with nexthop objects lead, as the kernel does when told to.
pub fn without_nexthops(all: &mut [Listed]) {
    for r in all.iter_mut().filter(|r| r.nexthop != 0) {
        r.hops.clear();
        r.flags = 0;
    }
}

/// By destination; IPv4 routes of one destination stay in the order in which the kernel looks at
/// them. IPv6 ones get one: which source comes first is not kept.
pub fn sort(all: &mut [Listed]) {
    all.sort_by(|a, b| {
        (a.v6, a.table, a.dst)
            .cmp(&(b.v6, b.table, b.dst))
            .then_with(|| {
                if a.v6 {
                    a.cmp(b)
                } else {
                    core::cmp::Ordering::Equal
                }
            })
    });
}

/// How the two differ, in a few lines; `None`: not at all.
pub fn difference(kernel: &[Listed], copy: &[Listed]) -> Option<String> {
    if kernel == copy {
        return None;
    }
    let mut count: BTreeMap<&Listed, i32> = BTreeMap::new();
    for k in kernel {
        *count.entry(k).or_default() += 1;
    }
    for c in copy {
        *count.entry(c).or_default() -= 1;
    }
    let mut lines: Vec<String> = count
        .iter()
        .filter(|(_, n)| **n != 0)
        .map(|(r, n)| match n {
            1.. => format!("  only the kernel: {r}"),
            _ => format!("  only the copy:   {r}"),
        })
        .collect();
    if lines.is_empty() {
        let (k, c) = kernel.iter().zip(copy).find(|(k, c)| k != c)?;
        lines.push(format!("  order: kernel {k}\n         copy   {c}"));
    }
    lines.truncate(20);
    Some(lines.join("\n"))
}
