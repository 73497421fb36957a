//! `lws-misc.h`: buffer lists, text, JSON search, hexadecimal, URIs, the command line,
//! directories, numbers.

use crate::capi::adopt::lws_udp;
use crate::capi::context_vhost::lws_context_creation_info;
use crate::capi::logs::{LLL_ERR, LLL_NOTICE, LLL_USER, LLL_WARN, lws_set_log_level};
use crate::capi::protocols_plugins::lws_protocols;
use crate::capi::types::{lws, lws_buflist, lws_context, lws_usec_t, lws_vhost};
use crate::capi::{arg, conn_of, context_of, vhost_ref, wsi_ref};
use crate::conn::{Wsi, dispatch};
use crate::log::{Cx, log_err, log_notice, log_warn};
use crate::sys::va::VaList;
use crate::sys::{alloc, buflist, clock, fs, privs, random, signal};
use crate::util::file::{self, Kind};
use crate::util::{hex, humanize, json, out::Out, text, uri, vbi};
use core::ffi::{CStr, c_char, c_int, c_uint, c_ulong, c_void};
use core::mem::MaybeUninit;
use core::ptr::{null, null_mut};
use std::ffi::CString;

/// For lws_rx_flow_control(): the low bits of `enable` are reasons.
pub const LWS_RXFLOW_REASON_APPLIES: c_int = 1 << 14;
/// For lws_rx_flow_control(), with LWS_RXFLOW_REASON_APPLIES: the reasons end.
pub const LWS_RXFLOW_REASON_APPLIES_ENABLE_BIT: c_int = 1 << 13;
/// For lws_rx_flow_control(): the reasons in the low bits end.
pub const LWS_RXFLOW_REASON_APPLIES_ENABLE: c_int = (1 << 14) | (1 << 13);
/// For lws_rx_flow_control(): there are the reasons in the low bits.
pub const LWS_RXFLOW_REASON_APPLIES_DISABLE: c_int = 1 << 14;
/// The reason of a plain lws_rx_flow_control() with 0 or 1.
pub const LWS_RXFLOW_REASON_USER_BOOL: c_int = 1;
/// A reason of HTTP's.
pub const LWS_RXFLOW_REASON_HTTP_RXBUFFER: c_int = 1 << 6;
/// A reason of HTTP/2's.
pub const LWS_RXFLOW_REASON_H2_PPS_PENDING: c_int = 1 << 7;
/// For lws_rx_flow_control(): what it says takes effect at once, which it does here anyway.
pub const LWS_RXFLOW_REASON_FLAG_PROCESS_NOW: c_int = 1 << 12;

/// The bytes at `p`, none when `len` is 0. `None` when there should be some at NULL.
///
/// # Safety
///
/// `p` is NULL or points to `len` bytes that do not change while the result is used.
pub(crate) unsafe fn bytes<'a>(p: *const u8, len: usize) -> Option<&'a [u8]> {
    if len == 0 {
        return Some(&[]);
    }
    // SAFETY: the caller's promise; nothing is longer than `isize::MAX`.
    (!p.is_null()).then(|| unsafe { core::slice::from_raw_parts(p, len.min(isize::MAX as usize)) })
}

/// As [`bytes`], to write to.
///
/// # Safety
///
/// `p` is NULL or points to `len` bytes that only the result is used for.
pub(crate) unsafe fn room<'a>(p: *mut u8, len: usize) -> Option<&'a mut [u8]> {
    if len == 0 {
        return Some(&mut []);
    }
    let len = len.min(isize::MAX as usize);
    // SAFETY: the caller's promise; nothing is longer than `isize::MAX`.
    (!p.is_null()).then(|| unsafe { core::slice::from_raw_parts_mut(p, len) })
}

/// The text at `p`, `None` at NULL.
///
/// # Safety
///
/// `p` is NULL or a NUL-terminated text that does not change while the result is used.
pub(crate) unsafe fn cstr<'a>(p: *const c_char) -> Option<&'a CStr> {
    // SAFETY: not NULL, and the caller's promise.
    (!p.is_null()).then(|| unsafe { CStr::from_ptr(p) })
}

/// A count for C, which cannot say more than INT_MAX.
pub(crate) fn count(n: usize) -> c_int {
    c_int::try_from(n).unwrap_or(c_int::MAX)
}

/// Unwraps an argument, or logs that it is bad and returns from the function.
macro_rules! need {
    ($function:literal, $argument:literal, $value:expr) => {
        match $value {
            Some(value) => value,
            None => {
                $crate::capi::arg::bad($function, $argument);
                return;
            }
        }
    };
    ($function:literal, $argument:literal, $value:expr, $or:expr) => {
        match $value {
            Some(value) => value,
            None => {
                $crate::capi::arg::bad($function, $argument);
                return $or;
            }
        }
    };
}
pub(crate) use need;

