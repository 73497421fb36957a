//! `lws-state.h`: state managers and their notifiers.
#![cfg_attr(not(feature = "LWS_WITH_SYS_STATE"), allow(unused_imports))]

pub use crate::abi::state::*;

use crate::capi::arg;
use crate::context::Context;
use crate::log::{Log, log_err};
#[cfg(feature = "LWS_WITH_SYS_STATE")]
use crate::state::{self, system};
use crate::sys::dll2;
#[cfg(feature = "LWS_WITH_SYS_STATE")]
use crate::sys::state::Manager;
use core::ffi::c_int;
use core::ptr::NonNull;

/// Registers a notifier. It is asked before those registered earlier. Only for the thread that
/// uses the manager.
///
/// # Safety
///
/// `mgr` and `nl` are valid, `nl` until it is deregistered or the manager is gone.
#[cfg(feature = "LWS_WITH_SYS_STATE")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_state_reg_notifier(
    mgr: *mut lws_state_manager_t,
    nl: *mut lws_state_notify_link_t,
) {
    const NAME: &str = "lws_state_reg_notifier";
    if mgr.is_null() || nl.is_null() {
        return arg::bad(NAME, if mgr.is_null() { "mgr" } else { "nl" });
    }
    // SAFETY: not NULL, and valid by the caller's promise.
    unsafe {
        if (*nl).notify_cb.is_none() {
            return arg::bad(NAME, "nl->notify_cb");
        }
        if !(*nl).list.owner.is_null() {
            log_err!(Log::GLOBAL, "{NAME}: nl is registered already");
            return;
        }
        dll2::add_head(&raw mut (*nl).list, &raw mut (*mgr).notify_list);
    }
}

/// Ends a notifier's registration; it is not called again. Does nothing when it has none. Only for
/// the thread that uses the manager; also inside any notifier.
///
/// # Safety
///
/// `nl` is NULL or a valid notifier.
#[cfg(feature = "LWS_WITH_SYS_STATE")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_state_reg_deregister(nl: *mut lws_state_notify_link_t) {
    const NAME: &str = "lws_state_reg_deregister";
    if nl.is_null() {
        return arg::bad(NAME, "nl");
    }
    // SAFETY: not NULL, and valid by the caller's promise.
    unsafe { dll2::remove(&raw mut (*nl).list) }
}

/// Registers each notifier of a NULL-terminated list of pointers, in that order: the last one is
/// asked first. `nl` may be NULL.
///
/// # Safety
///
/// As lws_state_reg_notifier(), for each.
#[cfg(feature = "LWS_WITH_SYS_STATE")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_state_reg_notifier_list(
    mgr: *mut lws_state_manager_t,
    nl: *const *mut lws_state_notify_link_t,
) {
    const NAME: &str = "lws_state_reg_notifier_list";
    if mgr.is_null() {
        return arg::bad(NAME, "mgr");
    }
    let mut at = nl;
    // SAFETY: the list has its end, and its elements are valid, by the caller's promise.
    unsafe {
        while !at.is_null() && !(*at).is_null() {
            lws_state_reg_notifier(mgr, *at);
            at = at.add(1);
        }
    }
}

/// Moves the manager up to `target`, state by state. At each step every notifier is asked; the
/// first that refuses stops the climb, and has to call this again once it no longer does. Never
/// moves down. Only for the thread that uses the manager.
///
/// # Returns
///
/// 0, refused or not: look at the manager's state. 1 when `mgr` is NULL or `target` is no state.
///
/// # Safety
///
/// `mgr` is a valid manager.
#[cfg(feature = "LWS_WITH_SYS_STATE")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_state_transition_steps(
    mgr: *mut lws_state_manager_t,
    target: c_int,
) -> c_int {
    const NAME: &str = "lws_state_transition_steps";
    // SAFETY: the caller's promise.
    unsafe { go(NAME, mgr, target, true) }
}

/// Moves the manager to `target` in one step, up or down. Every notifier is asked; the first that
/// refuses stops it. Then every notifier is told, and the message is sent if the manager has a
/// class for it. Only for the thread that uses the manager.
///
/// # Returns
///
/// 0, refused or not: look at the manager's state. 1 when `mgr` is NULL or `target` is no state.
///
/// # Safety
///
/// `mgr` is a valid manager.
#[cfg(feature = "LWS_WITH_SYS_STATE")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_state_transition(
    mgr: *mut lws_state_manager_t,
    target: c_int,
) -> c_int {
    const NAME: &str = "lws_state_transition";
    // SAFETY: the caller's promise.
    unsafe { go(NAME, mgr, target, false) }
}

/// # Safety
///
/// `mgr` is NULL or a valid manager.
#[cfg(feature = "LWS_WITH_SYS_STATE")]
unsafe fn go(
    name: &'static str,
    mgr: *mut lws_state_manager_t,
    target: c_int,
    steps: bool,
) -> c_int {
    let Some(raw) = NonNull::new(mgr) else {
        arg::bad(name, "mgr");
        return 1;
    };
    // SAFETY: the caller's promise; the manager's context is NULL or live.
    unsafe {
        let m = Manager::new(raw);
        let context = m.context();
        let cx = context.cast::<Context>().as_ref();
        let of_system = cx.is_some_and(|cx| cx.system.is(m));
        // How many states a program's own manager has, nobody knows.
        if target < 0 || (of_system && target > system::CONTEXT_DESTROYING) {
            arg::bad(name, "target");
            return 1;
        }
        let run = || {
            let log = cx.map_or(Log::GLOBAL, |cx| cx.log);
            let publish = |m: Manager, s| {
                if let Some(cx) = cx {
                    system::publish(cx, m, s);
                }
            };
            if steps {
                state::climb(m, log, target, &publish);
            } else {
                state::transition(m, log, target, &publish);
            }
        };
        match cx {
            Some(cx) => {
                if !cx.check_thread(name) {
                    return 1;
                }
                cx.within(run);
            }
            None => run(),
        }
    }
    0
}
