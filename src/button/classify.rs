//! What the presses of one button mean: a machine that is told the level of its pin every 5 ms.

/// How often a button that is not idle is looked at, milliseconds: `LWS_BUTTON_MON_TIMER_MS`.
pub(crate) const TICK_MS: u16 = 5;

/// The times that tell one kind of press from another, milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Regime {
    /// Shorter presses are noise.
    pub(crate) min_down: u16,
    /// Longer presses are long clicks.
    pub(crate) min_down_longpress: u16,
    /// The contact may bounce for so long when it opens.
    pub(crate) up_settle: u16,
    /// A second press within this makes a double click.
    pub(crate) doubleclick_grace: u16,
    /// How often a button that is held says so; 0 for never.
    pub(crate) repeat_down: u16,
    /// Without it a click is told when the button is released, at once.
    pub(crate) doubleclick: bool,
}

impl Regime {
    /// What a button without a regime of its own has.
    pub(crate) const DEFAULT: Self = Self {
        min_down: 20,
        min_down_longpress: 300,
        up_settle: 20,
        doubleclick_grace: 120,
        repeat_down: 0,
        doubleclick: true,
    };
}

/// What is told to the program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Event {
    Down,
    StillDown,
    Up,
    Click,
    LongClick,
    DoubleClick,
}

impl Event {
    /// Its name in messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::StillDown => "stilldown",
            Self::Up => "up",
            Self::Click => "click",
            Self::LongClick => "longclick",
            Self::DoubleClick => "doubleclick",
        }
    }
}

/// Where a press is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum State {
    Idle,
    /// Down, perhaps noise.
    MinDownQualify,
    /// Down long enough; released now it is a click.
    AssessDownHold,
    /// Up after a click, the contact may bounce.
    UpSettle1,
    /// Up after a click, which a second one may follow.
    WaitDoubleClick,
    /// Down a second time, perhaps noise.
    MinDownQualify2,
    /// Told as a long or double click, and still down.
    WaitUp,
    /// Up after all was told, the contact may bounce.
    UpSettle2,
}

/// One button. Times are microseconds of one clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Button {
    state: State,
    /// What the ages of the states count from.
    base_us: i64,
    /// When it last told that it is down.
    repeat_us: i64,
    /// The second press of a double click was told as `down`.
    told_second: bool,
}

impl Button {
    pub(crate) const IDLE: Self = Self {
        state: State::Idle,
        base_us: 0,
        repeat_us: 0,
        told_second: false,
    };

    pub(crate) fn is_idle(&self) -> bool {
        self.state == State::Idle
    }

    #[cfg(test)]
    pub(crate) fn state(&self) -> State {
        self.state
    }

    /// The pin went to its active level. While a press is under way the ticks see it themselves.
    pub(crate) fn edge(&mut self, now: i64) {
        if self.is_idle() {
            self.go(State::MinDownQualify, now);
        }
    }

    fn go(&mut self, state: State, now: i64) {
        self.state = state;
        self.base_us = now;
    }

