//! Packet sockets (packet(7)): IPv4 and ARP on an interface that has no address yet.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// What a packet socket hears.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Hears {
    /// UDP datagrams from port 67 to port 68 that are not fragments.
    Dhcp,
    Arp,
}

/// To everybody on an Ethernet.
pub(crate) const EVERYBODY: [u8; 6] = [0xff; 6];

/// One socket on one interface. What it sends and receives begins behind the link's own header.
pub(crate) struct Packet {
    fd: OwnedFd,
    index: libc::c_int,
    protocol: u16,
}

/// One packet received. Its bytes are in the buffer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Received {
    pub(crate) len: usize,
    /// Its checksums are there; a sender on this machine may leave them out.
    pub(crate) summed: bool,
}

/// An instruction of the kernel's packet filter.
const fn op(code: u32, jt: u8, jf: u8, k: u32) -> libc::sock_filter {
    libc::sock_filter {
        code: code as u16,
        jt,
        jf,
        k,
    }
}

/// For a packet that begins with its IPv4 header.
const DHCP: [libc::sock_filter; 11] = {
    use libc::{
        BPF_ABS, BPF_B, BPF_H, BPF_IND, BPF_JEQ, BPF_JMP, BPF_JSET, BPF_K, BPF_LD, BPF_LDX,
    };
    use libc::{BPF_MSH, BPF_RET};
    [
        // UDP
        op(BPF_LD | BPF_B | BPF_ABS, 0, 0, 9),
        op(BPF_JMP | BPF_JEQ | BPF_K, 0, 8, 17),
        // neither more fragments nor an offset
        op(BPF_LD | BPF_H | BPF_ABS, 0, 0, 6),
        op(BPF_JMP | BPF_JSET | BPF_K, 6, 0, 0x3fff),
        // behind the header, however long
        op(BPF_LDX | BPF_B | BPF_MSH, 0, 0, 0),
        op(BPF_LD | BPF_H | BPF_IND, 0, 0, 0),
        op(BPF_JMP | BPF_JEQ | BPF_K, 0, 3, 67),
        op(BPF_LD | BPF_H | BPF_IND, 0, 0, 2),
        op(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 68),
        op(BPF_RET | BPF_K, 0, 0, 0xffff),
        op(BPF_RET | BPF_K, 0, 0, 0),
    ]
};

