/*
 * Websocket over TLS, between a client and a server of this library, with and
 * without compression.
 */
#include "../tls.h"
#include "../ws.h"

#define LEN 300000

static int established, connected, closed, failed, rounds;
static unsigned char sent[LWS_PRE + LEN];
static size_t back_len;

static int serve(struct lws *wsi, enum lws_callback_reasons reason, void *user,
		 void *in, size_t len)
{
	static unsigned char out[LWS_PRE + LEN];

	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_ESTABLISHED:
		CHECK(in != NULL && in == (void *)lws_get_ssl(wsi));
		CHECK(lws_is_ssl(wsi));
		established++;
		break;
	case LWS_CALLBACK_RECEIVE:
		memcpy(out + LWS_PRE, in, len);
		CHECK_EQ(lws_write(wsi, out + LWS_PRE, len, (enum lws_write_protocol)
			 lws_write_ws_flags(LWS_WRITE_BINARY, lws_is_first_fragment(wsi),
					    lws_is_final_fragment(wsi))), (int)len);
		break;
	}

	return 0;
}

static int talk(struct lws *wsi, enum lws_callback_reasons reason, void *user,
		void *in, size_t len)
{
	size_t n;

	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		fprintf(stderr, "%.*s\n", (int)len, (const char *)in);
		failed++;
		break;
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		CHECK(lws_get_ssl(wsi) != NULL);
		connected++;
		lws_callback_on_writable(wsi);
		break;
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		for (n = 0; n < LEN; n++)
			sent[LWS_PRE + n] = (unsigned char)(n * (n >> 7));
		back_len = 0;
		CHECK_EQ(lws_write(wsi, sent + LWS_PRE, LEN, LWS_WRITE_BINARY), LEN);
		break;
	case LWS_CALLBACK_CLIENT_RECEIVE:
		for (n = 0; n < len; n++, back_len++)
			CHECK_EQ(((unsigned char *)in)[n],
				 (unsigned char)(back_len * (back_len >> 7)));
		if (!lws_is_final_fragment(wsi))
			break;
		CHECK_EQ(back_len, LEN);
		if (++rounds < 3) {
			lws_callback_on_writable(wsi);
			break;
		}
		lws_close_reason(wsi, LWS_CLOSE_STATUS_NORMAL, NULL, 0);
		return -1;
	case LWS_CALLBACK_CLIENT_CLOSED:
		closed++;
		break;
	}

	return 0;
}

static const struct lws_protocols servers[] = {
	{ "echo", serve, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
}, clients[] = {
	{ "talk", talk, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

#if !defined(LWS_WITHOUT_EXTENSIONS)
static const struct lws_extension extensions[] = {
	{ "permessage-deflate", lws_extension_callback_pm_deflate, "permessage-deflate" },
	{ NULL, NULL, NULL }
};
#endif

static void run(struct lws_context *cx, int compressed)
{
	struct lws_context_creation_info info;
	struct lws_client_connect_info i;
	struct lws_vhost *server, *client;

	info_tls_server(&info, compressed ? "sc" : "s", "good", servers, NULL);
	info.listen_accept_role = info.listen_accept_protocol = NULL;
	info.options &= ~(uint64_t)LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG;
#if !defined(LWS_WITHOUT_EXTENSIONS)
	info.extensions = compressed ? extensions : NULL;
#endif
	server = lws_create_vhost(cx, &info);
	CHECK(server != NULL);
	info_tls_client(&info, compressed ? "cc" : "c", clients);
#if !defined(LWS_WITHOUT_EXTENSIONS)
	info.extensions = compressed ? extensions : NULL;
#endif
	client = lws_create_vhost(cx, &info);
	CHECK(client != NULL);
	established = connected = closed = failed = rounds = 0;
	info_connect(&i, cx, client, "talk", "127.0.0.1", lws_get_vhost_listen_port(server));
	i.method = NULL;
	i.path = "/";
	i.ssl_connection = LCCSCF_USE_SSL | LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK;
	CHECK(lws_client_connect_via_info(&i) != NULL);
	UNTIL(cx, closed || failed);
	CHECK(!failed && established == 1 && connected == 1 && rounds == 3);
}

int main(void)
{
	struct lws_context *cx = context_bare();

	run(cx, 0);
	run(cx, 1);
	lws_context_destroy(cx);

	return 0;
}