/*
 * Buffer lists
 */

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
    const F: &str = "lws_buflist_append_segment";
    // SAFETY: the caller's promise.
    let (list, from) = unsafe { (buflist::List::new(head), bytes(buf, len)) };
    let (Some(mut list), Some(from)) = (list, from) else {
        arg::bad(F, if head.is_null() { "head" } else { "buf" });
        return -1;
    };
    if from.is_empty() {
        return 0;
    }
    match list.append(from) {
        Some(first) => c_int::from(first),
        None => {
            log_err!(Cx::GLOBAL, "{F}: no memory for {len} bytes");
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
    // SAFETY: the caller's promise.
    let list = unsafe { buflist::List::new(head) };
    if list.is_none() {
        arg::bad("lws_buflist_next_segment_len", "head");
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
    const F: &str = "lws_buflist_use_segment";
    // SAFETY: the caller's promise.
    let mut list = need!(
        "lws_buflist_use_segment",
        "head",
        unsafe { buflist::List::new(head) },
        0
    );
    let left = list.first().map_or(0, |(_, left)| left);
    if len > left {
        log_err!(
            Cx::GLOBAL,
            "{F}: bad argument: len: {len}, the segment has {left}"
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
    // SAFETY: the caller's promise.
    need!(
        "lws_buflist_total_len",
        "head",
        unsafe { buflist::List::new(head) },
        0
    )
    .total()
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
    // SAFETY: the caller's promise.
    let list = need!(
        "lws_buflist_linear_copy",
        "head",
        unsafe { buflist::List::new(head) },
        -1
    );
    // SAFETY: the caller's promise; no more than can be returned.
    let to = unsafe { room(buf, len.min(c_int::MAX as usize)) };
    count(list.copy(ofs, need!("lws_buflist_linear_copy", "buf", to, -1)))
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
    // SAFETY: the caller's promise.
    let mut list = need!(
        "lws_buflist_linear_use",
        "head",
        unsafe { buflist::List::new(head) },
        0
    );
    // SAFETY: the caller's promise; no more than can be returned.
    let to = unsafe { room(buf, len.min(c_int::MAX as usize)) };
    count(list.take(need!("lws_buflist_linear_use", "buf", to, 0)))
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
    // SAFETY: the caller's promise.
    let list = unsafe { buflist::List::new(head) };
    let mut list = need!("lws_buflist_fragment_use", "head", list, 0);
    let Some((_, left)) = list.first() else {
        return 0;
    };
    let len = len.min(left).min(c_int::MAX as usize);
    // SAFETY: the caller's promise.
    let to = need!(
        "lws_buflist_fragment_use",
        "buf",
        unsafe { room(buf, len) },
        0
    );
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
    // SAFETY: the caller's promise.
    let list = unsafe { buflist::List::new(head) };
    need!("lws_buflist_destroy_all_segments", "head", list).clear();
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
    // SAFETY: the caller's promise.
    let (list, reason) = unsafe { (buflist::List::new(head), cstr(reason)) };
    let list = need!("lws_buflist_describe", "head", list);
    let reason = need!("lws_buflist_describe", "reason", reason).to_string_lossy();
    if list.first().is_none() {
        log_notice!(Cx::GLOBAL, "{id:p}: {reason}: the list is empty");
    }
    let mut n = 0u32;
    list.each(|s| {
        let left = s.len.saturating_sub(s.pos);
        log_notice!(
            Cx::GLOBAL,
            "{id:p}: {reason}: segment {n}: {} of {} bytes used, {left} left",
            s.pos,
            s.len
        );
        n = n.saturating_add(1);
    });
}

/*
 * Text
 */

unsafe extern "C" {
    /// snprintf() whose result never exceeds the buffer, so that it may be added to a position
    /// that later text is written to.
    ///
    /// The text is cut when it does not fit, and always ends in a NUL, unless `size` is 0: then
    /// nothing is written.
    ///
    /// # Returns
    ///
    /// The length of the text without the NUL when it fits, `size` when it was cut; 0 when
    /// an argument is NULL or the text cannot be formatted, which also empties `str`.
    ///
    /// # Safety
    ///
    /// `str` points to `size` bytes; `format` and what follows are as for printf().
    pub fn lws_snprintf(str: *mut c_char, size: usize, format: *const c_char, ...) -> c_int;
}

/// What lws_snprintf() does.
#[unsafe(no_mangle)]
unsafe extern "C" fn relws_snprintf_va(
    str: *mut c_char,
    size: usize,
    format: *const c_char,
    ap: VaList,
) -> c_int {
    if size == 0 {
        return 0;
    }
    if str.is_null() {
        arg::bad("lws_snprintf", "str");
        return 0;
    }
    let size = size.min(c_int::MAX as usize);
    // SAFETY: not NULL, and as long as the caller says.
    let room = unsafe { core::slice::from_raw_parts_mut(str.cast::<MaybeUninit<u8>>(), size) };
    let written = if format.is_null() {
        arg::bad("lws_snprintf", "format");
        None
    } else {
        // SAFETY: the caller's promise.
        let n = unsafe { ap.format_raw(room, format) };
        if n.is_none() {
            log_err!(
                Cx::GLOBAL,
                "lws_snprintf: bad argument: the text cannot be formatted"
            );
        }
        n
    };
    if written.is_none() {
        // SAFETY: there is at least one byte.
        unsafe { str.write(0) };
    }
    count(written.unwrap_or(0).min(size))
}

/// strncpy() that always ends the copy in a NUL. As with strncpy(), the rest of the buffer is
/// filled with NULs. Of `src` no more than `size` - 1 bytes are looked at.
///
/// # Returns
///
/// `dest`. When `size` is 0 nothing is written.
///
/// # Safety
///
/// `dest` points to `size` bytes outside `src`; `src` is NUL-terminated or has at least
/// `size` - 1 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_strncpy(
    dest: *mut c_char,
    src: *const c_char,
    size: usize,
) -> *mut c_char {
    if size == 0 {
        return dest;
    }
    if dest.is_null() {
        arg::bad("lws_strncpy", "dest");
        return dest;
    }
    // SAFETY: both are as long as the caller says; `n` is at most `size` - 1.
    unsafe {
        let n = if src.is_null() {
            arg::bad("lws_strncpy", "src");
            0
        } else {
            libc::strnlen(src, size - 1)
        };
        core::ptr::copy(src, dest, n);
        dest.add(n).write_bytes(0, size - n);
    }
    dest
}

/// strstr() for texts that are given by their lengths.
///
/// # Returns
///
/// The first place in `buf` where `name` is, or NULL when it is nowhere or empty.
///
/// # Safety
///
/// `buf` points to `len` bytes, `name` to `nl`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_nstrstr(
    buf: *const c_char,
    len: usize,
    name: *const c_char,
    nl: usize,
) -> *const c_char {
    // SAFETY: the caller's promise.
    let (hay, needle) = unsafe { (bytes(buf.cast(), len), bytes(name.cast(), nl)) };
    let hay = need!("lws_nstrstr", "buf", hay, null());
    let needle = need!("lws_nstrstr", "name", needle, null());
    text::find(hay, needle).map_or(null(), |at| buf.wrapping_add(at))
}

/// Finds the value of one member in short JSON, without parsing it.
///
/// `name` is looked for as it is, so it has the quotes and the colon: `"\"myname\":"`. The value of
/// a string is what is between its quotes, with its escapes; that of a number, `true`, `false` or
/// `null` is the text of it. For objects and arrays use a JSON parser.
///
/// # Returns
///
/// The value, whose length is then in `*alen`; NULL when there is no such name or nothing behind
/// it. The value does not end in a NUL.
///
/// # Safety
///
/// `buf` points to `len` bytes, `name` is NUL-terminated, `alen` is a place for the length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_json_simple_find(
    buf: *const c_char,
    len: usize,
    name: *const c_char,
    alen: *mut usize,
) -> *const c_char {
    // SAFETY: the caller's promise.
    let (hay, name) = unsafe { (bytes(buf.cast(), len), cstr(name)) };
    let hay = need!("lws_json_simple_find", "buf", hay, null());
    let name = need!("lws_json_simple_find", "name", name, null());
    if alen.is_null() {
        arg::bad("lws_json_simple_find", "alen");
        return null();
    }
    match json::value(hay, name.to_bytes()) {
        Some(at) => {
            // SAFETY: not NULL, so a place for the length.
            unsafe { alen.write(at.len()) };
            buf.wrapping_add(at.start)
        }
        None => null(),
    }
}

/// Compares the value of one member in short JSON with a text; see lws_json_simple_find().
///
/// # Returns
///
/// 0 when they are equal, -1 when there is no such name, the lengths differ or an argument is
/// NULL, otherwise the difference of the first bytes that differ.
///
/// # Safety
///
/// `buf` points to `len` bytes, `name` and `comp` are NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_json_simple_strcmp(
    buf: *const c_char,
    len: usize,
    name: *const c_char,
    comp: *const c_char,
) -> c_int {
    // SAFETY: the caller's promise.
    let (hay, name, comp) = unsafe { (bytes(buf.cast(), len), cstr(name), cstr(comp)) };
    let hay = need!("lws_json_simple_strcmp", "buf", hay, -1);
    let name = need!("lws_json_simple_strcmp", "name", name, -1);
    let comp = need!("lws_json_simple_strcmp", "comp", comp, -1).to_bytes();
    let Some(found) = json::value(hay, name.to_bytes()).and_then(|at| hay.get(at)) else {
        return -1;
    };
    if found.len() != comp.len() {
        return -1;
    }
    let mut pairs = found.iter().zip(comp);
    pairs
        .find(|(a, b)| a != b)
        .map_or(0, |(a, b)| c_int::from(*a) - c_int::from(*b))
}

