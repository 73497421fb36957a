//! The loop, its wake-up and the timers.
//!
//! - [`heap`]: the queue of pending timers;
//! - [`timers`]: the timers of a context;
//! - [`service`]: one pass of the loop.
#![forbid(unsafe_code)]

pub(crate) mod heap;
pub(crate) mod service;
pub(crate) mod timers;
