//! What the kernel says of the network, as plain data: one type for each kind of
//! rtnetlink message (rtnetlink(7), `linux/rtnetlink.h`), with just what a
//! decision needs.

use crate::sys::privs;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Route types (`RTN_*`).
pub(crate) mod kind {
    pub(crate) const UNICAST: u8 = 1;
    pub(crate) const LOCAL: u8 = 2;
    pub(crate) const BROADCAST: u8 = 3;
    pub(crate) const ANYCAST: u8 = 4;
    pub(crate) const MULTICAST: u8 = 5;
    pub(crate) const BLACKHOLE: u8 = 6;
    pub(crate) const UNREACHABLE: u8 = 7;
    pub(crate) const PROHIBIT: u8 = 8;
    pub(crate) const THROW: u8 = 9;
}

/// Tables with names (`RT_TABLE_*`).
pub(crate) mod table_id {
    pub(crate) const DEFAULT: u32 = 253;
    pub(crate) const MAIN: u32 = 254;
    pub(crate) const LOCAL: u32 = 255;
}

/// Flags of a leg (`RTNH_F_*`).
pub(crate) mod leg_flag {
    /// Its interface is administratively down, or has no address.
    pub(crate) const DEAD: u8 = 1;
    pub(crate) const ONLINK: u8 = 4;
    /// Its interface has no carrier.
    pub(crate) const LINKDOWN: u8 = 16;
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub(crate) enum Family {
    V4,
    V6,
}

impl Family {
    #[inline(always)]
    pub(crate) fn of(ip: IpAddr) -> Self {
        if ip.is_ipv4() { Self::V4 } else { Self::V6 }
    }

    /// How long an address is, bits.
    #[inline(always)]
    pub(crate) fn bits(self) -> u8 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }

    /// The address that is none (`0.0.0.0`, `::`).
    pub(crate) fn unspecified(self) -> IpAddr {
        match self {
            Self::V4 => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            Self::V6 => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        }
    }
}

/// The addresses that begin with the same `len` bits. The rest of `address` is 0.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub(crate) struct Prefix {
    pub(crate) address: IpAddr,
    pub(crate) len: u8,
}

impl Prefix {
    /// `None` when `len` is more than an address has.
    #[inline(always)]
    pub(crate) fn new(address: IpAddr, len: u8) -> Option<Self> {
        let left = Family::of(address).bits().checked_sub(len)?;
        let address = match address {
            IpAddr::V4(a) => {
                let mask = u32::MAX.checked_shl(u32::from(left)).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from_bits(a.to_bits() & mask))
            }
            IpAddr::V6(a) => {
                let mask = u128::MAX.checked_shl(u32::from(left)).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from_bits(a.to_bits() & mask))
            }
        };
        Some(Self { address, len })
    }

    /// The bits of an IPv4 address in which those of the prefix differ.
    #[inline]
    pub(crate) fn host4(self) -> u32 {
        u32::MAX.checked_shr(u32::from(self.len)).unwrap_or(0)
    }

    /// The IPv4 prefix of the same length that has this address.
    #[inline]
    pub(crate) fn around4(self, ip: Ipv4Addr) -> Self {
        Self {
            address: IpAddr::V4(Ipv4Addr::from_bits(ip.to_bits() & !self.host4())),
            len: self.len,
        }
    }

    pub(crate) fn family(&self) -> Family {
        Family::of(self.address)
    }

    pub(crate) fn contains(&self, ip: IpAddr) -> bool {
        Family::of(ip) == self.family() && Self::new(ip, self.len) == Some(*self)
    }

    /// The last address of it.
    pub(crate) fn last(&self) -> IpAddr {
        match self.address {
            IpAddr::V4(a) => {
                let host = u32::MAX.checked_shr(u32::from(self.len)).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from_bits(a.to_bits() | host))
            }
            IpAddr::V6(a) => {
                let host = u128::MAX.checked_shr(u32::from(self.len)).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from_bits(a.to_bits() | host))
            }
        }
    }
}

/// The name of an interface, without the NUL (`IFNAMSIZ` is 16 with it).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct IfName {
    pub(crate) bytes: [u8; 16],
}

