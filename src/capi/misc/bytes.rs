//! `lws-misc.h`: hexadecimal, random bytes, numbers in bytes.

use crate::capi::arg;
use crate::capi::convert::{bytes, count, cstr, need, room};
use crate::capi::types::lws_context;
use crate::log::{Log, log_err};
use crate::sys::random;
use crate::util::{hex, vbi};
use core::ffi::{c_char, c_int, c_void};

/// Converts pairs of hexadecimal digits, upper or lower case, to bytes.
///
/// # Returns
///
/// How many bytes are in `dest` now; -1 when another character is in `h`, the number of digits is
/// odd, they make more than `max` bytes, or an argument is NULL. Then `dest` may hold the bytes
/// before the error.
///
/// # Safety
///
/// `h` is NUL-terminated, `dest` points to `max` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_hex_to_byte_array(
    h: *const c_char,
    dest: *mut u8,
    max: c_int,
) -> c_int {
    const NAME: &str = "lws_hex_to_byte_array";
    let Ok(max) = usize::try_from(max) else {
        arg::bad(NAME, "max");
        return -1;
    };
    // SAFETY: the caller's promise.
    let (from, to) = unsafe { (cstr(h), room(dest, max)) };
    let from = need!("h", from, -1);
    let to = need!("dest", to, -1);
    hex::decode(from.to_bytes(), to).map_or(-1, count)
}

/// Converts bytes to lower case hexadecimal digits. The text is cut when it does not fit, and
/// always ends in a NUL, unless `len` is 0: then nothing is written.
///
/// # Safety
///
/// `src` points to `slen` bytes, `dest` to `len`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_hex_from_byte_array(
    src: *const u8,
    slen: usize,
    dest: *mut c_char,
    len: usize,
) {
    const NAME: &str = "lws_hex_from_byte_array";
    // SAFETY: the caller's promise.
    let (from, to) = unsafe { (bytes(src, slen), room(dest.cast(), len)) };
    let to = need!("dest", to);
    if from.is_none() {
        arg::bad(NAME, "src");
    }
    hex::encode(from.unwrap_or_default(), to);
}

/// Makes a text of `len` - 1 random lower case hexadecimal digits and a NUL.
///
/// `context` is not used and may be NULL.
///
/// # Returns
///
/// 0, or 1 when `dest` is NULL, `len` is 0 or the system gave no random bytes.
///
/// # Safety
///
/// `dest` points to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_hex_random(
    _context: *mut lws_context,
    dest: *mut c_char,
    len: usize,
) -> c_int {
    const NAME: &str = "lws_hex_random";
    // SAFETY: the caller's promise.
    let to = need!("dest", unsafe { room(dest.cast(), len) }, 1);
    let Some((end, digits)) = to.split_last_mut() else {
        arg::bad(NAME, "len");
        return 1;
    };
    *end = 0;
    if random::fill(digits) != digits.len() {
        log_err!(
            Log::GLOBAL,
            "lws_hex_random: the system gave no random bytes"
        );
        digits.fill(0);
        return 1;
    }
    for d in digits {
        *d = hex::digit(*d);
    }
    0
}

/// memcmp() for secrets: it always looks at every byte, so that the time it takes does not tell
/// where they differ.
///
/// # Returns
///
/// 0 when all bytes are equal, otherwise nonzero; 1 when an argument is NULL.
///
/// # Safety
///
/// `a` and `b` point to `len` bytes each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_timingsafe_bcmp(
    a: *const c_void,
    b: *const c_void,
    len: u32,
) -> c_int {
    const NAME: &str = "lws_timingsafe_bcmp";
    let len = len as usize;
    // SAFETY: the caller's promise.
    let (a, b) = unsafe { (bytes(a.cast(), len), bytes(b.cast(), len)) };
    let a = need!("a", a, 1);
    let b = need!("b", b, 1);
    // The compiler shall not see that the loop may end early.
    let differ = a
        .iter()
        .zip(b)
        .fold(0u8, |d, (a, b)| core::hint::black_box(d | (a ^ b)));
    c_int::from(differ)
}

/// Fills a buffer with random bytes of the system, fit for keys.
///
/// `context` is not used and may be NULL.
///
/// # Returns
///
/// How many bytes were filled; other than `len` means that the system gave no more. 0 when `buf`
/// is NULL.
///
/// # Safety
///
/// `buf` points to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_random(
    _context: *mut lws_context,
    buf: *mut c_void,
    len: usize,
) -> usize {
    const NAME: &str = "lws_get_random";
    // SAFETY: the caller's promise.
    random::fill(need!("buf", unsafe { room(buf.cast(), len) }, 0))
}

/// Zeroes memory that held a secret, which the compiler will not leave out.
///
/// # Safety
///
/// `p` points to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_explicit_bzero(p: *mut c_void, len: usize) {
    const NAME: &str = "lws_explicit_bzero";
    // SAFETY: the caller's promise.
    let secret = need!("p", unsafe { room(p.cast(), len) });
    // SAFETY: the slice is the memory.
    unsafe { libc::explicit_bzero(secret.as_mut_ptr().cast(), secret.len()) }
}

