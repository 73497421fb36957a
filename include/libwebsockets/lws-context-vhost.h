/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_CONTEXT_VHOST_H)
#define LWS_CONTEXT_VHOST_H

struct lws_context_creation_info;
struct lws_protocol_vhost_options;

/**
 * Connections get the role and protocol of `listen_accept_role` and `listen_accept_protocol`, not
 * HTTP.
 */
#define LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG (1ll << 22)

/** A TLS listener serves plain HTTP as well when that is what arrives. */
#define LWS_SERVER_OPTION_ALLOW_HTTP_ON_HTTPS_LISTENER (1ll << 29)

/** Several processes may listen on the vhost's port (`SO_REUSEPORT`). */
#define LWS_SERVER_OPTION_ALLOW_LISTEN_SHARE (1ll << 23)

/** A TLS listener accepts connections without TLS as well. Sets up TLS. */
#define LWS_SERVER_OPTION_ALLOW_NON_SSL_ON_SSL_PORT ((1ll << 3) | (1ll << 12))

/** The vhost gets a TLS context even without a certificate. */
#define LWS_SERVER_OPTION_CREATE_VHOST_SSL_CTX (1ll << 24)

/** The vhost does not listen on IPv6. */
#define LWS_SERVER_OPTION_DISABLE_IPV6 (1ll << 5)

/** Client connections do not trust the CAs of the operating system. */
#define LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS (1ll << 6)

/** No TLS session is kept for resumption. */
#define LWS_SERVER_OPTION_DISABLE_TLS_SESSION_CACHE (1ll << 39)

/** The TLS library is set up for the process. */
#define LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT (1ll << 12)

/** The context is created without a default vhost; the program makes its own. */
#define LWS_SERVER_OPTION_EXPLICIT_VHOSTS (1ll << 13)

/** A vhost that cannot bind its port is not created. */
#define LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND (1ll << 30)

/**
 * A connection whose first bytes are not HTTP gets the role and protocol of `listen_accept_role`
 * and `listen_accept_protocol`.
 */
#define LWS_SERVER_OPTION_FALLBACK_TO_APPLY_LISTEN_ACCEPT_CONFIG (1ll << 20)

/** Older name of `LWS_SERVER_OPTION_FALLBACK_TO_APPLY_LISTEN_ACCEPT_CONFIG`. */
#define LWS_SERVER_OPTION_FALLBACK_TO_RAW (1ll << 20)

/** Use glib's event loop. */
#define LWS_SERVER_OPTION_GLIB (1ll << 33)

/** An HTTP/2 peer that makes its window too large is tolerated. */
#define LWS_SERVER_OPTION_H2_JUST_FIX_WINDOW_UPDATE_OVERFLOW (1ll << 31)

/** Client connections without TLS speak HTTP/2 at once. */
#define LWS_SERVER_OPTION_H2_PRIOR_KNOWLEDGE (1ll << 34)

/** HTTP responses carry headers that switch on browsers' protections. */
#define LWS_SERVER_OPTION_HTTP_HEADERS_SECURITY_BEST_PRACTICES_ENFORCE (1ll << 28)

/** A TLS vhost without its certificate is created all the same and waits for it. */
#define LWS_SERVER_OPTION_IGNORE_MISSING_CERT (1ll << 26)

/** `IPV6_V6ONLY` of listen sockets is set from `LWS_SERVER_OPTION_IPV6_V6ONLY_VALUE`. */
#define LWS_SERVER_OPTION_IPV6_V6ONLY_MODIFY (1ll << 16)

/** Listen sockets on IPv6 do not take IPv4; needs `LWS_SERVER_OPTION_IPV6_V6ONLY_MODIFY`. */
#define LWS_SERVER_OPTION_IPV6_V6ONLY_VALUE (1ll << 17)

/** The `Origin:` header of a client connection is sent as given, without a scheme before it. */
#define LWS_SERVER_OPTION_JUST_USE_RAW_ORIGIN (1ll << 19)

