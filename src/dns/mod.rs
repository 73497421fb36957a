//! The resolver: names become addresses on the event loop, without a thread.
#![forbid(unsafe_code)]

mod answers;
pub(crate) mod cache;
pub(crate) mod conf;
mod dice;
pub(crate) mod driver;
mod files;
mod flight;
pub(crate) mod found;
mod hash;
pub(crate) mod hosts;
mod job;
mod json;
mod links;
pub(crate) mod machine;
#[cfg(test)]
mod machine_tests;
pub(crate) mod name;
pub(crate) mod names;
mod pool;
pub(crate) mod servers;
mod timers;
pub(crate) mod wire;
