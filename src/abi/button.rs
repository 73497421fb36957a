//! `lws-button.h`: buttons, and what their presses mean.

use super::gpio::{_lws_plat_gpio_t, lws_gpio_ops_t};
use core::ffi::{c_char, c_int, c_void};

/// How often a button that is not idle is looked at, milliseconds.
pub const LWS_BUTTON_MON_TIMER_MS: c_int = 5;

/// Buttons of a controller, as bits; or one of them, by number.
pub type lws_button_idx_t = u16;

/// What is told of a button; for programs of their own, nothing here calls it.
pub type lws_button_cb_t =
    Option<unsafe extern "C" fn(opaque: *mut c_void, idx: lws_button_idx_t, state: c_int)>;

/// Flags of a regime.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum lws_button_regime_flags {
    /// Two presses in a row are a double click, so a click is only told when no second one came.
    LWSBTNRGMFLAG_CLASSIFY_DOUBLECLICK = 1,
}

/// The times that tell one kind of press from another, milliseconds.
#[repr(C)]
pub struct lws_button_regime {
    /// Shorter presses are noise.
    pub ms_min_down: u16,
    /// Longer presses are long clicks.
    pub ms_min_down_longpress: u16,
    /// The contact may bounce for so long when it opens.
    pub ms_up_settle: u16,
    /// A second press within this makes a double click.
    pub ms_doubleclick_grace: u16,
    /// How often a button that is held says so; 0 for never.
    pub ms_repeat_down: u16,
    /// LWSBTNRGMFLAG_ or 0.
    pub flags: u8,
}

/// The times that tell one kind of press from another.
pub type lws_button_regime_t = lws_button_regime;

/// One button.
#[repr(C)]
pub struct lws_button_map {
    /// Its pin.
    pub gpio: _lws_plat_gpio_t,
    /// Its name in messages.
    pub smd_interaction_name: *const c_char,
    /// Its times, or NULL for the usual ones: 20, 300, 20, 120, 0, with double clicks.
    pub regime: *const lws_button_regime_t,
}

/// One button.
pub type lws_button_map_t = lws_button_map;

/// The buttons that belong together.
#[repr(C)]
pub struct lws_button_controller {
    /// Their common name in messages.
    pub smd_bc_name: *const c_char,
    /// What is done with their pins. It outlives the controller.
    pub gpio_ops: *const lws_gpio_ops_t,
    /// The buttons.
    pub button_map: *const lws_button_map_t,
    /// A bit for each: set when its pin is high while it is pressed.
    pub active_state_bitmap: lws_button_idx_t,
    /// How many there are, at most 16.
    pub count_buttons: u8,
}

/// The buttons that belong together.
pub type lws_button_controller_t = lws_button_controller;

/// Buttons at work. The pointer is never followed: one that is destroyed already is recognised.
pub struct lws_button_state {
    _opaque: [u8; 0],
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(
    size_of::<lws_button_controller>() == 32
        && size_of::<lws_button_map>() == 24
        && size_of::<lws_button_regime>() == 12
);
