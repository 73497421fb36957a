//! `lws-button.h`: buttons.

pub use crate::abi::button::*;

use super::types::lws_context;
use super::{arg, enter};
use crate::button::{Controller, MOST, Regime, Wanted};
use crate::log::{Log, log_err};
use crate::sys::gpio::Ops;
use crate::sys::pressed;
use core::ffi::{CStr, c_char};
use core::ptr::null_mut;
use std::rc::Rc;

/// The controller behind a pointer of C's; logs what is none as `function`'s mistake.
fn controller_of(function: &str, bcs: *mut lws_button_state) -> Option<Rc<Controller>> {
    // SAFETY: only controllers are placed under these numbers, by the thread that services them, and
    // they forget their number before they go.
    let found = unsafe { pressed::find::<Controller>(bcs.addr()) };
    if found.is_none() {
        arg::bad(function, "bcs");
    }
    found
}

/// One button of C's. `None` where it makes no sense.
///
/// # Safety
///
/// `m` is valid, as are its pointers, which may be NULL.
unsafe fn wanted_of(m: &lws_button_map_t, high: bool) -> Option<Wanted> {
    if m.smd_interaction_name.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    unsafe {
        let regime = m.regime.as_ref().map_or(Regime::DEFAULT, |r| Regime {
            min_down: r.ms_min_down,
            min_down_longpress: r.ms_min_down_longpress,
            up_settle: r.ms_up_settle,
            doubleclick_grace: r.ms_doubleclick_grace,
            repeat_down: r.ms_repeat_down,
            doubleclick: r.flags
                & lws_button_regime_flags::LWSBTNRGMFLAG_CLASSIFY_DOUBLECLICK as u8
                != 0,
        });
        Some(Wanted {
            gpio: m.gpio,
            name: CStr::from_ptr(m.smd_interaction_name).into(),
            regime,
            high,
        })
    }
}

/// Makes buttons that belong together, none of them enabled. Their presses become messages of class
/// INTERACTION: `{"type":"button","src":"controller/button","event":"down"}`, with `down`,
/// `stilldown`, `up`, `click`, `longclick` and `doubleclick` as events. For the thread that services
/// the context.
///
/// @param ctx: the context
/// @param controller: what they are; copied, but for its `gpio_ops`
///
/// # Returns
///
/// What stands for them, until lws_button_controller_destroy() or the end of the context; NULL when
/// an argument makes no sense (more than 16 buttons, an operation or a name that is missing), or
/// when there is no memory or descriptor.
///
/// # Safety
///
/// `ctx` is NULL or a live context, `controller` NULL or valid. The operations may be called with the
/// pins until the controller is destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_button_controller_create(
    ctx: *mut lws_context,
    controller: *const lws_button_controller_t,
) -> *mut lws_button_state {
    const NAME: &str = "lws_button_controller_create";
    // SAFETY: the caller's promises.
    unsafe {
        let Some(cx) = enter(NAME, ctx) else {
            return null_mut();
        };
        let bad = || {
            arg::bad(NAME, "controller");
            null_mut()
        };
        let Some(c) = controller.as_ref() else {
            return bad();
        };
        let count = usize::from(c.count_buttons);
        if count > MOST || c.smd_bc_name.is_null() || (count > 0 && c.button_map.is_null()) {
            return bad();
        }
        let Some(ops) = Ops::new(c.gpio_ops) else {
            return bad();
        };
        let mut wanted = Vec::with_capacity(count);
        for n in 0..count {
            let high = c.active_state_bitmap & (1 << n) != 0;
            let Some(w) = wanted_of(&*c.button_map.add(n), high) else {
                return bad();
            };
            wanted.push(w);
        }
        match cx
            .buttons
            .create(CStr::from_ptr(c.smd_bc_name).into(), ops, wanted)
        {
            Ok(c) => core::ptr::without_provenance_mut(c.number()),
            Err(e) => {
                log_err!(Log::GLOBAL, "{NAME}: {e}");
                null_mut()
            }
        }
    }
}

/// Ends buttons: their pins tell nothing any more. For the thread that services the context.
///
/// # Safety
///
/// `bcs` is any pointer; one that was not made by lws_button_controller_create(), or is destroyed
/// already, is recognised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_button_controller_destroy(bcs: *mut lws_button_state) {
    const NAME: &str = "lws_button_controller_destroy";
    if let Some(c) = controller_of(NAME, bcs) {
        c.end();
    }
}

/// The bit of a button, by its name.
///
/// # Returns
///
/// The bit; 0 when there is no such button or an argument is NULL.
///
/// # Safety
///
/// `name` is NULL or a text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_button_get_bit(
    bcs: *mut lws_button_state,
    name: *const c_char,
) -> lws_button_idx_t {
    const NAME: &str = "lws_button_get_bit";
    let Some(c) = controller_of(NAME, bcs) else {
        return 0;
    };
    if name.is_null() {
        arg::bad(NAME, "name");
        return 0;
    }
    // SAFETY: not NULL, so a text.
    c.bit(unsafe { CStr::from_ptr(name) })
}

/// Changes which buttons are looked at. A press that is under way when its button is disabled is
/// forgotten. For the thread that services the context.
///
/// @param bcs: the buttons
/// @param _reset: bits of those that shall not be looked at any more
/// @param _set: bits of those that shall be looked at; they win where both have a bit
///
/// # Safety
///
/// As for lws_button_controller_destroy().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_button_enable(
    bcs: *mut lws_button_state,
    _reset: lws_button_idx_t,
    _set: lws_button_idx_t,
) {
    const NAME: &str = "lws_button_enable";
    if let Some(c) = controller_of(NAME, bcs) {
        c.enable(_reset, _set);
    }
}
