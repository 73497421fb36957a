//! One routing table: a number for each prefix, found by longest match.
#![forbid(unsafe_code)]

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use prefix_trie::PrefixMap;

use super::types::{Family, Prefix};

/// The trie, and with which bytes its prefixes begin.
pub(super) struct Trie {
    map: Map,
    heads: Heads,
}

/// The trie of one family.
enum Map {
    V4(PrefixMap<(u32, u8), u32>),
    V6(PrefixMap<(u128, u8), u32>),
}

/// A set of first bytes. Every decision looks into table local, which has a few addresses and mostly
/// not the wanted one: this tells so without a search. It keeps the bytes of what was taken out,
/// which costs no more than a search.
#[derive(Default)]
struct Heads([u64; 4]);

impl Heads {
    /// All bytes that an address in this prefix begins with.
    fn add(&mut self, prefix: Prefix) {
        let any = u8::MAX.checked_shr(u32::from(prefix.len)).unwrap_or(0);
        let head = head(prefix.address);
        for head in head & !any..=head | any {
            let (word, bit) = place(head);
            if let Some(word) = self.0.get_mut(word) {
                *word |= bit;
            }
        }
    }

    /// False: no prefix holds the address.
    fn may_hold(&self, ip: IpAddr) -> bool {
        let (word, bit) = place(head(ip));
        self.0.get(word).is_none_or(|word| word & bit != 0)
    }
}

fn head(ip: IpAddr) -> u8 {
    match ip {
        IpAddr::V4(ip) => ip.octets()[0],
        IpAddr::V6(ip) => ip.octets()[0],
    }
}

fn place(head: u8) -> (usize, u64) {
    (usize::from(head >> 6), 1 << (head & 63))
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
            (Map::V4($map), IpAddr::V4(a)) => {
                let ($bits, $prefix) = (a.to_bits(), prefix4);
                let _ = $prefix;
                $do
            }
            (Map::V6($map), IpAddr::V6(a)) => {
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
        let map = match family {
            Family::V4 => Map::V4(PrefixMap::new()),
            Family::V6 => Map::V6(PrefixMap::new()),
        };
        Self {
            map,
            heads: Heads::default(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        match &self.map {
            Map::V4(map) => map.is_empty(),
            Map::V6(map) => map.is_empty(),
        }
    }

    /// How many bytes it takes.
    pub(super) fn mem_size(&self) -> usize {
        match &self.map {
            Map::V4(map) => map.mem_size(),
            Map::V6(map) => map.mem_size(),
        }
    }

    pub(super) fn get(&self, at: Prefix) -> Option<u32> {
        each!(&self.map, at.address, map, bits, to => map.get(&(bits, at.len)).copied())
    }

    pub(super) fn set(&mut self, at: Prefix, value: u32) {
        self.heads.add(at);
        each!(&mut self.map, at.address, map, bits, to => map.insert((bits, at.len), value));
    }

    pub(super) fn remove(&mut self, at: Prefix) {
        each!(&mut self.map, at.address, map, bits, to => map.remove(&(bits, at.len)));
    }

    /// The length of the longest prefix of at most `len` bits that holds the address, and its value.
    pub(super) fn longest(&self, ip: IpAddr, len: u8) -> Option<(u8, u32)> {
        if !self.heads.may_hold(ip) {
            return None;
        }
        each!(&self.map, ip, map, bits, to => {
            map.get_lpm(&(bits, len)).map(|((_, len), value)| (len, *value))
        })
    }

    /// The first one after this in the order of address, then length.
    pub(super) fn after(&self, at: Prefix) -> Option<(Prefix, u32)> {
        each!(&self.map, at.address, map, bits, to => {
            let mut from = map.iter_from(&(bits, at.len), false);
            from.next().map(|(prefix, value)| (to(prefix), *value))
        })
    }

    pub(super) fn first(&self) -> Option<(Prefix, u32)> {
        match &self.map {
            Map::V4(map) => map.iter().next().map(|(p, value)| (prefix4(p), *value)),
            Map::V6(map) => map.iter().next().map(|(p, value)| (prefix6(p), *value)),
        }
    }

    /// Shows the beginning of each IPv4 prefix that lies within this one, which has some of its bits, and
    /// the first address after it, until `f` says to stop.
    pub(super) fn each_within(&self, within: Prefix, mut f: impl FnMut(u32, u32) -> bool) {
        if let (Map::V4(map), IpAddr::V4(a)) = (&self.map, within.address) {
            let _ = map
                .children(&(a.to_bits(), within.len))
                .all(|((first, len), _)| {
                    let last = first | u32::MAX.checked_shr(u32::from(len)).unwrap_or(0);
                    f(first, last.wrapping_add(1))
                });
        }
    }

    /// Shows every entry until `f` says to stop.
    pub(super) fn each(&self, mut f: impl FnMut(Prefix, u32) -> bool) {
        match &self.map {
            Map::V4(map) => {
                let _ = map.iter().all(|(p, value)| f(prefix4(p), *value));
            }
            Map::V6(map) => {
                let _ = map.iter().all(|(p, value)| f(prefix6(p), *value));
            }
        }
    }
}
