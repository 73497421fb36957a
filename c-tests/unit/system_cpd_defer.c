/*
 * The delay before a captive portal test: one a context, moved by a second
 * call, cancelled by LWS_SET_TIMER_USEC_CANCEL.
 */
#include "../context.h"

static struct lws_context *cx;
static lws_sorted_usec_list_t timer;
static int requests, waited;

static int request(struct lws_context *context)
{
	CHECK(context == cx);
	requests++;

	return 0;
}

static const lws_system_ops_t ops = {
	.captive_portal_detect_request = request
};

static void tick(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	waited = 1;
}

/* Until everything that is due before `us` from now has been done. */
static void service_for(lws_usec_t us)
{
	waited = 0;
	lws_sul_schedule(cx, 0, &timer, tick, us);
	while (!waited)
		CHECK(!lws_service(cx, 0));
	pump(cx);
}

int main(void)
{
	struct lws_context_creation_info info;

	CHECK(LWS_SET_TIMER_USEC_CANCEL == -1);
	info_init(&info);
	info.system_ops = &ops;
	cx = context_from(&info);
	context_settle(cx);
	requests = 0;

	/* no delay there */
	lws_system_cpd_start_defer(cx, -1);
	service_for(10000);
	CHECK_EQ(requests, 0);

	/* one there, far off and near */
	lws_system_cpd_start_defer(cx, 3600 * LWS_USEC_PER_SEC);
	lws_system_cpd_start_defer(cx, -1);
	lws_system_cpd_start_defer(cx, 10000);
	lws_system_cpd_start_defer(cx, -1);
	service_for(30000);
	CHECK_EQ(requests, 0);

	/* and again from the start */
	lws_system_cpd_start_defer(cx, 10000);
	service_for(30000);
	CHECK_EQ(requests, 1);
	service_for(30000);
	CHECK_EQ(requests, 1);

	/* due at once is not cancelled */
	lws_system_cpd_start_defer(cx, 0);
	service_for(10000);
	CHECK_EQ(requests, 2);

	lws_context_destroy(cx);

	return 0;
}
