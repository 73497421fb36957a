/*
 * The boot ladder: from CONTEXT_CREATED, which is simply there, step by step
 * to OPERATIONAL once the loop runs. Where netlink is refused nothing in this
 * library holds it; a notifier of the user's can.
 */
#include "../context.h"
#include "../no-netlink.h"

static struct lws_context *cx;
static int hold_at, held;
static lws_sorted_usec_list_t sul;

static int notify(lws_state_manager_t *mgr, lws_state_notify_link_t *link,
		  int current, int target)
{
	CHECK(mgr == lws_system_get_state_manager(cx));
	CHECK(mgr->state == current);
	CHECK(lws_system_context_from_system_mgr(mgr) == cx);
	trace("%s:%d,%d ", link->name, current, target);

	return 0;
}

static void resume(lws_sorted_usec_list_t *s)
{
	(void)s;
	hold_at = 0;
	CHECK(!lws_state_transition_steps(lws_system_get_state_manager(cx),
					  LWS_SYSTATE_OPERATIONAL));
	lws_cancel_service(cx);
}

/* Not yet: goes on by itself a little later. */
static int hold(lws_state_manager_t *mgr, lws_state_notify_link_t *link,
		int current, int target)
{
	(void)mgr;
	(void)link;
	if (current == target || target != hold_at)
		return 0;
	held++;
	lws_sul_schedule(cx, 0, &sul, resume, 20000);

	return 1;
}

static int proto_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	(void)wsi;
	(void)user;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_PROTOCOL_INIT)
		trace("init ");

	return 0;
}

static int smd_cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
		  size_t len)
{
	(void)opaque;
	(void)ts;
	CHECK(c == LWSSMDCL_SYSTEM_STATE);
	trace("%.*s ", (int)len, (const char *)buf);

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "p", proto_cb, 0, 0, 0, NULL, 0 },
	LWS_PROTOCOL_LIST_TERM
};

static lws_state_notify_link_t first = { { NULL, NULL, NULL }, notify, "1" },
			       second = { { NULL, NULL, NULL }, notify, "2" },
			       holder = { { NULL, NULL, NULL }, hold, "hold" };
static lws_state_notify_link_t *notifiers[] = { &first, &second, NULL },
			       *one[] = { &holder, NULL };

/* Take the part of the trace that this matches out of it. */
static void expect(const char *part)
{
	size_t len = strlen(part);

	if (strncmp(trace_text, part, len))
		fprintf(stderr, "'%s' shall begin with '%s'\n", trace_text,
			part);
	CHECK(!strncmp(trace_text, part, len));
	memmove(trace_text, trace_text + len, strlen(trace_text + len) + 1);
}

static void timeline(void)
{
	static const char *const names[] = {
		"INITIALIZED", "IFACE_COLDPLUG", "DHCP", "CPD_PRE_TIME",
		"TIME_VALID", "CPD_POST_TIME", "POLICY_VALID", "REGISTERED",
		"AUTH1", "AUTH2", "OPERATIONAL"
	};
	struct lws_context_creation_info info;
	lws_state_manager_t *mgr;
	char part[200];
	int n;

	info_init(&info);
	info.protocols = protocols;
	info.register_notifier_list = notifiers;
	info.early_smd_cb = smd_cb;
	info.early_smd_class_filter = LWSSMDCL_SYSTEM_STATE;
	cx = context_from(&info);
	CHECK_TRACE(""); /* nobody is called while it is created */
	mgr = lws_system_get_state_manager(cx);
	CHECK(mgr && mgr->state == LWS_SYSTATE_CONTEXT_CREATED);

	while (mgr->state != LWS_SYSTATE_OPERATIONAL)
		CHECK(!lws_service(cx, -1));
	pump(cx);
	for (n = LWS_SYSTATE_INITIALIZED; n <= LWS_SYSTATE_OPERATIONAL; n++) {
		/* asked and told last-listed first; the internal notifier
		 * comes after both, and sees to the protocols */
		snprintf(part, sizeof(part), "2:%d,%d 1:%d,%d ", n - 1, n,
			 n - 1, n);
		expect(part);
		if (n == LWS_SYSTATE_POLICY_VALID)
			expect("init ");
		snprintf(part, sizeof(part), "2:%d,%d 1:%d,%d ", n, n, n, n);
		expect(part);
	}
	/* the messages wait for the loop */
	for (n = LWS_SYSTATE_INITIALIZED; n <= LWS_SYSTATE_OPERATIONAL; n++) {
		CHECK(!strcmp(mgr->state_names[n], names[n - 2]));
		snprintf(part, sizeof(part), "{\"state\":\"%s\"} ",
			 names[n - 2]);
		expect(part);
	}
	CHECK_TRACE("");

	CHECK(!strcmp(mgr->state_names[LWS_SYSTATE_UNKNOWN], "undef"));
	CHECK(!strcmp(mgr->state_names[LWS_SYSTATE_CONTEXT_CREATED],
		      "CONTEXT_CREATED"));
	CHECK(!strcmp(mgr->state_names[LWS_SYSTATE_POLICY_INVALID],
		      "POLICY_INVALID"));
	CHECK(!strcmp(mgr->state_names[LWS_SYSTATE_CONTEXT_DESTROYING],
		      "DESTROYING"));
	CHECK(mgr->smd_class == LWSSMDCL_SYSTEM_STATE);
	lws_context_destroy(cx);
	trace_reset();
}

static void holds(int at)
{
	struct lws_context_creation_info info;
	lws_state_manager_t *mgr;
	char part[60];

	info_init(&info);
	info.register_notifier_list = one;
	info.early_smd_cb = smd_cb;
	info.early_smd_class_filter = LWSSMDCL_SYSTEM_STATE;
	hold_at = at;
	held = 0;
	memset(&sul, 0, sizeof(sul));
	memset(&holder.list, 0, sizeof(holder.list));
	cx = context_from(&info);
	mgr = lws_system_get_state_manager(cx);

	while (!held)
		CHECK(!lws_service(cx, -1));
	CHECK(mgr->state == at - 1 && held == 1);
	while (mgr->state != LWS_SYSTATE_OPERATIONAL)
		CHECK(!lws_service(cx, 0));
	CHECK(held == 1 && !hold_at);
	pump(cx);
	/* the message of the held state came once, after the others */
	snprintf(part, sizeof(part), "{\"state\":\"%s\"} ",
		 mgr->state_names[at]);
	CHECK(strstr(trace_text, part));
	CHECK(!strstr(strstr(trace_text, part) + 1, part));
	CHECK(strstr(trace_text, "{\"state\":\"OPERATIONAL\"} "));
	trace_reset();
	lws_context_destroy(cx);
	trace_reset();
}

int main(void)
{
	int n;

	timeline();
	for (n = LWS_SYSTATE_INITIALIZED; n <= LWS_SYSTATE_OPERATIONAL; n++)
		holds(n);

	return 0;
}
