//! Where the kernel would send a packet of this host, by the copy alone.
#![forbid(unsafe_code)]

use core::cell::RefMut;
use core::net::{IpAddr, Ipv4Addr};

use super::copy::KernelCopy;
use super::decide4::{decide4, kept4};
use super::decide6::decide6;
use super::types::{Flow, Leg, Legs, Path, Verdict, kind};

/// Why there is no path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum No {
    Errno(i32),
    Unknown(&'static str),
}

/// The answer for this flow, if it is one that is kept: [`decide`] gives the same.
#[inline(always)]
pub(crate) fn kept<'a>(copy: &'a KernelCopy, flow: &Flow) -> Option<RefMut<'a, Verdict>> {
    match flow.dst {
        IpAddr::V4(dst) if !flow.src.is_some_and(|src| src.is_ipv6()) && !copy.lacks_some() => {
            kept4(copy, flow, dst)
        }
        _ => None,
    }
}

/// Where the kernel would send a packet of this flow.
pub(crate) fn decide(copy: &KernelCopy, flow: &Flow) -> Verdict {
    if copy.lacks_some() {
        let both = [Some(flow.dst), flow.src];
        let mut ends = both.iter().flatten().map(IpAddr::to_canonical);
        if ends.any(|ip| copy.doubts(ip)) {
            return Verdict::Unknown("the routes changed too often while they were read");
        }
    }
    match (flow.dst, flow.src) {
        (IpAddr::V4(dst), None | Some(IpAddr::V4(_))) => decide4(copy, flow, dst),
        (IpAddr::V6(dst), None | Some(IpAddr::V6(_))) if dst.to_ipv4_mapped().is_none() => {
            decide6(copy, flow, dst)
        }
        _ => decide_mapped(copy, flow),
    }
}

/// An IPv6 socket goes to IPv4 by addresses that are mapped.
fn decide_mapped(copy: &KernelCopy, flow: &Flow) -> Verdict {
    let plain = Flow {
        dst: flow.dst.to_canonical(),
        src: flow.src.map(|src| match src {
            // Not bound to an address is not bound to one of either family.
            src if src.is_unspecified() => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            src => src.to_canonical(),
        }),
        ..*flow
    };
    match (plain.dst, plain.src) {
        (IpAddr::V4(dst), None | Some(IpAddr::V4(_))) => decide4(copy, &plain, dst),
        // There is no such socket.
        _ => Verdict::Unreachable(libc::EAFNOSUPPORT),
    }
}

impl From<Result<Path, No>> for Verdict {
    fn from(outcome: Result<Path, No>) -> Self {
        match outcome {
            Ok(path) => Self::Reachable(path),
            Err(No::Errno(errno)) => Self::Unreachable(errno),
            Err(No::Unknown(why)) => Self::Unknown(why),
        }
    }
}

/// What a route of this type does to what the host sends: nothing, or this errno.
pub(super) fn errno_of(route: u8) -> Option<i32> {
    match route {
        kind::BLACKHOLE => Some(libc::EINVAL),
        kind::UNREACHABLE => Some(libc::EHOSTUNREACH),
        kind::PROHIBIT => Some(libc::EACCES),
        // Only of kernels that are gone; they are read and never used.
        route if route > kind::THROW => Some(libc::EINVAL),
        _ => None,
    }
}

/// Out of this interface, to whoever is on the link.
pub(super) fn on_link(index: u32) -> Legs {
    Legs::One(Leg {
        index,
        weight: 1,
        ..Leg::default()
    })
}
