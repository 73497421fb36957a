//! What carries the bytes of a stream connection: every read and write of one goes through here.
//!
//! A plain connection reads and writes its socket. A secured one has a [`Session`] between. No borrow
//! of the connection is held while a session works: it may call the program, to check a certificate.

use super::wsi::Wsi;
use crate::sys::net::Io;
use crate::sys::poll::Interest;
use std::io;
use std::rc::Rc;

/// What secures a connection: TLS on its socket.
pub(crate) trait Session {
    /// Goes on with the handshake. Returns whether it is over; if not, [`Session::wants`] says what
    /// it waits for. An error ends the connection; its text is what the program is told.
    fn handshake(&self, wsi: &Wsi) -> io::Result<bool>;

    /// As that of a socket. After [`WouldBlock`](io::ErrorKind::WouldBlock), [`Session::wants`] says
    /// what it waits for, which may be room to send.
    fn read(&self, buf: &mut [u8]) -> io::Result<usize>;

    /// As that of a socket, and what it waits for may be bytes of the peer's. Called again, it may be
    /// given more bytes or other memory, but begins with the same bytes.
    fn write(&self, bytes: &[u8]) -> io::Result<usize>;

    /// Whether it holds received bytes that the kernel has given already.
    fn pending(&self) -> bool;

    /// What the last call that would have blocked waits for.
    fn wants(&self) -> Interest;

    /// Says goodbye to the peer, if that goes at once.
    fn shutdown(&self);

    /// Whether the handshake, which is over, has found that the peer speaks plainly, and is to be
    /// served all the same.
    fn is_plain(&self) -> bool;

    /// The OpenSSL session.
    #[cfg(feature = "LWS_WITH_TLS")]
    fn ssl(&self) -> &crate::sys::tls::ssl::Ssl;
}

/// What secures it.
pub(crate) fn session(wsi: &Wsi) -> Option<Rc<dyn Session>> {
    wsi.session.borrow().clone()
}

/// Whether a session secures it.
pub(crate) fn is_secured(wsi: &Wsi) -> bool {
    wsi.session.borrow().is_some()
}

/// Receives what there is. 0: the peer sends no more.
pub(super) fn read(wsi: &Wsi, io: &Io, buf: &mut [u8]) -> io::Result<usize> {
    let Some(s) = session(wsi) else {
        return io.read(buf);
    };
    let result = s.read(buf);
    let mut crossed = wsi.life.crossed();
    crossed.write = blocks(&result) && s.wants().write;
    wsi.life.set_crossed(crossed);
    result
}

/// Sends what goes at once.
pub(super) fn write(wsi: &Wsi, io: &Io, bytes: &[u8]) -> io::Result<usize> {
    let Some(s) = session(wsi) else {
        return io.write(bytes);
    };
    let result = s.write(bytes);
    let mut crossed = wsi.life.crossed();
    crossed.read = blocks(&result) && s.wants().read;
    wsi.life.set_crossed(crossed);
    result
}

fn blocks(result: &io::Result<usize>) -> bool {
    matches!(result, Err(e) if e.kind() == io::ErrorKind::WouldBlock)
}

/// Whether it holds received bytes that the kernel does not know of.
pub(super) fn pending(wsi: &Wsi) -> bool {
    session(wsi).is_some_and(|s| s.pending())
}

/// Goes on with the handshake, if there is one. Returns whether it is over. An error ends the
/// connection.
pub(super) fn handshake(wsi: &Wsi) -> io::Result<bool> {
    let Some(s) = session(wsi) else {
        return Ok(true);
    };
    let over = s.handshake(wsi)?;
    if over && s.is_plain() {
        wsi.session.replace(None);
        wsi.life.set_handshake(Interest::NONE);
        return Ok(true);
    }
    wsi.life.set_handshake(s.wants());
    Ok(over)
}

/// The connection closes.
pub(super) fn shutdown(wsi: &Wsi) {
    if let Some(s) = session(wsi) {
        s.shutdown();
    }
}
