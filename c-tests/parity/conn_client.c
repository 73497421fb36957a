/*
 * A raw client: what its protocol is told, whoever closes, and when there is
 * nobody to connect to.
 */
#include "../conn.h"

static struct lws *client, *returned;
static int connected, closed, received, quit, in_connect;

static int client_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	char name[64];

	lane_callback(wsi, (int)reason, user, in, len);
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_CONNECTED:
		lane_add("client", "peer %s, opaque %d, context %d, inside %d",
			 lws_get_peer_simple(wsi, name, sizeof(name)),
			 lws_get_opaque_user_data(wsi) == &connected,
			 lws_get_context(wsi) != NULL, in_connect);
		connected++;
		break;
	case LWS_CALLBACK_RAW_WRITEABLE:
		if (quit == 2)
			return -1;
		lane_add("client", "written %d", write_text(wsi, "ping", 4));
		break;
	case LWS_CALLBACK_RAW_RX:
		received++;
		if (quit == 1)
			return -1;
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		closed++;
		break;
	}

	return 0;
}

TRACE_FIRST(client_cb)

static const struct lws_protocols protocols[] = {
	{ "first", first_client_cb, 0, 0, 1, NULL, 0 },
	{ "connects", client_cb, 16, 0, 2, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;
static struct lws_vhost *vh;

static void connect_to(const char *address, int port)
{
	struct lws_client_connect_info i;

	info_connect(&i, cx, vh, "connects", address, port);
	i.opaque_user_data = &connected;
	i.pwsi = &client;
	connected = closed = received = 0;
	in_connect = 1;
	returned = lws_client_connect_via_info(&i);
	in_connect = 0;
	lane_add("client", "returned %d, pwsi %d", returned != NULL,
		 client == returned);
}

int main(void)
{
	int port, refusing, listener, fd;

	cx = context_bare();
	lws_set_log_level(0, NULL);
	vh = vhost_client(cx, "client", protocols);
	listener = plain_bound(SOCK_STREAM, 5, &port);
	fd = plain_refusing(&refusing);
	pump(cx);
	lanes_print("vhost");

	connect_to("127.0.0.1", port);
	UNTIL(cx, connected);
	CHECK((fd = accept(listener, NULL, NULL)) >= 0);
	plain_expect(cx, fd, "ping");
	plain_send(fd, "pong");
	UNTIL(cx, received == 1);
	lws_callback_on_writable(client);
	plain_expect(cx, fd, "ping");
	close(fd);
	UNTIL(cx, closed);
	lane_add("client", "pwsi %d", client != NULL);
	lanes_print("server closes");

	quit = 1;
	connect_to("127.0.0.1", port);
	UNTIL(cx, connected);
	CHECK((fd = accept(listener, NULL, NULL)) >= 0);
	plain_expect(cx, fd, "ping");
	plain_send(fd, "pong");
	UNTIL(cx, closed);
	close(fd);
	lanes_print("receive callback closes");

	quit = 2;
	connect_to("127.0.0.1", port);
	UNTIL(cx, closed);
	CHECK((fd = accept(listener, NULL, NULL)) >= 0);
	close(fd);
	lanes_print("writeable callback closes");

	quit = 0;
	connect_to("127.0.0.1", port);
	UNTIL(cx, connected);
	CHECK((fd = accept(listener, NULL, NULL)) >= 0);
	plain_expect(cx, fd, "ping");
	plain_reset(fd);
	UNTIL(cx, closed);
	lanes_print("server resets");

	connect_to("127.0.0.1", refusing);
	if (returned)
		UNTIL(cx, closed);
	lanes_print("refused");

	connect_to("127.0.0.1", port);
	UNTIL(cx, connected);
	CHECK((fd = accept(listener, NULL, NULL)) >= 0);
	plain_expect(cx, fd, "ping");
	lws_context_destroy(cx);
	lanes_print("destroy");
	close(fd);
	close(listener);

	return 0;
}
