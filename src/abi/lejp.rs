//! `lws-lejp.h`: the parser of JSON as it comes.

use core::ffi::{c_char, c_schar, c_void};

/// In a state: blanks belong to what is read.
pub const LEJP_FLAG_WS_KEEP: i32 = 64;
/// In a state: a comment, up to the end of the line.
pub const LEJP_FLAG_WS_COMMENTLINE: i32 = 32;
/// In a reason of the callback: there is a value.
pub const LEJP_FLAG_CB_IS_VALUE: i32 = 64;
/// How many parsers there may be on top of each other, the first one included.
pub const LEJP_MAX_PARSING_STACK_DEPTH: i32 = 5;
/// How deep objects and arrays may be nested.
pub const LEJP_MAX_DEPTH: i32 = 12;
/// How many arrays a value may be in.
pub const LEJP_MAX_INDEX_DEPTH: i32 = 8;
/// Room for the path of a value, with its NUL.
pub const LEJP_MAX_PATH: i32 = 128;
/// How many bytes of a string the callback gets at once.
pub const LEJP_STRING_CHUNK: i32 = 254;

/// What the parser waits for.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum lejp_states {
    /// The first bracket.
    LEJP_IDLE = 0,
    /// A name, or the end of the object.
    LEJP_MEMBERS = 1,
    /// A name.
    LEJP_M_P = 2,
    /// A character of a string.
    LEJP_MP_STRING = 67,
    /// What follows a backslash.
    LEJP_MP_STRING_ESC = 68,
    /// The first digit behind `\u`.
    LEJP_MP_STRING_ESC_U1 = 69,
    /// The second one.
    LEJP_MP_STRING_ESC_U2 = 70,
    /// The third one.
    LEJP_MP_STRING_ESC_U3 = 71,
    /// The last one.
    LEJP_MP_STRING_ESC_U4 = 72,
    /// The colon behind a name.
    LEJP_MP_DELIM = 9,
    /// A value.
    LEJP_MP_VALUE = 10,
    /// A character of a number.
    LEJP_MP_VALUE_NUM_INT = 75,
    /// Not used.
    LEJP_MP_VALUE_NUM_EXP = 76,
    /// A character of `true`, `false` or `null`.
    LEJP_MP_VALUE_TOK = 77,
    /// A comma, or the end of an object or array.
    LEJP_MP_COMMA_OR_END = 14,
    /// What is above in the stack is an array.
    LEJP_MP_ARRAY_END = 15,
}

/// What lejp_parse() returns where it does not return how many bytes were left.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum lejp_reasons {
    /// There is more to come.
    LEJP_CONTINUE = -1,
    /// It begins with neither `{` nor `[`.
    LEJP_REJECT_IDLE_NO_BRACE = -2,
    /// Not used.
    LEJP_REJECT_MEMBERS_NO_CLOSE = -3,
    /// There is no name where one has to be.
    LEJP_REJECT_MP_NO_OPEN_QUOTE = -4,
    /// Not used.
    LEJP_REJECT_MP_STRING_UNDERRUN = -5,
    /// A string has a control character.
    LEJP_REJECT_MP_ILLEGAL_CTRL = -6,
    /// No such character behind a backslash.
    LEJP_REJECT_MP_STRING_ESC_ILLEGAL_ESC = -7,
    /// No hexadecimal digit behind `\u`.
    LEJP_REJECT_ILLEGAL_HEX = -8,
    /// A name has no colon behind it.
    LEJP_REJECT_MP_DELIM_MISSING_COLON = -9,
    /// No value begins so.
    LEJP_REJECT_MP_DELIM_BAD_VALUE_START = -10,
    /// A point without a digit behind it.
    LEJP_REJECT_MP_VAL_NUM_INT_NO_FRAC = -11,
    /// No number is written so.
    LEJP_REJECT_MP_VAL_NUM_FORMAT = -12,
    /// An exponent without a digit.
    LEJP_REJECT_MP_VAL_NUM_EXP_BAD_EXP = -13,
    /// Something like `true`, `false` or `null`.
    LEJP_REJECT_MP_VAL_TOK_UNKNOWN = -14,
    /// A `]` outside of all arrays.
    LEJP_REJECT_MP_C_OR_E_UNDERF = -15,
    /// A `]` in an object.
    LEJP_REJECT_MP_C_OR_E_NOTARRAY = -16,
    /// A `}` in an array.
    LEJP_REJECT_MP_ARRAY_END_MISSING = -17,
    /// It is nested more than LEJP_MAX_DEPTH deep.
    LEJP_REJECT_STACK_OVERFLOW = -18,
    /// There are more than LEJP_MAX_INDEX_DEPTH arrays in each other.
    LEJP_REJECT_MP_DELIM_ISTACK = -19,
    /// A number has more than LEJP_STRING_CHUNK characters.
    LEJP_REJECT_NUM_TOO_LONG = -20,
    /// No comma and no end behind a value.
    LEJP_REJECT_MP_C_OR_E_NEITHER = -21,
    /// The path of a value has no room.
    LEJP_REJECT_UNKNOWN = -22,
    /// The callback ended it.
    LEJP_REJECT_CALLBACK = -23,
}

