//! The C edge: one file for each public header of `include/libwebsockets/`.
//!
//! A function here checks and converts its arguments, calls one function of a
//! room, and converts the result back. The headers are generated from these
//! files, so their doc comments are what a C programmer reads.
#![allow(non_camel_case_types)]

pub mod adopt;
pub(crate) mod arg;
pub mod async_dns;
#[cfg(feature = "LWS_WITH_BUTTON")]
pub mod button;
#[cfg(feature = "LWS_WITH_CACHE_NSCOOKIEJAR")]
pub mod cache_ttl;
#[cfg(feature = "LWS_WITH_CAO")]
pub mod cao;
pub mod client;
pub mod conmon;
pub mod context_vhost;
pub(crate) mod convert;
mod creation;
mod debian13;
#[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
pub mod dhcpc;
pub mod dll2;
#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
pub mod dns;
#[cfg(feature = "LWS_WITH_LWS_DSH")]
pub mod dsh;
mod error;
#[cfg(feature = "LWS_WITH_BUTTON")]
pub mod gpio_linux;
#[cfg(feature = "LWS_ROLE_H1")]
pub mod http;
#[cfg(feature = "LWS_WITH_LEJP")]
pub mod lejp;
pub mod logs;
#[cfg(feature = "LWS_WITH_LWSAC")]
pub mod lwsac;
#[cfg(feature = "LWS_WITH_MAP")]
pub mod map;
mod members;
pub mod misc;
pub mod network_helper;
pub mod protocols_plugins;
pub mod purify;
pub mod retry;
pub mod ring;
#[cfg(feature = "LWS_WITH_NETLINK")]
pub mod route;
pub mod service;
pub mod sha1_base64;
pub mod smd;
#[cfg(feature = "LWS_ROLE_H1")]
pub mod spa;
pub mod state;
#[cfg(feature = "LWS_WITH_STRUCT_JSON")]
pub mod r#struct;
pub mod system;
#[cfg(any(feature = "LWS_WITH_CAO", feature = "LWS_WITH_NETLINK"))]
mod tagged;
pub mod timeout_timer;
#[cfg(feature = "LWS_WITH_TLS")]
mod tls_settings;
pub mod tokenize;
pub mod write;
pub mod writeable;
#[cfg(feature = "LWS_ROLE_WS")]
pub mod ws_close;
#[cfg(feature = "LWS_WITH_EXTENSIONS")]
pub mod ws_ext;
#[cfg(feature = "LWS_ROLE_WS")]
pub mod ws_state;
#[cfg(feature = "LWS_WITH_TLS")]
pub mod x509;

pub use crate::abi::{callbacks, types};

use crate::conn::{Vhost, Wsi};
use crate::context::{Context, Life};
use crate::event::core::{Room, Within};
use crate::sys::opaque::Opaque;
use types::{lws, lws_context, lws_vhost};

// SAFETY: the functions below turn C's pointers back into just these types.
unsafe impl Opaque for Context {
    type C = lws_context;
}
// SAFETY: as above.
unsafe impl Opaque for Vhost {
    type C = lws_vhost;
}
// SAFETY: as above.
unsafe impl Opaque for Wsi {
    type C = lws;
}

/// The context behind a pointer of C's; logs a NULL one as `function`'s mistake.
///
/// # Safety
///
/// `context` is NULL or a live context.
pub(crate) unsafe fn context_of<'a>(
    function: &str,
    context: *mut lws_context,
) -> Option<&'a Context> {
    if context.is_null() {
        arg::bad(function, "context");
    }
    // SAFETY: the caller's promise.
    unsafe { context_ref(context) }
}

/// The context behind a pointer of C's.
///
/// # Safety
///
/// `context` is NULL or a live context.
pub(crate) unsafe fn context_ref<'a>(context: *mut lws_context) -> Option<&'a Context> {
    // SAFETY: every `lws_context` of C's is a `Context`.
    unsafe { context.cast::<Context>().as_ref() }
}

/// A call of the program's into a context, on the thread for that. The context does not end before
/// this is dropped, whatever the callbacks do that the call makes.
pub(crate) struct Entry<'a> {
    cx: &'a Context,
    _within: Within<'a>,
}

impl core::ops::Deref for Entry<'_> {
    type Target = Context;

    fn deref(&self) -> &Context {
        self.cx
    }
}

/// Enters the context behind a pointer of C's; logs a NULL one, and the wrong thread, as `function`'s
/// mistake.
///
/// # Safety
///
/// `context` is NULL or a live context.
pub(crate) unsafe fn enter<'a>(function: &str, context: *mut lws_context) -> Option<Entry<'a>> {
    // SAFETY: the caller's promise.
    let cx = unsafe { context_of(function, context) }?;
    entered(function, cx)
}

fn entered<'a>(function: &str, cx: &'a Context) -> Option<Entry<'a>> {
    cx.check_thread(function).then(|| Entry {
        cx,
        _within: cx.core().enter(),
    })
}

