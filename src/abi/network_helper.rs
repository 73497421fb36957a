//! `lws-network-helper.h`: what an interface look-up answers.

use core::ffi::c_int;

/// From lws_interface_to_sa(): there is an address of the kind asked for.
pub const LWS_ITOSA_USABLE: c_int = 0;
/// From lws_interface_to_sa(): there is no such interface or address.
pub const LWS_ITOSA_NOT_EXIST: c_int = -1;
/// From lws_interface_to_sa(): the interface has no usable address of the kind asked for.
pub const LWS_ITOSA_NOT_USABLE: c_int = -2;
/// The address is in use by somebody else.
pub const LWS_ITOSA_BUSY: c_int = -3;
