//! `lws-tokenize.h`: texts in tokens, texts with names to fill in, wildcards. Any thread.

pub use crate::abi::tokenize::*;

use core::ffi::{c_char, c_int, c_void};
use core::ptr::{NonNull, null};

use super::convert::{bytes, need, room};
use crate::util::strexp::{self, Step};
use crate::util::text;
use crate::util::tokenize::{BEGIN, Elem, Flags, next};

/// Begins with a NUL-terminated text, of which no more than 2 GiB are read. For one without a NUL the
/// program sets `ts->len` afterwards.
///
/// `flags` are LWS_TOKENIZE_F_... flags.
///
/// # Safety
///
/// `ts` is NULL or valid; `start` stays as long as it is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_tokenize_init(
    ts: *mut lws_tokenize,
    start: *const c_char,
    flags: c_int,
) {
    const NAME: &str = "lws_tokenize_init";
    let ts = need!("ts", NonNull::new(ts));
    // A bad text is an empty one.
    let len = if start.is_null() { 0 } else { 0x7fff_ffff };
    // SAFETY: the caller's promise.
    unsafe {
        ts.write(lws_tokenize {
            start,
            token: null(),
            len,
            token_len: 0,
            flags: flags as u16,
            delim: BEGIN,
            e: 0,
        });
    }
    need!("start", NonNull::new(start.cast_mut()));
}

/// Finds the next token of a text, or what else there is: `ts->token` and `ts->token_len` say where, of a
/// string what is between its quotes. Nothing is copied, `\` means nothing. Blanks, line ends and form
/// feeds are between tokens. A token consists of letters, digits, `_` and UTF-8, and of what the flags
/// say.
///
/// # Returns
///
/// One of enum lws_tokenize_elem: LWS_TOKZE_ENDED (0) at the end; a positive one; LWS_TOKZE_ERR_..., a
/// negative one, where the text is bad.
///
/// # Safety
///
/// `ts` is NULL, or its `start` has `len` bytes, or as many as there are up to a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_tokenize(ts: *mut lws_tokenize) -> lws_tokenize_elem_int {
    const NAME: &str = "lws_tokenize";
    // SAFETY: the caller's promise.
    let ts = need!("ts", unsafe { ts.as_mut() }, 0);
    let len = need!(
        "ts: no text",
        (ts.len == 0 || !ts.start.is_null()).then_some(ts.len),
        0
    );
    let start = ts.start;
    let mut at: usize = 0;
    let read = core::iter::from_fn(|| {
        // SAFETY: one of the text's bytes, as none behind a NUL is asked for.
        let c = (at < len).then(|| unsafe { start.wrapping_add(at).read() as u8 });
        at = at.saturating_add(1);
        c
    });
    let found = next(Flags(ts.flags), &mut ts.delim, read);
    let (from, token_len) = found.token.unwrap_or_default();
    ts.token = found.token.map_or(null(), |_| start.wrapping_add(from));
    ts.token_len = token_len;
    ts.start = start.wrapping_add(found.used);
    ts.len = len.saturating_sub(found.used);
    match found.elem {
        Elem::Ended => 0,
        Elem::Delimiter => 1,
        Elem::Token => 2,
        Elem::Integer => 3,
        Elem::Float => 4,
        Elem::NameEquals => 5,
        Elem::NameColon => 6,
        Elem::Quoted => 7,
        Elem::CommaList => -1,
        Elem::NumberName => -2,
        Elem::MalformedFloat => -3,
        Elem::Unterminated => -4,
        Elem::BrokenUtf8 => -5,
    }
}

/// Copies what lws_tokenize() found, with a NUL.
///
/// # Returns
///
/// 0; 1, and nothing is written, when that does not fit into `max` bytes, or an argument is NULL.
///
/// # Safety
///
/// `ts` is NULL or as lws_tokenize() left it; `str` has room for `max` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_tokenize_cstr(
    ts: *mut lws_tokenize,
    str: *mut c_char,
    max: usize,
) -> c_int {
    const NAME: &str = "lws_tokenize_cstr";
    // SAFETY: the caller's promise.
    let (token, to) = unsafe {
        let ts = need!("ts", ts.as_ref(), 1);
        let token = need!("ts: no token", bytes(ts.token.cast(), ts.token_len), 1);
        (token, need!("str", room(str.cast(), max), 1))
    };
    let fits = to.get_mut(..token.len().saturating_add(1));
    let Some((nul, to)) = fits.and_then(<[u8]>::split_last_mut) else {
        return 1;
    };
    to.copy_from_slice(token);
    *nul = 0;
    0
}

/// Begins a text with names: `cb` knows what they stand for, `priv` is for it. The text goes to `out`,
/// which has `olen` bytes; where that is NULL it is only measured, and `olen` is the most it may have.
///
/// # Safety
///
/// `exp` is NULL or valid; `cb` may be called; `out` stays as long as it is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_strexp_init(
    exp: *mut lws_strexp,
    r#priv: *mut c_void,
    cb: lws_strexp_expand_cb,
    out: *mut c_char,
    olen: usize,
) {
    const NAME: &str = "lws_strexp_init";
    let exp = need!("exp", NonNull::new(exp));
    // SAFETY: the caller's promise.
    unsafe {
        exp.write(lws_strexp {
            cb,
            r#priv,
            out,
            olen,
            ..strexp::fresh()
        });
    }
    need!("cb", cb);
}

