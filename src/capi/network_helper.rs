//! Addresses: `lws-network-helper.h`.

pub use crate::abi::network_helper::*;

use super::adopt::lws_sockaddr46;
use super::convert::{bytes, count, cstr, need, room};
use super::types::{lws, lws_context, lws_sockfd_type};
use super::{arg, wsi_ref};
use crate::sys::net_addr::{self, Address, Interface};
use crate::util::{addr, out::Out};
use core::ffi::{c_char, c_int};
use core::ptr::null;
use libc::{sockaddr_in, sockaddr_in6};
use std::net::IpAddr;

/// The name of this host, as gethostname() had it when it was asked for first. Any thread may ask.
///
/// # Returns
///
/// A text that stays valid as long as the process; "unknown" when the host has no name; NULL when
/// `context` is NULL.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_canonical_hostname(context: *mut lws_context) -> *const c_char {
    const NAME: &str = "lws_canonical_hostname";
    if context.is_null() {
        arg::bad(NAME, "context");
        return null();
    }
    net_addr::hostname().as_ptr()
}

/// Tells who is connected to a socket: as a name, and as a numeric address.
///
/// The name is looked up by the system's resolver, which may take seconds, and nothing else is
/// served meanwhile: with a `name_len` of 0 there is no look-up, and lws_get_peer_simple() never
/// does one. An address without a name is its own. The address `rip` of an IPv4 peer is that of
/// IPv4, also on a socket of IPv6. A peer on a unix socket has this host's name and "(unix skt)".
///
/// What is not known, or does not fit with its NUL, becomes "", where the length is not 0 or less:
/// then nothing is written. Either buffer may be NULL when its length is 0.
///
/// # Safety
///
/// `wsi` is NULL or a live connection; `name` and `rip` point to `name_len` and `rip_len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_peer_addresses(
    wsi: *mut lws,
    fd: lws_sockfd_type,
    name: *mut c_char,
    name_len: c_int,
    rip: *mut c_char,
    rip_len: c_int,
) {
    const NAME: &str = "lws_get_peer_addresses";
    let len = |n: c_int| usize::try_from(n).unwrap_or(0);
    // SAFETY: the caller's promise.
    let (name, rip) = unsafe {
        (
            room(name.cast(), len(name_len)),
            room(rip.cast(), len(rip_len)),
        )
    };
    let name = need!("name", name);
    let rip = need!("rip", rip);
    for text in [&mut *name, &mut *rip] {
        Out::new(text).finish();
    }
    if wsi.is_null() {
        return arg::bad(NAME, "wsi");
    }
    let address = match net_addr::peer(fd) {
        Ok(address) => address,
        Err(_) => return arg::bad(NAME, "fd"),
    };
    let numeric = match address {
        Address::Ip(ip) => addr::text(addr::unmapped(ip)),
        Address::Unix => UNIX.into(),
        Address::Unset | Address::Other(_) => return,
    };
    if !rip.is_empty() && !fits(&numeric, rip) {
        arg::bad(NAME, "rip_len");
    }
    if name.is_empty() {
        return;
    }
    let found = match address {
        Address::Ip(ip) => net_addr::name_of(addr::unmapped(ip)),
        _ => Some(net_addr::hostname().to_owned()),
    };
    let known = found.as_deref().and_then(|n| n.to_str().ok());
    if !fits(known.unwrap_or(&numeric), name) {
        arg::bad(NAME, "name_len");
    }
}

/// Tells the numeric address of a connection's peer, without asking any resolver: like "1.2.3.4" or
/// "2001:db8::1"; "::ffff:1.2.3.4" for IPv4 on a socket of IPv6; "(unix skt)" on a unix socket.
///
/// Where there is no peer, the text says why. A text that does not fit with its NUL becomes "".
///
/// # Returns
///
/// `name`; NULL when an argument is NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection; `name` points to `namelen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_peer_simple(
    wsi: *mut lws,
    name: *mut c_char,
    namelen: usize,
) -> *const c_char {
    const NAME: &str = "lws_get_peer_simple";
    // SAFETY: the caller's promise.
    let w = need!("wsi", unsafe { wsi_ref(wsi) }, null());
    // SAFETY: the caller's promise.
    unsafe { simple(NAME, w.fd(), name, namelen) }
}

