/*
 * Ends of connections that the library opened: the peer says no more, or goes
 * while it is written to; the program says no more. No SIGPIPE, one close.
 */
#include "../conn.h"

#define PLENTY (8u * 1024 * 1024)

static unsigned char *plenty;
static int connected, closed, failed, floods;
static struct lws *client;
static char got[64];

static int ends_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_CONNECTED:
		client = wsi;
		connected++;
		break;
	case LWS_CALLBACK_RAW_RX:
		CHECK(strlen(got) + len < sizeof(got));
		strncat(got, in, len);
		break;
	case LWS_CALLBACK_RAW_WRITEABLE:
		if (!floods)
			break;
		if (lws_write(wsi, plenty + LWS_PRE, 65536, LWS_WRITE_RAW) < 0)
			return -1;
		lws_callback_on_writable(wsi);
		break;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		failed++;
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		client = NULL;
		closed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "ends", ends_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;
static struct lws_vhost *vh;
static int listener, port;

/* A client that is connected; the other end of it. */
static int start(void)
{
	struct lws_client_connect_info i;
	int fd;

	connected = closed = failed = floods = 0;
	got[0] = '\0';
	info_connect(&i, cx, vh, "ends", "127.0.0.1", port);
	CHECK(lws_client_connect_via_info(&i) != NULL);
	CHECK((fd = accept(listener, NULL, NULL)) >= 0);
	UNTIL(cx, connected);
	pump(cx);

	return fd;
}

static void ended(void)
{
	UNTIL(cx, closed);
	service_for(cx, 5000);
	CHECK(closed == 1 && !failed);
}

int main(void)
{
	int before = descriptors(), fd, n, round;
	static char buf[65536];
	size_t total = 0;

	plenty = calloc(1, LWS_PRE + PLENTY);
	CHECK(plenty != NULL);
	cx = context_bare();
	/* as a program may have it that does not rely on a context for that */
	CHECK(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
	vh = vhost_client(cx, "client", protocols);
	listener = plain_bound(SOCK_STREAM, 4, &port);
	pump(cx);
	log_watch(LOG_USUAL);

	/* the peer says no more */
	fd = start();
	plain_send(fd, "bye");
	CHECK(!shutdown(fd, SHUT_WR));
	ended();
	CHECK_STR(got, "bye");
	CHECK_EQ(read(fd, buf, sizeof(buf)), 0);
	close(fd);

	/* but takes all that was written before */
	fd = start();
	CHECK_EQ(lws_write(client, plenty + LWS_PRE, PLENTY, LWS_WRITE_RAW),
		 PLENTY);
	CHECK(!shutdown(fd, SHUT_WR));
	service_for(cx, 20000);
	CHECK_EQ(closed, 0);
	while ((n = (int)plain_read(cx, fd, buf, sizeof(buf))) > 0)
		total += (size_t)n;
	CHECK_EQ(n, 0);
	CHECK_EQ(total, PLENTY);
	ended();
	close(fd);

	/* the peer goes while it is written to, in order or with a reset */
	for (round = 0; round < 2; round++) {
		fd = start();
		floods = 1;
		lws_callback_on_writable(client);
		for (n = 0; n < 50; n++)
			CHECK(plain_read(cx, fd, buf, sizeof(buf)) > 0);
		if (round)
			plain_reset(fd);
		else
			close(fd);
		ended();
	}
	/* or before the program writes again, and it writes all the same */
	fd = start();
	plain_reset(fd);
	CHECK(write_text(client, "anybody?", 8) < 0);
	CHECK(write_text(client, "anybody?", 8) < 0);
	ended();

	/* the program says no more, and hears what the peer has to say */
	fd = start();
	CHECK(!shutdown(lws_get_socket_fd(client), SHUT_WR));
	CHECK_EQ(plain_read(cx, fd, buf, sizeof(buf)), 0);
	plain_send(fd, "still here");
	UNTIL(cx, got[0]);
	CHECK_STR(got, "still here");
	CHECK_EQ(closed, 0);
	/* nothing can be written any more, and nothing is */
	CHECK(write_text(client, "more", 4) < 0);
	close(fd);
	ended();

	CHECK(!log_lines(""));
	close(listener);
	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);
	free(plenty);

	return 0;
}
