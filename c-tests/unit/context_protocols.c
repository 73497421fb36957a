/*
 * What reaches protocols that have no connection: PROTOCOL_INIT once, when
 * the loop starts, EVENT_WAIT_CANCELLED at every wake-up, PROTOCOL_DESTROY.
 */
#include "../context.h"

static struct lws_context *cx;
static int wakes, fail_init, fail_wake;

static int proto_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	const struct lws_protocols *p = lws_get_protocol(wsi);
	const struct lws_protocol_vhost_options *pvo = in;

	switch (reason) {
	case LWS_CALLBACK_PROTOCOL_INIT:
		CHECK(lws_get_context(wsi) == cx && lws_get_vhost(wsi));
		CHECK(!user && !len);
		trace("init:%s ", p->name);
		for (; pvo; pvo = pvo->next)
			trace("%s=%s ", pvo->name, pvo->value);
		return p->id == 7 && fail_init;

	case LWS_CALLBACK_PROTOCOL_DESTROY:
		CHECK(lws_get_context(wsi) == cx);
		CHECK(!user);
		trace("destroy:%s ", p->name);
		break;

	case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
		CHECK(lws_get_context(wsi) == cx);
		CHECK(!user && !in);
		if (p->id == 7)
			wakes++;
		return fail_wake;

	default:
		break;
	}

	return 0;
}

static const struct lws_protocols a = { "a", proto_cb, 0, 0, 1, NULL, 0 },
				  b = { "b", proto_cb, 0, 0, 7, NULL, 0 },
				  c = { "c", proto_cb, 0, 0, 3, NULL, 0 };
static const struct lws_protocols protocols[] = {
	{ "a", proto_cb, 0, 0, 1, NULL, 0 },
	{ "b", proto_cb, 0, 0, 7, NULL, 0 },
	{ "c", proto_cb, 0, 0, 3, NULL, 0 },
	LWS_PROTOCOL_LIST_TERM
};
static const struct lws_protocols *pprotocols[] = { &a, &b, &c, NULL };

static struct lws_context_creation_info info;

static void usual(void)
{
	cx = context_from(&info);
	CHECK_TRACE(""); /* nothing is called while it is created */
	context_settle(cx);
	CHECK_TRACE("init:a init:b init:c ");
	pump(cx);
	CHECK_TRACE("");
	lws_context_destroy(cx);
	CHECK_TRACE("destroy:a destroy:b destroy:c ");
}

/* A nonzero return does not break the wake-up. */
static void wake_ups(void)
{
	int n;

	cx = context_from(&info);
	context_settle(cx);
	pump(cx);
	for (fail_wake = -1; fail_wake <= 1; fail_wake++)
		for (n = 0; n < 3; n++) {
			wakes = 0;
			lws_cancel_service(cx);
			lws_cancel_service(cx);
			CHECK(!lws_service(cx, 0));
			CHECK(wakes == 1); /* the two became one */
			pump(cx);
			CHECK(wakes == 1);
		}
	fail_wake = 0;
	lws_context_destroy(cx);
	trace_reset();
}

/* With options for some protocols only those are started. */
static void options(void)
{
	static const struct lws_protocol_vhost_options
		second = { NULL, NULL, "colour", "blue" },
		first = { &second, NULL, "size", "5" },
		for_b = { NULL, &first, "b", "" };

	info.pvo = &for_b;
	cx = context_from(&info);
	context_settle(cx);
	CHECK_TRACE("init:b size=5 colour=blue ");
	lws_context_destroy(cx);
	CHECK(strstr(trace_text, "destroy:b "));
	trace_reset();
	info.pvo = NULL;
}

/* One that fails to start ends the start of its vhost, not the loop. */
static void fails(void)
{
	fail_init = 1;
	cx = context_from(&info);
	lws_set_log_level(0, NULL);
	context_settle(cx);
	CHECK_TRACE("init:a init:b ");
	lws_context_destroy(cx);
	trace_reset();
	fail_init = 0;
	lws_set_log_level(LOG_USUAL, NULL);
}

int main(void)
{
	info_init(&info);
	info.protocols = protocols;
	usual();
	wake_ups();
	options();
	fails();

	/* an array of pointers is as good */
	info.protocols = NULL;
	info.pprotocols = pprotocols;
	usual();

	/* and none at all is too */
	info.pprotocols = NULL;
	cx = context_from(&info);
	context_settle(cx);
	lws_context_destroy(cx);
	CHECK_TRACE("");

	return 0;
}
