//! What one `lws_context` owns, in the order of creation.
#![forbid(unsafe_code)]

use crate::conn::table::Table;
use crate::conn::{Vhost, close, dispatch, listen, reason};
use crate::event::timers::Timers;
use crate::log::{self, log_err, log_notice};
#[cfg(feature = "LWS_WITH_NETLINK")]
use crate::route::monitor::Monitor;
#[cfg(feature = "LWS_WITH_SYS_SMD")]
use crate::smd::{self, bus::Bus};
#[cfg(feature = "LWS_WITH_SYS_STATE")]
use crate::state::system::System;
#[cfg(feature = "LWS_WITH_SYS_STATE")]
use crate::sys::ops::Ops;
use crate::sys::poll::{Poller, Wake};
use crate::sys::privs::{self, Identity};
use crate::sys::thread;
use core::cell::{Cell, RefCell};
use std::ffi::CString;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// What a context is made from, as far as the safe rooms need it.
pub(crate) struct Setup {
    pub(crate) log: log::Cx,
    pub(crate) name: Option<CString>,
    #[cfg(feature = "LWS_WITH_SYS_STATE")]
    pub(crate) ops: Ops,
    pub(crate) identity: Identity,
    /// How much is received at once, bytes.
    pub(crate) buffer_size: usize,
    pub(crate) kept: Kept,
    #[cfg(feature = "LWS_WITH_NETLINK")]
    pub(crate) cull: crate::route::monitor::CullMode,
    #[cfg(feature = "LWS_WITH_SYS_SMD")]
    pub(crate) smd_depth: u16,
    #[cfg(feature = "LWS_WITH_SYS_SMD")]
    pub(crate) smd_ttl_us: i64,
    #[cfg(feature = "LWS_WITH_SYS_SMD")]
    pub(crate) early: Option<(crate::sys::callbacks::SmdCallback, u32)>,
}

/// Pointers of the program's that the context only keeps for it.
#[derive(Clone, Copy)]
pub(crate) struct Kept {
    /// What `lws_context_user()` returns.
    pub(crate) user: *mut core::ffi::c_void,
    /// What is freed last.
    pub(crate) baggage: *mut core::ffi::c_void,
    /// What is set to NULL at the end.
    pub(crate) pcontext: *mut *mut crate::abi::types::lws_context,
}

/// Where a context is in its life.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Life {
    Serving = 0,
    /// Somebody asked for its end while its callbacks run; they finish first.
    Doomed = 1,
    /// It is being taken apart.
    Ending = 2,
}

/// One event loop and all that belongs to it.
pub(crate) struct Context {
    // For any thread.
    pub(crate) log: log::Cx,
    name: Option<CString>,
    pub(crate) kept: Kept,
    #[cfg(feature = "LWS_WITH_SYS_SMD")]
    pub(crate) bus: Arc<Bus>,
    wake: Arc<Wake>,
    life: AtomicU8,

    // For the thread that services it.
    pub(crate) poller: Poller,
    pub(crate) conns: Table,
    #[cfg(feature = "LWS_WITH_NETLINK")]
    pub(crate) route: Monitor,
    pub(crate) timers: Timers,
    pub(crate) identity: Identity,
    privileges_dropped: Cell<bool>,
    vhosts: RefCell<Vec<Rc<Vhost>>>,
    /// Ended while callbacks run that may still hold their pointers.
    former_vhosts: RefCell<Vec<Rc<Vhost>>>,
    protocols_initialised: Cell<bool>,
    pub(crate) deprecated: Cell<bool>,
    /// How deep in callbacks of the program this context is.
    depth: Cell<u32>,
    /// The thread that services it, 0 before the first pass.
    thread: AtomicUsize,
    #[cfg(feature = "LWS_WITH_SYS_STATE")]
    pub(crate) system: System,
}

