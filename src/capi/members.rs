//! Every member of the creation info and of the connect info: done, or named in a log line.
//!
//! The lists below are taken apart against the structs, so that a member that is in no list does
//! not compile.

use crate::abi::client::{lws_client_connect_info, lws_client_connect_ssl_connection_flags};
use crate::abi::context_vhost::*;
use crate::abi::types::CONTEXT_PORT_NO_LISTEN;
use core::ffi::{c_int, c_longlong};

/// Whether a member was given.
trait Asked {
    fn asked(&self) -> bool;
}

impl<T> Asked for *const T {
    fn asked(&self) -> bool {
        !self.is_null()
    }
}

impl<T> Asked for *mut T {
    fn asked(&self) -> bool {
        !self.is_null()
    }
}

impl<T> Asked for Option<T> {
    fn asked(&self) -> bool {
        self.is_some()
    }
}

impl<T: Asked, const N: usize> Asked for [T; N] {
    fn asked(&self) -> bool {
        self.iter().any(Asked::asked)
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(impl Asked for $number {
            fn asked(&self) -> bool {
                *self != 0
            }
        })*
    };
}
numbers!(i8 u8 u16 i32 u32 i64 u64 usize);

/// Takes `$info` apart; calls `$say` for each member that was given and has a reason to be named. An
/// empty reason is that of members that are done.
macro_rules! members {
    ($struct:ident, $info:ident, $say:ident: $($why:expr => $($member:ident)*;)*) => {
        let $struct { $($($member,)*)* } = $info;
        $(
            let why = $why;
            if !why.is_empty() {
                $(if Asked::asked($member) {
                    $say(stringify!($member), why);
                })*
            }
        )*
    };
}

const DONE: &str = "";
pub(super) const NO_HTTP: &str = "HTTP is not built";
const NO_EXTENSIONS: &str = "extensions are not built";
pub(super) const NO_TLS: &str = "TLS is not built";
const NO_TLS_OPTION: &str = "options lack LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT";
const NO_SS: &str = "Secure Streams are not built";
const NO_LIBS: &str = "other event libraries are not built";

/// What a call makes of a creation info: the members of contexts are read by one, those of vhosts by
/// the other, and lws_create_context() without LWS_SERVER_OPTION_EXPLICIT_VHOSTS makes both.
#[derive(Clone, Copy)]
pub(super) struct Makes {
    pub(super) context: bool,
    pub(super) vhost: bool,
}

/// Why the members of a creation info that TLS needs have no effect; empty: they have.
fn tls_of(info: &lws_context_creation_info) -> &'static str {
    if cfg!(not(feature = "LWS_WITH_TLS")) {
        NO_TLS
    } else if info.options & LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT as u64 == 0 {
        NO_TLS_OPTION
    } else {
        DONE
    }
}

