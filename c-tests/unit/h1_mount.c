/*
 * Mounts: which one a request belongs to, files with their types, caching and
 * authorization, redirects, and programs.
 */
#include "../http.h"
#include <sys/stat.h>

static char dir[] = "/tmp/relws-h1-mount-XXXXXX";
static char notes[1024];

static void note(const char *text)
{
	snprintf(notes + strlen(notes), sizeof(notes) - strlen(notes), "%s ",
		 text);
}

static int mount_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	struct lws_process_html_args *args;
	char text[300], from[16];
	unsigned char *p;

	switch ((int)reason) {
	case LWS_CALLBACK_FILTER_HTTP_CONNECTION:
	case LWS_CALLBACK_HTTP_FILE_COMPLETION:
	case LWS_CALLBACK_HTTP_BODY:
		snprintf(text, sizeof(text), "%d", (int)reason);
		note(text);
		break;
	case LWS_CALLBACK_HTTP:
		snprintf(text, sizeof(text), "12:%s:%s",
			 lws_get_protocol(wsi)->name, (const char *)in);
		note(text);
		if (strcmp(lws_get_protocol(wsi)->name, "app"))
			break;
		if (lws_hdr_copy(wsi, from, sizeof(from), WSI_TOKEN_HTTP_AUTHORIZATION) > 0)
			note(from);
		if (lws_return_http_status(wsi, 200, NULL))
			return -1;
		return lws_http_transaction_completed(wsi) ? -1 : 0;
	case LWS_CALLBACK_HTTP_BODY_COMPLETION:
		return 0;
	case LWS_CALLBACK_CHECK_ACCESS_RIGHTS:
		args = (struct lws_process_html_args *)in;
		snprintf(text, sizeof(text), "51:%s:%d:%d", args->p, args->len,
			 args->max_len);
		note(text);
		return !!strstr(args->p, "denied");
	case LWS_CALLBACK_ADD_HEADERS:
		args = (struct lws_process_html_args *)in;
		p = (unsigned char *)args->p;
		CHECK_EQ(lws_add_http_header_by_name(wsi,
				(const unsigned char *)"x-added:",
				(const unsigned char *)"yes", 3, &p,
				p + args->max_len), 0);
		args->p = (char *)p;
		return 0;
	case LWS_CALLBACK_VERIFY_BASIC_AUTHORIZATION:
		snprintf(text, sizeof(text), "102:%.*s", (int)len,
			 (const char *)in);
		note(text);
		return !strcmp((const char *)in, "who:ever");
	default:
		break;
	}

	return lws_callback_http_dummy(wsi, reason, user, in, len);
}

