//! The order in which the kernel is asked for everything (docs/routing.md, "How it works"). A machine
//! without sockets: it is given messages and says what to ask next.
//!
//! Routes are dumped for all families at once, because only that dump says that a large route cut it
//! short. An IPv6 dump may leave routes out while others change: it is repeated until the dumps
//! together leave nothing out. Where a dump contradicts a notification and may be right, all routes
//! are dumped again. After [`PASSES`] repetitions it ends; the copy knows what is still open.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

use super::types::{Family, Message, What};
use super::wire::{Dump, dump_request, prime_request};

/// `NLM_F_DUMP_INTR`: something changed under the dump.
const DUMP_INTR: u16 = 0x10;
/// What is read before the routes.
const FIRST: [Dump; 10] = [
    Dump::Links,
    Dump::Addrs(Family::V4),
    Dump::Addrs(Family::V6),
    Dump::Rules(Family::V4),
    Dump::Rules(Family::V6),
    Dump::Nexthops,
    Dump::Netconf(Family::V4),
    Dump::Netconf(Family::V6),
    Dump::Neighs(Family::V4),
    Dump::Neighs(Family::V6),
];
/// How often a dump with `NLM_F_DUMP_INTR` is asked for again.
const TRIES: u8 = 100;
/// How often routes are read again at most.
const PASSES: u8 = 16;

/// What has to be read once more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wanting {
    Nothing,
    /// IPv6 routes.
    V6,
    /// The routes of both families.
    Both,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    Idle,
    /// Waits for any answer: the kernel sizes the blocks of dumps by the largest buffer that this
    /// socket has been read with.
    Prime,
    First(usize),
    /// By number, from 0, and whether of both families.
    Routes(u8, bool),
}

/// What to do next.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Next {
    Nothing,
    Ask(Vec<u8>),
    /// From the beginning, with an empty copy.
    Restart(Vec<u8>),
    /// All was read. `complete`: the kernel left nothing out.
    End {
        complete: bool,
    },
}

pub(crate) struct Resync {
    stage: Stage,
    seq: u32,
    primed: bool,
    again: bool,
    interrupted: bool,
    tries: u8,
    complete: bool,
}

impl Resync {
    pub(crate) fn new() -> Self {
        Self {
            stage: Stage::Idle,
            seq: 0,
            primed: false,
            again: false,
            interrupted: false,
            tries: 0,
            complete: true,
        }
    }

    #[inline(always)]
    pub(crate) fn running(&self) -> bool {
        !matches!(self.stage, Stage::Idle)
    }

    /// Starts a sync. If one runs, one restart is scheduled for when the kernel has sent what it is
    /// sending.
    pub(crate) fn start(&mut self) -> Next {
        if self.running() {
            self.again = true;
            return Next::Nothing;
        }
        Next::Restart(self.begin())
    }

    /// Forgets all, as with a new socket.
    pub(crate) fn reset(&mut self) {
        let seq = self.seq;
        *self = Self::new();
        self.seq = seq;
    }

    fn begin(&mut self) -> Vec<u8> {
        self.again = false;
        self.complete = true;
        self.tries = 0;
        self.ask(if self.primed {
            Stage::First(0)
        } else {
            Stage::Prime
        })
    }

    fn ask(&mut self, stage: Stage) -> Vec<u8> {
        self.seq = self.seq.wrapping_add(1).max(1);
        self.stage = stage;
        self.interrupted = false;
        let what = match stage {
            Stage::Idle | Stage::Prime => return prime_request(self.seq),
            Stage::First(at) => FIRST.get(at).copied().unwrap_or(Dump::Routes),
            Stage::Routes(_, true) => Dump::Routes,
            Stage::Routes(_, false) => Dump::RoutesOf(Family::V6),
        };
        dump_request(what, self.seq)
    }

    /// Whether a message addressed to us answers the present question.
    pub(crate) fn expects(&self, m: &Message) -> bool {
        self.running() && m.seq == self.seq
    }

    /// Part of a dump could not be read.
    pub(crate) fn unreadable(&mut self) {
        self.complete = false;
    }

