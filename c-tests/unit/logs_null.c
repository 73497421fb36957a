/* SPDX-License-Identifier: MIT */
/*
 * Arguments that cannot be used: the documented result, one line that names
 * the function and the argument, no crash.
 */
#include <libwebsockets.h>

#include "check.h"

static char got[512];
static int lines;

static void
emit(int level, const char *line)
{
	CHECK_EQ(level, LLL_ERR);
	lines++;
	snprintf(got, sizeof(got), "%s", line);
}

#define CHECK_BAD(function, argument, call) \
	do { \
		lines = 0; \
		call; \
		CHECK_EQ(lines, 1); \
		CHECK(strstr(got, function ": bad argument: " argument)); \
	} while (0)

#define CHECK_FINE(call) \
	do { \
		lines = 0; \
		call; \
		CHECK_EQ(lines, 0); \
	} while (0)

static void
list(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	_lws_logv(LLL_ERR, NULL, ap);
	va_end(ap);
}

int
main(void)
{
	const char *no_format = NULL;
	struct lws_log_cx cx;
	char p[8] = "#######";

	lws_set_log_level(LLL_ERR, emit);
	memset(&cx, 0, sizeof(cx));
	cx.lll_flags = LLL_ERR;

	CHECK_BAD("_lws_log", "format", _lws_log(LLL_ERR, no_format));
	CHECK_BAD("_lws_log", "format", list(""));
	CHECK_BAD("_lws_log_cx", "format", _lws_log_cx(&cx, NULL, NULL, LLL_ERR, "f", no_format));
	CHECK_BAD("_lws_log_cx", "format", _lws_log_cx(NULL, NULL, NULL, LLL_ERR, NULL, no_format));
	CHECK_FINE(_lws_log(LLL_WARN, no_format));
	CHECK_FINE(_lws_log_cx(&cx, NULL, NULL, LLL_WARN, NULL, no_format));

	CHECK_BAD("lwsl_timestamp", "p", CHECK_EQ(lwsl_timestamp(LLL_ERR, NULL, 40), 0));
	CHECK_BAD("lwsl_timestamp", "len", CHECK_EQ(lwsl_timestamp(LLL_ERR, p, 0), 0));
	CHECK_STR(p, "#######");

	CHECK_BAD("lwsl_emit_stderr", "line", lwsl_emit_stderr(LLL_ERR, NULL));
	CHECK_BAD("lwsl_emit_stderr_notimestamp", "line",
		  lwsl_emit_stderr_notimestamp(LLL_ERR, NULL));
	CHECK_BAD("lwsl_emit_syslog", "line", lwsl_emit_syslog(LLL_ERR, NULL));

	CHECK_BAD("lws_log_emit_cx_file", "cx", lws_log_emit_cx_file(NULL, LLL_ERR, "x\n", 2));
	CHECK_BAD("lws_log_emit_cx_file", "line", lws_log_emit_cx_file(&cx, LLL_ERR, NULL, 2));
	CHECK_BAD("lws_log_emit_cx_file", "len", lws_log_emit_cx_file(&cx, LLL_ERR, "", SIZE_MAX));
	CHECK_BAD("lws_log_use_cx_file", "cx", lws_log_use_cx_file(NULL, 1));
	CHECK_BAD("lws_log_use_cx_file", "cx->opaque", lws_log_use_cx_file(&cx, 1));
	CHECK_FINE(lws_log_use_cx_file(&cx, -1));
	CHECK_BAD("lwsl_refcount_cx", "cx", lwsl_refcount_cx(NULL, 1));
	CHECK_BAD("lwsl_refcount_cx", "_new", lwsl_refcount_cx(&cx, -1));

	CHECK_BAD("lwsl_hexdump_level", "len", lwsl_hexdump_level(LLL_ERR, p, SIZE_MAX));
	CHECK_BAD("lwsl_hexdump_level_cx", "len",
		  lwsl_hexdump_level_cx(NULL, NULL, NULL, LLL_ERR, p, SIZE_MAX));
	CHECK_BAD("lwsl_hexdump", "len", lwsl_hexdump(p, SIZE_MAX));
	lines = 0;
	lwsl_hexdump_level(LLL_ERR, NULL, 1);
	CHECK(lines == 1 && strstr(got, "(hexdump: NULL ptr)"));
	lwsl_hexdump_level_cx(NULL, NULL, NULL, LLL_ERR, NULL, 1);
	CHECK(lines == 2 && strstr(got, "(hexdump: NULL ptr)"));
	CHECK_FINE(lwsl_hexdump(NULL, 1)); /* LLL_DEBUG, which is off */

	CHECK_FINE(CHECK_EQ(lwsl_visible(0), 0));
	CHECK_FINE(lws_set_log_level(LLL_ERR, NULL));
	CHECK_EQ(lws_is_be(), *(const unsigned char *)&(const int){ 1 } != 1);

	return 0;
}
