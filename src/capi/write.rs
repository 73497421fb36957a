//! Sending: `lws-write.h`.

use super::convert::bytes;
use super::types::lws;
use super::{arg, conn_of};
use crate::conn::{close, write};
use crate::log::log_info;
use core::ffi::{c_int, c_uint};

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

/// Sends `len` bytes to the peer. What the kernel does not take at once is kept and goes out later;
/// there is no LWS_CALLBACK_RAW_WRITEABLE before it has. To be called from that callback, which
/// lws_callback_on_writable() asks for, once for each. LWS_PRE bytes in front of `buf` may be
/// overwritten in lws; here they are left alone. Only for the thread that services the context.
///
/// # Returns
///
/// `len`; -1 when the connection is dead or closed or an argument is NULL: the callback then
/// returns -1.
///
/// # Safety
///
/// `wsi` is NULL or a live connection, `buf` points to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_write(
    wsi: *mut lws,
    buf: *mut u8,
    len: usize,
    _protocol: lws_write_protocol_int,
) -> c_int {
    const NAME: &str = "lws_write";
    // SAFETY: the caller's promise.
    unsafe {
        let Some((cx, w)) = conn_of(NAME, wsi) else {
            return -1;
        };
        let (Some(bytes), Ok(n)) = (bytes(buf, len), c_int::try_from(len)) else {
            arg::bad(NAME, if buf.is_null() { "buf" } else { "len" });
            return -1;
        };
        match write::write(cx, w, bytes) {
            Ok(()) => n,
            Err(e) => {
                log_info!(w.log(), "{NAME}: {e}");
                -1
            }
        }
    }
}

/// Tells that a transaction on a raw connection is over. What was written goes out, then the
/// connection closes.
///
/// # Returns
///
/// -1 when nothing is left to go out: the callback returns that, to close. 0 when the connection
/// will close by itself. -1 also when `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_raw_transaction_completed(wsi: *mut lws) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { conn_of("lws_raw_transaction_completed", wsi) } {
        Some((cx, w)) if w.has_output() => {
            if let Some(w) = cx.conns.get(w.token.get()) {
                close::after_output(cx, &w);
            }
            0
        }
        _ => -1,
    }
}
