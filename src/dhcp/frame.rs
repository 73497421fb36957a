//! IPv4 and UDP around a DHCP message, as a packet socket gives and takes them
//! (RFC 791, RFC 768): the interface has no address yet that the kernel could use.

use core::net::Ipv4Addr;

/// The ports of RFC 2131 section 4.1.
pub(crate) const SERVER_PORT: u16 = 67;
/// See [`SERVER_PORT`].
pub(crate) const CLIENT_PORT: u16 = 68;

const IP_HEAD: usize = 20;
const UDP_HEAD: usize = 8;
const PROTO_UDP: u8 = 17;

/// Why a packet is not one for a DHCP client.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NotOurs {
    /// A length says more than there is, or less than a header has.
    Short,
    /// Not IPv4, not UDP, or a fragment.
    Kind,
    /// Another port.
    Port,
    /// A checksum is wrong.
    Sum,
}

/// The sum of RFC 1071 over big-endian 16-bit words, not yet inverted.
fn sum(start: u32, bytes: &[u8]) -> u32 {
    let mut total = start;
    for pair in bytes.chunks(2) {
        let word = match pair {
            [a, b] => u16::from_be_bytes([*a, *b]),
            [a] => u16::from_be_bytes([*a, 0]),
            _ => 0,
        };
        total = total.wrapping_add(u32::from(word));
        // A packet has at most 2^15 words, so this never loses a carry.
    }
    total
}

fn fold(total: u32) -> u16 {
    let once = (total & 0xffff).wrapping_add(total >> 16);
    let twice = (once & 0xffff).wrapping_add(once >> 16);
    u16::try_from(twice & 0xffff).unwrap_or(0)
}

/// The words of the pseudo header that the UDP checksum covers.
fn pseudo(from: [u8; 4], to: [u8; 4], udp_len: u16) -> u32 {
    let s = sum(sum(0, &from), &to);
    s.wrapping_add(u32::from(PROTO_UDP))
        .wrapping_add(u32::from(udp_len))
}

/// Puts `message` into a packet from port 68 to port 67. Returns an empty one if it is too large for
/// a packet, which no message of ours is.
pub(crate) fn wrap(from: Ipv4Addr, to: Ipv4Addr, message: &[u8]) -> Vec<u8> {
    let udp_len = message.len().saturating_add(UDP_HEAD);
    let total = udp_len.saturating_add(IP_HEAD);
    let (Ok(udp_len), Ok(total)) = (u16::try_from(udp_len), u16::try_from(total)) else {
        return Vec::new();
    };
    let mut head = Vec::with_capacity(usize::from(total));
    // Version 4, five words; the precedence that RFC 2474 has for control traffic (CS6).
    head.extend_from_slice(&[0x45, 0xc0]);
    head.extend_from_slice(&total.to_be_bytes());
    // No identification is needed where nobody may fragment (RFC 6864).
    head.extend_from_slice(&[0, 0, 0x40, 0, 64, PROTO_UDP, 0, 0]);
    head.extend_from_slice(&from.octets());
    head.extend_from_slice(&to.octets());
    let check = !fold(sum(0, &head));
    if let Some(place) = head.get_mut(10..12) {
        place.copy_from_slice(&check.to_be_bytes());
    }
    let mut udp = [0u8; UDP_HEAD];
    let words = [CLIENT_PORT, SERVER_PORT, udp_len, 0];
    for (place, word) in udp.chunks_exact_mut(2).zip(words) {
        place.copy_from_slice(&word.to_be_bytes());
    }
    let s = pseudo(from.octets(), to.octets(), udp_len);
    let mut check = !fold(sum(sum(s, &udp), message));
    if check == 0 {
        // 0 would say that there is none.
        check = 0xffff;
    }
    if let Some(place) = udp.get_mut(6..8) {
        place.copy_from_slice(&check.to_be_bytes());
    }
    head.extend_from_slice(&udp);
    head.extend_from_slice(message);
    head
}