/// Why the callback is called.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum lejp_callbacks {
    /// The parser was made.
    LEJPCB_CONSTRUCTED = 0,
    /// The parser ends.
    LEJPCB_DESTRUCTED = 1,
    /// The first byte has come.
    LEJPCB_START = 2,
    /// All of it was parsed.
    LEJPCB_COMPLETE = 3,
    /// It cannot be parsed.
    LEJPCB_FAILED = 4,
    /// A name; `path` ends with it.
    LEJPCB_PAIR_NAME = 5,
    /// `true`; `buf` is "1".
    LEJPCB_VAL_TRUE = 70,
    /// `false`; `buf` is "0".
    LEJPCB_VAL_FALSE = 71,
    /// `null`; `buf` is empty.
    LEJPCB_VAL_NULL = 72,
    /// A number with neither point nor exponent, whose text is in `buf`.
    LEJPCB_VAL_NUM_INT = 73,
    /// Another number, whose text is in `buf`.
    LEJPCB_VAL_NUM_FLOAT = 74,
    /// A string begins.
    LEJPCB_VAL_STR_START = 11,
    /// LEJP_STRING_CHUNK bytes of a string are in `buf`; more follows.
    LEJPCB_VAL_STR_CHUNK = 76,
    /// The rest of a string is in `buf`.
    LEJPCB_VAL_STR_END = 77,
    /// An array begins.
    LEJPCB_ARRAY_START = 14,
    /// An array ends.
    LEJPCB_ARRAY_END = 15,
    /// An object begins.
    LEJPCB_OBJECT_START = 16,
    /// An object ends.
    LEJPCB_OBJECT_END = 17,
}

/// What was seen of a number, bits of `f`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum num_flags {
    /// A sign.
    LEJP_SEEN_MINUS = 1,
    /// A point.
    LEJP_SEEN_POINT = 2,
    /// A digit behind the point.
    LEJP_SEEN_POST_POINT = 4,
    /// An exponent.
    LEJP_SEEN_EXP = 8,
}

/// What a parser calls: `reason` is one of enum lejp_callbacks. Nonzero ends the parsing, but for
/// LEJPCB_CONSTRUCTED, _DESTRUCTED, _START and _FAILED, where it says nothing.
///
/// `path` says where in the JSON it is: names with a `.` between, `[]` behind that of an array.
/// `path_match` is 0, or the number, from 1, of the first of the parser's paths that it matches;
/// `i[0]` to `i[ipos - 1]` are the indices in the arrays it is in, and `npos` is how many bytes `buf`
/// has, with a NUL behind them.
pub type lejp_callback =
    Option<unsafe extern "C" fn(ctx: *mut lejp_ctx, reason: c_char) -> c_schar>;

/// A level of the JSON.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct _lejp_stack {
    /// One of enum lejp_states.
    pub s: c_char,
    /// Length of the path.
    pub p: c_char,
    /// How many arrays it is in.
    pub i: c_char,
    /// The program's.
    pub b: c_char,
}

/// A parser, of several on top of each other.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct _lejp_parsing_stack {
    /// What lejp_parser_push() was given.
    pub user: *mut c_void,
    /// What is called.
    pub callback: lejp_callback,
    /// The paths of interest.
    pub paths: *const *const c_char,
    /// How many they are.
    pub count_paths: u8,
    /// Length of the path.
    pub ppos: u8,
    /// What `path_match` of the context was before the next parser.
    pub path_match: u8,
}

/// A parser of JSON, in memory of the program. No member is to be changed but those of which that is
/// said.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lejp_ctx {
    /// What lejp_construct() was given. The program may change it.
    pub user: *mut c_void,
    /// The parsers, the present one at `pst_sp`.
    pub pst: [_lejp_parsing_stack; LEJP_MAX_PARSING_STACK_DEPTH as usize],
    /// The levels of the JSON, the present one at `sp`.
    pub st: [_lejp_stack; LEJP_MAX_DEPTH as usize],
    /// The indices in the arrays it is in.
    pub i: [u16; LEJP_MAX_INDEX_DEPTH as usize],
    /// Where in `path` the asterisks of the path that matches are.
    pub wild: [u16; LEJP_MAX_INDEX_DEPTH as usize],
    /// Where it is.
    pub path: [c_char; LEJP_MAX_PATH as usize],
    /// A number, or bytes of a string.
    pub buf: [c_char; 255],
    /// How many bytes a path is behind the one before, 0 for those of a pointer. The program may set
    /// it.
    pub path_stride: usize,
    /// The line, from 1.
    pub line: u32,
    /// A code unit, or which token it is.
    pub uni: u16,
    /// How many bytes `buf` has.
    pub npos: u8,
    /// How many digits of a number or characters of a token there were.
    pub dcount: u8,
    /// What was seen of a number.
    pub f: u8,
    /// The level.
    pub sp: u8,
    /// How many arrays it is in.
    pub ipos: u8,
    /// Not used.
    pub count_paths: u8,
    /// 0, or the number of the path that matches, from 1. The program may change it.
    pub path_match: u8,
    /// Length of the path when it matched.
    pub path_match_len: u8,
    /// How many asterisks the path that matches has.
    pub wildcount: u8,
    /// The parser.
    pub pst_sp: u8,
    /// Whether all of it is an array.
    pub outer_array: u8,
}

const _: () = assert!(size_of::<lejp_ctx>() == 664);
