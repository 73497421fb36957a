/*
 * The table: how long a context needs until it has it, how long a look-up
 * takes, and what a route costs. Beside it, in turns: a program that reads the
 * dump and does nothing with it, the kernel asked, and a list.
 *
 *     bench_route_table
 */
#include "route_net.h"

#define LOOKUPS 200000

static struct route *routes;
static size_t count;
static uint32_t dests[LOOKUPS];

/* Addresses that have routes, any of them. */
static void dests_make(void)
{
	uint64_t x = 362436069;
	const struct route *r;
	size_t n;

	for (n = 0; n < LOOKUPS; n++) {
		x = x * 6364136223846793005u + 1442695040888963407u;
		r = &routes[(x >> 33) % count];
		dests[n] = r->dest | (uint32_t)((x >> 20) & 0xff);
		if (r->len < 24)
			dests[n] |= (uint32_t)(x >> 8) &
				    (0xffffffu >> (r->len - 8));
	}
}

/* -- start: seconds ------------------------------------------------------- */

static void start_dump(const void *arg, double *results)
{
	int64_t began = now_ns();
	int fd = rtnl_open(0, 0);

	(void)arg;
	dump_read(fd);
	results[0] = (double)(now_ns() - began) / 1e9;
}

static void start_ours(const void *arg, double *results)
{
	lws_route_stats_t stats;
	struct lws_context *cx;
	int64_t began = now_ns();

	(void)arg;
	cx = context_synced();
	results[0] = (double)(now_ns() - began) / 1e9;
	route_stats(cx, &stats);
	MUST(stats.routes4 >= count);
	lws_context_destroy(cx);
}

/* -- memory: bytes of heap a route ---------------------------------------- */

static void memory_ours(const void *arg, double *results)
{
	struct lws_context *cx;
	size_t before;

	(void)arg;
	before = heap_now();
	cx = context_synced();
	results[0] = (double)(heap_now() - before);
	lws_context_destroy(cx);
}

/* -- look-up: ns ---------------------------------------------------------- */

static double lookups(struct lws_context *cx)
{
	lws_route_decision_t d;
	lws_route_hop_t hop;
	int64_t began = now_ns();
	size_t n;

	for (n = 0; n < LOOKUPS; n++) {
		MUST(!decide4(cx, dests[n], &d, &hop, 1));
		MUST(!d.error && d.hops_count == 1 &&
		     d.source == LWS_ROUTE_FROM_COPY);
	}

	return (double)(now_ns() - began) / LOOKUPS;
}

/* The first questions, and how it is when it was asked about everything often. */
static void lookup_ours(const void *arg, double *results)
{
	struct lws_context *cx = context_synced();
	unsigned int n;

	(void)arg;
	results[0] = lookups(cx);
	for (n = 0; n < 31; n++)
		lookups(cx);
	results[1] = lookups(cx);
	lws_context_destroy(cx);
}

static void lookup_kernel(const void *arg, double *results)
{
	size_t each = *(const size_t *)arg;
	int fd = rtnl_open(0, 1 << 20);
	int64_t began = now_ns();

	routes_ask(fd, dests, LOOKUPS, each);
	results[0] = (double)(now_ns() - began) / LOOKUPS;
}

/* The longest match in a list: every route is looked at. */
static const struct route *in_list(uint32_t dest)
{
	const struct route *best = NULL;
	size_t n;

	for (n = 0; n < count; n++)
		if (!((dest ^ routes[n].dest) >> (32 - routes[n].len)) &&
		    (!best || routes[n].len > best->len))
			best = &routes[n];

	return best;
}

static void lookup_list(const void *arg, double *results)
{
	size_t n, some = LOOKUPS / 100;
	int64_t began = now_ns();

	(void)arg;
	for (n = 0; n < some; n++)
		MUST(in_list(dests[n]));
	results[0] = (double)(now_ns() - began) / (double)some;
}

/* -- the tables ----------------------------------------------------------- */

static unsigned int rounds;

struct way {
	measure_t	measure;
	const void	*arg;
	double		results[2][64];
};

