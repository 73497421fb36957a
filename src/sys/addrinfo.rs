//! Addresses as `struct addrinfo` of `<netdb.h>`, for C. All of one result are in one piece of
//! memory, which lives as long as somebody holds a reference to it.

#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
use crate::abi::types::lws;
use core::ffi::c_char;
#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
use core::ffi::{CStr, c_int, c_void};
use core::ptr::{NonNull, null_mut};
use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::net::IpAddr;

#[repr(C)]
struct Head {
    references: core::cell::Cell<usize>,
    layout: Layout,
}

#[repr(C)]
struct Item {
    info: libc::addrinfo,
    address: Address,
}

#[repr(C)]
union Address {
    v4: libc::sockaddr_in,
    v6: libc::sockaddr_in6,
}

/// One reference to a result.
pub(crate) struct Chain(NonNull<Head>);

/// Where the items are behind the head.
const FIRST: usize = size_of::<Head>().next_multiple_of(align_of::<Item>());

impl Chain {
    /// A result with these addresses, of which there is one at least, for a name. `None` without
    /// memory.
    pub(crate) fn new(name: &[u8], all: &[IpAddr]) -> Option<Self> {
        let items = size_of::<Item>().checked_mul(all.len())?;
        let text = FIRST.checked_add(items)?;
        let size = text.checked_add(name.len())?.checked_add(1)?;
        let layout =
            Layout::from_size_align(size, align_of::<Head>().max(align_of::<Item>())).ok()?;
        if all.is_empty() {
            return None;
        }
        // SAFETY: the size is not 0.
        let head = NonNull::new(unsafe { alloc_zeroed(layout) })?.cast::<Head>();
        let base = head.cast::<u8>().as_ptr();
        // SAFETY: all places are within the allocation, which is aligned for both structs; zeroes
        // are valid for each of them.
        unsafe {
            head.as_ptr().write(Head {
                references: core::cell::Cell::new(1),
                layout,
            });
            let text = base.add(text);
            core::ptr::copy_nonoverlapping(name.as_ptr(), text, name.len());
            let first = base.add(FIRST).cast::<Item>();
            for (n, ip) in all.iter().enumerate() {
                let item = first.add(n);
                let next = if n.saturating_add(1) < all.len() {
                    &raw mut (*item.add(1)).info
                } else {
                    null_mut()
                };
                fill(&mut *item, *ip, text.cast(), next);
            }
        }
        Some(Self(head))
    }

    /// The name it was made for.
    #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
    pub(crate) fn name(&self) -> &CStr {
        let first = self.0.cast::<u8>().as_ptr();
        // SAFETY: there is one item at least, whose name is in the same piece of memory and ends
        // with a NUL.
        unsafe { CStr::from_ptr((*first.add(FIRST).cast::<Item>()).info.ai_canonname) }
    }

    /// How much memory it takes.
    #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
    pub(crate) fn bytes(&self) -> usize {
        // SAFETY: the reference keeps it alive.
        unsafe { self.0.as_ref() }.layout.size()
    }

    /// The first of them; valid as long as a reference is held.
    pub(crate) fn first(&self) -> *const libc::addrinfo {
        // SAFETY: the items are behind the head.
        unsafe { self.0.cast::<u8>().as_ptr().add(FIRST).cast() }
    }

    /// Another reference, for a program that gives it back by [`Chain::release`].
    pub(crate) fn give(&self) -> *const libc::addrinfo {
        core::mem::ManuallyDrop::new(self.clone()).first()
    }

    /// Takes a reference back that [`Chain::give`] gave.
    ///
    /// # Safety
    ///
    /// `first` came from `give`, and is given back once.
    pub(crate) unsafe fn release(first: *const libc::addrinfo) {
        // SAFETY: the head is in front of what `give` returned.
        let head = unsafe { first.cast::<u8>().cast_mut().sub(FIRST).cast::<Head>() };
        if let Some(head) = NonNull::new(head) {
            drop(Self(head));
        }
    }
}

/// What hears of a name, and the pointers that it is called with.
#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
#[derive(Clone, Copy)]
pub(crate) struct Callback {
    cb: CallbackFn,
    wsi: *mut lws,
    opaque: *mut c_void,
}

/// Its C type.
#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
pub(crate) type CallbackFn = unsafe extern "C" fn(
    wsi: *mut lws,
    ads: *const c_char,
    result: *const libc::addrinfo,
    n: c_int,
    opaque: *mut c_void,
) -> *mut lws;

