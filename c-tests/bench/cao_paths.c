/*
 * What is known of paths: how long it takes to take an attempt in, to look a
 * score up, to order addresses by it, to write all of it to a file and to read
 * that, with as much as is kept at most.
 *
 *     bench_cao_paths [file]
 *
 * Addresses, source and gateway are given, so that nothing asks the kernel
 * except the order of addresses. Each figure is the median of 31 rounds.
 */
#include <libwebsockets.h>

#include "bench.h"

#define ROUNDS 31
#define MANY 16384	/* attempts, each with an endpoint of its own */

static struct lws_context *cx;

static void path(lws_cao_info_t *i, unsigned int n)
{
	memset(i, 0, sizeof(*i));
	i->size = sizeof(*i);
	i->dest.sa4.sin_family = AF_INET;
	i->dest.sa4.sin_port = htons((uint16_t)(1 + n % 60000));
	i->dest.sa4.sin_addr.s_addr = htonl(0x7f000001 + n / 64 % 4096);
	i->source.sa4.sin_family = AF_INET;
	i->source.sa4.sin_addr.s_addr = htonl(0x7f000001);
	i->gateway = i->dest;
	i->gateway.sa4.sin_addr.s_addr = htonl(0x7f000002);
	i->gateway.sa4.sin_port = 0;
	i->network = 1;
	i->outcome = LWS_CAO_CONNECTED;
	i->took_us = 1000 + n % 1000;
	i->rtt_us = i->took_us;
	i->rttvar_us = 100;
}

static void feed(unsigned int from, unsigned int count)
{
	const lws_cao_t *cao;
	lws_cao_info_t i;
	unsigned int n;

	for (n = from; n < from + count; n++) {
		path(&i, n);
		cao = lws_cao_create(cx, &i);
		MUST(cao);
		lws_cao_destroy(cx, &cao);
	}
}

static void context(void)
{
	struct lws_context_creation_info info;

	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	cx = lws_create_context(&info);
	MUST(cx);
}

static double median(double *all)
{
	qsort(all, ROUNDS, sizeof(*all), compare_doubles);

	return all[ROUNDS / 2];
}

static void row(const char *what, double value, const char *unit)
{
	printf("| %s | %.*f %s |\n", what, value < 10 ? 2 : 0, value, unit);
}

int main(int argc, char **argv)
{
	const char *file = argc > 1 ? argv[1] : "/tmp/bench-cao-paths.json";
	double records[ROUNDS], scores[ROUNDS], saves[ROUNDS], loads[ROUNDS],
	       orders[ROUNDS];
	lws_cao_stats_t stats;
	lws_cao_score_t score;
	lws_cao_info_t i;
	lws_sockaddr46 list[64];
	int64_t start;
	unsigned int n;
	int r, taken = 0;

	lws_set_log_level(LLL_ERR, NULL);
	context();
	feed(0, MANY);
	for (r = 0; r < ROUNDS; r++) {
		start = now_ns();
		feed((unsigned int)r * 512, 512);
		records[r] = (double)(now_ns() - start) / 512;
		start = now_ns();
		for (n = 0; n < 512; n++) {
			path(&i, (unsigned int)r * 512 + n);
			memset(&score, 0, sizeof(score));
			score.size = sizeof(score);
			MUST(lws_cao_get_score(cx, LWS_CAO_ENDPOINT, &i, &score) >= 0);
		}
		scores[r] = (double)(now_ns() - start) / 512;
		for (n = 0; n < 64; n++) {
			path(&i, n * 64);
			list[n] = i.dest;
		}
		start = now_ns();
		MUST(lws_cao_order(cx, list, 64) == 64);
		orders[r] = (double)(now_ns() - start) / 1000;
		start = now_ns();
		MUST(!lws_cao_save_file(cx, file));
		saves[r] = (double)(now_ns() - start) / 1e6;
	}
	memset(&stats, 0, sizeof(stats));
	stats.size = sizeof(stats);
	MUST(!lws_cao_get_stats(cx, &stats));
	lws_context_destroy(cx);
	for (r = 0; r < ROUNDS; r++) {
		context();
		start = now_ns();
		taken = lws_cao_load_file(cx, file);
		loads[r] = (double)(now_ns() - start) / 1e6;
		MUST(taken > 0);
		lws_context_destroy(cx);
	}
	unlink(file);

	printf("%u aggregates kept, %d read again.\n\n| | median |\n|---|---:|\n",
	       (unsigned int)stats.aggregates, taken);
	row("an attempt taken in, six levels, by lws_cao_create()", median(records), "ns");
	row("a score, by lws_cao_get_score()", median(scores), "ns");
	row("64 addresses put in order, by lws_cao_order()", median(orders), "us");
	row("all saved, with fsync()", median(saves), "ms");
	row("all loaded", median(loads), "ms");

	return 0;
}
