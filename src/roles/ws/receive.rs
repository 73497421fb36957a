//! What a peer sends: frames become pieces of messages, control frames, or a violation.

use super::Side;
use super::frame::{CONTROL_MAX, FIN, Mask, RSV, RSV1, is_control, opcode};
use core::ops::Range;

/// Why a connection ends because of what the peer sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    /// The status code to close with (RFC 6455, section 7.4.1).
    pub(crate) code: u16,
    /// The reason to close with.
    pub(crate) text: &'static str,
    /// The connection ends without a close frame: what follows cannot be told from payload.
    pub(crate) silent: bool,
}

impl Violation {
    pub(crate) const fn protocol(text: &'static str) -> Self {
        Self {
            code: 1002,
            text,
            silent: false,
        }
    }

    pub(crate) const fn payload(text: &'static str) -> Self {
        Self {
            code: 1007,
            text,
            silent: false,
        }
    }

    const fn silent(text: &'static str) -> Self {
        Self {
            code: 1002,
            text,
            silent: true,
        }
    }
}

/// A piece of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Where it is in the bytes that were given, unmasked.
    pub(crate) range: Range<usize>,
    pub(crate) binary: bool,
    /// The message begins with it.
    pub(crate) first: bool,
    /// The message ends with it.
    pub(crate) last: bool,
    /// How much of its frame follows, bytes.
    pub(crate) remaining: u64,
    /// RSV1, RSV2 and RSV3 of its frame, as in its first byte.
    pub(crate) reserved: u8,
    /// The message is compressed.
    pub(crate) compressed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Got {
    /// All bytes are used, and more are needed.
    Nothing,
    Data(Piece),
    /// A control frame, by its opcode; [`Receiver::control`] has its payload.
    Control(u8),
    /// Nothing the peer sends is looked at any more.
    Broken(Violation),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    First,
    Length,
    /// So many bytes of a longer length are still to come.
    Longer(u8),
    /// So many bytes of the key are still to come.
    Key(u8),
    Payload,
    Broken,
}

/// The message that is under way.
#[derive(Clone, Copy, Debug)]
struct Message {
    binary: bool,
    compressed: bool,
    /// A piece of it was delivered.
    begun: bool,
}

pub(crate) struct Receiver {
    side: Side,
    /// permessage-deflate was agreed on, so RSV1 has a meaning.
    deflate: bool,
    at: At,
    /// The first byte of the frame.
    first: u8,
    masked: bool,
    /// Payload of the frame that is still to come.
    left: u64,
    key: [u8; 4],
    mask: Mask,
    message: Option<Message>,
    control: [u8; CONTROL_MAX],
    have: usize,
}

impl Receiver {
    pub(crate) fn new(side: Side, deflate: bool) -> Self {
        Self {
            side,
            deflate,
            at: At::First,
            first: 0,
            masked: false,
            left: 0,
            key: [0; 4],
            mask: Mask::default(),
            message: None,
            control: [0; CONTROL_MAX],
            have: 0,
        }
    }

    /// The payload of the control frame that came last.
    pub(crate) fn control(&self) -> &[u8] {
        self.control.get(..self.have).unwrap_or(&[])
    }

    /// Takes from `bytes` up to the next thing to tell, which changes them: they are unmasked. A
    /// piece has at most `most` bytes. Returns how many bytes were used.
    pub(crate) fn next(&mut self, bytes: &mut [u8], most: usize) -> (usize, Got) {
        let mut used = 0usize;
        loop {
            if self.at == At::Payload {
                let rest = bytes.get_mut(used..).unwrap_or(&mut []);
                let (n, got) = self.payload(rest, used, most);
                used = used.saturating_add(n);
                match got {
                    Some(got) => return (used, got),
                    None if self.at == At::Payload => return (used, Got::Nothing),
                    None => {}
                }
            }
            let Some(byte) = bytes.get(used) else {
                return (used, Got::Nothing);
            };
            if self.at == At::Broken {
                return (bytes.len(), Got::Nothing);
            }
            used = used.saturating_add(1);
            if let Err(violation) = self.header(*byte) {
                self.at = At::Broken;
                return (bytes.len(), Got::Broken(violation));
            }
        }
    }