impl IfName {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        let end = self.bytes.iter().position(|b| *b == 0).unwrap_or(16);
        self.bytes.get(..end).unwrap_or(&[])
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }
}

/// `RTM_NEWLINK`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Link {
    pub(crate) index: u32,
    /// `IFF_*` (netdevice(7)).
    pub(crate) flags: u32,
    pub(crate) name: IfName,
    /// What it is a port of, 0 for nothing (`IFLA_MASTER`).
    pub(crate) master: u32,
    /// `IFLA_GROUP`.
    pub(crate) group: u32,
    /// It is a VRF, with rules and tables of its own (`IFLA_INFO_KIND` "vrf").
    pub(crate) vrf: bool,
}

impl Link {
    /// Administratively up.
    pub(crate) fn up(&self) -> bool {
        self.flags & libc::IFF_UP as u32 != 0
    }

    /// It has a carrier: what the kernel's routing looks at (`netif_carrier_ok()`).
    pub(crate) fn carrier(&self) -> bool {
        const IFF_LOWER_UP: u32 = 1 << 16;
        self.flags & IFF_LOWER_UP != 0
    }

    pub(crate) fn loopback(&self) -> bool {
        self.flags & libc::IFF_LOOPBACK as u32 != 0
    }
}

/// `RTM_NEWADDR`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Addr {
    pub(crate) index: u32,
    /// The host's own (`IFA_LOCAL`, or else `IFA_ADDRESS`).
    pub(crate) local: IpAddr,
    /// The peer's on a point-to-point interface, otherwise the same (`IFA_ADDRESS`).
    pub(crate) peer: IpAddr,
    pub(crate) prefix_len: u8,
    pub(crate) scope: u8,
    /// `IFA_F_*`.
    pub(crate) flags: u32,
}

/// One way out of a route.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Leg {
    /// The interface, 0 for none.
    pub(crate) index: u32,
    /// Of either family (`RTA_GATEWAY`, `RTA_VIA`); `None`: the destination is on the link.
    pub(crate) gateway: Option<IpAddr>,
    /// 1 to 256 (`rtnh_hops` + 1).
    pub(crate) weight: u16,
    /// `RTNH_F_*`.
    pub(crate) flags: u8,
    /// Packets are encapsulated (`RTA_ENCAP`).
    pub(crate) encap: bool,
}

/// The ways out of a route: mostly one.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) enum Legs {
    #[default]
    None,
    One(Leg),
    Many(Box<[Leg]>),
}

impl Legs {
    #[inline(always)]
    pub(crate) fn as_slice(&self) -> &[Leg] {
        match self {
            Self::None => &[],
            Self::One(leg) => core::slice::from_ref(leg),
            Self::Many(legs) => legs,
        }
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [Leg] {
        match self {
            Self::None => &mut [],
            Self::One(leg) => core::slice::from_mut(leg),
            Self::Many(legs) => legs,
        }
    }

    pub(crate) fn from_vec(mut legs: Vec<Leg>) -> Self {
        match legs.len() {
            0 => Self::None,
            1 => legs.pop().map_or(Self::None, Self::One),
            _ => Self::Many(legs.into_boxed_slice()),
        }
    }
}

/// A route without its table and prefix. Routes that are otherwise equal share one.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct RouteInfo {
    /// `RTN_*`.
    pub(crate) kind: u8,
    /// `RT_SCOPE_*`.
    pub(crate) scope: u8,
    /// `RTPROT_*`.
    pub(crate) protocol: u8,
    /// The DS field it is for, as the kernel gives it (`rtm_tos`); 0: for all. IPv4 only.
    pub(crate) tos: u8,
    /// Preference of an IPv6 router (`RTA_PREF`: 0 medium, 1 high, 3 low).
    pub(crate) pref: u8,
    /// `RTM_F_*`, and `RTNH_F_*` of a route with one leg.
    pub(crate) flags: u32,
    /// The lower, the better (`RTA_PRIORITY`).
    pub(crate) metric: u32,
    /// The nexthop object it uses, 0 for none (`RTA_NH_ID`).
    pub(crate) nexthop_id: u32,
    /// Where it wants packets to come from (`RTA_PREFSRC`).
    pub(crate) prefsrc: Option<IpAddr>,
    /// Only for packets from here (IPv6 `RTA_SRC`).
    pub(crate) source: Option<Prefix>,
    pub(crate) legs: Legs,
}

