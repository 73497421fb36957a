//! The states of the system (`LWS_SYSTATE_*`), captive portal results, and
//! callbacks that wait for a state.

use core::ffi::{CStr, c_int};

pub(crate) const CONTEXT_CREATED: c_int = 1;
pub(crate) const POLICY_VALID: c_int = 8;
pub(crate) const OPERATIONAL: c_int = 12;
pub(crate) const POLICY_INVALID: c_int = 13;
pub(crate) const CONTEXT_DESTROYING: c_int = 14;

/// The names of the states, by number.
pub(crate) const NAMES: [&CStr; 15] = [
    c"undef",
    c"CONTEXT_CREATED",
    c"INITIALIZED",
    c"IFACE_COLDPLUG",
    c"DHCP",
    c"CPD_PRE_TIME",
    c"TIME_VALID",
    c"CPD_POST_TIME",
    c"POLICY_VALID",
    c"REGISTERED",
    c"AUTH1",
    c"AUTH2",
    c"OPERATIONAL",
    c"POLICY_INVALID",
    c"DESTROYING",
];

/// Results of captive portal detection (`lws_cpd_result_t`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cpd {
    Unknown,
    InternetOk,
    CaptivePortal,
    NoInternet,
}

impl Cpd {
    pub(crate) fn from_int(n: core::ffi::c_uint) -> Option<Self> {
        [
            Self::Unknown,
            Self::InternetOk,
            Self::CaptivePortal,
            Self::NoInternet,
        ]
        .get(usize::try_from(n).ok()?)
        .copied()
    }

    /// As messages and logs call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unknown => "Unknown",
            Self::InternetOk => "OK",
            Self::CaptivePortal => "Captive",
            Self::NoInternet => "No internet",
        }
    }
}
