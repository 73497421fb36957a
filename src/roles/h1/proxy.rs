//! A proxy that clients go through: how it is named, what it is asked for (RFC 9110, section 9.3.6), and
//! what it answers.

use super::goal;
use super::head::number;
use crate::util::base64;

/// The longest head of an answer, bytes.
const LONGEST: usize = 8192;

/// A proxy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Proxy {
    /// A name or address; one of IPv6 without brackets.
    pub(crate) address: Vec<u8>,
    pub(crate) port: u16,
    /// `user:password`.
    credentials: Option<Vec<u8>>,
    /// Whom to reach without it: names with all that end with them after a dot, or `*`; separated by
    /// commas.
    except: Vec<u8>,
}

impl Proxy {
    /// From `[http://][user:password@]address:port[/]`. `port`: where the text has none.
    pub(crate) fn parse(text: &[u8], port: Option<u16>) -> Option<Self> {
        const SCHEME: &[u8] = b"http://";
        let rest = match text.split_at_checked(SCHEME.len()) {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case(SCHEME) => rest,
            _ => text,
        };
        let rest = rest.strip_suffix(b"/").unwrap_or(rest);
        let (credentials, place) = match rest.iter().rposition(|b| *b == b'@') {
            Some(at) => (rest.get(..at), rest.get(at.checked_add(1)?..)?),
            None => (None, rest),
        };
        let (address, after) = goal::parted(place)?;
        let port = match after {
            [] => port?,
            [b':', digits @ ..] => goal::port(digits)?,
            _ => return None,
        };
        let odd = |b: &u8| *b <= b' ' || *b == b'/' || *b >= 0x7f;
        if address.is_empty() || address.iter().any(odd) || port == 0 {
            return None;
        }
        Some(Self {
            address: address.to_vec(),
            port,
            credentials: credentials.map(<[u8]>::to_vec),
            except: Vec::new(),
        })
    }

    /// Has those reached without it that `names` names, as the environment's `no_proxy` does.
    pub(crate) fn except(self, names: &[u8]) -> Self {
        Self {
            except: names.to_vec(),
            ..self
        }
    }

    /// Whether a host is reached through it.
    pub(crate) fn serves(&self, host: &[u8]) -> bool {
        let mut names = self.except.split(|b| *b == b',').map(<[u8]>::trim_ascii);
        !names.any(|name| {
            let bare = name.strip_prefix(b".").unwrap_or(name);
            let ends = || {
                let at = host.len().checked_sub(bare.len())?;
                let (before, end) = host.split_at(at);
                let whole = before.is_empty() || before.ends_with(b".");
                Some(whole && end.eq_ignore_ascii_case(bare))
            };
            name == b"*" || (!bare.is_empty() && ends() == Some(true))
        })
    }

    /// What it is asked, to reach a port of a host.
    pub(crate) fn request(&self, host: &[u8], port: u16) -> Vec<u8> {
        let digits = port.to_string();
        let to: Vec<u8> = match host.contains(&b':') {
            true => [b"[", host, b"]:", digits.as_bytes()].concat(),
            false => [host, b":", digits.as_bytes()].concat(),
        };
        let mut request = [
            b"CONNECT ",
            &to[..],
            b" HTTP/1.1\r\nHost: ",
            &to[..],
            b"\r\nUser-agent: lws\r\n",
        ]
        .concat();
        if let Some(text) = &self.credentials {
            let mut coded = vec![0; base64::encoded_len(text.len()).unwrap_or(0)];
            base64::encode(text, false, &mut coded);
            for part in [b"Proxy-authorization: basic ", &coded[..], b"\r\n"] {
                request.extend_from_slice(part);
            }
        }
        request.extend_from_slice(b"\r\n");
        request
    }
}

/// What has come of the answer's head.
#[derive(Default)]
pub(crate) struct Reply(Vec<u8>);

/// Why there is no way through it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refused {
    /// It says so, with this status.
    Status(u16),
    /// It does not speak HTTP/1.
    NoHttp,
}

impl Reply {
    /// Takes the next byte: what follows the head is the host's. Returns whether that is whole.
    pub(crate) fn feed(&mut self, byte: u8) -> Result<bool, Refused> {
        self.0.push(byte);
        let head = self.0.as_slice();
        let known = b"HTTP/1.";
        let n = head.len().min(known.len());
        if head.get(..n) != known.get(..n) || head.len() > LONGEST {
            return Err(Refused::NoHttp);
        }
        if !(head.ends_with(b"\r\n\r\n") || head.ends_with(b"\n\n")) {
            return Ok(false);
        }
        match status(head) {
            Some(200..=299) => Ok(true),
            Some(status) => Err(Refused::Status(status)),
            None => Err(Refused::NoHttp),
        }
    }
}

