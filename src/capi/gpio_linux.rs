//! `lws-gpio-linux.h`: lines of GPIO chips and keys of input devices as pins.

pub use crate::abi::gpio_linux::*;

use super::types::lws_context;
use super::{arg, enter};
use crate::abi::gpio::{
    lws_gpio_flags, lws_gpio_irq_cb_t, lws_gpio_irq_t, lws_gpio_irq_t_int, lws_gpio_ops_t,
};
use crate::button::lines::{Kind, Wants, pin};
use crate::log::{Log, log_err};
use crate::sys::gpio::Irq;
use crate::sys::lines::{Line, flag};
use core::ffi::{CStr, c_char, c_int, c_void};

unsafe extern "C" fn mode(gpio: c_int, flags: c_int) {
    use lws_gpio_flags::*;
    let Some(pin) = pin(gpio) else { return };
    let has = |f: lws_gpio_flags| flags & f as c_int != 0;
    let mut wanted = if has(LWSGGPIO_FL_WRITE) {
        flag::OUTPUT
    } else {
        flag::INPUT
    };
    if has(LWSGGPIO_FL_PULLUP) {
        wanted |= flag::PULL_UP;
    }
    if has(LWSGGPIO_FL_PULLDOWN) {
        wanted |= flag::PULL_DOWN;
    }
    pin.make(wanted);
    if has(LWSGGPIO_FL_START_LOW) {
        pin.drive(false);
    }
}

unsafe extern "C" fn read(gpio: c_int) -> c_int {
    pin(gpio).is_some_and(|pin| pin.is_high()).into()
}

unsafe extern "C" fn set(gpio: c_int, val: c_int) {
    if let Some(pin) = pin(gpio) {
        pin.drive(val != 0);
    }
}

unsafe extern "C" fn irq_mode(
    gpio: c_int,
    irq: lws_gpio_irq_t_int,
    cb: lws_gpio_irq_cb_t,
    arg: *mut c_void,
) -> c_int {
    use lws_gpio_irq_t::*;
    let Some(pin) = pin(gpio) else { return -1 };
    let is = |list: &[lws_gpio_irq_t]| list.iter().any(|i| *i as u32 == irq);
    let wants = Wants {
        rising: is(&[LWSGGPIO_IRQ_RISING, LWSGGPIO_IRQ_CHANGE, LWSGGPIO_IRQ_HIGH]),
        falling: is(&[LWSGGPIO_IRQ_FALLING, LWSGGPIO_IRQ_CHANGE, LWSGGPIO_IRQ_LOW]),
    };
    // SAFETY: who gives a callback here promises that it may be called.
    let cb = cb.map(|cb| unsafe { Irq::new(cb, arg) });
    pin.tell(wants, cb.filter(|_| wants.rising || wants.falling));
    0
}

static OPS: lws_gpio_ops_t = lws_gpio_ops_t {
    mode: Some(mode),
    read: Some(read),
    set: Some(set),
    irq_mode: Some(irq_mode),
};

/// Operations on the pins that the functions here open, for lws_button_controller_t and others. An
/// input device's key is high while it is pressed; it cannot be driven. Levels as interrupt
/// (LWSGGPIO_IRQ_LOW, _HIGH) are told when they begin.
///
/// # Returns
///
/// The operations, which are there for ever.
#[unsafe(no_mangle)]
pub extern "C" fn lws_gpio_linux_ops() -> *const lws_gpio_ops_t {
    &raw const OPS
}

/// Takes an opened line in.
///
/// # Safety
///
/// `context` is NULL or a live context.
unsafe fn add(
    function: &str,
    context: *mut lws_context,
    kind: Kind,
    open: impl FnOnce() -> std::io::Result<Line>,
) -> c_int {
    // SAFETY: the caller's promise.
    let Some(cx) = (unsafe { enter(function, context) }) else {
        return -1;
    };
    match open().and_then(|line| cx.buttons.lines.add(line, kind)) {
        Ok(number) => number,
        Err(e) => {
            log_err!(Log::GLOBAL, "{function}: {e}");
            -1
        }
    }
}

