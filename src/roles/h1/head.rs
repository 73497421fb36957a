//! The head of a request or a response: the lines up to the empty one (RFC 9112).
//!
//! [`Head::feed`] takes bytes as they come, cut anywhere, and keeps only a line that is not whole yet.
//! What the lines say goes to a [`Store`]; at the end [`Head::request`] or [`Head::response`] says
//! what follows from it.

use super::{Framing, Method, target};
use crate::roles::headers::{Full, Store, token};

/// Why there is no use for what the peer sent: the status that a server answers with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    pub(crate) status: u16,
}

impl Fault {
    pub(crate) const fn status(status: u16) -> Self {
        Self { status }
    }
}

const BAD: Fault = Fault::status(400);
const TOO_LONG_TARGET: Fault = Fault::status(414);
const TOO_LONG: Fault = Fault::status(431);
const UNKNOWN: Fault = Fault::status(501);

/// How many empty lines may be before a request.
const EMPTY_LINES: u8 = 8;
/// A method has no more letters; one that lws knows has seven at most.
const LONGEST_METHOD: usize = 32;
/// What a line may have beside what is kept of it, bytes.
const BESIDE: usize = 256;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum At {
    RequestLine,
    StatusLine,
    Fields,
    Done,
}

/// What follows from the head of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// HTTP/1.1, rather than what is older, unknown or not said.
    pub(crate) http11: bool,
    /// The connection can have another request after this one.
    pub(crate) keep_alive: bool,
    pub(crate) body: Framing,
    /// The peer waits for a `100 Continue`.
    pub(crate) expects_continue: bool,
    pub(crate) upgrade: Upgrade,
}

/// What a request wants the connection to become.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Upgrade {
    None,
    WebSocket,
    H2c,
}

/// What follows from the head of a response.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) http11: bool,
    pub(crate) keep_alive: bool,
    pub(crate) body: Framing,
}

impl Response {
    /// Whether another response to the same request follows (RFC 9110 15.2).
    pub(crate) fn is_interim(&self) -> bool {
        matches!(self.status, 100 | 102..=199)
    }
}

/// A head that arrives.
pub(crate) struct Head {
    at: At,
    /// The line that is not whole yet.
    line: Vec<u8>,
    empty_lines: u8,
    method: Method,
    http11: bool,
    status: u16,
    pub(crate) store: Store,
}

impl Head {
    /// A request whose headers have `limit` bytes together.
    pub(crate) fn for_request(limit: usize) -> Self {
        Self::at(At::RequestLine, limit)
    }

    /// A response, as [`Head::for_request`].
    pub(crate) fn for_response(limit: usize) -> Self {
        Self::at(At::StatusLine, limit)
    }

    fn at(at: At, limit: usize) -> Self {
        Self {
            at,
            line: Vec::new(),
            empty_lines: 0,
            method: Method::Get,
            http11: false,
            status: 0,
            store: Store::new(limit),
        }
    }

    /// Whether the empty line has come.
    pub(crate) fn is_done(&self) -> bool {
        self.at == At::Done
    }

    /// Whether the first line of a request has come.
    pub(crate) fn has_target(&self) -> bool {
        matches!(self.at, At::Fields | At::Done)
    }

