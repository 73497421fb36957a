//! Connection attempts: which addresses a client tries in which order and when, and what became of it.
//!
//! - [`policy`], [`order`]: in which order the addresses of a name are tried;
//! - [`race`]: when each is tried, and who wins;
//! - [`attempt`]: what is known of one attempt;
//! - [`paths`]: what all attempts have shown, by destination, source, gateway and so on;
//! - [`json`]: that as text, and back.
//!
//! All of it is without sockets and clock: `conn` carries it out.
#![forbid(unsafe_code)]

pub(crate) mod attempt;
pub(crate) mod json;
pub(crate) mod order;
pub(crate) mod paths;
pub(crate) mod policy;
pub(crate) mod race;
