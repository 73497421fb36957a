/*
 * Timers: the order in which they fire, on the lists of a context and on
 * lists of the user's own.
 */
#include "../context.h"

#define MS 1000

struct timer {
	lws_sorted_usec_list_t	sul;
	char			name;
};

static struct lws_context *cx;
static struct timer timer[6];

static void note(lws_sorted_usec_list_t *sul)
{
	printf("  %c, us %lld, listed %d\n", ((struct timer *)sul)->name,
	       (long long)sul->us, !lws_dll2_is_detached(&sul->list));
}

static void kill_next(lws_sorted_usec_list_t *sul)
{
	struct timer *t = (struct timer *)sul;

	note(sul);
	lws_sul_cancel(&(t + 1)->sul);
}

static void later_next(lws_sorted_usec_list_t *sul)
{
	struct timer *t = (struct timer *)sul;

	note(sul);
	lws_sul_schedule(cx, 0, &(t + 1)->sul, note, 20 * MS);
}

static void reset(const char *what)
{
	int n;

	printf("%s\n", what);
	memset(timer, 0, sizeof(timer));
	for (n = 0; n < 6; n++) {
		timer[n].name = (char)('A' + n);
		timer[n].sul.cb = note;
	}
}

static void at(int n, int flags, lws_usec_t when)
{
	timer[n].sul.us = when;
	lws_sul2_schedule(cx, 0, flags, &timer[n].sul);
}

static void run(void)
{
	usleep(10 * MS);
	CHECK(!lws_service(cx, -1));
}

static void contexts(void)
{
	lws_usec_t now = lws_now_usecs(), when = 5;
	int n;

	reset("order");
	at(3, 0, now + 4 * MS);
	at(1, 0, now + 2 * MS);
	at(0, 0, now + MS);
	at(2, 0, now + 3 * MS);
	run();

	reset("equal");
	now = lws_now_usecs();
	for (n = 0; n < 6; n++)
		at(n, 0, now + MS);
	run();

	reset("equal on two lists");
	now = lws_now_usecs();
	for (n = 0; n < 6; n++)
		at(n, n & 1 ? LWSSULLI_WAKE_IF_SUSPENDED :
			      LWSSULLI_MISS_IF_SUSPENDED, now + MS);
	run();

	reset("cancelled and moved");
	now = lws_now_usecs();
	for (n = 0; n < 6; n++)
		at(n, 0, now + (n + 1) * MS);
	lws_sul_cancel(&timer[1].sul);
	lws_sul_cancel(&timer[1].sul);
	lws_sul_schedule(cx, 0, &timer[2].sul, note, LWS_SET_TIMER_USEC_CANCEL);
	at(0, LWSSULLI_WAKE_IF_SUSPENDED, now + 5 * MS);
	at(5, 0, now + MS);
	run();

	reset("from inside");
	now = lws_now_usecs();
	for (n = 0; n < 5; n++)
		at(n, 0, now + (n + 1) * MS);
	timer[0].sul.cb = kill_next;
	timer[2].sul.cb = later_next;
	run();
	printf("later\n");
	usleep(25 * MS);
	CHECK(!lws_service(cx, -1));

	reset("wakeable");
	printf("%d\n", lws_sul_earliest_wakeable_event(cx, &when));
	lws_sul_schedule(cx, 0, &timer[0].sul, note, 500 * MS);
	printf("%d\n", lws_sul_earliest_wakeable_event(cx, &when));
	lws_sul_schedule_wakesuspend(cx, 0, &timer[1].sul, note, 500 * MS);
	lws_sul_schedule_wakesuspend(cx, 0, &timer[2].sul, note, 400 * MS);
	printf("%d\n", lws_sul_earliest_wakeable_event(cx, &when));
	printf("the earlier: %d\n", when == timer[2].sul.us);
	lws_sul_cancel(&timer[0].sul);
	lws_sul_cancel(&timer[1].sul);
	lws_sul_cancel(&timer[2].sul);
	printf("%d\n", lws_sul_earliest_wakeable_event(cx, &when));
}

/* Only how the lists look: running them by hand crashes in some versions. */
static void plain(void)
{
	static const lws_usec_t due[] = { 500, 100, 300, 100, 900, 300 };
	lws_dll2_owner_t own[2];
	int n;

	memset(own, 0, sizeof(own));
	reset("plain");
	for (n = 0; n < 6; n++) {
		timer[n].sul.us = due[n];
		printf("insert: %d\n",
		       __lws_sul_insert(&own[n & 1], &timer[n].sul));
	}
	timer[4].sul.us = 200;
	printf("move: %d\n", __lws_sul_insert(&own[1], &timer[4].sul));
	for (n = 0; n < 2; n++) {
		printf("list %d, %u:", n, (unsigned int)own[n].count);
		lws_start_foreach_dll(lws_dll2_t *, p, own[n].head) {
			printf(" %c", ((struct timer *)p)->name);
		} lws_end_foreach_dll(p);
		printf("\n");
	}
	for (n = 0; n < 6; n++)
		lws_sul_cancel(&timer[n].sul);
	printf("counts: %u %u\n", (unsigned int)own[0].count,
	       (unsigned int)own[1].count);
}

int main(void)
{
	cx = context_new();
	context_settle(cx);
	contexts();
	lws_context_destroy(cx);
	plain();

	return 0;
}
