//! Pages with names that are replaced while they are sent, piece by piece.

/// How long a name may be, bytes: of one that a piece ends in, so much is kept.
pub(crate) const NAME: usize = 16;

/// The beginning of a name that a piece ended in.
#[derive(Clone, Copy, Default)]
pub(crate) struct Kept {
    pub(crate) bytes: [u8; NAME],
    pub(crate) len: usize,
}

/// The output would be longer than there is room, or there is no memory for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Full;

/// Takes the next piece of a page and returns what is to be sent of it, at most `limit` bytes. Each of
/// `names`, which begin with `$`, is replaced by what `replace` says of its number: the longest one where
/// one begins with another. `last`: no more follows.
pub(crate) fn process<'a>(
    kept: &mut Kept,
    piece: &[u8],
    last: bool,
    names: &[&[u8]],
    limit: usize,
    mut replace: impl FnMut(usize) -> &'a [u8],
) -> Result<Vec<u8>, Full> {
    let before = kept.bytes.get(..kept.len).unwrap_or(&[]);
    let whole = [before, piece].concat();
    kept.len = 0;
    let mut out = Vec::new();
    let mut add = |bytes: &[u8]| {
        let fits = out.len().saturating_add(bytes.len()) <= limit;
        if !fits || out.try_reserve(bytes.len()).is_err() {
            return Err(Full);
        }
        out.extend_from_slice(bytes);
        Ok(())
    };
    let known = || {
        let all = names.iter().enumerate();
        all.filter(|(_, name)| !name.is_empty() && name.len() <= NAME)
    };
    let mut rest: &[u8] = &whole;
    while let Some(at) = rest.iter().position(|b| *b == b'$') {
        let (text, from) = rest.split_at(at);
        add(text)?;
        let may_become = |name: &[u8]| name.len() > from.len() && name.starts_with(from);
        if !last && known().any(|(_, name)| may_become(name)) {
            for (place, b) in kept.bytes.iter_mut().zip(from) {
                *place = *b;
            }
            kept.len = from.len();
            return Ok(out);
        }
        let fits = known().filter(|(_, name)| from.starts_with(name));
        rest = match fits.max_by_key(|(_, name)| name.len()) {
            Some((n, name)) => {
                add(replace(n))?;
                from.get(name.len()..).unwrap_or(&[])
            }
            None => {
                add(b"$")?;
                from.get(1..).unwrap_or(&[])
            }
        };
    }
    add(rest)?;
    Ok(out)
}

/// What stands before a piece of a chunked body, and after it; nothing is sent of an empty one that is
/// not the last, which would end the body.
pub(crate) fn frame(len: usize, last: bool) -> (Vec<u8>, &'static [u8]) {
    match (len, last) {
        (0, false) => (Vec::new(), b""),
        // Before it there is something still: so it shows that this was done.
        (0, true) => (b"0\r\n".to_vec(), b"\r\n"),
        (len, false) => (format!("{len:X}\r\n").into_bytes(), b"\r\n"),
        (len, true) => (format!("{len:X}\r\n").into_bytes(), b"\r\n0\r\n\r\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: &[&[u8]] = &[b"$a", b"$abc", b"$fifteen_bytes_", b"$more_than_16_bytes"];

    fn sent(page: &[u8], cuts: &[usize]) -> Vec<u8> {
        let mut kept = Kept::default();
        let mut all = Vec::new();
        let mut at = 0;
        for end in cuts.iter().copied().chain([page.len()]) {
            let last = end == page.len();
            let piece = &page[at..end];
            at = end;
            let words: [&[u8]; 4] = [b"<A>", b"<ABC>", b"<15>", b"<no>"];
            let out = process(&mut kept, piece, last, NAMES, 100, |n| words[n]);
            all.extend(out.unwrap());
            if last {
                break;
            }
        }
        assert_eq!(kept.len, 0);
        all
    }

    #[test]
    fn names_are_replaced_wherever_the_page_is_cut() {
        for (page, expected) in [
            ("x$a y", "x<A> y"),
            ("x$abc y", "x<ABC> y"),
            ("x$ab y$", "x<A>b y$"),
            ("$$a$abc$abca$", "$<A><ABC><ABC>a$"),
            ("$fifteen_bytes_$fifteen_bytes", "<15>$fifteen_bytes"),
            ("$more_than_16_bytes", "$more_than_16_bytes"),
            ("", ""),
        ] {
            let (page, expected) = (page.as_bytes(), expected.as_bytes());
            assert_eq!(sent(page, &[]), expected);
            for cut in 0..page.len() {
                assert_eq!(sent(page, &[cut]), expected, "{cut}");
            }
            let each: Vec<usize> = (1..page.len()).collect();
            assert_eq!(sent(page, &each), expected);
        }
    }

    #[test]
    fn output_has_a_limit() {
        let of = |limit| {
            let long = |_| &b"123456"[..];
            process(&mut Kept::default(), b"ab$a", true, NAMES, limit, long)
        };
        assert_eq!(of(8).as_deref(), Ok(&b"ab123456"[..]));
        assert_eq!(of(7), Err(Full));
        assert_eq!(of(1), Err(Full));
    }

    #[test]
    fn chunks_are_those_of_rfc_9112() {
        let text = |len, last| {
            let (before, after) = frame(len, last);
            [before.as_slice(), after].concat()
        };
        assert_eq!(text(26, false), b"1A\r\n\r\n");
        assert_eq!(text(5, true), b"5\r\n\r\n0\r\n\r\n");
        assert_eq!(text(0, true), b"0\r\n\r\n");
        assert_eq!(text(0, false), b"");
    }
}
