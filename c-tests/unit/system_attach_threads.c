/*
 * Another thread has the loop's thread call a function, at once or from some
 * state of the system on. First attached, first called.
 */
#include "../context.h"

static struct lws_context *cx;
static pthread_t loop_thread;
static lws_sorted_usec_list_t sul;

static struct shared calls = SHARED_INIT;
static int adds;
static pthread_mutex_t attach_lock = PTHREAD_MUTEX_INITIALIZER;

/* How a platform puts its own lock around it. */
static int attach(struct lws_context *context, int tsi, lws_attach_cb_t cb,
		  lws_system_states_t state, void *opaque,
		  struct lws_attach_item **get)
{
	int n;

	pthread_mutex_lock(&attach_lock);
	if (!get)
		adds++;
	n = __lws_system_attach(context, tsi, cb, state, opaque, get);
	pthread_mutex_unlock(&attach_lock);

	return n;
}

static const lws_system_ops_t ops = { .attach = attach };

static void called(struct lws_context *context, int tsi, void *opaque)
{
	CHECK(context == cx);
	CHECK(!tsi);
	CHECK(pthread_equal(pthread_self(), loop_thread));
	trace("%s ", (const char *)opaque);
	shared_add(&calls, 1);
	lws_cancel_service(cx);
}

/* May attach more from inside. */
static void called_again(struct lws_context *context, int tsi, void *opaque)
{
	called(context, tsi, opaque);
	CHECK(!__lws_system_attach(cx, 0, called, LWS_SYSTATE_UNKNOWN, "more",
				   NULL));
}

static int add(lws_attach_cb_t cb, lws_system_states_t state, const char *what)
{
	const lws_system_ops_t *o = lws_system_get_ops(cx);

	if (o)
		return o->attach(cx, 0, cb, state, (void *)(intptr_t)what,
				 NULL);

	return __lws_system_attach(cx, 0, cb, state, (void *)(intptr_t)what,
				   NULL);
}

static void *attach_some(void *arg)
{
	(void)arg;
	CHECK(!add(called, LWS_SYSTATE_UNKNOWN, "a"));
	/* not before the ladder is at its end */
	CHECK(!add(called, LWS_SYSTATE_OPERATIONAL, "late"));
	CHECK(!add(called, LWS_SYSTATE_INITIALIZED, "b"));
	CHECK(!add(called, LWS_SYSTATE_UNKNOWN, "c"));

	return NULL;
}

static void *attach_many(void *arg)
{
	int n;

	(void)arg;
	for (n = 0; n < 100; n++)
		CHECK(!add(called, LWS_SYSTATE_UNKNOWN, "m"));

	return NULL;
}

static int hold(lws_state_manager_t *mgr, lws_state_notify_link_t *link,
		int current, int target)
{
	(void)mgr;

	return link->name && current != target &&
	       target == LWS_SYSTATE_REGISTERED;
}

static void resume(lws_sorted_usec_list_t *s)
{
	(void)s;
	CHECK(!lws_state_transition_steps(lws_system_get_state_manager(cx),
					  LWS_SYSTATE_OPERATIONAL));
}

static void run(const lws_system_ops_t *o)
{
	lws_state_notify_link_t link = { { NULL, NULL, NULL }, hold, "hold" };
	lws_state_notify_link_t *links[] = { &link, NULL };
	struct lws_context_creation_info info;
	lws_state_manager_t *mgr;
	pthread_t thread[3];
	int n;

	info_init(&info);
	info.system_ops = o;
	info.register_notifier_list = links;
	memset(&sul, 0, sizeof(sul));
	cx = context_from(&info);
	mgr = lws_system_get_state_manager(cx);
	CHECK(lws_system_get_ops(cx) == o);
	while (mgr->state < LWS_SYSTATE_POLICY_VALID)
		CHECK(!lws_service(cx, -1));
	pump(cx);

	shared_set(&calls, 0);
	CHECK(!pthread_create(&thread[0], NULL, attach_some, NULL));
	while (shared_get(&calls) < 3)
		CHECK(!lws_service(cx, 0));
	CHECK(!pthread_join(thread[0], NULL));
	pump(cx);
	CHECK_TRACE("a b c ");

	/* now the state that the fourth one waits for */
	CHECK(mgr->state == LWS_SYSTATE_POLICY_VALID);
	link.name = NULL;
	lws_sul_schedule(cx, 0, &sul, resume, 1000);
	while (shared_get(&calls) < 4)
		CHECK(!lws_service(cx, 0));
	pump(cx);
	CHECK_TRACE("late ");

	/* each runs once, whoever attaches */
	for (n = 0; n < 3; n++)
		CHECK(!pthread_create(&thread[n], NULL, attach_many, NULL));
	while (shared_get(&calls) < 304)
		CHECK(!lws_service(cx, 0));
	for (n = 0; n < 3; n++)
		CHECK(!pthread_join(thread[n], NULL));
	pump(cx);
	CHECK(shared_get(&calls) == 304);
	trace_reset();

	if (!o) {
		CHECK(!add(called_again, LWS_SYSTATE_UNKNOWN, "once"));
		pump(cx);
		CHECK_TRACE("once more ");
	}

	/* what never became ready is freed with the context */
	CHECK(!add(called, LWS_SYSTATE_CONTEXT_DESTROYING, "never"));
	lws_context_destroy(cx);
	trace_reset();
}

int main(void)
{
	loop_thread = pthread_self();
	run(NULL);
	run(&ops);
	CHECK(adds == 4 + 300 + 1);

	return 0;
}
