/*
 * The feed: how fast the copy follows what the kernel announces, what a queue
 * that overflows does, and what a context costs in which nothing happens.
 *
 *     bench_route_feed
 */
#include "route_net.h"

#include <sys/resource.h>
#include <sys/syscall.h>

#define BURST 100000
/* As many as fit into the queue that those without privileges get. */
#define QUEUED 9000
/* Routes asked about at a time. */
#define ASKED 10

static struct route *routes;
static double results[64][16];
static unsigned int rounds;

/*
 * The library's own call when it makes its queue larger ends here: it has no
 * setting for a queue that is too small. All other calls go on.
 */
static int queue_stays_small;

int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	if (queue_stays_small && level == SOL_SOCKET &&
	    (name == SO_RCVBUF || name == SO_RCVBUFFORCE))
		return 0;

	return (int)syscall(SYS_setsockopt, fd, level, name, value, len);
}

static double cpu_us(int who)
{
	struct rusage r;

	MUST(!getrusage(who, &r));

	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1e6 +
	       (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec);
}

/* -- as fast as the kernel takes them ------------------------------------- */

static int sent_all;

static void *send_burst(void *arg)
{
	int fd = rtnl_open(0, 0);

	routes_send(fd, *(int *)arg, routes, BURST);
	close(fd);
	__atomic_store_n(&sent_all, 1, __ATOMIC_SEQ_CST);

	return NULL;
}

/* results: announced a second, CPU of the loop for one, us; overflows */
static void follow(struct lws_context *cx, int type, uint64_t until,
		   double *res)
{
	lws_route_stats_t before, stats;
	pthread_t thread;
	int64_t began;
	double cpu;

	route_stats(cx, &before);
	__atomic_store_n(&sent_all, 0, __ATOMIC_SEQ_CST);
	MUST(!pthread_create(&thread, NULL, send_burst, &type));
	cpu = cpu_us(RUSAGE_THREAD);
	began = now_ns();
	do {
		MUST(!lws_service(cx, -1));
		route_stats(cx, &stats);
	} while (!__atomic_load_n(&sent_all, __ATOMIC_SEQ_CST) ||
		 stats.routes4 != until || !stats.synced);
	res[0] = BURST / ((double)(now_ns() - began) / 1e9);
	res[1] = (cpu_us(RUSAGE_THREAD) - cpu) / BURST;
	res[2] = (double)(stats.overflows - before.overflows);
	pthread_join(thread, NULL);
}

static void update_ours(const void *arg, double *res)
{
	struct lws_context *cx = context_synced();
	lws_route_stats_t stats;

	(void)arg;
	route_stats(cx, &stats);
	follow(cx, RTM_NEWROUTE, stats.routes4 + BURST, res);
	follow(cx, RTM_DELROUTE, stats.routes4, res + 3);
	lws_context_destroy(cx);
}

/* -- what waits in the queue ---------------------------------------------- */

/* Announcements a second, read and applied. */
static double drain_ours(struct lws_context *cx, int fd, int type)
{
	lws_route_stats_t stats;
	uint64_t goal;
	int64_t began;

	route_stats(cx, &stats);
	goal = stats.routes4;
	goal = type == RTM_NEWROUTE ? goal + QUEUED : goal - QUEUED;
	routes_send(fd, type, routes, QUEUED);
	began = now_ns();
	do {
		MUST(!lws_service(cx, -1));
		route_stats(cx, &stats);
	} while (stats.routes4 != goal);
	MUST(!stats.overflows);

	return QUEUED / ((double)(now_ns() - began) / 1e9);
}

static void queue_ours(const void *arg, double *res)
{
	struct lws_context *cx = context_synced();
	int fd = rtnl_open(0, 0);

	(void)arg;
	res[0] = drain_ours(cx, fd, RTM_NEWROUTE);
	res[1] = drain_ours(cx, fd, RTM_DELROUTE);
	lws_context_destroy(cx);
}

static double drain_plain(int hears, int fd, int type)
{
	char buf[32768];
	int64_t began;
	size_t n;

	routes_send(fd, type, routes, QUEUED);
	began = now_ns();
	for (n = 0; n < QUEUED; n++)
		MUST(recv(hears, buf, sizeof(buf), MSG_DONTWAIT) > 0);

	return QUEUED / ((double)(now_ns() - began) / 1e9);
}

/* A program that reads what is announced and looks at none of it. */
static void queue_plain(const void *arg, double *res)
{
	int hears = rtnl_open(RTMGRP_IPV4_ROUTE, 4 << 20);
	int fd = rtnl_open(0, 0);

	(void)arg;
	res[0] = drain_plain(hears, fd, RTM_NEWROUTE);
	res[1] = drain_plain(hears, fd, RTM_DELROUTE);
}

/* -- the queue overflows -------------------------------------------------- */

/* us of the answer that took longest */
static double longest;

/* Answers that are not those of now: these routes exist or not. */
static unsigned int stale(struct lws_context *cx, int there)
{
	static uint32_t next;
	lws_route_decision_t d;
	unsigned int n, wrong = 0;
	int64_t began;
	double us;

	for (n = 0; n < ASKED; n++) {
		next = (next + 7919) % BURST;
		began = now_ns();
		MUST(!decide4(cx, routes[next].dest | 1, &d, NULL, 0));
		us = (double)(now_ns() - began) / 1e3;
		longest = us > longest ? us : longest;
		wrong += there != !d.error;
	}

	return wrong;
}

