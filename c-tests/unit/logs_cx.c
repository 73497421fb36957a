/* SPDX-License-Identifier: MIT */
/*
 * Log contexts: levels, prefixes, emit functions and the count of users.
 */
#include <libwebsockets.h>

#include "check.h"

#define STAMP 30

static char got[4096];
static int lines;
static struct lws_log_cx *from, *told;
static size_t told_len;
static int told_level, told_new, told_refcount, changes;

static void
add(const char *text)
{
	size_t used = strlen(got), len = strlen(text);

	CHECK(used + len < sizeof(got));
	memcpy(got + used, text, len + 1);
}

static void
forget(void)
{
	got[0] = '\0';
	lines = 0;
	from = NULL;
}

static void
emit(int level, const char *line)
{
	told_level = level;
	lines++;
	add("plain ");
	add(line);
}

static void
emit_cx(struct lws_log_cx *cx, int level, const char *line, size_t len)
{
	from = cx;
	told_level = level;
	told_len = len;
	CHECK_EQ(strlen(line), len);
	lines++;
	add(line);
}

/* writes "<name>", and says which log context it was called for */
static void
prefix(struct lws_log_cx *cx, void *obj, char **p, char *e)
{
	CHECK(!obj);
	CHECK(e > *p);
	*p += lws_snprintf(*p, lws_ptr_diff_size_t(e, *p), "<%s>", (char *)cx->opaque);
}

static void
prefix_obj(struct lws_log_cx *cx, void *obj, char **p, char *e)
{
	CHECK(e > *p);
	told = cx;
	*p += lws_snprintf(*p, lws_ptr_diff_size_t(e, *p), "{%s}: ", (char *)obj);
}

/* fills all the room there is */
static void
prefix_long(struct lws_log_cx *cx, void *obj, char **p, char *e)
{
	(void)cx;
	(void)obj;
	while (*p < e)
		*(*p)++ = 'p';
}

/* claims to have written more than there is room for */
static void
prefix_liar(struct lws_log_cx *cx, void *obj, char **p, char *e)
{
	(void)cx;
	(void)obj;
	strcpy(*p, "liar");
	*p = e + 1000;
}

/* goes backwards */
static void
prefix_back(struct lws_log_cx *cx, void *obj, char **p, char *e)
{
	(void)cx;
	(void)obj;
	(void)e;
	*p -= 20;
}

static void
used(struct lws_log_cx *cx, int n)
{
	told = cx;
	told_new = n;
	told_refcount = cx->refcount;
	changes++;
}

static void
init(struct lws_log_cx *cx, const char *name, struct lws_log_cx *parent)
{
	memset(cx, 0, sizeof(*cx));
	cx->u.emit_cx = emit_cx;
	cx->lll_flags = LLLF_LOG_CONTEXT_AWARE | LLL_ERR;
	cx->prepend = prefix;
	cx->opaque = (void *)(uintptr_t)name;
	cx->parent = parent;
}

#define OBJ ((void *)(uintptr_t)"obj")

/* one line came, through the emit function of cx */
#define CHECK_LINE(cx, text) \
	do { \
		CHECK_EQ(lines, 1); \
		CHECK(from == (cx)); \
		CHECK(strlen(got) >= STAMP); \
		CHECK_STR(got + STAMP, (text)); \
		forget(); \
	} while (0)

static void
prefixes(void)
{
	struct lws_log_cx root, mid, leaf;
	char text[300];

	init(&root, "root", NULL);
	init(&mid, "mid", &root);
	init(&leaf, "leaf", &mid);

	/* the parents', the root's first; the object's; the function's name */
	_lws_log_cx(&leaf, prefix_obj, OBJ, LLL_ERR, __func__, "hello %d\n", 1);
	CHECK(told == &mid);
	CHECK_EQ(told_level, LLL_ERR);
	CHECK_EQ(told_len, strlen(got));
	CHECK(got[0] == '[' && !strncmp(got + STAMP - 4, " E: ", 4));
	CHECK_LINE(&leaf, "<root><mid>{obj}: prefixes: hello 1\n");
	_lws_log_cx(&leaf, NULL, OBJ, LLL_ERR, NULL, "hello");
	CHECK_LINE(&leaf, "<root><mid>hello\n");

	/* without a parent: its own */
	_lws_log_cx(&root, prefix_obj, OBJ, LLL_ERR, "f", "hello");
	CHECK(told == &root);
	CHECK_LINE(&root, "<root>{obj}: f: hello\n");
	mid.prepend = NULL;
	_lws_log_cx(&leaf, NULL, NULL, LLL_ERR, NULL, "hello");
	CHECK_LINE(&leaf, "<root>hello\n");
	root.prepend = NULL;
	_lws_log_cx(&mid, NULL, NULL, LLL_ERR, NULL, "hello");
	CHECK_LINE(&mid, "hello\n");

	/* memory: the prefixes and no function */
	root.prepend = prefix;
	leaf.lll_flags |= LLL_WARN;
	lwsl_hexdump_level_cx(&leaf, prefix_obj, OBJ, LLL_ERR | LLL_WARN, "abc", 3);
	CHECK_EQ(lines, 3);
	CHECK_STR(got,
		"<root>{obj}: \n"
		"<root>{obj}: 0000: 61 62 63                                           abc             \n"
		"<root>{obj}: \n");
	forget();
	lwsl_hexdump_level_cx(&leaf, NULL, NULL, LLL_ERR, NULL, 3);
	CHECK_LINE(&leaf, "<root>(hexdump: NULL ptr)\n");
	lwsl_hexdump_level_cx(&leaf, NULL, NULL, LLL_INFO, "abc", 3);
	CHECK_EQ(lines, 0);

	/* prefix functions that do not behave */
	_lws_log_cx(&leaf, prefix_long, OBJ, LLL_ERR, "f", "hello");
	memset(text, 'p', sizeof(text));
	memcpy(text, "<root>", 6);
	memcpy(text + 250 - STAMP, "...\n", 5);
	CHECK_LINE(&leaf, text);
	_lws_log_cx(&leaf, prefix_liar, OBJ, LLL_ERR, "f", "hello");
	CHECK_LINE(&leaf, "<root>liarf: hello\n");
	_lws_log_cx(&leaf, prefix_back, OBJ, LLL_ERR, "f", "hello");
	CHECK_LINE(&leaf, "<root>f: hello\n");
	memset(text, 'n', sizeof(text));
	text[299] = '\0';
	root.opaque = text;
	_lws_log_cx(&leaf, prefix_obj, OBJ, LLL_ERR, "f", "hello");
	CHECK_EQ(strlen(got), 254);
	CHECK(!strncmp(got + STAMP, "<nnn", 4) && !strcmp(got + 249, "n...\n"));
	forget();

	/* each other's parents: an end all the same */
	root.opaque = (void *)(uintptr_t)"r";
	root.parent = &mid;
	_lws_log_cx(&leaf, NULL, NULL, LLL_ERR, NULL, "hello");
	CHECK_EQ(lines, 1);
	CHECK(strstr(got, "<r>hello\n") || strstr(got, "<r><r>"));
	forget();
}

