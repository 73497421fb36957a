/*
 * Files in parts (Range, If-Range), pages whose names are replaced while they are sent, and files
 * that a program sends itself, piece by piece.
 */
#include "../http.h"
#include <sys/stat.h>

#define FILE_LEN 100000

static char dir[] = "/tmp/relws-h1-files-XXXXXX";
static char notes[1024], content[FILE_LEN];
static struct lws_process_html_state state;
static int unframed, refuses, pieces;

static void note(const char *text)
{
	snprintf(notes + strlen(notes), sizeof(notes) - strlen(notes), "%s ",
		 text);
}

static const char *replace(void *data, int index)
{
	CHECK(data == &state);

	return index ? NULL : "WORLD";
}

static const char *const names[] = { "$hello", "$null" };

static int files_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	struct lws_process_html_args *args;
	char text[64];
	int n;

	switch ((int)reason) {
	case LWS_CALLBACK_HTTP_BIND_PROTOCOL:
	case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
	case LWS_CALLBACK_HTTP_FILE_COMPLETION:
	case LWS_CALLBACK_ADD_HEADERS:
		snprintf(text, sizeof(text), "%d:%s", (int)reason,
			 lws_get_protocol(wsi)->name);
		note(text);
		if (reason == LWS_CALLBACK_ADD_HEADERS)
			return 0;
		break;
	case LWS_CALLBACK_PROCESS_HTML:
		args = (struct lws_process_html_args *)in;
		CHECK(user != NULL && !len && args->max_len >= args->len + 128);
		snprintf(text, sizeof(text), "52:%s:%d:%d",
			 lws_get_protocol(wsi)->name, args->final, args->chunked);
		if (!pieces++ || args->final)
			note(text);
		if (refuses || unframed)
			return refuses;
		state.data = &state;
		state.vars = names;
		state.count_vars = 2;
		state.replace = replace;
		return lws_chunked_html_process(args, &state);
	case LWS_CALLBACK_HTTP:
		if (strncmp((const char *)in, "/own", 4))
			break;
		snprintf(text, sizeof(text), "%s/a.txt", dir);
		n = lws_serve_http_file(wsi, text, "text/plain", NULL, 0);
		CHECK_EQ(n, 0);
		/* a piece goes now, or all there is, which ends the answer */
		n = lws_serve_http_file_fragment(wsi);
		CHECK(n <= 1);
		return n < 0 ? -1 : 0;
	default:
		break;
	}

	return lws_callback_http_dummy(wsi, reason, user, in, len);
}

