//! Contexts and vhosts: `lws-context-vhost.h`.

pub mod programs;

pub use crate::abi::context_vhost::*;

use crate::capi::convert::need;
use core::ffi::{c_char, c_int, c_void};

use super::types::{lws, lws_context, lws_vhost};
use super::{arg, context_of, context_ref, enter, entered, vhost_ref, wsi_ref};
use crate::context::{Context, Life};
use crate::log::log_err;

/// Makes a context: an event loop and all that belongs to it. Nothing of the program is called
/// before lws_service(), but what its log context has.
///
/// `info` is read during the call only; what its members point to lives as long as the context,
/// except names. A member that asks for something this build cannot do is reported by a log line
/// that names it; where the program could not work without it, as with a port to listen on, the
/// context is not made.
///
/// # Returns
///
/// The context, for lws_context_destroy(); NULL when it could not be made.
///
/// # Safety
///
/// `info` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn relws_create_context(
    info: *const lws_context_creation_info,
) -> *mut lws_context {
    const NAME: &str = "lws_create_context";
    // SAFETY: the caller's promise.
    unsafe { super::creation::create(need!("info", info.as_ref(), core::ptr::null_mut())) }
}

/// Ends a context: the system goes to POLICY_INVALID and DESTROYING, protocols are told, messages
/// that wait are forgotten, everything is freed. Does nothing when `context` is NULL.
///
/// Inside a callback of the context it only asks for that: it happens when lws_service(), where the
/// callback was called, ends, and that returns -1. Where something else called it, the next
/// lws_service() or lws_context_destroy() does it. Only for the thread that services the context.
///
/// # Safety
///
/// `context` is NULL or a live context, not used after its end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_context_destroy(context: *mut lws_context) {
    const NAME: &str = "lws_context_destroy";
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(cx) = context_ref(context) {
            // A loop that has stopped on another thread may be over for good.
            let other = !cx.check_thread(NAME) && cx.is_serviced();
            if !other && cx.doom() {
                end(context);
            }
        }
    }
}

/// Tells whether a context's end has begun.
///
/// # Returns
///
/// 1 when it has, or when `context` is NULL; else 0.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_context_is_being_destroyed(context: *mut lws_context) -> c_int {
    const NAME: &str = "lws_context_is_being_destroyed";
    // SAFETY: the caller's promise.
    unsafe { context_of(NAME, context) }.map_or(1, |cx| c_int::from(cx.life() != Life::Serving))
}

/// Retires a context, for a new one to take its place: it accepts no new connections, its existing
/// ones live on. `cb` is called, before this returns, when its ports are free.
///
/// # Safety
///
/// `context` is NULL or a live context; `cb` is NULL or may be called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_context_deprecate(context: *mut lws_context, cb: lws_reload_func) {
    const NAME: &str = "lws_context_deprecate";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = enter(NAME, context) else {
            return;
        };
        cx.conns.deprecated.set(true);
        crate::conn::close::listeners(&cx.conns);
        if let Some(cb) = cb {
            cb();
        }
    }
}

/// Tells whether lws_context_deprecate() was called.
///
/// # Returns
///
/// 1 when it was, else 0; also 0 when `context` is NULL.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_context_is_deprecated(context: *mut lws_context) -> c_int {
    const NAME: &str = "lws_context_is_deprecated";
    // SAFETY: the caller's promise.
    unsafe { context_of(NAME, context) }.map_or(0, |cx| c_int::from(cx.conns.deprecated.get()))
}

/// The `user` pointer that was given when the context was created. Any thread.
///
/// # Returns
///
/// That pointer; NULL when `context` is NULL.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_context_user(context: *mut lws_context) -> *mut c_void {
    const NAME: &str = "lws_context_user";
    // SAFETY: the caller's promise.
    unsafe { context_of(NAME, context) }.map_or(core::ptr::null_mut(), |cx| cx.kept.user)
}

/// The vhost that a connection belongs to; also what a protocol's callback is about when it is not
/// about a connection.
///
/// # Returns
///
/// The vhost; NULL when `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or what a callback was called with, while it runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_vhost(wsi: *mut lws) -> *mut lws_vhost {
    const NAME: &str = "lws_get_vhost";
    // SAFETY: the caller's promise.
    let w = need!("wsi", unsafe { wsi_ref(wsi) }, core::ptr::null_mut());
    std::rc::Rc::as_ptr(&w.vhost).cast_mut().cast()
}

