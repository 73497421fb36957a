/*
 * Connections that close with output left: a peer that reads slowly gets all
 * of it, however long that takes. One that reads nothing for five seconds is
 * reset, and the program is told by a warning.
 */
#include "../conn.h"

#define PLENTY (8u * 1024 * 1024)
#define SOME 65536u
#define SECONDS 8

enum kind { SLOW, STALLED, STALLED_IN_KERNEL, KINDS };

static unsigned char *plenty;
static int closed;

/* How much it writes is what it is asked for. */
static int flush_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	size_t n;

	(void)user;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_RX:
		n = *(char *)in == 'p' ? PLENTY : SOME;
		CHECK_EQ(lws_write(wsi, plenty + LWS_PRE, n, LWS_WRITE_RAW), n);
		return -1;
	case LWS_CALLBACK_RAW_CLOSE:
		closed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "flush", flush_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

/* A peer whose kernel takes little by itself. */
static int peer(int port, const char *wants)
{
	struct sockaddr_in a = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), size = 4096;

	CHECK(fd >= 0);
	CHECK(!setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)));
	CHECK(!connect(fd, (struct sockaddr *)&a, sizeof(a)));
	plain_send(fd, wants);
	plain_nonblocking(fd);

	return fd;
}

int main(void)
{
	static char buf[1 << 20];
	lws_usec_t start, now, reset[KINDS] = { 0, 0, 0 }, complete = 0;
	int fd[KINDS], n, port, error, before;
	struct lws_context *cx;
	struct lws_vhost *vh;
	size_t got = 0, may;
	socklen_t len;
	ssize_t r;

	plenty = calloc(1, LWS_PRE + PLENTY);
	CHECK(plenty != NULL);
	cx = context_bare();
	vh = vhost_server(cx, "flush", protocols, "flush");
	port = lws_get_vhost_listen_port(vh);
	pump(cx);
	before = descriptors();
	log_watch(LLL_ERR | LLL_WARN);

	fd[SLOW] = peer(port, "p");
	fd[STALLED] = peer(port, "p");
	fd[STALLED_IN_KERNEL] = peer(port, "s");
	start = lws_now_usecs();
	while (!complete || !reset[STALLED] || !reset[STALLED_IN_KERNEL]) {
		CHECK(lws_service(cx, -1) >= 0);
		usleep(1000);
		now = lws_now_usecs() - start;
		CHECK(now < 60 * LWS_US_PER_SEC);

		/* evenly over the time it shall take */
		may = (size_t)(PLENTY * (unsigned long long)now /
			       (SECONDS * LWS_US_PER_SEC));
		while (!complete && got < may) {
			r = read(fd[SLOW], buf, sizeof(buf));
			if (r < 0) {
				CHECK_EQ(errno, EAGAIN);
				break;
			}
			got += (size_t)r;
			if (!r)
				complete = now;
		}
		for (n = STALLED; n < KINDS; n++) {
			len = sizeof(error);
			CHECK(!getsockopt(fd[n], SOL_SOCKET, SO_ERROR, &error,
					  &len));
			if (error) {
				CHECK_EQ(error, ECONNRESET);
				reset[n] = now;
			}
		}
	}
	CHECK_EQ(got, PLENTY);
	CHECK(complete >= 6 * LWS_US_PER_SEC);
	CHECK_EQ(closed, KINDS);
	for (n = STALLED; n < KINDS; n++) {
		CHECK(reset[n] >= 4900000);
		CHECK(reset[n] <= (check_slow() ? 40 : 12) * LWS_US_PER_SEC);
	}
	CHECK_EQ(log_lines("takes no output"), 2);
	CHECK_EQ(log_lines(""), 2);

	for (n = 0; n < KINDS; n++)
		close(fd[n]);
	pump(cx);
	CHECK_EQ(descriptors(), before);
	lws_context_destroy(cx);
	free(plenty);

	return 0;
}
