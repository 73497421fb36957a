//! The headers of one request or response: what lws calls its *ah*.
//!
//! Each value is a *fragment* under the number of its header's name (`enum lws_token_indexes`), or
//! under its name where lws has no number for that. A repeated header is several fragments. All
//! share one limit of bytes.

/// Numbers of names that the library itself uses (`enum lws_token_indexes`).
pub(crate) mod token {
    pub(crate) const GET: u8 = 0;
    pub(crate) const POST: u8 = 1;
    pub(crate) const OPTIONS: u8 = 2;
    pub(crate) const HOST: u8 = 3;
    pub(crate) const CONNECTION: u8 = 4;
    pub(crate) const UPGRADE: u8 = 5;
    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
    pub(crate) const EXTENSIONS: u8 = 9;
    #[cfg(feature = "LWS_ROLE_WS")]
    pub(crate) const PROTOCOL: u8 = 12;
    #[cfg(feature = "LWS_ROLE_WS")]
    pub(crate) const ACCEPT: u8 = 13;
    /// A request's version word; of a response what follows that.
    pub(crate) const HTTP: u8 = 15;
    pub(crate) const IF_NONE_MATCH: u8 = 20;
    pub(crate) const AUTHORIZATION: u8 = 25;
    pub(crate) const COOKIE: u8 = 26;
    pub(crate) const CONTENT_LENGTH: u8 = 27;
    pub(crate) const CONTENT_TYPE: u8 = 28;
    pub(crate) const RANGE: u8 = 30;
    #[cfg(feature = "LWS_ROLE_WS")]
    pub(crate) const KEY: u8 = 32;
    #[cfg(feature = "LWS_ROLE_WS")]
    pub(crate) const VERSION: u8 = 33;
    pub(crate) const EXPECT: u8 = 51;
    pub(crate) const IF_RANGE: u8 = 55;
    pub(crate) const LOCATION: u8 = 59;
    pub(crate) const TRANSFER_ENCODING: u8 = 68;
    pub(crate) const PATCH: u8 = 73;
    pub(crate) const PUT: u8 = 74;
    pub(crate) const DELETE: u8 = 75;
    pub(crate) const URI_ARGS: u8 = 76;
    /// As [`HTTP`] of a response of HTTP/1.0.
    pub(crate) const HTTP1_0: u8 = 79;
    pub(crate) const CONNECT: u8 = 81;
    pub(crate) const HEAD: u8 = 82;
    /// How many there are.
    pub(crate) const COUNT: u8 = 96;
    /// In [`super::Part`]: a header that lws has no number for.
    pub(super) const NONE: u8 = 255;
}

/// What the numbers stand for, as `lws_token_to_string()` gives it, each with a NUL.
const TEXTS: &str = concat!(
    "get \0post \0options \0host:\0connection:\0upgrade:\0origin:\0sec-websocket-draft:\0",
    "\r\n\0sec-websocket-extensions:\0sec-websocket-key1:\0sec-websocket-key2:\0",
    "sec-websocket-protocol:\0sec-websocket-accept:\0sec-websocket-nonce:\0http/1.1 \0",
    "http2-settings:\0accept:\0access-control-request-headers:\0if-modified-since:\0",
    "if-none-match:\0accept-encoding:\0accept-language:\0pragma:\0cache-control:\0",
    "authorization:\0cookie:\0content-length:\0content-type:\0date:\0range:\0referer:\0",
    "sec-websocket-key:\0sec-websocket-version:\0sec-websocket-origin:\0:authority\0:method\0",
    ":path\0:scheme\0:status\0accept-charset:\0accept-ranges:\0access-control-allow-origin:\0",
    "age:\0allow:\0content-disposition:\0content-encoding:\0content-language:\0",
    "content-location:\0content-range:\0etag:\0expect:\0expires:\0from:\0if-match:\0",
    "if-range:\0if-unmodified-since:\0last-modified:\0link:\0location:\0max-forwards:\0",
    "proxy-authenticate:\0proxy-authorization:\0refresh:\0retry-after:\0server:\0set-cookie:\0",
    "strict-transport-security:\0transfer-encoding:\0user-agent:\0vary:\0via:\0",
    "www-authenticate:\0patch\0put\0delete\0uri-args\0proxy \0x-real-ip:\0http/1.0 \0",
    "x-forwarded-for:\0connect \0head \0te:\0replay-nonce:\0:protocol\0x-auth-token:\0",
    "x-amzn-dss-signature:\0\0",
);

/// How many texts there are: the rest of the numbers is lws's own business.
const TEXT_COUNT: usize = 89;

const SLOTS: usize = 256;

/// Where each text begins, and the header names by their hash: a slot holds a token's number plus 1.
struct Index {
    starts: [u16; TEXT_COUNT],
    slots: [u8; SLOTS],
}

