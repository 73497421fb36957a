//! OpenSSL 3. Its declarations, and the `unsafe` that calling it takes, are here and nowhere else.
//!
//! - [`bio`]: how it reads from and writes to a socket;
//! - [`pem`]: certificates and keys from bytes;
//! - [`cert`]: what a certificate says;
//! - [`ctx`]: `SSL_CTX`, what connections of one kind have in common;
//! - [`ssl`]: `SSL`, one connection;
//! - [`error`]: what went wrong, in OpenSSL's words.

mod bio;
pub(crate) mod cert;
pub(crate) mod ctx;
pub(crate) mod error;
mod pem;
pub(crate) mod ssl;

/// What `openssl-sys` does not declare.
mod more {
    use core::ffi::{c_char, c_int, c_uint, c_ulong, c_void};
    use openssl_sys::{ASN1_OCTET_STRING, ASN1_TIME, BIO, SSL, SSL_CTX, X509, X509_NAME};

    /// `AUTHORITY_KEYID` of x509v3.h.
    #[repr(C)]
    pub(super) struct AuthorityKeyId {
        pub(super) keyid: *mut ASN1_OCTET_STRING,
        pub(super) issuer: *mut c_void,
        pub(super) serial: *mut openssl_sys::ASN1_INTEGER,
    }

    unsafe extern "C" {
        pub(super) fn BIO_get_new_index() -> c_int;
        pub(super) fn BIO_test_flags(b: *const BIO, flags: c_int) -> c_int;
        pub(super) fn ERR_error_string_n(e: c_ulong, buf: *mut c_char, len: usize);
        pub(super) fn ERR_peek_error() -> c_ulong;
        pub(super) fn X509_verify_cert_error_string(n: core::ffi::c_long) -> *const c_char;
        pub(super) fn SSL_set_info_callback(
            ssl: *mut SSL,
            cb: Option<unsafe extern "C" fn(*const SSL, c_int, c_int)>,
        );
        pub(super) fn X509_NAME_oneline(
            name: *const X509_NAME,
            buf: *mut c_char,
            size: c_int,
        ) -> *mut c_char;
        pub(super) fn ASN1_TIME_to_tm(time: *const ASN1_TIME, tm: *mut libc::tm) -> c_int;
        pub(super) fn X509_get0_authority_key_id(x: *mut X509) -> *const ASN1_OCTET_STRING;
        pub(super) fn X509_get0_subject_key_id(x: *mut X509) -> *const ASN1_OCTET_STRING;
        pub(super) fn AUTHORITY_KEYID_free(a: *mut AuthorityKeyId);
        pub(super) fn OPENSSL_sk_num(st: *const c_void) -> c_int;
        pub(super) fn OPENSSL_sk_value(st: *const c_void, at: c_int) -> *mut c_void;
        pub(super) fn PEM_read_bio_X509_AUX(
            bio: *mut BIO,
            out: *mut *mut X509,
            cb: Option<unsafe extern "C" fn(*mut c_char, c_int, c_int, *mut c_void) -> c_int>,
            user: *mut c_void,
        ) -> *mut X509;
        pub(super) fn SSL_get_servername(ssl: *const SSL, kind: c_int) -> *const c_char;
        pub(super) fn SSL_set_options(ssl: *mut SSL, op: u64) -> u64;
        pub(super) fn SSL_CTX_set_alpn_select_cb(
            ctx: *mut SSL_CTX,
            cb: Option<
                unsafe extern "C" fn(
                    *mut SSL,
                    *mut *const u8,
                    *mut u8,
                    *const u8,
                    c_uint,
                    *mut c_void,
                ) -> c_int,
            >,
            arg: *mut c_void,
        );
        pub(super) fn SSL_set_verify(
            ssl: *mut SSL,
            mode: c_int,
            cb: Option<unsafe extern "C" fn(c_int, *mut openssl_sys::X509_STORE_CTX) -> c_int>,
        );
    }
}
