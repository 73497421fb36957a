//! `lws-logs.h`: log levels, the functions that write lines, and log contexts.
//!
//! Any thread may call any function here at any time. No lock is held while a
//! function of the program's runs.

pub use crate::abi::logs::*;

pub mod emit;
pub mod owner;

use crate::capi::convert::need;
use crate::capi::types::lws;
use crate::capi::{arg, wsi_ref};
use crate::log::{self, Line, Log, Object, level};
use crate::sys::va::VaList;
use crate::sys::va::VaList as va_list;
use core::ffi::{CStr, c_char, c_int, c_void};
use core::mem::MaybeUninit;

unsafe extern "C" {
    /// Logs a line to the process-wide log context. Programs use lwsl_err() and the like, which
    /// pass it on.
    ///
    /// The line is a timestamp, the letter of the level, the text, and one newline, whether the
    /// text ends in one, several or none. More than 253 bytes are cut, and end in `...`.
    ///
    /// `filter` is the level (LLL_); while that is off, nothing is formatted. `errno` is what it
    /// was before, and `%m` may be used.
    ///
    /// # Safety
    ///
    /// `format` and what follows are as for printf().
    pub fn _lws_log(filter: c_int, format: *const c_char, ...);

    /// As _lws_log(), with the arguments in a list.
    ///
    /// # Safety
    ///
    /// `format` and `vl` are as for vprintf().
    pub fn _lws_logv(filter: c_int, format: *const c_char, vl: va_list);

    /// Logs a line to a log context. Programs use lwsl_cx_err(), lwsl_wsi_err() and the like,
    /// which pass it on.
    ///
    /// As _lws_log(), and between the letter and the text come the prefixes of the log context's
    /// parents, the root's first, then what `prep` writes about `obj`, then the name of the
    /// function.
    ///
    /// `cx` NULL is the process-wide log context. `prep` and `_fun` may be NULL.
    ///
    /// # Safety
    ///
    /// `cx` is NULL or valid, `prep` may be called with `obj`, `_fun` is NULL or a string, `format`
    /// and what follows are as for printf().
    pub fn _lws_log_cx(
        cx: *mut lws_log_cx_t,
        prep: lws_log_prepend_cx_t,
        obj: *mut c_void,
        filter: c_int,
        _fun: *const c_char,
        format: *const c_char,
        ...
    );
}

/// Appends what a printf format makes of its arguments.
///
/// # Safety
///
/// `format` and `ap` are as for vprintf().
unsafe fn append_va(line: &mut Line, format: *const c_char, ap: VaList) {
    let mut done = false;
    line.fill(|room| {
        let room: *mut [u8] = room;
        // SAFETY: the same bytes, and formatting leaves none of them uninitialised.
        let room = unsafe { &mut *(room as *mut [MaybeUninit<u8>]) };
        // SAFETY: the caller's promise.
        let n = unsafe { ap.format_raw(room, format) };
        done = n.is_some();
        n.unwrap_or(0)
    });
    if !done {
        line.bytes(b"(this line could not be formatted)");
    }
}

/// What _lws_log() and _lws_logv() do.
#[unsafe(no_mangle)]
unsafe extern "C" fn relws_logv(filter: c_int, format: *const c_char, ap: VaList) {
    let level = filter as u32;
    if !Log::GLOBAL.wants(level) {
        return;
    }
    if format.is_null() {
        return arg::bad("_lws_log", "format");
    }
    // SAFETY: the caller's promise.
    log::write_with(Log::GLOBAL, level, None, |line| unsafe {
        append_va(line, format, ap)
    });
}

/// What _lws_log_cx() does.
#[unsafe(no_mangle)]
unsafe extern "C" fn relws_logv_cx(
    cx: *mut lws_log_cx,
    prep: lws_log_prepend_cx_t,
    obj: *mut c_void,
    filter: c_int,
    function: *const c_char,
    format: *const c_char,
    ap: VaList,
) {
    // SAFETY: the caller's promise.
    let cx = unsafe { Log::from_ptr(cx) }.unwrap_or(Log::GLOBAL);
    let level = filter as u32;
    if !cx.wants(level) {
        return;
    }
    if format.is_null() {
        return arg::bad("_lws_log_cx", "format");
    }
    // SAFETY: the caller's promise.
    let object = unsafe { Object::new(prep, obj) };
    log::write_with(cx, level, Some(&object), |line| {
        if !function.is_null() {
            // SAFETY: the caller's promise.
            line.bytes(unsafe { CStr::from_ptr(function) }.to_bytes());
            line.bytes(b": ");
        }
        // SAFETY: the caller's promise.
        unsafe { append_va(line, format, ap) };
    });
}

/// Sets the levels that are logged in the whole process, and where lines go.
///
/// `level` is the LLL_ bits of all levels that shall be logged, and LLLF_ flags: it replaces what
/// was set. Until this is called, errors, warnings and notices go to standard error.
/// `log_emit_function` NULL leaves the lines where they went before. Objects with a log context of
/// their own (`log_cx` of `struct lws_context_creation_info`) are not affected.
///
/// # Safety
///
/// `log_emit_function` is NULL or stays valid until another one is set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_set_log_level(level: c_int, log_emit_function: lws_log_emit_t) {
    Log::GLOBAL.set(level as u32, log_emit_function);
}

