/*
 * A program that has its own poll loop and nothing but timers: they fire by
 * lws_service_adjust_timeout() before each wait, which tells how long that may
 * be; one may end the context.
 */
#include "../conn.h"

#include <poll.h>

static struct lws_context *cx;
static lws_sorted_usec_list_t first, second;
static int fired;

static void second_cb(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	fired = 2;
	lws_context_destroy(cx);
}

static void first_cb(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	CHECK_EQ(fired, 0);
	fired = 1;
	lws_sul_schedule(cx, 0, &second, second_cb, 30 * LWS_US_PER_MS);
}

int main(void)
{
	int n, timeout;

	cx = context_bare();
	for (n = 0; n < 5; n++)
		lws_service_adjust_timeout(cx, 0, 0);
	lws_sul_schedule(cx, 0, &first, first_cb, 30 * LWS_US_PER_MS);
	/* waits for each, and does not turn while it does */
	for (n = 0; n < 20 && fired < 2; n++) {
		timeout = lws_service_adjust_timeout(cx, 1000, 0);
		CHECK(fired == 2 || timeout <= 31);
		if (fired < 2)
			poll(NULL, 0, timeout);
	}
	CHECK_EQ(fired, 2);

	return 0;
}
