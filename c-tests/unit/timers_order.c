/*
 * Timers fire earliest first, the last scheduled first among equals, the wake
 * list before the other. They may be scheduled, moved and cancelled from
 * anywhere.
 */
#include "../context.h"

#define MS 1000

struct timer {
	lws_sorted_usec_list_t	sul; /* first: the callback gets this */
	char			name;
};

static struct lws_context *cx;
static struct timer timer[5];

static void note(lws_sorted_usec_list_t *sul)
{
	/* it is free to be used again or given away */
	CHECK(!sul->us && lws_dll2_is_detached(&sul->list));
	trace("%c", ((struct timer *)sul)->name);
}

static void reset(void)
{
	int n;

	for (n = 0; n < 5; n++) {
		lws_sul_cancel(&timer[n].sul);
		memset(&timer[n], 0, sizeof(timer[n]));
		timer[n].name = (char)('A' + n);
	}
	trace_reset();
}

static void at(int n, int flags, lws_usec_t when)
{
	timer[n].sul.cb = note;
	timer[n].sul.us = when;
	lws_sul2_schedule(cx, 0, flags, &timer[n].sul);
}

/* Let the time come, then one pass. */
static void run(lws_usec_t when)
{
	while (lws_now_usecs() <= when)
		usleep(200);
	CHECK(!lws_service(cx, -1));
}

static void order(void)
{
	lws_usec_t now = lws_now_usecs();
	int n;

	/* whatever the order in which they were scheduled */
	reset();
	at(2, 0, now + 3 * MS);
	at(0, 0, now + 1 * MS);
	at(4, 0, now + 5 * MS);
	at(1, LWSSULLI_WAKE_IF_SUSPENDED, now + 2 * MS);
	at(3, 0, now + 4 * MS);
	run(now + 5 * MS);
	CHECK_TRACE("ABCDE");

	reset();
	now = lws_now_usecs();
	for (n = 0; n < 5; n++)
		at(n, 0, now + MS);
	run(now + MS);
	CHECK_TRACE("EDCBA");

	reset();
	now = lws_now_usecs();
	at(0, LWSSULLI_WAKE_IF_SUSPENDED, now + MS);
	at(1, LWSSULLI_MISS_IF_SUSPENDED, now + MS);
	at(2, LWSSULLI_WAKE_IF_SUSPENDED, now + MS);
	at(3, LWSSULLI_MISS_IF_SUSPENDED, now + MS);
	run(now + MS);
	CHECK_TRACE("CADB");
}

static void not_before_their_time(void)
{
	lws_usec_t start = lws_now_usecs();

	reset();
	lws_sul_schedule(cx, 0, &timer[0].sul, note, 20 * MS);
	lws_sul_schedule_wakesuspend(cx, 0, &timer[1].sul, note, 10 * MS);
	while (lws_dll2_owner(&timer[1].sul.list))
		CHECK(!lws_service(cx, -1));
	CHECK(lws_now_usecs() - start >= 10 * MS);
	while (lws_dll2_owner(&timer[0].sul.list))
		CHECK(!lws_service(cx, -1));
	CHECK(lws_now_usecs() - start >= 20 * MS);
	CHECK_TRACE("BA");
}

static void cancel_and_move(void)
{
	lws_usec_t now = lws_now_usecs();

	reset();
	at(0, 0, now + MS);
	at(1, 0, now + 2 * MS);
	at(2, 0, now + 3 * MS);
	at(3, 0, now + 4 * MS);
	lws_sul_cancel(&timer[1].sul);
	CHECK(!timer[1].sul.us);
	lws_sul_cancel(&timer[1].sul); /* twice is as good as once */
	lws_sul_cancel(&timer[4].sul); /* never scheduled */
	lws_sul_schedule(cx, 0, &timer[2].sul, note, LWS_SET_TIMER_USEC_CANCEL);
	CHECK(lws_dll2_is_detached(&timer[2].sul.list));
	at(0, LWSSULLI_WAKE_IF_SUSPENDED, now + 5 * MS); /* moved */
	run(now + 5 * MS);
	CHECK_TRACE("DA");
}

/* -- from inside a callback ----------------------------------------------- */

