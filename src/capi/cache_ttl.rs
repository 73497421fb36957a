//! `lws-cache-ttl.h`: caches of bytes by a key, and cookies in a file.
//!
//! Everything here is for the thread that services the context.

pub use crate::abi::cache_ttl::*;

use super::arg;
use super::convert::{bytes, cstr, need};
use super::types::{lws_cache_ttl_lru, lws_usec_t};
use crate::abi::dll2::{lws_dll2, lws_dll2_owner_t};
use crate::cache::items::Limits;
use crate::cache::{self, Cache, Given, Refused, Setup};
use crate::event::core::Room;
use crate::sys::callbacks::ItemCallback;
use crate::sys::opaque::Opaque;
use crate::sys::{alloc, dll2};
use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::{NonNull, null_mut};
use std::rc::Rc;

// SAFETY: the functions below turn C's pointers back into just this type.
unsafe impl Opaque for Cache {
    type C = lws_cache_ttl_lru;
}

/// The level behind a pointer of C's; logs NULL, and the wrong thread, as `function`'s mistake.
///
/// # Safety
///
/// `cache` is NULL or a live level.
unsafe fn cache_of(function: &str, cache: *mut lws_cache_ttl_lru) -> Option<Rc<Cache>> {
    let Some(cache) = NonNull::new(cache.cast::<Cache>()) else {
        arg::bad(function, "cache");
        return None;
    };
    // SAFETY: every level of C's came from `Rc::into_raw`.
    let cache = unsafe {
        Rc::increment_strong_count(cache.as_ptr());
        Rc::from_raw(cache.as_ptr())
    };
    cache.core().check_thread(function).then_some(cache)
}

/// The bytes of a key of C's.
///
/// # Safety
///
/// `key` is NULL or a text.
unsafe fn key_of<'a>(function: &str, name: &str, key: *const c_char) -> Option<&'a [u8]> {
    // SAFETY: the caller's promise.
    let key = unsafe { cstr(key) }.map(CStr::to_bytes);
    if key.is_none() {
        arg::bad(function, name);
    }
    key
}

fn done(function: &str, result: Result<(), Refused>) -> c_int {
    match result {
        Ok(()) => 0,
        Err(why) => {
            arg::bad(function, why.text());
            1
        }
    }
}

/// # Safety
///
/// As lws_cache_create(), after `function`.
unsafe fn create(
    function: &str,
    info: *const lws_cache_creation_info,
    jar: bool,
) -> *mut lws_cache_ttl_lru {
    // SAFETY: the caller's promises.
    unsafe {
        let info = need!(in function, "info", info.as_ref(), null_mut());
        let Some(cx) = super::enter(function, info.cx) else {
            return null_mut();
        };
        let name = need!(in function, "name", cstr(info.name), null_mut());
        let parent = if info.parent.is_null() {
            None
        } else {
            cache_of(function, info.parent)
        };
        let file = if jar {
            let path = cstr(info.u.nscookiejar.filepath);
            Some(need!(in function, "filepath", path, null_mut()).into())
        } else {
            None
        };
        let setup = Setup {
            core: cx.shared(),
            name: name.into(),
            parent,
            told: info.cb.map(|cb| ItemCallback::new(cb)),
            limits: Limits {
                bytes: info.max_footprint,
                items: info.max_items,
                payload: info.max_payload,
            },
            file,
        };
        let made = need!(in function, "filepath", Cache::new(setup), null_mut());
        Rc::into_raw(made).cast_mut().cast()
    }
}

