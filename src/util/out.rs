//! Text into a buffer of the program's, which always ends in a NUL.
#![forbid(unsafe_code)]

/// Writes into a buffer whose last used byte will be a NUL.
pub(crate) struct Out<'a> {
    buf: &'a mut [u8],
    used: usize,
}

impl<'a> Out<'a> {
    /// Starts at the beginning of `buf`.
    pub(crate) fn new(buf: &'a mut [u8]) -> Self {
        Self { buf, used: 0 }
    }

    /// Appends all of `bytes`, or nothing and says false when they and the NUL
    /// do not fit.
    pub(crate) fn whole(&mut self, bytes: &[u8]) -> bool {
        let end = self.used.saturating_add(bytes.len());
        if end >= self.buf.len() {
            return false;
        }
        let Some(room) = self.buf.get_mut(self.used..end) else {
            return false;
        };
        room.copy_from_slice(bytes);
        self.used = end;
        true
    }

    /// Appends as many of `bytes` as fit.
    pub(crate) fn part(&mut self, bytes: &[u8]) {
        let room = self.buf.len().saturating_sub(1).saturating_sub(self.used);
        let fits = bytes.get(..room).unwrap_or(bytes);
        self.whole(fits);
    }

    /// Ends the text. Returns its length without the NUL.
    pub(crate) fn finish(self) -> usize {
        if let Some(end) = self.buf.get_mut(self.used) {
            *end = 0;
        }
        self.used
    }
}

#[cfg(test)]
mod tests {
    use super::Out;

    #[test]
    fn whole_or_nothing_and_room_for_the_nul() {
        let mut b = [9u8; 5];
        let mut o = Out::new(&mut b);
        assert!(o.whole(b"ab"));
        assert!(!o.whole(b"cde"));
        assert!(o.whole(b"cd"));
        assert!(!o.whole(b"e"));
        assert!(o.whole(b""));
        assert_eq!(o.finish(), 4);
        assert_eq!(&b, b"abcd\0");
    }

    #[test]
    fn part_takes_what_fits() {
        let mut b = [9u8; 3];
        let mut o = Out::new(&mut b);
        o.part(b"abcdef");
        o.part(b"x");
        assert_eq!(o.finish(), 2);
        assert_eq!(&b, b"ab\0");
    }

    #[test]
    fn no_room_at_all() {
        let mut b = [0u8; 0];
        let mut o = Out::new(&mut b);
        o.part(b"abc");
        assert!(!o.whole(b""));
        assert_eq!(o.finish(), 0);
        let mut b = [7u8; 1];
        let mut o = Out::new(&mut b);
        o.part(b"abc");
        assert_eq!(o.finish(), 0);
        assert_eq!(b, [0]);
    }
}
