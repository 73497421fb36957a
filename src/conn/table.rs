//! All connections of a context, by token.

use super::wsi::{Phase, Role, Wsi};
use crate::log::log_err;
use crate::sys::memory::{self, Mark};
use crate::sys::net::Io;
use crate::sys::poll::Ready;
use crate::sys::protocol::Protocol;
use core::cell::{Cell, RefCell};
use core::ffi::c_int;
use std::collections::{TryReserveError, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

struct Slot {
    generation: u32,
    wsi: Option<Rc<Wsi>>,
}

#[derive(Default)]
struct Slots {
    /// Goes up with each connection, so that a token is not used twice.
    generation: u32,
    all: Vec<Slot>,
    free: Vec<u32>,
    /// For each descriptor the slot of the connection that has it, counted from 1.
    by_fd: Vec<u32>,
}

impl Slots {
    /// Notes that a descriptor belongs to a slot, counted from 1.
    fn take(&mut self, fd: c_int, slot: u32) {
        let Ok(at) = usize::try_from(fd) else { return };
        if self.by_fd.len() <= at {
            self.by_fd.resize(at + 1, 0);
        }
        if let Some(noted) = self.by_fd.get_mut(at) {
            *noted = slot;
        }
    }

    /// Forgets that a descriptor belongs to a slot, if it does.
    fn give(&mut self, fd: c_int, slot: u32) {
        let noted = usize::try_from(fd)
            .ok()
            .and_then(|at| self.by_fd.get_mut(at));
        if let Some(noted) = noted.filter(|noted| **noted == slot) {
            *noted = 0;
        }
    }
}

pub(crate) struct Table {
    slots: RefCell<Slots>,
    /// Connections that get a WRITEABLE callback at the end of this pass.
    pub(super) writers: RefCell<VecDeque<u64>>,
    /// Connections with input that was read already: epoll does not report it again.
    pub(super) readers: RefCell<VecDeque<u64>>,
    /// WRITEABLE callbacks that other threads have asked for.
    pub(crate) elsewhere: super::asked::Asked,
    /// Connections that the kernel refused to watch.
    pub(super) unwatched: RefCell<VecDeque<u64>>,
    /// Connections that closed while callbacks ran, which may still hold pointers to them.
    grave: RefCell<Vec<Rc<Wsi>>>,
    /// What is received goes here; absent while a callback looks at it.
    buffer: RefCell<Option<Vec<u8>>>,
    buffer_size: usize,
    /// A connection could not be made, or was closed, because there was no memory.
    pub(super) starved: Cell<bool>,
    ready: RefCell<Option<Ready>>,
    pub(super) looking: super::listen::wait::Looking,
    pub(super) lookups: Arc<super::lookup::Lookups>,
    /// The ports of those whose names the resolver looks up, by token.
    #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
    pub(super) asked: RefCell<std::collections::HashMap<u64, u16>>,
}

impl Table {
    pub(crate) fn new(buffer_size: usize) -> Self {
        Self {
            slots: RefCell::default(),
            writers: RefCell::default(),
            readers: RefCell::default(),
            elsewhere: super::asked::Asked::default(),
            unwatched: RefCell::default(),
            grave: RefCell::default(),
            buffer: RefCell::new(None),
            buffer_size,
            starved: Cell::new(false),
            ready: RefCell::new(None),
            looking: super::listen::wait::Looking::default(),
            lookups: Arc::default(),
            #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
            asked: RefCell::default(),
        }
    }

    /// Adds a connection and gives it its token. `None` when there is no memory, or an allocation has
    /// failed since `since`, when its making began.
    pub(crate) fn insert(&self, wsi: Wsi, since: Mark) -> Option<Rc<Wsi>> {
        let wsi = Rc::new(wsi);
        if since.failed() || self.make_room(wsi.fd()).is_err() {
            since.forgive();
            self.starved.set(true);
            log_err!(wsi.log(), "no memory for a connection");
            return None;
        }
        let mut s = self.slots.borrow_mut();
        let at = s.free.pop().unwrap_or_else(|| {
            s.all.push(Slot {
                generation: 0,
                wsi: None,
            });
            u32::try_from(s.all.len() - 1).unwrap_or(u32::MAX)
        });
        s.generation = s.generation.wrapping_add(1);
        let generation = s.generation;
        if let Some(slot) = s.all.get_mut(at as usize) {
            slot.generation = generation;
            slot.wsi = Some(Rc::clone(&wsi));
            // never 0, which is the wake-up's
            wsi.token
                .set((u64::from(at) + 1) << 32 | u64::from(slot.generation));
        }
        s.take(wsi.fd(), at.saturating_add(1));
        Some(wsi)
    }

    /// Makes room for one more connection in every list that may hold all of them, so that none has to
    /// grow later, where an error could not be told.
    fn make_room(&self, fd: c_int) -> Result<(), TryReserveError> {
        let s = &mut *self.slots.borrow_mut();
        s.all.try_reserve(1)?;
        let count = s.all.len().saturating_add(1);
        s.free.try_reserve(count.saturating_sub(s.free.len()))?;
        if let Ok(fd) = usize::try_from(fd) {
            let fds = s.by_fd.len();
            s.by_fd
                .try_reserve(fd.saturating_add(1).saturating_sub(fds))?;
        }
        let mut grave = self.grave.borrow_mut();
        let buried = grave.len();
        grave.try_reserve(count.saturating_sub(buried))?;
        for queue in [&self.writers, &self.readers, &self.unwatched] {
            let mut queue = queue.borrow_mut();
            let waiting = queue.len();
            queue.try_reserve(count.saturating_sub(waiting))?;
        }
        Ok(())
    }

    pub(crate) fn get(&self, token: u64) -> Option<Rc<Wsi>> {
        let at = usize::try_from((token >> 32).checked_sub(1)?).ok()?;
        let s = self.slots.borrow();
        let slot = s.all.get(at)?;
        if u64::from(slot.generation) != token & u64::from(u32::MAX) {
            return None;
        }
        slot.wsi.clone()
    }

    /// Takes a closed connection out. Its memory stays until [`Table::bury`].
    pub(crate) fn remove(&self, token: u64) {
        let Some(wsi) = self.get(token) else { return };
        let at = (token >> 32) - 1;
        let mut s = self.slots.borrow_mut();
        if let Some(slot) = usize::try_from(at).ok().and_then(|at| s.all.get_mut(at)) {
            slot.wsi = None;
            s.free.push(u32::try_from(at).unwrap_or(0));
        }
        if s.free.len() == s.all.len() {
            s.all = Vec::new();
            s.free = Vec::new();
            s.by_fd = Vec::new();
        }
        drop(s);
        self.grave.borrow_mut().push(wsi);
    }

    /// Frees those that were closed. No callback may be running.
    pub(crate) fn bury(&self) {
        if self.grave.borrow().is_empty() {
            return;
        }
        let mut dead = self.grave.take();
        dead.clear();
        // Without connections the list needs no room.
        if !self.slots.borrow().all.is_empty() && self.grave.borrow().capacity() == 0 {
            self.grave.replace(dead);
        }
    }

    /// All of them, one after the other, which takes no memory; without those that come meanwhile.
    pub(crate) fn all(&self) -> impl Iterator<Item = Rc<Wsi>> + '_ {
        let (end, newest) = {
            let s = self.slots.borrow();
            (s.all.len(), s.generation)
        };
        (0..end).filter_map(move |at| {
            let s = self.slots.borrow();
            let slot = s.all.get(at)?;
            let came_later = newest.wrapping_sub(slot.generation) > u32::MAX / 2;
            slot.wsi.clone().filter(|_| !came_later)
        })
    }

    /// Those with this protocol; not those that listen, linger or race, which no callback is about.
    pub(crate) fn with_protocol(&self, protocol: Protocol) -> impl Iterator<Item = Rc<Wsi>> + '_ {
        let hidden = |w: &Wsi| {
            w.role() == Role::Listen || matches!(w.phase(), Phase::Lingering | Phase::Racing)
        };
        self.all()
            .filter(move |w| !hidden(w) && w.protocol.get().is_same(protocol))
    }

    /// Gives a connection another descriptor, or none. The one before is closed.
    pub(super) fn set_io(&self, wsi: &Wsi, io: Option<Io>) {
        self.put_io(wsi, io.map(Rc::new));
    }

    /// Moves the descriptor of one connection to another.
    pub(super) fn hand_over(&self, from: &Wsi, to: &Wsi) {
        let io = from.io();
        self.put_io(from, None);
        self.put_io(to, io);
    }

    fn put_io(&self, wsi: &Wsi, io: Option<Rc<Io>>) {
        let slot = u32::try_from(wsi.token.get() >> 32).unwrap_or(0);
        let mut s = self.slots.borrow_mut();
        s.give(wsi.fd(), slot);
        s.take(io.as_ref().map_or(-1, |io| io.fd()), slot);
        drop(s);
        wsi.set_io(io);
    }

    /// The connection with this descriptor.
    pub(crate) fn by_fd(&self, fd: c_int) -> Option<Rc<Wsi>> {
        let s = self.slots.borrow();
        let slot = s.by_fd.get(usize::try_from(fd).ok()?)?.checked_sub(1)?;
        let wsi = s.all.get(slot as usize)?.wsi.as_ref()?;
        // A descriptor that the program closed itself may have come back as another's.
        (wsi.fd() == fd).then(|| Rc::clone(wsi))
    }

    /// Lends the receive buffer; `None` when there is no memory. A callback that runs the loop again
    /// gets another one.
    pub(super) fn take_buffer(&self) -> Option<Vec<u8>> {
        self.take_buffer_of(0)
    }

    /// As [`Table::take_buffer`], with room for `size` bytes at least.
    pub(super) fn take_buffer_of(&self, size: usize) -> Option<Vec<u8>> {
        let size = size.max(self.buffer_size);
        match self.buffer.take() {
            Some(buffer) if buffer.len() >= size => Some(buffer),
            _ => {
                let mark = Mark::now();
                // Not from the reserve: it is kept.
                memory::zeroes(size).ok().filter(|_| !mark.failed())
            }
        }
    }

    pub(super) fn give_buffer(&self, buffer: Vec<u8>) {
        self.buffer.replace(Some(buffer));
    }

    pub(crate) fn take_ready(&self) -> Ready {
        self.ready.take().unwrap_or_else(Ready::new)
    }

    pub(crate) fn give_ready(&self, ready: Ready) {
        self.ready.replace(Some(ready));
    }

    /// Whether something can be done without waiting.
    pub(crate) fn busy(&self) -> bool {
        !self.writers.borrow().is_empty()
            || !self.readers.borrow().is_empty()
            || !self.unwatched.borrow().is_empty()
    }
}