/// Makes a level: an empty one in memory, or the cookies in a file. Only the library's own kinds of
/// levels can be made.
///
/// # Returns
///
/// The level, for lws_cache_destroy(). NULL when an argument makes no sense or the file cannot be made.
///
/// # Safety
///
/// `info` is NULL or valid. Its callback may be called as long as the level lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cache_create(
    info: *const lws_cache_creation_info,
) -> *mut lws_cache_ttl_lru {
    const NAME: &str = "lws_cache_create";
    // SAFETY: the caller's promises.
    unsafe {
        let ops = need!("info", info.as_ref(), null_mut()).ops;
        let jar = if core::ptr::eq(ops, &raw const lws_cache_ops_nscookiejar) {
            true
        } else if ops.is_null() || core::ptr::eq(ops, &raw const lws_cache_ops_heap) {
            false
        } else {
            arg::bad(NAME, "ops");
            return null_mut();
        };
        create(NAME, info, jar)
    }
}

/// Ends a level, and `*cache` becomes NULL, where it may be already. Items in memory go; a cookie file
/// stays.
///
/// # Safety
///
/// `cache` is NULL, or points to NULL or a level, which is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cache_destroy(cache: *mut *mut lws_cache_ttl_lru) {
    const NAME: &str = "lws_cache_destroy";
    let at = need!("cache", NonNull::new(cache));
    // SAFETY: the caller's promise.
    unsafe {
        let raw = at.read();
        if raw.is_null() {
            return;
        }
        let Some(level) = cache_of(NAME, raw) else {
            return;
        };
        at.write(null_mut());
        drop(Rc::from_raw(raw.cast_const().cast::<Cache>()));
        level.end();
    }
}

/// Empties a level and those behind it; a cookie file is deleted.
///
/// # Returns
///
/// 0; 1 when a file cannot be deleted, or `cache` is NULL.
///
/// # Safety
///
/// `cache` is NULL or a live level.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cache_expunge(cache: *mut lws_cache_ttl_lru) -> c_int {
    const NAME: &str = "lws_cache_expunge";
    // SAFETY: the caller's promise.
    match unsafe { cache_of(NAME, cache) } {
        Some(level) => done(NAME, level.expunge()),
        None => 1,
    }
}

/// # Safety
///
/// As lws_cache_write_through(), after `function`.
unsafe fn write(
    function: &str,
    cache: *mut lws_cache_ttl_lru,
    key: *const c_char,
    source: *const u8,
    size: usize,
    ppay: *mut *mut c_void,
    put: impl FnOnce(&Cache, &[u8], Option<&[u8]>) -> Result<Given, Refused>,
) -> c_int {
    // SAFETY: the caller's promises.
    unsafe {
        let Some(level) = cache_of(function, cache) else {
            return 1;
        };
        let Some(key) = key_of(function, "specific_key", key) else {
            return 1;
        };
        let source = if source.is_null() {
            None
        } else {
            bytes(source, size)
        };
        match put(&level, key, source) {
            Ok(given) => {
                if let Some(p) = NonNull::new(ppay) {
                    p.write(given.0.cast());
                }
                0
            }
            Err(why) => done(function, Err(why)),
        }
    }
}

/// Puts an item into a level and all behind it, in the place of the one with its key.
///
/// In a cookie file the key is `host|path|name`, and the payload is the line for it, without what ends
/// it.
///
/// @param cache: the first level
/// @param specific_key: the key; `*` is a byte as any other
/// @param source: the payload, or NULL: its bytes are 0, and are written through `ppay`
/// @param size: how many bytes it has
/// @param expiry: when the item goes, as lws_now_usecs() counts, or 0 for never. A cookie says that
/// itself.
/// @param ppay: where the pointer to the payload in the first level comes, or NULL. It is valid until the
/// loop goes on or another function is called for the cache.
///
/// # Returns
///
/// 0; 1 when there is no memory, a level may not keep so much, the payload is no cookie with that key, or
/// an argument is NULL: then the level is as it was.
///
/// # Safety
///
/// `cache` is NULL or a live level, `specific_key` NULL or a text, `source` NULL or has `size` bytes,
/// `ppay` NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cache_write_through(
    cache: *mut lws_cache_ttl_lru,
    specific_key: *const c_char,
    source: *const u8,
    size: usize,
    expiry: lws_usec_t,
    ppay: *mut *mut c_void,
) -> c_int {
    const NAME: &str = "lws_cache_write_through";
    let put = |level: &Cache, key: &[u8], from: Option<&[u8]>| level.put(key, from, size, expiry);
    // SAFETY: the caller's promises.
    unsafe { write(NAME, cache, specific_key, source, size, ppay, put) }
}

