//! Results of captive portal detection (`lws_cpd_result_t`).

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
