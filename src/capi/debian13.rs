//! The plain symbols of the functions that take a `lws_context_creation_info`, for programs that
//! were compiled against the distribution's headers.
//!
//! Debian 13 builds lws without Secure Streams, so its struct lacks the members of those, and all
//! that come after are elsewhere. Programs compiled with our headers, whose struct has every member,
//! reach `relws_create_context()` and `relws_create_vhost()` by a label in the headers.

use core::mem::{MaybeUninit, offset_of, size_of};
use core::ptr::copy_nonoverlapping;

use crate::abi::context_vhost::lws_context_creation_info;
use crate::abi::types::{lws_context, lws_vhost};

/// `lws_context_creation_info` as Debian 13 has it.
#[repr(C, align(8))]
pub struct Debian13Info([MaybeUninit<u8>; 744]);

/// What has the same place in both.
const HEAD: usize = offset_of!(lws_context_creation_info, pss_policies_json);
/// The one member behind the missing ones that does not fill a word.
const RLIMIT: usize = 632;
/// What is the same in both again, to the end.
const TAIL: usize = 640;

const _: () = {
    let ours = offset_of!(lws_context_creation_info, early_smd_cb);
    assert!(HEAD == RLIMIT);
    assert!(size_of::<Debian13Info>() - TAIL == size_of::<lws_context_creation_info>() - ours);
};

/// The struct with every member, those that Debian 13 lacks as if unset.
///
/// # Safety
///
/// `theirs` is valid.
unsafe fn whole(theirs: *const Debian13Info) -> lws_context_creation_info {
    let theirs = theirs.cast::<u8>();
    // SAFETY: zeroes are valid for every member. The three pieces lie within both structs, by the
    // assertions above.
    unsafe {
        let mut info: lws_context_creation_info = core::mem::zeroed();
        let ours = (&raw mut info).cast::<u8>();
        copy_nonoverlapping(theirs, ours, HEAD);
        let rlimit = &raw mut info.rlimit_nofile;
        copy_nonoverlapping(theirs.add(RLIMIT), rlimit.cast(), size_of_val(&*rlimit));
        let tail = offset_of!(lws_context_creation_info, early_smd_cb);
        let len = size_of::<Debian13Info>() - TAIL;
        copy_nonoverlapping(theirs.add(TAIL), ours.add(tail), len);
        info
    }
}

/// As `lws_create_context()` of the header, for a struct with Debian 13's layout.
///
/// # Safety
///
/// `info` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_create_context(info: *const Debian13Info) -> *mut lws_context {
    // SAFETY: the caller's promise.
    unsafe {
        if info.is_null() {
            return super::context_vhost::relws_create_context(core::ptr::null());
        }
        super::context_vhost::relws_create_context(&whole(info))
    }
}

/// As `lws_create_vhost()` of the header, for a struct with Debian 13's layout.
///
/// # Safety
///
/// `context` is NULL or a live context, `info` NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_create_vhost(
    context: *mut lws_context,
    info: *const Debian13Info,
) -> *mut lws_vhost {
    // SAFETY: the caller's promise.
    unsafe {
        if info.is_null() {
            return super::context_vhost::relws_create_vhost(context, core::ptr::null());
        }
        super::context_vhost::relws_create_vhost(context, &whole(info))
    }
}
