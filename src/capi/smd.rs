//! `lws-smd.h`: system message distribution.
#![cfg_attr(not(feature = "LWS_WITH_SYS_SMD"), allow(unused_imports))]

pub use crate::abi::smd::*;

use crate::capi::arg;
#[cfg(feature = "LWS_WITH_SYS_SMD")]
use crate::capi::bus_of;
use crate::capi::convert::need;
use crate::capi::types::lws_context;
use crate::log::{Log, log_err, log_notice};
#[cfg(feature = "LWS_WITH_SYS_SMD")]
use crate::smd::{MAX_PAYLOAD, bus::Left, bus::Receiver, bus::Refused, handle, wire};
use crate::sys::clock;
use crate::sys::va::VaList;
#[cfg(feature = "LWS_WITH_SYS_SMD")]
use crate::sys::{block::Block, callbacks::SmdCallback};
use core::ffi::{c_char, c_int, c_void};
use core::mem::MaybeUninit;
use core::ptr::{NonNull, null_mut};

/// Makes a message that the caller fills in and sends. It is stamped with the time of this call.
/// Any thread.
///
/// # Returns
///
/// The payload: `len` bytes, content undefined, with a NUL behind. Give it to lws_smd_msg_send() or
/// lws_smd_msg_free(). NULL when no participant hears any of the classes, when `len` is above
/// LWS_SMD_MAX_PAYLOAD, when there is no memory, or when `ctx` is NULL.
///
/// # Safety
///
/// `ctx` is NULL or a live context.
#[cfg(feature = "LWS_WITH_SYS_SMD")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_smd_msg_alloc(
    ctx: *mut lws_context,
    _class: lws_smd_class_t,
    len: usize,
) -> *mut c_void {
    const NAME: &str = "lws_smd_msg_alloc";
    // SAFETY: the caller's promise.
    let Some(bus) = (unsafe { bus_of(NAME, ctx) }) else {
        return null_mut();
    };
    if len > MAX_PAYLOAD {
        arg::bad(NAME, "len");
        return null_mut();
    }
    if !bus.wants(_class) {
        return null_mut();
    }
    match Block::new(_class, clock::now_us(), len) {
        Some(block) => block.into_payload().as_ptr().cast(),
        None => {
            log_err!(Log::GLOBAL, "{NAME}: out of memory");
            null_mut()
        }
    }
}

/// Frees a message of lws_smd_msg_alloc() that was not sent, and sets `*payload` to NULL. Any
/// thread.
///
/// # Safety
///
/// `payload` is NULL or points to NULL or to such a message's payload.
#[cfg(feature = "LWS_WITH_SYS_SMD")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_smd_msg_free(payload: *mut *mut c_void) {
    const NAME: &str = "lws_smd_msg_free";
    if payload.is_null() {
        return arg::bad(NAME, "payload");
    }
    // SAFETY: not NULL, and valid by the caller's promise.
    unsafe {
        if let Some(p) = NonNull::new((*payload).cast::<u8>()) {
            match Block::from_payload(p) {
                Some(block) => drop(block),
                None => arg::bad(NAME, "payload"),
            }
            *payload = null_mut();
        }
    }
}

/// Sends a message. Its participants hear it later, from lws_service(), never from inside this
/// call, in the order in which each thread sent. Any thread.
///
/// # Returns
///
/// 0: the message is the library's now, also when nobody hears it any more. 1: as many messages
/// wait as the context allows (`smd_queue_depth`), or an argument is NULL; the message is still the
/// caller's, who tries again later or frees it.
///
/// # Safety
///
/// `ctx` is a live context, `payload` came from lws_smd_msg_alloc() with it.
#[cfg(feature = "LWS_WITH_SYS_SMD")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_smd_msg_send(ctx: *mut lws_context, payload: *mut c_void) -> c_int {
    const NAME: &str = "lws_smd_msg_send";
    let p = need!("payload", NonNull::new(payload.cast::<u8>()), 1);
    // SAFETY: the caller's promise.
    unsafe {
        let Some(bus) = bus_of(NAME, ctx) else {
            return 1;
        };
        let block = need!("payload", Block::from_payload(p), 1);
        match bus.send(block.class(), block.timestamp(), block.payload()) {
            Ok(()) => 0,
            Err(why) => {
                say_no_memory(NAME, why);
                // Still the caller's.
                block.into_payload();
                1
            }
        }
    }
}

#[cfg(feature = "LWS_WITH_SYS_SMD")]
unsafe extern "C" {
    /// Formats a message as printf() does and sends it; see lws_smd_msg_send(). When no participant
    /// hears any of the classes, nothing is formatted. Any thread.
    ///
    /// # Returns
    ///
    /// 0: sent, or nobody wants it. 1: the text is longer than LWS_SMD_MAX_PAYLOAD, or as many
    /// messages wait as the context allows, or there is no memory, or an argument is NULL; nothing
    /// was sent.
    pub fn lws_smd_msg_printf(
        ctx: *mut lws_context,
        _class: lws_smd_class_t,
        format: *const c_char,
        ...
    ) -> c_int;

    /// Writes a message in the form it has as payload of a Secure Stream of type `_lws_smd`: a
    /// header of LWS_SMD_SS_RX_HEADER_LEN bytes, then the text, formatted as printf() does. `tag`
    /// names the stream, for logs. `*len` is the space in `buf`; it has to hold a NUL behind the
    /// text, too.
    ///
    /// # Returns
    ///
    /// 0, and in `*len` the bytes of header and text. 1 when it does not fit, the text is longer
    /// than LWS_SMD_MAX_PAYLOAD, or an argument is NULL; what `buf` holds then is undefined.
    pub fn lws_smd_ss_msg_printf(
        tag: *const c_char,
        buf: *mut u8,
        len: *mut usize,
        _class: lws_smd_class_t,
        format: *const c_char,
        ...
    ) -> c_int;
}

