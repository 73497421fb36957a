//! How long to wait before the next try.
#![forbid(unsafe_code)]

/// Milliseconds before the first entry of a table, where there is none.
const UNTOLD: u32 = 3000;
/// Percent of jitter where the policy has none.
const JITTER: u8 = 30;

/// Milliseconds to wait before retry number `tried`, from 0: the table's entry, the last one over
/// and over, and a part of `jitter` percent of it that `random` chooses.
pub(crate) fn delay(table: &[u32], jitter: u8, tried: u16, random: u16) -> u32 {
    let entry = table.get(usize::from(tried)).or(table.last());
    let ms = u64::from(*entry.unwrap_or(&UNTOLD));
    let percent = u64::from(if jitter == 0 { JITTER } else { jitter });
    // 32, 8 and 16 bits: no product is too big for 64.
    let more = ms
        .saturating_mul(percent)
        .saturating_mul(u64::from(random))
        .wrapping_div(100 << 16);
    u32::try_from(ms.saturating_add(more)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::delay;

    #[test]
    fn takes_the_entry_and_then_the_last() {
        let table = [100, 200, 400];
        for (tried, ms) in [(0, 100), (1, 200), (2, 400), (3, 400), (u16::MAX, 400)] {
            assert_eq!(delay(&table, 20, tried, 0), ms);
        }
        assert_eq!(delay(&[], 0, 0, 0), 3000);
    }

    #[test]
    fn adds_less_than_the_jitter() {
        assert_eq!(delay(&[100_000], 20, 0, u16::MAX), 119_999);
        assert_eq!(delay(&[100_000], 20, 0, 0x8000), 110_000);
        assert_eq!(delay(&[100_000], 100, 0, u16::MAX), 199_998);
        assert_eq!(delay(&[100_000], 0, 0, u16::MAX), 129_999);
        assert_eq!(delay(&[], 0, 7, u16::MAX), 3899);
        assert_eq!(delay(&[1], 50, 0, u16::MAX), 1);
        assert_eq!(delay(&[0], 255, 0, u16::MAX), 0);
        assert_eq!(delay(&[u32::MAX], 255, 0, u16::MAX), u32::MAX);
    }
}
