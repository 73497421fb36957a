//! The machine with servers of paper and a clock of its own.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing)]

use super::conf;
use super::flight::Act;
use super::found::{Found, Status};
use super::hosts;
use super::job::Waiter;
use super::machine::{Asked, GRACE_US, Machine, Settings};
use super::pool::Token;
use super::wire::kind;
use super::wire::tests::{Build, question_len};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

const MS: i64 = 1_000;
const SEC: i64 = 1_000_000;

/// A packet that was sent.
#[derive(Clone)]
struct Sent {
    sock: Token,
    to: String,
    tcp: bool,
    bytes: Vec<u8>,
    at: i64,
}

impl Sent {
    fn kind(&self) -> u16 {
        let end = question_len(&self.bytes);
        u16::from_be_bytes([self.bytes[end - 4], self.bytes[end - 3]])
    }

    fn name(&self) -> String {
        let wire = &self.bytes[12..question_len(&self.bytes) - 4];
        super::name::Name::from_wire(wire).unwrap().to_string()
    }

    /// The cookies: the client's, and the server's.
    fn cookie(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let opt = &self.bytes[question_len(&self.bytes)..];
        (opt.len() >= 23).then(|| (opt[15..23].to_vec(), opt[23..].to_vec()))
    }

    fn build(&self) -> Build {
        Build::to(&self.bytes)
    }
}

struct World {
    m: Machine,
    now: i64,
    open: HashMap<Token, (String, bool)>,
    sent: VecDeque<Sent>,
    told: Vec<(Token, Rc<Found>, bool)>,
    most_open: usize,
}

fn fill(buf: &mut [u8]) {
    crate::sys::random::fill(buf);
}

fn world(conf: &str) -> World {
    let settings = Settings {
        v6: true,
        optimistic: false,
        way6: true,
    };
    let mut m = Machine::new(settings, fill);
    m.configure(conf::parse(conf.as_bytes(), |_| None));
    World {
        m,
        now: 1_000 * SEC,
        open: HashMap::new(),
        sent: VecDeque::new(),
        told: Vec::new(),
        most_open: 0,
    }
}

const ONE: &str = "nameserver 10.0.0.1";
const TWO: &str = "nameserver 10.0.0.1\nnameserver 10.0.0.2";

impl World {
    fn run(&mut self) {
        while let Some(act) = self.m.next_act() {
            match act {
                Act::Udp { sock, to } => {
                    self.open.insert(sock, (to.to_string(), false));
                }
                Act::Tcp { sock, to } => {
                    self.open.insert(sock, (to.to_string(), true));
                }
                Act::Send { sock, bytes } => {
                    let (to, tcp) = self.open[&sock].clone();
                    let bytes = if tcp {
                        assert_eq!(
                            usize::from(u16::from_be_bytes([bytes[0], bytes[1]])),
                            bytes.len() - 2
                        );
                        bytes[2..].to_vec()
                    } else {
                        bytes
                    };
                    self.sent.push_back(Sent {
                        sock,
                        to,
                        tcp,
                        bytes,
                        at: self.now,
                    });
                }
                Act::Close { sock } => {
                    assert!(self.open.remove(&sock).is_some(), "closed twice");
                }
            }
            self.most_open = self.most_open.max(self.open.len());
        }
        while let Some(t) = self.m.next_told() {
            self.told.push((t.waiter, t.found, t.last));
        }
    }

    fn asked(&mut self, waiter: Waiter, name: &str) -> Asked {
        let asked = self.m.ask(self.now, name.as_bytes(), waiter).unwrap();
        self.run();
        asked
    }

    /// Asks, and has to wait.
    fn ask(&mut self, token: Token, name: &str) -> Token {
        match self.asked(Waiter::new(token, false, false), name) {
            Asked::Later(job) => job,
            Asked::Known(found, _) => panic!("{name}: {found:?}"),
        }
    }

    /// Asks for what is known.
    fn known(&mut self, name: &str) -> Found {
        match self.asked(Waiter::new(99, false, false), name) {
            Asked::Known(found, _) => (*found).clone(),
            Asked::Later(_) => panic!("{name} is not known"),
        }
    }

    fn advance(&mut self, us: i64) {
        let end = self.now + us;
        while let Some(next) = self.m.next_us().filter(|n| *n <= end) {
            self.now = self.now.max(next);
            self.m.tick(self.now, 10);
            self.run();
        }
        self.now = end;
    }

    fn take(&mut self) -> Sent {
        self.sent.pop_front().expect("a packet")
    }

    /// The two packets for a name: A, AAAA.
    fn pair(&mut self) -> (Sent, Sent) {
        let (x, y) = (self.take(), self.take());
        assert_eq!((x.to.clone(), x.name()), (y.to.clone(), y.name()));
        if x.kind() == kind::A { (x, y) } else { (y, x) }
    }

    fn reply(&mut self, to: &Sent, b: Build) {
        if to.tcp {
            let mut framed = (b.0.len() as u16).to_be_bytes().to_vec();
            framed.extend(b.0);
            self.m.stream(self.now, to.sock, &framed);
        } else {
            self.m.message(self.now, to.sock, &b.0);
        }
        self.run();
    }

