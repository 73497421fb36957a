//! The allocator of the library's own data, which does not end the process at once when there is no
//! memory.
//!
//! Rust's collections and boxes abort when an allocation fails. What can be large is allocated by
//! calls that can fail; all else is small, and for that there is a reserve: when the system has no
//! memory the allocation comes from there, and is noted. Whoever makes something that lasts asks
//! [`Mark::failed`] at the end, takes it back and returns an error, so that the reserve is free
//! again for the next one.
//!
//! Collections of other people's that grow large sets no call that can fail. Who lets them grow
//! sets memory aside before ([`set_aside`]), which takes the reserve's place.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::{Cell, UnsafeCell};
use core::sync::atomic::{AtomicU64, Ordering};
use std::alloc::System;
use std::collections::TryReserveError;
use std::ffi::{CStr, CString};

/// The blocks of the reserve: how large, and how many (at most 64) of each.
const CLASSES: [(usize, usize); 6] = [
    (64, 64),
    (256, 64),
    (1024, 32),
    (4096, 16),
    (16_384, 4),
    (65_536, 2),
];
const SIZE: usize = bytes(&CLASSES);

const fn bytes(classes: &[(usize, usize)]) -> usize {
    match classes {
        [] => 0,
        [(size, count), rest @ ..] => *size * *count + bytes(rest),
    }
}

/// The strictest alignment that the blocks have.
const ALIGN: usize = 64;

#[repr(C, align(64))]
struct Blocks(UnsafeCell<[u8; SIZE]>);

// SAFETY: a block belongs to whoever set its bit.
unsafe impl Sync for Blocks {}

/// Pages of it that were never used are no memory of the process's.
static BLOCKS: Blocks = Blocks(UnsafeCell::new([0; SIZE]));
/// A bit for each block that is taken.
static TAKEN: [AtomicU64; CLASSES.len()] = [const { AtomicU64::new(0) }; CLASSES.len()];

thread_local! {
    static FAILURES: Cell<usize> = const { Cell::new(0) };
    static ASIDE: Cell<Pieces> = const { Cell::new(NO_PIECES) };
}

/// A moment in the life of a thread.
#[derive(Clone, Copy)]
pub(crate) struct Mark(usize);

impl Mark {
    pub(crate) fn now() -> Self {
        Self(FAILURES.get())
    }

    /// Whether an allocation of this thread has failed since, in place of which the reserve may have
    /// stepped in.
    pub(crate) fn failed(self) -> bool {
        FAILURES.get() != self.0
    }

    /// What failed since was taken back, so it is no matter for those who called.
    pub(crate) fn forgive(self) {
        FAILURES.set(self.0);
    }
}

/// What is set aside: a piece of the whole size, two of half, four of a quarter of it. Of allocations
/// that are no larger together, the n-th largest is no larger than an n-th of it. So each of the seven
/// largest finds a piece, whatever order they come in, as long as each takes the smallest that fits.
type Pieces = [(*mut u8, usize); 7];
const NO_PIECES: Pieces = [(core::ptr::null_mut(), 0); 7];
#[cfg(feature = "LWS_WITH_NETLINK")]
const SHARES: [usize; 7] = [1, 2, 2, 4, 4, 4, 4];

/// Memory for allocations of this thread that fail, until this is dropped.
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) struct Aside {
    size: usize,
    /// What was set aside by who called.
    outer: Pieces,
}

/// Sets memory aside for allocations that together are no larger than `size`; `None`: there is not
/// that much.
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) fn set_aside(size: usize) -> Option<Aside> {
    let outer = ASIDE.replace(NO_PIECES);
    let aside = Aside { size, outer };
    let mut pieces = NO_PIECES;
    for (piece, share) in pieces.iter_mut().zip(SHARES) {
        let wanted = (size / share).max(ALIGN);
        // SAFETY: the size is not 0.
        let start = unsafe { System.alloc(Layout::from_size_align(wanted, PIECE_ALIGN).ok()?) };
        if start.is_null() {
            FAILURES.set(FAILURES.get().wrapping_add(1));
            // What there is so far goes back with `aside`.
            ASIDE.set(pieces);
            return None;
        }
        *piece = (start, wanted);
    }
    ASIDE.set(pieces);
    Some(aside)
}

#[cfg(feature = "LWS_WITH_NETLINK")]
impl Aside {
    pub(crate) fn size(&self) -> usize {
        self.size
    }
}

#[cfg(feature = "LWS_WITH_NETLINK")]
impl Drop for Aside {
    fn drop(&mut self) {
        for (start, size) in ASIDE.replace(self.outer) {
            if let (false, Ok(layout)) =
                (start.is_null(), Layout::from_size_align(size, PIECE_ALIGN))
            {
                // SAFETY: it was allocated with this layout, and nobody has taken it.
                unsafe { System.dealloc(start, layout) };
            }
        }
    }
}

