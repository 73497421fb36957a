//! HTTP: `lws-http.h`.

pub mod builders;
pub mod files;
pub mod pages;
pub mod request;
pub mod text;

pub use crate::abi::http::*;

use super::conn_of;
use super::types::lws;
use crate::conn::{h1_transaction, timeout};
use core::ffi::c_int;

/// Tells that the answer to a request is complete. The connection goes on with the next request, if
/// there can be one: its protocol gets LWS_CALLBACK_HTTP_DROP_PROTOCOL, and the vhost's first one is
/// bound to it. While output waits, or the body of the request has not come, that happens later by
/// itself; what comes of the body is discarded. Only for the thread that services the context.
///
/// # Returns
///
/// 0; nonzero when the connection cannot go on: the callback returns -1, which closes it after its
/// output. 0 also when no request is under way; nonzero when `wsi` is NULL or closed.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_http_transaction_completed(wsi: *mut lws) -> c_int {
    const NAME: &str = "lws_http_transaction_completed";
    // SAFETY: the caller's promise.
    let Some((cx, w)) = (unsafe { conn_of(NAME, wsi) }) else {
        return 1;
    };
    match cx.conns.table.get(w.token.get()) {
        Some(w) => h1_transaction::completed(&cx.conns, &w),
        None => 1,
    }
}

/// Marks an answer as one that goes on for as long as the client likes (`text/event-stream`): its
/// headers are given up, and no time limits it. Only for the thread that services the context.
///
/// # Returns
///
/// 0; 1 when `wsi` is NULL or closed.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_http_mark_sse(wsi: *mut lws) -> c_int {
    const NAME: &str = "lws_http_mark_sse";
    // SAFETY: the caller's promise.
    let Some((cx, w)) = (unsafe { conn_of(NAME, wsi) }) else {
        return 1;
    };
    if let Some(web) = w.web.get() {
        h1_transaction::detach(&cx.conns, web);
    }
    timeout::clear(&cx.conns, w);
    0
}
