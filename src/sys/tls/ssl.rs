//! `SSL`: one connection.

use super::cert::Certificate;
use super::ctx::{Asks, SslCtx};
use super::error::Code;
use super::{bio, more};
use core::cell::Cell;
use core::ffi::{CStr, c_char, c_int, c_uint, c_void};
use core::ptr::{NonNull, null_mut};
use openssl_sys as ffi;
use std::io;
use std::net::IpAddr;
use std::os::fd::RawFd;
use std::rc::Rc;
use std::sync::OnceLock;

/// The peer's certificate, or one that leads to it, as it is being verified.
pub(crate) struct Verifying {
    store: *mut ffi::X509_STORE_CTX,
    ssl: *mut ffi::SSL,
    /// Whether OpenSSL finds nothing wrong with it.
    pub(crate) good: bool,
}

impl Verifying {
    /// What is wrong (`X509_V_ERR_`), 0 for nothing.
    pub(crate) fn error(&self) -> c_int {
        // SAFETY: it lives during the callback that it is made for.
        unsafe { ffi::X509_STORE_CTX_get_error(self.store) }
    }

    /// How far it is from the peer's own certificate.
    pub(crate) fn depth(&self) -> c_int {
        // SAFETY: as above.
        unsafe { ffi::X509_STORE_CTX_get_error_depth(self.store) }
    }

    /// Nothing is wrong with it after all.
    pub(crate) fn forgive(&mut self) {
        // SAFETY: as above.
        unsafe { ffi::X509_STORE_CTX_set_error(self.store, 0) };
        self.good = true;
    }

    /// The `X509_STORE_CTX *`, for a program.
    pub(crate) fn store(&self) -> *mut c_void {
        self.store.cast()
    }

    /// The `SSL *`, for a program.
    pub(crate) fn ssl(&self) -> *mut c_void {
        self.ssl.cast()
    }
}

/// What a connection asks while OpenSSL works on it. None of these may end or use the connection.
pub(crate) trait Hooks {
    /// Whether to go on with this certificate of the peer.
    fn verify(&self, at: &mut Verifying) -> bool;
    /// The context for the host that a client asks for; `None`: the one that it has.
    fn server_name(&self, name: &CStr) -> Option<Rc<SslCtx>>;
    /// Which of the protocols that a client offers, each with its length before it, is spoken: where
    /// its name begins and ends. `None`: TLS does not say.
    fn select_alpn(&self, offered: &[u8]) -> Option<core::ops::Range<usize>>;
    /// A step that OpenSSL tells of: see `SSL_CTX_set_info_callback()`.
    fn info(&self, stage: c_int, ret: c_int);
}

/// How far a handshake is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    Done,
    /// It waits for the peer.
    Read,
    /// It waits for room to write.
    Write,
    Failed(Failed),
}

/// Why there is no handshake.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Failed {
    /// The peer's certificate (`X509_V_ERR_`).
    Certificate(c_int),
    Protocol(Code),
    /// The socket (errno), 0 for its end.
    Socket(c_int),
}

/// A connection: the socket under it has to stay open as long.
pub(crate) struct Ssl {
    raw: NonNull<ffi::SSL>,
    hooks: *mut Box<dyn Hooks>,
    /// OpenSSL works on it: a callback of the program's runs.
    busy: Cell<bool>,
    /// Nothing more can be said to the peer.
    broken: Cell<bool>,
    /// What the last call waits for: room to write.
    wants_room: Cell<bool>,
}

impl Drop for Ssl {
    fn drop(&mut self) {
        // SAFETY: it is ours. A program may have counted it, so what is ours is taken away from it.
        unsafe {
            ffi::SSL_set_ex_data(self.raw.as_ptr(), slot(), null_mut());
            ffi::SSL_free(self.raw.as_ptr());
            drop(Box::from_raw(self.hooks));
        }
    }
}

/// Where the hooks of a connection are kept in it.
fn slot() -> c_int {
    static SLOT: OnceLock<c_int> = OnceLock::new();
    // SAFETY: no functions are given.
    *SLOT.get_or_init(|| unsafe { ffi::SSL_get_ex_new_index(0, null_mut(), None, None, None) })
}

