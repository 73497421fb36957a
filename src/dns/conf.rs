//! `/etc/resolv.conf` (resolv.conf(5)): servers, search domains, options.

use super::name::Name;
use std::net::{IpAddr, SocketAddr, SocketAddrV6};

/// Longer lists are those of mistakes; glibc takes 3 servers.
const MAX_SERVERS: usize = 16;
const MAX_SEARCH: usize = 32;
/// How much of a file is read, bytes.
pub(crate) const MAX_FILE: usize = 64 * 1024;

/// What the file says, or what holds when it says nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Conf {
    pub(crate) servers: Vec<SocketAddr>,
    pub(crate) search: Vec<Name>,
    pub(crate) options: Options,
    /// What is in the file and does nothing here, to be logged.
    pub(crate) odd: Vec<String>,
}

/// `options`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Options {
    /// With fewer dots, a name is looked up in the search domains first.
    pub(crate) ndots: usize,
    /// How long a server has, seconds; with the attempts, how long a name may take.
    pub(crate) timeout: i64,
    pub(crate) attempts: i64,
    /// Those without a number, a bit each.
    flags: u16,
}

/// An option without a number; its value is its place in [`FLAGS`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Flag {
    /// The servers take turns.
    Rotate,
    /// Only TCP is used.
    UseVc,
    /// The second question of a name waits for the answer to the first.
    SingleRequest,
    /// The questions of a name have sockets of their own.
    Reopen,
    /// An answer is believed to be validated when it says so (AD, RFC 4035 section 3.2.3).
    TrustAd,
    /// The file is not read again.
    NoReload,
    /// No IPv6 addresses are asked for.
    NoAaaa,
    /// A name without a dot is not asked for as it is.
    NoTldQuery,
}

/// Their names. The last one changes nothing: packets have EDNS always.
const FLAGS: &[u8] =
    b"rotate use-vc single-request single-request-reopen trust-ad no-reload no-aaaa \
    no-tld-query edns0";

impl Default for Options {
    fn default() -> Self {
        Self {
            ndots: 1,
            timeout: 5,
            attempts: 2,
            flags: 0,
        }
    }
}

impl Default for Conf {
    /// Without the file, or with an empty one: the name server of this machine.
    fn default() -> Self {
        Self {
            servers: Vec::new(),
            search: Vec::new(),
            options: Options::default(),
            odd: Vec::new(),
        }
    }
}

/// Reads the file. `index` finds the number of an interface by its name, for scope ids.
pub(crate) fn parse(text: &[u8], index: impl Fn(&str) -> Option<u32>) -> Conf {
    let mut conf = Conf::default();
    for line in text.split(|c| *c == b'\n') {
        let line = line
            .split(|c| matches!(c, b'#' | b';'))
            .next()
            .unwrap_or(&[]);
        let mut words = line
            .split(u8::is_ascii_whitespace)
            .filter(|w| !w.is_empty());
        let Some(key) = words.next() else { continue };
        match key {
            b"nameserver" => match words.next().and_then(|w| server(w, &index)) {
                Some(server) if conf.servers.contains(&server) => (),
                Some(server) if conf.servers.len() < MAX_SERVERS => conf.servers.push(server),
                _ => conf.odd(line),
            },
            // Of these two the last counts.
            b"search" | b"domain" => {
                conf.search.clear();
                let most = if key == b"domain" { 1 } else { MAX_SEARCH };
                for word in words.take(most) {
                    match Name::from_text(word) {
                        Ok(name) => conf.search.push(name),
                        // The root: names as they are.
                        Err(_) if word == b"." => (),
                        Err(_) => conf.odd(line),
                    }
                }
            }
            b"options" => {
                for word in words {
                    if !conf.options.set(word) {
                        conf.odd(word);
                    }
                }
            }
            _ => conf.odd(line),
        }
    }
    conf
}

impl Conf {
    fn odd(&mut self, what: &[u8]) {
        if self.odd.len() < 8 {
            let shown = what.trim_ascii().get(..64).unwrap_or(what.trim_ascii());
            self.odd.push(shown.escape_ascii().to_string());
        }
    }
}

impl Options {
    pub(crate) fn has(&self, flag: Flag) -> bool {
        self.flags >> (flag as u16) & 1 == 1
    }

    /// Takes one option. False: it is none that does anything here.
    pub(crate) fn set(&mut self, word: &[u8]) -> bool {
        let (key, value) = match word.iter().position(|c| *c == b':') {
            Some(at) => word.split_at_checked(at).unwrap_or((word, &[])),
            None => (word, &[][..]),
        };
        let number = || -> Option<u32> {
            let digits = core::str::from_utf8(value.get(1..)?).ok()?;
            digits.parse().ok()
        };
        match (key, number()) {
            (b"ndots", Some(n)) => self.ndots = usize::try_from(n.min(15)).unwrap_or(15),
            (b"timeout", Some(n)) => self.timeout = i64::from(n.clamp(1, 30)),
            (b"attempts", Some(n)) => self.attempts = i64::from(n.clamp(1, 5)),
            _ => {
                let place = FLAGS.split(|c| *c == b' ').position(|name| name == key);
                let Some(place) = place else { return false };
                self.flags |= 1 << place.min(15);
            }
        }
        true
    }
}

