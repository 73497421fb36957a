//! What one `lws_context` owns, in the order of creation.
#![forbid(unsafe_code)]

use crate::conn::{Vhost, reason};
use crate::event::timers::Timers;
use crate::log::{self, log_err, log_notice, log_warn};
#[cfg(feature = "LWS_WITH_SYS_SMD")]
use crate::smd::{self, bus::Bus};
use crate::state::system::{self, Cpd};
use crate::state::{self};
use crate::sys::blob::Blob;
use crate::sys::lock::Mutex;
use crate::sys::ops::{Attached, Ops};
use crate::sys::own::{Notifier, SystemManager, Timer};
use crate::sys::poll::{Poller, Wake};
use crate::sys::privs::{self, Identity};
use crate::sys::state::Manager;
use crate::sys::thread;
use core::cell::{Cell, RefCell};
use core::ffi::c_int;
use std::collections::VecDeque;
use std::ffi::CString;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// How many slots for blobs there are.
pub(crate) const BLOBS: usize = 11;

/// What a context is made from, as far as the safe rooms need it.
pub(crate) struct Setup {
    pub(crate) log: log::Cx,
    pub(crate) name: Option<CString>,
    pub(crate) ops: Ops,
    pub(crate) identity: Identity,
    pub(crate) ladder: bool,
    pub(crate) kept: Kept,
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
    pub(crate) pcontext: *mut *mut crate::capi::types::lws_context,
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
    attached: Mutex<VecDeque<Attached>>,
    #[expect(clippy::vec_box, reason = "their addresses are handed out")]
    taken: Mutex<Vec<Box<Attached>>>,
    life: AtomicU8,