static INDEX: Index = index();

/// Spreads names over the slots. The case of letters does not matter.
const fn slot(len: usize, first: u8, middle: u8, last: u8) -> usize {
    let mixed = len
        .wrapping_mul(37)
        .wrapping_add((first | 0x20) as usize * 5)
        .wrapping_add((middle | 0x20) as usize * 11)
        .wrapping_add((last | 0x20) as usize * 3);
    mixed % SLOTS
}

#[allow(clippy::indexing_slicing)]
const fn index() -> Index {
    let bytes = TEXTS.as_bytes();
    let mut index = Index {
        starts: [0; TEXT_COUNT],
        slots: [0; SLOTS],
    };
    let (mut at, mut n) = (0, 0);
    while n < TEXT_COUNT {
        let start = at;
        while bytes[at] != 0 {
            at += 1;
        }
        index.starts[n] = start as u16;
        if at > start + 1 && bytes[at - 1] == b':' {
            let len = at - 1 - start;
            let (first, last) = (bytes[start], bytes[at - 2]);
            let mut slot = slot(len, first, bytes[start + len / 2], last);
            while index.slots[slot] != 0 {
                slot = (slot + 1) % SLOTS;
            }
            index.slots[slot] = n as u8 + 1;
        }
        at += 1;
        n += 1;
    }
    index
}

/// What a token's number stands for, without its NUL, which follows in memory; `None` for numbers
/// without a text.
pub(crate) fn text(token: u8) -> Option<&'static str> {
    let start = usize::from(*INDEX.starts.get(usize::from(token))?);
    let rest = TEXTS.get(start..)?;
    rest.split('\0').next()
}

/// The number of a header's name, which is without its colon and in any case.
pub(crate) fn number(name: &[u8]) -> Option<u8> {
    let (first, last) = (*name.first()?, *name.last()?);
    let mut at = slot(name.len(), first, *name.get(name.len() / 2)?, last);
    loop {
        let n = INDEX.slots.get(at)?.checked_sub(1)?;
        let text = text(n)?.as_bytes();
        if text.len() == name.len() + 1 && text.get(..name.len())?.eq_ignore_ascii_case(name) {
            return Some(n);
        }
        at = (at + 1) % SLOTS;
    }
}

/// There is no room for what was to be added.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Full;

/// The most fragments of known names, as lws has it.
const FRAGMENTS: usize = 95;

#[derive(Clone, Copy)]
struct Part {
    token: u8,
    /// For a name without a number: its length with the colon. It is before the value.
    name: u32,
    start: u32,
    len: u32,
}

/// The headers of one request or response.
#[derive(Default)]
pub(crate) struct Store {
    bytes: Vec<u8>,
    parts: Vec<Part>,
    known: usize,
    /// Bytes that may be used, and that are.
    limit: usize,
    used: usize,
}

impl Store {
    /// Room for `limit` bytes, which are allocated when they come.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    /// The bytes it may hold.
    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    fn push(&mut self, token: u8, name: &[u8], value: &[u8]) -> Result<(), Full> {
        let (name_len, len) = (name.len(), value.len());
        let used = self.used.saturating_add(name_len + len + 1);
        let many = token != token::NONE && self.known >= FRAGMENTS;
        if used > self.limit || many {
            return Err(Full);
        }
        let start = self.bytes.len() + name_len;
        let small = |n: usize| u32::try_from(n).map_err(|_| Full);
        let part = Part {
            token,
            name: small(name_len)?,
            start: small(start)?,
            len: small(len)?,
        };
        self.bytes
            .try_reserve(name_len + len + 1)
            .map_err(|_| Full)?;
        self.parts.try_reserve(1).map_err(|_| Full)?;
        self.bytes.extend(name.iter().map(u8::to_ascii_lowercase));
        self.bytes.extend_from_slice(value);
        // For programs that take it for a string.
        self.bytes.push(0);
        self.parts.push(part);
        self.known += usize::from(token != token::NONE);
        self.used = used;
        Ok(())
    }

    /// Adds a fragment. An empty one counts as absent.
    pub(crate) fn add(&mut self, token: u8, value: &[u8]) -> Result<(), Full> {
        if value.is_empty() {
            return self.charge(1);
        }
        self.push(token, b"", value)
    }

    /// Adds a header by its name, which ends with a colon.
    pub(crate) fn add_named(&mut self, name: &[u8], value: &[u8]) -> Result<(), Full> {
        match name.split_last().and_then(|(_, bare)| number(bare)) {
            Some(n) => self.add(n, value),
            None => self.push(token::NONE, name, value),
        }
    }

