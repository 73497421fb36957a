//! `lws-lwsac.h`: arenas, lists through members, and files in memory.
//!
//! An arena belongs to no context and is not locked: who uses one in several threads locks it.

pub use crate::abi::lwsac::*;

use core::ffi::{c_char, c_int, c_void};
use core::ptr::{NonNull, null_mut};

use super::convert::{bytes, cstr, need};
use crate::abi::types::lwsac;
use crate::log::{Log, log_info};
use crate::sys::lwsac::{self as arena, Arena, Chunks, End};
use crate::util::file::{self, Stamp};

/// Puts a struct into a list that goes through a member of each. `head` is where the list begins,
/// `add` that member of the new one.
///
/// Without `sort` the new one comes first; with it, before the first one that it does not come
/// after.
///
/// # Safety
///
/// `head` and the members are NULL or valid; `sort` is NULL or may be called with any two.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_list_ptr_insert(
    head: *mut lws_list_ptr,
    add: *mut lws_list_ptr,
    sort: lws_list_ptr_sort_func_t,
) {
    const NAME: &str = "lws_list_ptr_insert";
    let mut at = need!("head", NonNull::new(head));
    let add = need!("add", NonNull::new(add));
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(sort) = sort {
            while !at.read().is_null() && sort(add.as_ptr().cast(), at.read()) > 0 {
                let Some(next) = NonNull::new(at.read().cast()) else {
                    break;
                };
                at = next;
            }
        }
        add.write(at.read());
        at.write(add.as_ptr().cast());
    }
}

/// # Safety
///
/// As [`lwsac_use`].
unsafe fn take(
    function: &str,
    head: *mut *mut lwsac,
    take: impl FnOnce(&mut Arena) -> Option<NonNull<u8>>,
) -> *mut c_void {
    // SAFETY: the caller's promise.
    let arena = unsafe { Arena::new(head) };
    let mut arena = need!(in function, "head", arena, null_mut());
    let taken = need!(in function, "ensure: no memory", take(&mut arena), null_mut());
    taken.as_ptr().cast()
}

/// Takes `ensure` bytes from an arena, which begins with the first ones: `*head` is NULL before.
///
/// They come from the last chunk; where that has no room, from a new one for `chunk_size` bytes, 4000
/// when that is 0, or for `ensure` bytes when those are more. They are aligned for a pointer, not
/// initialised, and stay where they are until the arena ends.
///
/// # Returns
///
/// The bytes; NULL when there is no memory or `head` is NULL.
///
/// # Safety
///
/// `head` is NULL, or points to NULL or an arena that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsac_use(
    head: *mut *mut lwsac,
    ensure: usize,
    chunk_size: usize,
) -> *mut c_void {
    const NAME: &str = "lwsac_use";
    // SAFETY: the caller's promise.
    unsafe { take(NAME, head, |arena| arena.take(ensure, chunk_size, false)) }
}

/// As lwsac_use(), from the first chunk that has room, be it an earlier one.
///
/// # Returns
///
/// As lwsac_use().
///
/// # Safety
///
/// As lwsac_use().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsac_use_backfill(
    head: *mut *mut lwsac,
    ensure: usize,
    chunk_size: usize,
) -> *mut c_void {
    const NAME: &str = "lwsac_use_backfill";
    // SAFETY: the caller's promise.
    unsafe { take(NAME, head, |arena| arena.take(ensure, chunk_size, true)) }
}

/// As lwsac_use(); the bytes are 0.
///
/// # Returns
///
/// As lwsac_use().
///
/// # Safety
///
/// As lwsac_use().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsac_use_zero(
    head: *mut *mut lwsac,
    ensure: usize,
    chunk_size: usize,
) -> *mut c_void {
    const NAME: &str = "lwsac_use_zero";
    // SAFETY: the caller's promise.
    unsafe { take(NAME, head, |arena| arena.take_zeroed(ensure, chunk_size)) }
}

/// # Safety
///
/// `head` is NULL, or points to NULL or an arena that nobody else uses meanwhile.
unsafe fn end(function: &str, head: *mut *mut lwsac, end: End) {
    // SAFETY: the caller's promise.
    let arena = unsafe { Arena::new(head) };
    let mut arena = need!(in function, "head", arena);
    need!(in function, "head: no reference", arena.end(end).then_some(()));
}

/// Ends an arena: all that was taken is given back, and `*head` becomes NULL, where it may be already.
///
/// # Safety
///
/// `head` is NULL, or points to NULL or an arena, of which nothing is used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsac_free(head: *mut *mut lwsac) {
    const NAME: &str = "lwsac_free";
    // SAFETY: the caller's promise.
    unsafe { end(NAME, head, End::Now) }
}

/// Ends an arena as lwsac_free() does, as soon as nobody refers to it: at once, or in the
/// lwsac_unreference() that is the last.
///
/// # Safety
///
/// As lwsac_free().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsac_detach(head: *mut *mut lwsac) {
    const NAME: &str = "lwsac_detach";
    // SAFETY: the caller's promise.
    unsafe { end(NAME, head, End::Detach) }
}

