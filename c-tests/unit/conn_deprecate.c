/*
 * A context that is retired does not listen any more when its callback is
 * called; who is connected stays.
 */
#include "conn.h"

static int opened, closed, received, called, port;

static int echo_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	(void)wsi;
	(void)user;
	(void)in;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		opened++;
		break;
	case LWS_CALLBACK_RAW_RX:
		received++;
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		closed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "echo", echo_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

/* The port is free for the next context. */
static int reload(void)
{
	struct sockaddr_in a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	CHECK(fd >= 0);
	CHECK(!setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)));
	memset(&a, 0, sizeof(a));
	a.sin_family = AF_INET;
	a.sin_port = htons((uint16_t)port);
	CHECK(!bind(fd, (struct sockaddr *)&a, sizeof(a)));
	CHECK(!listen(fd, 1));
	close(fd);
	called++;

	return 0;
}

int main(void)
{
	struct lws_context *cx = context_bare();
	struct lws_vhost *vh;
	int fd;

	vh = vhost_server(cx, "server", protocols, "echo");
	port = lws_get_vhost_listen_port(vh);
	pump(cx);
	fd = plain_connect(port);
	UNTIL(cx, opened == 1);
	lws_context_deprecate(cx, reload);
	CHECK_EQ(called, 1);
	CHECK(lws_context_is_deprecated(cx));
	plain_send(fd, "still here");
	UNTIL(cx, received == 1);
	CHECK_EQ(closed, 0);
	close(fd);
	UNTIL(cx, closed == 1);
	lws_context_destroy(cx);

	return 0;
}
