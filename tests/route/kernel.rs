//! The kernel's own answers: the truth.

use super::dump::Listed;
use super::flow::{Answer, Flow, Hop};
use super::op::{bytes, family};
use super::socket::Nl;
use super::wire::{Msg, attrs, messages, u16_at, u32_at};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// As many as the answers' room in the socket takes.
const AT_ONCE: usize = 64;

/// `RTM_F_LOOKUP_TABLE`, `RTM_F_FIB_MATCH`
const TABLE: u32 = 0x1000;
const MATCH: u32 = 0x2000;

fn request(flow: &Flow, flags: u32) -> Msg {
    let bits = if flow.dst.is_ipv4() { 32 } else { 128 };
    let src = if flow.src.is_some() { bits } else { 0 };
    let mut header = vec![family(flow.dst), bits, src, flow.tos, 0, 0, 0, 0];
    header.extend(flags.to_ne_bytes());
    let mut m = Msg::new(26, 0, &header);
    m.attr(1, &bytes(flow.dst));
    if let Some(src) = flow.src {
        m.attr(2, &bytes(src));
    }
    if flow.oif != 0 {
        m.attr_u32(4, flow.oif);
    }
    m.attr_u32(16, flow.mark);
    m.attr_u32(25, flow.uid);
    m.attr(27, &[flow.protocol]);
    for (kind, port) in [(28, flow.sport), (29, flow.dport)] {
        if port != 0 {
            m.attr(kind, &port.to_be_bytes());
        }
    }
    m
}

pub fn address(b: &[u8]) -> Option<IpAddr> {
    match b.len() {
        4 => Some(Ipv4Addr::from(<[u8; 4]>::try_from(b).ok()?).into()),
        16 => Some(Ipv6Addr::from(<[u8; 16]>::try_from(b).ok()?).into()),
        _ => None,
    }
}

/// The gateway of `RTA_VIA`.
pub fn via(b: &[u8]) -> Option<IpAddr> {
    match i32::from(u16_at(b, 0)) {
        libc::AF_INET => address(b.get(2..6)?),
        _ => address(b.get(2..18)?),
    }
}

fn answer(kind: u16, body: &[u8]) -> Answer {
    if kind == 2 {
        return Answer::Fails(-(u32_at(body, 0) as i32));
    }
    let mut hop = Hop {
        index: 0,
        gateway: None,
    };
    for (kind, value) in attrs(&body[12..]) {
        match kind {
            4 => hop.index = u32_at(value, 0),
            5 => hop.gateway = address(value),
            18 => hop.gateway = via(value),
            _ => {}
        }
    }
    match body[7] {
        6 => Answer::Fails(libc::EINVAL),
        7 => Answer::Fails(libc::EHOSTUNREACH),
        8 => Answer::Fails(libc::EACCES),
        kind => Answer::Goes {
            kind,
            hops: vec![hop],
        },
    }
}

pub fn ask(nl: &mut Nl, flow: &Flow) -> Answer {
    ask_all(nl, std::slice::from_ref(flow)).remove(0)
}

pub fn ask_all(nl: &mut Nl, flows: &[Flow]) -> Vec<Answer> {
    let mut all = Vec::with_capacity(flows.len());
    for some in flows.chunks(AT_ONCE) {
        let mut out = Vec::new();
        let mut first = None;
        for flow in some {
            let seq = nl.next_seq();
            first.get_or_insert(seq);
            out.extend(request(flow, TABLE).finish(seq));
        }
        nl.send(&out);
        let from = all.len();
        while all.len() < from + some.len() {
            let expected = first.unwrap() + (all.len() - from) as u32;
            let datagram = nl.recv().unwrap();
            for (n, m) in messages(datagram).enumerate() {
                assert_eq!(m.seq, expected + n as u32);
                all.push(answer(m.kind, m.body));
            }
        }
    }
    all
}

/// The route that a flow takes; `None` if the kernel does not tell.
pub fn matched(nl: &mut Nl, flow: &Flow) -> Option<Listed> {
    let (kind, body) = nl.ask(request(flow, TABLE | MATCH)).ok()?;
    (kind == 24).then(|| super::dump::parse(&body))
}
