/*
 * The two halves of the timers for programs that have a loop of their own:
 * lists of the user's, no context.
 */
#include "../context.h"

struct timer {
	lws_sorted_usec_list_t	sul;
	char			name;
};

static lws_dll2_owner_t own[2];

static void note(lws_sorted_usec_list_t *sul)
{
	CHECK(!sul->us && lws_dll2_is_detached(&sul->list));
	trace("%c", lws_container_of(sul, struct timer, sul)->name);
}

static void put(int list, struct timer *t, lws_usec_t us)
{
	t->sul.cb = note;
	t->sul.us = us;
	CHECK(!__lws_sul_insert(&own[list], &t->sul));
}

int main(void)
{
	struct timer a, b, c;

	memset(own, 0, sizeof(own));
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	memset(&c, 0, sizeof(c));
	a.name = 'a';
	b.name = 'b';
	c.name = 'c';

	/* nothing pending: 0 */
	CHECK(__lws_sul_service_ripe(own, 2, 1000) == 0);

	put(0, &c, 1500);
	put(0, &a, 1000);
	put(1, &b, 1200);
	CHECK(own[0].count == 2 && own[1].count == 1);
	CHECK(own[0].head == &a.sul.list && own[0].tail == &c.sul.list);

	/* how long until the next one of any list */
	CHECK(__lws_sul_service_ripe(own, 2, 990) == 10);
	CHECK_TRACE("");
	/* due is due: the very microsecond */
	CHECK(__lws_sul_service_ripe(own, 2, 1000) == 200);
	CHECK_TRACE("a");
	CHECK(__lws_sul_service_ripe(own, 2, 1600) == 0);
	CHECK_TRACE("bc");
	CHECK(!own[0].count && !own[1].count);

	/* equal times: the last one put in first */
	put(0, &a, 2000);
	put(0, &b, 2000);
	put(0, &c, 2000);
	CHECK(__lws_sul_service_ripe(own, 2, 2001) == 0);
	CHECK_TRACE("cba");

	/* once more is a move, also to another list */
	put(0, &a, 3000);
	put(0, &a, 4000);
	CHECK(own[0].count == 1);
	put(1, &a, 3500);
	CHECK(!own[0].count && own[1].count == 1);
	put(0, &b, 3600);
	lws_sul_cancel(&b.sul);
	CHECK(!own[0].count);
	lws_sul_cancel(&c.sul);
	CHECK(__lws_sul_service_ripe(own, 2, 3400) == 100);
	CHECK(__lws_sul_service_ripe(own, 1, 5000) == 0); /* only the first */
	CHECK_TRACE("");
	CHECK(__lws_sul_service_ripe(own, 2, 5000) == 0);
	CHECK_TRACE("a");

	put(0, &a, 6000);
	lws_sul_cancel(&a.sul);
	CHECK(!own[0].count && !a.sul.us);

	return 0;
}