/** Use libev's event loop. */
#define LWS_SERVER_OPTION_LIBEV (1ll << 4)

/** Use libevent's event loop. */
#define LWS_SERVER_OPTION_LIBEVENT (1ll << 21)

/** Use libuv's event loop. */
#define LWS_SERVER_OPTION_LIBUV (1ll << 10)

/** The context has no system state manager. */
#define LWS_SERVER_OPTION_NO_LWS_SYSTEM_STATES (1ll << 35)

/** Older name of `LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG`. */
#define LWS_SERVER_OPTION_ONLY_RAW (1ll << 22)

/** A client certificate is asked for, and may be absent. */
#define LWS_SERVER_OPTION_PEER_CERT_NOT_REQUIRED (1ll << 7)

/** A plain HTTP request on a TLS listener is answered by a redirect to HTTPS. Sets up TLS. */
#define LWS_SERVER_OPTION_REDIRECT_HTTP_TO_HTTPS ((1ll << 11) | (1ll << 12))

/** Clients must show a certificate that the vhost's CA signed. Sets up TLS. */
#define LWS_SERVER_OPTION_REQUIRE_VALID_OPENSSL_CLIENT_CERT ((1ll << 1) | (1ll << 12))

/** Use systemd's event loop. */
#define LWS_SERVER_OPTION_SDEVENT (1ll << 37)

/** Protocols are not told about the vhost (`LWS_CALLBACK_PROTOCOL_INIT`). */
#define LWS_SERVER_OPTION_SKIP_PROTOCOL_INIT (1ll << 25)

/** The machine's name is not looked up at start. */
#define LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME (1ll << 2)

/** The server uses the ECDH curve of its certificate. Sets up TLS. */
#define LWS_SERVER_OPTION_SSL_ECDH ((1ll << 9) | (1ll << 12))

/** The context is a Secure Streams proxy. */
#define LWS_SERVER_OPTION_SS_PROXY (1ll << 36)

/** HTTPS responses tell browsers to keep to HTTPS (strict transport security). */
#define LWS_SERVER_OPTION_STS (1ll << 15)

/** Use uloop's event loop. */
#define LWS_SERVER_OPTION_ULOOP (1ll << 38)

/** The vhost listens on a unix socket, named by `iface`. */
#define LWS_SERVER_OPTION_UNIX_SOCK (1ll << 14)

/** With libuv: crash signals keep their default effect. */
#define LWS_SERVER_OPTION_UV_NO_SIGSEGV_SIGFPE_SPIN (1ll << 18)

/** Websocket text is checked to be UTF-8. */
#define LWS_SERVER_OPTION_VALIDATE_UTF8 (1ll << 8)

/** Only requests whose `Host:` names a vhost of the listener are served. */
#define LWS_SERVER_OPTION_VHOST_UPG_STRICT_HOST_CHECK (1ll << 27)

/** An HTTP/2 stream half closed by the client can go on being sent to. */
#define LWS_SERVER_OPTION_VH_H2_HALF_CLOSED_LONG_POLL (1ll << 32)

/** The bits of `auth_mask` that say how. */
#define AUTH_MODE_MASK 4026531840

/** How a mount finds out whether a user may use it. */
enum lws_authentication_mode {
	/** By the login file, if there is one. */
	LWSAUTHM_DEFAULT = 0,
	/** By LWS_CALLBACK_VERIFY_BASIC_AUTHORIZATION. */
	LWSAUTHM_BASIC_AUTH_CALLBACK = 268435456,
};

/** What a mount leads to. */
enum lws_mount_protocols {
	/** Another server. Not built. */
	LWSMPRO_HTTP = 0,
	/** As LWSMPRO_HTTP, over TLS. Not built. */
	LWSMPRO_HTTPS = 1,
	/** The files of a folder. */
	LWSMPRO_FILE = 2,
	/** Programs. Not built. */
	LWSMPRO_CGI = 3,
	/** A redirect to `http://` and `origin`. */
	LWSMPRO_REDIR_HTTP = 4,
	/** A redirect to `https://` and `origin`. */
	LWSMPRO_REDIR_HTTPS = 5,
	/** A protocol of the vhost's. */
	LWSMPRO_CALLBACK = 6,
};

