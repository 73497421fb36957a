//! Caches of bytes by a key, in levels: the first in memory, behind it others, the last of which has
//! all. A level behind may be a file of cookies.
//!
//! `items` is what one has in memory and `jar` what a cookie file says, both without a clock; `store` is
//! the file. This file has the levels, and the timer by which items end.
#![forbid(unsafe_code)]
#![deny(clippy::arithmetic_side_effects)]

pub(crate) mod items;
pub(crate) mod jar;
mod store;

use crate::event::core::{Core, Room};
use crate::log::{log_info, log_warn};
use crate::sys::callbacks::ItemCallback;
use crate::sys::clock;
use crate::sys::payload::Payload;
use crate::sys::timer::Timer;
use crate::util::text;
use core::cell::{Cell, RefCell};
use items::{Item, Items, Limits, copy, earlier};
use std::ffi::CString;
use std::rc::{Rc, Weak};
use store::Store;

/// What a level is made from.
pub(crate) struct Setup {
    pub(crate) core: Rc<Core>,
    pub(crate) name: CString,
    pub(crate) parent: Option<Rc<Cache>>,
    /// Hears of items that go.
    pub(crate) told: Option<ItemCallback>,
    pub(crate) limits: Limits,
    /// The cookie file; none for a level in memory.
    pub(crate) file: Option<CString>,
}

/// Why nothing was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refused {
    NoMemory,
    /// It is larger than a level may keep.
    TooLarge,
    /// It is no cookie, or not the one that its key says.
    NoCookie,
    /// The file could not be read or written, which is logged.
    File,
}

impl Refused {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::NoMemory => "cache: no memory",
            Self::TooLarge => "size: more than the cache may keep",
            Self::NoCookie => "source: no cookie with this key",
            Self::File => "cache: its file",
        }
    }
}

/// A pointer for the program, and how many bytes are there.
pub(crate) type Given = (*mut u8, usize);

/// A level.
pub(crate) struct Cache {
    me: Weak<Self>,
    core: Rc<Core>,
    name: CString,
    parent: Option<Rc<Self>>,
    told: Option<ItemCallback>,
    limits: Limits,
    items: RefCell<Items>,
    store: Option<Store>,
    /// The cookie that was asked for last, which the program has a pointer to.
    last: RefCell<Option<Payload>>,
    timer: Timer<Self>,
    ended: Cell<bool>,
}

impl Room for Cache {
    fn core(&self) -> &Core {
        &self.core
    }

    fn me(&self) -> Weak<Self> {
        self.me.clone()
    }
}

impl Cache {
    /// An empty level in memory, or one with what is in the file. `None` when the file cannot be made,
    /// which is logged.
    pub(crate) fn new(setup: Setup) -> Option<Rc<Self>> {
        let store = match setup.file.as_deref().map(Store::open) {
            Some(Err(e)) => {
                let file = setup.file.unwrap_or_default();
                let file = file.to_string_lossy();
                log_warn!(setup.core.log, "lws_cache_create: {file}: {e}");
                return None;
            }
            Some(Ok(store)) => Some(store),
            None => None,
        };
        Some(Rc::new_cyclic(|me| Self {
            me: me.clone(),
            core: setup.core,
            name: setup.name,
            parent: setup.parent,
            told: setup.told,
            limits: setup.limits,
            items: RefCell::default(),
            store,
            last: RefCell::default(),
            timer: Timer::new(|cache: &Self, _| cache.due()),
            ended: Cell::new(false),
        }))
    }

    /// This level and those behind it.
    fn levels(&self) -> impl Iterator<Item = &Self> {
        core::iter::successors(Some(self), |c| c.parent.as_deref())
    }

    /// The level that has all.
    fn last_level(&self) -> &Self {
        self.levels().last().unwrap_or(self)
    }

    fn failed(&self, e: &std::io::Error) -> Refused {
        match e.kind() {
            std::io::ErrorKind::InvalidInput => Refused::NoCookie,
            std::io::ErrorKind::OutOfMemory => Refused::NoMemory,
            _ => {
                let name = self.name.to_string_lossy();
                log_warn!(self.core.log, "cache {name}: its file: {e}");
                Refused::File
            }
        }
    }

    // ---- items that go

    /// Tells of items that have gone, with nothing borrowed, and frees them.
    fn tell(&self, gone: Vec<Item>) {
        let Some(told) = &self.told else { return };
        self.core.within(|| {
            for item in gone {
                told.call(item.payload.raw(), item.payload.len());
            }
        });
    }

    fn due(&self) {
        let gone = self.items.borrow_mut().expire(clock::now_us());
        self.schedule();
        self.tell(gone);
    }

    /// Has the timer fire when the next one ends.
    fn schedule(&self) {
        let next = self.items.borrow().next_end();
        match next {
            Some(us) if !self.ended.get() => {
                let left = us.saturating_sub(clock::now_us());
                self.timer.arm(self, 0, left);
            }
            _ => self.timer.cancel(),
        }
    }

