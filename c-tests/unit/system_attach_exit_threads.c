/*
 * An attached callback may be what ends the program's loop, so lws_service
 * does not sleep after it; and one that attaches itself again each time does
 * not keep the loop from all else.
 */
#include "../context.h"

static struct lws_context *cx;
static lws_sorted_usec_list_t guard, timer;
static pthread_mutex_t attach_lock = PTHREAD_MUTEX_INITIALIZER;
static int finished, runs;

/* How a platform puts its own lock around it. */
static int attach(struct lws_context *context, int tsi, lws_attach_cb_t cb,
		  lws_system_states_t state, void *opaque,
		  struct lws_attach_item **get)
{
	int n;

	pthread_mutex_lock(&attach_lock);
	n = __lws_system_attach(context, tsi, cb, state, opaque, get);
	pthread_mutex_unlock(&attach_lock);

	return n;
}

static const lws_system_ops_t ops = { .attach = attach };

static void slept_over(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	CHECK(!"slept over");
}

static void finish(struct lws_context *context, int tsi, void *opaque)
{
	(void)context;
	(void)tsi;
	(void)opaque;
	finished = 1;
}

static void *attach_later(void *arg)
{
	(void)arg;
	usleep(50000);
	if (lws_system_get_ops(cx))
		CHECK(!lws_system_get_ops(cx)->attach(cx, 0, finish,
				LWS_SYSTATE_CONTEXT_CREATED, NULL, NULL));
	else
		CHECK(!__lws_system_attach(cx, 0, finish,
				LWS_SYSTATE_CONTEXT_CREATED, NULL, NULL));

	return NULL;
}

/* attached while the loop sleeps */
static void exits(void)
{
	pthread_t thread;
	int n;

	for (n = 0; n < 3; n++) {
		finished = 0;
		lws_sul_schedule(cx, 0, &guard, slept_over,
				 30 * LWS_USEC_PER_SEC);
		CHECK(!pthread_create(&thread, NULL, attach_later, NULL));
		while (!finished)
			CHECK(!lws_service(cx, 0));
		CHECK(!pthread_join(thread, NULL));
		pump(cx); /* the guard too, when it has become due */
		lws_sul_cancel(&guard);
	}
}

static void again(struct lws_context *context, int tsi, void *opaque)
{
	(void)tsi;
	(void)opaque;
	if (finished)
		return;
	runs++;
	/* what is attached during a pass is for the next one */
	CHECK_EQ(runs, 1);
	CHECK(!__lws_system_attach(context, 0, again,
				   LWS_SYSTATE_CONTEXT_CREATED, NULL, NULL));
}

static void tick(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	finished = 1;
}

static void starves_nobody(void)
{
	int passes = 0, all = 0;

	finished = 0;
	lws_sul_schedule(cx, 0, &timer, tick, 2000);
	CHECK(!__lws_system_attach(cx, 0, again, LWS_SYSTATE_CONTEXT_CREATED,
				   NULL, NULL));
	while (!finished) {
		runs = 0;
		CHECK(!lws_service(cx, 0));
		all += runs;
		passes++;
	}
	/* each pass called it: none slept */
	CHECK_EQ(all, passes);
}

static void run(const lws_system_ops_t *o)
{
	struct lws_context_creation_info info;

	info_init(&info);
	info.system_ops = o;
	cx = context_from(&info);
	context_settle(cx);
	CHECK(lws_system_get_ops(cx) == o);
	exits();
	starves_nobody();
	lws_context_destroy(cx);
}

int main(void)
{
	run(NULL);
	run(&ops);

	return 0;
}
