//! What attempts have shown of paths: by endpoint, destination network, source, gateway, DNS server
//! and family, in a bounded space, and the last attempts themselves.
//!
//! What belongs to an endpoint or a destination network is kept for each partition by itself; all but
//! what belongs to a DNS server, for each network the host is attached to.

use super::aggregate::{Aggregate, Key, Level, prefix};
use super::attempt::{Attempt, Outcome, Path};
use super::order::{PATIENCE_US, Standing};
use core::net::IpAddr;
use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hasher};
use std::rc::Rc;

/// A path that is not used because it failed, or is slow, is tried again after so many races.
const PROBE_AFTER: u8 = 12;
/// After so many failures without a success all of a family counts as broken.
const FAMILY_DEAD: u16 = 3;
/// An attempt without an answer for so long says something against its path where nothing is known,
/// microseconds.
const SILENT_US: i64 = 100_000;
/// What all of this takes at most.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Limits {
    pub(crate) aggregates: usize,
    pub(crate) attempts: usize,
    pub(crate) networks: usize,
    /// How long an attempt is kept, microseconds.
    pub(crate) retention_us: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            aggregates: 8192,
            attempts: 512,
            networks: 32,
            retention_us: 600_000_000,
        }
    }
}

/// What has happened since the start.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Counters {
    pub(crate) races: u64,
    pub(crate) won: u64,
    pub(crate) lost: u64,
    pub(crate) attempts: u64,
    pub(crate) evicted: u64,
}

pub(crate) struct Paths {
    limits: Limits,
    index: HashMap<Key, u32>,
    all: Vec<Aggregate>,
    /// Where the search for something to leave out goes on.
    hand: usize,
    recent: VecDeque<Rc<Attempt>>,
    /// The networks of the aggregates, and when each was last used.
    networks: Vec<(u64, i64)>,
    /// Makes what [`Paths::network`] returns mean nothing to others.
    secret: u64,
    pub(crate) counters: Counters,
}

impl Paths {
    pub(crate) fn new(limits: Limits, secret: u64) -> Self {
        Self {
            limits,
            index: HashMap::new(),
            all: Vec::new(),
            hand: 0,
            recent: VecDeque::new(),
            networks: Vec::new(),
            secret,
            counters: Counters::default(),
        }
    }

    pub(crate) fn secret(&self) -> u64 {
        self.secret
    }

    /// Takes over the secret of a history that was kept elsewhere, before there is any here.
    pub(crate) fn adopt_secret(&mut self, secret: u64) {
        self.secret = secret;
    }

    /// Whether nothing is known for this key.
    pub(crate) fn lacks(&self, key: &Key) -> bool {
        !self.index.contains_key(key)
    }

    /// The number of a network that the host is attached to: the same where all of this is the same.
    /// Another gateway, or the same address of another one, is another network.
    pub(crate) fn network(
        &self,
        interface: &[u8],
        gateway: Option<(IpAddr, &[u8])>,
        source: Option<(IpAddr, u8)>,
    ) -> u64 {
        let mut h = DefaultHasher::new();
        h.write_u64(self.secret);
        h.write_usize(interface.len());
        h.write(interface);
        if let Some((ip, link)) = gateway {
            h.write_u128(bits(ip));
            h.write_usize(link.len());
            h.write(link);
        }
        if let Some((ip, len)) = source {
            h.write_u128(bits(prefix(ip, len)));
            h.write_u8(len);
        }
        h.finish() | 1
    }

    // ---- what attempts show

    fn at(&self, key: &Key) -> Option<&Aggregate> {
        self.all.get(*self.index.get(key)? as usize)
    }

    fn at_mut(&mut self, key: &Key) -> Option<&mut Aggregate> {
        let a = self.all.get_mut(*self.index.get(key)? as usize)?;
        a.used = true;
        Some(a)
    }

    /// The aggregate with this key, made if there is room or something older to leave out.
    fn made(&mut self, key: Key, now: i64) -> Option<&mut Aggregate> {
        if !self.index.contains_key(&key) {
            self.put(Aggregate::new(key, now))?;
        }
        self.at_mut(&key)
    }

