/*
 * Forms: the values of fields, the pieces of files, and what is refused.
 */
#include "../http.h"

static const char *const names[] = { "a", "b", "file" };
static char said[4096];
static const char *kind, *body;
static size_t step;

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *format, ...)
{
	size_t len = strlen(said);
	va_list ap;

	va_start(ap, format);
	vsnprintf(said + len, sizeof(said) - len, format, ap);
	va_end(ap);
}

static int file_cb(void *data, const char *name, const char *filename,
		   char *buf, int len, enum lws_spa_fileupload_states state)
{
	static const char *const words[] = { "content", "final", "open", "close" };
	static char content[1024];

	CHECK(data == said);
	if (state == LWS_UFS_OPEN)
		content[0] = '\0';
	if (len > 0)
		snprintf(content + strlen(content),
			 sizeof(content) - strlen(content), "%.*s", len, buf);
	/* pieces depend on how much comes at once */
	if (state == LWS_UFS_CONTENT)
		return 0;
	if (state == LWS_UFS_CLOSE)
		say("close ");
	else
		say("%s:%s:%s:%s ", words[state], name, filename,
		    state == LWS_UFS_FINAL_CONTENT ? content : "");

	return 0;
}

static int form_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	struct lws_spa *spa;
	int n, result = 0;

	(void)user;
	(void)in;
	(void)len;
	if (reason != LWS_CALLBACK_HTTP)
		return 0;
	spa = lws_spa_create(wsi, names, 3, 64, file_cb, said);
	if (!spa) {
		say("none");
		return http_answer(wsi, "200 OK", "");
	}
	for (len = 0; len < strlen(body) && !result; len += step)
		result = lws_spa_process(spa, body + len,
			(int)(strlen(body) - len < step ? strlen(body) - len : step));
	say("process %d ", result);
	if (!result)
		say("finalize %d ", lws_spa_finalize(spa));
	if (!result)
		for (n = 0; n < 4; n++)
			say("%d:%s ", lws_spa_get_length(spa, n),
			    lws_spa_get_string(spa, n) ? lws_spa_get_string(spa, n) :
							 "-");
	say("destroy %d", lws_spa_destroy(spa));

	return http_answer(wsi, "200 OK", "");
}

static const struct lws_protocols form_protocols[] = {
	{ "form", form_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void shows(struct lws_context *cx, struct lws_vhost *vh)
{
	char sent[300];
	int fd = http_connect(vh);

	said[0] = '\0';
	snprintf(sent, sizeof(sent),
		 "GET / HTTP/1.1\r\nHost: a\r\nContent-Type: %s\r\n"
		 "Connection: close\r\n\r\n", kind);
	http_send(fd, sent, strlen(sent));
	http_until_end(cx, fd);
	close(fd);
	printf("%s\n", said);
}

#define PART(head, value) \
	"--XyZ\r\nContent-Disposition: form-data; " head "\r\n\r\n" value "\r\n"
#define END "--XyZ--\r\n"

int main(void)
{
	static const char urls[] = "application/x-www-form-urlencoded",
		parts[] = "multipart/form-data; boundary=XyZ";
	static const struct {
		const char *kind, *body;
	} cases[] = {
		{ urls, "a=1&b=2" },
		{ urls, "b=two+words%21&unknown=3&a=" },
		{ urls, "a=1234567890123456789012345678901234567890123456789012345678901234567890" },
		{ parts, PART("name=\"a\"", "one") PART("name=\"b\"", "two\r\nlines") END },
		{ parts, PART("name=\"a\"", "x")
		  PART("name=\"file\"; filename=\"f.txt\"\r\nContent-Type: text/plain",
		       "content\r\n--Xy more") END },
		{ parts, PART("name=\"file\"; filename=\"f.txt\"", "first")
		  PART("name=\"file\"; filename=\"g.txt\"", "second")
		  PART("name=\"b\"", "last") END },
		{ parts, PART("name=\"file\"; filename=\"empty\"", "") END },
		{ "multipart/form-data; boundary=\"XyZ\"", PART("name=\"a\"", "quoted") END },
	};
	struct lws_context_creation_info info;
	struct lws_context *cx;
	struct lws_vhost *vh;
	size_t n;

	lws_set_log_level(0, NULL);
	cx = context_bare();
	memset(&info, 0, sizeof(info));
	info.vhost_name = "form";
	info.iface = "127.0.0.1";
	info.protocols = form_protocols;
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);
	for (n = 0; n < LWS_ARRAY_SIZE(cases); n++) {
		kind = cases[n].kind;
		body = cases[n].body;
		for (step = 7; step < 10000; step *= 1000) {
			printf("%zu ", n);
			shows(cx, vh);
		}
	}
	lws_context_destroy(cx);

	return 0;
}
