/*
 * A server that never answers: the connection attempt ends in time, with an
 * error, and once.
 */
#include "../conn.h"

static int failed, closed;
static char why[256];

static int timeout_cb(struct lws *wsi, enum lws_callback_reasons reason,
		      void *user, void *in, size_t len)
{
	(void)wsi;
	(void)user;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_CONNECTED:
	case LWS_CALLBACK_RAW_CLOSE:
		fprintf(stderr, "reason %d\n", (int)reason);
		exit(1);
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		CHECK(in != NULL);
		snprintf(why, sizeof(why), "%s", (const char *)in);
		failed++;
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		CHECK_EQ(failed, 1);
		closed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "timeout", timeout_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_client_connect_info i;
	struct lws_context *cx;
	struct lws_vhost *vh;
	int listener, fds[16], n, port;
	struct sockaddr_in a;
	lws_usec_t start;

	/* a queue that is full: further connections get no answer at all */
	listener = plain_bound(SOCK_STREAM, 0, &port);
	a = loopback(port);
	for (n = 0; n < 16; n++) {
		CHECK((fds[n] = socket(AF_INET, SOCK_STREAM, 0)) >= 0);
		plain_nonblocking(fds[n]);
		CHECK(!connect(fds[n], (struct sockaddr *)&a, sizeof(a)) ||
		      errno == EINPROGRESS);
	}
	usleep(20000);

	cx = context_bare();
	memset(&info, 0, sizeof(info));
	info.vhost_name = "timeout";
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	info.connect_timeout_secs = 1;
	CHECK((vh = lws_create_vhost(cx, &info)) != NULL);
	pump(cx);

	info_connect(&i, cx, vh, "timeout", "127.0.0.1", port);
	start = lws_now_usecs();
	CHECK(lws_client_connect_via_info(&i) != NULL);
	UNTIL(cx, closed);
	CHECK_EQ(failed, 1);
	CHECK(lws_now_usecs() - start >= 900000);
	CHECK(strlen(why) > 0);

	/* closing it in the meantime is an error too, not a close */
	failed = closed = 0;
	CHECK(lws_client_connect_via_info(&i) != NULL);
	service_for(cx, 10000);
	lws_context_destroy(cx);
	CHECK_EQ(closed, 1);
	for (n = 0; n < 16; n++)
		close(fds[n]);
	close(listener);

	return 0;
}
