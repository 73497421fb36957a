//! What a context has of routing: the sockets, the copy, the connections it watches.
//!
//! Nothing of the program's runs while the state is borrowed: what is to be logged, sent or closed
//! is collected and done afterwards.
#![forbid(unsafe_code)]

use super::audit::Audit;
use super::conns::Connections;
use super::cull::Cull;
use super::feed::{Feed, Todo};
use super::loose::Loose;
use super::mend::LOOK_US;
use super::omitted;
use super::oracle::Oracle;
use super::trouble::{Trouble, may_pass};
use super::types::Verdict;
use crate::abi::smd::LWSSMDCL_NETWORK;
use crate::event::core::{Core, Room};
use crate::log::log_warn;
use crate::sys::callbacks::RouteNotify;
use crate::sys::clock;
use crate::sys::timer::Timer;
use core::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// How many datagrams are read before others have their turn.
const AT_ONCE: usize = 64;
/// How many are read before an answer, if they never stop coming.
const AT_MOST: usize = 1 << 14;
/// An answer is never older than this, microseconds.
const FRESH_US: i64 = 20;
/// A dump in which the kernel says nothing for so long has been lost, microseconds.
const STALLED_US: i64 = 2_000_000;
/// How long to wait at most before another socket is tried, microseconds.
const LONGEST_US: i64 = 600_000_000;

/// What happens to connections that routing has ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CullMode {
    Off = 0,
    Notify = 1,
    Close = 2,
}

#[derive(Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) cull: CullMode,
    pub(crate) settle_us: i64,
    pub(crate) audit_per_s: u32,
    /// A better route through another interface ends connections, too.
    pub(crate) takeover: bool,
    pub(crate) notify: Option<RouteNotify>,
}

#[derive(Clone, Copy, Default)]
pub(crate) struct Stats {
    pub(crate) synced: bool,
    pub(crate) messages: u64,
    pub(crate) ignored: u64,
    pub(crate) malformed: u64,
    pub(crate) overflows: u64,
    pub(crate) resyncs: u64,
    pub(crate) candidates: u64,
    pub(crate) culls: u64,
    pub(crate) refused: u64,
    pub(crate) asked: u64,
    pub(crate) unknown: u64,
    pub(crate) audit_samples: u64,
    pub(crate) audit_mismatches: u64,
    pub(crate) routes4: u64,
    pub(crate) routes6: u64,
    pub(crate) watched: u64,
}

