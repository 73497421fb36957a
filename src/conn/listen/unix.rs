//! Unix sockets that listen, and their files.

use crate::conn::error::Error;
use crate::conn::vhost::Listen;
use crate::log::{Log, log_warn};
use crate::sys::net;
use crate::sys::privs;
use core::ffi::CStr;
use socket2::{Domain, Socket, Type};
use std::ffi::{CString, OsStr};
use std::fs::Metadata;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The file that a listening socket has made.
pub(crate) struct File {
    /// Absolute, because the program may change its directory.
    path: PathBuf,
    device: u64,
    inode: u64,
}

/// A socket that listens, and its file when it is not in the abstract namespace.
pub(super) fn open(l: &Listen) -> Result<(Socket, Option<File>), Error> {
    let path = l.iface.as_deref().unwrap_or(c"").to_bytes();
    if path.is_empty() {
        return Err(Error::NoPath);
    }
    let address = net::unix(path).map_err(|e| Error::Path("path", e))?;
    let socket = net::socket(Domain::UNIX, Type::STREAM).map_err(|e| Error::Path("socket", e))?;
    let in_files = !path.starts_with(b"@");
    if in_files {
        clear(Path::new(OsStr::from_bytes(path))).map_err(|e| Error::Path("path", e))?;
    }
    socket.bind(&address).map_err(|e| Error::Path("bind", e))?;
    let file = if in_files {
        Some(File::of(path).map_err(|e| Error::Path("path", e))?)
    } else {
        None
    };
    let ready = match (&file, &l.unix_perms) {
        (Some(_), Some(perms)) => give(path, perms),
        _ => Ok(()),
    };
    let ready = ready.and_then(|()| {
        socket
            .listen(super::BACKLOG)
            .map_err(|e| Error::Path("listen", e))
    });
    match ready {
        Ok(()) => Ok((socket, file)),
        Err(why) => {
            drop(socket);
            if let Some(f) = file {
                let _ = f.remove();
            }
            Err(why)
        }
    }
}

/// Makes room for a socket's file: a socket that was left behind goes, and nothing else does.
fn clear(path: &Path) -> io::Result<()> {
    match std::fs::symlink_metadata(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(e),
        Ok(found) if found.file_type().is_socket() => {
            if is_heard(path) {
                return Err(io::ErrorKind::AddrInUse.into());
            }
            std::fs::remove_file(path)
        }
        Ok(_) => Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "there is a file that is not a socket",
        )),
    }
}

impl File {
    fn of(path: &[u8]) -> io::Result<Self> {
        let path = std::path::absolute(OsStr::from_bytes(path))?;
        let made = std::fs::symlink_metadata(&path)?;
        Ok(Self {
            path,
            device: made.dev(),
            inode: made.ino(),
        })
    }

    fn is(&self, found: &Metadata) -> bool {
        found.dev() == self.device && found.ino() == self.inode
    }

    /// The socket has closed: removes its file. Stays when it is another one's by now, or when
    /// another process still listens there, which has the socket since a fork().
    pub(super) fn done(self, log: Log) {
        if let Err(e) = self.remove() {
            log_warn!(log, "iface: cannot remove {}: {e}", self.path.display());
        }
    }

    fn remove(&self) -> io::Result<()> {
        match std::fs::symlink_metadata(&self.path) {
            Ok(found) if self.is(&found) && !is_heard(&self.path) => {
                std::fs::remove_file(&self.path)
            }
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }
}

/// Whether some process has a socket open at the path: lets it show by connecting there.
fn is_heard(path: &Path) -> bool {
    let address = net::unix(path.as_os_str().as_bytes());
    let asks = net::socket(Domain::UNIX, Type::STREAM);
    match (address, asks) {
        (Ok(address), Ok(asks)) => match asks.connect(&address) {
            Ok(()) => true,
            // Its queue is full, or it is of another kind.
            Err(e) => matches!(
                e.raw_os_error(),
                Some(libc::EAGAIN | libc::EINPROGRESS | libc::EPROTOTYPE)
            ),
        },
        // The absolute path may be too long for an address, or descriptors short.
        _ => false,
    }
}

/// Gives a unix socket to `user:group`, who may use it.
fn give(path: &[u8], perms: &CStr) -> Result<(), Error> {
    let unknown = || Error::NoOwner(perms.to_owned());
    let text = perms.to_str().map_err(|_| unknown())?;
    let (user, group) = text.split_once(':').ok_or_else(unknown)?;
    let user = CString::new(user)
        .ok()
        .and_then(|n| privs::user(&n))
        .ok_or_else(unknown)?;
    let group = CString::new(group)
        .ok()
        .and_then(|n| privs::group(&n))
        .ok_or_else(unknown)?;
    net::chown(path, Some(user.uid), Some(group)).map_err(Error::Owner)?;
    let path = Path::new(OsStr::from_bytes(path));
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o660)).map_err(Error::Owner)
}
