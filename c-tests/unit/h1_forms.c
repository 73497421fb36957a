/*
 * Forms that are posted: the values of fields and the content of files, what is
 * refused, arenas, and what functions do with bad arguments.
 */
#include "../http.h"

static struct pair {
	const char *pad, *name;
} apart[] = { { "x", "a" }, { "y", "b" } };
static const char *const names[] = { "a", "b", "file" };
static char said[2048], content[20000];
static size_t content_len;
static int refuse = -1, use_arena, small;
static struct lwsac *arena;
static const char *kept;

static int file_cb(void *data, const char *name, const char *filename,
		   char *buf, int len, enum lws_spa_fileupload_states state)
{
	CHECK(data == said);
	if (state == LWS_UFS_CLOSE)
		CHECK(!buf && !len);
	else
		CHECK(buf && !buf[len]);
	if (len) {
		CHECK(content_len + (size_t)len < sizeof(content));
		memcpy(content + content_len, buf, (size_t)len);
		content_len += (size_t)len;
		/* it is the program's to write to */
		memset(buf, 0, (size_t)len + 1);
	}
	if (state == LWS_UFS_CLOSE)
		strcat(said, "close ");
	else if (state != LWS_UFS_CONTENT)
		snprintf(said + strlen(said), sizeof(said) - strlen(said),
			 "%d:%s:%s ", (int)state, name, filename);

	return state == (enum lws_spa_fileupload_states)refuse ? -1 : 0;
}

struct session {
	struct lws_spa *spa;
};

static int form_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	struct session *pss = (struct session *)user;
	lws_spa_create_info_t info;
	char text[200];
	int n;

	switch ((int)reason) {
	case LWS_CALLBACK_HTTP:
		memset(&info, 0, sizeof(info));
		info.param_names = use_arena ? &apart[0].name : names;
		info.param_names_stride = use_arena ? sizeof(apart[0]) : 0;
		info.count_params = use_arena ? 2 : 3;
		info.max_storage = small;
		info.ac = use_arena ? &arena : NULL;
		info.opt_cb = file_cb;
		info.opt_data = said;
		pss->spa = lws_spa_create_via_info(wsi, &info);
		if (!pss->spa)
			return -1;
		break;
	case LWS_CALLBACK_HTTP_BODY:
		if (lws_spa_process(pss->spa, (const char *)in, (int)len)) {
			CHECK_EQ(lws_spa_process(pss->spa, "x", 1), -1);
			return -1;
		}
		break;
	case LWS_CALLBACK_HTTP_BODY_COMPLETION:
		if (lws_spa_finalize(pss->spa))
			return -1;
		text[0] = '\0';
		for (n = -1; n < 5; n++) {
			const char *value = lws_spa_get_string(pss->spa, n);

			len = (size_t)lws_spa_get_length(pss->spa, n);
			CHECK_EQ(len, value ? strlen(value) : 0);
			snprintf(text + strlen(text), sizeof(text) - strlen(text),
				 "%s|", value ? value : "-");
		}
		kept = lws_spa_get_string(pss->spa, 0);
		CHECK_EQ(lws_spa_destroy(pss->spa), 0);
		pss->spa = NULL;
		return http_answer(wsi, "200 OK", text);
	case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
		if (pss->spa)
			CHECK_EQ(lws_spa_destroy(pss->spa), 0);
		pss->spa = NULL;
	}

	return 0;
}

