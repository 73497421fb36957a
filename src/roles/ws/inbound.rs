//! What a peer sends, as its program is to see it: messages inflated, text checked.

#[cfg(feature = "LWS_WITH_EXTENSIONS")]
use super::deflate::{Error, Inflater};
#[cfg(feature = "LWS_WITH_EXTENSIONS")]
use super::receive::Piece;
use super::receive::{Got, Receiver, Violation};
use super::utf8::Utf8;
use super::{Side, frame::opcode};
use core::ops::Range;

/// Where a piece of a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the bytes that were given.
    Given(Range<usize>),
    /// In [`Inbound::inflated`], from its beginning, so many bytes.
    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
    Inflated(usize),
}

/// A piece of a message, ready for the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Data {
    pub(crate) place: Place,
    pub(crate) binary: bool,
    /// The message begins with it.
    pub(crate) first: bool,
    /// The message ends with it.
    pub(crate) last: bool,
    /// How much of its frame has not been received, bytes.
    pub(crate) remaining: u64,
    /// RSV1, RSV2 and RSV3 of its frame, as in its first byte.
    pub(crate) reserved: u8,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// All bytes are used, and more are needed.
    Nothing,
    Data(Data),
    /// [`Inbound::control`] has the payload of this and the next two.
    Ping,
    Pong,
    Close,
    /// Nothing the peer sends is looked at any more.
    Broken(Violation),
}

/// A message that is being inflated.
#[cfg(feature = "LWS_WITH_EXTENSIONS")]
struct Inflating {
    inflater: Inflater,
    /// What came of it. One byte more than a piece has, so that the last piece is known to be.
    out: Vec<u8>,
    have: usize,
    /// The piece of the wire that is being read, as long as it is: how many of the bytes given next
    /// are its rest.
    piece: Option<(usize, Piece)>,
    /// No piece of the message was delivered.
    first: bool,
}

pub(crate) struct Inbound {
    frames: Receiver,
    utf8: Option<Utf8>,
    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
    inflating: Option<Box<Inflating>>,
    broken: bool,
}

impl Inbound {
    /// `checked`: text that is not UTF-8 is a violation.
    pub(crate) fn new(side: Side, checked: bool) -> Self {
        Self {
            frames: Receiver::new(side, false),
            utf8: checked.then(Utf8::default),
            #[cfg(feature = "LWS_WITH_EXTENSIONS")]
            inflating: None,
            broken: false,
        }
    }

    /// The same with permessage-deflate; a piece of what was compressed has at most `most` bytes.
    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
    pub(crate) fn inflating(
        side: Side,
        checked: bool,
        inflater: Inflater,
        most: usize,
    ) -> Result<Self, Error> {
        let mut inbound = Self::new(side, checked);
        inbound.frames = Receiver::new(side, true);
        inbound.inflating = Some(Box::new(Inflating {
            inflater,
            out: room(most)?,
            have: 0,
            piece: None,
            first: true,
        }));
        Ok(inbound)
    }

    /// Changes how long a piece of what was compressed is at most, bytes. Between messages only;
    /// returns whether that is so.
    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
    pub(crate) fn set_most(&mut self, most: usize) -> bool {
        match (&mut self.inflating, room(most)) {
            (Some(inflating), Ok(out)) if inflating.have == 0 && inflating.piece.is_none() => {
                inflating.out = out;
                true
            }
            _ => false,
        }
    }

    /// The payload of the control frame that came last.
    pub(crate) fn control(&self) -> &[u8] {
        self.frames.control()
    }

    /// What was inflated, to be given back by [`Inbound::give_back`] before the next step: in
    /// between it is the program's.
    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
    pub(crate) fn take_inflated(&mut self) -> Vec<u8> {
        let out = self.inflating.as_mut().map(|i| &mut i.out);
        out.map(core::mem::take).unwrap_or_default()
    }

    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
    pub(crate) fn give_back(&mut self, out: Vec<u8>) {
        if let Some(inflating) = &mut self.inflating {
            inflating.out = out;
            inflating.delivered();
        }
    }

