/*
 * The callbacks of HTTP requests, their order, and which per-session object
 * each has: the same however the bytes arrive.
 */
#include "../http.h"

struct scene {
	const char *name;
	const char *sent;
	/* of the answers: how often this status, and whether it closes */
	const char *status;
	int answers;
	int closes;
	const char *trace;
};

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define POST(path, len) \
	"POST " path " HTTP/1.1\r\nHost: a\r\nContent-Length: " len "\r\n\r\n"
#define CHUNKED(path) \
	"POST " path " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
#define IDLE "50U2 49U3"
#define END3 "50U3 5U3 30U3"

static const struct scene scenes[] = {
	{ "GET", GET("/now"), "200", 1, 0,
	  "17 29 19 18U1 49U2 12U2 " IDLE " " END3 },
	{ "GET with close",
	  "GET /now HTTP/1.1\r\nHost: a\r\nConnection: foo, Close\r\n\r\n",
	  "200", 1, 1, "17 29 19 18U1 49U2 12U2 50U2 5U2 30U2" },
	{ "GET of 1.0", "GET /now HTTP/1.0\r\n\r\n", "200", 1, 1,
	  "17 29 19 18U1 49U2 12U2 50U2 5U2 30U2" },
	{ "GET of 1.0 that stays",
	  "GET /now HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "200", 1, 0,
	  "17 29 19 18U1 49U2 12U2 " IDLE " " END3 },
	{ "GET without version", "GET /now\r\n\r\n", "200", 1, 1,
	  "17 29 19 18U1 49U2 12U2 50U2 5U2 30U2" },
	{ "answer when writable", GET("/later"), "200", 1, 0,
	  "17 29 19 18U1 49U2 12U2 16U2 " IDLE " " END3 },
	{ "three at once", GET("/now1") GET("/now2") GET("/now3"), "200", 3, 0,
	  "17 29 19 18U1 49U2 12U2 " IDLE " 18U3 50U3 49U4 12U4 50U4 49U5 "
	  "18U5 50U5 49U6 12U6 50U6 49U7 50U7 5U7 30U7" },
	{ "three at once, answered later",
	  GET("/later") GET("/later") GET("/later"), "200", 3, 0,
	  "17 29 19 18U1 49U2 12U2 16U2 " IDLE " 18U3 50U3 49U4 12U4 16U4 "
	  "50U4 49U5 18U5 50U5 49U6 12U6 16U6 50U6 49U7 50U7 5U7 30U7" },
	{ "POST and GET", POST("/post", "5") "hello" GET("/now"), "200", 2, 0,
	  "17 29 19 18U1 49U2 12U2 13U2:5 14U2 " IDLE " 18U3 50U3 49U4 12U4 "
	  "50U4 49U5 50U5 5U5 30U5" },
	{ "POST of nothing", POST("/post", "0"), "200", 1, 0,
	  "17 29 19 18U1 49U2 12U2 13U2:0 14U2 " IDLE " " END3 },
	{ "POST without length", "POST /post HTTP/1.1\r\nHost: a\r\n\r\n",
	  "200", 1, 0,
	  "17 29 19 18U1 49U2 12U2 13U2:0 14U2 " IDLE " " END3 },
	{ "PUT without length", "PUT /post HTTP/1.1\r\nHost: a\r\n\r\n", "200",
	  1, 0, "17 29 19 18U1 49U2 12U2 13U2:0 14U2 " IDLE " " END3 },
	{ "PUT of nothing",
	  "PUT /p HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "200", 1,
	  0, "17 29 19 18U1 49U2 12U2 13U2:0 14U2 " IDLE " " END3 },
	{ "chunks and GET",
	  CHUNKED("/post") "5;x=1\r\nhello\r\n0\r\nT: u\r\n\r\n" GET("/now"),
	  "200", 2, 0,
	  "17 29 19 18U1 49U2 12U2 13U2:5 14U2 " IDLE " 18U3 50U3 49U4 12U4 "
	  "50U4 49U5 50U5 5U5 30U5" },
	{ "early answer and GET", POST("/early", "5") "hello" GET("/now"),
	  "413", 1, 0,
	  "17 29 19 18U1 49U2 12U2 " IDLE " 18U3 50U3 49U4 12U4 50U4 49U5 "
	  "50U5 5U5 30U5" },
	{ "two lengths",
	  "POST /post HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
	  "400", 1, 1, "17 29 19 5 30" },
	{ "negative length", POST("/post", "-5"), "400", 1, 1, "17 29 19 5 30" },
	{ "length of letters", POST("/post", "five"), "400", 1, 1,
	  "17 29 19 5 30" },
	{ "unknown coding",
	  "POST /p HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", "501", 1, 1,
	  "17 29 19 5 30" },
	{ "unknown method", "PROPFIND / HTTP/1.1\r\n\r\n", "501", 1, 1,
	  "17 29 19 5 30" },
	{ "two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400", 1,
	  1, "17 29 19 5 30" },
	{ "junk after a request", GET("/now") "\1\2\3\r\n", "400", 1, 1,
	  "17 29 19 18U1 49U2 12U2 " IDLE " " END3 },
	{ "other upgrade",
	  "GET /now HTTP/1.1\r\nUpgrade: foo\r\nConnection: Upgrade\r\n\r\n",
	  "200", 1, 0, "17 29 19 18U1 49U2 12U2 " IDLE " " END3 },
};

