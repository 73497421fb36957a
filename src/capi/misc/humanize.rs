//! `lws-misc.h`: numbers for people.

use crate::abi::misc::{lws_humanize_unit, lws_humanize_unit_t};
use crate::capi::arg;
use crate::capi::convert::{count, cstr, need, room};
use crate::log::{Log, log_err};
use crate::util::{humanize, out::Out};
use core::ffi::{CStr, c_char, c_int};
use core::ptr::null;

// SAFETY: the names of the schemas below are constants.
unsafe impl Sync for lws_humanize_unit {}

const fn unit(name: &'static CStr, factor: u64) -> lws_humanize_unit {
    lws_humanize_unit {
        name: name.as_ptr(),
        factor,
    }
}

const END: lws_humanize_unit = lws_humanize_unit {
    name: null(),
    factor: 0,
};

/// Powers of 1024: "22.130Gi", "128".
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals)]
pub static humanize_schema_si: [lws_humanize_unit_t; 7] = [
    unit(c"Pi", 1 << 50),
    unit(c"Ti", 1 << 40),
    unit(c"Gi", 1 << 30),
    unit(c"Mi", 1 << 20),
    unit(c"Ki", 1 << 10),
    unit(c"", 1),
    END,
];

/// Powers of 1024 of bytes: "22.130GiB", "128B".
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals)]
pub static humanize_schema_si_bytes: [lws_humanize_unit_t; 7] = [
    unit(c"PiB", 1 << 50),
    unit(c"TiB", 1 << 40),
    unit(c"GiB", 1 << 30),
    unit(c"MiB", 1 << 20),
    unit(c"KiB", 1 << 10),
    unit(c"B", 1),
    END,
];

const SECOND: u64 = 1_000_000;

/// Microseconds as times: "14.350min", "1.500d".
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals)]
pub static humanize_schema_us: [lws_humanize_unit_t; 8] = [
    unit(c"y", 365 * 24 * 3600 * SECOND),
    unit(c"d", 24 * 3600 * SECOND),
    unit(c"hr", 3600 * SECOND),
    unit(c"min", 60 * SECOND),
    unit(c"s", SECOND),
    unit(c"ms", 1000),
    unit(c"\u{3bc}s", 1),
    END,
];

/// Writes a number in the largest unit of a schema that it holds at least one of: whole in a unit
/// with the factor 1, with three decimals, cut off, in any other.
///
/// The schema goes from the largest unit to the smallest and ends with a NULL name. There are
/// humanize_schema_si, humanize_schema_si_bytes and humanize_schema_us.
///
/// The text is cut when it does not fit, and always ends in a NUL, unless `len` is 0: then nothing
/// is written.
///
/// # Returns
///
/// The length of the text without the NUL when it fits, `len` when it was cut; 0 when an argument
/// is NULL, or no unit is small enough, which is logged and makes the text "unknown value".
///
/// # Safety
///
/// `buf` points to `len` bytes, `schema` is as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_humanize(
    buf: *mut c_char,
    len: usize,
    value: u64,
    schema: *const lws_humanize_unit_t,
) -> c_int {
    const NAME: &str = "lws_humanize";
    // SAFETY: the caller's promise; no more than can be returned.
    let to = unsafe { room(buf.cast(), len.min(c_int::MAX as usize)) };
    let to = need!("buf", to, 0);
    let len = to.len();
    let mut out = Out::new(to);
    if schema.is_null() {
        arg::bad(NAME, "schema");
        out.finish();
        return 0;
    }
    let mut at = schema;
    let units = core::iter::from_fn(|| {
        // SAFETY: the schema is valid up to its NULL name.
        let (name, factor) = unsafe { (cstr((*at).name)?, (*at).factor) };
        at = at.wrapping_add(1);
        Some((factor, name))
    });
    let Some(human) = humanize::humanize(value, units) else {
        log_err!(
            Log::GLOBAL,
            "lws_humanize: bad argument: schema: no unit for {value}"
        );
        out.part(b"unknown value");
        out.finish();
        return 0;
    };
    let number = match human.milli {
        Some(milli) => format!("{}.{milli:03}", human.whole),
        None => human.whole.to_string(),
    };
    let name = human.unit.to_bytes();
    out.part(number.as_bytes());
    out.part(name);
    out.finish();
    count(number.len().saturating_add(name.len()).min(len))
}
