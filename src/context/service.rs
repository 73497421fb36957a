//! One pass of the loop.

use super::{Context, Life};
use crate::conn::{asked, dispatch, lookup};
use crate::event::core::Hooks;
use crate::log::log_err;
#[cfg(feature = "LWS_WITH_SYS_SMD")]
use crate::log::log_warn;
use crate::sys::clock;
use crate::sys::poll::{Event, WAKE};

/// Services what is due and ready. With `wait` it sleeps, after timers and messages, until a
/// descriptor is ready, unless there was something to do already. `first`: the context was never
/// serviced before. Returns false when the context cannot be serviced (any more).
pub(crate) fn pass(cx: &Context, first: bool, wait: bool) -> bool {
    if cx.life() != Life::Serving {
        return false;
    }
    cx.conns.tidy();
    if let Err(e) = cx.part() {
        log_err!(
            cx.log,
            "lws_service: cannot wait for events after a fork(): {e}"
        );
        return false;
    }
    let serving = cx.within(|| {
        // Any callback may have set the program's exit flag: back to it without sleeping.
        let mut busy = first;
        if busy {
            cx.conns.ask_thread_id();
        }
        busy |= run_due(cx);
        match cx.init_protocols() {
            Ok(first) => busy |= first,
            Err(_) => return false,
        }
        let (delivered, sent) = deliver(cx);
        busy |= delivered || sent;
        let sleep = wait && !busy && cx.life() == Life::Serving && !Hooks::busy(cx);
        let limit = if sleep { longest_sleep(cx) } else { 0 };
        let mut ready = cx.conns.table.take_ready();
        if let Err(e) = cx.wait(&mut ready, Some(limit)) {
            log_err!(cx.log, "lws_service: cannot wait for events: {e}");
            return false;
        }
        let events = (0..).map_while(|at| ready.get(at));
        if events.clone().any(|e| e.token == WAKE) {
            woken(cx);
        } else if sent {
            cx.conns.broadcast_cancelled();
        }
        for event in events {
            handle(cx, event);
        }
        cx.conns.table.give_ready(ready);
        dispatch::run_queues(&cx.conns);
        cx.life() == Life::Serving
    });
    cx.conns.tidy();
    serving
}

/// Handles one descriptor that is ready.
fn handle(cx: &Context, event: Event) {
    #[cfg(feature = "LWS_WITH_NETLINK")]
    if event.token == crate::sys::poll::ROUTES {
        return cx.route.readable();
    }
    #[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
    if crate::dhcp::TOKENS.contains(&event.token) {
        return cx.dhcp.readable(event.token);
    }
    #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
    if event.token == crate::sys::poll::NAMES {
        return cx.names.ready();
    }
    #[cfg(feature = "LWS_WITH_BUTTON")]
    if crate::button::TOKENS.contains(&event.token) {
        return cx.buttons.readable(event.token);
    }
    dispatch::ready(&cx.conns, event);
}

/// Another thread has woken the loop, to have it look around or with an answer.
fn woken(cx: &Context) {
    cx.woken();
    lookup::take(&cx.conns);
    asked::take(&cx.conns);
    cx.conns.broadcast_cancelled();
}

/// Handles one descriptor that a loop of the program's found ready, and what is due.
pub(crate) fn one(cx: &Context, event: Event) -> bool {
    if cx.life() != Life::Serving {
        return false;
    }
    cx.conns.tidy();
    if let Err(e) = cx.part() {
        log_err!(
            cx.log,
            "lws_service: cannot wait for events after a fork(): {e}"
        );
        return false;
    }
    let serving = cx.within(|| {
        if cx.init_protocols().is_err() {
            return false;
        }
        dispatch::goes_external(&cx.conns);
        if event.token == WAKE && event.readable {
            woken(cx);
        }
        handle(cx, event);
        dispatch::run_queues(&cx.conns);
        run_due(cx);
        let (_, sent) = deliver(cx);
        if sent {
            cx.conns.broadcast_cancelled();
        }
        cx.life() == Life::Serving
    });
    cx.conns.tidy();
    serving
}

/// For a loop of the program's own: does what needs no waiting, and returns how long it may wait,
/// at most `timeout_ms` milliseconds.
pub(crate) fn adjust_timeout(cx: &Context, timeout_ms: i32) -> i32 {
    if cx.life() != Life::Serving {
        return 0;
    }
    if let Err(e) = cx.part() {
        log_err!(cx.log, "lws_service_adjust_timeout: after a fork(): {e}");
        return 0;
    }
    cx.within(|| {
        if cx.init_protocols().is_err() {
            return 0;
        }
        dispatch::goes_external(&cx.conns);
        // Where no descriptor is ready after the wait nobody calls but the program, here.
        dispatch::run_queues(&cx.conns);
        run_due(cx);
        let (_, sent) = deliver(cx);
        if sent {
            cx.cancel();
        }
        if cx.life() != Life::Serving || Hooks::busy(cx) {
            return 0;
        }
        match time_to_next(cx) {
            None => timeout_ms,
            Some(us) => {
                let ms = i32::try_from(us.saturating_add(999) / 1000).unwrap_or(i32::MAX);
                if timeout_ms < 0 {
                    ms
                } else {
                    ms.min(timeout_ms)
                }
            }
        }
    })
}

/// Attached callbacks and timers. Returns whether there were any.
fn run_due(cx: &Context) -> bool {
    #[cfg(feature = "LWS_WITH_SYS_STATE")]
    let attached = cx.system.run_attached();
    #[cfg(not(feature = "LWS_WITH_SYS_STATE"))]
    let attached = false;
    cx.timers.fire(cx.log, clock::now_us()) || attached
}

/// How long a pass sleeps when nothing happens, in microseconds. Programs look at a flag of theirs
/// between two passes, which another thread has set without a wake-up: csound's WebSocket opcodes end so.
const LONGEST_SLEEP_US: i64 = 30_000_000;

/// Microseconds that the loop may sleep.
fn longest_sleep(cx: &Context) -> i64 {
    time_to_next(cx).map_or(LONGEST_SLEEP_US, |us| us.min(LONGEST_SLEEP_US))
}

/// Microseconds until the next timer.
fn time_to_next(cx: &Context) -> Option<i64> {
    cx.timers
        .earliest()
        .map(|us| us.saturating_sub(clock::now_us()).max(0))
}

/// Delivers messages. Returns whether any was, and whether any was sent since last time.
#[cfg(feature = "LWS_WITH_SYS_SMD")]
fn deliver(cx: &Context) -> (bool, bool) {
    // The context itself hears what concerns the network.
    let done = cx.bus.deliver(&|_text| {
        #[cfg(feature = "LWS_WITH_SYS_STATE")]
        cx.system.hear(_text);
        #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
        cx.names.hear(_text);
    });
    if done.expired != 0 {
        let n = done.expired;
        log_warn!(
            cx.log,
            "SMD: {n} messages dropped: older than the TTL when the loop came"
        );
    }
    (done.any, done.sent)
}

#[cfg(not(feature = "LWS_WITH_SYS_SMD"))]
fn deliver(_cx: &Context) -> (bool, bool) {
    (false, false)
}
