//! `lws-spa.h`: what a form that is posted is read into.

use super::types::lwsac;
use core::ffi::{c_char, c_int, c_void};

/// What is told of a file that arrives.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lws_spa_fileupload_states {
    /// A piece of its content.
    LWS_UFS_CONTENT,
    /// Its end; the piece may be empty.
    LWS_UFS_FINAL_CONTENT,
    /// A new file begins.
    LWS_UFS_OPEN,
    /// No more files come: the form is whole, or was given up.
    LWS_UFS_CLOSE,
}

/// Receives files: `data` is the program's, `name` that of the field, `filename` what the browser calls
/// the file, NUL-terminated and not to be trusted; `buf` has `len` bytes and a NUL behind them, and is
/// NULL without any. A negative return ends the form.
pub type lws_spa_fileupload_cb = Option<
    unsafe extern "C" fn(
        data: *mut c_void,
        name: *const c_char,
        filename: *const c_char,
        buf: *mut c_char,
        len: c_int,
        state: lws_spa_fileupload_states,
    ) -> c_int,
>;

/// How a form is to be read.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lws_spa_create_info {
    /// The names of the fields whose values are kept; they stay valid as long as the reader.
    pub param_names: *const *const c_char,
    /// How many those are.
    pub count_params: c_int,
    /// Room for their values together, each with a NUL behind it, bytes; 0: 512.
    pub max_storage: c_int,
    /// NULL, or who receives files.
    pub opt_cb: lws_spa_fileupload_cb,
    /// For `opt_cb`.
    pub opt_data: *mut c_void,
    /// How far apart the pointers of `param_names` are, bytes; 0: they are an array.
    pub param_names_stride: usize,
    /// NULL, or the arena that the values are put into: they stay there when the reader has gone.
    pub ac: *mut *mut lwsac,
    /// The size of that arena's chunks, 0 for the usual one.
    pub ac_chunk_size: usize,
}

/// Another name of the struct.
pub type lws_spa_create_info_t = lws_spa_create_info;

const _: () = assert!(size_of::<lws_spa_create_info>() == 56);
