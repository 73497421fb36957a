//! `lws-misc.h`: text and JSON search.

use crate::capi::arg;
use crate::capi::convert::{bytes, count, cstr, need};
use crate::log::{Log, log_err};
use crate::sys::va::VaList;
use crate::util::{json, text};
use core::ffi::{c_char, c_int};
use core::mem::MaybeUninit;
use core::ptr::null;

unsafe extern "C" {
    /// snprintf() whose result never exceeds the buffer, so that it may be added to a position
    /// that later text is written to.
    ///
    /// The text is cut when it does not fit, and always ends in a NUL, unless `size` is 0: then
    /// nothing is written.
    ///
    /// # Returns
    ///
    /// The length of the text without the NUL when it fits, `size` when it was cut; 0 when
    /// an argument is NULL or the text cannot be formatted, which also empties `str`.
    ///
    /// # Safety
    ///
    /// `str` points to `size` bytes; `format` and what follows are as for printf().
    pub fn lws_snprintf(str: *mut c_char, size: usize, format: *const c_char, ...) -> c_int;
}

/// What lws_snprintf() does.
#[unsafe(no_mangle)]
unsafe extern "C" fn relws_snprintf_va(
    str: *mut c_char,
    size: usize,
    format: *const c_char,
    ap: VaList,
) -> c_int {
    if size == 0 {
        return 0;
    }
    if str.is_null() {
        arg::bad("lws_snprintf", "str");
        return 0;
    }
    let size = size.min(c_int::MAX as usize);
    // SAFETY: not NULL, and as long as the caller says.
    let room = unsafe { core::slice::from_raw_parts_mut(str.cast::<MaybeUninit<u8>>(), size) };
    let written = if format.is_null() {
        arg::bad("lws_snprintf", "format");
        None
    } else {
        // SAFETY: the caller's promise.
        let n = unsafe { ap.format_raw(room, format) };
        if n.is_none() {
            log_err!(
                Log::GLOBAL,
                "lws_snprintf: bad argument: the text cannot be formatted"
            );
        }
        n
    };
    if written.is_none() {
        // SAFETY: there is at least one byte.
        unsafe { str.write(0) };
    }
    count(written.unwrap_or(0).min(size))
}

/// strncpy() that always ends the copy in a NUL. As with strncpy(), the rest of the buffer is
/// filled with NULs. Of `src` no more than `size` - 1 bytes are looked at.
///
/// # Returns
///
/// `dest`. When `size` is 0 nothing is written.
///
/// # Safety
///
/// `dest` points to `size` bytes outside `src`; `src` is NUL-terminated or has at least
/// `size` - 1 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_strncpy(
    dest: *mut c_char,
    src: *const c_char,
    size: usize,
) -> *mut c_char {
    const NAME: &str = "lws_strncpy";
    if size == 0 {
        return dest;
    }
    if dest.is_null() {
        arg::bad(NAME, "dest");
        return dest;
    }
    // SAFETY: both are as long as the caller says; `n` is at most `size` - 1.
    unsafe {
        let n = if src.is_null() {
            // Nothing is copied of nothing, as when a text and its length 0 were given.
            if size > 1 {
                arg::bad(NAME, "src");
            }
            0
        } else {
            libc::strnlen(src, size - 1)
        };
        core::ptr::copy(src, dest, n);
        dest.add(n).write_bytes(0, size - n);
    }
    dest
}

/// strstr() for texts that are given by their lengths.
///
/// # Returns
///
/// The first place in `buf` where `name` is, or NULL when it is nowhere or empty.
///
/// # Safety
///
/// `buf` points to `len` bytes, `name` to `nl`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_nstrstr(
    buf: *const c_char,
    len: usize,
    name: *const c_char,
    nl: usize,
) -> *const c_char {
    const NAME: &str = "lws_nstrstr";
    // SAFETY: the caller's promise.
    let (hay, needle) = unsafe { (bytes(buf.cast(), len), bytes(name.cast(), nl)) };
    let hay = need!("buf", hay, null());
    let needle = need!("name", needle, null());
    text::find(hay, needle).map_or(null(), |at| buf.wrapping_add(at))
}

/// Finds the value of one member in short JSON, without parsing it.
///
/// `name` is looked for as it is, so it has the quotes and the colon: `"\"myname\":"`. The value of
/// a string is what is between its quotes, with its escapes; that of a number, `true`, `false` or
/// `null` is the text of it. For objects and arrays use a JSON parser.
///
/// # Returns
///
/// The value, whose length is then in `*alen`; NULL when there is no such name or nothing behind
/// it. The value does not end in a NUL.
///
/// # Safety
///
/// `buf` points to `len` bytes, `name` is NUL-terminated, `alen` is a place for the length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_json_simple_find(
    buf: *const c_char,
    len: usize,
    name: *const c_char,
    alen: *mut usize,
) -> *const c_char {
    const NAME: &str = "lws_json_simple_find";
    // SAFETY: the caller's promise.
    let (hay, name) = unsafe { (bytes(buf.cast(), len), cstr(name)) };
    let hay = need!("buf", hay, null());
    let name = need!("name", name, null());
    if alen.is_null() {
        arg::bad(NAME, "alen");
        return null();
    }
    match json::value(hay, name.to_bytes()) {
        Some(at) => {
            // SAFETY: not NULL, so a place for the length.
            unsafe { alen.write(at.len()) };
            buf.wrapping_add(at.start)
        }
        None => null(),
    }
}

/// Compares the value of one member in short JSON with a text; see lws_json_simple_find().
///
/// # Returns
///
/// 0 when they are equal, -1 when there is no such name, the lengths differ or an argument is
/// NULL, otherwise the difference of the first bytes that differ.
///
/// # Safety
///
/// `buf` points to `len` bytes, `name` and `comp` are NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_json_simple_strcmp(
    buf: *const c_char,
    len: usize,
    name: *const c_char,
    comp: *const c_char,
) -> c_int {
    const NAME: &str = "lws_json_simple_strcmp";
    // SAFETY: the caller's promise.
    let (hay, name, comp) = unsafe { (bytes(buf.cast(), len), cstr(name), cstr(comp)) };
    let hay = need!("buf", hay, -1);
    let name = need!("name", name, -1);
    let comp = need!("comp", comp, -1).to_bytes();
    let Some(found) = json::value(hay, name.to_bytes()).and_then(|at| hay.get(at)) else {
        return -1;
    };
    if found.len() != comp.len() {
        return -1;
    }
    let mut pairs = found.iter().zip(comp);
    pairs
        .find(|(a, b)| a != b)
        .map_or(0, |(a, b)| c_int::from(*a) - c_int::from(*b))
}