/// A text of C's; logs NULL as `function`'s mistake.
///
/// # Safety
///
/// `path` is NULL or a text that does not change while the result is used.
unsafe fn path_of<'a>(function: &str, path: *const c_char) -> Option<&'a CStr> {
    if path.is_null() {
        arg::bad(function, "path");
        return None;
    }
    // SAFETY: the caller's promise.
    Some(unsafe { CStr::from_ptr(path) })
}

/// Opens a line of a GPIO chip as input, for the thread that services the context, which also calls
/// the operations.
///
/// @param context: the context whose loop hears of its edges; it closes it at its end
/// @param path: the chip, as /dev/gpiochip0
/// @param offset: the number of the line on it
///
/// # Returns
///
/// The number of the pin for lws_gpio_linux_ops(); -1 when it cannot be had, with a line in the log.
///
/// # Safety
///
/// `context` is NULL or a live context, `path` NULL or a text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_gpio_linux_line(
    context: *mut lws_context,
    path: *const c_char,
    offset: u32,
) -> c_int {
    const NAME: &str = "lws_gpio_linux_line";
    // SAFETY: the caller's promises.
    unsafe {
        let Some(path) = path_of(NAME, path) else {
            return -1;
        };
        add(NAME, context, Kind::Chip, || Line::of_chip(path, offset))
    }
}

/// Opens a key of an input device, as lws_gpio_linux_line() a line.
///
/// @param context: the context whose loop hears of its presses; it closes it at its end
/// @param path: the device, as /dev/input/event0
/// @param code: the key (KEY_ or BTN_ of linux/input-event-codes.h)
///
/// # Returns
///
/// The number of the pin for lws_gpio_linux_ops(); -1 when it cannot be had, with a line in the log.
///
/// # Safety
///
/// `context` is NULL or a live context, `path` NULL or a text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_gpio_linux_key(
    context: *mut lws_context,
    path: *const c_char,
    code: u16,
) -> c_int {
    const NAME: &str = "lws_gpio_linux_key";
    // SAFETY: the caller's promises.
    unsafe {
        let Some(path) = path_of(NAME, path) else {
            return -1;
        };
        add(NAME, context, Kind::Key(code), || Line::of_device(path))
    }
}

/// As lws_gpio_linux_line() and lws_gpio_linux_key(), for a descriptor that the program has already,
/// from a session manager for instance. It is closed with the pin, also when this fails.
///
/// @param context: the context whose loop hears of its events
/// @param fd: the descriptor: of a line that was requested, or of an input device
/// @param kind: LWS_GPIO_LINUX_CHIP or LWS_GPIO_LINUX_KEY
/// @param code: of LWS_GPIO_LINUX_KEY, the key
///
/// # Returns
///
/// The number of the pin for lws_gpio_linux_ops(); -1 when it cannot be had, with a line in the log.
///
/// # Safety
///
/// `context` is NULL or a live context, `fd` a descriptor that nobody else closes, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_gpio_linux_adopt(
    context: *mut lws_context,
    fd: c_int,
    kind: c_int,
    code: u16,
) -> c_int {
    const NAME: &str = "lws_gpio_linux_adopt";
    if fd < 0 {
        arg::bad(NAME, "fd");
        return -1;
    }
    // SAFETY: the caller's promise.
    let line = unsafe { Line::given(fd) };
    let kind = match kind {
        LWS_GPIO_LINUX_CHIP => Kind::Chip,
        LWS_GPIO_LINUX_KEY => Kind::Key(code),
        _ => {
            arg::bad(NAME, "kind");
            return -1;
        }
    };
    // SAFETY: the caller's promise.
    unsafe { add(NAME, context, kind, || line) }
}

/// Closes a pin. For the thread that services the context.
///
/// # Returns
///
/// 0; -1 when the context has no such pin.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_gpio_linux_close(context: *mut lws_context, gpio: c_int) -> c_int {
    const NAME: &str = "lws_gpio_linux_close";
    // SAFETY: the caller's promise.
    let Some(cx) = (unsafe { enter(NAME, context) }) else {
        return -1;
    };
    if cx.buttons.lines.close(gpio) {
        return 0;
    }
    arg::bad(NAME, "gpio");
    -1
}
