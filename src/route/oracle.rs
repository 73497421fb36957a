//! Questions to the kernel itself (`RTM_GETROUTE`), for what the copy cannot know, and
//! before a connection is closed.

use super::types::{Family, Flow, Leg, Path, Prefix, Verdict, What, kind};
use super::wire::{messages, route_request};
use crate::sys::netlink::Netlink;
use std::time::Duration;

/// The kernel answers in microseconds; this is for one that does not.
const LIMIT: Duration = Duration::from_secs(1);

/// The protocols the kernel takes questions about (`rtm_getroute_parse_ip_proto()`); 0 for none.
const ASKABLE: [i32; 5] = [
    0,
    libc::IPPROTO_TCP,
    libc::IPPROTO_UDP,
    libc::IPPROTO_ICMP,
    libc::IPPROTO_ICMPV6,
];

pub(crate) struct Oracle {
    socket: Option<Netlink>,
    seq: u32,
    buffer: Vec<u8>,
    pub(crate) asked: u64,
}

impl Oracle {
    pub(crate) fn new() -> Self {
        Self {
            socket: None,
            seq: 0,
            buffer: Vec::new(),
            asked: 0,
        }
    }

    /// Opens its socket, with the rights that the process has now.
    pub(crate) fn open(&mut self) {
        self.socket = Netlink::for_questions(LIMIT).ok();
    }

    /// What the kernel would do; of several ways the one it would take. `None`: it could not be
    /// asked. A flow with a source and a bound interface is not one question to the kernel, which
    /// then takes the interface for a wish: it has to be able to do both for itself.
    pub(crate) fn ask(&mut self, flow: &Flow) -> Option<Verdict> {
        if flow.dst.is_ipv6() && flow.oif != 0 && flow.src.is_some() {
            let bound = self.ask_once(&Flow { src: None, ..*flow })?;
            if !matches!(bound, Verdict::Reachable(_)) {
                return Some(bound);
            }
            return match self.ask_once(flow)? {
                Verdict::Reachable(path)
                    if path.legs.as_slice().iter().any(|l| l.index == flow.oif) =>
                {
                    Some(Verdict::Reachable(path))
                }
                Verdict::Reachable(_) => Some(bound),
                other => Some(other),
            };
        }
        self.ask_once(flow)
    }

    fn ask_once(&mut self, flow: &Flow) -> Option<Verdict> {
        if !ASKABLE.contains(&i32::from(flow.protocol)) {
            return None;
        }
        self.asked = self.asked.saturating_add(1);
        if self.socket.is_none() {
            self.socket = Netlink::for_questions(LIMIT).ok();
        }
        let mut answer = self.exchange(flow, false);
        if let Some(Verdict::Reachable(path)) = &mut answer
            && let Some(Verdict::Reachable(route)) = self.exchange(flow, true)
        {
            (path.table, path.prefix, path.metric) = (route.table, route.prefix, route.metric);
            // A router's redirect is no route: it goes by itself.
            let known = |leg: &Leg| {
                let same = |l: &Leg| (l.index, l.gateway) == (leg.index, leg.gateway);
                route.legs.as_slice().iter().any(same)
            };
            if path.kind == kind::UNICAST && !path.legs.as_slice().iter().all(known) {
                path.legs = route.legs;
            }
        }
        if answer.is_none() {
            // What comes too late must not answer the next one.
            self.socket = None;
        }
        self.buffer = Vec::new();
        answer
    }

    fn exchange(&mut self, flow: &Flow, fib_match: bool) -> Option<Verdict> {
        let socket = self.socket.as_ref()?;
        self.seq = self.seq.wrapping_add(1).max(1);
        socket
            .send(&route_request(flow, fib_match, self.seq))
            .ok()?;
        loop {
            let d = match socket.read(&mut self.buffer) {
                Ok(d) => d,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(_) => return None,
            };
            if !d.from_kernel {
                continue;
            }
            for m in messages(&self.buffer) {
                let m = m.ok()?;
                if m.seq != self.seq || m.port != socket.port() {
                    continue;
                }
                match m.what {
                    What::Error(0) => {}
                    What::Error(errno) => return Some(Verdict::Unreachable(errno)),
                    What::Route(r) => {
                        return Some(match error_of(r.info.kind) {
                            Some(errno) => Verdict::Unreachable(errno),
                            None => Verdict::Reachable(Path {
                                kind: r.info.kind,
                                table: r.table,
                                prefix: if fib_match {
                                    r.dst
                                } else {
                                    Prefix::new(flow.dst, Family::of(flow.dst).bits())?
                                },
                                metric: r.info.metric,
                                info: None,
                                legs: r.info.legs,
                                prefsrc: r.info.prefsrc,
                            }),
                        });
                    }
                    _ => return None,
                }
            }
        }
    }
}

/// The errno of a route type that is an error.
fn error_of(kind: u8) -> Option<i32> {
    match kind {
        kind::BLACKHOLE => Some(libc::EINVAL),
        kind::UNREACHABLE => Some(libc::EHOSTUNREACH),
        kind::PROHIBIT => Some(libc::EACCES),
        kind::THROW => Some(libc::ENETUNREACH),
        _ => None,
    }
}
