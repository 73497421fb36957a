//! The state of the system that a context stands for: its ladder
//! (`LWS_SYSTATE_*`), callbacks that wait for a state, captive portals, data
//! about the device.

use super::cpd::Cpd;
use super::{climb, transition};
use crate::abi::smd::{LWSSMDCL_NETWORK, LWSSMDCL_SYSTEM_STATE};
use crate::event::core::{Core, Room};
use crate::event::timers::CANCEL;
use crate::log::{log_notice, log_warn};
use crate::sys::blob::Blob;
use crate::sys::lock::Mutex;
use crate::sys::ops::{Attached, Ops};
use crate::sys::own::{Names, SystemManager};
use crate::sys::state::Manager;
use crate::sys::timer::Timer;
use core::cell::{Cell, OnceCell, RefCell};
use core::ffi::c_int;
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

const CONTEXT_CREATED: c_int = 1;
const IFACE_COLDPLUG: c_int = 3;
const DHCP: c_int = 4;
const POLICY_VALID: c_int = 8;
const OPERATIONAL: c_int = 12;
const POLICY_INVALID: c_int = 13;
pub(crate) const CONTEXT_DESTROYING: c_int = 14;

/// The names of the states, by number.
static NAMES: Names<15> = Names::new(&[
    c"undef",
    c"CONTEXT_CREATED",
    c"INITIALIZED",
    c"IFACE_COLDPLUG",
    c"DHCP",
    c"CPD_PRE_TIME",
    c"TIME_VALID",
    c"CPD_POST_TIME",
    c"POLICY_VALID",
    c"REGISTERED",
    c"AUTH1",
    c"AUTH2",
    c"OPERATIONAL",
    c"POLICY_INVALID",
    c"DESTROYING",
]);

/// What the climb of the system's state depends on.
pub(crate) trait Host {
    /// Whether the network interfaces that were there at the start are known.
    fn interfaces_known(&self) -> bool;

    /// Whether an address was asked for and no interface has one yet.
    fn lacks_address(&self) -> bool;

    /// Initialises the protocols, unless they are, and drops the privileges. Returns false as long
    /// as those cannot be dropped.
    fn init_protocols(&self) -> bool;
}

/// How many slots for blobs there are.
const BLOBS: usize = 11;

/// Callbacks that wait for a state, with their numbers.
#[derive(Default)]
struct Waiting {
    last: u64,
    items: VecDeque<(u64, Attached)>,
}

/// The system's state of one context. Only for the thread that services the context, except
/// [`System::attach`].
pub(crate) struct System {
    core: Rc<Core>,
    host: Weak<dyn Host>,
    me: Weak<Self>,
    manager: SystemManager<Self>,
    boot: Timer<Self>,
    /// The context climbs the ladder by itself.
    ladder: Cell<bool>,
    pub(crate) ops: Ops,
    attached: Mutex<Waiting>,
    #[expect(clippy::vec_box, reason = "their addresses are handed out")]
    taken: RefCell<Vec<Box<Attached>>>,
    cpd: Cell<Cpd>,
    cpd_timer: Timer<Self>,
    /// Made by the first call that needs one: few programs do.
    blobs: OnceCell<Box<[RefCell<Blob>; BLOBS]>>,
}

impl System {
    pub(crate) fn new(core: Rc<Core>, ops: Ops, host: Weak<dyn Host>) -> Rc<Self> {
        let class = if cfg!(feature = "LWS_WITH_SYS_SMD") {
            LWSSMDCL_SYSTEM_STATE as u32
        } else {
            0
        };
        Rc::new_cyclic(|me: &Weak<Self>| Self {
            core,
            host,
            me: me.clone(),
            manager: SystemManager::new(
                &NAMES,
                CONTEXT_CREATED,
                class,
                c"prot_init",
                me.clone(),
                Self::refuses,
            ),
            boot: Timer::new(|system: &Self, _| system.climb()),
            ladder: Cell::new(false),
            ops,
            attached: Mutex::default(),
            taken: RefCell::new(Vec::new()),
            cpd: Cell::new(Cpd::Unknown),
            cpd_timer: Timer::new(|system: &Self, _| {
                system.cpd_start();
            }),
            blobs: OnceCell::new(),
        })
    }

    /// The context has got the pointer by which the program knows it. With `ladder` the climb begins in
    /// the first pass of the loop.
    pub(crate) fn begin(&self, ladder: bool) {
        if let Some(context) = self.core.context() {
            self.manager.bind(context);
        }
        self.ladder.set(ladder);
        if ladder {
            self.boot.arm(self, 0, 1);
        }
    }

    /// The first step of the end. Nothing happens by itself any more.
    pub(crate) fn end(&self) {
        self.boot.cancel();
        self.cpd_timer.cancel();
        self.jump(POLICY_INVALID);
    }

    /// The last step.
    pub(crate) fn gone(&self) {
        self.jump(CONTEXT_DESTROYING);
        // The program's notifiers outlive it, perhaps to serve another context.
        self.manager.release_notifiers();
    }

    pub(crate) fn manager(&self) -> Manager {
        self.manager.manager()
    }

