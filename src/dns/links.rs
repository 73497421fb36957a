//! The sockets of the resolver, in a set of descriptors of their own: a poll loop of the program's
//! sees one descriptor, however many names are under way.

use super::pool::{self, Token};
use crate::sys::batch::{self, Inbox};
use crate::sys::poll::{Interest, Poller};
use socket2::{Domain, Protocol, SockAddr, SockRef, Socket, Type};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::os::fd::{AsRawFd, RawFd};

/// The most that is kept for a connection which takes nothing, bytes.
const MAX_OUT: usize = 256 * 1024;

enum Link {
    Udp(UdpSocket),
    Tcp {
        stream: TcpStream,
        up: bool,
        out: Vec<u8>,
    },
}

/// What a socket had.
pub(crate) enum Ready {
    /// So many datagrams are in the inbox.
    Datagrams(usize),
    /// So many bytes of a stream are in the buffer.
    Bytes(usize),
    /// Nothing more for now.
    Wait,
    /// It is of no use any more; its server is the cause, or not.
    Failed {
        blame: bool,
    },
    Unknown,
}

pub(crate) struct Links {
    pub(crate) poller: Poller,
    /// By the place in the token, which is beside each.
    all: Vec<Option<(Token, Link)>>,
    /// Datagrams that leave together, and by which socket.
    out: Vec<Vec<u8>>,
    out_by: Token,
}

