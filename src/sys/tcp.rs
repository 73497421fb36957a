//! What the kernel says of a TCP handshake, and where it would send from.

use socket2::{SockAddr, Socket, Type};
use std::io;
use std::net::SocketAddr;
use std::os::fd::AsRawFd;

/// What the kernel measured of a connection (`TCP_INFO`).
#[derive(Clone, Copy, Default)]
pub(crate) struct Measured {
    /// Smoothed round trip and its variation, microseconds; 0 where it has measured none.
    pub(crate) rtt_us: u32,
    pub(crate) rttvar_us: u32,
    /// Segments sent again, SYNs included.
    pub(crate) retransmits: u32,
}

/// All 0 for a socket that is no TCP socket.
pub(crate) fn measured(socket: &Socket) -> Measured {
    // SAFETY: all zeroes are a `tcp_info`.
    let mut info: libc::tcp_info = unsafe { core::mem::zeroed() };
    let mut len = size_of_val(&info) as libc::socklen_t;
    // SAFETY: the descriptor is open; the room is as long as stated.
    let failed = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::IPPROTO_TCP,
            libc::TCP_INFO,
            (&raw mut info).cast(),
            &raw mut len,
        )
    };
    if failed != 0 {
        return Measured::default();
    }
    Measured {
        rtt_us: info.tcpi_rtt,
        rttvar_us: info.tcpi_rttvar,
        retransmits: info
            .tcpi_total_retrans
            .max(u32::from(info.tcpi_retransmits)),
    }
}

/// The address that the kernel would send to `dest` from, found without sending anything; or why it has
/// no way there. `tune` sets up the socket that stands in for the one to come.
pub(crate) fn source_for(
    dest: SocketAddr,
    tune: impl FnOnce(&Socket) -> io::Result<()>,
) -> io::Result<SocketAddr> {
    let dest = SockAddr::from(dest);
    let socket = super::net::socket(dest.domain(), Type::DGRAM)?;
    tune(&socket)?;
    socket.connect(&dest)?;
    let local = socket.local_addr()?;
    local
        .as_socket()
        .ok_or_else(|| io::Error::from_raw_os_error(libc::EAFNOSUPPORT))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_source_for_the_loopback_is_the_loopback() {
        let dest: SocketAddr = "127.0.0.1:9".parse().unwrap();
        let source = source_for(dest, |_| Ok(())).unwrap();
        assert_eq!(source.ip(), dest.ip());
    }

    #[test]
    fn a_handshake_is_measured() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        assert!(measured(&Socket::from(stream)).rtt_us > 0);
        let udp = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        assert_eq!(measured(&Socket::from(udp)).rtt_us, 0);
    }
}
