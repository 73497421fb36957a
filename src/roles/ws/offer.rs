//! Extensions: what a request offers, and what its answer accepts (RFC 6455, section 9.1; RFC 7692,
//! sections 5 and 7.1).

use super::error::Error;
use core::fmt::{self, Write};

/// The extension that there is.
pub(crate) const PMD: &str = "permessage-deflate";

/// What both sides of a connection with permessage-deflate keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    /// The server's messages do not refer to those before.
    pub(crate) server_no_takeover: bool,
    /// The client's do not.
    pub(crate) client_no_takeover: bool,
    /// How far back the server's messages refer, as the power of two of bytes.
    pub(crate) server_bits: Option<u8>,
    /// How far back the client's do. Without a value in an offer: the client knows the parameter.
    pub(crate) client_bits: Option<u8>,
    /// The client's parameter was there.
    client_bits_named: bool,
}

impl Terms {
    /// Reads the parameters of one extension.
    fn parse(parameters: &[u8]) -> Result<Self, Error> {
        let mut terms = Self {
            server_no_takeover: false,
            client_no_takeover: false,
            server_bits: None,
            client_bits: None,
            client_bits_named: false,
        };
        for parameter in parameters.split(|c| *c == b';').map(<[u8]>::trim_ascii) {
            let mut halves = parameter.splitn(2, |c| *c == b'=');
            let name = halves.next().unwrap_or(&[]).trim_ascii();
            let value = halves.next().map(<[u8]>::trim_ascii);
            match (name, value) {
                (b"", None) if parameters.trim_ascii().is_empty() => {}
                (b"server_no_context_takeover", None) if !terms.server_no_takeover => {
                    terms.server_no_takeover = true;
                }
                (b"client_no_context_takeover", None) if !terms.client_no_takeover => {
                    terms.client_no_takeover = true;
                }
                (b"server_max_window_bits", Some(value)) if terms.server_bits.is_none() => {
                    terms.server_bits = Some(bits(value)?);
                }
                (b"client_max_window_bits", value) if !terms.client_bits_named => {
                    terms.client_bits_named = true;
                    terms.client_bits = value.map(bits).transpose()?;
                }
                _ => return Err(Error::Parameters),
            }
        }
        Ok(terms)
    }
}

/// 8 to 15 in decimal without leading zeroes, which may be quoted.
fn bits(value: &[u8]) -> Result<u8, Error> {
    let inner = value
        .strip_prefix(b"\"")
        .and_then(|v| v.strip_suffix(b"\""));
    match inner.unwrap_or(value) {
        [digit @ b'8'..=b'9'] => Ok(digit.wrapping_sub(b'0')),
        [b'1', digit @ b'0'..=b'5'] => Ok(digit.wrapping_sub(b'0').wrapping_add(10)),
        _ => Err(Error::Parameters),
    }
}

/// The offers, or what was accepted: names with parameters, in their order.
fn each(header: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    header.split(|c| *c == b',').map(|one| {
        let end = one.iter().position(|c| *c == b';').unwrap_or(one.len());
        let (name, rest) = one.split_at(end);
        (name.trim_ascii(), rest.get(1..).unwrap_or(&[]))
    })
}

/// Whether a list names the extension.
fn names(header: &[u8], name: &[u8]) -> bool {
    each(header).any(|(offered, _)| offered == name)
}

/// Server: the first offer of permessage-deflate that can be kept to.
pub(crate) fn choose(header: &[u8]) -> Option<Terms> {
    let offers = each(header).filter(|(name, _)| *name == PMD.as_bytes());
    let mut good = offers.filter_map(|(_, parameters)| Terms::parse(parameters).ok());
    // A window of 256 bytes is not worth what keeping to it costs.
    good.find(|terms| terms.server_bits != Some(8))
}

/// The value of the header that accepts an offer. A limit for the client is not needed.
impl fmt::Display for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PMD)?;
        if self.server_no_takeover {
            f.write_str("; server_no_context_takeover")?;
        }
        if self.client_no_takeover {
            f.write_str("; client_no_context_takeover")?;
        }
        if let Some(bits) = self.server_bits {
            f.write_str("; server_max_window_bits=")?;
            let tens = bits / 10;
            if tens > 0 {
                f.write_char(char::from(b'0'.wrapping_add(tens)))?;
            }
            f.write_char(char::from(b'0'.wrapping_add(bits % 10)))?;
        }
        Ok(())
    }
}