/// Tells of each member of a creation info that asks for something this build cannot do, or that
/// has no effect beside the others.
pub(super) fn of_creation(
    info: &lws_context_creation_info,
    makes: Makes,
    say: &mut dyn FnMut(&str, &str),
) {
    let context = |why: &'static str| if makes.context { why } else { DONE };
    let vhost = |why: &'static str| if makes.vhost { why } else { DONE };
    let state = if cfg!(feature = "LWS_WITH_SYS_STATE") {
        DONE
    } else {
        context("system state is not built")
    };
    let smd = if cfg!(feature = "LWS_WITH_SYS_SMD") {
        DONE
    } else {
        context("SMD is not built")
    };
    members!(lws_context_creation_info, info, say:
        DONE =>
            protocols pprotocols pvo port vhost_name options user finalize finalize_arg
            timeout_secs connect_timeout_secs retry_and_idle_policy ka_time log_cx
            uid gid username groupname external_baggage_free_on_destroy pcontext
            pt_serv_buf_size rlimit_nofile early_smd_opaque early_smd_class_filter _unused;
        // Below, where they depend on other members.
        DONE =>
            iface bind_iface unix_socket_perms fo_listen_queue ka_probes ka_interval
            listen_accept_role listen_accept_protocol count_threads caps;
        state => register_notifier_list system_ops;
        smd => early_smd_cb smd_ttl_us smd_queue_depth;
        if cfg!(feature = "LWS_ROLE_H1") { DONE } else { vhost(NO_HTTP) } => http_proxy_address http_proxy_port;
        vhost("access logs are not built") => log_filepath;
        vhost("HTTP/2 is not built") => http2_settings;
        if cfg!(feature = "LWS_WITH_EXTENSIONS") { DONE } else { vhost(NO_EXTENSIONS) } => extensions;
        if cfg!(feature = "LWS_ROLE_H1") { DONE } else { vhost(NO_HTTP) } =>
            headers mounts error_document_404 keepalive_timeout timeout_secs_ah_idle;
        if cfg!(feature = "LWS_ROLE_H1") { DONE } else { context(NO_HTTP) } =>
            max_http_header_data max_http_header_data2 server_string max_http_header_pool max_http_header_pool2;
        context("single headers are not limited") => token_limits;
        context("requests are not rejected by keyword") => reject_service_keywords;
        context("files are served from the file system") => fops;
        context("cookie caches are not built") =>
            http_nsc_filepath http_nsc_heap_max_footprint http_nsc_heap_max_items http_nsc_heap_max_payload;
        vhost(tls_of(info)) =>
            ssl_private_key_password ssl_cert_filepath ssl_private_key_filepath ssl_ca_filepath
            ssl_cipher_list ecdh_curve tls1_3_plus_cipher_list server_ssl_cert_mem
            server_ssl_private_key_mem server_ssl_ca_mem server_ssl_cert_mem_len
            server_ssl_private_key_mem_len server_ssl_ca_mem_len ssl_options_set
            ssl_options_clear ssl_info_event_mask alpn client_ssl_private_key_password
            client_ssl_cert_filepath client_ssl_cert_mem client_ssl_cert_mem_len
            client_ssl_private_key_filepath client_ssl_key_mem client_ssl_key_mem_len
            client_ssl_ca_filepath client_ssl_ca_mem client_ssl_ca_mem_len client_ssl_cipher_list
            client_tls_1_3_plus_cipher_list ssl_client_options_set ssl_client_options_clear
            provided_client_ssl_ctx;
        vhost("TLS sessions are not cached") => tls_session_timeout tls_session_cache_max;
        context("TLS connections are not limited") =>
            simultaneous_ssl_restriction simultaneous_ssl_handshake_restriction;
        context(NO_SS) =>
            pss_policies_json pss_plugins ss_proxy_bind ss_proxy_address ss_proxy_port;
        context(NO_LIBS) => foreign_loops event_lib_custom signal_cb;
        context("capabilities are not built") => count_caps;
        context("connections are watched by the kernel, however many") => fd_limit_per_thread;
    );
    if makes.context && *count_threads > 1 {
        say("count_threads", "a context has one service thread");
    }
    if !makes.vhost {
        return;
    }
    let option = |bit: c_longlong| *options & bit as u64 != 0;
    let adopts = option(LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG);
    let http = cfg!(feature = "LWS_ROLE_H1");
    let falls = http && option(LWS_SERVER_OPTION_FALLBACK_TO_APPLY_LISTEN_ACCEPT_CONFIG);
    let listens = *port > CONTEXT_PORT_NO_LISTEN && (adopts || http);
    let unix = option(LWS_SERVER_OPTION_UNIX_SOCK);
    let idle = "the vhost does not listen";
    let no_option = "options lack LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG";
    for (member, in_vain, why) in [
        (
            "iface",
            iface.asked() && !listens && !bind_iface.asked(),
            "the vhost does not listen, and bind_iface is 0",
        ),
        (
            "bind_iface",
            bind_iface.asked() && !iface.asked(),
            "iface is NULL",
        ),
        (
            "unix_socket_perms",
            unix_socket_perms.asked() && !(listens && unix),
            "the vhost does not listen on a unix socket",
        ),
        (
            "fo_listen_queue",
            fo_listen_queue.asked() && (!listens || unix),
            if listens {
                "the vhost listens on a unix socket"
            } else {
                idle
            },
        ),
        (
            "ka_probes",
            ka_probes.asked() && !ka_time.asked(),
            "ka_time is 0",
        ),
        (
            "ka_interval",
            ka_interval.asked() && !ka_time.asked(),
            "ka_time is 0",
        ),
        (
            "listen_accept_role",
            listen_accept_role.asked() && !adopts && !falls,
            no_option,
        ),
        (
            "listen_accept_protocol",
            listen_accept_protocol.asked() && !adopts && !falls,
            no_option,
        ),
    ] {
        if in_vain {
            say(member, why);
        }
    }
}

/// Options that this build honours, or that ask for nothing it could leave out.
const KNOWN: c_longlong = LWS_SERVER_OPTION_EXPLICIT_VHOSTS
    | LWS_SERVER_OPTION_SKIP_PROTOCOL_INIT
    | LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME
    | LWS_SERVER_OPTION_NO_LWS_SYSTEM_STATES
    | LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG
    | LWS_SERVER_OPTION_UNIX_SOCK
    | LWS_SERVER_OPTION_DISABLE_IPV6
    | LWS_SERVER_OPTION_IPV6_V6ONLY_MODIFY
    | LWS_SERVER_OPTION_IPV6_V6ONLY_VALUE
    | LWS_SERVER_OPTION_ALLOW_LISTEN_SHARE
    | LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND
    | LWS_SERVER_OPTION_H2_JUST_FIX_WINDOW_UPDATE_OVERFLOW
    | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;

