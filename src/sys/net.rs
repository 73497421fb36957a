//! Descriptors of connections: sockets, and files that can be waited for.

use crate::sys::net_addr::{self, Interface};
use socket2::{Domain, Protocol, SockAddr, Socket, Type};
use std::ffi::{CStr, OsStr};
use std::io::{self, Read};
use std::mem::MaybeUninit;
use std::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;

/// What a connection reads from and writes to.
pub(crate) enum Io {
    Socket(Socket),
    File(OwnedFd),
}

impl Io {
    /// Takes over a socket of the program's.
    ///
    /// # Safety
    ///
    /// `fd` is open and nobody else closes it.
    pub(crate) unsafe fn adopt_socket(fd: RawFd) -> io::Result<Self> {
        // SAFETY: the caller's promise.
        let s = unsafe { Socket::from_raw_fd(fd) };
        s.set_nonblocking(true)?;
        Ok(Self::Socket(s))
    }

    /// Takes over a pipe, terminal or the like.
    ///
    /// # Safety
    ///
    /// `fd` is open and nobody else closes it.
    pub(crate) unsafe fn adopt_file(fd: RawFd) -> io::Result<Self> {
        // SAFETY: the caller's promise; fcntl takes any descriptor.
        unsafe {
            let owned = OwnedFd::from_raw_fd(fd);
            let flags = libc::fcntl(fd, libc::F_GETFL);
            if flags < 0 || libc::fcntl(fd, libc::F_SETFL, flags | libc::O_NONBLOCK) < 0 {
                return Err(io::Error::last_os_error());
            }
            Ok(Self::File(owned))
        }
    }

    pub(crate) fn fd(&self) -> RawFd {
        match self {
            Self::Socket(s) => s.as_raw_fd(),
            Self::File(f) => f.as_raw_fd(),
        }
    }

    pub(crate) fn socket(&self) -> Option<&Socket> {
        match self {
            Self::Socket(s) => Some(s),
            Self::File(_) => None,
        }
    }

