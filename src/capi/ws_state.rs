//! What goes on in a websocket connection: `lws-ws-state.h`.

use super::conn_of;
use super::types::lws;
use crate::conn::ws::{self, Facts};
use core::ffi::{c_int, c_uchar};

/// What is known of the piece of a message that the callback has.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
unsafe fn facts(function: &str, wsi: *mut lws) -> Facts {
    // SAFETY: the caller's promise.
    let found = unsafe { conn_of(function, wsi) };
    found.map_or_else(Facts::default, |(_, w)| ws::facts(w))
}

/// Whether more should not be written now: what was written before waits for the peer to take it, so
/// that lws_write() would have to keep more. lws_callback_on_writable() tells when it is gone.
///
/// # Returns
///
/// 1 or 0; 1 when `wsi` is NULL or closed.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_send_pipe_choked(wsi: *mut lws) -> c_int {
    const NAME: &str = "lws_send_pipe_choked";
    // SAFETY: the caller's promise.
    let found = unsafe { conn_of(NAME, wsi) };
    found.map_or(1, |(_, w)| {
        c_int::from(w.has_output() || w.life.is_choked())
    })
}

/// Whether bytes that were written wait for the peer to take them.
///
/// # Returns
///
/// 1 or 0; 0 when `wsi` is NULL or closed.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_partial_buffered(wsi: *mut lws) -> c_int {
    const NAME: &str = "lws_partial_buffered";
    // SAFETY: the caller's promise.
    let found = unsafe { conn_of(NAME, wsi) };
    found.map_or(0, |(_, w)| c_int::from(w.has_output()))
}

/// Whether the message ends with the piece that the RECEIVE callback has.
///
/// # Returns
///
/// 1 or 0; 0 when `wsi` is NULL or no websocket connection.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_is_final_fragment(wsi: *mut lws) -> c_int {
    const NAME: &str = "lws_is_final_fragment";
    // SAFETY: the caller's promise.
    c_int::from(unsafe { facts(NAME, wsi) }.last)
}

/// Whether the message begins with the piece that the RECEIVE callback has.
///
/// # Returns
///
/// 1 or 0; 0 when `wsi` is NULL or no websocket connection.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_is_first_fragment(wsi: *mut lws) -> c_int {
    const NAME: &str = "lws_is_first_fragment";
    // SAFETY: the caller's promise.
    c_int::from(unsafe { facts(NAME, wsi) }.first)
}

/// The bits RSV1, RSV2 and RSV3 of the frame of the piece that the RECEIVE callback has: RSV1 is
/// 0x40.
///
/// # Returns
///
/// The bits; 0 when `wsi` is NULL or no websocket connection.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_reserved_bits(wsi: *mut lws) -> c_uchar {
    const NAME: &str = "lws_get_reserved_bits";
    // SAFETY: the caller's promise.
    unsafe { facts(NAME, wsi) }.reserved
}

/// Whether the message that the RECEIVE callback has a piece of is binary, and not text.
///
/// # Returns
///
/// 1 or 0; 0 when `wsi` is NULL or no websocket connection.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_frame_is_binary(wsi: *mut lws) -> c_int {
    const NAME: &str = "lws_frame_is_binary";
    // SAFETY: the caller's promise.
    c_int::from(unsafe { facts(NAME, wsi) }.binary)
}