    fn a(&mut self, to: &Sent, ip: [u8; 4]) {
        let b = to.build().a(&to.name(), 60, ip);
        self.reply(to, b);
    }

    fn nodata(&mut self, to: &Sent) {
        let b = to.build().soa("ex", 60, 60);
        self.reply(to, b);
    }

    /// What was told last, and nothing else.
    fn heard(&mut self) -> (Token, Status, Vec<String>) {
        assert_eq!(self.told.len(), 1, "told");
        let (waiter, found, _) = self.told.pop().unwrap();
        (waiter, found.status, addresses(&found))
    }

    fn is_quiet(&self) -> bool {
        self.told.is_empty() && self.sent.is_empty()
    }
}

fn addresses(found: &Found) -> Vec<String> {
    found.addresses.iter().map(|a| a.to_string()).collect()
}

fn found(waiter: Token, list: &[&str]) -> (Token, Status, Vec<String>) {
    (
        waiter,
        Status::Found,
        list.iter().map(|a| a.to_string()).collect(),
    )
}

#[test]
fn a_name_by_one_socket_with_both_families_and_then_from_the_cache() {
    let mut w = world(ONE);
    w.ask(1, "Www.Ex");
    let (a, aaaa) = w.pair();
    assert_eq!(
        (a.to.as_str(), a.name(), aaaa.kind()),
        ("10.0.0.1:53", "www.ex".into(), kind::AAAA)
    );
    assert_eq!((a.sock, w.open.len()), (aaaa.sock, 1));
    w.advance(9 * MS);
    w.a(&a, [1, 2, 3, 4]);
    assert!(w.is_quiet());
    let b = aaaa.build().rr(1, "www.ex", kind::AAAA, 50, &[1; 16]);
    w.reply(&aaaa, b);
    assert_eq!(
        w.heard(),
        found(1, &["101:101:101:101:101:101:101:101", "1.2.3.4"])
    );
    assert!(w.open.is_empty());
    let f = w.known("WWW.EX.");
    assert_eq!((f.status, f.addresses.len()), (Status::Found, 2));
    let fact = f.a.unwrap();
    assert_eq!(
        (fact.took_us, fact.server, fact.until_us - w.now),
        (9_000, 1, 60 * SEC)
    );
    assert!(w.m.peek(w.now, b"www.ex").is_some());
    // The shorter of the two is over, and its question is asked again.
    w.advance(51 * SEC);
    assert!(w.m.peek(w.now, b"www.ex").is_none());
    w.ask(2, "www.ex");
    assert_eq!(w.take().kind(), kind::AAAA);
    assert!(w.is_quiet());
}

#[test]
fn all_who_ask_share_the_question_and_hear_once() {
    let mut w = world(ONE);
    let job = w.ask(1, "x.ex");
    assert_eq!(w.ask(2, "X.EX"), job);
    // Nothing is searched, so that the last dot makes no difference.
    assert_eq!(w.ask(3, "x.ex."), job);
    let (a, aaaa) = w.pair();
    assert!(w.is_quiet());
    w.m.cancel(w.now, job, 2);
    w.nodata(&aaaa);
    w.a(&a, [7; 4]);
    let heard: Vec<Token> = w.told.iter().map(|t| t.0).collect();
    assert_eq!(
        (heard, w.m.counts.shared, w.m.under_way()),
        (vec![1, 3], 2, 0)
    );
    // Without anybody left, nothing goes on.
    w.told.clear();
    let job = w.ask(4, "y.ex");
    w.sent.clear();
    w.m.cancel(w.now, job, 4);
    w.run();
    w.advance(60 * SEC);
    assert!(w.is_quiet() && w.open.is_empty() && w.m.next_us().is_none());
}

#[test]
fn one_family_is_handed_over_when_the_other_is_late() {
    let mut w = world(ONE);
    w.ask(1, "x.ex");
    w.asked(Waiter::new(2, true, false), "x.ex");
    let (a, aaaa) = w.pair();
    w.advance(MS);
    w.a(&a, [7; 4]);
    w.advance(GRACE_US - 1);
    assert!(w.told.is_empty());
    w.advance(1);
    assert_eq!(
        w.told
            .iter()
            .map(|t| (t.0, t.1.partial, t.2))
            .collect::<Vec<_>>(),
        [(1, true, true), (2, true, false)]
    );
    w.told.clear();
    // Who asks now waits as long, and not at all when the other comes.
    w.ask(3, "x.ex");
    w.advance(GRACE_US);
    assert_eq!(w.heard(), found(3, &["7.7.7.7"]));
    let b = aaaa.build().rr(1, "x.ex", kind::AAAA, 50, &[1; 16]);
    w.reply(&aaaa, b);
    let (waiter, f, last) = w.told.pop().unwrap();
    assert_eq!(
        (waiter, f.addresses.len(), f.partial, last),
        (2, 2, false, true)
    );
    assert_eq!(w.known("x.ex").addresses.len(), 2);
}

