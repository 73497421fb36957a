/*
 * Several vhosts at one port: which one a request means, what of a vhost follows
 * it, and what becomes of the port when vhosts end.
 */
#include "../http.h"

struct session {
	char bytes[64];
};

struct large {
	char bytes[4096];
};

static char seen[8192];

static int vhosts_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	const char *vhost = lws_get_vhost_name(lws_get_vhost(wsi));
	char body[256], step[64];
	size_t n;

	(void)in;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_HTTP_BIND_PROTOCOL:
		for (n = 0; n < sizeof(struct session); n++)
			CHECK(!((struct session *)user)->bytes[n]);
		/* fallthrough */
	case LWS_CALLBACK_FILTER_HTTP_CONNECTION:
	case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
	case LWS_CALLBACK_CLOSED_HTTP:
	case LWS_CALLBACK_ESTABLISHED:
		/* all of it is the program's, and nobody else's */
		if (user)
			memset(user, 0x5a,
			       lws_get_protocol(wsi)->per_session_data_size);
		snprintf(step, sizeof(step), "%d%s ", (int)reason, vhost);
		CHECK(strlen(seen) + strlen(step) < sizeof(seen));
		strcat(seen, step);
		break;
	case LWS_CALLBACK_HTTP:
		snprintf(body, sizeof(body), "%s/%s/%s;", vhost,
			 lws_get_protocol(wsi)->name,
			 (const char *)lws_get_vhost_user(lws_get_vhost(wsi)));
		if (lws_return_http_status(wsi, 200, body))
			return -1;
		return lws_http_transaction_completed(wsi) ? -1 : 0;
	}

	return 0;
}

