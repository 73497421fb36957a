//! State managers: objects whose changes of state notifiers are asked about,
//! told of, and may veto.
//!
//! - this file: one transition, and the climb step by step;
//! - [`system`]: the state of the system that a context stands for;
//! - [`cpd`]: results of captive portal detection.
#![forbid(unsafe_code)]

pub(crate) mod cpd;
pub(crate) mod system;

use crate::log::{Log, level, log_debug, log_info};
use crate::sys::state::Manager;
use core::ffi::c_int;

/// How a transition ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// The manager is in the wanted state.
    Reached,
    /// A notifier refused, or moved the manager elsewhere itself.
    Stopped,
}

/// Moves the manager to `target` in one step, up or down. Every notifier is asked first, in the
/// order newest to oldest, and the first that refuses ends it; then the state changes, every
/// notifier is told, and `publish` makes the message.
pub(crate) fn transition(
    m: Manager,
    log: Log,
    target: c_int,
    publish: &dyn Fn(Manager, c_int),
) -> Outcome {
    let current = m.state();
    if current == target {
        return Outcome::Reached;
    }
    if let Some(who) = m.notify(current, target, true, log.wants(level::INFO)) {
        log_info!(
            log,
            "{}: {who}: rejected '{}' -> '{}'",
            m.name(),
            m.state_name(current),
            m.state_name(target)
        );
        return Outcome::Stopped;
    }
    // A notifier may have moved it meanwhile; what it was asked about is then void.
    if m.state() != current {
        return Outcome::Stopped;
    }
    m.set_state(target);
    log_debug!(
        log,
        "{}: changed '{}' -> '{}'",
        m.name(),
        m.state_name(current),
        m.state_name(target)
    );
    m.notify(target, target, false, false);
    if m.smd_class() != 0 && !m.context().is_null() {
        publish(m, target);
    }
    if m.state() == target {
        Outcome::Reached
    } else {
        Outcome::Stopped
    }
}

/// Moves the manager up to `target`, one state after the other, until it is there or somebody
/// refuses. Never moves it down.
pub(crate) fn climb(m: Manager, log: Log, target: c_int, publish: &dyn Fn(Manager, c_int)) {
    while m.state() < target {
        let next = m.state().saturating_add(1);
        transition(m, log, next, publish);
        // A notifier that was told may have climbed further itself: that is progress.
        if m.state() < next {
            break;
        }
    }
}
