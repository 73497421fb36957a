/*
 * A better route appears beside the one that connections use, and goes again:
 * the packets follow, and nobody is closed; nor is for a worse one.
 */
#include "../routed.h"

int main(void)
{
	netns_enter();
	routed_up("route add 10.7.0.0/24 via 10.9.0.2 metric 100\n"
		  "route add fd07::/64 via fd09::2 metric 100\n");
	change("route add 10.7.0.0/25 via 10.8.0.2\n"
	       "route add fd07::/65 via fd08::2\n");
	stays("longer prefix by the other interface");
	change("route del 10.7.0.0/25\nroute del fd07::/65\n");
	stays("and deleted");
	change("route add 10.7.0.0/24 via 10.8.0.2 metric 50\n"
	       "route add fd07::/64 via fd08::2 metric 50\n");
	stays("lower metric by the other interface");
	change("route del 10.7.0.0/24 metric 50\n"
	       "route del fd07::/64 metric 50\n");
	stays("and deleted");
	change("route add 10.7.0.0/24 via 10.8.0.2 metric 200\n"
	       "route add fd07::/64 via fd08::2 metric 200\n");
	stays("higher metric by the other interface");
	change("route del 10.7.0.0/24 metric 200\n"
	       "route del fd07::/64 metric 200\n");
	stays("and deleted");
	change("route add default via 10.8.0.2\nroute add default via fd08::2\n");
	stays("default by the other interface");
	change("route del default\nroute del default via fd08::2\n");
	stays("and deleted");
	change("route add default via 10.8.0.2 table 100\n"
	       "route add default via fd08::2 table 100\n"
	       "rule add to 10.7.0.0/24 lookup 100\n"
	       "-6 rule add to fd07::/64 lookup 100\n");
	stays("rule to a table with the other interface");
	change("rule del to 10.7.0.0/24 lookup 100\n"
	       "-6 rule del to fd07::/64 lookup 100\n");
	stays("and deleted");
	/* two at once, one after the other removed */
	change("route add 10.7.0.0/25 via 10.8.0.2\n"
	       "route add fd07::/65 via fd08::2\n"
	       "route add 10.7.0.1/32 via 10.8.0.2\n"
	       "route add fd07::1/128 via fd08::2\n");
	stays("two longer prefixes");
	change("route del 10.7.0.1/32\nroute del fd07::1/128\n");
	stays("one of them deleted");
	change("route del 10.7.0.0/25\nroute del fd07::/65\n");
	stays("both of them deleted");
	/* and their own is still what they live of */
	change("route del 10.7.0.0/24\nroute del fd07::/64\n");
	closes("their own deleted", FAR4 | FAR6, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	return 0;
}
