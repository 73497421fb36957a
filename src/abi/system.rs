//! `lws-system.h`: states, operations and blobs of the system.

use super::adopt::lws_sockaddr46;
use super::types::{lws_attach_item, lws_context, lws_metric_pub, lws_system_blob, lws_usec_t};
use core::ffi::{c_char, c_int, c_uint, c_void};

/// What a context keeps one piece of data about the device in.
pub type lws_system_blob_t = lws_system_blob;
/// What a metric reports.
pub type lws_metric_pub_t = lws_metric_pub;

/// The states of the system, in the order in which it comes up.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lws_system_states_t {
    /// Before there is a context.
    LWS_SYSTATE_UNKNOWN = 0,
    /// The context is made.
    LWS_SYSTATE_CONTEXT_CREATED = 1,
    /// The event loop runs.
    LWS_SYSTATE_INITIALIZED = 2,
    /// The network interfaces that were there at the start are known.
    LWS_SYSTATE_IFACE_COLDPLUG = 3,
    /// At least one network interface is configured.
    LWS_SYSTATE_DHCP = 4,
    /// Time to look for a captive portal, without knowing the time.
    LWS_SYSTATE_CPD_PRE_TIME = 5,
    /// The clock is right enough to check certificates.
    LWS_SYSTATE_TIME_VALID = 6,
    /// Time to look for a captive portal, with TLS.
    LWS_SYSTATE_CPD_POST_TIME = 7,
    /// The policy is in force; protocols are initialised.
    LWS_SYSTATE_POLICY_VALID = 8,
    /// The device has an identity.
    LWS_SYSTATE_REGISTERED = 9,
    /// The main authentication token is there.
    LWS_SYSTATE_AUTH1 = 10,
    /// A second authentication token is there.
    LWS_SYSTATE_AUTH2 = 11,
    /// Everything works.
    LWS_SYSTATE_OPERATIONAL = 12,
    /// The policy is being replaced; also the first step of the end.
    LWS_SYSTATE_POLICY_INVALID = 13,
    /// The context is being destroyed.
    LWS_SYSTATE_CONTEXT_DESTROYING = 14,
}

/// A state of the system as it crosses the edge: any number.
pub type lws_system_states_t_int = c_uint;

/// What a blob holds.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lws_system_blob_item_t {
    /// Authentication tokens: slots 0 and 1.
    LWS_SYSBLOB_TYPE_AUTH = 0,
    /// The client's certificate, DER.
    LWS_SYSBLOB_TYPE_CLIENT_CERT_DER = 2,
    /// The client's key, DER.
    LWS_SYSBLOB_TYPE_CLIENT_KEY_DER = 3,
    /// The device's serial number.
    LWS_SYSBLOB_TYPE_DEVICE_SERIAL = 4,
    /// The version of its firmware.
    LWS_SYSBLOB_TYPE_DEVICE_FW_VERSION = 5,
    /// What kind of device it is.
    LWS_SYSBLOB_TYPE_DEVICE_TYPE = 6,
    /// The time server.
    LWS_SYSBLOB_TYPE_NTP_SERVER = 7,
    /// MQTT's client id.
    LWS_SYSBLOB_TYPE_MQTT_CLIENT_ID = 8,
    /// MQTT's user name.
    LWS_SYSBLOB_TYPE_MQTT_USERNAME = 9,
    /// MQTT's password.
    LWS_SYSBLOB_TYPE_MQTT_PASSWORD = 10,
    /// How many there are.
    LWS_SYSBLOB_TYPE_COUNT = 11,
}

/// What a blob holds, as it crosses the edge: any number.
pub type lws_system_blob_item_t_int = c_uint;

/// What is known of the way to the internet.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lws_cpd_result_t {
    /// Nothing yet.
    LWS_CPD_UNKNOWN = 0,
    /// It is open.
    LWS_CPD_INTERNET_OK = 1,
    /// A captive portal is in it.
    LWS_CPD_CAPTIVE_PORTAL = 2,
    /// There is none.
    LWS_CPD_NO_INTERNET = 3,
}

/// A result of captive portal detection, as it crosses the edge: any number.
pub type lws_cpd_result_t_int = c_uint;

/// What lws_system_ops_t::attach is given to run, on the thread that services the context.
pub type lws_attach_cb_t =
    Option<unsafe extern "C" fn(context: *mut lws_context, tsi: c_int, opaque: *mut c_void)>;

