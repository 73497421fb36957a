/*
 * A loop of the program's waits for the context's one descriptor: whatever
 * schedules a timer makes it readable when that is due.
 */
#include "../context.h"

#include <poll.h>

static struct lws_context *cx;
static int fired;

static void ticked(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	fired++;
}

static void plain(lws_sorted_usec_list_t *sul)
{
	lws_sul_schedule(cx, 0, sul, ticked, 20000);
}

static void wakesuspend(lws_sorted_usec_list_t *sul)
{
	lws_sul_schedule_wakesuspend(cx, 0, sul, ticked, 20000);
}

static void absolute(lws_sorted_usec_list_t *sul)
{
	sul->cb = ticked;
	sul->us = lws_now_usecs() + 20000;
	lws_sul2_schedule(cx, 0, LWSSULLI_MISS_IF_SUSPENDED, sul);
}

static void absolute_wake(lws_sorted_usec_list_t *sul)
{
	sul->cb = ticked;
	sul->us = lws_now_usecs() + 20000;
	lws_sul2_schedule(cx, 0, LWSSULLI_WAKE_IF_SUSPENDED, sul);
}

static void retry(lws_sorted_usec_list_t *sul)
{
	static const uint32_t table[] = { 20 };
	static const lws_retry_bo_t policy = {
		.retry_ms_table = table,
		.retry_ms_table_count = 1,
		.conceal_count = 1,
	};
	uint16_t tries = 0;

	CHECK(!lws_retry_sul_schedule(cx, 0, sul, &policy, ticked, &tries));
}

int main(void)
{
	void (*const schedule[])(lws_sorted_usec_list_t *) = {
		plain, wakesuspend, absolute, absolute_wake, retry,
	};
	size_t n;

	cx = context_new();
	for (n = 0; n < LWS_ARRAY_SIZE(schedule); n++) {
		lws_sorted_usec_list_t sul;
		struct pollfd p = { lws_context_get_poll_fd(cx), POLLIN, 0 };

		memset(&sul, 0, sizeof(sul));
		/* nothing else is to be done first */
		while (poll(&p, 1, 50) == 1)
			CHECK(!lws_service(cx, -1));
		fired = 0;
		schedule[n](&sul);
		while (!fired) {
			CHECK_EQ(poll(&p, 1, 20000), 1);
			CHECK(!lws_service(cx, -1));
		}
	}
	lws_context_destroy(cx);

	return 0;
}
