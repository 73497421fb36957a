//! The intrusive lists of C programs (`lws_dll2`), and a walk over one that
//! survives whatever its callbacks remove.

use crate::abi::dll2::{lws_dll2, lws_dll2_owner};
use crate::sys::sul;
use core::cell::Cell;
use core::ptr::null_mut;

/// One walk in progress.
struct Walk {
    /// The element being visited, NULL once it has left the list.
    current: Cell<*mut lws_dll2>,
    /// Where to go on from when `current` has left.
    next: Cell<*mut lws_dll2>,
    outer: *const Walk,
}

thread_local! {
    /// The innermost walk of this thread; lists belong to one thread.
    static WALKS: Cell<*const Walk> = const { Cell::new(core::ptr::null()) };
}

/// Calls `visit` for each element from head to tail until it returns true.
/// Elements that are removed meanwhile are not visited, elements that are
/// added behind the current one are. Returns whether `visit` ended the walk.
///
/// # Safety
///
/// `owner` and its elements are valid; `visit` takes an element off the list
/// before it frees it, and leaves the list itself in being.
pub(crate) unsafe fn walk(
    owner: *mut lws_dll2_owner,
    mut visit: impl FnMut(*mut lws_dll2) -> bool,
) -> bool {
    // SAFETY: the caller's promise.
    let first = unsafe { (*owner).head };
    let walk = Walk {
        current: Cell::new(null_mut()),
        next: Cell::new(first),
        outer: WALKS.get(),
    };
    WALKS.set(&walk);
    let mut ended = false;
    loop {
        let d = walk.next.get();
        if d.is_null() {
            break;
        }
        walk.current.set(d);
        if visit(d) {
            ended = true;
            break;
        }
        if !walk.current.get().is_null() {
            // SAFETY: `remove` moves every walk off an element that leaves, so
            // the current one is still on the list.
            walk.next.set(unsafe { (*d).next });
        }
    }
    WALKS.set(walk.outer);
    ended
}

/// # Safety
///
/// `d` is on no list; both are valid, `d` until it is removed.
pub(crate) unsafe fn add_head(d: *mut lws_dll2, owner: *mut lws_dll2_owner) {
    // SAFETY: the caller's promise.
    unsafe { link(d, owner, null_mut(), (*owner).head) }
}

/// # Safety
///
/// As [`add_head`].
pub(crate) unsafe fn add_tail(d: *mut lws_dll2, owner: *mut lws_dll2_owner) {
    // SAFETY: the caller's promise.
    unsafe { link(d, owner, (*owner).tail, null_mut()) }
}

/// # Safety
///
/// As [`add_head`]; `after` is on a list.
pub(crate) unsafe fn add_before(d: *mut lws_dll2, after: *mut lws_dll2) {
    // SAFETY: the caller's promise.
    unsafe { link(d, (*after).owner, (*after).prev, after) }
}

/// Puts `d` before the first element that `compare(d, element)` says it is not
/// greater than.
///
/// # Safety
///
/// As [`add_head`].
pub(crate) unsafe fn add_sorted(
    d: *mut lws_dll2,
    owner: *mut lws_dll2_owner,
    compare: impl Fn(*const lws_dll2, *const lws_dll2) -> core::ffi::c_int,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut at = (*owner).head;
        while !at.is_null() && compare(d, at) > 0 {
            at = (*at).next;
        }
        if at.is_null() {
            add_tail(d, owner);
        } else {
            add_before(d, at);
        }
    }
}

/// # Safety
///
/// `prev` and `next` are neighbours on `owner`, NULL for an end.
unsafe fn link(
    d: *mut lws_dll2,
    owner: *mut lws_dll2_owner,
    prev: *mut lws_dll2,
    next: *mut lws_dll2,
) {
    // SAFETY: the caller's promise.
    unsafe {
        d.write(lws_dll2 { prev, next, owner });
        if prev.is_null() {
            (*owner).head = d;
        } else {
            (*prev).next = d;
        }
        if next.is_null() {
            (*owner).tail = d;
        } else {
            (*next).prev = d;
        }
        (*owner).count = (*owner).count.wrapping_add(1);
    }
}

/// Takes `d` off its list, if it is on one. Walks in progress skip it.
///
/// # Safety
///
/// `d` is valid, and so is the list it is on.
pub(crate) unsafe fn remove(d: *mut lws_dll2) {
    // SAFETY: the caller's promise; a timer of a context is not on a plain
    // list, its queue knows how to take it out.
    unsafe {
        let owner = (*d).owner;
        if owner.is_null() {
            return;
        }
        if sul::is_queue(owner) {
            sul::dequeue(d.cast());
            return;
        }
        let (prev, next) = ((*d).prev, (*d).next);
        let mut w = WALKS.get();
        while !w.is_null() {
            if (*w).current.get() == d {
                (*w).current.set(null_mut());
                (*w).next.set(next);
            } else if (*w).current.get().is_null() && (*w).next.get() == d {
                (*w).next.set(next);
            }
            w = (*w).outer;
        }
        if prev.is_null() {
            (*owner).head = next;
        } else {
            (*prev).next = next;
        }
        if next.is_null() {
            (*owner).tail = prev;
        } else {
            (*next).prev = prev;
        }
        (*owner).count = (*owner).count.wrapping_sub(1);
        d.write(lws_dll2 {
            prev: null_mut(),
            next: null_mut(),
            owner: null_mut(),
        });
    }
}