    // For the thread that services it.
    pub(crate) poller: Poller,
    pub(crate) timers: Timers,
    pub(crate) ops: Ops,
    pub(crate) identity: Identity,
    privileges_dropped: Cell<bool>,
    vhosts: RefCell<Vec<Rc<Vhost>>>,
    protocols_initialised: Cell<bool>,
    pub(crate) deprecated: Cell<bool>,
    /// How deep in callbacks of the program this context is.
    depth: Cell<u32>,
    /// The thread that services it, 0 before the first pass.
    thread: Cell<usize>,
    system: SystemManager,
    notifier: Notifier,
    boot: Timer,
    cpd: Cell<Cpd>,
    cpd_timer: Timer,
    blobs: [RefCell<Blob>; BLOBS],
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
            attached: Mutex::new(VecDeque::new()),
            taken: Mutex::new(Vec::new()),
            life: AtomicU8::new(Life::Serving as u8),
            poller,
            timers: Timers::new(),
            ops: setup.ops,
            identity: setup.identity,
            privileges_dropped: Cell::new(false),
            vhosts: RefCell::new(Vec::new()),
            protocols_initialised: Cell::new(false),
            deprecated: Cell::new(false),
            depth: Cell::new(0),
            thread: Cell::new(0),
            system: SystemManager::new(),
            notifier: Notifier::new(c"prot_init", Self::asked),
            boot: Timer::new(Self::climb),
            cpd: Cell::new(Cpd::Unknown),
            cpd_timer: Timer::new(|cx| {
                cx.cpd_start();
            }),
            blobs: [const { RefCell::new(Blob::new()) }; BLOBS],
        });
        cx.system.bind(&cx, &cx.notifier);
        if setup.ladder {
            cx.boot.arm(&cx, 1);
        }
        // Programs count on one EVENT_WAIT_CANCELLED in the first pass.
        cx.wake.signal();
        Ok(cx)
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
        r
    }

    /// Takes the system down and tells everybody. What is left after this is memory.
    pub(crate) fn end(&self) {
        self.life.swap(Life::Ending as u8, Ordering::SeqCst);
        self.within(|| {
            self.boot.cancel();
            self.cpd_timer.cancel();
            self.system_transition(system::POLICY_INVALID);
            let vhosts = self.vhosts.take();
            for v in &vhosts {
                v.finish(self);
            }
            drop(vhosts);
            self.system_transition(system::CONTEXT_DESTROYING);
        });
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
        if cfg!(debug_assertions) && self.thread.get() != 0 && self.thread.get() != thread::id() {
            log_err!(
                self.log,
                "{function}: called on a thread that does not service the context"
            );
        }
    }

    /// Notes which thread services it. Returns whether this is the first time.
    pub(crate) fn serviced_here(&self) -> bool {
        self.thread.replace(thread::id()) == 0
    }

    // ---- vhosts

    pub(crate) fn add_vhost(&self, vhost: Vhost) {
        self.vhosts.borrow_mut().push(Rc::new(vhost));
    }

    fn each_vhost(&self, f: impl Fn(&Vhost)) {
        let n = self.vhosts.borrow().len();
        for at in 0..n {
            let vhost = self.vhosts.borrow().get(at).cloned();
            if let Some(v) = vhost {
                f(&v);
            }
        }
    }

    /// Initialises the protocols, once. Explicit vhosts come before the privileges go.
    pub(crate) fn init_protocols(&self) {
        if self.protocols_initialised.replace(true) {
            return;
        }
        self.each_vhost(|v| v.init_protocols(self));
        self.drop_privileges();
    }

    /// Tells every protocol of every vhost.
    pub(crate) fn broadcast_cancelled(&self) {
        self.each_vhost(|v| v.broadcast(self, reason::EVENT_WAIT_CANCELLED));
    }

    /// Asks the first protocol which thread this is.
    pub(crate) fn ask_thread_id(&self) {
        let first = self.vhosts.borrow().first().cloned();
        if let Some(v) = first {
            v.tell_first(self, reason::GET_THREAD_ID);
        }
    }

    /// Becomes who the creation info asked for, once.
    pub(crate) fn drop_privileges(&self) -> bool {
        if self.privileges_dropped.replace(true) {
            return true;
        }
        match privs::become_identity(self.identity) {
            Ok(()) => true,
            Err(e) => {
                log_err!(
                    self.log,
                    "lws_create_context: uid, gid: cannot drop privileges: {e}"
                );
                false
            }
        }
    }

    // ---- the states of the system

    pub(crate) fn system(&self) -> Manager {
        self.system.manager()
    }

    /// Whether `m` is the system's manager.
    pub(crate) fn is_system(&self, m: Manager) -> bool {
        self.system.is(m)
    }

    fn system_transition(&self, target: c_int) {
        state::transition(self.system(), self.log, target, &|m, s| self.publish(m, s));
    }

    /// Climbs as far as the notifiers let it.
    pub(crate) fn climb(&self) {
        state::climb(self.system(), self.log, system::OPERATIONAL, &|m, s| {
            self.publish(m, s)
        });
    }

    /// Makes the message about a manager's new state.
    pub(crate) fn publish(&self, m: Manager, new: c_int) {
        #[cfg(feature = "LWS_WITH_SYS_SMD")]
        if self.bus.wants(m.smd_class()) {
            let text = format!("{{\"state\":\"{}\"}}", m.state_name(new));
            let sent = text.len() <= smd::MAX_PAYLOAD
                && self.bus.send_now(m.smd_class(), text.as_bytes()).is_ok();
            if !sent {
                log_warn!(self.log, "{}: message lost: {text}", m.name());
            }
        }
        #[cfg(not(feature = "LWS_WITH_SYS_SMD"))]
        let _ = (m, new);
    }

    /// The context's own notifier.
    fn asked(&self, current: c_int, target: c_int) -> bool {
        self.run_attached();
        if current != target && target == system::POLICY_VALID {
            self.init_protocols();
        }
        false
    }

    // ---- attached callbacks

    /// Has `item` run by the loop, once the system is in the state it waits for.
    pub(crate) fn attach(&self, item: Attached) {
        self.attached.lock().push_back(item);
        self.cancel();
    }

    /// Takes the first one out that may run now.
    pub(crate) fn detach(&self) -> Option<Attached> {
        let state = self.system().state();
        let mut items = self.attached.lock();
        let at = items.iter().position(|i| i.state <= state)?;
        items.remove(at)
    }

    /// As [`Context::detach`], for a program that runs attached callbacks itself: the context keeps
    /// what it took out, to be told apart by its address.
    pub(crate) fn take_attached(&self) -> *const Attached {
        match self.detach() {
            Some(item) => {
                let item = Box::new(item);
                let at: *const Attached = &*item;
                self.taken.lock().push(item);
                at
            }
            None => core::ptr::null(),
        }
    }

    /// Runs what may run now, the first attached first.
    pub(crate) fn run_attached(&self) {
        while let Some(item) = self.detach() {
            item.call(self);
        }
    }

    // ---- captive portals

    pub(crate) fn cpd(&self) -> Cpd {
        self.cpd.get()
    }

    /// Forgets the result and asks the program to find out; returns what it says, 0 when it does
    /// not offer to.
    pub(crate) fn cpd_start(&self) -> c_int {
        self.cpd.set(Cpd::Unknown);
        self.ops.detect_captive_portal(self).unwrap_or(0)
    }

    /// As [`Context::cpd_start`], `us` microseconds from now. There is one such timer.
    pub(crate) fn cpd_start_later(&self, us: i64) {
        self.cpd_timer.arm(self, us);
    }

    /// Notes the result, unless there is one already, and tells everybody.
    pub(crate) fn cpd_set(&self, result: Cpd) {
        if self.cpd.get() != Cpd::Unknown {
            return;
        }
        self.cpd.set(result);
        log_notice!(self.log, "setting CPD result {}", result.name());
        #[cfg(feature = "LWS_WITH_SYS_SMD")]
        {
            let text = format!("{{\"type\":\"cpd\",\"result\":\"{}\"}}", result.name());
            if self
                .bus
                .send_now(smd::class::NETWORK, text.as_bytes())
                .is_err()
            {
                log_warn!(self.log, "message lost: {text}");
            }
        }
        if self.system().state() != system::POLICY_INVALID {
            self.climb();
        }
    }

    /// What the context itself does about a message of the network.
    #[cfg(feature = "LWS_WITH_SYS_SMD")]
    pub(crate) fn hear(&self, text: &[u8]) {
        use crate::util::json::value;
        let says = |name: &[u8], wanted: &[u8]| {
            value(text, name)
                .and_then(|at| text.get(at))
                .is_some_and(|v| v == wanted)
        };
        if says(b"\"trigger\":", b"cpdcheck") || says(b"\"type\":", b"ipacq") {
            self.cpd_start();
        }
    }

    // ---- blobs

    /// A blob by slot.
    pub(crate) fn blob(&self, slot: usize) -> Option<&RefCell<Blob>> {
        self.blobs.get(slot)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        self.boot.cancel();
        self.cpd_timer.cancel();
        #[cfg(feature = "LWS_WITH_SYS_SMD")]
        smd::handle::close(&self.bus);
    }
}