    /// Whether `m` is the manager of this system.
    pub(crate) fn is(&self, m: Manager) -> bool {
        self.manager.is(m)
    }

    fn jump(&self, target: c_int) {
        transition(self.manager(), self.core.log, target, &|m, s| {
            publish(&self.core, m, s);
        });
    }

    /// Climbs as far as the notifiers let it.
    pub(crate) fn climb(&self) {
        climb(self.manager(), self.core.log, OPERATIONAL, &|m, s| {
            publish(&self.core, m, s);
        });
    }

    /// Goes on climbing: what refused a step may not refuse it any more.
    #[cfg(feature = "LWS_WITH_NETLINK")]
    pub(crate) fn climb_on(&self) {
        if self.ladder.get() && self.manager().state() < POLICY_INVALID {
            self.climb();
        }
    }

    /// What the context itself says to a step: the interfaces are there once the routes are known,
    /// and without dropped privileges it goes no further than POLICY_VALID.
    fn refuses(&self, current: c_int, target: c_int) -> bool {
        self.run_attached();
        let Some(host) = self.host.upgrade().filter(|_| current != target) else {
            return false;
        };
        match target {
            IFACE_COLDPLUG => !host.interfaces_known(),
            DHCP => host.lacks_address(),
            POLICY_VALID => !host.init_protocols(),
            _ => false,
        }
    }

    // ---- attached callbacks

    /// Has `item` run by the loop, once the system is in the state it waits for. Any thread.
    pub(crate) fn attach(&self, item: Attached) {
        {
            let mut w = self.attached.lock();
            w.last += 1;
            let number = w.last;
            w.items.push_back((number, item));
        }
        self.core.cancel();
    }

    /// Takes out the first attached callback that may run now, of those up to number `last`.
    fn detach(&self, last: u64) -> Option<Attached> {
        let state = self.manager().state();
        let mut w = self.attached.lock();
        let at = w
            .items
            .iter()
            .position(|(n, i)| *n <= last && i.state <= state)?;
        w.items.remove(at).map(|(_, item)| item)
    }

    /// As `detach`, for a program that looks after attached callbacks itself: what is taken out is
    /// kept, to be told apart by its address. NULL for none.
    pub(crate) fn take_attached(&self) -> *const Attached {
        let Some(item) = self.detach(u64::MAX).map(Box::new) else {
            return core::ptr::null();
        };
        let at: *const Attached = &*item;
        self.taken.borrow_mut().push(item);
        at
    }

    /// Runs what may run now, the first attached first; what is attached meanwhile has to wait for
    /// the next time. Returns whether there was any.
    pub(crate) fn run_attached(&self) -> bool {
        let Some(context) = self.core.context() else {
            return false;
        };
        let last = self.attached.lock().last;
        let mut any = false;
        while let Some(item) = self.detach(last) {
            any = true;
            item.call(context);
        }
        any
    }

    // ---- captive portals

    pub(crate) fn cpd(&self) -> Cpd {
        self.cpd.get()
    }

    /// Forgets the result and asks the program to find out; returns what it says, 0 when it does
    /// not offer to.
    pub(crate) fn cpd_start(&self) -> c_int {
        self.cpd.set(Cpd::Unknown);
        let context = self.core.context();
        context
            .and_then(|context| self.ops.detect_captive_portal(context))
            .unwrap_or(0)
    }

    /// As [`System::cpd_start`], `us` microseconds from now. There is one such timer; -1 cancels it.
    pub(crate) fn cpd_start_later(&self, us: i64) {
        if us == CANCEL {
            self.cpd_timer.cancel();
        } else {
            self.cpd_timer.arm(self, 0, us);
        }
    }

    /// Notes the result, unless there is one already, and tells everybody.
    pub(crate) fn cpd_set(&self, result: Cpd) {
        if self.cpd.get() != Cpd::Unknown {
            return;
        }
        self.cpd.set(result);
        log_notice!(self.core.log, "setting CPD result {}", result.name());
        self.core.publish(
            LWSSMDCL_NETWORK as u32,
            &format!("{{\"type\":\"cpd\",\"result\":\"{}\"}}", result.name()),
        );
        if self.manager().state() != POLICY_INVALID {
            self.climb();
        }
    }

    /// What the context itself does about a message of class NETWORK.
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
        let all = self
            .blobs
            .get_or_init(|| Box::new([const { RefCell::new(Blob::new()) }; BLOBS]));
        all.get(slot)
    }
}

impl Room for System {
    fn core(&self) -> &Core {
        &self.core
    }

    fn me(&self) -> Weak<Self> {
        self.me.clone()
    }
}

/// Makes the message about a manager's new state.
pub(crate) fn publish(core: &Core, m: Manager, new: c_int) {
    if cfg!(feature = "LWS_WITH_SYS_SMD") {
        let text = format!("{{\"state\":\"{}\"}}", m.state_name(new));
        core.publish(m.smd_class(), &text);
    } else {
        log_warn!(
            core.log,
            "{}: no message about {}: SMD is not built",
            m.name(),
            m.state_name(new)
        );
    }
}
