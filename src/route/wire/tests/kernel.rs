//! A network of its own to read real messages in, with all that they can say.

use super::super::super::types::{Message, What};
use super::super::{Dump, dump_request, messages};
use super::build::{Build, leg, octets};
use super::reference;
use crate::sys::netlink::Netlink;
use std::io::ErrorKind;
use std::process::Command;
use std::time::Duration;

const REQUEST_ACK: u16 = 5;
const CREATE: u16 = 0x400;
const REPLACE: u16 = 0x100;
const APPEND: u16 = 0x800;

/// `RTNLGRP_*` for links, neighbours, addresses, routes, rules, what IPv6 keeps for links, netconf
/// and nexthops.
const GROUPS: [u32; 12] = [1, 3, 5, 7, 8, 9, 11, 12, 19, 24, 25, 32];

/// Runs an ignored test of this program in a network namespace of its own, where it is root.
pub(super) fn in_own_network(test: &str) {
    let status = Command::new("unshare")
        .args(["--map-root-user", "--net"])
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            test,
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env("RELWS_OWN_NETWORK", "1")
        .status()
        .unwrap();
    assert!(status.success());
}

/// The kernel, asked and listened to. Every message of it is read twice: here and by the crate.
pub(super) struct Kernel {
    asks: Netlink,
    hears: Netlink,
    seq: u32,
    /// How many of each kind both could read.
    pub(super) compared: std::collections::BTreeMap<u16, usize>,
}

impl Kernel {
    pub(super) fn new() -> Self {
        assert!(std::env::var_os("RELWS_OWN_NETWORK").is_some());
        Self {
            asks: Netlink::for_questions(Duration::from_secs(60)).unwrap(),
            hears: Netlink::open(&GROUPS, 4 << 20).unwrap(),
            seq: 0,
            compared: Default::default(),
        }
    }

    /// From 6.15 on: rules with masks for ports and DSCP; nexthops with 16 bits of weight are older.
    pub(super) fn is_new(&self) -> bool {
        let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
        let mut numbers = release.split(['.', '-']).map(|n| n.parse().unwrap_or(0));
        let version: (u32, u32) = (numbers.next().unwrap(), numbers.next().unwrap());
        version >= (6, 15)
    }

    /// Sends a request and gives the errno.
    pub(super) fn ask(&mut self, request: Build) -> i32 {
        let answers = self.exchange(&request.finish());
        match answers.last().unwrap().what {
            What::Error(errno) => errno,
            ref other => panic!("{other:?}"),
        }
    }

    /// The same for what has to work.
    pub(super) fn must(&mut self, what: &str, request: Build) {
        let errno = self.ask(request);
        assert_eq!(errno, 0, "{what}");
    }

    pub(super) fn dump(&mut self, what: Dump) -> Vec<Message> {
        let mut all = self.exchange(&dump_request(what, 0));
        assert_eq!(all.pop().unwrap().what, What::Done(0), "{what:?}");
        all
    }

    /// All that comes as an answer, up to what ends it.
    pub(super) fn exchange(&mut self, request: &[u8]) -> Vec<Message> {
        self.seq += 1;
        let mut request = request.to_vec();
        request[8..12].copy_from_slice(&self.seq.to_ne_bytes());
        request[12..16].fill(0);
        self.asks.send(&request).unwrap();
        let mut all: Vec<Message> = Vec::new();
        let mut buffer = Vec::new();
        loop {
            let datagram = self.asks.read(&mut buffer).unwrap();
            assert!(datagram.from_kernel && !datagram.cut);
            for m in self.compare(&buffer) {
                assert_eq!((m.seq, m.port), (self.seq, self.asks.port()));
                all.push(m);
            }
            let last = all.last().unwrap();
            let more = libc::NLM_F_MULTI as u16;
            if matches!(last.what, What::Done(_) | What::Error(_)) || last.flags & more == 0 {
                return all;
            }
        }
    }

    /// What has been announced up to now.
    pub(super) fn heard(&mut self) -> Vec<Message> {
        let mut all = Vec::new();
        let mut buffer = Vec::new();
        loop {
            match self.hears.read(&mut buffer) {
                Ok(datagram) => assert!(datagram.from_kernel && !datagram.cut),
                Err(e) if e.kind() == ErrorKind::WouldBlock => return all,
                Err(e) => panic!("{e}"),
            }
            all.extend(self.compare(&buffer));
        }
    }

