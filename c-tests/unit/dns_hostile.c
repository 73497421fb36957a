/*
 * What servers and those between do: forged packets, errors, cut and dribbled answers, connections
 * that break, chains, a family that is late or never comes, a server that is dead.
 */
#include "../dns.h"

static int calls;
static char last[128 * 1024];
static lws_usec_t took, asked_at;

static struct lws *hear(struct lws *wsi, const char *ads, const struct addrinfo *result, int n,
			void *opaque)
{
	(void)ads;
	(void)n;
	(void)opaque;
	calls++;
	took = lws_now_usecs() - asked_at;
	dns_list(result, last, sizeof(last));
	if (result)
		lws_async_dns_freeaddrinfo(&result);

	return wsi;
}

/* Looks the name up, and returns its addresses. */
static const char *of(struct lws_context *cx, const char *name)
{
	calls = 0;
	asked_at = lws_now_usecs();
	CHECK(lws_async_dns_query(cx, 0, name, LWS_ADNS_RECORD_A, hear, NULL, NULL) >= -1);
	UNTIL(cx, calls == 1);

	return last;
}

static int count(const char *list)
{
	int n = 0;

	for (; *list; list++)
		n += *list == ' ';

	return n;
}

/* The same, again when one family was late, as under a checker. */
static const char *whole(struct lws_context *cx, const char *name)
{
	if (count(of(cx, name)) != 4000 + 1 && getenv("RELWS_TEST_SLOW")) {
		service_for(cx, 1500000);
		of(cx, name);
	}

	return last;
}

#define BOTH "2001:db8::1 192.0.2.1 "

static lws_dns_stats_t stats(struct lws_context *cx)
{
	lws_dns_stats_t st;

	memset(&st, 0, sizeof(st));
	st.size = sizeof(st);
	CHECK(!lws_dns_get_stats(cx, &st));

	return st;
}

static char json[64 * 1024];
static size_t json_len;

static int emit(const char *text, size_t len, void *user)
{
	(void)user;
	CHECK(json_len + len < sizeof(json));
	memcpy(json + json_len, text, len);
	json_len += len;

	return 0;
}

int main(void)
{
	struct lws_context *cx;
	struct dns_server s, second;
	/* under a checker the server is slow as well */
	int before, slow = getenv("RELWS_TEST_SLOW") != NULL;

	dns_space(slow ? "nameserver 127.0.0.1:5300\noptions timeout:10 attempts:1\n" :
		  "nameserver 127.0.0.1:5300\noptions timeout:2 attempts:1\n", "");
	dns_serve(&s, "127.0.0.1", 5300);
	dns_serve(&second, "::1", 5300);
	before = descriptors();
	cx = context_bare();

	CHECK_STR(of(cx, "www.forged-none.test"), BOTH);
	/* a checker also slows the server down: one family may be late, and is there for the next */
	if (strcmp(of(cx, "forged.test"), BOTH) && slow) {
		service_for(cx, 500000);
		of(cx, "forged.test");
		took = 20000;
	}
	CHECK_STR(last, BOTH);
	CHECK(took >= 19000);
	CHECK(stats(cx).dropped >= 200);

	/* a CNAME whose target has IPv4 addresses only: that is all there is to ask */
	of(cx, "chain.test");
	/* when the first answer is late, the target is asked for */
	if (!slow || strcmp(last, BOTH))
		CHECK_STR(last, "192.0.2.1 ");
	CHECK_STR(of(cx, "four.test"), "192.0.2.1 ");

	/* the other family is late, or never comes */
	CHECK_STR(of(cx, "late.test"), "192.0.2.1 ");
	CHECK(took >= 50000 && (slow || took < 150000));
	service_for(cx, 250000);
	CHECK_STR(of(cx, "late.test"), BOTH);
	CHECK_STR(of(cx, "half.test"), "192.0.2.1 ");
	CHECK(took >= 50000 && (slow || took < 1000000));

	/* without EDNS */
	CHECK_STR(of(cx, "old.test"), BOTH);

	/* over TCP, by one connection each: whole, in small pieces, after a reset */
	CHECK_EQ(count(whole(cx, "cut.test")), 4000 + 1);
	CHECK_EQ(count(whole(cx, "cut-again.test")), 4000 + 1);
	CHECK_EQ(s.counts->connections, 1);
	CHECK_EQ(count(whole(cx, "reset.test")), 4000 + 1);
	/* so slow that it is late */
	CHECK_EQ(count(of(cx, "dribble.test")), 1);
	service_for(cx, 1500000);
	CHECK_EQ(count(of(cx, "dribble.test")), 4000 + 1);

	/* letters come back changed: over TCP, and then believed */
	CHECK_STR(of(cx, "case-of-many-letters.test"), BOTH);
	CHECK(slow || took > 200000);
	CHECK_STR(of(cx, "case-of-as-many-letters.test"), BOTH);
	CHECK(slow || took < 200000);

	/* no server can tell: for a second nobody is asked again */
	CHECK_STR(of(cx, "fail.test"), "");
	CHECK_STR(of(cx, "fail.test"), "");
	CHECK(stats(cx).failed >= 1);

	/* the file changes: the next query uses what stands there, a dead server first */
	CHECK(!dns_write("/etc/resolv.conf", "nameserver 192.0.2.99\nnameserver 127.0.0.1:5399\n"
			 "nameserver [::1]:5300\n"));
	/* they are looked at once in a millisecond */
	usleep(5000);
	CHECK_STR(of(cx, "www.test"), BOTH);
	CHECK(slow || took < 200000);
	CHECK(dns_asked(&second) == 2 || slow);
	/* no packet to the one that routing knows no way to */
	CHECK(!lws_dns_dump_json(cx, emit, NULL));
	CHECK(strstr(json, "{\"address\":\"192.0.2.99:53\",\"added\":false,\"reachable\":false,") != NULL);
	CHECK(strstr(json, "{\"address\":\"[::1]:5300\",\"added\":false,\"reachable\":true,") != NULL);
	CHECK(!dns_write("/etc/hosts", "10.0.0.1 www.test\n"));
	usleep(1100000);
	CHECK_STR(of(cx, "www.test"), "10.0.0.1 ");

	/* no server at all */
	CHECK(!dns_write("/etc/resolv.conf", ""));
	usleep(5000);
	CHECK_STR(of(cx, "www2.test"), "");
	CHECK_EQ(lws_dns_server_add(cx, "[::1]:5300"), 0);
	CHECK_EQ(lws_dns_server_add(cx, "[::1]:5300"), 1);
	CHECK_STR(of(cx, "www2.test"), BOTH);
	CHECK_EQ(lws_dns_server_remove(cx, "[::1]:5300"), 0);
	CHECK_EQ(lws_dns_server_remove(cx, "[::1]:5300"), 1);

	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);
	dns_serve_end(&s);
	dns_serve_end(&second);

	return 0;
}
