//! `lws-writeable.h`: flags of lws_write_allowed_reason.

use core::ffi::c_int;

/// For lws_wsi_tx_credit(): what we may send to the peer.
pub const LWSTXCR_US_TO_PEER: c_int = 0;
/// For lws_wsi_tx_credit(): what the peer may send to us.
pub const LWSTXCR_PEER_TO_US: c_int = 1;
