/*
 * Back-off: the delays of a policy, which tries are concealed, and timers that are scheduled by it.
 */
#include "../context.h"

static const uint32_t table[] = { 100, 200, 400 };

/* The delay is the base and up to this much more; and so it is when asked often. */
static void within(unsigned int ms, unsigned int base, unsigned int percent)
{
	if (ms < base || ms > base + base * percent / 100)
		fprintf(stderr, "%u is not %u and up to %u%%\n", ms, base, percent);
	CHECK(ms >= base && ms <= base + base * percent / 100);
}

static void test_delays(struct lws_context *cx)
{
	static const uint32_t wide[] = { 100000 };
	static const unsigned int expected[] = { 100, 200, 400, 400, 400, 400, 400 };
	lws_retry_bo_t r = { table, 3, 5, 0, 0, 20 };
	unsigned int n, ms, low = UINT32_MAX, high = 0;
	uint16_t ctry = 0;
	char conceal;

	for (n = 0; n < 7; n++) {
		conceal = 9;
		within(lws_retry_get_delay_ms(cx, &r, &ctry, &conceal), expected[n], 20);
		CHECK_EQ(conceal, n < 5);
		CHECK_EQ(ctry, n + 1);
	}
	/* the counter stays at its end */
	ctry = 65534;
	for (n = 0; n < 3; n++) {
		within(lws_retry_get_delay_ms(cx, &r, &ctry, &conceal), 400, 20);
		CHECK_EQ(ctry, 65535);
		CHECK_EQ(conceal, 0);
	}
	r.conceal_count = LWS_RETRY_CONCEAL_ALWAYS;
	CHECK(lws_retry_get_delay_ms(cx, &r, &ctry, &conceal));
	CHECK_EQ(conceal, 1);
	r.conceal_count = 0;
	ctry = 0;
	CHECK(lws_retry_get_delay_ms(cx, &r, &ctry, &conceal));
	CHECK_EQ(conceal, 0);

	/* the jitter is all over its range */
	r.retry_ms_table = wide;
	r.retry_ms_table_count = 1;
	r.jitter_percent = 20;
	for (n = 0; n < 1000; n++) {
		ctry = 0;
		ms = lws_retry_get_delay_ms(cx, &r, &ctry, NULL);
		within(ms, 100000, 20);
		low = ms < low ? ms : low;
		high = ms > high ? ms : high;
	}
	CHECK(low < 102000 && high > 118000);
	/* a jitter of 0 is 30 */
	r.jitter_percent = 0;
	for (n = 0, high = 0; n < 1000; n++) {
		ms = lws_retry_get_delay_ms(cx, &r, &ctry, NULL);
		within(ms, 100000, 30);
		high = ms > high ? ms : high;
	}
	CHECK(high > 125000);

	/* no table, no policy */
	r.retry_ms_table_count = 0;
	r.conceal_count = 2;
	ctry = 0;
	within(lws_retry_get_delay_ms(cx, &r, &ctry, &conceal), 3000, 30);
	CHECK_EQ(conceal, 1);
	r.retry_ms_table_count = 3;
	r.retry_ms_table = NULL;
	within(lws_retry_get_delay_ms(cx, &r, &ctry, &conceal), 3000, 30);
	conceal = 9;
	within(lws_retry_get_delay_ms(cx, NULL, &ctry, &conceal), 3000, 30);
	CHECK_EQ(conceal, 0);
	CHECK_EQ(ctry, 3);
	/* the randomness needs no context */
	within(lws_retry_get_delay_ms(NULL, NULL, &ctry, NULL), 3000, 30);
}

static int fired;

static void cb(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	fired++;
}

static void test_schedule(struct lws_context *cx)
{
	static const uint32_t soon[] = { 1, 30000 };
	lws_retry_bo_t r = { soon, 2, 2, 0, 0, 10 };
	lws_sorted_usec_list_t sul;
	lws_usec_t before, us;
	uint16_t ctry = 0;

	memset(&sul, 0, sizeof(sul));
	CHECK_EQ(lws_retry_sul_schedule(cx, 0, &sul, &r, cb, &ctry), 0);
	CHECK_EQ(ctry, 1);
	while (!fired)
		CHECK(!lws_service(cx, 0));
	CHECK_EQ(fired, 1);
	before = lws_now_usecs();
	CHECK_EQ(lws_retry_sul_schedule(cx, 0, &sul, &r, cb, &ctry), 0);
	CHECK_EQ(ctry, 2);
	CHECK(sul.us >= before + 30000000 && sul.us <= lws_now_usecs() + 33000000);
	/* used up: the timer is as it was */
	us = sul.us;
	CHECK_EQ(lws_retry_sul_schedule(cx, 0, &sul, &r, cb, &ctry), 1);
	CHECK_EQ(ctry, 3);
	CHECK_EQ(sul.us, us);
	lws_sul_cancel(&sul);
	CHECK_EQ(lws_retry_sul_schedule(cx, 0, &sul, NULL, cb, &ctry), 1);
	CHECK_EQ(ctry, 4);
	CHECK(lws_dll2_is_detached(&sul.list));
	r.conceal_count = LWS_RETRY_CONCEAL_ALWAYS;
	CHECK_EQ(lws_retry_sul_schedule(cx, 0, &sul, &r, cb, &ctry), 0);
	CHECK(!lws_dll2_is_detached(&sul.list));
	lws_sul_cancel(&sul);
	CHECK_EQ(fired, 1);
}

/* What a protocol is initialised with belongs to a context, too, and to a vhost with a policy. */
static int tried;

static int callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
		    size_t len)
{
	static const char *const arguments[] = { "wsi", "sul", "cb", "ctry" };
	lws_sorted_usec_list_t sul;
	uint16_t ctry = 0;
	int n;

	(void)user;
	(void)in;
	(void)len;
	if (reason != LWS_CALLBACK_PROTOCOL_INIT)
		return 0;
	tried = 1;
	memset(&sul, 0, sizeof(sul));
	for (n = 0; n < 4; n++)
		CHECK_FAILS(arguments[n], lws_retry_sul_schedule_retry_wsi(
				n == 0 ? NULL : wsi, n == 1 ? NULL : &sul,
				n == 2 ? NULL : cb, n == 3 ? NULL : &ctry) == 1);
	CHECK_EQ(ctry, 0);
	CHECK(lws_dll2_is_detached(&sul.list));

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "test", callback, 0, 0, 0, NULL, 0 },
	LWS_PROTOCOL_LIST_TERM
};

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;

	info_init(&info);
	info.protocols = protocols;
	cx = context_from(&info);
	test_delays(cx);
	test_schedule(cx);
	pump(cx);
	CHECK(tried);
	lws_context_destroy(cx);

	return 0;
}