    fn compare(&mut self, datagram: &[u8]) -> Vec<Message> {
        let all: Vec<Message> = messages(datagram).map(Result::unwrap).collect();
        let mut rest = datagram;
        for m in &all {
            let len = u32::from_ne_bytes(rest[..4].try_into().unwrap()) as usize;
            if let Some(reference) = reference::read(&rest[..len]) {
                assert_eq!(m.what, reference, "{:02x?}", &rest[..len]);
                *self.compared.entry(m.kind).or_default() += 1;
            }
            rest = rest.get(len.next_multiple_of(4)..).unwrap_or(&[]);
        }
        assert!(rest.is_empty());
        all
    }
}

/// `struct ifinfomsg`; with `up`, the interface goes up.
fn link(kind: u16, flags: u16, index: u32, up: bool) -> Build {
    let mut head = [0; 16];
    head[4..8].copy_from_slice(&index.to_ne_bytes());
    head[8] = up.into();
    head[12] = up.into();
    Build::message(kind, REQUEST_ACK | flags, &head)
}

/// A `struct rtmsg` for a table below 256.
pub(super) fn route(flags: u16, head: [u8; 8], rtm_flags: u32) -> Build {
    let head = [&head[..], &rtm_flags.to_ne_bytes()].concat();
    Build::message(24, REQUEST_ACK | flags, &head)
}

pub(super) fn rule(head: [u8; 8], flags: u32) -> Build {
    let head = [&head[..], &flags.to_ne_bytes()].concat();
    Build::message(32, REQUEST_ACK | CREATE, &head)
}

pub(super) fn nexthop(family: u8, id: u32) -> Build {
    let head = [family, 0, 4, 0, 0, 0, 0, 0];
    Build::message(104, REQUEST_ACK | CREATE, &head).u32(1, id)
}

fn addr(kind: u16, family: u8, len: u8, index: u32) -> Build {
    let [a, b, c, d] = index.to_ne_bytes();
    // IFA_F_NODAD
    let head = [family, len, 2, 0, a, b, c, d];
    Build::message(kind, REQUEST_ACK | CREATE, &head)
}

/// Two interfaces that are one cable, a bridge that has the far end, and `vrf0` where the kernel
/// has such. Gives the index of the near end.
pub(super) fn links(k: &mut Kernel) -> u32 {
    k.must("lo", link(16, 0, 1, true));
    let peer = |b: Build| {
        let mut b = Build([&b.0[..], &[0; 16]].concat()).put(3, b"v1\0");
        b.0.truncate(b.0.len());
        b
    };
    let info = |b: Build| b.put(1, b"veth").nest(2, |b| b.nest(1, peer));
    let cable = link(16, CREATE, 0, true).put(3, b"v0\0").u32(27, 7);
    k.must("veth", cable.nest(18, info));
    let bridge = link(16, CREATE, 0, true).put(3, b"br0\0");
    k.must("bridge", bridge.nest(18, |b| b.put(1, b"bridge")));
    let vrf = link(16, CREATE, 0, true).put(3, b"vrf0\0");
    let info = |b: Build| b.put(1, b"vrf").nest(2, |b| b.u32(1, 77));
    println!("vrf: errno {}", k.ask(vrf.nest(18, info)));
    let all = k.dump(Dump::Links);
    let index = |name: &str| {
        let named = all.iter().find_map(|m| match &m.what {
            What::Link(l) if l.name.as_bytes() == name.as_bytes() => Some(l.index),
            _ => None,
        });
        named.unwrap()
    };
    let (v0, v1, br0) = (index("v0"), index("v1"), index("br0"));
    k.must("port", link(16, 0, v1, true).u32(10, br0));
    v0
}

pub(super) fn addresses(k: &mut Kernel, v0: u32) {
    let own = addr(20, 2, 24, v0).ip(1, "10.1.0.1").ip(2, "10.1.0.1");
    k.must("address", own);
    let peer = addr(20, 2, 32, v0).ip(1, "10.2.0.2").ip(2, "10.2.0.1");
    k.must("peer", peer);
    k.must("IPv6", addr(20, 10, 64, v0).ip(1, "2001:db8:1::1"));
    let neigh = |family, state: u8| {
        let [a, b, c, d] = v0.to_ne_bytes();
        let head = [family, 0, 0, 0, a, b, c, d, state, 0, 0, 0];
        Build::message(28, REQUEST_ACK | CREATE | REPLACE, &head)
    };
    let mac = [2, 0, 0, 0, 0, 9];
    k.must("neigh", neigh(2, 0x80).ip(1, "10.1.0.2").put(2, &mac));
    k.must("neigh", neigh(10, 4).ip(1, "2001:db8:1::2").put(2, &mac));
}