    /// Looks at it once, with `active` saying whether the pin is at its active level.
    pub(crate) fn tick(&mut self, regime: &Regime, active: bool, now: i64) -> Option<Event> {
        let since = |base: i64| now.saturating_sub(base).max(0) / 1000;
        let age = since(self.base_us);
        let held = |ms: u16| age >= i64::from(ms);
        match self.state {
            State::Idle => None,
            State::MinDownQualify => {
                if !active {
                    self.go(State::UpSettle2, now);
                    return None;
                }
                if !held(regime.min_down) {
                    return None;
                }
                self.repeat_us = now;
                // The base stays: a long press counts from the edge.
                self.state = State::AssessDownHold;
                Some(Event::Down)
            }
            State::AssessDownHold => {
                if held(regime.min_down_longpress) {
                    self.state = State::WaitUp;
                    return Some(Event::LongClick);
                }
                if active {
                    return self.repeat(regime, now);
                }
                if regime.doubleclick {
                    self.go(State::UpSettle1, now);
                    Some(Event::Up)
                } else {
                    self.go(State::UpSettle2, now);
                    Some(Event::Click)
                }
            }
            State::UpSettle1 => {
                if age > i64::from(regime.up_settle) {
                    self.state = State::WaitDoubleClick;
                }
                None
            }
            State::WaitDoubleClick => {
                if active {
                    self.told_second = false;
                    self.go(State::MinDownQualify2, now);
                    return None;
                }
                if !held(regime.doubleclick_grace) {
                    return None;
                }
                self.go(State::UpSettle2, now);
                Some(Event::Click)
            }
            State::MinDownQualify2 => {
                if !active {
                    self.go(State::UpSettle2, now);
                    return Some(Event::Click);
                }
                if !held(regime.min_down) {
                    return None;
                }
                // lws tells it at the tick that meets the time exactly. Where the loop was late it is told
                // at the first one after that.
                let meets = regime.min_down % TICK_MS == 0;
                if meets && !core::mem::replace(&mut self.told_second, true) {
                    return Some(Event::Down);
                }
                self.repeat_us = now;
                self.state = State::WaitUp;
                Some(Event::DoubleClick)
            }
            State::WaitUp => {
                if active {
                    return self.repeat(regime, now);
                }
                self.go(State::UpSettle2, now);
                Some(Event::Up)
            }
            State::UpSettle2 => {
                if held(regime.up_settle) {
                    self.state = State::Idle;
                }
                None
            }
        }
    }

    fn repeat(&mut self, regime: &Regime, now: i64) -> Option<Event> {
        let since = now.saturating_sub(self.repeat_us) / 1000;
        if regime.repeat_down == 0 || since <= i64::from(regime.repeat_down) {
            return None;
        }
        self.repeat_us = now;
        Some(Event::StillDown)
    }
}

#[cfg(test)]
mod tests {
    use super::Event::{Click, DoubleClick, Down, LongClick, StillDown, Up};
    use super::*;

    /// Presses from each first to each second time, milliseconds; the first edge comes at 0. Returns the
    /// events with the time of each, and when the button was idle again.
    fn press(regime: &Regime, down: &[(i64, i64)]) -> (Vec<(i64, Event)>, i64) {
        let mut b = Button::IDLE;
        b.edge(0);
        let mut events = Vec::new();
        for ms in (5..20_000).step_by(5) {
            let active = down.iter().any(|(from, to)| (*from..*to).contains(&ms));
            if let Some(e) = b.tick(regime, active, ms * 1000) {
                events.push((ms, e));
            }
            if b.is_idle() {
                return (events, ms);
            }
        }
        panic!("never idle: {events:?}");
    }

    const D: Regime = Regime::DEFAULT;

    #[test]
    fn noise_is_no_event() {
        assert_eq!(press(&D, &[(0, 20)]), (vec![], 40));
        assert_eq!(press(&D, &[(0, 3)]), (vec![], 25));
    }

    #[test]
    fn a_short_press_is_down_up_click() {
        // The click waits for a second press: 120 ms from the release.
        assert_eq!(
            press(&D, &[(0, 50)]),
            (vec![(20, Down), (50, Up), (170, Click)], 190)
        );
    }

    #[test]
    fn a_long_press_is_down_longclick_up() {
        assert_eq!(
            press(&D, &[(0, 400)]),
            (vec![(20, Down), (300, LongClick), (400, Up)], 420)
        );
        // Released at the very tick: the hold counts first.
        assert_eq!(
            press(&D, &[(0, 300)]).0,
            [(20, Down), (300, LongClick), (305, Up)]
        );
    }

    #[test]
    fn two_presses_are_a_doubleclick() {
        assert_eq!(
            press(&D, &[(0, 50), (100, 200)]),
            (
                vec![
                    (20, Down),
                    (50, Up),
                    (120, Down),
                    (125, DoubleClick),
                    (200, Up)
                ],
                220
            )
        );
    }

