//! `lws-system.h`: the states of the system, its data blobs, captive portals,
//! and running code in the event loop.
#![cfg_attr(not(feature = "LWS_WITH_SYS_STATE"), allow(unused_imports))]

#[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
mod dhcp;

pub use crate::abi::system::*;

use crate::capi::convert::need;
use crate::capi::state::lws_state_manager_t;
use crate::capi::types::{lws_attach_item, lws_context, lws_usec_t};
use crate::capi::{arg, context_of, enter};
#[cfg(feature = "LWS_WITH_SYS_STATE")]
use crate::state::cpd::Cpd;
#[cfg(feature = "LWS_WITH_SYS_STATE")]
use crate::sys::blob::Blob;
#[cfg(feature = "LWS_WITH_SYS_STATE")]
use crate::sys::ops::Attached;
use core::cell::RefCell;
use core::ffi::{c_int, c_void};
use core::ptr::{NonNull, null, null_mut};

/// The system's state manager: for lws_state_reg_notifier(), lws_state_transition_steps() and to
/// look at its state.
///
/// # Returns
///
/// The manager, which lives as long as the context; NULL when `context` is NULL.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[cfg(feature = "LWS_WITH_SYS_STATE")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_system_get_state_manager(
    context: *mut lws_context,
) -> *mut lws_state_manager_t {
    const NAME: &str = "lws_system_get_state_manager";
    // SAFETY: the caller's promise.
    match unsafe { context_of(NAME, context) } {
        Some(cx) => cx.system.manager().raw(),
        None => null_mut(),
    }
}

/// The context that a system's state manager belongs to.
///
/// # Returns
///
/// The context; NULL when `mgr` is NULL.
///
/// # Safety
///
/// `mgr` is NULL or came from lws_system_get_state_manager().
#[cfg(feature = "LWS_WITH_SYS_STATE")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_system_context_from_system_mgr(
    mgr: *mut lws_state_manager_t,
) -> *mut lws_context {
    const NAME: &str = "lws_system_context_from_system_mgr";
    // SAFETY: the caller's promise.
    let m = need!("mgr", unsafe { mgr.as_ref() }, null_mut());
    m.context
}

/// The operations that were given when the context was created.
///
/// # Returns
///
/// The same pointer, may be NULL.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[cfg(feature = "LWS_WITH_SYS_STATE")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_system_get_ops(context: *mut lws_context) -> *const lws_system_ops_t {
    const NAME: &str = "lws_system_get_ops";
    // SAFETY: the caller's promise.
    unsafe { context_of(NAME, context) }.map_or(null(), |cx| cx.system.ops.raw())
}

/// A blob of the context's: the one for `type`, or, `idx` further, its next slot.
///
/// # Returns
///
/// The blob, which lives as long as the context; NULL when there is no such slot or `context` is
/// NULL. Only for the thread that services the context, like all that is done with it.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[cfg(feature = "LWS_WITH_SYS_STATE")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_system_get_blob(
    context: *mut lws_context,
    r#type: lws_system_blob_item_t_int,
    idx: c_int,
) -> *mut lws_system_blob_t {
    const NAME: &str = "lws_system_get_blob";
    // SAFETY: the caller's promise.
    let Some(cx) = (unsafe { context_of(NAME, context) }) else {
        return null_mut();
    };
    let slot = usize::try_from(idx)
        .ok()
        .and_then(|i| i.checked_add(usize::try_from(r#type).ok()?))
        .and_then(|slot| cx.system.blob(slot));
    let blob = need!("type, idx", slot, null_mut());
    core::ptr::from_ref(blob).cast_mut().cast()
}

/// Empties a blob, whatever it holds.
///
/// # Safety
///
/// `b` is NULL or came from lws_system_get_blob().
#[cfg(feature = "LWS_WITH_SYS_STATE")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_system_blob_heap_empty(b: *mut lws_system_blob_t) {
    const NAME: &str = "lws_system_blob_heap_empty";
    // SAFETY: the caller's promise.
    if let Some(blob) = unsafe { blob_of(NAME, b) } {
        blob.replace(Blob::new());
    }
}

/// Appends a copy of `len` bytes.
///
/// # Returns
///
/// 0, or -1 when the blob is a direct one, there is no memory, or an argument is NULL.
///
/// # Safety
///
/// `b` is NULL or came from lws_system_get_blob(); `ptr` points to `len` bytes.
#[cfg(feature = "LWS_WITH_SYS_STATE")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_system_blob_heap_append(
    b: *mut lws_system_blob_t,
    ptr: *const u8,
    len: usize,
) -> c_int {
    const NAME: &str = "lws_system_blob_heap_append";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(blob) = blob_of(NAME, b) else {
            return -1;
        };
        if ptr.is_null() && len != 0 {
            arg::bad(NAME, "ptr");
            return -1;
        }
        let bytes = if len == 0 {
            &[]
        } else {
            core::slice::from_raw_parts(ptr, len)
        };
        if !blob.borrow_mut().append(bytes) {
            arg::bad(NAME, "b: it is a direct blob, or there is no memory");
            return -1;
        }
    }
    0
}

