//! The copy, fed with nothing but what the kernel announces, against fresh dumps, in
//! a network namespace of its own.

use super::copy::KernelCopy;
use super::types::{Family, Leg, Legs, Prefix, RouteInfo, What};
use super::wire::{Dump, dump_request, messages, prime_request};
use crate::sys::netlink::Netlink;
use std::process::Command;
use std::time::{Duration, Instant};

const GROUPS: [u32; 11] = [1, 3, 5, 7, 8, 9, 11, 19, 24, 25, 32];
const DUMPS: [Dump; 9] = [
    Dump::Links,
    Dump::Addrs(Family::V4),
    Dump::Addrs(Family::V6),
    Dump::Rules(Family::V4),
    Dump::Rules(Family::V6),
    Dump::Nexthops,
    Dump::Netconf(Family::V4),
    Dump::Netconf(Family::V6),
    Dump::Routes,
];

/// Runs a test of this file in a namespace of its own: as the one test of a process of its own.
fn in_namespace(test: &str) {
    let exe = std::env::current_exe().unwrap();
    let name = format!("route::kernel_tests::{test}");
    let mut all = Command::new("unshare");
    all.arg("-Urn")
        .arg(exe)
        .args(["--exact", &name, "--nocapture"]);
    let out = all.env("RELWS_INSIDE", "1").output().unwrap();
    let text = String::from_utf8_lossy(&out.stdout);
    let errors = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{text}\n{errors}");
}

fn inside() -> bool {
    std::env::var_os("RELWS_INSIDE").is_some()
}

struct World {
    hears: Netlink,
    copy: KernelCopy,
    log: Vec<String>,
}

fn ip(command: &str) {
    // What the kernel refuses is no change.
    let out = Command::new("ip").args(command.split_whitespace()).output();
    out.unwrap();
}

fn sysctl(path: &str, value: &str) {
    std::fs::write(format!("/proc/sys/net/{path}"), value).unwrap();
}

/// Feeds a copy with dumps, and with what a socket hears between their parts.
fn read_all(asks: &Netlink, copy: &mut KernelCopy) {
    let mut buffer = Vec::new();
    let mut seq = 0;
    copy.begin_window();
    for what in core::iter::once(None).chain(DUMPS.iter().map(Some)) {
        seq += 1;
        if matches!(what, Some(Dump::Routes)) {
            copy.begin_pass();
        }
        let request = what.map_or_else(|| prime_request(seq), |what| dump_request(*what, seq));
        asks.send(&request).unwrap();
        let mut done = false;
        while !done {
            if asks.read(&mut buffer).is_err() {
                std::thread::sleep(Duration::from_millis(1));
                continue;
            }
            for m in messages(&buffer) {
                let m = m.unwrap();
                let mine = m.seq == seq && m.port == asks.port();
                if !mine {
                    copy.apply(&m, false);
                } else if what.is_none() || matches!(m.what, What::Done(_) | What::Error(_)) {
                    done = true;
                } else {
                    copy.apply(&m, true);
                }
            }
        }
    }
    copy.end_window();
}

/// Legs in an order that is always the same: the kernel's own may differ between messages.
fn sorted(info: &RouteInfo) -> RouteInfo {
    let mut legs = info.legs.as_slice().to_vec();
    legs.sort_by_key(|leg: &Leg| (leg.index, leg.gateway, leg.weight));
    RouteInfo {
        legs: Legs::from_vec(legs),
        ..info.clone()
    }
}

type Listed = Vec<(u32, Prefix, Vec<RouteInfo>)>;

fn listed(copy: &KernelCopy) -> Listed {
    let mut all = Vec::new();
    for family in [Family::V4, Family::V6] {
        for table in copy.tables.table_ids(family) {
            let mut at = None;
            while let Some((prefix, aliases)) = copy.tables.next(family, table, at) {
                all.push((
                    table,
                    prefix,
                    aliases.iter().map(|(_, info)| sorted(info)).collect(),
                ));
                at = Some(prefix);
            }
        }
    }
    all
}