static void kill_b(lws_sorted_usec_list_t *sul)
{
	note(sul);
	lws_sul_cancel(&timer[1].sul);
	lws_sul_cancel(sul);
}

static void delay_b(lws_sorted_usec_list_t *sul)
{
	note(sul);
	lws_sul_schedule(cx, 0, &timer[1].sul, note, 2 * MS);
}

static int again;

/* A delay of 0 is as soon as possible. */
static void rearm(lws_sorted_usec_list_t *sul)
{
	note(sul);
	if (again--)
		lws_sul_schedule(cx, 0, sul, rearm, 0);
}

static void give_away(lws_sorted_usec_list_t *sul)
{
	trace("g");
	free(sul);
}

static void inside(void)
{
	lws_sorted_usec_list_t *own;
	lws_usec_t now;

	reset();
	now = lws_now_usecs();
	at(0, 0, now + MS);
	at(1, 0, now + 2 * MS);
	at(2, 0, now + 3 * MS);
	timer[0].sul.cb = kill_b;
	run(now + 3 * MS);
	CHECK_TRACE("AC");

	reset();
	now = lws_now_usecs();
	at(0, 0, now + MS);
	at(1, 0, now + 2 * MS);
	at(2, 0, now + 3 * MS);
	timer[0].sul.cb = delay_b;
	run(now + 3 * MS);
	CHECK_TRACE("AC");
	while (timer[1].sul.us)
		CHECK(!lws_service(cx, -1));
	CHECK_TRACE("B");

	reset();
	again = 3;
	lws_sul_schedule(cx, 0, &timer[0].sul, rearm, 0);
	while (again >= 0)
		CHECK(!lws_service(cx, -1));
	pump(cx);
	CHECK_TRACE("AAAA");

	reset();
	own = calloc(1, sizeof(*own));
	CHECK(own);
	lws_sul_schedule(cx, 0, own, give_away, 1);
	usleep(10);
	CHECK(!lws_service(cx, -1));
	CHECK_TRACE("g");
}

static void for_ever(lws_sorted_usec_list_t *sul)
{
	lws_sul_schedule(cx, 0, sul, for_ever, 0);
}

/* One that re-arms itself for ever keeps nobody else from running. */
static void no_starving(void)
{
	reset();
	lws_sul_schedule(cx, 0, &timer[0].sul, for_ever, 0);
	lws_sul_schedule(cx, 0, &timer[1].sul, note, 5 * MS);
	while (timer[1].sul.us)
		CHECK(!lws_service(cx, 0));
	CHECK_TRACE("B");
	CHECK(timer[0].sul.us);
	reset();
}

static void earliest_wakeable(void)
{
	lws_usec_t when = 77;

	reset();
	lws_sul_schedule(cx, 0, &timer[0].sul, note, 5 * MS);
	CHECK(lws_sul_earliest_wakeable_event(cx, &when) == 1);
	CHECK(when == 77);
	lws_sul_schedule_wakesuspend(cx, 0, &timer[1].sul, note, 900 * MS);
	lws_sul_schedule_wakesuspend(cx, 0, &timer[2].sul, note, 800 * MS);
	CHECK(lws_sul_earliest_wakeable_event(cx, &when) == 0);
	CHECK(when == timer[2].sul.us);
	/* moving to the other list counts */
	lws_sul_schedule(cx, 0, &timer[2].sul, note, 800 * MS);
	CHECK(lws_sul_earliest_wakeable_event(cx, &when) == 0);
	CHECK(when == timer[1].sul.us);
	lws_sul_cancel(&timer[1].sul);
	CHECK(lws_sul_earliest_wakeable_event(cx, &when) == 1);
	reset();
}

int main(void)
{
	cx = context_new();
	context_settle(cx);
	order();
	not_before_their_time();
	cancel_and_move();
	inside();
	no_starving();
	earliest_wakeable();

	/* one that is still scheduled does not keep the context from going */
	lws_sul_schedule(cx, 0, &timer[0].sul, note, 3600 * LWS_USEC_PER_SEC);
	lws_context_destroy(cx);
	CHECK_TRACE("");

	return 0;
}