/// Hands what was found to C. 1 where nothing was.
///
/// # Safety
///
/// `pdata` and `psize` are NULL or valid.
unsafe fn hand(
    function: &str,
    found: Result<Option<Given>, Refused>,
    pdata: *mut *const c_void,
    psize: *mut usize,
) -> c_int {
    match found {
        // SAFETY: the caller's promise.
        Ok(Some((at, len))) => unsafe {
            if let Some(p) = NonNull::new(pdata) {
                p.write(at.cast_const().cast());
            }
            if let Some(p) = NonNull::new(psize) {
                p.write(len);
            }
            0
        },
        Ok(None) => 1,
        Err(why) => done(function, Err(why)),
    }
}

/// Looks keys up: which items of the last level are meant. Those of a level in memory are meant as a
/// text with `*` for any text; those of a cookie file as `host|path|name`, where a cookie for the path or
/// a folder above it is meant.
///
/// @param cache: the first level
/// @param wildcard_key: what is meant
/// @param pdata: where the pointer to the list comes, for lws_cache_results_walk(). It is valid until the
/// loop goes on or another function is called for the cache.
/// @param psize: where the length of the list comes
///
/// # Returns
///
/// 0; 1 when there is none, or something failed, which is logged.
///
/// # Safety
///
/// `cache` is NULL or a live level, `wildcard_key` NULL or a text, the others are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cache_lookup(
    cache: *mut lws_cache_ttl_lru,
    wildcard_key: *const c_char,
    pdata: *mut *const c_void,
    psize: *mut usize,
) -> c_int {
    const NAME: &str = "lws_cache_lookup";
    // SAFETY: the caller's promises.
    unsafe {
        let Some(level) = cache_of(NAME, cache) else {
            return 1;
        };
        let Some(wanted) = key_of(NAME, "wildcard_key", wildcard_key) else {
            return 1;
        };
        hand(NAME, level.look_up(wanted), pdata, psize)
    }
}

/// Gets an item from the first level that has it. A copy comes into the level that is asked.
///
/// @param cache: the first level
/// @param specific_key: the key
/// @param pdata: where the pointer to the payload comes. It is valid until the loop goes on or another
/// function is called for the cache.
/// @param psize: where its length comes
///
/// # Returns
///
/// 0; 1 when there is none, or something failed, which is logged.
///
/// # Safety
///
/// As lws_cache_lookup().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cache_item_get(
    cache: *mut lws_cache_ttl_lru,
    specific_key: *const c_char,
    pdata: *mut *const c_void,
    psize: *mut usize,
) -> c_int {
    const NAME: &str = "lws_cache_item_get";
    // SAFETY: the caller's promises.
    unsafe {
        let Some(level) = cache_of(NAME, cache) else {
            return 1;
        };
        let Some(key) = key_of(NAME, "specific_key", specific_key) else {
            return 1;
        };
        hand(NAME, level.get(key), pdata, psize)
    }
}

/// Takes items out of all levels: those whose key is the text `wildcard_key`, with `*` for any text.
///
/// # Returns
///
/// 0, also when there was none; 1 when a file cannot be written or an argument is NULL.
///
/// # Safety
///
/// `cache` is NULL or a live level, `wildcard_key` NULL or a text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cache_item_remove(
    cache: *mut lws_cache_ttl_lru,
    wildcard_key: *const c_char,
) -> c_int {
    const NAME: &str = "lws_cache_item_remove";
    // SAFETY: the caller's promises.
    unsafe {
        let Some(level) = cache_of(NAME, cache) else {
            return 1;
        };
        match key_of(NAME, "wildcard_key", wildcard_key) {
            Some(wanted) => done(NAME, level.remove(wanted)),
            None => 1,
        }
    }
}

