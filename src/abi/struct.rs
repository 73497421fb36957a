//! `lws-struct.h`: structs from JSON, and JSON from structs.

use core::ffi::{c_char, c_int, c_void};

use super::dll2::{lws_dll2, lws_dll2_owner};
use super::lejp::{LEJP_MAX_PARSING_STACK_DEPTH, lejp_callback};
use super::types::lwsac;

/// What a member of a struct is. C may pass any number.
pub type lws_struct_map_type_eum_int = u32;

/// What a member of a struct is.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum lws_struct_map_type_eum {
    /// A signed integer of 1, 2, 4 or 8 bytes.
    LSMT_SIGNED,
    /// An unsigned one.
    LSMT_UNSIGNED,
    /// An integer that is 0 or 1, `false` or `true` in JSON.
    LSMT_BOOLEAN,
    /// A char array with a text that ends in a NUL.
    LSMT_STRING_CHAR_ARRAY,
    /// A pointer to a text that ends in a NUL. NULL is not in JSON.
    LSMT_STRING_PTR,
    /// A lws_dll2_owner_t of structs, an array in JSON. An empty one is not in it.
    LSMT_LIST,
    /// A pointer to a struct. NULL is not in JSON.
    LSMT_CHILD_PTR,
    /// Not a member, but a struct as a whole, which the member `schema` of the JSON names.
    LSMT_SCHEMA,
    /// A pointer to bytes, which JSON has nothing of.
    LSMT_BLOB_PTR,
}

/// A piece of a text that is read. Not used.
#[repr(C)]
#[derive(Debug)]
pub struct lejp_collation {
    /// Its place in the list.
    pub chunks: lws_dll2,
    /// How many bytes it has.
    pub len: c_int,
    /// The bytes, and a NUL.
    pub buf: [c_char; 255],
}

/// A piece of a text that is read.
pub type lejp_collation_t = lejp_collation;

/// A member of a struct, or a struct as a whole. The macros LSM_... make one.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lws_struct_map {
    /// The name in JSON. It may be a path as those of lejp_construct() are.
    pub colname: *const c_char,
    /// The members of a list's structs, a child, or a schema.
    pub child_map: *const lws_struct_map,
    /// What reads such a struct, NULL for lws_struct_default_lejp_cb(), which the callback calls for
    /// what it does not do itself.
    pub lejp_cb: lejp_callback,
    /// Where the member is in its struct.
    pub ofs: usize,
    /// How many bytes the member has; of a list, child or schema, the struct.
    pub aux: usize,
    /// Where a list's struct has its lws_dll2_t.
    pub ofs_clist: usize,
    /// How many members `child_map` has, 255 at most.
    pub child_map_size: usize,
    /// What it is.
    pub r#type: lws_struct_map_type_eum_int,
}

/// A member of a struct, or a struct as a whole.
pub type lws_struct_map_t = lws_struct_map;

/// Called after each member that got its value, with `dest` and `cb_arg` of the lws_struct_args_t. What
/// it returns says nothing.
pub type lws_struct_args_cb =
    Option<unsafe extern "C" fn(obj: *mut c_void, cb_arg: *mut c_void) -> c_int>;

/// What lws_struct_json_init_parse() is given. The program zeroes it, sets `map_st[0]`,
/// `map_entries_st[0]` and what else it likes to, and gives the arena back by `lwsac_free(&a.ac)`,
/// whether the parsing ended well or not. It stays as long as the parser is used.
#[repr(C)]
#[derive(Debug)]
pub struct lws_struct_args {
    /// The schemas, then the members of the struct that each parser is for.
    pub map_st: [*const lws_struct_map; LEJP_MAX_PARSING_STACK_DEPTH as usize],
    /// What is called after each value, or NULL.
    pub cb: lws_struct_args_cb,
    /// The arena of all structs and texts.
    pub ac: *mut lwsac,
    /// For `cb`.
    pub cb_arg: *mut c_void,
    /// The outermost struct. Of what failed, as far as it was read; NULL where nothing was.
    pub dest: *mut c_void,
    /// How many bytes that has.
    pub dest_len: usize,
    /// Not used for JSON.
    pub toplevel_dll2_ofs: usize,
    /// How many entries the maps have.
    pub map_entries_st: [usize; LEJP_MAX_PARSING_STACK_DEPTH as usize],
    /// How large the chunks of the arena are, as lwsac_use() takes it.
    pub ac_block_size: usize,
    /// The program's.
    pub subtype: c_int,
    /// Which one of the schemas `dest` is of, from 0.
    pub top_schema_index: c_int,
    /// Not used.
    pub ac_chunks: *mut lwsac,
    /// Not used.
    pub chunks_owner: lws_dll2_owner,
    /// How many bytes of the present text have come.
    pub chunks_length: usize,
}

/// What lws_struct_json_init_parse() is given.
pub type lws_struct_args_t = lws_struct_args;

/// A struct that is written.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lws_struct_serialize_st {
    /// Its place in the list that it is in, or NULL.
    pub dllpos: *const lws_dll2,
    /// Its members.
    pub map: *const lws_struct_map,
    /// The struct.
    pub obj: *const c_char,
    /// How many members it has.
    pub map_entries: usize,
    /// Which one is written.
    pub map_entry: usize,
    /// Where the struct has its place in the list.
    pub size: usize,
    /// Whether a member was written.
    pub subsequent: c_char,
    /// What of the member is written.
    pub idt: c_char,
}

/// A struct that is written.
pub type lws_struct_serialize_st_t = lws_struct_serialize_st;

/// What lws_struct_json_serialize_create() makes. All of it is the library's.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lws_struct_serialize {
    /// The structs in each other, from the outermost.
    pub st: [lws_struct_serialize_st; LEJP_MAX_PARSING_STACK_DEPTH as usize],
    /// How far a text is written.
    pub offset: usize,
    /// How many bytes of what comes next are written.
    pub remaining: usize,
    /// The present struct.
    pub sp: c_int,
    /// LSSERJ_FLAG_... flags.
    pub flags: c_int,
}

/// What lws_struct_json_serialize_create() makes.
pub type lws_struct_serialize_t = lws_struct_serialize;

/// What lws_struct_json_serialize() returns.
pub type lws_struct_json_serialize_result_t_int = u32;

/// What lws_struct_json_serialize() returns.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lws_struct_json_serialize_result_t {
    /// The buffer is full, and more follows.
    LSJS_RESULT_CONTINUE,
    /// That was all.
    LSJS_RESULT_FINISH,
    /// It cannot be written: an argument is bad, or structs are more than LEJP_MAX_PARSING_STACK_DEPTH
    /// deep in each other.
    LSJS_RESULT_ERROR,
}

const _: () = assert!(size_of::<lws_struct_map>() == 64);