static int count(const char *text)
{
	const char *at = http_got;
	int n = 0;

	while ((at = strstr(at, text)) != NULL) {
		n++;
		at++;
	}

	return n;
}

/* Joins body pieces in a trace, which depend on how the bytes were cut. */
static void join_bodies(char *trace)
{
	char out[sizeof(http_trace)] = "", *word, *save = NULL, last[64] = "";
	size_t sum = 0, len = 0;

	for (word = strtok_r(trace, " ", &save); ;
	     word = strtok_r(NULL, " ", &save)) {
		char *colon = word ? strchr(word, ':') : NULL;

		if (colon && !strncmp(word, "13", 2)) {
			sum += strtoul(colon + 1, NULL, 10);
			*colon = '\0';
			snprintf(last, sizeof(last), "%s", word);
			continue;
		}
		if (last[0]) {
			len += (size_t)snprintf(out + len, sizeof(out) - len,
						"%s:%zu ", last, sum);
			last[0] = '\0';
			sum = 0;
		}
		if (!word)
			break;
		len += (size_t)snprintf(out + len, sizeof(out) - len, "%s ",
					word);
	}
	if (len)
		out[len - 1] = '\0';
	strcpy(trace, out);
}

static void play(struct lws_context *cx, struct lws_vhost *vh,
		 const struct scene *s, size_t cut, size_t step)
{
	int fd = http_connect(vh), live = http_live, one = 1;
	size_t len = strlen(s->sent), at = 0, n;
	char needle[16], what[128];
	lws_usec_t end = lws_now_usecs() + 30 * LWS_US_PER_SEC;

	snprintf(what, sizeof(what), "%s, cut at %zu, steps of %zu", s->name,
		 cut, step);
	CHECK(!setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)));
	http_forget();
	UNTIL(cx, http_live > live);
	while (at < len && !http_ended) {
		n = cut && !at ? cut : step ? step : len - at;
		if (n > len - at)
			n = len - at;
		if (send(fd, s->sent + at, n, MSG_NOSIGNAL) < 0)
			break;
		at += n;
		CHECK(lws_service(cx, -1) >= 0);
		CHECK(lws_service(cx, -1) >= 0);
		http_receive(fd);
	}
	snprintf(needle, sizeof(needle), "HTTP/1.1 %s", s->status);
	while (count(needle) < s->answers && !http_ended) {
		CHECK(lws_service(cx, -1) >= 0);
		http_receive(fd);
		CHECK(lws_now_usecs() < end);
	}
	if (s->closes)
		http_until_end(cx, fd);
	else {
		/* an answer too many would come by now */
		for (n = 0; n < 4; n++)
			CHECK(lws_service(cx, -1) >= 0);
		http_receive(fd);
		if (!strstr(s->name, "junk"))
			CHECK(!http_ended);
	}
	if (count(needle) != s->answers) {
		fprintf(stderr, "%s: got %s\n", what, http_got);
		exit(1);
	}
	close(fd);
	UNTIL(cx, http_live == live);
	join_bodies(http_trace);
	if (!strncmp(http_trace, s->trace, strlen(s->trace)) &&
	    strlen(http_trace) > strlen(s->trace))
		fprintf(stderr, "longer than expected\n");
	http_same(what, s->trace);
}

int main(void)
{
	struct lws_context *cx;
	struct lws_vhost *vh;
	size_t n, cut, len;

	cx = context_bare();
	vh = vhost_http(cx);
	for (n = 0; n < sizeof(scenes) / sizeof(scenes[0]); n++) {
		len = strlen(scenes[n].sent);
		play(cx, vh, &scenes[n], 0, 0);
		play(cx, vh, &scenes[n], 0, 1);
		for (cut = 1; cut < len; cut += check_slow() ? 17 : 1)
			play(cx, vh, &scenes[n], cut, 0);
	}
	lws_context_destroy(cx);

	return 0;
}
