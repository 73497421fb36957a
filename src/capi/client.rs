//! Connections that the program opens: `lws-client.h`.

pub use crate::abi::client::*;

mod wanted;

use self::wanted::wanted;
use super::convert::{cstr, need, room};
use super::enter;
#[cfg(feature = "LWS_ROLE_H1")]
use super::http::builders::between;
use super::types::lws;
#[cfg(feature = "LWS_WITH_TLS")]
use super::wsi_ref;
#[cfg(feature = "LWS_WITH_TLS")]
use super::{
    context_vhost::*, convert::bytes, tls_settings, types::lws_vhost, vhost_of, vhost_ref,
};
use crate::conn::{Wsi, client};
#[cfg(feature = "LWS_WITH_TLS")]
use crate::conn::{secure, transport};
use crate::log::log_err;
#[cfg(feature = "LWS_WITH_TLS")]
use crate::log::log_warn;
#[cfg(feature = "LWS_ROLE_H1")]
use crate::roles::h1::form::Part;
#[cfg(feature = "LWS_WITH_TLS")]
use crate::sys::tls::ctx::SslCtx;
use crate::util::base64;
#[cfg(feature = "LWS_ROLE_H1")]
use core::ffi::c_uint;
use core::ffi::{c_char, c_int};
use core::ptr::null_mut;
use std::rc::Rc;

/// Opens a connection. `method` "RAW" makes a raw one, the name of an HTTP method (`GET`, `POST`, ...) one of HTTP/1.1, and NULL
/// one of WebSocket; each as far as its role is built. `ssl_connection` with LCCSCF_USE_SSL puts it inside TLS. `address` is
/// numeric, a name, or `+path` for a unix socket (`+@name` in the abstract namespace). A name is looked up without blocking, and
/// its addresses race within the vhost's `connect_timeout_secs` (RFC 8305). The protocol is the one named
/// `local_protocol_name`, else `protocol`, else the vhost's default. Only for the thread that services the context.
///
/// Later the protocol gets LWS_CALLBACK_RAW_CONNECTED, LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP or LWS_CALLBACK_CLIENT_ESTABLISHED, or
/// LWS_CALLBACK_CLIENT_CONNECTION_ERROR with the cause as text.
///
/// # Returns
///
/// The connection. NULL when it could not even begin; then the protocol does not get
/// LWS_CALLBACK_CLIENT_CONNECTION_ERROR. A log line explains what is wrong in `ccinfo`.
///
/// # Safety
///
/// `ccinfo` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_client_connect_via_info(
    ccinfo: *const lws_client_connect_info,
) -> *mut lws {
    const NAME: &str = "lws_client_connect_via_info";
    // SAFETY: the caller's promise, in the whole function.
    unsafe {
        let info = need!("ccinfo", ccinfo.as_ref(), null_mut());
        if !info.pwsi.is_null() {
            *info.pwsi = null_mut();
        }
        let Some(cx) = enter(NAME, info.context) else {
            return null_mut();
        };
        let wanted = match wanted(&cx, info) {
            Ok(w) => w,
            Err(why) => {
                log_err!(cx.log, "{NAME}: {why}");
                return null_mut();
            }
        };
        let made = |w: &Rc<Wsi>| {
            if !info.pwsi.is_null() {
                *info.pwsi = Rc::as_ptr(w).cast_mut().cast();
            }
        };
        // The same failure will stop lws_service(), which says so.
        let _ = cx.init_protocols();
        let begun = client::connect(&cx.conns, wanted, &made);
        match begun {
            Some(w) => Rc::as_ptr(&w).cast_mut().cast(),
            None => {
                if !info.pwsi.is_null() {
                    *info.pwsi = null_mut();
                }
                null_mut()
            }
        }
    }
}

/// The status of the answer that a client got: from LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP on.
///
/// # Returns
///
/// The status; 0 before there is one, or when `wsi` is NULL or no client of HTTP.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[cfg(feature = "LWS_ROLE_H1")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_http_client_http_response(wsi: *mut lws) -> c_uint {
    const NAME: &str = "lws_http_client_http_response";
    // SAFETY: the caller's promise.
    let w = unsafe { super::own_wsi(NAME, wsi) };
    w.map_or(0, |w| c_uint::from(crate::conn::h1_client::status(w)))
}

