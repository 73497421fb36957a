//! Attributes (`struct nlattr`, netlink(7)) and the numbers in them. What
//! netlink carries is in the host's byte order, but for addresses.

use super::super::types::{Family, IfName, Prefix};
use super::Malformed;
use crate::util::text::until_nul;
use core::net::IpAddr;

/// Length of `struct nlattr`, bytes.
const HEADER: usize = 4;
/// `NLA_TYPE_MASK`: the two bits above say "nested" and "network byte order".
const KIND_MASK: u16 = 0x3fff;

/// `len` with what fills it up to 4 bytes.
pub(super) fn padded(len: usize) -> usize {
    len.saturating_add(3) & !3
}

/// The first `N` bytes and the rest.
pub(super) fn take<const N: usize>(bytes: &[u8]) -> Result<(&[u8; N], &[u8]), Malformed> {
    bytes.split_first_chunk().ok_or(Malformed("header cut"))
}

/// The attributes that `bytes` hold one behind the other.
pub(super) struct Attrs<'a> {
    bytes: &'a [u8],
}

impl<'a> Attrs<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// The next one. Less than a header at the end is padding.
    pub(super) fn next(&mut self) -> Result<Option<Attr<'a>>, Malformed> {
        let Some(([l0, l1, k0, k1], _)) = self.bytes.split_first_chunk::<HEADER>() else {
            return Ok(None);
        };
        let len = usize::from(u16::from_ne_bytes([*l0, *l1]));
        let data = self
            .bytes
            .get(HEADER..len)
            .ok_or(Malformed("attribute length"))?;
        self.bytes = self.bytes.get(padded(len)..).unwrap_or(&[]);
        Ok(Some(Attr {
            kind: u16::from_ne_bytes([*k0, *k1]) & KIND_MASK,
            data,
        }))
    }
}

#[derive(Clone, Copy)]
pub(super) struct Attr<'a> {
    pub(super) kind: u16,
    pub(super) data: &'a [u8],
}

impl<'a> Attr<'a> {
    fn exactly<const N: usize>(&self) -> Result<[u8; N], Malformed> {
        self.data.try_into().map_err(|_| Malformed("number length"))
    }

    pub(super) fn u8(&self) -> Result<u8, Malformed> {
        self.exactly().map(u8::from_ne_bytes)
    }

    pub(super) fn u16(&self) -> Result<u16, Malformed> {
        self.exactly().map(u16::from_ne_bytes)
    }

    pub(super) fn u32(&self) -> Result<u32, Malformed> {
        self.exactly().map(u32::from_ne_bytes)
    }

    pub(super) fn i32(&self) -> Result<i32, Malformed> {
        self.exactly().map(i32::from_ne_bytes)
    }

    /// Two numbers of 16 bits: a range.
    pub(super) fn u16_pair(&self) -> Result<(u16, u16), Malformed> {
        let [a, b, c, d] = self.exactly()?;
        Ok((u16::from_ne_bytes([a, b]), u16::from_ne_bytes([c, d])))
    }

    /// Two numbers of 32 bits: a range.
    pub(super) fn u32_pair(&self) -> Result<(u32, u32), Malformed> {
        let [a, b, c, d, e, f, g, h] = self.exactly()?;
        Ok((
            u32::from_ne_bytes([a, b, c, d]),
            u32::from_ne_bytes([e, f, g, h]),
        ))
    }

    pub(super) fn address(&self, family: Family) -> Result<IpAddr, Malformed> {
        address(self.data, family)
    }

    /// A `struct rtvia`: an address with its family.
    pub(super) fn via(&self) -> Result<IpAddr, Malformed> {
        let (family, bytes) = take::<2>(self.data)?;
        let family = u16::from_ne_bytes(*family);
        let family = u8::try_from(family).ok().and_then(family_of);
        address(bytes, family.ok_or(Malformed("family of a gateway"))?)
    }

    /// The name of an interface, with its NUL or without.
    pub(super) fn name(&self) -> Result<IfName, Malformed> {
        let text = self.text();
        let mut name = IfName::default();
        // The last byte stays NUL.
        if text.len() >= name.bytes.len() {
            return Err(Malformed("name length"));
        }
        for (to, from) in name.bytes.iter_mut().zip(text) {
            *to = *from;
        }
        Ok(name)
    }

    /// A text up to its NUL.
    pub(super) fn text(&self) -> &'a [u8] {
        until_nul(self.data)
    }

    pub(super) fn nested(&self) -> Attrs<'a> {
        Attrs::new(self.data)
    }
}

fn address(bytes: &[u8], family: Family) -> Result<IpAddr, Malformed> {
    crate::util::addr::from_bytes(bytes)
        .filter(|ip| Family::of(*ip) == family)
        .ok_or(Malformed("address length"))
}

/// The family of a header; there are more than those that matter here.
pub(super) fn family_of(number: u8) -> Option<Family> {
    match i32::from(number) {
        libc::AF_INET => Some(Family::V4),
        libc::AF_INET6 => Some(Family::V6),
        _ => None,
    }
}

/// The prefix that a header and an attribute describe together. The kernel leaves out an address
/// that is 0.
pub(super) fn prefix(family: Family, ip: Option<IpAddr>, len: u8) -> Result<Prefix, Malformed> {
    Prefix::new(ip.unwrap_or(family.unspecified()), len).ok_or(Malformed("prefix length"))
}
