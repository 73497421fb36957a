//! What connections say of themselves, the program's pointers in them, flow control.

use crate::abi::misc::*;
use crate::capi::adopt::lws_udp;
use crate::capi::convert::need;
use crate::capi::protocols_plugins::lws_protocols;
#[cfg(feature = "LWS_WITH_TLS")]
use crate::capi::types::ssl_st;
use crate::capi::types::{lws, lws_context};
use crate::capi::{conn_of, enter, own_wsi, wsi_ref};
use crate::conn::{Wsi, dispatch, transport};
use crate::sys::protocol::Protocol;
use core::ffi::{c_int, c_void};
use core::ptr::null_mut;

/// The context that a connection belongs to; also what a protocol's callback is about when it is
/// not about a connection.
///
/// # Returns
///
/// The context; NULL when `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or what a callback was called with, while it runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_context(wsi: *const lws) -> *mut lws_context {
    const NAME: &str = "lws_get_context";
    // SAFETY: the caller's promise.
    let w = need!(
        "wsi",
        unsafe { wsi_ref(wsi.cast_mut()) },
        core::ptr::null_mut()
    );
    w.context
}

/// The program's memory for a connection: `user` of its callbacks.
///
/// # Returns
///
/// That pointer, may be NULL; NULL when `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_wsi_user(wsi: *mut lws) -> *mut c_void {
    const NAME: &str = "lws_wsi_user";
    // SAFETY: the caller's promise.
    let w = need!("wsi", unsafe { wsi_ref(wsi) }, core::ptr::null_mut());
    w.user.get()
}

/// The pointer that was set with lws_set_opaque_user_data() or when the connection was made.
///
/// # Returns
///
/// That pointer; NULL when `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_opaque_user_data(wsi: *const lws) -> *mut c_void {
    const NAME: &str = "lws_get_opaque_user_data";
    // SAFETY: the caller's promise.
    let w = need!(
        "wsi",
        unsafe { wsi_ref(wsi.cast_mut()) },
        core::ptr::null_mut()
    );
    w.opaque.get()
}

/// The pointer that was set with lws_set_opaque_parent_data().
///
/// # Returns
///
/// That pointer; NULL when `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_opaque_parent_data(wsi: *const lws) -> *mut c_void {
    const NAME: &str = "lws_get_opaque_parent_data";
    // SAFETY: the caller's promise.
    let w = need!(
        "wsi",
        unsafe { wsi_ref(wsi.cast_mut()) },
        core::ptr::null_mut()
    );
    w.opaque_parent.get()
}

/// The connection that carries another one; raw connections are carried by none but themselves.
///
/// # Returns
///
/// `wsi`; NULL when it is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_network_wsi(wsi: *mut lws) -> *mut lws {
    const NAME: &str = "lws_get_network_wsi";
    // SAFETY: the caller's promise.
    let w = need!("wsi", unsafe { wsi_ref(wsi) }, core::ptr::null_mut());
    core::ptr::from_ref(w).cast_mut().cast()
}

/// Tells whether a connection is secured by TLS. Only for the thread that services the context.
///
/// # Returns
///
/// 1, or 0.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_is_ssl(wsi: *mut lws) -> c_int {
    const NAME: &str = "lws_is_ssl";
    // SAFETY: the caller's promise.
    let w = need!("wsi", unsafe { wsi_ref(wsi) }, 0);
    c_int::from(transport::is_secured(w))
}

/// OpenSSL's `SSL *` of a connection, which lives as long. Only for the thread that services the
/// context. It is not to be read from or written to.
///
/// # Returns
///
/// It; NULL for a connection without TLS.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[cfg(feature = "LWS_WITH_TLS")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_ssl(wsi: *mut lws) -> *mut ssl_st {
    const NAME: &str = "lws_get_ssl";
    // SAFETY: the caller's promise.
    let w = need!("wsi", unsafe { wsi_ref(wsi) }, null_mut());
    transport::session(w).map_or(null_mut(), |s| s.ssl().raw().cast())
}

