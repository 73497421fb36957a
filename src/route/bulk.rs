//! How much memory collections have: what is set aside before they grow depends on it.
#![forbid(unsafe_code)]

use std::collections::{HashMap, HashSet, TryReserveError};

pub(super) trait Bulk {
    /// About how many bytes it has allocated in large pieces.
    fn bulk(&self) -> usize;
}

impl<T> Bulk for Vec<T> {
    fn bulk(&self) -> usize {
        self.capacity().saturating_mul(size_of::<T>())
    }
}

/// Seven of eight slots are used at most, and each has a byte of its own.
fn hashed(capacity: usize, entry: usize) -> usize {
    capacity.saturating_mul(entry.saturating_add(1)) / 7 * 8
}

impl<K, V, S> Bulk for HashMap<K, V, S> {
    fn bulk(&self) -> usize {
        hashed(self.capacity(), size_of::<(K, V)>())
    }
}

impl<T, S> Bulk for HashSet<T, S> {
    fn bulk(&self) -> usize {
        hashed(self.capacity(), size_of::<T>())
    }
}

impl<T: Bulk> Bulk for Option<T> {
    fn bulk(&self) -> usize {
        self.as_ref().map_or(0, Bulk::bulk)
    }
}

/// What an iterator gives, which can be many.
pub(super) fn copied<T>(all: impl Iterator<Item = T>) -> Result<Vec<T>, TryReserveError> {
    let mut copies = Vec::new();
    copies.try_reserve_exact(all.size_hint().0)?;
    for one in all {
        // What was not counted before.
        copies.try_reserve(1)?;
        copies.push(one);
    }
    Ok(copies)
}

/// All of these together.
pub(super) fn sum(all: &[usize]) -> usize {
    all.iter().fold(0, |sum, one| sum.saturating_add(*one))
}
