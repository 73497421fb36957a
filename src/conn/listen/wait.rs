//! Vhosts whose address or interface is not there yet, has gone or has changed: they listen when it
//! comes.
//!
//! Routing tells when addresses or links change. Without it, and for errors that routing does not
//! tell the end of, a timer looks again every [`AGAIN_US`] as long as some vhost waits.

use super::open;
use super::take_up;
use crate::conn::close;
use crate::conn::conns::Conns;
use crate::conn::vhost::{Listen, Vhost};
use crate::log::{log_err, log_notice};
use crate::sys::timer::Timer;
use core::cell::Cell;
use std::rc::Rc;

/// How long after a change of addresses or links to look: they come in groups.
#[cfg(feature = "LWS_WITH_NETLINK")]
const SETTLE_US: i64 = 10_000;
/// How often to look where nobody tells.
const AGAIN_US: i64 = 1_000_000;

/// When to look at the vhosts of a context again.
pub(crate) struct Looking {
    timer: Timer<Conns>,
    /// Whether the timer is armed for a change.
    soon: Cell<bool>,
}

impl Default for Looking {
    fn default() -> Self {
        Self {
            timer: Timer::new(|conns: &Conns, _| look(conns)),
            soon: Cell::new(false),
        }
    }
}

impl Drop for Looking {
    fn drop(&mut self) {
        self.timer.cancel();
    }
}

/// Addresses or links of the host have changed.
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) fn addresses_changed(conns: &Conns) {
    let looking = &conns.table.looking;
    if !looking.soon.get() && conns.all_vhosts().iter().any(|v| follows(v)) {
        looking.soon.set(true);
        looking.timer.arm(conns, 0, SETTLE_US);
    }
}

/// Has the vhosts looked at again, now that one of them waits.
pub(super) fn later(conns: &Conns) {
    let looking = &conns.table.looking;
    if !looking.soon.get() {
        looking.timer.arm(conns, 0, AGAIN_US);
    }
}

/// Whether a change of addresses can make a difference to it.
fn follows(vhost: &Vhost) -> bool {
    let accepts = !vhost.listening.shares.get();
    let Some(l) = vhost.set.listen.as_ref().filter(|l| !l.unix && accepts) else {
        return false;
    };
    let by_name = l
        .iface
        .as_ref()
        .is_some_and(|i| crate::sys::net::parse(i, 0).is_none());
    vhost.listening.waits.get() || by_name || vhost.set.bind_device
}

fn look(conns: &Conns) {
    conns.table.looking.soon.set(false);
    if conns.deprecated.get() {
        return;
    }
    let mut unsure = false;
    for vhost in conns.all_vhosts() {
        if let Some(l) = &vhost.set.listen {
            if !vhost.gone.get() && follows(&vhost) {
                renew(conns, &vhost, l);
                unsure |= vhost.listening.waits.get() && !is_told(conns, &vhost);
            }
        }
    }
    if unsure {
        later(conns);
    }
}

/// Whether routing will tell when it is worth trying again.
pub(super) fn is_told(conns: &Conns, vhost: &Vhost) -> bool {
    conns.hears_of_addresses() && !vhost.listening.failed.get()
}

/// Opens what the vhost lacks, and replaces what listens elsewhere by now.
fn renew(conns: &Conns, vhost: &Rc<Vhost>, l: &Listen) {
    let mut missing = false;
    let mut failed = false;
    for v6 in open::families(l) {
        let port = u16::try_from(vhost.listen_port.get()).unwrap_or(l.port);
        let before = super::of_family(conns, vhost, v6);
        let Some(address) = open::address(l, v6, port) else {
            missing |= before.is_none();
            continue;
        };
        let current = before.as_ref().is_some_and(|w| {
            let io = w.io();
            let socket = io.as_ref().and_then(|io| io.socket());
            socket.is_some_and(|s| !open::is_outdated(vhost, s, &address))
        });
        if current {
            continue;
        }
        match open::one(vhost, l, v6, &address) {
            Ok(socket) => {
                let place = address.as_socket();
                if let Err(why) = take_up(conns, vhost, socket) {
                    log_err!(vhost.log, "vhost {:?}: {why}", vhost.name());
                    failed = true;
                    continue;
                }
                if let Some(place) = place {
                    log_notice!(
                        vhost.log,
                        "vhost {:?}: listens on {place} now",
                        vhost.name()
                    );
                }
                if let Some(before) = before {
                    close::now(conns, &before);
                }
            }
            Err(e) if open::is_absent(&e) => missing |= before.is_none(),
            Err(e) => {
                failed = true;
                if !vhost.listening.failed.get() {
                    log_err!(
                        vhost.log,
                        "vhost {:?}: port: cannot listen on {port}: {e}; trying again",
                        vhost.name()
                    );
                }
            }
        }
        if vhost.gone.get() {
            return;
        }
    }
    vhost.listening.failed.set(failed);
    // One that listens with one family waits for the other by the news of its interface alone.
    let nowhere = !vhost.listening.somewhere(conns);
    vhost.listening.waits.set(failed || (missing && nowhere));
}
