//! The sockets that hear the kernel, and the copy that they feed.
//!
//! Dumps have a socket of their own. On a shared socket the kernel makes the next block of a dump
//! whenever a notification is read. An IPv6 dump begins at the root again after each change, which
//! takes so long that the queue of notifications overflows before the dump ends.
//!
//! The two sockets are read in this order. The kernel makes a block of the dump when the one before
//! is read. Then a fence is sent on the socket of notifications: a request whose answer is queued
//! behind everything announced so far. When that answer has been read, the block is read. So only the
//! socket of notifications has to be polled.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

mod lapse;
mod resync;

use super::copy::{Effect, KernelCopy};
use super::mend::Mend;
use super::news::News;
use super::sync::Resync;
use super::touched::Touched;
use super::trouble::Trouble;
use super::types::{Message, What};
use super::wire::messages;
use crate::event::core::Core;
use crate::sys::clock;
use crate::sys::memory::{self, Aside, Mark};
use crate::sys::netlink::Netlink;
use crate::sys::poll::{Interest, ROUTES};
use std::io;

/// The multicast groups of what the copy holds (`RTNLGRP_*`, linux/rtnetlink.h): link, neighbours,
/// addresses, routes and rules of both families, netconf, nexthop objects.
const GROUPS: [u32; 11] = [1, 3, 5, 7, 8, 9, 11, 19, 24, 25, 32];
/// What the queue of notifications may hold, for those who may ask for that much.
const QUEUE: usize = 64 << 20;

/// After this many empty blocks in a row a dump is given up: the kernel has met an IPv6 route that
/// fits into no block, and sends empty ones for ever.
const STUCK: u8 = 8;

/// How much may grow until it is looked again whether there is memory to go on, in routes put in and
/// in bytes.
const STEP: u64 = 512;
const STEP_BYTES: usize = 256 << 10;

/// How much of what follows from messages is done before others have their turn, in routes put in:
/// some 10 ms.
const WORK_AT_ONCE: u64 = if cfg!(test) { 5_000 } else { 1 << 15 };

/// When the kernel's IPv6 routes are counted once more after a dump, microseconds.
const RECOUNT_US: i64 = 1_000_000;

/// What the feed has met.
#[derive(Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) messages: u64,
    pub(super) ignored: u64,
    pub(super) malformed: u64,
    pub(super) overflows: u64,
    pub(super) resyncs: u64,
}

fn one_more(count: &mut u64) {
    *count = count.saturating_add(1);
}

/// What is to be done about it once nothing is borrowed any more.
#[derive(Default)]
pub(super) struct Todo {
    /// The first copy is whole, or there will be none: nobody need wait for it.
    pub(super) first: bool,
    /// It was read in vain, in part: soon it is to be looked whether to read it again.
    pub(super) mend: bool,
    pub(super) warn: Vec<Trouble>,
    /// After how long the kernel's IPv6 routes are to be counted again, microseconds.
    pub(super) recount: Option<i64>,
    /// There is no socket, or it is of no use.
    pub(super) lost: bool,
}

impl Todo {
    pub(super) fn lost(why: io::Error) -> Self {
        Self {
            warn: vec![Trouble::NotWatched(why)],
            lost: true,
            ..Self::default()
        }
    }
}

struct Sockets {
    hears: Netlink,
    dumps: Netlink,
}

pub(super) struct Feed {
    /// `None` where netlink is refused.
    sockets: Option<Sockets>,
    pub(super) copy: KernelCopy,
    sync: Resync,
    /// The last dump left nothing out.
    complete: bool,
    /// Sequence numbers of the first fence that was sent after the last block, and of the last one.
    behind: u32,
    fence: u32,
    /// Everything that was announced when it was looked last has been read.
    drained: bool,
    /// Everything announced before the kernel made the dump's next block has been read: the block
    /// may be read.
    abreast: bool,
    /// How much was asked and read of dumps.
    progress: u64,
    /// How many blocks in a row had nothing in them.
    empty: u8,
    /// The copy was whole at least once.
    once: bool,
    /// How often the first reading began.
    begun: u8,
    /// Something was announced that nobody heard.
    missed: bool,
    /// How much was announced, and how much of it when IPv6 routes were counted last.
    heard: u64,
    counted: u64,
    /// How long to wait before they are counted again, microseconds.
    recount_us: i64,
    mend: Mend,
    pub(super) touched: Touched,
    /// Addresses or links may have changed since this was last cleared.
    pub(super) places: bool,
    pub(super) news: News,
    pub(super) counts: Counts,
}

impl Feed {
    pub(super) fn new() -> Self {
        Self {
            sockets: None,
            copy: KernelCopy::new(),
            sync: Resync::new(),
            complete: false,
            behind: 0,
            fence: 0,
            drained: false,
            abreast: false,
            progress: 0,
            empty: 0,
            once: false,
            begun: 0,
            missed: false,
            heard: 0,
            counted: 0,
            recount_us: RECOUNT_US,
            mend: Mend::new(),
            touched: Touched::default(),
            places: false,
            news: News::default(),
            counts: Counts::default(),
        }
    }