impl Context {
    /// A context that does nothing yet: see [`Context::begin`]. Fails when the kernel gives no
    /// descriptors.
    pub(crate) fn new(setup: Setup) -> std::io::Result<Box<Self>> {
        let wake = Arc::new(Wake::new()?);
        let poller = Poller::new(&wake)?;
        #[cfg(feature = "LWS_WITH_SYS_SMD")]
        let bus = {
            let bus = Arc::new(Bus::new(
                setup.smd_depth,
                setup.smd_ttl_us,
                Arc::clone(&wake),
            ));
            // The context hears the network first, then who came with the creation info.
            smd::handle::register(&bus, smd::class::NETWORK, smd::bus::Receiver::System);
            if let Some((cb, filter)) = setup.early {
                smd::handle::register(&bus, filter, smd::bus::Receiver::Program(cb));
            }
            bus
        };
        let cx = Box::new(Self {
            log: setup.log,
            name: setup.name,
            kept: setup.kept,
            #[cfg(feature = "LWS_WITH_SYS_SMD")]
            bus,
            wake,
            life: AtomicU8::new(Life::Serving as u8),
            poller,
            conns: Table::new(setup.buffer_size),
            #[cfg(feature = "LWS_WITH_NETLINK")]
            route: Monitor::new(setup.cull),
            timers: Timers::new(),
            identity: setup.identity,
            privileges_dropped: Cell::new(false),
            vhosts: RefCell::new(Vec::new()),
            former_vhosts: RefCell::new(Vec::new()),
            protocols_initialised: Cell::new(false),
            deprecated: Cell::new(false),
            depth: Cell::new(0),
            thread: AtomicUsize::new(0),
            #[cfg(feature = "LWS_WITH_SYS_STATE")]
            system: System::new(setup.ops),
        });
        // Programs count on one EVENT_WAIT_CANCELLED in the first pass.
        cx.wake.signal();
        Ok(cx)
    }

    /// Ties it to the place it is at, which it does not leave any more. With `ladder` the system
    /// comes up by itself.
    pub(crate) fn begin(&self, ladder: bool) {
        #[cfg(feature = "LWS_WITH_NETLINK")]
        self.route.begin(self);
        #[cfg(feature = "LWS_WITH_SYS_STATE")]
        self.system.begin(self, ladder);
        #[cfg(not(feature = "LWS_WITH_SYS_STATE"))]
        let _ = ladder;
    }

    pub(crate) fn name(&self) -> Option<&core::ffi::CStr> {
        self.name.as_deref()
    }

    // ---- life

    pub(crate) fn life(&self) -> Life {
        match self.life.load(Ordering::SeqCst) {
            0 => Life::Serving,
            1 => Life::Doomed,
            _ => Life::Ending,
        }
    }

    /// Notes that the end was asked for. Returns whether to take it apart now: not while its
    /// callbacks run, and once only.
    pub(crate) fn doom(&self) -> bool {
        if self.life() == Life::Ending {
            return false;
        }
        if self.depth.get() > 0 {
            if self.life.swap(Life::Doomed as u8, Ordering::SeqCst) == Life::Serving as u8 {
                log_notice!(
                    self.log,
                    "lws_context_destroy: the end waits for the callback"
                );
            }
            return false;
        }
        true
    }

    /// Whether its end was asked for and may come now.
    pub(crate) fn is_over(&self) -> bool {
        self.life() == Life::Doomed && self.depth.get() == 0
    }

    /// Runs what calls back into the program; the context lives at least as long.
    pub(crate) fn within<R>(&self, f: impl FnOnce() -> R) -> R {
        self.depth.set(self.depth.get() + 1);
        let r = f();
        self.depth.set(self.depth.get() - 1);
        self.rearm();
        r
    }

    /// Takes the system down and tells everybody. What is left after this is memory.
    pub(crate) fn end(&self) {
        self.life.swap(Life::Ending as u8, Ordering::SeqCst);
        self.within(|| {
            close::all(self);
            dispatch::leaves_external(self);
            #[cfg(feature = "LWS_WITH_SYS_STATE")]
            self.system.end(self);
            self.end_vhosts();
            #[cfg(feature = "LWS_WITH_SYS_STATE")]
            self.system.gone(self);
        });
        self.vhosts.take();
        self.tidy();
    }

