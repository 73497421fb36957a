//! Timers in the caller's memory (`lws_sorted_usec_list_t`).
//!
//! While one is queued, its list element's `owner` names the queue, `prev`
//! holds its position in the heap and `next` the ticket it was queued under.
//! A program sees of this only that the element is on a list.

use crate::abi::dll2::lws_dll2_owner;
use crate::abi::timeout_timer::lws_sorted_usec_list;
use crate::sys::heap::{Heap, Item};
use crate::sys::lock::Mutex;
use core::cell::RefCell;
use core::ptr::{NonNull, null_mut};
use core::sync::atomic::{AtomicUsize, Ordering};

/// One timer of a C program.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Sul(NonNull<lws_sorted_usec_list>);

impl Sul {
    /// # Safety
    ///
    /// `p` stays a valid timer as long as it is queued, and is used by one
    /// thread only.
    pub(crate) unsafe fn new(p: NonNull<lws_sorted_usec_list>) -> Self {
        Self(p)
    }

    fn raw(self) -> *mut lws_sorted_usec_list {
        self.0.as_ptr()
    }

    fn detach(self) {
        // SAFETY: valid by the promise of `new`.
        unsafe {
            (*self.raw()).list.owner = null_mut();
            (*self.raw()).list.prev = null_mut();
            (*self.raw()).list.next = null_mut();
        }
    }

    /// When it is due by its own account, microseconds.
    pub(crate) fn us(self) -> i64 {
        // SAFETY: valid by the promise of `new`.
        unsafe { (*self.raw()).us }
    }

    /// Notes when it is due.
    pub(crate) fn set_us(self, us: i64) {
        // SAFETY: valid by the promise of `new`.
        unsafe { (*self.raw()).us = us }
    }

    /// Takes it off whatever queue or list it is on; `us` stays.
    pub(crate) fn remove(self) {
        // SAFETY: valid by the promise of `new`, and so is the list it is on.
        unsafe { crate::sys::dll2::remove(&raw mut (*self.raw()).list) }
    }

    /// Calls its callback, if it has one. It is on no queue meanwhile, so the
    /// callback may queue it again or free it.
    pub(crate) fn fire(self) -> bool {
        // SAFETY: the callback was put there by the program for this timer.
        unsafe {
            match (*self.raw()).cb {
                Some(cb) => {
                    cb(self.raw());
                    true
                }
                None => false,
            }
        }
    }
}

impl Item for Sul {
    fn place(self, pos: usize, ticket: usize) {
        // SAFETY: valid by the promise of `new`.
        unsafe {
            (*self.raw()).list.prev = core::ptr::without_provenance_mut(pos);
            (*self.raw()).list.next = core::ptr::without_provenance_mut(ticket);
        }
    }

    fn pos(self) -> usize {
        // SAFETY: valid by the promise of `new`.
        unsafe { (*self.raw()).list.prev.addr() }
    }

    fn holds(self, ticket: usize) -> bool {
        // SAFETY: valid by the promise of `new`.
        unsafe { !(*self.raw()).list.owner.is_null() && (*self.raw()).list.next.addr() == ticket }
    }
}

/// The timers queued on one list of a context, and what their `owner` points at.
///
/// Anchors are never unmapped: a timer that was still queued when its context
/// ended points at one for ever, and cancelling it then must find it.
#[repr(C)]
struct Anchor {
    owner: lws_dll2_owner,
    heap: RefCell<Heap<Sul>>,
    /// Tickets up to this one are of contexts that have ended: the heap, which may be another
    /// thread's by now, knows nothing of them.
    past: AtomicUsize,
}

/// A pointer no list of a program can have as its tail: marks an [`Anchor`].
static MARK: u8 = 0;

fn mark() -> *mut crate::abi::dll2::lws_dll2 {
    (&raw const MARK).cast_mut().cast()
}

struct Spare(Vec<NonNull<Anchor>>);
// SAFETY: a spare anchor is used by nobody until it leaves the pool.
unsafe impl Send for Spare {}

