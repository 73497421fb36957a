/*
 * Many races leave nothing behind: no descriptor, no timer, no memory. A list of
 * a hundred addresses is tried to its end. Each race that ends is told of, if
 * that is wanted.
 */
#include "../racing.h"

#include <malloc.h>
#include <signal.h>

#define A "2001:db8:20:1::1"
#define GOOD "192.0.2.1"
#define AT_ONCE 40

static int told;
static char last[256];

#if defined(LWS_WITH_SYS_SMD)
static int heard(void *opaque, lws_smd_class_t class, lws_usec_t timestamp,
		 void *buf, size_t len)
{
	(void)opaque;
	(void)class;
	(void)timestamp;
	if (!strstr((const char *)buf, "\"type\":\"race\""))
		return 0;
	snprintf(last, sizeof(last), "%.*s", (int)len, (const char *)buf);
	told++;

	return 0;
}
#endif

static lws_cao_stats_t stats(void)
{
	lws_cao_stats_t s;

	memset(&s, 0, sizeof(s));
	s.size = sizeof(s);
	CHECK_EQ(lws_cao_get_stats(cx, &s), 0);

	return s;
}

static void settings(unsigned int fallout_us, unsigned int announce)
{
	lws_cao_settings_t s;

	memset(&s, 0, sizeof(s));
	s.size = sizeof(s);
	CHECK_EQ(lws_cao_get_settings(cx, &s), 0);
	s.fallout_us = fallout_us;
	s.announce = announce;
	CHECK_EQ(lws_cao_set_settings(cx, &s), 0);
}

static void races(int count)
{
	static struct run r[AT_ONCE];
	int n, k, left;

	for (n = 0; n < count; n += AT_ONCE) {
		for (k = 0; k < AT_ONCE; k++)
			CHECK(racing_start(&r[k]) != NULL);
		do {
			CHECK(lws_service(cx, 0) >= 0);
			for (left = k = 0; k < AT_ONCE; k++)
				left += !r[k].connected && !r[k].failed;
		} while (left);
		for (k = 0; k < AT_ONCE; k++) {
			if (r[k].failed)
				fprintf(stderr, "%s\n", r[k].error);
			CHECK_EQ(r[k].connected, 1);
			/* the peer may have closed it by now */
			if (r[k].wsi)
				lws_set_timeout(r[k].wsi, PENDING_TIMEOUT_USER_OK,
					LWS_TO_KILL_ASYNC);
		}
		do {
			CHECK(lws_service(cx, 0) >= 0);
			for (left = k = 0; k < AT_ONCE; k++)
				left += r[k].wsi != NULL;
		} while (left);
	}
}

/* Somebody takes the connections, so that there is room for the next. */
static void accepts(const char *address)
{
	int fd = racing_listen(address), one;
	pid_t parent = getpid();

	switch (fork()) {
	case -1:
		ns_skip("fork");
		break;
	case 0:
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		for (;;) {
			one = accept(fd, NULL, NULL);
			if (one >= 0)
				close(one);
		}
	}
	close(fd);
}

static size_t heap(void)
{
	return (size_t)mallinfo2().uordblks;
}

int main(void)
{
	int before, n, count = check_slow() ? 200 : 10000;
	char many[4096], one[32];
	size_t used = 0, memory;
#if defined(LWS_WITH_SYS_ASYNC_DNS)
	lws_dns_settings_t by;
#endif
	struct run r;

	racing_enter();
	accepts(A);
	accepts(GOOD);
	before = descriptors();
	racing_context(20);

#if defined(LWS_WITH_SYS_SMD)
	/* off by default */
	CHECK(lws_smd_register(cx, NULL, 0, LWSSMDCL_NETWORK, heard) != NULL);
	racing_name("192.0.2.9 " GOOD);
	racing_run(&r);
	racing_close(&r);
	pump(cx);
	CHECK_EQ(told, 0);
	settings(0, 1);
	racing_run(&r);
	racing_close(&r);
	UNTIL(cx, told == 1);
	CHECK(strstr(last, "\"won\":\"" GOOD ":7000\"") != NULL);
	CHECK(strstr(last, "\"race\":2,") != NULL && strstr(last, "\"us\":") != NULL);
	CHECK(racing_start_to(&r, "192.0.2.9") != NULL);
	UNTIL(cx, r.failed);
	racing_close(&r);
	UNTIL(cx, told == 2);
	CHECK(strstr(last, "\"won\":null,\"tried\":1,") != NULL);
#endif

	lws_context_destroy(cx);
	racing_name("2001:db8:20:1::2 192.0.2.9 " A " " GOOD);
	racing_context(20);

	/* ten thousand, of which some paths are refused and some are silent */
	settings(0, 0);
	racing_rule("2001:db8:20:1::2", DROP);
	races(check_slow() ? 80 : 1000);
	pump(cx);
	memory = heap();
	races(count);
	pump(cx);
	CHECK_EQ(stats().under_way, 0);
	fprintf(stderr, "%d races: %ld bytes more\n", count,
		(long)heap() - (long)memory);
	/* the C library's caches come and go: a leak of 4 bytes a race is more */
	CHECK(heap() < memory + 40000);
	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);

	/* a hundred addresses, of which the last one works */
	for (n = 0; n < 99; n++) {
		snprintf(one, sizeof(one), "192.0.2.%d", 100 + n);
		racing_rule(one, DROP);
		used += (size_t)snprintf(many + used, sizeof(many) - used, "%s ", one);
	}
	snprintf(many + used, sizeof(many) - used, "%s", GOOD);
	racing_name(many);
	racing_context(check_slow() ? 20 : 3);
#if defined(LWS_WITH_SYS_ASYNC_DNS)
	/* the library's resolver gives 64 of a name */
	memset(&by, 0, sizeof(by));
	by.size = sizeof(by);
	CHECK(!lws_dns_get_settings(cx, &by));
	by.by_system = 1;
	CHECK(!lws_dns_set_settings(cx, &by));
#endif
	racing_run(&r);
	CHECK_STR(r.peer, GOOD);
	CHECK_EQ(r.connecting, 100);
	CHECK(stats().under_way <= 8);
	racing_close(&r);
	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);

	return 0;
}