/// Refers to an arena, so that lwsac_detach() does not end it before lwsac_unreference().
///
/// # Safety
///
/// `head` is NULL or an arena that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsac_reference(head: *mut lwsac) {
    const NAME: &str = "lwsac_reference";
    let head = need!("head", NonNull::new(head));
    // SAFETY: the caller's promise.
    unsafe { arena::refer(head) }
}

/// Takes a lwsac_reference() back. The last one after lwsac_detach() ends the arena, and `*head`
/// becomes NULL.
///
/// # Safety
///
/// As lwsac_free().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsac_unreference(head: *mut *mut lwsac) {
    const NAME: &str = "lwsac_unreference";
    // SAFETY: the caller's promise.
    unsafe { end(NAME, head, End::Release) }
}

/// Has what was taken last grow by `amount` bytes, which are 0. What lwsac_use_backfill() took from
/// an earlier chunk cannot grow.
///
/// # Returns
///
/// 0; 1 when the last chunk has no room for them, or `head` is NULL.
///
/// # Safety
///
/// `head` is NULL or an arena that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsac_extend(head: *mut lwsac, amount: usize) -> c_int {
    const NAME: &str = "lwsac_extend";
    let head = need!("head", NonNull::new(head), 1);
    // SAFETY: the caller's promise.
    c_int::from(!unsafe { arena::extend(head, amount) })
}

/// What is in front of a file in memory.
#[repr(C)]
struct Kept {
    arena: *mut lwsac,
    stamp: Stamp,
    len: usize,
}

/// # Safety
///
/// `file` is NULL or a file in memory.
unsafe fn kept(file: lwsac_cached_file_t) -> Option<NonNull<Kept>> {
    let at = file.cast::<Kept>().wrapping_sub(1);
    NonNull::new(file).and(NonNull::new(at))
}

/// # Safety
///
/// As [`lwsac_use_cached_file_end`].
unsafe fn leave(function: &str, file: *mut lwsac_cached_file_t, why: End) {
    let file = need!(in function, "cache", NonNull::new(file));
    // SAFETY: the caller's promise; the arena is kept in its own memory, so its end is told elsewhere.
    unsafe {
        let kept = need!(in function, "cache", kept(file.read()));
        let mut head = kept.as_ref().arena;
        end(function, &raw mut head, why);
        if head.is_null() {
            file.write(null_mut());
        }
    }
}

/// Begins to use a file in memory: it stays, also when lwsac_cached_file() has read it anew meanwhile,
/// until lwsac_use_cached_file_end().
///
/// # Safety
///
/// `cache` is NULL or from lwsac_cached_file(), and nobody else uses it meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsac_use_cached_file_start(cache: lwsac_cached_file_t) {
    const NAME: &str = "lwsac_use_cached_file_start";
    // SAFETY: the caller's promise.
    unsafe {
        let kept = need!("cache", kept(cache));
        lwsac_reference(kept.as_ref().arena);
    }
}

/// Ends a use of a file in memory. Where the file was detached and this was its last use, its memory
/// is given back and `*cache` becomes NULL.
///
/// # Safety
///
/// `cache` is NULL, or points to NULL or to what lwsac_cached_file() gave, and nobody else uses it
/// meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsac_use_cached_file_end(cache: *mut lwsac_cached_file_t) {
    const NAME: &str = "lwsac_use_cached_file_end";
    // SAFETY: the caller's promise.
    unsafe { leave(NAME, cache, End::Release) }
}

/// Gives a file in memory up: at once, and `*cache` becomes NULL, or with the last
/// lwsac_use_cached_file_end().
///
/// # Safety
///
/// As lwsac_use_cached_file_end().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsac_use_cached_file_detach(cache: *mut lwsac_cached_file_t) {
    const NAME: &str = "lwsac_use_cached_file_detach";
    // SAFETY: the caller's promise.
    unsafe { leave(NAME, cache, End::Detach) }
}

