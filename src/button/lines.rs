//! Pins of Linux: lines of GPIO chips and keys of input devices, by numbers that the operations of
//! `lws-gpio-linux.h` take.

use super::TOKENS;
use crate::event::core::Core;
use crate::log::log_warn;
use crate::sys::gpio::Irq;
use crate::sys::lines::{Line, flag};
use crate::sys::poll::Interest;
use core::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

/// The first token of a line; the one below is the wake-up's.
const FIRST: u64 = TOKENS.start.saturating_add(1);
/// How many bytes of events are read at once.
const ROOM: usize = 24 * 48;

/// What a line is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// A line of a GPIO chip.
    Chip,
    /// The key of an input device with this code.
    Key(u16),
}

/// What has become of a line, by its events.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Happened {
    Rose,
    Fell,
    /// Events were lost: its level is to be looked at.
    Lost,
}

/// Which changes are told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Wants {
    pub(crate) rising: bool,
    pub(crate) falling: bool,
}

/// What the events in `bytes` say of a line, in order. An event that is cut off is left out.
pub(crate) fn events(kind: Kind, bytes: &[u8]) -> Vec<Happened> {
    let word = |e: &[u8], at: usize| {
        let end = at.saturating_add(4);
        e.get(at..end)
            .and_then(|b| <[u8; 4]>::try_from(b).ok())
            .map_or(0, u32::from_ne_bytes)
    };
    let half = |e: &[u8], at: usize| {
        let end = at.saturating_add(2);
        e.get(at..end)
            .and_then(|b| <[u8; 2]>::try_from(b).ok())
            .map_or(0, u16::from_ne_bytes)
    };
    match kind {
        // struct gpio_v2_line_event: time, what, which line, two counters, padding.
        Kind::Chip => bytes
            .chunks_exact(48)
            .filter_map(|e| match word(e, 8) {
                1 => Some(Happened::Rose),
                2 => Some(Happened::Fell),
                _ => None,
            })
            .collect(),
        // struct input_event: time, type, code, value.
        Kind::Key(code) => bytes
            .chunks_exact(24)
            .filter_map(|e| match (half(e, 16), half(e, 18), word(e, 20)) {
                // EV_SYN, SYN_DROPPED
                (0, 3, _) => Some(Happened::Lost),
                // EV_KEY; 2 would be its repetition
                (1, c, 0) if c == code => Some(Happened::Fell),
                (1, c, 1) if c == code => Some(Happened::Rose),
                _ => None,
            })
            .collect(),
    }
}

/// One pin.
pub(crate) struct Pin {
    line: Line,
    kind: Kind,
    token: u64,
    core: Rc<Core>,
    /// As its events say.
    high: Cell<bool>,
    /// What a chip's line is: its flags, without those of edges.
    flags: Cell<u64>,
    wants: Cell<Wants>,
    irq: Cell<Option<Irq>>,
    gone: Cell<bool>,
}

const NOTHING: Wants = Wants {
    rising: false,
    falling: false,
};

thread_local! {
    /// The pins of the contexts that this thread services: the operations have no other way to them.
    static PINS: RefCell<BTreeMap<i32, Rc<Pin>>> = const { RefCell::new(BTreeMap::new()) };
}

/// The pin with this number, on the thread that opened it.
pub(crate) fn pin(number: i32) -> Option<Rc<Pin>> {
    PINS.with_borrow(|pins| pins.get(&number).cloned())
}

impl Pin {
    /// Makes it what `flags` of `sys::lines` say.
    pub(crate) fn make(&self, flags: u64) {
        self.flags.set(flags);
        self.configure();
    }

    fn configure(&self) {
        if self.kind != Kind::Chip {
            return;
        }
        let mut flags = self.flags.get();
        if flags & flag::INPUT != 0 {
            let wants = self.wants.get();
            flags |= if wants.rising { flag::EDGE_RISING } else { 0 };
            flags |= if wants.falling { flag::EDGE_FALLING } else { 0 };
        }
        if let Err(e) = self.line.configure(flags) {
            log_warn!(
                self.core.log,
                "gpio {}: cannot be made {flags:#x}: {e}",
                self.line.fd()
            );
        }
    }

    /// Its level now, or where the kernel does not say, by what was last heard.
    pub(crate) fn is_high(&self) -> bool {
        let now = match self.kind {
            Kind::Chip => self.line.level(),
            Kind::Key(code) => self.line.key(code),
        };
        now.unwrap_or(self.high.get())
    }

    pub(crate) fn drive(&self, high: bool) {
        // Before it is made an output this fails, as it does for a key.
        let _ = self.line.drive(high);
    }