    #[test]
    fn a_second_press_that_is_too_short_is_a_click() {
        assert_eq!(
            press(&D, &[(0, 50), (100, 110)]),
            (vec![(20, Down), (50, Up), (110, Click)], 130)
        );
    }

    #[test]
    fn a_bounce_while_it_settles_is_not_seen() {
        assert_eq!(
            press(&D, &[(0, 50), (55, 70)]).0,
            [(20, Down), (50, Up), (170, Click)]
        );
    }

    #[test]
    fn a_second_press_counts_from_when_the_first_has_settled() {
        // Settled at 75 ms, the first tick above 20 ms after the release; seen down at 80.
        assert_eq!(
            press(&D, &[(0, 50), (70, 200)]).0,
            [
                (20, Down),
                (50, Up),
                (100, Down),
                (105, DoubleClick),
                (200, Up)
            ]
        );
    }

    #[test]
    fn a_button_is_used_again() {
        let mut b = Button::IDLE;
        for start in [0, 1_000_000] {
            b.edge(start);
            let mut events = Vec::new();
            for ms in (5..300).step_by(5) {
                let active = (0..50).contains(&ms) || (100..200).contains(&ms);
                events.extend(b.tick(&D, active, start + ms * 1000));
            }
            assert!(b.is_idle());
            assert_eq!(events, [Down, Up, Down, DoubleClick, Up]);
        }
    }

    #[test]
    fn without_doubleclick_the_click_comes_at_the_release() {
        let r = Regime {
            doubleclick: false,
            ..D
        };
        assert_eq!(press(&r, &[(0, 50)]), (vec![(20, Down), (50, Click)], 70));
    }

    #[test]
    fn the_second_down_is_told_only_where_a_tick_meets_it() {
        let r = Regime { min_down: 22, ..D };
        assert_eq!(
            press(&r, &[(0, 50), (100, 200)]).0,
            [(25, Down), (50, Up), (125, DoubleClick), (200, Up)]
        );
    }

    #[test]
    fn a_held_button_repeats() {
        let r = Regime {
            repeat_down: 100,
            ..D
        };
        assert_eq!(
            press(&r, &[(0, 500)]).0,
            [
                (20, Down),
                (125, StillDown),
                (230, StillDown),
                (300, LongClick),
                (335, StillDown),
                (440, StillDown),
                (500, Up)
            ]
        );
        let second = press(&r, &[(0, 50), (100, 300)]).0;
        assert!(second.contains(&(230, StillDown)), "{second:?}");
    }

    #[test]
    fn late_ticks_lose_no_event() {
        let mut b = Button::IDLE;
        b.edge(0);
        assert_eq!(b.tick(&D, true, 37_000), Some(Down));
        assert_eq!(b.tick(&D, false, 61_000), Some(Up));
        assert_eq!(b.tick(&D, false, 90_000), None);
        assert_eq!(b.tick(&D, true, 100_000), None);
        assert_eq!(b.state(), State::MinDownQualify2);
        assert_eq!(b.tick(&D, true, 131_000), Some(Down));
        assert_eq!(b.tick(&D, true, 132_000), Some(DoubleClick));
    }

    #[test]
    fn an_edge_counts_only_when_idle() {
        let mut b = Button::IDLE;
        b.edge(0);
        assert_eq!(b.tick(&D, true, 20_000), Some(Down));
        b.edge(25_000);
        assert_eq!(b.state(), State::AssessDownHold);
    }

    #[test]
    fn names() {
        let all = [Down, StillDown, Up, Click, LongClick, DoubleClick];
        assert_eq!(
            all.map(Event::name),
            [
                "down",
                "stilldown",
                "up",
                "click",
                "longclick",
                "doubleclick"
            ]
        );
    }
}
