//! Texts in which `${name}` stands for something else, in pieces of any length.
//!
//! The callback that knows names runs between two steps, with nothing borrowed.

use core::ffi::c_char;

use crate::abi::tokenize::lws_strexp;

/// What comes of a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It is done with.
    Next,
    /// This is to be written, then the byte comes again.
    Before(u8),
    /// The byte is to be written.
    Itself,
    /// The name is whole. It is to be written what it stands for; then the byte is done with, and
    /// text follows.
    Name,
    /// A name has more than 31 bytes.
    TooLong,
}

/// In text.
pub(crate) const TEXT: c_char = 0;
/// Behind a `$`.
pub(crate) const DOLLAR: c_char = 1;
const NAME: c_char = 2;
const WHOLE: c_char = 3;

/// One that has read nothing, with neither callback nor room.
pub(crate) fn fresh() -> lws_strexp {
    lws_strexp {
        name: [0; 32],
        cb: None,
        r#priv: core::ptr::null_mut(),
        out: core::ptr::null_mut(),
        olen: 0,
        pos: 0,
        exp_ofs: 0,
        name_pos: 0,
        state: TEXT,
    }
}

/// A byte more.
pub(crate) fn feed(exp: &mut lws_strexp, c: u8) -> Step {
    match (exp.state, c) {
        (DOLLAR, b'{') => {
            exp.state = NAME;
            exp.name_pos = 0;
            exp.exp_ofs = 0;
            Step::Next
        }
        (DOLLAR, _) => {
            exp.state = TEXT;
            Step::Before(b'$')
        }
        (NAME, _) => {
            let (to, state) = match c {
                b'}' => (0, WHOLE),
                _ => (c as c_char, NAME),
            };
            let at = usize::from(exp.name_pos);
            // The last place is the NUL's.
            let room = at.saturating_add(usize::from(state == NAME)) < exp.name.len();
            let Some(place) = exp.name.get_mut(at).filter(|_| room) else {
                return Step::TooLong;
            };
            *place = to;
            exp.state = state;
            if state == WHOLE {
                return Step::Name;
            }
            exp.name_pos = exp.name_pos.saturating_add(1);
            Step::Next
        }
        (WHOLE, _) => Step::Name,
        (_, b'$') => {
            exp.state = DOLLAR;
            Step::Next
        }
        _ => Step::Itself,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of a text where each name stands for itself in brackets.
    fn all(text: &str) -> Result<String, Step> {
        let mut exp = fresh();
        let mut all = Vec::new();
        for c in text.bytes() {
            loop {
                match feed(&mut exp, c) {
                    Step::Next => break,
                    Step::Before(c) => {
                        all.push(c);
                        continue;
                    }
                    Step::Itself => all.push(c),
                    Step::Name => {
                        let name = exp.name[..usize::from(exp.name_pos)].iter();
                        assert_eq!(exp.name[usize::from(exp.name_pos)], 0);
                        all.push(b'<');
                        all.extend(name.map(|c| *c as u8));
                        all.push(b'>');
                        exp.state = TEXT;
                    }
                    step => return Err(step),
                }
                break;
            }
        }
        Ok(String::from_utf8(all).unwrap())
    }

    #[test]
    fn names_are_found() {
        for (text, want) in [
            ("", ""),
            ("abc", "abc"),
            ("a${t}b", "a<t>b"),
            ("${}${x}", "<><x>"),
            ("$a$}$ {", "$a$}$ {"),
            ("$$${t}$$a", "$$<t>$$a"),
            ("}{${${t}}", "}{<${t>}"),
            ("a${t", "a"),
        ] {
            assert_eq!(all(text).unwrap(), want, "{text}");
        }
        let long = |n: usize| all(&format!("${{{}}}", "n".repeat(n)));
        assert_eq!(long(31).unwrap().len(), 33);
        assert_eq!(long(32), Err(Step::TooLong));
    }
}
