//! Netlink sockets to the kernel's routing (rtnetlink(7)).

use netlink_sys::{Socket, SocketAddr, protocols::NETLINK_ROUTE};
use std::io;
use std::os::fd::AsRawFd;
use std::time::Duration;

/// More than any message: a route with the most legs the kernel takes is 64 KiB and a header. The
/// kernel never fills a block of a dump beyond 32 KiB.
const BIGGEST: usize = 68 * 1024;

pub(crate) struct Netlink {
    socket: Socket,
    port: u32,
}

/// What one read gave. The bytes are in the buffer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Datagram {
    /// Some of it did not fit.
    pub(crate) cut: bool,
    /// The kernel sent it. Anybody with the privilege can send one that looks the same.
    pub(crate) from_kernel: bool,
}

impl Netlink {
    /// A socket that hears `groups` (`RTNLGRP_*`); those that this kernel does not have are left
    /// out. Asks for a receive queue of `queue` bytes, which without privileges is limited
    /// (`net.core.rmem_max`).
    pub(crate) fn open(groups: &[u32], queue: usize) -> io::Result<Self> {
        let mut socket = Socket::new(NETLINK_ROUTE)?;
        let port = socket.bind_auto()?.port_number();
        // Each of these makes things better where it works, and is not needed where it does not.
        let _ = socket.set_netlink_get_strict_chk(true);
        let _ = socket.set_cap_ack(true);
        if queue != 0 {
            set_queue(&socket, queue);
        }
        for group in groups {
            match socket.add_membership(*group) {
                Err(e) if e.raw_os_error() != Some(libc::EINVAL) => return Err(e),
                _ => {}
            }
        }
        socket.set_non_blocking(true)?;
        Ok(Self { socket, port })
    }

    /// A socket for questions: a read waits for the answer, `limit` at most.
    pub(crate) fn for_questions(limit: Duration) -> io::Result<Self> {
        let asks = Self::open(&[], 0)?;
        asks.socket.set_non_blocking(false)?;
        socket2::SockRef::from(&asks.socket).set_read_timeout(Some(limit))?;
        Ok(asks)
    }

    pub(crate) fn fd(&self) -> core::ffi::c_int {
        self.socket.as_raw_fd()
    }

    /// Its address: answers to what it asked carry this, others do not.
    pub(crate) fn port(&self) -> u32 {
        self.port
    }

    pub(crate) fn send(&self, request: &[u8]) -> io::Result<()> {
        self.socket
            .send_to(request, &SocketAddr::new(0, 0), 0)
            .map(drop)
    }

    /// Reads one datagram into `buffer`, whose content before is lost. It is never peeked at: the
    /// size of the largest buffer seen so far is what the kernel sizes a dump's blocks by.
    pub(crate) fn read(&self, buffer: &mut Vec<u8>) -> io::Result<Datagram> {
        buffer.clear();
        let no_memory = |_| io::Error::from(io::ErrorKind::OutOfMemory);
        buffer.try_reserve(BIGGEST).map_err(no_memory)?;
        let (len, sender) = self.socket.recv_from(buffer, libc::MSG_TRUNC)?;
        Ok(Datagram {
            cut: len > buffer.len(),
            from_kernel: sender.port_number() == 0,
        })
    }
}

/// Beyond `net.core.rmem_max` where the process may, otherwise up to it.
fn set_queue(socket: &Socket, bytes: usize) {
    let bytes = libc::c_int::try_from(bytes).unwrap_or(libc::c_int::MAX);
    // SAFETY: the descriptor is open, and the value an int as long as stated.
    let forced = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_RCVBUFFORCE,
            (&raw const bytes).cast(),
            size_of_val(&bytes) as libc::socklen_t,
        )
    };
    if forced != 0 {
        let _ = socket.set_rx_buf_sz(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_answers_and_is_known_by_its_address() {
        let asks = Netlink::for_questions(Duration::from_secs(10)).unwrap();
        let hears = Netlink::open(&[1, 32, 7777], 1 << 20).unwrap();
        assert_ne!(asks.port(), hears.port());
        // RTM_GETLINK for interface 1
        let mut request = vec![32, 0, 0, 0, 18, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0];
        request.extend([0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        asks.send(&request).unwrap();
        let mut buffer = Vec::new();
        let d = asks.read(&mut buffer).unwrap();
        assert!(d.from_kernel && !d.cut && buffer.len() > 32);
        let nothing = hears.read(&mut buffer).unwrap_err();
        assert_eq!(nothing.kind(), io::ErrorKind::WouldBlock);
    }
}
