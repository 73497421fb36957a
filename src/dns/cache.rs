//! What answers have told, for as long as it holds: names with their addresses, names without, and
//! failures. It has a budget in bytes; what was used longest ago goes first.

use super::hash::ByBytes;
use super::name::Name;
use super::wire::svcb::Service;
use crate::sys::addrinfo::Chain;
use std::net::IpAddr;
use std::rc::Rc;

/// How long answers are believed at most and at least, seconds.
const MAX_TTL: u32 = 86_400;
const MIN_TTL: u32 = 1;
/// The same for answers that there is nothing (RFC 2308 section 5), and for those without a time.
const MAX_NEGATIVE: u32 = 300;
const UNTOLD_NEGATIVE: u32 = 5;
/// How long a failure is not looked into again: at first, and at most (RFC 9520 section 3.2).
const FIRST_FAILURE_US: i64 = 1_000_000;
const LONGEST_FAILURE_US: i64 = 300_000_000;
/// How long after its end an answer may still be given, when that is asked for (RFC 8767).
const MAX_STALE_US: i64 = 86_400_000_000;

const SECOND: i64 = 1_000_000;

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Want {
    A,
    Aaaa,
    Https,
}

/// What a server said about one kind of records of a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum What {
    Addresses(Rc<[IpAddr]>),
    Services(Rc<[Service]>),
    /// The name is there, and has no such record.
    NoData,
    NoName,
    /// No server could tell, so often in a row.
    Failed(u32),
}

/// What is known, from whom and until when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fact {
    pub(crate) what: What,
    /// Microseconds of the loop's clock.
    pub(crate) until_us: i64,
    /// When it came.
    pub(crate) at_us: i64,
    /// How long the server took, microseconds; 0 when none was asked.
    pub(crate) took_us: u32,
    /// The id of the server, 0 for none.
    pub(crate) server: u32,
    pub(crate) validated: bool,
}

impl Fact {
    /// With the time to live of the answer, seconds; `None` where it does not tell.
    pub(crate) fn new(what: What, ttl: Option<u32>, now: i64) -> Self {
        let life = match what {
            What::Addresses(_) | What::Services(_) => {
                i64::from(ttl.unwrap_or(MIN_TTL).clamp(MIN_TTL, MAX_TTL)).saturating_mul(SECOND)
            }
            What::NoData | What::NoName => {
                let ttl = ttl.unwrap_or(UNTOLD_NEGATIVE).clamp(MIN_TTL, MAX_NEGATIVE);
                i64::from(ttl).saturating_mul(SECOND)
            }
            What::Failed(times) => FIRST_FAILURE_US
                .checked_shl(times.saturating_sub(1).min(10))
                .unwrap_or(LONGEST_FAILURE_US)
                .min(LONGEST_FAILURE_US),
        };
        Self {
            what,
            until_us: now.saturating_add(life),
            at_us: now,
            took_us: 0,
            server: 0,
            validated: false,
        }
    }

    pub(crate) fn addresses(&self) -> &[IpAddr] {
        match &self.what {
            What::Addresses(all) => all,
            _ => &[],
        }
    }

    pub(crate) fn is_fresh(&self, now: i64) -> bool {
        now < self.until_us
    }

    /// Beside itself; of services, what is more than some names and addresses is not counted.
    fn bytes(&self) -> usize {
        match &self.what {
            What::Services(all) => {
                size_of::<Self>().saturating_add(size_of_val(&**all).saturating_mul(3))
            }
            // With the counters of the Rc.
            What::Addresses(all) => size_of_val(&**all).saturating_add(16),
            _ => 0,
        }
    }
}

/// What is known of a name.
pub(crate) struct Entry {
    key: Rc<[u8]>,
    pub(crate) a: Option<Fact>,
    pub(crate) aaaa: Option<Fact>,
    pub(crate) https: Option<Box<Fact>>,
    /// As programs get it, once one has asked.
    pub(crate) chain: Option<Chain>,
    bytes: usize,
    newer: Option<usize>,
    older: Option<usize>,
}

