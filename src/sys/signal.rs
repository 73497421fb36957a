//! Signals of the process.

use core::ffi::c_int;

extern "C" fn nothing(_signal: c_int) {}

/// Lets SIGTERM pass without effect. A handler, as programs that are started
/// with exec shall not inherit that.
pub(crate) fn disregard_sigterm() {
    // SAFETY: the handler does nothing, which is async-signal-safe; all-zero is
    // a valid sigaction.
    unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        action.sa_sigaction = nothing as extern "C" fn(c_int) as usize;
        action.sa_flags = libc::SA_RESTART;
        libc::sigaction(libc::SIGTERM, &action, core::ptr::null_mut());
    }
}
