//! Types of `lws-x509.h`.

use core::ffi::{c_char, c_int, c_uint};
use libc::time_t;

/// What can be asked about a certificate.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum lws_tls_cert_info {
    /// `time`: from when it is valid.
    LWS_TLS_CERT_INFO_VALIDITY_FROM = 0,
    /// `time`: until when it is valid.
    LWS_TLS_CERT_INFO_VALIDITY_TO = 1,
    /// `ns`: the common name of its subject, as far as it fits.
    LWS_TLS_CERT_INFO_COMMON_NAME = 2,
    /// `ns`: the name of its issuer, as `/CN=name`, as far as it fits.
    LWS_TLS_CERT_INFO_ISSUER_NAME = 3,
    /// `usage`: what its key may be used for, the bits of OpenSSL's X509_get_key_usage().
    LWS_TLS_CERT_INFO_USAGE = 4,
    /// `verified`: whether nothing is wrong with the peer's certificate.
    LWS_TLS_CERT_INFO_VERIFIED = 5,
    /// `ns`: its public key, in DER.
    LWS_TLS_CERT_INFO_OPAQUE_PUBLIC_KEY = 6,
    /// `ns`: all of it, in DER.
    LWS_TLS_CERT_INFO_DER_RAW = 7,
    /// `ns`: the identifier of the key that signed it.
    LWS_TLS_CERT_INFO_AUTHORITY_KEY_ID = 8,
    /// `ns`: the issuer of the certificate with the key that signed it.
    LWS_TLS_CERT_INFO_AUTHORITY_KEY_ID_ISSUER = 9,
    /// `ns`: the serial number of the certificate with the key that signed it.
    LWS_TLS_CERT_INFO_AUTHORITY_KEY_ID_SERIAL = 10,
    /// `ns`: the identifier of its own key.
    LWS_TLS_CERT_INFO_SUBJECT_KEY_ID = 11,
}

/// An `enum lws_tls_cert_info` as it crosses the edge.
pub type lws_tls_cert_info_int = c_uint;

/// Bytes about a certificate. A program may have more room after `name` than that.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lws_tls_cert_info_ns {
    /// How many bytes there are.
    pub len: c_int,
    /// The bytes, and a NUL where there is room.
    pub name: [c_char; 64],
}

/// What is known of a certificate: which member holds it depends on what was asked.
#[repr(C)]
#[derive(Clone, Copy)]
pub union lws_tls_cert_info_results {
    /// 1 or 0.
    pub verified: c_uint,
    /// Seconds since 1970, UTC.
    pub time: time_t,
    /// Bits.
    pub usage: c_uint,
    /// Bytes.
    pub ns: lws_tls_cert_info_ns,
}

const _: () = {
    assert!(size_of::<lws_tls_cert_info_results>() == 72);
    assert!(core::mem::offset_of!(lws_tls_cert_info_ns, name) == 4);
};
