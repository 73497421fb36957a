/*
 * An allocator that fails where the library asks, in one allocation of those
 * that count, or in all from there on.
 */
#ifndef RELWS_TEST_FAILING_H
#define RELWS_TEST_FAILING_H

#include "check.h"

#include <dlfcn.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* as the end of a process: the allocation that was to fail was reached, and
 * all is well; what CHECK() ends is another */
#define REACHED 42

static uintptr_t code_from, code_to;
static int armed;
static long seen, nth, failed;
static int sticky;
/* smaller ones do not count, and fail only behind one that did */
static size_t least;

static int find_code(struct dl_phdr_info *info, size_t size, void *data)
{
	int n;

	(void)size;
	(void)data;
	if (!info->dlpi_name || !strstr(info->dlpi_name, "libwebsockets.so"))
		return 0;
	for (n = 0; n < info->dlpi_phnum; n++)
		if (info->dlpi_phdr[n].p_type == PT_LOAD &&
		    (info->dlpi_phdr[n].p_flags & PF_X)) {
			code_from = info->dlpi_addr +
				    info->dlpi_phdr[n].p_vaddr;
			code_to = code_from + info->dlpi_phdr[n].p_memsz;
		}

	return 1;
}

/* Is it the library that asks, and is this the one to fail? */
static int fails(void *caller, size_t size)
{
	uintptr_t at = (uintptr_t)caller;
	long n;

	if (!armed || at < code_from || at >= code_to)
		return 0;
	if (size < least && !(sticky && failed))
		return 0;
	n = seen++;
	if (n != nth && !(sticky && n > nth))
		return 0;
	failed++;

	return 1;
}

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *p, size_t size);

void *malloc(size_t size)
{
	if (fails(__builtin_return_address(0), size))
		return NULL;

	return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	if (fails(__builtin_return_address(0), count * size))
		return NULL;

	return __libc_calloc(count, size);
}

void *realloc(void *p, size_t size)
{
	if (fails(__builtin_return_address(0), size))
		return NULL;

	return __libc_realloc(p, size);
}

/* Waits for a run in a process of its own, and says so when it ended badly:
 * how it ended, REACHED or 0 where all is well. */
static inline int run_ended(pid_t child, const char *what, long n)
{
	int status;

	CHECK(waitpid(child, &status, 0) == child);
	if (!WIFEXITED(status) ||
	    (WEXITSTATUS(status) && WEXITSTATUS(status) != REACHED))
		fprintf(stderr, "%s %ld%s fails: %s %d\n", what, n,
			sticky ? " and all after it" : "",
			WIFEXITED(status) ? "exit" : "signal",
			WIFEXITED(status) ? WEXITSTATUS(status) :
					    WTERMSIG(status));

	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

/* Ends the test where it cannot be told who asks, or nobody asks us. */
static inline void failing_begin(void)
{
	if (check_slow()) {
		fprintf(stderr, "skipped: a checker has a malloc() of its own\n");
		exit(CHECK_SKIPPED);
	}
	dl_iterate_phdr(find_code, NULL);
	if (code_to)
		return;
	fprintf(stderr, "skipped: the library is linked statically\n");
	exit(CHECK_SKIPPED);
}

#endif
