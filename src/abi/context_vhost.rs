//! `lws-context-vhost.h`: options, and what contexts and vhosts are made from.

use super::logs::lws_log_cx_t;
use super::protocols_plugins::lws_protocols;
use super::retry::lws_retry_bo_t;
use super::smd::{lws_smd_class_t, lws_smd_notification_cb_t};
use super::state::lws_state_notify_link_t;
use super::system::lws_system_ops_t;
use super::types::{
    lws_context, lws_http_mount, lws_plat_file_ops, lws_plugin_evlib, lws_ss_plugin,
    lws_token_limits, lws_usec_t, lws_vhost, ssl_ctx_st,
};
use super::ws_ext::lws_extension;
use core::ffi::{c_char, c_int, c_long, c_longlong, c_uint, c_ushort, c_void};

/// Connections get the role and protocol of `listen_accept_role` and `listen_accept_protocol`, not
/// HTTP.
pub const LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG: c_longlong = 1i64 << 22;
/// A TLS listener serves plain HTTP as well when that is what arrives.
pub const LWS_SERVER_OPTION_ALLOW_HTTP_ON_HTTPS_LISTENER: c_longlong = 1i64 << 29;
/// Several processes may listen on the vhost's port (`SO_REUSEPORT`).
pub const LWS_SERVER_OPTION_ALLOW_LISTEN_SHARE: c_longlong = 1i64 << 23;
/// A TLS listener accepts connections without TLS as well. Sets up TLS.
pub const LWS_SERVER_OPTION_ALLOW_NON_SSL_ON_SSL_PORT: c_longlong = (1i64 << 3) | (1i64 << 12);
/// The vhost gets a TLS context even without a certificate.
pub const LWS_SERVER_OPTION_CREATE_VHOST_SSL_CTX: c_longlong = 1i64 << 24;
/// The vhost does not listen on IPv6.
pub const LWS_SERVER_OPTION_DISABLE_IPV6: c_longlong = 1i64 << 5;
/// Client connections do not trust the CAs of the operating system.
pub const LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS: c_longlong = 1i64 << 6;
/// No TLS session is kept for resumption.
pub const LWS_SERVER_OPTION_DISABLE_TLS_SESSION_CACHE: c_longlong = 1i64 << 39;
/// The TLS library is set up for the process.
pub const LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT: c_longlong = 1i64 << 12;
/// The context is created without a default vhost; the program makes its own.
pub const LWS_SERVER_OPTION_EXPLICIT_VHOSTS: c_longlong = 1i64 << 13;
/// A vhost that cannot bind its port is not created.
pub const LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND: c_longlong = 1i64 << 30;
/// A connection whose first bytes are not HTTP gets the role and protocol of `listen_accept_role`
/// and `listen_accept_protocol`.
pub const LWS_SERVER_OPTION_FALLBACK_TO_APPLY_LISTEN_ACCEPT_CONFIG: c_longlong = 1i64 << 20;
/// Older name of `LWS_SERVER_OPTION_FALLBACK_TO_APPLY_LISTEN_ACCEPT_CONFIG`.
pub const LWS_SERVER_OPTION_FALLBACK_TO_RAW: c_longlong = 1i64 << 20;
/// Use glib's event loop.
pub const LWS_SERVER_OPTION_GLIB: c_longlong = 1i64 << 33;
/// An HTTP/2 peer that makes its window too large is tolerated.
pub const LWS_SERVER_OPTION_H2_JUST_FIX_WINDOW_UPDATE_OVERFLOW: c_longlong = 1i64 << 31;
/// Client connections without TLS speak HTTP/2 at once.
pub const LWS_SERVER_OPTION_H2_PRIOR_KNOWLEDGE: c_longlong = 1i64 << 34;
/// HTTP responses carry headers that switch on browsers' protections.
pub const LWS_SERVER_OPTION_HTTP_HEADERS_SECURITY_BEST_PRACTICES_ENFORCE: c_longlong = 1i64 << 28;
/// A TLS vhost without its certificate is created all the same and waits for it.
pub const LWS_SERVER_OPTION_IGNORE_MISSING_CERT: c_longlong = 1i64 << 26;
/// `IPV6_V6ONLY` of listen sockets is set from `LWS_SERVER_OPTION_IPV6_V6ONLY_VALUE`.
pub const LWS_SERVER_OPTION_IPV6_V6ONLY_MODIFY: c_longlong = 1i64 << 16;
/// Listen sockets on IPv6 do not take IPv4; needs `LWS_SERVER_OPTION_IPV6_V6ONLY_MODIFY`.
pub const LWS_SERVER_OPTION_IPV6_V6ONLY_VALUE: c_longlong = 1i64 << 17;
/// The `Origin:` header of a client connection is sent as given, without a scheme before it.
pub const LWS_SERVER_OPTION_JUST_USE_RAW_ORIGIN: c_longlong = 1i64 << 19;
/// Use libev's event loop.
pub const LWS_SERVER_OPTION_LIBEV: c_longlong = 1i64 << 4;
/// Use libevent's event loop.
pub const LWS_SERVER_OPTION_LIBEVENT: c_longlong = 1i64 << 21;
/// Use libuv's event loop.
pub const LWS_SERVER_OPTION_LIBUV: c_longlong = 1i64 << 10;
/// The context has no system state manager.
pub const LWS_SERVER_OPTION_NO_LWS_SYSTEM_STATES: c_longlong = 1i64 << 35;
/// Older name of `LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG`.
pub const LWS_SERVER_OPTION_ONLY_RAW: c_longlong = 1i64 << 22;
/// A client certificate is asked for, and may be absent.
pub const LWS_SERVER_OPTION_PEER_CERT_NOT_REQUIRED: c_longlong = 1i64 << 7;
/// A plain HTTP request on a TLS listener is answered by a redirect to HTTPS. Sets up TLS.
pub const LWS_SERVER_OPTION_REDIRECT_HTTP_TO_HTTPS: c_longlong = (1i64 << 11) | (1i64 << 12);
/// Clients must show a certificate that the vhost's CA signed. Sets up TLS.
pub const LWS_SERVER_OPTION_REQUIRE_VALID_OPENSSL_CLIENT_CERT: c_longlong =
    (1i64 << 1) | (1i64 << 12);
