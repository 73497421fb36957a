//! The routing table: an exact live copy of the kernel's, what it decides, and which
//! connections it ends.
//!
//! - [`types`]: what the kernel says, as plain data;
//! - [`wire`]: from and to the bytes of netlink;
//! - [`table`] on [`trie`], [`infos`], [`order`]: the routes; [`aliases`]: those to one prefix;
//!   [`alike`]: which are the same; [`places`]: where they are; [`bulk`]: how much memory they have;
//! - [`copy`] with [`addrs`], [`infer`], [`objects`], [`told`], [`window`], [`copy_rules`]: the copy
//!   and how it follows; [`omitted`] and [`cover`]: what dumps do not tell; [`doubts`]: what only the
//!   kernel knows;
//! - [`decide`] by [`rules`], [`decide4`] and [`find4`], [`decide6`] and [`find6`]: what the kernel
//!   would do;
//! - [`sync`]: in which order all of it is read, as often as needed;
//! - [`oracle`]: questions to the kernel itself; [`unbound`]: about sockets without an address;
//! - [`cull`]: which connections have ended, of those that what was [`touched`] concerns;
//!   [`loose`]: those whose peer can become another one;
//! - [`news`]: messages about changes; [`json`]: the copy as text;
//! - [`feed`]: the sockets and the copy they feed; [`audit`]: the copy checks itself;
//! - [`monitor`]: what a context has of all this.
#![forbid(unsafe_code)]

mod addrs;
mod again;
mod aliases;
mod alike;
mod answers4;
mod ask;
mod audit;
mod bulk;
pub(crate) mod conns;
pub(crate) mod copy;
mod copy_rules;
#[cfg(test)]
mod copy_tests;
mod cover;
pub(crate) mod cull;
pub(crate) mod decide;
mod decide4;
mod decide6;
mod doubts;
mod feed;
mod find4;
mod find6;
mod follow;
mod infer;
mod infos;
pub(crate) mod json;
#[cfg(test)]
mod kernel_tests;
mod lifetimes;
mod loose;
mod mend;
pub(crate) mod monitor;
mod news;
mod objects;
mod omitted;
mod oracle;
mod order;
mod places;
mod reach;
mod rules;
#[cfg(test)]
mod state_tests;
mod sync;
pub(crate) mod table;
#[cfg(test)]
mod table_tests;
mod tally;
mod told;
mod touched;
mod trie;
mod trouble;
mod twins;
pub(crate) mod types;
mod unbound;
mod window;
#[cfg(test)]
mod window_tests;
pub(crate) mod wire;
