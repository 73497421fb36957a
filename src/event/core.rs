//! What every room needs of the context it works for.
//!
//! A context makes one [`Core`], tells it once who hears its [`Hooks`], and hands it to each room: to
//! log, to arm timers, to watch a descriptor, to send a message, to wake the loop.
//!
//! A room that wants to be called when a descriptor is ready takes a token of its own beside those in
//! [`crate::sys::poll`], watches the descriptor with it ([`Core::watch`]), and has the pass of the loop
//! (`context::service`) hand it the events with that token. A room that wants timers is a [`Room`].

use super::timers::Timers;
use crate::abi::types::lws_context;
use crate::log::{self, log_err, log_notice};
use crate::sys::opaque::Handle;
use crate::sys::poll::{Interest, Poller, Ready, WAKE, Wake};
use crate::sys::sul::Sul;
use crate::sys::{clock, thread, timer};
use core::cell::{Cell, OnceCell, RefCell};
use core::ffi::c_int;
use std::io;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// What a context does for the rooms below it. Called with nothing borrowed.
pub(crate) trait Hooks {
    /// Sends a message to the participants of SMD. One that cannot be sent is logged.
    #[cfg(any(
        feature = "LWS_WITH_NETLINK",
        feature = "LWS_WITH_SYS_STATE",
        feature = "LWS_WITH_BUTTON",
        all(feature = "LWS_WITH_CAO", feature = "LWS_WITH_SYS_SMD")
    ))]
    fn publish(&self, class: u32, text: &str);

    /// Whether something can be done without waiting for a descriptor or a timer.
    fn busy(&self) -> bool;

    /// The context is serviced in a child of fork() from now on, with a new epoll set, to which the
    /// connections' descriptors are to be added. What netlink sockets receive goes to either process.
    fn forked(&self);

    /// A poll loop of the program's is to be told that a descriptor, which is no connection's, is watched
    /// for something else than before.
    fn polled(&self, fd: c_int, before: Interest, after: Interest);
}

/// A room that has timers.
pub(crate) trait Room: Sized + 'static {
    fn core(&self) -> &Core;

    /// A weak reference to itself, which timers keep.
    fn me(&self) -> Weak<Self>;
}

impl<T: Room> timer::Owner for T {
    fn me(&self) -> Weak<Self> {
        Room::me(self)
    }

    fn queue(&self, sul: Sul, us: i64, wake: bool) {
        self.core().schedule(sul, us, wake);
    }
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

/// While this guard lives the context does not end: callbacks of the program may be running.
pub(crate) struct Within<'a>(&'a Core);

impl Drop for Within<'_> {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// While this guard lives no other thread services the context.
pub(crate) struct Service<'a> {
    core: &'a Core,
    outermost: bool,
    /// Whether the context was never serviced before.
    pub(crate) first: bool,
}

impl Drop for Service<'_> {
    fn drop(&mut self) {
        if self.outermost {
            self.core.servicing.store(0, Ordering::Release);
        }
    }
}

/// A descriptor that is no connection's.
struct Watched {
    fd: c_int,
    token: u64,
    interest: Interest,
    /// What a poll loop of the program's was told to watch it for.
    told: Interest,
}

pub(crate) struct Core {
    // For any thread.
    pub(crate) log: log::Log,
    wake: Arc<Wake>,
    life: AtomicU8,
    /// The thread that services the context, 0 before the first pass.
    thread: AtomicUsize,
    /// The thread that is in a pass of the loop, 0 for none.
    servicing: AtomicUsize,

    // For the thread that services the context.
    poller: Poller,
    pub(crate) timers: Timers,
    /// How deep in callbacks of the program the context is.
    depth: Cell<u32>,
    /// Whether the program waits for descriptors itself, with a poll loop of its own.
    external: Cell<bool>,
    watched: RefCell<Vec<Watched>>,
    /// There is something that a poll loop of the program's has not been told yet.
    unsaid: Cell<bool>,
    context: OnceCell<Handle<lws_context>>,
    hooks: OnceCell<Weak<dyn Hooks>>,
}

