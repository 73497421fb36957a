//! What the tests of routing share: namespaces, netlink, random networks, the kernel's own answers,
//! and the library's.
#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

pub mod ask;
pub mod build;
pub mod case;
pub mod dump;
pub mod flow;
pub mod generate;
pub mod kernel;
pub mod model;
pub mod op;
pub mod real;
pub mod rng;
pub mod show;
pub mod shrink;
pub mod socket;
pub mod space;
pub mod wire;

/// A number from the environment.
pub fn env(name: &str, otherwise: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap(),
        Err(_) => otherwise,
    }
}
