/*
 * A route is deleted and there is no other: the connections that used it are
 * closed, whoever began them, and no others are.
 */
#include "../routed.h"

int main(void)
{
	netns_enter();
	routed_up(FAR_ROUTES);
	change("route del 10.7.0.0/24\n");
	closes("IPv4 route deleted", FAR4, LWS_ROUTE_CULL_NO_ROUTE);
	change("route del fd07::/64\n");
	closes("IPv6 route deleted", FAR6, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	/* and the default route */
	routed_up("route add default via 10.9.0.2\n"
		  "route add default via fd09::2\n");
	change("route del default\n");
	closes("IPv4 default deleted", FAR4, LWS_ROUTE_CULL_NO_ROUTE);
	change("route del default via fd09::2\n");
	closes("IPv6 default deleted", FAR6, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	return 0;
}