/// Tells whether the process-wide log context writes lines of `level`.
///
/// A program asks before it does work only to log it.
///
/// # Returns
///
/// 1 if it does, else 0. For several levels: 1 if it writes any of them.
#[unsafe(no_mangle)]
pub extern "C" fn lwsl_visible(level: c_int) -> c_int {
    c_int::from(Log::GLOBAL.wants(level as u32))
}

/// Writes the start of a log line to `p`: `[YYYY/MM/DD HH:MM:SS:tttt] L: `, local time in
/// ten-thousandths of a second and the letter of `level`.
///
/// At most `len` bytes with the terminating NUL are written; 31 are enough.
///
/// # Returns
///
/// The length of the text in `p`. 0, with an empty text, when `level` is not exactly one level; 0
/// when `p` is NULL or `len` is 0.
///
/// # Safety
///
/// `p` is NULL or has room for `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsl_timestamp(level: c_int, p: *mut c_char, len: usize) -> c_int {
    const NAME: &str = "lwsl_timestamp";
    if p.is_null() || len == 0 {
        arg::bad(NAME, if p.is_null() { "p" } else { "len" });
        return 0;
    }
    let mut line = Line::new();
    if let Some(letter) = level::letter(level as u32) {
        log::stamp::now(&mut line, letter);
    }
    let stamp = line.so_far();
    let n = stamp.len().min(len - 1);
    // SAFETY: n + 1 is at most len, for which there is room.
    unsafe {
        core::ptr::copy_nonoverlapping(stamp.as_ptr().cast(), p, n);
        p.add(n).write(0);
    }
    n as c_int
}

/// The bytes at `p`, or `None` if it is NULL or `len` no length of memory.
///
/// # Safety
///
/// `p` is NULL or has `len` bytes for as long as the result is used.
unsafe fn bytes<'a>(p: *const c_void, len: usize) -> Option<&'a [u8]> {
    if p.is_null() || isize::try_from(len).is_err() {
        return None;
    }
    // SAFETY: the caller's promise, and the check above.
    Some(unsafe { core::slice::from_raw_parts(p.cast(), len) })
}

/// # Safety
///
/// As for the exports below.
unsafe fn dump(
    function: &str,
    cx: Log,
    level: c_int,
    object: Option<&Object>,
    buf: *const c_void,
    len: usize,
) {
    if isize::try_from(len).is_err() {
        return arg::bad(function, "len");
    }
    let memory = match len {
        0 => Some(&[][..]),
        // SAFETY: the caller's promise.
        _ => unsafe { bytes(buf, len) },
    };
    log::hexdump(cx, level as u32, object, memory);
}

/// Logs memory as hexadecimal numbers and characters, 16 bytes a line, between two empty lines.
///
/// Each line goes to the process-wide log context with `level`. `len` 0 logs
/// `(hexdump: zero length)`, `vbuf` NULL with another length logs `(hexdump: NULL ptr)`.
///
/// # Safety
///
/// `vbuf` is NULL or has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsl_hexdump_level(level: c_int, vbuf: *const c_void, len: usize) {
    const NAME: &str = "lwsl_hexdump_level";
    // SAFETY: the caller's promise.
    unsafe { dump(NAME, Log::GLOBAL, level, None, vbuf, len) };
}

/// As lwsl_hexdump_level(), with LLL_DEBUG.
///
/// # Safety
///
/// `buf` is NULL or has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsl_hexdump(buf: *const c_void, len: usize) {
    const NAME: &str = "lwsl_hexdump";
    // SAFETY: the caller's promise.
    unsafe { dump(NAME, Log::GLOBAL, LLL_DEBUG, None, buf, len) };
}

/// As lwsl_hexdump_level(), to a log context, with the prefixes of _lws_log_cx().
///
/// `cx` NULL is the process-wide log context. `prep` may be NULL.
///
/// # Safety
///
/// `cx` is NULL or valid, `prep` may be called with `obj`, `vbuf` is NULL or has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsl_hexdump_level_cx(
    cx: *mut lws_log_cx_t,
    prep: lws_log_prepend_cx_t,
    obj: *mut c_void,
    hexdump_level: c_int,
    vbuf: *const c_void,
    len: usize,
) {
    const NAME: &str = "lwsl_hexdump_level_cx";
    // SAFETY: the caller's promise.
    let (cx, object) = unsafe { (Log::from_ptr(cx), Object::new(prep, obj)) };
    let cx = cx.unwrap_or(Log::GLOBAL);
    // SAFETY: the caller's promise.
    unsafe { dump(NAME, cx, hexdump_level, Some(&object), vbuf, len) };
}

/// Tells the byte order of the machine.
///
/// # Returns
///
/// 1 if it is big-endian, else 0.
#[unsafe(no_mangle)]
pub extern "C" fn lws_is_be() -> c_int {
    c_int::from(cfg!(target_endian = "big"))
}

/// A short name of a connection for logs.
///
/// # Returns
///
/// The name of its protocol; NULL when it has none or `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_wsi_tag(wsi: *mut lws) -> *const c_char {
    const NAME: &str = "lws_wsi_tag";
    // SAFETY: the caller's promise.
    let w = need!("wsi", unsafe { wsi_ref(wsi) }, core::ptr::null());
    w.protocol
        .get()
        .name()
        .map_or(core::ptr::null(), |n| n.as_ptr())
}
