//! `lws-timeout-timer.h`: one-shot timers of microsecond resolution ("sul").

pub use crate::abi::timeout_timer::*;

use crate::capi::convert::need;
use crate::capi::dll2::lws_dll2_owner_t;
use crate::capi::types::{lws, lws_context, lws_usec_t};
use crate::capi::{arg, conn_of, enter};
use crate::conn::{close, timeout};
use crate::event::timers::CANCEL;
use crate::log::{Log, log_err};
use crate::sys::dll2;
use crate::sys::sul::Sul;
use core::ffi::c_int;
use core::ptr::NonNull;

/// Schedules a timer: `cb` is called once, `us` microseconds from now, by lws_service(). A timer
/// that is scheduled already is moved. With `us` LWS_SET_TIMER_USEC_CANCEL (-1) it is cancelled.
///
/// Timers fire in the order of their due times; of equal ones, the one scheduled last fires first.
/// A timer is off the list when its callback is called, so the callback may schedule it again or
/// free it. Only for the thread that services the context. `tsi` is 0.
///
/// # Safety
///
/// `ctx` is a live context; `sul` is valid until it fires or is cancelled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_sul_schedule(
    ctx: *mut lws_context,
    tsi: c_int,
    sul: *mut lws_sorted_usec_list_t,
    _cb: sul_cb_t,
    _us: lws_usec_t,
) {
    const NAME: &str = "lws_sul_schedule";
    // SAFETY: the caller's promise.
    unsafe { schedule(NAME, ctx, tsi, sul, _cb, _us, false) }
}

/// As lws_sul_schedule(), on the list of timers that a suspended system shall wake up for: see
/// lws_sul_earliest_wakeable_event().
///
/// # Safety
///
/// As lws_sul_schedule().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_sul_schedule_wakesuspend(
    ctx: *mut lws_context,
    tsi: c_int,
    sul: *mut lws_sorted_usec_list_t,
    _cb: sul_cb_t,
    _us: lws_usec_t,
) {
    const NAME: &str = "lws_sul_schedule_wakesuspend";
    // SAFETY: the caller's promise.
    unsafe { schedule(NAME, ctx, tsi, sul, _cb, _us, true) }
}

/// Schedules a timer whose `us` (an absolute time, microseconds of CLOCK_MONOTONIC) and `cb` the
/// caller has filled in. `flags` is LWSSULLI_MISS_IF_SUSPENDED or LWSSULLI_WAKE_IF_SUSPENDED.
///
/// # Safety
///
/// As lws_sul_schedule().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_sul2_schedule(
    context: *mut lws_context,
    tsi: c_int,
    flags: c_int,
    sul: *mut lws_sorted_usec_list_t,
) {
    const NAME: &str = "lws_sul2_schedule";
    // SAFETY: the caller's promise.
    unsafe {
        let sul_ptr = need!("sul", NonNull::new(sul));
        let Some(cx) = enter(NAME, context) else {
            return;
        };
        if (*sul).cb.is_none() {
            return arg::bad(NAME, "sul->cb");
        }
        if tsi != 0 {
            return arg::bad(NAME, "tsi");
        }
        let sul = Sul::new(sul_ptr);
        sul.remove();
        cx.schedule(sul, sul.us(), flags & LWSSULLI_WAKE_IF_SUSPENDED != 0);
    }
}

/// Cancels a timer and zeroes its `us`. Does nothing to one that is not scheduled. Only for the
/// thread that services the context.
///
/// # Safety
///
/// `sul` is NULL or a valid timer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_sul_cancel(sul: *mut lws_sorted_usec_list_t) {
    const NAME: &str = "lws_sul_cancel";
    let sul = need!("sul", NonNull::new(sul));
    // SAFETY: the caller's promise.
    let sul = unsafe { Sul::new(sul) };
    sul.remove();
    sul.set_us(0);
}