    /// Opens the sockets and asks for the first dump.
    pub(super) fn open(&mut self, core: &Core) -> io::Result<Todo> {
        let hears = Netlink::open(&GROUPS, QUEUE)?;
        let dumps = Netlink::open(&[], 0)?;
        core.watch(hears.fd(), ROUTES, Interest::READ)?;
        self.sockets = Some(Sockets { hears, dumps });
        self.sync.reset();
        let mut todo = Todo::default();
        self.begin(&mut todo);
        Ok(todo)
    }

    pub(super) fn close(&mut self, core: &Core) {
        if let Some(gone) = self.sockets.take() {
            core.unwatch(gone.hears.fd());
        }
        self.complete = false;
        self.sync.reset();
    }

    pub(super) fn fd(&self) -> Option<core::ffi::c_int> {
        self.sockets.as_ref().map(|sockets| sockets.hears.fd())
    }

    /// Whether a dump is under way.
    pub(super) fn syncing(&self) -> bool {
        self.sync.running()
    }

    /// Grows as long as a dump is not stuck.
    pub(super) fn progress(&self) -> u64 {
        self.progress
    }

    /// Whether the copy is all the kernel has, but for what it knows that it lacks.
    #[inline(always)]
    pub(super) fn whole(&self) -> bool {
        self.complete && !self.sync.running()
    }

    /// Whether the copy is all the kernel has.
    pub(super) fn synced(&self) -> bool {
        self.whole() && !self.copy.lacks_some()
    }

    /// Whether what it lacks is to be read now; `None`: it lacks nothing, or is being read.
    pub(super) fn mends_now(&mut self) -> Option<bool> {
        let lacks = self.whole() && self.copy.lacks_some();
        lacks.then(|| self.mend.now(self.heard, clock::now_us()))
    }

    /// The copy, if it is whole.
    #[inline(always)]
    pub(super) fn whole_copy(&self) -> Option<&KernelCopy> {
        self.whole().then_some(&self.copy)
    }

    /// The copy, if it is whole and follows everything that has been announced.
    #[inline(always)]
    pub(super) fn fresh_copy(&self) -> Option<&KernelCopy> {
        self.whole_copy().filter(|_| self.drained)
    }

    /// Reads up to `count` datagrams, none of a dump: asking the kernel takes less time than that.
    pub(super) fn catch_up(&mut self, core: &Core, count: usize) -> Todo {
        self.read_while(core, count, |sync| !sync.running())
    }

    /// Reads up to `count` datagrams.
    pub(super) fn read(&mut self, core: &Core, count: usize) -> Todo {
        self.read_while(core, count, |_| true)
    }

    /// Without memory nothing is known of routing until the copy can be read anew: what is asked
    /// meanwhile, the kernel answers.
    fn read_while(&mut self, core: &Core, count: usize, goes_on: fn(&Resync) -> bool) -> Todo {
        let mark = Mark::now();
        let todo = self.read_some(core, count, goes_on, mark);
        if mark.failed() {
            mark.forgive();
            self.close(core);
            self.copy.clear();
            return Todo::lost(io::ErrorKind::OutOfMemory.into());
        }
        todo
    }

    /// Whether there is memory to follow the next messages. Of the collections that one message makes
    /// grow each doubles at most, and some have no call for that can fail.
    fn has_memory(&self, aside: &mut Option<Aside>) -> bool {
        let bytes = self.copy.bulk().saturating_add(STEP_BYTES);
        let size = bytes.saturating_mul(2);
        if aside.as_ref().is_none_or(|aside| aside.size() < size) {
            let more = if aside.take().is_some() { 2 } else { 1 };
            *aside = memory::set_aside(size.saturating_mul(more));
        }
        aside.is_some()
    }

