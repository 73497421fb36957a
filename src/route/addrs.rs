//! The addresses of the host.
#![forbid(unsafe_code)]

use core::net::IpAddr;
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

/// All addresses.
#[derive(Default)]
pub(super) struct Addrs {
    all: FxHashMap<Key, Addr>,
    /// The interfaces that have an address, one entry for each time.
    homes: FxHashMap<IpAddr, Vec<u32>>,
    /// How many IPv4 addresses an interface has.
    v4_on: FxHashMap<u32, u32>,
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

    /// Says whether it was not there.
    pub(super) fn add(&mut self, addr: &Addr) -> bool {
        if self.all.insert(key(addr), addr.clone()).is_some() {
            return false;
        }
        self.homes.entry(addr.local).or_default().push(addr.index);
        if addr.local.is_ipv4() {
            let n = self.v4_on.entry(addr.index).or_default();
            *n = n.saturating_add(1);
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
        if addr.local.is_ipv4()
            && let Some(n) = self.v4_on.get_mut(&addr.index)
        {
            *n = n.saturating_sub(1);
            if *n == 0 {
                self.v4_on.remove(&addr.index);
            }
        }
        true
    }

    /// Those on an interface.
    pub(super) fn on(&self, index: u32) -> Vec<Key> {
        let keys = self.all.keys();
        keys.filter(|key| key.0 == index).copied().collect()
    }
}
