//! The numbers of rtnetlink that matter here: `linux/rtnetlink.h`,
//! `linux/if_link.h` and their neighbours. libc does not have all of them.

/// `RTM_GET*` are two above `RTM_NEW*`, `RTM_DEL*` one.
pub(super) const NEW_LINK: u16 = 16;
pub(super) const DEL_LINK: u16 = 17;
pub(super) const GET_LINK: u16 = 18;
pub(super) const NEW_ADDR: u16 = 20;
pub(super) const DEL_ADDR: u16 = 21;
pub(super) const GET_ADDR: u16 = 22;
pub(super) const NEW_ROUTE: u16 = 24;
pub(super) const DEL_ROUTE: u16 = 25;
pub(super) const GET_ROUTE: u16 = 26;
pub(super) const NEW_NEIGH: u16 = 28;
pub(super) const DEL_NEIGH: u16 = 29;
pub(super) const GET_NEIGH: u16 = 30;
pub(super) const NEW_RULE: u16 = 32;
pub(super) const DEL_RULE: u16 = 33;
pub(super) const GET_RULE: u16 = 34;
pub(super) const NEW_NETCONF: u16 = 80;
pub(super) const DEL_NETCONF: u16 = 81;
pub(super) const GET_NETCONF: u16 = 82;
pub(super) const NEW_NEXTHOP: u16 = 104;
pub(super) const DEL_NEXTHOP: u16 = 105;
pub(super) const GET_NEXTHOP: u16 = 106;

/// `NLMSG_*`.
pub(super) const NOOP: u16 = 1;
pub(super) const ERROR: u16 = 2;
pub(super) const DONE: u16 = 3;

/// `IFLA_*`.
pub(super) mod link {
    pub(in super::super) const NAME: u16 = 3;
    #[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
    pub(in super::super) const MTU: u16 = 4;
    pub(in super::super) const MASTER: u16 = 10;
    pub(in super::super) const WIRELESS: u16 = 11;
    pub(in super::super) const INFO: u16 = 18;
    pub(in super::super) const GROUP: u16 = 27;
    pub(in super::super) const EXT_MASK: u16 = 29;
    pub(in super::super) const EVENT: u16 = 44;
    /// `IFLA_INFO_KIND`, within `IFLA_LINKINFO`.
    pub(in super::super) const INFO_KIND: u16 = 1;
    /// `RTEXT_FILTER_SKIP_STATS`.
    pub(in super::super) const SKIP_STATS: u32 = 8;
}

/// `IFA_*`.
pub(super) mod addr {
    pub(in super::super) const ADDRESS: u16 = 1;
    pub(in super::super) const LOCAL: u16 = 2;
    #[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
    pub(in super::super) const BROADCAST: u16 = 4;
    #[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
    pub(in super::super) const CACHEINFO: u16 = 6;
    pub(in super::super) const FLAGS: u16 = 8;
}

/// `RTA_*`.
pub(super) mod route {
    pub(in super::super) const DST: u16 = 1;
    pub(in super::super) const SRC: u16 = 2;
    pub(in super::super) const OIF: u16 = 4;
    pub(in super::super) const GATEWAY: u16 = 5;
    pub(in super::super) const PRIORITY: u16 = 6;
    pub(in super::super) const PREFSRC: u16 = 7;
    pub(in super::super) const MULTIPATH: u16 = 9;
    pub(in super::super) const TABLE: u16 = 15;
    pub(in super::super) const CACHEINFO: u16 = 12;
    pub(in super::super) const MARK: u16 = 16;
    pub(in super::super) const VIA: u16 = 18;
    pub(in super::super) const PREF: u16 = 20;
    pub(in super::super) const ENCAP: u16 = 22;
    pub(in super::super) const UID: u16 = 25;
    pub(in super::super) const IP_PROTO: u16 = 27;
    pub(in super::super) const SPORT: u16 = 28;
    pub(in super::super) const DPORT: u16 = 29;
    pub(in super::super) const NH_ID: u16 = 30;
    /// `RTM_F_LOOKUP_TABLE`: say which table it was.
    pub(in super::super) const LOOKUP_TABLE: u32 = 0x1000;
    /// `RTM_F_FIB_MATCH`: give the route, not what follows from it.
    pub(in super::super) const FIB_MATCH: u32 = 0x2000;
}

/// `NDA_*`.
pub(super) mod neigh {
    pub(in super::super) const DST: u16 = 1;
}

/// `FRA_*`.
pub(super) mod rule {
    pub(in super::super) const DST: u16 = 1;
    pub(in super::super) const SRC: u16 = 2;
    pub(in super::super) const IIF: u16 = 3;
    pub(in super::super) const GOTO: u16 = 4;
    pub(in super::super) const PRIORITY: u16 = 6;
    pub(in super::super) const FWMARK: u16 = 10;
    /// Realms: for accounting.
    pub(in super::super) const FLOW: u16 = 11;
    pub(in super::super) const SUPPRESS_GROUP: u16 = 13;
    pub(in super::super) const SUPPRESS_LEN: u16 = 14;
    pub(in super::super) const TABLE: u16 = 15;
    pub(in super::super) const FWMASK: u16 = 16;
    pub(in super::super) const OIF: u16 = 17;
    pub(in super::super) const PAD: u16 = 18;
    pub(in super::super) const L3MDEV: u16 = 19;
    pub(in super::super) const UID_RANGE: u16 = 20;
    /// Who made the rule.
    pub(in super::super) const PROTOCOL: u16 = 21;
    pub(in super::super) const IP_PROTO: u16 = 22;
    pub(in super::super) const SPORT: u16 = 23;
    pub(in super::super) const DPORT: u16 = 24;
    pub(in super::super) const DSCP: u16 = 25;
    pub(in super::super) const SPORT_MASK: u16 = 28;
    pub(in super::super) const DPORT_MASK: u16 = 29;
    pub(in super::super) const DSCP_MASK: u16 = 30;
    /// `FIB_RULE_INVERT`.
    pub(in super::super) const INVERT: u32 = 2;
}

/// `NHA_*`.
pub(super) mod nexthop {
    pub(in super::super) const ID: u16 = 1;
    pub(in super::super) const GROUP: u16 = 2;
    pub(in super::super) const BLACKHOLE: u16 = 4;
    pub(in super::super) const OIF: u16 = 5;
    pub(in super::super) const GATEWAY: u16 = 6;
    pub(in super::super) const ENCAP: u16 = 8;
    pub(in super::super) const FDB: u16 = 11;
}

/// `NETCONFA_*`.
pub(super) mod netconf {
    pub(in super::super) const INDEX: u16 = 1;
    pub(in super::super) const FORWARDING: u16 = 2;
    pub(in super::super) const IGNORE_LINKDOWN: u16 = 6;
}
