//! Arenas as C holds them: chunks of the program's allocator in a list, from which bytes are taken in
//! order and given back all at once.
//!
//! A program may walk the chunks itself: `lwsac_get_next()`, `lwsac_sizeof()` and
//! `lwsac_get_tail_pos()` say where in a chunk its bytes are. So a chunk is one block, header first.

use crate::abi::types::lwsac;
use crate::sys::alloc;
use core::ptr::{NonNull, null_mut};

/// Bytes of a chunk for which no size was given, without its header.
const USUAL: usize = 4000;
/// What is taken begins and ends at multiples of this.
const ALIGN: usize = align_of::<*mut u8>();

/// What stands at the beginning of each chunk. With it come 32 bytes, as in lws.
#[repr(C)]
struct Chunk {
    next: *mut Chunk,
    /// Bytes of the block, with headers.
    size: usize,
    /// Where in the block the bytes end that were taken.
    used: usize,
    /// Not used.
    room: usize,
}

/// What the first chunk has behind that: what concerns all.
#[repr(C)]
struct First {
    chunk: Chunk,
    last: *mut Chunk,
    /// Bytes of all blocks.
    total: usize,
    chunks: usize,
    references: u32,
    detached: bool,
}

const _: () = assert!(size_of::<Chunk>() == 32 && size_of::<First>() == 64);

/// Bytes in front of those of a chunk.
pub(crate) const fn header(first: bool) -> usize {
    if first {
        size_of::<First>()
    } else {
        size_of::<Chunk>()
    }
}

/// `len` as it is taken. `None` where that is more than there can be.
pub(crate) fn aligned(len: usize) -> Option<usize> {
    len.checked_next_multiple_of(ALIGN)
}

/// Why an arena ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// At once, whoever refers to it.
    Now,
    /// When nobody refers to it any more.
    Detach,
    /// One reference less, of which there has to be one.
    Release,
}

/// An arena by the pointer to its first chunk, as C programs hold it.
pub(crate) struct Arena(NonNull<*mut lwsac>);

impl Arena {
    /// `None` when `head` is NULL.
    ///
    /// # Safety
    ///
    /// `head` is NULL, or points to NULL or what this module put there, and nobody else uses the arena
    /// while the result lives.
    pub(crate) unsafe fn new(head: *mut *mut lwsac) -> Option<Self> {
        NonNull::new(head).map(Self)
    }

    fn first(&self) -> Option<NonNull<First>> {
        // SAFETY: the promise of `new`.
        NonNull::new(unsafe { self.0.read() }.cast())
    }

    /// Takes `len` bytes: from the last chunk, or with `backfill` from any, or from a new one, which is
    /// for `chunk` bytes or as many as are wanted. `None` when there is no memory.
    pub(crate) fn take(&mut self, len: usize, chunk: usize, backfill: bool) -> Option<NonNull<u8>> {
        let len = aligned(len)?;
        if let Some(first) = self.first() {
            // SAFETY: the chunks of the arena are valid.
            unsafe {
                let mut at = if backfill {
                    first.as_ptr().cast()
                } else {
                    first.as_ref().last
                };
                while let Some(c) = at.as_mut() {
                    if let Some(taken) = c.take(len) {
                        return Some(taken);
                    }
                    at = c.next;
                }
            }
        }
        let usual = if chunk == 0 { USUAL } else { chunk };
        self.grow(len.max(usual))?.take(len)
    }

    /// As [`Arena::take`] from the end, zeroed.
    pub(crate) fn take_zeroed(&mut self, len: usize, chunk: usize) -> Option<NonNull<u8>> {
        let taken = self.take(len, chunk, false)?;
        // SAFETY: that many bytes were taken.
        unsafe { taken.as_ptr().write_bytes(0, len) };
        Some(taken)
    }

