/*
 * Messages that wait when their context is destroyed are freed and never
 * delivered; what was not sent stays the caller's.
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
	CHECK(!"called");

	return 0;
}

/* What a notifier or a protocol sends at the end is dropped as well. */
static int proto_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	(void)user;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_PROTOCOL_DESTROY) {
		trace("destroy ");
		lws_smd_msg_printf(lws_get_context(wsi), MINE, "%d", 1);
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "p", proto_cb, 0, 0, 0, NULL, 0 },
	LWS_PROTOCOL_LIST_TERM
};

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;
	void *unsent;
	int round, n;

	for (round = 0; round < 2; round++) {
		info_init(&info);
		info.protocols = protocols;
		cx = context_from(&info);
		/* before the first pass of the loop, and long after */
		if (round)
			context_settle(cx);
		CHECK(lws_smd_register(cx, NULL, 0, MINE, cb));
		CHECK(lws_smd_register(cx, NULL, 0, MINE, cb));
		for (n = 0; n < 20; n++)
			CHECK(!lws_smd_msg_printf(cx, MINE, "%d", n));
		unsent = lws_smd_msg_alloc(cx, MINE, 10);
		CHECK(unsent);
		lws_context_destroy(cx);
		lws_smd_msg_free(&unsent);
		CHECK(!unsent);
		CHECK_TRACE(round ? "destroy " : "");
	}

	return 0;
}
