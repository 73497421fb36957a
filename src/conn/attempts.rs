//! The addresses of a peer and the time for each: a machine without clock or socket.
//!
//! [`super::client`] drives it: it asks for the next address whenever no attempt is under way.

use std::collections::VecDeque;

/// Addresses that are tried one after the other. `A` is an address.
pub(crate) struct Attempts<A> {
    waiting: VecDeque<A>,
    /// The most that one address gets while others wait, microseconds.
    limit_us: i64,
}

/// An attempt to begin.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Next<A> {
    pub(crate) address: A,
    /// When the address after it has its turn, microseconds of the monotonic clock. `None`: it is
    /// the last one and has all the time that is left.
    pub(crate) until: Option<i64>,
}

impl<A> Attempts<A> {
    pub(crate) fn new(limit_us: i64) -> Self {
        Self {
            waiting: VecDeque::new(),
            limit_us,
        }
    }

    /// Adds addresses behind those that wait, as far as there is memory for them.
    pub(crate) fn add(&mut self, addresses: impl IntoIterator<Item = A>) {
        for a in addresses {
            if self.waiting.try_reserve(1).is_err() {
                return;
            }
            self.waiting.push_back(a);
        }
    }

    /// Forgets those that wait.
    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }

    /// The next address to try. It and those behind it share evenly what is left until
    /// `deadline`, so that each has its turn.
    pub(crate) fn next(&mut self, now: i64, deadline: Option<i64>) -> Option<Next<A>> {
        let address = self.waiting.pop_front()?;
        let behind = i64::try_from(self.waiting.len()).unwrap_or(i64::MAX);
        let share = deadline.map_or(i64::MAX, |end| {
            end.saturating_sub(now).max(0) / behind.saturating_add(1)
        });
        let until = now.saturating_add(share.min(self.limit_us));
        Some(Next {
            address,
            until: (behind > 0).then_some(until),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    fn of(count: u8, limit_us: i64) -> Attempts<u8> {
        let mut a = Attempts::new(limit_us);
        a.add(0..count);
        a
    }

    #[test]
    fn each_address_has_its_share_of_what_is_left() {
        let mut a = of(4, 20 * SECOND);
        let end = Some(100 * SECOND + 8 * SECOND);
        let turns = [
            (100, Some(102)),
            (102, Some(104)),
            (104, Some(106)),
            (106, None),
        ];
        for (address, (now, until)) in (0..).zip(turns) {
            let expected = Next {
                address,
                until: until.map(|s: i64| s * SECOND),
            };
            assert_eq!(a.next(now * SECOND, end), Some(expected));
        }
        assert_eq!(a.next(106 * SECOND, end), None);
    }

    #[test]
    fn an_address_that_fails_at_once_leaves_its_time_to_the_others() {
        let mut a = of(3, 20 * SECOND);
        let end = Some(9 * SECOND);
        assert_eq!(a.next(0, end).map(|n| n.until), Some(Some(3 * SECOND)));
        assert_eq!(a.next(SECOND, end).map(|n| n.until), Some(Some(5 * SECOND)));
        assert_eq!(a.next(SECOND, end).map(|n| n.until), Some(None));
    }

    #[test]
    fn no_address_has_more_than_the_limit_while_others_wait() {
        let mut a = of(2, SECOND);
        assert_eq!(
            a.next(0, Some(60 * SECOND)).map(|n| n.until),
            Some(Some(SECOND))
        );
        assert_eq!(a.next(SECOND, None).map(|n| n.until), Some(None));
    }

    #[test]
    fn times_that_are_over_or_far_away_do_no_harm() {
        let mut a = of(3, i64::MAX);
        assert_eq!(a.next(5, Some(4)).map(|n| n.until), Some(Some(5)));
        assert_eq!(
            a.next(i64::MAX, None).map(|n| n.until),
            Some(Some(i64::MAX))
        );
        a.clear();
        assert_eq!(a.next(0, None), None);
    }
}
