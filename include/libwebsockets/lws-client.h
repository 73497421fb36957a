/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_CLIENT_H)
#define LWS_CLIENT_H

struct lws_client_connect_info;

/**
 * What a client connection needs: bits of `ssl_connection` in
 * `struct lws_client_connect_info`. A raw connection heeds the IP_ ones and PRIORITIZE_READS; a
 * connection that asks for TLS is refused.
 */
enum lws_client_connect_ssl_connection_flags {
	/** TLS. */
	LCCSCF_USE_SSL = (1 << 0),
	/** TLS: a certificate that nobody else signed is good enough. */
	LCCSCF_ALLOW_SELFSIGNED = (1 << 1),
	/** TLS: the certificate may be for another name. */
	LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK = (1 << 2),
	/** TLS: the certificate may be out of date. */
	LCCSCF_ALLOW_EXPIRED = (1 << 3),
	/** TLS: any certificate is good enough. */
	LCCSCF_ALLOW_INSECURE = (1 << 4),
	/** HTTP/2: end the stream as servers built with nghttp2 need it. */
	LCCSCF_H2_QUIRK_NGHTTP2_END_STREAM = (1 << 5),
	/** HTTP/2: live with a server that grants more credit than there can be. */
	LCCSCF_H2_QUIRK_OVERFLOWS_TXCR = (1 << 6),
	/** HTTP: the token of the request is a bearer token. */
	LCCSCF_H2_AUTH_BEARER = (1 << 7),
	/** HTTP: write the token of the request in hex. */
	LCCSCF_H2_HEXIFY_AUTH_TOKEN = (1 << 8),
	/** HTTP/2: the program grants the server credit itself. */
	LCCSCF_H2_MANUAL_RXFLOW = (1 << 9),
	/** HTTP: the body is a multipart MIME form. */
	LCCSCF_HTTP_MULTIPART_MIME = (1 << 10),
	/** HTTP: the body is an urlencoded form. */
	LCCSCF_HTTP_X_WWW_FORM_URLENCODED = (1 << 11),
	/** HTTP: do not go where the server redirects to. */
	LCCSCF_HTTP_NO_FOLLOW_REDIRECT = (1 << 12),
	/** HTTP: share a connection with requests to the same server. */
	LCCSCF_PIPELINE = (1 << 16),
	/** Streams can be multiplexed on this connection. */
	LCCSCF_MUXABLE_STREAM = (1 << 17),
	/** HTTP/2: start with it, without asking the server. */
	LCCSCF_H2_PRIOR_KNOWLEDGE = (1 << 18),
	/** The timers of the connection's validity wake a suspended system. */
	LCCSCF_WAKE_SUSPEND__VALIDITY = (1 << 19),
	/** What can be read is read before anything is written. */
	LCCSCF_PRIORITIZE_READS = (1 << 20),
	/** Secure Streams: the connection is a stream's. */
	LCCSCF_SECSTREAM_CLIENT = (1 << 21),
	/** Secure Streams: the connection is a client's to its proxy. */
	LCCSCF_SECSTREAM_PROXY_LINK = (1 << 22),
	/** Secure Streams: the connection is a proxy's to the outside. */
	LCCSCF_SECSTREAM_PROXY_ONWARD = (1 << 23),
	/** Marks the packets: low delay. */
	LCCSCF_IP_LOW_LATENCY = (1 << 24),
	/** Marks the packets: high throughput. */
	LCCSCF_IP_HIGH_THROUGHPUT = (1 << 25),
	/** Marks the packets: high reliability. */
	LCCSCF_IP_HIGH_RELIABILITY = (1 << 26),
	/** Marks the packets: low cost. */
	LCCSCF_IP_LOW_COST = (1 << 27),
	/** Measure how the connection comes about. */
	LCCSCF_CONMON = (1 << 28),
	/** HTTP: a redirect may lead from TLS to plain text. */
	LCCSCF_ACCEPT_TLS_DOWNGRADE_REDIRECTS = (1 << 29),
	/** HTTP: keep cookies and send them. */
	LCCSCF_CACHE_COOKIES = (1 << 30),
};

/**
 * What to connect to, and how. Zero it, and fill in what is needed: for a raw connection
 * `context`, `address`, `port`, `method` "RAW", and `local_protocol_name` or `protocol`.
 *
 * The struct and the texts it points to are read during the call only, except where it says
 * otherwise.
 */