/*
 * Bytes
 */

/// Converts pairs of hexadecimal digits, upper or lower case, to bytes.
///
/// # Returns
///
/// How many bytes are in `dest` now; -1 when another character is in `h`, the number of digits is
/// odd, they make more than `max` bytes, or an argument is NULL. Then `dest` may hold the bytes
/// before the error.
///
/// # Safety
///
/// `h` is NUL-terminated, `dest` points to `max` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_hex_to_byte_array(
    h: *const c_char,
    dest: *mut u8,
    max: c_int,
) -> c_int {
    let Ok(max) = usize::try_from(max) else {
        arg::bad("lws_hex_to_byte_array", "max");
        return -1;
    };
    // SAFETY: the caller's promise.
    let (from, to) = unsafe { (cstr(h), room(dest, max)) };
    let from = need!("lws_hex_to_byte_array", "h", from, -1);
    let to = need!("lws_hex_to_byte_array", "dest", to, -1);
    hex::decode(from.to_bytes(), to).map_or(-1, count)
}

/// Converts bytes to lower case hexadecimal digits. The text is cut when it does not fit, and
/// always ends in a NUL, unless `len` is 0: then nothing is written.
///
/// # Safety
///
/// `src` points to `slen` bytes, `dest` to `len`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_hex_from_byte_array(
    src: *const u8,
    slen: usize,
    dest: *mut c_char,
    len: usize,
) {
    // SAFETY: the caller's promise.
    let (from, to) = unsafe { (bytes(src, slen), room(dest.cast(), len)) };
    let to = need!("lws_hex_from_byte_array", "dest", to);
    if from.is_none() {
        arg::bad("lws_hex_from_byte_array", "src");
    }
    hex::encode(from.unwrap_or_default(), to);
}

/// Makes a text of `len` - 1 random lower case hexadecimal digits and a NUL.
///
/// `context` is not used and may be NULL.
///
/// # Returns
///
/// 0, or 1 when `dest` is NULL, `len` is 0 or the system gave no random bytes.
///
/// # Safety
///
/// `dest` points to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_hex_random(
    _context: *mut lws_context,
    dest: *mut c_char,
    len: usize,
) -> c_int {
    // SAFETY: the caller's promise.
    let to = need!(
        "lws_hex_random",
        "dest",
        unsafe { room(dest.cast(), len) },
        1
    );
    let Some((end, digits)) = to.split_last_mut() else {
        arg::bad("lws_hex_random", "len");
        return 1;
    };
    *end = 0;
    if random::fill(digits) != digits.len() {
        log_err!(
            Cx::GLOBAL,
            "lws_hex_random: the system gave no random bytes"
        );
        digits.fill(0);
        return 1;
    }
    for d in digits {
        *d = hex::digit(*d);
    }
    0
}

/// memcmp() for secrets: it always looks at every byte, so that the time it takes does not tell
/// where they differ.
///
/// # Returns
///
/// 0 when all bytes are equal, otherwise nonzero; 1 when an argument is NULL.
///
/// # Safety
///
/// `a` and `b` point to `len` bytes each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_timingsafe_bcmp(
    a: *const c_void,
    b: *const c_void,
    len: u32,
) -> c_int {
    let len = len as usize;
    // SAFETY: the caller's promise.
    let (a, b) = unsafe { (bytes(a.cast(), len), bytes(b.cast(), len)) };
    let a = need!("lws_timingsafe_bcmp", "a", a, 1);
    let b = need!("lws_timingsafe_bcmp", "b", b, 1);
    // The compiler shall not see that the loop may end early.
    let differ = a
        .iter()
        .zip(b)
        .fold(0u8, |d, (a, b)| core::hint::black_box(d | (a ^ b)));
    c_int::from(differ)
}

/// Fills a buffer with random bytes of the system, fit for keys.
///
/// `context` is not used and may be NULL.
///
/// # Returns
///
/// How many bytes were filled; other than `len` means that the system gave no more. 0 when `buf`
/// is NULL.
///
/// # Safety
///
/// `buf` points to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_random(
    _context: *mut lws_context,
    buf: *mut c_void,
    len: usize,
) -> usize {
    // SAFETY: the caller's promise.
    random::fill(need!(
        "lws_get_random",
        "buf",
        unsafe { room(buf.cast(), len) },
        0
    ))
}

/// Zeroes memory that held a secret, which the compiler will not leave out.
///
/// # Safety
///
/// `p` points to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_explicit_bzero(p: *mut c_void, len: usize) {
    // SAFETY: the caller's promise.
    let secret = need!("lws_explicit_bzero", "p", unsafe { room(p.cast(), len) });
    // SAFETY: the slice is the memory.
    unsafe { libc::explicit_bzero(secret.as_mut_ptr().cast(), secret.len()) }
}

/// # Safety
///
/// `b` is NULL or points to `N` bytes.
unsafe fn put<const N: usize>(function: &str, b: *mut u8, form: [u8; N]) {
    if b.is_null() {
        return arg::bad(function, "b");
    }
    // SAFETY: not NULL, and long enough by the caller's promise.
    unsafe { b.cast::<[u8; N]>().write(form) }
}

/// # Safety
///
/// `b` is NULL or points to `N` bytes.
unsafe fn get<const N: usize>(function: &str, b: *const u8) -> [u8; N] {
    if b.is_null() {
        arg::bad(function, "b");
        return [0; N];
    }
    // SAFETY: not NULL, and long enough by the caller's promise.
    unsafe { b.cast::<[u8; N]>().read() }
}

