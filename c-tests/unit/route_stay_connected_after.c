/*
 * Routes and addresses change, and a connection begins before the context has
 * had time to hear of it: it is judged by what held when it began.
 */
#include "../routed.h"

#define BEGUN (UDP4 | UDP6)

static void begin(void)
{
	open_udp(&ends[3], "10.7.0.1");
	open_udp(&ends[6], "fd07::1");
}

int main(void)
{
	netns_enter();
	/* another gateway */
	routed_up_for(FAR_ROUTES, OTHERS);
	here("route replace 10.7.0.0/24 via 10.8.0.2\n"
	     "route replace fd07::/64 via fd08::2\n");
	begin();
	stays("begun after the gateway changed");
	change("route del 10.7.0.0/24\nroute del fd07::/64\n");
	closes("its route deleted", BEGUN, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	/* an address, which is theirs */
	routed_up_for(FAR_ROUTES, OTHERS);
	here("addr add 10.5.0.1/32 dev v0\naddr add fd05::1/128 dev v0 nodad\n"
	     "route replace 10.7.0.0/24 via 10.9.0.2 src 10.5.0.1\n"
	     "route replace fd07::/64 via fd09::2 src fd05::1\n");
	there("route add 10.5.0.1/32 via 10.9.0.1\n"
	      "route add fd05::1/128 via fd09::1\n");
	begin();
	stays("begun after the address came");
	/* whose routes would go with it */
	here("route replace 10.7.0.0/24 via 10.9.0.2\n"
	     "route replace fd07::/64 via fd09::2\n");
	change("addr del 10.5.0.1/32 dev v0\naddr del fd05::1/128 dev v0\n");
	closes("its address deleted", BEGUN, LWS_ROUTE_CULL_SOURCE_GONE);
	routed_down();

	/* a route at all */
	routed_up_for("", OTHERS);
	here(FAR_ROUTES);
	begin();
	stays("begun after the route came");
	change("route del 10.7.0.0/24\nroute del fd07::/64\n");
	closes("its only route deleted", BEGUN, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	return 0;
}
