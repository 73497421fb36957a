//! What is known of the way to an address before and after an attempt: the source, the gateway, the
//! network.

use super::outgoing;
use super::wsi::Wsi;
use crate::cao::attempt::Path;
use crate::cao::order::Candidate;
use crate::conn::conns::Conns;
#[cfg(feature = "LWS_WITH_NETLINK")]
use crate::conn::conns::Way;
#[cfg(feature = "LWS_WITH_NETLINK")]
use crate::route::monitor::Monitor;
#[cfg(feature = "LWS_WITH_NETLINK")]
use crate::route::types::{Flow, Verdict};
use crate::sys::tcp;
use core::net::{IpAddr, Ipv6Addr, SocketAddr};
use socket2::Domain;
use std::io;

/// Flags of an address (`linux/if_addr.h`).
const IFA_F_HOMEADDRESS: u32 = 0x10;
const IFA_F_DEPRECATED: u32 = 0x20;

/// Looks at the way to an address, without sending anything.
pub(super) fn look(
    conns: &Conns,
    wsi: &Wsi,
    dest: SocketAddr,
    partition: u64,
) -> (Candidate, Path) {
    let mut c = Candidate::new(dest);
    let mut path = Path {
        partition,
        ..Path::to(dest)
    };
    let domain = Domain::for_address(dest);
    let source = tcp::source_for(dest, |socket| {
        outgoing::place(wsi, socket, domain, Some(dest.ip()))
            .map_err(|_| io::Error::from_raw_os_error(libc::EADDRNOTAVAIL))
    });
    note_source(conns, &mut c, &mut path, source);
    (c, path)
}

/// Notes where the kernel would send from, or why it would not.
fn note_source(conns: &Conns, c: &mut Candidate, path: &mut Path, source: io::Result<SocketAddr>) {
    match source {
        Ok(source) => {
            c.source = Some(source.ip());
            let flags = fill(conns, path, source.ip());
            c.source_len = path.source_len;
            c.deprecated = flags & IFA_F_DEPRECATED != 0;
            c.home = flags & IFA_F_HOMEADDRESS != 0;
        }
        Err(e) => c.unreachable = Some(e.raw_os_error().unwrap_or(libc::ENETUNREACH)),
    }
}

/// Looks at the way to an address for no connection in particular, and at what is known of it.
pub(super) fn look_plain(conns: &Conns, dest: SocketAddr) -> Candidate {
    let mut c = Candidate::new(dest);
    let mut path = Path::to(dest);
    let source = tcp::source_for(dest, |_| Ok(()));
    note_source(conns, &mut c, &mut path, source);
    c.standing = conns.races().paths.borrow().look(&path);
    c
}

/// Whether IPv6 addresses are worth waiting for: the host has an IPv6 route to the internet, and the
/// attempts over it in this network did not all fail lately.
pub(super) fn prefers_six(conns: &Conns) -> bool {
    const INTERNET: Ipv6Addr = Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 1);
    let c = look_plain(conns, SocketAddr::from((INTERNET, 443)));
    c.unreachable.is_none() && !c.standing.suspect
}

/// Notes the source address that the kernel gave the socket of an attempt.
pub(super) fn settle(conns: &Conns, racer: &Wsi) {
    let Some(mut path) = racer.racer.borrow().as_ref().map(|r| r.attempt.path) else {
        return;
    };
    from_socket(conns, racer, &mut path);
    if let Some(r) = racer.racer.borrow_mut().as_mut() {
        r.attempt.path = path;
    }
}

/// Takes the source of a socket that is connected, or connects.
pub(super) fn from_socket(conns: &Conns, racer: &Wsi, path: &mut Path) {
    let Some(io) = racer.io() else { return };
    let local = io.socket().and_then(|s| s.local_addr().ok()?.as_socket());
    if let Some(local) = local.filter(|l| Some(l.ip()) != path.source) {
        fill(conns, path, local.ip());
    }
}

/// Notes the source of a path and what follows from it. Returns the flags of that address.
pub(super) fn fill(conns: &Conns, path: &mut Path, source: IpAddr) -> u32 {
    let way = conns.way(path.dest, source);
    path.source = Some(source);
    path.source_len = way.source_len.unwrap_or(path.source_len);
    path.ifindex = way.ifindex;
    path.gateway = way.gateway;
    let gateway = path.gateway.map(|ip| (ip, &[][..]));
    let paths = conns.races().paths.borrow();
    path.network = paths.network(&way.interface, gateway, Some((source, path.source_len)));
    way.source_flags
}

/// What the copy of the routing tables knows of the way from a source to a destination.
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(super) fn way(routes: &Monitor, dest: SocketAddr, source: IpAddr) -> Way {
    let source = source.to_canonical();
    let mut flow = Flow::to(dest.ip().to_canonical());
    flow.src = Some(source);
    if let SocketAddr::V6(v6) = dest {
        flow.oif = v6.scope_id();
    }
    let leg = routes.ask_copy(&flow, |verdict| match verdict {
        Verdict::Reachable(path) => path.legs.as_slice().first().copied(),
        _ => None,
    });
    let leg = leg.flatten().unwrap_or_default();
    routes.with_copy(|copy, _| {
        let address = copy.addresses().find(|a| a.local == source);
        let link = copy.links.get(&leg.index);
        Way {
            ifindex: leg.index,
            interface: link.map_or([0; 16], |l| l.name.bytes),
            gateway: leg.gateway,
            source_len: address.map(|a| a.prefix_len),
            source_flags: address.map_or(0, |a| a.flags),
        }
    })
}
