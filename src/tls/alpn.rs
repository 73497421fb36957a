//! The protocols that the ends of a connection offer each other (RFC 7301).

use core::ops::Range;
use std::collections::TryReserveError;

/// The longest name of a protocol, bytes.
const LONGEST: usize = 255;

/// A list as programs write it, `h2,http/1.1`, as TLS has it: each name with its length before it.
/// Names that are empty or too long are left out.
pub(crate) fn wire(list: &[u8]) -> Result<Vec<u8>, TryReserveError> {
    let mut wire = Vec::new();
    wire.try_reserve(list.len().saturating_add(1))?;
    for name in list.split(|b| *b == b',') {
        let name = name.trim_ascii();
        match u8::try_from(name.len()) {
            Ok(len @ 1..) if name.len() <= LONGEST => {
                wire.push(len);
                wire.extend_from_slice(name);
            }
            _ => {}
        }
    }
    Ok(wire)
}

/// The names of such a list, and where they are in it. One that is cut off ends it.
fn names(wire: &[u8]) -> impl Iterator<Item = (Range<usize>, &[u8])> {
    let mut at = 0usize;
    core::iter::from_fn(move || {
        let len = usize::from(*wire.get(at)?);
        let start = at.checked_add(1)?;
        let end = start.checked_add(len)?;
        let name = wire.get(start..end)?;
        at = end;
        Some((start..end, name))
    })
}

/// Where in what a client offers the protocol is that a server speaks: the first of the server's own
/// list that is offered.
pub(crate) fn choose(ours: &[u8], offered: &[u8]) -> Option<Range<usize>> {
    names(ours).find_map(|(_, own)| {
        names(offered)
            .find(|(_, name)| *name == own)
            .map(|(at, _)| at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(ours: &str, offered: &str) -> Option<String> {
        let (ours, offered) = (
            wire(ours.as_bytes()).unwrap(),
            wire(offered.as_bytes()).unwrap(),
        );
        choose(&ours, &offered).map(|at| String::from_utf8(offered[at].to_vec()).unwrap())
    }

    #[test]
    fn the_server_prefers() {
        for (ours, offered, expected) in [
            ("http/1.1", "h2,http/1.1", Some("http/1.1")),
            ("a,b", "b,a", Some("a")),
            ("h1", "http/1.1", None),
            ("", "http/1.1", None),
            ("http/1.1", "", None),
            (" a , ,b", "b", Some("b")),
            ("http/1.10", "http/1.1", None),
        ] {
            assert_eq!(
                chosen(ours, offered).as_deref(),
                expected,
                "{ours} / {offered}"
            );
        }
    }

    #[test]
    fn names_of_any_length() {
        let longest = "x".repeat(255);
        assert_eq!(chosen(&longest, &longest).as_deref(), Some(&*longest));
        let too_long = "x".repeat(256);
        assert_eq!(wire(too_long.as_bytes()).unwrap(), b"");
    }

    #[test]
    fn what_is_cut_off_is_not_read() {
        let ours = wire(b"abc").unwrap();
        for len in 0..ours.len() {
            assert_eq!(choose(&ours, &ours[..len]), None, "{len}");
        }
        assert_eq!(choose(&ours, &[0, 0, 3, b'a', b'b', b'c']), Some(3..6));
    }
}
