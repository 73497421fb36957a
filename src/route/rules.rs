//! Routing policy: the rules that a flow comes by, in order (ip-rule(8),
//! `linux/fib_rules.h`).
//!
//! The flow is one that this host sends: its incoming interface is the loopback.
#![forbid(unsafe_code)]

use core::net::{IpAddr, Ipv4Addr};

use super::copy::KernelCopy;
use super::types::{Family, Flow, IfName, Leg, Link, Ports, Prefix, Rule};

/// `FR_ACT_*`.
pub(crate) mod action {
    pub(crate) const TO_TABLE: u8 = 1;
    pub(crate) const GOTO: u8 = 2;
    pub(crate) const NOP: u8 = 3;
    pub(crate) const UNREACHABLE: u8 = 7;
    pub(crate) const PROHIBIT: u8 = 8;
}

/// `FIB_RULE_FIND_SADDR`: IPv6 selects a source address first, and matches the rule against it.
const FIND_SOURCE: u32 = 0x1_0000;

/// What the kernel sees of a DS field where a route or a rule has a TOS (`IPTOS_RT_MASK`): IPv4 only.
pub(crate) const TOS_MASK: u8 = 0x1c;

/// What the DS field has beside ECN.
const DSCP_MASK: u8 = 0xfc;

/// The first interface of every network namespace, and the incoming one of what the host sends.
pub(crate) const LOOPBACK: u32 = 1;

/// A rule that applies, and what it asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'a> {
    /// Look into the table of this rule; what it finds may be [`suppressed`].
    Table(&'a Rule),
    /// The look-up ends with this errno.
    Reject(i32),
    /// The copy cannot tell whether the rule applies.
    Unknown(&'static str),
}

/// Iterates over the rules that apply to a flow, in their order. The caller stops when it has found a
/// route.
pub(crate) struct Steps<'a> {
    rules: &'a [Rule],
    next: usize,
    copy: &'a KernelCopy,
    flow: &'a Flow,
}

/// The rules of the family of `flow.dst` that apply to it.
///
/// A flow out of an interface that belongs to a VRF is another matter: see [`in_vrf`].
pub(crate) fn steps<'a>(copy: &'a KernelCopy, flow: &'a Flow) -> Steps<'a> {
    Steps {
        rules: match Family::of(flow.dst) {
            Family::V4 => &copy.rules4,
            Family::V6 => &copy.rules6,
        },
        next: 0,
        copy,
        flow,
    }
}

impl<'a> Iterator for Steps<'a> {
    type Item = Step<'a>;

    fn next(&mut self) -> Option<Step<'a>> {
        loop {
            let at = self.next;
            let rule = self.rules.get(at)?;
            self.next = at.saturating_add(1);
            match applies(rule, self.flow, self.copy) {
                Applies::No => continue,
                Applies::Yes => {}
                Applies::Unknown if rule.action == action::NOP => continue,
                Applies::Unknown => {
                    return Some(Step::Unknown("a rule has a selector that is not known"));
                }
            }
            match rule.action {
                action::TO_TABLE => return Some(Step::Table(rule)),
                action::GOTO => self.jump(rule.goto),
                action::NOP => {}
                action::UNREACHABLE => return Some(Step::Reject(libc::ENETUNREACH)),
                action::PROHIBIT => return Some(Step::Reject(libc::EACCES)),
                _ => return Some(Step::Reject(libc::EINVAL)),
            }
        }
    }
}

impl Steps<'_> {
    /// Goes on with the first rule of this preference. Without one, `goto` does nothing; and it
    /// never leads back.
    fn jump(&mut self, pref: u32) {
        let target = self.rules.partition_point(|rule| rule.pref < pref);
        if self.rules.get(target).is_some_and(|rule| rule.pref == pref) {
            self.next = self.next.max(target);
        }
    }
}

enum Applies {
    Yes,
    No,
    Unknown,
}

#[inline(always)]
fn applies(rule: &Rule, flow: &Flow, copy: &KernelCopy) -> Applies {
    match selects(rule, flow, copy) {
        Applies::Yes if rule.invert => Applies::No,
        Applies::No if rule.invert => Applies::Yes,
        plain => plain,
    }
}

