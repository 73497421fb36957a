/*
 * An interface is taken down: the kernel removes its routes, those of IPv4
 * without a word, and its IPv6 addresses, unless it is told to keep them.
 */
#include "../routed.h"

int main(void)
{
	netns_enter();
	routed_up(FAR_ROUTES);
	change("link set v0 down\n");
	closes_two("link down", FAR4, LWS_ROUTE_CULL_NO_ROUTE,
		   FAR6, LWS_ROUTE_CULL_SOURCE_GONE);
	routed_down();

	net_up();
	ns_sysctl(ns_here, "ipv6/conf/v0/keep_addr_on_down", "1");
	here(FAR_ROUTES);
	cx_up(0);
	ends_up(EVERYBODY);
	change("link set v0 down\n");
	closes_two("link down, addresses kept", FAR4, LWS_ROUTE_CULL_NO_ROUTE,
		   FAR6, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	return 0;
}
