//! Asking to be called when a connection can be written: `lws-writeable.h`.

pub use crate::abi::writeable::*;

use super::callbacks::lws_callback_reasons_int;
use super::protocols_plugins::lws_protocols;
use super::types::{lws, lws_context, lws_fileofs_t, lws_sockfd_type, lws_vhost};
use super::{arg, called_about, conn_of, context_ref, enter, vhost_of, vhost_ref, wsi_ref};
use crate::capi::convert::need;
use crate::conn::asked::Who;
use crate::conn::wsi::Phase;
use crate::conn::{Vhost, Wsi, close, dispatch};
use crate::context::Context;
use crate::event::core::Room;
use crate::sys::protocol::Protocol;
use core::ffi::{c_char, c_int, c_uint, c_void};
#[cfg(feature = "LWS_ROLE_H1")]
use core::ptr::null;
use core::ptr::null_mut;
use core::sync::atomic::Ordering;
use std::rc::Rc;

/// Asks for a WRITEABLE callback, once, when there is room to send: LWS_CALLBACK_RAW_WRITEABLE or
/// LWS_CALLBACK_RAW_WRITEABLE_FILE. Asking again before it comes changes nothing. Any thread may ask;
/// one that does not service the context has to know that the connection is not closed meanwhile.
///
/// # Returns
///
/// 1, or 0 when `wsi` is NULL or closed.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_callback_on_writable(wsi: *mut lws) -> c_int {
    const NAME: &str = "lws_callback_on_writable";
    // SAFETY: the caller's promise. The token and the context of a connection never change.
    unsafe {
        let other = wsi_ref(wsi).and_then(|w| Some((elsewhere(w.context)?, w.token.get())));
        if let Some((cx, token)) = other.filter(|(_, token)| *token != 0) {
            ask(cx, Who::One(token));
            return 1;
        }
    }
    // SAFETY: the caller's promise.
    match unsafe { conn_of(NAME, wsi) } {
        Some((cx, w)) => {
            dispatch::want_write(&cx.conns, w);
            1
        }
        None => 0,
    }
}

/// As lws_callback_on_writable(), for every connection of the context with this protocol. Any thread
/// may ask.
///
/// # Returns
///
/// 0, or 1 when `context` is NULL.
///
/// # Safety
///
/// `context` is NULL or a live context, `protocol` NULL or a protocol.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_callback_on_writable_all_protocol(
    context: *const lws_context,
    protocol: *const lws_protocols,
) -> c_int {
    const NAME: &str = "lws_callback_on_writable_all_protocol";
    // SAFETY: the caller's promise.
    if let Some(cx) = unsafe { elsewhere(context.cast_mut()) } {
        let (protocol, vhost) = (protocol.addr(), 0);
        ask(cx, Who::All { protocol, vhost });
        return 0;
    }
    // SAFETY: the caller's promise.
    let Some(cx) = (unsafe { enter(NAME, context.cast_mut()) }) else {
        return 1;
    };
    // SAFETY: as above.
    for w in unsafe { of(&cx, None, protocol) } {
        dispatch::want_write(&cx.conns, &w);
    }
    0
}

/// As lws_callback_on_writable(), for every connection of the vhost with this protocol. Any thread
/// may ask.
///
/// # Returns
///
/// 0, or 1 when `vhost` is NULL.
///
/// # Safety
///
/// `vhost` is NULL or a live vhost, `protocol` NULL or a protocol.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_callback_on_writable_all_protocol_vhost(
    vhost: *const lws_vhost,
    protocol: *const lws_protocols,
) -> c_int {
    const NAME: &str = "lws_callback_on_writable_all_protocol_vhost";
    // SAFETY: the caller's promise.
    unsafe {
        let other = vhost_ref(vhost.cast_mut()).and_then(|v| elsewhere(v.context.get()));
        if let Some(cx) = other {
            let (protocol, vhost) = (protocol.addr(), vhost.addr());
            ask(cx, Who::All { protocol, vhost });
            return 0;
        }
        let name = NAME;
        let Some((cx, v)) = vhost_of(name, vhost) else {
            return 1;
        };
        for w in of(&cx, Some(&v), protocol) {
            dispatch::want_write(&cx.conns, &w);
        }
    }
    0
}

