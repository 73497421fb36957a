//! TLS of vhosts and connections: what [`crate::tls`] decides, done with OpenSSL, and the callbacks
//! that belong to it.

use super::dispatch::again;
use super::error::Error;
use super::transport::Session;
use super::vhost::Vhost;
use super::wsi::Wsi;
use super::{race, reason, timeout};
use crate::conn::conns::Conns;
use crate::event::core::Room;
use crate::log::{log_err, log_notice};
use crate::sys::callbacks::SslInfo;
use crate::sys::clock;
use crate::sys::net;
use crate::sys::poll::Interest;
#[cfg(feature = "LWS_ROLE_H1")]
use crate::sys::tls::ctx::Asks;
use crate::sys::tls::ctx::SslCtx;
use crate::sys::tls::ssl::{Hooks, Ssl, Step, Verifying};
use crate::tls::alpn;
use crate::tls::hello::{self, Begins};
use crate::tls::settings::{Client, Server, Source};
use crate::tls::verify::{self, Forgives};
use core::cell::{Cell, RefCell};
use core::ffi::{CStr, c_int, c_void};
use core::ops::Range;
use core::ptr::{from_ref, null};
use std::ffi::CString;
use std::io;
use std::rc::{Rc, Weak};

/// What a vhost is to be secured with; nothing without `LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT`.
#[derive(Default)]
pub(crate) struct Settings {
    pub(crate) server: Option<Server>,
    pub(crate) client: Option<Client>,
    /// A context of the program's own that connections are opened with.
    pub(crate) provided: Option<SslCtx>,
    /// The protocols that are offered or accepted, as TLS has them.
    pub(crate) alpn: Vec<u8>,
    /// Which steps the program is told of: `SSL_CB_` bits.
    pub(crate) info_mask: c_int,
    /// What is done about peers that do not speak TLS.
    pub(crate) plain: Plain,
}

/// What is done about a peer that does not speak TLS where that is expected.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Plain {
    /// Its handshake fails.
    #[default]
    Fails,
    /// It is told nothing and closed.
    Closed,
    /// It is served all the same.
    Served,
    /// HTTP is served by sending it to TLS.
    Sent,
    /// An HTTP server takes it for a raw connection.
    Raw,
}

/// What a vhost's connections are made with.
#[derive(Default)]
pub(crate) struct Contexts {
    server: RefCell<Option<Rc<SslCtx>>>,
    client: RefCell<Option<Rc<SslCtx>>>,
}

impl Contexts {
    /// What connections are accepted with; `None`: they are plain.
    pub(crate) fn server(&self) -> Option<Rc<SslCtx>> {
        self.server.borrow().clone()
    }

    /// What connections are opened with.
    pub(crate) fn client(&self) -> Option<Rc<SslCtx>> {
        self.client.borrow().clone()
    }

    /// Accepts with another context from now on.
    pub(crate) fn set_server(&self, ctx: SslCtx) {
        self.server.replace(Some(Rc::new(ctx)));
    }

    /// Opens with this context from now on.
    pub(crate) fn set_client(&self, ctx: SslCtx) {
        self.client.replace(Some(Rc::new(ctx)));
    }
}

/// What a client asks for.
#[derive(Clone)]
pub(crate) struct Wanted {
    /// By which name the peer is asked, and which its certificate has to have.
    pub(crate) host: CString,
    /// The protocols to offer, as TLS has them; `None`: those of the vhost.
    pub(crate) alpn: Option<Vec<u8>>,
    pub(crate) forgives: Forgives,
}

/// Makes a vhost's contexts. Its first protocol may add to them, and refuse.
pub(super) fn begin(conns: &Conns, vhost: &Rc<Vhost>) -> Result<(), Error> {
    let set = &vhost.set.tls;
    if let Some(server) = &set.server {
        let ctx = server.make(vhost.name(), vhost.log)?;
        load_server(conns, vhost, &ctx)?;
        vhost.tls.set_server(ctx);
        log_notice!(
            vhost.log,
            "Vhost '{}' using TLS mode",
            vhost.name().to_string_lossy()
        );
    }
    if let Some(client) = &set.client {
        begin_client(conns, vhost, client)?;
    }
    Ok(())
}

