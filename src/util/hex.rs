//! Bytes as hexadecimal digits and back.
#![forbid(unsafe_code)]

use super::out::Out;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// What a digit stands for.
pub(crate) fn value(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|v| u8::try_from(v).ok())
}

/// The digit of the low four bits.
pub(crate) fn digit(v: u8) -> u8 {
    DIGITS.get(usize::from(v & 15)).copied().unwrap_or(b'0')
}

/// Decodes pairs of digits into `to`. Returns how many bytes they made, or
/// `None` for another character, an odd count, or too little room; what was
/// decoded before that is in `to` then.
pub(crate) fn decode(from: &[u8], to: &mut [u8]) -> Option<usize> {
    let mut used = 0usize;
    for pair in from.chunks(2) {
        let [high, low] = pair else { return None };
        let byte = (value(*high)? << 4) | value(*low)?;
        *to.get_mut(used)? = byte;
        used = used.checked_add(1)?;
    }
    Some(used)
}

/// Writes the digits of `from` and a NUL to `to`, as many as fit.
pub(crate) fn encode(from: &[u8], to: &mut [u8]) {
    let mut out = Out::new(to);
    for byte in from {
        // One digit of the last byte may still fit.
        if !out.whole(&[digit(byte >> 4)]) || !out.whole(&[digit(*byte)]) {
            break;
        }
    }
    out.finish();
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn decodes_pairs() {
        let mut b = [0u8; 4];
        assert_eq!(decode(b"", &mut b), Some(0));
        assert_eq!(decode(b"01aBFf", &mut b), Some(3));
        assert_eq!(b, [1, 0xab, 0xff, 0]);
        // The room may be just enough.
        assert_eq!(decode(b"abcd", b.get_mut(..2).unwrap_or_default()), Some(2));
    }

    #[test]
    fn refuses_what_is_not_hex() {
        let mut b = [0u8; 4];
        for bad in [
            &b"0"[..],
            b"abc",
            b"0g",
            b"0x12",
            b"12 34",
            b"-1",
            b"\xc3\xa9",
        ] {
            assert_eq!(decode(bad, &mut b), None, "{bad:?}");
        }
        assert_eq!(decode(b"ab", &mut []), None);
        assert_eq!(decode(b"abcdef", b.get_mut(..2).unwrap_or_default()), None);
    }

    #[test]
    fn encodes_what_fits() {
        for (len, want) in [
            (0, &b""[..]),
            (1, b"\0"),
            (2, b"0\0"),
            (3, b"01\0"),
            (4, b"01a\0"),
            (6, b"01abf\0"),
            (7, b"01abff\0"),
            (9, b"01abff\0\x09\x09"),
        ] {
            let mut b = vec![9u8; len];
            encode(&[1, 0xab, 0xff], &mut b);
            assert_eq!(b, want);
        }
    }
}
