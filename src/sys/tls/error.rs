//! What went wrong, in OpenSSL's words.

use super::more::{ERR_error_string_n, ERR_peek_error, X509_verify_cert_error_string};
use core::ffi::{CStr, c_char, c_int, c_long, c_ulong};
use openssl_sys as ffi;

/// The reason of a peer that closed its connection without TLS's goodbye (`SSL_R_UNEXPECTED_EOF_WHILE_READING`).
const UNEXPECTED_EOF: c_int = 294;
/// That of a PEM in which nothing more begins (`PEM_R_NO_START_LINE`).
const NO_START_LINE: c_int = 108;

/// An error of this thread's queue; 0 for none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Code(c_ulong);

impl Code {
    pub(crate) const NONE: Self = Self(0);

    /// The first error of the queue, which is empty afterwards.
    pub(crate) fn take() -> Self {
        // SAFETY: both only touch this thread's queue.
        unsafe {
            let first = ERR_peek_error();
            ffi::ERR_clear_error();
            Self(first)
        }
    }

    /// Forgets what an earlier call has left in the queue: the next result is judged by it.
    pub(crate) fn forget() {
        // SAFETY: it only touches this thread's queue.
        unsafe { ffi::ERR_clear_error() };
    }

    /// Whether the peer's connection ended without a goodbye.
    pub(crate) fn is_unexpected_eof(self) -> bool {
        ffi::ERR_GET_REASON(self.0) == UNEXPECTED_EOF
    }

    /// Whether a PEM has nothing more.
    pub(super) fn is_no_start_line(self) -> bool {
        ffi::ERR_GET_LIB(self.0) == ffi::ERR_LIB_PEM && ffi::ERR_GET_REASON(self.0) == NO_START_LINE
    }

    /// As `error:0A00010B:SSL routines::wrong version number`.
    pub(crate) fn text(self) -> String {
        text_of(self.0)
    }
}

/// The text that goes with the number of a fault of a certificate (`X509_V_ERR_`), taken for an
/// error's.
pub(crate) fn error_text_of_verify(n: c_int) -> String {
    text_of(c_ulong::try_from(n).unwrap_or(0))
}

fn text_of(code: c_ulong) -> String {
    let mut buf = [0u8; 256];
    // SAFETY: the buffer is as long as stated; what is written ends with a NUL.
    unsafe { ERR_error_string_n(code, buf.as_mut_ptr().cast::<c_char>(), buf.len()) };
    let end = CStr::from_bytes_until_nul(&buf).unwrap_or(c"");
    end.to_string_lossy().into_owned()
}

/// What is wrong with a certificate (`X509_V_ERR_`), as `hostname mismatch`.
pub(crate) fn verify_text(n: c_int) -> &'static str {
    // SAFETY: it returns a text of its own that lives as long as the program, in ASCII.
    let text = unsafe { CStr::from_ptr(X509_verify_cert_error_string(c_long::from(n))) };
    text.to_str().unwrap_or("unknown")
}