    /// The kernel will not finish the present dump. The next question goes to another socket.
    pub(crate) fn cut_off(&mut self) -> Next {
        self.primed = false;
        if self.again {
            return Next::Restart(self.begin());
        }
        self.stage = Stage::Idle;
        Next::End { complete: false }
    }

    /// Whether the present question is for routes.
    pub(crate) fn reads_routes(&self) -> bool {
        matches!(self.stage, Stage::Routes(..))
    }

    /// Whether a message ends a dump of routes that left nothing out; if so, whether the dump was of
    /// both families.
    pub(crate) fn ends_pass(&self, m: &Message) -> Option<bool> {
        let intact = !self.interrupted && m.flags & DUMP_INTR == 0;
        match (self.stage, &m.what) {
            (Stage::Routes(_, both), What::Done(0)) if intact => Some(both),
            _ => None,
        }
    }

    /// Takes an answer to the present question, entries of a dump included. `wanting`: what dumps
    /// have left open so far.
    pub(crate) fn answer(&mut self, m: &Message, wanting: Wanting) -> Next {
        if m.flags & DUMP_INTR != 0 {
            self.interrupted = true;
        }
        match m.what {
            What::Done(errno) | What::Error(errno) => self.ended(errno, wanting),
            _ if self.stage == Stage::Prime => self.ended(0, wanting),
            _ => Next::Nothing,
        }
    }

