//! The state of the system that a context stands for: its ladder
//! (`LWS_SYSTATE_*`), callbacks that wait for a state, captive portals, data
//! about the device.

use super::cpd::Cpd;
use super::{climb, transition};
use crate::context::Context;
use crate::log::{log_notice, log_warn};
use crate::sys::blob::Blob;
use crate::sys::lock::Mutex;
use crate::sys::ops::{Attached, Ops};
use crate::sys::own::{Notifier, SystemManager};
use crate::sys::state::Manager;
use crate::sys::timer::Timer;
use core::cell::{Cell, RefCell};
use core::ffi::{CStr, c_int};
use std::collections::VecDeque;

pub(crate) const CONTEXT_CREATED: c_int = 1;
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) const IFACE_COLDPLUG: c_int = 3;
pub(crate) const POLICY_VALID: c_int = 8;
pub(crate) const OPERATIONAL: c_int = 12;
pub(crate) const POLICY_INVALID: c_int = 13;
pub(crate) const CONTEXT_DESTROYING: c_int = 14;

/// The names of the states, by number.
pub(crate) const NAMES: [&CStr; 15] = [
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
];

/// How many slots for blobs there are.
const BLOBS: usize = 11;

/// Callbacks that wait for a state, with their numbers.
#[derive(Default)]
struct Waiting {
    last: u64,
    items: VecDeque<(u64, Attached)>,
}

/// What a context has of it. Only for the thread that services the context, but for
/// [`System::attach`].
pub(crate) struct System {
    manager: SystemManager,
    /// Asked last of all.
    notifier: Notifier,
    boot: Timer,
    /// It climbs by itself.
    ladder: Cell<bool>,
    pub(crate) ops: Ops,
    attached: Mutex<Waiting>,
    #[expect(clippy::vec_box, reason = "their addresses are handed out")]
    taken: RefCell<Vec<Box<Attached>>>,
    cpd: Cell<Cpd>,
    cpd_timer: Timer,
    blobs: [RefCell<Blob>; BLOBS],
}

impl System {
    pub(crate) fn new(ops: Ops) -> Self {
        Self {
            manager: SystemManager::new(),
            notifier: Notifier::new(c"prot_init", asked),
            boot: Timer::new(|cx, _| cx.system.climb(cx)),
            ladder: Cell::new(false),
            ops,
            attached: Mutex::default(),
            taken: RefCell::new(Vec::new()),
            cpd: Cell::new(Cpd::Unknown),
            cpd_timer: Timer::new(|cx, _| {
                cx.system.cpd_start(cx);
            }),
            blobs: [const { RefCell::new(Blob::new()) }; BLOBS],
        }
    }

    /// Ties it to its context, which does not move any more. With `ladder` the first pass of the
    /// loop starts to climb.
    pub(crate) fn begin(&self, cx: &Context, ladder: bool) {
        self.manager.bind(cx, &self.notifier);
        self.ladder.set(ladder);
        if ladder {
            self.boot.arm(cx, 0, 1);
        }
    }

    /// The first step of the end.
    pub(crate) fn end(&self, cx: &Context) {
        self.stop();
        self.jump(cx, POLICY_INVALID);
    }

    /// The last step.
    pub(crate) fn gone(&self, cx: &Context) {
        self.jump(cx, CONTEXT_DESTROYING);
        // The program's notifiers outlive it, perhaps to serve another context.
        self.manager.release_notifiers();
    }

    /// Nothing happens by itself any more.
    pub(crate) fn stop(&self) {
        self.boot.cancel();
        self.cpd_timer.cancel();
    }

    pub(crate) fn manager(&self) -> Manager {
        self.manager.manager()
    }

    /// Whether `m` is the manager of this system.
    pub(crate) fn is(&self, m: Manager) -> bool {
        self.manager.is(m)
    }

    fn jump(&self, cx: &Context, target: c_int) {
        transition(self.manager(), cx.log, target, &|m, s| publish(cx, m, s));
    }

    /// Climbs as far as the notifiers let it.
    pub(crate) fn climb(&self, cx: &Context) {
        climb(self.manager(), cx.log, OPERATIONAL, &|m, s| {
            publish(cx, m, s)
        });
    }

    /// What held the ladder holds it no more.
    #[cfg(feature = "LWS_WITH_NETLINK")]
    pub(crate) fn climb_on(&self, cx: &Context) {
        if self.ladder.get() && self.manager().state() < POLICY_INVALID {
            self.climb(cx);
        }
    }

