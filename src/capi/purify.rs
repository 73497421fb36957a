//! `lws-purify.h`: escaping what came from outside, and whole small files.

use crate::capi::arg;
use crate::capi::convert::{bytes, count, cstr, need, room};
use crate::capi::types::lws_vhost;
use crate::log::{Log, log_err};
use crate::sys::fs;
use crate::util::{file, purify};
use core::ffi::{c_char, c_int, c_void};

/// Copies a text with each `'` doubled, to stand between quotes in SQL.
///
/// What does not fit is left out, a doubled quote is never cut, and the copy always ends in a NUL,
/// unless `len` is 0: then nothing is written. lws_sql_purify_len() + 1 bytes are enough.
///
/// # Returns
///
/// `escaped`.
///
/// # Safety
///
/// `escaped` points to `len` bytes outside `string`, which is NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_sql_purify(
    escaped: *mut c_char,
    string: *const c_char,
    len: usize,
) -> *const c_char {
    const NAME: &str = "lws_sql_purify";
    // SAFETY: the caller's promise.
    let (to, from) = unsafe { (room(escaped.cast(), len), cstr(string)) };
    let to = need!("escaped", to, escaped);
    if from.is_none() {
        arg::bad(NAME, "string");
    }
    purify::sql(from.unwrap_or_default().to_bytes(), to);
    escaped
}

/// Tells how long lws_sql_purify() makes a text.
///
/// # Returns
///
/// The length without the NUL, at most INT_MAX; 0 when `p` is NULL.
///
/// # Safety
///
/// `p` is NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_sql_purify_len(p: *const c_char) -> c_int {
    const NAME: &str = "lws_sql_purify_len";
    // SAFETY: the caller's promise.
    let from = need!("p", unsafe { cstr(p) }, 0);
    count(purify::sql_len(from.to_bytes()))
}

/// Copies a text with escapes, to stand between quotes in JSON.
///
/// Control characters, `"` and `\` are escaped. UTF-8 stays as it is; a byte that is not UTF-8
/// becomes `\u00` and its two digits, so that the result is always valid.
///
/// What does not fit is left out, neither an escape nor a character is cut, and the copy always
/// ends in a NUL, unless `len` is 0 or less: then nothing is written. lws_json_purify_len() + 1
/// bytes are enough. `*in_used` becomes how many bytes of `string` are in the copy; `in_used` may
/// be NULL. A NULL `string` counts as "".
///
/// # Returns
///
/// `escaped`.
///
/// # Safety
///
/// `escaped` points to `len` bytes outside `string`, which is NUL-terminated or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_json_purify(
    escaped: *mut c_char,
    string: *const c_char,
    len: c_int,
    in_used: *mut c_int,
) -> *const c_char {
    const NAME: &str = "lws_json_purify";
    let room_for = usize::try_from(len).unwrap_or(0);
    if len < 0 {
        arg::bad(NAME, "len");
    }
    // SAFETY: the caller's promise.
    let (to, from) = unsafe { (room(escaped.cast(), room_for), cstr(string)) };
    if to.is_none() {
        arg::bad(NAME, "escaped");
    }
    let from = from.unwrap_or_default().to_bytes();
    let used = purify::json(from, to.unwrap_or_default());
    if !in_used.is_null() {
        // SAFETY: not NULL, so a place for the result.
        unsafe { in_used.write(count(used)) };
    }
    escaped
}

/// Tells how long lws_json_purify() makes a text.
///
/// # Returns
///
/// The length without the NUL, at most INT_MAX; 0 when `string` is NULL.
///
/// # Safety
///
/// `string` is NUL-terminated or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_json_purify_len(string: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    let from = unsafe { cstr(string) }.unwrap_or_default();
    count(purify::json_len(from.to_bytes()))
}

/// Replaces what a file's name should not hold by underscores: `..`, `:`, `\`, `$` and `%`.
///
/// It is for a name, not for a path: `/` stays.
///
/// # Safety
///
/// `filename` is a NUL-terminated text that may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_filename_purify_inplace(filename: *mut c_char) {
    const NAME: &str = "lws_filename_purify_inplace";
    // SAFETY: the caller's promise.
    let len = need!("filename", unsafe { cstr(filename) });
    let len = len.count_bytes();
    // SAFETY: that is how long the text is.
    if let Some(name) = unsafe { room(filename.cast(), len) } {
        purify::filename(name);
    }
}

/// Makes some bytes all that is in a file. A file that was not there before can be read and written
/// by its owner only.
///
/// # Returns
///
/// 0, or 1 when the file cannot be written or an argument is NULL.
///
/// # Safety
///
/// `filename` is NUL-terminated, `buf` points to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_plat_write_file(
    filename: *const c_char,
    buf: *mut c_void,
    len: usize,
) -> c_int {
    const NAME: &str = "lws_plat_write_file";
    // SAFETY: the caller's promise.
    let (name, from) = unsafe { (cstr(filename), bytes(buf.cast(), len)) };
    let name = need!("filename", name, 1);
    let from = need!("buf", from, 1);
    c_int::from(file::write(name, from).is_err())
}

/// Reads from the start of a file until the buffer is full or the file ends. No NUL is added.
///
/// # Returns
///
/// How many bytes were read, or -1 when the file cannot be read or an argument is NULL.
///
/// # Safety
///
/// `filename` is NUL-terminated, `buf` points to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_plat_read_file(
    filename: *const c_char,
    buf: *mut c_void,
    len: usize,
) -> c_int {
    const NAME: &str = "lws_plat_read_file";
    // SAFETY: the caller's promise; no more than can be returned.
    let (name, to) = unsafe {
        (
            cstr(filename),
            room(buf.cast(), len.min(c_int::MAX as usize)),
        )
    };
    let name = need!("filename", name, -1);
    let to = need!("buf", to, -1);
    file::read(name, to).map_or(-1, count)
}

/// Writes a certificate or key to a file that is open, where it is written to next, and goes to the
/// file's beginning then. `vhost` and `is_key` say what it is for and are not looked at. Any thread.
///
/// # Returns
///
/// 0; or 1 when `fd` cannot be written to, or `buf` is NULL and `len` is not 0.
///
/// # Safety
///
/// `buf` points to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_plat_write_cert(
    vhost: *mut lws_vhost,
    is_key: c_int,
    fd: c_int,
    buf: *mut c_void,
    len: usize,
) -> c_int {
    const NAME: &str = "lws_plat_write_cert";
    let _ = (vhost, is_key);
    // SAFETY: the caller's promise.
    let from = unsafe { bytes(buf.cast(), len) };
    let from = need!("buf", from, 1);
    if let Err(e) = fs::write_all(fd, from).map(|()| fs::rewind(fd)) {
        log_err!(Log::GLOBAL, "lws_plat_write_cert: fd {fd}: {e}");
        return 1;
    }
    0
}

/// How long an RSA key should be that is made on this machine. Any thread.
///
/// # Returns
///
/// 4096 bits.
#[unsafe(no_mangle)]
pub extern "C" fn lws_plat_recommended_rsa_bits() -> c_int {
    4096
}