#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
impl Callback {
    /// # Safety
    ///
    /// `cb` may be called with these pointers until the connection `wsi` closes, if it is not NULL.
    pub(crate) unsafe fn new(cb: CallbackFn, wsi: *mut lws, opaque: *mut c_void) -> Self {
        Self { cb, wsi, opaque }
    }

    /// Calls it, with a result of its own if there is one. Returns whether it has closed its
    /// connection.
    pub(crate) fn call(&self, name: Option<&CStr>, result: Option<&Chain>, n: c_int) -> bool {
        let name = name.map_or(core::ptr::null(), CStr::as_ptr);
        let result = result.map_or(core::ptr::null(), Chain::give);
        // SAFETY: the promise of `new`; the name is valid during the call.
        let wsi = unsafe { (self.cb)(self.wsi, name, result, n, self.opaque) };
        wsi.is_null() && !self.wsi.is_null()
    }
}

impl Clone for Chain {
    fn clone(&self) -> Self {
        // SAFETY: the reference keeps it alive.
        let references = &unsafe { self.0.as_ref() }.references;
        references.set(references.get().saturating_add(1));
        Self(self.0)
    }
}

impl Drop for Chain {
    fn drop(&mut self) {
        // SAFETY: the reference keeps it alive until here.
        let head = unsafe { self.0.as_ref() };
        head.references.set(head.references.get().saturating_sub(1));
        if head.references.get() == 0 {
            let layout = head.layout;
            // SAFETY: it was allocated so, and this was the last reference.
            unsafe { dealloc(self.0.cast().as_ptr(), layout) };
        }
    }
}

/// lws's results are for stream sockets, and say UDP beside that, which nobody looks at.
fn fill(item: &mut Item, ip: IpAddr, name: *mut c_char, next: *mut libc::addrinfo) {
    let (family, len) = match ip {
        IpAddr::V4(v4) => {
            item.address.v4 = libc::sockaddr_in {
                sin_family: libc::AF_INET as libc::sa_family_t,
                sin_port: 0,
                sin_addr: libc::in_addr {
                    s_addr: u32::from_ne_bytes(v4.octets()),
                },
                sin_zero: [0; 8],
            };
            (libc::AF_INET, size_of::<libc::sockaddr_in>())
        }
        IpAddr::V6(v6) => {
            item.address.v6 = libc::sockaddr_in6 {
                sin6_family: libc::AF_INET6 as libc::sa_family_t,
                sin6_port: 0,
                sin6_flowinfo: 0,
                sin6_addr: libc::in6_addr {
                    s6_addr: v6.octets(),
                },
                sin6_scope_id: 0,
            };
            (libc::AF_INET6, size_of::<libc::sockaddr_in6>())
        }
    };
    item.info.ai_family = family;
    item.info.ai_socktype = libc::SOCK_STREAM;
    item.info.ai_protocol = libc::IPPROTO_UDP;
    item.info.ai_addrlen = len as libc::socklen_t;
    item.info.ai_addr = (&raw mut item.address).cast();
    item.info.ai_canonname = name;
    item.info.ai_next = next;
}

#[cfg(all(test, feature = "LWS_WITH_SYS_ASYNC_DNS"))]
mod tests {
    use super::*;
    use core::ffi::CStr;

    #[test]
    fn a_result_lives_as_long_as_a_reference() {
        let all: [IpAddr; 2] = ["1.2.3.4".parse().unwrap(), "fe80::1".parse().unwrap()];
        let chain = Chain::new(b"a.b", &all).unwrap();
        assert_eq!(chain.name(), c"a.b");
        assert!(chain.bytes() > 2 * size_of::<libc::addrinfo>());
        let (one, two) = (chain.give(), chain.give());
        drop(chain);
        // SAFETY: two references are left; each is given back once.
        unsafe {
            Chain::release(two);
            let first = &*one;
            let second = &*first.ai_next;
            assert!(second.ai_next.is_null());
            assert_eq!(CStr::from_ptr(second.ai_canonname), c"a.b");
            let v4 = &*first.ai_addr.cast::<libc::sockaddr_in>();
            let v6 = &*second.ai_addr.cast::<libc::sockaddr_in6>();
            assert_eq!(v4.sin_addr.s_addr.to_ne_bytes(), [1, 2, 3, 4]);
            assert_eq!(v6.sin6_addr.s6_addr[..2], [0xfe, 0x80]);
            assert_eq!((first.ai_addrlen, second.ai_addrlen), (16, 28));
            Chain::release(one);
        }
        assert!(Chain::new(b"x", &[]).is_none());
    }
}
