//! Buttons: pins that a program reads for us, and what their presses mean.
//!
//! `classify` is the machine of one button. This file has the controllers of a context, whose timers
//! and pins drive it. `lines` has pins of Linux, for programs without their own.
#![forbid(unsafe_code)]

mod classify;
pub(crate) mod lines;

use crate::abi::smd::LWSSMDCL_INTERACTION;
use crate::event::core::{Core, Room};
use crate::log::log_warn;
use crate::sys::gpio::{Edge, Mode, Ops, pressed as on_edge};
use crate::sys::poll::{Interest, Wake};
use crate::sys::timer::Timer;
use crate::sys::{clock, pressed};
use crate::util::json;
pub(crate) use classify::Regime;
use classify::{Button, TICK_MS};
use core::cell::{Cell, RefCell};
use core::ffi::c_int;
use std::ffi::{CStr, CString};
use std::rc::{Rc, Weak};
use std::sync::{Arc, OnceLock};

/// The lowest number that is a token of this room among the descriptors of the loop, and the one
/// behind the highest.
pub(crate) const TOKENS: core::ops::Range<u64> = 0x2000_0000..0x3000_0000;
/// The token of what is woken by an edge.
const WOKEN: u64 = TOKENS.start;
/// As many bits as the index type has.
pub(crate) const MOST: usize = 16;

/// One button as its program has it.
pub(crate) struct Wanted {
    pub(crate) gpio: c_int,
    pub(crate) name: CString,
    pub(crate) regime: Regime,
    /// Its pin is high while it is pressed.
    pub(crate) high: bool,
}

/// The buttons that belong together.
pub(crate) struct Controller {
    me: Weak<Self>,
    core: Rc<Core>,
    /// Of what a program knows it by, and its pins.
    number: usize,
    name: CString,
    ops: Ops,
    wanted: Vec<Wanted>,
    buttons: RefCell<[Button; MOST]>,
    enabled: Cell<u16>,
    /// Runs while a button is not idle.
    monitor: Timer<Self>,
    all: Weak<RefCell<Vec<Rc<Self>>>>,
    running: Cell<bool>,
    gone: Cell<bool>,
}

impl Room for Controller {
    fn core(&self) -> &Core {
        &self.core
    }

    fn me(&self) -> Weak<Self> {
        self.me.clone()
    }
}

/// The numbers of the buttons that `bits` has.
fn each(bits: u16) -> impl Iterator<Item = usize> {
    (0..MOST).filter(move |n| bits & (1 << n) != 0)
}

impl Controller {
    pub(crate) fn number(&self) -> usize {
        self.number
    }

    /// Changes which buttons are looked at: those of `clear` are not, then those of `set` are.
    pub(crate) fn enable(&self, clear: u16, set: u16) {
        let before = self.enabled.get();
        let known = (0..self.wanted.len()).fold(0, |bits, n| bits | 1u16 << n);
        let after = (before & !clear | set) & known;
        self.enabled.set(after);
        for n in each(before & !after) {
            // A press that is under way is none any more.
            self.with(n, |b, _| *b = Button::IDLE);
            if let Some(w) = self.wanted.get(n) {
                self.ops.quiet(w.gpio);
            }
        }
        for n in each(after & !before) {
            let Some(w) = self.wanted.get(n) else { break };
            let mode = if w.high {
                Mode::ReadPulledDown
            } else {
                Mode::ReadPulledUp
            };
            self.ops.mode(w.gpio, mode);
            self.tell(n, w);
        }
    }

    /// Has the pin of a button tell when it is pressed.
    fn tell(&self, n: usize, w: &Wanted) {
        let edge = if w.high { Edge::Rising } else { Edge::Falling };
        if !self.ops.tell(w.gpio, edge, on_edge, self.number | n) {
            let name = w.name.to_string_lossy();
            log_warn!(self.core.log, "button {name}: its pin tells nothing");
        }
    }

    fn with<R>(&self, n: usize, f: impl FnOnce(&mut Button, &Regime) -> R) -> Option<R> {
        let regime = self.wanted.get(n)?.regime;
        Some(f(self.buttons.borrow_mut().get_mut(n)?, &regime))
    }

    fn is_enabled(&self, n: usize) -> bool {
        !self.gone.get() && self.enabled.get() & (1 << n) != 0
    }

    /// Starts with the buttons that had an edge.
    fn look(&self) {
        for n in each(pressed::take(self.number)) {
            let Some(w) = self.wanted.get(n).filter(|_| self.is_enabled(n)) else {
                continue;
            };
            self.ops.quiet(w.gpio);
            // What the contact has between its ends is discharged.
            self.ops.set(w.gpio, w.high);
            self.ops.mode(w.gpio, Mode::Write);
            self.with(n, |b, _| b.edge(clock::now_us()));
            if !self.running.replace(true) {
                self.monitor.arm(self, 0, i64::from(TICK_MS) * 1000);
            }
            self.ops.mode(w.gpio, Mode::Read);
            if self.is_enabled(n) {
                self.tell(n, w);
            } else {
                self.ops.quiet(w.gpio);
            }
        }
    }

