//! From what a program gives to what connections are made with.

use super::error::Error;
use crate::log::{Log, log_err, log_notice};
use crate::sys::tls::ctx::{Asks, SslCtx};
use crate::sys::tls::error::Code;
use core::ffi::CStr;
use std::ffi::{CString, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::{fs, io};

/// Where a certificate or a key is.
#[derive(Clone)]
pub(crate) enum Source {
    File(CString),
    /// In PEM or DER.
    Memory(Vec<u8>),
}

impl Source {
    fn read(&self) -> io::Result<Vec<u8>> {
        match self {
            Self::File(path) => fs::read(OsStr::from_bytes(path.to_bytes())),
            Self::Memory(bytes) => Ok(bytes.clone()),
        }
    }

    fn is_missing(&self) -> bool {
        matches!(self, Self::File(path) if !fs::exists(OsStr::from_bytes(path.to_bytes())).unwrap_or(false))
    }

    /// For log lines.
    fn shown(&self) -> String {
        match self {
            Self::File(path) => path.to_string_lossy().into_owned(),
            Self::Memory(_) => "in memory".into(),
        }
    }
}

/// What connections that are accepted and those that are opened have in common.
#[derive(Default)]
pub(crate) struct Common {
    pub(crate) certificate: Option<Source>,
    pub(crate) key: Option<Source>,
    /// That the key is encrypted with.
    pub(crate) password: Option<CString>,
    /// Whose certificates are trusted.
    pub(crate) ca: Option<Source>,
    pub(crate) ciphers: Option<CString>,
    pub(crate) ciphersuites: Option<CString>,
    /// `SSL_OP_` bits.
    pub(crate) set: u64,
    pub(crate) clear: u64,
}

/// How a vhost accepts.
pub(crate) struct Server {
    pub(crate) common: Common,
    pub(crate) groups: Option<CString>,
    pub(crate) asks: Asks,
    /// Without its files it is there all the same, and no handshake succeeds.
    pub(crate) ignores_missing: bool,
}

/// How a vhost connects.
pub(crate) struct Client {
    pub(crate) common: Common,
    /// Who the system trusts is trusted.
    pub(crate) system: bool,
}

impl Server {
    /// What connections are accepted with. Sessions are resumed where they were made: `name`.
    ///
    pub(crate) fn make(&self, name: &CStr, log: Log) -> Result<SslCtx, Error> {
        self.make_with(&self.common.certificate, &self.common.key, name, log)
    }

    /// The same, with another certificate or key where one is given, and with what the files have
    /// now, which must be there.
    pub(crate) fn make_anew(
        &self,
        (certificate, key): &(Option<Source>, Option<Source>),
        name: &CStr,
        log: Log,
    ) -> Result<SslCtx, Error> {
        let common = &self.common;
        let certificate = if certificate.is_some() {
            certificate
        } else {
            &common.certificate
        };
        let key = if key.is_some() { key } else { &common.key };
        for source in [certificate, key].into_iter().flatten() {
            source.read().map_err(|why| Error::Source {
                shown: source.shown(),
                why,
            })?;
        }
        self.make_with(certificate, key, name, log)
    }

    fn make_with(
        &self,
        certificate: &Option<Source>,
        key: &Option<Source>,
        name: &CStr,
        log: Log,
    ) -> Result<SslCtx, Error> {
        let ctx = SslCtx::server()?;
        ctx.name(name.to_bytes())?;
        let common = &self.common;
        let files = [certificate, key];
        if self.ignores_missing && files.into_iter().flatten().any(Source::is_missing) {
            log_notice!(
                log,
                "vhost {name:?}: its certificate or key is missing, as it may be"
            );
        } else {
            common.identify(
                &ctx,
                (certificate, "ssl_cert_filepath"),
                (key, "ssl_private_key_filepath"),
            )?;
        }
        common.trust(&ctx, "ssl_ca_filepath", true, log);
        common.tune(&ctx, "ssl_cipher_list", log);
        if let Some(list) = &self.groups {
            note(ctx.groups(list), "ecdh_curve", list, log);
        }
        ctx.ask(self.asks);
        Ok(ctx)
    }
}

impl Client {
    /// What connections are opened with.
    pub(crate) fn make(&self, log: Log) -> Result<SslCtx, Error> {
        let ctx = SslCtx::client()?;
        let common = &self.common;
        common.identify(
            &ctx,
            (&common.certificate, "client_ssl_cert_filepath"),
            (&common.key, "client_ssl_private_key_filepath"),
        )?;
        common.trust(&ctx, "client_ssl_ca_filepath", false, log);
        common.tune(&ctx, "client_ssl_cipher_list", log);
        if self.system {
            ctx.trust_system();
        }
        Ok(ctx)
    }
}

impl Common {
    /// Gives it its certificate and key, which belong together.
    fn identify(
        &self,
        ctx: &SslCtx,
        (certificate, certificate_member): (&Option<Source>, &'static str),
        (key, key_member): (&Option<Source>, &'static str),
    ) -> Result<(), Error> {
        let fault = |member, source: &Source, why| Error::Member {
            member,
            shown: source.shown(),
            why,
        };
        if let Some(source) = certificate {
            let bytes = source
                .read()
                .map_err(|e| fault(certificate_member, source, e.into()))?;
            ctx.use_certificates(&bytes)
                .map_err(|e| fault(certificate_member, source, e.into()))?;
        }
        if let Some(source) = key {
            let bytes = source
                .read()
                .map_err(|e| fault(key_member, source, e.into()))?;
            ctx.use_key(&bytes, self.password.as_deref())
                .map_err(|e| fault(key_member, source, e.into()))?;
            if certificate.is_some() {
                ctx.check_key()
                    .map_err(|e| fault(key_member, source, e.into()))?;
            }
        }
        Ok(())
    }

    /// Trusts its CA. Without one it trusts nobody, which is safe: it is only logged.
    fn trust(&self, ctx: &SslCtx, member: &str, announced: bool, log: Log) {
        let Some(source) = &self.ca else { return };
        let trusted = source
            .read()
            .map_err(|e| e.to_string())
            .and_then(|bytes| ctx.trust(&bytes, announced).map_err(|e| e.text()));
        if let Err(why) = trusted {
            log_err!(log, "{member}: {}: {why}", source.shown());
        }
    }

    fn tune(&self, ctx: &SslCtx, member: &str, log: Log) {
        if let Some(list) = &self.ciphers {
            note(ctx.ciphers(list), member, list, log);
        }
        if let Some(list) = &self.ciphersuites {
            note(ctx.ciphersuites(list), "tls1_3_plus_cipher_list", list, log);
        }
        ctx.options(self.set, self.clear);
    }
}

/// Logs what has no effect.
fn note(result: Result<(), Code>, member: &str, given: &CStr, log: Log) {
    if let Err(why) = result {
        let why = why.text();
        log_notice!(log, "{member}: {given:?} has no effect: {why}");
    }
}
