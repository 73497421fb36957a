//! One connection, and the callbacks it makes.

use super::client::Search;
use super::conmon::Conmon;
use super::driver::Driver;
use super::home::Home;
use super::life::{Farewell, Lifecycle};
pub(crate) use super::life::{Phase, Role};
use super::race::Racer;
use super::raw::Raw;
use super::transport::Session;
use super::vhost::Vhost;
use super::write::Output;
use crate::abi::types::lws_context;
use crate::cao::attempt::Attempt;
use crate::conn::conns::Conns;
use crate::log::{Log, log_err};
use crate::sys::net::Io;
use crate::sys::policy::Policy;
use crate::sys::poll::Interest;
use crate::sys::protocol::Protocol;
use crate::sys::timer::Timer;
use crate::sys::zeroed::Zeroed;
use core::cell::{Cell, OnceCell, RefCell};
use core::ffi::{c_int, c_uint, c_void};
use core::ptr::{null, null_mut};
use core::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::rc::Rc;

/// Timers that few connections use.
pub(crate) struct Timers {
    /// Fires when [`Lifecycle::expires`] says.
    pub(crate) life: Timer<Conns>,
    /// The program's, for a TIMER callback. A socket that listens ends its pause with it.
    pub(crate) timer: Timer<Conns>,
    pub(crate) validity: Timer<Conns>,
    /// The time that the timer of `life` is armed for.
    pub(super) armed: Cell<Option<i64>>,
}

pub(crate) struct Wsi {
    /// The context as the program knows it.
    pub(crate) context: *mut lws_context,
    pub(crate) vhost: Home,
    pub(crate) protocol: Cell<Protocol>,
    pub(crate) life: Lifecycle,
    pub(crate) log: Cell<Log>,
    /// A file that is always ready, and that the kernel cannot wait for.
    pub(crate) always_ready: Cell<bool>,
    /// Its key in the table; 0: it is not in the table.
    pub(crate) token: Cell<u64>,
    io: RefCell<Option<Rc<Io>>>,
    /// The descriptor of `io`, -1 for none: any thread may ask for it.
    fd: AtomicI32,
    pub(crate) interest: Cell<Interest>,
    /// Whether a poll loop of the program's knows its descriptor.
    pub(super) polled: Cell<bool>,
    /// The program is being told to forget its descriptor.
    pub(super) leaving: Cell<bool>,
    /// The program's memory for it: given by the program, or in `memory`.
    pub(crate) user: Cell<*mut c_void>,
    /// What secures it; `None` for one that is plain.
    pub(super) session: RefCell<Option<Rc<dyn Session>>>,
    /// The vhost that its client has named in TLS.
    #[cfg(feature = "LWS_WITH_TLS")]
    pub(super) named: OnceCell<Rc<Vhost>>,
    memory: RefCell<Option<Zeroed>>,
    pub(crate) opaque: Cell<*mut c_void>,
    pub(crate) opaque_parent: Cell<*mut c_void>,
    pub(crate) policy: Cell<Policy>,
    /// What can be read is read before anything is written.
    pub(crate) reads_first: Cell<bool>,
    /// The timer that checks it when it is idle wakes a suspended system.
    pub(crate) wakes: Cell<bool>,
    /// It is in the list of connections that get a WRITEABLE callback.
    pub(crate) queued: Cell<bool>,
    /// Written by the program, not yet taken by the kernel.
    pub(crate) out: RefCell<Output>,
    /// Input that was read and not used yet: given with an adopted socket, or ahead of what the driver
    /// handles now.
    pub(crate) held: RefCell<Vec<u8>>,
    /// It is in the list of connections with input that was read already.
    pub(super) listed: Cell<bool>,
    driver: Cell<&'static dyn Driver>,
    /// What it has while it speaks HTTP or WebSocket.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(crate) web: OnceCell<Box<super::web::Web>>,
    pub(crate) timers: OnceCell<Box<Timers>>,
    /// Why the program wants it closed at a time: `enum pending_timeout`.
    pub(crate) timeout_reason: Cell<c_uint>,
    /// For a client that looks for its peer.
    pub(crate) search: RefCell<Option<Box<Search>>>,
    /// For an attempt to connect a client.
    pub(crate) racer: RefCell<Option<Box<Racer>>>,
    /// The attempts to connect it that ended: the one that is its connection first.
    pub(crate) attempts: RefCell<Vec<Rc<Attempt>>>,
    /// For a client: what was measured of how it came about.
    pub(crate) conmon: OnceCell<Box<Conmon>>,
    pub(crate) udp: OnceCell<Box<super::udp::Udp>>,
    /// For a UDP socket whose address is being looked up.
    pub(super) pending_udp: RefCell<Option<Box<super::udp::Wanted>>>,
    /// The program has its descriptor, and may bind or connect it without telling. Any thread may
    /// set this.
    pub(crate) shown: AtomicBool,
    /// Why routing ended it, as C's number; 0: it did not.
    #[cfg(feature = "LWS_WITH_NETLINK")]
    pub(crate) cull: Cell<u8>,
    /// What it has while it speaks WebSocket.
    #[cfg(feature = "LWS_ROLE_WS")]
    pub(super) asking: RefCell<Option<Rc<super::ws_client::Asking>>>,
    #[cfg(feature = "LWS_ROLE_WS")]
    pub(crate) ws: OnceCell<Box<super::ws::Socket>>,
    pub(crate) parent: Cell<u64>,
    pub(crate) children: RefCell<Vec<u64>>,
    /// The callbacks that are still to be made at its end, while its children end.
    pub(super) owed: Cell<[Option<Farewell>; 6]>,
}

