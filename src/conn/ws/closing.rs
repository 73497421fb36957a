//! The closing handshake. [`crate::roles::ws::close`] decides, here its actions are carried out.

use super::send::send;
use super::{Socket, socket};
use crate::conn::conns::Conns;
use crate::conn::wsi::{Phase, Wsi};
use crate::conn::{close, reason, timeout};
use crate::roles::ws::Side;
use crate::roles::ws::close::{Action, Event, Payload, words};
use crate::roles::ws::frame::opcode;
use core::ffi::{c_uint, c_void};
use std::rc::Rc;

/// `PENDING_TIMEOUT_CLOSE_ACK`.
const CLOSE_ACK: c_uint = 6;

/// Keeps what the program wants to say when it ends the connection.
pub(crate) fn keep_reason(wsi: &Wsi, code: u16, text: &[u8]) {
    if let Some(s) = socket(wsi) {
        s.words.replace(words(code, text).map(Box::new));
    }
}

/// The peer has sent its close frame: the program hears of it, and it is answered.
pub(super) fn peer_closes(conns: &Conns, wsi: &Rc<Wsi>, s: &Socket, answer: &Payload) {
    let action = s.on(Event::PeerCloses);
    if !matches!(action, Action::Ask) {
        return perform(conns, wsi, s, action, None);
    }
    let bytes = answer.bytes();
    let in_ = bytes.as_ptr().cast::<c_void>();
    let event = match wsi.call(reason::WS_PEER_INITIATED_CLOSE, in_, bytes.len()) {
        0 => Event::Agreed {
            client: s.side == Side::Client,
        },
        _ => Event::Refused,
    };
    act(conns, wsi, s, event, Some(answer));
}

/// The program ends the connection by what its callback returned.
pub(in crate::conn) fn end(conns: &Conns, wsi: &Rc<Wsi>) {
    let Some(s) = socket(wsi) else {
        return close::after_output(conns, wsi);
    };
    let words = s.words.take().map(|words| *words);
    act(conns, wsi, s, Event::Program(words), None);
}

pub(super) fn act(
    conns: &Conns,
    wsi: &Rc<Wsi>,
    s: &Socket,
    event: Event,
    answer: Option<&Payload>,
) {
    if wsi.phase() == Phase::Open {
        let action = s.on(event);
        perform(conns, wsi, s, action, answer);
    }
}

fn perform(conns: &Conns, wsi: &Rc<Wsi>, s: &Socket, action: Action, answer: Option<&Payload>) {
    let close = |payload: Option<&Payload>| {
        let bytes = payload.map_or(&[][..], Payload::bytes);
        send(conns, wsi, s, opcode::CLOSE, bytes)
    };
    let result = match action {
        Action::Nothing | Action::Ask => return,
        Action::Drop => return close::after_output(conns, wsi),
        Action::Close(payload, us) => close(Some(&payload)).map(|()| Some(us)),
        Action::Answer => close(answer).map(|()| None),
        Action::AnswerAndWait(us) => close(answer).map(|()| Some(us)),
    };
    match result {
        Err(_) => close::now(conns, wsi),
        Ok(None) => close::after_output(conns, wsi),
        Ok(Some(us)) => timeout::set(conns, wsi, CLOSE_ACK, us),
    }
}