#[test]
fn a_family_that_never_comes_is_a_failure_of_its_own() {
    let mut w = world(ONE);
    w.ask(1, "x.ex");
    let (a, _) = w.pair();
    w.a(&a, [7; 4]);
    w.advance(10 * SEC);
    assert_eq!(w.heard(), found(1, &["7.7.7.7"]));
    w.sent.clear();
    assert_eq!(addresses(&w.known("x.ex")), ["7.7.7.7"]);
    assert!(w.is_quiet());
    w.advance(3 * SEC);
    assert!(w.open.is_empty());
}

#[test]
fn dead_servers_end_after_timeout_times_attempts_and_are_not_asked_at_once_again() {
    let mut w = world(&format!("{TWO}\noptions timeout:3 attempts:2"));
    w.ask(1, "x.ex");
    w.advance(6 * SEC - 1);
    assert!(w.told.is_empty());
    w.advance(1);
    assert_eq!(w.heard(), (1, Status::Failed, vec![]));
    let n = w.sent.len();
    assert!((8..=30).contains(&n), "{n} packets");
    w.sent.clear();
    assert_eq!(w.known("x.ex").status, Status::Failed);
    w.advance(SEC);
    w.ask(2, "x.ex");
    assert!(w.open.len() <= 10, "{} sockets", w.open.len());
    w.advance(20 * SEC);
    assert!(w.open.is_empty());
    // The second failure lasts twice as long.
    w.told.clear();
    w.ask(3, "x.ex");
    w.advance(6 * SEC + 3 * SEC);
    w.sent.clear();
    assert_eq!(w.known("x.ex").status, Status::Failed);
}

#[test]
fn the_second_server_is_asked_as_well_and_then_first() {
    let mut w = world(TWO);
    w.ask(1, "x.ex");
    let (a, _) = w.pair();
    assert_eq!(a.to, "10.0.0.1:53");
    w.advance(50 * MS);
    let (a, aaaa) = w.pair();
    assert_eq!(a.to, "10.0.0.2:53");
    w.a(&a, [7; 4]);
    w.nodata(&aaaa);
    assert_eq!(w.heard(), found(1, &["7.7.7.7"]));
    // The next name pays nothing.
    w.ask(2, "y.ex");
    let (a, aaaa) = w.pair();
    assert_eq!((a.to.as_str(), a.at), ("10.0.0.2:53", w.now));
    w.a(&a, [8; 4]);
    w.nodata(&aaaa);
    w.told.clear();
    assert!(w.is_quiet());
    // After its rest the first is tried beside it, and is first again when it answers.
    w.advance(1_100 * MS);
    w.ask(3, "z.ex");
    let all: Vec<Sent> = w.sent.drain(..).collect();
    let to = |n: &str| {
        all.iter()
            .filter(|s| s.to.starts_with(n))
            .cloned()
            .collect::<Vec<_>>()
    };
    assert!(!to("10.0.0.1").is_empty() && to("10.0.0.2").len() == 2);
    for s in &all {
        if s.kind() == kind::A {
            w.a(s, [9; 4])
        } else {
            w.nodata(s)
        }
    }
    assert_eq!(w.heard(), found(3, &["9.9.9.9"]));
    w.ask(4, "w.ex");
    assert_eq!(w.take().to, "10.0.0.1:53");
}

#[test]
fn a_late_answer_takes_a_server_back() {
    let mut w = world(TWO);
    w.ask(1, "x.ex");
    let (late, _) = w.pair();
    w.advance(60 * MS);
    let (a, aaaa) = w.pair();
    w.a(&a, [7; 4]);
    w.nodata(&aaaa);
    w.a(&late, [6; 4]);
    assert_eq!(w.heard(), found(1, &["7.7.7.7"]));
    assert_eq!(w.m.servers.list[0].rests_until, None);
    w.advance(3 * SEC);
    assert!(w.open.is_empty());
}

#[test]
fn servfail_and_refusals_go_to_the_next_server_at_once() {
    for code in [2, 5, 4] {
        let mut w = world(&format!("{TWO}\noptions single-request"));
        w.ask(1, "x.ex");
        let first = w.take();
        let b = first.build().rcode(code);
        w.reply(&first, b);
        let mut second = w.take();
        if code == 4 {
            // Once without EDNS before.
            assert_eq!((second.to.as_str(), second.cookie()), ("10.0.0.1:53", None));
            let b = second.build().rcode(code);
            w.reply(&second, b);
            second = w.take();
        }
        assert_eq!((second.to.as_str(), second.at), ("10.0.0.2:53", w.now));
        let b = second.build().rcode(code);
        w.reply(&second, b);
        if code == 4 {
            let third = w.take();
            let b = third.build().rcode(code);
            w.reply(&third, b);
        }
        // A is given up; AAAA begins.
        assert_eq!(w.take().kind(), kind::AAAA);
    }
}

#[test]
fn both_servers_fail_and_it_is_remembered_for_a_second() {
    let mut w = world(ONE);
    w.ask(1, "x.ex");
    let (a, aaaa) = w.pair();
    for s in [&a, &aaaa] {
        let b = s.build().rcode(2);
        w.reply(s, b);
    }
    assert_eq!(w.heard(), (1, Status::Failed, vec![]));
    assert_eq!(w.known("x.ex").status, Status::Failed);
    w.m.network_changed();
    w.ask(2, "x.ex");
}

