/*
 * Every export of lws-timeout-timer.h of this part with NULL where it wants a
 * pointer: no crash, one log line that names it.
 */
#include "../context.h"

static void fire(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	CHECK(!"called");
}

int main(void)
{
	struct lws_context *cx = context_new();
	lws_sorted_usec_list_t sul;
	lws_dll2_owner_t own;
	lws_usec_t us = 5;

	memset(&sul, 0, sizeof(sul));
	memset(&own, 0, sizeof(own));

	CHECK_LOGS("lws_sul_schedule",
		   lws_sul_schedule(NULL, 0, &sul, fire, 1));
	CHECK_LOGS("lws_sul_schedule", lws_sul_schedule(cx, 0, NULL, fire, 1));
	CHECK_LOGS("lws_sul_schedule", lws_sul_schedule(cx, 0, &sul, NULL, 1));
	CHECK_LOGS("lws_sul_schedule", lws_sul_schedule(cx, 1, &sul, fire, 1));
	CHECK_LOGS("lws_sul_schedule", lws_sul_schedule(cx, -1, &sul, fire, 1));
	CHECK_LOGS("lws_sul_schedule_wakesuspend",
		   lws_sul_schedule_wakesuspend(NULL, 0, &sul, fire, 1));
	CHECK_LOGS("lws_sul_schedule_wakesuspend",
		   lws_sul_schedule_wakesuspend(cx, 0, NULL, fire, 1));
	CHECK_LOGS("lws_sul_schedule_wakesuspend",
		   lws_sul_schedule_wakesuspend(cx, 0, &sul, NULL, 1));
	CHECK(lws_dll2_is_detached(&sul.list));

	sul.cb = fire;
	sul.us = 1;
	CHECK_LOGS("lws_sul2_schedule", lws_sul2_schedule(NULL, 0, 0, &sul));
	CHECK_LOGS("lws_sul2_schedule", lws_sul2_schedule(cx, 0, 0, NULL));
	CHECK_LOGS("lws_sul2_schedule", lws_sul2_schedule(cx, 1, 0, &sul));
	sul.cb = NULL;
	CHECK_LOGS("lws_sul2_schedule", lws_sul2_schedule(cx, 0, 0, &sul));
	CHECK(lws_dll2_is_detached(&sul.list));

	CHECK_LOGS("lws_sul_cancel", lws_sul_cancel(NULL));
	CHECK_FAILS("lws_sul_earliest_wakeable_event",
		    lws_sul_earliest_wakeable_event(NULL, &us) == 1);
	CHECK_FAILS("lws_sul_earliest_wakeable_event",
		    lws_sul_earliest_wakeable_event(cx, NULL) == 1);
	CHECK(us == 5);

	CHECK_FAILS("__lws_sul_insert", __lws_sul_insert(NULL, &sul) != 0);
	CHECK_FAILS("__lws_sul_insert", __lws_sul_insert(&own, NULL) != 0);
	CHECK_FAILS("__lws_sul_insert", __lws_sul_insert(&own, &sul) != 0);
	CHECK(!own.count);
	CHECK_FAILS("__lws_sul_service_ripe",
		    __lws_sul_service_ripe(NULL, 1, 100) == 0);

	pump(cx);
	lws_context_destroy(cx);

	return 0;
}
