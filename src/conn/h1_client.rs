//! HTTP/1.1 as a client: one request, and the answer to it.
//!
//! What comes of a body waits in the connection until the program reads it.

use super::driver::Driver;
use super::web::append;
use super::wsi::{Phase, Wsi};
use super::{close, dispatch, reason, redirect, timeout, write};
use crate::abi::timeout_timer::pending_timeout::{
    PENDING_TIMEOUT_AWAITING_SERVER_RESPONSE, PENDING_TIMEOUT_HTTP_KEEPALIVE_IDLE,
};
use crate::conn::conns::Conns;
use crate::log::log_err;
use crate::roles::h1::Framing;
use crate::roles::h1::body::Body;
use crate::roles::h1::form::{self, Part};
use crate::roles::h1::head::{Head, Response};
use crate::sys::clock;
use crate::sys::protocol::Protocol;
use core::cell::Cell;
use core::ffi::{c_int, c_uint};
use std::ffi::CString;
use std::io;
use std::rc::Rc;

/// What the program may add to the request, bytes.
const ROOM: usize = 4000;
/// How long a connection stays after its answer where the program does not say, seconds.
const IDLE_SECS: u16 = 5;
/// Why it does not receive: the program has not read what came (LWS_RXFLOW_REASON_HTTP_RXBUFFER).
const HELD: u32 = 1 << 6;

/// What the program asks for.
pub(crate) struct Wanted {
    pub(crate) method: CString,
    /// The connection may have another request afterwards, or is to.
    pub(crate) keeps: bool,
    /// The body of the request is a form's (LCCSCF_HTTP_X_WWW_FORM_URLENCODED).
    pub(crate) form: bool,
    /// It is one with several parts (LCCSCF_HTTP_MULTIPART_MIME).
    pub(crate) multipart: bool,
    /// How long the connection stays after its answer, seconds; 0: the default.
    pub(crate) keep_warm_secs: u16,
}

/// A request of a client, and the answer to it.
pub(crate) struct Exchange {
    wanted: Wanted,
    /// What stands between the parts of the request's body.
    boundary: Cell<[u8; form::BOUNDARY_LEN]>,
    /// A part has begun.
    parts: Cell<bool>,
    to_head: bool,
    bound: Cell<bool>,
    /// The program has more of the request's body to write.
    writes: Cell<bool>,
    status: Cell<u16>,
    body: Cell<Body>,
    /// The answer is whole, and the program knows.
    completed: Cell<bool>,
    /// Nothing more can be read.
    broken: Cell<bool>,
}

impl Exchange {
    pub(crate) fn status(&self) -> u16 {
        self.status.get()
    }
}

/// The connection is going to be one of a client of HTTP.
pub(super) fn prepare(wsi: &Wsi, wanted: Wanted) {
    let web = wsi.web.get_or_init(Box::default);
    let exchange = Exchange {
        to_head: wanted.method.as_bytes() == b"HEAD",
        wanted,
        boundary: Cell::default(),
        parts: Cell::new(false),
        bound: Cell::new(false),
        writes: Cell::new(false),
        status: Cell::new(0),
        body: Cell::new(Body::new(Framing::None)),
        completed: Cell::new(false),
        broken: Cell::new(false),
    };
    if web.exchange.set(Box::new(exchange)).is_ok() {
        wsi.set_driver(&H1Client);
    }
}

fn exchange(wsi: &Wsi) -> Option<&Exchange> {
    wsi.web.get()?.exchange.get().map(|e| &**e)
}

struct H1Client;

impl Driver for H1Client {
    fn bind(&self, _: &Conns, wsi: &Rc<Wsi>, _: Protocol) -> bool {
        let Some(e) = exchange(wsi) else { return false };
        e.status.set(0);
        e.writes.set(false);
        let bound = wsi.ensure_user() && wsi.tell(reason::CLIENT_HTTP_BIND_PROTOCOL) == 0;
        e.bound.set(bound);
        bound
    }

    fn made(&self, wsi: &Wsi) {
        wsi.tell(reason::SERVER_NEW_CLIENT_INSTANTIATED);
    }

