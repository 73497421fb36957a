/*
 * A manager with a message class and a context sends a message for each state
 * it comes to: its name, or its number where it has no names.
 */
#include "../context.h"

static int cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
	      size_t len)
{
	(void)opaque;
	(void)ts;
	CHECK(c == MINE);
	trace("%.*s ", (int)len, (const char *)buf);

	return 0;
}

static int veto(lws_state_manager_t *mgr, lws_state_notify_link_t *link,
		int current, int target)
{
	(void)mgr;
	(void)link;

	return current == 1 && target == 2;
}

int main(void)
{
	static const char *names[] = { "IDLE", "WARM", "RUN" };
	struct lws_context *cx = context_new();
	lws_state_notify_link_t link;
	lws_state_manager_t mgr;

	context_settle(cx);
	CHECK(lws_smd_register(cx, NULL, 0, MINE, cb));
	memset(&link, 0, sizeof(link));
	memset(&mgr, 0, sizeof(mgr));
	link.name = "veto";
	link.notify_cb = veto;
	mgr.name = "own";
	mgr.context = cx;
	mgr.smd_class = MINE;
	mgr.state_names = names;
	lws_state_reg_notifier(&mgr, &link);

	CHECK(!lws_state_transition_steps(&mgr, 2));
	CHECK_TRACE(""); /* queued, as all messages */
	pump(cx);
	CHECK_TRACE("{\"state\":\"WARM\"} "); /* and none for the veto */
	lws_state_reg_deregister(&link);
	CHECK(!lws_state_transition_steps(&mgr, 2));
	CHECK(!lws_state_transition(&mgr, 0));
	pump(cx);
	CHECK_TRACE("{\"state\":\"RUN\"} {\"state\":\"IDLE\"} ");

	mgr.state_names = NULL;
	CHECK(!lws_state_transition_steps(&mgr, 2));
	pump(cx);
	CHECK_TRACE("{\"state\":\"1\"} {\"state\":\"2\"} ");
	mgr.state_names = names;

	/* without a class or a context: no message */
	mgr.smd_class = 0;
	CHECK(!lws_state_transition(&mgr, 1));
	mgr.smd_class = MINE;
	mgr.context = NULL;
	CHECK(!lws_state_transition(&mgr, 2));
	CHECK(mgr.state == 2);
	pump(cx);
	CHECK_TRACE("");

	lws_context_destroy(cx);

	return 0;
}
