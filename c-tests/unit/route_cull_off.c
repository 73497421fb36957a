/*
 * Culling is switched off where the context is created, on while it runs, and
 * off again.
 */
#include "../routed.h"

static void cull(int mode)
{
	lws_route_settings_t s;

	settings_get(&s);
	s.cull = mode;
	CHECK(!lws_route_set_settings(cx, &s));
	settings_get(&s);
	CHECK_EQ(s.cull, mode);
}

int main(void)
{
	lws_route_settings_t s;
	lws_route_stats_t stats;

	netns_enter();
	/* as it is at first */
	net_up();
	cx_up(0);
	settings_get(&s);
	CHECK_EQ(s.cull, LWS_ROUTE_CULL_CLOSE);
	CHECK_EQ(s.settle_us, 20000);
	CHECK_EQ(s.audit_per_s, 20);
	CHECK(!s.notify && !s.user);
	routed_down();

	net_up();
	here(FAR_ROUTES);
	cx_up(LWS_SERVER_OPTION_ROUTE_CULL_OFF);
	settings_get(&s);
	CHECK_EQ(s.cull, LWS_ROUTE_CULL_OFF);
	ends_up(EVERYBODY);
	change("route del 10.7.0.0/24\nroute del fd07::/64\n");
	stays_but("switched off", FAR4 | FAR6);
	stats_get(&stats);
	CHECK_EQ(stats.culls, 0);
	/* the copy is kept all the same */
	CHECK(lws_route_synced(cx));
	here(FAR_ROUTES);
	stays("and back");

	/* on: what has gone by then counts, and what goes from now on */
	change("route del 10.7.0.0/24\n");
	stays_but("switched off again", FAR4);
	changed_at = lws_now_usecs();
	cull(LWS_ROUTE_CULL_CLOSE);
	closes("switched on", FAR4, LWS_ROUTE_CULL_NO_ROUTE);
	change("route del fd07::/64\n");
	closes("on", FAR6, LWS_ROUTE_CULL_NO_ROUTE);

	/* off while somebody is under suspicion */
	settle_time(200000);
	change("route del 10.6.0.0/24\n");
	pump(cx);
	stats_get(&stats);
	CHECK(stats.candidates >= 1);
	cull(LWS_ROUTE_CULL_OFF);
	service_for(cx, 400000);
	CHECK_EQ(ends_open(), OTHERS);
	cull(LWS_ROUTE_CULL_CLOSE);
	closes("on again", OTHER4, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	return 0;
}
