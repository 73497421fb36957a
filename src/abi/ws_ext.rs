//! `lws-ws-ext.h`: extensions of websocket.

use super::types::{lws, lws_context};
use core::ffi::{c_char, c_int, c_void};

/// An `enum lws_extension_callback_reasons` as it crosses the edge.
pub type lws_extension_callback_reasons_int = u32;

/// What the library calls for an extension.
pub type lws_extension_callback_function_ptr = Option<
    unsafe extern "C" fn(
        context: *mut lws_context,
        ext: *const lws_extension,
        wsi: *mut lws,
        reason: lws_extension_callback_reasons_int,
        user: *mut c_void,
        in_: *mut c_void,
        len: usize,
    ) -> c_int,
>;

/// An extension that a vhost or a client has. An array of them ends with one without a name.
#[repr(C)]
pub struct lws_extension {
    /// As it is registered: "permessage-deflate".
    pub name: *const c_char,
    /// lws_extension_callback_pm_deflate().
    pub callback: lws_extension_callback_function_ptr,
    /// What a client offers, with parameters: "permessage-deflate; client_max_window_bits".
    pub client_offer: *const c_char,
}
