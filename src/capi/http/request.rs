//! Reading requests and responses: `lws-http.h`.

use crate::abi::http::*;
use crate::abi::types::lws;
use crate::capi::convert::{count, cstr, need, room};
use crate::capi::{arg, conn_of, own_wsi};
use crate::conn::{Wsi, h1_transaction};
use crate::roles::h1::{METHODS, Method};
use crate::roles::headers::{self, Store, token};
use core::ffi::{c_char, c_int, c_void};
use core::ptr::null;

/// Looks at the headers of a connection; `None` where there are none. A NULL `wsi` is logged.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
unsafe fn headers<R>(
    name: &str,
    wsi: *mut lws,
    f: impl FnOnce(&mut Store) -> Option<R>,
) -> Option<R> {
    // SAFETY: the caller's promise.
    let w: &Wsi = unsafe { own_wsi(name, wsi) }?;
    w.web.get()?.headers(f).flatten()
}

/// A token's number; what is none becomes one that no header has.
fn number(h: lws_token_indexes_int) -> u8 {
    u8::try_from(h)
        .ok()
        .filter(|n| *n < token::COUNT)
        .unwrap_or(token::COUNT)
}

/// Copies to C's memory, with a NUL. -1 where it does not fit.
fn give(text: &[u8], room: &mut [u8]) -> c_int {
    let mut at = 0;
    let done = headers::put(room, &mut at, text).and_then(|()| headers::put(room, &mut at, b"\0"));
    done.map_or(-1, |()| count(text.len()))
}

/// The length of a header: all of its lines together, with what stands between them. Headers can be
/// read from LWS_CALLBACK_FILTER_HTTP_CONNECTION on, until the transaction is complete. Only for the
/// thread that services the context.
///
/// # Returns
///
/// The length without a NUL; 0 when the header is absent or empty, or `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_hdr_total_length(wsi: *mut lws, h: lws_token_indexes_int) -> c_int {
    const NAME: &str = "lws_hdr_total_length";
    // SAFETY: the caller's promise.
    let total = unsafe { headers(NAME, wsi, |s| Some(s.total(number(h)))) };
    count(total.unwrap_or(0))
}

/// The length of one line of a header that is repeated, or of one argument of the URL; `frag_idx`
/// counts from 0. Only for the thread that services the context.
///
/// # Returns
///
/// The length without a NUL; 0 when there is no such line, or `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_hdr_fragment_length(
    wsi: *mut lws,
    h: lws_token_indexes_int,
    frag_idx: c_int,
) -> c_int {
    const NAME: &str = "lws_hdr_fragment_length";
    // SAFETY: the caller's promise.
    let len = unsafe {
        headers(NAME, wsi, |s| {
            let at = usize::try_from(frag_idx).ok()?;
            s.fragments(number(h)).nth(at).map(<[u8]>::len)
        })
    };
    count(len.unwrap_or(0))
}

/// Copies a header, all of its lines together: `; ` stands between those of cookies, `&` between the
/// arguments of the URL, `, ` between others. Only for the thread that services the context.
///
/// # Returns
///
/// The length, after which is a NUL; 0 when the header is absent; -1 when `len` is less than the length
/// and 1, or an argument is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection, `dest` NULL or `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_hdr_copy(
    wsi: *mut lws,
    dest: *mut c_char,
    len: c_int,
    h: lws_token_indexes_int,
) -> c_int {
    const NAME: &str = "lws_hdr_copy";
    if wsi.is_null() {
        arg::bad(NAME, "wsi");
        return -1;
    }
    // SAFETY: the caller's promise.
    let to = unsafe { room(dest.cast(), usize::try_from(len).unwrap_or(0)) };
    let to = need!("dest", to, -1);
    let mut end = 0;
    // SAFETY: the caller's promise.
    let copied = unsafe {
        headers(NAME, wsi, |s| {
            let n = s.copy(number(h), to);
            let n = n.filter(|n| *n < to.len() || *n == 0);
            Some(n.map_or(-1, |n| {
                end = n;
                count(n)
            }))
        })
    };
    if let Some(b) = to.get_mut(end) {
        *b = 0;
    }
    copied.unwrap_or(0)
}

