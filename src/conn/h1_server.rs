//! HTTP/1.1 as a server: the callbacks of a request and its answer, in lws's order.
//!
//! [`crate::roles::h1`] reads heads and bodies and decides; here are the callbacks and the output.
//! The bytes of a next request wait in the connection until the answer to the one before is complete.

use super::dispatch::{queue_held, update_interest};
use super::driver::Driver;
use super::mounts::{self, Way};
use super::vhost::Vhost;
use super::web::Web;
#[cfg(feature = "LWS_ROLE_WS")]
use super::ws_server::{self, Asked};
use super::wsi::{Phase, Wsi};
use super::{answer, close, fallback, files, heads, reason, sharing, timeout, write};
use crate::abi::timeout_timer::pending_timeout::{
    PENDING_TIMEOUT_HOLDING_AH, PENDING_TIMEOUT_HTTP_CONTENT, PENDING_TIMEOUT_HTTP_KEEPALIVE_IDLE,
};
use crate::conn::conns::Conns;
use crate::log::log_info;
use crate::roles::h1::Method;
#[cfg(feature = "LWS_ROLE_WS")]
use crate::roles::h1::head::Upgrade;
use crate::roles::h1::head::{Head, Request};
use crate::roles::h1::txn::{Completion, Stage};
use crate::roles::headers::token;
use crate::sys::protocol::Protocol;
use core::ffi::{c_int, c_uint};
use std::io;
use std::rc::Rc;

/// Why it does not receive: bytes of a next request wait (LWS_RXFLOW_REASON_HTTP_RXBUFFER).
const HELD: u32 = 1 << 6;
/// What of the receive buffer is left alone, as lws does.
const SPARE: usize = 16;
/// In a reason of a time limit: it is the library's, not the program's.
const OURS: c_uint = 1 << 31;

pub(crate) struct H1Server;

impl Driver for H1Server {
    fn bind(&self, _: &Conns, wsi: &Rc<Wsi>, _: Protocol) -> bool {
        // Each request is bound to its protocol.
        wsi.life.set_bound(false);
        true
    }

    fn up(&self, conns: &Conns, wsi: &Rc<Wsi>) -> bool {
        let web = wsi.web.get_or_init(Box::default);
        #[cfg(feature = "LWS_WITH_TLS")]
        if let Some(named) = wsi.named.get().filter(|v| !v.gone.get()) {
            move_to(wsi, named);
        }
        if wsi.vhost.set.falls_back {
            web.first.replace(Some(fallback::First::default()));
        }
        let secs = wsi.vhost.set.head_secs;
        limit(conns, wsi, PENDING_TIMEOUT_HOLDING_AH as c_uint, secs);
        if wsi.tell(reason::SERVER_NEW_CLIENT_INSTANTIATED) != 0 {
            return false;
        }
        if !wsi.is_closed() && fallback::is_raw(wsi) {
            fallback::become_raw(conns, wsi, web, Vec::new());
        }
        true
    }

    fn limit(&self, _: &Wsi, room: usize) -> usize {
        room.saturating_sub(SPARE).max(1)
    }

    fn received(&self, conns: &Conns, wsi: &Rc<Wsi>, bytes: &mut [u8]) {
        let Some(web) = wsi.web.get() else { return };
        let mut at = 0;
        // Whether a request has been handed to the program.
        let mut served = false;
        while let Some(rest) = bytes.get_mut(at..).filter(|r| !r.is_empty()) {
            if wsi.phase() != Phase::Open {
                return;
            }
            #[cfg(feature = "LWS_ROLE_WS")]
            if wsi.ws.get().is_some() {
                return wsi.driver().received(conns, wsi, rest);
            }
            let waits = at > 0 && !wsi.life.accepts();
            let stage = web.txn(|t| t.stage());
            let taken = match stage {
                _ if waits => None,
                Stage::Idle if served => None,
                Stage::Idle | Stage::Head => {
                    let taken = head(conns, wsi, web, rest);
                    served = web.txn(|t| t.stage()) != Stage::Head;
                    taken
                }
                Stage::Answer => body(conns, wsi, web, rest),
            };
            match taken {
                Some(n) => at = at.saturating_add(n),
                None => return wait(conns, wsi, rest, stage == Stage::Answer && !waits),
            }
        }
        if wsi.phase() == Phase::Open && wsi.life.is_ended() {
            self.ended(conns, wsi);
        }
    }

