//! The target of a request (RFC 9112 3.2): the path as mounts and programs see it, and the query.

use super::head::Fault;
use crate::roles::headers::{Full, Store, token};
use crate::util::hex;

const TOO_LONG: Fault = Fault::status(414);
const BAD: Fault = Fault::status(400);
/// What lws answers to a bad escape.
const BAD_ESCAPE: Fault = Fault::status(403);

/// A target in its parts.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Target<'a> {
    /// From an absolute target; it takes the place of the Host header.
    pub(crate) host: Option<&'a [u8]>,
    pub(crate) path: &'a [u8],
    pub(crate) query: Option<&'a [u8]>,
}

/// Takes a target apart. `star`: whether `*` is one.
pub(crate) fn split(target: &[u8], star: bool) -> Result<Target<'_>, Fault> {
    let (mut host, mut rest) = (None, target);
    if rest == b"*" && star {
        return Ok(Target {
            host,
            path: rest,
            query: None,
        });
    }
    let (scheme, after) = rest.split_at(rest.iter().position(|b| *b == b'/').unwrap_or(0));
    let is_absolute = [&b"http:"[..], b"https:"]
        .iter()
        .any(|s| scheme.eq_ignore_ascii_case(s));
    if let Some(authority) = after.strip_prefix(b"//").filter(|_| is_absolute) {
        let end = authority
            .iter()
            .position(|b| matches!(b, b'/' | b'?' | b'#'));
        let (name, path) = authority.split_at(end.unwrap_or(authority.len()));
        let name = name.rsplit(|b| *b == b'@').next().unwrap_or(name);
        if name.is_empty() {
            return Err(BAD);
        }
        (host, rest) = (Some(name), path);
    }
    let (path, query) = match rest.iter().position(|b| *b == b'?') {
        Some(at) => {
            let (path, query) = rest.split_at(at);
            (path, query.get(1..))
        }
        None => (rest, None),
    };
    let path = if path.is_empty() && host.is_some() {
        &b"/"[..]
    } else {
        path
    };
    if path.first() != Some(&b'/') {
        return Err(BAD);
    }
    Ok(Target { host, path, query })
}

/// Adds what a target says to the headers: the path under `method`, each argument as a fragment.
pub(crate) fn store(into: &mut Store, method: u8, target: &Target) -> Result<(), Fault> {
    let full = |_: Full| TOO_LONG;
    if target.path.len() > into.limit() {
        return Err(TOO_LONG);
    }
    let mut text = Vec::new();
    let longest = target.path.len().max(target.query.map_or(0, <[u8]>::len));
    text.try_reserve_exact(longest.min(into.limit()))
        .map_err(|_| TOO_LONG)?;
    decode(target.path, false, &mut text)?;
    normalise(&mut text);
    into.add(method, &text).map_err(full)?;
    let query = target.query.unwrap_or(&[]);
    for argument in query.split(|b| *b == b'&').filter(|a| !a.is_empty()) {
        if argument.len() > into.limit() {
            return Err(TOO_LONG);
        }
        text.clear();
        decode(argument, true, &mut text)?;
        into.add(token::URI_ARGS, &text).map_err(full)?;
    }
    Ok(())
}

/// Undoes percent-encoding. `plus`: `+` stands for a space, as in queries.
fn decode(text: &[u8], plus: bool, out: &mut Vec<u8>) -> Result<(), Fault> {
    let mut rest = text.iter();
    while let Some(b) = rest.next() {
        out.push(match b {
            b'%' => {
                let mut digit = || hex::value(*rest.next()?);
                let high = digit().ok_or(BAD_ESCAPE)?;
                let low = digit().ok_or(BAD_ESCAPE)?;
                match high << 4 | low {
                    0 => return Err(BAD),
                    byte => byte,
                }
            }
            b'+' if plus => b' ',
            b => *b,
        });
    }
    Ok(())
}