/// Client: what the server accepted of `offered`; `None` for nothing.
pub(crate) fn accepted(answer: &[u8], offered: &[u8]) -> Result<Option<Terms>, Error> {
    let mut terms = None;
    for (name, parameters) in each(answer) {
        if name.is_empty() && answer.trim_ascii().is_empty() {
            continue;
        }
        if name != PMD.as_bytes() || !names(offered, name) {
            return Err(Error::Extension);
        }
        let parsed = Terms::parse(parameters);
        let may_limit = each(offered)
            .filter(|(offered, _)| *offered == name)
            .any(|(_, offer)| Terms::parse(offer).is_ok_and(|offer| offer.client_bits_named));
        match parsed {
            // A limit that was not offered, or is none (RFC 7692, section 7.1.2.2).
            Ok(t) if t.client_bits_named && (!may_limit || t.client_bits.is_none()) => {
                return Err(Error::Parameters);
            }
            Ok(t) if terms.is_none() => terms = Some(t),
            _ => return Err(Error::Parameters),
        }
    }
    Ok(terms)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(offers: &str) -> Option<String> {
        choose(offers.as_bytes()).map(|terms| terms.to_string())
    }

    #[test]
    fn what_a_server_answers() {
        for (offers, wanted) in [
            ("", None),
            ("x-webkit-deflate-frame", None),
            ("foo", None),
            ("permessage-deflate", Some("")),
            ("permessage-deflate; client_max_window_bits", Some("")),
            ("permessage-deflate;client_max_window_bits=10", Some("")),
            (
                "permessage-deflate; server_no_context_takeover",
                Some("; server_no_context_takeover"),
            ),
            (
                "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
                Some("; server_no_context_takeover; client_no_context_takeover"),
            ),
            (
                "permessage-deflate; server_max_window_bits=9",
                Some("; server_max_window_bits=9"),
            ),
            (
                "permessage-deflate; server_max_window_bits=\"15\"",
                Some("; server_max_window_bits=15"),
            ),
            ("permessage-deflate; server_max_window_bits=8", None),
            ("permessage-deflate; server_max_window_bits=99", None),
            ("permessage-deflate; server_max_window_bits=09", None),
            ("permessage-deflate; server_max_window_bits", None),
            ("permessage-deflate; server_no_context_takeover=1", None),
            ("permessage-deflate; client_max_window_bits=7", None),
            ("permessage-deflate; foo", None),
            ("permessage-deflate;", None),
            (
                "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
                None,
            ),
            ("foo, permessage-deflate", Some("")),
            (
                "permessage-deflate; server_max_window_bits=8, permessage-deflate",
                Some(""),
            ),
        ] {
            let wanted = wanted.map(|rest| format!("permessage-deflate{rest}"));
            // An empty parameter is what a `;` at the end makes of it: lenient.
            if offers.ends_with(';') {
                assert!(answer(offers).is_some());
                continue;
            }
            assert_eq!(answer(offers), wanted, "{offers}");
        }
    }

    #[test]
    fn what_a_client_takes() {
        let offer = b"permessage-deflate; client_max_window_bits";
        let take = |answer: &[u8]| accepted(answer, offer);
        assert_eq!(take(b""), Ok(None));
        let terms = take(b"permessage-deflate; client_max_window_bits=10").unwrap();
        assert_eq!(terms.unwrap().client_bits, Some(10));
        let terms =
            take(b"permessage-deflate; server_max_window_bits=9; server_no_context_takeover");
        assert!(terms.unwrap().unwrap().server_no_takeover);
        let unknown = Err(Error::Extension);
        assert_eq!(take(b"foo"), unknown);
        assert_eq!(accepted(b"permessage-deflate", b""), unknown);
        let bad = Err(Error::Parameters);
        assert_eq!(take(b"permessage-deflate; foo=1"), bad);
        assert_eq!(take(b"permessage-deflate; client_max_window_bits"), bad);
        assert_eq!(take(b"permessage-deflate, permessage-deflate"), bad);
        let limit = b"permessage-deflate; client_max_window_bits=9";
        assert_eq!(accepted(limit, b"permessage-deflate"), bad);
    }
}
