//! Random numbers for what an attacker has to guess: they are the kernel's, fetched many at once.

/// Fills all of a buffer with random bytes.
pub(crate) type Fill = fn(&mut [u8]);

pub(crate) struct Dice {
    bytes: [u8; 512],
    at: usize,
    fill: Fill,
}

impl Dice {
    pub(crate) fn new(fill: Fill) -> Self {
        Self {
            bytes: [0; 512],
            at: usize::MAX,
            fill,
        }
    }

    fn take<const N: usize>(&mut self) -> [u8; N] {
        let mut rest = self.bytes.get_mut(self.at..).unwrap_or_default();
        if rest.len() < N {
            (self.fill)(&mut self.bytes);
            self.at = 0;
            rest = &mut self.bytes;
        }
        let Some(chunk) = rest.first_chunk_mut::<N>() else {
            return [0; N];
        };
        self.at = self.at.saturating_add(N);
        // What was given out is not kept.
        core::mem::replace(chunk, [0; N])
    }

    pub(crate) fn u16(&mut self) -> u16 {
        u16::from_ne_bytes(self.take())
    }

    pub(crate) fn u64(&mut self) -> u64 {
        u64::from_ne_bytes(self.take())
    }
}