#[cfg(feature = "LWS_ROLE_H1")]
const OF_HTTP: c_longlong = LWS_SERVER_OPTION_FALLBACK_TO_APPLY_LISTEN_ACCEPT_CONFIG
    | LWS_SERVER_OPTION_HTTP_HEADERS_SECURITY_BEST_PRACTICES_ENFORCE
    | LWS_SERVER_OPTION_STS;
#[cfg(not(feature = "LWS_ROLE_H1"))]
const OF_HTTP: c_longlong = 0;

/// Options of contexts; the others are those of vhosts.
const OF_CONTEXTS: c_longlong = LWS_SERVER_OPTION_LIBEV
    | LWS_SERVER_OPTION_LIBEVENT
    | LWS_SERVER_OPTION_LIBUV
    | LWS_SERVER_OPTION_GLIB
    | LWS_SERVER_OPTION_SDEVENT
    | LWS_SERVER_OPTION_ULOOP
    | LWS_SERVER_OPTION_UV_NO_SIGSEGV_SIGFPE_SPIN
    | LWS_SERVER_OPTION_SS_PROXY;

#[cfg(feature = "LWS_WITH_NETLINK")]
const OF_ROUTING: c_longlong = crate::abi::route::LWS_SERVER_OPTION_ROUTE_CULL_OFF
    | crate::abi::route::LWS_SERVER_OPTION_ROUTE_CULL_NOTIFY;
#[cfg(not(feature = "LWS_WITH_NETLINK"))]
const OF_ROUTING: c_longlong = 0;

#[cfg(feature = "LWS_ROLE_WS")]
const OF_WS: c_longlong = LWS_SERVER_OPTION_VALIDATE_UTF8 | LWS_SERVER_OPTION_JUST_USE_RAW_ORIGIN;
#[cfg(not(feature = "LWS_ROLE_WS"))]
const OF_WS: c_longlong = 0;

#[cfg(feature = "LWS_WITH_TLS")]
const OF_TLS: c_longlong = LWS_SERVER_OPTION_REQUIRE_VALID_OPENSSL_CLIENT_CERT
    | LWS_SERVER_OPTION_PEER_CERT_NOT_REQUIRED
    | LWS_SERVER_OPTION_ALLOW_NON_SSL_ON_SSL_PORT
    | LWS_SERVER_OPTION_REDIRECT_HTTP_TO_HTTPS
    | LWS_SERVER_OPTION_FALLBACK_TO_APPLY_LISTEN_ACCEPT_CONFIG
    | LWS_SERVER_OPTION_ALLOW_HTTP_ON_HTTPS_LISTENER
    | LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS
    | LWS_SERVER_OPTION_SSL_ECDH
    | LWS_SERVER_OPTION_CREATE_VHOST_SSL_CTX
    | LWS_SERVER_OPTION_IGNORE_MISSING_CERT
    | LWS_SERVER_OPTION_DISABLE_TLS_SESSION_CACHE;
#[cfg(not(feature = "LWS_WITH_TLS"))]
const OF_TLS: c_longlong = 0;

/// The options of a creation info that this build does not honour.
pub(super) fn unknown_options(options: u64, makes: Makes) -> u64 {
    let unknown = options & !(KNOWN | OF_ROUTING | OF_HTTP | OF_TLS | OF_WS) as u64;
    match (makes.context, makes.vhost) {
        (true, true) => unknown,
        (true, false) => unknown & OF_CONTEXTS as u64,
        _ => unknown & !OF_CONTEXTS as u64,
    }
}

