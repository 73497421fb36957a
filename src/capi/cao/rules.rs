//! `lws-cao.h`: how races go, and the policy table that addresses are sorted by.

use super::{count, races_of};
use crate::abi::cao::{lws_cao_settings, lws_cao_settings_t};
use crate::abi::types::lws_context;
use crate::cao::race::Settings;
use crate::capi::convert::cstr;
use crate::capi::{arg, tagged};
use crate::conn::history;
use core::ffi::{c_char, c_int};

/// Tells how races go. For the thread that services the context.
///
/// # Returns
///
/// 0; -1 when an argument is NULL or `settings->size` is too small.
///
/// # Safety
///
/// The arguments are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cao_get_settings(
    context: *mut lws_context,
    settings: *mut lws_cao_settings_t,
) -> c_int {
    const NAME: &str = "lws_cao_get_settings";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = races_of(NAME, context) else {
            return -1;
        };
        let Some(theirs) = tagged::read(NAME, "settings", settings) else {
            return -1;
        };
        let s = cx.conns.races().settings.get();
        let us = |us: i64| u32::try_from(us).unwrap_or(u32::MAX);
        let out = lws_cao_settings {
            size: theirs.size,
            in_flight: u32::try_from(s.in_flight).unwrap_or(u32::MAX),
            delay_us: us(s.delay_us),
            min_delay_us: us(s.min_delay_us),
            max_delay_us: us(s.max_delay_us),
            resolution_us: us(s.resolution_us),
            fallout_us: us(s.fallout_us),
            announce: u32::from(cx.conns.races().announce.get()),
        };
        tagged::write(settings, &out);
        0
    }
}

/// Sets how races go that begin from now on. For the thread that services the context.
///
/// # Returns
///
/// 0; -1 when an argument is NULL or out of its bounds: nothing is changed then.
///
/// # Safety
///
/// The arguments are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cao_set_settings(
    context: *mut lws_context,
    settings: *const lws_cao_settings_t,
) -> c_int {
    const NAME: &str = "lws_cao_set_settings";
    const LONGEST_US: u32 = 60_000_000;
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = races_of(NAME, context) else {
            return -1;
        };
        let Some(s) = tagged::read(NAME, "settings", settings) else {
            return -1;
        };
        let delays = 10_000..=2_000_000;
        let bad = [
            ("in_flight", !(1..=64).contains(&s.in_flight)),
            ("delay_us", !delays.contains(&s.delay_us)),
            ("min_delay_us", !delays.contains(&s.min_delay_us)),
            (
                "max_delay_us",
                !delays.contains(&s.max_delay_us) || s.max_delay_us < s.min_delay_us,
            ),
            ("resolution_us", s.resolution_us > LONGEST_US),
            ("fallout_us", s.fallout_us > LONGEST_US),
            ("announce", s.announce > 1),
        ];
        if let Some((name, _)) = bad.iter().find(|(_, bad)| *bad) {
            arg::bad(NAME, name);
            return -1;
        }
        cx.conns.races().settings.set(Settings {
            delay_us: s.delay_us.into(),
            min_delay_us: s.min_delay_us.into(),
            max_delay_us: s.max_delay_us.into(),
            resolution_us: s.resolution_us.into(),
            in_flight: s.in_flight as usize,
            fallout_us: s.fallout_us.into(),
        });
        cx.conns.races().announce.set(s.announce == 1);
        0
    }
}

/// Takes the policy table of RFC 6724, by which addresses are sorted, from a file like /etc/gai.conf
/// (gai.conf(5): lines `label PREFIX VALUE` and `precedence PREFIX VALUE`), instead of that one. Without
/// such lines the labels are the kernel's (ip-addrlabel(8)), the precedences those of the RFC. It is
/// read again when links or addresses change. For the thread that services the context.
///
/// `path`: NULL for /etc/gai.conf, as it is at first.
///
/// # Returns
///
/// How many lines of the file count, 0 with NULL; -1 when it cannot be read, which is logged and
/// changes nothing, or `context` is NULL.
///
/// # Safety
///
/// The arguments are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cao_set_policy(
    context: *mut lws_context,
    path: *const c_char,
) -> c_int {
    const NAME: &str = "lws_cao_set_policy";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = races_of(NAME, context) else {
            return -1;
        };
        count(history::follow_policy(&cx.conns, NAME, cstr(path)))
    }
}