    /// The next byte of a header.
    fn header(&mut self, byte: u8) -> Result<(), Violation> {
        match self.at {
            At::First => {
                self.first_byte(byte)?;
                self.first = byte;
                self.at = At::Length;
            }
            At::Length => self.length(byte)?,
            At::Longer(n) => {
                self.left = self.left << 8 | u64::from(byte);
                match n.saturating_sub(1) {
                    0 => self.length_known()?,
                    n => self.at = At::Longer(n),
                }
            }
            At::Key(n) => {
                self.key.rotate_left(1);
                let [.., last] = &mut self.key;
                *last = byte;
                match n.saturating_sub(1) {
                    0 => {
                        self.mask = Mask::new(self.key);
                        self.at = At::Payload;
                    }
                    n => self.at = At::Key(n),
                }
            }
            At::Payload | At::Broken => {}
        }
        Ok(())
    }

    /// RFC 6455, sections 5.2, 5.4 and 5.5; RFC 7692, section 6.1.
    fn first_byte(&mut self, byte: u8) -> Result<(), Violation> {
        let op = byte & 15;
        if !matches!(op, 0..=2 | 8..=10) {
            return Err(Violation::protocol("bad opc"));
        }
        let begins = matches!(op, opcode::TEXT | opcode::BINARY);
        let allowed = if self.deflate && begins { RSV1 } else { 0 };
        if byte & RSV & !allowed != 0 {
            return Err(Violation::protocol("rsv bits"));
        }
        if is_control(op) {
            if byte & FIN == 0 {
                return Err(Violation::protocol("frag ctl"));
            }
            self.have = 0;
        } else if begins == self.message.is_some() {
            return Err(Violation::protocol("bad cont"));
        } else if begins {
            self.message = Some(Message {
                binary: op == opcode::BINARY,
                compressed: byte & RSV1 != 0,
                begun: false,
            });
        }
        Ok(())
    }

    fn length(&mut self, byte: u8) -> Result<(), Violation> {
        self.masked = byte & 0x80 != 0;
        // RFC 6455, section 5.1.
        if self.masked != (self.side == Side::Server) {
            return Err(Violation::protocol("bad mask"));
        }
        self.left = 0;
        match byte & 0x7f {
            126 | 127 if is_control(self.first & 15) => {
                return Err(Violation::silent("a control frame of more than 125 bytes"));
            }
            126 => self.at = At::Longer(2),
            127 => self.at = At::Longer(8),
            n => {
                self.left = u64::from(n);
                self.length_known()?;
            }
        }
        Ok(())
    }

    fn length_known(&mut self) -> Result<(), Violation> {
        if self.left >> 63 != 0 {
            return Err(Violation::silent("a length of more than 63 bits"));
        }
        self.mask = Mask::default();
        self.at = if self.masked { At::Key(4) } else { At::Payload };
        Ok(())
    }

    /// The next of a payload; `at` is where `rest` is in what the caller gave.
    fn payload(&mut self, rest: &mut [u8], at: usize, most: usize) -> (usize, Option<Got>) {
        let control = is_control(self.first & 15);
        let most = if control { usize::MAX } else { most.max(1) };
        let n = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(rest.len())
            .min(most);
        if n == 0 && self.left > 0 {
            return (0, None);
        }
        let piece = rest.get_mut(..n).unwrap_or(&mut []);
        self.mask.apply(piece);
        self.left = self.left.saturating_sub(u64::try_from(n).unwrap_or(0));
        let ends = self.left == 0;
        if control {
            let end = self.have.saturating_add(n);
            if let Some(to) = self.control.get_mut(self.have..end) {
                to.copy_from_slice(piece);
                self.have = end;
            }
            if !ends {
                return (n, None);
            }
            self.at = At::First;
            return (n, Some(Got::Control(self.first & 15)));
        }
        let last = ends && self.first & FIN != 0;
        if ends {
            self.at = At::First;
        }
        let Some(message) = &mut self.message else {
            return (n, None);
        };
        let piece = Piece {
            range: at..at.saturating_add(n),
            binary: message.binary,
            first: !core::mem::replace(&mut message.begun, true),
            last,
            remaining: self.left,
            reserved: self.first & RSV,
            compressed: message.compressed,
        };
        if last {
            self.message = None;
        }
        (n, Some(Got::Data(piece)))
    }
}

#[cfg(test)]
#[path = "receive_tests.rs"]
mod tests;
