//! `lws-dns.h`: what the resolver knows, beyond lws's interface.

pub use crate::abi::dns::*;

use crate::abi::adopt::lws_sockaddr46;
use crate::capi::convert::need;
use crate::capi::types::lws_context;
use crate::capi::{arg, context_of};
use crate::context::Context;
use crate::dns::cache::{Fact, What};
use crate::dns::driver::Resolver;
use crate::dns::found::{Found, Status};
use crate::dns::wire::svcb::Service;
use crate::sys::addrinfo::Chain;
use crate::sys::{clock, sa46};
use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::null;
use std::ffi::CString;
use std::net::{IpAddr, SocketAddr};

/// The resolver behind a pointer of C's, which belongs to the thread that services the context.
///
/// # Safety
///
/// `context` is NULL or a live context.
unsafe fn resolver_of<'a>(function: &str, context: *mut lws_context) -> Option<&'a Context> {
    // SAFETY: the caller's promise.
    let cx = unsafe { context_of(function, context) }?;
    cx.check_thread(function).then_some(cx)
}

/// Whether the struct that a program gives is as large as ours.
fn fits<T>(function: &str, what: &str, size: u32) -> bool {
    let fits = usize::try_from(size).is_ok_and(|n| n >= size_of::<T>());
    if !fits {
        arg::bad(function, what);
    }
    fits
}

/// Looks a name up as lws_async_dns_query() does, and tells more: from whom the answer is, how long
/// it took and holds. The callback is called from lws_service(), never inside this function; once,
/// or with LWS_DNS_WATCH until an answer says that it is the last. When the context ends, those that
/// wait hear LWS_DNS_NONE. For the thread that services the context.
///
/// # Returns
///
/// A number for lws_dns_cancel(); 0 when an argument is NULL or not known, or the context ends: the
/// callback is not called.
///
/// # Safety
///
/// `context` is NULL or a live context, `name` NULL or a string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dns_query(
    context: *mut lws_context,
    name: *const c_char,
    flags: c_int,
    cb: lws_dns_cb_t,
    opaque: *mut c_void,
) -> u64 {
    const NAME: &str = "lws_dns_query";
    // SAFETY: the caller's promise.
    let Some(cx) = (unsafe { resolver_of(NAME, context) }) else {
        return 0;
    };
    let unknown = flags & !(LWS_DNS_WATCH | LWS_DNS_SERVICES) != 0;
    let Some(cb) = cb.filter(|_| !name.is_null() && !unknown) else {
        let null = if name.is_null() { "name" } else { "cb" };
        arg::bad(NAME, if unknown { "flags" } else { null });
        return 0;
    };
    // SAFETY: the caller's promise.
    let name = unsafe { CStr::from_ptr(name) };
    let tell = move |names: &Resolver, name: &CStr, found: &Found, last: bool| {
        let parts = Parts::new(found);
        let answer = parts.answer(names, name, found, last);
        // SAFETY: the caller's promise; all that the answer points to lives until after the call.
        unsafe { cb(name.as_ptr(), &raw const *answer, opaque) };
    };
    let watches = flags & LWS_DNS_WATCH != 0;
    let services = flags & LWS_DNS_SERVICES != 0;
    cx.names
        .ask_for(name, std::rc::Rc::new(tell), watches, services)
}

/// Ends a query of lws_dns_query(): its callback is not called any more. One that is over, or 0, is
/// fine. For the thread that services the context.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dns_cancel(context: *mut lws_context, query: u64) {
    const NAME: &str = "lws_dns_cancel";
    // SAFETY: the caller's promise.
    if let Some(cx) = unsafe { resolver_of(NAME, context) } {
        cx.names.cancel(query);
    }
}

/// Adds a server. Added servers come before those of `/etc/resolv.conf`, in the order in which they were
/// added, and stay until they are removed. For the thread that services the context.
///
/// @param context the context
/// @param server its address; IPv6 with its scope where it needs one, and a port other than 53:
/// `192.0.2.1`, `fe80::1%eth0`, `[2001:db8::1]:5353`
///
/// # Returns
///
/// 0; 1 when it was added before; -1 when an argument is NULL or no such address.
///
/// # Safety
///
/// `context` is NULL or a live context, `server` NULL or a string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dns_server_add(
    context: *mut lws_context,
    server: *const c_char,
) -> c_int {
    const NAME: &str = "lws_dns_server_add";
    // SAFETY: the caller's promise.
    match unsafe { server_of(NAME, context, server) } {
        Some((cx, server)) => c_int::from(!cx.names.add_server(server)),
        None => -1,
    }
}

