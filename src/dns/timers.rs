//! What is to be looked at, by when.

use std::collections::VecDeque;

/// In the order of their times. Most are added at the end and taken out at the front, where a queue
/// moves least; a tree would be faster only with many thousands.
pub(super) struct Timers<T>(VecDeque<(i64, T)>);

impl<T: Ord + Copy> Timers<T> {
    pub(super) const fn new() -> Self {
        Self(VecDeque::new())
    }

    fn place(&self, at: i64, what: T) -> usize {
        self.0.partition_point(|other| *other < (at, what))
    }

    pub(super) fn insert(&mut self, at: i64, what: T) {
        let place = self.place(at, what);
        self.0.insert(place, (at, what));
    }

    pub(super) fn remove(&mut self, at: i64, what: T) {
        let place = self.place(at, what);
        if self.0.get(place) == Some(&(at, what)) {
            self.0.remove(place);
        }
    }

    /// The earliest.
    pub(super) fn first(&self) -> Option<(i64, T)> {
        self.0.front().copied()
    }

    pub(super) fn pop_first(&mut self) {
        self.0.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::Timers;

    #[test]
    fn the_earliest_first_and_what_was_removed_never() {
        let mut t = Timers::new();
        for (at, what) in [(5, 1), (3, 2), (5, 0), (9, 4), (1, 7), (9, 3)] {
            t.insert(at, what);
        }
        t.remove(5, 1);
        t.remove(5, 1);
        t.remove(2, 2);
        let mut all = Vec::new();
        while let Some(first) = t.first() {
            all.push(first);
            t.pop_first();
        }
        assert_eq!(all, [(1, 7), (3, 2), (5, 0), (9, 3), (9, 4)]);
    }
}
