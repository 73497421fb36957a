//! Carries out what the machine of [`super::life`] decides: callbacks, sockets, timers.

use super::dispatch::{queue_held, update_interest, want_write};
use super::life::{Action, Event, Failure};
#[cfg(feature = "LWS_ROLE_H1")]
use super::tunnel;
use super::wsi::{Phase, Role, Wsi};
use super::{client, close, race, reason, timeout, transport};
use crate::cao::attempt::Outcome;
use crate::conn::conns::Conns;
use crate::log::{log_info, log_warn};
use crate::sys::clock;
use crate::sys::protocol::Protocol;
use std::rc::Rc;

/// Takes an event of a connection and does all that follows from it.
pub(super) fn step(conns: &Conns, wsi: &Rc<Wsi>, event: Event) {
    step_to(conns, wsi, event, wsi.protocol.get());
}

/// As [`step`]. A descriptor that is adopted is bound to `protocol`.
pub(super) fn step_to(conns: &Conns, wsi: &Rc<Wsi>, event: Event, protocol: Protocol) {
    let mut event = event;
    loop {
        let action = wsi.life.on(event, clock::now_us());
        timeout::follow(conns, wsi);
        match perform(conns, wsi, action, protocol) {
            Some(next) => event = next,
            None => return,
        }
    }
}

/// Carries out one action. Returns its result as the next event, if that is known by now.
fn perform(conns: &Conns, wsi: &Rc<Wsi>, action: Action, protocol: Protocol) -> Option<Event> {
    match action {
        Action::Nothing => {}
        Action::Bind => return outcome(wsi, wsi.driver().bind(conns, wsi, protocol)),
        Action::Find => return client::find(conns, wsi),
        Action::Race => return race::go(conns, wsi),
        Action::Handshake => {
            #[cfg(feature = "LWS_ROLE_H1")]
            if tunnel::is_needed(wsi) {
                tunnel::begin(conns, wsi);
                return dig(conns, wsi);
            }
            return greet(conns, wsi);
        }
        Action::Announce => {
            wsi.driver().made(wsi);
            let agreed = wsi.tell(reason::WSI_CREATE) == 0;
            return outcome(wsi, agreed || !wsi.driver().may_refuse());
        }
        Action::Up => return outcome(wsi, wsi.driver().up(conns, wsi)),
        Action::Ready => ready(conns, wsi),
        Action::Leave => return Some(close::leaving(wsi)),
        Action::Watch => update_interest(conns, wsi),
        Action::Measure => return Some(Event::Left(close::left(wsi))),
        Action::Close => close::now(conns, wsi),
        Action::TimeOut => {
            let why = wsi.timeout_reason.get();
            log_info!(wsi.log(), "a connection timed out, reason {why}");
            if wsi.life.is_asking() {
                close::failed(conns, wsi, wsi.driver().timed_out(wsi));
            } else {
                close::now(conns, wsi);
            }
        }
        Action::GiveUp => race::out_of_time(conns, wsi),
        Action::Fail(failure) => fail(conns, wsi, failure),
        Action::Withdraw => client::withdraw(conns, wsi),
        Action::Reset { left } => {
            log_warn!(
                wsi.log(),
                "a peer takes no output: connection reset, {left} bytes lost"
            );
            close::reset(conns, wsi);
        }
    }
    None
}

/// The event that says whether a step succeeded; `None` when the connection closed meanwhile.
fn outcome(wsi: &Wsi, good: bool) -> Option<Event> {
    let event = if good { Event::Done } else { Event::Refused };
    (!wsi.is_closed()).then_some(event)
}

/// Begins the handshake of the transport. Returns what came of it, when it is over.
fn greet(conns: &Conns, wsi: &Rc<Wsi>) -> Option<Event> {
    if wsi.life.is_client() {
        // An attempt agrees on TLS before it wins.
        let secured = transport::is_secured(wsi);
        if !client::connected(conns, wsi) || secured {
            return outcome(wsi, secured);
        }
    }
    shake(conns, wsi)
}