    // ---- one level

    /// Whether a key is meant by one with `*` for any text: by the rules of the level for `lookup`, else
    /// as texts.
    pub(crate) fn means(&self, wanted: &[u8], key: &[u8], lookup: bool) -> bool {
        if lookup && self.store.is_some() {
            return jar::asks_for(wanted, key);
        }
        text::stars(wanted, key)
    }

    /// Puts an item into this level alone.
    pub(crate) fn put_here(
        &self,
        key: &[u8],
        source: Option<&[u8]>,
        len: usize,
        ends_us: i64,
    ) -> Result<Given, Refused> {
        if !self.limits.allow(len) {
            return Err(Refused::TooLarge);
        }
        let payload = match source {
            Some(bytes) => Payload::copy(bytes),
            None => Payload::new(len),
        };
        let payload = payload.ok_or(Refused::NoMemory)?;
        if let Some(store) = &self.store {
            let put = store.put(key, payload.bytes(), &self.limits);
            put.map_err(|e| self.failed(&e))?;
            return Ok(self.lend(payload));
        }
        self.keep(key, payload, ends_us)
    }

    /// Puts an item into this level, which is in memory.
    fn keep(&self, key: &[u8], payload: Payload, ends_us: i64) -> Result<Given, Refused> {
        let given = (payload.raw(), payload.len());
        let key = copy(key).ok_or(Refused::NoMemory)?;
        let mut gone = Vec::new();
        let mut items = self.items.borrow_mut();
        let put = items.put(key, payload, ends_us, &self.limits, &mut gone);
        drop(items);
        self.schedule();
        self.tell(gone);
        if put {
            Ok(given)
        } else {
            Err(Refused::NoMemory)
        }
    }

    /// Gives the program something that this level does not keep.
    fn lend(&self, payload: Payload) -> Given {
        let given = (payload.raw(), payload.len());
        self.last.replace(Some(payload));
        given
    }

    /// A copy of what this level alone has, and when it ends.
    fn copy_here(&self, key: &[u8], now: i64) -> Result<Option<(Payload, i64)>, Refused> {
        if let Some(store) = &self.store {
            return store.get(key, now).map_err(|e| self.failed(&e));
        }
        let mut items = self.items.borrow_mut();
        let Some(item) = items.get(key, now) else {
            return Ok(None);
        };
        let copy = Payload::copy(item.payload.bytes()).ok_or(Refused::NoMemory)?;
        Ok(Some((copy, item.ends_us)))
    }

    /// Calls `each` with key, payload's length and end of what this level has for a lookup.
    pub(crate) fn walk_here(
        &self,
        wanted: &[u8],
        mut each: impl FnMut(&[u8], usize, i64),
    ) -> Result<(), Refused> {
        let now = clock::now_us();
        if let Some(store) = &self.store {
            let walked = store.walk(now, |tag, line, ends| {
                if jar::asks_for(wanted, tag) {
                    each(tag, line.len(), ends);
                }
                true
            });
            return walked.map_err(|e| self.failed(&e));
        }
        for i in self.items.borrow().all() {
            if (i.ends_us == 0 || i.ends_us > now) && text::stars(wanted, &i.key) {
                each(&i.key, i.payload.len(), i.ends_us);
            }
        }
        Ok(())
    }

    /// Takes what is meant out of this level alone.
    pub(crate) fn remove_here(&self, wanted: &[u8]) -> Result<(), Refused> {
        if let Some(store) = &self.store {
            let removed = store.remove(|tag| text::stars(wanted, tag));
            return removed.map_err(|e| self.failed(&e));
        }
        let gone = self
            .items
            .borrow_mut()
            .remove(|i| text::stars(wanted, &i.key));
        self.schedule();
        self.tell(gone);
        Ok(())
    }

    /// Empties this level alone; a file is deleted.
    pub(crate) fn expunge_here(&self) -> Result<(), Refused> {
        let gone = {
            let mut items = self.items.borrow_mut();
            items.forget(|_, _| true);
            items.remove(|_| true)
        };
        self.schedule();
        self.tell(gone);
        match self.store.as_ref().map(Store::delete) {
            Some(Err(e)) => Err(self.failed(&e)),
            _ => Ok(()),
        }
    }

    // ---- all levels

    /// Lists are wrong that would have this key.
    fn changed(&self, key: &[u8]) {
        let last = self.last_level();
        for level in self.levels() {
            let stale = |wanted: &[u8], _| last.means(wanted, key, true);
            level.items.borrow_mut().forget(stale);
        }
    }

    /// Puts an item into all levels, the last one first, which may refuse it.
    pub(crate) fn put(
        &self,
        key: &[u8],
        source: Option<&[u8]>,
        len: usize,
        ends_us: i64,
    ) -> Result<Given, Refused> {
        self.changed(key);
        // Nothing is written where one of them would refuse it.
        if self.levels().any(|l| !l.limits.allow(len)) {
            return Err(Refused::TooLarge);
        }
        if let Some(parent) = &self.parent {
            parent.put(key, source, len, ends_us)?;
        }
        self.put_here(key, source, len, ends_us)
    }

