//! The characters of strings.

use super::{DIGIT_1, DIGIT_4, ESCAPE, Or, STRING, set_state};
use crate::abi::lejp::*;

/// Bytes that a string goes on with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bytes {
    bytes: [u8; 8],
    at: u8,
    len: u8,
    /// Whether the string ends with them.
    pub(super) last: bool,
}

impl Bytes {
    fn push(&mut self, c: u8) {
        if let Some(to) = self.bytes.get_mut(usize::from(self.len)) {
            *to = c;
            self.len = self.len.saturating_add(1);
        }
    }

    pub(super) fn next(&mut self) -> Option<u8> {
        let c = self.bytes.get(usize::from(self.at)).copied();
        let c = c.filter(|_| self.at < self.len)?;
        self.at = self.at.saturating_add(1);
        Some(c)
    }

    /// A character's UTF-8. Half of a surrogate pair is written as one all the same.
    fn character(&mut self, c: u32) {
        let tail = |shift: u32| (c >> shift & 0x3f) as u8 | 0x80;
        match c {
            0..=0x7f => self.push(c as u8),
            0x80..=0x7ff => {
                self.push((c >> 6) as u8 | 0xc0);
                self.push(tail(0));
            }
            0x800..=0xffff => {
                self.push((c >> 12) as u8 | 0xe0);
                self.push(tail(6));
                self.push(tail(0));
            }
            _ => {
                self.push((c >> 18 & 7) as u8 | 0xf0);
                self.push(tail(12));
                self.push(tail(6));
                self.push(tail(0));
            }
        }
    }
}

/// In `f`, which strings have no use for: `dcount` and the lowest bits are those of the first half of a
/// surrogate pair, which waits for the other.
const HALF: u8 = 0x80;

/// Takes the half that waits.
fn half(ctx: &mut lejp_ctx) -> Option<u32> {
    let half = u32::from(ctx.f & 3) << 8 | u32::from(ctx.dcount);
    let waits = ctx.f & HALF != 0;
    ctx.f = 0;
    waits.then_some(half)
}

/// A byte of a string. `None` where nothing comes of it yet.
pub(super) fn byte(ctx: &mut lejp_ctx, c: u8, state: u8) -> Or<Option<Bytes>> {
    let mut bytes = Bytes::default();
    match state {
        STRING if c == b'\\' => {
            set_state(ctx, ESCAPE);
            return Ok(None);
        }
        ESCAPE if c == b'u' => {
            ctx.uni = 0;
            set_state(ctx, DIGIT_1);
            return Ok(None);
        }
        DIGIT_1..=DIGIT_4 => {
            let digit = char::from(c).to_digit(16);
            let digit = digit.ok_or(lejp_reasons::LEJP_REJECT_ILLEGAL_HEX)?;
            ctx.uni = ctx.uni << 4 | digit as u16;
            if state != DIGIT_4 {
                set_state(ctx, state.saturating_add(1));
                return Ok(None);
            }
            set_state(ctx, STRING);
            return Ok(unit(ctx));
        }
        _ => (),
    }
    if let Some(half) = half(ctx) {
        bytes.character(0xd800 | half);
    }
    match (state, c) {
        (ESCAPE, _) => {
            const ESCAPES: [(u8, u8); 8] = [
                (b'"', b'"'),
                (b'\\', b'\\'),
                (b'/', b'/'),
                (b'b', 8),
                (b'f', 12),
                (b'n', b'\n'),
                (b'r', b'\r'),
                (b't', b'\t'),
            ];
            let meant = ESCAPES.iter().find(|(name, _)| *name == c);
            let (_, meant) = meant.ok_or(lejp_reasons::LEJP_REJECT_MP_STRING_ESC_ILLEGAL_ESC)?;
            bytes.push(*meant);
            set_state(ctx, STRING);
        }
        (_, b'"') => bytes.last = true,
        (_, 0..0x20) => return Err(lejp_reasons::LEJP_REJECT_MP_ILLEGAL_CTRL),
        _ => bytes.push(c),
    }
    Ok(Some(bytes))
}

/// A code unit of UTF-16 that was escaped.
fn unit(ctx: &mut lejp_ctx) -> Option<Bytes> {
    let mut bytes = Bytes::default();
    let waits = half(ctx);
    let unit = u32::from(ctx.uni);
    match (waits, unit) {
        (Some(half), 0xdc00..=0xdfff) => {
            bytes.character((half << 10 | unit & 0x3ff).saturating_add(0x10000));
            return Some(bytes);
        }
        (Some(half), _) => bytes.character(0xd800 | half),
        (None, _) => (),
    }
    match unit {
        0xd800..=0xdbff => {
            ctx.f = HALF | (unit >> 8 & 3) as u8;
            ctx.dcount = (unit & 0xff) as u8;
        }
        _ => bytes.character(unit),
    }
    Some(bytes)
}
