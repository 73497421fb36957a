/*
 * parity: log_cx is where a context's lines go, with a prefix of its own.
 */

#include "check.h"

static char lines[65536];
static int refs;

static void
keep(struct lws_log_cx *cx, int level, const char *line, size_t len)
{
	size_t used = strlen(lines);

	(void)cx;
	(void)level;
	if (len < sizeof(lines) - used - 1)
		memcpy(lines + used, line, len);
}

static void
prepend(struct lws_log_cx *cx, void *object, char **p, char *e)
{
	(void)cx;
	(void)object;
	*p += lws_snprintf(*p, (size_t)(e - *p), "own: ");
}

static void
counted(struct lws_log_cx *cx, int change)
{
	(void)cx;
	refs += change;
}

int
main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;
	lws_log_cx_t log;

	memset(&log, 0, sizeof(log));
	log.u.emit_cx = keep;
	log.prepend = prepend;
	log.refcount_cb = counted;
	log.lll_flags = LLL_ERR | LLL_USER | LLLF_LOG_CONTEXT_AWARE;

	info_init(&info);
	info.log_cx = &log;
	cx = lws_create_context(&info);
	CHECK(cx);
	CHECK(refs > 0);
	CHECK(lwsl_context_get_cx(cx) == &log);
	_lws_log_cx(lwsl_context_get_cx(cx), NULL, cx, LLL_USER, NULL, "word %d", 7);
	CHECK(strstr(lines, "own: "));
	CHECK(strstr(lines, "word 7"));
	lws_context_destroy(cx);
	CHECK(refs == 0);

	return 0;
}
