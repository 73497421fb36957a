//! Zeroed memory that the library keeps for a program: per session, and per
//! vhost and protocol.

use core::ffi::c_void;
use core::ptr::NonNull;

/// A block from `calloc()`, aligned for anything.
pub(crate) struct Zeroed(NonNull<c_void>);

impl Zeroed {
    /// `size` zeroed bytes; `None` when there is no memory, or `size` is 0.
    pub(crate) fn new(size: usize) -> Option<Self> {
        if size == 0 {
            return None;
        }
        // SAFETY: takes any sizes.
        NonNull::new(unsafe { libc::calloc(1, size) }).map(Self)
    }

    pub(crate) fn as_ptr(&self) -> *mut c_void {
        self.0.as_ptr()
    }
}

impl Drop for Zeroed {
    fn drop(&mut self) {
        // SAFETY: it came from calloc, and nobody has it any more.
        unsafe { libc::free(self.0.as_ptr()) }
    }
}