/// Reads a whole file into memory, with a NUL behind it, unless `*cache` is this file as it is now.
/// `*cache` is NULL before the first time. One that is out of date is given up as
/// lwsac_use_cached_file_detach() does.
///
/// # Returns
///
/// 0, with the file in `*cache` and its length in `*len`. 1, and both are left alone, when it cannot be
/// read, is no regular file, there is no memory, or an argument is NULL.
///
/// # Safety
///
/// `filepath` is NULL or a NUL-terminated text; `cache` is NULL, or points to NULL or to what this
/// function gave; `len` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsac_cached_file(
    filepath: *const c_char,
    cache: *mut lwsac_cached_file_t,
    len: *mut usize,
) -> c_int {
    const NAME: &str = "lwsac_cached_file";
    // SAFETY: the caller's promise.
    unsafe {
        let name = need!("filepath", cstr(filepath), 1);
        let cache = need!("cache", NonNull::new(cache), 1);
        let len = need!("len", NonNull::new(len), 1);
        let Ok((stamp, size)) = file::stamp(name) else {
            log_info!(Log::GLOBAL, "{NAME}: cannot read {name:?}");
            return 1;
        };
        let old = kept(cache.read());
        if let Some(old) = old.filter(|old| old.as_ref().stamp == stamp) {
            len.write(old.as_ref().len);
            return 0;
        }
        let mut head = null_mut();
        let size = usize::try_from(size).ok();
        // One more, which stays the NUL.
        let all = size.and_then(|n| n.checked_add(size_of::<Kept>())?.checked_add(1));
        let block = all.and_then(|all| Arena::new(&raw mut head)?.take_zeroed(all, all));
        let block = need!("filepath: no memory", block, 1);
        let at = block.cast::<Kept>().add(1).cast::<u8>();
        let room = core::slice::from_raw_parts_mut(at.as_ptr(), size.unwrap_or(0));
        let Ok(read) = file::read(name, room) else {
            lwsac_free(&raw mut head);
            log_info!(Log::GLOBAL, "{NAME}: cannot read {name:?}");
            return 1;
        };
        block.cast::<Kept>().write(Kept {
            arena: head,
            stamp,
            len: read,
        });
        if old.is_some() {
            leave(NAME, cache.as_ptr(), End::Detach);
        }
        cache.write(at.as_ptr());
        len.write(read);
        0
    }
}

/// How many bytes of a chunk are in front of its payload. The first one of an arena, for which `first`
/// is not 0, has more.
///
/// # Returns
///
/// That number.
#[unsafe(no_mangle)]
pub extern "C" fn lwsac_sizeof(first: c_int) -> usize {
    arena::header(first != 0)
}

/// Where the payload of a chunk ends, in bytes from the chunk's beginning.
///
/// # Returns
///
/// That number; 0 when `lac` is NULL.
///
/// # Safety
///
/// `lac` is NULL or a chunk.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsac_get_tail_pos(lac: *mut lwsac) -> usize {
    const NAME: &str = "lwsac_get_tail_pos";
    let chunk = need!("lac", NonNull::new(lac), 0);
    // SAFETY: the caller's promise.
    unsafe { arena::used(chunk) }
}

/// The chunk behind one of an arena.
///
/// # Returns
///
/// It; NULL behind the last, or when `lac` is NULL.
///
/// # Safety
///
/// `lac` is NULL or a chunk.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsac_get_next(lac: *mut lwsac) -> *mut lwsac {
    const NAME: &str = "lwsac_get_next";
    let chunk = need!("lac", NonNull::new(lac), null_mut());
    // SAFETY: the caller's promise.
    unsafe { arena::next(chunk) }
}

/// How many bytes of a chunk `length` bytes take.
///
/// # Returns
///
/// `length` rounded up to a multiple of a pointer's size.
#[unsafe(no_mangle)]
pub extern "C" fn lwsac_align(length: usize) -> usize {
    arena::aligned(length).unwrap_or(length)
}

/// Logs at LLL_INFO how large an arena is.
///
/// # Safety
///
/// `head` is NULL, which is an empty one, or an arena.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsac_info(head: *mut lwsac) {
    // SAFETY: the caller's promise.
    let sum = unsafe { Chunks::new(head).sum() };
    log_info!(
        Log::GLOBAL,
        "arena {head:p}: {} bytes in {} chunks, {} of them free or headers",
        sum.total,
        sum.chunks,
        sum.overhead
    );
}

/// How many bytes an arena has allocated.
///
/// # Returns
///
/// That number, with headers; 0 of NULL, which is an empty arena.
///
/// # Safety
///
/// `head` is NULL or an arena.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsac_total_alloc(head: *mut lwsac) -> u64 {
    // SAFETY: the caller's promise.
    unsafe { Chunks::new(head).sum().total as u64 }
}

/// How many bytes of an arena nobody has taken: those that are free in each chunk, and 32 of a
/// chunk's header.
///
/// # Returns
///
/// That number; 0 of NULL, which is an empty arena.
///
/// # Safety
///
/// `head` is NULL or an arena.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsac_total_overhead(head: *mut lwsac) -> u64 {
    // SAFETY: the caller's promise.
    unsafe { Chunks::new(head).sum().overhead as u64 }
}

/// Looks for bytes among those of an arena that were taken, all of which have been written, so that
/// equal ones need to be there once only. With `nul` there has to be a NUL behind them.
///
/// # Returns
///
/// Where they are first; NULL when they are not there or an argument is NULL.
///
/// # Safety
///
/// `head` is NULL, which is an empty one, or an arena; `find` points to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsac_scan_extant(
    head: *mut lwsac,
    find: *mut u8,
    len: usize,
    nul: c_int,
) -> *mut u8 {
    const NAME: &str = "lwsac_scan_extant";
    // SAFETY: the caller's promise.
    unsafe {
        let find = need!("find", bytes(find, len), null_mut());
        let found = Chunks::new(head).find(find, nul != 0);
        found.map_or(null_mut(), NonNull::as_ptr)
    }
}
