//! Lines of GPIO chips (`linux/gpio.h`, version 2) and keys of input devices (`linux/input.h`).

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// `struct gpio_v2_line_config`, without the attributes, which stay 0.
#[repr(C)]
#[derive(Clone, Copy)]
struct Config {
    flags: u64,
    attributes: u32,
    padding: [u32; 5],
    attribute: [[u64; 3]; 10],
}

/// `struct gpio_v2_line_request`.
#[repr(C)]
struct Request {
    offsets: [u32; 64],
    consumer: [u8; 32],
    config: Config,
    lines: u32,
    event_buffer_size: u32,
    padding: [u32; 5],
    fd: i32,
}

/// `struct gpio_v2_line_values`.
#[repr(C)]
struct Values {
    bits: u64,
    mask: u64,
}

const _: () = assert!(size_of::<Config>() == 272 && size_of::<Request>() == 592);

/// `_IOWR(0xB4, number, size)`.
const fn both_ways(number: u32, size: usize) -> libc::Ioctl {
    (3 << 30 | (size as u32) << 16 | 0xb4 << 8 | number) as libc::Ioctl
}

const GET_LINE: libc::Ioctl = both_ways(7, size_of::<Request>());
const SET_CONFIG: libc::Ioctl = both_ways(13, size_of::<Config>());
const GET_VALUES: libc::Ioctl = both_ways(14, size_of::<Values>());
const SET_VALUES: libc::Ioctl = both_ways(15, size_of::<Values>());

/// `GPIO_V2_LINE_FLAG_*`.
pub(crate) mod flag {
    pub(crate) const INPUT: u64 = 1 << 2;
    pub(crate) const OUTPUT: u64 = 1 << 3;
    pub(crate) const EDGE_RISING: u64 = 1 << 4;
    pub(crate) const EDGE_FALLING: u64 = 1 << 5;
    pub(crate) const PULL_UP: u64 = 1 << 8;
    pub(crate) const PULL_DOWN: u64 = 1 << 9;
}

/// `EVIOCGKEY` for so many bytes of bits: `_IOC(_IOC_READ, 'E', 0x18, size)`.
const KEY_BYTES: usize = 96;
const GET_KEYS: libc::Ioctl =
    (2 << 30 | (KEY_BYTES as u32) << 16 | 0x45 << 8 | 0x18) as libc::Ioctl;

/// A descriptor of one of both.
pub(crate) struct Line(OwnedFd);

impl Line {
    /// One line of a GPIO chip, as input.
    pub(crate) fn of_chip(path: &core::ffi::CStr, offset: u32) -> io::Result<Self> {
        let chip = open(path)?;
        // SAFETY: a struct of numbers, which all may be 0.
        let mut r: Request = unsafe { core::mem::zeroed() };
        if let Some(first) = r.offsets.first_mut() {
            *first = offset;
        }
        for (place, byte) in r.consumer.iter_mut().zip(b"relws") {
            *place = *byte;
        }
        r.config.flags = flag::INPUT;
        r.lines = 1;
        // SAFETY: the request is of the size that the number says.
        if unsafe { libc::ioctl(chip.as_raw_fd(), GET_LINE, &raw mut r) } < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the kernel has made it for us.
        let line = Self(unsafe { OwnedFd::from_raw_fd(r.fd) });
        line.does_not_block()?;
        Ok(line)
    }

    /// An input device.
    pub(crate) fn of_device(path: &core::ffi::CStr) -> io::Result<Self> {
        Ok(Self(open(path)?))
    }

    /// A descriptor that the program has opened, which is the library's now.
    ///
    /// # Safety
    ///
    /// `fd` is an open descriptor that nobody else closes.
    pub(crate) unsafe fn given(fd: libc::c_int) -> io::Result<Self> {
        // SAFETY: the caller's promise.
        let line = Self(unsafe { OwnedFd::from_raw_fd(fd) });
        line.does_not_block()?;
        Ok(line)
    }

    fn does_not_block(&self) -> io::Result<()> {
        // SAFETY: an open descriptor, no pointers.
        unsafe {
            let flags = libc::fcntl(self.fd(), libc::F_GETFL);
            if flags < 0 || libc::fcntl(self.fd(), libc::F_SETFL, flags | libc::O_NONBLOCK) < 0 {
                return Err(io::Error::last_os_error());
            }
        }
        Ok(())
    }

    pub(crate) fn fd(&self) -> libc::c_int {
        self.0.as_raw_fd()
    }

    /// Makes a line of a chip what `flags` say.
    pub(crate) fn configure(&self, flags: u64) -> io::Result<()> {
        // SAFETY: a struct of numbers, which all may be 0.
        let mut c: Config = unsafe { core::mem::zeroed() };
        c.flags = flags;
        // SAFETY: the struct is of the size that the number says.
        match unsafe { libc::ioctl(self.fd(), SET_CONFIG, &raw mut c) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// Whether a line of a chip is high.
    pub(crate) fn level(&self) -> io::Result<bool> {
        let mut v = Values { bits: 0, mask: 1 };
        // SAFETY: the struct is of the size that the number says.
        match unsafe { libc::ioctl(self.fd(), GET_VALUES, &raw mut v) } {
            0 => Ok(v.bits & 1 != 0),
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// Drives a line of a chip.
    pub(crate) fn drive(&self, high: bool) -> io::Result<()> {
        let mut v = Values {
            bits: u64::from(high),
            mask: 1,
        };
        // SAFETY: the struct is of the size that the number says.
        match unsafe { libc::ioctl(self.fd(), SET_VALUES, &raw mut v) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// Whether a key of an input device is down.
    pub(crate) fn key(&self, code: u16) -> io::Result<bool> {
        let mut bits = [0u8; KEY_BYTES];
        // SAFETY: room for as many bytes as the number says.
        if unsafe { libc::ioctl(self.fd(), GET_KEYS, bits.as_mut_ptr()) } < 0 {
            return Err(io::Error::last_os_error());
        }
        let byte = bits.get(usize::from(code / 8)).copied().unwrap_or(0);
        Ok(byte & 1 << (code % 8) != 0)
    }

    /// Reads what there is, as whole events.
    pub(crate) fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        // SAFETY: the buffer is as long as stated.
        let n = unsafe { libc::read(self.fd(), buffer.as_mut_ptr().cast(), buffer.len()) };
        usize::try_from(n).map_err(|_| io::Error::last_os_error())
    }
}

fn open(path: &core::ffi::CStr) -> io::Result<OwnedFd> {
    let flags = libc::O_RDWR | libc::O_CLOEXEC | libc::O_NONBLOCK;
    // SAFETY: a text that ends in a NUL.
    let mut fd = unsafe { libc::open(path.as_ptr(), flags) };
    if fd < 0 {
        // A device that may only be read is enough.
        let flags = libc::O_RDONLY | libc::O_CLOEXEC | libc::O_NONBLOCK;
        // SAFETY: as above.
        fd = unsafe { libc::open(path.as_ptr(), flags) };
    }
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: just opened, nobody else's.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}