/// The alignment of pieces: malloc()'s, whose blocks do not know their alignment.
const PIECE_ALIGN: usize = 2 * size_of::<usize>();

/// The smallest piece that is large enough; NULL when there is none.
fn piece(layout: Layout) -> *mut u8 {
    let mut pieces = ASIDE.get();
    let fits = |(start, size): &&mut (*mut u8, usize)| !start.is_null() && *size >= layout.size();
    let best = pieces.iter_mut().filter(fits).min_by_key(|(_, size)| *size);
    let Some(best) = best.filter(|_| layout.align() <= PIECE_ALIGN) else {
        return core::ptr::null_mut();
    };
    let (start, _) = core::mem::replace(best, (core::ptr::null_mut(), 0));
    ASIDE.set(pieces);
    start
}

/// A copy of a text that a caller can make large.
pub(crate) fn copy(text: &CStr) -> Result<CString, TryReserveError> {
    let bytes = text.to_bytes_with_nul();
    let mut copy = Vec::new();
    copy.try_reserve_exact(bytes.len())?;
    copy.extend_from_slice(bytes);
    // It has one NUL, at the end.
    Ok(CString::from_vec_with_nul(copy).unwrap_or_default())
}

/// That many zeroes.
pub(crate) fn zeroes(size: usize) -> Result<Vec<u8>, TryReserveError> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(size)?;
    bytes.resize(size, 0);
    Ok(bytes)
}

pub(crate) struct Allocator;

// SAFETY: the system's allocator, or blocks of the reserve that are as large and as aligned as the
// layout says and nobody else's until they are given back. Pieces that were set aside are at least as
// large and as aligned, and go back to the system's allocator, which asks free() and realloc() of C:
// these know how large a block is.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        let p = unsafe { System.alloc(layout) };
        if p.is_null() { reserve(layout) } else { p }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        let p = unsafe { System.alloc_zeroed(layout) };
        if !p.is_null() {
            return p;
        }
        let p = reserve(layout);
        if !p.is_null() {
            // SAFETY: the block is at least as large.
            unsafe { p.write_bytes(0, layout.size()) };
        }
        p
    }

    unsafe fn dealloc(&self, p: *mut u8, layout: Layout) {
        match place(p) {
            Some((class, bit)) => give(class, bit),
            // SAFETY: the caller's promise; it came from the system.
            None => unsafe { System.dealloc(p, layout) },
        }
    }

    unsafe fn realloc(&self, p: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if place(p).is_none() {
            // SAFETY: the caller's promise; it came from the system.
            let grown = unsafe { System.realloc(p, layout, size) };
            if !grown.is_null() {
                return grown;
            }
        }
        // SAFETY: the caller's promise: `size` is not too large for the alignment. What is copied is
        // in both blocks.
        unsafe {
            let wanted = Layout::from_size_align_unchecked(size, layout.align());
            let other = self.alloc(wanted);
            if !other.is_null() {
                other.copy_from_nonoverlapping(p, layout.size().min(size));
                self.dealloc(p, layout);
            }
            other
        }
    }
}

/// A block of the reserve, or what was set aside; NULL when there is none that is large enough.
fn reserve(layout: Layout) -> *mut u8 {
    FAILURES.set(FAILURES.get().wrapping_add(1));
    if layout.align() > ALIGN {
        return core::ptr::null_mut();
    }
    let mut start = 0;
    for ((size, count), taken) in CLASSES.into_iter().zip(&TAKEN) {
        if size >= layout.size() {
            if let Some(at) = take(taken, count) {
                let blocks = BLOCKS.0.get().cast::<u8>();
                // SAFETY: the block is in there.
                return unsafe { blocks.add(start + at * size) };
            }
        }
        start += size * count;
    }
    piece(layout)
}

/// Takes one of the first `count` bits that are free.
fn take(taken: &AtomicU64, count: usize) -> Option<usize> {
    let mut seen = taken.load(Ordering::Relaxed);
    loop {
        let at = seen.trailing_ones() as usize;
        if at >= count {
            return None;
        }
        let with = seen | 1 << at;
        match taken.compare_exchange_weak(seen, with, Ordering::Acquire, Ordering::Relaxed) {
            Ok(_) => return Some(at),
            Err(now) => seen = now,
        }
    }
}

