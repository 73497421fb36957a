/*
 * The program hears of connections that routing has ended, and decides by
 * itself; when the way is back, that is forgotten.
 */
#include "../routed.h"

static unsigned int told;
static int reasons[LWS_ARRAY_SIZE(ends)], calls;

static void notify(struct lws *wsi, enum lws_route_cull_reasons reason,
		   void *user)
{
	struct end *e = end_of(wsi);

	CHECK(e != NULL);
	CHECK(user == &told);
	/* once */
	CHECK(!(told & (1u << (e - ends))));
	told |= 1u << (e - ends);
	reasons[e - ends] = (int)reason;
	CHECK_EQ(lws_route_cull_reason(wsi), reason);
	/* it is still whole: this is before its close callbacks */
	CHECK_STR(e->trace, "");
	CHECK(lws_get_socket_fd(wsi) >= 0);
	calls++;
}

static void set_notify(int mode)
{
	lws_route_settings_t s;

	settings_get(&s);
	if (mode >= 0)
		s.cull = mode;
	s.notify = notify;
	s.user = &told;
	CHECK(!lws_route_set_settings(cx, &s));
	told = 0;
	calls = 0;
}

static void told_of(const char *what, unsigned int who, int reason)
{
	size_t n;

	UNTIL(cx, (told & who) == who);
	printf("%s: %lld us\n", what,
	       (long long)(lws_now_usecs() - changed_at));
	service_for(cx, 100000);
	CHECK_EQ(told, who);
	for (n = 0; n < LWS_ARRAY_SIZE(ends); n++)
		if (who & (1u << n)) {
			CHECK_EQ(reasons[n], reason);
			CHECK(ends[n].wsi != NULL);
			CHECK_EQ(lws_route_cull_reason(ends[n].wsi), reason);
		}
}

static void nobody_ended(void)
{
	size_t n;

	for (n = 0; n < LWS_ARRAY_SIZE(ends); n++)
		if (ends[n].wsi)
			CHECK_EQ(lws_route_cull_reason(ends[n].wsi),
				 LWS_ROUTE_CULL_NONE);
}

int main(void)
{
	lws_route_settings_t s;

	netns_enter();
	net_up();
	here(FAR_ROUTES);
	cx_up(LWS_SERVER_OPTION_ROUTE_CULL_NOTIFY);
	settings_get(&s);
	CHECK_EQ(s.cull, LWS_ROUTE_CULL_NOTIFY);
	set_notify(-1);
	ends_up(EVERYBODY);
	nobody_ended();

	change("route del 10.7.0.0/24\n");
	told_of("notified", FAR4, LWS_ROUTE_CULL_NO_ROUTE);
	CHECK_EQ(ends_open(), EVERYBODY);
	echo_all(FAR6 | OTHERS);
	/* not again, whatever else happens */
	change("route add 10.55.0.0/24 dev v0\nroute del 10.55.0.0/24\n"
	       "addr add 10.57.0.1/24 dev v1\n");
	service_for(cx, 100000);
	CHECK_EQ(told, FAR4);

	/* the way is back, and they have not ended after all */
	change("route add 10.7.0.0/24 via 10.9.0.2\n");
	service_for(cx, 100000);
	CHECK_EQ(told, FAR4);
	nobody_ended();
	echo_all(EVERYBODY);
	told = 0;
	change("addr del fd09::1/64 dev v0\n");
	told_of("notified of an address", FAR6, LWS_ROUTE_CULL_SOURCE_GONE);
	told = 0;
	change("route del 10.7.0.0/24\n");
	told_of("notified again", FAR4, LWS_ROUTE_CULL_NO_ROUTE);
	CHECK_EQ(ends_open(), EVERYBODY);
	routed_down();

	/* told of, and then closed */
	routed_up(FAR_ROUTES);
	set_notify(LWS_ROUTE_CULL_CLOSE);
	change("route del 10.7.0.0/24\n");
	closes("notified and closed", FAR4, LWS_ROUTE_CULL_NO_ROUTE);
	CHECK_EQ(told, FAR4);
	CHECK_EQ(calls, 4);
	routed_down();

	return 0;
}
