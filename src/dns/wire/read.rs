//! Reading the parts of a message.

use super::super::name::{self, MAX_WIRE, Wire};
use super::IN;

/// How often a name may go on elsewhere. One that a server compressed does so once for each of its
/// suffixes at most; real ones have a handful.
const MAX_HOPS: u32 = 32;

/// A place in a message.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    message: &'a [u8],
    at: usize,
    /// The name of the question in lower case, which stands at [`QUESTION`]; empty when it does not.
    question: &'a [u8],
    /// How many labels may still be read: 64 KiB of names that go on elsewhere would take long.
    labels: u32,
}

const MAX_LABELS: u32 = 200_000;

/// Where the name of the question begins, and the pointer to it.
const QUESTION: u8 = 12;
const POINTER: [u8; 2] = [0xc0, QUESTION];

/// The message ends too early, or has what no message has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Malformed;

/// A resource record.
pub(super) struct Record<'a> {
    pub(super) owner: Owner<'a>,
    pub(super) kind: u16,
    pub(super) class: u16,
    /// Seconds.
    pub(super) ttl: u32,
    /// What stands there, which of an OPT record is something else.
    pub(super) ttl_bytes: [u8; 4],
    /// At the data, for names in it that go on elsewhere in the message.
    pub(super) data_at: Reader<'a>,
    pub(super) data: &'a [u8],
}

/// The name that a record is of. Most are not looked at but compared, so that it is not copied.
pub(super) enum Owner<'a> {
    /// That of the question in lower case, or the root.
    Known(&'a [u8]),
    /// It stands here, and is a name.
    At(Reader<'a>),
}

impl Owner<'_> {
    /// Whether it is this one, which is in lower case.
    pub(super) fn is(&self, name: &[u8]) -> bool {
        let mut place = match self {
            Self::Known(known) => return *known == name,
            Self::At(place) => *place,
        };
        let mut rest = name;
        let same = place.labels(&mut |label| {
            let Some((len, tail)) = rest.split_first() else {
                return false;
            };
            let Some((ours, tail)) = tail.split_at_checked(usize::from(*len)) else {
                return false;
            };
            rest = tail;
            ours.eq_ignore_ascii_case(label)
        });
        same.is_ok() && rest == [0]
    }

    /// What `of`, in lower case, has in front of this name: nothing when they are equal, `None` when
    /// it does not end in it.
    pub(super) fn in_front<'n>(&self, of: &'n [u8]) -> Option<&'n [u8]> {
        match self {
            Self::Known(known) => name::in_front(of, known),
            Self::At(place) => name::in_front(of, { *place }.name().ok()?.wire()),
        }
    }
}

impl Record<'_> {
    pub(super) fn is(&self, kind: u16) -> bool {
        self.kind == kind && self.class == IN
    }

    /// The name that is all of the data.
    pub(super) fn name(&self) -> Result<Wire, Malformed> {
        let mut r = self.data_at;
        let name = r.name()?;
        r.ends_with(self)?;
        Ok(name)
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(message: &'a [u8]) -> Self {
        Self {
            message,
            at: 0,
            question: &[],
            labels: MAX_LABELS,
        }
    }

    pub(super) fn take(&mut self, n: usize) -> Result<&'a [u8], Malformed> {
        let end = self.at.checked_add(n).ok_or(Malformed)?;
        let bytes = self.message.get(self.at..end).ok_or(Malformed)?;
        self.at = end;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        self.take(N)?.try_into().map_err(|_| Malformed)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Malformed> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_be_bytes)
    }

    /// The same message at another place.
    pub(super) fn back_to(&mut self, place: &Self) {
        self.at = place.at;
    }

    /// Fails unless the data of this record ends here.
    pub(super) fn ends_with(&self, record: &Record<'_>) -> Result<(), Malformed> {
        let end = record.data_at.at.checked_add(record.data.len());
        if end == Some(self.at) {
            Ok(())
        } else {
            Err(Malformed)
        }
    }

    /// Says which name, on the wire and in lower case, stands in the question.
    pub(super) fn asked(&mut self, question: &'a [u8]) {
        self.question = question;
    }

    /// The name of a record. Most are but a pointer to that of the question, or the root.
    fn owner(&mut self) -> Result<Owner<'a>, Malformed> {
        let mut ahead = *self;
        let [first] = ahead.array()?;
        if first == 0 {
            *self = ahead;
            return Ok(Owner::Known(&[0]));
        }
        let [second] = ahead.array()?;
        if [first, second] == POINTER && !self.question.is_empty() {
            *self = ahead;
            return Ok(Owner::Known(self.question));
        }
        let place = *self;
        let mut len = 1usize;
        self.labels(&mut |label| {
            len = len.saturating_add(label.len()).saturating_add(1);
            len <= MAX_WIRE
        })?;
        Ok(Owner::At(place))
    }

    /// A name, in lower case.
    pub(super) fn name(&mut self) -> Result<Wire, Malformed> {
        let mut name = Wire::new();
        self.labels(&mut |label| name.label(label).is_ok())?;
        Ok(name)
    }

    /// Hands out the labels of a name, until `take` returns false, which is an error. Where the name
    /// goes on elsewhere, that lies before all it had so far, so that it ends.
    fn labels(&mut self, take: &mut dyn FnMut(&[u8]) -> bool) -> Result<(), Malformed> {
        let mut from = *self;
        let mut begin = self.at;
        let mut hops = 0u32;
        loop {
            let [len] = from.array()?;
            self.labels = self.labels.checked_sub(1).ok_or(Malformed)?;
            match len {
                0 => break,
                1..=63 => {
                    if !take(from.take(usize::from(len))?) {
                        return Err(Malformed);
                    }
                }
                0xc0.. => {
                    let [low] = from.array()?;
                    if hops == 0 {
                        self.at = from.at;
                    }
                    hops = hops.saturating_add(1);
                    let to = usize::from(u16::from_be_bytes([len & 0x3f, low]));
                    if to >= begin || hops > MAX_HOPS {
                        return Err(Malformed);
                    }
                    begin = to;
                    from.at = to;
                }
                _ => return Err(Malformed),
            }
        }
        if hops == 0 {
            self.at = from.at;
        }
        Ok(())
    }

    pub(super) fn record(&mut self) -> Result<Record<'a>, Malformed> {
        let owner = self.owner()?;
        let kind = self.u16()?;
        let class = self.u16()?;
        let ttl_bytes = self.array()?;
        let ttl = u32::from_be_bytes(ttl_bytes);
        let len = usize::from(self.u16()?);
        let data_at = *self;
        let data = self.take(len)?;
        Ok(Record {
            owner,
            kind,
            class,
            // RFC 2181 section 8: with the top bit set it is none.
            ttl: if ttl > 0x7fff_ffff { 0 } else { ttl },
            ttl_bytes,
            data_at,
            data,
        })
    }
}