/// When the system has to be awake again for a timer of lws_sul_schedule_wakesuspend().
///
/// # Returns
///
/// 0 and in `*pearliest` the due time, microseconds of CLOCK_MONOTONIC; or 1 when no such timer is
/// scheduled, or an argument is NULL.
///
/// # Safety
///
/// `ctx` is a live context, `pearliest` a place for the result.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_sul_earliest_wakeable_event(
    ctx: *mut lws_context,
    pearliest: *mut lws_usec_t,
) -> c_int {
    const NAME: &str = "lws_sul_earliest_wakeable_event";
    if pearliest.is_null() {
        arg::bad(NAME, "pearliest");
        return 1;
    }
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = enter(NAME, ctx) else {
            return 1;
        };
        match cx.timers.earliest_wake() {
            Some(us) => {
                *pearliest = us;
                0
            }
            None => 1,
        }
    }
}

/// Puts a timer, whose `us` and `cb` the caller has filled in, on a plain list of the caller's,
/// sorted by due time; before those of the same time. For programs that run lists of their own with
/// __lws_sul_service_ripe(). Costs O(n).
///
/// # Returns
///
/// 0, or 1 when an argument is NULL.
///
/// # Safety
///
/// `own` is a valid list of timers; `sul` is valid until it leaves the list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __lws_sul_insert(
    own: *mut lws_dll2_owner_t,
    sul: *mut lws_sorted_usec_list_t,
) -> c_int {
    const NAME: &str = "__lws_sul_insert";
    if own.is_null() || sul.is_null() {
        arg::bad(NAME, if own.is_null() { "own" } else { "sul" });
        return 1;
    }
    // SAFETY: not NULL, and valid by the caller's promise; the list element is the first member of
    // a timer, so a pointer to one is a pointer to the other.
    unsafe {
        if (*sul).cb.is_none() {
            arg::bad(NAME, "sul->cb");
            return 1;
        }
        dll2::remove(&raw mut (*sul).list);
        dll2::add_sorted(&raw mut (*sul).list, own, |d, i| {
            let d = (*d.cast::<lws_sorted_usec_list>()).us;
            let i = (*i.cast::<lws_sorted_usec_list>()).us;
            d.cmp(&i) as c_int
        });
    }
    0
}

/// Fires every timer on `own_len` lists of the caller's that is due at `usnow`, strictly in the
/// order of due times.
///
/// # Returns
///
/// The microseconds from `usnow` to the first timer left, or 0 when none is left.
///
/// # Safety
///
/// `own` points to `own_len` valid lists of timers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __lws_sul_service_ripe(
    own: *mut lws_dll2_owner_t,
    own_len: c_int,
    usnow: lws_usec_t,
) -> lws_usec_t {
    const NAME: &str = "__lws_sul_service_ripe";
    let lists = match usize::try_from(own_len) {
        Ok(n) if n > 0 && !own.is_null() => n,
        _ => {
            arg::bad(NAME, if own.is_null() { "own" } else { "own_len" });
            return 0;
        }
    };
    loop {
        let mut first: *mut lws_sorted_usec_list = core::ptr::null_mut();
        // SAFETY: the caller's promise; elements of these lists are the first members of timers.
        unsafe {
            for n in 0..lists {
                let head = (*own.add(n)).head.cast::<lws_sorted_usec_list>();
                if !head.is_null() && (first.is_null() || (*head).us <= (*first).us) {
                    first = head;
                }
            }
            let Some(ptr) = NonNull::new(first) else {
                return 0;
            };
            if (*first).us > usnow {
                return (*first).us.saturating_sub(usnow);
            }
            let sul = Sul::new(ptr);
            sul.remove();
            sul.set_us(0);
            if !sul.fire() {
                log_err!(
                    Log::GLOBAL,
                    "{NAME}: a timer without a callback was dropped"
                );
            }
        }
    }
}

