//! The wake-up and the timers of a loop, and what every room knows of the context it works for.
//!
//! - [`core`]: that face of a context;
//! - [`timers`]: the timers of a context;
//! - [`heap`]: the queue of pending timers.
#![forbid(unsafe_code)]

pub(crate) mod core;
pub(crate) mod heap;
pub(crate) mod timers;
