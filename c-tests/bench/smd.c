/*
 * The bus of a context: senders print messages, participants count them.
 * Compiles against libwebsockets 4.1.6 as well.
 */
#include "bench.h"
#include <libwebsockets.h>

#define CLASS ((lws_smd_class_t)1 << 24)

static struct lws_context *cx;
static const struct load *load;
static uint64_t heard, expected;
static pthread_barrier_t start;

static struct lws_context *create(unsigned int depth)
{
	struct lws_context_creation_info info;
	struct lws_context *context;
	lws_state_manager_t *mgr;

	lws_set_log_level(0, NULL); /* a full queue is business as usual */
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
#if LWS_LIBRARY_VERSION_NUMBER >= 4003000
	info.smd_queue_depth = (uint16_t)depth;
	info.smd_ttl_us = 3600 * LWS_USEC_PER_SEC;
#else
	(void)depth; /* it is what it is */
#endif
	context = lws_create_context(&info);
	MUST(context);
	mgr = lws_system_get_state_manager(context);
	while (mgr->state < LWS_SYSTATE_OPERATIONAL)
		MUST(!lws_service(context, -1));

	return context;
}

static int count(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
		 size_t len)
{
	(void)c;
	(void)ts;
	MUST(len && *(char *)buf == '{');
	++*(unsigned int *)opaque;
	if (++heard == expected)
		lws_cancel_service(cx);

	return 0;
}

static void *send_messages(void *arg)
{
	unsigned int me = (unsigned int)(uintptr_t)arg, n,
		     each = load->messages / load->senders;

	pthread_barrier_wait(&start);
	for (n = 0; n < each; n++)
		while (lws_smd_msg_printf(cx, CLASS, BENCH_FORMAT, me, n))
			sched_yield();

	return NULL;
}

void smd_throughput(const void *arg, double *results)
{
	static unsigned int counts[MAX_PARTICIPANTS];
	pthread_t sender[MAX_SENDERS];
	unsigned int n, each;
	int64_t began;

	load = arg;
	each = load->messages / load->senders;
	cx = create(load->depth);
	memset(counts, 0, sizeof(counts));
	heard = 0;
	expected = (uint64_t)each * load->senders * load->participants;
	for (n = 0; n < load->participants; n++)
		MUST(lws_smd_register(cx, &counts[n], 0, CLASS, count));
	MUST(!pthread_barrier_init(&start, NULL, load->senders + 1));
	for (n = 0; n < load->senders; n++)
		MUST(!pthread_create(&sender[n], NULL, send_messages,
				     (void *)(uintptr_t)n));

	pthread_barrier_wait(&start);
	began = now_ns();
	while (heard < expected)
		MUST(!lws_service(cx, 0));
	results[0] = (double)(now_ns() - began) / 1e9;

	for (n = 0; n < load->senders; n++)
		pthread_join(sender[n], NULL);
	for (n = 0; n < load->participants; n++)
		MUST(counts[n] == each * load->senders);
	lws_context_destroy(cx);
}

/* -- how long until a sleeping loop has the message ----------------------- */

static double *next_result;
static unsigned int left;

static int note_age(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
		    size_t len)
{
	int64_t now = now_ns();

	(void)opaque;
	(void)c;
	(void)ts;
	(void)len;
	*next_result++ = (double)(now - strtoll((char *)buf + 5, NULL, 10)) /
			 1e3;
	if (!--left)
		lws_cancel_service(cx);

	return 0;
}

static void *send_now_and_then(void *arg)
{
	unsigned int n, total = *(const unsigned int *)arg;

	for (n = 0; n < total; n++) {
		usleep(2000); /* it sleeps by then */
		MUST(!lws_smd_msg_printf(cx, CLASS, "{\"t\":%lld}",
					 (long long)now_ns()));
	}

	return NULL;
}

void smd_latency(const void *arg, double *results)
{
	unsigned int total = *(const unsigned int *)arg;
	pthread_t sender;

	cx = create(40);
	MUST(lws_smd_register(cx, NULL, 0, CLASS, note_age));
	next_result = results;
	left = total;
	MUST(!pthread_create(&sender, NULL, send_now_and_then, &total));
	while (left)
		MUST(!lws_service(cx, 0));
	pthread_join(sender, NULL);
	lws_context_destroy(cx);
}
