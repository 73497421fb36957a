//! Packets under way, and the sockets they left by.
//!
//! A packet leaves by a socket with a random port (RFC 5452 section 9.2). Packets to one server that
//! leave at about the same time share it, up to a number. Sharing does not help an attacker: a forged
//! packet still has to hit the port and the id of the one question that it answers, and identical
//! questions are never under way twice. A port is closed when its answers are there, so there is little
//! time to find it out.

use super::cache::Want;
use super::dice::Dice;
use super::name::Name;
use super::pool::{Pool, Token};
use super::servers::Id;
use super::wire::kind;
use super::wire::query::{Cookies, Question};
use std::collections::VecDeque;
use std::net::SocketAddr;

/// For how long after it was opened a UDP socket takes packets, microseconds, and how many at most.
const BURST_US: i64 = 10_000;
const BURST_USES: u32 = 32;
/// How many UDP sockets there are at most, and how many packets leave by one when it has to be used
/// for longer.
const MAX_UDP: usize = 128;
const MAX_USES: u32 = 64;
/// How long a connection may be silent, microseconds, before a question goes by another one.
const SILENT_US: i64 = 1_000_000;
/// How many packets are remembered whose answer does not matter any more but for what it tells
/// about its server.
const MAX_LINGERING: usize = 64;

/// What the driver is to do.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Act {
    Udp {
        sock: Token,
        to: SocketAddr,
    },
    Tcp {
        sock: Token,
        to: SocketAddr,
    },
    /// Over TCP the bytes have their length before them.
    Send {
        sock: Token,
        bytes: Vec<u8>,
    },
    Close {
        sock: Token,
    },
}

/// One packet.
pub(crate) struct Flight {
    /// Whose; none when only its server matters.
    pub(crate) job: Option<Token>,
    pub(crate) want: Want,
    pub(crate) server: Id,
    pub(crate) name: Name,
    id: u16,
    upper: [u64; 4],
    pub(crate) edns: Option<Cookies>,
    ad: bool,
    pub(crate) sent_us: i64,
    pub(crate) sock: Token,
    pub(crate) tcp: bool,
    /// It is the same packet once more: for a new cookie, or by a new connection.
    pub(crate) again: bool,
}

/// How a packet is made.
pub(crate) struct Launch {
    pub(crate) job: Token,
    pub(crate) want: Want,
    pub(crate) server: Id,
    pub(crate) to: SocketAddr,
    pub(crate) name: Name,
    pub(crate) mix_case: bool,
    pub(crate) edns: Option<Cookies>,
    pub(crate) ad: bool,
    pub(crate) tcp: bool,
    pub(crate) again: bool,
    /// A socket of its own (`single-request-reopen`).
    pub(crate) alone: bool,
}

pub(crate) struct Sock {
    pub(crate) server: Id,
    flights: Vec<(u16, Token)>,
    uses: u32,
    opened_us: i64,
    /// What came of a message over TCP, which is not there whole.
    pub(crate) stream: Option<Vec<u8>>,
    /// Without anything under way, since when.
    pub(crate) idle_us: Option<i64>,
    /// When the first question left that nothing has come after.
    waits_us: Option<i64>,
}

#[derive(Default)]
pub(crate) struct Net {
    pub(crate) flights: Pool<Flight>,
    pub(crate) socks: Pool<Sock>,
    pub(crate) acts: VecDeque<Act>,
    udp: Vec<Token>,
    tcp: Vec<Token>,
    lingering: VecDeque<Token>,
}

impl Flight {
    pub(crate) fn question(&self) -> Question<'_> {
        Question {
            id: self.id,
            name: &self.name,
            kind: match self.want {
                Want::A => kind::A,
                Want::Aaaa => kind::AAAA,
                Want::Https => kind::HTTPS,
            },
            upper: self.upper,
            edns: self.edns,
            ad: self.ad,
        }
    }
}

impl Net {
    /// Sends a packet.
    pub(crate) fn launch(&mut self, now: i64, l: Launch, dice: &mut Dice) -> Token {
        let sock = if l.tcp {
            self.tcp(now, l.server, l.to)
        } else {
            self.udp(now, &l, dice)
        };
        let id = loop {
            let id = dice.u16();
            if self.by_id(sock, id).is_none() {
                break id;
            }
        };
        let mut upper = [0; 4];
        if l.mix_case && !l.tcp {
            // A bit for each byte of the name.
            let words = l.name.wire().len().div_ceil(64);
            upper.iter_mut().take(words).for_each(|w| *w = dice.u64());
        }
        let flight = Flight {
            job: Some(l.job),
            want: l.want,
            server: l.server,
            name: l.name,
            id,
            upper,
            edns: l.edns,
            ad: l.ad,
            sent_us: now,
            sock,
            tcp: l.tcp,
            again: l.again,
        };
        let mut bytes = Vec::with_capacity(128);
        flight.question().write(&mut bytes, l.tcp);
        self.acts.push_back(Act::Send { sock, bytes });
        let token = self.flights.add(flight);
        if let Some(s) = self.socks.get_mut(sock) {
            s.flights.push((id, token));
            s.uses = s.uses.saturating_add(1);
            s.idle_us = None;
            s.waits_us.get_or_insert(now);
        }
        token
    }

