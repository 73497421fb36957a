//! From `struct lws_context_creation_info` to a context: what is taken from
//! it, and what is reported because this build cannot do it.

use super::context_vhost::*;
use super::error::Error;
use super::members::{self, Makes, NO_HTTP};
#[cfg(feature = "LWS_WITH_SYS_STATE")]
use super::state::lws_state_reg_notifier_list;
use super::types::{CONTEXT_PORT_NO_LISTEN_SERVER, lws_context};
use crate::conn::Vhost;
use crate::conn::raw::Raw;
use crate::conn::vhost::{KeepAlive, Listen, Settings};
#[cfg(feature = "LWS_ROLE_H1")]
use crate::conn::{answer::Answers, h1_server::H1Server};
use crate::context::{Context, Kept, Setup};
use crate::log::{Log, log_debug, log_err, log_notice, log_warn};
#[cfg(feature = "LWS_ROLE_H1")]
use crate::roles::h1::proxy::Proxy;
use crate::sys::memory::{self, Mark};
#[cfg(feature = "LWS_ROLE_H1")]
use crate::sys::mounts::Mounts;
#[cfg(feature = "LWS_WITH_SYS_STATE")]
use crate::sys::ops::Ops;
use crate::sys::policy::Policy;
use crate::sys::privs::{self, Identity};
use crate::sys::protocol::{Finalize, Options, Protocol};
use core::ffi::{CStr, c_char, c_int, c_longlong};
use core::ptr::null_mut;
use std::ffi::CString;
use std::rc::Rc;

const NAME: &str = "lws_create_context";

/// Makes the context.
///
/// # Safety
///
/// What `info` points to is valid, some of it as long as the context; see its members.
pub(super) unsafe fn create(info: &lws_context_creation_info) -> *mut lws_context {
    // SAFETY: the caller's promise, in the whole function.
    unsafe {
        let mark = Mark::now();
        let log = Log::from_ptr(info.log_cx).unwrap_or(Log::GLOBAL);
        let explicit = info.options & LWS_SERVER_OPTION_EXPLICIT_VHOSTS as u64 != 0;
        let default = if explicit {
            Ok(None)
        } else {
            vhost(NAME, info, log).map(Some)
        };
        let default = match default {
            Ok(default) => default,
            Err(why) => {
                log_err!(log, "{NAME}: {why}");
                mark.forgive();
                return null_mut();
            }
        };
        let makes = Makes {
            context: true,
            vhost: !explicit,
        };
        report(NAME, info, makes, log);
        privs::ignore_sigpipe();
        log_notice!(log, "LWS: {}, {}", crate::VERSION, crate::FEATURES);
        if info.rlimit_nofile < 0 || info.smd_ttl_us < 0 {
            let which = if info.rlimit_nofile < 0 {
                "rlimit_nofile"
            } else {
                "smd_ttl_us"
            };
            log_err!(log, "{NAME}: bad argument: {which}: below 0");
            return null_mut();
        }
        if let Ok(n @ 1..) = u64::try_from(info.rlimit_nofile) {
            if let Err(e) = privs::limit_descriptors(n) {
                log_err!(log, "{NAME}: rlimit_nofile: {e}");
                return null_mut();
            }
        }
        let Some(identity) = identity(info, log) else {
            return null_mut();
        };
        let setup = Setup {
            log,
            name: text(info.vhost_name),
            kept: Kept {
                user: info.user,
                baggage: info.external_baggage_free_on_destroy,
                pcontext: info.pcontext,
            },
            #[cfg(feature = "LWS_WITH_SYS_STATE")]
            ops: Ops::new(info.system_ops),
            identity,
            buffer_size: match info.pt_serv_buf_size {
                0 => 4096,
                n => n as usize,
            },
            #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
            ipv6: info.options & LWS_SERVER_OPTION_DISABLE_IPV6 as u64 == 0,
            #[cfg(feature = "LWS_WITH_NETLINK")]
            cull: cull_mode(info.options),
            #[cfg(feature = "LWS_WITH_SYS_SMD")]
            smd_depth: info.smd_queue_depth,
            #[cfg(feature = "LWS_WITH_SYS_SMD")]
            smd_ttl_us: info.smd_ttl_us,
            #[cfg(feature = "LWS_WITH_SYS_SMD")]
            early: info.early_smd_cb.map(|cb| {
                let cb = crate::sys::callbacks::SmdCallback::new(cb, info.early_smd_opaque);
                (cb, info.early_smd_class_filter)
            }),
        };
        let lacks = || {
            log_err!(log, "{NAME}: {}", Error::NoMemory);
            mark.forgive();
            null_mut()
        };
        if mark.failed() {
            return lacks();
        }
        let cx = match Context::new(setup) {
            Ok(cx) => cx,
            Err(e) => {
                log_err!(log, "{NAME}: {e}");
                mark.forgive();
                return null_mut();
            }
        };
        let raw = Rc::into_raw(cx);
        let cx = &*raw;
        #[cfg(feature = "LWS_ROLE_H1")]
        {
            cx.conns.header_limit.set(header_limit(info));
            cx.conns.heads.set_limit(match info.max_http_header_pool2 {
                0 => info.max_http_header_pool.into(),
                n => n,
            });
        }
        cx.begin(info.options & LWS_SERVER_OPTION_NO_LWS_SYSTEM_STATES as u64 == 0);
        if let Some(vhost) = default {
            if let Err(why) = cx.conns.add_vhost(vhost) {
                log_err!(log, "{NAME}: {why}");
                drop(Rc::from_raw(raw));
                return null_mut();
            }
            if cx.drop_privileges().is_err() {
                cx.conns.end_vhosts();
                drop(Rc::from_raw(raw));
                return null_mut();
            }
        }
        if mark.failed() {
            cx.conns.end_vhosts();
            drop(Rc::from_raw(raw));
            return lacks();
        }
        log.count(1);
        log_debug!(log, "{NAME}: made {raw:p}");
        #[cfg(feature = "LWS_WITH_SYS_STATE")]
        lws_state_reg_notifier_list(cx.system.manager().raw(), info.register_notifier_list);
        raw.cast_mut().cast()
    }
}