    pub(crate) fn read(&self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Socket(s) => (&*s).read(buf),
            Self::File(f) => {
                // SAFETY: `buf` is as long as stated.
                let n = unsafe { libc::read(f.as_raw_fd(), buf.as_mut_ptr().cast(), buf.len()) };
                usize::try_from(n).map_err(|_| io::Error::last_os_error())
            }
        }
    }

    /// Receives a datagram. Returns how long it is, which may be more than there is room for, and
    /// whom it is from.
    pub(crate) fn read_from(&self, buf: &mut [u8]) -> io::Result<(usize, Option<SocketAddr>)> {
        let Self::Socket(s) = self else {
            return Err(io::ErrorKind::Unsupported.into());
        };
        // SAFETY: initialised bytes may be looked at as maybe uninitialised ones; recv_from only
        // ever writes initialised ones.
        let buf = unsafe { &mut *(core::ptr::from_mut(buf) as *mut [MaybeUninit<u8>]) };
        let (n, from) = s.recv_from_with_flags(buf, libc::MSG_TRUNC)?;
        Ok((n, from.as_socket()))
    }

    /// Looks at what was received and leaves it there, without waiting. Returns how much, 0 for the
    /// end.
    #[cfg(feature = "LWS_WITH_TLS")]
    pub(crate) fn peek(&self, buf: &mut [u8]) -> io::Result<usize> {
        let Self::Socket(s) = self else {
            return Err(io::ErrorKind::Unsupported.into());
        };
        // SAFETY: as in `read_from`.
        let buf = unsafe { &mut *(core::ptr::from_mut(buf) as *mut [MaybeUninit<u8>]) };
        s.recv_with_flags(buf, libc::MSG_PEEK | libc::MSG_DONTWAIT)
    }

    /// Takes what was received and nobody wants, without waiting. Returns how much, 0 for the end.
    pub(crate) fn discard(&self) -> io::Result<usize> {
        let Self::Socket(s) = self else {
            return Err(io::ErrorKind::Unsupported.into());
        };
        let mut buf = [MaybeUninit::<u8>::uninit(); 4096];
        s.recv_with_flags(&mut buf, libc::MSG_DONTWAIT)
    }

    /// Bytes that were sent and that the peer has not acknowledged (TCP, where an unacknowledged FIN
    /// counts as one) or not read (a unix socket): SIOCOUTQ of tcp(7) and unix(7).
    pub(crate) fn in_kernel(&self) -> u32 {
        let Self::Socket(s) = self else { return 0 };
        let mut bytes: libc::c_int = 0;
        // SAFETY: TIOCOUTQ, which tcp(7) calls SIOCOUTQ, writes an int.
        let r = unsafe { libc::ioctl(s.as_raw_fd(), libc::TIOCOUTQ, &raw mut bytes) };
        if r == 0 {
            u32::try_from(bytes).unwrap_or(0)
        } else {
            0
        }
    }

    /// Bytes that the peer of a TCP connection has not acknowledged. 0 for a unix socket, whose peer
    /// keeps what was sent when this end closes.
    pub(crate) fn unacknowledged(&self) -> u32 {
        let inet = self
            .socket()
            .and_then(|s| s.local_addr().ok()?.as_socket())
            .is_some();
        if inet { self.in_kernel() } else { 0 }
    }

    /// Has the peer get a reset when the socket closes; what it has not got is lost.
    pub(crate) fn reset_on_close(&self) {
        if let Self::Socket(s) = self {
            // Without it, the kernel goes on by itself for minutes, and then resets.
            let _ = s.set_linger(Some(std::time::Duration::ZERO));
        }
    }

    /// Writes what goes at once. To a peer that is gone it is an error, not a signal.
    pub(crate) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Socket(s) => s.send_with_flags(bytes, libc::MSG_NOSIGNAL),
            Self::File(f) => {
                // SAFETY: `bytes` is as long as stated.
                let n = unsafe { libc::write(f.as_raw_fd(), bytes.as_ptr().cast(), bytes.len()) };
                usize::try_from(n).map_err(|_| io::Error::last_os_error())
            }
        }
    }

    /// Sends a datagram.
    pub(crate) fn write_to(&self, bytes: &[u8], to: &SocketAddr) -> io::Result<usize> {
        match self {
            Self::Socket(s) => {
                s.send_to_with_flags(bytes, &SockAddr::from(*to), libc::MSG_NOSIGNAL)
            }
            Self::File(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }
}

/// An address as programs write it: numeric, or `+path` for a unix socket, `+@name` for one in the
/// abstract namespace.
pub(crate) fn parse(address: &CStr, port: u16) -> Option<SockAddr> {
    let bytes = address.to_bytes();
    if let Some(path) = bytes.strip_prefix(b"+") {
        return unix(path).ok();
    }
    let text = core::str::from_utf8(bytes).ok()?;
    let text = text
        .strip_prefix('[')
        .and_then(|t| t.strip_suffix(']'))
        .unwrap_or(text);
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Some(SockAddr::from(SocketAddr::new(ip, port)));
    }
    // with a zone, as fe80::1%eth0
    let (ip, zone) = text.split_once('%')?;
    let ip: std::net::Ipv6Addr = ip.parse().ok()?;
    let scope = zone.parse().ok().or_else(|| index_of(zone))?;
    Some(SockAddr::from(SocketAddrV6::new(ip, port, 0, scope)))
}

/// The number of an interface.
pub(crate) fn index_of(interface: &str) -> Option<u32> {
    let interface = std::ffi::CString::new(interface).ok()?;
    // SAFETY: NUL-terminated.
    match unsafe { libc::if_nametoindex(interface.as_ptr()) } {
        0 => None,
        n => Some(n),
    }
}

/// The most that `SO_PRIORITY` may be without CAP_NET_ADMIN.
pub(crate) const MOST_PRIORITY: u8 = 6;

/// How the packets of a connection are marked; 0 leaves them as they are.
#[derive(Clone, Copy, Default)]
pub(crate) struct Marks {
    /// `SO_PRIORITY`, socket(7).
    pub(crate) priority: u8,
    /// `IP_TOS` or `IPV6_TCLASS`.
    pub(crate) tos: u8,
}

impl Marks {
    pub(crate) fn apply(self, socket: &Socket, domain: Domain) -> io::Result<()> {
        // After the type of service, which sets a priority of its own.
        match domain {
            Domain::IPV4 if self.tos != 0 => socket.set_tos_v4(self.tos.into())?,
            Domain::IPV6 if self.tos != 0 => socket.set_tclass_v6(self.tos.into())?,
            _ => {}
        }
        if self.priority != 0 {
            set_int(
                socket,
                libc::SOL_SOCKET,
                libc::SO_PRIORITY,
                self.priority.into(),
            )?;
        }
        Ok(())
    }
}

