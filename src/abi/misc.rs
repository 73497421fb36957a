//! `lws-misc.h`: directory entries, units, flow control reasons.

use core::ffi::{c_char, c_int, c_uint, c_void};

/// One unit of a schema for lws_humanize().
#[repr(C)]
#[derive(Debug)]
pub struct lws_humanize_unit {
    /// What is written behind the number. NULL ends the schema.
    pub name: *const c_char,
    /// What one of it is worth.
    pub factor: u64,
}

/// One unit of a schema for lws_humanize().
pub type lws_humanize_unit_t = lws_humanize_unit;

/// What an object in a directory is.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lws_dir_obj_type_t {
    /// It cannot be told.
    LDOT_UNKNOWN = 0,
    /// A file.
    LDOT_FILE = 1,
    /// A directory.
    LDOT_DIR = 2,
    /// A symbolic link, to whatever.
    LDOT_LINK = 3,
    /// A named pipe.
    LDOT_FIFO = 4,
    /// A unix socket.
    LDOTT_SOCKET = 5,
    /// A character device.
    LDOT_CHAR = 6,
    /// A block device.
    LDOT_BLOCK = 7,
}

/// A value of [`lws_dir_obj_type_t`], as C passes it.
pub type lws_dir_obj_type_t_int = c_uint;

/// One object in a directory. It is valid during the callback that it is passed to.
#[repr(C)]
#[derive(Debug)]
pub struct lws_dir_entry {
    /// Its name, without the directory.
    pub name: *const c_char,
    /// What it is.
    pub r#type: lws_dir_obj_type_t_int,
}

/// What lws_dir() calls for each object. Nonzero ends the walk.
pub type lws_dir_callback_function_ptr = Option<
    unsafe extern "C" fn(
        dirpath: *const c_char,
        user: *mut c_void,
        lde: *mut lws_dir_entry,
    ) -> c_int,
>;

/// What lws_dir_glob_cb() calls with the path of each object that the filter lets pass. The result
/// is not looked at.
pub type lws_dir_glob_cb_t =
    Option<unsafe extern "C" fn(data: *mut c_void, path: *const c_char) -> c_int>;

/// What lws_dir_glob_cb() is to do.
#[repr(C)]
#[derive(Debug)]
pub struct lws_dir_glob {
    /// What names look like, such as "sai-*.deb": `*` is any text, `?` any one byte.
    pub filter: *const c_char,
    /// What to call for each that does.
    pub cb: lws_dir_glob_cb_t,
    /// The first argument of `cb`.
    pub user: *mut c_void,
}

/// What lws_dir_glob_cb() is to do.
pub type lws_dir_glob_t = lws_dir_glob;

/// For lws_rx_flow_control(): the low bits of `enable` are reasons.
pub const LWS_RXFLOW_REASON_APPLIES: c_int = 1 << 14;
/// For lws_rx_flow_control(), with LWS_RXFLOW_REASON_APPLIES: the reasons end.
pub const LWS_RXFLOW_REASON_APPLIES_ENABLE_BIT: c_int = 1 << 13;
/// For lws_rx_flow_control(): the reasons in the low bits end.
pub const LWS_RXFLOW_REASON_APPLIES_ENABLE: c_int = (1 << 14) | (1 << 13);
/// For lws_rx_flow_control(): there are the reasons in the low bits.
pub const LWS_RXFLOW_REASON_APPLIES_DISABLE: c_int = 1 << 14;
/// The reason of a plain lws_rx_flow_control() with 0 or 1.
pub const LWS_RXFLOW_REASON_USER_BOOL: c_int = 1;
/// A reason of HTTP's.
pub const LWS_RXFLOW_REASON_HTTP_RXBUFFER: c_int = 1 << 6;
/// A reason of HTTP/2's.
pub const LWS_RXFLOW_REASON_H2_PPS_PENDING: c_int = 1 << 7;
/// For lws_rx_flow_control(): what it says takes effect at once, which it does here anyway.
pub const LWS_RXFLOW_REASON_FLAG_PROCESS_NOW: c_int = 1 << 12;

/// An option of a program, for lws_switches_print_help(). lws 4.3.5 does not have it.
#[repr(C)]
#[derive(Debug)]
pub struct lws_switches {
    /// The option with its dashes.
    pub sw: *const c_char,
    /// What it does.
    pub doc: *const c_char,
}
