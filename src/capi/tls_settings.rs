//! From `struct lws_context_creation_info` to what a vhost is secured with.

use super::context_vhost::*;
use super::convert::cstr;
use super::error::Error;
use super::types::CONTEXT_PORT_NO_LISTEN;
use crate::conn::secure::{Plain, Settings};
use crate::sys::memory;
use crate::sys::tls::ctx::{Asks, SslCtx};
use crate::tls::alpn;
use crate::tls::settings::{Client, Common, Server, Source};
use core::ffi::{c_char, c_long, c_longlong, c_uint, c_void};
use std::ffi::CString;

/// What the vhost is secured with. `raw`: its connections are raw.
///
/// # Safety
///
/// What `info` points to is valid.
pub(super) unsafe fn of(info: &lws_context_creation_info, raw: bool) -> Result<Settings, Error> {
    // Some of these options hold another one.
    let option = |bit: c_longlong| info.options & bit as u64 == bit as u64;
    if !option(LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT) {
        return Ok(Settings::default());
    }
    // SAFETY: the caller's promise.
    unsafe {
        let server = server(info)?;
        let client = client(info, server.is_some())?;
        let offered = match cstr(info.alpn) {
            Some(list) => list.to_bytes(),
            None if raw => b"",
            None => b"http/1.1",
        };
        Ok(Settings {
            server,
            client: Some(client),
            provided: SslCtx::of_program(info.provided_client_ssl_ctx.cast()),
            alpn: alpn::wire(offered).map_err(|_| Error::NoMemory)?,
            info_mask: info.ssl_info_event_mask,
            plain: if !option(LWS_SERVER_OPTION_ALLOW_NON_SSL_ON_SSL_PORT) {
                Plain::Fails
            } else if raw {
                match option(LWS_SERVER_OPTION_FALLBACK_TO_APPLY_LISTEN_ACCEPT_CONFIG) {
                    true => Plain::Served,
                    false => Plain::Closed,
                }
            } else if option(LWS_SERVER_OPTION_REDIRECT_HTTP_TO_HTTPS) {
                Plain::Sent
            } else if option(LWS_SERVER_OPTION_ALLOW_HTTP_ON_HTTPS_LISTENER) {
                Plain::Served
            } else if option(LWS_SERVER_OPTION_FALLBACK_TO_APPLY_LISTEN_ACCEPT_CONFIG) {
                Plain::Raw
            } else {
                Plain::Closed
            },
        })
    }
}

/// How it accepts; `None`: without TLS.
///
/// # Safety
///
/// As [`of`].
unsafe fn server(info: &lws_context_creation_info) -> Result<Option<Server>, Error> {
    let option = |bit: c_longlong| info.options & bit as u64 == bit as u64;
    // SAFETY: the caller's promise.
    unsafe {
        let certificate = source(
            info.ssl_cert_filepath,
            info.server_ssl_cert_mem,
            info.server_ssl_cert_mem_len,
        )?;
        let wanted = certificate.is_some() || option(LWS_SERVER_OPTION_CREATE_VHOST_SSL_CTX);
        if !wanted || info.port == CONTEXT_PORT_NO_LISTEN {
            return Ok(None);
        }
        Ok(Some(Server {
            common: Common {
                certificate,
                key: source(
                    info.ssl_private_key_filepath,
                    info.server_ssl_private_key_mem,
                    info.server_ssl_private_key_mem_len,
                )?,
                password: text(info.ssl_private_key_password)?,
                ca: source(
                    info.ssl_ca_filepath,
                    info.server_ssl_ca_mem,
                    info.server_ssl_ca_mem_len,
                )?,
                ciphers: text(info.ssl_cipher_list)?,
                ciphersuites: text(info.tls1_3_plus_cipher_list)?,
                set: bits(info.ssl_options_set),
                clear: bits(info.ssl_options_clear),
            },
            groups: text(info.ecdh_curve)?,
            asks: if !option(LWS_SERVER_OPTION_REQUIRE_VALID_OPENSSL_CLIENT_CERT) {
                Asks::No
            } else if option(LWS_SERVER_OPTION_PEER_CERT_NOT_REQUIRED) {
                Asks::Optional
            } else {
                Asks::Required
            },
            ignores_missing: option(LWS_SERVER_OPTION_IGNORE_MISSING_CERT),
        }))
    }
}

/// How it connects. Where it has no server's certificate, the server's members are the client's as
/// well, when the client's own are NULL: old programs only know those.
///
/// # Safety
///
/// As [`of`].
pub(super) unsafe fn client(
    info: &lws_context_creation_info,
    serves: bool,
) -> Result<Client, Error> {
    // SAFETY: the caller's promise, in the whole function.
    unsafe {
        let or_servers = |own: Option<Source>, path: *const c_char| match own {
            None if !serves => source(path, core::ptr::null(), 0),
            own => Ok::<_, Error>(own),
        };
        let certificate = source(
            info.client_ssl_cert_filepath,
            info.client_ssl_cert_mem,
            info.client_ssl_cert_mem_len,
        )?;
        let key = source(
            info.client_ssl_private_key_filepath,
            info.client_ssl_key_mem,
            info.client_ssl_key_mem_len,
        )?;
        let ca = source(
            info.client_ssl_ca_filepath,
            info.client_ssl_ca_mem,
            info.client_ssl_ca_mem_len,
        )?;
        let password = match text(info.client_ssl_private_key_password)? {
            None if !serves => text(info.ssl_private_key_password)?,
            own => own,
        };
        let ciphers = match text(info.client_ssl_cipher_list)? {
            None if !serves => text(info.ssl_cipher_list)?,
            own => own,
        };
        Ok(Client {
            common: Common {
                certificate: or_servers(certificate, info.ssl_cert_filepath)?,
                key: or_servers(key, info.ssl_private_key_filepath)?,
                password,
                ca: or_servers(ca, info.ssl_ca_filepath)?,
                ciphers,
                ciphersuites: text(info.client_tls_1_3_plus_cipher_list)?,
                set: bits(info.ssl_client_options_set),
                clear: bits(info.ssl_client_options_clear),
            },
            system: info.options & LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS as u64 == 0,
        })
    }
}

/// `SSL_OP_` bits, which a program may have in an `int` with a sign.
fn bits(given: c_long) -> u64 {
    match u64::try_from(given) {
        Ok(bits) => bits,
        Err(_) => u64::from(given as u32),
    }
}

/// # Safety
///
/// `path` is NULL or NUL-terminated; `memory` is NULL or has `len` bytes.
unsafe fn source(
    path: *const c_char,
    memory: *const c_void,
    len: c_uint,
) -> Result<Option<Source>, Error> {
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(path) = text(path)? {
            return Ok(Some(Source::File(path)));
        }
        if memory.is_null() || len == 0 {
            return Ok(None);
        }
        let given = core::slice::from_raw_parts(memory.cast::<u8>(), len as usize);
        let mut bytes = Vec::new();
        bytes
            .try_reserve_exact(given.len())
            .map_err(|_| Error::NoMemory)?;
        bytes.extend_from_slice(given);
        Ok(Some(Source::Memory(bytes)))
    }
}

/// # Safety
///
/// `p` is NULL or NUL-terminated.
unsafe fn text(p: *const c_char) -> Result<Option<CString>, Error> {
    // SAFETY: the caller's promise.
    match unsafe { cstr(p) } {
        Some(text) => memory::copy(text).map(Some).map_err(|_| Error::NoMemory),
        None => Ok(None),
    }
}