impl Wsi {
    pub(crate) fn new(
        conns: &Conns,
        vhost: &Rc<Vhost>,
        protocol: Protocol,
        life: Lifecycle,
        io: Option<Io>,
    ) -> Self {
        Self {
            context: conns.context(),
            vhost: Home::new(vhost),
            protocol: Cell::new(protocol),
            life,
            log: Cell::new(vhost.log),
            always_ready: Cell::new(false),
            token: Cell::new(0),
            fd: AtomicI32::new(io.as_ref().map_or(-1, Io::fd)),
            io: RefCell::new(io.map(Rc::new)),
            interest: Cell::new(Interest::NONE),
            polled: Cell::new(false),
            leaving: Cell::new(false),
            user: Cell::new(null_mut()),
            session: RefCell::new(None),
            #[cfg(feature = "LWS_WITH_TLS")]
            named: OnceCell::new(),
            memory: RefCell::new(None),
            opaque: Cell::new(null_mut()),
            opaque_parent: Cell::new(null_mut()),
            policy: Cell::new(vhost.set.policy),
            reads_first: Cell::new(false),
            wakes: Cell::new(false),
            queued: Cell::new(false),
            out: RefCell::default(),
            held: RefCell::new(Vec::new()),
            listed: Cell::new(false),
            driver: Cell::new(&Raw),
            #[cfg(feature = "LWS_ROLE_H1")]
            web: OnceCell::new(),
            timers: OnceCell::new(),
            timeout_reason: Cell::new(0),
            search: RefCell::new(None),
            racer: RefCell::new(None),
            attempts: RefCell::new(Vec::new()),
            conmon: OnceCell::new(),
            udp: OnceCell::new(),
            pending_udp: RefCell::new(None),
            shown: AtomicBool::new(false),
            #[cfg(feature = "LWS_WITH_NETLINK")]
            cull: Cell::new(0),
            #[cfg(feature = "LWS_ROLE_WS")]
            asking: RefCell::new(None),
            #[cfg(feature = "LWS_ROLE_WS")]
            ws: OnceCell::new(),
            parent: Cell::new(0),
            children: RefCell::new(Vec::new()),
            owed: Cell::new([None; 6]),
        }
    }

    /// A stand-in to call a protocol with, about no connection.
    pub(crate) fn fake(conns: &Conns, vhost: &Rc<Vhost>, protocol: Protocol) -> Self {
        Self::new(
            conns,
            vhost,
            protocol,
            Lifecycle::new(Role::Fake, false),
            None,
        )
    }

    pub(crate) fn role(&self) -> Role {
        self.life.role()
    }

