//! One connection, and the callbacks it makes.

use super::client::Attempt;
use super::vhost::Vhost;
use crate::abi::adopt::lws_udp;
use crate::abi::retry::lws_retry_bo;
use crate::context::Context;
use crate::log::{Cx, log_err};
use crate::sys::net::Io;
use crate::sys::poll::Interest;
use crate::sys::protocol::Protocol;
use crate::sys::timer::Timer;
use crate::sys::zeroed::Zeroed;
use core::cell::{Cell, OnceCell, RefCell};
use core::ffi::{c_int, c_uint, c_void};
use core::ptr::{null, null_mut};
use core::sync::atomic::AtomicBool;
use std::rc::Rc;

/// What kind of connection it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    /// None: it only tells a callback where it belongs.
    Fake,
    Listen,
    /// A stream socket.
    Raw,
    /// A pipe, a terminal or another file that can be waited for.
    File,
    Udp,
    /// The socket of a connection that has closed, see [`super::linger`].
    Linger,
}

/// In [`Wsi::rx_off`]: the peer has said that no more comes. The bits below are the program's.
pub(super) const ENDED: u32 = 1 << 31;

/// Where it is in its life.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Phase {
    /// Being made; what goes wrong is told by a return value.
    New,
    /// A client that looks for its peer's address, or tries one.
    Connecting,
    Open,
    /// It will close once what was written has gone out.
    Flushing,
    Closed,
}

/// The timers few connections use.
pub(crate) struct Timers {
    pub(crate) timeout: Timer<Context>,
    pub(crate) timer: Timer<Context>,
    pub(crate) validity: Timer<Context>,
}

pub(crate) struct Wsi {
    pub(crate) context: *const Context,
    pub(crate) vhost: Rc<Vhost>,
    pub(crate) protocol: Cell<Protocol>,
    pub(crate) role: Role,
    pub(crate) log: Cell<Cx>,
    /// A file that is always ready, and that the kernel cannot wait for.
    pub(crate) always_ready: Cell<bool>,
    pub(crate) client: bool,
    pub(crate) phase: Cell<Phase>,
    /// What it is called in the table, 0 for one that is not there.
    pub(crate) token: Cell<u64>,
    io: RefCell<Option<Rc<Io>>>,
    pub(crate) interest: Cell<Interest>,
    /// Whether a poll loop of the program's knows its descriptor.
    pub(super) polled: Cell<bool>,
    /// The program's own: given by it, or in `session`.
    pub(crate) user: Cell<*mut c_void>,
    session: RefCell<Option<Zeroed>>,
    pub(crate) opaque: Cell<*mut c_void>,
    pub(crate) opaque_parent: Cell<*mut c_void>,
    pub(crate) policy: Cell<*const lws_retry_bo>,
    /// Whether a WSI_CREATE was made, and so a WSI_DESTROY will be.
    pub(crate) announced: Cell<bool>,
    /// Whether its protocol was told that it may be used, and so will be told of its end.
    pub(crate) up: Cell<bool>,
    /// Whether its protocol was told that it is bound to it.
    pub(crate) bound: Cell<bool>,
    /// Reasons not to receive, as bits.
    pub(crate) rx_off: Cell<u32>,
    /// Its peer has gone, which nobody is told before the program receives again.
    pub(super) hung: Cell<bool>,
    pub(crate) wants_write: Cell<bool>,
    /// What can be read is read before anything is written.
    pub(crate) reads_first: Cell<bool>,
    /// The timer that checks it when it is idle wakes a suspended system.
    pub(crate) wakes: Cell<bool>,
    /// It is on the list of those to be told that they may write.
    pub(crate) queued: Cell<bool>,
    /// The kernel took less than it was given: wait until it says that there is room.
    pub(crate) choked: Cell<bool>,
    /// Whether the program has written anything.
    pub(super) wrote: Cell<bool>,
    /// Written by the program, not yet taken by the kernel.
    pub(crate) out: RefCell<Vec<u8>>,
    /// Received before the socket was adopted.
    pub(crate) early: RefCell<Vec<u8>>,
    pub(crate) timers: OnceCell<Box<Timers>>,
    pub(crate) timeout_reason: Cell<c_uint>,
    pub(crate) attempt: RefCell<Option<Box<Attempt>>>,
    pub(crate) udp: OnceCell<Box<Cell<lws_udp>>>,
    /// For a UDP socket whose address is being looked up.
    pub(super) pending_udp: RefCell<Option<Box<super::udp::Wanted>>>,
    /// It was adopted before it was connected.
    pub(crate) late: Cell<bool>,
    /// The program has its descriptor, and may do with it what nobody is told of. Any thread may ask
    /// for one.
    pub(crate) shown: AtomicBool,
    /// The peer it is watched by in routing, if it is.
    #[cfg(feature = "LWS_WITH_NETLINK")]
    pub(crate) watched: Cell<Option<core::net::IpAddr>>,
    /// Why routing ended it, as C's number; 0: it did not.
    #[cfg(feature = "LWS_WITH_NETLINK")]
    pub(crate) cull: Cell<u8>,
    pub(crate) parent: Cell<u64>,
    pub(crate) children: RefCell<Vec<u64>>,
}

