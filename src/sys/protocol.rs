//! Protocols, and options for them, in the memory of the program.

use crate::abi::callbacks::{
    lws_callback_function_ptr, lws_callback_reasons, lws_filter_network_conn_args,
};
use crate::abi::context_vhost::lws_protocol_vhost_options;
#[cfg(feature = "LWS_ROLE_H1")]
use crate::abi::http::lws_process_html_args;
use crate::abi::protocols_plugins::lws_protocols;
use crate::abi::types::{lws, lws_pollargs, lws_vhost};
use crate::sys::opaque::Opaque;
use crate::sys::poll::Interest;
use core::ffi::{CStr, c_char, c_int, c_uint, c_void};
use core::ptr::{NonNull, null};

/// One protocol of a program.
#[derive(Clone, Copy)]
pub(crate) struct Protocol(NonNull<lws_protocols>);

impl Protocol {
    /// The protocols of a creation info: those of `array`, which ends with an entry without a
    /// callback, or else those that the NULL-terminated `pointers` point to.
    ///
    /// # Safety
    ///
    /// Each is NULL or such a list, and stays valid as long as the vhost that has it.
    ///
    /// What there is no memory for is missing, as the caller's [`Mark`] tells.
    ///
    /// [`Mark`]: crate::sys::memory::Mark
    pub(crate) unsafe fn list(
        array: *const lws_protocols,
        pointers: *mut *const lws_protocols,
    ) -> Vec<Self> {
        let mut list = Vec::new();
        // SAFETY: the caller's promise: both lists have their end.
        unsafe {
            let mut at = NonNull::new(array.cast_mut());
            while let Some(p) = at {
                if p.as_ref().callback.is_none() || list.try_reserve(1).is_err() {
                    break;
                }
                list.push(Self(p));
                at = Some(p.add(1));
            }
            let mut at = pointers;
            while array.is_null() && !at.is_null() {
                let Some(p) = NonNull::new((*at).cast_mut()) else {
                    break;
                };
                if list.try_reserve(1).is_err() {
                    break;
                }
                list.push(Self(p));
                at = at.add(1);
            }
        }
        list
    }

    /// Its name.
    pub(crate) fn name(self) -> Option<&'static CStr> {
        // SAFETY: the promise of `list`.
        unsafe {
            let name = self.0.as_ref().name;
            (!name.is_null()).then(|| CStr::from_ptr(name))
        }
    }

    /// One that the program names by a pointer.
    ///
    /// # Safety
    ///
    /// `p` is NULL or a protocol, valid as long as the result is used.
    pub(crate) unsafe fn named(p: *const lws_protocols) -> Option<Self> {
        NonNull::new(p.cast_mut()).map(Self)
    }

    /// Whether two are the same to lws: vhosts may have arrays of their own.
    pub(crate) fn is_same(self, other: Self) -> bool {
        // SAFETY: the promise of `list`.
        let (a, b) = unsafe { (self.0.as_ref().callback, other.0.as_ref().callback) };
        let equal = match (a, b) {
            (Some(a), Some(b)) => core::ptr::fn_addr_eq(a, b),
            _ => false,
        };
        self.raw() == other.raw() || (equal && self.name() == other.name())
    }

    /// As C knows it.
    pub(crate) fn raw(self) -> *const lws_protocols {
        self.0.as_ptr()
    }

    /// Bytes that each connection has for the program.
    pub(crate) fn session_size(self) -> usize {
        // SAFETY: the promise of `list`.
        unsafe { self.0.as_ref().per_session_data_size }
    }

    /// Bytes that may be received in one piece; 0 for as many as the context's buffer holds.
    pub(crate) fn rx_buffer_size(self) -> usize {
        // SAFETY: the promise of `list`.
        unsafe { self.0.as_ref().rx_buffer_size }
    }

    /// Calls its callback.
    pub(crate) fn call(
        self,
        wsi: &impl Opaque<C = lws>,
        reason: c_uint,
        user: *mut c_void,
        input: *const c_void,
        len: usize,
    ) -> c_int {
        // SAFETY: the promise of `list`. `wsi` is opaque to the program and lives during the call;
        // `input` is what the reason says.
        unsafe {
            let cb: lws_callback_function_ptr = self.0.as_ref().callback;
            cb.map_or(0, |cb| cb(wsi.raw(), reason, user, input.cast_mut(), len))
        }
    }
}

