/*
 * How long each phase of an HTTP connection may take, and how much a head may
 * have.
 */
#include "../http.h"

static void takes(struct lws_context *cx, struct lws_vhost *vh,
		  const char *sent, int ms)
{
	lws_usec_t start = lws_now_usecs(), took;
	int fd = http_connect(vh), live = http_live;

	http_forget();
	plain_send(fd, sent);
	while (!http_ended && lws_now_usecs() < start + 4 * LWS_US_PER_SEC) {
		CHECK(lws_service(cx, -1) >= 0);
		usleep(500);
		http_receive(fd);
	}
	took = (lws_now_usecs() - start) / 1000;
	if (!http_ended || took < ms || took > ms + (check_slow() ? 3000 : 300)) {
		fprintf(stderr, "%s: %d ms, took %d\n", sent, ms, (int)took);
		exit(1);
	}
	close(fd);
	UNTIL(cx, http_live == live);
}

/* The head gets this status, and the peer sees the end. */
static void status(struct lws_context *cx, struct lws_vhost *vh,
		   const char *what, size_t uri, size_t header, int expected)
{
	int fd = http_connect(vh), live = http_live;
	char *head = (char *)malloc(uri + header + 100), *p = head, line[32];

	CHECK(head != NULL);
	http_forget();
	p += sprintf(p, "GET /now");
	memset(p, 'a', uri);
	p += uri;
	p += sprintf(p, " HTTP/1.1\r\nConnection: close\r\nX-Y: ");
	memset(p, 'b', header);
	p += header;
	p += sprintf(p, "\r\n\r\n");
	if (send(fd, head, (size_t)(p - head), MSG_NOSIGNAL) < 0)
		CHECK(expected != 200);
	http_until_end(cx, fd);
	snprintf(line, sizeof(line), "HTTP/1.1 %d ", expected);
	if (strncmp(http_got, line, strlen(line))) {
		fprintf(stderr, "%s: got %.40s\n", what, http_got);
		exit(1);
	}
	close(fd);
	UNTIL(cx, http_live == live);
	if (expected != 200)
		http_same(what, "17 29 19 5 30");
	free(head);
}

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx = context_bare();
	struct lws_vhost *vh, *usual = vhost_http(cx);
	lws_usec_t start;
	int fd, live;

	info_http(&info);
	info.vhost_name = "hasty";
	info.timeout_secs_ah_idle = 1;
	info.timeout_secs = 2;
	info.keepalive_timeout = 1;
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);
	takes(cx, vh, "", 1000);
	takes(cx, vh, "GET /now HTTP/1.1\r\nHos", 1000);
	takes(cx, vh, "GET /never HTTP/1.1\r\n\r\n", 2000);
	takes(cx, vh, "POST /post HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc",
	      2000);
	takes(cx, vh, "GET /now HTTP/1.1\r\n\r\n", 1000);

	/* the program may do without: the answer would have been late */
	live = http_live;
	fd = http_connect(vh);
	plain_send(fd, "GET /open HTTP/1.1\r\n\r\n");
	start = lws_now_usecs();
	while (lws_now_usecs() < start + 2300000) {
		CHECK(lws_service(cx, -1) >= 0);
		usleep(1000);
		http_receive(fd);
		CHECK(!http_ended);
	}
	close(fd);
	UNTIL(cx, http_live == live);

	status(cx, usual, "a long path", 4000, 0, 200);
	status(cx, usual, "too long a path", 5000, 0, 414);
	status(cx, usual, "a header", 0, 3900, 200);
	status(cx, usual, "too long a header", 0, 5000, 431);
	lws_context_destroy(cx);

	info_init(&info);
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
	info.max_http_header_data = 16000;
	cx = context_from(&info);
	usual = vhost_http(cx);
	status(cx, usual, "more room", 0, 9000, 200);
	status(cx, usual, "more room for a path", 9000, 0, 200);
	lws_context_destroy(cx);

	return 0;
}
