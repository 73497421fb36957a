//! What reads bytes from outside, for the targets in `fuzz/`: each takes any
//! bytes, and panics where what holds for all does not.
#![forbid(unsafe_code)]

use crate::util::{addr, base64, hex, json, purify, uri, vbi};

/// The messages of a datagram from the kernel.
#[cfg(feature = "LWS_WITH_NETLINK")]
pub fn netlink(bytes: &[u8]) {
    crate::route::wire::check::read(bytes);
}

/// The messages of a datagram on their way into the copy, and decisions by what became of it. The
/// first 8 bytes say when all is read again.
#[cfg(feature = "LWS_WITH_NETLINK")]
pub fn copy(bytes: &[u8]) {
    use crate::route::{copy::KernelCopy, types::Family};
    let Some((plan, datagram)) = bytes.split_first_chunk() else {
        return;
    };
    let mut plan = u64::from_le_bytes(*plan);
    let mut copy = KernelCopy::new();
    for message in crate::route::wire::check::read(datagram) {
        match plan & 7 {
            1 => copy.begin_window(),
            2 => copy.begin_pass(),
            3 => copy.end_window(),
            _ => (),
        }
        plan = plan.rotate_right(3);
        let dumped = message.flags & libc::NLM_F_MULTI as u16 != 0;
        let effect = copy.apply(&message, dumped);
        for (_, prefix) in effect.prefixes {
            decide(&copy, prefix.address);
            decide(&copy, prefix.last());
        }
    }
    copy.end_window();
    for family in [Family::V4, Family::V6] {
        decide(&copy, family.unspecified());
        let tables = copy.tables.table_ids(family);
        let found: usize = tables
            .iter()
            .map(|table| count(&copy, family, *table))
            .sum();
        assert_eq!(found, copy.tables.len(family), "routes are lost");
    }
}

/// How many routes a walk over a table meets; a look-up has to find each.
#[cfg(feature = "LWS_WITH_NETLINK")]
fn count(
    copy: &crate::route::copy::KernelCopy,
    family: crate::route::types::Family,
    table: u32,
) -> usize {
    let mut found = 0usize;
    let mut after = None;
    while let Some((prefix, aliases)) = copy.tables.next(family, table, after) {
        assert!(after < Some(prefix), "the walk goes back");
        let mut matches = copy.tables.matches(table, prefix.address);
        assert!(
            matches.any(|(p, _)| p == prefix),
            "a look-up misses a route"
        );
        found = found.saturating_add(aliases.iter().count());
        after = Some(prefix);
        decide(copy, prefix.address);
    }
    found
}

#[cfg(feature = "LWS_WITH_NETLINK")]
fn decide(copy: &crate::route::copy::KernelCopy, dst: core::net::IpAddr) {
    let mut flow = crate::route::types::Flow {
        dst,
        src: None,
        oif: 0,
        mark: 1,
        tos: 4,
        uid: Some(0),
        protocol: 6,
        sport: 1,
        dport: 1,
    };
    let _ = crate::route::decide::decide(copy, &flow);
    let home = copy.addresses().next();
    flow.src = home.map(|addr| addr.local);
    flow.oif = home.map_or(1, |addr| addr.index);
    let _ = crate::route::decide::decide(copy, &flow);
}

/// A value in JSON, by a name that the bytes begin with up to a NUL; and JSON made of them.
pub fn json(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |c| *c == 0);
    let name = parts.next().unwrap_or_default();
    let text = parts.next().unwrap_or_default();
    if let Some(range) = json::value(text, name) {
        assert!(text.get(range).is_some(), "outside of the text");
    }
    let mut escaped = vec![0; purify::json_len(text).saturating_add(1)];
    assert_eq!(purify::json(text, &mut escaped), text.len());
    escaped.pop();
    let whole = [&b"{\"x\":\""[..], &escaped, b"\"}"].concat();
    let found = json::value(&whole, b"\"x\":").and_then(|range| whole.get(range));
    assert_eq!(found, Some(&escaped[..]), "a quote is not escaped");
}

/// The parts of a URI.
pub fn uri(bytes: &[u8]) {
    let mut text = bytes.to_vec();
    text.push(0);
    let parts = uri::cut(&mut text);
    let starts = [parts.protocol, Some(parts.address), parts.path];
    for start in starts.into_iter().flatten() {
        assert!(start < text.len(), "outside of the text");
    }
    assert_eq!(text.last(), Some(&0));
}

/// An address in numbers, which its own text gives again.
pub fn address(bytes: &[u8]) {
    if let Some(ip) = addr::parse(bytes) {
        assert_eq!(addr::parse(addr::text(ip).as_bytes()), Some(ip));
    } else {
        addr::fault(bytes);
    }
}

/// Base64, at once and in pieces of the size that the first byte says, which is the same; and the
/// bytes come back from their own text.
pub fn base64(bytes: &[u8]) {
    let Some((size, text)) = bytes.split_first() else {
        return;
    };
    let mut out = vec![0; text.len()];
    let (len, all) = base64::decode(text, &mut out);
    assert!(all, "three bytes for four characters always fit");
    out.truncate(len);
    let mut decoder = base64::Decoder::default();
    let mut pieces: Vec<u8> = Vec::new();
    let mut last = [0; 3];
    for piece in text.chunks(usize::from(*size).max(1)) {
        let mut room = vec![0; piece.len().saturating_add(6)];
        let (used, n) = decoder.decode(piece, &mut room, false);
        assert_eq!(used, piece.len());
        pieces.extend(room.iter().take(n));
    }
    let (_, n) = decoder.decode(&[], &mut last, true);
    pieces.extend(last.iter().take(n));
    assert_eq!(pieces, out);
    let mut again = vec![0; base64::encoded_len(len).unwrap_or(0)];
    base64::encode(&out, false, &mut again);
    let mut back = vec![0; len];
    assert_eq!(base64::decode(&again, &mut back), (len, true));
    assert_eq!(back, out);
}

/// Hexadecimal digits and the integers of MQTT.
pub fn numbers(bytes: &[u8]) {
    let mut decoded = vec![0; bytes.len() / 2];
    if let Some(used) = hex::decode(bytes, &mut decoded) {
        let mut digits = vec![0; bytes.len().saturating_add(1)];
        hex::encode(decoded.get(..used).unwrap_or_default(), &mut digits);
        digits.pop();
        assert!(digits.eq_ignore_ascii_case(bytes));
    }
    if let Some((value, used)) = vbi::decode(bytes) {
        assert!(used <= bytes.len());
        // One may be longer than it had to be.
        let shortest = vbi::encode(value).map(|(_, len)| len);
        assert!(shortest.is_some_and(|len| len <= used));
    }
}
