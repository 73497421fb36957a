//! Whether a peer speaks TLS at all.

/// What a peer that was accepted on a port for TLS begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Begins {
    /// It has said nothing.
    Nothing,
    /// A record of TLS, or what TLS may say an error about.
    Secured,
    /// Text, as a request of HTTP is.
    Plain,
}

/// Judges by the first byte: that of a record is its kind, 20 to 24 (RFC 8446, section 5.1), that of
/// text is a letter.
pub(crate) fn begins(bytes: &[u8]) -> Begins {
    match bytes.first() {
        None => Begins::Nothing,
        Some(b' '..) => Begins::Plain,
        Some(_) => Begins::Secured,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_not_text() {
        assert_eq!(begins(b""), Begins::Nothing);
        assert_eq!(begins(b"\x16\x03\x01"), Begins::Secured);
        assert_eq!(begins(b"\x15"), Begins::Secured);
        assert_eq!(begins(b"GET / HTTP/1.1"), Begins::Plain);
        assert_eq!(begins(b" "), Begins::Plain);
    }
}
