//! `lws-gpio.h`: pins, and what a program does with them for the library.

use core::ffi::{c_int, c_uint, c_void};

/// A pin, by a number that lws_gpio_ops_t understands.
pub type _lws_plat_gpio_t = c_int;

/// What a pin is for, and what it does when nobody drives it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum lws_gpio_flags {
    /// It is read.
    LWSGGPIO_FL_READ = 1,
    /// It is driven.
    LWSGGPIO_FL_WRITE = 2,
    /// It is high when nobody drives it.
    LWSGGPIO_FL_PULLUP = 4,
    /// It is low when nobody drives it.
    LWSGGPIO_FL_PULLDOWN = 8,
    /// It starts low when it is driven.
    LWSGGPIO_FL_START_LOW = 16,
}

/// Which changes of a pin are told.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lws_gpio_irq_t {
    /// None.
    LWSGGPIO_IRQ_NONE = 0,
    /// From low to high.
    LWSGGPIO_IRQ_RISING = 1,
    /// From high to low.
    LWSGGPIO_IRQ_FALLING = 2,
    /// Both.
    LWSGGPIO_IRQ_CHANGE = 3,
    /// That it is low.
    LWSGGPIO_IRQ_LOW = 4,
    /// That it is high.
    LWSGGPIO_IRQ_HIGH = 5,
}

/// Which changes are told, as it crosses the edge: any number.
pub type lws_gpio_irq_t_int = c_uint;

/// What is called when a pin has changed, from whatever thread or interrupt.
pub type lws_gpio_irq_cb_t = Option<unsafe extern "C" fn(arg: *mut c_void)>;

/// What a program can do with pins. All members are called on the thread that services the context.
#[repr(C)]
pub struct lws_gpio_ops {
    /// Makes a pin what `flags` say (LWSGGPIO_FL_).
    pub mode: Option<unsafe extern "C" fn(gpio: _lws_plat_gpio_t, flags: c_int)>,
    /// The level of a pin: 0 or 1.
    pub read: Option<unsafe extern "C" fn(gpio: _lws_plat_gpio_t) -> c_int>,
    /// Drives a pin to a level.
    pub set: Option<unsafe extern "C" fn(gpio: _lws_plat_gpio_t, val: c_int)>,
    /// Has `cb` called with `arg` when the pin changes as `irq` says, in place of what was said
    /// before. 0, or nonzero when that cannot be.
    pub irq_mode: Option<
        unsafe extern "C" fn(
            gpio: _lws_plat_gpio_t,
            irq: lws_gpio_irq_t_int,
            cb: lws_gpio_irq_cb_t,
            arg: *mut c_void,
        ) -> c_int,
    >,
}

/// What a program can do with pins.
pub type lws_gpio_ops_t = lws_gpio_ops;

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<lws_gpio_ops>() == 32);
