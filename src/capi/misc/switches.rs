//! What a program says of its options: lws 4.3.5 does not have it.

use core::ffi::c_char;
use core::slice;

use crate::abi::misc::lws_switches;
use crate::capi::convert::{cstr, need};
use crate::log::{Log, log_user};

/// Logs the options of a program at LLL_USER: a line with its name, and one for each option.
///
/// lws 4.3.5 does not have it. Any thread.
///
/// # Safety
///
/// `prog` is NUL-terminated; `switches` has `count` of them, whose texts are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_switches_print_help(
    prog: *const c_char,
    switches: *const lws_switches,
    count: usize,
) {
    const NAME: &str = "lws_switches_print_help";
    // SAFETY: the caller's promise, in the whole function.
    let (prog, all) = unsafe {
        let all = match count {
            0 => Some(&[][..]),
            _ => (!switches.is_null()).then(|| slice::from_raw_parts(switches, count)),
        };
        (cstr(prog), all)
    };
    let prog = need!("prog", prog);
    let all = need!("switches", all);
    log_user!(Log::GLOBAL, "Usage: {} [options]", prog.to_string_lossy());
    for switch in all {
        // SAFETY: as above.
        let (sw, doc) = unsafe { (cstr(switch.sw), cstr(switch.doc)) };
        // Tables may have gaps: an option that is not built, for one.
        if let Some(sw) = sw {
            let sw = sw.to_string_lossy();
            let doc = doc.unwrap_or_default().to_string_lossy();
            log_user!(Log::GLOBAL, "  {sw:<20} {doc}");
        }
    }
}