/// As lws_get_peer_simple(), of any socket.
///
/// # Returns
///
/// `name`; NULL when it is NULL.
///
/// # Safety
///
/// `name` points to `namelen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_get_peer_simple_fd(
    fd: lws_sockfd_type,
    name: *mut c_char,
    namelen: usize,
) -> *const c_char {
    const NAME: &str = "lws_get_peer_simple_fd";
    // SAFETY: the caller's promise.
    unsafe { simple(NAME, fd, name, namelen) }
}

/// Finds the address to bind to for an interface, or for a numeric address, which need not be this
/// host's.
///
/// `addr` is a `struct sockaddr_in6` when `ipv6` is not 0, of which a numeric IPv4 address uses the
/// part that is a `struct sockaddr_in`; otherwise it is the latter. Family and address are set, for
/// an interface also the IPv6 scope, or for IPv4 a port of 0: set the port afterwards.
///
/// # Returns
///
/// LWS_ITOSA_USABLE; LWS_ITOSA_NOT_EXIST when there is no such interface, or an argument is bad;
/// LWS_ITOSA_NOT_USABLE when the interface has no address of the kind, or a numeric one is IPv6 and
/// `ipv6` is 0.
///
/// # Safety
///
/// `ifname` is NUL-terminated; `addr` points to `addrlen` bytes, aligned as the structs are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_interface_to_sa(
    ipv6: c_int,
    ifname: *const c_char,
    addr: *mut sockaddr_in,
    addrlen: usize,
) -> c_int {
    const NAME: &str = "lws_interface_to_sa";
    // SAFETY: the caller's promise.
    let ifname = need!("ifname", unsafe { cstr(ifname) }, LWS_ITOSA_NOT_EXIST);
    let v6 = ipv6 != 0;
    let needed = if v6 {
        size_of::<sockaddr_in6>()
    } else {
        size_of::<sockaddr_in>()
    };
    if addr.is_null() || addrlen < needed {
        arg::bad(NAME, if addr.is_null() { "addr" } else { "addrlen" });
        return LWS_ITOSA_NOT_EXIST;
    }
    let numeric = addr::parse(ifname.to_bytes());
    let (ip, scope) = match numeric {
        Some(IpAddr::V6(_)) if !v6 => return LWS_ITOSA_NOT_USABLE,
        Some(ip) => (ip, None),
        None => match net_addr::interface(ifname, v6) {
            Interface::Has(ip, scope) => (ip, Some(scope)),
            Interface::Lacks => return LWS_ITOSA_NOT_USABLE,
            Interface::Unknown => return LWS_ITOSA_NOT_EXIST,
        },
    };
    // SAFETY: not NULL, long enough for the kind that is written, and aligned by the caller's
    // promise.
    unsafe {
        match ip {
            IpAddr::V4(v4) => {
                (*addr).sin_family = libc::AF_INET as libc::sa_family_t;
                (*addr).sin_addr.s_addr = u32::from_ne_bytes(v4.octets());
                if scope.is_some() {
                    (*addr).sin_port = 0;
                    (*addr).sin_zero = [0; 8];
                }
            }
            IpAddr::V6(v6) => {
                let addr = addr.cast::<sockaddr_in6>();
                (*addr).sin6_family = libc::AF_INET6 as libc::sa_family_t;
                (*addr).sin6_addr.s6_addr = v6.octets();
                if let Some(scope) = scope {
                    (*addr).sin6_scope_id = scope;
                }
            }
        }
    }
    LWS_ITOSA_USABLE
}

/// Compares two addresses. Ports and scopes do not count; an IPv4 address is not equal to the same
/// one mapped into IPv6.
///
/// # Returns
///
/// 0 when they are equal, or of one family that is neither IPv4 nor IPv6; otherwise 1, also when an
/// argument is NULL.
///
/// # Safety
///
/// The arguments are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_sa46_compare_ads(
    sa46a: *const lws_sockaddr46,
    sa46b: *const lws_sockaddr46,
) -> c_int {
    const NAME: &str = "lws_sa46_compare_ads";
    // SAFETY: the caller's promise.
    let (a, b) = unsafe { (sa46a.as_ref(), sa46b.as_ref()) };
    let a = need!("sa46a", a, 1);
    let b = need!("sa46b", b, 1);
    c_int::from(Address::of(a) != Address::of(b))
}

