/*
 * Every member of the creation info and of the connect info: it does what it
 * is for, or one log line names it. A test of the library's holds this list
 * against the structs.
 */
#include "../conn.h"

enum {
	NAMED,	/* by one line at LLL_WARN */
	DETAIL,	/* by one line at LLL_INFO: lws does not heed it either */
	DONE	/* see the functions below, or the test that is named */
};

/* members of HTTP, which can be left out */
#if defined(LWS_ROLE_H1)
#define OF_H1 DONE
#else
#define OF_H1 NAMED
#endif

struct member {
	const char *name;
	size_t offset, size;
	int what;
};

#define M(type, name, what) \
	{ #name, offsetof(struct type, name), sizeof(((struct type *)0)->name), \
	  what }
#define C(name, what) M(lws_context_creation_info, name, what)
#define I(name, what) M(lws_client_connect_info, name, what)

static const struct member creation[] = {
	C(iface, DONE),			/* conn_listen_later */
	C(protocols, DONE),
	C(extensions, DONE),
	C(token_limits, NAMED),
	C(http_proxy_address, OF_H1),	/* h1c_proxy */
	C(headers, OF_H1),
	C(reject_service_keywords, NAMED),
	C(pvo, DONE),			/* net_pvo */
	C(log_filepath, NAMED),
	C(mounts, OF_H1),
	C(server_string, OF_H1),
	C(error_document_404, OF_H1),
	C(port, DONE),
	C(http_proxy_port, OF_H1),	/* h1c_proxy */
	C(max_http_header_data2, DONE),
	C(max_http_header_pool2, DONE),
	C(keepalive_timeout, DONE),
	C(http2_settings, NAMED),
	C(max_http_header_data, DONE),
	C(max_http_header_pool, DONE),
	C(ssl_private_key_password, NAMED),
	C(ssl_cert_filepath, NAMED),
	C(ssl_private_key_filepath, NAMED),
	C(ssl_ca_filepath, NAMED),
	C(ssl_cipher_list, NAMED),
	C(ecdh_curve, NAMED),
	C(tls1_3_plus_cipher_list, NAMED),
	C(server_ssl_cert_mem, NAMED),
	C(server_ssl_private_key_mem, NAMED),
	C(server_ssl_ca_mem, NAMED),
	C(ssl_options_set, NAMED),
	C(ssl_options_clear, NAMED),
	C(simultaneous_ssl_restriction, NAMED),
	C(simultaneous_ssl_handshake_restriction, NAMED),
	C(ssl_info_event_mask, NAMED),
	C(server_ssl_cert_mem_len, NAMED),
	C(server_ssl_private_key_mem_len, NAMED),
	C(server_ssl_ca_mem_len, NAMED),
	C(alpn, NAMED),
	C(client_ssl_private_key_password, NAMED),
	C(client_ssl_cert_filepath, NAMED),
	C(client_ssl_cert_mem, NAMED),
	C(client_ssl_cert_mem_len, NAMED),
	C(client_ssl_private_key_filepath, NAMED),
	C(client_ssl_key_mem, NAMED),
	C(client_ssl_ca_filepath, NAMED),
	C(client_ssl_ca_mem, NAMED),
	C(client_ssl_cipher_list, NAMED),
	C(client_tls_1_3_plus_cipher_list, NAMED),
	C(ssl_client_options_set, NAMED),
	C(ssl_client_options_clear, NAMED),
	C(client_ssl_ca_mem_len, NAMED),
	C(client_ssl_key_mem_len, NAMED),
	C(provided_client_ssl_ctx, NAMED),
	C(ka_time, DONE),
	C(ka_probes, DONE),
	C(ka_interval, DONE),
	C(timeout_secs, DONE),		/* conn_connect_timeout */
	C(connect_timeout_secs, DONE),	/* conn_connect_timeout */
	C(bind_iface, DONE),
	C(timeout_secs_ah_idle, DONE),
	C(tls_session_timeout, NAMED),
	C(tls_session_cache_max, NAMED),
	C(gid, DONE),			/* context_create */
	C(uid, DONE),			/* context_create */
	C(options, DONE),
	C(user, DONE),			/* context_create */
	C(count_threads, DONE),
	C(fd_limit_per_thread, NAMED),
	C(vhost_name, DONE),		/* conn_vhost */
	C(external_baggage_free_on_destroy, DONE), /* context_create */
	C(pt_serv_buf_size, DONE),	/* context_create */
	C(fops, NAMED),
	C(caps, DONE),			/* counted by the next one */
	C(count_caps, NAMED),
	C(foreign_loops, NAMED),
	C(signal_cb, NAMED),
	C(pcontext, DONE),		/* context_create */
	C(finalize, DONE),		/* conn_vhost */
	C(finalize_arg, DONE),		/* conn_vhost */
	C(listen_accept_role, DONE),	/* conn_vhost */
	C(listen_accept_protocol, DONE), /* conn_vhost */
	C(pprotocols, DONE),		/* context_protocols */
	C(username, DONE),		/* context_create */
	C(groupname, DONE),		/* context_create */
	C(unix_socket_perms, DONE),	/* conn_unix */
	C(system_ops, DONE),		/* system_ops */
	C(retry_and_idle_policy, DONE),	/* conn_validity */
	C(register_notifier_list, DONE), /* state_ladder */
	C(pss_policies_json, NAMED),
	C(pss_plugins, NAMED),
	C(ss_proxy_bind, NAMED),
	C(ss_proxy_address, NAMED),
	C(ss_proxy_port, NAMED),
	C(rlimit_nofile, DONE),		/* context_create */
	C(early_smd_cb, DONE),		/* smd_early */
	C(early_smd_opaque, DONE),	/* smd_early */
	C(early_smd_class_filter, DONE), /* smd_early */
	C(smd_ttl_us, DONE),		/* smd_ttl */
	C(smd_queue_depth, DONE),	/* smd_limits */
	C(fo_listen_queue, DONE),
	C(event_lib_custom, NAMED),
	C(log_cx, DONE),		/* logs_context */
	C(http_nsc_filepath, NAMED),
	C(http_nsc_heap_max_footprint, NAMED),
	C(http_nsc_heap_max_items, NAMED),
	C(http_nsc_heap_max_payload, NAMED),
	C(_unused, DONE),
};

