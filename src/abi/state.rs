//! `lws-state.h`: managers and notifiers.

use super::dll2::{lws_dll2_owner_t, lws_dll2_t};
use super::smd::lws_smd_class_t;
use super::types::lws_context;
use core::ffi::{c_char, c_int, c_void};

/// A notifier's callback. With `current` != `target` it is asked whether the manager may go from
/// one to the other: nonzero refuses. With both equal it is told that the manager is there now; the
/// return value means nothing then.
///
/// It may call anything, also change the state and remove any notifier.
pub type lws_state_notify_t = Option<
    unsafe extern "C" fn(
        mgr: *mut lws_state_manager,
        link: *mut lws_state_notify_link,
        current: c_int,
        target: c_int,
    ) -> c_int,
>;

/// A notifier. It belongs to the program and outlives its registration.
#[repr(C)]
#[derive(Debug)]
pub struct lws_state_notify_link {
    /// On the manager's list while it is registered. Zero it before the first use.
    pub list: lws_dll2_t,
    /// What is asked and told.
    pub notify_cb: lws_state_notify_t,
    /// Its name, for logs.
    pub name: *const c_char,
}

/// A notifier.
pub type lws_state_notify_link_t = lws_state_notify_link;

/// A thing with a state. Programs may have their own: zero one, then fill in what is wanted.
#[repr(C)]
#[derive(Debug)]
pub struct lws_state_manager {
    /// The notifiers, the newest first.
    pub notify_list: lws_dll2_owner_t,
    /// The context that messages about it go through; may be NULL.
    pub context: *mut lws_context,
    /// The program's own.
    pub parent: *mut c_void,
    /// The class of the message about each change, `{"state":"<name>"}`; 0 for no message.
    pub smd_class: lws_smd_class_t,
    /// The names of the states, by number. May be NULL; then the number stands for the name.
    pub state_names: *mut *const c_char,
    /// Its name, for logs.
    pub name: *const c_char,
    /// The state it is in.
    pub state: c_int,
}

/// A thing with a state.
pub type lws_state_manager_t = lws_state_manager;
