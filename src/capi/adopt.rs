//! Descriptors that come from outside the library: `lws-adopt.h`.

pub use crate::abi::adopt::*;

use super::convert::{bytes, cstr};
use super::members::NO_HTTP;
use super::retry::lws_retry_bo_t;
use super::types::{lws, lws_context, lws_sockfd_type, lws_vhost};
use super::{arg, enter, vhost_of, wsi_ref};
use crate::capi::convert::need;
use crate::conn::driver::Driver;
use crate::conn::raw::Raw;
use crate::conn::wsi::Role;
use crate::conn::{adopt, udp};
use crate::log::{Log, log_err};
use crate::sys::memory::{self, Mark};
use crate::sys::net::Io;
use crate::sys::policy::Policy;
use core::ffi::{c_char, c_int, c_uint, c_void};
use core::ptr::{null, null_mut};
use std::rc::Rc;

/// Makes a connection of a descriptor that the program has opened or accepted; `info` says of
/// which vhost, protocol and kind. A socket becomes a raw connection, a file one whose protocol
/// reads and writes it itself. The descriptor is the library's from then on, also when this fails.
/// Only for the thread that services the context.
///
/// # Returns
///
/// The connection; NULL when it could not be made, or its protocol refused.
///
/// # Safety
///
/// `info` is NULL or valid; its descriptor is open and nobody else closes it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_adopt_descriptor_vhost_via_info(
    info: *const lws_adopt_desc_t,
) -> *mut lws {
    const NAME: &str = "lws_adopt_descriptor_vhost_via_info";
    // SAFETY: the caller's promise.
    unsafe {
        let info = need!("info", info.as_ref(), null_mut());
        take(NAME, info, &[])
    }
}

/// As lws_adopt_descriptor_vhost_via_info(), with the members of its argument one by one.
///
/// # Returns
///
/// As lws_adopt_descriptor_vhost_via_info().
///
/// # Safety
///
/// As lws_adopt_descriptor_vhost_via_info().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_adopt_descriptor_vhost(
    vh: *mut lws_vhost,
    r#type: lws_adoption_type_int,
    fd: lws_sock_file_fd_type,
    vh_prot_name: *const c_char,
    parent: *mut lws,
) -> *mut lws {
    const NAME: &str = "lws_adopt_descriptor_vhost";
    let opaque = null_mut();
    let fi_wsi_name = null();
    let info = lws_adopt_desc {
        vh,
        r#type,
        fd,
        vh_prot_name,
        parent,
        opaque,
        fi_wsi_name,
    };
    // SAFETY: the caller's promise.
    unsafe { take(NAME, &info, &[]) }
}

/// Makes a connection of an accepted socket, on the context's first vhost, with the role and
/// protocol that the vhost's LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG gives; without that
/// it serves HTTP/1.1, where that is built.
///
/// # Returns
///
/// As lws_adopt_descriptor_vhost_via_info().
///
/// # Safety
///
/// `context` is NULL or a live context; the socket is open and nobody else closes it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_adopt_socket(
    context: *mut lws_context,
    accept_fd: lws_sockfd_type,
) -> *mut lws {
    const NAME: &str = "lws_adopt_socket";
    // SAFETY: the caller's promise.
    unsafe { first(NAME, context, accept_fd, &[]) }
}

/// As lws_adopt_socket(), on a vhost of the program's choice.
///
/// # Returns
///
/// As lws_adopt_descriptor_vhost_via_info().
///
/// # Safety
///
/// `vh` is NULL or a live vhost; the socket is open and nobody else closes it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_adopt_socket_vhost(
    vh: *mut lws_vhost,
    accept_fd: lws_sockfd_type,
) -> *mut lws {
    const NAME: &str = "lws_adopt_socket_vhost";
    // SAFETY: the caller's promise.
    unsafe { accepted(NAME, vh, accept_fd, &[]) }
}

/// As lws_adopt_socket(), for a socket from which the program has already received `len` bytes: its
/// protocol gets them first.
///
/// # Returns
///
/// As lws_adopt_descriptor_vhost_via_info().
///
/// # Safety
///
/// As lws_adopt_socket(); `readbuf` points to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_adopt_socket_readbuf(
    context: *mut lws_context,
    accept_fd: lws_sockfd_type,
    readbuf: *const c_char,
    len: usize,
) -> *mut lws {
    const NAME: &str = "lws_adopt_socket_readbuf";
    // SAFETY: the caller's promise.
    unsafe {
        let early = need!("readbuf", bytes(readbuf.cast(), len), null_mut());
        first(NAME, context, accept_fd, early)
    }
}

