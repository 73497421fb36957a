//! From `struct lws_context_creation_info` to a context: what is taken from
//! it, and what is reported because this build cannot do it.

use super::context_vhost::*;
#[cfg(feature = "LWS_WITH_SYS_STATE")]
use super::state::lws_state_reg_notifier_list;
use super::types::{CONTEXT_PORT_NO_LISTEN_SERVER, lws_context};
use crate::conn::Vhost;
use crate::conn::vhost::{KeepAlive, Listen, Settings};
use crate::context::{Context, Kept, Setup};
use crate::log::{Cx, log_debug, log_err, log_notice, log_warn};
#[cfg(feature = "LWS_WITH_SYS_STATE")]
use crate::sys::ops::Ops;
use crate::sys::privs::{self, Identity};
use crate::sys::protocol::{Finalize, Options, Protocol};
use core::ffi::{CStr, c_char, c_int, c_longlong};
use core::ptr::null_mut;
use std::ffi::CString;

const NAME: &str = "lws_create_context";

/// Options that this build honours, or that ask for nothing it could leave out.
const KNOWN_OPTIONS: u64 = (LWS_SERVER_OPTION_EXPLICIT_VHOSTS
    | LWS_SERVER_OPTION_SKIP_PROTOCOL_INIT
    | LWS_SERVER_OPTION_NO_LWS_SYSTEM_STATES
    | LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG
    | LWS_SERVER_OPTION_UNIX_SOCK
    | LWS_SERVER_OPTION_DISABLE_IPV6
    | LWS_SERVER_OPTION_IPV6_V6ONLY_MODIFY
    | LWS_SERVER_OPTION_IPV6_V6ONLY_VALUE
    | LWS_SERVER_OPTION_ALLOW_LISTEN_SHARE
    | LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND) as u64;

/// Makes the context.
///
/// # Safety
///
/// What `info` points to is valid, some of it as long as the context; see its members.
pub(super) unsafe fn create(info: &lws_context_creation_info) -> *mut lws_context {
    // SAFETY: the caller's promise, in the whole function.
    unsafe {
        let log = Cx::from_ptr(info.log_cx).unwrap_or(Cx::GLOBAL);
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
                return null_mut();
            }
        };
        report(NAME, info, log);
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
        let cx = match Context::new(setup) {
            Ok(cx) => cx,
            Err(e) => {
                log_err!(log, "{NAME}: {e}");
                return null_mut();
            }
        };
        let raw = Box::into_raw(cx);
        let cx = &*raw;
        cx.begin(info.options & LWS_SERVER_OPTION_NO_LWS_SYSTEM_STATES as u64 == 0);
        if let Some(vhost) = default {
            if let Err(why) = cx.add_vhost(vhost) {
                log_err!(log, "{NAME}: {why}");
                drop(Box::from_raw(raw));
                return null_mut();
            }
            if !cx.drop_privileges() {
                cx.end_vhosts();
                drop(Box::from_raw(raw));
                return null_mut();
            }
        }
        log.count(1);
        log_debug!(log, "{NAME}: made {raw:p}");
        #[cfg(feature = "LWS_WITH_SYS_STATE")]
        lws_state_reg_notifier_list(cx.system.manager().raw(), info.register_notifier_list);
        raw.cast()
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

/// The vhost that a creation info describes, or what it cannot be in words.
///
/// # Safety
///
/// As [`create`].
pub(super) unsafe fn vhost(
    name: &str,
    info: &lws_context_creation_info,
    log: Cx,
) -> Result<Vhost, String> {
    let option = |bit: c_longlong| info.options & bit as u64 != 0;
    if info.port < CONTEXT_PORT_NO_LISTEN_SERVER || info.port > 65535 {
        return Err(format!("bad argument: port: {}", info.port));
    }
    if info.ka_time != 0 && info.ka_interval == 0 {
        return Err("bad argument: ka_time without ka_interval".into());
    }
    // SAFETY: the caller's promise.
    unsafe {
        let raw = option(LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG);
        let role = text(info.listen_accept_role);
        let accept = text(info.listen_accept_protocol);
        let protocols = Protocol::list(info.protocols, info.pprotocols);
        let mut listen = None;
        if info.port >= 0 {
            // Zeroed creation infos ask for port 0 without meaning it.
            if info.port == 0 && !raw && name == NAME && role.is_none() {
                log_warn!(log, "{name}: port 0 has no effect: HTTP is not built");
            } else if !raw {
                let port = info.port;
                return Err(format!("port: {port}: HTTP is not built; {RAW_LISTENING}"));
            } else if role.as_deref().is_some_and(|r| r != c"raw-skt") {
                return Err(format!("listen_accept_role: {role:?} is not built"));
            } else if role.is_none() {
                return Err("listen_accept_role: missing; \"raw-skt\" is what is built".into());
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
                    bind_device: info.bind_iface != 0,
                    accept_protocol: accept.clone(),
                });
            }
        }
        if let Some(p) = &accept {
            if !protocols.iter().any(|known| known.name() == Some(p)) {
                return Err(format!("listen_accept_protocol: no protocol {p:?}"));
            }
        }
        if listen.is_some() {
            for (member, asked) in [
                ("ssl_cert_filepath", !info.ssl_cert_filepath.is_null()),
                ("server_ssl_cert_mem", !info.server_ssl_cert_mem.is_null()),
            ] {
                if asked {
                    return Err(format!("{member}: TLS is not built"));
                }
            }
        }
        let seconds = |n: c_int| u64::try_from(n).unwrap_or(0);
        Ok(Vhost::new(Settings {
            log,
            name: text(info.vhost_name).unwrap_or_else(|| c"default".to_owned()),
            protocols,
            options: Options::new(info.pvo),
            uses_init: !option(LWS_SERVER_OPTION_SKIP_PROTOCOL_INIT),
            finalize: info.finalize.map(|f| Finalize::new(f, info.finalize_arg)),
            user: info.user,
            port: info.port,
            iface: text(info.iface),
            listen,
            adopts_raw: raw,
            adopt_protocol: accept.filter(|_| raw),
            timeout_secs: match info.timeout_secs {
                0 => 15,
                n => n,
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
            policy: info.retry_and_idle_policy,
        }))
    }
}

