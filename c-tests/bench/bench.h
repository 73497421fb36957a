/*
 * What the benches share: a clock, medians, and children that may fail.
 *
 * Every measurement runs in a child of its own: it finds the heap as it was,
 * and one that stalls is ended without ending the others.
 */
#ifndef RELWS_BENCH_H
#define RELWS_BENCH_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_SENDERS		8
#define MAX_PARTICIPANTS	64

/* Both sides format this for each message: a small JSON object. */
#define BENCH_FORMAT "{\"type\":\"sensor\",\"id\":%u,\"value\":%u}"

#define MUST(x) \
	do { \
		if (!(x)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #x); \
			_exit(1); \
		} \
	} while (0)

/* One way to use the bus. */
struct load {
	unsigned int	senders;
	unsigned int	participants;
	unsigned int	depth;
	unsigned int	messages;	/* all senders together */
};

static inline int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);

	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static inline int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorts. share 0.5 is the median. */
static inline double quantile(double *values, size_t count, double share)
{
	size_t n = (size_t)((double)count * share);

	qsort(values, count, sizeof(*values), compare_doubles);

	return values[n < count ? n : count - 1];
}

/* A number from the environment. */
static inline unsigned int setting(const char *name, unsigned int otherwise)
{
	const char *text = getenv(name);

	return text && *text ? (unsigned int)strtoul(text, NULL, 10) :
			       otherwise;
}

/*
 * Calls measure(arg, results) in a child and copies `count` results back.
 * Returns 0, or 1 when it did not end in time or failed.
 */
typedef void (*measure_t)(const void *arg, double *results);

static inline int in_child(measure_t measure, const void *arg, double *results,
			   size_t count, unsigned int seconds)
{
	size_t got = 0, size = count * sizeof(*results);
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	if (pipe(fds))
		return 1;
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return 1;
	if (!pid) {
		close(fds[0]);
		alarm(seconds); /* ends the child */
		measure(arg, results);
		alarm(0);
		n = write(fds[1], results, size);
		_exit(n != (ssize_t)size);
	}
	close(fds[1]);
	while (got < size) {
		n = read(fds[0], (char *)results + got, size - got);
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	close(fds[0]);
	if (waitpid(pid, &status, 0) != pid)
		return 1;
	if (WIFSIGNALED(status))
		fprintf(stderr, "ended by signal %d\n", WTERMSIG(status));

	return got != size || status != 0;
}

/* smd.c: results[0] is the seconds that it took to deliver everything. */
void smd_throughput(const void *load, double *results);
/* results: one wake-up each, in us, *count of them */
void smd_latency(const void *count, double *results);

/* zmq.c: the same with ZeroMQ's inproc PUB/SUB */
void zmq_throughput(const void *load, double *results);
void zmq_latency(const void *count, double *results);

#endif
