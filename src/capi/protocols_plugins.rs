//! Protocols: `lws-protocols-plugins.h`.

pub use crate::abi::protocols_plugins::*;

pub mod plugins;

use crate::capi::convert::need;
use core::ffi::{c_char, c_int, c_void};

use super::context_vhost::lws_protocol_vhost_options;
use super::convert::cstr;
use super::types::{lws, lws_context, lws_vhost};
use super::{arg, conn_of, enter, own_vhost, vhost_ref, wsi_ref};

/// The protocol that a connection is bound to; also what a callback is about when it is not about a
/// connection.
///
/// # Returns
///
/// The program's own struct; NULL when `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or what a callback was called with, while it runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_protocol(wsi: *mut lws) -> *const lws_protocols {
    const NAME: &str = "lws_get_protocol";
    // SAFETY: the caller's promise.
    let w = need!("wsi", unsafe { wsi_ref(wsi) }, core::ptr::null());
    w.protocol.get().raw()
}

/// Finds an option by its name in a list of options, as the callback gets it with
/// LWS_CALLBACK_PROTOCOL_INIT. Any thread may look, while nobody changes the list.
///
/// # Returns
///
/// The first option of that name; NULL when there is none, `pvo` is NULL, which is an empty list, or
/// `name` is NULL.
///
/// # Safety
///
/// `pvo` is NULL or a valid list; `name` is NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_pvo_search(
    pvo: *const lws_protocol_vhost_options,
    name: *const c_char,
) -> *const lws_protocol_vhost_options {
    const NAME: &str = "lws_pvo_search";
    // SAFETY: the caller's promise.
    let Some(name) = (unsafe { cstr(name) }) else {
        arg::bad(NAME, "name");
        return core::ptr::null();
    };
    let mut at = pvo;
    // SAFETY: the caller's promise: each element is valid, and so is its name, if it has one.
    unsafe {
        while let Some(option) = at.as_ref() {
            if cstr(option.name) == Some(name) {
                return option;
            }
            at = option.next;
        }
    }
    core::ptr::null()
}

/// Finds the value of an option by its name in a list of options, as the callback gets it with
/// LWS_CALLBACK_PROTOCOL_INIT. Any thread may look, while nobody changes the list.
///
/// # Returns
///
/// 0 and in `*result` the value, which may be NULL and stays the list's; or 1, with `*result` as it
/// was, when there is no such option, `in` is NULL, which is an empty list, or another argument is
/// NULL.
///
/// # Safety
///
/// `in` is NULL or a valid list of `struct lws_protocol_vhost_options`; `name` is NUL-terminated;
/// `result` is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_pvo_get_str(
    in_: *mut c_void,
    name: *const c_char,
    result: *mut *const c_char,
) -> c_int {
    const NAME: &str = "lws_pvo_get_str";
    if name.is_null() || result.is_null() {
        let argument = if name.is_null() { "name" } else { "result" };
        arg::bad(NAME, argument);
        return 1;
    }
    // SAFETY: the caller's promise.
    unsafe {
        match lws_pvo_search(in_.cast(), name).as_ref() {
            Some(option) => {
                *result = option.value;
                0
            }
            None => 1,
        }
    }
}

/// The protocol of a connection, as lws_get_protocol().
///
/// # Returns
///
/// The program's own struct; NULL when `wsi` is NULL.
///
/// # Safety
///
/// `wsi` is NULL or what a callback was called with, while it runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_protocol_get(wsi: *mut lws) -> *const lws_protocols {
    const NAME: &str = "lws_protocol_get";
    // SAFETY: the caller's promise.
    let w = need!("wsi", unsafe { wsi_ref(wsi) }, core::ptr::null());
    w.protocol.get().raw()
}

/// Finds a protocol of a vhost by its name.
///
/// # Returns
///
/// The program's own struct; NULL when there is none of that name or an argument is NULL.
///
/// # Safety
///
/// `vh` is NULL or a live vhost, `name` NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_vhost_name_to_protocol(
    vh: *mut lws_vhost,
    name: *const c_char,
) -> *const lws_protocols {
    const NAME: &str = "lws_vhost_name_to_protocol";
    // SAFETY: the caller's promise.
    unsafe {
        let v = need!("vh", vhost_ref(vh), core::ptr::null());
        let name = need!("name", cstr(name), core::ptr::null());
        v.protocol(name).map_or(core::ptr::null(), |p| p.raw())
    }
}