    fn ended(&mut self, errno: i32, wanting: Wanting) -> Next {
        self.primed = true;
        if self.again {
            return Next::Restart(self.begin());
        }
        let busy = matches!(
            errno,
            libc::EBUSY | libc::ENOBUFS | libc::EINTR | libc::EAGAIN
        );
        if (busy || self.interrupted) && self.tries < TRIES {
            self.tries = self.tries.saturating_add(1);
            let stage = self.stage;
            return Next::Ask(self.ask(stage));
        }
        // A kernel may know nothing of IPv6 or of nexthop objects; but what it began it finishes.
        if busy
            || self.interrupted
            || (errno != 0 && (self.reads_routes() || errno == libc::EMSGSIZE))
        {
            self.complete = false;
        }
        match self.stage {
            Stage::Idle => Next::Nothing,
            Stage::Prime => Next::Ask(self.ask(Stage::First(0))),
            Stage::First(at) => {
                let next = at.saturating_add(1);
                Next::Ask(self.ask(if next < FIRST.len() {
                    Stage::First(next)
                } else {
                    Stage::Routes(0, true)
                }))
            }
            Stage::Routes(pass, _)
                if wanting != Wanting::Nothing && self.complete && pass < PASSES =>
            {
                Next::Ask(self.ask(Stage::Routes(
                    pass.saturating_add(1),
                    wanting == Wanting::Both,
                )))
            }
            Stage::Routes(..) => {
                self.stage = Stage::Idle;
                Next::End {
                    complete: self.complete,
                }
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn message(seq: u32, what: What) -> Message {
        Message {
            kind: 3,
            flags: 0,
            seq,
            port: 1,
            gone: false,
            what,
        }
    }

    const END: Next = Next::End { complete: true };

    /// Answers everything at once; returns how often it was asked, and the last word.
    fn run(sync: &mut Resync, answer: impl Fn(u32, &mut Resync) -> i32) -> (u32, Next) {
        let mut asked = 1;
        loop {
            let errno = answer(asked, sync);
            let next = sync.answer(&message(sync.seq, What::Done(errno)), Wanting::Nothing);
            if !matches!(next, Next::Ask(_) | Next::Restart(_)) {
                return (asked, next);
            }
            asked += 1;
        }
    }

    #[test]
    fn a_quiet_kernel_is_asked_once_for_each_kind() {
        let mut s = Resync::new();
        assert!(matches!(s.start(), Next::Restart(_)));
        let (asked, last) = run(&mut s, |_, _| 0);
        assert_eq!(asked, 12);
        assert_eq!(last, END);
        assert!(!s.running());
        // primed once and for all
        assert!(matches!(s.start(), Next::Restart(_)));
        assert_eq!(run(&mut s, |_, _| 0).0, 11);
    }

    #[test]
    fn routes_are_read_again_while_something_is_open() {
        for (wanting, both) in [(Wanting::V6, false), (Wanting::Both, true)] {
            let mut s = Resync::new();
            s.start();
            for n in 1..=11 {
                let m = message(s.seq, What::Done(0));
                assert_eq!(s.ends_pass(&m), None);
                assert!(
                    matches!(s.answer(&m, Wanting::Nothing), Next::Ask(_)),
                    "{n}"
                );
            }
            assert_eq!(s.stage, Stage::Routes(0, true));
            for pass in 1..=PASSES {
                let m = message(s.seq, What::Done(0));
                assert_eq!(s.ends_pass(&m), Some(both || pass == 1));
                assert!(matches!(s.answer(&m, wanting), Next::Ask(_)));
                assert_eq!(s.stage, Stage::Routes(pass, both));
            }
            // not for ever
            let m = message(s.seq, What::Done(0));
            assert_eq!(s.answer(&m, wanting), END);
        }
    }

    #[test]
    fn a_pass_that_was_cut_or_interrupted_is_none() {
        let mut s = Resync::new();
        s.start();
        s.stage = Stage::Routes(0, true);
        assert_eq!(s.ends_pass(&message(s.seq, What::Other)), None);
        for errno in [libc::EMSGSIZE, libc::EBUSY] {
            assert_eq!(s.ends_pass(&message(s.seq, What::Done(errno))), None);
        }
        let mut m = message(s.seq, What::Other);
        m.flags = DUMP_INTR;
        s.answer(&m, Wanting::Nothing);
        assert_eq!(s.ends_pass(&message(s.seq, What::Done(0))), None);
    }

    #[test]
    fn an_overflow_starts_over_once() {
        let mut s = Resync::new();
        s.start();
        let (asked, last) = run(&mut s, |n, s| {
            if n == 5 {
                assert_eq!(s.start(), Next::Nothing);
                assert_eq!(s.start(), Next::Nothing);
            }
            0
        });
        assert_eq!(asked, 5 + 11);
        assert_eq!(last, END);
    }

    #[test]
    fn a_dump_that_was_cut_is_not_complete() {
        for (errno, at, complete) in [
            (libc::EMSGSIZE, 12, false),
            (libc::EOPNOTSUPP, 7, true),
            (libc::EOPNOTSUPP, 12, false),
        ] {
            let mut s = Resync::new();
            s.start();
            let (_, last) = run(&mut s, |n, _| if n == at { errno } else { 0 });
            assert_eq!(last, Next::End { complete }, "{errno} {at}");
        }
    }

    #[test]
    fn a_dump_without_an_end_is_cut_off() {
        let mut s = Resync::new();
        s.start();
        for _ in 1..=11 {
            s.answer(&message(s.seq, What::Done(0)), Wanting::Nothing);
        }
        assert_eq!(s.stage, Stage::Routes(0, true));
        assert_eq!(s.cut_off(), Next::End { complete: false });
        assert!(!s.running());
        // the other socket is primed first, and what was asked for meanwhile is read
        assert!(matches!(s.start(), Next::Restart(_)));
        assert_eq!(s.stage, Stage::Prime);
        assert_eq!(s.start(), Next::Nothing);
        assert!(matches!(s.cut_off(), Next::Restart(_)));
        assert_eq!(run(&mut s, |_, _| 0).1, END);
    }

    #[test]
    fn an_interrupted_dump_is_asked_for_again() {
        let mut s = Resync::new();
        s.start();
        let (asked, last) = run(&mut s, |n, s| {
            if n == 2 {
                let mut m = message(s.seq, What::Other);
                m.flags = DUMP_INTR;
                assert!(s.expects(&m));
                s.answer(&m, Wanting::Nothing);
            }
            if n == 3 { libc::EBUSY } else { 0 }
        });
        assert_eq!(asked, 14);
        assert_eq!(last, END);
    }

    #[test]
    fn answers_to_older_questions_are_not_expected() {
        let mut s = Resync::new();
        assert!(!s.expects(&message(0, What::Other)));
        s.start();
        assert!(!s.expects(&message(s.seq.wrapping_sub(1), What::Other)));
    }
}
