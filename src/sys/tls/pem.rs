//! Certificates and keys from bytes, in PEM or DER.

use super::cert::Certificate;
use super::error::Code;
use super::more::PEM_read_bio_X509_AUX;
use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::{NonNull, null_mut};
use openssl_sys as ffi;

/// A private key.
pub(super) struct Key(pub(super) NonNull<ffi::EVP_PKEY>);

impl Drop for Key {
    fn drop(&mut self) {
        // SAFETY: it is ours.
        unsafe { ffi::EVP_PKEY_free(self.0.as_ptr()) };
    }
}

/// Reads bytes as OpenSSL reads files.
struct Reader(NonNull<ffi::BIO>);

impl Reader {
    fn new(bytes: &[u8]) -> Option<Self> {
        let len = c_int::try_from(bytes.len()).ok()?;
        // SAFETY: the bytes are as long as stated, and outlive the reader: see its users.
        NonNull::new(unsafe { ffi::BIO_new_mem_buf(bytes.as_ptr().cast(), len) }).map(Self)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // SAFETY: it is ours.
        unsafe { ffi::BIO_free_all(self.0.as_ptr()) };
    }
}

fn is_pem(bytes: &[u8]) -> bool {
    bytes.windows(11).any(|w| w == b"-----BEGIN ")
}

/// The certificates, in their order: all that a PEM has, or the one of a DER. What OpenSSL says when
/// there is none, or one is broken.
pub(super) fn certificates(bytes: &[u8]) -> Result<Vec<Certificate>, Code> {
    Code::forget();
    let mut found = Vec::new();
    if !is_pem(bytes) {
        let mut at = bytes.as_ptr();
        // SAFETY: the bytes are as long as stated.
        let one = unsafe {
            ffi::d2i_X509(
                null_mut(),
                &raw mut at,
                core::ffi::c_long::try_from(bytes.len()).unwrap_or(0),
            )
        };
        let one = NonNull::new(one).ok_or_else(Code::take)?;
        found.push(Certificate::new(one));
        return Ok(found);
    }
    let reader = Reader::new(bytes).ok_or_else(Code::take)?;
    loop {
        // SAFETY: the reader is ours, its bytes live; `password` is told of no secret.
        let one = unsafe {
            PEM_read_bio_X509_AUX(reader.0.as_ptr(), null_mut(), Some(password), null_mut())
        };
        match NonNull::new(one) {
            Some(one) => found.push(Certificate::new(one)),
            // The end says that there is nothing that begins another.
            None if found.is_empty() => return Err(Code::take()),
            None => match Code::take() {
                end if end.is_no_start_line() => return Ok(found),
                broken => return Err(broken),
            },
        }
    }
}

/// The private key, which may be encrypted with `secret`.
pub(super) fn key(bytes: &[u8], secret: Option<&CStr>) -> Result<Key, Code> {
    Code::forget();
    let key = if is_pem(bytes) {
        let reader = Reader::new(bytes).ok_or_else(Code::take)?;
        let user = secret.map_or(null_mut(), |s| s.as_ptr().cast_mut().cast::<c_void>());
        // SAFETY: the reader is ours, its bytes live; `password` gets NULL or a text that lives.
        unsafe { ffi::PEM_read_bio_PrivateKey(reader.0.as_ptr(), null_mut(), Some(password), user) }
    } else {
        let mut at = bytes.as_ptr();
        let len = core::ffi::c_long::try_from(bytes.len()).unwrap_or(0);
        // SAFETY: the bytes are as long as stated.
        unsafe { ffi::d2i_AutoPrivateKey(null_mut(), &raw mut at, len) }
    };
    NonNull::new(key).map(Key).ok_or_else(Code::take)
}

/// What OpenSSL asks for a password: without this it would ask at the terminal.
unsafe extern "C" fn password(buf: *mut c_char, size: c_int, _: c_int, user: *mut c_void) -> c_int {
    if user.is_null() {
        return 0;
    }
    // SAFETY: `user` is the text that `key` passed; the room is as long as stated.
    unsafe {
        let secret = CStr::from_ptr(user.cast()).to_bytes();
        if c_int::try_from(secret.len()).map_or(true, |len| len > size) {
            return 0;
        }
        core::ptr::copy_nonoverlapping(secret.as_ptr(), buf.cast(), secret.len());
        c_int::try_from(secret.len()).unwrap_or(0)
    }
}
