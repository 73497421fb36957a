//! Text that comes in pieces.

use core::str::from_utf8;

/// Whether the text so far is UTF-8, or may become it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Utf8 {
    /// The beginning of a character.
    bytes: [u8; 4],
    have: usize,
}

impl Utf8 {
    /// Looks at the next piece. `false`: no text that begins like this is UTF-8.
    pub(crate) fn piece(&mut self, piece: &[u8]) -> bool {
        let mut rest = piece;
        while self.have > 0 {
            let Some((byte, after)) = rest.split_first() else {
                return true;
            };
            rest = after;
            if let Some(place) = self.bytes.get_mut(self.have) {
                *place = *byte;
            }
            self.have = self.have.saturating_add(1);
            match from_utf8(self.bytes.get(..self.have).unwrap_or(&[])) {
                Ok(_) => self.have = 0,
                Err(e) if e.error_len().is_some() => return false,
                Err(_) => {}
            }
        }
        let Err(e) = from_utf8(rest) else {
            return true;
        };
        if e.error_len().is_some() {
            return false;
        }
        for byte in rest.get(e.valid_up_to()..).unwrap_or(&[]) {
            if let Some(place) = self.bytes.get_mut(self.have) {
                *place = *byte;
                self.have = self.have.saturating_add(1);
            }
        }
        true
    }

    /// The text ends. `false`: inside a character.
    pub(crate) fn end(&mut self) -> bool {
        core::mem::take(self).have == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(bytes: &[u8]) -> bool {
        from_utf8(bytes).is_ok()
    }

    fn cut(bytes: &[u8], cuts: &[usize]) -> bool {
        let mut text = Utf8::default();
        let mut at = 0;
        for cut in cuts.iter().chain([&bytes.len()]) {
            if !text.piece(&bytes[at..*cut]) {
                return false;
            }
            at = *cut;
        }
        text.end()
    }

    #[test]
    fn text_is_judged_alike_however_it_is_cut() {
        let texts: &[&[u8]] = &[
            b"",
            b"plain",
            "κόσμε".as_bytes(),
            "a\u{7ff}\u{800}\u{ffff}\u{10000}\u{10ffff}z".as_bytes(),
            b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited",
            b"\xf4\x90\x80\x80",
            b"\xc0\xaf",
            b"\xe0\x80\xaf",
            b"a\x80",
            b"\xe2\x82",
            b"\xff",
        ];
        for text in texts {
            for first in 0..=text.len() {
                for second in first..=text.len() {
                    assert_eq!(cut(text, &[first, second]), whole(text), "{text:x?}");
                }
            }
            let all: Vec<usize> = (0..text.len()).collect();
            assert_eq!(cut(text, &all), whole(text), "{text:x?}");
        }
    }

    /// The first byte that no text can have there is where it ends.
    #[test]
    fn a_fault_is_seen_at_once() {
        let mut text = Utf8::default();
        assert!(text.piece(b"\xf4"));
        assert!(!text.piece(b"\x90"));
    }
}
