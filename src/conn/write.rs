//! Sending: what the kernel does not take at once is kept, and goes out before
//! the protocol is told again that it may write.

use super::dispatch::{again, update_interest};
use super::wsi::{Phase, Role, Wsi};
use crate::context::Context;
use crate::log::log_err;
use std::io;

/// Sends `bytes`, now or later. An error means that the connection is dead.
pub(crate) fn write(cx: &Context, wsi: &Wsi, bytes: &[u8]) -> io::Result<()> {
    if wsi.phase.get() != Phase::Open || wsi.role == Role::Listen {
        return Err(io::ErrorKind::NotConnected.into());
    }
    let Some(io) = wsi.io() else {
        return Err(io::ErrorKind::NotConnected.into());
    };
    if wsi.role == Role::Udp {
        return super::udp::send(wsi, &io, bytes);
    }
    wsi.wrote.set(true);
    let mut rest = bytes;
    if !wsi.has_output() {
        while !rest.is_empty() {
            match io.write(rest) {
                Ok(n) => {
                    rest = rest.get(n..).unwrap_or(&[]);
                    if !rest.is_empty() {
                        // It took what it had room for.
                        break;
                    }
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if again(&e) => break,
                Err(e) => return Err(e),
            }
        }
    }
    if !rest.is_empty() {
        let mut out = wsi.out.borrow_mut();
        if out.try_reserve(rest.len()).is_err() {
            log_err!(wsi.log(), "lws_write: no memory for {} bytes", rest.len());
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        out.extend_from_slice(rest);
        drop(out);
        wsi.choked.set(true);
        update_interest(cx, wsi);
    }
    Ok(())
}

/// Sends what was kept, as far as there is room.
pub(super) fn drain(cx: &Context, wsi: &Wsi) -> io::Result<()> {
    if !wsi.has_output() {
        return Ok(());
    }
    let Some(io) = wsi.io() else { return Ok(()) };
    let mut out = wsi.out.take();
    let mut sent = 0;
    let result = loop {
        let Some(rest) = out.get(sent..).filter(|r| !r.is_empty()) else {
            break Ok(());
        };
        match io.write(rest) {
            Ok(0) => {
                wsi.choked.set(true);
                break Ok(());
            }
            Ok(n) => sent += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) if again(&e) => {
                wsi.choked.set(true);
                break Ok(());
            }
            Err(e) => break Err(e),
        }
    };
    out.drain(..sent);
    if out.is_empty() {
        out = Vec::new();
    }
    wsi.out.replace(out);
    update_interest(cx, wsi);
    result
}