#[test]
fn negative_answers_live_as_long_as_they_say() {
    for (soa, life) in [
        (Some((90, 40)), 40),
        (Some((30, 40)), 30),
        (Some((9_000, 9_000)), 300),
        (None, 5),
    ] {
        for code in [0, 3] {
            let mut w = world(ONE);
            w.ask(1, "x.ex");
            let (a, aaaa) = w.pair();
            for s in [&a, &aaaa] {
                let mut b = s.build().rcode(code);
                if let Some((ttl, minimum)) = soa {
                    b = b.soa("ex", ttl, minimum);
                }
                w.reply(s, b);
            }
            assert_eq!(w.heard(), (1, Status::None, vec![]));
            w.advance(life * SEC - 1);
            assert_eq!(w.known("x.ex").status, Status::None);
            w.advance(1);
            w.ask(1, "x.ex");
        }
    }
}

#[test]
fn nothing_forged_is_accepted_and_the_right_answer_still_is() {
    let mut w = world(ONE);
    // The server has given a cookie.
    w.ask(1, "first.ex");
    let (a, aaaa) = w.pair();
    let client: [u8; 8] = a.cookie().unwrap().0.try_into().unwrap();
    w.nodata(&aaaa);
    let b = a
        .build()
        .a("first.ex", 60, [1; 4])
        .cookie(0, client, b"12345678");
    w.reply(&a, b);
    w.told.clear();
    w.ask(1, "long-name.with-letters.ex");
    let (a, aaaa) = w.pair();
    assert_eq!(a.cookie().unwrap(), (client.to_vec(), b"12345678".to_vec()));
    let good = a
        .build()
        .a(&a.name(), 60, [7; 4])
        .cookie(0, client, b"12345678");
    let evil = || a.build().a(&a.name(), 60, [6; 4]);
    let mut x = 9u64;
    for n in 0..100_000u32 {
        x = x
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        let mut b = evil().cookie(0, client, b"12345678");
        match n % 9 {
            0 => b = Build(a.bytes.clone()),
            1 => b.0[2] |= 0x28,
            2 => {
                let id = (x >> 40) as u16;
                if id.to_be_bytes() == [a.bytes[0], a.bytes[1]] {
                    continue;
                }
                b.0[..2].copy_from_slice(&id.to_be_bytes());
            }
            3 => {
                let at = 13 + (x >> 33) as usize % 9;
                if !b.0[at].is_ascii_alphabetic() {
                    continue;
                }
                b.0[at] ^= 0x20;
            }
            4 => b.0[13] = b'?',
            5 => b = evil(),
            6 => b = evil().cookie(0, (x | 1).to_be_bytes(), b"12345678"),
            7 => b = evil().cookie(0, client, b"12345678").opt(0, &[]),
            _ => b.0[2] &= 0x7f,
        }
        w.m.message(w.now, a.sock, &b.0);
    }
    w.run();
    assert!(w.told.is_empty());
    w.advance(20 * MS);
    w.reply(&a, good);
    let b = aaaa
        .build()
        .soa("ex", 60, 60)
        .cookie(0, client, b"12345678");
    w.reply(&aaaa, b);
    assert_eq!(w.heard(), found(1, &["7.7.7.7"]));
}

#[test]
fn a_server_that_changes_letters_is_asked_over_tcp_and_then_believed() {
    let mut w = world(&format!("{ONE}\noptions no-aaaa"));
    w.ask(1, "long-name.with-many-letters.ex");
    let a = w.take();
    let mut b = a.build().a(&a.name(), 60, [7; 4]);
    b.0[13..44].make_ascii_lowercase();
    w.reply(&a, b.clone());
    assert!(w.told.is_empty());
    w.advance(300 * MS);
    let again = w.take();
    assert!(again.tcp);
    w.a(&again, [7; 4]);
    assert_eq!(w.heard(), found(1, &["7.7.7.7"]));
    w.ask(2, "second-name.ex");
    let a = w.take();
    assert!(!a.tcp && a.bytes[13..30].iter().all(|c| !c.is_ascii_uppercase()));
}

#[test]
fn a_server_that_forgets_its_cookie_is_asked_over_tcp_and_then_believed() {
    let mut w = world(&format!("{ONE}\noptions no-aaaa"));
    w.ask(1, "x.ex");
    let a = w.take();
    let client: [u8; 8] = a.cookie().unwrap().0.try_into().unwrap();
    let b = a
        .build()
        .a("x.ex", 60, [7; 4])
        .cookie(0, client, b"12345678");
    w.reply(&a, b);
    w.told.clear();
    w.ask(2, "y.ex");
    let a = w.take();
    assert_eq!(a.cookie().unwrap().1, b"12345678");
    w.a(&a, [8; 4]);
    assert!(w.told.is_empty());
    w.advance(300 * MS);
    let again = w.take();
    assert!(again.tcp);
    w.a(&again, [8; 4]);
    assert_eq!(w.heard(), found(2, &["8.8.8.8"]));
    w.ask(3, "z.ex");
    let a = w.take();
    assert_eq!((a.tcp, a.cookie().unwrap().1), (false, vec![]));
    w.a(&a, [9; 4]);
    assert_eq!(w.heard(), found(3, &["9.9.9.9"]));
}

