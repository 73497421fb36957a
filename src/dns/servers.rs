//! The servers, and what they have shown: how fast they answer, whether they do, what they
//! understand.

use super::wire::query::Cookies;
use super::wire::{ClientCookie, ServerCookie};
use std::net::SocketAddr;

/// The shortest time after which another server is asked as well.
pub(crate) const MIN_HEDGE_US: i64 = 50_000;
/// The shortest time after which the only server is asked again.
const MIN_AGAIN_US: i64 = 300_000;
/// How long a server that does not answer is not counted on: at first, and at most.
const FIRST_REST_US: i64 = 1_000_000;
const LONGEST_REST_US: i64 = 15_000_000;
/// How long a server goes without what it did not understand.
const RELEARN_US: i64 = 600_000_000;

/// Which server, for as long as the context lives.
pub(crate) type Id = u32;

/// One server.
pub(crate) struct Server {
    pub(crate) id: Id,
    pub(crate) address: SocketAddr,
    /// By a call of the program's or a message, and not from the file.
    pub(crate) added: bool,
    /// There is a way to it, as far as is known.
    pub(crate) reachable: bool,
    /// Smoothed time of an answer and its variance, microseconds (RFC 6298).
    pub(crate) srtt_us: Option<i64>,
    pub(crate) var_us: i64,
    /// How often in a row it was waited for in vain.
    pub(crate) failures: u32,
    /// When it is tried again beside others.
    pub(crate) rests_until: Option<i64>,
    /// When it answered last.
    answered_us: i64,
    /// There is no EDNS until then.
    plain_until: i64,
    /// Letters of names may come back changed until then.
    any_case_until: i64,
    client_cookie: ClientCookie,
    server_cookie: Option<ServerCookie>,
    pub(crate) counts: Counts,
}

/// What happened with a server.
#[derive(Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) sent: u64,
    pub(crate) answers: u64,
    /// Answers that said that the server cannot answer.
    pub(crate) refusals: u64,
    pub(crate) timeouts: u64,
    /// Packets that were no answers to what was asked.
    pub(crate) dropped: u64,
    pub(crate) tcp: u64,
}

/// All of them, in the order of preference.
#[derive(Default)]
pub(crate) struct Servers {
    pub(crate) list: Vec<Server>,
    next_id: Id,
    turn: usize,
}

impl Server {
    /// When another server is asked as well.
    pub(crate) fn hedge_us(&self) -> i64 {
        match self.srtt_us {
            Some(srtt) => srtt.saturating_add(self.var_us.saturating_mul(4)),
            None => 0,
        }
        .clamp(MIN_HEDGE_US, 1_000_000)
    }

    /// When it is asked again itself, having no other.
    pub(crate) fn again_us(&self) -> i64 {
        self.hedge_us().max(MIN_AGAIN_US)
    }

    /// It has answered, after so long.
    pub(crate) fn answered(&mut self, now: i64, took_us: i64) {
        self.answered_us = now;
        self.counts.answers = self.counts.answers.saturating_add(1);
        self.failures = 0;
        self.rests_until = None;
        let took = took_us.clamp(1, 10_000_000);
        match self.srtt_us {
            None => {
                self.srtt_us = Some(took);
                self.var_us = took / 2;
            }
            Some(srtt) => {
                let off = took.saturating_sub(srtt);
                self.var_us = self.var_us.saturating_mul(3).saturating_add(off.abs()) / 4;
                self.srtt_us = Some(srtt.saturating_add(off / 8).max(1));
            }
        }
    }

    /// It was waited for in vain, since `sent`. Returns whether it has failed, and not only lost a
    /// packet: it has answered nothing since.
    pub(crate) fn failed(&mut self, now: i64, sent: i64) -> bool {
        self.counts.timeouts = self.counts.timeouts.saturating_add(1);
        if self.answered_us >= sent {
            return false;
        }
        // Many questions that were under way at once are one failure.
        if self.rests_until.is_some_and(|until| now < until) {
            return true;
        }
        self.failures = self.failures.saturating_add(1);
        self.rests_until = Some(now.saturating_add(self.rest_us()));
        true
    }

    fn rest_us(&self) -> i64 {
        let shift = self.failures.saturating_sub(1).min(8);
        FIRST_REST_US
            .checked_shl(shift)
            .unwrap_or(LONGEST_REST_US)
            .min(LONGEST_REST_US)
    }

    /// It has failed and not answered since: others are asked first, and it is tried beside them.
    fn rests(&self) -> bool {
        self.failures > 0
    }

    /// The cookies to send; `None` for one that does not take EDNS.
    pub(crate) fn edns(&self, now: i64) -> Option<Cookies> {
        (now >= self.plain_until).then_some(Cookies {
            client: self.client_cookie,
            server: self.server_cookie,
        })
    }

    /// It does not understand EDNS.
    pub(crate) fn takes_no_edns(&mut self, now: i64) {
        self.plain_until = now.saturating_add(RELEARN_US);
    }

