//! IP addresses as text and as bytes, in the forms of lws.
#![forbid(unsafe_code)]

use core::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address in numbers, with blanks around it or not. Unlike the standard library's, a part of an
/// IPv4 address may have leading zeros; it is decimal all the same.
pub(crate) fn parse(text: &[u8]) -> Option<IpAddr> {
    let text = core::str::from_utf8(text.trim_ascii()).ok()?;
    if text.contains(':') {
        return text.parse().ok().map(IpAddr::V6);
    }
    let mut bytes = [0u8; 4];
    let mut parts = text.split('.');
    for byte in &mut bytes {
        let part = parts.next()?;
        let digits = part.bytes().all(|c| c.is_ascii_digit());
        // The standard library would take a sign.
        if !digits || part.len() > 3 {
            return None;
        }
        *byte = part.parse().ok()?;
    }
    parts
        .next()
        .is_none()
        .then_some(IpAddr::V4(Ipv4Addr::from(bytes)))
}

/// Why a text is no address, with the number that lws has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It does not look like an address, or a part of it is too long.
    Other = -1,
    /// A part of an IPv4 address is above 255.
    Octet = -6,
    /// More than two colons in a row, or two of them more than once.
    Colons = -8,
    /// A character or a dot that an IPv6 address does not have there.
    Stray6 = -10,
    /// A character that an IPv4 address does not have.
    Stray4 = -11,
    /// The end comes where another part belongs, or an IPv4 address has too many.
    Parts = -12,
    /// More than 16 bytes.
    Long = -14,
}

/// What is wrong with a text that [`parse`] refuses.
pub(crate) fn fault(text: &[u8]) -> Fault {
    let text = text.trim_ascii();
    let of_a_name = |c: &u8| *c == b'-' || (c.is_ascii_alphanumeric() && !c.is_ascii_hexdigit());
    if text.iter().any(of_a_name) {
        return Fault::Other;
    }
    if text.contains(&b':') {
        fault6(text)
    } else {
        fault4(text)
    }
}

fn fault6(text: &[u8]) -> Fault {
    if text.windows(3).any(|w| w == b":::") {
        return Fault::Colons;
    }
    if !text
        .iter()
        .all(|c| c.is_ascii_hexdigit() || b":.".contains(c))
    {
        return Fault::Stray6;
    }
    let mut words = text.split(|c| *c == b':').rev();
    let last = words.next().unwrap_or_default();
    let v4 = last.contains(&b'.');
    if words.clone().any(|w| w.contains(&b'.')) {
        return Fault::Stray6;
    }
    if words.clone().any(|w| w.len() > 4) || (!v4 && last.len() > 4) {
        return Fault::Other;
    }
    if v4 && parse(last).is_none() {
        return match fault4(last) {
            Fault::Other => Fault::Parts,
            // It has too many, all of which would be bytes.
            Fault::Parts => Fault::Long,
            fault => fault,
        };
    }
    let gaps = text.windows(2).filter(|w| *w == b"::").count();
    if gaps > 1 {
        return Fault::Colons;
    }
    let words = words.filter(|w| !w.is_empty()).count();
    let rest = if v4 { 2 } else { usize::from(!last.is_empty()) };
    if words.saturating_add(rest).saturating_add(gaps) > 8 {
        return Fault::Long;
    }
    Fault::Parts
}

fn fault4(text: &[u8]) -> Fault {
    if !text.iter().all(|c| c.is_ascii_hexdigit() || *c == b'.') {
        return Fault::Stray4;
    }
    let parts = || text.split(|c| *c == b'.');
    let number = |part: &[u8]| matches!(part.len(), 1..=3) && part.iter().all(u8::is_ascii_digit);
    if parts().count() < 4 || !parts().all(number) {
        return Fault::Other;
    }
    match parts().count() {
        4 => Fault::Octet,
        _ => Fault::Parts,
    }
}

/// The address that these bytes are in network order; 4 or 16 of them.
pub(crate) fn from_bytes(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(v4) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(v4).into());
    }
    let v6 = <[u8; 16]>::try_from(bytes).ok()?;
    Some(Ipv6Addr::from(v6).into())
}

/// The text of an address.
pub(crate) fn text(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => text6(v6),
    }
}