/// Makes what a vhost's connections are opened with.
fn begin_client(conns: &Conns, vhost: &Rc<Vhost>, set: &Client) -> Result<(), Error> {
    if let Some(ctx) = &vhost.set.tls.provided {
        vhost.tls.set_client(ctx.share());
        return Ok(());
    }
    make_client(conns, vhost, set)
}

/// As the settings of a vhost do it, with others.
pub(crate) fn make_client(conns: &Conns, vhost: &Rc<Vhost>, set: &Client) -> Result<(), Error> {
    let ctx = set.make(vhost.log)?;
    // What it returns has no effect in lws.
    load(conns, vhost, &ctx, reason::LOAD_CLIENT_CERTS, null());
    vhost.tls.set_client(ctx);
    Ok(())
}

/// Lets the program add to what connections are accepted with.
fn load_server(conns: &Conns, vhost: &Rc<Vhost>, ctx: &SslCtx) -> Result<(), Error> {
    let at = from_ref::<Vhost>(vhost).cast();
    match load(conns, vhost, ctx, reason::LOAD_SERVER_CERTS, at) {
        0 => Ok(()),
        _ => Err(Error::Refused),
    }
}

fn load(conns: &Conns, vhost: &Rc<Vhost>, ctx: &SslCtx, why: u32, input: *const c_void) -> c_int {
    let Some(first) = vhost.protocols().first() else {
        return 0;
    };
    let wsi = Wsi::fake(conns, vhost, *first);
    first.call(&wsi, why, ctx.raw(), input, 0)
}

/// Has a vhost that was made with these files accept with what is in them now, or with what is given
/// instead of them. Where that is no good, nothing changes.
pub(crate) fn renew(
    conns: &Conns,
    vhost: &Rc<Vhost>,
    (certificate, key): (&CStr, &CStr),
    given: &(Option<Source>, Option<Source>),
) -> Result<(), Error> {
    let Some(server) = &vhost.set.tls.server else {
        return Ok(());
    };
    let common = &server.common;
    let is = |source: &Option<Source>, path: &CStr| match source {
        Some(Source::File(own)) => **own == *path,
        _ => false,
    };
    if vhost.gone.get() || !is(&common.certificate, certificate) || !is(&common.key, key) {
        return Ok(());
    }
    let ctx = server.make_anew(given, vhost.name(), vhost.log)?;
    load_server(conns, vhost, &ctx)?;
    vhost.tls.set_server(ctx);
    Ok(())
}

/// Secures a connection that was accepted, if its vhost is secured. False: there is no memory.
pub(super) fn accept(conns: &Conns, wsi: &Rc<Wsi>) -> bool {
    let Some(ctx) = wsi.vhost.tls.server() else {
        return true;
    };
    let set = &wsi.vhost.set.tls;
    let asks = Asked {
        conns: conns.me(),
        wsi: Rc::downgrade(wsi),
        of: Rc::downgrade(wsi),
        server: true,
        forgives: Forgives::default(),
    };
    let Some(ssl) = open(wsi, &ctx, asks) else {
        return false;
    };
    wsi.session.replace(Some(Rc::new(Tls {
        ssl,
        shaking: Cell::new(true),
        forgives: Forgives::default(),
        plain: Cell::new(set.plain),
        is_plain: Cell::new(false),
    })));
    true
}

