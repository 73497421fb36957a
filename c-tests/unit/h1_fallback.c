/*
 * LWS_SERVER_OPTION_FALLBACK_TO_APPLY_LISTEN_ACCEPT_CONFIG: a peer of an HTTP
 * server that does not speak HTTP becomes a raw connection, however its bytes
 * are cut, and gets all of them. One that speaks HTTP is served.
 */
#include "../http.h"

static char notes[512], bytes[4096];
static size_t bytes_len;
static int raw_closed;

static int fall_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	char text[64];

	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_CLOSE:
	case LWS_CALLBACK_CLOSED_HTTP:
		raw_closed++;
		/* fallthrough */
	case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
	case LWS_CALLBACK_RAW_SKT_BIND_PROTOCOL:
	case LWS_CALLBACK_RAW_SKT_DROP_PROTOCOL:
	case LWS_CALLBACK_RAW_ADOPT:
	case LWS_CALLBACK_HTTP:
		snprintf(text, sizeof(text), "%d%s ", (int)reason,
			 lws_get_protocol(wsi)->name);
		strcat(notes, text);
		if (reason == LWS_CALLBACK_HTTP)
			return http_answer(wsi, "200 OK", "http");
		break;
	case LWS_CALLBACK_RAW_RX:
		CHECK(bytes_len + len < sizeof(bytes));
		memcpy(bytes + bytes_len, in, len);
		bytes_len += len;
		break;
	}

	return 0;
}

static const struct lws_protocols fall_protocols[] = {
	{ "web", fall_cb, 8, 0, 0, NULL, 0 },
	{ "raw", fall_cb, 16, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void falls(struct lws_context *cx, struct lws_vhost *vh,
		  const char *sent, size_t len, size_t step)
{
	int fd = http_connect(vh);
	size_t at;

	notes[0] = '\0';
	bytes_len = 0;
	raw_closed = 0;
	for (at = 0; at < len; at += step) {
		http_send(fd, sent + at, len - at < step ? len - at : step);
		CHECK(lws_service(cx, -1) >= 0);
		CHECK(lws_service(cx, -1) >= 0);
	}
	UNTIL(cx, bytes_len == len);
	CHECK(!memcmp(bytes, sent, len));
	close(fd);
	UNTIL(cx, raw_closed);
	if (strcmp(notes, "19web 81raw 62raw 82raw 60raw ")) {
		fprintf(stderr, "%.20s: got %s\n", sent, notes);
		exit(1);
	}
}

int main(void)
{
	static const char get[] = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n",
		hello[] = "SSH-2.0-OpenSSH_9\r\n", tls[] = "\x16\x03\x01\0\1zz",
		unknown[] = "PROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n",
		bad[] = "GET /%zz HTTP/1.1\r\n\r\n";
	struct lws_context_creation_info info;
	struct lws_context *cx = context_bare();
	struct lws_vhost *vh;
	size_t n;
	int fd;

	lws_set_log_level(0, NULL);
	memset(&info, 0, sizeof(info));
	info.vhost_name = "falls";
	info.iface = "127.0.0.1";
	info.protocols = fall_protocols;
	info.options = LWS_SERVER_OPTION_FALLBACK_TO_APPLY_LISTEN_ACCEPT_CONFIG;
	info.listen_accept_role = "raw-skt";
	info.listen_accept_protocol = "raw";
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);

	for (n = 1; n < 8; n += 3) {
		falls(cx, vh, hello, sizeof(hello) - 1, n);
		falls(cx, vh, tls, sizeof(tls) - 1, n);
		falls(cx, vh, unknown, sizeof(unknown) - 1, n);
	}
	falls(cx, vh, hello, sizeof(hello) - 1, sizeof(hello));
	falls(cx, vh, unknown, sizeof(unknown) - 1, sizeof(unknown));

	/* HTTP is served, and stays HTTP */
	fd = http_connect(vh);
	notes[0] = '\0';
	http_send(fd, get, sizeof(get) - 1);
	http_until(cx, fd, 40);
	CHECK(strstr(http_got, "200 OK") != NULL);
	http_send(fd, unknown, sizeof(unknown) - 1);
	http_until_end(cx, fd);
	CHECK(strstr(http_got, "HTTP/1.1 501 ") != NULL);
	close(fd);
	fd = http_connect(vh);
	http_send(fd, bad, sizeof(bad) - 1);
	http_until_end(cx, fd);
	CHECK(strstr(http_got, "HTTP/1.1 403 ") != NULL);
	close(fd);
	CHECK(!strstr(notes, "62"));
	lws_context_destroy(cx);

	return 0;
}
