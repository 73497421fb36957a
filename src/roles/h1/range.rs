//! Parts of a file that a client asks for (RFC 9110, section 14).

use core::ops::Range;

/// How many parts one answer has at most.
const MOST: usize = 16;

/// What of a file is wanted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Wanted {
    /// All of it: no part is asked for, or in a way that a server may ignore.
    Whole,
    /// These parts of it, at least one, none of them empty.
    Parts(Vec<Range<u64>>),
    /// Nothing that it has.
    Beyond,
}

/// What the header Range wants of a file of `size` bytes. Parts that overlap, and more than a few of
/// them, are not served (section 14.2).
pub(crate) fn wanted(header: &[u8], size: u64) -> Wanted {
    let Some(at) = header.iter().position(|b| *b == b'=') else {
        return Wanted::Whole;
    };
    let (unit, set) = header.split_at(at);
    let set = set.strip_prefix(b"=").unwrap_or(set);
    if !unit.trim_ascii().eq_ignore_ascii_case(b"bytes") {
        return Wanted::Whole;
    }
    let mut parts: Vec<Range<u64>> = Vec::new();
    let mut any = false;
    for one in set
        .split(|b| *b == b',')
        .map(<[u8]>::trim_ascii)
        .filter(|one| !one.is_empty())
    {
        any = true;
        let Some(part) = part(one, size) else {
            return Wanted::Whole;
        };
        if part.is_empty() {
            continue;
        }
        let overlaps = |p: &Range<u64>| p.start < part.end && part.start < p.end;
        if parts.len() >= MOST || parts.iter().any(overlaps) {
            return Wanted::Whole;
        }
        parts.push(part);
    }
    match parts.is_empty() {
        false => Wanted::Parts(parts),
        // No part of nothing can be named.
        true if any && size > 0 => Wanted::Beyond,
        true => Wanted::Whole,
    }
}

/// How many bytes a part has.
pub(crate) fn len(part: &Range<u64>) -> u64 {
    part.end.saturating_sub(part.start)
}

/// `3-7`, `3-` or `-7`: an empty range where the file has nothing of it. `None`: it is none of these.
fn part(one: &[u8], size: u64) -> Option<Range<u64>> {
    let at = one.iter().position(|b| *b == b'-')?;
    let (first, last) = (one.get(..at)?, one.get(at.checked_add(1)?..)?);
    if first.is_empty() {
        let n = number(last)?;
        return Some(size.saturating_sub(n)..size);
    }
    let first = number(first)?;
    let end = match last {
        [] => size,
        last => {
            let last = number(last)?;
            if last < first {
                return None;
            }
            last.saturating_add(1).min(size)
        }
    };
    Some(first..end.max(first))
}

/// Digits as a number; one that is too large is the largest.
fn number(text: &[u8]) -> Option<u64> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(text.iter().fold(0u64, |n, b| {
        n.saturating_mul(10)
            .saturating_add(u64::from(b.wrapping_sub(b'0')))
    }))
}

/// Whether If-Range lets a part be served: it names the file as it is (section 13.1.5). A date never
/// does, as no Last-Modified is sent.
pub(crate) fn permits(if_range: Option<&[u8]>, etag: Option<&str>) -> bool {
    match (if_range, etag) {
        (None, _) => true,
        (Some(named), Some(etag)) => named.trim_ascii() == etag.as_bytes(),
        (Some(_), None) => false,
    }
}

/// What `content-range:` says of a part; of none, where nothing can be served.
pub(crate) fn content_range(part: Option<&Range<u64>>, size: u64) -> String {
    match part {
        Some(p) => format!("bytes {}-{}/{size}", p.start, p.end.saturating_sub(1)),
        None => format!("bytes */{size}"),
    }
}

