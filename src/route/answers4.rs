//! What was decided about IPv4 destinations, kept for whole ranges of them.
//!
//! A chunk is all destinations with the same upper 16 or 18 bits. After some look-ups in a chunk the
//! decision for each range in it is computed and stored in order (as in DXR: Zec, Rizzo, Mikuc, CCR
//! 42(5), 2012); ranges begin and end where prefixes do. Whatever could change an answer removes it.
#![forbid(unsafe_code)]

use core::hash::BuildHasher;
use core::net::{IpAddr, Ipv4Addr};

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::bulk::{self, Bulk};
use super::types::{Prefix, Verdict};

/// No chunk is stored before this many look-ups: a program with few does not pay for the memory.
const FEW: u32 = 64;
/// After this many misses in a chunk, its answers are computed.
const OFTEN: u32 = 8;
/// After this many misses, no more attempts to compute the chunk: it has so many ranges that this
/// would take a millisecond.
const LAST: u32 = 2048;
/// How many ends of prefixes the chunk may have for each miss so far, so that computing it takes no
/// longer than the misses did.
const EACH: u32 = 2;
/// With more unused ranges than this, the used ones are moved together.
const SCRAPS: usize = 1024;

/// Up to this many ranges are searched as they are: they fit into one cache line. More have steps
/// before them.
const FEW_RANGES: u16 = 16;
/// There is one step for each value of this many bits after those of the chunk.
const STEP_BITS: u32 = 4;
const STEPS: usize = 1 << STEP_BITS;

/// All destinations from `start` to the next range's have the answer of this number.
///
/// In [`Kept::Few`], `start` of the first range holds how many there are, as its real start is 0. As
/// a step, `start..answer` is the index range of the ranges that begin within the step.
#[derive(Clone, Copy)]
struct Range {
    start: u16,
    answer: u16,
}

/// What is stored about a chunk: a [`Kept`] in 4 bytes, because a look-up mostly waits for the memory
/// that this is in.
#[derive(Clone, Copy)]
struct Slot(u32);

enum Kept {
    /// Nothing; there were this many misses.
    Asked(u32),
    /// One answer for all of it.
    One(u16),
    /// Where its ranges begin.
    Few(usize),
    /// Where its steps begin, and the ranges after them.
    Many(usize),
}

impl Slot {
    const NUMBER: u32 = (1 << 30) - 1;

    const fn asked(times: u32) -> Self {
        Self(if times < Self::NUMBER {
            times
        } else {
            Self::NUMBER
        })
    }

    fn one(answer: u16) -> Self {
        Self(1 << 30 | u32::from(answer))
    }

    /// `None`: the index does not fit.
    fn ranges(many: bool, begin: usize) -> Option<Self> {
        let begin = u32::try_from(begin).ok().filter(|at| *at <= Self::NUMBER)?;
        Some(Self((2 | u32::from(many)) << 30 | begin))
    }

    /// How many of all `ranges` it takes, steps included.
    fn room(self, ranges: &[Range]) -> usize {
        match self.kept() {
            Kept::Asked(_) | Kept::One(_) => 0,
            Kept::Few(begin) => ranges.get(begin).map_or(0, |first| first.start.into()),
            Kept::Many(begin) => {
                let last = ranges.get(begin.saturating_add(STEPS - 1));
                last.map_or(0, |step| usize::from(step.answer).saturating_add(STEPS))
            }
        }
    }

    #[inline(always)]
    fn kept(self) -> Kept {
        let number = self.0 & Self::NUMBER;
        match self.0 >> 30 {
            0 => Kept::Asked(number),
            1 => Kept::One((number & u32::from(u16::MAX)) as u16),
            2 => Kept::Few(number as usize),
            _ => Kept::Many(number as usize),
        }
    }
}

/// See [`Answers::low_bits`].
const LOW_BITS: u32 = 16;
const LOW_BITS_OF_MANY: u32 = 14;
/// With more routes than this, smaller chunks are worth the room of four times as many slots.
pub(super) const MANY_ROUTES: usize = if cfg!(test) { 1000 } else { 300_000 };

/// The chunks with the same upper 8 bits.
type Page = Box<[Slot]>;

/// Answers, each once, with the prefix of any destination.
#[derive(Default)]
struct Known {
    all: Vec<Verdict>,
    by_hash: FxHashMap<u64, u16>,
}

impl Known {
    /// The number of an answer; `None`: there are no more.
    fn number(&mut self, mut verdict: Verdict) -> Option<u16> {
        place_at(&mut verdict, Ipv4Addr::UNSPECIFIED);
        let hash = FxBuildHasher.hash_one(&verdict);
        if let Some(number) = self.by_hash.get(&hash) {
            if let Some(known) = self.all.get_mut(usize::from(*number)) {
                place_at(known, Ipv4Addr::UNSPECIFIED);
                if *known == verdict {
                    return Some(*number);
                }
            }
        }
        let number = u16::try_from(self.all.len()).ok()?;
        self.all.push(verdict);
        self.by_hash.insert(hash, number);
        Some(number)
    }
}

