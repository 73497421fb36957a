/*
 * Which certificates of servers a client takes, by the flags of its
 * connection, and what it is told of the others.
 */
#include "../tls.h"

static int connected, failed, echoed;
static char told[256];

static int server_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	(void)user;
	if (reason == LWS_CALLBACK_RAW_RX)
		CHECK_EQ(lws_write(wsi, in, len, LWS_WRITE_RAW), (int)len);

	return 0;
}

static int client_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	unsigned char hello[LWS_PRE + 5];

	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_CONNECTED:
		CHECK_EQ(lws_is_ssl(wsi), 1);
		CHECK(lws_get_ssl(wsi) != NULL);
		memcpy(hello + LWS_PRE, "hello", 5);
		CHECK_EQ(lws_write(wsi, hello + LWS_PRE, 5, LWS_WRITE_RAW), 5);
		connected++;
		break;
	case LWS_CALLBACK_RAW_RX:
		CHECK(len == 5 && !memcmp(in, "hello", 5));
		echoed++;
		return -1;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		CHECK(in != NULL);
		CHECK_EQ(strlen(in), len);
		CHECK(len < sizeof(told));
		memcpy(told, in, len + 1);
		failed++;
		break;
	}

	return 0;
}

static const struct lws_protocols server_protocols[] = {
	{ "echo", server_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};
static const struct lws_protocols client_protocols[] = {
	{ "client", client_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;
static struct lws_vhost *clients;

enum {
	SELF = LCCSCF_ALLOW_SELFSIGNED,
	HOST = LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK,
	OLD = LCCSCF_ALLOW_EXPIRED,
	ANY = LCCSCF_ALLOW_INSECURE
};

/* Connects; the text that the client is told, NULL when it can connect. */
static const char *tries(int port, const char *host, int flags)
{
	struct lws_client_connect_info i;

	connected = failed = echoed = 0;
	info_connect(&i, cx, clients, "client", "127.0.0.1", port);
	i.host = host;
	i.ssl_connection = LCCSCF_USE_SSL | flags;
	CHECK(lws_client_connect_via_info(&i) != NULL);
	UNTIL(cx, echoed || failed);
	CHECK_EQ(connected + failed, 1);

	return failed ? told : NULL;
}

#define LOOK "server's cert didn't look good, "

static const struct {
	const char *of, *host;
	int flags;
	const char *begins; /* NULL: it connects */
} cases[] = {
	{ "good", "localhost", 0, NULL },
	{ "good", "127.0.0.1", 0, NULL },
	{ "good", "127.0.0.2", 0, LOOK " X509_V_ERR = 64: error:" },
	{ "good", "127.0.0.2", HOST, NULL },
	{ "chain", "localhost", 0, NULL },
	{ "below", "localhost", 0, LOOK " X509_V_ERR = 20: error:" },
	{ "other", "localhost", 0, LOOK " X509_V_ERR = 20: error:" },
	{ "other", "localhost", SELF, LOOK " X509_V_ERR = 20: error:" },
	{ "other", "localhost", ANY, NULL },
	{ "self-signed", "localhost", 0,
	  LOOK "tls=invalidca X509_V_ERR = 18: error:" },
	{ "self-signed", "localhost", SELF, NULL },
	{ "self-signed", "localhost", HOST | OLD | ANY,
	  LOOK "tls=invalidca X509_V_ERR = 18: error:" },
	{ "self-signed", "other.test", SELF,
	  LOOK "tls=hostname X509_V_ERR = 62: error:" },
	{ "self-signed", "other.test", SELF | HOST, NULL },
	{ "other-host", "localhost", 0, "tls: hostname mismatch" },
	{ "other-host", "localhost", SELF,
	  LOOK "tls=hostname X509_V_ERR = 62: error:" },
	{ "other-host", "localhost", OLD | ANY,
	  LOOK "tls=hostname X509_V_ERR = 62: error:" },
	{ "other-host", "localhost", HOST, NULL },
	{ "other-host", "other.test", 0, NULL },
	{ "expired", "localhost", 0,
	  LOOK "tls=expired X509_V_ERR = 10: error:" },
	{ "expired", "localhost", SELF | HOST | ANY,
	  LOOK "tls=expired X509_V_ERR = 10: error:" },
	{ "expired", "localhost", OLD, NULL },
};

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_vhost *vh = NULL;
	unsigned int n;

	cx = context_bare();
	info_tls_client(&info, "clients", client_protocols);
	clients = lws_create_vhost(cx, &info);
	CHECK(clients != NULL);
	for (n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
		const char *text, *expected = cases[n].begins;

		if (!n || strcmp(cases[n].of, cases[n - 1].of)) {
			if (vh)
				lws_vhost_destroy(vh);
			info_tls_server(&info, cases[n].of, cases[n].of,
					server_protocols, "echo");
			vh = lws_create_vhost(cx, &info);
			CHECK(vh != NULL);
		}
		text = tries(lws_get_vhost_listen_port(vh), cases[n].host,
			     cases[n].flags);
		if (!text != !expected ||
		    (text && strncmp(text, expected, strlen(expected)))) {
			fprintf(stderr, "%s as %s, flags %d: %s, not %s\n",
				cases[n].of, cases[n].host, cases[n].flags,
				text ? text : "connected",
				expected ? expected : "connected");
			exit(1);
		}
	}
	lws_context_destroy(cx);

	return 0;
}
