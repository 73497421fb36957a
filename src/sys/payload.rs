//! Bytes that a program gets a pointer to and may write to, and that stay in their place until they are
//! dropped.

use crate::sys::alloc;
use core::ptr::NonNull;

/// Such bytes, owned.
pub(crate) struct Payload {
    at: NonNull<u8>,
    len: usize,
}

impl Payload {
    /// `len` bytes, all 0, or `None` when there is no memory.
    pub(crate) fn new(len: usize) -> Option<Self> {
        let at = alloc::alloc(len, c"payload")?;
        // SAFETY: the block has that many bytes.
        unsafe { at.as_ptr().write_bytes(0, len) };
        Some(Self { at, len })
    }

    /// A copy, or `None` when there is no memory.
    pub(crate) fn copy(bytes: &[u8]) -> Option<Self> {
        let new = Self::new(bytes.len())?;
        // SAFETY: the block has that many bytes and is a new one.
        unsafe {
            bytes
                .as_ptr()
                .copy_to_nonoverlapping(new.at.as_ptr(), new.len)
        };
        Some(new)
    }

    /// For the program: valid as long as this lives.
    pub(crate) fn raw(&self) -> *mut u8 {
        self.at.as_ptr()
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: initialised by `new`. The program writes to it on this thread only, while nothing
        // here runs.
        unsafe { core::slice::from_raw_parts(self.at.as_ptr(), self.len) }
    }
}

impl Drop for Payload {
    fn drop(&mut self) {
        // SAFETY: it came from `alloc` and nobody uses it any more.
        unsafe { alloc::free(self.at) };
    }
}
