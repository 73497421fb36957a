//! Domain names (RFC 1035 section 3.1): labels of 1 to 63 bytes, at most 255 bytes on the wire.

use core::fmt::{self, Write};
use std::rc::Rc;

/// The longest name on the wire, with its last zero byte.
pub(crate) const MAX_WIRE: usize = 255;
/// The longest label.
const MAX_LABEL: usize = 63;

/// A name as it stands on the wire, without compression and with its letters in lower case, so that
/// equal names are equal bytes.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Name(Rc<[u8]>);

/// Why a text is no name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BadName {
    /// It has no label.
    Empty,
    /// A label is empty, or has more than 63 bytes.
    Label,
    /// It has more than 255 bytes.
    Long,
    /// A byte is neither printable ASCII nor part of an escape.
    Byte,
}

impl fmt::Display for BadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "it is empty",
            Self::Label => "a label has 0 or more than 63 bytes",
            Self::Long => "it has more than 255 bytes",
            Self::Byte => "it has a byte that names do not have",
        })
    }
}

impl Name {
    /// From text, with or without the last dot. `\.` and `\DDD` are escapes of RFC 1035 section 5.1.
    pub(crate) fn from_text(text: &[u8]) -> Result<Self, BadName> {
        let mut wire = Wire::new();
        wire.text(text)?;
        Ok(wire.to_name())
    }

    /// From its bytes on the wire, which have no compression; `None` when they are no name.
    pub(crate) fn from_wire(bytes: &[u8]) -> Option<Self> {
        let mut wire = Wire::new();
        let mut rest = bytes;
        loop {
            let (len, tail) = rest.split_first()?;
            let len = usize::from(*len);
            if len == 0 {
                return tail.is_empty().then(|| wire.to_name());
            }
            if len > MAX_LABEL {
                return None;
            }
            wire.label(tail.get(..len)?).ok()?;
            rest = tail.get(len..)?;
        }
    }

    /// Its bytes on the wire, shared.
    pub(crate) fn shared(&self) -> Rc<[u8]> {
        Rc::clone(&self.0)
    }

    /// Its bytes on the wire.
    pub(crate) fn wire(&self) -> &[u8] {
        &self.0
    }

    /// How many labels it has, without the root's.
    pub(crate) fn labels(&self) -> usize {
        Labels(&self.0).count()
    }

    /// This name with the labels of `suffix` behind its own.
    pub(crate) fn under(&self, suffix: &Self) -> Result<Self, BadName> {
        let mut wire = Wire::new();
        for label in Labels(&self.0).chain(Labels(&suffix.0)) {
            wire.label(label)?;
        }
        Ok(wire.to_name())
    }

    /// Whether the last label is this one.
    pub(crate) fn ends_in(&self, last: &[u8]) -> bool {
        Labels(&self.0).last() == Some(last)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(&self.0, f)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(&self.0, f)
    }
}

fn show(wire: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut first = true;
    for label in Labels(wire) {
        if !core::mem::take(&mut first) {
            f.write_str(".")?;
        }
        for c in label {
            match c {
                b'.' | b'\\' | b'"' => {
                    f.write_char('\\')?;
                    f.write_char(char::from(*c))?;
                }
                0x21..=0x7e => f.write_char(char::from(*c))?,
                _ => write!(f, "\\{c:03}")?,
            }
        }
    }
    if first { f.write_str(".") } else { Ok(()) }
}

/// The labels of a name on the wire; ends at what is none.
struct Labels<'a>(&'a [u8]);

impl<'a> Iterator for Labels<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (len, rest) = self.0.split_first()?;
        let len = usize::from(*len);
        if len == 0 {
            return None;
        }
        let label = rest.get(..len)?;
        self.0 = rest.get(len..)?;
        Some(label)
    }
}

/// A name being put together, in lower case.
#[derive(Clone, Copy)]
pub(crate) struct Wire {
    bytes: [u8; MAX_WIRE],
    /// Without the last zero byte; below [`MAX_WIRE`].
    len: usize,
}