/// Takes `//`, `/./` and `/x/../` out of a path that begins with `/`; nothing leads above that.
fn normalise(path: &mut Vec<u8>) {
    let (mut from, mut to) = (0, 0);
    let len = path.len();
    // `to` never passes `from`.
    while from < len {
        let rest = path.get(from..).unwrap_or(&[]);
        let rest = rest.strip_prefix(b"/").unwrap_or(rest);
        let end = rest.iter().position(|b| *b == b'/');
        let segment = rest.get(..end.unwrap_or(rest.len())).unwrap_or(&[]);
        let next = from + segment.len() + 1;
        let last = end.is_none();
        match segment {
            b"" | b"." | b".." => {
                if segment == b".." {
                    let kept = path.get(..to).unwrap_or(&[]);
                    to = kept.iter().rposition(|b| *b == b'/').unwrap_or(0);
                }
                if last {
                    if let Some(b) = path.get_mut(to) {
                        *b = b'/';
                    }
                    to += 1;
                }
            }
            _ => {
                let end = next.min(len);
                path.copy_within(from..end, to);
                to += end - from;
            }
        }
        from = next;
    }
    path.truncate(to.max(1));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(target: &str) -> Result<String, Fault> {
        let mut s = Store::new(4096);
        let target = split(target.as_bytes(), true)?;
        store(&mut s, token::GET, &target)?;
        Ok(String::from_utf8_lossy(s.get(token::GET).unwrap()).into_owned())
    }

    #[test]
    fn paths_are_decoded_and_led_back() {
        for (given, expected) in [
            ("/", "/"),
            ("//", "/"),
            ("/a//b", "/a/b"),
            ("/a/./b", "/a/b"),
            ("/a/.", "/a/"),
            ("/a/../b", "/b"),
            ("/a/b/../c/", "/a/c/"),
            ("/..", "/"),
            ("/../../x", "/x"),
            ("/a/..", "/"),
            ("/a/b/..", "/a/"),
            ("/%2e%2e/%2E%2e/etc", "/etc"),
            ("/a%2f..%2fb", "/b"),
            ("/a+b%20c", "/a+b c"),
            ("/...", "/..."),
            ("/..a/.b", "/..a/.b"),
            ("/x?a/../b", "/x"),
            ("*", "*"),
            ("http://h", "/"),
            ("HTTP://h:80/p/../q?x", "/q"),
            ("https://u@h?x", "/"),
        ] {
            assert_eq!(path(given).as_deref(), Ok(expected), "{given}");
        }
        for (given, status) in [
            ("x", 400),
            ("", 400),
            ("?x", 400),
            ("h:80", 400),
            ("ftp://h/", 400),
            ("http:///p", 400),
            ("/%zz", 403),
            ("/%", 403),
            ("/%4", 403),
            ("/%00", 400),
            ("/?a=%0", 403),
        ] {
            assert_eq!(path(given), Err(Fault::status(status)), "{given}");
        }
    }

    #[test]
    fn no_path_leads_above_its_root() {
        // Every path of these bytes up to a length.
        let letters = b"/.a";
        for n in 0..3u32.pow(8) {
            let mut text = vec![b'/'];
            let mut n = n;
            for _ in 0..8 {
                text.push(letters[n as usize % 3]);
                n /= 3;
            }
            let mut expected: Vec<&[u8]> = Vec::new();
            let segments: Vec<_> = text.split(|b| *b == b'/').skip(1).collect();
            for s in &segments {
                match *s {
                    b"" | b"." => {}
                    b".." => drop(expected.pop()),
                    s => expected.push(s),
                }
            }
            let open = matches!(segments.last(), Some(&b"" | &b"." | &b".."));
            let mut whole = b"/".to_vec();
            whole.extend(expected.join(&b'/'));
            if open && !expected.is_empty() {
                whole.push(b'/');
            }
            let given = text.clone();
            normalise(&mut text);
            assert_eq!(text, whole, "{:?}", String::from_utf8_lossy(&given));
        }
    }

    #[test]
    fn arguments_are_decoded_one_by_one() {
        let mut s = Store::new(4096);
        let target = split(b"/p?a=val%26x&b=2&&flag&e=&c=x+y%2B/../z", false).unwrap();
        store(&mut s, token::GET, &target).unwrap();
        let all: Vec<_> = s.fragments(token::URI_ARGS).collect();
        let expected: [&[u8]; 5] = [b"a=val&x", b"b=2", b"flag", b"e=", b"c=x y+/../z"];
        assert_eq!(all, expected);
    }
}
