//! Where things are in a ring of elements with one writer and several readers: places only, no
//! memory. A place is a byte of the ring, from 0 on.
#![forbid(unsafe_code)]

use core::cell::Cell;

/// The places of a ring. One element's room always stays free, so that an empty ring and a full one
/// differ.
#[derive(Debug)]
pub(crate) struct Places {
    element: usize,
    len: usize,
    /// Where the next byte is written.
    head: Cell<usize>,
    /// Where the reader without a place of its own is.
    tail: Cell<usize>,
    /// Where the oldest element is that a reader still wants.
    oldest: Cell<usize>,
    /// From where on nothing may be written over: behind `oldest` while elements are given up.
    kept: Cell<usize>,
}

/// Up to two pieces of the ring, each a place and a length.
pub(crate) type Pieces = [(usize, usize); 2];

impl Places {
    /// A ring for `count` elements of `element` bytes each. `None` when there is nothing to hold,
    /// or places would not fit 32 bits, which programs have for them.
    pub(crate) fn new(element: usize, count: usize) -> Option<Self> {
        let len = count.checked_add(1)?.checked_mul(element)?;
        (element != 0 && count != 0 && u32::try_from(len).is_ok()).then(|| Self {
            element,
            len,
            head: Cell::new(0),
            tail: Cell::new(0),
            oldest: Cell::new(0),
            kept: Cell::new(0),
        })
    }

    /// The bytes that the ring takes.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn element(&self) -> usize {
        self.element
    }

    pub(crate) fn tail(&self) -> usize {
        self.tail.get()
    }

    pub(crate) fn set_tail(&self, to: usize) {
        self.tail.set(to);
    }

    pub(crate) fn oldest(&self) -> usize {
        self.oldest.get()
    }

    /// Bytes from one place on to another.
    fn between(&self, from: usize, to: usize) -> usize {
        if to >= from {
            to.saturating_sub(from)
        } else {
            to.saturating_add(self.len).saturating_sub(from)
        }
    }

    /// The place so many bytes on; at most once around.
    fn on(&self, from: usize, bytes: usize) -> usize {
        let to = from.saturating_add(bytes);
        if to >= self.len {
            to.saturating_sub(self.len)
        } else {
            to
        }
    }

    /// The pieces that so many bytes from a place on are in.
    fn pieces(&self, from: usize, bytes: usize) -> Pieces {
        let first = bytes.min(self.len.saturating_sub(from));
        [(from, first), (0, bytes.saturating_sub(first))]
    }

    /// Whether a reader can be there: what it has not read is still kept.
    pub(crate) fn holds(&self, place: usize) -> bool {
        let oldest = self.oldest.get();
        place < self.len && self.between(oldest, place) <= self.between(oldest, self.head.get())
    }

    fn free_bytes(&self) -> usize {
        let used = self.between(self.kept.get(), self.head.get());
        let room = self.len.saturating_sub(self.element);
        room.saturating_sub(used)
    }

    /// How many whole elements can be written.
    pub(crate) fn free(&self) -> usize {
        self.free_bytes().checked_div(self.element).unwrap_or(0)
    }

    /// How many whole elements a reader there has not read.
    pub(crate) fn waiting(&self, tail: usize) -> usize {
        self.between(tail, self.head.get())
            .checked_div(self.element)
            .unwrap_or(0)
    }

    /// Where `count` elements would be written, all of which must be free.
    pub(crate) fn to_write(&self, count: usize) -> Pieces {
        self.pieces(self.head.get(), count.saturating_mul(self.element))
    }

    /// Where the next bytes can be written in one piece.
    pub(crate) fn room(&self) -> (usize, usize) {
        let [first, _] = self.pieces(self.head.get(), self.free_bytes());
        first
    }

    /// So many bytes were written. `None`, and nothing changes, when there was no room for them.
    pub(crate) fn written(&self, bytes: usize) -> Option<()> {
        (bytes <= self.free_bytes()).then(|| self.head.set(self.on(self.head.get(), bytes)))
    }

    /// Where `count` elements are read from, and the place behind them.
    pub(crate) fn to_read(&self, tail: usize, count: usize) -> (Pieces, usize) {
        let bytes = count.saturating_mul(self.element);
        (self.pieces(tail, bytes), self.on(tail, bytes))
    }

    /// Gives the oldest element before `until` up: its place. What is there is kept until
    /// [`Places::forget`].
    pub(crate) fn give_up(&self, until: usize) -> Option<usize> {
        let oldest = self.oldest.get();
        // It does not hold where another call has gone past it meanwhile.
        (self.holds(until) && self.between(oldest, until) >= self.element).then(|| {
            self.oldest.set(self.on(oldest, self.element));
            oldest
        })
    }

    /// What no reader wants any more may be written over. `until` is where the oldest reader is,
    /// which is within an element where bytes were written.
    pub(crate) fn forget(&self, until: Option<usize>) {
        if let Some(until) = until {
            self.oldest.set(until);
        }
        self.kept.set(self.oldest.get());
    }

    pub(crate) fn head(&self) -> usize {
        self.head.get()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_holds_nothing_or_too_much() {
        assert!(Places::new(0, 1).is_none());
        assert!(Places::new(1, 0).is_none());
        assert!(Places::new(usize::MAX, 2).is_none());
        assert!(Places::new(1, usize::MAX).is_none());
        assert!(Places::new(1 << 16, 1 << 16).is_none());
        assert_eq!(
            Places::new(1 << 16, (1 << 16) - 2).unwrap().len(),
            0xffff << 16
        );
    }

    /// Against a queue: what is free and what waits, over many turns of small rings.
    #[test]
    fn counts_as_a_queue_does() {
        for (element, count) in [(1, 1), (1, 7), (3, 2), (8, 5)] {
            let ring = Places::new(element, count).unwrap();
            let (mut waiting, mut step) = (0usize, 0usize);
            for turn in 0..1000 {
                step = (step * 7 + turn) % (count + 1);
                let n = step.min(count - waiting);
                assert_eq!(ring.free(), count - waiting);
                let [(_, a), (at, b)] = ring.to_write(n);
                assert_eq!((a + b, at), (n * element, 0));
                ring.written(n * element).unwrap();
                waiting += n;
                assert_eq!(ring.waiting(ring.tail()), waiting);
                assert_eq!(ring.written((count - waiting) * element + 1), None);
                let m = (step + turn) % (waiting + 1);
                let (_, place) = ring.to_read(ring.tail(), m);
                ring.set_tail(place);
                let mut given = 0;
                while ring.give_up(place).is_some() {
                    given += 1;
                    // Nothing is written over what is being given up.
                    assert_eq!(ring.free(), count - waiting);
                }
                assert_eq!(given, m);
                ring.forget(None);
                waiting -= m;
                assert!(ring.holds(ring.oldest()) && ring.holds(ring.head()));
            }
        }
    }

    #[test]
    fn knows_where_no_reader_is() {
        let ring = Places::new(4, 3).unwrap();
        ring.written(8).unwrap();
        let held: Vec<bool> = [0, 4, 8, 12, 16, usize::MAX]
            .map(|p| ring.holds(p))
            .to_vec();
        assert_eq!(held, [true, true, true, false, false, false]);
        assert_eq!(ring.give_up(4), Some(0));
        ring.forget(None);
        assert!(!ring.holds(0));
        ring.written(8).unwrap();
        // Around the end: 4, 8 and 12 are in use, and the head is at 0.
        assert!(ring.holds(0) && ring.holds(12));
        assert_eq!(ring.room(), (0, 0));
    }
}
