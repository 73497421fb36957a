//! `lws-logs.h`: whose log context it is, and how lines begin.

use super::emit::lwsl_emit_stderr;
use super::lws_log_cx;
use crate::capi::types::{lws, lws_context, lws_vhost};
use crate::capi::{arg, context_ref, vhost_ref, wsi_ref};
use crate::log::Log;
use crate::sys::logcx;
use core::ffi::{c_char, c_void};

/// The log context of a context: its `log_cx`, or the process-wide one.
///
/// # Returns
///
/// The log context, which lives at least as long as the context. NULL when `cx` is NULL.
///
/// # Safety
///
/// `cx` is NULL or a live context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsl_context_get_cx(cx: *mut lws_context) -> *mut lws_log_cx {
    const NAME: &str = "lwsl_context_get_cx";
    // SAFETY: the caller's promise.
    log_of(NAME, "cx", unsafe { context_ref(cx) }.map(|c| c.log))
}

/// The log context of a vhost: that of its context.
///
/// # Returns
///
/// The log context, which lives at least as long as the vhost. NULL when `vh` is NULL.
///
/// # Safety
///
/// `vh` is NULL or a live vhost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsl_vhost_get_cx(vh: *mut lws_vhost) -> *mut lws_log_cx {
    const NAME: &str = "lwsl_vhost_get_cx";
    // SAFETY: the caller's promise.
    log_of(NAME, "vh", unsafe { vhost_ref(vh) }.map(|v| v.log))
}

/// The log context of a connection: that of its context.
///
/// # Returns
///
/// The log context, which lives at least as long as the connection. NULL when `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwsl_wsi_get_cx(wsi: *mut lws) -> *mut lws_log_cx {
    const NAME: &str = "lwsl_wsi_get_cx";
    // SAFETY: the caller's promise; a connection's context outlives it.
    let context = unsafe { wsi_ref(wsi).and_then(|w| context_ref(w.context)) };
    log_of(NAME, "wsi", context.map(|c| c.log))
}

fn log_of(function: &str, argument: &str, log: Option<Log>) -> *mut lws_log_cx {
    match log {
        Some(cx) => cx.show(Some(lwsl_emit_stderr)),
        None => {
            arg::bad(function, argument);
            core::ptr::null_mut()
        }
    }
}

/// A prefix function: appends the name of the context `obj` and `: `; nothing when it has no name
/// or `obj` is NULL.
///
/// # Safety
///
/// `obj` is NULL or a live context, `*p` up to `e` may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_log_prepend_context(
    cx: *mut lws_log_cx,
    obj: *mut c_void,
    p: *mut *mut c_char,
    e: *mut c_char,
) {
    const NAME: &str = "lws_log_prepend_context";
    let _ = cx;
    // SAFETY: the caller's promise.
    let name = unsafe { context_ref(obj.cast()) }.and_then(|c| c.name());
    let pieces: &[&[u8]] = match &name {
        Some(name) => &[name.to_bytes(), b": "],
        None => &[],
    };
    // SAFETY: the caller's promise.
    unsafe { append_all(NAME, p, e, pieces) };
}

/// A prefix function: appends what the vhost `obj` is called in brackets and `: `; nothing when
/// `obj` is NULL.
///
/// # Safety
///
/// `obj` is NULL or a live vhost, `*p` up to `e` may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_log_prepend_vhost(
    cx: *mut lws_log_cx,
    obj: *mut c_void,
    p: *mut *mut c_char,
    e: *mut c_char,
) {
    const NAME: &str = "lws_log_prepend_vhost";
    let _ = cx;
    // SAFETY: the caller's promise.
    let vhost = unsafe { vhost_ref(obj.cast()) };
    let pieces: &[&[u8]] = match vhost {
        Some(vhost) => &[b"[vh|", vhost.name().to_bytes(), b"]: "],
        None => &[],
    };
    // SAFETY: the caller's promise.
    unsafe { append_all(NAME, p, e, pieces) };
}

/// A prefix function: appends what the connection `obj` is called in brackets and `: `; nothing
/// when `obj` is NULL.
///
/// # Safety
///
/// `obj` is NULL or a live connection, `*p` up to `e` may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_log_prepend_wsi(
    cx: *mut lws_log_cx,
    obj: *mut c_void,
    p: *mut *mut c_char,
    e: *mut c_char,
) {
    const NAME: &str = "lws_log_prepend_wsi";
    let _ = cx;
    // SAFETY: the caller's promise.
    let wsi = unsafe { wsi_ref(obj.cast()) };
    let pieces: &[&[u8]] = match wsi {
        Some(wsi) => &[
            b"[wsi|",
            wsi.protocol.get().name().unwrap_or(c"").to_bytes(),
            b"]: ",
        ],
        None => &[],
    };
    // SAFETY: the caller's promise.
    unsafe { append_all(NAME, p, e, pieces) };
}

/// Appends the pieces at `*p`.
///
/// # Safety
///
/// `p` is NULL, or `*p` up to `e` may be written to.
unsafe fn append_all(function: &str, p: *mut *mut c_char, e: *mut c_char, pieces: &[&[u8]]) {
    // SAFETY: the caller's promise.
    let Some(p) = (unsafe { p.as_mut() }) else {
        return arg::bad(function, "p");
    };
    if p.is_null() || e.is_null() {
        return arg::bad(function, if e.is_null() { "e" } else { "*p" });
    }
    for piece in pieces {
        // SAFETY: the caller's promise.
        unsafe { logcx::append(p, e, piece) };
    }
}
