//! A lease: an address for a time, with what came along.

use super::message::{Given, Reply};
use core::net::Ipv4Addr;

/// A lease of this many seconds never ends (RFC 2131 section 3.3).
const FOR_EVER_S: u32 = u32::MAX;
const SECOND_US: i64 = 1_000_000;

/// A granted address. Times are points on the monotonic clock, microseconds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Lease {
    pub(crate) address: Ipv4Addr,
    /// Prefix length.
    pub(crate) bits: u8,
    pub(crate) server: Ipv4Addr,
    pub(crate) given: Given,
    /// How long it lasts from when it was asked for, seconds; none for ever.
    pub(crate) lasts_s: Option<u32>,
    /// T1: when the server is asked to prolong it. None for a lease without end.
    pub(crate) renew_us: Option<i64>,
    /// T2: when any server is.
    pub(crate) rebind_us: Option<i64>,
    /// When it ends.
    pub(crate) end_us: Option<i64>,
}

impl Lease {
    /// The lease that a reply grants to a request sent at `asked_us`: that is what its times count
    /// from (RFC 2131 section 4.4.1). None without a lease time or a netmask, which a client cannot
    /// make up.
    pub(crate) fn new(reply: &Reply, asked_us: i64) -> Option<Self> {
        let bits = reply.given.bits.filter(|bits| *bits > 0)?;
        let seconds = reply.given.lease_s.filter(|s| *s > 0)?;
        let lasts_s = (seconds != FOR_EVER_S).then_some(seconds);
        let (t1, t2) = times(seconds, reply.given.t1_s, reply.given.t2_s);
        let at = |s: u32| {
            lasts_s.map(|_| asked_us.saturating_add(i64::from(s).saturating_mul(SECOND_US)))
        };
        Some(Self {
            address: reply.address,
            bits,
            server: reply.server,
            given: reply.given.clone(),
            lasts_s,
            renew_us: at(t1),
            rebind_us: at(t2),
            end_us: at(seconds),
        })
    }

    /// Whether the interface looks the same with it, but for how long it lasts.
    pub(crate) fn same_network(&self, other: &Self) -> bool {
        let plain = |l: &Self| Given {
            lease_s: None,
            t1_s: None,
            t2_s: None,
            ..l.given.clone()
        };
        (self.address, self.bits) == (other.address, other.bits) && plain(self) == plain(other)
    }

    /// The broadcast address: what the server says, or all ones (RFC 919).
    pub(crate) fn broadcast(&self) -> Ipv4Addr {
        let host = u32::MAX.checked_shr(u32::from(self.bits)).unwrap_or(0);
        self.given
            .broadcast
            .unwrap_or_else(|| Ipv4Addr::from(u32::from(self.address) | host))
    }

    /// The netmask.
    pub(crate) fn mask(&self) -> Ipv4Addr {
        let host = u32::MAX.checked_shr(u32::from(self.bits)).unwrap_or(0);
        Ipv4Addr::from(!host)
    }

    /// T1, T2 and the whole in seconds.
    pub(crate) fn seconds(&self) -> (u32, u32, u32) {
        let all = self.lasts_s.unwrap_or(FOR_EVER_S);
        let (t1, t2) = times(all, self.given.t1_s, self.given.t2_s);
        (t1, t2, all)
    }
}

/// T1 and T2 in seconds: those of the server where they are in order, else a half and seven eighths
/// (RFC 2131 section 4.4.5).
fn times(lease: u32, t1: Option<u32>, t2: Option<u32>) -> (u32, u32) {
    let eighth = lease / 8;
    let default_t2 = lease.saturating_sub(eighth);
    let t2 = t2.filter(|t2| *t2 > 0 && *t2 < lease).unwrap_or(default_t2);
    let t1 = t1
        .filter(|t1| *t1 > 0 && *t1 < t2)
        .unwrap_or((lease / 2).min(t2));
    (t1, t2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dhcp::message::Kind;

    fn reply(lease: u32, t1: Option<u32>, t2: Option<u32>) -> Reply {
        Reply {
            kind: Kind::Ack,
            address: Ipv4Addr::new(10, 1, 2, 3),
            server: Ipv4Addr::new(10, 1, 0, 1),
            given: Given {
                bits: Some(16),
                lease_s: Some(lease),
                t1_s: t1,
                t2_s: t2,
                ..Given::default()
            },
        }
    }

    #[test]
    fn times_count_from_the_request_and_have_defaults() {
        let l = Lease::new(&reply(80, None, None), 5).unwrap();
        assert_eq!(l.renew_us, Some(40_000_005));
        assert_eq!(l.rebind_us, Some(70_000_005));
        assert_eq!(l.end_us, Some(80_000_005));
        assert_eq!(l.seconds(), (40, 70, 80));
    }

    #[test]
    fn times_of_the_server_count_where_they_are_in_order() {
        for (t1, t2, expected) in [
            (Some(10), Some(20), (10, 20)),
            // T2 alone: T1 stays the half, or comes before T2.
            (None, Some(20), (20, 20)),
            (Some(10), None, (10, 70)),
            (Some(20), Some(10), (10, 10)),
            (Some(0), Some(0), (40, 70)),
            (Some(90), Some(100), (40, 70)),
        ] {
            let l = Lease::new(&reply(80, t1, t2), 0).unwrap();
            let (a, b, _) = l.seconds();
            assert_eq!((a, b), expected, "{t1:?} {t2:?}");
        }
    }

    #[test]
    fn a_lease_without_end_has_no_times() {
        let l = Lease::new(&reply(u32::MAX, None, None), 0).unwrap();
        assert_eq!(
            (l.lasts_s, l.renew_us, l.rebind_us, l.end_us),
            (None, None, None, None)
        );
    }

    #[test]
    fn without_a_mask_or_a_time_there_is_no_lease() {
        assert!(Lease::new(&reply(0, None, None), 0).is_none());
        let mut r = reply(80, None, None);
        r.given.bits = None;
        assert!(Lease::new(&r, 0).is_none());
        r.given.bits = Some(0);
        assert!(Lease::new(&r, 0).is_none());
    }

    #[test]
    fn mask_and_broadcast() {
        let mut r = reply(80, None, None);
        let l = Lease::new(&r, 0).unwrap();
        assert_eq!(l.mask(), Ipv4Addr::new(255, 255, 0, 0));
        assert_eq!(l.broadcast(), Ipv4Addr::new(10, 1, 255, 255));
        r.given.bits = Some(32);
        assert_eq!(Lease::new(&r, 0).unwrap().broadcast(), r.address);
        r.given.broadcast = Some(Ipv4Addr::new(10, 1, 0, 0));
        assert_eq!(
            Lease::new(&r, 0).unwrap().broadcast(),
            Ipv4Addr::new(10, 1, 0, 0)
        );
    }

    #[test]
    fn a_prolonged_lease_is_the_same_network() {
        let a = Lease::new(&reply(80, None, None), 0).unwrap();
        let b = Lease::new(&reply(90, Some(3), None), 7).unwrap();
        assert!(a.same_network(&b));
        let mut r = reply(80, None, None);
        r.given.router = Some(Ipv4Addr::new(10, 1, 0, 1));
        assert!(!a.same_network(&Lease::new(&r, 0).unwrap()));
    }
}
