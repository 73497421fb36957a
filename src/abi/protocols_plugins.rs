//! `lws-protocols-plugins.h`: a protocol.

use super::callbacks::lws_callback_function_ptr;
use core::ffi::{c_char, c_uint, c_void};

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