static const struct lws_protocols files_protocols[] = {
	{ "first", files_cb, 4, 0, 0, NULL, 0 },
	{ "page", files_cb, 4, 0, 0, NULL, 0 },
	{ "own", files_cb, 4, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static char all[400000];
static size_t all_len;

/* The whole answer: a client that closes its side, so that the server does when it is through. */
static void ask(struct lws_context *cx, struct lws_vhost *vh,
		const char *request)
{
	int fd = http_connect(vh);
	lws_usec_t end = lws_now_usecs() + 30 * LWS_US_PER_SEC;
	ssize_t n = -1;

	notes[0] = '\0';
	pieces = 0;
	memset(&state, 0, sizeof(state));
	all_len = 0;
	http_send(fd, request, strlen(request));
	while (n) {
		CHECK(lws_service(cx, -1) >= 0);
		CHECK(lws_now_usecs() < end);
		while ((n = recv(fd, all + all_len, sizeof(all) - 1 - all_len,
				 MSG_DONTWAIT)) > 0)
			all_len += (size_t)n;
		CHECK(n >= 0 || errno == EAGAIN || errno == EINTR);
	}
	all[all_len] = '\0';
	close(fd);
}

static const char *body_of(void)
{
	const char *body = strstr(all, "\r\n\r\n");

	CHECK(body != NULL);

	return body + 4;
}

static void has(const char *text)
{
	if (!strstr(all, text)) {
		fprintf(stderr, "lacks %s:\n%.2000s\n", text, all);
		exit(1);
	}
}

static void same(const char *what, const char *is, const char *expected)
{
	if (strcmp(is, expected)) {
		fprintf(stderr, "%s:\nexpected %s\ngot %s\n", what, expected, is);
		exit(1);
	}
}

#define ASK(method, path, more) \
	method " " path " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" more "\r\n"

static void ranges(struct lws_context *cx, struct lws_vhost *vh)
{
	char request[400], etag[40], boundary[40], want[200];
	const char *at, *part;
	size_t n;

	/* one part */
	ask(cx, vh, ASK("GET", "/f/a.txt", "Range: bytes=10-19\r\n"));
	CHECK(!strncmp(all, "HTTP/1.1 206 \r\n", 15));
	has("content-type: text/plain\r\ncontent-length: 10\r\n");
	has("\r\ncontent-range: bytes 10-19/100000\r\naccept-ranges: bytes\r\n");
	CHECK(!strncmp(body_of(), content + 10, 10));
	CHECK_EQ(strlen(body_of()), 10);
	at = strstr(all, "etag: ");
	CHECK(at != NULL);
	snprintf(etag, sizeof(etag), "%.18s", at + 6);

	/* the rest of it, larger than what is read at once */
	ask(cx, vh, ASK("GET", "/f/a.txt", "Range: bytes=50-\r\n"));
	has("content-length: 99950\r\n");
	CHECK(!memcmp(body_of(), content + 50, FILE_LEN - 50));
	ask(cx, vh, ASK("GET", "/f/a.txt", "Range: bytes=-5\r\n"));
	has("content-range: bytes 99995-99999/100000\r\n");
	CHECK(!memcmp(body_of(), content + FILE_LEN - 5, 5));

	/* several */
	ask(cx, vh, ASK("GET", "/f/a.txt", "Range: bytes=0-0,40000-79999,-1\r\n"));
	CHECK(!strncmp(all, "HTTP/1.1 206 \r\n", 15));
	CHECK(strstr(all, "content-range") > body_of());
	at = strstr(all, "content-type: multipart/byteranges; boundary=");
	CHECK(at != NULL);
	snprintf(boundary, sizeof(boundary), "%.12s", at + 45);
	at = strstr(all, "content-length: ");
	CHECK(at != NULL);
	CHECK_EQ((size_t)atol(at + 16), all_len - (size_t)(body_of() - all));
	part = body_of();
	for (n = 0; n < 3; n++) {
		static const char *const range[] = { "0-0", "40000-79999",
						     "99999-99999" };
		static const size_t from[] = { 0, 40000, 99999 };
		static const size_t len[] = { 1, 40000, 1 };

		snprintf(want, sizeof(want), "\r\n--%s\r\ncontent-type: text/plain"
			 "\r\ncontent-range: bytes %s/100000\r\n\r\n", boundary,
			 range[n]);
		CHECK(!strncmp(part, want, strlen(want)));
		part += strlen(want);
		CHECK(!memcmp(part, content + from[n], len[n]));
		part += len[n];
	}
	snprintf(want, sizeof(want), "\r\n--%s--\r\n", boundary);
	same("end of parts", part, want);

	/* nothing that there is */
	ask(cx, vh, ASK("GET", "/f/a.txt", "Range: bytes=100000-\r\n"));
	CHECK(!strncmp(all, "HTTP/1.1 416 Requested Range Not Satisfiable\r\n", 46));
	has("content-length: 0\r\n");
	has("content-range: bytes */100000\r\n");
	same("416", body_of(), "");

	/* the same file still, or another one by now */
	snprintf(request, sizeof(request),
		 ASK("GET", "/f/a.txt", "Range: bytes=1-1\r\nIf-Range: %s\r\n"), etag);
	ask(cx, vh, request);
	has("HTTP/1.1 206 ");
	ask(cx, vh, ASK("GET", "/f/a.txt",
			"Range: bytes=1-1\r\nIf-Range: \"other\"\r\n"));
	has("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 100000\r\n");
	ask(cx, vh, ASK("GET", "/f/a.txt", "Range: bytes=1-1\r\n"
			"If-Range: Thu, 01 Jan 1970 00:00:10 GMT\r\n"));
	has("HTTP/1.1 200 OK\r\n");
	snprintf(request, sizeof(request),
		 ASK("GET", "/f/a.txt", "Range: bytes=1-1\r\nIf-None-Match: %s\r\n"),
		 etag);
	ask(cx, vh, request);
	has("HTTP/1.1 304 ");
	CHECK(!strstr(all, "content-range"));
	/* no Last-Modified is sent, so a date says nothing */
	ask(cx, vh, ASK("GET", "/f/a.txt",
			"If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n"));
	has("HTTP/1.1 200 OK\r\n");

	/* what a server may ignore */
	ask(cx, vh, ASK("HEAD", "/f/a.txt", "Range: bytes=1-1\r\n"));
	has("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 100000\r\n");
	same("HEAD", body_of(), "");
	ask(cx, vh, ASK("POST", "/f/a.txt", "Range: bytes=1-1\r\nContent-Length: 0\r\n"));
	has("HTTP/1.1 200 OK\r\n");
	ask(cx, vh, ASK("GET", "/f/a.txt", "Range: bytes=0-5,3-9\r\n"));
	has("HTTP/1.1 200 OK\r\n");

	/* the program's own file, which has no tag */
	ask(cx, vh, ASK("GET", "/own", "Range: bytes=7-8\r\n"));
	has("content-range: bytes 7-8/100000\r\n");
	CHECK(!strncmp(body_of(), content + 7, 2));
	ask(cx, vh, ASK("GET", "/own", ""));
	CHECK_EQ(all_len - (size_t)(body_of() - all), FILE_LEN);
	CHECK(!memcmp(body_of(), content, FILE_LEN));
}

static void pages(struct lws_context *cx, struct lws_vhost *vh)
{
	const char *at;
	size_t n;
	char *end;

	ask(cx, vh, ASK("GET", "/f/a.html", ""));
	has("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncache-control: no-store\r\n"
	    "etag: ");
	has("\"\r\ntransfer-encoding: chunked\r\n\r\n");
	same("page", body_of(), "F\r\n<b>WORLD</b>$no\r\n0\r\n\r\n");
	same("page", notes, "49:page 52:page:1:1 15:page 50:page ");
	/* the connection goes on */
	{
		int fd = http_connect(vh);

		notes[0] = '\0';
		memset(&state, 0, sizeof(state));
		plain_send(fd, "GET /f/a.html HTTP/1.1\r\n\r\n"
			       "GET /f/b.txt HTTP/1.1\r\n\r\n");
		while (!strstr(http_got, "\r\n\r\n\r\n") && !strstr(http_got, "after")) {
			CHECK(lws_service(cx, -1) >= 0);
			http_receive(fd);
			CHECK(!http_ended);
		}
		while (!strstr(http_got, "\r\n\r\nafter")) {
			CHECK(lws_service(cx, -1) >= 0);
			http_receive(fd);
			CHECK(!http_ended);
		}
		close(fd);
		UNTIL(cx, strstr(notes, "50:first") != NULL);
	}
	/* parts of what is made are not served */
	ask(cx, vh, ASK("GET", "/f/a.html", "Range: bytes=0-1\r\n"));
	has("HTTP/1.1 200 OK\r\n");
	ask(cx, vh, ASK("HEAD", "/f/a.html", ""));
	has("transfer-encoding: chunked\r\n\r\n");
	same("HEAD", body_of(), "");
	/* who does not know chunks gets none */
	ask(cx, vh, "GET /f/a.html HTTP/1.0\r\n\r\n");
	has("HTTP/1.0 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n");
	CHECK(!strstr(all, "chunked"));
	same("1.0", body_of(), "<b>WORLD</b>$no");
	/* nothing is a page too */
	ask(cx, vh, ASK("GET", "/f/empty.html", ""));
	same("empty", body_of(), "0\r\n\r\n");
	same("empty", notes, "49:page 52:page:1:1 15:page 50:page ");

	/* a name at every place of a piece's end */
	ask(cx, vh, ASK("GET", "/f/large.html", ""));
	for (n = 0, at = body_of();;) {
		unsigned long len = strtoul(at, &end, 16);

		CHECK(!strncmp(end, "\r\n", 2));
		at = end + 2;
		if (!len)
			break;
		for (; len; len--, n++, at++)
			CHECK(*at == "xWORLD"[n % 6]);
		CHECK(!strncmp(at, "\r\n", 2));
		at += 2;
	}
	same("end of chunks", at, "\r\n");
	CHECK_EQ(n, 5000 * 6);

	/* who does not make chunks has them made */
	unframed = 1;
	ask(cx, vh, ASK("GET", "/f/a.html", ""));
	same("unframed", body_of(), "10\r\n<b>$hello</b>$no\r\n0\r\n\r\n");
	unframed = 0;
	refuses = 1;
	ask(cx, vh, ASK("GET", "/f/a.html", ""));
	same("refused", body_of(), "");
	same("refused", notes, "49:page 52:page:1:1 50:page ");
	refuses = 0;

	/* one protocol has the mount, another one its pages */
	ask(cx, vh, ASK("GET", "/p/a.html", ""));
	same("two", body_of(), "F\r\n<b>WORLD</b>$no\r\n0\r\n\r\n");
	same("two", notes, "49:own 53:own 50:own 49:page 52:page:1:1 15:page 50:page ");
	/* and one that there is not */
	ask(cx, vh, ASK("GET", "/p/a.odd", ""));
	has("HTTP/1.1 500 ");
}

/* Who asks for what is not there is sent to the vhost's page for that, which says so itself. */
static void missing(struct lws_context *cx, struct lws_vhost *vh)
{
	ask(cx, vh, ASK("GET", "/f/none.txt", ""));
	CHECK(!strncmp(all, "HTTP/1.1 302 Redirect\r\nlocation: /f/gone.txt\r\n", 46));
	ask(cx, vh, ASK("GET", "/f/gone.txt", "Range: bytes=0-1\r\n"));
	CHECK(!strncmp(all, "HTTP/1.1 404 Not Found\r\n", 24));
	same("missing", body_of(), "it is gone");
}

/* One call: what stands before, in and behind the piece. */
static void processed(const char *piece, int final, int chunked, int max,
		      int result, const char *expected)
{
	char buf[200];
	struct lws_process_html_args args;

	memset(buf, 0, sizeof(buf));
	memcpy(buf + 20, piece, strlen(piece));
	args.p = buf + 20;
	args.len = (int)strlen(piece);
	args.max_len = max;
	args.final = final;
	args.chunked = chunked;
	state.data = &state;
	state.vars = names;
	state.count_vars = 2;
	state.replace = replace;
	CHECK_EQ(lws_chunked_html_process(&args, &state), result);
	CHECK_EQ((size_t)args.len, strlen(expected));
	CHECK(!memcmp(args.p, expected, (size_t)args.len));
}

static void alone(void)
{
	struct lws_process_html_args args = { NULL, 3, 30, 0, 0 };
	struct lws_process_html_state none;

	memset(&state, 0, sizeof(state));
	processed("a$hello", 0, 1, 100, 0, "6\r\naWORLD\r\n");
	processed("a$hel", 0, 1, 100, 0, "1\r\na\r\n");
	CHECK_EQ(state.pos, 4);
	processed("lo$null", 1, 1, 100, 0, "9\r\nWORLDNULL\r\n0\r\n\r\n");
	processed("x$nul", 1, 0, 100, 0, "x$nul");
	processed("$", 0, 1, 100, 0, "");
	processed("", 1, 1, 100, 0, "1\r\n$\r\n0\r\n\r\n");
	processed("0123456789", 0, 0, 16, -1, "0123456789");
	processed("0123456789", 0, 0, 17, 0, "0123456789");
	processed("0123456789", 1, 1, 17, -1, "0123456789");
	processed("0123456789", 1, 1, 18, 0, "A\r\n0123456789\r\n0\r\n\r\n");

	CHECK_EQ(lws_chunked_html_process(NULL, &state), -1);
	CHECK_EQ(lws_chunked_html_process(&args, NULL), -1);
	CHECK_EQ(lws_chunked_html_process(&args, &state), -1);
	args.len = 0;
	memset(&none, 0, sizeof(none));
	none.count_vars = 1;
	CHECK_EQ(lws_chunked_html_process(&args, &none), -1);
	CHECK_EQ(lws_serve_http_file_fragment(NULL), -1);
}

int main(void)
{
	static char large[5000 * 7 + 1];
	struct lws_protocol_vhost_options odd = { NULL, NULL, ".odd", "nobody" };
	struct lws_protocol_vhost_options html = { &odd, NULL, ".html", "page" };
	struct lws_protocol_vhost_options type = { NULL, NULL, ".odd", "x/odd" };
	struct lws_http_mount m[2];
	struct lws_context_creation_info info;
	struct lws_context *cx;
	struct lws_vhost *vh;
	size_t n;

	lws_set_log_level(0, NULL);
	CHECK(mkdtemp(dir) != NULL);
	for (n = 0; n < sizeof(content); n++)
		content[n] = (char)('a' + n * 7 % 23);
	for (n = 0; n < 5000; n++)
		memcpy(large + n * 7, "x$hello", 7);
	file_of(dir, "a.txt", content, sizeof(content));
	file_of(dir, "b.txt", "after", 5);
	file_of(dir, "gone.txt", "it is gone", 10);
	file_of(dir, "a.html", "<b>$hello</b>$no", 16);
	file_of(dir, "a.odd", "odd", 3);
	file_of(dir, "empty.html", "", 0);
	file_of(dir, "large.html", large, 5000 * 7);
	memset(m, 0, sizeof(m));
	m[0].mount_next = &m[1];
	m[0].mountpoint = "/f";
	m[0].origin = dir;
	m[0].origin_protocol = LWSMPRO_FILE;
	m[0].interpret = &html;
	m[1] = m[0];
	m[1].mount_next = NULL;
	m[1].mountpoint = "/p";
	m[1].protocol = "own";
	m[1].extra_mimetypes = &type;

	alone();
	cx = context_new();
	info_http(&info);
	info.protocols = files_protocols;
	info.mounts = m;
	info.error_document_404 = "/f/gone.txt";
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);
	ranges(cx, vh);
	pages(cx, vh);
	missing(cx, vh);
	lws_context_destroy(cx);

	return 0;
}
