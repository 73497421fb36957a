//! A client asks a server of HTTP to speak WebSocket: the client's side of the handshake.

use super::driver::Driver;
use super::error::Error;
use super::web::{Web, append};
use super::ws::{self, Socket, Ws};
use super::wsi::{Phase, Wsi};
use super::{close, dispatch, reason, redirect, timeout, write};
use crate::abi::timeout_timer::pending_timeout::PENDING_TIMEOUT_AWAITING_SERVER_RESPONSE;
use crate::conn::conns::Conns;
use crate::log::{log_err, log_warn};
use crate::roles::h1::head::Head;
use crate::roles::headers::{Store, token};
use crate::roles::ws::Side;
use crate::roles::ws::handshake::{self, KEY_LEN, Response};
use crate::roles::ws::inbound::Inbound;
#[cfg(feature = "LWS_WITH_EXTENSIONS")]
use crate::roles::ws::offer::{self, Terms};
use crate::sys::clock;
use crate::sys::protocol::Protocol;
use crate::sys::random;
use core::cell::{Cell, RefCell};
use core::ffi::c_uint;
use std::ffi::CString;
use std::io;
use std::rc::Rc;

/// What the program may add to the request, bytes.
const ROOM: usize = 4096;

/// What the program asks for.
pub(crate) struct Wanted {
    /// The subprotocols to offer.
    pub(crate) protocols: Option<CString>,
    /// The program has named a protocol, which is told that it has the connection.
    pub(crate) named: bool,
    /// The one that is bound stays, whichever the server chooses.
    pub(crate) local: bool,
}

/// What is kept of that until the server has answered.
pub(crate) struct Asking {
    wanted: Wanted,
    key: Cell<[u8; KEY_LEN]>,
    /// What was offered: nothing where the program did not want it.
    offered: RefCell<Option<CString>>,
    bound: Cell<bool>,
}

/// The connection is going to be one of WebSocket.
pub(super) fn prepare(wsi: &Wsi, wanted: Wanted) {
    wsi.set_driver(&WsClient);
    wsi.asking.replace(Some(Rc::new(Asking {
        wanted,
        key: Cell::new([0; KEY_LEN]),
        offered: RefCell::new(None),
        bound: Cell::new(false),
    })));
}

fn asking(wsi: &Wsi) -> Option<Rc<Asking>> {
    wsi.asking.borrow().clone()
}

struct WsClient;

impl Driver for WsClient {
    fn bind(&self, _: &Conns, wsi: &Rc<Wsi>, _: Protocol) -> bool {
        let Some(a) = asking(wsi) else { return false };
        if !a.wanted.named {
            return true;
        }
        a.bound
            .set(wsi.tell(reason::CLIENT_HTTP_BIND_PROTOCOL) == 0);
        a.bound.get()
    }

    fn up(&self, conns: &Conns, wsi: &Rc<Wsi>) -> bool {
        wsi.life.set_up(false);
        let Some(a) = asking(wsi) else { return false };
        let secs = i64::from(wsi.vhost.set.timeout_secs);
        let why = PENDING_TIMEOUT_AWAITING_SERVER_RESPONSE as c_uint;
        timeout::set(conns, wsi, why, secs.saturating_mul(1_000_000));
        match request(wsi, &a) {
            Some(request) if !wsi.is_closed() => {
                let web = wsi.web.get_or_init(Box::default);
                let head = Head::for_response(conns.header_limit.get());
                web.head.replace(Some(Box::new(head)));
                if let Some(conmon) = wsi.conmon.get() {
                    conmon.requested(clock::now_us());
                }
                write::write(conns, wsi, &request).is_ok()
            }
            _ => false,
        }
    }

    fn limit(&self, _: &Wsi, room: usize) -> usize {
        room
    }

