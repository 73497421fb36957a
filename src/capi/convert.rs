//! What C passes, as Rust has it, and back.

use core::ffi::{CStr, c_char, c_int};

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

/// Unwraps an argument; where it is bad, logs that and returns from the function, with the value given
/// last.
///
/// The line begins with the function's name: `NAME`, which every function for C that may log it says
/// once, or, in what such functions share, what `in` says.
macro_rules! need {
    (in $function:expr, $argument:expr, $value:expr $(, $or:expr)?) => {
        match $value {
            Some(value) => value,
            None => {
                $crate::capi::arg::bad($function, $argument);
                return $($or)?;
            }
        }
    };
    ($argument:expr, $value:expr $(, $or:expr)?) => {
        $crate::capi::convert::need!(in NAME, $argument, $value $(, $or)?)
    };
}
pub(crate) use need;