impl Core {
    /// Fails when the kernel gives no descriptors.
    pub(crate) fn new(log: log::Log) -> io::Result<Rc<Self>> {
        let wake = Arc::new(Wake::new()?);
        let core = Rc::new(Self {
            log,
            wake,
            life: AtomicU8::new(Life::Serving as u8),
            thread: AtomicUsize::new(0),
            servicing: AtomicUsize::new(0),
            poller: Poller::new()?,
            timers: Timers::new(),
            depth: Cell::new(0),
            external: Cell::new(false),
            watched: RefCell::default(),
            unsaid: Cell::new(false),
            context: OnceCell::new(),
            hooks: OnceCell::new(),
        });
        core.watch(core.wake.raw(), WAKE, Interest::READ)?;
        Ok(core)
    }

    /// Sets, once, what implements the hooks.
    pub(crate) fn bind_hooks(&self, hooks: Weak<dyn Hooks>) {
        // The context calls this once, when it is made.
        let _ = self.hooks.set(hooks);
    }

    /// Sets, once, the pointer by which the program knows the context.
    pub(crate) fn bind_context(&self, context: Handle<lws_context>) {
        let _ = self.context.set(context);
    }

    /// The pointer by which the program knows the context.
    pub(crate) fn context(&self) -> Option<Handle<lws_context>> {
        self.context.get().copied()
    }

    fn hooks(&self) -> Option<Rc<dyn Hooks>> {
        self.hooks.get()?.upgrade()
    }

