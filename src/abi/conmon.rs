//! `lws-conmon.h`: what was measured while a client connection came about.

use super::adopt::lws_sockaddr46;
use core::ffi::{c_int, c_uint};
use libc::addrinfo;

/// How long something took, microseconds; 0: it did not happen.
pub type lws_conmon_interval_us_t = u32;

/// What `protocol_specific` of a `struct lws_conmon` has.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum lws_conmon_pcol {
    /// Nothing.
    LWSCONMON_PCOL_NONE = 0,
    /// `http`.
    LWSCONMON_PCOL_HTTP = 1,
}

/// An `enum lws_conmon_pcol` as it crosses the edge.
pub type lws_conmon_pcol_int = c_uint;

/// What came of looking the peer's name up.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum lws_conmon_dns_disposition {
    /// Nothing was looked up, or it is not over.
    LWSCONMON_DNS_NONE = 0,
    /// The name has addresses.
    LWSCONMON_DNS_OK = 1,
    /// No server could tell.
    LWSCONMON_DNS_SERVER_UNREACHABLE = 2,
    /// The name has no address.
    LWSCONMON_DNS_NO_RESULT = 3,
}

/// An `enum lws_conmon_dns_disposition` as it crosses the edge.
pub type lws_conmon_dns_disposition_int = c_uint;

/// Of an HTTP connection.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lws_conmon_http {
    /// The status of the first response.
    pub response: c_int,
}

/// What depends on the protocol.
#[repr(C)]
#[derive(Clone, Copy)]
pub union lws_conmon_pcol_specific {
    /// With `pcol` LWSCONMON_PCOL_HTTP.
    pub http: lws_conmon_http,
}

/// What was measured while a client connection came about. Times are cut to 32 bits.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lws_conmon {
    /// The peer, or the one that was tried last; of family 0 where none was.
    pub peer46: lws_sockaddr46,
    /// Of HTTP, where `pcol` says so.
    pub protocol_specific: lws_conmon_pcol_specific,
    /// All addresses that the peer's name had, each once, in the order in which they came; NULL where
    /// the connection was not opened with LCCSCF_CONMON.
    pub dns_results_copy: *mut addrinfo,
    /// How long it took until there were addresses to try, or none. 0 where the address was numeric.
    pub ciu_dns: lws_conmon_interval_us_t,
    /// From connect() to its success, of the attempt that became the connection; where none did, to
    /// the end of the one that ended last.
    pub ciu_sockconn: lws_conmon_interval_us_t,
    /// The TLS handshake, to its success or failure.
    pub ciu_tls: lws_conmon_interval_us_t,
    /// From the request to the beginning of its response.
    pub ciu_txn_resp: lws_conmon_interval_us_t,
    /// What `protocol_specific` has: an `enum lws_conmon_pcol`.
    pub pcol: lws_conmon_pcol_int,
    /// What came of looking the name up: an `enum lws_conmon_dns_disposition`.
    pub dns_disposition: lws_conmon_dns_disposition_int,
}

const _: () = {
    use core::mem::{align_of, offset_of, size_of};
    assert!(size_of::<lws_conmon>() == 64 && align_of::<lws_conmon>() == 8);
    assert!(offset_of!(lws_conmon, dns_results_copy) == 32);
    assert!(offset_of!(lws_conmon, dns_disposition) == 60);
};