/// How many bytes the headers of a request may have together.
#[cfg(feature = "LWS_ROLE_H1")]
fn header_limit(info: &lws_context_creation_info) -> usize {
    match (info.max_http_header_data2, info.max_http_header_data) {
        (0, 0) => 4096,
        (0, n) => usize::from(n),
        (n, _) => n as usize,
    }
}

/// What routing may do to connections.
#[cfg(feature = "LWS_WITH_NETLINK")]
fn cull_mode(options: u64) -> crate::route::monitor::CullMode {
    use super::route::{LWS_SERVER_OPTION_ROUTE_CULL_NOTIFY, LWS_SERVER_OPTION_ROUTE_CULL_OFF};
    use crate::route::monitor::CullMode;
    if options & LWS_SERVER_OPTION_ROUTE_CULL_OFF as u64 != 0 {
        CullMode::Off
    } else if options & LWS_SERVER_OPTION_ROUTE_CULL_NOTIFY as u64 != 0 {
        CullMode::Notify
    } else {
        CullMode::Close
    }
}

/// The protocols of a server whose program gives none: its mounts answer, and 404 does.
#[cfg(feature = "LWS_ROLE_H1")]
struct Usual([super::protocols_plugins::lws_protocols; 2]);

// SAFETY: nobody writes to it, and its pointers are NULL or texts.
#[cfg(feature = "LWS_ROLE_H1")]
unsafe impl Sync for Usual {}

