//! Lists of memory segments: the bytes that wait to be used, first in first
//! out. The memory is from the program's allocator, one block a segment.

use crate::abi::types::lws_buflist;
use crate::sys::alloc;
use core::ptr::{NonNull, null_mut};

/// Bytes that are free in front of each segment's data, for who wants to write
/// a header there (`LWS_PRE`).
const HEADROOM: usize = 16;

/// What stands in front of a segment's headroom and data.
#[repr(C)]
struct Segment {
    next: *mut Segment,
    /// The last segment of the list; right in the first one only.
    tail: *mut Segment,
    len: usize,
    /// How many bytes are used already. Less than `len`.
    pos: usize,
}

/// A list by the pointer to its first segment, as C programs hold it.
pub(crate) struct List(NonNull<*mut lws_buflist>);

/// One segment as [`List::each`] shows it.
pub(crate) struct Shown {
    pub(crate) len: usize,
    pub(crate) pos: usize,
}

impl List {
    /// `None` when `head` is NULL.
    ///
    /// # Safety
    ///
    /// `head` is NULL, or points to NULL or what this module put there, and
    /// nobody else uses the list while the result lives.
    pub(crate) unsafe fn new(head: *mut *mut lws_buflist) -> Option<Self> {
        NonNull::new(head).map(Self)
    }

    fn head(&self) -> *mut Segment {
        // SAFETY: the promise of `new`.
        unsafe { self.0.read().cast() }
    }

    fn set_head(&mut self, head: *mut Segment) {
        // SAFETY: the promise of `new`.
        unsafe { self.0.write(head.cast()) }
    }

    /// A pointer to the first unused byte, and how many follow, of the first
    /// segment. `None` when the list is empty.
    pub(crate) fn first(&self) -> Option<(NonNull<u8>, usize)> {
        let head = NonNull::new(self.head())?;
        // SAFETY: segments on the list are valid, and `pos` is within the data.
        unsafe {
            let s = head.as_ref();
            let data = NonNull::new(data(head.as_ptr()).add(s.pos))?;
            Some((data, s.len.saturating_sub(s.pos)))
        }
    }

    /// Whether nothing of the first segment is used yet.
    pub(crate) fn fresh(&self) -> bool {
        // SAFETY: segments on the list are valid.
        unsafe { self.head().as_ref() }.is_some_and(|s| s.pos == 0)
    }

    /// Shows every segment in order.
    pub(crate) fn each(&self, mut show: impl FnMut(Shown)) {
        let mut at = self.head();
        // SAFETY: segments on the list are valid.
        while let Some(s) = unsafe { at.as_ref() } {
            show(Shown {
                len: s.len,
                pos: s.pos,
            });
            at = s.next;
        }
    }

    /// How many unused bytes the list holds.
    pub(crate) fn total(&self) -> usize {
        let mut total = 0usize;
        self.each(|s| total = total.saturating_add(s.len.saturating_sub(s.pos)));
        total
    }