impl Ssl {
    /// Begins a connection over a socket. A server's waits for a client, a client's begins to talk
    /// with [`Ssl::handshake`].
    pub(crate) fn new(
        ctx: &SslCtx,
        fd: RawFd,
        server: bool,
        hooks: Box<dyn Hooks>,
    ) -> Option<Self> {
        ctx.complete();
        // SAFETY: the context lives. OpenSSL takes the BIO over, and frees it with the connection.
        unsafe {
            let raw = NonNull::new(ffi::SSL_new(ctx.as_ptr()))?;
            let made = Self {
                raw,
                hooks: Box::into_raw(Box::new(hooks)),
                busy: Cell::new(false),
                broken: Cell::new(false),
                wants_room: Cell::new(false),
            };
            let bio = bio::new(fd)?;
            ffi::SSL_set_bio(raw.as_ptr(), bio.as_ptr(), bio.as_ptr());
            ffi::SSL_set_ex_data(raw.as_ptr(), slot(), made.hooks.cast());
            // Parts of what is to be written may be taken; the rest may come from elsewhere. An idle
            // connection has no buffers.
            let mode = ffi::SSL_MODE_ENABLE_PARTIAL_WRITE
                | ffi::SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
                | ffi::SSL_MODE_RELEASE_BUFFERS;
            ffi::SSL_ctrl(raw.as_ptr(), ffi::SSL_CTRL_MODE, mode, null_mut());
            more::SSL_set_options(raw.as_ptr(), ffi::SSL_OP_NO_RENEGOTIATION);
            if server {
                ask(raw.as_ptr(), ctx.asks.get());
                ffi::SSL_set_accept_state(raw.as_ptr());
            } else {
                ask(raw.as_ptr(), Asks::Required);
                ffi::SSL_set_connect_state(raw.as_ptr());
            }
            Some(made)
        }
    }

    /// The `SSL *`, for a program.
    pub(crate) fn raw(&self) -> *mut c_void {
        self.raw.as_ptr().cast()
    }

    /// Has [`Hooks::info`] called.
    pub(crate) fn tell(&self) {
        // SAFETY: it lives; the callback has the type that OpenSSL calls it with.
        unsafe { more::SSL_set_info_callback(self.raw.as_ptr(), Some(info)) };
    }

    /// The host that a client asks for (RFC 6066, section 3).
    pub(crate) fn ask_for(&self, host: &CStr) -> bool {
        // SAFETY: it lives; the text is copied.
        unsafe {
            let text = host.as_ptr().cast_mut();
            ffi::SSL_set_tlsext_host_name(self.raw.as_ptr(), text) == 1
        }
    }

    /// The certificate has to be that of this host.
    pub(crate) fn expect_host(&self, host: &CStr) -> bool {
        // SAFETY: as above.
        unsafe {
            let param = ffi::SSL_get0_param(self.raw.as_ptr());
            ffi::X509_VERIFY_PARAM_set_hostflags(param, ffi::X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
            ffi::X509_VERIFY_PARAM_set1_host(param, host.as_ptr(), host.count_bytes()) == 1
        }
    }

    /// The certificate has to be that of this address.
    pub(crate) fn expect_ip(&self, ip: IpAddr) -> bool {
        let (four, six);
        let bytes: &[u8] = match ip {
            IpAddr::V4(ip) => {
                four = ip.octets();
                &four
            }
            IpAddr::V6(ip) => {
                six = ip.octets();
                &six
            }
        };
        // SAFETY: it lives; the bytes are as long as stated and are copied.
        unsafe {
            let param = ffi::SSL_get0_param(self.raw.as_ptr());
            ffi::X509_VERIFY_PARAM_set1_ip(param, bytes.as_ptr(), bytes.len()) == 1
        }
    }

    /// The protocols that a client offers, each with its length before it (RFC 7301).
    pub(crate) fn offer(&self, protocols: &[u8]) -> bool {
        let len = c_uint::try_from(protocols.len()).unwrap_or(0);
        // SAFETY: as above. It returns 0 when it has done its work.
        unsafe { ffi::SSL_set_alpn_protos(self.raw.as_ptr(), protocols.as_ptr(), len) == 0 }
    }

    /// Goes on with the handshake.
    pub(crate) fn handshake(&self) -> Step {
        let raw = self.raw.as_ptr();
        // SAFETY: it lives.
        match self.call(&|| unsafe { ffi::SSL_do_handshake(raw) }) {
            Ok(_) => Step::Done,
            Err(Ended::Again) if self.wants_room.get() => Step::Write,
            Err(Ended::Again) => Step::Read,
            Err(Ended::Bye) => Step::Failed(Failed::Socket(0)),
            Err(Ended::Socket(errno)) => Step::Failed(Failed::Socket(errno)),
            Err(Ended::Protocol(code)) => {
                // SAFETY: it lives.
                let verify = unsafe { ffi::SSL_get_verify_result(raw) };
                Step::Failed(match c_int::try_from(verify) {
                    Ok(0) | Err(_) => Failed::Protocol(code),
                    Ok(n) => Failed::Certificate(n),
                })
            }
        }
    }

    /// Receives what the peer has said; 0 when it has said goodbye. One that leaves without that is an
    /// error of the kind `UnexpectedEof`.
    pub(crate) fn read(&self, buf: &mut [u8]) -> io::Result<usize> {
        let room = c_int::try_from(buf.len()).unwrap_or(c_int::MAX);
        let at = buf.as_mut_ptr().cast::<c_void>();
        let raw = self.raw.as_ptr();
        // SAFETY: it lives; there is as much room.
        match self.call(&|| unsafe { ffi::SSL_read(raw, at, room) }) {
            Ok(n) => Ok(usize::try_from(n).unwrap_or(0)),
            Err(Ended::Bye) => Ok(0),
            Err(e) => Err(e.into()),
        }
    }

    /// Writes what goes at once. After `WouldBlock` the next call has to begin with the same bytes.
    pub(crate) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        let len = c_int::try_from(bytes.len()).unwrap_or(c_int::MAX);
        let at = bytes.as_ptr().cast::<c_void>();
        let raw = self.raw.as_ptr();
        // SAFETY: it lives; there are as many bytes.
        match self.call(&|| unsafe { ffi::SSL_write(raw, at, len) }) {
            Ok(n) => Ok(usize::try_from(n).unwrap_or(0)),
            Err(Ended::Bye) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(e) => Err(e.into()),
        }
    }

