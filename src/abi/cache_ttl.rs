//! `lws-cache-ttl.h`: caches of bytes by a key, and cookies in a file.

use super::dll2::{lws_dll2_owner_t, lws_dll2_t};
use super::types::{lws_cache_ttl_lru, lws_context, lws_usec_t};
use core::ffi::{c_char, c_int, c_void};

/// A key that a lookup has found. Behind it is the key, with a NUL.
#[repr(C)]
#[derive(Debug)]
pub struct lws_cache_match {
    /// Of the list of all that were found.
    pub list: lws_dll2_t,
    /// When the item ends, as for lws_cache_write_through().
    pub expiry: lws_usec_t,
    /// How many bytes the item's payload has.
    pub payload_size: usize,
    /// How many bytes the key has, without the NUL.
    pub tag_size: usize,
}

/// A key that a lookup has found.
pub type lws_cache_match_t = lws_cache_match;

/// A walk through the list of lws_cache_lookup().
#[repr(C)]
#[derive(Debug)]
pub struct lws_cache_results {
    /// The rest of the list. To be set before the first lws_cache_results_walk().
    pub ptr: *const u8,
    /// How many bytes that has. To be set before the first lws_cache_results_walk().
    pub size: usize,
    /// How many bytes the item's payload has.
    pub payload_len: usize,
    /// How many bytes the key has, without the NUL.
    pub tag_len: usize,
    /// The key, with a NUL.
    pub tag: *const u8,
}

/// A walk through the list of lws_cache_lookup().
pub type lws_cache_results_t = lws_cache_results;

/// Hears of an item that has gone from a level in memory, before its payload is freed. It may call any
/// function.
pub type lws_cache_item_destroy_cb = Option<unsafe extern "C" fn(item: *mut c_void, size: usize)>;

/// What a cache of cookies is made from.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lws_cache_nscookiejar {
    /// The file, in Netscape's format. It is made where there is none.
    pub filepath: *const c_char,
}

/// What only some levels are made from.
#[repr(C)]
#[derive(Clone, Copy)]
pub union lws_cache_creation_u {
    /// For lws_cache_ops_nscookiejar.
    pub nscookiejar: lws_cache_nscookiejar,
}

/// What a level is made from. Zero it, then fill in what is wanted.
#[repr(C)]
pub struct lws_cache_creation_info {
    /// The context, which outlives the level.
    pub cx: *mut lws_context,
    /// A short name, for the log.
    pub name: *const c_char,
    /// Hears of items that go, or NULL.
    pub cb: lws_cache_item_destroy_cb,
    /// The level behind this one, or NULL. It may be destroyed before this one, which keeps it.
    pub parent: *mut lws_cache_ttl_lru,
    /// lws_cache_ops_heap, lws_cache_ops_nscookiejar, or NULL for the first.
    pub ops: *const lws_cache_ops,
    /// What only some levels are made from.
    pub u: lws_cache_creation_u,
    /// How many bytes payloads, and lists that were looked up, may have in all, or 0. Those used
    /// longest ago make room. Not for cookies.
    pub max_footprint: usize,
    /// How many items there may be, or 0. As above.
    pub max_items: usize,
    /// How many bytes one payload may have, or 0.
    pub max_payload: usize,
    /// The thread that services it: 0.
    pub tsi: c_int,
}

/// What a kind of level does, each function for one level alone.
#[repr(C)]
pub struct lws_cache_ops {
    /// As lws_cache_create(), for this kind of level.
    pub create: Option<
        unsafe extern "C" fn(info: *const lws_cache_creation_info) -> *mut lws_cache_ttl_lru,
    >,
    /// As lws_cache_destroy().
    pub destroy: Option<unsafe extern "C" fn(_cache: *mut *mut lws_cache_ttl_lru)>,
    /// Empties the level and deletes its file. 0, or nonzero where that failed.
    pub expunge: Option<unsafe extern "C" fn(cache: *mut lws_cache_ttl_lru) -> c_int>,
    /// As lws_cache_write_through().
    pub write: Option<
        unsafe extern "C" fn(
            cache: *mut lws_cache_ttl_lru,
            specific_key: *const c_char,
            source: *const u8,
            size: usize,
            expiry: lws_usec_t,
            ppvoid: *mut *mut c_void,
        ) -> c_int,
    >,
    /// 0 where `tag` is one that `wc` means: with `lookup_rules` by the rules of the level, else as
    /// texts, `*` in `wc` for any.
    pub tag_match: Option<
        unsafe extern "C" fn(
            cache: *mut lws_cache_ttl_lru,
            wc: *const c_char,
            tag: *const c_char,
            lookup_rules: c_char,
        ) -> c_int,
    >,
    /// Adds an lws_cache_match_t to the list for each key that is meant and not in it yet. The caller
    /// takes them off and frees them, with free() unless lws_set_allocator() was called.
    pub lookup: Option<
        unsafe extern "C" fn(
            cache: *mut lws_cache_ttl_lru,
            wildcard_key: *const c_char,
            results_owner: *mut lws_dll2_owner_t,
        ) -> c_int,
    >,
    /// As lws_cache_item_remove().
    pub invalidate: Option<
        unsafe extern "C" fn(cache: *mut lws_cache_ttl_lru, wildcard_key: *const c_char) -> c_int,
    >,
    /// As lws_cache_item_get().
    pub get: Option<
        unsafe extern "C" fn(
            cache: *mut lws_cache_ttl_lru,
            specific_key: *const c_char,
            pdata: *mut *const c_void,
            psize: *mut usize,
        ) -> c_int,
    >,
    /// As lws_cache_debug_dump().
    pub debug_dump: Option<unsafe extern "C" fn(cache: *mut lws_cache_ttl_lru)>,
}