static const struct lws_protocols form_protocols[] = {
	{ "form", form_cb, sizeof(struct session), 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;
static struct lws_vhost *vh;

/* Posts a form; the answer's body is `expected`, NULL: it is refused. */
static void posts(const char *kind, const char *body, size_t step,
		  const char *expected, const char *told)
{
	size_t len = strlen(body), at;
	int fd = http_connect(vh);
	char sent[300];

	said[0] = '\0';
	content_len = 0;
	snprintf(sent, sizeof(sent),
		 "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
		 "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n", kind, len);
	http_send(fd, sent, strlen(sent));
	for (at = 0; at < len; at += step) {
		if (send(fd, body + at, len - at < step ? len - at : step,
			 MSG_NOSIGNAL) < 0)
			break;
		CHECK(lws_service(cx, -1) >= 0);
	}
	http_until_end(cx, fd);
	close(fd);
	if (!expected && !http_got_len && !strcmp(said, told))
		return;
	if (!expected || !strstr(http_got, "\r\n\r\n") || strcmp(said, told) ||
	    strcmp(strstr(http_got, "\r\n\r\n") + 4, expected)) {
		fprintf(stderr, "%s\nexpected %s, %s\ngot %s, %s\n", body,
			expected, told, http_got, said);
		exit(1);
	}
}

#define URL "application/x-www-form-urlencoded"
#define PARTS "multipart/form-data; boundary=XyZ"
#define PART(head, value) \
	"--XyZ\r\nContent-Disposition: form-data; " head "\r\n\r\n" value "\r\n"
#define END "--XyZ--\r\n"

int main(void)
{
	static char big[18000], parts[20000];
	struct lws_context_creation_info info;
	lws_spa_create_info_t bad;
	size_t n, step;

	lws_set_log_level(0, NULL);
	cx = context_bare();
	memset(&info, 0, sizeof(info));
	info.vhost_name = "form";
	info.iface = "127.0.0.1";
	info.protocols = form_protocols;
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);

	for (step = 1; step < 1000; step = step * 8 + 3) {
		posts(URL, "a=1&b=two+words%21&c=3", step,
		      "-|1|two words!|-|-|-|", "close ");
		posts(URL, "a=&b=1&b=2&a=3", step, "-|3|1|-|-|-|", "close ");
		posts(PARTS, PART("name=\"b\"", "two\r\nlines")
		      PART("name=\"file\"; filename=\"../f.txt\"", "1\r\n--Xy2")
		      END, step, "-|-|two\r\nlines|-|-|-|",
		      "2:file:../f.txt 1:file:../f.txt close ");
		CHECK_EQ(content_len, 8);
		CHECK(!memcmp(content, "1\r\n--Xy2", 8));
		posts(PARTS, PART("name=\"a\"", "1"), step, NULL, "close ");
		posts(URL, "a=%zz", step, NULL, "close ");
	}
	/* a large file, in pieces */
	for (n = 0; n < sizeof(big) - 1; n++)
		big[n] = (char)('a' + n % 23);
	snprintf(parts, sizeof(parts),
		 PART("name=\"file\"; filename=\"f\"", "%s") END, big);
	posts(PARTS, parts, 4000, "-|-|-|-|-|-|", "2:file:f 1:file:f close ");
	CHECK_EQ(content_len, sizeof(big) - 1);
	CHECK(!memcmp(content, big, content_len));
	/* who receives a file may refuse it */
	for (refuse = 0; refuse < 3; refuse++)
		posts(PARTS, PART("name=\"file\"; filename=\"f\"", "x") END, 500,
		      NULL, refuse == LWS_UFS_FINAL_CONTENT ?
		      "2:file:f 1:file:f close " : "2:file:f close ");
	refuse = -1;
	/* values have so much room, with NULs */
	small = 8;
	posts(URL, "a=123&b=456", 500, "-|123|456|-|-|-|", "close ");
	posts(URL, "a=123&b=4567", 500, NULL, "close ");
	posts(URL, "a=123&other=456789&b=1", 500, "-|123|1|-|-|-|", "close ");
	small = 0;
	posts("multipart/form-data", "x", 500, NULL, "");

#if defined(LWS_WITH_LWSAC)
	use_arena = 1;
	posts(URL, "a=in+arena&b=1", 500, "-|in arena|1|-|-|-|", "close ");
	CHECK(arena != NULL);
	CHECK(!strcmp(kept, "in arena"));
	lwsac_free(&arena);
	use_arena = 0;
#endif

	CHECK(lws_spa_create(NULL, names, 3, 0, NULL, NULL) == NULL);
	memset(&bad, 0, sizeof(bad));
	CHECK(lws_spa_create_via_info(NULL, &bad) == NULL);
	CHECK(lws_spa_create_via_info(NULL, NULL) == NULL);
	CHECK_EQ(lws_spa_process(NULL, "a", 1), -1);
	CHECK_EQ(lws_spa_finalize(NULL), -1);
	CHECK_EQ(lws_spa_get_length(NULL, 0), 0);
	CHECK(lws_spa_get_string(NULL, 0) == NULL);
	CHECK_EQ(lws_spa_destroy(NULL), -1);
	lws_context_destroy(cx);

	return 0;
}