    // ---- attached callbacks

    /// Has `item` run by the loop, once the system is in the state it waits for. Any thread.
    pub(crate) fn attach(&self, cx: &Context, item: Attached) {
        {
            let mut w = self.attached.lock();
            w.last += 1;
            let number = w.last;
            w.items.push_back((number, item));
        }
        cx.cancel();
    }

    /// Takes the first one out that may run now, of those up to number `last`.
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
    pub(crate) fn run_attached(&self, cx: &Context) -> bool {
        let last = self.attached.lock().last;
        let mut any = false;
        while let Some(item) = self.detach(last) {
            any = true;
            item.call(cx);
        }
        any
    }

    // ---- captive portals

    pub(crate) fn cpd(&self) -> Cpd {
        self.cpd.get()
    }

    /// Forgets the result and asks the program to find out; returns what it says, 0 when it does
    /// not offer to.
    pub(crate) fn cpd_start(&self, cx: &Context) -> c_int {
        self.cpd.set(Cpd::Unknown);
        self.ops.detect_captive_portal(cx).unwrap_or(0)
    }

    /// As [`System::cpd_start`], `us` microseconds from now. There is one such timer; -1 cancels it.
    pub(crate) fn cpd_start_later(&self, cx: &Context, us: i64) {
        if us == crate::event::service::CANCEL {
            self.cpd_timer.cancel();
        } else {
            self.cpd_timer.arm(cx, 0, us);
        }
    }

    /// Notes the result, unless there is one already, and tells everybody.
    pub(crate) fn cpd_set(&self, cx: &Context, result: Cpd) {
        if self.cpd.get() != Cpd::Unknown {
            return;
        }
        self.cpd.set(result);
        log_notice!(cx.log, "setting CPD result {}", result.name());
        #[cfg(feature = "LWS_WITH_SYS_SMD")]
        send(
            cx,
            crate::smd::class::NETWORK,
            &format!("{{\"type\":\"cpd\",\"result\":\"{}\"}}", result.name()),
        );
        if self.manager().state() != POLICY_INVALID {
            self.climb(cx);
        }
    }

    /// What the context itself does about a message of class NETWORK.
    #[cfg(feature = "LWS_WITH_SYS_SMD")]
    pub(crate) fn hear(&self, cx: &Context, text: &[u8]) {
        use crate::util::json::value;
        let says = |name: &[u8], wanted: &[u8]| {
            value(text, name)
                .and_then(|at| text.get(at))
                .is_some_and(|v| v == wanted)
        };
        if says(b"\"trigger\":", b"cpdcheck") || says(b"\"type\":", b"ipacq") {
            self.cpd_start(cx);
        }
    }

    // ---- blobs

    /// A blob by slot.
    pub(crate) fn blob(&self, slot: usize) -> Option<&RefCell<Blob>> {
        self.blobs.get(slot)
    }
}

/// The context's own notifier: the interfaces are there once the routes are known.
fn asked(cx: &Context, current: c_int, target: c_int) -> bool {
    cx.system.run_attached(cx);
    #[cfg(feature = "LWS_WITH_NETLINK")]
    if current != target && target == IFACE_COLDPLUG && cx.route.holds() {
        return true;
    }
    // Who cannot become whom they shall does not get further either.
    current != target && target == POLICY_VALID && cx.init_protocols().is_err()
}

/// Makes the message about a manager's new state.
pub(crate) fn publish(cx: &Context, m: Manager, new: c_int) {
    #[cfg(feature = "LWS_WITH_SYS_SMD")]
    send(
        cx,
        m.smd_class(),
        &format!("{{\"state\":\"{}\"}}", m.state_name(new)),
    );
    #[cfg(not(feature = "LWS_WITH_SYS_SMD"))]
    log_warn!(
        cx.log,
        "{}: no message about {}: SMD is not built",
        m.name(),
        m.state_name(new)
    );
}

#[cfg(feature = "LWS_WITH_SYS_SMD")]
fn send(cx: &Context, class: u32, text: &str) {
    if !cx.bus.wants(class) {
        return;
    }
    let fits = text.len() <= crate::smd::MAX_PAYLOAD;
    if !fits || cx.bus.send_now(class, text.as_bytes()).is_err() {
        log_warn!(cx.log, "message lost: {text}");
    }
}
