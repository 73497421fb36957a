//! `lws-dll2.h`: doubly-linked lists that live inside the caller's structs.

pub use crate::abi::dll2::*;

use crate::capi::arg;
use crate::capi::convert::need;
use crate::log::{Log, log_err, log_info};
use crate::sys::dll2;
use core::ffi::{c_char, c_int, c_void};

/// Tells whether an element is on no list.
///
/// # Returns
///
/// 1 when `d` is on no list (or NULL), 0 when it is on one.
///
/// # Safety
///
/// `d` is NULL or a valid element.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dll2_is_detached(d: *const lws_dll2) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { d.as_ref() } {
        Some(d) => c_int::from(d.owner.is_null()),
        None => 1,
    }
}

/// The list an element is on.
///
/// # Returns
///
/// The list, or NULL when `d` is NULL or on none.
///
/// # Safety
///
/// `d` is NULL or a valid element.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dll2_owner(d: *const lws_dll2) -> *const lws_dll2_owner {
    // SAFETY: the caller's promise.
    unsafe { d.as_ref() }.map_or(core::ptr::null(), |d| d.owner.cast_const())
}

/// The first element of a list.
///
/// # Returns
///
/// The element, or NULL when the list is empty or NULL.
///
/// # Safety
///
/// `owner` is NULL or a valid list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dll2_get_head(owner: *mut lws_dll2_owner) -> *mut lws_dll2 {
    // SAFETY: the caller's promise.
    unsafe { owner.as_ref() }.map_or(core::ptr::null_mut(), |o| o.head)
}

/// The last element of a list.
///
/// # Returns
///
/// The element, or NULL when the list is empty or NULL.
///
/// # Safety
///
/// `owner` is NULL or a valid list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dll2_get_tail(owner: *mut lws_dll2_owner) -> *mut lws_dll2 {
    // SAFETY: the caller's promise.
    unsafe { owner.as_ref() }.map_or(core::ptr::null_mut(), |o| o.tail)
}

/// Calls `cb` for each element from head to tail. `cb` may remove and free any element of the list,
/// the one it got and the next one included.
///
/// # Returns
///
/// 0 when every element was visited, 1 when `cb` ended the walk.
///
/// # Safety
///
/// `owner` is a valid list of valid elements.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dll2_foreach_safe(
    owner: *mut lws_dll2_owner,
    user: *mut c_void,
    cb: lws_dll2_foreach_cb_t,
) -> c_int {
    const NAME: &str = "lws_dll2_foreach_safe";
    let cb = need!("cb", cb, 0);
    if owner.is_null() {
        arg::bad(NAME, "owner");
        return 0;
    }
    // SAFETY: the list is valid by the caller's promise, and so is `cb`.
    c_int::from(unsafe { dll2::walk(owner, |d| cb(d, user) != 0) })
}

/// Puts an element at the head of a list. An element that is on a list already stays where it is
/// and the mistake is logged.
///
/// # Safety
///
/// `d` and `owner` are valid; `d` stays so until it is removed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dll2_add_head(d: *mut lws_dll2, owner: *mut lws_dll2_owner) {
    const NAME: &str = "lws_dll2_add_head";
    // SAFETY: checked for NULL and membership; valid by the caller's promise.
    unsafe {
        if addable(NAME, d, owner) {
            dll2::add_head(d, owner);
        }
    }
}

/// Puts an element at the tail of a list. An element that is on a list already stays where it is
/// and the mistake is logged.
///
/// # Safety
///
/// `d` and `owner` are valid; `d` stays so until it is removed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dll2_add_tail(d: *mut lws_dll2, owner: *mut lws_dll2_owner) {
    const NAME: &str = "lws_dll2_add_tail";
    // SAFETY: checked for NULL and membership; valid by the caller's promise.
    unsafe {
        if addable(NAME, d, owner) {
            dll2::add_tail(d, owner);
        }
    }
}

/// Puts `d` right before `after` on the list that `after` is on. (The parameter has the name that
/// lws gives it: it is what comes after `d`.)
///
/// # Safety
///
/// Both are valid elements; `d` stays so until it is removed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dll2_add_before(d: *mut lws_dll2, after: *mut lws_dll2) {
    const NAME: &str = "lws_dll2_add_before";
    // SAFETY: checked for NULL and membership; valid by the caller's promise.
    unsafe {
        if after.is_null() || (*after).owner.is_null() {
            arg::bad(NAME, "after");
        } else if addable(NAME, d, (*after).owner) {
            dll2::add_before(d, after);
        }
    }
}

/// Takes an element off its list. Does nothing when it is on none.
///
/// # Safety
///
/// `d` is a valid element.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dll2_remove(d: *mut lws_dll2) {
    const NAME: &str = "lws_dll2_remove";
    if d.is_null() {
        arg::bad(NAME, "d");
        return;
    }
    // SAFETY: not NULL, and valid by the caller's promise.
    unsafe { dll2::remove(d) }
}

/// Zeroes an element, for memory that was not zeroed when it was made. It must not be on a list.
///
/// # Safety
///
/// `d` is valid memory for an element.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dll2_clear(d: *mut lws_dll2) {
    const NAME: &str = "lws_dll2_clear";
    if d.is_null() {
        arg::bad(NAME, "d");
        return;
    }
    let empty = lws_dll2 {
        prev: core::ptr::null_mut(),
        next: core::ptr::null_mut(),
        owner: core::ptr::null_mut(),
    };
    // SAFETY: valid memory by the caller's promise.
    unsafe { d.write(empty) }
}

