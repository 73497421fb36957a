//! `lws-sha1-base64.h`: SHA-1, and base64 in both alphabets. Any thread.

pub use crate::abi::sha1_base64::*;

use core::ffi::{CStr, c_char, c_int, c_uchar};
use core::ptr::null_mut;

use super::convert::{bytes, count, cstr, need, room};
use crate::util::base64::{self, Decoder};
use crate::util::sha1;
use crate::util::text::until_nul;

/// The SHA-1 digest of `n` bytes. It serves handshakes of WebSocket; nothing is safe by it.
///
/// # Returns
///
/// `md`; NULL when it, or `d` with `n` not 0, is NULL.
///
/// # Safety
///
/// `d` points to `n` bytes, `md` to 20.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_SHA1(d: *const c_uchar, n: usize, md: *mut c_uchar) -> *mut c_uchar {
    const NAME: &str = "lws_SHA1";
    // SAFETY: the caller's promise.
    let (data, to) = unsafe { (bytes(d, n), room(md, 20)) };
    let data = need!("d", data, null_mut());
    let to = need!("md", to, null_mut());
    to.copy_from_slice(&sha1::digest(data));
    md
}

/// # Safety
///
/// As [`lws_b64_encode_string`].
unsafe fn encode(
    function: &str,
    input: *const c_char,
    in_len: c_int,
    out: *mut c_char,
    out_size: c_int,
    url: bool,
) -> c_int {
    let len = |n: c_int| usize::try_from(n).ok();
    // SAFETY: the caller's promise.
    let from = len(in_len).and_then(|n| unsafe { bytes(input.cast(), n) });
    let from = need!(in function, "in, in_len", from, -1);
    // SAFETY: the caller's promise.
    let to = len(out_size).and_then(|n| unsafe { room(out.cast(), n) });
    let to = need!(in function, "out, out_size", to, -1);
    let wanted = base64::encoded_len(from.len());
    let fitting = wanted.and_then(|n| to.get_mut(..n.checked_add(1)?)?.split_last_mut());
    let (end, to) = need!(in function, "out_size", fitting, -1);
    base64::encode(from, url, to);
    *end = 0;
    count(to.len())
}

