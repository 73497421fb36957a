//! `lws-tokenize.h`: texts in tokens, texts with names to fill in.

use core::ffi::{c_char, c_int, c_void};

/// A flag: `-` belongs to tokens.
pub const LWS_TOKENIZE_F_MINUS_NONTERM: c_int = 1 << 0;
/// A flag: a token with a `:` behind it is LWS_TOKZE_TOKEN_NAME_COLON.
pub const LWS_TOKENIZE_F_AGG_COLON: c_int = 1 << 1;
/// A flag: the text has to be tokens with a `,` between.
pub const LWS_TOKENIZE_F_COMMA_SEP_LIST: c_int = 1 << 2;
/// A flag: the delimiters are those of RFC 7230, with `-`, `.` and `*` as far as other flags do not say
/// otherwise; all else belongs to tokens.
pub const LWS_TOKENIZE_F_RFC7230_DELIMS: c_int = 1 << 3;
/// A flag: `.` belongs to tokens.
pub const LWS_TOKENIZE_F_DOT_NONTERM: c_int = 1 << 4;
/// A flag: there are no floats.
pub const LWS_TOKENIZE_F_NO_FLOATS: c_int = 1 << 5;
/// A flag: integers are tokens, and there are no floats.
pub const LWS_TOKENIZE_F_NO_INTEGERS: c_int = 1 << 6;
/// A flag: `#` begins a comment, up to the end of the line.
pub const LWS_TOKENIZE_F_HASH_COMMENT: c_int = 1 << 7;
/// A flag: `/` belongs to tokens.
pub const LWS_TOKENIZE_F_SLASH_NONTERM: c_int = 1 << 8;
/// A flag: `*` belongs to tokens.
pub const LWS_TOKENIZE_F_ASTERISK_NONTERM: c_int = 1 << 9;
/// A flag: `=` belongs to tokens.
pub const LWS_TOKENIZE_F_EQUALS_NONTERM: c_int = 1 << 10;

/// What lws_tokenize() found, one of enum lws_tokenize_elem.
pub type lws_tokenize_elem_int = c_int;

/// What a list with commas wants next.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum lws_tokenize_delimiter_tracking {
    /// A token, or the end.
    LWSTZ_DT_NEED_FIRST_CONTENT = 0,
    /// A comma, or the end.
    LWSTZ_DT_NEED_DELIM = 1,
    /// A token.
    LWSTZ_DT_NEED_NEXT_CONTENT = 2,
}

/// Where lws_tokenize() is in a text.
#[repr(C)]
#[derive(Debug)]
pub struct lws_tokenize {
    /// What is left of the text.
    pub start: *const c_char,
    /// What was found; NULL where that was nothing.
    pub token: *const c_char,
    /// How many bytes are left at most; a NUL ends the text before.
    pub len: usize,
    /// How many bytes were found.
    pub token_len: usize,
    /// LWS_TOKENIZE_F_... flags.
    pub flags: u16,
    /// One of enum lws_tokenize_delimiter_tracking.
    pub delim: u8,
    /// For the program, which may keep a result here.
    pub e: i8,
}

const _: () = assert!(size_of::<lws_tokenize>() == 40);

/// Writes what `name` stands for to `out`, from `*pos` and before `olen`, and moves `*pos`; where
/// `out` is NULL it only moves that. `*exp_ofs` is 0 at first, and the callback's to know how much it
/// wrote before.
///
/// It returns LSTRX_DONE; LSTRX_FILLED_OUT when there was no room for all, to be called again with more;
/// or a negative number, such as LSTRX_FATAL_NAME_UNKNOWN.
pub type lws_strexp_expand_cb = Option<
    unsafe extern "C" fn(
        r#priv: *mut c_void,
        name: *const c_char,
        out: *mut c_char,
        pos: *mut usize,
        olen: usize,
        exp_ofs: *mut usize,
    ) -> c_int,
>;

/// Where lws_strexp_expand() is. Its members are the library's.
#[repr(C)]
#[derive(Debug)]
pub struct lws_strexp {
    /// The name, or as much of it as there was.
    pub name: [c_char; 32],
    /// What knows names.
    pub cb: lws_strexp_expand_cb,
    /// For that.
    pub r#priv: *mut c_void,
    /// Where the text goes to; NULL: nowhere.
    pub out: *mut c_char,
    /// Room there.
    pub olen: usize,
    /// How much was written there.
    pub pos: usize,
    /// For the callback.
    pub exp_ofs: usize,
    /// Length of the name.
    pub name_pos: u8,
    /// 0 in text, 1 behind a `$`, 2 in a name, 3 behind it.
    pub state: c_char,
}

const _: () = assert!(size_of::<lws_strexp>() == 88);
