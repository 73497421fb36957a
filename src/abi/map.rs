//! `lws-map.h`: maps from keys to values.

use super::types::lws_map;
use core::ffi::{c_int, c_void};

/// A map.
pub type lws_map_t = lws_map;

/// The bytes of a key.
pub type lws_map_key_t = *mut c_void;

/// The bytes of a value.
pub type lws_map_value_t = *mut c_void;

/// What a key is found by.
pub type lws_map_hash_t = u32;

/// The hash of a key of `kl` bytes: equal for keys that are equal.
pub type lws_map_hash_from_key_t =
    Option<unsafe extern "C" fn(key: lws_map_key_t, kl: usize) -> lws_map_hash_t>;

/// Compares a key that is looked for with the one of an item: 0 when they are equal.
pub type lws_map_compare_key_t = Option<
    unsafe extern "C" fn(
        key1: lws_map_key_t,
        kl1: usize,
        key2: lws_map_value_t,
        kl2: usize,
    ) -> c_int,
>;

/// Allocates `x` bytes for an item of the map, aligned for a pointer; NULL when there is no memory.
pub type lws_map_alloc_t = Option<unsafe extern "C" fn(mo: *mut lws_map, x: usize) -> *mut c_void>;

/// Gives back what a lws_map_alloc_t gave.
pub type lws_map_free_t = Option<unsafe extern "C" fn(item: *mut c_void)>;

/// What a map is made from. It is copied. What is 0 or NULL is chosen by the library.
///
/// None of the functions may change the map that they are called for: lws_map_item_create(),
/// lws_map_item_destroy() and lws_map_destroy() refuse that.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lws_map_info {
    /// The hash of a key, or NULL: of its bytes.
    pub _hash: lws_map_hash_from_key_t,
    /// Whether two keys are equal, or NULL: when their bytes are.
    pub _compare: lws_map_compare_key_t,
    /// Where items are allocated, or NULL: on the heap.
    pub _alloc: lws_map_alloc_t,
    /// The other side of `_alloc`.
    pub _free: lws_map_free_t,
    /// For lws_map_alloc_lwsac(): points to the pointer to the arena.
    pub opaque: *mut c_void,
    /// For lws_map_alloc_lwsac(): how large a chunk is, as a pointer; NULL for the usual.
    pub aux: *mut c_void,
    /// How many lists the items are spread over, 0 for 8. Looking one up takes as long as its list is.
    pub modulo: usize,
}

/// What a map is made from.
pub type lws_map_info_t = lws_map_info;
