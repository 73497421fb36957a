//! Memory as rows of hexadecimal numbers and characters.

use super::{Line, Log, Object, write_with};
use core::fmt::Write;

/// How many bytes a row shows.
const ROW: usize = 16;

/// Logs the bytes between two empty lines, `ROW` of them a line. `None` stands
/// for a NULL pointer.
pub(crate) fn hexdump(cx: Log, level: u32, object: Option<&Object>, bytes: Option<&[u8]>) {
    if !cx.wants(level) {
        return;
    }
    let say = |text: &str| write_with(cx, level, object, |line| line.bytes(text.as_bytes()));
    match bytes {
        None => say("(hexdump: NULL ptr)"),
        Some([]) => say("(hexdump: zero length)"),
        Some(bytes) => {
            say("");
            for (n, chunk) in bytes.chunks(ROW).enumerate() {
                write_with(cx, level, object, |line| {
                    row(line, n.saturating_mul(ROW), chunk)
                });
            }
            say("");
        }
    }
}

fn row(line: &mut Line, offset: usize, bytes: &[u8]) {
    line.text(format_args!("{offset:04X}: "));
    for b in bytes {
        line.text(format_args!("{b:02X} "));
    }
    let missing = ROW.saturating_sub(bytes.len());
    line.text(format_args!("{:1$}   ", "", missing.saturating_mul(3)));
    for &b in bytes {
        // Cannot fail: a line takes everything.
        let _ = line.write_char(if b == b' ' || b.is_ascii_graphic() {
            b.into()
        } else {
            '.'
        });
    }
    line.text(format_args!("{:missing$}", ""));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows() {
        let mut line = Line::new();
        row(&mut line, 0x1230, b"0123 \x00\x7f\x80~9abcdef");
        assert_eq!(
            line.finish().to_bytes(),
            b"1230: 30 31 32 33 20 00 7F 80 7E 39 61 62 63 64 65 66    0123 ...~9abcdef\n"
        );
        let mut line = Line::new();
        row(&mut line, 0, b"d");
        assert_eq!(
            line.finish().to_bytes(),
            b"0000: 64                                                 d               \n"
        );
    }
}
