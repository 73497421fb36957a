//! The wake-up and the timers of a loop, and what every room knows of the context it works for.
//!
//! - [`core`]: that face of a context;
//! - [`timers`]: the timers of a context.
#![forbid(unsafe_code)]

pub(crate) mod core;
pub(crate) mod timers;