#[test]
fn cut_answers_come_over_tcp_by_one_connection() {
    let mut w = world(ONE);
    w.ask(1, "x.ex");
    w.ask(2, "y.ex");
    let all: Vec<Sent> = w.sent.drain(..).collect();
    for s in &all {
        let b = s.build().flags(0x83, 0x80);
        w.reply(s, b);
    }
    let mut tcp: Vec<Sent> = w.sent.drain(..).collect();
    assert!(tcp.len() == 4 && tcp.iter().all(|s| s.tcp && s.sock == tcp[0].sock));
    // Out of order, and byte by byte.
    tcp.reverse();
    for s in &tcp {
        let mut b = s.build();
        for n in 0..200u8 {
            if s.kind() == kind::A {
                b = b.a(&s.name(), 60, [10, 0, 0, n]);
            }
        }
        let mut framed = (b.0.len() as u16).to_be_bytes().to_vec();
        framed.extend(b.0);
        for byte in framed {
            w.m.stream(w.now, s.sock, &[byte]);
        }
        w.run();
    }
    assert_eq!(w.told.len(), 2);
    assert!(w.told.iter().all(|t| t.1.addresses.len() == 200));
    // Two in one piece.
    w.told.clear();
    w.ask(4, "w.ex");
    let all: Vec<Sent> = w.sent.drain(..).collect();
    for s in &all {
        let b = s.build().flags(0x83, 0x80);
        w.reply(s, b);
    }
    let (a, aaaa) = w.pair();
    let mut piece = Vec::new();
    for b in [
        a.build().a("w.ex", 60, [1; 4]),
        aaaa.build().soa("ex", 60, 60),
    ] {
        piece.extend((b.0.len() as u16).to_be_bytes());
        piece.extend(b.0);
    }
    w.m.stream(w.now, a.sock, &piece);
    w.run();
    assert_eq!(w.heard(), found(4, &["1.1.1.1"]));
    // The connection stays for a while, and is used again.
    w.advance(5 * SEC);
    assert_eq!(w.open.len(), 1);
    w.ask(3, "z.ex");
    let (a, _) = w.pair();
    let b = a.build().flags(0x83, 0x80);
    w.reply(&a, b);
    assert_eq!(w.sent.back().unwrap().sock, tcp[0].sock);
    w.advance(30 * SEC);
    assert!(w.open.is_empty());
}

#[test]
fn a_connection_that_breaks_is_made_once_more() {
    let mut w = world(&format!("{TWO}\noptions use-vc no-aaaa"));
    w.ask(1, "x.ex");
    let first = w.take();
    w.m.stream(w.now, first.sock, &[0, 90, 1, 2]);
    w.m.sock_failed(w.now, first.sock, true);
    w.run();
    let second = w.take();
    assert!(second.tcp && second.to == first.to && second.sock != first.sock);
    w.m.sock_failed(w.now, second.sock, true);
    w.run();
    let third = w.take();
    assert_eq!(third.to, "10.0.0.2:53");
    w.a(&third, [7; 4]);
    assert_eq!(w.heard(), found(1, &["7.7.7.7"]));
}

#[test]
fn a_connection_that_is_silent_is_left() {
    let mut w = world(&format!("{ONE}\noptions use-vc no-aaaa"));
    w.ask(1, "x.ex");
    let first = w.take();
    w.a(&first, [7; 4]);
    w.told.clear();
    // From now on nothing comes by it.
    w.advance(2 * SEC);
    w.ask(2, "y.ex");
    assert_eq!(w.take().sock, first.sock);
    w.advance(3 * SEC);
    let again = w.sent.drain(..).next_back().unwrap();
    assert!(again.tcp && again.sock != first.sock);
    // All that is asked for goes by the new one.
    w.ask(3, "z.ex");
    let z = w.take();
    assert_eq!(z.sock, again.sock);
    w.a(&again, [8; 4]);
    assert_eq!(w.heard(), found(2, &["8.8.8.8"]));
    w.a(&z, [9; 4]);
    w.advance(20 * SEC);
    assert!(w.open.is_empty());
}

#[test]
fn without_edns_where_it_is_not_understood() {
    let mut w = world(&format!("{ONE}\noptions no-aaaa"));
    w.ask(1, "x.ex");
    let first = w.take();
    assert!(first.cookie().is_some());
    let mut header = first.build().rcode(1).0;
    header[5] = 0;
    header.truncate(12);
    w.reply(&first, Build(header));
    let second = w.take();
    assert_eq!((second.cookie(), second.at), (None, w.now));
    w.a(&second, [7; 4]);
    assert_eq!(w.heard(), found(1, &["7.7.7.7"]));
    w.ask(2, "y.ex");
    assert_eq!(w.take().cookie(), None);
    // BADVERS has EDNS, and is the same to us.
    let mut w = world(&format!("{ONE}\noptions no-aaaa"));
    w.ask(1, "x.ex");
    let first = w.take();
    let b = first.build().opt(1, &[]);
    w.reply(&first, b);
    assert_eq!(w.take().cookie(), None);
}

