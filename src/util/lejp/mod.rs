//! A parser of JSON, fed byte by byte, of which nothing but the context of the program is kept.
//!
//! What the program is told of a byte comes as [`Step`]s, so that nothing is borrowed while its callback
//! runs; what is left to do for that byte afterwards is a [`Then`].

mod level;
pub(crate) mod path;
#[cfg(test)]
mod tests;
mod text;

use core::ffi::c_char;

use self::level::{above, back, cut, extend, forget, in_array, len, push, set_state, state};
use self::text::Bytes;
use crate::abi::lejp::*;

/// What comes of a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The next byte is wanted.
    Next,
    /// The callback is to be called.
    Call(Call),
    /// That was all, and it is JSON.
    Complete,
    /// It is not JSON, or more than is possible: one of `lejp_reasons`.
    Reject(i32),
}

/// A call of the callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// One of `lejp_callbacks`.
    pub(crate) reason: i32,
    /// Whether paths are compared before, where none matches.
    pub(crate) compare: bool,
    /// For [`resume`].
    pub(crate) then: Then,
}

/// What is left to do for a byte, once the callback has returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// Nothing.
    Next,
    /// All of it.
    First,
    /// It is what follows a number.
    Number,
    /// It was the last one of a token.
    Token,
    /// An object or array begins, in which that is waited for.
    Deeper(u8),
    /// A string begins.
    String,
    /// These bytes of a string.
    Bytes(Bytes),
    /// The string was the value.
    Value,
    /// An array ended that was not all.
    Array,
    /// It has ended.
    Complete,
    /// It is over.
    Over,
}

const IDLE: u8 = lejp_states::LEJP_IDLE as u8;
const MEMBERS: u8 = lejp_states::LEJP_MEMBERS as u8;
const NAME: u8 = lejp_states::LEJP_M_P as u8;
const STRING: u8 = lejp_states::LEJP_MP_STRING as u8;
const ESCAPE: u8 = lejp_states::LEJP_MP_STRING_ESC as u8;
const DIGIT_1: u8 = lejp_states::LEJP_MP_STRING_ESC_U1 as u8;
const DIGIT_4: u8 = lejp_states::LEJP_MP_STRING_ESC_U4 as u8;
const COLON: u8 = lejp_states::LEJP_MP_DELIM as u8;
const VALUE: u8 = lejp_states::LEJP_MP_VALUE as u8;
const NUMBER: u8 = lejp_states::LEJP_MP_VALUE_NUM_INT as u8;
const TOKEN: u8 = lejp_states::LEJP_MP_VALUE_TOK as u8;
const COMMA: u8 = lejp_states::LEJP_MP_COMMA_OR_END as u8;
const ARRAY: u8 = lejp_states::LEJP_MP_ARRAY_END as u8;
const KEEP: u8 = LEJP_FLAG_WS_KEEP as u8;
const COMMENT: u8 = LEJP_FLAG_WS_COMMENTLINE as u8;

/// The tokens, what the callback is called for each, and what `buf` is.
const TOKENS: [(&[u8], lejp_callbacks, &[u8]); 3] = [
    (b"true", lejp_callbacks::LEJPCB_VAL_TRUE, b"1"),
    (b"false", lejp_callbacks::LEJPCB_VAL_FALSE, b"0"),
    (b"null", lejp_callbacks::LEJPCB_VAL_NULL, b""),
];

fn call(reason: lejp_callbacks, then: Then) -> Step {
    Step::Call(Call {
        reason: reason as i32,
        compare: false,
        then,
    })
}

/// As [`call`], after paths were compared.
fn compare(reason: lejp_callbacks, then: Then) -> Step {
    Step::Call(Call {
        reason: reason as i32,
        compare: true,
        then,
    })
}

fn reject(reason: lejp_reasons) -> Step {
    Step::Reject(reason as i32)
}

/// Where a step cannot be done.
type Or<T> = Result<T, lejp_reasons>;