/// What is in a packet from port 67 to port 68, and who sent it. `summed` says that the UDP checksum
/// is there: a sender on the same machine leaves it to hardware that no packet meets
/// (`TP_STATUS_CSUMNOTREADY`).
pub(crate) fn unwrap(packet: &[u8], summed: bool) -> Result<(Ipv4Addr, &[u8]), NotOurs> {
    let (head, _) = packet
        .split_first_chunk::<IP_HEAD>()
        .ok_or(NotOurs::Short)?;
    let [
        first,
        _,
        t0,
        t1,
        _,
        _,
        f0,
        f1,
        _,
        proto,
        _,
        _,
        s0,
        s1,
        s2,
        s3,
        d0,
        d1,
        d2,
        d3,
    ] = *head;
    if first >> 4 != 4 || proto != PROTO_UDP {
        return Err(NotOurs::Kind);
    }
    // More fragments to come, or not the first one.
    if u16::from_be_bytes([f0, f1]) & 0x3fff != 0 {
        return Err(NotOurs::Kind);
    }
    let head_len = usize::from(first & 15).saturating_mul(4);
    let total = usize::from(u16::from_be_bytes([t0, t1]));
    if head_len < IP_HEAD || total < head_len {
        return Err(NotOurs::Short);
    }
    // Behind it is what the link pads its frames with.
    let packet = packet.get(..total).ok_or(NotOurs::Short)?;
    let (head, udp) = packet.split_at_checked(head_len).ok_or(NotOurs::Short)?;
    if fold(sum(0, head)) != 0xffff {
        return Err(NotOurs::Sum);
    }
    let (udp_head, _) = udp.split_first_chunk::<UDP_HEAD>().ok_or(NotOurs::Short)?;
    let [p0, p1, q0, q1, l0, l1, c0, c1] = *udp_head;
    if u16::from_be_bytes([p0, p1]) != SERVER_PORT || u16::from_be_bytes([q0, q1]) != CLIENT_PORT {
        return Err(NotOurs::Port);
    }
    let udp_len = u16::from_be_bytes([l0, l1]);
    let udp = udp.get(..usize::from(udp_len)).ok_or(NotOurs::Short)?;
    let message = udp.get(UDP_HEAD..).ok_or(NotOurs::Short)?;
    let has_sum = [c0, c1] != [0, 0];
    if summed && has_sum {
        let s = pseudo([s0, s1, s2, s3], [d0, d1, d2, d3], udp_len);
        if fold(sum(s, udp)) != 0xffff {
            return Err(NotOurs::Sum);
        }
    }
    Ok((Ipv4Addr::new(s0, s1, s2, s3), message))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same with the ports the other way round, as a server sends it.
    fn reply(message: &[u8]) -> Vec<u8> {
        let mut p = wrap(Ipv4Addr::new(10, 0, 0, 1), Ipv4Addr::BROADCAST, message);
        let (a, b) = (p[20..22].to_vec(), p[22..24].to_vec());
        p[20..22].copy_from_slice(&b);
        p[22..24].copy_from_slice(&a);
        p
    }

    #[test]
    fn what_is_wrapped_comes_out() {
        for message in [&b""[..], b"x", b"even", b"odd"] {
            let p = reply(message);
            assert_eq!(unwrap(&p, true), Ok((Ipv4Addr::new(10, 0, 0, 1), message)));
            // As on Ethernet, which fills up short frames.
            let mut padded = p.clone();
            padded.resize(p.len() + 18, 0xaa);
            assert_eq!(unwrap(&padded, true).unwrap().1, message);
        }
    }

    #[test]
    fn a_known_header_has_the_known_sum() {
        let p = wrap(Ipv4Addr::UNSPECIFIED, Ipv4Addr::BROADCAST, &[]);
        assert_eq!(
            p[..20],
            [
                0x45, 0xc0, 0, 28, 0, 0, 0x40, 0, 64, 17, 0x3a, 0x12, 0, 0, 0, 0, 255, 255, 255,
                255
            ]
        );
    }

    #[test]
    fn each_changed_bit_is_noticed_but_those_of_no_meaning() {
        let good = reply(b"message");
        for at in 0..good.len() {
            for bit in 0..8 {
                let mut bad = good.clone();
                bad[at] ^= 1 << bit;
                assert!(unwrap(&bad, true).is_err(), "byte {at} bit {bit}");
            }
        }
    }

    #[test]
    fn a_sum_that_is_not_there_is_not_checked() {
        let mut p = reply(b"message");
        p[26] ^= 1;
        assert_eq!(unwrap(&p, true), Err(NotOurs::Sum));
        assert!(unwrap(&p, false).is_ok());
        p[26..28].copy_from_slice(&[0, 0]);
        assert!(unwrap(&p, true).is_ok());
    }

    #[test]
    fn every_cut_is_refused() {
        let good = reply(b"message");
        for len in 0..good.len() {
            assert!(unwrap(&good[..len], true).is_err(), "{len}");
        }
    }

    #[test]
    fn options_of_ip_are_skipped() {
        let mut p = reply(b"message");
        p.splice(20..20, [1, 1, 1, 1]);
        p[0] = 0x46;
        let total = u16::try_from(p.len()).unwrap();
        p[2..4].copy_from_slice(&total.to_be_bytes());
        p[10..12].copy_from_slice(&[0, 0]);
        let check = !fold(sum(0, &p[..24]));
        p[10..12].copy_from_slice(&check.to_be_bytes());
        assert_eq!(unwrap(&p, true).unwrap().1, b"message");
    }

    #[test]
    fn fragments_are_not_read() {
        for flags in [[0x20, 0], [0, 1]] {
            let mut p = reply(b"message");
            p[6..8].copy_from_slice(&flags);
            assert_eq!(unwrap(&p, true), Err(NotOurs::Kind));
        }
    }
}
