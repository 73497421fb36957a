/* SPDX-License-Identifier: MIT */
/*
 * Many threads log at once: no line is lost, doubled or mixed with another,
 * and a log file is open exactly while something uses its log context.
 */
#include <libwebsockets.h>
#include <pthread.h>
#include <unistd.h>

#include "check.h"

#define THREADS 8
#define STAMP 30

static unsigned int count;
static struct lws_log_cx parent, child, file;

/* each thread's lines come in order; other threads' come in between */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned int next_plain[THREADS], next_cx[THREADS];

/* called by many threads at once: the library must not hold a lock here */
static pthread_barrier_t together;

static void
took(unsigned int *next, const char *text, const char *shape)
{
	unsigned int thread, n;
	char again[100];

	CHECK_EQ(sscanf(text, shape, &thread, &n), 2);
	CHECK(thread < THREADS);
	snprintf(again, sizeof(again), shape, thread, n);
	CHECK_STR(text, again);
	pthread_mutex_lock(&lock);
	CHECK_EQ(next[thread]++, n);
	pthread_mutex_unlock(&lock);
}

static void
emit(int level, const char *line)
{
	(void)level;
	if (!strcmp(line + STAMP, "all here\n"))
		pthread_barrier_wait(&together);
	else
		took(next_plain, line + STAMP, "thread %u line %u\n");
}

static void
emit_cx(struct lws_log_cx *cx, int level, const char *line, size_t len)
{
	unsigned int thread;

	(void)level;
	CHECK(cx == &child);
	CHECK_EQ(strlen(line), len);
	took(next_cx, line + STAMP, "<p>f: thread %u line %u\n");
	/* what an emit function logs itself */
	if (sscanf(line + STAMP, "<p>f: thread %u", &thread) == 1)
		_lws_log(LLL_ERR, "thread %u line %u", thread, next_plain[thread]);
}

static void
prefix(struct lws_log_cx *cx, void *obj, char **p, char *e)
{
	(void)obj;
	CHECK(cx == &parent && e - *p > 3);
	memcpy(*p, "<p>", 3);
	*p += 3;
}

static void *
thread_main(void *arg)
{
	unsigned int thread = (unsigned int)(uintptr_t)arg, n;

	_lws_log(LLL_ERR, "all here");
	if (thread == THREADS - 1)
		lws_set_log_level(LLL_ERR | LLL_WARN, emit);
	for (n = 0; n < count; n++) {
		_lws_log_cx(&child, NULL, NULL, LLL_ERR, "f", "thread %u line %u", thread, n);
		CHECK_EQ(lwsl_visible(LLL_ERR), 1);
		lwsl_refcount_cx(&file, 1);
		_lws_log_cx(&file, NULL, NULL, LLL_ERR, NULL, "thread %u line %u", thread, n);
		lwsl_refcount_cx(&file, -1);
	}

	return NULL;
}

int
main(void)
{
	char path[] = "/tmp/relws-logs-XXXXXX", line[300];
	unsigned int thread, n, last[THREADS], in_file = 0;
	pthread_t threads[THREADS];
	int fd = mkstemp(path);
	FILE *f;

	CHECK(fd >= 0 && !close(fd));
	count = check_slow() ? 50 : 5000;

	parent.prepend = prefix;
	child.parent = &parent;
	child.u.emit_cx = emit_cx;
	child.lll_flags = LLLF_LOG_CONTEXT_AWARE | LLL_ERR;
	file.u.emit_cx = lws_log_emit_cx_file;
	file.refcount_cb = lws_log_use_cx_file;
	file.lll_flags = LLLF_LOG_CONTEXT_AWARE | LLL_ERR;
	file.opaque = path;
	CHECK(!pthread_barrier_init(&together, NULL, THREADS));
	lws_set_log_level(LLL_ERR, emit);

	/* one user that stays, so that the file is not emptied in between */
	lwsl_refcount_cx(&file, 1);
	for (n = 0; n < THREADS; n++)
		CHECK(!pthread_create(&threads[n], NULL, thread_main, (void *)(uintptr_t)n));
	for (n = 0; n < THREADS; n++)
		CHECK(!pthread_join(threads[n], NULL));
	CHECK_EQ(file.refcount, 1);

	memset(last, 0, sizeof(last));
	f = fopen(path, "r");
	CHECK(f);
	while (fgets(line, sizeof(line), f)) {
		CHECK(strlen(line) > STAMP);
		took(last, line + STAMP, "thread %u line %u\n");
		in_file++;
	}
	fclose(f);
	CHECK_EQ(in_file, THREADS * count);
	for (n = 0; n < THREADS; n++) {
		CHECK_EQ(last[n], count);
		CHECK_EQ(next_cx[n], count);
		CHECK_EQ(next_plain[n], count);
	}

	/* now nobody stays: it is opened and closed by any of them, at any time */
	lwsl_refcount_cx(&file, -1);
	CHECK_EQ((intptr_t)file.stg, -1);
	memset(next_cx, 0, sizeof(next_cx));
	memset(next_plain, 0, sizeof(next_plain));
	for (n = 0; n < THREADS; n++)
		CHECK(!pthread_create(&threads[n], NULL, thread_main, (void *)(uintptr_t)n));
	for (n = 0; n < THREADS; n++)
		CHECK(!pthread_join(threads[n], NULL));
	CHECK_EQ(file.refcount, 0);
	CHECK_EQ((intptr_t)file.stg, -1);
	for (thread = 0; thread < THREADS; thread++)
		CHECK_EQ(next_cx[thread], count);

	pthread_barrier_destroy(&together);
	CHECK(!unlink(path));

	return 0;
}
