/*
 * A loop that waits costs nothing: it does not turn while it waits, not even
 * in the last millisecond before a timer.
 */
#include "../context.h"
#include <sys/resource.h>
#include <sys/time.h>

static struct lws_context *cx;
static int fired;

static void fire(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	fired = 1;
	lws_cancel_service(cx);
}

static long cpu_us(const struct rusage *r)
{
	return (r->ru_utime.tv_sec + r->ru_stime.tv_sec) * 1000000 +
	       r->ru_utime.tv_usec + r->ru_stime.tv_usec;
}

int main(void)
{
	lws_sorted_usec_list_t sul;
	struct rusage before, after;
	int passes = 0;

	cx = context_new();
	context_settle(cx);
	memset(&sul, 0, sizeof(sul));
	lws_sul_schedule(cx, 0, &sul, fire, 2 * LWS_USEC_PER_SEC + 700);

	CHECK(!getrusage(RUSAGE_SELF, &before));
	while (!fired) {
		CHECK(!lws_service(cx, 0));
		passes++;
	}
	CHECK(!getrusage(RUSAGE_SELF, &after));

	CHECK(cpu_us(&after) - cpu_us(&before) < 50000);
	/* slept once for the timer; a few for its end and the cancel */
	CHECK(passes <= 4);
	CHECK(after.ru_nvcsw - before.ru_nvcsw <= 6);
	lws_context_destroy(cx);

	return 0;
}