impl Protocol {
    /// Asks for headers to be added to a request, as [`Protocol::add_headers`].
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(crate) fn append_headers(
        self,
        wsi: &impl Opaque<C = lws>,
        user: *mut c_void,
        room: &mut [u8],
    ) -> Option<usize> {
        let begin = room.as_mut_ptr();
        let mut p = begin;
        let why = lws_callback_reasons::LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER as c_uint;
        if self.call(wsi, why, user, (&raw mut p).cast(), room.len()) != 0 {
            return None;
        }
        let used = p.addr().checked_sub(begin.addr())?;
        (used <= room.len()).then_some(used)
    }

    /// Asks for headers to be added to an answer, into `room`. Returns how many bytes there are now;
    /// `None`: refused. `len` is what the callback is told beside the room.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(crate) fn add_headers(
        self,
        wsi: &impl Opaque<C = lws>,
        user: *mut c_void,
        room: &mut [u8],
        len: usize,
    ) -> Option<usize> {
        let begin = room.as_mut_ptr();
        let mut args = lws_process_html_args {
            p: begin.cast(),
            len: 0,
            max_len: c_int::try_from(room.len()).ok()?,
            r#final: 0,
            chunked: 0,
        };
        let why = lws_callback_reasons::LWS_CALLBACK_ADD_HEADERS as c_uint;
        if self.call(wsi, why, user, (&raw mut args).cast(), len) != 0 {
            return None;
        }
        // Where the program has got to: not beyond what it was told.
        let used = args.p.addr().checked_sub(begin.addr())?;
        (used <= room.len()).then_some(used)
    }

    /// Lets it process a piece of a page: `len` bytes at `from` in `room`. Returns where in `room` that
    /// is afterwards; `None`: refused, or the program has written beyond its room.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(crate) fn process_html(
        self,
        wsi: &impl Opaque<C = lws>,
        user: *mut c_void,
        room: &mut [u8],
        (from, len): (usize, usize),
        (last, chunked): (bool, bool),
    ) -> Option<core::ops::Range<usize>> {
        let (size, begin) = (room.len(), room.as_mut_ptr());
        let mut args = lws_process_html_args {
            p: begin.wrapping_add(from).cast(),
            len: c_int::try_from(len).ok()?,
            max_len: c_int::try_from(size.checked_sub(from)?).ok()?,
            r#final: c_int::from(last),
            chunked: c_int::from(chunked),
        };
        let why = lws_callback_reasons::LWS_CALLBACK_PROCESS_HTML as c_uint;
        if self.call(wsi, why, user, (&raw mut args).cast(), 0) != 0 {
            return None;
        }
        let start = args.p.addr().checked_sub(begin.addr())?;
        let end = start.checked_add(usize::try_from(args.len).ok()?)?;
        (end <= size).then_some(start..end)
    }

    /// Asks whether a connection may be accepted; nonzero refuses.
    pub(crate) fn filter(
        self,
        wsi: &impl Opaque<C = lws>,
        peer: &socket2::SockAddr,
        fd: c_int,
    ) -> c_int {
        // SAFETY: all zeroes are an address of no family; an address is no longer than its storage.
        let mut args = unsafe {
            let mut cli_addr: libc::sockaddr_storage = core::mem::zeroed();
            let len = (peer.len() as usize).min(size_of_val(&cli_addr));
            core::ptr::copy_nonoverlapping(
                peer.as_ptr().cast::<u8>(),
                (&raw mut cli_addr).cast::<u8>(),
                len,
            );
            lws_filter_network_conn_args {
                cli_addr,
                clilen: peer.len(),
                accept_fd: fd,
            }
        };
        let fd = core::ptr::without_provenance(usize::try_from(fd).unwrap_or(0));
        let why = lws_callback_reasons::LWS_CALLBACK_FILTER_NETWORK_CONNECTION as c_uint;
        self.call(wsi, why, (&raw mut args).cast(), fd, 0)
    }
}

