//! The payload that `lws_smd_msg_alloc()` hands to a program, with what we
//! have to remember of it in front.

use crate::sys::alloc;
use core::ptr::NonNull;

/// Says that a header is one of ours and not yet sent or freed.
const OURS: u32 = 0x534d_4442;

#[repr(C, align(16))]
struct Header {
    magic: u32,
    class: u32,
    timestamp: i64,
    len: usize,
}

/// A message that is not sent yet, owned.
pub(crate) struct Block(NonNull<Header>);

impl Block {
    /// Memory for `len` bytes of payload, content undefined, or `None` when there is none.
    pub(crate) fn new(class: u32, timestamp: i64, len: usize) -> Option<Self> {
        let size = size_of::<Header>().checked_add(len)?.checked_add(1)?;
        let p = alloc::alloc(size, c"smd message")?.cast::<Header>();
        // SAFETY: the block is large enough, and aligned as by malloc.
        unsafe {
            p.as_ptr().write_unaligned(Header {
                magic: OURS,
                class,
                timestamp,
                len,
            });
            p.as_ptr().add(1).cast::<u8>().add(len).write(0);
        }
        Some(Self(p))
    }

    /// Gives the payload to the program.
    pub(crate) fn into_payload(self) -> NonNull<u8> {
        // SAFETY: the payload follows the header.
        let p = unsafe { NonNull::new_unchecked(self.0.as_ptr().add(1).cast()) };
        core::mem::forget(self);
        p
    }

    /// Takes a payload back, or `None` when it is not (any more) one of ours.
    ///
    /// # Safety
    ///
    /// `payload` came from [`Block::into_payload`].
    pub(crate) unsafe fn from_payload(payload: NonNull<u8>) -> Option<Self> {
        // SAFETY: the header lies in front of the payload.
        unsafe {
            let header = payload.as_ptr().cast::<Header>().sub(1);
            if header.read_unaligned().magic != OURS {
                return None;
            }
            Some(Self(NonNull::new_unchecked(header)))
        }
    }

    fn header(&self) -> Header {
        // SAFETY: initialised by `new`.
        unsafe { self.0.as_ptr().read_unaligned() }
    }

    pub(crate) fn class(&self) -> u32 {
        self.header().class
    }

    /// When it was allocated, microseconds.
    pub(crate) fn timestamp(&self) -> i64 {
        self.header().timestamp
    }

    pub(crate) fn payload(&self) -> &[u8] {
        // SAFETY: `len` bytes of payload follow the header. What the program did not write is
        // whatever malloc left there; it is only copied.
        unsafe { core::slice::from_raw_parts(self.0.as_ptr().add(1).cast(), self.header().len) }
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: the block came from `alloc` and nobody has it any more. The magic goes first, so
        // that a second free finds none, where it finds anything.
        unsafe {
            (&raw mut (*self.0.as_ptr()).magic).write_unaligned(0);
            alloc::free(self.0.cast());
        }
    }
}