    /// The status of a response, once its first line has come.
    #[cfg(feature = "LWS_ROLE_WS")]
    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    /// Takes bytes up to the end of the head, and returns how many. An error ends the connection.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Result<usize, Fault> {
        let mut rest = bytes;
        while self.at != At::Done && !rest.is_empty() {
            let end = rest.iter().position(|b| *b == b'\n');
            let (line, after) = rest.split_at(end.map_or(rest.len(), |at| at.saturating_add(1)));
            rest = after;
            // However little is kept of it, and in whatever pieces it comes.
            let limit = self.store.limit().saturating_add(BESIDE);
            if self.line.len().saturating_add(line.len()) > limit {
                return Err(self.too_long());
            }
            if end.is_some() && self.line.is_empty() {
                self.take(line)?;
                continue;
            }
            if self.line.try_reserve(line.len()).is_err() {
                return Err(self.too_long());
            }
            self.line.extend_from_slice(line);
            if end.is_some() {
                let line = core::mem::take(&mut self.line);
                self.take(&line)?;
            } else if self.at == At::RequestLine {
                begins_as_request(&self.line)?;
            }
        }
        Ok(bytes.len().saturating_sub(rest.len()))
    }

    fn too_long(&self) -> Fault {
        match self.at {
            At::RequestLine => TOO_LONG_TARGET,
            _ => TOO_LONG,
        }
    }

    /// Takes a whole line with its end.
    fn take(&mut self, line: &[u8]) -> Result<(), Fault> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match self.at {
            At::RequestLine if line.is_empty() && self.empty_lines < EMPTY_LINES => {
                self.empty_lines = self.empty_lines.saturating_add(1);
                Ok(())
            }
            At::RequestLine => self.request_line(line),
            At::StatusLine => self.status_line(line),
            At::Fields if line.is_empty() => {
                self.at = At::Done;
                Ok(())
            }
            At::Fields => self.field(line),
            At::Done => Ok(()),
        }
    }

    fn request_line(&mut self, line: &[u8]) -> Result<(), Fault> {
        begins_as_request(line)?;
        if line.iter().any(|b| b.is_ascii_control()) {
            return Err(BAD);
        }
        let mut words = line.split(|b| *b == b' ');
        let method = words.next().unwrap_or(&[]);
        let wanted = words.next().unwrap_or(&[]);
        let version = words.next();
        let is_version = |v: &[u8]| v.starts_with(b"HTTP/") && v.len() > b"HTTP/".len();
        if wanted.is_empty() || words.next().is_some() || !version.is_none_or(is_version) {
            return Err(BAD);
        }
        self.method = Method::named(method).ok_or(UNKNOWN)?;
        if self.method == Method::Connect {
            return Err(UNKNOWN);
        }
        self.http11 = version == Some(b"HTTP/1.1");
        let target = target::split(wanted, self.method == Method::Options)?;
        target::store(&mut self.store, self.method.token(), &target)?;
        if let Some(version) = version {
            self.store.add(token::HTTP, version).map_err(full)?;
        }
        if let Some(host) = target.host {
            self.store.add(token::HOST, host).map_err(full)?;
        }
        self.at = At::Fields;
        Ok(())
    }

    fn status_line(&mut self, line: &[u8]) -> Result<(), Fault> {
        let version = line.get(..9).ok_or(BAD)?;
        self.http11 = match version {
            b"HTTP/1.1 " => true,
            b"HTTP/1.0 " => false,
            _ => return Err(BAD),
        };
        let rest = line.get(9..).unwrap_or(&[]).trim_ascii();
        let (code, reason) = rest.split_at_checked(3).ok_or(BAD)?;
        let spaced = reason.is_empty() || reason.starts_with(b" ");
        self.status = number(code)
            .and_then(|n| u16::try_from(n).ok())
            .filter(|n| *n >= 100 && spaced)
            .ok_or(BAD)?;
        let token = if self.http11 {
            token::HTTP
        } else {
            token::HTTP1_0
        };
        self.store.add(token, rest).map_err(full)?;
        self.at = At::Fields;
        Ok(())
    }

    fn field(&mut self, line: &[u8]) -> Result<(), Fault> {
        let colon = line.iter().position(|b| *b == b':').ok_or(BAD)?;
        let (name, value) = line.split_at(colon.saturating_add(1));
        let bare = name.strip_suffix(b":").unwrap_or(name);
        // A blank before the colon, or at the start of the line, is no letter of a name.
        if bare.is_empty() || !bare.iter().all(is_letter) {
            return Err(BAD);
        }
        let value = value.trim_ascii();
        if value.iter().any(|b| b.is_ascii_control() && *b != b'\t') {
            return Err(BAD);
        }
        self.store.add_named(name, value).map_err(full)
    }

    /// What follows from the head of a request, once it is whole.
    pub(crate) fn request(&mut self) -> Result<Request, Fault> {
        let s = &mut self.store;
        if s.fragments(token::HOST).count() > 1 {
            return Err(BAD);
        }
        let length = length(s)?;
        let body = if s.has(token::TRANSFER_ENCODING) {
            // Those who find the end of a message in other places than this must not be between.
            if length.is_some() || !self.http11 {
                return Err(BAD);
            }
            let mut codings = s.items(token::TRANSFER_ENCODING);
            let chunked = codings
                .next()
                .is_some_and(|c| c.eq_ignore_ascii_case(b"chunked"));
            if !chunked || codings.next().is_some() {
                return Err(UNKNOWN);
            }
            Framing::Chunked
        } else {
            match length {
                Some(n) if n > 0 => Framing::Length(n),
                _ if self.method.has_body() => Framing::Length(0),
                _ => Framing::None,
            }
        };
        let upgrade = if s.lists(token::UPGRADE, b"websocket") {
            Upgrade::WebSocket
        } else if s.lists(token::UPGRADE, b"h2c") {
            Upgrade::H2c
        } else {
            Upgrade::None
        };
        Ok(Request {
            method: self.method,
            http11: self.http11,
            keep_alive: keeps_alive(s, self.http11),
            body,
            expects_continue: self.http11 && s.lists(token::EXPECT, b"100-continue"),
            upgrade,
        })
    }

    /// What follows from the head of a response, once it is whole. `to_head`: to a HEAD request.
    pub(crate) fn response(&self, to_head: bool) -> Result<Response, Fault> {
        let (s, status) = (&self.store, self.status);
        let none = to_head || matches!(status, 100..=199 | 204 | 304);
        let coded = s.has(token::TRANSFER_ENCODING);
        let last = s.items(token::TRANSFER_ENCODING).last();
        let body = if none {
            Framing::None
        } else if last.is_some_and(|c| c.eq_ignore_ascii_case(b"chunked")) {
            Framing::Chunked
        } else if coded {
            Framing::UntilClose
        } else {
            match length(s)? {
                Some(n) => Framing::Length(n),
                None => Framing::UntilClose,
            }
        };
        Ok(Response {
            status,
            http11: self.http11,
            keep_alive: keeps_alive(s, self.http11) && body != Framing::UntilClose,
            body,
        })
    }
}

