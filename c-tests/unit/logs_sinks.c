/* SPDX-License-Identifier: MIT */
/*
 * The sinks that come with the library: standard error, as a file and as a
 * terminal, and syslog.
 */
#include <libwebsockets.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <termios.h>
#include <unistd.h>

#include "check.h"

#define STAMP 30

static char got[8192], priorities[64];

/* the library's calls of syslog() come here */
void
syslog(int priority, const char *format, ...)
{
	size_t used = strlen(got), p = strlen(priorities);
	va_list ap;

	CHECK_STR(format, "%s");
	va_start(ap, format);
	vsnprintf(got + used, sizeof(got) - used, format, ap);
	va_end(ap);
	snprintf(priorities + p, sizeof(priorities) - p, "%d", priority);
}

/*
 * Runs with standard error replaced by fd; what can be read from reader
 * afterwards is in got.
 */
static void
captured(void (*run)(void), int fd, int reader)
{
	struct pollfd pfd = { reader, POLLIN, 0 };
	int saved = dup(STDERR_FILENO);
	size_t used = 0;
	ssize_t n;

	CHECK(saved >= 0 && dup2(fd, STDERR_FILENO) == STDERR_FILENO);
	run();
	CHECK(dup2(saved, STDERR_FILENO) == STDERR_FILENO);
	close(saved);
	while (poll(&pfd, 1, 0) == 1 && (pfd.revents & POLLIN)) {
		n = read(reader, got + used, sizeof(got) - 1 - used);
		CHECK(n > 0);
		used += (size_t)n;
	}
	got[used] = '\0';
}

static void
all_levels(void)
{
	int n;

	for (n = 0; n < LLL_COUNT; n++)
		lwsl_emit_stderr(1 << n, "x\n");
	lwsl_emit_stderr(0, "none\n");
}

static void
defaults(void)
{
	int n;

	for (n = 0; n < LLL_COUNT; n++)
		_lws_log(1 << n, "default %d", n);
}

static void
direct(void)
{
	lwsl_emit_stderr(LLL_ERR, "as it is");
	lwsl_emit_stderr(LLL_ERR, "|%s\n");
	lwsl_emit_stderr_notimestamp(LLL_ERR, "[2026/11/21 06:56:34:6547] E: [x]: text\n");
	lwsl_emit_stderr_notimestamp(LLL_ERR, "[2026/11/21 06:56:34] E: text\n");
	lwsl_emit_stderr_notimestamp(LLL_ERR, "");
	lwsl_emit_stderr_notimestamp(LLL_ERR, "short\n");
}

static void
notimestamp(void)
{
	lws_set_log_level(LLL_ERR, lwsl_emit_stderr_notimestamp);
	_lws_log(LLL_ERR, "bare");
}

static void
closed(void)
{
	close(STDERR_FILENO);
	lwsl_emit_stderr(LLL_ERR, "lost\n");
}

int
main(void)
{
	char line[300];
	int p[2], tty, n;
	struct termios t;
	char *at;

	CHECK(!pipe(p));

	/* what is there before lws_set_log_level() */
	captured(defaults, p[1], p[0]);
	at = got;
	for (n = 0; n < 3; n++) {
		snprintf(line, sizeof(line), "%c: default %d\n", "EWN"[n], n);
		CHECK(at[0] == '[' && !strncmp(at + STAMP - 3, line, strlen(line)));
		at += STAMP - 3 + strlen(line);
	}
	CHECK_STR(at, "");

	captured(all_levels, p[1], p[0]);
	CHECK_STR(got, "x\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nnone\n");
	captured(direct, p[1], p[0]);
	CHECK_STR(got, "as it is|%s\n[x]: text\n[2026/11/21 06:56:34] E: text\nshort\n");
	captured(notimestamp, p[1], p[0]);
	CHECK_STR(got, "bare\n");
	captured(closed, p[1], p[0]);
	CHECK_STR(got, "");

	/* a terminal has colours */
	tty = posix_openpt(O_RDWR | O_NOCTTY);
	CHECK(tty >= 0 && !grantpt(tty) && !unlockpt(tty));
	n = open(ptsname(tty), O_RDWR | O_NOCTTY);
	CHECK(n >= 0 && !tcgetattr(n, &t));
	t.c_oflag &= ~(tcflag_t)OPOST;
	CHECK(!tcsetattr(n, TCSANOW, &t));
	captured(all_levels, n, tty);
	CHECK_STR(got,
		"\x1b[31;1mx\n\x1b[0m" "\x1b[36;1mx\n\x1b[0m" "\x1b[35;1mx\n\x1b[0m"
		"\x1b[32;1mx\n\x1b[0m" "\x1b[34;1mx\n\x1b[0m" "\x1b[33;1mx\n\x1b[0m"
		"\x1b[33mx\n\x1b[0m" "\x1b[33mx\n\x1b[0m" "\x1b[33mx\n\x1b[0m"
		"\x1b[33;1mx\n\x1b[0m" "\x1b[0;1mx\n\x1b[0m" "\x1b[31mx\n\x1b[0m"
		"none\n");
	/* and is asked each time */
	captured(all_levels, p[1], p[0]);
	CHECK(!strchr(got, '\x1b'));

	/* syslog */
	got[0] = '\0';
	for (n = 0; n < LLL_COUNT; n++)
		lwsl_emit_syslog(1 << n, "%s");
	lwsl_emit_syslog(0, ".");
	lwsl_emit_syslog(LLL_WARN | LLLF_SECRECY_BEARER, ".");
	CHECK_STR(priorities, "34567777777774");
	CHECK_STR(got, "%s%s%s%s%s%s%s%s%s%s%s%s..");

	priorities[0] = got[0] = '\0';
	lws_set_log_level(LLL_NOTICE, lwsl_emit_syslog);
	_lws_log(LLL_NOTICE, "%s", "%d");
	CHECK_STR(priorities, "5");
	CHECK_STR(got + STAMP, "%d\n");

	return 0;
}
