//! Protocols: `lws-protocols-plugins.h`.

use core::ffi::{c_char, c_uint, c_void};

use super::callbacks::lws_callback_function_ptr;
use super::types::lws;
use super::{arg, wsi_ref};

/// One protocol that connections of a vhost can be bound to.
#[repr(C)]
pub struct lws_protocols {
    /// The protocol's name, as connections choose it; NULL ends an array of protocols.
    pub name: *const c_char,
    /// Called for everything that happens to the protocol's connections. Returns 0 to go on; for
    /// most reasons nonzero closes the connection.
    pub callback: lws_callback_function_ptr,
    /// Bytes of zeroed memory each connection gets: `user` in the callback.
    pub per_session_data_size: usize,
    /// Bytes that may reach the callback in one piece; 0 for the size of the service buffer.
    pub rx_buffer_size: usize,
    /// For the program's own use.
    pub id: c_uint,
    /// For the program's own use.
    pub user: *mut c_void,
    /// Bytes written in one piece at most; 0 for `rx_buffer_size`.
    pub tx_packet_size: usize,
}

// The layout of lws 4.3.5 in the frozen profile (x86-64).
#[cfg(target_pointer_width = "64")]
const _: () = {
    use core::mem::{align_of, offset_of, size_of};
    assert!(size_of::<lws_protocols>() == 56);
    assert!(align_of::<lws_protocols>() == 8);
    assert!(offset_of!(lws_protocols, name) == 0);
    assert!(offset_of!(lws_protocols, callback) == 8);
    assert!(offset_of!(lws_protocols, per_session_data_size) == 16);
    assert!(offset_of!(lws_protocols, rx_buffer_size) == 24);
    assert!(offset_of!(lws_protocols, id) == 32);
    assert!(offset_of!(lws_protocols, user) == 40);
    assert!(offset_of!(lws_protocols, tx_packet_size) == 48);
};

/// The protocol that a connection is bound to; also what a callback is about when it is not about a
/// connection.
///
/// # Returns
///
/// The program's own struct; NULL when `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or what a callback was called with, while it runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_protocol(wsi: *mut lws) -> *const lws_protocols {
    // SAFETY: the caller's promise.
    match unsafe { wsi_ref(wsi) } {
        Some(w) => w.protocol.raw(),
        None => {
            arg::bad("lws_get_protocol", "wsi");
            core::ptr::null()
        }
    }
}
