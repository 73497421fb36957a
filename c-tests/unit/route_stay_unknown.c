/*
 * Where only the kernel knows which way it takes, or the first copy was not
 * whole yet when a connection began: a better route beside its own does not
 * end it.
 */
#include "../routed.h"

#define BETTER_ROUTES \
	"route add 10.7.0.1/32 via 10.8.0.2\nroute add fd07::1/128 via fd08::2\n"

/* Of equal ones the kernel takes the one whose gateway answers. */
#define EQUAL_ROUTES \
	"route add default via 10.9.0.2\nroute append default via 10.8.0.2\n"

static void equal_defaults(void)
{
	unsigned int all = CLIENT4 | ACCEPTED4 | UDP4 | OTHER4;

	routed_up_for(EQUAL_ROUTES, all);
	change("route add 10.7.0.0/24 via 10.8.0.2\n");
	stays("a better route beside equal ones");
	routed_down();

	routed_up_for(EQUAL_ROUTES, all);
	here("neigh replace 10.9.0.2 dev v0 lladdr 02:00:00:00:00:01 "
	     "nud reachable\n");
	pump(cx);
	change("neigh replace 10.9.0.2 dev v0 nud failed\n");
	stays("the gateway of one of equal ones fails");
	routed_down();
}

/* Rules that look at what no socket says of itself. */
static void unknown_rule(void)
{
	routed_up(FAR_ROUTES "rule add tun_id 5 lookup 100\n"
		  "-6 rule add tun_id 5 lookup 100\n");
	change(BETTER_ROUTES);
	stays("better routes with a rule that is not understood");
	change("route del 10.7.0.1/32\nroute del fd07::1/128\n");
	stays("and deleted");
	change("route del 10.7.0.0/24\nroute del fd07::/64\n");
	closes("their own deleted", FAR4 | FAR6, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();
}

/* Begun before the context has asked for the routes. */
static void before_the_copy(const char *what, const char *address,
			    struct end *e)
{
	struct lws_context_creation_info info;
	int port, listener;

	net_up();
	here(FAR_ROUTES);
	descriptors_before = descriptors();
	info_init(&info);
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
	cx = context_from(&info);
	vh_client = vhost_client(cx, "client", routed_protocols);
	e->reason = e->got = e->up = 0;
	e->trace[0] = '\0';
	listener = there_bound(address, SOCK_STREAM, &port);
	CHECK(routed_connect(address, port, e) != NULL);
	CHECK_EQ(lws_route_synced(cx), 0);
	change(BETTER_ROUTES);
	UNTIL(cx, (e->up && lws_route_synced(cx)) || !e->wsi);
	CHECK(e->wsi != NULL);
	e->fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	CHECK(e->fd >= 0);
	close(listener);
	stays(what);
	routed_down();
}

/* Two better ones in turn, and back to the one in between. */
static void back_to_the_second(void)
{
	net_up();
	there("addr add 10.9.0.3/24 dev v0\naddr add fd09::3/64 dev v0 nodad\n");
	here(FAR_ROUTES);
	cx_up(0);
	ends_up(EVERYBODY);
	change("route add 10.7.0.0/25 via 10.8.0.2\n"
	       "route add fd07::/65 via fd08::2\n");
	stays("a better route");
	change("route add 10.7.0.1/32 via 10.9.0.3\n"
	       "route add fd07::1/128 via fd09::3\n");
	stays("a still better one");
	change("route del 10.7.0.1/32\nroute del fd07::1/128\n");
	stays("which is deleted");
	routed_down();
}

int main(void)
{
	netns_enter();
	equal_defaults();
	unknown_rule();
	before_the_copy("IPv4 begun before the copy", "10.7.0.1", &ends[0]);
	before_the_copy("IPv6 begun before the copy", "fd07::1", &ends[4]);
	back_to_the_second();

	return 0;
}