/// Allocates zeroed memory that a vhost keeps for one of its protocols, usually at
/// LWS_CALLBACK_PROTOCOL_INIT. It is freed with the vhost.
///
/// # Returns
///
/// The memory; NULL when there is none, `prot` is not the vhost's, or an argument is NULL.
///
/// # Safety
///
/// `vhost` is NULL or a live vhost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_protocol_vh_priv_zalloc(
    vhost: *mut lws_vhost,
    prot: *const lws_protocols,
    size: c_int,
) -> *mut c_void {
    const NAME: &str = "lws_protocol_vh_priv_zalloc";
    // SAFETY: the caller's promise.
    let Some(v) = (unsafe { own_vhost(NAME, "vhost", vhost) }) else {
        return core::ptr::null_mut();
    };
    let protocol = v.protocols().iter().copied().find(|p| p.raw() == prot);
    match (protocol, usize::try_from(size)) {
        (Some(p), Ok(size @ 1..)) => v.allocate_private(p, size),
        (p, _) => {
            arg::bad(NAME, if p.is_none() { "prot" } else { "size" });
            core::ptr::null_mut()
        }
    }
}

/// The memory of lws_protocol_vh_priv_zalloc().
///
/// # Returns
///
/// The memory; NULL when none was allocated, `prot` is not the vhost's, or an argument is NULL.
///
/// # Safety
///
/// `vhost` is NULL or a live vhost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_protocol_vh_priv_get(
    vhost: *mut lws_vhost,
    prot: *const lws_protocols,
) -> *mut c_void {
    const NAME: &str = "lws_protocol_vh_priv_get";
    // SAFETY: the caller's promise.
    let Some(v) = (unsafe { own_vhost(NAME, "vhost", vhost) }) else {
        return core::ptr::null_mut();
    };
    let p = need!(
        "prot",
        v.protocols().iter().copied().find(|p| p.raw() == prot),
        core::ptr::null_mut()
    );
    v.private(p)
}

/// Finds what a protocol of some vhost keeps, by an option of that vhost: the first vhost of the
/// context whose options for the protocol `protname` have `pvo_name` with the value `pvo_value`.
///
/// # Returns
///
/// The memory of lws_protocol_vh_priv_zalloc() there; NULL when there is none or an argument is
/// NULL.
///
/// # Safety
///
/// `cx` is NULL or a live context; the texts are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_vhd_find_by_pvo(
    cx: *mut lws_context,
    protname: *const c_char,
    pvo_name: *const c_char,
    pvo_value: *const c_char,
) -> *mut c_void {
    const NAME: &str = "lws_vhd_find_by_pvo";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(context) = enter(NAME, cx) else {
            return core::ptr::null_mut();
        };
        let (Some(protocol), Some(name), Some(value)) =
            (cstr(protname), cstr(pvo_name), cstr(pvo_value))
        else {
            arg::bad(NAME, "protname, pvo_name, pvo_value");
            return core::ptr::null_mut();
        };
        for v in context.conns.all_vhosts() {
            let Some(p) = v.protocol(protocol) else {
                continue;
            };
            let options = v.set.options.of(protocol).unwrap_or(core::ptr::null());
            let found = lws_pvo_search(options.cast(), name.as_ptr()).as_ref();
            if found.is_some_and(|o| cstr(o.value) == Some(value)) {
                return v.private(p);
            }
        }
    }
    core::ptr::null_mut()
}

/// Gives the program's memory for a connection another size. What it held is lost; the new memory
/// is zeroed.
///
/// # Returns
///
/// The memory; NULL when there is none, or `wsi` is NULL or closed.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_adjust_protocol_psds(wsi: *mut lws, new_size: usize) -> *mut c_void {
    const NAME: &str = "lws_adjust_protocol_psds";
    // SAFETY: the caller's promise.
    match unsafe { conn_of(NAME, wsi) } {
        Some((_, w)) => w.resize_user(new_size),
        None => core::ptr::null_mut(),
    }
}

/// Initialises the protocols of all vhosts that are not yet, which lws_service() does otherwise.
///
/// # Returns
///
/// 0, or 1 when the privileges could not be dropped or `context` is NULL.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_protocol_init(context: *mut lws_context) -> c_int {
    const NAME: &str = "lws_protocol_init";
    // SAFETY: the caller's promise.
    match unsafe { enter(NAME, context) } {
        Some(cx) => c_int::from(cx.init_protocols().is_err()),
        None => 1,
    }
}

/// Ends the start: drops the privileges that the vhosts were made with, which lws_service() does
/// otherwise.
///
/// # Returns
///
/// 0, or 1 when they could not be dropped or `context` is NULL.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_finalize_startup(context: *mut lws_context) -> c_int {
    const NAME: &str = "lws_finalize_startup";
    // SAFETY: the caller's promise.
    match unsafe { enter(NAME, context) } {
        Some(cx) => c_int::from(cx.drop_privileges().is_err()),
        None => 1,
    }
}