    /// The descriptors that are not a connection's: what wakes the loop, and netlink.
    pub(crate) fn own_fds(&self) -> Vec<core::ffi::c_int> {
        #[cfg(feature = "LWS_WITH_NETLINK")]
        let routes = Some(self.route.fd()).filter(|fd| *fd >= 0);
        #[cfg(not(feature = "LWS_WITH_NETLINK"))]
        let routes = None;
        [self.wake_fd()].into_iter().chain(routes).collect()
    }

    /// Has routing watch a connection, which has a peer now or another one.
    pub(crate) fn watch_route(&self, wsi: &crate::conn::Wsi) {
        #[cfg(feature = "LWS_WITH_NETLINK")]
        self.route.watch(self, wsi);
        #[cfg(not(feature = "LWS_WITH_NETLINK"))]
        let _ = wsi;
    }

    /// Tells routing that the program has the descriptor of a connection.
    pub(crate) fn loosen_route(&self, wsi: &crate::conn::Wsi) {
        #[cfg(feature = "LWS_WITH_NETLINK")]
        self.route.loosen(wsi);
        #[cfg(not(feature = "LWS_WITH_NETLINK"))]
        let _ = wsi;
    }

    /// Tells routing that the program asks for the descriptor of a connection, on whatever thread.
    pub(crate) fn descriptor_given(&self, wsi: &crate::conn::Wsi) {
        #[cfg(feature = "LWS_WITH_NETLINK")]
        if [0, thread::id()].contains(&self.thread.load(Ordering::Relaxed)) {
            self.route.given(self, wsi);
        }
        #[cfg(not(feature = "LWS_WITH_NETLINK"))]
        let _ = wsi;
    }

    /// Has routing forget a connection.
    pub(crate) fn forget_route(&self, wsi: &crate::conn::Wsi) {
        #[cfg(feature = "LWS_WITH_NETLINK")]
        self.route.forget(wsi);
        #[cfg(not(feature = "LWS_WITH_NETLINK"))]
        let _ = wsi;
    }

    /// Sends a message of class NETWORK.
    #[cfg(feature = "LWS_WITH_NETLINK")]
    pub(crate) fn say_network(&self, text: &str) {
        #[cfg(feature = "LWS_WITH_SYS_SMD")]
        if self.bus.wants(smd::class::NETWORK)
            && self
                .bus
                .send_now(smd::class::NETWORK, text.as_bytes())
                .is_err()
        {
            crate::log::log_warn!(self.log, "message lost: {}", text.trim_end());
        }
        #[cfg(not(feature = "LWS_WITH_SYS_SMD"))]
        let _ = text;
    }

    /// The descriptor that is readable when the loop was woken.
    pub(crate) fn wake_fd(&self) -> core::ffi::c_int {
        self.wake.raw()
    }

    /// What wakes the loop, for a thread that outlives the call.
    pub(crate) fn wake(&self) -> Arc<Wake> {
        Arc::clone(&self.wake)
    }

    /// Something new is to be done: a loop of the program's that waits for the context's descriptor
    /// learns of it. Inside a callback, the end of the pass says so.
    pub(crate) fn rearm(&self) {
        if self.poller.has_alarm() && self.depth.get() == 0 {
            crate::event::service::set_alarm(self);
        }
    }

    /// Ends all vhosts.
    pub(crate) fn end_vhosts(&self) {
        for v in self.all_vhosts() {
            v.finish(self);
        }
    }

    /// Wakes the loop, from any thread. Does nothing once the end has begun.
    pub(crate) fn cancel(&self) {
        if self.life() != Life::Ending {
            self.wake.signal();
        }
    }

    /// The loop has been woken and looks at everything.
    pub(crate) fn woken(&self) {
        self.wake.drain();
    }

    /// In debug builds, logs when `function` is used by another thread than the one that services
    /// the context.
    pub(crate) fn check_thread(&self, function: &str) {
        let servicing = self.thread.load(Ordering::Relaxed);
        if cfg!(debug_assertions) && servicing != 0 && servicing != thread::id() {
            log_err!(
                self.log,
                "{function}: called on a thread that does not service the context"
            );
        }
    }