/// Use systemd's event loop.
pub const LWS_SERVER_OPTION_SDEVENT: c_longlong = 1i64 << 37;
/// Protocols are not told about the vhost (`LWS_CALLBACK_PROTOCOL_INIT`).
pub const LWS_SERVER_OPTION_SKIP_PROTOCOL_INIT: c_longlong = 1i64 << 25;
/// The machine's name is not looked up at start.
pub const LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME: c_longlong = 1i64 << 2;
/// The server uses the ECDH curve of its certificate. Sets up TLS.
pub const LWS_SERVER_OPTION_SSL_ECDH: c_longlong = (1i64 << 9) | (1i64 << 12);
/// The context is a Secure Streams proxy.
pub const LWS_SERVER_OPTION_SS_PROXY: c_longlong = 1i64 << 36;
/// HTTPS responses tell browsers to keep to HTTPS (strict transport security).
pub const LWS_SERVER_OPTION_STS: c_longlong = 1i64 << 15;
/// Use uloop's event loop.
pub const LWS_SERVER_OPTION_ULOOP: c_longlong = 1i64 << 38;
/// The vhost listens on a unix socket, named by `iface`.
pub const LWS_SERVER_OPTION_UNIX_SOCK: c_longlong = 1i64 << 14;
/// With libuv: crash signals keep their default effect.
pub const LWS_SERVER_OPTION_UV_NO_SIGSEGV_SIGFPE_SPIN: c_longlong = 1i64 << 18;
/// Websocket text is checked to be UTF-8.
pub const LWS_SERVER_OPTION_VALIDATE_UTF8: c_longlong = 1i64 << 8;
/// Only requests whose `Host:` names a vhost of the listener are served.
pub const LWS_SERVER_OPTION_VHOST_UPG_STRICT_HOST_CHECK: c_longlong = 1i64 << 27;
/// An HTTP/2 stream half closed by the client can go on being sent to.
pub const LWS_SERVER_OPTION_VH_H2_HALF_CLOSED_LONG_POLL: c_longlong = 1i64 << 32;