    /// Takes from `bytes` up to the next event, which changes them. A piece has at most `most`
    /// bytes. Returns how many bytes were used: what follows them is to be given the next time, as it
    /// is then.
    #[cfg_attr(not(feature = "LWS_WITH_EXTENSIONS"), allow(clippy::never_loop))]
    pub(crate) fn next(&mut self, bytes: &mut [u8], most: usize) -> (usize, Event) {
        let mut used = 0usize;
        loop {
            if self.broken {
                return (bytes.len(), Event::Nothing);
            }
            #[cfg(feature = "LWS_WITH_EXTENSIONS")]
            if let Some(inflating) = &mut self.inflating {
                let rest = bytes.get(used..).unwrap_or(&[]);
                let (n, event) = inflating.next(rest);
                used = used.saturating_add(n);
                if let Some(event) = event {
                    return (used, self.checked(event, bytes));
                }
            }
            let rest = bytes.get_mut(used..).unwrap_or(&mut []);
            let (n, got) = self.frames.next(rest, most);
            let at = used;
            used = used.saturating_add(n);
            let event = match got {
                Got::Nothing => Event::Nothing,
                Got::Broken(violation) => Event::Broken(violation),
                Got::Control(opcode::PING) => Event::Ping,
                Got::Control(opcode::PONG) => Event::Pong,
                Got::Control(_) => Event::Close,
                #[cfg(feature = "LWS_WITH_EXTENSIONS")]
                Got::Data(piece) if piece.compressed => {
                    used = at.saturating_add(piece.range.start);
                    if let Some(inflating) = &mut self.inflating {
                        inflating.first |= piece.first;
                        inflating.piece = Some((piece.range.len(), piece));
                    }
                    continue;
                }
                Got::Data(piece) => {
                    let Range { start, end } = piece.range;
                    Event::Data(Data {
                        place: Place::Given(at.saturating_add(start)..at.saturating_add(end)),
                        binary: piece.binary,
                        first: piece.first,
                        last: piece.last,
                        remaining: piece.remaining,
                        reserved: piece.reserved,
                    })
                }
            };
            return (used, self.checked(event, bytes));
        }
    }

    /// The event, or a violation in place of text that is none.
    fn checked(&mut self, event: Event, bytes: &[u8]) -> Event {
        let bad = match (&event, &mut self.utf8) {
            (Event::Data(data), Some(utf8)) if !data.binary => {
                let piece = match &data.place {
                    Place::Given(range) => bytes.get(range.clone()),
                    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
                    Place::Inflated(n) => self.inflating.as_ref().and_then(|i| i.out.get(..*n)),
                };
                !utf8.piece(piece.unwrap_or(&[])) || (data.last && !utf8.end())
            }
            _ => false,
        };
        let event = if bad {
            Event::Broken(Violation::payload("bad utf8"))
        } else {
            event
        };
        self.broken = matches!(event, Event::Broken(_));
        event
    }
}

#[cfg(feature = "LWS_WITH_EXTENSIONS")]
fn room(most: usize) -> Result<Vec<u8>, Error> {
    let len = most.max(1).saturating_add(1);
    let mut out = Vec::new();
    out.try_reserve_exact(len).map_err(|_| Error::Memory)?;
    out.resize(len, 0);
    Ok(out)
}

#[cfg(feature = "LWS_WITH_EXTENSIONS")]
impl Inflating {
    /// The piece that was delivered is out of the way; what had come beyond it begins the next.
    fn delivered(&mut self) {
        let Some(most) = self.out.len().checked_sub(1) else {
            return;
        };
        let beyond = self.have.saturating_sub(most);
        self.have = beyond;
        if beyond > 0 {
            self.out.rotate_right(1);
        }
    }

    /// Goes on with the piece of the wire whose rest `bytes` begin with.
    fn next(&mut self, bytes: &[u8]) -> (usize, Option<Event>) {
        let Some((left, piece)) = &mut self.piece else {
            return (0, None);
        };
        let input = bytes.get(..*left).unwrap_or(bytes);
        let (mut used, mut drained) = (0usize, false);
        let mut failed = None;
        // First what was given, then what ends the message.
        for ends in [false, true] {
            if ends && !(drained && *left == 0 && piece.last) {
                break;
            }
            let room = self.out.get_mut(self.have..).unwrap_or(&mut []);
            let step = if ends {
                self.inflater.end(room)
            } else {
                self.inflater.step(input, room)
            };
            match step {
                Ok(step) => {
                    if !ends {
                        used = step.used;
                        *left = left.saturating_sub(used);
                    }
                    self.have = self.have.saturating_add(step.written);
                    drained = step.drained;
                }
                Err(e) => failed = Some(e),
            }
        }
        if let Some(e) = failed {
            let text = match e {
                Error::Data => "bad deflate",
                Error::Memory => "no memory",
            };
            return (used, Some(Event::Broken(Violation::payload(text))));
        }
        let most = self.out.len().saturating_sub(1);
        let last = drained && piece.last && *left == 0;
        let piece_over = drained && *left == 0;
        let data = Data {
            place: Place::Inflated(self.have.min(most)),
            binary: piece.binary,
            first: self.first,
            last,
            remaining: piece.remaining,
            reserved: piece.reserved,
        };
        if piece_over {
            self.piece = None;
        }
        // A piece of the wire that nothing comes of yet.
        if self.have == 0 && !last {
            return (used, None);
        }
        self.first = false;
        (used, Some(Event::Data(data)))
    }
}

#[cfg(test)]
#[path = "inbound_tests.rs"]
mod tests;
