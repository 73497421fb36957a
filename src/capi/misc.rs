//! `lws-misc.h`: versions, time, memory, the process. The rest of the header is in the folder.

pub use crate::abi::misc::*;

pub mod buflist;
pub mod bytes;
pub mod connection;
pub mod dir;
pub mod humanize;
pub mod switches;
pub mod text;
pub mod uri;

use crate::capi::convert::{cstr, need};
use crate::capi::types::{lws_context, lws_usec_t, lws_vhost};
use crate::capi::{context_of, vhost_ref};
use crate::log::{Log, log_err};
use crate::sys::{alloc, clock, daemon, privs};
use core::ffi::{c_char, c_int, c_ulong, c_void};

/// What version of lws this library stands for, and its own.
///
/// # Returns
///
/// "4.3.5-relws" and the version of relws. It is LWS_LIBRARY_VERSION of the headers that belong
/// to it, and lives as long as the program.
#[unsafe(no_mangle)]
pub extern "C" fn lws_get_library_version() -> *const c_char {
    concat!("4.3.5-relws", env!("CARGO_PKG_VERSION"), "\0")
        .as_ptr()
        .cast()
}

/// The time of day.
///
/// # Returns
///
/// Seconds since 1970-01-01 00:00 UTC.
#[unsafe(no_mangle)]
pub extern "C" fn lws_now_secs() -> c_ulong {
    c_ulong::try_from(clock::wall().0).unwrap_or(0)
}

/// The time that timers and messages go by.
///
/// # Returns
///
/// Microseconds of CLOCK_MONOTONIC, which has no date.
#[unsafe(no_mangle)]
pub extern "C" fn lws_now_usecs() -> lws_usec_t {
    clock::now_us()
}

/// Replaces the allocator of all memory that the library shares with programs: messages, buffer
/// lists, data about the system. Call it before anything else, as memory that is handed out already
/// will be freed by the new one.
///
/// `realloc` is as the C library's, with a short text about what the memory is for; with `size` 0
/// it frees. It may be called from any thread. NULL is an error, and changes nothing.
///
/// # Safety
///
/// `realloc` returns memory aligned as that of malloc(), or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_set_allocator(
    realloc: Option<
        unsafe extern "C" fn(ptr: *mut c_void, size: usize, reason: *const c_char) -> *mut c_void,
    >,
) {
    const NAME: &str = "lws_set_allocator";
    alloc::set(need!("realloc", realloc));
}

/// Whom the process runs as once the context has dropped its privileges: the user and group of the
/// creation info, or those it has now where none were given.
///
/// `*uid` and `*gid` are set, each unless it is NULL. When `context` is NULL they are not.
///
/// # Safety
///
/// `context` is NULL or a live context; `uid` and `gid` are NULL or places for the results.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_effective_uid_gid(
    context: *mut lws_context,
    uid: *mut libc::uid_t,
    gid: *mut libc::gid_t,
) {
    const NAME: &str = "lws_get_effective_uid_gid";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = context_of(NAME, context) else {
            return;
        };
        let who = privs::effective(cx.identity);
        if let Some(uid) = uid.as_mut() {
            *uid = who.uid;
        }
        if let Some(gid) = gid.as_mut() {
            *gid = who.gid;
        }
    }
}

/// Goes on in the background: in a new process, which leads a session of its own in /tmp with umask 0
/// and /dev/null for its standard descriptors, and which no terminal's signal stops. The process that
/// called ends with 0 once the new one is so far. What stdio has buffered is written before.
///
/// `_lock_path` is NULL or the path of a lock file: it is made with mode 0640 and the number of the new
/// process as its text. When the process that the file names is still there, nothing is done. SIGTERM
/// takes the file away before it ends the process, unless the program handles that signal.
///
/// The new process has only the thread that called. Contexts that were made before live on in it.
///
/// # Returns
///
/// 0 in the new process; 1 in the old one when it runs already or something failed, which a log line
/// tells.
///
/// # Safety
///
/// `_lock_path` is NULL or ends in NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_daemonize(_lock_path: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    match daemon::daemonize(unsafe { cstr(_lock_path) }) {
        Ok(()) => 0,
        Err(stays) => {
            log_err!(Log::GLOBAL, "lws_daemonize: {stays}");
            1
        }
    }
}

/// How many service threads a context has.
///
/// # Returns
///
/// 1; 0 when `context` is NULL.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_count_threads(context: *mut lws_context) -> c_int {
    const NAME: &str = "lws_get_count_threads";
    // SAFETY: the caller's promise.
    c_int::from(unsafe { context_of(NAME, context) }.is_some())
}

/// The port that a vhost listens on, also when it was created with port 0.
///
/// # Returns
///
/// The port, or what it was created with when it does not listen; -1 when `vhost` is NULL.
///
/// # Safety
///
/// `vhost` is NULL or a live vhost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_vhost_listen_port(vhost: *mut lws_vhost) -> c_int {
    const NAME: &str = "lws_get_vhost_listen_port";
    // SAFETY: the caller's promise.
    let v = need!("vhost", unsafe { vhost_ref(vhost) }, -1);
    v.listen_port.get()
}
