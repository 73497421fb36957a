//! `lws-sha1-base64.h`: where a decoder is.

use core::ffi::{c_int, c_uchar};

/// Where lws_b64_decode_stateful() is. Its members are the library's.
#[repr(C)]
#[derive(Debug)]
pub struct lws_b64state {
    /// The digits of a group that is not whole yet.
    pub quad: [c_uchar; 4],
    /// Bytes that were written.
    pub done: usize,
    /// Digits in `quad`.
    pub len: usize,
    /// Not used.
    pub i: c_int,
    /// Not used.
    pub c: c_int,
}

const _: () = assert!(size_of::<lws_b64state>() == 32);
