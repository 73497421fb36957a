//! The last bytes of a closed connection. When a socket with unread input is closed, or input
//! comes for a closed one, TCP resets the connection (RFC 2525, section 2.17), and the peer may
//! lose what it has not read yet. So the socket outlives its connection, as one that no callback is
//! about, until the peer has acknowledged everything.

use super::dispatch::{again, update_interest};
use super::life::{Event, Lifecycle};
use super::wsi::Wsi;
use super::{drive, timeout};
use crate::conn::conns::Conns;
use crate::event::core::Life;
use crate::sys::clock;
use crate::sys::memory::Mark;
use crate::sys::net::Io;
use std::net::Shutdown;
use std::rc::Rc;

/// Reads in a row, so that a peer that never stops sending does not hold up the loop.
const AT_ONCE: usize = 16;

/// Takes over the socket of a connection that closes, if the peer has not acknowledged everything.
pub(super) fn part(conns: &Conns, wsi: &Wsi) {
    let Some(io) = wsi.io() else { return };
    let ends = conns.life() == Life::Ending || wsi.vhost.gone.get();
    let left = u64::from(io.unacknowledged());
    let more = match discard(&io) {
        Input::Ended => false,
        Input::Some => true,
        Input::None => left > 0,
    };
    if ends || !more {
        return;
    }
    let Some(Ok(())) = io.socket().map(|s| s.shutdown(Shutdown::Write)) else {
        return;
    };
    let life = Lifecycle::lingering(left, clock::now_us());
    let mark = Mark::now();
    let last = Wsi::new(conns, &wsi.vhost, wsi.protocol.get(), life, None);
    last.log.set(wsi.log());
    // Without memory it closes at once, and what its peer has not read yet may be lost.
    let Some(last) = conns.table.insert(last, mark) else {
        return;
    };
    conns.table.hand_over(wsi, &last);
    update_interest(conns, &last);
    timeout::follow(conns, &last);
}

/// What was read and discarded.
#[derive(PartialEq)]
pub(super) enum Input {
    None,
    Some,
    /// No more can come.
    Ended,
}

/// Reads and discards input.
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

/// The socket is readable: the peer goes on sending, or has closed as well.
pub(super) fn ready(conns: &Conns, wsi: &Rc<Wsi>) {
    let event = match wsi.io().map_or(Input::Ended, |io| discard(&io)) {
        Input::Ended => Event::PeerDone,
        _ => Event::PeerSends,
    };
    drive::step(conns, wsi, event);
}
