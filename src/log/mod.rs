//! Levels, line format and emitters of the log.
//!
//! A line is put together on the stack and handed to the sink of its log
//! context in one piece. Nothing is locked, so a sink may log, and any thread
//! may log at any time.
#![forbid(unsafe_code)]

mod hexdump;
pub(crate) mod level;
mod line;
pub(crate) mod sink;
pub(crate) mod stamp;

pub(crate) use crate::sys::logcx::{Log, Object};
pub(crate) use hexdump::hexdump;
pub(crate) use line::Line;

/// How many ancestors of a log context are asked for a prefix. It ends the
/// walk when a program made its contexts each other's parents.
const ANCESTORS: usize = 16;

impl Log {
    /// Whether a line of one of these levels would be written.
    #[inline]
    pub(crate) fn wants(self, level: u32) -> bool {
        self.flags() & level & !level::NOT_LEVELS != 0
    }
}

/// Writes one line; prefer the macros, which leave their arguments alone while
/// the level is off.
#[inline(never)]
pub(crate) fn write(log: Log, level: u32, text: core::fmt::Arguments<'_>) {
    write_with(log, level, None, |line| line.text(text));
}

/// Writes one line about `object`, whose text `fill` appends. `fill` is not
/// called while the level is off, and finds `errno` as the caller left it.
pub(crate) fn write_with(
    log: Log,
    level: u32,
    object: Option<&Object>,
    fill: impl FnOnce(&mut Line),
) {
    if !log.wants(level) {
        return;
    }
    let errno = crate::sys::logcx::errno();
    let mut line = Line::new();
    if let Some(letter) = level::letter(level) {
        stamp::now(&mut line, letter);
    }
    prefixes(log, object, &mut line);
    crate::sys::logcx::set_errno(errno);
    fill(&mut line);
    let line = line.finish();
    if !log.emit(level, line) {
        sink::stderr(level, line.to_bytes());
    }
    crate::sys::logcx::set_errno(errno);
}

/// The prefixes of the ancestors, from the root down, then that of the object.
///
/// A context without a parent stands for itself here, one with a parent leaves
/// its own prefix to its children.
fn prefixes(log: Log, object: Option<&Object>, line: &mut Line) {
    let near = log.parent().unwrap_or(log);
    let mut chain = [None; ANCESTORS];
    let mut at = Some(near);
    for slot in &mut chain {
        *slot = at;
        at = at.and_then(Log::parent);
    }
    for ancestor in chain.iter().rev().flatten() {
        line.fill(|room| ancestor.prepend(room));
    }
    if let Some(object) = object {
        line.fill(|room| object.prepend(near, room));
    }
}

macro_rules! log_at {
    ($level:ident, $log:expr, $($a:tt)*) => {{
        let log: $crate::log::Log = $log;
        if log.wants($crate::log::level::$level) {
            $crate::log::write(log, $crate::log::level::$level, format_args!($($a)*));
        }
    }};
}
macro_rules! log_err { ($($a:tt)*) => { $crate::log::log_at!(ERR, $($a)*) } }
macro_rules! log_warn { ($($a:tt)*) => { $crate::log::log_at!(WARN, $($a)*) } }
macro_rules! log_notice { ($($a:tt)*) => { $crate::log::log_at!(NOTICE, $($a)*) } }
macro_rules! log_info { ($($a:tt)*) => { $crate::log::log_at!(INFO, $($a)*) } }
macro_rules! log_debug { ($($a:tt)*) => { $crate::log::log_at!(DEBUG, $($a)*) } }
macro_rules! log_user { ($($a:tt)*) => { $crate::log::log_at!(USER, $($a)*) } }

pub(crate) use {log_at, log_debug, log_err, log_info, log_notice, log_user, log_warn};