    /// Has `irq` called for such changes, in place of what was said before.
    pub(crate) fn tell(&self, wants: Wants, irq: Option<Irq>) {
        self.wants.set(if irq.is_some() { wants } else { NOTHING });
        self.irq.set(irq);
        self.configure();
    }

    fn readable(&self) {
        let mut buffer = [0u8; ROOM];
        let n = match self.line.read(&mut buffer) {
            Ok(n) if n > 0 => n,
            Err(e)
                if matches!(
                    e.kind(),
                    io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
                ) =>
            {
                return;
            }
            _ => {
                // The device was pulled out: it would be ready for ever.
                log_warn!(self.core.log, "gpio {}: its device is gone", self.line.fd());
                self.core.unwatch(self.line.fd());
                return;
            }
        };
        for happened in events(self.kind, buffer.get(..n).unwrap_or(&[])) {
            let high = match happened {
                Happened::Rose => true,
                Happened::Fell => false,
                Happened::Lost => self.is_high(),
            };
            let changed = self.high.replace(high) != high;
            let wants = self.wants.get();
            let told = if high { wants.rising } else { wants.falling };
            if let (true, true, Some(irq)) =
                (changed || self.kind == Kind::Chip, told, self.irq.get())
            {
                irq.call();
            }
            if self.gone.get() {
                return;
            }
        }
    }
}

/// The pins of one context.
pub(crate) struct Lines {
    core: Rc<Core>,
    numbers: RefCell<Vec<i32>>,
}

impl Lines {
    pub(crate) fn new(core: Rc<Core>) -> Self {
        Self {
            core,
            numbers: RefCell::new(Vec::new()),
        }
    }

    /// Takes a line in. Returns its number.
    pub(crate) fn add(&self, line: Line, kind: Kind) -> io::Result<i32> {
        let number = PINS.with_borrow(|pins| {
            pins.keys()
                .next_back()
                .map_or(Some(0), |n| n.checked_add(1))
        });
        let number = number.ok_or(io::ErrorKind::OutOfMemory)?;
        let token = FIRST.saturating_add(u64::from(number.unsigned_abs()));
        if !TOKENS.contains(&token) {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        self.core.watch(line.fd(), token, Interest::READ)?;
        let high = match kind {
            Kind::Chip => line.level(),
            Kind::Key(code) => line.key(code),
        };
        let pin = Pin {
            line,
            kind,
            token,
            core: Rc::clone(&self.core),
            high: Cell::new(high.unwrap_or(false)),
            flags: Cell::new(flag::INPUT),
            wants: Cell::new(NOTHING),
            irq: Cell::new(None),
            gone: Cell::new(false),
        };
        PINS.with_borrow_mut(|pins| pins.insert(number, Rc::new(pin)));
        self.numbers.borrow_mut().push(number);
        Ok(number)
    }

    /// Closes a line.
    pub(crate) fn close(&self, number: i32) -> bool {
        let mut numbers = self.numbers.borrow_mut();
        let Some(at) = numbers.iter().position(|n| *n == number) else {
            return false;
        };
        numbers.swap_remove(at);
        drop(numbers);
        let pin = PINS.with_borrow_mut(|pins| pins.remove(&number));
        if let Some(pin) = pin {
            pin.gone.set(true);
            pin.core.unwatch(pin.line.fd());
        }
        true
    }

    pub(super) fn readable(&self, token: u64) {
        let found = PINS.with_borrow(|pins| pins.values().find(|p| p.token == token).cloned());
        if let Some(pin) = found {
            pin.readable();
        }
    }

    pub(super) fn end(&self) {
        let numbers = self.numbers.borrow().clone();
        for number in numbers {
            self.close(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(kind: u16, code: u16, value: u32) -> Vec<u8> {
        let mut e = vec![0u8; 16];
        e.extend(kind.to_ne_bytes());
        e.extend(code.to_ne_bytes());
        e.extend(value.to_ne_bytes());
        e
    }

    fn edge(what: u32) -> Vec<u8> {
        let mut e = vec![0u8; 48];
        e[8..12].copy_from_slice(&what.to_ne_bytes());
        e
    }

    #[test]
    fn keys() {
        let bytes = [
            key(1, 116, 1),
            key(0, 0, 0),
            key(1, 116, 2),
            key(1, 30, 1),
            key(1, 116, 0),
            key(0, 3, 0),
            vec![0; 23],
        ]
        .concat();
        assert_eq!(
            events(Kind::Key(116), &bytes),
            [Happened::Rose, Happened::Fell, Happened::Lost]
        );
    }

    #[test]
    fn edges() {
        let bytes = [edge(1), edge(2), edge(3), vec![1; 47]].concat();
        assert_eq!(events(Kind::Chip, &bytes), [Happened::Rose, Happened::Fell]);
    }
}
