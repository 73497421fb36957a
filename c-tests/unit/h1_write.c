/*
 * What an HTTP server writes: more than the socket takes, the answer to HEAD,
 * to a peer that has said all it has to say, and to one that waits for a 100.
 */
#include "../http.h"

#define LARGE 3000000

static int returned, completion, dropped_early, all_taken = 1;

static int write_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	static unsigned char large[LWS_PRE + LARGE];
	const char *path = (const char *)in;
	const int room = 65536;
	char head[64];
	int n;

	(void)user;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_HTTP:
		if (!strcmp(path, "/large")) {
			n = snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\n"
				     "content-length: %d\r\n\r\n", LARGE);
			memset(large, 'x', sizeof(large));
			/* the kernel has no room for half of it */
			CHECK(!setsockopt(lws_get_socket_fd(wsi), SOL_SOCKET,
					  SO_SNDBUF, &room, sizeof(room)));
			CHECK_EQ(write_text(wsi, head, (size_t)n), n);
			returned = lws_write(wsi, large + LWS_PRE, LARGE,
					     LWS_WRITE_HTTP_FINAL);
			all_taken = 0;
			completion = lws_http_transaction_completed(wsi);

			return completion ? -1 : 0;
		}
		if (!strcmp(path, "/later") || !strcmp(path, "/half"))
			lws_callback_on_writable(wsi);
		else if (strcmp(path, "/post"))
			return http_answer(wsi, "200 OK", "body");
		break;
	case LWS_CALLBACK_HTTP_WRITEABLE:
	case LWS_CALLBACK_HTTP_BODY_COMPLETION:
		return http_answer(wsi, "200 OK", "body");
	case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
		dropped_early += !all_taken;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "write", write_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static const char answer[] =
	"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody";
static const char only_head[] =
	"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n";

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx = context_bare();
	struct lws_vhost *vh;
	size_t got = 0;
	char buf[65536];
	ssize_t n;
	int fd;

	info_http(&info);
	info.protocols = protocols;
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);

	/* more than the socket takes: the next request waits for its end */
	fd = http_connect(vh);
	plain_send(fd, "GET /large HTTP/1.1\r\n\r\nGET /next HTTP/1.1\r\n\r\n");
	while (got < LARGE + 46 - 1) {
		n = plain_read(cx, fd, buf, sizeof(buf));
		CHECK(n > 0);
		got += (size_t)n;
		all_taken |= got > LARGE / 2;
	}
	CHECK_EQ(returned, LARGE);
	CHECK_EQ(completion, 0);
	CHECK_EQ(dropped_early, 0);
	got -= (size_t)strlen("HTTP/1.1 200 OK\r\ncontent-length: 3000000\r\n\r\n");
	while (got < LARGE + strlen(answer)) {
		n = plain_read(cx, fd, buf, sizeof(buf));
		CHECK(n > 0);
		got += (size_t)n;
	}
	CHECK_EQ(got, LARGE + strlen(answer));
	close(fd);

	/* HEAD: what the program writes of a body is not sent */
	fd = http_connect(vh);
	plain_send(fd, "HEAD /x HTTP/1.1\r\n\r\nGET /x HTTP/1.1\r\n\r\n");
	plain_expect(cx, fd, only_head);
	plain_expect(cx, fd, answer);
	close(fd);

	/* a peer that has shut its side down gets its answers */
	fd = http_connect(vh);
	plain_send(fd, "GET /half HTTP/1.1\r\n\r\nGET /half HTTP/1.1\r\n\r\n");
	CHECK(!shutdown(fd, SHUT_WR));
	plain_expect(cx, fd, answer);
	plain_expect(cx, fd, answer);
	CHECK_EQ(plain_read(cx, fd, buf, sizeof(buf)), 0);
	close(fd);

	/* one that waits for it is told to go on */
	fd = http_connect(vh);
	plain_send(fd, "POST /post HTTP/1.1\r\nExpect: 100-continue\r\n"
		   "Content-Length: 2\r\n\r\n");
	plain_expect(cx, fd, "HTTP/1.1 100 Continue\r\n\r\n");
	plain_send(fd, "ab");
	plain_expect(cx, fd, answer);
	/* and one that gets its answer at once is not */
	plain_send(fd, "POST /x HTTP/1.1\r\nExpect: 100-continue\r\n"
		   "Content-Length: 2\r\n\r\n");
	plain_expect(cx, fd, answer);
	close(fd);

	lws_context_destroy(cx);

	return 0;
}