    /// What the first level has that has it; a copy stays in this one.
    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<Given>, Refused> {
        let now = clock::now_us();
        if self.store.is_none() {
            if let Some(item) = self.items.borrow_mut().get(key, now) {
                return Ok(Some((item.payload.raw(), item.payload.len())));
            }
        }
        for level in self.levels() {
            let Some((payload, ends)) = level.copy_here(key, now)? else {
                continue;
            };
            let keeps = self.store.is_none() && self.limits.allow(payload.len());
            let given = if keeps {
                self.keep(key, payload, ends)?
            } else {
                self.lend(payload)
            };
            return Ok(Some(given));
        }
        Ok(None)
    }

    /// Takes what is meant out of all levels.
    pub(crate) fn remove(&self, wanted: &[u8]) -> Result<(), Refused> {
        let mut result = Ok(());
        for level in self.levels() {
            // What it had may be in any list.
            level.items.borrow_mut().forget(|_, _| true);
            result = result.and(level.remove_here(wanted));
        }
        result
    }

    /// Empties all levels.
    pub(crate) fn expunge(&self) -> Result<(), Refused> {
        let mut result = Ok(());
        for level in self.levels() {
            result = result.and(level.expunge_here());
        }
        result
    }

    /// The keys that are meant and that the last level has, as a list for the program. `None` when there
    /// are none.
    pub(crate) fn look_up(&self, wanted: &[u8]) -> Result<Option<Given>, Refused> {
        if let Some(list) = self.items.borrow_mut().found(wanted, clock::now_us()) {
            return Ok(Some((list.raw(), list.len())));
        }
        let mut list = Vec::new();
        let (mut failed, mut ends_us) = (false, 0);
        self.last_level().walk_here(wanted, |key, len, ends| {
            failed |= !append(&mut list, key, len);
            ends_us = earlier(ends_us, ends);
        })?;
        if list.is_empty() && !failed {
            return Ok(None);
        }
        let given = {
            let payload = Payload::copy(&list).filter(|_| !failed);
            let payload = payload.ok_or(Refused::NoMemory)?;
            let mut items = self.items.borrow_mut();
            let kept = items.keep(wanted, payload, ends_us, &self.limits);
            let kept = kept.ok_or(Refused::NoMemory)?;
            (kept.raw(), kept.len())
        };
        self.schedule();
        Ok(Some(given))
    }

    /// Bytes of payloads in this level.
    pub(crate) fn bytes(&self) -> usize {
        let file = self.store.as_ref().map(|s| s.bytes(clock::now_us()));
        file.unwrap_or_else(|| self.items.borrow().bytes())
    }

    /// Logs what this level has.
    pub(crate) fn dump(&self) {
        let name = self.name.to_string_lossy();
        let all = if self.store.is_some() {
            &b"*|*|*"[..]
        } else {
            b"*"
        };
        log_info!(self.core.log, "cache {name}: {} bytes", self.bytes());
        let _ = self.walk_here(all, |key, len, ends| {
            let key = String::from_utf8_lossy(key);
            log_info!(
                self.core.log,
                "cache {name}: {key}: {len} bytes, ends {ends}"
            );
        });
    }

    /// The program uses it no more. Levels in front of it may.
    pub(crate) fn end(&self) {
        self.ended.set(true);
        self.timer.cancel();
        if self.store.is_none() {
            let gone = self.items.borrow_mut().remove(|_| true);
            self.tell(gone);
        }
    }
}

/// Appends one key to a list: the payload's length and the key's, both in 32 bits with the high byte
/// first, the key and a NUL. False when there is no memory.
fn append(list: &mut Vec<u8>, key: &[u8], len: usize) -> bool {
    let Ok(key_len) = u32::try_from(key.len()) else {
        return false;
    };
    let more = key.len().saturating_add(9);
    if list.try_reserve(more).is_err() {
        return false;
    }
    let len = u32::try_from(len).unwrap_or(u32::MAX);
    list.extend_from_slice(&len.to_be_bytes());
    list.extend_from_slice(&key_len.to_be_bytes());
    list.extend_from_slice(key);
    list.push(0);
    true
}

/// The first entry of a list: the payload's length, where the key begins, and how long it is.
pub(crate) fn entry(list: &[u8]) -> Option<(u32, usize, usize)> {
    let (len, rest) = list.split_first_chunk()?;
    let (key_len, rest) = rest.split_first_chunk()?;
    let key_len = usize::try_from(u32::from_be_bytes(*key_len)).ok()?;
    (rest.get(key_len) == Some(&0)).then_some((u32::from_be_bytes(*len), 8, key_len))
}