/// What the program does for the system. Every member may be NULL. The struct is the program's and
/// outlives the context.
#[repr(C)]
pub struct lws_system_ops {
    /// Restarts the device. For the program's own use.
    pub reboot: Option<unsafe extern "C" fn() -> c_int>,
    /// Sets the wall clock, microseconds since the epoch. For the program's own use.
    pub set_clock: Option<unsafe extern "C" fn(us: lws_usec_t) -> c_int>,
    /// Has `cb` run in the event loop, from any thread, by calling __lws_system_attach() with the
    /// same arguments. In lws it has to lock; here it need not.
    pub attach: Option<
        unsafe extern "C" fn(
            context: *mut lws_context,
            tsi: c_int,
            cb: lws_attach_cb_t,
            state: lws_system_states_t_int,
            opaque: *mut c_void,
            get: *mut *mut lws_attach_item,
        ) -> c_int,
    >,
    /// Starts to find out about captive portals; the result comes with lws_system_cpd_set().
    /// Nonzero: it cannot be started.
    pub captive_portal_detect_request:
        Option<unsafe extern "C" fn(context: *mut lws_context) -> c_int>,
    /// Takes a metric's report. Metrics are not built: it is not called.
    pub metric_report: Option<unsafe extern "C" fn(mdata: *mut lws_metric_pub_t) -> c_int>,
    /// Looks for a CA certificate that the peer's chain lacks. Trust on demand is not built: it is not
    /// called.
    pub jit_trust_query: Option<
        unsafe extern "C" fn(
            cx: *mut lws_context,
            skid: *const u8,
            skid_len: usize,
            got_opaque: *mut c_void,
        ) -> c_int,
    >,
    /// How long the device takes to wake up, microseconds. For the program's own use.
    pub wake_latency_us: u32,
}

/// What the program does for the system.
pub type lws_system_ops_t = lws_system_ops;

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<lws_system_ops>() == 56);

/// The numbers that lws_dhcpc_ifstate_t::nums has.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum lws_dhcpc_nums {
    /// The netmask, in network order.
    LWSDH_IPV4_SUBNET_MASK = 0,
    /// The broadcast address, in network order.
    LWSDH_IPV4_BROADCAST = 1,
    /// How long the lease lasts, seconds; 0xffffffff for ever.
    LWSDH_LEASE_SECS = 2,
    /// After how many seconds any server is asked to prolong it (T2).
    LWSDH_REBINDING_SECS = 3,
    /// After how many seconds its server is asked to prolong it (T1).
    LWSDH_RENEWAL_SECS = 4,
    /// How many there are.
    _LWSDH_NUMS_COUNT = 5,
}

/// The addresses that lws_dhcpc_ifstate_t::sa46 has.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum lws_dhcpc_addresses {
    /// The leased address.
    LWSDH_SA46_IP = 0,
    /// The first name server.
    LWSDH_SA46_DNS_SRV_1 = 1,
    /// The second name server.
    LWSDH_SA46_DNS_SRV_2 = 2,
    /// The third name server.
    LWSDH_SA46_DNS_SRV_3 = 3,
    /// The fourth name server.
    LWSDH_SA46_DNS_SRV_4 = 4,
    /// The default router.
    LWSDH_SA46_IPV4_ROUTER = 5,
    /// The time server.
    LWSDH_SA46_NTP_SERVER = 6,
    /// The DHCP server.
    LWSDH_SA46_DHCP_SERVER = 7,
    /// How many there are.
    _LWSDH_SA46_COUNT = 8,
}

/// What DHCP knows of an interface that has a lease.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lws_dhcpc_ifstate {
    /// The interface's name, with a NUL.
    pub ifname: [c_char; 16],
    /// The domain (option 15), with a NUL; empty when the server gives none or one that is no name.
    pub domain: [c_char; 64],
    /// The interface's hardware address.
    pub mac: [u8; 6],
    /// By enum lws_dhcpc_nums. Mask and broadcast address are in network order, times in seconds in
    /// the host's (in lws, those are in network order, too).
    pub nums: [u32; 5],
    /// By enum lws_dhcpc_addresses. What the server does not give has family 0; ports are 0.
    pub sa46: [lws_sockaddr46; 8],
}

/// What DHCP knows of an interface that has a lease.
pub type lws_dhcpc_ifstate_t = lws_dhcpc_ifstate;

/// What lws_dhcpc_request() calls when the interface has a lease, and again when that has changed
/// or lasts longer. `is` is valid during the call. What it returns means nothing.
pub type dhcpc_cb_t =
    Option<unsafe extern "C" fn(opaque: *mut c_void, is: *mut lws_dhcpc_ifstate_t) -> c_int>;
