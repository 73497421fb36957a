//! Texts of HTTP: `lws-http.h`.

use crate::capi::convert::{cstr, need, room};
use crate::roles::h1::date;
use crate::util::hex;
use core::ffi::{c_char, c_int};
use core::ptr::null;

/// Makes a text fit for the arguments of a URL: letters and digits stay, a space becomes `+`, all else
/// `%` and two hexadecimal digits. What does not fit `len` bytes is left out. Any thread.
///
/// # Returns
///
/// `escaped`, with a NUL; NULL when an argument is NULL.
///
/// # Safety
///
/// `escaped` is NULL or `len` bytes, `string` NULL or NUL-terminated, not in those.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_urlencode(
    escaped: *mut c_char,
    string: *const c_char,
    len: c_int,
) -> *const c_char {
    const NAME: &str = "lws_urlencode";
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    // SAFETY: the caller's promise.
    let (to, from) = unsafe {
        let to = room(escaped.cast(), usize::try_from(len).unwrap_or(0));
        (
            need!("escaped", to.filter(|_| !escaped.is_null()), null()),
            need!("string", cstr(string), null()),
        )
    };
    let mut at = 0usize;
    for b in from.to_bytes() {
        // lws keeps room for an escape.
        if to.len().saturating_sub(at) <= 3 {
            break;
        }
        let digit = |n: u8| DIGITS.get(usize::from(n)).copied().unwrap_or(0);
        let (text, n) = match b {
            b' ' => ([b'+', 0, 0], 1),
            b if b.is_ascii_alphanumeric() => ([*b, 0, 0], 1),
            b => ([b'%', digit(b >> 4), digit(b & 15)], 3),
        };
        for (place, b) in to.iter_mut().skip(at).zip(text.iter().take(n)) {
            *place = *b;
        }
        at = at.saturating_add(n);
    }
    if let Some(b) = to.get_mut(at) {
        *b = 0;
    }
    escaped
}

/// Undoes lws_urlencode(). What does not fit `len` bytes is left out, with an escape that is cut short.
/// `string` and `escaped` may be the same. Any thread.
///
/// # Returns
///
/// 0, and a NUL is at the end; -1 when an escape is bad, or an argument is NULL.
///
/// # Safety
///
/// `string` is NULL or `len` bytes, `escaped` NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_urldecode(
    string: *mut c_char,
    escaped: *const c_char,
    len: c_int,
) -> c_int {
    const NAME: &str = "lws_urldecode";
    if string.is_null() {
        crate::capi::arg::bad(NAME, "string");
        return -1;
    }
    // SAFETY: the caller's promise. Copied, as both may be the same.
    let from = unsafe { need!("escaped", cstr(escaped), -1).to_bytes().to_vec() };
    // SAFETY: the caller's promise.
    let to = unsafe { room(string.cast::<u8>(), usize::try_from(len).unwrap_or(0)) };
    let to = need!("string", to, -1);
    let (mut from, mut at) = (from.iter(), 0usize);
    while at.saturating_add(1) < to.len() {
        let digit = |b: &u8| hex::value(*b);
        let Some(b) = from.next() else { break };
        let byte = match b {
            b'+' => b' ',
            b'%' => match (from.next(), from.next()) {
                (Some(high), Some(low)) => match (digit(high), digit(low)) {
                    (Some(high), Some(low)) => high << 4 | low,
                    _ => return -1,
                },
                (Some(high), None) if digit(high).is_none() => return -1,
                _ => break,
            },
            b => *b,
        };
        if let Some(place) = to.get_mut(at) {
            *place = byte;
        }
        at = at.saturating_add(1);
    }
    if let Some(b) = to.get_mut(at) {
        *b = 0;
    }
    0
}

/// Writes a time as HTTP has dates: `Thu, 01 Jan 1970 00:00:10 GMT`. Any thread.
///
/// # Returns
///
/// 0; -1 when `len` is less than 30, the year does not have four digits, or an argument is NULL.
///
/// # Safety
///
/// `buf` is NULL or `len` bytes, `t` NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_http_date_render_from_unix(
    buf: *mut c_char,
    len: usize,
    t: *const libc::time_t,
) -> c_int {
    const NAME: &str = "lws_http_date_render_from_unix";
    // SAFETY: the caller's promise.
    let (to, t) = unsafe {
        let to = room(buf.cast::<u8>(), len);
        (need!("buf", to, -1), need!("t", t.as_ref(), -1))
    };
    let (Some(text), Some(to)) = (date::render(*t), to.get_mut(..=date::LEN)) else {
        return -1;
    };
    for (place, b) in to.iter_mut().zip(text.iter().chain(b"\0")) {
        *place = *b;
    }
    0
}

/// Reads a date as HTTP has it: `Thu, 01 Jan 1970 00:00:10 GMT`. Any thread.
///
/// # Returns
///
/// 0 with the time at `*t`; -1 when it is none, or an argument is NULL.
///
/// # Safety
///
/// `b` is NULL or `len` bytes, `t` NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_http_date_parse_unix(
    b: *const c_char,
    len: usize,
    t: *mut libc::time_t,
) -> c_int {
    const NAME: &str = "lws_http_date_parse_unix";
    // SAFETY: the caller's promise.
    let (text, t) = unsafe {
        let text = crate::capi::convert::bytes(b.cast(), len);
        (need!("b", text, -1), need!("t", t.as_mut(), -1))
    };
    match date::parse(text) {
        Some(unix) => {
            *t = unix;
            0
        }
        None => -1,
    }
}
