//! Addresses: of peers, of interfaces, of the host, and in the unions of C.

use super::sa46;
use crate::abi::adopt::lws_sockaddr46;
use socket2::{SockAddr, SockRef};
use std::ffi::{CStr, CString};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::{BorrowedFd, RawFd};
use std::sync::OnceLock;

/// What a `lws_sockaddr46` holds, or another address of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Ip(IpAddr),
    Unix,
    Unset,
    /// Of this family.
    Other(i32),
}

impl Address {
    pub(crate) fn of(sa: &lws_sockaddr46) -> Self {
        if let Some(at) = sa46::to_std(sa) {
            return Self::Ip(at.ip());
        }
        // SAFETY: every bit pattern is an address, and the family is at the same place in both.
        match i32::from(unsafe { sa.sa4.sin_family }) {
            libc::AF_UNIX => Self::Unix,
            libc::AF_UNSPEC => Self::Unset,
            other => Self::Other(other),
        }
    }
}

/// Sets family and address. The rest, like the port, stays.
pub(crate) fn set(sa: &mut lws_sockaddr46, ip: IpAddr) {
    match ip {
        IpAddr::V4(v4) => {
            sa.sa4.sin_family = libc::AF_INET as libc::sa_family_t;
            sa.sa4.sin_addr.s_addr = u32::from_ne_bytes(v4.octets());
        }
        IpAddr::V6(v6) => {
            sa.sa6.sin6_family = libc::AF_INET6 as libc::sa_family_t;
            sa.sa6.sin6_addr.s6_addr = v6.octets();
        }
    }
}

/// Whom the socket is connected to.
pub(crate) fn peer(fd: RawFd) -> io::Result<Address> {
    if fd < 0 {
        return Err(io::Error::from_raw_os_error(libc::EBADF));
    }
    // SAFETY: not -1; a descriptor that is not open is an error of the call and nothing else.
    let fd = unsafe { BorrowedFd::borrow_raw(fd) };
    let peer = SockRef::from(&fd).peer_addr()?;
    Ok(match peer.as_socket() {
        Some(at) => Address::Ip(at.ip()),
        None if peer.is_unix() => Address::Unix,
        None => Address::Other(i32::from(peer.family())),
    })
}

/// The name of a host, as the system's resolver finds it: this can take seconds.
pub(crate) fn name_of(ip: IpAddr) -> Option<CString> {
    let at = SockAddr::from(SocketAddr::new(ip, 0));
    let mut name = [0u8; libc::NI_MAXHOST as usize];
    // SAFETY: the address and the room are as long as stated; a service is not asked for.
    let failed = unsafe {
        libc::getnameinfo(
            at.as_ptr().cast(),
            at.len(),
            name.as_mut_ptr().cast(),
            libc::NI_MAXHOST,
            core::ptr::null_mut(),
            0,
            libc::NI_NAMEREQD,
        )
    };
    if failed != 0 {
        return None;
    }
    CStr::from_bytes_until_nul(&name).ok().map(CStr::to_owned)
}

/// What an interface has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interface {
    /// An address of the kind asked for, and the scope that an IPv6 one is valid in.
    Has(IpAddr, u32),
    /// None of that kind.
    Lacks,
    Unknown,
}

/// The first IPv6 or IPv4 address of an interface.
pub(crate) fn interface(name: &CStr, v6: bool) -> Interface {
    interface_with(name, v6, |_| true)
}

