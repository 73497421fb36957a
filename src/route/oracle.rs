//! Questions to the kernel itself (`RTM_GETROUTE`), for what the copy cannot know, and
//! before a connection is closed.

use super::copy::KernelCopy;
use super::reach;
use super::types::{Family, Flow, Leg, Path, Prefix, Route, Verdict, What, kind};
use super::wire::{messages, route_request};
use crate::sys::netlink::Netlink;
use std::time::Duration;

/// How long an answer may take. The kernel needs microseconds; this bounds the wait if none comes.
const LIMIT: Duration = Duration::from_secs(1);

/// How many questions are asked at once: their answers fit into a queue of the usual size.
const AT_ONCE: usize = 64;

/// The protocols the kernel takes questions about (`rtm_getroute_parse_ip_proto()`); 0 for none.
const ASKABLE: [i32; 5] = [
    0,
    libc::IPPROTO_TCP,
    libc::IPPROTO_UDP,
    libc::IPPROTO_ICMP,
    libc::IPPROTO_ICMPV6,
];

/// What the kernel says when it is asked for a route.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum RouteOf {
    Route(Route),
    /// There is no route.
    None,
    /// It did not answer.
    Unknown,
}

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
        if is_two_questions(flow) {
            let wish = self.ask_once(flow)?;
            // If the route with the source leaves by the interface, it is the answer, also when there is none
            // without the source.
            if wish.leaves_by(flow.oif) {
                return Some(wish);
            }
            return match (self.ask_once(&Flow { src: None, ..*flow })?, wish) {
                (Verdict::Reachable(_), error @ Verdict::Unreachable(_)) => Some(error),
                (bound, _) => Some(bound),
            };
        }
        self.ask_once(flow)
    }

    /// The same for many, in as few turns as the socket's queue has room for.
    pub(crate) fn ask_all(&mut self, flows: &[Flow]) -> Vec<Option<Verdict>> {
        let mut answers = Vec::with_capacity(flows.len());
        for some in flows.chunks(AT_ONCE) {
            if some.iter().any(is_two_questions) {
                answers.extend(some.iter().map(|flow| self.ask(flow)));
            } else {
                answers.append(&mut self.ask_some(some));
            }
        }
        self.buffer = Vec::new();
        answers
    }

    /// The verdicts for those of many flows that `connect()` finds unreachable, see [`reach`].
    pub(crate) fn unreachable(
        &mut self,
        copy: &KernelCopy,
        flows: &[Option<&Flow>],
    ) -> Vec<Option<Verdict>> {
        let answers = reach::unreachable(copy, flows);
        let known = answers.iter().flatten().count();
        self.asked = self.asked.saturating_add(known as u64);
        answers
    }

    /// The route by which the kernel would send a packet, as it is in its table.
    pub(super) fn route_of(&mut self, flow: &Flow) -> RouteOf {
        self.seq = self.seq.wrapping_add(1);
        self.asked = self.asked.saturating_add(1);
        let request = route_request(flow, true, self.seq);
        let answer = self.socket().and_then(|socket| {
            socket.send(&request).ok()?;
            Some(())
        });
        let mut said = RouteOf::Unknown;
        if answer.is_some() {
            said = self.read_route();
        }
        if said == RouteOf::Unknown {
            // What comes too late must not answer the next one.
            self.socket = None;
        }
        self.buffer = Vec::new();
        said
    }

    fn socket(&mut self) -> Option<&Netlink> {
        if self.socket.is_none() {
            self.socket = Netlink::for_questions(LIMIT).ok();
        }
        self.socket.as_ref()
    }

    /// Reads the answer to the last request.
    fn read_route(&mut self) -> RouteOf {
        let Some(socket) = &self.socket else {
            return RouteOf::Unknown;
        };
        loop {
            match socket.read(&mut self.buffer) {
                Ok(d) if d.from_kernel => {}
                Ok(_) => continue,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(_) => return RouteOf::Unknown,
            }
            for m in messages(&self.buffer) {
                match m {
                    Ok(m) if m.seq != self.seq || m.port != socket.port() => {}
                    Ok(m) => match m.what {
                        What::Route(route) => return RouteOf::Route(route),
                        What::Error(errno) if errno != 0 => return RouteOf::None,
                        _ => {}
                    },
                    Err(_) => return RouteOf::Unknown,
                }
            }
        }
    }

    fn ask_once(&mut self, flow: &Flow) -> Option<Verdict> {
        let answer = self.ask_some(core::slice::from_ref(flow)).pop();
        self.buffer = Vec::new();
        answer.flatten()
    }

    fn ask_some(&mut self, flows: &[Flow]) -> Vec<Option<Verdict>> {
        let askable = |flow: &&Flow| ASKABLE.contains(&i32::from(flow.protocol));
        let first: Vec<Option<&Flow>> = flows.iter().map(|f| Some(f).filter(askable)).collect();
        let mut answers = self.exchange(&first, false);
        let found = |a: &Option<Verdict>| matches!(a, Some(Verdict::Reachable(_)));
        let again = first.iter().zip(&answers);
        let again: Vec<Option<&Flow>> = again.map(|(f, a)| f.filter(|_| found(a))).collect();
        let routes = self.exchange(&again, true);
        for (answer, route) in answers.iter_mut().zip(routes) {
            if let (Some(Verdict::Reachable(path)), Some(Verdict::Reachable(route))) =
                (answer, route)
            {
                complete(path, route);
            }
        }
        answers
    }

    /// Asks all of them at once, and waits for the answers.
    fn exchange(&mut self, flows: &[Option<&Flow>], fib_match: bool) -> Vec<Option<Verdict>> {
        let mut answers = vec![None; flows.len()];
        let mut requests = Vec::new();
        let mut left = 0;
        let first = self.seq;
        for flow in flows {
            self.seq = self.seq.wrapping_add(1);
            if let Some(flow) = flow {
                requests.append(&mut route_request(flow, fib_match, self.seq));
                left += 1;
            }
        }
        if left == 0 {
            return answers;
        }
        if !fib_match {
            self.asked = self.asked.saturating_add(left);
        }
        let sent = self.socket().map(|socket| socket.send(&requests));
        if !matches!(sent, Some(Ok(()))) {
            left = 0;
            self.socket = None;
        }
        while left > 0 {
            let Some(got) = self.answers(first, flows, fib_match, &mut answers) else {
                // What comes too late must not answer the next one.
                self.socket = None;
                break;
            };
            left = left.saturating_sub(got);
        }
        answers
    }

    /// Reads once, and returns how many answers that gave. `first`: the number before theirs.
    fn answers(
        &mut self,
        first: u32,
        flows: &[Option<&Flow>],
        fib_match: bool,
        answers: &mut [Option<Verdict>],
    ) -> Option<u64> {
        let socket = self.socket.as_ref()?;
        match socket.read(&mut self.buffer) {
            Ok(d) if d.from_kernel => {}
            Ok(_) => return Some(0),
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => return Some(0),
            Err(_) => return None,
        }
        let mut got = 0;
        for m in messages(&self.buffer) {
            let m = m.ok()?;
            let at = usize::try_from(m.seq.wrapping_sub(first).wrapping_sub(1)).ok()?;
            let (Some(Some(flow)), Some(answer)) = (flows.get(at), answers.get_mut(at)) else {
                continue;
            };
            if m.port != socket.port() || matches!(m.what, What::Error(0)) {
                continue;
            }
            *answer = Some(verdict_of(m.what, flow, fib_match)?);
            got += 1;
        }
        Some(got)
    }
}

