/*
 * Addresses that come and go: a route alone can make them the host's, and
 * they can come back while the program keeps a connection that has ended.
 */
#include "../routed.h"

static unsigned int calls;

static void notify(struct lws *wsi, enum lws_route_cull_reasons reason,
		   void *user)
{
	(void)user;
	CHECK_EQ(reason, LWS_ROUTE_CULL_SOURCE_GONE);
	CHECK_EQ(lws_route_cull_reason(wsi), reason);
	calls++;
}

static void open_from(struct end *e, const char *from, const char *to)
{
	int port, listener = there_bound(to, SOCK_STREAM, &port);
	struct lws_client_connect_info i;

	info_connect(&i, cx, vh_client, "routed", to, port);
	i.pwsi = &e->wsi;
	i.iface = from;
	CHECK(lws_client_connect_via_info(&i) != NULL);
	UNTIL(cx, e->up || !e->wsi);
	CHECK(e->up);
	e->fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	CHECK(e->fd >= 0);
	close(listener);
	echo(e);
}

static void anyip(void)
{
	net_up();
	here(FAR_ROUTES "route add local 10.5.0.0/24 dev lo\n"
	     "route add local fd05::/64 dev lo\n");
	there("route add 10.5.0.0/24 via 10.9.0.1\n"
	      "route add fd05::/64 via fd09::1\n");
	cx_up(0);
	ends_up(OTHERS);
	open_from(&ends[0], "10.5.0.9", "10.7.0.1");
	/* no IPv6 socket binds itself to such an address */
	open_accepted(&ends[5], vh_server, "fd07::1", "fd05::9");
	echo(&ends[5]);
	change("route add local 10.5.1.0/24 dev lo\n"
	       "route del local 10.5.1.0/24 dev lo\n");
	stays("a route that makes other addresses the host's");
	change("route del local 10.5.0.0/24 dev lo\n");
	closes("IPv4 route that made it the host's", CLIENT4,
	       LWS_ROUTE_CULL_SOURCE_GONE);
	change("route del local fd05::/64 dev lo\n");
	closes("IPv6 route that made it the host's", ACCEPTED6,
	       LWS_ROUTE_CULL_SOURCE_GONE);
	routed_down();
}

static void gone(const char *what, struct end *e, const char *event)
{
	calls = 0;
	change("%s", event);
	UNTIL(cx, calls);
	printf("%s: %lld us\n", what,
	       (long long)(lws_now_usecs() - changed_at));
	service_for(cx, 100000);
	CHECK_EQ(calls, 1);
	CHECK(e->wsi != NULL);
	CHECK_EQ(lws_route_cull_reason(e->wsi), LWS_ROUTE_CULL_SOURCE_GONE);
}

static void back_again(const char *what, const char *from, const char *to,
		       struct end *e, const char *del, const char *add)
{
	lws_route_settings_t s;

	net_up();
	here(FAR_ROUTES "%s", add);
	cx_up(LWS_SERVER_OPTION_ROUTE_CULL_NOTIFY);
	settings_get(&s);
	s.notify = notify;
	CHECK(!lws_route_set_settings(cx, &s));
	ends_up(OTHERS);
	open_from(e, from, to);
	gone(what, e, del);
	change("%s", add);
	UNTIL(cx, lws_route_cull_reason(e->wsi) == LWS_ROUTE_CULL_NONE);
	echo(e);
	gone(what, e, del);
	CHECK_EQ(lws_route_cull_reason(ends[7].wsi), LWS_ROUTE_CULL_NONE);
	routed_down();
}

int main(void)
{
	netns_enter();
	anyip();
	back_again("IPv4 address", "10.9.0.5", "10.7.0.1", &ends[0],
		   "addr del 10.9.0.5/24 dev v0\n",
		   "addr add 10.9.0.5/24 dev v0\n");
	back_again("IPv6 address", "fd09::5", "fd07::1", &ends[4],
		   "addr del fd09::5/64 dev v0\n",
		   "addr add fd09::5/64 dev v0 nodad\n");

	return 0;
}