/// Copies one line of a header that is repeated, or one argument of the URL; `frag_idx` counts from 0.
/// Only for the thread that services the context.
///
/// # Returns
///
/// The length, after which is a NUL; -1 when there is no such line, `len` is less than the length and
/// 1, or an argument is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection, `dest` NULL or `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_hdr_copy_fragment(
    wsi: *mut lws,
    dest: *mut c_char,
    len: c_int,
    h: lws_token_indexes_int,
    frag_idx: c_int,
) -> c_int {
    const NAME: &str = "lws_hdr_copy_fragment";
    // SAFETY: the caller's promise.
    unsafe {
        let to = need!(
            "dest",
            room(dest.cast(), usize::try_from(len).unwrap_or(0)),
            -1
        );
        let given = headers(NAME, wsi, |s| {
            let at = usize::try_from(frag_idx).ok()?;
            s.fragments(number(h)).nth(at).map(|f| give(f, to))
        });
        given.unwrap_or(-1)
    }
}

/// The length of a header that lws has no number for. `name` has `nlen` bytes, with its colon or
/// without, in any case. Only for the thread that services the context.
///
/// # Returns
///
/// The length without a NUL; -1 when there is no such header, or an argument is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection, `name` NULL or `nlen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_hdr_custom_length(
    wsi: *mut lws,
    name: *const c_char,
    nlen: c_int,
) -> c_int {
    const NAME: &str = "lws_hdr_custom_length";
    // SAFETY: the caller's promise.
    unsafe {
        let name = need!("name", bytes(name, nlen), -1);
        let len = headers(NAME, wsi, |s| s.custom(name).map(<[u8]>::len));
        len.map_or(-1, count)
    }
}

/// Copies a header that lws has no number for; see lws_hdr_custom_length().
///
/// # Returns
///
/// The length, after which is a NUL; -1 when there is no such header, `len` is less than the length
/// and 1, or an argument is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection, `dst` NULL or `len` bytes, `name` NULL or `nlen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_hdr_custom_copy(
    wsi: *mut lws,
    dst: *mut c_char,
    len: c_int,
    name: *const c_char,
    nlen: c_int,
) -> c_int {
    const NAME: &str = "lws_hdr_custom_copy";
    // SAFETY: the caller's promise.
    unsafe {
        let name = need!("name", bytes(name, nlen), -1);
        let to = need!(
            "dst",
            room(dst.cast(), usize::try_from(len).unwrap_or(0)),
            -1
        );
        let given = headers(NAME, wsi, |s| s.custom(name).map(|v| give(v, to)));
        given.unwrap_or(-1)
    }
}

/// Calls `cb` for the name of each header that lws has no number for, in the order of their arrival.
/// Only for the thread that services the context.
///
/// # Returns
///
/// 0; -1 when there are no headers, or an argument is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection; `cb` may be called with `opaque`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_hdr_custom_name_foreach(
    wsi: *mut lws,
    cb: lws_hdr_custom_fe_cb_t,
    opaque: *mut c_void,
) -> c_int {
    const NAME: &str = "lws_hdr_custom_name_foreach";
    let cb = need!("cb", cb, -1);
    let mut at = 0;
    // SAFETY: the caller's promise.
    unsafe {
        if headers(NAME, wsi, |_| Some(())).is_none() {
            return -1;
        }
        // Copied: the callback may do anything.
        let next = |at: usize| {
            headers(NAME, wsi, |s| {
                s.customs().nth(at).map(|(name, _)| name.to_vec())
            })
        };
        while let Some(name) = next(at) {
            at += 1;
            cb(name.as_ptr().cast(), count(name.len()), opaque);
        }
    }
    0
}

/// The path of a request, and its method.
///
/// # Returns
///
/// `LWSHUMETH_GET` and its siblings, with the path at `*puri_ptr`, in memory of the library that is
/// valid until the transaction is complete, and its length at `*puri_len`; -1 when there is no request,
/// or an argument is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection, the others are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_http_get_uri_and_method(
    wsi: *mut lws,
    puri_ptr: *mut *mut c_char,
    puri_len: *mut c_int,
) -> c_int {
    const NAME: &str = "lws_http_get_uri_and_method";
    // SAFETY: the caller's promise.
    unsafe {
        let at = need!("puri_ptr", puri_ptr.as_mut(), -1);
        let len = need!("puri_len", puri_len.as_mut(), -1);
        let method = headers(NAME, wsi, |s| {
            let has = |m: &&(Method, &str, u8)| s.has(m.2);
            let (method, _, token) = METHODS.iter().find(has)?;
            let path = s.get(*token)?;
            *at = path.as_ptr().cast_mut().cast();
            *len = count(path.len());
            Some(*method as c_int)
        });
        method.unwrap_or(-1)
    }
}

/// Tells, while a client makes its request in LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER, whether a
/// redirect (303, RFC 9110 15.4.4) has made that a GET, whatever the program asked for: then it has no
/// body.
///
/// # Returns
///
/// 1, or 0, also when `wsi` is NULL or no client of HTTP.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_http_is_redirected_to_get(wsi: *mut lws) -> c_int {
    const NAME: &str = "lws_http_is_redirected_to_get";
    // SAFETY: the caller's promise.
    let w = unsafe { own_wsi(NAME, wsi) };
    c_int::from(w.is_some_and(crate::conn::h1_client::is_to_get))
}