    fn received(&self, conns: &Conns, wsi: &Rc<Wsi>, bytes: &mut [u8]) {
        let Some(web) = wsi.web.get() else { return };
        if let Some(conmon) = wsi.conmon.get() {
            conmon.answers(clock::now_us());
        }
        let mut at = 0usize;
        while let Some(rest) = bytes.get_mut(at..).filter(|r| !r.is_empty()) {
            let limit = conns.header_limit.get();
            let mut head = web.head.borrow_mut();
            let Some(h) = head.as_mut() else { return };
            let Ok(n) = h.feed(rest) else {
                drop(head);
                return close::failed(conns, wsi, READ_FAILED);
            };
            at = at.saturating_add(n);
            if !h.is_done() {
                return;
            }
            let status = h.status();
            // Another answer to the same request follows (RFC 9110, section 15.2).
            if matches!(status, 100 | 102..=199) {
                **h = Head::for_response(limit);
                continue;
            }
            drop(head);
            answered(conns, wsi, web, status);
            // What came behind the answer.
            let rest = bytes.get_mut(at..).unwrap_or(&mut []);
            if wsi.phase() == Phase::Open && wsi.ws.get().is_some() && !rest.is_empty() {
                wsi.driver().received(conns, wsi, rest);
            }
            return;
        }
    }

    fn ended(&self, conns: &Conns, wsi: &Rc<Wsi>) {
        close::failed(conns, wsi, READ_FAILED);
    }

    fn writeable(&self, _: &Conns, _: &Rc<Wsi>, _: bool) {
        // What is asked for comes when the connection is established.
    }

    fn write(&self, _: &Conns, _: &Wsi, _: &[u8], _: c_uint) -> io::Result<usize> {
        Err(io::ErrorKind::NotConnected.into())
    }

    fn dropped(&self, wsi: &Wsi) {
        if asking(wsi).is_some_and(|a| a.bound.replace(false)) {
            wsi.tell(reason::CLIENT_HTTP_DROP_PROTOCOL);
        }
    }

    fn closed(&self, wsi: &Wsi) {
        wsi.tell(reason::CLOSED_CLIENT_HTTP);
    }

    fn timed_out(&self, _: &Wsi) -> &'static str {
        "Timed out waiting server reply"
    }
}

pub(super) const READ_FAILED: &str = "read failed";

/// The bytes of the request. `None`: the program or the kernel has refused.
fn request(wsi: &Rc<Wsi>, a: &Asking) -> Option<Vec<u8>> {
    let mut bytes = [0; 16];
    if random::fill(&mut bytes) != bytes.len() {
        log_err!(
            wsi.log(),
            "no random bytes for the key of a WebSocket client"
        );
        return None;
    }
    let key = handshake::key(bytes);
    a.key.set(key);
    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
    if let Some(offer) = &wsi.vhost.set.deflate_offer {
        let name = c"permessage-deflate".as_ptr().cast();
        if wsi.call(reason::CLIENT_CONFIRM_EXTENSION_SUPPORTED, name, 0) == 0 {
            a.offered.replace(Some(offer.clone()));
        }
    }
    let offered = a.offered.borrow().clone();
    let goal = redirect::goal(wsi)?;
    let wanted = handshake::Wanted {
        path: &goal.target,
        host: &goal.host,
        origin: goal.origin.as_deref(),
        raw_origin: wsi.vhost.set.raw_origin,
        key: &key,
        extensions: offered.as_ref().map(|o| o.to_bytes()),
        protocol: a.wanted.protocols.as_ref().map(|p| p.to_bytes()),
    };
    let mut request = handshake::request(&wanted).ok()?;
    let (protocol, user) = (wsi.protocol.get(), wsi.user.get());
    let ask = |room: &mut [u8]| protocol.append_headers(&**wsi, user, room);
    if !append(&mut request, ROOM, ask)? {
        log_err!(wsi.log(), "the protocol refuses to make a request");
        return None;
    }
    request.extend_from_slice(b"\r\n");
    Some(request)
}

