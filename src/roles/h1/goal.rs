//! Where a client's request goes, and where a redirect sends it (RFC 3986, section 5; RFC 9110,
//! section 10.2.2).

/// A server, and what is asked of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Goal {
    /// Over TLS.
    pub(crate) secured: bool,
    /// The name or address to connect to; one of IPv6 without brackets.
    pub(crate) address: Vec<u8>,
    pub(crate) port: u16,
    /// Path and query. Begins with `/`.
    pub(crate) target: Vec<u8>,
    /// What the header Host says.
    pub(crate) host: Vec<u8>,
    /// What the header Origin says, without its scheme.
    pub(crate) origin: Option<Vec<u8>>,
}

impl Goal {
    /// Where `location`, the value of a header Location, leads from here. `None`: it is no URI of
    /// HTTP or WebSocket.
    pub(crate) fn elsewhere(&self, location: &[u8]) -> Option<Self> {
        let location = location.trim_ascii();
        // Such bytes would become part of the next request's head.
        if location.iter().any(|b| *b <= b' ' || *b == 0x7f) {
            return None;
        }
        let (location, _) = cut(location, |b| b == b'#');
        let (scheme, rest) = scheme(location);
        let secured = match scheme {
            Some(s) if is_any(s, [b"https", b"wss"]) => true,
            Some(s) if is_any(s, [b"http", b"ws"]) => false,
            Some(_) => return None,
            None => self.secured,
        };
        let Some(rest) = rest.strip_prefix(b"//") else {
            if scheme.is_some() {
                return None;
            }
            return Some(Self {
                target: self.resolve(rest),
                ..self.clone()
            });
        };
        let (authority, path) = cut(rest, |b| matches!(b, b'/' | b'?'));
        let authority = authority.rsplit(|b| *b == b'@').next()?;
        let (address, port) = server(authority)?;
        let default = if secured { 443 } else { 80 };
        let port = port.unwrap_or(default);
        let (_, after) = parted(authority)?;
        let mut host = authority.strip_suffix(after)?.to_vec();
        if port != default {
            host.extend_from_slice(format!(":{port}").as_bytes());
        }
        let (path, query) = cut(path, |b| b == b'?');
        let mut target = normal(path);
        target.extend_from_slice(query);
        Some(Self {
            secured,
            address: address.to_vec(),
            port,
            target,
            origin: self.origin.as_ref().map(|_| host.clone()),
            host,
        })
    }

    /// A reference without an authority, relative to what is asked for now.
    fn resolve(&self, reference: &[u8]) -> Vec<u8> {
        let (path, query) = cut(reference, |b| b == b'?');
        let (base, base_query) = cut(&self.target, |b| b == b'?');
        let (mut target, query) = match path.first() {
            None if query.is_empty() => (base.to_vec(), base_query),
            None => (base.to_vec(), query),
            Some(b'/') => (normal(path), query),
            Some(_) => {
                let folder = base.iter().rposition(|b| *b == b'/').unwrap_or(0);
                let folder = base.get(..=folder).unwrap_or(b"/");
                (normal(&[folder, path].concat()), query)
            }
        };
        target.extend_from_slice(query);
        target
    }
}

/// What is before the first byte that `ends`, and the rest from that byte on.
fn cut(text: &[u8], ends: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    text.split_at(text.iter().position(|b| ends(*b)).unwrap_or(text.len()))
}

fn is_any(text: &[u8], names: [&[u8]; 2]) -> bool {
    names.iter().any(|n| n.eq_ignore_ascii_case(text))
}

/// The scheme of a reference, if it has one, and what follows.
fn scheme(reference: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let (before, rest) = cut(reference, |b| matches!(b, b':' | b'/' | b'?'));
    match rest.strip_prefix(b":") {
        Some(rest) if !before.is_empty() => (Some(before), rest),
        _ => (None, reference),
    }
}

/// The host of an authority, without brackets, and what follows it: nothing, or a colon and the port.
pub(super) fn parted(authority: &[u8]) -> Option<(&[u8], &[u8])> {
    let Some(six) = authority.strip_prefix(b"[") else {
        return Some(cut(authority, |b| b == b':'));
    };
    let (host, rest) = cut(six, |b| b == b']');
    Some((host, rest.strip_prefix(b"]")?))
}

/// A port in digits.
pub(super) fn port(digits: &[u8]) -> Option<u16> {
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let port = core::str::from_utf8(digits).ok()?.parse().ok()?;
    (port != 0).then_some(port)
}

