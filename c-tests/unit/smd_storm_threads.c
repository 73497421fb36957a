/*
 * Threads register, send and unregister while the loop delivers. After
 * lws_smd_unregister has returned, the callback is not running and never
 * runs again, so what its opaque points to may be freed.
 */
#include "../context.h"
#include <sched.h>

#define THREADS 4

enum { ALIVE = 0x600d600d, DEAD = 0x0badbadb };

struct guest {
	unsigned int	magic;
	unsigned int	heard;
};

static struct lws_context *cx;
static struct shared running = SHARED_INIT, accepted = SHARED_INIT;
static int heard_by_host;

static int guest_cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
		    size_t len)
{
	struct guest *g = opaque;

	(void)c;
	(void)ts;
	CHECK(g->magic == ALIVE);
	CHECK(len == 5 && !strcmp(buf, "storm"));
	g->heard++;

	return 0;
}

static int host_cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
		   size_t len)
{
	(void)opaque;
	(void)c;
	(void)ts;
	(void)buf;
	(void)len;
	heard_by_host++;

	return 0;
}

static void *storm(void *arg)
{
	unsigned int n, i, rounds = repeats(20000, 300);
	struct lws_smd_peer *p;
	struct guest *g;

	(void)arg;
	for (n = 0; n < rounds; n++) {
		g = malloc(sizeof(*g));
		CHECK(g);
		g->magic = ALIVE;
		g->heard = 0;
		p = lws_smd_register(cx, g, 0, MINE, guest_cb);
		CHECK(p);
		for (i = 0; i < 3; i++)
			if (!lws_smd_msg_printf(cx, MINE, "%s", "storm"))
				shared_add(&accepted, 1);
		if (n & 1)
			sched_yield();
		lws_smd_unregister(p);
		g->magic = DEAD;
		free(g);
	}
	shared_add(&running, -1);
	lws_cancel_service(cx);

	return NULL;
}

int main(void)
{
	struct lws_context_creation_info info;
	pthread_t thread[THREADS];
	int n;

	info_init(&info);
	lws_set_log_level(LLL_ERR, NULL); /* a full queue is no surprise here */
	info.smd_ttl_us = 3600 * LWS_USEC_PER_SEC;
	cx = context_from(&info);
	context_settle(cx);
	CHECK(lws_smd_register(cx, NULL, 0, MINE, host_cb));

	shared_set(&running, THREADS);
	for (n = 0; n < THREADS; n++)
		CHECK(!pthread_create(&thread[n], NULL, storm, NULL));
	while (shared_get(&running))
		CHECK(!lws_service(cx, 0));
	for (n = 0; n < THREADS; n++)
		CHECK(!pthread_join(thread[n], NULL));
	pump(cx);

	/* who stayed heard all that was accepted */
	CHECK(heard_by_host == shared_get(&accepted));
	CHECK(heard_by_host > 0);
	lws_context_destroy(cx);

	return 0;
}
