//! The addresses of the host.
#![forbid(unsafe_code)]

use core::net::{IpAddr, Ipv6Addr};
use rustc_hash::FxHashMap;

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

/// All addresses.
#[derive(Default)]
pub(super) struct Addrs {
    all: FxHashMap<Key, Addr>,
    /// The interfaces that have an address, one entry for each time.
    homes: FxHashMap<IpAddr, Vec<u32>>,
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
    pub(super) fn iter(&self) -> impl Iterator<Item = &Addr> {
        self.all.values()
    }

    /// The interfaces that have it.
    pub(super) fn homes(&self, ip: IpAddr) -> impl Iterator<Item = u32> {
        self.homes.get(&ip).into_iter().flatten().copied()
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
        let before = self.all.insert(key(addr), addr.clone());
        if before.as_ref().and_then(usable_source).is_some() {
            one_less(&mut self.v6_on, addr.index);
        }
        if usable_source(addr).is_some() {
            one_more(&mut self.v6_on, addr.index);
        }
        if before.is_some() {
            return false;
        }
        self.homes.entry(addr.local).or_default().push(addr.index);
        if addr.local.is_ipv4() {
            one_more(&mut self.v4_on, addr.index);
        }
        true
    }

    /// Says whether it was there.
    pub(super) fn remove(&mut self, key: &Key) -> bool {
        let Some(addr) = self.all.remove(key) else {
            return false;
        };
        if let Some(homes) = self.homes.get_mut(&addr.local) {
            if let Some(at) = homes.iter().position(|index| *index == addr.index) {
                homes.swap_remove(at);
            }
            if homes.is_empty() {
                self.homes.remove(&addr.local);
            }
        }
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
        let keys = self.all.keys();
        keys.filter(|key| key.0 == index).copied().collect()
    }
}
