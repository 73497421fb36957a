/* SPDX-License-Identifier: MIT */
/*
 * What a line looks like when it reaches the emit function of the program.
 */
#include <libwebsockets.h>
#include <errno.h>
#include <time.h>

#include "check.h"

/* "[YYYY/MM/DD HH:MM:SS:tttt] L: " */
#define STAMP 30

static char kept[4096];
static int lines, last_level;

static void
keep(int level, const char *line)
{
	size_t used = strlen(kept), len = strlen(line);

	CHECK(used + len < sizeof(kept));
	memcpy(kept + used, line, len + 1);
	lines++;
	last_level = level;
}

static void
keep_other(int level, const char *line)
{
	keep(level, "other: ");
	keep(level, line);
}

/* the last line that is not empty */
static void
keep_last(int level, const char *line)
{
	(void)level;
	if (line[0] != '\n')
		snprintf(kept, sizeof(kept), "%s", line);
}

static void
forget(void)
{
	kept[0] = '\0';
	lines = 0;
	last_level = 0;
}

/* exactly one line came, this one after its timestamp and letter */
#define CHECK_TEXT(text) \
	do { \
		CHECK_EQ(lines, 1); \
		CHECK(strlen(kept) >= STAMP); \
		CHECK_STR(kept + STAMP, (text)); \
		forget(); \
	} while (0)

static void
check_stamp(const char *line, char letter)
{
	static const char shape[] = "[0000/00/00 00:00:00:0000] ";
	const char *zone = getenv("TZ");
	int y, mon, d, h, min, s, t;
	struct tm tm;
	time_t was, now = time(NULL);
	size_t n;

	for (n = 0; shape[n]; n++)
		CHECK(shape[n] == '0' ? line[n] >= '0' && line[n] <= '9' : shape[n] == line[n]);
	CHECK_EQ(line[n], letter);
	CHECK(!strncmp(line + n + 1, ": ", 2));

	CHECK_EQ(sscanf(line, "[%d/%d/%d %d:%d:%d:%d]", &y, &mon, &d, &h, &min, &s, &t), 7);
	memset(&tm, 0, sizeof(tm));
	tm.tm_year = y - 1900;
	tm.tm_mon = mon - 1;
	tm.tm_mday = d;
	tm.tm_hour = h;
	tm.tm_min = min;
	tm.tm_sec = s;
	tm.tm_isdst = -1;
	was = mktime(&tm);
	CHECK(was <= now && now - was < 120);
	CHECK(zone && !strcmp(zone, "XYZ-5:30")); /* set in main(): not UTC */
}

static void
levels(void)
{
	static const char letters[] = "EWNIDPHXCLUT";
	int n;

	for (n = 0; n < LLL_COUNT; n++) {
		lws_set_log_level(1 << n, keep);
		forget();
		_lws_log(1 << n, "level %d", n);
		CHECK_EQ(lines, 1);
		CHECK_EQ(last_level, 1 << n);
		check_stamp(kept, letters[n]);
		forget();
		_lws_log(~(1 << n) & ((1 << LLL_COUNT) - 1), "off");
		CHECK_EQ(lines, 0);

		CHECK_EQ(lwsl_visible(1 << n), 1);
		CHECK_EQ(lwsl_visible(~(1 << n) & ((1 << LLL_COUNT) - 1)), 0);
		CHECK_EQ(lwsl_visible((1 << LLL_COUNT) - 1), 1);
	}
	CHECK_EQ(lwsl_visible(0), 0);

	/* flags of a log context are no levels */
	lws_set_log_level(LLL_ERR | LLLF_LOG_TIMESTAMP | LLLF_LOG_CONTEXT_AWARE, keep);
	CHECK_EQ(lwsl_visible(LLLF_LOG_TIMESTAMP | LLLF_LOG_CONTEXT_AWARE), 0);
	_lws_log(LLL_ERR, "x");
	CHECK_TEXT("x\n");

	/* a secret's level is the level */
	_lws_log(LLL_ERR | LLLF_SECRECY_PII, "x");
	CHECK_EQ(last_level, LLL_ERR | LLLF_SECRECY_PII);
	check_stamp(kept, 'E');
	CHECK_TEXT("x\n");

	/* several levels have no letter, and any of them is enough */
	_lws_log(LLL_ERR | LLL_WARN, "x");
	CHECK_STR(kept, "x\n");
	forget();
	_lws_log(0, "x");
	CHECK_EQ(lines, 0);

	/* nothing */
	lws_set_log_level(0, keep);
	_lws_log((1 << LLL_COUNT) - 1, "off");
	CHECK_EQ(lines, 0);
}

static void
texts(void)
{
	char a[400], cut[410];
	size_t n;

	lws_set_log_level(LLL_ERR, keep);
	_lws_log(LLL_ERR, "%s %d %.2f", "a", -3, 0.5);
	CHECK_TEXT("a -3 0.50\n");

	/* always one newline */
	_lws_log(LLL_ERR, "one\n");
	CHECK_TEXT("one\n");
	_lws_log(LLL_ERR, "three\n\n\n");
	CHECK_TEXT("three\n");
	_lws_log(LLL_ERR, "a\n\nb\n");
	CHECK_TEXT("a\n\nb\n");
	_lws_log(LLL_ERR, "%s", "");
	CHECK_TEXT("\n");
	_lws_log(LLL_ERR, "\n");
	CHECK_TEXT("\n");

	/* a NUL in the text does not end the line */
	_lws_log(LLL_ERR, "a%cb", 0);
	CHECK_TEXT("a?b\n");

	/* long lines: 253 bytes with the timestamp, or cut to 250 and "..." */
	memset(a, 'a', sizeof(a));
	for (n = 215; n < sizeof(a); n++) {
		a[n] = '\0';
		_lws_log(LLL_ERR, "%s", a);
		if (n <= 253 - STAMP)
			snprintf(cut, sizeof(cut), "%s\n", a);
		else
			snprintf(cut, sizeof(cut), "%.*s...\n", 250 - STAMP, a);
		CHECK_EQ(strlen(kept), (n <= 253 - STAMP ? n + STAMP + 1 : 254));
		CHECK_TEXT(cut);
		_lws_log(LLL_ERR, "%s\n", a);
		CHECK_TEXT(cut);
		a[n] = 'a';
	}
}

