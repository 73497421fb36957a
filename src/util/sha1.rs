//! SHA-1 (RFC 3174), which WebSocket handshakes need. It protects nothing any more.
#![forbid(unsafe_code)]

/// The digest of `data`.
pub(crate) fn digest(data: &[u8]) -> [u8; 20] {
    let mut state = [
        0x6745_2301,
        0xefcd_ab89,
        0x98ba_dcfe,
        0x1032_5476,
        0xc3d2_e1f0,
    ];
    let mut blocks = data.chunks_exact(64);
    for block in blocks.by_ref() {
        add(&mut state, block);
    }
    // The rest, a bit that is set, zeroes, and the length in bits: one block or two.
    let rest = blocks.remainder();
    let mut end = [0u8; 128];
    let bits = (data.len() as u64).wrapping_mul(8).to_be_bytes();
    let len = if rest.len() < 56 { 64 } else { 128usize };
    let tail = rest.iter().copied().chain([0x80]);
    end.iter_mut().zip(tail).for_each(|(to, byte)| *to = byte);
    let last = end.iter_mut().skip(len.saturating_sub(bits.len()));
    last.zip(bits).for_each(|(to, byte)| *to = byte);
    for block in end.chunks_exact(64).take(len / 64) {
        add(&mut state, block);
    }
    let mut out = [0; 20];
    for (to, word) in out.chunks_exact_mut(4).zip(state) {
        to.copy_from_slice(&word.to_be_bytes());
    }
    out
}

/// One block of 64 bytes.
fn add(state: &mut [u32; 5], block: &[u8]) {
    // The last 16 words, the oldest first.
    let mut words = [0u32; 16];
    for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
        *word = bytes
            .iter()
            .fold(0, |word, byte| word << 8 | u32::from(*byte));
    }
    let [mut a, mut b, mut c, mut d, mut e] = *state;
    for round in 0..80 {
        let (mix, constant) = match round {
            0..20 => (b & c | !b & d, 0x5a82_7999),
            20..40 => (b ^ c ^ d, 0x6ed9_eba1),
            40..60 => (b & c | b & d | c & d, 0x8f1b_bcdc_u32),
            _ => (b ^ c ^ d, 0xca62_c1d6),
        };
        let [word, _, w2, .., w8, _, _, _, _, w13, _, _] = words;
        let sum = a.rotate_left(5).wrapping_add(mix).wrapping_add(e);
        let sum = sum.wrapping_add(constant).wrapping_add(word);
        (a, b, c, d, e) = (sum, a, b.rotate_left(30), c, d);
        words.rotate_left(1);
        words[15] = (word ^ w2 ^ w8 ^ w13).rotate_left(1);
    }
    for (word, new) in state.iter_mut().zip([a, b, c, d, e]) {
        *word = word.wrapping_add(new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    fn hex(data: &[u8]) -> String {
        digest(data).iter().fold(String::new(), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
    }

    /// RFC 3174, section 7.3, and lengths around a block.
    #[test]
    fn known_digests() {
        assert_eq!(hex(b""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        assert_eq!(hex(b"abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(
            hex(b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        );
        assert_eq!(
            hex(&[b'a'; 1_000_000]),
            "34aa973cd4c4daa4f61eeb2bdbad27316534016f"
        );
        assert_eq!(
            hex(&b"0123456701234567012345670123456701234567012345670123456701234567".repeat(10)),
            "dea356a2cddd90c7a7ecedc5ebb563934f460452"
        );
        assert_eq!(hex(&[b'a'; 55]), "c1c8bbdc22796e28c0e15163d20899b65621d65a");
        assert_eq!(hex(&[b'a'; 56]), "c2db330f6083854c99d4b5bfb6e8f29f201be699");
        assert_eq!(hex(&[b'a'; 64]), "0098ba824b5c16427bd7a1122a5a442a25ec644d");
    }
}