/**
 * A name and its value in a linked list, with options of its own: a tree of settings that a
 * program or a configuration gives to a protocol of a vhost.
 */
struct lws_protocol_vhost_options {
	/** The next at this level, or NULL. */
	const struct lws_protocol_vhost_options *next;
	/** The first of this one's own options, or NULL. */
	const struct lws_protocol_vhost_options *options;
	/** The name. */
	const char *name;
	/** The value. */
	const char *value;
};

/**
 * How `lws_create_context()` makes a context and its default vhost. Set all of it to zero first,
 * then what you need: zero is every member's default. `lws_create_context()` says how long what
 * the members point to has to live.
 */
struct lws_context_creation_info {
	/**
	 * Interface name or address that a listening vhost binds to; NULL for all. A unix socket's
	 * path with `LWS_SERVER_OPTION_UNIX_SOCK`.
	 */
	const char *iface;
	/**
	 * The vhost's protocols, ended by an entry whose callback is NULL. The array must live as long as
	 * the vhost.
	 */
	const struct lws_protocols *protocols;
	/** Websocket extensions the vhost offers, or NULL. */
	const struct lws_extension *extensions;
	/** Limits for the length of each HTTP header, or NULL. */
	const struct lws_token_limits *token_limits;
	/** `address:port` of an HTTP proxy for client connections, or NULL. */
	const char *http_proxy_address;
	/** HTTP headers added to every response of the vhost, or NULL. */
	const struct lws_protocol_vhost_options *headers;
	/**
	 * Words in a request's headers that make the vhost refuse it, each with the response it gets,
	 * or NULL.
	 */
	const struct lws_protocol_vhost_options *reject_service_keywords;
	/** Options for each protocol of the vhost, or NULL. */
	const struct lws_protocol_vhost_options *pvo;
	/** File that HTTP accesses to the vhost are logged to, or NULL. */
	const char *log_filepath;
	/** Linked list of where URL paths are served from, or NULL. */
	const struct lws_http_mount *mounts;
	/** What the HTTP `server:` header says, or NULL for lws's own. */
	const char *server_string;
	/** URL a client is sent to in place of a 404 response, or NULL. */
	const char *error_document_404;
	/**
	 * Port the default vhost listens on; `CONTEXT_PORT_NO_LISTEN` for none, 0 for one the system
	 * chooses.
	 */
	int port;
	/** Port of the HTTP proxy when its address does not hold one. */
	unsigned int http_proxy_port;
	/**
	 * Bytes for one transaction's HTTP headers; used in place of `max_http_header_data` when not
	 * 0.
	 */
	unsigned int max_http_header_data2;
	/**
	 * HTTP transactions that can hold headers at once; used in place of `max_http_header_pool`
	 * when not 0.
	 */
	unsigned int max_http_header_pool2;
	/** Seconds an HTTP connection is kept open between transactions; 0 for the default. */
	int keepalive_timeout;
	/**
	 * Values for the HTTP/2 SETTINGS frame by their index; `http2_settings[0]` nonzero makes the
	 * others count.
	 */
	uint32_t http2_settings[7];
	/** Bytes for one transaction's HTTP headers; 0 for the default. */
	unsigned short max_http_header_data;
	/** HTTP transactions that can hold headers at once; 0 for the default. */
	unsigned short max_http_header_pool;
	/** Passphrase of the server's private key, or NULL. */
	const char *ssl_private_key_password;
	/** File with the server's certificate, or NULL. */
	const char *ssl_cert_filepath;
	/** File with the server's private key, or NULL. */
	const char *ssl_private_key_filepath;
	/** File with the CA that client certificates are checked against, or NULL. */
	const char *ssl_ca_filepath;
	/** Ciphers the server accepts, in OpenSSL's notation, or NULL. */
	const char *ssl_cipher_list;
	/** Name of the server's ECDH curve, or NULL for the default. */
	const char *ecdh_curve;
	/** The server's ciphers for TLS 1.3 and later, or NULL. */
	const char *tls1_3_plus_cipher_list;
	/** The server's certificate in memory, instead of a file. */
	const void *server_ssl_cert_mem;
	/** The server's private key in memory, instead of a file. */
	const void *server_ssl_private_key_mem;
	/** The CA for client certificates in memory, instead of a file. */
	const void *server_ssl_ca_mem;
	/** `SSL_OP_*` bits set on the server's TLS context. */
	long ssl_options_set;
	/** `SSL_OP_*` bits cleared on the server's TLS context. */
	long ssl_options_clear;
	/** TLS sessions that may exist at once; 0 for no limit. */
	int simultaneous_ssl_restriction;
	/** TLS handshakes that may be under way at once; 0 for no limit. */
	int simultaneous_ssl_handshake_restriction;
	/** `SSL_CB_*` bits of the TLS events that reach the protocol's callback. */
	int ssl_info_event_mask;
	/** Bytes at `server_ssl_cert_mem`. */
	unsigned int server_ssl_cert_mem_len;
	/** Bytes at `server_ssl_private_key_mem`. */
	unsigned int server_ssl_private_key_mem_len;
	/** Bytes at `server_ssl_ca_mem`. */
	unsigned int server_ssl_ca_mem_len;
	/** ALPN names the vhost accepts, separated by commas, or NULL. */
	const char *alpn;
	/** Passphrase of the client's private key, or NULL. */
	const char *client_ssl_private_key_password;
	/** File with the client's certificate, or NULL. */
	const char *client_ssl_cert_filepath;
	/** The client's certificate in memory, instead of a file. */
	const void *client_ssl_cert_mem;
	/** Bytes at `client_ssl_cert_mem`. */
	unsigned int client_ssl_cert_mem_len;
	/** File with the client's private key, or NULL. */
	const char *client_ssl_private_key_filepath;
	/** The client's private key in memory, instead of a file. */
	const void *client_ssl_key_mem;
	/** File with the CA that servers are checked against, or NULL. */
	const char *client_ssl_ca_filepath;
	/** The CA that servers are checked against in memory, instead of a file. */
	const void *client_ssl_ca_mem;
	/** Ciphers a client connection offers, or NULL. */
	const char *client_ssl_cipher_list;
	/** Ciphers a client connection offers for TLS 1.3 and later, or NULL. */
	const char *client_tls_1_3_plus_cipher_list;
	/** `SSL_OP_*` bits set on the client's TLS context. */
	long ssl_client_options_set;
	/** `SSL_OP_*` bits cleared on the client's TLS context. */
	long ssl_client_options_clear;
	/** Bytes at `client_ssl_ca_mem`. */
	unsigned int client_ssl_ca_mem_len;
	/** Bytes at `client_ssl_key_mem`. */
	unsigned int client_ssl_key_mem_len;
	/** A TLS context of the program's own for client connections, or NULL. */
	struct ssl_ctx_st *provided_client_ssl_ctx;
	/** Seconds of silence before TCP keepalive probes start; 0 for no keepalive. */
	int ka_time;
	/** Probes without an answer that end a connection. */
	int ka_probes;
	/** Seconds between two probes. */
	int ka_interval;
	/** Seconds a network operation may take; 0 for the default. */
	unsigned int timeout_secs;
	/** Seconds a client connection may take to be made; 0 for the default. */
	unsigned int connect_timeout_secs;
	/** 1 binds sockets strictly to the interface named by `iface`. */
	int bind_iface;
	/** Seconds an idle connection may hold memory for HTTP headers; 0 for the default. */
	unsigned int timeout_secs_ah_idle;
	/** Seconds a TLS session stays in the cache for resumption; 0 for the default. */
	uint32_t tls_session_timeout;
	/** TLS sessions the client's cache holds; 0 for the default. */
	uint32_t tls_session_cache_max;
	/** Group to change to once privileged setup is done; 0 or -1 to stay. */
	gid_t gid;
	/** User to change to once privileged setup is done; 0 or -1 to stay. */
	uid_t uid;
	/** `LWS_SERVER_OPTION_*` bits. */
	uint64_t options;
	/**
	 * The program's own pointer: `lws_context_user()`, and `lws_vhost_user()` for the default
	 * vhost.
	 */
	void *user;
	/** Threads that service the context; 0 for 1. */
	unsigned int count_threads;
	/** Descriptors one service thread can watch; 0 for what the process is allowed to open. */
	unsigned int fd_limit_per_thread;
	/** Name of the vhost; NULL for "default". */
	const char *vhost_name;
	/** Memory given to `free()` when the context is destroyed, or NULL. */
	void *external_baggage_free_on_destroy;
	/** Bytes of the scratch buffer each service thread has; 0 for the default of 4096. */
	unsigned int pt_serv_buf_size;
	/** A linked list of file operations to use before the built-in ones, or NULL. */
	const struct lws_plat_file_ops *fops;
	/** Linux capabilities to keep when the user is changed. */
	int caps[4];
	/** How many entries of `caps` count. */
	char count_caps;
	/**
	 * Array of one event loop for each service thread, made by the program with another event
	 * library, or NULL.
	 */
	void **foreign_loops;
	/**
	 * Called by event libraries that handle signals, with the library's handle and the signal, or
	 * NULL.
	 */
	void (*signal_cb)(void *event_lib_handle, int signum);
	/**
	 * Where a pointer to the context is kept, so that it is NULL when the context is gone, or
	 * NULL.
	 */
	struct lws_context **pcontext;
	/** Called with the vhost and `finalize_arg` when the vhost is about to be freed, or NULL. */
	void (*finalize)(struct lws_vhost *vh, void *arg);
	/** Second argument of `finalize`. */
	void *finalize_arg;
	/** Role that accepted connections get, instead of HTTP, or NULL. */
	const char *listen_accept_role;
	/** Protocol that accepted connections are bound to, or NULL. */
	const char *listen_accept_protocol;
	/**
	 * The vhost's protocols as an array of pointers ended by NULL; used when `protocols` is NULL.
	 */
	const struct lws_protocols **pprotocols;
	/** Name of the user to change to, or NULL; counts before `uid`. */
	const char *username;
	/** Name of the group to change to, or NULL; counts before `gid`. */
	const char *groupname;
	/** `user:group` a unix listen socket is given to, or NULL. */
	const char *unix_socket_perms;
	/**
	 * Functions of the platform: reboot, clock and others. NULL for none; must live as long as the
	 * context.
	 */
	const lws_system_ops_t *system_ops;
	/**
	 * Default policy for retries and for checking idle connections; NULL for the built-in one.
	 * Must live as long as the context.
	 */
	const lws_retry_bo_t *retry_and_idle_policy;
	/**
	 * Array, ended by NULL, of notifiers that are on the system state manager before it takes its
	 * first step, or NULL.
	 */
	lws_state_notify_link_t *const *register_notifier_list;
	/** The Secure Streams policy as JSON, or NULL. */
	const char *pss_policies_json;
	/** Array of Secure Streams plugins ended by NULL, or NULL. */
	const struct lws_ss_plugin **pss_plugins;
	/**
	 * Unix socket or interface that a Secure Streams client uses to reach its proxy, or NULL for
	 * the default.
	 */
	const char *ss_proxy_bind;
	/** Address of the Secure Streams proxy when it is reached by TCP, or NULL. */
	const char *ss_proxy_address;
	/** TCP port of the Secure Streams proxy; 0 for a unix socket. */
	uint16_t ss_proxy_port;
	/** Descriptors the process may open: sets RLIMIT_NOFILE when not 0. */
	int rlimit_nofile;
	/** A message bus participant registered before any message is sent, or NULL. */
	lws_smd_notification_cb_t early_smd_cb;
	/** First argument of `early_smd_cb`. */
	void *early_smd_opaque;
	/** Bits of the message classes `early_smd_cb` hears. */
	lws_smd_class_t early_smd_class_filter;
	/**
	 * Microseconds a message may wait for delivery before it is dropped; 0 for the default of 2
	 * seconds.
	 */
	lws_usec_t smd_ttl_us;
	/** Messages that may wait for delivery at once; 0 for the default of 40. */
	uint16_t smd_queue_depth;
	/** Length of the TCP fast open queue of listen sockets; 0 for no fast open. */
	int fo_listen_queue;
	/** An event library of the program's own, or NULL for one chosen by `options`. */
	const struct lws_plugin_evlib *event_lib_custom;
	/** Where lines about the context are logged; NULL for the process-wide settings. */
	lws_log_cx_t *log_cx;
	/** File with the HTTP client's cookies, or NULL. */
	const char *http_nsc_filepath;
	/** Bytes of cookies kept in memory; 0 for no limit. */
	size_t http_nsc_heap_max_footprint;
	/** Cookies kept in memory; 0 for no limit. */
	size_t http_nsc_heap_max_items;
	/** Bytes one cookie may have; 0 for no limit. */
	size_t http_nsc_heap_max_payload;
	/** Room for later members; zero. */
	void *_unused[2];
};

