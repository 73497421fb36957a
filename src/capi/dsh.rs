//! `lws-dsh.h`: queues of several kinds that share one amount of memory.
//!
//! They belong to no context and are not locked: who uses them in several threads locks them.

use super::arg;
use super::convert::{bytes, cstr, need};
use crate::abi::dll2::lws_dll2_owner_t;
use crate::abi::types::lws_dsh;
use crate::log::{Log, log_info, log_notice};
use crate::sys::dsh::{self, Dsh, Refused};
use core::ffi::{c_char, c_int, c_void};
use core::ptr::{NonNull, null_mut};

/// # Safety
///
/// `dsh` is NULL or live.
unsafe fn dsh_of(function: &str, dsh: *mut lws_dsh) -> Option<NonNull<Dsh>> {
    // Every `lws_dsh` of C's is a `Dsh`.
    let dsh = NonNull::new(dsh.cast::<Dsh>());
    if dsh.is_none() {
        arg::bad(function, "dsh");
    }
    dsh
}

fn kind_of(kind: c_int) -> usize {
    usize::try_from(kind).unwrap_or(usize::MAX)
}

/// Makes queues of `count_kinds` kinds, numbered from 0, for objects of any length. All of them together
/// take at most `buffer_size` bytes, each object 56 more than it is long.
///
/// Those with the same `owner` lend each other what they lack.
///
/// # Returns
///
/// The queues, for lws_dsh_destroy(). NULL when `count_kinds` is less than 1, or there is no memory.
///
/// # Safety
///
/// `owner` is NULL, or a list of such queues alone that lives longer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dsh_create(
    owner: *mut lws_dll2_owner_t,
    buffer_size: usize,
    count_kinds: c_int,
) -> *mut lws_dsh {
    const NAME: &str = "lws_dsh_create";
    let kinds = usize::try_from(count_kinds).ok().filter(|n| *n > 0);
    let kinds = need!("count_kinds", kinds, null_mut());
    // SAFETY: the caller's promise.
    let made = unsafe { dsh::create(owner, buffer_size, kinds) };
    need!("count_kinds: no memory", made, null_mut())
        .as_ptr()
        .cast()
}

/// Ends queues with what is in them, and `*pdsh` becomes NULL, where it may be already. What they lent
/// others is lent by the rest of the list; where nobody has so much, the object has gone.
///
/// # Safety
///
/// `pdsh` is NULL, or points to NULL or queues, of which nothing is used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dsh_destroy(pdsh: *mut *mut lws_dsh) {
    const NAME: &str = "lws_dsh_destroy";
    let pdsh = need!("pdsh", NonNull::new(pdsh));
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(old) = NonNull::new(pdsh.read().cast::<Dsh>()) {
            pdsh.write(null_mut());
            dsh::destroy(old);
        }
    }
}

/// Puts an object at the end of a queue: a copy of `src1`, and behind it of `src2`.
///
/// @param dsh: the queues
/// @param kind: which one
/// @param src1: the first part
/// @param size1: how many bytes it has
/// @param src2: the second part, or NULL for none
/// @param size2: how many bytes it has
///
/// # Returns
///
/// 0; 1 when there is no room, here or on the list, no such kind, or an argument is NULL.
///
/// # Safety
///
/// `dsh` is NULL or live, the parts have as many bytes as is said or are NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dsh_alloc_tail(
    dsh: *mut lws_dsh,
    kind: c_int,
    src1: *const c_void,
    size1: usize,
    src2: *const c_void,
    size2: usize,
) -> c_int {
    const NAME: &str = "lws_dsh_alloc_tail";
    // SAFETY: the caller's promises.
    unsafe {
        let Some(dsh) = dsh_of(NAME, dsh) else {
            return 1;
        };
        let first = need!("src1", bytes(src1.cast(), size1), 1);
        let second = if src2.is_null() {
            &[]
        } else {
            bytes(src2.cast(), size2).unwrap_or(&[])
        };
        match dsh::put(dsh, kind_of(kind), [first, second]) {
            Ok(()) => 0,
            Err(why) => {
                match why {
                    Refused::Kind => arg::bad(NAME, "kind"),
                    Refused::NoMemory => arg::bad(NAME, "size: no memory"),
                    // The usual end of what fills it.
                    Refused::Full => log_info!(Log::GLOBAL, "{NAME}: no room"),
                }
                1
            }
        }
    }
}

/// Takes an object out of its queue and frees it; `*obj` becomes NULL, where it may be already.
///
/// # Safety
///
/// `obj` is NULL, or points to NULL or a payload from lws_dsh_get_head(), which is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dsh_free(obj: *mut *mut c_void) {
    const NAME: &str = "lws_dsh_free";
    let obj = need!("obj", NonNull::new(obj));
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(payload) = NonNull::new(obj.read()) {
            obj.write(null_mut());
            dsh::free(payload.cast());
        }
    }
}

/// How many bytes a queue takes, 56 of them for each object beside its length in steps of 8.
///
/// # Returns
///
/// The number; 0 when there is no such queue or `dsh` is NULL.
///
/// # Safety
///
/// `dsh` is NULL or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dsh_get_size(dsh: *mut lws_dsh, kind: c_int) -> usize {
    const NAME: &str = "lws_dsh_get_size";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(dsh) = dsh_of(NAME, dsh) else {
            return 0;
        };
        need!("kind", dsh::cost(dsh, kind_of(kind)), 0)
    }
}

/// The first object of a queue, which stays there until lws_dsh_free().
///
/// @param dsh: the queues
/// @param kind: which one
/// @param obj: where the pointer to its payload comes, NULL when there is none
/// @param size: where its length comes
///
/// # Returns
///
/// 0; 1 when there is none, no such kind, or an argument is NULL.
///
/// # Safety
///
/// `dsh` is NULL or live, `obj` and `size` are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dsh_get_head(
    dsh: *mut lws_dsh,
    kind: c_int,
    obj: *mut *mut c_void,
    size: *mut usize,
) -> c_int {
    const NAME: &str = "lws_dsh_get_head";
    // SAFETY: the caller's promises.
    unsafe {
        let Some(dsh) = dsh_of(NAME, dsh) else {
            return 1;
        };
        let obj = need!("obj", NonNull::new(obj), 1);
        let size = need!("size", NonNull::new(size), 1);
        need!("kind", dsh::cost(dsh, kind_of(kind)), 1);
        match dsh::head(dsh, kind_of(kind)) {
            Some((payload, len)) => {
                obj.write(payload.as_ptr().cast());
                size.write(len);
                0
            }
            None => {
                obj.write(null_mut());
                size.write(0);
                1
            }
        }
    }
}

/// Logs what is in queues, as LLL_NOTICE, after `desc`.
///
/// # Safety
///
/// `dsh` is NULL or live, `desc` NULL or a text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dsh_describe(dsh: *mut lws_dsh, desc: *const c_char) {
    const NAME: &str = "lws_dsh_describe";
    // SAFETY: the caller's promises.
    unsafe {
        let Some(dsh) = dsh_of(NAME, dsh) else {
            return;
        };
        let desc = cstr(desc).unwrap_or_default().to_string_lossy();
        let (amount, used, kinds) = dsh::about(dsh);
        log_notice!(Log::GLOBAL, "{desc}: {used} of {amount} bytes");
        for kind in 0..kinds {
            let cost = dsh::cost(dsh, kind).unwrap_or(0);
            log_notice!(Log::GLOBAL, "{desc}: kind {kind}: {cost} bytes");
        }
    }
}
