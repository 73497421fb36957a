//! Callbacks of the program, as values the safe rooms can call.

use core::ffi::{c_int, c_void};

/// The C type of an SMD participant's callback.
pub(crate) type SmdFn = unsafe extern "C" fn(
    opaque: *mut c_void,
    class: u32,
    timestamp: i64,
    buf: *mut c_void,
    len: usize,
) -> c_int;

/// An SMD participant's callback and its opaque pointer.
pub(crate) struct SmdCallback {
    cb: SmdFn,
    opaque: *mut c_void,
}

// SAFETY: it is only called on the thread that services the context; the other threads just carry
// it there.
unsafe impl Send for SmdCallback {}
// SAFETY: as above.
unsafe impl Sync for SmdCallback {}

impl SmdCallback {
    /// # Safety
    ///
    /// `cb` may be called with `opaque` until it is unregistered.
    pub(crate) unsafe fn new(cb: SmdFn, opaque: *mut c_void) -> Self {
        Self { cb, opaque }
    }

    /// Calls it. What it returns means nothing.
    pub(crate) fn call(&self, class: u32, timestamp: i64, payload: *mut u8, len: usize) {
        // SAFETY: the promise of `new`; the payload comes from the batch being delivered.
        unsafe { (self.cb)(self.opaque, class, timestamp, payload.cast(), len) };
    }
}
