//! Cutting a URI into its parts, in place.
#![forbid(unsafe_code)]

/// Where the parts of a URI begin; each ends in the NUL that was put there.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    /// `None` when there is no `://`.
    pub(crate) protocol: Option<usize>,
    pub(crate) address: usize,
    /// The one given, else the usual one of the protocol where that is known.
    pub(crate) port: Option<i32>,
    /// Without its first `/`. `None` when there is none, or nothing after it.
    pub(crate) path: Option<usize>,
}

/// Cuts `uri`, a text with the NUL that ends it.
///
/// The address may be in brackets (IPv6), or begin with `+`: then it is a unix
/// socket, which only a `:` ends.
pub(crate) fn cut(uri: &mut [u8]) -> Parts {
    let mut parts = Parts::default();
    let mut at = 0usize;
    if let Some(end) = super::text::find(uri, b"://") {
        parts.protocol = Some(0);
        parts.port = usual_port(uri.get(..end).unwrap_or_default());
        end_at(uri, end);
        at = end.saturating_add(3);
    }
    let separator = if uri.get(at) == Some(&b'[') {
        at = at.saturating_add(1);
        let bracket = seek(uri, at, |c| c == b']');
        end_at(uri, bracket);
        bracket.saturating_add(1)
    } else if uri.get(at) == Some(&b'+') {
        seek(uri, at, |c| c == b':')
    } else {
        seek(uri, at, |c| c == b':' || c == b'/')
    };
    parts.address = at;
    let after = separator.saturating_add(1);
    let path = if uri.get(separator) == Some(&b':') {
        parts.port = Some(number(uri.get(after..).unwrap_or_default()));
        seek(uri, after, |c| c == b'/').saturating_add(1)
    } else {
        after
    };
    end_at(uri, separator);
    // Past the end of the text there is no path.
    parts.path = Some(path).filter(|path| uri.get(*path).is_some_and(|c| *c != 0));
    parts
}

/// The first place from `at` on that `stop` says, or the end.
fn seek(uri: &[u8], at: usize, stop: impl Fn(u8) -> bool) -> usize {
    let rest = uri.get(at..).unwrap_or_default();
    let n = rest
        .iter()
        .position(|c| *c == 0 || stop(*c))
        .unwrap_or(rest.len());
    at.saturating_add(n)
}

fn end_at(uri: &mut [u8], at: usize) {
    if let Some(c) = uri.get_mut(at) {
        *c = 0;
    }
}

fn usual_port(protocol: &[u8]) -> Option<i32> {
    match protocol {
        b"http" | b"ws" => Some(80),
        b"https" | b"wss" => Some(443),
        _ => None,
    }
}

/// The number at the start of a text as `atoi()` reads it, but the nearest
/// possible one where that overflows.
pub(crate) fn number(text: &[u8]) -> i32 {
    let text = text.trim_ascii_start();
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let mut n = 0i32;
    for c in digits.iter().take_while(|c| c.is_ascii_digit()) {
        let digit = i32::from(c & 0x0f);
        n = n.saturating_mul(10);
        n = if negative {
            n.saturating_sub(digit)
        } else {
            n.saturating_add(digit)
        };
    }
    n
}

#[cfg(test)]
mod tests {
    use super::{cut, number};

    fn parts(uri: &str) -> (String, String, Option<i32>, String) {
        let mut b = uri.as_bytes().to_vec();
        b.push(0);
        let p = cut(&mut b);
        let at = |i: usize| {
            let rest = b.get(i..).unwrap_or_default();
            let end = rest.iter().position(|c| *c == 0).unwrap_or(rest.len());
            String::from_utf8_lossy(rest.get(..end).unwrap_or_default()).into_owned()
        };
        (
            p.protocol.map_or(String::new(), at),
            at(p.address),
            p.port,
            p.path.map_or("/".into(), at),
        )
    }

    #[test]
    fn cuts() {
        for (uri, prot, ads, port, path) in [
            ("http://a.b/c", "http", "a.b", Some(80), "c"),
            ("https://a.b", "https", "a.b", Some(443), "/"),
            ("ws://h:81/p/q?x=y", "ws", "h", Some(81), "p/q?x=y"),
            ("ftp://h/x", "ftp", "h", None, "x"),
            ("h/x", "", "h", None, "x"),
            ("h", "", "h", None, "/"),
            ("/x", "", "", None, "x"),
            ("http://[::1]:80/p", "http", "::1", Some(80), "p"),
            ("http://[::1]/p", "http", "::1", Some(80), "p"),
            ("http://[::1]", "http", "::1", Some(80), "/"),
            ("http://[::1", "http", "::1", Some(80), "/"),
            ("http://[::1]x:80/p", "http", "::1", Some(80), ":80/p"),
            ("http://[::1]:", "http", "::1", Some(0), "/"),
            (
                "http://+/var/run/s:/my/path",
                "http",
                "+/var/run/s",
                Some(0),
                "my/path",
            ),
            ("http://+@abs:/p", "http", "+@abs", Some(0), "p"),
            ("http://+/var/run/s", "http", "+/var/run/s", Some(80), "/"),
            ("http://+/v/s:?x", "http", "+/v/s", Some(0), "/"),
            ("", "", "", None, "/"),
            ("://", "", "", None, "/"),
            ("http://", "http", "", Some(80), "/"),
            ("http:///x", "http", "", Some(80), "x"),
            ("http://h:80?x", "http", "h", Some(80), "/"),
            ("http://h//x", "http", "h", Some(80), "/x"),
            ("http://h:", "http", "h", Some(0), "/"),
            ("http://h:/x", "http", "h", Some(0), "x"),
            ("http://h:80/p:/q", "http", "h", Some(80), "p:/q"),
            ("x:y://h/p", "x:y", "h", None, "p"),
            ("http://h:4294967297/p", "http", "h", Some(i32::MAX), "p"),
        ] {
            assert_eq!(
                parts(uri),
                (prot.into(), ads.into(), port, path.into()),
                "{uri}"
            );
        }
    }

    #[test]
    fn numbers() {
        for (text, want) in [
            ("15", 15),
            (" 15x", 15),
            ("-3", -3),
            ("+4", 4),
            ("x", 0),
            ("", 0),
            ("-", 0),
            ("99999999999", i32::MAX),
            ("-99999999999", i32::MIN),
        ] {
            assert_eq!(number(text.as_bytes()), want, "{text}");
        }
    }
}
