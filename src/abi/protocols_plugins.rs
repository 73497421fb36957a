//! `lws-protocols-plugins.h`: a protocol, a plugin.

use super::callbacks::lws_callback_function_ptr;
use super::ws_ext::lws_extension;
use core::ffi::{c_char, c_int, c_uint, c_void};

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

/// What the header of a plugin says it was made for: this interface of plugins.
pub const LWS_PLUGIN_API_MAGIC: c_uint = 191;

/// What each plugin's export begins with; what follows is up to its class.
#[repr(C)]
pub struct lws_plugin_header {
    /// The plugin's name, which tells it from the others of its class.
    pub name: *const c_char,
    /// Its class: a name that its program chose.
    pub _class: *const c_char,
    /// LWS_BUILD_HASH of the headers that it was compiled with.
    pub lws_build_hash: *const c_char,
    /// LWS_PLUGIN_API_MAGIC of the headers that it was compiled with.
    pub api_magic: c_uint,
}

/// The export of a plugin that has protocols, of the class "lws_protocol_plugin".
#[repr(C)]
pub struct lws_plugin_protocol {
    /// What each plugin's begins with.
    pub hdr: lws_plugin_header,
    /// Its protocols: give them to lws_create_vhost().
    pub protocols: *const lws_protocols,
    /// Its extensions.
    pub extensions: *const lws_extension,
    /// How many protocols there are.
    pub count_protocols: c_int,
    /// How many extensions there are.
    pub count_extensions: c_int,
}

/// A plugin's shared object.
#[repr(C)]
#[derive(Clone, Copy)]
pub union lws_plugin_u {
    /// What dlopen() gave for it.
    pub l: *mut c_void,
}

/// A plugin that lws_plugins_init() has loaded. The library frees it.
#[repr(C)]
pub struct lws_plugin {
    /// The one that was loaded before it, or NULL.
    pub list: *mut lws_plugin,
    /// What it exports.
    pub hdr: *const lws_plugin_header,
    /// Its shared object.
    pub u: lws_plugin_u,
}

/// What is called for each plugin of a list.
pub type each_plugin_cb_t =
    Option<unsafe extern "C" fn(p: *mut lws_plugin, user: *mut c_void) -> c_int>;

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
    assert!(size_of::<lws_plugin_header>() == 32);
    assert!(offset_of!(lws_plugin_header, api_magic) == 24);
    assert!(size_of::<lws_plugin_protocol>() == 56);
    assert!(offset_of!(lws_plugin_protocol, extensions) == 40);
    assert!(size_of::<lws_plugin>() == 24);
    assert!(offset_of!(lws_plugin, u) == 16);
};
