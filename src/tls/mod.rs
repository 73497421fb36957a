//! TLS: what vhosts are secured with, and what is decided about peers.
//!
//! - [`settings`]: from what a program gives to what connections are made with;
//! - [`verify`]: which faults of a certificate are forgiven, and what is said of the others;
//! - [`alpn`]: which protocol is spoken (RFC 7301);
//! - [`hello`]: whether a peer speaks TLS at all.
//!
//! None of them knows a connection. OpenSSL is behind `sys::tls`.
#![forbid(unsafe_code)]

pub(crate) mod alpn;
pub(crate) mod error;
pub(crate) mod hello;
pub(crate) mod settings;
pub(crate) mod verify;

#[cfg(test)]
mod session_tests;
#[cfg(test)]
mod test_certs;
