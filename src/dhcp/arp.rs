//! ARP probes and announcements (RFC 826, RFC 5227).

use core::net::Ipv4Addr;

/// Hardware Ethernet, protocol IPv4, lengths of the addresses.
const HEAD: [u8; 6] = [0, 1, 8, 0, 6, 4];

fn message(operation: u8, mac: [u8; 6], sender: Ipv4Addr, target: Ipv4Addr) -> [u8; 28] {
    let mut m = [0u8; 28];
    let parts = [
        &HEAD[..],
        &[0, operation],
        &mac,
        &sender.octets(),
        &[0; 6],
        &target.octets(),
    ];
    for (place, byte) in m.iter_mut().zip(parts.into_iter().flatten()) {
        *place = *byte;
    }
    m
}

/// Asks who has `address`, without saying that we do (RFC 5227 section 2.1.1).
pub(crate) fn probe(mac: [u8; 6], address: Ipv4Addr) -> [u8; 28] {
    message(1, mac, Ipv4Addr::UNSPECIFIED, address)
}

/// Says that we have `address` now (RFC 5227 section 2.3).
pub(crate) fn announcement(mac: [u8; 6], address: Ipv4Addr) -> [u8; 28] {
    message(1, mac, address, address)
}

/// The address that an ARP message of another host shows to be in use or wanted by it: its
/// sender's, or the target of a probe (RFC 5227 section 2.1.1).
pub(crate) fn claimed(m: &[u8], mac: [u8; 6]) -> Option<Ipv4Addr> {
    let m = m.first_chunk::<28>()?;
    if !m.starts_with(&HEAD) {
        return None;
    }
    let part = |from: usize, to: usize| m.get(from..to).unwrap_or(&[]);
    if part(8, 14) == mac {
        return None;
    }
    let ip = |from: usize, to: usize| <[u8; 4]>::try_from(part(from, to)).ok().map(Ipv4Addr::from);
    match ip(14, 18)? {
        Ipv4Addr::UNSPECIFIED => match part(6, 8) {
            [0, 1] => ip(24, 28),
            _ => None,
        },
        sender => Some(sender),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const US: [u8; 6] = [2, 0, 0, 0, 0, 1];
    const THEM: [u8; 6] = [2, 0, 0, 0, 0, 2];
    const IP: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 9);

    #[test]
    fn a_probe_does_not_claim() {
        let p = probe(US, IP);
        assert_eq!(p[..8], [0, 1, 8, 0, 6, 4, 0, 1]);
        assert_eq!(p[8..14], US);
        assert_eq!(p[14..24], [0; 10]);
        assert_eq!(p[24..], [10, 0, 0, 9]);
    }

    #[test]
    fn others_claim_by_having_and_by_probing() {
        assert_eq!(claimed(&probe(THEM, IP), US), Some(IP));
        assert_eq!(claimed(&announcement(THEM, IP), US), Some(IP));
        // Our own, which comes back.
        assert_eq!(claimed(&probe(US, IP), US), None);
        // An answer says who has it.
        let mut reply = message(2, THEM, IP, Ipv4Addr::UNSPECIFIED);
        assert_eq!(claimed(&reply, US), Some(IP));
        // Somebody who asks for it has another address.
        let asks = message(1, THEM, Ipv4Addr::new(10, 0, 0, 1), IP);
        assert_eq!(claimed(&asks, US), Some(Ipv4Addr::new(10, 0, 0, 1)));
        reply[2] = 9;
        assert_eq!(claimed(&reply, US), None);
        assert_eq!(claimed(&probe(THEM, IP)[..27], US), None);
    }
}