/// The server has answered.
fn answered(conns: &Conns, wsi: &Rc<Wsi>, web: &Web, status: u16) {
    let Some(a) = asking(wsi) else { return };
    timeout::clear(conns, wsi);
    if let Some(conmon) = wsi.conmon.get() {
        conmon.responded(status);
    }
    if redirect::is_followed(wsi, status) {
        return redirect::follow(conns, wsi, status);
    }
    if wsi.tell(reason::ESTABLISHED_CLIENT_HTTP) != 0 {
        return close::failed(conns, wsi, "HS: disallowed by client filter");
    }
    let judged = web.headers(|h| judge(wsi, &a, h, status));
    let s = match judged {
        Some(Ok(socket)) if wsi.phase() == Phase::Open => socket,
        Some(Err(why)) => {
            if status != 101 {
                log_warn!(wsi.log(), "got bad HTTP response '{status}'");
            }
            return close::failed(conns, wsi, &why.to_string());
        }
        _ => return,
    };
    if !wsi.ensure_user() {
        return close::failed(conns, wsi, "no memory");
    }
    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
    if s.compresses() {
        let name = c"permessage-deflate".as_ptr().cast();
        wsi.call(reason::WS_EXT_DEFAULTS, name, 0);
    }
    if wsi.tell(reason::CLIENT_FILTER_PRE_ESTABLISH) != 0 {
        return close::failed(conns, wsi, "HS: Rejected by filter cb");
    }
    if wsi.phase() != Phase::Open {
        return;
    }
    s.bound.set(a.bound.get());
    s.told.set(true);
    web.head.replace(None);
    wsi.set_driver(&Ws);
    if wsi.ws.set(s).is_err() {
        return close::failed(conns, wsi, READ_FAILED);
    }
    ws::confirm(conns, wsi);
    if wsi.tell(reason::CLIENT_ESTABLISHED) != 0 {
        return close::failed(conns, wsi, "HS: Rejected at CLIENT_ESTABLISHED");
    }
    wsi.asking.replace(None);
    if !wsi.is_closed() {
        wsi.life.set_up(true);
    }
    if wsi.life.wants_write() {
        dispatch::want_write(conns, wsi);
    }
}

/// Whether the answer is the one that was asked for; then what reads frames after it.
fn judge(wsi: &Wsi, a: &Asking, h: &Store, status: u16) -> Result<Box<Socket>, Error> {
    let all = |t| {
        let values: Vec<&[u8]> = h.fragments(t).collect();
        (!values.is_empty()).then(|| values.join(&b", "[..]))
    };
    let connection = all(token::CONNECTION);
    let response = Response {
        status,
        upgrade: h.get(token::UPGRADE),
        connection: connection.as_deref(),
        accept: h.get(token::ACCEPT),
        protocol: h.get(token::PROTOCOL),
    };
    let key = a.key.get();
    let offered = a.wanted.protocols.as_ref().map(|p| p.to_bytes());
    handshake::agreed(&response, &key, offered)?;
    let chosen = response.protocol.filter(|_| !a.wanted.local);
    let known = |name: &[u8]| {
        let of = |p: &&Protocol| p.name().is_some_and(|known| known.to_bytes() == name);
        wsi.vhost.protocols().iter().find(of).copied()
    };
    if let Some(protocol) = chosen.and_then(known) {
        wsi.protocol.set(protocol);
    }
    let s = Box::new(Socket::new(Side::Client));
    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
    if let Some(terms) = extensions(a, all(token::EXTENSIONS).as_deref())? {
        ws::begin_compressed(wsi, &s, &terms).ok_or(Error::NoMemory)?;
        return Ok(s);
    }
    s.begin(Inbound::new(Side::Client, ws::checks(wsi)));
    Ok(s)
}

#[cfg(feature = "LWS_WITH_EXTENSIONS")]
fn extensions(a: &Asking, answer: Option<&[u8]>) -> Result<Option<Terms>, Error> {
    let offered = a.offered.borrow();
    let offered = offered.as_ref().map_or(&[][..], |o| o.to_bytes());
    match answer {
        Some(answer) => Ok(offer::accepted(answer, offered)?),
        None => Ok(None),
    }
}
