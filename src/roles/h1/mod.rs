//! HTTP/1.1 (RFC 9110, RFC 9112), as lws speaks it.
//!
//! - [`head`]: the head of a request or response, from its first byte to its empty line;
//! - [`target`]: a request's target, decoded and without what leads out of it;
//! - [`goal`]: where a client's request goes, and where a redirect sends it;
//! - [`proxy`]: a client's proxy; [`form`]: the body of a client's form;
//! - [`body`]: where a body begins and ends;
//! - [`reply`], [`date`], [`mount`]: lines of an answer, dates, what mounts decide;
//! - [`range`], [`page`]: parts of a file, and names in it that are replaced;
//! - [`txn`]: a request and its answer, as a server sees them.

pub(crate) mod body;
pub(crate) mod date;
pub(crate) mod form;
pub(crate) mod goal;
pub(crate) mod head;
pub(crate) mod mount;
pub(crate) mod page;
pub(crate) mod proxy;
pub(crate) mod range;
pub(crate) mod reply;
pub(crate) mod target;
pub(crate) mod txn;

use super::headers::token;

/// Methods, with lws's numbers (`LWSHUMETH_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Method {
    Get,
    Post,
    Options,
    Put,
    Patch,
    Delete,
    Connect,
    Head,
}

/// Each method with its name and the token of its path.
pub(crate) const METHODS: [(Method, &str, u8); 8] = [
    (Method::Get, "GET", token::GET),
    (Method::Post, "POST", token::POST),
    (Method::Options, "OPTIONS", token::OPTIONS),
    (Method::Put, "PUT", token::PUT),
    (Method::Patch, "PATCH", token::PATCH),
    (Method::Delete, "DELETE", token::DELETE),
    (Method::Connect, "CONNECT", token::CONNECT),
    (Method::Head, "HEAD", token::HEAD),
];

impl Method {
    /// By its name, in any case.
    pub(crate) fn named(name: &[u8]) -> Option<Self> {
        let mut all = METHODS.iter();
        let found = all.find(|m| m.1.as_bytes().eq_ignore_ascii_case(name))?;
        Some(found.0)
    }

    /// The token whose value is the path of such a request.
    pub(crate) fn token(self) -> u8 {
        METHODS.get(self as usize).map_or(token::GET, |m| m.2)
    }

    /// Whether lws expects a body even where the head does not announce one.
    pub(crate) fn has_body(self) -> bool {
        matches!(self, Self::Post | Self::Put | Self::Patch)
    }
}

/// How the end of a body is found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Framing {
    /// There is none.
    None,
    Length(u64),
    Chunked,
    /// The peer closes.
    UntilClose,
}