    pub(crate) fn keeps_case(&self, now: i64) -> bool {
        now >= self.any_case_until
    }

    /// Over TCP it was itself that answered, so it was itself before that changed the letters or
    /// left the cookie out.
    pub(crate) fn is_odd_indeed(&mut self, now: i64) {
        self.any_case_until = now.saturating_add(RELEARN_US);
        self.server_cookie = None;
    }

    pub(crate) fn gave_cookie(&mut self, cookie: ServerCookie) {
        self.server_cookie = Some(cookie);
    }
}

impl Servers {
    /// Takes the servers of the file. What is known of those that were there before stays known;
    /// those that were added stay, before them.
    pub(crate) fn follow_file(&mut self, file: &[SocketAddr], random: &mut impl FnMut() -> u64) {
        let mut old = self.list.split_off(self.added());
        for address in file {
            if self.list.iter().any(|s| s.address == *address) {
                continue;
            }
            match old.iter().position(|s| s.address == *address) {
                Some(at) => self.list.push(old.swap_remove(at)),
                None => self.push(*address, false, random),
            }
        }
    }

    /// How many were added; they are the first of the list.
    fn added(&self) -> usize {
        self.list.iter().take_while(|s| s.added).count()
    }

    fn push(&mut self, address: SocketAddr, added: bool, random: &mut impl FnMut() -> u64) {
        self.next_id = self.next_id.wrapping_add(1);
        self.list.push(Server {
            id: self.next_id,
            address,
            added,
            reachable: true,
            srtt_us: None,
            var_us: 0,
            failures: 0,
            rests_until: None,
            answered_us: i64::MIN,
            plain_until: i64::MIN,
            any_case_until: i64::MIN,
            client_cookie: random().to_ne_bytes(),
            server_cookie: None,
            counts: Counts::default(),
        });
    }

    /// Adds one, before those of the file. Returns whether it was not there yet.
    pub(crate) fn add(&mut self, address: SocketAddr, random: &mut impl FnMut() -> u64) -> bool {
        let to = self.added();
        let at = match self.list.iter().position(|s| s.address == address) {
            Some(at) if at < to => return false,
            Some(at) => at,
            None => {
                self.push(address, true, random);
                self.list.len().saturating_sub(1)
            }
        };
        if let Some(moved) = self.list.get_mut(to..=at) {
            moved.rotate_right(1);
            if let Some(first) = moved.first_mut() {
                first.added = true;
            }
        }
        true
    }

    /// Takes one out. Returns whether it was there.
    pub(crate) fn remove(&mut self, address: SocketAddr) -> bool {
        let before = self.list.len();
        self.list.retain(|s| s.address != address);
        self.list.len() != before
    }

    pub(crate) fn get(&mut self, id: Id) -> Option<&mut Server> {
        self.list.iter_mut().find(|s| s.id == id)
    }

    /// The server to ask next, of those that are in neither list and that there is a way to.
    ///
    /// The first of the list that does not rest; a later one only when it has shown to answer in
    /// half the time. If all of them rest, the one whose rest ends first.
    pub(crate) fn pick(&self, not: [&[Id]; 2], start: usize) -> Option<Id> {
        let n = self.list.len();
        let turned = self.list.iter().cycle().skip(start % n.max(1)).take(n);
        let mut best: Option<&Server> = None;
        for s in turned.filter(|s| s.reachable && !not.iter().any(|list| list.contains(&s.id))) {
            let better = match best {
                None => true,
                Some(b) => match (b.rests(), s.rests()) {
                    (true, true) => s.rests_until < b.rests_until,
                    (true, false) => true,
                    (false, true) => false,
                    (false, false) => {
                        let half = |us: i64| us.saturating_mul(2).saturating_add(1_000);
                        matches!((s.srtt_us, b.srtt_us), (Some(s), Some(b)) if half(s) < b)
                    }
                },
            };
            if better {
                best = Some(s);
            }
        }
        best.map(|s| s.id)
    }

    /// With which one to begin, when they take turns.
    pub(crate) fn turn(&mut self) -> usize {
        self.turn = self.turn.wrapping_add(1);
        self.turn
    }

    /// A server to be asked beside the one that counts, to see whether it is back: it has failed,
    /// and has rested.
    pub(crate) fn probe(&mut self, now: i64, asked: Id) -> Option<Id> {
        let s = self.list.iter_mut().find(|s| {
            s.id != asked
                && s.failures > 0
                && s.rests_until.is_some_and(|until| until <= now)
                && s.reachable
        })?;
        s.failures = s.failures.saturating_add(1);
        s.rests_until = Some(now.saturating_add(s.rest_us()));
        Some(s.id)
    }

    /// The network is another one: whoever rested may be back.
    pub(crate) fn wake(&mut self) {
        for s in &mut self.list {
            s.rests_until = None;
            s.failures = 0;
        }
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)]
mod tests {
    use super::*;

    fn servers(all: &[&str]) -> Servers {
        let mut s = Servers::default();
        let list: Vec<SocketAddr> = all.iter().map(|a| a.parse().unwrap()).collect();
        s.follow_file(&list, &mut || 7);
        s
    }

