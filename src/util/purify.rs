//! Escaping what came from outside before it goes into SQL, JSON or the name
//! of a file.
#![forbid(unsafe_code)]

use super::hex::digit;
use super::out::Out;

/// A piece of input that is escaped as a whole, and its escaped form.
struct Piece<'a> {
    /// How many bytes of input it is.
    takes: usize,
    form: Form<'a>,
}

enum Form<'a> {
    /// Stands for itself.
    Plain(&'a [u8]),
    /// A backslash and one character.
    Short(u8),
    /// `\u00xx`.
    Long(u8),
    /// A doubled quote.
    Quotes,
}

impl Form<'_> {
    fn len(&self) -> usize {
        match self {
            Form::Plain(bytes) => bytes.len(),
            Form::Short(_) | Form::Quotes => 2,
            Form::Long(_) => 6,
        }
    }

    fn write(&self, out: &mut Out<'_>) -> bool {
        match self {
            Form::Plain(bytes) => out.whole(bytes),
            Form::Short(c) => out.whole(&[b'\\', *c]),
            Form::Quotes => out.whole(b"''"),
            Form::Long(b) => out.whole(&[
                b'\\',
                b'u',
                b'0',
                b'0',
                digit(b >> 4).to_ascii_uppercase(),
                digit(*b).to_ascii_uppercase(),
            ]),
        }
    }
}

fn write<'a>(pieces: impl Iterator<Item = Piece<'a>>, to: &mut [u8]) -> usize {
    let mut out = Out::new(to);
    let mut used = 0usize;
    for piece in pieces {
        if !piece.form.write(&mut out) {
            break;
        }
        used = used.saturating_add(piece.takes);
    }
    out.finish();
    used
}

fn len<'a>(pieces: impl Iterator<Item = Piece<'a>>) -> usize {
    pieces.fold(0, |n, piece| n.saturating_add(piece.form.len()))
}

fn sql_pieces(from: &[u8]) -> impl Iterator<Item = Piece<'_>> {
    from.chunks(1).map(|c| Piece {
        takes: 1,
        form: if c == b"'" {
            Form::Quotes
        } else {
            Form::Plain(c)
        },
    })
}

/// JSON text is UTF-8: what is goes through, what is not becomes the code
/// point with the byte's number, so that the result is always valid.
fn json_pieces(from: &[u8]) -> impl Iterator<Item = Piece<'_>> {
    from.utf8_chunks().flat_map(|chunk| {
        let valid = chunk.valid();
        let good = valid.char_indices().map(move |(at, c)| {
            let takes = c.len_utf8();
            let form = match c {
                '\\' => Form::Short(b'\\'),
                '\t' => Form::Short(b't'),
                '\n' => Form::Short(b'n'),
                '\r' => Form::Short(b'r'),
                '"' => Form::Long(b'"'),
                // Only ASCII is below U+0020.
                c if c < ' ' => Form::Long(u8::try_from(c).unwrap_or(b' ')),
                _ => Form::Plain(
                    valid
                        .as_bytes()
                        .get(at..at.saturating_add(takes))
                        .unwrap_or_default(),
                ),
            };
            Piece { takes, form }
        });
        let bad = chunk.invalid().iter().map(|b| Piece {
            takes: 1,
            form: Form::Long(*b),
        });
        good.chain(bad)
    })
}

/// Writes `from` with each `'` doubled, and a NUL, to `to`; what does not fit
/// is left out, a pair is never cut. Returns how many bytes of `from` went in.
pub(crate) fn sql(from: &[u8], to: &mut [u8]) -> usize {
    write(sql_pieces(from), to)
}

/// The length [`sql`] gives `from`, without the NUL.
pub(crate) fn sql_len(from: &[u8]) -> usize {
    len(sql_pieces(from))
}

/// Writes `from` as the inside of a JSON string, and a NUL, to `to`; what does
/// not fit is left out, neither an escape nor a character is cut. Returns how
/// many bytes of `from` went in.
pub(crate) fn json(from: &[u8], to: &mut [u8]) -> usize {
    write(json_pieces(from), to)
}

