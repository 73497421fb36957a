/*
 * Clients of HTTP: the bytes of the request, the callbacks, bodies of each kind,
 * however they are cut, and what ends them.
 */
#include "../http.h"

static int listener, port;
static char calls[2048], body[65536];
static size_t body_len;
static const char *cce;
static char said[200];
static struct lws *client;
static struct lws_vhost *vh;
static int status, refuse, ended, upload, slow;

static void note(int reason)
{
	snprintf(calls + strlen(calls), sizeof(calls) - strlen(calls), "%d ",
		 reason);
}

static int client_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	char buf[LWS_PRE + 1000], *px = buf + LWS_PRE;
	unsigned char **p, *end;
	int lenx = sizeof(buf) - LWS_PRE, n;

	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		CHECK(!in || strlen((const char *)in) == len);
		snprintf(said, sizeof(said), "%s",
			 in ? (const char *)in : "none");
		cce = said;
		break;
	case LWS_CALLBACK_WSI_CREATE:
	case LWS_CALLBACK_CONNECTING:
	case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
	case LWS_CALLBACK_CLIENT_HTTP_BIND_PROTOCOL:
	case LWS_CALLBACK_CLIENT_FILTER_PRE_ESTABLISH:
	case LWS_CALLBACK_COMPLETED_CLIENT_HTTP:
	case LWS_CALLBACK_CLIENT_HTTP_DROP_PROTOCOL:
	case LWS_CALLBACK_CLOSED_CLIENT_HTTP:
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		if (wsi == client)
			ended = 1;
		break;
	case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
		p = (unsigned char **)in;
		end = *p + len;
		CHECK(len > 2000);
		CHECK_EQ(lws_add_http_header_by_name(wsi,
				(const unsigned char *)"x-mine:",
				(const unsigned char *)"1", 1, p, end), 0);
		if (upload) {
			CHECK_EQ(lws_add_http_header_content_length(wsi, 6, p,
								    end), 0);
			lws_client_http_body_pending(wsi, 1);
			lws_callback_on_writable(wsi);
		}
		break;
	case LWS_CALLBACK_CLIENT_HTTP_WRITEABLE:
		note(reason);
		upload--;
		if (!upload)
			lws_client_http_body_pending(wsi, 0);
		CHECK_EQ(lws_write(wsi, (unsigned char *)px, 0, LWS_WRITE_HTTP), 0);
		memcpy(px, "abc", 3);
		CHECK_EQ(lws_write(wsi, (unsigned char *)px, 3,
				   upload ? LWS_WRITE_HTTP : LWS_WRITE_HTTP_FINAL), 3);
		return 0;
	case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
		status = (int)lws_http_client_http_response(wsi);
		break;
	case LWS_CALLBACK_RECEIVE_CLIENT_HTTP:
		CHECK(!in && !len);
		if (slow) {
			slow--;
			return 0;
		}
		n = lws_http_client_read(wsi, &px, &lenx);
		return n < 0 ? -1 : 0;
	case LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ:
		CHECK(len > 0 && body_len + len < sizeof(body));
		memcpy(body + body_len, in, len);
		body_len += len;
		return refuse == (int)reason ? -1 : 0;
	case LWS_CALLBACK_TIMER:
		lenx = 5;
		return lws_http_client_read(wsi, &px, &lenx) < 0 ? -1 : 0;
	default:
		return 0;
	}
	note(reason);

	return refuse == (int)reason ? -1 : 0;
}