/// Finds the argument `name` of the URL; a `=` at its end does not matter. Only for the thread that
/// services the context.
///
/// # Returns
///
/// `buf` with the value and a NUL; NULL when there is no such argument, it does not fit `len` bytes,
/// or an argument is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection, `name` NULL or NUL-terminated, `buf` NULL or `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_urlarg_by_name(
    wsi: *mut lws,
    name: *const c_char,
    buf: *mut c_char,
    len: c_int,
) -> *const c_char {
    const NAME: &str = "lws_get_urlarg_by_name";
    // SAFETY: the caller's promise.
    match unsafe { argument(NAME, wsi, name, buf, len) } {
        0.. => buf,
        _ => null(),
    }
}

/// As lws_get_urlarg_by_name(), for values that may have a NUL in them.
///
/// # Returns
///
/// The length of the value, which is at `buf` with a NUL; -1 when there is no such argument, it does
/// not fit `len` bytes, or an argument is NULL.
///
/// # Safety
///
/// As for lws_get_urlarg_by_name().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_urlarg_by_name_safe(
    wsi: *mut lws,
    name: *const c_char,
    buf: *mut c_char,
    len: c_int,
) -> c_int {
    const NAME: &str = "lws_get_urlarg_by_name_safe";
    // SAFETY: the caller's promise.
    unsafe { argument(NAME, wsi, name, buf, len) }
}

/// # Safety
///
/// As for lws_get_urlarg_by_name().
unsafe fn argument(
    function: &str,
    wsi: *mut lws,
    name: *const c_char,
    buf: *mut c_char,
    len: c_int,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        let name = need!(in function, "name", cstr(name), -1).to_bytes();
        let name = name.strip_suffix(b"=").unwrap_or(name);
        let to = need!(
            in function,
            "buf",
            room(buf.cast(), usize::try_from(len).unwrap_or(0)),
            -1
        );
        let given = headers(function, wsi, |s| s.argument(name).map(|v| give(v, to)));
        given.unwrap_or(-1)
    }
}

/// Copies the value of a cookie. Only for the thread that services the context.
///
/// # Returns
///
/// 0 with the value and a NUL at `buf`, and its length at `*max`, which was the room before; 1 when there
/// is no such cookie, it does not fit, or an argument is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection, `name` NULL or NUL-terminated, `max` NULL or valid, `buf` NULL
/// or `*max` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_http_cookie_get(
    wsi: *mut lws,
    name: *const c_char,
    buf: *mut c_char,
    max: *mut usize,
) -> c_int {
    const NAME: &str = "lws_http_cookie_get";
    // SAFETY: the caller's promise.
    unsafe {
        let name = need!("name", cstr(name), 1).to_bytes();
        let max = need!("max", max.as_mut(), 1);
        let to = need!("buf", room(buf.cast(), *max), 1);
        match headers(NAME, wsi, |s| s.cookie(name).map(|v| give(v, to))) {
            Some(n @ 0..) => {
                *max = usize::try_from(n).unwrap_or(0);
                0
            }
            _ => 1,
        }
    }
}

/// Gives up the headers of a request before its transaction is complete, with their memory.
///
/// # Returns
///
/// 0; -1 when `wsi` is NULL or speaks no HTTP.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_http_headers_detach(wsi: *mut lws) -> c_int {
    const NAME: &str = "lws_http_headers_detach";
    // SAFETY: the caller's promise.
    let Some((cx, w)) = (unsafe { conn_of(NAME, wsi) }) else {
        return -1;
    };
    match w.web.get() {
        Some(web) => {
            h1_transaction::detach(&cx.conns, web);
            0
        }
        None => -1,
    }
}

/// The name of a header with its colon, or what else a token stands for. Any thread.
///
/// # Returns
///
/// A text of the library's, NULL when the token has none.
///
/// # Safety
///
/// None: nothing is followed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_token_to_string(token: lws_token_indexes_int) -> *const u8 {
    let text = u8::try_from(token).ok().and_then(headers::text);
    text.map_or(null(), str::as_ptr)
}

/// # Safety
///
/// `p` is NULL or points to `len` bytes.
unsafe fn bytes<'a>(p: *const c_char, len: c_int) -> Option<&'a [u8]> {
    // SAFETY: the caller's promise.
    unsafe { crate::capi::convert::bytes(p.cast(), usize::try_from(len).unwrap_or(0)) }
        .filter(|_| !p.is_null())
}
