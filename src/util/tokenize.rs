//! A text, token by token.

use core::ffi::c_int;

use crate::abi::tokenize::*;

/// The flags of C.
#[derive(Clone, Copy)]
pub(crate) struct Flags(pub(crate) u16);

impl Flags {
    fn has(self, flag: c_int) -> bool {
        c_int::from(self.0) & flag != 0
    }

    /// Whether a byte belongs to tokens.
    fn token(self, c: u8) -> bool {
        match c {
            b'_' | 0x80.. => true,
            b'-' => self.has(LWS_TOKENIZE_F_MINUS_NONTERM),
            b'.' => self.has(LWS_TOKENIZE_F_DOT_NONTERM),
            b'*' => self.has(LWS_TOKENIZE_F_ASTERISK_NONTERM),
            b'/' => self.has(LWS_TOKENIZE_F_SLASH_NONTERM),
            b'=' => self.has(LWS_TOKENIZE_F_EQUALS_NONTERM),
            // RFC 7230 section 3.2.6
            _ => {
                c.is_ascii_alphanumeric()
                    || self.has(LWS_TOKENIZE_F_RFC7230_DELIMS) && !b"(),:;<>?@[\\]{}".contains(&c)
            }
        }
    }
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Elem {
    Ended,
    Delimiter,
    Token,
    Integer,
    Float,
    NameEquals,
    NameColon,
    Quoted,
    /// A comma is missing in a list, or one too many.
    CommaList,
    /// A number in front of a `=`.
    NumberName,
    MalformedFloat,
    /// A quote that has no end.
    Unterminated,
    BrokenUtf8,
}

/// What was found, and how far that goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) elem: Elem,
    /// From where on, how many bytes.
    pub(crate) token: Option<(usize, usize)>,
    /// How many bytes are done with.
    pub(crate) used: usize,
}

/// Where UTF-8 is (RFC 3629 section 4).
struct Utf8 {
    /// How many bytes of the character are to come.
    missing: u8,
    /// What the next one may be.
    low: u8,
    high: u8,
}

impl Utf8 {
    /// Whether a byte may come here.
    fn take(&mut self, c: u8) -> bool {
        let (missing, low, high) = match (self.missing, c) {
            (0, 0..0x80) => return true,
            (0, 0xc2..=0xdf) => (1, 0x80, 0xbf),
            (0, 0xe0) => (2, 0xa0, 0xbf),
            (0, 0xed) => (2, 0x80, 0x9f),
            (0, 0xe1..=0xef) => (2, 0x80, 0xbf),
            (0, 0xf0) => (3, 0x90, 0xbf),
            (0, 0xf1..=0xf3) => (3, 0x80, 0xbf),
            (0, 0xf4) => (3, 0x80, 0x8f),
            (1.., _) if (self.low..=self.high).contains(&c) => {
                (self.missing.saturating_sub(1), 0x80, 0xbf)
            }
            _ => return false,
        };
        *self = Self { missing, low, high };
        true
    }
}

const FIRST: u8 = lws_tokenize_delimiter_tracking::LWSTZ_DT_NEED_FIRST_CONTENT as u8;
const COMMA: u8 = lws_tokenize_delimiter_tracking::LWSTZ_DT_NEED_DELIM as u8;
const CONTENT: u8 = lws_tokenize_delimiter_tracking::LWSTZ_DT_NEED_NEXT_CONTENT as u8;

