//! The machine: memory for C, locks, the clock, descriptors, and the
//! intrusive lists that C programs embed in their own structs.
//!
//! Beside `capi` this is the only room with `unsafe`. What it offers to the
//! other rooms is safe to call, or wraps the promise a C caller made when the
//! pointer came in.

pub(crate) mod addrinfo;
pub(crate) mod alloc;
#[cfg(feature = "LWS_WITH_SYS_SMD")]
pub(crate) mod arena;
#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
pub(crate) mod batch;
#[cfg(feature = "LWS_WITH_SYS_STATE")]
pub(crate) mod blob;
#[cfg(feature = "LWS_WITH_SYS_SMD")]
pub(crate) mod block;
pub(crate) mod buflist;
#[cfg(any(
    feature = "LWS_WITH_CACHE_NSCOOKIEJAR",
    feature = "LWS_WITH_NETLINK",
    feature = "LWS_WITH_SYS_SMD",
    feature = "LWS_WITH_TLS"
))]
pub(crate) mod callbacks;
pub(crate) mod clock;
pub(crate) mod daemon;
pub(crate) mod dl;
pub(crate) mod dll2;
#[cfg(feature = "LWS_WITH_LWS_DSH")]
pub(crate) mod dsh;
pub(crate) mod fs;
#[cfg(feature = "LWS_WITH_BUTTON")]
pub(crate) mod gpio;
pub(crate) mod heap;
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) mod labels;
#[cfg(feature = "LWS_WITH_BUTTON")]
pub(crate) mod lines;
pub(crate) mod lock;
pub(crate) mod logcx;
#[cfg(feature = "LWS_WITH_LWSAC")]
pub(crate) mod lwsac;
#[cfg(feature = "LWS_WITH_MAP")]
pub(crate) mod map;
pub(crate) mod memory;
#[cfg(feature = "LWS_ROLE_H1")]
pub(crate) mod mounts;
pub(crate) mod net;
pub(crate) mod net_addr;
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) mod netlink;
pub(crate) mod opaque;
#[cfg(feature = "LWS_WITH_SYS_STATE")]
pub(crate) mod ops;
#[cfg(feature = "LWS_WITH_SYS_STATE")]
pub(crate) mod own;
#[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
pub(crate) mod packet;
mod panic;
#[cfg(feature = "LWS_WITH_CACHE_NSCOOKIEJAR")]
pub(crate) mod payload;
pub(crate) mod policy;
pub(crate) mod poll;
#[cfg(feature = "LWS_WITH_BUTTON")]
pub(crate) mod pressed;
pub(crate) mod privs;
pub(crate) mod process;
pub(crate) mod protocol;
pub(crate) mod random;
pub(crate) mod resolve;
pub(crate) mod sa46;
pub(crate) mod signal;
#[cfg(feature = "LWS_WITH_SYS_STATE")]
pub(crate) mod state;
pub(crate) mod sul;
pub(crate) mod tcp;
pub(crate) mod thread;
pub(crate) mod timer;
#[cfg(feature = "LWS_WITH_TLS")]
pub(crate) mod tls;
pub(crate) mod va;
pub(crate) mod zeroed;