/// Whether a vhost demands of its clients what this one was not asked for: TLS, or a certificate.
#[cfg(feature = "LWS_ROLE_H1")]
pub(super) fn demands_more(wsi: &Wsi, meant: &Rc<Vhost>) -> bool {
    let Some(server) = meant.set.tls.server.as_ref() else {
        return false;
    };
    if !super::transport::is_secured(wsi) {
        return meant.tls.server().is_some()
            && !matches!(meant.set.tls.plain, Plain::Served | Plain::Sent);
    }
    let agreed = wsi.named.get().unwrap_or(wsi.vhost.first());
    server.asks != Asks::No && !Rc::ptr_eq(agreed, meant)
}

/// Secures what a client has connected, as the program asked. Callbacks are about `client`, which may be
/// an attempt's.
pub(super) fn connect(
    conns: &Conns,
    wsi: &Rc<Wsi>,
    client: &Rc<Wsi>,
    wanted: &Wanted,
) -> Result<(), Error> {
    let Some(ctx) = wsi.vhost.tls.client() else {
        log_err!(
            wsi.log(),
            "the vhost has no TLS: its options lack LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT"
        );
        return Err(Error::NotSecured);
    };
    let asks = Asked {
        conns: conns.me(),
        wsi: Rc::downgrade(client),
        of: Rc::downgrade(wsi),
        server: false,
        forgives: wanted.forgives,
    };
    let ssl = open(wsi, &ctx, asks).ok_or(Error::NotSecured)?;
    let host = &wanted.host;
    let ip = net::parse(host, 0).and_then(|a| Some(a.as_socket()?.ip()));
    let named = match ip {
        // RFC 6066, section 3: an address is no name of a host.
        Some(ip) => wanted.forgives.other_host || ssl.expect_ip(ip),
        None => {
            // A name may end with a dot that is no part of it.
            let bare = host.to_bytes();
            let bare = bare.strip_suffix(b".").unwrap_or(bare);
            let bare = CString::new(bare).unwrap_or_default();
            ssl.ask_for(&bare) && (wanted.forgives.other_host || ssl.expect_host(&bare))
        }
    };
    let offered = wanted.alpn.as_ref().unwrap_or(&wsi.vhost.set.tls.alpn);
    if !named || (!offered.is_empty() && !ssl.offer(offered)) {
        return Err(Error::NotSecured);
    }
    wsi.session.replace(Some(Rc::new(Tls {
        ssl,
        shaking: Cell::new(true),
        forgives: wanted.forgives,
        plain: Cell::new(Plain::Fails),
        is_plain: Cell::new(false),
    })));
    Ok(())
}

/// The handshake of a client may take as long as an answer may.
pub(super) fn limit(conns: &Conns, wsi: &Wsi) {
    let limit_us = i64::from(wsi.vhost.set.timeout_secs) * 1_000_000;
    let until = clock::now_us().saturating_add(limit_us);
    if wsi.life.deadline().is_none_or(|at| until < at) {
        wsi.life.set_timeout(Some(until));
        timeout::follow(conns, wsi);
    }
}

fn open(wsi: &Wsi, ctx: &SslCtx, asks: Asked) -> Option<Ssl> {
    let ssl = Ssl::new(ctx, wsi.fd(), asks.server, Box::new(asks))?;
    if wsi.vhost.set.tls.info_mask != 0 {
        ssl.tell();
    }
    Some(ssl)
}

/// What OpenSSL asks about a connection.
struct Asked {
    conns: Weak<Conns>,
    wsi: Weak<Wsi>,
    /// The attempt that it is about, if it is one.
    of: Weak<Wsi>,
    server: bool,
    forgives: Forgives,
}

impl Asked {
    /// Whether it is about an attempt whose race is over: no program hears of that.
    fn has_lost(&self) -> bool {
        self.of.upgrade().is_some_and(|w| race::has_lost(&w))
    }
}

