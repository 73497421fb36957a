/*
 * Timers still scheduled when their context ends are off every list that
 * matters: they are cancelled, or scheduled anew, while another thread runs
 * the next context, and neither sees anything of the other.
 */
#include "../context.h"

#define LEFT 20000
#define BUSY 64

static lws_sorted_usec_list_t left[LEFT], ours;
static unsigned int rounds, many;
static int fired_ours;

static struct shared ended = SHARED_INIT;	/* contexts with timers left */
static struct shared running = SHARED_INIT;	/* contexts after them ... */
static struct shared let_go = SHARED_INIT;	/* nothing is left ... */
static struct shared over = SHARED_INIT;	/* ... that have ended */

static void never(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	CHECK(!"fired");
}

static void fire_ours(lws_sorted_usec_list_t *sul)
{
	CHECK(sul == &ours);
	fired_ours = 1;
}

struct busy {
	lws_sorted_usec_list_t	sul;
	int			fired;
};

static void fire_busy(lws_sorted_usec_list_t *sul)
{
	lws_container_of(sul, struct busy, sul)->fired++;
}

static void leave_timers(void)
{
	struct lws_context *cx = context_new();
	unsigned int n;

	memset(left, 0, sizeof(left));
	for (n = 0; n < many; n++)
		if (n & 1)
			lws_sul_schedule(cx, 0, &left[n], never,
					 3600 * LWS_USEC_PER_SEC);
		else
			lws_sul_schedule_wakesuspend(cx, 0, &left[n], never,
						     3600 * LWS_USEC_PER_SEC);
	lws_context_destroy(cx);
}

static void let_timers_go(void)
{
	struct lws_context *cx;
	unsigned int n;

	for (n = 0; n < many; n++)
		if (n % 3)
			lws_sul_cancel(&left[n]);

	/* the others serve a third context */
	cx = context_new();
	context_settle(cx);
	for (n = 0; n < many; n++)
		if (!(n % 3))
			lws_sul_schedule(cx, 0, &left[n], never,
					 3600 * LWS_USEC_PER_SEC);
	fired_ours = 0;
	lws_sul_schedule(cx, 0, &ours, fire_ours, 1);
	while (!fired_ours)
		CHECK(!lws_service(cx, 0));
	for (n = 0; n < many; n++) {
		lws_sul_cancel(&left[n]);
		CHECK(lws_dll2_is_detached(&left[n].list));
	}
	lws_context_destroy(cx);
}

/* The next context has timers that come and go all the time. */
static void run_next(int round)
{
	struct lws_context *cx = context_new();
	static struct busy busy[BUSY];
	lws_sorted_usec_list_t far[BUSY];
	int n, pending;

	memset(busy, 0, sizeof(busy));
	memset(far, 0, sizeof(far));
	context_settle(cx);
	shared_set(&running, round);
	do {
		for (n = 0; n < BUSY; n++) {
			lws_sul_schedule_wakesuspend(cx, 0, &far[n], never,
					(3600 - n) * LWS_USEC_PER_SEC);
			busy[n].fired = 0;
			lws_sul_schedule(cx, 0, &busy[n].sul, fire_busy,
					 BUSY - n);
		}
		do {
			CHECK(!lws_service(cx, 0));
			pending = 0;
			for (n = 0; n < BUSY; n++)
				pending += !busy[n].fired;
		} while (pending);
		for (n = 0; n < BUSY; n++) {
			CHECK_EQ(busy[n].fired, 1);
			CHECK(!lws_dll2_is_detached(&far[n].list));
		}
	} while (shared_get(&let_go) < round);
	for (n = 0; n < BUSY; n++)
		lws_sul_cancel(&far[n]);
	lws_context_destroy(cx);
}

static void *next_contexts(void *arg)
{
	int round;

	(void)arg;
	for (round = 1; round <= (int)rounds; round++) {
		shared_wait(&ended, round);
		run_next(round);
		shared_set(&over, round);
	}

	return NULL;
}

int main(void)
{
	pthread_t thread;
	int round;

	rounds = repeats(100, 3);
	many = repeats(LEFT, 500);
	memset(&ours, 0, sizeof(ours));
	CHECK(!pthread_create(&thread, NULL, next_contexts, NULL));
	for (round = 1; round <= (int)rounds; round++) {
		leave_timers();
		shared_set(&ended, round);
		shared_wait(&running, round);
		let_timers_go();
		shared_set(&let_go, round);
		shared_wait(&over, round);
	}
	CHECK(!pthread_join(thread, NULL));

	return 0;
}