/// The first run of zeros is left out, however long it is, where RFC 5952 has the longest, of two
/// at least: programs compare these texts.
fn text6(ip: Ipv6Addr) -> String {
    if let Some(v4) = ip.to_ipv4_mapped() {
        return format!("::ffff:{v4}");
    }
    let mut out = String::new();
    let mut left_out = false;
    let mut within = false;
    for word in ip.segments() {
        if word == 0 && (within || !left_out) {
            if !within {
                out.push_str("::");
            }
            within = true;
            left_out = true;
            continue;
        }
        if !within && !out.is_empty() {
            out.push(':');
        }
        within = false;
        // Cannot fail: it writes to a String.
        let _ = write!(out, "{word:x}");
    }
    out
}

/// The address without the mapping of IPv4 into IPv6.
pub(crate) fn unmapped(ip: IpAddr) -> IpAddr {
    ip.to_canonical()
}

fn bits(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(v4) => u128::from_be_bytes(v4.to_ipv6_mapped().octets()),
        IpAddr::V6(v6) => u128::from_be_bytes(v6.octets()),
    }
}

/// Whether `ip` is one of the network whose address is `net` and whose prefix has `len` bits.
/// `None` when no prefix can be that long. IPv4 counts as mapped where only one of them is IPv4.
pub(crate) fn on_net(ip: IpAddr, net: IpAddr, len: u32) -> Option<bool> {
    let prefix = match net {
        IpAddr::V4(_) if len <= 32 => len.checked_add(96)?,
        IpAddr::V6(_) if len <= 128 => len,
        _ => return None,
    };
    let rest = 128u32.checked_sub(prefix)?;
    // A shift by all 128 bits is none at all to Rust.
    let differ = (bits(ip) ^ bits(net)).checked_shr(rest).unwrap_or(0);
    Some(differ == 0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn parses_what_is_an_address() {
        for (given, bytes) in [
            ("1.2.3.4", [1, 2, 3, 4]),
            ("0.0.0.0", [0; 4]),
            ("255.255.255.255", [255; 4]),
            (" 1.2.3.4", [1, 2, 3, 4]),
            ("1.2.3.4 \n", [1, 2, 3, 4]),
            ("01.002.3.010", [1, 2, 3, 10]),
        ] {
            assert_eq!(ip(given), IpAddr::from(bytes), "{given}");
        }
        for (given, words) in [
            ("::", [0, 0, 0, 0, 0, 0, 0, 0]),
            ("::1 ", [0, 0, 0, 0, 0, 0, 0, 1]),
            ("2001:DB8::1", [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1]),
            ("1:2:3:4:5:6:7:8", [1, 2, 3, 4, 5, 6, 7, 8]),
            ("1:2:3:4:5:6:7::", [1, 2, 3, 4, 5, 6, 7, 0]),
            ("::ffff:1.2.3.4", [0, 0, 0, 0, 0, 0xffff, 0x102, 0x304]),
            ("::ffff:102:304", [0, 0, 0, 0, 0, 0xffff, 0x102, 0x304]),
            (
                "64:ff9b::192.0.2.33",
                [0x64, 0xff9b, 0, 0, 0, 0, 0xc000, 0x221],
            ),
        ] {
            assert_eq!(ip(given), IpAddr::from(words), "{given}");
        }
    }

    #[test]
    fn refuses_what_is_none() {
        for given in [
            "",
            " ",
            ".",
            "1",
            "1.2.3",
            "1.2.3.",
            ".1.2.3",
            "1..2.3",
            "1.2.3.4.5",
            "1.2.3.4.",
            "256.1.1.1",
            "1.2.3.0004",
            "+1.2.3.4",
            "-1.2.3.4",
            "0x1.2.3.4",
            "1.2.3.4x",
            "1.2. 3.4",
            "1.2.3.4/24",
            "1.2.3.4:80",
            "1,2,3,4",
            "a",
            "localhost",
            ":",
            ":1",
            "1:",
            ":::",
            "1::2::3",
            "1::2:",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "12345::",
            "g::",
            "[::1]",
            "fe80::1%1",
            "::1/64",
            "::ffff:1.2.3.256",
            "\u{661}.2.3.4",
        ] {
            assert_eq!(parse(given.as_bytes()), None, "{given}");
        }
        assert_eq!(parse(b"1.2.3.\xff"), None);
    }

    /// The numbers that lws 4.3.5 has for these.
    #[test]
    fn says_why() {
        for (given, number) in [
            ("", -1),
            ("1", -1),
            ("1.2.3", -1),
            ("1..2.3", -1),
            ("1.2.3.0004", -1),
            ("cats", -1),
            ("1.cat.dog.com", -1),
            ("1.2.3.4x", -1),
            ("-1.2.3.4", -1),
            ("12345::", -1),
            ("256.1.1.1", -6),
            ("::ffff:1.2.3.256", -6),
            (":::1", -8),
            ("1:::2", -8),
            (":::", -8),
            ("1.2.3.4:80", -10),
            ("fe80::1%1", -10),
            ("::1/64", -10),
            ("[::1]", -10),
            ("1.2.3.4::", -10),
            ("+1.2.3.4", -11),
            ("1.2.3.4/24", -11),
            ("1,2,3,4", -11),
            ("1.2.3.4.5", -12),
            (":1", -12),
            ("1:", -12),
            ("1:2:3:4:5:6:7", -12),
            ("::ffff:1.2.3", -12),
            ("1:2:3:4:5:6:7:8:9", -14),
            ("1:2:3:4:5:6:7:8::", -14),
            ("::ffff:1.2.3.4.5", -14),
            // Those lws takes.
            ("1::2::3", -8),
            ("1.2.3.4.", -1),
            ("1:2:3:4:5:6:7:8:", -12),
        ] {
            assert_eq!(parse(given.as_bytes()), None, "{given}");
            assert_eq!(fault(given.as_bytes()) as i32, number, "{given}");
        }
    }

    #[test]
    fn the_text_is_that_of_lws() {
        for (given, shown) in [
            ("1.2.3.4", "1.2.3.4"),
            ("001.0.0.255", "1.0.0.255"),
            ("0:0:0:0:0:0:0:0", "::"),
            ("0:0:0:0:0:0:0:1", "::1"),
            ("1:0:0:0:0:0:0:0", "1::"),
            ("::ffff:102:304", "::ffff:1.2.3.4"),
            ("::102:304", "::102:304"),
            ("1:0:0:2:0:0:0:3", "1::2:0:0:0:3"),
            ("1:0:2:3:4:5:6:7", "1::2:3:4:5:6:7"),
            ("0:2:3:4:5:6:7:8", "::2:3:4:5:6:7:8"),
            ("1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7::"),
            ("1:0:3:0:5:0:7:0", "1::3:0:5:0:7:0"),
            ("::ffff:0:102:304", "::ffff:0:102:304"),
            (
                "FFFF:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            ),
            ("ABC:DE:0F::", "abc:de:f::"),
        ] {
            assert_eq!(text(ip(given)), shown);
            assert_eq!(ip(shown), ip(given));
        }
    }

    #[test]
    fn bytes_of_both_kinds() {
        assert_eq!(from_bytes(&[1, 2, 3, 4]), Some(ip("1.2.3.4")));
        assert_eq!(from_bytes(&[0; 16]), Some(ip("::")));
        for n in [0, 3, 5, 15, 17] {
            assert_eq!(from_bytes(&vec![0; n]), None);
        }
        assert_eq!(unmapped(ip("::ffff:1.2.3.4")), ip("1.2.3.4"));
        assert_eq!(unmapped(ip("::1")), ip("::1"));
    }

    #[test]
    fn networks() {
        for (a, net, len, on) in [
            ("1.2.3.4", "1.2.3.0", 24, true),
            ("1.2.4.4", "1.2.3.0", 24, false),
            ("1.2.3.4", "1.2.3.5", 31, true),
            ("1.2.3.4", "1.2.3.5", 32, false),
            ("1.2.3.4", "9.9.9.9", 0, true),
            ("128.0.0.0", "0.0.0.0", 1, false),
            ("febf::1", "fe80::", 10, true),
            ("fec0::1", "fe80::", 10, false),
            ("::2", "::3", 127, true),
            ("::2", "::3", 128, false),
            ("ff::", "::1", 0, true),
            ("1.2.3.4", "::ffff:1.2.3.0", 120, true),
            ("1.2.4.4", "::ffff:1.2.3.0", 120, false),
            ("1.2.3.4", "::", 0, true),
            ("::ffff:1.2.3.4", "1.2.3.0", 24, true),
            ("::ffff:9.9.9.9", "1.2.3.0", 24, false),
            ("::1", "0.0.0.0", 0, false),
        ] {
            let found = on_net(ip(a), ip(net), len);
            assert_eq!(found, Some(on), "{a} in {net}/{len}");
        }
        assert_eq!(on_net(ip("1.2.3.4"), ip("1.2.3.4"), 33), None);
        assert_eq!(on_net(ip("::1"), ip("::1"), 129), None);
        assert_eq!(on_net(ip("::1"), ip("::1"), u32::MAX), None);
    }
}
