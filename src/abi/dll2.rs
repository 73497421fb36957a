//! `lws-dll2.h`: list elements and owners.

use core::ffi::{c_int, c_void};

/// One element of a list, embedded in the struct that is listed. Zero it before the first use.
#[repr(C)]
#[derive(Debug)]
pub struct lws_dll2 {
    /// The element before this one, or NULL at the head.
    pub prev: *mut lws_dll2,
    /// The element after this one, or NULL at the tail.
    pub next: *mut lws_dll2,
    /// The list it is on, or NULL while it is on none.
    pub owner: *mut lws_dll2_owner,
}

/// One element of a list.
pub type lws_dll2_t = lws_dll2;

/// A list: both its ends and how many elements it has. Zero it before the first use.
#[repr(C)]
#[derive(Debug)]
pub struct lws_dll2_owner {
    /// The last element, or NULL when the list is empty.
    pub tail: *mut lws_dll2,
    /// The first element, or NULL when the list is empty.
    pub head: *mut lws_dll2,
    /// How many elements are on the list.
    pub count: u32,
}

/// A list.
pub type lws_dll2_owner_t = lws_dll2_owner;

/// What lws_dll2_foreach_safe() calls for each element. Nonzero ends the walk.
pub type lws_dll2_foreach_cb_t =
    Option<unsafe extern "C" fn(d: *mut lws_dll2, user: *mut c_void) -> c_int>;
