/*
 * How long it takes to connect where paths are good, slow, dead, refused or not
 * there: this library, libwebsockets of the distribution, curl and asyncio, in
 * one network, the first time (cold) and again in the same process (warm).
 *
 *     bench_races SVG CLIENT=PROGRAM...
 *
 * Each program is run as PROGRAM NAME PORT COUNT and prints one time in
 * milliseconds a line, -1 for one that fails, or is not connected after 20 s. run-races.sh does that.
 */
#include "../racing.h"

#include <math.h>

#define MOST 8
#define LIMIT_S 20

static const struct scenario {
	const char *name, *what, *addresses;
	int broken;		/* a path is broken */
	int dead;		/* addresses without an answer */
} scenarios[] = {
	{ "S1", "both work, 1 ms", "2001:db8:20:1::1 192.0.2.1", 0, 0 },
	{ "S2", "IPv6 silent", "2001:db8:20:1::2 192.0.2.1", 1, 1 },
	{ "S3", "IPv6 refused", "2001:db8:20:1::3 192.0.2.1", 0, 0 },
	{ "S4", "two IPv6 silent",
	  "2001:db8:20:1::2 2001:db8:20:1::4 192.0.2.1", 1, 2 },
	{ "S5", "four IPv6 and three IPv4 silent, the eighth works",
	  "2001:db8:20:1::2 2001:db8:20:1::4 2001:db8:20:1::5 2001:db8:20:1::6 "
	  "192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.1", 1, 7 },
	{ "S6", "IPv6 300 ms, IPv4 10 ms", "2001:db8:20:1::7 192.0.2.5", 0, 0 },
	{ "S7", "IPv6 150 ms, IPv4 10 ms", "2001:db8:20:1::8 192.0.2.5", 0, 0 },
	{ "S8", "no route for IPv6", "2001:db8:66::1 192.0.2.1", 0, 0 },
	{ "S9", "IPv6 only, two silent, the third works",
	  "2001:db8:20:1::2 2001:db8:20:1::4 2001:db8:20:1::1", 1, 2 },
};
#define SCENARIOS LWS_ARRAY_SIZE(scenarios)

static struct client {
	char	name[32];
	char	*program;
	double	cold[SCENARIOS], warm[SCENARIOS];
} clients[MOST];
static int n_clients;

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Times of one process: how many there are. */
static int times(const char *program, int count, double *ms)
{
	char line[64], arg[16];
	int fds[2], n = 0, status;
	FILE *f;
	pid_t pid;

	CHECK(!pipe(fds));
	pid = fork();
	CHECK(pid >= 0);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(fds[1], 1);
		close(fds[0]);
		snprintf(arg, sizeof(arg), "%d", count);
		alarm((unsigned int)(LIMIT_S * count + 5));
		execlp(program, program, RACE_NAME, "7000", arg, (char *)NULL);
		perror(program);
		_exit(127);
	}
	close(fds[1]);
	f = fdopen(fds[0], "r");
	CHECK(f != NULL);
	while (n < count && fgets(line, sizeof(line), f))
		ms[n++] = atof(line);
	fclose(f);
	waitpid(pid, &status, 0);

	return n;
}

static void measure(struct client *c, size_t s, int rounds)
{
	double cold[16], warm[64], ms[4];
	int n, i, k, warms = 0, colds = 0;

	for (n = 0; n < rounds; n++) {
		k = times(c->program, 4, ms);
		cold[colds++] = k > 0 && ms[0] >= 0 ? ms[0] : INFINITY;
		for (i = 1; i < k; i++)
			warm[warms++] = ms[i] >= 0 ? ms[i] : INFINITY;
		/* what takes as long as that is not measured again */
		if (cold[0] > 5000)
			break;
	}
	qsort(cold, (size_t)colds, sizeof(*cold), by_size);
	qsort(warm, (size_t)warms, sizeof(*warm), by_size);
	c->cold[s] = cold[colds / 2];
	c->warm[s] = warms ? warm[warms / 2] : INFINITY;
}

static void cell(double ms)
{
	if (isinf(ms))
		printf(" | fails");
	else
		printf(ms < 10 ? " | %.1f" : " | %.0f", ms);
}

static void table(void)
{
	size_t s;
	int c;

	printf("| |");
	for (c = 0; c < n_clients; c++)
		printf(" %s cold | warm |", clients[c].name);
	printf("\n|---|");
	for (c = 0; c < n_clients; c++)
		printf("---:|---:|");
	for (s = 0; s < SCENARIOS; s++) {
		printf("\n| %s: %s", scenarios[s].name, scenarios[s].what);
		for (c = 0; c < n_clients; c++) {
			cell(clients[c].cold[s]);
			cell(clients[c].warm[s]);
		}
		printf(" |");
	}
	printf("\n");
}

static struct client *client(const char *name)
{
	int c;

	for (c = 0; c < n_clients; c++)
		if (!strcmp(clients[c].name, name))
			return &clients[c];

	return NULL;
}

