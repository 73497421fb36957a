/*
 * No memory while large routing tables are read: a large allocation of the
 * library fails, or everything from one on, for each in turn until none fails
 * any more. The copy is forgotten, the kernel answers, and when there is
 * memory again all is read anew. See docs/memory.md.
 */
#include "../failing.h"
#include "../netns.h"


/* the largest block of the library's reserve */
#define RESERVE 65536
#define ROUTES4 6000
#define ROUTES6 1500

static struct lws_context *cx;

static void routes_up(void)
{
	unsigned int n;
	FILE *ip;

	ns_pair("d0");
	there("link set d0 up\n");
	here("link set d0 up\n"
	     "addr add 10.9.0.1/24 dev d0\n-6 addr add fd09::1/64 dev d0\n");
	ip = popen("ip -batch -", "w");
	CHECK(ip != NULL);
	for (n = 0; n < ROUTES4; n++)
		fprintf(ip, "route add 11.%u.%u.%u/32 dev d0 metric %u\n",
			n & 255, n >> 8, n * 37 & 255, n % 1000);
	for (n = 0; n < ROUTES6; n++)
		fprintf(ip, "route add fd%02x:%x:%x:%x::/64 dev d0\n",
			n & 255, n * 7919 & 0xffff, n, n * 31 & 0xffff);
	CHECK(!pclose(ip));
}

static void make(void)
{
	static const struct lws_protocols none[] = {
		{ NULL, NULL, 0, 0, 0, NULL, 0 }
	};
	struct lws_context_creation_info info;

	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = none;
	cx = lws_create_context(&info);
	CHECK(cx != NULL);
}

/* Until the copy is whole, or was given up; at most some time. */
static int reads(int seconds)
{
	lws_usec_t until = lws_now_usecs() + (lws_usec_t)seconds * LWS_US_PER_SEC;
	int synced, more = 20;

	while ((synced = lws_route_synced(cx)) != 1 && more &&
	       lws_now_usecs() < until) {
		more -= armed && failed;
		CHECK(lws_service(cx, -1) >= 0);
		if (!armed)
			usleep(500);
	}

	return synced == 1;
}

/* Whether a route is known, by whomever. */
static void answers(const char *to)
{
	lws_route_decision_t decision;
	lws_route_flow_t flow;

	memset(&flow, 0, sizeof(flow));
	flow.size = (uint32_t)sizeof(flow);
	flow.uid = LWS_ROUTE_UID_SELF;
	CHECK(lws_sa46_parse_numeric_address(to, &flow.dest) == 0);
	memset(&decision, 0, sizeof(decision));
	decision.size = (uint32_t)sizeof(decision);
	CHECK_EQ(lws_route_decide(cx, &flow, &decision), 0);
	CHECK_EQ(decision.error, 0);
}

/* One run in a process of its own: whether the n-th was reached. */
static int run(long n, int waits)
{
	const struct rlimit none = { 0, 0 };
	pid_t child = fork();

	CHECK(child >= 0);
	if (child)
		return run_ended(child, "large allocation", n);
	CHECK(!setrlimit(RLIMIT_CORE, &none));
	alarm(20);
	make();
	seen = failed = 0;
	nth = n;
	least = RESERVE + 1;
	armed = 1;
	if (!reads(15))
		CHECK(failed);
	armed = 0;
	answers("11.7.3.3");
	answers("10.9.0.7");
	if (waits)
		CHECK(reads(15));
	lws_context_destroy(cx);
	exit(failed ? REACHED : 0);
}

int main(void)
{
	int bad = 0, status;
	long n;

	failing_begin();
	netns_enter();
	routes_up();
	lws_set_log_level(0, NULL);
	for (sticky = 0; sticky < 2; sticky++) {
		n = 0;
		while ((status = run(n, n == 17)) != 0) {
			bad += status != REACHED;
			n++;
			CHECK(n < 1000);
		}
		fprintf(stderr, "%s: %ld large allocations\n",
			sticky ? "all after it" : "one", n);
		CHECK(n > 20);
	}
	CHECK_EQ(bad, 0);

	return 0;
}
