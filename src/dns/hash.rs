//! A hash for names and numbers with a key of its own, several times as fast as the standard one on
//! short input. Who knows the names but not the key cannot make them collide on purpose; and the maps
//! are small: the cache has a budget.

use super::pool::Token;
use crate::sys::random;
use core::hash::{BuildHasher, Hasher};
use std::collections::HashMap;
use std::rc::Rc;

/// Numbers by bytes: those of a name on the wire, or of another number. All maps of the resolver are of
/// this one type, so that the library has their code once.
pub(crate) type ByBytes = HashMap<Rc<[u8]>, Token, Keyed>;

/// Makes hashers with one key, which is random.
#[derive(Clone)]
pub(crate) struct Keyed {
    start: u64,
    factor: u64,
}

impl Default for Keyed {
    #[inline(never)]
    fn default() -> Self {
        let mut key = [0u8; 16];
        random::fill(&mut key);
        let n = u128::from_ne_bytes(key);
        Self {
            start: n as u64,
            factor: (n >> 64) as u64 | 1,
        }
    }
}

impl BuildHasher for Keyed {
    type Hasher = Folding;

    fn build_hasher(&self) -> Folding {
        Folding {
            state: self.start,
            factor: self.factor,
        }
    }
}

/// Multiplies to 128 bits, and folds both halves (as wyhash does).
pub(crate) struct Folding {
    state: u64,
    factor: u64,
}

impl Hasher for Folding {
    fn write(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some((word, tail)) = rest.split_first_chunk() {
            self.write_u64(u64::from_le_bytes(*word));
            rest = tail;
        }
        let last = rest.iter().fold(0, |n, byte| n << 8 | u64::from(*byte));
        self.write_u64(last);
    }

    fn write_u8(&mut self, n: u8) {
        self.write_u64(u64::from(n));
    }

    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }

    fn write_u64(&mut self, n: u64) {
        let product = u128::from(self.state ^ n).wrapping_mul(u128::from(self.factor));
        self.state = product as u64 ^ (product >> 64) as u64 ^ self.factor.rotate_left(32);
    }

    fn finish(&self) -> u64 {
        let product = u128::from(self.state).wrapping_mul(u128::from(self.factor));
        product as u64 ^ (product >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_spread_and_depend_on_the_key() {
        let (one, other) = (Keyed::default(), Keyed::default());
        let name = |n: u32| format!("x{n}.example.test");
        assert_eq!(one.hash_one(name(1)), one.clone().hash_one(name(1)));
        assert_ne!(one.hash_one(name(1)), other.hash_one(name(1)));
        let (mut low, mut high) = (vec![0u32; 256], vec![0u32; 128]);
        for n in 0..25_600 {
            let hash = one.hash_one(name(n));
            low[(hash & 255) as usize] += 1;
            high[(hash >> 57) as usize] += 1;
        }
        // 100 and 200 of each are expected, with a deviation of 10 and 14.
        assert!(low.iter().all(|n| (40..180).contains(n)), "{low:?}");
        assert!(high.iter().all(|n| (100..320).contains(n)), "{high:?}");
    }
}
