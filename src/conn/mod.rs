//! Vhosts, protocols and connections.
//!
//! - [`vhost`]: a set of protocols and settings; [`home`]: that of a connection;
//! - [`wsi`]: one connection, and the callbacks it makes;
//! - [`table`]: all connections of a context;
//! - [`dispatch`]: what happens when a descriptor is ready;
//! - [`driver`]: what a connection speaks: [`raw`], and HTTP in the file `h1_server`;
//! - [`transport`]: what carries its bytes; `tunnel`: a client's way through a proxy;
//! - [`write`], [`close`], [`linger`], [`timeout`]: what their names say;
//! - [`sharing`]: vhosts that listen at the same place;
//! - [`listen`], [`client`], [`lookup`], [`adopt`], [`udp`]: where connections come from.
//!
//! No borrow is held while a callback runs: every field of a connection is a
//! `Cell`, or is taken out for the moment it is used. A connection that was
//! closed stays in memory until the outermost callback has returned.
#![forbid(unsafe_code)]

pub(crate) mod adopt;
#[cfg(feature = "LWS_ROLE_H1")]
pub(crate) mod answer;
pub(crate) mod asked;
pub(crate) mod client;
pub(crate) mod close;
pub(crate) mod conmon;
pub(crate) mod conns;
pub(crate) mod dispatch;
mod drive;
pub(crate) mod driver;
pub(crate) mod error;
#[cfg(feature = "LWS_ROLE_H1")]
mod fallback;
#[cfg(feature = "LWS_ROLE_H1")]
pub(crate) mod files;
#[cfg(feature = "LWS_ROLE_H1")]
pub(crate) mod h1_client;
#[cfg(feature = "LWS_ROLE_H1")]
mod h1_request;
#[cfg(feature = "LWS_ROLE_H1")]
pub(crate) mod h1_server;
#[cfg(feature = "LWS_ROLE_H1")]
pub(crate) mod h1_transaction;
#[cfg(feature = "LWS_ROLE_H1")]
pub(crate) mod heads;
#[cfg(feature = "LWS_WITH_CAO")]
pub(crate) mod history;
mod home;
pub(crate) mod life;
mod linger;
pub(crate) mod listen;
pub(crate) mod lookup;
#[cfg(feature = "LWS_ROLE_H1")]
pub(crate) mod mounts;
mod outgoing;
pub(crate) mod race;
pub(crate) mod races;
pub(crate) mod raw;
#[cfg(feature = "LWS_ROLE_H1")]
pub(crate) mod redirect;
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) mod routing;
#[cfg(feature = "LWS_WITH_TLS")]
pub(crate) mod secure;
mod sharing;
mod survey;
pub(crate) mod table;
pub(crate) mod timeout;
pub(crate) mod transport;
#[cfg(feature = "LWS_ROLE_H1")]
mod tunnel;
pub(crate) mod udp;
pub(crate) mod vhost;
#[cfg(feature = "LWS_ROLE_H1")]
pub(crate) mod web;
pub(crate) mod write;
#[cfg(feature = "LWS_ROLE_WS")]
pub(crate) mod ws;
#[cfg(feature = "LWS_ROLE_WS")]
pub(crate) mod ws_client;
#[cfg(feature = "LWS_ROLE_WS")]
mod ws_server;
pub(crate) mod wsi;

pub(crate) use conns::Conns;
pub(crate) use vhost::Vhost;
pub(crate) use wsi::Wsi;

/// Reasons a protocol is called for (`enum lws_callback_reasons`).
pub(crate) mod reason {
    use core::ffi::c_uint;
    pub(crate) const CLIENT_CONNECTION_ERROR: c_uint = 1;
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(crate) use super::http_reason::*;
    #[cfg(feature = "LWS_ROLE_WS")]
    pub(crate) use super::ws_reason::*;
    #[cfg(feature = "LWS_WITH_TLS")]
    pub(crate) const LOAD_CLIENT_CERTS: c_uint = 21;
    #[cfg(feature = "LWS_WITH_TLS")]
    pub(crate) const LOAD_SERVER_CERTS: c_uint = 22;
    #[cfg(feature = "LWS_WITH_TLS")]
    pub(crate) const VERIFY_CLIENT: c_uint = 23;
    pub(crate) const PROTOCOL_INIT: c_uint = 27;
    pub(crate) const PROTOCOL_DESTROY: c_uint = 28;
    pub(crate) const WSI_CREATE: c_uint = 29;
    pub(crate) const WSI_DESTROY: c_uint = 30;
    pub(crate) const GET_THREAD_ID: c_uint = 31;
    pub(crate) const ADD_POLL_FD: c_uint = 32;
    pub(crate) const DEL_POLL_FD: c_uint = 33;
    pub(crate) const CHANGE_MODE_POLL_FD: c_uint = 34;
    #[cfg(feature = "LWS_WITH_TLS")]
    pub(crate) const VERIFY_SERVER: c_uint = 58;
    pub(crate) const RAW_RX: c_uint = 59;
    pub(crate) const RAW_CLOSE: c_uint = 60;
    pub(crate) const RAW_WRITEABLE: c_uint = 61;
    pub(crate) const RAW_ADOPT: c_uint = 62;
    pub(crate) const RAW_ADOPT_FILE: c_uint = 63;
    pub(crate) const RAW_RX_FILE: c_uint = 64;
    pub(crate) const RAW_WRITEABLE_FILE: c_uint = 65;
    pub(crate) const RAW_CLOSE_FILE: c_uint = 66;
    #[cfg(feature = "LWS_WITH_TLS")]
    pub(crate) const SSL_INFO: c_uint = 67;
    pub(crate) const CHILD_CLOSING: c_uint = 69;
    pub(crate) const EVENT_WAIT_CANCELLED: c_uint = 71;
    pub(crate) const TIMER: c_uint = 73;
    pub(crate) const RAW_SKT_BIND_PROTOCOL: c_uint = 81;
    pub(crate) const RAW_SKT_DROP_PROTOCOL: c_uint = 82;
    pub(crate) const RAW_CONNECTED: c_uint = 101;
    pub(crate) const CONNECTING: c_uint = 105;
}

