//! `SSL_CTX`: what connections of one kind have in common.

use super::cert::Certificate;
use super::error::Code;
use super::{more, pem, ssl};
use core::cell::Cell;
use core::ffi::{CStr, c_int, c_uint, c_void};
use core::ptr::{NonNull, null_mut};
use openssl_sys as ffi;

/// The controls of ssl.h that set the chain of a certificate, and add to it.
const CTRL_CHAIN: c_int = 88;
const CTRL_CHAIN_CERT: c_int = 89;

/// Whether connections ask their peers for certificates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Asks {
    No,
    /// Who has none is fine.
    Optional,
    Required,
}

pub(crate) struct SslCtx {
    raw: NonNull<ffi::SSL_CTX>,
    pub(super) asks: Cell<Asks>,
    /// The certificates of the system are trusted, and not loaded yet.
    system: Cell<bool>,
}

impl Drop for SslCtx {
    fn drop(&mut self) {
        // SAFETY: it is ours, or a count of it is.
        unsafe { ffi::SSL_CTX_free(self.raw.as_ptr()) };
    }
}

impl SslCtx {
    /// One that connections are accepted with.
    pub(crate) fn server() -> Result<Self, Code> {
        // SAFETY: a method lives as long as the program.
        let ctx = unsafe { Self::new(ffi::TLS_server_method()) }?;
        // SAFETY: the context is ours; the callbacks have the types that OpenSSL calls them with.
        unsafe {
            let raw = ctx.raw.as_ptr();
            ffi::SSL_CTX_set_tlsext_servername_callback__fixed_rust(raw, Some(ssl::server_name));
            more::SSL_CTX_set_alpn_select_cb(raw, Some(ssl::select_alpn), null_mut());
        }
        Ok(ctx)
    }

    /// One that connections are opened with.
    pub(crate) fn client() -> Result<Self, Code> {
        // SAFETY: as above.
        unsafe { Self::new(ffi::TLS_client_method()) }
    }

    /// # Safety
    ///
    /// `method` is one of OpenSSL's.
    unsafe fn new(method: *const ffi::SSL_METHOD) -> Result<Self, Code> {
        Code::forget();
        // SAFETY: the caller's promise.
        let raw = NonNull::new(unsafe { ffi::SSL_CTX_new(method) }).ok_or_else(Code::take)?;
        Ok(Self::of(raw))
    }

    fn of(raw: NonNull<ffi::SSL_CTX>) -> Self {
        Self {
            raw,
            asks: Cell::new(Asks::No),
            system: Cell::new(false),
        }
    }

    /// A context of the program's own, which may go on using and freeing it.
    ///
    /// # Safety
    ///
    /// `raw` is NULL or a context that lives.
    pub(crate) unsafe fn of_program(raw: *mut c_void) -> Option<Self> {
        let raw = NonNull::new(raw.cast::<ffi::SSL_CTX>())?;
        // SAFETY: the caller's promise.
        unsafe { ffi::SSL_CTX_up_ref(raw.as_ptr()) };
        Some(Self::of(raw))
    }

    /// The same context, which goes when both have.
    pub(crate) fn share(&self) -> Self {
        // SAFETY: it lives.
        unsafe { ffi::SSL_CTX_up_ref(self.raw.as_ptr()) };
        Self {
            raw: self.raw,
            asks: self.asks.clone(),
            system: self.system.clone(),
        }
    }

    pub(super) fn as_ptr(&self) -> *mut ffi::SSL_CTX {
        self.raw.as_ptr()
    }

    /// For a program, which knows it as an `SSL_CTX *`.
    pub(crate) fn raw(&self) -> *mut c_void {
        self.raw.as_ptr().cast()
    }

    /// What it shows its peers: its own certificate first, then those that lead to one that they
    /// know. In PEM or DER.
    pub(crate) fn use_certificates(&self, bytes: &[u8]) -> Result<(), Code> {
        let chain = pem::certificates(bytes)?;
        let mut chain = chain.iter();
        let first = chain.next().ok_or(Code::NONE)?;
        // SAFETY: all live; each call counts what it keeps, so that ours may be dropped.
        unsafe {
            good(ffi::SSL_CTX_use_certificate(self.as_ptr(), first.raw()))?;
            let (clear, add) = (CTRL_CHAIN, CTRL_CHAIN_CERT);
            ffi::SSL_CTX_ctrl(self.as_ptr(), clear, 0, null_mut());
            for next in chain {
                let added = ffi::SSL_CTX_ctrl(self.as_ptr(), add, 1, next.raw().cast());
                good(c_int::from(added == 1))?;
            }
        }
        Ok(())
    }

