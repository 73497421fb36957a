//! `lws-timeout-timer.h`: one-shot timers of microsecond resolution ("sul").

use crate::capi::dll2::{lws_dll2, lws_dll2_owner_t};
use crate::capi::types::{lws_context, lws_usec_t};
use crate::capi::{arg, context_of};
use crate::event::service;
use crate::log::{Cx, log_err};
use crate::sys::dll2;
use crate::sys::sul::Sul;
use core::ffi::c_int;
use core::ptr::NonNull;

/// What a timer calls when it fires, on the thread that services the context.
pub type sul_cb_t = Option<unsafe extern "C" fn(sul: *mut lws_sorted_usec_list)>;

/// A timer, embedded in a struct of the caller's. Zero it before the first use, and cancel it
/// before its memory goes away.
#[repr(C)]
#[derive(Debug)]
pub struct lws_sorted_usec_list {
    /// On a list while the timer is scheduled. Its `prev` and `next` are the library's.
    pub list: lws_dll2,
    /// When it is due: microseconds of CLOCK_MONOTONIC, 0 while it is not scheduled.
    pub us: lws_usec_t,
    /// What to call.
    pub cb: sul_cb_t,
    /// How late it may fire at most, microseconds. Kept for the layout.
    pub latency_us: u32,
}

/// A timer.
pub type lws_sorted_usec_list_t = lws_sorted_usec_list;

/// The list for timers that may be late when the system was suspended.
pub const LWSSULLI_MISS_IF_SUSPENDED: c_int = 0;
/// The list for timers that the system shall be woken for.
pub const LWSSULLI_WAKE_IF_SUSPENDED: c_int = 1;
/// How many lists of timers a context has.
pub const LWS_COUNT_PT_SUL_OWNERS: c_int = 2;

const _: () = assert!(core::mem::offset_of!(lws_sorted_usec_list, list) == 0);

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
    // SAFETY: the caller's promise.
    unsafe { schedule("lws_sul_schedule", ctx, tsi, sul, _cb, _us, false) }
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
    // SAFETY: the caller's promise.
    unsafe {
        schedule(
            "lws_sul_schedule_wakesuspend",
            ctx,
            tsi,
            sul,
            _cb,
            _us,
            true,
        )
    }
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
        let Some(sul_ptr) = NonNull::new(sul) else {
            return arg::bad(NAME, "sul");
        };
        let Some(cx) = context_of(NAME, context) else {
            return;
        };
        if (*sul).cb.is_none() {
            return arg::bad(NAME, "sul->cb");
        }
        if tsi != 0 {
            return arg::bad(NAME, "tsi");
        }
        cx.check_thread(NAME);
        let sul = Sul::new(sul_ptr);
        sul.remove();
        cx.timers
            .add(sul, sul.us(), flags & LWSSULLI_WAKE_IF_SUSPENDED != 0);
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
    let Some(sul) = NonNull::new(sul) else {
        return arg::bad("lws_sul_cancel", "sul");
    };
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
        let Some(cx) = context_of(NAME, ctx) else {
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
                log_err!(Cx::GLOBAL, "{NAME}: a timer without a callback was dropped");
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
        if us == service::CANCEL {
            return lws_sul_cancel(sul);
        }
        let Some(cx) = context_of(name, ctx) else {
            return;
        };
        if cb.is_none() {
            return arg::bad(name, "cb");
        }
        if tsi != 0 {
            return arg::bad(name, "tsi");
        }
        cx.check_thread(name);
        let sul = Sul::new(sul_ptr);
        sul.remove();
        (*sul_ptr.as_ptr()).cb = cb;
        sul.set_us(crate::sys::clock::now_us().saturating_add(us.max(0)));
        cx.timers.add(sul, sul.us(), wake);
    }
}
