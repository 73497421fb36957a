//! printf-style formatting of a C argument list.

use core::ffi::{c_char, c_int, c_void};
use core::mem::MaybeUninit;

/// A `va_list *` on loan from one of the shims in `capi/variadic.c`.
///
/// It is consumed by the first formatting: a `va_list` can be walked once.
#[repr(transparent)]
pub struct VaList(*mut c_void);

unsafe extern "C" {
    fn relws_vsnprintf(
        buf: *mut c_char,
        size: usize,
        format: *const c_char,
        ap: *mut c_void,
    ) -> c_int;
}

impl VaList {
    /// Formats into `buf` as `vsnprintf` does: at most `buf.len()` bytes with the terminating NUL.
    /// Returns the length the whole text has or would have had without the NUL, or `None` where
    /// `vsnprintf` reports an error.
    ///
    /// # Safety
    ///
    /// `format` is a NUL-terminated printf format and the list holds the arguments it asks for.
    pub(crate) unsafe fn format_raw(
        self,
        buf: &mut [MaybeUninit<u8>],
        format: *const c_char,
    ) -> Option<usize> {
        // SAFETY: the buffer is as long as stated; the rest is the caller's promise.
        let n = unsafe { relws_vsnprintf(buf.as_mut_ptr().cast(), buf.len(), format, self.0) };
        usize::try_from(n).ok()
    }

    /// Formats into `buf`, which need not be initialised, and returns the text without its NUL.
    /// `None` when it does not fit or `vsnprintf` reports an error.
    ///
    /// # Safety
    ///
    /// As [`VaList::format_raw`].
    #[cfg(feature = "LWS_WITH_SYS_SMD")]
    pub(crate) unsafe fn text(
        self,
        buf: &mut [MaybeUninit<u8>],
        format: *const c_char,
    ) -> Option<&[u8]> {
        // SAFETY: the buffer is as long as stated; the rest is the caller's promise.
        let n = unsafe { relws_vsnprintf(buf.as_mut_ptr().cast(), buf.len(), format, self.0) };
        let n = usize::try_from(n).ok().filter(|n| *n < buf.len())?;
        // SAFETY: vsnprintf wrote `n` bytes and a NUL.
        Some(unsafe { core::slice::from_raw_parts(buf.as_ptr().cast(), n) })
    }
}