    /// The private key of its certificate, in PEM or DER; a PEM may be encrypted with `secret`.
    pub(crate) fn use_key(&self, bytes: &[u8], secret: Option<&CStr>) -> Result<(), Code> {
        let key = pem::key(bytes, secret)?;
        // SAFETY: both live; the key is counted.
        good(unsafe { ffi::SSL_CTX_use_PrivateKey(self.as_ptr(), key.0.as_ptr()) })
    }

    /// Whether its key is that of its certificate.
    pub(crate) fn check_key(&self) -> Result<(), Code> {
        Code::forget();
        // SAFETY: it lives.
        good(unsafe { ffi::SSL_CTX_check_private_key(self.as_ptr()) })
    }

    /// Its own certificate.
    pub(crate) fn certificate(&self) -> Option<Certificate> {
        // SAFETY: it lives; the certificate is counted.
        unsafe {
            let x = NonNull::new(ffi::SSL_CTX_get0_certificate(self.as_ptr()))?;
            ffi::X509_up_ref(x.as_ptr());
            Some(Certificate::new(x))
        }
    }

    /// Trusts who has a certificate that one of these has signed, or one of these. In PEM or DER. A
    /// server names them to its clients when `announced`.
    pub(crate) fn trust(&self, bytes: &[u8], announced: bool) -> Result<(), Code> {
        for cert in pem::certificates(bytes)? {
            // SAFETY: all live; each call counts what it keeps. One that is there already is no
            // error.
            unsafe {
                let store = ffi::SSL_CTX_get_cert_store(self.as_ptr());
                good(ffi::X509_STORE_add_cert(store, cert.raw()))?;
                if announced {
                    good(ffi::SSL_CTX_add_client_CA(self.as_ptr(), cert.raw()))?;
                }
            }
        }
        Ok(())
    }

    /// Trusts whom the system trusts. That is read when the first connection is made: it takes tens
    /// of milliseconds.
    pub(crate) fn trust_system(&self) {
        self.system.set(true);
    }

    /// Reads what is still to be read.
    pub(super) fn complete(&self) {
        if self.system.replace(false) {
            // SAFETY: it lives. Where the system has none, verification says so.
            unsafe {
                ffi::X509_STORE_set_default_paths(ffi::SSL_CTX_get_cert_store(self.as_ptr()))
            };
            Code::forget();
        }
    }

    /// The ciphers up to TLS 1.2, as `openssl ciphers` takes them.
    pub(crate) fn ciphers(&self, list: &CStr) -> Result<(), Code> {
        Code::forget();
        // SAFETY: it lives, the text as well.
        good(unsafe { ffi::SSL_CTX_set_cipher_list(self.as_ptr(), list.as_ptr()) })
    }

    /// The ciphers of TLS 1.3.
    pub(crate) fn ciphersuites(&self, list: &CStr) -> Result<(), Code> {
        Code::forget();
        // SAFETY: as above.
        good(unsafe { ffi::SSL_CTX_set_ciphersuites(self.as_ptr(), list.as_ptr()) })
    }

    /// The groups that keys are agreed on in, as `P-256:X25519`.
    pub(crate) fn groups(&self, list: &CStr) -> Result<(), Code> {
        Code::forget();
        // SAFETY: as above.
        let set = unsafe { ffi::SSL_CTX_set1_groups_list(self.as_ptr(), list.as_ptr()) };
        good(c_int::from(set == 1))
    }

    /// Sets and clears `SSL_OP_` bits.
    pub(crate) fn options(&self, set: u64, clear: u64) {
        // SAFETY: it lives.
        unsafe {
            ffi::SSL_CTX_set_options(self.as_ptr(), set);
            ffi::SSL_CTX_clear_options(self.as_ptr(), clear);
        }
    }

    /// Whether it asks its peers for certificates; those of clients always do.
    pub(crate) fn ask(&self, asks: Asks) {
        self.asks.set(asks);
    }

    /// Sessions are resumed only where they were made: by contexts with the same name, of which at
    /// most 32 bytes count.
    pub(crate) fn name(&self, name: &[u8]) -> Result<(), Code> {
        let name = name.get(..32).unwrap_or(name);
        let len = c_uint::try_from(name.len()).unwrap_or(0);
        // SAFETY: it lives; the name is as long as stated.
        good(unsafe { ffi::SSL_CTX_set_session_id_context(self.as_ptr(), name.as_ptr(), len) })
    }
}

/// What a call says that returns 1 when it has done its work.
fn good(result: c_int) -> Result<(), Code> {
    if result == 1 {
        Code::forget();
        Ok(())
    } else {
        Err(Code::take())
    }
}