/// What stands before a part of an answer that has several, and after the last one (`None`).
pub(crate) fn delimit(
    boundary: &[u8],
    kind: Option<&[u8]>,
    part: Option<&Range<u64>>,
    size: u64,
) -> Vec<u8> {
    let mut text = [b"\r\n--", boundary].concat();
    if part.is_none() {
        text.extend_from_slice(b"--\r\n");
        return text;
    }
    text.extend_from_slice(b"\r\n");
    if let Some(kind) = kind {
        text.extend_from_slice(&[b"content-type: ", kind, b"\r\n"].concat());
    }
    let range = content_range(part, size);
    text.extend_from_slice(&[b"content-range: ", range.as_bytes(), b"\r\n\r\n"].concat());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_those_of_rfc_9110() {
        let parts = |all: &[(u64, u64)]| Wanted::Parts(all.iter().map(|(a, b)| *a..*b).collect());
        for (header, size, expected) in [
            // section 14.1.2, of 10000 bytes
            ("bytes=0-499", 10_000, parts(&[(0, 500)])),
            ("bytes=500-999", 10_000, parts(&[(500, 1000)])),
            ("bytes=-500", 10_000, parts(&[(9500, 10_000)])),
            ("bytes=9500-", 10_000, parts(&[(9500, 10_000)])),
            ("bytes=0-0,-1", 10_000, parts(&[(0, 1), (9999, 10_000)])),
            (
                "bytes= 0-999, 4500-5499, -1000",
                10_000,
                parts(&[(0, 1000), (4500, 5500), (9000, 10_000)]),
            ),
            ("bytes=0-99999", 10, parts(&[(0, 10)])),
            ("bytes=-99999", 10, parts(&[(0, 10)])),
            ("BYTES=3-", 10, parts(&[(3, 10)])),
            ("bytes=5-99999999999999999999999999", 10, parts(&[(5, 10)])),
            // what the file does not have is left out
            ("bytes=10-,2-3", 10, parts(&[(2, 4)])),
            ("bytes=10-", 10, Wanted::Beyond),
            ("bytes=10-12,99-", 10, Wanted::Beyond),
            ("bytes=-0", 10, Wanted::Beyond),
            ("bytes=99999999999999999999999999-", 10, Wanted::Beyond),
            ("bytes=0-", 0, Wanted::Whole),
            ("bytes=-5", 0, Wanted::Whole),
            // bad sets, and other units, count as no header
            ("bytes=5-3", 10, Wanted::Whole),
            ("bytes=a-3", 10, Wanted::Whole),
            ("bytes=3-b", 10, Wanted::Whole),
            ("bytes=-", 10, Wanted::Whole),
            ("bytes=3", 10, Wanted::Whole),
            ("bytes=+3-", 10, Wanted::Whole),
            ("bytes=", 10, Wanted::Whole),
            ("bytes", 10, Wanted::Whole),
            ("lines=0-3", 10, Wanted::Whole),
            // so do attacks
            ("bytes=0-5,5-9", 10, Wanted::Whole),
            ("bytes=0-,0-,0-", 10, Wanted::Whole),
        ] {
            assert_eq!(wanted(header.as_bytes(), size), expected, "{header}");
        }
        let many = |n: u64| {
            let all: Vec<String> = (0..n).map(|i| format!("{}-{}", i * 2, i * 2)).collect();
            wanted(format!("bytes={}", all.join(",")).as_bytes(), 1000)
        };
        assert!(matches!(many(16), Wanted::Parts(p) if p.len() == 16));
        assert_eq!(many(17), Wanted::Whole);
    }

    #[test]
    fn a_part_is_one_of_the_same_file() {
        let tag = Some("\"A\"");
        assert!(permits(None, tag) && permits(None, None));
        assert!(permits(Some(b"\"A\""), tag));
        for other in ["\"B\"", "W/\"A\"", "A", "Thu, 01 Jan 1970 00:00:10 GMT"] {
            assert!(!permits(Some(other.as_bytes()), tag), "{other}");
        }
        assert!(!permits(Some(b"\"A\""), None));
    }

    #[test]
    fn several_parts_stand_between_lines() {
        let text = delimit(b"B", Some(b"t/p"), Some(&(0..3)), 9);
        let expected = "\r\n--B\r\ncontent-type: t/p\r\ncontent-range: bytes 0-2/9\r\n\r\n";
        assert_eq!(text, expected.as_bytes());
        assert_eq!(delimit(b"B", None, None, 9), b"\r\n--B--\r\n");
        assert_eq!(content_range(None, 9), "bytes */9");
    }
}
