//! Participants, the queue, and sending.
//!
//! Two locks, taken in this order where both are needed:
//!
//! - `queue` guards what senders touch: the waiting messages and the list of
//!   participants. The loop takes all that waits in one step.
//! - `delivery` guards whose callback runs and how far each participant is.
//!   The loop takes it once between any two callbacks, which is what
//!   `unregister` waits on and synchronises with.
//!
//! Neither is held while a callback runs.

use super::waits;
use crate::sys::arena::Arena;
use crate::sys::callbacks::SmdCallback;
use crate::sys::lock::{Condvar, Mutex};
use crate::sys::poll::Wake;
use crate::sys::{clock, thread};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};

/// Who a message goes to.
pub(crate) enum Receiver {
    /// A callback of the program.
    Program(SmdCallback),
    /// The context itself.
    System,
}

/// One registration.
pub(crate) struct Participant {
    pub(super) id: u64,
    pub(super) filter: u32,
    pub(super) receiver: Receiver,
    /// The first message it may hear: what was sent before it registered has a lower number.
    pub(super) from: u64,
    /// Written under `delivery`.
    pub(super) gone: AtomicBool,
    /// Index of the next message of the batch that it may hear; written by the loop under `delivery`.
    pub(super) cursor: AtomicUsize,
}

impl Participant {
    pub(super) fn wants(&self, e: &Entry) -> bool {
        self.filter & e.class != 0 && e.number >= self.from
    }
}

/// One message.
pub(super) struct Entry {
    pub(super) number: u64,
    pub(super) timestamp: i64,
    /// 0 when nobody is to hear it any more.
    pub(super) class: u32,
    pub(super) len: u32,
    pub(super) start: usize,
    /// How many participants still have to hear it.
    pub(super) waiting: AtomicU32,
}

/// Messages and their payloads.
pub(super) struct Store {
    pub(super) entries: Vec<Entry>,
    pub(super) arena: Arena,
}

impl Store {
    const fn new() -> Self {
        Self {
            entries: Vec::new(),
            arena: Arena::new(),
        }
    }
}

/// What the loop has taken and delivers.
pub(super) struct Batch {
    pub(super) store: Store,
    /// How many of its messages still hold a slot of the queue.
    pub(super) live: AtomicU32,
}

impl Batch {
    /// One participant less has to hear message `e`.
    pub(super) fn heard(&self, e: &Entry) {
        if e.waiting.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.live.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

pub(super) struct Queue {
    open: bool,
    pub(super) waiting: Store,
    /// How many of `waiting` hold a slot.
    pub(super) live: u32,
    /// No message in `waiting` is older than this.
    pub(super) oldest: i64,
    next_number: u64,
    /// In the order of their ids, which is that of registration.
    pub(super) participants: Arc<Vec<Arc<Participant>>>,
    /// How many participants hear each class.
    listeners: [u32; 32],
    /// The class of the last message and how many want it: the next one is often the same.
    memo: (u32, u32),
    pub(super) batch: Option<Arc<Batch>>,
    /// The batch's `live` when it was read last; it never rises.
    batch_live: u32,
    /// Whether the loop sleeps, or is about to, and wants to be woken for a message.
    pub(super) asleep: bool,
    /// Whether something was sent since the loop last asked.
    pub(super) sent: bool,
    pub(super) spare: Option<Store>,
}

impl Queue {
    /// The loop has taken a batch whose messages keep `live` slots for now.
    pub(super) fn take_note(&mut self, batch: &Arc<Batch>, live: u32) {
        self.batch = Some(Arc::clone(batch));
        self.batch_live = live;
    }

    /// The batch is delivered.
    pub(super) fn forget_batch(&mut self) {
        self.batch = None;
        self.batch_live = 0;
    }
}

pub(super) struct Delivery {
    /// The participant whose callback runs, 0 for none.
    pub(super) running: u64,
    /// The thread that delivers, 0 for none.
    pub(super) thread: usize,
    /// How many threads wait for `running` to change.
    pub(super) waiters: u32,
}

/// Why a message was not taken.
#[derive(Debug, PartialEq)]
pub(crate) enum Refused {
    /// The queue is as deep as the context allows.
    Full,
    NoMemory,
}

/// How a registration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// Its callback does not run any more.
    Ended,
    /// Its callback still runs, on a thread that waits for this one: see [`super::waits`]. It is not
    /// called again.
    Running,
    /// There was no such registration.
    Unknown,
}

/// The bus of one context. All of it may be used from any thread, except delivering.
pub(crate) struct Bus {
    /// The union of all filters: a message of no class in it need not be made.
    wanted: AtomicU32,
    depth: u32,
    pub(super) ttl_us: i64,
    pub(super) pace: super::deliver::Pace,
    pub(super) queue: Mutex<Queue>,
    pub(super) delivery: Mutex<Delivery>,
    pub(super) idle: Condvar,
    wake: Arc<Wake>,
}

impl Bus {
    /// An empty bus. `depth` 0 and `ttl_us` 0 mean lws's defaults; `wake` wakes its loop.
    pub(crate) fn new(depth: u16, ttl_us: i64, wake: Arc<Wake>) -> Self {
        Self {
            wanted: AtomicU32::new(0),
            depth: if depth == 0 {
                super::DEFAULT_DEPTH
            } else {
                u32::from(depth)
            },
            ttl_us: if ttl_us <= 0 {
                super::DEFAULT_TTL_US
            } else {
                ttl_us
            },
            pace: super::deliver::Pace::default(),
            queue: Mutex::new(Queue {
                open: true,
                waiting: Store::new(),
                live: 0,
                oldest: i64::MAX,
                next_number: 1,
                participants: Arc::new(Vec::new()),
                listeners: [0; 32],
                memo: (0, 0),
                batch: None,
                batch_live: 0,
                asleep: false,
                sent: false,
                spare: None,
            }),
            delivery: Mutex::new(Delivery {
                running: 0,
                thread: 0,
                waiters: 0,
            }),
            idle: Condvar::new(),
            wake,
        }
    }

