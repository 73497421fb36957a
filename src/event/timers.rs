//! The timers of a context: those that may be missed while the system is
//! suspended, and those it has to wake up for. Both fire alike.

use crate::log::{Log, log_err};
use crate::sys::sul::{Queue, Sul};
use core::cell::Cell;

/// As a timer's time: cancel it (`LWS_SET_TIMER_USEC_CANCEL`).
pub(crate) const CANCEL: i64 = -1;

pub(crate) struct Timers {
    miss: Queue,
    wake: Queue,
    /// While timers fire: the time of this pass. What is scheduled meanwhile is for a later one.
    pass: Cell<Option<i64>>,
}

impl Timers {
    pub(crate) fn new() -> Self {
        Self {
            miss: Queue::new(),
            wake: Queue::new(),
            pass: Cell::new(None),
        }
    }

    /// Schedules a timer that is on no list, for `us` of the monotonic clock. Returns false when there
    /// is no memory: it stays on no list.
    pub(crate) fn add(&self, sul: Sul, us: i64, wake: bool) -> bool {
        let us = match self.pass.get() {
            Some(now) => us.max(now.saturating_add(1)),
            None => us,
        };
        if wake { &self.wake } else { &self.miss }.push(us, sul)
    }

    /// When the first timer is due.
    pub(crate) fn earliest(&self) -> Option<i64> {
        match (self.wake.earliest(), self.miss.earliest()) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// When the first timer is due that the system has to be awake for.
    pub(crate) fn earliest_wake(&self) -> Option<i64> {
        self.wake.earliest()
    }

    /// Fires all timers that are due at `now`, strictly in order of time; of equal ones those to
    /// wake up for first. Returns whether any fired.
    pub(crate) fn fire(&self, log: Log, now: i64) -> bool {
        let mut any = false;
        let outer = self.pass.replace(Some(now));
        loop {
            let queue = match (self.wake.earliest(), self.miss.earliest()) {
                (Some(w), m) if w <= now && m.is_none_or(|m| w <= m) => &self.wake,
                (_, Some(m)) if m <= now => &self.miss,
                _ => break,
            };
            let Some(Some(sul)) = queue.pop() else {
                continue;
            };
            any = true;
            if !sul.fire() {
                log_err!(log, "a timer without a callback was dropped");
            }
        }
        self.pass.set(outer);
        any
    }
}
