//! `lws-async-dns.h`: codes of the resolver and the type of its callback.

use super::types::lws;
use core::ffi::{c_char, c_int, c_void};
use libc::addrinfo;

/// What to ask for. Addresses of both families are asked for whichever of `LWS_ADNS_RECORD_A` and
/// `LWS_ADNS_RECORD_AAAA` is given, IPv6 ones unless IPv6 is switched off. The other two cannot be
/// had.
#[repr(C)]
pub enum dns_query_type {
    /// Addresses.
    LWS_ADNS_RECORD_A = 0x01,
    /// Not to be had.
    LWS_ADNS_RECORD_CNAME = 0x05,
    /// Not to be had.
    LWS_ADNS_RECORD_MX = 0x0f,
    /// Addresses.
    LWS_ADNS_RECORD_AAAA = 0x1c,
}

/// What lws_async_dns_query() returns.
#[repr(C)]
pub enum lws_async_dns_retcode_t {
    /// It failed, and the callback said that it has closed its connection.
    LADNS_RET_FAILED_WSI_CLOSED = -4,
    /// Not returned: the callback hears of a name that does not exist by a NULL result.
    LADNS_RET_NXDOMAIN = -3,
    /// Not returned: the callback hears of servers that do not answer by a NULL result.
    LADNS_RET_TIMEDOUT = -2,
    /// There is no result. The callback has been called.
    LADNS_RET_FAILED = -1,
    /// The callback has been called with the result.
    LADNS_RET_FOUND = 0,
    /// The callback is called later, once.
    LADNS_RET_CONTINUING = 1,
}

/// A `dns_query_type` as C passes it.
pub type dns_query_type_int = c_int;
/// A `lws_async_dns_retcode_t` as C gets it.
pub type lws_async_dns_retcode_t_int = c_int;

/// What a query calls once, on the thread that services the context: the query's connection and
/// opaque pointer, the name as it was looked up (NULL when it is none), and the addresses, with
/// `n` 0. The result is NULL when there is none; `n` is then -1 inside lws_async_dns_query(), 0
/// later. A result is the callback's, which gives it back by lws_async_dns_freeaddrinfo(). The name
/// is valid during the call.
///
/// The callback may call anything: ask again, close its connection, end the context. It returns
/// `wsi`, or NULL when it has closed it.
pub type lws_async_dns_cb_t = Option<
    unsafe extern "C" fn(
        wsi: *mut lws,
        ads: *const c_char,
        result: *const addrinfo,
        n: c_int,
        opaque: *mut c_void,
    ) -> *mut lws,
>;
