/*
 * Unregistering from another thread returns when the running callback has
 * ended. Callbacks of others are not waited for: while one is running, other
 * threads register, send, and unregister other participants.
 */
#include "../context.h"

static struct lws_context *cx;
static struct lws_smd_peer *slow_peer;
static struct shared entered = SHARED_INIT, left = SHARED_INIT,
		     done = SHARED_INIT, helper = SHARED_INIT;

static int slow_cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
		   size_t len)
{
	(void)opaque;
	(void)c;
	(void)ts;
	(void)buf;
	(void)len;
	shared_add(&entered, 1);
	usleep(200000);
	shared_add(&left, 1);

	return 0;
}

static void *unregister_slow(void *arg)
{
	(void)arg;
	shared_wait(&entered, 1);
	lws_smd_unregister(slow_peer);
	CHECK(shared_get(&left) == 1);
	shared_set(&done, 1);
	lws_cancel_service(cx);

	return NULL;
}

static int ignore_cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
		     size_t len)
{
	(void)opaque;
	(void)c;
	(void)ts;
	(void)buf;
	(void)len;

	return 0;
}

static void *help(void *arg)
{
	struct lws_smd_peer *p;

	shared_wait(&helper, 1);
	p = lws_smd_register(cx, NULL, 0, OTHER, ignore_cb);
	CHECK(p);
	CHECK(!lws_smd_msg_printf(cx, OTHER, "%d", 1));
	lws_smd_unregister(arg);
	lws_smd_unregister(p);
	shared_set(&helper, 2);

	return NULL;
}

/* Waits for another thread that uses the same bus. */
static int waiting_cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
		      size_t len)
{
	(void)opaque;
	(void)c;
	(void)ts;
	(void)buf;
	(void)len;
	shared_set(&helper, 1);
	shared_wait(&helper, 2);

	return 0;
}

int main(void)
{
	struct lws_smd_peer *p, *other;
	pthread_t thread;

	cx = context_new();
	context_settle(cx);

	slow_peer = lws_smd_register(cx, NULL, 0, MINE, slow_cb);
	CHECK(slow_peer);
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 1));
	CHECK(!pthread_create(&thread, NULL, unregister_slow, NULL));
	while (!shared_get(&done))
		CHECK(!lws_service(cx, 0));
	CHECK(!pthread_join(thread, NULL));
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 2));
	pump(cx);
	CHECK(shared_get(&entered) == 1);

	p = lws_smd_register(cx, NULL, 0, MINE, waiting_cb);
	other = lws_smd_register(cx, NULL, 0, MINE, ignore_cb);
	CHECK(p && other);
	CHECK(!lws_smd_msg_printf(cx, MINE, "%d", 3));
	CHECK(!pthread_create(&thread, NULL, help, other));
	while (shared_get(&helper) != 2)
		CHECK(!lws_service(cx, -1));
	CHECK(!pthread_join(thread, NULL));
	lws_context_destroy(cx);

	return 0;
}
