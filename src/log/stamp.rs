//! The start of a line: local time and the letter of the level.

use super::Line;
use crate::sys::{clock, logcx};

/// The length of a stamp.
pub(crate) const LEN: usize = 30;

/// Appends `[YYYY/MM/DD HH:MM:SS:tttt] L: `; tttt are ten-thousandths of a
/// second.
pub(crate) fn now(line: &mut Line, letter: char) {
    let (seconds, ns) = clock::wall();
    let t = logcx::local_time(seconds);
    line.text(format_args!(
        "[{:04}/{:02}/{:02} {:02}:{:02}:{:02}:{:04}] {letter}: ",
        t.year,
        t.month,
        t.day,
        t.hour,
        t.minute,
        t.second,
        ns / 100_000
    ));
}

/// `line` without its stamp, if it has one.
pub(crate) fn strip(line: &[u8]) -> &[u8] {
    const SHAPE: &[u8; LEN] = b"[0000/00/00 00:00:00:0000] A: ";
    match line.split_at_checked(LEN) {
        Some((stamp, rest))
            if SHAPE.iter().zip(stamp).all(|(shape, b)| match shape {
                b'0' => b.is_ascii_digit(),
                b'A' => b.is_ascii_uppercase(),
                _ => shape == b,
            }) =>
        {
            rest
        }
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamped_and_stripped() {
        let mut line = Line::new();
        now(&mut line, 'E');
        line.bytes(b"text");
        let bytes = line.finish().to_bytes();
        assert_eq!(bytes.len(), LEN + 5);
        assert_eq!(strip(bytes), b"text\n");
        for other in [&b"text\n"[..], b"", b"[2026/11/21 06:56:34:65x7] E: text\n"] {
            assert_eq!(strip(other), other);
        }
    }
}