pub(super) fn routes4(k: &mut Kernel, v0: u32) {
    let dst = |n: u8| [10, 50, n, 0];
    let head = |kind, tos| [2, 24, 0, tos, 254, 4, 0, kind];
    let plain = route(CREATE, head(1, 0), 0).put(1, &dst(0)).u32(4, v0);
    let plain = plain.ip(5, "10.1.0.2").u32(6, 50);
    k.must("gateway", plain.ip(7, "10.1.0.1"));
    for kind in 6..=9 {
        let error = route(CREATE, head(kind, 0), 0).put(1, &dst(kind));
        k.must("error", error);
    }
    let tos = route(CREATE, head(1, 0x10), 0).put(1, &dst(0)).u32(4, v0);
    k.must("tos", tos);
    let big = route(CREATE, head(1, 0), 0).put(1, &dst(1)).u32(4, v0);
    k.must("table", big.u32(15, 1000));
    // RTNH_F_ONLINK
    let onlink = route(CREATE, head(1, 0), 4).put(1, &dst(2)).u32(4, v0);
    k.must("onlink", onlink.ip(5, "192.0.2.1"));
    let via = [&[10, 0][..], &octets("fe80::9")].concat();
    let via6 = route(CREATE, head(1, 0), 0).put(1, &dst(3)).u32(4, v0);
    k.must("via", via6.put(18, &via));
    let many = [
        leg(v0, 0, 0, Build(Vec::new()).ip(5, "10.1.0.2")),
        leg(v0, 255, 0, Build(Vec::new()).put(18, &via)),
        leg(v0, 9, 4, Build(Vec::new()).ip(5, "192.0.2.2")),
    ];
    let many = route(CREATE, head(1, 0), 0)
        .put(1, &dst(4))
        .put(9, &many.concat());
    k.must("multipath", many);
    let object = route(CREATE, head(1, 0), 0).put(1, &dst(5)).u32(30, 1);
    k.must("nexthop", object);
    let group = route(CREATE, head(1, 0), 0).put(1, &dst(10)).u32(30, 4);
    k.must("group", group);
    // LWTUNNEL_ENCAP_IP, which the kernel may not have
    let wrapped = route(CREATE, head(1, 0), 0).put(1, &dst(11)).u32(4, v0);
    let wrapped = wrapped.put(21, &[2, 0]).nest(22, |b| b.ip(2, "10.1.0.9"));
    println!("encap: errno {}", k.ask(wrapped));
    let default = route(CREATE, [2, 0, 0, 0, 254, 4, 0, 1], 0).u32(4, v0);
    k.must("default", default.ip(5, "10.1.0.2").u32(6, 1024));
}

pub(super) fn routes6(k: &mut Kernel, v0: u32) {
    let head = |src_len, kind| [10, 48, src_len, 0, 254, 4, 0, kind];
    let plain = |dst: &str| route(CREATE, head(0, 1), 0).ip(1, dst).u32(4, v0);
    let gateway = "2001:db8:1::2";
    k.must("gateway", plain("2001:db8:50::").ip(5, gateway).u32(6, 7));
    k.must("prefsrc", plain("2001:db8:51::").ip(7, "2001:db8:1::1"));
    // high
    k.must("pref", plain("2001:db8:52::").ip(5, gateway).put(20, &[1]));
    k.must("table", plain("2001:db8:53::").u32(15, 1000));
    k.must(
        "object",
        route(CREATE, head(0, 1), 0)
            .ip(1, "2001:db8:54::")
            .u32(30, 2),
    );
    let append = route(CREATE | APPEND, head(0, 1), 0).ip(1, "2001:db8:50::");
    k.must("append", append.u32(4, v0).ip(5, "2001:db8:1::3").u32(6, 7));
    let source = route(CREATE, head(32, 1), 0).ip(1, "2001:db8:55::");
    let source = source.ip(2, "2001:db8::").u32(4, v0).ip(5, gateway);
    println!("source: errno {}", k.ask(source));
    for kind in 6..=9 {
        let dst = format!("2001:db8:6{kind}::");
        k.must("error", route(CREATE, head(0, kind), 0).ip(1, &dst));
    }
}
