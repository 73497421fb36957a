/*
 * A loop that was blocked for longer than the messages live drops the old
 * ones and says so once; younger ones are delivered.
 */
#include "../context.h"

#define TTL_US 300000

static int cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
	      size_t len)
{
	(void)opaque;
	(void)c;
	(void)ts;
	trace("%.*s ", (int)len, (const char *)buf);

	return 0;
}

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;
	void *m;
	int n;

	info_init(&info);
	info.smd_ttl_us = TTL_US;
	info.smd_queue_depth = 17;
	cx = context_from(&info);
	context_settle(cx);
	CHECK(lws_smd_register(cx, NULL, 0, MINE, cb));
	CHECK(lws_smd_register(cx, NULL, 0, MINE, cb));

	for (n = 0; n < 17; n++)
		CHECK(!lws_smd_msg_printf(cx, MINE, "old%d", n));
	usleep(TTL_US + 50000);

	/* the queue is full of them until the loop runs */
	lws_set_log_level(0, NULL);
	CHECK(lws_smd_msg_printf(cx, MINE, "%s", "refused") == 1);
	log_watch(LLL_ERR | LLL_WARN | LLL_NOTICE | LLL_INFO);
	pump(cx);
	CHECK_TRACE("");
	CHECK(log_lines("17") == 1);
	CHECK(log_lines("") == 1);

	/* some old, some not: age counts from the allocation */
	CHECK(!lws_smd_msg_printf(cx, MINE, "%s", "old"));
	m = lws_smd_msg_alloc(cx, MINE, 5);
	CHECK(m);
	memcpy(m, "older", 5);
	usleep(TTL_US + 50000);
	CHECK(!lws_smd_msg_printf(cx, MINE, "%s", "young"));
	CHECK(!lws_smd_msg_send(cx, m));
	CHECK(!lws_smd_msg_printf(cx, MINE, "%s", "younger"));
	log_watch(LLL_ERR | LLL_WARN | LLL_NOTICE | LLL_INFO);
	pump(cx);
	CHECK_TRACE("young young younger younger ");
	CHECK(log_lines("") == 1);

	/* none old: not a word */
	CHECK(!lws_smd_msg_printf(cx, MINE, "%s", "new"));
	log_watch(LLL_ERR | LLL_WARN | LLL_NOTICE | LLL_INFO);
	pump(cx);
	CHECK_TRACE("new new ");
	CHECK(log_lines("") == 0);

	lws_context_destroy(cx);

	return 0;
}
