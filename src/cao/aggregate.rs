//! What attempts that belong together have shown: which those are, how often they succeeded, how long a
//! handshake takes, and for how long a path that failed is left alone.

use super::attempt::{Outcome, Path};
use core::net::IpAddr;

/// What an aggregate is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Level {
    /// An address and a port.
    Endpoint = 0,
    /// The /24 or /48 of a destination.
    Destination = 1,
    /// The prefix of a source address.
    Source = 2,
    Gateway = 3,
    /// A DNS server that gave addresses, by whether they worked.
    Server = 4,
    /// All of IPv4 or of IPv6.
    Family = 5,
}

impl Level {
    pub(crate) const ALL: [Self; 6] = [
        Self::Endpoint,
        Self::Destination,
        Self::Source,
        Self::Gateway,
        Self::Server,
        Self::Family,
    ];

    /// After how long what was seen counts half, microseconds.
    fn half_life(self) -> i64 {
        match self {
            Self::Endpoint | Self::Destination | Self::Source => 600_000_000,
            Self::Gateway | Self::Server | Self::Family => 3_600_000_000,
        }
    }
}

/// Which aggregate.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Key {
    pub(crate) level: Level,
    /// The address, or the first one of the prefix; for a family, the one that is none.
    pub(crate) ip: IpAddr,
    pub(crate) port: u16,
    pub(crate) network: u64,
    pub(crate) partition: u64,
}

impl Key {
    /// The one of this level that a path belongs to.
    pub(crate) fn of(level: Level, path: &Path) -> Option<Self> {
        let dest = path.dest.ip().to_canonical();
        let none = |v6| -> IpAddr {
            if v6 {
                core::net::Ipv6Addr::UNSPECIFIED.into()
            } else {
                core::net::Ipv4Addr::UNSPECIFIED.into()
            }
        };
        let (ip, port) = match level {
            Level::Endpoint => (dest, path.dest.port()),
            Level::Destination => (prefix(dest, if dest.is_ipv4() { 24 } else { 48 }), 0),
            Level::Source => (prefix(path.source?, path.source_len), 0),
            Level::Gateway => (path.gateway?, 0),
            Level::Server => (path.dns?, 0),
            Level::Family => (none(dest.is_ipv6()), 0),
        };
        let (network, partition) = match level {
            Level::Endpoint | Level::Destination => (path.network, path.partition),
            Level::Server => (0, 0),
            _ => (path.network, 0),
        };
        Some(Self {
            level,
            ip,
            port,
            network,
            partition,
        })
    }
}

/// The first `len` bits of an address.
pub(super) fn prefix(ip: IpAddr, len: u8) -> IpAddr {
    match ip {
        IpAddr::V4(v4) => {
            let shift = 32u32.saturating_sub(u32::from(len));
            let mask = u32::MAX.checked_shl(shift).unwrap_or(0);
            IpAddr::V4((v4.to_bits() & mask).into())
        }
        IpAddr::V6(v6) => {
            let shift = 128u32.saturating_sub(u32::from(len));
            let mask = u128::MAX.checked_shl(shift).unwrap_or(0);
            IpAddr::V6((v6.to_bits() & mask).into())
        }
    }
}

/// What all attempts that belong together have shown. Times are microseconds of the monotonic clock.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Aggregate {
    pub(crate) key: Key,
    /// How many succeeded and failed; what is long ago counts less.
    pub(crate) ok: f32,
    pub(crate) fail: f32,
    /// Up to when `ok` and `fail` were aged.
    pub(crate) aged: i64,
    /// Smoothed round trip of the handshake and its variation (RFC 6298), and about which 95 of 100
    /// were quicker, microseconds; 0 before the first.
    pub(crate) srtt_us: u32,
    pub(crate) rttvar_us: u32,
    pub(crate) p95_us: u32,
    /// About which 95 of 100 TLS handshakes were quicker, microseconds; 0 before the first.
    pub(crate) tls_p95_us: u32,
    /// When it last succeeded and failed; 0: never.
    pub(crate) last_ok: i64,
    pub(crate) last_fail: i64,
    pub(crate) last_outcome: Outcome,
    /// How often it failed since it last succeeded.
    pub(crate) fails: u16,
    /// Until then it is not tried again beside others.
    pub(crate) penalty_until: i64,
    /// How many races have passed it by.
    pub(crate) passed: u8,
    /// It was used since something to leave out was last looked for.
    pub(crate) used: bool,
}