/** Called to have the program's configuration loaded again. */
typedef int (*lws_reload_func)(void);

/**
 * Sets a creation info to what most programs of newer versions of lws start from: no listening
 * port, no default vhost (LWS_SERVER_OPTION_EXPLICIT_VHOSTS),
 * LWS_SERVER_OPTION_H2_JUST_FIX_WINDOW_UPDATE_OVERFLOW, LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT,
 * `pss_policies_json` as given, all else zero. Use the macro lws_context_info_defaults().
 *
 * lws 4.3.5 does not have it. Any thread.
 *
 * # Safety
 *
 * `info` is NULL or has room for one; `sspol` lives until the context was made.
 */
LWS_VISIBLE LWS_EXTERN
void _lws_context_info_defaults(struct lws_context_creation_info *info,
				const char *sspol);

/**
 * Makes lws_context_default_loop_run_destroy() of this context leave its loop, now or when it comes
 * to it. It may be called by any thread and in signal handlers.
 *
 * lws 4.3.5 does not have it.
 *
 * # Safety
 *
 * `cx` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN void lws_default_loop_exit(struct lws_context *cx);

/**
 * Services a context until lws_default_loop_exit(), or until it cannot be serviced any more, and
 * destroys it. Only for the thread that services the context, outside its callbacks.
 *
 * lws 4.3.5 does not have it.
 *
 * # Safety
 *
 * `cx` is NULL or a live context, not used afterwards.
 */