/// The host and, if it is there, the port of an authority.
fn server(authority: &[u8]) -> Option<(&[u8], Option<u16>)> {
    let (host, after) = parted(authority)?;
    let port = match after {
        [] | [b':'] => None,
        [b':', digits @ ..] => Some(port(digits)?),
        _ => return None,
    };
    (!host.is_empty()).then_some((host, port))
}

/// A path without its segments `.` and `..` (RFC 3986, section 5.2.4).
fn normal(path: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    let path = path.strip_prefix(b"/").unwrap_or(path);
    let mut segments = path.split(|b| *b == b'/').peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            b"." | b".." => {
                if segment == b".." {
                    let parent = whole.iter().rposition(|b| *b == b'/');
                    whole.truncate(parent.unwrap_or(0));
                }
                if last {
                    whole.push(b'/');
                }
            }
            _ => {
                whole.push(b'/');
                whole.extend_from_slice(segment);
            }
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<String> {
        let base = Goal {
            secured: false,
            address: b"a.example".to_vec(),
            port: 8080,
            target: b"/b/c/d;p?q".to_vec(),
            host: b"a.example:8080".to_vec(),
            origin: Some(b"o".to_vec()),
        };
        let to = base.elsewhere(text.as_bytes())?;
        let text = |t: &[u8]| String::from_utf8_lossy(t).into_owned();
        let same = to.host == base.host && to.address == base.address && to.port == base.port;
        if same {
            assert_eq!(to.origin, base.origin);
            return Some(text(&to.target));
        }
        assert_eq!(to.origin.as_ref(), Some(&to.host));
        Some(format!(
            "{} {} {} {} {}",
            if to.secured { "tls" } else { "plain" },
            text(&to.address),
            to.port,
            text(&to.host),
            text(&to.target)
        ))
    }

    #[test]
    fn relative_references_are_those_of_rfc_3986() {
        // section 5.4
        for (reference, target) in [
            ("g", "/b/c/g"),
            ("./g", "/b/c/g"),
            ("g/", "/b/c/g/"),
            ("/g", "/g"),
            ("?y", "/b/c/d;p?y"),
            ("g?y", "/b/c/g?y"),
            ("#s", "/b/c/d;p?q"),
            ("g#s", "/b/c/g"),
            ("g?y#s", "/b/c/g?y"),
            (";x", "/b/c/;x"),
            ("g;x?y#s", "/b/c/g;x?y"),
            ("", "/b/c/d;p?q"),
            (".", "/b/c/"),
            ("./", "/b/c/"),
            ("..", "/b/"),
            ("../", "/b/"),
            ("../g", "/b/g"),
            ("../..", "/"),
            ("../../g", "/g"),
            ("../../../g", "/g"),
            ("/./g", "/g"),
            ("/../g", "/g"),
            ("g.", "/b/c/g."),
            ("..g", "/b/c/..g"),
            ("./g/.", "/b/c/g/"),
            ("g/../h", "/b/c/h"),
            ("g?y/../x", "/b/c/g?y/../x"),
            ("g/x:y", "/b/c/g/x:y"),
        ] {
            assert_eq!(at(reference).as_deref(), Some(target), "{reference}");
        }
    }

    #[test]
    fn another_server_is_named_with_its_port_unless_that_is_the_default() {
        for (reference, goal) in [
            ("http://h/x", "plain h 80 h /x"),
            ("HTTPS://h", "tls h 443 h /"),
            ("https://h:443/", "tls h 443 h /"),
            ("https://h:80?x", "tls h 80 h:80 /?x"),
            ("//h:81/a/../b", "plain h 81 h:81 /b"),
            ("http://u:p@h:/", "plain h 80 h /"),
            (
                "http://[2001:db8::1]:81/",
                "plain 2001:db8::1 81 [2001:db8::1]:81 /",
            ),
            ("wss://h/s", "tls h 443 h /s"),
        ] {
            assert_eq!(at(reference).as_deref(), Some(goal), "{reference}");
        }
    }

    #[test]
    fn what_is_no_uri_of_a_server_leads_nowhere() {
        for reference in [
            "ftp://h/",
            "mailto:a@h",
            "http:x",
            "http:///x",
            "http://h:0/",
            "http://h:65536/",
            "http://h:+1/",
            "http://h:8x/",
            "http://[::1/",
            "http://[::1]x/",
            "/a b",
            "/a\r\nX: y",
        ] {
            assert_eq!(at(reference), None, "{reference}");
        }
    }
}