    /// Has what was taken, `had` bytes, become `len` bytes: where it is if it was taken last and the chunk
    /// has room, or as a copy, with room behind it for as much again.
    ///
    /// # Safety
    ///
    /// `taken` and `had` are of [`Arena::take`].
    #[cfg(feature = "LWS_WITH_STRUCT_JSON")]
    pub(crate) unsafe fn grow_last(
        &mut self,
        taken: NonNull<u8>,
        had: usize,
        len: usize,
        chunk: usize,
    ) -> Option<NonNull<u8>> {
        let had = aligned(had)?;
        let more = aligned(len)?.checked_sub(had)?;
        // SAFETY: the chunks of the arena are valid.
        let last = unsafe { self.first().and_then(|first| first.as_ref().last.as_mut()) };
        if let Some(last) = last {
            let end = core::ptr::from_mut(last)
                .cast::<u8>()
                .wrapping_add(last.used);
            if taken.as_ptr().wrapping_add(had) == end && last.take(more).is_some() {
                return Some(taken);
            }
        }
        let copy = self.take(len, chunk.max(len.saturating_mul(2)), false)?;
        // SAFETY: the caller's promise; the copy is longer, and elsewhere.
        unsafe { copy.copy_from_nonoverlapping(taken, had) };
        Some(copy)
    }

    /// Adds a chunk for that many bytes.
    fn grow(&mut self, room: usize) -> Option<&mut Chunk> {
        let first = self.first();
        let used = header(first.is_none());
        let size = room
            .checked_add(used)
            .filter(|size| isize::try_from(*size).is_ok())?;
        let block = alloc::alloc(size, c"lwsac")?.cast::<Chunk>();
        let chunk = Chunk {
            next: null_mut(),
            size,
            used,
            room: 0,
        };
        // SAFETY: the block has room for its header, and the allocator aligns it for that; the chunks of
        // the arena are valid.
        unsafe {
            match first {
                Some(mut first) => {
                    block.write(chunk);
                    let first = first.as_mut();
                    if let Some(last) = first.last.as_mut() {
                        last.next = block.as_ptr();
                    }
                    first.last = block.as_ptr();
                    first.total = first.total.saturating_add(size);
                    first.chunks = first.chunks.saturating_add(1);
                }
                None => {
                    block.cast::<First>().write(First {
                        chunk,
                        last: block.as_ptr(),
                        total: size,
                        chunks: 1,
                        references: 0,
                        detached: false,
                    });
                    self.0.write(block.as_ptr().cast());
                }
            }
            block.as_ptr().as_mut()
        }
    }

    /// Gives all memory back, where `end` has that come about, and forgets it. `false` where there was
    /// no reference to release.
    pub(crate) fn end(&mut self, end: End) -> bool {
        let Some(mut first) = self.first() else {
            return end != End::Release;
        };
        {
            // SAFETY: the chunks of the arena are valid.
            let first = unsafe { first.as_mut() };
            match end {
                End::Now => {}
                End::Detach => {
                    first.detached = true;
                    if first.references != 0 {
                        return true;
                    }
                }
                End::Release => {
                    let Some(left) = first.references.checked_sub(1) else {
                        return false;
                    };
                    first.references = left;
                    if left != 0 || !first.detached {
                        return true;
                    }
                }
            }
        }
        let mut at: *mut Chunk = first.as_ptr().cast();
        while let Some(chunk) = NonNull::new(at) {
            // SAFETY: the chunks of the arena are valid, each a block of the allocator, and not used
            // after this.
            unsafe {
                at = chunk.as_ref().next;
                alloc::free(chunk.cast());
            }
        }
        // SAFETY: the promise of `new`.
        unsafe { self.0.write(null_mut()) };
        true
    }
}

impl Chunk {
    fn free(&self) -> usize {
        self.size.saturating_sub(self.used)
    }

    fn take(&mut self, len: usize) -> Option<NonNull<u8>> {
        if len > self.free() {
            return None;
        }
        let at = self.used;
        self.used = self.used.checked_add(len)?;
        // In the block, which the header begins.
        NonNull::new(core::ptr::from_mut(self).cast::<u8>().wrapping_add(at))
    }
}