impl Hooks for Asked {
    fn verify(&self, at: &mut Verifying) -> bool {
        if self.has_lost() {
            if !at.good && self.forgives.allow(at.error()).is_some() {
                at.forgive();
            }
            return at.error() == 0;
        }
        let Some(wsi) = self.wsi.upgrade() else {
            return false;
        };
        let why = if self.server {
            reason::VERIFY_CLIENT
        } else {
            if let Some(said) = self.forgives.allow(at.error()).filter(|_| !at.good) {
                log_notice!(wsi.log(), "{said}");
                at.forgive();
            }
            reason::VERIFY_SERVER
        };
        let good = usize::from(at.good);
        let refused = wsi
            .vhost
            .protocols()
            .first()
            .is_some_and(|p| p.call(&*wsi, why, at.ssl(), at.store(), good) != 0);
        // A program accepts what is not good by taking the error away.
        if refused || at.error() != 0 {
            log_err!(wsi.log(), "{}", verify::line(at.error(), at.depth()));
            return false;
        }
        true
    }

    fn server_name(&self, name: &CStr) -> Option<Rc<SslCtx>> {
        let (conns, wsi) = (self.conns.upgrade()?, self.wsi.upgrade()?);
        let named = match wsi.named.get() {
            Some(named) => Rc::clone(named),
            None => super::sharing::choose(&conns, &wsi.vhost, name.to_bytes())?,
        };
        let ctx = named.tls.server();
        wsi.named.get_or_init(|| named);
        ctx
    }

    fn select_alpn(&self, offered: &[u8]) -> Option<Range<usize>> {
        let wsi = self.wsi.upgrade()?;
        let vhost = wsi.named.get().unwrap_or(&wsi.vhost);
        alpn::choose(&vhost.set.tls.alpn, offered)
    }

    fn info(&self, stage: c_int, ret: c_int) {
        let Some(wsi) = self.wsi.upgrade().filter(|_| !self.has_lost()) else {
            return;
        };
        if stage & wsi.vhost.set.tls.info_mask != 0 && !wsi.is_closed() {
            let told = SslInfo::new(stage, ret);
            wsi.call(reason::SSL_INFO, told.as_ptr(), 0);
        }
    }
}

/// A connection that TLS secures.
struct Tls {
    ssl: Ssl,
    shaking: Cell<bool>,
    forgives: Forgives,
    /// What is done if the peer turns out not to speak TLS, until that is known.
    plain: Cell<Plain>,
    is_plain: Cell<bool>,
}

impl Session for Tls {
    fn handshake(&self, wsi: &Wsi) -> io::Result<bool> {
        if self.plain.get() != Plain::Fails {
            let Some(io) = wsi.io() else { return Ok(false) };
            let mut first = [0];
            let n = match io.peek(&mut first) {
                Err(e) if again(&e) => return Ok(false),
                result => result?,
            };
            match hello::begins(first.get(..n).unwrap_or(&[])) {
                Begins::Plain if self.plain.get() != Plain::Closed => {
                    self.is_plain.set(true);
                    self.shaking.set(false);
                    return Ok(true);
                }
                Begins::Plain => {
                    log_notice!(wsi.log(), "a peer did not send a valid tls hello");
                    return Err(io::ErrorKind::InvalidData.into());
                }
                Begins::Nothing => return Err(io::ErrorKind::UnexpectedEof.into()),
                Begins::Secured => self.plain.set(Plain::Fails),
            }
        }
        match self.ssl.handshake() {
            Step::Done => {
                self.shaking.set(false);
                Ok(true)
            }
            Step::Read | Step::Write => Ok(false),
            Step::Failed(failed) => Err(io::Error::other(verify::why(failed, self.forgives))),
        }
    }

    fn read(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.ssl.read(buf)
    }

    fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.ssl.write(bytes)
    }

    fn pending(&self) -> bool {
        self.ssl.pending() > 0
    }

    fn wants(&self) -> Interest {
        let write = self.ssl.wants_room();
        Interest {
            read: !write,
            write,
        }
    }

    fn shutdown(&self) {
        if !self.shaking.get() {
            self.ssl.goodbye();
        }
    }

    fn is_plain(&self) -> bool {
        self.is_plain.get()
    }

    fn ssl(&self) -> &Ssl {
        &self.ssl
    }
}