/// # Safety
///
/// `b` is NULL or points to `N` bytes.
unsafe fn put<const N: usize>(function: &str, b: *mut u8, form: [u8; N]) {
    if b.is_null() {
        return arg::bad(function, "b");
    }
    // SAFETY: not NULL, and long enough by the caller's promise.
    unsafe { b.cast::<[u8; N]>().write(form) }
}

/// # Safety
///
/// `b` is NULL or points to `N` bytes.
unsafe fn get<const N: usize>(function: &str, b: *const u8) -> [u8; N] {
    if b.is_null() {
        arg::bad(function, "b");
        return [0; N];
    }
    // SAFETY: not NULL, and long enough by the caller's promise.
    unsafe { b.cast::<[u8; N]>().read() }
}

/// Writes a number of 16 bits, high byte first.
///
/// # Safety
///
/// `b` points to 2 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ser_wu16be(b: *mut u8, u: u16) {
    const NAME: &str = "lws_ser_wu16be";
    // SAFETY: the caller's promise.
    unsafe { put(NAME, b, u.to_be_bytes()) }
}

/// Writes a number of 32 bits, high byte first.
///
/// # Safety
///
/// `b` points to 4 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ser_wu32be(b: *mut u8, u32: u32) {
    const NAME: &str = "lws_ser_wu32be";
    // SAFETY: the caller's promise.
    unsafe { put(NAME, b, u32.to_be_bytes()) }
}

/// Writes a number of 64 bits, high byte first.
///
/// # Safety
///
/// `b` points to 8 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ser_wu64be(b: *mut u8, u64: u64) {
    const NAME: &str = "lws_ser_wu64be";
    // SAFETY: the caller's promise.
    unsafe { put(NAME, b, u64.to_be_bytes()) }
}

/// Reads a number of 16 bits, high byte first.
///
/// # Returns
///
/// The number, 0 when `b` is NULL.
///
/// # Safety
///
/// `b` points to 2 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ser_ru16be(b: *const u8) -> u16 {
    const NAME: &str = "lws_ser_ru16be";
    // SAFETY: the caller's promise.
    u16::from_be_bytes(unsafe { get(NAME, b) })
}

/// Reads a number of 32 bits, high byte first.
///
/// # Returns
///
/// The number, 0 when `b` is NULL.
///
/// # Safety
///
/// `b` points to 4 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ser_ru32be(b: *const u8) -> u32 {
    const NAME: &str = "lws_ser_ru32be";
    // SAFETY: the caller's promise.
    u32::from_be_bytes(unsafe { get(NAME, b) })
}

/// Reads a number of 64 bits, high byte first.
///
/// # Returns
///
/// The number, 0 when `b` is NULL.
///
/// # Safety
///
/// `b` points to 8 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ser_ru64be(b: *const u8) -> u64 {
    const NAME: &str = "lws_ser_ru64be";
    // SAFETY: the caller's promise.
    u64::from_be_bytes(unsafe { get(NAME, b) })
}

/// Writes a number as a variable byte integer, as MQTT has them: 7 bits a byte, low ones first.
///
/// # Returns
///
/// How many bytes were written, 1 to 4; -1, with nothing written, when `value` has more than 28
/// bits or `buf` is NULL.
///
/// # Safety
///
/// `buf` points to 4 bytes, or as many as `value` needs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_vbi_encode(value: u64, buf: *mut c_void) -> c_int {
    const NAME: &str = "lws_vbi_encode";
    let Some((form, len)) = vbi::encode(value) else {
        arg::bad(NAME, "value");
        return -1;
    };
    // SAFETY: the caller's promise.
    let to = need!("buf", unsafe { room(buf.cast(), len) }, -1);
    for (to, from) in to.iter_mut().zip(form) {
        *to = from;
    }
    count(len)
}

/// Reads a number that lws_vbi_encode() wrote.
///
/// # Returns
///
/// How many bytes it takes, 1 to 4, with the number in `*value`; 0, with `*value` as it was, when
/// it does not end within `len` bytes, is longer than 4, or an argument is NULL.
///
/// # Safety
///
/// `buf` points to `len` bytes, `value` is a place for the number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_vbi_decode(buf: *const c_void, value: *mut u64, len: usize) -> c_int {
    const NAME: &str = "lws_vbi_decode";
    // SAFETY: the caller's promise.
    let from = need!("buf", unsafe { bytes(buf.cast(), len) }, 0);
    if value.is_null() {
        arg::bad(NAME, "value");
        return 0;
    }
    match vbi::decode(from) {
        Some((number, len)) => {
            // SAFETY: not NULL, so a place for the number.
            unsafe { value.write(number) };
            count(len)
        }
        None => 0,
    }
}
