//! `lws-lwsac.h`: lists through members, and files in memory.

use core::ffi::{c_int, c_uchar, c_void};

/// The content of a file in memory, with a NUL behind it.
pub type lwsac_cached_file_t = *mut c_uchar;

/// The member of a struct that points to that of the next one in a list; NULL in the last.
pub type lws_list_ptr = *mut c_void;

/// Compares two structs by such members: below 0 when `a` comes before `b`.
pub type lws_list_ptr_sort_func_t =
    Option<unsafe extern "C" fn(a: lws_list_ptr, b: lws_list_ptr) -> c_int>;