/// Makes a blob stand for memory of the program's, which stays valid as long as the blob does so.
/// What it held before is freed.
///
/// # Safety
///
/// `b` is NULL or came from lws_system_get_blob(); `ptr` points to `len` bytes.
#[cfg(feature = "LWS_WITH_SYS_STATE")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_system_blob_direct_set(
    b: *mut lws_system_blob_t,
    ptr: *const u8,
    len: usize,
) {
    const NAME: &str = "lws_system_blob_direct_set";
    // SAFETY: the caller's promise.
    let Some(blob) = (unsafe { blob_of(NAME, b) }) else {
        return;
    };
    if ptr.is_null() && len != 0 {
        return arg::bad(NAME, "ptr");
    }
    let ptr = if ptr.is_null() {
        NonNull::dangling().as_ptr()
    } else {
        ptr
    };
    blob.replace(Blob::Direct(ptr, len));
}

/// The length of a blob.
///
/// # Returns
///
/// Bytes; 0 when `b` is NULL.
///
/// # Safety
///
/// `b` is NULL or came from lws_system_get_blob().
#[cfg(feature = "LWS_WITH_SYS_STATE")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_system_blob_get_size(b: *mut lws_system_blob_t) -> usize {
    const NAME: &str = "lws_system_blob_get_size";
    // SAFETY: the caller's promise.
    unsafe { blob_of(NAME, b) }.map_or(0, |blob| blob.borrow().len())
}

/// Copies what a blob holds from offset `ofs` on, at most `*len` bytes, to `ptr`, and sets `*len`
/// to how many there were.
///
/// # Returns
///
/// 0; 1 when a direct blob ends at or before `ofs`; -1 when an argument is NULL.
///
/// # Safety
///
/// `b` is NULL or came from lws_system_get_blob(); `ptr` points to `*len` bytes.
#[cfg(feature = "LWS_WITH_SYS_STATE")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_system_blob_get(
    b: *mut lws_system_blob_t,
    ptr: *mut u8,
    len: *mut usize,
    ofs: usize,
) -> c_int {
    const NAME: &str = "lws_system_blob_get";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(blob) = blob_of(NAME, b) else {
            return -1;
        };
        if ptr.is_null() || len.is_null() {
            arg::bad(NAME, if ptr.is_null() { "ptr" } else { "len" });
            return -1;
        }
        let to = core::slice::from_raw_parts_mut(ptr, *len);
        match blob.borrow().read(ofs, to) {
            Some(n) => {
                *len = n;
                0
            }
            None => {
                *len = 0;
                1
            }
        }
    }
}

/// Where a blob's content is, when it is in one piece: direct, or appended at once.
///
/// # Returns
///
/// 0 and in `*ptr` the place, which the blob keeps; -1 when it is empty or in several pieces, or an
/// argument is NULL.
///
/// # Safety
///
/// `b` is NULL or came from lws_system_get_blob(); `ptr` is a place for the result.
#[cfg(feature = "LWS_WITH_SYS_STATE")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_system_blob_get_single_ptr(
    b: *mut lws_system_blob_t,
    ptr: *mut *const u8,
) -> c_int {
    const NAME: &str = "lws_system_blob_get_single_ptr";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(blob) = blob_of(NAME, b) else {
            return -1;
        };
        if ptr.is_null() {
            arg::bad(NAME, "ptr");
            return -1;
        }
        match blob.borrow().single() {
            Some(p) => {
                *ptr = p;
                0
            }
            None => -1,
        }
    }
}

/// Frees the copies that a blob holds. A direct blob stays as it is.
///
/// # Safety
///
/// `b` is NULL or came from lws_system_get_blob().
#[cfg(feature = "LWS_WITH_SYS_STATE")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_system_blob_destroy(b: *mut lws_system_blob_t) {
    const NAME: &str = "lws_system_blob_destroy";
    // SAFETY: the caller's promise.
    if let Some(blob) = unsafe { blob_of(NAME, b) } {
        if matches!(&*blob.borrow(), Blob::Heap(_)) {
            blob.replace(Blob::new());
        }
    }
}

