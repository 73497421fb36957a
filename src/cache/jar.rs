//! The lines of a Netscape cookie file, and which cookies a request asks for.
//!
//! A line has seven fields between tabs: host, whether its subdomains are meant, path, whether TLS is
//! needed, when it ends in seconds since 1970 or 0, name, value. In front of the host may be
//! `#HttpOnly_`; other lines that begin with `#` are comments. A cookie is known by its tag:
//! `host|path|name`.

use crate::util::text;

/// What such a file begins with.
pub(crate) const HEAD: &[u8] = b"# Netscape HTTP Cookie File\n";
/// Files are not longer than this, bytes.
pub(crate) const LONGEST: usize = 1 << 20;

/// A line that is a cookie.
pub(crate) struct Cookie<'a> {
    host: &'a [u8],
    path: &'a [u8],
    name: &'a [u8],
    /// Seconds since 1970; 0 for not at all.
    pub(crate) ends_s: u64,
}

/// The lines of a file, without what ends them.
pub(crate) fn lines(file: &[u8]) -> impl Iterator<Item = &[u8]> {
    file.split(|b| *b == b'\n').filter(|l| !l.is_empty())
}

/// What a line says, if it is a cookie.
pub(crate) fn cookie(line: &[u8]) -> Option<Cookie<'_>> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = match line.strip_prefix(b"#HttpOnly_") {
        Some(rest) => rest,
        None if line.starts_with(b"#") => return None,
        None => line,
    };
    if line.iter().any(|b| matches!(b, 0 | b'\n')) {
        return None;
    }
    let mut fields = line.splitn(7, |b| *b == b'\t');
    let host = fields.next()?;
    let path = fields.nth(1)?;
    let ends = fields.nth(1)?;
    let name = fields.next()?;
    fields.next()?;
    if host.is_empty() || path.is_empty() {
        return None;
    }
    Some(Cookie {
        host,
        path,
        name,
        ends_s: core::str::from_utf8(ends).ok()?.parse().ok()?,
    })
}

impl Cookie<'_> {
    /// Whether this is its tag.
    pub(crate) fn is(&self, tag: &[u8]) -> bool {
        let mut rest = tag;
        for part in [self.host, b"|", self.path, b"|", self.name] {
            match rest.strip_prefix(part) {
                Some(r) => rest = r,
                None => return false,
            }
        }
        rest.is_empty()
    }

    /// How long its tag is.
    pub(crate) fn tag_len(&self) -> usize {
        let parts = [self.host.len(), self.path.len(), self.name.len(), 2];
        parts.iter().fold(0, |sum, n| sum.saturating_add(*n))
    }

    /// Its tag. `None` when there is no memory.
    pub(crate) fn tag(&self) -> Option<Vec<u8>> {
        let mut tag = Vec::new();
        tag.try_reserve_exact(self.tag_len()).ok()?;
        for part in [self.host, b"|", self.path, b"|", self.name] {
            tag.extend_from_slice(part);
        }
        Some(tag)
    }

    pub(crate) fn is_over(&self, now_s: u64) -> bool {
        self.ends_s != 0 && self.ends_s <= now_s
    }
}

/// Host, path and name.
fn parts(tag: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let mut parts = tag.splitn(3, |b| *b == b'|');
    Some((parts.next()?, parts.next()?, parts.next()?))
}

