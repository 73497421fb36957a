//! The way of the last bytes: closing a socket that has unread input resets the connection, and so
//! does input that comes for a closed one. A reset takes from the peer what is still on its way.
//! So the socket outlives its connection, without callbacks, until the peer has it all.

use super::dispatch::{again, update_interest};
use super::wsi::{ENDED, Phase, Role, Wsi};
use super::{close, timeout};
use crate::context::{Context, Life};
use crate::sys::net::Io;
use std::net::Shutdown;
use std::rc::Rc;

/// How long the peer has to take it, and how often to look whether it has, microseconds.
const LIMIT_US: i64 = 5_000_000;
const LOOK_US: i64 = 100_000;
/// `PENDING_TIMEOUT_SHUTDOWN_FLUSH`.
const LINGERING: core::ffi::c_uint = 13;
/// How often to read at once, so that a peer that never stops holds nobody up.
const AT_ONCE: usize = 16;

/// A connection that has written something is about to give back its socket.
pub(super) fn part(cx: &Context, wsi: &Wsi) {
    if wsi.role != Role::Raw || wsi.rx_off.get() & ENDED != 0 {
        return;
    }
    let Some(io) = wsi.io() else { return };
    let ends = cx.life() == Life::Ending || wsi.vhost.gone.get();
    let more = match discard(&io) {
        Input::Ended => false,
        Input::Some => true,
        Input::None => io.unacknowledged(),
    };
    if ends || !more {
        return;
    }
    let Some(Ok(())) = io.socket().map(|s| s.shutdown(Shutdown::Write)) else {
        return;
    };
    let last = Wsi::new(
        cx,
        &wsi.vhost,
        wsi.protocol.get(),
        Role::Linger,
        false,
        None,
    );
    let last = cx.conns.insert(last);
    cx.conns.hand_over(wsi, &last);
    last.phase.set(Phase::Open);
    update_interest(cx, &last);
    timeout::set(cx, &last, LINGERING, LIMIT_US);
    timeout::set_timer(cx, &last, Some(LOOK_US));
}

/// What there was to discard.
#[derive(PartialEq)]
pub(super) enum Input {
    None,
    Some,
    /// No more can come.
    Ended,
}

/// Takes the input that nobody wants.
pub(super) fn discard(io: &Io) -> Input {
    let mut found = Input::None;
    for _ in 0..AT_ONCE {
        match io.discard() {
            Ok(0) => return Input::Ended,
            Ok(_) => found = Input::Some,
            Err(e) if again(&e) => break,
            Err(_) => return Input::Ended,
        }
    }
    found
}

/// The peer sends still, or is through as well.
pub(super) fn ready(cx: &Context, wsi: &Rc<Wsi>) {
    match wsi.io().map_or(Input::Ended, |io| discard(&io)) {
        Input::Ended => close::now(cx, wsi),
        // It looks once the peer is silent.
        _ => timeout::set_timer(cx, wsi, Some(LOOK_US)),
    }
}

/// Looks whether the peer has everything.
pub(super) fn look(cx: &Context, wsi: &Rc<Wsi>) {
    if wsi.io().is_some_and(|io| io.unacknowledged()) {
        timeout::set_timer(cx, wsi, Some(LOOK_US));
    } else {
        close::now(cx, wsi);
    }
}