/// The chunks of an arena, read only.
pub(crate) struct Chunks {
    first: *mut First,
    at: *mut Chunk,
}

/// What an arena has, for its log line.
pub(crate) struct Sum {
    /// Bytes of all blocks.
    pub(crate) total: usize,
    /// Those that are headers, or free.
    pub(crate) overhead: usize,
    pub(crate) chunks: usize,
}

impl Chunks {
    /// Those of an arena, none of NULL.
    ///
    /// # Safety
    ///
    /// `head` is NULL or an arena, which nobody changes while the result is used.
    pub(crate) unsafe fn new(head: *mut lwsac) -> Self {
        Self {
            first: head.cast(),
            at: head.cast(),
        }
    }

    pub(crate) fn sum(self) -> Sum {
        // SAFETY: the promise of `new`.
        let total = unsafe { self.first.as_ref() };
        let mut sum = Sum {
            total: total.map_or(0, |f| f.total),
            overhead: 0,
            chunks: 0,
        };
        let mut at = self.at;
        // SAFETY: the promise of `new`.
        while let Some(chunk) = unsafe { at.as_ref() } {
            let over = chunk.free().saturating_add(header(false));
            sum.overhead = sum.overhead.saturating_add(over);
            sum.chunks = sum.chunks.saturating_add(1);
            at = chunk.next;
        }
        sum
    }

    /// Where `find` is in what was taken, with a NUL behind it if that is wanted.
    pub(crate) fn find(self, find: &[u8], nul: bool) -> Option<NonNull<u8>> {
        let mut at = self.at;
        // SAFETY: the promise of `new`.
        while let Some(chunk) = unsafe { at.as_ref() } {
            let ahead = header(at.cast() == self.first);
            let start = at.cast::<u8>().wrapping_add(ahead);
            // SAFETY: the chunk's bytes up to `used`; who took them has written them, as lws wants it.
            let bytes =
                unsafe { core::slice::from_raw_parts(start, chunk.used.saturating_sub(ahead)) };
            let len = find.len().saturating_add(usize::from(nul));
            let found = bytes
                .windows(len.max(1))
                .position(|w| w.get(..find.len()) == Some(find) && (!nul || w.last() == Some(&0)));
            if let Some(found) = found {
                return NonNull::new(start.wrapping_add(found));
            }
            at = chunk.next;
        }
        None
    }
}

/// The chunk behind this one.
///
/// # Safety
///
/// `chunk` is a chunk of an arena.
pub(crate) unsafe fn next(chunk: NonNull<lwsac>) -> *mut lwsac {
    // SAFETY: the caller's promise.
    unsafe { chunk.cast::<Chunk>().as_ref().next.cast() }
}

/// Where in this chunk, from its beginning, the bytes end that were taken.
///
/// # Safety
///
/// `chunk` is a chunk of an arena.
pub(crate) unsafe fn used(chunk: NonNull<lwsac>) -> usize {
    // SAFETY: the caller's promise.
    unsafe { chunk.cast::<Chunk>().as_ref().used }
}

/// Has what was taken last grow by `more` bytes, zeroed. `false` when the last chunk has no room.
///
/// # Safety
///
/// `head` is an arena that nobody else uses meanwhile.
pub(crate) unsafe fn extend(head: NonNull<lwsac>, more: usize) -> bool {
    let Some(more) = aligned(more) else {
        return false;
    };
    // SAFETY: the caller's promise.
    unsafe {
        let last = head.cast::<First>().as_ref().last.as_mut();
        let Some(taken) = last.and_then(|last| last.take(more)) else {
            return false;
        };
        taken.as_ptr().write_bytes(0, more);
    }
    true
}