impl Links {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            poller: Poller::new()?,
            all: Vec::new(),
            out: Vec::new(),
            out_by: 0,
        })
    }

    pub(crate) fn fd(&self) -> RawFd {
        self.poller.raw()
    }

    pub(crate) fn udp(&mut self, token: Token, to: SocketAddr) -> io::Result<()> {
        let kind = Type::DGRAM.nonblocking();
        let socket = Socket::new(Domain::for_address(to), kind, Some(Protocol::UDP))?;
        // The kernel takes a port at random; who else sends to it is not heard.
        socket.connect(&SockAddr::from(to))?;
        self.poller
            .set(socket.as_raw_fd(), token, Interest::NONE, Interest::READ)?;
        self.keep(token, Link::Udp(socket.into()));
        Ok(())
    }

    pub(crate) fn tcp(&mut self, token: Token, to: SocketAddr) -> io::Result<()> {
        let kind = Type::STREAM.nonblocking();
        let socket = Socket::new(Domain::for_address(to), kind, Some(Protocol::TCP))?;
        socket.set_tcp_nodelay(true)?;
        match socket.connect(&SockAddr::from(to)) {
            Err(e) if e.raw_os_error() != Some(libc::EINPROGRESS) => return Err(e),
            _ => (),
        }
        self.poller
            .set(socket.as_raw_fd(), token, Interest::NONE, BOTH)?;
        self.keep(
            token,
            Link::Tcp {
                stream: socket.into(),
                up: false,
                out: Vec::new(),
            },
        );
        Ok(())
    }

    fn keep(&mut self, token: Token, link: Link) {
        let place = pool::place(token);
        if place >= self.all.len() {
            self.all.resize_with(place.saturating_add(1), || None);
        }
        if let Some(slot) = self.all.get_mut(place) {
            *slot = Some((token, link));
        }
    }

    /// Whether the packet can wait for others that leave by the same socket.
    pub(crate) fn gathers(&self, token: Token) -> bool {
        self.out.is_empty() || (self.out_by == token && self.out.len() < batch::MOST)
    }

    /// Sends the datagrams that wait. On an error, it tells the socket too.
    pub(crate) fn flush(&mut self) -> Result<(), (Token, io::Error)> {
        let mut rest = self.out.as_slice();
        let mut done = Ok(());
        if let Some(Link::Udp(socket)) = link(&mut self.all, self.out_by) {
            while !rest.is_empty() {
                match batch::send(socket.as_raw_fd(), rest) {
                    Ok(n) => rest = rest.get(n..).unwrap_or(&[]),
                    // As if they had been lost on the way.
                    Err(e) if e.kind() == ErrorKind::WouldBlock => break,
                    Err(e) => {
                        done = Err((self.out_by, e));
                        break;
                    }
                }
            }
        }
        self.out.clear();
        done
    }

    /// Sends bytes over TCP; a datagram leaves with the next [`Links::flush`].
    pub(crate) fn send(&mut self, token: Token, bytes: Vec<u8>) -> io::Result<()> {
        match link(&mut self.all, token) {
            Some(Link::Udp(_)) => {
                self.out_by = token;
                self.out.push(bytes);
                Ok(())
            }
            Some(Link::Tcp { stream, up, out }) => {
                if out.len().saturating_add(bytes.len()) > MAX_OUT {
                    return Err(ErrorKind::StorageFull.into());
                }
                let had = !out.is_empty();
                out.extend_from_slice(&bytes);
                if !*up || had {
                    return Ok(());
                }
                write(stream, out)?;
                if !out.is_empty() {
                    let fd = stream.as_raw_fd();
                    self.poller.set(fd, token, Interest::READ, BOTH)?;
                }
                Ok(())
            }
            None => Ok(()),
        }
    }

    pub(crate) fn close(&mut self, token: Token) {
        // It leaves the set by closing. Nobody waits for an answer to what it has not sent.
        if link(&mut self.all, token).is_some() {
            if let Some(slot) = self.all.get_mut(pool::place(token)) {
                *slot = None;
            }
        }
        if self.out_by == token {
            self.out.clear();
        }
    }

    /// What a ready socket has, once: datagrams, bytes, or what went wrong.
    pub(crate) fn read(&mut self, token: Token, inbox: &mut Inbox, buffer: &mut [u8]) -> Ready {
        match link(&mut self.all, token) {
            Some(Link::Udp(socket)) => match inbox.receive(socket.as_raw_fd()) {
                Ok(n) => Ready::Datagrams(n),
                Err(e) => failed(&e),
            },
            Some(Link::Tcp { stream, .. }) => match stream.read(buffer) {
                Ok(0) => Ready::Failed { blame: true },
                Ok(n) => {
                    // A server that waits for the ACK of one answer before it sends the next (Nagle)
                    // would wait for 40 ms. The kernel forgets this setting, so it is set each time.
                    let _ = SockRef::from(&*stream).set_tcp_quickack(true);
                    Ready::Bytes(n)
                }
                Err(e) => failed(&e),
            },
            None => Ready::Unknown,
        }
    }

    /// A connection is there, or takes bytes again.
    pub(crate) fn writable(&mut self, token: Token) -> io::Result<()> {
        let Some(Link::Tcp { stream, up, out }) = link(&mut self.all, token) else {
            return Ok(());
        };
        if let Some(e) = stream.take_error()? {
            return Err(e);
        }
        *up = true;
        write(stream, out)?;
        if out.is_empty() {
            let fd = stream.as_raw_fd();
            self.poller.set(fd, token, BOTH, Interest::READ)?;
        }
        Ok(())
    }
}

fn link(all: &mut [Option<(Token, Link)>], token: Token) -> Option<&mut Link> {
    let slot = all.get_mut(pool::place(token))?.as_mut();
    slot.filter(|s| s.0 == token).map(|s| &mut s.1)
}

const BOTH: Interest = Interest {
    read: true,
    write: true,
};

fn write(stream: &mut TcpStream, out: &mut Vec<u8>) -> io::Result<()> {
    while !out.is_empty() {
        match stream.write(out) {
            Ok(n) => drop(out.drain(..n.min(out.len()))),
            Err(e) if e.kind() == ErrorKind::WouldBlock => break,
            Err(e) if e.kind() == ErrorKind::Interrupted => (),
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

fn failed(e: &io::Error) -> Ready {
    match e.kind() {
        ErrorKind::WouldBlock | ErrorKind::Interrupted => Ready::Wait,
        _ => Ready::Failed { blame: true },
    }
}
