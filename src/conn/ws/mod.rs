//! WebSocket connections of either side: the protocol gets pieces of messages, and writes frames.
//!
//! [`crate::roles::ws`] reads and makes the bytes; here are the callbacks and the times, in [`send`]
//! what goes out, in [`closing`] the end.

mod closing;
#[cfg(feature = "LWS_WITH_EXTENSIONS")]
mod compress;
mod send;

pub(super) use closing::end;
pub(crate) use closing::keep_reason;
#[cfg(feature = "LWS_WITH_EXTENSIONS")]
pub(super) use compress::begin_compressed;
#[cfg(feature = "LWS_WITH_EXTENSIONS")]
pub(crate) use compress::set_option;

use super::driver::Driver;
use super::wsi::{Phase, Wsi};
use super::{close, dispatch, reason, timeout};
use crate::conn::conns::Conns;
use crate::log::{log_info, log_warn};
use crate::roles::ws::Side;
use crate::roles::ws::close::{Action, Event as Closing, Payload, Stage, Words, from_peer};
use crate::roles::ws::frame::{CONTROL_MAX, opcode};
use crate::roles::ws::inbound::{Data, Event, Inbound, Place};
#[cfg(feature = "LWS_WITH_EXTENSIONS")]
use crate::roles::ws::outbound::Compressing;
use crate::sys::protocol::Protocol;
use closing::{act, peer_closes};
use core::cell::{Cell, RefCell};
use core::ffi::{c_uint, c_void};
use core::ptr::null;
use send::{program_writes, send};
use std::io;
use std::rc::Rc;

/// The most pieces of messages that are delivered before other connections have their turn.
const PIECES: u32 = 256;
/// What the program asks about the piece that it is given.
#[derive(Clone, Copy, Default)]
pub(crate) struct Facts {
    pub(crate) binary: bool,
    pub(crate) first: bool,
    pub(crate) last: bool,
    pub(crate) remaining: u64,
    pub(crate) reserved: u8,
}

/// What a connection has while it speaks WebSocket.
pub(crate) struct Socket {
    pub(super) side: Side,
    /// Away while something is made of the bytes.
    inbound: RefCell<Option<Box<Inbound>>>,
    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
    compressing: RefCell<Option<Box<Compressing>>>,
    pub(super) stage: Cell<Stage>,
    /// How the program wants to end.
    words: RefCell<Option<Box<Words>>>,
    facts: Cell<Facts>,
    /// The answer to a ping, while there is no room to send.
    pong: RefCell<Option<Box<[u8]>>>,
    /// Its protocol was told that it has it, and took it.
    pub(super) bound: Cell<bool>,
    /// Its protocol is told of the end.
    pub(super) told: Cell<bool>,
    /// A ping was sent, and nothing has proved since that the peer is there.
    doubted: Cell<bool>,
}

impl Socket {
    pub(super) fn new(side: Side) -> Self {
        Self {
            side,
            inbound: RefCell::new(None),
            #[cfg(feature = "LWS_WITH_EXTENSIONS")]
            compressing: RefCell::new(None),
            stage: Cell::new(Stage::Open),
            words: RefCell::new(None),
            facts: Cell::new(Facts::default()),
            pong: RefCell::new(None),
            bound: Cell::new(false),
            told: Cell::new(false),
            doubted: Cell::new(false),
        }
    }

    /// From now on frames are read.
    pub(super) fn begin(&self, inbound: Inbound) {
        self.inbound.replace(Some(Box::new(inbound)));
    }

    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
    pub(super) fn compresses(&self) -> bool {
        self.compressing.borrow().is_some()
    }

    fn on(&self, event: Closing) -> Action {
        let mut stage = self.stage.get();
        let action = stage.on(event);
        self.stage.set(stage);
        action
    }

    /// What the callbacks of this side are.
    fn why(&self, server: c_uint, client: c_uint) -> c_uint {
        match self.side {
            Side::Server => server,
            Side::Client => client,
        }
    }
}

fn socket(wsi: &Wsi) -> Option<&Socket> {
    wsi.ws.get().map(|s| &**s)
}

pub(crate) struct Ws;

impl Driver for Ws {
    fn bind(&self, _: &Conns, wsi: &Rc<Wsi>, protocol: Protocol) -> bool {
        // It was something else, and had one.
        wsi.protocol.get().is_same(protocol)
    }

    fn up(&self, _: &Conns, _: &Rc<Wsi>) -> bool {
        true
    }