/// Says whether a client has more of its request's body to write. While it has, its protocol gets
/// LWS_CALLBACK_CLIENT_HTTP_WRITEABLE whenever there is room. To be called from
/// LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER, and from there with 0 before the last lws_write(). The
/// bytes go out as they are: the program tells the length in a header.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[cfg(feature = "LWS_ROLE_H1")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_client_http_body_pending(
    wsi: *mut lws,
    something_left_to_send: c_int,
) {
    const NAME: &str = "lws_client_http_body_pending";
    // SAFETY: the caller's promise.
    if let Some(w) = unsafe { super::own_wsi(NAME, wsi) } {
        crate::conn::h1_client::set_writes(w, something_left_to_send != 0);
    }
}

/// Writes what stands before the part `name` of a form to `*p`, and moves that; after the last part,
/// with NULL for `name`, what ends the form (RFC 7578). The connection was asked for with
/// LCCSCF_HTTP_MULTIPART_MIME. `filename` and `content_type` may be NULL. Only for the thread that
/// services the context.
///
/// # Returns
///
/// 0; 1 when there is no room before `end`, and `*p` stays, when the connection's body has no parts, or
/// when an argument is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection, `p` NULL or the address of a pointer into memory that ends at
/// `end`, the texts are NULL or NUL-terminated.
#[cfg(feature = "LWS_ROLE_H1")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_client_http_multipart(
    wsi: *mut lws,
    name: *const c_char,
    filename: *const c_char,
    content_type: *const c_char,
    p: *mut *mut c_char,
    end: *mut c_char,
) -> c_int {
    const NAME: &str = "lws_client_http_multipart";
    // SAFETY: the caller's promise, in the whole function.
    unsafe {
        let Some((_cx, w)) = super::conn_of(NAME, wsi) else {
            return 1;
        };
        let at = need!("p", p.as_mut(), 1);
        let to = need!("p", between(at.cast(), end.cast()), 1);
        let of = |text| cstr(text).map(core::ffi::CStr::to_bytes);
        let part = of(name).map(|name| Part {
            name,
            file: of(filename),
            kind: of(content_type),
        });
        let write = |text: &[u8]| {
            let Some(to) = to.get_mut(..text.len()) else {
                return false;
            };
            to.copy_from_slice(text);
            *at = at.wrapping_add(text.len());
            true
        };
        match crate::conn::h1_client::delimit(w, part.as_ref(), write) {
            Some(true) => 0,
            Some(false) => 1,
            None => {
                log_err!(w.log(), "{NAME}: no LCCSCF_HTTP_MULTIPART_MIME");
                1
            }
        }
    }
}

/// Reads what came of the body of an answer, to be called from LWS_CALLBACK_RECEIVE_CLIENT_HTTP, or
/// later: what is not read waits. At most `*len` bytes are put at `*buf`, piece by piece, and the
/// protocol gets LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ with each; then LWS_CALLBACK_COMPLETED_CLIENT_HTTP
/// when that was all.
///
/// # Returns
///
/// 0, with `*len` 0; below 0 when the callback is to return -1: the answer ended with the connection, or
/// is broken; what a callback returned, if not 0; -1 when an argument is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection, `buf` and `len` are NULL or valid, and `*buf` has `*len` bytes.
#[cfg(feature = "LWS_ROLE_H1")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_http_client_read(
    wsi: *mut lws,
    buf: *mut *mut c_char,
    len: *mut c_int,
) -> c_int {
    const NAME: &str = "lws_http_client_read";
    // SAFETY: the caller's promise.
    unsafe {
        let Some((cx, w)) = super::conn_of(NAME, wsi) else {
            return -1;
        };
        let buf = need!("buf", buf.as_ref(), -1);
        let len = need!("len", len.as_mut(), -1);
        let size = usize::try_from(*len).unwrap_or(0);
        let to = need!("buf", room(buf.cast::<u8>(), size), -1);
        *len = 0;
        match cx.conns.table.get(w.token.get()) {
            Some(w) => crate::conn::h1_client::read(&cx.conns, &w, to),
            None => -1,
        }
    }
}

