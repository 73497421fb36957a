//! IPv6: what the kernel makes of a flow before and after it looks for a route.
#![forbid(unsafe_code)]

use core::net::{IpAddr, Ipv6Addr};

use super::copy::KernelCopy;
use super::decide::{No, errno_of, on_link};
use super::find6::{self, Found, Key};
use super::rules::{self, LOOPBACK, Step, in_vrf};
use super::types::{Flow, Leg, Path, Rule, Verdict, kind};

#[cfg(test)]
mod against_kernel;
#[cfg(test)]
mod network;
#[cfg(test)]
mod tests;

/// With more source addresses than this, they are not tried one by one.
pub(super) const MANY_SOURCES: usize = 64;

/// Where the kernel would send a packet of this flow. `dst` is where `flow` goes.
pub(crate) fn decide6(copy: &KernelCopy, flow: &Flow, dst: Ipv6Addr) -> Verdict {
    // connect() to `::` connects to the host itself.
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
    copy: &'a KernelCopy,
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
            outcome if self.src.is_some() => outcome,
            // There is a route, but no source address for it.
            Err(No::Errno(libc::EADDRNOTAVAIL)) => Err(No::Errno(libc::EADDRNOTAVAIL)),
            Err(No::Errno(errno)) => self.with_any_source(errno),
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
            // The kernel may look at the prefix of another route with the same nexthop object that was used before.
            return Err(No::Unknown("a rule suppresses routes by nexthop objects"));
        }
        let suppressed = |leg| rules::suppressed(rule, self.copy, &found.prefix, Some(leg));
        let each = legs.as_slice();
        if each.iter().any(|leg| suppressed(leg).is_none()) {
            return Err(No::Unknown(rules::GROUP_UNSURE));
        }
        if each.iter().any(|leg| suppressed(leg) == Some(true)) {
            // The kernel looks at the one leg it has chosen.
            return if each.iter().all(|leg| suppressed(leg) == Some(true)) {
                Ok(None)
            } else {
                Err(No::Unknown("a rule suppresses some legs of a route"))
            };
        }
        // The kernel may take the preferred source of another route with the same nexthop object.
        let shared = info.nexthop_id != 0;
        if self.src.is_none() && (shared || info.prefsrc.is_none()) {
            self.check_source(legs.as_slice(), shared)?;
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

    /// Whether there is a source address for one of these legs.
    fn check_source(&self, legs: &[Leg], shared: bool) -> Result<(), No> {
        let has = |leg: &Leg| self.copy.has_source(leg.index);
        if legs.iter().all(has) {
            return Ok(());
        }
        let of_link = self.dst.is_multicast() || self.dst.is_loopback() || of_one_link(self.dst);
        if !shared && (!self.copy.has_sources() || of_link && !legs.iter().any(has)) {
            return Err(No::Errno(libc::EADDRNOTAVAIL));
        }
        // An address of another interface will do, unless `use_oif_addrs_only` is set.
        Err(No::Unknown("an interface without an address"))
    }

    /// `connect()` of a socket without an address goes on when there is no route: the kernel takes
    /// the address that it likes best, and looks whether there is a route from there.
    fn with_any_source(&self, errno: i32) -> Result<Path, No> {
        if !self.copy.has_sources() {
            return Err(No::Errno(libc::EADDRNOTAVAIL));
        }
        if !self.asks_for_source() {
            return Err(No::Errno(errno));
        }
        let mut sources = self.copy.sources();
        let mut all: Option<Result<Path, No>> = None;
        for src in sources.by_ref().take(MANY_SOURCES) {
            let from_there = Question {
                flow: Flow {
                    src: Some(IpAddr::V6(src)),
                    ..self.flow
                },
                src: Some(src),
                ..*self
            };
            // Any of these routes: only the legs count.
            let outcome = from_there
                .by_rules()
                .map(|path| Path { info: None, ..path });
            if all.get_or_insert_with(|| outcome.clone()) != &outcome {
                return Err(No::Unknown("which source address the kernel takes"));
            }
        }
        match (sources.next(), all) {
            (None, Some(outcome)) => outcome,
            _ => Err(No::Unknown(
                "which of many source addresses the kernel takes",
            )),
        }
    }

    /// Whether anything depends on where packets come from.
    fn asks_for_source(&self) -> bool {
        self.copy.rules6.iter().any(|rule| rule.src.is_some())
            || self.copy.tables.tally().has_sourced6()
    }
}

/// An address that means something on one link only; which one has to be said.
fn of_one_link(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.octets();
    ip.is_unicast_link_local() || first == 0xff && matches!(second & 0x0f, 1 | 2)
}
