//! `lws-dhcpc.h`: what lws keeps private about DHCP.

use core::ffi::{c_char, c_uint};

/// As flag: servers are asked to broadcast their replies, for networks that lose others.
pub const LWS_DHCPC_BROADCAST: u32 = 1 << 0;
/// As flag: when the request ends, the interface keeps its address, and no server is told.
pub const LWS_DHCPC_KEEP: u32 = 1 << 1;

/// How a lease is got. Zero it, then lws_dhcpc_settings_default() or fill in what is wanted.
#[repr(C)]
pub struct lws_dhcpc_settings {
    /// sizeof(lws_dhcpc_settings_t), so that it can grow.
    pub size: u32,
    /// LWS_DHCPC_* or 0.
    pub flags: u32,
    /// How long the address is looked for on the link by ARP before it is used (RFC 5227),
    /// milliseconds; 0 for not at all. Three probes are sent; who answers has it, and the server is
    /// sent a DECLINE. 200 by default; RFC 5227's own times are some 5,000.
    pub probe_ms: u32,
    /// The metric of the routes that the lease gives. 100 by default.
    pub metric: u32,
    /// The host name that the server is told (option 12), or NULL.
    pub host_name: *const c_char,
    /// The client identifier (option 61), its type byte first, or NULL for the interface's hardware
    /// address. RFC 4361 has type 255, an IAID and a DUID.
    pub client_id: *const u8,
    /// How many bytes `client_id` has, at most 255.
    pub client_id_len: usize,
    /// A file that the address is remembered in, to be asked for at the next start (INIT-REBOOT), or
    /// NULL. With it the server is told no RELEASE at the end.
    pub lease_file: *const c_char,
}

/// How a lease is got.
pub type lws_dhcpc_settings_t = lws_dhcpc_settings;

/// Where the client of an interface is (RFC 2131 figure 5).
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum lws_dhcpc_state_t {
    /// Nothing is requested for the interface.
    LWS_DHCPC_NONE = 0,
    /// The interface is not there, or its link is down.
    LWS_DHCPC_OFF = 1,
    /// Waits before it begins anew.
    LWS_DHCPC_INIT = 2,
    /// Looks for servers.
    LWS_DHCPC_SELECTING = 3,
    /// Asks for what a server has offered.
    LWS_DHCPC_REQUESTING = 4,
    /// Asks for the address it had before.
    LWS_DHCPC_REBOOTING = 5,
    /// Looks for the address on the link.
    LWS_DHCPC_PROBING = 6,
    /// Has a lease.
    LWS_DHCPC_BOUND = 7,
    /// Has a lease, and asks its server to prolong it.
    LWS_DHCPC_RENEWING = 8,
    /// Has a lease, and asks any server to prolong it.
    LWS_DHCPC_REBINDING = 9,
}

/// A state, as it crosses the edge.
pub type lws_dhcpc_state_t_int = c_uint;

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<lws_dhcpc_settings>() == 48);
