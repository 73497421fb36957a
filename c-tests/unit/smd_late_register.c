/*
 * A participant hears what is sent after it registered. Messages queued
 * before that are none of its business: they hold no place in the queue once
 * those who were there have heard them.
 */
#include "../context.h"

static int cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
	      size_t len)
{
	(void)c;
	(void)ts;
	trace("%s%.*s ", (const char *)opaque, (int)len, (const char *)buf);

	return 0;
}

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_smd_peer *a, *b, *c;
	struct lws_context *cx;

	info_init(&info);
	info.smd_queue_depth = 2;
	cx = context_from(&info);
	context_settle(cx);

	a = lws_smd_register(cx, "A", 0, MINE, cb);
	CHECK(a);
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 0));
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 1));
	b = lws_smd_register(cx, "B", 0, MINE, cb);
	CHECK(b);
	CHECK(lws_smd_msg_printf(cx, MINE, "%d", 2) == 1); /* full */
	pump(cx);
	CHECK_TRACE("A0 A1 ");

	/* both places are free again */
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 3));
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 4));
	CHECK(lws_smd_msg_printf(cx, MINE, "%d", 5) == 1);

	/* one that comes and goes between changes nothing for the others */
	c = lws_smd_register(cx, "C", 0, MINE, cb);
	CHECK(c);
	lws_smd_unregister(c);
	pump(cx);
	CHECK_TRACE("A3 B3 A4 B4 ");

	/* queued for A only, and A goes: nobody is left to hear them */
	lws_smd_unregister(b);
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 6));
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 7));
	b = lws_smd_register(cx, "B", 0, MINE, cb);
	CHECK(b);
	lws_smd_unregister(a);
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 8));
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 9));
	CHECK(lws_smd_msg_printf(cx, MINE, "%d", 10) == 1);
	pump(cx);
	CHECK_TRACE("B8 B9 ");

	lws_context_destroy(cx);

	return 0;
}
