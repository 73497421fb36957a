//! IPv6: what the kernel makes of a flow before and after it looks for a route.
#![forbid(unsafe_code)]

use core::net::{IpAddr, Ipv6Addr};

use super::copy::Copy;
use super::decide::{No, errno_of, on_link};
use super::find6::{self, Found, Key};
use super::rules::{self, LOOPBACK, Step, in_vrf};
use super::types::{Addr, Family, Flow, Path, Rule, Verdict, kind};

#[cfg(test)]
mod against_kernel;
#[cfg(test)]
mod network;
#[cfg(test)]
mod tests;

/// Of an address that is not ready yet, or never will be (`IFA_F_TENTATIVE`, `IFA_F_DADFAILED`).
const IFA_F_UNUSABLE: u32 = 0x40 | 0x08;
/// A host with more addresses than this is not asked for what each of them would give.
const MANY_SOURCES: usize = 64;

/// Where the kernel would send a packet of this flow. `dst` is where `flow` goes.
pub(crate) fn decide6(copy: &Copy, flow: &Flow, dst: Ipv6Addr) -> Verdict {
    // To connect to nowhere is to connect to the host itself.
    let dst = if dst.is_unspecified() {
        Ipv6Addr::LOCALHOST
    } else {
        dst
    };
    let src = match flow.src {
        Some(IpAddr::V6(src)) if !src.is_unspecified() => Some(src),
        _ => None,
    };
    if src.is_some_and(|src| src.to_ipv4_mapped().is_some()) {
        return Verdict::Unreachable(libc::EAFNOSUPPORT);
    }
    let flow = Flow {
        dst: IpAddr::V6(dst),
        src: src.map(IpAddr::V6),
        ..*flow
    };
    let question = Question {
        copy,
        flow,
        dst,
        src,
    };
    question.path().into()
}

struct Question<'a> {
    copy: &'a Copy,
    flow: Flow,
    dst: Ipv6Addr,
    src: Option<Ipv6Addr>,
}

impl Question<'_> {
    fn path(&self) -> Result<Path, No> {
        self.check_destination()?;
        if in_vrf(self.copy, self.flow.oif) {
            return Err(No::Unknown("the interface is in a VRF"));
        }
        match self.by_rules() {
            Err(No::Errno(errno)) if self.src.is_none() => Err(self.with_any_source(errno)),
            outcome => outcome,
        }
    }

    /// What `connect()` refuses before it looks for a route.
    fn check_destination(&self) -> Result<(), No> {
        if self.dst.is_multicast() && i32::from(self.flow.protocol) == libc::IPPROTO_TCP {
            return Err(No::Errno(libc::ENETUNREACH));
        }
        if self.flow.oif == 0 && of_one_link(self.dst) {
            return Err(No::Errno(libc::EINVAL));
        }
        Ok(())
    }

    fn by_rules(&self) -> Result<Path, No> {
        let key = Key {
            copy: self.copy,
            dst: self.dst,
            src: self.src.unwrap_or(Ipv6Addr::UNSPECIFIED),
            oif: self.flow.oif,
        };
        for step in rules::steps(self.copy, &self.flow) {
            let rule = match step {
                Step::Table(rule) => rule,
                Step::Reject(errno) => return Err(No::Errno(errno)),
                Step::Unknown(why) => return Err(No::Unknown(why)),
            };
            let Some(found) = find6::look_up(&key, rule.table)? else {
                continue;
            };
            if found.info.kind == kind::THROW {
                continue;
            }
            if let Some(errno) = errno_of(found.info.kind) {
                return Err(No::Errno(errno));
            }
            if let Some(path) = self.unless_suppressed(&key, rule, &found)? {
                return Ok(path);
            }
        }
        Err(No::Errno(libc::ENETUNREACH))
    }

    fn unless_suppressed(
        &self,
        key: &Key<'_>,
        rule: &Rule,
        found: &Found<'_>,
    ) -> Result<Option<Path>, No> {
        let info = found.info;
        let mut legs = found.legs(key);
        if info.nexthop_id != 0 && rule.suppress_len.is_some() {
            // It may look at the prefix of another route that uses the object, and was used before.
            return Err(No::Unknown("a rule suppresses routes by nexthop objects"));
        }
        let suppressed = |leg| rules::suppressed(rule, self.copy, &found.prefix, leg);
        let each = legs.as_slice();
        if each.iter().any(|leg| suppressed(Some(leg))) {
            // The kernel looks at the one leg it has chosen.
            return if each.iter().all(|leg| suppressed(Some(leg))) {
                Ok(None)
            } else {
                Err(No::Unknown("a rule suppresses some legs of a route"))
            };
        }
        if matches!(info.kind, kind::LOCAL | kind::ANYCAST) {
            if each.iter().any(|leg| in_vrf(self.copy, leg.index)) {
                return Err(No::Unknown("the address is in a VRF"));
            }
            legs = on_link(LOOPBACK);
        }
        Ok(Some(Path {
            kind: info.kind,
            table: found.table,
            prefix: found.prefix,
            metric: info.metric,
            info: Some(found.id),
            legs,
            prefsrc: info.prefsrc,
        }))
    }

    /// `connect()` of a socket without an address goes on when there is no route: the kernel takes
    /// the address that it likes best, and looks whether there is a route from there.
    fn with_any_source(&self, errno: i32) -> No {
        if !self.asks_for_source() {
            return No::Errno(errno);
        }
        let mut sources = self.copy.addresses().filter_map(usable_source);
        for src in sources.by_ref().take(MANY_SOURCES) {
            let from_there = Question {
                flow: Flow {
                    src: Some(IpAddr::V6(src)),
                    ..self.flow
                },
                src: Some(src),
                ..*self
            };
            if from_there.by_rules().err() != Some(No::Errno(errno)) {
                return No::Unknown("which source address the kernel takes");
            }
        }
        match sources.next() {
            None => No::Errno(errno),
            Some(_) => No::Unknown("which of many source addresses the kernel takes"),
        }
    }

    /// Whether anything depends on where packets come from.
    fn asks_for_source(&self) -> bool {
        self.copy.rules6.iter().any(|rule| rule.src.is_some())
            || self
                .copy
                .tables
                .any_info(Family::V6, |info| info.source.is_some())
    }
}

fn usable_source(addr: &Addr) -> Option<Ipv6Addr> {
    match addr.local {
        IpAddr::V6(ip) if addr.flags & IFA_F_UNUSABLE == 0 => Some(ip),
        _ => None,
    }
}

/// An address that means something on one link only; which one has to be said.
fn of_one_link(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.octets();
    ip.is_unicast_link_local() || first == 0xff && matches!(second & 0x0f, 1 | 2)
}