/// The length [`json`] gives `from`, without the NUL.
pub(crate) fn json_len(from: &[u8]) -> usize {
    len(json_pieces(from))
}

/// Writes the first byte or character of `from` as [`json`] does. Returns how many bytes that is of
/// `from`, and in `to`; `None` where `from` is empty.
#[cfg(feature = "LWS_WITH_STRUCT_JSON")]
pub(crate) fn json_first(from: &[u8], to: &mut [u8; 7]) -> Option<(usize, usize)> {
    let piece = json_pieces(from.get(..4).unwrap_or(from)).next()?;
    let mut out = Out::new(to);
    piece.form.write(&mut out);
    Some((piece.takes, out.finish()))
}

/// Replaces `..`, `:`, `\`, `$` and `%` by underscores, as many as they are
/// characters.
pub(crate) fn filename(name: &mut [u8]) {
    let mut rest = name;
    loop {
        match rest {
            [b'.', b'.', ..] => {
                let (dots, tail) = rest.split_at_mut(2);
                dots.fill(b'_');
                rest = tail;
            }
            [c, tail @ ..] => {
                if matches!(*c, b':' | b'\\' | b'$' | b'%') {
                    *c = b'_';
                }
                rest = tail;
            }
            [] => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{filename, json, json_len, sql, sql_len};

    fn text(f: fn(&[u8], &mut [u8]) -> usize, from: &[u8], len: usize) -> (String, usize) {
        let mut b = vec![0xaau8; len];
        let used = f(from, &mut b);
        let end = b.iter().position(|c| *c == 0).unwrap_or(b.len());
        b.truncate(end);
        (String::from_utf8_lossy(&b).into_owned(), used)
    }

    #[test]
    fn sql_doubles_quotes() {
        assert_eq!(text(sql, b"it's", 6), ("it''s".into(), 4));
        assert_eq!(text(sql, b"it's", 5), ("it''".into(), 3));
        assert_eq!(text(sql, b"it's", 4), ("it".into(), 2));
        assert_eq!(text(sql, b"", 1), (String::new(), 0));
        assert_eq!(sql_len(b"''a"), 5);
        assert_eq!(sql(b"abc", &mut []), 0);
    }

    #[test]
    fn json_escapes() {
        let from = b"a\"\\/\t\n\r\x08\x1f\x7f";
        let want = "a\\u0022\\\\/\\t\\n\\r\\u0008\\u001F\x7f";
        assert_eq!(text(json, from, 100), (want.into(), from.len()));
        assert_eq!(json_len(from), want.len());
        // Just enough room is enough.
        assert_eq!(text(json, from, want.len() + 1), (want.into(), from.len()));
        assert_eq!(text(json, b"ab\"", 8), ("ab".into(), 2));
        assert_eq!(text(json, b"ab\"", 9), ("ab\\u0022".into(), 3));
    }

    #[test]
    fn json_keeps_utf8_and_escapes_what_is_not() {
        assert_eq!(text(json, "né€😀".as_bytes(), 100), ("né€😀".into(), 10));
        assert_eq!(text(json, "né€".as_bytes(), 5), ("né".into(), 3));
        assert_eq!(
            text(json, b"a\xffb\xc3", 100),
            ("a\\u00FFb\\u00C3".into(), 4)
        );
        assert_eq!(json_len(b"\xff"), 6);
    }

    #[test]
    fn file_names() {
        for (from, want) in [
            ("abc.txt", "abc.txt"),
            ("../../x", "__/__/x"),
            ("...", "__."),
            ("....", "____"),
            ("a:b\\c$d%e", "a_b_c_d_e"),
            (".:.", "._."),
            ("", ""),
        ] {
            let mut b = from.as_bytes().to_vec();
            filename(&mut b);
            assert_eq!(String::from_utf8_lossy(&b), want);
        }
    }
}
