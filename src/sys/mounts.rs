//! The mounts of a vhost, as the program lists them.

use super::protocol::Options;
use crate::abi::types::lws_http_mount;
use core::ffi::{CStr, c_char, c_uint};
use core::ptr::NonNull;

/// A list of mounts.
#[derive(Clone, Copy)]
pub(crate) struct Mounts(*const lws_http_mount);

/// A mount.
#[derive(Clone, Copy)]
pub(crate) struct Mount(NonNull<lws_http_mount>);

impl Mounts {
    /// # Safety
    ///
    /// `p` is NULL or a list that stays valid and the same as long as the vhost that has it.
    pub(crate) unsafe fn new(p: *const lws_http_mount) -> Self {
        Self(p)
    }

    /// The mounts, in their order.
    pub(crate) fn each(self) -> impl Iterator<Item = Mount> {
        let mut at = self.0;
        core::iter::from_fn(move || {
            let mount = NonNull::new(at.cast_mut())?;
            // SAFETY: the promise of `new`.
            at = unsafe { mount.as_ref() }.mount_next;
            Some(Mount(mount))
        })
    }
}

impl Mount {
    /// One that the program names by a pointer.
    ///
    /// # Safety
    ///
    /// `p` is NULL or a mount, valid as long as the result is used.
    pub(crate) unsafe fn named(p: *const lws_http_mount) -> Option<Self> {
        NonNull::new(p.cast_mut()).map(Self)
    }

    fn get<R>(self, f: impl FnOnce(&lws_http_mount) -> R) -> R {
        // SAFETY: the promise of `Mounts::new` or `Mount::named`.
        f(unsafe { self.0.as_ref() })
    }

    fn text(self, f: impl FnOnce(&lws_http_mount) -> *const c_char) -> Option<&'static CStr> {
        let p = self.get(f);
        // SAFETY: as above: texts of a mount live as long as it.
        (!p.is_null()).then(|| unsafe { CStr::from_ptr(p) })
    }

    pub(crate) fn mountpoint(self) -> &'static CStr {
        self.text(|m| m.mountpoint).unwrap_or_default()
    }

    pub(crate) fn origin(self) -> &'static CStr {
        self.text(|m| m.origin).unwrap_or_default()
    }

    /// The file for a folder.
    pub(crate) fn index(self) -> &'static CStr {
        self.text(|m| m.def).unwrap_or(c"index.html")
    }

    pub(crate) fn protocol(self) -> Option<&'static CStr> {
        self.text(|m| m.protocol)
    }

    pub(crate) fn login_file(self) -> Option<&'static CStr> {
        self.text(|m| m.basic_auth_login_file)
    }

    /// `enum lws_mount_protocols`.
    pub(crate) fn kind(self) -> u8 {
        self.get(|m| m.origin_protocol)
    }

    /// `enum lws_authentication_mode` and bits of the program's.
    pub(crate) fn auth_mask(self) -> c_uint {
        self.get(|m| m.auth_mask)
    }

    /// Seconds, and bits: reusable, to be revalidated, by intermediaries.
    pub(crate) fn caching(self) -> (u32, u8) {
        self.get(|m| (u32::try_from(m.cache_max_age).unwrap_or(0), m.cache))
    }

    /// Types of files by suffix.
    pub(crate) fn types(self) -> Options {
        // SAFETY: as above.
        unsafe { Options::new(self.get(|m| m.extra_mimetypes)) }
    }

    /// The names of protocols that process files, by suffix.
    pub(crate) fn interpreters(self) -> Options {
        // SAFETY: as above.
        unsafe { Options::new(self.get(|m| m.interpret)) }
    }

    /// Options for LWS_CALLBACK_HTTP_PMO, or NULL.
    pub(crate) fn environment(self) -> *const core::ffi::c_void {
        self.get(|m| m.cgienv.cast())
    }
}
