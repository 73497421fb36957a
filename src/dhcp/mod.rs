//! The DHCPv4 client (RFC 2131): addresses for interfaces, kept valid.
//!
//! `frame`, `message` and `arp` are the bytes, `lease` is what was granted, `client` the machine that
//! gets and keeps it, `config` what it changes on the interface: none of them has a socket or a
//! clock. `iface` drives them for one interface. This file has all interfaces of a context.
#![forbid(unsafe_code)]
#![deny(clippy::arithmetic_side_effects)]

mod arp;
pub(crate) mod client;
#[cfg(test)]
mod client_tests;
mod config;
pub(crate) mod frame;
mod iface;
mod lease;
pub(crate) mod message;
#[cfg(test)]
mod message_tests;
mod report;

use crate::event::core::Core;
use crate::sys::callbacks::DhcpCallback;
use client::State;
use core::cell::{Cell, RefCell};
use core::net::Ipv4Addr;
use iface::Iface;
use std::ffi::{CStr, CString};
use std::rc::{Rc, Weak};

/// The lowest number that is a token of this room among the descriptors of the loop, and the one
/// behind the highest.
pub(crate) const TOKENS: core::ops::Range<u64> = 0x1000_0000..0x2000_0000;

/// What the client needs of those above. Called with nothing borrowed.
pub(crate) trait Host {
    /// An interface got a lease or lost it.
    fn leases_changed(&self);
}

/// What a program can choose for an interface.
#[derive(Clone)]
pub(crate) struct Settings {
    /// How long an address is looked for on the link before it is used, milliseconds; 0 for not at
    /// all.
    pub(crate) probe_ms: u32,
    /// Of the routes through gateways.
    pub(crate) metric: u32,
    /// Asks servers to broadcast their replies.
    pub(crate) broadcast: bool,
    /// When the request goes, the address stays and the server is told nothing.
    pub(crate) keep: bool,
    /// Option 12; empty for none.
    pub(crate) host_name: Vec<u8>,
    /// Option 61, type byte first; empty for the interface's hardware address.
    pub(crate) client_id: Vec<u8>,
    /// Where the address is remembered from one start to the next.
    pub(crate) file: Option<CString>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            probe_ms: 200,
            metric: 100,
            broadcast: false,
            keep: false,
            host_name: Vec::new(),
            client_id: Vec::new(),
            file: None,
        }
    }
}

/// What became of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Asked {
    Begun,
    /// There was one for the interface.
    Already,
    /// No memory, or no token left.
    NoRoom,
}

/// All that is requested of one context.
pub(crate) struct Dhcp {
    core: Rc<Core>,
    host: Weak<dyn Host>,
    all: RefCell<Vec<Rc<Iface>>>,
    /// The token of the next interface. They are not used twice, so that an event of one that has
    /// gone finds nobody.
    next: Cell<u64>,
}

impl Dhcp {
    pub(crate) fn new(core: Rc<Core>, host: Weak<dyn Host>) -> Self {
        Self {
            core,
            host,
            all: RefCell::new(Vec::new()),
            next: Cell::new(TOKENS.start),
        }
    }

    /// Begins to get an address for an interface, unless that is under way.
    pub(crate) fn request(
        &self,
        name: &CStr,
        settings: Settings,
        callback: Option<DhcpCallback>,
    ) -> Asked {
        if self.all.borrow().iter().any(|i| i.name() == name) {
            return Asked::Already;
        }
        let token = self.next.get();
        let Some(after) = token.checked_add(2).filter(|end| *end <= TOKENS.end) else {
            return Asked::NoRoom;
        };
        if self.all.borrow_mut().try_reserve(1).is_err() {
            return Asked::NoRoom;
        }
        self.next.set(after);
        let host = self.host.clone();
        let iface = Iface::new(&self.core, host, name.into(), settings, callback, token);
        self.all.borrow_mut().push(Rc::clone(&iface));
        iface.look();
        Asked::Begun
    }

    /// Ends the request for an interface, or all of them.
    pub(crate) fn remove(&self, name: Option<&CStr>) {
        let goes = |i: &Rc<Iface>| name.is_none_or(|name| i.name() == name);
        loop {
            let at = self.all.borrow().iter().position(goes);
            let Some(at) = at else { break };
            // Out of the list first: what it tells may ask for the same interface anew.
            let iface = self.all.borrow_mut().remove(at);
            iface.end();
        }
    }

    /// Whether one of the interfaces has a lease, and its first name server.
    pub(crate) fn status(&self) -> Option<Option<Ipv4Addr>> {
        self.all.borrow().iter().find_map(|i| i.name_server())
    }

    /// Whether an interface was requested and none has a lease: the system waits for it.
    pub(crate) fn holds(&self) -> bool {
        let all = self.all.borrow();
        !all.is_empty() && !all.iter().any(|i| i.has_lease())
    }

    /// Links of the machine have changed.
    pub(crate) fn links_changed(&self) {
        // A clone: what they tell may add or remove some.
        let all = self.all.borrow().clone();
        for iface in all {
            iface.look();
        }
    }

    /// A descriptor with a token of this room is ready.
    pub(crate) fn readable(&self, token: u64) {
        let found = self.all.borrow().iter().find(|i| i.has(token)).cloned();
        if let Some(iface) = found {
            iface.readable(token);
        }
    }

    /// The name servers of all leases, in the order of the requests.
    #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
    pub(crate) fn name_servers(&self) -> Vec<Ipv4Addr> {
        let all = self.all.borrow();
        all.iter().flat_map(|i| i.name_servers()).collect()
    }

    /// The state of an interface that is requested.
    pub(crate) fn state(&self, name: &CStr) -> Option<State> {
        let all = self.all.borrow();
        all.iter().find(|i| i.name() == name).map(|i| i.state())
    }
}