/// An answer and who gave it.
#[derive(Clone, Copy)]
pub(crate) enum Seen<'a> {
    Copy(&'a Verdict),
    Kernel(&'a Verdict),
}

pub(super) struct Inner {
    pub(super) feed: Feed,
    pub(super) oracle: Oracle,
    pub(super) cull: Cull,
    pub(super) settings: Settings,
    pub(super) audit: Audit,
    /// When the socket was last found empty, microseconds.
    fresh: i64,
    pub(super) culls: u64,
    pub(super) unknown: u64,
}

pub(crate) struct Monitor {
    pub(super) core: Rc<Core>,
    me: Weak<Self>,
    conns: Weak<dyn Connections>,
    pub(super) inner: RefCell<Inner>,
    pub(super) loose: RefCell<Loose>,
    /// What has become known waits for its consequences.
    pub(super) later: Timer<Self>,
    pub(super) settle: Timer<Self>,
    news: Timer<Self>,
    stalled: Timer<Self>,
    /// The copy lacks something, and waits for the changes to calm down.
    pub(super) mend: Timer<Self>,
    /// The lifetime of a route is over.
    lapse: Timer<Self>,
    /// For when `lapse` is armed, microseconds.
    lapses: Cell<Option<i64>>,
    /// The kernel's IPv6 routes are to be counted again.
    recount: Timer<Self>,
    /// An answer of the copy that may be wrong is compared once more.
    pub(super) doubt: Timer<Self>,
    /// For when `settle` is armed, microseconds.
    pub(super) settles: Cell<Option<i64>>,
    /// How far dumps had come when it was armed.
    progress: Cell<u64>,
    /// The ladder waits for the first copy.
    holds: Cell<bool>,
    /// The ladder may go on, and has not been told yet.
    pub(super) goes_on: Cell<bool>,
    /// There will never be a copy: netlink is refused.
    refused: Cell<bool>,
    /// How long to wait before the next socket, microseconds.
    pause: Cell<i64>,
}

impl Room for Monitor {
    fn core(&self) -> &Core {
        &self.core
    }

    fn me(&self) -> Weak<Self> {
        self.me.clone()
    }
}

impl Monitor {
    pub(crate) fn new(core: Rc<Core>, conns: Weak<dyn Connections>, cull: CullMode) -> Rc<Self> {
        Rc::new_cyclic(|me| Self {
            core,
            me: me.clone(),
            conns,
            inner: RefCell::new(Inner {
                feed: Feed::new(),
                oracle: Oracle::new(),
                cull: Cull::default(),
                settings: Settings {
                    cull,
                    settle_us: 20_000,
                    audit_per_s: 20,
                    takeover: false,
                    notify: None,
                },
                audit: Audit::new(),
                fresh: 0,
                culls: 0,
                unknown: 0,
            }),
            loose: RefCell::default(),
            later: Timer::new(|m: &Self, _| {
                m.look_soon();
                m.follow();
            }),
            settle: Timer::new(|m: &Self, _| {
                m.settles.set(None);
                m.outdate();
                m.catch_up();
                m.cull();
            }),
            news: Timer::new(|m: &Self, _| m.tell()),
            stalled: Timer::new(|m: &Self, _| m.unstall()),
            mend: Timer::new(|m: &Self, _| m.mend()),
            lapse: Timer::new(|m: &Self, _| m.lapse()),
            lapses: Cell::new(None),
            recount: Timer::new(|m: &Self, _| m.recount()),
            doubt: Timer::new(|m: &Self, _| m.resolve()),
            settles: Cell::new(None),
            progress: Cell::new(0),
            holds: Cell::new(false),
            goes_on: Cell::new(false),
            refused: Cell::new(false),
            pause: Cell::new(STALLED_US),
        })
    }

    /// The connections, as long as they are there.
    pub(super) fn conns(&self) -> Option<Rc<dyn Connections>> {
        self.conns.upgrade()
    }

    /// Opens the socket and asks for the first copy. Where netlink is refused there is none, and
    /// nothing waits for it; where descriptors or memory are short it is tried again.
    pub(crate) fn begin(&self) {
        let opened = self.inner.borrow_mut().feed.open(&self.core);
        match opened {
            Ok(todo) => {
                self.inner.borrow_mut().oracle.open();
                self.holds.set(true);
                self.done(todo);
            }
            Err(why) if may_pass(&why) => self.done(Todo::lost(why)),
            Err(why) => {
                self.refused.set(true);
                log_warn!(self.core.log, "{}", Trouble::NotWatched(why));
            }
        }
    }

    /// Whether there will never be a copy.
    pub(super) fn is_refused(&self) -> bool {
        self.refused.get()
    }

    /// The descriptor that the loop waits for, or -1.
    pub(crate) fn fd(&self) -> core::ffi::c_int {
        self.inner.borrow().feed.fd().unwrap_or(-1)
    }

    /// Whether the system has to wait for the first copy.
    #[cfg(feature = "LWS_WITH_SYS_STATE")]
    pub(crate) fn holds(&self) -> bool {
        self.holds.get()
    }

    // ---- what the kernel says

    /// Reads what there is, within reason, and does what follows from it.
    pub(crate) fn readable(&self) {
        let todo = self.inner.borrow_mut().feed.read(&self.core, AT_ONCE);
        self.done(todo);
        self.follow();
        self.audit();
    }

    /// Takes in what is there before all of it is shown. Its consequences come with the next pass.
    pub(super) fn refresh(&self) {
        self.take_in(Feed::read);
    }

    /// Takes in what was announced before an answer is given.
    pub(super) fn catch_up(&self) {
        self.take_in(Feed::catch_up);
    }

    fn take_in(&self, read: fn(&mut Feed, &Core, usize) -> Todo) {
        let todo = {
            let mut inner = self.inner.borrow_mut();
            let now = clock::now_us();
            if inner.feed.fd().is_none() || now.saturating_sub(inner.fresh) < FRESH_US {
                return;
            }
            let todo = read(&mut inner.feed, &self.core, AT_MOST);
            inner.fresh = now;
            todo
        };
        self.done(todo);
        let waits = {
            let feed = &self.inner.borrow().feed;
            !feed.touched.nothing() || feed.news.waiting() || feed.places
        };
        if waits {
            self.later.arm(self, 0, 0);
        }
    }

    /// The next answer takes in what there is, however short ago that was done.
    pub(super) fn outdate(&self) {
        self.inner.borrow_mut().fresh = 0;
    }

    fn done(&self, todo: Todo) {
        let (open, syncing, progress) = {
            let feed = &self.inner.borrow().feed;
            (feed.fd().is_some(), feed.syncing(), feed.progress())
        };
        if todo.lost {
            // The next one may work; the pauses grow, so that nothing wakes for ever.
            let pause = self.pause.get();
            self.pause.set(pause.saturating_mul(2).min(LONGEST_US));
            self.stalled.arm(self, 0, pause);
        } else if open && !syncing {
            self.pause.set(STALLED_US);
            self.stalled.cancel();
        } else if syncing && self.progress.replace(progress) != progress {
            // However much is announced: only a dump that goes on is not stuck.
            self.stalled.arm(self, 0, STALLED_US);
        }
        if todo.mend {
            self.mend.arm(self, 0, LOOK_US);
        }
        self.arm_lapse();
        if let Some(us) = todo.recount {
            self.recount.arm(self, 0, us);
        }
        if (todo.first || todo.lost) && self.holds.replace(false) {
            self.goes_on.set(true);
            self.later.arm(self, 0, 0);
        }
        for text in todo.warn {
            log_warn!(self.core.log, "{text}");
        }
    }

    /// Waits for the next end of a lifetime.
    fn arm_lapse(&self) {
        let next = self.inner.borrow().feed.copy.lifetimes.next();
        if self.lapses.replace(next) == next {
            return;
        }
        match next {
            Some(at) => self.lapse.arm(self, 0, at.saturating_sub(clock::now_us())),
            None => self.lapse.cancel(),
        }
    }

    /// Ends routes whose lifetime is over, and looks at whom that concerns.
    fn lapse(&self) {
        self.lapses.set(None);
        self.outdate();
        self.catch_up();
        let concerns = {
            let inner = &mut *self.inner.borrow_mut();
            inner.feed.lapse(&mut inner.oracle)
        };
        self.arm_lapse();
        if concerns {
            self.follow();
        }
    }

    /// Counts the kernel's IPv6 routes when everything that was announced has been read.
    fn recount(&self) {
        let heard = || {
            self.outdate();
            self.refresh();
            self.inner.borrow().feed.heard()
        };
        let before = heard();
        let total = omitted::total();
        heard();
        let again = self.inner.borrow_mut().feed.recounted(before, total);
        if let Some(us) = again {
            self.recount.arm(self, 0, us);
        }
    }

    /// The kernel has left a dump unfinished, or the socket has failed: with a new one all is read
    /// afresh.
    fn unstall(&self) {
        // It may be the loop that was late.
        let todo = {
            let feed = &mut self.inner.borrow_mut().feed;
            let (before, syncing) = (feed.progress(), feed.syncing());
            let todo = feed.read(&self.core, AT_ONCE);
            let ended = syncing && !feed.syncing();
            (ended || feed.progress() != before).then_some(todo)
        };
        if let Some(todo) = todo {
            self.done(todo);
            self.later.arm(self, 0, 0);
            return;
        }
        self.reopen();
    }

    /// Reads everything afresh, from new sockets.
    fn reopen(&self) {
        let opened = {
            let feed = &mut self.inner.borrow_mut().feed;
            feed.close(&self.core);
            feed.open(&self.core)
        };
        self.done(opened.unwrap_or_else(Todo::lost));
    }

    /// This process is a copy of the one that has the sockets, and would share them with it: what one
    /// of the two reads the other never sees.
    pub(crate) fn forked(&self) {
        if !self.is_refused() {
            self.inner.borrow_mut().oracle.open();
            self.reopen();
        }
    }

    /// Reads everything again. Returns whether that can be done.
    pub(crate) fn resync(&self) -> bool {
        let mut todo = Todo::default();
        let can = self.inner.borrow_mut().feed.resync(&mut todo);
        self.done(todo);
        can
    }

    // ---- what follows

    /// Sends what is to be sent, of each kind not too often.
    pub(super) fn tell(&self) {
        let (texts, again) = self.inner.borrow_mut().feed.news.take(clock::now_us());
        if let Some(at) = again {
            self.news.arm(self, 0, at.saturating_sub(clock::now_us()));
        }
        for text in texts {
            self.core.publish(LWSSMDCL_NETWORK as u32, text);
        }
    }

    // ---- settings

    pub(crate) fn settings(&self) -> Settings {
        self.inner.borrow().settings
    }

    pub(crate) fn set(&self, settings: Settings) {
        {
            let inner = &mut *self.inner.borrow_mut();
            let before = core::mem::replace(&mut inner.settings, settings);
            if before.cull != settings.cull {
                inner.cull.anew(before.cull == CullMode::Off);
            }
            // All are judged anew, by what holds now.
            inner.cull.acquit();
            inner.feed.touched.everything();
        }
        self.later.arm(self, 0, 0);
    }
}