/// A name and its value in a linked list, with options of its own: a tree of settings that a
/// program or a configuration gives to a protocol of a vhost.
#[repr(C)]
pub struct lws_protocol_vhost_options {
    /// The next at this level, or NULL.
    pub next: *const lws_protocol_vhost_options,
    /// The first of this one's own options, or NULL.
    pub options: *const lws_protocol_vhost_options,
    /// The name.
    pub name: *const c_char,
    /// The value.
    pub value: *const c_char,
}

/// How `lws_create_context()` makes a context and its default vhost. Set all of it to zero first,
/// then what you need: zero is every member's default. `lws_create_context()` says how long what
/// the members point to has to live.
#[repr(C)]
pub struct lws_context_creation_info {
    /// Interface name or address that a listening vhost binds to; NULL for all. A unix socket's
    /// path with `LWS_SERVER_OPTION_UNIX_SOCK`.
    pub iface: *const c_char,
    /// The vhost's protocols, ended by an entry whose callback is NULL. The array must live as long as
    /// the vhost.
    pub protocols: *const lws_protocols,
    /// Websocket extensions the vhost offers, or NULL.
    pub extensions: *const lws_extension,
    /// Limits for the length of each HTTP header, or NULL.
    pub token_limits: *const lws_token_limits,
    /// `address:port` of an HTTP proxy for client connections, or NULL.
    pub http_proxy_address: *const c_char,
    /// HTTP headers added to every response of the vhost, or NULL.
    pub headers: *const lws_protocol_vhost_options,
    /// Words in a request's headers that make the vhost refuse it, each with the response it gets,
    /// or NULL.
    pub reject_service_keywords: *const lws_protocol_vhost_options,
    /// Options for each protocol of the vhost, or NULL.
    pub pvo: *const lws_protocol_vhost_options,
    /// File that HTTP accesses to the vhost are logged to, or NULL.
    pub log_filepath: *const c_char,
    /// Linked list of where URL paths are served from, or NULL.
    pub mounts: *const lws_http_mount,
    /// What the HTTP `server:` header says, or NULL for lws's own.
    pub server_string: *const c_char,
    /// URL a client is sent to in place of a 404 response, or NULL.
    pub error_document_404: *const c_char,
    /// Port the default vhost listens on; `CONTEXT_PORT_NO_LISTEN` for none, 0 for one the system
    /// chooses.
    pub port: c_int,
    /// Port of the HTTP proxy when its address does not hold one.
    pub http_proxy_port: c_uint,
    /// Bytes for one transaction's HTTP headers; used in place of `max_http_header_data` when not
    /// 0.
    pub max_http_header_data2: c_uint,
    /// HTTP transactions that can hold headers at once; used in place of `max_http_header_pool`
    /// when not 0.
    pub max_http_header_pool2: c_uint,
    /// Seconds an HTTP connection is kept open between transactions; 0 for the default.
    pub keepalive_timeout: c_int,
    /// Values for the HTTP/2 SETTINGS frame by their index; `http2_settings[0]` nonzero makes the
    /// others count.
    pub http2_settings: [u32; 7],
    /// Bytes for one transaction's HTTP headers; 0 for the default.
    pub max_http_header_data: c_ushort,
    /// HTTP transactions that can hold headers at once; 0 for the default.
    pub max_http_header_pool: c_ushort,
    /// Passphrase of the server's private key, or NULL.
    pub ssl_private_key_password: *const c_char,
    /// File with the server's certificate, or NULL.
    pub ssl_cert_filepath: *const c_char,
    /// File with the server's private key, or NULL.
    pub ssl_private_key_filepath: *const c_char,
    /// File with the CA that client certificates are checked against, or NULL.
    pub ssl_ca_filepath: *const c_char,
    /// Ciphers the server accepts, in OpenSSL's notation, or NULL.
    pub ssl_cipher_list: *const c_char,
    /// Name of the server's ECDH curve, or NULL for the default.
    pub ecdh_curve: *const c_char,
    /// The server's ciphers for TLS 1.3 and later, or NULL.
    pub tls1_3_plus_cipher_list: *const c_char,
    /// The server's certificate in memory, instead of a file.
    pub server_ssl_cert_mem: *const c_void,
    /// The server's private key in memory, instead of a file.
    pub server_ssl_private_key_mem: *const c_void,
    /// The CA for client certificates in memory, instead of a file.
    pub server_ssl_ca_mem: *const c_void,
    /// `SSL_OP_*` bits set on the server's TLS context.
    pub ssl_options_set: c_long,
    /// `SSL_OP_*` bits cleared on the server's TLS context.
    pub ssl_options_clear: c_long,
    /// TLS sessions that may exist at once; 0 for no limit.
    pub simultaneous_ssl_restriction: c_int,
    /// TLS handshakes that may be under way at once; 0 for no limit.
    pub simultaneous_ssl_handshake_restriction: c_int,
    /// `SSL_CB_*` bits of the TLS events that reach the protocol's callback.
    pub ssl_info_event_mask: c_int,
    /// Bytes at `server_ssl_cert_mem`.
    pub server_ssl_cert_mem_len: c_uint,
    /// Bytes at `server_ssl_private_key_mem`.
    pub server_ssl_private_key_mem_len: c_uint,
    /// Bytes at `server_ssl_ca_mem`.
    pub server_ssl_ca_mem_len: c_uint,
    /// ALPN names the vhost accepts, separated by commas, or NULL.
    pub alpn: *const c_char,
    /// Passphrase of the client's private key, or NULL.
    pub client_ssl_private_key_password: *const c_char,
    /// File with the client's certificate, or NULL.
    pub client_ssl_cert_filepath: *const c_char,
    /// The client's certificate in memory, instead of a file.
    pub client_ssl_cert_mem: *const c_void,
    /// Bytes at `client_ssl_cert_mem`.
    pub client_ssl_cert_mem_len: c_uint,
    /// File with the client's private key, or NULL.
    pub client_ssl_private_key_filepath: *const c_char,
    /// The client's private key in memory, instead of a file.
    pub client_ssl_key_mem: *const c_void,
    /// File with the CA that servers are checked against, or NULL.
    pub client_ssl_ca_filepath: *const c_char,
    /// The CA that servers are checked against in memory, instead of a file.
    pub client_ssl_ca_mem: *const c_void,
    /// Ciphers a client connection offers, or NULL.
    pub client_ssl_cipher_list: *const c_char,
    /// Ciphers a client connection offers for TLS 1.3 and later, or NULL.
    pub client_tls_1_3_plus_cipher_list: *const c_char,
    /// `SSL_OP_*` bits set on the client's TLS context.
    pub ssl_client_options_set: c_long,
    /// `SSL_OP_*` bits cleared on the client's TLS context.
    pub ssl_client_options_clear: c_long,
    /// Bytes at `client_ssl_ca_mem`.
    pub client_ssl_ca_mem_len: c_uint,
    /// Bytes at `client_ssl_key_mem`.
    pub client_ssl_key_mem_len: c_uint,
    /// A TLS context of the program's own for client connections, or NULL.
    pub provided_client_ssl_ctx: *mut ssl_ctx_st,
    /// Seconds of silence before TCP keepalive probes start; 0 for no keepalive.
    pub ka_time: c_int,
    /// Probes without an answer that end a connection.
    pub ka_probes: c_int,
    /// Seconds between two probes.
    pub ka_interval: c_int,
    /// Seconds a network operation may take; 0 for the default.
    pub timeout_secs: c_uint,
    /// Seconds a client connection may take to be made; 0 for the default.
    pub connect_timeout_secs: c_uint,
    /// 1 binds sockets strictly to the interface named by `iface`.
    pub bind_iface: c_int,
    /// Seconds an idle connection may hold memory for HTTP headers; 0 for the default.
    pub timeout_secs_ah_idle: c_uint,
    /// Seconds a TLS session stays in the cache for resumption; 0 for the default.
    pub tls_session_timeout: u32,
    /// TLS sessions the client's cache holds; 0 for the default.
    pub tls_session_cache_max: u32,
    /// Group to change to once privileged setup is done; 0 or -1 to stay.
    pub gid: libc::gid_t,
    /// User to change to once privileged setup is done; 0 or -1 to stay.
    pub uid: libc::uid_t,
    /// `LWS_SERVER_OPTION_*` bits.
    pub options: u64,
    /// The program's own pointer: `lws_context_user()`, and `lws_vhost_user()` for the default
    /// vhost.
    pub user: *mut c_void,
    /// Threads that service the context; 0 for 1.
    pub count_threads: c_uint,
    /// Descriptors one service thread can watch; 0 for what the process is allowed to open.
    pub fd_limit_per_thread: c_uint,
    /// Name of the vhost; NULL for "default".
    pub vhost_name: *const c_char,
    /// Memory given to `free()` when the context is destroyed, or NULL.
    pub external_baggage_free_on_destroy: *mut c_void,
    /// Bytes of the scratch buffer each service thread has; 0 for the default of 4096.
    pub pt_serv_buf_size: c_uint,
    /// A linked list of file operations to use before the built-in ones, or NULL.
    pub fops: *const lws_plat_file_ops,
    /// Linux capabilities to keep when the user is changed.
    pub caps: [c_int; 4],
    /// How many entries of `caps` count.
    pub count_caps: c_char,
    /// Array of one event loop for each service thread, made by the program with another event
    /// library, or NULL.
    pub foreign_loops: *mut *mut c_void,
    /// Called by event libraries that handle signals, with the library's handle and the signal, or
    /// NULL.
    pub signal_cb: Option<unsafe extern "C" fn(event_lib_handle: *mut c_void, signum: c_int)>,
    /// Where a pointer to the context is kept, so that it is NULL when the context is gone, or
    /// NULL.
    pub pcontext: *mut *mut lws_context,
    /// Called with the vhost and `finalize_arg` when the vhost is about to be freed, or NULL.
    pub finalize: Option<unsafe extern "C" fn(vh: *mut lws_vhost, arg: *mut c_void)>,
    /// Second argument of `finalize`.
    pub finalize_arg: *mut c_void,
    /// Role that accepted connections get, instead of HTTP, or NULL.
    pub listen_accept_role: *const c_char,
    /// Protocol that accepted connections are bound to, or NULL.
    pub listen_accept_protocol: *const c_char,
    /// The vhost's protocols as an array of pointers ended by NULL; used when `protocols` is NULL.
    pub pprotocols: *mut *const lws_protocols,
    /// Name of the user to change to, or NULL; counts before `uid`.
    pub username: *const c_char,
    /// Name of the group to change to, or NULL; counts before `gid`.
    pub groupname: *const c_char,
    /// `user:group` a unix listen socket is given to, or NULL.
    pub unix_socket_perms: *const c_char,
    /// Functions of the platform: reboot, clock and others. NULL for none; must live as long as the
    /// context.
    pub system_ops: *const lws_system_ops_t,
    /// Default policy for retries and for checking idle connections; NULL for the built-in one.
    /// Must live as long as the context.
    pub retry_and_idle_policy: *const lws_retry_bo_t,
    /// Array, ended by NULL, of notifiers that are on the system state manager before it takes its
    /// first step, or NULL.
    pub register_notifier_list: *const *mut lws_state_notify_link_t,
    /// The Secure Streams policy as JSON, or NULL.
    pub pss_policies_json: *const c_char,
    /// Array of Secure Streams plugins ended by NULL, or NULL.
    pub pss_plugins: *mut *const lws_ss_plugin,
    /// Unix socket or interface that a Secure Streams client uses to reach its proxy, or NULL for
    /// the default.
    pub ss_proxy_bind: *const c_char,
    /// Address of the Secure Streams proxy when it is reached by TCP, or NULL.
    pub ss_proxy_address: *const c_char,
    /// TCP port of the Secure Streams proxy; 0 for a unix socket.
    pub ss_proxy_port: u16,
    /// Descriptors the process may open: sets RLIMIT_NOFILE when not 0.
    pub rlimit_nofile: c_int,
    /// A message bus participant registered before any message is sent, or NULL.
    pub early_smd_cb: lws_smd_notification_cb_t,
    /// First argument of `early_smd_cb`.
    pub early_smd_opaque: *mut c_void,
    /// Bits of the message classes `early_smd_cb` hears.
    pub early_smd_class_filter: lws_smd_class_t,
    /// Microseconds a message may wait for delivery before it is dropped; 0 for the default of 2
    /// seconds.
    pub smd_ttl_us: lws_usec_t,
    /// Messages that may wait for delivery at once; 0 for the default of 40.
    pub smd_queue_depth: u16,
    /// Length of the TCP fast open queue of listen sockets; 0 for no fast open.
    pub fo_listen_queue: c_int,
    /// An event library of the program's own, or NULL for one chosen by `options`.
    pub event_lib_custom: *const lws_plugin_evlib,
    /// Where lines about the context are logged; NULL for the process-wide settings.
    pub log_cx: *mut lws_log_cx_t,
    /// File with the HTTP client's cookies, or NULL.
    pub http_nsc_filepath: *const c_char,
    /// Bytes of cookies kept in memory; 0 for no limit.
    pub http_nsc_heap_max_footprint: usize,
    /// Cookies kept in memory; 0 for no limit.
    pub http_nsc_heap_max_items: usize,
    /// Bytes one cookie may have; 0 for no limit.
    pub http_nsc_heap_max_payload: usize,
    /// Room for later members; zero.
    pub _unused: [*mut c_void; 2],
}