    /// What it speaks.
    pub(crate) fn driver(&self) -> &'static dyn Driver {
        self.driver.get()
    }

    /// Lets it speak something else from now on.
    pub(super) fn set_driver(&self, driver: &'static dyn Driver) {
        self.driver.set(driver);
    }

    /// Keeps received bytes for later, before those that are kept already. False: there is no memory.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(super) fn hold(&self, bytes: &[u8]) -> bool {
        let mut held = self.held.borrow_mut();
        if held.try_reserve(bytes.len()).is_err() {
            return false;
        }
        held.splice(..0, bytes.iter().copied());
        true
    }

    /// It belongs to another vhost from now on: to its log, and to its policy where the program has
    /// not given it another.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(super) fn move_to(&self, vhost: &Rc<Vhost>) {
        if self.policy.get().raw() == self.vhost.set.policy.raw() {
            self.policy.set(vhost.set.policy);
        }
        self.log.set(vhost.log);
        self.vhost.move_to(vhost);
    }

    pub(crate) fn phase(&self) -> Phase {
        self.life.phase()
    }

    pub(crate) fn log(&self) -> Log {
        self.log.get()
    }

    pub(crate) fn io(&self) -> Option<Rc<Io>> {
        self.io.borrow().clone()
    }

    /// Its descriptor, or -1. Any thread.
    pub(crate) fn fd(&self) -> c_int {
        self.fd.load(Ordering::Relaxed)
    }

    /// Gives it another descriptor, or none. The one before is closed. For [`super::table`], which
    /// knows connections by their descriptors.
    pub(super) fn set_io(&self, io: Option<Rc<Io>>) {
        let fd = io.as_ref().map_or(-1, |io| io.fd());
        self.fd.store(fd, Ordering::Relaxed);
        let before = self.io.replace(io);
        drop(before);
    }

    /// The policy it was given for retries and silence.
    pub(crate) fn retry_policy(&self) -> Policy {
        self.policy.get()
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.phase() == Phase::Closed
    }

    /// Allocates the program's memory for it, unless the program gave its own.
    pub(crate) fn ensure_user(&self) -> bool {
        let size = self.protocol.get().session_size();
        if !self.user.get().is_null() || size == 0 {
            return true;
        }
        let Some(memory) = Zeroed::new(size) else {
            log_err!(
                self.log(),
                "no memory for the per-session data of a connection"
            );
            return false;
        };
        self.user.set(memory.as_ptr());
        self.memory.replace(Some(memory));
        true
    }

    /// Takes the program's memory for it away, and allocates that of its protocol, zeroed, at another
    /// place. What the program gave itself stays.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(super) fn renew_user(&self) -> bool {
        let before = self.memory.take();
        if before.is_some() {
            self.user.set(null_mut());
        }
        let done = self.ensure_user();
        drop(before);
        done
    }

    /// Takes the program's memory for it away; what the program gave itself stays.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(super) fn drop_user(&self) {
        if self.memory.take().is_some() {
            self.user.set(null_mut());
        }
    }

    /// Takes the program's memory for it away, and allocates it anew where there was some. What the
    /// program gave itself stays. False: there is no memory.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(super) fn forget_user(&self) -> bool {
        self.memory.borrow().is_none() || self.renew_user()
    }

    /// Gives the program's memory for it another size; what it held is lost.
    pub(crate) fn resize_user(&self, size: usize) -> *mut c_void {
        let memory = Zeroed::new(size);
        self.user
            .set(memory.as_ref().map_or(null_mut(), Zeroed::as_ptr));
        self.memory.replace(memory);
        self.user.get()
    }

    /// Calls its protocol.
    pub(crate) fn call(&self, why: c_uint, input: *const c_void, len: usize) -> c_int {
        self.protocol
            .get()
            .call(self, why, self.user.get(), input, len)
    }

    /// Calls its protocol with nothing but the reason.
    pub(crate) fn tell(&self, why: c_uint) -> c_int {
        self.call(why, null(), 0)
    }

    /// Calls the vhost's first protocol about it.
    pub(crate) fn tell_first(&self, why: c_uint) -> c_int {
        match self.vhost.protocols().first() {
            Some(p) => p.call(self, why, self.user.get(), null(), 0),
            None => 0,
        }
    }

    /// Whether routing has ended it: nothing more reaches its peer.
    pub(crate) fn culled(&self) -> bool {
        #[cfg(feature = "LWS_WITH_NETLINK")]
        let culled = self.cull.get() != 0;
        #[cfg(not(feature = "LWS_WITH_NETLINK"))]
        let culled = false;
        culled
    }

    pub(crate) fn has_output(&self) -> bool {
        self.out.borrow().len() > 0
    }
}
