/* SPDX-License-Identifier: MIT */
/*
 * The log context of a context and of its vhosts, their prefixes, and its
 * count of users.
 */
#include <libwebsockets.h>

#include "check.h"

#define STAMP 30

static char got[1024];
static int lines;

static void
emit(int level, const char *line)
{
	(void)level;
	lines++;
	snprintf(got, sizeof(got), "%s", line);
}

static void
emit_cx(struct lws_log_cx *cx, int level, const char *line, size_t len)
{
	(void)cx;
	CHECK_EQ(strlen(line), len);
	emit(level, line);
}

static void
null_arguments(void)
{
	char text[8] = "", *p = text, *none = NULL;

	lines = 0;
	CHECK(!lwsl_context_get_cx(NULL));
	CHECK(lines == 1 && strstr(got, "lwsl_context_get_cx"));
	CHECK(!lwsl_vhost_get_cx(NULL));
	CHECK(lines == 2 && strstr(got, "lwsl_vhost_get_cx"));
	CHECK(!lwsl_wsi_get_cx(NULL));
	CHECK(lines == 3 && strstr(got, "lwsl_wsi_get_cx"));

	/* a line about nothing has no prefix */
	lws_log_prepend_context(NULL, NULL, &p, text + sizeof(text));
	lws_log_prepend_vhost(NULL, NULL, &p, text + sizeof(text));
	lws_log_prepend_wsi(NULL, NULL, &p, text + sizeof(text));
	CHECK(p == text && !text[0]);
	CHECK_EQ(lines, 3);

	lws_log_prepend_context(NULL, NULL, NULL, text);
	CHECK(lines == 4 && strstr(got, "lws_log_prepend_context: bad argument: p"));
	lws_log_prepend_vhost(NULL, NULL, &none, text);
	CHECK(lines == 5 && strstr(got, "lws_log_prepend_vhost: bad argument: *p"));
	lws_log_prepend_wsi(NULL, NULL, &p, NULL);
	CHECK(lines == 6 && strstr(got, "lws_log_prepend_wsi: bad argument: e"));
}

static int protocol_calls, vhost_calls;
static struct lws_log_cx cx;

static int
callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	(void)user;
	(void)in;
	(void)len;
	if (reason != LWS_CALLBACK_PROTOCOL_INIT)
		return 0;
	CHECK(lwsl_wsi_get_cx(wsi) == &cx);
	lwsl_wsi(wsi, LLL_ERR, "hello");
	CHECK(got[STAMP] == '[' && strstr(got, "]: callback: hello\n"));
	protocol_calls++;

	return 0;
}

static void
finalize(struct lws_vhost *vhost, void *arg)
{
	CHECK(arg == &cx);
	CHECK(lwsl_vhost_get_cx(vhost) == &cx);
	lwsl_vhost(vhost, LLL_ERR, "hello");
	CHECK(got[STAMP] == '[' && strstr(got, "somewhere"));
	CHECK(strstr(got, "]: finalize: hello\n"));
	vhost_calls++;
}

static const struct lws_protocols protocols[] = {
	{ "talk", callback, 0, 0, 0, NULL, 0 },
	LWS_PROTOCOL_LIST_TERM
};

int
main(void)
{
	struct lws_context_creation_info info;
	char text[64], *p;
	struct lws_log_cx *shared;
	struct lws_context *context;

	lws_set_log_level(LLL_ERR, emit);
	null_arguments();

	cx.u.emit_cx = emit_cx;
	cx.lll_flags = LLLF_LOG_CONTEXT_AWARE | LLL_ERR;

	/* a log context of the program's */
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.log_cx = &cx;
	info.vhost_name = "somewhere";
	info.protocols = protocols;
	info.finalize = finalize;
	info.finalize_arg = &cx;
	context = lws_create_context(&info);
	CHECK(context);
	CHECK(lwsl_context_get_cx(context) == &cx);
	CHECK(cx.refcount > 0);
	lwsl_cx(context, LLL_ERR, "hello");
	CHECK_STR(got + STAMP, "somewhere: main: hello\n");
	lwsl_hexdump_context(context, LLL_ERR, NULL, 1);
	CHECK_STR(got + STAMP, "somewhere: (hexdump: NULL ptr)\n");
	lines = 0;
	lwsl_cx(context, LLL_WARN, "off");
	CHECK_EQ(lines, 0);

	/* the prefix is cut where the room ends */
	memset(text, '#', sizeof(text));
	p = text;
	lws_log_prepend_context(&cx, context, &p, text + 5);
	CHECK(p <= text + 5);
	CHECK(!strncmp(text, "some", 4) && text[5] == '#');

	/* vhosts and connections have it too */
	while (!protocol_calls)
		CHECK_EQ(lws_service(context, -1), 0);
	lws_context_destroy(context);
	CHECK_EQ(cx.refcount, 0);
	CHECK_EQ(vhost_calls, 1);

	/* without: the process-wide one, and no name, no prefix */
	info.log_cx = NULL;
	info.protocols = NULL;
	info.finalize = NULL;
	info.vhost_name = NULL;
	context = lws_create_context(&info);
	CHECK(context);
	shared = lwsl_context_get_cx(context);
	CHECK(shared && shared->u.emit == emit && shared->lll_flags == LLL_ERR);
	lwsl_cx(context, LLL_ERR, "hello");
	CHECK_STR(got + STAMP, "main: hello\n");
	lws_set_log_level(LLL_WARN, NULL);
	CHECK_EQ(shared->lll_flags, LLL_WARN);
	CHECK(shared->refcount > 0);
	lws_context_destroy(context);
	CHECK_EQ(shared->refcount, 0);

	return 0;
}