/// Calls the callback of every connection of the context with this protocol, for `reason`.
///
/// # Returns
///
/// 0, or 1 when `context` is NULL.
///
/// # Safety
///
/// `context` is NULL or a live context, `protocol` NULL or a protocol.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_callback_all_protocol(
    context: *mut lws_context,
    protocol: *const lws_protocols,
    reason: c_int,
) -> c_int {
    const NAME: &str = "lws_callback_all_protocol";
    // SAFETY: the caller's promise.
    let found = unsafe { enter(NAME, context) };
    let Some(cx) = found else { return 1 };
    // SAFETY: as above.
    let all = unsafe { of(&cx, None, protocol) };
    tell(&cx, all, reason, null_mut(), 0);
    0
}

/// Calls the callback of every connection of the vhost with this protocol, for `reason`.
///
/// # Returns
///
/// 0, or 1 when `vh` is NULL.
///
/// # Safety
///
/// `vh` is NULL or a live vhost, `protocol` NULL or a protocol.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_callback_all_protocol_vhost(
    vh: *mut lws_vhost,
    protocol: *const lws_protocols,
    reason: c_int,
) -> c_int {
    const NAME: &str = "lws_callback_all_protocol_vhost";
    // SAFETY: the caller's promise.
    let Some((cx, v)) = (unsafe { vhost_of(NAME, vh) }) else {
        return 1;
    };
    // SAFETY: as above.
    let all = unsafe { of(&cx, Some(&v), protocol) };
    tell(&cx, all, reason, null_mut(), 0);
    0
}

/// As lws_callback_all_protocol_vhost(), with `in` and `len` for the callbacks.
///
/// # Returns
///
/// 0, or 1 when `vh` is NULL.
///
/// # Safety
///
/// `vh` is NULL or a live vhost, `protocol` NULL or a protocol; `argp` is what the callbacks make of
/// it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_callback_all_protocol_vhost_args(
    vh: *mut lws_vhost,
    protocol: *const lws_protocols,
    reason: c_int,
    argp: *mut c_void,
    len: usize,
) -> c_int {
    const NAME: &str = "lws_callback_all_protocol_vhost_args";
    // SAFETY: the caller's promise.
    let Some((cx, v)) = (unsafe { vhost_of(NAME, vh) }) else {
        return 1;
    };
    // SAFETY: as above.
    let all = unsafe { of(&cx, Some(&v), protocol) };
    tell(&cx, all, reason, argp, len);
    0
}

/// Calls every protocol of a connection's vhost, for `reason`, with that connection.
///
/// # Returns
///
/// 0, or nonzero when a callback returned that or `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection; `in` is what the callbacks make of it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_callback_vhost_protocols(
    wsi: *mut lws,
    reason: c_int,
    in_: *mut c_void,
    len: usize,
) -> c_int {
    const NAME: &str = "lws_callback_vhost_protocols";
    // SAFETY: the caller's promise; a connection's context lives longer.
    unsafe {
        let Some((_cx, w)) = called_about(NAME, wsi) else {
            return 1;
        };
        let failed = w
            .vhost
            .protocols()
            .iter()
            .map(|p| p.call(w, reason as c_uint, null_mut(), in_, len))
            .find(|r| *r != 0);
        c_int::from(failed.is_some())
    }
}

/// Calls every protocol of a vhost, for `reason`; there is no connection then.
///
/// # Returns
///
/// 0, or nonzero when a callback returned that or `vh` is NULL.
///
/// # Safety
///
/// `vh` is NULL or a live vhost; `in` is what the callbacks make of it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_callback_vhost_protocols_vhost(
    vh: *mut lws_vhost,
    reason: c_int,
    in_: *mut c_void,
    len: usize,
) -> c_int {
    const NAME: &str = "lws_callback_vhost_protocols_vhost";
    // SAFETY: the caller's promise.
    let Some((cx, v)) = (unsafe { vhost_of(NAME, vh) }) else {
        return 1;
    };
    c_int::from(v.broadcast(&cx.conns, reason as c_uint, in_, len) != 0)
}

/// How much may be sent to the peer before it has to ask for more. Raw connections know no such
/// limit.
///
/// # Returns
///
/// -1.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_peer_write_allowance(wsi: *mut lws) -> lws_fileofs_t {
    const NAME: &str = "lws_get_peer_write_allowance";
    // SAFETY: the caller's promise.
    if unsafe { wsi_ref(wsi) }.is_none() {
        arg::bad(NAME, "wsi");
    }
    -1
}