    /// Takes an aggregate in, in place of the one with its key or of one that was not used for long.
    pub(crate) fn put(&mut self, a: Aggregate) -> Option<()> {
        if let Some(old) = self.at_mut(&a.key) {
            *old = a;
            return Some(());
        }
        if self.all.len() >= self.limits.aggregates {
            let at = self.victim()?;
            let slot = self.all.get_mut(at)?;
            self.index.remove(&slot.key);
            *slot = a;
            self.index.insert(a.key, u32::try_from(at).ok()?);
            self.counters.evicted = self.counters.evicted.saturating_add(1);
        } else {
            self.all.try_reserve(1).ok()?;
            self.index.try_reserve(1).ok()?;
            let at = u32::try_from(self.all.len()).ok()?;
            self.all.push(a);
            self.index.insert(a.key, at);
        }
        self.visit(a.key.network, a.aged);
        Some(())
    }

    fn victim(&mut self) -> Option<usize> {
        // Once round clears the marks, so that the second time finds one.
        for _ in 0..self.all.len().saturating_mul(2) {
            let at = self.hand % self.all.len().max(1);
            self.hand = at + 1;
            let a = self.all.get_mut(at)?;
            if !core::mem::replace(&mut a.used, false) {
                return Some(at);
            }
        }
        None
    }

    /// Notes that the host is in a network, and forgets the one it has not been in for the longest
    /// time where there are too many.
    fn visit(&mut self, network: u64, now: i64) {
        if network == 0 {
            return;
        }
        if let Some(known) = self.networks.iter_mut().find(|n| n.0 == network) {
            known.1 = known.1.max(now);
            return;
        }
        self.networks.push((network, now));
        if self.networks.len() > self.limits.networks {
            let oldest = self
                .networks
                .iter()
                .enumerate()
                .filter(|(_, n)| n.0 != network)
                .min_by_key(|(_, n)| n.1)
                .map(|(at, n)| (at, n.0));
            if let Some((at, gone)) = oldest {
                self.networks.swap_remove(at);
                self.forget(|k| k.network == gone);
            }
        }
    }

    /// Forgets the aggregates that `which` says.
    pub(crate) fn forget(&mut self, which: impl Fn(&Key) -> bool) {
        let mut at = 0;
        while let Some(a) = self.all.get(at) {
            if !which(&a.key) {
                at += 1;
                continue;
            }
            self.index.remove(&a.key);
            self.all.swap_remove(at);
            if let (Some(moved), Ok(to)) = (self.all.get(at), u32::try_from(at)) {
                self.index.insert(moved.key, to);
            }
        }
        self.hand = 0;
    }

    /// An attempt begins on this path.
    pub(crate) fn begun(&mut self, path: &Path, now: i64) {
        self.counters.attempts = self.counters.attempts.saturating_add(1);
        if let Some(key) = Key::of(Level::Endpoint, path) {
            if let Some(a) = self.at_mut(&key) {
                a.passed = 0;
                if a.fails > 0 {
                    // One probe at a time.
                    a.penalise(now);
                }
            }
        }
    }

    /// An attempt is under way without an answer although another one has won: as long as it has
    /// none, its path counts as one that failed. `secures`: it waits for the TLS handshake, and
    /// `elapsed_us` counts from where that began.
    pub(crate) fn overdue(&mut self, path: &Path, secures: bool, elapsed_us: i64, now: i64) {
        let standing = self.look(path);
        let expected = match (secures, standing.rtt.or(standing.near)) {
            // Its peer has to compute something.
            (true, _) => standing
                .tls
                .map_or(SILENT_US, |us| SILENT_US.max(us.into())),
            (false, Some((rtt, var))) => {
                i64::from(rtt).saturating_add(i64::from(var).saturating_mul(4))
            }
            (false, None) => SILENT_US,
        };
        if elapsed_us < expected.min(PATIENCE_US) {
            return;
        }
        if let Some(key) = Key::of(Level::Endpoint, path) {
            if let Some(a) = self.made(key, now) {
                if a.fails == 0 {
                    a.fails = 1;
                    a.penalise(now);
                }
            }
        }
    }

    /// An attempt has ended.
    pub(crate) fn ended(&mut self, attempt: &Rc<Attempt>, now: i64) {
        self.learn(attempt, now);
        self.expire(now);
        if self.limits.attempts == 0 || self.recent.try_reserve(1).is_err() {
            return;
        }
        while self.recent.len() >= self.limits.attempts {
            self.recent.pop_front();
        }
        self.recent.push_back(Rc::clone(attempt));
    }