#[test]
fn a_cookie_that_the_server_does_not_like_any_more() {
    let mut w = world(&format!("{ONE}\noptions no-aaaa"));
    w.ask(1, "x.ex");
    let first = w.take();
    let client: [u8; 8] = first.cookie().unwrap().0.try_into().unwrap();
    let bad = |s: &Sent, n: u8| s.build().cookie(1, client, &[n; 8]).rcode(7);
    let b = bad(&first, 1);
    w.reply(&first, b);
    let second = w.take();
    assert_eq!(
        (second.cookie().unwrap().1, second.tcp),
        (vec![1; 8], false)
    );
    let b = bad(&second, 2);
    w.reply(&second, b);
    let third = w.take();
    assert_eq!((third.cookie().unwrap().1, third.tcp), (vec![2; 8], true));
    let b = bad(&third, 3);
    w.reply(&third, b);
    assert_eq!(w.heard(), (1, Status::Failed, vec![]));
}

#[test]
fn chains_over_several_answers() {
    let mut w = world(&format!("{ONE}\noptions no-aaaa"));
    w.ask(1, "n0.ex");
    for n in 0..8 {
        let s = w.take();
        assert_eq!(s.name(), format!("n{n}.ex"));
        let b = s
            .build()
            .cname(&s.name(), 20 + n, &format!("n{}.ex", n + 1));
        w.reply(&s, b);
    }
    let s = w.take();
    w.a(&s, [7; 4]);
    assert_eq!(w.heard(), found(1, &["7.7.7.7"]));
    assert_eq!(w.known("n0.ex").a.unwrap().until_us - w.now, 20 * SEC);
    // One more is too many; so is a loop.
    for to in ["m", "n0"] {
        let mut w = world(&format!("{ONE}\noptions no-aaaa"));
        w.ask(1, "n0.ex");
        let mut n = 0;
        while let Some(s) = w.sent.pop_front() {
            n += 1;
            let b = s.build().cname(
                &s.name(),
                20,
                &format!("{to}{}.ex", if to == "m" { n } else { 0 }),
            );
            w.reply(&s, b);
        }
        assert!(n <= 9);
        assert_eq!(w.heard(), (1, Status::Failed, vec![]));
    }
}

#[test]
fn a_cname_with_its_address_in_one_answer_and_nothing_for_the_other_family() {
    for first in [true, false] {
        let mut w = world(ONE);
        w.ask(1, "x.ex");
        let (a, aaaa) = w.pair();
        let whole = a.build().cname("x.ex", 60, "y.ex").a("y.ex", 60, [7; 4]);
        let empty = aaaa.build().cname("x.ex", 60, "y.ex");
        if first {
            w.reply(&a, whole);
            w.reply(&aaaa, empty);
        } else {
            w.reply(&aaaa, empty);
            w.reply(&a, whole);
        }
        assert_eq!(w.heard(), found(1, &["7.7.7.7"]));
        assert!(w.is_quiet());
    }
    // From a server that leads elsewhere for both, both are followed.
    let mut w = world(ONE);
    w.ask(1, "x.ex");
    let (a, aaaa) = w.pair();
    for s in [&a, &aaaa] {
        let b = s.build().cname("x.ex", 60, "y.org");
        w.reply(s, b);
    }
    let (a, aaaa) = w.pair();
    assert_eq!(a.name(), "y.org");
    w.a(&a, [7; 4]);
    w.nodata(&aaaa);
    assert_eq!(w.heard(), found(1, &["7.7.7.7"]));
}

#[test]
fn search_domains_one_after_the_other() {
    let mut w = world(&format!("{ONE}\nsearch a.x b.x\noptions no-aaaa"));
    w.ask(1, "h");
    for name in ["h.a.x", "h.b.x"] {
        let s = w.take();
        assert_eq!(s.name(), name);
        let b = s.build().rcode(3).soa("x", 60, 60);
        w.reply(&s, b);
    }
    let s = w.take();
    assert_eq!(s.name(), "h");
    w.a(&s, [7; 4]);
    assert_eq!(w.heard(), found(1, &["7.7.7.7"]));
    assert_eq!(addresses(&w.known("h")), ["7.7.7.7"]);
    // With a dot at the end it is another question.
    let s = w.ask(2, "g");
    assert_ne!(w.ask(3, "g."), s);
    w.m.cancel(w.now, s, 2);
    let s = w.sent.drain(..).next_back().unwrap();
    assert_eq!(s.name(), "g");
    w.a(&s, [8; 4]);
    assert_eq!(w.heard(), found(3, &["8.8.8.8"]));
    assert!(w.m.peek(w.now, b"h").is_none() && w.m.peek(w.now, b"h.").is_some());
    assert!(w.open.is_empty());
}

