/*
 * The loop is run inside the callbacks that open a connection: it hears of
 * nothing before it was told that it may be used.
 */
#include "../conn.h"

static struct lws_context *cx;
static int nested_in;

static int open_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	(void)user;
	(void)in;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_WSI_CREATE:
		trace("create ");
		break;
	case LWS_CALLBACK_RAW_SKT_BIND_PROTOCOL:
		trace("bind ");
		break;
	case LWS_CALLBACK_RAW_ADOPT:
		trace("adopt ");
		break;
	case LWS_CALLBACK_RAW_CONNECTED:
		trace("connected ");
		break;
	case LWS_CALLBACK_RAW_WRITEABLE:
		trace("writeable ");
		return 0;
	case LWS_CALLBACK_RAW_RX:
		trace("rx ");
		return 0;
	default:
		return 0;
	}
	if ((int)reason == nested_in) {
		lws_callback_on_writable(wsi);
		lws_callback_on_writable_all_protocol(cx,
						      lws_get_protocol(wsi));
		CHECK_EQ(lws_service(cx, -1), 0);
		CHECK_EQ(lws_service(cx, -1), 0);
		trace("| ");
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "open", open_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_vhost *vh;

static void adopts(int nested, const char *expected)
{
	lws_sock_file_fd_type fd;
	int pair[2];

	CHECK(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
	plain_send(pair[1], "x");
	fd.sockfd = pair[0];
	nested_in = nested;
	CHECK(lws_adopt_descriptor_vhost(vh, LWS_ADOPT_SOCKET, fd, "open",
					 NULL) != NULL);
	pump(cx);
	CHECK_TRACE(expected);
	close(pair[1]);
	pump(cx);
	trace_reset();
}

static void connects(int nested, const char *expected)
{
	struct lws_client_connect_info i;
	int listener, port, fd;

	listener = plain_bound(SOCK_STREAM, 1, &port);
	info_connect(&i, cx, vh, "open", "127.0.0.1", port);
	nested_in = nested;
	CHECK(lws_client_connect_via_info(&i) != NULL);
	CHECK((fd = accept(listener, NULL, NULL)) >= 0);
	plain_send(fd, "x");
	UNTIL(cx, strstr(trace_text, "rx") && strstr(trace_text, "writeable"));
	CHECK_TRACE(expected);
	close(fd);
	close(listener);
	pump(cx);
	trace_reset();
}

int main(void)
{
	cx = context_bare();
	vh = vhost_client(cx, "open", protocols);
	pump(cx);

	adopts(LWS_CALLBACK_WSI_CREATE, "create | bind adopt rx writeable ");
	adopts(LWS_CALLBACK_RAW_SKT_BIND_PROTOCOL,
	       "create bind | adopt rx writeable ");
	adopts(LWS_CALLBACK_RAW_ADOPT, "create bind adopt | rx writeable ");
	connects(LWS_CALLBACK_RAW_SKT_BIND_PROTOCOL,
		 "bind | create connected writeable rx ");
	connects(LWS_CALLBACK_WSI_CREATE,
		 "bind create | connected writeable rx ");
	lws_context_destroy(cx);

	return 0;
}