impl Wire {
    pub(crate) const fn new() -> Self {
        Self {
            bytes: [0; MAX_WIRE],
            len: 0,
        }
    }

    /// Adds a label of 1 to 63 bytes.
    pub(crate) fn label(&mut self, label: &[u8]) -> Result<(), BadName> {
        let len = u8::try_from(label.len()).map_err(|_| BadName::Label)?;
        if len == 0 || usize::from(len) > MAX_LABEL {
            return Err(BadName::Label);
        }
        let begin = self.len.saturating_add(1);
        let end = begin.saturating_add(label.len());
        // One byte is for the zero at the end.
        if end >= MAX_WIRE {
            return Err(BadName::Long);
        }
        if let Some(at) = self.bytes.get_mut(self.len) {
            *at = len;
        }
        if let Some(room) = self.bytes.get_mut(begin..end) {
            for (to, from) in room.iter_mut().zip(label) {
                *to = from.to_ascii_lowercase();
            }
        }
        self.len = end;
        Ok(())
    }

    /// Adds the labels of a text.
    pub(crate) fn text(&mut self, text: &[u8]) -> Result<(), BadName> {
        let mut label = [0u8; MAX_LABEL];
        let mut used = 0usize;
        let mut any = false;
        let mut rest = text.iter();
        while let Some(c) = rest.next() {
            let byte = match c {
                b'.' => {
                    self.label(label.get(..used).unwrap_or(&[]))?;
                    used = 0;
                    any = true;
                    continue;
                }
                b'\\' => escape(&mut rest)?,
                0x21..=0x7e => *c,
                _ => return Err(BadName::Byte),
            };
            *label.get_mut(used).ok_or(BadName::Label)? = byte;
            used = used.saturating_add(1);
        }
        if used > 0 {
            self.label(label.get(..used).unwrap_or(&[]))?;
        } else if !any {
            return Err(BadName::Empty);
        }
        Ok(())
    }

    /// With the zero byte at the end.
    pub(crate) fn wire(&self) -> &[u8] {
        self.bytes.get(..self.len.saturating_add(1)).unwrap_or(&[0])
    }

    pub(crate) fn to_name(self) -> Name {
        // The bytes behind the labels are still zero.
        Name(self.wire().into())
    }
}

fn escape(rest: &mut core::slice::Iter<'_, u8>) -> Result<u8, BadName> {
    let first = rest.next().ok_or(BadName::Byte)?;
    if !first.is_ascii_digit() {
        return if (0x21..=0x7e).contains(first) {
            Ok(*first)
        } else {
            Err(BadName::Byte)
        };
    }
    let mut n = 0u16;
    for c in [Some(first), rest.next(), rest.next()] {
        let digit = c.filter(|c| c.is_ascii_digit()).ok_or(BadName::Byte)?;
        n = n
            .saturating_mul(10)
            .saturating_add(u16::from(digit.saturating_sub(b'0')));
    }
    u8::try_from(n).map_err(|_| BadName::Byte)
}

/// What is left of `name` in front of `suffix`; both on the wire and in lower case. Empty when they
/// are equal, `None` when it does not end so.
pub(crate) fn in_front<'a>(name: &'a [u8], suffix: &[u8]) -> Option<&'a [u8]> {
    let split = name.len().checked_sub(suffix.len())?;
    let (front, back) = name.split_at_checked(split)?;
    if back != suffix {
        return None;
    }
    // The cut has to be between labels.
    let mut rest = front;
    while let Some((len, tail)) = rest.split_first() {
        rest = tail.get(usize::from(*len)..)?;
    }
    Some(front)
}