/// Tells whether an address is on a network, whose prefix has `net_len` bits. Where one of them is
/// IPv4 and the other IPv6, the IPv4 one is mapped into IPv6 first.
///
/// # Returns
///
/// 0 when it is; 1 when it is not, or one of them is of another family; 1 and a log line when an
/// argument is NULL or no prefix can have `net_len` bits: it is 0 to 32 for a `sa46_net` of IPv4, 0
/// to 128 for one of IPv6.
///
/// # Safety
///
/// The pointers are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_sa46_on_net(
    sa46a: *const lws_sockaddr46,
    sa46_net: *const lws_sockaddr46,
    net_len: c_int,
) -> c_int {
    const NAME: &str = "lws_sa46_on_net";
    // SAFETY: the caller's promise.
    let (a, net) = unsafe { (sa46a.as_ref(), sa46_net.as_ref()) };
    let a = need!("sa46a", a, 1);
    let net = need!("sa46_net", net, 1);
    let (Address::Ip(a), Address::Ip(net)) = (Address::of(a), Address::of(net)) else {
        return 1;
    };
    let on = u32::try_from(net_len)
        .ok()
        .and_then(|len| addr::on_net(a, net, len));
    c_int::from(!need!("net_len", on, 1))
}

/// Turns a numeric IPv4 or IPv6 address into its bytes in network order. Blanks around it are
/// allowed; a scope, a port or a prefix length is not.
///
/// # Returns
///
/// How many bytes were written, 4 or 16; or less than 0, and nothing is written: -1 when `max_len` is
/// too small, an argument is NULL, or the text does not look like a numeric address at all; -6 when a
/// part of an IPv4 address is above 255; -8 for more than two colons in a row, or for a second two;
/// -10 or -11 for a character that an IPv6 or an IPv4 address does not have; -12 for too few parts,
/// or too many of IPv4; -14 for too many bytes.
///
/// # Safety
///
/// `ads` is NUL-terminated; `result` points to `max_len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_parse_numeric_address(
    ads: *const c_char,
    result: *mut u8,
    max_len: usize,
) -> c_int {
    const NAME: &str = "lws_parse_numeric_address";
    // SAFETY: the caller's promise.
    let (ads, result) = unsafe { (cstr(ads), room(result, max_len)) };
    let ads = need!("ads", ads, -1);
    let result = need!("result", result, -1);
    let (bytes, len) = match addr::parse(ads.to_bytes()) {
        Some(IpAddr::V4(v4)) => (v4.to_ipv6_compatible().octets(), 4),
        Some(IpAddr::V6(v6)) => (v6.octets(), 16),
        None => return addr::fault(ads.to_bytes()) as c_int,
    };
    // Those of an IPv4 address are the last ones.
    let from = bytes.len().saturating_sub(len);
    match (result.get_mut(..len), bytes.get(from..)) {
        (Some(to), Some(from)) => {
            to.copy_from_slice(from);
            count(len)
        }
        _ => {
            arg::bad(NAME, "max_len");
            -1
        }
    }
}

/// As lws_parse_numeric_address(), into a lws_sockaddr46: its family and address are set, the rest,
/// like the port, stays as it is.
///
/// # Returns
///
/// 0; or -1, and nothing is written, when the text is no numeric address, or an argument is NULL.
///
/// # Safety
///
/// `ads` is NUL-terminated; `sa46` is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_sa46_parse_numeric_address(
    ads: *const c_char,
    sa46: *mut lws_sockaddr46,
) -> c_int {
    const NAME: &str = "lws_sa46_parse_numeric_address";
    // SAFETY: the caller's promise.
    let (ads, sa46) = unsafe { (cstr(ads), sa46.as_mut()) };
    let ads = need!("ads", ads, -1);
    let sa46 = need!("sa46", sa46, -1);
    match addr::parse(ads.to_bytes()) {
        Some(ip) => {
            net_addr::set(sa46, ip);
            0
        }
        None => -1,
    }
}