/// Writes a number of 16 bits, high byte first.
///
/// # Safety
///
/// `b` points to 2 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ser_wu16be(b: *mut u8, u: u16) {
    // SAFETY: the caller's promise.
    unsafe { put("lws_ser_wu16be", b, u.to_be_bytes()) }
}

/// Writes a number of 32 bits, high byte first.
///
/// # Safety
///
/// `b` points to 4 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ser_wu32be(b: *mut u8, u32: u32) {
    // SAFETY: the caller's promise.
    unsafe { put("lws_ser_wu32be", b, u32.to_be_bytes()) }
}

/// Writes a number of 64 bits, high byte first.
///
/// # Safety
///
/// `b` points to 8 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ser_wu64be(b: *mut u8, u64: u64) {
    // SAFETY: the caller's promise.
    unsafe { put("lws_ser_wu64be", b, u64.to_be_bytes()) }
}

/// Reads a number of 16 bits, high byte first.
///
/// # Returns
///
/// The number, 0 when `b` is NULL.
///
/// # Safety
///
/// `b` points to 2 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ser_ru16be(b: *const u8) -> u16 {
    // SAFETY: the caller's promise.
    u16::from_be_bytes(unsafe { get("lws_ser_ru16be", b) })
}

/// Reads a number of 32 bits, high byte first.
///
/// # Returns
///
/// The number, 0 when `b` is NULL.
///
/// # Safety
///
/// `b` points to 4 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ser_ru32be(b: *const u8) -> u32 {
    // SAFETY: the caller's promise.
    u32::from_be_bytes(unsafe { get("lws_ser_ru32be", b) })
}

/// Reads a number of 64 bits, high byte first.
///
/// # Returns
///
/// The number, 0 when `b` is NULL.
///
/// # Safety
///
/// `b` points to 8 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ser_ru64be(b: *const u8) -> u64 {
    // SAFETY: the caller's promise.
    u64::from_be_bytes(unsafe { get("lws_ser_ru64be", b) })
}

/// Writes a number as a variable byte integer, as MQTT has them: 7 bits a byte, low ones first.
///
/// # Returns
///
/// How many bytes were written, 1 to 4; -1, with nothing written, when `value` has more than 28
/// bits or `buf` is NULL.
///
/// # Safety
///
/// `buf` points to 4 bytes, or as many as `value` needs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_vbi_encode(value: u64, buf: *mut c_void) -> c_int {
    let Some((form, len)) = vbi::encode(value) else {
        arg::bad("lws_vbi_encode", "value");
        return -1;
    };
    // SAFETY: the caller's promise.
    let to = need!(
        "lws_vbi_encode",
        "buf",
        unsafe { room(buf.cast(), len) },
        -1
    );
    for (to, from) in to.iter_mut().zip(form) {
        *to = from;
    }
    count(len)
}

/// Reads a number that lws_vbi_encode() wrote.
///
/// # Returns
///
/// How many bytes it takes, 1 to 4, with the number in `*value`; 0, with `*value` as it was, when
/// it does not end within `len` bytes, is longer than 4, or an argument is NULL.
///
/// # Safety
///
/// `buf` points to `len` bytes, `value` is a place for the number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_vbi_decode(buf: *const c_void, value: *mut u64, len: usize) -> c_int {
    // SAFETY: the caller's promise.
    let from = need!(
        "lws_vbi_decode",
        "buf",
        unsafe { bytes(buf.cast(), len) },
        0
    );
    if value.is_null() {
        arg::bad("lws_vbi_decode", "value");
        return 0;
    }
    match vbi::decode(from) {
        Some((number, len)) => {
            // SAFETY: not NULL, so a place for the number.
            unsafe { value.write(number) };
            count(len)
        }
        None => 0,
    }
}

/*
 * Numbers for people
 */

/// One unit of a schema for lws_humanize().
#[repr(C)]
#[derive(Debug)]
pub struct lws_humanize_unit {
    /// What is written behind the number. NULL ends the schema.
    pub name: *const c_char,
    /// What one of it is worth.
    pub factor: u64,
}

/// One unit of a schema for lws_humanize().
pub type lws_humanize_unit_t = lws_humanize_unit;

// SAFETY: the names of the schemas below are constants.
unsafe impl Sync for lws_humanize_unit {}

const fn unit(name: &'static CStr, factor: u64) -> lws_humanize_unit {
    lws_humanize_unit {
        name: name.as_ptr(),
        factor,
    }
}

const END: lws_humanize_unit = lws_humanize_unit {
    name: null(),
    factor: 0,
};

/// Powers of 1024: "22.130Gi", "128".
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals)]
pub static humanize_schema_si: [lws_humanize_unit_t; 7] = [
    unit(c"Pi", 1 << 50),
    unit(c"Ti", 1 << 40),
    unit(c"Gi", 1 << 30),
    unit(c"Mi", 1 << 20),
    unit(c"Ki", 1 << 10),
    unit(c"", 1),
    END,
];

/// Powers of 1024 of bytes: "22.130GiB", "128B".
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals)]
pub static humanize_schema_si_bytes: [lws_humanize_unit_t; 7] = [
    unit(c"PiB", 1 << 50),
    unit(c"TiB", 1 << 40),
    unit(c"GiB", 1 << 30),
    unit(c"MiB", 1 << 20),
    unit(c"KiB", 1 << 10),
    unit(c"B", 1),
    END,
];

const SECOND: u64 = 1_000_000;

/// Microseconds as times: "14.350min", "1.500d".
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals)]
pub static humanize_schema_us: [lws_humanize_unit_t; 8] = [
    unit(c"y", 365 * 24 * 3600 * SECOND),
    unit(c"d", 24 * 3600 * SECOND),
    unit(c"hr", 3600 * SECOND),
    unit(c"min", 60 * SECOND),
    unit(c"s", SECOND),
    unit(c"ms", 1000),
    unit(c"\u{3bc}s", 1),
    END,
];

