//! Questions, as they are sent.

use super::super::name::Name;
use super::{ClientCookie, IN, ServerCookie, UDP_SIZE, flag, kind, option};

/// What one packet asks, and what its answer has to repeat.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) id: u16,
    pub(crate) name: &'a Name,
    pub(crate) kind: u16,
    /// Of each letter of the name, whether it is sent in upper case: an answer has to have the same
    /// (draft-vixie-dnsext-dns0x20).
    pub(crate) upper: [u64; 4],
    /// Whether there is an OPT record (RFC 6891), and with which cookies.
    pub(crate) edns: Option<Cookies>,
    /// Whether the answer shall say if it was validated (RFC 6840 section 5.7).
    pub(crate) ad: bool,
}

/// The cookies that are sent (RFC 7873).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Cookies {
    pub(crate) client: ClientCookie,
    pub(crate) server: Option<ServerCookie>,
}

/// The name on the wire with the letters that `upper` tells in upper case.
pub(super) fn spell(name: &Name, upper: [u64; 4]) -> impl Iterator<Item = u8> + '_ {
    let (mut bits, mut words) = (0u64, upper.into_iter());
    name.wire().iter().enumerate().map(move |(at, from)| {
        if at % 64 == 0 {
            bits = words.next().unwrap_or(0);
        }
        // The length of a label is below any letter.
        let letter = from.is_ascii_lowercase() && bits & 1 == 1;
        bits >>= 1;
        from ^ u8::from(letter) << 5
    })
}

impl Question<'_> {
    /// Adds the packet to `out`. With `framed`, its length stands before it, as over TCP.
    pub(crate) fn write(&self, out: &mut Vec<u8>, framed: bool) {
        let begin = out.len();
        if framed {
            out.extend_from_slice(&[0, 0]);
        }
        let flags = flag::RD | if self.ad { flag::AD } else { 0 };
        let extra = u16::from(self.edns.is_some());
        for n in [self.id, flags, 1, 0, 0, extra] {
            out.extend_from_slice(&n.to_be_bytes());
        }
        out.extend(spell(self.name, self.upper));
        for n in [self.kind, IN] {
            out.extend_from_slice(&n.to_be_bytes());
        }
        if let Some(cookies) = &self.edns {
            cookies.write(out);
        }
        let head = begin.saturating_add(2);
        let len = out.len().saturating_sub(head);
        if let (true, Some(at)) = (framed, out.get_mut(begin..head)) {
            at.copy_from_slice(&u16::try_from(len).unwrap_or(0).to_be_bytes());
        }
    }
}

impl Cookies {
    fn write(&self, out: &mut Vec<u8>) {
        let server = self.server.as_ref().map_or(&[][..], |s| s.bytes());
        // Both at most 40 bytes.
        let len = u16::try_from(server.len()).unwrap_or(0).saturating_add(8);
        out.push(0);
        for n in [
            kind::OPT,
            UDP_SIZE,
            0,
            0,
            len.saturating_add(4),
            option::COOKIE,
            len,
        ] {
            out.extend_from_slice(&n.to_be_bytes());
        }
        out.extend_from_slice(&self.client);
        out.extend_from_slice(server);
    }
}
