//! Leases as the interface has them: addresses, routes and the MTU that the kernel is given, ARP
//! announcements, the address kept for the next start.

use super::{AT_ONCE, Iface};
use crate::abi::smd::LWSSMDCL_NETWORK;
use crate::dhcp::client::Loss;
use crate::dhcp::config::{self, Place, Step};
use crate::dhcp::lease::Lease;
use crate::dhcp::{arp, report};
use crate::log::{log_notice, log_warn};
use crate::route::wire::change;
use crate::sys::clock;
use crate::sys::netlink::Netlink;
use crate::sys::packet::{self, EVERYBODY, Hears, Packet};
use crate::util::file;
use core::ffi::CStr;
use core::net::Ipv4Addr;
use core::time::Duration;
use std::io;

/// How long the kernel may take for one change.
const PATIENCE: Duration = Duration::from_secs(1);

impl Iface {
    /// Sends one request to the kernel and waits for its answer, which is made at once.
    pub(super) fn ask(&self, request: impl FnOnce(u32) -> Vec<u8>) -> io::Result<()> {
        const SEQ: u32 = 1;
        let kernel = Netlink::for_questions(PATIENCE)?;
        kernel.send(&request(SEQ))?;
        let mut buffer = Vec::new();
        for _ in 0..AT_ONCE {
            let got = kernel.read(&mut buffer)?;
            match change::answer(&buffer, SEQ) {
                Some(0) if got.from_kernel => return Ok(()),
                Some(e) if got.from_kernel => return Err(io::Error::from_raw_os_error(e)),
                _ => {}
            }
        }
        Err(io::ErrorKind::TimedOut.into())
    }

    /// Brings the interface from what `before` gave to what `after` gives. Stops at the first step
    /// that adds something and fails; what takes something away may find it gone.
    pub(super) fn configure(
        &self,
        before: Option<&Lease>,
        after: Option<&Lease>,
    ) -> io::Result<()> {
        let Some(found) = self.found.get() else {
            // It took everything along.
            return match after {
                Some(_) => Err(io::ErrorKind::NotFound.into()),
                None => Ok(()),
            };
        };
        let place = Place {
            index: found.index,
            metric: self.settings.metric,
        };
        for step in config::steps(place, before, after, clock::now_us()) {
            let done = match step {
                Step::AddAddress(a) => self.ask(|seq| change::add_address(&a, seq)),
                Step::AddWay(w) => self.ask(|seq| change::add_way(&w, seq)),
                Step::TakeAddress(a) => {
                    let _ = self.ask(|seq| change::take_address(&a, seq));
                    Ok(())
                }
                Step::TakeWay(w) => {
                    let _ = self.ask(|seq| change::take_way(&w, seq));
                    Ok(())
                }
                Step::Mtu(mtu) => {
                    self.set_mtu(found, mtu);
                    Ok(())
                }
            };
            done?;
        }
        self.intact.set(after.is_some());
        Ok(())
    }

    fn set_mtu(&self, found: packet::Interface, mtu: Option<u16>) {
        let wanted = match mtu {
            Some(mtu) => {
                if self.mtu.get().is_none() {
                    self.mtu.set(Some(found.mtu));
                }
                Some(u32::from(mtu))
            }
            None => self.mtu.take(),
        };
        if let Some(mtu) = wanted {
            if let Err(e) = self.ask(|seq| change::set_mtu(found.index, mtu, seq)) {
                log_warn!(self.core.log, "dhcp {}: MTU {mtu}: {e}", self.shown());
            }
        }
    }

    /// Gives the interface a lease. False: it does not take it.
    pub(super) fn apply(&self, lease: &Lease, before: Option<&Lease>) -> bool {
        if let Err(e) = self.configure(before, Some(lease)) {
            self.complain(format_args!("cannot be given {}: {e}", lease.address));
            return false;
        }
        self.complained.set(false);
        self.client.borrow_mut().applied();
        log_notice!(
            self.core.log,
            "dhcp {}: {}/{} from {}",
            self.shown(),
            lease.address,
            lease.bits,
            lease.server
        );
        self.announce(lease.address);
        self.remember(lease.address);
        self.core.publish(
            LWSSMDCL_NETWORK as u32,
            &report::acquired(&self.name, lease),
        );
        self.tell_host();
        self.tell(lease);
        true
    }

    /// Tells the hosts on the link who has the address now, which may be in their ARP caches as
    /// another's (RFC 5227 section 2.3).
    fn announce(&self, ip: Ipv4Addr) {
        let Some(found) = self.found.get() else {
            return;
        };
        if let (Some(mac), Ok(s)) = (found.mac, Packet::open(found.index, Hears::Arp)) {
            let _ = s.send(EVERYBODY, &arp::announcement(mac, ip));
        }
    }

    /// Tells the program.
    pub(super) fn tell(&self, lease: &Lease) {
        let mac = self.found.get().and_then(|f| f.mac).unwrap_or_default();
        if let (Some(cb), false) = (&self.callback, self.gone.get()) {
            cb.call(&mut report::ifstate(&self.name, mac, lease));
        }
    }

    /// Takes a lease away from the interface.
    pub(super) fn withdraw(&self, lease: &Lease, why: Loss) {
        // It fails where the kernel has forgotten it already.
        let _ = self.configure(Some(lease), None);
        if why == Loss::Conflict || why == Loss::Refused {
            self.forget();
        }
        log_notice!(
            self.core.log,
            "dhcp {}: {} lost: {}",
            self.shown(),
            lease.address,
            why.word()
        );
        self.core.publish(
            LWSSMDCL_NETWORK as u32,
            &report::lost(&self.name, lease, why),
        );
        self.tell_host();
    }

    // ---- the address from one start to the next

    fn remember(&self, ip: Ipv4Addr) {
        let Some(path) = &self.settings.file else {
            return;
        };
        if remembered(path) == Some(ip) {
            return;
        }
        if let Err(e) = file::replace(path, format!("{ip}\n").as_bytes(), true) {
            log_warn!(self.core.log, "dhcp {}: lease file: {e}", self.shown());
        }
    }

    fn forget(&self) {
        if let Some(path) = &self.settings.file {
            let _ = file::replace(path, b"", true);
        }
    }
}

/// The address that a lease file has: its first line.
pub(super) fn remembered(path: &CStr) -> Option<Ipv4Addr> {
    let mut text = [0; 64];
    let len = file::read(path, &mut text).ok()?;
    let text = core::str::from_utf8(text.get(..len)?).ok()?;
    text.trim().parse().ok()
}
