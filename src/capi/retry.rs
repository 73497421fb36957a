//! Retry and idle policy: `lws-retry.h`.

pub use crate::abi::retry::*;

use super::timeout_timer::{lws_sorted_usec_list_t, lws_sul_schedule, sul_cb_t};
use super::types::{lws, lws_context};
use super::{arg, wsi_ref};
use crate::capi::convert::need;
use crate::sys::random;
use crate::util::retry;
use core::ffi::{c_char, c_int, c_uint};

/// Tells how long to wait before the next try, and counts it: the entry of the policy's table for
/// `*ctry`, and at random a part of it of up to the policy's jitter. `*ctry` becomes one more, 65535
/// at most. Any thread may ask; `context` may be NULL.
///
/// A NULL `retry`, or one without a table, waits 3 s and up to 30 percent more; the former conceals
/// no try.
///
/// # Returns
///
/// Milliseconds. `*conceal`, where `conceal` is not NULL, becomes 1 when the failure so far need not
/// be reported: fewer tries than `conceal_count` were made before; otherwise 0. When `ctry` is NULL,
/// what a first try waits.
///
/// # Safety
///
/// `retry` is NULL or a valid policy; `ctry` and `conceal` are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_retry_get_delay_ms(
    _context: *mut lws_context,
    retry: *const lws_retry_bo_t,
    ctry: *mut u16,
    conceal: *mut c_char,
) -> c_uint {
    const NAME: &str = "lws_retry_get_delay_ms";
    // SAFETY: the caller's promise.
    let (policy, ctry, conceal) = unsafe { (retry.as_ref(), ctry.as_mut(), conceal.as_mut()) };
    let mut first = 0;
    if ctry.is_none() {
        arg::bad(NAME, "ctry");
    }
    let ctry = ctry.unwrap_or(&mut first);
    let tried = *ctry;
    *ctry = tried.saturating_add(1);

    let (mut table, mut jitter, mut concealed) = (&[][..], 0, false);
    if let Some(p) = policy {
        if !p.retry_ms_table.is_null() {
            let entries = usize::from(p.retry_ms_table_count);
            // SAFETY: the policy's promise: the table has as many entries.
            table = unsafe { core::slice::from_raw_parts(p.retry_ms_table, entries) };
        }
        jitter = p.jitter_percent;
        concealed = p.conceal_count == LWS_RETRY_CONCEAL_ALWAYS || tried < p.conceal_count;
    }
    if let Some(conceal) = conceal {
        *conceal = c_char::from(concealed);
    }
    let mut bytes = [0; 2];
    random::fill(&mut bytes);
    retry::delay(table, jitter, tried, u16::from_ne_bytes(bytes))
}

/// Schedules a timer for the next try, as lws_retry_get_delay_ms() says, unless there have been so
/// many that the failure is to be reported. `*ctry` is counted up either way. Only for the thread
/// that services the context. `tid` is 0.
///
/// # Returns
///
/// 0 when the timer was scheduled. 1 when it was left as it was: the tries that `retry` conceals are
/// used up, `retry` is NULL, or another argument is bad.
///
/// # Safety
///
/// As lws_sul_schedule(); `retry` is NULL or a valid policy; `ctry` is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_retry_sul_schedule(
    context: *mut lws_context,
    tid: c_int,
    sul: *mut lws_sorted_usec_list_t,
    retry: *const lws_retry_bo_t,
    cb: sul_cb_t,
    ctry: *mut u16,
) -> c_int {
    const NAME: &str = "lws_retry_sul_schedule";
    // SAFETY: the caller's promise.
    unsafe { schedule(NAME, context, tid, sul, retry, cb, ctry) }
}

/// As lws_retry_sul_schedule(), with the context and the retry policy of a connection.
///
/// # Returns
///
/// As lws_retry_sul_schedule().
///
/// # Safety
///
/// As lws_retry_sul_schedule(); `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_retry_sul_schedule_retry_wsi(
    wsi: *mut lws,
    sul: *mut lws_sorted_usec_list_t,
    cb: sul_cb_t,
    ctry: *mut u16,
) -> c_int {
    const NAME: &str = "lws_retry_sul_schedule_retry_wsi";
    // SAFETY: the caller's promise.
    unsafe {
        let w = need!("wsi", wsi_ref(wsi), 1);
        let context = w.context;
        let name = NAME;
        schedule(name, context, 0, sul, w.retry_policy().raw(), cb, ctry)
    }
}

/// # Safety
///
/// As lws_retry_sul_schedule().
unsafe fn schedule(
    name: &str,
    context: *mut lws_context,
    tid: c_int,
    sul: *mut lws_sorted_usec_list_t,
    retry: *const lws_retry_bo_t,
    cb: sul_cb_t,
    ctry: *mut u16,
) -> c_int {
    for (unusable, argument) in [
        (context.is_null(), "context"),
        (tid != 0, "tid"),
        (sul.is_null(), "sul"),
        (cb.is_none(), "cb"),
        (ctry.is_null(), "ctry"),
    ] {
        if unusable {
            arg::bad(name, argument);
            return 1;
        }
    }
    let mut conceal: c_char = 0;
    // SAFETY: the caller's promise.
    unsafe {
        let ms = lws_retry_get_delay_ms(context, retry, ctry, &raw mut conceal);
        if conceal == 0 {
            return 1;
        }
        lws_sul_schedule(context, tid, sul, cb, i64::from(ms).saturating_mul(1000));
    }
    0
}