#[test]
fn names_that_are_known_already() {
    let mut w = world(TWO);
    w.m.set_hosts(hosts::parse(b"10.1.1.1 box.ex\nfe80::1 box.ex"));
    assert_eq!(addresses(&w.known("BOX.ex.")), ["fe80::1", "10.1.1.1"]);
    assert_eq!(addresses(&w.known("localhost")), ["127.0.0.1", "::1"]);
    assert_eq!(w.known("a.invalid").status, Status::None);
    w.m.settings.v6 = false;
    assert_eq!(addresses(&w.known("box.ex")), ["10.1.1.1"]);
    assert!(w.is_quiet());
    // What servers have said of a name does not count before the file.
    w.m.conf.search = vec![super::name::Name::from_text(b"ex").unwrap()];
    w.ask(1, "box");
    let s = w.take();
    w.a(&s, [7; 4]);
    assert!(w.m.cache.peek(b"\x03box\x02ex\0").is_some());
    assert!(w.m.peek(w.now, b"box.ex").is_none());
    assert!(w.m.ask(0, b"a..b", Waiter::new(1, false, false)).is_err());
}

#[test]
fn no_packet_to_a_server_there_is_no_way_to() {
    let mut w = world(TWO);
    w.m.servers.list[0].reachable = false;
    w.ask(1, "x.ex");
    w.advance(12 * SEC);
    assert!(w.sent.iter().all(|s| s.to == "10.0.0.2:53") && !w.sent.is_empty());
    // Nor to one that has failed before, to see whether it is back.
    w.m.servers.list[0].failures = 1;
    w.m.servers.list[0].rests_until = Some(0);
    w.ask(3, "z.ex");
    assert!(w.sent.iter().all(|s| s.to == "10.0.0.2:53"));
    w.m.servers.list[0].failures = 0;
    w.m.servers.list[1].reachable = false;
    w.told.clear();
    w.sent.clear();
    w.ask(2, "y.ex");
    assert_eq!(w.heard(), (2, Status::Failed, vec![]));
    assert!(w.is_quiet());
}

#[test]
fn options_of_the_file() {
    let mut w = world(&format!("{ONE}\noptions single-request trust-ad"));
    w.ask(1, "x.ex");
    let a = w.take();
    assert!(w.is_quiet() && a.bytes[3] & 0x20 != 0);
    let mut b = a.build().a("x.ex", 60, [7; 4]);
    b.0[3] |= 0x20;
    w.reply(&a, b);
    let aaaa = w.take();
    w.nodata(&aaaa);
    assert!(w.told[0].1.a.as_ref().unwrap().validated);
    // Without trust-ad it is neither asked for nor believed.
    let mut w = world(&format!("{ONE}\noptions no-aaaa"));
    w.ask(1, "x.ex");
    let a = w.take();
    assert!(w.is_quiet() && a.bytes[3] & 0x20 == 0);
    let mut b = a.build().a("x.ex", 60, [7; 4]);
    b.0[3] |= 0x20;
    w.reply(&a, b);
    assert!(!w.told[0].1.a.as_ref().unwrap().validated);
    let mut w = world(ONE);
    w.m.settings.v6 = false;
    w.ask(1, "x.ex");
    assert_eq!((w.take().kind(), w.is_quiet()), (kind::A, true));
    let mut w = world(&format!("{ONE}\noptions single-request-reopen"));
    w.ask(1, "x.ex");
    let (a, aaaa) = w.pair();
    assert!(a.sock != aaaa.sock);
    let mut w = world(&format!("{TWO}\noptions rotate no-aaaa"));
    let mut first = Vec::new();
    for n in 0..4 {
        w.ask(n, &format!("x{n}.ex"));
        first.push(w.take().to);
    }
    assert!(first[0] != first[1] && first[0] == first[2]);
}

#[test]
fn old_answers_while_new_ones_are_asked_for() {
    let mut w = world(ONE);
    w.m.settings.optimistic = true;
    w.ask(1, "x.ex");
    let (a, aaaa) = w.pair();
    w.a(&a, [7; 4]);
    w.nodata(&aaaa);
    w.told.clear();
    w.advance(100 * SEC);
    let f = w.known("x.ex");
    assert_eq!(
        (f.status, addresses(&f)),
        (Status::Stale, vec!["7.7.7.7".to_string()])
    );
    let (a, aaaa) = w.pair();
    // One who watches hears of the change.
    let Asked::Later(_) = w.asked(Waiter::new(5, true, false), "x.ex") else {
        panic!()
    };
    w.a(&a, [8; 4]);
    w.nodata(&aaaa);
    assert_eq!(w.heard(), found(5, &["8.8.8.8"]));
    // What cannot be had anew stays.
    w.advance(100 * SEC);
    w.known("x.ex");
    w.advance(20 * SEC);
    w.sent.clear();
    assert_eq!(w.known("x.ex").status, Status::Stale);
    // Negative answers are not given after their time.
    w.advance(20 * SEC);
    w.sent.clear();
    w.ask(6, "none.ex");
    let (a, aaaa) = w.pair();
    w.nodata(&a);
    w.nodata(&aaaa);
    w.advance(100 * SEC);
    w.ask(7, "none.ex");
}

