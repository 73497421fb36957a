//! `lws-adopt.h`: kinds of descriptors, and addresses with their port.

use super::types::{lws, lws_filefd_type, lws_sockfd_type, lws_vhost};
use core::ffi::{c_char, c_int, c_uint, c_void};
use libc::{sockaddr_in, sockaddr_in6};

/// An IPv4 or an IPv6 address with its port. `sa4.sin_family` says which: AF_INET or AF_INET6.
#[repr(C)]
#[derive(Clone, Copy)]
pub union lws_sockaddr46 {
    /// The address when it is of IPv6.
    pub sa6: sockaddr_in6,
    /// The address when it is of IPv4; its family is always there.
    pub sa4: sockaddr_in,
}

/// A descriptor: of a socket, or of an open file.
#[repr(C)]
#[derive(Clone, Copy)]
pub union lws_sock_file_fd_type {
    /// It is a socket.
    pub sockfd: lws_sockfd_type,
    /// It is an open file.
    pub filefd: lws_filefd_type,
}

/// What an adopted descriptor is: one of RAW_FILE_DESC, SOCKET and RAW_SOCKET_UDP, and flags.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lws_adoption_type {
    /// Any descriptor that poll() takes and that is not a socket: a pipe, a tty, a device.
    LWS_ADOPT_RAW_FILE_DESC = 0,
    /// Flag, beside SOCKET: the peer speaks HTTP.
    LWS_ADOPT_HTTP = 1,
    /// A connected stream socket; raw unless HTTP is there too.
    LWS_ADOPT_SOCKET = 2,
    /// Flag, beside SOCKET: the peer may start TLS where the vhost has it.
    LWS_ADOPT_ALLOW_SSL = 4,
    /// Flag, beside SOCKET: it is a datagram socket.
    LWS_ADOPT_FLAG_UDP = 16,
    /// A datagram socket.
    LWS_ADOPT_RAW_SOCKET_UDP = 18,
    /// Flag, beside SOCKET: the connection is one side of a raw proxy.
    LWS_ADOPT_FLAG_RAW_PROXY = 32,
}

/// An `enum lws_adoption_type` as it crosses the edge: flags may be combined.
pub type lws_adoption_type_int = c_uint;

/// What to adopt, and as what.
#[repr(C)]
pub struct lws_adopt_desc {
    /// The vhost that the connection will belong to.
    pub vh: *mut lws_vhost,
    /// What the descriptor is.
    pub r#type: lws_adoption_type_int,
    /// The descriptor. It is the library's from the call on, and closed if the adoption fails.
    pub fd: lws_sock_file_fd_type,
    /// The name of the vhost's protocol to bind to; NULL for the vhost's default. Read during the
    /// call.
    pub vh_prot_name: *const c_char,
    /// NULL, or the connection whose child this one becomes.
    pub parent: *mut lws,
    /// The program's own pointer, as lws_get_opaque_user_data() returns it.
    pub opaque: *mut c_void,
    /// For fault injection, which is not built.
    pub fi_wsi_name: *const c_char,
}

/// See `struct lws_adopt_desc`.
pub type lws_adopt_desc_t = lws_adopt_desc;

/// What a UDP connection knows about its peer.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lws_udp {
    /// The peer: the sender of the datagram received last, or where a connected socket leads. Writes
    /// go there.
    pub sa46: lws_sockaddr46,
    /// The sender of a datagram that the callback has not seen yet.
    pub sa46_pending: lws_sockaddr46,
    /// 1 when the socket was connected to its peer, otherwise 0. (One bit of this byte in lws.)
    pub connected: u8,
}

/// For lws_create_adopt_udp(): bind the socket to the address and port, rather than connect it
/// there.
pub const LWS_CAUDP_BIND: c_int = 1 << 0;
/// For lws_create_adopt_udp(): allow datagrams to broadcast addresses.
pub const LWS_CAUDP_BROADCAST: c_int = 1 << 1;
/// For lws_create_adopt_udp(): a packet socket, whose frames begin with their IP header. Needs
/// CAP_NET_RAW.
pub const LWS_CAUDP_PF_PACKET: c_int = 1 << 2;

// The layout of lws 4.3.5 in the frozen profile (x86-64).
#[cfg(target_pointer_width = "64")]
const _: () = {
    use core::mem::{align_of, offset_of, size_of};
    assert!(size_of::<lws_sockaddr46>() == 28);
    assert!(align_of::<lws_sockaddr46>() == 4);
    assert!(size_of::<lws_sock_file_fd_type>() == 4);
    assert!(size_of::<lws_udp>() == 60);
    assert!(align_of::<lws_udp>() == 4);
    assert!(offset_of!(lws_udp, sa46) == 0);
    assert!(offset_of!(lws_udp, sa46_pending) == 28);
    assert!(offset_of!(lws_udp, connected) == 56);
    assert!(size_of::<lws_adopt_desc>() == 48);
    assert!(align_of::<lws_adopt_desc>() == 8);
    assert!(offset_of!(lws_adopt_desc, vh) == 0);
    assert!(offset_of!(lws_adopt_desc, r#type) == 8);
    assert!(offset_of!(lws_adopt_desc, fd) == 12);
    assert!(offset_of!(lws_adopt_desc, vh_prot_name) == 16);
    assert!(offset_of!(lws_adopt_desc, parent) == 24);
    assert!(offset_of!(lws_adopt_desc, opaque) == 32);
    assert!(offset_of!(lws_adopt_desc, fi_wsi_name) == 40);
};
