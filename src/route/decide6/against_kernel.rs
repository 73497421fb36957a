//! Random networks in a namespace of its own: what the copy of them decides, and what the kernel
//! answers to the same questions.
//!
//! `RELWS_SEED` and `RELWS_ROUNDS` make it another or a longer one.

use super::super::copy::KernelCopy;
use super::super::decide::decide;
use super::super::omitted;
use super::super::types::*;
use super::super::wire::{Dump, dump_request, messages, prime_request, route_request};
use super::network::{Rng, World};
use crate::sys::netlink::Netlink;
use std::net::{IpAddr, Ipv6Addr, SocketAddrV6};
use std::process::Command;
use std::time::Duration;

const DUMPS: [Dump; 6] = [
    Dump::Links,
    Dump::Addrs(Family::V6),
    Dump::Rules(Family::V6),
    Dump::Nexthops,
    Dump::Netconf(Family::V6),
    Dump::Neighs(Family::V6),
];

#[test]
fn decides_as_the_kernel_does() {
    if std::env::var_os("RELWS_INSIDE").is_some() {
        return run();
    }
    let name = "route::decide6::against_kernel::decides_as_the_kernel_does";
    let mut all = Command::new("unshare");
    all.arg("-Urn").arg(std::env::current_exe().unwrap());
    all.args(["--exact", name, "--nocapture"]);
    let out = all.env("RELWS_INSIDE", "1").output().unwrap();
    let text = String::from_utf8_lossy(&out.stdout);
    let errors = String::from_utf8_lossy(&out.stderr);
    println!("{text}");
    assert!(out.status.success(), "{text}\n{errors}");
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |n| n.parse().unwrap())
}

fn run() {
    let seed = number("RELWS_SEED", 6);
    let rounds = number("RELWS_ROUNDS", 6);
    println!("RELWS_SEED={seed} RELWS_ROUNDS={rounds}");
    let world = World::new();
    let mut count = Count::default();
    for round in 0..rounds {
        let mut rng = Rng(seed.wrapping_mul(1_000_003).wrapping_add(round));
        let done = world.build(&mut rng);
        let flows: Vec<Flow> = (0..500).map(|_| world.flow(&mut rng)).collect();
        let bad = compare(&flows, &mut count);
        assert!(
            bad.is_empty(),
            "round {round}:\n{}\nafter\n{}",
            bad.join("\n"),
            done.join("\n")
        );
    }
    println!("{count:?}");
    assert!(count.asked > count.unknown * 10);
    assert!(count.reached > 0 && count.refused > 0 && count.several > 0 && count.connected > 0);
}

#[derive(Default, Debug)]
struct Count {
    asked: u64,
    reached: u64,
    refused: u64,
    /// More than one way.
    several: u64,
    unknown: u64,
    why: std::collections::BTreeMap<&'static str, u64>,
    /// By a socket, not by a request.
    connected: u64,
}

