//! Shared objects that are loaded while the program runs.

use core::ffi::{CStr, c_void};
use core::ptr::NonNull;
use std::io;

/// Loads a shared object, and runs its constructors.
///
/// # Errors
///
/// What the dynamic linker says.
pub(crate) fn open(path: &CStr) -> io::Result<NonNull<c_void>> {
    // SAFETY: a NUL-terminated path; what the object's constructors do is up to who put it there.
    NonNull::new(unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW) }).ok_or_else(|| {
        // SAFETY: the text is this thread's until its next call.
        let why =
            NonNull::new(unsafe { libc::dlerror() }).map(|p| unsafe { CStr::from_ptr(p.as_ptr()) });
        io::Error::other(why.unwrap_or_default().to_string_lossy().into_owned())
    })
}

/// What a loaded object exports by a name.
pub(crate) fn symbol(object: NonNull<c_void>, name: &CStr) -> Option<NonNull<c_void>> {
    // SAFETY: an object that is loaded, a NUL-terminated name.
    NonNull::new(unsafe { libc::dlsym(object.as_ptr(), name.as_ptr()) })
}

/// Unloads an object once nobody has it loaded any more.
///
/// # Safety
///
/// It is loaded, and nothing of it is used again.
pub(crate) unsafe fn close(object: NonNull<c_void>) {
    // SAFETY: the caller's promise.
    unsafe { libc::dlclose(object.as_ptr()) };
}
