//! The queue of pending timers: a 4-ary heap whose items know their place, so
//! that moving or cancelling one costs O(log n) without a search.
//!
//! Wide nodes because the items lie in the caller's memory: a flatter heap
//! writes fewer of their cache lines.

const WIDTH: usize = 4;

/// Something that can be queued and remembers where it is.
pub(crate) trait Item: Copy + PartialEq {
    /// Notes that the item is at `pos`, under ticket `ticket`.
    fn place(self, pos: usize, ticket: usize);
    /// The position noted last.
    fn pos(self) -> usize;
    /// Whether the item still counts itself queued under this ticket. It does
    /// not when its owner cleared its memory while it was queued.
    fn holds(self, ticket: usize) -> bool;
}

#[derive(Clone, Copy)]
struct Entry<T> {
    us: i64,
    ticket: usize,
    item: T,
}

impl<T> Entry<T> {
    /// Earlier first; of equal times, the one queued last first.
    #[inline(always)]
    fn before(&self, other: &Self) -> bool {
        self.us < other.us || (self.us == other.us && self.ticket > other.ticket)
    }
}

/// Timers ordered by due time.
pub(crate) struct Heap<T> {
    entries: Vec<Entry<T>>,
    tickets: usize,
}

impl<T: Item> Heap<T> {
    pub(crate) const fn new() -> Self {
        Self {
            entries: Vec::new(),
            tickets: 0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Queues an item that is not queued, due at `us`. Returns false when there is no memory.
    pub(crate) fn push(&mut self, us: i64, item: T) -> bool {
        if self.entries.try_reserve(1).is_err() {
            return false;
        }
        self.tickets = self.tickets.wrapping_add(1);
        let entry = Entry {
            us,
            ticket: self.tickets,
            item,
        };
        let at = self.entries.len();
        self.entries.push(entry);
        item.place(at, entry.ticket);
        self.rise(at);
        true
    }

    /// When the first item is due.
    pub(crate) fn earliest(&self) -> Option<i64> {
        self.entries.first().map(|e| e.us)
    }

    /// Takes the first item out. `None` in the pair for an entry whose item's
    /// memory was cleared behind our back.
    pub(crate) fn pop(&mut self) -> Option<Option<T>> {
        let first = *self.entries.first()?;
        self.take_out(0);
        Some(first.item.holds(first.ticket).then_some(first.item))
    }

    /// Takes an item out, wherever it is. Returns whether it was there.
    pub(crate) fn remove(&mut self, item: T) -> bool {
        let at = item.pos();
        match self.entries.get(at) {
            Some(e) if e.item == item && item.holds(e.ticket) => {
                self.take_out(at);
                true
            }
            _ => false,
        }
    }

    /// Forgets every item and gives the memory back. Returns the last ticket that was given out.
    pub(crate) fn clear(&mut self) -> usize {
        self.entries = Vec::new();
        self.tickets
    }

    fn take_out(&mut self, at: usize) {
        if at >= self.entries.len() {
            return;
        }
        self.entries.swap_remove(at);
        if at < self.entries.len() {
            self.note(at);
            self.sink(at);
            self.rise(at);
        }
        if self.entries.capacity() > 64 && self.entries.len() < self.entries.capacity() / 8 {
            self.entries.shrink_to(self.entries.capacity() / 4);
        }
    }

    #[inline(always)]
    fn note(&self, at: usize) {
        if let Some(e) = self.entries.get(at) {
            if e.item.holds(e.ticket) {
                e.item.place(at, e.ticket);
            }
        }
    }

    #[inline(always)]
    fn ordered(&self, first: usize, second: usize) -> bool {
        match (self.entries.get(first), self.entries.get(second)) {
            (Some(a), Some(b)) => a.before(b),
            _ => true,
        }
    }

    fn rise(&mut self, mut at: usize) {
        while at > 0 {
            let parent = (at - 1) / WIDTH;
            if self.ordered(parent, at) {
                break;
            }
            self.entries.swap(parent, at);
            self.note(at);
            at = parent;
        }
        self.note(at);
    }

    fn sink(&mut self, mut at: usize) {
        loop {
            let first = at * WIDTH + 1;
            let last = (first + WIDTH).min(self.entries.len());
            let mut least = at;
            for child in first..last {
                if self.ordered(child, least) {
                    least = child;
                }
            }
            if least == at {
                break;
            }
            self.entries.swap(at, least);
            self.note(at);
            at = least;
        }
        self.note(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    // Items of the test are numbers into a table of places.
    thread_local! {
        static PLACES: std::cell::RefCell<Vec<Cell<(usize, usize)>>> =
            const { std::cell::RefCell::new(Vec::new()) };
    }

    #[derive(Clone, Copy, PartialEq, Debug)]
    struct Id(usize);

    impl Item for Id {
        fn place(self, pos: usize, ticket: usize) {
            PLACES.with_borrow(|p| p[self.0].set((pos, ticket)));
        }
        fn pos(self) -> usize {
            PLACES.with_borrow(|p| p[self.0].get().0)
        }
        fn holds(self, ticket: usize) -> bool {
            PLACES.with_borrow(|p| p[self.0].get().1 == ticket)
        }
    }

    fn make(n: usize) -> (Heap<Id>, Vec<Id>) {
        PLACES.with_borrow_mut(|p| *p = vec![Cell::new((0, 0)); n]);
        (Heap::new(), (0..n).map(Id).collect())
    }

    fn drain(h: &mut Heap<Id>) -> Vec<usize> {
        std::iter::from_fn(|| h.pop())
            .flatten()
            .map(|i| i.0)
            .collect()
    }

    #[test]
    fn earliest_first_and_equal_times_last_in_first_out() {
        let (mut h, ids) = make(6);
        for (id, us) in ids.iter().zip([30, 10, 20, 10, 10, 5]) {
            h.push(us, *id);
        }
        assert_eq!(h.earliest(), Some(5));
        assert_eq!(drain(&mut h), [5, 4, 3, 1, 2, 0]);
    }

    #[test]
    fn removal_anywhere_keeps_the_order() {
        // a fixed pseudo-random sequence, so that a failure can be repeated
        let n = 1000;
        let (mut h, ids) = make(n);
        let mut x = 12345u64;
        let mut us = vec![0i64; n];
        for id in &ids {
            x = x
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            us[id.0] = (x >> 40) as i64;
            h.push(us[id.0], *id);
        }
        for id in ids.iter().step_by(3) {
            assert!(h.remove(*id));
            assert!(!h.remove(*id));
        }
        let out = drain(&mut h);
        assert_eq!(out.len(), n - n.div_ceil(3));
        assert!(out.windows(2).all(|w| us[w[0]] <= us[w[1]]));
        assert!(out.iter().all(|i| i % 3 != 0));
    }

    #[test]
    fn an_item_whose_memory_was_cleared_is_skipped_and_can_be_queued_again() {
        let (mut h, ids) = make(3);
        h.push(1, ids[0]);
        h.push(2, ids[1]);
        PLACES.with_borrow(|p| p[0].set((0, 0)));
        h.push(3, ids[0]);
        h.push(0, ids[2]);
        assert_eq!(drain(&mut h), [2, 1, 0]);
    }
}
