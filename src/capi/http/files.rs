//! Files as answers: `lws-http.h`.

use crate::abi::types::{lws, lws_http_mount};
use crate::capi::conn_of;
use crate::capi::convert::{bytes, cstr, need};
use crate::conn::{files, mounts};
use crate::sys::mounts::Mount;
use core::ffi::{c_char, c_int};
use core::ptr::null;

/// Answers a request with a file. `file` is used as it is. `other_headers` are whole lines with their
/// ends. The file is sent without blocking; then the protocol gets
/// LWS_CALLBACK_HTTP_FILE_COMPLETION. A GET request may ask for parts of it (`Range`): 206, or 416. What
/// comes of the request's body is discarded. Only for the thread that services the context.
///
/// # Returns
///
/// 0: it is under way, or was all that a HEAD request wanted, whose transaction is complete then.
/// Above 0: the client got a page of status 404; call lws_http_transaction_completed(). Below 0: the
/// callback returns -1; also when an argument is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection, texts are NULL or NUL-terminated, `other_headers` is NULL or
/// `other_headers_len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_serve_http_file(
    wsi: *mut lws,
    file: *const c_char,
    content_type: *const c_char,
    other_headers: *const c_char,
    other_headers_len: c_int,
) -> c_int {
    const NAME: &str = "lws_serve_http_file";
    // SAFETY: the caller's promise.
    unsafe {
        let Some((cx, w)) = conn_of(NAME, wsi) else {
            return -1;
        };
        let file = need!("file", cstr(file), -1);
        let kind = need!("content_type", cstr(content_type), -1);
        let len = usize::try_from(other_headers_len).unwrap_or(0);
        let extra = bytes(
            other_headers.cast(),
            if other_headers.is_null() { 0 } else { len },
        );
        match cx.conns.table.get(w.token.get()) {
            Some(w) => files::serve(
                &cx.conns,
                &w,
                file.to_bytes(),
                kind.to_bytes(),
                extra.unwrap_or(&[]),
            ),
            None => -1,
        }
    }
}

/// Sends the next piece of a file that lws_serve_http_file() has begun, if there is room. The library does
/// so by itself whenever there is. Only for the thread that services the context.
///
/// # Returns
///
/// 0: there is more. Above 0: all of it has been sent, and LWS_CALLBACK_HTTP_FILE_COMPLETION was called; or none
/// is being sent. Below 0: the callback returns -1; also when `wsi` is NULL or closed.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_serve_http_file_fragment(wsi: *mut lws) -> c_int {
    const NAME: &str = "lws_serve_http_file_fragment";
    // SAFETY: the caller's promise.
    let Some((cx, w)) = (unsafe { conn_of(NAME, wsi) }) else {
        return -1;
    };
    match cx.conns.table.get(w.token.get()) {
        Some(w) => files::fragment(&cx.conns, &w),
        None => -1,
    }
}

/// The type of a file by its suffix: what the mount says, if not NULL, else what the library knows.
/// Any thread.
///
/// # Returns
///
/// A text of the library's or the mount's; NULL when it is not known, or `file` is NULL.
///
/// # Safety
///
/// `file` is NULL or NUL-terminated, `m` NULL or a mount.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_mimetype(
    file: *const c_char,
    m: *const lws_http_mount,
) -> *const c_char {
    const NAME: &str = "lws_get_mimetype";
    // SAFETY: the caller's promise.
    let found = unsafe {
        let file = need!("file", cstr(file), null());
        mounts::mime(file.to_bytes(), Mount::named(m))
    };
    found.map_or(null(), |kind| kind.as_ptr())
}