    /// Bytes that were decrypted and not read: the kernel does not know of them.
    pub(crate) fn pending(&self) -> usize {
        // SAFETY: it lives.
        usize::try_from(unsafe { ffi::SSL_pending(self.raw.as_ptr()) }).unwrap_or(0)
    }

    /// Whether the last call that could not do its work waits for room to write rather than for the
    /// peer.
    pub(crate) fn wants_room(&self) -> bool {
        self.wants_room.get()
    }

    /// Says goodbye, as far as that goes at once.
    pub(crate) fn goodbye(&self) {
        let raw = self.raw.as_ptr();
        // SAFETY: it lives.
        if !self.broken.get() && unsafe { ffi::SSL_is_init_finished(raw) } == 1 {
            // SAFETY: as above.
            let _ = self.call(&|| unsafe { ffi::SSL_shutdown(raw) });
        }
    }

    /// The protocol that was agreed on (RFC 7301); empty for none.
    #[cfg(test)]
    pub(crate) fn alpn(&self) -> &[u8] {
        let mut at = core::ptr::null();
        let mut len: c_uint = 0;
        // SAFETY: it lives, and so does what it has agreed on.
        unsafe {
            ffi::SSL_get0_alpn_selected(self.raw.as_ptr(), &raw mut at, &raw mut len);
            if at.is_null() {
                return &[];
            }
            core::slice::from_raw_parts(at, usize::try_from(len).unwrap_or(0))
        }
    }

    /// Whether it goes on with the session of an earlier connection.
    pub(crate) fn is_resumed(&self) -> bool {
        // SAFETY: it lives.
        unsafe { ffi::SSL_session_reused(self.raw.as_ptr()) == 1 }
    }

    /// The peer's certificate.
    pub(crate) fn peer(&self) -> Option<Certificate> {
        // SAFETY: it lives; the certificate is counted for us.
        NonNull::new(unsafe { ffi::SSL_get1_peer_certificate(self.raw.as_ptr()) })
            .map(Certificate::new)
    }

    /// Whether nothing is wrong with the peer's certificate.
    pub(crate) fn is_verified(&self) -> bool {
        // SAFETY: it lives.
        unsafe { ffi::SSL_get_verify_result(self.raw.as_ptr()) == 0 }
    }

    /// Makes a call that returns more than 0 when it has done its work.
    fn call(&self, f: &dyn Fn() -> c_int) -> Result<c_int, Ended> {
        if self.broken.get() {
            return Err(Ended::Socket(libc::EPIPE));
        }
        // A callback writes or reads while OpenSSL works on the same connection: later.
        if self.busy.replace(true) {
            return Err(Ended::Again);
        }
        self.wants_room.set(false);
        Code::forget();
        let result = f();
        let errno = io::Error::last_os_error().raw_os_error().unwrap_or(0);
        // SAFETY: it lives.
        let why = unsafe { ffi::SSL_get_error(self.raw.as_ptr(), result) };
        self.busy.set(false);
        if result > 0 {
            return Ok(result);
        }
        match why {
            ffi::SSL_ERROR_WANT_READ => Err(Ended::Again),
            ffi::SSL_ERROR_WANT_WRITE => {
                self.wants_room.set(true);
                Err(Ended::Again)
            }
            ffi::SSL_ERROR_ZERO_RETURN => Err(Ended::Bye),
            // What the first half of SSL_shutdown() returns.
            ffi::SSL_ERROR_SYSCALL if result == 0 && errno == 0 => Err(Ended::Bye),
            ffi::SSL_ERROR_SYSCALL => {
                self.broken.set(true);
                Err(Ended::Socket(errno))
            }
            _ => {
                self.broken.set(true);
                Err(Ended::Protocol(Code::take()))
            }
        }
    }
}