impl Wsi {
    pub(crate) fn new(
        cx: &Context,
        vhost: &Rc<Vhost>,
        protocol: Protocol,
        role: Role,
        client: bool,
        io: Option<Io>,
    ) -> Self {
        Self {
            context: cx,
            vhost: Rc::clone(vhost),
            protocol: Cell::new(protocol),
            role,
            log: Cell::new(vhost.log),
            always_ready: Cell::new(false),
            client,
            phase: Cell::new(Phase::New),
            token: Cell::new(0),
            io: RefCell::new(io.map(Rc::new)),
            interest: Cell::new(Interest::NONE),
            polled: Cell::new(false),
            user: Cell::new(null_mut()),
            session: RefCell::new(None),
            opaque: Cell::new(null_mut()),
            opaque_parent: Cell::new(null_mut()),
            policy: Cell::new(vhost.set.policy),
            announced: Cell::new(false),
            up: Cell::new(false),
            bound: Cell::new(false),
            rx_off: Cell::new(0),
            hung: Cell::new(false),
            wants_write: Cell::new(false),
            reads_first: Cell::new(false),
            wakes: Cell::new(false),
            queued: Cell::new(false),
            choked: Cell::new(false),
            wrote: Cell::new(false),
            out: RefCell::new(Vec::new()),
            early: RefCell::new(Vec::new()),
            timers: OnceCell::new(),
            timeout_reason: Cell::new(0),
            attempt: RefCell::new(None),
            udp: OnceCell::new(),
            pending_udp: RefCell::new(None),
            late: Cell::new(false),
            shown: AtomicBool::new(false),
            #[cfg(feature = "LWS_WITH_NETLINK")]
            watched: Cell::new(None),
            #[cfg(feature = "LWS_WITH_NETLINK")]
            cull: Cell::new(0),
            parent: Cell::new(0),
            children: RefCell::new(Vec::new()),
        }
    }

    /// Something to call a protocol with when it is not about a connection.
    pub(crate) fn fake(cx: &Context, vhost: &Rc<Vhost>, protocol: Protocol) -> Self {
        Self::new(cx, vhost, protocol, Role::Fake, false, None)
    }

    pub(crate) fn log(&self) -> Cx {
        self.log.get()
    }

    pub(crate) fn io(&self) -> Option<Rc<Io>> {
        self.io.borrow().clone()
    }

    /// Its descriptor, or -1.
    pub(crate) fn fd(&self) -> c_int {
        self.io.borrow().as_ref().map_or(-1, |io| io.fd())
    }

    /// Gives it another descriptor, or none. The one before is closed. For [`super::table`], which
    /// knows connections by their descriptors.
    pub(super) fn set_io(&self, io: Option<Rc<Io>>) {
        let before = self.io.replace(io);
        drop(before);
    }

    /// The policy it was given for retries and silence, may be NULL.
    pub(crate) fn retry_policy(&self) -> *const lws_retry_bo {
        self.policy.get()
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.phase.get() == Phase::Closed
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
        self.session.replace(Some(memory));
        true
    }

    /// Gives the program's memory for it another size; what it held is lost.
    pub(crate) fn resize_user(&self, size: usize) -> *mut c_void {
        let memory = Zeroed::new(size);
        self.user
            .set(memory.as_ref().map_or(null_mut(), Zeroed::as_ptr));
        self.session.replace(memory);
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

    /// Tells its protocol, which is the vhost's first one as long as it is not bound to another, that
    /// it was made.
    pub(crate) fn announce(&self) -> c_int {
        self.announced.set(true);
        self.tell(super::reason::WSI_CREATE)
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
        !self.out.borrow().is_empty()
    }
}
