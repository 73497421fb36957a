/*
 * Connections that must not linger outside a tunnel: when a better route takes
 * their packets over to another interface, they are told of or closed, if that
 * is set. Nothing of it happens by itself.
 */
#include "../routed.h"

#define OWN_ROUTES "route add 10.7.0.0/24 via 10.9.0.2 metric 100\n" \
		   "route add fd07::/64 via fd09::2 metric 100\n"

static int told, reason_told;

static void notify(struct lws *wsi, enum lws_route_cull_reasons reason,
		   void *user)
{
	CHECK(end_of(wsi) != NULL);
	CHECK(user == &told);
	reason_told = (int)reason;
	told++;
}

static void takeover(unsigned int on, int mode)
{
	lws_route_settings_t s;

	settings_get(&s);
	/* off by default, and kept */
	CHECK_EQ(s.takeover, !on);
	s.takeover = on;
	s.cull = mode;
	s.notify = notify;
	s.user = &told;
	CHECK(!lws_route_set_settings(cx, &s));
	settings_get(&s);
	CHECK_EQ(s.takeover, on);
}

int main(void)
{
	lws_route_settings_t s;

	netns_enter();
	routed_up(OWN_ROUTES);
	/* as ever: the packets follow */
	change("route add 10.7.0.0/25 via 10.8.0.2\n"
	       "route add fd07::/65 via fd08::2\n");
	stays("a longer prefix, as it is at first");
	change("route del 10.7.0.0/25\nroute del fd07::/65\n");
	stays("and deleted");

	/* told of, and forgotten when the better route goes */
	takeover(1, LWS_ROUTE_CULL_NOTIFY);
	change("route add 10.7.0.0/25 via 10.8.0.2\n"
	       "route add fd07::/65 via fd08::2\n");
	UNTIL(cx, told == 7);
	CHECK_EQ(reason_told, LWS_ROUTE_CULL_TAKEN_OVER);
	CHECK_EQ(ends_open(), EVERYBODY);
	change("route del 10.7.0.0/25\nroute del fd07::/65\n");
	service_for(cx, 100000);
	CHECK_EQ(ends_open(), EVERYBODY);
	echo_all(EVERYBODY);
	CHECK_EQ(told, 7);
	CHECK_EQ(lws_route_cull_reason(ends[0].wsi), LWS_ROUTE_CULL_NONE);
	routed_down();

	/* what stays with the interface, or is worse, ends nobody */
	routed_up(OWN_ROUTES);
	takeover(1, LWS_ROUTE_CULL_CLOSE);
	change("route add 10.7.0.0/25 via 10.9.0.2\n"
	       "route add fd07::/65 via fd09::2\n"
	       "route add default via 10.8.0.2\nroute add default via fd08::2\n");
	stays("a longer prefix by the same interface, and a worse one");
	change("route del 10.7.0.0/25\nroute del fd07::/65\n"
	       "route del default\nroute del default via fd08::2\n");
	stays("and deleted");

	/* a VPN comes up */
	change("route add 10.7.0.0/25 via 10.8.0.2\n"
	       "route add fd07::/65 via fd08::2\n");
	closes("taken over", FAR4 | FAR6, LWS_ROUTE_CULL_TAKEN_OVER);
	CHECK_EQ(told, 14);
	routed_down();

	/* by a rule, and switched off again */
	routed_up(OWN_ROUTES);
	takeover(1, LWS_ROUTE_CULL_CLOSE);
	takeover(0, LWS_ROUTE_CULL_CLOSE);
	change("route add default via 10.8.0.2 table 100\n"
	       "rule add to 10.7.0.0/24 lookup 100\n");
	stays("switched off");
	change("rule del to 10.7.0.0/24 lookup 100\n");
	stays("and the rule is gone");
	takeover(1, LWS_ROUTE_CULL_CLOSE);
	change("rule add to 10.7.0.0/24 lookup 100\n");
	closes("taken over by a rule", FAR4, LWS_ROUTE_CULL_TAKEN_OVER);
	settings_get(&s);
	s.takeover = 2;
	CHECK_FAILS("lws_route_set_settings: bad argument: takeover",
		    lws_route_set_settings(cx, &s) == -1);
	routed_down();

	return 0;
}