    fn up(&self, conns: &Conns, wsi: &Rc<Wsi>) -> bool {
        wsi.life.set_up(false);
        let (Some(web), Some(e)) = (wsi.web.get(), exchange(wsi)) else {
            return false;
        };
        waits(conns, wsi);
        let Some(request) = request(wsi, e).filter(|_| !wsi.is_closed()) else {
            return false;
        };
        let head = Head::for_response(conns.header_limit.get());
        web.head.replace(Some(Box::new(head)));
        if write::write(conns, wsi, &request).is_err() {
            return false;
        }
        if let Some(conmon) = wsi.conmon.get() {
            conmon.requested(clock::now_us());
        }
        if e.writes.get() {
            dispatch::want_write(conns, wsi);
        }
        true
    }

    fn limit(&self, _: &Wsi, room: usize) -> usize {
        room
    }

    fn received(&self, conns: &Conns, wsi: &Rc<Wsi>, bytes: &mut [u8]) {
        let (Some(web), Some(e)) = (wsi.web.get(), exchange(wsi)) else {
            return;
        };
        if let Some(conmon) = wsi.conmon.get().filter(|_| e.status.get() == 0) {
            conmon.answers(clock::now_us());
        }
        let mut rest: &[u8] = bytes;
        while e.status.get() == 0 && !rest.is_empty() {
            let fed = {
                let mut head = web.head.borrow_mut();
                let Some(head) = head.as_mut() else { return };
                let limit = head.store.limit();
                head.feed(rest).and_then(|n| {
                    rest = rest.get(n..).unwrap_or(&[]);
                    if !head.is_done() {
                        return Ok(None);
                    }
                    let response = head.response(e.to_head)?;
                    if response.is_interim() {
                        **head = Head::for_response(limit);
                        return Ok(None);
                    }
                    Ok(Some(response))
                })
            };
            match fed {
                Ok(Some(response)) => {
                    if !answered(conns, wsi, e, &response) {
                        return;
                    }
                }
                Ok(None) => {}
                Err(_) => return close::failed(conns, wsi, "problems parsing header"),
            }
        }
        if e.status.get() == 0 || wsi.phase() != Phase::Open {
            return;
        }
        if e.completed.get() || e.body.get().is_done() {
            // More than the answer has.
            if !rest.is_empty() {
                close::after_output(conns, wsi);
            }
            return;
        }
        if !wsi.hold(rest) {
            return close::now(conns, wsi);
        }
        offer(conns, wsi, e);
    }

    fn ended(&self, conns: &Conns, wsi: &Rc<Wsi>) {
        let Some(e) = exchange(wsi) else { return };
        if e.status.get() == 0 {
            return close::failed(conns, wsi, "read failed");
        }
        // The program reads the end of the body, if it reads what was before that.
        if !e.completed.get() && wsi.tell(reason::RECEIVE_CLIENT_HTTP) == 0 && !wsi.is_closed() {
            finish(wsi, e);
        }
        close::after_output(conns, wsi);
    }

    fn writeable(&self, conns: &Conns, wsi: &Rc<Wsi>, asked: bool) {
        let Some(e) = exchange(wsi) else { return };
        if !asked && !e.writes.get() {
            return;
        }
        wsi.life.writes_now();
        if wsi.tell(reason::CLIENT_HTTP_WRITEABLE) != 0 {
            return close::after_output(conns, wsi);
        }
        if e.writes.get() && wsi.phase() == Phase::Open {
            dispatch::want_write(conns, wsi);
        }
    }

    fn write(&self, conns: &Conns, wsi: &Wsi, bytes: &[u8], _: c_uint) -> io::Result<usize> {
        write::write(conns, wsi, bytes)?;
        if exchange(wsi).is_some_and(|e| e.status.get() == 0) {
            waits(conns, wsi);
        }
        Ok(bytes.len())
    }

    fn dropped(&self, wsi: &Wsi) {
        if exchange(wsi).is_some_and(|e| e.bound.replace(false)) {
            let protocol = wsi.protocol.get().raw().cast();
            wsi.call(reason::CLIENT_HTTP_DROP_PROTOCOL, protocol, 0);
        }
    }

    fn closed(&self, wsi: &Wsi) {
        wsi.tell(reason::CLOSED_CLIENT_HTTP);
    }

    fn timed_out(&self, _: &Wsi) -> &'static str {
        "Timed out waiting server reply"
    }
}

/// The server has its time for an answer from now on.
fn waits(conns: &Conns, wsi: &Wsi) {
    let secs = i64::from(wsi.vhost.set.timeout_secs);
    let why = PENDING_TIMEOUT_AWAITING_SERVER_RESPONSE as c_uint;
    timeout::set(conns, wsi, why, secs.saturating_mul(1_000_000));
}

