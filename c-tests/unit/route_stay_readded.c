/*
 * A route, an address or an interface goes and is back before the settle time
 * is over: nobody is closed. What is not back by then is.
 */
#include "../routed.h"

#define SETTLE (3 * LWS_US_PER_SEC)

static void suspected(const char *what)
{
	lws_route_stats_t stats;

	service_for(cx, 50000);
	stats_get(&stats);
	CHECK(stats.candidates >= 1);
	CHECK_EQ(stats.culls, 0);
	if (ends_open() != EVERYBODY)
		fprintf(stderr, "%s: too early\n", what);
	CHECK_EQ(ends_open(), EVERYBODY);
}

static void bounce(const char *what, const char *gone, const char *back)
{
	routed_up(FAR_ROUTES);
	settle_time(SETTLE);
	change("%s", gone);
	suspected(what);
	change("%s", back);
	stays(what);
	routed_down();
}

int main(void)
{
	netns_enter();
	bounce("route", "route del 10.7.0.0/24\nroute del fd07::/64\n",
	       FAR_ROUTES);
	bounce("address", "addr del 10.9.0.1/24 dev v0\n"
	       "addr del fd09::1/64 dev v0\n",
	       "addr add 10.9.0.1/24 dev v0\naddr add fd09::1/64 dev v0 nodad\n"
	       "route replace 10.7.0.0/24 via 10.9.0.2\n"
	       "route replace fd07::/64 via fd09::2\n");
	bounce("link", "link set v0 down\n",
	       "link set v0 up\naddr replace fd09::1/64 dev v0 nodad\n"
	       FAR_ROUTES);

	/* and what is not back by then */
	routed_up(FAR_ROUTES);
	settle_time(SETTLE);
	change("route del 10.7.0.0/24\n");
	suspected("for good");
	closes("route deleted for good", FAR4, LWS_ROUTE_CULL_NO_ROUTE);
	CHECK(lws_now_usecs() - changed_at > SETTLE / 2);
	routed_down();

	/* with the usual settle time, in one go */
	routed_up(FAR_ROUTES);
	change("route del 10.7.0.0/24\nroute del fd07::/64\n" FAR_ROUTES);
	stays("route deleted and added");
	/* changed for another gateway and back */
	change("route replace 10.7.0.0/24 via 10.8.0.2\n"
	       "route replace fd07::/64 via fd08::2\n"
	       "route replace 10.7.0.0/24 via 10.9.0.2\n"
	       "route replace fd07::/64 via fd09::2\n");
	stays("gateway changed and back");
	routed_down();

	return 0;
}
