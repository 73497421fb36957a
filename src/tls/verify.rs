//! Which faults of a server's certificate a client forgives, and what is said of the others.

use crate::sys::tls::error::{error_text_of_verify, verify_text};
use crate::sys::tls::ssl::Failed;
use core::ffi::c_int;
use std::io;

/// Faults of certificates, by the numbers of x509_vfy.h (`X509_V_ERR_`).
mod fault {
    use core::ffi::c_int;
    pub(super) const NO_ISSUER: c_int = 2;
    pub(super) const NOT_YET_VALID: c_int = 9;
    pub(super) const EXPIRED: c_int = 10;
    pub(super) const SELF_SIGNED: c_int = 18;
    pub(super) const SELF_SIGNED_IN_CHAIN: c_int = 19;
    pub(super) const UNKNOWN_ISSUER: c_int = 20;
    pub(super) const UNVERIFIED_LEAF: c_int = 21;
    pub(super) const INVALID_CA: c_int = 79;
    pub(super) const WRONG_HOST: c_int = 62;
}

/// What a client forgives.
#[derive(Clone, Copy, Default)]
pub(crate) struct Forgives {
    pub(crate) self_signed: bool,
    pub(crate) other_host: bool,
    pub(crate) expired: bool,
    pub(crate) unknown_issuer: bool,
}

impl Forgives {
    fn anything(self) -> bool {
        self.self_signed || self.other_host || self.expired || self.unknown_issuer
    }

    /// What to log when this fault is forgiven; `None`: it is not. A name that is not looked at is no
    /// fault at all.
    pub(crate) fn allow(self, fault: c_int) -> Option<&'static str> {
        match fault {
            fault::SELF_SIGNED | fault::SELF_SIGNED_IN_CHAIN if self.self_signed => {
                Some("accepting self-signed certificate (verify_callback)")
            }
            fault::EXPIRED if self.expired => {
                Some("accepting expired certificate (verify_callback)")
            }
            fault::NOT_YET_VALID if self.expired => {
                Some("accepting not yet valid certificate (verify_callback)")
            }
            fault::NO_ISSUER | fault::UNKNOWN_ISSUER | fault::UNVERIFIED_LEAF
                if self.unknown_issuer =>
            {
                Some("accepting non-trusted certificate")
            }
            _ => None,
        }
    }
}

/// What is logged of a fault that is not forgiven.
pub(crate) fn line(fault: c_int, depth: c_int) -> String {
    let text = verify_text(fault);
    format!("SSL error: {text} (preverify_ok=0;err={fault};depth={depth})")
}

/// What a client's program is told of a handshake that failed.
pub(crate) fn why(failed: Failed, forgives: Forgives) -> String {
    match failed {
        // For one that forgives nothing lws has other words.
        Failed::Certificate(fault::WRONG_HOST) if !forgives.anything() => {
            format!("tls: {}", verify_text(fault::WRONG_HOST))
        }
        Failed::Certificate(n) => {
            let tag = tag(n);
            let error = error_text_of_verify(n);
            format!("server's cert didn't look good, {tag} X509_V_ERR = {n}: {error}")
        }
        Failed::Protocol(code) => format!("tls: {}", code.text()),
        Failed::Socket(0) => "tls: closed by the peer".into(),
        Failed::Socket(errno) => format!("tls: {}", io::Error::from_raw_os_error(errno)),
    }
}

fn tag(fault: c_int) -> &'static str {
    match fault {
        fault::WRONG_HOST => "tls=hostname",
        fault::EXPIRED => "tls=expired",
        fault::NOT_YET_VALID => "tls=notyetvalid",
        fault::SELF_SIGNED | fault::SELF_SIGNED_IN_CHAIN | fault::INVALID_CA => "tls=invalidca",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Forgives = Forgives {
        self_signed: false,
        other_host: false,
        expired: false,
        unknown_issuer: false,
    };

    #[test]
    fn each_flag_forgives_its_faults_and_no_other() {
        let flags = [
            (
                Forgives {
                    self_signed: true,
                    ..NOTHING
                },
                &[18, 19][..],
            ),
            (
                Forgives {
                    other_host: true,
                    ..NOTHING
                },
                &[],
            ),
            (
                Forgives {
                    expired: true,
                    ..NOTHING
                },
                &[9, 10],
            ),
            (
                Forgives {
                    unknown_issuer: true,
                    ..NOTHING
                },
                &[2, 20, 21],
            ),
            (NOTHING, &[]),
        ];
        for (forgives, expected) in flags {
            let allowed: Vec<_> = (1..100).filter(|n| forgives.allow(*n).is_some()).collect();
            assert_eq!(allowed, expected);
        }
    }

    #[test]
    fn words() {
        let some = Forgives {
            expired: true,
            ..NOTHING
        };
        assert_eq!(
            why(Failed::Certificate(62), NOTHING),
            "tls: hostname mismatch"
        );
        let text = why(Failed::Certificate(62), some);
        assert!(
            text.starts_with(
                "server's cert didn't look good, tls=hostname X509_V_ERR = 62: error:"
            ),
            "{text}"
        );
        let text = why(Failed::Certificate(20), NOTHING);
        assert!(
            text.starts_with("server's cert didn't look good,  X509_V_ERR = 20: error:"),
            "{text}"
        );
        assert_eq!(
            why(Failed::Socket(libc::ECONNRESET), some),
            format!("tls: {}", io::Error::from_raw_os_error(libc::ECONNRESET))
        );
        assert_eq!(
            line(10, 0),
            "SSL error: certificate has expired (preverify_ok=0;err=10;depth=0)"
        );
    }
}
