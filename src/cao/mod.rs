//! Connection attempts: which addresses a client tries in which order and when, and what became of it.
//!
//! - [`policy`], [`order`]: in which order the addresses of a name are tried;
//! - [`race`]: when each is tried, and who wins;
//! - [`attempt`]: what is known of one attempt;
//! - `paths`, `aggregate`: what all attempts have shown, by destination, source, gateway and so on;
//! - `json`: that as text, and back.
//!
//! All of it is without sockets and clock: `conn` carries it out. Without LWS_WITH_CAO there are races, and
//! no memory of them.
#![forbid(unsafe_code)]

#[cfg(feature = "LWS_WITH_CAO")]
pub(crate) mod aggregate;
pub(crate) mod attempt;
#[cfg(feature = "LWS_WITH_CAO")]
pub(crate) mod json;
pub(crate) mod order;
#[cfg(feature = "LWS_WITH_CAO")]
pub(crate) mod paths;
#[cfg(not(feature = "LWS_WITH_CAO"))]
#[path = "forgetful.rs"]
pub(crate) mod paths;
pub(crate) mod policy;
pub(crate) mod race;
