//! Frames that go out: the program's and the library's own.

use super::{Socket, socket};
use crate::conn::conns::Conns;
use crate::conn::write;
use crate::conn::wsi::Wsi;
use crate::log::log_info;
use crate::roles::ws::Side;
use crate::roles::ws::frame::{Mask, opcode};
use crate::roles::ws::outbound::Frame;
use crate::sys::random;
use core::ffi::c_uint;
use std::io;

/// Bytes of the largest frame that is put together on the stack; a larger one takes an allocation.
const SMALL: usize = 1024;
/// `LWS_WRITE_NO_FIN`.
const NO_FIN: c_uint = 64;

impl Socket {
    /// The masking key of the next frame: clients' frames have one, servers' do not. `None`: the kernel
    /// has no random bytes.
    fn key(&self) -> Option<Option<[u8; 4]>> {
        if self.side == Side::Server {
            return Some(None);
        }
        let mut key = [0; 4];
        (random::fill(&mut key) == key.len()).then_some(Some(key))
    }
}

/// Sends a frame of the library's own. An error ends the connection.
pub(super) fn send(conns: &Conns, wsi: &Wsi, s: &Socket, op: u8, payload: &[u8]) -> io::Result<()> {
    let sent = put(conns, wsi, s, Frame::new(op, true), payload);
    if let Err(e) = &sent {
        log_info!(wsi.log(), "a frame cannot be sent: {e}");
    }
    sent.map(|_| ())
}

/// Sends a frame. Returns how many bytes were sent.
fn put(conns: &Conns, wsi: &Wsi, s: &Socket, frame: Frame, payload: &[u8]) -> io::Result<usize> {
    let key = s.key().ok_or(io::ErrorKind::Other)?;
    let header = frame.header(payload.len(), key);
    let header = header.ok_or(io::ErrorKind::InvalidInput)?;
    let header = header.bytes();
    let len = header.len().saturating_add(payload.len());
    let mut small = [0; SMALL];
    let mut large = Vec::new();
    let all = match small.get_mut(..len) {
        Some(all) => all,
        None => {
            large
                .try_reserve_exact(len)
                .map_err(|_| io::ErrorKind::OutOfMemory)?;
            large.resize(len, 0);
            &mut large
        }
    };
    let (head, body) = all.split_at_mut(header.len().min(len));
    head.copy_from_slice(header);
    body.copy_from_slice(payload);
    if let Some(key) = key {
        Mask::new(key).apply(body);
    }
    write::write(conns, wsi, all)?;
    Ok(len)
}

/// The program writes. Returns what it is told.
pub(super) fn program_writes(
    conns: &Conns,
    wsi: &Wsi,
    kind: c_uint,
    payload: &[u8],
) -> io::Result<usize> {
    let s = socket(wsi).filter(|s| s.stage.get().is_open() && wsi.life.may_write());
    let s = s.ok_or(io::ErrorKind::NotConnected)?;
    let op = match kind & 0x1f {
        0 => opcode::TEXT,
        1 => opcode::BINARY,
        2 => opcode::CONTINUATION,
        5 => opcode::PING,
        6 => opcode::PONG,
        // The answer to a request that the program refuses itself.
        _ if !s.told.get() => {
            write::write(conns, wsi, payload)?;
            return Ok(payload.len());
        }
        _ => return Err(io::ErrorKind::InvalidInput.into()),
    };
    let frame = Frame::new(op, kind & NO_FIN == 0);
    #[cfg(feature = "LWS_WITH_EXTENSIONS")]
    if let Some(compressing) = s
        .compressing
        .borrow_mut()
        .as_mut()
        .filter(|_| frame.is_data())
    {
        let mut out = Vec::new();
        let mut lacks = false;
        let mut key = || {
            let key = s.key();
            lacks |= key.is_none();
            key.flatten()
        };
        let made = compressing.write(frame, payload, &mut key, &mut out);
        made.map_err(|_| io::ErrorKind::OutOfMemory)?;
        if lacks {
            return Err(io::ErrorKind::Other.into());
        }
        write::write(conns, wsi, &out)?;
        return Ok(payload.len());
    }
    let sent = put(conns, wsi, s, frame, payload)?;
    // As lws counts.
    Ok(if frame.is_data() { payload.len() } else { sent })
}