/// A full queue is an everyday thing and not logged.
#[cfg(feature = "LWS_WITH_SYS_SMD")]
fn say_no_memory(function: &str, why: Refused) {
    if why == Refused::NoMemory {
        log_err!(Log::GLOBAL, "{function}: out of memory");
    }
}

/// lws_smd_msg_printf(), behind its shim.
#[cfg(feature = "LWS_WITH_SYS_SMD")]
#[unsafe(no_mangle)]
unsafe extern "C" fn relws_smd_msg_printf(
    ctx: *mut lws_context,
    class: lws_smd_class_t,
    format: *const c_char,
    ap: VaList,
) -> c_int {
    const NAME: &str = "lws_smd_msg_printf";
    // SAFETY: the caller's promise.
    let Some(bus) = (unsafe { bus_of(NAME, ctx) }) else {
        return 1;
    };
    if format.is_null() {
        arg::bad(NAME, "format");
        return 1;
    }
    if !bus.wants(class) {
        return 0;
    }
    let mut buf = [MaybeUninit::uninit(); MAX_PAYLOAD + 1];
    // SAFETY: the caller promises that the arguments are what the format asks for.
    let Some(text) = (unsafe { ap.text(&mut buf, format) }) else {
        log_err!(
            Log::GLOBAL,
            "{NAME}: bad argument: format: no text, or one above 384 bytes"
        );
        return 1;
    };
    match bus.send_now(class, text) {
        Ok(()) => 0,
        Err(why) => {
            say_no_memory(NAME, why);
            1
        }
    }
}

/// lws_smd_ss_msg_printf(), behind its shim.
#[cfg(feature = "LWS_WITH_SYS_SMD")]
#[unsafe(no_mangle)]
unsafe extern "C" fn relws_smd_ss_msg_printf(
    _tag: *const c_char,
    buf: *mut u8,
    len: *mut usize,
    class: lws_smd_class_t,
    format: *const c_char,
    ap: VaList,
) -> c_int {
    const NAME: &str = "lws_smd_ss_msg_printf";
    if buf.is_null() || len.is_null() || format.is_null() {
        let which = if buf.is_null() {
            "buf"
        } else if len.is_null() {
            "len"
        } else {
            "format"
        };
        arg::bad(NAME, which);
        return 1;
    }
    // SAFETY: not NULL; the caller promises `*len` bytes at `buf` and matching arguments.
    unsafe {
        let space = *len;
        let mut text = [MaybeUninit::uninit(); MAX_PAYLOAD + 1];
        let Some(text) = ap.text(&mut text, format) else {
            log_err!(
                Log::GLOBAL,
                "{NAME}: bad argument: format: no text, or one above 384 bytes"
            );
            return 1;
        };
        let buf = core::slice::from_raw_parts_mut(buf, space);
        let Some(rest) = wire::put(buf, class, text) else {
            log_err!(
                Log::GLOBAL,
                "{NAME}: bad argument: len: {space} bytes are too few"
            );
            return 1;
        };
        *len = rest;
    }
    0
}

/// Registers a participant for the classes in `_class_filter`. It hears messages that are sent
/// from now on, in lws_service(), after the participants that registered before it. The same
/// callback may register any number of times. Any thread; also inside callbacks.
///
/// # Returns
///
/// What lws_smd_unregister() takes, or NULL when an argument is NULL or the context is ending.
///
/// # Safety
///
/// `ctx` is a live context; `cb` may be called with `opaque` until it is unregistered.
#[cfg(feature = "LWS_WITH_SYS_SMD")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_smd_register(
    ctx: *mut lws_context,
    opaque: *mut c_void,
    _flags: c_int,
    _class_filter: lws_smd_class_t,
    cb: lws_smd_notification_cb_t,
) -> *mut lws_smd_peer {
    const NAME: &str = "lws_smd_register";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(bus) = bus_of(NAME, ctx) else {
            return null_mut();
        };
        let cb = need!("cb", cb, null_mut());
        let receiver = Receiver::Program(SmdCallback::new(cb, opaque));
        match handle::register(bus, _class_filter, receiver) {
            Some(h) => core::ptr::without_provenance_mut(h),
            None => {
                log_err!(Log::GLOBAL, "{NAME}: the context is ending");
                null_mut()
            }
        }
    }
}

/// Ends a registration. When this returns, its callback is not running and never will again; when
/// called by that callback itself, never again after it returns. Messages that wait for nobody else
/// are freed. Any thread; also inside callbacks.
///
/// On another thread than the one that services the context this waits for the callback if it is
/// running: do not hold a lock that the callback takes. Where two callbacks of two contexts end each
/// other's registrations at the same time, one of the calls returns while the other callback still
/// runs, with an error in the log; that callback is not called again.
///
/// A registration that ended before, or whose context is gone, is recognised and logged.
///
/// # Safety
///
/// None: `pr` is not followed.
#[cfg(feature = "LWS_WITH_SYS_SMD")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_smd_unregister(pr: *mut lws_smd_peer) {
    const NAME: &str = "lws_smd_unregister";
    match handle::unregister(pr.addr()) {
        Left::Ended => log_notice!(Log::GLOBAL, "{NAME}: destroyed peer {pr:p}"),
        Left::Running => log_err!(
            Log::GLOBAL,
            "{NAME}: the callback of peer {pr:p} still runs: it waits for the callback that ends it"
        ),
        Left::Unknown => arg::bad(NAME, "pr"),
    }
}