impl Packet {
    /// A socket on the interface with this index. Needs CAP_NET_RAW.
    pub(crate) fn open(index: u32, hears: Hears) -> io::Result<Self> {
        let index = libc::c_int::try_from(index).map_err(|_| io::ErrorKind::InvalidInput)?;
        let protocol = match hears {
            Hears::Dhcp => libc::ETH_P_IP,
            Hears::Arp => libc::ETH_P_ARP,
        } as u16;
        let kind = libc::SOCK_DGRAM | libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
        // SAFETY: no pointers. Protocol 0 hears nothing before it is bound, when the filter is there.
        let fd = unsafe { libc::socket(libc::AF_PACKET, kind, 0) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: just made, nobody else's.
        let fd = unsafe { OwnedFd::from_raw_fd(fd) };
        let s = Self {
            fd,
            index,
            protocol,
        };
        if hears == Hears::Dhcp {
            let program = libc::sock_fprog {
                len: DHCP.len() as u16,
                filter: DHCP.as_ptr().cast_mut(),
            };
            s.set(libc::SOL_SOCKET, libc::SO_ATTACH_FILTER, &program)?;
            let one: libc::c_int = 1;
            s.set(libc::SOL_PACKET, libc::PACKET_AUXDATA, &one)?;
        }
        let at = s.address([0; 6]);
        // SAFETY: an address of the size stated, on an open socket.
        let r = unsafe {
            libc::bind(
                s.fd.as_raw_fd(),
                (&raw const at).cast(),
                size_of_val(&at) as libc::socklen_t,
            )
        };
        if r != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(s)
    }

    fn set<T>(&self, level: libc::c_int, name: libc::c_int, value: &T) -> io::Result<()> {
        // SAFETY: the option's value is of the size stated; a filter's pointer is to a constant.
        let r = unsafe {
            libc::setsockopt(
                self.fd.as_raw_fd(),
                level,
                name,
                core::ptr::from_ref(value).cast(),
                size_of::<T>() as libc::socklen_t,
            )
        };
        if r != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    }

    fn address(&self, mac: [u8; 6]) -> libc::sockaddr_ll {
        // SAFETY: a struct of numbers, which all may be 0.
        let mut a: libc::sockaddr_ll = unsafe { core::mem::zeroed() };
        a.sll_family = libc::AF_PACKET as u16;
        a.sll_protocol = self.protocol.to_be();
        a.sll_ifindex = self.index;
        a.sll_halen = 6;
        for (place, byte) in a.sll_addr.iter_mut().zip(mac) {
            *place = byte;
        }
        a
    }

    pub(crate) fn fd(&self) -> libc::c_int {
        self.fd.as_raw_fd()
    }

    /// Sends one packet to the host with this hardware address.
    pub(crate) fn send(&self, to: [u8; 6], bytes: &[u8]) -> io::Result<()> {
        let at = self.address(to);
        // SAFETY: bytes and address are of the sizes stated.
        let n = unsafe {
            libc::sendto(
                self.fd.as_raw_fd(),
                bytes.as_ptr().cast(),
                bytes.len(),
                libc::MSG_NOSIGNAL,
                (&raw const at).cast(),
                size_of_val(&at) as libc::socklen_t,
            )
        };
        if n < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    }

    /// Receives one packet that another host sent; what this host sends is left out. What does not
    /// fit `buffer` is cut off.
    pub(crate) fn receive(&self, buffer: &mut [u8]) -> io::Result<Option<Received>> {
        // SAFETY: structs of numbers and pointers, which all may be 0.
        let (mut from, mut head): (libc::sockaddr_ll, libc::msghdr) =
            unsafe { (core::mem::zeroed(), core::mem::zeroed()) };
        let mut iov = libc::iovec {
            iov_base: buffer.as_mut_ptr().cast(),
            iov_len: buffer.len(),
        };
        // Room for one auxiliary record, aligned as its header needs.
        let mut control = [0u64; 8];
        head.msg_name = (&raw mut from).cast();
        head.msg_namelen = size_of_val(&from) as libc::socklen_t;
        head.msg_iov = &raw mut iov;
        head.msg_iovlen = 1;
        head.msg_control = control.as_mut_ptr().cast();
        head.msg_controllen = size_of_val(&control);
        // SAFETY: all that the head points to lives through the call, with the lengths it says.
        let n = unsafe { libc::recvmsg(self.fd.as_raw_fd(), &raw mut head, 0) };
        let Ok(len) = usize::try_from(n) else {
            return Err(io::Error::last_os_error());
        };
        if from.sll_pkttype == libc::PACKET_OUTGOING {
            return Ok(None);
        }
        let mut summed = true;
        // SAFETY: the kernel has written whole records, as long as msg_controllen says; the data of
        // one of this type is a tpacket_auxdata.
        unsafe {
            let mut c = libc::CMSG_FIRSTHDR(&raw const head);
            while !c.is_null() {
                if (*c).cmsg_level == libc::SOL_PACKET && (*c).cmsg_type == libc::PACKET_AUXDATA {
                    let aux: libc::tpacket_auxdata =
                        core::ptr::read_unaligned(libc::CMSG_DATA(c).cast());
                    summed = aux.tp_status & libc::TP_STATUS_CSUMNOTREADY == 0;
                }
                c = libc::CMSG_NXTHDR(&raw const head, c);
            }
        }
        Ok(Some(Received { len, summed }))
    }
}

/// What the kernel says of an interface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Interface {
    pub(crate) index: u32,
    /// None where it is not Ethernet.
    pub(crate) mac: Option<[u8; 6]>,
    pub(crate) up: bool,
    /// It has a carrier.
    pub(crate) running: bool,
    pub(crate) mtu: u32,
}

/// Looks up an interface by its name.
pub(crate) fn interface(name: &core::ffi::CStr) -> io::Result<Interface> {
    // SAFETY: a text that ends in a NUL.
    let index = unsafe { libc::if_nametoindex(name.as_ptr()) };
    if index == 0 {
        return Err(io::Error::last_os_error());
    }
    let socket = std::net::UdpSocket::bind((core::net::Ipv4Addr::LOCALHOST, 0))
        .or_else(|_| std::net::UdpSocket::bind((core::net::Ipv4Addr::UNSPECIFIED, 0)))?;
    // SAFETY: a struct of numbers, which all may be 0.
    let mut request: libc::ifreq = unsafe { core::mem::zeroed() };
    let bytes = name.to_bytes();
    if bytes.len() >= request.ifr_name.len() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    for (place, byte) in request.ifr_name.iter_mut().zip(bytes) {
        *place = *byte as libc::c_char;
    }
    let mut ask = |what| {
        // SAFETY: both requests read the name and write into the union, which has room.
        let r = unsafe { libc::ioctl(socket.as_raw_fd(), what, &raw mut request) };
        if r < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(request.ifr_ifru)
    };
    // SAFETY: each request filled in the member that is read.
    unsafe {
        let flags = libc::c_int::from(ask(libc::SIOCGIFFLAGS)?.ifru_flags);
        let hardware = ask(libc::SIOCGIFHWADDR)?.ifru_hwaddr;
        let mtu = ask(libc::SIOCGIFMTU)?.ifru_mtu;
        let [a, b, c, d, e, f, ..] = hardware.sa_data.map(|byte| byte as u8);
        Ok(Interface {
            index,
            mac: (hardware.sa_family == libc::ARPHRD_ETHER).then_some([a, b, c, d, e, f]),
            up: flags & libc::IFF_UP != 0,
            running: flags & libc::IFF_RUNNING != 0,
            mtu: u32::try_from(mtu).unwrap_or(0),
        })
    }
}
