//! `lws-dns.h`: what the resolver knows, beyond lws's interface. Ours.

use super::adopt::lws_sockaddr46;
use super::types::lws_usec_t;
use core::ffi::{c_char, c_int, c_void};
use libc::addrinfo;

/// There is an address at least.
pub const LWS_DNS_FOUND: c_int = 0;
/// The same, by an answer past its time (RFC 8767).
pub const LWS_DNS_STALE: c_int = 1;
/// There is no such name, or it has no address.
pub const LWS_DNS_NONE: c_int = 2;
/// No server could tell.
pub const LWS_DNS_FAILED: c_int = 3;
/// It was not asked for, or is not there yet.
pub const LWS_DNS_UNKNOWN: c_int = 4;

/// For lws_dns_query(): the callback hears of what has come when one family is late by 50 ms, and
/// again when the rest is there; of an old answer, and again of the new one.
pub const LWS_DNS_WATCH: c_int = 1 << 0;
/// For lws_dns_query(): the records of type HTTPS (RFC 9460) are asked for too. They are not waited
/// for; who watches hears of them when they come.
pub const LWS_DNS_SERVICES: c_int = 1 << 1;

/// What is known of one kind of records of a name.
#[repr(C)]
pub struct lws_dns_part {
    /// LWS_DNS_FOUND, _NONE, _FAILED or _UNKNOWN.
    pub status: i32,
    /// How long the server took, microseconds.
    pub took_us: u32,
    /// How long it holds from now, microseconds; negative when its time is over.
    pub ttl_us: lws_usec_t,
    /// How long ago it came, microseconds.
    pub age_us: lws_usec_t,
    /// Who told it, with the port. The family is 0 when no server was asked.
    pub server: lws_sockaddr46,
    /// The server has validated it (DNSSEC), and resolv.conf says that it can be trusted.
    pub validated: u8,
}

/// One way to a service (RFC 9460).
#[repr(C)]
pub struct lws_dns_service {
    /// The lower the earlier; 0: the name is an alias of `target`.
    pub priority: u16,
    /// 0 for the usual one.
    pub port: u16,
    /// The protocols in `alpn` are all there are.
    pub no_default_alpn: u8,
    /// Whose addresses to use; `.` for the name's own.
    pub target: *const c_char,
    /// Protocols by their ALPN identifiers, with commas between them; a comma within one has a
    /// backslash before it.
    pub alpn: *const c_char,
    /// Addresses to begin with while those of `target` are not there; ports 0.
    pub hints: *const lws_sockaddr46,
    /// How many `hints`.
    pub n_hints: u32,
    /// The length of `ech`, bytes.
    pub ech_len: u32,
    /// An ECHConfigList (RFC 9849).
    pub ech: *const u8,
}

/// What became of a name. Valid during the call.
#[repr(C)]
pub struct lws_dns_answer {
    /// sizeof(lws_dns_answer_t), so that it can grow.
    pub size: u32,
    /// LWS_DNS_FOUND, _STALE, _NONE or _FAILED.
    pub status: i32,
    /// The better ones first; NULL when there is none.
    pub addresses: *const addrinfo,
    /// With LWS_DNS_SERVICES: `n_services` of them.
    pub services: *const lws_dns_service,
    /// How many `services`.
    pub n_services: u32,
    /// 1: nothing comes after it, and the query is over.
    pub last: u8,
    /// 1: one family is still awaited.
    pub partial: u8,
    /// IPv4 addresses.
    pub a: lws_dns_part,
    /// IPv6 addresses.
    pub aaaa: lws_dns_part,
    /// Services.
    pub https: lws_dns_part,
}

/// See `struct lws_dns_part`.
pub type lws_dns_part_t = lws_dns_part;
/// See `struct lws_dns_service`.
pub type lws_dns_service_t = lws_dns_service;
/// See `struct lws_dns_answer`.
pub type lws_dns_answer_t = lws_dns_answer;

/// What lws_dns_query() calls, from lws_service(), with the name in lower case. It may call anything.
pub type lws_dns_cb_t = Option<
    unsafe extern "C" fn(name: *const c_char, answer: *const lws_dns_answer, opaque: *mut c_void),
>;

/// Takes a piece of text that is not NUL-terminated. Nonzero: no more.
pub type lws_dns_emit_t =
    Option<unsafe extern "C" fn(text: *const c_char, len: usize, user: *mut c_void) -> c_int>;

/// Counters of the resolver.
#[repr(C)]
pub struct lws_dns_stats {
    /// sizeof(lws_dns_stats_t), so that it can grow.
    pub size: u32,
    /// Names under way now.
    pub under_way: u32,
    /// Questions for names, numbers not counted.
    pub asked: u64,
    /// Those of them that were answered by what was known.
    pub hits: u64,
    /// Those that joined others for the same name.
    pub shared: u64,
    /// Names that servers had to be asked for.
    pub looked_up: u64,
    /// Those of them that no server could tell.
    pub failed: u64,
    /// Answers past their time that were given.
    pub stale: u64,
    /// Packets to servers.
    pub sent: u64,
    /// Those of them that were sent because an answer was late.
    pub hedged: u64,
    /// Those of them over TCP.
    pub over_tcp: u64,
    /// Answers of servers.
    pub answers: u64,
    /// Packets that came and were no answers.
    pub dropped: u64,
    /// Names that are known now.
    pub names: u64,
    /// The memory for them, bytes.
    pub bytes: u64,
    /// Names that were forgotten for want of room.
    pub evicted: u64,
}

/// See `struct lws_dns_stats`.
pub type lws_dns_stats_t = lws_dns_stats;

/// How the resolver works. Get it, change it, set it.
#[repr(C)]
pub struct lws_dns_settings {
    /// sizeof(lws_dns_settings_t), so that it can grow.
    pub size: u32,
    /// Nonzero: an answer whose time is over is given, for a day at most, while a new one is asked
    /// for (RFC 8767). 0 at first.
    pub optimistic: u32,
    /// Nonzero: the names of connections are looked up by getaddrinfo() of the C library, on threads,
    /// for those that only its modules know (mDNS, the machine's own name, directories). Queries are
    /// not. 0 at first.
    pub by_system: u32,
    /// 0.
    pub reserved: u32,
    /// How much memory names may take that are known, bytes; 4 MiB at first.
    pub cache_bytes: u64,
}

/// See `struct lws_dns_settings`.
pub type lws_dns_settings_t = lws_dns_settings;