/// As lws_adopt_socket_readbuf(), on a vhost of the program's choice.
///
/// # Returns
///
/// As lws_adopt_descriptor_vhost_via_info().
///
/// # Safety
///
/// As lws_adopt_socket_vhost(); `readbuf` points to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_adopt_socket_vhost_readbuf(
    vhost: *mut lws_vhost,
    accept_fd: lws_sockfd_type,
    readbuf: *const c_char,
    len: usize,
) -> *mut lws {
    const NAME: &str = "lws_adopt_socket_vhost_readbuf";
    // SAFETY: the caller's promise.
    unsafe {
        let early = need!("readbuf", bytes(readbuf.cast(), len), null_mut());
        accepted(NAME, vhost, accept_fd, early)
    }
}

/// Opens a UDP socket. With LWS_CAUDP_BIND in `flags` it is bound to address `ads` (NULL: any) and
/// `port`, hears everybody, and what is written goes to whom the last datagram was from; without, it
/// is connected to them. LWS_CAUDP_BROADCAST lets it broadcast; `ifname` binds it to an interface.
/// With LWS_CAUDP_PF_PACKET it receives whole IPv4 packets of the interface `ifname` instead, headers
/// and all, for which the process needs CAP_NET_RAW. A name in `ads` is looked up without blocking. Only for the thread that services the context.
///
/// The protocol gets LWS_CALLBACK_RAW_ADOPT, a LWS_CALLBACK_RAW_RX for each datagram, and
/// LWS_CALLBACK_RAW_WRITEABLE when it asks.
///
/// # Returns
///
/// The connection; NULL when it could not be made, which a log line explains.
///
/// # Safety
///
/// `vhost` is NULL or a live vhost; the texts are NULL or NUL-terminated; `parent_wsi` is NULL or a
/// live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_create_adopt_udp(
    vhost: *mut lws_vhost,
    ads: *const c_char,
    port: c_int,
    flags: c_int,
    protocol_name: *const c_char,
    ifname: *const c_char,
    parent_wsi: *mut lws,
    opaque: *mut c_void,
    retry_policy: *const lws_retry_bo_t,
    _fi_wsi_name: *const c_char,
) -> *mut lws {
    const NAME: &str = "lws_create_adopt_udp";
    // SAFETY: the caller's promise.
    unsafe {
        let Some((cx, v)) = vhost_of(NAME, vhost) else {
            return null_mut();
        };
        let Ok(port) = u16::try_from(port) else {
            arg::bad(NAME, "port");
            return null_mut();
        };
        let protocol = match cstr(protocol_name) {
            Some(name) => v.protocol(name),
            None => v.default_protocol(),
        };
        let protocol = need!("protocol_name", protocol, null_mut());
        let mark = Mark::now();
        // A text that could not be copied is missing.
        let owned = |p: *const c_char| cstr(p).and_then(|text| memory::copy(text).ok());
        let wanted = udp::Wanted {
            vhost: v,
            protocol,
            address: owned(ads),
            port,
            bind: flags & LWS_CAUDP_BIND != 0,
            broadcast: flags & LWS_CAUDP_BROADCAST != 0,
            packet: flags & LWS_CAUDP_PF_PACKET != 0,
            interface: owned(ifname),
            parent: wsi_ref(parent_wsi).map_or(0, |w| w.token.get()),
            opaque,
            policy: Policy::new(retry_policy),
        };
        if mark.failed() {
            mark.forgive();
            log_err!(cx.log, "{NAME}: no memory");
            return null_mut();
        }
        udp::open(&cx.conns, wanted).map_or(null_mut(), |w| Rc::as_ptr(&w).cast_mut().cast())
    }
}