    #[test]
    fn the_first_one_unless_another_is_much_faster_or_it_rests() {
        let mut s = servers(&["1.1.1.1:53", "2.2.2.2:53", "3.3.3.3:53"]);
        assert_eq!(s.pick([&[], &[]], 0), Some(1));
        assert_eq!(s.pick([&[1], &[]], 0), Some(2));
        assert_eq!(s.pick([&[1, 2, 3], &[]], 0), None);
        assert_eq!(s.pick([&[], &[]], 4), Some(2));
        s.get(1).unwrap().reachable = false;
        assert_eq!(s.pick([&[], &[]], 0), Some(2));
        s.get(1).unwrap().reachable = true;
        s.get(1).unwrap().answered(0, 40_000);
        s.get(2).unwrap().answered(0, 25_000);
        assert_eq!(s.pick([&[], &[]], 0), Some(1));
        s.get(3).unwrap().answered(0, 10_000);
        assert_eq!(s.pick([&[], &[]], 0), Some(3));
        // A packet that it lost while it answered others.
        assert!(!s.get(3).unwrap().failed(1_000, 0));
        assert_eq!(s.pick([&[], &[]], 0), Some(3));
        assert!(s.get(3).unwrap().failed(1_000, 1));
        assert_eq!(s.pick([&[], &[]], 0), Some(1));
        for id in [1, 2, 3] {
            s.get(id).unwrap().failed(2_000_000 + i64::from(id), 1);
        }
        assert_eq!(s.pick([&[], &[]], 0), Some(1));
        assert_eq!(Servers::default().pick([&[], &[]], 3), None);
    }

    #[test]
    fn a_rest_doubles_to_15_seconds_and_an_answer_ends_it() {
        let mut s = servers(&["1.1.1.1:53", "2.2.2.2:53"]);
        let mut now = 0;
        let mut rests = Vec::new();
        s.get(1).unwrap().failed(now, now);
        for _ in 0..7 {
            let until = s.get(1).unwrap().rests_until.unwrap();
            rests.push((until - now) / 1_000_000);
            assert_eq!(s.probe(until - 1, 2), None);
            now = until;
            assert_eq!(s.probe(now, 2), Some(1));
            assert_eq!(s.probe(now, 2), None);
        }
        assert_eq!(rests, [1, 2, 4, 8, 15, 15, 15]);
        // What was under way when it failed is the same failure.
        s.get(1).unwrap().failed(now + 1, now);
        s.get(1).unwrap().failed(now + 1, now);
        s.get(1).unwrap().answered(now, 1000);
        assert_eq!(
            (s.get(1).unwrap().rests_until, s.probe(now + 99_000_000, 2)),
            (None, None)
        );
    }

    #[test]
    fn the_time_to_hedge_follows_the_answers() {
        let mut s = servers(&["1.1.1.1:53"]);
        let one = s.get(1).unwrap();
        assert_eq!((one.hedge_us(), one.again_us()), (50_000, 300_000));
        one.answered(0, 200_000);
        assert_eq!(
            (one.srtt_us, one.var_us, one.hedge_us()),
            (Some(200_000), 100_000, 600_000)
        );
        for _ in 0..40 {
            one.answered(0, 20_000);
        }
        assert_eq!(one.hedge_us(), 50_000);
        one.answered(0, i64::MAX);
        assert_eq!(one.hedge_us(), 1_000_000);
    }

    #[test]
    fn the_file_changes_and_what_was_added_stays() {
        let mut s = servers(&["1.1.1.1:53", "2.2.2.2:53"]);
        s.get(2).unwrap().answered(0, 5_000);
        assert!(s.add("9.9.9.9:53".parse().unwrap(), &mut || 1));
        assert!(!s.add("9.9.9.9:53".parse().unwrap(), &mut || 1));
        assert!(s.add("8.8.8.8:53".parse().unwrap(), &mut || 1));
        let file = ["2.2.2.2:53".parse().unwrap(), "3.3.3.3:53".parse().unwrap()];
        s.follow_file(&file, &mut || 2);
        let all: Vec<String> = s.list.iter().map(|s| s.address.to_string()).collect();
        assert_eq!(
            all,
            ["9.9.9.9:53", "8.8.8.8:53", "2.2.2.2:53", "3.3.3.3:53"]
        );
        assert_eq!(s.get(2).unwrap().srtt_us, Some(5_000));
        // One of the file that is added comes before the others, and stays when the file changes.
        assert!(s.add(file[1], &mut || 1) && !s.add(file[1], &mut || 1));
        s.follow_file(&file[..1], &mut || 2);
        let all: Vec<String> = s.list.iter().map(|s| s.address.to_string()).collect();
        assert_eq!(
            all,
            ["9.9.9.9:53", "8.8.8.8:53", "3.3.3.3:53", "2.2.2.2:53"]
        );
        assert!(s.remove(file[0]) && !s.remove(file[0]));
    }
}