/// Writes a number in the largest unit of a schema that it holds at least one of: whole in a unit
/// with the factor 1, with three decimals, cut off, in any other.
///
/// The schema goes from the largest unit to the smallest and ends with a NULL name. There are
/// humanize_schema_si, humanize_schema_si_bytes and humanize_schema_us.
///
/// The text is cut when it does not fit, and always ends in a NUL, unless `len` is 0: then nothing
/// is written.
///
/// # Returns
///
/// The length of the text without the NUL when it fits, `len` when it was cut; 0 when an argument
/// is NULL, or no unit is small enough, which is logged and makes the text "unknown value".
///
/// # Safety
///
/// `buf` points to `len` bytes, `schema` is as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_humanize(
    buf: *mut c_char,
    len: usize,
    value: u64,
    schema: *const lws_humanize_unit_t,
) -> c_int {
    // SAFETY: the caller's promise; no more than can be returned.
    let to = unsafe { room(buf.cast(), len.min(c_int::MAX as usize)) };
    let to = need!("lws_humanize", "buf", to, 0);
    let len = to.len();
    let mut out = Out::new(to);
    if schema.is_null() {
        arg::bad("lws_humanize", "schema");
        out.finish();
        return 0;
    }
    let mut at = schema;
    let units = core::iter::from_fn(|| {
        // SAFETY: the schema is valid up to its NULL name.
        let (name, factor) = unsafe { (cstr((*at).name)?, (*at).factor) };
        at = at.wrapping_add(1);
        Some((factor, name))
    });
    let Some(human) = humanize::humanize(value, units) else {
        log_err!(
            Cx::GLOBAL,
            "lws_humanize: bad argument: schema: no unit for {value}"
        );
        out.part(b"unknown value");
        out.finish();
        return 0;
    };
    let number = match human.milli {
        Some(milli) => format!("{}.{milli:03}", human.whole),
        None => human.whole.to_string(),
    };
    let name = human.unit.to_bytes();
    out.part(number.as_bytes());
    out.part(name);
    out.finish();
    count(number.len().saturating_add(name.len()).min(len))
}

/*
 * URIs and the command line
 */

/// Cuts a URI into protocol, address, port and path. It is written to: the parts are places in it,
/// and each ends in a NUL that replaces the character behind it. The path is without its first
/// `/`.
///
/// The address may be in brackets, as IPv6 addresses are, or begin with `+`: then it is a unix
/// socket, whose path ends in a `:` (`http://+/var/run/mysocket:/my/path`); `+@` is one in the
/// abstract namespace. Without a protocol `*prot` is "", without a path `*path` is "/". `*port` is
/// what the URI says, else 80 for http and ws, 443 for https and wss, else it stays as it was.
///
/// # Returns
///
/// 0, or 1 when an argument is NULL.
///
/// # Safety
///
/// `p` is a NUL-terminated text that may be written to, the others are places for the results.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_parse_uri(
    p: *mut c_char,
    prot: *mut *const c_char,
    ads: *mut *const c_char,
    port: *mut c_int,
    path: *mut *const c_char,
) -> c_int {
    let places = [
        (p.is_null(), "p"),
        (prot.is_null(), "prot"),
        (ads.is_null(), "ads"),
        (port.is_null(), "port"),
        (path.is_null(), "path"),
    ];
    if let Some((_, missing)) = places.iter().find(|(null, _)| *null) {
        arg::bad("lws_parse_uri", missing);
        return 1;
    }
    // SAFETY: none is NULL; `p` is NUL-terminated and nobody else uses it.
    unsafe {
        let len = libc::strlen(p).saturating_add(1);
        let parts = uri::cut(core::slice::from_raw_parts_mut(p.cast::<u8>(), len));
        let place = |at: Option<usize>, none: &'static CStr| match at {
            Some(at) => p.wrapping_add(at).cast_const(),
            None => none.as_ptr(),
        };
        prot.write(place(parts.protocol, c""));
        ads.write(place(Some(parts.address), c""));
        path.write(place(parts.path, c"/"));
        if let Some(number) = parts.port {
            port.write(number);
        }
    }
    0
}

/// Finds an option on the command line; the last one counts when there are several.
///
/// `val` is the option with its dashes. An argument that begins with it has its value behind it,
/// with or without a `=` between; so "-d" is found in "-d15", and "--foo" in "--foo=1", but also in
/// "--foobar". `argv[0]` is not looked at.
///
/// # Returns
///
/// The value: the rest of the argument, or the next argument when there is no rest, or "" when
/// there is no next. NULL when there is no such option or an argument of the call is NULL.
///
/// # Safety
///
/// `argv` has `argc` NUL-terminated texts, `val` is NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cmdline_option(
    argc: c_int,
    argv: *mut *const c_char,
    val: *const c_char,
) -> *const c_char {
    // SAFETY: the caller's promise.
    let wanted = need!("lws_cmdline_option", "val", unsafe { cstr(val) }, null());
    if argv.is_null() {
        arg::bad("lws_cmdline_option", "argv");
        return null();
    }
    let argc = usize::try_from(argc).unwrap_or(0);
    for n in (1..argc).rev() {
        // SAFETY: `n` is below `argc`; a NULL is no argument.
        let Some(argument) = (unsafe { cstr(*argv.add(n)) }) else {
            continue;
        };
        match text::option(argument.to_bytes(), wanted.to_bytes()) {
            text::Match::Other => {}
            text::Match::Value(at) => return argument.as_ptr().wrapping_add(at),
            text::Match::Exact => {
                let next = n.saturating_add(1);
                if next < argc {
                    // SAFETY: below `argc`.
                    let next = unsafe { *argv.add(next) };
                    if !next.is_null() {
                        return next;
                    }
                }
                return argument.as_ptr().wrapping_add(argument.count_bytes());
            }
        }
    }
    null()
}

/// Does what the options say that all programs may have:
///
/// - `-d <n>`: the log levels, the sum of their LLL_ bits. Without it they are ERR, WARN, NOTICE
///   and USER (1031).
/// - `--ignore-sigterm`: SIGTERM has no effect.
///
/// A value that is not a number is logged, and the levels stay as without `-d`.
///
/// `info` is not changed and may be NULL.
///
/// # Safety
///
/// `argv` has `argc` NUL-terminated texts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cmdline_option_handle_builtin(
    argc: c_int,
    argv: *mut *const c_char,
    _info: *mut lws_context_creation_info,
) {
    const F: &str = "lws_cmdline_option_handle_builtin";
    if argv.is_null() {
        arg::bad(F, "argv");
        return;
    }
    // SAFETY: the caller's promise; what is found is NUL-terminated.
    let find = |option: &CStr| unsafe { cstr(lws_cmdline_option(argc, argv, option.as_ptr())) };
    let usual = LLL_ERR | LLL_WARN | LLL_NOTICE | LLL_USER;
    let given = find(c"-d").map(CStr::to_bytes);
    let number = given.map(|text| core::str::from_utf8(text).ok()?.trim().parse::<i32>().ok());
    let levels = number.flatten().unwrap_or(usual);
    // SAFETY: no function is passed.
    unsafe { lws_set_log_level(levels, None) };
    if number == Some(None) {
        log_err!(Cx::GLOBAL, "{F}: bad argument: -d wants a number");
    }
    if find(c"--ignore-sigterm").is_some() {
        signal::disregard_sigterm();
    }
    for option in [c"--fault-injection", c"--fault-seed"] {
        if find(option).is_some() {
            log_err!(
                Cx::GLOBAL,
                "{F}: {} is not supported",
                option.to_string_lossy()
            );
        }
    }
}

