//! Any JSON into structs of a few maps, and back, for the fuzzer.

use core::ffi::{c_char, c_int};
use core::mem::offset_of;
use core::ptr::{null, null_mut};

use super::*;
use crate::abi::dll2::{lws_dll2, lws_dll2_owner};
use crate::capi::lejp::{lejp_destruct, lejp_parse};
use crate::capi::lwsac::lwsac_free;

/// A struct with a member of each kind, which is in lists and children of its own.
#[repr(C)]
struct Every {
    integer: i16,
    array: [c_char; 9],
    list: lws_dll2,
    count: u64,
    truth: u8,
    text: *const c_char,
    items: lws_dll2_owner,
    child: *mut Every,
    guard: [u8; 8],
}

fn maps() -> ([lws_struct_map; 7], lws_struct_map) {
    use lws_struct_map_type_eum::*;
    let map = |name: &'static core::ffi::CStr, kind, ofs, aux| lws_struct_map {
        colname: name.as_ptr(),
        child_map: null(),
        lejp_cb: None,
        ofs,
        aux,
        ofs_clist: offset_of!(Every, list),
        child_map_size: 0,
        r#type: kind,
    };
    let every = size_of::<Every>();
    (
        [
            map(c"i", LSMT_SIGNED as u32, offset_of!(Every, integer), 2),
            map(
                c"a",
                LSMT_STRING_CHAR_ARRAY as u32,
                offset_of!(Every, array),
                9,
            ),
            map(c"u", LSMT_UNSIGNED as u32, offset_of!(Every, count), 8),
            map(c"b", LSMT_BOOLEAN as u32, offset_of!(Every, truth), 1),
            map(c"t", LSMT_STRING_PTR as u32, offset_of!(Every, text), 8),
            map(c"l", LSMT_LIST as u32, offset_of!(Every, items), every),
            map(c"c", LSMT_CHILD_PTR as u32, offset_of!(Every, child), every),
        ],
        map(c"s", LSMT_SCHEMA as u32, 0, every),
    )
}

/// Parses, `chunk` bytes at a time.
///
/// # Safety
///
/// `schema` and its map stay until the arena of the result is given back.
unsafe fn parse(json: &[u8], chunk: usize, schema: &lws_struct_map) -> (c_int, lws_struct_args) {
    // SAFETY: all of it may be 0.
    let mut args: lws_struct_args = unsafe { core::mem::zeroed() };
    args.map_st = [schema; LEJP_MAX_PARSING_STACK_DEPTH as usize];
    args.map_entries_st = [1; LEJP_MAX_PARSING_STACK_DEPTH as usize];
    args.ac_block_size = 64;
    let mut ctx = crate::util::lejp::parser();
    let mut result = -1;
    // SAFETY: parser and arguments live as long as they are used.
    unsafe {
        lws_struct_json_init_parse(&mut ctx, None, (&raw mut args).cast());
        for piece in json.chunks(chunk.max(1)) {
            let len = c_int::try_from(piece.len()).unwrap_or(0);
            result = lejp_parse(&mut ctx, piece.as_ptr(), len);
            if result != -1 {
                break;
            }
        }
        lejp_destruct(&mut ctx);
    }
    (result, args)
}

/// Writes, in buffers of `len` bytes.
///
/// # Safety
///
/// `object` is of the schema.
unsafe fn write(schema: &lws_struct_map, object: *const c_void, len: usize) -> Vec<u8> {
    let mut all = Vec::new();
    let mut room = vec![0xa5; len.max(2)];
    // SAFETY: the caller's promise.
    unsafe {
        let mut js = lws_struct_json_serialize_create(schema, 1, 0, object);
        loop {
            let mut used = 0;
            let done = lws_struct_json_serialize(js, room.as_mut_ptr(), room.len(), &mut used);
            assert!(used < room.len() && done != 2, "not written");
            all.extend_from_slice(room.get(..used).unwrap_or_default());
            if done == 1 {
                break;
            }
        }
        lws_struct_json_serialize_destroy(&mut js);
    }
    all
}

/// What is read of any JSON is written in the same way whatever the pieces are, and read again as the
/// same.
pub(crate) fn read(bytes: &[u8]) {
    let Some(([chunk, len], json)) = bytes.split_first_chunk() else {
        return;
    };
    let (mut members, mut schema) = maps();
    let at = members.as_ptr();
    for member in members.iter_mut().skip(5) {
        (member.child_map, member.child_map_size) = (at, 7);
    }
    (schema.child_map, schema.child_map_size) = (members.as_ptr(), 7);
    // SAFETY: the maps fit `Every`, and live to the end.
    unsafe {
        let (result, mut args) = parse(json, usize::from(*chunk), &schema);
        let (again, mut other) = parse(json, 1, &schema);
        assert_eq!(result < -1, again < -1, "pieces make a difference");
        if !args.dest.is_null() {
            let every = args.dest.cast::<Every>();
            assert_eq!((*every).guard, [0; 8], "written past a member");
            let once = write(&schema, args.dest, usize::from(*len));
            assert_eq!(once, write(&schema, other.dest, 4096), "pieces");
            // What was no UTF-8 is now, and the same each time from there on.
            let mut json = once;
            for round in 0..2 {
                let (result, mut back) = parse(&json, 4096, &schema);
                assert_eq!(result, 0, "what was written is read");
                let more = write(&schema, back.dest, 100);
                assert!(round == 0 || more == json, "the same again");
                json = more;
                lwsac_free(&mut back.ac);
            }
        }
        lwsac_free(&mut args.ac);
        lwsac_free(&mut other.ac);
        assert_eq!((args.ac, other.ac), (null_mut(), null_mut()));
    }
}