/// Gives an answer the prefix of this destination.
#[inline(always)]
fn place_at(verdict: &mut Verdict, dst: Ipv4Addr) {
    if let Verdict::Reachable(path) = verdict {
        path.prefix = path.prefix.around4(dst);
    }
}

/// The answers, and where they hold.
#[derive(Default)]
pub(super) struct Answers {
    /// Empty, or 256.
    pages: Vec<Option<Page>>,
    /// How many lower bits the destinations of a chunk differ in, when there are pages.
    low_bits: u32,
    ranges: Vec<Range>,
    /// How many ranges, steps and single answers belong to no chunk any more.
    scraps: usize,
    known: Known,
    /// Questions before there were pages.
    asked: u32,
}

impl Answers {
    /// Page and slot of a destination's chunk, and where in it that is.
    #[inline(always)]
    fn place(&self, dst: Ipv4Addr) -> (usize, usize, u16) {
        let bits = dst.to_bits();
        let chunk = (bits & 0x00ff_ffff) >> self.low_bits;
        let low = bits & ((1 << self.low_bits) - 1);
        ((bits >> 24) as usize, chunk as usize, low as u16)
    }

    /// The length of the prefix that a chunk is.
    pub(super) fn chunk_len(&self) -> u8 {
        32u8.saturating_sub(self.low_bits as u8)
    }

    /// The answer for a destination, if it is kept. It is shown where it is: a copy takes as long as the
    /// look-up.
    #[inline]
    pub(super) fn get(&mut self, dst: Ipv4Addr) -> Option<&mut Verdict> {
        let known = self.number(dst)?;
        let known = self.known.all.get_mut(usize::from(known))?;
        place_at(known, dst);
        Some(known)
    }

    /// Whether the answer for a destination is kept.
    pub(super) fn has(&self, dst: Ipv4Addr) -> bool {
        self.number(dst).is_some()
    }

    #[inline(always)]
    fn number(&self, dst: Ipv4Addr) -> Option<u16> {
        let (page, slot, low) = self.place(dst);
        match self.pages.get(page)?.as_deref()?.get(slot)?.kept() {
            Kept::Asked(_) => None,
            Kept::One(answer) => Some(answer),
            Kept::Few(begin) => self.among_few(begin, low),
            Kept::Many(begin) => self.among_many(begin, low),
        }
    }

    #[inline(always)]
    fn among_few(&self, begin: usize, low: u16) -> Option<u16> {
        let all = self.ranges.get(begin..)?;
        let others = all.get(1..usize::from(all.first()?.start))?;
        let after = others.partition_point(|range| range.start <= low);
        Some(all.get(after)?.answer)
    }

    #[inline]
    fn among_many(&self, begin: usize, low: u16) -> Option<u16> {
        let all = self.ranges.get(begin..)?;
        let step = all.get(usize::from(low >> (self.low_bits - STEP_BITS)))?;
        let ranges = all.get(STEPS..)?;
        let from = usize::from(step.start);
        let some = ranges.get(from..usize::from(step.answer))?;
        let after = some.partition_point(|range| range.start <= low);
        // With none before it there, it is the last of those before.
        Some(ranges.get(from.checked_add(after)?.checked_sub(1)?)?.answer)
    }

    /// How many bytes it has in large pieces.
    pub(super) fn bulk(&self) -> usize {
        let known = &self.known;
        bulk::sum(&[self.ranges.bulk(), known.all.bulk(), known.by_hash.bulk()])
    }

    /// Counts a miss. `Some(most)`: the answers of its chunk are to be computed and stored, unless it
    /// has more than `most` ends of prefixes.
    ///
    /// `routes`: how many there are.
    pub(super) fn missed(&mut self, dst: Ipv4Addr, routes: usize) -> Option<usize> {
        if routes > MANY_ROUTES && self.low_bits > LOW_BITS_OF_MANY {
            self.forget_all();
        }
        if self.pages.is_empty() {
            self.asked = self.asked.saturating_add(1);
            if self.asked < FEW {
                return None;
            }
            self.pages = vec![None; 256];
            self.low_bits = if routes > MANY_ROUTES {
                LOW_BITS_OF_MANY
            } else {
                LOW_BITS
            };
        }
        let slot = self.slot(dst)?;
        let Kept::Asked(times) = slot.kept() else {
            return None;
        };
        let times = times.saturating_add(1);
        *slot = Slot::asked(times);
        // Not each time when there are too many.
        ((OFTEN..=LAST).contains(&times) && times.is_power_of_two())
            .then(|| usize::try_from(times.saturating_mul(EACH)).unwrap_or(usize::MAX))
    }

    fn slot(&mut self, dst: Ipv4Addr) -> Option<&mut Slot> {
        let (page, slot, _) = self.place(dst);
        let slots = 1usize << 24u32.saturating_sub(self.low_bits);
        let page = self.pages.get_mut(page)?;
        page.get_or_insert_with(|| vec![Slot::asked(0); slots].into())
            .get_mut(slot)
    }