/// `RTM_NEWROUTE`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Route {
    pub(crate) table: u32,
    pub(crate) dst: Prefix,
    pub(crate) info: RouteInfo,
    /// How long it lasts, in hundredths of a second (`USER_HZ`), less than 0 when it is over; 0: it
    /// does not end by itself (`rta_expires` of `RTA_CACHEINFO`).
    pub(crate) expires: i32,
}

/// A range of port numbers that a rule matches, both ends included, after the mask.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Ports {
    pub(crate) from: u16,
    pub(crate) to: u16,
    /// 0xffff unless `FRA_SPORT_MASK`, `FRA_DPORT_MASK`.
    pub(crate) mask: u16,
}

/// `RTM_NEWRULE` (`linux/fib_rules.h`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Rule {
    pub(crate) family: Family,
    /// The lower, the earlier.
    pub(crate) pref: u32,
    /// `FR_ACT_*`: 1 to table, 2 goto, 3 nop, 6 blackhole, 7 unreachable, 8 prohibit.
    pub(crate) action: u8,
    pub(crate) table: u32,
    pub(crate) src: Option<Prefix>,
    pub(crate) dst: Option<Prefix>,
    /// `FIB_RULE_INVERT`.
    pub(crate) invert: bool,
    /// `FIB_RULE_*` as they came: detached interfaces, unresolved goto.
    pub(crate) flags: u32,
    pub(crate) mark: u32,
    pub(crate) mark_mask: u32,
    /// Empty: any.
    pub(crate) iif: IfName,
    pub(crate) oif: IfName,
    /// `tos` of the header; IPv6: traffic class. 0: any.
    pub(crate) tos: u8,
    /// `FRA_DSCP` with `FRA_DSCP_MASK` (all 6 bits without one).
    pub(crate) dscp: Option<(u8, u8)>,
    pub(crate) uid: Option<(u32, u32)>,
    /// 0: any.
    pub(crate) protocol: u8,
    pub(crate) sport: Option<Ports>,
    pub(crate) dport: Option<Ports>,
    /// Throw away what this rule finds if its prefix is no longer than this.
    pub(crate) suppress_len: Option<u32>,
    /// Throw away what this rule finds if its interface is in this group.
    pub(crate) suppress_group: Option<u32>,
    /// The preference to go on with, for `FR_ACT_GOTO`.
    pub(crate) goto: u32,
    /// `FRA_L3MDEV`.
    pub(crate) l3mdev: bool,
    /// It has a selector that is not known here, or that needs what a socket does not have
    /// (`FRA_TUN_ID`, `FRA_FLOWLABEL`).
    pub(crate) unknown: bool,
}

impl Rule {
    /// `FR_ACT_TO_TBL`.
    pub(crate) const TO_TABLE: u8 = 1;

    /// A rule of preference 0 that leads every packet to table 0.
    pub(crate) fn to_table(family: Family) -> Self {
        Self {
            family,
            pref: 0,
            action: Self::TO_TABLE,
            table: 0,
            src: None,
            dst: None,
            invert: false,
            flags: 0,
            mark: 0,
            mark_mask: 0,
            iif: IfName::default(),
            oif: IfName::default(),
            tos: 0,
            dscp: None,
            uid: None,
            protocol: 0,
            sport: None,
            dport: None,
            suppress_len: None,
            suppress_group: None,
            goto: 0,
            l3mdev: false,
            unknown: false,
        }
    }
}

/// `RTM_NEWNEXTHOP` (`linux/nexthop.h`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Nexthop {
    pub(crate) id: u32,
    /// `None` for a group.
    pub(crate) family: Option<Family>,
    pub(crate) leg: Leg,
    pub(crate) blackhole: bool,
    /// For forwarding tables of bridges only.
    pub(crate) fdb: bool,
    /// The members of a group and their weights.
    pub(crate) group: Vec<(u32, u16)>,
}