/// The first that differs, even after a while: some changes come to the kernel late.
fn compare(flows: &[Flow], count: &mut Count) -> Vec<String> {
    let mut kernel = Kernel::new();
    let mut copy = kernel.copy();
    let mut bad = Vec::new();
    for flow in flows {
        let mut difference = kernel.difference(&copy, flow, Some(count));
        for _ in 0..8 {
            if difference.is_none() {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
            copy = kernel.copy();
            difference = kernel.difference(&copy, flow, None);
        }
        if let Some(difference) = difference {
            bad.push(difference);
            bad.push(shown(&format!(
                "-6 route show table all match {}",
                flow.dst
            )));
            bad.push(shown(&format!("-6 route get fibmatch {}", flow.dst)));
            bad.push(shown("-6 neigh"));
            bad.push(shown("nexthop"));
            bad.push(shown("link"));
            bad.push(shown("-6 rule"));
            break;
        }
    }
    bad
}

/// What ip(8) says, to understand a difference by.
fn shown(command: &str) -> String {
    let out = Command::new("ip")
        .args(command.split(' '))
        .output()
        .unwrap();
    String::from_utf8_lossy(&out.stdout).into_owned()
}

struct Kernel {
    socket: Netlink,
    seq: u32,
}

impl Kernel {
    fn new() -> Self {
        Self {
            socket: Netlink::for_questions(Duration::from_secs(60)).unwrap(),
            seq: 0,
        }
    }

    fn exchange(&mut self, mut request: Vec<u8>) -> Vec<Message> {
        self.seq += 1;
        request[8..12].copy_from_slice(&self.seq.to_ne_bytes());
        self.socket.send(&request).unwrap();
        let mut all: Vec<Message> = Vec::new();
        let mut buffer = Vec::new();
        loop {
            self.socket.read(&mut buffer).unwrap();
            all.extend(messages(&buffer).map(Result::unwrap));
            let last = all.last().unwrap();
            let more = last.flags & libc::NLM_F_MULTI as u16 != 0;
            if !more || matches!(last.what, What::Done(_) | What::Error(_)) {
                return all;
            }
        }
    }

    fn copy(&mut self) -> KernelCopy {
        let mut copy = KernelCopy::new();
        self.exchange(prime_request(0));
        copy.begin_window();
        for what in DUMPS {
            for m in self.exchange(dump_request(what, 0)) {
                copy.apply(&m, true);
            }
        }
        copy.begin_pass();
        for m in self.exchange(dump_request(Dump::Routes, 0)) {
            copy.apply(&m, true);
        }
        omitted::look_for(&mut copy, omitted::total());
        copy.end_window();
        copy
    }

    fn difference(
        &mut self,
        copy: &KernelCopy,
        flow: &Flow,
        count: Option<&mut Count>,
    ) -> Option<String> {
        let mine = decide(copy, flow);
        if let Some(count) = count {
            count.note(&mine);
            count.connected += u64::from(connects(flow));
        }
        let told = |its: &dyn std::fmt::Debug| format!("{flow:?}\n  {mine:?}\n  kernel: {its:?}");
        if connects(flow) {
            let its = connect(flow);
            if !agrees_with_socket(&mine, its) {
                return Some(told(&its));
            }
        }
        // With a source, the interface is but a wish in a request.
        if flow.oif != 0 && flow.src.is_some() {
            return None;
        }
        let answer = self.exchange(route_request(flow, false, 0));
        let its = &answer[0].what;
        // Without one, a socket may get more than a request.
        if flow.src.is_none() && connects(flow) && matches!(its, What::Error(_)) {
            return None;
        }
        (!agrees(copy, &mine, its)).then(|| told(its))
    }
}

impl Count {
    fn note(&mut self, verdict: &Verdict) {
        self.asked += 1;
        match verdict {
            Verdict::Reachable(path) => {
                self.reached += 1;
                self.several += u64::from(path.legs.as_slice().len() > 1);
            }
            Verdict::Unreachable(_) => self.refused += 1,
            Verdict::Unknown(why) => {
                self.unknown += 1;
                *self.why.entry(why).or_default() += 1;
            }
        }
    }
}

fn agrees(copy: &KernelCopy, mine: &Verdict, its: &What) -> bool {
    match (mine, its) {
        (Verdict::Unknown(_), _) => true,
        (Verdict::Unreachable(errno), What::Error(its)) => errno == its,
        (Verdict::Reachable(path), What::Route(its)) => {
            let [its_leg] = its.info.legs.as_slice() else {
                return false;
            };
            let same = |leg: &Leg| leg.index == its_leg.index && leg.gateway == its_leg.gateway;
            let info = path.info.and_then(|id| copy.tables.info(id));
            // For a nexthop object the kernel names any route that uses it.
            let named = info.is_some_and(|info| info.nexthop_id != 0)
                || (path.table, path.metric) == (its.table, its.info.metric);
            named && path.kind == its.info.kind && path.legs.as_slice().iter().any(same)
        }
        _ => false,
    }
}

/// Some questions are put by a real socket as well.
fn connects(flow: &Flow) -> bool {
    flow.uid() == 0 && flow.protocol == 17 && flow.dport != 0 && flow.sport & 3 == 0
}

/// The errno of `connect()`, 0 when it works.
fn connect(flow: &Flow) -> i32 {
    let attempt = || {
        let socket = socket2::Socket::new(socket2::Domain::IPV6, socket2::Type::DGRAM, None)?;
        socket.set_only_v6(true)?;
        socket.set_freebind_v6(true)?;
        socket.set_reuse_address(true)?;
        socket.set_mark(flow.mark)?;
        socket.set_tclass_v6(flow.tos.into())?;
        if flow.oif != 0 {
            socket.bind_device_by_index_v6(std::num::NonZeroU32::new(flow.oif))?;
        }
        let address = |ip: Option<IpAddr>, port| match ip {
            Some(IpAddr::V6(ip)) => SocketAddrV6::new(ip, port, 0, 0).into(),
            _ => SocketAddrV6::new(Ipv6Addr::UNSPECIFIED, port, 0, 0).into(),
        };
        socket.bind(&address(flow.src, flow.sport))?;
        socket.connect(&address(Some(flow.dst), flow.dport))
    };
    attempt().map_or_else(|e: std::io::Error| e.raw_os_error().unwrap(), |()| 0)
}

fn agrees_with_socket(mine: &Verdict, its: i32) -> bool {
    match mine {
        Verdict::Unknown(_) => true,
        Verdict::Unreachable(errno) => *errno == its,
        Verdict::Reachable(_) => its == 0,
    }
}
