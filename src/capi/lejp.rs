//! `lws-lejp.h`: JSON parsed as it comes.
//!
//! A parser is memory of the program; who uses one in several threads locks it.

pub use crate::abi::lejp::*;

use core::ffi::{CStr, c_char, c_int, c_uchar, c_void};
use core::ptr::NonNull;

use super::convert::{bytes, cstr, need, room};
use crate::util::lejp::path::{matches, stood_for};
use crate::util::lejp::{Step, feed, parser, resume};

/// The function's word for an argument that is no parser.
const CTX: &str = "ctx";

/// # Safety
///
/// `ctx` is a parser, of which nothing is borrowed.
unsafe fn tell(ctx: NonNull<lejp_ctx>, callback: lejp_callback, reason: lejp_callbacks) {
    if let Some(callback) = callback {
        // SAFETY: the caller's promise.
        unsafe { callback(ctx.as_ptr(), reason as c_char) };
    }
}

/// The present parser of several.
///
/// # Safety
///
/// `ctx` is a parser.
unsafe fn present(ctx: NonNull<lejp_ctx>) -> Option<_lejp_parsing_stack> {
    // SAFETY: the caller's promise; nothing is called meanwhile.
    let ctx = unsafe { ctx.as_ref() };
    ctx.pst.get(usize::from(ctx.pst_sp)).copied()
}

/// Makes a parser: `callback` is called as lejp_parse() reads, and from here with LEJPCB_CONSTRUCTED.
///
/// It looks for `paths`, `paths_count` many, which stay the program's: `ctx->path_match` is the number
/// of the first that is where it is. In a path, `a.b` is the member b of the object a, `[]` follows the
/// name of an array, a `*` stands for anything up to the next `.`, a last one for anything.
///
/// # Safety
///
/// `ctx` is NULL or has room for a parser; `callback` may be called; `paths` are so many texts, and
/// stay as long as the parser.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lejp_construct(
    ctx: *mut lejp_ctx,
    callback: lejp_callback,
    user: *mut c_void,
    paths: *const *const c_char,
    paths_count: c_uchar,
) {
    const NAME: &str = "lejp_construct";
    let ctx = need!(CTX, NonNull::new(ctx));
    // SAFETY: the caller's promise.
    unsafe {
        ctx.write(parser());
        need!("callback", callback);
        need!(
            "paths",
            (paths_count == 0 || !paths.is_null()).then_some(())
        );
        let new = &mut *ctx.as_ptr();
        new.user = user;
        if let Some(first) = new.pst.first_mut() {
            first.callback = callback;
            first.paths = paths;
            first.count_paths = paths_count;
        }
        tell(ctx, callback, lejp_callbacks::LEJPCB_CONSTRUCTED);
    }
}

/// The callback of the first parser.
///
/// # Safety
///
/// `ctx` is a parser.
unsafe fn first(ctx: NonNull<lejp_ctx>) -> lejp_callback {
    // SAFETY: the caller's promise; nothing is called meanwhile.
    unsafe { ctx.as_ref() }
        .pst
        .first()
        .and_then(|pst| pst.callback)
}

/// Ends a parser: its callback is called with LEJPCB_DESTRUCTED. Nothing is freed, as nothing was
/// allocated.
///
/// # Safety
///
/// `ctx` is NULL or a parser.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lejp_destruct(ctx: *mut lejp_ctx) {
    const NAME: &str = "lejp_destruct";
    let ctx = need!(CTX, NonNull::new(ctx));
    // SAFETY: the caller's promise.
    unsafe { tell(ctx, first(ctx), lejp_callbacks::LEJPCB_DESTRUCTED) }
}

/// Has the first parser call another function: the one before is called with LEJPCB_DESTRUCTED, the new
/// one with LEJPCB_CONSTRUCTED and LEJPCB_START.
///
/// # Safety
///
/// `ctx` is NULL or a parser; `callback` may be called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lejp_change_callback(ctx: *mut lejp_ctx, callback: lejp_callback) {
    const NAME: &str = "lejp_change_callback";
    let ctx = need!(CTX, NonNull::new(ctx));
    need!("callback", callback);
    // SAFETY: the caller's promise; nothing is borrowed in calls.
    unsafe {
        tell(ctx, first(ctx), lejp_callbacks::LEJPCB_DESTRUCTED);
        if let Some(first) = (*ctx.as_ptr()).pst.first_mut() {
            first.callback = callback;
        }
        tell(ctx, callback, lejp_callbacks::LEJPCB_CONSTRUCTED);
        tell(ctx, callback, lejp_callbacks::LEJPCB_START);
    }
}