#[cfg(feature = "LWS_ROLE_H1")]
static USUAL: Usual = {
    use super::protocols_plugins::lws_protocols;
    use crate::abi::callbacks::lws_callback_function_ptr;
    const fn one(name: *const c_char, callback: lws_callback_function_ptr) -> lws_protocols {
        lws_protocols {
            name,
            callback,
            per_session_data_size: 0,
            rx_buffer_size: 0,
            id: 0,
            user: null_mut(),
            tx_packet_size: 0,
        }
    }
    let dummy = super::writeable::lws_callback_http_dummy;
    Usual([
        one(c"http-only".as_ptr(), Some(dummy)),
        one(core::ptr::null(), None),
    ])
};

/// The vhost that a creation info describes, or why there cannot be one.
///
/// # Safety
///
/// As [`create`].
pub(super) unsafe fn vhost(
    name: &str,
    info: &lws_context_creation_info,
    log: Log,
) -> Result<Vhost, Error> {
    let mark = Mark::now();
    let option = |bit: c_longlong| info.options & bit as u64 != 0;
    if info.port < CONTEXT_PORT_NO_LISTEN_SERVER || info.port > 65535 {
        return Err(Error::Value("port", info.port.into()));
    }
    for (member, n) in [
        ("ka_time", info.ka_time),
        ("ka_probes", info.ka_probes),
        ("ka_interval", info.ka_interval),
        ("fo_listen_queue", info.fo_listen_queue),
    ] {
        if n < 0 {
            return Err(Error::Value(member, n.into()));
        }
    }
    if info.ka_time != 0 && info.ka_interval == 0 {
        return Err(Error::NoInterval);
    }
    // SAFETY: the caller's promise.
    unsafe {
        let adopts = option(LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG);
        let role = text(info.listen_accept_role);
        let http = cfg!(feature = "LWS_ROLE_H1") && role.as_deref() == Some(c"h1");
        let raw = adopts && !http;
        let falls = option(LWS_SERVER_OPTION_FALLBACK_TO_APPLY_LISTEN_ACCEPT_CONFIG) && !raw;
        let accept = text(info.listen_accept_protocol);
        let protocols = Protocol::list(info.protocols, info.pprotocols);
        #[cfg(feature = "LWS_ROLE_H1")]
        let protocols = match protocols.is_empty() && info.port > 0 && !raw {
            true => Protocol::list(USUAL.0.as_ptr(), null_mut()),
            false => protocols,
        };
        let mut listen = None;
        // Without a role that is "raw-skt", as lws documents it.
        if let Some(other) = role
            .as_deref()
            .filter(|r| (raw || (falls && !http)) && *r != c"raw-skt")
        {
            return Err(Error::Role(other.to_owned()));
        }
        if info.port >= 0 {
            // Zeroed creation infos ask for port 0 without meaning it.
            let http = cfg!(feature = "LWS_ROLE_H1");
            let unmeant = info.port == 0 && !raw && name == NAME && role.is_none();
            if unmeant && (!http || protocols.is_empty()) {
                let why = if http { "no protocols" } else { NO_HTTP };
                log_warn!(log, "{name}: port 0 has no effect: {why}");
            } else if !raw && !http {
                return Err(Error::NoHttp(info.port));
            } else {
                listen = Some(Listen {
                    port: u16::try_from(info.port).unwrap_or(0),
                    iface: text(info.iface),
                    unix: option(LWS_SERVER_OPTION_UNIX_SOCK),
                    unix_perms: text(info.unix_socket_perms),
                    ipv6: !option(LWS_SERVER_OPTION_DISABLE_IPV6),
                    v6_only: option(LWS_SERVER_OPTION_IPV6_V6ONLY_MODIFY)
                        .then(|| option(LWS_SERVER_OPTION_IPV6_V6ONLY_VALUE)),
                    share: option(LWS_SERVER_OPTION_ALLOW_LISTEN_SHARE),
                    must_bind: option(LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND),
                    fast_open: info.fo_listen_queue,
                    accept_protocol: accept.clone(),
                });
            }
        }
        if let Some(p) = &accept {
            if !protocols.iter().any(|known| known.name() == Some(p)) {
                return Err(Error::AcceptProtocol(p.clone()));
            }
        }
        #[cfg(not(feature = "LWS_WITH_TLS"))]
        if listen.is_some() {
            for (member, asked) in [
                ("ssl_cert_filepath", !info.ssl_cert_filepath.is_null()),
                ("server_ssl_cert_mem", !info.server_ssl_cert_mem.is_null()),
            ] {
                if asked {
                    return Err(Error::NoTls(member));
                }
            }
        }
        let seconds = |n: c_int| u64::try_from(n).unwrap_or(0);
        let made = Vhost::new(Settings {
            log,
            name: text(info.vhost_name).unwrap_or_else(|| c"default".to_owned()),
            protocols,
            options: Options::new(info.pvo),
            uses_init: !option(LWS_SERVER_OPTION_SKIP_PROTOCOL_INIT),
            finalize: info.finalize.map(|f| Finalize::new(f, info.finalize_arg)),
            user: info.user,
            port: info.port,
            iface: text(info.iface),
            bind_device: info.bind_iface != 0,
            ipv6: !option(LWS_SERVER_OPTION_DISABLE_IPV6),
            listen,
            adopts_raw: raw,
            #[cfg(feature = "LWS_ROLE_H1")]
            falls_back: falls,
            adopt_protocol: accept.filter(|_| raw),
            timeout_secs: match info.timeout_secs {
                0 => 15,
                n => n,
            },
            #[cfg(feature = "LWS_ROLE_H1")]
            speaks: if raw { &Raw } else { &H1Server },
            #[cfg(not(feature = "LWS_ROLE_H1"))]
            speaks: &Raw,
            #[cfg(feature = "LWS_ROLE_H1")]
            answers: Answers {
                mounts: Mounts::new(info.mounts),
                headers: Options::new(info.headers),
                server: text(info.server_string),
                careful: option(LWS_SERVER_OPTION_HTTP_HEADERS_SECURITY_BEST_PRACTICES_ENFORCE),
                strict_transport: option(LWS_SERVER_OPTION_STS),
                not_found: text(info.error_document_404),
            },
            #[cfg(feature = "LWS_ROLE_H1")]
            head_secs: match info.timeout_secs_ah_idle {
                0 => 10,
                n => n,
            },
            #[cfg(feature = "LWS_ROLE_H1")]
            keep_alive_secs: match info.keepalive_timeout {
                0 => 5,
                n => u32::try_from(n).unwrap_or(0),
            },
            connect_timeout_secs: match info.connect_timeout_secs {
                0 => 20,
                n => n,
            },
            keep_alive: KeepAlive {
                time: seconds(info.ka_time),
                interval: seconds(info.ka_interval),
                probes: u32::try_from(info.ka_probes).unwrap_or(0),
            },
            policy: Policy::new(info.retry_and_idle_policy),
            #[cfg(feature = "LWS_ROLE_WS")]
            checks_utf8: option(LWS_SERVER_OPTION_VALIDATE_UTF8),
            #[cfg(feature = "LWS_ROLE_H1")]
            raw_origin: option(LWS_SERVER_OPTION_JUST_USE_RAW_ORIGIN),
            #[cfg(feature = "LWS_WITH_EXTENSIONS")]
            deflate_offer: deflate_offer(info.extensions),
            #[cfg(feature = "LWS_WITH_TLS")]
            tls: super::tls_settings::of(info, raw)?,
        });
        #[cfg(feature = "LWS_ROLE_H1")]
        for mount in made.set.answers.mounts.each() {
            let at = mount.mountpoint().to_string_lossy();
            if matches!(mount.kind(), 0 | 1 | 3) {
                log_warn!(log, "{name}: mounts: {at}: proxies and CGI are not built");
            }
        }
        #[cfg(feature = "LWS_ROLE_H1")]
        made.proxy.replace(proxy(name, info, log)?.map(Rc::new));
        // A text that could not be copied is missing.
        if mark.failed() {
            return Err(Error::NoMemory);
        }
        Ok(made)
    }
}

