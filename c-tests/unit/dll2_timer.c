/*
 * A scheduled timer is on a list that is the context's own: nothing can be
 * added to it, whoever finds the way there. The timers do not suffer.
 */
#include "../context.h"

#define TIMERS 9

struct timer {
	lws_sorted_usec_list_t	sul;
	int			number;
};

static int fired;

static void note(lws_sorted_usec_list_t *sul)
{
	trace("%d", lws_container_of(sul, struct timer, sul)->number);
	fired++;
}

static int compare(const lws_dll2_t *x, const lws_dll2_t *y)
{
	CHECK(!x && !y); /* not called */

	return 0;
}

static int compare_priv(void *priv, const lws_dll2_t *x, const lws_dll2_t *y)
{
	(void)priv;

	return compare(x, y);
}

static void refused(struct timer *t, lws_dll2_t *d)
{
	lws_dll2_owner_t *own = t->sul.list.owner;

	CHECK(own);
	CHECK_LOGS("lws_dll2_add_before",
		   lws_dll2_add_before(d, &t->sul.list));
	CHECK_LOGS("lws_dll2_add_head", lws_dll2_add_head(d, own));
	CHECK_LOGS("lws_dll2_add_tail", lws_dll2_add_tail(d, own));
	CHECK_LOGS("lws_dll2_add_sorted",
		   lws_dll2_add_sorted(d, own, compare));
	CHECK_LOGS("lws_dll2_add_sorted_priv",
		   lws_dll2_add_sorted_priv(d, own, NULL, compare_priv));
	CHECK(lws_dll2_is_detached(d) && !d->prev && !d->next);
	CHECK(!lws_dll2_is_detached(&t->sul.list));
	CHECK(t->sul.list.owner == own);
}

int main(void)
{
	struct lws_context *cx = context_new();
	struct timer t[TIMERS];
	lws_dll2_owner_t plain;
	lws_dll2_t d, other;
	int n;

	context_settle(cx);
	memset(t, 0, sizeof(t));
	memset(&d, 0, sizeof(d));
	memset(&other, 0, sizeof(other));
	memset(&plain, 0, sizeof(plain));
	for (n = 0; n < TIMERS; n++) {
		t[n].number = n;
		if (n & 1)
			lws_sul_schedule(cx, 0, &t[n].sul, note,
					 1000 * (TIMERS - n));
		else
			lws_sul_schedule_wakesuspend(cx, 0, &t[n].sul, note,
						     1000 * (TIMERS - n));
	}
	for (n = 0; n < TIMERS; n++)
		refused(&t[n], &d);

	/* what was refused can go elsewhere, also before an element there */
	lws_dll2_add_head(&other, &plain);
	lws_dll2_add_before(&d, &other);
	CHECK(plain.count == 2 && plain.head == &d && plain.tail == &other);

	/* removing is cancelling */
	lws_dll2_remove(&t[4].sul.list);
	CHECK(lws_dll2_is_detached(&t[4].sul.list));
	while (fired < TIMERS - 1)
		CHECK(!lws_service(cx, 0));
	pump(cx);
	CHECK_EQ(fired, TIMERS - 1);
	for (n = 0; n < TIMERS; n++)
		CHECK(!strchr(trace_text, '0' + n) == (n == 4));
	trace_reset();

	lws_context_destroy(cx);

	return 0;
}