fn differences(live: &KernelCopy, fresh: &KernelCopy) -> Vec<String> {
    let mut text = Vec::new();
    let (mine, its) = (listed(live), listed(fresh));
    let tell = |from: &Listed, other: &Listed, name: &str, text: &mut Vec<String>| {
        for entry in from {
            // There the kernel does not tell all.
            if !other.contains(entry) && !live.mixed(entry.0, entry.1) {
                text.push(format!("{name}: {entry:?}"));
            }
        }
    };
    tell(&mine, &its, "copy", &mut text);
    tell(&its, &mine, "kernel", &mut text);
    if live.links != fresh.links {
        text.push(format!("links {:?} {:?}", live.links, fresh.links));
    }
    if live.nexthops != fresh.nexthops {
        text.push(format!("nexthops {:?} {:?}", live.nexthops, fresh.nexthops));
    }
    if live.netconf != fresh.netconf {
        text.push(format!("netconf {:?} {:?}", live.netconf, fresh.netconf));
    }
    let rules = |copy: &KernelCopy| {
        let all = copy.rules4.iter().chain(&copy.rules6).cloned();
        all.map(|mut r| {
            r.flags = 0;
            format!("{r:?}")
        })
        .collect::<Vec<_>>()
    };
    if rules(live) != rules(fresh) {
        text.push(format!("rules {:?} {:?}", rules(live), rules(fresh)));
    }
    let addrs = |copy: &KernelCopy| {
        let mut all: Vec<String> = copy.addresses().map(|a| format!("{a:?}")).collect();
        all.sort();
        all
    };
    if addrs(live) != addrs(fresh) {
        text.push(format!("addresses {:?} {:?}", addrs(live), addrs(fresh)));
    }
    text
}

impl World {
    fn new() -> Self {
        ip("link set lo up");
        for (a, b) in [("v0", "v1"), ("w0", "w1")] {
            ip(&format!("link add {a} type veth peer name {b}"));
            ip(&format!("link set {a} up"));
            ip(&format!("link set {b} up"));
        }
        let hears = Netlink::open(&GROUPS, 16 << 20).unwrap();
        let mut copy = KernelCopy::new();
        read_all(&hears, &mut copy);
        Self {
            hears,
            copy,
            log: Vec::new(),
        }
    }

    fn drain(&mut self) {
        let mut buffer = Vec::new();
        while self.hears.read(&mut buffer).is_ok() {
            for m in messages(&buffer) {
                self.copy.apply(&m.unwrap(), false);
            }
        }
    }

