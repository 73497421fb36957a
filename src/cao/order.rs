//! The order in which the addresses of a name are tried: RFC 6724 section 6, what is known of each
//! (RFC 8305 section 4), families in turn.

use super::policy::Policy;
use crate::util::sort::sort_by_key;
use core::cmp::Reverse;
use core::net::{IpAddr, SocketAddr};

/// What a path has shown before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Standing {
    /// Smoothed time of the handshake and its variation, microseconds, if it has ever connected.
    pub(crate) rtt: Option<(u32, u32)>,
    /// For an address that was never tried: those of its network, or of its gateway.
    pub(crate) near: Option<(u32, u32)>,
    /// How long a TLS handshake takes there at most, as a rule, microseconds; if that was never tried,
    /// in its network or through its gateway.
    pub(crate) tls: Option<u32>,
    /// It failed, or gave no answer for too long, and has not connected since.
    pub(crate) suspect: bool,
    /// It shall be tried although others are better, to learn whether it works again or is quicker
    /// now.
    pub(crate) probe: bool,
}

/// An address to connect to, and all that its place depends on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Candidate {
    pub(crate) dest: SocketAddr,
    /// The address the kernel would send from. `None`: it is not known.
    pub(crate) source: Option<IpAddr>,
    /// How long the prefix of the source address is, bits.
    pub(crate) source_len: u8,
    /// The source address is deprecated (RFC 4862).
    pub(crate) deprecated: bool,
    /// The source address is a home address (RFC 6275).
    pub(crate) home: bool,
    /// The kernel has no way there: why, as errno.
    pub(crate) unreachable: Option<i32>,
    pub(crate) standing: Standing,
}

impl Candidate {
    /// One of which only the address is known.
    pub(crate) fn new(dest: SocketAddr) -> Self {
        Self {
            dest,
            source: None,
            source_len: 64,
            deprecated: false,
            home: false,
            unreachable: None,
            standing: Standing::default(),
        }
    }

    pub(crate) fn is_v6(&self) -> bool {
        is_v6(self.dest.ip())
    }

    /// When the TLS handshake is over if all is well, counted from its beginning, microseconds, if that
    /// is known: as long as others took, or two round trips.
    #[cfg(any(test, feature = "LWS_WITH_TLS"))]
    pub(crate) fn secured_us(&self) -> Option<i64> {
        let s = &self.standing;
        let trips = s.rtt.or(s.near).map(|(rtt, _)| rtt.saturating_mul(2));
        s.tls.or(trips).map(i64::from)
    }

    /// When the handshake is over if all is well, microseconds, if that is known.
    pub(crate) fn expected_us(&self) -> Option<i64> {
        let (rtt, var) = self.standing.rtt.or(self.standing.near)?;
        Some(i64::from(rtt).saturating_add(i64::from(var).saturating_mul(4)))
    }
}

/// Whether packets to an address are IPv6's: those to `::ffff:192.0.2.1` are not.
fn is_v6(ip: IpAddr) -> bool {
    ip.to_canonical().is_ipv6()
}

/// RFC 6724 section 3.1.
fn scope(ip: IpAddr) -> u8 {
    const LINK: u8 = 2;
    const SITE: u8 = 5;
    const GLOBAL: u8 = 14;
    match ip.to_canonical() {
        IpAddr::V4(v4) if v4.is_loopback() || v4.is_link_local() => LINK,
        IpAddr::V4(_) => GLOBAL,
        IpAddr::V6(v6) => match v6.segments() {
            [first, ..] if first & 0xff00 == 0xff00 => (first & 0xf) as u8,
            [first, ..] if first & 0xffc0 == 0xfe80 => LINK,
            [first, ..] if first & 0xffc0 == 0xfec0 => SITE,
            [0, 0, 0, 0, 0, 0, 0, 1] => LINK,
            _ => GLOBAL,
        },
    }
}

/// How many leading bits an IPv6 destination has in common with its source, as far as the prefix of
/// the source goes. IPv4 addresses say nothing by that.
fn common(c: &Candidate) -> u32 {
    let (IpAddr::V6(d), Some(IpAddr::V6(s))) = (c.dest.ip(), c.source) else {
        return 0;
    };
    if !is_v6(c.dest.ip()) {
        return 0;
    }
    let same = (d.to_bits() ^ s.to_bits()).leading_zeros();
    same.min(u32::from(c.source_len))
}

/// Times that differ by less than 10 ms or a fifth are alike, so that the order does not change all
/// the time. Sorted by this number: those that have never connected come last.
fn bucket(standing: &Standing) -> u32 {
    let Some((rtt, _)) = standing.rtt else {
        return u32::MAX;
    };
    let ms = rtt / 1000;
    if ms < 50 {
        return ms / 10;
    }
    // 50, 60, 72, 86 ... ms: each step is a fifth more.
    let (mut step, mut edge) = (5u32, 50u64);
    while edge.saturating_add(edge / 5) <= u64::from(ms) {
        edge = edge.saturating_add(edge / 5);
        step = step.saturating_add(1);
    }
    step
}