    fn limit(&self, wsi: &Wsi, room: usize) -> usize {
        match (socket(wsi).map(|s| s.side), most(wsi)) {
            (Some(Side::Client), n) => n.min(room),
            _ => room,
        }
    }

    fn received(&self, conns: &Conns, wsi: &Rc<Wsi>, bytes: &mut [u8]) {
        receive(conns, wsi, bytes);
    }

    fn ended(&self, conns: &Conns, wsi: &Rc<Wsi>) {
        close::after_output(conns, wsi);
    }

    fn writeable(&self, conns: &Conns, wsi: &Rc<Wsi>, asked: bool) {
        let Some(s) = socket(wsi) else { return };
        let pong = s.pong.take();
        if let Some(payload) = pong.filter(|_| s.stage.get().is_open()) {
            if send(conns, wsi, s, opcode::PONG, &payload).is_err() {
                return close::now(conns, wsi);
            }
        }
        if !asked {
            return;
        }
        wsi.life.writes_now();
        if !s.stage.get().is_open() {
            return;
        }
        let why = s.why(reason::SERVER_WRITEABLE, reason::CLIENT_WRITEABLE);
        if wsi.tell(why) != 0 {
            end(conns, wsi);
        }
    }

    fn write(&self, conns: &Conns, wsi: &Wsi, bytes: &[u8], kind: c_uint) -> io::Result<usize> {
        program_writes(conns, wsi, kind, bytes)
    }

    fn dropped(&self, wsi: &Wsi) {
        let Some(s) = socket(wsi) else { return };
        if s.bound.replace(false) {
            let why = s.why(
                reason::WS_SERVER_DROP_PROTOCOL,
                reason::WS_CLIENT_DROP_PROTOCOL,
            );
            wsi.call(why, c"ws closed".as_ptr().cast(), 0);
        }
    }

    fn closed(&self, wsi: &Wsi) {
        let Some(s) = socket(wsi) else { return };
        if s.told.replace(false) {
            wsi.tell(s.why(reason::CLOSED, reason::CLIENT_CLOSED));
        }
    }

    fn timed_out(&self, _: &Wsi) -> &'static str {
        "Timed out waiting server reply"
    }
}

/// The most bytes of a piece.
pub(super) fn most(wsi: &Wsi) -> usize {
    match wsi.protocol.get().rx_buffer_size() {
        0 => usize::MAX,
        n => n,
    }
}

fn receive(conns: &Conns, wsi: &Rc<Wsi>, bytes: &mut [u8]) {
    let Some(s) = socket(wsi) else { return };
    let most = most(wsi);
    let mut at = 0usize;
    let mut pieces = 0u32;
    while wsi.phase() == Phase::Open {
        let rest = bytes.get_mut(at..).unwrap_or(&mut []);
        if !wsi.life.receives() || pieces >= PIECES {
            return hold(conns, wsi, rest);
        }
        let taken = s.inbound.take();
        let Some(mut inbound) = taken else { return };
        let (used, event) = inbound.next(rest, most);
        let more = event != Event::Nothing;
        let used_bytes = rest.get_mut(..used).unwrap_or(&mut []);
        let mut control = [0; CONTROL_MAX];
        let len = copy(&mut control, inbound.control());
        let payload = control.get(..len).unwrap_or(&[]);
        match event {
            Event::Nothing => drop(s.inbound.replace(Some(inbound))),
            Event::Data(data) => deliver(conns, wsi, s, inbound, used_bytes, &data),
            Event::Ping | Event::Pong | Event::Close | Event::Broken(_) => {
                s.inbound.replace(Some(inbound));
                control_came(conns, wsi, s, event, payload);
            }
        }
        if !more {
            return;
        }
        at = at.saturating_add(used);
        pieces = pieces.saturating_add(1);
    }
}

fn copy(to: &mut [u8], from: &[u8]) -> usize {
    let len = from.len().min(to.len());
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
    len
}

/// Keeps what is not used yet for later.
fn hold(conns: &Conns, wsi: &Rc<Wsi>, rest: &[u8]) {
    if rest.is_empty() {
        return;
    }
    if !wsi.hold(rest) {
        log_warn!(wsi.log(), "no memory for what was received: closed");
        return close::now(conns, wsi);
    }
    dispatch::queue_held(conns, wsi);
}

