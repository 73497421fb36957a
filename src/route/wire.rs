//! Messages of rtnetlink, read from the bytes of a datagram (netlink(7),
//! rtnetlink(7)) and, as far as they ask for something, written.
//!
//! Reading copies what a decision needs and skips the rest; only several legs of one route and
//! groups of nexthops allocate. The bytes may be anything.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

mod attr;
#[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
pub(crate) mod change;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod check;
mod number;
mod request;
mod route;
mod rule;
#[cfg(test)]
mod tests;

pub(crate) use request::{Dump, dump_request, fence_request, prime_request, route_request};

use super::types::{Addr, IfName, Link, Message, Neigh, Netconf, What};
use attr::{Attr, Attrs, family_of, padded, prefix, take};
use number::{addr as ifa, link as ifla, neigh as nda, netconf as nca};

/// What is wrong with a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Malformed(pub(crate) &'static str);

impl core::fmt::Display for Malformed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.0)
    }
}

/// The messages of one datagram. It ends with the first that cannot be read.
#[derive(Clone, Debug)]
pub(crate) struct Messages<'a> {
    bytes: &'a [u8],
}

/// The messages that `datagram` holds.
pub(crate) fn messages(datagram: &[u8]) -> Messages<'_> {
    Messages { bytes: datagram }
}

impl Iterator for Messages<'_> {
    type Item = Result<Message, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.bytes.is_empty() {
            return None;
        }
        match first(self.bytes) {
            Ok((message, rest)) => {
                self.bytes = rest;
                Some(Ok(message))
            }
            Err(malformed) => {
                self.bytes = &[];
                Some(Err(malformed))
            }
        }
    }
}

/// The message that `bytes` begin with, and what is behind it.
fn first(bytes: &[u8]) -> Result<(Message, &[u8]), Malformed> {
    let (head, _) = take::<16>(bytes)?;
    let [l0, l1, l2, l3, k0, k1, f0, f1, s0, s1, s2, s3, port @ ..] = *head;
    let len = usize::try_from(u32::from_ne_bytes([l0, l1, l2, l3])).unwrap_or(usize::MAX);
    let body = bytes
        .get(head.len()..len)
        .ok_or(Malformed("message length"))?;
    let kind = u16::from_ne_bytes([k0, k1]);
    let message = Message {
        kind,
        flags: u16::from_ne_bytes([f0, f1]),
        seq: u32::from_ne_bytes([s0, s1, s2, s3]),
        port: u32::from_ne_bytes(port),
        gone: gone(kind),
        what: what(kind, body)?,
    };
    Ok((message, bytes.get(padded(len)..).unwrap_or(&[])))
}

/// The numbers of rtnetlink come in fours: new, delete, get, set.
fn gone(kind: u16) -> bool {
    kind >= number::NEW_LINK && kind % 4 == 1
}

fn what(kind: u16, body: &[u8]) -> Result<What, Malformed> {
    match kind {
        number::NEW_LINK | number::DEL_LINK => link(body),
        number::NEW_ADDR | number::DEL_ADDR => addr(body),
        number::NEW_ROUTE | number::DEL_ROUTE => route::route(body),
        number::NEW_NEIGH | number::DEL_NEIGH => neigh(body),
        number::NEW_RULE | number::DEL_RULE => rule::rule(body),
        number::NEW_NETCONF | number::DEL_NETCONF => netconf(body),
        number::NEW_NEXTHOP | number::DEL_NEXTHOP => route::nexthop(body),
        number::ERROR => take(body).and_then(|(code, _)| errno(*code).map(What::Error)),
        number::DONE if body.is_empty() => Ok(What::Done(0)),
        number::DONE => take(body).and_then(|(code, _)| errno(*code).map(What::Done)),
        _ => Ok(What::Other),
    }
}

/// The kernel sends an errno with a minus.
fn errno(code: [u8; 4]) -> Result<i32, Malformed> {
    i32::from_ne_bytes(code)
        .checked_neg()
        .filter(|errno| *errno >= 0)
        .ok_or(Malformed("errno"))
}

