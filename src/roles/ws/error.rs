//! Why a client does not take a server's answer to its handshake.

use core::fmt;

/// Shown, it is the text of LWS_CALLBACK_CLIENT_CONNECTION_ERROR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    /// Status 401.
    Unauthorized,
    /// Another status than 101.
    Status,
    NoUpgrade,
    OtherUpgrade,
    /// `Connection` does not name the upgrade.
    Connection,
    NoAccept,
    /// `Sec-WebSocket-Accept` does not belong to the request's key.
    Accept,
    /// A subprotocol that was not offered.
    Protocol,
    /// An extension that was not offered.
    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
    Extension,
    /// Parameters of an extension that it does not have, or that were not offered.
    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
    Parameters,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unauthorized => "HS: ws upgrade unauthorized",
            Self::Status => "HS: ws upgrade response not 101",
            Self::NoUpgrade => "HS: UPGRADE missing",
            Self::OtherUpgrade => "HS: Upgrade to something other than websocket",
            Self::Connection => "HS: UPGRADE malformed",
            Self::NoAccept => "HS: ACCEPT missing",
            Self::Accept => "HS: Accept hash wrong",
            Self::Protocol => "HS: PROTOCOL malformed",
            #[cfg(feature = "LWS_WITH_EXTENSIONS")]
            Self::Extension => "HS: EXT: unknown ext",
            #[cfg(feature = "LWS_WITH_EXTENSIONS")]
            Self::Parameters => "HS: EXT: failed parsing options",
        })
    }
}
