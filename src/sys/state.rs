//! State managers and their notifiers in the memory of the program
//! (`lws_state_manager_t`, `lws_state_notify_link_t`).

use crate::abi::state::{lws_state_manager, lws_state_notify_link};
use crate::abi::types::lws_context;
use crate::sys::dll2;
use core::ffi::{CStr, c_int};
use core::ptr::NonNull;

/// One state manager.
#[derive(Clone, Copy)]
pub(crate) struct Manager(NonNull<lws_state_manager>);

impl Manager {
    /// # Safety
    ///
    /// `p` and the notifiers on its list stay valid while it is used, by one thread only.
    pub(crate) unsafe fn new(p: NonNull<lws_state_manager>) -> Self {
        Self(p)
    }

    pub(crate) fn raw(self) -> *mut lws_state_manager {
        self.0.as_ptr()
    }

    pub(crate) fn state(self) -> c_int {
        // SAFETY: the promise of `new`, here and below.
        unsafe { (*self.raw()).state }
    }

    pub(crate) fn set_state(self, state: c_int) {
        // SAFETY: as above.
        unsafe { (*self.raw()).state = state }
    }

    /// The class of its messages, 0 for none.
    pub(crate) fn smd_class(self) -> u32 {
        // SAFETY: as above.
        unsafe { (*self.raw()).smd_class }
    }

    /// The context it reports to, may be NULL.
    pub(crate) fn context(self) -> *mut lws_context {
        // SAFETY: as above.
        unsafe { (*self.raw()).context }
    }

    /// Its name, for logs.
    pub(crate) fn name(self) -> String {
        // SAFETY: as above; the name is NULL or NUL-terminated.
        unsafe { text((*self.raw()).name) }.unwrap_or_else(|| "?".into())
    }

    /// The name of a state. Without a table of names, and for states below 0, its number.
    pub(crate) fn state_name(self, state: c_int) -> String {
        let number = || state.to_string();
        let Ok(index) = usize::try_from(state) else {
            return number();
        };
        // SAFETY: the table has a name for each state that the program uses.
        unsafe {
            let names = (*self.raw()).state_names;
            if names.is_null() {
                return number();
            }
            text(*names.add(index)).unwrap_or_else(number)
        }
    }

    /// Calls each notifier with (`current`, `target`), the newest first. With `may_veto` the first
    /// nonzero return ends it and is returned as that notifier's name.
    ///
    /// The callback may free its notifier, so the name is copied before; with `named` only.
    pub(crate) fn notify(
        self,
        current: c_int,
        target: c_int,
        may_veto: bool,
        named: bool,
    ) -> Option<String> {
        let mut veto = None;
        // SAFETY: the list is valid; its elements are the first members of notifiers. A callback
        // may remove any of them.
        unsafe {
            dll2::walk(&raw mut (*self.raw()).notify_list, |d| {
                let link = d.cast::<lws_state_notify_link>();
                let name = if named { text((*link).name) } else { None };
                let Some(cb) = (*link).notify_cb else {
                    return false;
                };
                let refused = cb(self.raw(), link, current, target) != 0;
                if refused && may_veto {
                    veto = Some(name.unwrap_or_else(|| "?".into()));
                }
                refused && may_veto
            });
        }
        veto
    }
}

/// # Safety
///
/// `p` is NULL or NUL-terminated.
unsafe fn text(p: *const core::ffi::c_char) -> Option<String> {
    if p.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    Some(unsafe { CStr::from_ptr(p) }.to_string_lossy().into_owned())
}
