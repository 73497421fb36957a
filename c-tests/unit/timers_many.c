/*
 * A hundred thousand timers: scheduled in no order, a part of them cancelled
 * and moved, fired in order.
 */
#include "../context.h"

#define SPREAD_US 200000

struct timer {
	lws_sorted_usec_list_t	sul;
	lws_usec_t		due;
	int			fired;
};

static lws_usec_t last_due;
static unsigned int fired;

static void fire(lws_sorted_usec_list_t *sul)
{
	struct timer *t = lws_container_of(sul, struct timer, sul);

	CHECK(t->due >= last_due);
	CHECK(t->due <= lws_now_usecs());
	CHECK(!t->fired);
	t->fired = 1;
	last_due = t->due;
	fired++;
}

/* The same numbers on every machine. */
static unsigned int next_random(void)
{
	static unsigned int x = 12345;

	x = x * 1103515245u + 12345u;

	return x >> 8;
}

int main(void)
{
	unsigned int total = repeats(100000, 3000), n, expected = total;
	struct lws_context *cx = context_new();
	struct timer *t = calloc(total, sizeof(*t));
	lws_usec_t base;

	CHECK(t);
	context_settle(cx);
	base = lws_now_usecs() + 100000;
	for (n = 0; n < total; n++) {
		t[n].sul.cb = fire;
		t[n].due = base + next_random() % SPREAD_US;
		t[n].sul.us = t[n].due;
		lws_sul2_schedule(cx, 0, (int)(n & 1), &t[n].sul);
	}
	for (n = 0; n < total; n += 3) {
		lws_sul_cancel(&t[n].sul);
		t[n].due = 0;
		expected--;
	}
	for (n = 1; n < total; n += 3) {
		t[n].due = base + next_random() % SPREAD_US;
		t[n].sul.us = t[n].due;
		lws_sul2_schedule(cx, 0, (int)(n & 1), &t[n].sul);
	}

	while (fired < expected)
		CHECK(!lws_service(cx, -1));
	for (n = 0; n < total; n++)
		CHECK(t[n].fired == (n % 3 != 0));
	pump(cx);
	CHECK(fired == expected);

	/* and many that are never to fire */
	for (n = 0; n < total; n++)
		lws_sul_schedule(cx, 0, &t[n].sul, fire,
				 3600 * LWS_USEC_PER_SEC + n);
	for (n = total; n--;)
		lws_sul_cancel(&t[n].sul);
	pump(cx);
	CHECK(fired == expected);

	lws_context_destroy(cx);
	free(t);

	return 0;
}