/// The bytes of the request. `None`: the program has refused.
fn request(wsi: &Rc<Wsi>, e: &Exchange) -> Option<Vec<u8>> {
    let (w, goal) = (&e.wanted, redirect::goal(wsi)?);
    let to_get = is_to_get(wsi);
    let method = if to_get { b"GET" } else { w.method.as_bytes() };
    let mut request = [
        method,
        b" ",
        &goal.target,
        b" HTTP/1.1\r\nPragma: no-cache\r\nCache-Control: no-cache\r\nHost: ",
        &goal.host,
        b"\r\n",
    ]
    .concat();
    if let Some(origin) = &goal.origin {
        let scheme: &[u8] = match () {
            () if wsi.vhost.set.raw_origin => b"",
            () if super::transport::is_secured(wsi) => b"https://",
            () => b"http://",
        };
        for part in [b"Origin: ", scheme, origin, b"\r\n"] {
            request.extend_from_slice(part);
        }
    }
    if w.multipart && !to_get {
        let mut random = [0; form::BOUNDARY_LEN];
        crate::sys::random::fill(&mut random);
        let boundary = form::boundary(random);
        e.boundary.set(boundary);
        e.parts.set(false);
        let kind = b"Content-Type: multipart/form-data; boundary=\"";
        for part in [&kind[..], &boundary, b"\"\r\n"] {
            request.extend_from_slice(part);
        }
    }
    if !w.keeps {
        request.extend_from_slice(b"connection: close\r\n");
    }
    let begin = request.len();
    let (protocol, user) = (wsi.protocol.get(), wsi.user.get());
    let ask = |room: &mut [u8]| protocol.append_headers(&**wsi, user, room);
    if !append(&mut request, ROOM, ask)? {
        log_err!(wsi.log(), "the protocol refuses to make a request");
        return None;
    }
    if to_get {
        e.writes.set(false);
        wsi.life.writes_now();
        drop_body_headers(&mut request, begin);
    } else if w.form {
        request.extend_from_slice(b"Content-Type: application/x-www-form-urlencoded\r\n");
        let own = request.get(begin..).unwrap_or(&[]).to_ascii_lowercase();
        let name = b"content-length:";
        if !own.windows(name.len()).any(|w| w == name) {
            request.extend_from_slice(b"Content-Length: 0\r\n");
        }
    }
    request.extend_from_slice(b"\r\n");
    Some(request)
}

/// Takes away what a program says of a body behind `begin`: a request that a redirect has made a GET
/// has none.
fn drop_body_headers(request: &mut Vec<u8>, begin: usize) {
    let own = request.split_off(begin.min(request.len()));
    for line in own.split_inclusive(|b| *b == b'\n') {
        let name = line.split(|b| *b == b':').next().unwrap_or(&[]);
        let of_body: [&[u8]; 3] = [b"content-length", b"content-type", b"transfer-encoding"];
        if !of_body.iter().any(|n| n.eq_ignore_ascii_case(name)) {
            request.extend_from_slice(line);
        }
    }
}

/// The head of the answer is there. False: the connection closes, or goes elsewhere.
fn answered(conns: &Conns, wsi: &Rc<Wsi>, e: &Exchange, response: &Response) -> bool {
    timeout::clear(conns, wsi);
    e.status.set(response.status);
    if let Some(conmon) = wsi.conmon.get() {
        conmon.responded(response.status);
    }
    e.body.set(Body::new(response.body));
    if redirect::is_followed(wsi, response.status) {
        redirect::follow(conns, wsi, response.status);
        return false;
    }
    for (why, refusal) in [
        (
            reason::CLIENT_FILTER_PRE_ESTABLISH,
            "HS: disallowed by client filter",
        ),
        (
            reason::ESTABLISHED_CLIENT_HTTP,
            "HS: disallowed at ESTABLISHED",
        ),
    ] {
        if wsi.tell(why) != 0 {
            close::failed(conns, wsi, refusal);
            return false;
        }
        if wsi.phase() != Phase::Open {
            return false;
        }
    }
    wsi.life.set_up(true);
    if e.body.get().is_done() {
        return complete(conns, wsi, e);
    }
    true
}

/// Tells the program that there is something to read, until it has read all or does not.
fn offer(conns: &Conns, wsi: &Rc<Wsi>, e: &Exchange) {
    loop {
        let before = wsi.held.borrow().len();
        if before == 0 || wsi.phase() != Phase::Open {
            return;
        }
        let refused = wsi.tell(reason::RECEIVE_CLIENT_HTTP) != 0;
        if e.broken.get() {
            return close::now(conns, wsi);
        }
        if refused {
            return close::after_output(conns, wsi);
        }
        if wsi.phase() == Phase::Open && wsi.held.borrow().len() == before {
            // It will read later, and hears of it then.
            wsi.life.pause(HELD);
            return dispatch::update_interest(conns, wsi);
        }
    }
}

