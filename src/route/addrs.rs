//! The addresses of the host.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

use core::net::{IpAddr, Ipv6Addr};
use rustc_hash::FxHashMap;

use super::bulk::{self, Bulk};
use super::types::Addr;

/// What the kernel tells addresses apart by: the interface and the address; for IPv4 also the peer
/// and the length of the prefix.
pub(super) type Key = (u32, IpAddr, IpAddr, u8);

pub(super) fn key(addr: &Addr) -> Key {
    match addr.local {
        IpAddr::V4(_) => (addr.index, addr.local, addr.peer, addr.prefix_len),
        IpAddr::V6(_) => (addr.index, addr.local, addr.local, 128),
    }
}

/// `IFA_F_OPTIMISTIC`, `IFA_F_TENTATIVE`.
const OPTIMISTIC: u32 = 0x04;
const TENTATIVE: u32 = 0x40;

/// The address, if it is one of IPv6 that the kernel may take for a socket without one.
pub(super) fn usable_source(addr: &Addr) -> Option<Ipv6Addr> {
    match addr.local {
        IpAddr::V6(ip) if addr.flags & (TENTATIVE | OPTIMISTIC) != TENTATIVE => Some(ip),
        _ => None,
    }
}

/// The entries of one address: mostly one.
enum Entries {
    One(Addr),
    Many(Vec<Addr>),
}

impl Default for Entries {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl Entries {
    fn as_slice(&self) -> &[Addr] {
        match self {
            Self::One(addr) => core::slice::from_ref(addr),
            Self::Many(addrs) => addrs,
        }
    }

    fn as_mut_slice(&mut self) -> &mut [Addr] {
        match self {
            Self::One(addr) => core::slice::from_mut(addr),
            Self::Many(addrs) => addrs,
        }
    }

    /// Returns the one that was there before.
    fn put(&mut self, addr: &Addr) -> Option<Addr> {
        let mut there = self.as_mut_slice().iter_mut();
        if let Some(old) = there.find(|old| key(old) == key(addr)) {
            return Some(core::mem::replace(old, addr.clone()));
        }
        match self {
            Self::One(first) => *self = Self::Many(vec![first.clone(), addr.clone()]),
            Self::Many(addrs) if addrs.is_empty() => *self = Self::One(addr.clone()),
            Self::Many(addrs) => addrs.push(addr.clone()),
        }
        None
    }