/// Tells of each member of a connect info that asks for something this build cannot do. `http`: its
/// method is one of HTTP. `detail` is
/// set for members that lws does not heed either for raw connections, and that programs fill in all
/// the same.
pub(super) fn of_connect(
    info: &lws_client_connect_info,
    http: bool,
    say: &mut dyn FnMut(&str, &str, bool),
) {
    const ONLY_HTTP: &str = "for HTTP only";
    const NO_FAULTS: &str = "fault injection is not built";
    let mut named = |member: &str, why: &str| {
        say(member, why, [ONLY_HTTP, NO_FAULTS].contains(&why));
    };
    let websocket = cfg!(feature = "LWS_ROLE_WS") && info.method.is_null();
    let http = if websocket || http { DONE } else { ONLY_HTTP };
    let tls = if cfg!(not(feature = "LWS_WITH_TLS")) {
        NO_TLS
    } else if info.ssl_connection & Flag::LCCSCF_USE_SSL as c_int == 0 {
        "ssl_connection lacks LCCSCF_USE_SSL"
    } else {
        DONE
    };
    members!(lws_client_connect_info, info, named:
        DONE =>
            context address port ssl_connection protocol userdata method parent_wsi vhost pwsi
            iface local_protocol_name opaque_user_data retry_and_idle_policy priority log_cx
            _unused;
        http => path host origin keep_warm_secs;
        ONLY_HTTP =>
            ietf_version_or_minus_one client_exts uri_replace_from
            uri_replace_to manual_initial_tx_credit;
        tls => alpn;
        "the system has no client certificates" => sys_tls_client_cert;
        "sequencers are not built" => seq;
        "MQTT is not built" => mqtt_cp;
        NO_FAULTS => fi_wsi_name;
    );
}

use lws_client_connect_ssl_connection_flags as Flag;

/// The flags of a connect info that ask for something this build cannot do. Those that are only for
/// HTTP and TLS ask a raw connection for nothing.
pub(super) fn unknown_flags(flags: u32) -> u32 {
    let known = [
        Flag::LCCSCF_USE_SSL,
        Flag::LCCSCF_ALLOW_SELFSIGNED,
        Flag::LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK,
        Flag::LCCSCF_ALLOW_EXPIRED,
        Flag::LCCSCF_ALLOW_INSECURE,
        Flag::LCCSCF_H2_QUIRK_NGHTTP2_END_STREAM,
        Flag::LCCSCF_H2_QUIRK_OVERFLOWS_TXCR,
        Flag::LCCSCF_H2_AUTH_BEARER,
        Flag::LCCSCF_H2_HEXIFY_AUTH_TOKEN,
        Flag::LCCSCF_H2_MANUAL_RXFLOW,
        Flag::LCCSCF_HTTP_MULTIPART_MIME,
        Flag::LCCSCF_HTTP_X_WWW_FORM_URLENCODED,
        Flag::LCCSCF_HTTP_NO_FOLLOW_REDIRECT,
        Flag::LCCSCF_PIPELINE,
        Flag::LCCSCF_MUXABLE_STREAM,
        Flag::LCCSCF_H2_PRIOR_KNOWLEDGE,
        Flag::LCCSCF_WAKE_SUSPEND__VALIDITY,
        Flag::LCCSCF_PRIORITIZE_READS,
        Flag::LCCSCF_IP_LOW_LATENCY,
        Flag::LCCSCF_IP_HIGH_THROUGHPUT,
        Flag::LCCSCF_IP_HIGH_RELIABILITY,
        Flag::LCCSCF_IP_LOW_COST,
        Flag::LCCSCF_CONMON,
        Flag::LCCSCF_ACCEPT_TLS_DOWNGRADE_REDIRECTS,
        Flag::LCCSCF_CACHE_COOKIES,
    ];
    known
        .iter()
        .fold(flags, |left, known| left & !(*known as u32))
}

/// The bits of the type of service that the IP_ flags of a connect info stand for (RFC 1349).
pub(super) fn tos(flags: u32) -> u8 {
    [
        (Flag::LCCSCF_IP_LOW_LATENCY, 0x10),
        (Flag::LCCSCF_IP_HIGH_THROUGHPUT, 0x08),
        (Flag::LCCSCF_IP_HIGH_RELIABILITY, 0x04),
        (Flag::LCCSCF_IP_LOW_COST, 0x02),
    ]
    .iter()
    .filter(|(flag, _)| flags & *flag as u32 != 0)
    .fold(0, |tos, (_, bit)| tos | bit)
}

#[cfg(test)]
mod tests {
    /// The C test that walks the members has all of them.
    #[test]
    fn the_walk_is_whole() {
        let test = include_str!("../../c-tests/unit/context_members.c");
        for (text, name, macro_name) in [
            (
                include_str!("../abi/context_vhost.rs"),
                "pub struct lws_context_creation_info {",
                "C",
            ),
            (
                include_str!("../abi/client.rs"),
                "pub struct lws_client_connect_info {",
                "I",
            ),
        ] {
            let members = text
                .split_once(name)
                .unwrap()
                .1
                .split_once("\n}")
                .unwrap()
                .0;
            let members: Vec<_> = members
                .lines()
                .filter_map(|l| l.trim().strip_prefix("pub ")?.split_once(':'))
                .collect();
            assert!(members.len() > 20);
            for (member, _) in members {
                let entry = format!("\t{macro_name}({member}, ");
                assert_eq!(test.matches(&entry).count(), 1, "{member}");
            }
        }
    }
}