LWS_VISIBLE LWS_EXTERN void lws_context_default_loop_run_destroy(struct lws_context *cx);

/**
 * The exit code of a program that is a test: says in one log line whether `actual` is what the
 * option `--expected-exit <n>` says, or 0 where that is not given.
 *
 * lws 4.3.5 does not have it. Any thread.
 *
 * # Returns
 *
 * 0 when it is; else 1, also when the option's value is not a number.
 *
 * # Safety
 *
 * `argv` has `argc` NUL-terminated texts; it may be NULL when `argc` is 0.
 */
LWS_VISIBLE LWS_EXTERN int lws_cmdline_passfail(int argc, const char **argv, int actual);

/**
 * Makes a context: an event loop and all that belongs to it. Nothing of the program is called
 * before lws_service(), but what its log context has.
 *
 * `info` is read during the call only; what its members point to lives as long as the context,
 * except names. A member that asks for something this build cannot do is reported by a log line
 * that names it; where the program could not work without it, as with a port to listen on, the
 * context is not made.
 *
 * # Returns
 *
 * The context, for lws_context_destroy(); NULL when it could not be made.
 *
 * # Safety
 *
 * `info` is NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
struct lws_context *lws_create_context(const struct lws_context_creation_info *info)
	RELWS_SYMBOL("relws_create_context");

/**
 * Ends a context: the system goes to POLICY_INVALID and DESTROYING, protocols are told, messages
 * that wait are forgotten, everything is freed. Does nothing when `context` is NULL.
 *
 * Inside a callback of the context it only asks for that: it happens when lws_service(), where the
 * callback was called, ends, and that returns -1. Where something else called it, the next
 * lws_service() or lws_context_destroy() does it. Only for the thread that services the context.
 *
 * # Safety
 *
 * `context` is NULL or a live context, not used after its end.
 */
