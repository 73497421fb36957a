//! JSON of structs, in pieces as large as the buffers are. What is kept between two of them is in the
//! program's handle, so nothing is borrowed while the program has it.

use super::Kind;
use crate::abi::r#struct::*;
use crate::util::purify;
use core::ffi::c_char;

/// LSSERJ_FLAG_PRETTY and LSSERJ_FLAG_OMIT_SCHEMA.
const PRETTY: i32 = 1 << 0;
const OMIT_SCHEMA: i32 = 1 << 1;

type Level = lws_struct_serialize_st;

/// What comes next of a struct, in `idt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// Its bracket.
    Open,
    /// That, of a struct in a list, or of one behind another.
    OpenFirst,
    OpenAgain,
    /// The member `schema`, its text, the quote behind it.
    Schema,
    SchemaName,
    SchemaEnd,
    /// What is in front of a member's name.
    Member,
    Name,
    /// What is between name and value.
    Colon,
    Value,
    /// What is behind the value.
    Behind,
    /// The bracket at the end.
    Close,
    /// Nothing.
    Over,
}

const NEXTS: [Next; 13] = [
    Next::Open,
    Next::OpenFirst,
    Next::OpenAgain,
    Next::Schema,
    Next::SchemaName,
    Next::SchemaEnd,
    Next::Member,
    Next::Name,
    Next::Colon,
    Next::Value,
    Next::Behind,
    Next::Close,
    Next::Over,
];

/// The value of a member.
#[derive(Debug)]
pub(crate) enum Value<'a> {
    /// Not in JSON.
    Left,
    Truth(bool),
    /// A number, and whether it is below 0.
    Number(bool, u64),
    Text(&'a [u8]),
    Child(Level),
    /// The first struct of a list.
    List(Level),
}

/// Reads the program's structs.
pub(crate) trait Structs {
    /// The member whose turn it is, and its name.
    fn member(&self, level: &Level) -> (Kind, &[u8]);
    /// Its value.
    fn value(&self, level: &Level) -> Value<'_>;
    /// The struct behind this one in the list that it is in.
    fn behind(&self, level: &Level) -> Option<Level>;
}

/// A struct of which nothing is written.
pub(crate) fn level(map: *const lws_struct_map, entries: usize, obj: *const c_char) -> Level {
    Level {
        dllpos: core::ptr::null(),
        map,
        obj,
        map_entries: entries,
        map_entry: 0,
        size: 0,
        subsequent: 0,
        idt: Next::Open as c_char,
    }
}

/// The result for the program.
type Answer = lws_struct_json_serialize_result_t;

/// Goes on writing what `js` says, and tells how many bytes of `to` that took.
pub(crate) fn write(
    js: &mut lws_struct_serialize,
    structs: &dyn Structs,
    to: &mut [u8],
) -> (Answer, usize) {
    let schema = js.st.first();
    let schema = schema.is_some_and(|first| structs.member(first).0 == Kind::Schema);
    let mut writer = Writer {
        js,
        structs,
        schema,
        to,
        used: 0,
    };
    let answer = loop {
        match writer.step() {
            Ok(()) => (),
            Err(answer) => break answer,
        }
    };
    (answer, writer.used)
}

struct Writer<'a> {
    js: &'a mut lws_struct_serialize,
    structs: &'a dyn Structs,
    /// Whether the first level is a schema, which is no struct itself.
    schema: bool,
    to: &'a mut [u8],
    used: usize,
}

/// Where it ends for now.
type Or<T> = Result<T, Answer>;

/// The end of a line, and the most blanks that the next one begins with.
const LINE: &[u8] = b"\n                        ";

/// The digits of a number, behind a `-` where it is below 0.
fn digits(minus: bool, mut number: u64, room: &mut [u8; 21]) -> &[u8] {
    let mut at = room.len();
    loop {
        at = at.saturating_sub(1);
        if let Some(to) = room.get_mut(at) {
            *to = b'0' | (number % 10) as u8;
        }
        number /= 10;
        if number == 0 {
            break;
        }
    }
    if minus {
        at = at.saturating_sub(1);
        if let Some(to) = room.get_mut(at) {
            *to = b'-';
        }
    }
    room.get(at..).unwrap_or_default()
}

