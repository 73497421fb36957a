//! What the loop does with the bus: take all that waits, deliver it round
//! robin, sleep.

use super::bus::{Batch, Bus, Participant, Queue, Receiver, Store};
use crate::sys::arena::Arena;
use crate::sys::{clock, thread};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// A store bigger than this is given back when it is mostly unused.
const KEEP_BYTES: usize = 16 * 1024;

/// How often the loop calls sched_yield() before it takes messages, when the last step had some.
const YIELDS: u32 = 3;
/// Above this many microseconds yielding counts as expensive. With a core to itself it takes one.
const CHEAP_US: i64 = 20;
/// For how many steps yielding is left out at most after it was expensive.
const MAX_SKIP: u32 = 4096;

/// Yields before a batch is taken while messages keep coming, so that the sender can fill it. Otherwise
/// the loop would take messages in twos and threes, and the two threads would pass the queue's cache
/// lines to and fro for each, which doubles the time a message takes.
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
                        // This participant has heard all of the batch: skip it in the next rounds.
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
                    Receiver::System => {
                        let mut text = [0; super::MAX_PAYLOAD];
                        system(arena.copy(e.start, e.len as usize, &mut text));
                    }
                }
                batch.heard(e);
            }
        }
        self.finish(Taken {
            batch,
            participants,
        });
        done
    }

    /// Whether the loop may sleep. True: nothing waits, and the next message wakes the loop.
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

    /// Notes that the last callback has ended, and returns whether the one of `p` may start with message
    /// `at`.
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

    fn finish(&self, taken: Taken) {
        let Taken {
            batch,
            participants,
        } = taken;
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
        // Under the lock: who registers next may change the list in place.
        drop(participants);
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

/// Drops the messages that were sent before `limit` (their TTL is over). Returns how many there were.
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

#[cfg(test)]
mod tests {
    use super::super::bus::{Left, Refused};
    use super::*;
    use crate::sys::poll::Wake;
    use std::cell::RefCell;

    const A: u32 = 1 << 24;
    const B: u32 = 1 << 25;

    fn bus(depth: u16, ttl_us: i64) -> Bus {
        Bus::new(depth, ttl_us, Arc::new(Wake::new().unwrap()))
    }

    fn add(bus: &Bus, id: u64, filter: u32) {
        bus.register(id, filter, Receiver::System).unwrap();
    }

    /// What one step delivers, and what it says of itself.
    fn step(bus: &Bus) -> (Vec<String>, Delivered) {
        let heard = RefCell::new(Vec::new());
        let done = bus.deliver(&|text| {
            heard
                .borrow_mut()
                .push(String::from_utf8_lossy(text).into_owned());
        });
        (heard.into_inner(), done)
    }

    fn heard(bus: &Bus) -> Vec<String> {
        step(bus).0
    }

    #[test]
    fn each_participant_hears_one_message_a_round() {
        let b = bus(0, 0);
        add(&b, 1, A);
        add(&b, 2, A | B);
        for (class, text) in [(A, "a0"), (B, "b0"), (A, "a1")] {
            b.send_now(class, text.as_bytes()).unwrap();
        }
        // 1 hears a0 and a1, 2 hears all three
        assert_eq!(heard(&b), ["a0", "a0", "a1", "b0", "a1"]);
        assert!(heard(&b).is_empty());
    }

    #[test]
    fn a_participant_hears_what_is_sent_after_it_came_and_holds_no_slot_before() {
        let b = bus(2, 0);
        add(&b, 1, A);
        b.send_now(A, b"early").unwrap();
        add(&b, 2, A);
        b.send_now(A, b"late").unwrap();
        assert_eq!(b.send_now(A, b"full"), Err(Refused::Full));
        assert_eq!(heard(&b), ["early", "late", "late"]);
        assert_eq!(b.send_now(A, b"room"), Ok(()));
    }

    #[test]
    fn who_goes_frees_the_slots_only_it_had() {
        let b = bus(3, 0);
        add(&b, 1, A);
        add(&b, 2, B);
        for class in [A, A | B, B] {
            b.send_now(class, b"x").unwrap();
        }
        assert_eq!(b.unregister(1), Left::Ended);
        assert_eq!(b.unregister(1), Left::Unknown);
        // the first was its alone
        assert_eq!(b.send_now(B, b"y"), Ok(()));
        assert_eq!(b.send_now(B, b"z"), Err(Refused::Full));
        assert!(!b.wants(A));
        assert_eq!(heard(&b), ["x", "x", "y"]);
    }

    #[test]
    fn coming_and_going_while_nobody_delivers_keeps_no_memory() {
        let b = bus(40, i64::MAX / 2);
        add(&b, 1, B);
        b.send_now(B, b"kept").unwrap();
        for id in 2..if cfg!(miri) { 10 } else { 200 } {
            add(&b, id, A);
            for _ in 0..39 {
                b.send_now(A, &[b'x'; 300]).unwrap();
            }
            b.unregister(id);
        }
        assert!(b.queue.lock().waiting.arena.len() < 100 * 400);
        assert_eq!(heard(&b), ["kept"]);
    }

    #[test]
    fn what_is_too_old_is_dropped_and_counted_and_the_rest_is_heard() {
        let b = bus(0, 1_000_000);
        add(&b, 1, A);
        let now = clock::now_us();
        b.send(A, now - 5_000_000, b"old").unwrap();
        b.send(A, now - 2_000_000, b"old too").unwrap();
        b.send(A, now, b"young").unwrap();
        let (texts, done) = step(&b);
        assert_eq!(texts, ["young"]);
        assert_eq!(done.expired, 2);
    }

    #[test]
    fn what_is_younger_than_the_ttl_is_heard() {
        const SECOND: i64 = 1_000_000;
        for (ttl_s, young_ms, old_ms) in [(0, 1_700, 2_300), (1, 700, 1_300), (60, 55_000, 65_000)]
        {
            let b = bus(0, ttl_s * SECOND);
            add(&b, 1, A);
            let now = clock::now_us();
            b.send(A, now - old_ms * 1_000, b"old").unwrap();
            b.send(A, now - young_ms * 1_000, b"young").unwrap();
            let (texts, done) = step(&b);
            assert_eq!(texts, ["young"], "{ttl_s} s");
            assert_eq!(done.expired, 1);
        }
    }

    #[test]
    fn many_come_and_go_in_any_order_and_the_filters_follow() {
        let b = bus(0, 0);
        const MANY: u64 = if cfg!(miri) { 60 } else { 20_000 };
        for id in 1..=MANY {
            add(&b, id, if id % 2 == 0 { A } else { B });
        }
        for id in (1..=MANY).rev().filter(|id| id % 2 == 0) {
            assert_eq!(b.unregister(id), Left::Ended);
        }
        assert!(!b.wants(A) && b.wants(B));
        for id in (2..=MANY).filter(|id| id % 2 == 1) {
            assert_eq!(b.unregister(id), Left::Ended);
        }
        assert!(b.wants(B));
        b.send_now(B, b"x").unwrap();
        assert_eq!(heard(&b), ["x"]);
        assert_eq!(b.unregister(1), Left::Ended);
        assert!(!b.wants(B));
    }

    #[test]
    fn who_registered_first_hears_first_whatever_came_between() {
        let b = bus(0, 0);
        for id in [3, 1, 2] {
            add(&b, id, A);
        }
        let q = b.queue.lock();
        let ids: Vec<u64> = q.participants.iter().map(|p| p.id).collect();
        assert_eq!(ids, [1, 2, 3]);
    }

    #[test]
    fn two_callbacks_that_end_each_other_on_two_threads_do_not_wait_for_ever() {
        use std::sync::Barrier;
        let buses = [bus(0, 0), bus(0, 0)];
        let both_run = Barrier::new(2);
        let left = std::thread::scope(|s| {
            let threads = [0, 1].map(|n: usize| {
                let (own, other) = (&buses[n], &buses[1 - n]);
                add(own, 1, A);
                own.send_now(A, b"x").unwrap();
                let both_run = &both_run;
                s.spawn(move || {
                    let left = RefCell::new(Left::Unknown);
                    own.deliver(&|_| {
                        both_run.wait();
                        left.replace(other.unregister(1));
                    });
                    left.into_inner()
                })
            });
            threads.map(|t| t.join().unwrap())
        });
        // One of them has waited, or came when the other had returned already.
        assert!(left.contains(&Left::Ended), "{left:?}");
        assert!(!left.contains(&Left::Unknown), "{left:?}");
    }

    #[test]
    fn sends_and_registrations_of_a_receiver_are_for_the_next_step() {
        let b = bus(0, 0);
        add(&b, 1, A);
        b.send_now(A, b"first").unwrap();
        let done = b.deliver(&|_| {
            // nothing is delivered from inside a delivery
            assert!(!b.deliver(&|_| panic!("nested")).any);
            b.send_now(A, b"second").unwrap();
            add(&b, 2, A);
        });
        assert!(done.any && done.sent);
        assert_eq!(heard(&b), ["second"]);
        b.send_now(A, b"third").unwrap();
        assert_eq!(heard(&b), ["third", "third"]);
    }

    #[test]
    fn a_receiver_may_end_itself_and_the_others() {
        let b = bus(4, 0);
        for id in 1..=3 {
            add(&b, id, A);
        }
        b.send_now(A, b"x").unwrap();
        b.send_now(A, b"y").unwrap();
        let calls = RefCell::new(0);
        b.deliver(&|_| {
            *calls.borrow_mut() += 1;
            for id in 1..=3 {
                b.unregister(id);
            }
            // the message being heard holds its slot until its receiver returns, the other none
            add(&b, 9, A);
            for _ in 0..3 {
                b.send_now(A, b"new").unwrap();
            }
            assert_eq!(b.send_now(A, b"full"), Err(Refused::Full));
        });
        assert_eq!(*calls.borrow(), 1);
        assert_eq!(heard(&b).len(), 3);
    }

    #[test]
    fn the_loop_sleeps_only_when_nothing_waits() {
        let b = bus(0, 0);
        add(&b, 1, A);
        assert!(b.may_sleep());
        b.send_now(A, b"x").unwrap();
        assert!(!b.may_sleep());
        heard(&b);
        assert!(b.may_sleep());
        b.send_now(B, b"nobody wants it").unwrap();
        assert!(b.may_sleep());
    }
}