/// How a call ended that has not done its work.
enum Ended {
    Again,
    /// The peer has said goodbye.
    Bye,
    Socket(c_int),
    Protocol(Code),
}

impl From<Ended> for io::Error {
    fn from(e: Ended) -> Self {
        match e {
            Ended::Again => io::ErrorKind::WouldBlock.into(),
            Ended::Bye => io::ErrorKind::UnexpectedEof.into(),
            Ended::Socket(errno) => Self::from_raw_os_error(errno),
            Ended::Protocol(code) if code.is_unexpected_eof() => {
                io::ErrorKind::UnexpectedEof.into()
            }
            Ended::Protocol(_) => io::ErrorKind::InvalidData.into(),
        }
    }
}

/// Has a connection ask its peer for a certificate, and verify it.
///
/// # Safety
///
/// `ssl` lives.
unsafe fn ask(ssl: *mut ffi::SSL, asks: Asks) {
    let mode = match asks {
        Asks::No => ffi::SSL_VERIFY_NONE,
        Asks::Optional => ffi::SSL_VERIFY_PEER | ffi::SSL_VERIFY_CLIENT_ONCE,
        Asks::Required => {
            ffi::SSL_VERIFY_PEER
                | ffi::SSL_VERIFY_CLIENT_ONCE
                | ffi::SSL_VERIFY_FAIL_IF_NO_PEER_CERT
        }
    };
    // SAFETY: the caller's promise; the callback has the type that OpenSSL calls it with.
    unsafe { more::SSL_set_verify(ssl, mode, Some(verify)) };
}

/// The hooks of a connection; `None` for one that is not ours, or not any more.
///
/// # Safety
///
/// `ssl` lives, and is being worked on by one of the calls above, for which its [`Ssl`] lives.
unsafe fn hooks_of<'a>(ssl: *const ffi::SSL) -> Option<&'a dyn Hooks> {
    // SAFETY: the caller's promise; only `Ssl::new` puts something in that place.
    unsafe {
        let hooks = ffi::SSL_get_ex_data(ssl, slot()).cast::<Box<dyn Hooks>>();
        hooks.as_ref().map(|h| &**h)
    }
}

unsafe extern "C" fn verify(good: c_int, store: *mut ffi::X509_STORE_CTX) -> c_int {
    // SAFETY: OpenSSL passes what it verifies; there it keeps the connection.
    unsafe {
        let ssl = ffi::X509_STORE_CTX_get_ex_data(store, ffi::SSL_get_ex_data_X509_STORE_CTX_idx());
        let ssl = ssl.cast::<ffi::SSL>();
        let Some(hooks) = hooks_of(ssl) else {
            return good;
        };
        let mut at = Verifying {
            store,
            ssl,
            good: good == 1,
        };
        c_int::from(hooks.verify(&mut at))
    }
}

pub(super) unsafe extern "C" fn server_name(
    ssl: *mut ffi::SSL,
    _: *mut c_int,
    _: *mut c_void,
) -> c_int {
    // SAFETY: OpenSSL passes the connection that it works on.
    unsafe {
        let name: *const c_char = more::SSL_get_servername(ssl, ffi::TLSEXT_NAMETYPE_host_name);
        if name.is_null() {
            return ffi::SSL_TLSEXT_ERR_NOACK;
        }
        if let Some(ctx) = hooks_of(ssl).and_then(|h| h.server_name(CStr::from_ptr(name))) {
            ffi::SSL_set_SSL_CTX(ssl, ctx.as_ptr());
            ask(ssl, ctx.asks.get());
        }
        ffi::SSL_TLSEXT_ERR_OK
    }
}

pub(super) unsafe extern "C" fn select_alpn(
    ssl: *mut ffi::SSL,
    out: *mut *const u8,
    out_len: *mut u8,
    offered: *const u8,
    len: c_uint,
    _: *mut c_void,
) -> c_int {
    // SAFETY: OpenSSL passes the connection that it works on, as many bytes, and where to say which
    // of them.
    unsafe {
        let offered = core::slice::from_raw_parts(offered, usize::try_from(len).unwrap_or(0));
        let chosen = hooks_of(ssl)
            .and_then(|h| h.select_alpn(offered))
            .and_then(|range| offered.get(range));
        match chosen.map(|name| (name.as_ptr(), u8::try_from(name.len()))) {
            Some((at, Ok(len))) => {
                out.write(at);
                out_len.write(len);
                ffi::SSL_TLSEXT_ERR_OK
            }
            _ => ffi::SSL_TLSEXT_ERR_NOACK,
        }
    }
}

unsafe extern "C" fn info(ssl: *const ffi::SSL, stage: c_int, ret: c_int) {
    // SAFETY: OpenSSL passes the connection that it works on.
    if let Some(hooks) = unsafe { hooks_of(ssl) } {
        hooks.info(stage, ret);
    }
}
