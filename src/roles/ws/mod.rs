//! WebSocket (RFC 6455, RFC 7692) as bytes in and bytes out.
//!
//! - [`frame`]: headers, opcodes, masks;
//! - [`receive`]: what a peer sends, cut into pieces of messages, control frames and violations;
//! - [`inbound`]: that, with messages inflated and text checked;
//! - [`outbound`]: what a program writes, made into frames;
//! - [`close`]: close codes, and the life of the closing handshake;
//! - [`handshake`]: the request and its answer, of both sides;
//! - [`error`]: why a client does not take an answer;
//! - [`offer`]: the extensions that a request offers and an answer accepts;
//! - [`deflate`]: messages smaller and larger.
//!
//! Nothing here knows a socket, the time or a callback. However the bytes are cut, the result is the
//! same.
#![forbid(unsafe_code)]

pub(crate) mod close;
#[cfg(feature = "LWS_WITH_EXTENSIONS")]
pub(crate) mod deflate;
pub(crate) mod error;
pub(crate) mod frame;
pub(crate) mod handshake;
pub(crate) mod inbound;
#[cfg(feature = "LWS_WITH_EXTENSIONS")]
pub(crate) mod offer;
pub(crate) mod outbound;
pub(crate) mod receive;
mod utf8;

#[cfg(all(any(test, feature = "fuzzing"), feature = "LWS_WITH_EXTENSIONS"))]
pub(crate) mod check;

/// Which end of a connection this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// It receives masked frames and sends plain ones.
    Server,
    /// The other way round.
    Client,
}
