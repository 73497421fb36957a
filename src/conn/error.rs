//! Why a vhost does not come about, or a client's connection.

use core::fmt;
use std::ffi::CString;
use std::io;

/// Shown, it is what stands in the log, or in the text of LWS_CALLBACK_CLIENT_CONNECTION_ERROR.
#[derive(Debug)]
pub(crate) enum Error {
    NoMemory,
    /// There is none for a socket that listens.
    NoListener,
    /// A vhost that listens has no protocol.
    NoProtocol,
    /// A protocol of the vhost ended it when it was initialised.
    Ended,
    /// The host has no address or interface of this name, and the vhost must not wait for it.
    NoPlace(String),
    Listen {
        port: u16,
        why: io::Error,
    },
    /// The kernel refuses to watch a socket that listens.
    Watch(io::Error),
    /// A vhost that is to listen at a unix socket has no path.
    NoPath,
    /// A unix socket, by what failed.
    Path(&'static str, io::Error),
    /// Who a unix socket is to belong to is not known.
    NoOwner(CString),
    Owner(io::Error),
    /// The vhost of this name listens there, and only one of the two uses TLS.
    #[cfg(feature = "LWS_WITH_TLS")]
    Mixed(String),
    #[cfg(feature = "LWS_WITH_TLS")]
    Tls(crate::tls::error::Error),
    /// The program refused what connections are to be accepted with.
    #[cfg(feature = "LWS_WITH_TLS")]
    Refused,
    /// A client cannot be secured.
    #[cfg(any(feature = "LWS_WITH_TLS", feature = "LWS_ROLE_H1"))]
    NotSecured,
    /// A server's answer is not the one that a client of WebSocket asked for.
    #[cfg(feature = "LWS_ROLE_WS")]
    Handshake(crate::roles::ws::error::Error),
    /// A redirect that leads nowhere, or one too many.
    #[cfg(feature = "LWS_ROLE_H1")]
    Redirect,
    /// A redirect that does not say where to.
    #[cfg(feature = "LWS_ROLE_H1")]
    NoLocation,
    /// A redirect that the program does not want.
    #[cfg(feature = "LWS_ROLE_H1")]
    RedirectRefused,
    /// A redirect from a server with TLS to one without.
    #[cfg(feature = "LWS_ROLE_H1")]
    Downgrade,
    /// The protocol of a client that was redirected refused it.
    #[cfg(feature = "LWS_ROLE_H1")]
    Unbound,
    /// A client's socket.
    Socket(io::Error),
    /// A client's socket cannot be bound to the vhost's device.
    Device(io::Error),
    /// A client is to use an interface that has no address of this family.
    NoInterface {
        name: String,
        family: &'static str,
    },
    Interface {
        name: String,
        why: io::Error,
    },
}

#[cfg(feature = "LWS_WITH_TLS")]
impl From<crate::tls::error::Error> for Error {
    fn from(e: crate::tls::error::Error) -> Self {
        Self::Tls(e)
    }
}

#[cfg(feature = "LWS_ROLE_WS")]
impl From<crate::roles::ws::error::Error> for Error {
    fn from(e: crate::roles::ws::error::Error) -> Self {
        Self::Handshake(e)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMemory => f.write_str("no memory"),
            Self::NoListener => f.write_str("no memory for a listening socket"),
            Self::NoProtocol => f.write_str("protocols: listening needs one"),
            Self::Ended => f.write_str("its protocols ended it"),
            Self::NoPlace(name) => write!(f, "iface: no such address or interface: {name}"),
            Self::Listen { port, why } => write!(f, "port: cannot listen on {port}: {why}"),
            Self::Watch(e) => write!(f, "port: cannot watch the socket: {e}"),
            Self::NoPath => f.write_str("iface: the path of the unix socket is missing"),
            Self::Path(what, e) => write!(f, "iface: {what}: {e}"),
            Self::NoOwner(perms) => {
                write!(f, "unix_socket_perms: no such user or group: {perms:?}")
            }
            Self::Owner(e) => write!(f, "unix_socket_perms: {e}"),
            #[cfg(feature = "LWS_WITH_TLS")]
            Self::Mixed(name) => write!(
                f,
                "port: vhost {name} listens there, and only one of the two uses TLS"
            ),
            #[cfg(feature = "LWS_WITH_TLS")]
            Self::Tls(e) => e.fmt(f),
            #[cfg(feature = "LWS_WITH_TLS")]
            Self::Refused => {
                f.write_str("refused by LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS")
            }
            #[cfg(any(feature = "LWS_WITH_TLS", feature = "LWS_ROLE_H1"))]
            Self::NotSecured => f.write_str("bio_create failed"),
            #[cfg(feature = "LWS_ROLE_WS")]
            Self::Handshake(e) => e.fmt(f),
            #[cfg(feature = "LWS_ROLE_H1")]
            Self::Redirect => f.write_str("HS: Redirect failed"),
            #[cfg(feature = "LWS_ROLE_H1")]
            Self::NoLocation => f.write_str("HS: Redirect code but no Location"),
            #[cfg(feature = "LWS_ROLE_H1")]
            Self::RedirectRefused => f.write_str("HS: user code rejected redirect"),
            #[cfg(feature = "LWS_ROLE_H1")]
            Self::Downgrade => f.write_str("HS: Redirect attempted SSL downgrade"),
            #[cfg(feature = "LWS_ROLE_H1")]
            Self::Unbound => f.write_str("closed before established"),
            Self::Socket(e) => f.write_str(&super::outgoing::errno_text(e)),
            Self::Device(e) => e.fmt(f),
            Self::NoInterface { name, family } => {
                write!(f, "iface {name}: no such interface or {family} address")
            }
            Self::Interface { name, why } => write!(f, "iface {name}: {why}"),
        }
    }
}
