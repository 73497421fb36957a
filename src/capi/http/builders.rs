//! Making the head of an answer: `lws-http.h`.

use crate::abi::http::*;
use crate::abi::types::{lws, lws_filepos_t};
use crate::capi::conn_of;
use crate::capi::convert::{bytes, count, cstr, need, room};
use crate::conn::{Wsi, answer};
use crate::log::{log_err, log_info};
use crate::roles::h1::reply::{Lines, Refused};
use crate::roles::headers;
use core::ffi::{c_char, c_int, c_uint};

/// Writes lines to `*p`, and moves that; where they do not fit, it stays. Returns 0, or 1 where
/// nothing was written, which is logged where it is the program's mistake.
///
/// # Safety
///
/// `wsi` is NULL or a live connection, `p` NULL or the address of a pointer that is NULL or into memory
/// that ends at `end`.
unsafe fn write(
    name: &str,
    wsi: *mut lws,
    p: *mut *mut u8,
    end: *mut u8,
    f: impl FnOnce(&Wsi, &mut Lines) -> Result<(), Refused>,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        let Some((_cx, w)) = conn_of(name, wsi) else {
            return 1;
        };
        let at = need!(in name, "p", p.as_mut(), 1);
        let to = need!(in name, "p", between(*at, end), 1);
        let mut lines = Lines::new(to);
        match f(w, &mut lines) {
            Ok(()) => {
                *at = at.wrapping_add(lines.len());
                0
            }
            Err(why) => {
                if why == Refused::Split {
                    log_err!(w.log(), "{name}: bad argument: an end of line in a header");
                }
                1
            }
        }
    }
}

/// The memory from `p` to `end`.
///
/// # Safety
///
/// `p` is NULL or into memory that ends at `end`.
pub(crate) unsafe fn between<'a>(p: *mut u8, end: *mut u8) -> Option<&'a mut [u8]> {
    let len = end.addr().checked_sub(p.addr())?;
    // SAFETY: the caller's promise.
    unsafe { room(p, len) }.filter(|_| !p.is_null())
}

/// Writes the status line to `*p`, moves that, and adds what the vhost has for all answers. `code` may
/// have LWSAHH_FLAG_NO_SERVER_NAME. Two bytes before `end` are kept for the end of the head. Only for
/// the thread that services the context.
///
/// # Returns
///
/// 0; 1 when there is no room, and `*p` stays, or an argument is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection, `p` NULL or the address of a pointer into memory that ends at
/// `end`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_add_http_header_status(
    wsi: *mut lws,
    code: c_uint,
    p: *mut *mut u8,
    end: *mut u8,
) -> c_int {
    const NAME: &str = "lws_add_http_header_status";
    // SAFETY: the caller's promise.
    unsafe { write(NAME, wsi, p, end, |w, l| answer::status(w, l, code)) }
}

/// Writes a header with the name that `token` stands for to `*p`, and moves that; see
/// lws_add_http_header_status(). A value with the end of a line in it is refused.
///
/// # Returns
///
/// 0; 1 when there is no room, and `*p` stays, or an argument is bad.
///
/// # Safety
///
/// As for lws_add_http_header_status(); `value` is NULL or `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_add_http_header_by_token(
    wsi: *mut lws,
    token: lws_token_indexes_int,
    value: *const u8,
    length: c_int,
    p: *mut *mut u8,
    end: *mut u8,
) -> c_int {
    const NAME: &str = "lws_add_http_header_by_token";
    let name = u8::try_from(token).ok().and_then(headers::text);
    let name = need!("token", name.filter(|t| t.ends_with(':')), 1);
    // SAFETY: the caller's promise.
    unsafe {
        let value = need!(
            "value",
            bytes(value, usize::try_from(length).unwrap_or(0)),
            1
        );
        write(NAME, wsi, p, end, |_, l| l.header(name.as_bytes(), value))
    }
}

/// Writes a header to `*p`, and moves that; see lws_add_http_header_status(). A `name` without a colon
/// at its end gets one; without a name only the value is written. A value with the end of a line in it
/// is refused.
///
/// # Returns
///
/// 0; 1 when there is no room, and `*p` stays, or an argument is bad.
///
/// # Safety
///
/// As for lws_add_http_header_status(); `name` is NULL or NUL-terminated, `value` NULL or `length`
/// bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_add_http_header_by_name(
    wsi: *mut lws,
    name: *const u8,
    value: *const u8,
    length: c_int,
    p: *mut *mut u8,
    end: *mut u8,
) -> c_int {
    const NAME: &str = "lws_add_http_header_by_name";
    // SAFETY: the caller's promise.
    unsafe {
        let value = need!(
            "value",
            bytes(value, usize::try_from(length).unwrap_or(0)),
            1
        );
        let name = cstr(name.cast());
        write(NAME, wsi, p, end, |_, l| match name {
            Some(name) => l.header(name.to_bytes(), value),
            None => l.bare(value),
        })
    }
}

/// Writes how long the content is to `*p`, and moves that; see lws_add_http_header_status().
///
/// # Returns
///
/// 0; 1 when there is no room, and `*p` stays, or an argument is NULL.
///
/// # Safety
///
/// As for lws_add_http_header_status().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_add_http_header_content_length(
    wsi: *mut lws,
    content_length: lws_filepos_t,
    p: *mut *mut u8,
    end: *mut u8,
) -> c_int {
    const NAME: &str = "lws_add_http_header_content_length";
    // SAFETY: the caller's promise.
    unsafe { write(NAME, wsi, p, end, |_, l| l.length(content_length)) }
}

