//! Callbacks of the program, as values the safe rooms can call.

#[cfg(feature = "LWS_WITH_NETLINK")]
use crate::abi::route::lws_route_entry;
#[cfg(feature = "LWS_WITH_NETLINK")]
use crate::abi::types::lws;
#[cfg(feature = "LWS_WITH_NETLINK")]
use crate::sys::opaque::Opaque;
#[cfg(any(
    feature = "LWS_WITH_NETLINK",
    feature = "LWS_WITH_SYS_SMD",
    feature = "LWS_WITH_TLS"
))]
use core::ffi::c_int;
#[cfg(feature = "LWS_WITH_NETLINK")]
use core::ffi::c_uint;
use core::ffi::c_void;

/// The C type of an SMD participant's callback.
#[cfg(feature = "LWS_WITH_SYS_SMD")]
pub(crate) type SmdFn = unsafe extern "C" fn(
    opaque: *mut c_void,
    class: u32,
    timestamp: i64,
    buf: *mut c_void,
    len: usize,
) -> c_int;

/// An SMD participant's callback and its opaque pointer.
#[cfg(feature = "LWS_WITH_SYS_SMD")]
pub(crate) struct SmdCallback {
    cb: SmdFn,
    opaque: *mut c_void,
}

// SAFETY: it is only called on the thread that services the context; the other threads just carry
// it there.
#[cfg(feature = "LWS_WITH_SYS_SMD")]
unsafe impl Send for SmdCallback {}
// SAFETY: as above.
#[cfg(feature = "LWS_WITH_SYS_SMD")]
unsafe impl Sync for SmdCallback {}

#[cfg(feature = "LWS_WITH_SYS_SMD")]
impl SmdCallback {
    /// # Safety
    ///
    /// `cb` may be called with `opaque` until it is unregistered.
    pub(crate) unsafe fn new(cb: SmdFn, opaque: *mut c_void) -> Self {
        Self { cb, opaque }
    }

    /// Calls it. What it returns means nothing.
    pub(crate) fn call(&self, class: u32, timestamp: i64, payload: *mut u8, len: usize) {
        // SAFETY: the promise of `new`; the payload comes from the batch being delivered.
        unsafe { (self.cb)(self.opaque, class, timestamp, payload.cast(), len) };
    }
}

/// What a walk through the routes calls.
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) struct RouteVisit {
    cb: unsafe extern "C" fn(*const lws_route_entry, *mut c_void) -> c_int,
    user: *mut c_void,
}

#[cfg(feature = "LWS_WITH_NETLINK")]
impl RouteVisit {
    /// # Safety
    ///
    /// `cb` may be called with `user` as long as this lives.
    pub(crate) unsafe fn new(
        cb: unsafe extern "C" fn(*const lws_route_entry, *mut c_void) -> c_int,
        user: *mut c_void,
    ) -> Self {
        Self { cb, user }
    }

    pub(crate) fn call(&self, route: &lws_route_entry) -> c_int {
        // SAFETY: the promise of `new`; the route is valid during the call.
        unsafe { (self.cb)(route, self.user) }
    }
}

/// The C type of what is told of connections that routing ended.
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) type RouteNotifyFn = unsafe extern "C" fn(*mut lws, c_uint, *mut c_void);

/// What is told of connections that routing ended.
#[cfg(feature = "LWS_WITH_NETLINK")]
#[derive(Clone, Copy)]
pub(crate) struct RouteNotify {
    cb: RouteNotifyFn,
    user: *mut c_void,
}

#[cfg(feature = "LWS_WITH_NETLINK")]
impl RouteNotify {
    /// # Safety
    ///
    /// `cb` may be called with `user` as long as the context lives.
    pub(crate) unsafe fn new(cb: RouteNotifyFn, user: *mut c_void) -> Self {
        Self { cb, user }
    }

    pub(crate) fn parts(self) -> (Option<RouteNotifyFn>, *mut c_void) {
        (Some(self.cb), self.user)
    }

    pub(crate) fn call(self, wsi: &impl Opaque<C = lws>, reason: u8) {
        // SAFETY: the promise of `new`; the connection lives during the call.
        unsafe { (self.cb)(wsi.raw(), c_uint::from(reason), self.user) }
    }
}

/// The C type of what is told that an interface has a lease.
#[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
pub(crate) type DhcpFn =
    unsafe extern "C" fn(*mut c_void, *mut crate::abi::system::lws_dhcpc_ifstate_t) -> c_int;

/// What is told that an interface has a lease.
#[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
pub(crate) struct DhcpCallback {
    cb: DhcpFn,
    opaque: *mut c_void,
}

#[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
impl DhcpCallback {
    /// # Safety
    ///
    /// `cb` may be called with `opaque` as long as the request lives.
    pub(crate) unsafe fn new(cb: DhcpFn, opaque: *mut c_void) -> Self {
        Self { cb, opaque }
    }

    /// Calls it. What it returns means nothing.
    pub(crate) fn call(&self, state: &mut crate::abi::system::lws_dhcpc_ifstate_t) {
        // SAFETY: the promise of `new`; the state is valid during the call.
        unsafe { (self.cb)(self.opaque, state) };
    }
}

/// What LWS_CALLBACK_SSL_INFO gets.
#[cfg(feature = "LWS_WITH_TLS")]
pub(crate) struct SslInfo(crate::abi::callbacks::lws_ssl_info);

#[cfg(feature = "LWS_WITH_TLS")]
impl SslInfo {
    pub(crate) fn new(stage: c_int, ret: c_int) -> Self {
        Self(crate::abi::callbacks::lws_ssl_info {
            r#where: stage,
            ret,
        })
    }

    pub(crate) fn as_ptr(&self) -> *const c_void {
        (&raw const self.0).cast()
    }
}

/// What is told of an item that has gone from a cache.
#[cfg(feature = "LWS_WITH_CACHE_NSCOOKIEJAR")]
pub(crate) struct ItemCallback(unsafe extern "C" fn(item: *mut c_void, size: usize));

#[cfg(feature = "LWS_WITH_CACHE_NSCOOKIEJAR")]
impl ItemCallback {
    /// # Safety
    ///
    /// `cb` may be called as long as this lives.
    pub(crate) unsafe fn new(cb: unsafe extern "C" fn(*mut c_void, usize)) -> Self {
        Self(cb)
    }

    pub(crate) fn call(&self, payload: *mut u8, len: usize) {
        // SAFETY: the promise of `new`; the payload lives during the call.
        unsafe { (self.0)(payload.cast(), len) };
    }
}
