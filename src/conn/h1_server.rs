//! HTTP/1.1 as a server: the callbacks of a request and its answer, in lws's order.
//!
//! [`crate::roles::h1`] reads heads and bodies and decides; here is what is done with the bytes, in the
//! files `h1_request` and `h1_transaction` the callbacks. The bytes of a next request wait in the
//! connection until the answer to the one before is complete.

use super::dispatch::{queue_held, update_interest};
use super::driver::Driver;
use super::h1_request;
#[cfg(feature = "LWS_ROLE_WS")]
use super::h1_request::{sent_to_tls, upgrade};
use super::h1_transaction::{HELD, body_came, drop_protocol, go_on, limit, move_to, progress};
use super::web::Web;
use super::wsi::{Phase, Wsi};
use super::{answer, close, fallback, files, heads, reason, sharing, timeout, write};
use crate::abi::timeout_timer::pending_timeout::{
    PENDING_TIMEOUT_HOLDING_AH, PENDING_TIMEOUT_HTTP_CONTENT,
};
use crate::conn::conns::Conns;
use crate::log::log_info;
use crate::roles::h1::head::Head;
#[cfg(feature = "LWS_ROLE_WS")]
use crate::roles::h1::head::Upgrade;
use crate::roles::h1::txn::Stage;
use crate::roles::headers::token;
use crate::sys::protocol::Protocol;
use core::ffi::c_uint;
use std::io;
use std::rc::Rc;

/// What of the receive buffer is left alone, as lws does.
const SPARE: usize = 16;
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
                Some(request) => h1_request::begin(conns, wsi, web, &request),
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