    /// Whether anybody would hear a message of this class. One load.
    pub(crate) fn wants(&self, class: u32) -> bool {
        self.wanted.load(Ordering::Relaxed) & class != 0
    }

    /// Adds a participant at the end of the order of delivery. It hears what is sent from now on.
    /// `None` when the bus is closed, or there is no memory.
    pub(crate) fn register(&self, id: u64, filter: u32, receiver: Receiver) -> Option<()> {
        let mut q = self.queue.lock();
        if !q.open {
            return None;
        }
        let p = Participant {
            id,
            filter,
            receiver,
            from: q.next_number,
            gone: AtomicBool::new(false),
            cursor: AtomicUsize::new(usize::MAX),
        };
        // Copied only while the loop delivers to those of before.
        let list = Arc::make_mut(&mut q.participants);
        list.try_reserve(1).ok()?;
        list.insert(list.partition_point(|o| o.id < id), Arc::new(p));
        self.heard_by(&mut q, filter, 1);
        Some(())
    }

    /// Removes a participant. Its claims on waiting messages are dropped, and when this returns
    /// its callback does not run and never will again; called by that callback itself, never again
    /// after it returns.
    ///
    /// Waits for the callback when it runs on another thread: the caller must hold no lock that
    /// the callback waits for.
    pub(crate) fn unregister(&self, id: u64) -> Left {
        let (p, batch, cursor);
        {
            let mut q = self.queue.lock();
            let Ok(at) = q.participants.binary_search_by_key(&id, |p| p.id) else {
                return Left::Unknown;
            };
            p = Arc::make_mut(&mut q.participants).remove(at);
            self.heard_by(&mut q, p.filter, -1);
            batch = q.batch.clone();
            drop_claims(&mut q, &p);
            let _d = self.delivery.lock();
            p.gone.store(true, Ordering::SeqCst);
            cursor = p.cursor.load(Ordering::SeqCst);
        }
        // What it would still have heard of the messages under way.
        if let Some(batch) = batch {
            for e in batch
                .store
                .entries
                .iter()
                .skip(cursor)
                .filter(|e| p.wants(e))
            {
                batch.heard(e);
            }
        }
        let mut d = self.delivery.lock();
        let (me, other) = (thread::id(), d.thread);
        if other == me || d.running != id {
            return Left::Ended;
        }
        let waited = waits::for_thread(me, other, || {
            d.waiters += 1;
            while d.running == id {
                self.idle.wait(&mut d);
            }
            d.waiters -= 1;
        });
        if waited { Left::Ended } else { Left::Running }
    }

