/* SPDX-License-Identifier: MIT */
/*
 * Log contexts that write to a file, opened for the first user and closed
 * after the last.
 */
#include <libwebsockets.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

#define STAMP 30

static char got[4096];
static int lines;

static void
emit(int level, const char *line)
{
	(void)level;
	lines++;
	snprintf(got, sizeof(got), "%s", line);
}

static void
init(struct lws_log_cx *cx, char *path)
{
	memset(cx, 0, sizeof(*cx));
	cx->u.emit_cx = lws_log_emit_cx_file;
	cx->refcount_cb = lws_log_use_cx_file;
	cx->lll_flags = LLLF_LOG_CONTEXT_AWARE | LLL_ERR;
	cx->opaque = path;
}

static const char *
content(const char *path)
{
	static char text[4096];
	FILE *f = fopen(path, "r");
	size_t n;

	CHECK(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';

	return text;
}

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	CHECK(f && fputs(text, f) >= 0 && !fclose(f));
}

static int
open_files(void)
{
	int n, count = 0;

	for (n = 0; n < 256; n++)
		if (fcntl(n, F_GETFD) != -1)
			count++;

	return count;
}

#define LOG(cx, text) _lws_log_cx((cx), NULL, NULL, LLL_ERR, NULL, "%s", (text))

/* logs with standard error going to path */
static void
log_to_stderr(struct lws_log_cx *cx, const char *text, const char *path)
{
	int saved = dup(STDERR_FILENO);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	CHECK(saved >= 0 && fd >= 0 && dup2(fd, STDERR_FILENO) == STDERR_FILENO);
	LOG(cx, text);
	CHECK(dup2(saved, STDERR_FILENO) == STDERR_FILENO);
	close(fd);
	close(saved);
}

int
main(void)
{
	char dir[] = "/tmp/relws-logs-XXXXXX", path[64], path2[64], err[64];
	struct lws_log_cx cx, cx2;
	struct stat st;
	int before, fd, saved;

	CHECK(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/log", dir);
	snprintf(path2, sizeof(path2), "%s/log2", dir);
	snprintf(err, sizeof(err), "%s/err", dir);
	lws_set_log_level(LLL_ERR, emit);
	before = open_files();

	/* nothing is opened before there is a user: lines go to standard error */
	init(&cx, path);
	log_to_stderr(&cx, "early", err);
	CHECK_STR(content(err) + STAMP, "early\n");
	CHECK(access(path, F_OK));

	/* opened once, emptied, private, not inherited, closed after the last */
	put(path, "what was there before\n");
	CHECK(!unlink(path));
	lwsl_refcount_cx(&cx, 1);
	CHECK(!stat(path, &st));
	CHECK_EQ(st.st_mode & 0777, 0600);
	CHECK_EQ(open_files(), before + 1);
	fd = (int)(intptr_t)cx.stg;
	CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
	LOG(&cx, "one");
	lwsl_refcount_cx(&cx, 1);
	CHECK_EQ((intptr_t)cx.stg, fd);
	CHECK_EQ(open_files(), before + 1);
	LOG(&cx, "two");
	lwsl_refcount_cx(&cx, -1);
	CHECK_EQ((intptr_t)cx.stg, fd);
	LOG(&cx, "three");
	lwsl_refcount_cx(&cx, -1);
	CHECK_EQ((intptr_t)cx.stg, -1);
	CHECK_EQ(open_files(), before);
	CHECK_STR(content(path) + STAMP + 4 + STAMP + 4 + STAMP, "three\n");
	CHECK(!strncmp(content(path) + STAMP, "one\n[", 5));
	CHECK(!strncmp(content(path) + STAMP + 4 + STAMP, "two\n[", 5));

	/* closed: standard error again, and the file is left alone */
	log_to_stderr(&cx, "late", err);
	CHECK_STR(content(err) + STAMP, "late\n");
	CHECK(!strstr(content(path), "late"));

	/* used again: emptied; two log contexts have a file each */
	init(&cx2, path2);
	lwsl_refcount_cx(&cx, 1);
	lwsl_refcount_cx(&cx2, 1);
	LOG(&cx, "four");
	LOG(&cx2, "five");
	CHECK_STR(content(path) + STAMP, "four\n");
	CHECK_STR(content(path2) + STAMP, "five\n");
	lwsl_refcount_cx(&cx2, -1);
	lwsl_refcount_cx(&cx, -1);

	/* called by the program itself */
	init(&cx, path);
	lws_log_use_cx_file(&cx, 1);
	lws_log_emit_cx_file(&cx, LLL_ERR, "as it is, and not this", 8);
	CHECK_STR(content(path), "as it is");
	lws_log_use_cx_file(&cx, -1);
	lws_log_use_cx_file(&cx, -1);
	CHECK_EQ(open_files(), before);

	/* a file that gets descriptor 0 works too */
	saved = dup(0);
	if (saved >= 0)
		close(0);
	init(&cx, path);
	lwsl_refcount_cx(&cx, 1);
	LOG(&cx, "six");
	CHECK_STR(content(path) + STAMP, "six\n");
	lwsl_refcount_cx(&cx, -1);
	if (saved >= 0) {
		CHECK(!dup2(saved, 0));
		close(saved);
	}
	CHECK_EQ(open_files(), before);

	/* what cannot be opened: one line, and lines go to standard error */
	CHECK_EQ(lines, 0);
	snprintf(path, sizeof(path), "%s/no/log", dir);
	init(&cx, path);
	lwsl_refcount_cx(&cx, 1);
	CHECK_EQ(lines, 1);
	CHECK(strstr(got, "lws_log_use_cx_file") && strstr(got, "No such file"));
	CHECK_EQ(cx.refcount, 1);
	log_to_stderr(&cx, "nowhere", err);
	CHECK_STR(content(err) + STAMP, "nowhere\n");
	lwsl_refcount_cx(&cx, -1);
	CHECK_EQ(lines, 1);
	init(&cx, NULL);
	lwsl_refcount_cx(&cx, 1);
	CHECK_EQ(lines, 2);
	CHECK(strstr(got, "lws_log_use_cx_file") && strstr(got, "opaque"));
	lwsl_refcount_cx(&cx, -1);

	/* what cannot be written goes to standard error, which is said once a file */
	if (!access("/dev/full", W_OK)) {
		char full[] = "/dev/full";

		init(&cx, full);
		lwsl_refcount_cx(&cx, 1);
		log_to_stderr(&cx, "full", err);
		CHECK_STR(content(err) + STAMP, "full\n");
		CHECK_EQ(lines, 3);
		CHECK(strstr(got, "lws_log_emit_cx_file") && strstr(got, "No space left"));
		log_to_stderr(&cx, "still full", err);
		CHECK_STR(content(err) + STAMP, "still full\n");
		CHECK_EQ(lines, 3);
		lwsl_refcount_cx(&cx, -1);
		CHECK_EQ((intptr_t)cx.stg, -1);
		lwsl_refcount_cx(&cx, 1);
		log_to_stderr(&cx, "full again", err);
		CHECK_EQ(lines, 4);
		lwsl_refcount_cx(&cx, -1);
	}
	CHECK_EQ(open_files(), before);

	snprintf(path, sizeof(path), "%s/log", dir);
	unlink(path);
	unlink(path2);
	unlink(err);
	CHECK(!rmdir(dir));

	return 0;
}