    /// Waits until copy and kernel agree: some changes come late.
    fn check(&mut self) {
        let until = Instant::now() + Duration::from_secs(10);
        loop {
            self.drain();
            let asks = Netlink::open(&[], 0).unwrap();
            let mut fresh = KernelCopy::new();
            read_all(&asks, &mut fresh);
            self.drain();
            let differences = differences(&self.copy, &fresh);
            if differences.is_empty() {
                return;
            }
            if Instant::now() > until {
                let log = &self.log[self.log.len().saturating_sub(40)..];
                panic!("{}\nafter\n{}", differences.join("\n"), log.join("\n"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn step(&mut self, command: &str) {
        self.log.push(command.to_string());
        match command.split_once('=') {
            Some((path, value)) if path.contains("conf") || path.contains('_') => {
                sysctl(path, value);
            }
            _ => ip(command),
        }
        self.check();
    }
}

const NET: &str = "addr add 10.0.0.1/24 dev v0
addr add 10.0.1.1/24 dev w0
-6 addr add 2001:db8::1/64 dev v0 nodad
-6 addr add 2001:db8:1::1/64 dev w0 nodad
nexthop add id 1 via 10.0.0.2 dev v0
nexthop add id 2 via 10.0.1.2 dev w0
nexthop add id 3 blackhole
nexthop add id 10 group 1/2,3
-6 nexthop add id 21 via 2001:db8::2 dev v0
-6 nexthop add id 22 via 2001:db8:1::2 dev w0
nexthop add id 30 group 21/22
route add 20.0.0.0/8 via 10.0.0.2
route add 21.0.0.0/8 dev v0
route add 22.0.0.0/8 nexthop via 10.0.0.2 nexthop via 10.0.1.2
route add 23.0.0.0/8 nexthop via 10.0.0.2 nexthop via 10.0.0.3
route add local 24.0.0.0/8 dev v0
route add blackhole 25.0.0.0/8
route add broadcast 26.0.0.1/32 dev v0
route add 28.0.0.0/8 dev v0 scope host table 78
route add 29.0.0.0/8 via inet6 2001:db8::2 dev v0
route add 30.0.0.0/8 dev w0 src 10.0.0.1
route add 31.0.0.0/8 dev w0 src 10.0.0.1 table 79
route add 40.0.0.0/8 nhid 1
route add 41.0.0.0/8 nhid 10
route add 42.0.0.0/8 nhid 3
route add 44.0.0.0/8 nhid 21
-6 route add 2001:20::/32 via 2001:db8::2
-6 route add 2001:21::/32 dev v0
-6 route add 2001:22::/32 nexthop via 2001:db8::2 nexthop via 2001:db8:1::2
-6 route add 2001:23::/32 nexthop via 2001:db8::2 nexthop via 2001:db8::3
-6 route add local 2001:24::/32 dev v0
-6 route add blackhole 2001:25::/32
-6 route add 2001:26::/32 dev w0 src 2001:db8::1
-6 route add 2001:40::/32 nhid 21
-6 route add 2001:41::/32 nhid 30";

/// Each line of routing.md's table of what the kernel does not say.
#[test]
fn what_the_kernel_does_not_say_is_inferred() {
    if !inside() {
        return in_namespace("what_the_kernel_does_not_say_is_inferred");
    }
    let mut world = World::new();
    for event in [
        "link set v0 down",
        "link set v0 up",
        "link set v1 down",
        "link set v1 up",
        "addr del 10.0.0.1/24 dev v0",
        "addr add 10.0.0.1/24 dev v0",
        "-6 addr del 2001:db8::1/64 dev v0",
        "ipv6/conf/v0/disable_ipv6=1",
        "ipv6/conf/v0/disable_ipv6=0",
        "link set v0 mtu 1200",
        "link set v0 mtu 1500",
        "nexthop del id 1",
        "nexthop del id 21",
        "nexthop replace id 1 via 10.0.0.9 dev v0",
        "nexthop replace id 10 group 2",
        "nexthop replace id 3 via 10.0.0.8 dev v0",
        "ipv4/nexthop_compat_mode=0",
        "nexthop replace id 1 via 10.0.0.10 dev v0",
        "nexthop replace id 3 blackhole",
        "nexthop del id 22",
        "link set v1 down",
        "link set v0 down",
        "link set v0 up",
        "link set v1 up",
        "ipv4/nexthop_compat_mode=1",
        "link set v0 name vv",
        "link set vv name v0",
        "link set lo down",
        "link set lo up",
        "link set v0 master nothing",
        "rule add oif v0 table 78",
        "rule del oif v0 table 78",
        "ipv4/conf/all/forwarding=1",
        "ipv6/conf/all/forwarding=1",
        "ipv4/conf/v0/ignore_routes_with_linkdown=1",
        "route flush table 78",
        "link del v0",
    ] {
        for command in NET.lines() {
            ip(command);
        }
        world.check();
        world.step(event);
    }
    assert!(world.copy.history.split4);
}

/// Numbers that are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len() as u64) as usize]
    }
}

fn some_route4(dice: &mut Dice) -> String {
    let verb = dice.one(&[
        "add", "append", "append", "prepend", "replace", "change", "del", "del",
    ]);
    let kind = dice.one(&[
        "",
        "",
        "",
        "",
        "blackhole",
        "unreachable",
        "prohibit",
        "throw",
        "local",
    ]);
    let to = dice.one(&[
        "50.0.0.0/8",
        "50.1.0.0/16",
        "51.0.0.0/8",
        "default",
        "10.0.0.0/24",
    ]);
    let way = match (kind, dice.roll(7)) {
        ("local", _) => dice.one(&["dev v0", "dev lo"]).into(),
        ("", 0) => format!("dev {}", dice.one(&["v0", "w0"])),
        ("", 1) => format!("via 10.0.0.{} src 10.0.0.1", dice.roll(3) + 2),
        ("", 2) => format!("nhid {}", dice.one(&["1", "2", "3", "10"])),
        ("", 3) => format!(
            "nexthop via 10.0.0.{} nexthop via 10.0.1.2 weight {}",
            dice.roll(3) + 2,
            dice.roll(3) + 1
        ),
        ("", 4) => "via inet6 2001:db8::7 dev v0 onlink".into(),
        ("", _) => format!("via 10.0.{}.{}", dice.roll(2), dice.roll(3) + 2),
        _ => String::new(),
    };
    let tos = dice.one(&["", "", "tos 0x10", "tos 0x08"]);
    let metric = dice.one(&["", "", "metric 5", "metric 9"]);
    let table = dice.one(&["", "", "", "table 77"]);
    format!("route {verb} {kind} {to} {way} {tos} {metric} {table}")
}

fn some_route6(dice: &mut Dice) -> String {
    let verb = dice.one(&[
        "add", "append", "append", "prepend", "replace", "change", "del", "del",
    ]);
    let kind = dice.one(&["", "", "", "", "", "blackhole", "unreachable", "local"]);
    let to = dice.one(&["2001:50::/32", "2001:50:1::/48", "2001:51::/32", "default"]);
    let from = dice.one(&["", "", "", "", "from 2001:db8:1::/48"]);
    let way = match (kind, dice.roll(6)) {
        ("local", _) => "dev v0".into(),
        ("", 0) => format!("dev {}", dice.one(&["v0", "w0"])),
        ("", 1) => format!("nhid {}", dice.one(&["21", "22", "30"])),
        ("", 2) => format!(
            "nexthop via 2001:db8::{} nexthop via 2001:db8:1::2 weight {}",
            dice.roll(3) + 2,
            dice.roll(3) + 1
        ),
        ("", _) => format!("via 2001:db8:{}::{}", dice.roll(2), dice.roll(3) + 2),
        _ => String::new(),
    };
    let metric = dice.one(&["", "", "metric 5", "metric 9"]);
    let table = dice.one(&["", "", "", "table 77"]);
    format!("-6 route {verb} {kind} {to} {from} {way} {metric} {table}")
}

fn some_change(dice: &mut Dice) -> String {
    match dice.roll(40) {
        0..16 => some_route4(dice),
        16..28 => some_route6(dice),
        28 => format!("link set {} {}", dice.one(&["v0", "v1", "w0"]), "down"),
        29 | 30 => format!("link set {} {}", dice.one(&["v0", "v1", "w0"]), "up"),
        31 => format!(
            "addr {} 10.0.0.{}/24 dev v0",
            dice.one(&["add", "del"]),
            dice.roll(2) + 1
        ),
        32 => format!(
            "-6 addr {} 2001:db8::1/64 dev v0 nodad",
            dice.one(&["add", "del"])
        ),
        33 => format!(
            "nexthop del id {}",
            dice.one(&["1", "2", "3", "10", "21", "30"])
        ),
        34 => format!(
            "nexthop replace id {} via 10.0.0.{} dev v0",
            dice.roll(3) + 1,
            dice.roll(9)
        ),
        35 => format!(
            "nexthop replace id 10 group {}",
            dice.one(&["1", "2", "1/2", "1,2/2,5"])
        ),
        36 => format!(
            "-6 nexthop replace id 21 via 2001:db8::{} dev v0",
            dice.roll(9) + 2
        ),
        37 => format!(
            "-6 nexthop replace id 30 group {}",
            dice.one(&["21", "21/22"])
        ),
        38 => format!(
            "rule {} pref {} to 50.0.0.0/8 table 77",
            dice.one(&["add", "del"]),
            dice.roll(3) * 20_000
        ),
        _ => dice
            .one(&[
                "ipv4/nexthop_compat_mode=0",
                "ipv4/nexthop_compat_mode=1",
                "ipv6/conf/w0/disable_ipv6=1",
                "ipv6/conf/w0/disable_ipv6=0",
            ])
            .into(),
    }
}

/// How many changes; more with `RELWS_CHANGES`, other ones with `RELWS_SEED`.
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

#[test]
fn the_copy_follows_whatever_happens() {
    if !inside() {
        return in_namespace("the_copy_follows_whatever_happens");
    }
    let mut world = World::new();
    let mut dice = Dice(setting("RELWS_SEED", 7).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    for n in 0..setting("RELWS_CHANGES", 300) {
        if n % 25 == 0 {
            for command in NET.lines().filter(|line| !line.contains("route")) {
                ip(command);
            }
        }
        let command = some_change(&mut dice);
        world.step(&command);
    }
}
