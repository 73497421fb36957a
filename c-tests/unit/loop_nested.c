/*
 * lws_service inside a callback of a message, while another one waits, which
 * cannot be delivered there: it sleeps until something can be done.
 */
#include "../context.h"
#include <sys/resource.h>

#define NESTED_US 500000

static struct lws_context *cx;
static int fired, passes, calls;
static lws_usec_t used;

static lws_usec_t cpu_us(void)
{
	struct rusage u;

	CHECK(!getrusage(RUSAGE_SELF, &u));

	return (lws_usec_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) *
	       LWS_USEC_PER_SEC + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

static void fire(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	fired = 1;
}

static int cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
	      size_t len)
{
	lws_sorted_usec_list_t sul;

	(void)opaque;
	(void)c;
	(void)ts;
	trace("%.*s ", (int)len, (const char *)buf);
	if (calls++)
		return 0;

	CHECK(!lws_smd_msg_printf(cx, MINE, "%s", "second"));
	memset(&sul, 0, sizeof(sul));
	lws_sul_schedule(cx, 0, &sul, fire, NESTED_US);
	used = cpu_us();
	while (!fired) {
		CHECK(!lws_service(cx, 0));
		passes++;
	}
	used = cpu_us() - used;
	CHECK_EQ(calls, 1);
	trace("nested ");

	return 0;
}

int main(void)
{
	cx = context_new();
	context_settle(cx);
	CHECK(lws_smd_register(cx, NULL, 0, MINE, cb));
	CHECK(!lws_smd_msg_printf(cx, MINE, "%s", "first"));
	CHECK(!lws_service(cx, -1));
	pump(cx);
	CHECK_TRACE("first nested second ");

	/* a pass for what was owed and a few for nothing, not a busy loop */
	CHECK(passes < 20);
	if (!check_slow())
		CHECK(used < NESTED_US / 2);
	lws_context_destroy(cx);

	return 0;
}
