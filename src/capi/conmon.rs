//! `lws-conmon.h`: what was measured while a client connection came about.

pub use crate::abi::conmon::*;

use super::own_wsi;
use super::types::lws;
use crate::conn::conmon;
use crate::sys::addrinfo::Chain;
use core::ptr::null_mut;

/// Copies what was measured while a connection came about to `dest`. The addresses in it, if there
/// are any, are the caller's from then on: a second call gives the figures without them. To be called
/// at any time from lws_client_connect_via_info() on until LWS_CALLBACK_WSI_DESTROY, for example in
/// LWS_CALLBACK_CLIENT_CONNECTION_ERROR; only on the thread that services the context.
///
/// `dest` has to be given to lws_conmon_release() in the end. Of a connection that the program did not
/// open only the peer is known.
///
/// # Safety
///
/// `wsi` is NULL or a live connection; `dest` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_conmon_wsi_take(wsi: *mut lws, dest: *mut lws_conmon) {
    const NAME: &str = "lws_conmon_wsi_take";
    // SAFETY: the caller's promise; `dest` may be uninitialised, and is only written.
    unsafe {
        if dest.is_null() {
            return super::arg::bad(NAME, "dest");
        }
        if let Some(w) = own_wsi(NAME, wsi) {
            dest.write(conmon::take(w));
        }
    }
}

/// Frees the addresses that lws_conmon_wsi_take() gave, and sets `dns_results_copy` to NULL. May be
/// called again, with NULL, and when the context is gone.
///
/// # Safety
///
/// `conmon` is NULL, or was filled by lws_conmon_wsi_take() or with zeroes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_conmon_release(conmon: *mut lws_conmon) {
    // SAFETY: the caller's promise: the addresses came from `Chain::give` and were not released.
    unsafe {
        let Some(conmon) = conmon.as_mut() else {
            return;
        };
        let first = core::mem::replace(&mut conmon.dns_results_copy, null_mut());
        if !first.is_null() {
            Chain::release(first);
        }
    }
}
