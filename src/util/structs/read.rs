//! What becomes of JSON as LEJP tells it, and of its values.
//!
//! LEJP's parsers stand on top of each other, one for each struct that is in another, or for each list.
//! A level of the JSON at which one was put there is marked, so that it goes with the object or array
//! that it came with, whatever else is in that.

use super::Kind;
use crate::abi::lejp::{LEJP_FLAG_CB_IS_VALUE, lejp_callbacks};
use core::ffi::c_char;

/// Why JSON is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The program has set up no struct.
    NoStruct,
    /// No schema is of that name, and none has such a member.
    Schema,
    /// It is not what the member is.
    Value,
    /// The number does not fit.
    Range,
    /// Structs are too deep in each other.
    Deep,
    /// The map has a place outside of its struct, or too many members.
    Map,
    NoMemory,
}

impl Refused {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::NoStruct => "no struct to write to",
            Self::Schema => "no schema fits",
            Self::Value => "not what the member is",
            Self::Range => "does not fit the member",
            Self::Deep => "structs too deep in each other",
            Self::Map => "bad map",
            Self::NoMemory => "no memory",
        }
    }
}

/// What stands at a level of the JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Nothing of ours.
    None,
    /// An object that has a parser of its own.
    Object,
    /// An array that has one: of a list.
    Array,
}

impl Mark {
    pub(crate) fn new(byte: c_char) -> Self {
        match byte {
            1 => Self::Object,
            2 => Self::Array,
            _ => Self::None,
        }
    }

    pub(crate) fn byte(self) -> c_char {
        match self {
            Self::None => 0,
            Self::Object => 1,
            Self::Array => 2,
        }
    }
}

/// Where the parser is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The member whose path it is.
    pub(crate) member: Option<Kind>,
    /// The level, and the one that it is in.
    pub(crate) here: Mark,
    pub(crate) around: Mark,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Nothing,
    /// A parser for a child begins.
    Child,
    /// One for a list.
    List,
    /// One for a list that is not in an array: it has one struct.
    Single,
    /// The struct of a list begins.
    Item,
    /// The parser that came with this level ends.
    Pop,
    /// A string begins.
    Begin,
    /// A part of a text: whether it is the first and the last one.
    Text {
        first: bool,
        last: bool,
    },
    /// A number, or `1` or `0` for `true` or `false`.
    Number,
    Refuse(Refused),
}

/// Whether LEJP tells of a value, or of an object or array that is one.
pub(crate) fn is_value(reason: c_char) -> bool {
    const VALUE: c_char = LEJP_FLAG_CB_IS_VALUE as c_char;
    const ARRAY: c_char = lejp_callbacks::LEJPCB_ARRAY_START as c_char;
    const OBJECT: c_char = lejp_callbacks::LEJPCB_OBJECT_START as c_char;
    reason & VALUE != 0 || reason == ARRAY || reason == OBJECT
}

/// Whether the parser's arguments are needed: when it ends, the program need not have them any more.
pub(crate) fn needs_arguments(reason: c_char) -> bool {
    const MADE: c_char = lejp_callbacks::LEJPCB_CONSTRUCTED as c_char;
    const ENDED: c_char = lejp_callbacks::LEJPCB_DESTRUCTED as c_char;
    reason != MADE && reason != ENDED
}

