//! Memory that C sees: SMD payloads, buffer list segments, blob segments.
//!
//! It comes from the allocator the program chose with `lws_set_allocator()`,
//! by default `realloc()`/`free()`. Our own data is in Rust's heap.

use core::ffi::{c_char, c_void};
use core::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The signature of `lws_set_allocator()`'s argument: `realloc` with a note of
/// what the memory is for. Size 0 frees and returns NULL.
pub(crate) type Realloc =
    unsafe extern "C" fn(ptr: *mut c_void, size: usize, reason: *const c_char) -> *mut c_void;

/// The user's allocator as an address, 0 for the C library's.
static USER: AtomicUsize = AtomicUsize::new(0);

/// Replaces the allocator. Blocks already handed out are freed by the new one,
/// so a program calls this before anything else, as it must with lws.
pub(crate) fn set(user: Realloc) {
    USER.store(user as usize, Ordering::SeqCst);
}

fn user() -> Option<Realloc> {
    match USER.load(Ordering::Relaxed) {
        0 => None,
        // SAFETY: the only non-zero value ever stored is a `Realloc`.
        addr => Some(unsafe { core::mem::transmute::<usize, Realloc>(addr) }),
    }
}

/// `size` bytes, aligned as by `malloc()`, or `None` when there is no memory.
/// The content is undefined. Free it with [`free`].
pub(crate) fn alloc(size: usize, reason: &'static core::ffi::CStr) -> Option<NonNull<u8>> {
    let size = size.max(1);
    let p = match user() {
        // SAFETY: a realloc-like function may be asked for new memory.
        Some(f) => unsafe { f(core::ptr::null_mut(), size, reason.as_ptr()) },
        // SAFETY: malloc takes any size.
        None => unsafe { libc::malloc(size) },
    };
    NonNull::new(p.cast())
}

/// Gives memory of [`alloc`] back.
///
/// # Safety
///
/// `p` came from [`alloc`] and is not used again.
pub(crate) unsafe fn free(p: NonNull<u8>) {
    match user() {
        // SAFETY: the block came from this allocator; size 0 frees it.
        Some(f) => unsafe {
            f(p.as_ptr().cast(), 0, c"free".as_ptr());
        },
        // SAFETY: the block came from malloc.
        None => unsafe { libc::free(p.as_ptr().cast()) },
    }
}