/// The name of a vhost.
///
/// # Returns
///
/// The name, which the vhost keeps; NULL when `vhost` is NULL.
///
/// # Safety
///
/// `vhost` is NULL or a live vhost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_vhost_name(vhost: *mut lws_vhost) -> *const c_char {
    const NAME: &str = "lws_get_vhost_name";
    // SAFETY: the caller's promise.
    let v = need!("vhost", unsafe { vhost_ref(vhost) }, core::ptr::null());
    v.name().as_ptr()
}

/// Takes a context apart and frees it.
///
/// # Safety
///
/// `context` is a live context, none of whose callbacks runs; it is not used afterwards.
pub(crate) unsafe fn end(context: *mut lws_context) {
    // SAFETY: the caller's promise; contexts come from `Rc::into_raw` in `creation`.
    unsafe {
        let raw = context.cast_const().cast::<Context>();
        let cx = &*raw;
        cx.end();
        let (kept, log) = (cx.kept, cx.log);
        drop(std::rc::Rc::from_raw(raw));
        log.count(-1);
        if !kept.baggage.is_null() {
            libc::free(kept.baggage);
        }
        if !kept.pcontext.is_null() {
            *kept.pcontext = core::ptr::null_mut();
        }
    }
}

/// What a vhost was told to listen at: an address, an interface, or a path.
///
/// # Returns
///
/// The text, which the vhost keeps; NULL when it was told nothing or `vhost` is NULL.
///
/// # Safety
///
/// `vhost` is NULL or a live vhost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_vhost_iface(vhost: *mut lws_vhost) -> *const c_char {
    const NAME: &str = "lws_get_vhost_iface";
    // SAFETY: the caller's promise.
    let v = need!("vhost", unsafe { vhost_ref(vhost) }, core::ptr::null());
    v.set
        .iface
        .as_deref()
        .map_or(core::ptr::null(), |i| i.as_ptr())
}

/// The port of a vhost, as lws_get_vhost_listen_port().
///
/// # Returns
///
/// The port, or CONTEXT_PORT_NO_LISTEN and the like; -1 when `vhost` is NULL.
///
/// # Safety
///
/// `vhost` is NULL or a live vhost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_vhost_port(vhost: *mut lws_vhost) -> c_int {
    const NAME: &str = "lws_get_vhost_port";
    // SAFETY: the caller's promise.
    let v = need!("vhost", unsafe { vhost_ref(vhost) }, -1);
    v.listen_port.get()
}

/// The `user` pointer that a vhost was created with.
///
/// # Returns
///
/// That pointer; NULL when `vhost` is NULL.
///
/// # Safety
///
/// `vhost` is NULL or a live vhost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_vhost_user(vhost: *mut lws_vhost) -> *mut c_void {
    const NAME: &str = "lws_get_vhost_user";
    // SAFETY: the caller's promise.
    let v = need!("vhost", unsafe { vhost_ref(vhost) }, core::ptr::null_mut());
    v.set.user
}

/// The `user` pointer that a vhost was created with, as lws_get_vhost_user().
///
/// # Returns
///
/// That pointer; NULL when `vhost` is NULL.
///
/// # Safety
///
/// `vhost` is NULL or a live vhost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_vhost_user(vhost: *mut lws_vhost) -> *mut c_void {
    const NAME: &str = "lws_vhost_user";
    // SAFETY: the caller's promise.
    let v = need!("vhost", unsafe { vhost_ref(vhost) }, core::ptr::null_mut());
    v.set.user
}

/// A short name of a vhost for logs.
///
/// # Returns
///
/// The name, which the vhost keeps; NULL when `vh` is NULL.
///
/// # Safety
///
/// `vh` is NULL or a live vhost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_vh_tag(vh: *mut lws_vhost) -> *const c_char {
    const NAME: &str = "lws_vh_tag";
    // SAFETY: the caller's promise.
    let v = need!("vh", unsafe { vhost_ref(vh) }, core::ptr::null());
    v.name().as_ptr()
}

