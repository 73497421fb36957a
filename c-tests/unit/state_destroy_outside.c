/*
 * lws_context_destroy from a callback that something else than lws_service
 * called: the context is there, and only asked to end, until the next
 * lws_service, which returns -1, or the next lws_context_destroy.
 */
#include "../context.h"

enum what { TRANSITION, STEPS, CPD_SET, CPD_START, WHATS };
enum end { BY_SERVICE, BY_DESTROY, ENDS };

static struct lws_context *cx;
static int armed, ended;

static void destroy(void)
{
	if (!armed)
		return;
	armed = 0;
	CHECK(!lws_context_is_being_destroyed(cx));
	lws_context_destroy(cx);
	CHECK(cx && lws_context_is_being_destroyed(cx));
	lws_context_destroy(cx); /* again: nothing */
	CHECK(cx && !ended);
}

static int hold = 1;

static int notify(lws_state_manager_t *mgr, lws_state_notify_link_t *link,
		  int current, int target)
{
	(void)mgr;
	(void)link;
	if (current != target && target == LWS_SYSTATE_TIME_VALID) {
		if (hold)
			return 1;
		destroy();
	}

	return 0;
}

static int request(struct lws_context *context)
{
	CHECK(context == cx);
	destroy();

	return 7;
}

static const lws_system_ops_t ops = {
	.captive_portal_detect_request = request
};

static int proto_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	(void)wsi;
	(void)user;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_PROTOCOL_DESTROY)
		ended++;

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "p", proto_cb, 0, 0, 0, NULL, 0 },
	LWS_PROTOCOL_LIST_TERM
};

static void run(enum what what, enum end end)
{
	lws_state_notify_link_t link = { { NULL, NULL, NULL }, notify, "n" };
	lws_state_notify_link_t *links[] = { &link, NULL };
	struct lws_context_creation_info info;
	lws_state_manager_t *mgr;
	struct lws_context *same;

	info_init(&info);
	info.protocols = protocols;
	info.register_notifier_list = links;
	info.system_ops = &ops;
	info.user = &ended;
	info.pcontext = &cx;
	hold = 1;
	armed = ended = 0;
	same = cx = context_from(&info);
	mgr = lws_system_get_state_manager(cx);
	while (mgr->state < LWS_SYSTATE_CPD_PRE_TIME)
		CHECK(!lws_service(cx, -1));
	pump(cx);
	CHECK_EQ(mgr->state, LWS_SYSTATE_CPD_PRE_TIME);

	hold = 0;
	armed = 1;
	switch (what) {
	case TRANSITION:
		lws_state_transition(mgr, LWS_SYSTATE_TIME_VALID);
		break;
	case STEPS:
		lws_state_transition_steps(mgr, LWS_SYSTATE_OPERATIONAL);
		break;
	case CPD_SET:
		lws_system_cpd_set(cx, LWS_CPD_INTERNET_OK);
		break;
	default:
		CHECK_EQ(lws_system_cpd_start(cx), 7);
		break;
	}
	CHECK(!armed);

	/* everything is where it was */
	CHECK(cx == same && !ended);
	CHECK(lws_context_is_being_destroyed(cx));
	CHECK(lws_context_user(cx) == &ended);
	CHECK(lws_system_get_state_manager(cx) == mgr);
	CHECK(mgr->state < LWS_SYSTATE_POLICY_INVALID);
	CHECK(!lws_dll2_is_detached(&link.list));

	if (end == BY_SERVICE)
		CHECK_EQ(lws_service(cx, -1), -1);
	else
		lws_context_destroy(cx);
	CHECK(!cx);
	CHECK_EQ(ended, 1);
	CHECK(lws_dll2_is_detached(&link.list));
}

int main(void)
{
	int what, end;

	for (what = TRANSITION; what < WHATS; what++)
		for (end = BY_SERVICE; end < ENDS; end++)
			run((enum what)what, (enum end)end);

	return 0;
}