    /// Ends early when memory is short, which `mark` says.
    fn read_some(
        &mut self,
        core: &Core,
        count: usize,
        goes_on: fn(&Resync) -> bool,
        mark: Mark,
    ) -> Todo {
        let (mut aside, mut next) = (None, 0);
        let mut todo = Todo::default();
        // It is big, and mostly there is nothing to read: not kept.
        let mut buffer = Vec::new();
        let mut left = count;
        let before = self.copy.work();
        self.drained = false;
        while goes_on(&self.sync) {
            if self.copy.work().saturating_sub(before) >= WORK_AT_ONCE {
                left = 0;
            }
            let Some(sockets) = &self.sockets else { break };
            let block = self.abreast && self.sync.running();
            // The loop only polls `hears`: a dump's block that may be read now has to be read now, or
            // nothing wakes the loop for it.
            if left == 0 && !block {
                break;
            }
            left = left.saturating_sub(1);
            let socket = if block {
                &sockets.dumps
            } else {
                &sockets.hears
            };
            match socket.read(&mut buffer) {
                Ok(d) if !d.from_kernel => {
                    let n = messages(&buffer).count();
                    let n = u64::try_from(n).unwrap_or(1);
                    self.counts.ignored = self.counts.ignored.saturating_add(n);
                }
                Ok(d) => {
                    if self.copy.work() >= next {
                        if !self.has_memory(&mut aside) {
                            break;
                        }
                        next = self.copy.work().saturating_add(STEP);
                    }
                    self.copy.now_us = clock::now_us();
                    if block {
                        self.block(&buffer, &mut todo, mark);
                    } else {
                        self.announced(&buffer, &mut todo, mark);
                    }
                    if mark.failed() {
                        break;
                    }
                    if d.cut {
                        todo.warn.push(Trouble::Cut);
                        self.resync(&mut todo);
                    }
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                    self.drained |= !block;
                    // An empty queue says the same as the fence, and an overflow may have dropped that.
                    self.abreast = !block && self.sync.running();
                    if !self.abreast {
                        break;
                    }
                }
                // The kernel has thrown messages away. What is left in the queue is still true.
                Err(e) if !block && e.raw_os_error() == Some(libc::ENOBUFS) => {
                    one_more(&mut self.counts.overflows);
                    self.missed = true;
                    self.resync(&mut todo);
                }
                Err(e) => {
                    self.close(core);
                    return Todo::lost(e);
                }
            }
        }
        if left == 0 && self.sync.running() && !self.abreast {
            // An overflow may have dropped the fence. If nothing else is queued nothing would wake the
            // loop, so another one is sent.
            self.send_fence(&mut todo);
        }
        todo
    }

    /// Takes a block of a dump.
    fn block(&mut self, bytes: &[u8], todo: &mut Todo, mark: Mark) {
        self.empty = if bytes.is_empty() {
            self.empty.saturating_add(1)
        } else {
            0
        };
        if self.empty >= STUCK {
            return self.cut_off(todo);
        }
        let port = self.port(|sockets| &sockets.dumps);
        self.copy.begin_block();
        for m in messages(bytes) {
            one_more(&mut self.counts.messages);
            match m {
                Ok(m) if m.port == port && self.sync.expects(&m) => self.answer(&m, todo),
                // An answer to what is not asked any more.
                Ok(_) => one_more(&mut self.counts.ignored),
                Err(_) => {
                    one_more(&mut self.counts.malformed);
                    self.sync.unreadable();
                }
            }
            if mark.failed() {
                return;
            }
        }
        self.copy.end_block();
        self.put_fence(todo);
    }

    /// Takes what the kernel says of itself, or the answer to a fence.
    fn announced(&mut self, bytes: &[u8], todo: &mut Todo, mark: Mark) {
        let port = self.port(|sockets| &sockets.hears);
        for m in messages(bytes) {
            one_more(&mut self.counts.messages);
            match m {
                Ok(m) if m.port == port && matches!(m.what, What::Error(_)) => {
                    let since = |seq: u32| seq.wrapping_sub(self.behind);
                    self.abreast |= since(m.seq) <= since(self.fence);
                }
                Ok(m) => self.notification(&m, todo),
                Err(_) => {
                    one_more(&mut self.counts.malformed);
                    if self.sync.running() {
                        self.sync.unreadable();
                    } else {
                        self.resync(todo);
                    }
                }
            }
            if mark.failed() {
                return;
            }
        }
    }

    fn port(&self, which: fn(&Sockets) -> &Netlink) -> u32 {
        self.sockets.as_ref().map_or(0, |s| which(s).port())
    }

    fn answer(&mut self, m: &Message, todo: &mut Todo) {
        if !matches!(m.what, What::Done(_) | What::Error(_)) {
            self.copy.apply(m, true);
        }
        if let Some(both) = self.sync.ends_pass(m) {
            self.copy.end_pass(both);
        }
        let next = self.sync.answer(m, self.copy.wanting());
        self.step(next, todo);
    }

    fn notification(&mut self, m: &Message, todo: &mut Todo) {
        one_more(&mut self.heard);
        self.places |= matches!(m.what, What::Addr(_) | What::Link(_));
        let effect = self.copy.apply(m, false);
        if effect.read_again {
            self.resync(todo);
        }
        self.news.note(
            effect.route_added || effect.addr_added,
            effect.route_removed,
            effect.gateway_changed,
        );
        // What changes during a dump is looked at when it has ended.
        if !self.sync.running() {
            if !self.complete {
                if let What::Route(r) = &m.what {
                    // It may be of those that the dump left out.
                    self.touched.prefix(r.dst);
                }
            }
            self.touch(effect);
        }
    }

    /// Notes what may have changed for whom.
    fn touch(&mut self, effect: Effect) {
        if effect.everything {
            return self.touched.everything();
        }
        for index in effect.links {
            self.touched.link(index);
        }
        for ip in effect.addrs {
            self.touched.addr(ip);
        }
        for (table, p) in effect.prefixes {
            if table == super::types::table_id::LOCAL {
                self.touched.home(p);
            }
            self.touched.prefix(p);
        }
    }
}