/// One more who refers to the arena.
///
/// # Safety
///
/// `head` is an arena that nobody else uses meanwhile.
pub(crate) unsafe fn refer(head: NonNull<lwsac>) {
    // SAFETY: the caller's promise; the first chunk of an arena is a `First`.
    let first = unsafe { head.cast::<First>().as_mut() };
    first.references = first.references.saturating_add(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes an arena, lets the test use it, and gives it back.
    fn with(test: impl FnOnce(&mut Arena, &dyn Fn() -> *mut lwsac)) {
        let mut head = null_mut();
        let place = &raw mut head;
        // SAFETY: a place for an arena that only this test uses.
        unsafe {
            let mut arena = Arena::new(place).unwrap();
            test(&mut arena, &|| place.read());
            assert!(arena.end(End::Now) && place.read().is_null());
        }
    }

    #[test]
    fn chunks_have_what_is_wanted() {
        with(|arena, head| {
            // SAFETY: `head` gives the arena.
            let sum = || unsafe { Chunks::new(head()).sum() };
            let a = arena.take(1, 0, false).unwrap();
            let b = arena.take(9, 0, false).unwrap();
            assert_eq!(b.addr().get() - a.addr().get(), 8);
            assert_eq!((sum().total, sum().overhead), (4064, 4064 - 24 - 64 + 32));
            arena.take(5000, 0, false).unwrap();
            assert_eq!((sum().total, sum().chunks), (4064 + 5032, 2));
            // Earlier room is for who asks for it.
            let c = arena.take(10, 0, true).unwrap();
            assert_eq!(c.addr().get() - b.addr().get(), 16);
            arena.take(10, 100, false).unwrap();
            assert_eq!((sum().total, sum().chunks), (4064 + 5032 + 132, 3));
            assert!(arena.take(usize::MAX, 0, false).is_none());
            assert!(arena.take(isize::MAX as usize, 0, true).is_none());
            assert_eq!(sum().chunks, 3);
        });
    }

    #[test]
    fn the_last_grows_as_far_as_there_is_room() {
        with(|arena, head| {
            let a = arena.take(8, 24, false).unwrap();
            // SAFETY: `head` gives the arena, and what was taken is 8 bytes, then 24.
            unsafe {
                a.as_ptr().write_bytes(7, 8);
                let arena = NonNull::new(head()).unwrap();
                assert!(extend(arena, 9) && !extend(arena, 1) && !extend(arena, usize::MAX));
                let all = core::slice::from_raw_parts(a.as_ptr(), 24);
                assert_eq!(all, [[7; 8], [0; 8], [0; 8]].concat());
                assert_eq!(used(arena), 64 + 24);
                assert!(next(arena).is_null());
            }
        });
    }

    #[test]
    fn finds_what_is_there() {
        with(|arena, head| {
            for text in ["hello world\0hello", "far away"] {
                let at = arena.take_zeroed(24, 24).unwrap();
                // SAFETY: 24 bytes were taken.
                unsafe {
                    at.as_ptr()
                        .copy_from_nonoverlapping(text.as_ptr(), text.len())
                };
            }
            // SAFETY: `head` gives the arena.
            let find = |text: &str, nul| unsafe {
                Chunks::new(head())
                    .find(text.as_bytes(), nul)
                    .map(|at| at.addr().get())
            };
            let start = find("hello world", true).unwrap();
            assert_eq!(find("hello", false), Some(start));
            assert_eq!(find("hello", true), Some(start + 12));
            assert_eq!(find("\0hello", false), Some(start + 11));
            assert!(find("far away", true).is_some());
            assert_eq!(find("farther", false), None);
            assert_eq!(find("far", true), None);
        });
    }

    #[test]
    fn ends_when_nobody_refers_to_it() {
        with(|arena, head| {
            assert!(!arena.end(End::Release) && arena.end(End::Detach));
            for detach_first in [true, false] {
                arena.take(1, 0, false).unwrap();
                // SAFETY: `head` gives the arena.
                unsafe { refer(NonNull::new(head()).unwrap()) };
                let order = match detach_first {
                    true => [End::Detach, End::Release],
                    false => [End::Release, End::Detach],
                };
                assert!(arena.end(order[0]) && !head().is_null());
                assert!(arena.end(order[1]) && head().is_null());
            }
            arena.take(1, 0, false).unwrap();
            assert!(!arena.end(End::Release) && !head().is_null());
        });
    }
}
