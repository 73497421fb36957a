//! What certificates say, and new ones for vhosts: `lws-x509.h`.

pub use crate::abi::x509::*;

use super::convert::{bytes, cstr, need};
use super::types::{lws, lws_context, lws_vhost};
use super::{enter, vhost_ref, wsi_ref};
use crate::conn::{secure, transport};
use crate::log::log_err;
use crate::sys::tls::cert::Certificate;
use crate::tls::settings::Source;
use core::ffi::{c_char, c_int, c_uint};
use core::ptr::{NonNull, addr_of_mut};
use libc::time_t;

/// Tells something of the certificate of a connection's peer. Only for the thread that services the
/// context.
///
/// # Returns
///
/// 0, and what was asked for is in `buf`. 1: the certificate does not say. -1: there is no
/// certificate, `type` is none of the enum, or what it says does not fit; then `buf->ns.len` says how
/// long it is, 0 for none.
///
/// # Safety
///
/// `wsi` is NULL or a live connection; `buf` is NULL or has room for `len` bytes at `buf->ns.name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_tls_peer_cert_info(
    wsi: *mut lws,
    r#type: lws_tls_cert_info_int,
    buf: *mut lws_tls_cert_info_results,
    len: usize,
) -> c_int {
    const NAME: &str = "lws_tls_peer_cert_info";
    // SAFETY: the caller's promise, in the whole function.
    unsafe {
        let w = need!("wsi", wsi_ref(wsi), -1);
        let to = need!("buf", NonNull::new(buf), -1);
        let session = transport::session(w);
        let peer = session
            .as_ref()
            .and_then(|s| Some((s.ssl().peer()?, s.ssl().is_verified())));
        match peer {
            Some((cert, verified)) => tell(&cert, Some(verified), r#type, to, len),
            None => {
                addr_of_mut!((*to.as_ptr()).ns.len).write(0);
                -1
            }
        }
    }
}

/// Tells something of a vhost's own certificate. Only for the thread that services the context.
///
/// # Returns
///
/// As lws_tls_peer_cert_info(); LWS_TLS_CERT_INFO_VERIFIED is -1.
///
/// # Safety
///
/// `vhost` is NULL or a live vhost; `buf` is NULL or has room for `len` bytes at `buf->ns.name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_tls_vhost_cert_info(
    vhost: *mut lws_vhost,
    r#type: lws_tls_cert_info_int,
    buf: *mut lws_tls_cert_info_results,
    len: usize,
) -> c_int {
    const NAME: &str = "lws_tls_vhost_cert_info";
    // SAFETY: the caller's promise, in the whole function.
    unsafe {
        let vhost = need!("vhost", vhost_ref(vhost), -1);
        let to = need!("buf", NonNull::new(buf), -1);
        match vhost.tls.server().and_then(|cx| cx.certificate()) {
            Some(cert) => tell(&cert, None, r#type, to, len),
            None => {
                addr_of_mut!((*to.as_ptr()).ns.len).write(0);
                -1
            }
        }
    }
}

/// Writes what was asked.
///
/// # Safety
///
/// `to` has room for `len` bytes at its `ns.name`.
unsafe fn tell(
    cert: &Certificate,
    verified: Option<bool>,
    what: lws_tls_cert_info_int,
    to: NonNull<lws_tls_cert_info_results>,
    len: usize,
) -> c_int {
    use lws_tls_cert_info::*;
    let at = to.as_ptr();
    let is = |kind: lws_tls_cert_info| what == kind as c_uint;
    let text = is(LWS_TLS_CERT_INFO_COMMON_NAME) || is(LWS_TLS_CERT_INFO_ISSUER_NAME);
    let found = if is(LWS_TLS_CERT_INFO_COMMON_NAME) {
        cert.common_name()
    } else if is(LWS_TLS_CERT_INFO_ISSUER_NAME) {
        cert.issuer()
    } else if is(LWS_TLS_CERT_INFO_OPAQUE_PUBLIC_KEY) {
        cert.public_key()
    } else if is(LWS_TLS_CERT_INFO_DER_RAW) {
        cert.der()
    } else if is(LWS_TLS_CERT_INFO_AUTHORITY_KEY_ID) {
        cert.authority_key()
    } else if is(LWS_TLS_CERT_INFO_AUTHORITY_KEY_ID_ISSUER) {
        cert.authority().0
    } else if is(LWS_TLS_CERT_INFO_AUTHORITY_KEY_ID_SERIAL) {
        cert.authority().1
    } else if is(LWS_TLS_CERT_INFO_SUBJECT_KEY_ID) {
        cert.subject_key()
    } else {
        // SAFETY: the caller's promise.
        return unsafe { tell_number(cert, verified, what, at) };
    };
    let Some(found) = found else {
        return 1;
    };
    // SAFETY: the caller's promise; no more than `len` bytes are written, from bytes that are ours.
    unsafe {
        let all = c_int::try_from(found.len()).unwrap_or(c_int::MAX);
        addr_of_mut!((*at).ns.len).write(all);
        let name = addr_of_mut!((*at).ns.name).cast::<u8>();
        if found.len() > len && !text {
            return -1;
        }
        // Texts end with a NUL, and are cut.
        let fits = if text { len.saturating_sub(1) } else { len };
        let count = found.len().min(fits);
        core::ptr::copy_nonoverlapping(found.as_ptr(), name, count);
        if count < len {
            name.add(count).write(0);
        }
        addr_of_mut!((*at).ns.len).write(c_int::try_from(count).unwrap_or(c_int::MAX));
    }
    0
}

/// # Safety
///
/// `at` is valid for writes.
unsafe fn tell_number(
    cert: &Certificate,
    verified: Option<bool>,
    what: lws_tls_cert_info_int,
    at: *mut lws_tls_cert_info_results,
) -> c_int {
    use lws_tls_cert_info::*;
    let is = |kind: lws_tls_cert_info| what == kind as c_uint;
    // SAFETY: the caller's promise.
    unsafe {
        if is(LWS_TLS_CERT_INFO_VALIDITY_FROM) || is(LWS_TLS_CERT_INFO_VALIDITY_TO) {
            let from = is(LWS_TLS_CERT_INFO_VALIDITY_FROM);
            let time = if from {
                cert.not_before()
            } else {
                cert.not_after()
            };
            let Some(time) = time else { return 1 };
            addr_of_mut!((*at).time).write(time as time_t);
        } else if is(LWS_TLS_CERT_INFO_USAGE) {
            addr_of_mut!((*at).usage).write(cert.usage());
        } else if is(LWS_TLS_CERT_INFO_VERIFIED) {
            let Some(verified) = verified else { return -1 };
            addr_of_mut!((*at).verified).write(c_uint::from(verified));
        } else {
            return -1;
        }
    }
    0
}

/// Gives every vhost that was made with the certificate `certpath` and the key `keypath` what is
/// there now: connections that are accepted from now on have it. With `mem_cert` and `mem_privkey`
/// that is taken instead of the files; they are copied. A vhost for which the new ones are no good
/// keeps those that it has. Only for the thread that services the context.
///
/// # Returns
///
/// 0, also when no vhost uses them; 1: they are no good for one of the vhosts, which a log line
/// explains, or an argument is NULL.
///
/// # Safety
///
/// `context` is NULL or live; the paths are NULL or NUL-terminated; each memory is NULL or as long as
/// stated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_tls_cert_updated(
    context: *mut lws_context,
    certpath: *const c_char,
    keypath: *const c_char,
    mem_cert: *const c_char,
    len_mem_cert: usize,
    mem_privkey: *const c_char,
    len_mem_privkey: usize,
) -> c_int {
    const NAME: &str = "lws_tls_cert_updated";
    // SAFETY: the caller's promise, in the whole function.
    unsafe {
        let Some(cx) = enter(NAME, context) else {
            return 1;
        };
        let cert = need!("certpath", cstr(certpath), 1);
        let key = need!("keypath", cstr(keypath), 1);
        let memory = |p: *const c_char, len: usize| {
            bytes(p.cast(), len)
                .filter(|given| !given.is_empty())
                .map(|given| Source::Memory(given.to_vec()))
        };
        let new = (
            memory(mem_cert, len_mem_cert),
            memory(mem_privkey, len_mem_privkey),
        );
        let mut result = 0;
        for vhost in cx.conns.all_vhosts() {
            if let Err(why) = secure::renew(&cx.conns, &vhost, (cert, key), &new) {
                log_err!(vhost.log, "{NAME}: {why}");
                result = 1;
            }
        }
        result
    }
}
