//! Search in text: substrings, file name patterns, command line options.
#![forbid(unsafe_code)]

/// Where the first `needle` in `hay` begins. An empty needle is nowhere.
pub(crate) fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    let (first, rest) = needle.split_first()?;
    let last = hay.len().checked_sub(needle.len())?;
    let mut at = 0usize;
    while at <= last {
        at = at.checked_add(hay.get(at..=last)?.iter().position(|c| c == first)?)?;
        let after = at.checked_add(1)?;
        if hay.get(after..)?.starts_with(rest) {
            return Some(at);
        }
        at = after;
    }
    None
}

/// What is before the first NUL, all of it where there is none.
pub(crate) fn until_nul(text: &[u8]) -> &[u8] {
    text.split(|c| *c == 0).next().unwrap_or(text)
}

/// Whether `name` is as `pattern` says: `*` is any text, also none, `?` any
/// one byte, all else itself.
pub(crate) fn glob(pattern: &[u8], name: &[u8]) -> bool {
    like(pattern, name, Some(b'?'))
}

/// As [`glob`], where `?` is itself.
pub(crate) fn stars(pattern: &[u8], name: &[u8]) -> bool {
    like(pattern, name, None)
}

/// `any` is any one byte.
fn like(pattern: &[u8], name: &[u8], any: Option<u8>) -> bool {
    let (mut p, mut n) = (0usize, 0usize);
    // Where to try again: after the last star, with one more byte in it.
    let mut again: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(p), name.get(n)) {
            (Some(b'*'), _) => {
                p = p.saturating_add(1);
                again = Some((p, n));
                continue;
            }
            (None, None) => return true,
            (Some(a), Some(b)) if a == b || Some(*a) == any => {
                p = p.saturating_add(1);
                n = n.saturating_add(1);
                continue;
            }
            _ => {}
        }
        match again {
            Some((star, from)) if from < name.len() => {
                p = star;
                n = from.saturating_add(1);
                again = Some((star, n));
            }
            _ => return false,
        }
    }
}

/// What an argument of a command line is to an option.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Match {
    /// The option itself; its value is the next argument.
    Exact,
    /// The option with its value, which starts here.
    Value(usize),
    /// Something else.
    Other,
}

/// Compares an argument with an option. A `=` between the option and its value
/// belongs to neither.
pub(crate) fn option(arg: &[u8], wanted: &[u8]) -> Match {
    match arg.strip_prefix(wanted) {
        None => Match::Other,
        Some([]) => Match::Exact,
        Some([b'=', ..]) => Match::Value(wanted.len().saturating_add(1)),
        Some(_) => Match::Value(wanted.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Match, find, glob, option};

    #[test]
    fn finds_the_first() {
        let h = b"abcabcabd";
        assert_eq!(find(h, b"abd"), Some(6));
        assert_eq!(find(h, b"bca"), Some(1));
        assert_eq!(find(h, h), Some(0));
        assert_eq!(find(h, b"d"), Some(8));
        assert_eq!(find(h, b"abe"), None);
        assert_eq!(find(h, b"abcabcabde"), None);
        assert_eq!(find(h, b""), None);
        assert_eq!(find(b"", b"a"), None);
        assert_eq!(find(b"aab", b"ab"), Some(1));
    }

    #[test]
    fn globs() {
        for (p, n) in [
            ("*.txt", "a.txt"),
            ("*.txt", ".txt"),
            ("sai-*.deb", "sai-1.2.deb"),
            ("*", ""),
            ("*", "x"),
            ("**", "x"),
            ("a*", "a"),
            ("a?c", "abc"),
            ("*a*b", "xaabab"),
            ("abc", "abc"),
            ("", ""),
        ] {
            assert!(glob(p.as_bytes(), n.as_bytes()), "{p} {n}");
        }
        assert!(super::stars(b"a?*b*", b"a?xbyb") && !super::stars(b"a?c", b"abc"));
        for (p, n) in [
            ("*.txt", "a.txt~"),
            ("a*", "ba"),
            ("a?c", "ac"),
            ("", "a"),
            ("abc", "ab"),
            ("ab", "abc"),
            ("*a", "ab"),
            ("*a*b", "xaaba"),
        ] {
            assert!(!glob(p.as_bytes(), n.as_bytes()), "{p} {n}");
        }
        // Many stars cost no exponential time.
        assert!(!glob(&b"*a".repeat(40), &b"a".repeat(39)));
    }

    #[test]
    fn options() {
        assert_eq!(option(b"-d", b"-d"), Match::Exact);
        assert_eq!(option(b"-d15", b"-d"), Match::Value(2));
        assert_eq!(option(b"--foo=bar", b"--foo"), Match::Value(6));
        assert_eq!(option(b"--foo=bar", b"--foo="), Match::Value(6));
        assert_eq!(option(b"-p", b"-d"), Match::Other);
        assert_eq!(option(b"", b"-d"), Match::Other);
    }
}