static void
levels(void)
{
	struct lws_log_cx root, leaf;

	init(&root, "root", NULL);
	init(&leaf, "leaf", &root);
	lws_set_log_level(LLL_ERR, emit);

	/* only the log context's own levels count */
	leaf.lll_flags = LLLF_LOG_CONTEXT_AWARE | LLL_WARN;
	_lws_log_cx(&leaf, NULL, NULL, LLL_ERR, NULL, "off");
	CHECK_EQ(lines, 0);
	root.lll_flags = LLLF_LOG_CONTEXT_AWARE;
	_lws_log_cx(&leaf, NULL, NULL, LLL_WARN, NULL, "on");
	CHECK_LINE(&leaf, "<root>on\n");
	_lws_log_cx(&leaf, NULL, NULL, LLLF_LOG_CONTEXT_AWARE, NULL, "off");
	CHECK_EQ(lines, 0);

	/* and those of lws_set_log_level() only without one */
	_lws_log_cx(NULL, prefix_obj, OBJ, LLL_ERR, "f", "hello");
	CHECK(told && told != &leaf && told != &root && told->u.emit == emit);
	CHECK_EQ(lines, 1);
	CHECK(!strncmp(got, "plain [", 7));
	CHECK_STR(got + 6 + STAMP, "{obj}: f: hello\n");
	forget();
	_lws_log_cx(NULL, NULL, NULL, LLL_WARN, "f", "off");
	CHECK_EQ(lines, 0);
	lws_set_log_level(LLL_WARN, NULL);
	CHECK_EQ(told->lll_flags, LLL_WARN);

	/* an emit function without log context */
	leaf.lll_flags = LLL_ERR;
	leaf.u.emit = emit;
	_lws_log_cx(&leaf, NULL, NULL, LLL_ERR, NULL, "hello");
	CHECK_EQ(lines, 1);
	CHECK_STR(got + 6 + STAMP, "<root>hello\n");
	forget();

	/*
	 * The process-wide log context with an emit function of the other kind
	 * keeps it when only levels are set, and loses it for a new one.
	 */
	told->u.emit_cx = emit_cx;
	told->lll_flags |= LLLF_LOG_CONTEXT_AWARE;
	lws_set_log_level(LLL_ERR, NULL);
	_lws_log(LLL_ERR, "hello");
	CHECK_LINE(told, "hello\n");
	lws_set_log_level(LLL_ERR, emit);
	_lws_log(LLL_ERR, "hello");
	CHECK_EQ(lines, 1);
	CHECK(!strncmp(got, "plain [", 7));
	forget();
}

static void
refcounts(void)
{
	struct lws_log_cx cx;

	init(&cx, "cx", NULL);
	cx.refcount_cb = used;
	changes = 0;

	lwsl_refcount_cx(&cx, 1);
	CHECK(told == &cx && changes == 1 && told_new == 1 && told_refcount == 1);
	lwsl_refcount_cx(&cx, 5);
	CHECK(changes == 2 && told_new == 5 && told_refcount == 2);
	lwsl_refcount_cx(&cx, 0);
	CHECK(changes == 3 && told_new == 0 && told_refcount == 1);
	lwsl_refcount_cx(&cx, -1);
	CHECK(changes == 4 && told_new == -1 && told_refcount == 0);

	/* not below 0: refused, one line */
	lws_set_log_level(LLL_ERR, emit);
	forget();
	lwsl_refcount_cx(&cx, -1);
	CHECK_EQ(changes, 4);
	CHECK_EQ(cx.refcount, 0);
	CHECK_EQ(lines, 1);
	CHECK(strstr(got, "lwsl_refcount_cx") && strstr(got, "_new"));
	forget();

	/* without a function */
	cx.refcount_cb = NULL;
	lwsl_refcount_cx(&cx, 1);
	CHECK_EQ(cx.refcount, 1);
	CHECK_EQ(changes, 4);
	CHECK_EQ(lines, 0);
}

int
main(void)
{
	prefixes();
	levels();
	refcounts();

	return 0;
}
