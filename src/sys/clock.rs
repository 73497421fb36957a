//! Time: `CLOCK_MONOTONIC` in microseconds, and the wall clock.

#![allow(
    clippy::unnecessary_cast,
    reason = "time_t and long have 32 bits elsewhere"
)]

/// Microseconds of `CLOCK_MONOTONIC`, the time base of every timer and every
/// message timestamp (`lws_usec_t`).
pub(crate) fn now_us() -> i64 {
    let ts = read(libc::CLOCK_MONOTONIC);
    ts.tv_sec as i64 * 1_000_000 + ts.tv_nsec as i64 / 1_000
}

/// The wall clock: seconds since the epoch, and the nanoseconds within.
pub(crate) fn wall() -> (i64, u32) {
    let ts = read(libc::CLOCK_REALTIME);
    (ts.tv_sec as i64, ts.tv_nsec as u32)
}

/// Whole seconds of the wall clock, 0 before 1970.
#[cfg(feature = "LWS_WITH_CACHE_NSCOOKIEJAR")]
pub(crate) fn unix_s() -> u64 {
    u64::try_from(wall().0).unwrap_or(0)
}

fn read(clock: libc::clockid_t) -> libc::timespec {
    let mut ts = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `ts` is a valid place for one timespec; both clocks exist on
    // every system this builds for, so the call cannot fail.
    unsafe { libc::clock_gettime(clock, &mut ts) };
    ts
}