/// As [`interface`], the first address that is `wanted`.
pub(crate) fn interface_with(name: &CStr, v6: bool, wanted: fn(&IpAddr) -> bool) -> Interface {
    let mut list: *mut libc::ifaddrs = core::ptr::null_mut();
    // SAFETY: the list is walked to its end and freed; each entry's address has the length of its
    // family.
    unsafe {
        if libc::getifaddrs(&raw mut list) != 0 {
            return Interface::Unknown;
        }
        let mut found = Interface::Unknown;
        let mut at = list;
        while let Some(entry) = at.as_ref() {
            at = entry.ifa_next;
            if CStr::from_ptr(entry.ifa_name) != name || matches!(found, Interface::Has(..)) {
                continue;
            }
            found = Interface::Lacks;
            if entry.ifa_addr.is_null() {
                continue;
            }
            let family = i32::from((*entry.ifa_addr).sa_family);
            if family == libc::AF_INET && !v6 {
                let a = entry.ifa_addr.cast::<libc::sockaddr_in>().read_unaligned();
                let ip = IpAddr::from(a.sin_addr.s_addr.to_ne_bytes());
                if wanted(&ip) {
                    found = Interface::Has(ip, 0);
                }
            } else if family == libc::AF_INET6 && v6 {
                let a = entry.ifa_addr.cast::<libc::sockaddr_in6>().read_unaligned();
                let ip = IpAddr::from(a.sin6_addr.s6_addr);
                if wanted(&ip) {
                    found = Interface::Has(ip, a.sin6_scope_id);
                }
            }
        }
        libc::freeifaddrs(list);
        found
    }
}

/// The host's own name, as it was when first asked for.
pub(crate) fn hostname() -> &'static CStr {
    static NAME: OnceLock<CString> = OnceLock::new();
    NAME.get_or_init(|| {
        let mut name = [0u8; 256];
        // SAFETY: the room is one byte longer than stated, so that a NUL follows in any case.
        let failed = unsafe { libc::gethostname(name.as_mut_ptr().cast(), 255) };
        match CStr::from_bytes_until_nul(&name) {
            Ok(name) if failed == 0 && !name.is_empty() => name.to_owned(),
            _ => c"unknown".to_owned(),
        }
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::net::{Ipv6Addr, TcpListener, TcpStream};
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;

    const LOCALHOST: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn peers() {
        let listener = TcpListener::bind((LOCALHOST, 0)).unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        assert_eq!(peer(client.as_raw_fd()).unwrap(), Address::Ip(LOCALHOST));
        let not_connected = peer(listener.as_raw_fd()).unwrap_err();
        assert_eq!(not_connected.raw_os_error(), Some(libc::ENOTCONN));
        assert_eq!(peer(-1).unwrap_err().raw_os_error(), Some(libc::EBADF));
        let (a, _b) = UnixStream::pair().unwrap();
        assert_eq!(peer(a.as_raw_fd()).unwrap(), Address::Unix);
        let zero = std::fs::File::open("/dev/zero").unwrap();
        assert_eq!(
            peer(zero.as_raw_fd()).unwrap_err().raw_os_error(),
            Some(libc::ENOTSOCK)
        );
    }

    #[test]
    fn interfaces() {
        assert_eq!(interface(c"lo", false), Interface::Has(LOCALHOST, 0));
        assert_eq!(interface(c"no such one", false), Interface::Unknown);
        assert_eq!(interface(c"", true), Interface::Unknown);
    }

    #[test]
    fn unions() {
        let mut sa = sa46::none();
        assert_eq!(Address::of(&sa), Address::Unset);
        sa.sa4.sin_port = 7;
        for ip in [LOCALHOST, IpAddr::V6(Ipv6Addr::LOCALHOST)] {
            set(&mut sa, ip);
            assert_eq!(Address::of(&sa), Address::Ip(ip));
            // SAFETY: plain numbers.
            assert_eq!(unsafe { sa.sa4.sin_port }, 7);
        }
        sa.sa4.sin_family = libc::AF_UNIX as libc::sa_family_t;
        assert_eq!(Address::of(&sa), Address::Unix);
        sa.sa4.sin_family = 99;
        assert_eq!(Address::of(&sa), Address::Other(99));
    }

    #[test]
    fn the_host_has_a_name() {
        assert!(!hostname().is_empty());
        assert_eq!(hostname().as_ptr(), hostname().as_ptr());
    }
}
