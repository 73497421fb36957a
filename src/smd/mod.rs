//! SMD: the message bus of a context.
//!
//! - [`bus`]: participants, the queue, sending;
//! - [`deliver`]: what the loop does with it;
//! - [`handle`]: what `struct lws_smd_peer *` stands for;
//! - [`waits`]: who waits for whose callback;
//! - [`wire`]: the form a message has inside a Secure Streams payload.
#![forbid(unsafe_code)]

use crate::abi::smd::{LWS_SMD_MAX_PAYLOAD, LWSSMDCL_NETWORK};

pub(crate) mod bus;
mod deliver;
pub(crate) mod handle;
mod waits;
pub(crate) mod wire;

/// The longest payload, bytes.
pub(crate) const MAX_PAYLOAD: usize = LWS_SMD_MAX_PAYLOAD as usize;
/// How many messages may wait, unless the context says otherwise.
pub(crate) const DEFAULT_DEPTH: u32 = 40;
/// How old a waiting message may get, microseconds, unless the context says otherwise.
pub(crate) const DEFAULT_TTL_US: i64 = 2_000_000;

/// The class that the context itself listens to.
pub(crate) const NETWORK: u32 = LWSSMDCL_NETWORK as u32;