impl Entry {
    /// The name, on the wire.
    pub(crate) fn name(&self) -> &[u8] {
        &self.key
    }

    pub(crate) fn fact(&self, want: Want) -> Option<&Fact> {
        match want {
            Want::A => self.a.as_ref(),
            Want::Aaaa => self.aaaa.as_ref(),
            Want::Https => self.https.as_deref(),
        }
    }

    fn cost(&self) -> usize {
        let all = [Want::A, Want::Aaaa, Want::Https];
        let facts: usize = all
            .iter()
            .filter_map(|w| self.fact(*w))
            .map(Fact::bytes)
            .sum();
        size_of::<Self>()
            .saturating_add(MAP_BYTES)
            .saturating_add(self.key.len())
            .saturating_add(facts)
            .saturating_add(self.chain.as_ref().map_or(0, Chain::bytes))
    }
}

/// What an entry takes in the map, and what the allocator adds.
const MAP_BYTES: usize = 80;

/// The cache.
pub(crate) struct Cache {
    by_name: ByBytes,
    slots: Vec<Option<Entry>>,
    free: Vec<usize>,
    newest: Option<usize>,
    oldest: Option<usize>,
    bytes: usize,
    budget: usize,
    pub(crate) counts: Counts,
}

/// How it did.
#[derive(Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) hits: u64,
    pub(crate) misses: u64,
    pub(crate) evicted: u64,
    pub(crate) stale: u64,
}