    fn ended(&self, conns: &Conns, wsi: &Rc<Wsi>) {
        let Some(web) = wsi.web.get() else { return };
        // Who has sent all of a request may be waiting for the answer.
        let answers = web.txn(|t| t.stage() == Stage::Answer && t.body().is_none());
        if answers {
            // Or it has gone, which shows only when something is sent to it: not without a limit.
            let secs = wsi.vhost.set.timeout_secs;
            limit(conns, wsi, PENDING_TIMEOUT_HTTP_CONTENT as c_uint, secs);
        } else if wsi.held.borrow().is_empty() {
            close::after_output(conns, wsi);
        }
    }

    fn writeable(&self, conns: &Conns, wsi: &Rc<Wsi>, asked: bool) {
        let Some(web) = wsi.web.get() else { return };
        if web.txn(|t| t.waits()) {
            return go_on(conns, wsi, web);
        }
        progress(conns, wsi);
        if web.has_file() {
            wsi.life.writes_now();
            return files::go_on(conns, wsi, web);
        }
        if asked {
            wsi.life.writes_now();
            if wsi.tell(reason::HTTP_WRITEABLE) != 0 {
                close::after_output(conns, wsi);
            }
        }
    }

    fn write(&self, conns: &Conns, wsi: &Wsi, bytes: &[u8], _: c_uint) -> io::Result<usize> {
        let goes = wsi.web.get().map(|web| web.txn(|t| t.outgoing(bytes)));
        let out = bytes.get(..goes.unwrap_or(0)).unwrap_or(bytes);
        write::write(conns, wsi, out)?;
        progress(conns, wsi);
        Ok(bytes.len())
    }

    fn dropped(&self, wsi: &Wsi) {
        drop_protocol(wsi);
    }

    fn closed(&self, wsi: &Wsi) {
        wsi.tell(reason::CLOSED_HTTP);
    }

    fn timed_out(&self, _: &Wsi) -> &'static str {
        "timed out"
    }
}

/// Has the connection closed after `secs` seconds.
fn limit(conns: &Conns, wsi: &Wsi, why: c_uint, secs: u32) {
    timeout::set(conns, wsi, why | OURS, i64::from(secs) * 1_000_000);
}

/// Something went on with a request or its answer: the time that it may take begins anew, unless the
/// program has set or cleared it.
pub(super) fn progress(conns: &Conns, wsi: &Wsi) {
    let why = PENDING_TIMEOUT_HTTP_CONTENT as c_uint;
    if wsi.timeout_reason.get() == why | OURS && wsi.phase() == Phase::Open {
        limit(conns, wsi, why, wsi.vhost.set.timeout_secs);
    }
}

/// Keeps bytes of a request that has to wait: for its turn in the next pass, or, `busy`, for the end
/// of the answer under way.
fn wait(conns: &Conns, wsi: &Rc<Wsi>, rest: &[u8], busy: bool) {
    if wsi.phase() != Phase::Open {
        return;
    }
    if !wsi.hold(rest) {
        return close::now(conns, wsi);
    }
    if busy {
        wsi.life.pause(HELD);
        update_interest(conns, wsi);
    }
    queue_held(conns, wsi);
}