/// Which block of the reserve this is, if it is one.
fn place(p: *mut u8) -> Option<(usize, usize)> {
    let mut at = p.addr().checked_sub(BLOCKS.0.get().addr())?;
    if at >= SIZE {
        return None;
    }
    for (class, (size, count)) in CLASSES.into_iter().enumerate() {
        if at < size * count {
            return Some((class, at / size));
        }
        at -= size * count;
    }
    None
}

fn give(class: usize, bit: usize) {
    if let Some(taken) = TAKEN.get(class) {
        taken.fetch_and(!(1 << bit), Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(size: usize) -> Layout {
        Layout::from_size_align(size, 8).unwrap()
    }

    #[test]
    fn the_reserve_gives_blocks_that_fit_and_takes_them_back() {
        let mark = Mark::now();
        assert!(!mark.failed());
        for round in 0..3 {
            let mut blocks = Vec::new();
            for size in [1, 64, 65, 1000, 4096, 5000, 65_536] {
                let p = reserve(layout(size));
                assert!(!p.is_null() && p.addr() % ALIGN == 0, "{size}");
                // SAFETY: the block is that large.
                unsafe { p.write_bytes(round, size) };
                for (other, len) in &blocks {
                    let apart = p.addr() >= *other + *len || p.addr() + size <= *other;
                    assert!(apart);
                }
                blocks.push((p.addr(), size));
                let (class, bit) = place(p).unwrap();
                assert!(CLASSES[class].0 >= size && bit < CLASSES[class].1);
            }
            for (at, size) in blocks {
                let p = BLOCKS.0.get().cast::<u8>();
                // SAFETY: back to the block, which is given back once.
                unsafe { Allocator.dealloc(p.with_addr(at), layout(size)) };
            }
        }
        assert!(mark.failed());
        assert!(reserve(layout(65_537)).is_null());
        assert!(reserve(Layout::from_size_align(8, 128).unwrap()).is_null());
        // Others may use it meanwhile, so only what was taken here is known to be free.
        let p = reserve(layout(100));
        // SAFETY: the block is that large, and goes back in the end.
        unsafe {
            p.write_bytes(7, 100);
            let q = Allocator.realloc(p, layout(100), 100_000);
            assert!(place(q).is_none());
            assert!((0..100).all(|at| q.add(at).read() == 7));
            Allocator.dealloc(q, layout(100_000));
        }
    }

    #[test]
    fn the_reserve_ends() {
        let mut taken = Vec::new();
        while let Some(at) = take(&TAKEN[5], CLASSES[5].1) {
            taken.push(at);
            assert!(taken.len() <= CLASSES[5].1);
        }
        for at in taken {
            give(5, at);
        }
    }

    /// Of what is set aside, as much can be taken as was asked for, in any order.
    #[test]
    #[cfg(feature = "LWS_WITH_NETLINK")]
    fn what_is_set_aside_is_there_and_goes_back() {
        const ALL: usize = 840_000;
        assert!(set_aside(isize::MAX as usize).is_none());
        assert!(piece(layout(1)).is_null());
        for sizes in [
            vec![ALL],
            vec![ALL / 2; 2],
            vec![ALL / 3; 3],
            vec![ALL / 7; 7],
            vec![1, ALL / 4, ALL / 5, ALL / 4, 100_000],
            vec![ALL / 2, ALL / 8, ALL / 8, ALL / 4],
        ] {
            let outer = set_aside(5000).unwrap();
            let aside = set_aside(ALL).unwrap();
            assert_eq!(aside.size(), ALL);
            let mut taken = Vec::new();
            for size in sizes {
                let p = piece(layout(size));
                assert!(!p.is_null() && p.addr() % PIECE_ALIGN == 0, "{size}");
                // SAFETY: the piece is that large.
                unsafe { p.write_bytes(1, size) };
                taken.push((p, size));
            }
            assert!(piece(layout(ALL + 1)).is_null());
            assert!(piece(Layout::from_size_align(8, 2 * PIECE_ALIGN).unwrap()).is_null());
            drop(aside);
            for (p, size) in taken {
                // SAFETY: what was taken is a block like any other, and stays after `aside`.
                unsafe {
                    let p = Allocator.realloc(p, layout(size), 2 * size);
                    assert_eq!(p.add(size - 1).read(), 1);
                    Allocator.dealloc(p, layout(2 * size));
                }
            }
            assert!(piece(layout(5001)).is_null() && !ASIDE.get()[0].0.is_null());
            drop(outer);
            assert!(piece(layout(1)).is_null());
        }
    }

    #[test]
    fn copies() {
        assert_eq!(copy(c"some text").unwrap().as_c_str(), c"some text");
        assert_eq!(copy(c"").unwrap().as_c_str(), c"");
        assert_eq!(zeroes(5).unwrap(), [0; 5]);
    }
}
