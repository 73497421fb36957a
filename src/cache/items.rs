//! What a cache has in memory, without a clock: items, which end at their time or when others need
//! their place, and lists of keys that were looked up.

use crate::sys::payload::Payload;

/// What a cache may have. 0 is no limit.
#[derive(Clone, Copy, Default)]
pub(crate) struct Limits {
    /// Bytes of all payloads and lists.
    pub(crate) bytes: usize,
    pub(crate) items: usize,
    /// Bytes of one payload.
    pub(crate) payload: usize,
}

impl Limits {
    /// Whether an item of that many bytes can be kept at all.
    pub(crate) fn allow(&self, len: usize) -> bool {
        let within = |limit: usize| limit == 0 || len <= limit;
        within(self.payload) && within(self.bytes)
    }
}

pub(crate) struct Item {
    pub(crate) key: Vec<u8>,
    pub(crate) payload: Payload,
    /// When it ends, microseconds of the monotonic clock; 0 for not at all.
    pub(crate) ends_us: i64,
    used: u64,
}

/// What was looked up, and what was found.
struct Found {
    wanted: Vec<u8>,
    list: Payload,
    ends_us: i64,
    used: u64,
}

fn is_over(ends_us: i64, now: i64) -> bool {
    ends_us != 0 && ends_us <= now
}

/// The earlier of two ends.
pub(crate) fn earlier(a: i64, b: i64) -> i64 {
    match (a, b) {
        (0, b) => b,
        (a, 0) => a,
        (a, b) => a.min(b),
    }
}

/// A copy of a key. `None` when there is no memory.
pub(crate) fn copy(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut new = Vec::new();
    new.try_reserve_exact(bytes.len()).ok()?;
    new.extend_from_slice(bytes);
    Some(new)
}

#[derive(Default)]
pub(crate) struct Items {
    /// By their key.
    all: Vec<Item>,
    found: Vec<Found>,
    /// Counts uses.
    uses: u64,
    bytes: usize,
}

