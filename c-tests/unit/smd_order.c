/*
 * Messages go out round robin: each participant one message, in the order of
 * registration, then the next round. Every participant hears messages in the
 * order in which they were sent.
 */
#include "../context.h"

static int cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
	      size_t len)
{
	(void)c;
	(void)ts;
	trace("%s%.*s ", (const char *)opaque, (int)len, (const char *)buf);

	return 1; /* ignored */
}

static void round_robin(struct lws_context *cx)
{
	struct lws_smd_peer *a, *b, *c;

	a = lws_smd_register(cx, "A", 0, MINE, cb);
	b = lws_smd_register(cx, "B", 0, MINE, cb);
	c = lws_smd_register(cx, "C", 0, MINE, cb);
	CHECK(a && b && c);

	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 0));
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 1));
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 2));
	CHECK_TRACE(""); /* nothing is delivered from inside a send */
	pump(cx);
	CHECK_TRACE("A0 B0 C0 A1 B1 C1 A2 B2 C2 ");

	lws_smd_unregister(a);
	lws_smd_unregister(b);
	lws_smd_unregister(c);
}

/* Each participant has its own place in the queue. */
static void filters(struct lws_context *cx)
{
	struct lws_smd_peer *a, *b, *c, *none;

	none = lws_smd_register(cx, "none", 0, 0, cb);
	a = lws_smd_register(cx, "A", 0, MINE, cb);
	b = lws_smd_register(cx, "B", 0, OTHER, cb);
	c = lws_smd_register(cx, "C", 0, MINE | OTHER, cb);
	CHECK(none && a && b && c);

	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 0));
	CHECK(!lws_smd_msg_printf(cx, OTHER, "%d", 1));
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 2));
	pump(cx);
	CHECK_TRACE("A0 B1 C0 A2 C1 C2 ");

	lws_smd_unregister(a);
	lws_smd_unregister(b);
	lws_smd_unregister(c);
	lws_smd_unregister(none);
}

/* What counts is the send, not the allocation. */
static void send_decides(struct lws_context *cx)
{
	struct lws_smd_peer *a = lws_smd_register(cx, "A", 0, MINE, cb);
	void *x, *y;

	x = lws_smd_msg_alloc(cx, MINE, 1);
	y = lws_smd_msg_alloc(cx, MINE, 1);
	CHECK(a && x && y);
	memcpy(x, "x", 1);
	memcpy(y, "y", 1);
	CHECK(!lws_smd_msg_send(cx, y));
	CHECK(!lws_smd_msg_printf(cx, MINE, "%c", 'z'));
	CHECK(!lws_smd_msg_send(cx, x));
	pump(cx);
	CHECK_TRACE("Ay Az Ax ");

	lws_smd_unregister(a);
}

/* One callback and opaque may be registered twice: two participants. */
static void twice(struct lws_context *cx)
{
	struct lws_smd_peer *a = lws_smd_register(cx, "A", 0, MINE, cb),
			    *b = lws_smd_register(cx, "A", 0, MINE, cb);

	CHECK(a && b && a != b);
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 0));
	pump(cx);
	CHECK_TRACE("A0 A0 ");
	lws_smd_unregister(a);
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 1));
	pump(cx);
	CHECK_TRACE("A1 ");
	lws_smd_unregister(b);
}

int main(void)
{
	struct lws_context *cx = context_new();

	context_settle(cx);
	round_robin(cx);
	filters(cx);
	send_decides(cx);
	twice(cx);
	lws_context_destroy(cx);

	return 0;
}