/// Goes on writing at `out`, with room for `olen` bytes, after lws_strexp_expand() has filled the one
/// before. It may be the same.
///
/// # Safety
///
/// `exp` is NULL or was begun; `out` stays as long as it is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_strexp_reset_out(exp: *mut lws_strexp, out: *mut c_char, olen: usize) {
    const NAME: &str = "lws_strexp_reset_out";
    // SAFETY: the caller's promise.
    let exp = need!("exp", unsafe { exp.as_mut() });
    (exp.out, exp.olen, exp.pos) = (out, olen, 0);
}

/// Writes a byte. `false` where there is no room.
///
/// # Safety
///
/// `exp` was begun, and nothing of it is borrowed.
unsafe fn write(exp: NonNull<lws_strexp>, c: u8) -> bool {
    // SAFETY: the caller's promise; `out` has `olen` bytes.
    unsafe {
        let exp = &mut *exp.as_ptr();
        if exp.pos >= exp.olen {
            return false;
        }
        if !exp.out.is_null() {
            exp.out.wrapping_add(exp.pos).write(c as c_char);
        }
        exp.pos = exp.pos.saturating_add(1);
        true
    }
}

/// Copies `len` bytes of a text, of which this may be a piece that is cut anywhere, but for each
/// `${name}`, for which it writes what the callback says. A `$` without a `{` is itself.
///
/// `*pused_in` becomes how many bytes of `in` are done with, `*pused_out` how many are at `out`. Behind
/// them is a NUL, unless `out` is full.
///
/// # Returns
///
/// LSTRX_DONE: `in` is done with. LSTRX_FILLED_OUT: `out` is full; the program takes what is there, calls
/// lws_strexp_reset_out(), and comes again with the rest of `in`, which may be none.
/// LSTRX_FATAL_NAME_TOO_LONG: a name has more than 31 bytes, or an argument is bad. Another negative
/// number is the callback's.
///
/// # Safety
///
/// `exp` is NULL or was begun; `in` has `len` bytes; the others are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_strexp_expand(
    exp: *mut lws_strexp,
    r#in: *const c_char,
    len: usize,
    pused_in: *mut usize,
    pused_out: *mut usize,
) -> c_int {
    const NAME: &str = "lws_strexp_expand";
    const FULL: c_int = 1;
    let exp = need!("exp", NonNull::new(exp), -1);
    let used_in = need!("pused_in", NonNull::new(pused_in), -1);
    let used_out = need!("pused_out", NonNull::new(pused_out), -1);
    // SAFETY: the caller's promise; nothing is borrowed while the callback runs.
    unsafe {
        let text = need!("in", bytes(r#in.cast(), len), -1);
        let cb = need!("exp: no callback", (*exp.as_ptr()).cb, -1);
        let mut result = 0;
        let mut used: usize = 0;
        'text: for c in text {
            loop {
                let step = strexp::feed(&mut *exp.as_ptr(), *c);
                let e = exp.as_ptr();
                match step {
                    Step::Next => {}
                    Step::Before(before) => {
                        if write(exp, before) {
                            continue;
                        }
                        // It comes again with the byte.
                        (*e).state = strexp::DOLLAR;
                        result = FULL;
                        break 'text;
                    }
                    Step::Itself => {
                        if !write(exp, *c) {
                            result = FULL;
                            break 'text;
                        }
                    }
                    Step::Name => {
                        let (r#priv, out, olen) = ((*e).r#priv, (*e).out, (*e).olen);
                        let name = (&raw const (*e).name).cast();
                        result = cb(
                            r#priv,
                            name,
                            out,
                            &raw mut (*e).pos,
                            olen,
                            &raw mut (*e).exp_ofs,
                        );
                        if result == FULL || result < 0 {
                            break 'text;
                        }
                        result = 0;
                        (*e).state = strexp::TEXT;
                    }
                    Step::TooLong => {
                        result = -1;
                        break 'text;
                    }
                }
                break;
            }
            used = used.saturating_add(1);
            // What has come to its end is told at once where no more would fit.
            if (*exp.as_ptr()).pos >= (*exp.as_ptr()).olen && (*exp.as_ptr()).state == strexp::TEXT
            {
                result = FULL;
                break;
            }
        }
        let e = exp.as_ref();
        if result == 0 && e.pos != 0 && e.pos >= e.olen {
            // A `$` behind it waits for what follows.
            result = FULL;
        }
        used_in.write(used);
        used_out.write(e.pos.min(e.olen));
        if result == 0 && e.pos < e.olen && !e.out.is_null() {
            e.out.wrapping_add(e.pos).write(0);
        }
        result
    }
}

/// Whether `check`, of `clen` bytes, is as `wildcard`, of `wlen` bytes, says, in which each `*` stands for
/// anything, also for nothing.
///
/// # Returns
///
/// 0 if it is; 1 if it is not, or an argument is NULL.
///
/// # Safety
///
/// The texts have so many bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_strcmp_wildcard(
    wildcard: *const c_char,
    wlen: usize,
    check: *const c_char,
    clen: usize,
) -> c_int {
    const NAME: &str = "lws_strcmp_wildcard";
    // SAFETY: the caller's promise.
    let (pattern, check) = unsafe {
        let pattern = need!("wildcard", bytes(wildcard.cast(), wlen), 1);
        (pattern, need!("check", bytes(check.cast(), clen), 1))
    };
    c_int::from(!text::stars(pattern, check))
}
