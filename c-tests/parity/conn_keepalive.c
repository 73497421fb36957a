/*
 * Keepalive settings of a vhost: the kernel's, and for output that is not
 * acknowledged, when no probes are sent, a limit for that.
 */
#include "../conn.h"

static int connected;

static int option(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	CHECK(!getsockopt(fd, level, name, &value, &len));

	return value;
}

static int keepalive_cb(struct lws *wsi, enum lws_callback_reasons reason,
			void *user, void *in, size_t len)
{
	int fd;

	(void)user;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_RAW_CONNECTED) {
		fd = lws_get_socket_fd(wsi);
		printf("on %d, idle %d s, interval %d s, probes %d, "
		       "user timeout %d ms\n",
		       option(fd, SOL_SOCKET, SO_KEEPALIVE),
		       option(fd, IPPROTO_TCP, TCP_KEEPIDLE),
		       option(fd, IPPROTO_TCP, TCP_KEEPINTVL),
		       option(fd, IPPROTO_TCP, TCP_KEEPCNT),
		       option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT));
		connected++;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "keepalive", keepalive_cb, 0, 0, 1, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(void)
{
	static const int settings[][3] = { { 0, 0, 0 }, { 2, 1, 2 },
					   { 30, 5, 4 } };
	struct lws_context_creation_info info;
	struct lws_context *cx = context_bare();
	struct lws_client_connect_info i;
	char name[] = "vhost 0";
	struct lws_vhost *vh;
	int listener, port;
	size_t n;

	lws_set_log_level(0, NULL);
	listener = plain_bound(SOCK_STREAM, 8, &port);
	for (n = 0; n < LWS_ARRAY_SIZE(settings); n++) {
		memset(&info, 0, sizeof(info));
		name[6] = (char)('0' + (int)n);
		info.vhost_name = name;
		info.port = CONTEXT_PORT_NO_LISTEN;
		info.protocols = protocols;
		info.ka_time = settings[n][0];
		info.ka_interval = settings[n][1];
		info.ka_probes = settings[n][2];
		CHECK((vh = lws_create_vhost(cx, &info)) != NULL);
		info_connect(&i, cx, vh, "keepalive", "127.0.0.1", port);
		CHECK(lws_client_connect_via_info(&i) != NULL);
		UNTIL(cx, connected == (int)n + 1);
	}
	lws_context_destroy(cx);
	close(listener);

	return 0;
}
