//! `lws-timeout-timer.h`: timers and the reasons of timeouts.

use super::dll2::lws_dll2;
use super::types::lws_usec_t;
use core::ffi::{c_int, c_uint};

/// Why a connection has a timeout. A program uses USER_REASON_BASE and above for its own; the other
/// reasons tell a reader of the log what the connection waited for.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum pending_timeout {
    /// No timeout: cancels the one that is set.
    NO_PENDING_TIMEOUT = 0,
    /// An HTTP proxy has not answered.
    PENDING_TIMEOUT_AWAITING_PROXY_RESPONSE = 1,
    /// The peer's address is not known yet, or it has not taken the connection.
    PENDING_TIMEOUT_AWAITING_CONNECT_RESPONSE = 2,
    /// The peer has not yet said what it must say before the connection is ready.
    PENDING_TIMEOUT_ESTABLISH_WITH_SERVER = 3,
    /// The server has not answered a request.
    PENDING_TIMEOUT_AWAITING_SERVER_RESPONSE = 4,
    /// A PING has not come.
    PENDING_TIMEOUT_AWAITING_PING = 5,
    /// The peer has not agreed to the end of the websocket.
    PENDING_TIMEOUT_CLOSE_ACK = 6,
    /// Nothing.
    PENDING_TIMEOUT_UNUSED1 = 7,
    /// The server has not answered the handshake.
    PENDING_TIMEOUT_SENT_CLIENT_HANDSHAKE = 8,
    /// The peer has not finished the TLS handshake.
    PENDING_TIMEOUT_SSL_ACCEPT = 9,
    /// Content of HTTP has not come, or was not taken.
    PENDING_TIMEOUT_HTTP_CONTENT = 10,
    /// The handshake could not be sent.
    PENDING_TIMEOUT_AWAITING_CLIENT_HS_SEND = 11,
    /// What was written before the close could not be sent.
    PENDING_FLUSH_STORED_SEND_BEFORE_CLOSE = 12,
    /// The peer has not closed its side.
    PENDING_TIMEOUT_SHUTDOWN_FLUSH = 13,
    /// A CGI process has not answered.
    PENDING_TIMEOUT_CGI = 14,
    /// No request has come on a connection of HTTP.
    PENDING_TIMEOUT_HTTP_KEEPALIVE_IDLE = 15,
    /// A websocket PING could not be sent.
    PENDING_TIMEOUT_WS_PONG_CHECK_SEND_PING = 16,
    /// A websocket PONG has not come.
    PENDING_TIMEOUT_WS_PONG_CHECK_GET_PONG = 17,
    /// The program has not sent the body of a request.
    PENDING_TIMEOUT_CLIENT_ISSUE_PAYLOAD = 18,
    /// A SOCKS proxy has not greeted.
    PENDING_TIMEOUT_AWAITING_SOCKS_GREETING_REPLY = 19,
    /// A SOCKS proxy has not connected.
    PENDING_TIMEOUT_AWAITING_SOCKS_CONNECT_REPLY = 20,
    /// A SOCKS proxy has not judged the password.
    PENDING_TIMEOUT_AWAITING_SOCKS_AUTH_REPLY = 21,
    /// The TLS callback ended the connection.
    PENDING_TIMEOUT_KILLED_BY_SSL_INFO = 22,
    /// The parent ended the connection.
    PENDING_TIMEOUT_KILLED_BY_PARENT = 23,
    /// The end of the websocket could not be sent.
    PENDING_TIMEOUT_CLOSE_SEND = 24,
    /// HTTP headers were not complete.
    PENDING_TIMEOUT_HOLDING_AH = 25,
    /// No datagram has come.
    PENDING_TIMEOUT_UDP_IDLE = 26,
    /// A client connection that is kept for later was not used.
    PENDING_TIMEOUT_CLIENT_CONN_IDLE = 27,
    /// The peer is too slow.
    PENDING_TIMEOUT_LAGGING = 28,
    /// A thread pool did not get to the task.
    PENDING_TIMEOUT_THREADPOOL = 29,
    /// A task of a thread pool has not ended.
    PENDING_TIMEOUT_THREADPOOL_TASK = 30,
    /// The client of a proxied connection has gone.
    PENDING_TIMEOUT_KILLED_BY_PROXY_CLIENT_CLOSE = 31,
    /// The program closed the connection, and all is well.
    PENDING_TIMEOUT_USER_OK = 32,
    /// The first of the program's own reasons.
    PENDING_TIMEOUT_USER_REASON_BASE = 1000,
}

/// An `enum pending_timeout` as it crosses the edge: a program has reasons of its own.
pub type pending_timeout_int = c_uint;

/// As the seconds of a timeout: close the connection, in the loop's next pass.
pub const LWS_TO_KILL_ASYNC: c_int = -1;
/// As the seconds of a timeout: close the connection at once, before the call returns. Not for the
/// connection whose callback is running.
pub const LWS_TO_KILL_SYNC: c_int = -2;

/// What a timer calls when it fires, on the thread that services the context.
pub type sul_cb_t = Option<unsafe extern "C" fn(sul: *mut lws_sorted_usec_list)>;

/// A timer, embedded in a struct of the caller's. Zero it before the first use, and cancel it
/// before its memory goes away.
#[repr(C)]
#[derive(Debug)]
pub struct lws_sorted_usec_list {
    /// On a list while the timer is scheduled. Its `prev` and `next` are the library's.
    pub list: lws_dll2,
    /// When it is due: microseconds of CLOCK_MONOTONIC, 0 while it is not scheduled.
    pub us: lws_usec_t,
    /// What to call.
    pub cb: sul_cb_t,
    /// How late it may fire at most, microseconds. Kept for the layout.
    pub latency_us: u32,
}

/// A timer.
pub type lws_sorted_usec_list_t = lws_sorted_usec_list;

/// The list for timers that may be late when the system was suspended.
pub const LWSSULLI_MISS_IF_SUSPENDED: c_int = 0;
/// The list for timers that the system shall be woken for.
pub const LWSSULLI_WAKE_IF_SUSPENDED: c_int = 1;
/// How many lists of timers a context has.
pub const LWS_COUNT_PT_SUL_OWNERS: c_int = 2;

const _: () = assert!(core::mem::offset_of!(lws_sorted_usec_list, list) == 0);
