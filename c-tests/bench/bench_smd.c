/*
 * SMD beside ZeroMQ, in one run, taking turns. Prints Markdown.
 *
 *     BENCH_ROUNDS=7 BENCH_SCALE=100 bench_smd
 *
 * BENCH_SCALE is the share of the usual number of messages, in percent.
 */
#include "bench.h"

#define DEADLINE 60 /* s, for one measurement */

static unsigned int rounds, scale;

static void throughput(void)
{
	static const unsigned int senders[] = { 1, 4 },
				  participants[] = { 1, 8, 64 },
				  depths[] = { 40, 4000 };
	double smd[101], zmq[101], s, z;
	unsigned int i, j, k, n;
	struct load l;
	int failed;

	printf("| senders | participants | depth | SMD messages/s | "
	       "ZeroMQ messages/s | ratio |\n"
	       "|---:|---:|---:|---:|---:|---:|\n");
	for (i = 0; i < 2; i++)
	for (j = 0; j < 3; j++)
	for (k = 0; k < 2; k++) {
		l.senders = senders[i];
		l.participants = participants[j];
		l.depth = depths[k];
		l.messages = (unsigned int)((j == 0 ? 400000ul :
				j == 1 ? 200000ul : 40000ul) * scale / 100);
		failed = 0;
		for (n = 0; n < rounds && !failed; n++) {
			failed |= in_child(smd_throughput, &l, &smd[n], 1,
					   DEADLINE);
			failed |= in_child(zmq_throughput, &l, &zmq[n], 1,
					   DEADLINE) << 1;
		}
		printf("| %u | %u | %u | ", l.senders, l.participants,
		       l.depth);
		if (failed) {
			printf("%s | %s | - |\n", failed & 1 ? "fails" : "-",
			       failed & 2 ? "fails" : "-");
			continue;
		}
		s = l.messages / quantile(smd, rounds, 0.5);
		z = l.messages / quantile(zmq, rounds, 0.5);
		printf("%.0f | %.0f | %.2f |\n", s, z, s / z);
		fflush(stdout);
	}
}

static void latency(void)
{
	unsigned int each = 200, n;
	double *smd, *zmq;
	int failed = 0;

	smd = calloc((size_t)each * rounds, sizeof(*smd));
	zmq = calloc((size_t)each * rounds, sizeof(*zmq));
	MUST(smd && zmq);
	for (n = 0; n < rounds; n++) {
		failed |= in_child(smd_latency, &each, smd + n * each, each,
				   DEADLINE);
		failed |= in_child(zmq_latency, &each, zmq + n * each, each,
				   DEADLINE);
	}
	printf("\n| wake-up of a sleeping loop | SMD | ZeroMQ |\n"
	       "|---|---:|---:|\n");
	if (failed)
		printf("| failed | - | - |\n");
	else
		printf("| median, us | %.1f | %.1f |\n"
		       "| 99th percentile, us | %.1f | %.1f |\n",
		       quantile(smd, (size_t)each * rounds, 0.5),
		       quantile(zmq, (size_t)each * rounds, 0.5),
		       quantile(smd, (size_t)each * rounds, 0.99),
		       quantile(zmq, (size_t)each * rounds, 0.99));
	free(smd);
	free(zmq);
}

int main(void)
{
	rounds = setting("BENCH_ROUNDS", 7);
	scale = setting("BENCH_SCALE", 100);
	if (!rounds || rounds > 101 || !scale) {
		fprintf(stderr, "BENCH_ROUNDS is 1 to 101, BENCH_SCALE not 0\n");
		return 1;
	}
	throughput();
	latency();

	return 0;
}