LWS_VISIBLE LWS_EXTERN void lws_context_destroy(struct lws_context *context);

/**
 * Tells whether a context's end has begun.
 *
 * # Returns
 *
 * 1 when it has, or when `context` is NULL; else 0.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN int lws_context_is_being_destroyed(struct lws_context *context);

/**
 * Retires a context, for a new one to take its place: it accepts no new connections, its existing
 * ones live on. `cb` is called, before this returns, when its ports are free.
 *
 * # Safety
 *
 * `context` is NULL or a live context; `cb` is NULL or may be called.
 */
LWS_VISIBLE LWS_EXTERN void lws_context_deprecate(struct lws_context *context, lws_reload_func cb);

/**
 * Tells whether lws_context_deprecate() was called.
 *
 * # Returns
 *
 * 1 when it was, else 0; also 0 when `context` is NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN int lws_context_is_deprecated(struct lws_context *context);

/**
 * The `user` pointer that was given when the context was created. Any thread.
 *
 * # Returns
 *
 * That pointer; NULL when `context` is NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN void *lws_context_user(struct lws_context *context);

/**
 * The vhost that a connection belongs to; also what a protocol's callback is about when it is not
 * about a connection.
 *
 * # Returns
 *
 * The vhost; NULL when `wsi` is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or what a callback was called with, while it runs.
 */