/// Lets that many connections wait for `accept()` whose first bytes came with their SYN
/// (`TCP_FASTOPEN`, tcp(7)).
pub(crate) fn set_fast_open(socket: &Socket, queue: libc::c_int) -> io::Result<()> {
    set_int(socket, libc::IPPROTO_TCP, libc::TCP_FASTOPEN, queue)
}

fn set_int(
    socket: &Socket,
    level: libc::c_int,
    name: libc::c_int,
    value: libc::c_int,
) -> io::Result<()> {
    let len = size_of_val(&value) as libc::socklen_t;
    // SAFETY: the descriptor is open, the value an int, as stated.
    let r = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            level,
            name,
            (&raw const value).cast(),
            len,
        )
    };
    if r == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// The address of a unix socket; a path that begins with `@` is in the abstract namespace.
pub(crate) fn unix(path: &[u8]) -> io::Result<SockAddr> {
    match path.strip_prefix(b"@") {
        Some(name) => {
            let mut bytes = vec![0];
            bytes.extend_from_slice(name);
            SockAddr::unix(OsStr::from_bytes(&bytes))
        }
        None => SockAddr::unix(OsStr::from_bytes(path)),
    }
}

/// A new nonblocking socket for addresses of this kind.
pub(crate) fn socket(domain: Domain, kind: Type) -> io::Result<Socket> {
    let protocol = match (domain, kind) {
        (Domain::UNIX, _) => None,
        (_, Type::DGRAM) => Some(Protocol::UDP),
        _ => Some(Protocol::TCP),
    };
    let s = Socket::new(domain, kind, protocol)?;
    s.set_nonblocking(true)?;
    Ok(s)
}

/// A socket that receives the IPv4 packets of an interface: packet(7), SOCK_DGRAM.
pub(crate) fn packet_socket(interface: &CStr) -> io::Result<Socket> {
    let kind = (libc::ETH_P_IP as u16).to_be();
    let socket = Socket::new(
        Domain::PACKET,
        Type::DGRAM,
        Some(Protocol::from(i32::from(kind))),
    )?;
    socket.set_nonblocking(true)?;
    // SAFETY: NUL-terminated.
    let index = unsafe { libc::if_nametoindex(interface.as_ptr()) };
    if index == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: all zeroes are an address; it is shorter than the storage it is written to.
    let ((), address) = unsafe {
        SockAddr::try_init(|storage, len| {
            let mut link: libc::sockaddr_ll = core::mem::zeroed();
            link.sll_family = libc::AF_PACKET as u16;
            link.sll_protocol = kind;
            link.sll_ifindex = index as i32;
            storage.cast::<libc::sockaddr_ll>().write(link);
            *len = size_of::<libc::sockaddr_ll>() as libc::socklen_t;
            Ok(())
        })
    }?;
    socket.bind(&address)?;
    Ok(socket)
}

/// A UDP socket at an address of an interface, which leaves by that interface alone.
#[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
pub(crate) fn udp_from(
    ip: std::net::Ipv4Addr,
    port: u16,
    interface: &CStr,
) -> io::Result<std::net::UdpSocket> {
    let s = socket(Domain::IPV4, Type::DGRAM)?;
    s.set_reuse_address(true)?;
    s.bind_device(Some(interface.to_bytes()))?;
    s.bind(&SocketAddr::from((ip, port)).into())?;
    Ok(s.into())
}

/// The address that an interface has, to bind to.
pub(crate) fn of_interface(name: &CStr, v6: bool, port: u16) -> Option<SockAddr> {
    socket_address(net_addr::interface(name, v6), port)
}

/// The link-local IPv6 address that an interface has, to bind to.
pub(crate) fn link_local_of(name: &CStr) -> Option<SockAddr> {
    let wanted = |ip: &IpAddr| matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local());
    socket_address(net_addr::interface_with(name, true, wanted), 0)
}

fn socket_address(found: Interface, port: u16) -> Option<SockAddr> {
    match found {
        Interface::Has(IpAddr::V6(ip), scope) => Some(SocketAddrV6::new(ip, port, 0, scope).into()),
        Interface::Has(ip, _) => Some(SocketAddr::new(ip, port).into()),
        _ => None,
    }
}