/*
 * Directories and files
 */

/// What an object in a directory is.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lws_dir_obj_type_t {
    /// It cannot be told.
    LDOT_UNKNOWN = 0,
    /// A file.
    LDOT_FILE = 1,
    /// A directory.
    LDOT_DIR = 2,
    /// A symbolic link, to whatever.
    LDOT_LINK = 3,
    /// A named pipe.
    LDOT_FIFO = 4,
    /// A unix socket.
    LDOTT_SOCKET = 5,
    /// A character device.
    LDOT_CHAR = 6,
    /// A block device.
    LDOT_BLOCK = 7,
}

/// A value of [`lws_dir_obj_type_t`], as C passes it.
pub type lws_dir_obj_type_t_int = c_uint;

impl From<Kind> for lws_dir_obj_type_t {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Unknown => Self::LDOT_UNKNOWN,
            Kind::File => Self::LDOT_FILE,
            Kind::Dir => Self::LDOT_DIR,
            Kind::Link => Self::LDOT_LINK,
            Kind::Fifo => Self::LDOT_FIFO,
            Kind::Socket => Self::LDOTT_SOCKET,
            Kind::Char => Self::LDOT_CHAR,
            Kind::Block => Self::LDOT_BLOCK,
        }
    }
}

/// One object in a directory. It is valid during the callback that it is passed to.
#[repr(C)]
#[derive(Debug)]
pub struct lws_dir_entry {
    /// Its name, without the directory.
    pub name: *const c_char,
    /// What it is.
    pub r#type: lws_dir_obj_type_t_int,
}

/// What lws_dir() calls for each object. Nonzero ends the walk.
pub type lws_dir_callback_function_ptr = Option<
    unsafe extern "C" fn(
        dirpath: *const c_char,
        user: *mut c_void,
        lde: *mut lws_dir_entry,
    ) -> c_int,
>;

/// What lws_dir_glob_cb() calls with the path of each object that the filter lets pass. The result
/// is not looked at.
pub type lws_dir_glob_cb_t =
    Option<unsafe extern "C" fn(data: *mut c_void, path: *const c_char) -> c_int>;

/// What lws_dir_glob_cb() is to do.
#[repr(C)]
#[derive(Debug)]
pub struct lws_dir_glob {
    /// What names look like, such as "sai-*.deb": `*` is any text, `?` any one byte.
    pub filter: *const c_char,
    /// What to call for each that does.
    pub cb: lws_dir_glob_cb_t,
    /// The first argument of `cb`.
    pub user: *mut c_void,
}

/// What lws_dir_glob_cb() is to do.
pub type lws_dir_glob_t = lws_dir_glob;

/// Calls `cb` for everything in a directory, in the order of the bytes of the names.
///
/// `.` and `..` are left out, and so are names that end in `~`, which editors give to backups. The
/// directory is read before the first call, so `cb` may change it.
///
/// # Returns
///
/// 1 when `cb` was called for all, 0 when it ended the walk, -1 when the directory cannot be read
/// or an argument is NULL.
///
/// # Safety
///
/// `dirpath` is NUL-terminated, `cb` may be called with `user`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dir(
    dirpath: *const c_char,
    user: *mut c_void,
    cb: lws_dir_callback_function_ptr,
) -> c_int {
    // SAFETY: the caller's promise.
    let dir = need!("lws_dir", "dirpath", unsafe { cstr(dirpath) }, -1);
    let cb = need!("lws_dir", "cb", cb, -1);
    let found = match file::list(dir) {
        Ok(found) => found,
        Err(e) => {
            log_err!(Cx::GLOBAL, "lws_dir: {}: {e}", dir.to_string_lossy());
            return -1;
        }
    };
    for (name, kind) in &found {
        let kind = lws_dir_obj_type_t::from(*kind);
        let mut entry = lws_dir_entry {
            name: name.as_ptr(),
            r#type: kind as c_uint,
        };
        // SAFETY: the caller's promise.
        if unsafe { cb(dirpath, user, &mut entry) } != 0 {
            return 0;
        }
    }
    1
}

/// A callback for lws_dir() that deletes what it is called for, and with a directory all that is in
/// it. Symbolic links are deleted, not followed. It goes on past what cannot be deleted, and logs
/// that.
///
/// The directory that lws_dir() walks stays, empty but for names that end in `~`, as lws_dir() does
/// not show those: use rmdir().
///
/// # Returns
///
/// 0, or 1 when an argument is NULL.
///
/// # Safety
///
/// As lws_dir() passes them; `user` is not used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dir_rm_rf_cb(
    dirpath: *const c_char,
    _user: *mut c_void,
    lde: *mut lws_dir_entry,
) -> c_int {
    // SAFETY: the caller's promise.
    let (dir, name) = unsafe { (cstr(dirpath), lde.as_ref().and_then(|e| cstr(e.name))) };
    let dir = need!("lws_dir_rm_rf_cb", "dirpath", dir, 1);
    let name = need!("lws_dir_rm_rf_cb", "lde", name, 1);
    if name == c"." || name == c".." {
        return 0;
    }
    fs::remove_tree(dir, name, |path, e| {
        let (dir, path) = (dir.to_string_lossy(), String::from_utf8_lossy(path));
        log_warn!(Cx::GLOBAL, "lws_dir_rm_rf_cb: {dir}/{path} stays: {e}");
    });
    0
}

/// A callback for lws_dir() that passes on the paths of those objects whose names are as a filter
/// says, except directories.
///
/// # Returns
///
/// 0, or 1 when an argument or a member it needs is NULL.
///
/// # Safety
///
/// As lws_dir() passes them; `user` is an lws_dir_glob_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dir_glob_cb(
    dirpath: *const c_char,
    user: *mut c_void,
    lde: *mut lws_dir_entry,
) -> c_int {
    // SAFETY: the caller's promise.
    let (dir, glob, entry) = unsafe {
        (
            cstr(dirpath),
            user.cast::<lws_dir_glob>().as_ref(),
            lde.as_ref(),
        )
    };
    let dir = need!("lws_dir_glob_cb", "dirpath", dir, 1);
    let glob = need!("lws_dir_glob_cb", "user", glob, 1);
    let entry = need!("lws_dir_glob_cb", "lde", entry, 1);
    // SAFETY: the caller's promise.
    let (filter, name) = unsafe { (cstr(glob.filter), cstr(entry.name)) };
    let filter = need!("lws_dir_glob_cb", "user->filter", filter, 1);
    let name = need!("lws_dir_glob_cb", "lde->name", name, 1);
    let cb = need!("lws_dir_glob_cb", "user->cb", glob.cb, 1);
    let is_dir = entry.r#type == lws_dir_obj_type_t::LDOT_DIR as c_uint;
    if is_dir || !text::glob(filter.to_bytes(), name.to_bytes()) {
        return 0;
    }
    // Neither part has a NUL in it.
    let path = CString::new([dir.to_bytes(), b"/", name.to_bytes()].concat()).unwrap_or_default();
    // SAFETY: the caller's promise.
    unsafe { cb(glob.user, path.as_ptr()) };
    0
}