/// Writes the text of an address whose bytes are given in network order: like "1.2.3.4" or
/// "2001:db8::1". 46 bytes are enough for any.
///
/// # Returns
///
/// The length of the text without its NUL. -1 when `size` is neither 4 nor 16, `buf` is too small,
/// or an argument is NULL; then `buf` is "", where `len` is not 0.
///
/// # Safety
///
/// `ads` points to `size` bytes and `buf` to `len`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_write_numeric_address(
    ads: *const u8,
    size: c_int,
    buf: *mut c_char,
    len: usize,
) -> c_int {
    const NAME: &str = "lws_write_numeric_address";
    // SAFETY: the caller's promise.
    let buf = unsafe { room(buf.cast(), len) };
    let buf = need!("buf", buf, -1);
    Out::new(buf).finish();
    let size = usize::try_from(size).unwrap_or(0);
    // SAFETY: the caller's promise.
    let ads = unsafe { bytes(ads, size) };
    let ads = need!("ads", ads, -1);
    let ip = need!("size", addr::from_bytes(ads), -1);
    written(NAME, &addr::text(ip), buf)
}

/// Writes the numeric address in a lws_sockaddr46, without its port: like "1.2.3.4" or
/// "2001:db8::1"; "(unix skt)" for a unix socket, "(unset)" for no family at all. 46 bytes are
/// enough for any.
///
/// # Returns
///
/// The length of the text without its NUL. -1 when `buf` is too small, or an argument is NULL; then
/// `buf` is "", where `len` is not 0. -1 for another family, which the text names.
///
/// # Safety
///
/// `sa46` is NULL or valid; `buf` points to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_sa46_write_numeric_address(
    sa46: *mut lws_sockaddr46,
    buf: *mut c_char,
    len: usize,
) -> c_int {
    const NAME: &str = "lws_sa46_write_numeric_address";
    // SAFETY: the caller's promise.
    let (sa46, buf) = unsafe { (sa46.as_ref(), room(buf.cast(), len)) };
    let buf = need!("buf", buf, -1);
    Out::new(buf).finish();
    let address = Address::of(need!("sa46", sa46, -1));
    let n = written(NAME, &shown(address), buf);
    if matches!(address, Address::Other(_)) {
        -1
    } else {
        n
    }
}

/// What stands for the address of a unix socket.
const UNIX: &str = "(unix skt)";

fn shown(address: Address) -> String {
    match address {
        Address::Ip(ip) => addr::text(ip),
        Address::Unix => UNIX.into(),
        Address::Unset => "(unset)".into(),
        Address::Other(family) => format!("(AF{family} unsupp)"),
    }
}

/// Writes the text and its NUL, or says false when they do not fit; then the text is "".
fn fits(text: &str, buf: &mut [u8]) -> bool {
    let mut out = Out::new(buf);
    let fits = out.whole(text.as_bytes());
    out.finish();
    fits
}

/// Writes the text, and tells its length, or -1 and one log line when it does not fit.
fn written(function: &str, text: &str, buf: &mut [u8]) -> c_int {
    if fits(text, buf) {
        count(text.len())
    } else {
        arg::bad(function, "len");
        -1
    }
}

/// # Safety
///
/// `name` is NULL or points to `len` bytes.
unsafe fn simple(
    function: &str,
    fd: lws_sockfd_type,
    name: *mut c_char,
    len: usize,
) -> *const c_char {
    if name.is_null() {
        arg::bad(function, "name");
        return null();
    }
    // SAFETY: the caller's promise.
    let Some(buf) = (unsafe { room(name.cast(), len) }) else {
        return null();
    };
    let text = match net_addr::peer(fd) {
        Ok(address) => shown(address),
        Err(e) => {
            let why = e.to_string();
            let why = why.split(" (os error").next().unwrap_or_default();
            format!("getpeername: {why}")
        }
    };
    if !fits(&text, buf) {
        arg::bad(function, "namelen");
    }
    name
}