/// Goes on with the way through a proxy, which comes before the handshake of the transport.
#[cfg(feature = "LWS_ROLE_H1")]
fn dig(conns: &Conns, wsi: &Rc<Wsi>) -> Option<Event> {
    match tunnel::go_on(wsi) {
        Ok(true) => greet(conns, wsi),
        Ok(false) => {
            update_interest(conns, wsi);
            None
        }
        Err(e) => {
            client::note(wsi, e.to_string());
            outcome(wsi, false)
        }
    }
}

/// Goes on with the handshake of the transport. Returns what came of it, when it is over.
fn shake(conns: &Conns, wsi: &Rc<Wsi>) -> Option<Event> {
    let conmon = wsi.conmon.get().filter(|_| transport::is_secured(wsi));
    if let Some(conmon) = conmon {
        conmon.secures(clock::now_us());
    }
    let result = transport::handshake(wsi);
    if let Some(conmon) = conmon.filter(|_| !matches!(result, Ok(false))) {
        conmon.secured(clock::now_us());
    }
    match result {
        Ok(true) => {
            if wsi.life.is_client() {
                client::established(wsi);
            }
            outcome(wsi, true)
        }
        Ok(false) => {
            update_interest(conns, wsi);
            None
        }
        Err(e) => {
            if wsi.life.is_client() {
                client::note(wsi, e.to_string());
            }
            outcome(wsi, false)
        }
    }
}

/// The socket is ready for what the handshake of the transport waits for.
pub(super) fn shake_on(conns: &Conns, wsi: &Rc<Wsi>) {
    #[cfg(feature = "LWS_ROLE_H1")]
    if tunnel::is_needed(wsi) {
        if let Some(event) = dig(conns, wsi) {
            step(conns, wsi, event);
        }
        return;
    }
    if let Some(event) = shake(conns, wsi) {
        step(conns, wsi, event);
    }
}

/// The connection is open: watches its route and its descriptor. The program may have bound or marked
/// the socket in the callbacks before, and asked for WRITEABLE too early.
fn ready(conns: &Conns, wsi: &Rc<Wsi>) {
    conns.watch_route(wsi);
    if wsi.role() == Role::Raw && !wsi.life.is_client() && is_connecting(wsi) {
        wsi.life.set_late(true);
        conns.loosen_route(wsi);
    }
    update_interest(conns, wsi);
    let told = client::is_told_to_write(wsi) && !wsi.life.is_asking();
    if wsi.life.wants_write() || told {
        want_write(conns, wsi);
    }
    queue_held(conns, wsi);
}

/// Whether a socket that was adopted has no peer yet.
fn is_connecting(wsi: &Wsi) -> bool {
    let peer = wsi.io().and_then(|io| Some(io.socket()?.peer_addr()));
    matches!(peer, Some(Err(e)) if e.raw_os_error() == Some(libc::ENOTCONN))
}

fn fail(conns: &Conns, wsi: &Rc<Wsi>, failure: Failure) {
    match failure {
        Failure::Attempt => {
            let why = client::last_error(wsi);
            close::failed(conns, wsi, &why);
        }
        Failure::TimedOut => {
            let why = match wsi.phase() {
                #[cfg(feature = "LWS_ROLE_H1")]
                Phase::Handshaking if tunnel::is_needed(wsi) => "Timed out waiting proxy reply",
                Phase::Handshaking => "Timed out waiting SSL",
                _ if race::is_securing(wsi) => "Timed out waiting SSL",
                _ => wsi.driver().timed_out(wsi),
            };
            client::note(wsi, why.into());
            client::add_note(wsi, &race::told(wsi));
            race::abandon(conns, wsi, Outcome::TimedOut);
            close::failed(conns, wsi, &client::last_error(wsi));
        }
        Failure::Handshake => close::failed(conns, wsi, &client::last_error(wsi)),
    }
}
