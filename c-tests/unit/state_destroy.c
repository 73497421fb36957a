/*
 * Destroying a context takes its state to POLICY_INVALID before protocols
 * hear of it, and to CONTEXT_DESTROYING after.
 */
#include "../context.h"

static int notify(lws_state_manager_t *mgr, lws_state_notify_link_t *link,
		  int current, int target)
{
	(void)link;
	CHECK(mgr->state == current);
	trace("%d,%d ", current, target);

	return 0;
}

static int proto_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	(void)user;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_PROTOCOL_DESTROY)
		trace("%s ", lws_get_protocol(wsi)->name);

	return 0;
}

static int smd_cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
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

static const struct lws_protocols protocols[] = {
	{ "p", proto_cb, 0, 0, 0, NULL, 0 },
	{ "q", proto_cb, 0, 0, 0, NULL, 0 },
	LWS_PROTOCOL_LIST_TERM
};

int main(void)
{
	lws_state_notify_link_t link = { { NULL, NULL, NULL }, notify, "n" };
	lws_state_notify_link_t *links[] = { &link, NULL };
	struct lws_context_creation_info info;
	struct lws_context *cx;

	/* from the top of the ladder */
	info_init(&info);
	info.protocols = protocols;
	info.register_notifier_list = links;
	info.pcontext = &cx;
	cx = context_from(&info);
	context_settle(cx);
	CHECK(lws_smd_register(cx, NULL, 0, LWSSMDCL_SYSTEM_STATE, smd_cb));
	trace_reset();
	lws_context_destroy(cx);
	CHECK_TRACE("12,13 13,13 p q 13,14 14,14 ");
	CHECK(!cx);

	/* from its foot: protocols that were never started are not stopped */
	memset(&link.list, 0, sizeof(link.list));
	cx = context_from(&info);
	CHECK(lws_smd_register(cx, NULL, 0, LWSSMDCL_SYSTEM_STATE, smd_cb));
	lws_context_destroy(cx);
	CHECK_TRACE("1,13 13,13 13,14 14,14 ");
	CHECK(!cx);

	/* one who deregistered is not told */
	memset(&link.list, 0, sizeof(link.list));
	cx = context_from(&info);
	lws_state_reg_deregister(&link);
	lws_context_destroy(cx);
	CHECK_TRACE("");

	return 0;
}
