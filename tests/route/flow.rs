//! Questions, and answers as the tests compare them.

use super::op::name;
use std::fmt::{self, Display, Formatter};
use std::net::IpAddr;

/// Where would a packet go?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Flow {
    pub dst: IpAddr,
    pub src: Option<IpAddr>,
    pub oif: u32,
    pub mark: u32,
    pub uid: u32,
    pub tos: u8,
    pub protocol: u8,
    pub sport: u16,
    pub dport: u16,
}

impl Flow {
    pub fn to(dst: IpAddr) -> Self {
        Self {
            dst,
            src: None,
            oif: 0,
            mark: 0,
            uid: 0,
            tos: 0,
            protocol: libc::IPPROTO_UDP as u8,
            sport: 0,
            dport: 0,
        }
    }
}

impl Display for Flow {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        write!(f, "ip route get {}", self.dst)?;
        if let Some(src) = self.src {
            write!(f, " from {src}")?;
        }
        if self.oif != 0 {
            write!(f, " oif {}", name(self.oif))?;
        }
        if self.mark != 0 {
            write!(f, " mark {:#x}", self.mark)?;
        }
        if self.tos != 0 {
            write!(f, " tos {:#x}", self.tos)?;
        }
        write!(f, " uid {} ipproto {}", self.uid, self.protocol)?;
        write!(f, " sport {} dport {}", self.sport, self.dport)
    }
}

/// A way out: interface and gateway.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hop {
    pub index: u32,
    pub gateway: Option<IpAddr>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// Type of the route, and where it may go: of the kernel just the one that it chose.
    Goes {
        kind: u8,
        hops: Vec<Hop>,
    },
    Fails(i32),
    /// Only the library says so.
    Unknown,
}

impl Answer {
    /// Is this what the kernel does? Broadcast and multicast are not compared.
    pub fn agrees(&self, kernel: &Self) -> bool {
        match (self, kernel) {
            (Self::Unknown, _) => true,
            (Self::Fails(a), Self::Fails(b)) => a == b,
            (_, Self::Goes { kind: 3 | 5, .. }) => true,
            (Self::Goes { kind: a, hops }, Self::Goes { kind: b, hops: one }) => {
                // what the host keeps goes nowhere
                a == b && (*a == 2 || one.iter().all(|h| hops.contains(h)))
            }
            _ => false,
        }
    }
}

impl Display for Answer {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            Self::Unknown => write!(f, "unknown"),
            Self::Fails(errno) => {
                write!(f, "{}", std::io::Error::from_raw_os_error(*errno))
            }
            Self::Goes { kind, hops } => {
                write!(f, "type {kind}:")?;
                for h in hops {
                    match h.gateway {
                        Some(gw) => write!(f, " [{} via {gw}]", name(h.index))?,
                        None => write!(f, " [{}]", name(h.index))?,
                    }
                }
                Ok(())
            }
        }
    }
}
