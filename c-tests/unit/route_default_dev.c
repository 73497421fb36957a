/*
 * A default route that has an interface and no gateway, as links to a provider
 * have: connections are tried and work, and the decision says so.
 */
#include "../routed.h"

static void decides(const char *address, int family)
{
	lws_route_decision_t decision;
	lws_route_flow_t flow;
	lws_route_hop_t hop;

	memset(&flow, 0, sizeof(flow));
	flow.size = sizeof(flow);
	flow.uid = LWS_ROUTE_UID_SELF;
	CHECK(!lws_sa46_parse_numeric_address(address, &flow.dest));
	memset(&decision, 0, sizeof(decision));
	decision.size = sizeof(decision);
	decision.hops = &hop;
	decision.hops_max = 1;
	CHECK(!lws_route_decide(cx, &flow, &decision));
	CHECK_EQ(decision.error, 0);
	CHECK_EQ(decision.source, LWS_ROUTE_FROM_COPY);
	CHECK_EQ(decision.type, 1);
	CHECK_EQ(decision.table, 254);
	CHECK_EQ(decision.prefix_len, 0);
	CHECK_EQ(decision.prefix.sa4.sin_family, family);
	CHECK_EQ(decision.hops_count, 1);
	CHECK_EQ(hop.ifindex, if_nametoindex("v0"));
	CHECK_EQ(hop.gateway.sa4.sin_family, 0);
}

int main(void)
{
	netns_enter();
	net_up();
	/* nobody answers for an IPv6 address on another interface */
	there("link set v0 address 02:00:00:00:00:02\n");
	here("route add default dev v0\nroute add ::/0 dev v0\n"
	     "neigh add fd07::1 lladdr 02:00:00:00:00:02 dev v0\n");
	cx_up(0);
	decides("10.7.0.1", AF_INET);
	decides("fd07::1", AF_INET6);
	decides("192.0.2.1", AF_INET);
	decides("2001:db8::1", AF_INET6);
	ends_up(EVERYBODY);
	stays("by a default route without a gateway");
	/* which is as good as any other */
	change("route add 10.55.0.0/24 dev v0\nroute del 10.55.0.0/24 dev v0\n");
	stays("unrelated route");
	change("route del default\n");
	closes("IPv4", FAR4, LWS_ROUTE_CULL_NO_ROUTE);
	change("route del ::/0 dev v0\n");
	closes("IPv6", FAR6, LWS_ROUTE_CULL_NO_ROUTE);
	routed_down();

	return 0;
}