#[test]
fn services_beside_addresses_are_not_waited_for() {
    let mut w = world(ONE);
    w.asked(Waiter::new(1, false, true), "x.ex");
    w.asked(Waiter::new(2, true, true), "x.ex");
    let (a, aaaa) = w.pair();
    let https = w.take();
    assert_eq!((https.kind(), https.sock), (kind::HTTPS, https.sock));
    w.a(&a, [7; 4]);
    w.nodata(&aaaa);
    assert_eq!(w.told.len(), 2);
    assert!(w.told[0].2 && !w.told[1].2);
    w.told.clear();
    // One who joins may want them when nobody before has.
    w.ask(3, "y.ex");
    w.pair();
    w.asked(Waiter::new(4, true, true), "y.ex");
    assert_eq!((w.take().kind(), w.is_quiet()), (kind::HTTPS, true));
    let job = w.ask(5, "y.ex");
    for waiter in [3, 4, 5] {
        w.m.cancel(w.now, job, waiter);
    }
    w.run();
    let b = https
        .build()
        .rr(1, "x.ex", kind::HTTPS, 60, b"\0\x01\0\0\x03\0\x02\0\x50");
    w.reply(&https, b);
    let (waiter, f, last) = w.told.pop().unwrap();
    assert_eq!((waiter, f.services()[0].port, last), (2, Some(80), true));
    assert!(w.open.is_empty() && w.m.under_way() == 0);
}

#[test]
fn services_of_a_name_whose_addresses_are_known() {
    let mut w = world(ONE);
    w.ask(1, "x.ex");
    let (a, aaaa) = w.pair();
    w.a(&a, [7; 4]);
    w.nodata(&aaaa);
    w.told.clear();
    // Who does not watch has all there is at once.
    let known = w.asked(Waiter::new(2, false, true), "x.ex");
    assert!(matches!(known, Asked::Known(_, None)) && w.is_quiet());
    let known = w.asked(Waiter::new(3, true, true), "x.ex");
    assert!(matches!(known, Asked::Known(f, Some(_)) if f.addresses.len() == 1));
    let https = w.take();
    assert_eq!((https.kind(), w.is_quiet()), (kind::HTTPS, true));
    // Others who ask meanwhile do not wait for it either.
    assert_eq!(addresses(&w.known("x.ex")), ["7.7.7.7"]);
    let known = w.asked(Waiter::new(4, true, true), "x.ex");
    assert!(matches!(known, Asked::Known(_, Some(_))) && w.is_quiet());
    let b = https
        .build()
        .rr(1, "x.ex", kind::HTTPS, 60, b"\0\x01\0\0\x03\0\x02\0\x50");
    w.reply(&https, b);
    let heard: Vec<_> = w
        .told
        .iter()
        .map(|t| (t.0, t.2, t.1.services().len()))
        .collect();
    assert_eq!(heard, [(3, true, 1), (4, true, 1)]);
    let known = w.asked(Waiter::new(5, true, true), "x.ex");
    assert!(matches!(known, Asked::Known(f, None) if f.services().len() == 1));
}

#[test]
fn a_port_takes_questions_for_10_ms() {
    let mut w = world(&format!("{ONE}\noptions no-aaaa"));
    let mut socks = Vec::new();
    for (n, at) in [0, 9, 1, 5].into_iter().enumerate() {
        w.advance(at * MS);
        w.ask(n as Token, &format!("x{n}.ex"));
        socks.push(w.take().sock);
    }
    assert!(socks[0] == socks[1] && socks[1] != socks[2] && socks[2] == socks[3]);
}

#[test]
fn another_resolv_conf_is_another_network() {
    let mut w = world(&format!("{ONE}\noptions no-aaaa"));
    w.ask(1, "x.ex");
    let s = w.take();
    w.a(&s, [7; 4]);
    w.m.set_hosts(hosts::parse(b"10.0.0.9 y.ex"));
    assert_eq!(addresses(&w.known("x.ex")), ["7.7.7.7"]);
    w.m.configure(conf::parse(b"nameserver 10.0.0.2\noptions no-aaaa", |_| {
        None
    }));
    w.ask(2, "x.ex");
    assert_eq!(w.take().to, "10.0.0.2:53");
    // Without a server in it, the one of this machine.
    w.m.configure(conf::parse(b"", |_| None));
    w.ask(3, "z.ex");
    assert_eq!(w.take().to, "127.0.0.1:53");
}

#[test]
fn many_names_share_sockets_and_none_stays_open() {
    let mut w = world(TWO);
    for n in 0..1000 {
        w.ask(n, &format!("x{n}.ex"));
    }
    assert!(w.most_open <= 140, "{} sockets", w.most_open);
    let all: Vec<Sent> = w.sent.drain(..).collect();
    assert_eq!(all.len(), 2000);
    let mut uses = HashMap::new();
    all.iter()
        .for_each(|s| *uses.entry(s.sock).or_insert(0) += 1);
    assert!(uses.values().all(|n| *n <= 32), "{uses:?}");
    for s in &all {
        if s.kind() == kind::A {
            w.a(s, [9; 4])
        } else {
            w.nodata(s)
        }
    }
    assert_eq!((w.told.len(), w.m.under_way()), (1000, 0));
    w.advance(20 * SEC);
    assert!(w.open.is_empty() && w.m.next_us().is_none());
}
