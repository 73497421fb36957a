//! `lws-service.h`: running the event loop.

use crate::capi::types::{lws, lws_context};
use crate::capi::{arg, context_of, context_ref, end_if_over, wsi_ref};
use crate::event::service;
use core::ffi::c_int;

/// Runs one pass of the event loop: timers that are due, messages, then sleeps until something
/// happens and handles it. Only one thread services a context.
///
/// A negative `timeout_ms` does not sleep. **Any other value sleeps as long as nothing happens**,
/// as in lws; to come back after a time, schedule a timer, or call lws_cancel_service() from
/// elsewhere. A pass in which timers fired or messages were delivered does not sleep.
///
/// # Returns
///
/// 0 to go on. Nonzero when the context cannot be serviced: 1 when it is NULL, -1 when it is being
/// destroyed, or was destroyed by a callback during this call; it must not be used again then.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_service(context: *mut lws_context, timeout_ms: c_int) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { pass("lws_service", context, timeout_ms, 0) }
}

/// As lws_service(). `tsi` is 0: a context has one service thread.
///
/// # Returns
///
/// As lws_service(); 1 when `tsi` is not 0.
///
/// # Safety
///
/// As lws_service().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_service_tsi(
    context: *mut lws_context,
    timeout_ms: c_int,
    tsi: c_int,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { pass("lws_service_tsi", context, timeout_ms, tsi) }
}

/// Wakes lws_service() from its sleep, now or the next time it would sleep. Every protocol gets
/// LWS_CALLBACK_EVENT_WAIT_CANCELLED then, once for any number of calls before. Any thread.
///
/// # Safety
///
/// `context` is a live context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cancel_service(context: *mut lws_context) {
    // SAFETY: the caller's promise.
    if let Some(cx) = unsafe { context_of("lws_cancel_service", context) } {
        cx.cancel();
    }
}

/// As lws_cancel_service(), for the thread that services this connection.
///
/// # Safety
///
/// `wsi` is a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cancel_service_pt(wsi: *mut lws) {
    // SAFETY: the caller's promise; a connection's context lives longer.
    unsafe {
        match wsi_ref(wsi).and_then(|w| context_ref(w.context.cast_mut().cast())) {
            Some(cx) => cx.cancel(),
            None => arg::bad("lws_cancel_service_pt", "wsi"),
        }
    }
}

/// For programs that wait for events themselves: handles what needs no waiting, and tells how long
/// they may wait then.
///
/// # Returns
///
/// Milliseconds: `timeout_ms`, or less when a timer is due before, or 0 when something is to be
/// done at once. 1 when `context` is NULL.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_service_adjust_timeout(
    context: *mut lws_context,
    timeout_ms: c_int,
    tsi: c_int,
) -> c_int {
    const NAME: &str = "lws_service_adjust_timeout";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = context_of(NAME, context) else {
            return 1;
        };
        if tsi != 0 {
            arg::bad(NAME, "tsi");
            return timeout_ms;
        }
        service::adjust_timeout(cx, timeout_ms)
    }
}

/// # Safety
///
/// As lws_service().
unsafe fn pass(name: &str, context: *mut lws_context, timeout_ms: c_int, tsi: c_int) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = context_of(name, context) else {
            return 1;
        };
        if tsi != 0 {
            arg::bad(name, "tsi");
            return 1;
        }
        if service::pass(cx, timeout_ms >= 0) {
            return 0;
        }
        end_if_over(context);
        -1
    }
}