/// # Safety
///
/// As lws_sul_schedule().
unsafe fn schedule(
    name: &'static str,
    ctx: *mut lws_context,
    tsi: c_int,
    sul: *mut lws_sorted_usec_list_t,
    cb: sul_cb_t,
    us: lws_usec_t,
    wake: bool,
) {
    let Some(sul_ptr) = NonNull::new(sul) else {
        return arg::bad(name, "sul");
    };
    // SAFETY: the caller's promise.
    unsafe {
        if us == CANCEL {
            return lws_sul_cancel(sul);
        }
        let Some(cx) = enter(name, ctx) else {
            return;
        };
        if cb.is_none() {
            return arg::bad(name, "cb");
        }
        if tsi != 0 {
            return arg::bad(name, "tsi");
        }
        let sul = Sul::new(sul_ptr);
        sul.remove();
        (*sul_ptr.as_ptr()).cb = cb;
        sul.set_us(crate::sys::clock::now_us().saturating_add(us.max(0)));
        cx.schedule(sul, sul.us(), wake);
    }
}

/// Has a connection closed `secs` seconds from now unless this is called again; 0 forgets it. A
/// connection has one such time. With LWS_TO_KILL_ASYNC it closes in the next pass of the loop, with
/// LWS_TO_KILL_SYNC before this returns. What was written and did not go out is lost. `reason` is
/// for logs. Only for the thread that services the context.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_set_timeout(wsi: *mut lws, reason: pending_timeout_int, secs: c_int) {
    const NAME: &str = "lws_set_timeout";
    // SAFETY: the caller's promise.
    let Some((cx, w)) = (unsafe { conn_of(NAME, wsi) }) else {
        return;
    };
    match secs {
        0 => timeout::clear(&cx.conns, w),
        LWS_TO_KILL_ASYNC => timeout::set(&cx.conns, w, reason, 0),
        LWS_TO_KILL_SYNC => {
            if let Some(w) = cx.conns.table.get(w.token.get()) {
                close::now(&cx.conns, &w);
            }
        }
        1.. => timeout::set(&cx.conns, w, reason, i64::from(secs) * 1_000_000),
        _ => arg::bad(NAME, "secs"),
    }
}

/// As lws_set_timeout(), in microseconds; 0 forgets it.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_set_timeout_us(
    wsi: *mut lws,
    reason: pending_timeout_int,
    us: lws_usec_t,
) {
    const NAME: &str = "lws_set_timeout_us";
    // SAFETY: the caller's promise.
    let Some((cx, w)) = (unsafe { conn_of(NAME, wsi) }) else {
        return;
    };
    match us {
        0 => timeout::clear(&cx.conns, w),
        1.. => timeout::set(&cx.conns, w, reason, us),
        _ => arg::bad(NAME, "us"),
    }
}

/// Has the protocol of a connection called with LWS_CALLBACK_TIMER once, `usecs` microseconds from
/// now. LWS_SET_TIMER_USEC_CANCEL forgets it. Only for the thread that services the context.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_set_timer_usecs(wsi: *mut lws, usecs: lws_usec_t) {
    const NAME: &str = "lws_set_timer_usecs";
    // SAFETY: the caller's promise.
    if let Some((cx, w)) = unsafe { conn_of(NAME, wsi) } {
        timeout::set_timer(&cx.conns, w, Some(usecs).filter(|us| *us != CANCEL));
    }
}

/// Tells that the peer of a connection has shown that it is there. If the connection has a retry
/// and idle policy with `secs_since_valid_hangup`, it closes when it is not told so again within
/// that many seconds. Only for the thread that services the context.
///
/// # Safety
///
/// `wsi` is NULL or a live connection whose policy is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_validity_confirmed(wsi: *mut lws) {
    const NAME: &str = "lws_validity_confirmed";
    // SAFETY: the caller's promise.
    unsafe {
        let Some((cx, w)) = conn_of(NAME, wsi) else {
            return;
        };
        #[cfg(feature = "LWS_ROLE_WS")]
        if w.ws.get().is_some() {
            return crate::conn::ws::confirm(&cx.conns, w);
        }
        match w.retry_policy().validity() {
            None | Some((_, 0)) => {}
            Some((_, secs)) => timeout::set_validity(&cx.conns, w, secs),
        }
    }
}
