/*
 * What nonzero returns of each callback of an HTTP request do, and which
 * callbacks follow.
 */
#include "../http.h"

struct refusal {
	int reason;
	const char *sent;
	const char *trace;
};

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define POST \
	"POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
#define BEGIN "17 29 19 18U1 49U2 12U2 "
#define END "50U2 5U2 30U2"

static const struct refusal closing[] = {
	{ LWS_CALLBACK_FILTER_NETWORK_CONNECTION, GET("/now"), "17" },
	{ LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED, GET("/now"),
	  "17 29 19 5 30" },
	{ LWS_CALLBACK_FILTER_HTTP_CONNECTION, GET("/now"),
	  "17 29 19 18U1 5U1 30U1" },
	{ LWS_CALLBACK_HTTP_BIND_PROTOCOL, GET("/now"),
	  "17 29 19 18U1 49U2 5U2 30U2" },
	{ LWS_CALLBACK_HTTP, GET("/now"), BEGIN END },
	{ LWS_CALLBACK_HTTP_BODY, POST, BEGIN "13U2:5 " END },
	{ LWS_CALLBACK_HTTP_BODY_COMPLETION, POST, BEGIN "13U2:5 14U2 " END },
	{ LWS_CALLBACK_HTTP_WRITEABLE, GET("/later"), BEGIN "16U2 " END },
};

static const struct refusal ignored[] = {
	{ LWS_CALLBACK_WSI_CREATE, GET("/now"),
	  BEGIN "50U2 49U3 50U3 5U3 30U3" },
	{ LWS_CALLBACK_HTTP_DROP_PROTOCOL, GET("/now"),
	  BEGIN "50U2 49U3 50U3 5U3 30U3" },
	{ LWS_CALLBACK_CLOSED_HTTP, GET("/now"),
	  BEGIN "50U2 49U3 50U3 5U3 30U3" },
};

static void one(struct lws_context *cx, struct lws_vhost *vh,
		const struct refusal *r, int with, int closes)
{
	int fd = http_connect(vh), live = http_live;
	char what[64];

	snprintf(what, sizeof(what), "%d returns %d", r->reason, with);
	http_forget();
	http_refuse = r->reason;
	http_refuse_with = with;
	if (send(fd, r->sent, strlen(r->sent), MSG_NOSIGNAL) < 0)
		CHECK(closes);
	if (closes) {
		http_until_end(cx, fd);
		CHECK_EQ(http_got_len, 0);
	} else {
		while (!strstr(http_got, "/now")) {
			CHECK(lws_service(cx, -1) >= 0);
			http_receive(fd);
			CHECK(!http_ended);
		}
	}
	close(fd);
	UNTIL(cx, http_live == live && http_trace[0]);
	http_same(what, r->trace);
}

int main(void)
{
	struct lws_context *cx = context_bare();
	struct lws_vhost *vh = vhost_http(cx);
	size_t n;
	int with;

	for (with = -1; with <= 1; with += 2) {
		for (n = 0; n < sizeof(closing) / sizeof(closing[0]); n++)
			one(cx, vh, &closing[n], with, 1);
		for (n = 0; n < sizeof(ignored) / sizeof(ignored[0]); n++)
			one(cx, vh, &ignored[n], with, 0);
	}
	lws_context_destroy(cx);

	return 0;
}
