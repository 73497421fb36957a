/*
 * Peers that reset, that say nothing more but still listen, and that go while
 * they are written to.
 */
#include "../conn.h"

#define PLENTY (4 * 1024 * 1024)

static struct lws *server;
static unsigned char *plenty;
static char got[64];
static int up, closed, mode;

static int peer_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		server = wsi;
		got[0] = '\0';
		up++;
		break;
	case LWS_CALLBACK_RAW_RX:
		CHECK(strlen(got) + len < sizeof(got));
		strncat(got, in, len);
		if (mode == 'p')
			CHECK(lws_write(wsi, plenty + LWS_PRE, PLENTY,
					LWS_WRITE_RAW) == PLENTY);
		/* it may be gone */
		if (mode == 'e' && write_text(wsi, in, len) != (int)len)
			return -1;
		break;
	case LWS_CALLBACK_RAW_WRITEABLE:
		if (mode == 's' &&
		    lws_write(wsi, plenty + LWS_PRE, 65536, LWS_WRITE_RAW) < 0)
			return -1;
		lws_callback_on_writable(wsi);
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		CHECK(wsi == server);
		server = NULL;
		closed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "peer", peer_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;
static int port;

static int start(int how)
{
	int fd = plain_connect(port);

	mode = how;
	up = closed = 0;
	UNTIL(cx, up);

	return fd;
}

/* Everything that comes until the end, which has to be an orderly one. */
static size_t read_all(int fd)
{
	static char buf[65536];
	size_t total = 0;
	ssize_t n;

	while ((n = plain_read(cx, fd, buf, sizeof(buf))) > 0)
		total += (size_t)n;
	CHECK_EQ(n, 0);

	return total;
}

int main(void)
{
	struct lws_vhost *vh;
	int fd, n, round;

	plenty = calloc(1, LWS_PRE + PLENTY);
	CHECK(plenty != NULL);
	cx = context_bare();
	vh = vhost_server(cx, "server", protocols, "peer");
	port = lws_get_vhost_listen_port(vh);
	pump(cx);
	log_watch(LOG_USUAL);

	/* reset while nothing goes on, and after bytes that were not read */
	fd = start(0);
	plain_reset(fd);
	UNTIL(cx, closed);
	fd = start('e');
	plain_send(fd, "x");
	plain_reset(fd);
	UNTIL(cx, closed);

	/* what came before the end is heard before it, and answered */
	fd = start('e');
	plain_send(fd, "last words");
	CHECK(!shutdown(fd, SHUT_WR));
	CHECK_EQ(read_all(fd), strlen("last words"));
	UNTIL(cx, closed);
	CHECK_STR(got, "last words");
	close(fd);

	/* who says no more still gets all that was written before */
	fd = start('p');
	plain_send(fd, "give");
	UNTIL(cx, got[0]);
	CHECK(!shutdown(fd, SHUT_WR));
	service_for(cx, 20000);
	CHECK_EQ(read_all(fd), PLENTY);
	UNTIL(cx, closed);
	close(fd);

	/* but who goes does not hold the connection up */
	fd = start('p');
	plain_send(fd, "give");
	UNTIL(cx, got[0]);
	plain_reset(fd);
	UNTIL(cx, closed);

	/* gone in the middle of a stream: no SIGPIPE, one close */
	for (round = 0; round < 2; round++) {
		fd = start('s');
		lws_callback_on_writable(server);
		for (n = 0; n < 100; n++) {
			char buf[65536];

			CHECK(plain_read(cx, fd, buf, sizeof(buf)) > 0);
		}
		if (round)
			plain_reset(fd);
		else
			close(fd);
		UNTIL(cx, closed);
		service_for(cx, 5000);
		CHECK_EQ(closed, 1);
	}

	/* peers that misbehave are no news */
	CHECK(!log_lines(""));
	lws_context_destroy(cx);
	free(plenty);

	return 0;
}
