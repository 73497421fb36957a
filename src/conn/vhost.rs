//! A set of protocols, and the settings of the connections that use them.

use super::driver::Driver;
use super::reason;
use super::wsi::Wsi;
use crate::abi::types::lws_context;
use crate::conn::conns::Conns;
use crate::log::{Log, log_err};
use crate::sys::policy::Policy;
use crate::sys::protocol::{Finalize, Options, Protocol};
use crate::sys::zeroed::Zeroed;
use core::cell::{Cell, RefCell};
use core::ffi::{CStr, c_int, c_uint, c_void};
use core::ptr::{null, null_mut};
use socket2::{Domain, Socket};
use std::ffi::CString;
use std::io;
use std::rc::Rc;

/// How a vhost's connections are kept alive by the kernel: seconds, and how often.
#[derive(Clone, Copy, Default)]
pub(crate) struct KeepAlive {
    pub(crate) time: u64,
    pub(crate) interval: u64,
    pub(crate) probes: u32,
}

/// Where and how a vhost listens.
pub(crate) struct Listen {
    pub(crate) port: u16,
    /// An address, the name of an interface, or the path of a unix socket.
    pub(crate) iface: Option<CString>,
    pub(crate) unix: bool,
    /// `user:group` for the unix socket.
    pub(crate) unix_perms: Option<CString>,
    pub(crate) ipv6: bool,
    /// Whether `IPV6_V6ONLY` is to be set, and to what.
    pub(crate) v6_only: Option<bool>,
    pub(crate) share: bool,
    /// Without the address or the interface, the vhost fails instead of waiting for it.
    pub(crate) must_bind: bool,
    /// Length of the queue for TCP fast open, 0 for none.
    pub(crate) fast_open: c_int,
    /// The protocol that accepted connections are bound to; the first one without it.
    pub(crate) accept_protocol: Option<CString>,
}

/// What a vhost is made from.
pub(crate) struct Settings {
    pub(crate) log: Log,
    pub(crate) name: CString,
    pub(crate) protocols: Vec<Protocol>,
    pub(crate) options: Options,
    /// Whether its protocols are initialised at all.
    pub(crate) uses_init: bool,
    pub(crate) finalize: Option<Finalize>,
    pub(crate) user: *mut c_void,
    pub(crate) port: c_int,
    pub(crate) iface: Option<CString>,
    /// Whether all sockets are bound to the interface `iface` (`SO_BINDTODEVICE`).
    pub(crate) bind_device: bool,
    /// Whether client connections may use IPv6.
    pub(crate) ipv6: bool,
    pub(crate) listen: Option<Listen>,
    /// Whether sockets that are adopted without a role are raw, rather than HTTP.
    pub(crate) adopts_raw: bool,
    /// A peer of an HTTP server that does not speak HTTP becomes a connection as adopted ones are.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(crate) falls_back: bool,
    /// The protocol that adopted sockets are bound to.
    pub(crate) adopt_protocol: Option<CString>,
    pub(crate) connect_timeout_secs: u32,
    /// Time limit of one attempt to connect, and of a request or its answer without progress.
    pub(crate) timeout_secs: u32,
    /// What connections that it accepts speak.
    pub(crate) speaks: &'static dyn Driver,
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(crate) answers: super::answer::Answers,
    /// Time limit of the head of a request, from the beginning of the connection on.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(crate) head_secs: u32,
    /// How long a connection may be idle between requests.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(crate) keep_alive_secs: u32,
    pub(crate) keep_alive: KeepAlive,
    pub(crate) policy: Policy,
    /// Text of WebSocket that is no UTF-8 ends its connection.
    #[cfg(feature = "LWS_ROLE_WS")]
    pub(crate) checks_utf8: bool,
    /// The origin of a client's request is sent as it is.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(crate) raw_origin: bool,
    /// Where its extensions have permessage-deflate: what its clients offer.
    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
    pub(crate) deflate_offer: Option<CString>,
    #[cfg(feature = "LWS_WITH_TLS")]
    pub(crate) tls: super::secure::Settings,
}

pub(crate) struct Vhost {
    pub(crate) log: Log,
    /// NULL until the vhost is added to a context.
    pub(crate) context: Cell<*mut lws_context>,
    pub(crate) set: Settings,
    initialised: Cell<bool>,
    /// The program's memory for each protocol (lws_protocol_vh_priv_zalloc()).
    private: RefCell<Vec<Option<Zeroed>>>,
    /// What its clients go through.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(crate) proxy: RefCell<Option<Rc<crate::roles::h1::proxy::Proxy>>>,
    /// The port it listens on.
    pub(crate) listen_port: Cell<c_int>,
    pub(super) listening: super::listen::Listening,
    /// What its connections are secured with.
    #[cfg(feature = "LWS_WITH_TLS")]
    pub(crate) tls: super::secure::Contexts,
    pub(crate) gone: Cell<bool>,
}

impl Vhost {
    pub(crate) fn new(set: Settings) -> Self {
        let private = set.protocols.iter().map(|_| None).collect();
        Self {
            log: set.log,
            context: Cell::new(null_mut()),
            listen_port: Cell::new(set.port),
            listening: super::listen::Listening::default(),
            #[cfg(feature = "LWS_WITH_TLS")]
            tls: super::secure::Contexts::default(),
            set,
            initialised: Cell::new(false),
            private: RefCell::new(private),
            #[cfg(feature = "LWS_ROLE_H1")]
            proxy: RefCell::default(),
            gone: Cell::new(false),
        }
    }