/// Writes the status line, the type of the content, if not NULL, and its length to `*p`, and moves
/// that; see lws_add_http_header_status(). With LWS_ILLEGAL_HTTP_CONTENT_LEN for the length the answer
/// ends with the connection, and the client is told so.
///
/// # Returns
///
/// 0; 1 when there is no room, and `*p` stays, or an argument is NULL.
///
/// # Safety
///
/// As for lws_add_http_header_status(); `content_type` is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_add_http_common_headers(
    wsi: *mut lws,
    code: c_uint,
    content_type: *const c_char,
    content_len: lws_filepos_t,
    p: *mut *mut u8,
    end: *mut u8,
) -> c_int {
    const NAME: &str = "lws_add_http_common_headers";
    // SAFETY: the caller's promise.
    unsafe {
        let kind = cstr(content_type).map(|k| k.to_bytes());
        let length = (content_len != LWS_ILLEGAL_HTTP_CONTENT_LEN).then_some(content_len);
        write(NAME, wsi, p, end, |w, l| {
            answer::common(w, l, code, kind, length)
        })
    }
}

/// Writes the empty line after the headers to `*p`, and moves that. Three bytes of room are needed.
///
/// # Returns
///
/// 0; 1 when there is no room, or an argument is NULL.
///
/// # Safety
///
/// As for lws_add_http_header_status().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_finalize_http_header(
    wsi: *mut lws,
    p: *mut *mut u8,
    end: *mut u8,
) -> c_int {
    const NAME: &str = "lws_finalize_http_header";
    // SAFETY: the caller's promise.
    unsafe { write(NAME, wsi, p, end, |_, l| l.finish()) }
}

/// As lws_finalize_http_header(), and sends the head, which begins at `start`.
///
/// # Returns
///
/// 0; 1 when there is no room, the connection is dead, or an argument is NULL.
///
/// # Safety
///
/// As for lws_finalize_http_header(); `start` is NULL or in the memory before `*p`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_finalize_write_http_header(
    wsi: *mut lws,
    start: *mut u8,
    p: *mut *mut u8,
    end: *mut u8,
) -> c_int {
    const NAME: &str = "lws_finalize_write_http_header";
    // SAFETY: the caller's promise.
    unsafe {
        if write(NAME, wsi, p, end, |_, l| l.finish()) != 0 {
            return 1;
        }
        let head = need!("start", between(start, *p), 1);
        let Some((cx, w)) = conn_of(NAME, wsi) else {
            return 1;
        };
        sent(NAME, w, answer::send_head(&cx.conns, w, head))
    }
}

fn sent(name: &str, w: &Wsi, result: std::io::Result<()>) -> c_int {
    match result {
        Ok(()) => 0,
        Err(e) => {
            log_info!(w.log(), "{name}: {e}");
            1
        }
    }
}

/// Answers with a page that shows the status, and `html_body`, which is not escaped, if it is not
/// NULL. With 404, a vhost that has `error_document_404` sends the client there instead. 204, 304 and
/// those below 200 have no page. The program calls lws_http_transaction_completed() afterwards.
///
/// # Returns
///
/// 0; 1 when the connection is dead, or `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection, `html_body` NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_return_http_status(
    wsi: *mut lws,
    code: c_uint,
    html_body: *const c_char,
) -> c_int {
    const NAME: &str = "lws_return_http_status";
    // SAFETY: the caller's promise.
    unsafe {
        let Some((cx, w)) = conn_of(NAME, wsi) else {
            return 1;
        };
        let added = cstr(html_body).unwrap_or_default().to_bytes();
        sent(NAME, w, answer::send_page(&cx.conns, w, code, added))
    }
}

/// Sends the client to `loc`, of `len` bytes. The head is made at `*p`, which moves. The program calls
/// lws_http_transaction_completed() afterwards.
///
/// # Returns
///
/// How many bytes were sent; -1 when there is no room, the connection is dead, or an argument is bad.
///
/// # Safety
///
/// As for lws_add_http_header_status(); `loc` is NULL or `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_http_redirect(
    wsi: *mut lws,
    code: c_int,
    loc: *const u8,
    len: c_int,
    p: *mut *mut u8,
    end: *mut u8,
) -> c_int {
    const NAME: &str = "lws_http_redirect";
    // SAFETY: the caller's promise.
    unsafe {
        let Some((cx, w)) = conn_of(NAME, wsi) else {
            return -1;
        };
        let location = need!("loc", bytes(loc, usize::try_from(len).unwrap_or(0)), -1);
        let at = need!("p", p.as_mut(), -1);
        let to = need!("p", between(*at, end), -1);
        let code = c_uint::try_from(code).unwrap_or(0);
        match answer::redirect(&cx.conns, w, code, location, to) {
            Ok(n) => {
                *at = at.wrapping_add(n);
                count(n)
            }
            Err(e) => {
                log_info!(w.log(), "{NAME}: {e}");
                -1
            }
        }
    }
}
