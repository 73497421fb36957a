//! DNS messages (RFC 1035 section 4) from and to bytes, which may be anything.

pub(crate) mod query;
mod read;
pub(crate) mod reply;
pub(crate) mod svcb;

/// Types of records (IANA, "DNS Parameters").
pub(crate) mod kind {
    pub(crate) const A: u16 = 1;
    pub(crate) const CNAME: u16 = 5;
    pub(crate) const SOA: u16 = 6;
    pub(crate) const AAAA: u16 = 28;
    pub(crate) const DNAME: u16 = 39;
    pub(crate) const OPT: u16 = 41;
    pub(crate) const HTTPS: u16 = 65;
}

/// The class of the internet.
const IN: u16 = 1;

/// Response codes (RFC 1035, 6891, 7873).
pub(crate) mod rcode {
    pub(crate) const NOERROR: u16 = 0;
    pub(crate) const FORMERR: u16 = 1;
    pub(crate) const NXDOMAIN: u16 = 3;
    pub(crate) const NOTIMP: u16 = 4;
    pub(crate) const BADVERS: u16 = 16;
    pub(crate) const BADCOOKIE: u16 = 23;
}

/// Option codes of EDNS.
mod option {
    pub(super) const COOKIE: u16 = 10;
    pub(super) const EXTENDED_ERROR: u16 = 15;
}

/// Bits of the second half of the header.
mod flag {
    pub(super) const QR: u16 = 0x8000;
    pub(super) const OPCODE: u16 = 0x7800;
    pub(super) const AA: u16 = 0x0400;
    pub(super) const TC: u16 = 0x0200;
    pub(super) const RD: u16 = 0x0100;
    pub(super) const RA: u16 = 0x0080;
    pub(super) const AD: u16 = 0x0020;
    pub(super) const RCODE: u16 = 0x000f;
}

/// The largest answer over UDP that we ask for (RFC 9715): it is not fragmented on the way.
pub(crate) const UDP_SIZE: u16 = 1232;

/// The bytes of a cookie (RFC 7873): the client's, always 8, and the server's, 8 to 32 of them.
pub(crate) type ClientCookie = [u8; 8];

/// A server's cookie.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ServerCookie {
    bytes: [u8; 32],
    len: u8,
}

impl ServerCookie {
    /// `None` when a server's cookie cannot be as long.
    pub(crate) fn new(from: &[u8]) -> Option<Self> {
        let mut bytes = [0; 32];
        let len = u8::try_from(from.len())
            .ok()
            .filter(|n| (8..=32).contains(n))?;
        bytes.get_mut(..from.len())?.copy_from_slice(from);
        Some(Self { bytes, len })
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or(&[])
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, clippy::indexing_slicing)]
pub(crate) mod tests;
