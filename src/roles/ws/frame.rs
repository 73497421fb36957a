//! The header of a frame (RFC 6455, section 5.2), and masks.

/// What a frame is: the low four bits of its first byte.
pub(crate) mod opcode {
    pub(crate) const CONTINUATION: u8 = 0;
    pub(crate) const TEXT: u8 = 1;
    pub(crate) const BINARY: u8 = 2;
    pub(crate) const CLOSE: u8 = 8;
    pub(crate) const PING: u8 = 9;
    pub(crate) const PONG: u8 = 10;
}

/// The frame ends a message.
pub(crate) const FIN: u8 = 0x80;
/// The message is compressed (RFC 7692, section 6).
pub(crate) const RSV1: u8 = 0x40;
/// RSV1, RSV2 and RSV3.
pub(crate) const RSV: u8 = 0x70;
const MASKED: u8 = 0x80;

/// The most that a control frame carries, bytes.
pub(crate) const CONTROL_MAX: usize = 125;
/// The longest header, bytes.
pub(crate) const HEADER_MAX: usize = 14;

/// Whether frames of this opcode are control frames, which may come inside a message.
pub(crate) fn is_control(opcode: u8) -> bool {
    opcode & 8 != 0
}

/// A header, in the shortest encoding.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    bytes: [u8; HEADER_MAX],
    len: usize,
}

impl Header {
    /// Of a frame whose first byte is `first`, with `len` bytes of payload, masked with `key`.
    pub(crate) fn new(first: u8, len: u64, key: Option<[u8; 4]>) -> Self {
        let mut header = Self {
            bytes: [0; HEADER_MAX],
            len: 0,
        };
        let mask = if key.is_some() { MASKED } else { 0 };
        header.add(&[first]);
        if let Some(short) = u8::try_from(len).ok().filter(|n| *n < 126) {
            header.add(&[mask | short]);
        } else if let Ok(medium) = u16::try_from(len) {
            header.add(&[mask | 126]);
            header.add(&medium.to_be_bytes());
        } else {
            header.add(&[mask | 127]);
            header.add(&len.to_be_bytes());
        }
        if let Some(key) = key {
            header.add(&key);
        }
        header
    }

    fn add(&mut self, bytes: &[u8]) {
        let end = self.len.saturating_add(bytes.len());
        if let Some(to) = self.bytes.get_mut(self.len..end) {
            to.copy_from_slice(bytes);
            self.len = end;
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&[])
    }
}

/// The key that a payload is combined with, at the place that was reached.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mask {
    /// The next byte of the key first.
    key: [u8; 4],
}

impl Mask {
    pub(crate) fn new(key: [u8; 4]) -> Self {
        Self { key }
    }

    /// Masks or unmasks the next bytes of a payload.
    pub(crate) fn apply(&mut self, payload: &mut [u8]) {
        let [a, b, c, d] = self.key;
        let word = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
        if word == 0 {
            return;
        }
        let mut words = payload.chunks_exact_mut(8);
        for bytes in &mut words {
            if let Ok(eight) = <[u8; 8]>::try_from(&*bytes) {
                let masked = u64::from_ne_bytes(eight) ^ word;
                bytes.copy_from_slice(&masked.to_ne_bytes());
            }
        }
        let rest = words.into_remainder();
        for (byte, key) in rest.iter_mut().zip([a, b, c, d, a, b, c]) {
            *byte ^= key;
        }
        self.key.rotate_left(rest.len() & 3);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6455, sections 5.2 and 5.7: the shortest encoding at each of its edges.
    #[test]
    fn headers_are_as_short_as_can_be() {
        for (len, bytes) in [
            (0, &[0x82, 0][..]),
            (125, &[0x82, 125]),
            (126, &[0x82, 126, 0, 126]),
            (65_535, &[0x82, 126, 255, 255]),
            (65_536, &[0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            assert_eq!(Header::new(0x82, len, None).bytes(), bytes);
        }
        let masked = Header::new(0x81, 5, Some([1, 2, 3, 4]));
        assert_eq!(masked.bytes(), [0x81, 0x85, 1, 2, 3, 4]);
        let long = Header::new(0x81, 1 << 40, Some([1, 2, 3, 4]));
        assert_eq!(long.bytes().len(), HEADER_MAX);
    }

    #[test]
    fn masks_do_not_depend_on_the_cuts() {
        let key = [0x37, 0xfa, 0x21, 0x3d];
        let plain: Vec<u8> = (0..=60).collect();
        let wanted: Vec<u8> = plain
            .iter()
            .zip(key.iter().cycle())
            .map(|(a, b)| a ^ b)
            .collect();
        for first in 0..plain.len() {
            for second in first..plain.len() {
                let mut bytes = plain.clone();
                let mut mask = Mask::new(key);
                mask.apply(&mut bytes[..first]);
                mask.apply(&mut bytes[first..second]);
                mask.apply(&mut bytes[second..]);
                assert_eq!(bytes, wanted, "{first} {second}");
            }
        }
    }
}