/// How long a path that failed is not tried again if others are there: doubled with each failure.
const PENALTY_US: i64 = 1_000_000;
const MOST_PENALTY_US: i64 = 300_000_000;

impl Aggregate {
    pub(super) fn new(key: Key, now: i64) -> Self {
        Self {
            key,
            ok: 0.0,
            fail: 0.0,
            aged: now,
            srtt_us: 0,
            rttvar_us: 0,
            p95_us: 0,
            tls_p95_us: 0,
            last_ok: 0,
            last_fail: 0,
            last_outcome: Outcome::Pending,
            fails: 0,
            penalty_until: 0,
            passed: 0,
            used: true,
        }
    }

    /// One that was kept elsewhere.
    pub(crate) fn restored(key: Key, now: i64) -> Self {
        Self {
            used: false,
            ..Self::new(key, now)
        }
    }

    fn age(&mut self, now: i64) {
        let passed = now.saturating_sub(self.aged);
        // Not each time a little: that costs more than it says.
        if passed > 1_000_000 {
            let lives = passed as f32 / self.key.level.half_life() as f32;
            let left = (-lives).exp2();
            self.ok *= left;
            self.fail *= left;
            self.aged = now;
        }
    }

    /// How often it succeeded and failed, as it counts now.
    pub(crate) fn counts(&self, now: i64) -> (f32, f32) {
        let mut aged = *self;
        aged.age(now);
        (aged.ok, aged.fail)
    }

    pub(super) fn succeed(&mut self, rtt_us: u32, now: i64) {
        self.age(now);
        self.ok += 1.0;
        self.last_ok = now;
        self.last_outcome = Outcome::Connected;
        self.fails = 0;
        self.penalty_until = 0;
        self.measure(rtt_us.max(1));
    }

    fn measure(&mut self, rtt: u32) {
        if self.srtt_us == 0 {
            self.srtt_us = rtt;
            self.rttvar_us = rtt / 2;
            self.p95_us = rtt;
            return;
        }
        let off = self.srtt_us.abs_diff(rtt);
        self.rttvar_us = self.rttvar_us - self.rttvar_us / 4 + off / 4;
        self.srtt_us = (self.srtt_us - self.srtt_us / 8)
            .saturating_add(rtt / 8)
            .max(1);
        self.p95_us = follow(self.p95_us, self.srtt_us / 64 + 1, rtt);
    }

    /// A TLS handshake took so long.
    pub(super) fn secured(&mut self, us: u32) {
        self.tls_p95_us = match self.tls_p95_us {
            0 => us,
            p95 => follow(p95, p95 / 64 + 1, us),
        };
    }

    pub(super) fn fail(&mut self, outcome: Outcome, now: i64) {
        self.age(now);
        self.fail += 1.0;
        self.last_fail = now;
        self.last_outcome = outcome;
        self.fails = self.fails.saturating_add(1);
        self.penalise(now);
    }

    pub(super) fn penalise(&mut self, now: i64) {
        let doubled = u32::from(self.fails.saturating_sub(1)).min(20);
        let penalty = (PENALTY_US << doubled).min(MOST_PENALTY_US);
        self.penalty_until = now.saturating_add(penalty);
    }

    pub(super) fn tls(&self) -> Option<u32> {
        (self.tls_p95_us != 0).then_some(self.tls_p95_us)
    }

    pub(super) fn rtt(&self) -> Option<(u32, u32)> {
        (self.srtt_us != 0).then_some((self.srtt_us, self.rttvar_us))
    }
}

/// Brings a 95th percentile nearer to that of what was measured last. A step up is 19 times a step
/// down, so that 1 in 20 is above.
fn follow(p95: u32, step: u32, us: u32) -> u32 {
    if us > p95 {
        p95.saturating_add(step.saturating_mul(19)).min(us)
    } else {
        p95.saturating_sub(step).max(us)
    }
}
