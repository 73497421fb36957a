//! `lws-logs.h`: where lines go: the emit functions, files, reference counts.

use super::{bytes, lws_log_cx, lws_log_cx_t};
use crate::capi::arg;
use crate::log::{self, Log, log_err, sink};
use crate::sys::logcx::FileError;
use core::ffi::{CStr, c_char, c_int};

/// The line an emit function was called with.
///
/// # Safety
///
/// `line` is NULL or a string that outlives the result.
unsafe fn emitted<'a>(function: &str, line: *const c_char) -> Option<&'a CStr> {
    if line.is_null() {
        arg::bad(function, "line");
        return None;
    }
    // SAFETY: the caller's promise.
    Some(unsafe { CStr::from_ptr(line) })
}

/// An emit function: writes the line to standard error, coloured if that is a terminal.
///
/// # Safety
///
/// `line` is NULL or a string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsl_emit_stderr(level: c_int, line: *const c_char) {
    const NAME: &str = "lwsl_emit_stderr";
    // SAFETY: the caller's promise.
    if let Some(line) = unsafe { emitted(NAME, line) } {
        sink::stderr(level as u32, line.to_bytes());
    }
}

/// An emit function: as lwsl_emit_stderr(), without the timestamp and the letter of the level.
///
/// # Safety
///
/// `line` is NULL or a string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsl_emit_stderr_notimestamp(level: c_int, line: *const c_char) {
    const NAME: &str = "lwsl_emit_stderr_notimestamp";
    // SAFETY: the caller's promise.
    if let Some(line) = unsafe { emitted(NAME, line) } {
        sink::stderr(level as u32, log::stamp::strip(line.to_bytes()));
    }
}

/// An emit function: hands the line to syslog(), LLL_ERR as LOG_ERR and so on, all below LLL_INFO
/// as LOG_DEBUG. openlog() is for the program to call.
///
/// # Safety
///
/// `line` is NULL or a string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsl_emit_syslog(level: c_int, line: *const c_char) {
    const NAME: &str = "lwsl_emit_syslog";
    // SAFETY: the caller's promise.
    if let Some(line) = unsafe { emitted(NAME, line) } {
        sink::syslog(level as u32, line);
    }
}

/// An emit function for a log context with lws_log_use_cx_file() as its `refcount_cb`: writes the
/// line to the file.
///
/// A line that cannot be written to the file goes to standard error; the first time an error is
/// logged to the process-wide log context.
///
/// # Safety
///
/// `cx` is NULL or valid, `line` is NULL or has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_log_emit_cx_file(
    cx: *mut lws_log_cx,
    level: c_int,
    line: *const c_char,
    len: usize,
) {
    const NAME: &str = "lws_log_emit_cx_file";
    // SAFETY: the caller's promise.
    let Some(log) = (unsafe { Log::from_ptr(cx) }) else {
        return arg::bad(NAME, "cx");
    };
    // SAFETY: the caller's promise.
    let Some(line) = (unsafe { bytes(line.cast(), len) }) else {
        return arg::bad(NAME, if line.is_null() { "line" } else { "len" });
    };
    let Err(why) = log.write_file(line) else {
        return;
    };
    sink::stderr(level as u32, line);
    // To the process-wide log context, which may have this emit function, too: it has failed by now.
    if let FileError::Os(e) = why {
        log_err!(
            Log::GLOBAL,
            "{NAME}: the file in cx->opaque cannot be written to: {e}; lines go to standard error"
        );
    }
}

/// A `refcount_cb` for a log context: opens the file whose path is in `opaque` for the first object
/// that uses the log context, closes it after the last.
///
/// The file is created for its owner only, or emptied. If it cannot be opened, an error is logged
/// to the process-wide log context, and lines go to standard error.
///
/// # Safety
///
/// `cx` is NULL or valid, its `opaque` NULL or a path.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_log_use_cx_file(cx: *mut lws_log_cx, _new: c_int) {
    const NAME: &str = "lws_log_use_cx_file";
    // SAFETY: the caller's promise.
    let Some(log) = (unsafe { Log::from_ptr(cx) }) else {
        return arg::bad(NAME, "cx");
    };
    match log.use_file(_new) {
        Ok(()) | Err(FileError::Closed | FileError::StillFails) => {}
        Err(FileError::NoPath) => arg::bad(NAME, "cx->opaque"),
        Err(FileError::Os(e)) => {
            log_err!(
                Log::GLOBAL,
                "{NAME}: the file in cx->opaque cannot be opened: {e}"
            );
        }
    }
}

/// Counts one object that uses a log context: one more if `_new` is above 0, else one less. Then
/// its `refcount_cb` is called.
///
/// The library counts contexts, vhosts and connections itself. Taking away more than was counted
/// is refused with an error in the log.
///
/// # Safety
///
/// `cx` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsl_refcount_cx(cx: *mut lws_log_cx_t, _new: c_int) {
    const NAME: &str = "lwsl_refcount_cx";
    // SAFETY: the caller's promise.
    let Some(log) = (unsafe { Log::from_ptr(cx) }) else {
        return arg::bad(NAME, "cx");
    };
    if !log.count(_new) {
        arg::bad(NAME, "_new: nothing uses the log context");
    }
}
