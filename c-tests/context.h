/*
 * What the tests of contexts, timers, messages and states share: a context
 * that does not listen, a trace of what happened in which order, and the log
 * lines that were written.
 */
#ifndef RELWS_TEST_CONTEXT_H
#define RELWS_TEST_CONTEXT_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <libwebsockets.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

/* A class of messages that nothing in the library sends or listens to. */
#define MINE ((lws_smd_class_t)1 << LWSSMDCL_USER_BASE_BITNUM)
#define OTHER ((lws_smd_class_t)2 << LWSSMDCL_USER_BASE_BITNUM)

/* -- the trace ------------------------------------------------------------ */

static char trace_text[16384];

static inline void trace_reset(void)
{
	trace_text[0] = '\0';
}

__attribute__((format(printf, 1, 2)))
static inline void trace(const char *format, ...)
{
	size_t used = strlen(trace_text);
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(trace_text + used, sizeof(trace_text) - used, format, ap);
	va_end(ap);
	CHECK(n >= 0 && (size_t)n < sizeof(trace_text) - used);
}

/* CHECK that the trace is exactly this, and start a new one. */
#define CHECK_TRACE(expected) \
	do { \
		if (strcmp(trace_text, (expected))) \
			fprintf(stderr, "trace is    '%s'\nit shall be '%s'\n", \
				trace_text, (expected)); \
		CHECK(!strcmp(trace_text, (expected))); \
		trace_reset(); \
	} while (0)

/* -- the log -------------------------------------------------------------- */

static char log_text[65536];

static inline void log_keep(int level, const char *line)
{
	size_t used = strlen(log_text), len = strlen(line);

	(void)level;
	if (len < sizeof(log_text) - used)
		memcpy(log_text + used, line, len + 1);
}

/* Keep the log lines of these levels from now on, forget those before. */
static inline void log_watch(int levels)
{
	log_text[0] = '\0';
	lws_set_log_level(levels, log_keep);
}

/* How many of the lines kept contain the word? */
static inline int log_lines(const char *word)
{
	const char *line = log_text, *end;
	size_t len = strlen(word);
	int found = 0;

	while (*line) {
		end = strchr(line, '\n');
		if (!end)
			end = line + strlen(line);
		if (memmem(line, (size_t)(end - line), word, len))
			found++;
		line = *end ? end + 1 : end;
	}

	return found;
}

#define LOG_USUAL (LLL_ERR | LLL_WARN)

/* CHECK that the expression logs exactly one line, which contains the word. */
#define CHECK_LOGS(word, expression) \
	do { \
		log_watch(LOG_USUAL); \
		expression; \
		if (log_lines(word) != 1 || log_lines("") != 1) \
			fprintf(stderr, "log: '%s', shall be one line with %s\n", \
				log_text, (word)); \
		CHECK(log_lines(word) == 1 && log_lines("") == 1); \
	} while (0)

/* The same where a condition has to hold as well. */
#define CHECK_FAILS(word, condition) CHECK_LOGS(word, CHECK(condition))

/* -- the context ---------------------------------------------------------- */

/* What every test starts from: no listening socket, all else default. */
static inline void info_init(struct lws_context_creation_info *info)
{
	memset(info, 0, sizeof(*info));
	info->port = CONTEXT_PORT_NO_LISTEN;
	lws_set_log_level(LOG_USUAL, NULL);
}

static inline struct lws_context *context_from(
		const struct lws_context_creation_info *info)
{
	struct lws_context *cx = lws_create_context(info);

	CHECK(cx != NULL);

	return cx;
}

static inline struct lws_context *context_new(void)
{
	struct lws_context_creation_info info;

	info_init(&info);

	return context_from(&info);
}

/* Passes that do not wait; a few, because a callback may cause more work. */
static inline void pump(struct lws_context *cx)
{
	int n;

	for (n = 0; n < 8; n++)
		CHECK(lws_service(cx, -1) == 0);
}

/* Let the boot ladder come to its end. */
static inline void context_settle(struct lws_context *cx)
{
#if defined(LWS_WITH_SYS_STATE)
	lws_state_manager_t *mgr = lws_system_get_state_manager(cx);

	CHECK(mgr != NULL);
	while (mgr->state < LWS_SYSTATE_OPERATIONAL) {
		CHECK(lws_service(cx, -1) == 0);
		usleep(200);
	}
#endif
	pump(cx);
}

/* -- threads -------------------------------------------------------------- */

/* A number that several threads read and write. */
struct shared {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int value;
};

#define SHARED_INIT { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 }

static inline void shared_set(struct shared *s, int value)
{
	pthread_mutex_lock(&s->lock);
	s->value = value;
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->lock);
}

static inline int shared_add(struct shared *s, int by)
{
	int value;

	pthread_mutex_lock(&s->lock);
	value = s->value += by;
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->lock);

	return value;
}

static inline int shared_get(struct shared *s)
{
	return shared_add(s, 0);
}

/* Sleep until the number is at least this. */
static inline void shared_wait(struct shared *s, int value)
{
	pthread_mutex_lock(&s->lock);
	while (s->value < value)
		pthread_cond_wait(&s->changed, &s->lock);
	pthread_mutex_unlock(&s->lock);
}

/* Tests that repeat a lot do less of it under valgrind. */
static inline unsigned int repeats(unsigned int usual, unsigned int slow)
{
	return check_slow() ? slow : usual;
}

#endif
