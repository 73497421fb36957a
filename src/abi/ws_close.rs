//! `lws-ws-close.h`: why a websocket connection closes.

use core::ffi::c_int;

/// Status codes of RFC 6455, section 7.4.1.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lws_close_status {
    /// Nothing is sent.
    LWS_CLOSE_STATUS_NOSTATUS = 0,
    /// The purpose is fulfilled.
    LWS_CLOSE_STATUS_NORMAL = 1000,
    /// The server goes down, or the browser leaves the page.
    LWS_CLOSE_STATUS_GOINGAWAY = 1001,
    /// The peer has broken the protocol.
    LWS_CLOSE_STATUS_PROTOCOL_ERR = 1002,
    /// The peer has sent a kind of data that is not taken.
    LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE = 1003,
    /// Reserved.
    LWS_CLOSE_STATUS_RESERVED = 1004,
    /// A close frame without a code.
    LWS_CLOSE_STATUS_NO_STATUS = 1005,
    /// The end without a close frame; never sent.
    LWS_CLOSE_STATUS_ABNORMAL_CLOSE = 1006,
    /// The data of a message does not fit its kind: text that is not UTF-8.
    LWS_CLOSE_STATUS_INVALID_PAYLOAD = 1007,
    /// A message breaks the receiver's rules.
    LWS_CLOSE_STATUS_POLICY_VIOLATION = 1008,
    /// A message is too large.
    LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE = 1009,
    /// The server lacks an extension that the client needs.
    LWS_CLOSE_STATUS_EXTENSION_REQUIRED = 1010,
    /// Something went wrong in the server.
    LWS_CLOSE_STATUS_UNEXPECTED_CONDITION = 1011,
    /// TLS failed; never sent.
    LWS_CLOSE_STATUS_TLS_FAILURE = 1015,
    /// A client's transaction is done.
    LWS_CLOSE_STATUS_CLIENT_TRANSACTION_DONE = 2000,
    /// The context is being destroyed; never sent.
    LWS_CLOSE_STATUS_NOSTATUS_CONTEXT_DESTROY = 9999,
}

/// An `enum lws_close_status` as it crosses the edge: applications have codes of their own.
pub type lws_close_status_int = c_int;
