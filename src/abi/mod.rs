//! The types, constants and function-pointer types that the headers show, one file a header. They
//! have no behaviour, and any room may import them; what is done with them is in the rooms, and the
//! functions are in `capi`.
#![allow(non_camel_case_types)]
#![forbid(unsafe_code)]

pub mod adopt;
pub mod async_dns;
pub mod button;
pub mod cache_ttl;
pub mod callbacks;
pub mod cao;
pub mod client;
pub mod conmon;
pub mod context_vhost;
pub mod dhcpc;
pub mod dll2;
pub mod dns;
pub mod gpio;
pub mod gpio_linux;
pub mod http;
pub mod lejp;
pub mod logs;
pub mod lwsac;
pub mod map;
pub mod misc;
pub mod network_helper;
pub mod protocols_plugins;
pub mod retry;
pub mod route;
pub mod sha1_base64;
pub mod smd;
pub mod spa;
pub mod state;
pub mod r#struct;
pub mod system;
pub mod timeout_timer;
pub mod tokenize;
pub mod types;
pub mod write;
pub mod writeable;
pub mod ws_close;
pub mod ws_ext;
pub mod x509;
