/*
 * The program says that a transaction is over: with nothing left to go out it
 * is told to close, else the connection does that by itself, after it.
 */
#include "../conn.h"

#define PLENTY (8u * 1024 * 1024)

static unsigned char *plenty;
static int little, returned, after, closed;

static int over_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	size_t n = little ? 5 : PLENTY;

	(void)user;
	(void)in;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_RX:
	case LWS_CALLBACK_RAW_WRITEABLE:
	case LWS_CALLBACK_TIMER:
		after++;
		CHECK_EQ(after, 1);
		CHECK_EQ(lws_write(wsi, plenty + LWS_PRE, n, LWS_WRITE_RAW),
			 n);
		/* what was asked for before does not come any more */
		lws_callback_on_writable(wsi);
		lws_set_timer_usecs(wsi, 1000);
		returned = lws_raw_transaction_completed(wsi);
		if (!returned) {
			/* it is on its way out */
			CHECK(write_text(wsi, "more", 4) < 0);
			lws_callback_on_writable(wsi);
		}
		return returned;
	case LWS_CALLBACK_RAW_CLOSE:
		closed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "over", over_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(void)
{
	static char buf[65536];
	int before = descriptors(), fd, port;
	struct lws_context *cx;
	struct lws_vhost *vh;
	size_t got, wanted;
	ssize_t n;

	plenty = calloc(1, LWS_PRE + PLENTY);
	CHECK(plenty != NULL);
	cx = context_bare();
	vh = vhost_server(cx, "server", protocols, "over");
	port = lws_get_vhost_listen_port(vh);
	pump(cx);
	log_watch(LOG_USUAL);

	for (little = 0; little < 2; little++) {
		after = closed = 0;
		wanted = little ? 5 : PLENTY;
		fd = plain_connect(port);
		plain_send(fd, "go");
		UNTIL(cx, after);
		CHECK_EQ(returned, little ? -1 : 0);
		CHECK_EQ(closed, little);
		/* and neither what is said now, nor a timer, disturbs it */
		if (!little)
			plain_send(fd, "again");
		service_for(cx, 10000);
		CHECK_EQ(closed, little);
		for (got = 0; got < wanted; got += (size_t)n) {
			n = plain_read(cx, fd, buf, sizeof(buf));
			CHECK(n > 0);
		}
		CHECK_EQ(got, wanted);
		CHECK_EQ(plain_read(cx, fd, buf, sizeof(buf)), 0);
		UNTIL(cx, closed);
		service_for(cx, 5000);
		CHECK(after == 1 && closed == 1);
		close(fd);
	}
	CHECK(!log_lines(""));
	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);
	free(plenty);

	return 0;
}