    fn take(&mut self, wanted: &Key) -> Option<Addr> {
        let at = self
            .as_slice()
            .iter()
            .position(|addr| key(addr) == *wanted)?;
        match core::mem::take(self) {
            Self::One(addr) => Some(addr),
            Self::Many(mut addrs) => {
                let addr = addrs.swap_remove(at);
                *self = Self::Many(addrs);
                Some(addr)
            }
        }
    }
}

/// A host with two interfaces has about as many, and takes memory for them once.
const USUAL: usize = 7;

/// All addresses.
#[derive(Default)]
pub(super) struct Addrs {
    all: FxHashMap<IpAddr, Entries>,
    /// How many IPv4 addresses an interface has.
    v4_on: FxHashMap<u32, u32>,
    /// How many IPv6 addresses an interface has that are ready.
    v6_on: FxHashMap<u32, u32>,
}

fn one_more(on: &mut FxHashMap<u32, u32>, index: u32) {
    let n = on.entry(index).or_default();
    *n = n.saturating_add(1);
}

fn one_less(on: &mut FxHashMap<u32, u32>, index: u32) {
    if let Some(n) = on.get_mut(&index) {
        *n = n.saturating_sub(1);
        if *n == 0 {
            on.remove(&index);
        }
    }
}

impl Addrs {
    pub(super) fn bulk(&self) -> usize {
        bulk::sum(&[self.all.bulk(), self.v4_on.bulk(), self.v6_on.bulk()])
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Addr> {
        self.all.values().flat_map(Entries::as_slice)
    }

    /// The interfaces that have it, one entry for each time.
    pub(super) fn homes(&self, ip: IpAddr) -> impl Iterator<Item = u32> {
        let entries = self.all.get(&ip).map_or(&[][..], Entries::as_slice);
        entries.iter().map(|addr| addr.index)
    }

    /// Whether an interface has an IPv4 address.
    pub(super) fn has_v4(&self, index: u32) -> bool {
        self.v4_on.contains_key(&index)
    }

    /// Whether an interface has an IPv6 address to send from.
    pub(super) fn has_source(&self, index: u32) -> bool {
        self.v6_on.contains_key(&index)
    }

    /// Whether the host has one.
    pub(super) fn has_sources(&self) -> bool {
        !self.v6_on.is_empty()
    }

    /// Says whether it was not there.
    pub(super) fn add(&mut self, addr: &Addr) -> bool {
        if self.all.is_empty() {
            self.all.reserve(USUAL);
        }
        let before = self.all.entry(addr.local).or_default().put(addr);
        if before.as_ref().and_then(usable_source).is_some() {
            one_less(&mut self.v6_on, addr.index);
        }
        if usable_source(addr).is_some() {
            one_more(&mut self.v6_on, addr.index);
        }
        if before.is_some() {
            return false;
        }
        if addr.local.is_ipv4() {
            one_more(&mut self.v4_on, addr.index);
        }
        true
    }

    /// Says whether it was there.
    pub(super) fn remove(&mut self, key: &Key) -> bool {
        let Some(entries) = self.all.get_mut(&key.1) else {
            return false;
        };
        let taken = entries.take(key);
        if entries.as_slice().is_empty() {
            self.all.remove(&key.1);
        }
        let Some(addr) = taken else {
            return false;
        };
        if addr.local.is_ipv4() {
            one_less(&mut self.v4_on, addr.index);
        }
        if usable_source(&addr).is_some() {
            one_less(&mut self.v6_on, addr.index);
        }
        true
    }

    /// Those on an interface.
    pub(super) fn on(&self, index: u32) -> Vec<Key> {
        let there = self.iter().filter(|addr| addr.index == index);
        there.map(key).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addr(index: u32, local: &str, peer: &str) -> Addr {
        Addr {
            index,
            local: local.parse().unwrap(),
            peer: peer.parse().unwrap(),
            prefix_len: 24,
            scope: 0,
            flags: 0,
        }
    }

    #[test]
    fn an_address_may_be_there_several_times() {
        let all = [
            addr(2, "10.0.0.1", "10.0.0.1"),
            addr(2, "10.0.0.1", "10.0.0.9"),
            addr(3, "10.0.0.1", "10.0.0.1"),
            addr(3, "fe80::1", "fe80::1"),
        ];
        let mut addrs = Addrs::default();
        for one in &all {
            assert!(addrs.add(one));
            assert!(!addrs.add(one));
        }
        let homes = |addrs: &Addrs, ip: &str| {
            let mut homes: Vec<u32> = addrs.homes(ip.parse().unwrap()).collect();
            homes.sort_unstable();
            homes
        };
        assert_eq!(homes(&addrs, "10.0.0.1"), [2, 2, 3]);
        assert_eq!(homes(&addrs, "fe80::1"), [3]);
        assert_eq!((addrs.iter().count(), addrs.on(2).len()), (4, 2));
        // one that is not there takes nothing with it
        assert!(!addrs.remove(&key(&addr(4, "10.0.0.1", "10.0.0.1"))));
        assert!(!addrs.remove(&key(&addr(4, "fe80::1", "fe80::1"))));
        for (gone, left) in all.iter().zip([&[2, 3][..], &[3], &[], &[]]) {
            assert!(addrs.remove(&key(gone)));
            assert!(!addrs.remove(&key(gone)));
            assert_eq!(homes(&addrs, "10.0.0.1"), left);
        }
        assert_eq!(addrs.iter().count(), 0);
        assert!(!addrs.has_v4(2) && !addrs.has_v4(3) && !addrs.has_sources());
    }
}
