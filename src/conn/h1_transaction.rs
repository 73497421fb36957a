//! Transactions of HTTP/1.1 on a server: the protocol that each is bound to, its time limits, and how the
//! next one begins when it is complete.

use super::dispatch::{queue_held, update_interest};
use super::vhost::Vhost;
use super::web::Web;
use super::wsi::{Phase, Wsi};
use super::{close, heads, reason, timeout};
use crate::abi::timeout_timer::pending_timeout::{
    PENDING_TIMEOUT_HTTP_CONTENT, PENDING_TIMEOUT_HTTP_KEEPALIVE_IDLE,
};
use crate::conn::conns::Conns;
use crate::roles::h1::txn::Completion;
use crate::sys::protocol::Protocol;
use core::ffi::{c_int, c_uint};
use std::rc::Rc;

/// In a reason of a time limit: it is the library's, not the program's.
const OURS: c_uint = 1 << 31;
/// Why it does not receive: bytes of a next request wait (LWS_RXFLOW_REASON_HTTP_RXBUFFER).
pub(super) const HELD: u32 = 1 << 6;

/// Has the connection closed after `secs` seconds.
pub(super) fn limit(conns: &Conns, wsi: &Wsi, why: c_uint, secs: u32) {
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
pub(super) fn move_to(wsi: &Rc<Wsi>, vhost: &Rc<Vhost>) {
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

pub(super) fn drop_protocol(wsi: &Wsi) {
    let protocol = wsi.protocol.get().raw().cast();
    wsi.call(reason::HTTP_DROP_PROTOCOL, protocol, 0);
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

/// All of the body has come.
pub(super) fn body_came(conns: &Conns, wsi: &Rc<Wsi>, web: &Web) {
    if wsi.phase() != Phase::Open {
        return;
    }
    if web.txn(|t| t.waits()) {
        go_on(conns, wsi, web);
    } else if web.txn(|t| t.tells_body()) && wsi.tell(reason::HTTP_BODY_COMPLETION) != 0 {
        close::after_output(conns, wsi);
    }
}

/// A transaction that the program has called complete goes on.
pub(super) fn go_on(conns: &Conns, wsi: &Rc<Wsi>, web: &Web) {
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
