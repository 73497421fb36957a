//! What programs of newer versions of lws begin and end with: lws 4.3.5 does not have these.

use core::ffi::{CStr, c_char, c_int};
use std::sync::atomic::Ordering;

use super::lws_context_destroy;
use crate::abi::context_vhost::{
    LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT, LWS_SERVER_OPTION_EXPLICIT_VHOSTS,
    LWS_SERVER_OPTION_H2_JUST_FIX_WINDOW_UPDATE_OVERFLOW, lws_context_creation_info,
};
use crate::abi::types::{CONTEXT_PORT_NO_LISTEN, lws_context};
use crate::capi::convert::{cstr, need};
use crate::capi::misc::uri::lws_cmdline_option;
use crate::capi::{context_of, service};
use crate::log::{Log, log_err, log_user};

/// Sets a creation info to what most programs of newer versions of lws start from: no listening
/// port, no default vhost (LWS_SERVER_OPTION_EXPLICIT_VHOSTS),
/// LWS_SERVER_OPTION_H2_JUST_FIX_WINDOW_UPDATE_OVERFLOW, LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT,
/// `pss_policies_json` as given, all else zero. Use the macro lws_context_info_defaults().
///
/// lws 4.3.5 does not have it. Any thread.
///
/// # Safety
///
/// `info` is NULL or has room for one; `sspol` lives until the context was made.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _lws_context_info_defaults(
    info: *mut lws_context_creation_info,
    sspol: *const c_char,
) {
    const NAME: &str = "_lws_context_info_defaults";
    // SAFETY: the caller's promise; zeroes are valid for every member.
    unsafe {
        need!("info", (!info.is_null()).then_some(()));
        info.write_bytes(0, 1);
        (*info).port = CONTEXT_PORT_NO_LISTEN;
        (*info).pss_policies_json = sspol;
        (*info).options = (LWS_SERVER_OPTION_EXPLICIT_VHOSTS
            | LWS_SERVER_OPTION_H2_JUST_FIX_WINDOW_UPDATE_OVERFLOW
            | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT) as u64;
    }
}

/// Makes lws_context_default_loop_run_destroy() of this context leave its loop, now or when it comes
/// to it. It may be called by any thread and in signal handlers.
///
/// lws 4.3.5 does not have it.
///
/// # Safety
///
/// `cx` is NULL or a live context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_default_loop_exit(cx: *mut lws_context) {
    const NAME: &str = "lws_default_loop_exit";
    // SAFETY: the caller's promise.
    if let Some(cx) = unsafe { context_of(NAME, cx) } {
        cx.leave.store(true, Ordering::Release);
        cx.cancel();
    }
}

/// Services a context until lws_default_loop_exit(), or until it cannot be serviced any more, and
/// destroys it. Only for the thread that services the context, outside its callbacks.
///
/// lws 4.3.5 does not have it.
///
/// # Safety
///
/// `cx` is NULL or a live context, not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_context_default_loop_run_destroy(cx: *mut lws_context) {
    const NAME: &str = "lws_context_default_loop_run_destroy";
    // SAFETY: the caller's promise.
    unsafe {
        need!("cx", (!cx.is_null()).then_some(()));
        loop {
            let context = need!("cx", context_of(NAME, cx));
            if context.leave.load(Ordering::Acquire) {
                return lws_context_destroy(cx);
            }
            // It is gone after anything but 0.
            if service::lws_service(cx, 0) != 0 {
                return;
            }
        }
    }
}

/// The exit code of a program that is a test: says in one log line whether `actual` is what the
/// option `--expected-exit <n>` says, or 0 where that is not given.
///
/// lws 4.3.5 does not have it. Any thread.
///
/// # Returns
///
/// 0 when it is; else 1, also when the option's value is not a number.
///
/// # Safety
///
/// `argv` has `argc` NUL-terminated texts; it may be NULL when `argc` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cmdline_passfail(
    argc: c_int,
    argv: *mut *const c_char,
    actual: c_int,
) -> c_int {
    const NAME: &str = "lws_cmdline_passfail";
    const OPTION: &CStr = c"--expected-exit";
    let given = if argc == 0 {
        None
    } else {
        // SAFETY: the caller's promise.
        unsafe { cstr(lws_cmdline_option(argc, argv, OPTION.as_ptr())) }
    };
    let expected = match given.map(CStr::to_bytes) {
        None => 0,
        Some(text) => {
            let number = core::str::from_utf8(text).ok();
            let number = number.and_then(|t| t.trim().parse::<c_int>().ok());
            need!("--expected-exit", number, 1)
        }
    };
    if actual == expected {
        log_user!(Log::GLOBAL, "Completed: OK ({actual})");
        0
    } else {
        log_err!(
            Log::GLOBAL,
            "Completed: failed: exit {actual}, expected {expected}"
        );
        1
    }
}
