/*
 * Several vhosts at one port of TLS: the name in a client's hello chooses the
 * certificate and the vhost, that in a request may choose another one, unless
 * that demands a certificate of clients which nobody was asked for.
 */
#include "../tls.h"

struct session {
	char spare[16];
};

static char got[2048], request[256];
static int ended;

static int server_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	char body[128];

	(void)user;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_HTTP) {
		snprintf(body, sizeof(body), "%s;",
			 lws_get_vhost_name(lws_get_vhost(wsi)));
		if (lws_return_http_status(wsi, 200, body))
			return -1;
		return lws_http_transaction_completed(wsi) ? -1 : 0;
	}

	return 0;
}

static int client_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	unsigned char out[LWS_PRE + sizeof(request)];
	size_t n = strlen(request), have = strlen(got);

	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_CONNECTED:
		memcpy(out + LWS_PRE, request, n);
		CHECK_EQ(lws_write(wsi, out + LWS_PRE, n, LWS_WRITE_RAW), n);
		break;
	case LWS_CALLBACK_RAW_RX:
		CHECK(have + len < sizeof(got));
		memcpy(got + have, in, len);
		got[have + len] = '\0';
		if (strstr(got, "</html>"))
			return -1;
		break;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
	case LWS_CALLBACK_RAW_CLOSE:
		ended = 1;
	}

	return 0;
}

static const struct lws_protocols server_protocols[] = {
	{ "server", server_cb, sizeof(struct session), 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};
static const struct lws_protocols client_protocols[] = {
	{ "client", client_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;

/* What a client gets that asks for one name in TLS and for another in HTTP. */
static void gets(int port, const char *sni, int flags, const char *host,
		 const char *expected)
{
	struct lws_context_creation_info info;
	struct lws_client_connect_info i;
	struct lws_vhost *vh;

	info_tls_client(&info, "client", client_protocols);
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);
	got[0] = '\0';
	ended = 0;
	snprintf(request, sizeof(request),
		 "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", host);
	info_connect(&i, cx, vh, "client", "127.0.0.1", port);
	i.host = sni;
	i.ssl_connection = flags;
	CHECK(lws_client_connect_via_info(&i) != NULL);
	UNTIL(cx, ended);
	lws_vhost_destroy(vh);
	if (!expected) {
		/* TLS 1.3 tells a client late */
		CHECK(!got[0]);
		return;
	}
	if (!strstr(got, expected)) {
		fprintf(stderr, "%s, %s: %s lacks %s\n", sni, host, got,
			expected);
		exit(1);
	}
}

int main(void)
{
	const int tls = LCCSCF_USE_SSL,
		  any = LCCSCF_USE_SSL | LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK;
	struct lws_context_creation_info info;
	struct lws_vhost *first, *plain, *closed;
	int port;

	lws_set_log_level(0, NULL);
	cx = context_bare();
	info_tls_server(&info, "good.test", "good", server_protocols, NULL);
	info.listen_accept_role = NULL;
	info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	first = lws_create_vhost(cx, &info);
	CHECK(first != NULL);
	port = lws_get_vhost_listen_port(first);

	info_tls_server(&info, "other.test", "other-host", server_protocols, NULL);
	info.listen_accept_role = NULL;
	info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	info.port = port;
	CHECK(lws_create_vhost(cx, &info) != NULL);
	info.vhost_name = "closed.test";
	info.ssl_ca_filepath = cert("ca.pem");
	info.options |= LWS_SERVER_OPTION_REQUIRE_VALID_OPENSSL_CLIENT_CERT;
	closed = lws_create_vhost(cx, &info);
	CHECK(closed != NULL);

	/* the certificate is that of the name */
	gets(port, "good.test", tls, "good.test", "good.test;");
	gets(port, "other.test", tls, "other.test", "other.test;");
	gets(port, "localhost", tls, "good.test", "good.test;");
	/* the vhost is that of the request, else that of the port */
	gets(port, "good.test", tls, "Other.Test:1", "other.test;");
	gets(port, "other.test", tls, "good.test", "good.test;");
	gets(port, "other.test", tls, "unknown", "good.test;");
	/* where a certificate is needed, nobody comes in by another name */
	gets(port, "closed.test", any, "closed.test", NULL);
	gets(port, "good.test", tls, "closed.test", "HTTP/1.1 421 ");
	gets(port, "closed.test", any, "good.test", NULL);

	/* one that is not secured cannot share the port */
	memset(&info, 0, sizeof(info));
	info.vhost_name = "plain";
	info.iface = "127.0.0.1";
	info.port = port;
	info.protocols = server_protocols;
	plain = lws_create_vhost(cx, &info);
	CHECK(plain == NULL);

	/* the others go on without the first */
	lws_vhost_destroy(first);
	gets(port, "other.test", tls, "good.test", "other.test;");
	lws_vhost_destroy(closed);
	gets(port, "closed.test", any, "closed.test", "other.test;");
	lws_context_destroy(cx);

	return 0;
}
