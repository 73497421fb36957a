/*
 * What there is no peer for but lws itself: timers, an idle context, and how
 * the bus does with one message after the other. Prints rows of a Markdown
 * table, the same ones for every library that this is linked with.
 *
 *     bench_own [name of the library]
 */
#include "bench.h"
#include <libwebsockets.h>
#include <malloc.h>
#include <sys/resource.h>

#define PENDING 100000

static struct lws_context *cx;

static void create(void)
{
	struct lws_context_creation_info info;

	lws_set_log_level(0, NULL);
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	cx = lws_create_context(&info);
	MUST(cx);
}

static void settle(void)
{
	lws_state_manager_t *mgr = lws_system_get_state_manager(cx);
	int n;

	while (mgr->state < LWS_SYSTATE_OPERATIONAL)
		MUST(!lws_service(cx, -1));
	for (n = 0; n < 10; n++)
		MUST(!lws_service(cx, -1));
}

static void never(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	MUST(0);
}

static lws_usec_t some_time(void)
{
	static unsigned int x = 12345;

	x = x * 1103515245u + 12345u;

	return 3600 * LWS_USEC_PER_SEC + (x >> 4);
}

/* ns for one schedule and one cancel among so many others */
static void timers(const void *arg, double *results)
{
	lws_sorted_usec_list_t *all, *some;
	unsigned int n, m, ops = 100, rounds = 100;
	int64_t t0, t1, t2, scheduling = 0, cancelling = 0;

	(void)arg;
	create();
	all = calloc(PENDING, sizeof(*all));
	some = calloc(ops, sizeof(*some));
	MUST(all && some);
	for (n = 0; n < PENDING; n++)
		lws_sul_schedule(cx, 0, &all[n], never, some_time());
	for (m = 0; m < rounds; m++) {
		t0 = now_ns();
		for (n = 0; n < ops; n++)
			lws_sul_schedule(cx, 0, &some[n], never, some_time());
		t1 = now_ns();
		for (n = 0; n < ops; n++)
			lws_sul_cancel(&some[n]);
		t2 = now_ns();
		scheduling += t1 - t0;
		cancelling += t2 - t1;
	}
	results[0] = (double)scheduling / ops / rounds;
	results[1] = (double)cancelling / ops / rounds;
	lws_context_destroy(cx);
}

static int ended;

static void *end_later(void *arg)
{
	usleep(*(const useconds_t *)arg);
	__atomic_store_n(&ended, 1, __ATOMIC_SEQ_CST);
	lws_cancel_service(cx);

	return NULL;
}

/* wake-ups in 10 s, apart from that which ends it; CPU in us */
static void idle(const void *arg, double *results)
{
	useconds_t ten = 10000000;
	struct rusage a, b;
	pthread_t thread;

	(void)arg;
	create();
	settle();
	MUST(!pthread_create(&thread, NULL, end_later, &ten));
	MUST(!getrusage(RUSAGE_THREAD, &a));
	while (!__atomic_load_n(&ended, __ATOMIC_SEQ_CST))
		MUST(!lws_service(cx, 0));
	MUST(!getrusage(RUSAGE_THREAD, &b));
	pthread_join(thread, NULL);
	results[0] = (double)(b.ru_nvcsw - a.ru_nvcsw - 1);
	results[1] = (double)(b.ru_utime.tv_sec - a.ru_utime.tv_sec +
			      b.ru_stime.tv_sec - a.ru_stime.tv_sec) * 1e6 +
		     (double)(b.ru_utime.tv_usec - a.ru_utime.tv_usec +
			      b.ru_stime.tv_usec - a.ru_stime.tv_usec);
	lws_context_destroy(cx);
}

static size_t heap_in_use(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

/* bytes of heap that a context holds */
static void heap(const void *arg, double *results)
{
	size_t before = heap_in_use();

	(void)arg;
	create();
	settle();
	results[0] = (double)(heap_in_use() - before);
	lws_context_destroy(cx);
}

static void row(const char *what, const char *unit, int failed, double value)
{
	if (failed)
		printf("| %s | stalls or fails |\n", what);
	else
		printf("| %s | %.*f %s |\n", what, value < 100, value, unit);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static const struct load loads[] = {
		{ 1, 1, 40, 100000 }, { 1, 8, 40, 100000 },
		{ 4, 1, 40, 100000 }, { 4, 8, 40, 100000 },
	};
	unsigned int each = 500;
	double r[500];
	char what[100];
	int failed;
	size_t n;

	printf("| %s | |\n|---|---:|\n", argc > 1 ? argv[1] :
	       lws_get_library_version());
	for (n = 0; n < LWS_ARRAY_SIZE(loads); n++) {
		failed = in_child(smd_throughput, &loads[n], r, 1, 20);
		snprintf(what, sizeof(what), "SMD, %u to %u, depth %u",
			 loads[n].senders, loads[n].participants,
			 loads[n].depth);
		row(what, "messages/s", failed,
		    failed ? 0 : loads[n].messages / r[0]);
	}
	failed = in_child(smd_latency, &each, r, each, 20);
	row("wake-up of a sleeping loop, median", "us", failed,
	    quantile(r, each, 0.5));
	row("wake-up of a sleeping loop, 99th percentile", "us", failed,
	    quantile(r, each, 0.99));
	failed = in_child(timers, NULL, r, 2, 60);
	row("timer, schedule among 100,000", "ns", failed, r[0]);
	row("timer, cancel among 100,000", "ns", failed, r[1]);
	failed = in_child(idle, NULL, r, 2, 30);
	row("idle, wake-ups in 10 s", "", failed, r[0]);
	row("idle, CPU in 10 s", "us", failed, r[1]);
	failed = in_child(heap, NULL, r, 1, 30);
	row("heap of an idle context", "bytes", failed, r[0]);

	return 0;
}
