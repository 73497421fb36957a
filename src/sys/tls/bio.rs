//! How OpenSSL reads from and writes to a socket. Its own way raises SIGPIPE when the peer is gone.

use super::more::{BIO_get_new_index, BIO_test_flags};
use core::ffi::{c_char, c_int, c_long, c_void};
use core::ptr::{NonNull, without_provenance_mut};
use openssl_sys as ffi;
use std::os::fd::RawFd;
use std::sync::OnceLock;

/// `BIO_TYPE_DESCRIPTOR | BIO_TYPE_SOURCE_SINK`, which makes `SSL_get_fd()` find the descriptor.
const KIND: c_int = 0x0100 | 0x0400;
/// The controls of bio.h that are answered.
const CTRL_EOF: c_int = 2;
const CTRL_FLUSH: c_int = 11;
const CTRL_GET_FD: c_int = 105;
/// `BIO_FLAGS_IN_EOF`.
const IN_EOF: c_int = 0x800;

struct Method(NonNull<ffi::BIO_METHOD>);

// SAFETY: it is not changed once it is made.
unsafe impl Send for Method {}
// SAFETY: as above.
unsafe impl Sync for Method {}

fn method() -> Option<&'static Method> {
    static METHOD: OnceLock<Option<Method>> = OnceLock::new();
    let made = METHOD.get_or_init(|| {
        // SAFETY: the name lives as long as the program; the functions have the types that OpenSSL
        // calls them with.
        unsafe {
            let made = NonNull::new(ffi::BIO_meth_new(
                BIO_get_new_index() | KIND,
                c"socket".as_ptr(),
            ))?;
            ffi::BIO_meth_set_read__fixed_rust(made.as_ptr(), Some(read));
            ffi::BIO_meth_set_write__fixed_rust(made.as_ptr(), Some(write));
            ffi::BIO_meth_set_ctrl__fixed_rust(made.as_ptr(), Some(ctrl));
            Some(Method(made))
        }
    });
    made.as_ref()
}

/// One for a socket, which has to stay open as long and is not closed by it. `None` when there is no
/// memory.
pub(super) fn new(fd: RawFd) -> Option<NonNull<ffi::BIO>> {
    // SAFETY: the method is whole; the descriptor travels as an address that nobody follows.
    unsafe {
        let bio = NonNull::new(ffi::BIO_new(method()?.0.as_ptr()))?;
        ffi::BIO_set_data(
            bio.as_ptr(),
            without_provenance_mut(usize::try_from(fd).unwrap_or(0)),
        );
        ffi::BIO_set_init(bio.as_ptr(), 1);
        Some(bio)
    }
}

/// # Safety
///
/// `bio` is one of [`new`].
unsafe fn fd_of(bio: *mut ffi::BIO) -> RawFd {
    // SAFETY: the caller's promise.
    let data = unsafe { ffi::BIO_get_data(bio) };
    RawFd::try_from(data.addr()).unwrap_or(-1)
}

/// Whether the call has to be made again later.
fn again() -> bool {
    let e = std::io::Error::last_os_error();
    matches!(
        e.kind(),
        std::io::ErrorKind::WouldBlock | std::io::ErrorKind::Interrupted
    )
}

unsafe extern "C" fn read(bio: *mut ffi::BIO, buf: *mut c_char, len: c_int) -> c_int {
    // SAFETY: OpenSSL passes one of `new` and a buffer of this length.
    unsafe {
        ffi::BIO_clear_retry_flags(bio);
        let room = usize::try_from(len).unwrap_or(0);
        let n = libc::recv(fd_of(bio), buf.cast(), room, 0);
        if n < 0 && again() {
            ffi::BIO_set_retry_read(bio);
        } else if n == 0 {
            ffi::BIO_set_flags(bio, IN_EOF);
        }
        c_int::try_from(n).unwrap_or(-1)
    }
}

unsafe extern "C" fn write(bio: *mut ffi::BIO, buf: *const c_char, len: c_int) -> c_int {
    // SAFETY: OpenSSL passes one of `new` and as many bytes.
    unsafe {
        ffi::BIO_clear_retry_flags(bio);
        let count = usize::try_from(len).unwrap_or(0);
        let n = libc::send(fd_of(bio), buf.cast(), count, libc::MSG_NOSIGNAL);
        if n < 0 && again() {
            ffi::BIO_set_retry_write(bio);
        }
        c_int::try_from(n).unwrap_or(-1)
    }
}

unsafe extern "C" fn ctrl(bio: *mut ffi::BIO, cmd: c_int, _: c_long, arg: *mut c_void) -> c_long {
    // SAFETY: OpenSSL passes one of `new`; for CTRL_GET_FD `arg` is NULL or points to an int.
    unsafe {
        match cmd {
            CTRL_FLUSH => 1,
            CTRL_EOF => c_long::from(BIO_test_flags(bio, IN_EOF) != 0),
            CTRL_GET_FD => {
                let fd = fd_of(bio);
                if !arg.is_null() {
                    arg.cast::<c_int>().write(fd);
                }
                c_long::from(fd)
            }
            _ => 0,
        }
    }
}
