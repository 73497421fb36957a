//! A connection of http becomes one of WebSocket: the server's side of the handshake.

#[cfg(feature = "LWS_WITH_TLS")]
use super::transport;
use super::web::append;
use super::ws::{self, Socket, Ws};
use super::wsi::{Phase, Wsi};
use super::{close, reason, write};
use crate::conn::conns::Conns;
use crate::log::{log_err, log_notice, log_warn};
use crate::roles::headers::{Store, token};
use crate::roles::ws::Side;
use crate::roles::ws::handshake::{self, Choice, Refusal, Request};
use crate::roles::ws::inbound::Inbound;
#[cfg(feature = "LWS_WITH_EXTENSIONS")]
use crate::roles::ws::offer::{self, Terms};
use core::ptr::null;
use std::ffi::CString;
use std::rc::Rc;

/// What the program may add to the answer, bytes.
const ROOM: usize = 4096;

/// What of a request is needed while its headers are the program's.
pub(super) struct Asked {
    get: bool,
    http11: bool,
    upgrade: Option<CString>,
    connection: Vec<u8>,
    version: Option<Vec<u8>>,
    key: Vec<u8>,
    host: bool,
    protocol: Option<CString>,
    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
    extensions: Vec<u8>,
}

impl Asked {
    pub(super) fn new(store: &Store, get: bool, http11: bool) -> Self {
        let text = |t| store.get(t).and_then(|v| CString::new(v).ok());
        let all = |t| {
            let values: Vec<&[u8]> = store.fragments(t).collect();
            values.join(&b", "[..])
        };
        Self {
            get,
            http11,
            upgrade: text(token::UPGRADE),
            connection: all(token::CONNECTION),
            version: store.get(token::VERSION).map(<[u8]>::to_vec),
            key: store.get(token::KEY).unwrap_or(&[]).to_vec(),
            host: store.has(token::HOST),
            protocol: text(token::PROTOCOL),
            #[cfg(feature = "LWS_WITH_EXTENSIONS")]
            extensions: all(token::EXTENSIONS),
        }
    }

    fn request(&self) -> Request<'_> {
        Request {
            get: self.get,
            http_1_1: self.http11,
            upgrade: self.upgrade.as_ref().map(|u| u.to_bytes()),
            connection: Some(&self.connection),
            version: self.version.as_deref(),
        }
    }
}

/// A request to become WebSocket has come. The headers are the program's until this returns; what
/// came behind them is to be given to the connection after that.
pub(super) fn upgrade(conns: &Conns, wsi: &Rc<Wsi>, asked: &Asked) {
    wsi.set_driver(&Ws);
    let s = wsi.ws.get_or_init(|| Box::new(Socket::new(Side::Server)));
    if let Err(refusal) = handshake::check(&asked.request()) {
        let answer = match refusal {
            Refusal::NoConnection | Refusal::OtherProtocol => {
                log_err!(
                    wsi.log(),
                    "a request to upgrade does not say so in Connection"
                );
                return close::now(conns, wsi);
            }
            Refusal::BadRequest => handshake::BAD_REQUEST,
            Refusal::Version => handshake::UPGRADE_REQUIRED,
        };
        // One that cannot be told is closed all the same.
        let _ = write::write(conns, wsi, answer);
        return close::after_output(conns, wsi);
    }
    let value = ws::text(asked.upgrade.as_deref());
    if wsi.call(reason::HTTP_CONFIRM_UPGRADE, value, 0) != 0 {
        return close::after_output(conns, wsi);
    }
    // Between two requests it was the first protocol's.
    super::h1_transaction::unbind(wsi);
    if wsi.is_closed() || !choose(wsi, asked) {
        return close::now(conns, wsi);
    }
    if !wsi.ensure_user() {
        return close::now(conns, wsi);
    }
    let bound = wsi.tell(reason::HTTP_BIND_PROTOCOL) == 0;
    s.bound.set(bound);
    wsi.life.set_bound(bound);
    s.told.set(true);
    let len = asked.protocol.as_ref().map_or(0, |p| p.count_bytes());
    let offered = ws::text(asked.protocol.as_deref());
    if wsi.call(reason::FILTER_PROTOCOL_CONNECTION, offered, len) != 0 {
        log_warn!(wsi.log(), "the protocol refuses a WebSocket connection");
        return close::now(conns, wsi);
    }
    if wsi.phase() != Phase::Open {
        return;
    }
    if asked.key.is_empty() || !asked.host {
        return close::now(conns, wsi);
    }
    match agree(wsi, s, asked) {
        Some(answer) if wsi.phase() == Phase::Open => established(conns, wsi, &answer),
        _ => close::now(conns, wsi),
    }
}