    /// Queues a message. `Ok` also when nobody wants it, in which case it is forgotten.
    pub(crate) fn send(&self, class: u32, timestamp: i64, payload: &[u8]) -> Result<(), Refused> {
        let wake;
        {
            let mut guard = self.queue.lock();
            let q = &mut *guard;
            if q.memo.0 != class {
                let n = q
                    .participants
                    .iter()
                    .filter(|p| p.filter & class != 0)
                    .count();
                q.memo = (class, u32::try_from(n).unwrap_or(u32::MAX));
            }
            let listeners = q.memo.1;
            if q.live.saturating_add(q.batch_live) >= self.depth {
                q.batch_live = q
                    .batch
                    .as_ref()
                    .map_or(0, |b| b.live.load(Ordering::SeqCst));
                if q.live.saturating_add(q.batch_live) >= self.depth {
                    return Err(Refused::Full);
                }
            }
            if listeners == 0 || !q.open {
                return Ok(());
            }
            q.waiting
                .entries
                .try_reserve(1)
                .map_err(|_| Refused::NoMemory)?;
            let start = q.waiting.arena.push(payload).ok_or(Refused::NoMemory)?;
            q.waiting.entries.push(Entry {
                number: q.next_number,
                timestamp,
                class,
                len: u32::try_from(payload.len()).unwrap_or(0),
                start,
                waiting: AtomicU32::new(listeners),
            });
            q.next_number += 1;
            q.live += 1;
            q.oldest = q.oldest.min(timestamp);
            q.sent = true;
            wake = core::mem::replace(&mut q.asleep, false);
        }
        if wake {
            self.wake.signal();
        }
        Ok(())
    }

    /// As [`Bus::send`], stamped with the time of now.
    pub(crate) fn send_now(&self, class: u32, payload: &[u8]) -> Result<(), Refused> {
        self.send(class, clock::now_us(), payload)
    }

    /// Closes the bus: no message is taken any more, those that wait are freed unheard, all participants
    /// are removed.
    pub(crate) fn close(&self) -> Vec<u64> {
        let mut q = self.queue.lock();
        q.open = false;
        let ids = q.participants.iter().map(|p| p.id).collect();
        q.participants = Arc::new(Vec::new());
        self.heard_by(&mut q, u32::MAX, i32::MIN);
        q.waiting = Store::new();
        q.live = 0;
        q.spare = None;
        ids
    }

    /// Counts `change` more participants (fewer, below 0) for each class of `filter`.
    fn heard_by(&self, q: &mut Queue, filter: u32, change: i32) {
        let mut union = 0;
        for (bit, n) in q.listeners.iter_mut().enumerate() {
            if filter >> bit & 1 != 0 {
                *n = n.saturating_add_signed(change);
            }
            if *n != 0 {
                union |= 1 << bit;
            }
        }
        q.memo = (0, 0);
        self.wanted.swap(union, Ordering::SeqCst);
    }
}

/// Drops the claims that a participant has on messages that wait, and forgets those nobody else
/// has one on.
fn drop_claims(q: &mut Queue, p: &Participant) {
    for e in q.waiting.entries.iter_mut().filter(|e| p.wants(e)) {
        let left = e.waiting.get_mut();
        *left = left.saturating_sub(1);
        if *left == 0 {
            e.class = 0;
            q.live -= 1;
        }
    }
    // Dead entries go with the next batch; a loop that never comes must not let them pile up.
    if q.live == 0 {
        q.waiting.entries.clear();
        q.waiting.arena.clear();
        q.oldest = i64::MAX;
    } else if q.waiting.entries.len() > 2 * q.live as usize + 64 {
        compact(&mut q.waiting);
    }
}

/// Rebuilds the store without its dead entries; leaves it as it is when there is no memory.
fn compact(store: &mut Store) {
    let mut arena = Arena::new();
    let mut starts = Vec::new();
    for e in store.entries.iter().filter(|e| e.class != 0) {
        let Some(start) = arena.push_from(&store.arena, e.start, e.len as usize) else {
            return;
        };
        if starts.try_reserve(1).is_err() {
            return;
        }
        starts.push(start);
    }
    store.entries.retain(|e| e.class != 0);
    for (e, start) in store.entries.iter_mut().zip(starts) {
        e.start = start;
    }
    store.arena = arena;
}
