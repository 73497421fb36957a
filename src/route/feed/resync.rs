//! Everything is read again: the requests, the fences between a dump's blocks, and what is left to do at
//! the end.

use super::{Feed, RECOUNT_US, Todo, one_more};
use crate::route::omitted;
use crate::route::sync::Next;
use crate::route::trouble::Trouble;
use crate::route::types::Family;
use crate::route::wire::fence_request;
use crate::sys::clock;
use crate::sys::netlink::Netlink;

/// How often the first sync may begin before the boot ladder goes on without a copy.
const PATIENCE: u8 = 3;
/// How far the next count of IPv6 routes is put off while changes go on, microseconds.
const LONGEST_RECOUNT_US: i64 = 600_000_000;

impl Feed {
    /// Reads everything again. Returns whether there is somebody to ask.
    pub(in super::super) fn resync(&mut self, todo: &mut Todo) -> bool {
        if self.sockets.is_none() {
            return false;
        }
        one_more(&mut self.counts.resyncs);
        self.begin(todo);
        true
    }

    pub(super) fn begin(&mut self, todo: &mut Todo) {
        let next = self.sync.start();
        if next != Next::Nothing {
            self.step(next, todo);
            self.put_fence(todo);
        }
    }

    pub(super) fn step(&mut self, next: Next, todo: &mut Todo) {
        let request = match next {
            Next::Nothing => return,
            Next::Ask(request) => {
                if self.sync.reads_routes() {
                    self.copy.begin_pass();
                }
                request
            }
            Next::Restart(request) => {
                self.copy.begin_window();
                self.mend.begins(self.heard);
                // Who cannot keep up with the changes at all does not hold up the system.
                self.begun = self.begun.saturating_add(1);
                todo.first |= self.begun > PATIENCE;
                request
            }
            Next::End { complete } => return self.ended(complete, todo),
        };
        if let Some(sockets) = &self.sockets {
            if let Err(e) = sockets.dumps.send(&request) {
                *todo = Todo::lost(e);
            }
        }
    }

    /// Notes whether the copy has all IPv6 routes of the kernel, which has `total`.
    fn count_routes6(&mut self, total: Option<usize>) {
        omitted::look_for(&mut self.copy, total);
        self.counted = self.heard;
    }

    /// How much was announced so far.
    pub(in super::super) fn heard(&self) -> u64 {
        self.heard
    }

    /// The kernel has `total` IPv6 routes, and when it was asked everything that was announced had
    /// been read, up to message `heard`. Returns after how long to ask once more, microseconds.
    pub(in super::super) fn recounted(&mut self, heard: u64, total: Option<usize>) -> Option<i64> {
        if !self.whole() || self.counted == self.heard {
            // The end of a dump begins anew; and what was counted while all was quiet stands.
            return None;
        }
        if heard == self.heard {
            self.count_routes6(total);
            return None;
        }
        self.recount_us = self.recount_us.saturating_mul(2).min(LONGEST_RECOUNT_US);
        Some(self.recount_us)
    }

    fn ended(&mut self, complete: bool, todo: &mut Todo) {
        self.copy.end_window();
        if !self.copy.history.legs6.is_empty() {
            self.count_routes6(omitted::total());
            // What the kernel counts may be ahead of what it has announced.
            self.recount_us = RECOUNT_US;
            todo.recount = Some(self.recount_us);
        }
        self.complete = complete;
        let open = complete && self.copy.lacks_some();
        todo.mend = self.mend.ended(open, self.heard, clock::now_us());
        if !complete {
            todo.warn.push(Trouble::LeftOut);
        }
        // Everybody is looked at once.
        self.touched.everything();
        self.places = true;
        if core::mem::take(&mut self.missed) {
            // Whatever it was.
            self.news.note(true, true, true);
        }
        if !core::mem::replace(&mut self.once, true) {
            todo.first = true;
            let any = [Family::V4, Family::V6]
                .iter()
                .any(|f| self.copy.tables.len(*f) > 0);
            self.news.note(any, false, false);
        }
    }

    /// Ends a dump that never would.
    pub(super) fn cut_off(&mut self, todo: &mut Todo) {
        self.empty = 0;
        // It goes on for as long as its socket does.
        match (Netlink::open(&[], 0), &mut self.sockets) {
            (Ok(dumps), Some(sockets)) => sockets.dumps = dumps,
            (Err(e), _) => *todo = Todo::lost(e),
            (Ok(_), None) => {}
        }
        let next = self.sync.cut_off();
        self.step(next, todo);
        self.put_fence(todo);
    }

    /// The next block was made just now: what was announced before that comes first.
    pub(super) fn put_fence(&mut self, todo: &mut Todo) {
        if todo.lost || !self.sync.running() {
            return;
        }
        one_more(&mut self.progress);
        self.abreast = false;
        self.behind = self.fence.wrapping_add(1);
        self.send_fence(todo);
    }

    pub(super) fn send_fence(&mut self, todo: &mut Todo) {
        self.fence = self.fence.wrapping_add(1);
        if let Some(sockets) = &self.sockets {
            if let Err(e) = sockets.hears.send(&fence_request(self.fence)) {
                *todo = Todo::lost(e);
            }
        }
    }
}