LWS_VISIBLE LWS_EXTERN struct lws_vhost *lws_get_vhost(struct lws *wsi);

/**
 * The name of a vhost.
 *
 * # Returns
 *
 * The name, which the vhost keeps; NULL when `vhost` is NULL.
 *
 * # Safety
 *
 * `vhost` is NULL or a live vhost.
 */
LWS_VISIBLE LWS_EXTERN const char *lws_get_vhost_name(struct lws_vhost *vhost);

/**
 * What a vhost was told to listen at: an address, an interface, or a path.
 *
 * # Returns
 *
 * The text, which the vhost keeps; NULL when it was told nothing or `vhost` is NULL.
 *
 * # Safety
 *
 * `vhost` is NULL or a live vhost.
 */
LWS_VISIBLE LWS_EXTERN const char *lws_get_vhost_iface(struct lws_vhost *vhost);

/**
 * The port of a vhost, as lws_get_vhost_listen_port().
 *
 * # Returns
 *
 * The port, or CONTEXT_PORT_NO_LISTEN and the like; -1 when `vhost` is NULL.
 *
 * # Safety
 *
 * `vhost` is NULL or a live vhost.
 */
LWS_VISIBLE LWS_EXTERN int lws_get_vhost_port(struct lws_vhost *vhost);

/**
 * The `user` pointer that a vhost was created with.
 *
 * # Returns
 *
 * That pointer; NULL when `vhost` is NULL.
 *
 * # Safety
 *
 * `vhost` is NULL or a live vhost.
 */
LWS_VISIBLE LWS_EXTERN void *lws_get_vhost_user(struct lws_vhost *vhost);

/**
 * The `user` pointer that a vhost was created with, as lws_get_vhost_user().
 *
 * # Returns
 *
 * That pointer; NULL when `vhost` is NULL.
 *
 * # Safety
 *
 * `vhost` is NULL or a live vhost.
 */
LWS_VISIBLE LWS_EXTERN void *lws_vhost_user(struct lws_vhost *vhost);

/**
 * A short name of a vhost for logs.
 *
 * # Returns
 *
 * The name, which the vhost keeps; NULL when `vh` is NULL.
 *
 * # Safety
 *
 * `vh` is NULL or a live vhost.
 */
