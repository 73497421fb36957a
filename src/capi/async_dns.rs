//! `lws-async-dns.h`: names become addresses on the event loop.
#![cfg_attr(not(feature = "LWS_WITH_SYS_ASYNC_DNS"), allow(unused_imports))]

pub use crate::abi::async_dns::*;

use crate::capi::types::{lws, lws_context};
use crate::capi::{arg, enter, wsi_ref};
#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
use crate::dns::driver::Code;
#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
use crate::sys::addrinfo::{Callback, Chain};
use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::null;
use libc::addrinfo;

/// Looks a name up, and calls `cb` once: at once when the answer is known, as of numbers, names in
/// `/etc/hosts` and names looked up before, or later from lws_service(). All who ask for a name that
/// is under way get the same answer. For the thread that services the context.
///
/// The name is at most 253 characters long, in any case; one with fewer dots than `ndots` of
/// `/etc/resolv.conf` is looked up in the search domains too, unless it ends with a dot. A look-up
/// that no server answers fails after `timeout` times `attempts` of that file, 10 seconds unless it
/// says something else. The result has addresses of both families, the better ones first: what has
/// come 50 ms after the first of them.
///
/// A query for a connection ends without a call when the connection closes. Those of no connection
/// that still wait when the context ends are called with a NULL result then.
///
/// @param context the context
/// @param tsi 0
/// @param name what to look up
/// @param qtype LWS_ADNS_RECORD_A or LWS_ADNS_RECORD_AAAA, which is the same
/// @param cb what is called
/// @param wsi the connection it is for, which has no other query under way, or NULL
/// @param opaque for the callback
///
/// # Returns
///
/// LADNS_RET_FOUND: called with addresses. LADNS_RET_FAILED: called without, or an argument is NULL,
/// or `qtype` is none of the two, and it is not called. LADNS_RET_FAILED_WSI_CLOSED: called, and it
/// returned NULL for its connection. LADNS_RET_CONTINUING: it will be called.
///
/// # Safety
///
/// `context` is a live context, `name` a string, `wsi` NULL or a live connection of the context.
#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_async_dns_query(
    context: *mut lws_context,
    tsi: c_int,
    name: *const c_char,
    qtype: dns_query_type_int,
    cb: lws_async_dns_cb_t,
    wsi: *mut lws,
    opaque: *mut c_void,
) -> lws_async_dns_retcode_t_int {
    const NAME: &str = "lws_async_dns_query";
    const FAILED: c_int = lws_async_dns_retcode_t::LADNS_RET_FAILED as c_int;
    let bad = |argument| {
        arg::bad(NAME, argument);
        FAILED
    };
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = enter(NAME, context) else {
            return FAILED;
        };
        if name.is_null() {
            return bad("name");
        }
        let Some(cb) = cb else { return bad("cb") };
        if tsi != 0 {
            return bad("tsi");
        }
        let both = [
            dns_query_type::LWS_ADNS_RECORD_A,
            dns_query_type::LWS_ADNS_RECORD_AAAA,
        ];
        if !both.into_iter().any(|t| t as c_int == qtype) {
            return bad("qtype");
        }
        let token = match wsi_ref(wsi) {
            None => 0,
            Some(w) if w.is_closed() || w.context != context => return bad("wsi"),
            Some(w) => w.token.get(),
        };
        let cb = Callback::new(cb, wsi, opaque);
        let code = match cx.names.query(CStr::from_ptr(name), cb, token) {
            Code::Found => lws_async_dns_retcode_t::LADNS_RET_FOUND,
            Code::Continuing => lws_async_dns_retcode_t::LADNS_RET_CONTINUING,
            Code::Failed => lws_async_dns_retcode_t::LADNS_RET_FAILED,
            Code::WsiClosed => lws_async_dns_retcode_t::LADNS_RET_FAILED_WSI_CLOSED,
        };
        code as c_int
    }
}

/// Gives a result of lws_async_dns_query() back and sets `*ai` to NULL. Each result is given back
/// once; it is valid until then, also when the context ends before. For the thread that services the
/// context.
///
/// # Safety
///
/// `ai` is NULL, or points to NULL or to a result.
#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_async_dns_freeaddrinfo(ai: *mut *const addrinfo) {
    const NAME: &str = "lws_async_dns_freeaddrinfo";
    if ai.is_null() {
        return arg::bad(NAME, "ai");
    }
    // SAFETY: the caller's promise.
    unsafe {
        let result = ai.replace(null());
        if !result.is_null() {
            Chain::release(result);
        }
    }
}