/// `RTM_NEWNETCONF` (`linux/netconf.h`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Netconf {
    pub(crate) family: Family,
    /// `NETCONFA_IFINDEX_ALL` is -1, `_DEFAULT` -2.
    pub(crate) index: i32,
    pub(crate) forwarding: Option<bool>,
    pub(crate) ignore_linkdown: Option<bool>,
}

/// `RTM_NEWNEIGH`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Neigh {
    pub(crate) index: u32,
    pub(crate) address: IpAddr,
    /// `NUD_*`.
    pub(crate) state: u16,
    /// `NTF_*`.
    pub(crate) flags: u8,
}

/// What one message says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum What {
    Link(Link),
    Addr(Addr),
    Route(Route),
    Rule(Rule),
    Nexthop(Nexthop),
    Netconf(Netconf),
    Neigh(Neigh),
    /// The end of a dump: 0, or an errno.
    Done(i32),
    /// The answer to a request that failed: errno (positive); 0 acknowledges.
    Error(i32),
    /// Nothing that matters to routing.
    Other,
}

/// One message of a datagram (`struct nlmsghdr`, netlink(7)).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Message {
    /// `RTM_*` or `NLMSG_*`.
    pub(crate) kind: u16,
    /// `NLM_F_*`.
    pub(crate) flags: u16,
    pub(crate) seq: u32,
    pub(crate) port: u32,
    /// It announces a removal (`RTM_DEL*`).
    pub(crate) gone: bool,
    pub(crate) what: What,
}

/// A question: where would a packet go?
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Flow {
    pub(crate) dst: IpAddr,
    /// Where it comes from, if that is settled.
    pub(crate) src: Option<IpAddr>,
    /// The interface the socket is bound to, 0 for none.
    pub(crate) oif: u32,
    /// `SO_MARK`.
    pub(crate) mark: u32,
    /// The DS field of the packet (`IP_TOS`, `IPV6_TCLASS`).
    pub(crate) tos: u8,
    /// The user it is sent for; `None`: the one that the process is for the kernel now.
    pub(crate) uid: Option<u32>,
    /// `IPPROTO_*`, 0 if not known.
    pub(crate) protocol: u8,
    /// 0 if not known.
    pub(crate) sport: u16,
    pub(crate) dport: u16,
}

impl Flow {
    /// To this address, with nothing else settled.
    pub(crate) fn to(dst: IpAddr) -> Self {
        Self {
            dst,
            src: None,
            oif: 0,
            mark: 0,
            tos: 0,
            uid: None,
            protocol: 0,
            sport: 0,
            dport: 0,
        }
    }

    /// The user's number. Finding out the process's own takes longer than most look-ups, so it happens
    /// only when a rule needs it.
    pub(crate) fn uid(&self) -> u32 {
        self.uid.unwrap_or_else(privs::own_uid)
    }
}

/// The way a packet goes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Path {
    /// `RTN_UNICAST`, `RTN_LOCAL`, `RTN_BROADCAST`, ...
    pub(crate) kind: u8,
    /// The table that has the route; 0 where the kernel assumed one.
    pub(crate) table: u32,
    /// The prefix that matched.
    pub(crate) prefix: Prefix,
    /// The metric of the route.
    pub(crate) metric: u32,
    /// Which route it was, for [`super::table::Tables::info`]; `None` where none matched.
    pub(crate) info: Option<super::table::InfoId>,
    /// The legs that a packet may take. Empty only for local delivery.
    pub(crate) legs: Legs,
    /// The source address the route asks for.
    pub(crate) prefsrc: Option<IpAddr>,
}

/// The answer.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Verdict {
    Reachable(Path),
    /// `connect()` and `send()` fail with this errno.
    Unreachable(i32),
    /// The copy cannot know (routing.md 3.3): the kernel has to be asked.
    Unknown(&'static str),
}

impl Verdict {
    /// Whether it goes out by this interface. What the host keeps goes out by none.
    pub(crate) fn leaves_by(&self, index: u32) -> bool {
        match self {
            Self::Reachable(path) if path.kind == kind::UNICAST => {
                path.legs.as_slice().iter().any(|leg| leg.index == index)
            }
            _ => false,
        }
    }
}
