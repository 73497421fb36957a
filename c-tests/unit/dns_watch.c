/*
 * lws_dns_query(): who watches hears of parts and of what follows an old answer, and a callback may
 * cancel itself and others, ask again, close a connection and end the context.
 */
#include "../dns-conn.h"

enum { ASKS, CANCELS_ITSELF, CANCELS_OTHER, CLOSES, ENDS, MODES };

static struct lws_context *cx;
static struct lws *conn;
static uint64_t own, other;
static int mode, heard, heard_other;

/* -- what is heard -------------------------------------------------------- */

static struct {
	int status, last, partial;
	lws_usec_t at;
	char list[256];
} told[8];
static int tellings;
static lws_usec_t asked_at;

static void watching(const char *name, const lws_dns_answer_t *a, void *opaque)
{
	(void)name;
	(void)opaque;
	CHECK(tellings < 8);
	told[tellings].status = a->status;
	told[tellings].last = a->last;
	told[tellings].partial = a->partial;
	told[tellings].at = lws_now_usecs() - asked_at;
	dns_list(a->addresses, told[tellings].list, sizeof(told[0].list));
	tellings++;
}

static void watch(const char *name, int flags)
{
	tellings = 0;
	asked_at = lws_now_usecs();
	CHECK(lws_dns_query(cx, name, flags, watching, NULL) != 0);
	CHECK_EQ(tellings, 0);
	UNTIL(cx, tellings && told[tellings - 1].last);
}

#define BOTH "2001:db8::1 192.0.2.1 "

static void parts_and_old_answers(void)
{
	int slow = getenv("RELWS_TEST_SLOW") != NULL;
	lws_dns_settings_t set;

	cx = context_bare();
	/* IPv6 is 200 ms late */
	watch("late.test", LWS_DNS_WATCH);
	/* under a checker, both may have come before they are looked at */
	if (!slow || tellings == 2) {
		CHECK_EQ(tellings, 2);
		CHECK(told[0].partial && !told[0].last && told[0].at >= 50000);
		CHECK_STR(told[0].list, "192.0.2.1 ");
	}
	CHECK(!told[tellings - 1].partial);
	CHECK_STR(told[tellings - 1].list, BOTH);
	watch("late2.test", 0);
	CHECK_EQ(tellings, 1);
	CHECK(slow || told[0].partial);

	/* an answer past its time, and the new one */
	watch("short.test", 0);
	CHECK_EQ(told[0].status, LWS_DNS_FOUND);
	watch("none.test", 0);
	CHECK_EQ(told[0].status, LWS_DNS_NONE);
	usleep(2300000);
	memset(&set, 0, sizeof(set));
	set.size = sizeof(set);
	CHECK(!lws_dns_get_settings(cx, &set));
	set.optimistic = 1;
	CHECK(!lws_dns_set_settings(cx, &set));
	watch("short.test", LWS_DNS_WATCH);
	/* another time when a family is late */
	CHECK(tellings == 2 || (slow && tellings == 3));
	CHECK_EQ(told[0].status, LWS_DNS_STALE);
	CHECK_EQ(told[tellings - 1].status, LWS_DNS_FOUND);
	CHECK_STR(told[0].list, BOTH);
	CHECK_STR(told[tellings - 1].list, BOTH);
	/* that there is none is not told past its time */
	watch("none.test", LWS_DNS_WATCH);
	CHECK_EQ(tellings, 1);
	CHECK_EQ(told[0].status, LWS_DNS_NONE);
	lws_context_destroy(cx);
}

/* -- what a callback does ------------------------------------------------- */

static void second(const char *name, const lws_dns_answer_t *a, void *opaque)
{
	(void)name;
	(void)a;
	(void)opaque;
	heard_other++;
}

static void first(const char *name, const lws_dns_answer_t *a, void *opaque)
{
	(void)a;
	(void)opaque;
	if (heard++)
		return;
	switch (mode) {
	case ASKS:
		CHECK(lws_dns_query(cx, name, 0, second, NULL) != 0);
		CHECK(lws_dns_query(cx, "www-more.test", LWS_DNS_WATCH, second, NULL) != 0);
		break;
	case CANCELS_ITSELF:
		lws_dns_cancel(cx, own);
		break;
	case CANCELS_OTHER:
		lws_dns_cancel(cx, other);
		break;
	case CLOSES:
		lws_set_timeout(conn, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
		break;
	case ENDS:
		lws_context_destroy(cx);
		break;
	}
}

int main(void)
{
	static const char *const names[] = { "www.test", "none.test", "localhost", "192.0.2.1",
					     "late3.test", "silent.test" };
	struct dns_server s;
	int before, listener, port, i;
	/* without the silent one under a checker: its time is long there */
	unsigned int n, slow = getenv("RELWS_TEST_SLOW") != NULL;

	dns_space(getenv("RELWS_TEST_SLOW") ? "nameserver 127.0.0.1:5300\noptions timeout:4 attempts:1\n" :
		  "nameserver 127.0.0.1:5300\noptions timeout:1 attempts:1\n", "");
	dns_serve(&s, "127.0.0.1", 5300);
	listener = plain_bound(SOCK_STREAM, 5, &port);
	before = descriptors();
	parts_and_old_answers();
	for (mode = 0; mode < MODES; mode++)
		for (n = 0; n < sizeof(names) / sizeof(names[0]) - slow; n++) {
			int cancelled = mode == CANCELS_OTHER;

			cx = context_connected(port, &conn);
			heard = heard_other = destroyed = 0;
			own = lws_dns_query(cx, names[n], mode == CANCELS_ITSELF ? LWS_DNS_WATCH : 0, first,
					    NULL);
			other = lws_dns_query(cx, names[n], 0, second, NULL);
			CHECK(own && other && own != other);
			if (mode == ENDS) {
				for (i = 0; i < 4000 && lws_service(cx, 0) >= 0; i++)
					usleep(500);
				CHECK_EQ(heard, 1);
				CHECK_EQ(heard_other, 1);
				continue;
			}
			UNTIL(cx, heard && heard_other >= (mode == ASKS ? 3 : !cancelled));
			/* long enough for what must not come */
			service_for(cx, n < 4 ? 20000 : 300000);
			CHECK_EQ(heard, 1);
			CHECK_EQ(heard_other, mode == ASKS ? 3 : !cancelled);
			CHECK_EQ(destroyed, mode == CLOSES);
			lws_context_destroy(cx);
			CHECK_EQ(heard + heard_other, mode == ASKS ? 4 : 2 - cancelled);
		}
	CHECK_EQ(descriptors(), before);
	close(listener);
	dns_serve_end(&s);

	return 0;
}
