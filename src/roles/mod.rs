//! What connections speak, as machines: bytes in, events and bytes out. No socket, no clock and no
//! callback is here; the drivers in `conn` have those.
//!
//! - [`headers`]: the headers of a request or response, by lws's tokens;
//! - `form`: forms that browsers post;
//! - `h1`: HTTP/1.1;
//! - `ws`: WebSocket.
#![forbid(unsafe_code)]

#[cfg(feature = "LWS_ROLE_H1")]
pub(crate) mod form;
#[cfg(feature = "LWS_ROLE_H1")]
pub(crate) mod h1;
#[cfg(feature = "LWS_ROLE_H1")]
pub(crate) mod headers;
#[cfg(feature = "LWS_ROLE_WS")]
pub(crate) mod ws;
