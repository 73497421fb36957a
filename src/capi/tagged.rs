//! Structs that begin with their size, so that they can grow.
//!
//! A program has the struct of the version that it was compiled with, which may be older or newer than
//! the library. What the first version had is there always; of the rest as much as both know. So
//! the program's memory is never taken for a struct of ours: it is read into one and written from
//! one.

use crate::abi::cao::{lws_cao_info, lws_cao_score, lws_cao_settings, lws_cao_stats};
#[cfg(feature = "LWS_WITH_NETLINK")]
use crate::abi::route::{lws_route_decision, lws_route_flow, lws_route_settings, lws_route_stats};
use crate::capi::arg;
use core::mem::{MaybeUninit, offset_of};

/// No struct is longer: more is a size that was not set.
const LONGEST: usize = 4096;

/// A struct whose first member is its size as a `u32`.
///
/// # Safety
///
/// So it is, `repr(C)`, and all bytes 0 are one. `FIRST` never changes.
pub(super) unsafe trait Tagged: Sized {
    /// How many bytes the members of its first version take.
    const FIRST: usize;
}

// SAFETY: each is `repr(C)`, begins with `size: u32`, and consists of integers, addresses in bytes,
// and pointers and callbacks that may be NULL; the members named are the last ones of version 1.
#[cfg(feature = "LWS_WITH_NETLINK")]
unsafe impl Tagged for lws_route_flow {
    const FIRST: usize = offset_of!(lws_route_flow, flags) + size_of::<u16>();
}
// SAFETY: as above.
#[cfg(feature = "LWS_WITH_NETLINK")]
unsafe impl Tagged for lws_route_decision {
    const FIRST: usize = offset_of!(lws_route_decision, hops_count) + size_of::<u32>();
}
// SAFETY: as above.
#[cfg(feature = "LWS_WITH_NETLINK")]
unsafe impl Tagged for lws_route_stats {
    const FIRST: usize = offset_of!(lws_route_stats, watched) + size_of::<u64>();
}
// SAFETY: as above.
#[cfg(feature = "LWS_WITH_NETLINK")]
unsafe impl Tagged for lws_route_settings {
    const FIRST: usize = offset_of!(lws_route_settings, user) + size_of::<*mut ()>();
}

// SAFETY: as above.
unsafe impl Tagged for lws_cao_info {
    const FIRST: usize = offset_of!(lws_cao_info, partition) + size_of::<u64>();
}
// SAFETY: as above.
unsafe impl Tagged for lws_cao_score {
    const FIRST: usize = offset_of!(lws_cao_score, penalty_us) + size_of::<i64>();
}
// SAFETY: as above.
unsafe impl Tagged for lws_cao_settings {
    const FIRST: usize = offset_of!(lws_cao_settings, announce) + size_of::<u32>();
}
// SAFETY: as above.
unsafe impl Tagged for lws_cao_stats {
    const FIRST: usize = offset_of!(lws_cao_stats, evicted) + size_of::<u64>();
}

/// The size that a program's struct says it has; logs one that cannot be as `function`'s mistake.
unsafe fn size_of_theirs<T: Tagged>(function: &str, what: &str, theirs: *const T) -> Option<usize> {
    if theirs.is_null() {
        arg::bad(function, what);
        return None;
    }
    // SAFETY: not NULL, and the caller's struct begins with its size.
    let size = unsafe { theirs.cast::<u32>().read() };
    let size = usize::try_from(size).ok();
    let size = size.filter(|size| *size >= T::FIRST && *size <= LONGEST);
    if size.is_none() {
        arg::bad(function, what);
    }
    size
}

/// Reads a program's struct; members that it does not have are 0. Logs one that is NULL or has no
/// possible size as `function`'s mistake, with `what` as the name of the argument.
///
/// # Safety
///
/// `theirs` is NULL or points at as many bytes as it says.
pub(super) unsafe fn read<T: Tagged>(function: &str, what: &str, theirs: *const T) -> Option<T> {
    let mut room = MaybeUninit::uninit();
    // SAFETY: the caller's promise; what was read is there.
    unsafe {
        read_into(function, what, theirs, &mut room)?;
        Some(room.assume_init())
    }
}

