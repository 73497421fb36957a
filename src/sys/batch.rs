//! Many datagrams by one call of the kernel (sendmmsg(2), recvmmsg(2)).

use core::ptr::null_mut;
use std::io;
use std::os::fd::RawFd;

/// How many datagrams one call takes.
pub(crate) const MOST: usize = 16;
/// The longest datagram that is read whole, bytes. The rest of a longer one is lost.
pub(crate) const LONGEST: usize = 2048;

/// Datagrams that have come.
pub(crate) struct Inbox {
    bytes: Vec<u8>,
    lens: [usize; MOST],
}

fn nothing() -> [libc::mmsghdr; MOST] {
    // SAFETY: all zeroes are headers without an address, data and control data.
    unsafe { core::mem::zeroed() }
}

const NO_PIECE: libc::iovec = libc::iovec {
    iov_base: null_mut(),
    iov_len: 0,
};

impl Inbox {
    pub(crate) fn new() -> Self {
        Self {
            bytes: vec![0; MOST.saturating_mul(LONGEST)],
            lens: [0; MOST],
        }
    }

    /// Takes what a socket has, and does not wait. Returns how many datagrams [`Inbox::get`] has:
    /// fewer than [`MOST`] are all there were.
    pub(crate) fn receive(&mut self, fd: RawFd) -> io::Result<usize> {
        let mut pieces = [NO_PIECE; MOST];
        let mut heads = nothing();
        let rooms = self.bytes.chunks_exact_mut(LONGEST);
        for ((head, piece), room) in heads.iter_mut().zip(&mut pieces).zip(rooms) {
            piece.iov_base = room.as_mut_ptr().cast();
            piece.iov_len = room.len();
            head.msg_hdr.msg_iov = piece;
            head.msg_hdr.msg_iovlen = 1;
        }
        // SAFETY: each header has one piece, which is a part of `bytes` of its own.
        let n = unsafe {
            libc::recvmmsg(
                fd,
                heads.as_mut_ptr(),
                MOST as libc::c_uint,
                libc::MSG_DONTWAIT,
                null_mut(),
            )
        };
        let n = usize::try_from(n).map_err(|_| io::Error::last_os_error())?;
        for (len, head) in self.lens.iter_mut().zip(&heads) {
            *len = usize::try_from(head.msg_len).unwrap_or(0);
        }
        Ok(n)
    }

    /// One of the datagrams that the last call brought.
    pub(crate) fn get(&self, at: usize) -> &[u8] {
        let room = self.bytes.chunks_exact(LONGEST).nth(at).unwrap_or(&[]);
        let len = self.lens.get(at).copied().unwrap_or(0);
        room.get(..len).unwrap_or(room)
    }
}

/// Sends datagrams by a connected socket, and does not wait. Returns how many of them, [`MOST`] at
/// most and one at least, it took.
pub(crate) fn send(fd: RawFd, packets: &[Vec<u8>]) -> io::Result<usize> {
    let mut pieces = [NO_PIECE; MOST];
    let mut heads = nothing();
    for ((head, piece), packet) in heads.iter_mut().zip(&mut pieces).zip(packets) {
        piece.iov_base = packet.as_ptr().cast_mut().cast();
        piece.iov_len = packet.len();
        head.msg_hdr.msg_iov = piece;
        head.msg_hdr.msg_iovlen = 1;
    }
    let count = packets.len().min(MOST) as libc::c_uint;
    // SAFETY: the first `count` headers have one piece each, which the kernel only reads.
    let n = unsafe {
        libc::sendmmsg(
            fd,
            heads.as_mut_ptr(),
            count,
            libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL,
        )
    };
    usize::try_from(n).map_err(|_| io::Error::last_os_error())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::UdpSocket;
    use std::os::fd::AsRawFd;

    #[test]
    fn datagrams_one_call_and_the_rest() {
        let (a, b) = (
            UdpSocket::bind("127.0.0.1:0").unwrap(),
            UdpSocket::bind("127.0.0.1:0").unwrap(),
        );
        a.connect(b.local_addr().unwrap()).unwrap();
        let mut packets: Vec<Vec<u8>> = (0..20u8).map(|n| vec![n; usize::from(n)]).collect();
        packets.push(vec![7; LONGEST + 10]);
        let mut inbox = Inbox::new();
        let none = inbox.receive(b.as_raw_fd()).unwrap_err();
        assert_eq!(none.kind(), io::ErrorKind::WouldBlock);
        let sent = send(a.as_raw_fd(), &packets).unwrap();
        assert_eq!(sent, MOST);
        assert_eq!(send(a.as_raw_fd(), &packets[sent..]).unwrap(), 5);
        assert_eq!(inbox.receive(b.as_raw_fd()).unwrap(), MOST);
        for (n, packet) in packets.iter().enumerate().take(MOST) {
            assert_eq!(inbox.get(n), packet);
        }
        assert_eq!(inbox.receive(b.as_raw_fd()).unwrap(), 5);
        assert_eq!(inbox.get(3), packets[19]);
        assert_eq!(inbox.get(4), vec![7; LONGEST]);
        assert!(inbox.get(MOST).is_empty());
        drop(b);
        let _ = send(a.as_raw_fd(), &packets[..1]);
        assert!(send(a.as_raw_fd(), &packets[..1]).is_err());
    }
}
