//! When another sync begins because routes changed so fast that dumps left gaps.
//!
//! A sync during such changes may leave gaps again, and no connection is judged while it runs. So it
//! waits until few changes are announced, but not for ever. Where there are no gaps nothing wakes.
#![forbid(unsafe_code)]

use super::monitor::Monitor;

/// How often to look whether few changes are announced, microseconds.
pub(super) const LOOK_US: i64 = 1_000_000;
/// It is calm with no more notifications than this between two looks: few beside the thousands of
/// blocks that a dump has in that time.
const CALM: u64 = 200;
/// First and longest delay before the next sync begins whatever is announced. It doubles each time;
/// when it is calm, a tenth of it is enough.
const FIRST_US: i64 = 10_000_000;
const LONGEST_US: i64 = 600_000_000;

pub(super) struct Mend {
    /// How much was announced when the reading began, and at the last look.
    begun: u64,
    heard: u64,
    /// How long to put off the next reading.
    patience_us: i64,
    /// When the last reading ended, and how long the next one is put off.
    ended_us: i64,
    put_off_us: i64,
}

impl Mend {
    pub(super) fn new() -> Self {
        Self {
            begun: 0,
            heard: 0,
            patience_us: FIRST_US,
            ended_us: 0,
            put_off_us: 0,
        }
    }

    /// A reading begins. `heard`: how much was announced so far.
    pub(super) fn begins(&mut self, heard: u64) {
        self.begun = heard;
    }

    /// A reading has ended, and may have left something open. Whether to look after [`LOOK_US`].
    pub(super) fn ended(&mut self, open: bool, heard: u64, now_us: i64) -> bool {
        if !open {
            self.patience_us = FIRST_US;
            return false;
        }
        self.heard = heard;
        (self.ended_us, self.put_off_us) = (now_us, self.patience_us);
        self.patience_us = self.patience_us.saturating_mul(2).min(LONGEST_US);
        // What was read in peace would be read once more.
        heard != self.begun
    }

    /// Whether to read now, and not to look again.
    pub(super) fn now(&mut self, heard: u64, now_us: i64) -> bool {
        let before = core::mem::replace(&mut self.heard, heard);
        let calm = heard.saturating_sub(before) <= CALM;
        let put_off_us = self.put_off_us / if calm { 10 } else { 1 };
        now_us.saturating_sub(self.ended_us) >= put_off_us
    }
}

impl Monitor {
    /// Reads what changes at full speed made dumps leave out, when they have calmed down.
    pub(super) fn mend(&self) {
        let now = self.inner.borrow_mut().feed.mends_now();
        match now {
            Some(true) => drop(self.resync()),
            Some(false) => self.mend.arm(self, 0, LOOK_US),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_again_when_the_changes_are_over() {
        let mut m = Mend::new();
        m.begins(1000);
        // nothing open, nothing to do
        assert!(!m.ended(false, 5000, 0));
        assert!(m.ended(true, 5000, 0));
        // they go on, and then they do not
        assert!(!m.now(6000, LOOK_US));
        assert!(!m.now(7000, 2 * LOOK_US));
        assert!(m.now(7000 + CALM, 3 * LOOK_US));
        // read in peace, and open all the same: nothing would wake for ever
        m.begins(8000);
        assert!(!m.ended(true, 8000, 4 * LOOK_US));
    }

    #[test]
    fn what_is_never_closed_is_read_less_and_less() {
        let (mut m, mut now) = (Mend::new(), 0);
        let mut pauses = Vec::new();
        for heard in 1..9 {
            assert!(m.ended(true, heard, now));
            let ended = now;
            while !m.now(heard, now) {
                now += LOOK_US;
            }
            pauses.push((now - ended) / LOOK_US);
            m.begins(heard);
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
    }

    #[test]
    fn changes_without_an_end_do_not_put_it_off_for_ever() {
        let (mut m, mut heard, mut now) = (Mend::new(), 0, 0);
        let mut pauses = Vec::new();
        for _ in 0..8 {
            m.begins(heard);
            heard += 100_000;
            assert!(m.ended(true, heard, now));
            let ended = now;
            loop {
                heard += 100_000;
                now += LOOK_US;
                if m.now(heard, now) {
                    break;
                }
            }
            pauses.push((now - ended) / 1_000_000);
        }
        assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 600, 600]);
        assert!(!m.ended(false, heard, now));
        assert!(m.ended(true, heard + 1, now));
        assert!(!m.now(heard + 100_000, now + FIRST_US - 1));
        assert!(m.now(heard + 200_000, now + FIRST_US));
    }
}