LWS_VISIBLE LWS_EXTERN const char *lws_vh_tag(struct lws_vhost *vh);

/**
 * Finds a vhost of a context by its name.
 *
 * # Returns
 *
 * The vhost; NULL when there is none of that name or an argument is NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context, `name` NULL or NUL-terminated.
 */
LWS_VISIBLE LWS_EXTERN
struct lws_vhost *lws_get_vhost_by_name(struct lws_context *context,
					const char *name);

/**
 * Makes one more vhost in a context: protocols, and a port to listen on. With
 * LWS_SERVER_OPTION_EXPLICIT_VHOSTS all vhosts are made so. What is said of `info` at
 * lws_create_context() holds here, too. Only for the thread that services the context.
 *
 * # Returns
 *
 * The vhost, which lives until lws_vhost_destroy() or the context's end; NULL when it could not be
 * made, which a log line explains.
 *
 * # Safety
 *
 * `context` is NULL or a live context, `info` NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
struct lws_vhost *lws_create_vhost(struct lws_context *context,
				   const struct lws_context_creation_info *info)
	RELWS_SYMBOL("relws_create_vhost");

/**
 * Ends a vhost: its connections close, its protocols get LWS_CALLBACK_PROTOCOL_DESTROY, its
 * `finalize` is called. Only for the thread that services the context; also inside callbacks, also
 * of its own connections.
 *
 * # Safety
 *
 * `vh` is NULL or a live vhost, not used after its end.
 */
LWS_VISIBLE LWS_EXTERN void lws_vhost_destroy(struct lws_vhost *vh);

#if defined(LWS_ROLE_H1)

/**
 * Has the clients of a vhost go through an HTTP proxy: `[http://][user:password@]address:port`. It takes the
 * place of `http_proxy_address` and of the environment's `http_proxy`. Connections that are there stay as
 * they are. Only for the thread that services the context.
 *
 * # Returns
 *
 * 0; -1, and nothing changes, when `proxy` is none of that form, or an argument is NULL.
 *
 * # Safety
 *
 * `vhost` is NULL or a live vhost, `proxy` NULL or NUL-terminated.
 */
LWS_VISIBLE LWS_EXTERN
int lws_set_proxy(struct lws_vhost *vhost,
		  const char *proxy);

#endif /* LWS_ROLE_H1 */

/** Where an HTTP vhost serves a URL path from. */
struct lws_http_mount {
	/** The next one, or NULL. */
	const struct lws_http_mount *mount_next;
	/** The path that it begins at. The longest one that fits a request is used. */
	const char *mountpoint;
	/** A folder, an address, or the name of a protocol. */
	const char *origin;
	/** The file for a folder; NULL: index.html. */
	const char *def;
	/** The protocol to bind, or NULL. */
	const char *protocol;
	/** Options for LWS_CALLBACK_HTTP_PMO. */
	const struct lws_protocol_vhost_options *cgienv;
	/** Types of files by their suffix, which begins with a dot. */
	const struct lws_protocol_vhost_options *extra_mimetypes;
	/** Protocols that process files, by suffix. Not built. */
	const struct lws_protocol_vhost_options *interpret;
	/** For CGI, which is not built. */
	int cgi_timeout;
	/** Seconds that a client may keep a file; 0 for none. */
	int cache_max_age;
	/** enum lws_authentication_mode, and bits of the program's own. */
	unsigned int auth_mask;
	/** A client may keep a file. */
	unsigned int cache_reusable:1;
	/** It asks whether that has changed. */
	unsigned int cache_revalidate:1;
	/** Caches on the way may keep it as well. */
	unsigned int cache_intermediaries:1;
	/** enum lws_mount_protocols. */
	unsigned char origin_protocol;
	/** Length of mountpoint. */
	unsigned char mountpoint_len;
	/** File with lines user:password that requests have to have one of, or NULL. */
	const char *basic_auth_login_file;
};
/** As _lws_context_info_defaults(). */
#define lws_context_info_defaults(_x, _y) _lws_context_info_defaults(_x, _y)

#endif
