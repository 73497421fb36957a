//! Where a body begins and ends (RFC 9112 6 and 7).

use super::Framing;
use crate::util::hex;
use core::ops::Range;

/// The most bytes that the line with a chunk's size may have, and all trailers together.
const LONGEST_LINE: u32 = 4096;

/// The peer's framing makes no sense: nothing more can be read from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Broken;

/// What a body makes of bytes: the first `taken` of them are used up, those in `data` are payload.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Piece {
    pub(crate) taken: usize,
    pub(crate) data: Range<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum At {
    /// In the payload: this many bytes are to come.
    Data(u64),
    UntilClose,
    /// In the digits of a chunk's size, with the size so far; `None` before the first.
    Size(Option<u64>),
    /// After the digits.
    Extension(u64),
    /// After a chunk, before the end of its line.
    AfterChunk,
    /// In a line after the last chunk; whether anything is in it.
    Trailer(bool),
    Done,
}

/// A body that arrives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Body {
    at: At,
    chunked: bool,
    /// How long the line or the trailers are so far.
    line: u32,
}

impl Body {
    pub(crate) fn new(framing: Framing) -> Self {
        let at = match framing {
            Framing::None | Framing::Length(0) => At::Done,
            Framing::Length(n) => At::Data(n),
            Framing::Chunked => At::Size(None),
            Framing::UntilClose => At::UntilClose,
        };
        Self {
            at,
            chunked: framing == Framing::Chunked,
            line: 0,
        }
    }

    /// Whether all of it has come.
    pub(crate) fn is_done(&self) -> bool {
        self.at == At::Done
    }

    /// Whether it is whole if the peer closes now.
    pub(crate) fn may_end(&self) -> bool {
        matches!(self.at, At::Done | At::UntilClose)
    }

    /// Takes bytes up to the end of the next piece of payload, or of the body. To be called again
    /// with the rest while there is any and the body is not done.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Result<Piece, Broken> {
        for (i, b) in bytes.iter().enumerate() {
            let next = i.saturating_add(1);
            let left = bytes.len().saturating_sub(i);
            match self.at {
                At::Done => return Ok(piece(i, i..i)),
                At::UntilClose => return Ok(piece(bytes.len(), i..bytes.len())),
                At::Data(n) => {
                    let take = usize::try_from(n).unwrap_or(usize::MAX).min(left);
                    let end = i.saturating_add(take);
                    let rest = n.saturating_sub(u64::try_from(take).unwrap_or(u64::MAX));
                    self.at = match (rest, self.chunked) {
                        (0, true) => At::AfterChunk,
                        (0, false) => At::Done,
                        _ => At::Data(rest),
                    };
                    self.line = 0;
                    return Ok(piece(end, i..end));
                }
                _ => {}
            }
            self.line = self.line.saturating_add(1);
            if self.line > LONGEST_LINE {
                return Err(Broken);
            }
            self.at = self.framing(*b)?;
            if self.at == At::Done {
                return Ok(piece(next, next..next));
            }
        }
        Ok(piece(bytes.len(), 0..0))
    }

    /// Takes a byte of what is between the chunks.
    fn framing(&self, b: u8) -> Result<At, Broken> {
        Ok(match (self.at, b) {
            (At::Size(Some(n)), b'\n') => chunk(n),
            (At::Size(Some(n)), b'\r' | b';' | b' ' | b'\t') => At::Extension(n),
            (At::Size(n), _) => {
                let digit = hex::value(b).ok_or(Broken)?;
                let n = n.unwrap_or(0);
                if n >> 59 != 0 {
                    return Err(Broken);
                }
                At::Size(Some(n << 4 | u64::from(digit)))
            }
            (At::Extension(n), b'\n') => chunk(n),
            (At::Extension(n), _) => At::Extension(n),
            (At::AfterChunk, b'\r') => At::AfterChunk,
            (At::AfterChunk, b'\n') => At::Size(None),
            (At::AfterChunk, _) => return Err(Broken),
            (At::Trailer(false), b'\n') => At::Done,
            (At::Trailer(true), b'\n') => At::Trailer(false),
            (At::Trailer(any), b'\r') => At::Trailer(any),
            (At::Trailer(_), _) => At::Trailer(true),
            (at, _) => at,
        })
    }
}

