//! `lws-logs.h`: levels, flags, log contexts and the functions a program gives for them.

use core::ffi::{c_char, c_int, c_void};

/// Something failed.
pub const LLL_ERR: c_int = 1 << 0;
/// Something is not as it should be.
pub const LLL_WARN: c_int = 1 << 1;
/// Something an operator wants to know.
pub const LLL_NOTICE: c_int = 1 << 2;
/// What goes on, in more detail.
pub const LLL_INFO: c_int = 1 << 3;
/// What a programmer wants to know.
pub const LLL_DEBUG: c_int = 1 << 4;
/// Parsers.
pub const LLL_PARSER: c_int = 1 << 5;
/// Protocol headers.
pub const LLL_HEADER: c_int = 1 << 6;
/// Extensions.
pub const LLL_EXT: c_int = 1 << 7;
/// Client connections.
pub const LLL_CLIENT: c_int = 1 << 8;
/// Time spent.
pub const LLL_LATENCY: c_int = 1 << 9;
/// The program's own lines.
pub const LLL_USER: c_int = 1 << 10;
/// Threads.
pub const LLL_THREAD: c_int = 1 << 11;
/// How many levels there are.
pub const LLL_COUNT: c_int = 12;

/// Beside a level: the line tells something about a person.
pub const LLLF_SECRECY_PII: c_int = 1 << 16;
/// Beside a level: who reads the line can pass for somebody else.
pub const LLLF_SECRECY_BEARER: c_int = 1 << 17;
/// In a log context: lines start with a timestamp. They always do in this library.
pub const LLLF_LOG_TIMESTAMP: c_int = 1 << 18;
/// In a log context: its emit function is `u.emit_cx`, not `u.emit`.
pub const LLLF_LOG_CONTEXT_AWARE: c_int = 1 << 30;

/// What a log context hands its lines to: a level and a line that ends in one newline.
///
/// It may be called by several threads at once, and may call any function of the library; what it
/// logs comes back to it.
pub type lws_log_emit_t = Option<unsafe extern "C" fn(level: c_int, line: *const c_char)>;

/// As `lws_log_emit_t`, for a log context with LLLF_LOG_CONTEXT_AWARE. `len` is the length of
/// `line` without its NUL.
pub type lws_log_emit_cx_t = Option<
    unsafe extern "C" fn(cx: *mut lws_log_cx, level: c_int, line: *const c_char, len: usize),
>;

/// Writes a prefix at `*p`, no farther than `e`, and moves `*p` behind it. `obj` is what the line
/// is about, or NULL.
pub type lws_log_prepend_cx_t = Option<
    unsafe extern "C" fn(
        cx: *mut lws_log_cx,
        obj: *mut c_void,
        p: *mut *mut c_char,
        e: *mut c_char,
    ),
>;

/// Called after `refcount` of a log context changed: up if `_new` is above 0, else down.
pub type lws_log_use_cx_t = Option<unsafe extern "C" fn(cx: *mut lws_log_cx, _new: c_int)>;

/// The emit function of a log context.
#[repr(C)]
#[derive(Clone, Copy)]
pub union lws_log_cx_u {
    /// Without LLLF_LOG_CONTEXT_AWARE.
    pub emit: lws_log_emit_t,
    /// With LLLF_LOG_CONTEXT_AWARE.
    pub emit_cx: lws_log_emit_cx_t,
}

/// A log context: which lines are written, how they start and where they go.
///
/// The program owns it, sets it up before its first use, and keeps it for as long as anything
/// uses it. `lll_flags` may be changed at any time.
#[repr(C)]
pub struct lws_log_cx {
    /// Where lines go. NULL: to standard error.
    pub u: lws_log_cx_u,
    /// NULL, or called after each change of `refcount`.
    pub refcount_cb: lws_log_use_cx_t,
    /// NULL, or writes a prefix for the lines of the children. A log context without a parent
    /// has it for its own lines too.
    pub prepend: lws_log_prepend_cx_t,
    /// NULL, or the log context whose prefix comes before this one's.
    pub parent: *mut lws_log_cx,
    /// The program's. For lws_log_use_cx_file(): the path of the file.
    pub opaque: *mut c_void,
    /// The emit function's. For lws_log_use_cx_file(): the open file.
    pub stg: *mut c_void,
    /// The levels that are written (LLL_), and flags (LLLF_).
    pub lll_flags: u32,
    /// How many objects use the log context.
    pub refcount: i32,
}

/// A log context.
pub type lws_log_cx_t = lws_log_cx;

const _: () = {
    use core::mem::{align_of, offset_of, size_of};
    assert!(cfg!(not(target_pointer_width = "64")) || size_of::<lws_log_cx>() == 56);
    assert!(align_of::<lws_log_cx>() == align_of::<usize>());
    assert!(offset_of!(lws_log_cx, u) == 0);
    assert!(offset_of!(lws_log_cx, refcount_cb) == size_of::<usize>());
    assert!(offset_of!(lws_log_cx, prepend) == 2 * size_of::<usize>());
    assert!(offset_of!(lws_log_cx, parent) == 3 * size_of::<usize>());
    assert!(offset_of!(lws_log_cx, opaque) == 4 * size_of::<usize>());
    assert!(offset_of!(lws_log_cx, stg) == 5 * size_of::<usize>());
    assert!(offset_of!(lws_log_cx, lll_flags) == 6 * size_of::<usize>());
    assert!(offset_of!(lws_log_cx, refcount) == 6 * size_of::<usize>() + 4);
};
