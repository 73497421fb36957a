//! Why there is nothing to secure connections with.

use crate::sys::tls::error::Code;
use core::fmt;
use std::io;

/// Why a certificate, a key or the whole cannot be used. Shown, it is a line for the log.
#[derive(Debug)]
pub(crate) enum Error {
    OpenSsl(Code),
    /// What is given instead of a file, or what it has now, cannot be read.
    Source {
        shown: String,
        why: io::Error,
    },
    /// What a member of the creation info names cannot be used.
    Member {
        member: &'static str,
        shown: String,
        why: Why,
    },
}

/// What is wrong with what was given.
#[derive(Debug)]
pub(crate) enum Why {
    Read(io::Error),
    OpenSsl(Code),
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::OpenSsl(code)
    }
}

impl From<io::Error> for Why {
    fn from(e: io::Error) -> Self {
        Self::Read(e)
    }
}

impl From<Code> for Why {
    fn from(code: Code) -> Self {
        Self::OpenSsl(code)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OpenSsl(code) => f.write_str(&code.text()),
            Self::Source { shown, why } => write!(f, "{shown}: {why}"),
            Self::Member { member, shown, why } => write!(f, "{member}: {shown}: {why}"),
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(e) => e.fmt(f),
            Self::OpenSsl(code) => f.write_str(&code.text()),
        }
    }
}