/// Encodes bytes as base64, padded, with a NUL at the end: four characters for three bytes.
///
/// # Returns
///
/// The length of the text; -1, and nothing is written, when it does not fit with its NUL, or an
/// argument is NULL or below 0.
///
/// # Safety
///
/// `in` points to `in_len` bytes, `out` to `out_size` others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_b64_encode_string(
    r#in: *const c_char,
    in_len: c_int,
    out: *mut c_char,
    out_size: c_int,
) -> c_int {
    const NAME: &str = "lws_b64_encode_string";
    // SAFETY: the caller's promise.
    unsafe { encode(NAME, r#in, in_len, out, out_size, false) }
}

/// As lws_b64_encode_string(), in the alphabet of URLs: `-` and `_` for `+` and `/`.
///
/// # Returns
///
/// As lws_b64_encode_string().
///
/// # Safety
///
/// As lws_b64_encode_string().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_b64_encode_string_url(
    r#in: *const c_char,
    in_len: c_int,
    out: *mut c_char,
    out_size: c_int,
) -> c_int {
    const NAME: &str = "lws_b64_encode_string_url";
    // SAFETY: the caller's promise.
    unsafe { encode(NAME, r#in, in_len, out, out_size, true) }
}

/// # Safety
///
/// `out` points to `out_size` bytes outside `text`.
unsafe fn decode(function: &str, text: &[u8], out: *mut c_char, out_size: c_int) -> c_int {
    // SAFETY: the caller's promise.
    let to = usize::try_from(out_size)
        .ok()
        .and_then(|n| unsafe { room(out.cast(), n) });
    // One for the NUL.
    let to = to.and_then(|to| to.split_last_mut()).map(|(_, to)| to);
    let to = need!(in function, "out, out_size", to, -1);
    let (written, all) = base64::decode(text, to);
    // SAFETY: less than `out_size`.
    unsafe { *out.add(written) = 0 };
    if !all {
        super::arg::bad(function, "out_size");
    }
    count(written)
}

/// Decodes a text of base64, in either alphabet, padded or not; what is no digit is passed over. A
/// NUL is written behind the bytes, whatever these are.
///
/// # Returns
///
/// How many bytes were written, without the NUL. Where not all fit, that is as many whole groups of
/// three as do, and a log line says so. -1 when an argument is NULL or `out_size` is not above 0.
///
/// # Safety
///
/// `in` is NUL-terminated, `out` points to `out_size` bytes outside it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_b64_decode_string(
    r#in: *const c_char,
    out: *mut c_char,
    out_size: c_int,
) -> c_int {
    const NAME: &str = "lws_b64_decode_string";
    // SAFETY: the caller's promise.
    unsafe {
        let text = cstr(r#in).map(CStr::to_bytes);
        let text = need!("in", text, -1);
        decode(NAME, text, out, out_size)
    }
}

/// As lws_b64_decode_string(), of `in_len` characters, or less where a NUL comes before; with an
/// `in_len` below 0 that NUL alone ends the text.
///
/// # Returns
///
/// As lws_b64_decode_string().
///
/// # Safety
///
/// `in` points to `in_len` characters or to a NUL-terminated text, `out` to `out_size` bytes outside
/// it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_b64_decode_string_len(
    r#in: *const c_char,
    in_len: c_int,
    out: *mut c_char,
    out_size: c_int,
) -> c_int {
    const NAME: &str = "lws_b64_decode_string_len";
    // SAFETY: the caller's promise.
    unsafe {
        let text = match usize::try_from(in_len) {
            Ok(len) => bytes(r#in.cast(), len),
            Err(_) => cstr(r#in).map(CStr::to_bytes),
        };
        let text = need!("in", text, -1);
        decode(NAME, until_nul(text), out, out_size)
    }
}

/// Begins a text for lws_b64_decode_stateful().
///
/// # Safety
///
/// `state` is NULL or has room for one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_b64_decode_state_init(state: *mut lws_b64state) {
    const NAME: &str = "lws_b64_decode_state_init";
    need!("state", (!state.is_null()).then_some(()));
    // SAFETY: not NULL, and the caller's promise; zeroes are valid for every member.
    unsafe { state.write_bytes(0, 1) };
}

/// Decodes the next piece of a text of base64, as lws_b64_decode_string() does, without a NUL. It
/// ends where the piece does, or where less than three bytes of room are left: `*in_len` tells then
/// how many characters were used and `*out_size` how many bytes were written. `final` says that the
/// end of the piece is the end of the text.
///
/// # Returns
///
/// 0; -1 when an argument is NULL, or `s` was not made by lws_b64_decode_state_init().
///
/// # Safety
///
/// `s`, `in_len` and `out_size` are valid; `in` points to `*in_len` characters, `out` to `*out_size`
/// bytes outside.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_b64_decode_stateful(
    s: *mut lws_b64state,
    r#in: *const c_char,
    in_len: *mut usize,
    out: *mut u8,
    out_size: *mut usize,
    r#final: c_int,
) -> c_int {
    const NAME: &str = "lws_b64_decode_stateful";
    // SAFETY: the caller's promise.
    unsafe {
        let sound = s
            .as_mut()
            .filter(|s| s.len < 4 && s.quad.iter().all(|d| *d < 64));
        let s = need!("s", sound, -1);
        let in_len = need!("in_len", in_len.as_mut(), -1);
        let out_size = need!("out_size", out_size.as_mut(), -1);
        let text = bytes(r#in.cast(), *in_len);
        let text = need!("in", text, -1);
        let to = need!("out", room(out, *out_size), -1);
        let mut decoder = Decoder {
            digits: s.quad,
            count: s.len,
        };
        let (used, written) = decoder.decode(text, to, r#final != 0);
        (s.quad, s.len) = (decoder.digits, decoder.count);
        s.done = s.done.saturating_add(written);
        (*in_len, *out_size) = (used, written);
        0
    }
}
