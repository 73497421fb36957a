//! Where finished lines go when that is not a function of the program's.

use super::level;
use crate::sys::logcx;
use core::ffi::CStr;

/// The terminal colour of each level, from bit 0 on.
const COLOURS: [&str; 12] = [
    "\x1b[31;1m", // ERR
    "\x1b[36;1m", // WARN
    "\x1b[35;1m", // NOTICE
    "\x1b[32;1m", // INFO
    "\x1b[34;1m", // DEBUG
    "\x1b[33;1m", // PARSER
    "\x1b[33m",   // HEADER
    "\x1b[33m",   // EXT
    "\x1b[33m",   // CLIENT
    "\x1b[33;1m", // LATENCY
    "\x1b[0;1m",  // USER
    "\x1b[31m",   // THREAD
];

/// Writes the line to standard error, coloured when that is a terminal.
///
/// It goes out in one system call, so lines of several threads do not mix. A
/// line that cannot be written is lost: there is nowhere left to say so.
pub(crate) fn stderr(level: u32, line: &[u8]) {
    let colour = level::number(level).and_then(|n| COLOURS.get(n));
    match colour {
        Some(colour) if logcx::stderr_is_tty() => {
            logcx::write_stderr([colour.as_bytes(), line, b"\x1b[0m"]);
        }
        _ => logcx::write_stderr([line, &[], &[]]),
    }
}

/// Hands the line to `syslog()` with the priority that fits its level.
pub(crate) fn syslog(level: u32, line: &CStr) {
    let priority = match level::number(level) {
        Some(0) => libc::LOG_ERR,
        Some(1) => libc::LOG_WARNING,
        Some(2) => libc::LOG_NOTICE,
        Some(3) => libc::LOG_INFO,
        _ => libc::LOG_DEBUG,
    };
    logcx::syslog(priority, line);
}
