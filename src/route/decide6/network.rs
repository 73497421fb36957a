//! Random IPv6 networks in the namespace that the test is in, made by ip(8).

use super::super::types::Flow;
use std::io::Write;
use std::net::{IpAddr, Ipv6Addr};
use std::process::{Command, Stdio};

/// splitmix64.
pub(super) struct Rng(pub(super) u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// Once in `n`.
    fn once(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// How many cables there are: `v0` to `w0`, and so on.
const CABLES: usize = 4;
const TABLES: [&str; 4] = ["254", "254", "100", "101"];
const LENGTHS: [u8; 12] = [0, 16, 32, 33, 40, 47, 48, 49, 64, 80, 127, 128];
const SOURCES: [&str; 6] = [
    "2001:db8:1::/64",
    "2001:db8:0::/47",
    "2001:db8::/32",
    "fd00::/8",
    "2001:db8:1::1/128",
    "::/64",
];
const METRICS: [u32; 4] = [1, 1, 5, 1024];
const GATEWAYS: usize = 3;

pub(super) struct World {
    index: [u32; CABLES],
}

fn out_of(command: &mut Command) {
    command.output().unwrap();
}

fn sysctl(path: &str, value: usize) {
    // The interface may have no IPv6 now.
    let _ = std::fs::write(format!("/proc/sys/net/ipv6/{path}"), value.to_string());
}

/// What the kernel refuses is left out.
fn batch(lines: &[String]) {
    let mut ip = Command::new("ip")
        .args(["-6", "-force", "-batch", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    ip.stdin
        .take()
        .unwrap()
        .write_all(lines.join("\n").as_bytes())
        .unwrap();
    ip.wait().unwrap();
}

/// A few addresses, so that routes meet.
fn address(rng: &mut Rng) -> Ipv6Addr {
    let net = rng.pick(&[0, 1, 2, 3, 0xa, 0xb, 0x8000]);
    let subnet = rng.pick(&[0, 0, 1, 0x8000]);
    let first = if rng.once(20) { 0xfd00 } else { 0x2001 };
    let host = rng.pick(&[0, 1, 2, 0x77]);
    Ipv6Addr::new(first, 0xdb8, net, subnet, 0, 0, 0, host)
}

impl World {
    pub(super) fn new() -> Self {
        out_of(Command::new("ip").args(["link", "set", "lo", "up"]));
        let mut index = [0; CABLES];
        for (i, index) in index.iter_mut().enumerate() {
            let (v, w) = (format!("v{i}"), format!("w{i}"));
            out_of(
                Command::new("ip").args(["link", "add", &v, "type", "veth", "peer", "name", &w]),
            );
            sysctl(&format!("conf/{w}/disable_ipv6"), 1);
            sysctl(&format!("conf/{v}/accept_dad"), 0);
            sysctl(&format!("conf/{v}/router_solicitations"), 0);
            out_of(Command::new("ip").args(["link", "set", &v, "addrgenmode", "none"]));
            let shown = Command::new("ip")
                .args(["-o", "link", "show", &v])
                .output()
                .unwrap();
            let text = String::from_utf8(shown.stdout).unwrap();
            *index = text.split(':').next().unwrap().parse().unwrap();
        }
        sysctl("fib_multipath_hash_policy", 1);
        Self { index }
    }

    /// Another network; says how it was made.
    pub(super) fn build(&self, rng: &mut Rng) -> Vec<String> {
        self.clear();
        let mut lines = Vec::new();
        if !rng.once(4) {
            for id in 1..=6 {
                lines.push(format!("nexthop add id {id} {}", way(rng)));
            }
            lines.push("nexthop add id 7 blackhole".to_string());
        }
        batch(&lines);
        let groups = [
            "nexthop add id 10 group 1/2/3",
            "nexthop add id 11 group 4,3/5",
        ];
        for group in groups {
            out_of(Command::new("ip").args(group.split(' ')));
            lines.push(group.to_string());
        }
        let many = rng.pick(&[5, 40, 150]);
        let mut routes: Vec<String> = (0..many).map(|_| route(rng)).collect();
        routes.extend((0..rng.pick(&[0, 4, 14])).map(|_| self.rule(rng)));
        if rng.once(3) {
            let deleted: Vec<String> = routes
                .iter()
                .filter(|_| rng.once(5))
                .map(|line| {
                    line.replacen(" add ", " del ", 1)
                        .replacen(" append ", " del ", 1)
                })
                .collect();
            routes.extend(deleted);
        }
        for i in 0..CABLES {
            for n in 2..2 + GATEWAYS {
                let state = rng.pick(&[
                    "",
                    "",
                    "failed",
                    "failed",
                    "stale lladdr 2:0:0:0:0:1",
                    "incomplete",
                ]);
                if !state.is_empty() {
                    let at = format!("2001:db8:{i}::{n} dev v{i} nud {state}");
                    routes.push(format!("neigh replace {at}"));
                }
            }
        }
        batch(&routes);
        lines.extend(routes);
        lines.extend(self.disturb(rng));
        let forwarding = rng.below(2);
        sysctl("conf/all/forwarding", forwarding);
        lines.push(format!("forwarding {forwarding}"));
        lines
    }

    fn clear(&self) {
        let mut lines = vec!["rule flush".to_string(), "nexthop flush".to_string()];
        lines.push("rule add pref 0 lookup local".to_string());
        lines.push("rule add pref 32766 lookup main".to_string());
        for table in &TABLES[1..] {
            lines.push(format!("route flush table {table}"));
        }
        for i in 0..CABLES {
            sysctl(&format!("conf/v{i}/ignore_routes_with_linkdown"), 0);
            lines.push(format!("link set w{i} up"));
            lines.push(format!("link set v{i} down"));
            lines.push(format!("link set v{i} up"));
            lines.push(format!("link set v{i} group {i}"));
            lines.push(format!("neigh flush dev v{i}"));
            lines.push(format!("addr replace 2001:db8:{i}::1/64 dev v{i} nodad"));
            lines.push(format!("addr replace fe80::{}/64 dev v{i} nodad", i + 1));
        }
        batch(&lines);
    }

    /// Interfaces lose their carrier or go down.
    fn disturb(&self, rng: &mut Rng) -> Vec<String> {
        let mut lines = Vec::new();
        for i in 0..CABLES {
            let ignore = rng.below(2);
            let path = format!("conf/v{i}/ignore_routes_with_linkdown");
            let before = rng.once(2);
            if before {
                sysctl(&path, ignore);
            }
            let mut last = Vec::new();
            if rng.once(4) {
                last.push(format!("link set w{i} down"));
            }
            if rng.once(8) {
                last.push(format!("link set v{i} down"));
                if rng.once(2) {
                    last.push(format!("link set v{i} up"));
                }
            }
            batch(&last);
            if !before {
                sysctl(&path, ignore);
            }
            lines.extend(last);
            lines.push(format!("{path}={ignore} before {before}"));
        }
        lines
    }

    fn rule(&self, rng: &mut Rng) -> String {
        let mut rule = format!("rule add pref {}", 1 + rng.below(40) * 10);
        if rng.once(6) {
            rule += " not";
        }
        if rng.once(3) {
            rule += &format!(" from {}", rng.pick(&SOURCES));
        }
        if rng.once(4) {
            rule += &format!(" to {}/{}", address(rng), rng.pick(&LENGTHS));
        }
        if rng.once(5) {
            rule += rng.pick(&[" fwmark 1", " fwmark 2/3", " fwmark 0/1"]);
        }
        if rng.once(6) {
            rule += rng.pick(&[" tos 0x10", " tos 0x20", " tos 0xb8"]);
        }
        if rng.once(6) {
            rule += rng.pick(&[" iif lo", " iif v1", " oif v0", " oif v1", " oif nothing"]);
        }
        if rng.once(6) {
            rule += rng.pick(&[" uidrange 0-0", " uidrange 5-9"]);
        }
        if rng.once(6) {
            rule += rng.pick(&[" ipproto udp", " ipproto tcp"]);
        }
        if rng.once(6) {
            rule += rng.pick(&[" sport 1-20", " dport 7", " dport 1-30000", " sport 8"]);
        }
        match rng.below(12) {
            0 => rule += rng.pick(&[" unreachable", " blackhole", " prohibit"]),
            1 => rule += &format!(" goto {}", 1 + rng.below(40) * 10),
            2 => rule += " nop",
            _ => {
                rule += &format!(" lookup {}", rng.pick(&["100", "101", "254", "255", "999"]));
                if rng.once(4) {
                    rule += &format!(" suppress_prefixlength {}", rng.pick(&[0, 32, 47, 64, 128]));
                }
                if rng.once(6) {
                    rule += &format!(" suppress_ifgroup {}", rng.below(CABLES));
                }
            }
        }
        rule
    }

    pub(super) fn flow(&self, rng: &mut Rng) -> Flow {
        let sources = [
            "2001:db8:0::1",
            "2001:db8:1::1",
            "2001:db8:2::1",
            "fd00::1",
            "2001:db8:a::9",
        ];
        let mut flow = Flow {
            dst: IpAddr::V6(address(rng)),
            src: (!rng.once(3)).then(|| rng.pick(&sources).parse().unwrap()),
            oif: 0,
            mark: rng.pick(&[0, 0, 1, 2]),
            tos: rng.pick(&[0, 0, 0x10, 0xb8]),
            uid: Some(rng.pick(&[0, 0, 7])),
            protocol: rng.pick(&[17, 17, 6]),
            sport: 1 + rng.below(40) as u16,
            dport: rng.pick(&[7, 9, 40000]),
        };
        if rng.once(4) {
            flow.oif = if rng.once(6) {
                1
            } else {
                rng.pick(&self.index)
            };
        }
        if flow.oif != 0 && rng.once(8) {
            flow.dst = rng.pick(&["fe80::1", "fe80::77"]).parse().unwrap();
        } else if rng.once(40) {
            flow.dst = rng.pick(&["::1", "ff0e::1", "ff05::2"]).parse().unwrap();
            flow.protocol = 17;
        }
        flow
    }
}

fn gateway(rng: &mut Rng) -> String {
    let i = rng.below(CABLES);
    format!("via 2001:db8:{i}::{} dev v{i}", 2 + rng.below(GATEWAYS))
}

/// A way out over one cable.
fn way(rng: &mut Rng) -> String {
    if rng.once(4) {
        format!("dev v{}", rng.below(CABLES))
    } else {
        gateway(rng)
    }
}

fn route(rng: &mut Rng) -> String {
    let kind = match rng.below(14) {
        0 => "unreachable ",
        1 => "prohibit ",
        2 => "blackhole ",
        3 => "throw ",
        4 => "local ",
        _ => "",
    };
    let mut route = format!("route add {kind}{}", masked(rng));
    if rng.once(4) {
        route += &format!(" from {}", rng.pick(&SOURCES));
    }
    route += &format!(" table {} metric {}", rng.pick(&TABLES), rng.pick(&METRICS));
    if rng.once(4) {
        route += rng.pick(&[" pref high", " pref low"]);
    }
    if kind.is_empty() && rng.once(3) {
        // Without a gateway it comes between the legs of one route.
        return route.replacen("add", "append", 1) + " " + &way(rng);
    }
    match kind {
        "" if rng.once(5) => route += &format!(" nhid {}", rng.pick(&[1, 2, 3, 4, 7, 10, 11])),
        "" if rng.once(3) => {
            for _ in 0..2 + rng.below(2) {
                let weight = 1 + rng.below(3);
                route += &format!(" nexthop {} weight {weight}", gateway(rng));
            }
        }
        "" => route += &format!(" {}", way(rng)),
        "local " => route += " dev lo",
        _ => {}
    }
    route
}

fn masked(rng: &mut Rng) -> String {
    let len = rng.pick(&LENGTHS);
    let mask = u128::MAX.checked_shl(128 - u32::from(len)).unwrap_or(0);
    format!("{}/{len}", Ipv6Addr::from(u128::from(address(rng)) & mask))
}
