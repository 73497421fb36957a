//! Log levels: bits of a mask (`LLL_*`), and the flags beside them (`LLLF_*`).

pub(crate) const ERR: u32 = 1 << 0;
pub(crate) const WARN: u32 = 1 << 1;
pub(crate) const NOTICE: u32 = 1 << 2;
pub(crate) const INFO: u32 = 1 << 3;
pub(crate) const DEBUG: u32 = 1 << 4;
pub(crate) const USER: u32 = 1 << 10;

/// In a log context's flags: its emit function is the one with a log context.
pub(crate) const CONTEXT_AWARE: u32 = 1 << 30;
/// In a log context's flags: lines have a timestamp. They always have.
pub(crate) const TIMESTAMP: u32 = 1 << 18;
/// Bits that say something about a log context, not about a line.
pub(crate) const NOT_LEVELS: u32 = CONTEXT_AWARE | TIMESTAMP;

/// The letter of each level, from bit 0 on.
const LETTERS: [char; 12] = ['E', 'W', 'N', 'I', 'D', 'P', 'H', 'X', 'C', 'L', 'U', 'T'];
/// The bits that are levels.
const LEVELS: u32 = (1 << LETTERS.len()) - 1;

/// The bit number of the most severe level in `level`.
pub(crate) fn number(level: u32) -> Option<usize> {
    let levels = level & LEVELS;
    (levels != 0).then_some(levels.trailing_zeros() as usize)
}

/// The letter of `level`, if that is one level and not several. Flags do not
/// count.
pub(crate) fn letter(level: u32) -> Option<char> {
    if (level & LEVELS).count_ones() != 1 {
        return None;
    }
    LETTERS.get(number(level)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters() {
        let all: String = (0..12).filter_map(|bit| letter(1 << bit)).collect();
        assert_eq!(all, "EWNIDPHXCLUT");
        assert_eq!(letter(0), None);
        assert_eq!(letter(1 << 12), None);
        assert_eq!(letter(ERR | WARN), None);
        assert_eq!(letter(WARN | 1 << 16), Some('W'));
    }

    #[test]
    fn most_severe_level() {
        assert_eq!(number(INFO | WARN), Some(1));
        assert_eq!(number(1 << 16), None);
    }
}
