//! What has changed since connections were last looked at.
#![forbid(unsafe_code)]

use super::types::Prefix;
use core::net::IpAddr;

/// What may have changed.
#[derive(Default)]
pub(crate) struct Touched {
    /// Routes to these.
    prefixes: Vec<Prefix>,
    /// These interfaces.
    links: Vec<u32>,
    /// These addresses went.
    addrs: Vec<IpAddr>,
    /// Routes that make addresses the host's.
    homes: Vec<Prefix>,
    /// Anything.
    all: bool,
}

/// More changed prefixes than this are a change of everything.
const MANY: usize = 256;

impl Touched {
    pub(super) fn prefix(&mut self, p: Prefix) {
        // A default route may concern everybody.
        if p.len == 0 || self.prefixes.len() >= MANY {
            self.everything();
        } else if !self.all && self.prefixes.last() != Some(&p) {
            self.prefixes.push(p);
        }
    }

    pub(super) fn link(&mut self, index: u32) {
        if self.links.len() >= MANY {
            self.everything();
        } else if !self.all && !self.links.contains(&index) {
            self.links.push(index);
        }
    }

    pub(super) fn addr(&mut self, ip: IpAddr) {
        if self.addrs.len() >= MANY {
            self.everything();
        } else if !self.addrs.contains(&ip) {
            self.addrs.push(ip);
        }
    }

    pub(super) fn home(&mut self, p: Prefix) {
        if self.homes.len() >= MANY {
            self.everything();
        } else {
            self.homes.push(p);
        }
    }

    /// What that one says as well.
    pub(super) fn merge(&mut self, other: &Self) {
        for p in &other.prefixes {
            self.prefix(*p);
        }
        for index in &other.links {
            self.link(*index);
        }
        for ip in &other.addrs {
            self.addr(*ip);
        }
        for p in &other.homes {
            self.home(*p);
        }
        if other.all {
            self.everything();
        }
    }

    /// Which addresses went is asked all the same.
    pub(super) fn everything(&mut self) {
        self.all = true;
        self.prefixes = Vec::new();
        self.links = Vec::new();
    }

    /// Whether an address may have been the host's before.
    pub(super) fn took(&self, ip: IpAddr) -> bool {
        self.addrs.contains(&ip) || self.homes.iter().any(|p| p.contains(ip))
    }

    pub(super) fn nothing(&self) -> bool {
        !self.all && self.prefixes.is_empty() && !self.by_place()
    }

    /// Whether everything may have.
    pub(super) fn all(&self) -> bool {
        self.all
    }

    pub(super) fn prefixes(&self) -> &[Prefix] {
        &self.prefixes
    }

    pub(super) fn at(&self, link: u32) -> bool {
        self.links.contains(&link)
    }

    /// Whether it takes a look at every connection to find those it concerns.
    pub(super) fn by_place(&self) -> bool {
        !self.links.is_empty() || !self.addrs.is_empty() || !self.homes.is_empty()
    }
}