impl Cache {
    pub(crate) fn new(budget: usize) -> Self {
        Self {
            by_name: ByBytes::default(),
            slots: Vec::new(),
            free: Vec::new(),
            newest: None,
            oldest: None,
            bytes: 0,
            budget,
            counts: Counts::default(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.by_name.len()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn budget(&self) -> usize {
        self.budget
    }

    pub(crate) fn set_budget(&mut self, bytes: usize) {
        self.budget = bytes;
        self.shrink();
    }

    /// What is known of a name; whoever asks uses it.
    pub(crate) fn get(&mut self, name: &[u8]) -> Option<&mut Entry> {
        let at = self.place(name)?;
        self.use_now(at);
        self.slots.get_mut(at)?.as_mut()
    }

    /// The same without using it.
    pub(crate) fn peek(&self, name: &[u8]) -> Option<&Entry> {
        self.slots.get(self.place(name)?)?.as_ref()
    }

    /// In which slot a name is.
    fn place(&self, name: &[u8]) -> Option<usize> {
        let at = self.by_name.get(name)?;
        usize::try_from(*at).ok()
    }

    /// All that is in it, what was used last first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Entry> {
        let entry = |at: usize| self.slots.get(at)?.as_ref();
        core::iter::successors(self.newest.and_then(entry), move |e| {
            e.older.and_then(entry)
        })
    }

    /// Keeps what a server said. A failure does not take the place of an answer that may still be
    /// given after its time.
    pub(crate) fn put(&mut self, name: &Name, want: Want, fact: Fact) {
        let at = match self.place(name.wire()) {
            Some(at) => at,
            None => self.add(name),
        };
        self.use_now(at);
        let Some(entry) = self.slots.get_mut(at).and_then(Option::as_mut) else {
            return;
        };
        match want {
            Want::A => entry.a = Some(fact),
            Want::Aaaa => entry.aaaa = Some(fact),
            Want::Https => entry.https = Some(Box::new(fact)),
        }
        entry.chain = None;
        self.recount(at);
    }

    /// Counts an entry's bytes anew, whose chain was made.
    pub(crate) fn chained(&mut self, name: &[u8]) {
        if let Some(at) = self.place(name) {
            self.recount(at);
        }
    }

    fn recount(&mut self, at: usize) {
        if let Some(entry) = self.slots.get_mut(at).and_then(Option::as_mut) {
            let cost = entry.cost();
            self.bytes = self.bytes.saturating_sub(entry.bytes).saturating_add(cost);
            entry.bytes = cost;
        }
        self.shrink();
    }

    /// How often in a row the name has failed, the last failure being one of late.
    pub(crate) fn failures(&self, name: &[u8], want: Want, now: i64) -> u32 {
        match self.peek(name).and_then(|e| e.fact(want)) {
            Some(fact) => match fact.what {
                What::Failed(n) if now < fact.until_us.saturating_add(LONGEST_FAILURE_US) => n,
                _ => 0,
            },
            None => 0,
        }
    }

    /// Forgets what failed, or all.
    pub(crate) fn forget(&mut self, all: bool) {
        if all {
            self.by_name = ByBytes::default();
            self.slots = Vec::new();
            self.free = Vec::new();
            self.newest = None;
            self.oldest = None;
            self.bytes = 0;
            return;
        }
        for entry in self.slots.iter_mut().flatten() {
            let failed = |f: &Fact| matches!(f.what, What::Failed(_));
            for fact in [&mut entry.a, &mut entry.aaaa] {
                if fact.as_ref().is_some_and(failed) {
                    *fact = None;
                    entry.chain = None;
                }
            }
            entry.https.take_if(|f| failed(f));
        }
    }

    fn add(&mut self, name: &Name) -> usize {
        let key = name.shared();
        let entry = Entry {
            key: Rc::clone(&key),
            a: None,
            aaaa: None,
            https: None,
            chain: None,
            bytes: 0,
            newer: None,
            older: None,
        };
        let at = match self.free.pop() {
            Some(at) => {
                if let Some(slot) = self.slots.get_mut(at) {
                    *slot = Some(entry);
                }
                at
            }
            None => {
                // A quarter more rather than twice as many: they are large.
                if self.slots.len() == self.slots.capacity() {
                    self.slots.reserve_exact((self.slots.len() / 4).max(4));
                }
                self.slots.push(Some(entry));
                self.slots.len().saturating_sub(1)
            }
        };
        self.by_name.insert(key, at as u64);
        self.link(at);
        at
    }

    fn entry(&mut self, at: Option<usize>) -> Option<&mut Entry> {
        self.slots.get_mut(at?)?.as_mut()
    }

    /// Makes an entry the newest one.
    fn link(&mut self, at: usize) {
        let before = self.newest.replace(at);
        if let Some(e) = self.entry(Some(at)) {
            e.newer = None;
            e.older = before;
        }
        match self.entry(before) {
            Some(e) => e.newer = Some(at),
            None => self.oldest = Some(at),
        }
    }

    fn unlink(&mut self, at: usize) {
        let Some((newer, older)) = self.entry(Some(at)).map(|e| (e.newer, e.older)) else {
            return;
        };
        match self.entry(newer) {
            Some(e) => e.older = older,
            None => self.newest = older,
        }
        match self.entry(older) {
            Some(e) => e.newer = newer,
            None => self.oldest = newer,
        }
    }

    fn use_now(&mut self, at: usize) {
        if self.newest != Some(at) {
            self.unlink(at);
            self.link(at);
        }
    }

    /// Down to the budget, but for the one that is used right now.
    fn shrink(&mut self) {
        while self.bytes > self.budget && self.oldest != self.newest {
            let Some(at) = self.oldest else { return };
            self.unlink(at);
            if let Some(entry) = self.slots.get_mut(at).and_then(Option::take) {
                self.by_name.remove(&entry.key);
                self.bytes = self.bytes.saturating_sub(entry.bytes);
            }
            self.free.push(at);
            self.counts.evicted = self.counts.evicted.saturating_add(1);
        }
    }
}

/// Whether an answer may still be given after its time, when that is asked for.
pub(crate) fn may_be_stale(fact: &Fact, now: i64) -> bool {
    !fact.addresses().is_empty() && now < fact.until_us.saturating_add(MAX_STALE_US)
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)]
mod tests {
    use super::*;

