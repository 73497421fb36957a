//! What reads bytes from outside, for the targets in `fuzz/`: each takes any
//! bytes, and panics where what holds for all does not.
#![forbid(unsafe_code)]

#[cfg(feature = "LWS_ROLE_H1")]
mod http;

#[cfg(feature = "LWS_ROLE_H1")]
pub use http::{chunks, forms, heads};

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
        let found: usize = tables.map(|table| count(&copy, family, table)).sum();
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

/// What connection attempts have shown, as a file.
pub fn paths(bytes: &[u8]) {
    crate::cao::json::check::read(bytes);
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

/// JSON as it comes, to the end or the first fault; the state stays within its bounds.
#[cfg(feature = "LWS_WITH_LEJP")]
pub fn lejp(bytes: &[u8]) {
    use crate::util::lejp::{Step, feed, parser, path, resume};
    let mut ctx = parser();
    for c in bytes {
        let mut step = feed(&mut ctx, *c);
        while let Step::Call(call) = step {
            assert!(usize::from(ctx.sp) < ctx.st.len());
            assert!(usize::from(ctx.ipos) <= ctx.i.len());
            assert!(usize::from(ctx.npos) < ctx.buf.len());
            assert!(ctx.path.contains(&0), "the path has no end");
            step = resume(&mut ctx, *c, call.then);
        }
        if step != Step::Next {
            break;
        }
    }
    let (path, asked) = bytes.split_at(bytes.len() / 2);
    if let Some(wild) = path::matches(path, asked) {
        for at in wild.at.iter().take(usize::from(wild.count)) {
            assert!(!path::stood_for(path, *at).is_empty());
        }
    }
}

/// Any JSON into structs and back: the first two bytes say how long the pieces are.
#[cfg(feature = "LWS_WITH_STRUCT_JSON")]
pub fn structs(bytes: &[u8]) {
    crate::capi::r#struct::check::read(bytes);
}

/// Tokens, with the flags that the first two bytes are: each begins where the one before ended, and
/// lies in what was read.
pub fn tokenize(bytes: &[u8]) {
    use crate::util::tokenize::{BEGIN, Elem, Flags, next};
    let Some((flags, text)) = bytes.split_first_chunk() else {
        return;
    };
    let flags = Flags(u16::from_le_bytes(*flags));
    let mut delim = BEGIN;
    let mut rest = text;
    loop {
        let found = next(flags, &mut delim, rest.iter().copied());
        if let Some((at, len)) = found.token {
            assert!(at.saturating_add(len) <= found.used);
        }
        let done = matches!(found.elem, Elem::Ended | Elem::CommaList | Elem::BrokenUtf8);
        assert!(done || found.used > 0, "it does not go on");
        match rest.get(found.used..) {
            Some(behind) if found.used > 0 => rest = behind,
            Some(_) => break,
            None => panic!("more was read than there is"),
        }
    }
}

/// Texts with names: what is written for them are the bytes that are in none, and no name is too long.
pub fn strexp(bytes: &[u8]) {
    use crate::util::strexp::{Step, TEXT, feed, fresh};
    let mut exp = fresh();
    let mut written = 0usize;
    for c in bytes {
        loop {
            match feed(&mut exp, *c) {
                Step::Next => {}
                Step::Before(_) => {
                    written = written.saturating_add(1);
                    continue;
                }
                Step::Itself => written = written.saturating_add(1),
                Step::Name => {
                    assert!(exp.name.contains(&0), "the name has no end");
                    exp.state = TEXT;
                }
                Step::TooLong => return,
            }
            break;
        }
    }
    assert!(written <= bytes.len());
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

/// An answer of a DNS server: header and question are those that were asked for, but for flags and
/// counts; all else is the input's.
#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
pub fn dns(bytes: &[u8]) {
    use crate::dns::name::Name;
    use crate::dns::wire::query::{Cookies, Question};
    let Some(([tcp, kind, flags @ .., c0, c1, c2], rest)) = bytes.split_first_chunk::<7>() else {
        return;
    };
    let Ok(name) = Name::from_text(b"www.example.org") else {
        return;
    };
    let asked = Question {
        id: 0x1234,
        name: &name,
        kind: u16::from(*kind),
        upper: [0; 4],
        edns: None,
        ad: true,
    };
    let mut message = Vec::new();
    asked.write(&mut message, false);
    let [high, low] = *flags;
    // An answer, of an ordinary question.
    let counts = [high & 0x87 | 0x80, low, 0, 1, 0, *c0, 0, *c1, 0, *c2];
    for (to, from) in message.iter_mut().skip(2).zip(counts) {
        *to = from;
    }
    message.extend_from_slice(rest);
    let asked = Question {
        edns: (tcp & 2 != 0).then_some(Cookies {
            client: [7; 8],
            server: None,
        }),
        ..asked
    };
    let _ = crate::dns::wire::reply::read(&message, &asked, tcp & 1 != 0);
    let _ = crate::dns::wire::reply::read(bytes, &asked, true);
}

/// The files that a resolver goes by: resolv.conf and hosts.
#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
pub fn resolv(bytes: &[u8]) {
    let _ = crate::dns::conf::parse(bytes, |name| (name == "lo").then_some(1));
    let hosts = crate::dns::hosts::parse(bytes);
    assert!(hosts.len() <= bytes.len());
}

/// A cookie file: each cookie has its tag, and a request for that gets it.
#[cfg(feature = "LWS_WITH_CACHE_NSCOOKIEJAR")]
pub fn jar(bytes: &[u8]) {
    use crate::cache::jar;
    for line in jar::lines(bytes) {
        let Some(cookie) = jar::cookie(line) else {
            continue;
        };
        let Some(tag) = cookie.tag() else { continue };
        assert!(tag.len() == cookie.tag_len() && cookie.is(&tag));
        // A `|` in the host makes the tag one of another cookie.
        if tag.iter().filter(|b| **b == b'|').count() == 2 {
            assert!(jar::asks_for(&tag, &tag));
        }
        jar::asks_for(bytes, &tag);
    }
    crate::cache::entry(bytes);
}

/// What a DHCP server sends: the packet as it comes, and the message in it made out as the answer
/// to what was asked.
#[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
pub fn dhcp(bytes: &[u8]) {
    use crate::dhcp::{frame, message};
    const MAC: [u8; 6] = [2, 0, 0, 0, 0, 1];
    const XID: u32 = 0x1234_5678;
    if let Ok((_, inside)) = frame::unwrap(bytes, false) {
        let _ = message::decode(inside, MAC, XID);
    }
    let mut answer = bytes.to_vec();
    let fields: [(usize, &[u8]); 4] = [
        (0, &[2, 1, 6]),
        (4, &XID.to_be_bytes()),
        (28, &MAC),
        (236, &[99, 130, 83, 99]),
    ];
    for (at, field) in fields {
        for (to, from) in answer.iter_mut().skip(at).zip(field) {
            *to = *from;
        }
    }
    let _ = message::decode(&answer, MAC, XID);
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

/// Events of GPIO lines and of input devices.
#[cfg(feature = "LWS_WITH_BUTTON")]
pub fn pins(bytes: &[u8]) {
    use crate::button::lines::{Kind, events};
    assert!(events(Kind::Chip, bytes).len() <= bytes.len() / 48);
    assert!(events(Kind::Key(116), bytes).len() <= bytes.len() / 24);
}

/// What a peer of WebSocket sends. The first byte says which side reads, whether text is checked and
/// messages are inflated; the second where the bytes are cut. The result is the same in one piece.
#[cfg(feature = "LWS_WITH_EXTENSIONS")]
pub fn ws(bytes: &[u8]) {
    let Some(([how, cut], sent)) = bytes.split_first_chunk::<2>() else {
        return;
    };
    let step = usize::from(*cut).max(1);
    let whole = crate::roles::ws::check::read(*how, sent, sent.len().max(1));
    assert_eq!(whole, crate::roles::ws::check::read(*how, sent, step));
    crate::roles::ws::check::handshake(sent);
}