/// Parses more of the JSON, which may be cut anywhere. Strings of the callback are UTF-8 where the JSON
/// is. A `#` outside of strings makes the rest of the line a comment.
///
/// # Returns
///
/// LEJP_CONTINUE (-1): it is not all yet. 0 or more: it was all, and so many of the bytes were left.
/// Another negative number, one of enum lejp_reasons, which lejp_error_to_string() explains: it cannot
/// be parsed, or the callback did not return 0. The callback heard LEJPCB_FAILED.
///
/// # Safety
///
/// `ctx` is NULL or a parser; `json` has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lejp_parse(ctx: *mut lejp_ctx, json: *const c_uchar, len: c_int) -> c_int {
    const NAME: &str = "lejp_parse";
    const UNUSABLE: c_int = lejp_reasons::LEJP_REJECT_UNKNOWN as c_int;
    let ctx = need!(CTX, NonNull::new(ctx), UNUSABLE);
    let len = need!("len", usize::try_from(len).ok(), UNUSABLE);
    // SAFETY: the caller's promise; a borrow of the parser ends before its callback is called.
    unsafe {
        let json = need!("json", bytes(json, len), UNUSABLE);
        let callback = present(ctx).and_then(|pst| pst.callback);
        need!("ctx: no callback", callback, UNUSABLE);
        let mut rest = json.iter();
        while let Some(c) = rest.next() {
            let mut step = feed(&mut *ctx.as_ptr(), *c);
            let error = loop {
                let call = match step {
                    Step::Next => break None,
                    Step::Complete => return c_int::try_from(rest.len()).unwrap_or(c_int::MAX),
                    Step::Reject(error) => break Some(error),
                    Step::Call(call) => call,
                };
                if call.compare {
                    compare(ctx);
                }
                let callback = present(ctx).and_then(|pst| pst.callback);
                let refused = callback
                    .is_none_or(|callback| callback(ctx.as_ptr(), call.reason as c_char) != 0);
                if refused && call.reason != lejp_callbacks::LEJPCB_START as i32 {
                    break Some(lejp_reasons::LEJP_REJECT_CALLBACK as i32);
                }
                step = resume(&mut *ctx.as_ptr(), *c, call.then);
            };
            if let Some(error) = error {
                let callback = present(ctx).and_then(|pst| pst.callback);
                tell(ctx, callback, lejp_callbacks::LEJPCB_FAILED);
                return error;
            }
        }
    }
    lejp_reasons::LEJP_CONTINUE as c_int
}

/// Looks which path is where it is, unless one is already.
///
/// # Safety
///
/// `ctx` is a parser.
unsafe fn compare(ctx: NonNull<lejp_ctx>) {
    // SAFETY: the caller's promise; nothing is called meanwhile.
    let ctx = unsafe { &mut *ctx.as_ptr() };
    let Some(pst) = ctx.pst.get(usize::from(ctx.pst_sp)) else {
        return;
    };
    if ctx.path_match != 0 {
        return;
    }
    let path = ctx.path.each_ref().map(|c| *c as u8);
    let path = CStr::from_bytes_until_nul(&path)
        .unwrap_or_default()
        .to_bytes();
    let stride = match ctx.path_stride {
        0 => size_of::<*const c_char>(),
        stride => stride,
    };
    for number in 0..pst.count_paths {
        let at = pst
            .paths
            .wrapping_byte_add(stride.wrapping_mul(usize::from(number)));
        // SAFETY: the promise of `lejp_construct`; a path may stand in a struct of any alignment.
        let asked = unsafe { cstr(at.read_unaligned()) };
        if let Some(wild) = asked.and_then(|asked| matches(path, asked.to_bytes())) {
            ctx.path_match = number.saturating_add(1);
            ctx.path_match_len = pst.ppos;
            ctx.wild = wild.at;
            ctx.wildcount = wild.count;
            return;
        }
    }
    ctx.wildcount = 0;
}

/// Looks which of the parser's paths is `ctx->path`, unless `ctx->path_match` says it already, and sets
/// that. lejp_parse() does it by itself; a callback may after it has changed something.
///
/// # Safety
///
/// `ctx` is NULL or a parser.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lejp_check_path_match(ctx: *mut lejp_ctx) {
    const NAME: &str = "lejp_check_path_match";
    let ctx = need!(CTX, NonNull::new(ctx));
    // SAFETY: the caller's promise.
    unsafe { compare(ctx) }
}