/// Has a server not asked any more, whether it was added or is in `/etc/resolv.conf`; one of the file
/// comes back when the file changes. For the thread that services the context.
///
/// # Returns
///
/// 0; 1 when it was not there; -1 when an argument is NULL or no address.
///
/// # Safety
///
/// `context` is NULL or a live context, `server` NULL or a string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dns_server_remove(
    context: *mut lws_context,
    server: *const c_char,
) -> c_int {
    const NAME: &str = "lws_dns_server_remove";
    // SAFETY: the caller's promise.
    match unsafe { server_of(NAME, context, server) } {
        Some((cx, server)) => c_int::from(!cx.names.remove_server(server)),
        None => -1,
    }
}

/// # Safety
///
/// `context` is NULL or a live context, `server` NULL or a string.
unsafe fn server_of<'a>(
    function: &str,
    context: *mut lws_context,
    server: *const c_char,
) -> Option<(&'a Context, SocketAddr)> {
    // SAFETY: the caller's promise.
    unsafe {
        let cx = resolver_of(function, context)?;
        let text = (!server.is_null()).then(|| CStr::from_ptr(server).to_bytes());
        let address = text.and_then(Resolver::server);
        if address.is_none() {
            arg::bad(function, "server");
        }
        Some((cx, address?))
    }
}

/// Forgets all names that are known, and reads `/etc/resolv.conf` and `/etc/hosts` again at the next
/// question, which happens by itself when they change. For the thread that services the context.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dns_reload(context: *mut lws_context) {
    const NAME: &str = "lws_dns_reload";
    // SAFETY: the caller's promise.
    if let Some(cx) = unsafe { resolver_of(NAME, context) } {
        cx.names.reload();
    }
}

/// Tells how the resolver works. For the thread that services the context.
///
/// # Returns
///
/// 0; -1 when an argument is NULL or `settings->size` is too small.
///
/// # Safety
///
/// The arguments are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dns_get_settings(
    context: *mut lws_context,
    settings: *mut lws_dns_settings_t,
) -> c_int {
    const NAME: &str = "lws_dns_get_settings";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = resolver_of(NAME, context) else {
            return -1;
        };
        let out = need!("settings", settings.as_mut(), -1);
        if !fits::<lws_dns_settings>(NAME, "settings", out.size) {
            return -1;
        }
        let (optimistic, cache_bytes) = cx.names.settings();
        *out = lws_dns_settings {
            size: out.size,
            optimistic: u32::from(optimistic),
            by_system: u32::from(cx.names.leaves_to_system()),
            reserved: 0,
            cache_bytes,
        };
    }
    0
}

/// Says how the resolver shall work from now on. For the thread that services the context.
///
/// # Returns
///
/// 0; -1 when an argument is NULL or `settings->size` is too small.
///
/// # Safety
///
/// The arguments are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dns_set_settings(
    context: *mut lws_context,
    settings: *const lws_dns_settings_t,
) -> c_int {
    const NAME: &str = "lws_dns_set_settings";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = resolver_of(NAME, context) else {
            return -1;
        };
        let s = need!("settings", settings.as_ref(), -1);
        if !fits::<lws_dns_settings>(NAME, "settings", s.size) {
            return -1;
        }
        cx.names.set(s.optimistic != 0, s.cache_bytes);
        cx.names.leave_to_system(s.by_system != 0);
    }
    0
}

/// Tells the counters. For the thread that services the context.
///
/// # Returns
///
/// 0; -1 when an argument is NULL or `stats->size` is too small.
///
/// # Safety
///
/// The arguments are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dns_get_stats(
    context: *mut lws_context,
    stats: *mut lws_dns_stats_t,
) -> c_int {
    const NAME: &str = "lws_dns_get_stats";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = resolver_of(NAME, context) else {
            return -1;
        };
        let out = need!("stats", stats.as_mut(), -1);
        if !fits::<lws_dns_stats>(NAME, "stats", out.size) {
            return -1;
        }
        let size = out.size;
        *out = cx.names.stats();
        out.size = size;
    }
    0
}