/* What was promised of this library beside curl. */
static void promises(void)
{
	struct client *ours = client("relws"), *curl = client("curl");
	double slower = -INFINITY, warm = INFINITY, cold = INFINITY;
	size_t s;

	if (!ours || !curl)
		return;
	for (s = 0; s < SCENARIOS; s++) {
		if (ours->cold[s] - curl->cold[s] > slower)
			slower = ours->cold[s] - curl->cold[s];
		if (scenarios[s].broken && curl->warm[s] / ours->warm[s] < warm)
			warm = curl->warm[s] / ours->warm[s];
		if (scenarios[s].dead > 2 && curl->cold[s] / ours->cold[s] < cold)
			cold = curl->cold[s] / ours->cold[s];
	}
	printf("\nBeside curl: cold at most %.0f ms slower (55 are allowed); warm at least %.0f times "
	       "faster where a path is broken (10 are wanted); cold at least %.1f times faster where more "
	       "than two addresses are dead (5 are wanted).\n", slower, warm, cold);
}

/* Bars on a logarithmic scale: 0.3 ms to the limit. */
static double bar(double ms)
{
	double most = LIMIT_S * 1000;

	ms = isinf(ms) || ms > most ? most : ms < 0.3 ? 0.3 : ms;

	return 520 * log(ms / 0.3) / log(most / 0.3);
}

static void svg(const char *path)
{
	static const char *const colours[] = { "#2563eb", "#9ca3af", "#d97706", "#16a34a" };
	static const int marks[] = { 1, 10, 100, 1000, 10000 };
	int c, y = 40, height = 60 + (int)SCENARIOS * (n_clients * 18 + 14);
	FILE *f = fopen(path, "w");
	size_t s, m;
	double ms;
	int w;

	CHECK(f != NULL);
	fprintf(f, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"%d\" "
		"font-family=\"sans-serif\" font-size=\"11\">\n"
		"<rect width=\"760\" height=\"%d\" fill=\"white\"/>\n", height, height);
	for (m = 0; m < LWS_ARRAY_SIZE(marks); m++)
		fprintf(f, "<path d=\"M%.0f 24V%d\" stroke=\"#e5e7eb\"/>"
			"<text x=\"%.0f\" y=\"18\" text-anchor=\"middle\">%d ms</text>\n",
			120 + bar(marks[m]), height - 10, 120 + bar(marks[m]), marks[m]);
	for (s = 0; s < SCENARIOS; s++) {
		fprintf(f, "<text x=\"8\" y=\"%d\" font-weight=\"bold\">%s</text>\n", y + 12,
			scenarios[s].name);
		for (c = 0; c < n_clients; c++, y += 18) {
			fprintf(f, "<text x=\"112\" y=\"%d\" text-anchor=\"end\">%s</text>\n",
				y + 12, clients[c].name);
			for (w = 0; w < 2; w++) {
				ms = w ? clients[c].warm[s] : clients[c].cold[s];
				fprintf(f, "<rect x=\"120\" y=\"%d\" width=\"%.0f\" height=\"7\" "
					"fill=\"%s\" opacity=\"%s\"/>\n", y + 2 + w * 7, bar(ms),
					colours[c % 4], w ? "0.55" : "1");
			}
		}
		y += 14;
	}
	fprintf(f, "</svg>\n");
	CHECK(!fclose(f));
}

int main(int argc, char **argv)
{
	static const char *const listens[] = {
		"2001:db8:20:1::1", "2001:db8:20:1::2", "2001:db8:20:1::4",
		"2001:db8:20:1::7", "2001:db8:20:1::8", "192.0.2.1", "192.0.2.5"
	};
	static const char *const dead[] = {
		"2001:db8:20:1::2", "2001:db8:20:1::4", "2001:db8:20:1::5",
		"2001:db8:20:1::6", "192.0.2.2", "192.0.2.3", "192.0.2.4"
	};
	const char *rounds = getenv("BENCH_ROUNDS");
	char *equals;
	size_t n, s;
	int c;

	if (argc < 3) {
		fprintf(stderr, "usage: bench_races SVG CLIENT=PROGRAM...\n");
		return 1;
	}
	for (c = 2; c < argc && n_clients < MOST; c++) {
		equals = strchr(argv[c], '=');
		CHECK(equals != NULL);
		snprintf(clients[n_clients].name, sizeof(clients[0].name), "%.*s",
			 (int)(equals - argv[c]), argv[c]);
		clients[n_clients++].program = equals + 1;
	}
	racing_enter();
	for (n = 0; n < LWS_ARRAY_SIZE(listens); n++)
		racing_listen(listens[n]);
	for (n = 0; n < LWS_ARRAY_SIZE(dead); n++)
		racing_rule(dead[n], DROP);
	racing_rule("2001:db8:20:1::1", 1000);
	racing_rule("192.0.2.1", 1000);
	racing_rule("2001:db8:20:1::7", 300000);
	racing_rule("2001:db8:20:1::8", 150000);
	racing_rule("192.0.2.5", 10000);
	for (s = 0; s < SCENARIOS; s++) {
		racing_name(scenarios[s].addresses);
		for (c = 0; c < n_clients; c++) {
			fprintf(stderr, "%s %s\n", scenarios[s].name, clients[c].name);
			measure(&clients[c], s, rounds ? atoi(rounds) : 5);
		}
	}
	table();
	promises();
	svg(argv[1]);

	return 0;
}
