//! `lws-misc.h`: URIs and the command line.

use crate::capi::arg;
use crate::capi::context_vhost::lws_context_creation_info;
use crate::capi::convert::{cstr, need};
use crate::capi::logs::{LLL_ERR, LLL_NOTICE, LLL_USER, LLL_WARN, lws_set_log_level};
use crate::log::{Log, log_err};
use crate::sys::signal;
use crate::util::{text, uri};
use core::ffi::{CStr, c_char, c_int};
use core::ptr::null;

/// Cuts a URI into protocol, address, port and path. It is written to: the parts are places in it,
/// and each ends in a NUL that replaces the character behind it. The path is without its first
/// `/`.
///
/// The address may be in brackets, as IPv6 addresses are, or begin with `+`: then it is a unix
/// socket, whose path ends in a `:` (`http://+/var/run/mysocket:/my/path`); `+@` is one in the
/// abstract namespace. Without a protocol `*prot` is "", without a path `*path` is "/". `*port` is
/// what the URI says, else 80 for http and ws, 443 for https and wss, else it stays as it was.
///
/// # Returns
///
/// 0, or 1 when an argument is NULL.
///
/// # Safety
///
/// `p` is a NUL-terminated text that may be written to, the others are places for the results.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_parse_uri(
    p: *mut c_char,
    prot: *mut *const c_char,
    ads: *mut *const c_char,
    port: *mut c_int,
    path: *mut *const c_char,
) -> c_int {
    const NAME: &str = "lws_parse_uri";
    let places = [
        (p.is_null(), "p"),
        (prot.is_null(), "prot"),
        (ads.is_null(), "ads"),
        (port.is_null(), "port"),
        (path.is_null(), "path"),
    ];
    if let Some((_, missing)) = places.iter().find(|(null, _)| *null) {
        arg::bad(NAME, missing);
        return 1;
    }
    // SAFETY: none is NULL; `p` is NUL-terminated and nobody else uses it.
    unsafe {
        let len = libc::strlen(p).saturating_add(1);
        let parts = uri::cut(core::slice::from_raw_parts_mut(p.cast::<u8>(), len));
        let place = |at: Option<usize>, none: &'static CStr| match at {
            Some(at) => p.wrapping_add(at).cast_const(),
            None => none.as_ptr(),
        };
        prot.write(place(parts.protocol, c""));
        ads.write(place(Some(parts.address), c""));
        path.write(place(parts.path, c"/"));
        if let Some(number) = parts.port {
            port.write(number);
        }
    }
    0
}

/// Finds an option on the command line; the last one counts when there are several.
///
/// `val` is the option with its dashes. An argument that begins with it has its value behind it,
/// with or without a `=` between; so "-d" is found in "-d15", and "--foo" in "--foo=1", but also in
/// "--foobar". `argv[0]` is not looked at.
///
/// # Returns
///
/// The value: the rest of the argument, or the next argument when there is no rest, or "" when
/// there is no next. NULL when there is no such option or an argument of the call is NULL.
///
/// # Safety
///
/// `argv` has `argc` NUL-terminated texts, `val` is NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cmdline_option(
    argc: c_int,
    argv: *mut *const c_char,
    val: *const c_char,
) -> *const c_char {
    const NAME: &str = "lws_cmdline_option";
    // SAFETY: the caller's promise.
    let wanted = need!("val", unsafe { cstr(val) }, null());
    if argv.is_null() {
        arg::bad(NAME, "argv");
        return null();
    }
    let argc = usize::try_from(argc).unwrap_or(0);
    for n in (1..argc).rev() {
        // SAFETY: `n` is below `argc`; a NULL is no argument.
        let Some(argument) = (unsafe { cstr(*argv.add(n)) }) else {
            continue;
        };
        match text::option(argument.to_bytes(), wanted.to_bytes()) {
            text::Match::Other => {}
            text::Match::Value(at) => return argument.as_ptr().wrapping_add(at),
            text::Match::Exact => {
                let next = n.saturating_add(1);
                if next < argc {
                    // SAFETY: below `argc`.
                    let next = unsafe { *argv.add(next) };
                    if !next.is_null() {
                        return next;
                    }
                }
                return argument.as_ptr().wrapping_add(argument.count_bytes());
            }
        }
    }
    null()
}

/// Does what the options say that all programs may have:
///
/// - `-d <n>`: the log levels, the sum of their LLL_ bits. Without it they are ERR, WARN, NOTICE
///   and USER (1031).
/// - `--ignore-sigterm`: SIGTERM has no effect.
///
/// A value that is not a number is logged, and the levels stay as without `-d`.
///
/// `info` is not changed and may be NULL.
///
/// # Safety
///
/// `argv` has `argc` NUL-terminated texts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cmdline_option_handle_builtin(
    argc: c_int,
    argv: *mut *const c_char,
    _info: *mut lws_context_creation_info,
) {
    const NAME: &str = "lws_cmdline_option_handle_builtin";
    if argv.is_null() {
        arg::bad(NAME, "argv");
        return;
    }
    // SAFETY: the caller's promise; what is found is NUL-terminated.
    let find = |option: &CStr| unsafe { cstr(lws_cmdline_option(argc, argv, option.as_ptr())) };
    let usual = LLL_ERR | LLL_WARN | LLL_NOTICE | LLL_USER;
    let given = find(c"-d").map(CStr::to_bytes);
    let number = given.map(|text| core::str::from_utf8(text).ok()?.trim().parse::<i32>().ok());
    let levels = number.flatten().unwrap_or(usual);
    // SAFETY: no function is passed.
    unsafe { lws_set_log_level(levels, None) };
    if number == Some(None) {
        log_err!(Log::GLOBAL, "{NAME}: bad argument: -d wants a number");
    }
    if find(c"--ignore-sigterm").is_some() {
        signal::disregard_sigterm();
    }
    for option in [c"--fault-injection", c"--fault-seed"] {
        if find(option).is_some() {
            log_err!(
                Log::GLOBAL,
                "{NAME}: {} is not supported",
                option.to_string_lossy()
            );
        }
    }
}
