//! Sockets that listen.

use super::dispatch::{again, update_interest, watch};
use super::vhost::{Listen, Vhost};
use super::wsi::{Phase, Role, Wsi};
use super::{adopt, timeout};
use crate::context::Context;
use crate::log::{log_err, log_info, log_warn};
use crate::sys::net::{self, Io};
use crate::sys::privs;
use core::ffi::CStr;
use core::ptr::null_mut;
use socket2::{Domain, SockAddr, Socket, Type};
use std::ffi::CString;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::AsRawFd;
use std::rc::Rc;

/// How many connections wait to be accepted, as the kernel limits it.
const BACKLOG: i32 = 4096;
/// How many are accepted in one pass, so that others have their turn.
const AT_ONCE: usize = 32;
/// How many other ports to try when the one that the system chose is taken for IPv6.
const OTHER_PORTS: usize = 8;
/// How long to leave them waiting when the process has no descriptor for them, microseconds.
const PAUSE_US: i64 = 100_000;

/// Starts to listen. Returns what went wrong in words.
pub(crate) fn open(cx: &Context, vhost: &Rc<Vhost>) -> Result<(), String> {
    let Some(l) = &vhost.set.listen else {
        return Ok(());
    };
    let sockets = if l.unix {
        vec![open_unix(l)?]
    } else {
        open_inet(vhost, l)?
    };
    let Some(protocol) = vhost.protocols().first().copied() else {
        return Err("protocols: listening needs one".into());
    };
    for s in sockets {
        let wsi = Wsi::new(
            cx,
            vhost,
            protocol,
            Role::Listen,
            false,
            Some(Io::Socket(s)),
        );
        let wsi = cx.conns.insert(wsi);
        // At the end its first protocol is told, as of any connection.
        wsi.announced.set(true);
        wsi.phase.set(Phase::Open);
        watch(cx, &wsi).map_err(|e| format!("port: cannot watch the socket: {e}"))?;
    }
    Ok(())
}

fn open_unix(l: &Listen) -> Result<Socket, String> {
    let path = l.iface.as_deref().unwrap_or(c"").to_bytes();
    let say = |what: &str, e: io::Error| format!("iface: {what}: {e}");
    if path.is_empty() {
        return Err("iface: the path of the unix socket is missing".into());
    }
    let address = net::unix(path).map_err(|e| say("path", e))?;
    let socket = net::socket(Domain::UNIX, Type::STREAM).map_err(|e| say("socket", e))?;
    let in_files = !path.starts_with(b"@");
    if in_files {
        // Left by one that listened here before.
        let _ = std::fs::remove_file(as_path(path));
    }
    socket.bind(&address).map_err(|e| say("bind", e))?;
    if in_files {
        if let Some(perms) = &l.unix_perms {
            give(path, perms)?;
        }
    }
    socket.listen(BACKLOG).map_err(|e| say("listen", e))?;
    Ok(socket)
}

fn as_path(path: &[u8]) -> &std::path::Path {
    use std::os::unix::ffi::OsStrExt;
    std::path::Path::new(std::ffi::OsStr::from_bytes(path))
}

/// Gives a unix socket to `user:group`, who may use it.
fn give(path: &[u8], perms: &CStr) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let unknown = || format!("unix_socket_perms: no such user or group: {perms:?}");
    let text = perms.to_str().map_err(|_| unknown())?;
    let (user, group) = text.split_once(':').ok_or_else(unknown)?;
    let user = CString::new(user)
        .ok()
        .and_then(|n| privs::user(&n))
        .ok_or_else(unknown)?;
    let group = CString::new(group)
        .ok()
        .and_then(|n| privs::group(&n))
        .ok_or_else(unknown)?;
    let say = |e: io::Error| format!("unix_socket_perms: {e}");
    net::chown(path, Some(user.uid), Some(group)).map_err(say)?;
    std::fs::set_permissions(as_path(path), std::fs::Permissions::from_mode(0o660)).map_err(say)
}

/// One socket for IPv4 and one for IPv6, or the one that was asked for.
fn open_inet(vhost: &Rc<Vhost>, l: &Listen) -> Result<Vec<Socket>, String> {
    // They stay until the end, so that no port comes twice.
    let mut unfit = Vec::new();
    loop {
        let mut sockets = Vec::new();
        let result = open_families(vhost, l, &mut sockets);
        match result {
            Ok(()) if sockets.is_empty() => {
                return Err("iface: no such address or interface".into());
            }
            Ok(()) => {
                let bound = sockets.last().and_then(port_of).unwrap_or(l.port);
                vhost.listen_port.set(i32::from(bound));
                return Ok(sockets);
            }
            // The system chose a port for IPv4 that somebody has for IPv6.
            Err(e)
                if l.port == 0
                    && e.kind() == io::ErrorKind::AddrInUse
                    && !sockets.is_empty()
                    && unfit.len() < OTHER_PORTS =>
            {
                unfit.push(sockets);
            }
            Err(e) => return Err(format!("port: cannot listen on {}: {e}", l.port)),
        }
    }
}

