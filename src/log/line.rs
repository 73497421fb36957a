//! One log line while it is put together.

use core::ffi::CStr;
use core::fmt;

/// The line buffer with its terminating NUL.
const SIZE: usize = 256;
/// The longest text that is not cut.
const TEXT_MAX: usize = SIZE - 3;
/// What a cut line keeps of its text, and how it ends.
const CUT_AT: usize = 250;
const CUT_END: &[u8] = b"...\n";

/// A line on its way to a sink. Text beyond the buffer is counted and dropped.
pub(crate) struct Line {
    buf: [u8; SIZE],
    /// The length of all text so far; more than the buffer takes once it has
    /// been full.
    len: usize,
}

impl Line {
    pub(crate) fn new() -> Self {
        Self {
            buf: [0; SIZE],
            len: 0,
        }
    }

    /// Has `fill` append text: it writes to the start of the slice it is given
    /// (a terminating NUL may be among what it writes) and returns the length
    /// of its text, even if that did not fit.
    pub(crate) fn fill(&mut self, fill: impl FnOnce(&mut [u8]) -> usize) {
        let Some(room) = self.buf.get_mut(self.len.min(SIZE - 1)..) else {
            return;
        };
        let n = fill(room);
        let taken = n.min(room.len().saturating_sub(1));
        // A NUL in the text (`%c` of 0) would end the line for a C emitter.
        for b in room.iter_mut().take(taken).filter(|b| **b == 0) {
            *b = b'?';
        }
        self.len = self.len.saturating_add(n);
    }

    /// Appends formatted text.
    pub(crate) fn text(&mut self, text: fmt::Arguments<'_>) {
        // Cannot fail: write_str() below does not, and a Display of a caller
        // that does has written what it could.
        let _ = fmt::write(self, text);
    }

    /// Appends bytes as they are.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.fill(|room| {
            for (to, from) in room.iter_mut().zip(bytes) {
                *to = *from;
            }
            bytes.len()
        });
    }

    /// The text so far.
    pub(crate) fn so_far(&self) -> &[u8] {
        self.buf.get(..self.len.min(SIZE - 1)).unwrap_or_default()
    }

    /// Ends the line: one newline, whatever the text ended in, and the NUL.
    pub(super) fn finish(&mut self) -> &CStr {
        let mut end = self.len;
        if end < SIZE {
            while end > 0 && self.buf.get(end - 1) == Some(&b'\n') {
                end -= 1;
            }
        }
        let tail = if end > TEXT_MAX {
            end = CUT_AT;
            CUT_END
        } else {
            b"\n"
        };
        let rest = self.buf.get_mut(end..).unwrap_or_default();
        rest.fill(0);
        for (to, from) in rest.iter_mut().zip(tail) {
            *to = *from;
        }
        CStr::from_bytes_until_nul(&self.buf).unwrap_or_default()
    }
}

impl fmt::Write for Line {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.bytes(s.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(text: &str) -> String {
        let mut line = Line::new();
        line.text(format_args!("{text}"));
        line.finish().to_str().unwrap_or_default().to_owned()
    }

    #[test]
    fn one_newline() {
        for text in ["", "\n", "\n\n\n"] {
            assert_eq!(finished(text), "\n");
        }
        for text in ["a\nb", "a\nb\n", "a\nb\n\n"] {
            assert_eq!(finished(text), "a\nb\n");
        }
    }

    #[test]
    fn cut() {
        let a = "a".repeat(400);
        for n in [0, 1, 249, 250, 251, 253] {
            assert_eq!(finished(&a[..n]), format!("{}\n", &a[..n]), "{n}");
            assert_eq!(
                finished(&format!("{}\n", &a[..n])),
                format!("{}\n", &a[..n]),
                "{n}"
            );
        }
        for n in [254, 255, 256, 257, 400] {
            assert_eq!(finished(&a[..n]), format!("{}...\n", &a[..250]), "{n}");
        }
        // Newlines are no reason to cut while the buffer sees them all.
        assert_eq!(
            finished(&format!("{}\n\n", &a[..253])),
            format!("{}\n", &a[..253])
        );
        assert_eq!(
            finished(&format!("{}\n\n\n", &a[..253])),
            format!("{}...\n", &a[..250])
        );
    }

    #[test]
    fn pieces_beyond_the_end() {
        let mut line = Line::new();
        for _ in 0..100 {
            line.bytes(b"0123456789");
        }
        let text = line.finish().to_bytes();
        assert_eq!(text.len(), 254);
        assert!(text.starts_with(b"01234567890") && text.ends_with(b"9...\n"));
    }

    #[test]
    fn nul_is_replaced() {
        assert_eq!(finished("a\0b"), "a?b\n");
        assert_eq!(
            finished(&"\0".repeat(300)),
            format!("{}...\n", "?".repeat(250))
        );
    }
}
