//! `lws-cao.h`: attempts to connect, what they have shown, and settings.

use super::adopt::lws_sockaddr46;
use super::types::lws_usec_t;
use core::ffi::{c_int, c_void};

/// How an attempt ended.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum lws_cao_outcomes {
    /// It is under way.
    LWS_CAO_PENDING = 0,
    /// The peer accepted.
    LWS_CAO_CONNECTED = 1,
    /// The peer refused (ECONNREFUSED).
    LWS_CAO_REFUSED = 2,
    /// This host has no way there, or no address to come from. Nothing was sent.
    LWS_CAO_NO_ROUTE = 3,
    /// A router said that there is no way.
    LWS_CAO_UNREACHABLE = 4,
    /// No answer came in time.
    LWS_CAO_TIMED_OUT = 5,
    /// The peer reset it (ECONNRESET).
    LWS_CAO_RESET = 6,
    /// The TLS handshake failed, or did not end in time.
    LWS_CAO_TLS_FAILED = 7,
    /// Another attempt won, and this one was given up without an answer.
    LWS_CAO_LOST_RACE = 8,
    /// The program ended it.
    LWS_CAO_CANCELLED = 9,
    /// Routing says that its packets cannot leave any more.
    LWS_CAO_ROUTE_GONE = 10,
    /// Another error of the system.
    LWS_CAO_FAILED = 11,
}

/// What a score is about.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum lws_cao_levels {
    /// An address and port.
    LWS_CAO_ENDPOINT = 0,
    /// The /24 or /48 that a destination is in.
    LWS_CAO_DESTINATION = 1,
    /// The prefix that a source address is in.
    LWS_CAO_SOURCE = 2,
    /// A gateway.
    LWS_CAO_GATEWAY = 3,
    /// A DNS server, by the addresses it gave.
    LWS_CAO_DNS_SERVER = 4,
    /// All of IPv4 or IPv6 in a network.
    LWS_CAO_FAMILY = 5,
}

/// An attempt to connect, of the library's or of the program's own. Only pointers to it are used.
pub struct lws_cao {
    _opaque: [u8; 0],
}

/// See `struct lws_cao`.
pub type lws_cao_t = lws_cao;

/// What is known of an attempt. Zero it and set `size` before it is filled in.
#[repr(C)]
pub struct lws_cao_info {
    /// sizeof(lws_cao_info_t), so that it can grow.
    pub size: u32,
    /// An `enum lws_cao_outcomes`.
    pub outcome: u8,
    /// 1: it became the connection.
    pub won: u8,
    /// 0.
    pub reserved: u16,
    /// Counts the attempts of a context, from 1.
    pub id: u64,
    /// Counts its races, from 1. All attempts for one connection have the same.
    pub race: u64,
    /// Where to.
    pub dest: lws_sockaddr46,
    /// Where from; of family 0: not known. Its port means nothing.
    pub source: lws_sockaddr46,
    /// Of family 0: the destination is on the link, or it is not known.
    pub gateway: lws_sockaddr46,
    /// The DNS server that gave the address; of family 0: not known.
    pub dns_server: lws_sockaddr46,
    /// The interface by number, 0: not known.
    pub ifindex: i32,
    /// The errno, 0 for none.
    pub error: i32,
    /// When it began, as lws_now_usecs() counts.
    pub started: lws_usec_t,
    /// How long it took until it ended, its TLS handshake included, microseconds.
    pub took_us: u32,
    /// The round trip of the handshake as the kernel measured it, microseconds; 0: not measured.
    pub rtt_us: u32,
    /// Its variation, microseconds.
    pub rttvar_us: u32,
    /// How many segments were sent again.
    pub retransmits: u32,
    /// The network it went through: the same number for the same interface name, gateway and source
    /// prefix. 0: not known.
    pub network: u64,
    /// Whose history it belongs to: see lws_cao_set_partition().
    pub partition: u64,
    /// How much of took_us was the TLS handshake, 0: there was none.
    pub tls_us: u32,
    /// 0.
    pub reserved2: u32,
}

/// See `struct lws_cao_info`.
pub type lws_cao_info_t = lws_cao_info;

/// What attempts have shown of an endpoint, network, source, gateway, server or family.
#[repr(C)]
pub struct lws_cao_score {
    /// sizeof(lws_cao_score_t), so that it can grow.
    pub size: u32,
    /// How often it failed since it last succeeded.
    pub fails: u32,
    /// How many succeeded, thousandths: what is long ago counts less.
    pub ok_milli: u32,
    /// How many failed, likewise.
    pub fail_milli: u32,
    /// Smoothed time of a handshake, microseconds; 0: none has succeeded.
    pub srtt_us: u32,
    /// Its variation, microseconds.
    pub rttvar_us: u32,
    /// About 95 of 100 were quicker than this, microseconds.
    pub p95_us: u32,
    /// An `enum lws_cao_outcomes`: how the last one ended.
    pub last: u32,
    /// How long it will not be tried beside others, microseconds.
    pub penalty_us: lws_usec_t,
    /// About 95 of 100 TLS handshakes were quicker than this, microseconds; 0: none has succeeded.
    pub tls_p95_us: u32,
    /// 0.
    pub reserved: u32,
}

/// See `struct lws_cao_score`.
pub type lws_cao_score_t = lws_cao_score;

/// How races go.
#[repr(C)]
pub struct lws_cao_settings {
    /// sizeof(lws_cao_settings_t), so that it can grow.
    pub size: u32,
    /// How many attempts are under way at most: 1 to 64. Default 8.
    pub in_flight: u32,
    /// How long after an attempt the next begins where nothing is known, microseconds: 10000 to
    /// 2000000. Default 250000.
    pub delay_us: u32,
    /// The least that follows from what is known, within the same bounds. Default 100000.
    pub min_delay_us: u32,
    /// The longest. Default 2000000.
    pub max_delay_us: u32,
    /// How long addresses wait for those of the preferred family. Default 50000.
    pub resolution_us: u32,
    /// How long a loser may go on after the race, so that it is known what becomes of it; 0: not at
    /// all. Default 2000000.
    pub fallout_us: u32,
    /// 1: an SMD message of class NETWORK tells of each race that ends, as
    /// {"type":"race","race":7,"won":"192.0.2.1:80","tried":2,"us":251000}; `won` is null where no
    /// attempt succeeded. Default 0.
    pub announce: u32,
}

/// See `struct lws_cao_settings`.
pub type lws_cao_settings_t = lws_cao_settings;

/// What has happened since the context was made.
#[repr(C)]
pub struct lws_cao_stats {
    /// sizeof(lws_cao_stats_t), so that it can grow.
    pub size: u32,
    /// Attempts under way, losers included.
    pub under_way: u32,
    /// Races that ended.
    pub races: u64,
    /// Those with a connection.
    pub won: u64,
    /// Those in which every address failed.
    pub lost: u64,
    /// Attempts that began.
    pub attempts: u64,
    /// How many endpoints, networks, sources, gateways, servers and families are known.
    pub aggregates: u64,
    /// How many of them were forgotten because there were too many.
    pub evicted: u64,
}

/// See `struct lws_cao_stats`.
pub type lws_cao_stats_t = lws_cao_stats;

/// What lws_cao_foreach() calls for each attempt, which stays as it is during the call. Nonzero ends
/// the walk.
pub type lws_cao_visit_cb =
    Option<unsafe extern "C" fn(cao: *const lws_cao_t, user: *mut c_void) -> c_int>;
