//! Files where `std` does not go: opening with the flags of C, and removing
//! trees that others may be changing meanwhile.

use crate::sys::memory::Mark;
use core::ffi::{CStr, c_int};
use std::ffi::CString;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

/// `open()` with `O_CLOEXEC`.
pub(crate) fn open(file: &CStr, flags: c_int, mode: u32) -> c_int {
    // SAFETY: `file` is a NUL-terminated path.
    unsafe { libc::open(file.as_ptr(), flags | libc::O_CLOEXEC, mode as libc::c_uint) }
}

/// Writes all of `bytes` to a descriptor.
pub(crate) fn write_all(fd: RawFd, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        // SAFETY: `bytes` is valid for its length.
        let n = unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) };
        match usize::try_from(n) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n) => bytes = bytes.get(n..).unwrap_or_default(),
            Err(_) => {
                let e = io::Error::last_os_error();
                if e.kind() != io::ErrorKind::Interrupted {
                    return Err(e);
                }
            }
        }
    }
    Ok(())
}

/// Goes to the beginning of a file; a pipe has none.
pub(crate) fn rewind(fd: RawFd) {
    // SAFETY: takes numbers only.
    unsafe { libc::lseek(fd, 0, libc::SEEK_SET) };
}

/// A directory that is being emptied.
struct Emptied {
    fd: OwnedFd,
    /// What is still in it.
    left: Vec<CString>,
    name: CString,
}

/// Removes one object of `dir`, and with a directory all that is in it.
/// Symbolic links are removed, never followed. It goes on past what cannot be
/// removed, which it tells `failed`: the path below `dir` and why.
pub(crate) fn remove_tree(dir: &CStr, name: &CStr, mut failed: impl FnMut(&[u8], io::Error)) {
    let fd = match open_dir(libc::AT_FDCWD, dir, 0) {
        Ok(fd) => fd,
        Err(e) => return failed(b"", e),
    };
    // The first is not emptied itself.
    let mut open = vec![Emptied {
        fd,
        left: vec![name.to_owned()],
        name: CString::default(),
    }];
    while let Some(here) = open.last_mut() {
        if let Some(name) = here.left.pop() {
            match remove(here.fd.as_raw_fd(), &name) {
                Ok(None) => {}
                Ok(Some(fd)) => {
                    let left = names(&fd);
                    open.push(Emptied { fd, left, name });
                }
                Err(e) => failed(&way(&open, &name), e),
            }
            continue;
        }
        let Some(done) = open.pop() else { break };
        let Some(parent) = open.last() else { break };
        if let Err(e) = unlink(parent.fd.as_raw_fd(), &done.name, libc::AT_REMOVEDIR) {
            failed(&way(&open, &done.name), e);
        }
    }
}

/// Removes what is not a directory, opens what is one.
fn remove(at: RawFd, name: &CStr) -> io::Result<Option<OwnedFd>> {
    match unlink(at, name, 0) {
        Ok(()) => Ok(None),
        Err(e) => match e.raw_os_error() {
            // The open fails when a link took the directory's place.
            Some(libc::EISDIR | libc::EPERM) => match open_dir(at, name, libc::O_NOFOLLOW) {
                Err(open) if open.raw_os_error() != Some(libc::ENOTDIR) => Err(open),
                other => other.map(Some).map_err(|_| e),
            },
            _ => Err(e),
        },
    }
}

/// The path of `name` in the innermost open directory.
fn way(open: &[Emptied], name: &CStr) -> Vec<u8> {
    let mut path = Vec::new();
    for dir in open.iter().skip(1) {
        path.extend_from_slice(dir.name.to_bytes());
        path.push(b'/');
    }
    path.extend_from_slice(name.to_bytes());
    path
}

fn open_dir(at: RawFd, name: &CStr, flags: c_int) -> io::Result<OwnedFd> {
    let flags = flags | libc::O_RDONLY | libc::O_DIRECTORY | libc::O_CLOEXEC;
    // SAFETY: `name` is a NUL-terminated path.
    let fd = unsafe { libc::openat(at, name.as_ptr(), flags) };
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the descriptor is new, nobody else has it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

fn unlink(at: RawFd, name: &CStr, flags: c_int) -> io::Result<()> {
    // SAFETY: `name` is a NUL-terminated path.
    match unsafe { libc::unlinkat(at, name.as_ptr(), flags) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// What is in a directory, without `.` and `..`; what can be read of it.
fn names(dir: &OwnedFd) -> Vec<CString> {
    let mut found = Vec::new();
    let mark = Mark::now();
    let Ok(copy) = dir.try_clone() else {
        return found;
    };
    // SAFETY: the stream takes the copy over; on failure we close it.
    let stream = unsafe { libc::fdopendir(copy.as_raw_fd()) };
    if stream.is_null() {
        return found;
    }
    core::mem::forget(copy);
    loop {
        // SAFETY: the stream is open, and nobody else reads it.
        let entry = unsafe { libc::readdir(stream) };
        if entry.is_null() {
            break;
        }
        // SAFETY: the entry is valid until the next is read; its name ends in
        // a NUL.
        let name = unsafe { CStr::from_ptr((&raw const (*entry).d_name).cast()) };
        if name != c"." && name != c".." {
            // What is not found stays, and the directory with it.
            if found.try_reserve(1).is_err() || mark.failed() {
                mark.forgive();
                break;
            }
            found.push(name.to_owned());
        }
    }
    // SAFETY: the stream is open.
    unsafe { libc::closedir(stream) };
    found
}
