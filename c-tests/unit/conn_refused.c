/*
 * What is not there (HTTP, WebSocket, TLS without its option) is refused when it is asked for,
 * in a line that names the member, and never half served.
 */
#include "../conn.h"

static int any_cb(struct lws *wsi, enum lws_callback_reasons reason,
		  void *user, void *in, size_t len)
{
	(void)wsi;
	(void)user;
	(void)in;
	(void)len;
	/* none of these has a connection that anybody hears of */
	CHECK(reason != LWS_CALLBACK_WSI_CREATE);
	CHECK(reason != LWS_CALLBACK_RAW_SKT_BIND_PROTOCOL);
	CHECK(reason != LWS_CALLBACK_CLIENT_CONNECTION_ERROR);

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "any", any_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;

static struct lws_vhost *server(const struct lws_context_creation_info *info)
{
	struct lws_vhost *vh = lws_create_vhost(cx, info);

	return vh;
}

int main(void)
{
	struct lws_context_creation_info info, good;
	struct lws_client_connect_info i, fine;
	int before = descriptors(), listener, port, fd;
	struct lws_vhost *vh;

	cx = context_bare();
	pump(cx);
	listener = plain_bound(SOCK_STREAM, 5, &port);

	/* a port without a word of what is accepted there means HTTP: h1_trace */
	info_server(&good, "refused", protocols, "any");
	info = good;
	info.listen_accept_role = "http";
	CHECK_FAILS("listen_accept_role", !server(&info));
	info.listen_accept_role = "ws";
	CHECK_FAILS("listen_accept_role", !server(&info));
	info = good;
	info.listen_accept_protocol = "nobody";
	CHECK_FAILS("listen_accept_protocol", !server(&info));

	/* TLS */
	info = good;
	info.ssl_cert_filepath = "/dev/null";
	info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	CHECK_FAILS("ssl_cert_filepath", !server(&info));

	/* nowhere to listen */
	info = good;
	info.iface = "192.0.2.77";
	log_watch(LOG_USUAL);
	CHECK(!server(&info) || log_lines("") >= 1);
	info = good;
	info.port = port;
	log_watch(LOG_USUAL);
	vh = server(&info);
	CHECK(log_lines("") >= 1);
	CHECK(!vh || lws_get_vhost_listen_port(vh) != port ||
	      log_lines("port") >= 1);

	/* clients: method RAW, or none for websocket, and in the clear where TLS is not built */
	vh = vhost_client(cx, "clients", protocols);
	info_connect(&fine, cx, vh, "any", "127.0.0.1", port);
	i = fine;
	i.method = "FETCH";
	CHECK_FAILS("method", !lws_client_connect_via_info(&i));
	i = fine;
#if !defined(LWS_WITH_TLS)
	i.ssl_connection = LCCSCF_USE_SSL;
	CHECK_FAILS("ssl_connection", !lws_client_connect_via_info(&i));
	i.ssl_connection = LCCSCF_USE_SSL | LCCSCF_ALLOW_SELFSIGNED;
	CHECK_FAILS("ssl_connection", !lws_client_connect_via_info(&i));
	i = fine;
#endif
	i.local_protocol_name = "nobody";
	CHECK_FAILS("protocol", !lws_client_connect_via_info(&i));
	i = fine;
	i.address = NULL;
	CHECK_FAILS("address", !lws_client_connect_via_info(&i));
	i = fine;
	i.context = NULL;
	CHECK_FAILS("context", !lws_client_connect_via_info(&i));
	i = fine;
	i.port = 65536;
	CHECK_FAILS("port", !lws_client_connect_via_info(&i));

	/* nobody came */
	plain_nonblocking(listener);
	pump(cx);
	fd = accept(listener, NULL, NULL);
	CHECK(fd == -1 && errno == EAGAIN);

	close(listener);
	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);

	return 0;
}
