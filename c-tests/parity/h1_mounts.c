/*
 * Mounts of files: callbacks, their order and the protocol that each is made on, and what the client
 * gets, for files, pages that a protocol processes, and what is not there.
 */
#include "../http.h"
#include <sys/stat.h>

static char dir[] = "/tmp/relws-parity-mounts-XXXXXX";
static char notes[4096];
static struct lws_process_html_state state;

static void note(struct lws *wsi, int reason, const char *more)
{
	snprintf(notes + strlen(notes), sizeof(notes) - strlen(notes),
		 " %d:%s%s", reason, lws_get_protocol(wsi)->name, more);
}

static const char *replace(void *data, int index)
{
	(void)data;

	return index ? NULL : "WORLD";
}

static const char *const names[] = { "$hello", "$null" };

static int mounts_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	struct lws_process_html_args *args;

	switch ((int)reason) {
	case LWS_CALLBACK_HTTP_BIND_PROTOCOL:
	case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
	case LWS_CALLBACK_FILTER_HTTP_CONNECTION:
	case LWS_CALLBACK_HTTP:
	case LWS_CALLBACK_HTTP_FILE_COMPLETION:
	case LWS_CALLBACK_CLOSED_HTTP:
		note(wsi, (int)reason, user ? "" : " no user");
		break;
	case LWS_CALLBACK_PROCESS_HTML:
		args = (struct lws_process_html_args *)in;
		note(wsi, (int)reason, args->final ? " last" : "");
		state.vars = names;
		state.count_vars = 2;
		state.replace = replace;
		return lws_chunked_html_process(args, &state);
	default:
		break;
	}

	return lws_callback_http_dummy(wsi, reason, user, in, len);
}

static const struct lws_protocols protocols[] = {
	{ "first", mounts_cb, 4, 0, 0, NULL, 0 },
	{ "page", mounts_cb, 4, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void text_of(const char *name, const char *text)
{
	file_of(dir, name, text, strlen(text));
}

/* Without the tag of a file, which is of its time and is quoted by one side only. */
static void print_answer(void)
{
	char *line = http_got, *end;

	for (; *line; line = end + 1) {
		end = strchr(line, '\n');
		if (!end) {
			printf("  %s|\n", line);
			return;
		}
		if (strncmp(line, "etag:", 5))
			printf("  %.*s\n", (int)(end - line), line);
	}
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static const struct {
	const char *sent;
	const char *last;	/* of what is received */
} scenes[] = {
	{ GET("/f/a.txt"), "\r\n\r\n0123456789" },
	{ GET("/f/sub/../a.txt?x"), "\r\n\r\n0123456789" },
	{ "GET /f/a.txt HTTP/1.0\r\n\r\n", "\r\n\r\n0123456789" },
	{ "HEAD /f/a.txt HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n\r\n" },
	{ "GET /f/a.txt HTTP/1.1\r\nHost: a\r\n"
	  "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n\r\n",
	  "\r\n\r\n0123456789" },
	{ GET("/f/"), "\r\n\r\n<i>index</i>" },
	{ GET("/f/sub"), "\r\n\r\n<i>sub</i>" },
	{ GET("/f/page.htm"), "\r\n0\r\n\r\n" },
	{ "HEAD /f/page.htm HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n\r\n" },
	/* the vhost's page for that */
	{ GET("/other"), "\r\n\r\n" },
};

int main(void)
{
	struct lws_protocol_vhost_options htm = { NULL, NULL, ".htm", "page" };
	struct lws_context_creation_info info;
	struct lws_http_mount m;
	struct lws_context *cx = context_bare();
	struct lws_vhost *vh;
	char sub[200];
	size_t n, len;

	CHECK(mkdtemp(dir) != NULL);
	snprintf(sub, sizeof(sub), "%s/sub", dir);
	CHECK_EQ(mkdir(sub, 0700), 0);
	text_of("a.txt", "0123456789");
	text_of("index.html", "<i>index</i>");
	text_of("sub/index.html", "<i>sub</i>");
	text_of("page.htm", "<b>$hello</b> $nothing $null\n");

	memset(&m, 0, sizeof(m));
	m.mountpoint = "/f";
	m.mountpoint_len = 2;
	m.origin = dir;
	m.origin_protocol = LWSMPRO_FILE;
	m.interpret = &htm;
	m.cache_max_age = 10;
	m.cache_reusable = 1;
	info_http(&info);
	info.protocols = protocols;
	info.mounts = &m;
	info.error_document_404 = "/f/gone.txt";
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);

	for (n = 0; n < sizeof(scenes) / sizeof(scenes[0]); n++) {
		int fd = http_connect(vh);

		notes[0] = '\0';
		memset(&state, 0, sizeof(state));
		plain_send(fd, scenes[n].sent);
		len = strlen(scenes[n].last);
		while (http_got_len < len ||
		       strcmp(http_got + http_got_len - len, scenes[n].last)) {
			CHECK(lws_service(cx, -1) >= 0);
			http_receive(fd);
			CHECK(!http_ended || http_got_len >= len);
		}
		close(fd);
		UNTIL(cx, strstr(notes, " 5:") != NULL);
		printf("%.*s:%s\n", (int)strcspn(scenes[n].sent, "\r"),
		       scenes[n].sent, notes);
		print_answer();
	}
	lws_context_destroy(cx);

	return 0;
}