    /// Keeps the answers of a destination's chunk: from where on each holds, the first from 0, in order.
    pub(super) fn keep(&mut self, dst: Ipv4Addr, answers: Vec<(u16, Verdict)>) {
        let mut ranges: Vec<Range> = Vec::with_capacity(answers.len());
        for (start, verdict) in answers {
            let Some(answer) = self.known.number(verdict) else {
                // More than there are numbers, most of them of routes that are gone.
                self.forget_all();
                return;
            };
            if ranges.last().is_none_or(|last| last.answer != answer) {
                ranges.push(Range { start, answer });
            }
        }
        let (begin, count) = (self.ranges.len(), u16::try_from(ranges.len()));
        let kept = match (ranges.as_mut_slice(), count) {
            ([one], _) => Some(Slot::one(one.answer)),
            ([first, ..], Ok(count)) if count <= FEW_RANGES => {
                first.start = count;
                let slot = Slot::ranges(false, begin);
                self.ranges.append(&mut ranges);
                slot
            }
            ([_, ..], Ok(_)) => {
                self.ranges.extend(steps(&ranges, self.low_bits));
                self.ranges.append(&mut ranges);
                Slot::ranges(true, begin)
            }
            _ => None,
        };
        if let (Some(slot), Some(kept)) = (self.slot(dst), kept) {
            *slot = kept;
        }
    }

    /// The routes to this prefix are other ones.
    pub(super) fn forget(&mut self, prefix: Prefix) {
        let IpAddr::V4(first) = prefix.address else {
            return;
        };
        if self.pages.is_empty() {
            return;
        }
        if prefix.len < 8 {
            self.forget_all();
            return;
        }
        let (page, slot, _) = self.place(first);
        let chunks = 1usize << self.chunk_len().saturating_sub(prefix.len);
        let Some(Some(page)) = self.pages.get_mut(page) else {
            return;
        };
        for slot in page.iter_mut().skip(slot).take(chunks) {
            let single = matches!(slot.kept(), Kept::One(_));
            let gone = slot.room(&self.ranges).saturating_add(single.into());
            self.scraps = self.scraps.saturating_add(gone);
            *slot = Slot::asked(0);
        }
        if self.scraps > SCRAPS && self.scraps > self.ranges.len() / 2 {
            self.tidy();
        }
    }

    /// Puts the ranges that are left together, and the answers that they have.
    fn tidy(&mut self) {
        let mut left = Vec::with_capacity(self.ranges.len().saturating_sub(self.scraps));
        let mut known = Known::default();
        let mut numbers = vec![None; self.known.all.len()];
        let mut moved = |answer: u16| {
            let number = numbers.get_mut(usize::from(answer))?;
            if number.is_none() {
                *number = known.number(self.known.all.get(usize::from(answer))?.clone());
            }
            *number
        };
        let pages = self.pages.iter_mut().flatten();
        for slot in pages.flat_map(|page| page.iter_mut()) {
            let (many, begin, steps) = match slot.kept() {
                Kept::Asked(_) => continue,
                Kept::One(answer) => {
                    *slot = moved(answer).map_or(Slot::asked(0), Slot::one);
                    continue;
                }
                Kept::Few(begin) => (false, begin, 0),
                Kept::Many(begin) => (true, begin, STEPS),
            };
            let end = begin.saturating_add(slot.room(&self.ranges));
            *slot = Slot::ranges(many, left.len()).unwrap_or(Slot::asked(0));
            let its = self.ranges.get(begin..end).unwrap_or(&[]);
            left.extend(its.iter().enumerate().map(|(at, range)| Range {
                answer: if at < steps {
                    range.answer
                } else {
                    moved(range.answer).unwrap_or(0)
                },
                ..*range
            }));
        }
        (self.ranges, self.known, self.scraps) = (left, known, 0);
    }

    /// Any answer may be another one.
    pub(super) fn forget_all(&mut self) {
        if self.asked != 0 {
            *self = Self::default();
        }
    }

    #[cfg(test)]
    pub(super) fn mem_size(&self) -> usize {
        let slots = self.pages.iter().flatten().map(|page| page.len());
        let slots = slots.fold(0, usize::saturating_add);
        let pages = self
            .pages
            .capacity()
            .saturating_mul(size_of::<Option<Page>>());
        let ranges = self.ranges.capacity().saturating_mul(size_of::<Range>());
        let known = self.known.all.capacity();
        let known = known.saturating_mul(size_of::<Verdict>());
        let hashes = self.known.by_hash.capacity().saturating_mul(17);
        [slots.saturating_mul(4), pages, ranges, known, hashes]
            .into_iter()
            .fold(0, usize::saturating_add)
    }
}

/// The steps of these ranges.
fn steps(ranges: &[Range], low_bits: u32) -> impl Iterator<Item = Range> {
    let below = low_bits - STEP_BITS;
    let before = |end: u32| {
        let before = ranges.partition_point(|range| u32::from(range.start) < end);
        u16::try_from(before).unwrap_or(u16::MAX)
    };
    (0..STEPS as u32).map(move |step| Range {
        start: before(step << below),
        answer: before((step + 1) << below),
    })
}

#[cfg(test)]
mod tests;
