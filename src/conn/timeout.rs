//! Times after which a connection closes or its protocol is called.

use super::wsi::{Phase, Role, Timers, Wsi};
use super::{close, reason};
use crate::context::Context;
use crate::log::log_info;
use crate::sys::timer::Timer;
use core::ffi::c_uint;

/// `PENDING_TIMEOUT_AWAITING_CONNECT_RESPONSE`.
pub(super) const CONNECTING: c_uint = 2;

fn timers(wsi: &Wsi) -> &Timers {
    wsi.timers.get_or_init(|| {
        Box::new(Timers {
            timeout: Timer::new(timed_out),
            timer: Timer::new(rang),
            validity: Timer::new(silent),
        })
    })
}

/// Has the connection closed `us` microseconds from now. There is one such time for a connection.
pub(crate) fn set(cx: &Context, wsi: &Wsi, why: c_uint, us: i64) {
    wsi.timeout_reason.set(why);
    timers(wsi).timeout.arm(cx, wsi.token.get(), us);
}

/// Forgets that time.
pub(crate) fn clear(wsi: &Wsi) {
    wsi.timeout_reason.set(0);
    if let Some(t) = wsi.timers.get() {
        t.timeout.cancel();
    }
}

/// Has a client that connects try its next address `us` microseconds from now; `None`: it has all
/// the time there is.
pub(super) fn set_attempt(cx: &Context, wsi: &Wsi, us: Option<i64>) {
    match us {
        Some(us) => timers(wsi).validity.arm(cx, wsi.token.get(), us),
        None => {
            if let Some(t) = wsi.timers.get() {
                t.validity.cancel();
            }
        }
    }
}

/// Nothing of a connection that ends happens later.
pub(super) fn cancel_all(wsi: &Wsi) {
    if let Some(t) = wsi.timers.get() {
        t.timeout.cancel();
        t.timer.cancel();
        t.validity.cancel();
    }
}

/// Has the protocol called with TIMER, once; `None` forgets it.
pub(crate) fn set_timer(cx: &Context, wsi: &Wsi, us: Option<i64>) {
    match us {
        Some(us) => timers(wsi).timer.arm(cx, wsi.token.get(), us),
        None => {
            if let Some(t) = wsi.timers.get() {
                t.timer.cancel();
            }
        }
    }
}

/// The peer has shown that it is there; it has to again within `secs` seconds.
pub(crate) fn set_validity(cx: &Context, wsi: &Wsi, secs: u16) {
    let us = i64::from(secs) * 1_000_000;
    let validity = &timers(wsi).validity;
    validity.arm_as(cx, wsi.token.get(), us, wsi.wakes.get());
}

fn timed_out(cx: &Context, token: u64) {
    let Some(wsi) = cx.conns.get(token) else {
        return;
    };
    log_info!(
        wsi.log(),
        "a connection timed out, reason {}",
        wsi.timeout_reason.get()
    );
    if wsi.phase.get() == Phase::Connecting {
        close::failed(cx, &wsi, "connect timed out");
    } else {
        close::now(cx, &wsi);
    }
}

fn rang(cx: &Context, token: u64) {
    let Some(wsi) = cx.conns.get(token) else {
        return;
    };
    if wsi.role == Role::Listen {
        return super::listen::resume(cx, &wsi);
    }
    if wsi.role == Role::Linger {
        return super::linger::look(cx, &wsi);
    }
    if wsi.phase.get() == Phase::Flushing {
        // Its protocol is through with it.
        return;
    }
    if wsi.tell(reason::TIMER) != 0 {
        close::after_output(cx, &wsi);
    }
}

fn silent(cx: &Context, token: u64) {
    let Some(wsi) = cx.conns.get(token) else {
        return;
    };
    if wsi.phase.get() == Phase::Connecting {
        return super::client::next_address(cx, &wsi);
    }
    log_info!(
        wsi.log(),
        "a connection was not confirmed to be valid for too long"
    );
    close::now(cx, &wsi);
}
