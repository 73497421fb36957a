//! Base64 (RFC 4648) as lws has it: both alphabets are read, what is in neither is passed over.
#![forbid(unsafe_code)]

const PLAIN: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// How many characters so many bytes become. `None` when they cannot be counted.
pub(crate) fn encoded_len(bytes: usize) -> Option<usize> {
    bytes.div_ceil(3).checked_mul(4)
}

/// Encodes into `out`, which has [`encoded_len`] bytes; padded in either alphabet.
pub(crate) fn encode(bytes: &[u8], url: bool, out: &mut [u8]) {
    let alphabet = if url { URL } else { PLAIN };
    for (group, to) in bytes.chunks(3).zip(out.chunks_mut(4)) {
        let word = group.iter().zip([16u32, 8, 0]);
        let word = word.fold(0u32, |word, (byte, shift)| word | u32::from(*byte) << shift);
        for (n, (c, shift)) in to.iter_mut().zip([18u32, 12, 6, 0]).enumerate() {
            let digit = usize::try_from(word >> shift & 63).unwrap_or(0);
            *c = match alphabet.get(digit) {
                Some(c) if n <= group.len() => *c,
                _ => b'=',
            };
        }
    }
}

fn digit(c: u8) -> Option<u8> {
    match c {
        b'A'..=b'Z' => Some(c.wrapping_sub(b'A')),
        b'a'..=b'z' => Some(c.wrapping_sub(b'a').wrapping_add(26)),
        b'0'..=b'9' => Some(c.wrapping_sub(b'0').wrapping_add(52)),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// The digits of a group that is not whole yet.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Decoder {
    pub(crate) digits: [u8; 4],
    pub(crate) count: usize,
}

impl Decoder {
    /// The bytes of the digits so far.
    fn bytes(&self) -> ([u8; 3], usize) {
        let digits = self.digits.iter().zip([18u32, 12, 6, 0]).take(self.count);
        let word = digits.fold(0u32, |word, (d, shift)| word | u32::from(*d) << shift);
        let [_, a, b, c] = word.to_be_bytes();
        ([a, b, c], self.count.saturating_sub(1).min(3))
    }

    /// Decodes until `text` ends or three bytes more do not fit. With `last`, the end of the text is
    /// the end of all of it: what is left of a group becomes bytes, too. Returns how many characters
    /// were used and how many bytes written.
    pub(crate) fn decode(&mut self, text: &[u8], out: &mut [u8], last: bool) -> (usize, usize) {
        let (mut used, mut written) = (0usize, 0usize);
        for c in text {
            if out.len().saturating_sub(written) < 3 {
                return (used, written);
            }
            used = used.saturating_add(1);
            if let (Some(digit), Some(place)) = (digit(*c), self.digits.get_mut(self.count)) {
                *place = digit;
                self.count = self.count.saturating_add(1);
            }
            if self.count >= 4 {
                written = written.saturating_add(self.flush(out.get_mut(written..)));
            }
        }
        if last {
            written = written.saturating_add(self.flush(out.get_mut(written..)));
        }
        (used, written)
    }

    /// Writes the group's bytes, all or none, and begins a new one. Returns how many.
    fn flush(&mut self, out: Option<&mut [u8]>) -> usize {
        let (bytes, len) = self.bytes();
        let to = out.and_then(|out| out.get_mut(..len));
        let (Some(to), Some(from)) = (to, bytes.get(..len)) else {
            return 0;
        };
        to.copy_from_slice(from);
        self.count = 0;
        len
    }
}

/// Decodes a whole text, as many groups as fit. Returns how many bytes, and whether that were all.
pub(crate) fn decode(text: &[u8], out: &mut [u8]) -> (usize, bool) {
    let mut decoder = Decoder::default();
    let mut written = 0usize;
    for c in text {
        let Some(digit) = digit(*c) else { continue };
        if let Some(place) = decoder.digits.get_mut(decoder.count) {
            *place = digit;
            decoder.count = decoder.count.saturating_add(1);
        }
        if decoder.count >= 4 {
            let n = decoder.flush(out.get_mut(written..));
            if n == 0 {
                return (written, false);
            }
            written = written.saturating_add(n);
        }
    }
    let (_, rest) = decoder.bytes();
    let n = decoder.flush(out.get_mut(written..));
    (written.saturating_add(n), n == rest)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], url: bool) -> String {
        let mut out = vec![0; encoded_len(bytes.len()).unwrap()];
        encode(bytes, url, &mut out);
        String::from_utf8(out).unwrap()
    }

    fn bytes(text: &str, room: usize) -> (Vec<u8>, bool) {
        let mut out = vec![0; room];
        let (n, all) = decode(text.as_bytes(), &mut out);
        out.truncate(n);
        (out, all)
    }

    /// RFC 4648, section 10.
    #[test]
    fn the_vectors_of_the_rfc() {
        for (plain, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(text(plain.as_bytes(), false), encoded);
            assert_eq!(bytes(encoded, 6), (plain.into(), true));
            assert_eq!(
                bytes(encoded.trim_end_matches('='), plain.len()),
                (plain.into(), true)
            );
        }
        assert_eq!(text(&[0xfb, 0xff, 0xbf], false), "+/+/");
        assert_eq!(text(&[0xfb, 0xff, 0xbf], true), "-_-_");
        assert_eq!(bytes("-_+/", 3), (vec![0xfb, 0xff, 0xbf], true));
        assert_eq!(encoded_len(usize::MAX), None);
    }

    #[test]
    fn passes_over_what_is_no_digit() {
        assert_eq!(bytes("Zm9v\nYm Fy!", 6), (b"foobar".into(), true));
        assert_eq!(bytes("Z", 6), (vec![], true));
        assert_eq!(bytes("====", 6), (vec![], true));
    }

    #[test]
    fn writes_whole_groups_that_fit() {
        assert_eq!(bytes("Zm9vYmFy", 5), (b"foo".into(), false));
        assert_eq!(bytes("Zm9vYg==", 3), (b"foo".into(), false));
        assert_eq!(bytes("Zm9vYg==", 4), (b"foob".into(), true));
    }

    /// In pieces of any size, the same comes out as at once.
    #[test]
    fn pieces_give_the_same() {
        let encoded = text(b"what is cut into pieces", false);
        for step in 1..10 {
            let (mut decoder, mut out, mut at) = (Decoder::default(), vec![], 0);
            while at < encoded.len() {
                let end = (at + step).min(encoded.len());
                let mut room = [0; 4];
                let (used, n) = decoder.decode(
                    &encoded.as_bytes()[at..end],
                    &mut room,
                    end == encoded.len(),
                );
                out.extend_from_slice(&room[..n]);
                at += used;
            }
            assert_eq!(out, b"what is cut into pieces", "{step}");
        }
    }
}
