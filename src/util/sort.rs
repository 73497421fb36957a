//! Sorts whose work is compiled once for all types. Those of `core` are several KiB for each type and
//! each order; they are for lists that are long and sorted often.

/// What is sorted, by its places.
trait Places {
    /// Whether what is at `a` goes before what is at `b`.
    fn before(&self, a: usize, b: usize) -> bool;
    fn swap(&mut self, a: usize, b: usize);
}

impl<T: Ord> Places for &mut [T] {
    fn before(&self, a: usize, b: usize) -> bool {
        self.get(a) < self.get(b)
    }

    fn swap(&mut self, a: usize, b: usize) {
        <[T]>::swap(self, a, b);
    }
}

/// Heapsort: in place, without recursion, n log n whatever the order was.
#[inline(never)]
fn heap(len: usize, list: &mut dyn Places) {
    let (mut start, mut end) = (len / 2, len);
    while end > 1 {
        if start > 0 {
            start -= 1;
        } else {
            end -= 1;
            list.swap(0, end);
        }
        let mut at = start;
        loop {
            // No overflow: both are less than the length of a slice.
            let mut child = 2 * at + 1;
            if child >= end {
                break;
            }
            if child + 1 < end && list.before(child, child + 1) {
                child += 1;
            }
            if !list.before(at, child) {
                break;
            }
            list.swap(at, child);
            at = child;
        }
    }
}

/// Sorts; equals may change places.
pub(crate) fn sort<T: Ord>(mut list: &mut [T]) {
    heap(list.len(), &mut list);
}

/// Sorts by a key that is made once for each; equals keep their order. Takes memory for the keys.
pub(crate) fn sort_by_key<T, K: Ord>(list: &mut [T], key: impl FnMut(&T) -> K) {
    let mut keys: Vec<(K, usize)> = list.iter().map(key).zip(0..).collect();
    // The places make all different.
    sort(&mut keys);
    let mut to: Vec<usize> = keys.into_iter().map(|(_, from)| from).collect();
    apply(&mut to, &mut |a, b| list.swap(a, b));
}

/// Swaps until at each place stands what was at the place that `from` names.
#[inline(never)]
fn apply(from: &mut [usize], swap: &mut dyn FnMut(usize, usize)) {
    for at in 0..from.len() {
        // What was at a place before this one has been swapped on to where its entry says.
        let mut source = at;
        loop {
            source = from.get(source).copied().unwrap_or(at);
            if source >= at {
                break;
            }
        }
        if let Some(entry) = from.get_mut(at) {
            *entry = source;
        }
        swap(at, source);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lists of many lengths with many equals, from a generator of Lehmer's kind.
    fn lists() -> impl Iterator<Item = Vec<u32>> {
        let mut seed = 1u64;
        (0..200).map(move |len| {
            (0..len)
                .map(|_| {
                    seed = seed * 48271 % 0x7fff_ffff;
                    (seed % 40) as u32
                })
                .collect()
        })
    }

    #[test]
    fn sorts_as_core_does() {
        for list in lists() {
            let (mut ours, mut theirs) = (list.clone(), list);
            sort(&mut ours);
            theirs.sort_unstable();
            assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn equals_keep_their_order() {
        for list in lists() {
            let mut ours: Vec<(u32, usize)> = list.into_iter().zip(0..).collect();
            let mut theirs = ours.clone();
            let key = |one: &(u32, usize)| core::cmp::Reverse(one.0 / 4);
            sort_by_key(&mut ours, key);
            theirs.sort_by_key(key);
            assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn order_does_not_make_it_slow() {
        use core::cell::Cell;
        #[derive(Eq, PartialEq)]
        struct Counted<'a>(usize, &'a Cell<usize>);
        impl Ord for Counted<'_> {
            fn cmp(&self, other: &Self) -> core::cmp::Ordering {
                self.1.set(self.1.get() + 1);
                self.0.cmp(&other.0)
            }
        }
        impl PartialOrd for Counted<'_> {
            fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }
        let orders: [fn(usize) -> usize; 3] = [|n| n, |n| 4096 - n, |_| 0];
        for order in orders {
            let count = Cell::new(0);
            let mut list: Vec<_> = (0..4096).map(|n| Counted(order(n), &count)).collect();
            sort(&mut list);
            assert!(list.is_sorted());
            // 2 n log2 n, and n for is_sorted()
            assert!(count.get() < 4096 * 26, "{}", count.get());
        }
    }
}
