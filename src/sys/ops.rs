//! What the program does for the system (`lws_system_ops_t`), and callbacks it
//! wants to have run in the event loop.

use crate::abi::system::lws_system_ops;
use crate::abi::types::lws_context;
use crate::sys::opaque::Handle;
use core::ffi::{c_int, c_void};

/// The operations given at the context's creation.
#[derive(Clone, Copy)]
pub(crate) struct Ops(*const lws_system_ops);

impl Ops {
    /// # Safety
    ///
    /// `p` is NULL or stays valid as long as the context.
    pub(crate) unsafe fn new(p: *const lws_system_ops) -> Self {
        Self(p)
    }

    pub(crate) fn raw(self) -> *const lws_system_ops {
        self.0
    }

    /// Asks the program to find out about captive portals; `None` when it does not offer to.
    pub(crate) fn detect_captive_portal(self, context: Handle<lws_context>) -> Option<c_int> {
        // SAFETY: the promise of `new`; the context outlives who has its handle.
        unsafe {
            let request = self.0.as_ref()?.captive_portal_detect_request?;
            Some(request(context.raw()))
        }
    }
}

/// The C type of an attached callback.
pub(crate) type AttachFn =
    unsafe extern "C" fn(context: *mut lws_context, tsi: c_int, opaque: *mut c_void);

/// A callback that waits for a state of the system.
pub(crate) struct Attached {
    cb: AttachFn,
    opaque: *mut c_void,
    /// The lowest state it may run in.
    pub(crate) state: c_int,
}

// SAFETY: made on any thread, it is called on the one that services the context.
unsafe impl Send for Attached {}

impl Attached {
    /// # Safety
    ///
    /// `cb` may be called once with `opaque`.
    pub(crate) unsafe fn new(cb: AttachFn, opaque: *mut c_void, state: c_int) -> Self {
        Self { cb, opaque, state }
    }

    pub(crate) fn call(self, context: Handle<lws_context>) {
        // SAFETY: the promise of `new`; the context outlives who has its handle.
        unsafe { (self.cb)(context.raw(), 0, self.opaque) }
    }
}
