//! `lws-map.h`: maps from keys to values, both of them bytes of any length.
//!
//! A map belongs to no context and is not locked: who uses one in several threads locks it.

pub use crate::abi::map::*;

use super::arg;
use super::convert::{bytes, need};
use crate::abi::types::{lws_map, lws_map_item};
use crate::sys::map::{self, Map, Part};
use core::ffi::c_void;
use core::ptr::{NonNull, null, null_mut};

/// # Safety
///
/// `map` is NULL or a live map.
unsafe fn map_ref<'a>(map: *const lws_map) -> Option<&'a Map> {
    // SAFETY: every `lws_map` of C's is a `Map`.
    unsafe { map.cast::<Map>().as_ref() }
}

/// Makes an empty map.
///
/// # Returns
///
/// The map, for lws_map_destroy(). NULL when there is no memory or `info` is NULL.
///
/// # Safety
///
/// `info` is NULL or valid; its functions may be called as long as the map lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_map_create(info: *const lws_map_info_t) -> *mut lws_map_t {
    const NAME: &str = "lws_map_create";
    // SAFETY: the caller's promise.
    let info = need!("info", unsafe { info.as_ref() }, null_mut());
    // SAFETY: the caller's promise.
    let map = need!("info: no memory", unsafe { Map::new(*info) }, null_mut());
    Box::into_raw(map).cast()
}

/// As `_alloc` of a map: takes items from the arena that `opaque` points to, in chunks of `aux` bytes.
///
/// # Returns
///
/// `x` bytes; NULL when there is no memory, or the map or its arena is NULL.
///
/// # Safety
///
/// `map` is NULL or a live map whose `opaque` is NULL or points to NULL or an arena.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_map_alloc_lwsac(map: *mut lws_map, x: usize) -> *mut c_void {
    const NAME: &str = "lws_map_alloc_lwsac";
    // SAFETY: the caller's promises.
    unsafe {
        let info = need!("map", map_ref(map), null_mut()).info();
        super::lwsac::lwsac_use(info.opaque.cast(), x, info.aux.addr())
    }
}

/// As `_free` of a map whose items are in an arena: does nothing, they end with the arena.
#[unsafe(no_mangle)]
pub extern "C" fn lws_map_free_lwsac(v: *mut c_void) {
    let _ = v;
}

/// Ends a map: its items are given back, and `*pmap` becomes NULL, where it may be already.
///
/// # Safety
///
/// `pmap` is NULL, or points to NULL or a map, of which nothing is used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_map_destroy(pmap: *mut *mut lws_map_t) {
    const NAME: &str = "lws_map_destroy";
    let pmap = need!("pmap", NonNull::new(pmap));
    // SAFETY: the caller's promise; maps come from `Box::into_raw`.
    unsafe {
        let raw = pmap.read();
        let Some(map) = map_ref(raw) else { return };
        if let Err(why) = map.may_change() {
            return arg::bad(NAME, why.text());
        }
        map.clear();
        pmap.write(null_mut());
        drop(Box::from_raw(raw.cast::<Map>()));
    }
}

/// Adds an item, in the place of the one with the same key, if there is one. Key and value are copied;
/// both may lie in an item of the map.
///
/// @param map: the map
/// @param key: the key
/// @param keylen: how many bytes it has, also 0
/// @param value: the value, or NULL: its bytes are 0 and may be written through lws_map_item_value()
/// @param valuelen: how many bytes it has, also 0
///
/// # Returns
///
/// The item, until lws_map_item_destroy(), the end of the map, or another item with the same key. NULL
/// when there is no memory, `map` is NULL, or `key` is NULL and not empty: the map stays as it was.
///
/// # Safety
///
/// `map` is NULL or a live map, `key` and `value` have as many bytes as is said or are NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_map_item_create(
    map: *mut lws_map_t,
    key: lws_map_key_t,
    keylen: usize,
    value: lws_map_value_t,
    valuelen: usize,
) -> *mut lws_map_item {
    const NAME: &str = "lws_map_item_create";
    // SAFETY: the caller's promises.
    unsafe {
        let map = need!("map", map_ref(map), null_mut());
        need!("key", bytes(key.cast(), keylen), null_mut());
        match map.add(key, keylen, value, valuelen) {
            Ok(item) => item.as_ptr(),
            Err(why) => {
                arg::bad(NAME, why.text());
                null_mut()
            }
        }
    }
}

/// Takes an item out of its map and gives it back.
///
/// # Safety
///
/// `item` is NULL or a live item, not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_map_item_destroy(item: *mut lws_map_item) {
    const NAME: &str = "lws_map_item_destroy";
    let item = need!("item", NonNull::new(item));
    // SAFETY: the caller's promise.
    if let Err(why) = unsafe { map::remove(item) } {
        arg::bad(NAME, why.text());
    }
}

/// Looks an item up by its key.
///
/// # Returns
///
/// The item, as lws_map_item_create() returned it. NULL when there is none, `map` is NULL, or `key` is
/// NULL and not empty.
///
/// # Safety
///
/// `map` is NULL or a live map, `key` has `keylen` bytes or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_map_item_lookup(
    map: *mut lws_map_t,
    key: lws_map_key_t,
    keylen: usize,
) -> *mut lws_map_item {
    const NAME: &str = "lws_map_item_lookup";
    // SAFETY: the caller's promises.
    unsafe {
        let map = need!("map", map_ref(map), null_mut());
        need!("key", bytes(key.cast(), keylen), null_mut());
        map.find(key, keylen).map_or(null_mut(), NonNull::as_ptr)
    }
}

/// The key and the value of an item of C's.
///
/// # Safety
///
/// `item` is NULL or a live item.
unsafe fn parts(function: &str, item: *mut lws_map_item) -> (Part, Part) {
    let item = need!(in function, "_item", NonNull::new(item), ((null(), 0), (null(), 0)));
    // SAFETY: the caller's promise.
    unsafe { map::parts(item) }
}

/// The bytes of an item's key.
///
/// # Returns
///
/// The bytes, as long as the item lives; NULL when `_item` is.
///
/// # Safety
///
/// `_item` is NULL or a live item.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_map_item_key(_item: *mut lws_map_item) -> *const c_void {
    const NAME: &str = "lws_map_item_key";
    // SAFETY: the caller's promise.
    let (key, _) = unsafe { parts(NAME, _item) };
    key.0
}

/// The bytes of an item's value, which are aligned for a pointer.
///
/// # Returns
///
/// As lws_map_item_key().
///
/// # Safety
///
/// As lws_map_item_key().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_map_item_value(_item: *mut lws_map_item) -> *const c_void {
    const NAME: &str = "lws_map_item_value";
    // SAFETY: the caller's promise.
    let (_, value) = unsafe { parts(NAME, _item) };
    value.0
}

/// How many bytes an item's key has.
///
/// # Returns
///
/// The number; 0 when `_item` is NULL.
///
/// # Safety
///
/// As lws_map_item_key().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_map_item_key_len(_item: *mut lws_map_item) -> usize {
    const NAME: &str = "lws_map_item_key_len";
    // SAFETY: the caller's promise.
    let (key, _) = unsafe { parts(NAME, _item) };
    key.1
}

/// How many bytes an item's value has.
///
/// # Returns
///
/// As lws_map_item_key_len().
///
/// # Safety
///
/// As lws_map_item_key().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_map_item_value_len(_item: *mut lws_map_item) -> usize {
    const NAME: &str = "lws_map_item_value_len";
    // SAFETY: the caller's promise.
    let (_, value) = unsafe { parts(NAME, _item) };
    value.1
}
