//! `lws-client.h`: what a client connection is made from.

use super::logs::lws_log_cx_t;
use super::retry::lws_retry_bo_t;
use super::types::{lws, lws_context, lws_sequencer, lws_vhost};
use core::ffi::{c_char, c_int, c_uint, c_void};

/// What a client connection needs: bits of `ssl_connection` in
/// `struct lws_client_connect_info`. A raw connection heeds the IP_ ones and PRIORITIZE_READS; a
/// connection that asks for TLS is refused.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lws_client_connect_ssl_connection_flags {
    /// TLS.
    LCCSCF_USE_SSL = 1 << 0,
    /// TLS: a certificate that nobody else signed is good enough.
    LCCSCF_ALLOW_SELFSIGNED = 1 << 1,
    /// TLS: the certificate may be for another name.
    LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK = 1 << 2,
    /// TLS: the certificate may be out of date.
    LCCSCF_ALLOW_EXPIRED = 1 << 3,
    /// TLS: any certificate is good enough.
    LCCSCF_ALLOW_INSECURE = 1 << 4,
    /// HTTP/2: end the stream as servers built with nghttp2 need it.
    LCCSCF_H2_QUIRK_NGHTTP2_END_STREAM = 1 << 5,
    /// HTTP/2: live with a server that grants more credit than there can be.
    LCCSCF_H2_QUIRK_OVERFLOWS_TXCR = 1 << 6,
    /// HTTP: the token of the request is a bearer token.
    LCCSCF_H2_AUTH_BEARER = 1 << 7,
    /// HTTP: write the token of the request in hex.
    LCCSCF_H2_HEXIFY_AUTH_TOKEN = 1 << 8,
    /// HTTP/2: the program grants the server credit itself.
    LCCSCF_H2_MANUAL_RXFLOW = 1 << 9,
    /// HTTP: the body is a multipart MIME form.
    LCCSCF_HTTP_MULTIPART_MIME = 1 << 10,
    /// HTTP: the body is an urlencoded form.
    LCCSCF_HTTP_X_WWW_FORM_URLENCODED = 1 << 11,
    /// HTTP: do not go where the server redirects to.
    LCCSCF_HTTP_NO_FOLLOW_REDIRECT = 1 << 12,
    /// HTTP: share a connection with requests to the same server.
    LCCSCF_PIPELINE = 1 << 16,
    /// Streams can be multiplexed on this connection.
    LCCSCF_MUXABLE_STREAM = 1 << 17,
    /// HTTP/2: start with it, without asking the server.
    LCCSCF_H2_PRIOR_KNOWLEDGE = 1 << 18,
    /// The timers of the connection's validity wake a suspended system.
    LCCSCF_WAKE_SUSPEND__VALIDITY = 1 << 19,
    /// What can be read is read before anything is written.
    LCCSCF_PRIORITIZE_READS = 1 << 20,
    /// Secure Streams: the connection is a stream's.
    LCCSCF_SECSTREAM_CLIENT = 1 << 21,
    /// Secure Streams: the connection is a client's to its proxy.
    LCCSCF_SECSTREAM_PROXY_LINK = 1 << 22,
    /// Secure Streams: the connection is a proxy's to the outside.
    LCCSCF_SECSTREAM_PROXY_ONWARD = 1 << 23,
    /// Marks the packets: low delay.
    LCCSCF_IP_LOW_LATENCY = 1 << 24,
    /// Marks the packets: high throughput.
    LCCSCF_IP_HIGH_THROUGHPUT = 1 << 25,
    /// Marks the packets: high reliability.
    LCCSCF_IP_HIGH_RELIABILITY = 1 << 26,
    /// Marks the packets: low cost.
    LCCSCF_IP_LOW_COST = 1 << 27,
    /// Measure how the connection comes about.
    LCCSCF_CONMON = 1 << 28,
    /// HTTP: a redirect may lead from TLS to plain text.
    LCCSCF_ACCEPT_TLS_DOWNGRADE_REDIRECTS = 1 << 29,
    /// HTTP: keep cookies and send them.
    LCCSCF_CACHE_COOKIES = 1 << 30,
}

/// An `enum lws_client_connect_ssl_connection_flags` as it crosses the edge: flags are combined.
pub type lws_client_connect_ssl_connection_flags_int = c_uint;