/// Takes bytes of a head. Returns how many; what is left belongs to something else.
fn head(conns: &Conns, wsi: &Rc<Wsi>, web: &Web, bytes: &[u8]) -> Option<usize> {
    if web.txn(|t| t.stage()) == Stage::Idle {
        let waited = web.waits.get();
        match heads::take(conns, wsi, web) {
            Some(true) if waited => {
                let secs = wsi.vhost.set.head_secs;
                limit(conns, wsi, PENDING_TIMEOUT_HOLDING_AH as c_uint, secs);
            }
            Some(true) => {}
            Some(false) => {
                // It is not slow: others are.
                timeout::clear(conns, wsi);
                return None;
            }
            None => {
                close::now(conns, wsi);
                return None;
            }
        }
        web.head
            .replace(Some(Box::new(Head::for_request(conns.header_limit.get()))));
        web.txn(|t| t.begin_head());
        if wsi.life.is_bound() {
            let secs = wsi.vhost.set.head_secs;
            limit(conns, wsi, PENDING_TIMEOUT_HOLDING_AH as c_uint, secs);
        }
    }
    let mut refused = false;
    if let Some(first) = web.first.borrow_mut().as_mut() {
        if !first.add(bytes) {
            refused = true;
        }
    }
    if refused {
        close::now(conns, wsi);
        return None;
    }
    let fed = {
        let mut head = web.head.borrow_mut();
        let head = head.as_mut()?;
        let fed = head.feed(bytes);
        if fed.is_ok() && head.has_target() {
            web.first.replace(None);
        }
        fed.and_then(|n| match head.is_done() {
            true => head.request().map(|r| (n, Some(r))),
            false => Ok((n, None)),
        })
    };
    match fed {
        Ok((n, request)) => {
            let meant = request
                .as_ref()
                .and_then(|_| web.headers(|h| sharing::meant(conns, wsi, h.get(token::HOST)?)))
                .flatten();
            if let Some(meant) = meant {
                #[cfg(feature = "LWS_WITH_TLS")]
                if super::secure::demands_more(wsi, &meant) {
                    refuse(conns, wsi, 421);
                    return Some(bytes.len());
                }
                move_to(wsi, &meant);
            }
            match request {
                _ if wsi.is_closed() => {}
                #[cfg(feature = "LWS_ROLE_WS")]
                Some(request)
                    if request.upgrade == Upgrade::WebSocket && fallback::is_sent_to_tls(wsi) =>
                {
                    sent_to_tls(conns, wsi, web);
                }
                #[cfg(feature = "LWS_ROLE_WS")]
                Some(request) if request.upgrade == Upgrade::WebSocket => {
                    upgrade(conns, wsi, web, &request);
                }
                Some(request) => begin(conns, wsi, web, &request),
                None => {}
            }
            Some(n)
        }
        Err(fault) => {
            let first = web.first.take();
            if first.is_some_and(|first| fallback::to_raw(conns, wsi, web, first)) {
                return Some(bytes.len());
            }
            refuse(conns, wsi, fault.status);
            Some(bytes.len())
        }
    }
}

/// Answers what is no request that a program could answer, and closes.
fn refuse(conns: &Conns, wsi: &Rc<Wsi>, status: u16) {
    log_info!(wsi.log(), "a request is refused: {status}");
    // The connection closes either way.
    let _ = write::write(conns, wsi, &answer::refusal(status));
    close::after_output(conns, wsi);
}

/// Lets the connection become one of WebSocket. Its headers are the program's until then.
#[cfg(feature = "LWS_ROLE_WS")]
fn upgrade(conns: &Conns, wsi: &Rc<Wsi>, web: &Web, request: &Request) {
    timeout::clear(conns, wsi);
    let get = request.method == Method::Get;
    if let Some(asked) = web.headers(|h| Asked::new(h, get, request.http11)) {
        ws_server::upgrade(conns, wsi, &asked);
    }
    heads::give(conns, web);
}

