//! The DHCP client's part of `lws-system.h`.

use crate::abi::adopt::lws_sockaddr46;
use crate::abi::system::dhcpc_cb_t;
use crate::abi::types::lws_context;
use crate::capi::{arg, dhcpc, enter};
use crate::dhcp::Settings;
use crate::sys::sa46;
use core::ffi::{CStr, c_char, c_int, c_void};
use core::net::{IpAddr, SocketAddr};

/// Gets an IPv4 address for an interface from a DHCP server and keeps it valid: the interface is
/// switched on, a lease is asked for whenever its link is up, and address, routes and MTU are set and
/// taken away as the lease says. Needs CAP_NET_ADMIN and CAP_NET_RAW. The system state DHCP waits
/// until some interface that was requested has a lease. SMD messages of class NETWORK say
/// `{"type":"ipacq","if":"eth0","ipv4":"192.0.2.7"}` and, with `expired`, `nak`, `conflict`,
/// `released` or `failed` as reason, `{"type":"iplost","if":"eth0","ipv4":"192.0.2.7","why":"nak"}`.
/// For the thread that services the context.
///
/// @param c: the context
/// @param i: the interface's name; it need not be there yet
/// @param af: AF_INET
/// @param cb: called when there is a lease, when it changes and when it is prolonged; or NULL
/// @param opaque: for `cb`
///
/// # Returns
///
/// 0: it has begun, or there was a request for the interface already, whose callback stays. 1: an
/// argument makes no sense, or there is no memory.
///
/// # Safety
///
/// `c` is NULL or a live context, `i` NULL or a text. `cb` may be called with `opaque` until the
/// request ends.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dhcpc_request(
    c: *mut lws_context,
    i: *const c_char,
    af: c_int,
    cb: dhcpc_cb_t,
    opaque: *mut c_void,
) -> c_int {
    const NAME: &str = "lws_dhcpc_request";
    if af != libc::AF_INET {
        arg::bad(NAME, "af");
        return 1;
    }
    // SAFETY: the caller's promises.
    unsafe { dhcpc::request(NAME, c, i, Some(Settings::default()), cb, opaque) }
}

/// Ends the request for an interface: the server learns that the address is free, and what the
/// lease gave is taken from the interface, unless its settings say otherwise (lws leaves both). The
/// end of the context does the same for all. May be called by the request's own callback. For the
/// thread that services the context.
///
/// @param context: the context
/// @param iface: the interface's name, or NULL for all
///
/// # Returns
///
/// 0; 1 when `context` is NULL.
///
/// # Safety
///
/// `context` is NULL or a live context, `iface` NULL or a text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dhcpc_remove(
    context: *mut lws_context,
    iface: *const c_char,
) -> c_int {
    const NAME: &str = "lws_dhcpc_remove";
    // SAFETY: the caller's promises.
    unsafe {
        let Some(cx) = enter(NAME, context) else {
            return 1;
        };
        let name = (!iface.is_null()).then(|| CStr::from_ptr(iface));
        cx.within(|| cx.dhcp.remove(name));
    }
    0
}

/// Tells whether some interface has a lease. For the thread that services the context.
///
/// @param context: the context
/// @param sa46: NULL, or where the first name server of that lease goes; of family 0 when it has none
///
/// # Returns
///
/// 1 when one has, else 0, also when `context` is NULL.
///
/// # Safety
///
/// `context` is NULL or a live context, `sa46` NULL or valid to write to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dhcpc_status(
    context: *mut lws_context,
    sa46: *mut lws_sockaddr46,
) -> c_int {
    const NAME: &str = "lws_dhcpc_status";
    // SAFETY: the caller's promises.
    unsafe {
        let Some(cx) = enter(NAME, context) else {
            return 0;
        };
        let Some(server) = cx.dhcp.status() else {
            return 0;
        };
        if let Some(to) = sa46.as_mut() {
            *to = server.map_or_else(sa46::none, |ip| {
                sa46::from_std(SocketAddr::new(IpAddr::V4(ip), 0))
            });
        }
    }
    1
}