/// Whether a request for `wanted` gets the cookie with this tag: `host|path|name`, with `*` for any
/// text. The cookie's path is that of the request, or a folder above it.
pub(crate) fn asks_for(wanted: &[u8], tag: &[u8]) -> bool {
    let (Some((host, path, name)), Some((tag_host, tag_path, tag_name))) =
        (parts(wanted), parts(tag))
    else {
        return false;
    };
    let under = || {
        let rest = path.strip_prefix(tag_path);
        rest.is_some_and(|r| r.is_empty() || tag_path.ends_with(b"/") || r.starts_with(b"/"))
    };
    text::stars(host, tag_host)
        && text::stars(name, tag_name)
        && (under() || text::stars(path, tag_path))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn tag_of(line: &[u8]) -> Option<String> {
        cookie(line).map(|c| String::from_utf8(c.tag().unwrap()).unwrap())
    }

    #[test]
    fn lines_that_are_cookies() {
        for (line, tag) in [
            (
                &b"host.com\tFALSE\t/\tTRUE\t4000000000\tname\tvalue"[..],
                "host.com|/|name",
            ),
            (b"host.com\tFALSE\t/x\tTRUE\t0\tn\tv\tmore", "host.com|/x|n"),
            (b"host.com\tFALSE\t/\tTRUE\t0\tn\t\r", "host.com|/|n"),
            (b"host.com\tFALSE\t/\tTRUE\t0\t\tv", "host.com|/|"),
            (
                b"#HttpOnly_.host.com\tTRUE\t/\tTRUE\t1\tn\tv",
                ".host.com|/|n",
            ),
        ] {
            assert_eq!(tag_of(line).as_deref(), Some(tag));
            assert!(cookie(line).unwrap().is(tag.as_bytes()));
            assert!(!cookie(line).unwrap().is(b"other|/|n"));
            assert!(!cookie(line).unwrap().is(format!("{tag}x").as_bytes()));
        }
    }

    #[test]
    fn lines_that_are_none() {
        for line in [
            &b"# Netscape HTTP Cookie File"[..],
            b"#host.com\tFALSE\t/\tTRUE\t0\tn\tv",
            b"",
            b"short\tline",
            b"host.com\tFALSE\t/\tTRUE\t0\tn",
            b"host.com\tFALSE\t/\tTRUE\tsoon\tn\tv",
            b"host.com\tFALSE\t/\tTRUE\t-1\tn\tv",
            b"host.com\tFALSE\t/\tTRUE\t99999999999999999999\tn\tv",
            b"\tFALSE\t/\tTRUE\t0\tn\tv",
            b"host.com\tFALSE\t\tTRUE\t0\tn\tv",
            b"host.com\tFALSE\t/\tTRUE\t0\tn\tv\nhost",
            b"host.com\tFALSE\t/\tTRUE\t0\tn\t\0",
        ] {
            assert_eq!(tag_of(line), None);
        }
    }

    #[test]
    fn they_end_when_they_say() {
        let c = |ends: &str| format!("h\tFALSE\t/\tTRUE\t{ends}\tn\tv");
        for (ends, now, over) in [("10", 9, false), ("10", 10, true), ("0", 10, false)] {
            assert_eq!(cookie(c(ends).as_bytes()).unwrap().is_over(now), over);
        }
    }

    #[test]
    fn requests_get_cookies_of_their_path_and_above() {
        for (wanted, tag, gets) in [
            ("host.com|/|*", "host.com|/|a", true),
            ("host.com|/|*", "host.com|/x|a", false),
            ("host.com|/x|*", "host.com|/|a", true),
            ("host.com|/x|*", "host.com|/x|a", true),
            ("host.com|/x/y|*", "host.com|/x|a", true),
            ("host.com|/x/y|*", "host.com|/x/|a", true),
            ("host.com|/xy|*", "host.com|/x|a", false),
            ("host.com|/x|a", "host.com|/x|a", true),
            ("host.com|/x|b", "host.com|/x|a", false),
            ("host.com|/x|a*", "host.com|/x|abc", true),
            ("host.com|*|a", "host.com|/x|a", true),
            ("*|/|*", "other.com|/|a", true),
            ("x.host.com|/|*", "host.com|/|a", false),
            ("host.com", "host.com|/|a", false),
            ("*", "host.com|/|a", false),
            ("host.com|/|*", "odd", false),
        ] {
            let (wanted_, tag_) = (wanted.as_bytes(), tag.as_bytes());
            assert_eq!(asks_for(wanted_, tag_), gets, "{wanted} {tag}");
        }
    }
}
