/*
 * race: connects to a host and shows how: which of its addresses were tried
 * when, which one won, what became of the others, and what is known of each
 * path after it.
 *
 *     race example.org:80
 *     race -n 5 example.org:80          # five times: it learns
 *     race --svg race.svg example.org:80
 *     race --json example.org:80        # all that attempts have shown
 *     race --file paths.json ...        # read before, written after
 */
#include <libwebsockets.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 64
#define WIDTH 60

static struct lws_context *context;
static int over, failed;
static char error[1024];

struct bar {
	lws_cao_info_t	info;
	char		dest[64];
};

static struct bar bars[MOST];
static int n_bars;

static const char *const outcomes[] = {
	"under way", "connected", "refused", "no route", "unreachable",
	"timed out", "reset", "TLS failed", "no answer", "cancelled",
	"route gone", "failed"
};

static const char *outcome_name(unsigned int outcome)
{
	return outcome < LWS_ARRAY_SIZE(outcomes) ? outcomes[outcome] : "?";
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	(void)user;

	switch ((int)reason) {
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		snprintf(error, sizeof(error), "%.*s", (int)len,
			 in ? (const char *)in : "");
		failed = over = 1;
		lws_cancel_service(context);
		break;
	case LWS_CALLBACK_RAW_CONNECTED:
		over = 1;
		lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK,
				LWS_TO_KILL_ASYNC);
		lws_cancel_service(context);
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "race", callback, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

/* The attempts of the last race, in the order in which they began. */
static int take(const lws_cao_t *cao, void *user)
{
	struct bar *b = &bars[n_bars];
	char ip[48];

	if (n_bars == MOST)
		return 1;
	memset(b, 0, sizeof(*b));
	b->info.size = sizeof(b->info);
	if (lws_cao_get_info(cao, &b->info))
		return 1;
	/* only the last one is shown */
	if (b->info.race < *(uint64_t *)user)
		return 0;
	if (b->info.race > *(uint64_t *)user) {
		*(uint64_t *)user = b->info.race;
		bars[0] = *b;
		n_bars = 0;
		b = &bars[0];
	}
	lws_sa46_write_numeric_address(&b->info.dest, ip, sizeof(ip));
	snprintf(b->dest, sizeof(b->dest), "%s", ip);
	n_bars++;

	return 0;
}

static int by_start(const void *a, const void *b)
{
	const struct bar *x = (const struct bar *)a;
	const struct bar *y = (const struct bar *)b;

	return (x->info.started > y->info.started) -
	       (x->info.started < y->info.started);
}

static lws_usec_t race_length(void)
{
	lws_usec_t end = 1, at;
	int n;

	for (n = 0; n < n_bars; n++) {
		at = bars[n].info.started - bars[0].info.started +
		     (lws_usec_t)bars[n].info.took_us;
		end = at > end ? at : end;
	}

	return end;
}

static void draw(void)
{
	lws_usec_t end = race_length(), from;
	char line[WIDTH + 1];
	int n, a, b;

	printf("%-26s |0%*d ms|\n", "", WIDTH - 5, (int)(end / 1000));
	for (n = 0; n < n_bars; n++) {
		from = bars[n].info.started - bars[0].info.started;
		a = (int)(from * (WIDTH - 1) / end);
		b = (int)((from + (lws_usec_t)bars[n].info.took_us) *
			  (WIDTH - 1) / end);
		memset(line, ' ', WIDTH);
		line[WIDTH] = '\0';
		memset(line + a, bars[n].info.won ? '=' : '-',
		       (size_t)(b - a) + 1);
		line[b] = bars[n].info.won ? '*' :
			  bars[n].info.outcome == LWS_CAO_CONNECTED ? 'o' : 'x';
		printf("%-26s |%s| %s%s, %.1f ms\n", bars[n].dest, line,
		       outcome_name(bars[n].info.outcome),
		       bars[n].info.won ? ", won" : "",
		       (double)bars[n].info.took_us / 1000.0);
	}
}

static int draw_svg(const char *path)
{
	lws_usec_t end = race_length(), from;
	int n, y, height = 60 + n_bars * 28;
	FILE *f = fopen(path, "w");

	if (!f) {
		perror(path);
		return 1;
	}
	fprintf(f, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"860\" "
		   "height=\"%d\" font-family=\"sans-serif\" font-size=\"13\">\n"
		   "<rect width=\"860\" height=\"%d\" fill=\"#fff\"/>\n",
		height, height);
	for (n = 0; n <= 4; n++)
		fprintf(f, "<line x1=\"%d\" y1=\"20\" x2=\"%d\" y2=\"%d\" "
			   "stroke=\"#ddd\"/><text x=\"%d\" y=\"%d\" "
			   "text-anchor=\"middle\" fill=\"#666\">%d ms</text>\n",
			190 + n * 120, 190 + n * 120, height - 32,
			190 + n * 120, height - 14, (int)(end * n / 4000));
	for (n = 0; n < n_bars; n++) {
		from = bars[n].info.started - bars[0].info.started;
		y = 22 + n * 28;
		fprintf(f, "<text x=\"180\" y=\"%d\" text-anchor=\"end\">%s"
			   "</text><rect x=\"%d\" y=\"%d\" width=\"%d\" "
			   "height=\"18\" rx=\"3\" fill=\"%s\"/>"
			   "<text x=\"690\" y=\"%d\">%s, %.1f ms</text>\n",
			y + 14, bars[n].dest, (int)(190 + from * 480 / end), y,
			(int)((lws_usec_t)bars[n].info.took_us * 480 / end) + 2,
			bars[n].info.won ? "#2a9d57" :
			bars[n].info.outcome == LWS_CAO_CONNECTED ? "#8fc7a6" :
			"#c8553d", y + 14,
			outcome_name(bars[n].info.outcome),
			(double)bars[n].info.took_us / 1000.0);
	}
	fprintf(f, "</svg>\n");

	return fclose(f) ? 1 : 0;
}

/* What is known of each address now. */
static void scoreboard(void)
{
	static const char *const levels[] = {
		"endpoint", "network", "source", "gateway", "server", "family"
	};
	lws_cao_score_t s;
	unsigned int level;
	int n;

	printf("\n%-26s %-9s %6s %6s %9s %6s %8s\n", "", "", "ok", "failed",
	       "rtt ms", "fails", "penalty");
	for (n = 0; n < n_bars; n++)
		for (level = 0; level < LWS_ARRAY_SIZE(levels); level++) {
			memset(&s, 0, sizeof(s));
			s.size = sizeof(s);
			if (lws_cao_get_score(context, level, &bars[n].info,
					      &s))
				continue;
			printf("%-26s %-9s %6.1f %6.1f %9.1f %6u %6.1f s\n",
			       level ? "" : bars[n].dest, levels[level],
			       (double)s.ok_milli / 1000.0,
			       (double)s.fail_milli / 1000.0,
			       (double)s.srtt_us / 1000.0, s.fails,
			       (double)s.penalty_us / 1e6);
		}
}

static int race(const char *host, int port)
{
	struct lws_client_connect_info i;

	over = failed = 0;
	memset(&i, 0, sizeof(i));
	i.context = context;
	i.address = i.host = host;
	i.port = port;
	i.method = "RAW";
	i.local_protocol_name = "race";
	if (!lws_client_connect_via_info(&i))
		return 1;
	while (!over)
		if (lws_service(context, 0) < 0)
			return 1;

	return failed;
}

static void json(void)
{
	int len = lws_cao_dump_json(context, NULL, 0);
	char *text = len < 0 ? NULL : (char *)malloc((size_t)len + 1);

	if (text && lws_cao_dump_json(context, text, (size_t)len + 1) >= 0)
		fputs(text, stdout);
	free(text);
}

int main(int argc, char **argv)
{
	const char *svg = NULL, *file = NULL, *target = NULL;
	struct lws_context_creation_info info;
	lws_cao_stats_t stats;
	int n, times = 1, as_json = 0, result = 0;
	uint64_t last = 0;
	char host[256];
	char *colon;

	for (n = 1; n < argc; n++)
		if (!strcmp(argv[n], "-n") && n + 1 < argc)
			times = atoi(argv[++n]);
		else if (!strcmp(argv[n], "--svg") && n + 1 < argc)
			svg = argv[++n];
		else if (!strcmp(argv[n], "--file") && n + 1 < argc)
			file = argv[++n];
		else if (!strcmp(argv[n], "--json"))
			as_json = 1;
		else
			target = argv[n];
	snprintf(host, sizeof(host), "%s", target ? target : "");
	colon = strrchr(host, ':');
	if (!colon || times < 1) {
		fprintf(stderr, "usage: race [-n TIMES] [--svg FILE] [--json] "
				"[--file FILE] HOST:PORT\n");
		return 1;
	}
	*colon = '\0';

	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	lws_set_log_level(LLL_ERR | LLL_WARN, NULL);
	context = lws_create_context(&info);
	if (!context)
		return 1;
	if (file)
		lws_cao_load_file(context, file);

	while (times--)
		result = race(host, atoi(colon + 1));
	/* those that lost have two seconds to show what becomes of them */
	memset(&stats, 0, sizeof(stats));
	stats.size = sizeof(stats);
	while (!lws_cao_get_stats(context, &stats) && stats.under_way)
		if (lws_service(context, 0) < 0)
			break;

	lws_cao_foreach(context, NULL, take, &last);
	qsort(bars, (size_t)n_bars, sizeof(bars[0]), by_start);
	if (as_json)
		json();
	else if (n_bars) {
		draw();
		scoreboard();
	}
	if (result)
		fprintf(stderr, "race: %s\n", error[0] ? error : "failed");
	if (svg && draw_svg(svg))
		result = 1;
	if (file && lws_cao_save_file(context, file))
		result = 1;
	lws_context_destroy(context);

	return result;
}