/// The name with the labels `front` before those of `back`, both on the wire.
pub(crate) fn join(front: &[u8], back: &[u8]) -> Result<Wire, BadName> {
    let mut wire = Wire::new();
    for label in Labels(front).chain(Labels(back)) {
        wire.label(label)?;
    }
    Ok(wire)
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::from_text(text.as_bytes()).unwrap()
    }

    #[test]
    fn text_to_wire_and_back() {
        for (given, wire, shown) in [
            ("a", &b"\x01a\0"[..], "a"),
            ("a.", b"\x01a\0", "a"),
            (
                "WWW.Example.COM",
                b"\x03www\x07example\x03com\0",
                "www.example.com",
            ),
            ("_sip._tcp.x", b"\x04_sip\x04_tcp\x01x\0", "_sip._tcp.x"),
            (r"a\.b.c", b"\x03a.b\x01c\0", r"a\.b.c"),
            (r"\065\255.c", b"\x02a\xff\x01c\0", r"a\255.c"),
        ] {
            let n = name(given);
            assert_eq!((n.wire(), n.to_string().as_str()), (wire, shown), "{given}");
            assert_eq!(Name::from_wire(wire), Some(n));
        }
        assert_eq!(Wire::new().to_name().to_string(), ".");
    }

    #[test]
    fn what_is_no_name() {
        let long = "a.".repeat(128);
        let label = "b".repeat(64);
        for (text, why) in [
            ("", BadName::Empty),
            (".", BadName::Label),
            ("..", BadName::Label),
            (".a", BadName::Label),
            ("a..b", BadName::Label),
            ("a..", BadName::Label),
            ("a b", BadName::Byte),
            ("a\u{e4}", BadName::Byte),
            ("a\u{7f}", BadName::Byte),
            (r"a\", BadName::Byte),
            (r"a\25", BadName::Byte),
            (r"a\256", BadName::Byte),
            (r"a\2x5", BadName::Byte),
            (&long, BadName::Long),
            (&label, BadName::Label),
        ] {
            assert_eq!(Name::from_text(text.as_bytes()), Err(why), "{text}");
        }
        // The longest there is: 127 labels of one byte.
        let most = name(&"a.".repeat(127));
        assert_eq!((most.wire().len(), most.labels()), (255, 127));
        let most = name(&format!("{}{}", "x.".repeat(95), "y".repeat(63)));
        assert_eq!(most.wire().len(), 255);
        assert_eq!(most.under(&name("z")), Err(BadName::Long));
        for wire in [
            &b""[..],
            b"\x01",
            b"\x01a",
            b"\x01a\0\0",
            b"\x40a\0",
            b"\xc0\x0c",
        ] {
            assert_eq!(Name::from_wire(wire), None, "{wire:?}");
        }
    }

    #[test]
    fn suffixes() {
        let www = name("www.example.com");
        let cut = |suffix: &str| in_front(www.wire(), name(suffix).wire());
        assert_eq!(cut("example.com"), Some(&b"\x03www"[..]));
        assert_eq!(cut("www.example.com"), Some(&b""[..]));
        assert_eq!(
            in_front(www.wire(), b"\0"),
            Some(&b"\x03www\x07example\x03com"[..])
        );
        for no in ["xample.com", "ww.example.com", "a.www.example.com", "org"] {
            assert_eq!(cut(no), None, "{no}");
        }
        // The bytes of a label are not a name.
        let odd = Name::from_text(br"a\003com.x").unwrap();
        assert_eq!(in_front(odd.wire(), name("com.x").wire()), None);
        let j = join(b"\x03www", name("b.c").wire()).unwrap();
        assert_eq!(j.to_name(), name("www.b.c"));
        assert!(
            join(
                www.wire(),
                &[b"\x3f"[..].to_vec(), vec![b'x'; 63], vec![0]].concat()
            )
            .is_ok()
        );
        assert_eq!(name("host").under(&name("b.c")), Ok(name("host.b.c")));
        assert!(
            name("a.localhost").ends_in(b"localhost") && !name("localhost.a").ends_in(b"localhost")
        );
    }
}
