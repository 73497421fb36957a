//! A growing block of bytes that holds the payloads of queued messages.
//!
//! Callbacks of C get pointers into it that they may write through, so it is
//! reached by raw pointers only and is no `Vec`.

use core::ptr::NonNull;

/// Every payload starts at a multiple of this, so that C may lay a struct over it.
const ALIGN: usize = 16;

/// The smallest block: a few usual messages, bytes.
const LEAST: usize = 256;

/// The block. Offsets stay valid while it grows; pointers do not.
pub(crate) struct Arena {
    base: NonNull<u8>,
    len: usize,
    capacity: usize,
}

// SAFETY: it owns its memory like a Vec<u8>.
unsafe impl Send for Arena {}
// SAFETY: shared, it only hands out raw pointers.
unsafe impl Sync for Arena {}

impl Arena {
    pub(crate) const fn new() -> Self {
        Self {
            base: NonNull::dangling(),
            len: 0,
            capacity: 0,
        }
    }

    /// Bytes in use, with alignment.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Forgets the content, keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }

    /// Appends a copy of `bytes` and a NUL behind it. Returns where it starts, or `None` when there
    /// is no memory.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Option<usize> {
        let start = self.len;
        let end = start
            .checked_add(bytes.len())?
            .checked_add(1)?
            .checked_next_multiple_of(ALIGN)?;
        if end > self.capacity {
            self.grow(end)?;
        }
        // SAFETY: `end` is within the capacity; a slice cannot overlap memory that only this arena
        // writes.
        unsafe {
            let at = self.base.as_ptr().add(start);
            core::ptr::copy_nonoverlapping(bytes.as_ptr(), at, bytes.len());
            *at.add(bytes.len()) = 0;
        }
        self.len = end;
        Some(start)
    }

    /// Copies `len` bytes that were pushed to another arena at `start`.
    pub(crate) fn push_from(&mut self, other: &Arena, start: usize, len: usize) -> Option<usize> {
        if start.checked_add(len)? > other.len {
            return None;
        }
        // SAFETY: within what the other arena has written.
        let bytes = unsafe { core::slice::from_raw_parts(other.base.as_ptr().add(start), len) };
        self.push(bytes)
    }

    /// The payload that starts at `start`.
    pub(crate) fn at(&self, start: usize) -> *mut u8 {
        debug_assert!(start < self.len);
        self.base.as_ptr().wrapping_add(start)
    }

    /// Copies as much of the `len` bytes of a payload as `to` holds, for a receiver of our own, which
    /// may call the program: a callback may write to the payload. Returns what was copied.
    pub(crate) fn copy<'a>(&self, start: usize, len: usize, to: &'a mut [u8]) -> &'a [u8] {
        if start.checked_add(len).is_none_or(|end| end > self.len) {
            return &[];
        }
        let len = len.min(to.len());
        // SAFETY: within what was written; `to` is borrowed for itself alone, and no callback runs now.
        unsafe {
            core::ptr::copy_nonoverlapping(self.base.as_ptr().add(start), to.as_mut_ptr(), len);
        }
        to.get(..len).unwrap_or(&[])
    }

    fn grow(&mut self, least: usize) -> Option<()> {
        let capacity = least.max(self.capacity.saturating_mul(2)).max(LEAST);
        let old = if self.capacity == 0 {
            core::ptr::null_mut()
        } else {
            self.base.as_ptr().cast()
        };
        // SAFETY: `old` is NULL or came from realloc; malloc's alignment is ALIGN or what the
        // platform gives its C programs.
        let new = unsafe { libc::realloc(old, capacity) };
        self.base = NonNull::new(new.cast())?;
        self.capacity = capacity;
        Some(())
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        if self.capacity != 0 {
            // SAFETY: it came from realloc.
            unsafe { libc::free(self.base.as_ptr().cast()) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Arena;

    #[test]
    fn payloads_keep_their_content_and_alignment_while_it_grows() {
        let mut a = Arena::new();
        let texts: Vec<Vec<u8>> = (0..200u8).map(|n| vec![n; usize::from(n)]).collect();
        let starts: Vec<usize> = texts.iter().map(|t| a.push(t).unwrap()).collect();
        for (t, s) in texts.iter().zip(&starts) {
            let mut room = [1; 300];
            assert_eq!(a.copy(*s, t.len(), &mut room), &t[..]);
            assert_eq!(a.copy(*s, t.len() + 1, &mut room)[t.len()], 0);
            assert_eq!(a.at(*s).addr() % super::ALIGN, 0);
        }
        let mut room = [1; 3];
        assert_eq!(a.copy(a.len(), 1, &mut room), &[] as &[u8]);
        assert_eq!(a.copy(starts[100], 100, &mut room), [100; 3]);
    }
}
