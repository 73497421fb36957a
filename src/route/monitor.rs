//! What a context has of routing: the sockets, the copy, the connections it watches.
//!
//! Nothing of the program's runs while the state is borrowed: what is to be logged, sent or closed
//! is collected and done afterwards.

use super::audit::Audit;
use super::cull::{Judged, Reason, View, Watched};
use super::feed::{Feed, Todo};
use super::loose::Loose;
use super::mend::LOOK_US;
use super::omitted;
use super::oracle::Oracle;
use super::socket;
use super::types::Verdict;
use crate::abi::smd::LWSSMDCL_NETWORK;
use crate::conn::wsi::Phase;
use crate::conn::{Wsi, client, close};
use crate::context::Context;
use crate::log::{log_notice, log_warn};
use crate::sys::callbacks::RouteNotify;
use crate::sys::clock;
use crate::sys::timer::Timer;
use core::cell::{Cell, RefCell};
use std::rc::Rc;

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
    pub(super) watched: Watched,
    pub(super) settings: Settings,
    pub(super) audit: Audit,
    /// When the socket was last found empty, microseconds.
    fresh: i64,
    pub(super) candidates: u64,
    pub(super) culls: u64,
    pub(super) refused: u64,
    pub(super) unknown: u64,
}

pub(crate) struct Monitor {
    pub(super) inner: RefCell<Inner>,
    pub(super) loose: RefCell<Loose>,
    /// What has become known waits for its consequences.
    pub(super) later: Timer<Context>,
    settle: Timer<Context>,
    news: Timer<Context>,
    stalled: Timer<Context>,
    /// The copy lacks something, and waits for the changes to calm down.
    pub(super) mend: Timer<Context>,
    /// The lifetime of a route is over.
    lapse: Timer<Context>,
    /// For when `lapse` is armed, microseconds.
    lapses: Cell<Option<i64>>,
    /// The kernel's IPv6 routes are to be counted again.
    recount: Timer<Context>,
    /// An answer of the copy that may be wrong is compared once more.
    pub(super) doubt: Timer<Context>,
    /// For when `settle` is armed, microseconds.
    settles: Cell<Option<i64>>,
    /// How far dumps had come when it was armed.
    progress: Cell<u64>,
    /// The ladder waits for the first copy.
    holds: Cell<bool>,
    /// The ladder may go on, and has not been told yet.
    goes_on: Cell<bool>,
    /// How long to wait before the next socket, microseconds.
    pause: Cell<i64>,
}

impl Monitor {
    pub(crate) fn new(cull: CullMode) -> Self {
        Self {
            inner: RefCell::new(Inner {
                feed: Feed::new(),
                oracle: Oracle::new(),
                watched: Watched::default(),
                settings: Settings {
                    cull,
                    settle_us: 20_000,
                    audit_per_s: 20,
                    notify: None,
                },
                audit: Audit::new(),
                fresh: 0,
                candidates: 0,
                culls: 0,
                refused: 0,
                unknown: 0,
            }),
            loose: RefCell::default(),
            later: Timer::new(|cx: &Context, _| {
                cx.route.look_soon(cx);
                cx.route.follow(cx);
            }),
            settle: Timer::new(|cx: &Context, _| {
                cx.route.settles.set(None);
                cx.route.outdate();
                cx.route.catch_up(cx);
                cx.route.judge(cx, clock::now_us());
            }),
            news: Timer::new(|cx: &Context, _| cx.route.tell(cx)),
            stalled: Timer::new(|cx: &Context, _| cx.route.unstall(cx)),
            mend: Timer::new(|cx: &Context, _| cx.route.mend(cx)),
            lapse: Timer::new(|cx: &Context, _| cx.route.lapse(cx)),
            lapses: Cell::new(None),
            recount: Timer::new(|cx: &Context, _| cx.route.recount(cx)),
            doubt: Timer::new(|cx: &Context, _| cx.route.resolve(cx)),
            settles: Cell::new(None),
            progress: Cell::new(0),
            holds: Cell::new(false),
            goes_on: Cell::new(false),
            pause: Cell::new(STALLED_US),
        }
    }

