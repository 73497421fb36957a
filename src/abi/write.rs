//! `lws-write.h`: how data is sent.

use core::ffi::c_uint;

/// What the bytes given to lws_write() are. A raw connection sends them as they are, whichever kind
/// is named; LWS_WRITE_RAW is the one to name.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lws_write_protocol {
    /// A websocket message of UTF-8.
    LWS_WRITE_TEXT = 0,
    /// A websocket message of bytes.
    LWS_WRITE_BINARY = 1,
    /// More of the websocket message begun before.
    LWS_WRITE_CONTINUATION = 2,
    /// HTTP content; LWS_WRITE_RAW has the same value.
    LWS_WRITE_HTTP = 3,
    /// A websocket PING.
    LWS_WRITE_PING = 5,
    /// A websocket PONG.
    LWS_WRITE_PONG = 6,
    /// The last of the HTTP content.
    LWS_WRITE_HTTP_FINAL = 7,
    /// HTTP headers.
    LWS_WRITE_HTTP_HEADERS = 8,
    /// More HTTP headers.
    LWS_WRITE_HTTP_HEADERS_CONTINUATION = 9,
    /// Flag: keep the bytes and send them when there is room.
    LWS_WRITE_BUFLIST = 32,
    /// Flag: the websocket message goes on after this.
    LWS_WRITE_NO_FIN = 64,
    /// Flag: the HTTP/2 stream ends with this.
    LWS_WRITE_H2_STREAM_END = 128,
}

/// An `enum lws_write_protocol` as it crosses the edge: flags may be combined.
pub type lws_write_protocol_int = c_uint;

/// Flag, for websocket clients: send the bytes without masking them.
pub const LWS_WRITE_CLIENT_IGNORE_XOR_MASK: lws_write_protocol_int = 128;
