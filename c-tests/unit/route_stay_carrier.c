/*
 * The carrier is lost: the kernel goes on using such routes, as a cable may
 * be plugged in again, and so connections stay; unless it is told not to use
 * them.
 */
#include "../routed.h"

static const char up_again[] =
	"link set v0 up\naddr replace fd09::2/64 dev v0 nodad\n";

int main(void)
{
	netns_enter();
	routed_up(FAR_ROUTES);
	there("link set v0 down\n");
	stays_but("carrier lost", FAR4 | FAR6);
	there("%s", up_again);
	stays("carrier back");
	routed_down();

	net_up();
	ns_sysctl(ns_here, "ipv4/conf/v0/ignore_routes_with_linkdown", "1");
	ns_sysctl(ns_here, "ipv6/conf/v0/ignore_routes_with_linkdown", "1");
	here(FAR_ROUTES);
	cx_up(0);
	ends_up(EVERYBODY);
	there("link set v0 down\n");
	changed_at = lws_now_usecs();
	closes("carrier lost that is asked for", FAR4 | FAR6,
	       LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	/* it is asked for later */
	routed_up(FAR_ROUTES);
	there("link set v0 down\n");
	stays_but("carrier lost again", FAR4 | FAR6);
	ns_sysctl(ns_here, "ipv4/conf/all/ignore_routes_with_linkdown", "1");
	ns_sysctl(ns_here, "ipv6/conf/all/ignore_routes_with_linkdown", "1");
	changed_at = lws_now_usecs();
	closes("now it is asked for", FAR4 | FAR6, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	return 0;
}