static const struct member connecting[] = {
	I(context, DONE),
	I(address, DONE),
	I(port, DONE),
	I(ssl_connection, DONE),
	I(path, DETAIL),
	I(host, DETAIL),
	I(origin, DETAIL),
	I(protocol, DONE),		/* conn_client */
	I(ietf_version_or_minus_one, DETAIL),
	I(userdata, DONE),		/* conn_client */
	I(client_exts, DETAIL),
	I(method, DONE),
	I(parent_wsi, DONE),		/* conn_children */
	I(uri_replace_from, DETAIL),
	I(uri_replace_to, DETAIL),
	I(vhost, DONE),
	I(pwsi, DONE),			/* conn_client */
	I(iface, DONE),			/* conn_client */
	I(local_protocol_name, DONE),
	I(alpn, NAMED),
	I(seq, NAMED),
	I(opaque_user_data, DONE),	/* conn_client */
	I(retry_and_idle_policy, DONE),	/* conn_validity */
	I(manual_initial_tx_credit, DETAIL),
	I(sys_tls_client_cert, NAMED),
	I(priority, DONE),
	I(mqtt_cp, NAMED),
	I(fi_wsi_name, DETAIL),
	I(keep_warm_secs, DETAIL),
	I(log_cx, DONE),		/* logs_context */
	I(_unused, DONE),
};

static int accepted, connected, closed;
static char device[64];
static int priority = -1, tos, fast_open = -1;

static int cb(struct lws *wsi, enum lws_callback_reasons reason, void *user,
	      void *in, size_t len)
{
	int fd = lws_get_socket_fd(wsi);
	socklen_t l;

	(void)user;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_RAW_ADOPT)
		accepted++;
	if (reason == LWS_CALLBACK_RAW_CLOSE)
		closed++;
	if (reason == LWS_CALLBACK_RAW_CONNECTED) {
		connected++;
		l = sizeof(device);
		memset(device, 0, sizeof(device));
		CHECK(!getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, &l));
		l = sizeof(priority);
		CHECK(!getsockopt(fd, SOL_SOCKET, SO_PRIORITY, &priority, &l));
		l = sizeof(tos);
		CHECK(!getsockopt(fd, IPPROTO_IP, IP_TOS, &tos, &l));
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "p", cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

/* Anything that is neither 0 nor NULL; nobody may look where it leads. */
static void give(void *info, const struct member *m)
{
	unsigned char *bytes = info;

	bytes[m->offset] = 1;
}

/* A word for itself in the log, and in no other line. */
static void named(const char *name)
{
	char text[64];

	snprintf(text, sizeof(text), " %s has no effect: ", name);
	if (log_lines(text) != 1 || log_lines("has no effect") != 1)
		fprintf(stderr, "%s: log '%s'\n", name, log_text);
	CHECK_EQ(log_lines(text), 1);
	CHECK_EQ(log_lines("has no effect"), 1);
}