/// Hands a request to the program.
fn begin(conns: &Conns, wsi: &Rc<Wsi>, web: &Web, request: &Request) {
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
fn sent_to_tls(conns: &Conns, wsi: &Rc<Wsi>, web: &Web) {
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

/// Binds a protocol for a transaction, or for the time between two, with memory of its own. False:
/// the protocol refuses.
pub(super) fn bind(wsi: &Rc<Wsi>, protocol: Protocol) -> bool {
    if wsi.life.is_bound() {
        drop_protocol(wsi);
        wsi.life.set_bound(false);
    }
    wsi.protocol.set(protocol);
    let bound = !wsi.is_closed() && wsi.renew_user() && wsi.tell(reason::HTTP_BIND_PROTOCOL) == 0;
    if !wsi.is_closed() {
        wsi.life.set_bound(bound);
    }
    bound
}

/// Lets the connection belong to another vhost, whose first protocol has it.
fn move_to(wsi: &Rc<Wsi>, vhost: &Rc<Vhost>) {
    unbind(wsi);
    if wsi.is_closed() {
        return;
    }
    wsi.move_to(vhost);
    if let Some(first) = vhost.protocols().first() {
        wsi.protocol.set(*first);
    }
}

/// Takes the connection away from the protocol that is bound, with the memory that it had for it.
pub(super) fn unbind(wsi: &Wsi) {
    if wsi.life.is_bound() {
        drop_protocol(wsi);
        wsi.life.set_bound(false);
    }
    if !wsi.is_closed() {
        wsi.drop_user();
    }
}

fn drop_protocol(wsi: &Wsi) {
    let protocol = wsi.protocol.get().raw().cast();
    wsi.call(reason::HTTP_DROP_PROTOCOL, protocol, 0);
}

/// Takes bytes of a body. `None`: all of it has come, and these are no part of it.
fn body(conns: &Conns, wsi: &Rc<Wsi>, web: &Web, bytes: &[u8]) -> Option<usize> {
    let fed = web.txn(|t| t.body().map(|b| b.feed(bytes)))?;
    progress(conns, wsi);
    let Ok(piece) = fed else {
        refuse(conns, wsi, 400);
        return Some(bytes.len());
    };
    let data = bytes.get(piece.data).unwrap_or(&[]);
    if !data.is_empty()
        && web.txn(|t| t.tells_body())
        && wsi.call(reason::HTTP_BODY, data.as_ptr().cast(), data.len()) != 0
    {
        close::after_output(conns, wsi);
        return Some(bytes.len());
    }
    if wsi.phase() == Phase::Open && web.txn(|t| t.stage() == Stage::Answer && t.body().is_none()) {
        body_came(conns, wsi, web);
    }
    Some(piece.taken)
}

/// All of the body has come.
fn body_came(conns: &Conns, wsi: &Rc<Wsi>, web: &Web) {
    if wsi.phase() != Phase::Open {
        return;
    }
    if web.txn(|t| t.waits()) {
        go_on(conns, wsi, web);
    } else if web.txn(|t| t.tells_body()) && wsi.tell(reason::HTTP_BODY_COMPLETION) != 0 {
        close::after_output(conns, wsi);
    }
}

/// The headers of a request are given up before its answer is complete.
pub(crate) fn detach(conns: &Conns, web: &Web) {
    heads::give(conns, web);
}

/// The program calls the transaction complete. Nonzero: its callback is to return -1.
pub(crate) fn completed(conns: &Conns, wsi: &Rc<Wsi>) -> c_int {
    let Some(web) = wsi.web.get() else { return 0 };
    let completion = web.txn(|t| t.complete(wsi.has_output()));
    c_int::from(!follow(conns, wsi, web, completion))
}

/// A transaction that the program has called complete goes on.
fn go_on(conns: &Conns, wsi: &Rc<Wsi>, web: &Web) {
    let completion = web.txn(|t| t.go_on(wsi.has_output()));
    if !follow(conns, wsi, web, completion) {
        close::after_output(conns, wsi);
    }
}

/// Does what a completion asks for. False: the connection is to close.
fn follow(conns: &Conns, wsi: &Rc<Wsi>, web: &Web, completion: Completion) -> bool {
    match completion {
        Completion::Nothing => true,
        Completion::Later => {
            // Nobody is told that it may write until then.
            wsi.life.writes_now();
            true
        }
        Completion::Close => false,
        Completion::Next => next(conns, wsi, web),
    }
}

/// Gets ready for the next request. False: there can be none.
fn next(conns: &Conns, wsi: &Rc<Wsi>, web: &Web) -> bool {
    let more = !wsi.held.borrow().is_empty();
    if wsi.life.is_ended() && !more {
        return false;
    }
    wsi.life.writes_now();
    let first = wsi.vhost.protocols().first().copied();
    if !bind(wsi, first.unwrap_or(wsi.protocol.get())) {
        return wsi.is_closed();
    }
    heads::give(conns, web);
    let secs = wsi.vhost.set.keep_alive_secs;
    limit(
        conns,
        wsi,
        PENDING_TIMEOUT_HTTP_KEEPALIVE_IDLE as c_uint,
        secs,
    );
    wsi.life.resume(HELD);
    update_interest(conns, wsi);
    queue_held(conns, wsi);
    true
}
