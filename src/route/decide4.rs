//! IPv4: what the kernel makes of a flow before and after it looks for a route.
#![forbid(unsafe_code)]

use core::cell::RefMut;
use core::net::{IpAddr, Ipv4Addr};

use super::copy::KernelCopy;
use super::decide::{No, on_link};
use super::find4::{self, Found, Key};
use super::rules::{LOOPBACK, TOS_MASK, in_vrf};
use super::types::{Family, Flow, Leg, Legs, Path, Prefix, Verdict, kind, leg_flag, table_id};
use crate::sys::memory::{self, Mark};

/// Where the kernel would send a packet of this flow. `dst` is where `flow` goes.
pub(crate) fn decide4(copy: &KernelCopy, flow: &Flow, dst: Ipv4Addr) -> Verdict {
    if let Some(known) = kept4(copy, flow, dst) {
        return known.clone();
    }
    let src = source(flow);
    if is_plain(copy, flow, dst, src) && !copy.tables.answers4.borrow().has(dst) {
        learn(copy, dst);
    }
    let question = Question {
        copy,
        flow,
        dst,
        src,
    };
    question.path().into()
}

/// The answer, if it is one that is kept.
#[inline(always)]
pub(super) fn kept4<'a>(
    copy: &'a KernelCopy,
    flow: &Flow,
    dst: Ipv4Addr,
) -> Option<RefMut<'a, Verdict>> {
    let src = source(flow);
    if !is_plain(copy, flow, dst, src) {
        return None;
    }
    let answers = copy.tables.answers4.borrow_mut();
    let known = RefMut::filter_map(answers, |answers| answers.get(dst)).ok()?;
    match *known {
        // With a source, the question may have an answer.
        Verdict::Unknown(_) if src.is_some() => None,
        _ => Some(known),
    }
}

#[inline(always)]
fn source(flow: &Flow) -> Option<Ipv4Addr> {
    match flow.src {
        Some(IpAddr::V4(src)) if !src.is_unspecified() => Some(src),
        _ => None,
    }
}

/// Whether nothing but the destination matters, as long as no rule of somebody's own asks for more.
#[inline(always)]
fn is_plain(copy: &KernelCopy, flow: &Flow, dst: Ipv4Addr, src: Option<Ipv4Addr>) -> bool {
    let [first, ..] = dst.octets();
    let plain_source =
        |src: Ipv4Addr| !src.is_loopback() && copy.homes(IpAddr::V4(src)).next().is_some();
    // Neither 0.0.0.0, nor multicast, nor broadcast.
    (1..224).contains(&first)
        && flow.oif == 0
        && flow.tos & TOS_MASK == 0
        && !find4::split(copy)
        && src.is_none_or(plain_source)
}

/// How many bytes working out the answers takes for each end of a prefix, at most: numbers in lists that
/// grow by doubling, an answer, two places of ranges.
const EACH_END: usize = 128 + 2 * size_of::<Verdict>();

/// After enough questions, works out the answers for the destinations near this
/// one, and keeps them.
#[cold]
fn learn(copy: &KernelCopy, dst: Ipv4Addr) {
    let tables = &copy.tables;
    let (due, len) = {
        let answers = &mut *tables.answers4.borrow_mut();
        let due = answers.missed(dst, tables.len(Family::V4));
        (due, answers.chunk_len())
    };
    let (Some(most), Some(chunk)) = (due, Prefix::new(IpAddr::V4(dst), len)) else {
        return;
    };
    let mark = Mark::now();
    let grows = tables.answers4.borrow().bulk().saturating_mul(2);
    let aside = memory::set_aside(grows.saturating_add(most.saturating_mul(EACH_END)));
    if aside.is_some() {
        work_out(copy, dst, chunk, most);
    }
    if mark.failed() {
        // What is kept is only of use when there is memory for it.
        tables.answers4.borrow_mut().forget_all();
        mark.forgive();
    }
}

/// Keeps the answers for the destinations in this one's chunk, unless more than `most` prefixes end
/// there.
fn work_out(copy: &KernelCopy, dst: Ipv4Addr, chunk: Prefix, most: usize) {
    let tables = &copy.tables;
    let first = dst.to_bits() & !chunk.host4();
    let mut starts = vec![first];
    for table in [table_id::LOCAL, table_id::MAIN, table_id::DEFAULT] {
        let Some(ends) = tables.ends_within(table, chunk, most) else {
            return;
        };
        starts.extend(ends.iter().filter(|end| *end & !chunk.host4() == first));
    }
    starts.sort_unstable();
    starts.dedup();
    let answers = starts.into_iter().map(|start| {
        let dst = Ipv4Addr::from_bits(start);
        let flow = Flow::to(IpAddr::V4(dst));
        let question = Question {
            copy,
            flow: &flow,
            dst,
            src: None,
        };
        ((start & chunk.host4()) as u16, question.path().into())
    });
    let answers = answers.collect();
    tables.answers4.borrow_mut().keep(dst, answers);
}

struct Question<'a> {
    copy: &'a KernelCopy,
    flow: &'a Flow,
    dst: Ipv4Addr,
    src: Option<Ipv4Addr>,
}