/// Of a context that the program has spoilt, or of a path without room.
const UNKNOWN: lejp_reasons = lejp_reasons::LEJP_REJECT_UNKNOWN;

/// A parser that has read nothing, without paths.
pub(crate) fn parser() -> lejp_ctx {
    const PST: _lejp_parsing_stack = _lejp_parsing_stack {
        user: core::ptr::null_mut(),
        callback: None,
        paths: core::ptr::null(),
        count_paths: 0,
        ppos: 0,
        path_match: 0,
    };
    const ST: _lejp_stack = _lejp_stack {
        s: 0,
        p: 0,
        i: 0,
        b: 0,
    };
    lejp_ctx {
        user: core::ptr::null_mut(),
        pst: [PST; 5],
        st: [ST; 12],
        i: [0; 8],
        wild: [0; 8],
        path: [0; 128],
        buf: [0; 255],
        path_stride: 0,
        line: 1,
        uni: 0,
        npos: 0,
        dcount: 0,
        f: 0,
        sp: 0,
        ipos: 0,
        count_paths: 0,
        path_match: 0,
        path_match_len: 0,
        wildcount: 0,
        pst_sp: 0,
        outer_array: 0,
    }
}

/// A byte more.
pub(crate) fn feed(ctx: &mut lejp_ctx, c: u8) -> Step {
    if c == b'\n' {
        ctx.line = ctx.line.wrapping_add(1);
    }
    if state(ctx) == IDLE && ctx.dcount == 0 {
        // Told once: idle, nothing else is counted there.
        ctx.dcount = 1;
        return call(lejp_callbacks::LEJPCB_START, Then::First);
    }
    byte(ctx, c)
}

/// Goes on with a byte after the callback.
pub(crate) fn resume(ctx: &mut lejp_ctx, c: u8, then: Then) -> Step {
    let done = match then {
        Then::Next => Ok(Step::Next),
        Then::First => return byte(ctx, c),
        Then::Number => {
            set_state(ctx, COMMA);
            return byte(ctx, c);
        }
        Then::Token => {
            set_state(ctx, COMMA);
            Ok(Step::Next)
        }
        Then::Deeper(state) => deeper(ctx, state),
        Then::String => string(ctx),
        Then::Bytes(bytes) => {
            ctx.npos = 0;
            add(ctx, bytes)
        }
        Then::Value => {
            ctx.sp = ctx.sp.saturating_sub(1);
            Ok(Step::Next)
        }
        Then::Array => {
            if ctx.sp == 0 {
                ctx.ipos = 0;
            }
            Ok(Step::Next)
        }
        Then::Complete => Ok(call(lejp_callbacks::LEJPCB_COMPLETE, Then::Over)),
        Then::Over => Ok(Step::Complete),
    };
    done.unwrap_or_else(reject)
}

/// What begins with the bracket that the callback was told of.
fn deeper(ctx: &mut lejp_ctx, begin: u8) -> Or<Step> {
    if begin == VALUE {
        let index = ctx.i.get_mut(usize::from(ctx.ipos));
        *index.ok_or(lejp_reasons::LEJP_REJECT_MP_DELIM_ISTACK)? = 0;
        ctx.ipos = ctx.ipos.saturating_add(1);
    } else if state(ctx) == IDLE {
        // The outermost object is the level itself.
        set_state(ctx, begin);
        return Ok(Step::Next);
    }
    push(ctx, begin)?;
    Ok(Step::Next)
}

