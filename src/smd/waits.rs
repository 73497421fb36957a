//! Who waits for whom: threads that end a registration whose callback runs on another thread.
//!
//! A callback may end registrations of other contexts. Two callbacks, on two threads, that end each
//! other's would wait for each other for ever; so whoever would close such a circle does not wait.

use crate::sys::lock::Mutex;
use std::sync::OnceLock;

/// For each thread that waits, the thread that it waits for.
#[derive(Default)]
struct Waits(Vec<(usize, usize)>);

impl Waits {
    /// Notes that `me` waits for `other`, unless `other` waits for `me`, directly or through others.
    fn begin(&mut self, me: usize, other: usize) -> bool {
        let mut at = other;
        // A chain is no longer than there are entries.
        for _ in 0..=self.0.len() {
            if at == me {
                return false;
            }
            match self.0.iter().find(|(waits, _)| *waits == at) {
                Some((_, next)) => at = *next,
                None => break,
            }
        }
        self.0.push((me, other));
        true
    }

    fn end(&mut self, me: usize) {
        self.0.retain(|(waits, _)| *waits != me);
    }
}

fn waits() -> &'static Mutex<Waits> {
    static WAITS: OnceLock<Mutex<Waits>> = OnceLock::new();
    WAITS.get_or_init(Mutex::default)
}

/// Runs `wait` on thread `me`, which returns when thread `other` goes on. Where `other` waits for `me`,
/// through whatever chain, that would be a deadlock: then it is not run. Returns whether it was.
pub(super) fn for_thread(me: usize, other: usize, wait: impl FnOnce()) -> bool {
    if !waits().lock().begin(me, other) {
        return false;
    }
    wait();
    waits().lock().end(me);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_would_close_a_circle_does_not_wait() {
        let mut w = Waits::default();
        assert!(w.begin(1, 2));
        assert!(!w.begin(2, 1));
        assert!(w.begin(2, 3));
        assert!(w.begin(4, 1));
        assert!(!w.begin(3, 1));
        assert!(!w.begin(3, 4));
        w.end(1);
        assert!(w.begin(3, 1));
        assert!(!w.begin(1, 2));
    }
}
