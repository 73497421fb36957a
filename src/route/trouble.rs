//! What can go wrong with the sockets of routing.
#![forbid(unsafe_code)]

use core::fmt;
use std::io;

/// What is logged as a warning.
#[derive(Debug)]
pub(super) enum Trouble {
    /// There is no socket to hear the kernel by.
    NotWatched(io::Error),
    /// A message did not fit into the buffer.
    Cut,
    /// A dump ended before its end, because a route did not fit.
    LeftOut,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotWatched(why) => write!(f, "routing is not watched: netlink: {why}"),
            Self::Cut => f.write_str("routing: a message was cut"),
            Self::LeftOut => f.write_str(
                "routing: the kernel left routes out of its dump, being too large for it; \
                 it is asked instead",
            ),
        }
    }
}

/// Whether a socket may be had later: what the process or the system lacks now.
pub(super) fn may_pass(why: &io::Error) -> bool {
    matches!(
        why.raw_os_error(),
        Some(libc::EMFILE | libc::ENFILE | libc::ENOMEM | libc::ENOBUFS | libc::EAGAIN)
    )
}