/// The proxy that clients go through: the program's, else that of the environment.
///
/// # Safety
///
/// As [`create`].
#[cfg(feature = "LWS_ROLE_H1")]
unsafe fn proxy(
    name: &str,
    info: &lws_context_creation_info,
    log: Log,
) -> Result<Option<Proxy>, Error> {
    use std::os::unix::ffi::OsStrExt;
    let port = u16::try_from(info.http_proxy_port).ok();
    // SAFETY: the caller's promise.
    if let Some(own) = unsafe { crate::capi::convert::cstr(info.http_proxy_address) } {
        let proxy = Proxy::parse(own.to_bytes(), port.filter(|p| *p != 0));
        return match proxy {
            Some(proxy) => Ok(Some(proxy)),
            None => Err(Error::Proxy),
        };
    }
    let Some(text) = std::env::var_os("http_proxy").filter(|t| !t.is_empty()) else {
        return Ok(None);
    };
    let Some(proxy) = Proxy::parse(text.as_bytes(), None) else {
        log_err!(
            log,
            "{name}: http_proxy of the environment is not address:port"
        );
        return Ok(None);
    };
    let except = std::env::var_os("no_proxy").unwrap_or_default();
    Ok(Some(proxy.except(except.as_bytes())))
}

/// A copy of a text; also `None` when there is no memory, as the [`Mark`] of whoever calls tells.
///
/// # Safety
///
/// `p` is NULL or NUL-terminated.
unsafe fn text(p: *const c_char) -> Option<CString> {
    // SAFETY: the caller's promise.
    (!p.is_null()).then(|| memory::copy(unsafe { CStr::from_ptr(p) }).ok())?
}

