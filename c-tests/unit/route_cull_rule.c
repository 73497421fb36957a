/*
 * A rule is added that refuses, or that leads to a table which does.
 */
#include "../routed.h"

int main(void)
{
	static const char *const kinds[] = {
		"blackhole", "unreachable", "prohibit"
	};
	char what[64];
	size_t n;

	netns_enter();
	for (n = 0; n < LWS_ARRAY_SIZE(kinds); n++) {
		routed_up(FAR_ROUTES);
		change("rule add to 10.7.0.0/24 %s\n", kinds[n]);
		snprintf(what, sizeof(what), "IPv4 rule %s", kinds[n]);
		closes(what, FAR4, LWS_ROUTE_CULL_NO_ROUTE);
		change("-6 rule add to fd07::/64 %s\n", kinds[n]);
		snprintf(what, sizeof(what), "IPv6 rule %s", kinds[n]);
		closes(what, FAR6, LWS_ROUTE_CULL_NO_ROUTE);
		routed_down();
	}

	routed_up(FAR_ROUTES "route add unreachable default table 100\n"
		  "route add unreachable ::/0 table 100\n");
	change("rule add from 10.9.0.1 lookup 100\n");
	closes("IPv4 table that refuses", FAR4, LWS_ROUTE_CULL_NO_ROUTE);
	change("-6 rule add from fd09::1 lookup 100\n");
	closes("IPv6 table that refuses", FAR6, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	/* the rule that led to their route is deleted */
	routed_up("rule add to 10.7.0.0/24 lookup 100\n"
		  "-6 rule add to fd07::/64 lookup 100\n"
		  "route add 10.7.0.0/24 via 10.9.0.2 table 100\n"
		  "route add fd07::/64 via fd09::2 table 100\n");
	change("rule del to 10.7.0.0/24 lookup 100\n");
	closes("IPv4 rule deleted", FAR4, LWS_ROUTE_CULL_NO_ROUTE);
	change("-6 rule del to fd07::/64 lookup 100\n");
	closes("IPv6 rule deleted", FAR6, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	return 0;
}
