/*
 * What every C test uses to say what must hold. A check that does not hold
 * prints where and what, and ends the test as failed; NDEBUG does not switch
 * it off.
 */

#ifndef RELWS_CHECK_H
#define RELWS_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(x) \
	do { \
		if (!(x)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #x); \
			exit(1); \
		} \
	} while (0)

/* two integers are equal: prints both values when they are not */
#define CHECK_EQ(a, b) \
	do { \
		long long check_a_ = (long long)(a), check_b_ = (long long)(b); \
		if (check_a_ != check_b_) { \
			fprintf(stderr, "%s:%d: %s is %lld, not %s = %lld\n", \
				__FILE__, __LINE__, #a, check_a_, #b, check_b_); \
			exit(1); \
		} \
	} while (0)

/* two strings are equal, neither of them NULL */
#define CHECK_STR(a, b) \
	do { \
		const char *check_a_ = (a), *check_b_ = (b); \
		if (!check_a_ || !check_b_ || strcmp(check_a_, check_b_)) { \
			fprintf(stderr, "%s:%d: %s is \"%s\", not %s = \"%s\"\n", \
				__FILE__, __LINE__, #a, check_a_ ? check_a_ : "(null)", \
				#b, check_b_ ? check_b_ : "(null)"); \
			exit(1); \
		} \
	} while (0)

/* the exit code of a test that cannot run here; CMakeLists.txt knows it */
#define CHECK_SKIPPED 77

/* true under valgrind, where a test that loops for long cuts its counts */
static inline int
check_slow(void)
{
	return getenv("RELWS_TEST_SLOW") != NULL;
}

#endif
