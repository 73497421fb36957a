//! Dates as HTTP has them (RFC 9110 5.6.7).

const MONTHS: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
const DAYS: &[u8; 21] = b"SunMonTueWedThuFriSat";

/// A date of the form that everybody writes: `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(crate) const LEN: usize = 29;

/// Seconds since 1970 as a date; `None` for a year that does not have four digits.
pub(crate) fn render(unix: i64) -> Option<[u8; LEN]> {
    let (days, second) = (unix.div_euclid(86400), unix.rem_euclid(86400));
    let (year, month, day) = civil(days)?;
    let weekday = usize::try_from(days.checked_add(4)?.rem_euclid(7)).ok()?;
    let mut out = *b"xxx, 00 xxx 0000 00:00:00 GMT";
    let name = |all: &'static [u8], n: usize| all.chunks_exact(3).nth(n);
    out.get_mut(..3)?.copy_from_slice(name(DAYS, weekday)?);
    out.get_mut(8..11)?.copy_from_slice(name(MONTHS, month)?);
    let numbers = [
        (5, 2, day),
        (12, 4, year),
        (17, 2, second / 3600),
        (20, 2, second / 60 % 60),
        (23, 2, second % 60),
    ];
    for (at, digits, mut n) in numbers {
        for place in out.get_mut(at..at + digits)?.iter_mut().rev() {
            *place = b'0'.checked_add(u8::try_from(n % 10).ok()?)?;
            n /= 10;
        }
    }
    Some(out)
}

/// The year of four digits, the month from 0 and the day of a count of days since 1970.
fn civil(days: i64) -> Option<(i64, usize, i64)> {
    // Eras of 400 years that begin in March, so that a leap day is the last one of its year.
    let days = days.checked_add(719_468)?;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let of_year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146_096) / 365;
    let day = of_era - (365 * of_year + of_year / 4 - of_year / 100);
    let month = (5 * day + 2) / 153;
    let (year, from_january) = if month < 10 {
        (0, month + 2)
    } else {
        (1, month - 10)
    };
    let year = era.checked_mul(400)? + of_year + year;
    let is_year = (0..=9999).contains(&year);
    is_year.then_some((
        year,
        usize::try_from(from_january).ok()?,
        day - (153 * month + 2) / 5 + 1,
    ))
}

/// A date of that form as seconds since 1970.
pub(crate) fn parse(text: &[u8]) -> Option<i64> {
    let text: &[u8; LEN] = text.first_chunk()?;
    let digits = |range: core::ops::Range<usize>| -> Option<i64> {
        let n = super::head::number(text.get(range)?)?;
        i64::try_from(n).ok()
    };
    let fixed = [
        (3, ", "),
        (7, " "),
        (11, " "),
        (16, " "),
        (19, ":"),
        (22, ":"),
        (25, " GMT"),
    ];
    let good = fixed.iter().all(|(at, what)| {
        let rest = text.get(*at..);
        rest.is_some_and(|r| r.starts_with(what.as_bytes()))
    });
    let name = text.get(8..11)?;
    let month = MONTHS
        .chunks_exact(3)
        .position(|m| m.eq_ignore_ascii_case(name))?;
    let (day, year) = (digits(5..7)?, digits(12..16)?);
    let (hour, minute, second) = (digits(17..19)?, digits(20..22)?, digits(23..25)?);
    if !good || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // The year begins in March.
    let month = i64::try_from(month).ok()?;
    let (year, month) = if month < 2 {
        (year - 1, month + 10)
    } else {
        (year, month - 2)
    };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let days = 365 * of_era + of_era / 4 - of_era / 100 + (153 * month + 2) / 5 + day - 1;
    let days = era * 146_097 + days - 719_468;
    let same_day = civil(days).is_some_and(|(_, _, d)| d == day);
    same_day.then_some(days * 86400 + hour * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_the_right_weekday() {
        for (unix, text) in [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (10, "Thu, 01 Jan 1970 00:00:10 GMT"),
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ] {
            assert_eq!(
                render(unix).as_ref().map(|d| &d[..]),
                Some(text.as_bytes()),
                "{text}"
            );
            assert_eq!(parse(text.as_bytes()), Some(unix), "{text}");
        }
        assert_eq!(render(253_402_300_800), None);
        assert_eq!(render(i64::MAX), None);
        assert_eq!(render(i64::MIN), None);
    }

    #[test]
    fn every_day_goes_there_and_back() {
        for day in -200_000..200_000 {
            let unix = day * 86400 + 3723;
            assert_eq!(parse(&render(unix).unwrap()), Some(unix));
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "Thu, 32 Jan 1970 00:00:00 GMT",
            "Thu, 30 Feb 1970 00:00:00 GMT",
            "Thu, 01 Foo 1970 00:00:00 GMT",
            "Thu, 01 Jan 1970 24:00:00 GMT",
            "Thu, 01 Jan 1970 00:00:00",
            "Thu, -1 Jan 1970 00:00:00 GMT",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }
}