/// Finds a vhost of a context by its name.
///
/// # Returns
///
/// The vhost; NULL when there is none of that name or an argument is NULL.
///
/// # Safety
///
/// `context` is NULL or a live context, `name` NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_vhost_by_name(
    context: *mut lws_context,
    name: *const c_char,
) -> *mut lws_vhost {
    const NAME: &str = "lws_get_vhost_by_name";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = enter(NAME, context) else {
            return core::ptr::null_mut();
        };
        if name.is_null() {
            arg::bad(NAME, "name");
            return core::ptr::null_mut();
        }
        let name = core::ffi::CStr::from_ptr(name);
        match cx.conns.all_vhosts().iter().find(|v| v.name() == name) {
            Some(v) => std::rc::Rc::as_ptr(v).cast_mut().cast(),
            None => core::ptr::null_mut(),
        }
    }
}

/// Makes one more vhost in a context: protocols, and a port to listen on. With
/// LWS_SERVER_OPTION_EXPLICIT_VHOSTS all vhosts are made so. What is said of `info` at
/// lws_create_context() holds here, too. Only for the thread that services the context.
///
/// # Returns
///
/// The vhost, which lives until lws_vhost_destroy() or the context's end; NULL when it could not be
/// made, which a log line explains.
///
/// # Safety
///
/// `context` is NULL or a live context, `info` NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn relws_create_vhost(
    context: *mut lws_context,
    info: *const lws_context_creation_info,
) -> *mut lws_vhost {
    const NAME: &str = "lws_create_vhost";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = enter(NAME, context) else {
            return core::ptr::null_mut();
        };
        let info = need!("info", info.as_ref(), core::ptr::null_mut());
        let made = super::creation::vhost(NAME, info, cx.log).and_then(|v| {
            let makes = super::members::Makes {
                context: false,
                vhost: true,
            };
            super::creation::report(NAME, info, makes, cx.log);
            Ok(cx.conns.add_vhost(v)?)
        });
        match made {
            Ok(v) => std::rc::Rc::as_ptr(&v).cast_mut().cast(),
            Err(why) => {
                log_err!(cx.log, "{NAME}: {why}");
                core::ptr::null_mut()
            }
        }
    }
}

/// Ends a vhost: its connections close, its protocols get LWS_CALLBACK_PROTOCOL_DESTROY, its
/// `finalize` is called. Only for the thread that services the context; also inside callbacks, also
/// of its own connections.
///
/// # Safety
///
/// `vh` is NULL or a live vhost, not used after its end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_vhost_destroy(vh: *mut lws_vhost) {
    const NAME: &str = "lws_vhost_destroy";
    // SAFETY: the caller's promise; a vhost's context lives longer.
    unsafe {
        let v = need!("vh", vhost_ref(vh));
        let Some(cx) = context_ref(v.context.get()) else {
            return;
        };
        let Some(within) = entered(NAME, cx) else {
            return;
        };
        if let Some(v) = cx.conns.vhost_at(vh.cast()) {
            cx.conns.remove_vhost(&v);
            drop(within);
            cx.conns.tidy();
        }
    }
}

/// Has the clients of a vhost go through an HTTP proxy: `[http://][user:password@]address:port`. It takes the
/// place of `http_proxy_address` and of the environment's `http_proxy`. Connections that are there stay as
/// they are. Only for the thread that services the context.
///
/// # Returns
///
/// 0; -1, and nothing changes, when `proxy` is none of that form, or an argument is NULL.
///
/// # Safety
///
/// `vhost` is NULL or a live vhost, `proxy` NULL or NUL-terminated.
#[cfg(feature = "LWS_ROLE_H1")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_set_proxy(vhost: *mut lws_vhost, proxy: *const c_char) -> c_int {
    const NAME: &str = "lws_set_proxy";
    // SAFETY: the caller's promise.
    let (v, text) = unsafe {
        (
            need!("vhost", vhost_ref(vhost), -1),
            need!("proxy", crate::capi::convert::cstr(proxy), -1),
        )
    };
    let proxy = crate::roles::h1::proxy::Proxy::parse(text.to_bytes(), None);
    let proxy = need!("proxy", proxy, -1);
    v.proxy.replace(Some(std::rc::Rc::new(proxy)));
    0
}
