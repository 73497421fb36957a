//! `lws-service.h`: running the event loop.

use crate::capi::convert::need;
use crate::capi::types::{lws, lws_context};
use crate::capi::{arg, conn_of, context_of, context_ref, end_if_over, enter, wsi_ref};
use crate::conn::dispatch;
use crate::context::service;
use crate::log::log_err;
use crate::sys::poll::Event;
use core::ffi::c_int;

/// Runs one pass of the event loop: timers that are due, messages, then sleeps until something
/// happens and handles it. Only one thread services a context.
///
/// A negative `timeout_ms` does not sleep. **Any other value sleeps as long as nothing happens**,
/// but 30 s at most, as in lws; to come back after a time, schedule a timer, or call
/// lws_cancel_service() from elsewhere. A pass in which timers fired or messages were delivered
/// does not sleep.
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
    const NAME: &str = "lws_service";
    // SAFETY: the caller's promise.
    unsafe { pass(NAME, context, timeout_ms, 0) }
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
    const NAME: &str = "lws_service_tsi";
    // SAFETY: the caller's promise.
    unsafe { pass(NAME, context, timeout_ms, tsi) }
}

/// Wakes lws_service() from its sleep, now or the next time it would sleep. Every protocol gets
/// LWS_CALLBACK_EVENT_WAIT_CANCELLED then, once for any number of calls before. Any thread.
///
/// # Safety
///
/// `context` is a live context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cancel_service(context: *mut lws_context) {
    const NAME: &str = "lws_cancel_service";
    // SAFETY: the caller's promise.
    if let Some(cx) = unsafe { context_of(NAME, context) } {
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
    const NAME: &str = "lws_cancel_service_pt";
    // SAFETY: the caller's promise; a connection's context lives longer.
    unsafe {
        let cx = need!("wsi", wsi_ref(wsi).and_then(|w| context_ref(w.context)));
        cx.cancel();
    }
}

/// For programs that wait for events themselves: handles what needs no waiting, such as timers that
/// are due and messages, and tells how long they may wait then. Called before each wait, it leaves
/// nothing to do but lws_service_fd() for the descriptors that are ready.
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
        let Some(servicing) = cx.service(NAME) else {
            return 0;
        };
        let timeout_ms = service::adjust_timeout(cx, timeout_ms);
        drop(servicing);
        end_if_over(context);
        timeout_ms
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
        let Some(servicing) = cx.service(name) else {
            return -1;
        };
        let first = servicing.first;
        let serving = service::pass(cx, first, timeout_ms >= 0);
        drop(servicing);
        if serving {
            return 0;
        }
        end_if_over(context);
        -1
    }
}

/// Services one descriptor, for programs that wait for events themselves: handles what `revents`
/// of `pollfd` says and zeroes it, if the descriptor is the library's; then timers and messages that
/// are due. From the first such call, or lws_service_adjust_timeout(), on, the first protocol of
/// each vhost gets LWS_CALLBACK_ADD_POLL_FD and its siblings.
///
/// # Returns
///
/// 0; nonzero as lws_service(), and 1 when `pollfd` is NULL.
///
/// # Safety
///
/// `context` is NULL or a live context, `pollfd` NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_service_fd(
    context: *mut lws_context,
    pollfd: *mut libc::pollfd,
) -> c_int {
    const NAME: &str = "lws_service_fd";
    // SAFETY: the caller's promise.
    unsafe { one(NAME, context, pollfd, 0) }
}

/// As lws_service_fd(). `tsi` is 0: a context has one service thread.
///
/// # Returns
///
/// As lws_service_fd(); 1 when `tsi` is not 0.
///
/// # Safety
///
/// As lws_service_fd().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_service_fd_tsi(
    context: *mut lws_context,
    pollfd: *mut libc::pollfd,
    tsi: c_int,
) -> c_int {
    const NAME: &str = "lws_service_fd_tsi";
    // SAFETY: the caller's promise.
    unsafe { one(NAME, context, pollfd, tsi) }
}

/// Handles that there is room to send on a connection: what was written before goes out, then
/// its protocol may write. What lws_service_fd() does for POLLOUT.
///
/// # Returns
///
/// 0; -1 when the connection has closed or an argument is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection, `pollfd` NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_handle_POLLOUT_event(
    wsi: *mut lws,
    pollfd: *mut libc::pollfd,
) -> c_int {
    const NAME: &str = "lws_handle_POLLOUT_event";
    // SAFETY: the caller's promise.
    unsafe {
        let Some((cx, w)) = conn_of(NAME, wsi) else {
            return -1;
        };
        let p = need!("pollfd", pollfd.as_mut(), -1);
        p.revents &= !libc::POLLOUT;
        let token = w.token.get();
        let event = Event {
            token,
            readable: false,
            writable: true,
            hung_up: false,
        };
        dispatch::ready(&cx.conns, event);
        if cx.conns.table.get(token).is_some() {
            0
        } else {
            -1
        }
    }
}

/// A descriptor for the whole context, for programs with an event loop of their own: it is readable
/// when lws_service(context, -1) has something to do: a timer, a message, a connection. It stays
/// the library's. Ours, not of lws.
///
/// # Returns
///
/// The descriptor, the same each time; -1 when it could not be made or `context` is NULL.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_context_get_poll_fd(context: *mut lws_context) -> c_int {
    const NAME: &str = "lws_context_get_poll_fd";
    // SAFETY: the caller's promise.
    let Some(cx) = (unsafe { enter(NAME, context) }) else {
        return -1;
    };
    match cx.poll_fd() {
        Ok(fd) => fd,
        Err(e) => {
            log_err!(cx.log, "{NAME}: {e}");
            -1
        }
    }
}

/// # Safety
///
/// As lws_service_fd().
unsafe fn one(
    name: &str,
    context: *mut lws_context,
    pollfd: *mut libc::pollfd,
    tsi: c_int,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = context_of(name, context) else {
            return 1;
        };
        let Some(p) = pollfd.as_mut().filter(|_| tsi == 0) else {
            arg::bad(name, if tsi != 0 { "tsi" } else { "pollfd" });
            return 1;
        };
        let Some(servicing) = cx.service(name) else {
            return -1;
        };
        let has = |bits: libc::c_short| p.revents & bits != 0;
        let own = cx.token_of(p.fd);
        let found = cx.conns.table.by_fd(p.fd).filter(|_| own.is_none());
        let event = Event {
            token: own.unwrap_or_else(|| found.as_ref().map_or(0, |w| w.token.get())),
            readable: has(libc::POLLIN),
            writable: has(libc::POLLOUT),
            hung_up: has(libc::POLLHUP | libc::POLLERR),
        };
        if own.is_some() || found.is_some() {
            p.revents = 0;
        }
        let serving = service::one(cx, event);
        drop(servicing);
        if serving {
            return 0;
        }
        end_if_over(context);
        -1
    }
}
