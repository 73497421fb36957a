//! The small helpers of the interface, on slices: text, hex, escaping, JSON
//! search, URIs, numbers for people.
#![forbid(unsafe_code)]

pub(crate) mod addr;
pub(crate) mod base64;
pub(crate) mod file;
pub(crate) mod hex;
pub(crate) mod humanize;
pub(crate) mod json;
#[cfg(feature = "LWS_WITH_LEJP")]
pub(crate) mod lejp;
pub(crate) mod out;
pub(crate) mod purify;
pub(crate) mod retry;
pub(crate) mod ring;
pub(crate) mod sha1;
pub(crate) mod sort;
pub(crate) mod strexp;
#[cfg(feature = "LWS_WITH_STRUCT_JSON")]
pub(crate) mod structs;
pub(crate) mod text;
pub(crate) mod tokenize;
pub(crate) mod uri;
pub(crate) mod vbi;