static SPARE: std::sync::OnceLock<Mutex<Spare>> = std::sync::OnceLock::new();

fn spare() -> &'static Mutex<Spare> {
    SPARE.get_or_init(|| Mutex::new(Spare(Vec::new())))
}

/// Whether timers, rather than elements of a plain list, have this owner.
///
/// # Safety
///
/// `owner` is a valid list.
pub(crate) unsafe fn is_queue(owner: *const lws_dll2_owner) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*owner).tail == mark() }
}

/// Takes a timer out of the queue it is on.
///
/// # Safety
///
/// [`is_queue`] said yes of its owner.
pub(crate) unsafe fn dequeue(sul: *mut lws_sorted_usec_list) {
    // SAFETY: only an `Anchor` carries the mark, and it lives for ever. The
    // heap is never borrowed while user code runs.
    unsafe {
        let anchor = (*sul).list.owner.cast::<Anchor>();
        let ticket = (*sul).list.next.addr();
        let sul = Sul(NonNull::new_unchecked(sul));
        let past = (*anchor).past.load(Ordering::SeqCst);
        if (ticket.wrapping_sub(past) as isize) <= 0 {
            sul.detach();
            return;
        }
        let mut heap = (*anchor).heap.borrow_mut();
        heap.remove(sul);
        (*anchor).owner.count = heap.len() as u32;
        drop(heap);
        sul.detach();
    }
}

/// One of the timer lists of a context.
pub(crate) struct Queue(NonNull<Anchor>);

impl Queue {
    pub(crate) fn new() -> Self {
        let pooled = spare().lock().0.pop();
        Self(pooled.unwrap_or_else(|| {
            NonNull::from(Box::leak(Box::new(Anchor {
                owner: lws_dll2_owner {
                    tail: mark(),
                    head: null_mut(),
                    count: 0,
                },
                heap: RefCell::new(Heap::new()),
                past: AtomicUsize::new(0),
            })))
        }))
    }

    fn heap<R>(&self, f: impl FnOnce(&mut Heap<Sul>) -> R) -> R {
        // SAFETY: the anchor is this queue's alone and lives for ever; `f` is
        // code of this file and calls nothing that comes back here.
        unsafe {
            let anchor = self.0.as_ptr();
            let mut heap = (*anchor).heap.borrow_mut();
            let r = f(&mut heap);
            (*anchor).owner.count = heap.len() as u32;
            r
        }
    }

    /// Queues a timer that is on no list, to fire at `us`. Returns false, and leaves it on no list,
    /// when there is no memory.
    pub(crate) fn push(&self, us: i64, sul: Sul) -> bool {
        // SAFETY: valid by the promise of `Sul::new`.
        unsafe { (*sul.raw()).list.owner = self.0.as_ptr().cast() };
        let queued = self.heap(|h| h.push(us, sul));
        if !queued {
            // SAFETY: as above.
            unsafe { (*sul.raw()).list.owner = core::ptr::null_mut() };
        }
        queued
    }

    /// When the first one is due, microseconds.
    pub(crate) fn earliest(&self) -> Option<i64> {
        self.heap(|h| h.earliest())
    }

    /// Takes the first one out, marked as not scheduled. `Some(None)`: the
    /// entry was stale.
    pub(crate) fn pop(&self) -> Option<Option<Sul>> {
        let popped = self.heap(|h| h.pop());
        if let Some(Some(sul)) = popped {
            sul.detach();
            sul.set_us(0);
        }
        popped
    }
}

impl Drop for Queue {
    /// Timers still queued are left as they are: their memory may be gone.
    fn drop(&mut self) {
        let last = self.heap(|h| h.clear());
        // SAFETY: the anchor lives for ever.
        unsafe { (*self.0.as_ptr()).past.swap(last, Ordering::SeqCst) };
        spare().lock().0.push(self.0);
    }
}
