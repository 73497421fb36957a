//! The basic types of the interface: `include/libwebsockets.h`, which is
//! written by hand, so no header is generated from this file.
//!
//! Types that C only ever holds a pointer to are opaque here too.

use super::context_vhost::lws_protocol_vhost_options;
use core::ffi::{c_char, c_int, c_longlong, c_uint, c_ulonglong};

/// Microseconds: a point in time of the monotonic clock, or an interval.
pub type lws_usec_t = i64;
/// A position in, or the length of, a file.
pub type lws_filepos_t = c_ulonglong;
/// A signed distance between two positions in a file.
pub type lws_fileofs_t = c_longlong;
/// Flags about an open file.
pub type lws_fop_flags_t = u32;
/// A socket.
pub type lws_sockfd_type = c_int;
/// An open file that is not a socket.
pub type lws_filefd_type = c_int;

macro_rules! opaque {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $(
            $(#[$doc])*
            #[repr(C)]
            pub struct $name {
                _opaque: [u8; 0],
                _not_send: core::marker::PhantomData<(*mut u8, core::marker::PhantomPinned)>,
            }
        )*
    };
}

opaque! {
    /// Everything one event loop owns.
    lws_context;
    /// A set of protocols and settings that connections are bound to.
    lws_vhost;
    /// One connection.
    lws;
    /// Limits on the length of HTTP headers.
    lws_token_limits;
    /// An event library of the program's own.
    lws_plugin_evlib;
    /// Where files are opened and read.
    lws_plat_file_ops;
    /// A Secure Streams plugin.
    lws_ss_plugin;
    /// The operations of a foreign event loop.
    lws_event_loop_ops;
    /// OpenSSL's `SSL_CTX`.
    ssl_ctx_st;
    /// OpenSSL's `SSL`.
    ssl_st;
    /// One piece of data about the device, by index (`lws_system_get_blob()`).
    lws_system_blob;
    /// A request to be called in the event loop once a system state is reached.
    lws_attach_item;
    /// What a metric reports.
    lws_metric_pub;
    /// A list of memory segments.
    lws_buflist;
    /// A ring of elements.
    lws_ring;
    /// What reads a form that is posted.
    lws_spa;
    /// A chunk of an arena, and with the first one the arena.
    lwsac;
    /// A level of a cache.
    lws_cache_ttl_lru;
    /// Queues that share one amount of memory.
    lws_dsh;
    /// A map.
    lws_map;
    /// A key of a map and its value.
    lws_map_item;
    /// Steps that the loop takes one after the other, which are not built.
    lws_sequencer;
}

/// A change of what a descriptor is watched for.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lws_pollargs {
    /// The descriptor.
    pub fd: lws_sockfd_type,
    /// LWS_POLLIN and LWS_POLLOUT from now on.
    pub events: c_int,
    /// And until now.
    pub prev_events: c_int,
}

/// As a vhost's port: do not listen.
pub const CONTEXT_PORT_NO_LISTEN: c_int = -1;
/// As a vhost's port: do not listen, but be ready for connections that the
/// program accepted itself.
pub const CONTEXT_PORT_NO_LISTEN_SERVER: c_int = -2;

const _: () = {
    use core::mem::{offset_of, size_of};
    assert!(size_of::<lws_pollargs>() == 12);
    assert!(offset_of!(lws_pollargs, fd) == 0);
    assert!(offset_of!(lws_pollargs, events) == 4);
    assert!(offset_of!(lws_pollargs, prev_events) == 8);
};

/// Where an HTTP vhost serves a URL path from. A C compiler keeps the three flags in a byte.
#[repr(C)]
pub struct lws_http_mount {
    /// The next one, or NULL.
    pub mount_next: *const lws_http_mount,
    /// The path that it begins at.
    pub mountpoint: *const c_char,
    /// A folder, an address, or the name of a protocol.
    pub origin: *const c_char,
    /// The file for the path itself; NULL: `index.html`.
    pub def: *const c_char,
    /// The protocol to bind, or NULL.
    pub protocol: *const c_char,
    /// Options for LWS_CALLBACK_HTTP_PMO.
    pub cgienv: *const lws_protocol_vhost_options,
    /// Types of files by suffix.
    pub extra_mimetypes: *const lws_protocol_vhost_options,
    /// Protocols that process files, by suffix.
    pub interpret: *const lws_protocol_vhost_options,
    /// For CGI.
    pub cgi_timeout: c_int,
    /// Seconds that a client may keep a file; 0 for none.
    pub cache_max_age: c_int,
    /// `enum lws_authentication_mode`.
    pub auth_mask: c_uint,
    /// Bits: reusable, to be revalidated, by intermediaries.
    pub cache: u8,
    /// `enum lws_mount_protocols`.
    pub origin_protocol: u8,
    /// The length of `mountpoint`, which lws counts by itself.
    pub mountpoint_len: u8,
    /// File with lines `user:password`, or NULL.
    pub basic_auth_login_file: *const c_char,
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    use core::mem::{offset_of, size_of};
    assert!(size_of::<lws_http_mount>() == 88);
    assert!(offset_of!(lws_http_mount, cache) == 76);
    assert!(offset_of!(lws_http_mount, basic_auth_login_file) == 80);
};
