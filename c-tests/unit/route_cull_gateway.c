/*
 * The route that connections used is gone, and another interface or another
 * gateway takes over: who translates addresses there does not know them.
 */
#include "../routed.h"

int main(void)
{
	netns_enter();
	/* replaced by a route through the other interface */
	routed_up("route add default via 10.9.0.2\n"
		  "route add default via fd09::2\n");
	change("route replace default via 10.8.0.2\n");
	closes("IPv4 default replaced", FAR4, LWS_ROUTE_CULL_ROUTE_CHANGED);
	change("route replace default via fd08::2\n");
	closes("IPv6 default replaced", FAR6, LWS_ROUTE_CULL_ROUTE_CHANGED);
	routed_down();

	/* a spare one with a higher metric takes over */
	routed_up("route add default via 10.9.0.2 metric 10\n"
		  "route add default via 10.8.0.2 metric 20\n"
		  "route add default via fd09::2 metric 10\n"
		  "route add default via fd08::2 metric 20\n");
	change("route del default via 10.9.0.2\n");
	closes("IPv4 spare default", FAR4, LWS_ROUTE_CULL_ROUTE_CHANGED);
	change("route del default via fd09::2\n");
	closes("IPv6 spare default", FAR6, LWS_ROUTE_CULL_ROUTE_CHANGED);
	routed_down();

	/* a shorter prefix takes over */
	routed_up(FAR_ROUTES "route add default via 10.8.0.2\n"
		  "route add default via fd08::2\n");
	change("route del 10.7.0.0/24\n");
	closes("IPv4 shorter prefix", FAR4, LWS_ROUTE_CULL_ROUTE_CHANGED);
	change("route del fd07::/64\n");
	closes("IPv6 shorter prefix", FAR6, LWS_ROUTE_CULL_ROUTE_CHANGED);
	routed_down();

	/* the same interface, another gateway */
	routed_up(FAR_ROUTES);
	change("route replace 10.7.0.0/24 via 10.9.0.3\n");
	closes("IPv4 gateway", FAR4, LWS_ROUTE_CULL_ROUTE_CHANGED);
	change("route replace fd07::/64 via fd09::3\n");
	closes("IPv6 gateway", FAR6, LWS_ROUTE_CULL_ROUTE_CHANGED);
	routed_down();

	/* the same gateway, by another route: not a word */
	routed_up(FAR_ROUTES);
	change("route add 10.7.0.0/24 via 10.9.0.2 metric 50\n"
	       "route del 10.7.0.0/24 metric 0\n"
	       "route add default via fd09::2\n"
	       "route del fd07::/64\n");
	stays("another route, the same way");
	/* which is theirs from now on */
	change("route del 10.7.0.0/24 metric 50\n"
	       "route del default via fd09::2\n");
	closes("and that one deleted", FAR4 | FAR6, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	return 0;
}