/// As [`read`], into room that the caller has: nothing is copied twice.
///
/// # Safety
///
/// As that of [`read`].
pub(super) unsafe fn read_into<'a, T: Tagged>(
    function: &str,
    what: &str,
    theirs: *const T,
    ours: &'a mut MaybeUninit<T>,
) -> Option<&'a mut T> {
    // SAFETY: the caller's promise. As many bytes are copied as both have; the rest is 0.
    unsafe {
        let size = size_of_theirs(function, what, theirs)?.min(size_of::<T>());
        let bytes = ours.as_mut_ptr().cast::<u8>();
        copy(theirs.cast::<u8>(), bytes, size);
        if size < size_of::<T>() {
            bytes.add(size).write_bytes(0, size_of::<T>() - size);
        }
        Some(ours.assume_init_mut())
    }
}

/// Copies bytes by the C library's function. In line a copy whose size is known becomes `rep movsb` where
/// the code is to be small, and that takes longer to begin than all of this.
///
/// # Safety
///
/// As that of [`core::ptr::copy_nonoverlapping`].
#[inline(never)]
unsafe fn copy(from: *const u8, to: *mut u8, size: usize) {
    // SAFETY: the caller's promise.
    unsafe { core::ptr::copy_nonoverlapping(from, to, size) };
}

/// Writes into a program's struct, which [`read`] has found to be one, as much as fits; members that
/// only it has become 0. The size stays.
///
/// # Safety
///
/// `theirs` points at as many bytes as it says, which may be written.
pub(super) unsafe fn write<T: Tagged>(theirs: *mut T, ours: &T) {
    const TAG: usize = size_of::<u32>();
    // SAFETY: the caller's promise: `size` bytes are there, and no more of ours are copied than it has.
    unsafe {
        let size = usize::try_from(theirs.cast::<u32>().read()).unwrap_or(0);
        let both = size.min(size_of::<T>());
        let (from, to) = (core::ptr::from_ref(ours).cast::<u8>(), theirs.cast::<u8>());
        if both > TAG {
            copy(from.add(TAG), to.add(TAG), both - TAG);
            if both < size {
                to.add(both).write_bytes(0, size - both);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Version 2 of a struct, of which version 1 had `size`, `a` and `b`.
    #[repr(C)]
    struct Two {
        size: u32,
        a: u32,
        b: u64,
        c: u64,
    }

    // SAFETY: integers only.
    unsafe impl Tagged for Two {
        const FIRST: usize = 16;
    }

    const OURS: Two = Two {
        size: 24,
        a: 1,
        b: 2,
        c: 3,
    };

    /// A program's struct of `size` bytes, and what is behind it.
    fn theirs(size: u32) -> [u32; 10] {
        let mut words = [7; 10];
        words[0] = size;
        words
    }

    fn take(words: &[u32; 10]) -> Option<Two> {
        // SAFETY: no size in these tests that is accepted is beyond the words.
        unsafe { read::<Two>("test", "words", words.as_ptr().cast()) }
    }

    fn give(words: &mut [u32; 10]) {
        // SAFETY: as above.
        unsafe { write::<Two>(words.as_mut_ptr().cast(), &OURS) };
    }

    #[test]
    fn the_first_version_is_taken_for_ever() {
        let mut words = theirs(16);
        let two = take(&words).unwrap();
        let seven = 7 << 32 | 7;
        assert_eq!((two.size, two.a, two.b, two.c), (16, 7, seven, 0));
        give(&mut words);
        assert_eq!(words, [16, 1, 2, 0, 7, 7, 7, 7, 7, 7]);
    }

    #[test]
    fn what_fits_is_given_and_what_only_they_have_is_0() {
        for (size, after) in [
            (24, [24, 1, 2, 0, 3, 0, 7, 7, 7, 7]),
            (32, [32, 1, 2, 0, 3, 0, 0, 0, 7, 7]),
            (20, [20, 1, 2, 0, 3, 7, 7, 7, 7, 7]),
        ] {
            let mut words = theirs(size);
            assert!(take(&words).is_some());
            give(&mut words);
            assert_eq!(words, after, "{size}");
        }
    }

    #[test]
    fn a_size_that_cannot_be_is_refused() {
        for size in [0, 4, 15, 4097, u32::MAX] {
            assert!(take(&theirs(size)).is_none(), "{size}");
        }
    }
}