/// Options of a vhost for its protocols, by protocol name.
#[derive(Clone, Copy)]
pub(crate) struct Options(*const lws_protocol_vhost_options);

impl Options {
    /// # Safety
    ///
    /// `p` is NULL or a list that stays valid as long as the vhost that has it.
    pub(crate) unsafe fn new(p: *const lws_protocol_vhost_options) -> Self {
        Self(p)
    }

    /// Whether the options of the protocol `name` include one called `option`.
    pub(crate) fn has(self, name: &CStr, option: &CStr) -> bool {
        let list = self.of(name).unwrap_or(null());
        Self(list.cast()).of(option).is_some()
    }

    /// Whether there is any list: without one, every protocol is used.
    pub(crate) fn given(self) -> bool {
        !self.0.is_null()
    }

    /// Names and values of the first level; where one is missing it is empty.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(crate) fn each(self) -> impl Iterator<Item = (&'static CStr, &'static CStr)> {
        let mut at = self.0;
        core::iter::from_fn(move || {
            let text = |p: *const c_char| {
                // SAFETY: the promise of `new`.
                (!p.is_null()).then(|| unsafe { CStr::from_ptr(p) })
            };
            // SAFETY: the promise of `new`.
            let option = unsafe { at.as_ref() }?;
            at = option.next;
            let (name, value) = (text(option.name), text(option.value));
            Some((name.unwrap_or_default(), value.unwrap_or_default()))
        })
    }

    /// The options for the protocol `name`; `None` when it is not named.
    pub(crate) fn of(self, name: &CStr) -> Option<*const c_void> {
        let mut at = self.0;
        // SAFETY: the promise of `new`.
        unsafe {
            while let Some(option) = at.as_ref() {
                let this: *const c_char = option.name;
                if !this.is_null() && CStr::from_ptr(this) == name {
                    return Some(option.options.cast());
                }
                at = option.next;
            }
        }
        None
    }
}

impl Default for Options {
    fn default() -> Self {
        Self(null())
    }
}

/// What a vhost calls when it is gone.
#[derive(Clone, Copy)]
pub(crate) struct Finalize {
    cb: unsafe extern "C" fn(*mut lws_vhost, *mut c_void),
    arg: *mut c_void,
}

impl Finalize {
    /// # Safety
    ///
    /// `cb` may be called with `arg` once the vhost goes.
    pub(crate) unsafe fn new(
        cb: unsafe extern "C" fn(*mut lws_vhost, *mut c_void),
        arg: *mut c_void,
    ) -> Self {
        Self { cb, arg }
    }

    pub(crate) fn call(self, vhost: &impl Opaque<C = lws_vhost>) {
        // SAFETY: the promise of `new`; the vhost is opaque to the program.
        unsafe { (self.cb)(vhost.raw(), self.arg) }
    }
}

/// What changes about a descriptor for a poll loop of the program's.
#[derive(Clone, Copy)]
pub(crate) struct PollChange {
    pub(crate) fd: c_int,
    pub(crate) before: Interest,
    pub(crate) after: Interest,
}

impl PollChange {
    /// Tells `protocol`, between a LOCK_POLL and an UNLOCK_POLL, for the reason `why`.
    pub(crate) fn tell(
        self,
        protocol: Protocol,
        wsi: &impl Opaque<C = lws>,
        user: *mut c_void,
        why: c_uint,
    ) {
        let bits = |i: Interest| {
            let read = if i.read { libc::POLLIN } else { 0 };
            let write = if i.write { libc::POLLOUT } else { 0 };
            c_int::from(read | write)
        };
        let args = lws_pollargs {
            fd: self.fd,
            events: bits(self.after),
            prev_events: bits(self.before),
        };
        let lock = lws_callback_reasons::LWS_CALLBACK_LOCK_POLL as c_uint;
        let unlock = lws_callback_reasons::LWS_CALLBACK_UNLOCK_POLL as c_uint;
        for why in [lock, why, unlock] {
            protocol.call(wsi, why, user, core::ptr::from_ref(&args).cast(), 0);
        }
    }
}
