//! From `struct lws_context_creation_info` to a context: what is taken from
//! it, and what is reported because this build cannot do it.

use super::context_vhost::{
    LWS_SERVER_OPTION_EXPLICIT_VHOSTS, LWS_SERVER_OPTION_NO_LWS_SYSTEM_STATES,
    LWS_SERVER_OPTION_SKIP_PROTOCOL_INIT, lws_context_creation_info,
};
#[cfg(feature = "LWS_WITH_SYS_STATE")]
use super::state::lws_state_reg_notifier_list;
use super::types::{CONTEXT_PORT_NO_LISTEN_SERVER, lws_context};
use crate::conn::Vhost;
use crate::context::{Context, Kept, Setup};
use crate::log::{Cx, log_debug, log_err, log_notice, log_warn};
#[cfg(feature = "LWS_WITH_SYS_STATE")]
use crate::sys::ops::Ops;
use crate::sys::privs::{self, Identity};
use crate::sys::protocol::{Finalize, Options, Protocol};
use core::ffi::{CStr, c_char};
use core::ptr::null_mut;
use std::ffi::CString;

const NAME: &str = "lws_create_context";

/// Options that this build honours, or that ask for nothing it could leave out.
const KNOWN_OPTIONS: u64 = (LWS_SERVER_OPTION_EXPLICIT_VHOSTS
    | LWS_SERVER_OPTION_SKIP_PROTOCOL_INIT
    | LWS_SERVER_OPTION_NO_LWS_SYSTEM_STATES) as u64;

/// Makes the context.
///
/// # Safety
///
/// What `info` points to is valid, some of it as long as the context; see its members.
pub(super) unsafe fn create(info: &lws_context_creation_info) -> *mut lws_context {
    // SAFETY: the caller's promise, in the whole function.
    unsafe {
        let log = Cx::from_ptr(info.log_cx).unwrap_or(Cx::GLOBAL);
        if !usable(info, log) {
            return null_mut();
        }
        report(info, log);
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
        if let Ok(n @ 1..) = u64::try_from(info.rlimit_nofile)
            && let Err(e) = privs::limit_descriptors(n)
        {
            log_err!(log, "{NAME}: rlimit_nofile: {e}");
            return null_mut();
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
        if info.options & LWS_SERVER_OPTION_EXPLICIT_VHOSTS as u64 == 0 {
            cx.add_vhost(default_vhost(info, log));
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

/// # Safety
///
/// As [`create`].
unsafe fn default_vhost(info: &lws_context_creation_info, log: Cx) -> Vhost {
    // SAFETY: the caller's promise.
    unsafe {
        Vhost::new(
            log,
            text(info.vhost_name).unwrap_or_else(|| c"default".to_owned()),
            Protocol::list(info.protocols, info.pprotocols),
            Options::new(info.pvo),
            info.options & LWS_SERVER_OPTION_SKIP_PROTOCOL_INIT as u64 == 0,
            info.finalize.map(|f| Finalize::new(f, info.finalize_arg)),
        )
    }
}

/// # Safety
///
/// `p` is NULL or NUL-terminated.
unsafe fn text(p: *const c_char) -> Option<CString> {
    // SAFETY: the caller's promise.
    (!p.is_null()).then(|| unsafe { CStr::from_ptr(p) }.to_owned())
}

/// Whether a context can be made at all; logs why not.
fn usable(info: &lws_context_creation_info, log: Cx) -> bool {
    if info.port > 0 {
        let port = info.port;
        log_err!(
            log,
            "{NAME}: port: cannot listen on {port}: listening is not built"
        );
        return false;
    }
    if info.port < CONTEXT_PORT_NO_LISTEN_SERVER {
        log_err!(log, "{NAME}: bad argument: port: {}", info.port);
        return false;
    }
    if info.ka_time != 0 && info.ka_interval == 0 {
        log_err!(log, "{NAME}: bad argument: ka_time without ka_interval");
        return false;
    }
    true
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
fn report(info: &lws_context_creation_info, log: Cx) {
    macro_rules! report {
        ($why:literal: $($pointer:ident)* ; $($number:ident)*) => {
            for (name, asked) in [
                $((stringify!($pointer), !info.$pointer.is_null()),)*
                $((stringify!($number), info.$number != 0),)*
            ] {
                if asked {
                    log_warn!(log, "{NAME}: {name} has no effect: {}", $why);
                }
            }
        };
    }
    report!("listening is not built":
        iface listen_accept_role listen_accept_protocol unix_socket_perms;
        bind_iface fo_listen_queue);
    report!("connections are not built":
        ;
        timeout_secs connect_timeout_secs ka_time ka_probes ka_interval fd_limit_per_thread
        pt_serv_buf_size);
    report!("connections are not built": retry_and_idle_policy;);
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
            log_warn!(log, "{NAME}: early_smd_cb has no effect: SMD is not built");
        }
    }
    if info.signal_cb.is_some() {
        log_warn!(
            log,
            "{NAME}: signal_cb has no effect: other event libraries are not built"
        );
    }
    if info.http2_settings.iter().any(|n| *n != 0) {
        log_warn!(
            log,
            "{NAME}: http2_settings has no effect: HTTP is not built"
        );
    }
    if info.count_threads > 1 {
        log_warn!(
            log,
            "{NAME}: count_threads has no effect: a context has one service thread"
        );
    }
    if info.port == 0 {
        log_warn!(log, "{NAME}: port 0 has no effect: listening is not built");
    }
    let unknown = info.options & !KNOWN_OPTIONS;
    if unknown != 0 {
        log_warn!(
            log,
            "{NAME}: options 0x{unknown:x} have no effect: not built"
        );
    }
}