/// What [`applies`] would return if the rule had no `not`.
#[inline(always)]
fn selects(rule: &Rule, flow: &Flow, copy: &KernelCopy) -> Applies {
    let known = interface_is(&rule.iif, LOOPBACK, copy)
        && interface_is(&rule.oif, flow.oif, copy)
        && (rule.mark ^ flow.mark) & rule.mark_mask == 0
        // Only packets from or to a VRF have one.
        && !rule.l3mdev
        && rule.uid.is_none_or(|(from, to)| (from..=to).contains(&flow.uid()))
        && rule.dst.is_none_or(|dst| dst.len == 0 || dst.contains(flow.dst))
        && ds_field_is(rule, flow.tos)
        && (rule.protocol == 0 || rule.protocol == protocol(flow))
        && port_is(rule.sport, flow.sport)
        && port_is(rule.dport, flow.dport);
    if !known {
        return Applies::No;
    }
    match comes_from(rule, flow) {
        Applies::Yes if rule.unknown => Applies::Unknown,
        from => from,
    }
}

/// A name that no interface has, matches none: not even a flow that goes by no interface.
#[inline(always)]
fn interface_is(name: &IfName, index: u32, copy: &KernelCopy) -> bool {
    matches!(name.bytes, [0, ..])
        || copy
            .links
            .get(&index)
            .is_some_and(|link| link.name == *name)
}

fn comes_from(rule: &Rule, flow: &Flow) -> Applies {
    let Some(from) = rule.src.filter(|src| src.len != 0) else {
        return Applies::Yes;
    };
    let matches = match (rule.family, flow.src.filter(|src| !src.is_unspecified())) {
        (_, Some(src)) => from.contains(src),
        // A source that is not settled yet is 0.0.0.0, and that matches like any other address.
        (Family::V4, None) => from.contains(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        (Family::V6, None) if rule.flags & FIND_SOURCE != 0 => return Applies::Unknown,
        (Family::V6, None) => false,
    };
    if matches { Applies::Yes } else { Applies::No }
}

fn ds_field_is(rule: &Rule, tos: u8) -> bool {
    if let Some((dscp, mask)) = rule.dscp {
        return ((tos >> 2) ^ dscp) & mask == 0;
    }
    let seen = match rule.family {
        Family::V4 => tos & TOS_MASK,
        Family::V6 => tos & DSCP_MASK,
    };
    rule.tos == 0 || rule.tos & DSCP_MASK == seen
}

/// When an IPv4 question names no protocol, the kernel assumes UDP.
fn protocol(flow: &Flow) -> u8 {
    match (flow.protocol, flow.dst) {
        (0, IpAddr::V4(_)) => libc::IPPROTO_UDP as u8,
        (told, _) => told,
    }
}

#[inline(always)]
fn port_is(wanted: Option<Ports>, port: u16) -> bool {
    wanted.is_none_or(|ports| {
        if ports.from == ports.to {
            (ports.from ^ port) & ports.mask == 0
        } else {
            ports.from <= port && port <= ports.to
        }
    })
}

/// The rule throws away what it has found: a route (never an error) for a prefix of this length,
/// whose first leg, dead or not, is `first`. `None`: it asks for the group of an interface that is
/// down, and what becomes of that is not announced.
pub(crate) fn suppressed(
    rule: &Rule,
    copy: &KernelCopy,
    prefix: &Prefix,
    first: Option<&Leg>,
) -> Option<bool> {
    let short = |len| u32::from(prefix.len) <= len;
    if rule.suppress_len.is_some_and(short) {
        return Some(true);
    }
    let link = first.and_then(|leg| copy.links.get(&leg.index));
    match (rule.suppress_group, link) {
        (Some(_), Some(link)) if !link.up() => None,
        (Some(group), Some(link)) => Some(link.group == group),
        _ => Some(false),
    }
}

/// The reason given when [`suppressed`] cannot tell.
pub(crate) const GROUP_UNSURE: &str = "the group of an interface that is down";

/// The interface is a VRF or belongs to one: its flows have rules and tables of their own, which
/// the copy does not follow.
pub(crate) fn in_vrf(copy: &KernelCopy, index: u32) -> bool {
    copy.links.get(&index).is_some_and(|link: &Link| {
        link.vrf
            || (link.master != 0
                && copy
                    .links
                    .get(&link.master)
                    .is_some_and(|master| master.vrf))
    })
}

#[cfg(test)]
mod tests;
