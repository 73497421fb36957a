//! What packets and sockets bring to the machine.

use super::cache::{Fact, What};
use super::conf::Flag;
use super::machine::Machine;
use super::pool::Token;
use super::wire::rcode;
use super::wire::reply::{self, Body, Reject, Reply};

impl Machine {
    /// A datagram has come, or a message over TCP.
    pub(crate) fn message(&mut self, now: i64, sock: Token, bytes: &[u8]) {
        let Some(s) = self.net.socks.get(sock) else {
            return;
        };
        let (server, tcp) = (s.server, s.stream.is_some());
        let id = bytes.first_chunk().map(|id| u16::from_be_bytes(*id));
        let flight = id.and_then(|id| self.net.by_id(sock, id));
        let read = match flight.and_then(|f| self.net.flights.get(f)) {
            Some(f) => reply::read(bytes, &f.question(), tcp),
            None => Err(Reject::Id),
        };
        match (read, flight) {
            (Ok(reply), Some(flight)) => self.replied(now, flight, reply),
            (Err(why), flight) => {
                if let Some(s) = self.servers.get(server) {
                    s.counts.dropped = s.counts.dropped.saturating_add(1);
                }
                let odd = matches!(why, Reject::Case | Reject::Cookie);
                if let Some(f) = flight.filter(|_| odd).and_then(|f| self.net.flights.get(f)) {
                    let (job, want) = (f.job, f.want);
                    if let Some(job) = job.and_then(|j| self.jobs.get_mut(j)) {
                        let half = job.half(want);
                        half.odd = Some(server);
                        // It is asked for over TCP when its time has passed.
                        half.tried.retain(|s| *s != server);
                    }
                }
            }
            (Ok(_), None) => (),
        }
    }

    fn replied(&mut self, now: i64, flight: Token, reply: Reply) {
        let Some(f) = self.net.flights.get(flight) else {
            return;
        };
        let (job, want, server, tcp) = (f.job, f.want, f.server, f.tcp);
        let (edns, again) = (f.edns.is_some(), f.again);
        if let Some(s) = self.servers.get(server) {
            s.answered(now, now.saturating_sub(f.sent_us));
            if let Some(cookie) = reply.cookie {
                s.gave_cookie(cookie);
            }
        }
        let took = now.saturating_sub(f.sent_us);
        // The job may have been given up meanwhile.
        let Some(token) = job else {
            return self.land(now, flight);
        };
        let Some(half) = self.jobs.get_mut(token).map(|j| j.half(want)) else {
            return self.land(now, flight);
        };
        let was_odd = half.odd == Some(server);
        let (ttl, hops) = (half.ttl, half.hops);
        half.flights.retain(|f| *f != flight);
        if tcp && was_odd {
            if let Some(s) = self.servers.get(server) {
                s.is_odd_indeed(now);
            }
        }
        let puzzled = [rcode::FORMERR, rcode::NOTIMP, rcode::BADVERS].contains(&reply.rcode);
        let bad_cookie = reply.rcode == rcode::BADCOOKIE;
        if (reply.truncated && !tcp) || (puzzled && edns) || (bad_cookie && !(again && tcp)) {
            self.land(now, flight);
            if puzzled {
                if let Some(s) = self.servers.get(server) {
                    s.takes_no_edns(now);
                }
            }
            // A cookie is bad once, or there is somebody in between.
            let by_tcp = tcp || reply.truncated || (bad_cookie && again);
            return self.ask_again(now, token, want, server, by_tcp, bad_cookie);
        }
        let (what, life) = match reply.body {
            Body::Addresses { list, ttl } => (What::Addresses(list.into()), Some(ttl)),
            Body::Services { list, ttl } => (What::Services(list.into()), Some(ttl)),
            Body::NoData { ttl } => (What::NoData, ttl),
            Body::NoName { ttl } => (What::NoName, ttl),
            Body::Elsewhere { name, ttl } => {
                self.land(now, flight);
                return self.elsewhere(now, token, want, name, ttl, server);
            }
            Body::Nothing | Body::Malformed => {
                self.land(now, flight);
                if let Some(s) = self.servers.get(server) {
                    s.counts.refusals = s.counts.refusals.saturating_add(1);
                }
                return self.refused(now, token, want, server);
            }
        };
        let life = if hops > 0 {
            Some(life.map_or(5, |l| l.min(ttl)))
        } else {
            life
        };
        let mut fact = Fact::new(what, life, now);
        fact.server = server;
        fact.took_us = u32::try_from(took).unwrap_or(u32::MAX);
        fact.validated = reply.validated && self.conf.options.has(Flag::TrustAd);
        self.done(now, token, want, fact, Some(flight));
        self.land(now, flight);
        self.settle(now, token);
    }

    /// Bytes have come over TCP.
    pub(crate) fn stream(&mut self, now: i64, sock: Token, bytes: &[u8]) {
        self.net.heard(sock);
        let Some(buffer) = self.net.socks.get_mut(sock).and_then(|s| s.stream.as_mut()) else {
            return;
        };
        buffer.extend_from_slice(bytes);
        let mut all = core::mem::take(buffer);
        let mut rest = all.as_slice();
        while let Some((len, tail)) = rest.split_first_chunk() {
            let len = usize::from(u16::from_be_bytes(*len));
            let Some((message, tail)) = tail.split_at_checked(len) else {
                break;
            };
            self.message(now, sock, message);
            rest = tail;
        }
        if let Some(buffer) = self.net.socks.get_mut(sock).and_then(|s| s.stream.as_mut()) {
            let used = all.len().saturating_sub(rest.len());
            all.drain(..used);
            *buffer = all;
        }
    }

    /// A socket has failed or was closed by its peer; `blame`: its server is the cause.
    pub(crate) fn sock_failed(&mut self, now: i64, sock: Token, blame: bool) {
        let Some(s) = self.net.socks.get(sock) else {
            return;
        };
        let (server, tcp) = (s.server, s.stream.is_some());
        let flights = self.net.close(sock);
        if let Some(s) = self
            .servers
            .get(server)
            .filter(|_| blame && !flights.is_empty())
        {
            if !tcp {
                s.failed(now, now);
            }
        }
        for flight in flights {
            let Some(f) = self.net.flights.remove(flight) else {
                continue;
            };
            let Some(token) = f.job else { continue };
            let Some(job) = self.jobs.get_mut(token) else {
                continue;
            };
            job.half(f.want).flights.retain(|other| *other != flight);
            // A server closes connections that it has had for long, whatever was just sent.
            if tcp && !f.again {
                self.ask_again(now, token, f.want, server, true, true);
            } else {
                self.refused(now, token, f.want, server);
            }
        }
    }

    /// Whether anything is under way by a socket.
    pub(crate) fn expects(&self, sock: Token) -> bool {
        self.net
            .socks
            .get(sock)
            .is_some_and(|s| s.idle_us.is_none())
    }
}
