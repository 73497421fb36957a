//! SMD: the message bus of a context.
//!
//! - [`bus`]: participants, the queue, sending;
//! - [`deliver`]: what the loop does with it;
//! - [`handle`]: what `struct lws_smd_peer *` stands for;
//! - [`wire`]: the form a message has inside a Secure Streams payload.
#![forbid(unsafe_code)]

pub(crate) mod bus;
mod deliver;
pub(crate) mod handle;
pub(crate) mod wire;

/// The longest payload, bytes.
pub(crate) const MAX_PAYLOAD: usize = 384;
/// How many messages may wait, unless the context says otherwise.
pub(crate) const DEFAULT_DEPTH: u32 = 40;
/// How old a waiting message may get, microseconds, unless the context says otherwise.
pub(crate) const DEFAULT_TTL_US: i64 = 2_000_000;

/// Message classes (`LWSSMDCL_*`).
pub(crate) mod class {
    #[cfg(feature = "LWS_WITH_SYS_STATE")]
    pub(crate) const SYSTEM_STATE: u32 = 1 << 1;
    pub(crate) const NETWORK: u32 = 1 << 2;
}