    fn open(&mut self, now: i64, server: Id, stream: Option<Vec<u8>>) -> Token {
        self.socks.add(Sock {
            server,
            flights: Vec::new(),
            uses: 0,
            opened_us: now,
            stream,
            idle_us: None,
            waits_us: None,
        })
    }

    fn udp(&mut self, now: i64, l: &Launch, dice: &mut Dice) -> Token {
        // The newest of a server is the last.
        let mut all = self.udp.iter().rev().copied();
        let newest = all.find(|s| self.socks.get(*s).is_some_and(|s| s.server == l.server));
        if let Some(sock) = newest.filter(|_| !l.alone) {
            let open = self
                .socks
                .get(sock)
                .is_some_and(|s| s.uses < BURST_USES && now.saturating_sub(s.opened_us) < BURST_US);
            if open {
                return sock;
            }
        }
        if self.udp.len() >= MAX_UDP {
            let fits = |s: &Token| {
                let s = self.socks.get(*s);
                s.is_some_and(|s| s.server == l.server && s.uses < MAX_USES)
            };
            // From a random one on.
            let (front, back) = self.udp.split_at(usize::from(dice.u16()) % MAX_UDP);
            if let Some(sock) = back.iter().chain(front).copied().find(fits) {
                return sock;
            }
        }
        let sock = self.open(now, l.server, None);
        self.udp.push(sock);
        self.acts.push_back(Act::Udp { sock, to: l.to });
        sock
    }

    /// The connection to a server, a new one when there is none, or it is dead: one that a firewall
    /// has forgotten takes questions for a quarter of an hour before the kernel gives it up.
    fn tcp(&mut self, now: i64, server: Id, to: SocketAddr) -> Token {
        let lives = |token: &Token| {
            let s = self.socks.get(*token).filter(|s| s.server == server);
            let waits = s.map(|s| s.waits_us.map_or(0, |since| now.saturating_sub(since)));
            waits.is_some_and(|us| us < SILENT_US)
        };
        if let Some(found) = self.tcp.iter().copied().find(lives) {
            return found;
        }
        let sock = self.open(now, server, Some(Vec::new()));
        self.tcp.push(sock);
        self.acts.push_back(Act::Tcp { sock, to });
        sock
    }

    /// A connection has brought something.
    pub(crate) fn heard(&mut self, sock: Token) {
        if let Some(s) = self.socks.get_mut(sock) {
            s.waits_us = None;
        }
    }

    /// The packet that left by `sock` with this id.
    pub(crate) fn by_id(&self, sock: Token, id: u16) -> Option<Token> {
        let s = self.socks.get(sock)?;
        let found = s.flights.iter().find(|(i, _)| *i == id)?;
        Some(found.1)
    }

    /// Nobody waits for the packet's answer any more, nor is to learn of it.
    pub(crate) fn land(&mut self, now: i64, token: Token) -> Option<Flight> {
        let flight = self.flights.remove(token)?;
        if let Some(s) = self.socks.get_mut(flight.sock) {
            s.flights.retain(|(_, t)| *t != token);
            if s.flights.is_empty() {
                if s.stream.is_some() {
                    s.idle_us = Some(now);
                } else {
                    self.close(flight.sock);
                }
            }
        }
        Some(flight)
    }

    /// Closes a socket. Returns what was under way by it.
    pub(crate) fn close(&mut self, sock: Token) -> Vec<Token> {
        let Some(s) = self.socks.remove(sock) else {
            return Vec::new();
        };
        let list = if s.stream.is_some() {
            &mut self.tcp
        } else {
            &mut self.udp
        };
        list.retain(|t| *t != sock);
        self.acts.push_back(Act::Close { sock });
        s.flights.into_iter().map(|(_, t)| t).collect()
    }

    /// The packet's answer tells only about its server from now on.
    pub(crate) fn linger(&mut self, now: i64, token: Token) {
        if let Some(f) = self.flights.get_mut(token) {
            f.job = None;
            self.lingering.push_back(token);
        }
        while self.lingering.len() > MAX_LINGERING {
            if let Some(oldest) = self.lingering.pop_front() {
                self.land(now, oldest);
            }
        }
    }

    /// Forgets those that have lingered long enough. Returns when the next has.
    pub(crate) fn end_lingering(&mut self, now: i64, long_us: i64) -> Option<i64> {
        while let Some(token) = self.lingering.front().copied() {
            let until = self
                .flights
                .get(token)
                .map(|f| f.sent_us.saturating_add(long_us));
            match until {
                Some(until) if until > now => return Some(until),
                _ => {
                    self.lingering.pop_front();
                    self.land(now, token);
                }
            }
        }
        None
    }
}