fn byte(ctx: &mut lejp_ctx, c: u8) -> Step {
    let now = state(ctx);
    if now & KEEP == 0 {
        if now & COMMENT != 0 {
            if c == b'\n' {
                set_state(ctx, now & !COMMENT);
            }
            return Step::Next;
        }
        match c {
            b' ' | b'\t' | b'\n' | b'\r' => return Step::Next,
            b'#' => {
                set_state(ctx, now | COMMENT);
                return Step::Next;
            }
            _ => (),
        }
    }
    let done = match now {
        IDLE => idle(ctx, c),
        MEMBERS | NAME => name(ctx, c, now == MEMBERS),
        STRING | ESCAPE | DIGIT_1..=DIGIT_4 => {
            text::byte(ctx, c, now).and_then(|bytes| match bytes {
                Some(bytes) => add(ctx, bytes),
                None => Ok(Step::Next),
            })
        }
        COLON => colon(ctx, c),
        VALUE => value(ctx, c),
        NUMBER => number(ctx, c),
        TOKEN => token(ctx, c),
        COMMA => comma(ctx, c),
        _ => Err(lejp_reasons::LEJP_REJECT_MP_ARRAY_END_MISSING),
    };
    done.unwrap_or_else(reject)
}

fn idle(ctx: &mut lejp_ctx, c: u8) -> Or<Step> {
    match c {
        b'{' => Ok(call(
            lejp_callbacks::LEJPCB_OBJECT_START,
            Then::Deeper(MEMBERS),
        )),
        b'[' => {
            ctx.outer_array = 1;
            array(ctx)
        }
        _ => Err(lejp_reasons::LEJP_REJECT_IDLE_NO_BRACE),
    }
}

fn array(ctx: &mut lejp_ctx) -> Or<Step> {
    set_state(ctx, ARRAY);
    if usize::from(len(ctx)).saturating_add(3) >= ctx.path.len() {
        return Err(UNKNOWN);
    }
    extend(ctx, b'[')?;
    extend(ctx, b']')?;
    Ok(call(
        lejp_callbacks::LEJPCB_ARRAY_START,
        Then::Deeper(VALUE),
    ))
}

fn name(ctx: &mut lejp_ctx, c: u8, may_end: bool) -> Or<Step> {
    if may_end && c == b'}' {
        return Ok(end_object(ctx));
    }
    set_state(ctx, NAME);
    if c != b'"' {
        return Err(lejp_reasons::LEJP_REJECT_MP_NO_OPEN_QUOTE);
    }
    let base = above(ctx).map_or(0, |st| st.p as u8);
    cut(ctx, base);
    if base != 0 {
        extend(ctx, b'.')?;
    }
    set_state(ctx, COLON);
    string(ctx)
}

fn string(ctx: &mut lejp_ctx) -> Or<Step> {
    push(ctx, STRING)?;
    ctx.f = 0;
    Ok(Step::Next)
}

fn colon(ctx: &mut lejp_ctx, c: u8) -> Or<Step> {
    if c != b':' {
        return Err(lejp_reasons::LEJP_REJECT_MP_DELIM_MISSING_COLON);
    }
    set_state(ctx, VALUE);
    ctx.path_match = 0;
    Ok(compare(lejp_callbacks::LEJPCB_PAIR_NAME, Then::Next))
}

fn value(ctx: &mut lejp_ctx, c: u8) -> Or<Step> {
    match c {
        b'{' => {
            set_state(ctx, COMMA);
            // As another parser on top may have left it.
            cut(ctx, len(ctx));
            Ok(compare(
                lejp_callbacks::LEJPCB_OBJECT_START,
                Then::Deeper(MEMBERS),
            ))
        }
        b'[' => array(ctx),
        b'"' => {
            set_state(ctx, COMMA);
            ctx.npos = 0;
            end_buf(ctx);
            Ok(call(lejp_callbacks::LEJPCB_VAL_STR_START, Then::String))
        }
        b'-' | b'0'..=b'9' => {
            set_state(ctx, NUMBER);
            (ctx.npos, ctx.dcount, ctx.f) = (0, 0, 0);
            number(ctx, c)
        }
        b']' => end_array(ctx),
        _ => {
            let which = TOKENS.iter().position(|t| t.0.first() == Some(&c));
            let which = which.ok_or(lejp_reasons::LEJP_REJECT_MP_DELIM_BAD_VALUE_START)?;
            ctx.uni = u16::try_from(which).unwrap_or(0);
            ctx.dcount = 1;
            set_state(ctx, TOKEN);
            Ok(Step::Next)
        }
    }
}