    /// Looks at those that are not idle, and comes again while there is one.
    fn tick(&self) {
        let now = clock::now_us();
        let mut busy = false;
        for (n, w) in self.wanted.iter().enumerate() {
            if self.with(n, |b, _| b.is_idle()) != Some(false) {
                continue;
            }
            // A function of the program's: nothing is borrowed.
            let active = self.ops.read(w.gpio) == w.high;
            if self.gone.get() {
                return;
            }
            let event = self.with(n, |b, regime| b.tick(regime, active, now));
            if let Some(event) = event.flatten() {
                let text = format!(
                    "{{\"type\":\"button\",\"src\":\"{}/{}\",\"event\":\"{}\"}}",
                    json::escaped(self.name.to_bytes()),
                    json::escaped(w.name.to_bytes()),
                    event.name()
                );
                self.core.publish(LWSSMDCL_INTERACTION as u32, &text);
            }
            busy |= self.with(n, |b, _| b.is_idle()) == Some(false);
        }
        self.running.set(busy);
        if busy {
            // From when this one was due, so that the ages are multiples of the tick.
            let late = clock::now_us().saturating_sub(now);
            let next = i64::from(TICK_MS) * 1000;
            self.monitor.arm(self, 0, next.saturating_sub(late).max(0));
        }
    }

    /// The bit of a button by its name; 0 for none.
    pub(crate) fn bit(&self, name: &CStr) -> u16 {
        let at = self.wanted.iter().position(|w| w.name.as_c_str() == name);
        at.map_or(0, |n| 1 << n)
    }

    /// Ends it. Its pins are quiet after that.
    pub(crate) fn end(&self) {
        if self.gone.replace(true) {
            return;
        }
        self.enable(u16::MAX, 0);
        self.monitor.cancel();
        pressed::forget(self.number);
        if let Some(all) = self.all.upgrade() {
            all.borrow_mut().retain(|c| c.number != self.number);
        }
    }
}

/// All controllers of a context.
pub(crate) struct Buttons {
    core: Rc<Core>,
    /// Signalled by edges, from any thread. Made with the first controller.
    wake: OnceLock<Arc<Wake>>,
    all: Rc<RefCell<Vec<Rc<Controller>>>>,
    pub(crate) lines: lines::Lines,
}

impl Buttons {
    pub(crate) fn new(core: Rc<Core>) -> Self {
        Self {
            lines: lines::Lines::new(Rc::clone(&core)),
            core,
            wake: OnceLock::new(),
            all: Rc::default(),
        }
    }

    fn wake(&self) -> std::io::Result<&Arc<Wake>> {
        if let Some(wake) = self.wake.get() {
            return Ok(wake);
        }
        let wake = Arc::new(Wake::new()?);
        self.core.watch(wake.raw(), WOKEN, Interest::READ)?;
        Ok(self.wake.get_or_init(|| wake))
    }

    /// Takes in what belongs together, with no button enabled. At most [`MOST`] count.
    pub(crate) fn create(
        &self,
        name: CString,
        ops: Ops,
        wanted: Vec<Wanted>,
    ) -> std::io::Result<Rc<Controller>> {
        let no_room = || std::io::Error::from(std::io::ErrorKind::OutOfMemory);
        let mut all = self.all.borrow_mut();
        all.try_reserve(1).map_err(|_| no_room())?;
        let number = pressed::number(self.wake()?).ok_or_else(no_room)?;
        let controller = Rc::new_cyclic(|me| Controller {
            me: Weak::clone(me),
            core: Rc::clone(&self.core),
            number,
            name,
            ops,
            wanted,
            buttons: RefCell::new([Button::IDLE; MOST]),
            enabled: Cell::new(0),
            monitor: Timer::new(|c: &Controller, _| c.tick()),
            all: Rc::downgrade(&self.all),
            running: Cell::new(false),
            gone: Cell::new(false),
        });
        pressed::place(number, &controller);
        all.push(Rc::clone(&controller));
        Ok(controller)
    }

    /// A descriptor with a token of this room is ready.
    pub(crate) fn readable(&self, token: u64) {
        if token != WOKEN {
            return self.lines.readable(token);
        }
        if let Some(wake) = self.wake.get() {
            wake.drain();
        }
        // A clone: the program's functions may make or destroy some.
        let all = self.all.borrow().clone();
        for controller in all {
            controller.look();
        }
    }

    /// Ends all controllers and closes all lines.
    pub(crate) fn end(&self) {
        let all = self.all.borrow().clone();
        for controller in all {
            controller.end();
        }
        self.lines.end();
        if let Some(wake) = self.wake.get() {
            self.core.unwatch(wake.raw());
        }
    }
}
