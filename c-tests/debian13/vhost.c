/*
 * parity: vhosts of the same struct, with members behind those that are
 * missing; a listener and a client on it.
 */

#include "check.h"

static int accepted, connected, received;

static int
server_cb(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	(void)user;
	switch (reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		accepted++;
		CHECK(!strcmp(lws_get_vhost_name(lws_get_vhost(wsi)), "server"));
		break;
	case LWS_CALLBACK_RAW_RX:
		CHECK(len <= 5);
		CHECK(!memcmp(in, "hello", len));
		received += (int)len;
		break;
	default:
		break;
	}

	return 0;
}

static int
client_cb(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	unsigned char text[LWS_PRE + 5];

	(void)user;
	(void)in;
	(void)len;
	switch (reason) {
	case LWS_CALLBACK_RAW_CONNECTED:
		connected++;
		lws_callback_on_writable(wsi);
		break;
	case LWS_CALLBACK_RAW_WRITEABLE:
		if (connected == 1) {
			connected++;
			memcpy(text + LWS_PRE, "hello", 5);
			CHECK(lws_write(wsi, text + LWS_PRE, 5, LWS_WRITE_RAW) == 5);
		}
		break;
	default:
		break;
	}

	return 0;
}

static const struct lws_protocols server_protocols[] = {
	{ "raw-server", server_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 },
};

static const struct lws_protocols client_protocols[] = {
	{ "raw-client", client_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 },
};

int
main(void)
{
	struct lws_context_creation_info info;
	struct lws_client_connect_info connect;
	struct lws_vhost *server, *client;
	struct lws_context *cx;
	int turns;

	lws_set_log_level(LLL_ERR, NULL);

	info_init(&info);
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
	cx = lws_create_context(&info);
	CHECK(cx);

	info.options |= LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG |
			LWS_SERVER_OPTION_DISABLE_IPV6;
	info.vhost_name = "server";
	info.port = 0;
	info.iface = "127.0.0.1";
	info.protocols = server_protocols;
	info.listen_accept_role = "raw-skt";
	info.listen_accept_protocol = "raw-server";
	info.fo_listen_queue = 5;
	server = lws_create_vhost(cx, &info);
	CHECK(server);
	CHECK(lws_get_vhost_listen_port(server) > 0);

	info_init(&info);
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
	info.vhost_name = "client";
	info.protocols = client_protocols;
	client = lws_create_vhost(cx, &info);
	CHECK(client);

	memset(&connect, 0, sizeof(connect));
	connect.context = cx;
	connect.vhost = client;
	connect.address = "127.0.0.1";
	connect.port = lws_get_vhost_listen_port(server);
	connect.method = "RAW";
	connect.local_protocol_name = "raw-client";
	CHECK(lws_client_connect_via_info(&connect));

	for (turns = 0; turns < 500 && received < 5; turns++)
		CHECK(lws_service(cx, 0) >= 0);
	CHECK(accepted == 1);
	CHECK(received == 5);
	lws_context_destroy(cx);

	return 0;
}
