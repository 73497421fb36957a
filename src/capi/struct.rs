//! `lws-struct.h`: structs from JSON, and JSON from structs.
//!
//! A program describes its structs by maps, tables of members that the macros LSM_... make. Parser and
//! writer are memory of the program's; who uses one in several threads locks it. What lws has for
//! sqlite3 is not there.

#[cfg(feature = "fuzzing")]
pub(crate) mod check;
mod memory;
mod reader;

pub use crate::abi::r#struct::*;

use core::ffi::{c_char, c_int, c_schar, c_void};
use core::ptr::{NonNull, null_mut};

use self::memory::Memory;
use self::reader::{Reader, kind, name};
use super::convert::{need, room};
use super::lejp::lejp_construct;
use crate::abi::lejp::{LEJP_MAX_PARSING_STACK_DEPTH, lejp_callback, lejp_callbacks, lejp_ctx};
use crate::sys::alloc;
use crate::util::structs::read::{self, Refused};
use crate::util::structs::{Kind, write};

/// The function's word for an argument that is no parser.
const CTX: &str = "ctx";

/// Readies a parser for lejp_parse() that makes structs of JSON. `cb` NULL is
/// lws_struct_schema_only_lejp_cb(): the JSON says by its first member, `"schema":"..."`, which of the
/// schemas in `map_st[0]` it is of, and that one's struct becomes `dest`.
///
/// With lws_struct_default_lejp_cb() as `cb`, `map_st[0]` has the members of `dest`, which the program
/// sets; where it is NULL, `dest_len` bytes are taken for it. Another callback calls one of these two for
/// what it does not do itself.
///
/// Structs, zeroed before, and texts are taken from the arena `ac`, which the program gives back by
/// lwsac_free() in any case; lejp_destruct() frees nothing. Members that the JSON has not, or has as
/// `null`, stay as they are. What is in no map is passed over.
///
/// lejp_parse() ends with LEJP_REJECT_CALLBACK and a log line where a number has a fraction or does not
/// fit its member, a string is none, no schema fits, or structs are more than
/// LEJP_MAX_PARSING_STACK_DEPTH - 1 deep in each other, the outermost one included. A text that an array
/// has no room for is cut, between two characters.
///
/// @param ctx: room for a parser
/// @param cb: the callback, or NULL
/// @param user: a lws_struct_args_t, which stays the program's
///
/// # Returns
///
/// 0; -1 when `ctx` or `user` is NULL.
///
/// # Safety
///
/// `ctx` is NULL or has room for a parser; `user` is NULL or valid as long as the parser is used, and
/// its maps fit the structs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_struct_json_init_parse(
    ctx: *mut lejp_ctx,
    cb: lejp_callback,
    user: *mut c_void,
) -> c_int {
    const NAME: &str = "lws_struct_json_init_parse";
    struct Paths([*const c_char; 1]);
    // SAFETY: a text that does not change.
    unsafe impl Sync for Paths {}
    static SCHEMA: Paths = Paths([c"schema".as_ptr()]);
    need!(CTX, NonNull::new(ctx), -1);
    need!("user", NonNull::new(user), -1);
    let cb = cb.or(Some(lws_struct_schema_only_lejp_cb));
    // SAFETY: the caller's promise.
    unsafe {
        lejp_construct(ctx, cb, user, SCHEMA.0.as_ptr(), 1);
        (*ctx).path_stride = size_of::<lws_struct_map>();
    }
    0
}

/// A callback of LEJP that finds the schema of the JSON: by the text of its first member, `schema`, or
/// where the first one is another, as the first schema that has a member of its name. From there on the
/// callback of the schema is called.
///
/// # Returns
///
/// 0; another number ends the parsing.
///
/// # Safety
///
/// `ctx` is NULL, or LEJP's in a callback, and `ctx->user` is what lws_struct_json_init_parse() takes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_struct_schema_only_lejp_cb(
    ctx: *mut lejp_ctx,
    reason: c_char,
) -> c_schar {
    const NAME: &str = "lws_struct_schema_only_lejp_cb";
    const PAIR: c_char = lejp_callbacks::LEJPCB_PAIR_NAME as c_char;
    const END: c_char = lejp_callbacks::LEJPCB_VAL_STR_END as c_char;
    if reason != PAIR && !read::is_value(reason) {
        return 0;
    }
    // SAFETY: the caller's promise.
    let reader = unsafe { Reader::new(NAME, ctx) };
    let Some(mut reader) = reader else { return 1 };
    let found = match (reason, reader.ctx().path_match) {
        (PAIR, 0) => reader.implied(),
        (END, 1) => {
            let ctx = reader.ctx();
            let text = ctx.buf.each_ref().map(|c| *c as u8);
            let text = text.get(..usize::from(ctx.npos)).unwrap_or_default();
            reader.schema(|entry| name(entry) == text).map(|_| None)
        }
        // The schema is no text, or too long a one.
        (_, 1) if reason != PAIR => Err(Refused::Schema),
        _ => Ok(None),
    };
    match found {
        // SAFETY: the callback of the program's map, or ours; nothing is borrowed.
        Ok(Some(callback)) => unsafe { callback(ctx, reason) },
        Ok(None) => 0,
        Err(why) => reader.refuse(NAME, why),
    }
}

