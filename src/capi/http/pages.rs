//! Pages that are processed while they are sent: `lws-http.h`.

use crate::abi::http::{lws_process_html_args, lws_process_html_state};
use crate::capi::convert::{bytes, cstr, need};
use crate::roles::h1::page::{Kept, NAME as NAME_LEN, frame, process};
use core::ffi::{c_char, c_int};
use core::ptr::null;

/// What lws keeps free behind a piece for the end of its chunk, bytes.
const SPARE: usize = 7;

/// Replaces names in a piece of a page, as the callback of LWS_CALLBACK_PROCESS_HTML is given it: each of
/// `s->vars` by what `s->replace` returns for its index, `NULL` where that is NULL. Names begin with `$`, and
/// have at most 16 bytes; one that a piece ends in is recognised with the next one, so `s` belongs to one
/// page. What comes of it takes the place of the piece, and with `args->chunked` is made a chunk: its size
/// stands before `args->p`, which moves, and needs up to 10 bytes there. Only for the thread that services
/// the context.
///
/// # Returns
///
/// 0; -1 when it does not fit `args->max_len` bytes less 7, or an argument is NULL or bad: then nothing changes
/// at `args->p`.
///
/// # Safety
///
/// `args` and `s` are NULL or valid; `args->p` has `args->max_len` bytes, and 10 before it; `s->vars` are
/// `s->count_vars` texts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_chunked_html_process(
    args: *mut lws_process_html_args,
    s: *mut lws_process_html_state,
) -> c_int {
    const NAME: &str = "lws_chunked_html_process";
    // SAFETY: the caller's promise, in the whole function.
    unsafe {
        let given = need!("args", args.as_ref(), -1);
        let (start, last, chunked) = (given.p, given.r#final != 0, given.chunked != 0);
        let state = need!("s", s.as_ref(), -1);
        let count = usize::try_from(state.count_vars).unwrap_or(0);
        let vars = need!(
            "s->vars",
            bytes(state.vars.cast(), count).map(|_| state.vars),
            -1
        );
        let piece = bytes(start.cast(), usize::try_from(given.len).unwrap_or(0));
        let piece = need!("args->p", piece, -1);
        let room = usize::try_from(given.max_len).unwrap_or(0);
        let mut names: Vec<&[u8]> = Vec::new();
        if names.try_reserve_exact(count).is_err() {
            return -1;
        }
        for n in 0..count {
            names.push(cstr(*vars.add(n)).map_or(&[][..], |name| name.to_bytes()));
        }
        let mut kept = Kept {
            len: usize::try_from(state.pos).unwrap_or(0).min(NAME_LEN - 1),
            ..Kept::default()
        };
        for (place, b) in kept.bytes.iter_mut().zip(state.swallow) {
            *place = b as u8;
        }
        let (replace, data) = (state.replace, state.data);
        let by = |n: usize| {
            let text = replace.map_or(null(), |f| f(data, n as c_int));
            cstr(text).map_or(&b"NULL"[..], |text| text.to_bytes())
        };
        let limit = room.saturating_sub(SPARE + usize::from(last && chunked));
        let Ok(out) = process(&mut kept, piece, last, &names, limit, by) else {
            return -1;
        };
        let (before, after) = match chunked {
            true => frame(out.len(), last),
            false => (Vec::new(), &b""[..]),
        };
        // The program may have looked at both in `replace`.
        let s = &mut *s;
        s.start = start;
        s.pos = kept.len as c_int;
        for (place, b) in s.swallow.iter_mut().zip(kept.bytes) {
            *place = b as c_char;
        }
        let begin = start.sub(before.len());
        let mut at = begin.cast::<u8>();
        for part in [before.as_slice(), &out, after] {
            core::ptr::copy_nonoverlapping(part.as_ptr(), at, part.len());
            at = at.add(part.len());
        }
        (*args).p = begin;
        (*args).len = at.offset_from(begin.cast()) as c_int;
        0
    }
}