/// What comes after the line with the size of a chunk.
fn chunk(size: u64) -> At {
    if size == 0 {
        At::Trailer(false)
    } else {
        At::Data(size)
    }
}

fn piece(taken: usize, data: Range<usize>) -> Piece {
    Piece { taken, data }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Outcome = Result<(Vec<u8>, usize, bool), Broken>;

    fn read(framing: Framing, pieces: &[&[u8]]) -> Outcome {
        let mut body = Body::new(framing);
        let (mut data, mut taken) = (Vec::new(), 0);
        for piece in pieces {
            let mut rest = *piece;
            while !rest.is_empty() && !body.is_done() {
                let p = body.feed(rest)?;
                assert!(p.taken > 0);
                data.extend_from_slice(&rest[p.data]);
                taken += p.taken;
                rest = &rest[p.taken..];
            }
        }
        Ok((data, taken, body.is_done()))
    }

    fn cut(framing: Framing, bytes: &[u8]) -> Outcome {
        let whole = read(framing, &[bytes]);
        for at in 0..bytes.len() {
            let (a, b) = bytes.split_at(at);
            assert_eq!(read(framing, &[a, b]), whole, "cut at {at}");
        }
        let single: Vec<_> = bytes.chunks(1).collect();
        assert_eq!(read(framing, &single), whole, "byte by byte");
        whole
    }

    #[test]
    fn a_length_is_exact() {
        for n in 1..8 {
            let r = cut(Framing::Length(n), b"abcdefgh").unwrap();
            assert_eq!(r, (b"abcdefgh"[..n as usize].to_vec(), n as usize, true));
        }
        let r = cut(Framing::Length(9), b"abcdefgh").unwrap();
        assert_eq!(r, (b"abcdefgh".to_vec(), 8, false));
        assert!(Body::new(Framing::Length(0)).is_done());
        assert!(Body::new(Framing::None).is_done());
    }

    #[test]
    fn chunks_are_put_together() {
        let text = b"3\r\nabc\r\n0A;x=\"1\"\r\n0123456789\r\n0\r\nT: v\r\nU: w\r\n\r\nNEXT";
        let r = cut(Framing::Chunked, text).unwrap();
        assert_eq!(r, (b"abc0123456789".to_vec(), text.len() - 4, true));
        let bare = b"1\na\n0\n\n";
        let r = cut(Framing::Chunked, bare).unwrap();
        assert_eq!(r, (b"a".to_vec(), bare.len(), true));
        let open = cut(Framing::Chunked, b"5\r\nabc").unwrap();
        assert_eq!(open, (b"abc".to_vec(), 6, false));
    }

    #[test]
    fn chunks_that_make_no_sense_are_refused() {
        for text in [
            &b"x\r\n"[..],
            b"\r\n",
            b"-1\r\n",
            b";a\r\n",
            b"1\r\nab\r\n",
            b"10000000000000000\r\n",
            b"0x1\r\na\r\n",
            b"g",
        ] {
            assert_eq!(cut(Framing::Chunked, text), Err(Broken), "{text:?}");
        }
        let long = [b"1;".to_vec(), vec![b'x'; 5000]].concat();
        assert_eq!(read(Framing::Chunked, &[&long]), Err(Broken));
        let trailers = [b"0\r\n".to_vec(), b"A: b\r\n".repeat(800)].concat();
        assert_eq!(read(Framing::Chunked, &[&trailers]), Err(Broken));
    }

    #[test]
    fn a_body_without_length_ends_with_the_connection() {
        let r = cut(Framing::UntilClose, b"abc").unwrap();
        assert_eq!(r, (b"abc".to_vec(), 3, false));
        let mut body = Body::new(Framing::UntilClose);
        assert!(body.may_end());
        body.feed(b"x").unwrap();
        assert!(body.may_end());
        assert!(!Body::new(Framing::Length(1)).may_end());
        assert!(!Body::new(Framing::Chunked).may_end());
    }
}