unsafe extern "C" {
    /// open() whose descriptor is closed when the process starts another program (FD_CLOEXEC).
    ///
    /// # Returns
    ///
    /// The descriptor, or -1 with the reason in `errno`.
    ///
    /// # Safety
    ///
    /// As for open().
    pub fn lws_open(__file: *const c_char, __oflag: c_int, ...) -> c_int;
}

/// What lws_open() does; `mode` is 0 where it is not asked for.
#[unsafe(no_mangle)]
unsafe extern "C" fn relws_open_mode(file: *const c_char, oflag: c_int, mode: c_uint) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { cstr(file) } {
        Some(file) => fs::open(file, oflag, mode),
        None => {
            arg::bad("lws_open", "__file");
            crate::sys::logcx::set_errno(libc::EFAULT);
            -1
        }
    }
}

/*
 * The rest
 */

/// What version of lws this library stands for, and its own.
///
/// # Returns
///
/// "4.3.5-relws" and the version of relws. It is LWS_LIBRARY_VERSION of the headers that belong
/// to it, and lives as long as the program.
#[unsafe(no_mangle)]
pub extern "C" fn lws_get_library_version() -> *const c_char {
    concat!("4.3.5-relws", env!("CARGO_PKG_VERSION"), "\0")
        .as_ptr()
        .cast()
}

/// The time of day.
///
/// # Returns
///
/// Seconds since 1970-01-01 00:00 UTC.
#[unsafe(no_mangle)]
pub extern "C" fn lws_now_secs() -> c_ulong {
    c_ulong::try_from(clock::wall().0).unwrap_or(0)
}

/// The time that timers and messages go by.
///
/// # Returns
///
/// Microseconds of CLOCK_MONOTONIC, which has no date.
#[unsafe(no_mangle)]
pub extern "C" fn lws_now_usecs() -> lws_usec_t {
    clock::now_us()
}

/// Replaces the allocator of all memory that the library shares with programs: messages, buffer
/// lists, data about the system. Call it before anything else, as memory that is handed out already
/// will be freed by the new one.
///
/// `realloc` is as the C library's, with a short text about what the memory is for; with `size` 0
/// it frees. It may be called from any thread. NULL is an error, and changes nothing.
///
/// # Safety
///
/// `realloc` returns memory aligned as that of malloc(), or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_set_allocator(
    realloc: Option<
        unsafe extern "C" fn(ptr: *mut c_void, size: usize, reason: *const c_char) -> *mut c_void,
    >,
) {
    alloc::set(need!("lws_set_allocator", "realloc", realloc));
}

/// The context that a connection belongs to; also what a protocol's callback is about when it is
/// not about a connection.
///
/// # Returns
///
/// The context; NULL when `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or what a callback was called with, while it runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_context(wsi: *const lws) -> *mut lws_context {
    // SAFETY: the caller's promise.
    match unsafe { wsi_ref(wsi.cast_mut()) } {
        Some(w) => w.context.cast_mut().cast(),
        None => {
            arg::bad("lws_get_context", "wsi");
            core::ptr::null_mut()
        }
    }
}

/// Whom the process runs as once the context has dropped its privileges: the user and group of the
/// creation info, or those it has now where none were given.
///
/// `*uid` and `*gid` are set, each unless it is NULL. When `context` is NULL they are not.
///
/// # Safety
///
/// `context` is NULL or a live context; `uid` and `gid` are NULL or places for the results.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_effective_uid_gid(
    context: *mut lws_context,
    uid: *mut libc::uid_t,
    gid: *mut libc::gid_t,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = context_of("lws_get_effective_uid_gid", context) else {
            return;
        };
        let who = privs::effective(cx.identity);
        if let Some(uid) = uid.as_mut() {
            *uid = who.uid;
        }
        if let Some(gid) = gid.as_mut() {
            *gid = who.gid;
        }
    }
}

/// The program's memory for a connection: `user` of its callbacks.
///
/// # Returns
///
/// That pointer, may be NULL; NULL when `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_wsi_user(wsi: *mut lws) -> *mut c_void {
    // SAFETY: the caller's promise.
    match unsafe { wsi_ref(wsi) } {
        Some(w) => w.user.get(),
        None => {
            arg::bad("lws_wsi_user", "wsi");
            core::ptr::null_mut()
        }
    }
}

/// The pointer that was set with lws_set_opaque_user_data() or when the connection was made.
///
/// # Returns
///
/// That pointer; NULL when `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_opaque_user_data(wsi: *const lws) -> *mut c_void {
    // SAFETY: the caller's promise.
    match unsafe { wsi_ref(wsi.cast_mut()) } {
        Some(w) => w.opaque.get(),
        None => {
            arg::bad("lws_get_opaque_user_data", "wsi");
            core::ptr::null_mut()
        }
    }
}

/// The pointer that was set with lws_set_opaque_parent_data().
///
/// # Returns
///
/// That pointer; NULL when `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_opaque_parent_data(wsi: *const lws) -> *mut c_void {
    // SAFETY: the caller's promise.
    match unsafe { wsi_ref(wsi.cast_mut()) } {
        Some(w) => w.opaque_parent.get(),
        None => {
            arg::bad("lws_get_opaque_parent_data", "wsi");
            core::ptr::null_mut()
        }
    }
}

/// The connection that carries another one; raw connections are carried by none but themselves.
///
/// # Returns
///
/// `wsi`; NULL when it is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_network_wsi(wsi: *mut lws) -> *mut lws {
    // SAFETY: the caller's promise.
    match unsafe { wsi_ref(wsi) } {
        Some(w) => core::ptr::from_ref(w).cast_mut().cast(),
        None => {
            arg::bad("lws_get_network_wsi", "wsi");
            core::ptr::null_mut()
        }
    }
}