    /// Takes some of the room without using it.
    pub(crate) fn charge(&mut self, bytes: usize) -> Result<(), Full> {
        self.used = self.used.saturating_add(bytes);
        if self.used > self.limit {
            return Err(Full);
        }
        Ok(())
    }

    /// Replaces all fragments of a token by one.
    pub(crate) fn replace(&mut self, token: u8, value: &[u8]) -> Result<(), Full> {
        self.remove(token);
        self.add(token, value)
    }

    /// Forgets all fragments of a token.
    pub(crate) fn remove(&mut self, token: u8) {
        self.parts.retain(|p| p.token != token);
        self.known = self.parts.iter().filter(|p| p.token != token::NONE).count();
    }

    fn value(&self, part: &Part) -> &[u8] {
        let start = part.start as usize;
        let range = start..start.saturating_add(part.len as usize);
        self.bytes.get(range).unwrap_or(&[])
    }

    fn name(&self, part: &Part) -> &[u8] {
        let end = part.start as usize;
        let range = end.saturating_sub(part.name as usize)..end;
        self.bytes.get(range).unwrap_or(&[])
    }

    /// All fragments of a token, in the order of their arrival.
    pub(crate) fn fragments(&self, token: u8) -> impl Iterator<Item = &[u8]> {
        let of = self.parts.iter().filter(move |p| p.token == token);
        of.map(|p| self.value(p))
    }

    /// The first fragment of a token.
    pub(crate) fn get(&self, token: u8) -> Option<&[u8]> {
        self.fragments(token).next()
    }

    pub(crate) fn has(&self, token: u8) -> bool {
        self.get(token).is_some()
    }

    /// How long all fragments of a token are with what stands between them.
    pub(crate) fn total(&self, token: u8) -> usize {
        let between = between(token).len();
        let longs = self
            .fragments(token)
            .map(|f| f.len().saturating_add(between));
        longs.sum::<usize>().saturating_sub(between)
    }

    /// Writes all fragments of a token, with what stands between them, to `room`. Returns their
    /// length, or `None` where they do not fit.
    pub(crate) fn copy(&self, token: u8, room: &mut [u8]) -> Option<usize> {
        let mut at = 0usize;
        for fragment in self.fragments(token) {
            if at > 0 {
                put(room, &mut at, between(token).as_bytes())?;
            }
            put(room, &mut at, fragment)?;
        }
        Some(at)
    }

    /// The items of a header whose value is a list: those of all its fragments, without the blanks
    /// around them (RFC 9110 5.6.1). Commas in quoted strings are not looked for: no header that
    /// this is used for has them.
    pub(crate) fn items(&self, token: u8) -> impl Iterator<Item = &[u8]> {
        let all = self.fragments(token).flat_map(|f| f.split(|b| *b == b','));
        all.map(<[u8]>::trim_ascii).filter(|i| !i.is_empty())
    }

    /// Whether the list of a header has an item, in any case.
    pub(crate) fn lists(&self, token: u8, item: &[u8]) -> bool {
        self.items(token).any(|i| i.eq_ignore_ascii_case(item))
    }

    /// The value of a header that lws has no number for. `name` ends with a colon or not, in any
    /// case.
    pub(crate) fn custom(&self, name: &[u8]) -> Option<&[u8]> {
        let bare = name.strip_suffix(b":").unwrap_or(name);
        let mut all = self.customs();
        let same = |n: &[u8]| {
            n.strip_suffix(b":")
                .is_some_and(|n| n.eq_ignore_ascii_case(bare))
        };
        all.find(|(n, _)| same(n)).map(|(_, v)| v)
    }

    /// Names, in lower case and with their colons, and values of the headers that lws has no
    /// numbers for.
    pub(crate) fn customs(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let of = self.parts.iter().filter(|p| p.token == token::NONE);
        of.map(|p| (self.name(p), self.value(p)))
    }

    /// The value of an argument of the URL. `name` is the whole name; `None` where there is none.
    pub(crate) fn argument(&self, name: &[u8]) -> Option<&[u8]> {
        self.fragments(token::URI_ARGS).find_map(|arg| {
            let rest = arg.strip_prefix(name)?;
            match rest.split_first() {
                None => Some(rest),
                Some((b'=', value)) => Some(value),
                _ => None,
            }
        })
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &[u8]) -> Option<&[u8]> {
        let pairs = self
            .fragments(token::COOKIE)
            .flat_map(|f| f.split(|b| *b == b';'));
        pairs.map(<[u8]>::trim_ascii).find_map(|pair| {
            let rest = pair.strip_prefix(name)?;
            rest.trim_ascii_start()
                .strip_prefix(b"=")
                .map(<[u8]>::trim_ascii)
        })
    }
}

/// What stands between the fragments of a token where they are taken together.
fn between(token: u8) -> &'static str {
    match token {
        token::URI_ARGS => "&",
        token::COOKIE => "; ",
        _ => ", ",
    }
}