static void
listed(int level, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	_lws_logv(level, format, ap);
	/* the list is still ours */
	CHECK_EQ(va_arg(ap, int), 7);
	va_end(ap);
}

static void
environment(void)
{
	lws_set_log_level(LLL_ERR, keep);
	listed(LLL_ERR, "%d", 7);
	CHECK_TEXT("7\n");
	listed(LLL_INFO, "%d", 7);
	CHECK_EQ(lines, 0);

	/* errno can be shown, and stays */
	errno = ENOTDIR;
	_lws_log(LLL_ERR, "%m");
	CHECK_EQ(errno, ENOTDIR);
	CHECK(strstr(kept, strerror(ENOTDIR)));
	forget();
	errno = EPIPE;
	_lws_log(LLL_INFO, "off");
	lwsl_hexdump_level(LLL_ERR, "a", 1);
	CHECK_EQ(errno, EPIPE);
	CHECK_EQ(lines, 3);
	forget();

	/* NULL keeps where lines go, and replaces the levels */
	lws_set_log_level(LLL_WARN, NULL);
	_lws_log(LLL_ERR, "off");
	_lws_log(LLL_WARN, "on");
	CHECK_TEXT("on\n");
	lws_set_log_level(LLL_WARN, keep_other);
	_lws_log(LLL_WARN, "on");
	CHECK_EQ(lines, 2);
	CHECK(!strncmp(kept, "other: [", 8));
	forget();
}

static void
timestamp(void)
{
	char p[40];
	size_t n, len;

	for (n = 1; n < sizeof(p); n++) {
		memset(p, '#', sizeof(p));
		len = n - 1 < STAMP ? n - 1 : STAMP;
		CHECK_EQ(lwsl_timestamp(LLL_USER, p, n), len);
		CHECK_EQ(strlen(p), len);
		if (n > STAMP)
			check_stamp(p, 'U');
		for (len++; len < sizeof(p); len++)
			CHECK_EQ(p[len], '#');
	}

	/* not one level: empty */
	p[0] = '#';
	CHECK_EQ(lwsl_timestamp(LLL_ERR | LLL_WARN, p, sizeof(p)), 0);
	CHECK_STR(p, "");
	p[0] = '#';
	CHECK_EQ(lwsl_timestamp(1 << LLL_COUNT, p, sizeof(p)), 0);
	CHECK_STR(p, "");
}

static void
hexdump(void)
{
	static const unsigned char mem[] = {
		0x00, 0x1f, ' ', '~', 0x7f, 0x80, 0xff, 'A', '0', 'b', 'c', 'd', 'e', 'f', 'g', 'h',
		'!'
	};
	static char big[65537];

	lws_set_log_level(LLL_ERR | LLL_DEBUG, keep);
	lwsl_hexdump_level(LLL_ERR, mem, 0);
	CHECK_TEXT("(hexdump: zero length)\n");
	lwsl_hexdump_level(LLL_ERR, NULL, 0);
	CHECK_TEXT("(hexdump: zero length)\n");
	lwsl_hexdump_level(LLL_ERR, NULL, 1);
	CHECK_TEXT("(hexdump: NULL ptr)\n");
	lwsl_hexdump_level(LLL_INFO, mem, sizeof(mem));
	CHECK_EQ(lines, 0);

	/* without a letter, so without timestamps */
	lwsl_hexdump_level(LLL_ERR | LLL_WARN, mem, sizeof(mem));
	CHECK_EQ(lines, 4);
	CHECK_STR(kept,
		"\n"
		"0000: 00 1F 20 7E 7F 80 FF 41 30 62 63 64 65 66 67 68    .. ~...A0bcdefgh\n"
		"0010: 21                                                 !               \n"
		"\n");
	forget();

	lwsl_hexdump_level(LLL_ERR | LLL_WARN, mem, 16);
	CHECK_EQ(lines, 3);
	CHECK_STR(kept,
		"\n"
		"0000: 00 1F 20 7E 7F 80 FF 41 30 62 63 64 65 66 67 68    .. ~...A0bcdefgh\n"
		"\n");
	forget();

	lwsl_hexdump(mem, 1);
	CHECK_EQ(lines, 3);
	CHECK_EQ(last_level, LLL_DEBUG);
	check_stamp(kept, 'D');
	forget();

	/* the offset has as many digits as it needs */
	lws_set_log_level(LLL_ERR, keep_last);
	memset(big, 'a', sizeof(big));
	lwsl_hexdump_level(LLL_ERR | LLL_WARN, big, 65536);
	CHECK(!strncmp(kept, "FFF0: 61 ", 9));
	lwsl_hexdump_level(LLL_ERR | LLL_WARN, big, 65537);
	CHECK_STR(kept,
		"10000: 61                                                 a               \n");
	forget();
}

int
main(void)
{
	setenv("TZ", "XYZ-5:30", 1);
	tzset();

	levels();
	texts();
	environment();
	timestamp();
	hexdump();

	return 0;
}