/// Reads what came of the answer's body into `room`; the program is told of each piece. Returns 0, or
/// what it is to return.
pub(crate) fn read(conns: &Conns, wsi: &Rc<Wsi>, room: &mut [u8]) -> c_int {
    let Some(e) = exchange(wsi) else { return -1 };
    wsi.life.resume(HELD);
    let mut budget = room.len();
    while budget > 0 && !e.completed.get() && wsi.phase() == Phase::Open {
        let mut body = e.body.get();
        let fed = {
            let mut held = wsi.held.borrow_mut();
            let most = held.len().min(budget);
            if most == 0 {
                break;
            }
            let fed = body.feed(held.get(..most).unwrap_or(&[]));
            fed.map(|piece| {
                let data = held.get(piece.data).unwrap_or(&[]);
                let len = data.len();
                for (to, from) in room.iter_mut().zip(data) {
                    *to = *from;
                }
                held.drain(..piece.taken.min(most));
                budget = budget.saturating_sub(piece.taken);
                len
            })
        };
        e.body.set(body);
        let Ok(len) = fed else {
            e.broken.set(true);
            return -1;
        };
        if len > 0 {
            let start = room.as_ptr().cast();
            let result = wsi.call(reason::RECEIVE_CLIENT_HTTP_READ, start, len);
            if result != 0 {
                return result;
            }
        }
        if e.body.get().is_done() && !wsi.is_closed() && !complete(conns, wsi, e) {
            return -1;
        }
    }
    let over = wsi.life.is_ended() && wsi.held.borrow().is_empty();
    if over && !e.completed.get() {
        finish(wsi, e);
        return -1;
    }
    dispatch::update_interest(conns, wsi);
    dispatch::queue_held(conns, wsi);
    0
}

/// The server has closed: where that is the end of the body, the answer is whole.
fn finish(wsi: &Wsi, e: &Exchange) {
    if e.body.get().may_end() && wsi.held.borrow().is_empty() && !e.completed.replace(true) {
        wsi.tell(reason::COMPLETED_CLIENT_HTTP);
    }
}

/// The answer is whole. False: the connection closes.
fn complete(conns: &Conns, wsi: &Rc<Wsi>, e: &Exchange) -> bool {
    e.completed.set(true);
    let surplus = !wsi.held.borrow().is_empty();
    let refused = wsi.tell(reason::COMPLETED_CLIENT_HTTP) != 0;
    if wsi.phase() != Phase::Open {
        return false;
    }
    if refused || surplus {
        wsi.held.borrow_mut().clear();
        close::after_output(conns, wsi);
        return false;
    }
    let why = PENDING_TIMEOUT_HTTP_KEEPALIVE_IDLE as c_uint;
    let secs = match e.wanted.keep_warm_secs {
        0 => IDLE_SECS,
        secs => secs,
    };
    timeout::set(conns, wsi, why, i64::from(secs) * 1_000_000);
    true
}

/// Whether a redirect has made its request a GET, whatever the program asked for.
pub(crate) fn is_to_get(wsi: &Wsi) -> bool {
    redirect::is_to_get(wsi) && exchange(wsi).is_some_and(|e| !e.to_head)
}

/// What the program writes before a part of the request's body, and after the last one (`None`), for
/// `write` to put there; that says whether there was room. `None`: the body has no parts.
pub(crate) fn delimit(
    wsi: &Wsi,
    part: Option<&Part>,
    write: impl FnOnce(&[u8]) -> bool,
) -> Option<bool> {
    let e = exchange(wsi).filter(|e| e.wanted.multipart)?;
    let text = form::delimit(&e.boundary.get(), part, !e.parts.get());
    let written = write(&text);
    e.parts.set(e.parts.get() || written);
    Some(written)
}

/// Notes whether the program has more of the request's body to write.
pub(crate) fn set_writes(wsi: &Wsi, more: bool) {
    if let Some(e) = exchange(wsi) {
        e.writes.set(more);
    }
}

/// The status of the answer, 0 before it has come.
pub(crate) fn status(wsi: &Wsi) -> u16 {
    exchange(wsi).map_or(0, Exchange::status)
}