/// Writes bytes to `room` from `at` on, and moves that.
pub(crate) fn put(room: &mut [u8], at: &mut usize, bytes: &[u8]) -> Option<()> {
    let end = at.checked_add(bytes.len())?;
    room.get_mut(*at..end)?.copy_from_slice(bytes);
    *at = end;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_texts_are_those_of_lws() {
        for (n, expected) in [
            (token::GET, "get "),
            (8, "\r\n"),
            (token::HTTP, "http/1.1 "),
            (token::COOKIE, "cookie:"),
            (35, ":authority"),
            (59, "location:"),
            (token::DELETE, "delete"),
            (token::URI_ARGS, "uri-args"),
            (87, "x-amzn-dss-signature:"),
            (88, ""),
        ] {
            assert_eq!(text(n), Some(expected));
        }
        assert_eq!(text(89), None);
        assert_eq!(text(255), None);
    }

    #[test]
    fn every_name_of_a_header_is_found_in_any_case() {
        let mut found = 0;
        for n in 0..TEXT_COUNT as u8 {
            let Some(name) = text(n).unwrap().strip_suffix(':') else {
                continue;
            };
            assert_eq!(number(name.as_bytes()), Some(n), "{name}");
            assert_eq!(number(name.to_uppercase().as_bytes()), Some(n), "{name}");
            let longer = format!("{name}x");
            assert_eq!(number(longer.as_bytes()), None, "{longer}");
            found += 1;
        }
        assert_eq!(found, 69);
        for name in ["", "get", "get ", "x", "http/1.1", "\r\n", "hos\u{4}"] {
            assert_eq!(number(name.as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn fragments_join_as_their_header_wants() {
        let mut s = Store::new(4096);
        s.add_named(b"Cookie:", b"a=b").unwrap();
        s.add_named(b"Accept:", b"x").unwrap();
        s.add_named(b"cookie:", b"c=d").unwrap();
        s.add_named(b"ACCEPT:", b"y").unwrap();
        s.add_named(b"Host:", b"").unwrap();
        let mut room = [0; 8];
        assert_eq!(s.total(token::COOKIE), 8);
        assert_eq!(s.copy(token::COOKIE, &mut room), Some(8));
        assert_eq!(&room, b"a=b; c=d");
        assert_eq!(s.copy(17, &mut room), Some(4));
        assert_eq!(&room[..4], b"x, y");
        assert_eq!(s.copy(token::COOKIE, &mut room[..7]), None);
        assert_eq!(s.copy(token::HOST, &mut room), Some(0));
        assert!(!s.has(token::HOST));
        assert_eq!(s.cookie(b"c"), Some(&b"d"[..]));
        assert_eq!(s.cookie(b"b"), None);
    }

    #[test]
    fn unknown_names_keep_their_order_and_lose_their_case() {
        let mut s = Store::new(4096);
        s.add_named(b"X-Cust:", b"v1").unwrap();
        s.add_named(b"x-other:", b"").unwrap();
        let all: Vec<_> = s.customs().collect();
        assert_eq!(
            all,
            [(&b"x-cust:"[..], &b"v1"[..]), (&b"x-other:"[..], &b""[..])]
        );
        for name in ["x-cust:", "X-CUST", "x-cust"] {
            assert_eq!(s.custom(name.as_bytes()), Some(&b"v1"[..]));
        }
        assert_eq!(s.custom(b"x-cus"), None);
    }

    #[test]
    fn arguments_are_found_by_their_whole_names() {
        let mut s = Store::new(4096);
        for arg in ["ab=3", "a=7", "a=8", "flag", "e="] {
            s.add(token::URI_ARGS, arg.as_bytes()).unwrap();
        }
        assert_eq!(s.argument(b"a"), Some(&b"7"[..]));
        assert_eq!(s.argument(b"flag"), Some(&b""[..]));
        assert_eq!(s.argument(b"e"), Some(&b""[..]));
        assert_eq!(s.argument(b"fla"), None);
    }

    #[test]
    fn bytes_and_fragments_have_a_limit() {
        let mut s = Store::new(10);
        assert_eq!(s.add(token::HOST, b"0123456789"), Err(Full));
        assert_eq!(s.add(token::HOST, b"01234"), Ok(()));
        assert_eq!(s.add_named(b"x:", b"y"), Ok(()));
        assert_eq!(s.add(token::HOST, b"0"), Err(Full));
        let mut s = Store::new(4096);
        for _ in 0..FRAGMENTS {
            s.add(token::COOKIE, b"a").unwrap();
        }
        assert_eq!(s.add(token::COOKIE, b"a"), Err(Full));
        s.add_named(b"x:", b"y").unwrap();
    }
}
