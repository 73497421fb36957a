//! Objects with numbers that are not used again.

/// A number: the place, and how often it was used.
pub(crate) type Token = u64;

pub(crate) struct Pool<T> {
    slots: Vec<(u32, Option<T>)>,
    free: Vec<u32>,
    len: usize,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            len: 0,
        }
    }
}

/// The place of a number: of the numbers in use no two have the same.
pub(super) fn place(token: Token) -> usize {
    split(token).0
}

fn split(token: Token) -> (usize, u32) {
    let place = usize::try_from(token & 0xffff_ffff).unwrap_or(usize::MAX);
    (place, u32::try_from(token >> 32).unwrap_or(0))
}

impl<T> Pool<T> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn add(&mut self, item: T) -> Token {
        self.len = self.len.saturating_add(1);
        let place = self.free.pop().unwrap_or_else(|| {
            self.slots.push((0, None));
            u32::try_from(self.slots.len().saturating_sub(1)).unwrap_or(u32::MAX)
        });
        let mut used = 0;
        if let Some(slot) = self.slots.get_mut(place as usize) {
            slot.0 = slot.0.wrapping_add(1);
            slot.1 = Some(item);
            used = slot.0;
        }
        u64::from(used) << 32 | u64::from(place)
    }

    pub(crate) fn get(&self, token: Token) -> Option<&T> {
        let (place, used) = split(token);
        let slot = self.slots.get(place)?;
        slot.1.as_ref().filter(|_| slot.0 == used)
    }

    pub(crate) fn get_mut(&mut self, token: Token) -> Option<&mut T> {
        let (place, used) = split(token);
        let slot = self.slots.get_mut(place)?;
        slot.1.as_mut().filter(|_| slot.0 == used)
    }

    pub(crate) fn remove(&mut self, token: Token) -> Option<T> {
        self.get(token)?;
        let (place, _) = split(token);
        let item = self.slots.get_mut(place)?.1.take();
        self.len = self.len.saturating_sub(1);
        self.free.push(u32::try_from(place).unwrap_or(0));
        item
    }

    /// Takes an item out that will be back; its number stays its own.
    pub(crate) fn lend(&mut self, token: Token) -> Option<T> {
        self.get(token)?;
        self.slots.get_mut(split(token).0)?.1.take()
    }

    pub(crate) fn restore(&mut self, token: Token, item: T) {
        let (place, used) = split(token);
        if let Some(slot) = self.slots.get_mut(place).filter(|s| s.0 == used) {
            slot.1 = Some(item);
        }
    }

    /// All tokens, as they are now.
    pub(crate) fn tokens(&self) -> Vec<Token> {
        let each = self.slots.iter().enumerate();
        each.filter(|(_, s)| s.1.is_some())
            .map(|(place, s)| u64::from(s.0) << 32 | place as u64)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Pool;

    #[test]
    fn a_number_is_not_used_again() {
        let mut p = Pool::default();
        let (a, b) = (p.add("a"), p.add("b"));
        assert_eq!(p.get(a), Some(&"a"));
        assert_eq!((p.remove(a), p.remove(a)), (Some("a"), None));
        let c = p.add("c");
        assert!(c != a && p.get(a).is_none());
        *p.get_mut(c).unwrap() = "d";
        assert_eq!((p.get(c), p.get(b), p.len()), (Some(&"d"), Some(&"b"), 2));
        assert_eq!(p.tokens(), [c, b]);
        let lent = p.lend(c).unwrap();
        assert!(p.get(c).is_none() && p.add("e") != c);
        p.restore(c, lent);
        assert_eq!((p.get(c), p.len()), (Some(&"d"), 3));
    }
}
