//! Variable byte integers, as MQTT has them: seven bits a byte, the low ones
//! first, the top bit set while more follow, at most four bytes.
#![forbid(unsafe_code)]

/// The longest encoding.
const LONGEST: usize = 4;

/// The encoding of `value` and its length, or `None` above 28 bits.
pub(crate) fn encode(value: u64) -> Option<([u8; LONGEST], usize)> {
    let mut out = [0u8; LONGEST];
    let mut left = value;
    for (i, byte) in out.iter_mut().enumerate() {
        *byte = u8::try_from(left & 0x7f).ok()?;
        left >>= 7;
        if left == 0 {
            return Some((out, i.checked_add(1)?));
        }
        *byte |= 0x80;
    }
    None
}

/// The value at the start of `from` and how many bytes it takes, or `None`
/// when it is cut off or longer than four bytes.
pub(crate) fn decode(from: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0u64;
    for (i, byte) in from.iter().take(LONGEST).enumerate() {
        let shift = u32::try_from(i).ok()?.checked_mul(7)?;
        value |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some((value, i.checked_add(1)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn round_trips() {
        for (v, want) in [
            (0u64, &b"\x00"[..]),
            (127, b"\x7f"),
            (128, b"\x80\x01"),
            (16383, b"\xff\x7f"),
            (16384, b"\x80\x80\x01"),
            (2_097_152, b"\x80\x80\x80\x01"),
            (0x0fff_ffff, b"\xff\xff\xff\x7f"),
        ] {
            let (bytes, n) = encode(v).unwrap_or_default();
            assert_eq!(bytes.get(..n), Some(want));
            assert_eq!(decode(&bytes), Some((v, n)));
            assert_eq!(decode(want), Some((v, n)));
            assert_eq!(decode(want.get(..n - 1).unwrap_or_default()), None);
        }
    }

    #[test]
    fn limits() {
        assert_eq!(encode(0x1000_0000), None);
        assert_eq!(encode(u64::MAX), None);
        assert_eq!(decode(b""), None);
        assert_eq!(decode(b"\x80\x80\x80\x80\x01"), None);
        // More bytes than needed are still the same number.
        assert_eq!(decode(b"\x81\x00"), Some((1, 2)));
    }
}
