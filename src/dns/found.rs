//! What became of a name.

use super::cache::{Fact, What};
use super::wire::svcb::Service;
use crate::util::sort::sort_by_key;
use std::net::IpAddr;

/// How it went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Status {
    /// There is an address at least.
    Found,
    /// The same, but the answer is past its time (RFC 8767).
    Stale,
    /// The name has none, or there is no such name.
    None,
    /// No server could tell.
    Failed,
}

/// What was found out about a name.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) status: Status,
    /// In the order in which they are best tried.
    pub(crate) addresses: Vec<IpAddr>,
    /// From whom and for how long, of each family that was asked for.
    pub(crate) a: Option<Fact>,
    pub(crate) aaaa: Option<Fact>,
    /// The services, where they were asked for and came in time.
    pub(crate) https: Option<Fact>,
    /// One family is still awaited.
    pub(crate) partial: bool,
}

impl Found {
    /// What is known without having been asked for: numbers, the hosts file, names of this machine.
    pub(crate) fn known(addresses: Vec<IpAddr>) -> Self {
        Self {
            status: if addresses.is_empty() {
                Status::None
            } else {
                Status::Found
            },
            addresses,
            a: None,
            aaaa: None,
            https: None,
            partial: false,
        }
    }

    /// What these facts come to.
    pub(crate) fn of(facts: [Option<&Fact>; 3], now: i64, way6: bool) -> Self {
        let [a, aaaa, https] = facts;
        let families = || [aaaa, a].into_iter().flatten();
        let mut addresses = Vec::new();
        for fact in families() {
            addresses.extend_from_slice(fact.addresses());
        }
        sort(&mut addresses, way6);
        let failed = || families().any(|f| matches!(f.what, What::Failed(_)));
        let no_name = families().any(|f| f.what == What::NoName);
        let status = if !addresses.is_empty() {
            if families().any(|f| !f.addresses().is_empty() && !f.is_fresh(now)) {
                Status::Stale
            } else {
                Status::Found
            }
        } else if failed() && !no_name {
            Status::Failed
        } else {
            Status::None
        };
        Self {
            status,
            addresses,
            a: a.cloned(),
            aaaa: aaaa.cloned(),
            https: https.cloned(),
            partial: false,
        }
    }

    pub(crate) fn services(&self) -> &[Service] {
        match self.https.as_ref().map(|f| &f.what) {
            Some(What::Services(all)) => all,
            _ => &[],
        }
    }
}

/// Sorts as RFC 6724 does by the destinations alone: without a way to the IPv6 internet its addresses
/// last (rule 1), then by precedence (rule 6). Of equals the server's order stands.
pub(crate) fn sort(all: &mut [IpAddr], way6: bool) {
    if all.len() > 1 {
        sort_by_key(all, |ip| {
            let away = u16::from(!way6 && is_global6(*ip));
            away << 8 | u16::from(u8::MAX.saturating_sub(precedence(*ip)))
        });
    }
}

/// Of the IPv6 internet: 2000::/3.
fn is_global6(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V6(v6) if v6.octets().first().is_some_and(|b| b & 0xe0 == 0x20))
}

/// RFC 6724 section 2.1, the longest prefix that matches.
fn precedence(ip: IpAddr) -> u8 {
    let v6 = match ip.to_canonical() {
        IpAddr::V4(_) => return 35,
        IpAddr::V6(v6) => v6,
    };
    let [first, second, ..] = v6.segments();
    match (first, second) {
        _ if v6.is_loopback() => 50,
        (0, _) if v6.segments().iter().take(6).all(|s| *s == 0) => 1,
        (0x2001, 0) => 5,
        (0x2002, _) => 30,
        (0x3ffe, _) => 1,
        (0xfec0..=0xfeff, _) => 1,
        (0xfc00..=0xfdff, _) => 3,
        _ => 40,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(way6: bool) -> String {
        let mut all: Vec<IpAddr> = [
            "fd00::1",
            "2001::1",
            "10.0.0.2",
            "10.0.0.1",
            "2002::1",
            "fec0::1",
            "::1",
            "2a00::1",
            "::7",
            "3ffe::1",
            "fe80::1",
            "::ffff:9.9.9.9",
        ]
        .iter()
        .map(|a| a.parse().unwrap())
        .collect();
        sort(&mut all, way6);
        let text: Vec<String> = all.iter().map(|a| a.to_string()).collect();
        text.join(" ")
    }

    #[test]
    fn order_of_addresses() {
        assert_eq!(
            sorted(true),
            "::1 2a00::1 fe80::1 10.0.0.2 10.0.0.1 ::ffff:9.9.9.9 2002::1 2001::1 fd00::1 fec0::1 \
             ::7 3ffe::1"
        );
        assert_eq!(
            sorted(false),
            "::1 fe80::1 10.0.0.2 10.0.0.1 ::ffff:9.9.9.9 fd00::1 fec0::1 ::7 2a00::1 2002::1 \
             2001::1 3ffe::1"
        );
    }
}
