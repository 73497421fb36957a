//! Directories and whole files.
#![forbid(unsafe_code)]

use crate::sys::memory::Mark;
use std::ffi::{CStr, CString, OsStr};
use std::fs::{self, File, FileType, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

/// What an object in a directory is (`LDOT_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Unknown,
    File,
    Dir,
    Link,
    Fifo,
    Socket,
    Char,
    Block,
}

impl From<FileType> for Kind {
    fn from(t: FileType) -> Self {
        if t.is_symlink() {
            Kind::Link
        } else if t.is_dir() {
            Kind::Dir
        } else if t.is_file() {
            Kind::File
        } else if t.is_fifo() {
            Kind::Fifo
        } else if t.is_socket() {
            Kind::Socket
        } else if t.is_char_device() {
            Kind::Char
        } else if t.is_block_device() {
            Kind::Block
        } else {
            Kind::Unknown
        }
    }
}

fn path(name: &CStr) -> &Path {
    Path::new(OsStr::from_bytes(name.to_bytes()))
}

/// What is in a directory, sorted by the bytes of the names. Editors' backups
/// (names that end in `~`) are left out, and so are `.` and `..`.
pub(crate) fn list(dir: &CStr) -> io::Result<Vec<(CString, Kind)>> {
    let mark = Mark::now();
    let mut found = Vec::new();
    for entry in fs::read_dir(path(dir))? {
        let entry = entry?;
        let name = entry.file_name().into_vec();
        if name.ends_with(b"~") {
            continue;
        }
        let kind = entry.file_type().map_or(Kind::Unknown, Kind::from);
        // A name in a directory holds no NUL.
        if let Ok(name) = CString::new(name) {
            if found.try_reserve(1).is_err() || mark.failed() {
                mark.forgive();
                return Err(io::ErrorKind::OutOfMemory.into());
            }
            found.push((name, kind));
        }
    }
    super::sort::sort(&mut found);
    Ok(found)
}

/// What tells one content of a file from another: where it is, how long, when it was written to.
#[cfg(feature = "LWS_WITH_LWSAC")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp([i64; 5]);

/// The stamp of a regular file, and how long it is.
#[cfg(feature = "LWS_WITH_LWSAC")]
pub(crate) fn stamp(name: &CStr) -> io::Result<(Stamp, u64)> {
    use std::os::unix::fs::MetadataExt;
    let found = fs::metadata(path(name))?;
    if !found.is_file() {
        return Err(ErrorKind::InvalidInput.into());
    }
    let stamp = Stamp([
        found.dev() as i64,
        found.ino() as i64,
        found.len() as i64,
        found.mtime(),
        found.mtime_nsec(),
    ]);
    Ok((stamp, found.len()))
}

/// Reads from the start of a file until `buf` is full or the file ends.
/// Returns how many bytes that were.
pub(crate) fn read(name: &CStr, buf: &mut [u8]) -> io::Result<usize> {
    let mut file = File::open(path(name))?;
    let mut used = 0usize;
    while let Some(room) = buf.get_mut(used..).filter(|room| !room.is_empty()) {
        match file.read(room) {
            Ok(0) => break,
            Ok(n) => used = used.saturating_add(n),
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(used)
}

/// Makes `bytes` all that is in a file. A file that was not there before can
/// be read and written by its owner only.
pub(crate) fn write(name: &CStr, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options.open(path(name))?.write_all(bytes)
}

/// Makes `bytes` all that is in a file, or leaves it as it was: they are written beside it first, and
/// with `sync` are on the disk before it is exchanged.
#[cfg(any(
    feature = "LWS_WITH_CACHE_NSCOOKIEJAR",
    feature = "LWS_WITH_SYS_DHCP_CLIENT"
))]
pub(crate) fn replace(name: &CStr, bytes: &[u8], sync: bool) -> io::Result<()> {
    let mut beside = name.to_bytes().to_vec();
    beside.extend_from_slice(b".new");
    let beside = CString::new(beside).map_err(|_| ErrorKind::InvalidInput)?;
    write(&beside, bytes)?;
    if sync {
        File::open(path(&beside))?.sync_all()?;
    }
    fs::rename(path(&beside), path(name))
}

/// All that is in a file, where that is not more than `most` bytes.
#[cfg(feature = "LWS_WITH_CACHE_NSCOOKIEJAR")]
pub(crate) fn read_whole(name: &CStr, most: usize) -> io::Result<Vec<u8>> {
    let len = fs::metadata(path(name))?.len();
    // One byte more shows that it has grown meanwhile.
    let room = usize::try_from(len).unwrap_or(usize::MAX).saturating_add(1);
    if room > most.saturating_add(1) {
        return Err(ErrorKind::FileTooLarge.into());
    }
    let mut text = Vec::new();
    text.try_reserve_exact(room)
        .map_err(|_| io::Error::from(ErrorKind::OutOfMemory))?;
    text.resize(room, 0);
    let used = read(name, &mut text)?;
    if used == room {
        return Err(ErrorKind::Interrupted.into());
    }
    text.truncate(used);
    Ok(text)
}

/// Deletes a file.
#[cfg(feature = "LWS_WITH_CACHE_NSCOOKIEJAR")]
pub(crate) fn delete(name: &CStr) -> io::Result<()> {
    fs::remove_file(path(name))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Kind, list, read, write};
    use std::ffi::CString;
    use std::fs;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::PathBuf;

    struct Temp(PathBuf);

    impl Temp {
        fn new(name: &str) -> Self {
            let dir = std::env::temp_dir().join(format!("relws-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&dir);
            fs::create_dir(&dir).unwrap();
            Self(dir)
        }

        fn at(&self, name: &str) -> CString {
            CString::new(self.0.join(name).as_os_str().as_bytes()).unwrap()
        }
    }

    impl Drop for Temp {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn lists_sorted_with_kinds() {
        let t = Temp::new("list");
        for f in ["b", "a10", "a2", "B", ".dot", "backup~"] {
            fs::write(t.0.join(f), "").unwrap();
        }
        fs::create_dir(t.0.join("sub")).unwrap();
        symlink("sub", t.0.join("link")).unwrap();
        let found = list(&t.at("")).unwrap();
        let names: Vec<_> = found
            .iter()
            .map(|(n, k)| (n.to_str().unwrap().to_owned(), *k))
            .collect();
        let want = [
            (".dot", Kind::File),
            ("B", Kind::File),
            ("a10", Kind::File),
            ("a2", Kind::File),
            ("b", Kind::File),
            ("link", Kind::Link),
            ("sub", Kind::Dir),
        ];
        assert_eq!(names, want.map(|(n, k)| (n.to_owned(), k)));
        assert!(list(&t.at("none")).is_err());
        assert!(list(&t.at("b")).is_err());
    }

    #[test]
    fn files_whole_and_cut() {
        let t = Temp::new("files");
        write(&t.at("f"), b"hello").unwrap();
        assert_eq!(
            fs::metadata(t.0.join("f")).unwrap().permissions().mode() & 0o777,
            0o600
        );
        write(&t.at("f"), b"hi").unwrap();
        let mut b = [9u8; 4];
        assert_eq!(read(&t.at("f"), &mut b).unwrap(), 2);
        assert_eq!(&b, b"hi\x09\x09");
        assert_eq!(read(&t.at("f"), &mut b[..1]).unwrap(), 1);
        assert_eq!(read(&t.at("f"), &mut []).unwrap(), 0);
        assert!(read(&t.at("none"), &mut b).is_err());
        assert!(read(&t.at(""), &mut b).is_err());
        assert!(write(&t.at("none/f"), b"").is_err());
    }
}