/// Gives the connection the subprotocol that it asks for. False: it asks only for others.
fn choose(wsi: &Wsi, asked: &Asked) -> bool {
    let protocols = wsi.vhost.protocols();
    let known = |name: &[u8]| {
        let of = |p: &&crate::sys::protocol::Protocol| {
            p.name().is_some_and(|known| known.to_bytes() == name)
        };
        protocols.iter().find(of).copied()
    };
    let offered = asked.protocol.as_ref().map(|p| p.to_bytes());
    match handshake::choose(offered, known) {
        Choice::Known(protocol) => wsi.protocol.set(protocol),
        Choice::Default => {}
        Choice::Unknown => {
            log_notice!(
                wsi.log(),
                "a WebSocket peer asks for unknown protocols only"
            );
            return false;
        }
    }
    true
}

/// The answer, and what reads frames after it. `None`: refused.
fn agree(wsi: &Rc<Wsi>, s: &Socket, asked: &Asked) -> Option<Vec<u8>> {
    let checked = ws::checks(wsi);
    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
    let extensions = match extension(wsi, &asked.extensions) {
        Some(terms) => {
            ws::begin_compressed(wsi, s, &terms)?;
            Some(terms.to_string())
        }
        None => {
            s.begin(Inbound::new(Side::Server, checked));
            None
        }
    };
    #[cfg(not(feature = "LWS_WITH_EXTENSIONS"))]
    let extensions: Option<String> = {
        s.begin(Inbound::new(Side::Server, checked));
        None
    };
    let names = asked
        .protocol
        .as_ref()
        .is_some_and(|p| !p.to_bytes().trim_ascii().is_empty());
    let name = wsi.protocol.get().name().filter(|_| names);
    let name = name.map(core::ffi::CStr::to_bytes);
    let mut answer = handshake::answer(&asked.key, extensions.as_deref(), name).ok()?;
    let (protocol, user) = (wsi.protocol.get(), wsi.user.get());
    let ask = |room: &mut [u8]| protocol.add_headers(&**wsi, user, room, ROOM);
    append(&mut answer, ROOM, ask)?.then_some(())?;
    answer.extend_from_slice(b"\r\n");
    Some(answer)
}

/// What the vhost's extensions, the request and the program agree on.
#[cfg(feature = "LWS_WITH_EXTENSIONS")]
fn extension(wsi: &Wsi, offers: &[u8]) -> Option<Terms> {
    if wsi.vhost.set.deflate_offer.is_none() || offers.is_empty() {
        return None;
    }
    let terms = offer::choose(offers)?;
    let name = c"permessage-deflate".as_ptr().cast();
    (wsi.call(reason::CONFIRM_EXTENSION_OKAY, name, 0) == 0).then_some(terms)
}

fn established(conns: &Conns, wsi: &Rc<Wsi>, answer: &[u8]) {
    if write::write(conns, wsi, answer).is_err() {
        return close::now(conns, wsi);
    }
    ws::confirm(conns, wsi);
    #[cfg(feature = "LWS_WITH_TLS")]
    let secured = transport::session(wsi).map_or(null(), |s| s.ssl().raw().cast());
    #[cfg(not(feature = "LWS_WITH_TLS"))]
    let secured = null();
    if wsi.call(reason::ESTABLISHED, secured, 0) != 0 {
        log_notice!(
            wsi.log(),
            "the protocol ends a WebSocket connection at once"
        );
        ws::end(conns, wsi);
    }
}
