//! Reads what a fuzzer sends.

use super::Side;
use super::deflate::Inflater;
use super::inbound::{Event, Inbound, Place};
use super::{close, handshake, offer};

/// The most that is read of one input: a short one can become very large.
const MOST: usize = 1 << 20;

/// What a peer that reads `bytes` in pieces of `step` tells its program: payloads by message, control
/// frames, and how it ended.
pub(crate) fn read(how: u8, bytes: &[u8], step: usize) -> Vec<u8> {
    let side = if how & 1 == 0 {
        Side::Server
    } else {
        Side::Client
    };
    let checked = how & 2 != 0;
    let size = usize::from(how >> 4).saturating_add(1);
    let made = match how & 4 {
        0 => Ok(Inbound::new(side, checked)),
        _ => Inbound::inflating(side, checked, Inflater::new(how & 8 != 0), size),
    };
    let Ok(mut inbound) = made else {
        return Vec::new();
    };
    let mut told = Vec::new();
    for part in bytes.chunks(step.max(1)) {
        let mut part = part.to_vec();
        let mut at = 0usize;
        while told.len() < MOST {
            let rest = part.get_mut(at..).unwrap_or(&mut []);
            let (used, event) = inbound.next(rest, size);
            assert!(used <= rest.len(), "more was used than given");
            match event {
                Event::Nothing => break,
                Event::Data(data) => {
                    match data.place {
                        Place::Given(range) => {
                            told.extend_from_slice(rest.get(range).unwrap_or(&[]));
                        }
                        Place::Inflated(n) => {
                            assert!(n <= size, "a piece is too long");
                            let out = inbound.take_inflated();
                            told.extend_from_slice(out.get(..n).unwrap_or(&[]));
                            inbound.give_back(out);
                        }
                    }
                    if data.last {
                        told.push(b'\n');
                    }
                }
                Event::Ping | Event::Pong => told.extend_from_slice(inbound.control()),
                Event::Close => {
                    told.extend_from_slice(inbound.control());
                    let _ = close::from_peer(inbound.control(), checked);
                }
                // What came before in the same piece is delivered or not, by the cuts.
                Event::Broken(_) => return Vec::new(),
            }
            at = at.saturating_add(used);
        }
    }
    told.truncate(MOST.saturating_sub(256));
    told
}

/// Bytes as the values of headers.
pub(crate) fn handshake(bytes: &[u8]) {
    let _ = offer::choose(bytes).map(|terms| terms.to_string());
    let _ = offer::accepted(bytes, b"permessage-deflate; client_max_window_bits");
    let _ = handshake::accept(bytes);
    let _ = handshake::choose(Some(bytes), |name| (name == b"p").then_some(()));
    let _ = handshake::has_word(bytes, b"upgrade");
}

#[cfg(test)]
mod tests {
    /// What the fuzzer does, for a moment.
    #[test]
    fn any_bytes_are_read_alike_however_they_are_cut() {
        let mut x = 88_172_645_463_325_252u64;
        let mut next = || {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            x
        };
        for _ in 0..20_000 {
            let how = next() as u8;
            let len = (next() % 64) as usize;
            let mut bytes: Vec<u8> = (0..len).map(|_| next() as u8).collect();
            // Most begin like frames.
            if let [first, second, ..] = &mut bytes[..] {
                *first &= 0xcf;
                *first = (*first & 0xf0) | (*first % 3);
                *second = (*second & 0x0f) | if how & 1 == 0 { 0x80 } else { 0 };
            }
            let step = (next() % 9) as usize;
            let whole = super::read(how, &bytes, len.max(1));
            assert_eq!(
                whole,
                super::read(how, &bytes, step),
                "{how:x} {step} {bytes:x?}"
            );
            super::handshake(&bytes);
        }
    }
}
