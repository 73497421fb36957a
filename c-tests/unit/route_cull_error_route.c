/*
 * A route is replaced by one that refuses, or gets one beside it that is
 * longer: the kernel keeps that to itself until something is sent.
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
		change("route replace %s 10.7.0.0/24\n", kinds[n]);
		snprintf(what, sizeof(what), "IPv4 %s", kinds[n]);
		closes(what, FAR4, LWS_ROUTE_CULL_NO_ROUTE);
		change("route replace %s fd07::/64\n", kinds[n]);
		snprintf(what, sizeof(what), "IPv6 %s", kinds[n]);
		closes(what, FAR6, LWS_ROUTE_CULL_NO_ROUTE);
		routed_down();

		routed_up(FAR_ROUTES);
		change("route add %s 10.7.0.0/30\n", kinds[n]);
		snprintf(what, sizeof(what), "IPv4 longer %s", kinds[n]);
		closes(what, FAR4, LWS_ROUTE_CULL_NO_ROUTE);
		change("route add %s fd07::/96\n", kinds[n]);
		snprintf(what, sizeof(what), "IPv6 longer %s", kinds[n]);
		closes(what, FAR6, LWS_ROUTE_CULL_NO_ROUTE);
		routed_down();
	}

	return 0;
}