/// Which service thread a connection belongs to; a context has one.
///
/// # Returns
///
/// 0.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_tsi(wsi: *mut lws) -> c_int {
    const NAME: &str = "lws_get_tsi";
    // SAFETY: the caller's promise.
    let w = need!("wsi", unsafe { wsi_ref(wsi) }, 0);
    let _ = w;
    0
}

/// Which service thread a connection belongs to, as lws_get_tsi().
///
/// # Returns
///
/// 0.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_wsi_tsi(wsi: *mut lws) -> c_int {
    const NAME: &str = "lws_wsi_tsi";
    // SAFETY: the caller's promise.
    let w = need!("wsi", unsafe { wsi_ref(wsi) }, 0);
    let _ = w;
    0
}

/// What is known of the peer of a UDP connection.
///
/// # Returns
///
/// The addresses, which the connection keeps; NULL when it is not a UDP connection or `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_udp(wsi: *const lws) -> *const lws_udp {
    const NAME: &str = "lws_get_udp";
    // SAFETY: the caller's promise.
    let w = need!("wsi", unsafe { wsi_ref(wsi.cast_mut()) }, core::ptr::null());
    w.udp
        .get()
        .map_or(core::ptr::null(), |u| u.known.as_ptr().cast_const())
}

/// The connection that this one is a child of.
///
/// # Returns
///
/// The parent; NULL when there is none or `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_parent(wsi: *const lws) -> *mut lws {
    const NAME: &str = "lws_get_parent";
    // SAFETY: the caller's promise.
    match unsafe { own_wsi(NAME, wsi.cast_mut()) } {
        Some(w) => wsi_by_token(w, w.parent.get()),
        None => core::ptr::null_mut(),
    }
}

/// The child of a connection that came last.
///
/// # Returns
///
/// The child; NULL when there is none or `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_child(wsi: *const lws) -> *mut lws {
    const NAME: &str = "lws_get_child";
    // SAFETY: the caller's promise.
    match unsafe { own_wsi(NAME, wsi.cast_mut()) } {
        Some(w) => wsi_by_token(w, w.children.borrow().last().copied().unwrap_or(0)),
        None => core::ptr::null_mut(),
    }
}

/// Whether a child waits to write through its parent. There is no such thing any more, neither in lws
/// 4.3.5 nor here: a child writes by itself.
///
/// # Returns
///
/// 0.
///
/// # Safety
///
/// `wsi` is NULL or a connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_child_pending_on_writable(wsi: *const lws) -> c_int {
    const NAME: &str = "lws_get_child_pending_on_writable";
    // SAFETY: the caller's promise.
    need!("wsi", unsafe { wsi_ref(wsi.cast_mut()) }, 0);
    0
}

/// Forgets that a child waits to write through its parent: see lws_get_child_pending_on_writable().
///
/// # Safety
///
/// `wsi` is NULL or a connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_clear_child_pending_on_writable(wsi: *mut lws) {
    const NAME: &str = "lws_clear_child_pending_on_writable";
    // SAFETY: the caller's promise.
    need!("wsi", unsafe { wsi_ref(wsi) });
}

/// Whether a connection is the one of a CGI process, which this library does not start.
///
/// # Returns
///
/// 0.
///
/// # Safety
///
/// `wsi` is NULL or a connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_is_cgi(wsi: *mut lws) -> c_int {
    const NAME: &str = "lws_is_cgi";
    // SAFETY: the caller's promise.
    need!("wsi", unsafe { wsi_ref(wsi) }, 0);
    0
}

/// Replaces the program's memory for a connection, which stays the program's. Only for the thread that services the context.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_set_wsi_user(wsi: *mut lws, user: *mut c_void) {
    const NAME: &str = "lws_set_wsi_user";
    // SAFETY: the caller's promise.
    let w = need!("wsi", unsafe { wsi_ref(wsi) });
    w.user.set(user);
}

