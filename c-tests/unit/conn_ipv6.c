/*
 * IPv6: a server on ::1, one that takes both families, one that takes IPv6
 * alone, one that has none.
 */
#include "../conn.h"

static int opened, closed, connected, failed;
static char peer[64], seen[64];

static int v6_cb(struct lws *wsi, enum lws_callback_reasons reason,
		 void *user, void *in, size_t len)
{
	char rip[64];

	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		lws_get_peer_simple(wsi, peer, sizeof(peer));
		lws_get_peer_addresses(wsi, lws_get_socket_fd(wsi), seen,
				       sizeof(seen), rip, sizeof(rip));
		CHECK_STR(rip, peer);
		opened++;
		break;
	case LWS_CALLBACK_RAW_RX:
		CHECK(write_text(wsi, in, len) == (int)len);
		break;
	case LWS_CALLBACK_RAW_CONNECTED:
		connected++;
		break;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		failed++;
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		closed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "v6", v6_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;

/* Is there somebody at the port? */
static int answers(int family, int port)
{
	struct sockaddr_in a = loopback(port);
	struct sockaddr_in6 a6;
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), r;

	CHECK(fd >= 0);
	memset(&a6, 0, sizeof(a6));
	a6.sin6_family = AF_INET6;
	a6.sin6_port = htons((uint16_t)port);
	a6.sin6_addr = in6addr_loopback;
	if (family == AF_INET6)
		r = connect(fd, (struct sockaddr *)&a6, sizeof(a6));
	else
		r = connect(fd, (struct sockaddr *)&a, sizeof(a));
	if (!r) {
		closed = 0;
		plain_send(fd, "hello");
		plain_expect(cx, fd, "hello");
		close(fd);
		UNTIL(cx, closed);
		return 1;
	}
	CHECK_EQ(errno, ECONNREFUSED);
	close(fd);

	return 0;
}

static struct lws_vhost *listens(const char *iface, uint64_t options)
{
	struct lws_context_creation_info info;
	struct lws_vhost *vh;

	info_server(&info, "v6", protocols, "v6");
	info.iface = iface;
	info.options |= options;
	CHECK((vh = lws_create_vhost(cx, &info)) != NULL);
	pump(cx);

	return vh;
}

int main(void)
{
	int before = descriptors(), port, fd;
	struct lws_client_connect_info i;
	struct lws_vhost *vh, *client;
	struct sockaddr_in6 a;
	struct lws *wsi;

	memset(&a, 0, sizeof(a));
	a.sin6_family = AF_INET6;
	a.sin6_addr = in6addr_loopback;
	fd = socket(AF_INET6, SOCK_STREAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a))) {
		fprintf(stderr, "there is no IPv6 here\n");
		return 0;
	}
	close(fd);

	cx = context_bare();
	pump(cx);
	client = vhost_client(cx, "client", protocols);

	vh = listens("::1", 0);
	port = lws_get_vhost_listen_port(vh);
	CHECK(port > 0);
	CHECK(answers(AF_INET6, port));
	CHECK_STR(peer, "::1");
	CHECK(!answers(AF_INET, port));

	/* the library's own client, with and without brackets */
	info_connect(&i, cx, client, "v6", "::1", port);
	CHECK((wsi = lws_client_connect_via_info(&i)) != NULL);
	UNTIL(cx, connected || failed);
	CHECK_EQ(connected, 1);
	lws_get_peer_simple(wsi, peer, sizeof(peer));
	CHECK_STR(peer, "::1");
	closed = 0;
	lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
	UNTIL(cx, closed == 2);
	lws_vhost_destroy(vh);

	/* without an address: both families, on one port */
	vh = listens(NULL, 0);
	port = lws_get_vhost_listen_port(vh);
	CHECK(answers(AF_INET, port));
	CHECK_STR(peer, "127.0.0.1");
	CHECK(answers(AF_INET6, port));
	CHECK_STR(peer, "::1");
	lws_vhost_destroy(vh);

	vh = listens("::", LWS_SERVER_OPTION_IPV6_V6ONLY_MODIFY |
			   LWS_SERVER_OPTION_IPV6_V6ONLY_VALUE);
	port = lws_get_vhost_listen_port(vh);
	CHECK(answers(AF_INET6, port));
	CHECK(!answers(AF_INET, port));
	lws_vhost_destroy(vh);

	vh = listens(NULL, LWS_SERVER_OPTION_DISABLE_IPV6);
	port = lws_get_vhost_listen_port(vh);
	CHECK(answers(AF_INET, port));
	CHECK(!answers(AF_INET6, port));
	lws_vhost_destroy(vh);

	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);

	return 0;
}