    /// Notes which thread services it. Returns whether this is the first time.
    pub(crate) fn serviced_here(&self) -> bool {
        self.check_thread("lws_service");
        self.thread.swap(thread::id(), Ordering::Relaxed) == 0
    }

    // ---- vhosts

    /// Takes a vhost in: it listens, if it is to, and its protocols are initialised, if those of
    /// the context are. Returns what went wrong in words.
    pub(crate) fn add_vhost(&self, vhost: Vhost) -> Result<Rc<Vhost>, String> {
        let vhost = Rc::new(vhost);
        vhost.context.set(self);
        if let Err(why) = listen::open(self, &vhost) {
            close::all_of_vhost(self, &vhost);
            return Err(why);
        }
        self.vhosts.borrow_mut().push(Rc::clone(&vhost));
        if self.protocols_initialised.get() {
            vhost.init_protocols(self);
        }
        if vhost.gone.get() {
            return Err("its protocols ended it".into());
        }
        Ok(vhost)
    }

    /// Ends a vhost. It stays in memory while callbacks run.
    pub(crate) fn remove_vhost(&self, vhost: &Rc<Vhost>) {
        vhost.finish(self);
        self.vhosts.borrow_mut().retain(|v| !Rc::ptr_eq(v, vhost));
        self.former_vhosts.borrow_mut().push(Rc::clone(vhost));
    }

    /// The vhost at this address.
    pub(crate) fn vhost_at(&self, at: *const Vhost) -> Option<Rc<Vhost>> {
        self.vhosts
            .borrow()
            .iter()
            .find(|v| Rc::as_ptr(v) == at)
            .cloned()
    }

    pub(crate) fn first_vhost(&self) -> Option<Rc<Vhost>> {
        self.vhosts.borrow().first().cloned()
    }

    /// Frees what callbacks might have held. None may be running.
    pub(crate) fn tidy(&self) {
        if self.depth.get() == 0 {
            self.conns.bury();
            if !self.former_vhosts.borrow().is_empty() {
                drop(self.former_vhosts.take());
            }
        }
    }

    /// All vhosts, as they are now.
    pub(crate) fn all_vhosts(&self) -> Vec<Rc<Vhost>> {
        self.vhosts.borrow().clone()
    }

    fn each_vhost(&self, f: impl Fn(&Rc<Vhost>)) {
        for v in self.all_vhosts() {
            if !v.gone.get() {
                f(&v);
            }
        }
    }

    /// Initialises the protocols, once, and drops the privileges, which explicit vhosts were made
    /// with. Returns whether this was the first time; fails as long as the privileges cannot be
    /// dropped.
    pub(crate) fn init_protocols(&self) -> Result<bool, ()> {
        let first = !self.protocols_initialised.replace(true);
        if first {
            self.each_vhost(|v| v.init_protocols(self));
        }
        if self.drop_privileges() {
            Ok(first)
        } else {
            Err(())
        }
    }

    /// Tells every protocol of every vhost.
    pub(crate) fn broadcast_cancelled(&self) {
        self.each_vhost(|v| {
            v.broadcast(self, reason::EVENT_WAIT_CANCELLED, core::ptr::null(), 0);
        });
    }

    /// Asks the first protocol which thread this is.
    pub(crate) fn ask_thread_id(&self) {
        if let Some(v) = self.first_vhost() {
            v.tell_first(self, reason::GET_THREAD_ID);
        }
    }

    /// Becomes who the creation info asked for, once.
    pub(crate) fn drop_privileges(&self) -> bool {
        if self.privileges_dropped.get() {
            return true;
        }
        match privs::become_identity(self.identity) {
            Ok(()) => {
                self.privileges_dropped.set(true);
                true
            }
            Err(e) => {
                log_err!(
                    self.log,
                    "lws_create_context: uid, gid: cannot drop privileges: {e}"
                );
                false
            }
        }
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        #[cfg(feature = "LWS_WITH_NETLINK")]
        self.route.stop();
        #[cfg(feature = "LWS_WITH_SYS_STATE")]
        self.system.stop();
        #[cfg(feature = "LWS_WITH_SYS_SMD")]
        smd::handle::close(&self.bus);
    }
}