/* The program makes its vhosts itself, from the same info. */
static void creation_explicit(struct lws_context_creation_info *info)
{
	struct lws_context *cx;

	info->options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
	cx = lws_create_context(info);
	CHECK(cx != NULL);
	CHECK(lws_create_vhost(cx, info) != NULL);
	lws_context_destroy(cx);
}

static void creation_walk(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;
	size_t n;

	for (n = 0; n < LWS_ARRAY_SIZE(creation); n++) {
		if (creation[n].what != NAMED)
			continue;
		info_init(&info);
		give(&info, &creation[n]);
		log_watch(LOG_USUAL);
		cx = lws_create_context(&info);
		CHECK(cx != NULL);
		named(creation[n].name);
		lws_context_destroy(cx);
		info_init(&info);
		give(&info, &creation[n]);
		log_watch(LOG_USUAL);
		creation_explicit(&info);
		named(creation[n].name);
	}
}

/* Members that do nothing beside the others as they are. */
static void creation_in_vain(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx = context_bare();

#define IN_VAIN(member, value) \
	do { \
		memset(&info, 0, sizeof(info)); \
		info.port = CONTEXT_PORT_NO_LISTEN; \
		info.member = value; \
		log_watch(LOG_USUAL); \
		CHECK(lws_create_vhost(cx, &info) != NULL); \
		named(#member); \
	} while (0)

	IN_VAIN(iface, "lo");
	IN_VAIN(bind_iface, 1);
	IN_VAIN(unix_socket_perms, "root:root");
	IN_VAIN(fo_listen_queue, 5);
	IN_VAIN(ka_probes, 5);
	IN_VAIN(ka_interval, 5);
	IN_VAIN(listen_accept_role, "raw-skt");
#undef IN_VAIN
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	info.listen_accept_protocol = "p";
	log_watch(LOG_USUAL);
	CHECK(lws_create_vhost(cx, &info) != NULL);
	named("listen_accept_protocol");
	lws_context_destroy(cx);

	info_init(&info);
	info.count_threads = 2;
	log_watch(LOG_USUAL);
	cx = lws_create_context(&info);
	CHECK(cx != NULL);
	named("count_threads");
	lws_context_destroy(cx);
}

/* Numbers that mean nothing. */
static void creation_bad(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx = context_bare();

#define BAD(member, value) \
	do { \
		memset(&info, 0, sizeof(info)); \
		info.port = CONTEXT_PORT_NO_LISTEN; \
		info.member = value; \
		CHECK_FAILS(#member, !lws_create_vhost(cx, &info)); \
	} while (0)

	BAD(port, 65536);
	BAD(port, -3);
	BAD(ka_time, -1);
	BAD(ka_time, 1); /* without ka_interval */
	BAD(ka_probes, -1);
	BAD(ka_interval, -1);
	BAD(fo_listen_queue, -1);
#undef BAD
	lws_context_destroy(cx);
}

/* The socket of this process that listens on the port. */
static int listener(int port)
{
	int fd, value;
	socklen_t len;

	for (fd = 3; fd < 100; fd++) {
		len = sizeof(value);
		if (!getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &len) &&
		    value && socket_port(fd) == port)
			return fd;
	}
	CHECK(0);
	return -1;
}

/* What is done of vhosts and connections, and tested nowhere else. */
static void effects(void)
{
	struct lws_context_creation_info info;
	struct lws_client_connect_info i;
	struct lws_context *cx = context_bare();
	struct lws_vhost *server, *client;
	socklen_t len = sizeof(fast_open);
	lws_retry_bo_t policy;
	struct lws *wsi;
	lws_usec_t us;
	int port;

	info_server(&info, "server", protocols, "p");
	info.fo_listen_queue = 7;
	/* "raw-skt" is the default */
	info.listen_accept_role = NULL;
	server = lws_create_vhost(cx, &info);
	CHECK(server != NULL);
	port = lws_get_vhost_listen_port(server);
	CHECK(!getsockopt(listener(port), IPPROTO_TCP, TCP_FASTOPEN, &fast_open,
			  &len));
	CHECK_EQ(fast_open, 7);

	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.vhost_name = "client";
	info.protocols = protocols;
	info.iface = "lo";
	info.bind_iface = 1;
	log_watch(LOG_USUAL);
	client = lws_create_vhost(cx, &info);
	CHECK(client != NULL);
	CHECK(!log_lines(""));
	info_connect(&i, cx, client, "p", "127.0.0.1", port);
	i.priority = 3;
	i.ssl_connection = LCCSCF_IP_HIGH_THROUGHPUT |
			   LCCSCF_PRIORITIZE_READS |
			   LCCSCF_WAKE_SUSPEND__VALIDITY | LCCSCF_PIPELINE;
	memset(&policy, 0, sizeof(policy));
	policy.secs_since_valid_ping = 30;
	policy.secs_since_valid_hangup = 40;
	i.retry_and_idle_policy = &policy;
	wsi = lws_client_connect_via_info(&i);
	CHECK(wsi != NULL);
	UNTIL(cx, connected == 1 && accepted == 1);
	CHECK_STR(device, "lo");
	CHECK_EQ(priority, 3);
	CHECK_EQ(tos, 0x08);
	lws_validity_confirmed(wsi);
	CHECK(!lws_sul_earliest_wakeable_event(cx, &us));
	CHECK(!log_lines(""));

	/* neither: as the system has it */
	i.vhost = server;
	i.priority = 0;
	i.ssl_connection = 0;
	i.retry_and_idle_policy = NULL;
	CHECK(lws_client_connect_via_info(&i) != NULL);
	UNTIL(cx, connected == 2 && accepted == 2);
	CHECK_STR(device, "");
	CHECK_EQ(priority, 0);
	CHECK_EQ(tos, 0);

	i.priority = 7;
	CHECK_FAILS("priority", !lws_client_connect_via_info(&i));
	i.priority = 0;
#if !defined(LWS_WITH_TLS)
	i.ssl_connection = LCCSCF_USE_SSL;
	CHECK_FAILS("ssl_connection", !lws_client_connect_via_info(&i));
#endif
	i.ssl_connection = LCCSCF_CONMON;
	wsi = lws_client_connect_via_info(&i);
	CHECK(wsi != NULL);

	/* an interface that is not there is named */
	info.vhost_name = "nowhere";
	info.iface = "none0";
	client = lws_create_vhost(cx, &info);
	CHECK(client != NULL);
	i.vhost = client;
	i.ssl_connection = 0;
	CHECK_FAILS("none0", !lws_client_connect_via_info(&i));
	CHECK_FAILS("none0",
		    !lws_create_adopt_udp(client, "127.0.0.1", 9, 0, "p", NULL,
					  NULL, NULL, NULL, NULL));

	/* IPv6 is not for everybody */
	info.vhost_name = "v4";
	info.iface = NULL;
	info.bind_iface = 0;
	info.options = LWS_SERVER_OPTION_DISABLE_IPV6;
	i.vhost = lws_create_vhost(cx, &info);
	CHECK(i.vhost != NULL);
	i.address = "::1";
	CHECK_FAILS("address", !lws_client_connect_via_info(&i));
	/* a path that no socket can have is not a name to look up */
	memset(device, 'x', sizeof(device));
	{
		char path[200];

		memset(path, 'x', sizeof(path) - 1);
		path[0] = '+';
		path[sizeof(path) - 1] = '\0';
		i.address = path;
		CHECK_FAILS("address", !lws_client_connect_via_info(&i));
		path[108] = '\0';
		log_watch(LOG_USUAL);
		CHECK(!lws_client_connect_via_info(&i));
		CHECK(!log_lines("too long"));
	}
	lws_context_destroy(cx);
}

static void connecting_walk(void)
{
	struct lws_context *cx = context_bare();
	struct lws_vhost *vh = vhost_client(cx, "client", protocols);
	struct lws_client_connect_info i;
	int fd, port;
	size_t n;

	fd = plain_bound(SOCK_STREAM, 100, &port);
	for (n = 0; n < LWS_ARRAY_SIZE(connecting); n++) {
		if (connecting[n].what == DONE)
			continue;
		info_connect(&i, cx, vh, "p", "127.0.0.1", port);
		i.host = NULL;
		give(&i, &connecting[n]);
		log_watch(connecting[n].what == DETAIL ? LLL_INFO : LOG_USUAL);
		CHECK(lws_client_connect_via_info(&i) != NULL);
		named(connecting[n].name);
	}
	lws_set_log_level(LOG_USUAL, NULL);
	lws_context_destroy(cx);
	close(fd);
}

int main(void)
{
	creation_walk();
	creation_in_vain();
	creation_bad();
	effects();
	connecting_walk();

	return 0;
}