    /// Opens the socket and asks for the first copy. Where netlink is refused there is none, and
    /// nothing waits for it.
    pub(crate) fn begin(&self, cx: &Context) {
        let opened = self.inner.borrow_mut().feed.open(cx);
        match opened {
            Ok(todo) => {
                self.inner.borrow_mut().oracle.open();
                self.holds.set(true);
                self.done(cx, todo);
            }
            Err(e) => log_warn!(cx.log, "routing is not watched: netlink: {e}"),
        }
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
    pub(crate) fn readable(&self, cx: &Context) {
        let todo = self.inner.borrow_mut().feed.read(cx, AT_ONCE);
        self.done(cx, todo);
        self.follow(cx);
        self.audit(cx);
    }

    /// Takes in what is there before all of it is shown. Its consequences come with the next pass.
    pub(super) fn refresh(&self, cx: &Context) {
        self.take_in(cx, Feed::read);
    }

    /// Takes in what was announced before an answer is given.
    pub(super) fn catch_up(&self, cx: &Context) {
        self.take_in(cx, Feed::catch_up);
    }

    fn take_in(&self, cx: &Context, read: fn(&mut Feed, &Context, usize) -> Todo) {
        let todo = {
            let mut inner = self.inner.borrow_mut();
            let now = clock::now_us();
            if inner.feed.fd().is_none() || now.saturating_sub(inner.fresh) < FRESH_US {
                return;
            }
            let todo = read(&mut inner.feed, cx, AT_MOST);
            inner.fresh = now;
            todo
        };
        self.done(cx, todo);
        let waits = {
            let feed = &self.inner.borrow().feed;
            !feed.touched.nothing() || feed.news.waiting() || feed.places
        };
        if waits {
            self.later.arm(cx, 0, 0);
        }
    }

    /// The next answer takes in what there is, however short ago that was done.
    pub(super) fn outdate(&self) {
        self.inner.borrow_mut().fresh = 0;
    }

    fn done(&self, cx: &Context, todo: Todo) {
        let (open, syncing, progress) = {
            let feed = &self.inner.borrow().feed;
            (feed.fd().is_some(), feed.syncing(), feed.progress())
        };
        if todo.lost {
            // The next one may work; the pauses grow, so that nothing wakes for ever.
            let pause = self.pause.get();
            self.pause.set(pause.saturating_mul(2).min(LONGEST_US));
            self.stalled.arm(cx, 0, pause);
        } else if open && !syncing {
            self.pause.set(STALLED_US);
            self.stalled.cancel();
        } else if syncing && self.progress.replace(progress) != progress {
            // However much is announced: only a dump that goes on is not stuck.
            self.stalled.arm(cx, 0, STALLED_US);
        }
        if todo.mend {
            self.mend.arm(cx, 0, LOOK_US);
        }
        self.arm_lapse(cx);
        if let Some(us) = todo.recount {
            self.recount.arm(cx, 0, us);
        }
        if (todo.first || todo.lost) && self.holds.replace(false) {
            self.goes_on.set(true);
            self.later.arm(cx, 0, 0);
        }
        for text in todo.warn {
            log_warn!(cx.log, "{text}");
        }
    }

    /// Waits for the next end of a lifetime.
    fn arm_lapse(&self, cx: &Context) {
        let next = self.inner.borrow().feed.copy.lifetimes.next();
        if self.lapses.replace(next) == next {
            return;
        }
        match next {
            Some(at) => self.lapse.arm(cx, 0, at.saturating_sub(clock::now_us())),
            None => self.lapse.cancel(),
        }
    }

    /// Ends routes whose lifetime is over, and looks at whom that concerns.
    fn lapse(&self, cx: &Context) {
        self.lapses.set(None);
        self.outdate();
        self.catch_up(cx);
        let concerns = {
            let inner = &mut *self.inner.borrow_mut();
            inner.feed.lapse(&mut inner.oracle)
        };
        self.arm_lapse(cx);
        if concerns {
            self.follow(cx);
        }
    }

    /// Counts the kernel's IPv6 routes when everything that was announced has been read.
    fn recount(&self, cx: &Context) {
        let heard = || {
            self.outdate();
            self.refresh(cx);
            self.inner.borrow().feed.heard()
        };
        let before = heard();
        let total = omitted::total();
        heard();
        let again = self.inner.borrow_mut().feed.recounted(before, total);
        if let Some(us) = again {
            self.recount.arm(cx, 0, us);
        }
    }

    /// The kernel has left a dump unfinished, or the socket has failed: with a new one all is read
    /// afresh.
    fn unstall(&self, cx: &Context) {
        // It may be the loop that was late.
        let todo = {
            let feed = &mut self.inner.borrow_mut().feed;
            let (before, syncing) = (feed.progress(), feed.syncing());
            let todo = feed.read(cx, AT_ONCE);
            let ended = syncing && !feed.syncing();
            (ended || feed.progress() != before).then_some(todo)
        };
        if let Some(todo) = todo {
            self.done(cx, todo);
            self.later.arm(cx, 0, 0);
            return;
        }
        self.reopen(cx);
    }

    /// Reads everything afresh, from new sockets.
    fn reopen(&self, cx: &Context) {
        let opened = {
            let feed = &mut self.inner.borrow_mut().feed;
            feed.close(cx);
            feed.open(cx)
        };
        self.done(cx, opened.unwrap_or_else(Todo::lost));
    }

    /// This process is a copy of the one that has the sockets, and would share them with it: what one
    /// of the two reads the other never sees.
    pub(crate) fn forked(&self, cx: &Context) {
        if self.inner.borrow().feed.opened() > 0 {
            self.inner.borrow_mut().oracle.open();
            self.reopen(cx);
        }
    }

    /// Reads everything again. Returns whether that can be done.
    pub(crate) fn resync(&self, cx: &Context) -> bool {
        let mut todo = Todo::default();
        let can = self.inner.borrow_mut().feed.resync(&mut todo);
        self.done(cx, todo);
        can
    }

    // ---- what follows

    /// Goes on with the ladder, sends messages, and looks at the connections that what has changed
    /// can concern.
    fn follow(&self, cx: &Context) {
        if self.goes_on.take() {
            #[cfg(feature = "LWS_WITH_SYS_STATE")]
            cx.system.climb_on();
        }
        self.tell(cx);
        if core::mem::take(&mut self.inner.borrow_mut().feed.places) {
            crate::conn::listen::wait::addresses_changed(&cx.conns);
            #[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
            cx.dhcp.links_changed();
        }
        self.look_at_all(cx);
        let mut judged = Judged::default();
        let now = clock::now_us();
        {
            let inner = &mut *self.inner.borrow_mut();
            if inner.feed.syncing() || inner.feed.touched.nothing() {
                return;
            }
            let touched = core::mem::take(&mut inner.feed.touched);
            if inner.settings.cull == CullMode::Off {
                return;
            }
            let oracle = &mut inner.oracle;
            inner.watched.suspect(
                &touched,
                View {
                    all: &inner.feed.copy,
                    routes: inner.feed.whole_copy(),
                },
                now,
                &mut judged,
                &mut |flow| oracle.ask(flow),
            );
        }
        let suspects = judged.candidates;
        self.carry_out(cx, judged);
        if suspects > 0 {
            self.judge(cx, now);
        }
    }

    /// Ends those connections whose time to recover is over.
    fn judge(&self, cx: &Context, now: i64) {
        let mut judged = Judged::default();
        {
            let inner = &mut *self.inner.borrow_mut();
            // At the end of a dump all are looked at.
            if inner.feed.syncing() {
                inner.watched.acquit();
                return;
            }
            inner.watched.decide(
                View {
                    all: &inner.feed.copy,
                    routes: inner.feed.whole_copy(),
                },
                now,
                inner.settings.settle_us,
                inner.settings.cull == CullMode::Notify,
                &mut judged,
                &mut inner.oracle,
            );
        }
        self.carry_out(cx, judged);
    }

    /// Sees to it that connections are looked at then, or before.
    fn look_at_latest(&self, cx: &Context, at: i64) {
        if self.settles.get().is_none_or(|armed| at < armed) {
            self.settles.set(Some(at));
            self.settle.arm(cx, 0, at.saturating_sub(clock::now_us()));
        }
    }

    fn carry_out(&self, cx: &Context, judged: Judged) {
        {
            let mut inner = self.inner.borrow_mut();
            inner.candidates += judged.candidates;
            inner.refused += judged.refused;
        }
        if let Some(at) = judged.again {
            self.look_at_latest(cx, at);
        }
        if let Some(flow) = judged.doubt {
            self.doubt_of(cx, flow);
        }
        for token in judged.revived {
            if let Some(wsi) = cx.conns.table.get(token) {
                wsi.cull.set(0);
            }
        }
        for (token, why) in judged.ended {
            let Some(wsi) = cx.conns.table.get(token) else {
                continue;
            };
            // The program may have changed its socket since.
            let peer = wsi.watched.get();
            let flow = peer.and_then(|peer| self.inner.borrow().watched.flow(peer, token));
            if flow.is_some_and(|flow| !socket::is_still(cx, &wsi, &flow)) {
                self.watch(cx, &wsi);
                continue;
            }
            // A callback before may have changed them.
            let settings = self.settings();
            if settings.cull == CullMode::Off {
                return;
            }
            wsi.cull.set(why as u8);
            self.inner.borrow_mut().culls += 1;
            log_notice!(wsi.log(), "routing: a connection has ended: {}", why.name());
            if let Some(notify) = settings.notify.filter(|_| !wsi.is_closed()) {
                notify.call(&*wsi, why as u8);
            }
            if self.settings().cull == CullMode::Close && !wsi.is_closed() {
                end(cx, &wsi, why);
            }
        }
    }

    /// Sends what is to be sent, of each kind not too often.
    fn tell(&self, cx: &Context) {
        let (texts, again) = self.inner.borrow_mut().feed.news.take(clock::now_us());
        if let Some(at) = again {
            self.news.arm(cx, 0, at.saturating_sub(clock::now_us()));
        }
        for text in texts {
            cx.publish(LWSSMDCL_NETWORK as u32, text);
        }
    }

    // ---- connections

    /// Watches a connection that has a peer, from now on; again when its socket is another one.
    pub(crate) fn watch(&self, cx: &Context, wsi: &Wsi) {
        self.watch_since(cx, wsi, false);
    }

    /// As [`Self::watch`]; `before`: it may have been there before what is not judged yet.
    pub(super) fn watch_since(&self, cx: &Context, wsi: &Wsi, before: bool) {
        self.unwatch(wsi);
        wsi.cull.set(0);
        if self.inner.borrow().feed.opened() == 0 {
            return;
        }
        let Some(flow) = socket::flow_of(wsi) else {
            return;
        };
        // By what holds now: the way of before a change would look like one that is gone.
        self.outdate();
        self.catch_up(cx);
        let inner = &mut *self.inner.borrow_mut();
        let oracle = &mut inner.oracle;
        let copy = inner.feed.fresh_copy();
        let had = before && flow.src.is_some_and(|src| inner.feed.touched.took(src));
        let peer = inner
            .watched
            .add(wsi.token.get(), flow, had, copy, &mut |flow| {
                oracle.ask(flow)
            });
        wsi.watched.set(Some(peer));
    }

    /// Forgets a connection.
    pub(crate) fn forget(&self, wsi: &Wsi) {
        self.tighten(wsi);
        self.unwatch(wsi);
    }

    fn unwatch(&self, wsi: &Wsi) {
        if let Some(peer) = wsi.watched.take() {
            let token = wsi.token.get();
            self.inner.borrow_mut().watched.remove(peer, token);
        }
    }

    pub(crate) fn settings(&self) -> Settings {
        self.inner.borrow().settings
    }

    pub(crate) fn set(&self, cx: &Context, settings: Settings) {
        {
            let inner = &mut *self.inner.borrow_mut();
            let before = core::mem::replace(&mut inner.settings, settings);
            if before.cull != settings.cull {
                inner.watched.anew(before.cull == CullMode::Off);
            }
            // All are judged anew, by what holds now.
            inner.watched.acquit();
            inner.feed.touched.everything();
        }
        self.later.arm(cx, 0, 0);
    }
}

/// Ends a connection as its role does.
fn end(cx: &Context, wsi: &Rc<Wsi>, why: Reason) {
    if wsi.phase() == Phase::Connecting {
        client::cut_off(&cx.conns, wsi, why.name());
    } else {
        close::now(&cx.conns, wsi);
    }
}
