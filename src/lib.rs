//! relws: subsystems of libwebsockets, written again in Rust behind
//! libwebsockets' own C interface.
//!
//! The map of the rooms:
//!
//! | room | what it holds |
//! |---|---|
//! | [`abi`] | the types, constants and function-pointer types of the headers |
//! | [`capi`] | the C edge: one file for each public header; converts, calls one room, converts back |
//! | `sys` | the only other room with `unsafe`: memory, locks, clock, poll, intrusive lists of C |
//! | `log` | levels, line format, emitters |
//! | `event` | the loop, its wake-up, the timers |
//! | `context` | what one `lws_context` owns |
//! | `smd` | the message bus |
//! | `state` | state managers and the ladder of the system |
//! | `route` | the routing table: netlink monitor, copy, decision, culling |
//! | `roles` | what connections speak: HTTP/1.1 |
//! | `tls` | what vhosts are secured with, and what is decided about peers |
//! | `conn` | vhosts, protocols and connections |
//! | `util` | small helpers of the interface: hex, purify, JSON search, buffer lists |

#[cfg(all(panic = "unwind", not(debug_assertions), not(test)))]
compile_error!("relws is built with panic = \"abort\": unwinding into C is undefined");

/// The version of the interface, and of what is behind it.
pub(crate) const VERSION: &str = concat!("4.3.5-relws", env!("CARGO_PKG_VERSION"));

/// The subsystems that are built, by their words in `options.list`, for the first line of the log.
pub(crate) const FEATURES: &str = env!("RELWS_FEATURES");

pub mod abi;
#[cfg(feature = "LWS_WITH_BUTTON")]
mod button;
#[cfg(feature = "LWS_WITH_CACHE_NSCOOKIEJAR")]
mod cache;
mod cao;
pub mod capi;
mod conn;
mod context;
#[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
mod dhcp;
#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
mod dns;
mod event;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod log;
#[cfg(feature = "LWS_ROLE_H1")]
mod roles;
#[cfg(feature = "LWS_WITH_NETLINK")]
mod route;
#[cfg(feature = "LWS_WITH_SYS_SMD")]
mod smd;
#[cfg(feature = "LWS_WITH_SYS_STATE")]
mod state;
mod sys;
#[cfg(feature = "LWS_WITH_TLS")]
mod tls;
mod util;

#[global_allocator]
static ALLOCATOR: sys::memory::Allocator = sys::memory::Allocator;
