//! `lws-ring.h`: rings of elements with one writer and several readers.
//!
//! A ring belongs to no context and is not locked: who uses one in several threads locks it.

use core::cell::Cell;
use core::ffi::{c_int, c_void};
use core::ptr::{copy_nonoverlapping, null, null_mut};

use super::convert::need;
use crate::abi::types::lws_ring;
use crate::log::{Log, log_notice};
use crate::util::ring::{Pieces, Places};

/// What memory of a ring consists of: any element's alignment.
type Word = Cell<u128>;

struct Ring {
    places: Places,
    bytes: Box<[Word]>,
    destroy_element: Option<unsafe extern "C" fn(element: *mut c_void)>,
    /// How many calls give elements up.
    giving_up: Cell<u32>,
    /// Whether it is to end when they have.
    over: Cell<bool>,
}

impl Ring {
    /// Where a place is in memory.
    fn at(&self, place: usize) -> *mut u8 {
        // Cells may be written to by a shared pointer.
        let start = self.bytes.as_ptr().cast_mut().cast::<u8>();
        start.wrapping_add(place)
    }

    /// # Safety
    ///
    /// The pieces are of this ring, and `from` has as many bytes elsewhere.
    unsafe fn fill(&self, pieces: Pieces, mut from: *const u8) {
        for (place, len) in pieces {
            // SAFETY: the caller's promise.
            unsafe { copy_nonoverlapping(from, self.at(place), len) };
            from = from.wrapping_add(len);
        }
    }

    /// # Safety
    ///
    /// The pieces are of this ring, and `to` has room for as many bytes elsewhere.
    unsafe fn take(&self, pieces: Pieces, mut to: *mut u8) {
        for (place, len) in pieces {
            // SAFETY: the caller's promise.
            unsafe { copy_nonoverlapping(self.at(place), to, len) };
            to = to.wrapping_add(len);
        }
    }
}

/// Gives the elements before `until` up, and ends a ring whose end was asked for meanwhile.
///
/// # Safety
///
/// `ring` is a live ring, not used afterwards when it was over.
unsafe fn give_up(ring: *mut Ring, until: usize) {
    // SAFETY: the caller's promise; it stays live until `end` below, as `over` only marks it.
    unsafe {
        let r = &*ring;
        r.giving_up.set(r.giving_up.get().saturating_add(1));
        if let Some(destroy) = r.destroy_element {
            while let Some(place) = r.places.give_up(until) {
                destroy(r.at(place).cast());
            }
        }
        r.giving_up.set(r.giving_up.get().saturating_sub(1));
        if r.giving_up.get() != 0 {
            return;
        }
        r.places.forget(r.places.holds(until).then_some(until));
        if r.over.get() {
            end(ring);
        }
    }
}

/// # Safety
///
/// `ring` is a live ring of which no call runs; it is not used afterwards.
unsafe fn end(ring: *mut Ring) {
    // SAFETY: the caller's promise; rings come from `Box::into_raw`.
    unsafe {
        if let Some(destroy) = (*ring).destroy_element {
            let r = &*ring;
            r.giving_up.set(1);
            r.over.set(true);
            while let Some(place) = r.places.give_up(r.places.head()) {
                destroy(r.at(place).cast());
            }
        }
        drop(Box::from_raw(ring));
    }
}

/// # Safety
///
/// `ring` is NULL or a live ring.
unsafe fn ring_ref<'a>(ring: *mut lws_ring) -> Option<&'a Ring> {
    // SAFETY: every `lws_ring` of C's is a `Ring`.
    unsafe { ring.cast::<Ring>().as_ref() }
}

/// The place of a reader: its own, or the ring's. `None` where nothing is kept for it.
///
/// # Safety
///
/// `tail` is NULL or valid.
unsafe fn place(ring: &Ring, tail: *const u32) -> Option<usize> {
    // SAFETY: the caller's promise.
    let place = match unsafe { tail.as_ref() } {
        Some(tail) => usize::try_from(*tail).ok()?,
        None => ring.places.tail(),
    };
    ring.places.holds(place).then_some(place)
}