    /// Sends a message to the participants of SMD; see [`Hooks::publish`].
    #[cfg(any(
        feature = "LWS_WITH_NETLINK",
        feature = "LWS_WITH_SYS_STATE",
        feature = "LWS_WITH_BUTTON",
        all(feature = "LWS_WITH_CAO", feature = "LWS_WITH_SYS_SMD")
    ))]
    pub(crate) fn publish(&self, class: u32, text: &str) {
        if let Some(hooks) = self.hooks() {
            hooks.publish(class, text);
        }
    }

    // ---- life

    pub(crate) fn life(&self) -> Life {
        match self.life.load(Ordering::SeqCst) {
            0 => Life::Serving,
            1 => Life::Doomed,
            _ => Life::Ending,
        }
    }

    /// Notes that the program has asked for the end. Returns whether to take the context apart now: not
    /// while callbacks run, and only once.
    pub(crate) fn doom(&self) -> bool {
        if self.life() == Life::Ending {
            return false;
        }
        if self.is_within() {
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

    /// Whether the end was asked for and may come now.
    pub(crate) fn is_over(&self) -> bool {
        self.life() == Life::Doomed && !self.is_within()
    }

    /// The context is being taken apart from now on.
    pub(crate) fn end(&self) {
        self.life.swap(Life::Ending as u8, Ordering::SeqCst);
    }

    /// Runs what calls back into the program; the context lives at least as long.
    pub(crate) fn within<R>(&self, f: impl FnOnce() -> R) -> R {
        let _within = self.enter();
        f()
    }

    /// As [`Core::within`], until the guard is dropped.
    pub(crate) fn enter(&self) -> Within<'_> {
        self.depth.set(self.depth.get().saturating_add(1));
        Within(self)
    }

    fn leave(&self) {
        if self.depth.get() == 1 {
            self.announce();
        }
        self.depth.set(self.depth.get().saturating_sub(1));
        self.rearm();
    }

    /// Whether callbacks of the program may be running.
    pub(crate) fn is_within(&self) -> bool {
        self.depth.get() > 0
    }

    // ---- threads

    /// Whether `function` may be used on this thread: not while another one services the context,
    /// which is logged then.
    pub(crate) fn check_thread(&self, function: &str) -> bool {
        let own = !self.is_others();
        if !own {
            log_err!(
                self.log,
                "{function}: called on a thread that does not service the context"
            );
        }
        own
    }

    /// Whether another thread services the context, which has not ended.
    #[inline(always)]
    pub(crate) fn is_others(&self) -> bool {
        !self.is_own_thread() && thread::is_alive(self.thread.load(Ordering::Relaxed))
    }

    /// Whether this thread services the context, or none does yet.
    #[inline(always)]
    pub(crate) fn is_own_thread(&self) -> bool {
        let servicing = self.thread.load(Ordering::Relaxed);
        servicing == 0 || servicing == thread::id()
    }

    /// Begins to service the context on this thread, for `function`. `None`, which is logged, while
    /// another thread does. A pass may be within a pass.
    pub(crate) fn service(&self, function: &str) -> Option<Service<'_>> {
        let me = thread::id();
        let mut before = 0;
        while let Err(other) =
            self.servicing
                .compare_exchange(before, me, Ordering::AcqRel, Ordering::Acquire)
        {
            // In a process made by fork(), the thread may be one of the parent's.
            if other != me && thread::is_alive(other) {
                self.check_thread(function);
                return None;
            }
            before = other;
        }
        if cfg!(debug_assertions) {
            self.check_thread(function);
        }
        let first = self.thread.swap(me, Ordering::Relaxed) == 0;
        let outermost = before != me;
        Some(Service {
            core: self,
            outermost,
            first,
        })
    }

    /// Whether a thread services the context at this moment.
    pub(crate) fn is_serviced(&self) -> bool {
        self.servicing.load(Ordering::Acquire) != 0
    }

    // ---- waking

    /// What wakes the loop, for a thread to keep.
    pub(crate) fn wake(&self) -> Arc<Wake> {
        Arc::clone(&self.wake)
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

    /// A descriptor that is readable when a pass that does not wait has something to do.
    pub(crate) fn poll_fd(&self) -> io::Result<c_int> {
        self.part()?;
        self.poller.with_alarm()?;
        self.set_alarm();
        Ok(self.poller.raw())
    }

    /// Something new is to be done: a loop of the program's that waits for [`Core::poll_fd`] learns
    /// of it. Inside a callback, the end of the pass says so.
    pub(crate) fn rearm(&self) {
        let waits = self.poller.has_alarm() && self.life() == Life::Serving;
        if waits && !self.is_within() && self.part().is_ok() {
            self.set_alarm();
        }
    }

    fn set_alarm(&self) {
        let now = clock::now_us();
        let earliest = self.timers.earliest();
        let busy = earliest.is_some_and(|us| us <= now) || self.hooks().is_some_and(|h| h.busy());
        self.poller
            .set_alarm(if busy { Some(now) } else { earliest });
    }

    /// Schedules a timer that is on no list, for `us` of the monotonic clock; with `wake` a
    /// suspended system shall wake up for it.
    pub(crate) fn schedule(&self, sul: Sul, us: i64, wake: bool) {
        if !self.timers.add(sul, us, wake) {
            log_err!(self.log, "no memory for a timer: it will not fire");
        }
        // A poll loop of the program's fires timers when a descriptor is ready: for what is due at once
        // that is the wake-up.
        if self.external() && us <= clock::now_us() {
            self.wake.signal();
        }
        self.rearm();
    }

    // ---- copies of the process

    /// Whether this process is a child, by fork(), of the one that serviced the context last.
    pub(crate) fn is_copy(&self) -> bool {
        self.poller.is_copy()
    }

    /// Before the epoll set is waited for or added to: a child of fork() gets a set of its own, so that
    /// the two processes do not take each other's descriptors out.
    pub(crate) fn part(&self) -> io::Result<()> {
        if !self.is_copy() {
            return Ok(());
        }
        self.poller.part()?;
        self.wake.part()?;
        for w in self.watched.borrow().iter() {
            self.poller.set(w.fd, w.token, Interest::NONE, w.interest)?;
        }
        if let Some(hooks) = self.hooks() {
            hooks.forked();
        }
        Ok(())
    }

    /// Sleeps until a descriptor is ready, or `timeout_us` microseconds (`None`: no limit).
    pub(crate) fn wait(&self, ready: &mut Ready, timeout_us: Option<i64>) -> io::Result<()> {
        self.part()?;
        self.poller.wait(ready, timeout_us)
    }

    // ---- descriptors

    /// Has the loop watch a descriptor for `to`, after `from`; its events come with `token`. Whoever
    /// has the descriptor takes it back before it is closed.
    pub(crate) fn poll_set(
        &self,
        fd: c_int,
        token: u64,
        from: Interest,
        to: Interest,
    ) -> io::Result<()> {
        if to != Interest::NONE {
            self.part()?;
        }
        self.poller.set(fd, token, from, to)
    }

    /// Watches a descriptor for `interest`, or for another one than before: the loop gets its events
    /// with `token`. A poll loop of the program's hears of it when nothing is borrowed any more. To be
    /// taken back by [`Core::unwatch`] before the descriptor is closed.
    pub(crate) fn watch(&self, fd: c_int, token: u64, interest: Interest) -> io::Result<()> {
        self.part()?;
        let mut all = self.watched.borrow_mut();
        match all.iter_mut().find(|w| w.fd == fd && w.token == token) {
            Some(w) => {
                self.poller.set(fd, token, w.interest, interest)?;
                w.interest = interest;
            }
            None => {
                let no_room = |_| io::Error::from(io::ErrorKind::OutOfMemory);
                all.try_reserve(1).map_err(no_room)?;
                self.poller.set(fd, token, Interest::NONE, interest)?;
                all.push(Watched {
                    fd,
                    token,
                    interest,
                    told: Interest::NONE,
                });
            }
        }
        self.unsaid.set(true);
        Ok(())
    }

    /// Forgets a descriptor, which is about to be closed.
    #[cfg(any(
        feature = "LWS_WITH_NETLINK",
        feature = "LWS_WITH_SYS_ASYNC_DNS",
        feature = "LWS_WITH_BUTTON"
    ))]
    pub(crate) fn unwatch(&self, fd: c_int) {
        for w in self.watched.borrow_mut().iter_mut() {
            if w.fd == fd && w.interest != Interest::NONE {
                // It leaves the set by closing as well, so an error here means nothing.
                let _ = self.poller.set(fd, w.token, w.interest, Interest::NONE);
                w.interest = Interest::NONE;
            }
        }
        let forget = |w: &mut Watched| w.interest != Interest::NONE || w.told != Interest::NONE;
        self.watched.borrow_mut().retain_mut(forget);
        self.unsaid.set(true);
    }

    /// The token of a descriptor that is watched and no connection's.
    pub(crate) fn token_of(&self, fd: c_int) -> Option<u64> {
        let all = self.watched.borrow();
        let found = all
            .iter()
            .find(|w| w.fd == fd && w.interest != Interest::NONE);
        found.map(|w| w.token)
    }

    /// Whether the program waits for descriptors itself.
    pub(crate) fn external(&self) -> bool {
        self.external.get()
    }

    /// The program waits for descriptors itself from now on. Returns whether that is new.
    pub(crate) fn go_external(&self) -> bool {
        let new = !self.external.replace(true);
        self.announce();
        new
    }

    /// The program need not wait for descriptors any more. Returns whether it did.
    pub(crate) fn leave_external(&self) -> bool {
        if !self.external() {
            return false;
        }
        for w in self.watched.borrow_mut().iter_mut() {
            w.interest = Interest::NONE;
        }
        self.unsaid.set(true);
        self.announce();
        self.external.replace(false)
    }

    /// Tells a poll loop of the program's what has changed about the descriptors that are no
    /// connection's.
    fn announce(&self) {
        if !self.external() || !self.unsaid.replace(false) {
            return;
        }
        let Some(hooks) = self.hooks() else { return };
        // One at a time: a callback may change them.
        while let Some((fd, before, after)) = self.next_unsaid() {
            hooks.polled(fd, before, after);
        }
    }

    fn next_unsaid(&self) -> Option<(c_int, Interest, Interest)> {
        let mut all = self.watched.borrow_mut();
        let at = all.iter().position(|w| w.told != w.interest);
        let Some(w) = at.and_then(|at| all.get_mut(at)) else {
            all.retain(|w| w.interest != Interest::NONE);
            return None;
        };
        let before = core::mem::replace(&mut w.told, w.interest);
        Some((w.fd, before, w.interest))
    }
}
