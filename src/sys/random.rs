//! Random bytes of the kernel.

/// Fills `buf` with random bytes fit for keys. Returns how many: all of them,
/// unless the kernel has none to give.
pub(crate) fn fill(buf: &mut [u8]) -> usize {
    let mut used = 0usize;
    while let Some(room) = buf.get_mut(used..).filter(|room| !room.is_empty()) {
        // SAFETY: the room is as long as stated.
        let n = unsafe { libc::getrandom(room.as_mut_ptr().cast(), room.len(), 0) };
        match usize::try_from(n) {
            Ok(n) if n > 0 => used = used.saturating_add(n),
            _ if std::io::Error::last_os_error().kind() == std::io::ErrorKind::Interrupted => {}
            _ => break,
        }
    }
    used
}
