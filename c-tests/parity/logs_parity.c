/* SPDX-License-Identifier: MIT */
/*
 * What the emit function of the program receives. Timestamps are left out, and
 * newlines at the end: lws 4.1.6 leaves both to the program.
 */
#include <libwebsockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* the text of a line without its timestamp and the newlines at its end */
static const char *
text_of(const char *line, size_t *len)
{
	*len = strlen(line);
	if (*len >= 30 && line[0] == '[' && line[5] == '/' && line[25] == ']') {
		line += 30;
		*len -= 30;
	}
	while (*len && line[*len - 1] == '\n')
		(*len)--;

	return line;
}

static void
show(int level, const char *line)
{
	size_t len, n;

	line = text_of(line, &len);
	printf("%d '", level);
	for (n = 0; n < len; n++)
		if ((unsigned char)line[n] < ' ' || (unsigned char)line[n] >= 0x7f)
			printf("\\x%02x", (unsigned char)line[n]);
		else
			putchar(line[n]);
	printf("'\n");
}

/* only how a line starts and ends; where it is cut depends on the timestamp */
static void
show_ends(int level, const char *line)
{
	int whole = strlen(line) <= 255;
	size_t len;

	line = text_of(line, &len);
	printf("%d '%.10s' '%.10s' %s\n", level, line, line + len - 10,
	       whole ? "fits" : "does not fit");
}

static void
show_other(int level, const char *line)
{
	printf("other ");
	show(level, line);
}

static void
listed(int level, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	_lws_logv(level, format, ap);
	va_end(ap);
}

static void
visible(const char *when)
{
	int n;

	printf("visible %s:", when);
	for (n = 0; n < LLL_COUNT; n++)
		printf(" %d", !!lwsl_visible(1 << n));
	printf(" all %d none %d\n", !!lwsl_visible((1 << LLL_COUNT) - 1), !!lwsl_visible(0));
}

int
main(void)
{
	unsigned char mem[256];
	char text[2000], stamp[40];
	int n, len;

	visible("at first");

	lws_set_log_level((1 << LLL_COUNT) - 1, show);
	visible("all");
	for (n = 0; n < LLL_COUNT; n++)
		_lws_log(1 << n, "level %d", n);
	_lws_log(LLL_ERR | LLL_WARN, "two levels");
	_lws_log(0, "no level");
	_lws_log(1 << LLL_COUNT, "unknown level");
	lwsl_err("%s: %d %u %c %5.2f %p|%-5s|%5s|%%\n", "err", -1, 2u, 'c', 1.5, NULL, "l", "r");
	lwsl_warn("%s", "warn\n");
	lwsl_notice("notice");
	lwsl_user("a\nb\tc");
	listed(LLL_INFO, "list %d %s", 1, "x");

	/* one level each */
	for (n = 0; n < LLL_COUNT; n++) {
		lws_set_log_level(1 << n, NULL);
		visible("one");
		_lws_log((1 << LLL_COUNT) - 1, "one of %d", n);
		_lws_log(1 << ((n + 1) % LLL_COUNT), "off");
	}
	lws_set_log_level(0, NULL);
	visible("nothing");
	_lws_log(LLL_ERR, "off");

	lws_set_log_level(LLL_ERR | LLL_USER, show_other);
	visible("other");
	_lws_log(LLL_ERR, "hello");
	_lws_log(LLL_WARN, "off");

	/* long lines */
	lws_set_log_level(LLL_ERR, show_ends);
	memset(text, 'a', sizeof(text));
	text[200] = '\0';
	_lws_log(LLL_ERR, "0123456789%s9876543210", text);
	text[200] = 'a';
	for (n = 300; n < 2000; n += 400) {
		text[n] = '\0';
		_lws_log(LLL_ERR, "0123456789%s9876543210", text);
		text[n] = 'a';
	}

	/* memory */
	lws_set_log_level(LLL_ERR | LLL_DEBUG, show);
	for (n = 0; n < 256; n++)
		mem[n] = (unsigned char)n;
	for (n = 0; n < 40; n++)
		lwsl_hexdump_level(LLL_ERR, mem + 90, (size_t)n);
	lwsl_hexdump_level(LLL_ERR, mem, sizeof(mem));
	lwsl_hexdump_level(LLL_ERR, NULL, 0);
	lwsl_hexdump_level(LLL_ERR, NULL, 1);
	lwsl_hexdump_level(LLL_WARN, mem, 1);
	lwsl_hexdump(mem, 3);
	lws_set_log_level(LLL_ERR, NULL);
	lwsl_hexdump(mem, 3);

	/* timestamps: their shape */
	for (n = -1; n <= LLL_COUNT; n++) {
		len = lwsl_timestamp(n < 0 ? 0 : 1 << n, stamp, sizeof(stamp));
		printf("timestamp %d: %d %d", n, len, (int)strlen(stamp));
		for (len = 0; stamp[len]; len++)
			if (stamp[len] >= '0' && stamp[len] <= '9')
				stamp[len] = '0';
		printf(" '%s'\n", stamp);
	}

	printf("big-endian %d\n", lws_is_be());

	return 0;
}
