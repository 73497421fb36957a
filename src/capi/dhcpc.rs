//! `lws-dhcpc.h`: a DHCP client with settings, and where it is.

pub use crate::abi::dhcpc::*;

use super::system::dhcpc_cb_t;
use super::types::lws_context;
use super::{arg, enter};
use crate::dhcp::client::State;
use crate::dhcp::{Asked, Settings};
use crate::sys::callbacks::DhcpCallback;
use core::ffi::{CStr, c_char, c_int, c_uint, c_void};

/// The longest name of an interface, with its NUL: `IFNAMSIZ`.
const NAME_ROOM: usize = 16;

/// An interface's name as C has it; logs what is none as `function`'s mistake.
///
/// # Safety
///
/// `name` is NULL or a text that does not change while the result is used.
unsafe fn name_of<'a>(function: &str, name: *const c_char) -> Option<&'a CStr> {
    if !name.is_null() {
        // SAFETY: the caller's promise.
        let name = unsafe { CStr::from_ptr(name) };
        if (1..NAME_ROOM).contains(&name.count_bytes()) {
            return Some(name);
        }
    }
    arg::bad(function, "i");
    None
}

/// What both requests do.
///
/// # Safety
///
/// As for lws_dhcpc_request(), after `function`.
pub(super) unsafe fn request(
    function: &str,
    context: *mut lws_context,
    name: *const c_char,
    settings: Option<Settings>,
    cb: dhcpc_cb_t,
    opaque: *mut c_void,
) -> c_int {
    // SAFETY: the caller's promises.
    unsafe {
        let Some(cx) = enter(function, context) else {
            return 1;
        };
        let (Some(name), Some(settings)) = (name_of(function, name), settings) else {
            return 1;
        };
        let callback = cb.map(|cb| DhcpCallback::new(cb, opaque));
        match cx.within(|| cx.dhcp.request(name, settings, callback)) {
            Asked::Begun | Asked::Already => 0,
            Asked::NoRoom => 1,
        }
    }
}

/// Fills in what lws_dhcpc_request() uses.
///
/// # Returns
///
/// 0; -1 when `settings` is NULL or its `size` is too small.
///
/// # Safety
///
/// `settings` is NULL or has as many bytes as its `size` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dhcpc_settings_default(settings: *mut lws_dhcpc_settings_t) -> c_int {
    const NAME: &str = "lws_dhcpc_settings_default";
    // SAFETY: the caller's promise: a size is at the start of it.
    let fits = !settings.is_null()
        && usize::try_from(unsafe { (*settings).size })
            .is_ok_and(|n| n >= size_of::<lws_dhcpc_settings>());
    if !fits {
        arg::bad(NAME, "settings");
        return -1;
    }
    let d = Settings::default();
    // SAFETY: it is as large as its size says, so large enough.
    unsafe {
        *settings = lws_dhcpc_settings {
            size: (*settings).size,
            flags: 0,
            probe_ms: d.probe_ms,
            metric: d.metric,
            host_name: core::ptr::null(),
            client_id: core::ptr::null(),
            client_id_len: 0,
            lease_file: core::ptr::null(),
        };
    }
    0
}

/// The settings behind a struct of C's.
///
/// # Safety
///
/// `s` is NULL or has as many bytes as its `size` says; its pointers are NULL or as documented.
unsafe fn settings_of(function: &str, s: *const lws_dhcpc_settings_t) -> Option<Settings> {
    // SAFETY: the caller's promise.
    unsafe {
        let size = if s.is_null() { 0 } else { (*s).size };
        if usize::try_from(size).ok()? < size_of::<lws_dhcpc_settings>() {
            arg::bad(function, "settings");
            return None;
        }
        let s = &*s;
        let text = |p: *const c_char| (!p.is_null()).then(|| CStr::from_ptr(p));
        let host_name = text(s.host_name).map_or(&[][..], CStr::to_bytes);
        if host_name.len() > 255 {
            arg::bad(function, "host_name");
            return None;
        }
        let id = super::convert::bytes(s.client_id, s.client_id_len);
        // One byte says the type, and there is something behind it (RFC 2132 section 9.14).
        let Some(id) = id.filter(|id| id.is_empty() || (2..=255).contains(&id.len())) else {
            arg::bad(function, "client_id");
            return None;
        };
        if s.flags & !(LWS_DHCPC_BROADCAST | LWS_DHCPC_KEEP) != 0 {
            arg::bad(function, "flags");
            return None;
        }
        Some(Settings {
            probe_ms: s.probe_ms,
            metric: s.metric,
            broadcast: s.flags & LWS_DHCPC_BROADCAST != 0,
            keep: s.flags & LWS_DHCPC_KEEP != 0,
            host_name: host_name.to_vec(),
            client_id: id.to_vec(),
            file: text(s.lease_file).map(Into::into),
        })
    }
}

/// As lws_dhcpc_request() for IPv4, with settings. They are copied.
///
/// # Returns
///
/// 0: it has begun, or there was a request for the interface already, whose settings and callback
/// stay. 1: an argument makes no sense, or there is no memory.
///
/// # Safety
///
/// `context` is NULL or a live context, `i` NULL or a text, `settings` NULL or a struct as large as
/// its `size` says with valid pointers. `cb` may be called with `opaque` until the request ends.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dhcpc_request_settings(
    context: *mut lws_context,
    i: *const c_char,
    settings: *const lws_dhcpc_settings_t,
    cb: dhcpc_cb_t,
    opaque: *mut c_void,
) -> c_int {
    const NAME: &str = "lws_dhcpc_request_settings";
    // SAFETY: the caller's promises.
    unsafe { request(NAME, context, i, settings_of(NAME, settings), cb, opaque) }
}

/// Where the client of an interface is.
///
/// # Returns
///
/// A state; LWS_DHCPC_NONE also when an argument makes no sense.
///
/// # Safety
///
/// `context` is NULL or a live context, `i` NULL or a text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dhcpc_state(
    context: *mut lws_context,
    i: *const c_char,
) -> lws_dhcpc_state_t_int {
    const NAME: &str = "lws_dhcpc_state";
    use lws_dhcpc_state_t::*;
    // SAFETY: the caller's promises.
    let state = unsafe {
        let Some(cx) = enter(NAME, context) else {
            return LWS_DHCPC_NONE as c_uint;
        };
        name_of(NAME, i).and_then(|name| cx.dhcp.state(name))
    };
    let state = match state {
        None => LWS_DHCPC_NONE,
        Some(State::Off) => LWS_DHCPC_OFF,
        Some(State::Init) => LWS_DHCPC_INIT,
        Some(State::Selecting) => LWS_DHCPC_SELECTING,
        Some(State::Requesting) => LWS_DHCPC_REQUESTING,
        Some(State::Rebooting) => LWS_DHCPC_REBOOTING,
        Some(State::Probing) => LWS_DHCPC_PROBING,
        Some(State::Bound) => LWS_DHCPC_BOUND,
        Some(State::Renewing) => LWS_DHCPC_RENEWING,
        Some(State::Rebinding) => LWS_DHCPC_REBINDING,
    };
    state as c_uint
}