/// What an asterisk of the path that matches stands for, up to the next `.`: `wildcard` is its number,
/// from 0. `dest` has room for `len` bytes, of which the last that is written is a NUL.
///
/// # Returns
///
/// How many bytes were written, with the NUL. 0 where there is no such asterisk, or `len` is 0.
///
/// # Safety
///
/// `ctx` is NULL or a parser; `dest` has room for `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lejp_get_wildcard(
    ctx: *mut lejp_ctx,
    wildcard: c_int,
    dest: *mut c_char,
    len: c_int,
) -> c_int {
    const NAME: &str = "lejp_get_wildcard";
    // SAFETY: the caller's promise.
    let (ctx, to) = unsafe {
        let ctx = need!(CTX, ctx.as_ref(), 0);
        let len = need!("len", usize::try_from(len).ok(), 0);
        (ctx, need!("dest", room(dest.cast(), len), 0))
    };
    let number = usize::try_from(wildcard).ok();
    let number = number.filter(|n| *n < usize::from(ctx.wildcount));
    let at = number.and_then(|n| ctx.wild.get(n));
    let (Some(at), Some((_, room))) = (at, to.split_last()) else {
        return 0;
    };
    let most = room.len();
    let path = ctx.path.each_ref().map(|c| *c as u8);
    let path = CStr::from_bytes_until_nul(&path)
        .unwrap_or_default()
        .to_bytes();
    let text = stood_for(path, *at);
    let mut written: c_int = 0;
    let nul = core::iter::once(&0);
    for (to, from) in to.iter_mut().zip(text.iter().take(most).chain(nul)) {
        *to = *from;
        written = written.saturating_add(1);
    }
    written
}

/// Puts a parser on top, which goes on from here with its own paths, callback and `user`, the latter
/// in `ctx->pst[ctx->pst_sp].user`. For it `ctx->path` begins anew. A callback does that when an object
/// begins.
///
/// # Returns
///
/// 0; -1 when there are LEJP_MAX_PARSING_STACK_DEPTH already, or an argument is bad.
///
/// # Safety
///
/// As lejp_construct().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lejp_parser_push(
    ctx: *mut lejp_ctx,
    user: *mut c_void,
    paths: *const *const c_char,
    paths_count: c_uchar,
    lejp_cb: lejp_callback,
) -> c_int {
    const NAME: &str = "lejp_parser_push";
    let ctx = need!(CTX, NonNull::new(ctx), -1);
    need!("lejp_cb", lejp_cb, -1);
    need!(
        "paths",
        (paths_count == 0 || !paths.is_null()).then_some(()),
        -1
    );
    // SAFETY: the caller's promise; nothing is called meanwhile.
    unsafe {
        let parser = &mut *ctx.as_ptr();
        let sp = parser.pst_sp.saturating_add(1);
        let Some([under, top]) = parser
            .pst
            .get_mut(usize::from(parser.pst_sp)..)
            .and_then(|above| above.first_chunk_mut::<2>())
        else {
            return -1;
        };
        under.path_match = parser.path_match;
        *top = _lejp_parsing_stack {
            user,
            callback: lejp_cb,
            paths,
            count_paths: paths_count,
            ppos: 0,
            path_match: 0,
        };
        parser.pst_sp = sp;
        parser.path_match = 0;
        compare(ctx);
    }
    0
}

/// Takes the parser on top away, and goes on with the one below. A callback does that when the object
/// ends for which it put the parser there.
///
/// # Returns
///
/// 0; -1 where there is only one.
///
/// # Safety
///
/// `ctx` is NULL or a parser.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lejp_parser_pop(ctx: *mut lejp_ctx) -> c_int {
    const NAME: &str = "lejp_parser_pop";
    let ctx = need!(CTX, NonNull::new(ctx), -1);
    // SAFETY: the caller's promise; nothing is called meanwhile.
    unsafe {
        let parser = &mut *ctx.as_ptr();
        let Some(sp) = parser.pst_sp.checked_sub(1) else {
            return -1;
        };
        parser.pst_sp = sp;
        parser.path_match = 0;
        compare(ctx);
    }
    0
}

/// What a result of lejp_parse() means, in English.
///
/// # Returns
///
/// The text, never NULL; an empty one for 0 and more, and for LEJP_CONTINUE.
#[unsafe(no_mangle)]
pub extern "C" fn lejp_error_to_string(e: c_int) -> *const c_char {
    const TEXTS: [&CStr; 22] = [
        c"No opening '{'",
        c"Expected closing '}'",
        c"Expected '\"'",
        c"String underrun",
        c"Illegal unescaped control char",
        c"Illegal escape format",
        c"Illegal hex number",
        c"Expected ':'",
        c"Illegal value start",
        c"Digit required after decimal point",
        c"Bad number format",
        c"Bad exponent format",
        c"Unknown token",
        c"Too many ']'",
        c"Mismatched ']'",
        c"Expected ']'",
        c"JSON nesting limit exceeded",
        c"Nesting tracking used up",
        c"Number too long",
        c"Comma or block end expected",
        c"Unknown",
        c"Parser callback errored (see earlier error)",
    ];
    let text = match e {
        -1.. => c"",
        _ => {
            let at = usize::try_from(e.saturating_neg().saturating_sub(2)).ok();
            let text = at.and_then(|at| TEXTS.get(at));
            text.copied().unwrap_or(c"Unknown error")
        }
    };
    text.as_ptr()
}