struct lws_client_connect_info {
	/** The context to connect in. */
	struct lws_context *context;
	/**
	 * The peer: a name, a numeric IPv4 or IPv6 address, or "+" and the path of a unix socket, where
	 * "+@" begins a name in the abstract namespace.
	 */
	const char *address;
	/** The peer's port. */
	int port;
	/** Bits of `enum lws_client_connect_ssl_connection_flags`. */
	int ssl_connection;
	/** HTTP: the path of the URL. */
	const char *path;
	/** HTTP and TLS: the name by which the peer is asked. */
	const char *host;
	/** HTTP: the origin of the request. */
	const char *origin;
	/**
	 * Websockets: the subprotocols to offer. Raw: the protocol to bind to where
	 * `local_protocol_name` is NULL.
	 */
	const char *protocol;
	/** Websockets: the protocol's version; 0 or -1 for the newest. */
	int ietf_version_or_minus_one;
	/**
	 * `user` in the callback, in place of memory that the library allocates; NULL for the latter.
	 * Stays the program's, and must live as long as the connection.
	 */
	void *userdata;
	/** Websockets: not used. What is offered are the extensions of the vhost. */
	const void *client_exts;
	/**
	 * The HTTP method, NULL for websockets, or "RAW" for a connection without a protocol of its
	 * own.
	 */
	const char *method;
	/** NULL, or the connection whose child this one becomes. */
	struct lws *parent_wsi;
	/** HTTP: text that is replaced in proxied pages. */
	const char *uri_replace_from;
	/** HTTP: what it is replaced with. */
	const char *uri_replace_to;
	/** The vhost to bind to; NULL for the context's first one. */
	struct lws_vhost *vhost;
	/**
	 * NULL, or where to store the connection: set before the first callback, and NULL again when the
	 * call returns NULL. Written during the call only: it may be on the caller's stack.
	 */
	struct lws **pwsi;
	/** NULL, or the interface or the numeric address to connect from. */
	const char *iface;
	/** The name of the vhost's protocol to bind to. */
	const char *local_protocol_name;
	/** TLS: the protocols to offer. */
	const char *alpn;
	/** Sequencers, which are not built. */
	struct lws_sequencer *seq;
	/** The program's own pointer, as lws_get_opaque_user_data() returns it. */
	void *opaque_user_data;
	/**
	 * NULL for the vhost's, or when an idle connection is checked and closed. Must live as long as
	 * the connection.
	 */
	const lws_retry_bo_t *retry_and_idle_policy;
	/** HTTP/2: credit that the server is granted at first, with H2_MANUAL_RXFLOW. */
	int manual_initial_tx_credit;
	/** TLS: which of the system's client certificates to use, plus one; 0 for none. */
	uint8_t sys_tls_client_cert;
	/** Priority of the connection's packets, 0 to 6. */
	uint8_t priority;
	/** MQTT: a `lws_mqtt_client_connect_param_t`. */
	void *mqtt_cp;
	/** For fault injection, which is not built. */
	const char *fi_wsi_name;
	/** HTTP: seconds an idle connection is kept for the next request; 0 for 5. */
	uint16_t keep_warm_secs;
	/**
	 * NULL for the vhost's, or where the connection logs to. Must live as long as the connection.
	 */
	lws_log_cx_t *log_cx;
	/** Room for what later versions need. Keep it zero. */
	void *_unused[4];
};

