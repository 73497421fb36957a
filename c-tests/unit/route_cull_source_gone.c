/*
 * The local address of connections is taken from the host: they are closed,
 * even where there is still a route.
 */
#include "../routed.h"

int main(void)
{
	netns_enter();
	/* another address, so that the interface stays in use */
	routed_up(FAR_ROUTES "addr add 10.5.0.1/24 dev v0\n");
	change("addr del 10.9.0.1/24 dev v0\n");
	closes("IPv4 address deleted", FAR4, LWS_ROUTE_CULL_SOURCE_GONE);
	change("addr del fd09::1/64 dev v0\n");
	closes("IPv6 address deleted", FAR6, LWS_ROUTE_CULL_SOURCE_GONE);
	routed_down();

	/* the last one of the interface, with which its routes go as well */
	routed_up(FAR_ROUTES);
	change("addr del 10.9.0.1/24 dev v0\n");
	closes("last IPv4 address deleted", FAR4, LWS_ROUTE_CULL_SOURCE_GONE);
	change("addr flush dev v0\n");
	closes("IPv6 addresses flushed", FAR6, LWS_ROUTE_CULL_SOURCE_GONE);
	routed_down();

	/* it is replaced by another one */
	routed_up(FAR_ROUTES);
	change("addr add 10.9.0.11/24 dev v0\naddr del 10.9.0.1/24 dev v0\n"
	       "addr add 10.9.0.11/24 dev v0\n"
	       "route add 10.7.0.0/24 via 10.9.0.2\n");
	closes("IPv4 address replaced", FAR4, LWS_ROUTE_CULL_SOURCE_GONE);
	change("addr add fd09::11/64 dev v0 nodad\naddr del fd09::1/64 dev v0\n");
	closes("IPv6 address replaced", FAR6, LWS_ROUTE_CULL_SOURCE_GONE);
	routed_down();

	return 0;
}
