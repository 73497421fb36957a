//! The sockets that a vhost listens with on the network.

use crate::conn::error::Error;
use crate::conn::vhost::{Listen, Vhost};
use crate::log::log_info;
use crate::sys::net;
use socket2::{Domain, SockAddr, Socket, Type};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::AsRawFd;

/// How many other ports to try when the one that the system chose is taken for IPv6.
const OTHER_PORTS: usize = 8;

/// The families that a vhost listens with. One IPv6 socket may take IPv4 as well.
pub(super) fn families(l: &Listen) -> impl Iterator<Item = bool> + '_ {
    [false, true].into_iter().filter(|v6| match v6 {
        true => l.ipv6,
        false => l.v6_only.is_none() || !l.ipv6,
    })
}

/// One socket for IPv4 and one for IPv6, or the one that was asked for; none as long as the address
/// or the interface is not there.
pub(super) fn all(vhost: &Vhost, l: &Listen) -> Result<Vec<Socket>, Error> {
    // They stay until the end, so that no port comes twice.
    let mut unfit = Vec::new();
    loop {
        let mut sockets = Vec::new();
        match open_families(vhost, l, &mut sockets) {
            Ok(()) => return Ok(sockets),
            // The system chose a port for IPv4 that somebody has for IPv6.
            Err(e)
                if l.port == 0
                    && e.kind() == io::ErrorKind::AddrInUse
                    && !sockets.is_empty()
                    && unfit.len() < OTHER_PORTS =>
            {
                unfit.push(sockets);
            }
            Err(why) => return Err(Error::Listen { port: l.port, why }),
        }
    }
}

fn open_families(vhost: &Vhost, l: &Listen, sockets: &mut Vec<Socket>) -> io::Result<()> {
    for v6 in families(l) {
        let port = sockets.last().and_then(port_of).unwrap_or(l.port);
        let Some(address) = address(l, v6, port) else {
            continue;
        };
        match one(vhost, l, v6, &address) {
            Ok(s) => sockets.push(s),
            Err(e) if is_absent(&e) => {}
            // A kernel without IPv6 serves those it can.
            Err(e) if v6 && e.raw_os_error() == Some(libc::EAFNOSUPPORT) && !sockets.is_empty() => {
                log_info!(vhost.log, "not listening on IPv6: {e}");
            }
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

pub(super) fn port_of(socket: &Socket) -> Option<u16> {
    Some(socket.local_addr().ok()?.as_socket()?.port())
}

/// Whether it failed because the host does not have the address or the interface.
pub(super) fn is_absent(e: &io::Error) -> bool {
    matches!(e.raw_os_error(), Some(libc::EADDRNOTAVAIL | libc::ENODEV))
}

/// What to bind to, as things are now; `None` when there is nothing of that family.
pub(super) fn address(l: &Listen, v6: bool, port: u16) -> Option<SockAddr> {
    let Some(name) = &l.iface else {
        let any: SocketAddr = if v6 {
            (Ipv6Addr::UNSPECIFIED, port).into()
        } else {
            (Ipv4Addr::UNSPECIFIED, port).into()
        };
        return Some(any.into());
    };
    match net::parse(name, port) {
        Some(a) => Some(a).filter(|a| (a.domain() == Domain::IPV6) == v6),
        None => net::of_interface(name, v6, port),
    }
}

/// Opens one socket.
pub(super) fn one(vhost: &Vhost, l: &Listen, v6: bool, address: &SockAddr) -> io::Result<Socket> {
    let socket = net::socket(address.domain(), Type::STREAM)?;
    socket.set_reuse_address(true)?;
    if l.share {
        socket.set_reuse_port(true)?;
    }
    if v6 {
        socket.set_only_v6(l.v6_only.unwrap_or(true))?;
    }
    match vhost.bind_device(&socket, address.domain()) {
        Err(e) if !is_absent(&e) => return Err(vhost.device_failed(&e)),
        bound => bound?,
    }
    socket.bind(address)?;
    if l.fast_open != 0 {
        let named = |e: io::Error| io::Error::new(e.kind(), format!("fo_listen_queue: {e}"));
        net::set_fast_open(&socket, l.fast_open).map_err(named)?;
    }
    socket.listen(super::BACKLOG)?;
    Ok(socket)
}

/// Whether a socket listens elsewhere than a new one for `address` would: the interface has another
/// address, or is another one of the same name.
pub(super) fn is_outdated(vhost: &Vhost, socket: &Socket, address: &SockAddr) -> bool {
    let elsewhere = match (local(socket), address.as_socket()) {
        (Some(SocketAddr::V4(a)), Some(SocketAddr::V4(b))) => a.ip() != b.ip(),
        (Some(SocketAddr::V6(a)), Some(SocketAddr::V6(b))) => {
            a.ip() != b.ip() || a.scope_id() != b.scope_id()
        }
        _ => false,
    };
    let device = || {
        let name = vhost.set.iface.as_ref()?.to_str().ok()?;
        net::index_of(name)
    };
    let replaced =
        || vhost.set.bind_device && device().is_some_and(|d| d != net::bound_device(socket));
    elsewhere || replaced()
}

fn local(socket: &Socket) -> Option<SocketAddr> {
    debug_assert!(socket.as_raw_fd() >= 0);
    socket.local_addr().ok()?.as_socket()
}
