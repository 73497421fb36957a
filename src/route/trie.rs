//! One routing table: a number for each prefix, found by longest match.
#![forbid(unsafe_code)]

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use prefix_trie::PrefixMap;

use super::types::{Family, Prefix};

/// The trie of one family.
pub(super) enum Trie {
    V4(PrefixMap<(u32, u8), u32>),
    V6(PrefixMap<(u128, u8), u32>),
}

fn prefix4((address, len): (u32, u8)) -> Prefix {
    Prefix {
        address: IpAddr::V4(Ipv4Addr::from_bits(address)),
        len,
    }
}

fn prefix6((address, len): (u128, u8)) -> Prefix {
    Prefix {
        address: IpAddr::V6(Ipv6Addr::from_bits(address)),
        len,
    }
}

/// Does the same for the trie and the address of either family, nothing when they differ.
macro_rules! each {
    ($trie:expr, $address:expr, $map:ident, $bits:ident, $prefix:ident => $do:expr) => {
        match ($trie, $address) {
            (Trie::V4($map), IpAddr::V4(a)) => {
                let ($bits, $prefix) = (a.to_bits(), prefix4);
                let _ = $prefix;
                $do
            }
            (Trie::V6($map), IpAddr::V6(a)) => {
                let ($bits, $prefix) = (a.to_bits(), prefix6);
                let _ = $prefix;
                $do
            }
            _ => None,
        }
    };
}

impl Trie {
    pub(super) fn new(family: Family) -> Self {
        match family {
            Family::V4 => Self::V4(PrefixMap::new()),
            Family::V6 => Self::V6(PrefixMap::new()),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::V4(map) => map.is_empty(),
            Self::V6(map) => map.is_empty(),
        }
    }

    #[cfg(test)]
    pub(super) fn mem_size(&self) -> usize {
        match self {
            Self::V4(map) => map.mem_size(),
            Self::V6(map) => map.mem_size(),
        }
    }

    pub(super) fn get(&self, at: Prefix) -> Option<u32> {
        each!(self, at.address, map, bits, to => map.get(&(bits, at.len)).copied())
    }

    pub(super) fn set(&mut self, at: Prefix, value: u32) {
        each!(self, at.address, map, bits, to => map.insert((bits, at.len), value));
    }

    pub(super) fn remove(&mut self, at: Prefix) {
        each!(self, at.address, map, bits, to => map.remove(&(bits, at.len)));
    }

    /// The longest prefix of at most `len` bits that holds the address.
    pub(super) fn longest(&self, ip: IpAddr, len: u8) -> Option<(Prefix, u32)> {
        each!(self, ip, map, bits, to => {
            map.get_lpm(&(bits, len)).map(|(prefix, value)| (to(prefix), *value))
        })
    }

    /// The first one after this in the order of address, then length.
    pub(super) fn after(&self, at: Prefix) -> Option<(Prefix, u32)> {
        each!(self, at.address, map, bits, to => {
            let mut from = map.iter_from(&(bits, at.len), false);
            from.next().map(|(prefix, value)| (to(prefix), *value))
        })
    }

    pub(super) fn first(&self) -> Option<(Prefix, u32)> {
        match self {
            Self::V4(map) => map.iter().next().map(|(p, value)| (prefix4(p), *value)),
            Self::V6(map) => map.iter().next().map(|(p, value)| (prefix6(p), *value)),
        }
    }

    /// Shows every entry until `f` says to stop.
    pub(super) fn each(&self, mut f: impl FnMut(Prefix, u32) -> bool) {
        match self {
            Self::V4(map) => {
                let _ = map.iter().all(|(p, value)| f(prefix4(p), *value));
            }
            Self::V6(map) => {
                let _ = map.iter().all(|(p, value)| f(prefix6(p), *value));
            }
        }
    }
}
