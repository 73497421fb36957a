//! Extensions of websocket: `lws-ws-ext.h`.

pub use crate::abi::ws_ext::*;

use super::convert::cstr;
use super::types::{lws, lws_context};
use super::{arg, conn_of};
use crate::conn::ws;
use crate::log::log_err;
use core::ffi::{c_char, c_int, c_void};

/// permessage-deflate (RFC 7692), to be named in arrays of extensions. The library compresses by
/// itself for vhosts and clients that have it there, and does not call this.
///
/// # Returns
///
/// -1: there is nothing that a program could have done by calling it.
///
/// # Safety
///
/// None of the arguments is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_extension_callback_pm_deflate(
    _context: *mut lws_context,
    _ext: *const lws_extension,
    _wsi: *mut lws,
    _reason: lws_extension_callback_reasons_int,
    _user: *mut c_void,
    _in: *mut c_void,
    _len: usize,
) -> c_int {
    -1
}

/// Changes how an extension of a connection works, from the next message on: of
/// "permessage-deflate" the options "rx_buf_size" and "tx_buf_size", the most bytes of a piece that
/// is received and of a frame that is sent, as powers of two from 7 to 16; "compression_level", 0 to
/// 9; "mem_level", which has no effect. Only for the thread that services the context.
///
/// # Returns
///
/// 0; -1 when the connection has no such extension, the extension no such option, the value is out of
/// range, or an argument is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection; the texts are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_set_extension_option(
    wsi: *mut lws,
    ext_name: *const c_char,
    opt_name: *const c_char,
    opt_val: *const c_char,
) -> c_int {
    const NAME: &str = "lws_set_extension_option";
    // SAFETY: the caller's promise.
    unsafe {
        let Some((_, w)) = conn_of(NAME, wsi) else {
            return -1;
        };
        let (Some(ext), Some(name), Some(value)) = (cstr(ext_name), cstr(opt_name), cstr(opt_val))
        else {
            arg::bad(NAME, "ext_name, opt_name or opt_val");
            return -1;
        };
        let value = value.to_str().ok().and_then(|v| v.parse().ok());
        let set = ext == c"permessage-deflate"
            && value.is_some_and(|value| ws::set_option(w, name.to_bytes(), value));
        if !set {
            log_err!(w.log(), "{NAME}: cannot set {name:?} of {ext:?}");
        }
        if set { 0 } else { -1 }
    }
}