static const struct lws_protocols first_protocols[] = {
	{ "first", vhosts_cb, sizeof(struct session), 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};
static const struct lws_protocols second_protocols[] = {
	{ "second", vhosts_cb, sizeof(struct session), 0, 0, NULL, 0 },
	{ "app", vhosts_cb, sizeof(struct session), 0, 0, NULL, 0 },
	{ "large", vhosts_cb, sizeof(struct large), 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;

static struct lws_vhost *vhost(const char *name, int port, const char *iface,
			       const struct lws_protocols *protocols,
			       const struct lws_http_mount *mounts,
			       const struct lws_protocol_vhost_options *headers)
{
	struct lws_context_creation_info info;

	memset(&info, 0, sizeof(info));
	info.vhost_name = name;
	info.iface = iface;
	info.port = port;
	info.protocols = protocols;
	info.mounts = mounts;
	info.headers = headers;
	info.user = (void *)(strchr(name, '.') ? "dotted" : "plain");

	return lws_create_vhost(cx, &info);
}

/* What is answered to a request with this line for the host. */
static const char *answer(int fd, const char *path, const char *host)
{
	static char found[200];
	char sent[300];
	const char *at;

	snprintf(sent, sizeof(sent), "GET %s HTTP/1.1\r\n%s\r\n", path, host);
	http_got_len = 0;
	http_got[0] = '\0';
	http_ended = 0;
	http_send(fd, sent, strlen(sent));
	do {
		http_until(cx, fd, http_got_len + 1);
	} while (!strstr(http_got, "</html>") && !http_ended);
	at = strstr(http_got, "</h1>");
	CHECK(at != NULL);
	snprintf(found, sizeof(found), "%s", at + 5);
	at = strstr(found, "</body>");
	CHECK(at != NULL);
	found[at - found] = '\0';

	return found;
}

static void same(const char *what, const char *got, const char *expected)
{
	if (strcmp(got, expected)) {
		fprintf(stderr, "%s: expected %s got %s\n", what, expected, got);
		exit(1);
	}
}

static void names(struct lws_vhost *vh)
{
	static const char *const cases[][2] = {
		{ "Host: first\r\n", "first/first/plain;" },
		{ "Host: second.example\r\n", "second.example/second/dotted;" },
		{ "Host: second.example:8080\r\n", "second.example/second/dotted;" },
		{ "Host: SECOND.Example\r\n", "second.example/second/dotted;" },
		{ "Host: second.example.\r\n", "second.example/second/dotted;" },
		{ "Host: a.second.example:1\r\n", "second.example/second/dotted;" },
		{ "Host: a.b.Second.example\r\n", "b.second.example/first/dotted;" },
		{ "Host: xsecond.example\r\n", "first/first/plain;" },
		{ "Host: second\r\n", "first/first/plain;" },
		{ "Host: second.exampl\r\n", "first/first/plain;" },
		{ "Host: [::1]:80\r\n", "first/first/plain;" },
		{ "Host: elsewhere\r\n", "first/first/plain;" },
		{ "", "first/first/plain;" },
	};
	size_t n;
	int fd;

	for (n = 0; n < LWS_ARRAY_SIZE(cases); n++) {
		fd = http_connect(vh);
		same(cases[n][0], answer(fd, "/", cases[n][0]), cases[n][1]);
		close(fd);
	}
	/* a target with a host of its own */
	fd = http_connect(vh);
	same("absolute", answer(fd, "http://second.example/", "X-Y: first\r\n"),
	     "second.example/second/dotted;");
	close(fd);
}

int main(void)
{
	struct lws_protocol_vhost_options header = { NULL, NULL, "x-of:",
						     "second" };
	struct lws_http_mount app;
	struct lws_vhost *first, *second, *third, *other;
	int port, fd, idle, n;

	lws_set_log_level(0, NULL);
	memset(&app, 0, sizeof(app));
	app.mountpoint = "/app";
	app.mountpoint_len = 4;
	app.origin = "app";
	app.origin_protocol = LWSMPRO_CALLBACK;
	cx = context_bare();

	first = vhost("first", 0, "127.0.0.1", first_protocols, NULL, NULL);
	CHECK(first != NULL);
	port = lws_get_vhost_listen_port(first);
	second = vhost("second.example", port, "127.0.0.1", second_protocols,
		       &app, &header);
	CHECK(second != NULL);
	CHECK_EQ(lws_get_vhost_listen_port(second), port);
	third = vhost("b.second.example", port, "127.0.0.1", first_protocols,
		      NULL, NULL);
	CHECK(third != NULL);
	/* the same port of another address is another place */
	other = vhost("second", port, "127.0.0.2", second_protocols, NULL, NULL);
	CHECK(other != NULL);
	names(first);

	/* what belongs to a vhost follows, also between two requests */
	fd = http_connect(first);
	same("first", answer(fd, "/app/x", "Host: first\r\n"),
	     "first/first/plain;");
	seen[0] = '\0';
	CHECK(!strstr(http_got, "x-of:"));
	same("then second", answer(fd, "/app/x", "Host: second.example\r\n"),
	     "second.example/app/dotted;");
	CHECK(strstr(http_got, "\r\nx-of: second\r\n") != NULL);
	same("then first", answer(fd, "/", "Host: first\r\n"),
	     "first/first/plain;");
	same("callbacks", seen,
	     "50first 18second.example 49second.example 50second.example "
	     "49second.example 50second.example 18first 49first 50first 49first ");
	/* however often it goes to and fro */
	for (n = 0; n < 50; n++) {
		same("second", answer(fd, "/", "Host: second.example\r\n"),
		     "second.example/second/dotted;");
		same("third", answer(fd, "/", "Host: b.second.example\r\n"),
		     "b.second.example/first/dotted;");
		seen[0] = '\0';
	}
	close(fd);

#if defined(LWS_ROLE_WS)
	/* a connection that had a request before becomes one of WebSocket, of a
	 * protocol with more memory */
	fd = http_connect(first);
	same("before", answer(fd, "/", "Host: first\r\n"), "first/first/plain;");
	UNTIL(cx, strstr(seen, "5b.second.example") != NULL);
	seen[0] = '\0';
	{
		static const char upgrade[] =
			"GET / HTTP/1.1\r\nHost: second.example\r\n"
			"Upgrade: websocket\r\nConnection: Upgrade\r\n"
			"Sec-WebSocket-Version: 13\r\n"
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
			"Sec-WebSocket-Protocol: large\r\n\r\n";

		http_send(fd, upgrade, sizeof(upgrade) - 1);
	}
	UNTIL(cx, strstr(seen, "0second.example") != NULL);
	same("upgrade", seen, "50first 49second.example 0second.example ");
	close(fd);
#endif

	/* one that ends takes its connections along, and leaves the port to the
	 * others */
	idle = http_connect(first);
	same("idle", answer(idle, "/", "Host: second.example\r\n"),
	     "second.example/second/dotted;");
	fd = http_connect(first);
	same("ends", answer(fd, "/", "Host: first\r\n"), "first/first/plain;");
	lws_vhost_destroy(first);
	http_until_end(cx, fd);
	close(fd);
	same("still", answer(idle, "/", "Host: second.example\r\n"),
	     "second.example/second/dotted;");
	same("gone", answer(idle, "/", "Host: first\r\n"),
	     "second.example/second/dotted;");
	fd = http_connect(second);
	same("new", answer(fd, "/", "Host: first\r\n"),
	     "second.example/second/dotted;");
	close(fd);
	lws_vhost_destroy(third);
	fd = http_connect(second);
	same("without third", answer(fd, "/", "Host: b.second.example\r\n"),
	     "second.example/second/dotted;");
	close(fd);
	close(idle);
	fd = http_connect(other);
	CHECK(fd >= 0);
	close(fd);
	lws_vhost_destroy(second);

	/* nobody is left, and the place is free */
	first = vhost("again", port, "127.0.0.1", first_protocols, NULL, NULL);
	CHECK(first != NULL);
	fd = http_connect(first);
	same("again", answer(fd, "/", ""), "again/first/plain;");
	close(fd);
	lws_vhost_destroy(first);

	/* one without protocols has its mounts, and 404 */
	first = vhost("none", port, "127.0.0.1", NULL, NULL, NULL);
	CHECK(first != NULL);
	fd = http_connect(first);
	answer(fd, "/", "");
	CHECK(strstr(http_got, "HTTP/1.1 404 ") != NULL);
	close(fd);
	lws_context_destroy(cx);

	return 0;
}
