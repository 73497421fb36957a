//! What real sockets get: `connect()` of a UDP socket sends nothing, but asks for a route.

use super::flow::{Answer, Flow};
use super::kernel;
use super::model::sockaddr;
use super::op::{family, name, zstr};
use super::socket::Nl;
use super::space::set_option;
use relws::capi::adopt::lws_sockaddr46;
use std::io::Error;
use std::mem::MaybeUninit;
use std::net::IpAddr;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

fn size(ip: IpAddr) -> libc::socklen_t {
    (match ip {
        IpAddr::V4(_) => size_of::<libc::sockaddr_in>(),
        IpAddr::V6(_) => size_of::<libc::sockaddr_in6>(),
    }) as libc::socklen_t
}

fn errno() -> i32 {
    Error::last_os_error().raw_os_error().unwrap_or(-1)
}

/// The source that the kernel chose, or the errno of connect(). `None`: the socket cannot be set up
/// as the flow wants it, because its source is not an address of this host.
pub fn connect(flow: &Flow) -> Option<Result<IpAddr, i32>> {
    // SAFETY: every address is as long as said, every descriptor open.
    unsafe {
        // a socket belongs to who made it
        libc::setfsuid(flow.uid);
        let fd = libc::socket(
            family(flow.dst).into(),
            libc::SOCK_DGRAM | libc::SOCK_CLOEXEC,
            0,
        );
        libc::setfsuid(0);
        assert!(fd >= 0);
        let fd = OwnedFd::from_raw_fd(fd);
        let tos = match flow.dst {
            IpAddr::V4(_) => (libc::IPPROTO_IP, libc::IP_TOS),
            IpAddr::V6(_) => (libc::IPPROTO_IPV6, libc::IPV6_TCLASS),
        };
        assert_eq!(set_option(&fd, tos.0, tos.1, flow.tos.into()), 0);
        // any source, also one that is not ours
        assert_eq!(set_option(&fd, libc::IPPROTO_IP, libc::IP_FREEBIND, 1), 0);
        if flow.mark != 0 {
            let mark = flow.mark as i32;
            assert_eq!(set_option(&fd, libc::SOL_SOCKET, libc::SO_MARK, mark), 0);
        }
        if flow.oif != 0 {
            let name = zstr(&name(flow.oif));
            let r = libc::setsockopt(
                fd.as_raw_fd(),
                libc::SOL_SOCKET,
                libc::SO_BINDTODEVICE,
                name.as_ptr().cast(),
                name.len() as libc::socklen_t,
            );
            if r != 0 {
                return None;
            }
        }
        if flow.src.is_some() || flow.sport != 0 {
            let any = if flow.dst.is_ipv4() {
                IpAddr::from([0u8; 4])
            } else {
                IpAddr::from([0u8; 16])
            };
            let from = sockaddr(flow.src.unwrap_or(any), flow.sport);
            if libc::bind(fd.as_raw_fd(), (&raw const from).cast(), size(flow.dst)) != 0 {
                return None;
            }
        }
        let to = sockaddr(flow.dst, flow.dport);
        if libc::connect(fd.as_raw_fd(), (&raw const to).cast(), size(flow.dst)) != 0 {
            return Some(Err(errno()));
        }
        let mut own: lws_sockaddr46 = MaybeUninit::zeroed().assume_init();
        let mut len = size_of_val(&own) as libc::socklen_t;
        libc::getsockname(fd.as_raw_fd(), (&raw mut own).cast(), &raw mut len);
        Some(Ok(super::model::ip_of(&own).unwrap()))
    }
}

/// What there is for a flow that a request gets this answer for: a socket of IPv6 without an address
/// may find more than a request, or less.
pub fn truth(nl: &mut Nl, flow: &Flow, asked: Answer) -> Answer {
    if flow.dst.is_ipv4() || flow.src.is_some() {
        return asked;
    }
    match (connect(flow), &asked) {
        (Some(Err(errno)), _) => Answer::Fails(errno),
        (Some(Ok(src)), Answer::Fails(_)) => kernel::ask(
            nl,
            &Flow {
                src: Some(src),
                ..*flow
            },
        ),
        _ => asked,
    }
}