/// Has `cb` called once with `opaque` in the event loop, when the system is in `state` or beyond.
/// Callbacks run in the order in which they were attached. Any thread. This is what a program's
/// lws_system_ops_t::attach calls.
///
/// With `get` not NULL it takes the first callback that may run out of the list instead, without
/// calling it, and sets `*get` to something that stands for it until the context ends, or to NULL
/// when there is none. The event loop does this itself; only its thread may.
///
/// # Returns
///
/// 0, or 1 when an argument is NULL or `tsi` is not 0.
///
/// # Safety
///
/// `context` is a live context; `cb` may be called with `opaque`.
#[cfg(feature = "LWS_WITH_SYS_STATE")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __lws_system_attach(
    context: *mut lws_context,
    tsi: c_int,
    cb: lws_attach_cb_t,
    state: lws_system_states_t_int,
    opaque: *mut c_void,
    get: *mut *mut lws_attach_item,
) -> c_int {
    const NAME: &str = "__lws_system_attach";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = context_of(NAME, context) else {
            return 1;
        };
        if tsi != 0 {
            arg::bad(NAME, "tsi");
            return 1;
        }
        if !get.is_null() {
            *get = cx.system.take_attached().cast_mut().cast();
            return 0;
        }
        let (Some(cb), Ok(state)) = (cb, c_int::try_from(state)) else {
            arg::bad(NAME, if cb.is_none() { "cb" } else { "state" });
            return 1;
        };
        cx.system.attach(Attached::new(cb, opaque, state));
    }
    0
}

/// Starts to find out about captive portals: forgets the last result and calls
/// lws_system_ops_t::captive_portal_detect_request.
///
/// # Returns
///
/// What that returned; 0 when there is none; 1 when `context` is NULL.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[cfg(feature = "LWS_WITH_SYS_STATE")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_system_cpd_start(context: *mut lws_context) -> c_int {
    const NAME: &str = "lws_system_cpd_start";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = enter(NAME, context) else {
            return 1;
        };
        cx.system.cpd_start()
    }
}

/// As lws_system_cpd_start(), `defer_us` microseconds from now. Each context has one such delay:
/// a second call moves it, and LWS_SET_TIMER_USEC_CANCEL (-1) cancels it.
///
/// # Safety
///
/// `cx` is NULL or a live context.
#[cfg(feature = "LWS_WITH_SYS_STATE")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_system_cpd_start_defer(cx: *mut lws_context, defer_us: lws_usec_t) {
    const NAME: &str = "lws_system_cpd_start_defer";
    // SAFETY: the caller's promise.
    if let Some(cx) = unsafe { enter(NAME, cx) } {
        cx.system.cpd_start_later(defer_us);
    }
}

/// Tells the result of captive portal detection. The first one since lws_system_cpd_start()
/// counts: it is sent as message `{"type":"cpd","result":"<name>"}` of class NETWORK, and the
/// system tries to become OPERATIONAL.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[cfg(feature = "LWS_WITH_SYS_STATE")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_system_cpd_set(
    context: *mut lws_context,
    result: lws_cpd_result_t_int,
) {
    const NAME: &str = "lws_system_cpd_set";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = enter(NAME, context) else {
            return;
        };
        let result = need!("result", Cpd::from_int(result));
        cx.system.cpd_set(result);
    }
}

/// The result of captive portal detection.
///
/// # Returns
///
/// One of lws_cpd_result_t; LWS_CPD_UNKNOWN when there is none yet or `context` is NULL.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[cfg(feature = "LWS_WITH_SYS_STATE")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_system_cpd_state_get(
    context: *mut lws_context,
) -> lws_cpd_result_t_int {
    const NAME: &str = "lws_system_cpd_state_get";
    // SAFETY: the caller's promise.
    unsafe { context_of(NAME, context) }.map_or(Cpd::Unknown, |cx| cx.system.cpd())
        as lws_cpd_result_t_int
}

/// # Safety
///
/// `b` is NULL or came from lws_system_get_blob(), and its context lives.
#[cfg(feature = "LWS_WITH_SYS_STATE")]
unsafe fn blob_of<'a>(name: &str, b: *mut lws_system_blob_t) -> Option<&'a RefCell<Blob>> {
    if b.is_null() {
        arg::bad(name, "b");
    }
    // SAFETY: that function hands out nothing else.
    unsafe { b.cast::<RefCell<Blob>>().as_ref() }
}