/// Tells whether a connection has TLS, which is not built.
///
/// # Returns
///
/// 0.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_is_ssl(wsi: *mut lws) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { wsi_ref(wsi) } {
        Some(w) => {
            let _ = w;
            0
        }
        None => {
            arg::bad("lws_is_ssl", "wsi");
            0
        }
    }
}

/// Which service thread a connection belongs to; a context has one.
///
/// # Returns
///
/// 0.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_tsi(wsi: *mut lws) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { wsi_ref(wsi) } {
        Some(w) => {
            let _ = w;
            0
        }
        None => {
            arg::bad("lws_get_tsi", "wsi");
            0
        }
    }
}

/// Which service thread a connection belongs to, as lws_get_tsi().
///
/// # Returns
///
/// 0.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_wsi_tsi(wsi: *mut lws) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { wsi_ref(wsi) } {
        Some(w) => {
            let _ = w;
            0
        }
        None => {
            arg::bad("lws_wsi_tsi", "wsi");
            0
        }
    }
}

/// What is known of the peer of a UDP connection.
///
/// # Returns
///
/// The addresses, which the connection keeps; NULL when it is not a UDP connection or `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_udp(wsi: *const lws) -> *const lws_udp {
    // SAFETY: the caller's promise.
    match unsafe { wsi_ref(wsi.cast_mut()) } {
        Some(w) => w
            .udp
            .get()
            .map_or(core::ptr::null(), |u| u.as_ptr().cast_const()),
        None => {
            arg::bad("lws_get_udp", "wsi");
            core::ptr::null()
        }
    }
}

/// The connection that this one is a child of.
///
/// # Returns
///
/// The parent; NULL when there is none or `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_parent(wsi: *const lws) -> *mut lws {
    // SAFETY: the caller's promise.
    match unsafe { wsi_ref(wsi.cast_mut()) } {
        Some(w) => wsi_by_token(w, w.parent.get()),
        None => {
            arg::bad("lws_get_parent", "wsi");
            core::ptr::null_mut()
        }
    }
}

/// The child of a connection that came last.
///
/// # Returns
///
/// The child; NULL when there is none or `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_child(wsi: *const lws) -> *mut lws {
    // SAFETY: the caller's promise.
    match unsafe { wsi_ref(wsi.cast_mut()) } {
        Some(w) => wsi_by_token(w, w.children.borrow().last().copied().unwrap_or(0)),
        None => {
            arg::bad("lws_get_child", "wsi");
            core::ptr::null_mut()
        }
    }
}

/// Replaces the program's memory for a connection, which stays the program's. Only for the thread that services the context.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_set_wsi_user(wsi: *mut lws, user: *mut c_void) {
    // SAFETY: the caller's promise.
    match unsafe { wsi_ref(wsi) } {
        Some(w) => w.user.set(user),
        None => arg::bad("lws_set_wsi_user", "wsi"),
    }
}

/// Keeps a pointer for the program. Only for the thread that services the context.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_set_opaque_user_data(wsi: *mut lws, data: *mut c_void) {
    // SAFETY: the caller's promise.
    match unsafe { wsi_ref(wsi) } {
        Some(w) => w.opaque.set(data),
        None => arg::bad("lws_set_opaque_user_data", "wsi"),
    }
}

/// Keeps another pointer for the program. Only for the thread that services the context.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_set_opaque_parent_data(wsi: *mut lws, data: *mut c_void) {
    // SAFETY: the caller's promise.
    match unsafe { wsi_ref(wsi) } {
        Some(w) => w.opaque_parent.set(data),
        None => arg::bad("lws_set_opaque_parent_data", "wsi"),
    }
}

/// How many service threads a context has.
///
/// # Returns
///
/// 1; 0 when `context` is NULL.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_count_threads(context: *mut lws_context) -> c_int {
    // SAFETY: the caller's promise.
    c_int::from(unsafe { context_of("lws_get_count_threads", context) }.is_some())
}

/// The port that a vhost listens on, also when it was created with port 0.
///
/// # Returns
///
/// The port, or what it was created with when it does not listen; -1 when `vhost` is NULL.
///
/// # Safety
///
/// `vhost` is NULL or a live vhost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_vhost_listen_port(vhost: *mut lws_vhost) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { vhost_ref(vhost) } {
        Some(v) => v.listen_port.get(),
        None => {
            arg::bad("lws_get_vhost_listen_port", "vhost");
            -1
        }
    }
}

/// Stops or restarts receiving. With `enable` 0 nothing more is received until it is called with 1;
/// what the peer sends meanwhile waits in the kernel. With LWS_RXFLOW_REASON_APPLIES the low bits
/// are reasons: LWS_RXFLOW_REASON_APPLIES_ENABLE takes reasons away,
/// LWS_RXFLOW_REASON_APPLIES_DISABLE adds them, and what is left of them stops receiving. Only for
/// the thread that services the context.
///
/// # Returns
///
/// 0, or -1 when `wsi` is NULL or closed.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_rx_flow_control(wsi: *mut lws, enable: c_int) -> c_int {
    const NAME: &str = "lws_rx_flow_control";
    // SAFETY: the caller's promise; a connection's context lives longer.
    unsafe {
        let Some((cx, w)) = conn_of(NAME, wsi) else {
            return -1;
        };
        let applies = enable & LWS_RXFLOW_REASON_APPLIES != 0;
        let on = if applies {
            enable & LWS_RXFLOW_REASON_APPLIES_ENABLE_BIT != 0
        } else {
            enable != 0
        };
        let bits = if applies { enable as u32 & 0xfff } else { 1 };
        let off = w.rx_off.get();
        w.rx_off.set(if on { off & !bits } else { off | bits });
        dispatch::update_interest(cx, w);
        dispatch::queue_early(cx, w);
    }
    0
}

/// Restarts receiving on every connection with this protocol, whatever stopped it.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_rx_flow_allow_all_protocol(
    context: *const lws_context,
    protocol: *const lws_protocols,
) {
    // SAFETY: the caller's promise.
    let cx = unsafe { context_of("lws_rx_flow_allow_all_protocol", context.cast_mut()) };
    if let Some(cx) = cx {
        for w in &cx.conns.with_protocol(protocol) {
            w.rx_off.set(0);
            dispatch::update_interest(cx, w);
            dispatch::queue_early(cx, w);
        }
    }
}

/// The connection with this token in the context of `w`.
fn wsi_by_token(w: &Wsi, token: u64) -> *mut lws {
    // SAFETY: a connection's context lives longer.
    let found = unsafe { w.context.as_ref() }.and_then(|cx| cx.conns.get(token));
    found.map_or(null_mut(), |w| std::rc::Rc::as_ptr(&w).cast_mut().cast())
}