impl Items {
    /// Bytes of all payloads and lists.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn all(&self) -> &[Item] {
        &self.all
    }

    fn place(&self, key: &[u8]) -> Result<usize, usize> {
        self.all.binary_search_by(|i| i.key.as_slice().cmp(key))
    }

    fn tick(&mut self) -> u64 {
        self.uses = self.uses.saturating_add(1);
        self.uses
    }

    /// Puts an item in, in the place of the one with its key and of those used longest ago that the
    /// limits leave no room for; what goes comes into `gone`. False when there is no memory: nothing
    /// has changed.
    pub(crate) fn put(
        &mut self,
        key: Vec<u8>,
        payload: Payload,
        ends_us: i64,
        limits: &Limits,
        gone: &mut Vec<Item>,
    ) -> bool {
        // At most all go.
        let most = self.all.len().saturating_add(1);
        if self.all.try_reserve(1).is_err() || gone.try_reserve(most).is_err() {
            return false;
        }
        if let Ok(at) = self.place(&key) {
            gone.push(self.take(at));
        }
        self.make_room(payload.len(), limits, gone);
        self.bytes = self.bytes.saturating_add(payload.len());
        let used = self.tick();
        let item = Item {
            key,
            payload,
            ends_us,
            used,
        };
        if let Err(at) = self.place(&item.key) {
            self.all.insert(at, item);
        }
        true
    }

    fn take(&mut self, at: usize) -> Item {
        let item = self.all.remove(at);
        self.bytes = self.bytes.saturating_sub(item.payload.len());
        item
    }

    /// Lists go first: they can be made again.
    fn make_room(&mut self, len: usize, limits: &Limits, gone: &mut Vec<Item>) {
        let too_much = |bytes: usize| limits.bytes != 0 && bytes.saturating_add(len) > limits.bytes;
        while too_much(self.bytes) && self.drop_oldest_list() {}
        while too_much(self.bytes) || limits.items != 0 && self.all.len() >= limits.items {
            let oldest = self.all.iter().enumerate().min_by_key(|(_, i)| i.used);
            let Some((at, _)) = oldest else { break };
            gone.push(self.take(at));
        }
    }

    fn drop_oldest_list(&mut self) -> bool {
        let oldest = self.found.iter().enumerate().min_by_key(|(_, f)| f.used);
        let Some((at, _)) = oldest else { return false };
        let old = self.found.swap_remove(at);
        self.bytes = self.bytes.saturating_sub(old.list.len());
        true
    }

    /// The item with this key, which is used now.
    pub(crate) fn get(&mut self, key: &[u8], now: i64) -> Option<&Item> {
        let at = self.place(key).ok()?;
        let used = self.tick();
        let item = self.all.get_mut(at)?;
        if is_over(item.ends_us, now) {
            return None;
        }
        item.used = used;
        Some(item)
    }

    /// Takes out the items that are meant.
    pub(crate) fn remove(&mut self, meant: impl Fn(&Item) -> bool) -> Vec<Item> {
        let mut gone = Vec::new();
        let mut at = 0usize;
        while let Some(item) = self.all.get(at) {
            // Without memory for it, it goes in a later turn.
            if meant(item) && gone.try_reserve(1).is_ok() {
                gone.push(self.take(at));
            } else {
                at = at.saturating_add(1);
            }
        }
        gone
    }

    /// Takes out what has ended.
    pub(crate) fn expire(&mut self, now: i64) -> Vec<Item> {
        self.forget(|_, ends_us| is_over(ends_us, now));
        self.remove(|i| is_over(i.ends_us, now))
    }

    /// When something ends next.
    pub(crate) fn next_end(&self) -> Option<i64> {
        let ends = self.all.iter().map(|i| i.ends_us);
        let lists = self.found.iter().map(|f| f.ends_us);
        ends.chain(lists).filter(|us| *us != 0).min()
    }

    /// Forgets lists, by what was looked up and when they end.
    pub(crate) fn forget(&mut self, meant: impl Fn(&[u8], i64) -> bool) {
        let mut freed = 0usize;
        self.found.retain(|f| {
            let goes = meant(&f.wanted, f.ends_us);
            if goes {
                freed = freed.saturating_add(f.list.len());
            }
            !goes
        });
        self.bytes = self.bytes.saturating_sub(freed);
    }

    /// The list that was found before, if nothing has changed.
    pub(crate) fn found(&mut self, wanted: &[u8], now: i64) -> Option<&Payload> {
        let used = self.tick();
        let found = self.found.iter_mut().find(|f| f.wanted == wanted)?;
        if is_over(found.ends_us, now) {
            return None;
        }
        found.used = used;
        Some(&found.list)
    }

    /// Keeps a list, and older ones as long as there is room. `None` when there is no memory.
    pub(crate) fn keep(
        &mut self,
        wanted: &[u8],
        list: Payload,
        ends_us: i64,
        limits: &Limits,
    ) -> Option<&Payload> {
        self.forget(|w, _| w == wanted);
        let wanted = copy(wanted)?;
        self.found.try_reserve(1).ok()?;
        while limits.bytes != 0
            && self.bytes.saturating_add(list.len()) > limits.bytes
            && self.drop_oldest_list()
        {}
        self.bytes = self.bytes.saturating_add(list.len());
        let used = self.tick();
        self.found.push(Found {
            wanted,
            list,
            ends_us,
            used,
        });
        self.found.last().map(|f| &f.list)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn put(items: &mut Items, key: &str, len: usize, ends: i64, limits: &Limits) -> Vec<String> {
        let mut gone = Vec::new();
        let payload = Payload::new(len).unwrap();
        assert!(items.put(key.into(), payload, ends, limits, &mut gone));
        names(&gone)
    }

    fn names(items: &[Item]) -> Vec<String> {
        let name = |i: &Item| String::from_utf8(i.key.clone()).unwrap();
        items.iter().map(name).collect()
    }

    #[test]
    fn who_was_used_longest_ago_makes_room() {
        let limits = Limits {
            items: 2,
            ..Limits::default()
        };
        let mut items = Items::default();
        assert!(put(&mut items, "a", 1, 0, &limits).is_empty());
        assert!(put(&mut items, "b", 1, 0, &limits).is_empty());
        assert!(items.get(b"a", 0).is_some());
        assert_eq!(put(&mut items, "c", 1, 0, &limits), ["b"]);
        assert_eq!(names(items.all()), ["a", "c"]);
        // The same key needs no room.
        assert_eq!(put(&mut items, "a", 3, 0, &limits), ["a"]);
        assert_eq!(items.bytes(), 4);
    }

    #[test]
    fn bytes_are_limited_and_lists_go_first() {
        let limits = Limits {
            bytes: 10,
            ..Limits::default()
        };
        let mut items = Items::default();
        put(&mut items, "a", 4, 0, &limits);
        let list = Payload::new(5).unwrap();
        assert!(items.keep(b"x", list, 0, &limits).is_some());
        assert_eq!(items.bytes(), 9);
        assert!(put(&mut items, "b", 5, 0, &limits).is_empty());
        assert!(items.found(b"x", 0).is_none());
        assert_eq!(items.bytes(), 9);
        assert_eq!(put(&mut items, "c", 10, 0, &limits), ["a", "b"]);
        assert!(!limits.allow(11) && limits.allow(10));
        // A list that is larger than all is kept until something is put in.
        let list = Payload::new(50).unwrap();
        assert!(items.keep(b"y", list, 0, &limits).is_some());
        assert!(items.found(b"y", 0).is_some());
        assert!(put(&mut items, "c", 10, 0, &limits).contains(&"c".to_owned()));
        assert_eq!(items.bytes(), 10);
    }

    #[test]
    fn what_has_ended_is_not_found_and_goes() {
        let mut items = Items::default();
        let no = Limits::default();
        put(&mut items, "a", 1, 10, &no);
        put(&mut items, "b", 1, 0, &no);
        put(&mut items, "c", 1, 5, &no);
        assert_eq!(items.next_end(), Some(5));
        assert!(items.get(b"a", 9).is_some());
        assert!(items.get(b"a", 10).is_none());
        assert_eq!(names(&items.expire(10)), ["a", "c"]);
        assert_eq!(items.next_end(), None);
        assert!(items.get(b"b", i64::MAX).is_some());
        items.keep(b"*", Payload::new(3).unwrap(), 7, &no);
        assert_eq!(items.next_end(), Some(7));
        assert!(items.found(b"*", 7).is_none());
        assert!(items.found(b"*", 6).is_some());
        assert!(items.expire(7).is_empty());
        assert_eq!((items.next_end(), items.bytes()), (None, 1));
    }

    #[test]
    fn lists_are_forgotten_by_what_was_looked_up() {
        let mut items = Items::default();
        let no = Limits::default();
        items.keep(b"a*", Payload::new(3).unwrap(), 0, &no);
        items.keep(b"b*", Payload::new(4).unwrap(), 0, &no);
        items.keep(b"a*", Payload::new(5).unwrap(), 0, &no);
        assert_eq!(items.found(b"a*", 0).unwrap().len(), 5);
        items.forget(|wanted, _| wanted == b"a*");
        assert!(items.found(b"a*", 0).is_none());
        assert_eq!(items.bytes(), 4);
    }

    #[test]
    fn the_earlier_end() {
        for (a, b, earliest) in [(0, 0, 0), (0, 5, 5), (5, 0, 5), (5, 4, 4)] {
            assert_eq!(earlier(a, b), earliest);
        }
    }
}
