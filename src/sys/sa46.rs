//! `lws_sockaddr46`, a union of C, from and to the addresses of std.

use crate::abi::adopt::lws_sockaddr46;
#[cfg(any(feature = "LWS_WITH_CAO", feature = "LWS_WITH_NETLINK"))]
use std::net::IpAddr;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

/// One of no family.
pub(crate) fn none() -> lws_sockaddr46 {
    // SAFETY: all zeroes are an IPv6 address of family 0.
    unsafe { core::mem::zeroed() }
}

/// An IP address without a port; of no family if there is none.
#[cfg(any(feature = "LWS_WITH_CAO", feature = "LWS_WITH_NETLINK"))]
#[inline(always)]
pub(crate) fn from_ip(ip: Option<IpAddr>) -> lws_sockaddr46 {
    let mut sa = none();
    match ip {
        None => {}
        Some(IpAddr::V4(ip)) => {
            sa.sa4.sin_family = libc::AF_INET as libc::sa_family_t;
            sa.sa4.sin_addr.s_addr = u32::from_ne_bytes(ip.octets());
        }
        Some(IpAddr::V6(ip)) => {
            sa.sa6.sin6_family = libc::AF_INET6 as libc::sa_family_t;
            sa.sa6.sin6_addr.s6_addr = ip.octets();
        }
    }
    sa
}

pub(crate) fn from_std(a: SocketAddr) -> lws_sockaddr46 {
    let mut sa = none();
    match a {
        SocketAddr::V4(a) => {
            // SAFETY: all zeroes are an IPv4 address.
            let mut sa4: libc::sockaddr_in = unsafe { core::mem::zeroed() };
            sa4.sin_family = libc::AF_INET as libc::sa_family_t;
            sa4.sin_port = a.port().to_be();
            sa4.sin_addr.s_addr = u32::from_ne_bytes(a.ip().octets());
            sa.sa4 = sa4;
        }
        SocketAddr::V6(a) => {
            // SAFETY: all zeroes are an IPv6 address.
            let mut sa6: libc::sockaddr_in6 = unsafe { core::mem::zeroed() };
            sa6.sin6_family = libc::AF_INET6 as libc::sa_family_t;
            sa6.sin6_port = a.port().to_be();
            sa6.sin6_addr.s6_addr = a.ip().octets();
            sa6.sin6_scope_id = a.scope_id();
            sa.sa6 = sa6;
        }
    }
    sa
}

pub(crate) fn to_std(sa: &lws_sockaddr46) -> Option<SocketAddr> {
    // SAFETY: both members begin with the family, and any bits are valid in both.
    let (sa4, sa6) = unsafe { (sa.sa4, sa.sa6) };
    match i32::from(sa4.sin_family) {
        libc::AF_INET => {
            let ip = Ipv4Addr::from(sa4.sin_addr.s_addr.to_ne_bytes());
            Some(SocketAddrV4::new(ip, u16::from_be(sa4.sin_port)).into())
        }
        libc::AF_INET6 => {
            let ip = Ipv6Addr::from(sa6.sin6_addr.s6_addr);
            let port = u16::from_be(sa6.sin6_port);
            Some(SocketAddrV6::new(ip, port, 0, sa6.sin6_scope_id).into())
        }
        _ => None,
    }
}
