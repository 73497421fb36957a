//! Pins, by what a program gives the library to do with them.

use crate::abi::gpio::{lws_gpio_flags, lws_gpio_irq_t, lws_gpio_ops};
use core::ffi::{c_int, c_void};

/// The operations of a program, all of them there.
#[derive(Clone, Copy)]
pub(crate) struct Ops(*const lws_gpio_ops);

/// What a pin is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mode {
    Read,
    ReadPulledUp,
    ReadPulledDown,
    Write,
}

/// Which edge is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Edge {
    Rising,
    Falling,
}

impl Ops {
    /// `None` when one of the operations is not there.
    ///
    /// # Safety
    ///
    /// `p` is NULL or stays valid as long as this is used; its functions may be called with the pins
    /// that are used with it.
    pub(crate) unsafe fn new(p: *const lws_gpio_ops) -> Option<Self> {
        // SAFETY: the caller's promise.
        let ops = unsafe { p.as_ref() }?;
        let all =
            ops.mode.is_some() && ops.read.is_some() && ops.set.is_some() && ops.irq_mode.is_some();
        all.then_some(Self(p))
    }

    /// Makes a pin something.
    pub(crate) fn mode(self, gpio: c_int, mode: Mode) {
        use lws_gpio_flags::*;
        let flags = match mode {
            Mode::Read => LWSGGPIO_FL_READ as c_int,
            Mode::ReadPulledUp => LWSGGPIO_FL_READ as c_int | LWSGGPIO_FL_PULLUP as c_int,
            Mode::ReadPulledDown => LWSGGPIO_FL_READ as c_int | LWSGGPIO_FL_PULLDOWN as c_int,
            Mode::Write => LWSGGPIO_FL_WRITE as c_int,
        };
        // SAFETY: the promise of `new`.
        unsafe {
            if let Some(f) = (*self.0).mode {
                f(gpio, flags);
            }
        }
    }

    /// Whether a pin is high.
    pub(crate) fn read(self, gpio: c_int) -> bool {
        // SAFETY: the promise of `new`.
        unsafe { (*self.0).read.is_some_and(|f| f(gpio) != 0) }
    }

    /// Drives a pin.
    pub(crate) fn set(self, gpio: c_int, high: bool) {
        // SAFETY: the promise of `new`.
        unsafe {
            if let Some(f) = (*self.0).set {
                f(gpio, c_int::from(high));
            }
        }
    }

    /// Has `cb` called with `number` at each such edge. Returns false when that cannot be.
    pub(crate) fn tell(
        self,
        gpio: c_int,
        edge: Edge,
        cb: unsafe extern "C" fn(*mut c_void),
        number: usize,
    ) -> bool {
        let irq = match edge {
            Edge::Rising => lws_gpio_irq_t::LWSGGPIO_IRQ_RISING,
            Edge::Falling => lws_gpio_irq_t::LWSGGPIO_IRQ_FALLING,
        };
        let arg = core::ptr::without_provenance_mut(number);
        // SAFETY: the promise of `new`; `cb` does not follow its argument.
        unsafe {
            (*self.0)
                .irq_mode
                .is_some_and(|f| f(gpio, irq as u32, Some(cb), arg) == 0)
        }
    }

    /// Has nothing called any more.
    pub(crate) fn quiet(self, gpio: c_int) {
        let none = lws_gpio_irq_t::LWSGGPIO_IRQ_NONE as u32;
        // SAFETY: the promise of `new`.
        unsafe {
            if let Some(f) = (*self.0).irq_mode {
                f(gpio, none, None, core::ptr::null_mut());
            }
        }
    }
}

/// What is called when a pin of the library's own has changed.
#[derive(Clone, Copy)]
pub(crate) struct Irq {
    cb: unsafe extern "C" fn(*mut c_void),
    arg: *mut c_void,
}

impl Irq {
    /// # Safety
    ///
    /// `cb` may be called with `arg` on the thread that services the context, until it is replaced.
    pub(crate) unsafe fn new(cb: unsafe extern "C" fn(*mut c_void), arg: *mut c_void) -> Self {
        Self { cb, arg }
    }

    pub(crate) fn call(self) {
        // SAFETY: the promise of `new`.
        unsafe { (self.cb)(self.arg) }
    }
}

/// The function that a program's pins call: it hands `number` on.
pub(crate) unsafe extern "C" fn pressed(number: *mut c_void) {
    crate::sys::pressed::note(number.addr());
}