/* The context has heard of none of this so far. Returns the stale answers. */
static unsigned int recover(struct lws_context *cx, int there,
			    lws_route_stats_t *stats)
{
	unsigned int wrong = stale(cx, there);

	do {
		MUST(!lws_service(cx, -1));
		wrong += stale(cx, there);
		route_stats(cx, stats);
	} while (!stats->synced);

	return wrong;
}

/* results: ms until the copy is whole again, ms of a dump, overflows, stale,
 * us of the longest answer */
static void overflow_ours(const void *arg, double *res)
{
	struct lws_context *cx;
	lws_route_stats_t stats;
	int fd = rtnl_open(0, 0);
	int64_t began;

	(void)arg;
	queue_stays_small = 1;
	cx = context_synced();
	queue_stays_small = 0;
	routes_send(fd, RTM_NEWROUTE, routes, BURST);
	began = now_ns();
	res[3] = recover(cx, 1, &stats);
	res[0] = (double)(now_ns() - began) / 1e6;
	MUST(stats.overflows && stats.routes4 >= BURST);
	began = now_ns();
	dump_read(fd);
	res[1] = (double)(now_ns() - began) / 1e6;

	/* and the other way round: nothing that was deleted is left */
	routes_send(fd, RTM_DELROUTE, routes, BURST);
	res[3] += recover(cx, 0, &stats);
	res[2] = (double)stats.overflows;
	res[4] = longest;
	lws_context_destroy(cx);
}

/* -- nothing happens ------------------------------------------------------ */

static int ended;

static void *end_later(void *arg)
{
	usleep(10000000);
	__atomic_store_n(&ended, 1, __ATOMIC_SEQ_CST);
	lws_cancel_service(arg);

	return NULL;
}

/* results: wake-ups in 10 s apart from that which ends it, CPU us, heap */
static void idle(const void *arg, double *res)
{
	size_t before = heap_now();
	struct lws_context *cx = context_synced();
	struct rusage a, b;
	pthread_t thread;
	double cpu;
	int n;

	(void)arg;
	for (n = 0; n < 10; n++)
		MUST(!lws_service(cx, -1));
	res[2] = (double)(heap_now() - before);
	MUST(!pthread_create(&thread, NULL, end_later, cx));
	MUST(!getrusage(RUSAGE_THREAD, &a));
	cpu = cpu_us(RUSAGE_THREAD);
	while (!__atomic_load_n(&ended, __ATOMIC_SEQ_CST))
		MUST(!lws_service(cx, 0));
	MUST(!getrusage(RUSAGE_THREAD, &b));
	res[0] = (double)(b.ru_nvcsw - a.ru_nvcsw - 1);
	res[1] = cpu_us(RUSAGE_THREAD) - cpu;
	pthread_join(thread, NULL);
	lws_context_destroy(cx);
}

/* -- the tables ----------------------------------------------------------- */

static double middle(size_t which)
{
	double all[64];
	unsigned int n;

	for (n = 0; n < rounds; n++)
		all[n] = results[n][which];

	return median(all, rounds);
}

int main(void)
{
	unsigned int n;

	rounds = setting("BENCH_ROUNDS", 5);
	MUST(rounds && rounds <= 64);
	network_up();
	routes = routes_make(BURST);
	for (n = 0; n < rounds; n++) {
		MUST(!in_child(queue_ours, NULL, &results[n][0], 2, 60));
		MUST(!in_child(queue_plain, NULL, &results[n][2], 2, 60));
		MUST(!in_child(update_ours, NULL, &results[n][4], 6, 60));
		MUST(!in_child(overflow_ours, NULL, &results[n][10], 5, 60));
	}
	printf("| %u announcements that wait in the queue | this library, "
	       "thousand/s | read only, thousand/s | ratio |\n"
	       "|---|---:|---:|---:|\n", QUEUED);
	for (n = 0; n < 2; n++)
		printf("| %s | %.0f | %.0f | %.2f |\n",
		       n ? "routes deleted" : "routes added",
		       middle(n) / 1e3, middle(2 + n) / 1e3,
		       middle(n) / middle(2 + n));
	printf("\n| %u at full speed | the kernel takes, thousand/s | CPU "
	       "of the loop for each, us | overflows |\n|---|---:|---:|---:|\n",
	       BURST);
	for (n = 0; n < 2; n++)
		printf("| %s | %.0f | %.2f | %.0f |\n",
		       n ? "routes deleted" : "routes added",
		       middle(4 + 3 * n) / 1e3, middle(5 + 3 * n),
		       middle(6 + 3 * n));
	printf("\n| a queue of 212,992 bytes, %u routes added unheard, then "
	       "deleted unheard | |\n"
	       "|---|---:|\n", BURST);
	printf("| whole again after | %.0f ms |\n", middle(10));
	printf("| dump read only | %.0f ms |\n", middle(11));
	printf("| overflows | %.0f |\n", middle(12));
	printf("| stale answers meanwhile | %.0f |\n", middle(13));
	printf("| longest time until an answer meanwhile | %.0f us |\n",
	       middle(14));
	MUST(!in_child(idle, NULL, results[0], 3, 60));
	printf("\n| idle context, routing on | |\n|---|---:|\n");
	printf("| wake-ups in 10 s | %.0f |\n", results[0][0]);
	printf("| CPU in 10 s | %.0f us |\n", results[0][1]);
	printf("| heap | %.0f bytes |\n", results[0][2]);

	return 0;
}
