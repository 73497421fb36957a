//! The way of a client through a proxy of its vhost: it is connected to that, and asks it for the host.
//! TLS, and what the connection speaks, begin behind that.

use super::wsi::Wsi;
use super::{client, timeout};
use crate::abi::timeout_timer::pending_timeout::PENDING_TIMEOUT_AWAITING_PROXY_RESPONSE;
use crate::conn::conns::Conns;
use crate::roles::h1::proxy::{Proxy, Refused, Reply};
use crate::sys::net::Io;
use crate::sys::poll::Interest;
use core::cell::RefCell;
use core::ffi::c_uint;
use std::ffi::CStr;
use std::io;
use std::rc::Rc;

/// What a client asks a proxy for.
pub(super) struct Tunnel {
    proxy: Rc<Proxy>,
    state: RefCell<State>,
}

struct State {
    /// What has not been sent yet of the request.
    request: Vec<u8>,
    reply: Reply,
}

impl Tunnel {
    /// To a port of a host, if the vhost has a proxy for that.
    pub(super) fn to(wsi: &Wsi, host: &CStr, port: u16) -> Option<Self> {
        let proxy = wsi.vhost.proxy.borrow().clone()?;
        let host = host.to_bytes();
        // A unix socket is of this machine.
        if host.starts_with(b"+") || !proxy.serves(host) {
            return None;
        }
        let state = State {
            request: proxy.request(host, port),
            reply: Reply::default(),
        };
        Some(Self {
            proxy,
            state: RefCell::new(state),
        })
    }

    /// Where the proxy is.
    pub(super) fn proxy(&self) -> (&[u8], u16) {
        (&self.proxy.address, self.proxy.port)
    }

    /// Sends what is left of the request, and takes what has come of the answer. Returns whether the
    /// way is there.
    fn go_on(&self, wsi: &Wsi, io: &Io) -> io::Result<bool> {
        let state = &mut *self.state.borrow_mut();
        while !state.request.is_empty() {
            match io.write(&state.request) {
                Ok(n) => {
                    state.request.drain(..n.min(state.request.len()));
                }
                Err(e) => return waits(wsi, e, Interest::WRITE),
            }
        }
        loop {
            // No more than its head: what follows that is for whoever comes next.
            let mut byte = [0];
            match io.read(&mut byte) {
                Ok(0) => return Err(io::Error::other("proxy conn dead")),
                Ok(_) => {}
                Err(e) => return waits(wsi, e, Interest::READ),
            }
            let [byte] = byte;
            let why = match state.reply.feed(byte) {
                Ok(true) => return Ok(true),
                Ok(false) => continue,
                Err(Refused::Status(status)) => format!("http_proxy -> {status}"),
                Err(Refused::NoHttp) => "http_proxy fail".into(),
            };
            return Err(io::Error::other(why));
        }
    }
}

/// Notes what a connection waits for.
fn waits(wsi: &Wsi, e: io::Error, wants: Interest) -> io::Result<bool> {
    match e.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => {
            wsi.life.set_handshake(wants);
            Ok(false)
        }
        _ => Err(io::Error::other(format!("proxy read err: {e}"))),
    }
}

/// Whether a client has a way through a proxy to make before anything else.
pub(super) fn is_needed(wsi: &Wsi) -> bool {
    client::with(wsi, |s| s.tunnel.is_some()) == Some(true)
}

/// The proxy has its time for an answer from now on.
pub(super) fn begin(conns: &Conns, wsi: &Wsi) {
    let why = PENDING_TIMEOUT_AWAITING_PROXY_RESPONSE as c_uint;
    let secs = i64::from(wsi.vhost.set.timeout_secs);
    timeout::set(conns, wsi, why, secs.saturating_mul(1_000_000));
}

/// Goes on with the way through the proxy. `Ok(true)`: it is there, and the connection is as one that
/// has just been connected.
pub(super) fn go_on(wsi: &Wsi) -> io::Result<bool> {
    let tunnel = client::with(wsi, |s| s.tunnel.clone()).flatten();
    let (Some(tunnel), Some(io)) = (tunnel, wsi.io()) else {
        return Err(io::ErrorKind::NotConnected.into());
    };
    let over = tunnel.go_on(wsi, &io)?;
    if over {
        wsi.life.set_handshake(Interest::NONE);
        client::with(wsi, |s| s.tunnel = None);
    }
    Ok(over)
}