/* All of them take turns; each has its medians in results[..][0] afterwards. */
static void in_turns(struct way *ways, size_t ways_count)
{
	unsigned int round;
	double results[2];
	size_t n;

	for (round = 0; round < rounds; round++)
		for (n = 0; n < ways_count; n++) {
			results[1] = 0;
			MUST(!in_child(ways[n].measure, ways[n].arg, results,
				       2, 120));
			ways[n].results[0][round] = results[0];
			ways[n].results[1][round] = results[1];
		}
	for (n = 0; n < ways_count; n++) {
		ways[n].results[0][0] = median(ways[n].results[0], rounds);
		ways[n].results[1][0] = median(ways[n].results[1], rounds);
	}
}

/* Rules that a flow does not match, before those that the kernel starts with. */
static void rules(const char *verb)
{
	static const char *const selects[] = { "from 192.0.2.%u", "fwmark %u",
					       "to 198.51.100.%u" };
	char text[4096], select[32];
	size_t used = 0;
	unsigned int n;

	for (n = 1; n <= 22; n++) {
		snprintf(select, sizeof(select), selects[n % 3], n);
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "rule %s pref %u %s table %u\n",
					 verb, 1000 + n, select, 100 + n);
	}
	ip_here(text);
}

static void start_row(char *text, size_t len)
{
	struct way ways[] = {
		{ start_ours, NULL, { { 0 } } }, { start_dump, NULL, { { 0 } } },
		{ memory_ours, NULL, { { 0 } } },
	};

	in_turns(ways, LWS_ARRAY_SIZE(ways));
	snprintf(text, len, "| %zu | %.1f | %.1f | %.2f | %.1f |\n", count,
		 ways[0].results[0][0] * 1e3, ways[1].results[0][0] * 1e3,
		 ways[0].results[0][0] / ways[1].results[0][0],
		 ways[2].results[0][0] / (double)count);
}

static void lookup_row(char *text, size_t len, unsigned int rules_count)
{
	static const size_t one = 1, many = 64;
	struct way ways[] = {
		{ lookup_ours, NULL, { { 0 } } },
		{ lookup_kernel, &one, { { 0 } } },
		{ lookup_kernel, &many, { { 0 } } },
		{ lookup_list, NULL, { { 0 } } },
	};
	int list = count <= 10000 && rules_count == 3;
	char last[32] = "-";

	in_turns(ways, list ? 4 : 3);
	if (list)
		snprintf(last, sizeof(last), "%.0f", ways[3].results[0][0]);
	snprintf(text, len,
		 "| %zu | %u | %.0f | %.0f | %.0f | %.0f | %s | %.1f |\n",
		 count, rules_count, ways[0].results[0][0],
		 ways[0].results[1][0], ways[1].results[0][0],
		 ways[2].results[0][0], last,
		 ways[2].results[0][0] / ways[0].results[1][0]);
}

int main(void)
{
	static const size_t sizes[] = { 10000, 100000, 1000000 };
	char starts[3][128], lookups[6][128];
	size_t n, most, before = 0;
	int fd;

	rounds = setting("BENCH_ROUNDS", 5);
	MUST(rounds && rounds <= 64);
	most = setting("BENCH_ROUTES", 1000000);
	network_up();
	routes = routes_make(sizes[2]);
	fd = rtnl_open(0, 0);
	for (n = 0; n < 3 && sizes[n] <= most; n++) {
		count = sizes[n];
		routes_send(fd, RTM_NEWROUTE, routes + before, count - before);
		before = count;
		dests_make();
		start_row(starts[n], sizeof(starts[n]));
		lookup_row(lookups[n], sizeof(lookups[n]), 3);
		rules("add");
		lookup_row(lookups[3 + n], sizeof(lookups[n]), 25);
		rules("del");
	}
	most = n;
	printf("| IPv4 routes | usable after, ms | dump read only, ms | ratio "
	       "| heap a route, bytes |\n|---:|---:|---:|---:|---:|\n");
	for (n = 0; n < most; n++)
		fputs(starts[n], stdout);
	printf("\n| IPv4 routes | rules | first look-ups, ns | look-up, ns | "
	       "kernel asked, ns | kernel asked 64 at a time, ns | list, ns | "
	       "ratio of 64 at a time |\n"
	       "|---:|---:|---:|---:|---:|---:|---:|---:|\n");
	for (n = 0; n < 3 + most; n++)
		if (n < most || n >= 3)
			fputs(lookups[n], stdout);

	return 0;
}