    fn some(n: u8) -> What {
        What::Addresses([IpAddr::from([n; 4])].into())
    }

    #[test]
    fn how_long_things_live() {
        for (what, ttl, seconds) in [
            (some(1), Some(60), 60),
            (some(1), Some(0), 1),
            (some(1), Some(u32::MAX), 86_400),
            (What::NoData, Some(40), 40),
            (What::NoName, Some(100_000), 300),
            (What::NoName, Some(0), 1),
            (What::NoData, None, 5),
            (What::Failed(1), None, 1),
            (What::Failed(2), None, 2),
            (What::Failed(9), None, 256),
            (What::Failed(10), None, 300),
            (What::Failed(u32::MAX), None, 300),
        ] {
            let f = Fact::new(what.clone(), ttl, 7);
            assert_eq!(f.until_us - 7, seconds * SECOND, "{what:?} {ttl:?}");
            assert!(f.is_fresh(f.until_us - 1) && !f.is_fresh(f.until_us));
        }
        let f = Fact::new(some(1), Some(1), 0);
        assert!(may_be_stale(&f, SECOND) && !may_be_stale(&f, MAX_STALE_US + SECOND));
        assert!(!may_be_stale(&Fact::new(What::NoName, Some(9), 0), 0));
    }

    /// A name of one label with one byte.
    fn one(byte: u8) -> Name {
        Name::from_wire(&[1, byte, 0]).unwrap()
    }

    #[test]
    fn the_longest_unused_goes_first() {
        let mut c = Cache::new(usize::MAX);
        for n in 0..4u8 {
            c.put(&one(n), Want::A, Fact::new(some(n), Some(60), 0));
        }
        let each = c.bytes() / 4;
        c.get(&[1, 0, 0]).unwrap();
        c.set_budget(each * 2);
        let names: Vec<u8> = c.all().map(|e| e.name()[1]).collect();
        assert_eq!((names, c.counts.evicted), (vec![0, 3], 2));
        c.put(&one(9), Want::Aaaa, Fact::new(What::NoData, Some(60), 0));
        let names: Vec<u8> = c.all().map(|e| e.name()[1]).collect();
        assert_eq!(names, [9, 0]);
        assert!(c.bytes() <= c.budget() && c.peek(&[1, 3, 0]).is_none());
        c.set_budget(0);
        assert_eq!(c.len(), 1);
        c.forget(true);
        assert_eq!((c.len(), c.bytes(), c.all().count()), (0, 0, 0));
    }

    #[test]
    fn failures_are_counted_until_an_answer() {
        let mut c = Cache::new(usize::MAX);
        let n = b"\x01x\0";
        assert_eq!(c.failures(n, Want::A, 0), 0);
        c.put(&one(b'x'), Want::A, Fact::new(What::Failed(3), None, 0));
        assert_eq!(
            (c.failures(n, Want::A, 9), c.failures(n, Want::Aaaa, 9)),
            (3, 0)
        );
        assert_eq!(c.failures(n, Want::A, LONGEST_FAILURE_US + 4 * SECOND), 0);
        c.forget(false);
        assert!(c.peek(n).unwrap().a.is_none());
        c.put(&one(b'x'), Want::A, Fact::new(some(1), Some(1), 0));
        assert_eq!(c.failures(n, Want::A, 1), 0);
    }

    #[test]
    fn ten_thousand_names_are_small() {
        let mut c = Cache::new(4 << 20);
        for n in 0..10_000u32 {
            let name = Name::from_text(format!("host{n}.example.com").as_bytes());
            let name = name.unwrap();
            let v6 = What::Addresses([IpAddr::from([1u16; 8])].into());
            c.put(&name, Want::A, Fact::new(some(1), Some(60), 0));
            c.put(&name, Want::Aaaa, Fact::new(v6, Some(60), 0));
        }
        assert_eq!(c.len(), 10_000);
        assert!(c.bytes() > 10_000 * (size_of::<Entry>() + 2 * 16));
    }
}
