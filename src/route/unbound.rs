//! What `connect()` of an IPv6 socket without an address gets, asked of the kernel.
//!
//! The kernel looks for a route without a source, and takes an address that suits it. When there is no
//! route, it takes the address that it likes best, and looks whether there is a route from there. A
//! request (`RTM_GETROUTE`) covers only the first of these steps.

use super::copy::KernelCopy;
use super::decide6::MANY_SOURCES;
use super::oracle::Oracle;
use super::types::{Flow, Rule, Verdict};
use core::net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6};
use core::num::NonZeroU32;
use socket2::{Domain, Protocol, Socket, Type};
use std::io;

/// Whether a socket may get another verdict than the kernel's answer to a request.
pub(super) fn concerns(flow: &Flow, answer: &Option<Verdict>) -> bool {
    let open = matches!(flow.dst, IpAddr::V6(dst) if dst.to_ipv4_mapped().is_none())
        && flow.src.is_none_or(|src| src.is_unspecified());
    open && match answer {
        Some(Verdict::Reachable(path)) => path.prefsrc.is_none(),
        Some(Verdict::Unreachable(_)) => true,
        _ => false,
    }
}

/// What a socket gets where [`concerns`] says so. `copy` has all addresses and rules there are, if
/// they are known. `None`: nobody knows.
pub(super) fn settle(
    oracle: &mut Oracle,
    flow: &Flow,
    answer: &Verdict,
    copy: Option<&KernelCopy>,
) -> Option<Verdict> {
    if matches!(answer, Verdict::Reachable(_)) {
        // A request tells which address it would be.
        return Some(Verdict::Unreachable(libc::EADDRNOTAVAIL));
    }
    let probe = Probe::of(flow);
    match probe.connect() {
        Ok(Some(own)) if probe.is(flow, copy) || probe.looks_twice(oracle, own.port()) => {
            from(oracle, flow, *own.ip())
        }
        Err(e) if probe.is(flow, copy) => Some(Verdict::Unreachable(e.raw_os_error()?)),
        _ => from_any(oracle, flow, copy?),
    }
}

/// The verdict from the source address that the kernel selects.
fn from(oracle: &mut Oracle, flow: &Flow, src: Ipv6Addr) -> Option<Verdict> {
    let src = IpAddr::V6(src);
    let mut verdict = oracle.ask(&Flow {
        src: Some(src),
        ..*flow
    })?;
    if let Verdict::Reachable(path) = &mut verdict {
        path.prefsrc = Some(src);
    }
    // Beside a source, the interface of a request is a preference only.
    (flow.oif == 0 || verdict.leaves_by(flow.oif)).then_some(verdict)
}

/// The verdict that all source addresses share, if they do.
fn from_any(oracle: &mut Oracle, flow: &Flow, copy: &KernelCopy) -> Option<Verdict> {
    let mut sources = copy.sources();
    let mut all = None;
    for src in sources.by_ref().take(MANY_SOURCES) {
        let mut verdict = from(oracle, flow, src)?;
        if let Verdict::Reachable(path) = &mut verdict {
            path.prefsrc = None;
        }
        if all.get_or_insert_with(|| verdict.clone()) != &verdict {
            return None;
        }
    }
    match sources.next() {
        None => Some(all.unwrap_or(Verdict::Unreachable(libc::EADDRNOTAVAIL))),
        Some(_) => None,
    }
}

/// A socket of our own that connects, which sends nothing, as much like the flow's as may be.
struct Probe {
    flow: Flow,
}

impl Probe {
    fn of(flow: &Flow) -> Self {
        Self {
            flow: Flow {
                uid: None,
                protocol: libc::IPPROTO_UDP as u8,
                sport: 0,
                ..*flow
            },
        }
    }

    /// Whether this socket gets the verdict that the flow's socket would.
    fn is(&self, flow: &Flow, copy: Option<&KernelCopy>) -> bool {
        let asks = |unsaid: bool, what: fn(&Rule) -> bool| match copy {
            Some(copy) => copy.rules6.iter().any(what),
            // Whatever the question leaves open may have any value.
            None => !unsaid,
        };
        // Its port is the kernel's choice.
        !asks(flow.sport == 0, |rule| rule.sport.is_some())
            && (flow.uid() == self.flow.uid() || !asks(false, |rule| rule.uid.is_some()))
            && (flow.protocol == self.flow.protocol
                || !asks(flow.protocol == 0, |rule| rule.protocol != 0))
    }

    /// Whether the kernel finds no way for it without a source, from the port that it had.
    fn looks_twice(&self, oracle: &mut Oracle, sport: u16) -> bool {
        let first = oracle.ask(&Flow { sport, ..self.flow });
        matches!(first, Some(Verdict::Unreachable(_)))
    }

    /// The address that the kernel takes, and a port, or why it refuses. `None`: nobody knows.
    fn connect(&self) -> io::Result<Option<SocketAddrV6>> {
        let flow = &self.flow;
        let IpAddr::V6(dst) = flow.dst else {
            return Ok(None);
        };
        let Some(socket) = self.set_up() else {
            return Ok(None);
        };
        let to = SocketAddrV6::new(dst, flow.dport, 0, flow.oif);
        socket.connect(&to.into())?;
        let own = socket.local_addr().ok().and_then(|own| own.as_socket());
        Ok(own.and_then(|own| match own {
            SocketAddr::V6(own) => Some(own),
            SocketAddr::V4(_) => None,
        }))
    }

    fn set_up(&self) -> Option<Socket> {
        let flow = &self.flow;
        let socket = Socket::new(Domain::IPV6, Type::DGRAM, Some(Protocol::UDP)).ok()?;
        socket.set_tclass_v6(flow.tos.into()).ok()?;
        if flow.mark != 0 {
            socket.set_mark(flow.mark).ok()?;
        }
        if let Some(index) = NonZeroU32::new(flow.oif) {
            socket.bind_device_by_index_v6(Some(index)).ok()?;
        }
        Some(socket)
    }
}