/// A callback of LEJP that writes members of structs, as lws_struct_json_init_parse() says.
///
/// Where a map has a callback of its own, `ctx->pst[ctx->pst_sp].user` is the struct there: from
/// LEJPCB_PAIR_NAME of its first member to LEJPCB_OBJECT_END, which that one gives to this function, as
/// the other reasons.
///
/// # Returns
///
/// 0; another number ends the parsing.
///
/// # Safety
///
/// As lws_struct_schema_only_lejp_cb().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_struct_default_lejp_cb(ctx: *mut lejp_ctx, reason: c_char) -> c_schar {
    const NAME: &str = "lws_struct_default_lejp_cb";
    const START: c_char = lejp_callbacks::LEJPCB_START as c_char;
    if !read::needs_arguments(reason) {
        return 0;
    }
    // SAFETY: the caller's promise.
    let reader = unsafe { Reader::new(NAME, ctx) };
    let Some(mut reader) = reader else { return 1 };
    let done = match reason {
        START if reader.ctx().pst_sp == 0 => reader.start(),
        _ => reader.read(reason),
    };
    match done {
        Ok(()) => 0,
        Err(why) => reader.refuse(NAME, why),
    }
}

/// Begins to write a struct as JSON. `map` is its schema (of several, the first one): the JSON begins
/// with a member `schema`, but for LSSERJ_FLAG_OMIT_SCHEMA. Or `map` has the members of the struct, and
/// no `schema` is written.
///
/// Structs and maps stay the program's, and as they are while it is written.
///
/// @param map: a schema, or members
/// @param map_entries: how many
/// @param flags: LSSERJ_FLAG_PRETTY for lines and blanks, LSSERJ_FLAG_OMIT_SCHEMA
/// @param ptoplevel: the struct
///
/// # Returns
///
/// A handle for lws_struct_json_serialize_destroy(). NULL when there is no memory, a pointer is NULL, or
/// `map_entries` is 0.
///
/// # Safety
///
/// `map` is NULL or has as many entries as is said, which fit the struct that `ptoplevel` points to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_struct_json_serialize_create(
    map: *const lws_struct_map_t,
    map_entries: usize,
    flags: c_int,
    ptoplevel: *const c_void,
) -> *mut lws_struct_serialize_t {
    const NAME: &str = "lws_struct_json_serialize_create";
    // SAFETY: the caller's promise.
    let entry = need!("map", unsafe { map.as_ref() }, null_mut());
    need!("map_entries", (map_entries != 0).then_some(()), null_mut());
    need!("ptoplevel", NonNull::new(ptoplevel.cast_mut()), null_mut());
    let object = ptoplevel.cast();
    let first = write::level(map, map_entries, object);
    let outermost = match kind(entry) {
        Kind::Schema => write::level(entry.child_map, entry.child_map_size, object),
        _ => first,
    };
    let mut js = lws_struct_serialize {
        st: [outermost; LEJP_MAX_PARSING_STACK_DEPTH as usize],
        offset: 0,
        remaining: 0,
        // The first one is for the schema.
        sp: 1,
        flags,
    };
    if let Some(schema) = js.st.first_mut() {
        *schema = first;
    }
    let made = alloc::alloc(size_of_val(&js), c"struct json");
    let made = need!("map: no memory", made, null_mut()).cast();
    // SAFETY: room for just that, which the allocator aligns for anything.
    unsafe { made.write(js) };
    made.as_ptr()
}

/// Writes as much of the JSON as there is room for, and a NUL behind it, which does not count.
///
/// Pointers to texts or structs that are NULL, and empty lists, are left out. Texts are escaped as by
/// lws_json_purify().
///
/// @param js: the handle
/// @param buf: where the next piece goes
/// @param len: how many bytes there are, with the one for the NUL
/// @param written: becomes how many bytes were written, or NULL
///
/// # Returns
///
/// LSJS_RESULT_CONTINUE: more follows, for which it is called again. LSJS_RESULT_FINISH: that was all.
/// LSJS_RESULT_ERROR: `js` or `buf` is NULL, `len` is below 2, or structs are more than
/// LEJP_MAX_PARSING_STACK_DEPTH - 1 deep in each other, the outermost one included.
///
/// # Safety
///
/// `js` is NULL or from lws_struct_json_serialize_create(), whose structs are as they were; `buf` has
/// room for `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_struct_json_serialize(
    js: *mut lws_struct_serialize_t,
    buf: *mut u8,
    len: usize,
    written: *mut usize,
) -> lws_struct_json_serialize_result_t_int {
    const NAME: &str = "lws_struct_json_serialize";
    const ERROR: u32 = lws_struct_json_serialize_result_t::LSJS_RESULT_ERROR as u32;
    // SAFETY: the caller's promises.
    unsafe {
        if !written.is_null() {
            written.write(0);
        }
        let js = need!("js", js.as_mut(), ERROR);
        let to = need!("buf", room(buf, len), ERROR);
        let to = Some(to).filter(|to| to.len() > 1);
        let (end, to) = need!("len", to.and_then(<[u8]>::split_last_mut), ERROR);
        let (result, count) = write::write(js, &Memory, to);
        *to.get_mut(count).unwrap_or(end) = 0;
        if !written.is_null() {
            written.write(count);
        }
        result as u32
    }
}

/// Gives a handle back, and makes it NULL, which it may be before. The structs stay.
///
/// # Safety
///
/// `pjs` is NULL, or points to NULL or what lws_struct_json_serialize_create() returned.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_struct_json_serialize_destroy(pjs: *mut *mut lws_struct_serialize_t) {
    const NAME: &str = "lws_struct_json_serialize_destroy";
    let pjs = need!("pjs", NonNull::new(pjs));
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(js) = NonNull::new(pjs.read()) {
            alloc::free(js.cast());
        }
        pjs.write(null_mut());
    }
}