/// How many bytes payloads have in this level, with lists that were looked up.
///
/// # Returns
///
/// The number; 0 when `cache` is NULL.
///
/// # Safety
///
/// `cache` is NULL or a live level.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cache_footprint(cache: *mut lws_cache_ttl_lru) -> u64 {
    const NAME: &str = "lws_cache_footprint";
    // SAFETY: the caller's promise.
    let level = unsafe { cache_of(NAME, cache) };
    level.map_or(0, |c| u64::try_from(c.bytes()).unwrap_or(u64::MAX))
}

/// Logs what is in a level, as LLL_INFO.
///
/// # Safety
///
/// `cache` is NULL or a live level.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cache_debug_dump(cache: *mut lws_cache_ttl_lru) {
    const NAME: &str = "lws_cache_debug_dump";
    // SAFETY: the caller's promise.
    if let Some(level) = unsafe { cache_of(NAME, cache) } {
        level.dump();
    }
}

/// Goes to the next entry of a list of lws_cache_lookup().
///
/// # Returns
///
/// 0: the members are set to it. 1: there is none, or `walk_ctx` is NULL.
///
/// # Safety
///
/// `walk_ctx` is NULL or valid, and its `ptr` has `size` bytes or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cache_results_walk(walk_ctx: *mut lws_cache_results_t) -> c_int {
    const NAME: &str = "lws_cache_results_walk";
    // SAFETY: the caller's promises.
    unsafe {
        let walk = need!("walk_ctx", walk_ctx.as_mut(), 1);
        let list = need!("walk_ctx: ptr", bytes(walk.ptr, walk.size), 1);
        let Some((payload, at, len)) = cache::entry(list) else {
            return 1;
        };
        walk.payload_len = usize::try_from(payload).unwrap_or(usize::MAX);
        walk.tag_len = len;
        walk.tag = walk.ptr.wrapping_add(at);
        let whole = at.saturating_add(len).saturating_add(1);
        walk.ptr = walk.ptr.wrapping_add(whole);
        walk.size = walk.size.saturating_sub(whole);
        0
    }
}

// ---- one level alone

unsafe extern "C" fn heap_create(info: *const lws_cache_creation_info) -> *mut lws_cache_ttl_lru {
    // SAFETY: the caller's promises.
    unsafe { create("lws_cache_ops_heap", info, false) }
}

unsafe extern "C" fn jar_create(info: *const lws_cache_creation_info) -> *mut lws_cache_ttl_lru {
    // SAFETY: the caller's promises.
    unsafe { create("lws_cache_ops_nscookiejar", info, true) }
}

unsafe extern "C" fn ops_expunge(cache: *mut lws_cache_ttl_lru) -> c_int {
    const NAME: &str = "ops_expunge";
    // SAFETY: the caller's promise.
    match unsafe { cache_of(NAME, cache) } {
        Some(level) => done(NAME, level.expunge_here()),
        None => 1,
    }
}

unsafe extern "C" fn ops_write(
    cache: *mut lws_cache_ttl_lru,
    key: *const c_char,
    source: *const u8,
    size: usize,
    expiry: lws_usec_t,
    ppvoid: *mut *mut c_void,
) -> c_int {
    const NAME: &str = "ops_write";
    let put = |l: &Cache, key: &[u8], from: Option<&[u8]>| l.put_here(key, from, size, expiry);
    // SAFETY: the caller's promises.
    unsafe { write(NAME, cache, key, source, size, ppvoid, put) }
}

unsafe extern "C" fn ops_tag_match(
    cache: *mut lws_cache_ttl_lru,
    wc: *const c_char,
    tag: *const c_char,
    lookup_rules: c_char,
) -> c_int {
    const NAME: &str = "ops_tag_match";
    // SAFETY: the caller's promises.
    unsafe {
        let Some(level) = cache_of(NAME, cache) else {
            return 1;
        };
        match (key_of(NAME, "wc", wc), key_of(NAME, "tag", tag)) {
            (Some(wanted), Some(key)) => c_int::from(!level.means(wanted, key, lookup_rules != 0)),
            _ => 1,
        }
    }
}