/// Makes a ring for `count` elements of `element_len` bytes each, of any type.
///
/// `destroy_element` is called for each element that no reader wants any more: when
/// lws_ring_update_oldest_tail(), or lws_ring_consume() without a tail, goes past it, and when the
/// ring is destroyed. It may call any function of the ring. Each element lies where one of its type
/// may lie, when `element_len` is the size of the type.
///
/// # Returns
///
/// The ring, for lws_ring_destroy(). NULL when `element_len` or `count` is 0, all elements and one
/// more take more than 4 GiB, or there is no memory for them.
///
/// # Safety
///
/// `destroy_element` is NULL or may be called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ring_create(
    element_len: usize,
    count: usize,
    destroy_element: Option<unsafe extern "C" fn(element: *mut c_void)>,
) -> *mut lws_ring {
    const NAME: &str = "lws_ring_create";
    let places = need!(
        "element_len, count",
        Places::new(element_len, count),
        null_mut()
    );
    let words = places.len().div_ceil(size_of::<Word>());
    let mut bytes: Vec<Word> = Vec::new();
    need!(
        "count: no memory",
        bytes.try_reserve_exact(words).ok(),
        null_mut()
    );
    bytes.resize_with(words, Word::default);
    let ring = Ring {
        places,
        bytes: bytes.into_boxed_slice(),
        destroy_element,
        giving_up: Cell::new(0),
        over: Cell::new(false),
    };
    Box::into_raw(Box::new(ring)).cast()
}

/// Ends a ring: its elements are destroyed, those that nobody has read as well. Inside
/// `destroy_element` it only asks for that.
///
/// # Safety
///
/// `ring` is NULL or a live ring, not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ring_destroy(ring: *mut lws_ring) {
    const NAME: &str = "lws_ring_destroy";
    // SAFETY: the caller's promise.
    unsafe {
        let r = need!("ring", ring_ref(ring));
        if r.giving_up.get() != 0 {
            r.over.set(true);
        } else {
            end(ring.cast());
        }
    }
}

/// How many elements can be written.
///
/// # Returns
///
/// That number; 0 when `ring` is NULL.
///
/// # Safety
///
/// `ring` is NULL or a live ring.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ring_get_count_free_elements(ring: *mut lws_ring) -> usize {
    const NAME: &str = "lws_ring_get_count_free_elements";
    // SAFETY: the caller's promise.
    let ring = unsafe { ring_ref(ring) };
    let ring = need!("ring", ring, 0);
    ring.places.free()
}

/// How many elements a reader has not read. `tail` is the reader's; NULL is the one that the ring
/// keeps, for rings with one reader.
///
/// # Returns
///
/// That number; 0 when `ring` is NULL, or `tail` is where nothing is kept.
///
/// # Safety
///
/// `ring` is NULL or a live ring, `tail` NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ring_get_count_waiting_elements(
    ring: *mut lws_ring,
    tail: *mut u32,
) -> usize {
    const NAME: &str = "lws_ring_get_count_waiting_elements";
    // SAFETY: the caller's promise.
    unsafe {
        let ring = need!("ring", ring_ref(ring), 0);
        let tail = need!("tail", place(ring, tail), 0);
        ring.places.waiting(tail)
    }
}

/// Copies elements into the ring, as many of `max_count` as there is room for.
///
/// # Returns
///
/// How many; 0 when an argument is NULL.
///
/// # Safety
///
/// `ring` is NULL or a live ring; `src` has `max_count` elements outside the ring.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ring_insert(
    ring: *mut lws_ring,
    src: *const c_void,
    max_count: usize,
) -> usize {
    const NAME: &str = "lws_ring_insert";
    // SAFETY: the caller's promise.
    unsafe {
        let ring = need!("ring", ring_ref(ring), 0);
        let count = max_count.min(ring.places.free());
        if count == 0 {
            return 0;
        }
        need!("src", src.as_ref(), 0);
        ring.fill(ring.places.to_write(count), src.cast());
        let bytes = count.saturating_mul(ring.places.element());
        need!("max_count", ring.places.written(bytes), 0);
        count
    }
}

/// Reads elements, as many of `max_count` as wait for this reader, and moves its tail behind them.
/// With `dest` they are copied there.
///
/// With a tail of the reader's, elements stay until lws_ring_update_oldest_tail(). Without one, what
/// was read is destroyed.
///
/// # Returns
///
/// How many; 0 when `ring` is NULL, or `tail` is where nothing is kept.
///
/// # Safety
///
/// `ring` is NULL or a live ring, `tail` NULL or valid; `dest` is NULL or has room for `max_count`
/// elements.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ring_consume(
    ring: *mut lws_ring,
    tail: *mut u32,
    dest: *mut c_void,
    max_count: usize,
) -> usize {
    const NAME: &str = "lws_ring_consume";
    // SAFETY: the caller's promise.
    unsafe {
        let r = need!("ring", ring_ref(ring), 0);
        let from = need!("tail", place(r, tail), 0);
        let count = max_count.min(r.places.waiting(from));
        let (pieces, behind) = r.places.to_read(from, count);
        if !dest.is_null() {
            r.take(pieces, dest.cast());
        }
        match tail.as_mut() {
            Some(tail) => *tail = u32::try_from(behind).unwrap_or(0),
            None => {
                r.places.set_tail(behind);
                give_up(ring.cast(), behind);
            }
        }
        count
    }
}

