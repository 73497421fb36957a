//! A netlink socket that asks and waits for the answer.

use super::wire::{Msg, NLM_F_ACK, NLM_F_DUMP, messages, u32_at};
use std::io::{Error, ErrorKind};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

pub struct Nl {
    fd: OwnedFd,
    seq: u32,
    buffer: Vec<u8>,
}

const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;

impl Nl {
    pub fn open() -> Self {
        // SAFETY: plain numbers; the descriptor is new.
        let fd = unsafe {
            let fd = libc::socket(
                libc::AF_NETLINK,
                libc::SOCK_RAW | libc::SOCK_CLOEXEC,
                libc::NETLINK_ROUTE,
            );
            assert!(fd >= 0, "{}", Error::last_os_error());
            OwnedFd::from_raw_fd(fd)
        };
        super::space::set_option(&fd, libc::SOL_SOCKET, libc::SO_RCVBUF, 1 << 22);
        super::space::set_option(&fd, libc::SOL_SOCKET, libc::SO_SNDBUF, 1 << 22);
        super::space::set_option(&fd, libc::SOL_NETLINK, libc::NETLINK_CAP_ACK, 1);
        let mut nl = Self {
            fd,
            seq: 0,
            buffer: vec![0; 1 << 20],
        };
        // From now on the kernel fills blocks of 32 KiB for a dump (routing.md 3.2).
        let mut header = [0; 16];
        header[4] = 1;
        nl.ask(Msg::new(18, 0, &header)).unwrap();
        nl
    }

    pub fn fd(&self) -> &OwnedFd {
        &self.fd
    }

    pub fn next_seq(&mut self) -> u32 {
        self.seq += 1;
        self.seq
    }

    pub fn send(&mut self, bytes: &[u8]) {
        // SAFETY: the bytes are there.
        let sent =
            unsafe { libc::send(self.fd.as_raw_fd(), bytes.as_ptr().cast(), bytes.len(), 0) };
        assert_eq!(sent, bytes.len() as isize, "{}", Error::last_os_error());
    }

    /// One datagram.
    pub fn recv(&mut self) -> std::io::Result<&[u8]> {
        loop {
            // SAFETY: the buffer is as long as said.
            let got = unsafe {
                libc::recv(
                    self.fd.as_raw_fd(),
                    self.buffer.as_mut_ptr().cast(),
                    self.buffer.len(),
                    0,
                )
            };
            if got >= 0 {
                return Ok(&self.buffer[..got as usize]);
            }
            let e = Error::last_os_error();
            if e.kind() != ErrorKind::Interrupted {
                return Err(e);
            }
        }
    }

    /// Does it, and tells the errno when it fails.
    pub fn run(&mut self, msg: Msg) -> Result<(), i32> {
        self.batch(vec![msg])[0]
    }

    /// Does many, in few system calls.
    pub fn batch(&mut self, msgs: Vec<Msg>) -> Vec<Result<(), i32>> {
        let mut all = Vec::with_capacity(msgs.len());
        let mut msgs = msgs.into_iter();
        loop {
            let first = self.seq + 1;
            let mut bytes = Vec::new();
            let mut count = 0;
            for mut msg in msgs.by_ref().take(64) {
                msg.bytes[6] |= NLM_F_ACK as u8;
                let seq = self.next_seq();
                bytes.extend(msg.finish(seq));
                count += 1;
                if bytes.len() > 100_000 {
                    break;
                }
            }
            if count == 0 {
                return all;
            }
            self.send(&bytes);
            let mut got = 0;
            while got < count {
                let datagram = self.recv().unwrap().to_vec();
                for m in messages(&datagram) {
                    assert_eq!((m.kind, m.seq), (NLMSG_ERROR, first + got));
                    let errno = -(u32_at(m.body, 0) as i32);
                    all.push(if errno == 0 { Ok(()) } else { Err(errno) });
                    got += 1;
                }
            }
        }
    }

    /// A request with one answer: its kind and body, or the errno.
    pub fn ask(&mut self, msg: Msg) -> Result<(u16, Vec<u8>), i32> {
        let seq = self.next_seq();
        self.send(&msg.finish(seq));
        let datagram = self.recv().unwrap();
        let m = messages(datagram).next().unwrap();
        assert_eq!(m.seq, seq);
        if m.kind == NLMSG_ERROR {
            return Err(-(u32_at(m.body, 0) as i32));
        }
        Ok((m.kind, m.body.to_vec()))
    }

    /// A whole dump: the body of each message; and the error it ended with.
    pub fn dump(&mut self, kind: u16, header: &[u8]) -> (Vec<Vec<u8>>, i32) {
        let seq = self.next_seq();
        self.send(&Msg::new(kind, NLM_F_DUMP, header).finish(seq));
        let mut all = Vec::new();
        loop {
            let datagram = self.recv().unwrap();
            for m in messages(datagram) {
                assert_eq!(m.seq, seq);
                match m.kind {
                    NLMSG_DONE | NLMSG_ERROR => return (all, -(u32_at(m.body, 0) as i32)),
                    _ => all.push(m.body.to_vec()),
                }
            }
        }
    }
}