/// Whether a list of lws_cache_match_t has a key.
///
/// # Safety
///
/// The elements of the list are such.
unsafe fn lists(owner: &lws_dll2_owner_t, key: &[u8]) -> bool {
    let mut at = owner.head;
    // SAFETY: the caller's promise; the key is behind the struct, of which the element is first.
    unsafe {
        while let Some(element) = at.as_ref() {
            let m = at.cast::<lws_cache_match_t>();
            let behind = m.add(1).cast::<u8>();
            if bytes(behind, (*m).tag_size) == Some(key) {
                return true;
            }
            at = element.next;
        }
    }
    false
}

unsafe extern "C" fn ops_lookup(
    cache: *mut lws_cache_ttl_lru,
    wildcard_key: *const c_char,
    results_owner: *mut lws_dll2_owner_t,
) -> c_int {
    const NAME: &str = "ops_lookup";
    // SAFETY: the caller's promises.
    unsafe {
        let Some(level) = cache_of(NAME, cache) else {
            return 1;
        };
        let Some(wanted) = key_of(NAME, "wildcard_key", wildcard_key) else {
            return 1;
        };
        let owner = need!("results_owner", NonNull::new(results_owner), 1);
        let mut lacks = false;
        let walked = level.walk_here(wanted, |key, len, ends| {
            if lists(owner.as_ref(), key) {
                return;
            }
            let whole = key.len().saturating_add(size_of::<lws_cache_match_t>() + 1);
            let Some(block) = alloc::alloc(whole, c"cache match") else {
                lacks = true;
                return;
            };
            let found = block.as_ptr().cast::<lws_cache_match_t>();
            found.write(lws_cache_match_t {
                list: lws_dll2 {
                    prev: null_mut(),
                    next: null_mut(),
                    owner: null_mut(),
                },
                expiry: ends,
                payload_size: len,
                tag_size: key.len(),
            });
            let behind = found.add(1).cast::<u8>();
            key.as_ptr().copy_to_nonoverlapping(behind, key.len());
            behind.add(key.len()).write(0);
            dll2::add_tail(&raw mut (*found).list, owner.as_ptr());
        });
        let lacks = lacks.then_some(Refused::NoMemory);
        done(NAME, walked.and(lacks.map_or(Ok(()), Err)))
    }
}

unsafe extern "C" fn ops_invalidate(
    cache: *mut lws_cache_ttl_lru,
    wildcard_key: *const c_char,
) -> c_int {
    const NAME: &str = "ops_invalidate";
    // SAFETY: the caller's promises.
    unsafe {
        let Some(level) = cache_of(NAME, cache) else {
            return 1;
        };
        match key_of(NAME, "wildcard_key", wildcard_key) {
            Some(wanted) => done(NAME, level.remove_here(wanted)),
            None => 1,
        }
    }
}

const fn ops(
    create: unsafe extern "C" fn(*const lws_cache_creation_info) -> *mut lws_cache_ttl_lru,
) -> lws_cache_ops {
    lws_cache_ops {
        create: Some(create),
        destroy: Some(lws_cache_destroy),
        expunge: Some(ops_expunge),
        write: Some(ops_write),
        tag_match: Some(ops_tag_match),
        lookup: Some(ops_lookup),
        invalidate: Some(ops_invalidate),
        get: Some(lws_cache_item_get),
        debug_dump: Some(lws_cache_debug_dump),
    }
}

/// Levels in memory.
#[unsafe(no_mangle)]
pub static lws_cache_ops_heap: lws_cache_ops = ops(heap_create);

/// Cookies in a file in Netscape's format, which is read for each question and written for each change.
#[unsafe(no_mangle)]
pub static lws_cache_ops_nscookiejar: lws_cache_ops = ops(jar_create);
