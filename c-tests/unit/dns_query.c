/*
 * Names by lws_async_dns_query(): those that nobody has to be asked for, those that a server of the
 * test's own answers, who shares an answer, and what a callback may do.
 */
#include "../dns.h"

#include <linux/seccomp.h>
#include <sys/syscall.h>

static int calls, failed;
static char last[256], name_seen[256];
static const struct addrinfo *kept;

static struct lws *hear(struct lws *wsi, const char *ads, const struct addrinfo *result, int n,
			void *opaque)
{
	calls++;
	CHECK_EQ(n, *(int *)opaque);
	snprintf(name_seen, sizeof(name_seen), "%s", ads ? ads : "(null)");
	last[0] = '\0';
	if (!result) {
		failed++;
		return wsi;
	}
	dns_list(result, last, sizeof(last));
	CHECK(!strcmp(result->ai_canonname, ads));
	CHECK_EQ(result->ai_socktype, SOCK_STREAM);
	if (!kept)
		kept = result;
	else
		lws_async_dns_freeaddrinfo(&result);

	return wsi;
}

static int zero = 0, minus = -1;

static int query(struct lws_context *cx, const char *name, void *opaque)
{
	calls = failed = 0;
	return (int)lws_async_dns_query(cx, 0, name, LWS_ADNS_RECORD_A, hear, NULL, opaque);
}

/* -- what is known takes no system call ----------------------------------- */

static struct lws *count(struct lws *wsi, const char *ads, const struct addrinfo *result, int n,
			 void *opaque)
{
	(void)ads;
	(void)n;
	(void)opaque;
	calls += result != NULL;
	lws_async_dns_freeaddrinfo(&result);

	return wsi;
}

/* In a process that is killed at its first system call but exit: 0 for a clock, 100 for names. */
static int without_system_calls(struct lws_context *cx, int names)
{
	int status, i;
	pid_t pid;

	/* the files are looked at once a second */
	usleep(1000);
	CHECK_EQ(lws_async_dns_query(cx, 0, "www.example.test", LWS_ADNS_RECORD_A, count, NULL, NULL),
		 LADNS_RET_FOUND);
	pid = fork();
	CHECK(pid >= 0);
	if (!pid) {
		calls = 0;
		if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT))
			_exit(2);
		for (i = 0; i < names; i++)
			lws_async_dns_query(cx, 0, "www.example.test", LWS_ADNS_RECORD_A, count, NULL,
					    NULL);
		if (!names)
			calls = lws_now_usecs() ? 0 : 1;
		syscall(SYS_exit, calls == names ? 0 : 1);
	}
	CHECK_EQ(waitpid(pid, &status, 0), pid);

	return WIFEXITED(status) && !WEXITSTATUS(status);
}

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;
	struct dns_server s;
	int before, n;

	dns_space("nameserver 127.0.0.1:5300\noptions timeout:4 attempts:1\n", "10.9.8.7 box.test\n");
	dns_serve(&s, "127.0.0.1", 5300);
	before = descriptors();
	cx = context_bare();

	/* nobody is asked */
	CHECK_EQ(query(cx, "192.0.2.7", &zero), LADNS_RET_FOUND);
	CHECK_STR(last, "192.0.2.7 ");
	CHECK_EQ(calls, 1);
	CHECK_EQ(query(cx, "2001:db8::7", &zero), LADNS_RET_FOUND);
	CHECK_STR(last, "2001:db8::7 ");
	CHECK_EQ(query(cx, "localhost", &zero), LADNS_RET_FOUND);
	CHECK_STR(last, "::1 127.0.0.1 ");
	CHECK_EQ(query(cx, "localhost6", &zero), LADNS_RET_FOUND);
	CHECK_STR(last, "::1 ");
	CHECK_EQ(query(cx, "Box.Test", &zero), LADNS_RET_FOUND);
	CHECK_STR(last, "10.9.8.7 ");
	CHECK_STR(name_seen, "box.test");
	CHECK_EQ(query(cx, "a.invalid", &minus), LADNS_RET_FAILED);
	CHECK_EQ(calls, 1);
	CHECK_EQ(query(cx, "a..b", &minus), LADNS_RET_FAILED);
	CHECK_STR(name_seen, "(null)");
	CHECK_EQ(dns_asked(&s), 0);

	/* a server is, once for all */
	CHECK_EQ(query(cx, "WWW.example.test", &zero), LADNS_RET_CONTINUING);
	n = (int)lws_async_dns_query(cx, 0, "www.example.test", LWS_ADNS_RECORD_AAAA, hear, NULL, &zero);
	CHECK_EQ(n, LADNS_RET_CONTINUING);
	UNTIL(cx, calls == 2);
	CHECK_STR(last, "2001:db8::1 192.0.2.1 ");
	CHECK_STR(name_seen, "www.example.test");
	/* twice, but for packets that a slow checker makes late */
	n = dns_asked(&s);
	CHECK(n >= 2 && (n == 2 || getenv("RELWS_TEST_SLOW")));

	/* and not again */
	CHECK_EQ(query(cx, "www.example.test.", &zero), LADNS_RET_FOUND);
	CHECK_STR(last, "2001:db8::1 192.0.2.1 ");
	CHECK_EQ(dns_asked(&s), n);
	/* not where the clock is a system call, nor under a checker; again when a second is over */
	if (!getenv("RELWS_TEST_SLOW") && without_system_calls(cx, 0))
		CHECK(without_system_calls(cx, 100) || without_system_calls(cx, 100) ||
		      without_system_calls(cx, 100));

	/* there is none: NULL, later */
	CHECK_EQ(query(cx, "none.test", &zero), LADNS_RET_CONTINUING);
	UNTIL(cx, calls == 1);
	CHECK_EQ(failed, 1);
	CHECK_EQ(query(cx, "none.test", &minus), LADNS_RET_FAILED);

	/* nobody answers: four seconds */
	CHECK_EQ(query(cx, "silent.test", &zero), LADNS_RET_CONTINUING);
	UNTIL(cx, calls == 1);
	CHECK_EQ(failed, 1);

	/* those who wait hear of the end */
	CHECK_EQ(query(cx, "silent2.test", &zero), LADNS_RET_CONTINUING);
	lws_context_destroy(cx);
	CHECK_EQ(failed, 1);
	CHECK_EQ(descriptors(), before);

	/* without IPv6 only one question leaves, and only one address is told */
	info_init(&info);
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DISABLE_IPV6;
	cx = context_from(&info);
	n = dns_asked(&s);
	CHECK_EQ(query(cx, "www.example.test", &zero), LADNS_RET_CONTINUING);
	UNTIL(cx, calls == 1);
	CHECK_STR(last, "192.0.2.1 ");
	CHECK(dns_asked(&s) == n + 1 || getenv("RELWS_TEST_SLOW"));
	CHECK_EQ(query(cx, "localhost", &zero), LADNS_RET_FOUND);
	CHECK_STR(last, "127.0.0.1 ");
	lws_context_destroy(cx);

	/* what was given out is valid until it is given back */
	dns_list(kept, last, sizeof(last));
	CHECK_STR(last, "192.0.2.7 ");
	lws_async_dns_freeaddrinfo(&kept);
	CHECK(kept == NULL);
	dns_serve_end(&s);

	return 0;
}