impl Question<'_> {
    fn path(&self) -> Result<Path, No> {
        let oif = self.flow.oif;
        if let Some(src) = self.src {
            let home = self.home(src)?;
            if oif == 0 && (self.dst.is_multicast() || self.dst.is_broadcast()) {
                let home = home.ok_or(No::Unknown("several interfaces have the source"))?;
                return self.assumed(home);
            }
        }
        if oif != 0 {
            self.check_interface()?;
            if self.stays_on_link() {
                return self.assumed(oif);
            }
        }
        if self.dst.is_unspecified() {
            return Ok(self.path_to(kind::LOCAL, on_link(LOOPBACK)));
        }
        self.check_followed()?;
        let key = Key {
            copy: self.copy,
            dst: self.dst,
            oif,
            tos: self.flow.tos & TOS_MASK,
        };
        match find4::find(&key, self.flow) {
            Ok(found) => self.by_route(&key, &found),
            // The kernel treats the destination as a neighbour on that interface, whatever its tables say.
            Err(No::Errno(_)) if oif != 0 => self.assumed(oif),
            Err(no) => Err(no),
        }
    }

    /// The interface that has the source address, if one alone has it. The host must have it.
    fn home(&self, src: Ipv4Addr) -> Result<Option<u32>, No> {
        if src.is_multicast() || src.is_broadcast() {
            return Err(No::Errno(libc::EINVAL));
        }
        let mut homes = self.copy.homes(IpAddr::V4(src));
        if let Some(home) = homes.next() {
            return Ok(homes.all(|other| other == home).then_some(home));
        }
        match find4::routed_to_us(self.copy, src)? {
            Some(leg) => Ok(Some(leg.index)),
            None => Err(No::Errno(libc::ENETUNREACH)),
        }
    }

    fn check_interface(&self) -> Result<(), No> {
        let oif = self.flow.oif;
        let link = self.copy.links.get(&oif).ok_or(No::Errno(libc::ENODEV))?;
        let inet = i32::try_from(oif)
            .is_ok_and(|index| self.copy.netconf.contains_key(&(Family::V4, index)));
        if link.up() && inet {
            Ok(())
        } else {
            Err(No::Errno(libc::ENETUNREACH))
        }
    }

    /// What goes out of the bound interface without a look into the tables.
    fn stays_on_link(&self) -> bool {
        let local_multicast = matches!(self.dst.octets(), [224, 0, 0, _]);
        local_multicast
            || self.dst.is_broadcast()
            || i32::from(self.flow.protocol) == libc::IPPROTO_IGMP
    }

    /// Rules look at something that the copy does not have.
    fn check_followed(&self) -> Result<(), No> {
        let oif = self.flow.oif;
        if oif == 0 {
            return Ok(());
        }
        if in_vrf(self.copy, oif) {
            return Err(No::Unknown("the interface is in a VRF"));
        }
        let by_source = || self.copy.rules4.iter().any(|rule| rule.src.is_some());
        if self.dst.is_multicast() && self.src.is_none() && by_source() {
            return Err(No::Unknown("which source multicast gets before the rules"));
        }
        Ok(())
    }

    fn by_route(&self, key: &Key<'_>, found: &Found<'_>) -> Result<Path, No> {
        let info = found.info;
        let (kind, mut legs) = if info.kind == kind::LOCAL {
            if in_vrf(self.copy, found.leg.index) {
                return Err(No::Unknown("the address is in a VRF"));
            }
            (self.kind_of(kind::LOCAL), on_link(LOOPBACK))
        } else {
            (self.kind_of(info.kind), find4::ways(key, found)?)
        };
        self.check_source_goes_out(info.prefsrc, &legs)?;
        let direct = kind == kind::BROADCAST && self.dst.is_broadcast()
            || kind == kind::MULTICAST && found.len < 4;
        for leg in legs.as_mut_slice() {
            if direct {
                leg.gateway = None;
            }
            self.check_gateway(leg)?;
        }
        Ok(Path {
            kind,
            table: found.table,
            prefix: found.prefix(key),
            metric: info.metric,
            info: Some(found.id),
            legs,
            prefsrc: info.prefsrc,
        })
    }

    /// The kernel ignores a gateway that was an address of the host when the route was added.
    fn check_gateway(&self, leg: &Leg) -> Result<(), No> {
        match leg.gateway {
            Some(gateway @ IpAddr::V4(_))
                if leg.flags & leg_flag::ONLINK == 0
                    && self.copy.homes(gateway).next().is_some() =>
            {
                Err(No::Unknown("the gateway is the host itself"))
            }
            _ => Ok(()),
        }
    }

    /// Out of this interface, as if there were a route for the destination alone.
    fn assumed(&self, index: u32) -> Result<Path, No> {
        let legs = on_link(index);
        self.check_source_goes_out(None, &legs)?;
        Ok(self.path_to(self.kind_of(kind::UNICAST), legs))
    }

    fn path_to(&self, kind: u8, legs: Legs) -> Path {
        Path {
            kind,
            table: 0,
            prefix: Prefix {
                address: IpAddr::V4(self.dst),
                len: 32,
            },
            metric: 0,
            info: None,
            legs,
            prefsrc: None,
        }
    }

    /// The kind of addresses that need no look-up: broadcast and multicast.
    fn kind_of(&self, route: u8) -> u8 {
        if self.dst.is_broadcast() {
            kind::BROADCAST
        } else if self.dst.is_multicast() {
            kind::MULTICAST
        } else {
            route
        }
    }

    /// 127.0.0.0/8 does not leave the host, unless the interface has `route_localnet`: no message
    /// tells that.
    fn check_source_goes_out(&self, prefsrc: Option<IpAddr>, legs: &Legs) -> Result<(), No> {
        let src = self.src.map(IpAddr::V4).or(prefsrc);
        if !src.is_some_and(|src| src.is_loopback()) {
            return Ok(());
        }
        let links = &self.copy.links;
        let inside = |leg: &Leg| links.get(&leg.index).is_some_and(|link| link.loopback());
        if legs.as_slice().iter().all(inside) {
            Ok(())
        } else {
            Err(No::Unknown("route_localnet"))
        }
    }
}

#[cfg(test)]
mod bench;
#[cfg(test)]
mod kept_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) mod world;