/// Changes how much either side may send, for protocols that count that. Raw connections do not.
///
/// # Returns
///
/// 0, or 1 when `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_wsi_tx_credit(
    wsi: *mut lws,
    _peer_to_us: c_char,
    _add: c_int,
) -> c_int {
    const NAME: &str = "lws_wsi_tx_credit";
    // SAFETY: the caller's promise.
    if unsafe { wsi_ref(wsi) }.is_none() {
        arg::bad(NAME, "wsi");
        return 1;
    }
    0
}

/// The descriptor of a connection. It stays the library's.
///
/// # Returns
///
/// The descriptor; -1 when there is none or `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_socket_fd(wsi: *mut lws) -> lws_sockfd_type {
    const NAME: &str = "lws_get_socket_fd";
    // SAFETY: the caller's promise.
    let w = need!("wsi", unsafe { wsi_ref(wsi) }, -1);
    w.shown.store(true, Ordering::Relaxed);
    // SAFETY: a connection's context lives longer.
    if let Some(cx) = unsafe { super::context_ref(w.context) } {
        cx.descriptor_given(w);
    }
    w.fd()
}

/// A callback for a protocol that does nothing of its own; programs put it first in the list of a
/// vhost, or call it for the reasons that they have no use for. HTTP requests get a page of status 404,
/// those with a body that nobody has answered yet one of 200, and a file that was sent completes its
/// transaction.
///
/// # Returns
///
/// 0, or -1 for the connection to close.
///
/// # Safety
///
/// `wsi` is NULL or what a callback was called with.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_callback_http_dummy(
    wsi: *mut lws,
    reason: lws_callback_reasons_int,
    _user: *mut c_void,
    _in: *mut c_void,
    _len: usize,
) -> c_int {
    #[cfg(feature = "LWS_ROLE_H1")]
    {
        use super::http::{builders::lws_return_http_status, lws_http_transaction_completed};
        use crate::conn::reason as why;
        let status = match reason {
            why::HTTP => 404,
            why::HTTP_BODY_COMPLETION => 200,
            why::HTTP_FILE_COMPLETION => 0,
            _ => return 0,
        };
        // SAFETY: the caller's promise: such a reason is about a live connection.
        unsafe {
            let failed = status != 0 && lws_return_http_status(wsi, status, null()) != 0;
            -c_int::from(failed || lws_http_transaction_completed(wsi) != 0)
        }
    }
    #[cfg(not(feature = "LWS_ROLE_H1"))]
    {
        let _ = (wsi, reason);
        0
    }
}

/// The context behind a pointer of C's, if another thread services it.
///
/// # Safety
///
/// `context` is NULL or a live context.
unsafe fn elsewhere<'a>(context: *mut lws_context) -> Option<&'a Context> {
    // SAFETY: the caller's promise; what is used of it here is for any thread.
    unsafe { context_ref(context) }.filter(|cx| cx.core().is_others())
}

/// Has the thread that services the context tell them that they may write.
fn ask(cx: &Context, who: Who) {
    cx.conns.table.elsewhere.note(who);
    cx.cancel();
}

/// The connections with a protocol, of one vhost or of all.
///
/// # Safety
///
/// `protocol` is NULL or a protocol.
unsafe fn of<'a>(
    cx: &'a Context,
    vhost: Option<&'a Rc<Vhost>>,
    protocol: *const lws_protocols,
) -> impl Iterator<Item = Rc<Wsi>> + 'a {
    // SAFETY: the caller's promise.
    let protocol = unsafe { Protocol::named(protocol) };
    let all = protocol.map(|p| cx.conns.table.with_protocol(p));
    all.into_iter()
        .flatten()
        .filter(move |w| vhost.is_none_or(|v| Rc::ptr_eq(&w.vhost, v)))
}

/// Calls the callbacks of those that are still open when it is their turn.
fn tell(
    cx: &Context,
    all: impl Iterator<Item = Rc<Wsi>>,
    reason: c_int,
    input: *mut c_void,
    len: usize,
) {
    for w in all {
        if w.phase() == Phase::Open && w.call(reason as c_uint, input, len) != 0 {
            close::after_output(&cx.conns, &w);
        }
    }
}
