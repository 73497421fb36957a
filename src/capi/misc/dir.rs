//! `lws-misc.h`: directories and files.

use crate::abi::misc::{
    lws_dir_callback_function_ptr, lws_dir_entry, lws_dir_glob, lws_dir_obj_type_t,
};
use crate::capi::arg;
use crate::capi::convert::{cstr, need};
use crate::log::{Log, log_err, log_warn};
use crate::sys::fs;
use crate::util::file::{self, Kind};
use crate::util::text;
use core::ffi::{c_char, c_int, c_uint, c_void};
use std::ffi::CString;

impl From<Kind> for lws_dir_obj_type_t {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Unknown => Self::LDOT_UNKNOWN,
            Kind::File => Self::LDOT_FILE,
            Kind::Dir => Self::LDOT_DIR,
            Kind::Link => Self::LDOT_LINK,
            Kind::Fifo => Self::LDOT_FIFO,
            Kind::Socket => Self::LDOTT_SOCKET,
            Kind::Char => Self::LDOT_CHAR,
            Kind::Block => Self::LDOT_BLOCK,
        }
    }
}

/// Calls `cb` for everything in a directory, in the order of the bytes of the names.
///
/// `.` and `..` are left out, and so are names that end in `~`, which editors give to backups. The
/// directory is read before the first call, so `cb` may change it.
///
/// # Returns
///
/// 1 when `cb` was called for all, 0 when it ended the walk, -1 when the directory cannot be read
/// or an argument is NULL.
///
/// # Safety
///
/// `dirpath` is NUL-terminated, `cb` may be called with `user`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dir(
    dirpath: *const c_char,
    user: *mut c_void,
    cb: lws_dir_callback_function_ptr,
) -> c_int {
    const NAME: &str = "lws_dir";
    // SAFETY: the caller's promise.
    let dir = need!("dirpath", unsafe { cstr(dirpath) }, -1);
    let cb = need!("cb", cb, -1);
    let found = match file::list(dir) {
        Ok(found) => found,
        Err(e) => {
            log_err!(Log::GLOBAL, "lws_dir: {}: {e}", dir.to_string_lossy());
            return -1;
        }
    };
    for (name, kind) in &found {
        let kind = lws_dir_obj_type_t::from(*kind);
        let mut entry = lws_dir_entry {
            name: name.as_ptr(),
            r#type: kind as c_uint,
        };
        // SAFETY: the caller's promise.
        if unsafe { cb(dirpath, user, &mut entry) } != 0 {
            return 0;
        }
    }
    1
}

/// A callback for lws_dir() that deletes what it is called for, and with a directory all that is in
/// it. Symbolic links are deleted, not followed. It goes on past what cannot be deleted, and logs
/// that.
///
/// The directory that lws_dir() walks stays, empty but for names that end in `~`, as lws_dir() does
/// not show those: use rmdir().
///
/// # Returns
///
/// 0, or 1 when an argument is NULL.
///
/// # Safety
///
/// As lws_dir() passes them; `user` is not used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dir_rm_rf_cb(
    dirpath: *const c_char,
    _user: *mut c_void,
    lde: *mut lws_dir_entry,
) -> c_int {
    const NAME: &str = "lws_dir_rm_rf_cb";
    // SAFETY: the caller's promise.
    let (dir, name) = unsafe { (cstr(dirpath), lde.as_ref().and_then(|e| cstr(e.name))) };
    let dir = need!("dirpath", dir, 1);
    let name = need!("lde", name, 1);
    if name == c"." || name == c".." {
        return 0;
    }
    fs::remove_tree(dir, name, |path, e| {
        let (dir, path) = (dir.to_string_lossy(), String::from_utf8_lossy(path));
        log_warn!(Log::GLOBAL, "lws_dir_rm_rf_cb: {dir}/{path} stays: {e}");
    });
    0
}

/// A callback for lws_dir() that passes on the paths of those objects whose names are as a filter
/// says, except directories.
///
/// # Returns
///
/// 0, or 1 when an argument or a member it needs is NULL.
///
/// # Safety
///
/// As lws_dir() passes them; `user` is an lws_dir_glob_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dir_glob_cb(
    dirpath: *const c_char,
    user: *mut c_void,
    lde: *mut lws_dir_entry,
) -> c_int {
    const NAME: &str = "lws_dir_glob_cb";
    // SAFETY: the caller's promise.
    let (dir, glob, entry) = unsafe {
        (
            cstr(dirpath),
            user.cast::<lws_dir_glob>().as_ref(),
            lde.as_ref(),
        )
    };
    let dir = need!("dirpath", dir, 1);
    let glob = need!("user", glob, 1);
    let entry = need!("lde", entry, 1);
    // SAFETY: the caller's promise.
    let (filter, name) = unsafe { (cstr(glob.filter), cstr(entry.name)) };
    let filter = need!("user->filter", filter, 1);
    let name = need!("lde->name", name, 1);
    let cb = need!("user->cb", glob.cb, 1);
    let is_dir = entry.r#type == lws_dir_obj_type_t::LDOT_DIR as c_uint;
    if is_dir || !text::glob(filter.to_bytes(), name.to_bytes()) {
        return 0;
    }
    // Neither part has a NUL in it.
    let path = CString::new([dir.to_bytes(), b"/", name.to_bytes()].concat()).unwrap_or_default();
    // SAFETY: the caller's promise.
    unsafe { cb(glob.user, path.as_ptr()) };
    0
}

unsafe extern "C" {
    /// open() whose descriptor is closed when the process starts another program (FD_CLOEXEC).
    ///
    /// # Returns
    ///
    /// The descriptor, or -1 with the reason in `errno`.
    ///
    /// # Safety
    ///
    /// As for open().
    pub fn lws_open(__file: *const c_char, __oflag: c_int, ...) -> c_int;
}

/// What lws_open() does; `mode` is 0 where it is not asked for.
#[unsafe(no_mangle)]
unsafe extern "C" fn relws_open_mode(file: *const c_char, oflag: c_int, mode: c_uint) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { cstr(file) } {
        Some(file) => fs::open(file, oflag, mode),
        None => {
            arg::bad("lws_open", "__file");
            crate::sys::logcx::set_errno(libc::EFAULT);
            -1
        }
    }
}