/// Makes what a header `Authorization:` says for a user's name and password: "Basic " and both in
/// base64 (RFC 7617). Any thread.
///
/// # Returns
///
/// 0; 1, and nothing is written, when it does not fit `len` bytes with its NUL, or an argument is
/// NULL.
///
/// # Safety
///
/// `user` and `pw` are NUL-terminated, `buf` points to `len` bytes outside them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_http_basic_auth_gen(
    user: *const c_char,
    pw: *const c_char,
    buf: *mut c_char,
    len: usize,
) -> c_int {
    const NAME: &str = "lws_http_basic_auth_gen";
    const SCHEME: &[u8] = b"Basic ";
    // SAFETY: the caller's promise.
    let (user, pw, to) = unsafe { (cstr(user), cstr(pw), room(buf.cast(), len)) };
    let user = need!("user", user, 1);
    let pw = need!("pw", pw, 1);
    let to = need!("buf", to, 1);
    let both = [user.to_bytes(), pw.to_bytes()].join(&b':');
    let whole = base64::encoded_len(both.len()).and_then(|n| n.checked_add(SCHEME.len()));
    let fitting = whole.and_then(|n| to.get_mut(..n.checked_add(1)?)?.split_last_mut());
    let (end, to) = need!("len", fitting, 1);
    let (scheme, text) = to.split_at_mut(SCHEME.len());
    scheme.copy_from_slice(SCHEME);
    base64::encode(&both, false, text);
    *end = 0;
    0
}

/// Has a vhost's client connections secured as `info` says, by its members for clients, or where
/// those are NULL by the members of the same name for servers. Only for the thread that services the
/// context.
///
/// # Returns
///
/// 0, also without LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT in `info->options`, which changes nothing. 1:
/// something is no good, which a log line explains; then nothing changes.
///
/// # Safety
///
/// `info` is NULL or valid with what it points to; `vhost` is NULL or live.
#[cfg(feature = "LWS_WITH_TLS")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_init_vhost_client_ssl(
    info: *const lws_context_creation_info,
    vhost: *mut lws_vhost,
) -> c_int {
    const NAME: &str = "lws_init_vhost_client_ssl";
    // SAFETY: the caller's promise, in the whole function.
    unsafe {
        let info = need!("info", info.as_ref(), 1);
        let Some((cx, vhost)) = vhost_of(NAME, vhost) else {
            return 1;
        };
        if info.options & LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT as u64 == 0 {
            log_warn!(
                vhost.log,
                "{NAME}: options lack LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT"
            );
            return 0;
        }
        if let Some(own) = SslCtx::of_program(info.provided_client_ssl_ctx.cast()) {
            vhost.tls.set_client(own);
            return 0;
        }
        let made = tls_settings::client(info, false)
            .and_then(|set| Ok(secure::make_client(&cx.conns, &vhost, &set)?));
        match made {
            Ok(()) => 0,
            Err(why) => {
                log_err!(vhost.log, "{NAME}: {why}");
                1
            }
        }
    }
}

/// Has a vhost's client connections trust another certificate, which is copied. Only for the thread
/// that services the context.
///
/// # Returns
///
/// 0; 1: it is no certificate, or the vhost has no TLS for clients.
///
/// # Safety
///
/// `vh` is NULL or live; `der` is NULL or points to `der_len` bytes.
#[cfg(feature = "LWS_WITH_TLS")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_tls_client_vhost_extra_cert_mem(
    vh: *mut lws_vhost,
    der: *const u8,
    der_len: usize,
) -> c_int {
    const NAME: &str = "lws_tls_client_vhost_extra_cert_mem";
    // SAFETY: the caller's promise, in the whole function.
    unsafe {
        let vhost = need!("vh", vhost_ref(vh), 1);
        let der = need!("der", bytes(der.cast(), der_len), 1);
        let cx = need!("vh", vhost.tls.client(), 1);
        match cx.trust(der, false) {
            Ok(()) => 0,
            Err(why) => {
                log_err!(vhost.log, "{NAME}: bad argument: der: {}", why.text());
                1
            }
        }
    }
}

/// Tells whether a connection goes on with the TLS session of an earlier one, which saves the peers
/// most of the handshake. Only for the thread that services the context.
///
/// # Returns
///
/// 1, or 0, also for a connection without TLS.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[cfg(feature = "LWS_WITH_TLS")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_tls_session_is_reused(wsi: *mut lws) -> c_int {
    const NAME: &str = "lws_tls_session_is_reused";
    // SAFETY: the caller's promise.
    let w = need!("wsi", unsafe { wsi_ref(wsi) }, 0);
    c_int::from(transport::session(w).is_some_and(|s| s.ssl().is_resumed()))
}
