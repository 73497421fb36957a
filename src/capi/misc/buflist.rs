//! `lws-misc.h`: buffer lists.

use crate::capi::arg;
use crate::capi::convert::{bytes, count, cstr, need, room};
use crate::capi::types::lws_buflist;
use crate::log::{Log, log_err, log_notice};
use crate::sys::buflist;
use core::ffi::{c_char, c_int, c_void};
use core::ptr::null_mut;

/// Appends a copy of some bytes to a buffer list. The list is a pointer to struct lws_buflist that
/// is NULL at first; the copy is the list's until it is used up or destroyed.
///
/// Zero bytes are nothing to append: the list stays as it is.
///
/// # Returns
///
/// 1 when the list was empty before, 0 when it was not or `len` is 0, -1 when there is no memory
/// or an argument is NULL.
///
/// # Safety
///
/// `head` is a list, `buf` points to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_buflist_append_segment(
    head: *mut *mut lws_buflist,
    buf: *const u8,
    len: usize,
) -> c_int {
    const NAME: &str = "lws_buflist_append_segment";
    // SAFETY: the caller's promise.
    let (list, from) = unsafe { (buflist::List::new(head), bytes(buf, len)) };
    let (Some(mut list), Some(from)) = (list, from) else {
        arg::bad(NAME, if head.is_null() { "head" } else { "buf" });
        return -1;
    };
    if from.is_empty() {
        return 0;
    }
    match list.append(from) {
        Some(first) => c_int::from(first),
        None => {
            log_err!(Log::GLOBAL, "{NAME}: no memory for {len} bytes");
            -1
        }
    }
}

/// Looks at the first segment of a buffer list.
///
/// When `buf` is not NULL, `*buf` becomes the address of the segment's first unused byte, or NULL
/// when the list is empty. Before a segment's first byte there are 16 bytes that may be written to
/// (lws calls that LWS_PRE).
///
/// # Returns
///
/// How many bytes of the first segment are not used yet, 0 when the list is empty.
///
/// # Safety
///
/// `head` is a list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_buflist_next_segment_len(
    head: *mut *mut lws_buflist,
    buf: *mut *mut u8,
) -> usize {
    const NAME: &str = "lws_buflist_next_segment_len";
    // SAFETY: the caller's promise.
    let list = unsafe { buflist::List::new(head) };
    if list.is_none() {
        arg::bad(NAME, "head");
    }
    let (first, len) = match list.and_then(|list| list.first()) {
        Some((first, len)) => (first.as_ptr(), len),
        None => (null_mut(), 0),
    };
    if !buf.is_null() {
        // SAFETY: not NULL, so a place for the result.
        unsafe { buf.write(first) };
    }
    len
}

/// Marks bytes of the first segment of a buffer list as used. A segment that is used up is freed,
/// and the next one becomes the first.
///
/// More bytes than the segment has left are an error that is logged, and use up the segment.
///
/// # Returns
///
/// How many bytes of what is the first segment now are not used yet, 0 when the list is empty.
///
/// # Safety
///
/// `head` is a list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_buflist_use_segment(head: *mut *mut lws_buflist, len: usize) -> usize {
    const NAME: &str = "lws_buflist_use_segment";
    // SAFETY: the caller's promise.
    let mut list = need!("head", unsafe { buflist::List::new(head) }, 0);
    let left = list.first().map_or(0, |(_, left)| left);
    if len > left {
        log_err!(
            Log::GLOBAL,
            "{NAME}: bad argument: len: {len}, the segment has {left}"
        );
    }
    if len > 0 {
        list.consume(len);
    }
    list.first().map_or(0, |(_, left)| left)
}

/// Counts the unused bytes of a buffer list.
///
/// # Returns
///
/// How many bytes the segments of the list hold that are not used yet.
///
/// # Safety
///
/// `head` is a list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_buflist_total_len(head: *mut *mut lws_buflist) -> usize {
    const NAME: &str = "lws_buflist_total_len";
    // SAFETY: the caller's promise.
    need!("head", unsafe { buflist::List::new(head) }, 0).total()
}