static const struct lws_protocols mount_protocols[] = {
	{ "first", mount_cb, 0, 0, 0, NULL, 0 },
	{ "app", mount_cb, 16, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

/* What an answer has to have; NULL-terminated. */
static void answers(struct lws_context *cx, struct lws_vhost *vh,
		    const char *sent, const char *traced, size_t least,
		    const char *const *has)
{
	int fd = http_connect(vh);
	size_t want = least;
	const char *body;

	notes[0] = '\0';
	http_send(fd, sent, strlen(sent));
	http_until(cx, fd, 16);
	do {
		body = strstr(http_got, "\r\n\r\n");
		if (body)
			want = (size_t)(body - http_got) + 4 + least;
		if (!body)
			http_until(cx, fd, http_got_len + 1);
	} while (!body);
	http_until(cx, fd, want);
	/* to see what comes too much, and what the program is told late */
	CHECK(lws_service(cx, -1) >= 0 || 1);
	http_receive(fd);
	for (; *has; has++)
		if (!strstr(http_got, *has)) {
			fprintf(stderr, "%s\nlacks %s\n%s\n", sent, *has,
				http_got);
			exit(1);
		}
	if (strcmp(notes, traced)) {
		fprintf(stderr, "%s\nexpected %s\ngot %s\n", sent, traced,
			notes);
		exit(1);
	}
	close(fd);
}

#define HAS(...) (const char *const[]){ __VA_ARGS__, NULL }
#define GET(path) "GET " path " HTTP/1.1\r\nHost: h:1\r\n\r\n"

int main(void)
{
	static char big[3000000];
	char login[200], sub[200], tagged[300], etag[40];
	struct lws_protocol_vhost_options any = { NULL, NULL, "*", "x/any" };
	struct lws_protocol_vhost_options odd = { &any, NULL, ".odd", "x/odd" };
	struct lws_http_mount m[9];
	struct lws_context_creation_info info;
	struct lws_context *cx;
	struct lws_vhost *vh;
	const char *at;
	size_t n;
	int fd;

	lws_set_log_level(0, NULL);
	CHECK(mkdtemp(dir) != NULL);
	snprintf(sub, sizeof(sub), "%s/sub", dir);
	CHECK_EQ(mkdir(sub, 0700), 0);
	for (n = 0; n < sizeof(big); n++)
		big[n] = (char)(n * 7 >> 3);
	file_of(dir, "index.html", "<i>index</i>", 12);
	file_of(dir, "sub/index.html", "<i>sub</i>", 10);
	file_of(dir, "a.txt", "text", 4);
	file_of(dir, "b.odd", "odd", 3);
	file_of(dir, "big.png", big, sizeof(big));
	file_of(dir, "login", "other:x\nuser:password\n", 22);
	snprintf(login, sizeof(login), "%s/login", dir);

	memset(m, 0, sizeof(m));
	for (n = 0; n < 8; n++)
		m[n].mount_next = &m[n + 1];
	m[0].mountpoint = "/f";
	m[0].origin = dir;
	m[0].origin_protocol = LWSMPRO_FILE;
	m[0].cache_max_age = 3600;
	m[0].cache_reusable = 1;
	m[0].cache_revalidate = 1;
	m[1].mountpoint = "/app";
	m[1].origin = "app";
	m[1].origin_protocol = LWSMPRO_CALLBACK;
	m[1].auth_mask = 5;
	m[2].mountpoint = "/gone";
	m[2].origin = "other.example/x";
	m[2].origin_protocol = LWSMPRO_REDIR_HTTPS;
	m[3].mountpoint = "/p";
	m[3].origin = dir;
	m[3].origin_protocol = LWSMPRO_FILE;
	m[3].protocol = "app";
	m[3].extra_mimetypes = &odd;
	m[4].mountpoint = "/in";
	m[4].origin = "app";
	m[4].origin_protocol = LWSMPRO_CALLBACK;
	m[4].basic_auth_login_file = login;
	m[5].mountpoint = "/cb";
	m[5].origin = "app";
	m[5].origin_protocol = LWSMPRO_CALLBACK;
	m[5].auth_mask = LWSAUTHM_BASIC_AUTH_CALLBACK;
	m[6].mountpoint = "/f/app";
	m[6].origin = "app";
	m[6].origin_protocol = LWSMPRO_CALLBACK;
	m[7].mountpoint = "/bad";
	m[7].origin = "nobody";
	m[7].origin_protocol = LWSMPRO_CALLBACK;
	m[8].mountpoint = "/f/a";
	m[8].origin = "app";
	m[8].origin_protocol = LWSMPRO_CALLBACK;

	/* where lws has the bits */
	CHECK_EQ(((const unsigned char *)&m[0])[76], 3);
	m[0].cache_intermediaries = 1;
	CHECK_EQ(((const unsigned char *)&m[0])[76], 7);
	m[0].cache_intermediaries = 0;

	cx = context_new();
	info_http(&info);
	info.protocols = mount_protocols;
	info.mounts = m;
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);

	answers(cx, vh, GET("/f/a.txt"), "18 15 ", 4,
		HAS("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n"
		    "content-length: 4\r\n"
		    "cache-control: must-revalidate, private, max-age=3600\r\n"
		    "etag: \"00000004", "\r\n\r\ntext"));
	at = strstr(http_got, "etag: ");
	CHECK(at != NULL);
	snprintf(etag, sizeof(etag), "%.18s", at + 6);
	snprintf(tagged, sizeof(tagged),
		 "GET /f/a.txt HTTP/1.1\r\nIf-None-Match: \"x\", %s\r\n\r\n",
		 etag);
	answers(cx, vh, tagged, "18 ", 0, HAS("HTTP/1.1 304 Not Modified\r\n", etag));
	answers(cx, vh, GET("/f/"), "18 15 ", 12, HAS("\r\n\r\n<i>index</i>"));
	answers(cx, vh, GET("/f/sub"), "18 15 ", 10, HAS("\r\n\r\n<i>sub</i>"));
	answers(cx, vh, GET("/f/x/..//%2e/a.txt?q"), "18 15 ", 4, HAS("\r\n\r\ntext"));
	answers(cx, vh, GET("/f"), "", 0,
		HAS("HTTP/1.1 301 Redirect\r\nlocation: http://h:1/f/\r\n"));
	answers(cx, vh, "GET /f HTTP/1.1\r\n\r\n", "", 0, HAS("HTTP/1.1 400 "));
	answers(cx, vh, "HEAD /f/a.txt HTTP/1.1\r\n\r\n", "18 ", 0,
		HAS("content-length: 4\r\n"));
	CHECK(!strstr(http_got, "text\r\n\r\ntext"));
	CHECK(!strcmp(strstr(http_got, "\r\n\r\n"), "\r\n\r\n"));
	answers(cx, vh, GET("/f/b.odd"), "18 ", 173, HAS("HTTP/1.1 415 "));
	answers(cx, vh, GET("/f/none.txt"), "18 12:first:/f/none.txt ", 173,
		HAS("HTTP/1.1 404 "));
	answers(cx, vh, GET("/f/a.txt/"), "18 12:first:/f/a.txt/ ", 173,
		HAS("HTTP/1.1 404 "));
	answers(cx, vh, GET("/f/../../etc/passwd"), "18 12:first:/etc/passwd ",
		173, HAS("HTTP/1.1 404 "));
	answers(cx, vh, "OPTIONS /f/a.txt HTTP/1.1\r\n\r\n",
		"18 12:first:/f/a.txt ", 173, HAS("HTTP/1.1 404 "));
	answers(cx, vh, "DELETE /f/a.txt HTTP/1.1\r\n\r\n", "18 ", 173,
		HAS("HTTP/1.1 405 "));
	/* a body is of no use, and the next request is served */
	answers(cx, vh, "POST /f/a.txt HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"
		GET("/gone/x?y"), "18 15 ", 4, HAS("\r\n\r\ntext"));

	answers(cx, vh, GET("/app/hello?q"), "18 51:/app/hello:10:5 12:app:/app/hello ",
		173, HAS("HTTP/1.1 200 "));
	answers(cx, vh, "POST /app/hello HTTP/1.1\r\n\r\n",
		"18 51:/app/hello:10:5 12:app:/hello ", 173, HAS("HTTP/1.1 200 "));
	answers(cx, vh, GET("/app"), "18 51:/app:4:5 12:app:/app ", 173,
		HAS("HTTP/1.1 200 "));
	answers(cx, vh, GET("/app/denied"), "18 51:/app/denied:11:5 ", 173,
		HAS("HTTP/1.1 401 "));
	answers(cx, vh, GET("/apple"), "18 12:first:/apple ", 173, HAS("HTTP/1.1 404 "));
	/* the longest one, wherever it is in the list */
	answers(cx, vh, GET("/f/app/x"), "18 51:/f/app/x:8:0 12:app:/f/app/x ", 173,
		HAS("HTTP/1.1 200 "));
	answers(cx, vh, GET("/bad"), "18 ", 173, HAS("HTTP/1.1 500 "));
	answers(cx, vh, GET("/gone/x?y"), "", 0,
		HAS("HTTP/1.1 301 Redirect\r\nlocation: https://other.example/x\r\n"));

	answers(cx, vh, GET("/p/b.odd"), "18 51:/p/b.odd:8:0 15 ", 3,
		HAS("content-type: x/odd\r\n", "cache-control: no-store\r\n",
		    "x-added: yes\r\n\r\nodd"));
	answers(cx, vh, GET("/p/login"), "18 51:/p/login:8:0 15 ", 22,
		HAS("content-type: x/any\r\n"));
	answers(cx, vh, GET("/p/none"), "18 12:app:/none ", 173, HAS("HTTP/1.1 200 "));

	/* user:password */
	answers(cx, vh, "GET /in/x HTTP/1.1\r\nAuthorization: Basic "
		"dXNlcjpwYXNzd29yZA==\r\n\r\n",
		"18 51:/in/x:5:0 12:app:/in/x user ", 173, HAS("HTTP/1.1 200 "));
	answers(cx, vh, "GET /in/x HTTP/1.1\r\nAuthorization: Basic "
		"dXNlcjpwYXNzd29yZEE=\r\n\r\n", "18 ", 0,
		HAS("HTTP/1.1 401 Unauthorized\r\n"
		    "www-authenticate: Basic realm=\"lwsws\"\r\n"
		    "content-length: 0\r\n"));
	answers(cx, vh, GET("/in/x"), "18 ", 0, HAS("HTTP/1.1 401 "));
	answers(cx, vh, "GET /in/x HTTP/1.1\r\nAuthorization: Digest x\r\n\r\n", "18 ",
		0, HAS("HTTP/1.1 401 "));
	/* a file of users that is too long, or would block, lets nobody in */
	CHECK_EQ(truncate(login, (1 << 20) + 1), 0);
	answers(cx, vh, "GET /in/x HTTP/1.1\r\nAuthorization: Basic "
		"dXNlcjpwYXNzd29yZA==\r\n\r\n", "18 ", 0,
		HAS("HTTP/1.1 401 "));
	CHECK_EQ(unlink(login), 0);
	CHECK_EQ(mkfifo(login, 0600), 0);
	answers(cx, vh, "GET /in/x HTTP/1.1\r\nAuthorization: Basic "
		"dXNlcjpwYXNzd29yZA==\r\n\r\n", "18 ", 0,
		HAS("HTTP/1.1 401 "));
	/* who:ever */
	answers(cx, vh, "GET /cb/x HTTP/1.1\r\nAuthorization: Basic "
		"d2hvOmV2ZXI=\r\n\r\n",
		"18 102:who:ever 51:/cb/x:5:0 12:app:/cb/x who ", 173,
		HAS("HTTP/1.1 200 "));
	answers(cx, vh, "GET /cb/x HTTP/1.1\r\nAuthorization: Basic "
		"dXNlcjpwYXNzd29yZA==\r\n\r\n", "18 102:user:password ", 0,
		HAS("HTTP/1.1 401 "));

	/* a file that does not fit the socket, and the request after it */
	fd = http_connect(vh);
	notes[0] = '\0';
	http_send(fd, GET("/f/big.png") GET("/f/a.txt"),
		  strlen(GET("/f/big.png") GET("/f/a.txt")));
	for (n = 0; n < sizeof(big);) {
		const char *body;

		http_got_len = 0;
		http_until(cx, fd, 1);
		body = n ? http_got : strstr(http_got, "\r\n\r\n") + 4;
		for (; body < http_got + http_got_len && n < sizeof(big);
		     body++, n++)
			CHECK(*body == big[n]);
		if (n == sizeof(big)) {
			http_got_len = (size_t)(http_got + http_got_len - body);
			memmove(http_got, body, http_got_len + 1);
		}
	}
	while (!strstr(http_got, "\r\n\r\ntext"))
		http_until(cx, fd, http_got_len + 1);
	CHECK(!strcmp(notes, "18 15 18 15 "));
	close(fd);

	CHECK(!strcmp(lws_get_mimetype("x.JPEG", NULL), "image/jpeg"));
	CHECK(!strcmp(lws_get_mimetype("x.odd", &m[3]), "x/odd"));
	CHECK(!strcmp(lws_get_mimetype("x", &m[3]), "x/any"));
	CHECK(!lws_get_mimetype("x", NULL));
	CHECK(!lws_get_mimetype(NULL, NULL));
	CHECK_EQ(lws_serve_http_file(NULL, "x", "y", NULL, 0), -1);

	lws_context_destroy(cx);
	for (n = 0; n < 6; n++) {
		static const char *const all[] = {
			"sub/index.html", "index.html", "a.txt", "b.odd",
			"big.png", "login" };
		char path[200];

		snprintf(path, sizeof(path), "%s/%s", dir, all[n]);
		unlink(path);
	}
	rmdir(sub);
	rmdir(dir);

	return 0;
}