/// The address of a server: as numbers, with a scope (`fe80::1%eth0`) and a port (`[::1]:5353`,
/// `127.0.0.1:5353`) or without. Port 53 unless it says another.
pub(crate) fn server(word: &[u8], index: &impl Fn(&str) -> Option<u32>) -> Option<SocketAddr> {
    let text = core::str::from_utf8(word).ok()?;
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            (
                host,
                if port.is_empty() {
                    None
                } else {
                    Some(port.strip_prefix(':')?)
                },
            )
        }
        // Of IPv6 every colon is its own.
        None => match text.split_once(':') {
            Some((host, port)) if !port.contains(':') => (host, Some(port)),
            _ => (text, None),
        },
    };
    let port = match port {
        Some(port) => port.parse().ok().filter(|p| *p != 0)?,
        None => 53,
    };
    if let Some((ip, scope)) = host.split_once('%') {
        let ip = ip.parse().ok()?;
        let scope = scope.parse().ok().or_else(|| index(scope))?;
        return Some(SocketAddrV6::new(ip, port, 0, scope).into());
    }
    let ip: IpAddr = host.parse().ok()?;
    // A packet to no address in particular goes to this machine (ip(7)).
    let ip = match ip {
        IpAddr::V4(v4) if v4.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
        other => other.to_canonical(),
    };
    Some(SocketAddr::new(ip, port))
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)]
mod tests {
    use super::*;

    fn conf(text: &str) -> Conf {
        parse(text.as_bytes(), |name| (name == "eth0").then_some(7))
    }

    fn servers(text: &str) -> Vec<String> {
        conf(text).servers.iter().map(|s| s.to_string()).collect()
    }

    #[test]
    fn servers_of_both_families_with_scopes_and_ports() {
        for (given, expected) in [
            ("nameserver 1.2.3.4", "1.2.3.4:53"),
            ("nameserver\t1.2.3.4   # mine", "1.2.3.4:53"),
            ("  nameserver 1.2.3.4:5353", "1.2.3.4:5353"),
            ("nameserver ::1", "[::1]:53"),
            ("nameserver [::1]", "[::1]:53"),
            ("nameserver [::1]:5353", "[::1]:5353"),
            ("nameserver fe80::1%eth0", "[fe80::1%7]:53"),
            ("nameserver fe80::1%3", "[fe80::1%3]:53"),
            ("nameserver [fe80::1%eth0]:54", "[fe80::1%7]:54"),
            ("nameserver ::ffff:1.2.3.4", "1.2.3.4:53"),
            ("nameserver 0.0.0.0", "127.0.0.1:53"),
        ] {
            assert_eq!(servers(given), [expected], "{given}");
        }
        for bad in [
            "nameserver",
            "nameserver x",
            "nameserver fe80::1%eth9",
            "nameserver 1.2.3.4:0",
            "nameserver 1.2.3.4:99999",
            "nameserver [::1",
            "nameserver [::1]x",
            "# nameserver 1.2.3.4",
            "; nameserver 1.2.3.4",
            "nameservers 1.2.3.4",
            "nameserver \u{661}.2.3.4",
        ] {
            assert!(servers(bad).is_empty(), "{bad}");
        }
        let many: String = (0..40)
            .map(|n| format!("nameserver 10.0.0.{n}\n"))
            .collect();
        assert_eq!(conf(&many).servers.len(), MAX_SERVERS);
        let twice = "nameserver 1.1.1.1\nnameserver 2.2.2.2\nnameserver 1.1.1.1\n";
        assert_eq!(servers(twice), ["1.1.1.1:53", "2.2.2.2:53"]);
    }

    #[test]
    fn search_domains_and_options() {
        let c =
            conf("domain a.b\nsearch one.x two.y. . b..c\noptions ndots:2 timeout:3 attempts:9\n");
        let names: Vec<String> = c.search.iter().map(|n| n.to_string()).collect();
        assert_eq!(names, ["one.x", "two.y"]);
        assert_eq!(
            (c.options.ndots, c.options.timeout, c.options.attempts),
            (2, 3, 5)
        );
        assert_eq!(conf("search a b\ndomain c.d e\n").search.len(), 1);
        let many: String = (0..40).map(|n| format!(" d{n}")).collect();
        assert_eq!(conf(&format!("search{many}")).search.len(), MAX_SEARCH);
        // As systemd-resolved writes it.
        let c = conf("# stub\nnameserver 127.0.0.53\noptions edns0 trust-ad\nsearch .\n");
        assert_eq!((c.servers.len(), c.search.len(), c.odd.len()), (1, 0, 0));
        assert!(c.options.has(Flag::TrustAd));
        let c = conf(
            "options rotate use-vc edns0 trust-ad single-request single-request-reopen no-reload\n\
             options no-aaaa no-tld-query debug ndots:x timeout: inet6 ndots:99 timeout:0",
        );
        let o = c.options;
        assert_eq!(o.flags, 0x1ff);
        for (text, flag) in [
            ("rotate", Flag::Rotate),
            ("use-vc", Flag::UseVc),
            ("single-request", Flag::SingleRequest),
            ("single-request-reopen", Flag::Reopen),
            ("trust-ad", Flag::TrustAd),
            ("no-reload", Flag::NoReload),
            ("no-aaaa", Flag::NoAaaa),
            ("no-tld-query", Flag::NoTldQuery),
        ] {
            let o = conf(&format!("options {text}")).options;
            assert!(o.has(flag) && o.flags.count_ones() == 1, "{text}");
        }
        assert_eq!((o.ndots, o.timeout), (15, 1));
        assert_eq!(c.odd, ["debug", "ndots:x", "timeout:", "inet6"]);
        assert_eq!(conf("sortlist 1.2.3.4\nlookup file bind").odd.len(), 2);
        assert_eq!(conf(""), Conf::default());
    }

    #[test]
    fn any_bytes() {
        let junk: Vec<u8> = (0..=255u8).cycle().take(5000).collect();
        let c = parse(&junk, |_| None);
        assert!(c.servers.is_empty() && c.odd.len() <= 8);
        parse(
            b"options :\noptions ndots:\nnameserver %\nnameserver [%]:\nsearch \xff",
            |_| None,
        );
    }
}