/// Gives the program a piece of a message.
fn deliver(
    conns: &Conns,
    wsi: &Rc<Wsi>,
    s: &Socket,
    #[cfg_attr(not(feature = "LWS_WITH_EXTENSIONS"), allow(unused_mut))] mut inbound: Box<Inbound>,
    bytes: &mut [u8],
    data: &Data,
) {
    s.facts.set(Facts {
        binary: data.binary,
        first: data.first,
        last: data.last,
        remaining: data.remaining,
        reserved: data.reserved,
    });
    // After the program's close frame nothing is looked at but the peer's.
    let open = s.stage.get().is_open();
    let why = s.why(reason::RECEIVE, reason::CLIENT_RECEIVE);
    let call = |piece: &[u8]| open && wsi.call(why, piece.as_ptr().cast(), piece.len()) != 0;
    let refused = match &data.place {
        Place::Given(range) => {
            s.inbound.replace(Some(inbound));
            call(bytes.get(range.clone()).unwrap_or(&[]))
        }
        #[cfg(feature = "LWS_WITH_EXTENSIONS")]
        Place::Inflated(n) => {
            let out = inbound.take_inflated();
            s.inbound.replace(Some(inbound));
            let refused = call(out.get(..*n).unwrap_or(&[]));
            if let Some(inbound) = s.inbound.borrow_mut().as_mut() {
                inbound.give_back(out);
            }
            refused
        }
    };
    if refused {
        end(conns, wsi);
    }
}

fn control_came(conns: &Conns, wsi: &Rc<Wsi>, s: &Socket, event: Event, payload: &[u8]) {
    match event {
        Event::Ping if s.stage.get().is_open() => {
            if wsi.has_output() || wsi.life.is_choked() {
                // The answer to the latest is enough (RFC 6455, section 5.5.3).
                s.pong.replace(Some(payload.into()));
            } else if send(conns, wsi, s, opcode::PONG, payload).is_err() {
                close::now(conns, wsi);
            }
        }
        Event::Pong => {
            confirm(conns, wsi);
            let why = s.why(reason::RECEIVE_PONG, reason::CLIENT_RECEIVE_PONG);
            let open = s.stage.get().is_open();
            if open && wsi.call(why, payload.as_ptr().cast(), payload.len()) != 0 {
                end(conns, wsi);
            }
        }
        Event::Close => match from_peer(payload, checks(wsi)) {
            Some(answer) => peer_closes(conns, wsi, s, &answer),
            None => act(conns, wsi, s, Closing::Violation(Words::Silent), None),
        },
        Event::Broken(v) => {
            log_info!(wsi.log(), "a WebSocket peer broke the protocol: {}", v.text);
            let words = match v.silent {
                true => Words::Silent,
                false => Words::Frame(Payload::new(v.code, v.text.as_bytes())),
            };
            act(conns, wsi, s, Closing::Violation(words), None);
        }
        _ => {}
    }
}

/// Whether text that is no UTF-8 ends a connection.
pub(super) fn checks(wsi: &Wsi) -> bool {
    wsi.vhost.set.checks_utf8
}

/// What is known of the piece that the program has.
pub(crate) fn facts(wsi: &Wsi) -> Facts {
    socket(wsi).map_or_else(Facts::default, |s| s.facts.get())
}

/// Begins to watch whether the peer is there, or does again.
pub(crate) fn confirm(conns: &Conns, wsi: &Wsi) {
    let Some(s) = socket(wsi) else { return };
    s.doubted.set(false);
    let (ping, hang_up) = validity(wsi);
    match hang_up {
        0 => {}
        _ if ping == 0 || ping >= hang_up => timeout::set_validity(conns, wsi, hang_up),
        _ => timeout::set_validity(conns, wsi, ping),
    }
}

/// Seconds without proof of the peer until a ping, and until the end; 0: never.
fn validity(wsi: &Wsi) -> (u16, u16) {
    wsi.retry_policy().validity().unwrap_or((300, 310))
}

/// Nothing has proved for a while that the peer is there. Returns false when that is too long.
pub(super) fn doubt(conns: &Conns, wsi: &Rc<Wsi>) -> bool {
    let Some(s) = socket(wsi) else { return false };
    let (ping, hang_up) = validity(wsi);
    if s.doubted.replace(true) || ping == 0 || ping >= hang_up {
        return false;
    }
    timeout::set_validity(conns, wsi, hang_up.saturating_sub(ping));
    !s.stage.get().is_open() || send(conns, wsi, s, opcode::PING, &[]).is_ok()
}

/// What the program is given is `null` where there is nothing.
pub(super) fn text(value: Option<&core::ffi::CStr>) -> *const c_void {
    value.map_or(null(), |v| v.as_ptr().cast())
}
