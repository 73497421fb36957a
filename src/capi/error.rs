//! Why what a program asks for by the members of a struct cannot be.

use super::members::NO_HTTP;
#[cfg(not(feature = "LWS_WITH_TLS"))]
use super::members::NO_TLS;
use crate::conn;
use core::ffi::c_int;
use core::fmt;
use std::ffi::CString;

/// Shown, it is what a line in the log says behind the name of the function.
pub(super) enum Error {
    NoMemory,
    /// A member without which nothing can be done is NULL.
    Missing(&'static str),
    /// A member cannot have this value.
    Value(&'static str, i64),
    /// Probes of keepalive without the time between them.
    NoInterval,
    NoVhost,
    /// The library was built without what the member asks for.
    #[cfg(not(feature = "LWS_WITH_TLS"))]
    NoTls(&'static str),
    /// What accepted connections are to speak is not built.
    Role(CString),
    /// A vhost is to listen, and could only serve HTTP.
    NoHttp(c_int),
    AcceptProtocol(CString),
    /// The HTTP proxy is not `address:port`.
    #[cfg(feature = "LWS_ROLE_H1")]
    Proxy,
    /// What a client is to speak is not built.
    Method,
    NoIpv6,
    /// The vhost has no protocol of this name, or none at all.
    Protocol(Option<CString>),
    /// The first lines of a client's request are longer than a head may be.
    #[cfg(feature = "LWS_ROLE_H1")]
    Path,
    Conn(conn::error::Error),
}

impl From<conn::error::Error> for Error {
    fn from(e: conn::error::Error) -> Self {
        Self::Conn(e)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoMemory => "no memory",
            Self::Missing(member) => return write!(f, "bad argument: {member}"),
            Self::Value(member, n) => return write!(f, "bad argument: {member}: {n}"),
            #[cfg(feature = "LWS_ROLE_H1")]
            Self::Proxy => "bad argument: http_proxy_address: not address:port",
            Self::NoInterval => "bad argument: ka_time without ka_interval",
            Self::NoVhost => "bad argument: vhost: none",
            #[cfg(not(feature = "LWS_WITH_TLS"))]
            Self::NoTls(member) => return write!(f, "{member}: {NO_TLS}"),
            Self::Role(role) => return write!(f, "listen_accept_role: {role:?} is not built"),
            Self::NoHttp(port) => {
                return write!(
                    f,
                    "port: {port}: {NO_HTTP}; raw connections need LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG in options"
                );
            }
            Self::AcceptProtocol(name) => {
                return write!(f, "listen_accept_protocol: no protocol {name:?}");
            }
            Self::Method => "method: only \"RAW\", those of HTTP, and NULL for WebSocket, are built",
            Self::NoIpv6 => "address: IPv6 is disabled in the vhost",
            Self::Protocol(Some(name)) => return write!(f, "protocol: none is {name:?}"),
            Self::Protocol(None) => "protocol: the vhost has none",
            #[cfg(feature = "LWS_ROLE_H1")]
            Self::Path => "path: longer than max_http_header_data, with host and origin",
            Self::Conn(e) => return e.fmt(f),
        })
    }
}