    fn learn(&mut self, attempt: &Attempt, now: i64) {
        let path = &attempt.path;
        let rtt = match attempt.rtt_us {
            0 => attempt.took_us.saturating_sub(attempt.tls_us),
            us => us,
        };
        for level in Level::ALL {
            let Some(key) = Key::of(level, path) else {
                continue;
            };
            let near = matches!(level, Level::Endpoint | Level::Destination);
            let good = match attempt.outcome {
                Outcome::Connected => true,
                // Somebody answered: the way is good, the endpoint is not.
                Outcome::Refused | Outcome::Reset | Outcome::TlsFailed => level != Level::Endpoint,
                // The own system's doing says nothing of others.
                Outcome::NoRoute if !near => continue,
                // Given up after having been silent for long.
                Outcome::LostRace if attempt.tls_us != 0 => continue,
                Outcome::LostRace => {
                    let standing = self.look(path);
                    let known = standing.rtt.or(standing.near).map_or(0, |(rtt, var)| {
                        i64::from(rtt).saturating_add(i64::from(var).saturating_mul(4))
                    });
                    if i64::from(attempt.took_us) < known.max(PATIENCE_US) {
                        continue;
                    }
                    false
                }
                other => match other.says() {
                    Some(good) => good,
                    None => continue,
                },
            };
            let Some(a) = self.made(key, now) else { return };
            if good {
                a.succeed(rtt, now);
                if attempt.outcome == Outcome::Connected && attempt.tls_us != 0 {
                    a.secured(attempt.tls_us);
                }
            } else {
                a.fail(attempt.outcome, now);
            }
        }
    }

    /// Forgets attempts that are too old.
    fn expire(&mut self, now: i64) {
        let until = now.saturating_sub(self.limits.retention_us);
        while self.recent.front().is_some_and(|a| a.started < until) {
            self.recent.pop_front();
        }
    }

    // ---- what is known

    /// What is known of a path.
    pub(crate) fn look(&self, path: &Path) -> Standing {
        let at = |level| self.at(&Key::of(level, path)?);
        let endpoint = at(Level::Endpoint);
        let family = at(Level::Family);
        let near = [Level::Destination, Level::Gateway, Level::Family];
        Standing {
            rtt: endpoint.and_then(Aggregate::rtt),
            near: near.into_iter().find_map(|l| at(l)?.rtt()),
            tls: endpoint
                .and_then(Aggregate::tls)
                .or_else(|| near.into_iter().find_map(|l| at(l)?.tls())),
            suspect: match endpoint {
                Some(a) => a.fails > 0,
                None => family.is_some_and(|a| a.fails >= FAMILY_DEAD),
            },
            probe: false,
        }
    }

    /// What is known of a path, for a race that may use it. Counts the races that have passed it by.
    pub(crate) fn standing(&mut self, path: &Path, now: i64) -> Standing {
        self.visit(path.network, now);
        let mut standing = self.look(path);
        let slow = standing
            .rtt
            .is_some_and(|(rtt, _)| i64::from(rtt) >= PATIENCE_US);
        let key = Key::of(Level::Endpoint, path);
        if let Some(a) = key.and_then(|k| self.at_mut(&k)) {
            a.passed = a.passed.saturating_add(1);
            let again = a.fails > 0 && now >= a.penalty_until;
            standing.probe = again || ((a.fails > 0 || slow) && a.passed >= PROBE_AFTER);
        } else if standing.suspect {
            let key = Key::of(Level::Family, path);
            if let Some(a) = key.and_then(|k| self.at_mut(&k)) {
                a.passed = a.passed.saturating_add(1);
                standing.probe = now >= a.penalty_until || a.passed >= PROBE_AFTER;
                if standing.probe {
                    a.passed = 0;
                    a.penalise(now);
                }
            }
        }
        standing
    }

    /// The aggregate of this level that a path belongs to.
    pub(crate) fn aggregate(&self, level: Level, path: &Path) -> Option<&Aggregate> {
        self.at(&Key::of(level, path)?)
    }

    /// All aggregates, in no order.
    pub(crate) fn aggregates(&self) -> &[Aggregate] {
        &self.all
    }

    /// The last attempts, the oldest first.
    pub(crate) fn recent(&self) -> impl Iterator<Item = &Rc<Attempt>> {
        self.recent.iter()
    }

    /// Something has changed that may mend what failed: paths may be tried again at once.
    #[cfg(any(test, feature = "LWS_WITH_NETLINK"))]
    pub(crate) fn forgive(&mut self) {
        for a in &mut self.all {
            a.penalty_until = 0;
        }
    }
}

fn bits(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

#[cfg(test)]
#[path = "paths_tests.rs"]
mod tests;
