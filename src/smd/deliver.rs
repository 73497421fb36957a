//! What the loop does with the bus: take all that waits, deliver it round
//! robin, sleep.

use super::bus::{Batch, Bus, Participant, Queue, Receiver, Store};
use crate::sys::arena::Arena;
use crate::sys::{clock, thread};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// A store bigger than this is given back when it is mostly unused.
const KEEP_BYTES: usize = 16 * 1024;

/// How often the loop yields before it takes messages again that kept coming.
const YIELDS: u32 = 3;
/// What that may cost, microseconds. With a core to itself it costs one.
const CHEAP_US: i64 = 20;
/// The most steps to do without after it cost more.
const MAX_SKIP: u32 = 4096;

/// Lets a sender in full flow fill the next batch. Else the loop would take messages in twos and
/// threes, and the two threads would pass the queue's cache lines to and fro for each, which
/// doubles the time a message takes.
///
/// It yields rather than spins, so that on a single core the sender runs. Where other threads want
/// the core, yielding costs a time slice; so it is timed, and left alone for longer and longer.
/// All of it is the loop's own.
#[derive(Default)]
pub(super) struct Pace {
    /// The last step found messages.
    flowing: AtomicBool,
    skip: AtomicU32,
    penalty: AtomicU32,
}

impl Pace {
    fn step_back(&self) {
        if !self.flowing.load(Ordering::Relaxed) {
            return;
        }
        let skip = self.skip.load(Ordering::Relaxed);
        if skip > 0 {
            self.skip.store(skip - 1, Ordering::Relaxed);
            return;
        }
        let before = clock::now_us();
        for _ in 0..YIELDS {
            std::thread::yield_now();
            if clock::now_us().saturating_sub(before) > CHEAP_US {
                let penalty = (self.penalty.load(Ordering::Relaxed) * 2).clamp(16, MAX_SKIP);
                self.penalty.store(penalty, Ordering::Relaxed);
                self.skip.store(penalty, Ordering::Relaxed);
                return;
            }
        }
        self.penalty.store(0, Ordering::Relaxed);
    }
}

/// What one step of the loop did.
#[derive(Default)]
pub(crate) struct Delivered {
    /// Something was sent since the last step.
    pub(crate) sent: bool,
    /// Callbacks were called.
    pub(crate) any: bool,
    /// How many messages were older than the TTL and were dropped.
    pub(crate) expired: u32,
}

struct Taken {
    batch: Arc<Batch>,
    participants: Arc<Vec<Arc<Participant>>>,
}

impl Bus {
    /// Delivers every message that waits now: each participant, in the order of registration, gets
    /// one message, then the next round, until all have heard all. Messages sent meanwhile wait
    /// for the next call. `system` is called for the context's own participant.
    ///
    /// Called from inside one of its own callbacks it does nothing.
    pub(crate) fn deliver(&self, system: &dyn Fn(&[u8])) -> Delivered {
        let mut done = Delivered::default();
        let Some(taken) = self.take(&mut done) else {
            return done;
        };
        let Taken {
            batch,
            participants,
        } = taken;
        let entries = &batch.store.entries;
        let arena = &batch.store.arena;
        let mut busy = true;
        while busy {
            busy = false;
            for p in participants.iter() {
                let from = p.cursor.load(Ordering::SeqCst);
                let rest = entries.get(from..).unwrap_or(&[]);
                let ahead = rest.iter().position(|e| p.wants(e)).unwrap_or(rest.len());
                let Some(e) = rest.get(ahead) else {
                    if !rest.is_empty() {
                        // Nothing left for this one: do not look again in the next round.
                        p.cursor.swap(entries.len(), Ordering::SeqCst);
                    }
                    continue;
                };
                let at = from + ahead;
                if !self.start(p, at) {
                    continue;
                }
                busy = true;
                done.any = true;
                match &p.receiver {
                    Receiver::Program(cb) => {
                        cb.call(e.class, e.timestamp, arena.at(e.start), e.len as usize);
                    }
                    Receiver::System => system(arena.view(e.start, e.len as usize)),
                }
                batch.heard(e);
            }
        }
        self.finish(batch);
        done
    }

    /// Before the loop sleeps. False when it must not, because something waits; true, and the next
    /// message wakes it.
    pub(crate) fn may_sleep(&self) -> bool {
        let mut q = self.queue.lock();
        // Inside one of its callbacks nothing can be delivered, so there is nothing to stay up for.
        q.asleep = (q.live == 0 && !q.sent) || self.delivery.lock().thread != 0;
        q.asleep
    }

    fn take(&self, done: &mut Delivered) -> Option<Taken> {
        if self.delivery.lock().thread != 0 {
            return None;
        }
        self.pace.step_back();
        let mut q = self.queue.lock();
        self.pace
            .flowing
            .store(!q.waiting.entries.is_empty(), Ordering::Relaxed);
        q.asleep = false;
        done.sent = core::mem::take(&mut q.sent);
        if q.waiting.entries.is_empty() {
            return None;
        }
        done.expired = expire(&mut q, clock::now_us().saturating_sub(self.ttl_us));
        let fresh = q.spare.take().unwrap_or(Store {
            entries: Vec::new(),
            arena: Arena::new(),
        });
        let store = core::mem::replace(&mut q.waiting, fresh);
        let live = core::mem::take(&mut q.live);
        q.oldest = i64::MAX;
        let batch = Arc::new(Batch {
            store,
            live: AtomicU32::new(live),
        });
        q.take_note(&batch, live);
        let mut d = self.delivery.lock();
        d.thread = thread::id();
        for p in q.participants.iter() {
            p.cursor.store(0, Ordering::SeqCst);
        }
        Some(Taken {
            batch,
            participants: Arc::clone(&q.participants),
        })
    }

    /// The callback before has ended; may the one of `p` start with message `at`?
    fn start(&self, p: &Participant, at: usize) -> bool {
        let mut d = self.delivery.lock();
        let go = !p.gone.load(Ordering::SeqCst);
        d.running = if go { p.id } else { 0 };
        p.cursor
            .store(if go { at + 1 } else { usize::MAX }, Ordering::SeqCst);
        if d.waiters != 0 {
            self.idle.notify_all();
        }
        go
    }

    fn finish(&self, batch: Arc<Batch>) {
        {
            let mut d = self.delivery.lock();
            d.running = 0;
            d.thread = 0;
            if d.waiters != 0 {
                self.idle.notify_all();
            }
        }
        let mut q = self.queue.lock();
        q.forget_batch();
        // A thread that unregisters may still hold the batch; then it frees it.
        if let Some(Batch { mut store, .. }) = Arc::into_inner(batch) {
            let used = store.arena.len();
            let capacity = store.arena.capacity();
            if q.spare.is_none() && (capacity <= KEEP_BYTES || used > capacity / 8) {
                store.entries.clear();
                store.arena.clear();
                q.spare = Some(store);
            }
        }
    }
}

/// Takes the slots of messages from before `limit`. Returns how many there were.
fn expire(q: &mut Queue, limit: i64) -> u32 {
    if q.oldest >= limit {
        return 0;
    }
    let mut n = 0;
    for e in q
        .waiting
        .entries
        .iter_mut()
        .filter(|e| e.class != 0 && e.timestamp < limit)
    {
        e.class = 0;
        *e.waiting.get_mut() = 0;
        n += 1;
    }
    q.live = q.live.saturating_sub(n);
    n
}
