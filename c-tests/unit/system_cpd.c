/*
 * Captive portal detection: the state, its message, who starts a test.
 */
#include "../context.h"

static int requests;

static int request(struct lws_context *cx)
{
	CHECK(cx);

	return 100 + ++requests;
}

static const lws_system_ops_t ops = {
	.captive_portal_detect_request = request
};

static int cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
	      size_t len)
{
	(void)opaque;
	(void)ts;
	CHECK(c == LWSSMDCL_NETWORK);
	if (strstr(buf, "\"cpd\""))
		trace("%.*s ", (int)len, (const char *)buf);

	return 0;
}

static void results(struct lws_context *cx)
{
	static const char *const text[] = { "Unknown", "OK", "Captive",
					    "No internet" };
	char expected[100];
	int n;

	CHECK(lws_system_cpd_state_get(cx) == LWS_CPD_UNKNOWN);
	for (n = LWS_CPD_UNKNOWN; n <= LWS_CPD_NO_INTERNET; n++) {
		/* a start forgets the result; here nobody does the test */
		CHECK(!lws_system_cpd_start(cx));
		CHECK(lws_system_cpd_state_get(cx) == LWS_CPD_UNKNOWN);
		lws_system_cpd_set(cx, (lws_cpd_result_t)n);
		CHECK((int)lws_system_cpd_state_get(cx) == n);
		/* the first result stays */
		if (n != LWS_CPD_UNKNOWN)
			lws_system_cpd_set(cx, n == LWS_CPD_INTERNET_OK ?
					   LWS_CPD_NO_INTERNET :
					   LWS_CPD_INTERNET_OK);
		CHECK((int)lws_system_cpd_state_get(cx) == n);
		pump(cx);
		snprintf(expected, sizeof(expected),
			 "{\"type\":\"cpd\",\"result\":\"%s\"} ", text[n]);
		CHECK_TRACE(expected);
	}

	CHECK(!lws_system_cpd_start(cx));
	CHECK_LOGS("lws_system_cpd_set",
		   lws_system_cpd_set(cx, (lws_cpd_result_t)4));
	CHECK(lws_system_cpd_state_get(cx) == LWS_CPD_UNKNOWN);
	pump(cx);
	CHECK_TRACE("");
}

static void fire(lws_sorted_usec_list_t *sul)
{
	(void)sul;
}

static void starts(struct lws_context *cx)
{
	lws_sorted_usec_list_t sul;

	requests = 0;
	CHECK(lws_system_cpd_start(cx) == 101);
	lws_system_cpd_set(cx, LWS_CPD_CAPTIVE_PORTAL);
	CHECK(lws_system_cpd_start(cx) == 102);
	CHECK(lws_system_cpd_state_get(cx) == LWS_CPD_UNKNOWN);

	/* later: one timer, the last call counts */
	lws_system_cpd_start_defer(cx, 3600 * LWS_USEC_PER_SEC);
	pump(cx);
	CHECK(requests == 2);
	lws_system_cpd_start_defer(cx, 10000);
	CHECK(requests == 2);
	memset(&sul, 0, sizeof(sul));
	lws_sul_schedule(cx, 0, &sul, fire, 20000);
	while (requests == 2)
		CHECK(!lws_service(cx, 0));
	CHECK(requests == 3);
	lws_sul_cancel(&sul);

	/* messages that say there is a network */
	CHECK(!lws_smd_msg_printf(cx, LWSSMDCL_NETWORK,
			"{\"trigger\": \"cpdcheck\", \"src\":\"%s\"}",
			"gw-change"));
	CHECK(requests == 3);
	pump(cx);
	CHECK(requests == 4);
	CHECK(!lws_smd_msg_printf(cx, LWSSMDCL_NETWORK,
			"{\"trigger\":\"cpdcheck\"%s}", ""));
	pump(cx);
	CHECK(requests == 5);
	CHECK(!lws_smd_msg_printf(cx, LWSSMDCL_NETWORK,
			"{\"type\":\"ipacq\",\"if\":\"%s\","
			"\"ipv4\":\"192.0.2.1\"}", "eth0"));
	pump(cx);
	CHECK(requests == 6);

	/* and others */
	CHECK(!lws_smd_msg_printf(cx, LWSSMDCL_NETWORK, "%s",
			"{\"type\":\"linkup\",\"if\":\"eth0\"}"));
	CHECK(!lws_smd_msg_printf(cx, LWSSMDCL_NETWORK, "%s",
			"{\"trigger\":\"cpdchecks\"}"));
	CHECK(!lws_smd_msg_printf(cx, LWSSMDCL_NETWORK, "%s",
			"{\"type\":"));
	CHECK(!lws_smd_msg_printf(cx, LWSSMDCL_NETWORK, "%s", ""));
	pump(cx);
	CHECK(requests == 6);
}

/* A result moves the ladder on. */
static int veto = 1;

static int hold(lws_state_manager_t *mgr, lws_state_notify_link_t *link,
		int current, int target)
{
	(void)mgr;
	(void)link;

	return veto && current != target && target == LWS_SYSTATE_CPD_PRE_TIME;
}

static void moves_ladder(void)
{
	lws_state_notify_link_t link = { { NULL, NULL, NULL }, hold, "hold" };
	lws_state_notify_link_t *links[] = { &link, NULL };
	struct lws_context_creation_info info;
	lws_state_manager_t *mgr;
	struct lws_context *cx;

	info_init(&info);
	info.register_notifier_list = links;
	cx = context_from(&info);
	mgr = lws_system_get_state_manager(cx);
	while (mgr->state != LWS_SYSTATE_DHCP)
		CHECK(!lws_service(cx, -1));
	veto = 0;
	pump(cx);
	CHECK(mgr->state == LWS_SYSTATE_DHCP);
	lws_system_cpd_set(cx, LWS_CPD_INTERNET_OK);
	CHECK(mgr->state == LWS_SYSTATE_OPERATIONAL);
	lws_context_destroy(cx);
}

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;

	cx = context_new();
	context_settle(cx);
	CHECK(lws_smd_register(cx, NULL, 0, LWSSMDCL_NETWORK, cb));
	results(cx);
	lws_context_destroy(cx);

	info_init(&info);
	info.system_ops = &ops;
	cx = context_from(&info);
	context_settle(cx);
	starts(cx);
	lws_context_destroy(cx);

	moves_ladder();

	return 0;
}