/// Finds what comes first in `bytes`, of which none is asked for behind a NUL. `delim` is what a list with
/// commas wants, kept from call to call.
pub(crate) fn next(flags: Flags, delim: &mut u8, bytes: impl Iterator<Item = u8>) -> Found {
    let list = flags.has(LWS_TOKENIZE_F_COMMA_SEP_LIST);
    let integers = !flags.has(LWS_TOKENIZE_F_NO_INTEGERS);
    let floats = integers && !flags.has(LWS_TOKENIZE_F_NO_FLOATS);
    let mut utf8 = Utf8 {
        missing: 0,
        low: 0,
        high: 0,
    };
    let found = |elem, token, used| Found { elem, token, used };
    // The token so far: what it is, from where on, how many bytes; and whether blanks follow it.
    let mut pending: Option<(Elem, usize, usize)> = None;
    let mut over = false;
    let mut quote: Option<usize> = None;
    let mut comment = false;
    let mut used: usize = 0;
    for c in bytes.take_while(|c| *c != 0) {
        let at = used;
        used = used.saturating_add(1);
        let span = pending.map(|(_, start, len)| (start, len));
        if !utf8.take(c) {
            return found(Elem::BrokenUtf8, span, used);
        }
        if let Some(start) = quote {
            if c == b'"' {
                *delim = COMMA;
                return found(Elem::Quoted, Some((start, at.saturating_sub(start))), used);
            }
            continue;
        }
        if comment {
            comment = !matches!(c, b'\r' | b'\n');
            continue;
        }
        let hash = c == b'#' && flags.has(LWS_TOKENIZE_F_HASH_COMMENT);
        if hash || matches!(c, b' ' | b'\t' | b'\n' | b'\r' | 12) {
            comment = hash;
            over = true;
            continue;
        }
        let token = c != b'"' && flags.token(c);
        match &mut pending {
            Some((elem, ..)) if c == b'=' && !token => {
                let number = matches!(elem, Elem::Integer | Elem::Float);
                *delim = COMMA;
                let elem = if number {
                    Elem::NumberName
                } else {
                    Elem::NameEquals
                };
                return found(elem, span, used);
            }
            Some(_) if c == b':' && flags.has(LWS_TOKENIZE_F_AGG_COLON) => {
                *delim = COMMA;
                return found(Elem::NameColon, span, used);
            }
            Some((elem @ Elem::Integer, _, len)) if c == b'.' && floats && !over => {
                *elem = Elem::Float;
                *len = len.saturating_add(1);
            }
            Some((Elem::Float, ..)) if c == b'.' && !over => {
                return found(Elem::MalformedFloat, span, used);
            }
            Some((elem, _, len)) if token && !over => {
                if !c.is_ascii_digit() {
                    *elem = Elem::Token;
                }
                *len = len.saturating_add(1);
            }
            Some((elem, ..)) => {
                *delim = COMMA;
                return found(*elem, span, at);
            }
            None if c == b'"' || token => {
                if list && *delim == COMMA {
                    return found(Elem::CommaList, None, used);
                }
                let number = c.is_ascii_digit() && integers;
                let elem = if number { Elem::Integer } else { Elem::Token };
                match token {
                    true => pending = Some((elem, at, 1)),
                    false => quote = Some(used),
                }
                over = false;
            }
            None => {
                if list && (c != b',' || *delim != COMMA) {
                    return found(Elem::CommaList, None, used);
                }
                *delim = CONTENT;
                return found(Elem::Delimiter, Some((at, 1)), used);
            }
        }
    }
    let span = pending.map(|(_, start, len)| (start, len));
    if utf8.missing != 0 {
        return found(Elem::BrokenUtf8, span, used);
    }
    if let Some(start) = quote {
        return found(
            Elem::Unterminated,
            Some((start, used.saturating_sub(start))),
            used,
        );
    }
    if let Some((elem, ..)) = pending {
        *delim = COMMA;
        return found(elem, span, used);
    }
    match list && *delim == CONTENT {
        true => found(Elem::CommaList, None, used),
        false => found(Elem::Ended, None, used),
    }
}

/// What a list with commas wants at first.
pub(crate) const BEGIN: u8 = FIRST;

#[cfg(test)]
mod tests {
    use super::*;

    /// All of a text: what was found, in front of it its letter.
    fn all(text: &str, flags: c_int) -> String {
        let mut delim = BEGIN;
        let mut rest = text.as_bytes();
        let mut all = Vec::new();
        loop {
            let found = next(Flags(flags as u16), &mut delim, rest.iter().copied());
            let token = found
                .token
                .map_or(&rest[..0], |(at, len)| &rest[at..at + len]);
            let token = String::from_utf8_lossy(token);
            let letter = match found.elem {
                Elem::Ended => return all.join(" "),
                Elem::Delimiter => 'd',
                Elem::Token => 't',
                Elem::Integer => 'i',
                Elem::Float => 'f',
                Elem::NameEquals => '=',
                Elem::NameColon => ':',
                Elem::Quoted => 'q',
                error => {
                    all.push(format!("{error:?}"));
                    return all.join(" ");
                }
            };
            all.push(format!("{letter}{token}"));
            rest = &rest[found.used..];
        }
    }