/// `struct ifinfomsg`. Those with a family are about something that the family keeps for a link: a
/// port that leaves its bridge is "deleted" from `AF_BRIDGE`. Those with an event (features, neighbours
/// to be notified) come before routes know of the state they tell, which comes again; wireless
/// ones do not even tell the name.
fn link(body: &[u8]) -> Result<What, Malformed> {
    let (head, rest) = take::<16>(body)?;
    let [family, _, _, _, i0, i1, i2, i3, f0, f1, f2, f3, ..] = *head;
    if i32::from(family) != libc::AF_UNSPEC {
        return Ok(What::Other);
    }
    let mut link = Link {
        index: u32::from_ne_bytes([i0, i1, i2, i3]),
        flags: u32::from_ne_bytes([f0, f1, f2, f3]),
        name: IfName::default(),
        master: 0,
        group: 0,
        vrf: false,
    };
    let mut attrs = Attrs::new(rest);
    while let Some(a) = attrs.next()? {
        match a.kind {
            ifla::NAME => link.name = a.name()?,
            ifla::MASTER => link.master = a.u32()?,
            ifla::GROUP => link.group = a.u32()?,
            ifla::INFO => link.vrf = is_vrf(&a)?,
            ifla::EVENT | ifla::WIRELESS => return Ok(What::Other),
            _ => (),
        }
    }
    Ok(What::Link(link))
}

/// Whether an `IFLA_LINKINFO` is that of a VRF.
fn is_vrf(info: &Attr<'_>) -> Result<bool, Malformed> {
    let mut attrs = info.nested();
    while let Some(a) = attrs.next()? {
        if a.kind == ifla::INFO_KIND {
            return Ok(a.text() == b"vrf");
        }
    }
    Ok(false)
}

/// `struct ifaddrmsg`.
fn addr(body: &[u8]) -> Result<What, Malformed> {
    let (head, rest) = take::<8>(body)?;
    let [family, prefix_len, flags, scope, index @ ..] = *head;
    let Some(family) = family_of(family) else {
        return Ok(What::Other);
    };
    let mut flags = u32::from(flags);
    let (mut local, mut peer) = (None, None);
    let mut attrs = Attrs::new(rest);
    while let Some(a) = attrs.next()? {
        match a.kind {
            ifa::ADDRESS => peer = Some(a.address(family)?),
            ifa::LOCAL => local = Some(a.address(family)?),
            ifa::FLAGS => flags = a.u32()?,
            _ => (),
        }
    }
    let local = local.or(peer).unwrap_or(family.unspecified());
    prefix(family, Some(local), prefix_len)?;
    Ok(What::Addr(Addr {
        index: u32::from_ne_bytes(index),
        local,
        peer: peer.unwrap_or(local),
        prefix_len,
        scope,
        flags,
    }))
}

/// `struct ndmsg`. Those of a bridge have no IP address.
fn neigh(body: &[u8]) -> Result<What, Malformed> {
    let (head, rest) = take::<12>(body)?;
    let [family, _, _, _, i0, i1, i2, i3, s0, s1, flags, _] = *head;
    let Some(family) = family_of(family) else {
        return Ok(What::Other);
    };
    let mut address = None;
    let mut attrs = Attrs::new(rest);
    while let Some(a) = attrs.next()? {
        if a.kind == nda::DST {
            address = Some(a.address(family)?);
        }
    }
    Ok(What::Neigh(Neigh {
        index: u32::from_ne_bytes([i0, i1, i2, i3]),
        address: address.ok_or(Malformed("neighbour without address"))?,
        state: u16::from_ne_bytes([s0, s1]),
        flags,
    }))
}

/// `struct netconfmsg`: one byte, and what fills it up.
fn netconf(body: &[u8]) -> Result<What, Malformed> {
    let ([family, ..], rest) = take::<4>(body)?;
    let Some(family) = family_of(*family) else {
        return Ok(What::Other);
    };
    let (mut index, mut forwarding, mut ignore_linkdown) = (None, None, None);
    let mut attrs = Attrs::new(rest);
    while let Some(a) = attrs.next()? {
        match a.kind {
            nca::INDEX => index = Some(a.i32()?),
            nca::FORWARDING => forwarding = Some(a.i32()? != 0),
            nca::IGNORE_LINKDOWN => ignore_linkdown = Some(a.i32()? != 0),
            _ => (),
        }
    }
    Ok(What::Netconf(Netconf {
        family,
        index: index.ok_or(Malformed("netconf without interface"))?,
        forwarding,
        ignore_linkdown,
    }))
}