fn full(_: Full) -> Fault {
    TOO_LONG
}

/// Whether a byte may be in the name of a header or method (RFC 9110 5.6.2).
fn is_letter(b: &u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(b)
}

/// Refuses what is no request as soon as that shows, so that nobody waits for the end of a line that
/// never comes.
fn begins_as_request(line: &[u8]) -> Result<(), Fault> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let method = line.split(|b| *b == b' ').next().unwrap_or(&[]);
    if method.len() > LONGEST_METHOD || !method.iter().all(is_letter) {
        return Err(BAD);
    }
    Ok(())
}

/// A number of decimal digits and nothing else.
pub(super) fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > 19 {
        return None;
    }
    digits.iter().try_fold(0u64, |n, b| {
        let digit = char::from(*b).to_digit(10)?;
        n.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

/// What Content-Length says; all that are there have to be the same.
fn length(s: &Store) -> Result<Option<u64>, Fault> {
    let mut found = None;
    for item in s.items(token::CONTENT_LENGTH) {
        let n = number(item).ok_or(BAD)?;
        if found.is_some_and(|before| before != n) {
            return Err(BAD);
        }
        found = Some(n);
    }
    if found.is_none() && s.has(token::CONTENT_LENGTH) {
        return Err(BAD);
    }
    Ok(found)
}

fn keeps_alive(s: &Store, http11: bool) -> bool {
    let close = s.lists(token::CONNECTION, b"close");
    !close && (http11 || s.lists(token::CONNECTION, b"keep-alive"))
}

#[cfg(test)]
#[path = "head_tests.rs"]
mod tests;