/// Gives the file of a unix socket an owner and group; `None` leaves one as it is.
pub(crate) fn chown(path: &[u8], uid: Option<u32>, gid: Option<u32>) -> io::Result<()> {
    std::os::unix::fs::chown(OsStr::from_bytes(path), uid, gid)
}

/// What a program sets of a socket that decides where its packets go.
#[cfg(feature = "LWS_WITH_NETLINK")]
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct PathOptions {
    /// The interface it is bound to (`SO_BINDTODEVICE`), 0 for none.
    pub(crate) device: u32,
    pub(crate) mark: u32,
    /// The DS field of what it sends.
    pub(crate) tos: u8,
}

/// As they are now, for a socket that sends to this address.
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) fn path_options(socket: &Socket, peer: std::net::IpAddr) -> PathOptions {
    let tos = match peer.to_canonical() {
        std::net::IpAddr::V4(_) => socket.tos_v4(),
        std::net::IpAddr::V6(_) => socket.tclass_v6(),
    };
    PathOptions {
        device: bound_device(socket),
        mark: socket.mark().unwrap_or(0),
        tos: tos.ok().and_then(|t| u8::try_from(t).ok()).unwrap_or(0),
    }
}

/// What decides where the packets of a connected socket go.
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) struct PathFacts {
    pub(crate) local: SocketAddr,
    pub(crate) peer: SocketAddr,
    pub(crate) options: PathOptions,
    /// The interface of a link-local peer, otherwise 0.
    pub(crate) scope: u32,
    pub(crate) uid: u32,
    pub(crate) protocol: u8,
    pub(crate) transparent: bool,
}

/// `None` for a socket that is not connected to an internet address. One that is still connecting
/// does not tell to whom: to `trying`. Asks no further when the peer's address is not `wanted`.
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) fn path_facts(
    socket: &Socket,
    trying: Option<SocketAddr>,
    wanted: fn(std::net::IpAddr) -> bool,
) -> Option<PathFacts> {
    let peer = match socket.peer_addr() {
        Ok(a) => a.as_socket()?,
        Err(_) => trying?,
    };
    if !wanted(peer.ip()) {
        return None;
    }
    let local = socket.local_addr().ok()?.as_socket()?;
    Some(PathFacts {
        local,
        peer,
        options: path_options(socket, peer.ip()),
        scope: match peer {
            SocketAddr::V6(a) => a.scope_id(),
            SocketAddr::V4(_) => 0,
        },
        transparent: socket.ip_transparent_v4().unwrap_or(false),
        uid: owner(socket),
        protocol: match socket.r#type() {
            Ok(Type::STREAM) => libc::IPPROTO_TCP as u8,
            Ok(Type::DGRAM) => libc::IPPROTO_UDP as u8,
            _ => 0,
        },
    })
}

/// The user that a socket's packets are sent for: whoever made it, or was given it (fchown(2)).
#[cfg(feature = "LWS_WITH_NETLINK")]
fn owner(socket: &Socket) -> u32 {
    let mut stat = core::mem::MaybeUninit::<libc::stat>::zeroed();
    // SAFETY: the descriptor is open, the room is that of one `struct stat`, all zeroes at first.
    unsafe {
        libc::fstat(std::os::fd::AsRawFd::as_raw_fd(socket), stat.as_mut_ptr());
        stat.assume_init().st_uid
    }
}

/// The number of the interface a socket is bound to, 0 for none (`SO_BINDTOIFINDEX`, Linux 5.0).
pub(crate) fn bound_device(socket: &Socket) -> u32 {
    const SO_BINDTOIFINDEX: libc::c_int = 62;
    let mut index: libc::c_int = 0;
    let mut len = size_of_val(&index) as libc::socklen_t;
    // SAFETY: the descriptor is open; the room is an int, as stated.
    let failed = unsafe {
        libc::getsockopt(
            std::os::fd::AsRawFd::as_raw_fd(socket),
            libc::SOL_SOCKET,
            SO_BINDTOIFINDEX,
            (&raw mut index).cast(),
            &raw mut len,
        )
    };
    if failed == 0 {
        u32::try_from(index).unwrap_or(0)
    } else {
        0
    }
}