static const struct lws_protocols client_protocols[] = {
	{ "client", client_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static int begin(struct lws_context *cx, const char *method, const char *path)
{
	struct lws_client_connect_info i;
	lws_usec_t end = lws_now_usecs() + 20 * LWS_US_PER_SEC;
	int fd;

	calls[0] = '\0';
	body_len = 0;
	cce = NULL;
	status = ended = 0;
	memset(&i, 0, sizeof(i));
	i.context = cx;
	i.vhost = vh;
	i.address = "127.0.0.1";
	i.port = port;
	i.path = path;
	i.host = "h.example:8";
	i.origin = "o.example";
	i.method = method;
	i.pwsi = &client;
	CHECK(lws_client_connect_via_info(&i) == client);
	CHECK(client != NULL);
	do {
		CHECK(lws_service(cx, -1) >= 0);
		fd = accept(listener, NULL, NULL);
		CHECK(lws_now_usecs() < end);
	} while (fd < 0);

	return fd;
}

static void until(struct lws_context *cx, const char *what)
{
	lws_usec_t end = lws_now_usecs() + 20 * LWS_US_PER_SEC;

	while (what ? !strstr(calls, what) : !ended) {
		CHECK(lws_service(cx, -1) >= 0);
		if (lws_now_usecs() > end) {
			fprintf(stderr, "waits for %s: %s\n", what ? what : "end", calls);
			exit(1);
		}
	}
}

/* Reads the request, up to the end of its head and of `more`. */
static void requested(struct lws_context *cx, int fd, const char *more)
{
	http_got_len = 0;
	http_got[0] = '\0';
	while (!strstr(http_got, "\r\n\r\n") ||
	       !strstr(strstr(http_got, "\r\n\r\n"), more)) {
		CHECK(lws_service(cx, -1) >= 0);
		http_receive(fd);
		CHECK(!http_ended);
	}
}

struct scene {
	const char *name, *method, *answer;
	/* the peer closes after it */
	int closes;
	const char *body, *calls, *cce;
};

#define START "85 105 19 29 24 "
#define OK "HTTP/1.1 200 OK\r\n"
#define DONE START "2 44 47 76 45 30 "

static const struct scene scenes[] = {
	{ "length", "GET", OK "Content-Length: 5\r\n\r\nhello", 0, "hello", DONE, NULL },
	{ "none", "GET", OK "Content-Length: 0\r\n\r\n", 0, "", DONE, NULL },
	{ "no content", "GET", "HTTP/1.1 204 No\r\n\r\n", 0, "", DONE, NULL },
	{ "not modified", "GET", "HTTP/1.1 304 No\r\nContent-Length: 7\r\n\r\n", 0, "", DONE, NULL },
	{ "head", "HEAD", OK "Content-Length: 7\r\n\r\n", 0, "", DONE, NULL },
	{ "continue", "GET", "HTTP/1.1 100 Continue\r\n\r\n" OK "Content-Length: 2\r\n\r\nok", 0, "ok", DONE, NULL },
	{ "error", "GET", "HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nno", 0, "no", DONE, NULL },
	{ "chunks", "GET", OK "Transfer-Encoding: Chunked\r\n\r\n5;x=1\r\nhello\r\n6\r\n world\r\n0\r\nT: u\r\n\r\n", 0, "hello world", DONE, NULL },
	{ "until close", "GET", OK "\r\nhello", 1, "hello", DONE, NULL },
	{ "cut short", "GET", OK "Content-Length: 9\r\n\r\nhello", 1, "hello", START "2 44 76 45 30 ", NULL },
	{ "chunks cut short", "GET", OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhel", 1, "hel", START "2 44 76 45 30 ", NULL },
	{ "bad chunk", "GET", OK "Transfer-Encoding: chunked\r\n\r\nx\r\n", 0, "", START "2 44 76 45 30 ", NULL },
	{ "too long", "GET", OK "Content-Length: 2\r\n\r\nhello", 0, "he", DONE, NULL },
	{ "half a head", "GET", "HTTP/1.1 20", 1, "", START "1 76 30 ", "read failed" },
	{ "junk", "GET", "SSH-2.0-x\r\n", 0, "", START "1 76 30 ", "problems parsing header" },
	{ "no number", "GET", "HTTP/1.1 abc\r\n", 0, "", START "1 76 30 ", "problems parsing header" },
};

static void scene(struct lws_context *cx, const struct scene *s, size_t piece)
{
	size_t len = strlen(s->answer), at, n;
	int fd = begin(cx, s->method, "/p?q");

	requested(cx, fd, "");
	for (at = 0; at < len && !ended; at += n) {
		n = len - at < piece ? len - at : piece;
		if (send(fd, s->answer + at, n, MSG_NOSIGNAL) < 0)
			break;
		CHECK(lws_service(cx, -1) >= 0);
		CHECK(lws_service(cx, -1) >= 0);
	}
	if (s->closes)
		shutdown(fd, SHUT_WR);
	else if (strstr(s->calls, "47"))
		until(cx, "47");
	/* or five seconds */
	if (!s->closes)
		shutdown(fd, SHUT_WR);
	until(cx, NULL);
	body[body_len] = '\0';
	if (strcmp(body, s->body) || strcmp(calls, s->calls) ||
	    (s->cce ? !cce || strcmp(cce, s->cce) : !!cce)) {
		fprintf(stderr, "%s, pieces of %zu:\n  %s\n  %s\n  %s\n  %s, %s\n",
			s->name, piece, s->calls, calls, body,
			s->cce ? s->cce : "-", cce ? cce : "-");
		exit(1);
	}
	close(fd);
}

int main(void)
{
	struct sockaddr_in sa;
	socklen_t salen = sizeof(sa);
	struct lws_context_creation_info info;
	struct lws_client_connect_info i;
	struct lws_context *cx;
	static char longer[5001];
	char none[8], *px = none;
	size_t n;
	int fd, len = 8;

	lws_set_log_level(0, NULL);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	memset(&sa, 0, sizeof(sa));
	sa.sin_family = AF_INET;
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK_EQ(bind(listener, (struct sockaddr *)&sa, sizeof(sa)), 0);
	CHECK_EQ(listen(listener, 5), 0);
	CHECK_EQ(getsockname(listener, (struct sockaddr *)&sa, &salen), 0);
	port = ntohs(sa.sin_port);

	cx = context_new();
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.vhost_name = "client";
	info.protocols = client_protocols;
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);

	/* the bytes of the request */
	fd = begin(cx, "GET", "p?q=1");
	requested(cx, fd, "");
	CHECK(!strcmp(http_got,
		"GET /p?q=1 HTTP/1.1\r\nPragma: no-cache\r\n"
		"Cache-Control: no-cache\r\nHost: h.example:8\r\n"
		"Origin: http://o.example\r\nconnection: close\r\n"
		"x-mine: 1\r\n\r\n"));
	CHECK(send(fd, OK "Content-Length: 0\r\n\r\n", 38, 0) == 38);
	close(fd);
	until(cx, NULL);
	CHECK_EQ(status, 200);

	/* a body, before the answer */
	upload = 2;
	fd = begin(cx, "POST", "/");
	requested(cx, fd, "\r\n\r\nabcabc");
	CHECK(!strncmp(http_got, "POST / HTTP/1.1\r\n", 17));
	CHECK(send(fd, OK "Content-Length: 1\r\n\r\nx", 39, 0) == 39);
	until(cx, "47");
	close(fd);
	until(cx, NULL);
	CHECK(!strcmp(calls, START "57 57 2 44 47 76 45 30 "));

	for (n = 0; n < LWS_ARRAY_SIZE(scenes); n++) {
		scene(cx, &scenes[n], 1000);
		scene(cx, &scenes[n], 1);
		scene(cx, &scenes[n], 7);
	}

	/* what the program does not read waits for it, without a busy loop */
	slow = 1;
	fd = begin(cx, "GET", "/");
	requested(cx, fd, "");
	CHECK(send(fd, OK "Content-Length: 9\r\n\r\nhelloyou!", 47, 0) == 47);
	while (slow)
		CHECK(lws_service(cx, -1) >= 0);
	for (n = 0; n < 20; n++)
		CHECK(lws_service(cx, -1) >= 0);
	CHECK_EQ(body_len, 0);
	lws_set_timer_usecs(client, 1);
	until(cx, "47");
	CHECK_EQ(body_len, 9);
	close(fd);
	until(cx, NULL);

	/* refusals */
	for (n = 0; n < 4; n++) {
		static const struct { int reason; const char *calls, *cce; } r[] = {
			{ 24, START "1 76 30 ", "closed before established" },
			{ 2, START "2 1 76 30 ", "HS: disallowed by client filter" },
			{ 44, START "2 44 1 76 30 ", "HS: disallowed at ESTABLISHED" },
			{ 48, START "2 44 76 45 30 ", NULL },
		};

		refuse = r[n].reason;
		fd = begin(cx, "GET", "/");
		if (refuse != 24) {
			requested(cx, fd, "");
			CHECK(send(fd, OK "Content-Length: 2\r\n\r\nab", 40, 0) == 40);
		}
		until(cx, NULL);
		if (strcmp(calls, r[n].calls) ||
		    (r[n].cce ? !cce || strcmp(cce, r[n].cce) : !!cce)) {
			fprintf(stderr, "refused %d: %s, %s\n", refuse, calls,
				cce ? cce : "-");
			exit(1);
		}
		close(fd);
	}
	refuse = 0;

	/* what cannot begin */
	memset(&i, 0, sizeof(i));
	i.context = cx;
	i.vhost = vh;
	i.address = "127.0.0.1";
	i.port = port;
	i.host = "a";
	i.method = "get";
	CHECK(!lws_client_connect_via_info(&i));
	i.method = "GET";
	i.local_protocol_name = "nobody";
	CHECK(!lws_client_connect_via_info(&i));
	i.local_protocol_name = NULL;
	memset(longer, 'a', sizeof(longer) - 1);
	i.path = longer;
	CHECK(!lws_client_connect_via_info(&i));

	CHECK_EQ(lws_http_client_http_response(NULL), 0);
	CHECK_EQ(lws_http_client_read(NULL, &px, &len), -1);
	lws_client_http_body_pending(NULL, 1);
	lws_context_destroy(cx);
	close(listener);

	return 0;
}
