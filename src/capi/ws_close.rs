//! How websocket connections close: `lws-ws-close.h`.

pub use crate::abi::ws_close::*;

use super::conn_of;
use super::convert::bytes;
use super::types::lws;
use crate::conn::ws;
use crate::log::log_err;

/// Keeps what the peer is to be told when a callback of a websocket connection returns nonzero: a
/// close frame with this code and reason, of which up to 123 bytes are sent. Nothing is sent before
/// that. LWS_CLOSE_STATUS_NO_STATUS sends a frame without a code; LWS_CLOSE_STATUS_NOSTATUS and
/// LWS_CLOSE_STATUS_ABNORMAL_CLOSE send none; other codes below 1000 are ignored. After the frame
/// the peer has 5 s to answer; the protocol hears nothing meanwhile. Only for the thread that
/// services the context.
///
/// # Safety
///
/// `wsi` is NULL or a live connection, `buf` NULL or `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_close_reason(
    wsi: *mut lws,
    status: lws_close_status_int,
    buf: *mut u8,
    len: usize,
) {
    const NAME: &str = "lws_close_reason";
    // SAFETY: the caller's promise.
    unsafe {
        let Some((_, w)) = conn_of(NAME, wsi) else {
            return;
        };
        let Ok(code) = u16::try_from(status) else {
            return log_err!(w.log(), "{NAME}: bad argument: status: {status}");
        };
        ws::keep_reason(w, code, bytes(buf, len).unwrap_or(&[]));
    }
}
