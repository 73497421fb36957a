/*
 * lws_service: 0 (and anything above) sleeps until something happens, below 0
 * is one pass that does not sleep.
 */
#include "../context.h"

static struct lws_context *cx;
static int fired;

static void fire(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	fired = 1;
	lws_cancel_service(cx);
}

/* However many passes it takes, time goes by in them. */
static void sleeps(int timeout_ms)
{
	lws_sorted_usec_list_t sul;
	lws_usec_t start;
	int passes = 0;

	fired = 0;
	memset(&sul, 0, sizeof(sul));
	start = lws_now_usecs();
	lws_sul_schedule(cx, 0, &sul, fire, 100000);
	while (!fired) {
		CHECK(!lws_service(cx, timeout_ms));
		passes++;
	}
	CHECK(lws_now_usecs() - start >= 100000);
	CHECK(passes < 10);
	pump(cx);
}

static void does_not_sleep(int timeout_ms)
{
	lws_sorted_usec_list_t sul;
	int n;

	fired = 0;
	memset(&sul, 0, sizeof(sul));
	/* would be an hour each */
	lws_sul_schedule(cx, 0, &sul, fire, 3600 * LWS_USEC_PER_SEC);
	for (n = 0; n < 100; n++)
		CHECK(!lws_service(cx, timeout_ms));
	CHECK(!fired);
	lws_sul_cancel(&sul);
}

/* A wake-up that comes before the wait ends that wait, and only that. */
static void cancel_first(void)
{
	lws_cancel_service(cx);
	lws_cancel_service(cx);
	CHECK(!lws_service(cx, 0));
	sleeps(0);
}

int main(void)
{
	cx = context_new();
	/* the first call does not sleep */
	CHECK(!lws_service(cx, 0));
	context_settle(cx);

	sleeps(0);
	sleeps(1);
	sleeps(1000000);
	does_not_sleep(-1);
	does_not_sleep(-1000);
	cancel_first();

	CHECK(!lws_service_tsi(cx, -1, 0));
	CHECK(lws_service_adjust_timeout(cx, 1000, 0) == 1000);
	lws_context_destroy(cx);

	return 0;
}