    #[test]
    fn texts_are_cut_as_the_flags_say() {
        const DOT: c_int = LWS_TOKENIZE_F_DOT_NONTERM;
        const RFC: c_int = LWS_TOKENIZE_F_RFC7230_DELIMS;
        for (text, flags, want) in [
            ("", 0, ""),
            (" a  b_1,c-d", 0, "ta tb_1 d, tc d- td"),
            ("a = b=c:d", 0, "=a =b tc d: td"),
            ("a : b:c", LWS_TOKENIZE_F_AGG_COLON, ":a :b tc"),
            ("1 1.5 1. 1a 1.2a", 0, "i1 f1.5 f1. t1a t1.2a"),
            ("1.5.6", 0, "MalformedFloat"),
            ("1.5.6", DOT, "MalformedFloat"),
            ("1.5.6", DOT | LWS_TOKENIZE_F_NO_FLOATS, "t1.5.6"),
            ("1.5", LWS_TOKENIZE_F_NO_FLOATS, "i1 d. i5"),
            ("1.5", LWS_TOKENIZE_F_NO_INTEGERS, "t1 d. t5"),
            ("a.b .5", DOT, "ta.b t.5"),
            ("1=2", 0, "NumberName"),
            ("1=2", LWS_TOKENIZE_F_NO_INTEGERS, "=1 t2"),
            ("-a b-c", LWS_TOKENIZE_F_MINUS_NONTERM, "t-a tb-c"),
            ("a/b*c", LWS_TOKENIZE_F_SLASH_NONTERM, "ta/b d* tc"),
            ("a/b*c", LWS_TOKENIZE_F_ASTERISK_NONTERM, "ta d/ tb*c"),
            ("a=b", LWS_TOKENIZE_F_EQUALS_NONTERM, "ta=b"),
            ("a!#b~(c)/d-e", RFC, "ta!#b~ d( tc d) d/ td d- te"),
            ("a #b=c\n=d", LWS_TOKENIZE_F_HASH_COMMENT, "=a td"),
            ("a #b=c\n=d", 0, "ta d# =b =c td"),
            ("\"a b\"\"\"=", 0, "qa b q d="),
            ("a=\"b\\\"", 0, "=a qb\\"),
            ("\"a", 0, "Unterminated"),
            // What stands in front of a quote is not lost.
            ("a\"b\" 5 \"c\"", 0, "ta qb i5 qc"),
            // UTF-8 belongs to tokens.
            (
                "\u{e9}a \u{20ac}\u{1f600}",
                0,
                "t\u{e9}a t\u{20ac}\u{1f600}",
            ),
            ("a\u{e9} \"\u{20ac}\"", RFC, "ta\u{e9} q\u{20ac}"),
            ("a\0b", 0, "ta"),
        ] {
            assert_eq!(all(text, flags), want, "{text} {flags:x}");
        }
    }

    #[test]
    fn lists_have_commas_between() {
        for (text, want) in [
            ("a, \"b\" ,1", "ta d, qb d, i1"),
            ("", ""),
            (",a", "CommaList"),
            ("a,", "ta d, CommaList"),
            ("a,,b", "ta d, CommaList"),
            ("a b", "ta CommaList"),
            ("a;b", "ta CommaList"),
            ("\"a\"\"b\"", "qa CommaList"),
        ] {
            assert_eq!(all(text, LWS_TOKENIZE_F_COMMA_SEP_LIST), want, "{text}");
        }
    }

    #[test]
    fn broken_utf8_is_refused() {
        for bytes in [
            &b"\xff"[..],
            b"\xc3",
            b"a\xc3",
            b"\xc3 a",
            b"a\x80",
            b"\xc0\x80",
            b"\xe0\x80\x80",
            b"\xed\xa0\x80",
            b"\xf4\x90\x80\x80",
            b"\"\xc3\"",
        ] {
            let mut delim = BEGIN;
            let found = next(Flags(0), &mut delim, bytes.iter().copied());
            assert_eq!(found.elem, Elem::BrokenUtf8, "{bytes:x?}");
        }
    }
}