/// Copies unused bytes out of a buffer list, across segments, and leaves the list as it is. The
/// copy begins `ofs` bytes behind the first unused one.
///
/// # Returns
///
/// How many bytes were copied: `len`, or what there is from `ofs` on; -1 when an argument is NULL.
///
/// # Safety
///
/// `head` is a list, `buf` points to `len` bytes outside it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_buflist_linear_copy(
    head: *mut *mut lws_buflist,
    ofs: usize,
    buf: *mut u8,
    len: usize,
) -> c_int {
    const NAME: &str = "lws_buflist_linear_copy";
    // SAFETY: the caller's promise.
    let list = need!("head", unsafe { buflist::List::new(head) }, -1);
    // SAFETY: the caller's promise; no more than can be returned.
    let to = unsafe { room(buf, len.min(c_int::MAX as usize)) };
    count(list.copy(ofs, need!("buf", to, -1)))
}

/// Copies unused bytes out of a buffer list, across segments, and marks them as used.
///
/// # Returns
///
/// How many bytes were copied: `len`, or as many as there are; 0 when an argument is NULL.
///
/// # Safety
///
/// `head` is a list, `buf` points to `len` bytes outside it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_buflist_linear_use(
    head: *mut *mut lws_buflist,
    buf: *mut u8,
    len: usize,
) -> c_int {
    const NAME: &str = "lws_buflist_linear_use";
    // SAFETY: the caller's promise.
    let mut list = need!("head", unsafe { buflist::List::new(head) }, 0);
    // SAFETY: the caller's promise; no more than can be returned.
    let to = unsafe { room(buf, len.min(c_int::MAX as usize)) };
    count(list.take(need!("buf", to, 0)))
}

/// Copies unused bytes out of the first segment of a buffer list, and marks them as used.
///
/// `*frag_first` becomes 1 when the copy begins at the beginning of the segment, else 0;
/// `*frag_fin` becomes 1 when it reaches the segment's end, else 0. Either may be NULL. They stay
/// as they are when the list is empty.
///
/// # Returns
///
/// How many bytes were copied: `len`, or what is left of the segment; 0 when the list is empty or
/// an argument is NULL.
///
/// # Safety
///
/// `head` is a list, `buf` points to `len` bytes outside it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_buflist_fragment_use(
    head: *mut *mut lws_buflist,
    buf: *mut u8,
    len: usize,
    frag_first: *mut c_char,
    frag_fin: *mut c_char,
) -> c_int {
    const NAME: &str = "lws_buflist_fragment_use";
    // SAFETY: the caller's promise.
    let list = unsafe { buflist::List::new(head) };
    let mut list = need!("head", list, 0);
    let Some((_, left)) = list.first() else {
        return 0;
    };
    let len = len.min(left).min(c_int::MAX as usize);
    // SAFETY: the caller's promise.
    let to = need!("buf", unsafe { room(buf, len) }, 0);
    for (flag, value) in [(frag_first, list.fresh()), (frag_fin, len == left)] {
        if !flag.is_null() {
            // SAFETY: not NULL, so a place for the result.
            unsafe { flag.write(c_char::from(value)) };
        }
    }
    count(list.take(to))
}

/// Frees all segments of a buffer list, and sets `*head` to NULL.
///
/// # Safety
///
/// `head` is a list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_buflist_destroy_all_segments(head: *mut *mut lws_buflist) {
    const NAME: &str = "lws_buflist_destroy_all_segments";
    // SAFETY: the caller's promise.
    let list = unsafe { buflist::List::new(head) };
    need!("head", list).clear();
}

/// Logs at level NOTICE what is in a buffer list: one line for each segment, headed by `id` and
/// `reason`.
///
/// # Safety
///
/// `head` is a list, `reason` a NUL-terminated text; `id` is only shown.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_buflist_describe(
    head: *mut *mut lws_buflist,
    id: *mut c_void,
    reason: *const c_char,
) {
    const NAME: &str = "lws_buflist_describe";
    // SAFETY: the caller's promise.
    let (list, reason) = unsafe { (buflist::List::new(head), cstr(reason)) };
    let list = need!("head", list);
    let reason = need!("reason", reason).to_string_lossy();
    if list.first().is_none() {
        log_notice!(Log::GLOBAL, "{id:p}: {reason}: the list is empty");
    }
    let mut n = 0u32;
    list.each(|s| {
        let left = s.len.saturating_sub(s.pos);
        log_notice!(
            Log::GLOBAL,
            "{id:p}: {reason}: segment {n}: {} of {} bytes used, {left} left",
            s.pos,
            s.len
        );
        n = n.saturating_add(1);
    });
}