/// Keeps a pointer for the program. Only for the thread that services the context.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_set_opaque_user_data(wsi: *mut lws, data: *mut c_void) {
    const NAME: &str = "lws_set_opaque_user_data";
    // SAFETY: the caller's promise.
    let w = need!("wsi", unsafe { wsi_ref(wsi) });
    w.opaque.set(data);
}

/// Keeps another pointer for the program. Only for the thread that services the context.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_set_opaque_parent_data(wsi: *mut lws, data: *mut c_void) {
    const NAME: &str = "lws_set_opaque_parent_data";
    // SAFETY: the caller's promise.
    let w = need!("wsi", unsafe { wsi_ref(wsi) });
    w.opaque_parent.set(data);
}

/// Stops or restarts receiving. With `enable` 0 nothing more is received until it is called with 1;
/// what the peer sends meanwhile waits in the kernel. With LWS_RXFLOW_REASON_APPLIES the low bits
/// are reasons: LWS_RXFLOW_REASON_APPLIES_ENABLE takes reasons away,
/// LWS_RXFLOW_REASON_APPLIES_DISABLE adds them, and what is left of them stops receiving. Only for
/// the thread that services the context.
///
/// # Returns
///
/// 0, or -1 when `wsi` is NULL or closed.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_rx_flow_control(wsi: *mut lws, enable: c_int) -> c_int {
    const NAME: &str = "lws_rx_flow_control";
    // SAFETY: the caller's promise; a connection's context lives longer.
    unsafe {
        let Some((cx, w)) = conn_of(NAME, wsi) else {
            return -1;
        };
        let applies = enable & LWS_RXFLOW_REASON_APPLIES != 0;
        let on = if applies {
            enable & LWS_RXFLOW_REASON_APPLIES_ENABLE_BIT != 0
        } else {
            enable != 0
        };
        let bits = if applies { enable as u32 & 0xfff } else { 1 };
        if on {
            w.life.resume(bits);
        } else {
            w.life.pause(bits);
        }
        dispatch::update_interest(&cx.conns, w);
        dispatch::queue_held(&cx.conns, w);
    }
    0
}

/// How many bytes of the frame that the RECEIVE callback has a piece of are still to come.
///
/// # Returns
///
/// Bytes; 0 when `wsi` is NULL or no websocket connection.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[cfg(feature = "LWS_ROLE_WS")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_remaining_packet_payload(wsi: *mut lws) -> usize {
    const NAME: &str = "lws_remaining_packet_payload";
    // SAFETY: the caller's promise.
    let found = unsafe { conn_of(NAME, wsi) };
    let left = found.map_or(0, |(_, w)| crate::conn::ws::facts(w).remaining);
    usize::try_from(left).unwrap_or(usize::MAX)
}

/// Restarts receiving on every connection with this protocol, whatever stopped it.
///
/// # Safety
///
/// `context` is NULL or a live context, `protocol` NULL or a protocol.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_rx_flow_allow_all_protocol(
    context: *const lws_context,
    protocol: *const lws_protocols,
) {
    const NAME: &str = "lws_rx_flow_allow_all_protocol";
    // SAFETY: the caller's promise.
    let cx = unsafe { enter(NAME, context.cast_mut()) };
    // SAFETY: as above.
    let protocol = unsafe { Protocol::named(protocol) };
    if let (Some(cx), Some(protocol)) = (cx, protocol) {
        for w in cx.conns.table.with_protocol(protocol) {
            w.life.resume(u32::MAX);
            dispatch::update_interest(&cx.conns, &w);
            dispatch::queue_held(&cx.conns, &w);
        }
    }
}

/// The connection with this token in the context of `w`.
fn wsi_by_token(w: &Wsi, token: u64) -> *mut lws {
    // SAFETY: a connection's context lives longer.
    let found =
        unsafe { crate::capi::context_ref(w.context) }.and_then(|cx| cx.conns.table.get(token));
    found.map_or(null_mut(), |w| std::rc::Rc::as_ptr(&w).cast_mut().cast())
}
