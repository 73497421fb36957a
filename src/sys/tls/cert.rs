//! What a certificate says.

use super::more::{
    ASN1_TIME_to_tm, AUTHORITY_KEYID_free, AuthorityKeyId, OPENSSL_sk_num, OPENSSL_sk_value,
    X509_NAME_oneline, X509_get0_authority_key_id, X509_get0_subject_key_id,
};
use core::ffi::{c_char, c_int, c_void};
use core::ptr::{NonNull, null_mut};
use openssl_sys as ffi;

/// The most bytes of a name that are looked at.
const LONGEST_NAME: usize = 1024;
/// `GEN_DIRNAME` of x509v3.h.
const DIRECTORY_NAME: c_int = 4;

pub(crate) struct Certificate(NonNull<ffi::X509>);

impl Drop for Certificate {
    fn drop(&mut self) {
        // SAFETY: it is ours.
        unsafe { ffi::X509_free(self.0.as_ptr()) };
    }
}

impl Certificate {
    /// Takes one over.
    pub(super) fn new(x: NonNull<ffi::X509>) -> Self {
        Self(x)
    }

    pub(super) fn raw(&self) -> *mut ffi::X509 {
        self.0.as_ptr()
    }

    /// From when it is valid: seconds since 1970, UTC.
    pub(crate) fn not_before(&self) -> Option<i64> {
        // SAFETY: the certificate lives, and so does its time.
        unsafe { seconds(ffi::X509_getm_notBefore(self.raw())) }
    }

    /// Until when.
    pub(crate) fn not_after(&self) -> Option<i64> {
        // SAFETY: as above.
        unsafe { seconds(ffi::X509_getm_notAfter(self.raw())) }
    }

    /// The common name of its subject.
    pub(crate) fn common_name(&self) -> Option<Vec<u8>> {
        // SAFETY: the certificate lives, and so does what is in it.
        unsafe {
            let name = ffi::X509_get_subject_name(self.raw());
            let at = ffi::X509_NAME_get_index_by_NID(name, ffi::NID_commonName, -1);
            if at < 0 {
                return None;
            }
            let entry = ffi::X509_NAME_get_entry(name, at);
            bytes(ffi::X509_NAME_ENTRY_get_data(entry))
        }
    }

    /// The name of its issuer, as `/CN=testca`.
    pub(crate) fn issuer(&self) -> Option<Vec<u8>> {
        // SAFETY: as above.
        unsafe { one_line(ffi::X509_get_issuer_name(self.raw())) }
    }

    /// What its key may be used for: the `X509v3_KU_` bits of x509v3.h, all of them when it does not
    /// say.
    pub(crate) fn usage(&self) -> u32 {
        // SAFETY: the certificate lives.
        unsafe { ffi::X509_get_key_usage(self.raw()) }
    }

    /// Its public key with the key's kind, in DER.
    pub(crate) fn public_key(&self) -> Option<Vec<u8>> {
        // SAFETY: the certificate lives; the key is freed, and nobody else has it.
        unsafe {
            let key = NonNull::new(ffi::X509_get_pubkey(self.raw()))?;
            let der = der_of(&|out| ffi::i2d_PUBKEY(key.as_ptr(), out));
            ffi::EVP_PKEY_free(key.as_ptr());
            der
        }
    }

    /// All of it, in DER.
    pub(crate) fn der(&self) -> Option<Vec<u8>> {
        // SAFETY: the certificate lives.
        der_of(&|out| unsafe { ffi::i2d_X509(self.raw(), out) })
    }

    /// The name of the key that it is signed with.
    pub(crate) fn authority_key(&self) -> Option<Vec<u8>> {
        // SAFETY: the certificate lives, and so does what is in it.
        unsafe { bytes(X509_get0_authority_key_id(self.raw()).cast()) }
    }

    /// The name of its own key.
    pub(crate) fn subject_key(&self) -> Option<Vec<u8>> {
        // SAFETY: as above.
        unsafe { bytes(X509_get0_subject_key_id(self.raw()).cast()) }
    }

    /// The name of the issuer, and the serial number, of the certificate whose key it is signed with,
    /// where it says so.
    pub(crate) fn authority(&self) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
        // SAFETY: the certificate lives; what is made is freed.
        unsafe {
            let nid = ffi::NID_authority_key_identifier;
            let made = ffi::X509_get_ext_d2i(self.raw(), nid, null_mut(), null_mut());
            let Some(made) = NonNull::new(made.cast::<AuthorityKeyId>()) else {
                return (None, None);
            };
            let said = made.as_ref();
            let result = (
                directory_name(said.issuer.cast()),
                bytes(said.serial.cast()),
            );
            AUTHORITY_KEYID_free(made.as_ptr());
            result
        }
    }
}

/// # Safety
///
/// `time` is NULL or a time of a certificate that lives.
unsafe fn seconds(time: *const ffi::ASN1_TIME) -> Option<i64> {
    // SAFETY: the caller's promise; all zeroes are a time.
    unsafe {
        let mut tm: libc::tm = core::mem::zeroed();
        if time.is_null() || ASN1_TIME_to_tm(time, &raw mut tm) != 1 {
            return None;
        }
        Some(libc::timegm(&raw mut tm))
    }
}

/// # Safety
///
/// `text` is NULL or a string that lives.
unsafe fn bytes(text: *const ffi::ASN1_STRING) -> Option<Vec<u8>> {
    // SAFETY: the caller's promise; the string is as long as it says.
    unsafe {
        if text.is_null() {
            return None;
        }
        let data = ffi::ASN1_STRING_get0_data(text);
        let len = usize::try_from(ffi::ASN1_STRING_length(text)).ok()?;
        if data.is_null() {
            return None;
        }
        Some(core::slice::from_raw_parts(data, len).to_vec())
    }
}

/// # Safety
///
/// `name` is NULL or a name that lives.
unsafe fn one_line(name: *const ffi::X509_NAME) -> Option<Vec<u8>> {
    let mut buf = [0u8; LONGEST_NAME];
    // SAFETY: the caller's promise; the buffer is as long as stated.
    unsafe {
        if name.is_null() {
            return None;
        }
        let len = c_int::try_from(buf.len()).unwrap_or(0);
        X509_NAME_oneline(name, buf.as_mut_ptr().cast::<c_char>(), len);
    }
    Some(buf.iter().copied().take_while(|b| *b != 0).collect())
}

/// The first directory name of a list of names.
///
/// # Safety
///
/// `names` is NULL or a `GENERAL_NAMES` that lives.
unsafe fn directory_name(names: *const c_void) -> Option<Vec<u8>> {
    // SAFETY: the caller's promise.
    unsafe {
        if names.is_null() {
            return None;
        }
        for at in 0..OPENSSL_sk_num(names) {
            let name = OPENSSL_sk_value(names, at).cast::<ffi::GENERAL_NAME>();
            if let Some(name) = name.as_ref().filter(|n| n.type_ == DIRECTORY_NAME) {
                return one_line(name.d.cast());
            }
        }
        None
    }
}

/// What one of the `i2d_` functions writes.
fn der_of(write: &dyn Fn(*mut *mut u8) -> c_int) -> Option<Vec<u8>> {
    let len = usize::try_from(write(null_mut())).ok()?;
    let mut der = vec![0; len];
    let mut at = der.as_mut_ptr();
    (usize::try_from(write(&raw mut at)) == Ok(len)).then_some(der)
}
