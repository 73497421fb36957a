/*
 * lws_service() returns after 30 s without anything to do: programs look at a
 * flag then. Time is not waited for: how the library sleeps is this program's.
 */
#define _GNU_SOURCE
#include "../context.h"
#include <dlfcn.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/syscall.h>

static int asked;

int epoll_wait(int fd, struct epoll_event *events, int most, int timeout_ms)
{
	(void)fd;
	(void)events;
	(void)most;
	asked = timeout_ms;
	/* what the library has to do by itself after its start is soon done */
	return timeout_ms > 15000 ? 0 : poll(NULL, 0, timeout_ms);
}

/* epoll_pwait2() is not in every C library */
long syscall(long number, ...)
{
	long (*next)(long, ...) = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	const struct timespec *timeout;
	long a[6];
	va_list ap;
	int n;

	va_start(ap, number);
	for (n = 0; n < 6; n++)
		a[n] = va_arg(ap, long);
	va_end(ap);
	if (number != SYS_epoll_pwait2)
		return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	timeout = (const struct timespec *)a[3];
	CHECK(timeout != NULL);
	asked = (int)(timeout->tv_sec * 1000 + timeout->tv_nsec / 1000000);
	if (timeout->tv_sec < 15)
		return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	return 0;
}

static void never(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	CHECK(0);
}

int main(void)
{
	struct lws_context *cx = context_new();
	lws_sorted_usec_list_t sul;

	while (asked < 15000)
		CHECK(!lws_service(cx, 0));
	CHECK_EQ(asked, 30000);

	asked = 0;
	memset(&sul, 0, sizeof(sul));
	lws_sul_schedule(cx, 0, &sul, never, 3600LL * LWS_USEC_PER_SEC);
	CHECK(!lws_service(cx, 0));
	CHECK_EQ(asked, 30000);

	lws_sul_schedule(cx, 0, &sul, never, 20LL * LWS_USEC_PER_SEC);
	CHECK(!lws_service(cx, 0));
	CHECK(asked > 19000 && asked <= 20000);

	lws_sul_cancel(&sul);
	lws_context_destroy(cx);
	return 0;
}
