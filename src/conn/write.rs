//! Sending: what the kernel does not take at once is queued, and goes out before the protocol is
//! told again that it may write.

use super::dispatch::{again, update_interest};
use super::transport;
use super::wsi::{Role, Wsi};
use crate::conn::conns::Conns;
use crate::log::log_err;
use std::collections::{TryReserveError, VecDeque};
use std::io;

/// The most that is sent for one connection before others have their turn, bytes.
const AT_ONCE: usize = 1 << 20;
/// Smallest piece of memory of the queue, bytes.
const PIECE: usize = 4096;

/// Bytes that the program has written and the kernel has not taken. Kept in pieces, so that taking
/// some away moves none of the others.
#[derive(Default)]
pub(crate) struct Output {
    pieces: VecDeque<Vec<u8>>,
    /// How much of the first piece has gone out.
    sent: usize,
    len: usize,
}

impl Output {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Adds bytes at the end: all, or none when there is no memory.
    fn add(&mut self, bytes: &[u8]) -> Result<(), TryReserveError> {
        let room = self.pieces.back().map_or(0, |p| p.capacity() - p.len());
        let (first, rest) = bytes.split_at(room.min(bytes.len()));
        if !rest.is_empty() {
            let mut piece = Vec::new();
            piece.try_reserve_exact(rest.len().max(PIECE))?;
            self.pieces.try_reserve(1)?;
            piece.extend_from_slice(rest);
            if let Some(last) = self.pieces.back_mut() {
                last.extend_from_slice(first);
            }
            self.pieces.push_back(piece);
        } else if let Some(last) = self.pieces.back_mut() {
            last.extend_from_slice(first);
        }
        self.len += bytes.len();
        Ok(())
    }

    /// The next bytes to send; empty when there are none.
    fn next(&self) -> &[u8] {
        self.pieces
            .front()
            .and_then(|p| p.get(self.sent..))
            .unwrap_or(&[])
    }

    /// Takes `n` of the bytes of [`Output::next`] away.
    fn take(&mut self, n: usize) {
        self.sent += n;
        self.len = self.len.saturating_sub(n);
        if self.pieces.front().is_some_and(|p| p.len() <= self.sent) {
            self.pieces.pop_front();
            self.sent = 0;
        }
        if self.pieces.is_empty() {
            self.pieces = VecDeque::new();
        }
    }
}

/// Sends `bytes`, now or later. An error means that the connection is dead.
pub(crate) fn write(conns: &Conns, wsi: &Wsi, bytes: &[u8]) -> io::Result<()> {
    if !wsi.life.may_write() {
        return Err(io::ErrorKind::NotConnected.into());
    }
    let Some(io) = wsi.io() else {
        return Err(io::ErrorKind::NotConnected.into());
    };
    if wsi.role() == Role::Udp {
        return super::udp::send(wsi, &io, bytes);
    }
    wsi.life.has_written();
    let mut rest = bytes;
    if !wsi.has_output() {
        while !rest.is_empty() {
            match transport::write(wsi, &io, rest) {
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
        let added = wsi.out.borrow_mut().add(rest);
        if added.is_err() {
            log_err!(wsi.log(), "lws_write: no memory for {} bytes", rest.len());
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        wsi.life.set_choked(true);
        update_interest(conns, wsi);
    }
    Ok(())
}

/// Sends what is queued, as far as there is room, and not for too long.
pub(super) fn drain(conns: &Conns, wsi: &Wsi) -> io::Result<()> {
    if !wsi.has_output() {
        return Ok(());
    }
    let Some(io) = wsi.io() else { return Ok(()) };
    let result = send(wsi, &io);
    update_interest(conns, wsi);
    result
}

fn send(wsi: &Wsi, io: &crate::sys::net::Io) -> io::Result<()> {
    let mut out = wsi.out.borrow_mut();
    let mut sent = 0;
    while sent < AT_ONCE {
        let next = out.next();
        let next = next.get(..AT_ONCE.min(next.len())).unwrap_or(next);
        if next.is_empty() {
            break;
        }
        match transport::write(wsi, io, next) {
            Ok(n) if n > 0 => {
                out.take(n);
                sent += n;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) if !again(&e) => return Err(e),
            _ => {
                wsi.life.set_choked(true);
                break;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drained(out: &mut Output, step: usize) -> Vec<u8> {
        let mut all = Vec::new();
        while out.len() > 0 {
            let n = out.next().len().min(step);
            assert!(n > 0);
            all.extend_from_slice(&out.next()[..n]);
            out.take(n);
        }
        assert!(out.next().is_empty());
        all
    }

    #[test]
    fn bytes_leave_in_the_order_in_which_they_came() {
        for step in [1, 7, 4096, usize::MAX] {
            let mut out = Output::default();
            let mut expected = Vec::new();
            for n in 0..200u8 {
                let bytes = vec![n; usize::from(n) * 97];
                out.add(&bytes).unwrap();
                expected.extend_from_slice(&bytes);
            }
            assert_eq!(out.len(), expected.len());
            assert_eq!(drained(&mut out, step), expected);
        }
    }

    #[test]
    fn small_writes_share_memory() {
        let mut out = Output::default();
        for n in 0..100_000u32 {
            out.add(&[n as u8]).unwrap();
        }
        assert!(out.pieces.len() <= 100_000 / PIECE + 1);
    }

    #[test]
    fn memory_that_is_lacking_changes_nothing() {
        let mut out = Output::default();
        out.add(b"abc").unwrap();
        // more than an allocation can have
        let mut piece: Vec<u8> = Vec::new();
        assert!(piece.try_reserve_exact(usize::MAX).is_err());
        assert_eq!(drained(&mut out, 1), b"abc");
    }
}
