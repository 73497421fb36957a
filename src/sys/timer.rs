//! Timers that belong to the library itself, in the same C form as those of
//! programs.

use crate::abi::dll2::lws_dll2;
use crate::abi::timeout_timer::lws_sorted_usec_list;
use crate::context::Context;
use crate::sys::sul::Sul;
use core::cell::{Cell, UnsafeCell};
use core::ptr::{NonNull, null, null_mut};

/// A timer that is a field of something that does not move, and that cancels it before it goes.
#[repr(C)]
pub(crate) struct Timer {
    sul: UnsafeCell<lws_sorted_usec_list>,
    context: Cell<*const Context>,
    run: fn(&Context, u64),
    what: Cell<u64>,
}

impl Timer {
    /// A timer that calls `run` when it fires, with the number it was armed with.
    pub(crate) fn new(run: fn(&Context, u64)) -> Self {
        let list = lws_dll2 {
            prev: null_mut(),
            next: null_mut(),
            owner: null_mut(),
        };
        let sul = lws_sorted_usec_list {
            list,
            us: 0,
            cb: Some(fire),
            latency_us: 0,
        };
        Self {
            sul: UnsafeCell::new(sul),
            context: Cell::new(null()),
            run,
            what: Cell::new(0),
        }
    }

    /// (Re)schedules it, `us` microseconds from now.
    pub(crate) fn arm(&self, context: &Context, what: u64, us: i64) {
        self.arm_as(context, what, us, false);
    }

    /// As [`Timer::arm`]; with `wake` a suspended system has to wake up for it.
    pub(crate) fn arm_as(&self, context: &Context, what: u64, us: i64, wake: bool) {
        self.context.set(context);
        self.what.set(what);
        let sul = self.sul();
        sul.remove();
        sul.set_us(crate::sys::clock::now_us().saturating_add(us.max(0)));
        context.timers.add(sul, sul.us(), wake);
        context.rearm();
    }

    /// Unschedules it.
    pub(crate) fn cancel(&self) {
        self.sul().remove();
    }

    fn sul(&self) -> Sul {
        // From all of it rather than from the field: `fire` gets from the one to the other.
        let whole = core::ptr::from_ref(self).cast_mut();
        // SAFETY: the timer is the first field, in an `UnsafeCell`; its owner cancels it before it
        // goes.
        unsafe { Sul::new(NonNull::new_unchecked(whole.cast())) }
    }
}

unsafe extern "C" fn fire(sul: *mut lws_sorted_usec_list) {
    // SAFETY: `sul` is the first field of a `Timer`, whose context armed it and lives.
    unsafe {
        let t = sul.cast::<Timer>();
        ((*t).run)(&*(*t).context.get(), (*t).what.get());
    }
}