/// Where the next element for a reader is, in the ring itself. It stays there until
/// lws_ring_consume() and, with a tail of the reader's, lws_ring_update_oldest_tail().
///
/// # Returns
///
/// The element; NULL when none waits, `ring` is NULL, or `tail` is where nothing is kept.
///
/// # Safety
///
/// `ring` is NULL or a live ring, `tail` NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ring_get_element(
    ring: *mut lws_ring,
    tail: *mut u32,
) -> *const c_void {
    const NAME: &str = "lws_ring_get_element";
    // SAFETY: the caller's promise.
    unsafe {
        let ring = need!("ring", ring_ref(ring), null());
        let tail = need!("tail", place(ring, tail), null());
        if ring.places.waiting(tail) == 0 {
            return null();
        }
        ring.at(tail).cast_const().cast()
    }
}

/// Tells where the reader is that has read least: elements before that are destroyed, and their room
/// is free. With one reader that has no tail of its own, lws_ring_consume() does it.
///
/// # Safety
///
/// `ring` is NULL or a live ring.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ring_update_oldest_tail(ring: *mut lws_ring, tail: u32) {
    const NAME: &str = "lws_ring_update_oldest_tail";
    // SAFETY: the caller's promise.
    unsafe {
        let r = need!("ring", ring_ref(ring));
        let until = need!("tail", place(r, &raw const tail));
        give_up(ring.cast(), until);
    }
}

/// Where the oldest element is that is kept: a new reader's tail, when it is to read all there is.
///
/// # Returns
///
/// The tail; 0 when `ring` is NULL.
///
/// # Safety
///
/// `ring` is NULL or a live ring.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ring_get_oldest_tail(ring: *mut lws_ring) -> u32 {
    const NAME: &str = "lws_ring_get_oldest_tail";
    // SAFETY: the caller's promise.
    let ring = unsafe { ring_ref(ring) };
    let ring = need!("ring", ring, 0);
    u32::try_from(ring.places.oldest()).unwrap_or(0)
}

/// Where bytes can be written into the ring directly, in one piece; lws_ring_bump_head() tells how
/// many were.
///
/// # Returns
///
/// 0, and `*start` and `*bytes` are set; 1 when there is no room or an argument is NULL.
///
/// # Safety
///
/// `ring` is NULL or a live ring, `start` and `bytes` NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ring_next_linear_insert_range(
    ring: *mut lws_ring,
    start: *mut *mut c_void,
    bytes: *mut usize,
) -> c_int {
    const NAME: &str = "lws_ring_next_linear_insert_range";
    // SAFETY: the caller's promise.
    unsafe {
        let ring = need!("ring", ring_ref(ring), 1);
        let start = need!("start", start.as_mut(), 1);
        let bytes = need!("bytes", bytes.as_mut(), 1);
        let (place, len) = ring.places.room();
        if len == 0 {
            return 1;
        }
        *start = ring.at(place).cast();
        *bytes = len;
        0
    }
}

/// Tells how many bytes were written where lws_ring_next_linear_insert_range() said. More than there
/// is room for are refused.
///
/// # Safety
///
/// `ring` is NULL or a live ring.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ring_bump_head(ring: *mut lws_ring, bytes: usize) {
    const NAME: &str = "lws_ring_bump_head";
    // SAFETY: the caller's promise.
    let ring = unsafe { ring_ref(ring) };
    let ring = need!("ring", ring);
    need!("bytes", ring.places.written(bytes));
}

/// Logs at LLL_NOTICE where a ring's writer and readers are.
///
/// # Safety
///
/// `ring` is NULL or a live ring, `tail` NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_ring_dump(ring: *mut lws_ring, tail: *mut u32) {
    const NAME: &str = "lws_ring_dump";
    // SAFETY: the caller's promise.
    unsafe {
        let r = need!("ring", ring_ref(ring));
        let at = need!("tail", place(r, tail));
        log_notice!(
            Log::GLOBAL,
            "ring {ring:p}: head {}, tail {at}, oldest {}: {} waiting, {} free",
            r.places.head(),
            r.places.oldest(),
            r.places.waiting(at),
            r.places.free()
        );
    }
}
