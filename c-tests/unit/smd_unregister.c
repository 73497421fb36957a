/*
 * Who unregisters is never called again, and messages that only it was to
 * hear leave the queue at once. A dead handle does no harm.
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

static void with_queued_messages(struct lws_context *cx)
{
	struct lws_smd_peer *a = lws_smd_register(cx, "A", 0, MINE, cb),
			    *b = lws_smd_register(cx, "B", 0, MINE, cb), *c;

	CHECK(a && b);
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 0));
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 1));
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 2));

	/* B still wants all three */
	lws_smd_unregister(a);
	CHECK(lws_smd_msg_printf(cx, MINE, "%d", 3) == 1);

	/* nobody does */
	lws_smd_unregister(b);
	c = lws_smd_register(cx, "C", 0, MINE, cb);
	CHECK(c);
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 4));
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 5));
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 6));
	CHECK(lws_smd_msg_printf(cx, MINE, "%d", 7) == 1);
	pump(cx);
	CHECK_TRACE("C4 C5 C6 ");
	lws_smd_unregister(c);
}

/* Sent when the last who wanted it has gone: accepted, dropped. */
static void nobody_left(struct lws_context *cx)
{
	struct lws_smd_peer *a = lws_smd_register(cx, "A", 0, MINE, cb);
	void *m = lws_smd_msg_alloc(cx, MINE, 1);

	CHECK(a && m);
	memcpy(m, "m", 1);
	lws_smd_unregister(a);
	CHECK(!lws_smd_msg_send(cx, m));
	pump(cx);
	CHECK_TRACE("");
}

static void dead_handles(struct lws_context *cx, struct lws_smd_peer *a)
{
	struct lws_smd_peer *b;

	CHECK_LOGS("lws_smd_unregister", lws_smd_unregister(NULL));

	lws_smd_unregister(a);
	b = lws_smd_register(cx, "B", 0, MINE, cb);
	CHECK(b);
	CHECK_LOGS("lws_smd_unregister", lws_smd_unregister(a));

	/* the dead handle did not take B's registration with it */
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 0));
	pump(cx);
	CHECK_TRACE("B0 ");
	lws_smd_unregister(b);
	CHECK_LOGS("lws_smd_unregister", lws_smd_unregister(b));
}

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_smd_peer *a, *b;
	struct lws_context *cx;

	info_init(&info);
	info.smd_queue_depth = 3;
	cx = context_from(&info);
	context_settle(cx);

	with_queued_messages(cx);
	nobody_left(cx);
	a = lws_smd_register(cx, "A", 0, MINE, cb);
	CHECK(a);
	dead_handles(cx, a);

	/* handles die with their context */
	b = lws_smd_register(cx, "B", 0, MINE, cb);
	CHECK(b);
	lws_context_destroy(cx);
	CHECK_LOGS("lws_smd_unregister", lws_smd_unregister(b));
	CHECK_TRACE("");

	return 0;
}
