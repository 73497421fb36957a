//! Large numbers for people: the largest unit that fits, three decimals.
#![forbid(unsafe_code)]

/// A number in one of the units of a schema.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Human<T> {
    /// How many whole units.
    pub(crate) whole: u64,
    /// Thousandths of the unit, cut off, not rounded; `None` in units of 1.
    pub(crate) milli: Option<u64>,
    /// The unit, as the schema names it.
    pub(crate) unit: T,
}

/// Picks the first unit, of those given from the largest to the smallest, that
/// `value` holds at least one of; a unit of 1 holds everything. `None` when no
/// unit will do.
pub(crate) fn humanize<T>(
    value: u64,
    units: impl IntoIterator<Item = (u64, T)>,
) -> Option<Human<T>> {
    for (factor, unit) in units {
        if factor == 1 {
            return Some(Human {
                whole: value,
                milli: None,
                unit,
            });
        }
        if value < factor {
            continue;
        }
        let (Some(whole), Some(rest)) = (value.checked_div(factor), value.checked_rem(factor))
        else {
            continue;
        };
        let milli = (u128::from(rest).saturating_mul(1000)).checked_div(u128::from(factor));
        return Some(Human {
            whole,
            milli: milli.and_then(|m| u64::try_from(m).ok()),
            unit,
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::humanize;

    fn text(value: u64, units: &[(u64, &str)]) -> Option<String> {
        humanize(value, units.iter().copied()).map(|h| match h.milli {
            Some(m) => format!("{}.{m:03}{}", h.whole, h.unit),
            None => format!("{}{}", h.whole, h.unit),
        })
    }

    #[test]
    fn decimals_are_exact() {
        let si = [(1 << 50, "Pi"), (1 << 20, "Mi"), (1 << 10, "Ki"), (1, "")];
        for (v, want) in [
            (0, "0"),
            (1023, "1023"),
            (1024, "1.000Ki"),
            (1536, "1.500Ki"),
            (2047, "1.999Ki"),
            (1 << 20, "1.000Mi"),
            ((1 << 20) - 1, "1023.999Ki"),
            (u64::MAX, "16383.999Pi"),
        ] {
            assert_eq!(text(v, &si).as_deref(), Some(want));
        }
    }

    #[test]
    fn schemas_without_a_unit_that_fits() {
        assert_eq!(text(5, &[(1000, "K")]), None);
        assert_eq!(text(5000, &[(1000, "K")]).as_deref(), Some("5.000K"));
        assert_eq!(text(5, &[]), None);
        assert_eq!(text(5, &[(0, "zero")]), None);
        assert_eq!(text(0, &[(0, "zero"), (1, "")]).as_deref(), Some("0"));
    }
}