const RAW_LISTENING: &str = "raw connections need LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG in options and \
     listen_accept_role \"raw-skt\"";

/// # Safety
///
/// `p` is NULL or NUL-terminated.
unsafe fn text(p: *const c_char) -> Option<CString> {
    // SAFETY: the caller's promise.
    (!p.is_null()).then(|| unsafe { CStr::from_ptr(p) }.to_owned())
}

/// Whom to become; logs a name that nobody has.
///
/// # Safety
///
/// As [`create`].
unsafe fn identity(info: &lws_context_creation_info, log: Cx) -> Option<Identity> {
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
pub(super) fn report(name: &str, info: &lws_context_creation_info, log: Cx) {
    macro_rules! report {
        ($why:literal: $($pointer:ident)* ; $($number:ident)*) => {
            for (member, asked) in [
                $((stringify!($pointer), !info.$pointer.is_null()),)*
                $((stringify!($number), info.$number != 0),)*
            ] {
                if asked {
                    log_warn!(log, "{name}: {member} has no effect: {}", $why);
                }
            }
        };
    }
    report!("connections are watched by the kernel, however many": ; fd_limit_per_thread);
    report!("HTTP is not built":
        extensions token_limits http_proxy_address headers reject_service_keywords log_filepath
        mounts server_string error_document_404 fops http_nsc_filepath;
        http_proxy_port max_http_header_data2 max_http_header_pool2 keepalive_timeout
        max_http_header_data max_http_header_pool timeout_secs_ah_idle
        http_nsc_heap_max_footprint http_nsc_heap_max_items http_nsc_heap_max_payload);
    report!("TLS is not built":
        ssl_private_key_password ssl_cert_filepath ssl_private_key_filepath ssl_ca_filepath
        ssl_cipher_list ecdh_curve tls1_3_plus_cipher_list server_ssl_cert_mem
        server_ssl_private_key_mem server_ssl_ca_mem alpn client_ssl_private_key_password
        client_ssl_cert_filepath client_ssl_cert_mem client_ssl_private_key_filepath
        client_ssl_key_mem client_ssl_ca_filepath client_ssl_ca_mem client_ssl_cipher_list
        client_tls_1_3_plus_cipher_list provided_client_ssl_ctx;
        ssl_options_set ssl_options_clear simultaneous_ssl_restriction
        simultaneous_ssl_handshake_restriction ssl_info_event_mask server_ssl_cert_mem_len
        server_ssl_private_key_mem_len server_ssl_ca_mem_len client_ssl_cert_mem_len
        ssl_client_options_set ssl_client_options_clear client_ssl_ca_mem_len
        client_ssl_key_mem_len tls_session_timeout tls_session_cache_max);
    report!("Secure Streams are not built":
        pss_policies_json pss_plugins ss_proxy_bind ss_proxy_address; ss_proxy_port);
    report!("other event libraries are not built": foreign_loops event_lib_custom;);
    report!("capabilities are not built": ; count_caps);
    #[cfg(not(feature = "LWS_WITH_SYS_STATE"))]
    report!("system state is not built": register_notifier_list system_ops;);
    #[cfg(not(feature = "LWS_WITH_SYS_SMD"))]
    {
        report!("SMD is not built": ; smd_queue_depth);
        if info.early_smd_cb.is_some() {
            log_warn!(log, "{name}: early_smd_cb has no effect: SMD is not built");
        }
    }
    if info.signal_cb.is_some() {
        log_warn!(
            log,
            "{name}: signal_cb has no effect: other event libraries are not built"
        );
    }
    if info.http2_settings.iter().any(|n| *n != 0) {
        log_warn!(
            log,
            "{name}: http2_settings has no effect: HTTP is not built"
        );
    }
    if info.count_threads > 1 {
        log_warn!(
            log,
            "{name}: count_threads has no effect: a context has one service thread"
        );
    }
    #[cfg(feature = "LWS_WITH_NETLINK")]
    let known = KNOWN_OPTIONS
        | (super::route::LWS_SERVER_OPTION_ROUTE_CULL_OFF
            | super::route::LWS_SERVER_OPTION_ROUTE_CULL_NOTIFY) as u64;
    #[cfg(not(feature = "LWS_WITH_NETLINK"))]
    let known = KNOWN_OPTIONS;
    let unknown = info.options & !known;
    if unknown != 0 {
        log_warn!(
            log,
            "{name}: options 0x{unknown:x} have no effect: not built"
        );
    }
}