impl Writer<'_> {
    fn level(&mut self) -> Or<&mut Level> {
        let sp = usize::try_from(self.js.sp).ok();
        let level = sp.and_then(|sp| self.js.st.get_mut(sp));
        level.ok_or(Answer::LSJS_RESULT_ERROR)
    }

    fn set(&mut self, next: Next) -> Or<()> {
        self.level()?.idt = next as c_char;
        Ok(())
    }

    /// Adds as many bytes as there is room for.
    fn put(&mut self, bytes: &[u8]) -> usize {
        let room = self.to.iter_mut().skip(self.used);
        let fits = room.len().min(bytes.len());
        room.zip(bytes).for_each(|(to, from)| *to = *from);
        self.used = self.used.saturating_add(fits);
        fits
    }

    /// Writes what was not written of these bytes before, which `remaining` counts.
    fn piece(&mut self, parts: [&[u8]; 3]) -> Or<()> {
        let mut skip = self.js.remaining;
        for part in parts {
            let rest = part.get(skip..).unwrap_or_default();
            skip = skip.saturating_sub(part.len());
            let count = self.put(rest);
            self.js.remaining = self.js.remaining.saturating_add(count);
            if count < rest.len() {
                return Err(Answer::LSJS_RESULT_CONTINUE);
            }
        }
        self.js.remaining = 0;
        Ok(())
    }

    /// Writes what was not written of the inside of a string, from `offset`.
    fn text(&mut self, text: &[u8]) -> Or<()> {
        let mut room = [0; 7];
        loop {
            let rest = text.get(self.js.offset..).unwrap_or_default();
            let Some((takes, len)) = purify::json_first(rest, &mut room) else {
                self.js.offset = 0;
                return Ok(());
            };
            self.piece([room.get(..len).unwrap_or_default(), b"", b""])?;
            self.js.offset = self.js.offset.saturating_add(takes);
        }
    }

    fn pretty(&self) -> bool {
        self.js.flags & PRETTY != 0
    }

    /// The end of a line and what the next one begins with, `more` levels in from the present struct.
    fn line(&self, more: usize) -> &'static [u8] {
        if !self.pretty() {
            return b"";
        }
        let sp = usize::try_from(self.js.sp).unwrap_or(0);
        let around = self.js.st.get(..=sp).unwrap_or_default();
        let lists = around.iter().filter(|level| !level.dllpos.is_null());
        let depth = sp
            .saturating_sub(1)
            .saturating_add(lists.count())
            .saturating_add(more);
        LINE.get(..=depth.saturating_mul(2)).unwrap_or(LINE)
    }

    /// Writes one piece, or does what there is to do without one.
    fn step(&mut self) -> Or<()> {
        let level = *self.level()?;
        let next = usize::try_from(level.idt).ok();
        let next = next.and_then(|at| NEXTS.get(at)).copied();
        match next.unwrap_or(Next::Over) {
            Next::Open => self.open([b"", b"", b"{"]),
            Next::OpenFirst => self.open([b"", self.line(0), b"{"]),
            Next::OpenAgain => self.open([b",", self.line(0), b"{"]),
            Next::Schema => {
                let name: &[u8] = if self.pretty() {
                    b"\"schema\": \""
                } else {
                    b"\"schema\":\""
                };
                self.piece([self.line(1), name, b""])?;
                self.set(Next::SchemaName)
            }
            Next::SchemaName => {
                let schema = *self.js.st.first().ok_or(Answer::LSJS_RESULT_ERROR)?;
                self.text(self.structs.member(&schema).1)?;
                self.set(Next::SchemaEnd)
            }
            Next::SchemaEnd => {
                self.piece([b"\"", b"", b""])?;
                let level = self.level()?;
                level.subsequent = 1;
                level.idt = Next::Member as c_char;
                Ok(())
            }
            Next::Member => self.member(level),
            Next::Name => {
                self.text(self.structs.member(&level).1)?;
                self.set(Next::Colon)
            }
            Next::Colon => {
                let blank: &[u8] = if self.pretty() { b" " } else { b"" };
                let begin: &[u8] = match self.structs.value(&level) {
                    Value::Text(_) => b"\"",
                    Value::List(_) => b"[",
                    _ => b"",
                };
                self.piece([b"\":", blank, begin])?;
                self.set(Next::Value)
            }
            Next::Value => self.value(level),
            Next::Behind => {
                match self.structs.value(&level) {
                    Value::Text(_) => self.piece([b"\"", b"", b""])?,
                    Value::List(_) => self.piece([self.line(1), b"]", b""])?,
                    _ => (),
                }
                let level = self.level()?;
                level.subsequent = 1;
                level.map_entry = level.map_entry.saturating_add(1);
                level.idt = Next::Member as c_char;
                Ok(())
            }
            Next::Close => {
                let line = if level.subsequent != 0 {
                    self.line(0)
                } else {
                    b""
                };
                let last = self.js.sp == 1;
                let end: &[u8] = if last && self.pretty() { b"\n" } else { b"" };
                self.piece([line, b"}", end])?;
                self.close(level, last)
            }
            Next::Over => Err(Answer::LSJS_RESULT_FINISH),
        }
    }

    fn open(&mut self, parts: [&[u8]; 3]) -> Or<()> {
        self.piece(parts)?;
        let named = self.js.sp == 1 && self.schema && self.js.flags & OMIT_SCHEMA == 0;
        self.set(if named { Next::Schema } else { Next::Member })
    }

    /// Looks for the next member that is in JSON, and begins it.
    fn member(&mut self, mut level: Level) -> Or<()> {
        while level.map_entry < level.map_entries {
            if matches!(self.structs.value(&level), Value::Left) {
                level.map_entry = level.map_entry.saturating_add(1);
                continue;
            }
            let comma: &[u8] = if level.subsequent != 0 { b"," } else { b"" };
            self.level()?.map_entry = level.map_entry;
            self.piece([comma, self.line(1), b"\""])?;
            return self.set(Next::Name);
        }
        self.set(Next::Close)
    }

    fn value(&mut self, level: Level) -> Or<()> {
        let (inner, first) = match self.structs.value(&level) {
            // It was something when its name was written.
            Value::Left => {
                self.piece([b"null", b"", b""])?;
                return self.set(Next::Behind);
            }
            Value::Truth(truth) => {
                let word: &[u8] = if truth { b"true" } else { b"false" };
                self.piece([word, b"", b""])?;
                return self.set(Next::Behind);
            }
            Value::Number(minus, number) => {
                let mut room = [0; 21];
                self.piece([digits(minus, number, &mut room), b"", b""])?;
                return self.set(Next::Behind);
            }
            Value::Text(text) => {
                self.text(text)?;
                return self.set(Next::Behind);
            }
            Value::Child(inner) => (inner, Next::Open),
            Value::List(inner) => (inner, Next::OpenFirst),
        };
        let sp = self.js.sp.saturating_add(1);
        let at = usize::try_from(sp).ok();
        let room = at.and_then(|at| self.js.st.get_mut(at));
        *room.ok_or(Answer::LSJS_RESULT_ERROR)? = inner;
        self.set(Next::Behind)?;
        self.js.sp = sp;
        self.set(first)
    }

    /// Goes on with the struct of a list behind this one, or with the struct that this one is in.
    fn close(&mut self, level: Level, last: bool) -> Or<()> {
        if last {
            return self.set(Next::Over);
        }
        match self.structs.behind(&level) {
            Some(behind) => {
                *self.level()? = behind;
                self.set(Next::OpenAgain)
            }
            None => {
                self.js.sp = self.js.sp.saturating_sub(1);
                Ok(())
            }
        }
    }
}
