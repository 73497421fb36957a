/*
 * An HTTP server: its callbacks, their order, which per-session object each
 * has, and how many bytes of a body come at once.
 */
#include "../http.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define POST(path, len) \
	"POST " path " HTTP/1.1\r\nHost: a\r\nContent-Length: " len "\r\n\r\n"

static const struct {
	const char *name;
	const char *sent;
	const char *last;	/* of what is received */
} scenes[] = {
	{ "GET", GET("/now"), "/now" },
	{ "GET of 1.0", "GET /now HTTP/1.0\r\n\r\n", "/now" },
	{ "GET of 1.0 that stays",
	  "GET /now HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "/now" },
	{ "GET without version", "GET /now\r\n\r\n", "/now" },
	{ "answer when writable", GET("/later"), "/later" },
	{ "three at once", GET("/now1") GET("/now2") GET("/now3"), "/now3" },
	{ "POST of nothing", POST("/post", "0"), "/post" },
	{ "query and escapes", GET("/n%6fw/../%6eow?a=/../b"), "/now" },
};

static void play(struct lws_context *cx, struct lws_vhost *vh,
		 const char *name, const char *sent, const char *last)
{
	int fd = http_connect(vh), live = http_live;
	size_t len = strlen(last);

	http_forget();
	plain_send(fd, sent);
	while (http_got_len < len ||
	       strcmp(http_got + http_got_len - len, last)) {
		CHECK(lws_service(cx, -1) >= 0);
		http_receive(fd);
	}
	close(fd);
	UNTIL(cx, http_live == live);
	printf("%s: %s\n", name, http_trace);
}

int main(void)
{
	struct lws_context *cx = context_bare();
	struct lws_vhost *vh = vhost_http(cx);
	char large[20200];
	size_t n;

	for (n = 0; n < sizeof(scenes) / sizeof(scenes[0]); n++)
		play(cx, vh, scenes[n].name, scenes[n].sent, scenes[n].last);

	/* all there at once, so the pieces are those of the library */
	n = (size_t)snprintf(large, sizeof(large), "%s", POST("/post", "20000"));
	memset(large + n, 'x', 20000);
	large[n + 20000] = '\0';
	play(cx, vh, "POST of 20000", large, "/post");

	lws_context_destroy(cx);

	return 0;
}
