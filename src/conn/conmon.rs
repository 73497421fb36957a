//! What is measured while a client connection comes about: `lws-conmon.h`.

use super::wsi::Wsi;
#[cfg(feature = "LWS_ROLE_H1")]
use crate::abi::conmon::lws_conmon_pcol;
use crate::abi::conmon::{
    lws_conmon, lws_conmon_dns_disposition as Disposition, lws_conmon_http,
    lws_conmon_pcol_specific,
};
use crate::cao::attempt::Attempt;
use crate::sys::addrinfo::Chain;
use crate::sys::sa46;
use core::cell::{Cell, RefCell};
use core::ffi::CStr;
use core::net::{IpAddr, SocketAddr};
use core::ptr::null_mut;
use std::ffi::CString;

/// A name's addresses, as they come.
struct Results {
    name: CString,
    addresses: Vec<IpAddr>,
    /// The same as C has them, once it has asked.
    chain: Option<Chain>,
}

/// What a client has shown so far.
pub(crate) struct Conmon {
    figures: Cell<lws_conmon>,
    /// When what is measured now began: the look-up of its name, the connect() of a unix socket, the
    /// handshake of its session, the wait for an answer. Microseconds; 0: nothing is.
    since: Cell<i64>,
    /// The addresses, if the program wants them and has not taken them.
    results: RefCell<Option<Results>>,
}

/// A length of time as C has it. What has happened took something.
fn interval(us: i64) -> u32 {
    u32::try_from(us.max(1)).unwrap_or(u32::MAX)
}

impl Conmon {
    /// `name`: that of the peer, if the program wants its addresses.
    pub(super) fn new(name: Option<&CStr>) -> Self {
        Self {
            figures: Cell::new(nothing()),
            since: Cell::new(0),
            results: RefCell::new(name.map(|name| Results {
                name: name.to_owned(),
                addresses: Vec::new(),
                chain: None,
            })),
        }
    }

    fn change(&self, change: impl FnOnce(&mut lws_conmon)) {
        let mut figures = self.figures.get();
        change(&mut figures);
        self.figures.set(figures);
    }

    /// The peer's name is looked up from now on.
    pub(super) fn asks(&self, now: i64) {
        self.since.set(now);
    }

    /// What came of that, or of a part of it.
    pub(super) fn answered(&self, now: i64, what: Disposition, addresses: &[SocketAddr]) {
        let asked = self.since.take();
        self.change(|f| {
            f.dns_disposition = what as u32;
            if asked != 0 {
                f.ciu_dns = interval(now.saturating_sub(asked));
            }
        });
        let mut results = self.results.borrow_mut();
        let Some(results) = results.as_mut() else {
            return;
        };
        for ip in addresses.iter().map(SocketAddr::ip) {
            if !results.addresses.contains(&ip) && results.addresses.try_reserve(1).is_ok() {
                results.addresses.push(ip);
                results.chain = None;
            }
        }
    }

    /// An attempt to connect to this peer begins.
    pub(super) fn tries(&self, peer: SocketAddr) {
        self.change(|f| {
            f.peer46 = sa46::from_std(peer);
            f.ciu_sockconn = 0;
            f.ciu_tls = 0;
        });
    }

    /// An attempt has ended. The one that won is told of last.
    pub(super) fn tried(&self, peer: SocketAddr, a: &Attempt) {
        self.change(|f| {
            f.peer46 = sa46::from_std(peer);
            f.ciu_sockconn = a.took_us.saturating_sub(a.tls_us).max(1);
            f.ciu_tls = a.tls_us;
        });
    }

    /// The socket of a unix peer begins to connect.
    pub(super) fn begins(&self, now: i64) {
        self.since.set(now);
    }

    /// It is connected, or has failed.
    pub(super) fn ends(&self, now: i64) {
        let us = now.saturating_sub(self.since.take());
        self.change(|f| f.ciu_sockconn = interval(us));
    }

    /// Its session goes on with the handshake.
    pub(super) fn secures(&self, now: i64) {
        if self.since.get() == 0 {
            self.since.set(now);
        }
    }

    /// That is over, well or not.
    pub(super) fn secured(&self, now: i64) {
        let us = now.saturating_sub(self.since.take());
        self.change(|f| f.ciu_tls = interval(us));
    }

    /// A request of HTTP has been written.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(super) fn requested(&self, now: i64) {
        self.since.set(now);
    }

    /// The first bytes of an answer to that have come, of which these may be more.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(super) fn answers(&self, now: i64) {
        let since = self.since.take();
        if since != 0 {
            self.change(|f| f.ciu_txn_resp = interval(now.saturating_sub(since)));
        }
    }

    /// Its head is there.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(super) fn responded(&self, status: u16) {
        self.change(|f| {
            f.pcol = lws_conmon_pcol::LWSCONMON_PCOL_HTTP as u32;
            f.protocol_specific = lws_conmon_pcol_specific {
                http: lws_conmon_http {
                    response: status.into(),
                },
            };
        });
    }

    /// All of it as C has it, which is valid until the next call and the end of the connection.
    #[cfg(feature = "LWS_WITH_CAO")]
    pub(crate) fn view(&self) -> *const lws_conmon {
        let mut results = self.results.borrow_mut();
        let chain = results.as_mut().and_then(Results::chain);
        let first = chain.map_or(null_mut(), |c| c.first().cast_mut());
        self.change(|f| f.dns_results_copy = first);
        self.figures.as_ptr()
    }

    /// All of it. The addresses are the caller's from then on.
    fn take(&self) -> lws_conmon {
        let mut figures = self.figures.get();
        let results = self.results.take();
        let chain = results.and_then(|mut r| r.chain().cloned());
        figures.dns_results_copy = chain.map_or(null_mut(), |c| c.give().cast_mut());
        figures
    }
}

impl Results {
    fn chain(&mut self) -> Option<&Chain> {
        if self.chain.is_none() {
            self.chain = Chain::new(self.name.to_bytes(), &self.addresses);
        }
        self.chain.as_ref()
    }
}

fn nothing() -> lws_conmon {
    lws_conmon {
        peer46: sa46::none(),
        protocol_specific: lws_conmon_pcol_specific {
            http: lws_conmon_http { response: 0 },
        },
        dns_results_copy: null_mut(),
        ciu_dns: 0,
        ciu_sockconn: 0,
        ciu_tls: 0,
        ciu_txn_resp: 0,
        pcol: 0,
        dns_disposition: 0,
    }
}

/// What a connection has shown, for the program to keep. Of one that the program did not open, that is
/// its peer.
pub(crate) fn take(wsi: &Wsi) -> lws_conmon {
    if let Some(conmon) = wsi.conmon.get() {
        return conmon.take();
    }
    let mut figures = nothing();
    let peer = wsi.io().and_then(|io| io.socket()?.peer_addr().ok());
    if let Some(peer) = peer.and_then(|p| p.as_socket()) {
        figures.peer46 = sa46::from_std(peer);
    }
    figures
}
