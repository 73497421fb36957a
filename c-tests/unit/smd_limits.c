/*
 * How long a message may be, how many may wait, and what a class is.
 */
#include "../context.h"

static char last[LWS_SMD_MAX_PAYLOAD + 1];
static size_t last_len;
static lws_smd_class_t last_class;
static lws_usec_t last_ts;
static int heard;

static int cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
	      size_t len)
{
	(void)opaque;
	CHECK(len <= LWS_SMD_MAX_PAYLOAD);
	memcpy(last, buf, len + 1); /* there is always a NUL behind it */
	last_len = len;
	last_class = c;
	last_ts = ts;
	heard++;

	return 0;
}

static void length(struct lws_context *cx)
{
	size_t n;
	void *m;

	for (n = LWS_SMD_MAX_PAYLOAD - 1; n <= LWS_SMD_MAX_PAYLOAD; n++) {
		heard = 0;
		CHECK(!lws_smd_msg_printf(cx, MINE, "%0*d", (int)n, 7));
		pump(cx);
		CHECK(heard == 1 && last_len == n && last[n - 1] == '7');
		CHECK(last[n] == '\0' && strlen(last) == n);

		m = lws_smd_msg_alloc(cx, MINE, n);
		CHECK(m);
		memset(m, 'x', n);
		CHECK(!lws_smd_msg_send(cx, m));
		pump(cx);
		CHECK(heard == 2 && last_len == n && last[n - 1] == 'x');
		CHECK(last[n] == '\0');
	}

	heard = 0;
	CHECK_FAILS("lws_smd_msg_printf",
		    lws_smd_msg_printf(cx, MINE, "%0*d",
				       LWS_SMD_MAX_PAYLOAD + 1, 7) == 1);
	CHECK_FAILS("lws_smd_msg_alloc",
		    !lws_smd_msg_alloc(cx, MINE, LWS_SMD_MAX_PAYLOAD + 1));
	CHECK_FAILS("lws_smd_msg_alloc",
		    !lws_smd_msg_alloc(cx, MINE, 65536 + 10));
	CHECK_FAILS("lws_smd_msg_alloc",
		    !lws_smd_msg_alloc(cx, MINE, SIZE_MAX));
	pump(cx);
	CHECK(!heard);

	/* empty ones are messages too */
	m = lws_smd_msg_alloc(cx, MINE, 0);
	CHECK(m);
	CHECK(!lws_smd_msg_send(cx, m));
	pump(cx);
	CHECK(heard == 1 && last_len == 0 && last[0] == '\0');
	CHECK(!lws_smd_msg_printf(cx, MINE, "%s", ""));
	pump(cx);
	CHECK(heard == 2 && last_len == 0 && last[0] == '\0');
}

static void classes(struct lws_context *cx)
{
	lws_usec_t before, after;
	void *m;

	/* nobody listens to a class, or there is none in it: all is well */
	log_watch(LOG_USUAL);
	CHECK(!lws_smd_msg_alloc(cx, 0, 10));
	CHECK(!lws_smd_msg_printf(cx, 0, "%d", 1));
	CHECK(!lws_smd_msg_alloc(cx, OTHER, 10));
	CHECK(!lws_smd_msg_printf(cx, OTHER, "%d", 1));
	/* and its text may be of any length, nobody looks at it */
	CHECK(!lws_smd_msg_printf(cx, OTHER, "%0500d", 1));
	CHECK(!log_lines(""));

	/* one bit in common is enough; the callback sees all of them */
	heard = 0;
	before = lws_now_usecs();
	CHECK(!lws_smd_msg_printf(cx, MINE | OTHER, "%d", 1));
	after = lws_now_usecs();
	pump(cx);
	CHECK(heard == 1 && last_class == (MINE | OTHER));
	CHECK(last_ts >= before && last_ts <= after);

	/* the timestamp is that of the allocation */
	m = lws_smd_msg_alloc(cx, MINE, 1);
	CHECK(m);
	memcpy(m, "m", 1);
	after = lws_now_usecs();
	usleep(1000);
	CHECK(!lws_smd_msg_send(cx, m));
	pump(cx);
	CHECK(heard == 2 && last_class == MINE && last_ts <= after);
}

static void unsent(struct lws_context *cx)
{
	void *m = lws_smd_msg_alloc(cx, MINE, 10);

	CHECK(m);
	heard = 0;
	lws_smd_msg_free(&m);
	CHECK(!m);
	pump(cx);
	CHECK(!heard);
}

/* Exactly so many may wait; one more is the sender's to keep. */
static void depth(struct lws_context *cx, int limit)
{
	void *m = lws_smd_msg_alloc(cx, MINE, 4), *again;
	int n;

	CHECK(m);
	memcpy(m, "late", 4);
	heard = 0;
	for (n = 0; n < limit; n++)
		CHECK(!lws_smd_msg_printf(cx, MINE, "%d", n));
	lws_set_log_level(0, NULL);
	CHECK(lws_smd_msg_printf(cx, MINE, "%d", n) == 1);
	again = m;
	CHECK(lws_smd_msg_send(cx, m) == 1);
	CHECK(lws_smd_msg_send(cx, m) == 1);
	lws_set_log_level(LOG_USUAL, NULL);
	CHECK(m == again && !memcmp(m, "late", 4));
	pump(cx);
	CHECK(heard == limit);

	/* now there is room for it */
	CHECK(!lws_smd_msg_send(cx, m));
	pump(cx);
	CHECK(heard == limit + 1 && last_len == 4 && !strcmp(last, "late"));
}

int main(void)
{
	static const uint16_t depths[] = { 0, 1, 5, 40, 41, 65535 };
	struct lws_context_creation_info info;
	struct lws_context *cx;
	size_t n;

	for (n = 0; n < LWS_ARRAY_SIZE(depths); n++) {
		info_init(&info);
		info.smd_queue_depth = depths[n];
		info.smd_ttl_us = 1000 * LWS_USEC_PER_SEC;
		cx = context_from(&info);
		context_settle(cx);
		CHECK(lws_smd_register(cx, NULL, 0, MINE, cb));
		if (!n) {
			length(cx);
			classes(cx);
			unsent(cx);
		}
		depth(cx, depths[n] ? depths[n] : 40);
		lws_context_destroy(cx);
	}

	return 0;
}
