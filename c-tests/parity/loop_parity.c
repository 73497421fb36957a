/*
 * The loop: a trace of all callbacks from the creation of a context to its
 * end.
 */
#include "../context.h"
#include "../no-netlink.h"

static struct lws_context *cx;
static lws_sorted_usec_list_t sul;
static int fired;

static int notify(lws_state_manager_t *mgr, lws_state_notify_link_t *link,
		  int current, int target)
{
	(void)mgr;
	/* what comes after POLICY_INVALID has no name yet in 4.1.6 */
	if (target <= LWS_SYSTATE_POLICY_INVALID)
		printf("  %s: %d -> %d\n", link->name, current, target);

	return 0;
}

static int smd_cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
		  size_t len)
{
	(void)opaque;
	(void)ts;
	printf("  smd %x: %.*s\n", (unsigned int)c, (int)len,
	       (const char *)buf);

	return 0;
}

static int proto_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	const struct lws_protocols *p = lws_get_protocol(wsi);

	(void)len;
	/* how often the loop wakes up is not the same */
	if (reason == LWS_CALLBACK_EVENT_WAIT_CANCELLED)
		return 0;
	/* the one that asks for the thread comes without a protocol */
	printf("  %s: reason %d, user %d, in %d, context %d\n",
	       reason == LWS_CALLBACK_GET_THREAD_ID ? "-" : p->name,
	       (int)reason, user != NULL, in != NULL,
	       lws_get_context(wsi) == cx);

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "p", proto_cb, 0, 0, 1, NULL, 0 },
	{ "q", proto_cb, 8, 0, 2, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void fire(lws_sorted_usec_list_t *s)
{
	(void)s;
	printf("  timer\n");
	fired = 1;
	lws_cancel_service(cx);
}

int main(void)
{
	lws_state_notify_link_t link = { { NULL, NULL, NULL }, notify, "n" };
	lws_state_notify_link_t *const links[] = { &link, NULL };
	struct lws_context_creation_info info;
	lws_state_manager_t *mgr;
	lws_usec_t start;

	info_init(&info);
	lws_set_log_level(0, NULL);
	info.protocols = protocols;
	info.register_notifier_list = links;
	info.early_smd_cb = smd_cb;
	info.early_smd_class_filter = LWSSMDCL_SYSTEM_STATE |
				      LWSSMDCL_INTERACTION;
	info.pcontext = &cx;
	info.user = &fired;

	printf("create\n");
	cx = context_from(&info);
	mgr = lws_system_get_state_manager(cx);
	printf("created: state %d, user %d\n", mgr->state,
	       lws_context_user(cx) == &fired);
	/* long enough for what the creation scheduled */
	usleep(1000);
	printf("first pass: %d\n", lws_service(cx, 0));
	printf("state %d\n", mgr->state);
	pump(cx);

	printf("wait\n");
	start = lws_now_usecs();
	lws_sul_schedule(cx, 0, &sul, fire, 50000);
	while (!fired)
		CHECK(!lws_service(cx, 0));
	printf("not before its time: %d\n", lws_now_usecs() - start >= 50000);
	lws_cancel_service(cx);
	printf("cancelled: %d\n", lws_service(cx, 0));
	printf("NULL: %d\n", lws_service(NULL, 0));
	printf("send: %d\n",
	       lws_smd_msg_printf(cx, LWSSMDCL_INTERACTION, "last"));
	printf("pass: %d\n", lws_service(cx, -1));

	printf("destroy\n");
	lws_context_destroy(cx);
	printf("destroyed: %d\n", cx == NULL);

	return 0;
}
