//! Random questions about a random network.

use super::flow::Flow;
use super::generate::{MARKS, Net, TOS, link_local};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

impl Net {
    /// A question about this network.
    pub fn random_flow(&mut self) -> Flow {
        let mut dst = match self.rng.below(20) {
            0..11 if !self.routes.is_empty() => {
                let at = self.rng.below(self.routes.len());
                let (ip, len) = self.routes[at].dst;
                self.inside(ip, len)
            }
            11..13 if !self.addrs.is_empty() => {
                let at = self.rng.below(self.addrs.len());
                let (_, ip, len, _) = self.addrs[at];
                if self.rng.chance(30) {
                    ip
                } else {
                    self.inside(ip, len)
                }
            }
            _ => self.random_ip(),
        };
        while !comparable(dst, self.shape.v6) {
            dst = self.random_ip();
        }
        let mut flow = Flow::to(dst);
        flow.src = self.random_source();
        // IPv6: the kernel's answer about both is not what a socket gets (routing.md 5)
        if self.rng.chance(30) && (flow.src.is_none() || !self.shape.v6) {
            flow.oif = self.rng.of(&[1, 10, 12, 14, 16, 20, 21, 22, 10, 12]);
        }
        flow.mark = self.rng.of(&MARKS);
        flow.tos = self.rng.of(&TOS);
        if self.users {
            flow.uid = self.rng.of(&[0, 1000, 1001, 5, 65534]);
        }
        flow.protocol = self.rng.of(&[6, 17]);
        flow.sport = self.rng.of(&[0, 53, 4000, 50_000]);
        flow.dport = self.rng.of(&[0, 53, 80, 443, 9000]);
        flow
    }

    fn random_source(&mut self) -> Option<IpAddr> {
        match self.rng.below(20) {
            0..10 => None,
            10..12 => Some(self.random_ip()),
            12..15 if self.shape.sources => {
                let sources: Vec<_> = self.routes.iter().filter_map(|r| r.src).collect();
                if sources.is_empty() {
                    return None;
                }
                let (ip, len) = self.rng.of(&sources);
                Some(self.inside(ip, len))
            }
            _ => self.own_address(),
        }
        .filter(|ip| comparable(*ip, self.shape.v6))
    }

    /// An address of a prefix, often the first or the last.
    fn inside(&mut self, ip: IpAddr, len: u8) -> IpAddr {
        let random = match self.rng.below(6) {
            0 => 0,
            1 => u128::MAX,
            2..4 => self.rng.below(12) as u128,
            _ => u128::from(self.rng.next()) << 64 | u128::from(self.rng.next()),
        };
        match ip {
            IpAddr::V4(a) => {
                let host = u32::MAX.checked_shr(len.into()).unwrap_or(0);
                Ipv4Addr::from_bits(a.to_bits() & !host | random as u32 & host).into()
            }
            IpAddr::V6(a) => {
                let host = u128::MAX.checked_shr(len.into()).unwrap_or(0);
                Ipv6Addr::from_bits(a.to_bits() & !host | random & host).into()
            }
        }
    }
}

/// Not among what routing.md 9 leaves out.
fn comparable(ip: IpAddr, v6: bool) -> bool {
    ip.is_ipv6() == v6
        && !link_local(ip)
        && !ip.is_multicast()
        && !ip.is_unspecified()
        && match ip {
            IpAddr::V4(a) => a.octets()[0] > 0 && a.octets()[0] < 240,
            // mapped ones, and those of old that look like it
            IpAddr::V6(a) => a.to_bits() >> 32 > 0xffff || a.is_loopback(),
        }
}
