//! Sending: `lws-write.h`.

pub use crate::abi::write::*;

use super::convert::{bytes, count};
use super::types::lws;
use super::{arg, conn_of};
use crate::conn::close;
use crate::log::log_info;
use core::ffi::{c_int, c_uint};

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
    protocol: lws_write_protocol_int,
) -> c_int {
    const NAME: &str = "lws_write";
    // SAFETY: the caller's promise.
    unsafe {
        let Some((cx, w)) = conn_of(NAME, wsi) else {
            return -1;
        };
        let (Some(bytes), Ok(_)) = (bytes(buf, len), c_int::try_from(len)) else {
            arg::bad(NAME, if buf.is_null() { "buf" } else { "len" });
            return -1;
        };
        match w.driver().write(&cx.conns, w, bytes, protocol as c_uint) {
            Ok(n) => count(n),
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
    const NAME: &str = "lws_raw_transaction_completed";
    // SAFETY: the caller's promise.
    match unsafe { conn_of(NAME, wsi) } {
        Some((cx, w)) if w.has_output() => {
            if let Some(w) = cx.conns.table.get(w.token.get()) {
                close::after_output(&cx.conns, &w);
            }
            0
        }
        _ => -1,
    }
}
