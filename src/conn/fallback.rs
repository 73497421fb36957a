//! What becomes of a peer that does not say what was expected: one that sends no HTTP may become a raw
//! connection, and one that sends HTTP where TLS was expected may be sent there.

use super::driver::Driver;
use super::raw::Raw;
use super::web::Web;
use super::wsi::{Phase, Wsi};
use super::{answer, close, heads, timeout};
use crate::conn::conns::Conns;
use crate::log::log_info;
use crate::roles::h1::Method;
use std::io;
use std::rc::Rc;

/// What of a first request has come while it may turn out to be something else.
#[derive(Default)]
pub(crate) struct First(Vec<u8>);

impl First {
    /// Notes bytes. False: there is no memory.
    pub(super) fn add(&mut self, bytes: &[u8]) -> bool {
        if self.0.try_reserve(bytes.len()).is_err() {
            return false;
        }
        self.0.extend_from_slice(bytes);
        true
    }

    /// Whether this begins as a request does: with a method.
    fn is_request(&self) -> bool {
        let line = self.0.trim_ascii_start();
        let end = line.iter().position(|b| *b == b' ');
        end.and_then(|at| line.get(..at))
            .is_some_and(|word| Method::named(word).is_some())
    }
}

/// A connection whose first bytes, `first` and what follows, are no request becomes a raw one. Returns
/// false where it is one, or its vhost does not want that.
pub(super) fn to_raw(conns: &Conns, wsi: &Rc<Wsi>, web: &Web, first: First) -> bool {
    if first.is_request() {
        return false;
    }
    log_info!(wsi.log(), "a peer does not speak HTTP: raw from now on");
    become_raw(conns, wsi, web, first.0);
    true
}

/// Makes it a raw connection, whatever its first bytes are.
pub(super) fn become_raw(conns: &Conns, wsi: &Rc<Wsi>, web: &Web, mut bytes: Vec<u8>) {
    heads::give(conns, web);
    timeout::clear(conns, wsi);
    wsi.set_driver(&Raw);
    let vhost = Rc::clone(&wsi.vhost);
    let listen = vhost.set.listen.as_ref();
    let protocol = match listen.and_then(|l| l.accept_protocol.as_deref()) {
        Some(name) => vhost.protocol(name),
        None => vhost.default_protocol(),
    };
    let protocol = protocol.unwrap_or(wsi.protocol.get());
    let bound = Raw.bind(conns, wsi, protocol);
    wsi.life.set_bound(bound);
    if !bound || !Raw.up(conns, wsi) {
        return close::after_output(conns, wsi);
    }
    if wsi.phase() == Phase::Open && !bytes.is_empty() {
        Raw.received(conns, wsi, &mut bytes);
    }
}

/// What is done about a peer of a vhost with TLS that came without it.
#[cfg(feature = "LWS_WITH_TLS")]
fn plain(wsi: &Wsi) -> Option<super::secure::Plain> {
    let plain = wsi.vhost.tls.server().is_some() && !super::transport::is_secured(wsi);
    plain.then_some(wsi.vhost.set.tls.plain)
}

/// Whether a request came without TLS to a vhost that sends such to where TLS is.
pub(super) fn is_sent_to_tls(wsi: &Wsi) -> bool {
    #[cfg(feature = "LWS_WITH_TLS")]
    let sent = plain(wsi) == Some(super::secure::Plain::Sent);
    #[cfg(not(feature = "LWS_WITH_TLS"))]
    let sent = {
        let _ = wsi;
        false
    };
    sent
}

/// Whether a peer came without TLS to a vhost that takes such for raw ones.
pub(super) fn is_raw(wsi: &Wsi) -> bool {
    #[cfg(feature = "LWS_WITH_TLS")]
    let raw = plain(wsi) == Some(super::secure::Plain::Raw);
    #[cfg(not(feature = "LWS_WITH_TLS"))]
    let raw = {
        let _ = wsi;
        false
    };
    raw
}

/// Sends a client to the same host with TLS. The connection closes.
pub(super) fn send_to_tls(conns: &Conns, wsi: &Rc<Wsi>, host: Option<&[u8]>) {
    let sent = match host {
        Some(host) => {
            let location = [&b"https://"[..], host, b"/"].concat();
            answer::room(wsi, location.len()).and_then(|mut room| {
                answer::redirect(conns, wsi, 301, &location, &mut room).map(drop)
            })
        }
        None => answer::send_page(conns, wsi, 400, b""),
    };
    sent.unwrap_or_else(|e: io::Error| log_info!(wsi.log(), "a client is not sent to TLS: {e}"));
    close::after_output(conns, wsi);
}
