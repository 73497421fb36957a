/*
 * lws_context_destroy from inside any callback: the context lives until the
 * callback has returned, then lws_service returns -1 and it is gone.
 */
#include "../context.h"

enum where { SUL, SMD, NOTIFIER_ASKED, NOTIFIER_TOLD, CANCELLED, INIT, ATTACH,
	     WHERES };

static enum where where;
static struct lws_context *cx;
static int destroyed;

static void destroy(enum where here)
{
	struct lws_context *same = cx;

	if (here != where || destroyed)
		return;
	destroyed = 1;
	CHECK(!lws_context_is_being_destroyed(cx));
	lws_context_destroy(cx);
	/* it is still there */
	CHECK(cx == same);
	CHECK(lws_context_is_being_destroyed(cx));
	CHECK(lws_context_user(cx) == &where);
	lws_context_destroy(cx); /* again: nothing */
	lws_cancel_service(cx);
	CHECK(cx == same);
}

static void sul_cb(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	destroy(SUL);
}

static int smd_cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
		  size_t len)
{
	(void)opaque;
	(void)c;
	(void)ts;
	(void)buf;
	(void)len;
	destroy(SMD);

	return 0;
}

static void attach_cb(struct lws_context *context, int tsi, void *opaque)
{
	(void)context;
	(void)tsi;
	(void)opaque;
	destroy(ATTACH);
}

static int notify(lws_state_manager_t *mgr, lws_state_notify_link_t *link,
		  int current, int target)
{
	(void)mgr;
	(void)link;
	if (target == LWS_SYSTATE_TIME_VALID)
		destroy(current == target ? NOTIFIER_TOLD : NOTIFIER_ASKED);

	return 0;
}

static int ended;

static int proto_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	(void)wsi;
	(void)user;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_PROTOCOL_INIT)
		destroy(INIT);
	if (reason == LWS_CALLBACK_EVENT_WAIT_CANCELLED)
		destroy(CANCELLED);
	if (reason == LWS_CALLBACK_PROTOCOL_DESTROY)
		ended++;

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "p", proto_cb, 0, 0, 0, NULL, 0 },
	LWS_PROTOCOL_LIST_TERM
};

static void run(void)
{
	lws_state_notify_link_t link = { { NULL, NULL, NULL }, notify, "n" };
	lws_state_notify_link_t *links[] = { &link, NULL };
	struct lws_context_creation_info info;
	lws_sorted_usec_list_t sul;
	int n = 0;

	info_init(&info);
	info.protocols = protocols;
	info.register_notifier_list = links;
	info.user = &where;
	info.pcontext = &cx;
	cx = context_from(&info);
	destroyed = 0;
	ended = 0;
	memset(&sul, 0, sizeof(sul));
	lws_sul_schedule(cx, 0, &sul, sul_cb, 2000);
	CHECK(lws_smd_register(cx, NULL, 0, MINE, smd_cb));
	CHECK(lws_smd_register(cx, NULL, 0, MINE, smd_cb));
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 1));
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 2));
	CHECK(!__lws_system_attach(cx, 0, attach_cb, LWS_SYSTATE_INITIALIZED,
				   NULL, NULL));

	while (!n) {
		/* the pass that destroys is the last one */
		CHECK(!destroyed);
		n = lws_service(cx, -1);
	}
	CHECK(n == -1);
	CHECK(destroyed);
	CHECK(!cx);
	CHECK(ended <= 1);
	if (where == SUL || where == CANCELLED)
		CHECK(ended == 1);
}

int main(void)
{
	for (where = SUL; where < WHERES; where++)
		run();

	return 0;
}
