/*
 * IPv6 routes with a lifetime, as routers advertise them: when it is over the
 * kernel uses them no more, and says so up to 30 s later. The copy answers as
 * the kernel does, and connections end at once.
 */
#include "../routed.h"

/* Where packets to the far end go: the kernel's answer and ours are the same. */
static void same_answer(const char *when, int error)
{
	struct sockaddr_storage ss;
	socklen_t len = address_of(&ss, "fd07::1", 9);
	lws_route_decision_t d;
	lws_route_flow_t f;
	int fd, r;

	memset(&f, 0, sizeof(f));
	memset(&d, 0, sizeof(d));
	f.size = sizeof(f);
	d.size = sizeof(d);
	CHECK(!lws_sa46_parse_numeric_address("fd07::1", &f.dest));
	CHECK(!lws_route_decide(cx, &f, &d));
	CHECK((fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)) >= 0);
	r = connect(fd, (struct sockaddr *)&ss, len) ? errno : 0;
	close(fd);
	if (d.error != r || r != error)
		fprintf(stderr, "%s: %d, connect(): %d\n", when, d.error, r);
	CHECK_EQ(r, error);
	CHECK_EQ(d.error, error);
}

/* The kernel cleans up after up to 30 s: what ends before ended by itself. */
static void soon(const char *what, lws_usec_t ends_at)
{
	lws_usec_t late = lws_now_usecs() - ends_at;

	printf("%s: %lld ms after the end\n", what, (long long)late / 1000);
	CHECK(late < 1000000);
}

#define OTHER_ROUTE "route add 10.7.0.0/24 via 10.9.0.2\n"

int main(void)
{
	lws_route_stats_t stats;
	lws_usec_t ends_at;

	netns_enter();

	/* no other way */
	routed_up(FAR_ROUTES);
	change("route change fd07::/64 via fd09::2 expires 1\n");
	ends_at = changed_at + 1000000;
	same_answer("before", 0);
	closes("IPv6 lifetime over", FAR6, LWS_ROUTE_CULL_NO_ROUTE);
	soon("no other way", ends_at);
	same_answer("after", ENETUNREACH);
	stats_get(&stats);
	CHECK_EQ(stats.audit_mismatches, 0);
	CHECK_EQ(stats.refused, 0);
	routed_down();

	/* a dump tells of it, and there is another way */
	routed_up_for(OTHER_ROUTE
		      "route add fd07::/64 via fd09::2 expires 3\n"
		      "route add fd07::/64 via fd08::2 metric 2000\n", FAR6);
	ends_at = lws_now_usecs() + 3000000;
	same_answer("before, two ways", 0);
	changed_at = lws_now_usecs();
	closes("IPv6 lifetime over, two ways", FAR6,
	       LWS_ROUTE_CULL_ROUTE_CHANGED);
	soon("another way", ends_at);
	same_answer("after, two ways", 0);
	routed_down();

	/* it gets a longer one in time, and then none */
	routed_up(FAR_ROUTES);
	change("route change fd07::/64 via fd09::2 expires 1\n"
	       "route change fd07::/64 via fd09::2 expires 2\n");
	service_for(cx, 1200000);
	same_answer("longer", 0);
	stays("a longer lifetime");
	change("route change fd07::/64 via fd09::2\n");
	service_for(cx, 1200000);
	same_answer("no end", 0);
	stays("no lifetime any more");
	routed_down();

	return 0;
}