fn number(ctx: &mut lejp_ctx, c: u8) -> Or<Step> {
    const MINUS: u8 = num_flags::LEJP_SEEN_MINUS as u8;
    const POINT: u8 = num_flags::LEJP_SEEN_POINT as u8;
    const FRACTION: u8 = num_flags::LEJP_SEEN_POST_POINT as u8;
    const EXPONENT: u8 = num_flags::LEJP_SEEN_EXP as u8;
    let seen = ctx.f;
    // `dcount` is 0 where a digit has to come, of the integer or the exponent.
    let none = ctx.dcount == 0;
    let halfway = seen & (POINT | FRACTION | EXPONENT) == POINT;
    let last = usize::from(ctx.npos)
        .checked_sub(1)
        .and_then(|at| ctx.buf.get(at));
    let after_e = last.is_some_and(|c| matches!(*c as u8, b'e' | b'E'));
    match c {
        b'0'..=b'9' => {
            ctx.dcount = 1;
            if seen & POINT != 0 {
                ctx.f |= FRACTION;
            }
        }
        b'-' if ctx.npos == 0 => ctx.f = MINUS,
        b'+' | b'-' if after_e => (),
        b'.' if seen & (POINT | EXPONENT) != 0 => {
            return Err(lejp_reasons::LEJP_REJECT_MP_VAL_NUM_FORMAT);
        }
        _ if halfway => return Err(lejp_reasons::LEJP_REJECT_MP_VAL_NUM_INT_NO_FRAC),
        b'.' if none => return Err(lejp_reasons::LEJP_REJECT_MP_VAL_NUM_FORMAT),
        b'.' => ctx.f |= POINT,
        b'e' | b'E' if seen & EXPONENT != 0 => {
            return Err(lejp_reasons::LEJP_REJECT_MP_VAL_NUM_FORMAT);
        }
        b'e' | b'E' if none => return Err(lejp_reasons::LEJP_REJECT_MP_VAL_NUM_EXP_BAD_EXP),
        b'e' | b'E' => {
            ctx.f |= EXPONENT;
            ctx.dcount = 0;
        }
        _ if none && seen & EXPONENT != 0 => {
            return Err(lejp_reasons::LEJP_REJECT_MP_VAL_NUM_EXP_BAD_EXP);
        }
        _ if none => return Err(lejp_reasons::LEJP_REJECT_MP_VAL_NUM_FORMAT),
        _ => {
            let float = seen & (POINT | EXPONENT) != 0;
            end_buf(ctx);
            let reason = match float {
                true => lejp_callbacks::LEJPCB_VAL_NUM_FLOAT,
                false => lejp_callbacks::LEJPCB_VAL_NUM_INT,
            };
            return Ok(call(reason, Then::Number));
        }
    }
    if is_full(ctx) {
        return Err(lejp_reasons::LEJP_REJECT_NUM_TOO_LONG);
    }
    add_buf(ctx, c);
    Ok(Step::Next)
}

fn is_full(ctx: &lejp_ctx) -> bool {
    usize::from(ctx.npos) >= LEJP_STRING_CHUNK as usize
}

/// Adds a byte to `buf`.
fn add_buf(ctx: &mut lejp_ctx, c: u8) {
    if let Some(to) = ctx.buf.get_mut(usize::from(ctx.npos)) {
        *to = c as c_char;
        ctx.npos = ctx.npos.saturating_add(1);
    }
}

/// Puts the NUL behind what is in `buf`.
fn end_buf(ctx: &mut lejp_ctx) {
    if let Some(to) = ctx.buf.get_mut(usize::from(ctx.npos)) {
        *to = 0;
    }
}