/// # Safety
///
/// As lws_adopt_socket().
unsafe fn first(
    name: &str,
    context: *mut lws_context,
    fd: lws_sockfd_type,
    early: &[u8],
) -> *mut lws {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = enter(name, context) else {
            return null_mut();
        };
        let vhost = cx.conns.first_vhost();
        let vhost = vhost
            .as_ref()
            .map_or(null_mut(), |v| Rc::as_ptr(v).cast_mut());
        accepted(name, vhost.cast(), fd, early)
    }
}

/// # Safety
///
/// As lws_adopt_socket_vhost().
unsafe fn accepted(name: &str, vh: *mut lws_vhost, fd: lws_sockfd_type, early: &[u8]) -> *mut lws {
    let info = lws_adopt_desc {
        vh,
        r#type: lws_adoption_type::LWS_ADOPT_HTTP as c_uint
            | lws_adoption_type::LWS_ADOPT_ALLOW_SSL as c_uint
            | lws_adoption_type::LWS_ADOPT_SOCKET as c_uint,
        fd: lws_sock_file_fd_type { sockfd: fd },
        vh_prot_name: null(),
        parent: null_mut(),
        opaque: null_mut(),
        fi_wsi_name: null(),
    };
    // SAFETY: the caller's promise.
    unsafe { take(name, &info, early) }
}

/// # Safety
///
/// As lws_adopt_descriptor_vhost_via_info().
unsafe fn take(name: &str, info: &lws_adopt_desc_t, early: &[u8]) -> *mut lws {
    // SAFETY: the caller's promise; both members of the union are the descriptor.
    unsafe {
        let fd = info.fd.sockfd;
        let socket = info.r#type & lws_adoption_type::LWS_ADOPT_SOCKET as c_uint != 0;
        let io = if fd < 0 {
            arg::bad(name, "fd");
            return null_mut();
        } else if socket {
            Io::adopt_socket(fd)
        } else {
            Io::adopt_file(fd)
        };
        // From here on the descriptor closes by itself.
        let io = match io {
            Ok(io) => io,
            Err(e) => {
                log_err!(Log::GLOBAL, "{name}: fd: {e}");
                return null_mut();
            }
        };
        let Some((cx, vhost)) = vhost_of(name, info.vh) else {
            return null_mut();
        };
        let http = info.r#type & lws_adoption_type::LWS_ADOPT_HTTP as c_uint != 0;
        let speaks: &'static dyn Driver = if http { vhost.set.speaks } else { &Raw };
        if http && !vhost.set.adopts_raw && cfg!(not(feature = "LWS_ROLE_H1")) {
            log_err!(vhost.log, "{name}: type: {NO_HTTP}");
            return null_mut();
        }
        let named = cstr(info.vh_prot_name).or(vhost.set.adopt_protocol.as_deref());
        let protocol = match named {
            Some(n) => vhost.protocol(n),
            None => vhost.default_protocol(),
        };
        let Some(protocol) = protocol else {
            arg::bad(name, "vh_prot_name");
            return null_mut();
        };
        #[cfg(feature = "LWS_WITH_TLS")]
        let secured = socket && info.r#type & lws_adoption_type::LWS_ADOPT_ALLOW_SSL as c_uint != 0;
        #[cfg(feature = "LWS_WITH_TLS")]
        if secured && !early.is_empty() && vhost.tls.server().is_some() {
            log_err!(
                vhost.log,
                "{name}: readbuf: TLS begins with bytes of the socket"
            );
            return null_mut();
        }
        let mut kept = Vec::new();
        if kept.try_reserve_exact(early.len()).is_err() {
            log_err!(vhost.log, "{name}: no memory for {} bytes", early.len());
            return null_mut();
        }
        kept.extend_from_slice(early);
        let datagrams = info.r#type & lws_adoption_type::LWS_ADOPT_FLAG_UDP as c_uint != 0;
        let given = adopt::Given {
            protocol,
            vhost,
            role: match (socket, datagrams) {
                (false, _) => Role::File,
                (true, false) => Role::Raw,
                (true, true) => Role::Udp,
            },
            io,
            parent: wsi_ref(info.parent).map_or(0, |w| w.token.get()),
            opaque: info.opaque,
            driver: speaks,
            early: kept,
            #[cfg(feature = "LWS_WITH_TLS")]
            secure: secured,
        };
        adopt::adopt(&cx.conns, given).map_or(null_mut(), |w| Rc::as_ptr(&w).cast_mut().cast())
    }
}
