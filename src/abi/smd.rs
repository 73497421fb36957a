//! `lws-smd.h`: message classes and the type of a participant's callback.

use super::types::lws_usec_t;
use core::ffi::{c_int, c_void};

/// A set of message classes: one bit each. Bits 24 to 31 are the program's own.
pub type lws_smd_class_t = u32;

/// What a participant is called with, on the thread that services the context: its opaque pointer,
/// the message's classes, when the message was made (microseconds of CLOCK_MONOTONIC), and the
/// payload with its length in bytes. Behind the payload there is a NUL that `len` does not count.
/// The payload is the library's: other participants see the same one. The return value means
/// nothing.
///
/// The callback may call anything: send, register, unregister itself or another, end the context.
pub type lws_smd_notification_cb_t = Option<
    unsafe extern "C" fn(
        opaque: *mut c_void,
        _class: lws_smd_class_t,
        timestamp: lws_usec_t,
        buf: *mut c_void,
        len: usize,
    ) -> c_int,
>;

/// One registration. The pointer stands for it and is never followed.
pub struct lws_smd_peer {
    _opaque: [u8; 0],
}

/// Something the user did.
pub const LWSSMDCL_INTERACTION: c_int = 1 << 0;
/// The system or a state manager changed its state.
pub const LWSSMDCL_SYSTEM_STATE: c_int = 1 << 1;
/// Something happened to the network.
pub const LWSSMDCL_NETWORK: c_int = 1 << 2;
/// Measurements.
pub const LWSSMDCL_METRICS: c_int = 1 << 3;
/// The number of the first bit for classes of the program's own.
pub const LWSSMDCL_USER_BASE_BITNUM: c_int = 24;

/// The longest payload, bytes.
pub const LWS_SMD_MAX_PAYLOAD: c_int = 384;
/// The size of a class, bytes.
pub const LWS_SMD_CLASS_BITFIELD_BYTES: c_int = 4;
/// What stands before a message in a Secure Streams payload, bytes.
pub const LWS_SMD_SS_RX_HEADER_LEN: c_int = 16;
/// For lws_smd_register(): the participant is a proxied stream. Means nothing.
pub const LWSSMDREG_FLAG_PROXIED_SS: c_int = 1 << 0;
