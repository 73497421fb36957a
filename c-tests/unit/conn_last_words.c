/*
 * A connection that closes while its peer still sends: the peer gets all that
 * was written, and then an orderly end, although nobody reads what it says.
 */
#include "../conn.h"

#define PLENTY (8u * 1024 * 1024)
#define LITTLE 10u

static unsigned char *plenty;
static size_t answer;
static int closed, destroyed, completes;

static int last_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	(void)user;
	(void)in;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_RX:
		CHECK_EQ(lws_write(wsi, plenty + LWS_PRE, answer,
				   LWS_WRITE_RAW), answer);
		return completes ? lws_raw_transaction_completed(wsi) : -1;
	case LWS_CALLBACK_RAW_CLOSE:
		CHECK_EQ(closed, destroyed);
		closed++;
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		destroyed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "last", last_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;
static int port;

/*
 * The peer says something, and more while it is answered: what the kernel
 * takes of it, or all. Only then it begins to read.
 */
static void one(size_t wanted, size_t input, int all_of_it)
{
	static char buf[65536];
	int fd = plain_connect(port);
	size_t said = 0, got = 0;
	ssize_t n;

	answer = wanted;
	closed = destroyed = 0;
	plain_nonblocking(fd);
	plain_send(fd, "go");
	UNTIL(cx, closed || (said += 2) > 20);
	/* the server does not hear this any more, or never reads it */
	for (said = 0; said < input; said += (size_t)n) {
		n = send(fd, buf, sizeof(buf), MSG_NOSIGNAL);
		if (n < 0 && all_of_it) {
			/* it does not read before it has said everything */
			CHECK_EQ(errno, EAGAIN);
			CHECK(lws_service(cx, -1) >= 0);
			usleep(100);
			n = 0;
		}
		if (n < 0)
			break;
	}
	for (;;) {
		n = plain_read(cx, fd, buf, sizeof(buf));
		if (n <= 0)
			break;
		got += (size_t)n;
		/* once more, in the middle of it */
		if (got < wanted / 2)
			send(fd, "more", 4, MSG_NOSIGNAL);
	}
	CHECK_EQ(got, wanted);
	CHECK_EQ(n, 0);
	CHECK(!close(fd));
	UNTIL(cx, destroyed);
	CHECK_EQ(closed, 1);
	CHECK_EQ(destroyed, 1);
}

static void plain_take(int fd, size_t len)
{
	static char buf[65536];
	ssize_t n;

	for (; len; len -= (size_t)n) {
		n = plain_read(cx, fd, buf, sizeof(buf));
		CHECK(n > 0);
	}
}

int main(void)
{
	static const size_t answers[] = { LITTLE, 1024 * 1024, PLENTY };
	static const size_t inputs[] = { 0, 100000, 4 * 1024 * 1024 };
	int before, fd, n;
	struct lws_vhost *vh;
	size_t a, i;

	plenty = calloc(1, LWS_PRE + PLENTY);
	CHECK(plenty != NULL);
	cx = context_bare();
	vh = vhost_server(cx, "server", protocols, "last");
	port = lws_get_vhost_listen_port(vh);
	pump(cx);
	before = descriptors();

	for (completes = 0; completes < 2; completes++)
		for (a = 0; a < (check_slow() ? 2 : LWS_ARRAY_SIZE(answers)); a++)
			for (i = 0; i < LWS_ARRAY_SIZE(inputs); i++)
				one(answers[a], inputs[i], 0);
	one(check_slow() ? 1024 * 1024 : PLENTY, 32 * 1024 * 1024, 1);

	/* no socket stays behind, whatever the peer does */
	UNTIL(cx, descriptors() == before);
	answer = 1024 * 1024;
	closed = destroyed = 0;
	fd = plain_connect(port);
	plain_send(fd, "go");
	UNTIL(cx, closed);
	/* the connection is closed, its last bytes are on their way */
	CHECK_EQ(descriptors(), before + 2);
	plain_reset(fd);
	UNTIL(cx, descriptors() == before);
	for (n = 0; n < 2; n++) {
		closed = destroyed = 0;
		fd = plain_connect(port);
		plain_send(fd, "go");
		UNTIL(cx, closed);
		/* it takes everything, or nothing, and does not close */
		if (n)
			plain_take(fd, answer);
		UNTIL(cx, descriptors() == before + 1);
		close(fd);
	}

	/* the context does not wait for it */
	for (n = 0; n < 3; n++) {
		closed = destroyed = 0;
		CHECK((fd = plain_connect(port)) >= 0);
		plain_send(fd, "go");
		UNTIL(cx, closed);
	}
	before = descriptors();
	lws_context_destroy(cx);
	CHECK(descriptors() <= before - 3);
	free(plenty);

	return 0;
}