/// The status of a head.
fn status(head: &[u8]) -> Option<u16> {
    let line = head.get(b"HTTP/1.".len()..)?;
    let (version, rest) = line.split_first()?;
    let (digits, rest) = rest.strip_prefix(b" ")?.split_at_checked(3)?;
    let whole = matches!(rest.first(), Some(b' ' | b'\r' | b'\n'));
    if !version.is_ascii_digit() || !whole {
        return None;
    }
    u16::try_from(number(digits)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str, port: Option<u16>) -> Option<String> {
        let p = Proxy::parse(text.as_bytes(), port)?;
        let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
        let who = p.credentials.as_deref().map_or("-".into(), text);
        Some(format!("{} {} {who}", text(&p.address), p.port))
    }

    #[test]
    fn a_proxy_is_named_in_these_ways() {
        for (text, port, expected) in [
            ("h:81", None, Some("h 81 -")),
            ("http://h:81/", None, Some("h 81 -")),
            ("HTTP://u:p@h:81", None, Some("h 81 u:p")),
            ("u:p@x@h:81", None, Some("h 81 u:p@x")),
            ("[2001:db8::1]:81", None, Some("2001:db8::1 81 -")),
            ("h", Some(3128), Some("h 3128 -")),
            ("h:81", Some(3128), Some("h 81 -")),
            ("[::1]", Some(3128), Some("::1 3128 -")),
            ("h", None, None),
            ("", Some(1), None),
            (":81", None, None),
            ("h:0", None, None),
            ("h:", None, None),
            ("h:x", None, None),
            ("h:65536", None, None),
            ("h:+1", None, None),
            ("[::1:81", None, None),
            ("h/x:81", None, None),
            ("h\r\nx:81", None, None),
            ("https://h:81", None, None),
        ] {
            assert_eq!(parsed(text, port).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn some_are_reached_without_it() {
        let p = |except: &str| {
            let p = Proxy::parse(b"h:1", None).unwrap();
            p.except(except.as_bytes())
        };
        assert!(p("").serves(b"a.example"));
        assert!(!p("*").serves(b"a.example"));
        let some = p("localhost, .b.example,127.0.0.1");
        for (host, serves) in [
            ("localhost", false),
            ("LOCALHOST", false),
            ("x.b.example", false),
            ("b.example", false),
            ("xb.example", true),
            ("127.0.0.1", false),
            ("a.example", true),
        ] {
            assert_eq!(some.serves(host.as_bytes()), serves, "{host}");
        }
    }

    #[test]
    fn the_request_is_that_of_lws() {
        let p = Proxy::parse(b"u:p@h:1", None).unwrap();
        let expected: &[u8] = b"CONNECT example.test:81 HTTP/1.1\r\nHost: example.test:81\r\n\
            User-agent: lws\r\nProxy-authorization: basic dTpw\r\n\r\n";
        assert_eq!(p.request(b"example.test", 81), expected);
        let p = Proxy::parse(b"h:1", None).unwrap();
        let request = p.request(b"::1", 81);
        assert!(request.starts_with(b"CONNECT [::1]:81 HTTP/1.1\r\nHost: [::1]:81\r\n"));
        assert!(!request.windows(5).any(|w| w == b"Proxy"));
    }

    #[test]
    fn its_answer_ends_with_its_empty_line() {
        let fed = |text: &[u8]| {
            let mut reply = Reply::default();
            for (n, b) in text.iter().enumerate() {
                match reply.feed(*b) {
                    Ok(true) => return Ok(n + 1),
                    Ok(false) => {}
                    Err(e) => return Err(e),
                }
            }
            Ok(0)
        };
        assert_eq!(fed(b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nmore"), Ok(25));
        assert_eq!(fed(b"HTTP/1.0 200\n\nx"), Ok(14));
        assert_eq!(fed(b"HTTP/1.1 200 OK\r\n"), Ok(0));
        let status = |n| Err(Refused::Status(n));
        assert_eq!(fed(b"HTTP/1.1 407 Auth\r\n\r\n"), status(407));
        assert_eq!(fed(b"HTTP/1.1 100 \r\n\r\n"), status(100));
        for bad in [
            &b"SSH-2.0"[..],
            b"HTTP/2 200\r\n\r\n",
            b"HTTP/1.1 abc\r\n\r\n",
            b"\n\n",
        ] {
            assert_eq!(fed(bad), Err(Refused::NoHttp));
        }
        let long = [b"HTTP/1.1 200 OK\r\nA: ", &[b'x'; LONGEST][..]].concat();
        assert_eq!(fed(&long), Err(Refused::NoHttp));
    }
}