/**
 * Opens a connection. `method` "RAW" makes a raw one, the name of an HTTP method (`GET`, `POST`, ...) one of HTTP/1.1, and NULL
 * one of WebSocket; each as far as its role is built. `ssl_connection` with LCCSCF_USE_SSL puts it inside TLS. `address` is
 * numeric, a name, or `+path` for a unix socket (`+@name` in the abstract namespace). A name is looked up without blocking, and
 * its addresses race within the vhost's `connect_timeout_secs` (RFC 8305). The protocol is the one named
 * `local_protocol_name`, else `protocol`, else the vhost's default. Only for the thread that services the context.
 *
 * Later the protocol gets LWS_CALLBACK_RAW_CONNECTED, LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP or LWS_CALLBACK_CLIENT_ESTABLISHED, or
 * LWS_CALLBACK_CLIENT_CONNECTION_ERROR with the cause as text.
 *
 * # Returns
 *
 * The connection. NULL when it could not even begin; then the protocol does not get
 * LWS_CALLBACK_CLIENT_CONNECTION_ERROR. A log line explains what is wrong in `ccinfo`.
 *
 * # Safety
 *
 * `ccinfo` is NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
struct lws *lws_client_connect_via_info(const struct lws_client_connect_info *ccinfo);

#if defined(LWS_ROLE_H1)

/**
 * The status of the answer that a client got: from LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP on.
 *
 * # Returns
 *
 * The status; 0 before there is one, or when `wsi` is NULL or no client of HTTP.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN unsigned int lws_http_client_http_response(struct lws *wsi);

/**
 * Says whether a client has more of its request's body to write. While it has, its protocol gets
 * LWS_CALLBACK_CLIENT_HTTP_WRITEABLE whenever there is room. To be called from
 * LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER, and from there with 0 before the last lws_write(). The
 * bytes go out as they are: the program tells the length in a header.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN
void lws_client_http_body_pending(struct lws *wsi,
				  int something_left_to_send);

/**
 * Writes what stands before the part `name` of a form to `*p`, and moves that; after the last part,
 * with NULL for `name`, what ends the form (RFC 7578). The connection was asked for with
 * LCCSCF_HTTP_MULTIPART_MIME. `filename` and `content_type` may be NULL. Only for the thread that
 * services the context.
 *
 * # Returns
 *
 * 0; 1 when there is no room before `end`, and `*p` stays, when the connection's body has no parts, or
 * when an argument is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection, `p` NULL or the address of a pointer into memory that ends at
 * `end`, the texts are NULL or NUL-terminated.
 */
LWS_VISIBLE LWS_EXTERN
int lws_client_http_multipart(struct lws *wsi,
			      const char *name,
			      const char *filename,
			      const char *content_type,
			      char **p,
			      char *end);

/**
 * Reads what came of the body of an answer, to be called from LWS_CALLBACK_RECEIVE_CLIENT_HTTP, or
 * later: what is not read waits. At most `*len` bytes are put at `*buf`, piece by piece, and the
 * protocol gets LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ with each; then LWS_CALLBACK_COMPLETED_CLIENT_HTTP
 * when that was all.
 *
 * # Returns
 *
 * 0, with `*len` 0; below 0 when the callback is to return -1: the answer ended with the connection, or
 * is broken; what a callback returned, if not 0; -1 when an argument is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection, `buf` and `len` are NULL or valid, and `*buf` has `*len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
int lws_http_client_read(struct lws *wsi,
			 char **buf,
			 int *len);

#endif /* LWS_ROLE_H1 */

/**
 * Makes what a header `Authorization:` says for a user's name and password: "Basic " and both in
 * base64 (RFC 7617). Any thread.
 *
 * # Returns
 *
 * 0; 1, and nothing is written, when it does not fit `len` bytes with its NUL, or an argument is
 * NULL.
 *
 * # Safety
 *
 * `user` and `pw` are NUL-terminated, `buf` points to `len` bytes outside them.
 */
LWS_VISIBLE LWS_EXTERN
int lws_http_basic_auth_gen(const char *user,
			    const char *pw,
			    char *buf,
			    size_t len);

#if defined(LWS_WITH_TLS)

/**
 * Has a vhost's client connections secured as `info` says, by its members for clients, or where
 * those are NULL by the members of the same name for servers. Only for the thread that services the
 * context.
 *
 * # Returns
 *
 * 0, also without LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT in `info->options`, which changes nothing. 1:
 * something is no good, which a log line explains; then nothing changes.
 *
 * # Safety
 *
 * `info` is NULL or valid with what it points to; `vhost` is NULL or live.
 */
LWS_VISIBLE LWS_EXTERN
int lws_init_vhost_client_ssl(const struct lws_context_creation_info *info,
			      struct lws_vhost *vhost);

/**
 * Has a vhost's client connections trust another certificate, which is copied. Only for the thread
 * that services the context.
 *
 * # Returns
 *
 * 0; 1: it is no certificate, or the vhost has no TLS for clients.
 *
 * # Safety
 *
 * `vh` is NULL or live; `der` is NULL or points to `der_len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
int lws_tls_client_vhost_extra_cert_mem(struct lws_vhost *vh,
					const uint8_t *der,
					size_t der_len);

/**
 * Tells whether a connection goes on with the TLS session of an earlier one, which saves the peers
 * most of the handshake. Only for the thread that services the context.
 *
 * # Returns
 *
 * 1, or 0, also for a connection without TLS.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN int lws_tls_session_is_reused(struct lws *wsi);

#endif /* LWS_WITH_TLS */

#endif