    pub(crate) fn name(&self) -> &CStr {
        &self.set.name
    }

    pub(crate) fn protocols(&self) -> &[Protocol] {
        &self.set.protocols
    }

    /// Binds a new internet socket to the vhost's interface, if all of its sockets are.
    pub(super) fn bind_device(&self, socket: &Socket, domain: Domain) -> io::Result<()> {
        match &self.set.iface {
            Some(name) if self.set.bind_device && domain != Domain::UNIX => {
                socket.bind_device(Some(name.to_bytes()))
            }
            _ => Ok(()),
        }
    }

    /// Adds to an error of [`Vhost::bind_device`] where it comes from.
    pub(super) fn device_failed(&self, e: &io::Error) -> io::Error {
        let name = self.set.iface.as_deref().unwrap_or(c"").to_string_lossy();
        io::Error::new(e.kind(), format!("bind_iface: {name}: {e}"))
    }

    /// The protocol of this name.
    pub(crate) fn protocol(&self, name: &CStr) -> Option<Protocol> {
        self.protocols()
            .iter()
            .copied()
            .find(|p| p.name() == Some(name))
    }

    /// The protocol for raw connections that do not name one: the one with the option `raw`, else
    /// the one with `default`, else the first.
    pub(crate) fn default_protocol(&self) -> Option<Protocol> {
        let with = |option: &CStr| {
            let has = |p: &&Protocol| p.name().is_some_and(|n| self.set.options.has(n, option));
            self.protocols().iter().find(has).copied()
        };
        with(c"raw")
            .or_else(|| with(c"default"))
            .or_else(|| self.protocols().first().copied())
    }

    fn at(&self, protocol: Protocol) -> Option<usize> {
        self.protocols()
            .iter()
            .position(|p| p.raw() == protocol.raw())
    }

    /// Zeroed memory that the program keeps for one of the protocols; it goes with the vhost.
    pub(crate) fn allocate_private(&self, protocol: Protocol, size: usize) -> *mut c_void {
        let Some(at) = self.at(protocol) else {
            return null_mut();
        };
        let mut all = self.private.borrow_mut();
        let Some(slot) = all.get_mut(at) else {
            return null_mut();
        };
        *slot = Zeroed::new(size);
        slot.as_ref().map_or(null_mut(), Zeroed::as_ptr)
    }

    pub(crate) fn private(&self, protocol: Protocol) -> *mut c_void {
        let all = self.private.borrow();
        let slot = self.at(protocol).and_then(|at| all.get(at));
        slot.and_then(Option::as_ref)
            .map_or(null_mut(), Zeroed::as_ptr)
    }

    /// Calls one protocol, about no connection.
    pub(crate) fn call(
        self: &Rc<Self>,
        conns: &Conns,
        protocol: Protocol,
        why: c_uint,
        input: *const c_void,
        len: usize,
    ) -> c_int {
        let wsi = Wsi::fake(conns, self, protocol);
        protocol.call(&wsi, why, null_mut(), input, len)
    }

    /// Makes PROTOCOL_INIT of each protocol, once; where the vhost has options (`pvo`), of those that they
    /// name. A protocol that fails ends the initialisation of the vhost.
    pub(crate) fn init_protocols(self: &Rc<Self>, conns: &Conns) {
        if !self.set.uses_init || self.initialised.get() {
            return;
        }
        for (at, p) in self.protocols().iter().enumerate() {
            let named = p.name().and_then(|n| self.set.options.of(n));
            if p.name().is_none() || (self.set.options.given() && named.is_none()) {
                continue;
            }
            if self.gone.get() {
                return;
            }
            if self.call(conns, *p, reason::PROTOCOL_INIT, named.unwrap_or(null()), 0) != 0 {
                if let Some(slot) = self.private.borrow_mut().get_mut(at) {
                    *slot = None;
                }
                let name = p.name().unwrap_or(c"").to_string_lossy();
                let vhost = self.name().to_string_lossy();
                log_err!(
                    self.log,
                    "vhost {vhost}: protocol {name} failed to initialise"
                );
                return;
            }
        }
        self.initialised.set(true);
    }

    /// Tells every protocol; the last nonzero return, or 0.
    pub(crate) fn broadcast(
        self: &Rc<Self>,
        conns: &Conns,
        why: c_uint,
        input: *const c_void,
        len: usize,
    ) -> c_int {
        let mut result = 0;
        for p in self.protocols() {
            let r = self.call(conns, *p, why, input, len);
            if r != 0 {
                result = r;
            }
        }
        result
    }

    /// Tells the first protocol.
    pub(crate) fn tell_first(self: &Rc<Self>, conns: &Conns, why: c_uint) {
        if let Some(p) = self.protocols().first() {
            self.call(conns, *p, why, null(), 0);
        }
    }

    /// Ends the vhost: closes its connections, makes PROTOCOL_DESTROY of the protocols that were
    /// initialised, and calls `finalize`.
    pub(crate) fn finish(self: &Rc<Self>, conns: &Conns) {
        if self.gone.get() {
            return;
        }
        super::sharing::bequeath(conns, self);
        self.gone.set(true);
        super::close::all_of_vhost(conns, self);
        if self.initialised.replace(false) {
            self.broadcast(conns, reason::PROTOCOL_DESTROY, null(), 0);
        }
        self.private.borrow_mut().clear();
        if let Some(f) = self.set.finalize {
            f.call(&**self);
        }
    }
}