/// Those of WebSocket.
#[cfg(feature = "LWS_ROLE_WS")]
mod ws_reason {
    use core::ffi::c_uint;
    pub(crate) const CLIENT_ESTABLISHED: c_uint = 3;
    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
    pub(crate) const CLIENT_CONFIRM_EXTENSION_SUPPORTED: c_uint = 26;
    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
    pub(crate) const WS_EXT_DEFAULTS: c_uint = 39;
    pub(crate) const ESTABLISHED: c_uint = 0;
    pub(crate) const CLOSED: c_uint = 4;
    pub(crate) const RECEIVE: c_uint = 6;
    pub(crate) const RECEIVE_PONG: c_uint = 7;
    pub(crate) const CLIENT_RECEIVE: c_uint = 8;
    pub(crate) const CLIENT_RECEIVE_PONG: c_uint = 9;
    pub(crate) const CLIENT_WRITEABLE: c_uint = 10;
    pub(crate) const SERVER_WRITEABLE: c_uint = 11;
    pub(crate) const FILTER_PROTOCOL_CONNECTION: c_uint = 20;
    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
    pub(crate) const CONFIRM_EXTENSION_OKAY: c_uint = 25;
    pub(crate) const WS_PEER_INITIATED_CLOSE: c_uint = 38;
    pub(crate) const CLIENT_CLOSED: c_uint = 75;
    pub(crate) const WS_SERVER_DROP_PROTOCOL: c_uint = 78;
    pub(crate) const WS_CLIENT_DROP_PROTOCOL: c_uint = 80;
    pub(crate) const HTTP_CONFIRM_UPGRADE: c_uint = 86;
}

/// Those of HTTP.
#[cfg(feature = "LWS_ROLE_H1")]
mod http_reason {
    use core::ffi::c_uint;
    pub(crate) const CLIENT_FILTER_PRE_ESTABLISH: c_uint = 2;
    pub(crate) const ESTABLISHED_CLIENT_HTTP: c_uint = 44;
    pub(crate) const CLOSED_CLIENT_HTTP: c_uint = 45;
    pub(crate) const RECEIVE_CLIENT_HTTP: c_uint = 46;
    pub(crate) const COMPLETED_CLIENT_HTTP: c_uint = 47;
    pub(crate) const RECEIVE_CLIENT_HTTP_READ: c_uint = 48;
    pub(crate) const CLIENT_HTTP_WRITEABLE: c_uint = 57;
    pub(crate) const CLIENT_HTTP_DROP_PROTOCOL: c_uint = 76;
    pub(crate) const CLIENT_HTTP_BIND_PROTOCOL: c_uint = 85;
    pub(crate) const CLOSED_HTTP: c_uint = 5;
    pub(crate) const HTTP: c_uint = 12;
    pub(crate) const HTTP_BODY: c_uint = 13;
    pub(crate) const HTTP_BODY_COMPLETION: c_uint = 14;
    pub(crate) const HTTP_FILE_COMPLETION: c_uint = 15;
    pub(crate) const HTTP_WRITEABLE: c_uint = 16;
    pub(crate) const FILTER_HTTP_CONNECTION: c_uint = 18;
    pub(crate) const SERVER_NEW_CLIENT_INSTANTIATED: c_uint = 19;
    pub(crate) const HTTP_BIND_PROTOCOL: c_uint = 49;
    pub(crate) const HTTP_DROP_PROTOCOL: c_uint = 50;
    pub(crate) const CHECK_ACCESS_RIGHTS: c_uint = 51;
    pub(crate) const HTTP_PMO: c_uint = 56;
    pub(crate) const VERIFY_BASIC_AUTHORIZATION: c_uint = 102;
    pub(crate) const CLIENT_HTTP_REDIRECT: c_uint = 104;
}
