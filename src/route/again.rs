//! When the kernel is asked once more.
//!
//! It announces some changes just before it makes them: for a moment it still answers by a route whose
//! RTM_DELROUTE has been sent.
#![forbid(unsafe_code)]

use std::collections::VecDeque;

/// How long it may take from announcing a change to making it, microseconds: the process that makes
/// it may have to wait for a processor in between.
pub(super) const PATIENCE_US: i64 = 200_000;
/// How soon it is asked again at first, and how soon at last.
const SOONEST_US: i64 = 500;
const LATEST_US: i64 = 50_000;
/// When it is asked again where it was asked because the copy does not know.
const AGAIN_US: i64 = 20_000;

/// It does not agree with what the copy says.
#[derive(Clone, Copy)]
pub(super) struct Objection {
    /// When it said so first, microseconds.
    first: i64,
    /// When to ask again.
    pub(super) again: i64,
}

impl Objection {
    /// One more now; `None`: it has said so for long enough.
    pub(super) fn raise(before: Option<Self>, now: i64) -> Option<Self> {
        let first = before.map_or(now, |o| o.first);
        let since = now.saturating_sub(first);
        let pause = since.clamp(SOONEST_US, LATEST_US);
        (since < PATIENCE_US).then_some(Self {
            first,
            again: now.saturating_add(pause),
        })
    }
}

/// Those about whom only the kernel knew, to be asked about again when it has surely done what it
/// announced.
pub(super) struct Again<K> {
    /// With when, in order.
    queue: VecDeque<(K, i64)>,
}

impl<K> Default for Again<K> {
    fn default() -> Self {
        Self {
            queue: VecDeque::new(),
        }
    }
}

impl<K> Again<K> {
    /// `due` is the asked one's own note of when, which keeps it from being here twice.
    pub(super) fn put(&mut self, key: K, due: &mut Option<i64>, now: i64) {
        let at = now.saturating_add(AGAIN_US);
        if self.queue.try_reserve(1).is_err() {
            // It is looked at again with the next change that concerns it.
            return;
        }
        if due.replace(at).is_none() {
            self.queue.push_back((key, at));
        }
    }

    /// The next one whose time has come.
    pub(super) fn take(&mut self, now: i64) -> Option<K> {
        self.next().filter(|at| *at <= now)?;
        self.queue.pop_front().map(|(key, _)| key)
    }

    /// It was asked about since it was put here: its time is later.
    pub(super) fn put_back(&mut self, key: K, due: i64) {
        self.queue.push_back((key, due));
    }

    pub(super) fn next(&self) -> Option<i64> {
        self.queue.front().map(|(_, at)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_objection_is_heard_for_a_while() {
        let (mut now, mut asked) = (1_000_000, 0);
        let mut objection = Objection::raise(None, now);
        while let Some(o) = objection {
            assert!(o.again > now && o.again - now <= LATEST_US);
            now = o.again;
            asked += 1;
            objection = Objection::raise(Some(o), now);
        }
        assert!((1_200_000..=1_250_000).contains(&now), "{now}");
        // soon at first, and not often
        assert!((8..=16).contains(&asked), "{asked}");
    }

    #[test]
    fn each_is_asked_once_after_its_last_answer() {
        let mut again = Again::default();
        let (mut a, mut b) = (None, None);
        assert_eq!(again.next(), None);
        again.put('a', &mut a, 0);
        again.put('b', &mut b, 5000);
        again.put('a', &mut a, 15_000);
        assert_eq!((a, b), (Some(35_000), Some(25_000)));
        assert_eq!(again.take(19_999), None);
        // its time was put off
        assert_eq!(again.take(20_000), Some('a'));
        again.put_back('a', 35_000);
        assert_eq!(again.take(20_000), None);
        assert_eq!(again.take(30_000), Some('b'));
        assert_eq!(again.next(), Some(35_000));
        assert_eq!(again.take(35_000), Some('a'));
        assert_eq!(again.next(), None);
    }
}
