/*
 * What is measured of a client of HTTP and WebSocket: the status of the answer
 * and how long it took, beside the times of the connection and of TLS.
 */
#include "../tls.h"

#define WAITS_US 30000

static struct lws_context *cx;
static struct lws_vhost *vh;
static struct lws_conmon got;
static int ended, taken, refused;

static int server_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	unsigned char buf[LWS_PRE + 128];
	int n;

	(void)user;
	(void)in;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_HTTP:
		lws_set_timer_usecs(wsi, WAITS_US);
		break;
	case LWS_CALLBACK_TIMER:
		n = snprintf((char *)buf + LWS_PRE, 128,
			     "HTTP/1.1 418 Short\r\ncontent-length: 2\r\n\r\nno");
		CHECK_EQ(lws_write(wsi, buf + LWS_PRE, (size_t)n,
				   LWS_WRITE_HTTP), n);
		return lws_http_transaction_completed(wsi) ? -1 : 0;
	}

	return 0;
}

static int client_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	char buf[LWS_PRE + 100], *px = buf + LWS_PRE;
	int room = sizeof(buf) - LWS_PRE;

	(void)user;
	(void)in;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_RECEIVE_CLIENT_HTTP:
		return lws_http_client_read(wsi, &px, &room) < 0 ? -1 : 0;
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
	case LWS_CALLBACK_COMPLETED_CLIENT_HTTP:
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		/* to end it so is an error of connecting, too */
		if (taken++)
			break;
		refused = reason == LWS_CALLBACK_CLIENT_CONNECTION_ERROR;
		lws_conmon_wsi_take(wsi, &got);
		return -1;
	case LWS_CALLBACK_WSI_DESTROY:
		ended++;
		break;
	}

	return 0;
}

static const struct lws_protocols server_protocols[] = {
	{ "server", server_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};
static const struct lws_protocols client_protocols[] = {
	{ "client", client_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static int server(const char *name, int secured)
{
	struct lws_context_creation_info info;
	struct lws_vhost *v;

	info_tls_server(&info, name, "good", server_protocols, "server");
	info.listen_accept_role = info.listen_accept_protocol = NULL;
	info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	if (!secured)
		info.ssl_cert_filepath = info.ssl_private_key_filepath = NULL;
	v = lws_create_vhost(cx, &info);
	CHECK(v != NULL);

	return lws_get_vhost_listen_port(v);
}

static void ask(int port, int flags, const char *method)
{
	struct lws_client_connect_info i;

	ended = taken = refused = 0;
	memset(&got, 0xff, sizeof(got));
	info_connect(&i, cx, vh, "client", "127.0.0.1", port);
	i.ssl_connection = flags;
	i.method = method;
	i.path = "/";
	CHECK(lws_client_connect_via_info(&i) != NULL);
	UNTIL(cx, ended);
	CHECK(taken > 0);
}

static void expect(int status, int tls, lws_usec_t least)
{
	CHECK_EQ(got.pcol, LWSCONMON_PCOL_HTTP);
	CHECK_EQ(got.protocol_specific.http.response, status);
	CHECK(got.ciu_txn_resp >= least);
	CHECK(check_slow() || got.ciu_txn_resp < least + 500000);
	CHECK(got.ciu_sockconn > 0);
	CHECK_EQ(!!got.ciu_tls, tls);
}

int main(void)
{
	struct lws_context_creation_info info;
	int plain, secured;

	cx = context_bare();
	plain = server("plain", 0);
	secured = server("secured", 1);
	info_tls_client(&info, "client", client_protocols);
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);

	ask(plain, 0, "GET");
	CHECK(!refused);
	expect(418, 0, WAITS_US);
	ask(secured, LCCSCF_USE_SSL, "GET");
	CHECK(!refused);
	expect(418, 1, WAITS_US);

#if defined(LWS_ROLE_WS)
	/* a handshake that is accepted, and one that is not */
	ask(secured, LCCSCF_USE_SSL, NULL);
	fprintf(stderr, "ws: refused %d, status %d\n", refused,
		got.protocol_specific.http.response);
	expect(refused ? 418 : 101, 1, refused ? WAITS_US : 1);
#endif

	/* nobody answers */
	ask(1, 0, "GET");
	CHECK(refused);
	CHECK_EQ(got.pcol, LWSCONMON_PCOL_NONE);
	CHECK_EQ(got.ciu_txn_resp, 0);
	lws_context_destroy(cx);

	return 0;
}
