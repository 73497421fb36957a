//! The data blobs of a device: the program's own memory, or copies of pieces.

/// One blob.
pub(crate) enum Blob {
    /// Copies, in the order they were appended.
    Heap(Vec<Box<[u8]>>),
    /// Memory of the program.
    Direct(*const u8, usize),
}

impl Blob {
    /// An empty one.
    pub(crate) const fn new() -> Self {
        Self::Heap(Vec::new())
    }

    /// Its length, bytes.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Heap(pieces) => pieces.iter().map(|p| p.len()).sum(),
            Self::Direct(_, len) => *len,
        }
    }

    /// Appends a copy. False when the blob is direct or there is no memory.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> bool {
        match self {
            Self::Heap(pieces) => {
                let mut copy = Vec::new();
                if copy.try_reserve_exact(bytes.len()).is_err() || pieces.try_reserve(1).is_err() {
                    return false;
                }
                copy.extend_from_slice(bytes);
                pieces.push(copy.into_boxed_slice());
                true
            }
            Self::Direct(..) => false,
        }
    }

    /// Copies what begins at `offset` to `to`; returns how many bytes, or `None` when a direct
    /// blob ends before `offset` or right there.
    ///
    /// # Safety
    ///
    /// A direct blob's memory is still valid.
    pub(crate) unsafe fn read(&self, mut offset: usize, to: &mut [u8]) -> Option<usize> {
        let one;
        let boxed;
        let pieces: &mut dyn Iterator<Item = &[u8]> = match self {
            Self::Heap(pieces) => {
                boxed = pieces;
                &mut boxed.iter().map(|p| &p[..])
            }
            Self::Direct(_, len) if offset >= *len => return None,
            Self::Direct(p, len) => {
                // SAFETY: the caller's promise, and `direct_set` took `len` bytes at `p`.
                one = unsafe { core::slice::from_raw_parts(*p, *len) };
                &mut core::iter::once(one)
            }
        };
        let mut done = 0;
        for piece in pieces {
            let skip = offset.min(piece.len());
            offset -= skip;
            for (to, from) in to.iter_mut().skip(done).zip(piece.iter().skip(skip)) {
                *to = *from;
                done += 1;
            }
        }
        Some(done)
    }

    /// Where it is when it is in one piece.
    pub(crate) fn single(&self) -> Option<*const u8> {
        match self {
            Self::Heap(pieces) => match &pieces[..] {
                [one] => Some(one.as_ptr()),
                _ => None,
            },
            Self::Direct(p, _) => Some(*p),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Blob;

    #[test]
    fn pieces_read_as_one_from_any_offset() {
        let mut b = Blob::new();
        assert!(b.append(b"hello ") && b.append(b"") && b.append(b"world"));
        assert_eq!(b.len(), 11);
        for offset in 0..=12 {
            let mut to = [0u8; 4];
            // SAFETY: not direct.
            let n = unsafe { b.read(offset, &mut to) }.unwrap();
            let expected = b"hello world".get(offset..).unwrap_or(b"");
            let expected = &expected[..expected.len().min(4)];
            assert_eq!(&to[..n], expected);
        }
        assert!(b.single().is_none());
    }
}
