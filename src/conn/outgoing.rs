//! Sockets of clients before they connect: their options, the interface or address that they are bound
//! to, and what connect() says.

use super::client::{self, Origin};
use super::error::Error;
use super::wsi::Wsi;
use crate::sys::net;
use core::ffi::CStr;
use socket2::{Domain, SockAddr, Socket, TcpKeepalive, Type};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// Whether the kernel goes on connecting; interrupted, it does so as well.
pub(super) fn is_pending(e: &io::Error) -> bool {
    e.raw_os_error() == Some(libc::EINPROGRESS) || e.kind() == io::ErrorKind::Interrupted
}

/// A link-local address is one of an interface: where none is given, that is the one to come from.
pub(super) fn scoped(address: SockAddr, iface: Option<&CStr>) -> SockAddr {
    let Some(SocketAddr::V6(mut v6)) = address.as_socket() else {
        return address;
    };
    if v6.scope_id() == 0 && v6.ip().is_unicast_link_local() {
        v6.set_scope_id(
            iface
                .and_then(|name| net::index_of(name.to_str().ok()?))
                .unwrap_or(0),
        );
    }
    v6.into()
}

fn is_link_local(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V6(v6) if v6.is_unicast_link_local())
}

/// A socket for an attempt, or what is wrong.
pub(super) fn open(wsi: &Wsi, address: &SockAddr) -> Result<Socket, Error> {
    let domain = address.domain();
    let socket = net::socket(domain, Type::STREAM).map_err(Error::Socket)?;
    tune(wsi, &socket, domain).map_err(Error::Socket)?;
    let ip = address.as_socket().map(|a| a.ip());
    place(wsi, &socket, domain, ip)?;
    Ok(socket)
}

/// Binds and marks a socket as the client's are to be that connect to `peer`.
pub(super) fn place(
    wsi: &Wsi,
    socket: &Socket,
    domain: Domain,
    peer: Option<IpAddr>,
) -> Result<(), Error> {
    let is_link_local = peer.is_some_and(is_link_local);
    let vhost = &wsi.vhost;
    vhost
        .bind_device(socket, domain)
        .map_err(|e| Error::Device(vhost.device_failed(&e)))?;
    let Origin { iface, marks } = client::origin(wsi);
    marks.apply(socket, domain).map_err(Error::Socket)?;
    let Some(name) = iface.filter(|_| domain != Domain::UNIX) else {
        return Ok(());
    };
    let local = net::parse(&name, 0)
        .filter(|a| a.domain() == domain)
        .or_else(|| {
            if is_link_local {
                net::link_local_of(&name)
            } else {
                net::of_interface(&name, domain == Domain::IPV6, 0)
            }
        });
    let Some(local) = local else {
        let family = if domain == Domain::IPV6 {
            "IPv6"
        } else {
            "IPv4"
        };
        return Err(Error::NoInterface {
            name: name.to_string_lossy().into_owned(),
            family,
        });
    };
    socket.bind(&local).map_err(|why| Error::Interface {
        name: name.to_string_lossy().into_owned(),
        why,
    })
}

/// What every stream socket of a vhost has.
pub(super) fn tune(wsi: &Wsi, socket: &Socket, domain: Domain) -> io::Result<()> {
    if domain == Domain::UNIX {
        return Ok(());
    }
    socket.set_tcp_nodelay(true)?;
    let ka = wsi.vhost.set.keep_alive;
    if ka.time != 0 {
        let mut k = TcpKeepalive::new()
            .with_time(Duration::from_secs(ka.time))
            .with_interval(Duration::from_secs(ka.interval));
        if ka.probes != 0 {
            k = k.with_retries(ka.probes);
        }
        socket.set_tcp_keepalive(&k)?;
        // Probes are not sent while output is not acknowledged.
        let dead = ka
            .time
            .saturating_add(ka.interval.saturating_mul(u64::from(ka.probes)));
        socket.set_tcp_user_timeout(Some(Duration::from_secs(dead)))?;
    }
    Ok(())
}

/// What CLIENT_CONNECTION_ERROR says of an error of connect().
pub(super) fn errno_text(e: &io::Error) -> String {
    match e.raw_os_error() {
        Some(errno) => format!("conn fail: {errno}"),
        None => format!("conn fail: {e}"),
    }
}
