//! What a server does with a request whose head is complete: the callbacks that lead to the protocol or
//! the mount that answers it.

use super::h1_transaction::{bind, body_came, limit};
use super::mounts::{self, Way};
use super::web::Web;
#[cfg(feature = "LWS_ROLE_WS")]
use super::ws_server::{self, Asked};
use super::wsi::{Phase, Wsi};
use super::{close, fallback, reason, write};
#[cfg(feature = "LWS_ROLE_WS")]
use super::{heads, timeout};
use crate::abi::timeout_timer::pending_timeout::PENDING_TIMEOUT_HTTP_CONTENT;
use crate::conn::conns::Conns;
use crate::roles::h1::Method;
use crate::roles::h1::head::Request;
use crate::roles::h1::txn::Stage;
use crate::roles::headers::token;
use core::ffi::c_uint;
use std::rc::Rc;

/// Lets the connection become one of WebSocket. Its headers are the program's until then.
#[cfg(feature = "LWS_ROLE_WS")]
pub(super) fn upgrade(conns: &Conns, wsi: &Rc<Wsi>, web: &Web, request: &Request) {
    timeout::clear(conns, wsi);
    let get = request.method == Method::Get;
    if let Some(asked) = web.headers(|h| Asked::new(h, get, request.http11)) {
        ws_server::upgrade(conns, wsi, &asked);
    }
    heads::give(conns, web);
}

/// Hands a request to the program.
pub(super) fn begin(conns: &Conns, wsi: &Rc<Wsi>, web: &Web, request: &Request) {
    web.txn(|t| t.begin(request, request.method == Method::Head));
    let secs = wsi.vhost.set.timeout_secs;
    limit(conns, wsi, PENDING_TIMEOUT_HTTP_CONTENT as c_uint, secs);
    let path = web.headers(|h| {
        let path = h.get(request.method.token()).unwrap_or(b"/");
        // With a NUL, for programs that take it for a string.
        [path, b"\0"].concat()
    });
    let Some(path) = path else { return };
    let whole = path.strip_suffix(b"\0").unwrap_or(&path);
    let mount = mounts::find(wsi, request.method, whole);
    let early = mount.and_then(|m| mounts::redirected(conns, wsi, web, m, whole));
    if let Some(sent) = early {
        if sent.is_err() || !mounts::over(conns, wsi) {
            close::after_output(conns, wsi);
        }
        return;
    }
    let (start, len) = (path.as_ptr().cast(), whole.len());
    if !wsi.ensure_user()
        || wsi.call(reason::FILTER_HTTP_CONNECTION, start, len) != 0
        || wsi.is_closed()
    {
        return close::after_output(conns, wsi);
    }
    if fallback::is_sent_to_tls(wsi) {
        return sent_to_tls(conns, wsi, web);
    }
    let (protocol, from, mount) = match mounts::way(conns, wsi, web, mount, (request.method, whole))
    {
        Way::Program {
            protocol,
            from,
            mount,
        } => (protocol, from, mount),
        way => return arrive(conns, wsi, way),
    };
    let refused = !bind(wsi, protocol.unwrap_or(wsi.protocol.get())) || wsi.is_closed();
    if refused {
        return close::after_output(conns, wsi);
    }
    if let Some(way) = mount.and_then(|m| mounts::enter(conns, wsi, m, whole)) {
        return arrive(conns, wsi, way);
    }
    let shown = path.get(from..).unwrap_or(b"\0");
    let len = shown.len().saturating_sub(1);
    if wsi.is_closed() || wsi.call(reason::HTTP, shown.as_ptr().cast(), len) != 0 {
        return close::after_output(conns, wsi);
    }
    if wsi.phase() != Phase::Open || web.txn(|t| t.stage()) != Stage::Answer {
        return;
    }
    if request.expects_continue && web.txn(|t| t.tells_body() && t.body().is_some()) {
        let go = b"HTTP/1.1 100 Continue\r\n\r\n";
        if !wsi.has_output() && write::write(conns, wsi, go).is_err() {
            return close::now(conns, wsi);
        }
    }
    if web.txn(|t| t.tells_body() && t.body().is_none()) {
        if wsi.tell(reason::HTTP_BODY) != 0 {
            return close::after_output(conns, wsi);
        }
        body_came(conns, wsi, web);
    }
}

/// Sends a client that came without TLS to where that is.
pub(super) fn sent_to_tls(conns: &Conns, wsi: &Rc<Wsi>, web: &Web) {
    let host = web.headers(|h| h.get(token::HOST).map(<[u8]>::to_vec));
    fallback::send_to_tls(conns, wsi, host.flatten().as_deref());
}

/// Does what is left to do of a request that no program answers.
fn arrive(conns: &Conns, wsi: &Rc<Wsi>, way: Way) {
    let goes_on = match way {
        Way::Answered(whole) => !whole || mounts::over(conns, wsi),
        Way::Close | Way::Program { .. } => false,
    };
    if !goes_on {
        close::after_output(conns, wsi);
    }
}