fn token(ctx: &mut lejp_ctx, c: u8) -> Or<Step> {
    let unknown = lejp_reasons::LEJP_REJECT_MP_VAL_TOK_UNKNOWN;
    let (word, reason, text) = TOKENS.get(usize::from(ctx.uni)).ok_or(unknown)?;
    let at = usize::from(ctx.dcount);
    if word.get(at) != Some(&c) {
        return Err(unknown);
    }
    ctx.dcount = ctx.dcount.saturating_add(1);
    if at.saturating_add(1) < word.len() {
        return Ok(Step::Next);
    }
    ctx.npos = 0;
    text.iter().for_each(|c| add_buf(ctx, *c));
    end_buf(ctx);
    Ok(call(*reason, Then::Token))
}

/// Adds bytes to the string, which is a name or a value, as far as there is room until the callback has
/// had them.
fn add(ctx: &mut lejp_ctx, mut bytes: Bytes) -> Or<Step> {
    let name = above(ctx).is_some_and(|st| st.s as u8 == COLON);
    while let Some(c) = bytes.next() {
        if name {
            extend(ctx, c)?;
            continue;
        }
        add_buf(ctx, c);
        if is_full(ctx) {
            end_buf(ctx);
            return Ok(call(
                lejp_callbacks::LEJPCB_VAL_STR_CHUNK,
                Then::Bytes(bytes),
            ));
        }
    }
    if !bytes.last {
        return Ok(Step::Next);
    }
    if name {
        ctx.sp = ctx.sp.saturating_sub(1);
        return Ok(Step::Next);
    }
    end_buf(ctx);
    Ok(call(lejp_callbacks::LEJPCB_VAL_STR_END, Then::Value))
}

fn comma(ctx: &mut lejp_ctx, c: u8) -> Or<Step> {
    match c {
        b',' if in_array(ctx) => {
            let index = usize::from(ctx.ipos).checked_sub(1);
            if let Some(index) = index.and_then(|at| ctx.i.get_mut(at)) {
                *index = index.saturating_add(1);
            }
            forget(ctx);
            set_state(ctx, VALUE);
            Ok(Step::Next)
        }
        b',' => {
            forget(ctx);
            set_state(ctx, NAME);
            Ok(Step::Next)
        }
        b']' => end_array(ctx),
        b'}' if in_array(ctx) => Err(lejp_reasons::LEJP_REJECT_MP_ARRAY_END_MISSING),
        b'}' => Ok(end_object(ctx)),
        _ => Err(lejp_reasons::LEJP_REJECT_MP_C_OR_E_NEITHER),
    }
}

fn end_object(ctx: &mut lejp_ctx) -> Step {
    let Some(sp) = ctx.sp.checked_sub(1) else {
        back(ctx, None);
        return compare(lejp_callbacks::LEJPCB_OBJECT_END, Then::Complete);
    };
    ctx.sp = sp;
    let level = ctx.st.get(usize::from(sp)).filter(|_| sp != 0).copied();
    back(ctx, level);
    ctx.path_match = 0;
    compare(lejp_callbacks::LEJPCB_OBJECT_END, Then::Next)
}

fn end_array(ctx: &mut lejp_ctx) -> Or<Step> {
    let sp = ctx.sp.checked_sub(1);
    let sp = sp.ok_or(lejp_reasons::LEJP_REJECT_MP_C_OR_E_UNDERF)?;
    if !in_array(ctx) {
        return Err(lejp_reasons::LEJP_REJECT_MP_C_OR_E_NOTARRAY);
    }
    ctx.sp = sp;
    let level = above(ctx).copied();
    back(ctx, level);
    if sp == 0 && ctx.outer_array != 0 {
        return Ok(compare(lejp_callbacks::LEJPCB_ARRAY_END, Then::Complete));
    }
    set_state(ctx, COMMA);
    Ok(call(lejp_callbacks::LEJPCB_ARRAY_END, Then::Array))
}