/// Writes servers and names that are known as JSON, in pieces. For the thread that services the
/// context.
///
/// # Returns
///
/// 0, or what `emit` returned to end it; -1 when an argument is NULL.
///
/// # Safety
///
/// `context` is NULL or a live context; `emit` may be called with `user`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_dns_dump_json(
    context: *mut lws_context,
    emit: lws_dns_emit_t,
    user: *mut c_void,
) -> c_int {
    const NAME: &str = "lws_dns_dump_json";
    // SAFETY: the caller's promise.
    let Some(cx) = (unsafe { resolver_of(NAME, context) }) else {
        return -1;
    };
    let emit = need!("emit", emit, -1);
    let mut r = 0;
    cx.names.dump(&mut |text: &str| {
        // SAFETY: the caller's promise; the text is as long as stated.
        r = unsafe { emit(text.as_ptr().cast(), text.len(), user) };
        r == 0
    });
    r
}

/// What the pointers of an answer point to.
struct Parts {
    services: Vec<lws_dns_service>,
    /// Of each service: target, protocols, hints.
    _texts: Vec<(CString, CString, Vec<lws_sockaddr46>)>,
}

struct Answer {
    answer: lws_dns_answer,
    _chain: Option<Chain>,
}

impl core::ops::Deref for Answer {
    type Target = lws_dns_answer;

    fn deref(&self) -> &lws_dns_answer {
        &self.answer
    }
}

impl Parts {
    fn new(found: &Found) -> Self {
        let texts: Vec<_> = found.services().iter().map(texts).collect();
        let one =
            |(s, (target, alpn, hints)): (&Service, &(CString, CString, Vec<_>))| lws_dns_service {
                priority: s.priority,
                port: s.port.unwrap_or(0),
                no_default_alpn: u8::from(s.no_default_alpn),
                target: target.as_ptr(),
                alpn: alpn.as_ptr(),
                hints: hints.as_ptr(),
                n_hints: hints.len() as u32,
                ech_len: s.ech.len() as u32,
                ech: s.ech.as_ptr(),
            };
        Self {
            services: found.services().iter().zip(&texts).map(one).collect(),
            _texts: texts,
        }
    }

    fn answer(&self, names: &Resolver, name: &CStr, found: &Found, last: bool) -> Answer {
        let chain = Chain::new(name.to_bytes(), &found.addresses);
        let now = clock::now_us();
        let part = |f: &Option<Fact>| part(names, f.as_ref(), now);
        Answer {
            answer: lws_dns_answer {
                size: size_of::<lws_dns_answer>() as u32,
                status: match found.status {
                    Status::Found => LWS_DNS_FOUND,
                    Status::Stale => LWS_DNS_STALE,
                    Status::None => LWS_DNS_NONE,
                    Status::Failed => LWS_DNS_FAILED,
                },
                addresses: chain.as_ref().map_or(null(), Chain::first),
                services: self.services.as_ptr(),
                n_services: self.services.len() as u32,
                last: u8::from(last),
                partial: u8::from(found.partial),
                a: part(&found.a),
                aaaa: part(&found.aaaa),
                https: part(&found.https),
            },
            _chain: chain,
        }
    }
}

fn texts(s: &Service) -> (CString, CString, Vec<lws_sockaddr46>) {
    let mut alpn = Vec::new();
    for (n, id) in s.alpn.iter().enumerate() {
        if n > 0 {
            alpn.push(b',');
        }
        for byte in id.iter() {
            if *byte == b',' {
                alpn.push(b'\\');
            }
            alpn.extend(core::ascii::escape_default(*byte));
        }
    }
    let port0 = |ip: &IpAddr| sa46::from_std(SocketAddr::new(*ip, 0));
    let hints = s.hints.iter().map(port0);
    // Neither has a NUL.
    (
        CString::new(s.target.to_string()).unwrap_or_default(),
        CString::new(alpn).unwrap_or_default(),
        hints.collect(),
    )
}

fn part(names: &Resolver, fact: Option<&Fact>, now: i64) -> lws_dns_part {
    let Some(f) = fact else {
        return lws_dns_part {
            status: LWS_DNS_UNKNOWN,
            took_us: 0,
            ttl_us: 0,
            age_us: 0,
            server: sa46::none(),
            validated: 0,
        };
    };
    lws_dns_part {
        status: match f.what {
            What::Addresses(_) | What::Services(_) => LWS_DNS_FOUND,
            What::NoData | What::NoName => LWS_DNS_NONE,
            What::Failed(_) => LWS_DNS_FAILED,
        },
        took_us: f.took_us,
        ttl_us: f.until_us.saturating_sub(now),
        age_us: now.saturating_sub(f.at_us),
        server: names
            .address_of(f.server)
            .map_or_else(sa46::none, sa46::from_std),
        validated: u8::from(f.validated),
    }
}