/// What is to be done for a reason that LEJP gives.
pub(crate) fn act(reason: c_char, place: Place) -> Act {
    const BEGIN: c_char = lejp_callbacks::LEJPCB_VAL_STR_START as c_char;
    const CHUNK: c_char = lejp_callbacks::LEJPCB_VAL_STR_CHUNK as c_char;
    const END: c_char = lejp_callbacks::LEJPCB_VAL_STR_END as c_char;
    const INTEGER: c_char = lejp_callbacks::LEJPCB_VAL_NUM_INT as c_char;
    const FLOAT: c_char = lejp_callbacks::LEJPCB_VAL_NUM_FLOAT as c_char;
    const TRUE: c_char = lejp_callbacks::LEJPCB_VAL_TRUE as c_char;
    const FALSE: c_char = lejp_callbacks::LEJPCB_VAL_FALSE as c_char;
    const ARRAY: c_char = lejp_callbacks::LEJPCB_ARRAY_START as c_char;
    const ARRAY_END: c_char = lejp_callbacks::LEJPCB_ARRAY_END as c_char;
    const OBJECT: c_char = lejp_callbacks::LEJPCB_OBJECT_START as c_char;
    const OBJECT_END: c_char = lejp_callbacks::LEJPCB_OBJECT_END as c_char;
    match reason {
        ARRAY_END if place.here == Mark::Array => return Act::Pop,
        OBJECT_END if place.here == Mark::Object => return Act::Pop,
        OBJECT if place.around == Mark::Array => return Act::Item,
        _ => (),
    }
    let Some(member) = place.member else {
        return Act::Nothing;
    };
    let integer = matches!(
        member,
        Kind::Signed(_) | Kind::Unsigned(_) | Kind::Boolean(_)
    );
    match (reason, member) {
        (OBJECT, Kind::Child) => Act::Child,
        (OBJECT, Kind::List) => Act::Single,
        (ARRAY, Kind::List) => Act::List,
        (OBJECT | ARRAY, _) | (_, Kind::Child | Kind::List | Kind::Schema | Kind::Blob) => {
            Act::Nothing
        }
        (BEGIN | CHUNK | END | INTEGER | FLOAT | TRUE | FALSE, Kind::Bad) => {
            Act::Refuse(Refused::Map)
        }
        (BEGIN, _) => Act::Begin,
        (CHUNK, _) if integer => Act::Refuse(Refused::Value),
        // A string is a number where it is written as one.
        (END | INTEGER | FLOAT | TRUE | FALSE, _) if integer => Act::Number,
        (CHUNK | END, _) => Act::Text {
            first: false,
            last: reason == END,
        },
        (INTEGER | FLOAT | TRUE | FALSE, _) => Act::Text {
            first: true,
            last: true,
        },
        // null leaves it as it is.
        _ => Act::Nothing,
    }
}

/// Whether a text is of a number below 0, and the number without its sign.
fn integer(text: &[u8]) -> Result<(bool, u64), Refused> {
    let (minus, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Refused::Value);
    }
    let number = digits.iter().try_fold(0u64, |n, digit| {
        n.checked_mul(10)?
            .checked_add(u64::from(digit.wrapping_sub(b'0')))
    });
    Ok((minus, number.ok_or(Refused::Range)?))
}

/// The bits of a number in a member, and how many bytes that has.
pub(crate) fn number(member: Kind, text: &[u8]) -> Result<(u64, usize), Refused> {
    let bits = |len: usize| u32::try_from(len).unwrap_or(8).min(8).saturating_mul(8);
    // The largest number that is not below 0, and how far it goes below.
    let (most, below, len) = match member {
        Kind::Signed(len) => {
            let most = u64::MAX >> 65u32.saturating_sub(bits(len));
            (most, most.saturating_add(1), len)
        }
        Kind::Unsigned(len) => (u64::MAX >> 64u32.saturating_sub(bits(len)), 0, len),
        Kind::Boolean(len) => (1, 0, len),
        _ => return Err(Refused::Value),
    };
    let (minus, number) = match (member, text) {
        (Kind::Boolean(_), b"true") => (false, 1),
        (Kind::Boolean(_), b"false") => (false, 0),
        _ => integer(text)?,
    };
    match minus {
        true if number <= below => Ok((number.wrapping_neg(), len)),
        false if number <= most => Ok((number, len)),
        _ => Err(Refused::Range),
    }
}

/// How many bytes of a text are before a character that is not whole.
pub(crate) fn whole(text: &[u8]) -> usize {
    let tail = text
        .iter()
        .rev()
        .take(3)
        .take_while(|c| **c & 0xc0 == 0x80)
        .count();
    let Some(at) = text.len().checked_sub(tail.saturating_add(1)) else {
        return text.len();
    };
    let wants = match text.get(at).copied().unwrap_or_default() {
        0xc2..=0xdf => 1,
        0xe0..=0xef => 2,
        0xf0..=0xf4 => 3,
        _ => return text.len(),
    };
    if tail < wants { at } else { text.len() }
}