    /// Appends a copy of `bytes`, which are not none. Returns whether the list
    /// was empty before, or `None` when there is no memory.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> Option<bool> {
        let size = size_of::<Segment>()
            .checked_add(HEADROOM)?
            .checked_add(bytes.len())?;
        let new = alloc::alloc(size, c"buflist segment")?
            .cast::<Segment>()
            .as_ptr();
        // SAFETY: the block is large enough, and aligned as by malloc; the
        // segments on the list are valid.
        unsafe {
            new.write(Segment {
                next: null_mut(),
                tail: new,
                len: bytes.len(),
                pos: 0,
            });
            data(new).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            match self.head().as_mut() {
                None => {
                    self.set_head(new);
                    Some(true)
                }
                Some(head) => {
                    let tail = head.tail;
                    head.tail = new;
                    (*tail).next = new;
                    Some(false)
                }
            }
        }
    }

    /// Marks bytes of the first segment as used; one that is used up is freed.
    pub(crate) fn consume(&mut self, len: usize) {
        let head = self.head();
        // SAFETY: segments on the list are valid; the freed one leaves it
        // first.
        unsafe {
            let Some(s) = head.as_mut() else { return };
            s.pos = s.pos.saturating_add(len);
            if s.pos < s.len {
                return;
            }
            let (next, tail) = (s.next, s.tail);
            if let Some(next) = next.as_mut() {
                next.tail = tail;
            }
            self.set_head(next);
            if let Some(head) = NonNull::new(head) {
                alloc::free(head.cast());
            }
        }
    }

    /// Copies unused bytes, from the `skip`th on, to `to`, across segments.
    /// Returns how many.
    pub(crate) fn copy(&self, skip: usize, to: &mut [u8]) -> usize {
        let mut skip = skip;
        let mut used = 0usize;
        let mut at = self.head();
        // SAFETY: segments on the list are valid, `pos` is within the data,
        // and `to` does not overlap them as it is borrowed mutably.
        unsafe {
            while let Some(s) = at.as_ref() {
                let here = core::slice::from_raw_parts(data(at).add(s.pos), s.len - s.pos);
                let from = here.get(skip..).unwrap_or_default();
                skip = skip.saturating_sub(here.len());
                let Some(room) = to.get_mut(used..).filter(|r| !r.is_empty()) else {
                    break;
                };
                let n = room.len().min(from.len());
                if let (Some(room), Some(from)) = (room.get_mut(..n), from.get(..n)) {
                    room.copy_from_slice(from);
                }
                used = used.saturating_add(n);
                at = s.next;
            }
        }
        used
    }

    /// Copies to `to` and consumes, across segments. Returns how many bytes.
    pub(crate) fn take(&mut self, to: &mut [u8]) -> usize {
        let n = self.copy(0, to);
        let mut left = n;
        while left > 0 {
            let Some((_, len)) = self.first() else { break };
            let step = left.min(len);
            self.consume(step);
            left = left.saturating_sub(step);
        }
        n
    }

    /// Frees every segment.
    pub(crate) fn clear(&mut self) {
        while let Some((_, len)) = self.first() {
            self.consume(len);
        }
    }
}

/// # Safety
///
/// `s` is a segment.
unsafe fn data(s: *mut Segment) -> *mut u8 {
    // SAFETY: the headroom and the data follow the header in its block.
    unsafe { s.add(1).cast::<u8>().add(HEADROOM) }
}

#[cfg(test)]
mod tests {
    use super::List;
    use crate::abi::types::lws_buflist;
    use core::ptr::null_mut;

    fn with(f: impl FnOnce(&mut List)) {
        let mut head: *mut lws_buflist = null_mut();
        // SAFETY: `head` outlives the list and nobody else uses it.
        let Some(mut list) = (unsafe { List::new(&raw mut head) }) else {
            return;
        };
        f(&mut list);
        list.clear();
        assert!(head.is_null());
    }

    #[test]
    fn first_in_first_out() {
        with(|l| {
            assert!(l.first().is_none());
            assert_eq!(l.append(b"hello"), Some(true));
            assert_eq!(l.append(b"world!"), Some(false));
            assert_eq!(l.append(b"abc"), Some(false));
            assert_eq!(l.total(), 14);
            assert!(l.fresh());
            l.consume(2);
            assert!(!l.fresh());
            assert_eq!(l.first().map(|(_, n)| n), Some(3));
            assert_eq!(l.total(), 12);
            let mut b = [0u8; 20];
            assert_eq!(l.copy(0, &mut b), 12);
            assert_eq!(b.get(..12), Some(&b"lloworld!abc"[..]));
            assert_eq!(l.copy(4, &mut b), 8);
            assert_eq!(b.get(..8), Some(&b"orld!abc"[..]));
            assert_eq!(l.copy(12, &mut b), 0);
            assert_eq!(l.copy(usize::MAX, &mut b), 0);
            // The end of the list is known after its first segment has gone.
            let mut four = [0u8; 4];
            assert_eq!(l.take(&mut four), 4);
            assert_eq!(&four, b"llow");
            assert_eq!(l.append(b"Z"), Some(false));
            assert_eq!(l.take(&mut b), 9);
            assert_eq!(b.get(..9), Some(&b"orld!abcZ"[..]));
            assert_eq!(l.total(), 0);
            assert_eq!(l.append(b"again"), Some(true));
        });
    }

    #[test]
    fn more_than_the_segment_is_the_segment() {
        with(|l| {
            l.append(b"ab");
            l.append(b"cd");
            l.consume(usize::MAX);
            assert_eq!(l.total(), 2);
            l.consume(1);
            l.consume(usize::MAX);
            assert_eq!(l.total(), 0);
            l.consume(1);
        });
    }
}