/// What to connect to, and how. Zero it, and fill in what is needed: for a raw connection
/// `context`, `address`, `port`, `method` "RAW", and `local_protocol_name` or `protocol`.
///
/// The struct and the texts it points to are read during the call only, except where it says
/// otherwise.
#[repr(C)]
pub struct lws_client_connect_info {
    /// The context to connect in.
    pub context: *mut lws_context,
    /// The peer: a name, a numeric IPv4 or IPv6 address, or "+" and the path of a unix socket, where
    /// "+@" begins a name in the abstract namespace.
    pub address: *const c_char,
    /// The peer's port.
    pub port: c_int,
    /// Bits of `enum lws_client_connect_ssl_connection_flags`.
    pub ssl_connection: c_int,
    /// HTTP: the path of the URL.
    pub path: *const c_char,
    /// HTTP and TLS: the name by which the peer is asked.
    pub host: *const c_char,
    /// HTTP: the origin of the request.
    pub origin: *const c_char,
    /// Websockets: the subprotocols to offer. Raw: the protocol to bind to where
    /// `local_protocol_name` is NULL.
    pub protocol: *const c_char,
    /// Websockets: the protocol's version; 0 or -1 for the newest.
    pub ietf_version_or_minus_one: c_int,
    /// `user` in the callback, in place of memory that the library allocates; NULL for the latter.
    /// Stays the program's, and must live as long as the connection.
    pub userdata: *mut c_void,
    /// Websockets: not used. What is offered are the extensions of the vhost.
    pub client_exts: *const c_void,
    /// The HTTP method, NULL for websockets, or "RAW" for a connection without a protocol of its
    /// own.
    pub method: *const c_char,
    /// NULL, or the connection whose child this one becomes.
    pub parent_wsi: *mut lws,
    /// HTTP: text that is replaced in proxied pages.
    pub uri_replace_from: *const c_char,
    /// HTTP: what it is replaced with.
    pub uri_replace_to: *const c_char,
    /// The vhost to bind to; NULL for the context's first one.
    pub vhost: *mut lws_vhost,
    /// NULL, or where to store the connection: set before the first callback, and NULL again when the
    /// call returns NULL. Written during the call only: it may be on the caller's stack.
    pub pwsi: *mut *mut lws,
    /// NULL, or the interface or the numeric address to connect from.
    pub iface: *const c_char,
    /// The name of the vhost's protocol to bind to.
    pub local_protocol_name: *const c_char,
    /// TLS: the protocols to offer.
    pub alpn: *const c_char,
    /// Sequencers, which are not built.
    pub seq: *mut lws_sequencer,
    /// The program's own pointer, as lws_get_opaque_user_data() returns it.
    pub opaque_user_data: *mut c_void,
    /// NULL for the vhost's, or when an idle connection is checked and closed. Must live as long as
    /// the connection.
    pub retry_and_idle_policy: *const lws_retry_bo_t,
    /// HTTP/2: credit that the server is granted at first, with H2_MANUAL_RXFLOW.
    pub manual_initial_tx_credit: c_int,
    /// TLS: which of the system's client certificates to use, plus one; 0 for none.
    pub sys_tls_client_cert: u8,
    /// Priority of the connection's packets, 0 to 6.
    pub priority: u8,
    /// MQTT: a `lws_mqtt_client_connect_param_t`.
    pub mqtt_cp: *mut c_void,
    /// For fault injection, which is not built.
    pub fi_wsi_name: *const c_char,
    /// HTTP: seconds an idle connection is kept for the next request; 0 for 5.
    pub keep_warm_secs: u16,
    /// NULL for the vhost's, or where the connection logs to. Must live as long as the connection.
    pub log_cx: *mut lws_log_cx_t,
    /// Room for what later versions need. Keep it zero.
    pub _unused: [*mut c_void; 4],
}

// The layout of lws 4.3.5 in the frozen profile (x86-64).
#[cfg(target_pointer_width = "64")]
const _: () = {
    use core::mem::{align_of, offset_of, size_of};
    assert!(size_of::<lws_client_connect_info>() == 248);
    assert!(align_of::<lws_client_connect_info>() == 8);
    assert!(offset_of!(lws_client_connect_info, context) == 0);
    assert!(offset_of!(lws_client_connect_info, address) == 8);
    assert!(offset_of!(lws_client_connect_info, port) == 16);
    assert!(offset_of!(lws_client_connect_info, ssl_connection) == 20);
    assert!(offset_of!(lws_client_connect_info, path) == 24);
    assert!(offset_of!(lws_client_connect_info, host) == 32);
    assert!(offset_of!(lws_client_connect_info, origin) == 40);
    assert!(offset_of!(lws_client_connect_info, protocol) == 48);
    assert!(offset_of!(lws_client_connect_info, ietf_version_or_minus_one) == 56);
    assert!(offset_of!(lws_client_connect_info, userdata) == 64);
    assert!(offset_of!(lws_client_connect_info, client_exts) == 72);
    assert!(offset_of!(lws_client_connect_info, method) == 80);
    assert!(offset_of!(lws_client_connect_info, parent_wsi) == 88);
    assert!(offset_of!(lws_client_connect_info, uri_replace_from) == 96);
    assert!(offset_of!(lws_client_connect_info, uri_replace_to) == 104);
    assert!(offset_of!(lws_client_connect_info, vhost) == 112);
    assert!(offset_of!(lws_client_connect_info, pwsi) == 120);
    assert!(offset_of!(lws_client_connect_info, iface) == 128);
    assert!(offset_of!(lws_client_connect_info, local_protocol_name) == 136);
    assert!(offset_of!(lws_client_connect_info, alpn) == 144);
    assert!(offset_of!(lws_client_connect_info, seq) == 152);
    assert!(offset_of!(lws_client_connect_info, opaque_user_data) == 160);
    assert!(offset_of!(lws_client_connect_info, retry_and_idle_policy) == 168);
    assert!(offset_of!(lws_client_connect_info, manual_initial_tx_credit) == 176);
    assert!(offset_of!(lws_client_connect_info, sys_tls_client_cert) == 180);
    assert!(offset_of!(lws_client_connect_info, priority) == 181);
    assert!(offset_of!(lws_client_connect_info, mqtt_cp) == 184);
    assert!(offset_of!(lws_client_connect_info, fi_wsi_name) == 192);
    assert!(offset_of!(lws_client_connect_info, keep_warm_secs) == 200);
    assert!(offset_of!(lws_client_connect_info, log_cx) == 208);
    assert!(offset_of!(lws_client_connect_info, _unused) == 216);
};
