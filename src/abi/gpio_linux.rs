//! `lws-gpio-linux.h`: pins of Linux for programs without their own.

use core::ffi::c_int;

/// As kind of a descriptor: a line of a GPIO chip (linux/gpio.h, version 2).
pub const LWS_GPIO_LINUX_CHIP: c_int = 0;
/// As kind of a descriptor: an input device (linux/input.h).
pub const LWS_GPIO_LINUX_KEY: c_int = 1;