/// Zeroes a list, for memory that was not zeroed when it was made. Its elements are not touched.
///
/// # Safety
///
/// `d` is valid memory for a list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dll2_owner_clear(d: *mut lws_dll2_owner) {
    const NAME: &str = "lws_dll2_owner_clear";
    if d.is_null() {
        arg::bad(NAME, "d");
        return;
    }
    let empty = lws_dll2_owner {
        tail: core::ptr::null_mut(),
        head: core::ptr::null_mut(),
        count: 0,
    };
    // SAFETY: valid memory by the caller's promise.
    unsafe { d.write(empty) }
}

/// Puts an element where `compare` says: before the first element that it is not greater than, so
/// before those equal to it.
///
/// # Safety
///
/// `d` and `own` are valid; `d` stays so until it is removed. `compare` touches no list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dll2_add_sorted(
    d: *mut lws_dll2_t,
    own: *mut lws_dll2_owner_t,
    compare: Option<unsafe extern "C" fn(d: *const lws_dll2_t, i: *const lws_dll2_t) -> c_int>,
) {
    const NAME: &str = "lws_dll2_add_sorted";
    let compare = need!("compare", compare);
    // SAFETY: checked for NULL and membership; valid by the caller's promise.
    unsafe {
        if addable(NAME, d, own) {
            dll2::add_sorted(d, own, |a, b| compare(a, b));
        }
    }
}

/// As lws_dll2_add_sorted(), with a pointer of the caller's for `compare3`.
///
/// # Safety
///
/// As lws_dll2_add_sorted().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dll2_add_sorted_priv(
    d: *mut lws_dll2_t,
    own: *mut lws_dll2_owner_t,
    r#priv: *mut c_void,
    compare3: Option<
        unsafe extern "C" fn(
            r#priv: *mut c_void,
            d: *const lws_dll2_t,
            i: *const lws_dll2_t,
        ) -> c_int,
    >,
) {
    const NAME: &str = "lws_dll2_add_sorted_priv";
    let compare3 = need!("compare3", compare3);
    // SAFETY: checked for NULL and membership; valid by the caller's promise.
    unsafe {
        if addable(NAME, d, own) {
            dll2::add_sorted(d, own, |a, b| compare3(r#priv, a, b));
        }
    }
}

/// Finds the listed struct whose name is `name`. Programs use the macro lws_dll2_search_sz_pl().
///
/// `dll2_ofs` is where the element is in the listed struct, `ptr_ofs` where its `const char *` name
/// is, both in bytes.
///
/// # Returns
///
/// The struct, or NULL when none has that name.
///
/// # Safety
///
/// `own` is a valid list of structs of that layout, `name` points to `namelen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _lws_dll2_search_sz_pl(
    own: *mut lws_dll2_owner_t,
    name: *const c_char,
    namelen: usize,
    dll2_ofs: usize,
    ptr_ofs: usize,
) -> *mut c_void {
    const NAME: &str = "_lws_dll2_search_sz_pl";
    if own.is_null() || name.is_null() {
        arg::bad(NAME, if own.is_null() { "own" } else { "name" });
        return core::ptr::null_mut();
    }
    let mut hit: *mut c_void = core::ptr::null_mut();
    // SAFETY: the caller's promise covers the list, the offsets and the names.
    unsafe {
        let wanted = core::slice::from_raw_parts(name.cast::<u8>(), namelen);
        dll2::walk(own, |d| {
            let object = d.cast::<u8>().wrapping_sub(dll2_ofs);
            let named = *object.add(ptr_ofs).cast::<*const c_char>();
            if !named.is_null() && core::ffi::CStr::from_ptr(named).to_bytes() == wanted {
                hit = object.cast();
            }
            !hit.is_null()
        });
    }
    hit
}

/// Logs the list and each of its elements at level INFO, headed by `desc`.
///
/// # Safety
///
/// `owner` is a valid list, `desc` a NUL-terminated text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dll2_describe(owner: *mut lws_dll2_owner, desc: *const c_char) {
    const NAME: &str = "lws_dll2_describe";
    if owner.is_null() || desc.is_null() {
        arg::bad(NAME, if owner.is_null() { "owner" } else { "desc" });
        return;
    }
    // SAFETY: not NULL, and valid by the caller's promise.
    unsafe {
        let desc = core::ffi::CStr::from_ptr(desc).to_string_lossy();
        let o = &*owner;
        let (head, tail, count) = (o.head, o.tail, o.count);
        log_info!(
            Log::GLOBAL,
            "{desc}: list {owner:p}: head {head:p}, tail {tail:p}, {count} elements"
        );
        dll2::walk(owner, |d| {
            let e = &*d;
            log_info!(
                Log::GLOBAL,
                "{desc}:   {d:p}: prev {:p}, next {:p}, owner {:p}",
                e.prev,
                e.next,
                e.owner
            );
            false
        });
    }
}

/// Whether `d` may be put on a list; logs why not.
///
/// # Safety
///
/// `d` is NULL or a valid element, `owner` NULL or a valid list.
unsafe fn addable(function: &str, d: *mut lws_dll2, owner: *const lws_dll2_owner) -> bool {
    // SAFETY: the caller's promise. Timers of a context stand in no list one could add to.
    if owner.is_null() || unsafe { crate::sys::sul::is_queue(owner) } {
        arg::bad(function, "owner");
        return false;
    }
    // SAFETY: the caller's promise.
    match unsafe { d.as_ref() } {
        None => {
            arg::bad(function, "d");
            false
        }
        Some(d) if !d.owner.is_null() => {
            log_err!(Log::GLOBAL, "{function}: d is on a list already");
            false
        }
        Some(_) => true,
    }
}
