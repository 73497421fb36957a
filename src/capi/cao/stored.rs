//! `lws-cao.h`: what attempts have shown as text, and as files.

use super::{count, races_of};
use crate::abi::types::lws_context;
use crate::capi::arg;
use crate::conn::history;
use core::ffi::{CStr, c_char, c_int};

/// Writes all that attempts have shown as JSON: see lws_cao_load_json(). There are addresses of
/// destinations in it, no names and no host part of the host's own addresses.
///
/// # Returns
///
/// The length of the text without its NUL, as snprintf(): it was cut off where that is not less than
/// `size`. -1 when `context` is NULL, or `buf` is NULL and `size` is not 0.
///
/// # Safety
///
/// `context` is NULL or live; `buf` is NULL or has room for `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cao_dump_json(
    context: *mut lws_context,
    buf: *mut c_char,
    size: usize,
) -> c_int {
    const NAME: &str = "lws_cao_dump_json";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = races_of(NAME, context) else {
            return -1;
        };
        if buf.is_null() && size != 0 {
            arg::bad(NAME, "buf");
            return -1;
        }
        let text = history::dump(&cx.conns);
        if size > 0 {
            let n = text.len().min(size - 1);
            core::ptr::copy_nonoverlapping(text.as_ptr(), buf.cast(), n);
            buf.add(n).write(0);
        }
        c_int::try_from(text.len()).unwrap_or(c_int::MAX)
    }
}

/// Takes in what lws_cao_dump_json() wrote, also in another process. What is known already stays. A
/// text that is damaged, or none of that kind, is refused whole.
///
/// # Returns
///
/// How many aggregates were taken; -1 when it was refused, which is logged, or an argument is NULL.
///
/// # Safety
///
/// `context` is NULL or live; `text` is NULL or has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cao_load_json(
    context: *mut lws_context,
    text: *const c_char,
    len: usize,
) -> c_int {
    const NAME: &str = "lws_cao_load_json";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = races_of(NAME, context) else {
            return -1;
        };
        if text.is_null() {
            arg::bad(NAME, "text");
            return -1;
        }
        let text = core::slice::from_raw_parts(text.cast::<u8>(), len);
        count(history::load(&cx.conns, NAME, text))
    }
}

/// The path of a file.
///
/// # Safety
///
/// `path` is NULL or a string.
unsafe fn file<'a>(function: &str, path: *const c_char) -> Option<&'a CStr> {
    if path.is_null() {
        arg::bad(function, "path");
        return None;
    }
    // SAFETY: not NULL, and a string by the caller's promise.
    Some(unsafe { CStr::from_ptr(path) })
}

/// Writes what lws_cao_dump_json() writes to a file, which is replaced at once: whenever the process
/// is killed, the file is the old one or the new one. Only its owner may read it.
///
/// # Returns
///
/// 0; -1 when it could not be written, which is logged, or an argument is NULL.
///
/// # Safety
///
/// The arguments are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cao_save_file(
    context: *mut lws_context,
    path: *const c_char,
) -> c_int {
    const NAME: &str = "lws_cao_save_file";
    // SAFETY: the caller's promise.
    unsafe {
        let (Some(cx), Some(path)) = (races_of(NAME, context), file(NAME, path)) else {
            return -1;
        };
        if history::save(&cx.conns, NAME, path) {
            0
        } else {
            -1
        }
    }
}

/// As lws_cao_load_json(), of a file. It is not changed, whatever is in it.
///
/// # Returns
///
/// How many aggregates were taken; -1 when it could not be read or was refused, which is logged, or an
/// argument is NULL.
///
/// # Safety
///
/// The arguments are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cao_load_file(
    context: *mut lws_context,
    path: *const c_char,
) -> c_int {
    const NAME: &str = "lws_cao_load_file";
    // SAFETY: the caller's promise.
    unsafe {
        let (Some(cx), Some(path)) = (races_of(NAME, context), file(NAME, path)) else {
            return -1;
        };
        count(history::load_file(&cx.conns, NAME, path))
    }
}
