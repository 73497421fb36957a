//! What is known of one attempt to connect.

use core::net::{IpAddr, SocketAddr};

/// How an attempt ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Outcome {
    /// It is under way.
    Pending = 0,
    Connected = 1,
    /// ECONNREFUSED.
    Refused = 2,
    /// The own system has no way there, or no address to come from.
    NoRoute = 3,
    /// A router said that there is no way, by ICMP.
    Unreachable = 4,
    /// No answer within the time for all of the connection.
    TimedOut = 5,
    /// ECONNRESET.
    Reset = 6,
    /// The TLS handshake failed, or did not end in time.
    TlsFailed = 7,
    /// Another attempt won, and this one was given up afterwards, or had to make room.
    LostRace = 8,
    /// The program closed the connection, or refused the socket.
    Cancelled = 9,
    /// Routing says that its packets cannot leave any more.
    #[cfg(any(feature = "LWS_WITH_CAO", feature = "LWS_WITH_NETLINK"))]
    RouteGone = 10,
    /// Another error of the system.
    Failed = 11,
}

impl Outcome {
    /// What an error of `connect()` says. `sent`: packets had left.
    pub(crate) fn of_errno(errno: i32, sent: bool) -> Self {
        match errno {
            libc::ECONNREFUSED => Self::Refused,
            libc::ECONNRESET => Self::Reset,
            libc::ETIMEDOUT => Self::TimedOut,
            libc::ENETUNREACH
            | libc::EHOSTUNREACH
            | libc::EADDRNOTAVAIL
            | libc::ENETDOWN
            | libc::EACCES
            | libc::EPERM => {
                if sent {
                    Self::Unreachable
                } else {
                    Self::NoRoute
                }
            }
            _ => Self::Failed,
        }
    }

    #[cfg(feature = "LWS_WITH_CAO")]
    pub(crate) fn from_number(n: u8) -> Option<Self> {
        Some(match n {
            0 => Self::Pending,
            1 => Self::Connected,
            2 => Self::Refused,
            3 => Self::NoRoute,
            4 => Self::Unreachable,
            5 => Self::TimedOut,
            6 => Self::Reset,
            7 => Self::TlsFailed,
            8 => Self::LostRace,
            9 => Self::Cancelled,
            10 => Self::RouteGone,
            11 => Self::Failed,
            _ => return None,
        })
    }

    /// In words, for error texts and dumps.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Pending => "no answer yet",
            Self::Connected => "connected",
            Self::Refused => "refused",
            Self::NoRoute => "no route",
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed out",
            Self::Reset => "reset",
            Self::TlsFailed => "TLS failed",
            Self::LostRace => "lost the race",
            Self::Cancelled => "cancelled",
            #[cfg(any(feature = "LWS_WITH_CAO", feature = "LWS_WITH_NETLINK"))]
            Self::RouteGone => "route gone",
            Self::Failed => "failed",
        }
    }

    /// What it says of the path: it works, it does not, or nothing.
    #[cfg(feature = "LWS_WITH_CAO")]
    pub(crate) fn says(self) -> Option<bool> {
        match self {
            Self::Connected => Some(true),
            Self::Refused
            | Self::NoRoute
            | Self::Unreachable
            | Self::TimedOut
            | Self::Reset
            | Self::TlsFailed => Some(false),
            Self::Pending | Self::LostRace | Self::Cancelled | Self::RouteGone | Self::Failed => {
                None
            }
        }
    }
}

/// Where an attempt goes, and from where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Path {
    pub(crate) dest: SocketAddr,
    /// The local address.
    pub(crate) source: Option<IpAddr>,
    /// How long its prefix is, bits.
    pub(crate) source_len: u8,
    /// The interface, 0 for one that is not known.
    pub(crate) ifindex: u32,
    /// `None`: the destination is on the link, or it is not known.
    pub(crate) gateway: Option<IpAddr>,
    /// The server that gave the address.
    pub(crate) dns: Option<IpAddr>,
    /// The network it goes through; see [`super::paths::Paths::network`].
    pub(crate) network: u64,
    /// Whose history it is: what one partition learns of destinations no other one uses.
    pub(crate) partition: u64,
}

impl Path {
    /// One of which only the destination is known.
    pub(crate) fn to(dest: SocketAddr) -> Self {
        Self {
            dest,
            source: None,
            source_len: if dest.is_ipv4() { 32 } else { 64 },
            ifindex: 0,
            gateway: None,
            dns: None,
            network: 0,
            partition: 0,
        }
    }
}

/// One attempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Attempt {
    /// Counts all attempts of a context, from 1.
    pub(crate) id: u64,
    /// Counts its races, from 1.
    pub(crate) race: u64,
    pub(crate) path: Path,
    /// When it began, microseconds of the monotonic clock.
    pub(crate) started: i64,
    /// How long it took until it ended, its TLS handshake included, microseconds.
    pub(crate) took_us: u32,
    /// How much of that was the TLS handshake, 0 where there was none.
    pub(crate) tls_us: u32,
    pub(crate) outcome: Outcome,
    /// The error of the system, 0 for none.
    pub(crate) errno: i32,
    /// It became the connection.
    pub(crate) won: bool,
    /// What the kernel measured of the handshake (`struct tcp_info`): round trip and its variation,
    /// microseconds, and how many segments it sent again.
    pub(crate) rtt_us: u32,
    pub(crate) rttvar_us: u32,
    pub(crate) retransmits: u32,
}

impl Attempt {
    /// How it ended, for an error text: `192.0.2.1:80 refused after 3 ms`.
    pub(crate) fn describe(&self) -> String {
        format!(
            "{} {} after {} ms",
            self.path.dest,
            self.outcome.text(),
            self.took_us / 1000
        )
    }
}
