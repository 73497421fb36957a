/*
 * A class is refused when nobody listens to it, also when somebody once did.
 */
#include "../context.h"

static int cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
	      size_t len)
{
	(void)opaque;
	(void)c;
	(void)ts;
	(void)buf;
	(void)len;

	return 0;
}

static int wanted(struct lws_context *cx, lws_smd_class_t c)
{
	void *m = lws_smd_msg_alloc(cx, c, 1);
	int is = m != NULL;

	if (m)
		lws_smd_msg_free(&m);

	return is;
}

int main(void)
{
	struct lws_context *cx = context_new();
	struct lws_smd_peer *a, *b;

	CHECK(!wanted(cx, MINE));
	CHECK(!wanted(cx, LWSSMDCL_INTERACTION));
	/* the system itself listens to these */
	CHECK(wanted(cx, LWSSMDCL_NETWORK));

	a = lws_smd_register(cx, NULL, 0, MINE, cb);
	CHECK(a && wanted(cx, MINE) && !wanted(cx, OTHER));
	b = lws_smd_register(cx, NULL, 0, MINE | OTHER, cb);
	CHECK(b && wanted(cx, MINE) && wanted(cx, OTHER));

	lws_smd_unregister(b);
	CHECK(wanted(cx, MINE) && !wanted(cx, OTHER));
	lws_smd_unregister(a);
	CHECK(!wanted(cx, MINE) && !wanted(cx, OTHER));
	CHECK(wanted(cx, LWSSMDCL_NETWORK));
	/* refused without a word: not even formatted, whatever its length */
	CHECK(!lws_smd_msg_printf(cx, MINE, "%0500d", 1));

	lws_context_destroy(cx);

	return 0;
}
