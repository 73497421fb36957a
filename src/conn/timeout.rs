//! The timers of a connection: when it closes, when its protocol is called.

use super::life::Event;
use super::wsi::{Phase, Role, Timers, Wsi};
use super::{close, drive, reason};
use crate::conn::conns::Conns;
use crate::log::log_info;
use crate::sys::clock;
use crate::sys::memory::Mark;
use crate::sys::timer::Timer;
use core::cell::Cell;
use core::ffi::c_uint;

fn timers(wsi: &Wsi) -> &Timers {
    wsi.timers.get_or_init(|| {
        Box::new(Timers {
            life: Timer::new(expired),
            timer: Timer::new(rang),
            validity: Timer::new(silent),
            armed: Cell::new(None),
        })
    })
}

/// Has the connection closed `us` microseconds from now, for the reason `why` of
/// `enum pending_timeout`. There is one such time for a connection.
pub(crate) fn set(conns: &Conns, wsi: &Wsi, why: c_uint, us: i64) {
    wsi.timeout_reason.set(why);
    let at = clock::now_us().saturating_add(us);
    wsi.life.set_timeout(Some(at));
    follow(conns, wsi);
}

/// Takes that limit away.
pub(crate) fn clear(conns: &Conns, wsi: &Wsi) {
    wsi.timeout_reason.set(0);
    wsi.life.set_timeout(None);
    follow(conns, wsi);
}

/// Arms the timer for [`Lifecycle::expires`](super::life::Lifecycle::expires).
pub(super) fn follow(conns: &Conns, wsi: &Wsi) {
    let wanted = wsi.life.expires();
    if wanted.is_none() && wsi.timers.get().is_none() {
        return;
    }
    let timers = timers(wsi);
    if timers.armed.replace(wanted) == wanted {
        return;
    }
    match wanted {
        Some(at) => {
            let us = at.saturating_sub(clock::now_us());
            timers.life.arm(conns, wsi.token.get(), us);
        }
        None => timers.life.cancel(),
    }
}

/// Cancels all timers of a connection that ends.
pub(super) fn cancel_all(wsi: &Wsi) {
    if let Some(t) = wsi.timers.get() {
        t.armed.set(None);
        t.life.cancel();
        t.timer.cancel();
        t.validity.cancel();
    }
}

/// Has the protocol called once with TIMER, `us` microseconds from now; `None` cancels that.
pub(crate) fn set_timer(conns: &Conns, wsi: &Wsi, us: Option<i64>) {
    match us {
        Some(us) => timers(wsi).timer.arm(conns, wsi.token.get(), us),
        None => {
            if let Some(t) = wsi.timers.get() {
                t.timer.cancel();
            }
        }
    }
}

/// The peer has shown that it is there; it has to again within `secs` seconds.
pub(crate) fn set_validity(conns: &Conns, wsi: &Wsi, secs: u16) {
    let us = i64::from(secs) * 1_000_000;
    let validity = &timers(wsi).validity;
    validity.arm_as(conns, wsi.token.get(), us, wsi.wakes.get());
}

fn expired(conns: &Conns, token: u64) {
    if let Some(wsi) = conns.table.get(token) {
        let mark = Mark::now();
        timers(&wsi).armed.set(None);
        drive::step(conns, &wsi, Event::Expired);
        close::lacking(conns, &wsi, mark);
    }
}

fn rang(conns: &Conns, token: u64) {
    let Some(wsi) = conns.table.get(token) else {
        return;
    };
    if wsi.role() == Role::Listen {
        return super::listen::resume(conns, &wsi);
    }
    if wsi.phase() == Phase::Flushing {
        // Its protocol hears nothing any more.
        return;
    }
    let mark = Mark::now();
    if wsi.tell(reason::TIMER) != 0 {
        close::after_output(conns, &wsi);
    }
    close::lacking(conns, &wsi, mark);
}

fn silent(conns: &Conns, token: u64) {
    let Some(wsi) = conns.table.get(token) else {
        return;
    };
    #[cfg(feature = "LWS_ROLE_WS")]
    if super::ws::doubt(conns, &wsi) {
        return;
    }
    log_info!(
        wsi.log(),
        "a connection was not confirmed to be valid for too long"
    );
    close::now(conns, &wsi);
}