/// The connection behind a pointer of C's, to look at what only the thread for that may look at; logs
/// what is none, and the wrong thread, as `function`'s mistake.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
pub(crate) unsafe fn own_wsi<'a>(function: &str, wsi: *mut lws) -> Option<&'a Wsi> {
    // SAFETY: the caller's promise; a connection's context lives longer.
    unsafe {
        let Some(w) = wsi_ref(wsi) else {
            arg::bad(function, "wsi");
            return None;
        };
        let cx = context_ref(w.context);
        cx.is_none_or(|cx| cx.check_thread(function)).then_some(w)
    }
}

/// What a callback was called with, be it a connection or not, and its context, entered; logs NULL,
/// and the wrong thread, as `function`'s mistake.
///
/// # Safety
///
/// `wsi` is NULL or live.
pub(crate) unsafe fn called_about<'a>(
    function: &str,
    wsi: *mut lws,
) -> Option<(Entry<'a>, &'a Wsi)> {
    // SAFETY: the caller's promise; its context lives longer.
    unsafe {
        let Some(w) = wsi_ref(wsi) else {
            arg::bad(function, "wsi");
            return None;
        };
        Some((entered(function, context_ref(w.context)?)?, w))
    }
}

/// The vhost behind a pointer of C's, as [`own_wsi`].
///
/// # Safety
///
/// `vhost` is NULL or a live vhost.
pub(crate) unsafe fn own_vhost<'a>(
    function: &str,
    argument: &str,
    vhost: *mut lws_vhost,
) -> Option<&'a Vhost> {
    // SAFETY: the caller's promise; a vhost's context lives longer.
    unsafe {
        let Some(v) = vhost_ref(vhost) else {
            arg::bad(function, argument);
            return None;
        };
        let cx = context_ref(v.context.get());
        cx.is_none_or(|cx| cx.check_thread(function)).then_some(v)
    }
}

/// The bus of the context behind a pointer of C's, for any thread: nothing else of the context is
/// looked at.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[cfg(feature = "LWS_WITH_SYS_SMD")]
pub(crate) unsafe fn bus_of<'a>(
    function: &str,
    context: *mut lws_context,
) -> Option<&'a std::sync::Arc<crate::smd::bus::Bus>> {
    if context.is_null() {
        arg::bad(function, "ctx");
        return None;
    }
    // SAFETY: not NULL, and live by the caller's promise.
    Some(unsafe { &(*context.cast::<Context>()).bus })
}

/// The vhost behind a pointer of C's.
///
/// # Safety
///
/// `vhost` is NULL or a live vhost.
pub(crate) unsafe fn vhost_ref<'a>(vhost: *mut lws_vhost) -> Option<&'a Vhost> {
    // SAFETY: every `lws_vhost` of C's is a `Vhost`.
    unsafe { vhost.cast::<Vhost>().as_ref() }
}

/// The connection behind a pointer of C's.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
pub(crate) unsafe fn wsi_ref<'a>(wsi: *mut lws) -> Option<&'a Wsi> {
    // SAFETY: every `lws` of C's is a `Wsi`.
    unsafe { wsi.cast::<Wsi>().as_ref() }
}

/// The live connection behind a pointer of C's, and its context, entered; logs what is none, and the
/// wrong thread, as `function`'s mistake.
///
/// # Safety
///
/// `wsi` is NULL or a live connection, or one that was closed by a callback that runs.
pub(crate) unsafe fn conn_of<'a>(function: &str, wsi: *mut lws) -> Option<(Entry<'a>, &'a Wsi)> {
    // SAFETY: the caller's promise; a connection's context lives longer.
    unsafe {
        let Some(w) = wsi_ref(wsi).filter(|w| w.token.get() != 0 && !w.is_closed()) else {
            arg::bad(function, "wsi");
            return None;
        };
        Some((entered(function, context_ref(w.context)?)?, w))
    }
}

/// The vhost behind a pointer of C's, and its context, entered; logs what is none, and the wrong
/// thread, as `function`'s mistake.
///
/// # Safety
///
/// `vhost` is NULL or a live vhost.
pub(crate) unsafe fn vhost_of<'a>(
    function: &str,
    vhost: *const lws_vhost,
) -> Option<(Entry<'a>, std::rc::Rc<Vhost>)> {
    // SAFETY: the caller's promise; a vhost's context lives longer.
    unsafe {
        let cx = vhost_ref(vhost.cast_mut()).and_then(|v| context_ref(v.context.get()));
        let Some(cx) = cx else {
            arg::bad(function, "vhost");
            return None;
        };
        let cx = entered(function, cx)?;
        // One that ends takes nothing in any more.
        let found = cx.conns.vhost_at(vhost.cast());
        let found = found.filter(|v| !v.gone.get() && cx.life() != Life::Ending);
        if found.is_none() {
            arg::bad(function, "vhost");
        }
        found.map(|v| (cx, v))
    }
}

/// Frees a context whose end was asked for by one of its callbacks, once they have all returned.
///
/// # Safety
///
/// `context` is a live context, and the caller does not use it afterwards.
pub(crate) unsafe fn end_if_over(context: *mut lws_context) {
    // SAFETY: the caller's promise.
    unsafe {
        if context_ref(context).is_some_and(|cx| cx.is_over()) {
            context_vhost::end(context);
        }
    }
}