fn open_families(vhost: &Rc<Vhost>, l: &Listen, sockets: &mut Vec<Socket>) -> io::Result<()> {
    for v6 in [false, true] {
        let wanted = if v6 {
            l.ipv6
        } else {
            l.v6_only.is_none() || !l.ipv6
        };
        if !wanted {
            continue;
        }
        let port = sockets.last().and_then(port_of).unwrap_or(l.port);
        let Some(address) = local_address(l, v6, port) else {
            continue;
        };
        match open_one(l, v6, &address) {
            Ok(s) => sockets.push(s),
            // A kernel without IPv6 serves those it can.
            Err(e) if v6 && lacks_ipv6(&e) && !sockets.is_empty() => {
                log_info!(vhost.log, "not listening on IPv6: {e}");
            }
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

fn port_of(socket: &Socket) -> Option<u16> {
    Some(socket.local_addr().ok()?.as_socket()?.port())
}

fn lacks_ipv6(e: &io::Error) -> bool {
    matches!(
        e.raw_os_error(),
        Some(libc::EAFNOSUPPORT | libc::EADDRNOTAVAIL)
    )
}

fn local_address(l: &Listen, v6: bool, port: u16) -> Option<SockAddr> {
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

fn open_one(l: &Listen, v6: bool, address: &SockAddr) -> io::Result<Socket> {
    let socket = net::socket(address.domain(), Type::STREAM)?;
    socket.set_reuse_address(true)?;
    if l.share {
        socket.set_reuse_port(true)?;
    }
    if v6 {
        socket.set_only_v6(l.v6_only.unwrap_or(true))?;
    }
    if l.bind_device {
        if let Some(name) = &l.iface {
            socket.bind_device(Some(name.to_bytes()))?;
        }
    }
    socket.bind(address)?;
    socket.listen(BACKLOG)?;
    Ok(socket)
}

/// Takes in those who wait.
pub(super) fn accept(cx: &Context, wsi: &Rc<Wsi>) {
    for _ in 0..AT_ONCE {
        let Some(io) = wsi.io() else { return };
        let Some(listener) = io.socket() else { return };
        let (socket, peer) = match listener.accept() {
            Ok(accepted) => accepted,
            Err(e) if again(&e) => return,
            Err(e) => {
                refused(cx, wsi, &e);
                return;
            }
        };
        drop(io);
        take_in(cx, wsi, socket, &peer);
        if wsi.is_closed() {
            return;
        }
    }
}

fn refused(cx: &Context, wsi: &Rc<Wsi>, e: &io::Error) {
    let short = [libc::EMFILE, libc::ENFILE, libc::ENOBUFS, libc::ENOMEM];
    // Anything else is the error of one who has gone away again.
    if e.raw_os_error().is_some_and(|e| short.contains(&e)) {
        // The listener would be ready at once, again and again.
        log_warn!(wsi.log(), "cannot accept a connection: {e}");
        pause(cx, wsi);
    }
}

/// Leaves who waits alone for a moment.
pub(super) fn pause(cx: &Context, wsi: &Wsi) {
    wsi.rx_off.set(1);
    update_interest(cx, wsi);
    timeout::set_timer(cx, wsi, Some(PAUSE_US));
}

/// Takes up accepting again.
pub(super) fn resume(cx: &Context, wsi: &Rc<Wsi>) {
    wsi.rx_off.set(0);
    update_interest(cx, wsi);
}

fn take_in(cx: &Context, wsi: &Rc<Wsi>, socket: Socket, peer: &SockAddr) {
    let vhost = &wsi.vhost;
    if let Err(e) = socket.set_nonblocking(true) {
        log_err!(wsi.log(), "cannot use an accepted connection: {e}");
        return;
    }
    let Some(first) = vhost.protocols().first().copied() else {
        return;
    };
    let refused = first.filter(wsi, peer, socket.as_raw_fd()) != 0;
    if refused || wsi.is_closed() || vhost.gone.get() {
        return;
    }
    let named = vhost
        .set
        .listen
        .as_ref()
        .and_then(|l| l.accept_protocol.as_deref());
    let protocol = match named {
        Some(name) => vhost.protocol(name),
        None => vhost.default_protocol(),
    };
    let Some(protocol) = protocol else { return };
    adopt::adopt(
        cx,
        adopt::Given {
            vhost: Rc::clone(vhost),
            protocol,
            role: Role::Raw,
            io: Io::Socket(socket),
            parent: 0,
            opaque: null_mut(),
            early: Vec::new(),
        },
    );
}