/// Whom to become; logs a name that nobody has.
///
/// # Safety
///
/// As [`create`].
unsafe fn identity(info: &lws_context_creation_info, log: Log) -> Option<Identity> {
    let mut identity = Identity {
        uid: info.uid,
        gid: info.gid,
    };
    // SAFETY: the caller's promise.
    let (user, group) = unsafe { (text(info.username), text(info.groupname)) };
    if let Some(name) = user {
        match privs::user(&name) {
            Some(found) => {
                identity.uid = found.uid;
                if identity.gid == 0 || identity.gid == u32::MAX {
                    identity.gid = found.gid;
                }
            }
            None => {
                log_err!(log, "{NAME}: username: no user {}", name.to_string_lossy());
                return None;
            }
        }
    }
    if let Some(name) = group {
        match privs::group(&name) {
            Some(gid) => identity.gid = gid,
            None => {
                log_err!(
                    log,
                    "{NAME}: groupname: no group {}",
                    name.to_string_lossy()
                );
                return None;
            }
        }
    }
    Some(identity)
}

/// Logs a line for each member that asks for something this build cannot do.
pub(super) fn report(name: &str, info: &lws_context_creation_info, makes: Makes, log: Log) {
    members::of_creation(info, makes, &mut |member, why| {
        log_warn!(log, "{name}: {member} has no effect: {why}");
    });
    let unknown = members::unknown_options(info.options, makes);
    if unknown != 0 {
        log_warn!(
            log,
            "{name}: options 0x{unknown:x} have no effect: not built"
        );
    }
}

/// What clients offer, where a list of extensions has the one that there is.
///
/// # Safety
///
/// `list` is NULL or an array that ends with an extension without a name.
#[cfg(feature = "LWS_WITH_EXTENSIONS")]
unsafe fn deflate_offer(list: *const crate::abi::ws_ext::lws_extension) -> Option<CString> {
    // SAFETY: the caller's promise.
    unsafe {
        let mut at = list;
        while let Some(extension) = at.as_ref().filter(|e| !e.name.is_null()) {
            if CStr::from_ptr(extension.name) == c"permessage-deflate" {
                let offer = crate::capi::convert::cstr(extension.client_offer)
                    .unwrap_or(c"permessage-deflate");
                return memory::copy(offer).ok();
            }
            at = at.add(1);
        }
        None
    }
}