/// What decides, the first difference first. Smaller is better.
fn key(policy: &Policy, c: &Candidate) -> impl Ord + use<> {
    let ip = c.dest.ip();
    let source = c.source;
    (
        // Rule 1.
        c.unreachable.is_some(),
        // Rule 2.
        source.is_none_or(|s| scope(s) != scope(ip)),
        // Rules 3 and 4.
        c.deprecated,
        !c.home,
        // Rules 5 and 6. Rule 7 is about tunnels whose source the kernel does not tell.
        source.is_none_or(|s| policy.label(s) != policy.label(ip)),
        Reverse(policy.precedence(ip)),
        // Rule 8.
        scope(ip),
        // RFC 8305 section 4: the quicker, and the one used before.
        bucket(&c.standing),
        // Rule 9; rule 10 is that the sort is stable.
        Reverse(common(c)),
    )
}

/// Sorts by RFC 6724 with the two rules of RFC 8305, without regard to what has failed.
pub(crate) fn sort(policy: &Policy, list: &mut [Candidate]) {
    sort_by_key(list, |c| key(policy, c));
}

/// What the first family would have to be slower than for the other to go first: as long as its
/// handshake ends before the next attempt would begin, preference counts.
pub(crate) const PATIENCE_US: i64 = 250_000;

/// Puts a list in the order in which it is to be tried.
pub(crate) fn arrange(policy: &Policy, list: &mut Vec<Candidate>) {
    sort(policy, list);
    // Within a family those that failed come behind the others, and those with no way there last.
    sort_by_key(list, |c| (c.unreachable.is_some(), c.standing.suspect));
    let first = first_family(policy, list);
    if doubtful(list, !first) {
        // It is what is tried to learn whether the family works again.
        let again = list.iter().any(|c| c.is_v6() != first && c.standing.probe);
        let untried = list
            .iter_mut()
            .find(|c| c.is_v6() != first && is_untried(c));
        if let Some(c) = untried {
            c.standing.probe |= again;
        }
    }
    interleave(list, first);
}

fn is_untried(c: &Candidate) -> bool {
    c.standing.rtt.is_none() && !c.standing.suspect
}

/// Whether the best of a family was never tried, while others of it have failed.
fn doubtful(list: &[Candidate], v6: bool) -> bool {
    let mut family = list.iter().filter(|c| c.is_v6() == v6);
    family.next().is_some_and(is_untried) && family.any(|c| c.standing.suspect)
}

/// Whether IPv6 goes first: the family of the best address, unless it is known to be the worse one.
fn first_family(policy: &Policy, list: &[Candidate]) -> bool {
    let best = |v6: bool| {
        list.iter()
            .filter(|c| c.is_v6() == v6)
            .min_by_key(|c| (c.unreachable.is_some(), c.standing.suspect))
    };
    let (v6, v4) = match (best(true), best(false)) {
        (Some(v6), Some(v4)) => (v6, v4),
        (v6, _) => return v6.is_some(),
    };
    let prefers_v6 = key(policy, v6) <= key(policy, v4);
    let (preferred, other) = if prefers_v6 { (v6, v4) } else { (v4, v6) };
    let worse = |c: &Candidate| (c.unreachable.is_some(), c.standing.suspect);
    let dead = worse(preferred) > worse(other);
    let slow = match (preferred.standing.rtt, other.standing.rtt) {
        (Some((rtt, _)), Some(_)) => {
            i64::from(rtt) >= PATIENCE_US && bucket(&other.standing) < bucket(&preferred.standing)
        }
        _ => false,
    };
    let works = other.standing.rtt.is_some() && !other.standing.suspect;
    let unsure = works && doubtful(list, prefers_v6);
    prefers_v6 != (dead || slow || unsure)
}

/// Families in turn, each in the order it has (RFC 8305 section 4, First Address Family Count 1).
/// Addresses that cannot be reached, or failed, wait until the others of both families have begun.
fn interleave(list: &mut Vec<Candidate>, v6_first: bool) {
    let mut out = Vec::with_capacity(list.len());
    for worse in [(false, false), (false, true), (true, false), (true, true)] {
        let group = list
            .iter()
            .filter(|c| (c.unreachable.is_some(), c.standing.suspect) == worse);
        let (mut first, mut second): (Vec<_>, Vec<_>) =
            group.copied().partition(|c| c.is_v6() == v6_first);
        first.reverse();
        second.reverse();
        while !(first.is_empty() && second.is_empty()) {
            out.extend(first.pop());
            out.extend(second.pop());
        }
    }
    *list = out;
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