/// Beside a source, the kernel treats the interface as a preference only.
fn is_two_questions(flow: &Flow) -> bool {
    flow.dst.is_ipv6() && flow.oif != 0 && flow.src.is_some()
}

/// Adds what only the route itself tells to what the kernel does with a packet.
fn complete(path: &mut Path, route: Path) {
    (path.table, path.prefix, path.metric) = (route.table, route.prefix, route.metric);
    // A redirect (ICMP) is not a route: it expires by itself.
    let known = |leg: &Leg| {
        let same = |l: &Leg| (l.index, l.gateway) == (leg.index, leg.gateway);
        route.legs.as_slice().iter().any(same)
    };
    if path.kind == kind::UNICAST && !path.legs.as_slice().iter().all(known) {
        path.legs = route.legs;
    }
}

/// What an answer says.
fn verdict_of(what: What, flow: &Flow, fib_match: bool) -> Option<Verdict> {
    let r = match what {
        What::Error(errno) => return Some(Verdict::Unreachable(errno)),
        What::Route(r) => r,
        _ => return None,
    };
    if let Some(errno) = error_of(r.info.kind) {
        return Some(Verdict::Unreachable(errno));
    }
    Some(Verdict::Reachable(Path {
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
    }))
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

#[cfg(test)]
mod tests {
    use super::*;
    use core::net::{IpAddr, Ipv4Addr};

    fn flow(n: u8) -> Flow {
        Flow {
            dst: IpAddr::V4(Ipv4Addr::new(127, 0, 0, n)),
            // not an address of the host: nothing is sent from there
            src: (n % 3 == 0).then_some(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 99))),
            oif: 0,
            mark: 0,
            tos: 0,
            uid: None,
            // the kernel refuses such questions
            protocol: if n % 7 == 0 { 99 } else { 17 },
            sport: 0,
            dport: 9,
        }
    }

    #[test]
    fn many_answers_are_those_of_one_question_each() {
        let mut oracle = Oracle::new();
        let flows: Vec<Flow> = (1..=200).map(flow).collect();
        let together = oracle.ask_all(&flows);
        assert_eq!(oracle.asked, 200 - 28);
        let one_by_one: Vec<_> = flows.iter().map(|flow| oracle.ask(flow)).collect();
        assert_eq!(together, one_by_one);
        for (n, answer) in (1..=200).zip(&together) {
            match answer {
                None => assert_eq!(n % 7, 0),
                Some(Verdict::Unreachable(libc::ENETUNREACH)) => assert_eq!(n % 3, 0),
                Some(Verdict::Reachable(path)) => {
                    assert_eq!(path.kind, kind::LOCAL);
                    assert!(n % 3 != 0 && n % 7 != 0);
                }
                other => panic!("{n}: {other:?}"),
            }
        }
    }
}