/// Called to have the program's configuration loaded again.
pub type lws_reload_func = Option<unsafe extern "C" fn() -> c_int>;

// The layout of lws 4.3.5 in the frozen profile (x86-64).
#[cfg(target_pointer_width = "64")]
const _: () = {
    use core::mem::{align_of, offset_of, size_of};
    assert!(size_of::<lws_protocol_vhost_options>() == 32);
    assert!(align_of::<lws_protocol_vhost_options>() == 8);
    assert!(offset_of!(lws_protocol_vhost_options, next) == 0);
    assert!(offset_of!(lws_protocol_vhost_options, options) == 8);
    assert!(offset_of!(lws_protocol_vhost_options, name) == 16);
    assert!(offset_of!(lws_protocol_vhost_options, value) == 24);
};

// The layout of lws 4.3.5 in the frozen profile (x86-64).
#[cfg(target_pointer_width = "64")]
const _: () = {
    use core::mem::{align_of, offset_of, size_of};
    assert!(size_of::<lws_context_creation_info>() == 776);
    assert!(align_of::<lws_context_creation_info>() == 8);
    assert!(offset_of!(lws_context_creation_info, iface) == 0);
    assert!(offset_of!(lws_context_creation_info, protocols) == 8);
    assert!(offset_of!(lws_context_creation_info, extensions) == 16);
    assert!(offset_of!(lws_context_creation_info, token_limits) == 24);
    assert!(offset_of!(lws_context_creation_info, http_proxy_address) == 32);
    assert!(offset_of!(lws_context_creation_info, headers) == 40);
    assert!(offset_of!(lws_context_creation_info, reject_service_keywords) == 48);
    assert!(offset_of!(lws_context_creation_info, pvo) == 56);
    assert!(offset_of!(lws_context_creation_info, log_filepath) == 64);
    assert!(offset_of!(lws_context_creation_info, mounts) == 72);
    assert!(offset_of!(lws_context_creation_info, server_string) == 80);
    assert!(offset_of!(lws_context_creation_info, error_document_404) == 88);
    assert!(offset_of!(lws_context_creation_info, port) == 96);
    assert!(offset_of!(lws_context_creation_info, http_proxy_port) == 100);
    assert!(offset_of!(lws_context_creation_info, max_http_header_data2) == 104);
    assert!(offset_of!(lws_context_creation_info, max_http_header_pool2) == 108);
    assert!(offset_of!(lws_context_creation_info, keepalive_timeout) == 112);
    assert!(offset_of!(lws_context_creation_info, http2_settings) == 116);
    assert!(offset_of!(lws_context_creation_info, max_http_header_data) == 144);
    assert!(offset_of!(lws_context_creation_info, max_http_header_pool) == 146);
    assert!(offset_of!(lws_context_creation_info, ssl_private_key_password) == 152);
    assert!(offset_of!(lws_context_creation_info, ssl_cert_filepath) == 160);
    assert!(offset_of!(lws_context_creation_info, ssl_private_key_filepath) == 168);
    assert!(offset_of!(lws_context_creation_info, ssl_ca_filepath) == 176);
    assert!(offset_of!(lws_context_creation_info, ssl_cipher_list) == 184);
    assert!(offset_of!(lws_context_creation_info, ecdh_curve) == 192);
    assert!(offset_of!(lws_context_creation_info, tls1_3_plus_cipher_list) == 200);
    assert!(offset_of!(lws_context_creation_info, server_ssl_cert_mem) == 208);
    assert!(offset_of!(lws_context_creation_info, server_ssl_private_key_mem) == 216);
    assert!(offset_of!(lws_context_creation_info, server_ssl_ca_mem) == 224);
    assert!(offset_of!(lws_context_creation_info, ssl_options_set) == 232);
    assert!(offset_of!(lws_context_creation_info, ssl_options_clear) == 240);
    assert!(offset_of!(lws_context_creation_info, simultaneous_ssl_restriction) == 248);
    assert!(
        offset_of!(
            lws_context_creation_info,
            simultaneous_ssl_handshake_restriction
        ) == 252
    );
    assert!(offset_of!(lws_context_creation_info, ssl_info_event_mask) == 256);
    assert!(offset_of!(lws_context_creation_info, server_ssl_cert_mem_len) == 260);
    assert!(offset_of!(lws_context_creation_info, server_ssl_private_key_mem_len) == 264);
    assert!(offset_of!(lws_context_creation_info, server_ssl_ca_mem_len) == 268);
    assert!(offset_of!(lws_context_creation_info, alpn) == 272);
    assert!(offset_of!(lws_context_creation_info, client_ssl_private_key_password) == 280);
    assert!(offset_of!(lws_context_creation_info, client_ssl_cert_filepath) == 288);
    assert!(offset_of!(lws_context_creation_info, client_ssl_cert_mem) == 296);
    assert!(offset_of!(lws_context_creation_info, client_ssl_cert_mem_len) == 304);
    assert!(offset_of!(lws_context_creation_info, client_ssl_private_key_filepath) == 312);
    assert!(offset_of!(lws_context_creation_info, client_ssl_key_mem) == 320);
    assert!(offset_of!(lws_context_creation_info, client_ssl_ca_filepath) == 328);
    assert!(offset_of!(lws_context_creation_info, client_ssl_ca_mem) == 336);
    assert!(offset_of!(lws_context_creation_info, client_ssl_cipher_list) == 344);
    assert!(offset_of!(lws_context_creation_info, client_tls_1_3_plus_cipher_list) == 352);
    assert!(offset_of!(lws_context_creation_info, ssl_client_options_set) == 360);
    assert!(offset_of!(lws_context_creation_info, ssl_client_options_clear) == 368);
    assert!(offset_of!(lws_context_creation_info, client_ssl_ca_mem_len) == 376);
    assert!(offset_of!(lws_context_creation_info, client_ssl_key_mem_len) == 380);
    assert!(offset_of!(lws_context_creation_info, provided_client_ssl_ctx) == 384);
    assert!(offset_of!(lws_context_creation_info, ka_time) == 392);
    assert!(offset_of!(lws_context_creation_info, ka_probes) == 396);
    assert!(offset_of!(lws_context_creation_info, ka_interval) == 400);
    assert!(offset_of!(lws_context_creation_info, timeout_secs) == 404);
    assert!(offset_of!(lws_context_creation_info, connect_timeout_secs) == 408);
    assert!(offset_of!(lws_context_creation_info, bind_iface) == 412);
    assert!(offset_of!(lws_context_creation_info, timeout_secs_ah_idle) == 416);
    assert!(offset_of!(lws_context_creation_info, tls_session_timeout) == 420);
    assert!(offset_of!(lws_context_creation_info, tls_session_cache_max) == 424);
    assert!(offset_of!(lws_context_creation_info, gid) == 428);
    assert!(offset_of!(lws_context_creation_info, uid) == 432);
    assert!(offset_of!(lws_context_creation_info, options) == 440);
    assert!(offset_of!(lws_context_creation_info, user) == 448);
    assert!(offset_of!(lws_context_creation_info, count_threads) == 456);
    assert!(offset_of!(lws_context_creation_info, fd_limit_per_thread) == 460);
    assert!(offset_of!(lws_context_creation_info, vhost_name) == 464);
    assert!(offset_of!(lws_context_creation_info, external_baggage_free_on_destroy) == 472);
    assert!(offset_of!(lws_context_creation_info, pt_serv_buf_size) == 480);
    assert!(offset_of!(lws_context_creation_info, fops) == 488);
    assert!(offset_of!(lws_context_creation_info, caps) == 496);
    assert!(offset_of!(lws_context_creation_info, count_caps) == 512);
    assert!(offset_of!(lws_context_creation_info, foreign_loops) == 520);
    assert!(offset_of!(lws_context_creation_info, signal_cb) == 528);
    assert!(offset_of!(lws_context_creation_info, pcontext) == 536);
    assert!(offset_of!(lws_context_creation_info, finalize) == 544);
    assert!(offset_of!(lws_context_creation_info, finalize_arg) == 552);
    assert!(offset_of!(lws_context_creation_info, listen_accept_role) == 560);
    assert!(offset_of!(lws_context_creation_info, listen_accept_protocol) == 568);
    assert!(offset_of!(lws_context_creation_info, pprotocols) == 576);
    assert!(offset_of!(lws_context_creation_info, username) == 584);
    assert!(offset_of!(lws_context_creation_info, groupname) == 592);
    assert!(offset_of!(lws_context_creation_info, unix_socket_perms) == 600);
    assert!(offset_of!(lws_context_creation_info, system_ops) == 608);
    assert!(offset_of!(lws_context_creation_info, retry_and_idle_policy) == 616);
    assert!(offset_of!(lws_context_creation_info, register_notifier_list) == 624);
    assert!(offset_of!(lws_context_creation_info, pss_policies_json) == 632);
    assert!(offset_of!(lws_context_creation_info, pss_plugins) == 640);
    assert!(offset_of!(lws_context_creation_info, ss_proxy_bind) == 648);
    assert!(offset_of!(lws_context_creation_info, ss_proxy_address) == 656);
    assert!(offset_of!(lws_context_creation_info, ss_proxy_port) == 664);
    assert!(offset_of!(lws_context_creation_info, rlimit_nofile) == 668);
    assert!(offset_of!(lws_context_creation_info, early_smd_cb) == 672);
    assert!(offset_of!(lws_context_creation_info, early_smd_opaque) == 680);
    assert!(offset_of!(lws_context_creation_info, early_smd_class_filter) == 688);
    assert!(offset_of!(lws_context_creation_info, smd_ttl_us) == 696);
    assert!(offset_of!(lws_context_creation_info, smd_queue_depth) == 704);
    assert!(offset_of!(lws_context_creation_info, fo_listen_queue) == 708);
    assert!(offset_of!(lws_context_creation_info, event_lib_custom) == 712);
    assert!(offset_of!(lws_context_creation_info, log_cx) == 720);
    assert!(offset_of!(lws_context_creation_info, http_nsc_filepath) == 728);
    assert!(offset_of!(lws_context_creation_info, http_nsc_heap_max_footprint) == 736);
    assert!(offset_of!(lws_context_creation_info, http_nsc_heap_max_items) == 744);
    assert!(offset_of!(lws_context_creation_info, http_nsc_heap_max_payload) == 752);
    assert!(offset_of!(lws_context_creation_info, _unused) == 760);
};

/// What a mount leads to.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lws_mount_protocols {
    /// Another server. Not built.
    LWSMPRO_HTTP = 0,
    /// As LWSMPRO_HTTP, over TLS. Not built.
    LWSMPRO_HTTPS = 1,
    /// The files of a folder.
    LWSMPRO_FILE = 2,
    /// Programs. Not built.
    LWSMPRO_CGI = 3,
    /// A redirect to `http://` and `origin`.
    LWSMPRO_REDIR_HTTP = 4,
    /// A redirect to `https://` and `origin`.
    LWSMPRO_REDIR_HTTPS = 5,
    /// A protocol of the vhost's.
    LWSMPRO_CALLBACK = 6,
}

/// How a mount finds out whether a user may use it.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lws_authentication_mode {
    /// By the login file, if there is one.
    LWSAUTHM_DEFAULT = 0,
    /// By LWS_CALLBACK_VERIFY_BASIC_AUTHORIZATION.
    LWSAUTHM_BASIC_AUTH_CALLBACK = 268435456,
}

/// The bits of `auth_mask` that say how.
pub const AUTH_MODE_MASK: c_uint = 0xF0000000;
